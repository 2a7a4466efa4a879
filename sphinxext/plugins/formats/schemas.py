"""The options of plugins as JSON Schemas, by which a file of settings is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext.plugins.core.exported import sound
from sphinxext.plugins.core.text import escape_json
from sphinxext.plugins.formats import Format
from sphinxext.plugins.formats.json import encoded

if TYPE_CHECKING:
    from sphinxext.plugins.core.model import Catalog
    from sphinxext.plugins.core.options import Configuration, Option
    from sphinxext.plugins.core.structs import Json

_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "array", "dict": "object"}
_TYPES["None"] = "null"


def to_schemas(catalog: Catalog) -> bytes:
    """Write a schema for each plugin whose options are known, by its identity; of several of one, the first's."""
    schemas: dict[str, Json] = {}
    for namespace in sound(catalog).namespaces:
        for plugin in namespace.plugins:
            if plugin.configuration is not None:
                schemas.setdefault(plugin.identity, schema(plugin.configuration, plugin.identity))
    return escape_json(encoded(schemas).decode()).encode()


def schema(configuration: Configuration, title: str) -> dict[str, Json]:
    """Return a JSON Schema of the draft 2020-12 that a table of options by their names has to follow."""
    required = [option.name for option in configuration.options if option.required]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "properties": {option.name: _property(option) for option in configuration.options},
        **({"required": required} if required else {}),
    }


def _property(option: Option) -> dict[str, Json]:
    """Return what a value has to be, as far as that is known: a type that JSON has not allows all."""
    names = [name.partition("[")[0] for name in (option.type or "").split(" | ")]
    types = [_TYPES[name] for name in names] if all(name in _TYPES for name in names) else []
    numbers = {"minimum": option.minimum, "maximum": option.maximum}
    value: dict[str, Json] = {"type": types[0] if len(types) == 1 else types} if types else {}
    value |= {"enum": [choice.value for choice in option.choices]} if option.choices else {}
    value |= {key: bound for key, bound in numbers.items() if isinstance(bound, int | float)}
    if option.multiple:
        value = {"type": "array", **({"items": value} if value and types != ["array"] else {})}
    facts = {"description": option.help, "default": option.default}
    marks = {"writeOnly": option.secret, "deprecated": option.deprecated is not None}
    value |= {key: fact for key, fact in facts.items() if fact is not None}
    return value | {key: True for key, is_so in marks.items() if is_so}


FORMAT = Format(lambda catalog, _settings: to_schemas(catalog), "application/schema+json")
