"""A source tree that is not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext.plugins.model import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import importlib_metadata

    from sphinxext.plugins.files import Files
    from sphinxext.plugins.sources.registered import Registered


class Project:
    """A source tree that is not installed, which is not read yet."""

    path: tuple[str, ...] = ()
    introspected = False

    def __init__(self, root: Path, files: Files, name: str = "") -> None:
        self._root = root
        self._files = files
        self.name = name
        self.problems = [
            Problem(kind=ProblemKind.SOURCE, message=f"the source {name} cannot be read yet", remedy="install it")
        ]

    def distribution(self) -> importlib_metadata.Distribution | None:
        """Give nothing."""
        return None

    def registered(self) -> Iterator[Registered]:
        """Give nothing."""
        return iter(())

    def roots(self) -> tuple[dict[str, Path], tuple[Path, ...]]:
        """Give nothing."""
        return {}, ()

    def state(self) -> str:
        """Give nothing."""
        return ""
