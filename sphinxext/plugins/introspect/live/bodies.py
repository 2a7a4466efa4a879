"""What the source shows of the members of a class: bodies that do nothing, what is only declared, and hooks.

Both ways of introspection go by it. The process that loads plugins runs this as a script, so it imports only the
standard library and runs on Python 3.8 and newer.
"""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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


def lack_of(node: Any) -> str | None:
    """Return why the body of a function does nothing, in the words of the model's ``Lack``; None where it does."""
    idle = (ast.Pass, ast.Expr)
    body = [s for s in node.body if not (isinstance(s, idle) and isinstance(getattr(s, "value", _PASS), ast.Constant))]
    if not body:
        return "empty"
    [only, *others] = body
    value = getattr(only, "exc", None) or getattr(only, "value", None)
    value = value.func if isinstance(only, ast.Raise) and isinstance(value, ast.Call) else value
    if others or not isinstance(value, ast.Name):
        return None
    return _DOING_NOTHING.get((type(only), value.id))


_PASS = ast.Constant(None)

_DOING_NOTHING = {(ast.Raise, "NotImplementedError"): "raises", (ast.Return, "NotImplemented"): "returns"}


def requires(lack: str | None, *, protocol: bool) -> bool:
    """Whether an interface leaves a member to those that implement it.

    :param protocol: whether the class that has it is a protocol, in which what has no body is left to them
    """
    return lack in ("abstract", "raises") or (protocol and lack == "empty")


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


def set_by_methods(body: Sequence[ast.stmt]) -> Mapping[str, int]:
    """Return the names that the methods of a class set on what they are called with, each with the first line."""
    found = {}  # type: dict[str, int]
    for method in body:
        first = method.args.args[0].arg if isinstance(method, FUNCTIONS) and method.args.args else ""
        for part in ast.walk(method) if first else ():
            stores = isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)
            if stores and getattr(part.value, "id", None) == first:  # type: ignore[attr-defined]  # it is one
                name, line = part.attr, part.lineno  # type: ignore[attr-defined]
                found[name] = min(line, found.get(name, line))
    return found


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
