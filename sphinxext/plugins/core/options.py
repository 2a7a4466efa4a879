"""The options of plugins: what a user can set of one, whichever library declares it."""

from __future__ import annotations

from sphinxext.plugins.core.structs import Json, Struct


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

    def schema(self) -> dict[str, Json]:
        """Return a JSON Schema of an object that has a value for each option, by its name."""
        return {
            "type": "object",
            "properties": {option.name: _property(option) for option in self.options},
            "required": [option.name for option in self.options if option.required],
        }


def _property(option: Option) -> dict[str, Json]:
    """Return the JSON Schema of the value of an option."""
    type_ = _TYPES.get(option.type or "")
    value = {
        **({"type": type_} if type_ else {}),
        **({"enum": [choice.value for choice in option.choices]} if option.choices else {}),
        **{
            key: n
            for key, n in (("minimum", option.minimum), ("maximum", option.maximum))
            if isinstance(n, int | float)
        },
    }
    return {
        **({"type": "array", "items": value} if option.multiple else value),
        **({"description": option.help} if option.help else {}),
        **({"default": option.default} if option.default is not None else {}),
        **({"writeOnly": True} if option.secret else {}),
        **({"deprecated": True} if option.deprecated else {}),
    }


_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "array", "dict": "object"}
"""The types of JSON, by the builtin ones of Python."""
