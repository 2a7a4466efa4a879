"""Reading files and folders, of the disk or in archives.

Nothing else in the package opens a file that it did not write itself; :mod:`~sphinxext.plugins.decoding` reads what
is in them. The path of what is in an archive is below that of the archive itself, as if that were a folder:
``wheels/sluice-2.1.0-py3-none-any.whl/sluice/readers.py``. Nothing is unpacked to the disk.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from bisect import bisect_left
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sphinxext.plugins.core import limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


is_file, is_folder, is_link, exists = os.path.isfile, os.path.isdir, os.path.islink, os.path.exists
"""What is at a path, if anything. The methods of paths raise errors where a name is too long, or denied."""


def descriptor(file: str | Path) -> int:
    """Open a regular file to read it, never a pipe, a device or a folder, also where one takes its place meanwhile.

    :raises OSError: where it is none, or cannot be opened
    """
    try:
        _ensure_regular(os.stat(file).st_mode)  # noqa: PTH116  # to open a device may do something
        opened = os.open(file, _FLAGS)
    except ValueError as error:  # no path has such characters
        raise OSError(errno.EINVAL, str(error)) from error
    try:
        _ensure_regular(os.fstat(opened).st_mode)
    except OSError:
        os.close(opened)
        raise
    return opened


# Windows has only the last of these, and other systems only those before.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def _ensure_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):  # it may block, never end, or do something
        raise OSError(errno.EINVAL, "it is no regular file")


def read(file: str | Path, most: int = limits.LARGEST_FILE, *, whole: bool = True) -> bytes:
    """Read a file of the disk.

    :param most: how many bytes of it
    :param whole: whether one that has more cannot be read
    :raises OSError: where it cannot be read
    """
    with open(descriptor(file), "rb", buffering=0) as stream:
        size = os.fstat(stream.fileno()).st_size
        if whole:
            ensure_size(size, most)
        # Some have a size that nobody knows before, or nothing yet.
        content = stream.read(min(most, max(size, 2**16)) + 1) or b""
    if whole:
        ensure_size(len(content), most)
    return content[:most]


def ensure_size(size: int, most: int) -> None:
    """Make sure that a file is not larger than it may be.

    :raises OSError: where it is
    """
    if size > most:
        allowed = f"{most // 2**20} MiB" if most >= 2**20 else f"{most:,} bytes"
        raise OSError(errno.EFBIG, f"it is larger than {allowed}")


def holds(file: str | Path, content: bytes) -> bool:
    """Whether a file has just this content."""
    try:
        return read(file, len(content)) == content
    except OSError:
        return False


def reason(error: Exception) -> str:
    """Say in a few words why a file cannot be read."""
    return str(getattr(error, "strerror", None) or error)


class Files(Protocol):
    """Where files are read."""

    def names(self, folder: Path) -> list[str]:
        """Return the names in a folder; none where it is not there."""

    def read(self, file: str | Path, most: int = limits.LARGEST_FILE) -> bytes:
        """Read a file of so many bytes at the most.

        :raises OSError: where it cannot be read, or has more
        """


class Disk:
    """The files of this machine."""

    def names(self, folder: Path) -> list[str]:
        """Return the names in a folder; none where it is not there, or cannot be read."""
        try:
            return os.listdir(folder)  # noqa: PTH208  # twice as fast
        except (OSError, ValueError):  # no path has such characters
            return []

    def read(self, file: str | Path, most: int = limits.LARGEST_FILE) -> bytes:
        """Read a file, as :func:`read` does."""
        return read(file, most)


def within(folder: Path, place: str) -> Path | None:
    """Return the path of a place below a folder; None where it is outside, be it by a symbolic link."""
    path, root = resolved(folder / place), resolved(folder)
    return path if path and root and path.is_relative_to(root) else None


def resolved(path: Path) -> Path | None:
    """Follow the symbolic links of a path; None where they lead in a circle, or it is no path."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return None


def following() -> Callable[[str], str]:
    """Return what follows the symbolic links of many paths, those of each folder once."""
    real = cache(os.path.realpath)

    def follow(path: str) -> str:
        folder, name = os.path.split(path)
        inner = os.path.join(real(folder), name)  # noqa: PTH118  # there may be thousands
        return os.path.realpath(path) if os.path.islink(inner) or name in {"", ".", ".."} else inner  # noqa: PTH114

    return follow


def replace(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it, or ends this process, finds it as it was or as it is to be.

    :raises OSError: where that cannot be done
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


class Archive(Protocol):
    """Files with their names in an archive, ``sluice/readers.py``."""

    @property
    def complaints(self) -> Sequence[str]:
        """Return what is wrong with it all the same, said of it."""

    def names(self) -> list[str]:
        """Return the names of all files."""

    def read(self, name: str) -> bytes:
        """Read one of them.

        :raises OSError: where it cannot be read
        """


class Archived:
    """The files of the disk, and those in archives."""

    def __init__(self) -> None:
        self._disk = Disk()
        self._archives: dict[Path, Archive] = {}
        self._names: dict[Path, list[str]] = {}
        self._homes: dict[str, Path | None] = {}

    def add(self, path: Path, archive: Archive) -> None:
        """Take in an archive, which is found by a path from then on."""
        self._archives[path] = archive
        self._names[path] = sorted(archive.names())
        self._homes.clear()

    def names(self, folder: Path) -> list[str]:
        """Return the names in a folder; none where it is not there."""
        home = self._home(str(folder)) if self._archives else None
        if home is None:
            return self._disk.names(folder)
        inside = folder.relative_to(home).as_posix()
        return sorted(set(_children(self._names[home], "" if inside == "." else f"{inside}/")))

    def below(self, folder: Path) -> list[str]:
        """Return the paths of all files in a folder of an archive, relative to it."""
        home = self._home(str(folder))
        if home is None:
            return []
        inside = folder.relative_to(home).as_posix()
        start = "" if inside == "." else f"{inside}/"
        return [name.removeprefix(start) for name in self._names[home] if name.startswith(start)]

    def read(self, file: str | Path, most: int = limits.LARGEST_FILE) -> bytes:
        """Read a file, as :func:`read` does."""
        folder, _, name = str(file).rpartition(os.sep)
        home = self._home(folder) if self._archives else None
        if home is None:
            return self._disk.read(file, most)
        below = Path(folder).relative_to(home).as_posix()
        content = self._archives[home].read(name if below == "." else f"{below}/{name}")
        ensure_size(len(content), most)
        return content

    def _home(self, folder: str) -> Path | None:
        """Return the archive that a folder is in, or is; None where it is one of the disk."""
        if folder not in self._homes:
            path = Path(folder)
            self._homes[folder] = next((each for each in (path, *path.parents) if each in self._archives), None)
        return self._homes[folder]


def _children(names: Sequence[str], folder: str) -> Iterator[str]:
    """Return the names in a folder, of the sorted names of all files; those of folders are not kept anywhere."""
    at = bisect_left(names, folder)
    while at < len(names) and names[at].startswith(folder):
        child, below, _ = names[at][len(folder) :].partition("/")
        yield child
        at = bisect_left(names, f"{folder}{child}{chr(ord('/') + 1)}", at) if below else at + 1
