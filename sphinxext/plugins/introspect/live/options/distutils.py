"""Options of commands of distutils and setuptools: their ``user_options``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


def read(target: Any, tell: Any) -> dict[str, Any] | None:
    """Read a command, or a list of the form of ``user_options``."""
    listed: Any = target if isinstance(target, list) else getattr(target, "user_options", None)
    if not is_options(listed) or (listed is target and not listed):
        return None
    options = tell.each(option, listed, tell)
    owner = None if listed is target else tell.owner(target, "user_options")
    return {"options": [dict(each, owner=owner) for each in options]}


def is_options(listed: Any) -> bool:
    """Whether it has the form: a long name, a short one, help, and perhaps whether it can be given again."""
    return isinstance(listed, list) and all(
        isinstance(each, (tuple, list))
        and len(each) in (3, 4)
        and isinstance(each[0], str)
        and isinstance(each[1], (str, type(None)))
        for each in listed
    )


def option(given: Any, tell: Any) -> dict[str, Any]:
    """Return one; a name that takes a value ends with ``=``."""
    long, short, told, *again = given
    name = long.rstrip("=")
    return {
        "name": name,
        "flags": [*(["-" + short] if short else []), "--" + name],
        "type": "str" if long.endswith("=") else "bool",
        "multiple": any(again),
        "help": tell.text(told),
    }
