"""What a name can stand for."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, NamedTuple, Protocol

import griffe

from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.trees import UnknownError, tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinxext.plugins.introspect.static.trees import Binding, Scope

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

    def bound(self, name: str, scope: griffe.Object, before: int | None = None) -> list[Binding]:
        """Return what a name is bound to in a class, or else in its module."""

    def of_class(self, class_: griffe.Class, name: str) -> Found:
        """Find an attribute of a class, or of one that it inherits from."""

    def bases(self, class_: griffe.Class) -> Iterator[griffe.Class]:
        """Return a class, and then the classes that it inherits from."""

    def expression(self, node: ast.expr | None, scope: griffe.Object, binding: griffe.Attribute) -> Found:
        """Find what an expression gives."""

    def binds(self, scope: Scope, name: str) -> bool:
        """Whether a scope binds a name itself."""

    def restart(self) -> Lookup:
        """Start another search from here, for a long list of decorators is no long path."""


def parent(of: griffe.Object) -> griffe.Object:
    """Return the scope that an object is defined in."""
    assert isinstance(of.parent, griffe.Object)
    return of.parent


def base_nodes(scope: Scope) -> list[ast.expr]:
    """Return the expressions for the base classes of a class."""
    node = tree(scope, ast.ClassDef)
    return node.bases if node else []


def builtin_bases(scope: Scope) -> list[type]:
    """Return the builtin classes that a class inherits from directly, ``object`` aside."""
    paths = [syntax.dotted(base) or [""] for base in base_nodes(scope)]
    found = [vars(builtins).get(path[0]) for path in paths if len(path) == 1]
    return [base for base in found if isinstance(base, type) and base is not object]


def metaclasses(class_: griffe.Class) -> Iterator[ast.expr]:
    """Return the metaclasses that a class names, by ``six`` too."""
    node = tree(class_, ast.ClassDef)
    for keyword in node.keywords if node else ():
        if keyword.arg == "metaclass":
            yield keyword.value
    for expression in [*node.decorator_list, *node.bases] if node else ():
        match expression:
            case ast.Call(func=function, args=[metaclass, *_]) if syntax.last(function) in _ADDING_METACLASS:
                yield metaclass


_ADDING_METACLASS = frozenset({"add_metaclass", "with_metaclass"})


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


def instance(annotation: ast.expr | None, of: Defined, search: Lookup) -> Found:
    """Find the instance that an annotation tells of."""
    path = syntax.dotted(syntax.unquoted(annotation))
    if path is not None and len(path) == 1 and path[0] in MAKERS:
        return Found(Kind.INSTANCE, of, f"builtins.{path[0]}")
    if path is not None:
        found = search.path(path, parent(of))
        if found.kind is Kind.CLASS and found.class_ is not None and not found.class_.path.startswith("typing"):
            return Found(Kind.INSTANCE, of, found.class_.path, found.class_)
    msg = f"{of.path} is not said to be of a class"
    raise UnknownError(msg)


MAKERS = frozenset({"bytes", "dict", "float", "frozenset", "int", "list", "object", "set", "str", "tuple"})
"""Builtin classes that are called to make an instance."""
