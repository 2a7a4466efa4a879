"""Options of commands, groups and parameters of click."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

COMMAND, GROUP, PARAMETER = ("click.core.{}".format(name) for name in ("Command", "Group", "Parameter"))
COMMANDS = (COMMAND, "click.core.BaseCommand")
GROUPS = (GROUP, "click.core.MultiCommand")
"""As older versions call them too."""

TYPES = {"text": "str", "integer": "int", "integer range": "int", "float range": "float", "boolean": "bool"}
TYPES["choice"] = "str"


def read(target: Any, tell: Any) -> dict[str, Any] | None:
    """Read a command, a parameter, or a list of parameters."""
    if isinstance(target, type):
        return None
    if isinstance(target, (list, tuple)) and target and all(tell.is_a(each, PARAMETER) for each in target):
        return {"options": [option(each, None, tell) for each in target]}
    if tell.is_a(target, PARAMETER):
        return {"options": [option(target, None, tell)]}
    if not tell.is_a(target, *COMMANDS):
        return None
    prefix = (getattr(target, "context_settings", None) or {}).get("auto_envvar_prefix")
    shown = [each for each in target.params if not getattr(each, "hidden", False)]
    context = target.context_class(target, info_name=tell.name.replace("_", "-"))
    usage = " ".join(target.get_usage(context).split())
    return {
        "options": [option(each, prefix, tell) for each in shown],
        "usage": usage[len("usage: ") :] if usage.lower().startswith("usage: ") else usage,
        "subcommands": subcommands(target, context, tell) if tell.is_a(target, *GROUPS) else [],
    }


def option(given: Any, prefix: str | None, tell: Any) -> dict[str, Any]:
    """Return one that a parameter declares."""
    of, variables = given.type, given.envvar
    is_option = tell.is_a(given, "click.core.Option")
    if variables is None and prefix and is_option and given.allow_from_autoenv:
        variables = "{}_{}".format(prefix, given.name.upper().replace("-", "_"))
    flags = [*given.opts, *given.secondary_opts] if is_option else []
    counts = is_option and given.count
    kind = "bool" if is_option and given.is_bool_flag else TYPES.get(of.name, of.name)
    warned = getattr(given, "deprecated", False)
    return {
        "name": given.name,
        "flags": flags,
        "environment": [variables] if isinstance(variables, str) else list(variables or ()),
        "type": tell.type(of.func) if tell.is_a(of, "click.types.FuncParamType") else kind,
        "default": default_of(given),
        "required": bool(given.required),
        "multiple": bool(getattr(given, "multiple", False)) or given.nargs != 1 or bool(counts),
        "choices": [{"value": each} for each in getattr(of, "choices", ())],
        "minimum": None if counts else limit(of, "min", 1),
        "maximum": None if counts else limit(of, "max", -1),
        "secret": bool(getattr(given, "hide_input", False)),
        "help": tell.text(getattr(given, "help", None)),
        "deprecated": {"reason": warned if isinstance(warned, str) else None} if warned else None,
    }


def default_of(given: Any) -> Any:
    """Return the default; None where a function makes it, or where newer versions say that there is none."""
    found = given.default
    return None if callable(found) or type(found).__module__.startswith("click.") else found


def limit(of: Any, name: str, step: int) -> Any:
    """Return the least or the greatest number of a range that is allowed, where there is one."""
    found = getattr(of, name, None)
    if getattr(of, name + "_open", False):
        return found + step if type(found) is int else None
    return found


def subcommands(group: Any, context: Any, tell: Any) -> list[dict[str, Any]]:
    """Return the commands of a group."""
    found = [(name, group.get_command(context, name)) for name in group.list_commands(context)]
    return [
        {"name": name, "help": tell.text(command.get_short_help_str(limit=1000))}
        for name, command in found
        if command is not None and not command.hidden
    ]
