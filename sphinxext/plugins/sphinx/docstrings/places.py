"""Which line of its file each line of a docstring is, whatever its literal and its style made of the lines."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.files import Archived

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def lines_in_file(lines: Sequence[str], written: str, first: int, source: Sequence[str]) -> list[int]:
    """Find the line of the file for each line of what is parsed.

    :param written: the docstring that this was made from
    :param first: the line of the file that the docstring begins in, or its definition
    :param source: the lines of the file; none where it cannot be read
    """
    original = written.splitlines()
    if max(len(lines), len(original)) > limits.MOST_COMPARED:
        return [first] * len(lines)
    in_file = _in_file(original, first, source[first - 1 : first - 1 + len(original) + limits.MOST_COMPARED_FURTHER])
    if in_file and lines[: len(original)] == original:
        return [*in_file, *in_file[-1:] * (len(lines) - len(original))]
    return [in_file[number] if in_file else first for number in _aligned(lines, original)]


def _in_file(original: Sequence[str], first: int, source: Sequence[str]) -> list[int]:
    """Find the lines of a docstring in those of the file; one after the other where they are not found."""
    one_by_one = all(line.strip() in there for line, there in zip(original, source, strict=False))
    if not source or (one_by_one and len(source) >= len(original)):
        return list(range(first, first + len(original)))
    return [first + number for number in _aligned(original, source)]


def read_lines(file: Path | None) -> list[str]:
    """Read the lines of a file as Python counts them; none where it cannot be read."""
    if file is None:
        return []
    try:
        text = Archived().read(file).decode("utf-8", "replace")
    except OSError:
        return []
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _aligned(lines: Sequence[str], original: Sequence[str]) -> list[int]:
    """Find for each line the number of that which it was made from; one that is not found follows the last."""
    ours, theirs = ([line.strip() for line in each] for each in (lines, original))
    found: list[int] = []
    at, since = 0, 0
    for tag, start, end, first, last in SequenceMatcher(_is_blank, theirs, ours).get_opcodes():
        at, since = max(at, min(start, len(theirs) - 1)), first
        for number in range(first, last):
            near = [start + number - first] if tag == "equal" else range(at, min(end, at + limits.MOST_MOVED))
            match = next((each for each in near if tag == "equal" or _is_made_from(ours[number], theirs[each])), None)
            if match is not None:
                at, since = match, number
            found.append(max(at, min(at + number - since, end - 1)))
    return found


def _is_blank(line: str) -> bool:
    return not line


def _is_made_from(line: str, original: str) -> bool:
    r"""Whether a line has the end of another in it: ``:param x: The first.`` that of ``x (int): The first.``."""
    tail = original.rpartition(": ")[2]
    return bool(line and tail) and (line in original or tail in line)
