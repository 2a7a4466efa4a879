"""Registries: what modules hold that register plugins otherwise than by entry points, made into plugins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from sphinxext.plugins.core import cleaning, limits, registries
from sphinxext.plugins.core.model import Introspection, Plugin
from sphinxext.plugins.core.registries import FORMS
from sphinxext.plugins.core.text import clean_line, clean_namespace
from sphinxext.plugins.core.typos import PythonFile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sphinxext.plugins.core.model import Distribution, Problem
    from sphinxext.plugins.core.registries import Spec
    from sphinxext.plugins.core.structs import Json
    from sphinxext.plugins.introspect.introspected import Introspector
    from sphinxext.plugins.introspect.modules import ModuleFinder


class _Entry(NamedTuple):
    """What a registry holds under a name."""

    namespace: str
    name: str
    module: str
    path: str
    """Behind the module; empty where the target is that."""

    origin: str

    @property
    def target(self) -> str:
        """The object reference."""
        return f"{self.module}:{self.path}".rstrip(":")


class _Told(msgspec.Struct):
    """An entry, as a module answers it."""

    name: str
    target: str
    key: str | None = None


class _Answer(msgspec.Struct):
    """What a module answers."""

    entries: list[_Told] = []
    left: list[str] = []


def read_answer(value: Json) -> _Answer | None:
    """Read an answer; None where there is none, or none of the form."""
    try:
        return msgspec.convert(value, _Answer | None)
    except msgspec.ValidationError:
        return None


class _Asked(NamedTuple):
    """A module that is asked what it registers."""

    namespace: str
    spec: Spec
    module: str
    home: str

    @property
    def plugin(self) -> Plugin:
        """What stands for it among plugins; it is named by what it is asked, of which there may be several."""
        return Plugin(namespace=self.namespace, name=self.spec.describer, target=self.module, source=self.home)


class RegistryFinder:
    """Finds the plugins that registries hold.

    :param finders: what finds modules, by the name of their source
    :param holders: finds the source that each of some files is in, and the distribution that has it
    :param conf: the file of the settings
    """

    def __init__(
        self,
        finders: Mapping[str, ModuleFinder],
        holders: Callable[[Collection[Path]], Mapping[Path, tuple[str, Distribution | None]]],
        conf: Path,
    ) -> None:
        self._finders = finders
        self._holders = holders
        self._conf = conf
        self.problems: list[Problem] = []
        self._names: dict[str, set[str]] = {}

    def plugins(
        self,
        introspector: Introspector,
        registered: Mapping[str, Sequence[Spec]],
        known: Mapping[str, Sequence[Plugin]],
    ) -> list[Plugin]:
        """Return what registries hold, by the namespaces that they are for.

        :param known: the plugins of each namespace that are known already, which a snapshot may have from a registry
        """
        every = [(namespace, spec) for namespace, specs in registered.items() for spec in specs if spec.kind in FORMS]
        entries: list[_Entry] = []
        wanted: list[tuple[str, Spec, str]] = []
        for namespace, spec in every:
            modules = self._modules(spec)
            if missing := self._missing(spec, modules):
                if not any(plugin.origin == spec.kind for plugin in known.get(namespace, ())):
                    self._warn(namespace, spec, missing, _LEADS_NOWHERE)
            elif spec.kind in (registries.PACKAGE, registries.MODULES):
                entries += [_Entry(namespace, _named(spec, name), name, "", spec.kind) for name in modules]
            else:
                wanted += [(namespace, spec, module) for module in modules]
        places = self._places(module for _, _, module in wanted)
        asked = [_Asked(namespace, spec, module, places[module][0]) for namespace, spec, module in wanted]
        found = introspector.introspect([each.plugin for each in asked], _Questions()) if asked else []
        answers: dict[tuple[str, Spec], list[tuple[_Asked, Plugin]]] = {}
        for each, of in zip(asked, found, strict=True):
            answers.setdefault((each.namespace, each.spec), []).append((each, of.plugin))
        for (namespace, spec), answered in answers.items():
            entries += self._entries(namespace, spec, answered)
        return self._registered(entries)

    def _missing(self, spec: Spec, modules: Sequence[str]) -> str:
        """Say which modules and packages a registry names that are not there; nothing where all are."""
        packages = spec.packages if spec.kind == registries.SUBCLASSES else ()
        gone = [*([] if modules else [spec.module]), *(name for name in packages if not self._is_there(name))]
        if spec.kind == registries.PACKAGE and not modules and self._is_there(spec.module):
            return f"and there are no modules in {spec.module}"
        return f"and there is no module {_listed(gone)}" if gone else ""

    def _is_there(self, module: str) -> bool:
        return any(finder.find(module) is not None for finder in self._finders.values())

    def _modules(self, spec: Spec) -> list[str]:
        """Return the modules that are asked, or that are plugins."""
        glob = f"{spec.module}.*" if spec.kind == registries.PACKAGE else spec.module
        found = dict.fromkeys(module for finder in self._finders.values() for module in finder.fitting(glob))
        is_pattern = spec.kind == registries.SETUP and found.keys() != {glob}
        if is_pattern or spec.kind in (registries.PACKAGE, registries.MODULES):
            return [name for name in found if not name.rpartition(".")[2].startswith("_")]
        return list(found)

    def _places(self, modules: Iterable[str]) -> dict[str, tuple[str, Distribution | None]]:
        """Return the source that each module is looked up in, and the distribution that has it."""
        files: dict[str, Path] = {}
        first = next(iter(self._finders), "")
        for module in dict.fromkeys(modules):
            found = next(filter(None, (finder.find(module) for finder in self._finders.values())), None)
            if found is not None:
                files[module] = found.path or found.folders[0]
        holders = self._holders(set(files.values()))
        places = {module: holders.get(path, (first, None)) for module, path in files.items()}
        return {module: place if place[0] in self._finders else (first, place[1]) for module, place in places.items()}

    def _entries(self, namespace: str, spec: Spec, answered: Sequence[tuple[_Asked, Plugin]]) -> Iterator[_Entry]:
        """Return what a registry holds, and warn of what is not known of it."""
        failures: list[str] = []
        left: list[str] = []
        several, found = len(answered) > 1, 0
        for each, plugin in answered:
            of = f"{each.module}: " if several else ""
            answer = next((answer for answer in plugin.answers if answer.describer == spec.describer), None)
            given = read_answer(answer.value if answer is not None else None)
            if answer is None or answer.error is not None or plugin.introspection is Introspection.METADATA:
                problem = next((each.message for each in plugin.problems), "nothing tells what it holds")
                failures.append(of + ((answer and answer.error) or problem))
            elif given is None and not several:
                failures.append(f"there is no {spec.object or spec.kind} in {each.module}")
            left += [f"{of}{why}" for why in (given.left if given is not None else ())]
            for entry in given.entries if given is not None else ():
                found += 1
                yield _Entry(namespace, entry.name, *self._target(each.home, entry), spec.kind)
        if failures:
            self._warn(namespace, spec, f"which cannot be read in whole: {_listed(failures, '; ')}", _UNKNOWN)
        elif left:
            self._warn(namespace, spec, f"of which is left out: {_listed(left, '; ')}", _LEFT_OUT)
        elif not found:
            self._warn(namespace, spec, "which is empty", _EMPTY if spec.kind == registries.MAPPING else _NOTHING)

    def _target(self, home: str, entry: _Told) -> tuple[str, str]:
        """Return the module of an entry, and the path of the object in it.

        Of one that is not there, the last part is taken for the object: it may be in what is not installed.
        """
        target, key = entry.target, entry.key or ""
        finder = self._finders[home]
        module, colon, path = target.partition(":")
        if not colon:
            parts = target.split(".")
            ends = range(len(parts), 0, -1)
            there = (end for end in ends if finder.find(".".join(parts[:end])) is not None)
            end = next(there, max(len(parts) - 1, 1))
            module, path = ".".join(parts[:end]), ".".join(parts[end:])
        if not path and key and key in self._defined(finder, module):
            path = key
        return module, path

    def _defined(self, finder: ModuleFinder, module: str) -> set[str]:
        """Return the names of classes, functions and constants that stand in a module, which a target may be."""
        if module not in self._names:
            # To search the whole text for lines that begin so takes several times as long.
            lines = (line for line in (finder.text(module) or "").split("\n") if not line.startswith(" "))
            self._names[module] = {each[1] or each[2] for each in map(_DEFINED.match, lines) if each}
        return self._names[module]

    def _registered(self, entries: Iterable[_Entry]) -> list[Plugin]:
        """Make plugins of entries, each once, with the distributions that have their modules."""
        once = {(each.namespace, each.name, each.target): each for each in reversed(list(entries))}
        places = self._places(each.module for each in once.values())
        plugins: list[Plugin] = []
        for each in reversed(once.values()):
            home, owner = places.get(each.module, (next(iter(self._finders), ""), None))
            plugins.append(
                Plugin(
                    namespace=each.namespace,
                    name=each.name,
                    target=each.target,
                    origin=each.origin,
                    distribution=owner,
                    source=None if owner else home,
                )
            )
        known, problems = cleaning.registered(plugins)
        self.problems += problems
        return known

    def _warn(self, namespace: str, spec: Spec, why: str, remedy: str) -> None:
        location = PythonFile(self._conf).place_of("plugins_registries", namespace, spec.written)
        self.problems.append(registries.problem(namespace, spec, clean_line(why), remedy, location=location))


_LEADS_NOWHERE = "correct it, or install what has it; until then its plugins are missing"
_UNKNOWN = (
    'correct it, or have it loaded where it is installed (plugins_introspection = "auto"); until then what is known of '
    "it is shown"
)
_EMPTY = (
    "correct it; or where something else fills it when it is imported, name the registry in that module; until then "
    "it has no plugins"
)
_NOTHING = "correct it; until then it has no plugins"
_LEFT_OUT = 'correct it there, or say where the target ("path") or the name ("name") is; the others are shown'


def add(namespaces: dict[str, list[Plugin]], registered: Iterable[str], found: Iterable[Plugin]) -> None:
    """Add plugins to the namespaces; what an entry point gives with the same name and target is the same plugin.

    :param registered: the namespaces of registries, which are there also where these are empty
    """
    for name in map(clean_namespace, registered):
        namespaces.setdefault(name, [])
    known = {(each.namespace, each.name, each.target) for plugins in namespaces.values() for each in plugins}
    for plugin in found:
        if (plugin.namespace, plugin.name, plugin.target) not in known:
            namespaces.setdefault(plugin.namespace, []).append(plugin)


class _Questions:
    """What modules are asked: what the registry holds that the settings name."""

    def missing(self, plugin: Plugin) -> tuple[str, ...]:
        """Return the describers that a module has yet to answer."""
        answered = any(each.describer == plugin.name and each.error is None for each in plugin.answers)
        return () if answered else (plugin.name,)

    def is_file(self, plugin: Plugin) -> bool:
        """Whether it is a file; none is."""
        del plugin
        return False

    def cache_key(self, plugin: Plugin) -> object:
        """Return what decides what a module is asked, besides its name."""
        del plugin
        return None


def _named(spec: Spec, module: str) -> str:
    """Return what names a module that is a plugin: what the globs stand for."""
    globs = spec.module.split(".") if spec.kind == registries.MODULES else [*spec.module.split("."), "*"]
    parts = module.split(".")
    return ".".join(part for part, glob in zip(parts, globs, strict=True) if part != glob) or parts[-1]


_DEFINED = re.compile(r"(?:(?:async )?def|class) +(\w+)|(\w+) *[:=]")
"""A line with a class, a function or a constant at the top of a module."""


def _listed(every: Sequence[str], separator: str = ", ") -> str:
    """List some of what is wrong, and how much more there is."""
    more = len(every) - limits.MOST_LISTED
    shown = [each[: limits.LONGEST_ERROR] for each in every[: limits.MOST_LISTED]]
    return separator.join([*shown, *([f"and {more} more"] if more > 0 else [])])
