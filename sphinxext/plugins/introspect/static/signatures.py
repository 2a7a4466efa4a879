"""What a plugin is called with, where its source shows it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.callables import names_caller
from sphinxext.plugins.introspect.static.calls import CACHING, KEEPING, makes_members, once
from sphinxext.plugins.introspect.static.results import base_nodes, builtin_bases, origin
from sphinxext.plugins.introspect.static.scopes import Object, UnknownError

if TYPE_CHECKING:
    from sphinxext.plugins.introspect.static.results import Found, Lookup
    from sphinxext.plugins.introspect.static.scopes import Class


def signature(found: Found, search: Lookup) -> str | None:
    """Write what something is called with: of a class, the parameters of its ``__new__`` or ``__init__``.

    :param search: a new one, as :func:`once` needs
    """
    try:
        if found.kind is Kind.CLASS and found.class_ is not None:
            return _of_class(found.class_, search)
        return None if found.kind is Kind.INSTANCE else _of_function(found.object, search, bound=found.bound)
    except UnknownError:
        return None


def _of_class(class_: Class, search: Lookup) -> str | None:
    if makes_members(class_, search, strict=True) or any(once(names_caller, b, search) for b in search.bases(class_)):
        return None
    for base in search.bases(class_):
        is_another = len(search.bound(base.name, base.module)) > 1  # such as a compiled one
        if _may_give_constructor(base, search) or is_another or "__signature__" in base.module.text:
            return None
        for name in ("__new__", "__init__"):
            if search.binds(base, name):
                made = search.of_class(base, name)
                return None if made.assumed else _of_function(made.object, search, bound=True)
        if builtin_bases(base) or any(map(_is_protocol, base_nodes(base))):
            return None
    return "()"


def _may_give_constructor(class_: Class, search: Lookup) -> bool:
    paths = {origin(syntax.dotted(getattr(by, "func", by)) or [""], class_.scope, search) for by in class_.decorators}
    return not paths <= _ONLY_METHODS


_ONLY_METHODS = {name for name in KEEPING if name.partition(".")[0] not in {"attr", "attrs", "dataclasses"}}


def _of_function(of: Object, search: Lookup, *, bound: bool) -> str | None:
    node = of.function or of.value
    if not isinstance(node, syntax.Function | ast.Lambda) or "__signature__" in of.module.text:
        return None
    if any(_signs(decorator, of, search) for decorator in of.decorators):
        return None
    return syntax.signature(node, bound=bound)


def _signs(decorator: ast.expr, of: Object, search: Lookup) -> bool:
    """Whether what a decorator makes shows other parameters, for it copies the docstring by hand or hides the thing."""
    path = syntax.dotted(decorator.func if isinstance(decorator, ast.Call) else decorator) or [""]
    if origin(path, of.scope, search, decorator.lineno) in KEEPING | CACHING:
        return False
    try:
        by = search.path(path, of.scope, decorator.lineno)
    except UnknownError:
        return False  # that it is not seen is said already
    return by.object.function is not None and bool(by.object.changed.names & _SIGNS)


_SIGNS = {"__doc__", "__signature__", "__wrapped__"}


def _is_protocol(node: ast.expr) -> bool:
    return syntax.last(node.value if isinstance(node, ast.Subscript) else node) == "Protocol"
