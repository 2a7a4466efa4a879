"""Every setting, declared once: name, type, default and help.

The configuration of Sphinx and its reference page are made from :class:`Options`, so that a
setting cannot be accepted by one and unknown to the other.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

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


class NamespaceOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of the namespaces that a name or a glob fits."""

    fields: dict[str, tuple[Describer, ...]] = {}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a build, valid and complete."""

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

    namespaces: Annotated[
        dict[str, NamespaceOptions],
        msgspec.Meta(
            description="What is to be known of the plugins of a namespace, by its name or a glob: ``fields``, by "
            "their name the describers of which the first that gives something wins.",
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

    import_timeout: Annotated[
        float,
        msgspec.Meta(
            gt=0,
            description="How many seconds one plugin may take to load before it is given up.",
            extra={"values": "a number above 0"},
        ),
    ] = 30  # an int, for Sphinx takes no float from its command line


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
            where = str(error).partition(" - at ")[2]
            problems.append(
                Problem(
                    kind=ProblemKind.CONFIG,
                    message=f"{PREFIX}{field.name} = {values[field.name]!r} is not valid{where and f' at {where}'}",
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
    """Write a describer that stands alone as a list of one."""
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
