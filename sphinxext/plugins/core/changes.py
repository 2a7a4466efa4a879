"""What changed from one release that is kept to a later one, or to what there is now."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec
from packaging.utils import canonicalize_name
from packaging.version import Version

from sphinxext.plugins.core.compare import compare
from sphinxext.plugins.core.differences import Comparison
from sphinxext.plugins.core.history import is_version
from sphinxext.plugins.core.interfaces import Support
from sphinxext.plugins.core.model import Catalog
from sphinxext.plugins.core.pairs import origins
from sphinxext.plugins.core.text import clean_namespace
from sphinxext.plugins.core.typos import the_nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from collections.abc import Set as AbstractSet

    from sphinxext.plugins.core.differences import Changed, Fact, Named, Renamed, Told
    from sphinxext.plugins.core.history import Release
    from sphinxext.plugins.core.shown import Period


Entry = TypeVar("Entry", "Changed", "Renamed")


class Changes(NamedTuple):
    """What changed in namespaces."""

    several: bool = False
    """Whether these are several."""

    differing: Comparison = Comparison()

    unknown: Sequence[str] = ()
    """The names and globs that fit nothing on either side."""

    wrong: Sequence[tuple[str, str]] = ()
    """What keeps it from being known, with what can be done about that."""


class Side(NamedTuple):
    """What is compared: a release, or what there is now."""

    name: str
    catalog: Catalog

    distributions: AbstractSet[str]
    """The normalised names of all that register anything."""


def changes(period: Period, releases: Sequence[Release], now: Callable[[Release], Side]) -> Changes:
    """Compare two releases, or the last one with what there is now.

    :param releases: those that are kept, in their order
    :param now: gives what there is now of the namespaces that the period names, to be compared with a release
    """
    if not releases:
        return Changes(wrong=[("nothing is known of earlier releases", "name snapshots of them in plugins_history")])
    known = [each.name for each in releases]
    given = {"from": period.since, "to": period.until}
    ends = {option: _number(name, known) for option, name in given.items() if name}
    if wrong := [_unknown(option, given[option], known) for option, number in ends.items() if number is None]:
        return Changes(wrong=wrong)
    until = ends.get("to") if period.until else len(releases)
    since = ends.get("from") if period.since else (until or 0) - 1
    if since is None or until is None or not 0 <= since < until:
        message = f"there is no release from {period.since or 'before'} to {period.until or known[-1]}"
        return Changes(
            wrong=[(message, f"name an earlier one in :from:, or a later one in :to:, of {', '.join(known)}")]
        )
    old = releases[since]
    new = _side(releases[until]) if until < len(releases) else now(old)
    return _between(_side(old), new, period.namespaces, [each.catalog for each in releases[since + 1 : until]])


def _side(release: Release) -> Side:
    plugins = (plugin for each in release.catalog.namespaces for plugin in each.plugins)
    return Side(release.name, release.catalog, origins(plugins))


def _number(name: str, known: Sequence[str]) -> int | None:
    """Return which of the releases has a name, however that is written: 2.1 is 2.1.0."""
    if not is_version(name):
        return None
    return next((number for number, each in enumerate(known) if Version(each) == Version(name)), None)


def _unknown(option: str, name: str, known: Sequence[str]) -> tuple[str, str]:
    near = the_nearest(name, known) or f" (the last: {', '.join(known[-3:])})"
    remedy = f"correct the option :{option}:{near}, or write a snapshot of it"
    return f"plugins_history has no release {name!r}", remedy


def _between(old: Side, new: Side, patterns: Sequence[str], between: Sequence[Catalog]) -> Changes:
    """Compare what two releases both recorded, by way of those between."""
    every = sorted({each.name for side in (old, new) for each in side.catalog.namespaces})
    fitting = {
        pattern: [clean_namespace(pattern)] if clean_namespace(pattern) in every else fnmatch.filter(every, pattern)
        for pattern in patterns
    }
    names = {name for each in fitting.values() for name in each}
    remedy = "have sphinx-plugins snapshot write it there, or name another release"
    wrong = [
        (f"the snapshot of {side.name} is not of {each}, so that nothing is known of what changed", remedy)
        for side in (old, new)
        for each in sorted(names.intersection(map(clean_namespace, patterns)))
        if not side.catalog.covers(each)
    ]
    unknown = [pattern for pattern, found in fitting.items() if not found]
    differing = _notable(
        compare(_only(old.catalog, names, new.catalog), _only(new.catalog, names, old.catalog), between=between)
    )
    differing = msgspec.structs.replace(
        differing,
        added=_recorded(differing.added, old),
        removed=_recorded(differing.removed, new),
    )
    return Changes(len(names) > 1, differing, unknown, wrong)


def _recorded(entries: Sequence[Named], other: Side) -> tuple[Named, ...]:
    """Leave out those of distributions that the other side does not have: it may have been made without these."""
    return tuple(
        each
        for each in entries
        if each.distribution is None or canonicalize_name(each.distribution) in other.distributions
    )


def _only(catalog: Catalog, names: Collection[str], other: Catalog) -> Catalog:
    """Return some namespaces of a catalog, if the other one would have them as well."""
    found = (each for each in catalog.namespaces if each.name in names and other.covers(each.name))
    return Catalog(namespaces=tuple(found))


_UNNOTED = {"introspection", "loaded", "problems", "named_by", "kind", "type", "definition", "aliases", "summary"}
_UNNOTED |= {"docstring", "inherited", "constructor"}
"""What of plugins says how they were found, what else says, or how they are described."""

_MAY_BE_NONE = {"extras", "deprecated", "members"}
"""The facts that are known also where there is nothing."""

_OF_INTERFACE = {"target", "signature", "members"}

_SMALL = {"help", "docstring", "owner", "lack", "decorated", "group", "unknown"}
"""What of an option or a member only says how it is described or made."""


def _notable(differing: Comparison) -> Comparison:
    """Leave out what people do not look for in release notes, and what was not known of one side."""

    def plugin(fact: Fact) -> bool:
        return fact.name not in _UNNOTED and is_known(fact)

    def is_known(fact: Fact) -> bool:
        return None not in fact.both or fact.name in _MAY_BE_NONE

    return msgspec.structs.replace(
        differing,
        renamed=tuple(_with(each, plugin) for each in differing.renamed),
        changed=_having(differing.changed, plugin),
        distributions=_having(differing.distributions, lambda fact: fact.name == "requires_python"),
        interfaces=_having(differing.interfaces, lambda fact: fact.name in _OF_INTERFACE and is_known(fact)),
    )


def _having(entries: Sequence[Changed], is_notable: Callable[[Fact], bool]) -> tuple[Changed, ...]:
    return tuple(each for entry in entries if notable(each := _with(entry, is_notable)) or each.reasons)


def _with(entry: Entry, is_notable: Callable[[Fact], bool]) -> Entry:
    return msgspec.structs.replace(entry, facts=tuple(filter(is_notable, entry.facts)))


def notable(entry: Named | Renamed | Changed) -> list[Told]:
    """Return what is said of something that differs, in release notes."""
    return [told for told in entry.told if told.key not in _SMALL and Support.UNKNOWN not in told.values]
