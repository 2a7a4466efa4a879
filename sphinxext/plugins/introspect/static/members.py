"""What a class has by a name itself: a function, or what is assigned, as the source tells."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.interfaces import Lack, MemberKind
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.live import bodies
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.calls import CACHING
from sphinxext.plugins.introspect.static.decorators import ABSTRACT, CONTEXTS, Effect, effect_of
from sphinxext.plugins.introspect.static.results import PROPERTIES, origin
from sphinxext.plugins.introspect.static.scopes import UnknownError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from sphinxext.plugins.introspect.static.names import Search
    from sphinxext.plugins.introspect.static.scopes import Class, Object, Scope

_DISPATCHING = frozenset({"functools.singledispatch", "functools.singledispatchmethod"})
"""Decorators that have other functions called as well, so that what the first one does is not all."""

_KINDS = {
    "builtins.classmethod": MemberKind.CLASS_METHOD,
    "builtins.staticmethod": MemberKind.STATIC_METHOD,
    "abc.abstractclassmethod": MemberKind.CLASS_METHOD,
    "abc.abstractstaticmethod": MemberKind.STATIC_METHOD,
    "abc.abstractproperty": MemberKind.PROPERTY,
    "abc.abstractmethod": MemberKind.METHOD,
    "functools.partialmethod": MemberKind.METHOD,
    **dict.fromkeys(_DISPATCHING, MemberKind.METHOD),
    **dict.fromkeys(PROPERTIES, MemberKind.PROPERTY),
}
"""What decorators make of a method."""

_ACCESSORS = frozenset({"setter", "getter", "deleter"})


class Made(NamedTuple):
    """What is known of what a name is bound to; the names are those of the model's ``Member``."""

    kind: MemberKind | None = None
    signature: str | None = None
    asynchronous: bool = False
    decorated: bool = False
    lack: Lack | None = None


class Doubts(NamedTuple):
    """What of a value that the source does not tell would make a difference."""

    called: bool
    """Whether it is None, for other classes have a method by its name."""

    named: bool
    """Whether it is a function that does nothing, where it is another name for something."""


def made(bound: Sequence[Object], base: Class, search: Search, *, doubts: Doubts) -> Made:
    """Tell what a class has by a name.

    :param bound: what binds it, what counts first
    :raises UnknownError: where the source does not tell it
    """
    if bound[0].function is not None:
        return _of_function(bound[0], base, search, certain=len(bound) == 1)
    if isinstance(bound[0].node, ast.ClassDef):
        return Made(MemberKind.CLASS)
    return _of_value(bound[0].value, bound[0], search, doubts=doubts)


def paths(member: Object, search: Search) -> set[str]:
    """Return the dotted paths of the decorators of a function."""
    return {origin(syntax.dotted(_by(each)) or [""], member.scope, search) for each in member.decorators}


def _of_function(member: Object, base: Class, search: Search, *, certain: bool) -> Made:
    node = member.function
    assert node is not None
    effects = {effect_of(each, member.scope, search) for each in member.decorators}
    by = paths(member, search)
    kind = next((_KINDS[path] for path in sorted(by) if path in _KINDS and path not in ABSTRACT), None)
    otherwise = None if Effect.OBJECT in effects else MemberKind.METHOD
    kind = kind or next((_KINDS[path] for path in by if path in _KINDS), otherwise)
    if any(syntax.last(each) in _ACCESSORS for each in member.decorators):
        kind = MemberKind.PROPERTY
    lack = Lack.ABSTRACT if Effect.ABSTRACT in effects else _lack(node) if not by & _DISPATCHING else None
    if kind is MemberKind.PROPERTY and _has_abstract_accessor(member, base, search):
        lack = Lack.ABSTRACT
    changed = bool(effects & {Effect.OBJECT, Effect.UNKNOWN}) or not certain
    is_method = kind is MemberKind.METHOD
    shown = not changed and kind is not MemberKind.PROPERTY and not (is_method and bodies.forgets_self(node))
    signature = syntax.signature(node, bound=kind is not MemberKind.STATIC_METHOD) if shown else None
    asynchronous = not changed and kind is not MemberKind.PROPERTY and is_asynchronous(node, by)
    return Made(kind, signature, asynchronous, changed, lack)


def is_asynchronous(node: syntax.Function, by: AbstractSet[str]) -> bool:
    """Whether what a function gives is to be awaited, or gone through in such a way.

    :param by: the dotted paths of its decorators
    """
    return isinstance(node, ast.AsyncFunctionDef) and by.isdisjoint(CACHING | CONTEXTS)


def _has_abstract_accessor(member: Object, base: Class, search: Search) -> bool:
    """Whether the setter or the deleter of a property is abstract, which makes the property so."""
    for each in base.node.body:
        if isinstance(each, syntax.Function) and each.name == member.name and each is not member.node:
            others = [d for d in each.decorator_list if syntax.last(d) not in _ACCESSORS]
            if len(others) < len(each.decorator_list):
                return any(effect_of(d, base, search) is Effect.ABSTRACT for d in others)
    return False


def _of_value(value: ast.expr | None, member: Object, search: Search, *, doubts: Doubts, depth: int = 0) -> Made:
    """Tell what is assigned to a name, or what a property or the like is made of."""
    match value:
        case ast.Constant(value=None):
            return Made(MemberKind.ATTRIBUTE, lack=Lack.NONE)
        case ast.Lambda():
            return Made(MemberKind.METHOD, syntax.signature(value, bound=True))
        case ast.Name() | ast.Attribute() if (path := syntax.dotted(value)) is not None:
            return _named(path, value, member, search, doubts=doubts)
        case ast.Call():
            return _of_call(value, member, search, doubts=doubts, depth=depth)
        case ast.expr() if syntax.literal(value) is not None:
            return Made(MemberKind.ATTRIBUTE)
        case ast.expr() if not doubts.called or not isinstance(
            value, ast.IfExp | ast.BoolOp | ast.Subscript | ast.NamedExpr
        ):
            return Made(decorated=True)
    if doubts.called:
        raise _computed(member)
    return Made(decorated=True)


def _named(path: list[str], value: ast.expr, member: Object, search: Search, *, doubts: Doubts) -> Made:
    """Tell what another name stands for that is assigned to one."""
    scope: Scope = member.scope
    bound = scope.bindings.get(path[0], ()) if len(path) == 1 else ()
    if len(bound) == 1 and bound[0].function is not None and bound[0].line < member.line:
        return _of_function(bound[0], scope, search, certain=True)  # type: ignore[arg-type]  # it is a class
    try:
        found = search.restart().path(path, scope, value.lineno)
    except UnknownError:
        if hasattr(builtins, path[0]) and not scope.module.bindings.get(path[0]):
            return Made(decorated=True)
        if doubts.called or doubts.named:
            raise
        return Made(decorated=True)
    of = found.object
    if found.assumed is not None and (doubts.called or doubts.named):
        raise UnknownError(found.assumed)
    if of.function is not None and found.kind is not Kind.INSTANCE:
        parent = of.scope
        made_of = _of_function(of, parent, search, certain=True)  # type: ignore[arg-type]  # as above
        return made_of._replace(signature=None, asynchronous=False, decorated=True)
    if found.kind is Kind.CLASS:
        return Made(MemberKind.CLASS)
    if isinstance(of.value, ast.Constant) and of.value.value is None:
        return Made(MemberKind.ATTRIBUTE, lack=Lack.NONE)
    if doubts.called and found.type is None and found.kind is Kind.INSTANCE:
        raise _computed(member)
    return Made(decorated=True)


def _of_call(call: ast.Call, member: Object, search: Search, *, doubts: Doubts, depth: int) -> Made:
    path = origin(syntax.dotted(call.func) or [""], member.scope, search)
    if path in _KINDS and depth < limits.DEEPEST_DECORATOR:
        first = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "fget"), None)
        inner = _of_value(first, member, search, doubts=doubts, depth=depth + 1) if first is not None else Made()
        kind = (inner.kind or MemberKind.METHOD) if path == "abc.abstractmethod" else _KINDS[path]
        lack = Lack.ABSTRACT if path in ABSTRACT else inner.lack if inner.lack is not Lack.NONE else None
        return Made(kind, None, decorated=True, lack=None if path in _DISPATCHING else lack)
    try:
        is_class = (
            not doubts.called
            or search.restart().path(syntax.dotted(call.func) or [""], member.scope).kind is Kind.CLASS
        )
    except UnknownError:
        is_class = path.startswith("builtins.") and isinstance(getattr(builtins, path[9:], None), type)
    if not is_class:
        raise _computed(member)
    return Made(decorated=True)


def _computed(member: Object) -> UnknownError:
    return UnknownError(f"{member.path} is computed: {syntax.shown(member.value or member.node)}")


def _lack(node: syntax.Function) -> Lack | None:
    lack = bodies.lack_of(node)
    return Lack(lack) if lack is not None else None


def _by(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator
