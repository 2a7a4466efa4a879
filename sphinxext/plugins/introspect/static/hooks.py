"""Hooks of pluggy: which a module specifies, and which a plugin implements, as their source tells."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from sphinxext.plugins.core.interfaces import Member
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.live import bodies
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.bindings import STAR, Runs
from sphinxext.plugins.introspect.static.decorators import Effect, effect_of
from sphinxext.plugins.introspect.static.scopes import AbsentError, Class, Scope, UnknownError
from sphinxext.plugins.introspect.static.values import Context, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sphinxext.plugins.introspect.static.names import Search
    from sphinxext.plugins.introspect.static.results import Found
    from sphinxext.plugins.introspect.static.scopes import Object

_WRAPPING = frozenset({"classmethod", "staticmethod"})

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
            doubt = _doubt(scope, each.name, search) if name is not None else None
            if doubt is not None or (name is not None and _is_wrapped(each, search)):
                raise UnknownError(doubt or f"what {each.path} is only shows when it runs")
            if name is not None:
                found.setdefault(name, each)
    return found


def specifies(scope: Scope, search: Search) -> bool:
    """Whether a marker says of a function in a module or a class that it specifies a hook."""
    return any(_marked(each, _SPECIFIES, search)[0] for each in _functions(scope, search))


def implements(scope: Scope, search: Search, doubts: list[str], *, by_name: bool) -> bool:
    """Whether a module or a class surely defines a function that implements a hook, of whatever project.

    :param doubts: takes why it may, where it does not surely
    :param by_name: whether functions do so of which only the name says it, as to pytest
    """
    for each in _functions(scope, search):
        is_hook, doubt = _marked(each, _IMPLEMENTS, search)
        is_hook = is_hook or (by_name and each.name.startswith("pytest_"))
        if is_hook:
            wrapped = f"what {each.path} is only shows when it runs" if _is_wrapped(each, search) else None
            doubt = _doubt(scope, each.name, search) or wrapped
        if is_hook and doubt is None:
            return True
        doubts += [doubt] if doubt is not None else []
    return False


def _marked(member: Object, maker: str, search: Search) -> tuple[bool, str | None]:
    """Return whether a marker surely marks a function as a hook, and why it may where it does not surely."""
    doubt = None
    for number, decorator in enumerate(member.decorators):
        by = decorator.func if isinstance(decorator, ast.Call) else decorator
        if any(syntax.last(each) in _WRAPPING for each in member.decorators[number + 1 :]):
            continue  # as in _hook
        may = maker == _IMPLEMENTS and _MAY_MARK.search(syntax.last(by)) is not None
        try:
            marker = search.restart().path(syntax.dotted(by) or [""], member.scope).object
        except UnknownError as error:
            doubt = str(error) if may else doubt
            continue
        is_one = isinstance(marker.value, ast.Call) and syntax.last(marker.value.func) == maker
        if is_one and marker.runs in (Runs.SURELY, Runs.TRIED):
            return True, None
        if is_one or may:
            doubt = f"what the decorator {syntax.shown(by)} of {member.path} is only shows when it runs"
    return False, doubt


_MAY_MARK = re.compile(r"impl(?!ement)", re.IGNORECASE)
"""What people call a marker of which the source does not tell."""


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
            if member.decorated and (hook is None or _is_wrapped(each, search)):  # it may be no function with a marker
                doubt = doubt or f"what {each.path} is only shows when it runs"
            yield name, Member(name=name, unknown=doubt) if doubt else member
    for name in scope.bindings:
        for each in search.modules.bindings(scope, name)[:1]:
            if each.name == STAR and each.target is not None:
                yield from _by_star(each, of_project, search, placed)
            elif each.target is not None:
                yield from _by_name(each, of_project, search, placed)
            elif isinstance(scope, Class) and each.value is not None and syntax.literal(each.value) is None:
                yield name, Member(name=name, unknown=f"{each.path} is computed: {syntax.shown(each.value)}")


def _by_name(
    imported: Object, of_project: str, search: Search, placed: Callable[[str, Object], Member]
) -> Iterator[tuple[str, Member]]:
    """Return the hook that something is which is imported, where a marker says which one."""
    try:
        of = search.restart().path([imported.name], imported.scope).object
        hook = _hook(of, _IMPLEMENTS, search)
    except UnknownError:
        return
    if hook is not None and hook.name is not None and hook.project == of_project:
        yield hook.name, placed(hook.name, of)


def _by_star(
    star: Object, of_project: str, search: Search, placed: Callable[[str, Object], Member]
) -> Iterator[tuple[str, Member]]:
    """Return the hooks that may come with all that a module has, by markers that say which ones."""
    try:
        module = search.modules.read(star.target or "")
        for each in _functions(module, search):
            hook = _hook(each, _IMPLEMENTS, search)
            if hook is not None and hook.name is not None and hook.project == of_project:
                brought = search.restart().path([each.name], star.scope).object is each
                yield hook.name, placed(hook.name, each) if brought else Member(name=hook.name)
    except UnknownError:
        return


def _is_wrapped(member: Object, search: Search) -> bool:
    """Whether something else that is not known decorates what a marker marks."""
    for decorator in member.decorators:
        effect = effect_of(decorator, member.scope, search)
        if effect in (Effect.HOOK, Effect.OBJECT, Effect.UNKNOWN):
            return effect is not Effect.HOOK
    return False


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
    is_one = bodies.implemented(hook, name, of_project) == name
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
    for number, decorator in enumerate(member.decorators):
        by = decorator.func if isinstance(decorator, ast.Call) else decorator
        if any(syntax.last(each) in _WRAPPING for each in member.decorators[number + 1 :]):
            continue  # what it marks is not what the class gives
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
