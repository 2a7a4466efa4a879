"""The history of plugins, from snapshots of releases: since when they are there, what changed, and which went.

All is a pure function of catalogs. What a release did not record is not known, and nothing is said of it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from packaging.version import InvalidVersion, Version

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.lifetimes import UNRELEASED, Change, Happened, Lifetime, Removed, Renamed
from sphinxext.plugins.core.model import Introspection, ProblemKind
from sphinxext.plugins.core.pairs import origin, origins, pairs
from sphinxext.plugins.core.text import clean_line, cut, text_of
from sphinxext.plugins.core.types import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sphinxext.plugins.core.interfaces import Interface
    from sphinxext.plugins.core.model import Catalog, Namespace, Plugin
    from sphinxext.plugins.core.options import Option
    from sphinxext.plugins.core.structs import Json

STANDING = ("replaced_by", "reason", "status")
"""The keys of the overlay with what people say of whether a plugin is to be used."""


class Release(NamedTuple):
    """A release that is kept."""

    name: str
    """Its version, as it is written."""

    catalog: Catalog


def is_version(text: str) -> bool:
    """Whether a text is a version (:pep:`440`)."""
    try:
        return bool(Version(text))
    except InvalidVersion:
        return False


class _Moment(NamedTuple):
    """A namespace in a release that recorded it, or as it is."""

    release: str
    namespace: Namespace

    distributions: AbstractSet[str]
    """The names of those that register anything then."""

    before: AbstractSet[str] | None
    """Those of the release before; None where that did not record the namespace."""

    def begins(self, plugin: Plugin) -> bool:
        """Whether what is new of a plugin is new in this release, for the one before recorded its distribution."""
        return self.before is not None and _includes(self.before, plugin)

    def ends(self, plugin: Plugin) -> bool:
        """Whether a plugin that went was removed in this release, and not left out with its distribution."""
        return self.before is not None and _includes(self.distributions, plugin)


def _includes(distributions: AbstractSet[str], plugin: Plugin) -> bool:
    return not origin(plugin) or origin(plugin) in distributions


class _Step(NamedTuple):
    """A plugin at a moment."""

    moment: _Moment
    plugin: Plugin


class _Course:
    """What became of one plugin from moment to moment, by whatever name."""

    def __init__(self) -> None:
        self.steps: list[_Step] = []
        self.lapses: list[tuple[_Moment, int]] = []
        """When it was there no more, with the number of the steps before that."""

    @property
    def last(self) -> Plugin:
        return self.steps[-1].plugin

    @property
    def unbroken(self) -> list[_Step]:
        """The steps since it was there the whole time."""
        return self.steps[self.lapses[-1][1] :] if self.lapses else self.steps


class History:
    """The releases that are kept.

    :ivar releases: these, in the order of their versions
    """

    def __init__(self, releases: Iterable[Release] = ()) -> None:
        self.releases = tuple(sorted(releases, key=lambda release: Version(release.name)))
        self._of: dict[str, dict[str, Namespace]] = {}
        self._now: AbstractSet[str] | None = None
        self._distributions = {
            name: origins(plugin for each in catalog.namespaces for plugin in each.plugins)
            for name, catalog in self.releases
        }
        for release in self.releases:
            for namespace in release.catalog.namespaces:
                self._of.setdefault(namespace.name, {})[release.name] = namespace

    @property
    def names(self) -> list[str]:
        """The names of all namespaces that any release has, sorted."""
        return sorted(self._of)

    def recorded(self, namespace: str) -> set[str]:
        """Return the names of all plugins of a namespace that any release has."""
        return {plugin.name for each in self._of.get(namespace, {}).values() for plugin in each.plugins}

    def complete(
        self,
        namespace: Namespace,
        facts: Mapping[str, Mapping[str, Json]],
        registered: Mapping[str, Sequence[Plugin]],
    ) -> Namespace:
        """Return a namespace with what is known of it over time, and with what people say.

        :param facts: this, by the names of plugins
        :param registered: the plugins of all namespaces as they are now
        """
        if not self.releases and not facts:
            return namespace
        moments = list(self._moments(namespace, registered))
        there, gone = _courses(moments)
        plugins = tuple(_complete(each, there[id(each)], facts.get(each.name, {})) for each in namespace.plugins)
        taken = {each.name for each in plugins}
        taken |= {each.name for plugin in plugins if plugin.lifetime for each in plugin.lifetime.renamed}
        removed = (_removed(each, facts.get(each.last.name, {})) for each in gone if each.last.name not in taken)
        interface = namespace.interface and _interface(namespace.interface, moments)
        ordered = tuple(sorted(removed, key=lambda each: each.name))
        return msgspec.structs.replace(namespace, plugins=plugins, removed=ordered, interface=interface)

    def _moments(self, namespace: Namespace, registered: Mapping[str, Sequence[Plugin]]) -> Iterator[_Moment]:
        """Return a namespace in all releases that recorded it, and as it is."""
        before: AbstractSet[str] | None = None
        recorded = self._of.get(namespace.name, {})
        for release in self.releases:
            known = self._distributions[release.name] if release.catalog.covers(namespace.name) else None
            if known is not None:
                then = recorded.get(release.name) or msgspec.structs.replace(namespace, plugins=(), interface=None)
                yield _Moment(release.name, then, known, before)
            before = known
        if self._now is None:
            self._now = origins(plugin for plugins in registered.values() for plugin in plugins)
        yield _Moment(UNRELEASED, namespace, self._now, before)


def _courses(moments: Sequence[_Moment]) -> tuple[dict[int, _Course], list[_Course]]:
    """Follow plugins from moment to moment; return those that are there, by the ids of these, and those that went."""
    there: dict[int, _Course] = {}
    gone: dict[tuple[str, str], _Course] = {}
    before: Sequence[Plugin] = ()
    for moment in moments:
        paired = pairs(before, moment.namespace.plugins)
        now: dict[int, _Course] = {}
        for old, new in (*paired.kept, *paired.renamed):
            course = now[id(new)] = there[id(old)]
            course.steps.append(_Step(moment, new))
        for plugin in paired.removed:
            course = gone[plugin.name, origin(plugin)] = there[id(plugin)]
            course.lapses.append((moment, len(course.steps)))
        for plugin in paired.added:
            returned = gone.pop((plugin.name, origin(plugin)), None)
            course = now[id(plugin)] = returned or _Course()
            course.steps.append(_Step(moment, plugin))
        there, before = now, moment.namespace.plugins
    return there, list(gone.values())


def _complete(plugin: Plugin, course: _Course, facts: Mapping[str, Json]) -> Plugin:
    steps = course.unbroken
    first = steps[0]
    made = Lifetime(  # what began and ended is of the distribution that had it then
        since=first.moment.release if first.moment.begins(first.plugin) else None,
        removed=tuple(moment.release for moment, count in course.lapses if moment.ends(course.steps[count - 1].plugin)),
        renamed=tuple(_renamed(steps, plugin.name)),
        changed=tuple(each for old, new in reversed(list(pairwise(steps))) for each in _changes(old, new)),
        lost=_lost(course, plugin) if plugin.configuration else (),
        **_standing(facts),
    )
    whole = _with_options(plugin, steps)
    return whole if made == Lifetime() else msgspec.structs.replace(whole, lifetime=made)


def _standing(facts: Mapping[str, Json]) -> dict[str, Json]:
    """Return what people say of whether a plugin is to be used."""
    said = {key: facts[key] for key in STANDING if facts.get(key)}
    others = said.pop("replaced_by", None)
    lines = {key: _line(value) for key, value in said.items()}
    return lines | ({"replaced_by": tuple(map(_line, listed(others)[: limits.MOST_ALIASES]))} if others else {})


def _line(value: Json) -> str:
    return clean_line(cut(text_of(value), limits.LONGEST_SUMMARY))


def _renamed(steps: Sequence[_Step], name: str) -> Iterator[Renamed]:
    """Return the other names that a plugin had, the latest first and each once."""
    known = {name}
    for old, new in reversed(list(pairwise(steps))):
        if old.plugin.name not in known:
            known.add(old.plugin.name)
            yield Renamed(name=old.plugin.name, release=None if new.moment.before is None else new.moment.release)


def _removed(course: _Course, facts: Mapping[str, Json]) -> Removed:
    (moment, _), last = course.lapses[-1], course.steps[-1]
    docstring, distribution = last.plugin.docstring, last.plugin.distribution
    return Removed(
        name=last.plugin.name,
        last=last.moment.release,
        release=moment.release if moment.ends(last.plugin) else None,
        summary=docstring.summary if docstring else None,
        distribution=distribution.name if distribution else None,
        lost=_lost(course, None),
        **_standing(facts),
    )


def _lost(course: _Course, now: Plugin | None) -> tuple[str, ...]:
    """Return the names of the options that a plugin ever had, and has no more."""
    had = [step.plugin.configuration for step in course.steps]
    names = {name: None for each in had if each for _option, name in each.named}
    has = {name for _option, name in now.configuration.named} if now and now.configuration else set[str]()
    return tuple(name for name in names if name not in has)


def _changes(old: _Step, new: _Step) -> Iterator[Change]:
    """Say what a release changed of a plugin, as far as that is known of both."""
    if new.moment.before is None:
        return
    for what, name in _differing(old.plugin, new.plugin):
        yield Change(release=new.moment.release, what=what, name=name)


def _differing(old: Plugin, new: Plugin) -> Iterator[tuple[Happened, str | None]]:
    if origin(old) != origin(new) and new.distribution is not None:
        yield Happened.MOVED, new.distribution.name
    if Introspection.METADATA in {old.introspection, new.introspection}:
        return
    if (old.deprecated is None) is not (new.deprecated is None):
        yield Happened.NOT_DEPRECATED if new.deprecated is None else Happened.DEPRECATED, None
    if None not in {old.signature, new.signature} and old.signature != new.signature:
        yield Happened.SIGNATURE, None
    before = {(field.name, field.describer): field.value for field in old.fields}
    for field in new.fields:
        if before.get((field.name, field.describer), field.value) != field.value:
            yield Happened.FIELD, field.name
    if (were := _named(old)) is not None and (are := _named(new)) is not None:
        yield from _of_options(were, are)


def _of_options(before: Mapping[str, Option], after: Mapping[str, Option]) -> Iterator[tuple[Happened, str]]:
    for name in {**after, **before}:
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            yield Happened.OPTION_ADDED if old is None else Happened.OPTION_REMOVED, name
            continue
        if new.required and not old.required:
            yield Happened.OPTION_REQUIRED, name
        if old.default is not None and new.default not in (None, old.default):
            yield Happened.OPTION_DEFAULT, name
        if new.deprecated is not None and old.deprecated is None:
            yield Happened.OPTION_DEPRECATED, name


def _named(plugin: Plugin) -> dict[str, Option] | None:
    """Return the options of a plugin by what they are set by; None where they are not known, or not all."""
    told = plugin.configuration
    unknown = any(problem.kind is ProblemKind.OPTION for problem in plugin.problems)
    if told is None or unknown or any(each.name == "?" or "…" in each.name for each in told.options):
        return None
    return {max(each.flags, key=len, default=each.name): each for each in told.options}


def _with_options(plugin: Plugin, steps: Sequence[_Step]) -> Plugin:
    """Return a plugin with the releases that its options are new in, where it had been there without them."""
    told, named = plugin.configuration, _named(plugin)
    if told is None or not named or len(steps) == 1:
        return plugin
    known = [(step.moment, _named(step.plugin)) for step in steps]
    since = {id(option): _new_in(name, known) for name, option in named.items()}
    options = tuple(msgspec.structs.replace(each, since=since.get(id(each))) for each in told.options)
    return msgspec.structs.replace(plugin, configuration=msgspec.structs.replace(told, options=options))


def _interface(interface: Interface, moments: Sequence[_Moment]) -> Interface:
    """Return an interface with the releases that its members are new in, where it had been there without them."""
    known = [(moment, _members(moment.namespace.interface, interface)) for moment in moments]
    members = (msgspec.structs.replace(each, since=_new_in(each.name, known)) for each in interface.members)
    return msgspec.structs.replace(interface, members=tuple(members))


def _members(then: Interface | None, now: Interface) -> set[str] | None:
    """Return the names of the members of an interface at a time; None where it, or its members, are not known."""
    if then is None or then.problem is not None or then.path != now.path:
        return None
    return {each.name for each in then.members}


def _new_in(name: str, known: Sequence[tuple[_Moment, Iterable[str] | None]]) -> str | None:
    """Return the release that something is new in; None where it was always there, or that is not known.

    :param known: the names of what there was at each moment, if known
    """
    for (_, before), (moment, _after) in reversed(list(pairwise(known))):
        if before is None:
            return None
        if name not in before:
            return None if moment.before is None else moment.release
    return None
