"""Reading files and folders, of the disk or in archives.

The path of what is in an archive is below that of the archive itself, as if that were a folder:
``wheels/sluice-2.1.0-py3-none-any.whl/sluice/readers.py``. Nothing is unpacked to the disk.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


LARGEST = 64 * 2**20
"""Bytes of a file that are read."""


class Files(Protocol):
    """Where files are read."""

    def names(self, folder: Path) -> list[str]:
        """Give the names in a folder; none where it is not there."""

    def read(self, file: str | Path) -> bytes:
        """Read a file.

        :raises OSError: where it cannot be read
        """


class Disk:
    """The files of this machine."""

    def names(self, folder: Path) -> list[str]:
        """Give the names in a folder; none where it is not there, or cannot be read."""
        try:
            return os.listdir(folder)  # noqa: PTH208  # twice as fast
        except (OSError, ValueError):  # no path has such characters
            return []

    def read(self, file: str | Path) -> bytes:
        """Read a file.

        :raises OSError: where it cannot be read
        """
        try:
            mode = os.stat(file).st_mode  # noqa: PTH116
        except ValueError as error:  # no path has such characters
            raise OSError(errno.EINVAL, str(error)) from error
        if not stat.S_ISREG(mode):  # it may block, never end, or do something
            raise OSError(errno.EINVAL, "it is no regular file")
        with open(file, "rb", buffering=0) as stream:  # noqa: PTH123  # twice as fast
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise OSError(errno.EFBIG, "it is too large")
        return content


def within(folder: Path, place: str) -> Path | None:
    """Give the path of a place below a folder; None where it is outside, be it by a symbolic link."""
    try:
        path = (folder / place).resolve()
        return path if path.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError, RuntimeError):  # links in a circle, or no path at all
        return None


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
        """Give what is wrong with it all the same, said of it."""

    def names(self) -> list[str]:
        """Give the names of all files."""

    def read(self, name: str) -> bytes:
        """Read one of them.

        :raises OSError: where it cannot be read
        """


class Archived:
    """The files of the disk, and those in archives."""

    def __init__(self) -> None:
        self._disk = Disk()
        self._archives: dict[Path, Archive] = {}
        self._folders: dict[Path, set[str]] = {}
        self._homes: dict[str, Path | None] = {}

    def add(self, path: Path, archive: Archive) -> None:
        """Take in an archive, which is found by a path from then on."""
        self._archives[path] = archive
        self._homes.clear()
        self._folders[path] = set()
        for name in archive.names():
            *parents, file = name.split("/")
            folder = path
            for parent in parents:
                self._folders[folder].add(parent)
                folder /= parent
                self._folders.setdefault(folder, set())
            self._folders[folder].add(file)

    def names(self, folder: Path) -> list[str]:
        """Give the names in a folder; none where it is not there."""
        found = self._folders.get(folder)
        return self._disk.names(folder) if found is None else sorted(found)

    def read(self, file: str | Path) -> bytes:
        """Read a file.

        :raises OSError: where it cannot be read
        """
        if not self._archives:
            return self._disk.read(file)
        folder, _, name = str(file).rpartition(os.sep)
        if folder not in self._homes:
            path = Path(folder)
            self._homes[folder] = next((each for each in (path, *path.parents) if each in self._archives), None)
        home = self._homes[folder]
        if home is None:
            return self._disk.read(file)
        below = Path(folder).relative_to(home).as_posix()
        return self._archives[home].read(name if below == "." else f"{below}/{name}")
