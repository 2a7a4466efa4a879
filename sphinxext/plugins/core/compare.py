"""What differs between two catalogs: plugins that came, went or changed, their distributions and their interfaces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from packaging.utils import canonicalize_name

from sphinxext.plugins.core import breaking
from sphinxext.plugins.core.breaking import Break
from sphinxext.plugins.core.differences import Changed, Comparison, Deprecated, Fact, Named, Renamed, replaced
from sphinxext.plugins.core.fields import has_value
from sphinxext.plugins.core.interfaces import Member
from sphinxext.plugins.core.model import Distribution, Docstring, Field, Inherited, Namespace, Plugin, Problem, Tier
from sphinxext.plugins.core.options import Configuration
from sphinxext.plugins.core.pairs import Time, across, by_reference, origin, origins, others
from sphinxext.plugins.core.text import deprecation, text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sphinxext.plugins.core.model import Catalog
    from sphinxext.plugins.core.structs import Json, Struct

_OF_DISTRIBUTION = [f for f in Distribution.__struct_fields__ if f not in {"name", "source", "metadata"}]

_TOLD = re.compile(
    "name|version|summary|license(-expression)?|(author|maintainer)(-email)?|(project|download)-url|home-page"
    "|requires-python|classifier"
    "|metadata-version|dynamic"
)
"""The headers that those are made from, and what only build tools decide; the others are compared as they are."""

_NOT_TOLD = {
    *("namespace", "name", "distribution", "source", "location", "answers", "fields"),
    *("implements", "compatible", "guide", "lifetime"),
}
"""What of a plugin is no fact that changed, or is shown in another way: a line says nothing of the plugin itself."""

_OF_PLUGIN = [field for field in Plugin.keys() if field not in _NOT_TOLD]  # noqa: SIM118  # not of a dict


_OF_INTERFACE = ("target", "inferred", "kind", "signature", "docstring", "deprecated", "protocol", "hooks", "members")


def compare(old: Catalog, new: Catalog, *, between: Iterable[Catalog] = ()) -> Comparison:
    """Return what differs between two catalogs.

    :param between: those of times between, which tell what was renamed when
    """
    before, after = ({each.name: each for each in catalog.namespaces} for catalog in (old, new))
    names = sorted({**before, **after})
    known = [(each, origins(plugin for one in each.namespaces for plugin in one.plugins)) for each in between]
    found = [
        _in_namespace(
            before.get(name, Namespace(name=name)),
            after.get(name, Namespace(name=name)),
            [Time(catalog.plugins(name), those) for catalog, those in known if catalog.covers(name)],
        )
        for name in names
    ]
    every = {key: tuple(each for one in found for each in getattr(one, key)) for key in Comparison.__struct_fields__}
    were, are = _by_name(old), _by_name(new)
    both = [(were[name], are[name]) for name in sorted(were.keys() & are.keys())]
    every["deprecated"] += tuple(Deprecated(name=now.name) for was, now in both if _is_inactive(now, was))
    every["distributions"] = tuple(each for pair in both if (each := _distribution(*pair)).facts)
    return Comparison(**every)


def _in_namespace(old: Namespace, new: Namespace, between: Sequence[Time]) -> Comparison:
    paired = across(old.plugins, between, new.plugins)
    were, are = by_reference(old.plugins), by_reference(new.plugins)
    names = {each.name for each in new.plugins}
    changed = (Changed(name=was.identity, **_plugin(was, now)) for was, now in paired.kept)
    renamed = (
        Renamed(old=was.identity, new=now.identity, **_plugin(was, now, *_gone("renamed", was, names)))
        for was, now in paired.renamed
    )
    return Comparison(
        added=tuple(_named(each, were) for each in paired.added),
        renamed=tuple(renamed),
        deprecated=tuple(each for pair in (*paired.kept, *paired.renamed) for each in _deprecated(*pair)),
        removed=tuple(_named(each, are, *_gone("removed", each, names)) for each in paired.removed),
        changed=tuple(each for each in changed if each.facts),
        interfaces=tuple(_interface(old, new)),
    )


def _gone(kind: str, plugin: Plugin, names: Collection[str]) -> list[Break]:
    """Say that the name of a plugin is gone, unless another distribution has one of that name."""
    return [] if plugin.name in names else [Break.of(kind)]


def _breaks(reasons: Iterable[Break]) -> dict[str, Any]:
    found = tuple(reasons)
    return {"breaking": bool(found), "reasons": found}


def _named(plugin: Plugin, having: Mapping[str, Sequence[Plugin]], *reasons: Break) -> Named:
    return Named(
        plugin=plugin.identity,
        distribution=_name(plugin),
        summary=plugin.docstring.summary if plugin.docstring else None,
        same_target=tuple(dict.fromkeys(each.name for each in others(plugin, having))),
        **_breaks(reasons),
    )


def _plugin(old: Plugin, new: Plugin, *reasons: Break) -> dict[str, Any]:
    """Return what of a plugin is not what it was, but for what is said to be deprecated."""
    said = _deprecations(old, new)
    differing = (fact for fact in facts(old, new) if fact.name not in said and list(fact.told))
    return {"facts": tuple(differing), **_breaks((*reasons, *breaking.of_plugin(old, new)))}


def _deprecated(old: Plugin, new: Plugin) -> Iterator[Deprecated]:
    """Yield what of a plugin is deprecated now, and was not."""
    messages = _deprecations(old, new)
    if messages:
        yield Deprecated(name=new.identity, message=next(filter(None, messages.values()), None))
    if old.configuration is not None and new.configuration is not None:
        were = {each.name for each in old.configuration.options if each.deprecated is None}
        for option in new.configuration.options:
            if option.deprecated is not None and option.name in were:
                yield Deprecated(name=new.identity, option=option.name, message=replaced(option.deprecated) or None)


def _message(plugin: Plugin) -> str:
    """Return what is said of a plugin that is deprecated; of a docstring, the version apart from the words."""
    said = plugin.deprecated or ""
    version, _, words = said.partition(" ")
    if plugin.docstring is None or deprecation(plugin.docstring.text) != said or not version[:1].isdigit():
        return said
    return f"since {version}: {words}" if words else f"since {version}"


def _deprecations(old: Plugin, new: Plugin) -> dict[str, str]:
    """Return the names of the facts by which a plugin is deprecated now, and was not, with what they say."""
    is_new = old.deprecated is None and new.deprecated is not None
    found = {"deprecated": _message(new)} if is_new else {}
    were = {each.name: each.value for each in old.fields}
    for name, value in ((each.name, each.value) for each in new.fields):
        if _is_deprecated(name, value) and not _is_deprecated(name, were.get(name)):
            found[name] = text_of(value) if isinstance(value, str) and name.casefold() == "deprecated" else ""
    return found


def _is_deprecated(field: str, value: Json) -> bool:
    """Whether a field of the settings says that its plugin is deprecated."""
    match field.casefold():
        case "deprecated":
            return has_value(value) and value is not False
        case "status":
            return text_of(value).casefold() in {"deprecated", "inactive"}
        case _:
            return False


def _is_inactive(now: Distribution, was: Distribution) -> bool:
    """Whether a distribution is not developed any more, by its classifier, and was."""
    return now.status == "Inactive" != was.status


def facts(old: Plugin, new: Plugin) -> Iterator[Fact]:
    """Yield what of a plugin is not what it was, but for its name."""
    if origin(old) != origin(new):
        yield Fact(name="distribution", old=_name(old), new=_name(new))
    yield from _differing(_OF_PLUGIN, old, new)
    does = [[{"member": each.member, "support": each.support} for each in side.implements] for side in (old, new)]
    if all(does):  # what plugins do of their interface is known where it is asked for
        yield from _facts_of(*({"implements": each} for each in does))
    yield from _facts_of(*({field.name: field.value for field in each.fields} for each in (old, new)))


def _name(plugin: Plugin) -> str | None:
    return plugin.distribution.name if plugin.distribution else None


def _interface(old: Namespace, new: Namespace) -> Iterator[Changed]:
    """Yield what of the interface of a namespace is not what it was, if it is known."""
    was, now = old.interface, new.interface
    if was is not None and now is not None and (found := tuple(_differing(_OF_INTERFACE, was, now))):
        yield Changed(name=new.name, facts=found, **_breaks(breaking.of_interface(was, now)))


def _distribution(old: Distribution, new: Distribution) -> Changed:
    found = (*_differing(_OF_DISTRIBUTION, old, new), *_facts_of(*map(_headers, (old, new))))
    return Changed(name=new.name, facts=found, **_breaks(breaking.of_distribution(old, new)))


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
        case Field():
            return value.value
        case Configuration():
            options = tuple(msgspec.structs.replace(each, since=None) for each in value.options)
            return msgspec.to_builtins(msgspec.structs.replace(value, options=options))
        case Member():
            return _placeless(msgspec.to_builtins(msgspec.structs.replace(value, since=None)))
        case _:
            return value


def _placeless(made: Json) -> Json:
    """Return something without its places in source, which change though it does not."""
    match made:
        case dict():
            return {key: _placeless(each) for key, each in made.items() if key != "location"}
        case _:
            return made
