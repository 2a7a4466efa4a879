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
from sphinxext.plugins.core.pairs import by_reference, origin, others, pairs
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

_NOT_TOLD = {
    *("namespace", "name", "distribution", "source", "location", "answers", "fields"),
    *("compatible", "guide", "lifetime"),
}
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

    same_target: tuple[str, ...] = ()
    """The names that its target has besides: of one that went those that stay, of one that came those that were."""

    @property
    def told(self) -> Iterator[Told]:
        """What is said of it besides."""
        if self.same_target:
            yield "Same target", ", ".join(self.same_target)


class Changed(Struct, frozen=True):
    """A plugin, or a distribution, that is not what it was."""

    name: str
    """Of a plugin, its identity."""

    facts: tuple[Fact, ...]

    @property
    def told(self) -> Iterator[Told]:
        """What is said of it."""
        return (told for fact in self.facts for told in fact.told)


class Renamed(Struct, frozen=True):
    """A plugin that has another name."""

    old: str
    """The identity that it had."""

    new: str
    facts: tuple[Fact, ...] = ()
    """What else of it is not what it was."""

    @property
    def told(self) -> Iterator[Told]:
        """What is said of it besides."""
        return (told for fact in self.facts for told in fact.told)


class Comparison(Struct, frozen=True):
    """What differs; each in the order of namespaces and names."""

    added: tuple[Named, ...] = ()
    renamed: tuple[Renamed, ...] = ()
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
        for title, sign, entries in (named[0], ("Renamed", "~", self.renamed), named[1], *changed):
            if entries:
                yield "#", title, ""
            for each in entries:
                match each:
                    case Named():
                        origin = f" ({text(each.distribution)})" if each.distribution else ""
                        yield sign, text(each.plugin), origin + (f": {text(each.summary)}" if each.summary else "")
                    case Renamed():
                        yield sign, text(each.old), f" → {text(each.new)}"
                    case Changed():
                        yield sign, text(each.name), ""
                for name, *texts in each.told:
                    *old, new = (text(one) or none for one in texts)
                    values = "" if old == [new] else f": {' → '.join((*old, new))}"
                    yield "", text(name), values


def compare(old: Catalog, new: Catalog) -> Comparison:
    """Return what differs between two catalogs."""
    before, after = ({each.name: each.plugins for each in catalog.namespaces} for catalog in (old, new))
    found = [_in_namespace(before.get(name, ()), after.get(name, ())) for name in sorted({**before, **after})]
    every = {key: tuple(each for one in found for each in getattr(one, key)) for key in _OF_NAMESPACE}
    return Comparison(**every, distributions=tuple(_distributions(old, new)))


_OF_NAMESPACE = ("added", "renamed", "removed", "changed")


def _in_namespace(before: Sequence[Plugin], after: Sequence[Plugin]) -> Comparison:
    paired = pairs(before, after)
    were, are = by_reference(before), by_reference(after)
    kept = ((old.identity, tuple(facts(old, new))) for old, new in paired.kept)
    return Comparison(
        added=tuple(_named(each, were) for each in paired.added),
        renamed=tuple(
            Renamed(old=old.identity, new=new.identity, facts=tuple(facts(old, new))) for old, new in paired.renamed
        ),
        removed=tuple(_named(each, are) for each in paired.removed),
        changed=tuple(Changed(name=name, facts=differing) for name, differing in kept if differing),
    )


def _named(plugin: Plugin, others_of: Mapping[str, Sequence[Plugin]]) -> Named:
    return Named(
        plugin=plugin.identity,
        distribution=_distribution(plugin),
        summary=plugin.docstring.summary if plugin.docstring else None,
        same_target=tuple(dict.fromkeys(each.name for each in others(plugin, others_of))),
    )


def facts(old: Plugin, new: Plugin) -> Iterator[Fact]:
    """Yield what of a plugin is not what it was, but for its name."""
    if origin(old) != origin(new):
        yield Fact(name="distribution", **{key: _distribution(each) for key, each in (("old", old), ("new", new))})
    yield from _differing(_OF_PLUGIN, old, new)
    yield from _facts_of(*({field.name: field.value for field in each.fields} for each in (old, new)))


def _distribution(plugin: Plugin) -> str | None:
    return plugin.distribution.name if plugin.distribution else None


def _distributions(old: Catalog, new: Catalog) -> Iterator[Changed]:
    before, after = _by_name(old), _by_name(new)
    for name in sorted(before.keys() & after.keys()):
        both = before[name], after[name]
        if differing := (*_differing(_OF_DISTRIBUTION, *both), *_facts_of(*map(_headers, both))):
            yield Changed(name=after[name].name, facts=differing)


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
            options = tuple(msgspec.structs.replace(each, since=None) for each in value.options)
            return msgspec.to_builtins(msgspec.structs.replace(value, options=options))
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
