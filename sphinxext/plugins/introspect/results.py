"""What calls and decorators give, as far as annotations, return statements and well-known names tell."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, NamedTuple, Protocol

import griffe

from sphinxext.plugins.introspect import syntax
from sphinxext.plugins.introspect.trees import UnknownError, function_tree, tree
from sphinxext.plugins.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinxext.plugins.introspect.trees import Scope

Defined = griffe.Module | griffe.Class | griffe.Function | griffe.Attribute


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

    bound: bool = False
    """Whether its first parameter is given already, as that of a class method is."""


class Lookup(Protocol):
    """What looks names up; all its methods raise :exc:`UnknownError`."""

    def path(self, names: Sequence[str], scope: griffe.Object, before: int | None = None) -> Found:
        """Find what a dotted name stands for, in a scope."""

    def bases(self, class_: griffe.Class) -> Iterator[griffe.Class]:
        """Give a class, and then the classes that it inherits from."""

    def expression(self, node: ast.expr | None, scope: griffe.Object, binding: griffe.Attribute) -> Found:
        """Find what an expression gives."""

    def binds(self, scope: Scope, name: str) -> bool:
        """Whether a scope binds a name itself."""

    def anew(self) -> Lookup:
        """Start another search from here, for a long list of decorators is no long path."""


def parent(of: griffe.Object) -> griffe.Object:
    """Give the scope that an object is defined in."""
    assert isinstance(of.parent, griffe.Object)
    return of.parent


def base_nodes(scope: Scope) -> list[ast.expr]:
    """Give the expressions for the base classes of a class."""
    node = tree(scope, ast.ClassDef)
    return node.bases if node else []


def builtin_bases(scope: Scope) -> list[type]:
    """Give the builtin classes that a class inherits from directly, ``object`` aside."""
    paths = [syntax.dotted(base) or [""] for base in base_nodes(scope)]
    found = [vars(builtins).get(path[0]) for path in paths if len(path) == 1]
    return [base for base in found if isinstance(base, type) and base is not object]


def has_slot(scope: Scope, name: str) -> bool:
    """Whether the ``__slots__`` of a class may have a name among them."""
    node = tree(scope, ast.ClassDef)
    for statement in node.body if node else ():
        if isinstance(statement, ast.Assign | ast.AnnAssign) and "__slots__" in map(syntax.last, _targets(statement)):
            parts = [part for part in ast.walk(statement) if isinstance(part, ast.expr)]
            names = {part.value for part in parts if isinstance(part, ast.Constant)}
            plain = ast.Constant | ast.List | ast.Tuple | ast.Set | ast.Dict
            return name in names or not all(
                isinstance(part, plain) for part in parts if part not in _targets(statement)
            )
    return False


def is_field(of: griffe.Object) -> bool:
    """Whether an attribute is declared with a type, which makes it one of instances to some base classes."""
    node = tree(of, ast.AnnAssign)
    names = {part.id for part in ast.walk(node.annotation) if isinstance(part, ast.Name)} if node else set()
    attributes = {part.attr for part in ast.walk(node.annotation) if isinstance(part, ast.Attribute)} if node else set()
    return node is not None and not (names | attributes) & {"ClassVar", "Final"}


def _targets(statement: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return statement.targets if isinstance(statement, ast.Assign) else [statement.target, statement.annotation]


def called(call: ast.Call, scope: griffe.Object, binding: griffe.Attribute, search: Lookup) -> Found:
    """Find what a call gives: an instance of a class, or what a function says that it returns."""
    path = syntax.dotted(call.func)
    if path is None:
        msg = f"{binding.path} is made by a call, {syntax.shown(call.func)}(…)"
        raise UnknownError(msg)
    if len(path) == 1 and path[0] in _MAKERS:
        return Found(Kind.INSTANCE, binding, f"builtins.{path[0]}")
    made = search.path(path, scope, call.lineno)
    if made.kind is Kind.CLASS and made.class_ is not None and not _makes_classes(made.class_, search):
        new = any(search.binds(base, "__new__") for base in search.bases(made.class_))
        assumed = f"{made.class_.path} is taken to make instances of itself" if new else None
        return Found(Kind.INSTANCE, binding, made.class_.path, made.class_, assumed)
    if isinstance(made.object, griffe.Function) and made.kind is not Kind.INSTANCE:
        if call.args and any((node := function_tree(v)) and syntax.gives_first(node) for v in _variants(made.object)):
            return search.expression(call.args[0], scope, binding)
        try:
            result = _result(made.object, search, factory=False)
        except UnknownError:
            # Like a decorator that cannot be seen through, but who calls one may get anything.
            given = search.expression(call.args[0], scope, binding) if len(call.args) == 1 else None
            if given is None or given.kind not in (Kind.CLASS, Kind.FUNCTION):
                raise
            return given._replace(assumed=f"{binding.path} is taken for what {'.'.join(path)}(…) is called with")
        if result is None:
            return search.expression(call.args[0] if call.args else None, scope, binding)
        return result._replace(object=binding)
    msg = f"{binding.path} is made by a call, {'.'.join(path)}(…)"
    raise UnknownError(msg)


def makes_members(class_: griffe.Class, search: Lookup) -> bool:
    """Whether a class is an enumeration."""
    try:
        return any(base.path == "enum.Enum" for base in search.bases(class_))
    except UnknownError:
        if any((syntax.dotted(node) or [""])[-1].endswith(("Enum", "Flag")) for node in base_nodes(class_)):
            raise
        return False


def _makes_classes(class_: griffe.Class, search: Lookup) -> bool:
    """Whether calling a class gives a class: it is a metaclass, or an enumeration."""
    bases = list(search.bases(class_))
    return any(type in builtin_bases(base) or base.path in {"enum.Enum", "typing.NamedTuple"} for base in bases)


def instance(annotation: ast.expr | None, of: Defined, search: Lookup) -> Found:
    """Find the instance that an annotation tells of."""
    path = syntax.dotted(syntax.unquoted(annotation))
    if path is not None and len(path) == 1 and path[0] in _MAKERS:
        return Found(Kind.INSTANCE, of, f"builtins.{path[0]}")
    if path is not None:
        found = search.path(path, parent(of))
        if found.kind is Kind.CLASS and found.class_ is not None and not found.class_.path.startswith("typing"):
            return Found(Kind.INSTANCE, of, found.class_.path, found.class_)
    msg = f"{of.path} is not said to be of a class"
    raise UnknownError(msg)


def decorated(found: Found, search: Lookup) -> Found:
    """Find what the decorators of a function or a class make of it.

    One that cannot be seen through is taken to leave it, which is said to be assumed.
    """
    node = found.object.extra["sphinxext.plugins"].get("node")
    made = found
    for decorator in reversed(getattr(node, "decorator_list", [])):
        factory = isinstance(decorator, ast.Call)
        function = decorator.func if isinstance(decorator, ast.Call) else decorator
        path = syntax.dotted(function) or [""]
        if path[-1] in _KNOWN:
            made = made._replace(bound=made.bound or path == ["classmethod"])
            continue
        try:
            result = _decorator(path, parent(found.object), search.anew(), factory=factory)
        except UnknownError:
            assumed = f"what @{syntax.shown(function)} makes of {found.object.path} is not seen"
            made = made._replace(assumed=made.assumed or assumed)
        else:
            made = made if result is None else result._replace(object=found.object, assumed=made.assumed)
    return made


def _decorator(path: list[str], scope: griffe.Object, search: Lookup, *, factory: bool) -> Found | None:
    """Find the instance that a decorator makes; None where it leaves what it decorates."""
    by = search.path(path, scope)
    if by.kind is Kind.CLASS and by.class_ is not None and not factory:
        return Found(Kind.INSTANCE, by.object, by.class_.path, by.class_)
    if by.kind is not Kind.INSTANCE and isinstance(by.object, griffe.Function):
        return _result(by.object, search, factory=factory)
    msg = f"{'.'.join(path)} is no decorator that is seen through"
    raise UnknownError(msg)


def _variants(function: griffe.Function) -> list[griffe.Function]:
    return [function, *(function.overloads or [])]


def _result(function: griffe.Function, search: Lookup, *, factory: bool) -> Found | None:
    """Find the instance that a function gives; None where it gives what it gets, or what wraps that.

    :param factory: whether that is asked of what the function gives, as of ``decorator(…)`` in ``@decorator(…)``
    """
    for variant in _variants(function):
        node = function_tree(variant)
        if node is None:
            continue
        if syntax.keeps(node.returns) if factory else syntax.gives_first(node):
            return None
        try:
            returns = syntax.given_by_callable(syntax.unquoted(node.returns)) if factory else node.returns
            return instance(returns, function, search)
        except UnknownError:
            continue
    node = function_tree(function)
    if node is None or syntax.is_generator(node):
        msg = f"what {function.path} gives is not said"
        raise UnknownError(msg)
    return _Returned(function, node, search).result(factory=factory)


class _Returned:
    """What the return statements of a function give."""

    def __init__(self, function: griffe.Function, node: syntax.Function, search: Lookup) -> None:
        self._function = function
        self._node = node
        self._search = search

    def result(self, *, factory: bool) -> Found | None:
        inner = syntax.nested(self._node)
        if factory:
            names = [value.id for value in syntax.returned(self._node) if isinstance(value, ast.Name)]
            decorator = next((inner[name] for name in names if name in inner), None)
            if decorator is not None:
                return self._of(decorator, syntax.parameters(self._node))
            # A factory of decorators may give what another one gives.
            calls = [value for value in syntax.returned(self._node) if isinstance(value, ast.Call)]
            return self._called(syntax.dotted(calls[0].func) if calls else None, factory=True)
        return self._of(self._node, set())

    def _of(self, node: syntax.Function, outer: set[str]) -> Found | None:
        """Find what a function makes of its first argument: the first of its results that tells."""
        local, inner = syntax.assigned(node), syntax.nested(node)
        first = [*node.args.posonlyargs, *node.args.args][:1]
        wrapping = {name for name, function in inner.items() if _wraps(function)}
        for returned in syntax.returned(node):
            value = returned
            while isinstance(value, ast.Name) and value.id in local:
                value = local.pop(value.id)
            match value:
                case ast.Name(id=name) if name in wrapping or (first and name == first[0].arg):
                    return None
                case ast.Call(func=ast.Call(func=function)) if (syntax.dotted(function) or [""])[-1] == "wraps":
                    return None
                case ast.Call(func=function) if (path := syntax.dotted(function)) is not None:
                    if path[-1] == "update_wrapper":
                        return None
                    if path[0] in inner:
                        return self._of(inner[path[0]], syntax.parameters(node))
                    if first and path[0] == first[0].arg:
                        break
                    if path[0] in outer | syntax.parameters(node):
                        return Found(Kind.INSTANCE, self._function)  # of a class that is a parameter
                    return self._called(path, factory=False)
        msg = f"what {self._function.path} gives is not said"
        raise UnknownError(msg)

    def _called(self, path: list[str] | None, *, factory: bool) -> Found | None:
        made = self._search.path(path or [""], parent(self._function))
        if made.kind is Kind.CLASS and made.class_ is not None and not factory:
            return Found(Kind.INSTANCE, self._function, made.class_.path, made.class_)
        if isinstance(made.object, griffe.Function) and made.kind is not Kind.INSTANCE:
            return _result(made.object, self._search.anew(), factory=factory)
        msg = f"what {self._function.path} gives is not said"
        raise UnknownError(msg)


def _wraps(node: syntax.Function) -> bool:
    """Whether a function is made to look like another one, docstring and all."""
    decorators = [decorator.func for decorator in node.decorator_list if isinstance(decorator, ast.Call)]
    return any((syntax.dotted(function) or [""])[-1] == "wraps" for function in decorators)


_MAKERS = frozenset({"bytes", "dict", "float", "frozenset", "int", "list", "object", "set", "str", "tuple"})
"""Builtin classes that are called to make an instance."""

_KNOWN = frozenset(
    {"abstractmethod", "add_metaclass", "attrs", "cache", "classmethod", "dataclass", "define", "deprecated"}
    | {"implementer", "lru_cache", "staticmethod"}
)
"""Decorators that leave what they decorate, or what readers take for that."""
