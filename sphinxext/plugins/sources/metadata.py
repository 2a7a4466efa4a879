"""The metadata of a distribution, ``entry_points.txt`` and ``METADATA``, read whatever is in them."""

from __future__ import annotations

import re
from email.parser import HeaderParser
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import importlib_metadata
from packaging.utils import canonicalize_name
from packaging.version import Version

from sphinxext.plugins.core import files, limits
from sphinxext.plugins.core.files import reason
from sphinxext.plugins.sources.archives import BROKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOO_MANY = f"is one entry point more than {limits.MOST_ENTRY_POINTS:,}, after which none is read"


class Read(NamedTuple):
    """The text of a file."""

    file: str
    """Its path below the folder that the distribution is in."""

    text: str | None
    """None where there is no such file."""

    error: str | None = None
    """Why it is not the whole text as it was meant."""


def folder_of(found: importlib_metadata.Distribution) -> Path:
    """Return the folder, or the file, that the metadata of a distribution is in."""
    return Path(str(getattr(found, "_path", "unnamed")))


def called(found: importlib_metadata.Distribution) -> str:
    """Return the normalised name of a distribution, as the folder of its metadata is called; empty where it has none.

    To parse the metadata of all takes long.
    """
    folder, _, suffix = folder_of(found).name.rpartition(".")
    name = re.split(r"-(?=\d)", folder)[0] if suffix in {"dist-info", "egg-info"} else ""
    return canonicalize_name(name)


def version_of(said: str | None) -> Version:
    """Return a version to sort by; one that is none, or has numbers of thousands of digits, is before all others."""
    try:
        return Version(said or "0")
    except ValueError:
        return Version("0.dev0")


def read(found: importlib_metadata.Distribution, name: str) -> Read:
    """Read a file of a distribution; of what is not UTF-8, bytes are written as their escapes."""
    folder = folder_of(found)
    file = f"{folder.name}/{name}" if name else folder.name
    try:
        content = own_file(found, name)
        return Read(file, None if content is None else content.decode())
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return Read(file, error.object.decode("utf-8", "backslashreplace"), f"line {line} is not in UTF-8")
    except (OSError, ValueError) as error:
        return Read(file, "", reason(error))


def core_metadata(found: importlib_metadata.Distribution) -> list[Read]:
    """Read the core metadata: the files that may have it, until one has."""
    tried = [read(found, "METADATA")]
    for name in ("PKG-INFO", ""):  # an older kind is one file, which the distribution itself is named by
        if not tried[-1].text:
            tried.append(read(found, name))
    return tried


def own_file(found: importlib_metadata.Distribution, name: str) -> bytes | None:
    """Read a file of the metadata of a distribution; None where there is none.

    :raises OSError: where it cannot be read
    """
    folder = getattr(found, "_path", None)
    try:
        if isinstance(found, Held):
            return found.held(name)
        if isinstance(folder, Path):
            # What an older kind has as one file is a folder in all others.
            return files.read(folder / name, limits.LARGEST_MEMBER) if files.is_folder(folder) is bool(name) else None
        if folder is not None:  # in a zip that modules are imported from
            with folder.joinpath(name).open("rb") as stream:
                return bytes(stream.read(limits.LARGEST_MEMBER))
    except (FileNotFoundError, NotADirectoryError, KeyError):
        pass
    except BROKEN as error:
        msg = f"{type(error).__name__}: {error}"
        raise OSError(msg) from error
    return None


class Held(importlib_metadata.Distribution):
    """A distribution whose metadata is read here, from wherever it is.

    :param folder: what the folder of the metadata is called, or would be
    :param held: reads a file of it; what is not there is None or a :exc:`FileNotFoundError`
    """

    def __init__(self, folder: Path, held: Callable[[str], bytes | None]) -> None:
        self._path = folder
        self.held = held

    def read_text(self, filename: str) -> str | None:  # noqa: D102  # the base's
        return read(self, filename).text

    def locate_file(self, path: object) -> Path:  # noqa: D102  # the base's, which asks for it
        return self._path.parent / str(path)


class Line(NamedTuple):
    """A line of an ``entry_points.txt``, and the entry point that it is."""

    number: int
    text: str
    namespace: str = ""
    name: str = ""
    value: str = ""

    wrong: str | None = None
    """Why it is none."""


def entry_points(text: str, namespace: str | None = None) -> Iterator[Line]:
    """Parse the form of an ``entry_points.txt``: the one parser of it.

    The lines are those that :mod:`importlib.metadata` takes for entry points. It gives up at the first that has no
    sign of equality, and skips what stands in no section.

    :param namespace: of the lines before the first section
    """
    taken = 0
    for number, line in enumerate(map(str.strip, text.removeprefix("\ufeff").splitlines()), start=1):
        if line.startswith("[") and line.endswith("]"):
            namespace = line.strip("[]")
        elif line and not line.startswith("#"):
            name, sign, value = map(str.strip, line.partition("="))
            if len(line) > limits.LONGEST_ENTRY_POINT:
                yield Line(number, line, wrong=f"is longer than {limits.LONGEST_ENTRY_POINT:,} characters")
            elif not sign:
                yield Line(number, line, wrong="has no sign of equality")
            elif namespace is None:
                yield Line(number, line, wrong="stands in no section")
            elif taken == limits.MOST_ENTRY_POINTS:
                yield Line(number, line, wrong=TOO_MANY)
                return
            else:
                taken += 1
                yield Line(number, line, namespace, name, value)


class Headers:
    """The core metadata of a distribution but for its long description, which takes most of the time to parse."""

    def __init__(self, text: str) -> None:
        head = re.split(r"\r?\n\r?\n", text.removeprefix("\ufeff"), maxsplit=1)[0]
        self.error: str | None = None
        """Why not all of it was read."""
        if len(head) > limits.LONGEST_HEADERS:
            head = head[: limits.LONGEST_HEADERS].rpartition("\n")[0]
            self.error = f"its headers have more than {limits.LONGEST_HEADERS:,} characters"
        values = ((name, value.strip()) for name, value in self._parsed(head))
        self.all = tuple((name, value) for name, value in values if value not in {"", "UNKNOWN"})
        self._named: dict[str, list[str]] = {}
        for name, value in self.all:
            self._named.setdefault(name.lower(), []).append(value)

    def every(self, wanted: str) -> tuple[str, ...]:
        """Return the values of a header that say something."""
        return tuple(self._named.get(wanted.lower(), ()))

    def one(self, wanted: str) -> str | None:
        """Return the first of them."""
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
            self.error = f"line {line} is no header, and what follows it is not read"
        return [(name, str(value)) for name, value in message.items()]


_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*):(.*(?:\n[ \t]+\S.*)*)\n")
_PLAIN = re.compile(rf"(?:{_HEADER.pattern})*")

HEADERS = (
    *("Metadata-Version", "Name", "Version", "Dynamic", "Platform", "Supported-Platform", "Summary", "Keywords"),
    *("Description-Content-Type", "Home-page", "Download-URL", "Author", "Author-email", "Maintainer"),
    *("Maintainer-email", "License", "License-Expression", "License-File", "Classifier", "Requires-Dist"),
    *("Requires-Python", "Requires-External", "Project-URL", "Provides-Extra", "Provides-Dist", "Obsoletes-Dist"),
    *("Requires", "Provides", "Obsoletes", "Import-Name", "Import-Namespace"),
)
"""The headers of the `core metadata`_, but for the long description, which no field has.

.. _core metadata: https://packaging.python.org/en/latest/specifications/core-metadata/
"""
