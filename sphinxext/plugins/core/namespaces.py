"""The settings of namespaces: what is to be known and shown of their plugins, and whether it is valid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.schemes import ASKED, WORDS, expected_describer, is_describer, scheme_of
from sphinxext.plugins.core.typos import the_nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PREFIX = "plugins_"
"""What the name of a setting begins with in conf.py."""


class NamespaceOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings of the namespaces that a name or a glob fits."""

    title: str | None = None
    """What readers call its plugins: "Readers"."""

    fields: dict[str, tuple[str, ...]] = {}
    """The describers of each field, of which the first that gives something wins."""

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


def put_together(all_settings: Iterable[NamespaceOptions]) -> NamespaceOptions:
    """Make one of settings of which later ones count more; fields of a name are one, however it is written."""
    settings: dict[str, Any] = {}
    fields: dict[str, tuple[str, tuple[str, ...]]] = {}
    for each in all_settings:
        given = msgspec.structs.asdict(each)
        fields |= {name.casefold(): (name, describers) for name, describers in given.pop("fields").items()}
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
            elif key == "options" and not _declares_options(value):
                wrong.append(_invalid([namespace, key], value, _OPTIONS))
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
    "fields": "a dictionary with a describer, or a list of describers, for each field",
    "columns": "a list of names of fields",
    "shared": "a list of names or globs",
}
"""What the keys take that take more than a text."""


def _fields(namespace: str, given: Mapping[object, object]) -> tuple[dict[str, tuple[str, ...]], list[Wrong]]:
    """Read the fields of a namespace; one that is not valid keeps its name and its place, and has no value."""
    fields: dict[str, tuple[str, ...]] = {}
    wrong: list[Wrong] = []
    for name, value in given.items():
        describers = [value] if isinstance(value, str) else value
        path = [namespace, "fields", name]
        if not isinstance(name, str) or name.casefold() in map(str.casefold, fields):
            wrong.append(_invalid(path, value, "a name that no other field has, in capitals or not"))
        elif not isinstance(describers, list | tuple):
            wrong.append(_invalid(path, value, f"a describer, or a list of them: {', '.join(WORDS)}"))
            fields[name] = ()
        else:
            unknown = [str(each) for each in describers if not isinstance(each, str) or not is_describer(each)]
            fields[name] = () if unknown else tuple(describers)
            wrong += [_invalid(path, each, expected_describer(each)) for each in unknown[:1]]
    return fields, wrong


def _invalid(path: list[object], given: object, allowed: str) -> Wrong:
    """Say that what stands in the settings of a namespace is not valid."""
    keys = "".join(f"[{key!r}]" for key in path)
    message = f"{PREFIX}namespaces{keys} = {shown(given)} is not valid"
    names = tuple(map(str, [f"{PREFIX}namespaces", *path, *([given] if isinstance(given, str) else [])]))
    remedy = f"give it {allowed}; until then it is left out"
    return Problem(kind=ProblemKind.CONFIG, message=message, remedy=remedy), names


def shown(value: object) -> str:
    """Return how a value is written in conf.py."""
    try:
        return repr(value)
    except ValueError:  # Python writes no integers of thousands of digits
        return f"… ({type(value).__name__})"
