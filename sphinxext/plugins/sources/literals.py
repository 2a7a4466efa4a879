"""What the names of a module are worth where its plain statements tell: literals, and what is put together from them.

Nothing runs. Statements are followed in their order; what a branch, a loop or a call may have changed is not known.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from sphinxext.plugins.core import limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Computed:
    """Stands for a value, or a part of one, that only running code would tell.

    As the key of a dict it stands for any number of entries.
    """

    def __init__(self, node: ast.AST) -> None:
        self.line: int = getattr(node, "lineno", 1)
        self._node = node

    @property
    def source(self) -> str:
        """Its expression."""
        return ast.unparse(self._node)


class Follower:
    """Follows the statements of a module, and notes what it calls ``setup`` with.

    :raises RecursionError: where it is nested too deeply
    :raises ValueError: where it is too long
    """

    def __init__(self, module: ast.Module) -> None:
        self.names: dict[str, object] = {}
        self.calls: list[dict[str, object]] = []
        """The keywords of each call of ``setup``; those behind ``**`` that are not known by a Computed as their key."""

        self._spent = self._walked = 0
        self._functions = {node.name: node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}
        self._run(module.body)
        if not self.calls:
            before = self.names
            for function in self._functions.values():
                if any(isinstance(node, ast.Call) and _is_setup(node) for node in self._walk(function)):
                    self.names = dict(before)
                    self._forget(function)
                    self.names.update({a.arg: Computed(a) for a in ast.walk(function.args) if isinstance(a, ast.arg)})
                    self._run(function.body)

    def _run(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self._follow(statement)

    def _follow(self, statement: ast.stmt) -> None:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self.names[statement.name] = Computed(statement)
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
                self._run(statement.body)
            case ast.With():
                self._forget(*statement.items)
                self._run(statement.body)
            case ast.If() | ast.For() | ast.While() | ast.Try():
                self._branch(statement)
            case ast.Import() | ast.ImportFrom():
                self.names.update(
                    {(a.asname or a.name).partition(".")[0]: Computed(statement) for a in statement.names}
                )
            case _:
                self._note_calls(statement)
                self._bind(statement)

    def _branch(self, statement: ast.If | ast.For | ast.While | ast.Try) -> None:
        """Follow what may run; what it binds or changes is known inside of it only."""
        handlers = [handler.body for handler in statement.handlers] if isinstance(statement, ast.Try) else []
        final = statement.finalbody if isinstance(statement, ast.Try) else []
        for body in (statement.body, *handlers, statement.orelse, final):
            self._forget(statement)
            self._run(body)
        self._forget(statement)

    def _bind(self, statement: ast.stmt) -> None:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                result = self.worth(value)
                self._forget(statement)
                self.names[name] = result
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=key)], value=value) if isinstance(
                mapping := self.names.get(name), dict
            ):
                self._forget(value)
                mapping[_key(self.worth(key), key)] = self.worth(value)
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
                self._forget(value)
                self.names[name] = self._sum(self.names.get(name), self.worth(value), statement)
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method), args=[argument], keywords=[])
            ) if self._change(self.names.get(name), method, argument):
                pass
            case _:
                self._forget(statement)

    def _change(self, changed: object, method: str, node: ast.expr) -> bool:
        """Do what a method of a list or a dict does; False where it is none of those that are known."""
        self._forget(node)
        match changed, method:
            case list(), "append":
                changed.append(self.worth(node))
            case list(), "extend":
                changed.extend(self._elements(self.worth(node), node))
            case dict(), "update":
                changed.update(self._entries(self.worth(node), node))
            case _:
                return False
        return True

    def _note_calls(self, statement: ast.stmt) -> None:
        for node in self._walk(statement):
            if isinstance(node, ast.Call) and _is_setup(node):
                self.calls.append(self._keywords(node))

    def _forget(self, *nodes: ast.AST) -> None:
        """Take what these may have bound or changed for computed."""
        pending = list(nodes)
        called: set[str] = set()
        while pending:
            for name, node, bound in _touched(self._walk(pending.pop())):
                known = self.names.get(name)
                match node:
                    case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=str() as key)) if isinstance(
                        known, dict
                    ):
                        known[key] = Computed(node)
                        continue
                if bound or isinstance(known, (list, dict)):
                    self.names[name] = Computed(node)
                elif name in self._functions and name not in called:
                    called.add(name)
                    pending += self._functions[name].body

    def _walk(self, node: ast.AST) -> Iterator[ast.AST]:
        for part in ast.walk(node):
            self._walked += 1
            if self._walked > limits.MOST_LITERAL_NODES:
                message = "it is too long to be followed"
                raise ValueError(message)
            yield part

    def worth(self, node: ast.expr) -> object:
        """Say what an expression is worth."""
        self._spent += 1
        if self._spent > limits.MOST_LITERALS:
            return Computed(node)
        match node:
            case ast.Constant(value=str() | bool() | int() | float() | None as value):
                return value
            case ast.Name(id=name):
                return self.names.get(name, Computed(node))
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                return [value for element in elements for value in self._element(element)]
            case ast.Dict():
                return self._dict(node)
            case ast.Call(func=ast.Name(id="dict"), args=[]):
                return self._keywords(node)
            case ast.Subscript(value=value, slice=ast.Constant(value=str() as key)):
                mapping = self.worth(value)
                return mapping.get(key, Computed(node)) if isinstance(mapping, dict) else Computed(node)
        return self._together(node)

    def _together(self, node: ast.expr) -> object:
        match node:
            case ast.BinOp(op=ast.Add()):
                return self._sum(self.worth(node.left), self.worth(node.right), node)
            case ast.JoinedStr(values=parts):
                return self._joined([self.worth(part) for part in parts], node)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self.worth(value)
        return Computed(node)

    def _element(self, node: ast.expr) -> list[object]:
        return self._elements(self.worth(node.value), node) if isinstance(node, ast.Starred) else [self.worth(node)]

    def _elements(self, value: object, node: ast.AST) -> list[object]:
        if not isinstance(value, list):
            return [value if isinstance(value, Computed) else Computed(node)]
        return list(value) if self._afford(len(value)) else [Computed(node)]

    def _entries(self, value: object, node: ast.AST) -> dict[object, object]:
        if not isinstance(value, dict) or not self._afford(len(value)):
            unknown = value if isinstance(value, Computed) else Computed(node)
            return {unknown: unknown}
        return dict(value)

    def _dict(self, node: ast.Dict) -> dict[object, object]:
        result: dict[object, object] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                result.update(self._entries(self.worth(value), value))
            else:
                result[_key(self.worth(key), key)] = self.worth(value)
        return result

    def _keywords(self, call: ast.Call) -> dict[str, object]:
        result: dict[object, object] = {}
        for keyword in call.keywords:
            if keyword.arg is None:
                result.update(self._entries(self.worth(keyword.value), keyword.value))
            else:
                value = self.worth(keyword.value)
                if isinstance(value, Computed):
                    value = Computed(keyword.value)  # rather where it is used than where its name was bound
                result[keyword.arg] = value
        return cast("dict[str, object]", result)

    def _sum(self, left: object, right: object, node: ast.AST) -> object:
        if isinstance(left, str) and isinstance(right, str):
            return left + right if self._afford(len(left) + len(right)) else Computed(node)
        if isinstance(left, list) or isinstance(right, list):
            return [*self._elements(left, node), *self._elements(right, node)]
        return Computed(node)

    def _joined(self, values: list[object], node: ast.AST) -> object:
        texts = [value for value in values if isinstance(value, str)]
        known = len(texts) == len(values) and self._afford(sum(map(len, texts)))
        return "".join(texts) if known else Computed(node)

    def _afford(self, size: int) -> bool:
        self._spent += size
        return self._spent <= limits.MOST_LITERALS


def _key(key: object, node: ast.AST) -> object:
    return key if isinstance(key, str) else Computed(node)


def _is_setup(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id="setup"):
            return True
        case ast.Attribute(attr="setup"):
            return bool(call.keywords)
    return False


_HARMLESS = frozenset({"print", "len", "sorted", "list", "dict", "tuple", "set", "str", "repr", "isinstance", "open"})


def _touched(parts: Iterable[ast.AST]) -> Iterator[tuple[str, ast.AST, bool]]:
    """Return the names that parts of a statement bind or may change, each with the place, and whether it is bound."""
    for part in parts:
        match part:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name, part, True
            case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del()):
                yield from ((name, part, False) for name in _root(part))
            case ast.Call(func=function) if not _is_setup(part):
                yield from ((name, part, False) for name in _root(function))
                if not (isinstance(function, ast.Name) and function.id in _HARMLESS):
                    for argument in (*part.args, *(keyword.value for keyword in part.keywords)):
                        yield from ((name, part, False) for name in _root(argument))


def _root(node: ast.AST) -> list[str]:
    """Return the name that an expression of attributes and elements begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return [node.id] if isinstance(node, ast.Name) else []
