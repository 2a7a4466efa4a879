"""Which functions give a translation of the text that they are called with."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sphinxext.plugins.core import limits
from sphinxext.plugins.introspect.static import syntax, trees
from sphinxext.plugins.introspect.static.results import path_of
from sphinxext.plugins.introspect.static.scopes import Object, UnknownError

if TYPE_CHECKING:
    from sphinxext.plugins.introspect.static.names import Search


def gives_text(path: list[str], scope: Object, search: Search, most: int = limits.MOST_TRANSLATIONS) -> bool:
    """Whether a name stands for a function that gives its first argument, in another language perhaps.

    What it is bound to has to say so, by its body or by the name that it has where it is from.
    """
    if not most or (path[-1] not in syntax.GETTEXT and most == limits.MOST_TRANSLATIONS):
        return False
    bound = search.bound(path[0], scope)
    if not bound:
        return len(path) == 1  # gettext.install() puts it among the builtin names
    for binding in bound:
        if binding.target is not None:
            module, _, name = ".".join([path_of(binding, path[0]), *path[1:]]).rpartition(".")
            try:
                told = gives_text([name], search.modules.read(module), search, most - 1)
            except UnknownError:
                told = name in syntax.GETTEXT
        elif len(path) > 1:
            told = path[-1] in syntax.GETTEXT and _method_returns_text(path, scope, search)
        elif (node := binding.function) is not None:
            told = _returns_text(node)
        else:
            told = _is_text(binding.value, binding.parent, search, most)
        if not told:
            return False
    return True


def _method_returns_text(path: list[str], scope: Object, search: Search) -> bool:
    """Whether a method does so; one that is not found is taken to do what it is called."""
    try:
        class_ = search.restart().path(path[:-1], scope).class_
        node = search.of_class(class_, path[-1]).object.function if class_ is not None else None
    except UnknownError:
        return True
    return node is None or _returns_text(node, given=1)


def _returns_text(node: syntax.Function, given: int = 0) -> bool:
    """Whether a function returns what it gets first, or what another one makes of that which is called like these."""
    first = next(iter([*node.args.posonlyargs, *node.args.args][given:]), None)
    returned = syntax.returned(node)
    if first is None or any(first.arg in syntax.bound_by(part) for part in trees.walk(node)):
        return False
    return bool(returned) and all(_keeps(value, first.arg) for value in returned)


def _keeps(value: ast.expr | None, name: str) -> bool:
    match value:
        case ast.Name(id=given):
            return given == name
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called), args=arguments):
            names = [argument.id for argument in arguments if isinstance(argument, ast.Name)]
            return called.endswith("gettext") and name in names
    return False


def _is_text(value: ast.expr | None, scope: object, search: Search, most: int) -> bool:
    """Whether an expression gives such a function."""
    match value:
        case ast.Lambda(args=ast.arguments(args=[first]), body=body):
            return _keeps(body, first.arg)
        case ast.Call(args=arguments):  # functools.partial(gettext, …), lazy(gettext, …)
            return any(syntax.last(argument).endswith("gettext") for argument in arguments)
        case ast.Name() | ast.Attribute() if (path := syntax.dotted(value)) is not None and isinstance(scope, Object):
            return (path[-1] in syntax.GETTEXT) and gives_text(path, scope, search, most - 1)
        case ast.Attribute(attr=name):
            return name in syntax.GETTEXT
    return False
