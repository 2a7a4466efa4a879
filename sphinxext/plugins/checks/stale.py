"""What is installed, and older than its tree in the checkout.

Only what is certain is said: a tree that does not tell in the open what it registers is compared with nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.files import holds, is_file, read
from sphinxext.plugins.core.model import Location, Problem, ProblemKind
from sphinxext.plugins.core.structs import Json
from sphinxext.plugins.core.text import cut
from sphinxext.plugins.sources import Installed
from sphinxext.plugins.sources.metadata import called, own_file

if TYPE_CHECKING:
    from collections.abc import Iterator
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
            if _is_copy(source, name, project):
                yield from _modules(check, project, name)


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


def _is_copy(source: Installed, name: str, project: Project) -> bool:
    """Whether a distribution was copied from the folder of a project, by what pip noted (PEP 610)."""
    [root] = project.places(lambda _: True)
    for found in source.distributions():
        if called(found) == name:
            try:
                noted = decoding.json(own_file(found, "direct_url.json") or b"null", Json)
            except (OSError, ValueError):
                return False
            match noted:
                case {"url": str(url), "dir_info": dict(info)}:
                    return url == root.as_uri() and not info.get("editable")
    return False


def _modules(check: Check, project: Project, name: str) -> Iterator[Problem]:
    """Say that the modules of plugins are not what they are in the tree that they were copied from."""
    differing: dict[str, Path] = {}
    for plugin in (each for namespace in check.namespaces for each in namespace.plugins):
        if plugin.location is None or check.checkout.project(plugin) is not project:
            continue
        file = plugin.location.file
        there = check.assembler.locate(plugin.location, plugin)
        own = next((each for folder in project.roots()[1] if is_file(each := folder / file)), None)
        if there is not None and own is not None and _differ(own, there):
            differing.setdefault(file, own)
    if differing:
        listed = cut(", ".join(sorted(differing)), limits.LONGEST_MESSAGE, f"… ({len(differing)} in all)")
        first = differing[min(differing)]
        yield Problem(
            kind=ProblemKind.SOURCE,
            message=f"what is installed of {name} is a copy of this folder, and differs from it in {listed}",
            remedy=_AGAIN,
            location=Location(file=str(first), line=1),
        )


def _differ(own: Path, copied: Path) -> bool:
    try:
        return not holds(own, read(copied))
    except OSError:
        return False
