"""Every setting, declared once: name, type, default and help.

The configuration of Sphinx and its reference page are made from :class:`Options`, so that a
setting cannot be accepted by one and unknown to the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from sphinxext.plugins.model import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "plugins_"
"""What the name of a setting begins with in conf.py."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a build, valid and complete."""

    introspection: Annotated[
        Literal["auto", "static", "import"],
        msgspec.Meta(
            description="How plugins are looked at: ``static`` reads their source and runs nothing of them; "
            "``import`` loads each in a process of its own; ``auto`` reads the source, and loads only the plugins "
            "that it does not tell of."
        ),
    ] = "auto"

    import_timeout: Annotated[
        float,
        msgspec.Meta(gt=0, description="How many seconds one plugin may take to load before it is given up."),
    ] = 30  # an int, for Sphinx takes no float from its command line


def from_config(values: Mapping[str, object]) -> tuple[Options, list[Problem]]:
    """Make the options of a build from the values of conf.py, by their names without prefix.

    A value that is not valid becomes a problem, and the setting keeps its default.
    """
    valid: dict[str, object] = {}
    problems: list[Problem] = []
    for field in msgspec.structs.fields(Options):
        try:
            valid[field.name] = msgspec.convert(values[field.name], field.type)
        except msgspec.ValidationError:
            problems.append(
                Problem(
                    kind=ProblemKind.CONFIG,
                    message=f"{PREFIX}{field.name} = {values[field.name]!r} is not valid",
                    remedy=f"give it {expected(field)} in conf.py; until then it is {field.default!r}",
                )
            )
    return Options(**valid), problems  # type: ignore[arg-type]  # each was converted to its field's type


def expected(field: msgspec.structs.FieldInfo) -> str:
    """Say in words which values a setting takes."""
    match msgspec.inspect.type_info(field.type):
        case msgspec.inspect.Metadata(type=msgspec.inspect.LiteralType(values=values)):
            return " or ".join(repr(value) for value in values)
        case msgspec.inspect.Metadata(type=msgspec.inspect.FloatType(gt=0)):
            return "a number above 0"
        case other:  # pragma: no cover
            msg = f"no words for {other}"
            raise AssertionError(msg)


def description(field: msgspec.structs.FieldInfo) -> str:
    """Give the help of a setting, as reStructuredText."""
    info = msgspec.inspect.type_info(field.type)
    assert isinstance(info, msgspec.inspect.Metadata)
    assert info.extra_json_schema is not None
    return str(info.extra_json_schema["description"])
