"""What differs between two catalogs: plugins that came, went or changed, and their distributions."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING

import msgspec
from packaging.utils import canonicalize_name

from sphinxext.plugins.core.fields import heading
from sphinxext.plugins.core.model import Distribution, Docstring, Inherited, Plugin, Problem, Tier
from sphinxext.plugins.core.options import Configuration, Option, Subcommand, value_text
from sphinxext.plugins.core.structs import Json, Struct
from sphinxext.plugins.core.text import summary, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sphinxext.plugins.core.model import Catalog

_OF_DISTRIBUTION = [f for f in Distribution.__struct_fields__ if f not in {"name", "source", "metadata"}]

_TOLD = re.compile(
    "name|version|summary|license(-expression)?|(author|maintainer)(-email)?|(project|download)-url|home-page"
    "|requires-python|classifier"
)
"""The headers that those are made from; the others are compared as they are."""

_NOT_TOLD = {"namespace", "name", "distribution", "source", "location", "answers", "fields", "compatible", "guide"}
"""What of a plugin is no fact that changed, or is shown in another way: a line says nothing of the plugin itself."""

_OF_PLUGIN = [field for field in Plugin.keys() if field not in _NOT_TOLD]  # noqa: SIM118  # not of a dict


Told = tuple[str, str, str] | tuple[str, str]
"""What a line says of a fact: its heading, what it was and is, or only what it is."""


class Fact(Struct, frozen=True):
    """One thing that is not what it was."""

    name: str
    old: Json = None
    new: Json = None

    @property
    def told(self) -> Iterator[Told]:
        """What is said of it; of options each thing that is not what it was."""
        if self.name == "configuration":
            yield from _options(
                *(msgspec.convert(each or {"reader": ""}, Configuration) for each in (self.old, self.new))
            )
        else:
            yield heading(self.name), *self.texts

    @property
    def texts(self) -> tuple[str, str]:
        """What it was and is; of a docstring its summary, which may be the same."""
        if self.name in {"docstring", "inherited"}:
            return Docstring(text=self.old or "").summary, Docstring(text=self.new or "").summary
        return text_of(self.old), text_of(self.new)


class Named(Struct, frozen=True):
    """A plugin that came or went."""

    plugin: str
    """Its identity."""

    distribution: str | None = None
    summary: str | None = None


class Changed(Struct, frozen=True):
    """A plugin, or a distribution, that is not what it was."""

    name: str
    """Of a plugin, its identity."""

    facts: tuple[Fact, ...]


class Comparison(Struct, frozen=True):
    """What differs; each in the order of namespaces and names."""

    added: tuple[Named, ...] = ()
    removed: tuple[Named, ...] = ()
    changed: tuple[Changed, ...] = ()

    distributions: tuple[Changed, ...] = ()
    """Those that are in both: what is new of them is said once, and not for each of their plugins."""

    def __bool__(self) -> bool:
        return self != Comparison()

    def lines(self, text: Callable[[str], str], none: str) -> Iterator[tuple[str, str, str]]:
        """Yield it in lines: a sign, a name, and what stands behind that; ``#`` signs a title, and nothing a fact.

        :param text: what writes a text of others so that nothing in it acts
        :param none: what stands for a value that is not there
        """
        named = ("Added", "+", self.added), ("Removed", "-", self.removed)
        changed = ("Changed", "~", self.changed), ("Distributions", "~", self.distributions)
        for title, sign, entries in (*named, *changed):
            if entries:
                yield "#", title, ""
            for each in entries:
                if isinstance(each, Named):
                    origin = f" ({text(each.distribution)})" if each.distribution else ""
                    yield sign, text(each.plugin), origin + (f": {text(each.summary)}" if each.summary else "")
                else:
                    yield sign, text(each.name), ""
                    for name, *texts in (told for fact in each.facts for told in fact.told):
                        *old, new = (text(one) or none for one in texts)
                        values = "" if old == [new] else f": {' → '.join((*old, new))}"
                        yield "", text(name), values


def compare(old: Catalog, new: Catalog) -> Comparison:
    """Return what differs between two catalogs."""
    before, after = _by_identity(old), _by_identity(new)
    added: list[Named] = []
    removed: list[Named] = []
    changed: list[Changed] = []
    for identity in sorted({**before, **after}):
        for one, other in _pairs(before.get(identity, []), after.get(identity, [])):
            if one is None or other is None:
                added += [] if other is None else [_named(other)]
                removed += [] if one is None else [_named(one)]
            elif facts := tuple(_facts(one, other)):
                changed.append(Changed(name=":".join(identity), facts=facts))
    return Comparison(
        added=tuple(added),
        removed=tuple(removed),
        changed=tuple(changed),
        distributions=tuple(_distributions(old, new)),
    )


def _by_identity(catalog: Catalog) -> dict[tuple[str, str], list[Plugin]]:
    plugins: defaultdict[tuple[str, str], list[Plugin]] = defaultdict(list)
    for namespace in catalog.namespaces:
        for plugin in namespace.plugins:
            plugins[plugin.namespace, plugin.name].append(plugin)
    return plugins


def _pairs(before: Sequence[Plugin], after: Sequence[Plugin]) -> Iterator[tuple[Plugin | None, Plugin | None]]:
    """Pair the plugins of one identity: those of the same distribution, and then whatever is left."""
    left = list(after)
    alone: list[Plugin] = []
    for plugin in before:
        same = next((other for other in left if _origin(other) == _origin(plugin)), None)
        if same is None:
            alone.append(plugin)
        else:
            left.remove(same)
            yield plugin, same
    yield from zip_longest(alone, left)


def _origin(plugin: Plugin) -> str:
    return canonicalize_name(plugin.distribution.name) if plugin.distribution else ""


def _named(plugin: Plugin) -> Named:
    return Named(
        plugin=plugin.identity,
        distribution=plugin.distribution.name if plugin.distribution else None,
        summary=plugin.docstring.summary if plugin.docstring else None,
    )


def _facts(old: Plugin, new: Plugin) -> Iterator[Fact]:
    if _origin(old) != _origin(new):
        yield Fact(name="distribution", old=_named(old).distribution, new=_named(new).distribution)
    yield from _differing(_OF_PLUGIN, old, new)
    yield from _facts_of(*({field.name: field.value for field in each.fields} for each in (old, new)))


def _distributions(old: Catalog, new: Catalog) -> Iterator[Changed]:
    before, after = _by_name(old), _by_name(new)
    for name in sorted(before.keys() & after.keys()):
        both = before[name], after[name]
        facts = (*_differing(_OF_DISTRIBUTION, *both), *_facts_of(*map(_headers, both)))
        if facts:
            yield Changed(name=after[name].name, facts=facts)


def _by_name(catalog: Catalog) -> dict[str, Distribution]:
    every = (plugin.distribution for namespace in catalog.namespaces for plugin in namespace.plugins)
    return {canonicalize_name(each.name): each for each in every if each}


def _headers(distribution: Distribution) -> dict[str, Json]:
    headers: dict[str, Json] = {}
    for name, value in distribution.metadata:
        if not _TOLD.fullmatch(name.lower()):
            headers.setdefault(name, []).append(value)
    return headers


def _differing(names: Sequence[str], *both: Struct) -> Iterator[Fact]:
    return _facts_of(*({name: _plain(getattr(each, name)) for name in names} for each in both))


def _facts_of(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[Fact]:
    for name in {**old, **new}:
        if old.get(name) != new.get(name):
            yield Fact(name=name, old=old.get(name), new=new.get(name))


def _plain(value: object) -> Json:
    """Return what is compared of a value: of a docstring its text, of a problem its message."""
    match value:
        case tuple():
            return [_plain(item) for item in value] or None
        case Problem():
            return value.message
        case Docstring():
            return value.text
        case Inherited():
            return value.docstring.text
        case Tier():
            return value.title
        case Configuration():
            return msgspec.to_builtins(value)
        case _:
            return value


def _options(old: Configuration, new: Configuration) -> Iterator[Told]:
    """Say which options and commands came and went, and what of each is not what it was."""
    for key, name in ("reader", "Reader of options"), ("usage", "Usage"):
        if getattr(old, key) != getattr(new, key):
            yield name, getattr(old, key) or "", getattr(new, key) or ""
    for kind, *sides in ("option", old.options, new.options), ("command", old.subcommands, new.subcommands):
        yield from _named_alike(kind, *sides)


def _named_alike(kind: str, *sides: Sequence[Option | Subcommand]) -> Iterator[Told]:
    named: tuple[defaultdict[str, list[Option | Subcommand]], ...] = defaultdict(list), defaultdict(list)
    for found, side in zip(named, sides, strict=True):
        for each in side:
            found[each.name].append(each)
    before, after = named
    pairs = [pair for name in {**before, **after} for pair in zip_longest(before[name], after[name])]
    added = ", ".join(new.name for old, new in pairs if old is None)
    removed = ", ".join(old.name for old, new in pairs if new is None)
    yield from ((f"{said} {kind}s", names) for said, names in (("Added", added), ("Removed", removed)) if names)
    for old, new in (pair for pair in pairs if None not in pair):
        for key in old.__struct_fields__:
            was, now = getattr(old, key), getattr(new, key)
            if was != now:
                yield f"{kind.capitalize()} {old.name}, {key}", _text(key, was), _text(key, now)
    if not added and not removed and [each.name for each in sides[0]] != [each.name for each in sides[1]]:
        yield f"Order of {kind}s", "", ""


def _text(key: str, value: Json) -> str:
    """Write what is known of an option or a command; of a help its summary."""
    match key:
        case _ if value is None:
            return ""
        case "help":
            return summary(value)
        case "choices":
            return ", ".join(value_text(each.value) for each in value)
        case "default" | "minimum" | "maximum":
            return value_text(value)
        case "deprecated":
            return "; ".join(filter(None, (value.since, value.reason, value.replacement))) or "yes"
        case _:
            return text_of(list(value) if isinstance(value, tuple) else value)
