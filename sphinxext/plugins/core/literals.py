"""The one reader of Python literals: what an expression is worth that is put together from constants.

Nothing runs. What names, calls and other expressions are worth is for those to say who know where they stand.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sphinxext.plugins.core import limits

if TYPE_CHECKING:
    from collections.abc import Iterable


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
    """Puts values together: constants, displays, sums of texts and of lists, and f-strings of texts.

    Whoever knows more of an expression overrides what is said of it.
    """

    _left = limits.MOST_LITERALS

    def other(self, node: ast.expr) -> object:
        """Return the value of an expression that is no literal."""
        return self.unknown(node)

    def unknown(self, node: ast.expr) -> object:
        """Return what stands for the value of an expression that is not known, or raise an error."""
        return Computed(node)

    def afford(self, size: int) -> bool:
        """Take something from what may be put together; False where there is not as much."""
        self._left -= size
        return self._left >= 0

    def worth(self, node: ast.expr) -> object:
        """Return the value of an expression, parts of which may be computed."""
        if not self.afford(1):
            return self.unknown(node)
        match node:
            case ast.Constant(value=value):
                return value
            case ast.List(elts=elements):
                return self.items(elements)
            case ast.Tuple(elts=elements):
                return tuple(self.items(elements))
            case ast.Set(elts=elements):
                items = self.items(elements)
                return set(items) if all(map(_is_key, items)) else self.unknown(node)
            case ast.Dict(keys=keys, values=values):
                return self.entries(zip(keys, values, strict=True))
            case ast.BinOp(left=left, op=op, right=right):
                return self.combined(self.worth(left), op, self.worth(right), node)
            case ast.JoinedStr(values=parts):
                return self._joined([self.worth(part) for part in parts], node)
            case ast.FormattedValue(value=value, format_spec=None):
                return self.formatted(self.worth(value), node)
        return self.other(node)

    def items(self, elements: Iterable[ast.expr]) -> list[object]:
        """Return the elements of a list, of those with a star what they hold."""
        items: list[object] = []
        for element in elements:
            if isinstance(element, ast.Starred):
                items += self._spread(self.worth(element.value), element.value)
            else:
                items.append(self.worth(element))
        return items

    def entries(self, entries: Iterable[tuple[ast.expr | str | None, ast.expr]]) -> dict[object, object]:
        """Return a dict of keys with values; without a key, a value is a dict itself."""
        result: dict[object, object] = {}
        for key, node in entries:
            known = self.worth(key) if isinstance(key, ast.expr) else key
            value = self.worth(node)
            if key is not None:
                result[known if _is_key(known) else self.unknown(node)] = value
            elif isinstance(value, dict) and self.afford(len(value)):
                result.update(value)
            else:
                result[self._not(value, node)] = value
        return result

    def combined(self, left: object, op: ast.operator, right: object, node: ast.BinOp) -> object:
        """Return what an operator makes of two values."""
        if isinstance(op, ast.Add):
            if isinstance(left, str) and isinstance(right, str):
                return self._joined([left, right], node)
            if isinstance(left, list | tuple) or isinstance(right, list | tuple):
                items = [*self._spread(left, node.left), *self._spread(right, node.right)]
                return items if isinstance(left, list) or isinstance(right, list) else tuple(items)
        return self.unknown(node)

    def formatted(self, value: object, node: ast.FormattedValue) -> object:
        """Return how a value is written in an f-string."""
        return value if node.conversion == -1 else self.unknown(node)

    def _joined(self, values: list[object], node: ast.expr) -> object:
        texts = [value for value in values if isinstance(value, str)]
        known = len(texts) == len(values) and self.afford(sum(map(len, texts)))
        return "".join(texts) if known else self.unknown(node)

    def _spread(self, value: object, node: ast.expr) -> list[object]:
        if isinstance(value, list | tuple) and self.afford(len(value)):
            return list(value)
        return [self._not(value, node)]

    def _not(self, value: object, node: ast.expr) -> object:
        return value if isinstance(value, Computed) else self.unknown(node)


def _is_key(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
