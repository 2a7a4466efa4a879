"""Options of parsers of :mod:`argparse`, and of commands that make one, as those of cliff do."""

from __future__ import annotations

from itertools import islice
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
    """Read a parser, or the one that ``get_parser(name)`` of a command gives, or one without a parameter."""
    name = tell.name.replace("_", " ")
    if tell.has(target, "get_parser") and not tell.is_a(target, "argparse.ArgumentParser"):
        target = tell.called(target, "get_parser", name)
    if not tell.is_a(target, "argparse.ArgumentParser"):
        return None
    target.prog = target.prog or name  # the command that made it is none
    for action in target._actions:
        if isinstance(action.choices, (set, frozenset)):
            action.choices = in_order(action.choices)  # or else the usage is another one in each process
    groups = {id(action): group.title for group in target._action_groups for action in group._group_actions}
    shown = [action for action in target._actions if action.help != SUPPRESS]
    commands = [action for action in shown if tell.is_a(action, "argparse._SubParsersAction")]
    own = [action for action in shown if action not in commands]
    usage = " ".join((tell.attempt("the usage", target.format_usage) or "").split())
    below = (tell.attempt("the commands below it", subcommands, action, tell) or [] for action in commands)
    return {
        "options": tell.each(option, own, target, groups, tell),
        "usage": usage[len("usage: ") :] if usage.lower().startswith("usage: ") else usage,
        "subcommands": [command for each in below for command in each],
    }


def in_order(choices: Any) -> list[Any]:
    """Sort a set."""
    try:
        return sorted(choices)
    except TypeError:
        return sorted(choices, key=str)


def option(action: Any, parser: Any, groups: dict[int, str], tell: Any) -> dict[str, Any]:
    """Return one that an action declares."""
    flags, nargs, group = list(action.option_strings), action.nargs, groups.get(id(action))
    long = [flag for flag in flags if flag.startswith(parser.prefix_chars[:1] * 2)]
    kinds = {of.__name__ for of in tell.classes(action)}
    switch = next((SWITCHES[kind] for kind in SWITCHES if kind in kinds), None)
    default = None if isinstance(action.default, str) and action.default == SUPPRESS else action.default
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
        found["choices"] = allowed
    return found


def described(action: Any, parser: Any, tell: Any) -> Any:
    """Return the help of an action with what stands for a part of it filled in, but for its default."""
    text = tell.text(action.help)
    if text is None or "%" not in text:
        return text
    known = dict(vars(action), prog=parser.prog, default="…", type=tell.type(action.type))
    try:
        if "%(choices)" in text:
            known["choices"] = ", ".join(map(str, islice(action.choices or (), tell.limits.MOST_OPTION_CHOICES)))
        return text % known
    except Exception:  # of what a plugin formats by it, too
        return text


def subcommands(action: Any, tell: Any) -> list[dict[str, Any]]:
    """Return the commands below, each by its first name."""
    helps = {choice.dest: tell.text(choice.help) for choice in action._choices_actions}
    first: dict[int, str] = {}
    for name, parser in action.choices.items():
        first.setdefault(id(parser), name)
    return [{"name": name, "help": helps.get(name)} for name in first.values() if helps.get(name) != SUPPRESS]
