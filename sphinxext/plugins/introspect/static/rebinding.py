"""What a module may do to its own names besides binding them, as its syntax tree shows it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.bindings import statements
from sphinxext.plugins.introspect.static.branches import Runs

if TYPE_CHECKING:
    from collections.abc import Iterator

ANY = "*"
"""Stands for every name of a module."""

_AT_A_DISTANCE = re.compile(r"\b(global|globals|modules)\b|\b(import_module|__import__)\(__name__")
"""What a module has whose functions bind names of it."""


class Rebinding(NamedTuple):
    """What else happens to the names of a module."""

    names: frozenset[str]
    """Those that may be bound or deleted in another way, such as by ``globals()["name"] = …``."""

    calls: dict[str, list[ast.Call]]
    """The calls that get a name of the module when it is imported, by name."""


def rebinding(module: ast.Module, path: str, text: str) -> Rebinding:
    """Find what else happens to the names of a module.

    :param path: the name of the module
    """
    found = _Finder(path)
    found.inspect([part for statement in _running(module) for part in _own(statement)])
    if found.modules or _AT_A_DISTANCE.search(text):
        found.inspect_functions(module)
    return Rebinding(frozenset(found.names), dict(found.calls))


def _running(scope: ast.Module | ast.ClassDef) -> Iterator[ast.stmt]:
    """Return the statements that run when a module is imported, those in the bodies of its classes too."""
    for statement, circumstances in statements(scope):
        if circumstances.runs < Runs.TYPING:
            yield statement
            if isinstance(statement, ast.ClassDef):
                yield from _running(statement)


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    """Walk through what of a statement runs with it, but not through its blocks."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        part = waiting.pop()
        yield part
        blocks = ast.stmt | ast.Lambda | ast.ExceptHandler | ast.match_case
        waiting += [child for child in ast.iter_child_nodes(part) if not isinstance(child, blocks)]


class _Finder:
    def __init__(self, path: str) -> None:
        self.names: set[str] = set()
        self.calls: defaultdict[str, list[ast.Call]] = defaultdict(list)
        self._path = path
        self.modules: set[str] = set()
        """The names that stand for the module itself."""
        self._spaces: set[str] = set()
        """The names that stand for the dictionary of its names."""
        self._spaces_of = frozenset({"globals", "locals", "vars"})
        """The functions that give this."""

    def inspect(self, parts: list[ast.AST]) -> None:
        """Find what code does that runs when the module is imported."""
        for part in parts:
            self._note_alias(part)
        for part in parts:
            self._note(part)
            match part:
                case ast.Expr(value=ast.Call() as call) if self._passes_only_name(call):
                    self.calls[ANY].append(call)
                case ast.Call() if not _sets_another(part):
                    for name in self._passed(part):
                        self.calls[name].append(part)

    def inspect_functions(self, module: ast.Module) -> None:
        """Find what the functions of the module do to its names."""
        inner, self._spaces_of = list(ast.walk(module)), frozenset({"globals"})
        for part in inner:
            self._note_alias(part)
        for part in inner:
            self._note(part)
            match part:
                case ast.Global(names=names):
                    self.names |= set(names)
                case ast.Call() if any(self._is_space(a) or self._is_module(a) for a in part.args):
                    self.calls[ANY].append(part)

    def _note_alias(self, part: ast.AST) -> None:
        match part:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self.modules |= {name} if self._is_module(value) else set()
                self._spaces |= {name} if self._is_space(value) else set()
            case ast.Import(names=aliases):
                self.modules |= {alias.asname for alias in aliases if alias.asname and alias.name == self._path}
            case ast.ImportFrom(names=aliases):
                last = self._path.rpartition(".")[2]
                self.modules |= {alias.asname or alias.name for alias in aliases if alias.name == last}

    def _note(self, part: ast.AST) -> None:
        match part:
            case ast.Attribute(value=owner, attr=name, ctx=ast.Store() | ast.Del()) if self._is_module(owner):
                self.names.add(name)
            case ast.Subscript(value=owner, slice=key, ctx=ast.Store() | ast.Del()):
                if self._is_space(owner) or (_ends(owner, "modules") and self._is_own(key)):
                    self.names.add(ANY if _ends(owner, "modules") else _text(key))
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[owner, key, *_]) if self._is_module(owner):
                self.names.add(_text(key))
            case ast.Call(func=ast.Name(id="exec"), args=[_, *spaces]):
                if (not spaces and "locals" in self._spaces_of) or any(map(self._is_space, spaces)):
                    self.names.add(ANY)
            case ast.Call(func=ast.Attribute(value=owner, attr=method)) if method in _WRITING and self._is_space(owner):
                self.names.add(ANY)

    def _is_own(self, node: ast.AST) -> bool:
        """Whether an expression gives the name of the module."""
        return _is_text(node, self._path) or (isinstance(node, ast.Name) and node.id == "__name__")

    def _is_module(self, node: ast.AST) -> bool:
        match node:
            case ast.Name(id=name):
                return name in self.modules
            case ast.Subscript(value=owner, slice=key):
                return _ends(owner, "modules") and self._is_own(key)
            case ast.Call(func=function, args=[name, *_]):
                imports = _ends(function, "import_module") or _ends(function, "__import__")
                return imports and self._is_own(name)
        return False

    def _is_space(self, node: ast.AST) -> bool:
        match node:
            case ast.Name(id=name):
                return name in self._spaces
            case ast.Call(func=ast.Name(id=name), args=[]):
                return name in self._spaces_of
            case ast.Attribute(value=owner, attr="__dict__") | ast.Call(func=ast.Name(id="vars"), args=[owner]):
                return self._is_module(owner)
        return False

    def _passed(self, call: ast.Call) -> Iterator[str]:
        """Return the names that a call gets, by themselves or in displays; texts too if it gets the module's name."""
        parts = list(_arguments(call))
        texts = [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
        named = any(map(self._is_own, parts))
        for part in parts:
            if self._is_space(part) or self._is_module(part):
                yield ANY
            elif isinstance(part, ast.Name) and part.id != "__name__":
                yield part.id
        yield from texts if named else ()

    def _passes_only_name(self, call: ast.Call) -> bool:
        """Whether a call gets the module's name, and no text that may tell which of its names that is about."""
        parts = list(_arguments(call))
        named = any(isinstance(part, ast.Name) and part.id == "__name__" for part in parts)
        return named and not any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in parts)


_WRITING = frozenset({"clear", "pop", "popitem", "setdefault", "update", "__delitem__", "__setitem__"})
"""Methods of a dictionary that change it."""


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    """Return what a call gets, and what stands in displays among that."""
    waiting: list[ast.AST] = [*call.args, *call.keywords]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.expr):
            yield part
        if isinstance(part, ast.keyword | ast.Starred | ast.List | ast.Tuple | ast.Set | ast.Dict):
            waiting += [child for child in ast.iter_child_nodes(part) if not isinstance(child, ast.expr_context)]


def _sets_another(call: ast.Call) -> bool:
    """Whether a call sets an attribute that is neither the docstring nor hidden behind an expression."""
    match call:
        case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[_, ast.Constant(value=name), *_]):
            return name != "__doc__"
    return False


def _ends(node: ast.AST, name: str) -> bool:
    return (syntax.dotted(node) or [""])[-1] == name


def _is_text(node: ast.AST, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text


def _text(key: ast.expr) -> str:
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ANY
