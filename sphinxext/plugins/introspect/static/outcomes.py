"""What the statements of a function come to, as far as they show it by themselves."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sphinxext.plugins.introspect.static import syntax, trees
from sphinxext.plugins.introspect.static.bindings import Circumstances, Runs, blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def outcomes(node: syntax.Function) -> list[ast.expr]:
    """Return all that a function may return; where it may end without saying, that is None."""
    found: list[ast.expr] = []
    if not _follow(node.body, found):
        found.append(ast.Constant(None))
    return found


def _follow(block: list[ast.stmt], found: list[ast.expr]) -> bool:
    """Collect what is returned in a block, and tell whether nothing behind it runs."""
    for statement in block:
        match statement:
            case ast.Return(value=value):
                found.append(value or ast.Constant(None))
                return True
            case ast.Raise():
                return True
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                continue
        inner = [_follow(block, found) for block, _ in blocks(statement, Circumstances(Runs.SURELY))]
        match statement:
            case ast.If() | ast.With() | ast.AsyncWith() if all(inner):
                return True
            case ast.Try() | ast.TryStar():
                body, *handlers, orelse, final = inner
                if final or ((body or orelse) and all(handlers)):
                    return True
    return False


def own_parts(node: syntax.Function) -> Iterator[ast.AST]:
    """Walk through the syntax tree of a function, but not into what does not run with it."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, syntax.Definition | ast.Lambda):
            waiting += trees.children(part)


def writes(nodes: Sequence[ast.AST], *, to_self: bool = False) -> bool | None:
    """Whether code gives a docstring on; None where it writes docstrings in another way.

    :param to_self: whether only what ``__init__`` gives to the first parameter counts
    """
    parts = [part for node in nodes for part in trees.walk(node)]
    copying = [copy for part in parts if isinstance(part, syntax.Function) for copy in _copying(part, to_self=to_self)]
    known = {id(copy) for copy in copying}
    for part in parts:
        match part:
            case ast.Attribute(attr="__doc__", ctx=ast.Store() | ast.Del()) if id(part) not in known:
                return None
            case ast.Call(func=function) if (syntax.dotted(function) or [""])[-1] == "update_wrapper":
                if id(part) not in known:
                    return None
            case ast.Constant(value="__doc__"):
                return None
    return bool(copying)


def _copying(function: syntax.Function, *, to_self: bool) -> Iterator[ast.AST]:
    """Return where a function, whatever else it does, gives the docstring of a parameter on."""
    own = [argument.arg for argument in [*function.args.posonlyargs, *function.args.args][:1]]
    for statement in function.body if not to_self or function.name == "__init__" else ():
        match statement:
            case ast.Assign(
                targets=[ast.Attribute(value=to, attr="__doc__") as target],
                value=ast.Attribute(value=ast.Name(id=of), attr="__doc__"),
            ) if of in syntax.parameters(function) and (not to_self or syntax.dotted(to) == own):
                yield target
            case ast.Expr(value=ast.Call(func=by, args=[to, ast.Name(id=of)], keywords=[]) as call):
                copies_to = not to_self or syntax.dotted(to) == own
                if syntax.last(by) == "update_wrapper" and of in syntax.parameters(function) and copies_to:
                    yield call


def copies(part: ast.AST, thing: str | None) -> str | None:
    """Name what gets the docstring of the thing in a statement."""
    match part:
        case ast.Assign(
            targets=[ast.Attribute(value=ast.Name(id=name), attr="__doc__")],
            value=ast.Attribute(value=ast.Name(id=of), attr="__doc__"),
        ) if of == thing != name:
            return name
    return None


def passes(call: ast.Call, thing: str) -> bool:
    """Whether a call passes the thing on, by itself or in a display."""
    passed = trees.contents([*call.args, *call.keywords])
    return any(isinstance(part, ast.Name) and part.id == thing for part in passed)


def place_of(call: ast.Call, thing: str | None) -> int | str | None:
    """Say which argument of a call the thing is."""
    for place, argument in [*enumerate(call.args), *((k.arg, k.value) for k in call.keywords)]:
        if isinstance(argument, ast.Name) and argument.id == thing:
            return place
    return None
