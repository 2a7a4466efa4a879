"""Members that a decorator marks, as their source has them."""

from __future__ import annotations

import ast
import builtins
from functools import partial
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.core.evaluation import LackingError
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.live.marked import DEFINITIONS, called, row
from sphinxext.plugins.introspect.static import effects, syntax, trees
from sphinxext.plugins.introspect.static.bindings import Runs
from sphinxext.plugins.introspect.static.scopes import AbsentError, Class, UnknownError
from sphinxext.plugins.introspect.static.values import Context, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

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
    for scope, bound in bound_members(found, search):
        try:
            rows += decorated(found, bound, wanted, search)
        except LookupError as error:
            raise UnknownError(*error.args) from error
        if wanted.isidentifier() and (wanted in scope.module.attributes_set or any(map(_may_have, bound))):
            doubt = doubt or f"which members of {found.object.path} have {wanted} only shows when it runs"
    if not rows and doubt:
        raise UnknownError(doubt)
    if not rows:
        raise LackingError(wanted)
    return rows


def decorated(
    found: Found,
    bound: Sequence[Object],
    wanted: str,
    search: Search,
    part: Callable[[ast.expr], ast.expr] = called,
) -> Iterator[Any]:
    """Return the row of a member, where a decorator marks it.

    :param bound: the statements that define it
    :param part: what is worked out of the decorator: two expressions, of its arguments and of its keywords
    :raises UnknownError: where the source does not tell
    :raises LookupError: where it does not tell what a decorator is
    """
    name, scope = bound[0].name, bound[0].scope
    every = [each.node for each in scope.bindings[name] if isinstance(each.node, DEFINITIONS)]
    origin = partial(origin_of, scope=scope, search=search, wanted=wanted.replace(":", "."))
    marking = {node: by for node in every if (by := scope.module.names.marking(node, wanted, origin)) is not None}
    if not marking:
        return
    if len(bound) > 1 or bound[0].runs is not Runs.SURELY:
        msg = f"which {name} {scope.path} has depends on a condition"
        raise UnknownError(msg)
    node, value = bound[0].node, bound[0].value
    if value is not None and any(isinstance(part, ast.Name) and part.id == name for part in trees.walk(value)):
        msg = f"{name} of {scope.path} is made of another one: {syntax.shown(value)}"
        raise UnknownError(msg)
    if node in marking and isinstance(node, DEFINITIONS):
        changed = (
            effects.on_class(found.class_, name, search, scope) if isinstance(scope, Class) and found.class_ else ""
        )
        if changed:
            raise UnknownError(changed)
        arguments, keywords = evaluate(part(marking[node]), Context(search, scope))
        yield row(name, ast.get_docstring(node), arguments, keywords)


def _may_have(binding: Object) -> bool:
    """Whether a member may have an attribute that marks it."""
    node, of_class = binding.node, isinstance(binding.parent, Class)
    if isinstance(node, DEFINITIONS):
        return isinstance(node, ast.ClassDef) or any(syntax.last(each) not in _PLAIN for each in node.decorator_list)
    if isinstance(node, ast.Delete):
        return False
    return of_class and not (binding.value is not None and syntax.literal(binding.value) is not None)


def bound_members(found: Found, search: Search) -> Iterator[tuple[Scope, list[Object]]]:
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


def origin_of(path: str, scope: Scope, search: Search, wanted: str) -> str | None:
    """Return the path of the definition of what a dotted name stands for, or where it is what is wanted, that path."""
    try:
        found = search.restart().path(path.split("."), scope).object.path
    except AbsentError:
        return ""
    except UnknownError:
        return "" if hasattr(builtins, path) else None
    try:
        module, _, name = wanted.rpartition(".")
        return wanted if search.restart().target(module, [name]).object.path == found else found
    except UnknownError:
        return found
