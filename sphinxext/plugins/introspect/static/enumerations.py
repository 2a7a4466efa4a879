"""Enumerations, made again from their source where that is plain: nothing of it runs but Python's own ``enum``."""

from __future__ import annotations

import ast
import enum
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.core.values import Named
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.calls import ENUMERATIONS
from sphinxext.plugins.introspect.static.results import base_nodes, is_builtin, origin
from sphinxext.plugins.introspect.static.scopes import Class, UnknownError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sphinxext.plugins.introspect.static.names import Search
    from sphinxext.plugins.introspect.static.results import Found

    Evaluate = Callable[[ast.expr, Class, dict[str, ast.expr]], object]
    """Gives the value of an expression in a class, by the values of the names that it has bound before."""


_KINDS: dict[str, type] = {path: getattr(enum, path.partition(".")[2]) for path in ENUMERATIONS}

_LEAVING = frozenset({"__format__", "__repr__", "__str__", "_missing_"})
"""Methods that leave which members there are, and what these are worth."""

_BINDING = frozenset({"enum.property", "functools.cached_property", "types.DynamicClassAttribute"})
"""Decorators that make no members of functions, besides the builtin ones."""


OF_MEMBER = frozenset({"name", "value"})
"""What members have."""


def is_member(found: Found) -> bool:
    """Whether something may be a member of an enumeration."""
    return isinstance(found.class_, Class) and found.object.parent is found.class_


def member(found: Found, search: Search, evaluate: Evaluate) -> Any:  # noqa: ANN401  # of a class that is made here
    """Return a member of an enumeration.

    :raises UnknownError: where anything in that may do more than to name values
    """
    assert found.class_ is not None
    class_, name = found.class_, found.object.name
    if class_ not in search.enumerations:
        try:
            search.enumerations[class_] = _made(class_, search, evaluate)
        except (AttributeError, TypeError, ValueError):  # as it does where it runs
            search.enumerations[class_] = None
    made = search.enumerations[class_]
    if made is None or name not in made.__members__:
        raise _doubt(class_)
    return made[name]


def of_member(found: Found, name: str, search: Search, evaluate: Evaluate) -> Any:  # noqa: ANN401
    """Return the name or the value of a member, as an attribute of one of these names gives it."""
    one = member(found, search, evaluate)
    assert found.class_ is not None
    own: list[Class] = []
    with suppress(UnknownError):  # the module may not be there, and all others were seen
        for base in search.bases(found.class_):
            own += [base] if base.module.path != "enum" else []
    if isinstance(one, enum.Flag) or any(search.binds(base, name) for base in own):
        raise _doubt(found.class_)
    return getattr(one, name)


def _made(class_: Class, search: Search, evaluate: Evaluate) -> Any:  # noqa: ANN401  # a class of enum
    decorators = {origin(syntax.dotted(by) or [""], class_.scope, search) for by in class_.decorators}
    if class_.node.keywords or class_.module.is_stub or decorators - {"enum.unique"}:
        raise _doubt(class_)
    bases = tuple(_base(node, class_, search, evaluate) for node in base_nodes(class_))
    if not any(issubclass(base, enum.Enum) for base in bases):
        raise _doubt(class_)
    kind = next((base for base in (enum.StrEnum, str, int) if any(issubclass(each, base) for each in bases)), object)
    space: Any = enum.EnumType.__prepare__(class_.name, bases)
    known: dict[str, ast.expr] = {}
    for name, node in _members(class_, search):
        if name in OF_MEMBER:  # what it is then depends on the version of Python
            raise _doubt(class_)
        is_auto = isinstance(node, ast.Call) and not (node.args or node.keywords) and _is_auto(node, class_, search)
        value = enum.auto() if is_auto else evaluate(node, class_, known)
        fitting = isinstance(value, (str if issubclass(kind, str) else kind) | enum.auto)
        if isinstance(value, Named) or not fitting or (is_auto and kind is str):
            raise _doubt(class_)
        space[name] = value
        known[name] = ast.Constant(space[name], lineno=node.lineno)
    made = enum.EnumType(class_.name, bases, space)
    made.__module__, made.__qualname__ = class_.module.path, class_.path[len(class_.module.path) + 1 :]
    return made


def _base(node: ast.expr, class_: Class, search: Search, evaluate: Evaluate) -> type:
    """Return a base class: of the module ``enum``, a builtin one, or another enumeration without members."""
    path = syntax.dotted(node) or [""]
    if path[-1] in {"int", "str"} and is_builtin(path, class_.scope, search):
        return {"int": int, "str": str}[path[-1]]
    if named := _KINDS.get(origin(path, class_.scope, search, node.lineno)):
        return named  # the module may not be there to be read
    found = search.path(path, class_.scope, node.lineno)
    if found.class_ is None or found.assumed:
        raise _doubt(class_)
    made = _KINDS.get(found.class_.path) or _made(found.class_, search, evaluate)
    assert isinstance(made, type)
    return made


def _members(class_: Class, search: Search) -> Iterator[tuple[str, ast.expr]]:
    """Return the names that the body of a class gives values, in order.

    :raises UnknownError: where there is anything else in it that may make members, or change them
    """
    for statement in class_.node.body:
        match statement:
            case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.AnnAssign(value=None):
                continue
            case ast.FunctionDef(name=name, decorator_list=by) if name in _LEAVING or not name.startswith("_"):
                paths = {origin(syntax.dotted(each) or [""], class_, search) for each in by}
                if all(path.startswith("builtins.") for path in paths - _BINDING):
                    continue
            case ast.Assign(targets=targets, value=value):
                if all(isinstance(target, ast.Name) and not target.id.startswith("_") for target in targets):
                    yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))
                    continue
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if not name.startswith("_"):
                yield name, value
                continue
        raise _doubt(class_)


def _is_auto(call: ast.Call, class_: Class, search: Search) -> bool:
    path = syntax.dotted(call.func)
    return path is not None and origin(path, class_, search, call.lineno) == "enum.auto"


def _doubt(class_: Class) -> UnknownError:
    return UnknownError(f"{class_.path} is no plain enumeration")
