"""Options of classes of traitlets: their traits that can be configured."""

from __future__ import annotations

from enum import Enum
from math import isinf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

TYPES = {"Unicode": "str", "CUnicode": "str", "Bool": "bool", "CBool": "bool", "Int": "int", "CInt": "int"}
TYPES.update({"Long": "int", "Integer": "int", "Float": "float", "CFloat": "float", "Bytes": "bytes"})
TYPES.update({"List": "list", "CList": "list", "Dict": "dict", "Set": "set", "Tuple": "tuple", "Enum": "str"})
TYPES.update({"CaselessStrEnum": "str", "FuzzyEnum": "str"})
MADE = ("Instance", "This")
"""Those whose default is an object that is made."""

SEVERAL = ("List", "Set", "Tuple")


def read(target: Any, tell: Any) -> dict[str, Any] | None:
    """Read a class."""
    if not tell.is_a(target, "traitlets.traitlets.HasTraits"):
        return None
    of: Any = target if isinstance(target, type) else type(target)
    return {"options": tell.each(option, of.class_traits(config=True).items(), of, tell)}


def option(item: tuple[str, Any], target: Any, tell: Any) -> dict[str, Any]:
    """Return one that a trait declares."""
    name, trait = item
    classes = [of.__name__ for of in tell.classes(trait)]
    kind = next((each for each in classes if each in TYPES), None)
    declared = getattr(trait, "klass", None) if "ClassBasedTraitType" in classes and kind is None else None
    owner = trait.this_class
    is_number = kind is not None and TYPES[kind] in ("int", "float")
    values = list(getattr(trait, "enum_class", None) or getattr(trait, "values", None) or ())
    of = " | ".join(dict.fromkeys(type(each).__name__ for each in values)) if kind == "Enum" else None
    made = kind is None and any(each in classes for each in MADE)
    return {
        "name": name,
        "flags": ["--{}.{}".format(target.__name__, name)],
        "type": of or TYPES[kind] if kind else tell.type(declared) if declared else classes[0],
        "default": None if made else tell.attempt("the default of " + name, default_of, name, trait, target),
        "multiple": kind in SEVERAL,
        "choices": [{"value": each} for each in map(written, values)],
        "minimum": bound(trait, "min") if is_number else None,
        "maximum": bound(trait, "max") if is_number else None,
        "help": tell.text(trait.help),
        "owner": None if owner is target or owner is None else tell.path(owner),
    }


def written(value: Any) -> Any:
    """Return a value as it is written: of a member of an enumeration its name."""
    return value.name if isinstance(value, Enum) else value


def bound(trait: Any, name: str) -> Any:
    """Return a bound; None where it is infinite."""
    found = getattr(trait, name, None)
    return None if isinstance(found, float) and isinf(found) else found


def default_of(name: str, trait: Any, target: Any) -> Any:
    """Return the default; None where a method makes it."""
    if any(name in getattr(of, "_trait_default_generators", {}) for of in target.__mro__):
        return None
    if hasattr(target, "_{}_default".format(name)):
        return None
    found = trait.default()
    return None if type(found).__name__ == "Sentinel" else written(found)
