"""The settings of namespaces: what is to be known and shown of their plugins, and whether it is valid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.schemes import WORDS, expected_describer, is_describer
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

    @property
    def described(self) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """The describers of fields and of the summary, behind the keys that lead to them."""
        return [*((("fields", name), each) for name, each in self.fields.items()), (("summary",), self.summary)]


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
        path = [namespace, "fields", name]
        if not isinstance(name, str) or name.casefold() in map(str.casefold, fields):
            wrong.append(_invalid(path, value, "a name that no other field has, in capitals or not"))
        else:
            fields[name], found = _describers(path, value)
            wrong += found
    return fields, wrong


def _describers(path: list[object], value: object) -> tuple[tuple[str, ...], list[Wrong]]:
    describers = [value] if isinstance(value, str) else value
    if not isinstance(describers, list | tuple):
        return (), [_invalid(path, value, f"a describer, or a list of them: {', '.join(WORDS)}")]
    unknown = [str(each) for each in describers if not isinstance(each, str) or not is_describer(each)]
    return () if unknown else tuple(describers), [
        _invalid(path, each, expected_describer(each)) for each in unknown[:1]
    ]


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
