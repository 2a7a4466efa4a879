"""What the statements of a function come to, as far as they show it by themselves."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.introspect.static import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Given(NamedTuple):
    """What is known of a parameter."""

    name: str
    given: bool | None
    """Whether anything else than None is passed; None where that is not known."""

    is_thing: bool
    """Whether it is the thing, which can be called."""

    is_class: bool | None = None


def outcomes(node: syntax.Function, given: Given | None) -> list[ast.expr]:
    """Return all that a function may return; where it may end without saying, that is None."""
    found: list[ast.expr] = []
    if not _follow(node.body, given, found):
        found.append(ast.Constant(None))
    return found


def _follow(  # noqa: C901, PLR0912  # a case for each kind of statement
    block: list[ast.stmt], given: Given | None, found: list[ast.expr]
) -> bool:
    """Collect what is returned in a block, and tell whether nothing behind it runs."""
    for statement in block:
        match statement:
            case ast.Return(value=value):
                found.append(value or ast.Constant(None))
                return True
            case ast.Raise():
                return True
            case ast.If(test=test, body=body, orelse=orelse):
                truth = _truth(test, given)
                taken = [body, orelse] if truth is None else [body if truth else orelse]
                if all([_follow(branch, given, found) for branch in taken]):  # noqa: C419  # each is followed
                    return True
            case ast.With(body=body) | ast.AsyncWith(body=body):
                if _follow(body, given, found):
                    return True
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                ends = [_follow([*body, *orelse], given, found), *(_follow(h.body, given, found) for h in handlers)]
                if _follow(final, given, found) or all(ends):
                    return True
            case ast.For(body=body, orelse=orelse) | ast.AsyncFor(body=body, orelse=orelse):
                _follow([*body, *orelse], given, found)
            case ast.While(body=body, orelse=orelse):
                _follow([*body, *orelse], given, found)
            case ast.Match(cases=cases):
                for case in cases:
                    _follow(case.body, given, found)
    return False


def _truth(test: ast.expr, given: Given | None) -> bool | None:
    """Tell whether a condition on a parameter is true; None where it is on anything else."""
    if given is None:
        return None
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            truth = _truth(operand, given)
            return None if truth is None else not truth
        case ast.Name(id=given.name):
            return given.given
        case ast.Compare(left=ast.Name(id=given.name), ops=[ast.Is() | ast.IsNot() as op], comparators=[right]):
            is_none = isinstance(right, ast.Constant) and right.value is None
            return given.given is isinstance(op, ast.IsNot) if is_none and given.given is not None else None
        case ast.Call(func=ast.Name(id="callable"), args=[ast.Name(id=given.name)]):
            return given.is_thing
        case ast.Call(func=function, args=[ast.Name(id=given.name), *of]):
            asks = ".".join(syntax.dotted(function) or [])
            if asks in {"isclass", "inspect.isclass"} or (asks == "isinstance" and syntax.dotted(of[0]) == ["type"]):
                return given.is_class
    return None


def own_parts(node: syntax.Function) -> Iterator[ast.AST]:
    """Walk through the syntax tree of a function, but not into what does not run with it."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, syntax.Definition | ast.Lambda):
            waiting += ast.iter_child_nodes(part)


def writes(nodes: Sequence[ast.AST]) -> bool | None:
    """Whether code gives a docstring on; None where it writes docstrings in another way."""
    parts = [part for node in nodes for part in ast.walk(node)]
    copying = [copy for part in parts if isinstance(part, syntax.Function) for copy in _copying(part)]
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


def _copying(function: syntax.Function) -> Iterator[ast.AST]:
    """Return where a function, whatever else it does, gives the docstring of a parameter on."""
    for statement in function.body:
        match statement:
            case ast.Assign(
                targets=[ast.Attribute(attr="__doc__") as target],
                value=ast.Attribute(value=ast.Name(id=of), attr="__doc__"),
            ) if of in syntax.parameters(function):
                yield target
            case ast.Expr(value=ast.Call(func=by, args=[_, ast.Name(id=of)], keywords=[]) as call):
                if (syntax.dotted(by) or [""])[-1] == "update_wrapper" and of in syntax.parameters(function):
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
    waiting: list[ast.AST] = [*call.args, *call.keywords]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Name) and part.id == thing:
            return True
        if isinstance(part, ast.keyword | ast.Starred | ast.List | ast.Tuple | ast.Set | ast.Dict):
            waiting += ast.iter_child_nodes(part)
    return False


def place_of(call: ast.Call, thing: str | None) -> int | str | None:
    """Say which argument of a call the thing is."""
    for place, argument in [*enumerate(call.args), *((k.arg, k.value) for k in call.keywords)]:
        if isinstance(argument, ast.Name) and argument.id == thing:
            return place
    return None
