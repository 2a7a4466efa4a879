"""Expressions of Python that say what is known of a plugin: what may stand in them.

What they come to is said by :mod:`~sphinxext.plugins.core.evaluation`. The process that loads plugins runs both as
scripts, so they import only the standard library and run on Python 3.8 and newer.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Iterator


class ExpressionError(ValueError):
    """An expression has something that it may not have."""


_KEY = r"""\[(?:"[^"\n]*"|'[^'\n]*'|[^\]\["'\n]+)\]"""
_NAME = r"[^\W\d]\w*"
PATH = r"(?:{0}|{1})(?:\.{0}|{1})*".format(_NAME, _KEY)
"""A regular expression for what may stand behind ``attr:`` and ``call:``: names, and keys in brackets."""

_STEP = re.compile("({})|({})".format(_KEY, _NAME))

NAMES = ("target", "name")
"""What an expression can begin with: what the plugin leads to, and how it is called."""

FUNCTIONS = (
    *("all", "any", "bool", "dict", "enumerate", "float", "int", "len", "list", "max", "min", "range", "reversed"),
    *("set", "sorted", "str", "sum", "tuple", "zip"),
)
"""The builtin functions that there are."""

_FRAMES = re.compile(
    r"(?:ag|cr|gi)_(?:await|code|frame|running|yieldfrom|suspended)|tb_\w+|co_\w+|f_(?:back|builtins|code|globals|locals|trace\w*)"
)
"""Names by which generators, errors and functions lead to all else that runs."""

_PARTS = (
    *(ast.Attribute, ast.BinOp, ast.BoolOp, ast.Call, ast.Compare, ast.Constant, ast.Dict, ast.DictComp),
    *(ast.FormattedValue, ast.GeneratorExp, ast.IfExp, ast.JoinedStr, ast.List, ast.ListComp, ast.Name, ast.Set),
    *(ast.SetComp, ast.Slice, ast.Subscript, ast.Tuple, ast.UnaryOp, ast.keyword, ast.comprehension),
    *(ast.And, ast.Or, ast.Not, ast.Load),
    *(ast.Add, ast.BitAnd, ast.BitOr, ast.BitXor, ast.Div, ast.FloorDiv, ast.LShift, ast.Mod, ast.Mult, ast.Pow),
    *(ast.RShift, ast.Sub, ast.Invert, ast.UAdd, ast.USub, ast.Eq, ast.Gt, ast.GtE, ast.In, ast.Is, ast.IsNot),
    *(ast.Lt, ast.LtE, ast.NotEq, ast.NotIn),
)
"""What an expression may consist of."""

_LOOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def tree(describer: str, limits: Any) -> ast.expr:
    """Return the expression that ``attr:PATH``, ``call:PATH`` or ``expr:EXPRESSION`` stands for.

    :param limits: the module of that name, which a script cannot import
    :raises ExpressionError: where it may not be, with the reason
    """
    scheme, _, argument = describer.partition(":")
    if scheme == "expr":
        return check(argument, limits)
    node = ast.Name("target", ast.Load())  # type: ast.expr
    for step in _STEP.finditer(argument):
        if step.group(2) is not None:
            node = ast.Attribute(node, step.group(2), ast.Load())
            continue
        text = step.group(1)[1:-1]
        key = text[1:-1] if text[0] in "\"'" else int(text) if re.fullmatch("-?[0-9]{1,9}", text) else text
        node = ast.Subscript(node, ast.Constant(key), ast.Load())
    return ast.Call(node, [], []) if scheme == "call" else node


def check(text: str, limits: Any) -> ast.expr:
    """Return the syntax tree of an expression that has nothing but what it may have.

    :raises ExpressionError: where it has, with the reason and the part
    """
    if len(text) > limits.LONGEST_EXPRESSION:
        msg = f"it has more than {limits.LONGEST_EXPRESSION} characters"
        raise ExpressionError(msg)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        place = len(text) - len(text.lstrip()) + (error.offset or 0)
        where = f" at character {place}" if (error.lineno or 1) == 1 and place else ""
        msg = f"it is no expression of Python: {error.msg}{where}"
        raise ExpressionError(msg) from None
    except (ValueError, MemoryError, RecursionError) as error:
        msg = f"it is no expression of Python: {error or 'it is too complex'}"
        raise ExpressionError(msg) from None
    _Checker(limits).visit(node, NAMES, 0)
    return node


def names_of_target(describer: str, limits: Any) -> list[str]:
    """Return the attributes and keys that a describer asks the target for, or what calling that gives, as dotted paths.

    What is behind a number, or a key that is worked out, is left out.
    """
    found, inner = [], set()
    for node in ast.walk(tree(describer, limits)):  # the outer ones come first
        path: list[str] = []
        part: Any = node
        while isinstance(part, (ast.Attribute, ast.Subscript)):
            key = part.attr if isinstance(part, ast.Attribute) else getattr(part.slice, "value", None)
            path = [key, *path] if isinstance(key, str) else []
            part = part.value
            inner.add(part)
        part = part.func if isinstance(part, ast.Call) else part
        if path and node not in inner and isinstance(part, ast.Name) and part.id == "target":
            found.append(".".join(path))
    return found


class _Checker:
    """Looks for what may not be in an expression."""

    def __init__(self, limits: Any) -> None:
        self.limits = limits

    def visit(self, node: ast.AST, names: tuple[str, ...], depth: int) -> None:
        """Look through a part of an expression, in which there are some names."""
        if type(node).__name__ in ("Index", "Expr"):  # of Python 3.8
            return self.visit(node.value, names, depth)  # type: ignore[attr-defined]
        if depth > self.limits.DEEPEST_EXPRESSION:
            msg = f"it nests more than {self.limits.DEEPEST_EXPRESSION} deep"
            raise ExpressionError(msg)
        if not isinstance(node, _PARTS):
            raise self._refused(node, f"no {_WORDS.get(type(node).__name__, type(node).__name__)} may be in it")
        refusal = self._refusal(node, names)
        if refusal:
            raise self._refused(node, refusal)
        if isinstance(node, _LOOPS):
            return self._loop(node, names, depth)
        for child in ast.iter_child_nodes(node):
            function = isinstance(node, ast.Call) and child is node.func
            function = function or (isinstance(node, ast.keyword) and node.arg == "key")
            if not (function and isinstance(child, ast.Name) and child.id in FUNCTIONS):
                self.visit(child, names, depth + 1)
        return None

    def _refusal(self, node: ast.AST, names: tuple[str, ...]) -> str:
        """Say why one part may not be there."""
        used = getattr(node, "attr", None) or getattr(node, "arg", None) or getattr(node, "id", None) or ""
        if used.startswith("_"):
            return f"{used} is private"
        if _FRAMES.fullmatch(used):
            return f"{used} leads out of the plugin"
        if isinstance(node, ast.Name) and node.id not in names:
            known = ", ".join([*names, *FUNCTIONS])
            return f"{used} may only be called" if used in FUNCTIONS else f"there is no {used}, but {known}"
        if isinstance(node, ast.Constant) and not isinstance(node.value, (str, bytes, int, float, type(None))):
            return "it is no text, number or truth value"
        if isinstance(node, ast.Attribute) and used in ("format", "format_map") and _is_text(node.value):
            return f"{used} of a text can reach what is private; write an f-string"
        if (isinstance(node, ast.keyword) and node.arg is None) or (isinstance(node, ast.Dict) and None in node.keys):
            return "no ** may be in it"
        return ""

    def _loop(self, node: Any, names: tuple[str, ...], depth: int) -> None:
        for loop in node.generators:
            if loop.is_async:
                raise self._refused(node, "no async may be in it")
            self.visit(loop.iter, names, depth + 1)
            names = (*names, *self._bound(loop.target))
            for test in loop.ifs:
                self.visit(test, names, depth + 1)
        for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.visit(part, names, depth + 1)

    def _bound(self, target: ast.expr) -> Iterator[str]:
        """Return the names that the head of a loop binds."""
        if isinstance(target, (ast.Tuple, ast.List)):
            for part in target.elts:
                yield from self._bound(part)
        elif not isinstance(target, ast.Name):
            raise self._refused(target, "a loop binds names only")
        elif target.id.startswith("_"):
            raise self._refused(target, f"{target.id} is private")
        elif target.id in FUNCTIONS or target.id in NAMES:
            raise self._refused(target, f"{target.id} stands for something else")
        else:
            yield target.id

    def _refused(self, node: ast.AST, reason: str) -> ExpressionError:
        try:
            text = getattr(ast, "unparse", ast.dump)(node)
        except RecursionError:
            text = ""
        most = self.limits.SHORTENED
        shown = text if len(text) <= most else text[:most] + "…"
        return ExpressionError(f"{shown} is not allowed: {reason}" if text else reason)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


_WORDS = {
    "Await": "await",
    "Lambda": "lambda",
    "MatMult": "@",
    "NamedExpr": ":=",
    "Starred": "*",
    "Yield": "yield",
    "YieldFrom": "yield",
}
"""How a reader knows what may not be there."""
