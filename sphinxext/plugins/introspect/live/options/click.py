"""Options of commands, groups and parameters of click."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

PACKAGES = ("click", "typer._click")
"""Newer versions of Typer have a click of their own."""

COMMANDS, GROUPS, PARAMETERS, FUNCTIONS, TUPLES = (
    tuple("{}.{}".format(package, name) for package in PACKAGES for name in names)
    for names in (
        ("core.Command", "core.BaseCommand"),  # as older versions call them too
        ("core.Group", "core.MultiCommand"),
        ("core.Parameter",),
        ("types.FuncParamType",),
        ("types.Tuple",),
    )
)

TYPES = {"text": "str", "integer": "int", "integer range": "int", "float range": "float", "boolean": "bool"}
TYPES["choice"] = "str"


def read(target: Any, tell: Any) -> dict[str, Any] | None:
    """Read a command, a parameter, or a list of parameters."""
    if isinstance(target, type):
        return None
    if isinstance(target, (list, tuple)) and target and all(tell.is_a(each, *PARAMETERS) for each in target):
        return {"options": tell.each(option, target, None, tell)}
    if tell.is_a(target, *PARAMETERS):
        return {"options": tell.each(option, [target], None, tell)}
    if not tell.is_a(target, *COMMANDS):
        return None
    prefix = (getattr(target, "context_settings", None) or {}).get("auto_envvar_prefix")
    shown = [each for each in target.params if not getattr(each, "hidden", False)]
    context = target.context_class(target, info_name=tell.name.replace("_", "-"))
    usage = " ".join((tell.attempt("the usage", target.get_usage, context) or "").split())
    return {
        "options": tell.each(option, shown, prefix, tell),
        "usage": usage[len("usage: ") :] if usage.lower().startswith("usage: ") else usage,
        "subcommands": subcommands(target, context, tell) if tell.is_a(target, *GROUPS) else [],
    }


def option(given: Any, prefix: str | None, tell: Any) -> dict[str, Any]:
    """Return one that a parameter declares."""
    variables = given.envvar
    is_option = given.param_type_name == "option"
    if variables is None and prefix and is_option and given.allow_from_autoenv:
        variables = "{}_{}".format(prefix, given.name.upper().replace("-", "_"))
    counts = is_option and given.count
    warned = getattr(given, "deprecated", False)
    said = {
        "name": given.name,
        "flags": [*given.opts, *given.secondary_opts] if is_option else [],
        "environment": [variables] if isinstance(variables, str) else list(variables or ()),
        "required": bool(given.required),
        "multiple": bool(getattr(given, "multiple", False)) or given.nargs != 1 or bool(counts),
        "secret": bool(getattr(given, "hide_input", False)),
        "help": tell.text(getattr(given, "help", None)),
        "deprecated": {"reason": warned if isinstance(warned, str) else None} if warned else None,
    }
    said.update(typed(given, tell))
    return dict(said, minimum=None, maximum=None) if counts else said


def typed(given: Any, tell: Any) -> dict[str, Any]:
    """Return what the type of a parameter says of it, which in Typer's own click is an annotation."""
    of = getattr(given, "type", None)
    if of is None:
        annotation = given.type_descriptor.annotation
        default, choices, of = given.default, tell.choices(annotation), given
        name = TYPES["choice"] if choices else tell.type(annotation)
    else:
        name, default = kind(of, tell), default_of(given)
        choices = [{"value": chosen(each)} for each in getattr(of, "choices", ())]
    return {
        "type": "bool" if getattr(given, "is_bool_flag", False) else name,
        "default": default,
        "choices": choices,
        "minimum": limit(of, "min", 1),
        "maximum": limit(of, "max", -1),
    }


def kind(of: Any, tell: Any) -> Any:
    """Name a type."""
    if tell.is_a(of, *FUNCTIONS):
        return tell.type(of.func)
    if tell.is_a(of, *TUPLES):
        return "tuple[{}]".format(", ".join(str(kind(each, tell)) for each in of.types))
    return TYPES.get(of.name, of.name)


def chosen(value: Any) -> Any:
    """Return what is written to choose a value: of a member of an enumeration its name."""
    return value.name if isinstance(value, Enum) else str(value)


def default_of(given: Any) -> Any:
    """Return the default; None where a function makes it, or where newer versions say that there is none."""
    found = given.default
    if found is True and getattr(given, "is_flag", False) and not given.is_bool_flag:
        return given.flag_value
    if callable(found) or type(found).__module__.startswith(("click.", "typer.")):
        return None
    if not hasattr(given.type, "choices") or found is None:
        return found
    return [chosen(each) for each in found] if isinstance(found, (list, tuple)) else chosen(found)


def limit(of: Any, name: str, step: int) -> Any:
    """Return the least or the greatest number of a range that is allowed, where there is one."""
    found = getattr(of, name, None)
    if getattr(of, name + "_open", False):
        return found + step if type(found) is int else None
    return found


def subcommands(group: Any, context: Any, tell: Any) -> list[dict[str, Any]]:
    """Return the commands of a group."""
    found: list[dict[str, Any]] = tell.each(subcommand, group.list_commands(context), group, context, tell)
    return found


def subcommand(name: str, group: Any, context: Any, tell: Any) -> dict[str, Any] | None:
    """Return a command of a group, as far as that has it; None where it is hidden."""
    found = tell.attempt("the command " + name, lambda: [group.get_command(context, name)])
    command = found[0] if found else None
    if found and (command is None or command.hidden):
        return None
    return {"name": name, "help": tell.text(command.get_short_help_str(limit=1000)) if command else None}
