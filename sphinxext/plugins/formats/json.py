"""The catalog as JSON: what snapshots are, and what pages bring as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext.plugins.core.exported import SCHEMA_VERSION, sound
from sphinxext.plugins.core.model import Plugin
from sphinxext.plugins.core.options import Configuration
from sphinxext.plugins.core.text import escape_json
from sphinxext.plugins.formats import Format

if TYPE_CHECKING:
    from sphinxext.plugins.core.model import Catalog
    from sphinxext.plugins.core.structs import Json

FIRST = b'{\n "schema_version"'
"""What each catalog that is written begins with."""


def to_json(catalog: Catalog) -> bytes:
    """Write a catalog as JSON, the same text for the same catalog, with nothing in it that acts where it is shown.

    .. code-block:: json

       {"schema_version": "1.0",
        "distributions": {"sluice": {"name": "sluice", "version": "2.1.0"}},
        "namespaces": {"sluice.reader": {"plugins": [{"name": "csv", "distribution": "sluice"}]}}}

    What is not known is left out. Each distribution stands there once. Problems of the whole are those of
    where it was found, and do not go with it.
    """
    distributions: dict[str, Any] = {}
    namespaces: dict[str, Any] = {}
    made = msgspec.to_builtins(sound(catalog))
    for namespace in sorted(made.get("namespaces", ()), key=lambda each: str(each["name"])):
        for plugin in namespace.get("plugins", ()):
            facts = {key: plugin.pop(key) for key in Plugin.keys() if key in plugin}  # noqa: SIM118  # not of a dict
            del facts["namespace"]
            plugin.update(facts)
            if configuration := plugin.get("configuration"):
                configuration["schema"] = msgspec.convert(configuration, Configuration).schema()
            distribution = plugin.get("distribution")
            if distribution is not None:
                distributions[distribution["name"]] = distribution
                plugin["distribution"] = distribution["name"]
        namespaces[namespace.pop("name")] = namespace
    whole = {
        "schema_version": SCHEMA_VERSION,
        **{key: made[key] for key in ("release", "selected") if key in made},
        "distributions": dict(sorted(distributions.items())),
        "namespaces": namespaces,
    }
    return escape_json(encoded(whole).decode()).encode()


def encoded(value: Json) -> bytes:
    """Write any data as JSON, each key on a line of its own."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


FORMAT = Format(lambda catalog, _settings: to_json(catalog), "application/json")
