"""Introspection by reading the source: nothing of a plugin runs.

Only the files that matter are read, each once: the target's module, and those that its imports,
re-exports, base classes and aliases lead to.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import logging
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import griffe
import msgspec

from sphinxext.plugins.introspect.modules import Form
from sphinxext.plugins.model import Docstring, Introspection, Kind, Location, Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinxext.plugins.introspect.modules import ModuleFinder
    from sphinxext.plugins.model import Plugin

# Without a handler of its own, griffe's complaints about odd code would reach standard error.
logging.getLogger("griffe").addHandler(logging.NullHandler())

_LONGEST_PATH = 100
"""How many re-exports, aliases and base classes are followed from one target."""


class Static:
    """Tells of plugins what their source tells."""

    def __init__(self, finder: ModuleFinder) -> None:
        self._modules = _Modules(finder)

    def introspect(self, plugins: Sequence[Plugin]) -> list[Plugin]:
        """Complete each plugin; one whose source does not tell gets a problem that says why."""
        return [self._introspect(plugin) for plugin in plugins]

    def _introspect(self, plugin: Plugin) -> Plugin:
        try:
            found = _Search(self._modules).target(plugin.module, plugin.attributes)
            return self._described(plugin, found)
        except (_UnknownError, RecursionError) as error:
            reason = str(error) if isinstance(error, _UnknownError) else "its source is nested too deeply"
            problem = Problem(
                kind=ProblemKind.LOAD,
                message=f"cannot be told from the source of {plugin.target}: {reason}",
                remedy='set plugins_introspection to "auto" to have it loaded, or mend the entry point',
                plugin=plugin.identity,
            )
            return msgspec.structs.replace(plugin, problems=(*plugin.problems, problem))

    def _described(self, plugin: Plugin, found: _Found) -> Plugin:
        file = self._modules.finder.relative(found.object.module.path)
        return msgspec.structs.replace(
            plugin,
            introspection=Introspection.STATIC,
            kind=found.kind,
            docstring=_docstring(found, file),
            location=Location(file=file, line=found.object.lineno or 1),
        )


class _UnknownError(Exception):
    """What the source does not tell, with the reason; never leaves this module."""


class _Found(NamedTuple):
    """What a target is."""

    kind: Kind
    object: griffe.Module | griffe.Class | griffe.Function | griffe.Attribute


class _Nodes(griffe.Extension):
    """Keeps with each object the node that it was made from, which griffe drops."""

    def on_instance(self, *, node: ast.AST | griffe.ObjectNode, obj: griffe.Object, **_: Any) -> None:  # noqa: ANN401
        obj.extra["sphinxext.plugins"]["node"] = node


class _Modules:
    """The modules that were read."""

    def __init__(self, finder: ModuleFinder) -> None:
        self.finder = finder
        self._read: dict[str, griffe.Module | str] = {}
        self._extensions = griffe.Extensions(_Nodes())

    def exists(self, name: str) -> bool:
        return self.finder.find(name) is not None

    def read(self, name: str) -> griffe.Module:
        """Read a module once; it is unknown where there is none, or none that can be read."""
        if name not in self._read:
            try:
                self._read[name] = self._visit(name)
            except _UnknownError as error:
                self._read[name] = str(error)
        module = self._read[name]
        if isinstance(module, str):
            raise _UnknownError(module)
        return module

    def _visit(self, name: str) -> griffe.Module:
        found = self.finder.find(name)
        if found is None:
            msg = f"there is no module {name}"
            raise _UnknownError(msg)
        parent, _, tail = name.rpartition(".")
        if found.form is Form.COMPILED:
            msg = f"{name} is compiled and has no stub (.pyi)"
            raise _UnknownError(msg)
        if found.form is Form.NAMESPACE:
            msg = f"{name} is a namespace package, without source of its own"
            raise _UnknownError(msg)
        assert found.path is not None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a stranger's invalid escapes are no concern of the host's
                return griffe.visit(
                    tail,
                    found.path,
                    found.read(),
                    parent=self._package(parent) if parent else None,
                    extensions=self._extensions,
                )
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
            msg = f"{found.path.name} of {name} cannot be read: {type(error).__name__}: {error}"
            raise _UnknownError(msg) from error

    def _package(self, name: str) -> griffe.Module:
        """Make a module that only knows its place, for griffe to resolve relative imports by."""
        parent, _, tail = name.rpartition(".")
        found = self.finder.find(name)
        path = found.path if found else None
        return griffe.Module(tail, filepath=path, parent=self._package(parent) if parent else None)


class _Search:
    """One search for a target, which gives up where the path gets too long or turns in a circle."""

    def __init__(self, modules: _Modules) -> None:
        self._modules = modules
        self._steps = 0

    def target(self, module: str, attributes: Sequence[str]) -> _Found:
        """Find what an object reference stands for."""
        found = self._module(module)
        for name in attributes:
            found = self._member(found, name)
        return found

    def _step(self, where: str) -> None:
        self._steps += 1
        if self._steps > _LONGEST_PATH:
            msg = f"{where} leads in a circle, or over more than {_LONGEST_PATH} other names"
            raise _UnknownError(msg)

    def _module(self, name: str) -> _Found:
        return _Found(Kind.MODULE, self._modules.read(name))

    def _path(self, path: str) -> _Found:
        """Find what a dotted path stands for: the longest module in it, then attributes."""
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            module = ".".join(parts[:length])
            if self._modules.exists(module):
                # An attribute of the package hides a submodule of the same name, and a namespace
                # package has no attributes: so the shortest prefix that is read tells.
                return self._from(module, parts[length:])
        msg = f"there is no module {parts[0]}"
        raise _UnknownError(msg)

    def _from(self, module: str, rest: Sequence[str]) -> _Found:
        parent, _, tail = module.rpartition(".")
        if parent and not rest and self._defines(parent, tail):
            return self._member(self._module(parent), tail)
        return self.target(module, rest)

    def _defines(self, package: str, name: str) -> bool:
        """Whether a package binds a name to something else than its submodule of that name."""
        try:
            members = self._modules.read(package).members
        except _UnknownError:
            return False
        member = members.get(name)
        return not (member is None or (isinstance(member, griffe.Alias) and member.target_path == f"{package}.{name}"))

    def _member(self, owner: _Found, name: str) -> _Found:
        match owner.object:
            case griffe.Module() as module:
                return self._of_module(module, name)
            case griffe.Class() as class_ if owner.kind is Kind.CLASS:
                return self._of_class(class_, name)
            case griffe.Attribute() as attribute if (class_of := self._class_of(attribute)) is not None:
                return self._of_class(class_of, name)
            case other:
                msg = f"what {name} of {other.path} is only shows when it runs"
                raise _UnknownError(msg)

    def _of_module(self, module: griffe.Module, name: str) -> _Found:
        self._step(f"{module.path}.{name}")
        member = module.members.get(name)
        if member is not None:
            return self._value(member)
        for source in self._stars(module):
            if self._exports(source, name):
                return self._of_module(source, name)
        submodule = f"{module.path}.{name}"
        if self._modules.exists(submodule):
            return self._module(submodule)
        why = "it has a __getattr__" if "__getattr__" in module.members else "its source does not define it"
        msg = f"{module.path} has no {name} that can be seen: {why}"
        raise _UnknownError(msg)

    def _stars(self, module: griffe.Module) -> Iterator[griffe.Module]:
        """Give the modules that a module imports ``*`` from, the last one first."""
        stars = [m for key, m in module.members.items() if "/" in key and isinstance(m, griffe.Alias)]
        for star in reversed(stars):
            try:
                found = self._path(star.target_path)
            except _UnknownError:
                continue
            if isinstance(found.object, griffe.Module):
                yield found.object

    def _exports(self, module: griffe.Module, name: str) -> bool:
        """Whether ``from module import *`` brings a name."""
        self._step(f"{module.path}.{name}")
        if module.exports is not None:
            listed = {export if isinstance(export, str) else export.name for export in module.exports}
            if name in listed:
                return True
            # An ``__all__`` that is put together from those of other modules holds more than its literals.
            if all(isinstance(export, str) for export in module.exports):
                return False
        elif name.startswith("_"):
            return False
        if name in module.members:
            return True
        return any(self._exports(source, name) for source in self._stars(module))

    def _of_class(self, class_: griffe.Class, name: str) -> _Found:
        # The base classes are looked for only where the class itself does not tell.
        for base in itertools.chain([class_], (b for b in self._resolution_order(class_) if b is not class_)):
            self._step(f"{base.path}.{name}")
            member = base.members.get(name)
            if member is not None and member.labels != {"instance-attribute"}:
                found = self._value(member)
                return found._replace(kind=Kind.METHOD) if found.kind is Kind.FUNCTION else found
        msg = f"neither {class_.path} nor its base classes define {name}"
        raise _UnknownError(msg)

    def _resolution_order(self, class_: griffe.Class) -> list[griffe.Class]:
        self._step(class_.path)
        bases = [self._class(base, class_) for base in class_.bases]
        orders = [self._resolution_order(base) for base in bases]
        try:
            return [class_, *griffe.c3linear_merge(*orders, bases)]
        except ValueError:
            msg = f"the base classes of {class_.path} are in no order"
            raise _UnknownError(msg) from None

    def _class(self, expression: str | griffe.Expr, scope: griffe.Class) -> griffe.Class:
        path = expression if isinstance(expression, str) else expression.canonical_path
        found = self._path(path)
        if not isinstance(found.object, griffe.Class):
            msg = f"{path}, a base class of {scope.path}, is no class that its source tells of"
            raise _UnknownError(msg)
        return found.object

    def _value(self, member: griffe.Object | griffe.Alias) -> _Found:
        """Follow an import or an assignment to what it binds its name to."""
        self._step(member.path)
        match member:
            case griffe.Alias():
                return self._path(member.target_path)
            case griffe.Class():
                return _Found(Kind.CLASS, member)
            case griffe.Function():
                return _Found(Kind.FUNCTION, member)
            case griffe.Attribute():
                return self._assigned(member)
            case griffe.Module():
                return _Found(Kind.MODULE, member)
            case _:
                msg = f"{member.path} is a {member.kind.value}"
                raise _UnknownError(msg)

    def _assigned(self, attribute: griffe.Attribute) -> _Found:
        node = _value_node(attribute)
        if node is None:
            msg = f"{attribute.path} is declared without a value"
            raise _UnknownError(msg)
        path = _dotted(node)
        if path is not None:
            first, *rest = path
            scope = attribute.parent
            found = self._name(first, scope)
            for name in rest:
                found = self._member(found, name)
            return found
        if isinstance(node, ast.Call) and self._class_of(attribute) is None:
            msg = f"{attribute.path} is made by a call, {ast.unparse(node.func)}(…)"
            raise _UnknownError(msg)
        return _Found(Kind.INSTANCE, attribute)

    def _name(self, name: str, scope: griffe.Object | griffe.Alias | None) -> _Found:
        """Find a name as code in a scope would: in a class, then in its module, then among the builtins."""
        while scope is not None:
            if isinstance(scope, griffe.Class) and name in scope.members:
                return self._value(scope.members[name])
            if isinstance(scope, griffe.Module):
                return self._of_module(scope, name)
            scope = scope.parent
        msg = f"{name} is not defined"
        raise _UnknownError(msg)

    def _class_of(self, attribute: griffe.Attribute) -> griffe.Class | None:
        """Find the class of an instance that a call makes; None where the call is of no known class."""
        node = _value_node(attribute)
        path = _dotted(node.func) if isinstance(node, ast.Call) else None
        if path is None:
            return None
        try:
            found = self._name(path[0], attribute.parent)
            for name in path[1:]:
                found = self._member(found, name)
        except _UnknownError:
            return None
        return found.object if isinstance(found.object, griffe.Class) and found.kind is Kind.CLASS else None


def _value_node(attribute: griffe.Attribute) -> ast.expr | None:
    return getattr(attribute.extra["sphinxext.plugins"].get("node"), "value", None)


def _dotted(node: ast.expr | None) -> list[str] | None:
    """Give the names of ``a.b.c``; None for any other expression."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return [node.id, *names] if isinstance(node, ast.Name) else None


def _docstring(found: _Found, file: str) -> Docstring | None:
    """Read the docstring that stands in a definition; an instance has none of its own."""
    node = found.object.extra["sphinxext.plugins"].get("node")
    if found.kind is Kind.INSTANCE or not isinstance(
        node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    ):
        return None
    raw = ast.get_docstring(node, clean=False)
    text = inspect.cleandoc(raw or "")
    if raw is None or not text:
        return None
    blank = len(raw) - len(raw.lstrip())
    return Docstring(text=text, location=Location(file=file, line=node.body[0].lineno + raw[:blank].count("\n")))
