"""Hooks of pluggy: which a module specifies, and which a plugin implements, as their source tells."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sphinxext.plugins.core.interfaces import Member
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.live import bodies
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.bindings import Runs
from sphinxext.plugins.introspect.static.scopes import AbsentError, Class, Scope, UnknownError
from sphinxext.plugins.introspect.static.values import Context, evaluate

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
            if (made := _made(each, _SPECIFIES, search)) is not None:
                return made
    hooks = (_hook(each, _SPECIFIES, search) for scope in _specifying(of.object) for each in _functions(scope, search))
    return next((hook.project for hook in hooks if hook is not None), None)


def specified(of: Found, of_project: str, search: Search) -> dict[str, Object]:
    """Return the hooks that a module or a class specifies, each with its function.

    :raises UnknownError: where it only shows when it runs whether it specifies one
    """
    found: dict[str, Object] = {}
    for scope in _specifying(of.object) if isinstance(of.object, Scope) else ():
        for each in _functions(scope, search):
            name = bodies.implemented(_hook(each, _SPECIFIES, search), each.name, of_project)
            if name is not None and (doubt := _doubt(scope, each.name, search)) is not None:
                raise UnknownError(doubt)
            if name is not None:
                found.setdefault(name, each)
    return found


def implemented(
    found: Found, of_project: str, asked: Sequence[str], search: Search, placed: Callable[[str, Object], Member]
) -> list[Member]:
    """Return what a plugin has of the hooks that are asked for.

    :param placed: makes a member of a name and a function
    """
    named: dict[str, Member] = {}
    failure = None if found.class_ is None or found.kind is Kind.CLASS else _on_instance(found)
    scopes: list[Scope] = []
    try:
        for scope in search.bases(found.class_) if found.class_ is not None else [found.object]:
            scopes += [scope] if isinstance(scope, Scope) else []
    except UnknownError as error:
        failure = failure or str(error)
    for scope in scopes:
        for name, member in _of_scope(scope, of_project, search, placed):
            named.setdefault(name, member)
    is_module = found.kind is Kind.MODULE
    return [
        named.get(name)
        or (Member(name=name, unknown=failure) if failure else None)
        or (_imported(found, name, of_project, search, placed) if is_module else Member(name=name))
        for name in asked
    ]


def _on_instance(found: Found) -> str | None:
    """Say what may give a plugin that is an instance hooks of its own; None where nothing does."""
    changes = found.object.module.changes
    if found.object.name in {owner for _, owner in changes.stored}:
        return f"{found.object.module.path} sets attributes of {found.object.path}"
    return f"{found.object.module.path} may set attributes of {found.object.path}" if changes.others else None


def _of_scope(
    scope: Scope, of_project: str, search: Search, placed: Callable[[str, Object], Member]
) -> Iterator[tuple[str, Member]]:
    """Return the hooks that a class or a module itself implements, or may implement."""
    for each in _functions(scope, search):
        hook = _hook(each, _IMPLEMENTS, search)
        name = bodies.implemented(hook, each.name, of_project)
        if name is not None:
            doubt = _doubt(scope, each.name, search)
            member = placed(name, each)
            if hook is None and member.decorated:  # it may be no function, which is no hook without a marker
                doubt = doubt or f"what {each.path} is only shows when it runs"
            yield name, Member(name=name, unknown=doubt) if doubt else member


def _doubt(scope: Scope, name: str, search: Search) -> str | None:
    """Say why it is not sure that a scope has the function that it defines; None where it is."""
    bound = search.modules.bindings(scope, name)
    surely = bound and bound[0].runs in (Runs.SURELY, Runs.TRIED) and bound[0].function is not None
    return None if surely else f"{scope.path}.{name} depends on a condition"


def _imported(
    found: Found, name: str, of_project: str, search: Search, placed: Callable[[str, Object], Member]
) -> Member:
    """Return a hook that a module imports from elsewhere, or that it has none of that name."""
    try:
        of = search.restart().member(found, name)
    except AbsentError:
        return Member(name=name)
    except UnknownError as error:
        return Member(name=name, unknown=str(error))
    if of.object.function is None:
        is_data = of.type is not None or of.kind is not Kind.INSTANCE
        if isinstance(of.object.value, ast.Lambda):
            is_data = of_project != "pytest"
        return Member(name=name, unknown=None if is_data else f"what {of.object.path} is only shows when it runs")
    hook = _hook(of.object, _IMPLEMENTS, search)
    is_one = bodies.implemented(hook, of.object.name, of_project) == name
    return placed(name, of.object) if is_one else Member(name=name)


def _specifying(scope: Scope) -> Iterator[Scope]:
    """Return a scope, and the classes in a module, in which hooks may be specified too."""
    yield scope
    for bound in scope.bindings.values() if not isinstance(scope, Class) else ():
        yield from (each for each in bound if isinstance(each, Class))


def _functions(scope: Scope, search: Search) -> Iterator[Object]:
    """Return the functions that a scope defines, the last of each name that may be there."""
    for name in scope.bindings:
        bound = [each for each in search.modules.bindings(scope, name) if each.runs is not Runs.TYPING]
        functions = [each for each in bound if each.function is not None]
        if functions and bound[0].runs is Runs.SURELY:
            yield from functions[:1] if bound[0] is functions[0] else ()
        else:
            yield from functions[:1]


def _hook(member: Object, maker: str, search: Search) -> bodies.Hook | None:
    """Return what marks a function as a hook; None where nothing does."""
    for decorator in member.decorators:
        by = decorator.func if isinstance(decorator, ast.Call) else decorator
        try:
            marker = search.restart().path(syntax.dotted(by) or [""], member.scope).object
        except UnknownError:
            continue
        made = _made(marker, maker, search)
        if made is not None:
            return bodies.Hook(made, _named(decorator, member, search))
    return None


def _named(decorator: ast.expr, member: Object, search: Search) -> str | None:
    """Return the name of the specification that a marker gives."""
    for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
        if keyword.arg == "specname":
            name = evaluate(keyword.value, Context(search, member.scope))
            return name if isinstance(name, str) else None
    return None


def _made(marker: Object, maker: str, search: Search) -> str | None:
    """Return the project that a marker is made for; None where it is none."""
    match marker.value:
        case ast.Call(func=by, args=args, keywords=keywords) if syntax.last(by) == maker:
            given = [*args[:1], *(each.value for each in keywords if each.arg == "project_name")]
            name = evaluate(given[0], Context(search, marker.scope)) if given else None
            return name if isinstance(name, str) else None
    return None
