"""Options of classes of traitlets: their traits that can be configured."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

TYPES = {"Unicode": "str", "CUnicode": "str", "Bool": "bool", "CBool": "bool", "Int": "int", "CInt": "int"}
TYPES.update({"Long": "int", "Integer": "int", "Float": "float", "CFloat": "float", "Bytes": "bytes"})
TYPES.update({"List": "list", "CList": "list", "Dict": "dict", "Set": "set", "Tuple": "tuple", "Enum": "str"})
TYPES.update({"CaselessStrEnum": "str", "FuzzyEnum": "str"})
SEVERAL = ("List", "Set", "Tuple")


def read(target: Any, tell: Any) -> dict[str, Any] | None:
    """Read a class."""
    if not tell.is_a(target, "traitlets.traitlets.HasTraits"):
        return None
    of: Any = target if isinstance(target, type) else type(target)
    found = of.class_traits(config=True)
    return {"options": [option(name, trait, of, tell) for name, trait in found.items()]}


def option(name: str, trait: Any, target: Any, tell: Any) -> dict[str, Any]:
    """Return one that a trait declares."""
    classes = [of.__name__ for of in tell.classes(trait)]
    kind = next((each for each in classes if each in TYPES), None)
    declared = getattr(trait, "klass", None) if "ClassBasedTraitType" in classes and kind is None else None
    owner = trait.this_class
    is_number = kind is not None and TYPES[kind] in ("int", "float")
    return {
        "name": name,
        "flags": ["--{}.{}".format(target.__name__, name)],
        "type": TYPES[kind] if kind else tell.type(declared) if declared else classes[0],
        "default": default_of(name, trait, target, kind),
        "multiple": kind in SEVERAL,
        "choices": [{"value": each} for each in getattr(trait, "values", None) or ()],
        "minimum": getattr(trait, "min", None) if is_number else None,
        "maximum": getattr(trait, "max", None) if is_number else None,
        "help": tell.text(trait.help),
        "owner": None if owner is target or owner is None else tell.path(owner),
    }


def default_of(name: str, trait: Any, target: Any, kind: str | None) -> Any:
    """Return the default; None where a method makes it, or an object."""
    if kind is None:
        return None
    if any(name in getattr(of, "_trait_default_generators", {}) for of in target.__mro__):
        return None
    if hasattr(target, "_{}_default".format(name)):
        return None
    found = trait.default()
    return None if type(found).__name__ == "Sentinel" else found
