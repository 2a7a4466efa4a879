"""The catalog of a build: which namespaces there are, the plugins of each once they are asked for, and fingerprints.

Who asks for a namespace asks the :class:`Assembler`, and that its sources, its introspectors and their cache.
"""

from __future__ import annotations

import fnmatch
import functools
import hashlib
import os
import re
from collections import defaultdict
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins import introspect, sources
from sphinxext.plugins.core.assembly import assemble, failing, of_name, order
from sphinxext.plugins.core.describers import Fields, Questions
from sphinxext.plugins.core.fields import known_fields, shown_fields
from sphinxext.plugins.core.model import Docstring, Namespace, Problem
from sphinxext.plugins.core.namespaces import GLOB
from sphinxext.plugins.core.overlay import OverlayFile
from sphinxext.plugins.core.relations import Relations
from sphinxext.plugins.core.schemes import MODULE, scheme_of
from sphinxext.plugins.core.shown import Shown
from sphinxext.plugins.core.text import clean_namespace
from sphinxext.plugins.core.trust import Trust, is_inside, named, repository
from sphinxext.plugins.core.types import Type
from sphinxext.plugins.core.typos import nearest
from sphinxext.plugins.introspect.cache import Cache, Cached, Fresh, cache_key, environment
from sphinxext.plugins.introspect.contracts import InterfaceFinder, words
from sphinxext.plugins.introspect.garbage import uncollected
from sphinxext.plugins.introspect.introspected import States, no_progress
from sphinxext.plugins.introspect.loading import Code
from sphinxext.plugins.introspect.modules import ModuleFinder, compiled
from sphinxext.plugins.introspect.registries import RegistryFinder, add
from sphinxext.plugins.settings import Affects
from sphinxext.plugins.sources.releases import history

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sphinxext.plugins.core.model import Field, Location, Plugin
    from sphinxext.plugins.introspect.introspected import Introspector, Progress
    from sphinxext.plugins.introspect.live.docstrings import SourceDocstrings
    from sphinxext.plugins.settings import Options


class Assembler:
    """Assembles the catalog: a namespace is introspected when it is first asked for, and once.

    :param folder: what the paths of sources are relative to
    :param cache: a file that keeps what introspection found; that of another kind of introspection lies beside
    :param progress: what shows how far introspection is
    :param change: what a project changes of each plugin
    """

    def __init__(
        self,
        options: Options,
        folder: Path,
        cache: Path | None = None,
        progress: Progress = no_progress,
        change: Callable[[Plugin], Plugin] | None = None,
    ) -> None:
        self._options = options
        self._progress = progress
        self._change = change
        self._folder = folder
        self._sources = sources.from_options(options, folder)
        self.failed: dict[tuple[str, str], Problem] = {}
        """What code of extensions and handlers fails with, by the name of that code and that of the namespace."""
        self.facts = OverlayFile(options.overlay, folder)
        self.history, self._unkept = history(options.history, folder)
        self._file = cache
        self._namespaces: dict[tuple[str, str], Namespace] = {}
        self._trusted: dict[tuple[str, str], bool] = {}
        self._fingerprints: dict[Shown, str] = {}
        self._related = functools.cache(
            lambda kind: Relations(self.names, options, self.registered, partial(self._single, kind))
        )
        self._introspectors: dict[str, Introspector] = {}
        self._caches: dict[str, Cache] = {}
        self._process = os.getpid()
        self.handed: dict[str, Fresh] = {}
        """What a process that was started from this one introspected, by the kind, for the one that keeps it."""
        self._written: dict[str, SourceDocstrings] = {}
        self.attributes: dict[tuple[str, str], tuple[dict[str, str], set[str]]] = {}
        """What :meth:`members` gave, by source and target, with the states of the modules that it was made from."""

    @property
    def names(self) -> list[str]:
        """The names of all namespaces, sorted."""
        return sorted(self._read[0])

    @property
    def sources(self) -> list[str]:
        """The names of the sources, in order."""
        return self._sources.names

    @property
    def lacks_sources(self) -> bool:
        """Whether a source of the settings is missing, for its scheme is unknown or fails."""
        return bool(self._sources.problems)

    @property
    def problems(self) -> list[Problem]:
        """What could not be read of the distributions and the overlay, and which sources fail."""
        return [*self._sources.problems, *self._read[1], *self.facts.problems, *self._unkept]

    def named(self, name: str, *, declared: bool = False) -> str | None:
        """Return how the catalog writes the name of a namespace that has plugins, or is declared; None for others."""
        known = self._declared.keys() if declared else self._read[0].keys()
        return next((each for each in (name, clean_namespace(name)) if each in known), None)

    @cached_property
    def _declared(self) -> dict[str, Sequence[Plugin]]:
        """All namespaces, also those that the settings describe before there is any plugin."""
        described = (name for name, each in self._options.namespaces.items() if each.is_extension_point)
        return {**{clean_namespace(name): () for name in described if not GLOB.search(name)}, **self._read[0]}

    def registered(self, name: str) -> Sequence[Plugin]:
        """Return the plugins of a namespace without introspection, in no order."""
        return self._read[0].get(name, ())

    def namespace(self, name: str) -> Namespace | None:
        """Return a namespace with its plugins, introspected; None where there is none of that name."""
        return next(iter(self.select(Shown(name))), None) if name in self._read[0] else None

    def select(self, shown: Shown) -> list[Namespace]:
        """Return the namespaces that are shown, introspected."""
        self.introspect([shown])
        related = self._related(shown.introspection or self._options.introspection)
        return [related.complete(name) for name in self.selected(shown)]

    def introspect(self, asked: Iterable[Shown]) -> None:
        """Introspect all that is going to be asked for, together, so that no core has to wait."""
        kinds: defaultdict[str, dict[str, None]] = defaultdict(dict)
        every = sorted(asked, key=str)
        self._note_interfaces(every)
        for shown in every:
            kinds[shown.introspection or self._options.introspection] |= dict.fromkeys(self.selected(shown))
        for kind, names in kinds.items():
            related = self._related(kind)
            self._introspect(kind, related.with_namers(names))
            for name in names:
                related.complete(name)

    def _note_interfaces(self, asked: Iterable[Shown]) -> None:
        """Note of which namespaces the interface is shown; what was introspected without is introspected again."""
        names = {name for shown in asked if shown.interface for name in self.selected(shown)}
        if new := self._interfaces.note_shown(names):
            self._namespaces = {key: each for key, each in self._namespaces.items() if key[1] not in new}
            self._related.cache_clear()

    def _single(self, kind: str, name: str) -> Namespace:
        self._introspect(kind, [name])
        return self._namespaces[kind, name]

    def selected(self, shown: Shown) -> list[str]:
        """Return the names of the namespaces that are shown; of those that are only declared, none that a glob fits."""
        exact = self.named(shown.namespaces, declared=shown.interface)
        kept = () if shown.interface else self.history.names  # which may have no plugin any more
        return [exact] if exact else fnmatch.filter(sorted({*self.names, *kept}), shown.namespaces)

    def _introspect(self, kind: str, names: Iterable[str]) -> None:
        """Introspect what of some namespaces is not introspected yet."""
        new = [name for name in names if (kind, name) not in self._namespaces]
        asked = {name: sorted(self.registered(name), key=order) for name in new}
        if not asked:
            return
        with uncollected():
            introspector = self._introspector(kind)
            if os.getpid() != self._process and kind in self._caches and kind not in self.handed:
                self.handed[kind] = self._caches[kind].fresh = Fresh()
            fields = {name: self._fields(name) for name in asked}
            plugins = [plugin for of_namespace in asked.values() for plugin in of_namespace]
            found = iter(introspector.introspect(plugins, Questions(fields)))
            of = {name: [each.plugin for each in islice(found, len(every))] for name, every in asked.items()}
            self.failed |= self._interfaces.find(introspector, fields, of)
            for name, introspected in of.items():
                shared = self._options.of_namespace(name).shared
                fields[name].interface = fields[name].interface or self._sources.interface(name)
                made = assemble(name, introspected, fields[name], shared, self._change)
                self._namespaces[kind, name] = self.history.complete(made, self.facts.of(name), self._read[0])
                settings = {key: self._options.namespaces[key] for key in self._options.keys_of(name)}
                for scheme, why in fields[name].failed.items():
                    self.failed[scheme, name] = failing(*why, settings, self._folder / "conf.py")

    def fingerprint(self, shown: Shown) -> str:
        """Return a text that changes with anything that is shown, the same in each process."""
        if shown not in self._fingerprints:
            inherit = self._options.inherit_docstrings
            made: list[object] = []
            found = self.select(shown)
            for namespace in found:
                part = namespace if shown.plugin is None else of_name(namespace, shown.plugin)
                made += [part.fingerprint(inherit_docstrings=inherit, interface=shown.interface)]
                made += [self._settings_of(part, shown)]
                made += [self.trusts_code(each.path) for each in part.plugins] if shown.members else []
                made += [self.facts.description(namespace.name)] if "about" in shown.parts else []
                made += self.code.shown(part, shown.parts) if shown.parts else []
            if shown.fields:
                known = known_fields([each.name for each in found], self._options)
                named_fields = [known.get(name) for name in shown.fields]
                made += known.values() if None in named_fields else named_fields  # all of them are told then
            if not found:  # the page names those that may have been meant, by the name without what escapes it
                made += nearest(re.sub(r"\[([*?[])\]", r"\1", shown.namespaces), self.names)
            self._fingerprints[shown] = hashlib.sha256(msgspec.json.encode(made, order="deterministic")).hexdigest()
        return self._fingerprints[shown]

    def _settings_of(self, namespace: Namespace, shown: Shown) -> dict[str, object]:
        """Return what the settings that affect pages come to for a namespace.

        That is the whole of their values, but where it is known here what of them makes a difference.
        """
        found: dict[str, object] = self._options.affecting(Affects.PAGES)
        settings = self._options.of_namespace(namespace.name)
        # What these say of fields is in the plugins, but for their order, and for what they hide that no plugin has.
        others = msgspec.structs.replace(settings.showing(interface=shown.interface, parts=shown.parts), fields={})
        found["namespaces"] = [shown_fields(namespace, settings), others]
        del found["inherit_docstrings"]  # which is in the fingerprint of the namespace
        marked = ((plugin, each) for plugin in namespace.plugins for each in plugin.fields if each.type == Type.RST)
        told = ((plugin, each) for plugin in namespace.plugins if (each := plugin.summary) and each.describer == MODULE)
        found["trusted"] = trusted = [
            *(self.trusts(plugin, self.in_module(plugin, Docstring(text=str(each.value)))) for plugin, each in told),
            *(self.trusts(plugin, each) for plugin in namespace.plugins for each in plugin.docstrings),
            *(self.trusts_field(plugin, each) for plugin, each in marked),
            *(self.trusts(*each) for each in (words(namespace) if shown.interface else ())),
        ]
        if all(trusted):
            del found["docstring_directives"], found["docstring_roles"]
        return found

    def members(self, plugin: Plugin) -> set[str]:
        """Return the names of what the target of a plugin has, as far as its source is found."""
        home = self._sources.home(plugin)
        finder = self._finders.get(home)
        return set() if finder is None else introspect.members(finder, plugin, (home, plugin.target), self.attributes)

    def in_module(self, plugin: Plugin, docstring: Docstring) -> Docstring:
        """Return a docstring of the module of a plugin, with its place where it stands in its source."""
        from sphinxext.plugins.introspect.live.docstrings import Places, SourceDocstrings  # noqa: PLC0415  # as above

        if (home := self._sources.home(plugin)) not in self._finders:
            return docstring
        source = self._written.setdefault(home, SourceDocstrings(self._finders[home]))
        return Places(source, [plugin.module]).docstring(docstring) or docstring

    def locate(self, location: Location, plugin: Plugin) -> Path | None:
        """Find the file of a location that a plugin tells, or the overlay of it, on this machine."""
        if self.facts.file and location.file == self.facts.name:
            return self.facts.file
        finder = self._finders.get(self._sources.home(plugin))
        return finder.locate(location.file) if finder else None

    def place(self, problem: Problem) -> Path | None:
        """Find the file of the location of a problem; that of the settings is named in full."""
        if problem.location is None:
            return None
        if problem.plugin is None:
            return Path(problem.location.file) if problem.kind.is_of_settings else None
        registered = self.registered(problem.plugin.partition(":")[0])
        places = (self.locate(problem.location, each) for each in registered if each.identity == problem.plugin)
        return next(filter(None, places), None)

    def trusts(self, plugin: Plugin, docstring: Docstring | None) -> bool:
        """Whether a docstring of a plugin is parsed like the project's own pages, by the file that it stands in.

        What a snapshot says of files is not known by reading them.
        """
        place = None if docstring is None else docstring.location
        if place is None or self._sources.introspected(plugin.found_in):
            return False
        key = (self._sources.home(plugin), place.file)
        if key not in self._trusted:
            file = self.locate(place, plugin)
            self._trusted[key] = file is not None and self._trust.includes(file, place.file)
        return self._trusted[key]

    def trusts_field(self, plugin: Plugin, field: Field) -> bool:
        """Whether the words of a field are the project's own, as those of the overlay are, or stand in such a file."""
        is_own = scheme_of(field.describer) == "overlay"
        return is_own or self.trusts(plugin, Docstring(text="", location=field.location))

    def trusts_code(self, path: str) -> bool:
        """Whether the module of an object may be imported by this process, with the packages that this imports first.

        :param path: the dotted path of the object
        """
        files = self._importing.imported(path)
        return bool(files) and all(
            file and all(self._trust.includes(each, module) for each in (file, *compiled(file)))
            for module, file in files.items()
        )

    @cached_property
    def _importing(self) -> ModuleFinder:
        """What finds modules as this process imports them."""
        return ModuleFinder(*sources.Installed().roots())

    @cached_property
    def _trust(self) -> Trust:
        root = repository(self._folder)
        wanted = partial(named, globs=self._options.trusted)
        places: list[Path] = []
        for source in self._sources if self._options.trusted else ():
            found = source.places(wanted)
            # Who can put an archive somewhere chooses its name.
            places += (each for each in found if not isinstance(source, sources.Wheels) or is_inside(each, root))
        return Trust(root, places, self._sources.files)

    def merge(self, handed: Mapping[str, Fresh], failed: Mapping[tuple[str, str], Problem]) -> None:
        """Take over what another process of this build introspected, and what failed at that."""
        self.failed |= failed
        for kind, found in handed.items():
            self._introspector(kind)  # with its cache
            self._caches[kind].merge(found)

    def save(self) -> list[str]:
        """Keep what was introspected for the next build; give what was in the way of that, or of what was kept."""
        for kind, cache in self._caches.items():
            cache.save(partial(self._may_be_asked, kind))
        return [message for cache in self._caches.values() for message in cache.messages]

    def _may_be_asked(self, kind: str, plugin: Plugin) -> bool:
        """Whether a plugin that was not asked for by this process is one that another process may have asked for."""
        others = () if (kind, plugin.namespace) in self._namespaces else self.registered(plugin.namespace)
        return any((other.name, other.target) == (plugin.name, plugin.target) for other in others)

    def _fields(self, name: str) -> Fields:
        settings, key = self._options.of_namespace(name), self.facts.key_of(name)
        describers = {field: each.describers for field, each in settings.fields.items()}
        place = partial(self.facts.place, key)
        return Fields(describers, self.facts.of(name), settings, place, interface=self._interfaces.asks(name))

    @cached_property
    def _read(self) -> tuple[dict[str, list[Plugin]], list[Problem]]:
        """The plugins of each namespace, unsorted, and what could not be read; registries are asked for theirs."""
        namespaces, problems = self._sources.read()
        if self._options.registries:
            finder = RegistryFinder(self._own_finders, self._sources.holders, self._folder / "conf.py")
            introspector, registered = self._introspector(self._options.introspection), self._options.registries
            add(namespaces, registered, finder.plugins(introspector, registered, namespaces))
            problems += finder.problems
        return namespaces, problems

    @cached_property
    def code(self) -> Code:
        """What finds the code that pages show."""
        return Code(self._finders, self._sources.files, self._declared, self.locate, self._options)

    @cached_property
    def _finders(self) -> dict[str, ModuleFinder]:
        """What finds modules, by what they are looked up in first."""
        roots = {home: self._sources.roots(home) for home in self._sources.homes}
        return {
            home: ModuleFinder(m, f, self._sources.files, others, own) for home, (m, f, others, own) in roots.items()
        }

    @cached_property
    def _interfaces(self) -> InterfaceFinder:
        """What finds interfaces, in what was not introspected elsewhere."""
        return InterfaceFinder(self._own_finders, self._options, self._folder / "conf.py")

    @cached_property
    def _own_finders(self) -> dict[str, ModuleFinder]:
        """Those of what was not introspected elsewhere."""
        return {home: each for home, each in self._finders.items() if not self._sources.introspected(home)}

    def _introspector(self, kind: str) -> Introspector:
        """Return what introspects in a way, which keeps what it found."""
        if kind not in self._introspectors:
            options = msgspec.structs.replace(self._options, introspection=kind)
            if self._file is not None:
                own = kind == self._options.introspection
                file = self._file if own else self._file.with_name(f"{kind}-{self._file.name}")
                paths = [(name, self._sources.path(name)) for name in self.sources]
                needed = cache_key(options, paths, self._sources.extensions)
                loaded_in = partial(environment, options, self._sources.state)
                self._caches[kind] = Cache(file, needed, States(self._finders), loaded_in)
            ways = {home: self._of_source(home, options, self._caches.get(kind)) for home in self._finders}
            self._introspectors[kind] = introspect.PerSource(ways, self._sources.home)
        return self._introspectors[kind]

    def _of_source(self, name: str, options: Options, cache: Cache | None) -> Introspector:
        if self._sources.introspected(name):
            return introspect.SnapshotIntrospector()

        def make() -> Introspector:
            return introspect.from_options(options, self._sources.path(name), self._finders[name], self._progress)

        way = make() if cache is None else Cached(cache, make, name)
        return introspect.Manifests(self._finders[name], way)
