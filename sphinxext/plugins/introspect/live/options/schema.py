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
    options = properties(schema, schema, "", {}, tell)
    for each in options if schema is not target else ():
        path = each["name"].split(".")
        each["owner"] = None if path[1:] else tell.owner(of, path[0])
        tell.attempt("the field " + each["name"], of_field, each, of, path, tell)
    return {"options": options}


def of_field(each: dict[str, Any], of: Any, path: list[str], tell: Any) -> None:
    """Add what a model of pydantic knows of a field, and its schema does not."""
    found, model = None, of
    for part in path:
        found = fields_of(model).get(part)
        annotation = getattr(found[1], "annotation", None) if found else None
        model = next((kind for kind in (annotation, *getattr(annotation, "__args__", ())) if fields_of(kind)), None)
    if found is None:
        return
    name, field = found
    warned = getattr(field, "deprecated", None)
    reason = warned if isinstance(warned, str) else getattr(warned, "message", None)
    if each["deprecated"] is not None:
        each["deprecated"] = {"reason": reason}
    if each["type"] is None:
        each["type"] = tell.type(field.annotation)
    if not path[1:]:
        each["owner"] = tell.owner(of, name)
    if tell.is_a(of, "pydantic_settings.main.BaseSettings"):
        each["environment"] = variables(of, path)


def fields_of(of: Any) -> dict[str, tuple[str, Any]]:
    """Return the names and the declarations of the fields of a model of pydantic, by the names in its schema."""
    fields = getattr(of, "model_fields", None) if isinstance(of, type) else None
    found = {name: (name, field) for name, field in (fields or {}).items()}
    for name, field in list(found.values()):
        found.update((alias, (name, field)) for alias in aliases(field))
    return found


def aliases(field: Any) -> list[str]:
    """Return the names by which a field is given in place of its own."""
    given = getattr(field, "validation_alias", None)
    paths = [getattr(each, "path", [each]) for each in getattr(given, "choices", [given] if given else [])]
    return [str(path[0]) for path in paths]


def variables(of: Any, path: list[str]) -> list[str]:
    """Return the environment variables by which settings of pydantic take a field, or one of a model in it."""
    config = of.model_config
    prefix, target = config.get("env_prefix") or "", config.get("env_prefix_target") or "variable"
    name, field = fields_of(of)[path[0]]
    found = [prefix + alias if target != "variable" else alias for alias in aliases(field)]
    if not found or config.get("populate_by_name") or config.get("validate_by_name"):
        found.append(prefix + name if target != "alias" else name)
    between, most = config.get("env_nested_delimiter"), config.get("env_nested_max_split")
    if path[1:] and (not between or (most is not None and len(path) > most + 1)):
        return []
    found = [(between or "").join([first, *path[1:]]) for first in found]
    return found if config.get("case_sensitive") else [each.upper() for each in found]


def made(of: type, tell: Any) -> Any:
    """Have a class give its schema, in which a type that JSON has not is not told; None where it has none."""
    give = getattr(of, "model_json_schema", None)
    if tell.is_a(of, "pydantic.main.BaseModel") and "pydantic.json_schema" in sys.modules and give is not None:
        generator = sys.modules["pydantic.json_schema"].GenerateJsonSchema
        return give(schema_generator=type("Any", (generator,), {"handle_invalid_for_json_schema": lambda *_: {}}))
    if tell.is_a(of, "pydantic.main.BaseModel"):
        return of.schema()  # type: ignore[attr-defined]  # its version 1
    if give is not None:
        return give()
    if tell.is_a(of, "msgspec.Struct") and "msgspec.json" in sys.modules:
        return sys.modules["msgspec.json"].schema(of, schema_hook=lambda _: {"title": "any"})
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


def properties(schema: Any, whole: Any, above: str, usual: dict[str, Any] | None, tell: Any) -> list[dict[str, Any]]:
    """Return the options of an object, with those of the objects in it.

    :param usual: the defaults that the object has as a whole; None where there need not be one
    """
    schema = resolved(schema, whole, tell)
    required = schema.get("required", ()) if usual is not None else ()
    options: list[dict[str, Any]] = []
    for name, given in schema.get("properties", {}).items():
        found = resolved(given, whole, tell)
        path, needed = above + name, name in required and name not in (usual or {})
        found.update({"default": usual[name]} if usual and name in usual else {})
        if found.get("type") == "object" and found.get("properties") and path.count(".") < tell.limits.DEEPEST_OPTION:
            inner = found.get("default")
            inner = inner if inner and isinstance(inner, dict) else {} if needed and inner is None else None
            options += properties(found, whole, path + ".", inner, tell)
        else:
            options.append(option(path, found, whole, required=needed, tell=tell))
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
    parts = [given, only, resolved(only.get("items"), whole, tell)]
    types = [kind_of(each, whole, tell) for each in kinds]
    return {
        "name": name,
        "type": None if None in types else " | ".join(dict.fromkeys(map(str, types))),
        "default": given.get("default"),
        "required": required,
        "multiple": only.get("type") == "array",
        "choices": [{"value": each} for each in said],
        "minimum": least,
        "maximum": most,
        "secret": any(each.get("writeOnly") is True or each.get("format") == "password" for each in parts),
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
