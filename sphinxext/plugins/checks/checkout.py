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
from sphinxext.plugins.core.files import Disk, exists, holds, is_file, read, resolved
from sphinxext.plugins.core.model import ENTRY_POINT, Location
from sphinxext.plugins.core.trust import repository
from sphinxext.plugins.core.typos import PythonFile, lines_of_toml
from sphinxext.plugins.sources.declared import CONSOLE, GUI
from sphinxext.plugins.sources.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinxext.plugins.catalog import Assembler
    from sphinxext.plugins.core.model import Plugin, Problem
    from sphinxext.plugins.settings import Options

_DECLARING = ("pyproject.toml", "setup.cfg", "setup.py")
_ENTRY_POINTS = "entry_points.txt"
"""The file that flit reads, beside the former."""

_INSTALLED = {"site-packages", "dist-packages"}
_BUILT = re.compile(r"\..*|__pycache__|node_modules|_?build|dist")


class Checkout:
    """The checkout that a folder is in, be it under version control or not."""

    def __init__(self, folder: Path) -> None:
        self.root = repository(folder)
        self._read: dict[Path, tuple[list[str], dict[tuple[str, ...], int]]] = {}

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
        for count, (name, below, files) in enumerate(os.walk(self.root)):
            folder = Path(name)
            deep = len(folder.relative_to(self.root).parts)
            is_environment = "pyvenv.cfg" in files and deep > 0  # at the root, the projects stand beside its folders
            if is_environment or deep == limits.DEEPEST_REPOSITORY_FOLDER:
                below.clear()
            below[:] = sorted(each for each in below if not _BUILT.fullmatch(each) and each not in _INSTALLED)
            if not is_environment:
                yield folder
            if count == limits.MOST_REPOSITORY_FOLDERS:
                return

    def project(self, plugin: Plugin) -> Project | None:
        """Return the project that registers a plugin; None where that is not in the checkout."""
        return self.projects.get(canonicalize_name(plugin.distribution.name)) if plugin.distribution else None

    def inside(self, path: Path, line: int) -> Location | None:
        """Return a place in the checkout, relative to its root; None for a place outside, and what is installed."""
        real = resolved(path)
        if real is None or not real.is_relative_to(self.root):
            return None
        file = real.relative_to(self.root)
        above = (self.root / folder / "pyvenv.cfg" for folder in file.parents[:-1])
        if not _INSTALLED.isdisjoint(file.parts) or any(map(exists, above)):
            return None
        return Location(file=file.as_posix().encode("utf-8", "backslashreplace").decode(), line=line)

    def copied(self, plugin: Plugin, location: Location, path: Path) -> Location | None:
        """Return the place in the checkout that a place in something installed is a copy of, if it still is."""
        project = self.project(plugin)
        if project is None:
            return None
        try:
            content = read(path)
        except OSError:
            return None
        originals = (each for each in own_files(project, location.file) if holds(each, content))
        found = (self.inside(each, location.line) for each in originals)
        return next(filter(None, found), None)

    def declared(self, plugin: Plugin) -> Location | None:
        """Return the line that registers a plugin, in the file of its project that does.

        Where none is found, as that may be computed, it is the beginning of the first file that declares the project.
        """
        project = self.project(plugin)
        if project is None or plugin.origin != ENTRY_POINT:
            return None
        [root] = project.places(lambda _: True)
        files = [file for each in (*_DECLARING, _ENTRY_POINTS) if exists(file := root / each)]
        # Of the file that has most of it: namespace and name, or one of these.
        found = [(max(self._lines(file, plugin), default=(0, -1)), file) for file in files]
        if not found:
            return None
        (_, line), file = max(found, key=lambda each: each[0][0])
        return self.inside(file, -line)

    def registered(self, plugin: Plugin) -> Location | None:
        """Return the same line, with its file named in full."""
        return self._in_full(self.declared(plugin))

    def described(self, plugin: Plugin) -> Location | None:
        """Return the file, in full, that the metadata of a plugin's distribution is written in.

        The line is that which registers the plugin, if it stands there.
        """
        project, place = self.project(plugin), self.declared(plugin)
        if project is not None:
            [root] = project.places(lambda _: True)
            file = root / project.file
            own = self.inside(file, 1) if exists(file) else None
            place = own if own and not (place and place.file == own.file) else place
        return self._in_full(place)

    def _in_full(self, place: Location | None) -> Location | None:
        return place and Location(file=str(self.root / place.file), line=place.line)

    def _lines(self, file: Path, plugin: Plugin) -> Iterator[tuple[int, int]]:
        """Yield how much of the registration of a plugin the lines of a file have, and their numbers below zero."""
        if file not in self._read:
            try:
                text = read(file, limits.LARGEST_DECLARED).decode("utf-8", "replace")
                self._read[file] = text.splitlines(), lines_of_toml(file) if file.suffix == ".toml" else {}
            except OSError:
                self._read[file] = [], {}
        lines, keyed = self._read[file]
        table = {CONSOLE: "scripts", GUI: "gui-scripts"}.get(plugin.namespace, plugin.namespace)
        for keys, number in keyed.items():
            if table in keys:
                yield 6 if keys[-2:] == (table, plugin.name) else 1, -number  # more than what is not read as TOML
        yield from _in_text(lines, plugin)


def own_files(project: Project, file: str) -> list[Path]:
    """Return the files in the tree of a project that a file of what is installed may be a copy of.

    :param file: its path below the folder that it is imported from
    """
    modules, folders = project.roots()
    name, _, below = file.partition("/")
    own = modules.get(name.removesuffix(".py"))
    originals = [*([own / below if below else own] if own else []), *(each / file for each in folders)]
    return [each for each in originals if is_file(each)]


def _in_text(lines: Iterable[str], plugin: Plugin) -> Iterator[tuple[int, int]]:
    name, group = map(re.escape, (plugin.name, plugin.namespace))
    module, *attribute = (re.escape(each.strip()) for each in plugin.target.split(":", 1))
    entry = re.compile(rf"(?<![\w.-]){name}[\"']?\s*[=:]\s*[\"']?{module}(?![\w.])(\s*:\s*{''.join(attribute)}(?!\w))?")
    namespace = re.compile(rf"(?<![\w.-]){group}(?![\w.-])")
    is_below = 0
    for number, line in enumerate(lines, start=1):
        is_below = is_below or int(namespace.search(line) is not None)
        found = entry.search(line)
        if found:
            yield 2 + 2 * (found[1] is not None) + is_below, -number
        elif namespace.search(line):
            yield 1, -number


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
        plugins = self._plugins(problem.plugin) if problem.plugin else []
        found: list[Location | None] = []
        if path is not None and location is not None:
            found.append(self.checkout.inside(path, location.line))
            found += [self.checkout.copied(each, location, path) for each in plugins]
        found += [self.checkout.declared(each) for each in plugins]
        return next(filter(None, found), None) or self._in_settings(problem)

    @property
    def otherwise(self) -> Location | None:
        """The beginning of conf.py, or else of the first file that declares a project; None where there is neither."""
        declaring = (self.checkout.root / file for file in _DECLARING)
        files = (file for file in (self._conf, *declaring) if file is not None and exists(file))
        return next(filter(None, (self.checkout.inside(file, 1) for file in files)), None)

    def _plugins(self, identity: str) -> list[Plugin]:
        registered = self._assembler.registered(identity.partition(":")[0])
        return [each for each in registered if each.identity == identity]

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
