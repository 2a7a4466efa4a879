"""Reads TOML that may be anything.

A value that has not the type it should have is a problem, and as if it were not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext.plugins.core import decoding
from sphinxext.plugins.sources.tree import INSTALL, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinxext.plugins.sources.tree import Tree

_TYPES = {str: "a text", bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "a table"}


class Table:
    """A table of a file, by its name."""

    def __init__(self, tree: Tree, file: str, values: dict[str, object], name: str = "") -> None:
        self.file = file
        self._tree = tree
        self._values = values
        self._name = name

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __bool__(self) -> bool:
        return bool(self._values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def refuse(self, key: str, expected: str) -> None:
        """Note that a value is of the wrong type."""
        found = _TYPES.get(type(self._values[key]), "a date or time")
        where = f"[{self._name}] " if self._name else ""
        self._tree.problem(
            f"{shortened(f'{where}{key}')} in {self._tree.place(self.file)} is {found}, not {expected}",
            f"correct it there, or {INSTALL}",
        )

    def _of(self, key: str, kind: type) -> object:
        value = self._values.get(key)
        if value is None or isinstance(value, kind):
            return value
        self.refuse(key, _TYPES[kind])
        return None

    def text(self, key: str) -> str | None:
        """Return a text, if it is there."""
        value = self._of(key, str)
        return value if isinstance(value, str) else None

    def texts(self, key: str) -> list[str]:
        """Return the texts of a list; none where it is not there."""
        values = self._of(key, list)
        if not isinstance(values, list):
            return []
        if not all(isinstance(value, str) for value in values):
            self.refuse(key, "a list of texts")
        return [value for value in values if isinstance(value, str)]

    def tables(self, key: str) -> list[Table]:
        """Return the tables of a list; none where it is not there."""
        values = self._of(key, list)
        if not isinstance(values, list):
            return []
        if not all(isinstance(value, dict) for value in values):
            self.refuse(key, "a list of tables")
        return [self._below(key, value) for value in values if isinstance(value, dict)]

    def table(self, key: str) -> Table:
        """Return a table; an empty one where it is not there."""
        value = self._of(key, dict)
        return self._below(key, value if isinstance(value, dict) else {})

    def is_table(self, key: str) -> bool:
        """Tell whether a table is there, rather than a value of another type."""
        return isinstance(self._values.get(key), dict)

    def is_text(self, key: str) -> bool:
        """Tell whether a text is there, rather than a value of another type."""
        return isinstance(self._values.get(key), str)

    def pairs(self) -> list[tuple[str, str]]:
        """Return the keys whose values are texts; all others are problems."""
        pairs = [(key, self.text(key)) for key in self]
        return [(key, value) for key, value in pairs if value is not None]

    def _below(self, key: str, values: dict[str, object]) -> Table:
        quoted = key if all(char.isalnum() or char in "-_" for char in key) else f'"{key}"'
        return Table(self._tree, self.file, values, f"{self._name}.{quoted}" if self._name else quoted)


def read(tree: Tree, file: str) -> Table:
    """Read a file; without it, or where it cannot be read, the table is empty."""
    try:
        return Table(tree, file, decoding.toml(tree.text(file) or ""))
    except ValueError as error:
        tree.unreadable(file, str(error))
        return Table(tree, file, {})
