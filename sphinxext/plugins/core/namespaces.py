"""The settings of namespaces: what is to be known and shown of their plugins, and whether it is valid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext.plugins.core.conforming import names_in
from sphinxext.plugins.core.interfaces import Capability, Need
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.schemes import ASKED, WORDS, expected_describer, is_describer, scheme_of
from sphinxext.plugins.core.trust import is_address
from sphinxext.plugins.core.types import TYPES, FieldSettings, Type
from sphinxext.plugins.core.typos import the_nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

PREFIX = "plugins_"
"""What the name of a setting begins with in conf.py."""

GLOB = re.compile(r"[*?\[]")
"""What makes a glob of a name."""

DOCUMENTED = "doc"
"""What stands for documentation among the facts that are required of plugins."""


class NamespaceOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings of the namespaces that a name or a glob fits."""

    title: str | None = None
    """What readers call its plugins: "Readers"."""

    fields: dict[str, FieldSettings] = {}

    summary: tuple[str, ...] = ("doc:summary",)
    """The describers of the summary, of which the first that gives something wins."""

    columns: tuple[str, ...] | None = None
    """The fields that a table shows."""

    install: str = "pip install {requirement}"
    """How a plugin is installed, with ``{requirement}``, ``{distribution}`` and ``{version}`` filled in."""

    select: str | None = None
    """How a plugin is selected, with ``{name}`` filled in, and what else ``install`` takes."""

    shared: tuple[str, ...] = ()
    """Names, or globs, that each distribution may register, by convention."""

    options: str | None = None
    """Where the options of a plugin are declared: ``auto``, or what a describer gives."""

    description: str | None = None
    """What the namespace is for, as reStructuredText: the first part of its page."""

    interface: str | None = None
    """The object reference of what plugins implement; None where it is inferred, and empty where there is none."""

    markers: dict[str, str] = {}
    """The object references of decorators, by the need of the members that they mark."""

    capabilities: dict[str, Capability] = {}
    """What plugins may be able to do, by name."""

    example: str | None = None
    """The name of the plugin that serves as an example."""

    require: tuple[str, ...] | None = None
    """The facts that each plugin has to have: fields, or that it is documented."""

    def showing(self, *, interface: bool, parts: Collection[str]) -> NamespaceOptions:
        """Return the same, as far as it matters for what is shown.

        :param interface: whether the interface is
        :param parts: what is shown of the namespace besides
        """
        others: dict[str, Any] = {"require": None}
        others |= {} if interface else {"interface": None, "markers": {}, "capabilities": {}}
        others |= {} if "about" in parts else {"description": None}
        others |= {} if "example" in parts else {"example": None}
        return msgspec.structs.replace(self, **others)

    @property
    def required(self) -> tuple[str, ...]:
        """The facts that are required; that a plugin is documented, where nothing is said."""
        return (DOCUMENTED,) if self.require is None else self.require

    @property
    def is_extension_point(self) -> bool:
        """Whether they say what plugins are for, or have to be, which can be shown before there is any."""
        return bool(self.interface or self.description)

    @property
    def described(self) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """The describers of fields and of the summary, behind the keys that lead to them."""
        fields = ((("fields", name), field.describers) for name, field in self.fields.items())
        return [*fields, (("summary",), self.summary)]


def put_together(all_settings: Iterable[NamespaceOptions]) -> NamespaceOptions:
    """Make one of settings of which later ones count more; fields of a name are one, however it is written."""
    settings: dict[str, Any] = {}
    fields: dict[str, tuple[str, FieldSettings]] = {}
    for each in all_settings:
        given = msgspec.structs.asdict(each)
        fields |= {name.casefold(): (name, field) for name, field in given.pop("fields").items()}
        settings |= {key: value for key, value in given.items() if value != getattr(_DEFAULTS, key)}
    return NamespaceOptions(fields=dict(fields.values()), **settings)


_DEFAULTS = NamespaceOptions()

Wrong = tuple[Problem, tuple[str, ...]]
"""A problem, and the keys that lead to what it is about."""


def read(given: Mapping[object, object]) -> tuple[dict[str, NamespaceOptions], list[Wrong]]:
    """Read the settings of namespaces, as far as they are valid."""
    valid: dict[str, NamespaceOptions] = {}
    wrong: list[Wrong] = []
    types = {field.name: field.type for field in msgspec.structs.fields(NamespaceOptions)}
    for namespace, settings in given.items():
        if not isinstance(namespace, str) or not isinstance(settings, dict):
            wrong.append(_invalid([namespace], settings, "a dictionary, by the name of a namespace or a glob"))
            continue
        kept: dict[str, Any] = {}
        for key, value in settings.items():
            if key not in types:
                known = f"one of the keys {', '.join(types)}{the_nearest(str(key), types)}"
                wrong.append(_invalid([namespace, key], value, known))
            elif key == "fields" and isinstance(value, dict):
                kept[key], found = _fields(namespace, value)
                wrong += found
            elif key in _READ:
                kept[key], found = _READ[key]([namespace, key], value)
                wrong += found
            elif key == "options" and not _declares_options(value):
                wrong.append(_invalid([namespace, key], value, _OPTIONS))
            elif key == "summary":
                describers, found = _describers([namespace, key], value)
                kept |= {key: describers} if describers else {}
                wrong += found
            else:
                try:
                    kept[key] = msgspec.convert(value, types[key])
                except msgspec.ValidationError:
                    wrong.append(_invalid([namespace, key], value, _FORMS.get(key, "a text")))
        valid[namespace] = NamespaceOptions(**kept)
    return valid, wrong


_OPTIONS = "'auto', or a describer of what declares them, such as 'attr:OPTIONS' or 'call:get_options'"


def _declares_options(given: object) -> bool:
    """Whether that can be asked of a plugin."""
    return given == "auto" or (isinstance(given, str) and scheme_of(given) in ASKED and is_describer(given))


_FORMS = {
    "fields": "a dictionary with a describer, a list of describers, or a dictionary for each field",
    "columns": "a list of names of fields",
    "shared": "a list of names or globs",
    "require": f"a list of names of fields, and {DOCUMENTED!r}",
}
"""What the keys take that take more than a text."""


def _interface(path: list[object], value: object) -> tuple[str | None, list[Wrong]]:
    """Read the object reference of an interface."""
    if isinstance(value, str) and (not value or _REFERENCE.fullmatch(value)):
        return value, []
    return None, [_invalid(path, value, "'PACKAGE.MODULE:NAME', or an empty text where there is none")]


def _markers(path: list[object], value: object) -> tuple[dict[str, str], list[Wrong]]:
    """Read the decorators that mark members, by need."""
    if not isinstance(value, dict):
        return {}, [_invalid(path, value, "a dictionary, {'optional': 'PACKAGE.MODULE:DECORATOR'}")]
    kept: dict[str, str] = {}
    wrong: list[Wrong] = []
    for need, decorator in value.items():
        if need not in list(Need):
            allowed = f"one of the keys {', '.join(Need)}{the_nearest(str(need), list(Need))}"
            wrong.append(_invalid([*path, need], decorator, allowed))
        elif not isinstance(decorator, str) or not _REFERENCE.fullmatch(decorator):
            wrong.append(_invalid([*path, need], decorator, "the object reference of a decorator, 'MODULE:NAME'"))
        else:
            kept[need] = decorator
    return kept, wrong


def _capabilities(path: list[object], value: object) -> tuple[dict[str, Capability], list[Wrong]]:
    """Read what plugins may be able to do."""
    if not isinstance(value, dict):
        return {}, [_invalid(path, value, "a dictionary, {'Snapshots': 'create_snapshot & delete_snapshot'}")]
    kept: dict[str, Capability] = {}
    wrong: list[Wrong] = []
    for name, given in value.items():
        try:
            if not isinstance(name, str) or not name.strip():
                raise ValueError(name)  # noqa: TRY301  # one thing is said of all that is wrong
            capability = msgspec.convert({"members": given} if isinstance(given, str) else given, Capability)
            names_in(capability.members)
            kept[name] = capability
        except ValueError:
            wrong.append(_invalid([*path, name], given, _CAPABILITY))
    return kept, wrong


_CAPABILITY = (
    "names of members with &, | and ~, 'create_snapshot & delete_snapshot', or a dictionary with these as 'members', "
    "and a 'description'"
)

_READ: dict[str, Callable[[list[object], object], tuple[Any, list[Wrong]]]] = {
    "interface": _interface,
    "markers": _markers,
    "capabilities": _capabilities,
}
"""What reads the keys that say what plugins implement."""

_REFERENCE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*(:[^\W\d]\w*(\.[^\W\d]\w*)*)?")


def _fields(namespace: str, given: Mapping[object, object]) -> tuple[dict[str, FieldSettings], list[Wrong]]:
    """Read the fields of a namespace; one that is not valid keeps its name and its place, and has no value."""
    fields: dict[str, FieldSettings] = {}
    wrong: list[Wrong] = []
    for name, value in given.items():
        path = [namespace, "fields", name]
        if not isinstance(name, str) or not name.strip() or name.casefold() in map(str.casefold, fields):
            wrong.append(_invalid(path, value, "a name that no other field has, in capitals or not"))
            continue
        keys = {str(key): each for key, each in value.items()} if isinstance(value, dict) else {"from": value}
        describers, found = _describers([*path, *(["from"] if isinstance(value, dict) else [])], keys.pop("from", None))
        wrong += found
        facts, found = _field(path, keys)
        wrong += found
        fields[name] = FieldSettings(describers=describers, **facts)
    return fields, wrong


def _describers(path: list[object], value: object) -> tuple[tuple[str, ...], list[Wrong]]:
    describers = [value] if isinstance(value, str) else value
    if not isinstance(describers, list | tuple) or not describers:
        return (), [_invalid(path, value, f"a describer, or a list of them: {', '.join(WORDS)}")]
    unknown = [str(each) for each in describers if not isinstance(each, str) or not is_describer(each)]
    return () if unknown else tuple(describers), [
        _invalid(path, each, expected_describer(each)) for each in unknown[:1]
    ]


def _field(path: list[object], given: Mapping[str, object]) -> tuple[dict[str, Any], list[Wrong]]:
    """Read what the settings say of a field besides where it is from, as far as it is valid."""
    wrong: list[Wrong] = []
    # A key that goes with a type says which one it is.
    implied = next((of for of, row in TYPES.items() if row.key in given), Type.TEXT)
    kept: dict[str, Any] = {"type": implied}
    if "type" in given:
        type_ = given["type"]
        if isinstance(type_, str) and type_ in TYPES:
            kept["type"] = Type(type_)
        else:
            allowed = f"one of {', '.join(TYPES)}{the_nearest(str(type_), TYPES)}"
            wrong.append(_invalid([*path, "type"], type_, allowed))
    known = {field.name: field.type for field in msgspec.structs.fields(FieldSettings) if field.name != "describers"}
    for key, value in given.items():
        types = [of for of, row in TYPES.items() if row.key == key]
        if key not in known:
            allowed = f"one of the keys {', '.join(['from', *known])}{the_nearest(key, ['from', *known])}"
            wrong.append(_invalid([*path, key], value, allowed))
        elif types and kept["type"] not in types:
            allowed = f"the type {' or '.join(types)}, with which {key} goes, or leave {key} out"
            wrong.append(_invalid([*path, key], value, allowed))
        elif key != "type":
            try:
                kept[key] = msgspec.convert(value, known[key])
                _check(key, kept[key])
            except (msgspec.ValidationError, ValueError):
                kept.pop(key, None)
                if key == "link":  # without it, values are not to blame
                    kept["type"] = Type.TEXT
                wrong.append(_invalid([*path, key], value, _OF_FIELDS[key]))
    return kept, wrong


def _check(key: str, value: object) -> None:
    """Make sure that a template of an address has a place for the value, and leads somewhere.

    :raises ValueError: where it does not
    """
    if key == "link" and not ("{value}" in str(value) and is_address(str(value).replace("{value}", "x"))):
        raise ValueError(key)


_OF_FIELDS = {
    "heading": "a text",
    "facet": "True or False",
    "language": "the name of a lexer of Pygments",
    "link": "an address with {value} in it, https://…/{value}",
    "namespace": "the name of a namespace",
    "columns": 'a dictionary of headings and keys, {"Option": "name"}',
}
"""What the keys of a field take."""


def _invalid(path: list[object], given: object, allowed: str) -> Wrong:
    """Say that what stands in the settings of a namespace is not valid."""
    return invalid("namespaces", path, given, allowed)


def invalid(setting: str, path: list[object], given: object, allowed: str) -> Wrong:
    """Say that what stands in a setting is not valid.

    :param path: the keys that lead to it
    """
    keys = "".join(f"[{key!r}]" for key in path)
    message = f"{PREFIX}{setting}{keys} = {shown(given)} is not valid"
    names = tuple(map(str, [PREFIX + setting, *path, *([given] if isinstance(given, str) else [])]))
    remedy = f"give it {allowed}; until then it is left out"
    return Problem(kind=ProblemKind.CONFIG, message=message, remedy=remedy), names


def shown(value: object) -> str:
    """Return how a value is written in conf.py."""
    try:
        return repr(value)
    except ValueError:  # Python writes no integers of thousands of digits
        return f"… ({type(value).__name__})"
