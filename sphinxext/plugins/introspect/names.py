"""What a name in the source stands for."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, NamedTuple

import griffe

from sphinxext.plugins.introspect import syntax
from sphinxext.plugins.introspect.trees import AbsentError, Scope, UnknownError, bindings, function_tree, tree
from sphinxext.plugins.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinxext.plugins.introspect.trees import Modules

Defined = griffe.Module | griffe.Class | griffe.Function | griffe.Attribute

_LONGEST_PATH = 200
"""How many re-exports, aliases and base classes are followed from one target."""


_DEEPEST = 3
"""How far the decorators of decorators are followed."""


class Found(NamedTuple):
    """What a name stands for."""

    kind: Kind
    object: Defined
    """What binds the name, or defines what it stands for."""

    type: str | None = None
    """Of an instance: the path of its class, where that is known."""

    class_: griffe.Class | None = None
    """The same class, where its source is there; of a class, itself."""

    assumed: str | None = None
    """What had to be assumed to find it."""


class Search:
    """One search, which gives up where the path gets too long or turns in a circle.

    All its methods raise :exc:`UnknownError`.
    """

    def __init__(self, modules: Modules, depth: int = 0) -> None:
        self._modules = modules
        self._depth = depth
        self._steps = 0

    def target(self, module: str, attributes: Sequence[str]) -> Found:
        """Find what an object reference stands for."""
        found = Found(Kind.MODULE, self._modules.read(module))
        for name in attributes:
            found = self.member(found, name)
        return found

    def member(self, owner: Found, name: str) -> Found:
        """Find an attribute of something."""
        if isinstance(owner.object, griffe.Module):
            return self._of_module(owner.object, name)
        if owner.class_ is not None:
            found = self.of_class(owner.class_, name)
            return found._replace(assumed=owner.assumed or found.assumed)
        msg = f"what {name} of {owner.object.path} is only shows when it runs"
        raise UnknownError(msg)

    def of_class(self, class_: griffe.Class, name: str) -> Found:
        """Find an attribute of a class, or of one that it inherits from."""
        for base in self.bases(class_):
            if bindings(base, name):
                found = self._value(base, name)
                if found.kind is Kind.INSTANCE and self._makes_classes(class_):  # a member of an enumeration
                    return Found(Kind.INSTANCE, found.object, class_.path, class_)
                return found._replace(kind=Kind.METHOD) if found.kind is Kind.FUNCTION else found
        for base in self.bases(class_):
            self._rule_out(base, name)
        msg = f"neither {class_.path} nor its base classes define {name}"
        raise AbsentError(msg)

    def _rule_out(self, scope: Scope, name: str) -> None:
        """Make sure that nothing but a definition can give a scope an attribute."""
        node = tree(scope, ast.ClassDef)
        if any(hasattr(base, name) for base in [object, *builtin_bases(scope)]):
            msg = f"{scope.path} has {name} from a builtin class"
        elif node is not None and (node.decorator_list or node.keywords):
            msg = f"{scope.path} may get {name} from its decorators or its metaclass"
        elif self._modules.mentions(scope.module.path, name):
            msg = f"{scope.module.path} mentions {name}, but {scope.path} does not plainly define it"
        else:
            return
        raise UnknownError(msg)

    def bases(self, class_: griffe.Class) -> Iterator[griffe.Class]:
        """Give a class, and then the classes that it inherits from, in method resolution order.

        The builtin ones are left out. Nothing of them is looked for before the class itself was tried.
        """
        yield class_
        yield from self._resolution_order(class_)[1:]

    def expression(self, node: ast.expr | None, scope: griffe.Object, binding: griffe.Attribute) -> Found:
        """Find what an expression gives, in the scope where it stands.

        :param binding: what an instance is bound to, which stands for it
        """
        self._step(binding.path)
        match node:
            case ast.Name() | ast.Attribute() if (path := syntax.dotted(node)) is not None:
                return self.path(path, scope)
            case _ if (builtin := syntax.literal(node)) is not None:
                return Found(Kind.INSTANCE, binding, f"builtins.{builtin}")
            case ast.Call():
                return self._called(node, scope, binding)
            case ast.Lambda():
                return Found(Kind.FUNCTION, binding)
            case None:
                msg = f"{binding.path} is declared without a value"
            case _:
                msg = f"{binding.path} is computed: {ast.unparse(node)[:80]}"
        raise UnknownError(msg)

    def path(self, names: Sequence[str], scope: griffe.Object) -> Found:
        """Find what a dotted name stands for, in a scope."""
        found = self._name(names[0], scope)
        for name in names[1:]:
            found = self.member(found, name)
        return found

    def _step(self, where: str) -> None:
        self._steps += 1
        if self._steps > _LONGEST_PATH:
            msg = f"{where} leads in a circle, or over more than {_LONGEST_PATH} other names"
            raise UnknownError(msg)

    def _name(self, name: str, scope: griffe.Object | griffe.Alias | None) -> Found:
        """Find a name as code in a scope would: in a class, then in its module."""
        while scope is not None:
            if isinstance(scope, griffe.Class) and bindings(scope, name):
                return self._value(scope, name)
            if isinstance(scope, griffe.Module):
                return self._of_module(scope, name)
            scope = scope.parent
        msg = f"{name} is not defined"
        raise UnknownError(msg)

    def _of_module(self, module: griffe.Module, name: str) -> Found:
        self._step(f"{module.path}.{name}")
        if bindings(module, name):
            return self._value(module, name)
        for source in self._stars(module):
            if self._exports(source, name):
                return self._of_module(source, name)
        submodule = f"{module.path}.{name}"
        if self._modules.exists(submodule):
            return Found(Kind.MODULE, self._modules.read(submodule))
        if bindings(module, "__getattr__"):
            msg = f"{module.path} has a __getattr__, and {name} may come from that"
            raise UnknownError(msg)
        self._rule_out(module, name)
        msg = f"{module.path} does not define {name}"
        raise AbsentError(msg)

    def _stars(self, module: griffe.Module) -> Iterator[griffe.Module]:
        """Give the modules that a module imports ``*`` from, the last one first."""
        stars = [m for key, m in module.members.items() if "/" in key and isinstance(m, griffe.Alias)]
        for star in reversed(stars):
            try:
                found = self._imported(star.target_path)
            except UnknownError as error:
                msg = f"{module.path} imports * from {star.target_path}, but {error}"
                raise UnknownError(msg) from error
            if isinstance(found.object, griffe.Module):
                yield found.object

    def _exports(self, module: griffe.Module, name: str) -> bool:
        """Whether ``from module import *`` brings a name."""
        self._step(f"{module.path}.{name}")
        if module.exports is not None:
            if name in {export if isinstance(export, str) else export.name for export in module.exports}:
                return True
            # An ``__all__`` that is put together from those of other modules holds more than its literals.
            if all(isinstance(export, str) for export in module.exports):
                return False
        elif name.startswith("_"):
            return False
        return bool(bindings(module, name)) or any(self._exports(source, name) for source in self._stars(module))

    def _resolution_order(self, class_: griffe.Class) -> list[griffe.Class]:
        self._step(class_.path)
        bases = [base for node in _base_nodes(class_) if (base := self._base(node, class_)) is not None]
        orders = [self._resolution_order(base) for base in bases]
        try:
            return [class_, *griffe.c3linear_merge(*orders, bases)]
        except ValueError:
            msg = f"the base classes of {class_.path} are in no order"
            raise UnknownError(msg) from None

    def _base(self, node: ast.expr, class_: griffe.Class) -> griffe.Class | None:
        """Find a base class; None where it is builtin, or only there for typing."""
        path = syntax.dotted(node.value if isinstance(node, ast.Subscript) else node)
        if path is not None and path[-1] in {*vars(builtins), "Generic", "Protocol"} and len(path) <= 2:  # noqa: PLR2004
            return None
        found = self.path(path, class_.parent) if path and isinstance(class_.parent, griffe.Object) else None
        if found is None or not isinstance(found.object, griffe.Class):
            msg = f"{ast.unparse(node)[:80]}, a base of {class_.path}, is no class that its source tells of"
            raise UnknownError(msg)
        return found.object

    def _value(self, scope: Scope, name: str) -> Found:
        """Follow the binding of a name that counts, and where that leads to nothing, another one."""
        self._step(f"{scope.path}.{name}")
        failure: UnknownError | None = None
        for member in bindings(scope, name):
            try:
                return self._bound(member)
            except UnknownError as error:
                failure = failure or UnknownError(*error.args)  # what is absent there may be here
        assert failure is not None
        raise failure

    def _bound(self, member: griffe.Object | griffe.Alias) -> Found:
        match member:
            case griffe.Alias():
                return self._imported(member.target_path)
            case griffe.Class():
                return Found(Kind.CLASS, member, class_=member)
            case griffe.Function():
                return self._decorated(member)
            case griffe.Attribute() if function_tree(member) is not None:
                return Found(Kind.INSTANCE, member, "builtins.property")
            case griffe.Attribute() if (annotated := tree(member, ast.AnnAssign)) is not None:
                if annotated.value is None and str(member.filepath).endswith(".pyi"):  # there is no more in a stub
                    return self._instance(annotated.annotation, member)
                return self.expression(annotated.value, _parent(member), member)
            case griffe.Attribute() if (assigned := tree(member, ast.Assign)) is not None:
                return self.expression(assigned.value, _parent(member), member)
            case _:
                msg = f"{member.path} is a {member.kind.value}"
                raise UnknownError(msg)

    def _imported(self, path: str) -> Found:
        """Find what a path in an import stands for: the longest module in it, then attributes."""
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            module = ".".join(parts[:length])
            if self._modules.exists(module):
                parent, _, tail = module.rpartition(".")
                if length == len(parts) and parent and self._rebinds(parent, tail):
                    return self._of_module(self._modules.read(parent), tail)
                return self.target(module, parts[length:])
        msg = f"there is no module {parts[0]}"
        raise UnknownError(msg)

    def _rebinds(self, package: str, name: str) -> bool:
        """Whether a package binds a name to something else than its submodule of that name."""
        try:
            bound = bindings(self._modules.read(package), name)
        except UnknownError:
            return False
        return any(not (isinstance(b, griffe.Alias) and b.target_path == f"{package}.{name}") for b in bound)

    def _called(self, call: ast.Call, scope: griffe.Object, binding: griffe.Attribute) -> Found:
        """Find what a call gives: an instance of a class, or what a function says that it returns."""
        path = syntax.dotted(call.func)
        if path is None:
            msg = f"{binding.path} is made by a call, {ast.unparse(call.func)[:80]}(…)"
            raise UnknownError(msg)
        if len(path) == 1 and path[0] in _MAKERS:
            return Found(Kind.INSTANCE, binding, f"builtins.{path[0]}")
        made = self.path(path, scope)
        if made.kind is Kind.CLASS and made.class_ is not None and not self._makes_classes(made.class_):
            return Found(Kind.INSTANCE, binding, made.class_.path, made.class_)
        if isinstance(made.object, griffe.Function) and made.kind is not Kind.INSTANCE:
            variants = [made.object, *(made.object.overloads or [])]
            if call.args and any((node := function_tree(v)) and syntax.gives_first(node) for v in variants):
                return self.expression(call.args[0], scope, binding)
            try:
                return self._result(made.object, called=False)._replace(object=binding)
            except UnknownError:
                # Like a decorator that cannot be seen through, but who calls one may get anything.
                given = self.expression(call.args[0], scope, binding) if len(call.args) == 1 else None
                if given is None or given.kind not in (Kind.CLASS, Kind.FUNCTION):
                    raise
                return given._replace(assumed=f"{binding.path} is taken for what {'.'.join(path)}(…) is called with")
        msg = f"{binding.path} is made by a call, {'.'.join(path)}(…)"
        raise UnknownError(msg)

    def _makes_classes(self, class_: griffe.Class) -> bool:
        """Whether calling a class gives a class: it is a metaclass, or an enumeration."""
        for base in self.bases(class_):
            names = [syntax.dotted(node) for node in _base_nodes(base)]
            if base.path in {"enum.Enum", "typing.NamedTuple"} or ["type"] in names:
                return True
        return False

    def _instance(self, annotation: ast.expr | None, of: Defined) -> Found:
        """Find the instance that an annotation tells of."""
        path = syntax.dotted(syntax.unquoted(annotation))
        if path is not None and len(path) == 1 and path[0] in _MAKERS:
            return Found(Kind.INSTANCE, of, f"builtins.{path[0]}")
        if path is not None:
            found = self.path(path, _parent(of))
            if found.kind is Kind.CLASS and found.class_ is not None and not found.class_.path.startswith("typing"):
                return Found(Kind.INSTANCE, of, found.class_.path, found.class_)
        msg = f"{of.path} is not said to be of a class"
        raise UnknownError(msg)

    def _decorated(self, function: griffe.Function) -> Found:
        """Find what the decorators of a function make of it: mostly it stays one, but for those like click's."""
        found = Found(Kind.FUNCTION, function)
        node = function_tree(function)
        for decorator in reversed(node.decorator_list if node and self._depth < _DEEPEST else []):
            search = Search(self._modules, self._depth + 1)  # for a long list of decorators is no long path
            called = isinstance(decorator, ast.Call)
            path = syntax.dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
            try:
                by = search.path(path or [""], _parent(function))
                if by.kind is Kind.CLASS and by.class_ is not None and not called:
                    found = Found(Kind.INSTANCE, function, by.class_.path, by.class_)
                elif by.kind is not Kind.INSTANCE and isinstance(by.object, griffe.Function):
                    found = search._result(by.object, called=called)._replace(object=function)
            except UnknownError:
                continue  # what cannot be seen is taken for a decorator that gives a function, as most do
        return found

    def _result(self, function: griffe.Function, *, called: bool) -> Found:
        """Find the instance that a function gives.

        :param called: whether that is asked of what the function gives, as of ``decorator(…)`` in ``@decorator(…)``
        """
        self._step(function.path)
        for variant in [function, *(function.overloads or [])]:
            node = function_tree(variant)
            annotation = syntax.unquoted(node.returns) if node else None
            try:
                return self._instance(syntax.given_by_callable(annotation) if called else annotation, function)
            except UnknownError:
                continue
        node = function_tree(function)
        outer = syntax.parameters(node) if node else set()
        if node is not None and called:
            inner = syntax.nested(node)
            names = [value.id for value in syntax.returned(node) if isinstance(value, ast.Name)]
            # A factory of decorators gives one that it defines, or one that another factory gives.
            decorator = next((inner[name] for name in names if name in inner), None)
            node, called = decorator or node, decorator is None
        for call in syntax.returned_calls(node) if node else []:
            path = syntax.dotted(call.func)
            if path is not None and node is not None and not called and path[0] in syntax.parameters(node) | outer:
                return Found(Kind.INSTANCE, function)  # of a class that is a parameter
            if path is not None:
                made = self.path(path, _parent(function))
                if made.kind is Kind.CLASS and made.class_ is not None:
                    return Found(Kind.INSTANCE, function, made.class_.path, made.class_)
                if isinstance(made.object, griffe.Function) and made.kind is not Kind.INSTANCE:
                    return self._result(made.object, called=called)
        msg = f"what {function.path} gives is not said"
        raise UnknownError(msg)


def _parent(of: griffe.Object) -> griffe.Object:
    """Give the scope that an object is defined in."""
    assert isinstance(of.parent, griffe.Object)
    return of.parent


def builtin_bases(scope: Scope) -> list[type]:
    """Give the builtin classes that a class inherits from directly, ``object`` aside."""
    paths = [syntax.dotted(base) or [""] for base in _base_nodes(scope)]
    found = [vars(builtins).get(path[0]) for path in paths if len(path) == 1]
    return [base for base in found if isinstance(base, type) and base is not object]


def _base_nodes(scope: Scope) -> list[ast.expr]:
    node = tree(scope, ast.ClassDef)
    return node.bases if node else []


_MAKERS = frozenset({"bytes", "dict", "float", "frozenset", "int", "list", "object", "set", "str", "tuple"})
"""Builtin classes that are called to make an instance."""
