"""What the syntax tree of a definition tells by itself, without looking anything up."""

from __future__ import annotations

import ast
import inspect
from itertools import islice
from typing import TYPE_CHECKING

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.model import Docstring, Location
from sphinxext.plugins.introspect.static.trees import blocks, children, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Definition = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
Function = ast.FunctionDef | ast.AsyncFunctionDef

GETTEXT = frozenset(
    {"_", "gettext", "ugettext", "primary", "_lazy", "gettext_lazy", "lazy_gettext", "gettext_noop", "N_"}
    | {"_LI", "_LW", "_LE"}
)
"""Functions that give their first argument, in another language perhaps."""


def docstring(node: Definition, file: str, lines: Sequence[str]) -> Docstring | None:
    """Read the docstring that stands in a definition.

    :param lines: those of the file
    """
    raw = ast.get_docstring(node, clean=False)
    text = inspect.cleandoc((raw or "")[: limits.LONGEST_DOCSTRING])
    if raw is None or not text:
        return None
    literal = node.body[0]
    assert isinstance(literal, ast.Expr)
    return Docstring(text=text, location=Location(file=file, line=first_line(literal.value, raw, lines)))


def first_line(literal: ast.expr, raw: str, lines: Sequence[str]) -> int:
    """Find the first line of a literal with text; a backslash at the end of a line is no character of it."""
    blank, head = raw[: len(raw) - len(raw.lstrip())], raw.lstrip().partition("\n")[0].rstrip()
    for number in range(literal.lineno, (literal.end_lineno or literal.lineno) + 1):
        line = "".join(lines[number - 1 : number])
        if head in line[literal.col_offset if number == literal.lineno else 0 :]:
            return number
    return literal.lineno + blank.count("\n")


def dotted(node: ast.AST | None) -> list[str] | None:
    """Return the names of ``a.b.c``; None for any other expression."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return [node.id, *names] if isinstance(node, ast.Name) else None


def last(node: ast.AST) -> str:
    """Return the last name of ``a.b.c``; nothing for any other expression."""
    return (dotted(node) or [""])[-1]


def signature(node: Function | ast.Lambda, *, bound: bool) -> str | None:
    """Write the parameters of a function, without annotations; a default that is no literal is ``…``.

    They are left out where they are too long to tell a reader anything.

    :param bound: whether the first parameter is given already
    """
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    shown = [_parameter(p, d) for p, d in zip(positional, [*defaults, *arguments.defaults], strict=True)]
    if arguments.posonlyargs:
        shown.insert(len(arguments.posonlyargs), "/")
    if bound and shown:
        del shown[: 2 if shown[1:2] == ["/"] else 1]
    if arguments.vararg:
        shown.append(f"*{arguments.vararg.arg}")
    elif arguments.kwonlyargs:
        shown.append("*")
    shown += [_parameter(p, d) for p, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    if arguments.kwarg:
        shown.append(f"**{arguments.kwarg.arg}")
    written = f"({', '.join(shown)})"
    return written if len(written) <= limits.LONGEST_FACT else None


def _parameter(parameter: ast.arg, default: ast.expr | None) -> str:
    if default is None:
        return parameter.arg
    try:
        shown = repr(ast.literal_eval(default))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        shown = ""
    return f"{parameter.arg}={shown if 0 < len(shown) <= limits.LONGEST_DEFAULT else '…'}"


def shown(node: ast.AST) -> str:
    """Write an expression or the beginning of a statement, for a reader to find it by."""
    if len(list(islice(walk(node), limits.MOST_PARTS))) == limits.MOST_PARTS:
        return f"what stands in line {node.lineno}" if isinstance(node, ast.expr | ast.stmt) else "a long expression"
    return ast.unparse(node).partition("\n")[0][:80]


def returned(node: Function) -> list[ast.expr | None]:
    """Return what a function returns, those in nested definitions aside."""
    return [statement.value for statement in _statements(node) if isinstance(statement, ast.Return)]


def nested(node: Function) -> dict[str, Function]:
    """Return the functions that are defined in a function."""
    return {inner.name: inner for inner in _statements(node) if isinstance(inner, Function)}


def assigned(node: Function) -> dict[str, ast.expr]:
    """Return the values of the local names of a function that are assigned once."""
    values: dict[str, ast.expr] = {}
    twice: set[str] = set()
    for statement in _statements(node):
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                if name in values:
                    twice.add(name)
                values[name] = value
            case ast.AugAssign(target=ast.Name(id=name)) | ast.For(target=ast.Name(id=name)):
                twice.add(name)
        twice |= {part.target.id for part in walk(statement) if isinstance(part, ast.NamedExpr)}
    return {name: value for name, value in values.items() if name not in twice}


def parameters(node: Function) -> set[str]:
    """Return the names of a function's parameters."""
    arguments = node.args
    return {argument.arg for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}


def unquoted(annotation: ast.expr | None) -> ast.expr | None:
    """Return the annotation that a string holds; any other as it is."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return ast.parse(annotation.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    return annotation


def gives_first(node: Function) -> bool:
    """Whether a function says that it gives what it gets first: both have the same type variable."""
    first = [*node.args.posonlyargs, *node.args.args][:1]
    annotation = dotted(node.returns)
    return bool(first) and annotation is not None and annotation == dotted(first[0].annotation)


def keeps(annotation: ast.expr | None) -> bool:
    """Whether an annotation is that of a decorator which gives what it gets: ``Callable[[F], F]``."""
    match unquoted(annotation):
        case ast.Subscript(value=generic, slice=ast.Tuple(elts=[ast.List(elts=[taken]), given])):
            names = dotted(given)
            return (dotted(generic) or [""])[-1] == "Callable" and names is not None and names == dotted(taken)
    return False


def given_by_callable(annotation: ast.expr | None) -> ast.expr | None:
    """Return ``X`` of the annotation ``Callable[…, X]``."""
    match annotation:
        case ast.Subscript(value=generic, slice=ast.Tuple(elts=[_, given])) if (dotted(generic) or [""])[
            -1
        ] == "Callable":
            return unquoted(given)
        case _:
            return None


def is_generator(node: Function) -> bool:
    """Whether calling a function gives a generator or a coroutine, whatever it returns."""
    return isinstance(node, ast.AsyncFunctionDef) or any(
        isinstance(part, ast.Yield | ast.YieldFrom) for statement in _statements(node) for part in walk(statement)
    )


def _statements(node: Function) -> Iterator[ast.stmt]:
    """Walk through the statements of a function, but not into those of nested definitions."""
    waiting: list[ast.AST] = list(reversed(node.body))
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.stmt):
            yield part
        if not isinstance(part, ast.ClassDef | Function):
            waiting += reversed(blocks(part))


def is_gettext(function: ast.expr) -> bool:
    """Whether a function that is called gives a translation of its first argument."""
    return (dotted(function) or [""])[-1] in GETTEXT


def literal(node: ast.expr | None) -> str | None:
    """Name the builtin class of what a literal, a display or a sum of such gives."""
    match node:
        case ast.Constant(value=value) | ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)):
            return type(value).__name__
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod() | ast.Mult() as op, right=right):
            kinds = [literal(left), *([] if isinstance(op, ast.Mod) and literal(left) == "str" else [literal(right)])]
            numbers = [kind for kind in _NUMBERS if kind in kinds]
            return numbers[-1] if set(kinds) <= set(_NUMBERS) else _sequence(kinds)
    return next((name for display, name in _DISPLAYS.items() if isinstance(node, display)), None)


def _sequence(kinds: list[str | None]) -> str | None:
    return next((kind for kind in kinds if kind in {"bytes", "list", "str", "tuple"}), None)


_NUMBERS = ["int", "float", "complex"]

_DISPLAYS: dict[type[ast.expr], str] = {
    ast.JoinedStr: "str",
    ast.List: "list",
    ast.ListComp: "list",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Tuple: "tuple",
}


def local_names(node: Function) -> set[str]:
    """Return every name that is local to a function, or that another function in it takes for its own."""
    arguments = node.args
    names = parameters(node) | {a.arg for a in (arguments.vararg, arguments.kwarg) if a}
    return names.union(*(bound_by(part) for part in walk(node))) - {node.name}


def bound_by(part: ast.AST) -> set[str]:
    """Return the names that a part of a syntax tree binds, or declares to be those of another scope."""
    match part:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return {name}
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.alias():
            return {part.asname or part.name.partition(".")[0]}
        case ast.Global(names=declared) | ast.Nonlocal(names=declared):
            return set(declared)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return {name}
        case ast.MatchMapping(rest=str(name)):
            return {name}
    return set()


def stored(node: Function) -> set[str]:
    """Return the names that are assigned somewhere in a function."""
    return {part.id for part in walk(node) if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)}


def is_plain(node: Function, *, given: int) -> bool:
    """Whether a function does nothing but assign local names before it returns, at its end, and can be called so.

    :param given: how many arguments it is called with
    """
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    needed = len(positional) - len(arguments.defaults)
    if needed > given or (given > len(positional) and not arguments.vararg) or None in arguments.kw_defaults:
        return False
    *before, last = node.body
    return (
        isinstance(node, ast.FunctionDef)
        and isinstance(last, ast.Return)
        and all(
            isinstance(statement, ast.Pass)
            or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
            or (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name))
            for statement in before
        )
    )


def docstring_writes(module: ast.Module) -> list[str]:  # noqa: C901  # a case for each kind of change
    """Return what a module writes docstrings to, each by its last name, ``*`` where it does so in another way.

    What functions write to their parameters, or to what they define or make, is left out: that counts where they
    are called.
    """
    written: list[str] = []
    waiting: list[tuple[ast.AST, frozenset[str], frozenset[str]]] = [(module, frozenset(), _defined(module))]
    while waiting:
        node, own, known = waiting.pop()
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr="__doc__", ctx=ast.Store() | ast.Del()):
                written += [] if name in own else [name if name in known else "*"]
            case ast.Attribute(value=owner, attr="__doc__", ctx=ast.Store() | ast.Del()):
                written.append(last(owner) or "*")
            case ast.AugAssign(target=ast.Name(id="__doc__")) | ast.Delete(targets=[ast.Name(id="__doc__")]):
                written.append("*")
            case ast.Call(
                func=ast.Name(id="setattr" | "delattr"), args=[ast.Name(id=name), ast.Constant(value="__doc__"), *_]
            ):
                written += [] if name in own else ["*"]
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[_, ast.Constant(value="__doc__"), *_]):
                written.append("*")
            case ast.Call(func=ast.Attribute(value=to, attr="__setattr__" | "__delattr__"), args=[first, *_]) if (
                "__doc__" in [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            ):
                to = to if isinstance(first, ast.Constant) else first
                written += [] if isinstance(to, ast.Call) or last(to) in own else ["*"]
            case ast.Global(names=names) if "__doc__" in names:
                written.append("*")
            case ast.Subscript(value=ast.Call() | ast.Attribute(attr="__dict__"), ctx=ast.Store()) if (
                isinstance(node.slice, ast.Constant) and node.slice.value == "__doc__"
            ):
                written.append("*")  # globals()["__doc__"]
        if isinstance(node, Function):
            made = {name for name, value in assigned(node).items() if isinstance(value, ast.Call)}
            own |= set(nested(node)) | made
            own |= parameters(node) if node.name != "__set_name__" else set()  # which no call is seen of
            known -= local_names(node)
        waiting += [(child, own, known) for child in children(node)]
    return written


def _defined(module: ast.Module) -> frozenset[str]:
    """Return the names that a module defines or imports, which stand for nothing else there."""
    found: set[str] = set()
    for node in walk(module):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                found |= {alias.asname or alias.name.partition(".")[0] for alias in aliases}
    return frozenset(found)
