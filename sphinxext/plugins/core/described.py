"""How a setting is declared: what it does, takes and affects, once for Sphinx, the command and the documentation."""

from __future__ import annotations

from enum import Enum
from typing import Any

import msgspec


class Affects(Enum):
    """What has to be done again where a setting has another value: cache and fingerprints are made from this."""

    INTROSPECTION = "all plugins are introspected again, and pages read that show what is another then"
    PLUGINS = "pages are read again that show plugins of which others are found, or other facts"
    PAGES = "pages are read again that show plugins in another way then"
    OUTPUT = "no page is read again; builders of HTML write all"
    NOTHING = "no page is read again; warnings, or the pages that are written for plugins, may be others"


def declared(
    affects: Affects,
    description: str,
    values: str,
    *,
    flag: str | None = None,
    **bounds: Any,  # noqa: ANN401  # as msgspec has them
) -> msgspec.Meta:
    """Describe a setting.

    :param values: which values it takes, in words
    :param flag: what the command takes it by, if it does
    :param bounds: of the values, as msgspec has them
    """
    extra = {"values": values, "affects": affects, "flag": flag}
    return msgspec.Meta(description=description, extra=extra, **bounds)


def default(field: msgspec.structs.FieldInfo) -> object:
    """Return the default of a setting."""
    return field.default_factory() if field.default is msgspec.NODEFAULT else field.default


def expected(field: msgspec.structs.FieldInfo) -> str:
    """Say in words which values a setting takes."""
    return str(about(field)["values"])


def description(field: msgspec.structs.FieldInfo) -> str:
    """Return the help of a setting, as reStructuredText."""
    return str(about(field)["description"])


def about(field: msgspec.structs.FieldInfo) -> dict[str, Any]:
    """Return what is declared of a setting: its help, and the names in :func:`declared`."""
    info = msgspec.inspect.type_info(field.type)
    assert isinstance(info, msgspec.inspect.Metadata)
    return {**(info.extra_json_schema or {}), **(info.extra or {})}
