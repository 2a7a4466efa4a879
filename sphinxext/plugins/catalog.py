"""The catalog of a build: which namespaces there are, and the plugins of each once it is asked for."""

from __future__ import annotations

import difflib
import fnmatch
from collections import Counter, defaultdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins import introspect, sources
from sphinxext.plugins.fields import Fields, read_overlay
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.model import Namespace, Problem, ProblemKind, sound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinxext.plugins.fields import Overlay
    from sphinxext.plugins.introspect import Introspector
    from sphinxext.plugins.model import Location, Plugin
    from sphinxext.plugins.options import Options


class Assembler:
    """Assembles the catalog: a namespace is introspected when it is first asked for, and once."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._source = sources.Installed()
        self._namespaces: dict[str, Namespace] = {}

    @property
    def names(self) -> list[str]:
        """The names of all namespaces, sorted."""
        return sorted(self._plugins)

    @property
    def problems(self) -> list[Problem]:
        """What could not be read of the distributions and the overlay, whatever the namespace."""
        return [*self._read[1], *self._overlay[1]]

    def namespace(self, name: str) -> Namespace | None:
        """Give a namespace with its plugins, introspected; None where there is none of that name."""
        if name not in self._plugins:
            return None
        if name not in self._namespaces:
            self._namespaces[name] = assemble(name, self._plugins[name], self._introspector, self._fields(name))
        return self._namespaces[name]

    def nearest(self, name: str) -> list[str]:
        """Give the names of namespaces that somebody may have meant, the likeliest first; three at the most."""
        lower = {known.lower(): known for known in self.names}
        close = difflib.get_close_matches(name.lower(), lower, n=3, cutoff=0.6)
        within = [known for known in lower if name and name.lower() in known][: 3 - len(close)]
        return [lower[known] for known in dict.fromkeys([*close, *within])]

    def locate(self, location: Location) -> Path | None:
        """Find the file of a location on this machine."""
        return self._finder.locate(location.file)

    def _fields(self, name: str) -> Fields:
        """Give the fields of a namespace: those of its own settings, and before them those of globs."""
        settings = self._options.namespaces
        globs = [glob for glob in settings if glob != name and fnmatch.fnmatchcase(name, glob)]
        describers: dict[str, Sequence[str]] = {}
        for key in [*globs, *([name] if name in settings else [])]:
            describers |= settings[key].fields
        return Fields(describers, self._overlay[0].get(name, {}))

    @cached_property
    def _overlay(self) -> tuple[Overlay, list[Problem]]:
        return read_overlay(Path(self._options.overlay)) if self._options.overlay else ({}, [])

    @cached_property
    def _read(self) -> tuple[dict[str, list[Plugin]], list[Problem]]:
        return sources.read(self._source.distributions())

    @property
    def _plugins(self) -> dict[str, list[Plugin]]:
        return self._read[0]

    @cached_property
    def _finder(self) -> ModuleFinder:
        return ModuleFinder(*self._source.roots())

    @cached_property
    def _introspector(self) -> Introspector:
        return introspect.from_options(self._options, self._source.path, self._finder)


def assemble(name: str, plugins: Sequence[Plugin], introspector: Introspector, fields: Fields) -> Namespace:
    """Complete and sort the plugins of a namespace, and say where their names conflict."""
    ordered = sorted(plugins, key=_order)
    targets: defaultdict[str, list[str]] = defaultdict(list)
    for plugin in ordered:
        targets[plugin.target].append(plugin.name)
    completed = [
        msgspec.structs.replace(
            sound(fields.complete(plugin)), aliases=tuple(n for n in targets[plugin.target] if n != plugin.name)
        )
        for plugin in introspector.introspect(ordered, fields)
    ]
    return Namespace(name=name, plugins=tuple(completed), problems=tuple(_conflicts(completed)))


def _order(plugin: Plugin) -> tuple[str, str, str]:
    return plugin.name, plugin.distribution.name if plugin.distribution else "", plugin.target


def _conflicts(plugins: Sequence[Plugin]) -> list[Problem]:
    """Say which names more than one entry point has."""
    problems: list[Problem] = []
    for name, count in Counter(plugin.name for plugin in plugins).items():
        if count > 1:
            rivals = [plugin for plugin in plugins if plugin.name == name]
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
