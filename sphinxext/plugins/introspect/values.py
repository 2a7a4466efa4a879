"""What an expression in the source is worth, where it is made of literals."""

from __future__ import annotations

import ast
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

import griffe

from sphinxext.plugins.introspect import syntax
from sphinxext.plugins.introspect.trees import (
    AbsentError,
    UnknownError,
    assigned_docstring,
    definition_tree,
    function_tree,
    sets_on_instances,
    tree,
    value_tree,
)
from sphinxext.plugins.introspect.worker import LONGEST_TEXT, LONGEST_VALUE
from sphinxext.plugins.model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinxext.plugins.introspect.names import Search
    from sphinxext.plugins.introspect.results import Found
    from sphinxext.plugins.model import Json

_PLAIN_DECORATORS = frozenset({"staticmethod", "classmethod", "property", "abstractmethod", "override"})
"""Decorators that do not change what a method returns."""


class Context(NamedTuple):
    """Where an expression stands."""

    search: Search
    scope: griffe.Object

    local: Mapping[str, ast.expr | None] = {}
    """The local names, with their values where they are known."""

    own: str | None = None
    """The name of the first parameter of a method, ``self`` or ``cls``."""

    class_: griffe.Class | None = None
    """The class that the method is called on."""


def evaluate(node: ast.AST | None, context: Context) -> Json:  # noqa: C901, PLR0912  # a case for each expression
    """Give the value of an expression; a tuple and a set are lists, as in JSON.

    :raises UnknownError: where it is not made of literals and of names for such
    """
    context.search.take(1)
    match node:
        case ast.Constant(value=int() as value) if not -(2**63) <= value < 2**63:
            raise _computed(node)  # JSON has no such number
        case ast.Constant(value=float() as value) if not isfinite(value):
            raise _computed(node)  # nor this
        case ast.Constant(value=str() | int() | float() | bool() | None as value):
            context.search.take(len(value) if isinstance(value, str) else 0)
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)) if isfinite(value):
            return -value
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [evaluate(element, context) for element in elements]
        case ast.Set(elts=elements):
            return sorted((evaluate(element, context) for element in elements), key=str)
        case ast.Dict(keys=keys, values=values) if None not in keys:
            pairs = zip(keys, values, strict=True)
            return {str(evaluate(key, context)): evaluate(value, context) for key, value in pairs}
        case ast.JoinedStr(values=parts):
            return "".join(str(evaluate(part, context)) for part in parts)
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return evaluate(value, context)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _sum(evaluate(left, context), evaluate(right, context), node)
        case ast.Call(func=function, args=[text], keywords=[]) if syntax.is_gettext(function):
            return evaluate(text, context)
        case ast.BoolOp(op=ast.Or(), values=[*values]):
            worth = [evaluate(value, context) for value in values]
            return next((value for value in worth[:-1] if value), worth[-1])
        case ast.Name() | ast.Attribute() if (path := syntax.dotted(node)) is not None:
            if path[-1] == "__doc__":
                return _text_of_docstring(path[:-1], context)
            return _named(path, context)
    raise _computed(node)


def answer(found: Found, path: list[str], search: Search, *, call: bool) -> Json:
    """Give the value of an attribute of a class or a module, or what calling it without arguments returns.

    :raises AbsentError: where there is no such attribute
    :raises UnknownError: where the source does not tell its value
    """
    if found.kind not in (Kind.CLASS, Kind.MODULE):
        msg = f"only what classes and modules say is told by their source, and this is of the kind {found.kind.value}"
        raise UnknownError(msg)
    search.take(LONGEST_TEXT - LONGEST_VALUE)
    class_ = found.class_
    changed = class_ is not None and next((b for b in search.bases(class_) if _may_change_attributes(b, search)), None)
    if changed:
        msg = f"{changed.path} may change the attributes of classes that inherit from it"
        raise UnknownError(msg)
    if call and class_ is not None and any(sets_on_instances(base, path[0]) for base in search.bases(class_)):
        msg = f"{path[0]} is set on instances of {class_.path}"
        raise UnknownError(msg)
    for name in path:
        found = search.member(found, name)
    node = function_tree(found.object)
    if call and node is None:
        msg = f"{'.'.join(path)} is no function that its source tells of"
        raise UnknownError(msg)
    try:
        if node is not None and (call or _is_property(node)):
            return _returned(node, Context(search, found.object, class_=class_))
        return _bound(found, search)
    except AbsentError as error:  # it is there, but something that it needs is not seen
        raise UnknownError(*error.args) from error


def _may_change_attributes(class_: griffe.Class, search: Search) -> bool:
    """Whether a class has decorators, a metaclass or a hook that may change what its body says."""
    node = tree(class_, ast.ClassDef)
    changing = [keyword.value for keyword in node.keywords] if node else []
    for decorator in node.decorator_list if node else []:
        match decorator:
            case ast.Call(func=function, args=[metaclass]) if (syntax.dotted(function) or [""])[-1] == "add_metaclass":
                changing.append(metaclass)
            case ast.Call(func=function):
                changing.append(function)
            case _:
                changing.append(decorator)
    return (
        not {(syntax.dotted(changes) or [""])[-1] for changes in changing} <= _HARMLESS
        or search.binds(class_, "__init_subclass__")
        or search.binds(class_, "__metaclass__")
    )


_HARMLESS = {"ABCMeta", "dataclass", "final", "runtime_checkable", "total_ordering"}
"""Metaclasses and decorators that leave the attributes of a class."""


def _returned(node: syntax.Function, context: Context) -> Json:
    """Give what a function returns, where it does so in one place, at its end, and does nothing else before."""
    decorators = {(syntax.dotted(decorator) or [""])[-1] for decorator in node.decorator_list}
    is_method = context.class_ is not None and "staticmethod" not in decorators
    if decorators - _PLAIN_DECORATORS or not syntax.is_plain(node, given=1 if is_method else 0):
        raise _computed(node)
    # A list that is assigned may have grown before it is returned; a text or a number is what it was.
    local: dict[str, ast.expr | None] = dict.fromkeys(syntax.local_names(node))
    local |= {name: value for name, value in syntax.assigned(node).items() if syntax.literal(value) in _LASTING}
    first = [*node.args.posonlyargs, *node.args.args][:1]
    own = first[0].arg if first and is_method else None
    returned = syntax.returned(node)[-1]
    return evaluate(returned, context._replace(local=local, own=own, scope=context.scope.module))


_LASTING = {"bool", "float", "int", "str"}
"""The builtin classes whose instances do not change."""


def _named(path: list[str], context: Context) -> Json:
    """Give the value of a name, of an attribute of ``self``, or of a constant elsewhere."""
    first, *rest = path
    if first in context.local and first != context.own:
        if rest or context.local[first] is None:
            raise _computed(None)
        return evaluate(context.local[first], context)
    if first == context.own:
        if len(rest) != 1 or context.class_ is None:
            raise _computed(None)
        if any(sets_on_instances(base, rest[0]) for base in context.search.bases(context.class_)):
            msg = f"{'.'.join(path)} is set when an instance is made"
            raise UnknownError(msg)
        return _bound(context.search.of_class(context.class_, rest[0]), context.search)
    return _bound(context.search.path(path, context.scope), context.search)


def _bound(found: Found, search: Search) -> Json:
    """Give the value that is bound to a name."""
    value, parent = value_tree(found.object), found.object.parent
    if search.modules.unsettled(found.object):
        msg = f"{found.object.path} may be changed after it was assigned"
        raise UnknownError(msg)
    if found.kind is Kind.INSTANCE and found.class_ is None and value is not None and isinstance(parent, griffe.Object):
        return evaluate(value, Context(search, parent))
    msg = f"{found.object.path} is a {found.kind.value}"
    raise UnknownError(msg)


def _text_of_docstring(path: list[str], context: Context) -> str | None:
    """Give the docstring of something, as ``__doc__`` in its raw form, or that of the module where nothing is named."""
    of = context.search.path(path, context.scope).object if path else context.scope.module
    node = definition_tree(of)
    if node is None or assigned_docstring(of.parent, of.name) is not None:
        msg = f"the docstring of {of.path} is assigned"
        raise UnknownError(msg)
    text = ast.get_docstring(node, clean=False)
    context.search.take(len(text or ""))
    return text


def _is_property(node: syntax.Function) -> bool:
    return any((syntax.dotted(decorator) or [""])[-1] == "property" for decorator in node.decorator_list)


def _sum(left: Json, right: Json, node: ast.AST) -> Json:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        return left + right
    raise _computed(node)


def _computed(node: ast.AST | None) -> UnknownError:
    return UnknownError(f"{'it' if node is None else syntax.shown(node)} is computed")
