"""Reads ``pyproject.toml``: the table ``[project]``, and the tables of the tool that builds."""

from __future__ import annotations

import difflib
import fnmatch
import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.core import limits
from sphinxext.plugins.sources.declared import CONSOLE, GUI, Attribute, Declared, Match, Registrar, Summary, Text
from sphinxext.plugins.sources.tree import INSTALL, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from sphinxext.plugins.sources.declared import EntryPoint
    from sphinxext.plugins.sources.tree import Table, Tree

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
    "dependencies": ("Requires-Dist",),
}
"""The headers of each key of ``[project]``."""

HEADERS = frozenset(header for headers in _FIELDS.values() for header in headers)
"""All of them."""

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

    copied: bool
    """Whether what builds only copies modules, as far as it is told to: nothing makes any, or leaves some out."""


def read(tree: Tree) -> Pyproject:
    """Read what there is; without the file, it declares nothing."""
    content = tree.toml(FILE)
    build, project = content.table("build-system"), content.table("project")
    backend = build.text("build-backend") or ""
    builder = "setuptools" if backend.startswith("pbr") else backend
    known = builder.startswith((*_TOOLS, *_OTHERS))
    tool = Declared()
    # Where nothing known builds, the tables that are there are read.
    tools = {prefix: each for prefix, each in _TOOLS.items() if not known or builder.startswith(prefix)}
    for each in tools.values():
        if known or each.table in content.table("tool"):
            each.take(Context(tree, content.table("tool").table(each.table), project, tool))
    keys = project.texts("dynamic")
    dynamic = {header for key in keys for header in _FIELDS.get(key, ())}
    dynamic |= {_SCRIPTS.get(key, "") for key in keys if key in {*_SCRIPTS, "entry-points"}}
    _note_misplaced(tree, content, {each.table: each.groups for each in tools.values() if not (each.old and project)})
    return Pyproject(
        project=_project(tree, project) if content.is_table("project") else None,
        tool=tool,
        dynamic=frozenset(dynamic),
        setuptools=not known or builder.startswith("setuptools"),
        pbr=backend.startswith("pbr") or any(name.startswith("pbr") for name in build.texts("requires")),
        copied="backend-path" not in build
        and all(_REQUIRED.match(name) for name in build.texts("requires"))
        and all(_only_copies(tools.table(each)) for tools in [content.table("tool")] for each in _BUILDING),
    )


def _only_copies(table: Table) -> bool:
    """Whether a table of a tool says nothing of modules that are made or left out, other than whole packages."""
    return not any(
        key in _MAKING or (key != "find" and table.is_table(key) and not _only_copies(table.table(key)))
        for key in table
    )


_MAKING = {
    *("hooks", "hook", "script", "cmdclass", "ext-modules", "artifacts", "force-include", "only-include"),
    *("exclude", "excludes", "wheel-exclude", "source-exclude", "write_to", "version_file", "version-file"),
}
_REQUIRED = re.compile(
    r"\s*(setuptools|setuptools[-_]scm|wheel|flit[-_]core|hatchling|hatch-vcs|poetry[-_]core|pdm-backend|uv[-_]build)"
    r"\s*(?![\w.-])",
    re.IGNORECASE,
)
"""What is required to build, and makes no modules."""


def _note_misplaced(tree: Tree, content: Table, read: Mapping[str, frozenset[str]]) -> None:
    """Note the tables that look as if entry points were registered in them, and from which nobody reads any.

    :param read: the keys in the tables of tools that entry points are read from
    """
    project, tool = content.table("project"), content.table("tool")
    places: dict[str, tuple[Table, Collection[str]]] = {
        "": (content, ()),
        "project": (project, {"entry-points", *_SCRIPTS}),
        **{f"tool.{n}": (tool.table(n), read.get(n, ())) for n, *_ in _TOOLS.values() if tool.is_table(n)},
    }
    if "tool.setuptools" in places:
        left = "entry-points" in project.texts("dynamic")
        places["tool.setuptools.dynamic"] = tool.table("setuptools").table("dynamic"), ["entry-points"] if left else ()
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
    declared.say("Requires-Dist", *project.texts("dependencies"), *_optional(project.table("optional-dependencies")))
    patterns = [each for each in project.texts("license-files") if len(each) <= limits.LONGEST_FILE_NAME]
    patterns = patterns[: limits.MOST_PATTERNS]
    declared.say("License-File", *(file for pattern in patterns for file in _licences(tree, pattern)))
    declared.entry_points = _entry_points(tree, project)
    return declared


def _optional(extras: Table) -> Iterator[str]:
    """Return what extras require, as the core metadata has it."""
    for extra in extras:
        for each in extras.texts(extra):
            requirement, semicolon, condition = each.partition(";")
            yield f'{requirement}; {f"({condition.strip()}) and " if semicolon else ""}extra == "{extra}"'


def _licences(tree: Tree, pattern: str) -> list[str]:
    """Return the files that a pattern means; below a folder only where it names one."""
    if "/" in pattern:
        return [] if any(char in pattern for char in "*?[") else [pattern]
    return [name for name in tree.names("") if fnmatch.fnmatchcase(name, pattern)]


def _entry_points(tree: Tree, project: Table) -> list[EntryPoint]:
    registrar = Registrar(tree, project.file)
    for key, namespace in _SCRIPTS.items():
        for name, value in project.table(key).pairs():
            registrar.take(namespace, name, value)
    _register(registrar, project.table("entry-points"))
    return registrar.taken


def _register(registrar: Registrar, groups: Table) -> None:
    """Take entry points from tables by namespace."""
    for namespace in groups:
        for name, value in groups.table(namespace).pairs():
            registrar.take(namespace, name, value)


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
            self.declared.place(self.tree, {name: path}, where)

    def register(self, groups: str, scripts: str) -> None:
        """Take entry points from the tables at two keys, which those of the same kind in ``[project]`` stand in for."""
        registrar = Registrar(self.tree, FILE)
        table = self.tool.table(scripts)
        for name in table if "scripts" not in self.project else ():
            value = _script(table, name)
            if value is not None:
                registrar.take(CONSOLE, name, value)
        if "entry-points" not in self.project:
            _register(registrar, self.tool.table(groups))
        self.declared.entry_points = registrar.taken or None

    def say(self, keys: dict[str, str], table: Table) -> None:
        """Take the texts of a table by key."""
        for key, header in keys.items():
            self.declared.say(header, table.text(key))


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
    context.register("plugins", "scripts")


def _flit(context: Context) -> None:
    table, declared = context.tool, context.declared
    old = table.table("metadata")
    named = old.text("module") or table.table("module").text("name") or context.project.text("name")
    module = (named or "").replace("-", "_")
    if module and not (context.project and "version" not in context.project.texts("dynamic")):
        declared.refer("Version", Attribute(f"{module}.__version__"))
        declared.refer("Summary", Summary(module))
    if context.project:
        return
    # Before there was a table [project]; what builds still reads it.
    context.say({"dist-name": "Name", "module": "Name", "home-page": "Home-page"}, old)
    context.say({"author": "Author", "author-email": "Author-email", "license": "License"}, old)
    context.say({"requires-python": "Requires-Python", "keywords": "Keywords"}, old)
    declared.say("Classifier", *old.texts("classifiers"))
    declared.say("Project-URL", *(f"{label}, {url}" for label, url in old.table("urls").pairs()))
    context.register("entrypoints", "scripts")
    file = old.text("entry-points-file") or "entry_points.txt"
    registrar = Registrar(context.tree, file)
    registrar.take_lines(context.tree.named(file, table.file) or "")
    declared.entry_points = [*(declared.entry_points or ()), *registrar.taken] or None


def _pdm(context: Context) -> None:
    table, declared = context.tool, context.declared
    if table.is_table("version"):
        version = table.table("version")
        if (file := version.text("path") or version.text("from")) and version.text("source") in {None, "file"}:
            declared.refer("Version", Match(file, "pattern" in version))
    else:
        declared.say("Version", table.text("version"))
    context.folder(table.text("package-dir"))
    context.folder(table.table("build").text("package-dir") if table.is_table("build") else None)


def _hatch(context: Context) -> None:
    version = context.tool.table("version")
    if (file := version.text("path")) and version.text("source") in {None, "regex", "code"}:
        context.declared.refer("Version", Match(file, version.is_text("pattern")))
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


class _Tool(NamedTuple):
    """A tool that builds."""

    table: str
    """The name of its table."""

    take: Callable[[Context], None]
    groups: frozenset[str] = frozenset()
    """The keys that entry points stand at in it."""

    old: bool = False
    """Whether they do only where there is no table ``[project]``."""


_TOOLS = {
    "poetry": _Tool("poetry", _poetry, frozenset({"plugins", "scripts"})),
    "flit": _Tool("flit", _flit, frozenset({"entrypoints", "scripts"}), old=True),
    "pdm": _Tool("pdm", _pdm),
    "hatchling": _Tool("hatch", _hatch),
    "setuptools": _Tool("setuptools", _setuptools),
    "maturin": _Tool("maturin", _maturin),
    "uv_build": _Tool("uv", _uv),
}
"""Those that are known, by the beginning of the name of a backend."""

_BUILDING = (*(each.table for each in _TOOLS.values()), "setuptools_scm")
"""The tables that say how modules are built."""

_OTHERS = ("mesonpy", "scikit_build_core", "sipbuild", "whey")
"""How the names of backends begin that are not setuptools either, and declare nothing elsewhere."""
