"""Where the file of a module is, found as an import would find it, but without importing anything."""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import hashlib
import os
import re
import sysconfig
from enum import Enum
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import decode_source
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.files import Disk, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sphinxext.plugins.core.files import Files


_DISK = Disk()


class Form(Enum):
    """What a module is made of."""

    SOURCE = "source"
    """A ``.py`` file, or the ``.pyi`` stub beside compiled code."""

    COMPILED = "compiled"
    """Compiled code without a stub."""

    NAMESPACE = "namespace package"
    """Folders without an ``__init__.py`` (:pep:`420`)."""


class ModuleFile(NamedTuple):
    """A module that was found."""

    form: Form

    path: Path | None
    """The file to read; None for a namespace package."""

    folders: tuple[Path, ...]
    """Where its submodules are; none where it is no package."""

    files: Files = _DISK

    def read(self) -> str:
        """Read its text, in the encoding that it declares.

        :raises OSError: where it cannot be read, or is too large
        :raises SyntaxError: where it declares an unknown encoding
        :raises LookupError: where it declares an encoding that is not one of texts
        :raises UnicodeDecodeError: where its bytes are not in the encoding
        """
        assert self.path is not None
        return decode_source(self.files.read(self.path, limits.LARGEST_SOURCE))


UNREADABLE = (OSError, SyntaxError, LookupError, UnicodeDecodeError)
"""What is raised where a source cannot be read."""

_COMPILED = (".so", ".pyd", ".pyc")
_FILES = (".py", ".pyi", *_COMPILED)

_NO_MODULES = frozenset({"__init__", "__main__", "__pycache__"})
"""What is in the folder of a package and no module in it that others import."""

_STANDARD = sysconfig.get_path("stdlib") + os.sep
_INSTALLED = (f"{_STANDARD}site-packages{os.sep}", f"{_STANDARD}dist-packages{os.sep}")


def compiled(file: Path) -> list[Path]:
    """Return what this Python imports in the place of a module, for it is compiled and lies beside that."""
    stem = file.name.partition(".")[0]
    wanted = {f"{stem}{suffix}" for suffix in EXTENSION_SUFFIXES}
    return [file.with_name(name) for name in _DISK.names(file.parent) if name in wanted]


class ModuleFinder:
    """Finds modules by name and keeps what it found, for one thread or several at once.

    :param modules: the paths of single modules by name, as an editable install maps them
    :param folders: where all other top-level modules are looked for, in order
    :param files: where those paths lead
    :param others: modules by name as well, that count only where nothing else is found
    :param own: those of the folders that come first also where they have only a part of a namespace package
    """

    def __init__(
        self,
        modules: Mapping[str, Path],
        folders: Sequence[Path],
        files: Files = _DISK,
        others: Mapping[str, Path] = MappingProxyType({}),
        own: Sequence[Path] = (),
    ) -> None:
        self._own = tuple(own)
        self._files = files
        self._mapped = dict(modules)
        self._others = dict(others)
        self._folders = tuple(folders)
        self._found: dict[str, ModuleFile | None] = {}
        self._listings: dict[Path, dict[str, list[str]]] = {}
        self._holding: dict[str, dict[str, list[Path]]] = {}
        self._children: dict[str, list[str]] = {}
        self._states: dict[str, str] = {}
        self._asked: set[str] | None = None

    def find(self, name: str) -> ModuleFile | None:
        """Find a module by its dotted name; None where there is none."""
        if self._asked is not None and name not in self._asked:
            self._asked.add(name)
            self.state(name)  # before it is read: what changes meanwhile is then noticed by the next build
        if name not in self._found:
            self._found[name] = self._find(name) if name.count(".") < limits.DEEPEST_NAME else None
        return self._found[name]

    @contextlib.contextmanager
    def watched(self) -> Iterator[set[str]]:
        """Note which names are asked for meanwhile, also those of modules that are not there."""
        before, self._asked = self._asked, set()
        try:
            yield self._asked
        finally:
            self._asked = before

    def note(self, read: Iterable[str]) -> None:
        """Note that something depends on what was asked for before."""
        if self._asked is not None:
            self._asked.update(read)

    def submodules(self, package: str) -> list[str]:
        """Return the full names of the modules in a package, sorted; of all top-level ones where it is empty.

        A folder without an ``__init__.py`` is none. That there may be others is noted as ``package.*``.
        """
        return [name for name in self._below(package) if (of := self._found[name]) is not None and of.path is not None]

    def _below(self, package: str) -> list[str]:
        """Return the same, with folders without an ``__init__.py``."""
        name = f"{package}.*" if package else "*"
        if self._asked is not None:
            self._asked.add(name)
        if name not in self._children:
            self._children[name] = self._names_below(package)
            self.state(name)
        return self._children[name]

    def _names_below(self, package: str) -> list[str]:
        found = self.find(package) if package else None
        folders = (found.folders if found else ()) if package else self._folders
        tops = {each for folder in folders for each in self._listing(folder)}
        tops |= set() if package else {each for each in (*self._mapped, *self._others) if "." not in each}
        tops = {each for each in tops if each.isidentifier() and each not in _NO_MODULES}
        asked, self._asked = self._asked, None  # what is not used of it does not count
        names = [f"{package}.{each}".lstrip(".") for each in sorted(tops)]
        names = [each for each in names if self.find(each) is not None]
        self._asked = asked
        return names

    def within(self, package: str) -> Iterator[str]:
        """Return the full names of a package and of all modules below it, in folders without ``__init__.py`` too."""
        waiting = [package]
        for name in waiting:
            yield name
            if len(waiting) < limits.MOST_MODULES:
                waiting += self._below(name)

    def fitting(self, glob: str) -> list[str]:
        """Return the full names of the modules that a glob fits, each part of it one part of a name.

        They may be in folders without an ``__init__.py``, which are no modules themselves.
        """
        names = [""]
        parts = glob.split(".")
        for number, part in enumerate(parts, start=1):
            if not re.search(r"[*?\[]", part):
                names = [f"{name}.{part}".lstrip(".") for name in names]
                continue
            children = self.submodules if number == len(parts) else self._below
            below = (each for name in names for each in children(name))
            names = [each for each in below if fnmatch.fnmatchcase(each.rpartition(".")[2], part)]
        return [name for name in names if self.find(name) is not None]

    def state(self, name: str) -> str:
        """Return a text that changes with what there is of a module; it is empty where there is none.

        For ``package.*`` it is one that changes with the modules that are in a package.


        That is its place, and the content of all files that it may be made of, for an import takes
        compiled code where there is source as well. What belongs to Python itself changes with that only.
        """
        if name not in self._states:
            asked, self._asked = self._asked, None
            if name.endswith("*"):
                listed = " ".join(self._below(name[:-1].rstrip(".")))
                self._states[name] = hashlib.sha256(listed.encode()).hexdigest()
            else:
                found = self.find(name)
                self._states[name] = "" if found is None else self._state(found)
            self._asked = asked
        return self._states[name]

    def _state(self, found: ModuleFile) -> str:
        digest = hashlib.sha256("\0".join(map(str, found.folders)).encode("utf-8", "surrogateescape"))
        if found.path is not None:
            folder = found.path.parent
            for name in sorted(self._listing(folder)[found.path.name.partition(".")[0]]):
                file = f"{folder}{os.sep}{name}"
                digest.update(f"\0{file}\0".encode("utf-8", "surrogateescape"))
                if name.endswith(_FILES) and (not file.startswith(_STANDARD) or file.startswith(_INSTALLED)):
                    digest.update(content(file, self._files))
        return digest.hexdigest()

    def relative(self, name: str) -> str | None:
        """Return a module's path below the folder that it is imported from, with ``/``; None where it has no file."""
        found = self.find(name)
        if found is None or found.path is None:
            return None
        parts = name.split(".")
        stem, *suffixes = found.path.name.split(".")
        # Not what the file is called: an editable install may map the name to one that is called like another module.
        file = ["__init__"] if stem == "__init__" and parts[-1] != stem else [parts.pop()]
        return "/".join([*parts, ".".join([*file, *suffixes])])

    def locate(self, relative: str) -> Path | None:
        """Find the file that :meth:`relative` gave the path of; None where there is another one by now."""
        folder, _, file = relative.rpartition("/")
        stem = file.partition(".")[0]
        name = folder if folder and stem == "__init__" else f"{folder}/{stem}".lstrip("/")
        found = self.find(name.replace("/", "."))
        return found.path if found and found.path and found.path.suffix == Path(file).suffix else None

    def imported(self, path: str) -> dict[str, Path | None]:
        """Return the files of what is imported for an object, by their relative paths.

        :param path: the dotted path of the object
        """
        names = path.split(".")
        modules = [".".join(names[:end]) for end in range(1, len(names) + 1)]
        return {relative: self.locate(relative) for module in modules if (relative := self.relative(module))}

    def text(self, name: str) -> str | None:
        """Return the source of a module; None where it has none, or none that can be read."""
        found = self.find(name)
        try:
            return found.read() if found is not None and found.form is Form.SOURCE else None
        except UNREADABLE:
            return None

    def data(self, package: str, file: str) -> bytes:
        """Read a file of a package, by its path below that.

        :raises OSError: where it cannot be read, or is not in the package
        """
        found = self.find(package)
        if found is None or not found.folders:
            msg = f"{package} is no package that is found"
            raise OSError(errno.ENOENT, msg)
        # Not outside, and not by a link either; an archive has no such paths.
        there = [folder / file for folder in found.folders if within(folder, file)]
        for path in there:
            with contextlib.suppress(FileNotFoundError):
                return self._files.read(path, limits.LARGEST_DECLARED)
        msg = f"there is no file {file} in {package}"
        raise OSError(errno.ENOENT, msg)

    def _find(self, name: str) -> ModuleFile | None:
        if name in self._mapped:
            return self._at(self._mapped[name])
        found = self._in_folders(name)
        if found is None and name in self._others:
            return self._at(self._others[name])
        return found

    def _at(self, path: Path) -> ModuleFile | None:
        return self._in_folder(path.parent, path.name.removesuffix(".py"))

    def _in_folders(self, name: str) -> ModuleFile | None:
        parent, _, tail = name.rpartition(".")
        if parent:
            package = self.find(parent)
            if package is None:
                return None
            folders = package.folders
        else:
            folders = self._folders
        portions: list[Path] = []
        for folder in self._that_hold(tail, parent, folders):
            found = self._in_folder(folder, tail)
            if found is None:
                continue
            # A package elsewhere would hide what there is in a folder of its own.
            if found.path is not None and (self._is_own(found.path) or not any(map(self._is_own, portions))):
                return self._extended(found, name) if not parent else found
            portions += found.folders
        return ModuleFile(Form.NAMESPACE, None, tuple(portions)) if portions else None

    def _that_hold(self, tail: str, package: str, folders: Sequence[Path]) -> Sequence[Path]:
        """Return those folders of a package that have a name; there may be thousands of both."""
        if package not in self._holding:
            holding: dict[str, list[Path]] = {}
            for folder in folders:
                for name in self._listing(folder):
                    holding.setdefault(name, []).append(folder)
            self._holding[package] = holding  # when it is whole, for another thread may look into it
        return self._holding[package].get(tail, ())

    def _is_own(self, path: Path) -> bool:
        return any(path.is_relative_to(own) for own in self._own)

    def _in_folder(self, folder: Path, tail: str) -> ModuleFile | None:
        """Find a module in one folder: a package, then a file, then a folder that may be part of a namespace."""
        is_folder = tail in self._listing(folder).get(tail, ())
        if is_folder:
            package = folder / tail
            init = self._file(package, "__init__")
            if init is not None:
                return ModuleFile(*init, (package,), self._files)
        file = self._file(folder, tail)
        if file is not None:
            return ModuleFile(*file, (), self._files)
        if is_folder and self._listing(folder / tail):
            return ModuleFile(Form.NAMESPACE, None, (folder / tail,))
        return None

    def _file(self, folder: Path, stem: str) -> tuple[Form, Path] | None:
        names = self._listing(folder).get(stem, ())
        if f"{stem}.py" in names:
            return Form.SOURCE, folder / f"{stem}.py"
        if f"{stem}.pyi" in names:
            return Form.SOURCE, folder / f"{stem}.pyi"
        compiled = next((name for name in names if name.endswith(_COMPILED)), None)
        return None if compiled is None else (Form.COMPILED, folder / compiled)

    def _extended(self, found: ModuleFile, name: str) -> ModuleFile:
        """Add the folders of the same name that an older kind of namespace package adds to itself."""
        if found.form is not Form.SOURCE or not found.folders:
            return found
        try:
            text = found.read()
        except UNREADABLE:
            return found
        if "extend_path" not in text and "declare_namespace" not in text:
            return found
        there = self._that_hold(name, "", self._folders)
        folders = (folder / name for folder in there if name in self._listing(folder)[name])
        return found._replace(folders=tuple(dict.fromkeys([*found.folders, *folders])))

    def _listing(self, folder: Path) -> dict[str, list[str]]:
        """Return the names in a folder, by what stands before their first dot."""
        if folder not in self._listings:
            listing: dict[str, list[str]] = {}
            for name in self._files.names(folder):
                listing.setdefault(name.partition(".")[0], []).append(name)
            self._listings[folder] = listing
        return self._listings[folder]


def content(file: str, files: Files = _DISK) -> bytes:
    """Return a digest of the content of a file; it is empty where that cannot be read."""
    try:
        return hashlib.sha256(files.read(file)).digest()
    except OSError:
        return b""


_NO_CODE = re.compile(
    r"""\#[^\n]*+
    | \"\"\"(?:[^\\"]++|\\.|"(?!""))*+\"\"\" | \'\'\'(?:[^\\']++|\\.|'(?!''))*+\'\'\'
    | "(?:[^\\\n"]++|\\.)*+" | '(?:[^\\\n']++|\\.)*+'""",
    re.DOTALL | re.VERBOSE,
)
"""Comments and texts; nothing is tried twice."""

_FORMATTED = re.compile(r"\b(?:[fFtT][rR]?|[rR][fFtT])[\"']")
"""The beginning of a text that may have code in it, and texts in that."""


def is_too_much(text: str) -> bool:
    """Whether a source has so much code that a tree of it would take too long, and too much memory."""
    if len(text) <= limits.LARGEST_CODE:
        return False
    return _FORMATTED.search(text) is not None or len(_NO_CODE.sub("", text)) > limits.LARGEST_CODE
