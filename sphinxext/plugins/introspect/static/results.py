"""What a name can stand for."""

from __future__ import annotations

import ast
import builtins
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.static import syntax, trees
from sphinxext.plugins.introspect.static.bindings import STAR, Runs
from sphinxext.plugins.introspect.static.scopes import Class, Module, UnknownError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinxext.plugins.introspect.static.scopes import Modules, Object, Scope


class Found(NamedTuple):
    """What a name stands for."""

    kind: Kind
    object: Object
    """What binds the name, or defines what it stands for."""

    type: str | None = None
    """Of an instance: the path of its class, where that is known."""

    class_: Class | None = None
    """The same class, where its source is there; of a class, itself."""

    assumed: str | None = None
    """What had to be assumed to find it."""

    bound: bool = False
    """Whether its first parameter is given already, as that of a class method is."""


class Lookup(Protocol):
    """What looks names up; all its methods raise :exc:`UnknownError`."""

    modules: Modules

    def path(self, names: Sequence[str], scope: Object, before: int | None = None) -> Found:
        """Find what a dotted name stands for, in a scope."""

    def bound(self, name: str, scope: Object, before: int | None = None) -> list[Object]:
        """Return what a name is bound to in a class, or else in its module."""

    def of_class(self, class_: Class, name: str) -> Found:
        """Find an attribute of a class, or of one that it inherits from."""

    def bases(self, class_: Class) -> Iterator[Class]:
        """Return a class, and then the classes that it inherits from."""

    def expression(self, node: ast.expr | None, scope: Object, binding: Object) -> Found:
        """Find what an expression gives."""

    def binds(self, scope: Scope, name: str) -> bool:
        """Whether a scope binds a name itself."""

    def restart(self) -> Lookup:
        """Start another search from here, for a long list of decorators is no long path."""


def base_nodes(scope: Scope) -> list[ast.expr]:
    """Return the expressions for the base classes of a class."""
    return scope.node.bases if isinstance(scope.node, ast.ClassDef) else []


def builtin_bases(scope: Scope) -> list[type]:
    """Return the builtin classes that a class inherits from directly, ``object`` aside."""
    paths = [syntax.dotted(base) or [""] for base in base_nodes(scope)]
    found = [vars(builtins).get(path[0]) for path in paths if len(path) == 1]
    return [base for base in found if isinstance(base, type) and base is not object]


def merged(orders: list[list[Class]]) -> list[Class]:
    """Merge method resolution orders, as Python does.

    :raises ValueError: where they contradict each other
    """
    result: list[Class] = []
    while orders := [order for order in orders if order]:
        behind = {class_ for order in orders for class_ in order[1:]}
        head = next((order[0] for order in orders if order[0] not in behind), None)
        if head is None:
            raise ValueError
        result.append(head)
        orders = [order[1:] if order[0] is head else order for order in orders]
    return result


def metaclasses(class_: Class) -> Iterator[ast.expr]:
    """Return the metaclasses that a class names, by ``six`` too."""
    node = class_.node
    for keyword in node.keywords:
        if keyword.arg == "metaclass":
            yield keyword.value
    for expression in [*node.decorator_list, *node.bases]:
        match expression:
            case ast.Call(func=function, args=[metaclass, *_]) if syntax.last(function) in _ADDING_METACLASS:
                yield metaclass


_ADDING_METACLASS = frozenset({"add_metaclass", "with_metaclass"})


def has_slot(scope: Scope, name: str) -> bool:
    """Whether the ``__slots__`` of a class may have a name among them."""
    for statement in scope.node.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and "__slots__" in map(syntax.last, _targets(statement)):
            parts = [part for part in trees.walk(statement) if isinstance(part, ast.expr)]
            names = {part.value for part in parts if isinstance(part, ast.Constant)}
            plain = ast.Constant | ast.List | ast.Tuple | ast.Set | ast.Dict
            return name in names or not all(
                isinstance(part, plain) for part in parts if part not in _targets(statement)
            )
    return False


def is_field(of: Object) -> bool:
    """Whether an attribute is declared with a type, which makes it one of instances to some base classes."""
    node = of.node if isinstance(of.node, ast.AnnAssign) else None
    names = {part.id for part in trees.walk(node.annotation) if isinstance(part, ast.Name)} if node else set()
    attributes = (
        {part.attr for part in trees.walk(node.annotation) if isinstance(part, ast.Attribute)} if node else set()
    )
    return node is not None and not (names | attributes) & {"ClassVar", "Final"}


def _targets(statement: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return statement.targets if isinstance(statement, ast.Assign) else [statement.target, statement.annotation]


def instance(annotation: ast.expr | None, of: Object, search: Lookup) -> Found:
    """Find the instance that an annotation tells of."""
    path = syntax.dotted(syntax.unquoted(annotation))
    if path is not None and path[0] in MAKERS and origin(path, of.scope, search) == f"builtins.{path[0]}":
        return Found(Kind.INSTANCE, of, f"builtins.{path[0]}")
    if path is not None:
        found = search.path(path, of.scope)
        if found.kind is Kind.CLASS and found.class_ is not None and not found.class_.path.startswith("typing"):
            return Found(Kind.INSTANCE, of, found.class_.path, found.class_)
    msg = f"{of.path} is not said to be of a class"
    raise UnknownError(msg)


MAKERS = frozenset({"bytes", "dict", "float", "frozenset", "int", "list", "object", "set", "str", "tuple"})
"""Builtin classes that are called to make an instance."""


PROPERTIES = {"builtins.property", "functools.cached_property", "cached_property.cached_property"}
"""Decorators that make properties."""


def origin(names: Sequence[str], scope: Object, search: Lookup, before: int | None = None) -> str:
    """Return the path that a dotted name stands for; nothing where it is bound in several ways."""
    bound = search.bound(names[0], scope, before)
    if names[0] in _DESCRIPTORS:  # no module that cannot be read exports one of these
        bound = [binding for binding in bound if binding.name != STAR or binding.runs < Runs.PERHAPS]
    if not bound:
        return ".".join(["builtins", *names] if hasattr(builtins, names[0]) else names)
    paths = {path_of(binding, names[0]) for binding in bound}
    return ".".join([*paths, *names[1:]]) if len(paths) == 1 else ""


_DESCRIPTORS = frozenset({"classmethod", "property", "staticmethod"})
"""Builtin classes that decorate methods."""


def path_of(binding: Object, name: str) -> str:
    """Return the path that a name has by one of its bindings."""
    if binding.target is None:
        return binding.path
    return f"{binding.target}.{name}" if binding.name == STAR else binding.target


def in_class(modules: Modules, name: str, scope: Object, before: int | None) -> list[Object]:
    """Return what a class binds a name to; a name that it binds later is its module's until then."""
    bound = modules.bindings(scope, name, before) if isinstance(scope, Class) else []
    return [binding for binding in bound if before is None or binding.line < before]


@contextmanager
def following(path: str, paths: set[str]) -> Iterator[None]:
    """Have a path among others for as long as it is followed."""
    paths.add(path)
    try:
        yield
    finally:
        paths.discard(path)


def carried(owner: Found, member: Found, by: Module) -> Found:
    """Return what a module has with what was assumed to find the module.

    :param by: the module that asks; what it imports is there
    """
    if not isinstance(owner.object, Module):
        return member
    of = member.object
    if of.name in by.attributes_set:
        return member._replace(assumed=f"{by.path} may set {of.name} of {owner.object.path}")
    is_imported = isinstance(of, Module) and of.path in by.imported and of.path.rpartition(".")[0] == owner.object.path
    return member._replace(assumed=owner.assumed or (None if is_imported else member.assumed))


def is_typing(names: Sequence[str], scope: Object, search: Lookup) -> bool:
    """Whether a name is that of ``Generic`` or ``Protocol``, which are base classes for type checkers alone.

    Others have classes of such names, :class:`asyncio.Protocol` for one.
    """
    if names[-1] not in {"Generic", "Protocol"}:
        return False
    if origin(names, scope, search).startswith(("typing.", "typing_extensions.")):
        return True
    try:
        return search.path(names, scope).object.path.startswith(("typing.", "typing_extensions."))
    except UnknownError:
        return True  # as it is called


def is_builtin(names: Sequence[str], scope: Object, search: Lookup) -> bool:
    """Whether a name is that of a builtin class, in the present or in an older version of Python."""
    module, _, name = origin(names, scope, search).rpartition(".")
    return module.partition(".")[0] in {"builtins", "future", "six"} and hasattr(builtins, name)


def is_left_out(names: Sequence[str], scope: Object, search: Lookup) -> bool:
    """Whether a name is that of a base class that no class inherits members from which its source could tell."""
    return is_typing(names, scope, search) or is_builtin(names, scope, search)
