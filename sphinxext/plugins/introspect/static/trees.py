"""How syntax trees are gone through: by steps that are quick, for a tree has hundreds of thousands of nodes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_EVERY = frozenset(kind for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.AST))
_LEAVES = frozenset({ast.Name, ast.Constant})

NODES: frozenset[type] = frozenset(
    kind
    for kind in _EVERY
    if not issubclass(kind, ast.operator | ast.unaryop | ast.boolop | ast.cmpop | ast.expr_context)
)
"""The classes of nodes, but for operators and contexts."""

BRANCHES = NODES - _LEAVES
"""The same, but for names and constants, which most nodes are."""

_NO_PARTS = frozenset(
    {"arg", "asname", "attr", "conversion", "ctx", "is_async", "kind", "level", "module", "op", "ops", "rest"}
    | {"simple", "type_comment"}
)
"""Fields that hold no nodes, or operators and contexts."""

_FIELDS = {
    kind: () if kind in _LEAVES else tuple(name for name in kind._fields if name not in _NO_PARTS) for kind in _EVERY
}
"""The fields of nodes that hold other nodes."""

_BLOCKS = {
    kind: tuple(name for name in kind._fields if name in {"body", "cases", "finalbody", "handlers", "orelse"})
    if issubclass(kind, ast.stmt | ast.Module | ast.ExceptHandler | ast.match_case)
    else ()
    for kind in _EVERY
}
"""The fields of nodes that hold blocks."""


def children(node: ast.AST, kinds: frozenset[type] = NODES) -> list[ast.AST]:
    """Return the parts of a node, as :func:`ast.iter_child_nodes` does, but for operators and contexts.

    A tree has hundreds of thousands of parts, and is gone through several times.

    :param kinds: the classes of those that are wanted, some of :data:`NODES`
    """
    found: list[ast.AST] = []
    for name in _FIELDS[type(node)]:
        value: Any = getattr(node, name, None)
        if type(value) in kinds:
            found.append(value)
        elif value and type(value) is list:
            found += [each for each in value if type(each) in kinds]
    return found


def blocks(node: ast.AST) -> list[ast.AST]:
    """Return the statements in the blocks of a node, or what has blocks for it: handlers and cases."""
    found: list[ast.AST] = []
    for name in _BLOCKS[type(node)]:
        found += getattr(node, name)
    return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Go through a tree, as :func:`ast.walk` does, but for operators and contexts."""
    waiting = [node]
    for part in waiting:
        yield part
        if type(part) not in _LEAVES:
            waiting += children(part)


def contents(nodes: Sequence[ast.AST]) -> list[ast.expr]:
    """Return expressions, and in the place of displays what is in them."""
    waiting, found = list(nodes), []
    while waiting:
        part = waiting.pop()
        if type(part) in _HOLDING:
            waiting += children(part)
        elif isinstance(part, ast.expr):
            found.append(part)
    return found


_HOLDING = {ast.keyword, ast.Starred, ast.List, ast.Tuple, ast.Set, ast.Dict}
