"""The options of plugins: what a user can set of one, whichever library declares it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.structs import Json, Struct
from sphinxext.plugins.core.text import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Choice(Struct, frozen=True):
    """One of the values that an option takes."""

    value: Json
    help: str | None = None


class Replaced(Struct, frozen=True):
    """That an option is deprecated."""

    since: str | None = None
    """The version, as it is written."""

    reason: str | None = None

    replacement: str | None = None
    """The name of the option to use in its place."""


class Option(Struct, frozen=True):
    """A thing that a user can set of a plugin."""

    name: str
    """What it is called where it is declared; of a parameter, its name."""

    flags: tuple[str, ...] = ()
    """How it is written on a command line, ``-v`` and ``--verbose``; none of what is set otherwise, or positional."""

    environment: tuple[str, ...] = ()
    """The environment variables that set it."""

    type: str | None = None
    """What a value is: the name of a builtin type, the dotted path of another, or the library's own word."""

    default: Json = None
    """What it is where nobody sets it; None where that is nothing, is a secret, or tells of this machine."""

    required: bool = False

    multiple: bool = False
    """Whether it takes several values, or may be given several times."""

    choices: tuple[Choice, ...] = ()
    """All values that it takes, where these are few."""

    minimum: Json = None
    maximum: Json = None

    secret: bool = False
    """Whether its value is not to be shown, such as a password."""

    group: str | None = None
    """The section or group that it is declared in."""

    help: str | None = None

    deprecated: Replaced | None = None
    """None where it is not deprecated."""

    owner: str | None = None
    """The dotted path of the class that declares it, where that is not the plugin's own target."""

    since: str | None = None
    """The release that it is new in; None where that is not known, or the plugin is not older."""


class Subcommand(Struct, frozen=True):
    """A command below that which a plugin is."""

    name: str
    help: str | None = None


class Configuration(Struct, frozen=True):
    """How a plugin is configured, as a reader of options tells."""

    reader: str
    """The name of the reader."""

    options: tuple[Option, ...] = ()
    """In the order in which they are declared."""

    usage: str | None = None
    """Of a command: the line that says how it is called."""

    subcommands: tuple[Subcommand, ...] = ()

    @property
    def named(self) -> Iterator[tuple[Option, str]]:
        """Yield options with the names of their places; of two of a name that of the second has its group, too."""
        groups: dict[str, str | None] = {}
        for option in self.options:
            is_first = groups.setdefault(option.name, option.group) == option.group
            yield option, option.name if is_first or not option.group else f"{option.group}.{option.name}"

    def schema(self) -> dict[str, Json]:
        """Return a JSON Schema of the draft 2020-12 that an object with a value for each option has to follow.

        An option of an object in it, ``proxy.host`` in the group ``proxy``, stands in such an object there, too.
        """
        whole = (option for option in self.options if option.name != "?" and "…" not in option.name)
        return _object([(_path(option), option) for option in whole])


def _path(option: Option) -> list[str]:
    """Return the names of the objects that an option is in, and its own."""
    group, name = option.group or "", option.name.removeprefix(f"{option.group}.")
    return [name] if name == option.name else [*group.split("."), name]


def _object(options: Iterable[tuple[list[str], Option]]) -> dict[str, Json]:
    """Return the schema of an object, where several options have one name with nothing that a value has to be."""
    inner: defaultdict[str, list[tuple[list[str], Option]]] = defaultdict(list)
    for (name, *path), option in options:
        inner[name].append((path, option))
    properties: dict[str, Json] = {}
    for name, found in inner.items():
        alone = len(found) == 1 and not found[0][0]
        properties[name] = _property(found[0][1]) if alone else _object(found) if all(p for p, _ in found) else {}
    required = [name for name, found in inner.items() if any(option.required for _, option in found)]
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _property(option: Option) -> dict[str, Json]:
    """Return what a value has to be, as far as that is known: a type that JSON has not allows all."""
    names = [name.partition("[")[0] for name in (option.type or "").split(" | ")]
    types = list(dict.fromkeys(_TYPES[name] for name in names)) if all(name in _TYPES for name in names) else []
    value: dict[str, Json] = {"type": types[0] if len(types) == 1 else types} if types else {}
    choices = [choice.value for choice in option.choices]
    if 0 < len(choices) < limits.MOST_OPTION_CHOICES and "…" not in "".join(map(str, choices)):  # all are known
        value = {"enum": [*choices, *([None] if "null" in types and None not in choices else [])]}
    bounds = {"minimum": option.minimum, "maximum": option.maximum}
    value |= {key: bound for key, bound in bounds.items() if isinstance(bound, int | float)}
    if option.multiple:
        value = _several(value, types, option.default)
    facts = {"description": option.help, "default": option.default}
    marks = {"writeOnly": option.secret, "deprecated": option.deprecated is not None}
    value |= {key: fact for key, fact in facts.items() if fact is not None}
    return value | {key: True for key, is_so in marks.items() if is_so}


def _several(value: dict[str, Json], types: list[str], default: Json) -> dict[str, Json]:
    """Return what several values have to be, by what one has to be, unless its type is already that of a list."""
    is_list = "array" in types
    item = {key: said for key, said in value.items() if key != "type"} if is_list else value
    several = {"type": value.get("type", "array") if is_list else "array", **({"items": item} if item else {})}
    if is_list or isinstance(default, list) or (default is None and types != ["integer"]):
        return several
    return {"anyOf": [item, several]} if item else {}  # such as how often ``-v`` is given


_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "array", "dict": "object"}
_TYPES["None"] = "null"
"""The types of JSON, by those of Python."""


def value_text(value: Json) -> str:
    """Write a value that an option has as text; as Python does where something in it would not be seen."""
    return text_of(value, "True", "False") if _is_seen(value) else repr(value)


def _is_seen(value: Json) -> bool:
    match value:
        case str():
            return bool(value) and value == " ".join(value.split())
        case list():
            return bool(value) and all(map(_is_seen, value))
        case dict():
            return bool(value) and all(map(_is_seen, value.values()))
        case _:
            return value is not None
