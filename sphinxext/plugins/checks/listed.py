"""What pages list by hand: entries of lists, terms of definitions, first cells of tables, and headings.

Lines are looked at as people see them; neither reStructuredText nor Markdown is parsed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.checks.asked import CODE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ITEM = re.compile(r"(?:[-*+•]|\d+[.)]|#\.)\s+(?:[-*]\s+)?(?P<text>\S.*)")
_DIRECTIVE = re.compile(r"\.\.\s+(?:(?P<name>[\w:+.-]+)\s?::)?")
_FENCE = re.compile(r"`{3,}|~{3,}")
_ROW = re.compile(r"\|(?P<text>[^|]*[^|\s-][^|]*)\|")
_BORDER = re.compile(r"\|?[\s:]*-[-\s|:]*\|[-\s|:]*|\+=[=+]+")
_COLUMNS = re.compile(r"=+(?=\s+=)[\s=]+")
_UNDERLINE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}")

_MARKUP = re.compile(
    r":[\w:+.-]+:`(?P<role>[^`<]+?)(?:\s*<[^`]*>)?`|``(?P<literal>[^`]+)``|\[`?(?P<linked>[^]`]+)`?\]\([^)]*\)"
    r"|`(?P<link>[^`<]+?)(?:\s*<[^`]*>)?`_{0,2}|\*\*(?P<strong>[^*]+)\*\*|\*(?P<emphasis>[^*]+)\*"
)
_END = re.compile(r"\s+[-\u2013\u2014]+(\s|$)|[:,;](\s|$)|\s\(|\.\s|\.?$")


class Entry(NamedTuple):
    """What is listed."""

    line: int

    label: str
    """What it begins with: the words that are marked up, or else those before a dash, a colon and the like."""

    markup: str | None
    """What these are marked up as; None where they are plain."""


def series(text: str) -> list[list[Entry]]:
    """Return what is listed together in a text."""
    made: list[list[Entry]] = []
    open_: dict[tuple[str, int], list[Entry]] = {}
    for kind, depth, line, words in _told(text.splitlines()):
        # What goes on beside it, or further out, ends a list; what is further in belongs to its entry.
        ended = [key for key in open_ if key != (kind, depth) and _ends(key, kind, depth)]
        made += [open_.pop(key) for key in ended]
        if words is not None:
            open_.setdefault((kind, depth), []).append(_entry(line, words))
    return [each for each in (*made, *open_.values()) if len(each) > 1]


def _ends(key: tuple[str, int], kind: str, depth: int) -> bool:
    """Whether something ends what is listed."""
    if kind == "inner":
        return False
    if kind == "heading" or key[0] == "heading":
        return kind == "heading" and (key[0] != "heading" or depth < key[1])
    return depth <= key[1]


def _entry(line: int, words: str) -> Entry:
    if marked := _MARKUP.match(words):
        return Entry(line, next(filter(None, marked.groups())).strip(), marked.lastgroup)
    end = _END.search(words)
    return Entry(line, words[: end.start() if end else None].strip(), None)


def _told(lines: Sequence[str]) -> Iterator[tuple[str, int, int, str | None]]:
    """Yield what lines are: the kind of what is listed, how deep, the line, and its words; None for any other text."""
    styles: list[str] = []
    width = 0
    for number, text, indent in _visible(lines):
        if _COLUMNS.fullmatch(text):
            is_end = not _line(lines, number + 1).strip()
            width = 0 if width and is_end else len(text.split()[0])
            # What stood above the second of three is no row, but heads the columns.
            yield "row", indent if is_end else -1, number + 1, None
            continue
        kind, depth, words = _kind(lines, number, styles)
        if kind == "other" and width and (cell := lines[number][indent : indent + width].strip()):
            kind, words = "row", cell
        yield kind, indent if depth is None else depth, number + 1, words


def _visible(lines: Sequence[str]) -> Iterator[tuple[int, str, int]]:
    """Yield the numbers and texts of lines with what they are indented by, but for code and comments."""
    hidden: int | None = None
    fence = ""
    for number, line in enumerate(lines):
        text, indent = line.strip(), len(line) - len(line.lstrip())
        if not text or (hidden is not None and indent > hidden):
            continue
        hidden = indent if _hides(text) else None
        found = None if text[0] == "~" and _line(lines, number - 1).strip() else _FENCE.match(text)  # or a line below
        if fence:
            fence = "" if text.startswith(fence) and not text.strip(fence[0]) else fence
        elif found:
            fence = found[0]
        else:
            yield number, text, indent


def _kind(lines: Sequence[str], number: int, styles: list[str]) -> tuple[str, int | None, str | None]:
    """Return the kind of what is listed in a line, how deep where that is not its indentation, and its words."""
    text = lines[number].strip()
    if (level := _level(lines, number, styles)) is not None:
        return "heading", level, text.lstrip("# ")
    if item := _ITEM.match(text):
        return "item", None, item["text"]
    if _BORDER.fullmatch(text):
        return "other", -1, None  # what stood above it heads the columns
    if row := _ROW.match(text):
        return "row", None, row["text"].strip()
    if _UNDERLINE.fullmatch(text) or text.startswith(("|", "+")):
        return "inner", None, None
    return ("term", None, text) if _is_term(lines, number) else ("other", None, None)


def _line(lines: Sequence[str], number: int) -> str:
    return lines[number] if 0 <= number < len(lines) else ""


def _hides(text: str) -> bool:
    """Whether what is indented below a line is code, or a comment."""
    directive = _DIRECTIVE.match(text)
    if directive is None:
        return text.endswith("::")
    return directive["name"] is None or directive["name"] in CODE


def _level(lines: Sequence[str], number: int, styles: list[str]) -> int | None:
    """Return the level of a heading; None for what is none.

    :param styles: the underlines so far, by levels
    """
    line, following = lines[number], _line(lines, number + 1)
    if marked := re.match(r"(#{1,6})\s+\S", line):
        return len(marked[1])
    is_heading = _UNDERLINE.fullmatch(following.rstrip()) and not _UNDERLINE.fullmatch(line.strip())
    if not is_heading or line[:1].isspace() or not line.strip():
        return None
    over = number > 0 and lines[number - 1].rstrip() == following.rstrip()
    style = following[0] * (2 if over else 1)
    if style not in styles:
        styles.append(style)
    return styles.index(style)


def _is_term(lines: Sequence[str], number: int) -> bool:
    """Whether a line is the term of a definition."""
    line, before, following = (_line(lines, each) for each in (number, number - 1, number + 1))
    indent, inner = (len(each) - len(each.lstrip()) for each in (line, following))
    is_first = not before.strip() or (len(before) - len(before.lstrip()) > indent)
    is_text = not line.lstrip().startswith(("..", ":"))
    return is_first and is_text and bool(following.strip()) and (inner > indent or following.startswith(": "))
