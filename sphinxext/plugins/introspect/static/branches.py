"""In which circumstances a statement of a module or a class runs, as far as its place tells."""

from __future__ import annotations

import ast
import operator
import os
import sys
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinxext.plugins.introspect.static import syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Runs(IntEnum):
    """Whether a statement runs; of nested ones the greatest counts."""

    SURELY = 0

    TRIED = 1
    """It is in a ``try``: unless something before it fails."""

    PERHAPS = 2
    """It is under a condition that is not known."""

    OTHERWISE = 3
    """It is in an ``except``: where what was tried fails."""

    TYPING = 4
    """It is under ``if TYPE_CHECKING``: only for type checkers, which are told what runs gives."""

    NEVER = 5
    """It is under a condition that is false here."""


class Circumstances(NamedTuple):
    """When a statement runs."""

    runs: Runs

    imports: tuple[str, ...] = ()
    """The modules that have to be there for it to run, for they are imported in a ``try`` that it depends on."""


def blocks(statement: ast.stmt, circumstances: Circumstances) -> Iterator[tuple[list[ast.stmt], Circumstances]]:
    """Return the blocks of a statement, in the order in which they stand, and when each of them runs.

    :param circumstances: when the statement itself runs
    """
    runs, imports = circumstances
    match statement:
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
            tried = Circumstances(
                max(runs, Runs.TRIED) if handlers else runs, (*imports, *dict.fromkeys(_imported(body)))
            )
            yield body, tried
            for handler in handlers:
                yield handler.body, circumstances._replace(runs=max(runs, Runs.OTHERWISE))
            yield orelse, tried
            yield final, circumstances
        case ast.If(test=test, body=body, orelse=orelse):
            yield body, circumstances._replace(runs=max(runs, _branch(test, taken=True)))
            yield orelse, circumstances._replace(runs=max(runs, _branch(test, taken=False)))
        case ast.For(body=body, orelse=orelse) | ast.AsyncFor(body=body, orelse=orelse):
            yield [*body, *orelse], circumstances._replace(runs=max(runs, Runs.PERHAPS))
        case ast.While(body=body, orelse=orelse):
            yield [*body, *orelse], circumstances._replace(runs=max(runs, Runs.PERHAPS))
        case ast.With(body=body) | ast.AsyncWith(body=body):
            yield body, circumstances
        case ast.Match(cases=cases):
            for case in cases:
                yield case.body, circumstances._replace(runs=max(runs, Runs.PERHAPS))


def _branch(test: ast.expr, *, taken: bool) -> Runs:
    """Tell whether the branch of a condition runs.

    :param taken: whether it is the one for the condition being true
    """
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _branch(operand, taken=not taken)
        case ast.Name() | ast.Attribute() if (syntax.dotted(test) or [""])[-1] == "TYPE_CHECKING":
            return Runs.TYPING if taken else Runs.SURELY
    truth = _truth(test)
    if truth is None:
        return Runs.PERHAPS
    return Runs.SURELY if truth is taken else Runs.NEVER


def _truth(test: ast.expr) -> bool | None:
    """Evaluate a condition on the version of Python or on the system; None where it is on anything else."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            truth = _truth(operand)
            return None if truth is None else not truth
        case ast.BoolOp(op=op, values=values):
            truths = [_truth(value) for value in values]
            decisive = isinstance(op, ast.Or)
            if decisive in truths:
                return decisive
            return None if None in truths else not decisive
        case ast.Compare(
            left=ast.Name(id="__name__"),
            ops=[ast.Eq() | ast.NotEq() as op],
            comparators=[ast.Constant(value="__main__")],
        ):
            return isinstance(op, ast.NotEq)  # it is imported
        case ast.Compare(left=left, ops=[op], comparators=[ast.expr() as right]):
            return _compared(_known(left), op, _known(right))
        case ast.Call(func=ast.Attribute(value=value, attr="startswith"), args=[ast.Constant(value=str(prefix))]):
            known = _known(value)
            return known.startswith(prefix) if isinstance(known, str) else None
    return None


def _known(node: ast.expr) -> object:
    """Return the value of an expression on this interpreter; None for any other."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Tuple(elts=elements):
            return tuple(_known(element) for element in elements)
        case ast.Subscript(value=value, slice=ast.Constant(value=int(index))) if _known(value) == _VERSION:
            return _VERSION[index] if index < len(_VERSION) else None
        case ast.Subscript(value=value, slice=ast.Slice(lower=None, upper=ast.Constant(value=int(end)))) if (
            _known(value) == _VERSION
        ):
            return _VERSION[:end]
    return _NAMES.get(".".join(syntax.dotted(node) or []))


_VERSION = tuple(sys.version_info[:3])

_NAMES: dict[str, object] = {
    "sys.version_info": _VERSION,
    "sys.version_info.major": _VERSION[0],
    "sys.platform": sys.platform,
    "os.name": os.name,
}


def _compared(left: object, op: ast.cmpop, right: object) -> bool | None:
    match left, right:
        case (tuple(), tuple()) if None not in left and None not in right:
            pass
        case (int(), int()) | (str(), str()):
            pass
        case _:
            return None
    compare = _OPERATORS.get(type(op))
    try:
        return None if compare is None else bool(compare(left, right))
    except TypeError:  # of tuples with other things in them
        return None


_OPERATORS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _imported(body: list[ast.stmt]) -> Iterator[str]:
    """Return the modules that statements import absolutely, one after the other."""
    for statement in body:
        match statement:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module
