"""Plugins that name others in their fields: which ones are meant, and by whom each is named."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.core.assembly import order
from sphinxext.plugins.core.describers import misfit
from sphinxext.plugins.core.text import clean_name, clean_namespace
from sphinxext.plugins.core.types import TYPES, Type, listed
from sphinxext.plugins.core.typos import the_nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sphinxext.plugins.core.fields import Settings
    from sphinxext.plugins.core.model import Field, Namespace, Plugin
    from sphinxext.plugins.core.types import FieldSettings


class Named:
    """The plugins of a namespace that others name.

    :param registered: those plugins, of which only the metadata need be known
    :param introspected: the same, introspected; they are asked for where metadata do not tell
    """

    def __init__(self, namespace: str, registered: Sequence[Plugin], introspected: Callable[[], Namespace]) -> None:
        self.namespace = namespace
        self.names = frozenset(plugin.name for plugin in registered)
        self._introspected: Callable[[], Namespace] | None = introspected
        self._paths: dict[str, str] = {}
        self._add(registered)

    def _add(self, plugins: Iterable[Plugin]) -> None:
        for plugin in plugins:
            for path in plugin.paths:
                self._paths.setdefault(path, plugin.name)

    def find(self, value: str) -> str | None:
        """Return the name of the plugin that a name or a target means; None where there is none."""
        path = value.replace(":", ".")
        for name in (value, clean_name(value)):
            if name in self.names:
                return name
        if path not in self._paths and self._introspected is not None:
            self._add(self._introspected().plugins)
            self._introspected = None
        return self._paths.get(path)


class Relations:
    """What the fields of all namespaces have to do with each other.

    :param names: those of all namespaces
    :param registered: gives the plugins of a namespace, of which only the metadata need be known
    :param introspected: gives a namespace, introspected
    """

    def __init__(
        self,
        names: Iterable[str],
        options: Settings,
        registered: Callable[[str], Iterable[Plugin]],
        introspected: Callable[[str], Namespace],
    ) -> None:
        self._registered = registered
        self._introspected = introspected
        self._targets = {name: found for name in names if (found := _targets(name, options))}
        self._resolved: dict[str, Namespace] = {}
        self._complete: dict[str, Namespace] = {}

    def with_namers(self, names: Iterable[str]) -> dict[str, None]:
        """Return namespaces, and those of the plugins that name theirs."""
        asked = dict.fromkeys(names)
        return asked | {each: None for each, of in self._targets.items() if not asked.keys().isdisjoint(of.values())}

    def complete(self, name: str) -> Namespace:
        """Return a namespace whose plugins name others by their names, and list who names them."""
        if name not in self._complete:
            namers = [each for each, of in self._targets.items() if name in of.values()]
            by: dict[str, list[tuple[str, str]]] = {}
            for other in map(self._resolve, namers):
                fields = [field for field, of in self._targets[other.name].items() if of == name]
                for plugin, field in ((each, field) for each in other.plugins for field in each.fields):
                    for named in listed(field.value) if any(_names(field, each) for each in fields) else ():
                        by.setdefault(named, []).append((plugin.identity, field.name))
            self._complete[name] = _with_namers(self._resolve(name), by)
        return self._complete[name]

    def _resolve(self, name: str) -> Namespace:
        """Have the plugins of a namespace name others by their names, and say which of these there are not."""
        namespace = self._introspected(name)
        for field, of in self._targets.get(name, {}).items() if name not in self._resolved else ():
            registered = sorted(self._registered(of), key=order)
            if registered:  # or else there is no such namespace, which is a mistake of the settings
                namespace = _resolved(namespace, field, Named(of, registered, partial(self._introspected, of)))
        return self._resolved.setdefault(name, namespace)


def _targets(name: str, options: Settings) -> dict[str, str]:
    """Return the fields of a namespace that name plugins, each with the namespace of these."""
    fields = options.of_namespace(name).fields.items()
    return {field: of_plugins(each, name) for field, each in fields if each.type is Type.PLUGIN}


def of_plugins(settings: FieldSettings, namespace: str) -> str:
    """Return the namespace of the plugins that a field names.

    :param namespace: that of the plugins that have the field
    """
    return clean_namespace(settings.namespace) if settings.namespace else namespace


def _resolved(namespace: Namespace, name: str, others: Named) -> Namespace:
    """Have plugins name others in one field by their names, and say which of these there are not."""
    plugins: list[Plugin] = []
    wrong: list[tuple[Plugin, Field]] = []
    near = ""
    for plugin in namespace.plugins:
        fields = [_in_names(each, others) if _names(each, name) else each for each in plugin.fields]
        plugins.append(msgspec.structs.replace(plugin, fields=tuple(fields)))
        for field in (each for each in fields if _names(each, name)):
            if unknown := [each for each in listed(field.value) if others.find(each) is None]:
                near = near or the_nearest(unknown[0], others.names)
                wrong.append((plugin, msgspec.structs.replace(field, value=unknown)))
    expected = f"{TYPES[Type.PLUGIN].expected} of {others.namespace}"
    problems = [misfit(wrong, expected, near)] if wrong else []
    return msgspec.structs.replace(namespace, plugins=tuple(plugins), problems=(*namespace.problems, *problems))


def _names(field: Field, name: str) -> bool:
    return field.name == name and field.type == Type.PLUGIN


def _in_names(field: Field, others: Named) -> Field:
    found = [others.find(each) or each for each in listed(field.value)]
    return msgspec.structs.replace(field, value=found if isinstance(field.value, list) else found[0])


def _with_namers(namespace: Namespace, by: Mapping[str, Iterable[tuple[str, str]]]) -> Namespace:
    if not by:
        return namespace
    plugins = (
        msgspec.structs.replace(each, named_by=tuple(dict.fromkeys(by[each.name]))) if each.name in by else each
        for each in namespace.plugins
    )
    return msgspec.structs.replace(namespace, plugins=tuple(plugins))
