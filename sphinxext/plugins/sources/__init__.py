"""Where distributions are found, and what their metadata says: names, versions, entry points.

Nothing is imported here, and nothing of a plugin is read; that is :mod:`~sphinxext.plugins.introspect`.
"""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sphinxext.plugins.core.extensions import ExtensionError
from sphinxext.plugins.core.files import Archived
from sphinxext.plugins.core.registries import FORMS
from sphinxext.plugins.core.typos import PythonFile, the_nearest
from sphinxext.plugins.sources.installed import Installed, environment, standard_library
from sphinxext.plugins.sources.registered import Registered
from sphinxext.plugins.sources.schemes import ADDRESS, SOURCES, Brought, Place, Source, source_of
from sphinxext.plugins.sources.snapshot import Snapshot
from sphinxext.plugins.sources.wheels import Wheels

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sphinxext.plugins.core.model import Distribution, Interface, Plugin, Problem
    from sphinxext.plugins.settings import Options


__all__ = [
    "SOURCES",
    "Installed",
    "Place",
    "Registered",
    "Source",
    "Sources",
    "Wheels",
    "environment",
    "from_options",
]


class Sources:
    """The sources of a build, in order.

    What belongs to a source is looked up in it first, then in the others, and at last in Python's own modules.
    """

    def __init__(self, sources: Sequence[Source], files: Archived | None = None) -> None:
        self._sources = list(sources)
        self.files = files or Archived()
        """Where the paths of modules lead."""
        self.problems: list[Problem] = []
        """What is wrong with the settings that name them, or with the code of those that are not built in."""
        self.extensions: list[str] = []
        """Texts that change with the code of those."""
        self.distributions: dict[str, tuple[Source, Registered]] = {}
        """The distributions that were read, by normalised names, each with what it was found in."""
        self._homes: dict[tuple[str, str], str] = {}
        self.versions: dict[str, str] = {}
        """Those of all distributions that were read, by normalised name."""

    def __iter__(self) -> Iterator[Source]:
        return iter(self._sources)

    def add(self, source: Source, extension: str = "") -> None:
        """Add a source behind the others.

        :param extension: a text that changes with the code of what is not built in
        """
        self._sources.append(source)
        self.extensions += [extension] if extension else []

    @property
    def names(self) -> list[str]:
        """The names of all, in order."""
        return [source.name for source in self._sources]

    def read(self) -> tuple[dict[str, list[Plugin]], list[Problem]]:
        """Read each distribution once: all plugins by namespace, unsorted, and what could not be read.

        The first one wins where one is there twice, as in an import.
        """
        seen: set[str] = set()
        namespaces: dict[str, list[Plugin]] = {}
        problems: list[Problem] = []
        for source in self._sources:
            problems += source.problems
            for found in source.registered():
                of_registry = isinstance(source, Brought) and source.origin is not None
                if found.name in seen and not of_registry:
                    continue
                # What a snapshot has without a name may be in another as well, and a registry is no distribution.
                seen.update(filter(None, [] if of_registry else [found.name]))
                self.distributions.setdefault(found.name, (source, found))
                problems += found.problems
                versions = (found.version, *(each.distribution.version for each in found.plugins if each.distribution))
                if not of_registry and (version := next(filter(None, versions), None)):
                    self.versions[found.name] = version
                apart = isinstance(source, Wheels) and found.name in source.apart
                for plugin in found.plugins:
                    if apart and plugin.distribution:
                        self._homes[source.name, plugin.distribution.name] = _home(source.name, found.name)
                    namespaces.setdefault(plugin.namespace, []).append(plugin)
        return namespaces, problems

    def home(self, plugin: Plugin) -> str:
        """Name what the modules of a plugin are looked up in: its source, or its archive before all else in that."""
        owner = plugin.distribution.name if plugin.distribution else ""
        return self._homes.get((plugin.found_in, owner), plugin.found_in)

    def holders(self, files: Collection[Path]) -> dict[Path, tuple[str, Distribution | None]]:
        """Return the source that each of some files is in, and the distribution that has it, as far as that is told.

        A tree may lie in the folder of another one, or of an environment; the innermost counts.
        """
        roots: dict[str, Source] = {}
        for source in self._sources:
            modules, folders = source.roots()
            roots = {**{str(path): source for path in (*modules.values(), *folders)}, **roots}
        held: dict[str, list[Path]] = {}
        for file in files:
            above = next((each for each in map(str, (file, *file.parents)) if each in roots), None)
            if above is not None:
                held.setdefault(roots[above].name, []).append(file)
        holders: dict[Path, tuple[str, Distribution | None]] = {}
        for source in self._sources:
            inside = held.get(source.name, [])
            owners = source.owners(inside) if inside else {}
            holders |= {file: (source.name, owners.get(file)) for file in inside}
        return holders

    def interface(self, namespace: str) -> Interface | None:
        """Return the interface of a namespace as a snapshot tells it; None where none does."""
        told = (source.interfaces.get(namespace) for source in self._sources if isinstance(source, Snapshot))
        return next(filter(None, told), None)

    @property
    def homes(self) -> list[str]:
        """All that :meth:`home` may give."""
        apart = [
            _home(source.name, each) for source in self._sources if isinstance(source, Wheels) for each in source.apart
        ]
        return [*self.names, *apart]

    def introspected(self, name: str) -> bool:
        """Whether what a source gives is all that is known of its plugins."""
        return self._from(name)[0].introspected

    def path(self, name: str) -> tuple[str, ...] | None:
        """Return the path to load the plugins of a source with; None where they are not loaded."""
        first, *others = self._from(name)
        if not first.path:
            return None
        folders = [*first.path, *(folder for other in others for folder in other.path), *standard_library()]
        return tuple(dict.fromkeys(folders))

    def roots(self, home: str) -> tuple[dict[str, Path], tuple[Path, ...], dict[str, Path], tuple[Path, ...]]:
        """Return where the modules are that plugins of a source, or of an archive in it, are made of.

        The third are those that other sources map names to, which count where there is no other module of the name;
        the last are the folders of the archive itself.
        """
        found = self._from(home)
        others, archive = [source.roots() for source in found], home.partition("\0")[2]
        modules, folders = found[0].own(archive) if archive and isinstance(found[0], Wheels) else others.pop(0)
        own = folders if archive else ()
        everywhere = [*folders, *(folder for _, more in others for folder in more), *map(Path, standard_library())]
        mapped = {name: path for more, _ in reversed(others) for name, path in more.items()}
        return modules, tuple(dict.fromkeys(everywhere)), mapped, own

    def _from(self, home: str) -> list[Source]:
        """Return all sources, one of them first."""
        name = home.partition("\0")[0]
        return sorted(self._sources, key=lambda source: source.name != name)

    def state(self) -> str:
        """Return a text that changes with what plugins are loaded from."""
        return hashlib.sha256("\0".join(source.state() for source in self._sources).encode()).hexdigest()


def from_options(options: Options, folder: Path) -> Sources:
    """Make the sources that the options name.

    :param folder: what their paths are relative to
    """
    made = Sources([], Archived())
    for number, written in enumerate(dict.fromkeys(options.sources), start=1):
        name = _named(written)
        unique = f"{name} ({number})" if name in made.names else name
        scheme, _, rest = written.partition(":")
        place = Place(rest, unique, folder, made.files, options.network)
        note = partial(_note, made.problems, written, folder)
        try:
            made.add(source_of(scheme, place, note), SOURCES.state(scheme))
        except ExtensionError as error:
            note(error)
    _add_registries(made, options, folder)
    return made


def _add_registries(made: Sources, options: Options, folder: Path) -> None:
    """Add what the registries of the settings are that other distributions bring: sources of one namespace each."""
    brought = [(namespace, spec) for namespace, specs in options.registries.items() for spec in specs]
    for namespace, spec in brought:
        if spec.kind in FORMS:
            continue
        setting = ("plugins_registries", namespace)
        name = _named(spec.written)
        unique = f"{name} ({namespace})" if name in made.names else name
        place = Place(spec.argument, unique, folder, made.files, options.network, namespace)
        note = partial(_note, made.problems, spec.written, folder, setting=setting)
        if spec.kind in SOURCES.built_in:
            note(ExtensionError("is one of a source of distributions", "name it in plugins_sources"))
            continue
        if spec.kind not in SOURCES.names:
            kinds = f"is neither built in ({', '.join(FORMS)}) nor registered in {SOURCES.group}"
            note(ExtensionError(kinds, f"correct it{the_nearest(spec.kind, FORMS)}, or install what registers it"))
            continue
        try:
            made.add(source_of(spec.kind, place, note), SOURCES.state(spec.kind))
        except ExtensionError as error:
            note(error)


def _note(
    problems: list[Problem],
    written: str,
    folder: Path,
    error: ExtensionError,
    setting: Sequence[str] = ("plugins_sources",),
) -> None:
    """Note that the scheme of a source is unknown or fails, once for a source."""
    where = "".join(f"[{key!r}]" for key in setting[1:])
    subject = f"{setting[0]}{where} has {_named(written)!r}, of which the scheme {written.partition(':')[0]!r}"
    if not any(problem.message.startswith(subject) for problem in problems):
        file = PythonFile(folder / "conf.py")
        location = file.place_of(*setting, written)
        problems.append(error.problem(subject, location, "its plugins may be missing"))


def _home(source: str, archive: str) -> str:
    return f"{source}\0{archive}"


def _named(written: str) -> str:
    """Return what a source is called: as it is written, but for what is only this machine's, or secret."""
    kind, _, place = written.partition(":")
    if ADDRESS.match(place):
        parts = urlsplit(place)
        return f"{kind}:{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return f"{kind}:{Path(place).name}" if Path(place).is_absolute() else written
