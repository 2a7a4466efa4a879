"""The two texts of a distribution's metadata, ``entry_points.txt`` and ``METADATA``, read whatever is in them."""

from __future__ import annotations

import re
import stat
from email.parser import HeaderParser
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    import importlib_metadata

LARGEST = 16 * 2**20
"""Bytes of the largest file that is read; that of archives is the same."""

MOST_ENTRY_POINTS = 10_000
"""How many entry points of one distribution are read; of 3,000 real ones none has a tenth."""

LONGEST_LINE = 2**16
"""Characters of the longest line that can be an entry point."""

MOST_HEADERS = 2**17
"""Characters of headers that are read, without the long description."""

_LISTED = 3
"""How many lines a problem names."""


class Read(NamedTuple):
    """The text of a file."""

    file: str
    """Its path below the folder that the distribution is in."""

    text: str | None
    """None where there is no such file."""

    trouble: str | None = None
    """Why it is not the whole text as it was meant."""


def folder_of(found: importlib_metadata.Distribution) -> Path:
    """Give the folder, or the file, that the metadata of a distribution is in."""
    return Path(str(getattr(found, "_path", "unnamed")))


def called(found: importlib_metadata.Distribution) -> str:
    """Give the normalised name of a distribution, as the folder of its metadata is called; empty where it has none.

    To parse the metadata of all takes long.
    """
    folder, _, suffix = folder_of(found).name.rpartition(".")
    name = re.split(r"-(?=\d)", folder)[0] if suffix in {"dist-info", "egg-info"} else ""
    return canonicalize_name(name)


def read(found: importlib_metadata.Distribution, name: str) -> Read:
    """Read a file of a distribution; of what is not UTF-8, bytes are written as their escapes."""
    folder = folder_of(found)
    file = f"{folder.name}/{name}" if name else folder.name
    obstacle = _obstacle(folder / name) if name else None
    if obstacle:
        return Read(file, "", obstacle)
    try:
        return Read(file, found.read_text(name))
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return Read(file, error.object.decode("utf-8", "backslashreplace"), f"line {line} is not in UTF-8")
    except (OSError, ValueError) as error:
        return Read(file, "", getattr(error, "strerror", None) or str(error))


def _obstacle(path: Path) -> str | None:
    """Say why there is no use in reading what is on the disk; nothing of what is in an archive."""
    try:
        state = path.stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(state.st_mode):
        return "it is no file"
    return f"it is larger than {LARGEST // 2**20} MiB" if state.st_size > LARGEST else None


def entry_points(text: str) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Give the namespace, name and value of each entry point, and what is wrong with the lines that are none.

    The lines are those that :mod:`importlib.metadata` takes for one. It gives up at the first that has no sign
    of equality, and skips what stands in no section.
    """
    found: list[tuple[str, str, str]] = []
    wrong: list[str] = []
    namespace: str | None = None
    if text.startswith("\ufeff"):
        wrong.append("a byte order mark stands before line 1, which no program but this one reads over")
    for number, line in enumerate(map(str.strip, text.removeprefix("\ufeff").splitlines()), start=1):
        if line.startswith("[") and line.endswith("]"):
            namespace = line.strip("[]")
        elif line and not line.startswith("#"):
            name, sign, value = line.partition("=")
            if len(line) > LONGEST_LINE:
                wrong.append(f"line {number} is longer than {LONGEST_LINE:,} characters")
            elif not sign:
                wrong.append(f"line {number} has no sign of equality")
            elif namespace is None:
                wrong.append(f"line {number} stands in no section")
            elif len(found) >= MOST_ENTRY_POINTS:
                wrong.insert(0, f"it has more than {MOST_ENTRY_POINTS:,} entry points, of which line {number} is one")
                break
            else:
                found.append((namespace, name.strip(), value.strip()))
                wrong += [] if name.strip() else [f"line {number} has no name, for which two quotation marks stand"]
    return found, wrong[:_LISTED] + ([f"and {len(wrong) - _LISTED} more"] if len(wrong) > _LISTED else [])


class Headers:
    """The core metadata of a distribution but for its long description, which takes most of the time to parse."""

    def __init__(self, text: str) -> None:
        head = re.split(r"\r?\n\r?\n", text.removeprefix("\ufeff"), maxsplit=1)[0]
        self.trouble: str | None = None
        """Why not all of it was read."""
        if len(head) > MOST_HEADERS:
            head = head[:MOST_HEADERS].rpartition("\n")[0]
            self.trouble = f"its headers have more than {MOST_HEADERS:,} characters"
        values = ((name, value.strip()) for name, value in self._parsed(head))
        self.all = tuple((name, value) for name, value in values if value not in {"", "UNKNOWN"})
        self._named: dict[str, list[str]] = {}
        for name, value in self.all:
            self._named.setdefault(name.lower(), []).append(value)

    def every(self, wanted: str) -> tuple[str, ...]:
        """Give the values of a header that say something."""
        return tuple(self._named.get(wanted.lower(), ()))

    def one(self, wanted: str) -> str | None:
        """Give the first of them."""
        return next(iter(self.every(wanted)), None)

    def _parsed(self, head: str) -> list[tuple[str, str]]:
        """Parse headers; the standard library's parser takes ten times as long, and is needed for odd ones only."""
        lines = head.strip("\n") + "\n"
        if lines.isascii() and "\r" not in lines and _PLAIN.fullmatch(lines):
            return [(name, value) for name, value in _HEADER.findall(lines)]
        message = HeaderParser().parsestr(head)
        rest = str(message.get_payload())
        if rest.strip():
            line = head.count("\n") - rest.count("\n") + 1
            self.trouble = f"line {line} is no header, and what follows it is not read"
        return [(name, str(value)) for name, value in message.items()]


_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*):(.*(?:\n[ \t]+\S.*)*)\n")
_PLAIN = re.compile(rf"(?:{_HEADER.pattern})*")
