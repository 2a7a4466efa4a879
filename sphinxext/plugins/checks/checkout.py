"""The checkout that documentation is built from: the projects in it, and the lines that problems are placed at.

Who mends something does it there, and not in what is installed of it.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.files import Disk, exists, holds, read, resolved
from sphinxext.plugins.core.model import ENTRY_POINT, Location
from sphinxext.plugins.core.trust import repository
from sphinxext.plugins.core.typos import PythonFile, lines_of_toml
from sphinxext.plugins.sources.declared import CONSOLE, GUI
from sphinxext.plugins.sources.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinxext.plugins.catalog import Assembler
    from sphinxext.plugins.core.model import Plugin, Problem
    from sphinxext.plugins.settings import Options

_DECLARING = ("pyproject.toml", "setup.cfg", "setup.py")
_INSTALLED = {"site-packages", "dist-packages"}
_BUILT = re.compile(r"\..*|__pycache__|node_modules|_?build|dist")


class Checkout:
    """The checkout that a folder is in, be it under version control or not."""

    def __init__(self, folder: Path) -> None:
        self.root = repository(folder)

    @cached_property
    def projects(self) -> dict[str, Project]:
        """The projects in it, by their normalised names; of two with one name, that which is nearest to the root."""
        found: dict[str, Project] = {}
        for folder in sorted(self._folders(), key=lambda each: (len(each.parts), each)):
            if any(exists(folder / file) for file in _DECLARING):
                project = Project(folder, Disk())
                for registered in project.registered():
                    found.setdefault(registered.name, project)
        return found

    def _folders(self) -> Iterator[Path]:
        """Yield the folders that may be those of projects: none of what is installed, hidden or built."""
        count = 0
        for name, below, files in os.walk(self.root):
            folder, count = Path(name), count + 1
            deep = len(folder.relative_to(self.root).parts)
            is_environment = "pyvenv.cfg" in files
            if is_environment or deep > limits.DEEPEST_REPOSITORY_FOLDER or count > limits.MOST_REPOSITORY_FOLDERS:
                below.clear()
            below[:] = sorted(each for each in below if not _BUILT.fullmatch(each) and each not in _INSTALLED)
            if not is_environment:
                yield folder

    def project(self, plugin: Plugin) -> Project | None:
        """Return the project that registers a plugin; None where that is not in the checkout."""
        return self.projects.get(canonicalize_name(plugin.distribution.name)) if plugin.distribution else None

    def inside(self, path: Path, line: int) -> Location | None:
        """Return a place in the checkout, relative to its root; None for a place outside, and what is installed."""
        real = resolved(path)
        if real is None or not real.is_relative_to(self.root):
            return None
        file = real.relative_to(self.root)
        above = (self.root / folder / "pyvenv.cfg" for folder in file.parents)
        is_installed = not _INSTALLED.isdisjoint(file.parts) or any(map(exists, above))
        legible = file.as_posix().encode("utf-8", "backslashreplace").decode()
        return None if is_installed else Location(file=legible, line=line)

    def copied(self, plugin: Plugin, location: Location, path: Path) -> Location | None:
        """Return the place in the checkout that a place in something installed is a copy of, if it still is."""
        project = self.project(plugin)
        folders = project.roots()[1] if project else ()
        for folder in folders:
            if (file := folder / location.file).is_file() and holds(file, read(path)):
                return self.inside(file, location.line)
        return None

    def declared(self, plugin: Plugin) -> Location | None:
        """Return the line that registers a plugin, in the file of its project that does."""
        project = self.project(plugin)
        if project is None or plugin.origin != ENTRY_POINT:
            return None
        [root] = project.places(lambda _: True)
        found = [
            (best, file) for file in _DECLARING if exists(root / file) and (best := _declaration(root / file, plugin))
        ]
        # Of the file that has most of it: namespace and name, or one of these.
        (_, line), file = max(found, key=lambda each: each[0][0], default=((0, 1), _DECLARING[0]))
        return self.inside(root / file, line)


def _declaration(file: Path, plugin: Plugin) -> tuple[int, int] | None:
    """Return how much of the registration of a plugin a file has, and the line; None where it has nothing of it."""
    best: tuple[int, int] | None = None
    try:
        for score, line in (_in_toml if file.suffix == ".toml" else _in_text)(file, plugin):
            if score > (best[0] if best else 0):
                best = score, line
    except OSError:
        return None
    return best


def _in_toml(file: Path, plugin: Plugin) -> Iterator[tuple[int, int]]:
    table = {CONSOLE: "scripts", GUI: "gui-scripts"}.get(plugin.namespace, plugin.namespace)
    for keys, line in lines_of_toml(file).items():
        yield 3 if keys[-2:] == (table, plugin.name) else int(keys[-1:] == (table,)), line


def _in_text(file: Path, plugin: Plugin) -> Iterator[tuple[int, int]]:
    name, module, group = map(re.escape, (plugin.name, plugin.module, plugin.namespace))
    entry = re.compile(rf"(?<![\w.-]){name}[\"']?\s*[=:]\s*[\"']?{module}(?![\w.])")
    namespace = re.compile(rf"(?<![\w.-]){group}(?![\w.-])")
    is_below = False
    for number, line in enumerate(read(file).decode("utf-8", "replace").splitlines(), start=1):
        is_below = is_below or namespace.search(line) is not None
        yield 2 + is_below if entry.search(line) else int(namespace.search(line) is not None), number


class Places:
    """Tells where in a checkout something is to be mended."""

    def __init__(self, checkout: Checkout, assembler: Assembler, options: Options, conf: Path | None) -> None:
        self.checkout = checkout
        self._assembler = assembler
        self._options = options
        self._conf = conf
        self._settings = PythonFile(conf) if conf is not None else None

    def place(self, problem: Problem) -> Location | None:
        """Return the place of a problem, relative to the root of the checkout; None where nothing there has one.

        What has no line of its own is placed at the line that registers the plugin; what is not of the checkout, at
        that in conf.py which has to do with its namespace.
        """
        path, location = self._assembler.place(problem), problem.location
        plugin = self._plugin(problem.plugin) if problem.plugin else None
        if path is not None and location is not None:
            if (inside := self.checkout.inside(path, location.line)) is not None:
                return inside
            if plugin and (copied := self.checkout.copied(plugin, location, path)):
                return copied
        return (plugin and self.checkout.declared(plugin)) or self._in_settings(problem)

    @property
    def otherwise(self) -> Location | None:
        """The beginning of conf.py, or else of the first file that declares a project; None where there is neither."""
        declaring = (self.checkout.root / file for file in _DECLARING)
        files = (file for file in (self._conf, *declaring) if file is not None and exists(file))
        return next(filter(None, (self.checkout.inside(file, 1) for file in files)), None)

    def _plugin(self, identity: str) -> Plugin | None:
        registered = self._assembler.registered(identity.partition(":")[0])
        return next((each for each in registered if each.identity == identity), None)

    def _in_settings(self, problem: Problem) -> Location | None:
        if self._settings is None or self._conf is None:
            return None
        if problem.plugin is None:
            found = self._settings.place("plugins_sources")
        else:
            namespace = problem.plugin.partition(":")[0]
            if namespace in self._options.registries:
                found = self._settings.place("plugins_registries", namespace)
            else:
                keys = self._options.keys_of(namespace)[-1:]
                found = self._settings.place("plugins_namespaces", *keys) if keys else None
        return self.checkout.inside(self._conf, found.line) if found else None
