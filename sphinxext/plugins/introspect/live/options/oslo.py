"""Options of oslo.config and of keystoneauth: objects of their classes, lists of them, and what gives such."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Iterator

OPTION = ("name", "dest", "help", "default", "required", "secret", "type")
"""What each option has."""

TYPES = {"String": "str", "MultiString": "str", "Boolean": "bool", "Integer": "int", "Float": "float"}
TYPES.update({"Number": "float", "List": "list", "Dict": "dict", "Range": "range"})
"""What the types of oslo.config take, by the name of their class; others have a name of their own."""

GIVING = ("get_options", "list_opts")
"""Methods and functions that give options."""


REGISTRY = "oslo_config.cfg.ConfigOpts"
"""What options are registered with: like each group in it a mapping of their values, secret ones among them."""


def read(target: Any, tell: Any) -> dict[str, Any] | None:
    """Read options, a list or a registry of them or of groups of them, or what gives such."""
    if tell.is_a(target, REGISTRY):
        return {"options": tell.each(registered, target._all_opt_infos(), tell)}
    if tell.is_a(target, REGISTRY + ".GroupAttr"):
        pairs_of = [(info, target._group) for info in target._group._opts.values()]
        return {"options": tell.each(registered, pairs_of, tell)}
    for name in GIVING:
        if getattr(target, "__name__", None) == name and callable(target):
            return of_listed(target(), tell)
        if tell.has(target, name):
            return of_listed(tell.called(target, name), tell)
    return of_listed(target, tell)


def of_listed(target: Any, tell: Any) -> dict[str, Any] | None:
    """Read an option, or a list of them or of groups of them."""
    if issubclass(type(target), dict):
        target = list(target.items())
    if tell.has(target, *OPTION) and not isinstance(target, type):
        target = [target]
    if not isinstance(target, (list, tuple)) and not hasattr(type(target), "__next__"):
        return None
    found = list(pairs(target, tell))
    if not found or not all(tell.has(each, *OPTION) and isinstance(each.name, str) for _, each in found):
        return None
    return {"options": tell.each(lambda pair: option(pair[1], pair[0], tell), found)}


def registered(pair: tuple[dict[str, Any], Any], tell: Any) -> dict[str, Any]:
    """Return one that is registered, with its flags where it is one of the command line."""
    info, group = pair
    given, section = info["opt"], group.name if group is not None else None
    found = option(given, section, tell)
    if "default" in info:  # set where it is registered
        found["default"] = info["default"]
    if info["cli"] and not given.positional:
        above = section + "-" if section else ""
        found["flags"] = ["--" + above + given.name, *(["-" + given.short] if given.short else [])]
        found["flags"] += ["--" + above + "no" + given.name] if tell.is_a(given, "oslo_config.cfg.BoolOpt") else []
    return found


def pairs(target: Any, tell: Any) -> Iterator[tuple[str | None, Any]]:
    """Return each option with its group."""
    for each in target:
        if isinstance(each, tuple) and len(each) == 2 and isinstance(each[1], (list, tuple)):  # noqa: PLR2004
            group = each[0] if each[0] is None or isinstance(each[0], str) else getattr(each[0], "name", None)
            for inner in each[1]:
                yield group, inner
        else:
            yield tell.text(getattr(each, "group", None)), each


def option(given: Any, group: str | None, tell: Any) -> dict[str, Any]:
    """Return one."""
    of, several = given.type, bool(getattr(given, "multi", False))
    inner = getattr(of, "item_type", of)
    choices = getattr(inner, "choices", None) or {}
    sample = getattr(given, "sample_default", None)
    kind = type(of).__name__
    replaced = None
    if getattr(given, "deprecated_for_removal", False):
        replaced = {"since": given.deprecated_since, "reason": tell.text(given.deprecated_reason)}
    return {
        "name": given.name,
        "flags": list(getattr(given, "argparse_args", ())),
        "environment": list(getattr(given, "argparse_envvars", ())),
        "type": tell.type(of) if isinstance(of, type) or callable_by_name(of) else TYPES.get(kind, kind.lower()),
        "default": given.default if sample is None else sample,
        "required": bool(given.required),
        "multiple": several or kind == "List",
        "choices": [{"value": value, "help": tell.text(choices[value])} for value in choices]
        if hasattr(choices, "keys")
        else list(choices),
        "minimum": getattr(inner, "min", None),
        "maximum": getattr(inner, "max", None),
        "secret": bool(given.secret),
        "group": group,
        "help": tell.text(given.help),
        "deprecated": replaced,
    }


def callable_by_name(of: Any) -> bool:
    """Whether it is a function, and no type of oslo.config."""
    return hasattr(of, "__qualname__")
