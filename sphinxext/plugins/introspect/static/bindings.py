"""What the statements of a module or a class bind names to, in the order in which they run, and when they do."""

from __future__ import annotations

import ast
import operator
import os
import sys
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinxext.plugins.introspect.static import syntax, trees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STAR = "*"
"""The name that ``from module import *`` binds."""


class Runs(IntEnum):
    """Whether a statement runs; of nested ones the greatest counts."""

    SURELY = 0

    TRIED = 1
    """It is in a ``try``: unless something before it fails."""

    RISKED = 2
    """It is in a ``try``, behind something that may fail though all modules are there."""

    PERHAPS = 3
    """It is under a condition that is not known."""

    OTHERWISE = 4
    """It is in an ``except``: where what was tried fails."""

    TYPING = 5
    """It is under ``if TYPE_CHECKING``: only for type checkers; it shows them what running gives."""

    NEVER = 6
    """It is under a condition that is false here."""


class Circumstances(NamedTuple):
    """When a statement runs."""

    runs: Runs

    imports: tuple[str, ...] = ()
    """The modules that have to be there for it to run, for they are imported in a ``try`` that it depends on.

    Relative ones begin with dots.
    """


class Bound(NamedTuple):
    """A statement that binds a name."""

    name: str
    node: ast.stmt

    value: ast.expr | None
    """What is assigned to the name, where that stands there."""

    circumstances: Circumstances

    alias: ast.alias | None = None
    """Of an import, the part of it that binds the name."""


def bindings(scope: ast.Module | ast.ClassDef, *, named: bool = True) -> Iterator[Bound]:
    """Return every binding that a scope makes; deletions count, for they bind a name to nothing.

    :param named: whether there may be assignment expressions in it
    """
    for statement, circumstances in statements(scope):
        match statement:
            case ast.Expr():
                pass  # as many are, and all that these bind are names in them
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                for alias in aliases:
                    name = alias.asname or alias.name
                    name = name.partition(".")[0] if isinstance(statement, ast.Import) else name
                    yield Bound(name, statement, None, circumstances, alias)
            case _:
                for name, value in _bound(statement):
                    yield Bound(name, statement, value, circumstances)
        for name in _named(statement) if named else ():
            yield Bound(name, statement, None, circumstances)


def statements(scope: ast.Module | ast.ClassDef) -> Iterator[tuple[ast.stmt, Circumstances]]:
    """Return the statements of a scope, those in blocks of others too, each with when it runs."""
    surely = Circumstances(Runs.SURELY)
    waiting = [(statement, surely) for statement in reversed(scope.body)]
    while waiting:
        statement, circumstances = waiting.pop()
        yield statement, circumstances
        if type(statement) in _COMPOUND:
            inner = [(child, when) for block, when in blocks(statement, circumstances) for child in block]
            waiting += reversed(inner)


_COMPOUND = frozenset(
    {ast.Try, ast.TryStar, ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Match}
)
"""The statements with blocks in the same scope."""


def _bound(statement: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    match statement:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _assigned(target, value)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            if not _completes(statement):
                yield name, None
        case ast.ClassDef(name=name):
            yield name, None
        case ast.AnnAssign(target=target, value=value):
            if isinstance(target, ast.Name):
                yield target.id, value
        case ast.AugAssign(target=target, op=op, value=value):
            if isinstance(target, ast.Name):
                before = ast.copy_location(ast.Name(target.id, ast.Load()), target)
                yield target.id, ast.copy_location(ast.BinOp(before, op, value), statement)
        case _:
            yield from ((name, None) for name in _stored(statement))


def _completes(function: syntax.Function) -> bool:
    """Whether a function is the setter or the deleter of a property, which stays what its name is bound to."""
    return any(
        isinstance(decorator, ast.Attribute)
        and decorator.attr in {"setter", "deleter"}
        and syntax.dotted(decorator.value) == [function.name]
        for decorator in function.decorator_list
    )


def _assigned(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
    """Return the names that a target binds, each with the part of the value that it gets."""
    match target:
        case ast.Name(id=name):
            yield name, value
        case ast.Starred(value=inner):
            yield from _assigned(inner, value)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            for inner, part in zip(targets, _parts(targets, value), strict=True):
                yield from _assigned(inner, part)


def _parts(targets: list[ast.expr], value: ast.expr | None) -> list[ast.expr | None]:
    """Divide a value among the targets that it is unpacked to."""
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else []
    starred = [index for index, target in enumerate(targets) if isinstance(target, ast.Starred)]
    spare = len(parts) - len(targets)
    if any(isinstance(part, ast.Starred) for part in parts) or (spare != 0 and not starred) or spare < -1:
        return [None] * len(targets)
    if not starred:
        return list(parts)
    end = starred[0] + spare + 1
    rest = ast.List(parts[starred[0] : end], ast.Load())
    return [*parts[: starred[0]], ast.copy_location(rest, targets[starred[0]]), *parts[end:]]


def _stored(statement: ast.stmt) -> Iterator[str]:
    """Return the names that a statement binds or deletes in another way than by assigning."""
    match statement:
        case ast.For(target=target) | ast.AsyncFor(target=target):
            targets: list[ast.AST] = [target]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            targets = [item.optional_vars for item in items if item.optional_vars]
        case ast.Delete(targets=deleted):
            targets = [target for target in deleted if isinstance(target, ast.Name | ast.Tuple | ast.List)]
        case ast.Match(cases=cases):
            targets = [case.pattern for case in cases]
        case ast.Try(handlers=handlers) | ast.TryStar(handlers=handlers):
            yield from (handler.name for handler in handlers if handler.name)  # and deletes it again
            return
        case _:
            alias = getattr(statement, "name", None)
            targets = [alias] if isinstance(alias, ast.Name) else []  # of ``type name = …``, since Python 3.12
    for part in (part for target in targets for part in trees.walk(target)):
        match part:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                yield name


_NAMING = trees.BRANCHES - {
    kind for kind in trees.BRANCHES if issubclass(kind, ast.stmt | ast.Lambda | ast.ExceptHandler)
}
"""Parts of a statement in which an assignment expression may bind a name of its scope."""


def _named(statement: ast.stmt) -> Iterator[str]:
    """Return the names that assignment expressions in a statement bind; those in its blocks are not its own."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.NamedExpr):
            yield part.target.id
        waiting += trees.children(part, _NAMING)


def blocks(statement: ast.stmt, circumstances: Circumstances) -> Iterator[tuple[list[ast.stmt], Circumstances]]:
    """Return the blocks of a statement, in the order in which they stand, and when each of them runs.

    :param circumstances: when the statement itself runs
    """
    runs, imports = circumstances
    match statement:
        case (
            ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final)
            | ast.TryStar(body=body, handlers=handlers, orelse=orelse, finalbody=final)
        ):
            tried = Circumstances(max(runs, Runs.TRIED) if handlers else runs, (*imports, *dict.fromkeys(needed(body))))
            risked = tried._replace(runs=max(tried.runs, Runs.RISKED)) if handlers else tried
            safe = next((n + 1 for n, statement in enumerate(body) if _may_fail(statement)), len(body))
            yield body[:safe], tried
            yield body[safe:], risked
            for handler in handlers:
                yield handler.body, circumstances._replace(runs=max(runs, Runs.OTHERWISE))
            yield orelse, tried if safe == len(body) and not _may_fail(body[-1]) else risked
            yield final, circumstances
        case ast.If(test=test, body=body, orelse=orelse):
            yield body, circumstances._replace(runs=max(runs, _branch(test, taken=True)))
            yield orelse, circumstances._replace(runs=max(runs, _branch(test, taken=False)))
        case ast.For(body=body, orelse=orelse) | ast.AsyncFor(body=body, orelse=orelse):
            yield [*body, *orelse], circumstances._replace(runs=max(runs, Runs.PERHAPS))
        case ast.While(body=body, orelse=orelse):
            yield [*body, *orelse], circumstances._replace(runs=max(runs, Runs.PERHAPS))
        case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
            calls = [item.context_expr for item in items if isinstance(item.context_expr, ast.Call)]
            fails = any(syntax.last(call.func) == "suppress" for call in calls)
            yield body, circumstances._replace(runs=max(runs, Runs.TRIED)) if fails else circumstances
        case ast.Match(cases=cases):
            for case in cases:
                yield case.body, circumstances._replace(runs=max(runs, Runs.PERHAPS))


def _may_fail(statement: ast.stmt) -> bool:
    """Whether a statement may raise something else than that a module is not there."""
    if isinstance(statement, ast.Import | ast.ImportFrom | syntax.Definition):
        return False
    risks = ast.Call | ast.Raise | ast.Assert | ast.Attribute | ast.Subscript
    bare = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Name)
    return bare or any(isinstance(part, risks) for part in trees.walk(statement))


def _branch(test: ast.expr, *, taken: bool) -> Runs:
    """Return whether the branch of a condition runs.

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
    compare = _OPERATORS.get(type(op))
    known = all(side is not None and not (isinstance(side, tuple) and None in side) for side in (left, right))
    try:
        return bool(compare(left, right)) if compare and known else None
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


def needed(body: list[ast.stmt]) -> Iterator[str]:
    """Return the modules that statements import, one after the other."""
    for statement in body:
        match statement:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), level=level):
                yield "." * level + module
