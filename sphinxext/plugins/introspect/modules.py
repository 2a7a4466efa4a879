"""Where the file of a module is, found as an import would find it, but without importing anything."""

from __future__ import annotations

import os
from enum import Enum
from importlib.util import decode_source
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


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

    def read(self) -> str:
        """Read its text, in the encoding that it declares.

        :raises OSError: where it cannot be read
        :raises SyntaxError: where it declares an unknown encoding
        :raises UnicodeDecodeError: where its bytes are not in the encoding
        """
        assert self.path is not None
        return decode_source(self.path.read_bytes())


_COMPILED = (".so", ".pyd", ".pyc")


class ModuleFinder:
    """Finds modules by name and keeps what it found.

    :param modules: the paths of single modules by name, as an editable install maps them
    :param folders: where all other top-level modules are looked for, in order
    """

    def __init__(self, modules: Mapping[str, Path], folders: Sequence[Path]) -> None:
        self._mapped = dict(modules)
        self._folders = tuple(folders)
        self._found: dict[str, ModuleFile | None] = {}
        self._listings: dict[Path, frozenset[str]] = {}

    def find(self, name: str) -> ModuleFile | None:
        """Find a module by its dotted name; None where there is none."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def relative(self, name: str) -> str | None:
        """Give a module's path below the folder that it is imported from, with ``/``; None where it has no file."""
        found = self.find(name)
        if found is None or found.path is None:
            return None
        parts = name.split(".")
        folders = parts if found.path.stem == "__init__" else parts[:-1]
        return "/".join([*folders, found.path.name])

    def locate(self, relative: str) -> Path | None:
        """Find the file that :meth:`relative` gave the path of."""
        stem, _, _ = relative.removesuffix("/__init__.py").removesuffix("/__init__.pyi").rpartition(".py")
        name = (stem or relative.rpartition("/")[0]).replace("/", ".")
        found = self.find(name)
        return found.path if found else None

    def _find(self, name: str) -> ModuleFile | None:
        if name in self._mapped:
            path = self._mapped[name]
            return self._in_folder(path.parent, path.name.removesuffix(".py"))
        parent, _, tail = name.rpartition(".")
        if parent:
            package = self.find(parent)
            if package is None:
                return None
            folders = package.folders
        else:
            folders = self._folders
        portions: list[Path] = []
        for folder in folders:
            found = self._in_folder(folder, tail)
            if found is None:
                continue
            if found.form is not Form.NAMESPACE:
                return self._extended(found, name) if not parent else found
            portions += found.folders
        return ModuleFile(Form.NAMESPACE, None, tuple(portions)) if portions else None

    def _in_folder(self, folder: Path, tail: str) -> ModuleFile | None:
        """Find a module in one folder: a package, then a file, then a folder that may be part of a namespace."""
        names = self._listing(folder)
        if tail in names:
            package = folder / tail
            init = self._file(package, "__init__")
            if init is not None:
                return ModuleFile(*init, (package,))
        file = self._file(folder, tail)
        if file is not None:
            return ModuleFile(*file, ())
        if tail in names and self._listing(folder / tail):
            return ModuleFile(Form.NAMESPACE, None, (folder / tail,))
        return None

    def _file(self, folder: Path, stem: str) -> tuple[Form, Path] | None:
        names = self._listing(folder)
        if f"{stem}.py" in names:
            return Form.SOURCE, folder / f"{stem}.py"
        if f"{stem}.pyi" in names:
            return Form.SOURCE, folder / f"{stem}.pyi"
        compiled = next((n for n in names if n.startswith(f"{stem}.") and n.endswith(_COMPILED)), None)
        return None if compiled is None else (Form.COMPILED, folder / compiled)

    def _extended(self, found: ModuleFile, name: str) -> ModuleFile:
        """Add the folders of the same name that an older kind of namespace package adds to itself."""
        if found.form is not Form.SOURCE or not found.folders:
            return found
        try:
            text = found.read()
        except (OSError, SyntaxError, UnicodeDecodeError):
            return found
        if "extend_path" not in text and "declare_namespace" not in text:
            return found
        folders = (folder / name for folder in self._folders if name in self._listing(folder))
        return found._replace(folders=tuple(dict.fromkeys([*found.folders, *folders])))

    def _listing(self, folder: Path) -> frozenset[str]:
        if folder not in self._listings:
            try:
                self._listings[folder] = frozenset(os.listdir(folder))  # noqa: PTH208  # twice as fast
            except OSError:
                self._listings[folder] = frozenset()
        return self._listings[folder]
