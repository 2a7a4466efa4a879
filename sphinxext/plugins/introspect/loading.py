"""Where a namespace is looked up: the lines of installed code in which its name stands as a text. Nothing runs.

Not all code is read, which takes seconds, but that of who may look it up: of what declares its interface, of what has
its name, and of what registers plugins in it. Of 101 namespaces in the code of two environments, that finds 98.
"""

from __future__ import annotations

import ast
import re
from itertools import islice
from typing import TYPE_CHECKING

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.descriptions import Location
from sphinxext.plugins.core.structs import Struct
from sphinxext.plugins.core.text import clean_line, clean_name, cut
from sphinxext.plugins.introspect.excerpts import excerpt
from sphinxext.plugins.introspect.modules import UNREADABLE, Form, ModuleFinder, is_too_much

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from sphinxext.plugins.core.files import Files
    from sphinxext.plugins.core.model import Namespace, Plugin
    from sphinxext.plugins.introspect.excerpts import Excerpt
    from sphinxext.plugins.introspect.modules import ModuleFile
    from sphinxext.plugins.settings import Options

_NOT_SHIPPED = frozenset({"test", "tests", "testing", "__pycache__"})
"""The folders of code that loads nothing where it is installed."""


class Mention(Struct, frozen=True):
    """A line of code in which a text stands."""

    location: Location

    code: str
    """What stands in the line."""


class Code:
    """Finds the code that the page of a namespace shows.

    :param finders: what finds modules, by the name of their source
    :param namespaces: the plugins that are registered in each
    :param locate: finds the file of a location that a plugin tells
    """

    def __init__(
        self,
        finders: Mapping[str, ModuleFinder],
        files: Files,
        namespaces: Mapping[str, Sequence[Plugin]],
        locate: Callable[[Location, Plugin], Path | None],
        options: Options,
    ) -> None:
        first = next(iter(finders.values()), None)  # which looks into the others' folders, too
        self._mentions = Mentions(first or ModuleFinder({}, ()), namespaces)
        self._files = files
        self._locate = locate
        self._options = options

    def mentions(self, namespace: Namespace) -> list[Mention]:
        """Return the lines in which the name of a namespace stands, so that they may look it up."""
        return self._mentions.of(namespace.name, namespace.interface.target if namespace.interface else None)

    def examples(self, namespace: Namespace) -> list[Plugin]:
        """Return the plugins of the name that the settings give as an example; there may be two of one name."""
        name = self._options.of_namespace(namespace.name).example
        return [plugin for plugin in namespace.plugins if name is not None and plugin.name == clean_name(name)]

    def excerpt(self, plugin: Plugin) -> Excerpt | None:
        """Return the source of a plugin; None where it is not found."""
        if plugin.location is None or (path := self._locate(plugin.location, plugin)) is None:
            return None
        return excerpt(path, plugin.location.line, self._files)

    def shown(self, namespace: Namespace, parts: Collection[str]) -> list[object]:
        """Return all of it that a page shows in some parts."""
        examples = self.examples(namespace) if "example" in parts else ()
        return [self.mentions(namespace) if "loading" in parts else None, *map(self.excerpt, examples)]


class Mentions:
    """Finds the names of namespaces in code; a package is searched for all of them in one go.

    :param namespaces: the plugins that are registered in each
    """

    def __init__(self, finder: ModuleFinder, namespaces: Mapping[str, Sequence[Plugin]]) -> None:
        self._finder = finder
        self._namespaces = namespaces
        names = sorted((name.encode("utf-8", "replace") for name in namespaces), key=len, reverse=True)
        self._quoted = re.compile(rb"[\"'](%b)[\"']" % b"|".join(map(re.escape, names)))
        self._registering: dict[str, set[str]] = {}
        for plugin in (each for plugins in namespaces.values() for each in plugins if each.distribution):
            owner = _normal(plugin.distribution.name if plugin.distribution else "")
            self._registering.setdefault(owner, set()).add(plugin.module)
        self._found: dict[str, dict[str, list[Mention]]] = {}

    def of(self, name: str, interface: str | None = None) -> list[Mention]:
        """Return the lines in which the name of a namespace stands, sorted by their places.

        :param interface: the object reference of what its plugins implement
        """
        packages = dict.fromkeys(filter(None, map(self._package, self._modules(name, interface))))
        searched = islice(packages, limits.MOST_SEARCHED)
        found = {_place(each): each for package in searched for each in self._in_package(package).get(name, ())}
        return [found[place] for place in sorted(found)]

    def _modules(self, name: str, interface: str | None) -> Iterator[str]:
        """Return modules of the packages that may look a namespace up."""
        if interface:
            yield interface.partition(":")[0]
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            start = parts[:end]
            yield ".".join(start)
            yield "_".join(start).replace("-", "_")
            yield from sorted(self._registering.get(_normal("-".join(start)), ()))
        yield from sorted({plugin.module for plugin in self._namespaces.get(name, ())})

    def _package(self, module: str) -> str | None:
        """Return the package that a module is in, or the module; of namespace packages as much as it names.

        It is None where there is none.
        """
        parts, package = module.split("."), None
        for end in range(1, min(len(parts), limits.DEEPEST_NAME) + 1):
            found = self._finder.find(".".join(parts[:end]))
            package = package if found is None else ".".join(parts[:end])
            if found is None or found.form is not Form.NAMESPACE:
                break
        return package

    def _in_package(self, package: str) -> dict[str, list[Mention]]:
        """Return the lines of a package, by the names that stand in them."""
        if package not in self._found:
            lines = self._found[package] = dict[str, list[Mention]]()
            for relative, file in _files(package, self._finder):
                for name, mention in self._in_file(relative, file):
                    lines.setdefault(name, []).append(mention)
        return self._found[package]

    def _in_file(self, relative: str, file: ModuleFile) -> Iterator[tuple[str, Mention]]:
        """Find the names in a file, which is only taken apart where one seems to stand in it."""
        assert file.path is not None
        try:
            content = file.files.read(file.path, limits.LARGEST_SOURCE)
            if not (names := set(self._quoted.findall(content))):
                return
            text = file.read()
            tree = decoding.python("" if is_too_much(text) else text)
        except (*UNREADABLE, ValueError):
            return
        lines = text.splitlines()
        for name, line in _texts(tree):
            if name.encode("utf-8", "replace") in names:
                code = cut(clean_line("".join(lines[line - 1 : line])), limits.LONGEST_MENTION)
                yield name, Mention(location=Location(file=relative, line=line), code=code)


def _normal(distribution: str) -> str:
    """Normalise the name of a distribution (:pep:`503`)."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _place(mention: Mention) -> tuple[str, int]:
    return mention.location.file, mention.location.line


def _files(package: str, finder: ModuleFinder) -> Iterator[tuple[str, ModuleFile]]:
    """Return the source files of a package, or of a module that is none, with their paths below its parent folder."""
    found = finder.find(package)
    if found is None or not found.folders:
        relative = finder.relative(package)
        if found is not None and relative is not None:
            yield relative, found
        return
    waiting = [(package.replace(".", "/"), folder) for folder in found.folders]
    for above, folder in waiting:
        for name in sorted(found.files.names(folder)):
            if name.endswith(".py") and name != "setup.py":
                yield f"{above}/{name}", found._replace(path=folder / name)
            elif "." not in name and name not in _NOT_SHIPPED and len(waiting) < limits.MOST_PACKAGE_FOLDERS:
                waiting.append((f"{above}/{name}", folder / name))


def _texts(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Return the texts in a module but for docstrings and names of loggers, with their lines."""
    others: set[int] = set()
    for node in ast.walk(tree):  # what something is in comes before it
        match node:
            case ast.Expr(value=stated):
                others.add(id(stated))
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called), args=[first, *_]):
                others |= {id(first)} if called.lower().replace("_", "") == "getlogger" else set()
            case ast.Constant(value=str() as text) if id(node) not in others:
                yield text, node.lineno
