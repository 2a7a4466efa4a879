"""A namespace, put together of its plugins once these are introspected."""

from __future__ import annotations

import fnmatch
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec
from packaging.utils import canonicalize_name

from sphinxext.plugins.core import cleaning, limits
from sphinxext.plugins.core.exported import sound
from sphinxext.plugins.core.interfaces import MemberKind
from sphinxext.plugins.core.model import ENTRY_POINT, Description, Kind, Namespace, Plugin, Problem, ProblemKind
from sphinxext.plugins.core.typos import PythonFile

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence
    from pathlib import Path

    from sphinxext.plugins.core.describers import Fields
    from sphinxext.plugins.core.extensions import ExtensionError
    from sphinxext.plugins.core.interfaces import Interface, Member
    from sphinxext.plugins.core.namespaces import NamespaceOptions


def assemble(
    name: str,
    plugins: Iterable[Plugin],
    fields: Fields,
    shared: Sequence[str] = (),
    change: Callable[[Plugin], Plugin] | None = None,
) -> Namespace:
    """Complete and sort the plugins of a namespace, which were introspected, and say where their names conflict.

    :param shared: the names, or globs, that each distribution may register
    :param change: what a project changes of a plugin
    """
    ordered = sorted(_once(plugins), key=order)
    targets: defaultdict[str, list[str]] = defaultdict(list)
    for plugin in ordered:
        targets[plugin.target].append(plugin.name)
    complete = [fields.complete(plugin) for plugin in ordered]
    completed = [
        msgspec.structs.replace(
            cleaning.introspected(sound(change(plugin) if change else plugin)),
            aliases=tuple(islice((n for n in targets[plugin.target] if n != plugin.name), limits.MOST_ALIASES)),
        )
        for plugin in complete
    ]
    interface = cleaning.interface(sound(fields.interface)) if fields.interface is not None else None
    problems = (*fields.problems(), *_conflicts(completed, shared), *fields.misfits(complete))
    return Namespace(name=name, plugins=tuple(completed), problems=problems, interface=interface)


def _once(plugins: Iterable[Plugin]) -> list[Plugin]:
    """Leave out what a registry has that is registered by the same name already, by another path to the same object."""
    kept: list[Plugin] = []
    known: set[tuple[str, str | None]] = set()
    for plugin in sorted(plugins, key=lambda each: each.origin != ENTRY_POINT):
        what = plugin.name, plugin.definition
        if plugin.origin == ENTRY_POINT or plugin.definition is None or what not in known:
            kept.append(plugin)
            known.add(what)
    return kept


def failures(failed: Mapping[tuple[str, str], Problem], namespaces: Container[str]) -> list[Problem]:
    """Return what code that some namespaces were put together with fails with, once for each such code.

    :param failed: that of all namespaces, by the name of the code and that of the namespace
    """
    once = {code: failed[code, name] for code, name in sorted(failed, reverse=True) if name in namespaces}
    return list(once.values())


def failing(describer: str, error: ExtensionError, settings: Mapping[str, NamespaceOptions], conf: Path) -> Problem:
    """Say that a describer of another distribution fails, where it first stands in the settings of a namespace.

    :param settings: these, by their keys
    :param conf: the file of them
    """
    file = PythonFile(conf)
    paths = [
        ("plugins_namespaces", key, *path, describer)
        for key, each in settings.items()
        for path, describers in each.described
        if describer in describers
    ]
    subject = f"plugins_namespaces has {describer!r}, of which the scheme {describer.partition(':')[0]!r}"
    return error.problem(subject, file.place(*paths[0]) if paths else None, "its answers are missing")


def order(plugin: Plugin) -> tuple[str, str, str]:
    """Return what the plugins of a namespace are sorted by."""
    return plugin.name, plugin.distribution.name if plugin.distribution else "", plugin.target


def of_name(namespace: Namespace, name: str) -> Namespace:
    """Return a namespace with what has, or had, one name alone, if there is any, and what is wrong with it."""
    first, last = (bisect(namespace.plugins, name, key=attrgetter("name")) for bisect in (bisect_left, bisect_right))
    plugins = namespace.plugins[first:last]
    removed = tuple(each for each in namespace.removed if each.name == name)
    plugins = plugins or tuple(each for each in namespace.plugins if name in each.former_names)
    if not plugins and not removed:
        return namespace
    if not plugins or plugins[0].name != name:
        return msgspec.structs.replace(namespace, plugins=plugins, removed=removed, problems=())
    problems = tuple(problem for problem in namespace.problems if problem.plugin == plugins[0].identity)
    return msgspec.structs.replace(namespace, plugins=plugins, removed=(), problems=problems)


def of_interface(namespace: str, interface: Interface, member: Member | None = None) -> Plugin:
    """Return an interface, or a member of it, in the form of a plugin, by which files are found and trusted."""
    if member is None:
        made = Plugin(namespace=namespace, name="", target=interface.target, source=interface.source)
        return made.described(Description(kind=interface.kind, definition=interface.definition), made.introspection)
    module = (interface.definition or interface.target).partition(":")[0]
    if member.location is not None:
        module = re.sub(r"(/__init__)?\.pyi?$", "", member.location.file).replace("/", ".")
    owner = member.owner or interface.path
    within = owner.removeprefix(f"{module}.") if owner.startswith(f"{module}.") else ""
    path = ".".join(filter(None, (within, member.name)))
    kind = _KINDS.get(member.kind) if member.kind else None
    return Plugin(namespace=namespace, name=member.name, target=f"{module}:{path}", kind=kind, source=interface.source)


_KINDS = {
    MemberKind.METHOD: Kind.METHOD,
    MemberKind.CLASS_METHOD: Kind.METHOD,
    MemberKind.STATIC_METHOD: Kind.METHOD,
    MemberKind.CLASS: Kind.CLASS,
    MemberKind.FUNCTION: Kind.FUNCTION,
}


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
    return (
        " ".join(filter(None, (distribution.name, distribution.version))) if distribution else "an unknown distribution"
    )
