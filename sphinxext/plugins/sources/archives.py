"""Archives read in place: nothing of them is unpacked to the disk, and no more is read than is asked for.

They are others' files. What is wrong with one is an :exc:`OSError` when it is opened or read, or a complaint
of it; no name in it leads out of it, and nothing in it takes more memory than is said here.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import struct
import tarfile
import weakref
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any, cast

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.files import descriptor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sphinxext.plugins.core.files import Archive


BROKEN = (
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
    except BROKEN as error:
        msg = f"{type(error).__name__}: {error}"
        raise OSError(msg) from error


class _Zip:
    """The files of a zip; each is unpacked when it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open()
        infos = self._zip.infolist()
        _count(len(infos))
        self._files = {info.filename: info for info in infos if not info.is_dir() and _is_within(info.filename)}
        self.complaints = _complaints([info.filename for info in infos])

    def _open(self) -> None:
        self._process = os.getpid()
        stream = _Limited(
            os.fdopen(descriptor(self._path), "rb"), limits.LARGEST_DIRECTORY, "its list of files is larger"
        )
        weakref.finalize(self, stream.close)
        self._zip = zipfile.ZipFile(cast("IO[bytes]", stream))
        stream.most = None

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
            if self._process != os.getpid():  # those that Sphinx forks would share a position in the file
                self._open()
            with self._zip.open(info) as stream:
                content = stream.read(limits.LARGEST_MEMBER + 1)
        except BROKEN as error:
            msg = f"{name}: {type(error).__name__}: {error}"
            raise OSError(msg) from error
        if len(content) > limits.LARGEST_MEMBER:
            msg = f"{name} is larger than {limits.LARGEST_MEMBER // 2**20} MiB"
            raise OSError(msg)
        return content


class _Tar:
    """The files of a tar that anything may be read of; it has no index, so that it is read as a whole."""

    def __init__(self, path: Path) -> None:
        self._files: dict[str, bytes] = {}  # packed each: a tar of 200 kB may unpack to as much as a tar may
        names: list[str] = []
        with os.fdopen(descriptor(path), "rb") as file, tarfile.open(fileobj=_unpacked(file), mode="r|") as tar:
            while (member := tar.next()) is not None:
                tar.members.clear()  # type: ignore[attr-defined]  # it would keep all
                names.append(member.name)
                _count(len(names))
                wanted = member.isreg() and not member.issparse()  # of which 16 MiB may take no space
                wanted = wanted and PurePosixPath(member.name).suffix in _READ_OF_TARS
                if wanted and member.size <= limits.LARGEST_MEMBER and _is_within(member.name):
                    content = tar.extractfile(member)
                    assert content is not None
                    self._files[member.name.removeprefix("./")] = zlib.compress(content.read(), 1)
        self.complaints = _complaints(names)

    def names(self) -> list[str]:
        return list(self._files)

    def read(self, name: str) -> bytes:
        try:
            return zlib.decompress(self._files[name])
        except KeyError:
            raise FileNotFoundError(name) from None


class _Limited:
    """A stream of which only so much may be read."""

    def __init__(self, stream: IO[bytes], most: int, what: str) -> None:
        self.most: int | None = most
        """How many bytes; None for as many as there are."""
        self._stream = stream
        self._what = what
        self._size = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # of the stream
        return getattr(self._stream, name)

    def read(self, size: int = -1) -> bytes:
        read = self._stream.read(size)
        self._size += len(read)
        if self.most is not None and self._size > self.most:
            msg = f"{self._what} than {self.most // 2**20} MiB"
            raise OSError(msg)
        return read


def _unpacked(file: IO[bytes]) -> IO[bytes]:
    """Return the content of a file, unpacked if it is compressed, as far as it is no longer than it may be."""
    start = file.read(6)
    file.seek(0)
    opening: dict[bytes, Callable[[IO[bytes]], object]] = {
        b"\x1f\x8b": gzip.open,
        b"BZh": bz2.open,
        b"\xfd7zXZ\0": lzma.open,
    }
    opened = next((opened(file) for magic, opened in opening.items() if start.startswith(magic)), file)
    return cast("IO[bytes]", _Limited(cast("IO[bytes]", opened), limits.LARGEST_TAR, "it unpacks to more"))


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
