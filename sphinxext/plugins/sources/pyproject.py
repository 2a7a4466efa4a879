"""Reads ``pyproject.toml``: the table ``[project]``, and the tables of the tool that builds."""

from __future__ import annotations

import difflib
import fnmatch
import re
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.core import limits
from sphinxext.plugins.sources import toml, tools
from sphinxext.plugins.sources.declared import CONSOLE, GUI, Declared, Registrar
from sphinxext.plugins.sources.tree import INSTALL, shortened

if TYPE_CHECKING:
    from sphinxext.plugins.sources.declared import EntryPoint
    from sphinxext.plugins.sources.toml import Table
    from sphinxext.plugins.sources.tree import Tree

FILE = "pyproject.toml"

_FIELDS = {
    "name": ("Name",),
    "version": ("Version",),
    "description": ("Summary",),
    "requires-python": ("Requires-Python",),
    "license": ("License", "License-Expression"),
    "authors": ("Author", "Author-email"),
    "maintainers": ("Maintainer", "Maintainer-email"),
    "keywords": ("Keywords",),
    "classifiers": ("Classifier",),
    "urls": ("Project-URL", "Home-page", "Download-URL"),
}
"""The headers of each key of ``[project]``."""

_SCRIPTS = {"scripts": CONSOLE, "gui-scripts": GUI}


class Pyproject(NamedTuple):
    """What a ``pyproject.toml`` tells."""

    project: Declared | None
    """The table ``[project]``, if there is one."""

    tool: Declared
    """The tables of the tool that builds."""

    dynamic: frozenset[str]
    """The headers and the namespaces that ``[project]`` leaves to others; "" stands for all but those of scripts."""

    setuptools: bool
    """Whether setuptools builds, which reads other files as well."""

    pbr: bool
    """Whether pbr does, with its help."""


def read(tree: Tree) -> Pyproject:
    """Read what there is; without the file, it declares nothing."""
    content = toml.read(tree, FILE)
    build = content.table("build-system")
    backend = build.text("build-backend") or ""
    project = content.table("project")
    tool = tools.read(tree, content.table("tool"), backend, project)
    keys = project.texts("dynamic")
    dynamic = {header for key in keys for header in _FIELDS.get(key, ())}
    dynamic |= {_SCRIPTS.get(key, "") for key in keys if key in {*_SCRIPTS, "entry-points"}}
    _note_misplaced(tree, content, backend)
    return Pyproject(
        project=_project(tree, project) if content.is_table("project") else None,
        tool=tool,
        dynamic=frozenset(dynamic),
        setuptools=not tools.known(backend),
        pbr=backend.startswith("pbr") or any(name.startswith("pbr") for name in build.texts("requires")),
    )


def _note_misplaced(tree: Tree, content: Table, backend: str) -> None:
    """Note the tables that look as if entry points were registered in them, and from which nobody reads any."""
    project, tool = content.table("project"), content.table("tool")
    read = {name: keys for name, keys in tools.groups(backend).items() if name not in tools.OLD or not project}
    places = {
        "": (content, set()),
        "project": (project, {"entry-points", *_SCRIPTS}),
        **{f"tool.{name}": (tool.table(name), read.get(name, set())) for name in tools.NAMES if tool.is_table(name)},
    }
    if "tool.setuptools" in places:
        dynamic = tool.table("setuptools").table("dynamic")
        left = "entry-points" in project.texts("dynamic")
        places["tool.setuptools.dynamic"] = (dynamic, {"entry-points"} if left else set())
    for place, (table, known) in places.items():
        looked_for = [*_LOOKED_FOR, *(("scripts", "guiscripts") if place in {"", "project"} else ())]
        for key in table:
            plain = re.sub("[^a-z]", "", key.lower())
            if (
                key not in known
                and table.is_table(key)
                and difflib.get_close_matches(plain, looked_for, 1, limits.ALIKE_TABLES)
            ):
                name = f"{place}.{key}".strip(".")
                tree.problem(
                    f"[{shortened(name)}] in {tree.place(FILE)} is no table that entry points are read from",
                    f'register them in [project.entry-points."NAMESPACE"], scripts in [project.scripts], or {INSTALL}',
                )


_LOOKED_FOR = ("entrypoints", "plugins")


def _project(tree: Tree, project: Table) -> Declared:
    declared = Declared()
    for key in ("name", "version", "description", "requires-python"):
        declared.say(_FIELDS[key][0], project.text(key))
    if project.is_text("license"):
        declared.say("License-Expression", project.text("license"))
    else:
        declared.say("License", project.table("license").text("text"))
    for role, key in (("Author", "authors"), ("Maintainer", "maintainers")):
        declared.people(role, ((person.text("name"), person.text("email")) for person in project.tables(key)))
    declared.say("Keywords", ",".join(project.texts("keywords")))
    declared.say("Classifier", *project.texts("classifiers"))
    declared.say("Project-URL", *(f"{label}, {url}" for label, url in project.table("urls").pairs()))
    patterns = project.texts("license-files")
    declared.say("License-File", *(file for pattern in patterns for file in _files(tree, pattern)))
    declared.entry_points = _entry_points(tree, project)
    return declared


def _files(tree: Tree, pattern: str) -> list[str]:
    """Return the files that a pattern means; below a folder only where it names one."""
    if "/" in pattern:
        return [] if any(char in pattern for char in "*?[") else [pattern]
    return [name for name in tree.names("") if fnmatch.fnmatchcase(name, pattern)]


def _entry_points(tree: Tree, project: Table) -> list[EntryPoint]:
    registrar = Registrar(tree, project.file)
    for key, namespace in _SCRIPTS.items():
        for name, value in project.table(key).pairs():
            registrar.take(namespace, name, value)
    tools.register(registrar, project.table("entry-points"))
    return registrar.taken
