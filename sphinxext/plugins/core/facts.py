"""Facts that stand within others: fields and sections of a docstring, and one requirement of a distribution.

All is read as plain text: nothing is parsed, and markup stays as it is written.
"""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING, TypeVar

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from sphinxext.plugins.core import limits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from packaging.specifiers import Specifier, SpecifierSet

_T = TypeVar("_T")

_FIELD = re.compile(r":(?![:\s])((?:[^:\\\n]|\\.|:(?!\s|$))+):(?:[ \t]+(.*))?$")
"""What begins a field of reStructuredText, with its name and what stands behind it in its line."""

_ADORNMENT = re.compile(r"([!-/:-@[-`{-~])\1*")
_GOOGLE = re.compile(r"(\S.*?):\s*")
_BULLET = re.compile(r"[-*+\u2022]\s+")
_RUBRIC = re.compile(r"\.\. rubric:: *(.+)")


def fields(docstring: str) -> Iterator[tuple[str, str]]:
    """Return the names of fields, ``:Device: Arista EOS``, with what each says, in one line.

    Fields that are further in belong to something else: a directive, an example, another field.
    """
    lines = _lines(docstring)
    for number, line in enumerate(lines):
        match = _FIELD.match(line)
        if match is not None:
            body = [match[2] or "", *_indented(lines, number + 1)]
            if text := " ".join(" ".join(body).split()):
                yield match[1].replace("\\", ""), text


def sections(docstring: str) -> Iterator[tuple[str, str | list[str]]]:
    """Return the names of sections with what stands in each: its text in one line, or the items of its list.

    A heading is underlined, as in reStructuredText and NumPy style, a rubric, or ends with a colon before lines
    that are further in, as in Google style.
    """
    lines = _lines(docstring)
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        google, rubric = _GOOGLE.fullmatch(line), _RUBRIC.fullmatch(line)
        name, body = "", list[str]()
        if _is_heading(line.strip(), following):
            name, body = line.strip(), _until_heading(lines, number + 2)
        elif rubric:
            name, body = rubric[1], _until_heading(lines, number + 1)
        elif google:
            name, body = google[1], list(_indented(lines, number + 1))
        if content := _content(body):
            yield name, content


def named(facts: Iterable[tuple[str, _T]], name: str) -> list[_T]:
    """Return what those of a name say, in capitals or not."""
    return [said for written, said in facts if _same(written, name)]


def _lines(docstring: str) -> list[str]:
    return docstring[: limits.LONGEST_DOCSTRING].expandtabs().splitlines()


def _same(written: str, name: str) -> bool:
    return " ".join(written.split()).casefold() == " ".join(name.split()).casefold()


def _indented(lines: list[str], start: int) -> Iterator[str]:
    """Return the lines that belong to what begins in the line before, for they are further in."""
    for line in lines[start:]:
        if line[:1] not in {"", " "}:
            return
        yield line


def _is_heading(line: str, following: str) -> bool:
    """Whether a line is underlined, which itself is no such line."""
    adorned = _ADORNMENT.fullmatch(following.strip())
    return bool(adorned and line and len(following.strip()) >= min(4, len(line)) and not _ADORNMENT.fullmatch(line))


def _until_heading(lines: list[str], start: int) -> list[str]:
    """Return the lines before the next heading, and before the line above that, if there is one."""
    for number in range(start, len(lines)):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if _RUBRIC.fullmatch(lines[number]) or _is_heading(lines[number].strip(), following):
            above = lines[number - 1].strip() if number > start else ""
            return lines[start : number - 1 if above and above == following.strip() else number]
    return lines[start:]


def _content(lines: Iterable[str]) -> str | list[str] | None:
    """Write what lines say, as a list where they are one."""
    text = dedent("\n".join(lines)).strip()
    if not _BULLET.match(text):
        return " ".join(text.split()) or None
    items: list[str] = []
    for line in text.splitlines():
        if bullet := _BULLET.match(line):
            items.append(line[bullet.end() :])
        elif line[:1] in {"", " "}:
            items[-1] += f" {line}"
        else:  # behind the list stands something else
            return " ".join(text.split())
    return [" ".join(item.split()) for item in items]


_EXTRA = re.compile(r"extra\s*==\s*([\"'])(.*?)\1|([\"'])([^\"']*?)\3\s*==\s*extra")


def requirement(headers: Iterable[str], project: str, extras: Collection[str]) -> str | list[str] | None:
    """Return which versions of a project are required: ``>=4,<9``, or ``*`` for any.

    What :func:`required` does not decide stands behind the versions.
    """
    found: list[str] = []
    for requires, condition in required(headers, project, extras):
        versions = f"@ {requires.url}" if requires.url else ordered(requires.specifier) or "*"
        found.append(f"{versions}; {condition}" if condition else versions)
    unique = list(dict.fromkeys(found))
    return unique[0] if len(unique) == 1 else unique or None


def required(headers: Iterable[str], project: str, extras: Collection[str]) -> Iterator[tuple[Requirement, str]]:
    """Return what is required of a project, with the condition of that.

    A requirement of an extra counts where the plugin asks for that extra. Any other condition is not decided
    here, for it is about another environment than this one.

    :param headers: the values of ``Requires-Dist``
    :param extras: those that the entry point asks for
    """
    wanted = canonicalize_name(project)
    for header in headers:
        try:
            requires = Requirement(header)
            condition = str(requires.marker or "")
            if canonicalize_name(requires.name) != wanted or not _holds(condition, extras, elsewhere=True):
                continue
            certain = _holds(condition, extras, elsewhere=False)
        except (ValueError, RecursionError):  # conditions may be nested as deep as anybody likes
            continue
        yield requires, "" if certain else _without_extras(condition)


def _holds(condition: str, extras: Iterable[str], *, elsewhere: bool) -> bool:
    """Whether a condition holds where all that it says of an environment is so, or none of that.

    It can negate nothing, so what holds where none of that is so holds everywhere.
    """
    if not condition:
        return True
    told = f'python_version {">=" if elsewhere else "<"} "0"'
    marker = Marker(_COMPARISON.sub(lambda match: match[0] if "extra" in match.groups() else told, condition))
    return any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


_SIDE = r"""([\w.]+|"[^"]*"|'[^']*')"""
_COMPARISON = re.compile(rf"{_SIDE} *(?:not +in\b|in\b|[<>=!~]+) *{_SIDE}")


def _without_extras(condition: str) -> str:
    """Return a condition without what it says of extras, where it says that beside all else."""
    if " or " in condition:
        return condition
    return " and ".join(part for part in condition.split(" and ") if not _EXTRA.fullmatch(part.strip("() ")))


def ordered(specifiers: SpecifierSet) -> str:
    """Write bounds of versions: the lower ones first, the upper ones last."""
    return ",".join(map(str, sorted(specifiers, key=_order)))


def _order(specifier: Specifier) -> tuple[int, Version, str]:
    """Return what bounds of versions are ordered by."""
    place = {"!=": 1, "<": 2, "<=": 2}.get(specifier.operator, 0)
    try:
        version = Version(specifier.version.removesuffix(".*"))
    except ValueError:  # behind ``===`` may stand anything, and numbers of thousands of digits
        version = Version("0")
    return place, version, str(specifier)
