"""Where the docstring of a loaded object stands: found by reading, for what an object says of itself may be a lie."""

from __future__ import annotations

import ast
import inspect
import re
import threading
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.model import Docstring, Location
from sphinxext.plugins.introspect.modules import UNREADABLE, Form, is_too_much
from sphinxext.plugins.introspect.static import syntax

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinxext.plugins.introspect.modules import ModuleFinder


class _Read(NamedTuple):
    """What is wanted of the source of a module."""

    path: str
    """Its file; nothing where it has none."""

    docstrings: dict[str, Docstring]
    """By their texts: those of definitions, and literals that are assigned."""

    imports: list[str]
    """The modules of the same package that it may import."""


class SourceDocstrings:
    """Reads the docstrings that stand in the source of modules, of each once.

    :param finder: what finds these
    """

    def __init__(self, finder: ModuleFinder) -> None:
        self._finder = finder
        self._modules: dict[str, _Read] = {}
        self._lock = threading.Lock()  # warnings are silenced for the whole process

    def read(self, module: str) -> _Read:
        """Read a module; nothing where it cannot be read."""
        with self._lock:
            if module not in self._modules:
                self._modules[module] = self._read(module)
        return self._modules[module]

    def module(self, path: str) -> str | None:
        """Return the module with source that the path of an object leads through last."""
        names = path.replace(":", ".").split(".")[: limits.DEEPEST_NAME]
        for end in range(len(names), 0, -1):
            found = self._finder.find(".".join(names[:end]))
            if found is not None and found.form is Form.SOURCE:
                return ".".join(names[:end])
        return None

    def _read(self, module: str) -> _Read:
        found, file = self._finder.find(module), self._finder.relative(module)
        path = str(found.path) if found and found.path else ""
        try:
            source = found.read() if found and file else ""
            tree = decoding.python("" if is_too_much(source) else source)
        except (*UNREADABLE, ValueError):
            return _Read(path, {}, [])
        lines = re.split(r"\r\n?|\n", source)
        docstrings: dict[str, Docstring] = {}
        imports: list[str] = []
        package = module if found and found.folders else module.rpartition(".")[0]
        for node in ast.walk(tree):
            for docstring in _docstrings(node, file or "", lines):
                docstrings.setdefault(docstring.text, docstring)
            imports += _imports(node, package)
        top = module.partition(".")[0]
        return _Read(path, docstrings, [name for name in dict.fromkeys(imports) if name.partition(".")[0] == top])


class Places:
    """The modules in which the docstrings of one object may stand.

    :param paths: those of what it has to do with; None where there is none
    """

    def __init__(self, source: SourceDocstrings, paths: Iterable[str | None]) -> None:
        self._source = source
        self._near = list(dict.fromkeys(name for path in paths if path and (name := source.module(path))))
        self.files: set[str] = set()
        """Those that were read."""

    def docstring(
        self, said: Docstring | None, written: str | None = None, *, read: Docstring | None = None
    ) -> Docstring | None:
        """Return a docstring as it stands in one of the modules, or else without a place.

        :param said: what the loaded object says; None where it has none
        :param written: another form of its text that may stand there
        :param read: a docstring that was read already, which is kept if it is the same
        """
        given = [text for text in (said and said.text, written) if text]
        if not given or (read is not None and read.text in given):
            return read if given else None
        found = self._find(given, self._near)
        if found is None:
            # A package may offer what one of its modules defines, and say that it is its own.
            named = (name for module in self._near for name in self._source.read(module).imports)
            further = list(dict.fromkeys(name for path in named if (name := self._source.module(path))))[
                : limits.MOST_IMPORTED
            ]
            found = self._find(given, further)
        return found or Docstring(text=given[0])

    def _find(self, texts: list[str], modules: list[str]) -> Docstring | None:
        for module in modules:
            read = self._source.read(module)
            self.files.update(filter(None, [read.path]))
            for text in texts:
                if text in read.docstrings:
                    return read.docstrings[text]
        return None


def _docstrings(node: ast.AST, file: str, lines: list[str]) -> Iterator[Docstring]:
    """Return the docstring that a node is, or has."""
    match node:
        case ast.Module() | ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            found = syntax.docstring(node, file, lines)
            if found is not None:
                yield found
        case ast.Assign(
            targets=[ast.Name(id="__doc__") | ast.Attribute(attr="__doc__")],
            value=ast.Constant(value=str() as text) as literal,
        ):
            place = Location(file=file, line=syntax.first_line(literal, text, lines))
            yield Docstring(text=inspect.cleandoc(text), location=place)


def _imports(node: ast.AST, package: str) -> Iterator[str]:
    """Return the paths of what a node imports.

    :param package: what relative imports begin with
    """
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            parents = package.split(".")[: package.count(".") + 2 - level] if level else []
            base = ".".join([*parents, *filter(None, [module])])
            yield from (f"{base}.{alias.name}" for alias in names)
