"""The catalog of a build: which namespaces there are, and the plugins of each once it is asked for."""

from __future__ import annotations

import fnmatch
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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinxext.plugins.core.fields import Overlay
    from sphinxext.plugins.core.model import Docstring, Location, Plugin
    from sphinxext.plugins.introspect import Introspector
    from sphinxext.plugins.introspect.progress import Progress
    from sphinxext.plugins.settings import Options


class Assembler:
    """Assembles the catalog: a namespace is introspected when it is first asked for, and once.

    :param folder: what the paths of sources are relative to
    :param cache: a file that keeps what introspection found
    :param progress: what shows how far introspection is
    """

    def __init__(
        self, options: Options, folder: Path, cache: Path | None = None, progress: Progress = no_progress
    ) -> None:
        self._options = options
        self._progress = progress
        self._folder = folder
        self._sources = sources.from_options(options, folder)
        self._namespaces: dict[str, Namespace] = {}
        self._file = cache
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
        if name not in self._namespaces:
            with uncollected():
                if name not in self._plugins:
                    return None
                shared = self._options.of_namespace(name).shared
                self._namespaces[name] = assemble(
                    name, self._plugins[name], self._introspector, self._fields(name), shared
                )
        return self._namespaces[name]

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
            from sphinxext.plugins.introspect.static.members import members  # noqa: PLC0415  # imports griffe

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
        namespace = self.namespace(problem.plugin.partition(":")[0])
        same = (plugin for plugin in namespace.plugins if plugin.identity == problem.plugin) if namespace else ()
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

    @property
    def fresh(self) -> Fresh:
        """What was introspected, for the process that keeps it."""
        return Fresh() if self._cache is None else self._cache.fresh

    def merge(self, fresh: Fresh) -> None:
        """Take over what another process of this build introspected."""
        if self._cache is not None:
            self._cache.merge(fresh)

    def save(self) -> list[str]:
        """Keep what was introspected for the next build; give what was in the way of that, or of what was kept."""
        if self._cache is None:
            return []
        self._cache.save(self._may_be_asked)
        return self._cache.messages

    def _may_be_asked(self, plugin: Plugin) -> bool:
        """Whether a plugin that was not asked for by this process is one that another process may have asked for."""
        others = self._plugins.get(plugin.namespace, []) if plugin.namespace not in self._namespaces else []
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

    @cached_property
    def _introspector(self) -> Introspector:
        return introspect.PerSource({home: self._of_source(home) for home in self._finders}, self._sources.home)

    def _of_source(self, name: str) -> Introspector:
        if self._sources.introspected(name):
            return introspect.SnapshotIntrospector()

        def make() -> Introspector:
            return introspect.from_options(self._options, self._sources.path(name), self._finders[name], self._progress)

        return make() if self._cache is None else Cached(self._cache, make, name)

    @cached_property
    def _cache(self) -> Cache | None:
        if self._file is None:
            return None
        paths = [(name, self._sources.path(name)) for name in self.sources]
        needed = terms(self._options, paths, sources.Installed().versions("griffelib"))
        return Cache(self._file, needed, States(self._finders), self._sources.state)


class Shown(NamedTuple):
    """What a page shows."""

    namespaces: str
    """A name or a glob."""

    introspection: str | None = None
    """How it is done, where not as the configuration says."""

    plugin: str | None = None
    """The name of the one plugin that is shown."""


class Catalogs:
    """The catalogs of a build: that with the introspection of the configuration, and those of other kinds.

    :param folder: what the paths of sources are relative to
    :param cache: a file that keeps what introspection found; that of another kind of introspection lies beside
    :param progress: what shows how far introspection is
    """

    def __init__(self, options: Options, folder: Path, cache: Path, progress: Progress = no_progress) -> None:
        self._options = options
        self._progress = progress
        self._folder = folder
        self._cache = cache
        self._assemblers: dict[str, Assembler] = {}
        self._divided: dict[int, dict[str, Namespace]] = {}

    def of(self, introspection: str | None) -> Assembler:
        """Return the one of a kind of introspection."""
        kind = introspection or self._options.introspection
        if kind not in self._assemblers:
            name = self._cache.name if kind == self._options.introspection else f"{kind}-{self._cache.name}"
            options = msgspec.structs.replace(self._options, introspection=kind)
            self._assemblers[kind] = Assembler(options, self._folder, self._cache.with_name(name), self._progress)
        return self._assemblers[kind]

    def found(self, shown: Shown) -> list[Namespace]:
        """Return the namespaces that are shown."""
        assembler, pattern = self.of(shown.introspection), shown.namespaces
        exact = assembler.named(pattern)
        names = [exact] if exact else fnmatch.filter(assembler.names, pattern)
        return [namespace for name in names if (namespace := assembler.namespace(name)) is not None]

    def fingerprints(self, shown: Shown) -> tuple[str, ...]:
        """Return texts that change with anything that is shown."""
        found = self.found(shown)
        if shown.plugin is not None:
            found = [self._parts(namespace).get(shown.plugin, namespace) for namespace in found]
        inherit = self._options.inherit_docstrings
        told = [namespace.fingerprint(inherit_docstrings=inherit) for namespace in found]
        settings = [self._options.of_namespace(namespace.name) for namespace in found]
        # What settings say of fields is in those, but for their order, and for what those hide that no plugin has.
        others = [
            (selection.shown_fields(namespace, each), msgspec.structs.replace(each, fields={}))
            for namespace, each in zip(found, settings, strict=True)
        ]
        trusts = self.of(shown.introspection).trusts
        trusted = [
            trusts(plugin, docstring)
            for namespace in found
            for plugin in namespace.plugins
            for docstring in plugin.docstrings
        ]
        allowed = [] if all(trusted) else [self._options.docstring_directives, self._options.docstring_roles]
        return (
            *told,
            *(msgspec.json.encode(each, order="deterministic").decode() for each in (*others, [trusted, *allowed])),
        )

    def _parts(self, namespace: Namespace) -> dict[str, Namespace]:
        """Divide a namespace by the names of its plugins."""
        if id(namespace) not in self._divided:
            named: defaultdict[str, list[Plugin]] = defaultdict(list)
            for plugin in namespace.plugins:
                named[plugin.name].append(plugin)
            problems = {problem.plugin: (problem,) for problem in namespace.problems}
            self._divided[id(namespace)] = {
                name: msgspec.structs.replace(
                    namespace, plugins=tuple(plugins), problems=problems.get(plugins[0].identity, ())
                )
                for name, plugins in named.items()
            }
        return self._divided[id(namespace)]

    @property
    def fresh(self) -> dict[str, Fresh]:
        """What was introspected, for the process that keeps it."""
        return {kind: assembler.fresh for kind, assembler in self._assemblers.items()}

    def merge(self, fresh: dict[str, Fresh]) -> None:
        """Take over what another process of this build introspected."""
        for kind, found in fresh.items():
            self.of(kind).merge(found)

    def save(self) -> list[str]:
        """Keep what was introspected for the next build; give what was in the way."""
        return [message for assembler in self._assemblers.values() for message in assembler.save()]


def assemble(
    name: str, plugins: Sequence[Plugin], introspector: Introspector, fields: Fields, shared: Sequence[str] = ()
) -> Namespace:
    """Complete and sort the plugins of a namespace, and say where their names conflict.

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
        for plugin, *_ in introspector.introspect(ordered, fields)
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
