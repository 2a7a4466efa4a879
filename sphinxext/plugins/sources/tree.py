"""A source tree: its files, as far as they may be read, the tables in them, and what is wrong with them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, TypeVar

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.files import reason, within
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sphinxext.plugins.core.files import Files


INSTALL = "install it and use the source installed"
"""What helps wherever a tree does not tell."""


class Tree:
    """Reads the files of a source tree; all that goes wrong is a problem.

    :param root: the folder of the tree
    """

    def __init__(self, root: Path, files: Files) -> None:
        self.root = root
        self.name = root.absolute().name
        self.problems: list[Problem] = []
        self._files = files
        self._names: dict[str, list[str]] = {}
        self._named = 0

    def again(self) -> Tree:
        """Return the same tree, to read what is no problem if it is wrong."""
        return Tree(self.root, self._files)

    def problem(self, message: str, remedy: str) -> None:
        """Note that something is wrong."""
        problem = Problem(kind=ProblemKind.SOURCE, message=clean_line(message), remedy=remedy)
        if problem not in self.problems and len(self.problems) < limits.MOST_PROBLEMS:
            self.problems.append(problem)

    def place(self, file: str) -> str:
        """Name a file as messages do, without what leads to the tree."""
        return f"{self.name}/{file}"

    def unreadable(self, file: str, reason: str) -> None:
        """Note that a file cannot be read."""
        self.problem(f"{self.place(file)} cannot be read ({shortened(reason)})", f"mend it, or {INSTALL}")

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder of the tree; none where it is not there."""
        if folder not in self._names:
            self._names[folder] = self._files.names(self.root / folder)
        return self._names[folder]

    def has(self, file: str) -> bool:
        """Return whether there is a file or folder."""
        folder, name = posixpath.split(file)
        return name in self.names(folder)

    def read(self, file: str, most: int = limits.LARGEST_DECLARED) -> bytes | None:
        """Read a file; None where it is not there or, with a problem, cannot be read or has more bytes than most."""
        if not self.has(file):
            return None
        try:
            return self._files.read(self.root / file, most)
        except OSError as error:
            self.unreadable(file, reason(error))
            return None

    def text(self, file: str) -> str | None:
        """Read a file of text in UTF-8, as :meth:`read` does."""
        content = self.read(file)
        try:
            return None if content is None else decoding.text(content)
        except ValueError as error:
            self.unreadable(file, str(error))
            return None

    def toml(self, file: str) -> Table:
        """Read a file of TOML; without it, or where it cannot be read, the table is empty."""
        try:
            return Table(self, file, decoding.toml(self.text(file) or ""))
        except ValueError as error:
            self.unreadable(file, str(error))
            return Table(self, file, {})

    def named(self, path: str, by: str) -> str | None:
        """Read a file of text that another one names, as :meth:`text` does; of thousands the first."""
        self._named += 1
        if self._named > limits.MOST_NAMED:
            more = f"names more than {limits.MOST_NAMED} files, of which the rest is not read"
            self.problem(f"{self.place(by)} {more}", f"correct it, or {INSTALL}")
            return None
        inside = self.inside(path, self.place(by))
        return self.text(inside) if inside else None

    def inside(self, path: str, where: str) -> str | None:
        """Return a path that a file of the tree names, in its plain form; None with a problem where it leads out."""
        plain = posixpath.normpath(path.strip().replace("\\", "/"))
        if plain in {"", "."}:
            return ""
        if not _leads_out(self.root, plain):
            return plain
        self.problem(f"{where} names {shortened(path)!r}, which is not in the tree", f"correct it, or {INSTALL}")
        return None


_T = TypeVar("_T")

_TYPES: dict[type, str] = {
    str: "a text",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a table",
}


class Table:
    """A table of a file of TOML that may be anything, by its name.

    A value that has not the type it should have is a problem, and as if it were not there.
    """

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

    def _of(self, key: str, kind: type[_T]) -> _T | None:
        value = self._values.get(key)
        if value is None or isinstance(value, kind):
            return value
        self.refuse(key, _TYPES[kind])
        return None

    def _list(self, key: str, kind: type[_T], what: str) -> list[_T]:
        values: list[object] = self._of(key, list) or []
        if not all(isinstance(value, kind) for value in values):
            self.refuse(key, f"a list of {what}")
        return [value for value in values if isinstance(value, kind)]

    def text(self, key: str) -> str | None:
        """Return a text, if it is there."""
        return self._of(key, str)

    def texts(self, key: str) -> list[str]:
        """Return the texts of a list; none where it is not there."""
        return self._list(key, str, "texts")

    def tables(self, key: str) -> list[Table]:
        """Return the tables of a list; none where it is not there."""
        return [self._below(key, value) for value in self._list(key, dict, "tables")]

    def table(self, key: str) -> Table:
        """Return a table; an empty one where it is not there."""
        return self._below(key, self._of(key, dict) or {})

    def is_table(self, key: str) -> bool:
        """Return whether a table is there, rather than a value of another type."""
        return isinstance(self._values.get(key), dict)

    def is_text(self, key: str) -> bool:
        """Return whether a text is there, rather than a value of another type."""
        return isinstance(self._values.get(key), str)

    def pairs(self) -> list[tuple[str, str]]:
        """Return the keys whose values are texts; all others are problems."""
        pairs = [(key, self.text(key)) for key in self]
        return [(key, value) for key, value in pairs if value is not None]

    def _below(self, key: str, values: dict[str, object]) -> Table:
        quoted = key if all(char.isalnum() or char in "-_" for char in key) else f'"{key}"'
        return Table(self._tree, self.file, values, f"{self._name}.{quoted}" if self._name else quoted)


def _leads_out(root: Path, plain: str) -> bool:
    if plain.startswith(("/", "../")) or plain == ".." or "\0" in plain or ":" in plain:
        return True
    return within(root, plain) is None  # a link may lead to what is nobody's business


def shortened(text: str) -> str:
    """Return the beginning of a text that somebody else may have made as long as they like."""
    return text if len(text) <= limits.SHORTENED else f"{text[: limits.SHORTENED]}…"
