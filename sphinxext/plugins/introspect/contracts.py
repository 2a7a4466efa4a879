"""Introspection of interfaces: each is looked at like the target of a plugin, and asked what it expects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from sphinxext.plugins.core.conforming import common_base, sorted_members
from sphinxext.plugins.core.interfaces import Interface, Member
from sphinxext.plugins.core.model import Description, Introspection, Kind, Plugin, Problem, ProblemKind
from sphinxext.plugins.core.schemes import CAPABILITY, CONTRACT, IMPLEMENTS, scheme_of
from sphinxext.plugins.core.typos import PythonFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sphinxext.plugins.core.describers import Fields
    from sphinxext.plugins.core.interfaces import Lineage
    from sphinxext.plugins.core.model import Docstring, Namespace
    from sphinxext.plugins.core.structs import Json
    from sphinxext.plugins.introspect.introspected import Introspector
    from sphinxext.plugins.introspect.modules import ModuleFinder
    from sphinxext.plugins.settings import Options


class Wanted(NamedTuple):
    """An interface that is to be introspected."""

    namespace: str
    target: str
    inferred: bool

    markers: Mapping[str, str]
    """The object references of decorators, by the need of the members that they mark."""

    source: str
    """What its module is looked up in first."""

    @property
    def plugin(self) -> Plugin:
        """What stands for it among plugins; it has no name."""
        return standing_for(self.namespace, self.target, self.source)


def standing_for(namespace: str, target: str, source: str | None) -> Plugin:
    """Return what stands for an interface where a plugin is asked for: to introspect it, and to find its file."""
    return Plugin(namespace=namespace, name="", target=target, source=source)


class InterfaceFinder:
    """Finds the interfaces of namespaces, those that the settings declare and those that plugins have in common.

    :param finders: what finds modules, by the name of their source
    :param conf: the file of the settings
    """

    def __init__(self, finders: Mapping[str, ModuleFinder], options: Options, conf: Path) -> None:
        self._finders = finders
        self._options = options
        self._conf = conf
        self._shown: set[str] = set()

    def note_shown(self, names: Iterable[str]) -> set[str]:
        """Note that pages show the interfaces of namespaces; return those of which none was asked for before."""
        new = {name for name in names if not self.asks(name)}
        self._shown |= new
        return {name for name in new if self.asks(name)}

    def asks(self, name: str) -> bool:
        """Whether the plugins of a namespace are asked what they do of their interface."""
        settings = self._options.of_namespace(name)
        if settings.interface is not None:
            return settings.interface != ""
        if self._options.checks_interfaces or name in self._shown:
            return True
        schemes = {scheme_of(each) for _, describers in settings.described for each in describers}
        return not schemes.isdisjoint({IMPLEMENTS, CAPABILITY})

    def find(
        self, introspector: Introspector, fields: Mapping[str, Fields], introspected: Mapping[str, Sequence[Plugin]]
    ) -> dict[tuple[str, str], Problem]:
        """Tell the fields of namespaces what their plugins are expected to implement; return what is not known.

        :param introspected: the plugins of each namespace, which were asked what they have of it
        """
        wanted: list[Wanted] = []
        for name, plugins in introspected.items():
            if self.asks(name):
                lineages = [lineage for plugin in plugins if (lineage := fields[name].lineage(plugin))]
                wanted += self._wanted(name, lineages)
        problems: dict[tuple[str, str], Problem] = {}
        for name, interface in interfaces(introspector, wanted).items():
            fields[name].interface = interface
            if interface.problem is not None and not interface.inferred:
                problems["interface", name] = self._unknown(name, interface)
        return problems

    def _unknown(self, name: str, interface: Interface) -> Problem:
        """Say that the interface that the settings declare is not known, or not in whole."""
        keys = (key for key in reversed(self._options.keys_of(name)) if self._options.namespaces[key].interface)
        key = next(keys, name)
        return Problem(
            kind=ProblemKind.CONFIG,
            message=f"plugins_namespaces[{key!r}]['interface'], {interface.target}, is not known: {interface.problem}",
            remedy="correct it (PACKAGE.MODULE:NAME), or install what has it; until then plugins are compared with "
            "what is known of it",
            location=PythonFile(self._conf).place("plugins_namespaces", key, "interface", interface.target),
        )

    def _wanted(self, namespace: str, lineages: Sequence[Lineage]) -> list[Wanted]:
        """Return what is to be introspected, if anything: what is declared, or else the nearest common base class.

        :param lineages: those of the plugins
        """
        settings = self._options.of_namespace(namespace)
        declared, markers = settings.interface, settings.markers
        if declared is not None:
            module = declared.partition(":")[0]
            homes = [home for home, finder in self._finders.items() if finder.find(module) is not None]
            homes = homes or list(self._finders)
            return [Wanted(namespace, declared, inferred=False, markers=markers, source=home) for home in homes[:1]]
        base = common_base(lineages)
        parts = base.split(".") if base is not None else []
        for length in range(len(parts) - 1, 0, -1):
            module, name = ".".join(parts[:length]), ".".join(parts[length:])
            for home, finder in self._finders.items():
                if finder.find(module) is not None:
                    return [Wanted(namespace, f"{module}:{name}", inferred=True, markers=markers, source=home)]
        return []


def words(namespace: Namespace) -> Iterator[tuple[Plugin, Docstring]]:
    """Return the docstrings that may be shown of the interface of a namespace, with what stands for it."""
    of = namespace.interface
    if of is not None:
        plugin = standing_for(namespace.name, of.target, of.source)
        docstrings = (of.docstring, *(each.docstring for each in of.members))
        yield from ((plugin, docstring) for docstring in docstrings if docstring is not None)


class _Contracts:
    """What interfaces are asked: what they expect, and nothing else."""

    def __init__(self, wanted: Iterable[Wanted]) -> None:
        self._asked = {each.namespace: _describer(each) for each in wanted}

    def missing(self, plugin: Plugin) -> tuple[str, ...]:
        """Return the describers that an interface has yet to answer."""
        asked = self._asked[plugin.namespace]
        answered = any(each.describer == asked and each.error is None for each in plugin.answers)
        return () if answered else (asked,)

    def is_file(self, plugin: Plugin) -> bool:
        """Whether it is a file; none is."""
        del plugin
        return False

    def cache_key(self, plugin: Plugin) -> object:
        """Return what decides what an interface is asked."""
        return self._asked[plugin.namespace]


def _describer(wanted: Wanted) -> str:
    return f"{CONTRACT}:{str(msgspec.json.encode(dict(sorted(wanted.markers.items()))), 'utf-8')}"


def interfaces(introspector: Introspector, wanted: Iterable[Wanted]) -> dict[str, Interface]:
    """Introspect interfaces; one that cannot be found, or read in whole, says why."""
    every = list(wanted)
    if not every:
        return {}
    found = introspector.introspect([each.plugin for each in every], _Contracts(every))
    return {each.namespace: _interface(each, of.plugin) for each, of in zip(every, found, strict=True)}


def _interface(wanted: Wanted, plugin: Plugin) -> Interface:
    answer = next((each for each in plugin.answers if each.describer == _describer(wanted)), None)
    given: Json = answer.value if answer is not None else None
    description: dict[str, Any] = {name: getattr(plugin, name) for name in Description.__struct_fields__}
    made = Interface(
        **description,
        target=wanted.target,
        inferred=wanted.inferred,
        introspection=plugin.introspection,
        source=wanted.source,
    )
    problem = next((each.message for each in plugin.problems), None) if not isinstance(given, dict) else None
    error = answer.error if answer is not None else None
    reason = problem or error
    if plugin.introspection is Introspection.METADATA or not isinstance(given, dict):
        return msgspec.structs.replace(made, problem=reason or "nothing tells what it expects")
    told = answer is not None and answer.introspection is Introspection.STATIC  # what is in doubt says so itself
    try:
        facts = {key: msgspec.convert(value, _FORMS[key]) for key, value in given.items() if key in _FORMS}
    except msgspec.ValidationError as error:
        return msgspec.structs.replace(made, problem=str(error))
    if plugin.kind is Kind.INSTANCE or (plugin.kind is Kind.MODULE and not facts.get("hooks")):
        reason, told = reason or "it is no class, no function and no module that specifies hooks", False
    facts["members"] = sorted_members(facts.get("members", ()))
    return msgspec.structs.replace(made, problem=None if told else reason, **facts)


_FORMS: dict[str, Any] = {
    "asynchronous": bool,
    "classes": tuple[str, ...],
    "protocol": bool,
    "hooks": str,
    "members": tuple[Member, ...],
}
"""What an interface answers."""
