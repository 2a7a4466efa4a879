"""What a function makes of the thing that it is called with, as far as its code shows it."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, NamedTuple

import griffe

from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.origins import origin
from sphinxext.plugins.introspect.static.outcomes import (
    Given,
    copies,
    outcomes,
    own_parts,
    passes,
    place_of,
    writes,
)
from sphinxext.plugins.introspect.static.results import Found, instance, parent
from sphinxext.plugins.introspect.static.trees import AbsentError, UnknownError, function_tree, tree

if TYPE_CHECKING:
    from sphinxext.plugins.introspect.static.results import Lookup


class Use(NamedTuple):
    """How a function is called, or what it gives: with what, and where."""

    scope: griffe.Object
    search: Lookup
    call: ast.Call | None = None
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
        if any(use.search.binds(base, "__new__") for base in use.search.bases(by.class_)):
            raise _unseen(by.class_)
        return Made(Found(Kind.INSTANCE, by.class_, by.class_.path, by.class_), documents(by.class_, use.search))
    return _told(by, use, factory=False)


def effect_of_result(by: Found, use: Use) -> Made | None:
    """Find what ``by(…)(thing)`` makes, as a decorator ``@by(…)`` does; None as :func:`effect`."""
    if by.kind is Kind.CLASS and by.class_ is not None and by.assumed is None:
        return _told(by._replace(kind=Kind.INSTANCE), use, factory=False)
    return _told(by, use, factory=True)


def documents(class_: griffe.Class, search: Lookup) -> bool | None:
    """Whether the instances of a class get the docstring of a thing; None where they may get any."""
    try:
        nodes = [tree(base, ast.ClassDef) for base in search.bases(class_)]
    except UnknownError:
        return None
    told = [writes([node]) for node in nodes if node is not None]
    return None if None in told else True in told


def _told(by: Found, use: Use, *, factory: bool) -> Made | None:
    """Find what a function says that it gives, and what its statements show."""
    bound, function, node = _function(by, use.search)
    body = _Body(function, node, use.search.restart(), skipped=int(bound))
    key = str((factory, bound, use.kind, use.place, body.is_first_passed(use.call)))
    if key in function.extra[_LEAVES]:  # many are decorated with the same
        return None
    annotations = [function_tree(variant) for variant in [function, *(function.overloads or [])]]
    said = (_annotated(variant, function, use, factory=factory) for variant in annotations if variant)
    found = next((found for found in said if found), None)
    if found and (written := writes([node])) is not False:
        return Made(found, written)
    if str(function.filepath).endswith(".pyi"):  # there is no more in a stub
        if found or not (syntax.keeps(node.returns) if factory else syntax.gives_first(node)):
            raise _unseen(function)
        return None
    try:
        made = body.made_by_result(use) if factory else body.made(use)
    except UnknownError:
        if found is None:
            raise
        return Made(found, documents(found.class_, use.search) if found.class_ and use.kind is None else None)
    if made is None:
        function.extra[_LEAVES][key] = True
    return made._replace(found=found or made.found) if made else None


def _function(by: Found, search: Lookup) -> tuple[bool, griffe.Function, syntax.Function]:
    """Find the function that is called, and whether its first parameter is given already."""
    if by.assumed is not None:
        raise UnknownError(by.assumed)
    if by.kind is Kind.INSTANCE and by.class_ is not None:
        by = search.of_class(by.class_, "__call__")._replace(bound=True)
    node = function_tree(by.object)
    if (
        by.kind is Kind.INSTANCE
        or node is None
        or syntax.is_generator(node)
        or not isinstance(by.object, griffe.Function)
    ):
        raise _unseen(by.object)
    is_static = any(syntax.dotted(decorator) == ["staticmethod"] for decorator in node.decorator_list)
    return by.bound and not is_static, by.object, node


_LEAVES = "sphinxext.plugins.leaves"
"""The key of what is kept with griffe's functions: the ways to call them in which they leave the thing."""


def _annotated(node: syntax.Function, function: griffe.Function, use: Use, *, factory: bool) -> Found | None:
    """Find the instance that an annotation tells of, also of ``X`` where an argument is annotated with ``type[X]``."""
    returns = syntax.unquoted(node.returns)
    annotation = syntax.given_by_callable(returns) if factory else returns
    try:
        return instance(annotation, function, use.search)
    except UnknownError:
        pass
    variable = syntax.dotted(annotation)
    for parameter in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs] if variable else ():
        match parameter.annotation:
            case ast.Subscript(value=ast.Name(id="type"), slice=of) if syntax.dotted(of) == variable:
                passed = (
                    next((k.value for k in use.call.keywords if k.arg == parameter.arg), None) if use.call else None
                )
                path = syntax.dotted(passed)
                by = use.search.path(path, use.scope, passed.lineno) if path and passed else None
                if by is not None and by.kind is Kind.CLASS and by.class_ is not None:
                    return Found(Kind.INSTANCE, function, by.class_.path, by.class_)
    return None


def _unseen(of: griffe.Object) -> UnknownError:
    return UnknownError(f"what {of.path} gives is not said")


class _Body:
    """A function whose statements are gone through."""

    def __init__(
        self,
        function: griffe.Function,
        node: syntax.Function,
        search: Lookup,
        outer: _Body | None = None,
        skipped: int = 0,
    ) -> None:
        self._function = function
        """The one at the top of a module or a class, whose names it uses."""
        self._node = node
        self._search = search
        self._outer = outer
        self._parameters = [*node.args.posonlyargs, *node.args.args][skipped:]
        self._local: set[str] = syntax.local_names(node) | (outer._local if outer else set())  # noqa: SLF001  # its own kind
        self._assigned = syntax.assigned(node)
        self._inner = syntax.nested(node)
        self._stored = {p.id for p in own_parts(node) if isinstance(p, ast.Name) and not isinstance(p.ctx, ast.Load)}
        self._use: Use | None = None
        self._followed: set[int] = set()

    def is_first_passed(self, call: ast.Call | None) -> bool:
        """Whether a call gives the first parameter a value."""
        first = self._parameters[0].arg if self._parameters else None
        return call is None or bool(call.args) or any(keyword.arg in (None, first) for keyword in call.keywords)

    def made(self, use: Use) -> Made | None:
        """Find what it makes of the thing."""
        self._use = use
        thing = None if use.kind is None else self._taken(use.place)
        given = None if thing is None else Given(thing, given=True, is_thing=True, is_class=use.kind is Kind.CLASS)
        made = [self._value(value, thing, use) for value in outcomes(self._node, given)]
        if thing is not None and not self.leaves(use.place):
            raise _unseen(self._function)
        return self._one_of(made)

    def made_by_result(self, use: Use) -> Made | None:
        """Find what the function that it gives makes of the thing."""
        self._use = use
        made: list[Made | None] = []
        given = None
        if self._parameters:
            passed = self.is_first_passed(use.call)
            given = Given(self._parameters[0].arg, given=None if passed else False, is_thing=False)
        for value in outcomes(self._node, given):
            match value:
                case ast.Name(id=name) if name in self._inner and name not in self._stored:
                    made.append(self._nested(name).made(use._replace(place=0, call=None)))
                case ast.Call(func=function):
                    made.append(effect_of_result(self._named(function), self._passing(use, value, 0)))
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
            case ast.Call(func=ast.Call() as function, args=[ast.Name(id=name)], keywords=[]) if name == thing:
                self._followed.add(id(value))
                return effect_of_result(self._named(function.func), self._passing(use, function, 0))
            case ast.Call(func=function):
                place = place_of(value, thing)
                self._followed |= set() if place is None else {id(value)}
                passing = self._passing(use if place is not None else use._replace(kind=None), value, place or 0)
                if isinstance(function, ast.Name) and function.id in self._inner and function.id not in self._stored:
                    return self._nested(function.id).made(passing)
                return effect(self._named(function), passing)
        raise _unseen(self._function)

    def _is_wrapped(self, value: ast.expr, thing: str | None) -> bool:
        """Whether an expression is an inner function that is made to look like the thing, docstring and all."""
        match value:
            case ast.Name(id=name):
                return name not in self._stored and self._wraps(name, thing)
            case ast.Call(func=ast.Call() as by, args=[ast.Name(id=name)]):
                return name in self._inner and self._is_wraps(by, thing)
            case ast.Call(func=by, args=[ast.Name(id=name), ast.Name(id=of)], keywords=[]):
                return name in self._inner and of == thing and self._full(by) == "functools.update_wrapper"
        return False

    def leaves(self, place: int | str) -> bool:
        """Whether it leaves the docstring of what it is called with, and hands it to nothing that may not."""
        thing = self._taken(place)
        copying = [part for part in own_parts(self._node) if copies(part, thing) is not None]
        targets = {id(part.targets[0]) for part in copying if isinstance(part, ast.Assign)}
        return thing not in self._stored and all(self._leaves(p, thing, targets) for p in own_parts(self._node))

    def _leaves(self, part: ast.AST, thing: str, copied: set[int]) -> bool:
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
                path, place = syntax.dotted(function), place_of(part, thing)
                if path is None or place is None:
                    return False
                if len(path) == 1 and path[0] in self._inner and path[0] not in self._stored:
                    return self._nested(path[0]).leaves(place)
                return path[0] not in self._local and leaves(path, place, parent(self._function), self._search)
        return True

    def _wraps(self, name: str, thing: str | None) -> bool:
        """Whether all inner functions of a name are made to look like the thing, docstring and all."""
        inner = [part for part in own_parts(self._node) if isinstance(part, syntax.Function) and part.name == name]
        copied = any(copies(part, thing) == name for part in own_parts(self._node))
        return bool(inner) and all(
            (not function.decorator_list and copied)
            or any(isinstance(by, ast.Call) and self._is_wraps(by, thing) for by in function.decorator_list)
            for function in inner
        )

    def _is_wraps(self, call: ast.Call, thing: str | None) -> bool:
        passed = [syntax.dotted(argument) for argument in [*call.args, *call.keywords]]
        return passed == [[thing]] and self._full(call.func) in {"functools.wraps", "six.wraps"}

    def _full(self, function: ast.expr) -> str | None:
        """Return the full name of what is called."""
        path = syntax.dotted(function)
        return origin(path, parent(self._function), self._search) if path and path[0] not in self._local else None

    def _nested(self, name: str) -> _Body:
        node = self._inner[name]
        if node.decorator_list or syntax.is_generator(node):
            raise _unseen(self._function)
        return _Body(self._function, node, self._search, self)

    def _named(self, function: ast.expr) -> Found:
        """Find what is called."""
        path = syntax.dotted(function)
        if path is None or (path[0] in self._local and len(path) > 1):
            raise _unseen(self._function)
        return self._class(path[0]) if path[0] in self._local else self._search.path(path, parent(self._function))

    def _class(self, parameter: str) -> Found:
        """Find the class that a parameter is, of this function or of one around it."""
        arguments, use = self._node.args, self._use
        if parameter not in {p.arg for p in [*self._parameters, *arguments.kwonlyargs]} or parameter in self._stored:
            if self._outer is None:
                raise _unseen(self._function)
            return self._outer._class(parameter)  # noqa: SLF001  # of its own kind
        positional = [p.arg for p in self._parameters]
        defaults = dict(zip(positional[::-1], arguments.defaults[::-1], strict=False))
        defaults |= {p.arg: d for p, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d}
        value, scope = defaults.get(parameter), parent(self._function)
        if use is not None and use.call is not None:
            passed = dict(zip(positional, use.call.args, strict=False)) | {k.arg: k.value for k in use.call.keywords}
            value, scope = (passed[parameter], use.scope) if parameter in passed else (value, scope)
        path = syntax.dotted(value)
        found = self._search.path(path, scope) if path else None
        if found is None or found.kind is not Kind.CLASS:
            raise _unseen(self._function)
        return found

    def _passing(self, use: Use, call: ast.Call, place: int | str) -> Use:
        return Use(parent(self._function), self._search, call, use.kind, place)

    def _taken(self, place: int | str) -> str:
        """Name the parameter that the thing is."""
        names = [parameter.arg for parameter in self._parameters]
        if isinstance(place, str):
            names = [name for name in syntax.parameters(self._node) if name == place]
            place = 0
        if place >= len(names):
            raise _unseen(self._function)
        return names[place]

    def _one_of(self, made: list[Made | None]) -> Made | None:
        """Return what all of several results are."""
        first = made[0]
        if any((m and m.found.type) != (first and first.found.type) for m in made):
            raise _unseen(self._function)
        if first is None:
            return None
        written = writes([self._node])
        return first._replace(documented=first.documented if written is False else written)


def leaves(path: list[str], place: int | str, scope: griffe.Object, search: Lookup) -> bool:
    """Whether what is called leaves the docstring of one of its arguments."""
    module, _, name = origin(path, scope, search).rpartition(".")
    if module == "builtins":
        return name not in _CHANGING
    if module.partition(".")[0] in sys.stdlib_module_names:
        return name != "update_wrapper" or place != 0
    try:
        if len(path) > 1 and search.path(path[:-1], scope).type in _CONTAINERS:
            return True
        by, search = search.path(path, scope), search.restart()
        if by.kind is Kind.CLASS and by.class_ is not None:
            by = search.of_class(by.class_, "__init__")._replace(bound=True)
        node = function_tree(by.object)
        if node is None or by.assumed is not None or not isinstance(by.object, griffe.Function):
            return False
        return _Body(by.object, node, search, skipped=1 if by.bound else 0).leaves(place)
    except AbsentError:
        return True  # a class without an ``__init__`` of its own
    except UnknownError:
        return False


_CHANGING = frozenset({"delattr", "eval", "exec", "map", "filter", "setattr", "vars"})
"""Builtin functions that may change what they are called with, or call something else with it."""

_CONTAINERS = frozenset({"builtins.dict", "builtins.list", "builtins.set"})
