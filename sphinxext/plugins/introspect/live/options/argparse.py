"""Options of parsers of :mod:`argparse`, and of commands that make one, as those of cliff do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

SUPPRESS = "==SUPPRESS=="
USUAL = ("positional arguments", "options", "optional arguments")
"""The groups that each parser has."""

SWITCHES = {"_StoreTrueAction": "bool", "_StoreFalseAction": "bool", "BooleanOptionalAction": "bool"}
SWITCHES.update({"_CountAction": "int", "_HelpAction": "bool", "_VersionAction": "bool"})
SEVERAL = {"_AppendAction", "_AppendConstAction", "_CountAction", "_ExtendAction"}
"""Actions by the names of their classes, which those that others write inherit from."""


def read(target: Any, tell: Any) -> dict[str, Any] | None:
    """Read a parser, or the one that ``get_parser(name)`` of a command gives."""
    if tell.has(target, "get_parser") and not tell.is_a(target, "argparse.ArgumentParser"):
        target = tell.called(target, "get_parser", tell.name.replace("_", " "))
    if not tell.is_a(target, "argparse.ArgumentParser"):
        return None
    groups = {id(action): group.title for group in target._action_groups for action in group._group_actions}
    shown = [action for action in target._actions if action.help != SUPPRESS]
    commands = [action for action in shown if tell.is_a(action, "argparse._SubParsersAction")]
    options = [option(action, target, groups.get(id(action)), tell) for action in shown if action not in commands]
    usage = " ".join(target.format_usage().split())
    return {
        "options": options,
        "usage": usage[len("usage: ") :] if usage.lower().startswith("usage: ") else usage,
        "subcommands": [command for action in commands for command in subcommands(action, tell)],
    }


def option(action: Any, parser: Any, group: str | None, tell: Any) -> dict[str, Any]:
    """Return one that an action declares."""
    flags, nargs = list(action.option_strings), action.nargs
    long = [flag for flag in flags if flag.startswith(parser.prefix_chars[:1] * 2)]
    kinds = {of.__name__ for of in tell.classes(action)}
    switch = next((SWITCHES[kind] for kind in SWITCHES if kind in kinds), None)
    default = None if action.default is SUPPRESS or action.default == SUPPRESS else action.default
    found = {
        "name": (long or flags or [action.dest])[0].lstrip(parser.prefix_chars),
        "flags": flags,
        "type": switch or (tell.type(action.type) if action.type is not None else None if nargs == 0 else "str"),
        "default": default,
        "required": action.required if flags else nargs not in ("?", "*", "..."),
        "multiple": bool(kinds & SEVERAL) or nargs in ("+", "*", "...") or (type(nargs) is int and nargs > 1),
        "group": None if group in USUAL else group,
        "help": described(action, parser, tell),
        "deprecated": {} if getattr(action, "deprecated", False) else None,
    }
    allowed = action.choices
    if type(allowed) is range and allowed.step == 1 and len(allowed):
        found.update(minimum=allowed.start, maximum=allowed.stop - 1)
    elif allowed is not None:
        found["choices"] = [{"value": each} for each in allowed]
    return found


def described(action: Any, parser: Any, tell: Any) -> Any:
    """Return the help of an action with what stands for a part of it filled in, but for its default."""
    text = tell.text(action.help)
    if text is None or "%" not in text:
        return text
    known = dict(vars(action), prog=parser.prog, default="…")
    for key in ("type", "choices"):
        value = known.get(key)
        known[key] = tell.type(value) if key == "type" else ", ".join(map(str, value or ()))
    try:
        return text % known
    except (KeyError, TypeError, ValueError):
        return text


def subcommands(action: Any, tell: Any) -> list[dict[str, Any]]:
    """Return the commands below, each by its first name."""
    helps = {choice.dest: tell.text(choice.help) for choice in action._choices_actions}
    first: dict[int, str] = {}
    for name, parser in action.choices.items():
        first.setdefault(id(parser), name)
    return [{"name": name, "help": helps.get(name)} for name in first.values() if helps.get(name) != SUPPRESS]
