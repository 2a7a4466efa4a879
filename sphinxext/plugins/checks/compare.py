"""What differs between two catalogs: plugins that came, went or changed, and their distributions."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from sphinxext.plugins.core.model import Distribution, Docstring, Inherited, Json, Plugin, Problem, Struct
from sphinxext.plugins.core.text import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sphinxext.plugins.core.model import Catalog

_OF_DISTRIBUTION = [f for f in Distribution.__struct_fields__ if f not in {"name", "source", "metadata"}]

_TOLD = re.compile(
    "name|version|summary|license(-expression)?|(author|maintainer)(-email)?|(project|download)-url|home-page"
    "|requires-python|classifier"
)
"""The headers that those are made from; the others are compared as they are."""

_NOT_TOLD = {"namespace", "name", "distribution", "source", "location", "answers", "fields"}
"""What of a plugin is no fact that changed, or is told in another way: a line says nothing of the plugin itself."""

_OF_PLUGIN = [field for field in Plugin.__struct_fields__ if field not in _NOT_TOLD]


class Fact(Struct, frozen=True):
    """One thing that is not what it was."""

    name: str
    old: Json = None
    new: Json = None

    @property
    def told(self) -> tuple[str, str]:
        """What it was and is, as texts; a docstring is told by its summary, and the same twice where that is."""
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


def compare(old: Catalog, new: Catalog) -> Comparison:
    """Say what differs."""
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
    while alone or left:
        yield alone.pop(0) if alone else None, left.pop(0) if left else None


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
    yield from _differing_values(*({field.name: field.value for field in each.fields} for each in (old, new)))


def _distributions(old: Catalog, new: Catalog) -> Iterator[Changed]:
    before, after = _by_name(old), _by_name(new)
    for name in sorted(before.keys() & after.keys()):
        old_one, new_one = before[name], after[name]
        facts = (
            *_differing(_OF_DISTRIBUTION, old_one, new_one),
            *_differing_values(_headers(old_one), _headers(new_one)),
        )
        if facts:
            yield Changed(name=new_one.name, facts=facts)


def _by_name(catalog: Catalog) -> dict[str, Distribution]:
    plugins = [plugin for namespace in catalog.namespaces for plugin in namespace.plugins]
    return {canonicalize_name(found.name): found for plugin in plugins if (found := plugin.distribution) is not None}


def _differing(names: Sequence[str], old: Struct, new: Struct) -> Iterator[Fact]:
    for name in names:
        was, is_ = _plain(getattr(old, name)), _plain(getattr(new, name))
        if was != is_:
            yield Fact(name=name, old=was, new=is_)


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
        case _:
            return value


def _headers(distribution: Distribution) -> dict[str, Json]:
    headers: dict[str, Json] = {}
    for name, value in distribution.metadata:
        if not _TOLD.fullmatch(name.lower()):
            headers.setdefault(name, []).append(value)
    return headers


def _differing_values(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[Fact]:
    for name in {**old, **new}:
        if old.get(name) != new.get(name):
            yield Fact(name=name, old=old.get(name), new=new.get(name))
