"""Hooks of pluggy: which a module specifies, and which a plugin implements, as their source tells."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sphinxext.plugins.core.interfaces import Member
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.live import bodies
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.scopes import AbsentError, Class, Scope, UnknownError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sphinxext.plugins.introspect.static.names import Search
    from sphinxext.plugins.introspect.static.results import Found
    from sphinxext.plugins.introspect.static.scopes import Object

_SPECIFIES, _IMPLEMENTS = "HookspecMarker", "HookimplMarker"


def project(of: Found, search: Search) -> str | None:
    """Return the name of the project whose hooks a module or a class specifies; None where it specifies none."""
    if not isinstance(of.object, Scope) or of.kind not in (Kind.MODULE, Kind.CLASS):
        return None
    for bound in of.object.bindings.values():
        for each in bound:
            if (made := _made(each.value, _SPECIFIES)) is not None:
                return made
    hooks = (_hook(each, _SPECIFIES, search) for scope in _specifying(of.object) for each in _functions(scope))
    return next((hook.project for hook in hooks if hook is not None), None)


def specified(of: Found, of_project: str, search: Search) -> dict[str, Object]:
    """Return the hooks that a module or a class specifies, each with its function."""
    found: dict[str, Object] = {}
    for scope in _specifying(of.object) if isinstance(of.object, Scope) else ():
        for each in _functions(scope):
            name = bodies.implemented(_hook(each, _SPECIFIES, search), each.name, of_project)
            if name is not None:
                found.setdefault(name, each)
    return found


def implemented(
    found: Found, of_project: str, asked: Sequence[str], search: Search, placed: Callable[[str, Object], Member]
) -> list[Member]:
    """Return what a plugin has of the hooks that are asked for.

    :param placed: makes a member of a name and a function
    """
    named: dict[str, Object] = {}
    failure: str | None = None
    try:
        for scope in search.bases(found.class_) if found.class_ is not None else [found.object]:
            for each in _functions(scope) if isinstance(scope, Scope) else ():
                name = bodies.implemented(_hook(each, _IMPLEMENTS, search), each.name, of_project)
                if name is not None:
                    named.setdefault(name, each)
    except UnknownError as error:
        failure = str(error)
    members: list[Member] = []
    for name in asked:
        if name in named:
            members.append(placed(name, named[name]))
        elif failure is not None:
            members.append(Member(name=name, unknown=failure))
        else:
            members.append(_imported(found, name, of_project, search, placed))
    return members


def _imported(
    found: Found, name: str, of_project: str, search: Search, placed: Callable[[str, Object], Member]
) -> Member:
    """Return a hook that a module imports from elsewhere, or that it has none of that name."""
    if found.class_ is not None:
        return Member(name=name)
    try:
        of = search.restart().member(found, name)
    except AbsentError:
        return Member(name=name)
    except UnknownError as error:
        return Member(name=name, unknown=str(error))
    hook = _hook(of.object, _IMPLEMENTS, search)
    is_one = of.object.function is not None and bodies.implemented(hook, of.object.name, of_project) == name
    return placed(name, of.object) if is_one else Member(name=name)


def _specifying(scope: Scope) -> Iterator[Scope]:
    """Return a scope, and the classes in a module, in which hooks may be specified too."""
    yield scope
    for bound in scope.bindings.values() if not isinstance(scope, Class) else ():
        yield from (each for each in bound if isinstance(each, Class))


def _functions(scope: Scope) -> Iterator[Object]:
    """Return the functions that a scope defines, the last of each name."""
    for bound in scope.bindings.values():
        if bound[-1].function is not None:
            yield bound[-1]


def _hook(member: Object, maker: str, search: Search) -> bodies.Hook | None:
    """Return what marks a function as a hook; None where nothing does."""
    for decorator in member.decorators:
        by = decorator.func if isinstance(decorator, ast.Call) else decorator
        try:
            marker = search.restart().path(syntax.dotted(by) or [""], member.scope).object
        except UnknownError:
            continue
        made = _made(marker.value, maker)
        if made is not None:
            return bodies.Hook(made, _named(decorator))
    return None


def _named(decorator: ast.expr) -> str | None:
    """Return the name of the specification that a marker gives."""
    for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
        if keyword.arg == "specname" and isinstance(keyword.value, ast.Constant):
            return keyword.value.value if isinstance(keyword.value.value, str) else None
    return None


def _made(value: ast.expr | None, maker: str) -> str | None:
    """Return the project that a marker is made for; None where an expression makes none."""
    match value:
        case ast.Call(func=by, args=[ast.Constant(value=str(name)), *_]) if syntax.last(by) == maker:
            return name
        case ast.Call(func=by, keywords=[ast.keyword(arg="project_name", value=ast.Constant(value=str(name)))]):
            return name if syntax.last(by) == maker else None
    return None
