"""What the source shows of the members of a class: bodies that do nothing, what is only declared, and hooks.

Both ways of introspection go by it. The process that loads plugins runs this as a script, so it imports only the
standard library and runs on Python 3.8 and newer.
"""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

SELVES = frozenset({"cls", "inst", "instance", "klass", "mcs", "me", "meta", "metacls", "obj", "self", "this"})
"""What the first parameter of a method is called, but for underscores: a function without one forgot it."""

NOBODYS = frozenset(
    {"abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Generic", "typing_extensions.Protocol"}
)
"""Classes that are no interface of anything, besides those that are built in."""


class Hook(NamedTuple):
    """What marks a function as a hook."""

    project: str
    """The name of the project that the marker is of."""

    name: str | None = None
    """That of the specification, where it is not the function's own."""


def is_public(name: str) -> bool:
    """Whether a name may be that of a member of an interface."""
    return not name.startswith("_") or name == "__call__"


def is_mangled(name: str) -> bool:
    """Whether Python puts the name of the class before a name, so that no other class can have the same."""
    return name.startswith("__") and not name.endswith("__")


def lack_of(node: Any) -> str | None:
    """Return why the body of a function does nothing, in the words of the model's ``Lack``; None where it does.

    What prepares the message of an error, or logs it, is nothing; nor is what stands behind a ``raise``.
    """
    body = [s for s in node.body if not _is_idle(s)]
    if not body:
        return "empty"
    only = next((each for each in body if not _prepares(each)), None)
    value = getattr(only, "exc", None) or getattr(only, "value", None)
    value = value.func if isinstance(only, ast.Raise) and isinstance(value, ast.Call) else value
    name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
    return _RAISED.get(name) if isinstance(only, ast.Raise) else _returned(body, name)


def _returned(body: Sequence[ast.stmt], name: str) -> str | None:
    only = isinstance(body[0], ast.Return) and isinstance(body[0].value, ast.Name) and not body[1:]
    return "returns" if only and name == "NotImplemented" else None


def _is_idle(statement: ast.stmt) -> bool:
    constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return constant or isinstance(statement, ast.Pass)


def _prepares(statement: ast.stmt) -> bool:
    """Whether a statement does nothing but prepare an error: it names a value, forgets one, imports or logs."""
    parts = list(ast.walk(statement))
    if any(isinstance(part, (ast.Await, ast.Yield, ast.YieldFrom)) for part in parts):
        return False
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Delete)):
        names = (ast.Name, ast.Tuple, ast.expr_context)
        return all(isinstance(part, names) for target in _targets(statement) for part in ast.walk(target))
    by = getattr(getattr(statement, "value", None), "func", None)
    logs = isinstance(statement, ast.Expr) and getattr(by, "attr", getattr(by, "id", "")) in _LOGGING
    return logs or isinstance(statement, (ast.Import, ast.ImportFrom)) or _is_idle(statement)


_LOGGING = frozenset({"critical", "debug", "error", "exception", "info", "log", "print", "warn", "warning"})

_RAISED = {"NotImplementedError": "raises", "NotImplemented": "refuses"}
"""Why a member does nothing that raises an error of a name: Python's own, or one of a project, as that of Tooz."""


def is_idle(lack: str | None) -> bool:
    """Whether a member that a class has does nothing, in classes of every sort."""
    return lack in ("abstract", "raises", "refuses", "returns")


def need_of(lack: str | None, *, protocol: bool) -> str:
    """Return what an interface expects of a member, in the words of the model's ``Need``.

    :param protocol: whether the class that has it is a protocol, in which what has no body is left to plugins
    """
    if lack in ("abstract", "raises") or (protocol and lack == "empty"):
        return "required"
    return "optional" if lack == "refuses" else "default"


def forgets_self(node: Any) -> bool:
    """Whether a function in a class, a method by all else, has no parameter for the instance."""
    first = [*getattr(node.args, "posonlyargs", ()), *node.args.args][:1]
    if not first:
        return node.args.vararg is None
    name = first[0].arg.strip("_").lower()
    return bool(name) and name not in SELVES


def declared(body: Sequence[ast.stmt]) -> Mapping[str, int]:
    """Return the names that a class declares without a value, each with the line."""
    return {
        each.target.id: each.lineno
        for each in body
        if isinstance(each, ast.AnnAssign) and each.value is None and isinstance(each.target, ast.Name)
    }


def assigned(body: Sequence[ast.stmt]) -> Mapping[str, int]:
    """Return the names to which a class surely assigns a value by themselves, and deletes none, each with the line.

    A class that has none of them took it away when it was made, as dataclasses do with fields.
    """
    found = {}  # type: dict[str, int]
    for each in body:
        if isinstance(each, (ast.Assign, ast.AnnAssign)) and each.value is not None:
            found.update((target.id, each.lineno) for target in _targets(each) if isinstance(target, ast.Name))
    for part in (part for each in body if not isinstance(each, FUNCTIONS) for part in ast.walk(each)):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Del):
            found.pop(part.id, None)
    return found


def set_by_methods(body: Sequence[ast.stmt]) -> Mapping[str, int]:
    """Return the names that the methods of a class set on what they are called with, each with the first line."""
    found = {}  # type: dict[str, int]
    for own, part in _of_instances(body):
        line = getattr(part, "lineno", 0)
        name = part.attr if isinstance(part, ast.Attribute) and _stores(part, own) else _set_by_name(part, own)
        if isinstance(name, str):
            found[name] = min(line, found.get(name, line))
    return found


def set_when_made(body: Sequence[ast.stmt]) -> Mapping[str, int]:
    """Return the names that each new instance of a class surely gets, in place of what the class has, with the line."""
    for method in body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__" and method.args.args:
            own = method.args.args[0].arg
            assigns = (each for each in method.body if isinstance(each, (ast.Assign, ast.AnnAssign)) and each.value)
            parts = [part for each in assigns for target in _targets(each) for part in ast.walk(target)]
            return {part.attr: part.lineno for part in parts if isinstance(part, ast.Attribute) and _stores(part, own)}
    return {}


def sets_others(body: Sequence[ast.stmt]) -> bool:
    """Whether the methods of a class may set names on what they are called with that only show when they run."""
    for own, part in _of_instances(body):
        of = getattr(part, "value", None)
        if isinstance(part, ast.Attribute):
            if (part.attr in ("update", "setdefault") and _is_space(of, own)) or (
                part.attr == "__dict__" and _stores(part, own)
            ):
                return True
        elif isinstance(part, ast.Subscript):
            if isinstance(part.ctx, ast.Store) and _is_space(of, own):
                return True
        elif _set_by_name(part, own) is Ellipsis:
            return True
    return False


def _targets(statement: ast.Assign | ast.AnnAssign | ast.Delete) -> Sequence[ast.expr]:
    return [statement.target] if isinstance(statement, ast.AnnAssign) else statement.targets


def _stores(part: ast.Attribute, own: str) -> bool:
    return isinstance(part.ctx, ast.Store) and _is(part.value, own)


def _set_by_name(part: ast.AST, own: str) -> Any:
    """Return the name that a call of ``setattr`` sets; an ellipsis where that is computed, None where it sets none."""
    if isinstance(part, ast.Call) and _is(part.func, "setattr") and len(part.args) > 1 and _is(part.args[0], own):
        return getattr(part.args[1], "value", Ellipsis) if isinstance(part.args[1], ast.Constant) else Ellipsis
    return None


def _is_space(node: Any, own: str) -> bool:
    """Whether an expression gives the attributes of what a method is called with, to change them."""
    if isinstance(node, ast.Call):
        return _is(node.func, "vars") and any(_is(each, own) for each in node.args)
    return isinstance(node, ast.Attribute) and node.attr == "__dict__" and _is(node.value, own)


def _of_instances(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.AST]]:
    """Return the parts of the methods of a class, each with the name of what that method is called with."""
    for method in body:
        if isinstance(method, FUNCTIONS) and not any(_is(by, "staticmethod") for by in method.decorator_list):
            first = [*getattr(method.args, "posonlyargs", ()), *method.args.args][:1]
            for part in ast.walk(method) if first else ():
                yield first[0].arg, part


def _is(node: Any, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def text_of(body: Sequence[ast.stmt], statement: Any) -> str | None:
    """Return the docstring of a member: its own, or of an attribute the text below it."""
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        return ast.get_docstring(statement)
    following = body[body.index(statement) + 1 :][:1] if statement in body else ()
    for each in following:
        if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) and isinstance(each.value.value, str):
            return inspect.cleandoc(each.value.value)
    return None


def implemented(hook: Hook | None, name: str, project: str) -> str | None:
    """Return the name of the hook that a function implements, or specifies; None where it does neither.

    To pytest, every function is one whose name begins with its own; to others, what is marked.

    :param project: that of the specifications
    """
    if hook is not None:
        return (hook.name or name) if hook.project == project else None
    return name if project == "pytest" and name.startswith("pytest_") else None
