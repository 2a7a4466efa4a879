"""A catalog that was exported as JSON, read again.

``schema.json`` beside this module says what the form is; ``python -m tests.schema`` makes it from the model.
What writes it is among the formats.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import msgspec

from sphinxext.plugins.core import decoding
from sphinxext.plugins.core.lifetimes import Removed
from sphinxext.plugins.core.model import Catalog, Distribution, Interface, Namespace, Plugin, Problem, ProblemKind
from sphinxext.plugins.core.structs import Json, Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA_VERSION = "1.0"
"""The version of the form.

The first number grows where something is taken away or changes its meaning, the second where keys are added.
"""

_Form = TypeVar("_Form")
_Part = TypeVar("_Part", bound=Struct)


class UnreadableError(ValueError):
    """A text is not a catalog that this version can read; its own text says why, and where."""

    def __init__(self, reason: str, remedy: str = "write it again, with sphinx-plugins snapshot") -> None:
        super().__init__(reason)
        self.remedy = remedy
        """What its reader can do about it, in the words of a problem's remedy."""


def from_json(text: bytes) -> Catalog:
    """Read a catalog.

    One of a newer minor version is read as far as this version knows it, and has a problem that says so.

    :raises UnreadableError: where it is no JSON, of another major version, or not of the form
    """
    try:
        whole = decoding.json(text)
    except ValueError as error:
        reason = f"it is no JSON: {error}"
        raise UnreadableError(reason) from error
    version = whole.get("schema_version") if isinstance(whole, dict) else None
    if not isinstance(version, str):
        reason = "it says no schema_version, so it is no catalog"
        raise UnreadableError(reason)
    newer = _newer(version)
    distributions = {
        name: _converted(given, Distribution, f"$.distributions[{name!r}]")
        for name, given in _mapping(whole, "distributions", "$").items()
    }
    namespaces = [
        _namespace(name, _converted(given, dict[str, Json], f"$.namespaces[{name!r}]"), distributions)
        for name, given in _mapping(whole, "namespaces", "$").items()
    ]
    release = _converted(whole["release"], str, "$.release") if "release" in whole else None
    selected = _converted(whole.get("selected", ()), tuple[str, ...], "$.selected")
    return Catalog(namespaces=tuple(namespaces), release=release, selected=selected, problems=tuple(newer))


def _newer(version: str) -> list[Problem]:
    """Say whether a version is a newer one that can be read.

    :raises UnreadableError: where it cannot
    """
    major, _, minor = version.partition(".")
    own_major, _, own_minor = SCHEMA_VERSION.partition(".")
    if not re.fullmatch(r"[0-9]{1,9}\.[0-9]{1,9}", version):
        reason = f"its schema_version {version[:20]!r} is not of the form {SCHEMA_VERSION!r}"
        raise UnreadableError(reason)
    if int(major) != int(own_major):
        reason = f"it is of the form {version}, and this version of sphinxext-plugins reads {own_major}.x"
        if int(major) > int(own_major):
            raise UnreadableError(reason, "use a newer version of sphinxext-plugins, or write it again with this one")
        raise UnreadableError(reason)
    if int(minor) <= int(own_minor):
        return []
    problem = Problem(
        kind=ProblemKind.SOURCE,
        message=f"a catalog is of the form {version}, and this version of sphinxext-plugins reads of it only "
        f"what the form {SCHEMA_VERSION} has",
        remedy="use a newer version of sphinxext-plugins, or write the catalog again with this one",
    )
    return [problem]


def _namespace(name: str, given: Mapping[str, Json], distributions: Mapping[str, Distribution]) -> Namespace:
    place = f"$.namespaces[{name!r}]"
    plugins: list[Plugin] = []
    for number, facts in enumerate(_converted(given.get("plugins", []), list[dict[str, Json]], f"{place}.plugins")):
        at = f"{place}.plugins[{number}]"
        distribution = None
        if "distribution" in facts:
            origin = _converted(facts.pop("distribution"), str, f"{at}.distribution")
            distribution = distributions.get(origin)
            if distribution is None:
                reason = f"there is no {origin!r} among the distributions - at `{at}.distribution`"
                raise UnreadableError(reason)
        plugin = _converted({**facts, "namespace": name}, Plugin, at)
        plugins.append(msgspec.structs.replace(plugin, distribution=distribution))
    problems = _converted(given.get("problems", []), tuple[Problem, ...], f"{place}.problems")
    interface = _converted(given["interface"], Interface, f"{place}.interface") if "interface" in given else None
    removed = _converted(given.get("removed", []), tuple[Removed, ...], f"{place}.removed")
    return Namespace(name=name, plugins=tuple(plugins), problems=problems, interface=interface, removed=removed)


def _mapping(given: Mapping[str, Json], key: str, place: str) -> dict[str, Json]:
    return _converted(given.get(key, {}), dict[str, Json], f"{place}.{key}")


def _converted(given: Json, form: type[_Form], place: str) -> _Form:
    """Convert a part of the whole, which stands at a place of that, a JSONPath."""
    try:
        return msgspec.convert(given, form)
    except msgspec.ValidationError as error:
        reason, _, at = str(error).partition(" - at `$")
        reason = f"{reason} - at `{place}{at or '`'}"
        raise UnreadableError(reason) from error


def sound(part: _Part) -> _Part:
    """Return a part of a catalog without a lone surrogate in its texts: no encoding has one, so it is written out."""
    try:
        msgspec.json.encode(part)
    except UnicodeEncodeError:
        return msgspec.convert(_encodable(msgspec.to_builtins(part)), type(part))
    return part


def _encodable(value: Json) -> Json:
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode("utf-8")
        case list() | tuple():
            return [_encodable(item) for item in value]
        case dict():
            return {_encodable(key): _encodable(item) for key, item in value.items()}
        case _:
            return value
