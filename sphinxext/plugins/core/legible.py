r"""Writing strangers' texts so that they can be read: what cannot be seen, or disturbs what is near, is escaped.

Escapes are those of Python's literals, ``\x1b``, ``\u202e``. Letters, marks and signs of all languages stay
as they are, also those that are written from right to left.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

UNFIT = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, of which escapes of terminals are made
    r"\u2028\u2029"  # ends of lines where nobody expects them
    r"\u202a-\u202e\u2066-\u206f"  # these reorder what follows
    r"\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff"  # no characters, or none that XML can hold
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
    + r"\U000e0000-\U000e007f"  # an alphabet that is not seen
)
"""What no text is to hold, as a set in a pattern; the ends of lines and tabs are not in it."""

_UNSEEN = r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2060-\u2065\u3164\ufeff\uffa0"

_IN_TEXT = re.compile(f"[{UNFIT}]")

# Some languages, and emoji, need what joins and parts letters; between those of ASCII it is only not seen.
# No two spaces side by side are seen, nor one at an end; and what is a tag to HTML is not left to those who
# forget to quote it, as the search of Sphinx before 9 does with headings.
_IN_NAME = re.compile(
    rf"[{UNFIT}{_UNSEEN}]|[^\S ]|(?<![^\x00-\x7f])[\u200c\u200d\ufe00-\ufe0f]|^ | $|(?<= ) |<(?=[A-Za-z/!?])"
)

_IN_NAMESPACE = re.compile("[:;\"'<>&]")
_TAG = re.compile("<(?=[A-Za-z/!?])")

_NO_NODE = re.compile(r"^[,:()](?=[,:()\s]*$)")
"""What begins a text of which Texinfo leaves nothing, for its nodes have no such signs in their names."""

_LONGEST_NAME = 200
"""Characters of the longest name that is written as it is; LaTeX has no room for one of thousands."""

_LONGEST_HEADING = 500

_FORMULA = re.compile(r"\\(?=[()\[\]]|\Z|begin|eqref|ref)")
"""What formulas begin and end with to MathJax where nothing is configured."""

_LONG_WORD = re.compile(r"(\S{1000})\S+")


def text(written: str) -> str:
    """Write a text of any length; its lines stay, and what is too long to be a word is cut off."""
    return _IN_TEXT.sub(_escaped, _LONG_WORD.sub(r"\1…", written))


def line(written: str) -> str:
    """Write a text in one line."""
    return text(" ".join(written.split()))


def heading(written: str) -> str:
    """Write a text that heads something, without what the search of Sphinx before 9 would take for a tag of HTML."""
    shown = _NO_NODE.sub(_escaped, no_formula(_TAG.sub(_escaped, line(written))))
    return shown if len(shown) <= _LONGEST_HEADING else f"{shown[:_LONGEST_HEADING]} …"


def no_formula(written: str) -> str:
    """Write a text so that MathJax finds no formula in it, for places where no class can tell it not to look."""
    shown = _FORMULA.sub(_escaped, written)
    for sign in "$`":
        if shown.count(sign) > 1:
            shown = shown.replace(sign, _escape(sign))
    return shown


def name(written: str) -> str:
    """Write a name so that all of it is seen; one without a character is two quotation marks.

    Of one that is very long, a digest stands for the end.
    """
    shown = _NO_NODE.sub(_escaped, _FORMULA.sub(_escaped, _IN_NAME.sub(_escaped, written)))
    if shown and unicodedata.category(shown[0]).startswith("M"):  # it would go with what stands before
        shown = _escape(shown[0]) + shown[1:]
    if len(shown) > _LONGEST_NAME:
        digest = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        shown = f"{shown[: _LONGEST_NAME // 2].rstrip()}… ({len(written)} characters, {digest})"
    return shown or '""'


def namespace(written: str) -> str:
    """Write the name of a namespace, which a colon ends, and which stands unquoted in indices."""
    return '""' if not written else _IN_NAMESPACE.sub(_escaped, name(written))


def _escaped(match: re.Match[str]) -> str:
    return _escape(match[0])


def _escape(letter: str) -> str:
    code = ord(letter)
    if code < 0x100:  # noqa: PLR2004  # what two digits can tell
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004
