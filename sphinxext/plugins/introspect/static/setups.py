"""What extensions of Sphinx register in ``setup``, as its source tells."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.core.evaluation import LackingError
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.live.marked import bound as imports
from sphinxext.plugins.introspect.live.setups import CONFIGURED, METHODS, PARTS, Registered
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.bindings import Runs, blocks
from sphinxext.plugins.introspect.static.bindings import Circumstances as When
from sphinxext.plugins.introspect.static.frames import Frame, Reader, Told, reference
from sphinxext.plugins.introspect.static.names import Search
from sphinxext.plugins.introspect.static.scopes import AbsentError, UnknownError
from sphinxext.plugins.introspect.static.values import bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sphinxext.plugins.core.entries import Entries
    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.introspect.static.results import Found
    from sphinxext.plugins.introspect.static.scopes import Class, Modules

_DEEPEST = 5
"""How many functions in one another an application is passed to."""

_DOCUTILS = {
    "docutils.parsers.rst.directives.register_directive": "add_directive",
    "docutils.parsers.rst.roles.register_local_role": "add_role",
    "docutils.parsers.rst.roles.register_canonical_role": "add_role",
}
"""What registers something without an application."""

_HARMLESS = frozenset({"functools.partial", *(f"builtins.{name}" for name in ("isinstance", "hasattr", "id", "print"))})
"""What an application may be passed to."""

_READING = frozenset({"copy", "get", "items", "keys", "values"})
"""Methods that leave a dictionary as it is."""

_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    **{ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt},
    **{ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not},
    **{ast.In: lambda left, right: left in right, ast.NotIn: lambda left, right: left not in right},
}


def fill(modules: Modules, plugin: Plugin, _found: Found, spec: Mapping[str, Any], entries: Entries) -> None:
    """Add what an extension registers to the entries of a registry.

    :raises LackingError: where it has no ``setup``
    :raises UnknownError: where its source does not tell whether it has one
    """
    _read(modules, _setup(modules, plugin.module)).fill(entries, spec["in"], plugin.module)


def names(modules: Modules, found: Found, kind: str) -> list[str]:
    """Return the names of what an extension registers, of one kind.

    :param found: a module, or the function itself
    :raises LackingError: where it registers none
    :raises UnknownError: where that may not be all
    """
    if found.assumed:
        raise UnknownError(found.assumed)
    if found.kind is Kind.MODULE:
        found = _setup(modules, found.object.path)
    elif found.kind is not Kind.FUNCTION or found.object.name != "setup":
        raise LackingError(kind)
    registered = _read(modules, found)
    if registered.doubts:
        raise UnknownError(registered.doubts[0])
    if not (told := registered.names(kind)):
        raise LackingError(kind)
    return told


def _setup(modules: Modules, module: str) -> Found:
    """Find the ``setup`` of a module."""
    try:
        return Search(modules).target(module, ["setup"])
    except AbsentError as error:
        raise LackingError("setup") from error


def _read(modules: Modules, found: Found) -> _Read:
    """Read what a ``setup`` registers."""
    registered = _Read(modules)
    node = found.object.function
    if found.assumed or not isinstance(node, ast.FunctionDef) or found.kind is not Kind.FUNCTION:
        msg = found.assumed or f"what {found.object.path} is only shows when it runs"
        raise UnknownError(msg)
    positional = [*node.args.posonlyargs, *node.args.args]
    if not positional or len(positional) - len(node.args.defaults) > 1 or None in node.args.kw_defaults:
        raise LackingError("setup")
    registered.run(found, [positional[0].arg])
    for handler, doubt in registered.handlers:
        taken = handler.object.function
        assert taken is not None
        parameters = [each.arg for each in (*taken.args.posonlyargs, *taken.args.args)]
        registered.run(handler, parameters[:1], parameters[1:2], doubt)
    return registered


class _Read(Registered):
    """What an extension registers by its source."""

    def __init__(self, modules: Modules) -> None:
        super().__init__()
        self.reader = Reader(modules)
        self.handlers: list[tuple[Found, str]] = []

    def run(self, found: Found, apps: Sequence[str], configs: Sequence[str] = (), doubt: str = "") -> None:
        """Read a function that an application, and its configuration, is passed to."""
        node = found.object.function
        assert node is not None
        names = frozenset(syntax.local_names(node))
        frame = Frame(found.object.module, names, {}, frozenset(apps), frozenset(configs))
        _Walk(self, frame, 1, doubt).block(node.body)

    def text(self, value: Told) -> str:
        text = self.reader.value(value)
        if not isinstance(text, str):
            msg = f"a name is no text: {text!r:.100}"
            raise UnknownError(msg)
        return text

    def named(self, value: Told, attribute: str) -> str:
        class_ = self._class(value)
        search = self.reader.search()
        name = bound(search.of_class(class_, attribute), search)
        if not isinstance(name, str):
            msg = f"{attribute} of {class_.path} is no text"
            raise UnknownError(msg)
        return name

    def items(self, value: Told, attribute: str) -> Sequence[tuple[Told, Told]]:
        return self.reader.members(self._class(value), attribute)

    def target(self, value: Told) -> str | None:
        if isinstance(value.node, ast.Lambda):
            return None
        try:
            return reference(self.reader.object(value))
        except UnknownError as error:
            raise LookupError(*error.args) from error

    def _class(self, value: Told) -> Class:
        found = self.reader.object(value)
        if found.kind is not Kind.CLASS or found.class_ is None:
            msg = f"{found.object.path} is no class that its source tells of"
            raise UnknownError(msg)
        return found.class_


class _Walk:
    """Goes through the statements of a function that an application is passed to.

    :param frame: what its names stand for when it begins
    :param depth: how many functions call it
    :param doubt: why it may not be called
    """

    def __init__(self, into: _Read, frame: Frame, depth: int, doubt: str = "") -> None:
        self._into = into
        self._reader = into.reader
        self._frame = frame
        self._depth = depth
        self._doubt = doubt

    def block(self, statements: Sequence[ast.stmt]) -> str:
        """Read statements; return by what they surely end before others follow, ``return`` or so."""
        for statement in statements:
            if end := self._statement(statement):
                return end
        return ""

    def _statement(self, node: ast.stmt) -> str:
        match node:
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                self._children(node)
                return {ast.Break: "break", ast.Continue: "continue"}.get(type(node), "return")
            case ast.If(test=test, body=body, orelse=orelse):
                self._expression(test)
                truth = self._truth(test, node)
                if truth is None:
                    return self._perhaps([body, orelse], f"{syntax.shown(test)} is a condition that is not known")
                return self.block(body if truth else orelse)
            case ast.For(target=target, iter=iterated, body=body, orelse=orelse):
                return self._loop(target, iterated, body) or self.block(orelse)
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                found = not handlers or all(self._is_there(each) for each in body)
                sure = [*body, *(orelse if found else ())]
                rest = [sure, [], *([each.body for each in handlers])]
                end = self.block(sure) if found else self._perhaps(rest, "what is tried may fail")
                return self.block(final) or end
            case ast.With(items=items, body=body):
                for item in items:
                    self._expression(item.context_expr)
                return self.block(body)
            case ast.While() | ast.AsyncFor() | ast.AsyncWith() | ast.Match() | ast.TryStar():
                parts = [block for block, _ in blocks(node, When(Runs.SURELY))]
                return self._perhaps([*parts, []], f"{syntax.shown(node)} decides it when it runs")
            case ast.Import() | ast.ImportFrom():
                for name, path in imports(node, self._frame.scope.module.package):
                    self._bind(ast.Name(name), Told(path=path))
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                self._bind(ast.Name(name), Told())
            case ast.Assign(targets=targets, value=value):
                self._expression(value, bound=True)
                for target in targets:
                    self._bind(target, Told(value, self._frame))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._expression(value, bound=True)
                self._bind(target, Told(value, self._frame))
            case _:
                self._children(node)
                self._forget(node)
        return ""

    def _children(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._expression(child)

    def _perhaps(self, parts: Sequence[Sequence[ast.stmt]], why: str) -> str:
        """Read blocks of which it is not known which ones run."""
        before, frame = self._doubt, self._frame
        ends = []
        for part in parts:
            self._doubt, self._frame = before or why, frame
            ends.append(self.block(part))
        self._frame = frame
        self._forget(*(statement for part in parts for statement in part))
        if ends and all(ends):
            self._doubt = before
            return ends[0]
        self._doubt = before or (why if any(ends) else "")
        return ""

    def _forget(self, *nodes: ast.AST) -> None:
        """Forget the values of names that may have been bound."""
        for node in nodes:
            for part in ast.walk(node):
                for name in syntax.bound_by(part) & self._frame.names:
                    self._frame = self._frame.bound(name, Told())

    def _bind(self, target: ast.expr, told: Told) -> None:
        match target:
            case ast.Name(id=name):
                self._frame = self._frame.bound(name, told)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                try:
                    parts = self._reader.parts(told)
                except UnknownError:
                    parts = []
                known = len(parts) == len(targets) and not any(isinstance(each, ast.Starred) for each in targets)
                for number, each in enumerate(targets):
                    self._bind(each, parts[number] if known else Told())
            case ast.Subscript(value=ast.Name(id=name)) if name in self._frame.names and name not in self._frame.apps:
                self._frame = self._frame.bound(name, Told())
            case _:
                self._forget(target)

    def _loop(self, target: ast.expr, iterated: ast.expr, body: Sequence[ast.stmt]) -> str:
        self._expression(iterated)
        try:
            elements = self._reader.elements(Told(iterated, self._frame))
        except UnknownError:
            self._forget(target)
            return self._perhaps([body, []], f"what {syntax.shown(iterated)} holds only shows when it runs")
        for each in elements:
            self._bind(target, each)
            end = self.block(body)
            if end == "break":
                break
            if end == "return":
                return end
        return ""

    def _is_there(self, node: ast.stmt) -> bool:
        """Whether a statement imports modules which are there."""
        if not isinstance(node, ast.Import | ast.ImportFrom):
            return False
        paths = [path for _, path in imports(node, self._frame.scope.module.package)]
        exists = self._reader.modules.exists
        return all(exists(path) or exists(path.rpartition(".")[0]) for path in paths)

    def _truth(self, test: ast.expr, node: ast.If) -> bool | None:
        """Tell whether a condition holds; None where that is not known."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                truth = self._truth(operand, node)
                return None if truth is None else not truth
            case ast.BoolOp(op=op, values=values):
                truths = [self._truth(value, node) for value in values]
                decisive = isinstance(op, ast.Or)
                return decisive if decisive in truths else None if None in truths else not decisive
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), _]) if name in self._frame.apps:
                return True
            case ast.Call(func=ast.Name(id="hasattr"), args=[ast.Name(id=name), ast.Constant(value=str(asked))]) if (
                name in self._frame.apps and asked in METHODS
            ):
                return True
        runs = [when.runs for _, when in blocks(ast.If(test, [], []), When(Runs.SURELY))]
        if Runs.SURELY in runs:
            return runs[0] is Runs.SURELY
        try:
            match test:
                case ast.Compare(left=left, ops=[op], comparators=[right]):
                    sides = [self._reader.value(Told(each, self._frame)) for each in (left, right)]
                    return bool(_COMPARISONS[type(op)](*sides))
            return bool(self._reader.value(Told(test, self._frame)))
        except (UnknownError, TypeError, LookupError):
            return None

    def _expression(self, node: ast.expr, *, bound: bool = False) -> None:
        """Read what is called in an expression.

        :param bound: whether it is assigned to a name
        """
        path = syntax.dotted(node)
        match node:
            case ast.Lambda():
                return
            case ast.Call():
                self._call(node)
            case ast.Name(id=name) if name in self._frame.apps and not bound:
                self._into.doubt(f"what becomes of {name} only shows when {self._frame.scope.path} runs")
            case _ if path is not None:
                if path[0] in self._frame.apps and path[-1] in METHODS:
                    self._into.doubt(f"what becomes of {syntax.shown(node)} only shows when it runs")
            case ast.IfExp() | ast.BoolOp() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                before = self._doubt
                self._doubt = before or f"{syntax.shown(node)} decides it when it runs"
                for part in ast.walk(node):
                    if isinstance(part, ast.Call):
                        self._call(part)
                self._doubt = before
            case _:
                self._children(node)

    def _call(self, call: ast.Call) -> None:
        path = syntax.dotted(call.func)
        given = [*call.args, *(each.value for each in call.keywords)]
        apps = [each for each in given if isinstance(each, ast.Name) and each.id in self._frame.apps]
        for each in given:
            if each not in apps:
                self._expression(each)
        if path is not None and path[0] in self._frame.apps:
            method = ".".join(path[1:])
            method = PARTS.get(method, method)
            if method in METHODS:
                self._register(method, call)
            elif method in ("connect", "events.connect"):
                self._connect(call)
            return
        by = self._reader.path(call.func, self._frame)
        if apps:
            self._pass(call, by)
        elif by in _DOCUTILS:
            self._register(_DOCUTILS[by], call)
        elif path is None:
            self._expression(call.func)
        elif len(path) > 1 and path[0] in self._frame.names and path[-1] not in _READING:
            told = self._frame.local.get(path[0], Told())
            self._frame = self._frame if told.path else self._frame.bound(path[0], Told())

    def _given(self, names: Sequence[str], call: ast.Call) -> Iterator[tuple[str, Told]]:
        """Return what a function is called with, by parameter."""
        if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
            msg = f"what {syntax.shown(call)} is called with only shows when it runs"
            raise UnknownError(msg)
        for name, each in zip(names, call.args, strict=False):
            yield name, Told(each, self._frame)
        for keyword in call.keywords:
            yield keyword.arg or "", Told(keyword.value, self._frame)

    def _register(self, method: str, call: ast.Call) -> None:
        if self._doubt:
            self._into.doubt(f"whether {syntax.shown(call)} is called is not known, for {self._doubt}")
            return
        try:
            given = dict(self._given(METHODS[method], call))
            if method == "add_config_value" and "default" in given:
                self._reader.defaults[self._into.text(given["name"])] = given["default"]
            self._into.register(method, given)
        except LookupError as error:
            self._into.doubt(f"{method} is called with something else: {error}")
        except UnknownError as error:
            self._into.doubt(str(error))

    def _connect(self, call: ast.Call) -> None:
        """Take a handler of the event in which something may be registered as well."""
        given = [*call.args, *(each.value for each in call.keywords)]
        if len(given) < 2 or not (isinstance(given[0], ast.Constant) and given[0].value == CONFIGURED):  # noqa: PLR2004
            return
        try:
            found = self._reader.object(Told(given[1], self._frame))
            node: ast.AST | None = found.object.function
        except UnknownError:
            node = None
        if node is None:
            if not isinstance(given[1], ast.Lambda) or _registers(given[1]):
                self._into.doubt(f"what {syntax.shown(given[1])} registers only shows when it runs")
        elif _registers(node):
            self._into.handlers.append((found, self._doubt))

    def _pass(self, call: ast.Call, by: str) -> None:
        """Read a function that the application is passed to."""
        if by in _HARMLESS:
            return
        try:
            found = self._reader.object(Told(call.func, self._frame))
            node = found.object.function
            if found.kind is not Kind.FUNCTION or not isinstance(node, ast.FunctionDef) or syntax.is_generator(node):
                msg = f"what {syntax.shown(call)} registers only shows when it runs"
                raise UnknownError(msg)
            if self._depth == _DEEPEST:
                msg = f"{syntax.shown(call)} is too deep in other functions"
                raise UnknownError(msg)
            parameters = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
            frame = Frame(found.object.module, frozenset(syntax.local_names(node)))
            defaults = zip(reversed(parameters), reversed(node.args.defaults), strict=False)
            for name, default in defaults:
                frame = frame.bound(name, Told(default, Frame(found.object.module)))
            for name, told in self._given(parameters, call):
                frame = frame.bound(name, told)
        except UnknownError as error:
            self._into.doubt(str(error))
            return
        _Walk(self._into, frame, self._depth + 1, self._doubt).block(node.body)


def _registers(node: ast.AST) -> bool:
    """Whether a function calls what registers something."""
    return any(isinstance(part, ast.Attribute) and part.attr in METHODS for part in ast.walk(node))
