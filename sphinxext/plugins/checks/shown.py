"""Extension points of a project that none of its pages shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from sphinxext.plugins.core.files import exists, resolved
from sphinxext.plugins.core.model import ENTRY_POINT, Namespace, Problem, ProblemKind
from sphinxext.plugins.sources.declared import CONSOLE, GUI

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sphinxext.plugins.checks import Check
    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.sources.project import Project


_TESTS = frozenset({"test", "tests", "testing"})
"""What namespaces have in their names that are for the tests of a project alone."""


def namespace(check: Check) -> list[Problem]:
    """Find namespaces of the project's own distributions that no page shows.

    What users can extend, and nobody tells them of, is not extended. A namespace counts as the project's own if it
    registers plugins in it, and its name begins like an import package of the project, or the code of that loads it,
    or ``plugins_namespaces`` says what it is for. Others are extension points of other projects, as
    ``console_scripts`` is. The command looks only at documentation that uses this extension, or stevedore's.

    :Mend: Add the directive ``plugin-catalog`` or ``plugin-namespace`` for it to a page. Where it is for nobody else,
        ignore the rule.
    """
    assembler, projects = check.assembler, _projects(check)
    names = [each.name for each in check.namespaces] if check.partial else assembler.names
    of = {name: assembler.registered(name) for name in names if name not in {CONSOLE, GUI}}
    own = {name: [each for each in plugins if _owner(each) in projects] for name, plugins in of.items()}
    # Of the first distribution, so that another plugin of it changes nothing.
    firsts = {name: min(plugins, key=lambda each: _owner(each) or "") for name, plugins in own.items() if plugins}
    found = {name: plugin for name, plugin in firsts.items() if _TESTS.isdisjoint(name.split("."))}
    documented = check.documented if found else None
    if documented is None:
        return []
    hidden = {name: plugin for name, plugin in found.items() if name not in documented}
    packages = set(_packages(check, projects)) if hidden else set()
    return [_problem(check, name, plugin) for name, plugin in hidden.items() if _is_own(check, name, packages)]


def _projects(check: Check) -> dict[str, Project]:
    """Return the projects that the documentation is of: the one that it is in, or else those that are nearest to it."""
    checkout = check.checkout
    folders = {name: project.places(lambda _: True) for name, project in checkout.projects.items()}
    found = {name: resolved(root) for name, [root] in folders.items()}
    place = resolved(check.conf.parent if check.conf else Path.cwd()) or checkout.root
    for above in (place, *place.parents):
        inside = {name for name, root in found.items() if root and root.is_relative_to(above)}
        just_there = {name for name in inside if found[name] == above}
        if inside or above == checkout.root:
            return {name: checkout.projects[name] for name in just_there or inside}
    return {}


def _owner(plugin: Plugin) -> str | None:
    return canonicalize_name(plugin.distribution.name) if plugin.distribution else None


def _packages(check: Check, projects: Mapping[str, Project]) -> Iterator[str]:
    """Yield the names of the project's distributions, and of the packages that they register plugins from."""
    for name in check.assembler.names:
        for plugin in check.assembler.registered(name):
            project = projects.get(_owner(plugin) or "")
            if project and plugin.origin == ENTRY_POINT:
                yield (_owner(plugin) or "").replace("-", ".")
                first, *rest = plugin.module.split(".")
                # That of a namespace package is others', too.
                folders = [folder / first for folder in project.roots()[1] if exists(folder / first)]
                is_shared = rest and folders and not any(exists(folder / "__init__.py") for folder in folders)
                yield f"{first}.{rest[0]}" if is_shared else first


def _is_own(check: Check, name: str, packages: set[str]) -> bool:
    """Whether a namespace is an extension point of the project, and not of another that it extends."""
    dotted = _dotted(name)
    if any(f"{dotted}.".startswith(f"{_dotted(package)}.") for package in packages):
        return True
    if check.options.of_namespace(name).is_extension_point:
        return True
    files = (each.location.file for each in check.assembler.code.mentions(Namespace(name=name)))
    modules = [f"{file.removesuffix('.py').replace('/', '.')}." for file in files]
    return any(module.startswith(f"{package}.") for module in modules for package in packages)


def _dotted(name: str) -> str:
    return re.sub(r"[-_.:/]+", ".", name).lower()


def _problem(check: Check, name: str, plugin: Plugin) -> Problem:
    """Say so where a plugin is registered in it."""
    owner = plugin.distribution.name if plugin.distribution else "the project"
    return Problem(
        kind=ProblemKind.NAMESPACE,
        message=f"no page shows the namespace {name}, in which {owner} registers plugins",
        remedy=f"show it on one, '.. plugin-catalog:: {name}', or say what it is for with plugin-namespace",
        location=check.checkout.registered(plugin),
    )
