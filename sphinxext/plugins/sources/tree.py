"""A source tree: its files, as far as they may be read, and what is wrong with them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.files import reason, within
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import clean_line

if TYPE_CHECKING:
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

    def again(self) -> Tree:
        """Return the same tree, to read what nobody is to be told of if it is wrong."""
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
        """Tell whether there is a file or folder."""
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

    def named(self, path: str, by: str) -> str | None:
        """Read a file of text that another one names, as :meth:`text` does."""
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


def _leads_out(root: Path, plain: str) -> bool:
    if plain.startswith(("/", "../")) or plain == ".." or "\0" in plain or ":" in plain:
        return True
    return within(root, plain) is None  # a link may lead to what is nobody's business


def shortened(text: str) -> str:
    """Return the beginning of a text that somebody else may have made as long as they like."""
    return text if len(text) <= limits.SHORTENED else f"{text[: limits.SHORTENED]}…"
