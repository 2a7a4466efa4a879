"""Where the modules of a source tree are."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sphinxext.plugins.core import limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sphinxext.plugins.sources.tree import Tree


class Layout:
    """Finds modules by name, as an installed distribution would have them.

    :param modules: where single modules are, by name
    :param folders: where all others are; without any, they are where build tools look for them
    :param project: the name of the project, after which its module is named in most
    """

    def __init__(self, tree: Tree, modules: Mapping[str, str], folders: Sequence[str], project: str) -> None:
        self._tree = tree
        self.modules = dict(modules)
        self.folders = tuple(dict.fromkeys(folders)) or self._usual(project)

    def _usual(self, project: str) -> tuple[str, ...]:
        if not _has_modules(self._tree, "src", 2):
            return ("",)
        module = project.replace("-", "_")
        beside = {module, module.lower(), f"{module}.py", f"{module.lower()}.py"} & set(self._tree.names(""))
        # For Flit, Poetry and Hatch a module beside "src" comes first, which for setuptools is none.
        return ("src", "") if any(_is_module(self._tree, name) for name in beside) else ("src",)

    def file(self, module: str) -> str | None:
        """Return the file of a module or package, by its dotted name; None where there is none."""
        if len(module) > limits.LONGEST_FILE_NAME or not all(part.isidentifier() for part in module.split(".")):
            return None
        for path in self._paths(module):
            for file in (f"{path}/__init__.py", f"{path}.py"):
                if self._tree.has(file):
                    return file
        return None

    def _paths(self, module: str) -> list[str]:
        head, rest = module, ""
        while head:
            if head in self.modules:
                return [posixpath.join(self.modules[head].removesuffix(".py"), rest.replace(".", "/")).rstrip("/")]
            head, _, tail = head.rpartition(".")
            rest = f"{tail}.{rest}".rstrip(".")
        return [posixpath.join(folder, module.replace(".", "/")) for folder in self.folders]


def _is_module(tree: Tree, path: str) -> bool:
    return path.endswith(".py") or tree.has(f"{path}/__init__.py")


def _has_modules(tree: Tree, folder: str, depth: int) -> bool:
    """Tell whether a folder has modules in it, directly or in a folder below, as part of a namespace package."""
    names = tree.names(folder)
    if any(_is_module(tree, f"{folder}/{name}") for name in names):
        return True
    below = [name for name in names if name.isidentifier()] if depth else []
    return any(_has_modules(tree, f"{folder}/{name}", depth - 1) for name in below)
