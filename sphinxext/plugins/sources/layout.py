"""Where the modules of a source tree are, and what a declaration says stands in them or in other files."""

from __future__ import annotations

import ast
import posixpath
import re
from importlib.util import resolve_name
from typing import TYPE_CHECKING, assert_never

from packaging.version import Version

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.literals import Literals
from sphinxext.plugins.sources.declared import Attribute, Match, Reference, Summary, Text

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

    def find(self, header: str, reference: Reference, by: str) -> list[str]:
        """Find the values of a header that stand elsewhere; none where they are not written down.

        :param by: the file that refers to them
        """
        match reference:
            case Attribute(path):
                module, _, name = path.strip().rpartition(".")
                value = self._attribute(module or "__init__", name, 5)
            case Text(files):
                value = "\n".join(filter(None, (self._tree.named(file, by) for file in files)))
            case Match(file, own):
                assigned = None if own else _ASSIGNED.search(self._tree.named(file, by) or "")
                value = assigned and assigned["version"]
            case Summary(module):
                body = self._body(module)
                value = ((body and ast.get_docstring(body)) or "").lstrip().partition("\n")[0]
            case _:
                assert_never(reference)
        if not value or (header == "Version" and not _is_version(value)):
            return []
        return value.split("\n") if header == "Classifier" else [value]

    def _body(self, module: str) -> ast.Module | None:
        file = self.file(module)
        source = None if file is None else self._tree.named(file, file)
        try:
            return None if source is None else decoding.python(source.encode())
        except ValueError:
            return None  # a module that cannot be read is a problem where it is looked at

    def _attribute(self, module: str, name: str, further: int) -> str | None:
        """Find the text that is assigned to a name, or the parts of a version, also where it is imported from.

        :param further: through how many modules
        """
        body = self._body(module)
        for statement in body.body if body is not None else ():
            match statement:
                case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value) if name in _bound(statement):
                    worth = Literals().worth(value)
                    parts = worth if isinstance(worth, tuple | list) else [worth]
                    return ".".join(map(str, parts)) if all(isinstance(part, str | int) for part in parts) else None
                case ast.ImportFrom(module=source, names=aliases, level=level) if further:
                    for alias in (alias for alias in aliases if (alias.asname or alias.name) == name):
                        return self._attribute(self._absolute(module, source, level), alias.name, further - 1)
        return None

    def _absolute(self, module: str, source: str | None, level: int) -> str:
        """Return the name of a module that a module imports from, perhaps by a relative name."""
        is_package = (self.file(module) or "").endswith("/__init__.py")
        try:
            return resolve_name("." * level + (source or ""), module if is_package else module.rpartition(".")[0])
        except ImportError:
            return ""


def _is_module(tree: Tree, path: str) -> bool:
    return path.endswith(".py") or tree.has(f"{path}/__init__.py")


def _has_modules(tree: Tree, folder: str, depth: int) -> bool:
    """Return whether a folder has modules in it, directly or in a folder below, as part of a namespace package."""
    names = tree.names(folder)
    if any(_is_module(tree, f"{folder}/{name}") for name in names):
        return True
    below = [name for name in names if name.isidentifier()] if depth else []
    return any(_has_modules(tree, f"{folder}/{name}", depth - 1) for name in below)


def _is_version(value: str) -> bool:
    try:
        Version(value)
    except ValueError:  # also of numbers of thousands of digits
        return False
    return True


def _bound(statement: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return {target.id for target in targets if isinstance(target, ast.Name)}


_ASSIGNED = re.compile(
    r"^(?:__version__|version)\s*(?::\s*\w+\s*)?=\s*([\"'])v?(?P<version>[^\"'\n]+)\1", re.IGNORECASE | re.MULTILINE
)
