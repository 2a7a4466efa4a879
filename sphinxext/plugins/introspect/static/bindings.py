"""What the statements of a module or a class bind names to, in the order in which they run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.branches import Circumstances, Runs, blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

STAR = "*"
"""The name that ``from module import *`` binds."""


class Bound(NamedTuple):
    """A statement that binds a name."""

    name: str
    node: ast.stmt

    value: ast.expr | None
    """What is assigned to the name, where that stands there."""

    circumstances: Circumstances


def bindings(scope: ast.Module | ast.ClassDef) -> Iterator[Bound]:
    """Return every binding that a scope makes; deletions count, for they bind a name to nothing."""
    for statement, circumstances in statements(scope):
        for name, value in _bound(statement):
            yield Bound(name, statement, value, circumstances)


def statements(scope: ast.Module | ast.ClassDef) -> Iterator[tuple[ast.stmt, Circumstances]]:
    """Return the statements of a scope, those in blocks of others too, each with when it runs."""
    waiting = [(statement, Circumstances(Runs.SURELY)) for statement in reversed(scope.body)]
    while waiting:
        statement, circumstances = waiting.pop()
        yield statement, circumstances
        if not isinstance(statement, syntax.Definition):
            inner = [(child, when) for block, when in blocks(statement, circumstances) for child in block]
            waiting += reversed(inner)


def _bound(statement: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if not _completes(statement):
            yield name, None
        case ast.ClassDef(name=name):
            yield name, None
        case ast.Import(names=aliases):
            yield from ((alias.asname or alias.name.partition(".")[0], None) for alias in aliases)
        case ast.ImportFrom(names=aliases):
            yield from ((alias.asname or alias.name, None) for alias in aliases)
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _assigned(target, value)
        case ast.AnnAssign(target=ast.Name(id=name), value=value):
            yield name, value
        case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
            before = ast.copy_location(ast.Name(name, ast.Load()), target)
            yield name, ast.copy_location(ast.BinOp(before, op, value), statement)
    if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        yield from ((name, None) for name in _stored(statement))
    yield from ((name, None) for name in _named(statement))


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
        case _:
            return
    for part in (part for target in targets for part in ast.walk(target)):
        match part:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                yield name


def _named(statement: ast.stmt) -> Iterator[str]:
    """Return the names that assignment expressions in a statement bind; those in its blocks are not its own."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.NamedExpr):
            yield part.target.id
        children = ast.iter_child_nodes(part)
        waiting += [child for child in children if not isinstance(child, ast.stmt | ast.Lambda | ast.ExceptHandler)]
