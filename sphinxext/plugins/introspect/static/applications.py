"""What a function does with an application of Sphinx that is passed to it, by its statements."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sphinxext.plugins.core import limits
from sphinxext.plugins.introspect.live.marked import bound as imports
from sphinxext.plugins.introspect.live.setups import CONFIGURED, METHODS, PARTS
from sphinxext.plugins.introspect.static import syntax, trees
from sphinxext.plugins.introspect.static.bindings import Circumstances, Runs, blocks
from sphinxext.plugins.introspect.static.frames import Frame, Told
from sphinxext.plugins.introspect.static.scopes import Class, UnknownError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinxext.plugins.introspect.live.setups import Registered
    from sphinxext.plugins.introspect.static.frames import Reader

_DOCUTILS = {
    "docutils.parsers.rst.directives.register_directive": "add_directive",
    "docutils.parsers.rst.roles.register_local_role": "add_role",
    "docutils.parsers.rst.roles.register_canonical_role": "add_role",
}
"""What registers something without an application."""

_HARMLESS = frozenset({f"builtins.{name}" for name in ("hasattr", "id", "isinstance", "print", "type")})
_ATTRIBUTES = frozenset({"builtins.delattr", "builtins.getattr", "builtins.setattr"})
"""What an application may be passed to, and what takes the name of an attribute with it."""

_READING = frozenset({"copy", "get", "items", "keys", "values"})
"""Methods that leave a dictionary as it is."""


class Walk:
    """Goes through the statements of a function that an application is passed to.

    :param into: takes what is registered
    :param frame: what its names stand for when it begins
    :param depth: how many functions call it
    :param doubt: what it depends on whether it is called
    """

    def __init__(
        self,
        into: Registered,
        reader: Reader,
        frame: Frame,
        *,
        depth: int = 1,
        doubt: str = "",
    ) -> None:
        self._into = into
        self._reader = reader
        self._frame = frame
        self._depth = depth
        self._doubt = doubt

    def block(self, statements: Sequence[ast.stmt]) -> str:
        """Read statements; return by what they surely end before others follow, ``return`` or so."""
        for statement in statements:
            self._reader.spend()
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
                truth = self._reader.truth(test, self._frame)
                if truth is None:
                    return self._perhaps([body, orelse], f"the condition {syntax.shown(test)}")
                return self.block(body if truth else orelse)
            case ast.For(target=target, iter=iterated, body=body, orelse=orelse):
                return self._loop(target, iterated, body) or self.block(orelse)
            case ast.Try():
                return self._try(node)
            case ast.With(items=items, body=body):
                for item in items:
                    self._expression(item.context_expr)
                self._forget(*(item.optional_vars for item in items if item.optional_vars))
                [(_, when)] = blocks(node, Circumstances(Runs.SURELY))
                fails = when.runs is not Runs.SURELY
                return self._perhaps([body, []], "whether something fails before") if fails else self.block(body)
            case ast.While() | ast.AsyncFor() | ast.AsyncWith() | ast.Match() | ast.TryStar():
                parts = [block for block, _ in blocks(node, Circumstances(Runs.SURELY))]
                return self._perhaps([*parts, []], f"what stands in line {node.lineno}")
        self._simple(node)
        return ""

    def _simple(self, node: ast.stmt) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                for name, path in imports(node, self._frame.scope.module.package):
                    self._bind(ast.Name(name), Told(path=path))
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                if _registers(node):
                    self._into.doubt(f"what {name} registers only shows when it runs")
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

    def _try(self, node: ast.Try) -> str:
        sure = [*node.body, *node.orelse]
        if not node.handlers or all(map(self._is_there, node.body)):
            end = self.block(sure)
        else:
            end = self._perhaps([sure, [], *(each.body for each in node.handlers)], "whether something fails before")
        return self.block(node.finalbody) or end

    def _children(self, node: ast.AST) -> None:
        for child in trees.children(node):
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
            for part in trees.walk(node):
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
            case _:
                if isinstance(told.node, ast.Name) and told.node.id in self._frame.apps:
                    self._expression(told.node)
                if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                    self._forget(ast.Name(target.value.id, ast.Store()))
                self._forget(target)

    def _loop(self, target: ast.expr, iterated: ast.expr, body: Sequence[ast.stmt]) -> str:
        self._expression(iterated)
        try:
            elements = self._reader.elements(Told(iterated, self._frame))
        except UnknownError:
            self._forget(target)
            return self._perhaps([body, []], f"what {syntax.shown(iterated)} holds")
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
        try:
            return all(self._reader.object(Told(path=path)) for path in paths)
        except UnknownError:
            return False

    def _expression(self, node: ast.expr, *, bound: bool = False) -> None:
        """Read what is called in an expression.

        :param bound: whether it is assigned to a name
        """
        path = syntax.dotted(node)
        match node:
            case ast.Lambda():
                if _registers(node) and bound:
                    self._into.doubt(f"what {syntax.shown(node)} registers only shows when it runs")
            case ast.Call():
                self._call(node)
            case ast.Name(id=name) if name in self._frame.apps and not bound:
                self._into.doubt(f"what becomes of {name} only shows when {self._frame.scope.path} runs")
            case _ if path is not None:
                if path[0] in self._frame.apps and path[-1] in METHODS:
                    self._into.doubt(f"what becomes of {syntax.shown(node)} only shows when it runs")
            case ast.IfExp() | ast.BoolOp() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                before = self._doubt
                self._doubt = before or f"what {syntax.shown(node)} comes to"
                for part in trees.walk(node):
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
        if path is None or path[0] not in self._frame.apps:
            self._other(call, path, passes=bool(apps))
            return
        method = ".".join(path[1:])
        method = PARTS.get(method, method)
        if method in METHODS:
            self._register(method, call)
        elif method in ("connect", "events.connect"):
            self._connect(call)

    def _other(self, call: ast.Call, path: Sequence[str] | None, *, passes: bool) -> None:
        """Read a call of what is no method of an application.

        :param passes: whether an application is passed to it
        """
        by = self._reader.path(call.func, self._frame)
        if by in _DOCUTILS:
            self._register(_DOCUTILS[by], call)
        elif passes or (path is not None and self._calls_docutils(path)):
            self._pass(call, by)
        elif path is None:
            self._expression(call.func)
        elif len(path) > 1 and path[0] in self._frame.names and path[-1] not in _READING:
            told = self._frame.local.get(path[0], Told())
            self._frame = self._frame if told.path else self._frame.bound(path[0], Told())

    def _calls_docutils(self, path: Sequence[str]) -> bool:
        """Whether a function of the same module registers something without an application."""
        scope = self._frame.scope.module
        is_own = len(path) == 1 and path[0] not in self._frame.names
        defined = self._reader.modules.bindings(scope, path[0]) if is_own else []
        nodes = (part for each in defined if each.function is not None for part in trees.walk(each.function))
        return any(
            isinstance(part, ast.Call) and self._reader.path(part.func, Frame(scope)) in _DOCUTILS for part in nodes
        )

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
            first = syntax.shown(call.args[0]) if call.args else "…"
            self._into.doubt(f"{syntax.shown(call.func)}({first}) depends on {self._doubt}, which is not known")
            return
        try:
            given = dict(self._given(METHODS[method], call))
            if method == "add_config_value" and "default" in given:
                self._reader.defaults[str(self._reader.value(given["name"]))] = given["default"]
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
            self._reader.handlers.append((found, self._doubt))

    def _pass(self, call: ast.Call, by: str) -> None:
        """Read a function that the application is passed to."""
        try:
            if by in _ATTRIBUTES and len(call.args) > 1:
                name = self._reader.value(Told(call.args[1], self._frame))
            elif by in _HARMLESS or by == "functools.partial":
                name = ""
            else:
                frame, body = self._called(call)
                inner = Walk(self._into, self._reader, frame, depth=self._depth + 1, doubt=self._doubt)
                inner.block(body)
                return
        except UnknownError as error:
            self._into.doubt(str(error))
        else:
            if name in METHODS:
                self._into.doubt(f"what becomes of {syntax.shown(call)} only shows when it runs")

    def _called(self, call: ast.Call) -> tuple[Frame, list[ast.stmt]]:
        """Return the statements of a function that is called, and what its names stand for."""
        found = self._reader.object(Told(call.func, self._frame))
        node, of_class = found.object.function, isinstance(found.object.parent, Class)
        decorators = {syntax.last(each) for each in found.object.decorators}
        is_plain = isinstance(node, ast.FunctionDef) and not syntax.is_generator(node)
        known = decorators <= {"classmethod", "staticmethod"} and (bool(decorators) or not of_class)
        if node is None or not (is_plain and known) or self._depth == limits.DEEPEST_DECORATOR:
            msg = f"what {syntax.shown(call)} registers only shows when it runs"
            raise UnknownError(msg)
        parameters = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
        parameters = parameters["classmethod" in decorators :]
        frame = Frame(found.object.module, frozenset(syntax.local_names(node)))
        for name, default in zip(reversed(parameters), reversed(node.args.defaults), strict=False):
            frame = frame.bound(name, Told(default, Frame(found.object.module)))
        for name, told in self._given(parameters, call):
            frame = frame.bound(name, told)
        return frame, node.body


def _registers(node: ast.AST) -> bool:
    """Whether a function calls what registers something."""
    return any(isinstance(part, ast.Attribute) and part.attr in METHODS for part in trees.walk(node))
