"""Bring ``schema.json`` up to date, the JSON Schema of the catalog as JSON: ``python -m tests.schema``.

It is made from the model, the descriptions from the docstrings of its attributes.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema
import msgspec

from sphinxext.plugins.core import descriptions as described_by
from sphinxext.plugins.core import exported, interfaces, lifetimes, model, options
from tests.test_package import PACKAGE

if TYPE_CHECKING:
    from sphinxext.plugins.core.structs import Json

MODELS = {module.__name__ for module in (model, described_by, interfaces, lifetimes)}

FILE = PACKAGE / "core" / "schema.json"


def validate(text: bytes) -> Json:
    """Return the data of an export, after making sure that it is of the form."""
    data = json.loads(text)
    _validator().validate(data)
    return data


@cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(FILE.read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def schema() -> bytes:
    """Return what the file has to hold."""
    [_], parts = msgspec.json.schema_components([model.Catalog], ref_template="#/$defs/{name}")
    properties = parts["Plugin"]["properties"]
    parts["Plugin"]["properties"] = {key: properties[key] for key in model.Plugin.keys()}  # noqa: SIM118
    for name, part in parts.items():
        described = descriptions(_named(name))
        for key, value in part.get("properties", {}).items():
            if key in described:
                value["description"] = described[key]
            if "anyOf" in value:  # in an order that depends on the version of msgspec
                value["anyOf"].sort(key=lambda one: one == {"type": "null"})
        if "description" in part:
            part["description"] = plain(part["description"])
    # Names are the keys of what they name, and a plugin names its distribution.
    for name, key in (("Plugin", "namespace"), ("Namespace", "name")):
        parts[name]["required"].remove(key)
        del parts[name]["properties"][key]
    distribution = {"type": "string", "description": "The key of the distribution that registers it."}
    parts["Plugin"]["properties"]["distribution"] = distribution
    parts["Configuration"]["properties"]["schema"] = {
        "type": "object",
        "description": "A JSON Schema of an object with a value for each option, by its name; `proxy.host` in the "
        "group `proxy` is in an object.",
    }
    described = descriptions(model.Catalog)
    del parts["Catalog"]
    version = {
        "type": "string",
        "pattern": rf"^{exported.SCHEMA_VERSION.partition('.')[0]}\.[0-9]+$",
        "description": "The version of the form; a higher second number has more keys.",
    }
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:sphinxext-plugins:catalog:{exported.SCHEMA_VERSION}",
        "title": "Catalog",
        "description": "A catalog of plugins, made by sphinxext-plugins.",
        "type": "object",
        "properties": {
            "schema_version": version,
            "release": {"type": "string", "description": described["release"]},
            "selected": {"type": "array", "items": {"type": "string"}, "description": described["selected"]},
            "distributions": by_name("Distribution", "The distributions that register plugins, by name."),
            "namespaces": by_name("Namespace", "The namespaces with their plugins, by name."),
        },
        "required": ["schema_version", "distributions", "namespaces"],
        "$defs": parts,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False).encode() + b"\n"


def _named(name: str) -> type:
    modules = (model, described_by, interfaces, lifetimes, options)
    found: type = next(getattr(module, name) for module in modules if hasattr(module, name))
    return found


def by_name(part: str, description: str) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": {"$ref": f"#/$defs/{part}"},
        "description": description,
    }


def descriptions(of: type) -> dict[str, str]:
    """Return the docstrings of the attributes of a class of the model, and of those that it inherits."""
    [defined] = ast.parse(inspect.getsource(of)).body
    assert isinstance(defined, ast.ClassDef)
    found = descriptions(of.__base__) if of.__base__ and of.__base__.__module__ in MODELS else {}
    for statement, following in zip(defined.body, defined.body[1:], strict=False):
        match statement, following:
            case ast.AnnAssign(target=ast.Name(id=key)), ast.Expr(value=ast.Constant(value=str() as text)):
                found[key] = plain(text)
    return found


def plain(text: str) -> str:
    """Write the words of a docstring in one line, with what it marks up as code marked as in Markdown."""
    words = " ".join(text.split())
    return re.sub(r"``(.+?)``", r"`\1`", re.sub(r":pep:`(.+?)`", r"PEP \1", words))


def main() -> None:
    FILE.write_bytes(schema())


if __name__ == "__main__":
    main()
