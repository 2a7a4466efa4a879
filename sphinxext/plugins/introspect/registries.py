"""Registries: what modules hold that register plugins otherwise than by entry points, made into plugins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.core import cleaning, limits, registries
from sphinxext.plugins.core.model import Introspection, Plugin
from sphinxext.plugins.core.text import clean_line
from sphinxext.plugins.core.typos import PythonFile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sphinxext.plugins.core.model import Distribution, Problem
    from sphinxext.plugins.core.registries import Spec
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
    :param owners: finds the distributions that files belong to
    :param conf: the file of the settings
    """

    def __init__(
        self,
        finders: Mapping[str, ModuleFinder],
        owners: Callable[[Collection[Path]], Mapping[Path, Distribution]],
        conf: Path,
    ) -> None:
        self._finders = finders
        self._owners = owners
        self._conf = conf
        self.problems: list[Problem] = []

    def plugins(self, introspector: Introspector, registered: Mapping[str, Sequence[Spec]]) -> list[Plugin]:
        """Return what registries hold, by the namespaces that they are for."""
        every = [(of, spec) for of, specs in registered.items() for spec in specs if spec.kind in registries.FORMS]
        entries: list[_Entry] = []
        asked: list[_Asked] = []
        for namespace, spec in every:
            modules = self._modules(spec)
            if missing := self._missing(spec, modules):
                self._warn(namespace, spec, f"and there is no module {_listed(missing)}", _LEADS_NOWHERE)
            elif spec.kind in (registries.PACKAGE, registries.MODULES):
                entries += [_Entry(namespace, _named(spec, name), name, "", spec.kind) for name in modules]
            else:
                asked += [_Asked(namespace, spec, module, home) for module, home in modules.items()]
        found = introspector.introspect([each.plugin for each in asked], _Questions()) if asked else []
        answers: dict[tuple[str, Spec], list[tuple[_Asked, Plugin]]] = {}
        for each, of in zip(asked, found, strict=True):
            answers.setdefault((each.namespace, each.spec), []).append((each, of.plugin))
        for (namespace, spec), answered in answers.items():
            entries += self._entries(namespace, spec, answered)
        return self._registered(entries)

    def _missing(self, spec: Spec, modules: Mapping[str, str]) -> list[str]:
        """Return the modules and packages that a registry names and that are not there."""
        packages = spec.packages if spec.kind == registries.SUBCLASSES else ()
        gone = [name for name in packages if all(finder.find(name) is None for finder in self._finders.values())]
        return [*([] if modules else [spec.module]), *gone]

    def _modules(self, spec: Spec) -> dict[str, str]:
        """Return the modules that are asked, or that are plugins, each with the source that it is looked up in."""
        found: dict[str, str] = {}
        glob = f"{spec.module}.*" if spec.kind == registries.PACKAGE else spec.module
        for home, finder in self._finders.items():
            for module in finder.fitting(glob):
                found.setdefault(module, home)
        is_pattern = spec.kind == registries.SETUP and found.keys() != {glob}
        if is_pattern or spec.kind in (registries.PACKAGE, registries.MODULES):
            return {name: home for name, home in found.items() if not name.rpartition(".")[2].startswith("_")}
        return found

    def _entries(self, namespace: str, spec: Spec, answered: Sequence[tuple[_Asked, Plugin]]) -> Iterator[_Entry]:
        """Return what a registry holds, and warn of what is not known of it."""
        failures: list[str] = []
        left: list[str] = []
        several, found = len(answered) > 1, 0
        for each, plugin in answered:
            of = f"{each.module}: " if several else ""
            answer = next((answer for answer in plugin.answers if answer.describer == spec.describer), None)
            given = answer.value if answer is not None and isinstance(answer.value, dict) else {}
            if answer is None or answer.error is not None or plugin.introspection is Introspection.METADATA:
                problem = next((each.message for each in plugin.problems), "nothing tells what it holds")
                failures.append(of + ((answer and answer.error) or problem))
            elif not given and not several:
                failures.append(f"there is no {spec.object or spec.kind} in {each.module}")
            left += [f"{of}{why}" for why in given.get("left", ())]
            for entry in given.get("entries", ()):
                found += 1
                yield _Entry(namespace, entry["name"], *self._target(each.home, entry), spec.kind)
        if failures:
            self._warn(namespace, spec, f"which cannot be read in whole: {_listed(failures, '; ')}", _UNKNOWN)
        elif left:
            self._warn(namespace, spec, f"of which is left out: {_listed(left, '; ')}", _LEFT_OUT)
        elif not found:
            self._warn(namespace, spec, "which is empty", _EMPTY)

    def _target(self, home: str, entry: Mapping[str, str]) -> tuple[str, str]:
        """Return the module of an entry, and the path of the object in it.

        Of one that is not there, the last part is taken for the object: it may be in what is not installed.
        """
        target, name = entry["target"], entry["name"]
        finder = self._finders[home]
        module, colon, path = target.partition(":")
        if not colon:
            parts = target.split(".")
            ends = range(len(parts), 0, -1)
            there = (end for end in ends if finder.find(".".join(parts[:end])) is not None)
            end = next(there, max(len(parts) - 1, 1))
            module, path = ".".join(parts[:end]), ".".join(parts[end:])
        if not path and entry.get("record") and name.isidentifier() and _defines(finder, module, name):
            path = name
        return module, path

    def _registered(self, entries: Iterable[_Entry]) -> list[Plugin]:
        """Make plugins of entries, each once, with the distributions that have their modules."""
        once = {(each.namespace, each.name, each.target): each for each in reversed(list(entries))}
        files: dict[str, tuple[str, Path]] = {}
        for module in dict.fromkeys(each.module for each in once.values()):
            for home, finder in self._finders.items():
                found = finder.find(module)
                if found is not None:
                    files[module] = home, found.path or found.folders[0]
                    break
        owners = self._owners({path for _, path in files.values()})
        plugins: list[Plugin] = []
        for each in reversed(once.values()):
            home, path = files.get(each.module, (next(iter(self._finders)), None))
            owner = owners.get(path) if path is not None else None
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
_LEFT_OUT = 'correct it there, or say where the target ("path") or the name ("name") is; the others are shown'


def add(namespaces: dict[str, list[Plugin]], found: Iterable[Plugin]) -> None:
    """Add plugins to the namespaces; what an entry point gives with the same name and target is the same plugin."""
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


def _defines(finder: ModuleFinder, module: str, name: str) -> bool:
    """Whether a class, a function or a constant of a name stands in a module, so that a target may be that."""
    text = finder.text(module) or ""
    return re.search(rf"^((async )?def|class) +{name}\b|^{name} *[:=]", text, re.MULTILINE) is not None


def _listed(every: Sequence[str], separator: str = ", ") -> str:
    """List some of what is wrong, and how much more there is."""
    more = len(every) - limits.MOST_LISTED
    shown = [each[: limits.LONGEST_ERROR] for each in every[: limits.MOST_LISTED]]
    return separator.join([*shown, *([f"and {more} more"] if more > 0 else [])])
