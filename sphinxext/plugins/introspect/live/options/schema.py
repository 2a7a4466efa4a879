"""Options of a JSON Schema, and of what gives one: models of pydantic, structs of msgspec."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "array": "list", "object": "dict"}
TYPES["null"] = "None"


def read(target: Any, tell: Any) -> dict[str, Any] | None:
    """Read a schema, or that of a class."""
    schema, of = target, target if isinstance(target, type) else type(target)
    if not issubclass(type(target), dict):
        schema = made(of, tell)
    if schema is None or not is_schema(schema):
        return None
    options = properties(schema, schema, "", tell)
    prefix = None
    if tell.is_a(target, "pydantic_settings.main.BaseSettings"):
        prefix = (getattr(of, "model_config", None) or {}).get("env_prefix", "")
    for each in options if schema is not target else ():
        each["owner"] = None if "." in each["name"] else tell.owner(of, each["name"])
        each["environment"] = [] if prefix is None or "." in each["name"] else [(prefix + each["name"]).upper()]
    return {"options": options}


def made(of: type, tell: Any) -> Any:
    """Have a class give its schema; None where it has none."""
    if tell.is_a(of, "pydantic.main.BaseModel"):
        give = getattr(of, "model_json_schema", None) or getattr(of, "schema", None)
        return give() if give else None
    if tell.has(of, "model_json_schema"):
        return of.model_json_schema()  # type: ignore[attr-defined]
    if tell.is_a(of, "msgspec.Struct") and "msgspec.json" in sys.modules:
        return sys.modules["msgspec.json"].schema(of)
    return None


def is_schema(schema: Any) -> bool:
    """Whether a dictionary is a schema of an object."""
    if not issubclass(type(schema), dict):
        return False
    inner = schema.get("properties")
    return ("$ref" in schema and any(key in schema for key in ("$defs", "definitions"))) or (
        isinstance(inner, dict) and (schema.get("type") == "object" or "$schema" in schema)
    )


def resolved(schema: Any, whole: Any, tell: Any) -> dict[str, Any]:
    """Return what a schema refers to in the whole, with what it says itself."""
    for _ in range(tell.limits.DEEPEST_VALUE):
        if not isinstance(schema, dict):
            return {}
        parts = schema.get("allOf")
        if isinstance(parts, list) and len(parts) == 1 and isinstance(parts[0], dict):
            schema = {**parts[0], **{key: value for key, value in schema.items() if key != "allOf"}}
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return dict(schema)
        found: Any = whole
        for name in reference[2:].split("/"):
            found = found.get(name.replace("~1", "/").replace("~0", "~"), {}) if isinstance(found, dict) else {}
        schema = {**found, **{key: value for key, value in schema.items() if key != "$ref"}}
    return {}


def properties(schema: Any, whole: Any, above: str, tell: Any) -> list[dict[str, Any]]:
    """Return the options of an object, with those of the objects in it."""
    schema = resolved(schema, whole, tell)
    required = schema.get("required", ())
    options: list[dict[str, Any]] = []
    for name, given in schema.get("properties", {}).items():
        found = resolved(given, whole, tell)
        path = above + name
        if found.get("type") == "object" and found.get("properties") and path.count(".") < tell.limits.DEEPEST_OPTION:
            options += properties(found, whole, path + ".", tell)
        else:
            options.append(option(path, found, whole, required=name in required, tell=tell))
            options[-1]["group"] = above.rstrip(".") or None
    return options


def option(name: str, given: dict[str, Any], whole: Any, *, required: bool, tell: Any) -> dict[str, Any]:
    """Return one."""
    kinds = [resolved(each, whole, tell) for each in given.get("anyOf") or given.get("oneOf") or [given]]
    values = [each for each in kinds if each.get("type") != "null"]
    only = values[0] if len(values) == 1 else {}
    whole_numbers = only.get("type") == "integer"
    least, most = only.get("minimum"), only.get("maximum")
    if least is None and whole_numbers and type(only.get("exclusiveMinimum")) is int:
        least = only["exclusiveMinimum"] + 1
    if most is None and whole_numbers and type(only.get("exclusiveMaximum")) is int:
        most = only["exclusiveMaximum"] - 1
    said = only.get("enum") or ([only["const"]] if "const" in only else [])
    return {
        "name": name,
        "type": " | ".join(dict.fromkeys(filter(None, (kind_of(each, whole, tell) for each in kinds)))) or None,
        "default": given.get("default"),
        "required": required,
        "multiple": only.get("type") == "array",
        "choices": [{"value": each} for each in said],
        "minimum": least,
        "maximum": most,
        "secret": only.get("writeOnly") is True or only.get("format") == "password" or given.get("writeOnly") is True,
        "help": tell.text(given.get("description")),
        "deprecated": {} if given.get("deprecated") is True else None,
    }


def kind_of(given: dict[str, Any], whole: Any, tell: Any) -> str | None:
    """Name what values a schema takes."""
    kind = given.get("type")
    if isinstance(kind, list):
        return " | ".join(TYPES.get(each, str(each)) for each in kind)
    if kind is None:
        values = given.get("enum") or ([given["const"]] if "const" in given else [])
        return " | ".join(dict.fromkeys(type(each).__name__ for each in values)) or None
    if kind == "string" and given.get("format") not in (None, "password"):
        return str(given["format"])
    inner = resolved(given.get("items"), whole, tell) if kind == "array" else {}
    named = kind_of(inner, {}, tell) if inner else None
    return "list[{}]".format(named) if named else TYPES.get(kind, str(kind))
