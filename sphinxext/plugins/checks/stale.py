"""What is installed, and older than its tree in the checkout.

Only what is certain is said: a tree that does not tell in the open what it registers is compared with nothing.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from packaging.version import InvalidVersion, Version

from sphinxext.plugins.checks.checkout import own_files
from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.files import Disk, holds, read
from sphinxext.plugins.core.model import Location, Problem, ProblemKind
from sphinxext.plugins.core.structs import Json
from sphinxext.plugins.core.text import cut
from sphinxext.plugins.core.typos import place_in_toml
from sphinxext.plugins.sources import Installed
from sphinxext.plugins.sources.installed import recorded
from sphinxext.plugins.sources.metadata import called, folder_of, own_file
from sphinxext.plugins.sources.registered import described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from sphinxext.plugins.checks import Check
    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.sources.project import Project
    from sphinxext.plugins.sources.registered import Registered

_AGAIN = "install it again"


def stale(check: Check) -> Iterator[Problem]:
    """Yield how distributions that are installed differ from their projects in the checkout."""
    found = check.assembler.sources.distributions
    for name, project in check.checkout.projects.items():
        source, installed = found.get(name, (None, None))
        if installed is not None and isinstance(source, Installed):
            yield from _entry_points(check, project, installed)
            copy = _copy(source, name, project)
            if copy is not None:
                yield from _version(copy, name)
            if copy is not None and not copy.is_editable:
                yield from _modules(check, copy, name)


def _entry_points(check: Check, project: Project, installed: Registered) -> Iterator[Problem]:
    """Say which entry points only one of both has."""
    [declared] = project.registered()
    if project.problems or project.is_left_behind or declared.problems or installed.problems:
        return
    trees, installs = ({_key(plugin): plugin for plugin in each.plugins} for each in (declared, installed))
    for key in trees.keys() - installs.keys():
        yield _problem(check, trees[key], "is declared here, and not registered by what is installed of {}")
    names = {each.identity for each in trees.values()}
    for key in installs.keys() - trees.keys():
        if installs[key].identity not in names:
            yield _problem(check, installs[key], "is registered by what is installed of {}, and no more declared here")


def _key(plugin: Plugin) -> tuple[str, str, str]:
    return plugin.namespace, plugin.name, plugin.target


def _problem(check: Check, plugin: Plugin, message: str) -> Problem:
    name = plugin.distribution.name if plugin.distribution else ""
    return Problem(
        kind=ProblemKind.SOURCE,
        message=f"{plugin.identity} ({plugin.target}) {message.format(name)}",
        remedy=_AGAIN,
        location=check.checkout.registered(plugin),
    )


class _Copy(NamedTuple):
    """What is installed from the folder of a project, as pip noted (:pep:`610`)."""

    project: Project
    root: Path
    is_editable: bool
    version: str | None

    files: set[str]
    """Its modules where they are installed, by their paths below the folder that they are imported from."""


def _copy(source: Installed, name: str, project: Project) -> _Copy | None:
    """Return what is installed from the folder of a project; None where it is from elsewhere."""
    [root] = project.places(lambda _: True)
    for found in source.distributions():
        if called(found) == name:
            try:
                noted = decoding.json(own_file(found, "direct_url.json") or b"null", Json)
            except (OSError, ValueError):
                return None
            match noted:
                case {"url": str(url), "dir_info": dict(info)} if url == root.as_uri():
                    folder = os.path.join(os.path.realpath(folder_of(found).parent), "")  # noqa: PTH118  # as recorded
                    inside = (
                        file for file in recorded(found) or () if file.endswith(".py") and file.startswith(folder)
                    )
                    files = {file.removeprefix(folder).replace(os.sep, "/") for file in inside}
                    return _Copy(project, root, bool(info.get("editable")), described(found, "").version, files)
    return None


def _version(copy: _Copy, name: str) -> Iterator[Problem]:
    """Say that a folder has another version than what is installed from it."""
    own, there = copy.project.version, copy.version
    with contextlib.suppress(InvalidVersion):
        if own and there and Version(own) != Version(there):
            yield Problem(
                kind=ProblemKind.SOURCE,
                message=f"what is installed of {name} was made from this folder as {there}, and here it is {own}",
                remedy=_AGAIN,
                location=place_in_toml(copy.root / "pyproject.toml", "project", "version"),
            )


def _modules(check: Check, copy: _Copy, name: str) -> Iterator[Problem]:
    """Say that the modules of a distribution are not what they are in the tree that they were copied from."""
    files = copy.files
    own = {file: originals[0] for file in files if (originals := own_files(copy.project, file))}
    differing: dict[str, Location | None] = {}
    gone: dict[str, Location | None] = {}
    for plugin in (each for namespace in check.namespaces for each in namespace.plugins):
        if plugin.location is None or check.checkout.project(plugin) is not copy.project:
            continue
        file = plugin.location.file
        there = check.assembler.locate(plugin.location, plugin)
        if there is not None and file in own and _differ(own[file], there):
            differing.setdefault(file, Location(file=str(own[file]), line=1))
        elif there is not None and file in files - own.keys() and own and copy.project.is_copied:
            gone.setdefault(file, check.checkout.registered(plugin))
    added = _added(files, own) if copy.project.is_copied else {}
    is_ignored = _ignored(copy.root)
    for what, found in (("differs from it in", differing), ("has, other than it,", gone), ("lacks its", added)):
        kept = {file: place for file, place in found.items() if what.startswith("differs") or not is_ignored(file)}
        if kept:
            listed = cut(", ".join(sorted(kept)), limits.LONGEST_MESSAGE, f"… ({len(kept)} in all)")
            message = f"what is installed of {name} is a copy of this folder, and {what} {listed}"
            yield Problem(kind=ProblemKind.SOURCE, message=message, remedy=_AGAIN, location=kept[min(kept)])


def _added(files: set[str], own: Mapping[str, Path]) -> dict[str, Location | None]:
    """Return the modules that packages have in the tree, and not where they are installed; not those of tests."""
    added: dict[str, Location | None] = {}
    for file, path in own.items():
        package, _, name = file.rpartition("/")
        for each in Disk().names(path.parent) if package and name == "__init__.py" else ():
            if _MODULE.fullmatch(each) and not _TEST.fullmatch(each) and f"{package}/{each}" not in files:
                added[f"{package}/{each}"] = Location(file=str(path.parent / each), line=1)
    return added


_MODULE = re.compile(r"[^\W\d]\w*\.py")
_TEST = re.compile(r"(test_.*|.*_test|tests?|conftest)\.py")


def _ignored(root: Path) -> Callable[[str], bool]:
    """Return what tells whether git ignores a file by its name, or that of a folder, for then it is generated."""
    try:
        lines = read(root / ".gitignore", limits.LARGEST_DECLARED).decode("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    globs = [line.strip().rstrip("/").rpartition("/")[2] for line in lines if line.strip(" /*")]
    return lambda file: any(fnmatch.fnmatchcase(part, glob) for part in file.split("/") for glob in globs)


def _differ(own: Path, copied: Path) -> bool:
    try:
        return not holds(own, read(copied))
    except OSError:
        return False
