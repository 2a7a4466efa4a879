"""Members that a decorator marks, as their source has them."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.core.evaluation import LackingError
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.live.marked import DEFINITIONS, called, row
from sphinxext.plugins.introspect.static import effects, syntax
from sphinxext.plugins.introspect.static.bindings import Runs
from sphinxext.plugins.introspect.static.scopes import Class, UnknownError
from sphinxext.plugins.introspect.static.values import Context, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinxext.plugins.introspect.static.names import Search
    from sphinxext.plugins.introspect.static.results import Found
    from sphinxext.plugins.introspect.static.scopes import Object, Scope

_PLAIN = frozenset({"abstractmethod", "classmethod", "final", "override", "property", "staticmethod"})
"""Decorators that give what they decorate no attribute by which others know it."""


def members(found: Found, wanted: str, search: Search) -> list[Any]:
    """Return the members of a class or a module that a decorator marks, with what that is called with.

    :raises LackingError: where it surely marks none
    :raises UnknownError: where the source does not tell; which have an attribute of this name only shows when it runs
    """
    if found.assumed:
        raise UnknownError(found.assumed)
    rows: list[Any] = []
    doubt = ""
    for scope, bound in _members(found, search):
        name, names = bound[0].name, scope.module.names
        nodes = [each.node for each in bound if isinstance(each.node, DEFINITIONS)]
        origin = partial(_origin, scope=scope, search=search)
        marking = [decorator for node in nodes if (decorator := names.marking(node, wanted, origin)) is not None]
        if marking and (len(bound) > 1 or bound[0].runs is not Runs.SURELY):
            msg = f"which {name} {scope.path} has depends on a condition"
            raise UnknownError(msg)
        if marking and found.class_ and isinstance(scope, Class):
            changed = effects.on_class(found.class_, name, search, scope)
            if changed:
                raise UnknownError(changed)
        if marking:
            arguments, keywords = evaluate(called(marking[0]), Context(search, scope))
            rows.append(row(name, ast.get_docstring(nodes[0]), arguments, keywords))
        others = [each for node in nodes for each in node.decorator_list if syntax.last(each) not in _PLAIN]
        if wanted.isidentifier() and (others or wanted in scope.module.attributes_set):
            doubt = doubt or f"which members of {found.object.path} have {wanted} only shows when it runs"
    if not rows and doubt:
        raise UnknownError(doubt)
    if not rows:
        raise LackingError(wanted)
    return rows


def _members(found: Found, search: Search) -> Iterator[tuple[Scope, list[Object]]]:
    """Return the statements that define each member, with the class or the module that they stand in."""
    if found.class_ is None and found.kind is not Kind.MODULE:
        raise LackingError(found.object.path)
    seen: set[str] = set()
    for scope in search.bases(found.class_) if found.class_ is not None else [found.object.module]:
        for name in scope.bindings:
            bound = search.modules.bindings(scope, name) if name not in seen else []
            if bound:
                seen.add(name)
                yield scope, bound


def _origin(path: str, scope: Scope, search: Search) -> str | None:
    try:
        return search.restart().path(path.split("."), scope).object.path
    except UnknownError:
        return None
