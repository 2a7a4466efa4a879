"""What plugins answer to describers by their source: expressions of which the source holds the parts."""

from __future__ import annotations

import ast
import contextlib
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.evaluation import EvaluationError, Evaluator, LackingError, data_class
from sphinxext.plugins.core.expressions import tree
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.static import effects
from sphinxext.plugins.introspect.static.calls import makes_members
from sphinxext.plugins.introspect.static.enumerations import OF_MEMBER, is_member, of_member
from sphinxext.plugins.introspect.static.names import Search
from sphinxext.plugins.introspect.static.results import Found, builtin_bases
from sphinxext.plugins.introspect.static.scopes import AbsentError, UnknownError
from sphinxext.plugins.introspect.static.values import Context, bound, in_class, is_private, is_property, returned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.introspect.static.scopes import Modules

_FUNCTIONS = (Kind.FUNCTION, Kind.METHOD)

_BUILTIN = {f"builtins.{of.__name__}": of for of in (bool, bytes, float, frozenset, int, list, set, str, tuple)}

_PLAIN = frozenset({bool, bytes, dict, float, frozenset, int, list, set, slice, str, tuple, type(None)})


def answer(plugin: Plugin, found: Found, describer: str, modules: Modules, constants: dict[str, ast.expr]) -> Any:  # noqa: ANN401
    """Return what a plugin answers to a describer.

    :param found: its target
    :param constants: takes the first of those that the answer is made of, by module
    :raises LackingError: where there is no such attribute or key
    :raises UnknownError: where the source does not tell it
    """
    try:
        return _Answers(plugin, found, modules, constants).result(tree(describer, limits))
    except EvaluationError as error:
        raise UnknownError(str(error)) from error
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        msg = f"{type(error).__name__}: {error}"
        raise UnknownError(msg) from error


def exact(modules: Modules, constants: dict[str, ast.expr]) -> Search:
    """Begin a search for values, of which whatever may give a name another one is a doubt.

    :param constants: as above
    """
    search = Search(modules, exact=True)
    search.constants = constants
    search.take(limits.LONGEST_DOCSTRING - limits.LONGEST_VALUE)
    return search


class _Thing(NamedTuple):
    """What a part of an expression stands for, before its value is asked for."""

    found: Found
    owner: Found | None = None
    """What it is an attribute of; None of the target."""

    made: bool = False
    """Whether it is an instance that calling its class without arguments makes."""


class _Answers(Evaluator):
    """Works out what an expression comes to, of what the source tells; all its methods raise :exc:`UnknownError`."""

    def __init__(self, plugin: Plugin, found: Found, modules: Modules, constants: dict[str, ast.expr]) -> None:
        super().__init__(limits, {"target": _Thing(found), "name": plugin.name})
        self._plugin = plugin
        self._modules = modules
        self._constants = constants

    def result(self, node: ast.expr) -> Any:  # noqa: ANN401
        value = self._value(node, self._names)
        return self._bound(value) if isinstance(value, _Thing) else value

    def attribute(self, owner: Any, name: str) -> Any:  # noqa: ANN401
        if isinstance(owner, _Thing) and name in OF_MEMBER and is_member(owner.found):
            search = self._search()
            return of_member(owner.found, name, search, in_class(search))
        if isinstance(owner, _Thing) and not self._is_data(owner, None, "builtins.dict"):
            if owner.made and owner.owner is not None:
                with contextlib.suppress(LackingError):
                    of_class = self.attribute(_Thing(owner.owner), name)
                    if is_property(of_class.found, self._search()):
                        return of_class
            try:
                return _Thing(_member(owner.found, name, self._search()), owner.found)
            except AbsentError as error:
                raise LackingError(name) from error
        value = self.settled(owner)
        if type(value) is dict and name in value:
            return value[name]
        if hasattr(value, name):
            msg = f"{name} is of a builtin class"
            raise UnknownError(msg)
        raise LackingError(name)

    def method(self, owner: Any, name: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:  # noqa: ANN401
        if isinstance(owner, _Thing) and not self._is_data(owner, None, *_BUILTIN, "builtins.dict"):
            return self.call(self.attribute(owner, name), arguments, keywords)
        value = self.settled(owner)
        if data_class(value, name) is None or (type(value) is dict and name in value):
            return self.call(self.attribute(value, name), arguments, keywords)
        return super().method(value, name, arguments, keywords)

    def call(self, function: Any, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:  # noqa: ANN401
        if not isinstance(function, _Thing):
            msg = "what is called is no function that its source tells of"
            raise UnknownError(msg)
        search = self._search()
        found, owner, _made = function
        if owner is None and found.kind is Kind.FUNCTION:
            found = search.target(self._plugin.module, self._plugin.attributes)
        node = found.object.function
        if found.kind is Kind.CLASS and not (arguments or keywords):
            return self._instance(found, search)
        is_function = found.kind is Kind.FUNCTION if owner is None else owner.kind not in _FUNCTIONS
        if found.assumed or keywords or node is None or not is_function or is_property(found, search):
            msg = f"{found.object.path} is no function that its source tells of"
            raise UnknownError(found.assumed or msg)
        class_ = owner.class_ if owner is not None and owner.kind is Kind.CLASS and not found.bound else None
        if class_ is not None and (doubt := effects.on_making(class_, search)):
            raise UnknownError(doubt)
        try:
            context = Context(search, found.object, class_=owner.class_ if owner else None)
            return returned(found, node, context, arguments)
        except AbsentError as error:  # it is there, but something that it needs is not seen
            raise UnknownError(*error.args) from error

    def settled(self, value: Any) -> Any:  # noqa: ANN401
        settled = self._bound(value) if isinstance(value, _Thing) else value
        waiting = [settled]
        while waiting:
            part = waiting.pop()
            if type(part) not in _PLAIN:
                msg = "what it is made of is no literal"
                raise UnknownError(msg)
            if isinstance(part, list | tuple | set | frozenset | dict):
                self.take(len(part))
                waiting += [*part, *(part.values() if isinstance(part, dict) else ())]
        return settled

    def iterate(self, value: Any, *, ordered: bool = True) -> Iterator[Any]:  # noqa: ANN401
        if ordered and isinstance(value, set | frozenset) and len(value) > 1:
            msg = "the order of a set is another one in each process"
            raise UnknownError(msg)
        return super().iterate(value)

    def compared(self, op: type, left: Any, right: Any) -> Any:  # noqa: ANN401
        if op in (ast.Is, ast.IsNot) and not {type(left), type(right)} & {bool, type(None)}:
            msg = "whether two values are one object only shows when it runs"
            raise UnknownError(msg)
        return super().compared(op, left, right)

    def written(self, value: Any) -> Any:  # noqa: ANN401
        waiting = [value]
        while waiting:
            part = waiting.pop()
            if isinstance(part, set | frozenset):
                list(self.iterate(part))
            elif isinstance(part, list | tuple | dict):
                waiting += [*part, *(part.values() if isinstance(part, dict) else ())]
        return super().written(value)

    def _search(self) -> Search:
        self.take(limits.LONGEST_PATH)
        return exact(self._modules, self._constants)

    def _is_data(self, thing: _Thing, *types: str | None) -> bool:
        """Whether something has to be known by its value, as a dictionary has, or what a property gives."""
        found = thing.found
        is_instance = found.kind is Kind.INSTANCE and found.class_ is None
        if found.object.function is None:
            return is_instance and found.type in types
        return is_property(found, self._search())

    def _bound(self, thing: _Thing) -> Any:  # noqa: ANN401
        search = self._search()
        found, owner, _made = thing
        try:
            node = found.object.function
            if node is not None and owner is not None and owner.kind is Kind.CLASS and is_property(found, search):
                return returned(found, node, Context(search, found.object, class_=owner.class_))
            return bound(found, search)
        except AbsentError as error:  # as above
            raise UnknownError(*error.args) from error

    def _instance(self, found: Found, search: Search) -> _Thing:
        """Return the instance that a class makes when it is called."""
        class_ = found.class_
        doubt = found.assumed or "it is no class that its source tells of"
        if class_ is not None and not found.assumed:
            bases = list(search.bases(class_))
            odd = makes_members(class_, search, strict=True) or any(search.binds(base, "__new__") for base in bases)
            odd = odd or any(builtin_bases(base) for base in bases)
            doubt = f"what calling {class_.path} makes only shows when it runs" if odd else ""
            doubt = doubt or effects.on_class(class_, "__call__", search) or ""
        if class_ is None or doubt:
            raise UnknownError(doubt)
        return _Thing(Found(Kind.INSTANCE, class_, class_.path, class_), found, made=True)


def _member(owner: Found, name: str, search: Search) -> Found:
    """Find an attribute of a plugin, or of what it has.

    :raises AbsentError: where there is no such attribute
    """
    if owner.assumed or is_private(name):
        raise UnknownError(owner.assumed or f"{name} is private to its class")
    builtin: type | None = None
    if owner.kind in _FUNCTIONS:
        builtin, doubt = type(_member), effects.on_function(owner, name, search)
        if doubt:
            raise UnknownError(doubt)
    elif owner.kind is Kind.INSTANCE and owner.class_ is None:
        builtin = _BUILTIN.get(owner.type or "")
    if builtin is None:
        return search.member(owner, name)
    if hasattr(builtin, name):
        msg = f"{owner.object.path}.{name} is of a builtin class"
        raise UnknownError(msg)
    msg = f"{owner.object.path} has no {name}"
    raise AbsentError(msg)
