"""What a source is, and which there are by the scheme that ``plugins_sources`` names them by.

Other distributions bring schemes of their own in the entry-point group ``sphinxext.plugins.sources``: a function of a
:class:`Place` that gives a :class:`Source`.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

import msgspec
from packaging.utils import canonicalize_name

from sphinxext.plugins.core.extensions import FAILURES, ExtensionError, Registry, checked
from sphinxext.plugins.core.model import ENTRY_POINT, Description, Distribution, Introspection, Plugin, Problem
from sphinxext.plugins.sources.installed import Installed, environment
from sphinxext.plugins.sources.project import Project
from sphinxext.plugins.sources.registered import legibly
from sphinxext.plugins.sources.snapshot import Snapshot
from sphinxext.plugins.sources.wheels import Wheels

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from sphinxext.plugins.core.files import Archived
    from sphinxext.plugins.sources.registered import Registered

_Answer = TypeVar("_Answer")


class Source(Protocol):
    """A place where distributions are found.

    One that another distribution brings needs only :meth:`registered`. What else it leaves out is as if there were
    nothing: its plugins are introspected in the modules of the other sources, and are not loaded.
    """

    @property
    def name(self) -> str:
        """What the settings call it; where they name it by an absolute path, only the last part of that."""

    @property
    def path(self) -> tuple[str, ...]:
        """The folders that its plugins are loaded from; none where they are not loaded."""

    @property
    def introspected(self) -> bool:
        """Whether what it gives is all that is known of its plugins."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with it as a whole."""

    def registered(self) -> Iterator[Registered]:
        """Return each distribution, those that go before others first."""

    def roots(self) -> tuple[dict[str, Path], tuple[Path, ...]]:
        """Return where its modules are: single ones by name, and the folders of all others, in order."""

    def places(self, wanted: Callable[[str], bool]) -> Iterator[Path]:
        """Return the files, and the folders and archives of files, that are known to belong to certain distributions.

        :param wanted: whether a distribution of that name is one of them
        """

    def owners(self, files: Collection[Path]) -> dict[Path, Distribution]:
        """Return the distributions that have certain files, as far as these are in it."""

    def state(self) -> str:
        """Return a text that changes with what is loaded from it."""


class Place(NamedTuple):
    """What a source is made from."""

    written: str
    """What stands behind the scheme and its colon in the settings; empty where there is no colon."""

    name: str
    """What the source is called."""

    folder: Path
    """The folder of conf.py, which paths are relative to."""

    files: Archived
    """What reads files, in archives too."""

    network: bool = False
    """Whether something may be fetched."""

    namespace: str | None = None
    """What its plugins are put into, where it stands in ``plugins_registries``; None in ``plugins_sources``."""

    @property
    def path(self) -> Path:
        """What is written as a path."""
        return Path(os.path.normpath(self.folder / self.written))

    @property
    def is_address(self) -> bool:
        """Whether it is an address."""
        return ADDRESS.match(self.written) is not None


ADDRESS = re.compile("https?://", re.IGNORECASE)

_HERE = "sphinxext.plugins.sources.schemes"

SOURCES = Registry(
    "sphinxext.plugins.sources",
    {scheme: f"{_HERE}:{scheme}" for scheme in ("installed", "project", "wheels", "snapshot")},
)


def installed(place: Place) -> Source:
    """Read an environment: this one, or that of a path, a virtual environment or a folder of site-packages."""
    return environment(place.path, place.name) if place.written else Installed()


def project(place: Place) -> Source:
    """Read a source tree that is not installed."""
    return Project(place.path, place.files, place.name)


def wheels(place: Place) -> Source:
    """Read a folder of wheels and sdists, or one of them."""
    return Wheels(place.path, place.name, place.files)


def snapshot(place: Place) -> Source:
    """Read a catalog that was exported, from a file or an address."""
    return Snapshot(place.written if place.is_address else place.path, place.name, network=place.network)


def source_of(scheme: str, place: Place, note: Callable[[ExtensionError], None]) -> Source:
    """Make the source of a scheme.

    :param note: takes what is found to be wrong later with one that another distribution brings
    :raises ExtensionError: where there is no such scheme, or it is another distribution's and fails
    """
    make = SOURCES.get(scheme)
    if scheme in SOURCES.built_in:
        source: Source = make(place)
        return source
    try:
        origin = scheme if place.namespace is not None else None
        return Brought(make(place), place.name, lambda error: note(SOURCES.failure(scheme, error)), origin)
    except FAILURES as error:
        raise SOURCES.failure(scheme, error) from error


class Brought:
    """A source that another distribution brings: nothing that it raises ends a build, and what it gives is cleaned.

    :param fail: takes what it raises
    :param origin: what its plugins are registered as, where it is a registry
    """

    def __init__(
        self, source: object, name: str, fail: Callable[[BaseException], None], origin: str | None = None
    ) -> None:
        self._source = source
        self.origin = origin
        self._fail = fail
        self.name = name

    @cached_property
    def path(self) -> tuple[str, ...]:
        """The folders that its plugins are loaded from."""
        return self._asked(lambda: tuple(map(str, getattr(self._source, "path", ()))), ())

    @cached_property
    def introspected(self) -> bool:
        """Whether what it gives is all that is known of its plugins."""
        return self._asked(lambda: bool(getattr(self._source, "introspected", False)), otherwise=False)

    @cached_property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with it as a whole."""
        return self._asked(lambda: [checked(each, Problem) for each in getattr(self._source, "problems", ())], [])

    def registered(self) -> Iterator[Registered]:
        """Return each distribution; those before an error stand."""
        return iter(self._registered)

    @cached_property
    def _registered(self) -> list[Registered]:
        found: list[Registered] = []

        def read() -> None:
            for name, plugins, problems, *_version in self._source.registered():  # type: ignore[attr-defined]  # what is missing fails
                of = [self._own(checked(plugin, Plugin)) for plugin in plugins]
                found.append(legibly(canonicalize_name(name), of, [checked(each, Problem) for each in problems]))

        self._asked(read, None)
        return found

    def _own(self, plugin: Plugin) -> Plugin:
        """Return a plugin as one of this source, by which its modules are looked up.

        One that is introspected may have nothing before, such as words with a place in a file that is trusted.
        """
        of = plugin.distribution and msgspec.structs.replace(plugin.distribution, source=self.name)
        own = plugin if self.introspected else plugin.described(Description(), Introspection.METADATA)
        origin = (self.origin or own.origin) if own.origin == ENTRY_POINT else own.origin
        return msgspec.structs.replace(own, distribution=of, source=None if of else self.name, origin=origin)

    def roots(self) -> tuple[dict[str, Path], tuple[Path, ...]]:
        """Return where its modules are."""

        def read() -> tuple[dict[str, Path], tuple[Path, ...]]:
            modules, folders = self._source.roots() if hasattr(self._source, "roots") else ({}, ())
            return {str(name): Path(path) for name, path in modules.items()}, tuple(map(Path, folders))

        nothing: tuple[dict[str, Path], tuple[Path, ...]] = ({}, ())
        return self._asked(read, nothing)

    def places(self, wanted: Callable[[str], bool]) -> Iterator[Path]:
        """Return what is known to belong to certain distributions; nothing where that fails."""
        nothing: list[Path] = []
        return iter(self._asked(lambda: [Path(each) for each in self._places(wanted)], nothing))

    def _places(self, wanted: Callable[[str], bool]) -> Iterable[Path]:
        return self._source.places(wanted) if hasattr(self._source, "places") else ()

    def owners(self, files: Collection[Path]) -> dict[Path, Distribution]:
        """Return the distributions that have certain files; none where it does not tell, or that fails."""

        def read() -> dict[Path, Distribution]:
            told = self._source.owners(files) if hasattr(self._source, "owners") else {}
            own = {path: checked(each, Distribution) for path, each in told.items() if path in files}
            return {path: msgspec.structs.replace(each, source=self.name) for path, each in own.items()}

        return self._asked(read, {})

    def state(self) -> str:
        """Return a text that changes with what is loaded from it."""
        return self._asked(lambda: str(self._source.state()) if hasattr(self._source, "state") else "", "")

    def _asked(self, ask: Callable[[], _Answer], otherwise: _Answer) -> _Answer:
        try:
            return ask()
        except FAILURES as error:
            self._fail(error)
            return otherwise
