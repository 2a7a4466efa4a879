"""What a function makes of the thing that it is called with, as far as its code shows it."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.static import syntax, trees
from sphinxext.plugins.introspect.static.outcomes import copies, outcomes, own_parts, passes, place_of, writes
from sphinxext.plugins.introspect.static.results import Found, instance, metaclasses, origin
from sphinxext.plugins.introspect.static.scopes import Class, Object, UnknownError

if TYPE_CHECKING:
    from sphinxext.plugins.introspect.static.results import Lookup


class Use(NamedTuple):
    """How a function is called, or what it gives."""

    search: Lookup
    kind: Kind | None = None
    """What kind the thing is of; None where the function is called without one."""

    place: int | str = 0
    """Which argument the thing is."""


class Made(NamedTuple):
    """The instance that is made."""

    found: Found

    documented: bool | None
    """Whether it has the docstring of the thing; None where only running it tells which it has."""


def effect(by: Found, use: Use) -> Made | None:
    """Find what calling something with a thing makes; None where that is the thing, or a function that wraps it.

    :raises UnknownError: where its code does not show it
    """
    if by.kind is Kind.CLASS and by.class_ is not None and by.assumed is None:
        if makes_otherwise(by.class_, use.search):
            raise _unseen(by.class_)
        return Made(Found(Kind.INSTANCE, by.class_, by.class_.path, by.class_), documents(by.class_, use.search))
    return _told(by, use, factory=False)


def makes_otherwise(class_: Class, search: Lookup) -> bool:
    """Whether a class may make something else than an instance of itself when it is called."""
    return is_called_by_metaclass(class_, search) or any(search.binds(b, "__new__") for b in search.bases(class_))


def is_called_by_metaclass(class_: Class, search: Lookup) -> bool:
    """Whether a metaclass says what happens when a class is called."""
    return any(names_caller(base, search) for base in search.bases(class_))


def names_caller(class_: Class, search: Lookup) -> bool:
    """Whether a class itself names such a metaclass."""
    for path in (syntax.dotted(metaclass) or [""] for metaclass in metaclasses(class_)):
        if origin(path, class_.scope, search).partition(".")[0] not in {"builtins", *sys.stdlib_module_names}:
            made = search.path(path, class_.scope).class_
            if made is None or any(search.binds(each, "__call__") for each in search.bases(made)):
                return True
    return False


def effect_of_result(by: Found, use: Use) -> Made | None:
    """Find what ``by(…)(thing)`` makes, as a decorator ``@by(…)`` does; None as :func:`effect`."""
    if by.kind is Kind.CLASS and by.class_ is not None and by.assumed is None:
        return _told(by._replace(kind=Kind.INSTANCE), use, factory=False)
    return _told(by, use, factory=True)


def documents(class_: Class, search: Lookup) -> bool | None:
    """Whether the instances of a class get the docstring of a thing; None where they may get any."""
    try:
        told = [writes([base.node], to_self=True) for base in search.bases(class_)]
    except UnknownError:
        return None
    return None if None in told else True in told


def _told(by: Found, use: Use, *, factory: bool) -> Made | None:
    """Find what a function says that it gives, and what its statements show."""
    bound, function, node = _function(by, use.search)
    key = str((factory, bound, use.kind, use.place))
    if key in function.leaves:  # many are decorated with the same
        return None
    found = _annotated(function, use.search, factory=factory)
    if found and (written := writes([node])) is not False:
        return Made(found, written)
    if function.module.is_stub:  # there is no more in it
        if found or not (syntax.keeps(node.returns) if factory else syntax.gives_first(node)):
            raise _unseen(function)
        return None
    body = _Body(function, node, use.search.restart(), skipped=int(bound))
    try:
        made = body.made_by_result(use) if factory else body.made(use)
    except UnknownError:
        if found is None:
            raise
        return Made(found, documents(found.class_, use.search) if found.class_ and use.kind is None else None)
    if made is None:
        function.leaves.add(key)
    return made._replace(found=found or made.found) if made else None


def _function(by: Found, search: Lookup) -> tuple[bool, Object, syntax.Function]:
    """Find the function that is called, and whether its first parameter is given already."""
    if by.assumed is not None:
        raise UnknownError(by.assumed)
    if by.kind is Kind.INSTANCE and by.class_ is not None:
        by = search.of_class(by.class_, "__call__")._replace(bound=True)
    node = by.object.function
    if by.kind is Kind.INSTANCE or node is None or syntax.is_generator(node):
        raise _unseen(by.object)
    is_static = any(syntax.dotted(decorator) == ["staticmethod"] for decorator in node.decorator_list)
    return by.bound and not is_static, by.object, node


def _annotated(function: Object, search: Lookup, *, factory: bool) -> Found | None:
    """Find the instance that the annotation of a function tells of, or of a variant of it that is overloaded."""
    for variant in reversed(function.scope.bindings[function.name]):
        returns = syntax.unquoted(variant.function.returns) if variant.function else None
        try:
            return instance(syntax.given_by_callable(returns) if factory else returns, function, search)
        except UnknownError:
            pass
    return None


def _unseen(of: Object) -> UnknownError:
    return UnknownError(f"what {of.path} gives is not said")


class _Body:
    """A function whose statements are gone through.

    :param function: the one at the top of a module or a class, whose names it uses
    :param outer: the local names of those that it is in
    :param skipped: how many of its parameters are given already
    """

    def __init__(
        self,
        function: Object,
        node: syntax.Function,
        search: Lookup,
        outer: frozenset[str] = frozenset(),
        skipped: int = 0,
    ) -> None:
        self._function = function
        self._node = node
        self._search = search
        self._parameters = [p.arg for p in [*node.args.posonlyargs, *node.args.args]][skipped:]
        self._local = outer | syntax.local_names(node)
        self._assigned = syntax.assigned(node)
        self._inner = syntax.nested(node)
        parts = [part for part in own_parts(node) if not isinstance(part, syntax.Function)]
        parts += [part for part in trees.walk(node) if isinstance(part, ast.Nonlocal)]
        self._stored = {name for part in parts for name in syntax.bound_by(part)}
        self._followed: set[int] = set()

    def made(self, use: Use) -> Made | None:
        """Find what it makes of the thing."""
        thing = None if use.kind is None else self._taken(use.place)
        made = [self._value(value, thing, use) for value in outcomes(self._node)]
        if thing is not None and not self.leaves(use.place):
            raise _unseen(self._function)
        return self._one_of(made)

    def made_by_result(self, use: Use) -> Made | None:
        """Find what the function that it gives makes of the thing."""
        made: list[Made | None] = []
        for value in outcomes(self._node):
            match value:
                case ast.Name(id=name) if self._is_inner(name):
                    made.append(self._nested(name).made(use._replace(place=0)))
                case ast.Call(func=function):
                    made.append(effect_of_result(self._named(function), Use(self._search, use.kind)))
                case _:
                    raise _unseen(self._function)
        return self._one_of(made)

    def _value(self, returned: ast.expr, thing: str | None, use: Use) -> Made | None:
        """Find what an expression makes of the thing."""
        value, following = returned, dict(self._assigned)
        while isinstance(value, ast.Name) and value.id in following:
            value = following.pop(value.id)
        if isinstance(value, ast.Name) and value.id == thing:
            return None
        if use.kind in (Kind.FUNCTION, Kind.METHOD) and self._is_wrapped(value, thing):
            return None
        match value:
            case ast.Call(func=ast.Call(func=function), args=[ast.Name(id=name)], keywords=[]) if name == thing:
                self._followed.add(id(value))
                return effect_of_result(self._named(function), Use(self._search, use.kind))
            case ast.Call(func=function):
                place = place_of(value, thing)
                self._followed |= set() if place is None else {id(value)}
                passing = Use(self._search, None if place is None else use.kind, place or 0)
                if isinstance(function, ast.Name) and self._is_inner(function.id):
                    return self._nested(function.id).made(passing)
                return effect(self._named(function), passing)
        raise _unseen(self._function)

    def _is_wrapped(self, value: ast.expr, thing: str | None) -> bool:
        """Whether an expression is an inner function that is made to look like the thing, docstring and all."""
        match value:
            case ast.Name(id=name):
                return name not in self._stored and self._wraps(name, thing) and self._leaves(name, thing)
            case ast.Call(func=ast.Call() as by, args=[ast.Name(id=name)]):
                return name in self._inner and self._is_wraps(by, thing)
            case ast.Call(func=by, args=[ast.Name(id=name), ast.Name(id=of)], keywords=[]):
                return name in self._inner and of == thing and self._full(by) == "functools.update_wrapper"
        return False

    def leaves(self, place: int | str) -> bool:
        """Whether it leaves the docstring of what it is called with, and hands it to nothing that may not."""
        thing = self._taken(place)
        return thing not in {*self._stored, *self._inner} and self._leaves(thing, thing)

    def _leaves(self, name: str, thing: str | None) -> bool:
        """Whether it leaves the docstring of what a name stands for, that of the thing aside."""
        copying = [part for part in own_parts(self._node) if copies(part, thing) is not None]
        copied = {id(part.targets[0]) for part in copying if isinstance(part, ast.Assign)}
        return all(self._is_harmless(part, name, copied) for part in own_parts(self._node))

    def _is_harmless(self, part: ast.AST, thing: str, copied: set[int]) -> bool:
        match part:
            case ast.Attribute(attr="__doc__", ctx=ast.Store() | ast.Del()):
                return id(part) in copied
            case ast.Attribute(value=ast.Name(id=name), attr="__dict__" | "__class__"):
                return name != thing
            case ast.Constant(value=value):
                return value != "__doc__"
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[_, ast.Constant(), *value]):
                return not any(isinstance(node, ast.Name) and node.id == thing for node in value)
            case ast.Call(func=function) if id(part) not in self._followed and passes(part, thing):
                path = syntax.dotted(function) or [""]
                is_own = path[0] in self._local
                return not is_own and leaves(path, place_of(part, thing), self._function.scope, self._search)
        return True

    def _wraps(self, name: str, thing: str | None) -> bool:
        """Whether all inner functions of a name are made to look like the thing, docstring and all."""
        inner = [part for part in own_parts(self._node) if isinstance(part, syntax.Function) and part.name == name]
        copied = any(copies(part, thing) == name for part in own_parts(self._node))
        return bool(inner) and all(
            (not function.decorator_list and copied)
            or [isinstance(by, ast.Call) and self._is_wraps(by, thing) for by in function.decorator_list] == [True]
            for function in inner
        )

    def _is_wraps(self, call: ast.Call, thing: str | None) -> bool:
        passed = [syntax.dotted(argument) for argument in [*call.args, *call.keywords]]
        return passed == [[thing]] and self._full(call.func) in {"functools.wraps", "six.wraps"}

    def _full(self, function: ast.expr) -> str | None:
        """Return the full name of what is called."""
        path = syntax.dotted(function)
        return origin(path, self._function.scope, self._search) if path and path[0] not in self._local else None

    def _is_inner(self, name: str) -> bool:
        return name in self._inner and name not in self._stored

    def _nested(self, name: str) -> _Body:
        node = self._inner[name]
        if node.decorator_list or syntax.is_generator(node):
            raise _unseen(self._function)
        return _Body(self._function, node, self._search, frozenset(self._local))

    def _named(self, function: ast.expr) -> Found:
        """Find what is called."""
        path = syntax.dotted(function)
        if path is None or path[0] in self._local:
            raise _unseen(self._function)
        return self._search.path(path, self._function.scope)

    def _taken(self, place: int | str) -> str:
        """Name the parameter that the thing is."""
        if isinstance(place, int) and place < len(self._parameters):
            return self._parameters[place]
        if isinstance(place, str) and place in syntax.parameters(self._node):
            return place
        raise _unseen(self._function)

    def _one_of(self, made: list[Made | None]) -> Made | None:
        """Return what all of several results are."""
        first = made[0] if made else None
        if not made or any((m and m.found.type) != (first and first.found.type) for m in made):
            raise _unseen(self._function)
        if first is None:
            return None
        written = writes([self._node])
        return first._replace(documented=first.documented if written is False else written)


def leaves(path: list[str], place: int | str | None, scope: Object, search: Lookup) -> bool:
    """Whether what is called leaves the docstring of one of its arguments."""
    module, _, name = origin(path, scope, search).rpartition(".")
    if module == "builtins":
        return name not in _CHANGING
    if module.partition(".")[0] in sys.stdlib_module_names:
        return module != "operator" and (name != "update_wrapper" or place not in (0, None))
    try:
        if len(path) > 1 and search.path(path[:-1], scope).type in _CONTAINERS:
            return True
        by = search.path(path, scope)
        if by.kind is not Kind.FUNCTION or by.assumed is not None or by.object.function is None or place is None:
            return False
        return _Body(by.object, by.object.function, search.restart()).leaves(place)
    except UnknownError:
        return False


_CHANGING = frozenset({"delattr", "eval", "exec", "map", "filter", "setattr", "vars"})
"""Builtin functions that may change what they are called with, or call something else with it."""

_CONTAINERS = frozenset({"builtins.dict", "builtins.list", "builtins.set"})
