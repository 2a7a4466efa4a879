"""What decorators do to the methods of an interface: some say that plugins have to have their own."""

from __future__ import annotations

import ast
from enum import Enum
from typing import TYPE_CHECKING

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.calls import CACHING, KEEPING
from sphinxext.plugins.introspect.static.outcomes import outcomes
from sphinxext.plugins.introspect.static.results import PROPERTIES, origin
from sphinxext.plugins.introspect.static.scopes import UnknownError

if TYPE_CHECKING:
    from sphinxext.plugins.introspect.static.names import Search
    from sphinxext.plugins.introspect.static.scopes import Scope

ABSTRACT = frozenset(
    {"abc.abstractmethod", "abc.abstractproperty", "abc.abstractclassmethod", "abc.abstractstaticmethod"}
)
"""Decorators that declare a method abstract."""

CONTEXTS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
"""Decorators that make a context manager of what a function gives."""

_HOOKS = frozenset({"HookimplMarker", "HookspecMarker"})


class Effect(Enum):
    """What a decorator does to a method."""

    NONE = "none"
    """It is called as its source says."""

    ABSTRACT = "abstract"
    """It is abstract, and called as its source says."""

    HOOK = "hook"
    """It is a hook of pluggy, and called as its source says."""

    OBJECT = "object"
    """It becomes an object of another class, which may be called or be a value."""

    UNKNOWN = "unknown"
    """It may be called in another way."""


def effect_of(decorator: ast.expr, scope: Scope, search: Search, depth: int = 0) -> Effect:
    """Return what a decorator of a method does: one that is known, or a function that gives what it gets.

    :param scope: the class or the module that the method is in
    """
    by = decorator.func if isinstance(decorator, ast.Call) else decorator
    names = syntax.dotted(by) or [""]
    path = origin(names, scope, search)
    if path in ABSTRACT:
        return Effect.ABSTRACT
    if path in KEEPING | CACHING | CONTEXTS or path in PROPERTIES or names[-1] in {"setter", "getter", "deleter"}:
        return Effect.NONE
    try:
        found = search.restart().path(names, scope)
    except UnknownError:
        return Effect.OBJECT if "property" in names[-1] else Effect.UNKNOWN
    made = found.object.value
    if isinstance(made, ast.Call) and syntax.last(made.func) in _HOOKS:
        return Effect.HOOK
    if found.kind is Kind.CLASS or "property" in names[-1]:
        return Effect.OBJECT
    node = found.object.function
    if node is None or isinstance(decorator, ast.Call) or depth == limits.DEEPEST_DECORATOR:
        return Effect.UNKNOWN
    first = [each.arg for each in node.args.args[:1]]
    gives = {_given(each, first, found.object.module, search, depth) for each in outcomes(node)}
    return gives.pop() if len(gives) == 1 else Effect.UNKNOWN


def _given(value: ast.expr, first: list[str], module: Scope, search: Search, depth: int) -> Effect:
    """Return what a function does to its first parameter, by what it returns."""
    match value:
        case ast.Name(id=name) if [name] == first:
            return Effect.NONE
        case ast.Call(func=by, args=[ast.Name(id=name)], keywords=[]) if [name] == first:
            return effect_of(by, module, search, depth + 1)
    return Effect.UNKNOWN
