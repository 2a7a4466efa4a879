"""What operators, displays and a few builtin functions make of values, as long as that stays small.

What is too large, what is not the same in each process and what cannot be done at all raises
:exc:`ValueError`, :exc:`TypeError`, :exc:`ArithmeticError` or :exc:`LookupError`.
"""

from __future__ import annotations

import ast
import operator
import re
from enum import Enum, Flag
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.core import limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.Not: operator.not_,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
"""The operators of one value."""

_NUMBERS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.BitOr: operator.or_,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.LShift: operator.lshift,
    ast.Mod: operator.mod,
    ast.Mult: operator.mul,
    ast.Pow: operator.pow,
    ast.Sub: operator.sub,
}


_METHODS = frozenset({"format", "join", "lstrip", "rstrip", "split", "splitlines", "strip"})
"""The methods of texts that are worked out."""

_PLAIN_FORMAT = re.compile(r"(?:[^{}]|\{\w*\}|\{\{|\}\})*")
_PLAIN_PERCENT = re.compile(r"(?:[^%]|%[sdr%])*")


def combined(left: Any, op: ast.operator, right: Any) -> Any:  # noqa: ANN401
    """Return what an operator makes of two values."""
    if isinstance(left, int | float) and isinstance(right, int | float):
        small = [n if isinstance(n, float) or n.bit_length() <= limits.MOST_BITS else None for n in (left, right)]
        if None in small or (isinstance(op, ast.LShift | ast.Pow) and abs(right) > limits.MOST_BITS):
            msg = "it is too large"
            raise ValueError(msg)
        return _NUMBERS[type(op)](left, right)
    if isinstance(left, str) and isinstance(op, ast.Mod):
        given = right if isinstance(right, tuple) else (right,)
        if not _PLAIN_PERCENT.fullmatch(left):
            msg = "it is formatted"
            raise ValueError(msg)
        return left % tuple(map(_shown, given))
    if type(left) is type(right) and isinstance(left, str | bytes | list | tuple) and isinstance(op, ast.Add):
        return left + right
    if type(left) is type(right) and isinstance(left, set | frozenset | dict | Flag) and isinstance(op, ast.BitOr):
        return left | right
    raise TypeError


def text(value: Any, *, quoted: bool = False) -> str:  # noqa: ANN401
    """Write a value as an f-string does."""
    return repr(_shown(value)) if quoted else str(_shown(value))


def _shown(value: Any) -> Any:  # noqa: ANN401
    """Return a value back of which each process shows the same: the order of sets is another one in each.

    How members of enumerations are shown is for their classes to say, and for versions of Python.
    """
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    if isinstance(value, list | tuple | dict):
        for part in parts:
            _shown(part)
    elif isinstance(value, Enum) or not isinstance(value, str | int | float | bytes | None):
        raise TypeError
    return value


def method(of: Any, name: str, arguments: Sequence[Any]) -> Any:  # noqa: ANN401
    """Return what a method of a text gives."""
    if not isinstance(of, str) or isinstance(of, Enum) or name not in _METHODS:
        raise TypeError
    if name == "format":
        if (
            not _PLAIN_FORMAT.fullmatch(of)
            or of.count("{") * sum(len(text(a)) for a in arguments) > limits.LONGEST_VALUE
        ):
            raise ValueError
        arguments = [_shown(argument) for argument in arguments]
    if name == "join":
        [parts] = arguments
        if isinstance(parts, set | frozenset) or len(of) * len(parts) > limits.LONGEST_VALUE:
            raise ValueError
    return getattr(of, name)(*arguments)


def made(by: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Return what a function gives that is known by its path."""
    if any(isinstance(argument, set | frozenset) for argument in arguments) and by in {
        "builtins.list",
        "builtins.tuple",
    }:
        raise TypeError  # in which order
    return MAKERS[by](*arguments, **keywords)


MAKERS: Mapping[str, Callable[..., Any]] = {
    "builtins.dict": dict,
    "builtins.frozenset": frozenset,
    "builtins.list": list,
    "builtins.set": set,
    "builtins.sorted": sorted,
    "builtins.tuple": tuple,
    "textwrap.dedent": dedent,
}
"""The functions that are worked out, by their path."""
