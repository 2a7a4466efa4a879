"""Summaries: the first sentence of a docstring, and the first paragraph of one that is only text.

Where the docstring is parsed, its first paragraph is known; here it is found by the rules of
reStructuredText for what begins a paragraph and what begins something else.
"""

from __future__ import annotations

import re

SECTIONS = frozenset(
    {
        *{"args", "arguments", "attributes", "example", "examples", "keyword args", "keyword arguments", "methods"},
        *{"note", "notes", "other parameters", "parameters", "raises", "receives", "references", "return", "returns"},
        *{"see also", "todo", "warning", "warnings", "warns", "yield", "yields"},
    }
)
"""What heads a section of a docstring in Google or NumPy style, in small letters."""

_SEARCHED = 4_000
"""How many characters of a docstring are searched for a summary; that takes time in the square of their number."""

_FIELD = r":[^:`\n]+:(?:\s|$)"
_SENTENCE_END = re.compile(rf"[.!?…]['\")\]]*(?=\s+\S)|[\u3002\uFF01\uFF1F]|(?=\n{_FIELD})")
_ABBREVIATION = re.compile(
    r"(?:^\d+|(?:^|[\s(\[])(?:[A-Z]|(?:[a-zA-Z]\.)+[a-zA-Z]|etc|cf|vs|resp|approx|incl|excl|esp|viz|al|ca|ver|vol|pp"
    r"|Figs?|figs?|Eqs?|eqs?|Secs?|Refs?|refs?|Vol|No|Nos|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Inc|Ltd|Corp|Co|Ph\.D|eds?"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\.$"
)
_LONGEST_ABBREVIATION = 20
_LONGEST_SPACE = 100
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
    return " ".join(paragraph[: end(muted(paragraph))].split())


def first_sentence(marked: str) -> str:
    """Cut a paragraph, with its markup, behind its first sentence."""
    return marked[: end(muted(marked))]


def end(text: str) -> int:
    """Find where the first sentence of a paragraph ends, at the latest with the paragraph or before a field."""
    found = _SENTENCE_END.finditer(text[:_SEARCHED])
    ends = (each.end() for each in found if not text[each.end() : each.end() + _LONGEST_SPACE].lstrip()[:1].islower())
    return next(
        (at for at in ends if not _ABBREVIATION.search(text, max(0, at - _LONGEST_ABBREVIATION), at)), len(text)
    )


def muted(marked: str) -> str:
    """Write a paragraph so that no sentence seems to end within its markup; it stays as long as it is."""
    return _MARKED.sub(_muted, marked[:_SEARCHED]) + marked[_SEARCHED:]


def without_stops(text: str, *, but_last: bool = False) -> str:
    """Write something else for what ends a sentence.

    :param but_last: whether the sentence may end with the text
    """
    last = text[-1:] if but_last else ""
    return _STOPS.sub("x", text[: len(text) - len(last)]) + last


def _muted(found: re.Match[str]) -> str:
    marks = 0 if found["literal"] else 2 if found["strong"] else 1
    if not marks:
        return without_stops(found[0])
    # What closes is written as a bracket, behind which a sentence may end.
    return "(" * marks + without_stops(found[0][marks:-marks], but_last=True) + ")" * marks


def first_paragraph(text: str) -> str:
    """Find the first paragraph of a text in reStructuredText, or what heads it."""
    lines = [line.rstrip() for line in text[:_SEARCHED].expandtabs().splitlines()]
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
