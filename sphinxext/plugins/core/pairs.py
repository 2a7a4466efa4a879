"""Which plugins of one catalog are which of another, later one: those that stayed, were renamed, came and went."""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sphinxext.plugins.core.model import Plugin


class Pairs(NamedTuple):
    """The plugins of a namespace at two times, by name."""

    kept: tuple[tuple[Plugin, Plugin], ...]
    """Those of one name, as each was and is, also where another distribution has it now."""

    renamed: tuple[tuple[Plugin, Plugin], ...]
    """Those that have another name, as each was and is."""

    added: tuple[Plugin, ...]
    removed: tuple[Plugin, ...]


def pairs(before: Sequence[Plugin], after: Sequence[Plugin]) -> Pairs:
    """Pair the plugins of a namespace, as it was and as it is.

    One was renamed where its name went and another name came, of the same distribution, with the same target or for
    what is defined in the same place. Where several may be meant, none is taken for it. A name that went while another
    one with its target stayed was an alias, and is removed.
    """
    kept, came, went = _by_name(before, after)
    there, back = _candidates(went, came), _candidates(came, went)
    renamed = [(old, new[0]) for old, new in zip(went, there, strict=True) if len(new) == 1]
    only = {id(new) for new, old in zip(came, back, strict=True) if len(old) == 1}
    renamed = [(old, new) for old, new in renamed if id(new) in only]
    left = {id(each) for pair in renamed for each in pair}
    return Pairs(
        kept=tuple(kept),
        renamed=tuple(renamed),
        added=tuple(each for each in came if id(each) not in left),
        removed=tuple(each for each in went if id(each) not in left),
    )


class Time(NamedTuple):
    """What there was of a namespace at a time."""

    plugins: Sequence[Plugin]

    distributions: AbstractSet[str]
    """The normalised names of all distributions that it tells of."""


def across(before: Sequence[Plugin], between: Iterable[Time], after: Sequence[Plugin]) -> Pairs:
    """Pair the plugins of a namespace, as it was and as it is, by what each was called at times between.

    One that a time between may have left out with its distribution was then what it was before, and one whose name is
    back is what it was.
    """
    firsts = {id(each): each for each in before}
    there = before
    for plugins, distributions in (*between, Time(after, origins((*there, *after)))):
        paired = pairs(there, plugins)
        left_out = [each for each in paired.removed if origin(each) not in {"", *distributions}]
        stayed = [*paired.kept, *paired.renamed, *((each, each) for each in left_out)]
        firsts = {id(new): firsts[id(old)] for old, new in stayed if id(old) in firsts}
        there = [*plugins, *left_out]
    found = [(firsts[id(new)], new) for new in after if id(new) in firsts]
    known = {id(each) for pair in found for each in pair}
    back, came, went = _by_name(*([each for each in side if id(each) not in known] for side in (before, after)))
    every = sorted((*found, *back), key=lambda pair: pair[0].name)
    return Pairs(
        kept=tuple(pair for pair in every if pair[0].name == pair[1].name),
        renamed=tuple(pair for pair in every if pair[0].name != pair[1].name),
        added=tuple(came),
        removed=tuple(went),
    )


def origin(plugin: Plugin) -> str:
    """Return the normalised name of the distribution of a plugin; it is empty where there is none."""
    return canonicalize_name(plugin.distribution.name) if plugin.distribution else ""


def origins(plugins: Iterable[Plugin]) -> AbstractSet[str]:
    """Return the normalised names of the distributions of plugins."""
    return {origin(plugin) for plugin in plugins}


def _by_name(
    before: Sequence[Plugin], after: Sequence[Plugin]
) -> tuple[list[tuple[Plugin, Plugin]], list[Plugin], list[Plugin]]:
    """Return those of one name as pairs, and those that came and that went."""
    names: defaultdict[str, tuple[list[Plugin], list[Plugin]]] = defaultdict(lambda: ([], []))
    for at, plugins in enumerate((before, after)):
        for plugin in plugins:
            names[plugin.name][at].append(plugin)
    every = [pair for _, both in sorted(names.items()) for pair in _of_one_name(*both)]
    kept = [(old, new) for old, new in every if old is not None and new is not None]
    came = [new for old, new in every if old is None and new is not None]
    return kept, came, [old for old, new in every if new is None and old is not None]


def _of_one_name(before: Sequence[Plugin], after: Sequence[Plugin]) -> Iterator[tuple[Plugin | None, Plugin | None]]:
    """Pair those of the same distribution, and then whatever is left."""
    left = list(after)
    alone: list[Plugin] = []
    for plugin in before:
        same = next((other for other in left if origin(other) == origin(plugin)), None)
        if same is None:
            alone.append(plugin)
        else:
            left.remove(same)
            yield plugin, same
    yield from zip_longest(alone, left)


def others(plugin: Plugin, having: Mapping[str, Sequence[Plugin]]) -> list[Plugin]:
    """Return those with the target of a plugin that have other names.

    :param having: all that it may be, :func:`by_reference`
    """
    every = (each for reference in _references(plugin) for each in having.get(reference, ()))
    return list({id(each): each for each in every if each.name != plugin.name}.values())


def by_reference(plugins: Iterable[Plugin]) -> Mapping[str, Sequence[Plugin]]:
    """Return plugins by their targets, and by the references of where these are defined."""
    having: defaultdict[str, list[Plugin]] = defaultdict(list)
    for plugin in plugins:
        for reference in _references(plugin):
            having[reference].append(plugin)
    return having


def _candidates(plugins: Sequence[Plugin], they: Sequence[Plugin]) -> list[list[Plugin]]:
    """Return for each plugin those of others that may be it under another name."""
    having = by_reference(they)
    return [[each for each in others(plugin, having) if _is_of(each, plugin)] for plugin in plugins]


def _references(plugin: Plugin) -> set[str]:
    return {plugin.target, plugin.definition or plugin.target}


def _is_of(plugin: Plugin, other: Plugin) -> bool:
    """Whether two are of one distribution, as far as that is known."""
    return origin(plugin) == origin(other) or "" in {origin(plugin), origin(other)}
