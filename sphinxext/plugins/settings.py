"""Every setting, declared once: name, type, default and help.

The configuration of Sphinx and its reference page are made from :class:`Options`, so that a
setting cannot be accepted by one and unknown to the other.
"""

from __future__ import annotations

import fnmatch
import os
import re
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import clean_namespace
from sphinxext.plugins.core.typos import PythonFile, nearest, the_nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

PREFIX = "plugins_"
"""What the name of a setting begins with in conf.py."""


_DESCRIBER = re.compile(
    r"^(doc(:summary)?|(attr|call):[^\W\d]\w*(\.[^\W\d]\w*)*"
    r"|(dist|overlay):.+|entry:(name|target|module|extras))\Z"
)
"""Where a field comes from; :mod:`sphinxext.plugins.fields` has the list."""

DESCRIBERS = (
    *("doc", "doc:summary", "attr:NAME", "call:NAME", "dist:HEADER", "overlay:KEY"),
    *("entry:name", "entry:target", "entry:module", "entry:extras"),
)
"""The same in words."""


class NamespaceOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings of the namespaces that a name or a glob fits."""

    title: str | None = None
    """What readers call its plugins: "Readers"."""

    fields: dict[str, tuple[str, ...]] = {}
    """The describers of each field, of which the first that gives something wins."""

    columns: tuple[str, ...] | None = None
    """The fields that a table shows."""

    install: str = "pip install {requirement}"
    """How a plugin is installed, with ``{requirement}``, ``{distribution}`` and ``{version}`` filled in."""

    select: str | None = None
    """How a plugin is selected, with ``{name}`` filled in, and what else ``install`` takes."""

    shared: tuple[str, ...] = ()
    """Names, or globs, that each distribution may register, by convention."""


class Options(msgspec.Struct, frozen=True, kw_only=True, dict=True):
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

    environment: Annotated[
        list[Annotated[str, msgspec.Meta(pattern=r"^[\w.()*?\[\]!-]+\Z")]],
        msgspec.Meta(
            description="Variables of the environment that plugins may see while they are loaded, by name or glob, "
            "besides those that Python needs. No plugin sees any other: secrets are kept there.",
            extra={"values": 'a list of names and globs of variables, such as ["DJANGO_SETTINGS_MODULE"]'},
        ),
    ] = msgspec.field(default_factory=list)

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
            le=limits.LONGEST_TIMEOUT,
            description="How many seconds of processor time one plugin may take to load, and as many for each answer, "
            "before it is given up; by the clock it may take four times as long.",
            extra={"values": f"a number above 0, up to {limits.LONGEST_TIMEOUT}"},
        ),
    ] = 30  # an int, for Sphinx takes no float from its command line

    @cached_property
    def _of_namespaces(self) -> dict[str, NamespaceOptions]:
        return {}

    def of_namespace(self, name: str) -> NamespaceOptions:
        """Return the settings of a namespace: its own, and for what they leave out those of globs, the last first."""
        if name not in self._of_namespaces:
            self._of_namespaces[name] = _put_together([self.namespaces[key] for key in self.keys_of(name)])
        return self._of_namespaces[name]

    def keys_of(self, name: str) -> list[str]:
        """Return the keys of ``namespaces`` that fit a namespace, its own name last."""
        exact = [key for key in self.namespaces if name in {key, clean_namespace(key)}]
        globs = [glob for glob in self.namespaces if glob not in exact and fnmatch.fnmatchcase(name, glob)]
        return [*globs, *exact]


def _put_together(all_settings: Iterable[NamespaceOptions]) -> NamespaceOptions:
    """Make one of settings of which later ones count more; fields of a name are one, however it is written."""
    settings: dict[str, Any] = {}
    fields: dict[str, tuple[str, tuple[str, ...]]] = {}
    for each in all_settings:
        given = msgspec.structs.asdict(each)
        fields |= {name.casefold(): (name, describers) for name, describers in given.pop("fields").items()}
        settings |= {key: value for key, value in given.items() if value != getattr(_DEFAULTS, key)}
    return NamespaceOptions(fields=dict(fields.values()), **settings)


_DEFAULTS = NamespaceOptions()

_Wrong = tuple[Problem, tuple[str, ...]]
"""A problem, and the keys that lead to what it is about."""


def from_config(values: Mapping[str, object], conf: Path | None = None) -> tuple[Options, list[Problem]]:
    """Make the options of a build from the values of conf.py, by their names without prefix.

    A value that is not valid becomes a problem, and the setting keeps its default; of ``namespaces`` only what is
    not valid is left out.

    :param conf: the file that the values are from, in which the lines of problems are found
    """
    valid: dict[str, object] = {}
    wrong: list[_Wrong] = []
    for field in msgspec.structs.fields(Options):
        value = _in_list(field.name, values[field.name])
        if field.name == "namespaces" and isinstance(value, dict):
            valid[field.name], found = _namespaces(value)
            wrong += found
            continue
        try:
            valid[field.name] = msgspec.convert(value, field.type)
        except msgspec.ValidationError:
            message = f"{PREFIX}{field.name} = {_shown(value)} is not valid"
            remedy = f"give it {expected(field)} in conf.py; until then it is {default(field)!r}"
            problem = Problem(kind=ProblemKind.CONFIG, message=message, remedy=remedy)
            wrong.append((problem, (PREFIX + field.name,)))
    file = PythonFile(conf) if conf is not None and wrong else None
    problems = [
        msgspec.structs.replace(problem, location=file.place(*path)) if file else problem for problem, path in wrong
    ]
    return Options(**valid), problems  # type: ignore[arg-type]  # each was converted to its field's type


def _namespaces(given: Mapping[object, object]) -> tuple[dict[str, NamespaceOptions], list[_Wrong]]:
    """Read the settings of namespaces, as far as they are valid."""
    valid: dict[str, NamespaceOptions] = {}
    wrong: list[_Wrong] = []
    types = {field.name: field.type for field in msgspec.structs.fields(NamespaceOptions)}
    for namespace, settings in given.items():
        if not isinstance(namespace, str) or not isinstance(settings, dict):
            wrong.append(_invalid([namespace], settings, "a dictionary, by the name of a namespace or a glob"))
            continue
        kept: dict[str, Any] = {}
        for key, value in settings.items():
            if key not in types:
                known = f"one of the keys {', '.join(types)}{the_nearest(str(key), types)}"
                wrong.append(_invalid([namespace, key], value, known))
            elif key == "fields" and isinstance(value, dict):
                kept[key], found = _fields(namespace, value)
                wrong += found
            else:
                try:
                    kept[key] = msgspec.convert(value, types[key])
                except msgspec.ValidationError:
                    wrong.append(_invalid([namespace, key], value, _FORMS.get(key, "a text")))
        valid[namespace] = NamespaceOptions(**kept)
    return valid, wrong


_FORMS = {
    "fields": "a dictionary with a describer, or a list of describers, for each field",
    "columns": "a list of names of fields",
    "shared": "a list of names or globs",
}
"""What the keys take that take more than a text."""


def _fields(namespace: str, given: Mapping[object, object]) -> tuple[dict[str, tuple[str, ...]], list[_Wrong]]:
    """Read the fields of a namespace; one that is not valid keeps its name and its place, and has no value."""
    fields: dict[str, tuple[str, ...]] = {}
    wrong: list[_Wrong] = []
    for name, value in given.items():
        describers = [value] if isinstance(value, str) else value
        path = [namespace, "fields", name]
        if not isinstance(name, str) or name.casefold() in map(str.casefold, fields):
            wrong.append(_invalid(path, value, "a name that no other field has, in capitals or not"))
        elif not isinstance(describers, list | tuple):
            wrong.append(_invalid(path, value, f"a describer, or a list of them: {', '.join(DESCRIBERS)}"))
            fields[name] = ()
        else:
            unknown = [str(each) for each in describers if not isinstance(each, str) or not _DESCRIBER.search(each)]
            fields[name] = () if unknown else tuple(describers)
            wrong += [
                _invalid(path, each, f"one of {', '.join(DESCRIBERS)}{_near_describer(each)}") for each in unknown[:1]
            ]
    return fields, wrong


def _invalid(path: list[object], given: object, allowed: str) -> _Wrong:
    """Say that what stands in the settings of a namespace is not valid."""
    keys = "".join(f"[{key!r}]" for key in path)
    message = f"{PREFIX}namespaces{keys} = {_shown(given)} is not valid"
    names = tuple(map(str, [f"{PREFIX}namespaces", *path, *([given] if isinstance(given, str) else [])]))
    remedy = f"give it {allowed}; until then it is left out"
    return Problem(kind=ProblemKind.CONFIG, message=message, remedy=remedy), names


def _shown(value: object) -> str:
    try:
        return repr(value)
    except ValueError:  # Python writes no integers of thousands of digits
        return f"… ({type(value).__name__})"


def _near_describer(given: str) -> str:
    """Say which describer may have been meant: one that is written otherwise, or of a scheme with another name."""
    scheme, colon, argument = "".join(given.split()).partition(":")
    schemes = dict.fromkeys(known.partition(":")[0] for known in DESCRIBERS)
    candidates = [f"{near}{colon}{argument}" for near in nearest(scheme, schemes)]
    candidates += nearest(given, (each for each in DESCRIBERS if each.islower()))
    return next((f" (the nearest: {each})" for each in candidates if _DESCRIBER.search(each)), "")


def default(field: msgspec.structs.FieldInfo) -> object:
    """Return the default of a setting."""
    return field.default_factory() if field.default is msgspec.NODEFAULT else field.default


def resolved(name: str, value: object, folder: Path) -> object:
    """Make the value of a setting that is a path absolute.

    :param folder: what it is relative to, that of conf.py
    """
    is_path = name == "overlay" or (name == "python" and os.sep in str(value))  # or else a command, python3.9
    return str(folder / value) if is_path and isinstance(value, str) else value


def _in_list(name: str, value: object) -> object:
    """Divide the names that Sphinx's command line gives as one text; it does that where the default is a list."""
    if name == "mock_imports" and isinstance(value, str):
        return [mocked for mocked in map(str.strip, value.split(",")) if mocked]
    return value


def expected(field: msgspec.structs.FieldInfo) -> str:
    """Say in words which values a setting takes."""
    return str(_meta(field)["values"])


def description(field: msgspec.structs.FieldInfo) -> str:
    """Return the help of a setting, as reStructuredText."""
    return str(_meta(field)["description"])


def _meta(field: msgspec.structs.FieldInfo) -> dict[str, Any]:
    info = msgspec.inspect.type_info(field.type)
    assert isinstance(info, msgspec.inspect.Metadata)
    return {**(info.extra_json_schema or {}), **(info.extra or {})}
