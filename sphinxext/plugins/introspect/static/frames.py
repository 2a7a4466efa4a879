"""What the expressions in a function stand for, where its source tells what its local names are bound to."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.live.setups import METHODS
from sphinxext.plugins.introspect.static import effects, syntax, trees
from sphinxext.plugins.introspect.static.answers import exact
from sphinxext.plugins.introspect.static.bindings import Circumstances, Runs, blocks
from sphinxext.plugins.introspect.static.names import Search
from sphinxext.plugins.introspect.static.results import Found, origin
from sphinxext.plugins.introspect.static.scopes import Class, Module, Object, UnknownError
from sphinxext.plugins.introspect.static.values import Context, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sphinxext.plugins.introspect.static.scopes import Modules

_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
    ast.Is: lambda left, right: left is right if None in (left, right) else None,
    ast.IsNot: lambda left, right: left is not right if None in (left, right) else None,
}


class Told(NamedTuple):
    """What a local name stands for."""

    node: ast.expr | None = None
    """An expression; None where that is not told."""

    frame: Frame | None = None
    """Where that stands."""

    path: str = ""
    """What an import of it leads to."""

    parts: tuple[Told, ...] = ()
    """The parts of a pair that a loop goes through."""


class Frame(NamedTuple):
    """The names where an expression stands: those of a call of a function, or of a class or a module."""

    scope: Object
    """The module or the class in which it looks up names that are not local."""

    names: frozenset[str] = frozenset()
    """Those that are local."""

    local: Mapping[str, Told] = {}
    """What those stand for, as far as that is told."""

    apps: frozenset[str] = frozenset()
    """Those of the application."""

    configs: frozenset[str] = frozenset()
    """Those of its configuration."""

    def bound(self, name: str, told: Told) -> Frame:
        """Return the names when one of them was bound."""
        apps, configs = self.apps - {name}, self.configs - {name}
        match told.node:
            case ast.Name(id=same) if told.frame is not None and same in told.frame.apps:
                apps |= {name}
            case ast.Attribute() as node if told.frame is not None and told.frame.is_config(syntax.dotted(node)):
                configs |= {name}
        return self._replace(local={**self.local, name: told}, apps=apps, configs=configs)

    def is_config(self, path: list[str] | None) -> bool:
        """Whether a dotted name is that of the configuration."""
        return path is not None and (
            (len(path) == 1 and path[0] in self.configs) or (path[1:] == ["config"] and path[0] in self.apps)
        )


class Reader:
    """Tells what expressions stand for; its methods raise :exc:`UnknownError` where the source does not tell."""

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self.defaults: dict[str, Told] = {}
        """Those of configuration values."""
        self.handlers: list[tuple[Found, str]] = []
        """Functions that are called when the configuration is there, and what that depends on."""
        self._search = exact(modules, {})
        self._steps = 0

    def search(self) -> Search:
        """Begin a search for values."""
        self.spend()
        return exact(self.modules, {})

    def spend(self) -> None:
        """Take note of a step, of which there may not be too many."""
        self._steps += 1
        if self._steps > limits.MOST_ENTRY_POINTS:
            msg = f"it takes more than {limits.MOST_ENTRY_POINTS:,} steps"
            raise UnknownError(msg)

    def value(self, told: Told) -> object:
        """Return the value of an expression that is made of literals."""
        self.spend()
        written, told = told.node, self.resolved(told)
        node, frame = told.node, told.frame
        if node is None or frame is None:
            raise _untold(written)
        known: dict[str, ast.expr | None] = {}
        for name in {part.id for part in trees.walk(node) if isinstance(part, ast.Name)} & frame.names:
            try:
                worth = self.value(frame.local[name])
            except (UnknownError, LookupError):
                worth = ()
            # What holds others is not: each may hold the one before twice.
            known[name] = ast.Constant(worth) if isinstance(worth, str | int | float | None) else None
        return evaluate(node, Context(self.search(), frame.scope, known, in_function=True))

    def resolved(self, told: Told) -> Told:
        """Follow names to the expression that was bound to them, which may be the display of a dictionary."""
        for _ in range(20):
            node, frame = told.node, told.frame
            path = syntax.dotted(node)
            if frame is None or path is None:
                return told
            if frame.is_config(path[:-1]):
                told = self.defaults.get(path[-1], Told())
            elif path[0] in frame.names:
                if path[1:] or frame.local.get(path[0], Told()).path:
                    return told
                told = frame.local.get(path[0], Told())
            else:
                return self._constant(path, frame) or told
        return Told()

    def _constant(self, path: list[str], frame: Frame) -> Told | None:
        """Return the value of a constant that a module or a class has; None where a name stands for something else."""
        found = self.search().path(path, frame.scope)
        node, scope = found.object.value, found.object.parent
        if found.kind is not Kind.INSTANCE or found.class_ is not None or node is None or not isinstance(scope, Object):
            return None
        if doubt := found.assumed or effects.on_object(found, found.object.name, self.search(), alone=True):
            raise UnknownError(doubt)
        return Told(node, Frame(scope))

    def object(self, told: Told) -> Found:
        """Find the class or the function that an expression stands for; of what is made of a class, that."""
        node, frame = told.node, told.frame
        if frame is None or node is None:
            return self._imported(told)
        path = syntax.dotted(node)
        if path is not None and path[0] in frame.names:
            local = frame.local.get(path[0], Told())
            if local.path:
                return self._imported(Told(path=".".join([local.path, *path[1:]])))
            if path[1:] or local.node is None:
                raise _untold(node)
            return self.object(local)
        if path is not None:
            found = Search(self.modules).path(path, frame.scope)
            if found.assumed:
                raise UnknownError(found.assumed)
            return found
        if isinstance(node, ast.Call):
            return self._made(node, frame)
        raise _untold(node)

    def _made(self, call: ast.Call, frame: Frame) -> Found:
        """Find the class that is called, or the function that a call gives with some of its arguments."""
        by = self.path(call.func, frame)
        seen_through = {"functools.partial": 0, "typing.cast": 1, "docutils.parsers.rst.roles.GenericRole": 1}
        if by in seen_through and len(call.args) > seen_through[by]:
            return self.object(Told(call.args[seen_through[by]], frame))
        found = self.object(Told(call.func, frame))
        if found.kind is not Kind.CLASS or found.class_ is None:
            raise _untold(call)
        return found

    def _imported(self, told: Told) -> Found:
        parts = told.path.split(".")
        for end in range(len(parts), 0, -1):
            if told.path and self.modules.exists(".".join(parts[:end])):
                found = Search(self.modules).target(".".join(parts[:end]), parts[end:])
                if found.assumed:
                    raise UnknownError(found.assumed)
                return found
        raise _untold(told.node)

    def path(self, node: ast.expr, frame: Frame) -> str:
        """Return the dotted path that a name is imported from; nothing where it is another one."""
        names = syntax.dotted(node)
        if names is None:
            return ""
        if names[0] in frame.names:
            path = frame.local.get(names[0], Told()).path
            return ".".join([path, *names[1:]]) if path else ""
        return origin(names, frame.scope, self.search())

    def members(self, class_: Class, name: str) -> list[tuple[Told, Told]]:
        """Return the keys and the values of a dictionary that a class has; of a list the elements, each twice."""
        found = self.search().of_class(class_, name)
        scope = found.object.parent
        if doubt := found.assumed or effects.on_object(found, name, self.search(), alone=True):
            raise UnknownError(doubt)
        if found.object.value is None or not isinstance(scope, Object):
            msg = f"what {found.object.path} holds only shows when it runs"
            raise UnknownError(msg)
        return self.pairs(Told(found.object.value, Frame(scope)))

    def pairs(self, told: Told) -> list[tuple[Told, Told]]:
        """Return the keys and the values of a dictionary, in the order in which they are written."""
        self.spend()
        at = self.resolved(told)
        pairs: list[tuple[Told, Told]] = []
        match at.node:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    held = Told(value, at.frame)
                    pairs += self.pairs(held) if key is None else [(Told(key, at.frame), held)]
            case ast.List() | ast.Tuple() | ast.Set():
                pairs = [(each, each) for each in self.elements(at)]
            case _:
                worth = self.value(at)
                if not isinstance(worth, dict | list | tuple):
                    raise _untold(at.node)
                of = worth.items() if isinstance(worth, dict) else zip(worth, worth, strict=True)
                pairs = [(_constant(key, at), _constant(each, at)) for key, each in of]
        self._search.take(len(pairs))
        return pairs

    def elements(self, told: Told) -> list[Told]:
        """Return what a loop goes through."""
        self.spend()
        node, frame = told.node, told.frame
        match node:
            case ast.Call(func=ast.Attribute(value=of, attr="items" | "keys" | "values" as part), args=[], keywords=[]):
                pairs = self.pairs(Told(of, frame))
                return [Told(parts=pair) if part == "items" else pair[part == "values"] for pair in pairs]
            case ast.Call(func=ast.Name(id="sorted" | "list" | "tuple" | "set" | "reversed"), args=[of], keywords=[]):
                return self.elements(Told(of, frame))
        at = self.resolved(told)
        if isinstance(at.node, ast.Dict):
            return [key for key, _ in self.pairs(at)]
        if isinstance(at.node, ast.List | ast.Tuple | ast.Set):
            found: list[Told] = []
            for each in at.node.elts:
                is_several = isinstance(each, ast.Starred)
                held = Told(each.value if isinstance(each, ast.Starred) else each, at.frame)
                found += self.elements(held) if is_several else [held]
            self._search.take(len(found))
            return found
        value = self.value(at)
        if not isinstance(value, dict | list | tuple):
            raise _untold(at.node)
        return [_constant(each, at) for each in value]

    def truth(self, test: ast.expr, frame: Frame) -> bool | None:
        """Tell whether a condition holds; None where the source does not tell."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                truth = self.truth(operand, frame)
                return None if truth is None else not truth
            case ast.BoolOp(op=op, values=values):
                truths = [self.truth(value, frame) for value in values]
                decisive = isinstance(op, ast.Or)
                return decisive if decisive in truths else None if None in truths else not decisive
            case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=name), *given]) if name in frame.apps:
                return self._of_application(function, [Told(each, frame) for each in given])
        runs = [when.runs for _, when in blocks(ast.If(test, [], []), Circumstances(Runs.SURELY))]
        if Runs.SURELY in runs:
            return runs[0] is Runs.SURELY
        try:
            match test:
                case ast.Compare(left=left, ops=[compared], comparators=[right]):
                    sides = [self.value(Told(each, frame)) for each in (left, right)]
                    truth = _COMPARISONS[type(compared)](*sides)
                    return None if truth is None else bool(truth)
            return bool(self.value(Told(test, frame)))
        except (UnknownError, TypeError, LookupError):
            return None

    def _of_application(self, function: str, given: list[Told]) -> bool | None:
        """Tell whether something holds of an application: that it is one, has a method, or was seen before."""
        if function == "isinstance":
            return True
        try:
            name = str(self.value(given[0]))
            if function == "hasattr":
                return True if name in METHODS else None
            if function == "getattr" and name.startswith("_"):
                return bool(self.value(given[1]))
        except (UnknownError, LookupError):
            pass
        return None

    def parts(self, told: Told) -> list[Told]:
        """Return what an element is unpacked to."""
        return list(told.parts) or self.elements(told)


def reference(found: Found) -> str | None:
    """Return the object reference of what was found, or of its class."""
    of = found.class_ if found.kind is Kind.INSTANCE else found.object
    if of is None or isinstance(of, Module):
        return None
    return f"{of.module.path}:{of.path[len(of.module.path) + 1 :]}"


def _constant(value: object, at: Told) -> Told:
    return Told(ast.Constant(value), at.frame)  # type: ignore[arg-type]  # as its value is


def _untold(node: ast.AST | None) -> UnknownError:
    of = "it" if node is None else syntax.shown(node)
    return UnknownError(f"what {of} is only shows when it runs")
