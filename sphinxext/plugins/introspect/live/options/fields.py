"""Options of dataclasses, and of classes of attrs: their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

MAKERS = (dict, list, set, tuple, frozenset)
"""Classes that are called to make a default which holds nothing."""

HELP = ("help", "description", "doc")
"""Keys of the metadata of a field that tell what it is."""


def read(target: Any, tell: Any) -> dict[str, Any] | None:
    """Read a class, or an instance of one."""
    of = target if isinstance(target, type) else type(target)
    dataclass = getattr(of, "__dataclass_fields__", None)
    attrs = getattr(of, "__attrs_attrs__", None)
    if isinstance(dataclass, dict):
        fields = [each for each in dataclass.values() if str(each._field_type) == "_FIELD"]
    elif isinstance(attrs, tuple):
        fields = list(attrs)
    else:
        return None
    docs = tell.documented(of)
    return {"options": tell.each(option, [each for each in fields if each.init], of, docs, tell)}


def option(field: Any, of: type, docs: dict[str, str], tell: Any) -> dict[str, Any]:
    """Return one that a field declares."""
    annotation = tell.hint(of, field.name, field.type)
    default, factory = field.default, getattr(field, "default_factory", None)
    missing = is_missing(default) or is_nothing(default)
    if hasattr(default, "factory"):  # of attrs
        factory, missing = default.factory, True
    makes = factory is not None and not is_missing(factory)
    made = factory() if factory in MAKERS else None
    said = [field.metadata.get(key) for key in HELP if isinstance(field.metadata.get(key), str)]
    said += [each for each in (getattr(field, "doc", None), docs.get(field.name)) if isinstance(each, str)]
    alias = getattr(field, "alias", None)
    return {
        "name": alias if isinstance(alias, str) else field.name,
        "type": None if annotation is None else tell.type(annotation),
        "default": made if missing else default,
        "required": missing and not makes,
        "choices": tell.choices(annotation),
        "secret": field.metadata.get("secret") is True,
        "help": tell.text(said[0]) if said else None,
        "owner": tell.owner(of, field.name),
    }


def is_missing(value: Any) -> bool:
    """Whether it stands for no default in a dataclass."""
    return type(value).__name__ == "_MISSING_TYPE"


def is_nothing(value: Any) -> bool:
    """Whether it stands for no default in attrs."""
    return type(value).__name__ in ("_Nothing", "NOTHING_TYPE") or repr(type(value)) == "<enum '_Nothing'>"
