"""The options of plugins as JSON Schemas, by which a file of settings is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext.plugins.core.exported import sound
from sphinxext.plugins.core.fields import full_identity
from sphinxext.plugins.core.text import escape_json
from sphinxext.plugins.formats import Format
from sphinxext.plugins.formats.json import encoded

if TYPE_CHECKING:
    from sphinxext.plugins.core.model import Catalog
    from sphinxext.plugins.core.structs import Json

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def to_schemas(catalog: Catalog) -> bytes:
    """Write a schema for each plugin whose options are known, by its identity.

    Of another one of that identity its distribution is added, ``NAMESPACE:NAME@DISTRIBUTION``.
    """
    schemas: dict[str, Json] = {}
    for plugin in (each for namespace in sound(catalog).namespaces for each in namespace.plugins):
        if plugin.configuration is not None:
            name = full_identity(plugin) if plugin.identity in schemas else plugin.identity
            schemas.setdefault(name, {"$schema": _DRAFT, "title": name, **plugin.configuration.schema()})
    return escape_json(encoded(schemas).decode()).encode()


FORMAT = Format(lambda catalog, _settings: to_schemas(catalog), "application/schema+json")
