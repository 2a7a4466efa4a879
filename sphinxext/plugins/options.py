"""Every setting, declared once: name, type, default and help.

The configuration of Sphinx and its reference page are made from :class:`Options`, so that a
setting cannot be accepted by one and unknown to the other.
"""

from __future__ import annotations

import fnmatch
import os
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from sphinxext.plugins import legible
from sphinxext.plugins.model import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PREFIX = "plugins_"
"""What the name of a setting begins with in conf.py."""


Describer = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(doc(:summary)?|(attr|call):[^\W\d]\w*(\.[^\W\d]\w*)*"
        r"|(dist|overlay):.+|entry:(name|target|module|extras))$"
    ),
]
"""Where a field comes from; :mod:`sphinxext.plugins.fields` has the list."""


class NamespaceOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings of the namespaces that a name or a glob fits."""

    title: str | None = None
    """What readers call its plugins: "Readers"."""

    fields: dict[str, tuple[Describer, ...]] = {}
    """The describers of each field, of which the first that gives something wins."""

    columns: tuple[str, ...] | None = None
    """The fields that a table shows."""

    install: str = "pip install {requirement}"
    """How a plugin is installed, with ``{requirement}``, ``{distribution}`` and ``{version}`` filled in."""

    select: str | None = None
    """How a plugin is selected, with ``{name}`` filled in, and what else ``install`` takes."""

    shared: tuple[str, ...] = ()
    """Names, or globs, that each distribution may register, by convention."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a build, valid and complete."""

    sources: Annotated[
        list[Annotated[str, msgspec.Meta(pattern="^(installed|(installed|project|wheels|snapshot):.+)$")]],
        msgspec.Meta(
            min_length=1,
            description="Where distributions are found, in order: ``installed`` is this environment; "
            "``installed:PATH`` another one, a virtual environment or its site-packages; ``project:PATH`` a source "
            "tree; ``wheels:PATH`` a folder of wheels and sdists, or one of these; ``snapshot:PATH`` an exported "
            "catalog. A path is relative to conf.py. The first that has a distribution wins.",
            extra={
                "values": 'a list of "installed", "installed:PATH", "project:PATH", "wheels:PATH" and "snapshot:PATH"'
            },
        ),
    ] = msgspec.field(default_factory=lambda: ["installed"])

    network: Annotated[
        bool,
        msgspec.Meta(
            description="Whether a snapshot may be fetched: ``snapshot:`` with an address in place of a path.",
            extra={"values": "True or False"},
        ),
    ] = False

    introspection: Annotated[
        Literal["auto", "static", "import"],
        msgspec.Meta(
            description="How plugins are looked at: ``static`` reads their source and runs nothing of them; "
            "``import`` loads each in a process of its own; ``auto`` reads the source, and loads only the plugins "
            "that it does not tell of, or not all that is asked.",
            extra={"values": "'auto', 'static' or 'import'"},
        ),
    ] = "auto"

    python: Annotated[
        str | None,
        msgspec.Meta(
            description="The interpreter that loads plugins, Python 3.8 or newer, for instance that of another "
            "environment; a path is relative to conf.py. Not set, it is the one that builds the documentation.",
            extra={"values": "the path of an interpreter"},
        ),
    ] = None

    mock_imports: Annotated[
        list[str] | None,
        msgspec.Meta(
            description="Modules that are replaced by mocks while plugins are loaded, as with autodoc. Not set, it is "
            "what ``autodoc_mock_imports`` says.",
            extra={"values": "a list of names of modules"},
        ),
    ] = None

    inherit_docstrings: Annotated[
        bool,
        msgspec.Meta(
            description="Whether the docstring of a base class, or of an instance's class, stands in where a plugin "
            "has none of its own.",
            extra={"values": "True or False"},
        ),
    ] = False

    trusted: Annotated[
        list[str],
        msgspec.Meta(
            description="Distributions, by name or glob, whose docstrings are parsed as the project's own pages are. "
            "Those of all others may use only markup that can do no harm.",
            extra={"values": 'a list of names and globs, such as ["sluice*"]'},
        ),
    ] = msgspec.field(default_factory=list)

    docstring_directives: Annotated[
        list[str],
        msgspec.Meta(
            description="Directives that docstrings of distributions that are not trusted may use besides those that "
            "all may.",
            extra={"values": "a list of names of directives"},
        ),
    ] = msgspec.field(default_factory=list)

    docstring_roles: Annotated[
        list[str],
        msgspec.Meta(
            description="Roles that docstrings of distributions that are not trusted may use besides those that all "
            "may.",
            extra={"values": "a list of names of roles"},
        ),
    ] = msgspec.field(default_factory=list)

    report_strangers: Annotated[
        bool,
        msgspec.Meta(
            description="Whether wrong markup in docstrings of distributions that are not trusted gives a warning, "
            "``plugins.stranger``.",
            extra={"values": "True or False"},
        ),
    ] = False

    namespaces: Annotated[
        dict[str, NamespaceOptions],
        msgspec.Meta(
            description="What is to be known and shown of the plugins of a namespace, by its name or a glob: "
            "``title``, ``fields``, ``columns``, ``install``, ``select`` and ``shared``, each described below.",
            extra={"values": 'such as {"sluice.reader": {"fields": {"Formats": "attr:formats"}}}'},
        ),
    ] = {}

    overlay: Annotated[
        str | None,
        msgspec.Meta(
            description="A TOML file with facts that people wrote, in a table for each namespace and in that for each "
            "plugin; a path is relative to conf.py.",
            extra={"values": "the path of a TOML file"},
        ),
    ] = None

    pages: Annotated[
        dict[str, str],
        msgspec.Meta(
            description="Folders below that of conf.py, with the namespaces that each gets pages of: one for each "
            "plugin, and one that lists them.",
            extra={"values": 'such as {"reference/readers": "sluice.reader"}'},
        ),
    ] = {}

    json: Annotated[
        str,
        msgspec.Meta(
            description="The file that HTML builders write the catalog to, below the folder of the pages; an empty "
            "text for none.",
            extra={"values": "the name of a file"},
        ),
    ] = "plugins.json"

    import_timeout: Annotated[
        float,
        msgspec.Meta(
            gt=0,
            description="How many seconds of processor time one plugin may take to load, and as many for each answer, "
            "before it is given up; by the clock it may take four times as long.",
            extra={"values": "a number above 0"},
        ),
    ] = 30  # an int, for Sphinx takes no float from its command line

    def of_namespace(self, name: str) -> NamespaceOptions:
        """Give the settings of a namespace: its own, and for what they leave out those of globs, the last one first."""
        exact = [key for key in self.namespaces if name in {key, legible.namespace(key)}]
        globs = [glob for glob in self.namespaces if glob not in exact and fnmatch.fnmatchcase(name, glob)]
        settings: dict[str, Any] = {}
        for key in [*globs, *exact]:
            given = msgspec.structs.asdict(self.namespaces[key])
            default_ = NamespaceOptions()
            fields = {**settings.get("fields", {}), **given.pop("fields")}
            settings |= {field: value for field, value in given.items() if value != getattr(default_, field)}
            settings["fields"] = fields
        return NamespaceOptions(**settings)


def from_config(values: Mapping[str, object]) -> tuple[Options, list[Problem]]:
    """Make the options of a build from the values of conf.py, by their names without prefix.

    A value that is not valid becomes a problem, and the setting keeps its default.
    """
    valid: dict[str, object] = {}
    problems: list[Problem] = []
    for field in msgspec.structs.fields(Options):
        try:
            valid[field.name] = msgspec.convert(_in_lists(field.name, values[field.name]), field.type)
        except msgspec.ValidationError as error:
            reason, at, place = str(error).partition(" - at ")
            where = f" at {place}" if at else ""
            where += f" ({reason.removeprefix('Object contains ')})" if "unknown field" in reason else ""
            problems.append(
                Problem(
                    kind=ProblemKind.CONFIG,
                    message=f"{PREFIX}{field.name} = {values[field.name]!r} is not valid{where}",
                    remedy=f"give it {expected(field)} in conf.py; until then it is {default(field)!r}",
                )
            )
    return Options(**valid), problems  # type: ignore[arg-type]  # each was converted to its field's type


def default(field: msgspec.structs.FieldInfo) -> object:
    """Give the default of a setting."""
    return field.default_factory() if field.default is msgspec.NODEFAULT else field.default


def resolved(name: str, value: object, folder: Path) -> object:
    """Make the value of a setting that is a path absolute.

    :param folder: what it is relative to, that of conf.py
    """
    is_path = name == "overlay" or (name == "python" and os.sep in str(value))  # or else a command, python3.9
    return str(folder / value) if is_path and isinstance(value, str) else value


def _in_lists(name: str, value: object) -> object:
    """Write a describer that stands alone as a list of one, and names that Sphinx's command line gives as a list.

    That makes a list of a text only where the default is one.
    """
    if name == "mock_imports" and isinstance(value, str):
        return [mocked for mocked in map(str.strip, value.split(",")) if mocked]
    if name != "namespaces" or not isinstance(value, dict):
        return value
    listed: dict[object, object] = {}
    for namespace, settings in value.items():
        listed[namespace] = settings
        if isinstance(settings, dict) and isinstance(settings.get("fields"), dict):
            fields = {key: [d] if isinstance(d, str) else d for key, d in settings["fields"].items()}
            listed[namespace] = {**settings, "fields": fields}
    return listed


def expected(field: msgspec.structs.FieldInfo) -> str:
    """Say in words which values a setting takes."""
    return str(_meta(field)["values"])


def description(field: msgspec.structs.FieldInfo) -> str:
    """Give the help of a setting, as reStructuredText."""
    return str(_meta(field)["description"])


def _meta(field: msgspec.structs.FieldInfo) -> dict[str, Any]:
    info = msgspec.inspect.type_info(field.type)
    assert isinstance(info, msgspec.inspect.Metadata)
    return {**(info.extra_json_schema or {}), **(info.extra or {})}
