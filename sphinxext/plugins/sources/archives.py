"""Archives read in place: nothing of them is unpacked to the disk, and no more is read than is asked for.

They are strangers' files. What is wrong with one is an :exc:`OSError` when it is opened or read, or a complaint
of it; no name in it leads out of it, and nothing in it takes more memory than is said here.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, cast

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.files import descriptor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sphinxext.plugins.core.files import Archive


_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What the standard library raises for archives that are broken, encrypted or of an unknown kind."""

_READ_OF_TARS = {"", ".cfg", ".in", ".md", ".py", ".pyi", ".rst", ".toml", ".txt"}
"""The kinds of files in a tar that anything is read of: a version, say, stands in a file without a suffix."""


def open_archive(path: Path) -> Archive:
    """Open a wheel, or another zip or tar.

    :raises OSError: where it cannot be read
    """
    try:
        return _Zip(path) if path.suffix in {".whl", ".zip"} else _Tar(path)
    except _BROKEN as error:
        msg = f"{type(error).__name__}: {error}"
        raise OSError(msg) from error


class _Zip:
    """The files of a zip; each is unpacked when it is read."""

    def __init__(self, path: Path) -> None:
        opened = _Positioned(path, limits.LARGEST_DIRECTORY)
        stream = io.BufferedReader(opened)
        try:
            self._zip = zipfile.ZipFile(stream)
        except BaseException:
            stream.close()
            raise
        opened.left = None
        infos = self._zip.infolist()
        _count(len(infos))
        self._files = {info.filename: info for info in infos if not info.is_dir() and _is_within(info.filename)}
        self.complaints = _complaints([info.filename for info in infos])

    def names(self) -> list[str]:
        return list(self._files)

    def read(self, name: str) -> bytes:
        info = self._files.get(name)
        if info is None:
            raise FileNotFoundError(name)
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:  # others unpack without a limit
            msg = f"{name} is compressed in a way that no wheel is"
            raise OSError(msg)
        try:
            with self._zip.open(info) as stream:
                content = stream.read(limits.LARGEST_MEMBER + 1)
        except _BROKEN as error:
            msg = f"{name}: {type(error).__name__}: {error}"
            raise OSError(msg) from error
        if len(content) > limits.LARGEST_MEMBER:
            msg = f"{name} is larger than {limits.LARGEST_MEMBER // 2**20} MiB"
            raise OSError(msg)
        return content


class _Positioned(io.RawIOBase):
    """A file with a position of its own in each process: those that Sphinx forks share one otherwise."""

    def __init__(self, path: Path, left: int) -> None:
        self.left: int | None = left
        """How many bytes may be read; None for as many as there are."""
        self._descriptor = -1
        self._descriptor = descriptor(path)
        self._size = os.fstat(self._descriptor).st_size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer, which this one is
        read = os.pread(self._descriptor, len(buffer), self._position)
        if self.left is not None:
            self.left -= len(read)
            if self.left < 0:
                msg = f"its list of files is larger than {limits.LARGEST_DIRECTORY // 2**20} MiB"
                raise OSError(msg)
        buffer[: len(read)] = read
        self._position += len(read)
        return len(read)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            msg = "a place before the beginning of the file"
            raise ValueError(msg)
        self._position = start + offset
        return self._position

    def close(self) -> None:
        if not self.closed and self._descriptor >= 0:
            os.close(self._descriptor)
        super().close()


class _Tar:
    """The files of a tar that anything may be read of; it has no index, so that it is read as a whole."""

    def __init__(self, path: Path) -> None:
        self._files: dict[str, bytes] = {}  # packed each: a tar of 200 kB may unpack to as much as a tar may
        names: list[str] = []
        with (
            os.fdopen(descriptor(path), "rb") as file,
            tarfile.open(fileobj=_Limited(_unpacked(file)), mode="r|") as tar,
        ):
            while (member := tar.next()) is not None:
                tar.members.clear()  # type: ignore[attr-defined]  # it would keep all
                names.append(member.name)
                _count(len(names))
                wanted = member.isreg() and not member.issparse()  # of which 16 MiB may take no space
                wanted = wanted and PurePosixPath(member.name).suffix in _READ_OF_TARS
                if wanted and member.size <= limits.LARGEST_MEMBER and _is_within(member.name):
                    stream = tar.extractfile(member)
                    assert stream is not None
                    self._files[member.name.removeprefix("./")] = zlib.compress(stream.read(), 1)
        self.complaints = _complaints(names)

    def names(self) -> list[str]:
        return list(self._files)

    def read(self, name: str) -> bytes:
        try:
            return zlib.decompress(self._files[name])
        except KeyError:
            raise FileNotFoundError(name) from None


class _Limited(io.RawIOBase):
    """A stream that ends with an error where it is too long."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._left = limits.LARGEST_TAR

    def read(self, size: int = -1) -> bytes:
        read = self._stream.read(size)
        self._left -= len(read)
        if self._left < 0:
            msg = f"it unpacks to more than {limits.LARGEST_TAR // 2**20} MiB"
            raise OSError(msg)
        return read


def _unpacked(file: IO[bytes]) -> IO[bytes]:
    """Return the content of a file, unpacked if it is compressed."""
    start = file.read(6)
    file.seek(0)
    opening: dict[bytes, Callable[[IO[bytes]], object]] = {
        b"\x1f\x8b": gzip.open,
        b"BZh": bz2.open,
        b"\xfd7zXZ\0": lzma.open,
    }
    return next((cast("IO[bytes]", opened(file)) for magic, opened in opening.items() if start.startswith(magic)), file)


def _count(files: int) -> None:
    if files > limits.MOST_FILES:
        msg = f"it has more than {limits.MOST_FILES:,} files"
        raise OSError(msg)


def _is_within(name: str) -> bool:
    """Whether a name in an archive is that of a file in it, and nothing else."""
    parts = name.removeprefix("./").split("/")
    return (
        len(parts) <= limits.DEEPEST_FILE and not {"", ".", ".."} & set(parts) and "\0" not in name and "\\" not in name
    )


def _complaints(names: Sequence[str]) -> list[str]:
    odd = [name for name in names if not _is_within(name.rstrip("/"))]
    return [f"has names in it that no file in it can have, such as {odd[0][:100]!r}"] if odd else []
