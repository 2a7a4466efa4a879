"""How much source is read, and how much of what it says is kept."""

from __future__ import annotations

import re

LARGEST_FILE = 10 * 2**20
"""Bytes of a source file."""

LARGEST_CODE = 2**20
"""Characters of a source file that texts and comments take no part in: a tree takes 500 times the memory."""

MOST_SIBLINGS = 5 * 10**7
"""What assignments in one block cost, with the square of their number; reached by 7,000."""

DEEPEST_NAME = 100
"""Parts of a dotted name of a module."""

_NO_CODE = re.compile(
    r"""\#[^\n]*+
    | \"\"\"(?:[^\\"]++|\\.|"(?!""))*+\"\"\" | \'\'\'(?:[^\\']++|\\.|'(?!''))*+\'\'\'
    | "(?:[^\\\n"]++|\\.)*+" | '(?:[^\\\n']++|\\.)*+'""",
    re.DOTALL | re.VERBOSE,
)
"""Comments and texts; nothing is tried twice."""

_FORMATTED = re.compile(r"\b(?:[fFtT][rR]?|[rR][fFtT])[\"']")
"""The beginning of a text that may have code in it, and texts in that."""


def is_too_much(text: str) -> bool:
    """Whether a source has so much code that a tree of it would take too long, and too much memory."""
    if len(text) <= LARGEST_CODE:
        return False
    return _FORMATTED.search(text) is not None or len(_NO_CODE.sub("", text)) > LARGEST_CODE
