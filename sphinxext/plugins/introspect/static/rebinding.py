"""What a module may do to its own names besides binding them, as its syntax tree shows it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.introspect.static import syntax, trees
from sphinxext.plugins.introspect.static.bindings import Runs, bindings, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ANY = "*"
"""Stands for every name of a module."""

_AT_A_DISTANCE = (
    re.compile(r"global(?:[ \t\f\\]\s*\w|s[\s\\]*\()"),
    re.compile(r"modules(?![\w\"',])"),
    re.compile(r"import_module\(__name__"),
    re.compile(r"__import__\(__name__"),
)
"""What a module has whose functions bind names of it; each begins with letters, for such are searched quickly."""

_WRITING = frozenset({"clear", "pop", "popitem", "setdefault", "update", "__delitem__", "__ior__", "__setitem__"})
"""Methods of a dictionary that change it."""

_REBINDING = frozenset({ast.Attribute, ast.Subscript, ast.Call, ast.Assign, ast.Import, ast.ImportFrom, ast.Global})
"""What of a syntax tree may bind names of a module."""

_DOING = _REBINDING | {ast.Expr}
"""The same, with the statements that are expressions."""

_GIVING = frozenset({ast.Attribute, ast.Subscript, ast.Call})
"""The expressions that may give a module, or the dictionary of its names."""

_RUNNING = trees.BRANCHES - {
    kind for kind in trees.BRANCHES if issubclass(kind, ast.stmt | ast.Lambda | ast.ExceptHandler | ast.match_case)
}
"""The parts of a statement that run with it, but names and constants."""


class Rebinding(NamedTuple):
    """What else happens to the names of a module."""

    names: frozenset[str]
    """Those that may be bound or deleted in another way, such as by ``globals()["name"] = …``."""

    calls: dict[str, list[ast.Call]]
    """The calls that get a name of the module when it is imported, by name."""


def rebinding(module: ast.Module, path: str, package: str, text: str) -> Rebinding:
    """Find what else happens to the names of a module.

    :param path: the name of the module
    :param package: what its relative imports are relative to
    """
    own = _Own(path, package, module)
    names: set[str] = set()
    calls: defaultdict[str, list[ast.Call]] = defaultdict(list)
    for part in (part for statement in _running(module) for part in _own(statement)):
        names.update(own.rebound(part))
        if isinstance(part, ast.Call):
            for name in own.passed(part):
                calls[name].append(part)
        elif isinstance(part, ast.Expr) and isinstance(part.value, ast.Call) and own.gets_only_its_name(part.value):
            calls[ANY].append(part.value)
    if any(pattern.search(text) for pattern in _AT_A_DISTANCE):
        inner = _Own(path, package, module, spaces=frozenset({"globals"}))
        parts: list[ast.AST] = [module]
        for part in parts:
            parts += trees.children(part, trees.BRANCHES)
            if type(part) in _REBINDING:
                names.update(part.names if isinstance(part, ast.Global) else inner.rebound(part))
            if isinstance(part, ast.Call) and any(map(inner.is_all, part.args)):
                calls[ANY].append(part)
    return Rebinding(frozenset(names), dict(calls))


def _running(scope: ast.Module | ast.ClassDef) -> Iterator[ast.stmt]:
    """Return the statements that run when a module is imported, those in the bodies of its classes too."""
    for statement, circumstances in statements(scope):
        if circumstances.runs < Runs.TYPING:
            yield statement
            if isinstance(statement, ast.ClassDef):
                yield from _running(statement)


def _own(statement: ast.stmt) -> list[ast.AST]:
    """Return the parts of a statement that run with it and may do something; what is in its blocks is not."""
    parts: list[ast.AST] = [statement]
    for part in parts:
        parts += trees.children(part, _RUNNING)
    return [part for part in parts if type(part) in _DOING]


class _Own:
    """Knows a module in the code of the module itself, and the dictionary of its names.

    :param spaces: the functions that give this dictionary
    """

    def __init__(
        self,
        path: str,
        package: str,
        module: ast.Module,
        spaces: frozenset[str] = frozenset({"globals", "locals", "vars"}),
    ) -> None:
        self._path = path
        self._package = package
        self._module = module
        self._spaces = spaces

    @cached_property
    def _names(self) -> frozenset[str]:
        """Those that it binds."""
        return frozenset(bound.name for bound in bindings(self._module))

    def rebound(self, part: ast.AST) -> Iterable[str]:
        """Return the names that a part of the code may bind; where it gives the module another name, that is any."""
        match part:
            case ast.Call():
                return self._called(part)
            case ast.Attribute() | ast.Subscript():
                return () if isinstance(part.ctx, ast.Load) else self._stored(part)
            case ast.Assign(value=value) if self.is_all(value):
                return (ANY,)
            case ast.Import() | ast.ImportFrom() if self._is_renamed(part):
                return (ANY,)
        return ()

    def _stored(self, part: ast.Attribute | ast.Subscript) -> Iterator[str]:
        match part:
            case ast.Attribute(value=owner, attr=name) if self._is_module(owner):
                yield ANY if name == "__class__" else name
            case ast.Subscript(value=owner, slice=key):
                if syntax.last(owner) == "modules" and self._is_name(key):
                    yield ANY
                elif self.is_all(owner):
                    yield _text(key)

    def _called(self, call: ast.Call) -> Iterator[str]:
        match call.func:
            case ast.Name(id="setattr" | "delattr"):
                match call.args:
                    case [owner, key, *_] if self._is_module(owner):
                        yield _text(key)
            case ast.Name(id="exec"):
                match call.args:
                    case [_, *spaces] if any(map(self.is_all, spaces)) or (not spaces and "locals" in self._spaces):
                        yield ANY
            case ast.Attribute(value=owner, attr=method) if method in _WRITING:
                entry = syntax.last(owner) == "modules" and any(map(self._is_name, trees.contents(call.args)))
                yield from [ANY] if entry or self.is_all(owner) else []

    def _is_renamed(self, part: ast.Import | ast.ImportFrom) -> bool:
        """Whether an import gives the module another name."""
        if isinstance(part, ast.Import):
            return any(alias.name == self._path and alias.asname for alias in part.names)
        base = self._package.rsplit(".", part.level - 1)[0] if part.level else ""
        source = ".".join(filter(None, [base, part.module]))
        return any(f"{source}.{alias.name}" == self._path for alias in part.names)

    def is_all(self, node: ast.AST) -> bool:
        """Whether an expression gives the module, or the dictionary of its names."""
        if type(node) not in _GIVING:
            return False  # as of most
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(value=ast.Name(id="builtins"), attr=name), args=[]):
                return name in self._spaces
            case ast.Attribute(attr="f_globals"):
                return "locals" in self._spaces  # of a function's frame it may be another module's
            case ast.Attribute(value=owner, attr="__dict__") | ast.Call(func=ast.Name(id="vars"), args=[owner]):
                return self._is_module(owner)
        return self._is_module(node)

    def _is_module(self, node: ast.AST) -> bool:
        match node:
            case ast.Subscript(value=owner, slice=key):
                return syntax.last(owner) == "modules" and self._is_name(key)
            case ast.Call(func=function, args=[name, *_]):
                return syntax.last(function) in {"import_module", "__import__"} and self._is_name(name)
        return False

    def _is_name(self, node: ast.AST) -> bool:
        """Whether an expression gives the name of the module."""
        match node:
            case ast.Constant(value=value):
                return bool(value == self._path)
        return isinstance(node, ast.Name) and node.id == "__name__"

    def passed(self, call: ast.Call) -> Iterator[str]:
        """Return the names that a call gets, also in displays; texts too if it gets the module's name."""
        match call:
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[_, ast.Constant(value=name), *_]):
                if name != "__doc__":
                    return
        texts: list[str] = []
        names_it = False
        for part in trees.contents([*call.args, *call.keywords]):
            match part:
                case ast.Constant(value=value):
                    texts += [value] if isinstance(value, str) else []
                    names_it = names_it or value == self._path
                case ast.Name(id="__name__"):
                    names_it = True
                case ast.Name(id=name):
                    yield name
                case _ if self.is_all(part):
                    yield ANY
        if names_it:
            yield from texts

    def gets_only_its_name(self, call: ast.Call) -> bool:
        """Whether a call gets the module's name, and no text that tells which of its names that is about."""
        parts = trees.contents([*call.args, *call.keywords])
        texts = {part.value for part in parts if isinstance(part, ast.Constant)}
        return any(map(self._is_name, parts)) and not texts & self._names


def _text(key: ast.expr) -> str:
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ANY
