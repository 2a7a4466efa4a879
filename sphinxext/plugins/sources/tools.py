"""What the tools that build a project have in ``pyproject.toml``, beside the table ``[project]`` or in its place."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.sources import keywords
from sphinxext.plugins.sources.declared import CONSOLE, Attribute, Declared, Match, Registrar, Summary, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinxext.plugins.sources.toml import Table
    from sphinxext.plugins.sources.tree import Tree


class Context(NamedTuple):
    """What a tool's own table is read with."""

    tree: Tree
    tool: Table
    """The table of the tool."""

    project: Table
    """The table ``[project]``, empty where it is not there."""

    declared: Declared
    """What it declares goes in here."""

    def folder(self, path: str | None, name: str = "") -> None:
        """Take where a package is, or all others without a name."""
        if path is not None:
            where = f"the folder of packages in {self.tree.place(self.tool.file)}"
            keywords.place(self.tree, self.declared, {name: path}, where)

    def say(self, keys: dict[str, str], table: Table) -> None:
        """Take the texts of a table by key."""
        for key, header in keys.items():
            self.declared.say(header, table.text(key))


def known(backend: str) -> bool:
    """Tell whether a backend is one that takes nothing from setuptools' files."""
    return backend.startswith((*_TOOLS, *_OTHERS)) and not backend.startswith(_SETUPTOOLS)


def read(tree: Tree, tool: Table, backend: str, project: Table) -> Declared:
    """Read the table of the tool that builds; where it is none of these, those that are there.

    :param tool: the table ``[tool]``
    :param project: the table ``[project]``
    """
    declared = Declared()
    builder = "setuptools" if backend.startswith(_SETUPTOOLS) else backend
    decided = builder.startswith((*_TOOLS, *_OTHERS))
    for prefix, (name, take) in _TOOLS.items():
        if builder.startswith(prefix) if decided else name in tool:
            take(Context(tree, tool.table(name), project, declared))
    return declared


def groups(backend: str) -> dict[str, set[str]]:
    """Tell from which keys of the tables of tools entry points are read, where a backend builds."""
    known_ = known(backend)
    return {name: keys for name, keys in _GROUPS.items() if not known_ or backend.startswith(name)}


def register(registrar: Registrar, groups: Table) -> None:
    """Take entry points from tables by namespace."""
    for namespace in groups:
        for name, value in groups.table(namespace).pairs():
            registrar.take(namespace, name, value)


def _register(context: Context, groups: Table | None, scripts: Table | None) -> None:
    registrar = Registrar(context.tree, context.tool.file)
    if scripts is not None:
        values = ((name, _script(scripts, name)) for name in scripts)
        for name, value in values:
            if value is not None:
                registrar.take(CONSOLE, name, value)
    if groups is not None:
        register(registrar, groups)
    context.declared.entry_points = [*(context.declared.entry_points or ()), *registrar.taken] or None


def _script(scripts: Table, name: str) -> str | None:
    """Return the target of one of Poetry's scripts; None for one that is a file."""
    if not scripts.is_table(name):
        return scripts.text(name)
    script = scripts.table(name)
    if script.text("type") == "file":
        return None
    target = script.text("reference") or script.text("callable")
    extras = script.texts("extras")
    return f"{target} [{','.join(extras)}]" if target and extras else target


def _poetry(context: Context) -> None:
    table, declared = context.tool, context.declared
    context.say({"name": "Name", "version": "Version", "description": "Summary", "homepage": "Home-page"}, table)
    context.say({"license": "License"}, table)
    urls = [(label, table.text(label.lower())) for label in ("Repository", "Documentation")]
    urls += table.table("urls").pairs()
    declared.say("Project-URL", *(f"{label}, {url}" for label, url in urls if url))
    declared.say("Classifier", *table.texts("classifiers"))
    declared.say("Keywords", ",".join(table.texts("keywords")))
    for role, key in (("Author", "authors"), ("Maintainer", "maintainers")):
        people = (person.partition("<") for person in table.texts(key))
        declared.people(role, ((name.strip(), email.rstrip("> ")) for name, _, email in people))
    python = table.table("dependencies")
    if python.is_text("python") and not set(text := python.text("python") or "") & set("^*|~"):
        declared.say("Requires-Python", text)
    for package in table.tables("packages"):
        include, source = package.text("include"), package.text("from") or ""
        target = package.text("to")
        if include and target:
            name = posixpath.join(target, include)
            context.folder(posixpath.join(source, include), name.strip("/").replace("/", "."))
        elif include:
            context.folder(source)
    _register(
        context,
        None if "entry-points" in context.project else table.table("plugins"),
        None if "scripts" in context.project else table.table("scripts"),
    )


def _flit(context: Context) -> None:
    table, declared = context.tool, context.declared
    old = table.table("metadata")
    named = old.text("module") or table.table("module").text("name") or context.project.text("name")
    module = (named or "").replace("-", "_")
    if module and not (context.project and "version" not in context.project.texts("dynamic")):
        declared.refer("Version", Attribute(f"{module}.__version__"))
        declared.refer("Summary", Summary(module))
    context.say({"dist-name": "Name", "module": "Name", "home-page": "Home-page"}, old)
    context.say({"requires-python": "Requires-Python", "license": "License", "keywords": "Keywords"}, old)
    for role in ("Author", "Maintainer"):
        context.say({role.lower(): role, f"{role.lower()}-email": f"{role}-email"}, old)
    declared.say("Classifier", *old.texts("classifiers"))
    declared.say("Project-URL", *(f"{label}, {url}" for label, url in old.table("urls").pairs()))
    if context.project:
        return
    _register(context, table.table("entrypoints"), table.table("scripts"))
    file = old.text("entry-points-file") or "entry_points.txt"
    registrar = Registrar(context.tree, file)
    registrar.take_lines(context.tree.named(file, table.file) or "")
    declared.entry_points = [*(declared.entry_points or ()), *registrar.taken] or None


def _pdm(context: Context) -> None:
    table, declared = context.tool, context.declared
    if table.is_table("version"):
        version = table.table("version")
        if (file := version.text("path") or version.text("from")) and version.text("source") in {None, "file"}:
            declared.refer("Version", Match(file, version.text("pattern")))
    else:
        declared.say("Version", table.text("version"))
    context.folder(table.text("package-dir"))
    context.folder(table.table("build").text("package-dir") if table.is_table("build") else None)
    if context.project:
        return
    # Before there was a table [project]. What is called scripts here are tasks, and no entry points.
    context.say({"name": "Name", "description": "Summary", "license": "License", "homepage": "Home-page"}, table)
    context.say({"python_requires": "Requires-Python", "author": "Author"}, table)
    declared.say("Classifier", *table.texts("classifiers"))
    declared.say("Project-URL", *(f"{label}, {url}" for label, url in table.table("project_urls").pairs()))
    for key in ("entry_points", "entry-points"):
        _register(context, table.table(key), table.table("cli") if key == "entry_points" else None)


def _hatch(context: Context) -> None:
    version = context.tool.table("version")
    if (file := version.text("path")) and version.text("source") in {None, "regex", "code"}:
        context.declared.refer("Version", Match(file, version.text("pattern") if version.is_text("pattern") else None))
    build = context.tool.table("build")
    wheel = build.table("targets").table("wheel")
    for package in (wheel if "packages" in wheel else build).texts("packages"):
        context.folder(posixpath.dirname(package.strip("/")))
    chosen = wheel if "sources" in wheel else build
    if chosen.is_table("sources"):
        for path, name in chosen.table("sources").pairs():
            context.folder(path, name.strip("/").replace("/", "."))
    else:
        for path in chosen.texts("sources"):
            context.folder(path)


def _setuptools(context: Context) -> None:
    table, declared = context.tool, context.declared
    for name, folder in table.table("package-dir").pairs():
        context.folder(folder, name)
    packages = table.table("packages") if table.is_table("packages") else None
    for folder in packages.table("find").texts("where") if packages is not None else []:
        context.folder(folder)
    dynamic = table.table("dynamic")
    for key, header in {"version": "Version", "description": "Summary", "classifiers": "Classifier"}.items():
        value = dynamic.table(key)
        if value.is_text("attr"):
            declared.refer(header, Attribute(value.text("attr") or ""))
        elif "file" in value:
            declared.refer(header, Text(tuple(_files(value))))
    registrar = Registrar(context.tree, table.file)
    files = _files(dynamic.table("entry-points"))
    for file in files:
        registrar.take_lines(context.tree.named(file, table.file) or "")
    if files:
        declared.entry_points = registrar.taken


def _files(value: Table) -> list[str]:
    return [value.text("file") or ""] if value.is_text("file") else value.texts("file")


def _maturin(context: Context) -> None:
    context.folder(context.tool.text("python-source"))


def _uv(context: Context) -> None:
    context.folder(context.tool.table("build-backend").text("module-root"))


_TOOLS: dict[str, tuple[str, Callable[[Context], None]]] = {
    "poetry": ("poetry", _poetry),
    "flit": ("flit", _flit),
    "pdm": ("pdm", _pdm),
    "hatchling": ("hatch", _hatch),
    "setuptools": ("setuptools", _setuptools),
    "maturin": ("maturin", _maturin),
    "uv_build": ("uv", _uv),
}
"""By the beginning of the name of a backend: the name of its table, and what reads it."""

NAMES = tuple(name for name, _ in _TOOLS.values())
"""The names of the tables that are read."""

_GROUPS = {
    "poetry": {"plugins", "scripts"},
    "flit": {"entrypoints", "scripts"},
    "pdm": {"entry_points", "entry-points"},
}
"""The keys that entry points stand at in the tables of tools."""

OLD = {"flit", "pdm"}
"""Those of which a table ``[project]`` takes the place of these."""

_SETUPTOOLS = ("setuptools", "pbr")

_OTHERS = ("mesonpy", "scikit_build_core", "sipbuild", "whey")
"""How the names of backends begin that are not setuptools either, and declare nothing elsewhere."""
