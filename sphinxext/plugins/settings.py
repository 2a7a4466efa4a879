"""Every setting, declared once: name, type, default, help, flag of the command, and what it affects.

The configuration of Sphinx, the command and the reference page are made from :class:`Options`, so that a
setting cannot be accepted by one and unknown to the other; and so are the cache and the fingerprints of pages.
"""

from __future__ import annotations

import fnmatch
import os
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from sphinxext.plugins.core import limits, registries
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.namespaces import PREFIX, NamespaceOptions, Wrong, put_together, read, shown
from sphinxext.plugins.core.text import clean_namespace
from sphinxext.plugins.core.typos import PythonFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["FIELDS", "PREFIX", "Affects", "NamespaceOptions", "Options", "from_conf", "from_config"]
__all__ += ["about", "default", "description", "expected", "resolved"]


class Affects(Enum):
    """What has to be done again where a setting has another value: cache and fingerprints are made from this."""

    INTROSPECTION = "all plugins are introspected again, and pages read that show what is another then"
    PLUGINS = "pages are read again that show plugins of which others are found, or other facts"
    PAGES = "pages are read again that show plugins in another way then"
    OUTPUT = "no page is read again; builders of HTML write all"
    NOTHING = "no page is read again; warnings, or the pages that are written for plugins, may be others"


def _about(affects: Affects, description: str, values: str, *, flag: str | None = None, **bounds: Any) -> msgspec.Meta:  # noqa: ANN401
    """Describe a setting.

    :param values: which values it takes, in words
    :param flag: what the command takes it by, if it does
    :param bounds: of the values, as msgspec has them
    """
    extra = {"values": values, "affects": affects, "flag": flag}
    return msgspec.Meta(description=description, extra=extra, **bounds)


_YES_OR_NO = "True or False"


class Options(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The settings of a build, valid and complete."""

    sources: Annotated[
        list[Annotated[str, msgspec.Meta(pattern=r"^(?!(project|wheels|snapshot)\Z)[^:\s]+(:.+)?\Z")]],
        _about(
            Affects.PLUGINS,
            "Where distributions are found, in order: ``installed`` is this environment; "
            "``installed:PATH`` another one, a virtual environment or its site-packages; ``project:PATH`` a source "
            "tree; ``wheels:PATH`` a folder of wheels and sdists, or one of these; ``snapshot:PATH`` an exported "
            "catalog; and what other distributions bring. A path is relative to conf.py. The first that has a "
            "distribution wins.",
            'a list of "installed", "installed:PATH", "project:PATH", "wheels:PATH", "snapshot:PATH" and what other '
            "distributions bring",
            flag="--source",
            min_length=1,
        ),
    ] = msgspec.field(default_factory=lambda: ["installed"])

    network: Annotated[
        bool,
        _about(
            Affects.PLUGINS,
            "Whether a snapshot may be fetched: ``snapshot:`` with an address in place of a path.",
            _YES_OR_NO,
            flag="--network",
        ),
    ] = False

    introspection: Annotated[
        Literal["auto", "static", "import"],
        _about(
            Affects.INTROSPECTION,
            "How plugins are looked at: ``static`` reads their source and runs nothing of them; "
            "``import`` loads each in a process of its own; ``auto`` reads the source, and loads only the plugins "
            "that it does not tell of, or not all that is asked.",
            "'auto', 'static' or 'import'",
            flag="--introspection",
        ),
    ] = "auto"

    python: Annotated[
        str | None,
        _about(
            Affects.INTROSPECTION,
            "The interpreter that loads plugins, Python 3.8 or newer, for instance that of another "
            "environment; a path is relative to conf.py. Not set, it is the one that builds the documentation.",
            "the path of an interpreter",
            flag="--python",
        ),
    ] = None

    environment: Annotated[
        list[Annotated[str, msgspec.Meta(pattern=r"^[\w.()*?\[\]!-]+\Z")]],
        _about(
            Affects.INTROSPECTION,
            "Variables of the environment that plugins may see while they are loaded, by name or glob, "
            "besides those that Python needs. No plugin sees any other: secrets are kept there.",
            'a list of names and globs of variables, such as ["DJANGO_SETTINGS_MODULE"]',
            flag="--environment",
        ),
    ] = msgspec.field(default_factory=list)

    mock_imports: Annotated[
        list[str] | None,
        _about(
            Affects.INTROSPECTION,
            "Modules that are replaced by mocks while plugins are loaded, as with autodoc. Not set, it is "
            "what ``autodoc_mock_imports`` says.",
            "a list of names of modules",
            flag="--mock-import",
        ),
    ] = None

    inherit_docstrings: Annotated[
        bool,
        _about(
            Affects.PAGES,
            "Whether the docstring of a base class, or of an instance's class, stands in where a plugin "
            "has none of its own.",
            _YES_OR_NO,
            flag="--inherit-docstrings",
        ),
    ] = False

    trusted: Annotated[
        list[str],
        _about(
            Affects.PAGES,
            "Distributions, by name or glob, whose docstrings are parsed as the project's own pages are. "
            "Those of all others may use only markup that can do no harm.",
            'a list of names and globs, such as ["sluice*"]',
        ),
    ] = msgspec.field(default_factory=list)

    docstring_directives: Annotated[
        list[str],
        _about(
            Affects.PAGES,
            "Directives that docstrings of distributions that are not trusted may use besides those that all may.",
            "a list of names of directives",
        ),
    ] = msgspec.field(default_factory=list)

    docstring_roles: Annotated[
        list[str],
        _about(
            Affects.PAGES,
            "Roles that docstrings of distributions that are not trusted may use besides those that all may.",
            "a list of names of roles",
        ),
    ] = msgspec.field(default_factory=list)

    report_untrusted: Annotated[
        bool,
        _about(
            Affects.NOTHING,
            "Whether wrong markup in docstrings of distributions that are not trusted gives a warning, "
            "``plugins.untrusted``.",
            _YES_OR_NO,
        ),
    ] = False

    report_interface: Annotated[
        bool,
        _about(
            Affects.NOTHING,
            "Whether a plugin that does not do what the interface of its namespace asks gives a warning, "
            "``plugins.interface``.",
            _YES_OR_NO,
        ),
    ] = False

    namespaces: Annotated[
        dict[str, NamespaceOptions],
        _about(
            Affects.PAGES,
            "What is to be known and shown of the plugins of a namespace, by its name or a glob: "
            "``title``, ``fields``, ``columns``, ``install``, ``select``, ``shared``, ``options``, ``interface`` and "
            "others, each described below.",
            'such as {"sluice.reader": {"fields": {"Formats": "attr:formats"}}}',
        ),
    ] = {}

    registries: Annotated[
        dict[str, tuple[registries.Spec, ...]],
        _about(
            Affects.PLUGINS,
            "Places where plugins are kept other than entry points, by the namespace that they are put into: "
            "``mapping:MODULE:NAME``, ``subclasses:MODULE:CLASS`` and others, each described below.",
            'such as {"sluice.codecs": "mapping:sluice.codecs:CODECS"}',
        ),
    ] = {}

    overlay: Annotated[
        str | None,
        _about(
            Affects.PLUGINS,
            "A TOML file with facts that people wrote, in a table for each namespace and in that for each "
            "plugin; a path is relative to conf.py.",
            "the path of a TOML file",
            flag="--overlay",
        ),
    ] = None

    history: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1)]],
        _about(
            Affects.PLUGINS,
            "Snapshots of earlier releases, by globs of their files, from which it is known since when there are "
            "plugins, and which are there no more; a path is relative to conf.py.",
            'a glob, or a list of globs, such as "history/*.json"',
        ),
    ] = msgspec.field(default_factory=list)

    pages: Annotated[
        dict[str, str],
        _about(
            Affects.NOTHING,
            "Folders below that of conf.py, with the namespaces that each gets pages of: one for each "
            "plugin, and one that lists them.",
            'such as {"reference/readers": "sluice.reader"}',
        ),
    ] = {}

    json: Annotated[
        str,
        _about(
            Affects.OUTPUT,
            "The file that HTML builders write the catalog to, below the folder of the pages; an empty text for none.",
            "the name of a file",
        ),
    ] = "plugins.json"

    rules: Annotated[
        list[str],
        _about(
            Affects.NOTHING,
            "Rules that are checked besides those that always are: ``interface-names``, and those that other "
            "distributions bring, by the names that they register them by.",
            "a list of names of rules",
        ),
    ] = msgspec.field(default_factory=list)

    import_timeout: Annotated[
        float,
        _about(
            Affects.INTROSPECTION,
            "How many seconds of processor time one plugin may take to load, and as many for each answer, "
            "before it is given up; by the clock it may take four times as long.",
            f"a number above 0, up to {limits.LONGEST_TIMEOUT}",
            flag="--import-timeout",
            gt=0,
            le=limits.LONGEST_TIMEOUT,
        ),
    ] = 30  # an int, for Sphinx takes no float from its command line

    def affecting(self, what: Affects) -> dict[str, Any]:
        """Return the settings that affect something, with their values."""
        return {field.name: getattr(self, field.name) for field in FIELDS if about(field)["affects"] is what}

    @property
    def checks_interfaces(self) -> bool:
        """Whether plugins are compared with their interfaces, also where no page shows these."""
        return self.report_interface or not {"interface", "interface-names"}.isdisjoint(self.rules)

    @cached_property
    def _of_namespaces(self) -> dict[str, NamespaceOptions]:
        return {}

    def of_namespace(self, name: str) -> NamespaceOptions:
        """Return the settings of a namespace: its own, and for what they leave out those of globs, the last first."""
        if name not in self._of_namespaces:
            self._of_namespaces[name] = put_together([self.namespaces[key] for key in self.keys_of(name)])
        return self._of_namespaces[name]

    def keys_of(self, name: str) -> list[str]:
        """Return the keys of ``namespaces`` that fit a namespace, its own name last."""
        exact = [key for key in self.namespaces if name in {key, clean_namespace(key)}]
        globs = [glob for glob in self.namespaces if glob not in exact and fnmatch.fnmatchcase(name, glob)]
        return [*globs, *exact]


FIELDS = msgspec.structs.fields(Options)
"""All settings."""


def from_config(values: Mapping[str, object], conf: Path | None = None) -> tuple[Options, list[Problem]]:
    """Make the options of a build from the values of conf.py, by their names without prefix.

    A value that is not valid becomes a problem, and the setting keeps its default; of ``namespaces`` and
    ``registries`` only what is not valid is left out.

    :param conf: the file that the values are from, in which the lines of problems are found
    """
    valid: dict[str, object] = {}
    wrong: list[Wrong] = []
    for field in FIELDS:
        value = _in_list(field.name, values[field.name])
        if field.name in _IN_PARTS and isinstance(value, dict):
            valid[field.name], found = _IN_PARTS[field.name](value)
            wrong += found
            continue
        try:
            valid[field.name] = msgspec.convert(value, field.type)
        except msgspec.ValidationError:
            message = f"{PREFIX}{field.name} = {shown(value)} is not valid"
            remedy = f"give it {expected(field)} in conf.py; until then it is {default(field)!r}"
            problem = Problem(kind=ProblemKind.CONFIG, message=message, remedy=remedy)
            wrong.append((problem, (PREFIX + field.name,)))
    file = PythonFile(conf) if conf is not None and wrong else None
    problems = [
        msgspec.structs.replace(problem, location=file.place(*path)) if file else problem for problem, path in wrong
    ]
    return Options(**valid), problems  # type: ignore[arg-type]  # each was converted to its field's type


_IN_PARTS: dict[str, Callable[[Mapping[object, object]], tuple[Mapping[str, object], list[Wrong]]]] = {
    "namespaces": read,
    "registries": registries.read,
}
"""What reads the settings of which a part may be valid."""


def default(field: msgspec.structs.FieldInfo) -> object:
    """Return the default of a setting."""
    return field.default_factory() if field.default is msgspec.NODEFAULT else field.default


def from_conf(conf: Mapping[str, object], folder: Path) -> dict[str, object]:
    """Return the value of each setting, by its name without prefix: what conf.py says, or else the default.

    :param folder: what paths are relative to, that of conf.py
    """
    values = {
        field.name: resolved(field.name, conf[name], folder)
        if (name := PREFIX + field.name) in conf
        else default(field)
        for field in FIELDS
    }
    if values["mock_imports"] is None and "autodoc_mock_imports" in conf:
        values["mock_imports"] = conf["autodoc_mock_imports"]
    return values


def resolved(name: str, value: object, folder: Path) -> object:
    """Make the value of a setting that is a path absolute.

    :param folder: what it is relative to, that of conf.py
    """
    is_path = name == "overlay" or (name == "python" and os.sep in str(value))  # or else a command, python3.9
    return str(folder / value) if is_path and isinstance(value, str) else value


def _in_list(name: str, value: object) -> object:
    """Make a list of one glob, and of the names that Sphinx's command line gives as one text where no list is usual."""
    if name == "mock_imports" and isinstance(value, str):
        return [mocked for mocked in map(str.strip, value.split(",")) if mocked]
    return [value] if name == "history" and isinstance(value, str) else value


def expected(field: msgspec.structs.FieldInfo) -> str:
    """Say in words which values a setting takes."""
    return str(about(field)["values"])


def description(field: msgspec.structs.FieldInfo) -> str:
    """Return the help of a setting, as reStructuredText."""
    return str(about(field)["description"])


def about(field: msgspec.structs.FieldInfo) -> dict[str, Any]:
    """Return what is declared of a setting: its help, and the names in :func:`_about`."""
    info = msgspec.inspect.type_info(field.type)
    assert isinstance(info, msgspec.inspect.Metadata)
    return {**(info.extra_json_schema or {}), **(info.extra or {})}
