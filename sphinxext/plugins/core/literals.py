"""The one reader of Python literals: what an expression is worth that is put together from constants.

Nothing runs. What names, calls and other expressions are worth is for those to say who know where they stand.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 200_000
"""How many expressions, characters and elements are put together before the rest counts as computed."""


class Computed:
    """Stands for a value, or a part of one, that only running code would tell.

    As the key of a dict it stands for any number of entries, as an element of a list for any number of elements.
    """

    def __init__(self, node: ast.AST) -> None:
        self.line: int = getattr(node, "lineno", 1)
        self._node = node

    @property
    def source(self) -> str:
        """Its expression."""
        return ast.unparse(self._node)


class Literals:
    """Puts values together: constants, displays, sums of texts and of lists, and f-strings of texts."""

    def __init__(self) -> None:
        self._left = MOST

    def other(self, node: ast.expr) -> object:
        """Return the value of an expression that is no literal."""
        return Computed(node)

    def worth(self, node: ast.expr) -> object:
        """Return the value of an expression, parts of which may be computed."""
        if not self._afford(1):
            return Computed(node)
        match node:
            case ast.Constant(value=value):
                return value
            case ast.List(elts=elements):
                return self._items(elements)
            case ast.Tuple(elts=elements):
                return tuple(self._items(elements))
            case ast.Set(elts=elements) if all(map(_is_key, items := self._items(elements))):
                return set(items)
            case ast.Dict(keys=keys, values=values):
                return self.dictionary(zip(keys, values, strict=True))
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._sum(self.worth(left), self.worth(right), node)
            case ast.JoinedStr(values=parts):
                return self._joined([self.worth(part) for part in parts], node)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self.worth(value)
        return self.other(node)

    def dictionary(self, entries: Iterable[tuple[ast.expr | str | None, ast.expr]]) -> dict[object, object]:
        """Return a dict of keys with values; without a key, a value is a dict itself."""
        result: dict[object, object] = {}
        for key, node in entries:
            value = self.worth(node)
            if key is not None:
                known = key if isinstance(key, str) else self.worth(key)
                result[known if _is_key(known) else Computed(node)] = value
            elif isinstance(value, dict) and self._afford(len(value)):
                result.update(value)
            else:
                result[value if isinstance(value, Computed) else Computed(node)] = value
        return result

    def _items(self, elements: Iterable[ast.expr]) -> list[object]:
        items: list[object] = []
        for element in elements:
            if isinstance(element, ast.Starred):
                items += self._spread(self.worth(element.value), element.value)
            else:
                items.append(self.worth(element))
        return items

    def _spread(self, value: object, node: ast.AST) -> list[object]:
        if isinstance(value, list | tuple) and self._afford(len(value)):
            return list(value)
        return [value if isinstance(value, Computed) else Computed(node)]

    def _sum(self, left: object, right: object, node: ast.BinOp) -> object:
        match left, right:
            case str(), str():
                return self._joined([left, right], node)
            case (tuple(), tuple()) | (tuple(), Computed()) | (Computed(), tuple()):
                return (*self._spread(left, node.left), *self._spread(right, node.right))
            case (list(), _) | (_, list()):
                return [*self._spread(left, node.left), *self._spread(right, node.right)]
        return self.other(node)

    def _joined(self, values: list[object], node: ast.expr) -> object:
        texts = [value for value in values if isinstance(value, str)]
        known = len(texts) == len(values) and self._afford(sum(map(len, texts)))
        return "".join(texts) if known else self.other(node)

    def _afford(self, size: int) -> bool:
        self._left -= size
        return self._left >= 0


def _is_key(value: object) -> bool:
    return isinstance(value, str | bytes | int | float | Computed | None)
