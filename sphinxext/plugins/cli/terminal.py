"""What the command writes on: streams that may be terminals, files, or pipes that are closed early."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TextIO

    from sphinxext.plugins.core.model import Problem

BOLD, RED, GREEN, YELLOW = "1", "31", "32", "33"


class Terminal:
    """Standard output and standard error."""

    def __init__(self) -> None:
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:  # it was closed before Python started
                setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # until Python ends
            stream = getattr(sys, name)
            stream.reconfigure(errors="backslashreplace")  # what an encoding lacks is written out, and ends nothing

    @property
    def width(self) -> int | None:
        """The columns of the terminal; None where the output is no terminal."""
        return shutil.get_terminal_size().columns if _is_terminal(sys.stdout) else None

    @property
    def only_ascii(self) -> bool:
        """Whether the output takes no other characters, or not all."""
        return not (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")

    def write(self, text: str) -> None:
        """Write to standard output, as it is."""
        sys.stdout.write(text)

    def warn(self, problem: Problem, place: str | None) -> None:
        """Write a problem to standard error, as Sphinx writes a warning."""
        where = f"{clean_line(place)}: " if place else ""
        label = styled("WARNING:", YELLOW, sys.stderr)
        sys.stderr.write(f"{where}{label} {clean_line(problem.text)} [plugins.{problem.type}]\n")

    def note(self, text: str) -> None:
        """Write what was done to standard error, where it is no part of what is asked for."""
        sys.stderr.write(f"{clean_line(text)}\n")

    def styled(self, text: str, code: str) -> str:
        """Put a text of standard output into a colour, where there are colours."""
        return styled(text, code, sys.stdout)

    @contextlib.contextmanager
    def progress(self) -> Iterator[Callable[[str], None]]:
        """Show what is going on, in a line on a terminal that disappears; give what to say it by."""
        if not _is_terminal(sys.stderr) or os.environ.get("TERM") == "dumb":
            yield lambda _text: None
            return
        said, done = [""], threading.Event()

        def show() -> None:
            wait = limits.PROGRESS_AFTER
            while not done.wait(wait):
                line = fit(clean_line(said[0]), shutil.get_terminal_size().columns - 1)
                sys.stderr.write(f"\r\x1b[K{line}")
                sys.stderr.flush()
                wait = limits.PROGRESS_AFTER / 5
            if wait < limits.PROGRESS_AFTER:
                sys.stderr.write("\r\x1b[K")
                sys.stderr.flush()

        thread = threading.Thread(target=show, daemon=True)
        thread.start()
        try:
            yield lambda text: said.__setitem__(0, text)
        finally:
            done.set()
            thread.join()

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        """Lay out rows below headings; on a terminal, the widest columns are cut to what there is room for."""
        shown = [[clean_line(cell) for cell in row] for row in (headings, *rows)]
        widths = [max(map(wide, column)) for column in zip(*shown, strict=True)]
        if self.width is not None:
            widths = _narrowed(widths, self.width - 2 * (len(widths) - 1))
        lines: list[str] = []
        for row in shown:
            cells = [fit(cell, width) for cell, width in zip(row, widths, strict=True)]
            padded = [cell + " " * (width - wide(cell)) for cell, width in zip(cells, widths, strict=True)]
            lines.append("  ".join(padded).rstrip())
        return "\n".join([self.styled(lines[0], BOLD), *lines[1:]]) + "\n"


def _narrowed(widths: Sequence[int], room: int) -> list[int]:
    """Take from the widest columns until all fit, or are as narrow as they can be."""
    narrowed = list(widths)
    while sum(narrowed) > room and max(narrowed) > limits.NARROWEST_COLUMN:
        narrowed[narrowed.index(max(narrowed))] -= 1
    return narrowed


def wide(text: str) -> int:
    """Count the columns that a text takes on a terminal: two for a wide character, none for a combining one."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def fit(text: str, width: int) -> str:
    """Cut a text to a number of columns, with an ellipsis where something is missing."""
    if wide(text) <= width:
        return text
    room, kept = width - 1, ""
    for character in text:
        room -= _columns(character)
        if room < 0:
            break
        kept += character
    return f"{kept.rstrip()}…"


def styled(text: str, code: str, stream: TextIO) -> str:
    """Put a text into a colour where a stream has colours, or is to have (no-color.org, force-color.org)."""
    return f"\x1b[{code}m{text}\x1b[0m" if _has_colours(stream) else text


def _has_colours(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return _is_terminal(stream) and os.environ.get("TERM") != "dumb"


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # it is closed
        return False
