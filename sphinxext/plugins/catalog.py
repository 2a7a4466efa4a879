"""The catalog of a build: which namespaces there are, the plugins of each once they are asked for, and fingerprints.

Who asks for a namespace asks the :class:`Assembler`, and that its sources, its introspectors and their cache.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
from collections import Counter, defaultdict
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from packaging.utils import canonicalize_name

from sphinxext.plugins import introspect, selection, sources
from sphinxext.plugins.core import cleaning, limits
from sphinxext.plugins.core.export import sound
from sphinxext.plugins.core.fields import Fields, read_overlay
from sphinxext.plugins.core.model import Namespace, Problem, ProblemKind
from sphinxext.plugins.core.text import clean_namespace
from sphinxext.plugins.core.trust import Trust, is_inside, named, repository
from sphinxext.plugins.introspect.cache import Cache, Cached, Fresh, terms
from sphinxext.plugins.introspect.garbage import uncollected
from sphinxext.plugins.introspect.introspected import States
from sphinxext.plugins.introspect.modules import ModuleFinder, compiled
from sphinxext.plugins.introspect.progress import no_progress
from sphinxext.plugins.settings import Affects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sphinxext.plugins.core.fields import Overlay
    from sphinxext.plugins.core.model import Docstring, Location, Plugin
    from sphinxext.plugins.introspect.introspected import Introspector
    from sphinxext.plugins.introspect.progress import Progress
    from sphinxext.plugins.settings import Options


class Shown(NamedTuple):
    """What a page shows."""

    namespaces: str
    """A name or a glob."""

    introspection: str | None = None
    """How it is done, where not as the configuration says."""

    plugin: str | None = None
    """The name of the one plugin that is shown."""


class Assembler:
    """Assembles the catalog: a namespace is introspected when it is first asked for, and once.

    :param folder: what the paths of sources are relative to
    :param cache: a file that keeps what introspection found; that of another kind of introspection lies beside
    :param progress: what shows how far introspection is
    """

    def __init__(
        self, options: Options, folder: Path, cache: Path | None = None, progress: Progress = no_progress
    ) -> None:
        self._options = options
        self._progress = progress
        self._folder = folder
        self._sources = sources.from_options(options, folder)
        self._file = cache
        self._namespaces: dict[tuple[str, str], Namespace] = {}
        self._divided: dict[tuple[str, str], dict[str, Namespace]] = {}
        self._fingerprints: dict[Shown, str] = {}
        self._introspectors: dict[str, Introspector] = {}
        self._caches: dict[str, Cache] = {}
        self._process = os.getpid()
        self.handed: dict[str, Fresh] = {}
        """What a process that was started from this one introspected, by the kind, for the one that keeps it."""
        self.attributes: dict[tuple[str, str], tuple[dict[str, str], set[str]]] = {}
        """What :meth:`members` gave, by source and target, with the states of the modules that it was made from."""

    @property
    def names(self) -> list[str]:
        """The names of all namespaces, sorted."""
        return sorted(self._plugins)

    @property
    def sources(self) -> list[str]:
        """The names of the sources, in order."""
        return self._sources.names

    @property
    def problems(self) -> list[Problem]:
        """What could not be read of the distributions and the overlay, whatever the namespace."""
        return [*self._read[1], *self._overlay[1]]

    def named(self, name: str) -> str | None:
        """Return the name of a namespace as the catalog writes it; None where there is none that is called so."""
        return next((each for each in (name, clean_namespace(name)) if each in self._plugins), None)

    def registered(self, name: str) -> Sequence[Plugin]:
        """Return the plugins of a namespace without introspection, in no order."""
        return self._plugins.get(name, ())

    def namespace(self, name: str) -> Namespace | None:
        """Return a namespace with its plugins, introspected; None where there is none of that name."""
        return next(iter(self.select(Shown(name))), None) if name in self._plugins else None

    def select(self, shown: Shown) -> list[Namespace]:
        """Return the namespaces that are shown, introspected."""
        kind = shown.introspection or self._options.introspection
        names = self.selected(shown)
        self._introspect(kind, names)
        return [self._namespaces[kind, name] for name in names]

    def introspect(self, asked: Iterable[Shown]) -> None:
        """Introspect all that is going to be asked for, together, so that no core has to wait."""
        kinds: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for shown in sorted(asked, key=str):
            kinds[shown.introspection or self._options.introspection] |= dict.fromkeys(self.selected(shown))
        for kind, names in kinds.items():
            self._introspect(kind, names)

    def selected(self, shown: Shown) -> list[str]:
        """Return the names of the namespaces that are shown."""
        exact = self.named(shown.namespaces)
        return [exact] if exact else fnmatch.filter(self.names, shown.namespaces)

    def _introspect(self, kind: str, names: Iterable[str]) -> None:
        """Introspect what of some namespaces is not introspected yet."""
        asked = {
            name: sorted(self._plugins[name], key=_order) for name in names if (kind, name) not in self._namespaces
        }
        if not asked:
            return
        with uncollected():
            introspector = self._introspector(kind)
            if os.getpid() != self._process and kind in self._caches and kind not in self.handed:
                self.handed[kind] = self._caches[kind].fresh = Fresh()
            fields = {name: self._fields(name) for name in asked}
            plugins = [plugin for of_namespace in asked.values() for plugin in of_namespace]
            found = iter(introspector.introspect(plugins, _Questions(fields)))
            for name, of_namespace in asked.items():
                introspected = [each.plugin for each in islice(found, len(of_namespace))]
                shared = self._options.of_namespace(name).shared
                self._namespaces[kind, name] = assemble(name, introspected, fields[name], shared)

    def fingerprint(self, shown: Shown) -> str:
        """Return a text that changes with anything that is shown, the same in each process."""
        if shown not in self._fingerprints:
            kind = shown.introspection or self._options.introspection
            inherit = self._options.inherit_docstrings
            made: list[object] = []
            for found in self.select(shown):
                of_name = self._of_name(kind, found).get(shown.plugin, found) if shown.plugin is not None else found
                made += [of_name.fingerprint(inherit_docstrings=inherit), self._settings_of(of_name)]
            text = msgspec.json.encode(made, order="deterministic")
            self._fingerprints[shown] = hashlib.sha256(text).hexdigest()
        return self._fingerprints[shown]

    def _settings_of(self, namespace: Namespace) -> dict[str, object]:
        """Return what the settings that affect pages come to for a namespace.

        That is the whole of their values, but where it is known here what of them makes a difference.
        """
        found: dict[str, object] = self._options.affecting(Affects.PAGES)
        settings = self._options.of_namespace(namespace.name)
        # What these say of fields is in the plugins, but for their order, and for what they hide that no plugin has.
        shown = selection.shown_fields(namespace, settings)
        found["namespaces"] = [shown, msgspec.structs.replace(settings, fields={})]
        del found["inherit_docstrings"]  # which is in the fingerprint of the namespace
        trusted = [self.trusts(plugin, each) for plugin in namespace.plugins for each in plugin.docstrings]
        found["trusted"] = trusted
        if all(trusted):
            del found["docstring_directives"], found["docstring_roles"]
        return found

    def _of_name(self, kind: str, namespace: Namespace) -> dict[str, Namespace]:
        """Divide a namespace by the names of its plugins."""
        key = (kind, namespace.name)
        if key not in self._divided:
            named: defaultdict[str, list[Plugin]] = defaultdict(list)
            for plugin in namespace.plugins:
                named[plugin.name].append(plugin)
            problems = {problem.plugin: (problem,) for problem in namespace.problems}
            self._divided[key] = {
                name: msgspec.structs.replace(
                    namespace, plugins=tuple(plugins), problems=problems.get(plugins[0].identity, ())
                )
                for name, plugins in named.items()
            }
        return self._divided[key]

    @property
    def overlay(self) -> Overlay:
        """The facts that people wrote."""
        return self._overlay[0]

    @property
    def overlay_file(self) -> Path | None:
        """The file of these."""
        return Path(self._options.overlay) if self._options.overlay else None

    def members(self, plugin: Plugin) -> set[str]:
        """Return the names of what the target of a plugin has, as far as its source is found."""
        home = self._sources.home(plugin)
        finder = self._finders.get(home)
        if finder is None:
            return set()
        states, names = self.attributes.get((home, plugin.target), ({}, set()))
        if not states or any(finder.state(name) != state for name, state in states.items()):
            from sphinxext.plugins.introspect.static.introspector import members  # noqa: PLC0415  # few builds need it

            with finder.watched() as read:
                names = members(finder, plugin)
            states = {name: finder.state(name) for name in read}
            self.attributes[home, plugin.target] = states, names
        return names

    def locate(self, location: Location, plugin: Plugin) -> Path | None:
        """Find the file of a location that a plugin tells, on this machine."""
        finder = self._finders.get(self._sources.home(plugin))
        return finder.locate(location.file) if finder else None

    def place(self, problem: Problem) -> Path | None:
        """Find the file of the location of a problem; that of the settings is named in full."""
        if problem.location is None:
            return None
        if problem.plugin is None:
            return Path(problem.location.file) if problem.kind is ProblemKind.CONFIG else None
        namespace = self.registered(problem.plugin.partition(":")[0])
        same = (plugin for plugin in namespace if plugin.identity == problem.plugin)
        return next(filter(None, (self.locate(problem.location, plugin) for plugin in same)), None)

    def trusts(self, plugin: Plugin, docstring: Docstring | None) -> bool:
        """Whether a docstring of a plugin is parsed like the project's own pages, by the file that it stands in.

        What a snapshot says of files is not known by reading them.
        """
        place = None if docstring is None else docstring.location
        if place is None or self._sources.introspected(plugin.found_in):
            return False
        file = self.locate(place, plugin)
        return file is not None and self._trust.includes(file, place.file)

    def trusts_code(self, path: str) -> bool:
        """Whether the module of an object may be imported by this process, with the packages that this imports first.

        :param path: the dotted path of the object
        """
        finder = self._importing
        names = path.split(".")
        modules = [".".join(names[:end]) for end in range(1, len(names) + 1)]
        files = {relative: finder.locate(relative) for module in modules if (relative := finder.relative(module))}
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

    def merge(self, handed: Mapping[str, Fresh]) -> None:
        """Take over what another process of this build introspected."""
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
        asked = (kind, plugin.namespace) in self._namespaces
        others = () if asked else self.registered(plugin.namespace)
        return any((other.name, other.target) == (plugin.name, plugin.target) for other in others)

    def _fields(self, name: str) -> Fields:
        """Return the fields of a namespace."""
        tables = (table for key, table in self.overlay.items() if name in {key, clean_namespace(key)})
        return Fields(self._options.of_namespace(name).fields, next(tables, {}))

    @cached_property
    def _overlay(self) -> tuple[Overlay, list[Problem]]:
        return read_overlay(self.overlay_file) if self.overlay_file else ({}, [])

    @cached_property
    def _read(self) -> tuple[dict[str, list[Plugin]], list[Problem]]:
        return self._sources.read()

    @property
    def _plugins(self) -> dict[str, list[Plugin]]:
        return self._read[0]

    @cached_property
    def _finders(self) -> dict[str, ModuleFinder]:
        """What finds modules, by what they are looked up in first."""
        files = self._sources.files
        finders: dict[str, ModuleFinder] = {}
        for home in self._sources.homes:
            modules, folders, others, own = self._sources.roots(home)
            finders[home] = ModuleFinder(modules, folders, files, others, own)
        return finders

    def _introspector(self, kind: str) -> Introspector:
        """Return what introspects in a way, which keeps what it found."""
        if kind not in self._introspectors:
            options = msgspec.structs.replace(self._options, introspection=kind)
            if self._file is not None:
                own = kind == self._options.introspection
                file = self._file if own else self._file.with_name(f"{kind}-{self._file.name}")
                paths = [(name, self._sources.path(name)) for name in self.sources]
                needed = terms(options, paths)
                self._caches[kind] = Cache(file, needed, States(self._finders), self._sources.state)
            ways = {home: self._of_source(home, options, self._caches.get(kind)) for home in self._finders}
            self._introspectors[kind] = introspect.PerSource(ways, self._sources.home)
        return self._introspectors[kind]

    def _of_source(self, name: str, options: Options, cache: Cache | None) -> Introspector:
        if self._sources.introspected(name):
            return introspect.SnapshotIntrospector()

        def make() -> Introspector:
            return introspect.from_options(options, self._sources.path(name), self._finders[name], self._progress)

        return make() if cache is None else Cached(cache, make, name)


class _Questions:
    """What the plugins of several namespaces are asked, each what is a field of its namespace."""

    def __init__(self, fields: Mapping[str, Fields]) -> None:
        self._fields = fields

    def missing(self, plugin: Plugin) -> tuple[str, ...]:
        """Return the describers that a plugin has yet to answer."""
        return self._fields[plugin.namespace].missing(plugin)

    def terms(self, plugin: Plugin) -> object:
        """Return what decides what a plugin is asked."""
        return self._fields[plugin.namespace].terms(plugin)


def assemble(name: str, plugins: Iterable[Plugin], fields: Fields, shared: Sequence[str] = ()) -> Namespace:
    """Complete and sort the plugins of a namespace, which were introspected, and say where their names conflict.

    :param shared: the names, or globs, that each distribution may register
    """
    ordered = sorted(plugins, key=_order)
    targets: defaultdict[str, list[str]] = defaultdict(list)
    for plugin in ordered:
        targets[plugin.target].append(plugin.name)
    completed = [
        msgspec.structs.replace(
            cleaning.introspected(sound(fields.complete(plugin))),
            aliases=tuple(islice((n for n in targets[plugin.target] if n != plugin.name), limits.MOST_ALIASES)),
        )
        for plugin in ordered
    ]
    return Namespace(name=name, plugins=tuple(completed), problems=tuple(_conflicts(completed, shared)))


def _order(plugin: Plugin) -> tuple[str, str, str]:
    return plugin.name, plugin.distribution.name if plugin.distribution else "", plugin.target


def _conflicts(plugins: Sequence[Plugin], shared: Sequence[str]) -> list[Problem]:
    """Say which names more than one entry point has; of those that are shared, more than one of a distribution."""
    problems: list[Problem] = []
    for name, count in Counter(plugin.name for plugin in plugins).items():
        if count > 1:
            rivals = [plugin for plugin in plugins if plugin.name == name]
            distributions = {plugin.distribution and canonicalize_name(plugin.distribution.name) for plugin in rivals}
            if len(distributions) == count and any(fnmatch.fnmatchcase(name, glob) for glob in shared):
                continue
            owners = ", ".join(f"{_origin(plugin)} ({plugin.target})" for plugin in rivals)
            problems.append(
                Problem(
                    kind=ProblemKind.CONFLICT,
                    message=f"is registered {count} times, by {owners}",
                    remedy="rename one of them, or uninstall its distribution; all are shown",
                    plugin=rivals[0].identity,
                )
            )
    return problems


def _origin(plugin: Plugin) -> str:
    distribution = plugin.distribution
    return " ".join(filter(None, (distribution.name, distribution.version))) if distribution else "an unknown one"
