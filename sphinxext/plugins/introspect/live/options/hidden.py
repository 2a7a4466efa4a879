"""Says which values of options are not shown: those that are secrets, or hold one.

Run as a script, on Python 3.8 and newer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Iterable

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")

SECRET = re.compile(
    r"pass_?(word|wd|phrase|code)|secret|(^|_)pwds?(_|$)|credentials?$|tokens?$"
    r"|(^|_)(auth|access|api|private|encryption|signing)_?keys?$"
)
"""Names of what may be a secret, their words in small letters with a line between them."""

ONE = re.compile(r"(word|wd|phrase|code|secret|key|token|credential)$")
"""Those that a number may be a secret of: more than one of it is a count, and what else there is of it a size."""

WITHIN = re.compile(r"://[^\s/@:]*:[^\s/@]+@|(^|[?&;\s])(password|passwd|pwd)=[^\s&;]", re.IGNORECASE)
"""A password in an address, or in what a database is reached by."""


def is_secret(name: str, value: Any) -> bool:
    """Whether a plain value may be a secret, by its name."""
    words = "_".join(WORD.findall(name)).lower()
    if value is None or isinstance(value, bool) or not SECRET.search(words):
        return False
    return not isinstance(value, (int, float)) or ONE.search(words) is not None


def holds_secret(value: Any) -> bool:
    """Whether there is a secret within a plain value; what is empty is none."""
    inner = (entry for each in parts(value) if isinstance(each, dict) for entry in each.items())
    return any(WITHIN.search(text) for text in texts_in(value)) or any(
        each and is_secret(key, each) for key, each in inner
    )


def texts_in(value: Any) -> Iterable[str]:
    """Return the texts in a plain value."""
    return (each for each in parts(value) if isinstance(each, str))


def parts(value: Any) -> Iterable[Any]:
    """Return a plain value with all that is in it."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        yield each
        if isinstance(each, dict):
            waiting += [*each, *each.values()]
        elif isinstance(each, list):
            waiting += each
