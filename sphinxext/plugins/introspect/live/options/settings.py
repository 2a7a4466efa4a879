"""Options of a mapping of settings with their defaults, as projects for Django have."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

HELP = ("help", "description", "doc")
KNOWN = {"default", "type", "required", "choices", "secret", "minimum", "maximum", *HELP}
"""What may be told of a setting in a mapping of its own."""


def read(target: Any, tell: Any) -> dict[str, Any] | None:
    """Read a mapping by the names of settings."""
    if isinstance(target, type) or not tell.has(target, "keys", "__getitem__", "items"):
        return None
    items = list(target.items())
    if not items or not all(isinstance(name, str) for name, _ in items):
        return None
    return {"options": tell.each(option, items, tell)}


def option(item: tuple[str, Any], tell: Any) -> dict[str, Any]:
    """Return one: a value is its default, or tells more than that."""
    name, value = item
    if isinstance(value, dict) and "default" in value and set(value) <= KNOWN:
        told = next((value[key] for key in HELP if key in value), None)
        kept = {key: value[key] for key in value if key not in HELP}
        of = value.get("type", type(value["default"]))
        return dict(kept, name=name, type=tell.type(of), help=tell.text(told))
    return {"name": name, "type": None if value is None else tell.type(type(value)), "default": value}
