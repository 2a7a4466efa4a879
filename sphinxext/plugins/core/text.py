r"""Text of others, written so that it can be shown: cleaned, escaped, cut, and made into summaries and ids.

To *clean* is to escape what cannot be seen, or disturbs what is near, as Python's literals do: ``\x1b``, ``\u202e``.
Letters, marks and signs of all languages stay as they are, also those that are written from right to left. To
*escape* is to write a text so that it means itself in a format: on a terminal, in JSON, in Markdown.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import unicodedata
from typing import TYPE_CHECKING

from sphinxext.plugins.core import limits

if TYPE_CHECKING:
    from collections.abc import Container

INVISIBLE = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, of which escapes of terminals are made
    r"\u2028\u2029"  # ends of lines where nobody expects them
    r"\u202a-\u202e\u2066-\u206f"  # these reorder what follows
    r"\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff"  # no characters, or none that XML can hold
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
    + r"\U000e0000-\U000e007f"  # an alphabet that is not seen
)
"""What no text may have in it, as a set in a pattern; the ends of lines and tabs are not in it."""

_UNSEEN = r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2060-\u2065\u3164\ufeff\uffa0"

_IN_TEXT = re.compile(f"[{INVISIBLE}]")
_IN_CELL = re.compile(rf"[\t\n{INVISIBLE}]")

# Some languages, and emoji, need what joins and parts letters; between those of ASCII it is only not seen.
# No two spaces side by side are seen, nor one at an end; and what is a tag to HTML is not left to those who
# forget to quote it, as the search of Sphinx before 9 does with headings.
_IN_NAME = re.compile(
    rf"[{INVISIBLE}{_UNSEEN}]|[^\S ]|(?<![^\x00-\x7f])[\u200c\u200d\ufe00-\ufe0f]|^ | $|(?<= ) |<(?=[A-Za-z/!?])"
)

_IN_NAMESPACE = re.compile("[:;\"'<>&]")
_TAG = re.compile("<(?=[A-Za-z/!?])")

_NO_NODE = re.compile(r"^[,:()](?=[,:()\s]*$)")
"""What begins a text of which Texinfo leaves nothing, for its nodes have no such signs in their names."""


_FORMULA = re.compile(r"\\(?=[()\[\]]|\Z|begin|eqref|ref)")
"""What formulas begin and end with to MathJax where nothing is configured."""

_LONG_WORD = re.compile(r"(\S{1000})\S+")


def clean(text: str) -> str:
    """Clean a text of any length; its lines stay, and what is too long to be a word is cut off."""
    return _IN_TEXT.sub(_escaped, _LONG_WORD.sub(r"\1…", text))


def without_invisible(text: str) -> str:
    """Drop what is no character to be read: XML and TeX do not take it, a terminal obeys it, or it turns text around.

    Where it ends a line, a space stays.
    """
    return _IN_TEXT.sub(lambda character: " " if character[0].isspace() else "", text)


def clean_line(text: str) -> str:
    """Clean a text, in one line."""
    return clean(" ".join(text.split()))


def clean_heading(text: str) -> str:
    """Clean a text that heads something, of what the search of Sphinx before 9 would take for a tag of HTML, too."""
    shown = _NO_NODE.sub(_escaped, without_formulas(_TAG.sub(_escaped, clean_line(text))))
    return cut(shown, limits.LONGEST_HEADING, " …")


_WITH_MARKS = re.compile(
    r"(?<![\w`])``(?P<literal>\S.*?)``"
    r"|(?<![\w`:])(?::[\w:.+-]{1,80}:)?`(?P<text>[^\s`<](?:[^`<]*?[^\s`<])?)(?:\s<[^`<>]*>)?`(?:__?)?(?!\w)"
    r"|(?<![\w*])(?P<stars>\*\*?)(?P<stressed>(?!\s)[^*]+?(?<!\s))(?P=stars)(?![\w*])"
)


def without_marks(text: str) -> str:
    """Write a line of reStructuredText for where nothing can be marked, a tooltip."""
    return _WITH_MARKS.sub(_unmarked, text)


def _unmarked(found: re.Match[str]) -> str:
    text = found["text"]
    if text is None:
        return found["literal"] or found["stressed"]
    return text.rpartition(".")[2] if text.startswith("~") else text.removeprefix("!")


def cut(text: str, most: int, ending: str = "…") -> str:
    """Cut a text that is too long."""
    return text if len(text) <= most else f"{text[:most]}{ending}"


def without_formulas(text: str) -> str:
    """Write a text so that MathJax finds no formula in it, for places where no class can tell it not to look."""
    shown = _FORMULA.sub(_escaped, text)
    for sign in "$`":
        if shown.count(sign) > 1:
            shown = shown.replace(sign, _escape(sign))
    return shown


def clean_name(name: str) -> str:
    """Clean a name so that all of it is seen; one without a character is two quotation marks.

    Of one that is very long, a digest stands for the end.
    """
    shown = _NO_NODE.sub(_escaped, _FORMULA.sub(_escaped, _IN_NAME.sub(_escaped, name)))
    if shown and unicodedata.category(shown[0]).startswith("M"):  # it would go with what stands before
        shown = _escape(shown[0]) + shown[1:]
    if len(shown) > limits.LONGEST_NAME:
        shown = f"{shown[: limits.LONGEST_NAME // 2].rstrip()}… ({len(name)} characters, {_digest(name)[:8]})"
    return shown or '""'


def clean_namespace(name: str) -> str:
    """Clean the name of a namespace, which a colon ends, and which stands unquoted in indices."""
    return '""' if not name else _IN_NAMESPACE.sub(_escaped, clean_name(name))


def written(type_: str, name: str) -> str:
    """Return the name of a namespace or a plugin, as it is registered, the way that the catalog writes it."""
    if type_ == "namespace":
        return clean_namespace(name)
    namespace, colon, bare_name = name.partition(":")
    return f"{clean_namespace(namespace)}:{clean_name(bare_name)}" if colon else clean_name(name)


def _escaped(match: re.Match[str]) -> str:
    return _escape(match[0])


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:  # noqa: PLR2004  # what two digits can tell
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def text_of(value: object, yes: str = "yes", no: str = "no", *, nested: bool = False) -> str:
    """Write a value of JSON as text: the items of a list with commas, and ``key: value`` with semicolons.

    :param nested: whether it stands among others, so that a list or a dictionary has parentheses
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return yes if value else no
        case list():
            text = ", ".join(text_of(item, yes, no, nested=True) for item in value if item is not None)
            return f"({text})" if nested else text
        case dict():
            named = ((key, text_of(item, yes, no, nested=isinstance(item, dict))) for key, item in value.items())
            text = "; ".join(f"{key}: {item}" if item else key for key, item in named)
            return f"({text})" if nested else text
        case _:
            return json.dumps(value, ensure_ascii=False)


def short(text: str, most: int = limits.LONGEST_CELL) -> str:
    """Cut a text for a place where others stand as well, and say how many characters are left out."""
    return text if len(text) <= most else f"{text[:most].rstrip()} … (+{len(text) - most:,})"


def escape_cell(text: str) -> str:
    r"""Write a text of any length in one line, with all that is in it: the ends of lines are ``\n``."""
    return _IN_CELL.sub(lambda character: ascii(character[0])[1:-1], text)


def escape_json(text: str, *, only_ascii: bool = False) -> str:
    """Clean a text of JSON, which stands for the same then.

    :param only_ascii: whether all but ASCII is escaped as well
    """
    acting = re.compile(r"[^\x00-\x7e]") if only_ascii else _IN_TEXT
    return acting.sub(lambda character: json.dumps(character[0])[1:-1], text)


def escape_markdown(text: str) -> str:
    """Write a text as Markdown that shows it: of any flavour, within a line, a heading or a cell of a table."""
    shown = re.sub(r"[\\`*_{}\[\]#!|]", r"\\\g<0>", clean_line(text))
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # Characters that some flavours give a meaning to, and that others show with a backslash before them.
    return re.sub(
        r"[~$@^]|=(?==)|(?<==)=|(?<=www)\.|:(?=//|\w+:)",
        lambda character: f"&#{ord(character[0])};",
        shown,
        flags=re.IGNORECASE,
    )


def anchor(namespace: str, name: str | None = None) -> str:
    """Return the id that a namespace, or a plugin in it, has on a page: ``plugin-sahara.cluster.plugins-vanilla``.

    It is another one for each identity. Letters and digits of ASCII, ``.``, ``_`` and, in the
    plugin's name, ``-`` stand for themselves; any other character is written ``-U2F-``, its code
    point in hexadecimal digits. Such an id needs no quoting in HTML, in XML (EPUB) and in a URL. Where
    either is very long, the end of it is a digest, after ``-UX``.
    """
    of_namespace = f"plugin-{_id(_NOT_IN_NAMESPACE_ID, namespace)}"
    return of_namespace if name is None else f"{of_namespace}-{_id(_NOT_IN_PLUGIN_ID, name)}"


def is_of_plugin(node_id: str) -> bool:
    """Whether an id is that of a plugin, and not that of a part of one."""
    return node_id.startswith("plugin-")


def option_anchor(plugin: str, option: str) -> str:
    """Return the id of an option of a plugin, ``plugin.option-sluice.reader-csv.encoding``, by the id of that.

    No namespace's or plugin's id begins so, and behind the last full stop is the name of the option alone.
    """
    name = clean_name(option)
    name = name.lstrip("-") or name
    return f"plugin.option-{plugin.removeprefix('plugin-')}.{_id(_NOT_IN_OPTION_ID, name)}"


def part_anchor(namespace: str, part: str, name: str | None = None) -> str:
    """Return the id of a part of the page of a namespace, ``plugin.interface-sluice.reader``, or of what is in it.

    :param name: that of what is in it, ``plugin.member-sluice.reader.read``
    """
    of_part = f"plugin.{part}-{_id(_NOT_IN_NAMESPACE_ID, namespace)}"
    return of_part if name is None else f"{of_part}.{_id(_NOT_IN_OPTION_ID, clean_name(name))}"


def group_anchor(title: str, taken: Container[str]) -> str:
    """Return the id of a group of plugins, ``plugins-by.MIT``, one that neither a title gives nor anything has."""
    first = node_id = f"plugins-by.{_id(_NOT_IN_ID, title)}"
    numbers = itertools.count(2)
    while node_id in taken:
        node_id = f"{first}-{next(numbers)}"
    return node_id


_NOT_IN_NAMESPACE_ID = re.compile(r"[^A-Za-z0-9._]")
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9._-]|-(?=U)")
_NOT_IN_PLUGIN_ID = re.compile(rf"{_NOT_IN_ID.pattern}|^U(?=[0-9A-F]+[^A-Za-z0-9._])")
_NOT_IN_OPTION_ID = re.compile(r"[^A-Za-z0-9_-]|-(?=U)")
"""What begins an escape, or would behind the hyphen that stands before it, is escaped as well."""


def _id(not_in_it: re.Pattern[str], given: str) -> str:
    escaped = not_in_it.sub(lambda character: f"-U{ord(character[0]):X}-", given)
    return escaped if len(escaped) <= limits.LONGEST_ID else f"{escaped[: limits.LONGEST_ID]}-UX{_digest(given)[:32]}"


_DEPRECATED = re.compile(r"^( *)\.\. deprecated::[ ]*(?P<first>.*)(?P<rest>(?:\n(?:\1 +.*|[ ]*))*)", re.MULTILINE)


def deprecation(docstring: str) -> str | None:
    """Read what a docstring says in ``.. deprecated::``, version and all; None where it has no such directive."""
    found = _DEPRECATED.search(docstring)
    return None if found is None else " ".join(f"{found['first']} {found['rest']}".split())


SECTIONS = frozenset(
    {
        *{"args", "arguments", "attributes", "example", "examples", "keyword args", "keyword arguments", "methods"},
        *{"note", "notes", "other parameters", "parameters", "raises", "receives", "references", "return", "returns"},
        *{"see also", "todo", "warning", "warnings", "warns", "yield", "yields"},
    }
)
"""What heads a section of a docstring in Google or NumPy style, in small letters."""


_FIELD = r":[^:`\n]+:(?:\s|$)"
_SENTENCE_END = re.compile(rf"[.!?…]['\")\]]*(?=\s+\S)|[\u3002\uFF01\uFF1F]|(?=\n{_FIELD})")
_ABBREVIATION = re.compile(
    r"(?:^\d+|(?:^|[\s(\[])(?:[A-Z]|(?:[a-zA-Z]\.)+[a-zA-Z]|etc|cf|vs|resp|approx|incl|excl|esp|viz|al|ca|ver|vol|pp"
    r"|Figs?|figs?|Eqs?|eqs?|Secs?|Refs?|refs?|Vol|No|Nos|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Inc|Ltd|Corp|Co|Ph\.D|eds?"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\.$"
)
_STOPS = re.compile("[.!?…\u3002\uff01\uff1f]")
_MARKED = re.compile(
    r"(?<![^\s'\"(\[<{/:-])(?:"
    r"(?P<literal>``(?! ).+?``|`(?! )[^`]+`|\|(?! )[^|\n]+\|)"
    r"|(?P<strong>\*\*(?=[^*\s]).+?[^*\s]\*\*)|(?P<emphasis>\*(?=[^*\s])[^*]*[^*\s]\*))",
    re.DOTALL,
)
"""Marked-up text within a line, which begins where a word could, or behind a role."""


def summary(text: str) -> str:
    """Find the first sentence of a docstring, or its first paragraph where that is no sentence, in one line."""
    paragraph = first_paragraph(text)
    return " ".join(paragraph[: sentence_end(_muted(paragraph))].split())


def first_sentence(marked: str) -> str:
    """Cut a paragraph, with its markup, behind its first sentence."""
    return marked[: sentence_end(_muted(marked))]


def sentence_end(text: str) -> int:
    """Find where the first sentence of a paragraph ends, at the latest with the paragraph or before a field."""
    found = _SENTENCE_END.finditer(text[: limits.LONGEST_SEARCHED])
    for at in (each.end() for each in found):
        if text[at : at + limits.LONGEST_SPACE].lstrip()[:1].islower():
            continue  # no sentence begins with a small letter
        if not _ABBREVIATION.search(text, max(0, at - limits.LONGEST_ABBREVIATION), at):
            return at
    return len(text)


def _muted(marked: str) -> str:
    """Write a paragraph so that no sentence seems to end within its markup; it stays as long as it is."""
    return _MARKED.sub(_without_stops, marked[: limits.LONGEST_SEARCHED]) + marked[limits.LONGEST_SEARCHED :]


def without_stops(text: str, *, but_last: bool = False) -> str:
    """Write something else for what ends a sentence.

    :param but_last: whether the sentence may end with the text
    """
    last = text[-1:] if but_last else ""
    return _STOPS.sub("x", text[: len(text) - len(last)]) + last


def _without_stops(found: re.Match[str]) -> str:
    marks = 0 if found["literal"] else 2 if found["strong"] else 1
    if not marks:
        return without_stops(found[0])
    # What closes is written as a bracket, behind which a sentence may end.
    return "(" * marks + without_stops(found[0][marks:-marks], but_last=True) + ")" * marks


def first_paragraph(text: str) -> str:
    """Find the first paragraph of a text in reStructuredText, or what heads it."""
    lines = [line.rstrip() for line in text[: limits.LONGEST_SEARCHED].expandtabs().splitlines()]
    at = 0
    while at < len(lines):
        following = lines[at + 1] if at + 1 < len(lines) else ""
        if _is_heading(lines[at], following):
            if lines[at].strip().casefold() not in SECTIONS:
                return lines[at].strip()
            at += 2
        elif _BLOCK.fullmatch(lines[at]):
            at = next((number for number in range(at, len(lines)) if not lines[number]), len(lines))
        elif _is_other(lines[at], following):
            at += 1
            while at < len(lines) and lines[at][:1] in {"", " "}:
                at += 1
        else:
            whole = range(at, len(lines))
            stop = next((number for number in whole if not lines[number] or lines[number][0] == " "), len(lines))
            if paragraph := _LITERAL_FOLLOWS.sub(r"\1", "\n".join(lines[at:stop])):
                return paragraph
            at = stop
    return ""


_BLOCK = re.compile(r"=+( +=+)+|\+[-=+]+\+|>>>( .*)?")
"""What a table or a doctest begins with, which ends with a blank line."""

_ADORNMENT = re.compile(r"([!-/:-@[-`{-~])\1{2,}")
_LITERAL_FOLLOWS = re.compile(r"(?:(?:^|\s+):|(:)):$")
_ENUMERATED = re.compile(r"\(?(?:\d+|[a-zA-Z]|[ivxlcdm]+|[IVXLCDM]+|#)[.)](?: |$)")
_OTHER = re.compile(
    rf"(?: |\.\.(?: |$)|__(?: |$)|\|(?: |$)|{_FIELD}|[-*+\u2022\u2023\u2043](?: |$)"
    r"|(?:-\w|/[A-Z]|--\w[\w-]*)(?:[ =]<?\w[\w-]*>?)?(?:,? +[-/]\S+)*(?:  |$))"
)
"""What begins a quotation, explicit markup, lines, fields, a list or options."""


def _is_heading(line: str, following: str) -> bool:
    underlined = _ADORNMENT.fullmatch(following) and len(following) >= min(4, len(line))
    return bool(underlined and line[:1] not in {"", " "} and not _ADORNMENT.fullmatch(line))


def _is_other(line: str, following: str) -> bool:
    """Whether a line begins something else than a paragraph."""
    if not line or _ADORNMENT.fullmatch(line) or _OTHER.match(line):
        return True
    if _ENUMERATED.match(line) and (not following or following[0] == " " or _ENUMERATED.match(following)):
        return True
    return following[:1] == " "  # a term with its definition, or a section in Google style
