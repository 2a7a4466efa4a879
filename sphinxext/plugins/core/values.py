"""Makes values into what JSON can hold.

Both ways of introspection do this with what they find. The process that loads plugins runs it as a script, so it
imports only the standard library and runs on Python 3.8 and newer.
"""

from __future__ import annotations

from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable


class Values:
    """Makes values into what JSON can hold, up to a size that all of them share.

    :param limits: the module of that name, which a script cannot import
    """

    def __init__(self, limits: Any, clean: Callable[[str], str] = str) -> None:
        self.limits = limits
        self.clean = clean
        self.left: int = limits.LONGEST_VALUE
        self.shown = False
        """Whether a text stands in for something that JSON cannot hold."""

    def plain(self, value: Any, depth: int | None = None) -> Any:
        """Make a value into what JSON can hold; what else it is becomes the text that Python shows for it."""
        of, bits = type(value), self.limits.LONGEST_INTEGER
        depth = self.limits.DEEPEST_VALUE if depth is None else depth
        self.left -= 1
        if self.left < 0 or depth < 0:
            self.shown = True
            return "…"
        if value is None or of is bool or (of is int and -(2**63) <= value < 2**63):
            return value
        if of is float and isfinite(value):
            return value
        if of is int:
            value = "an integer of {} bits".format(value.bit_length()) if value.bit_length() > bits else str(value)
            self.shown = True
        if isinstance(value, str):
            return self.cut(str.__str__(value))
        if issubclass(of, (list, tuple)):
            items = list.__iter__(value) if issubclass(of, list) else tuple.__iter__(value)
            return [self.plain(item, depth - 1) for item in islice(items, self.left + 1)]
        if issubclass(of, (set, frozenset)):
            return sorted((self.plain(item, depth - 1) for item in islice(list(value), self.left + 1)), key=str)
        if issubclass(of, dict):
            items = islice(dict.items(value), self.left + 1)
            return {str(self.plain(key, depth - 1)): self.plain(item, depth - 1) for key, item in items}
        self.shown = True
        return self.cut(str.__str__(repr(value)))

    def cut(self, text: str) -> str:
        """Shorten a text to what is left; no encoding has a lone surrogate."""
        text = (
            self.clean(text[: 2 * self.limits.LONGEST_VALUE])[: max(self.left, 0)]
            .encode("utf-8", "replace")
            .decode("utf-8")
        )
        self.left -= len(text)
        return text
