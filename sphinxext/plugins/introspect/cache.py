"""What introspection found, kept from one build to the next, as long as all that it was made from is the same.

It is kept in one file. Where that cannot be read, is another build's or cannot be written, plugins
are introspected again, and nothing else happens.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.core import decoding, files, limits
from sphinxext.plugins.core.exported import sound
from sphinxext.plugins.core.files import replace
from sphinxext.plugins.core.model import Plugin
from sphinxext.plugins.introspect.introspected import UNKNOWN, Introspected, of_source
from sphinxext.plugins.introspect.live.interpreter import named_variables, variables
from sphinxext.plugins.introspect.modules import content
from sphinxext.plugins.settings import Affects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sphinxext.plugins.core.model import Distribution
    from sphinxext.plugins.introspect.introspected import Introspector, Questions, States
    from sphinxext.plugins.settings import Options


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A plugin that was introspected."""

    plugin: Plugin
    """Without its distribution, which is read again by each build."""

    read: int
    """The number of what that depends on, which plugins of one module share."""

    loaded: bool
    """Whether it depends on the environment that it was loaded in, too."""


class _Kept(msgspec.Struct, frozen=True):
    """The file."""

    cache_key: str
    """What all of it depends on."""

    environment: str = ""
    """The state of the environment that plugins were loaded in."""

    states: dict[str, str] = {}
    """What was read, with its state; numbered in this order."""

    read: tuple[tuple[int, ...], ...] = ()
    """Numbers of what was read together."""

    records: dict[str, Record] = {}


class Fresh(msgspec.Struct):
    """What this build found, for another process of it perhaps."""

    found: dict[str, Introspected] = {}
    states: dict[str, str] = {}
    unwatched: dict[str, list[str]] = {}
    """The plugins that are not kept, each with what loading it did that cannot be watched."""


class Cache:
    """The records of a file.

    :param cache_key: a text that changes with what all records depend on
    :param states: the states of what introspection reads, as they are now
    :param environment: gives a text that changes with the environment that plugins are loaded in
    """

    def __init__(self, file: Path, cache_key: str, states: States, environment: Callable[[], str]) -> None:
        self._file = file
        self._key = cache_key
        self._states = states
        self._find_environment = environment
        self._used: set[str] = set()
        self.fresh = Fresh()
        self.messages: list[str] = []
        """Why the file was of no use."""

    def get(self, key: str) -> Plugin | None:
        """Return what was found, if that would be found again."""
        if key in self.fresh.found:  # by another process of this build
            return self.fresh.found[key].plugin
        record = self._valid.get(key)
        if record is None:
            return None
        self._used.add(key)
        return record.plugin

    def keep(self, key: str, found: Introspected) -> Introspected:
        """Keep what was found, and give it as it is going to be read."""
        try:
            bare = sound(msgspec.structs.replace(found.plugin, distribution=None))
            plugin = msgspec.json.decode(msgspec.json.encode(bare), type=Plugin)
        except (msgspec.MsgspecError, ValueError, TypeError):  # an odd value among its answers
            return found
        if found.lasting:
            self.fresh.found[key] = found._replace(plugin=plugin)
            self.fresh.states.update((read, self._states[read]) for read in found.read)
        elif events := sorted(event.lstrip("!") for event in found.unwatched - UNKNOWN):
            self.fresh.unwatched[plugin.identity] = events
        return found._replace(plugin=msgspec.structs.replace(plugin, distribution=found.plugin.distribution))

    def merge(self, other: Fresh) -> None:
        """Take over what another process of this build found."""
        self.fresh.unwatched |= other.unwatched
        changing = _changing(self.fresh.states, other.states)
        self.fresh.found |= {key: found for key, found in other.found.items() if changing.isdisjoint(found.read)}

    def save(self, registered: Callable[[Plugin], bool]) -> None:
        """Write the file, if there is something new to it or something old in it.

        :param registered: whether there is still a plugin that this build did not ask for
        """
        self.messages += [
            f"{identity} is loaded again by each build, for it does what cannot be watched: {', '.join(events)}"
            for identity, events in sorted(self.fresh.unwatched.items())
        ]
        kept = {key: r for key, r in self._valid.items() if key in self._used or registered(r.plugin)}
        if not self.fresh.found and len(kept) == len(self._read.records):
            return
        try:
            replace(self._file, msgspec.json.encode(self._joined(kept)))
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            self.messages.append(f"{self._file} cannot be written: {error}")

    def _joined(self, kept: dict[str, Record]) -> _Kept:
        """Put together what is kept and what is new, and number again what they depend on."""
        names, states = list(self._read.states), dict[str, str]()
        reads = {number: [names[n] for n in self._read.read[number]] for number in {r.read for r in kept.values()}}
        for read in reads.values():
            states.update((name, self._read.states[name]) for name in read)
        # What changed during this build, so that it was read in two states, is read again by the next.
        changing = _changing(states, self.fresh.states)
        numbers = {name: number for number, name in enumerate(states)}
        together: dict[tuple[int, ...], int] = {}

        def number(read: Iterable[str]) -> int:
            return together.setdefault(tuple(sorted(map(numbers.__getitem__, read))), len(together))

        places = {place: number(read) for place, read in reads.items()}
        records = {key: Record(r.plugin, places[r.read], r.loaded) for key, r in kept.items()}
        for key, found in self.fresh.found.items():
            if changing.isdisjoint(found.read):
                records[key] = Record(found.plugin, number(found.read), found.loaded)
        loaded = any(record.loaded for record in records.values())
        return _Kept(self._key, self._environment if loaded else "", states, tuple(together), records)

    @cached_property
    def _read(self) -> _Kept:
        nothing = _Kept(self._key)
        try:
            kept: _Kept = decoding.json(files.read(self._file, limits.LARGEST_CACHE), _Kept)
        except FileNotFoundError:
            return nothing
        except (OSError, ValueError) as error:
            self.messages.append(f"{self._file} cannot be read: {files.reason(error)}")
            return nothing
        if kept.cache_key != self._key:
            self.messages.append(f"{self._file} is of another version, or of other settings")
            return nothing
        return kept

    @cached_property
    def _valid(self) -> dict[str, Record]:
        """The records that hold, by key."""
        kept = self._read
        same = {n for n, (read, state) in enumerate(kept.states.items()) if self._states[read] == state}
        # A number that stands for nothing is no more trusted than one of which the state is another one.
        holding = {number for number, read in enumerate(kept.read) if same.issuperset(read)}
        loaded = any(record.loaded for record in kept.records.values())
        there = not loaded or kept.environment == self._environment
        return {key: r for key, r in kept.records.items() if r.read in holding and (there or not r.loaded)}

    @cached_property
    def _environment(self) -> str:
        return self._find_environment()


class Cached:
    """Introspects only what the cache does not tell.

    :param make: makes what introspects, where that is needed
    :param source: the name of the source that all plugins are from
    """

    def __init__(self, cache: Cache, make: Callable[[], Introspector], source: str) -> None:
        self._cache = cache
        self._make = make
        self._source = source
        self._digests: dict[int, tuple[Distribution | None, str]] = {}

    @cached_property
    def _introspector(self) -> Introspector:
        return self._make()

    def introspect(self, plugins: Sequence[Plugin], questions: Questions) -> list[Introspected]:
        """Complete each plugin, from what is kept or by introspection."""
        keys = [self._key(plugin, questions) for plugin in plugins]
        found: dict[str, Introspected] = {}
        for key, plugin in zip(keys, plugins, strict=True):
            kept = self._cache.get(key)
            if kept is not None:
                found[key] = Introspected(msgspec.structs.replace(kept, distribution=plugin.distribution))
        unknown = {key: plugin for key, plugin in zip(keys, plugins, strict=True) if key not in found}
        if unknown:
            introspected = [
                new._replace(read=frozenset(of_source(self._source, read) for read in new.read))
                for new in self._introspector.introspect(list(unknown.values()), questions)
            ]
            found |= {key: self._cache.keep(key, new) for key, new in zip(unknown, introspected, strict=True)}
        return [found[key] for key in keys]

    def _key(self, plugin: Plugin, questions: Questions) -> str:
        """Return a text that changes with all that is known of a plugin without introspection, and what it is asked."""
        known = (plugin.namespace, plugin.name, plugin.target, plugin.extras, self._digest(plugin.distribution))
        return _digest((known, questions.cache_key(plugin)))

    def _digest(self, distribution: Distribution | None) -> str:
        if id(distribution) not in self._digests:  # it is kept with the digest, so that no other one gets its id
            self._digests[id(distribution)] = (distribution, _digest(distribution))
        return self._digests[id(distribution)][1]


def cache_key(options: Options, paths: Sequence[object], versions: Sequence[str]) -> str:
    """Return a text that changes with what all introspection depends on: the code, Python, and the settings."""
    settings = options.affecting(Affects.INTROSPECTION)
    settings["environment"] = sorted(named_variables(options.environment).items())  # what these are set to counts
    return _digest((_code(), sys.version, tuple(versions), settings, tuple(paths)))


@cache
def _code() -> str:
    """Return a text that changes with the code of the extension, which is imported once."""
    return _digest([content(str(file)) for file in sorted(Path(__file__).parents[1].rglob("*.py"))])


def environment(options: Options, distributions: Callable[[], str]) -> str:
    """Return a text that changes with what plugins are loaded in: distributions, variables, and the interpreter.

    :param distributions: gives one that changes with all that are there
    """
    seen = variables(options.environment)
    python = options.python and shutil.which(options.python, path=seen.get("PATH"))
    return _digest((distributions(), sorted(seen.items()), python and os.path.realpath(python)))


def _changing(states: dict[str, str], others: dict[str, str]) -> set[str]:
    """Add states to others, and return what has two."""
    return {read for read, state in others.items() if states.setdefault(read, state) != state}


def _digest(value: object) -> str:
    """Return a digest of a value of which Python shows all that there is, so that it can hold any text."""
    return hashlib.sha256(repr(value).encode()).hexdigest()
