"""Which settings fit nothing that there is, and what was probably meant.

What may be right in another environment is no mistake: a glob, or any name while a source cannot be read,
counts only where it is almost that of something that is there.
"""

from __future__ import annotations

import fnmatch
import re
from functools import cached_property
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from sphinxext.plugins.checks.guides import unfit
from sphinxext.plugins.checks.unfitting import Mistake, selected, standing, templates, unknown_settings
from sphinxext.plugins.core import facts, limits
from sphinxext.plugins.core.conforming import FACTS
from sphinxext.plugins.core.expressions import names_of_target
from sphinxext.plugins.core.fields import known_fields
from sphinxext.plugins.core.history import STANDING
from sphinxext.plugins.core.interfaces import Support
from sphinxext.plugins.core.model import Introspection, Problem, ProblemKind
from sphinxext.plugins.core.namespaces import DOCUMENTED, GLOB, PREFIX
from sphinxext.plugins.core.schemes import ASKED, MEMBERS
from sphinxext.plugins.core.text import clean_name
from sphinxext.plugins.core.typos import PythonFile, nearest, place_in_toml
from sphinxext.plugins.sources.metadata import HEADERS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sphinxext.plugins.checks import Check
    from sphinxext.plugins.core.model import Namespace, Plugin
    from sphinxext.plugins.core.namespaces import NamespaceOptions
    from sphinxext.plugins.core.structs import Json
    from sphinxext.plugins.core.types import FieldSettings


def config(check: Check) -> list[Problem]:
    """Find settings that are not valid, or fit nothing that there is.

    A name, a column, a describer or a distribution with a typo takes something off the pages, and nothing else tells.

    :Mend: Correct it, or remove it. The message names what is near.
    """
    unknown = unknown_settings(check.conf, check.is_known) if check.conf else []
    return [*check.collected(ProblemKind.CONFIG), *unknown, *Mistakes(check).found(), *selected(check)]


class Mistakes:
    """What in the settings fits nothing."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self.options = check.options
        self.assembler = check.assembler
        self.conf = check.conf
        self.partial = check.partial

    @cached_property
    def _shown(self) -> dict[str, Namespace]:
        return {namespace.name: namespace for namespace in self.check.namespaces}

    @cached_property
    def _doubtful(self) -> bool:
        return bool(self.assembler.sources.problems) or any(
            problem.kind is ProblemKind.SOURCE for problem in self.assembler.problems
        )

    def found(self) -> list[Problem]:
        """Return a problem for each."""
        options = self.options
        used = (
            options.namespaces,
            options.overlay,
            options.trusted,
            options.pages,
            options.host,
            options.tiers,
            options.guides,
        )
        if not any(used):
            return []  # and nothing need be read
        mistakes = [*self._of_namespaces(), *self._guides(), *self._trusted(), *self._hosts(), *self._tiers()]
        mistakes += self._pages() if self.partial else ()
        file = PythonFile(self.conf) if self.conf and mistakes else None
        problems = [mistake.problem(file.place(*mistake.path) if file else None) for mistake in mistakes]
        if self.assembler.facts.file is not None:
            overlay = self.assembler.facts.file
            problems += [mistake.problem(place_in_toml(overlay, *mistake.path)) for mistake in self._overlay()]
        return problems

    def _counts(self, near: Sequence[str], name: str) -> bool:
        """Whether a name that fits nothing is a mistake."""
        return bool(near) or not (self._doubtful or GLOB.search(name))

    def _of_namespaces(self) -> Iterator[Mistake]:
        fits: dict[str, list[str]] = {key: [] for key in self.options.namespaces}
        for name in self.assembler.names:
            for key in self.options.keys_of(name):
                fits[key].append(name)
        for key, names in fits.items():
            settings = self.options.namespaces[key]
            yield from templates(key, settings, [f for n in names for f in self.options.of_namespace(n).fields])
            if names:
                yield from self._named(key, settings, names)
                yield from self._names(key, settings, names)
                for path, describers in settings.described:
                    for describer in describers:
                        yield from self._describer(describer, names, (f"{PREFIX}namespaces", key, *path))
                for field, wanted in settings.fields.items():
                    yield from self._others(wanted.namespace, (f"{PREFIX}namespaces", key, "fields", field))
                    yield from self._keys(field, wanted, names, key)
            elif key not in self._shown:
                near = nearest(key, self.assembler.names)
                # The command does not know of the pages that show a namespace which has no plugins yet.
                if self._counts(near, key) and (near or not (self.partial and settings.is_extension_point)):
                    message = f"{PREFIX}namespaces has settings for {key!r}, and there is no such namespace"
                    yield Mistake(message, near, (f"{PREFIX}namespaces", key))

    def _named(self, key: str, settings: NamespaceOptions, names: Sequence[str]) -> Iterator[Mistake]:
        """Find columns, and facts that are required, that are none of the fields."""
        fields = known_fields(names, self.options)
        shown = next((name for name in names if name in self._shown), key)
        named = [("columns", f"gives {shown} a column", column, fields) for column in settings.columns or ()]
        facts_ = {**fields, DOCUMENTED: DOCUMENTED}
        named += [("require", f"requires of {shown} a fact", fact, facts_) for fact in settings.require or ()]
        for setting, says, name, known in named:
            if name.casefold() not in known:
                message = f"{PREFIX}namespaces {says} {name!r}, which is none of its fields"
                near = nearest(name, known.values())
                remedy = "correct it" if near else f"use one of {', '.join(known.values())}"
                yield Mistake(message, near, (f"{PREFIX}namespaces", key, setting, name), remedy)

    def _guides(self) -> Iterator[Mistake]:
        for key in self.options.guides:
            near = nearest(key, self.assembler.names)
            is_there = self.assembler.named(key) or fnmatch.filter(self.assembler.names, key)
            if not is_there and self._counts(near, key):
                message = f"{PREFIX}guides has a pattern for {key!r}, and there is no such namespace"
                yield Mistake(message, near, (f"{PREFIX}guides", key))
            elif wrong := unfit(self.check, key):
                yield Mistake(wrong[0], (), (f"{PREFIX}guides", key), wrong[1])

    def _names(self, key: str, settings: NamespaceOptions, names: Sequence[str]) -> Iterator[Mistake]:
        """Find the names of plugins that there are none of; of an example, a page warns in a build."""
        known = {plugin.name for name in names for plugin in self.assembler.registered(name)}
        for glob in settings.shared:
            if not fnmatch.filter(known, glob) and (near := nearest(glob, known)):
                message = f"{PREFIX}namespaces shares {glob!r} in {key}, and no plugin has that name"
                yield Mistake(message, near, (f"{PREFIX}namespaces", key, "shared", glob))
        example = settings.example
        if self.partial and example and clean_name(example) not in known and not self._doubtful:
            message = f"{PREFIX}namespaces has {example!r} as the example of {key}, which has no plugin of that name"
            yield Mistake(message, nearest(example, known), (f"{PREFIX}namespaces", key, "example", example))

    def _pages(self) -> Iterator[Mistake]:
        """Find the namespaces that there are no pages of, for there is none; of such pages, a build warns."""
        for folder, name in self.options.pages.items():
            exact = self.assembler.named(name, declared=True)
            if not exact and not fnmatch.filter(self.assembler.names, name):
                near = nearest(name, self.assembler.names)
                if self._counts(near, name):
                    message = f"{PREFIX}pages has pages of {name!r} in {folder!r}, and there is no such namespace"
                    yield Mistake(message, near, (f"{PREFIX}pages", folder, name))

    def _keys(self, name: str, field: FieldSettings, names: Sequence[str], key: str) -> Iterator[Mistake]:
        """Find the columns of a table for which no row of any plugin has anything."""
        plugins = [plugin for each in names if each in self._shown for plugin in self._shown[each].plugins]
        values = (each.value for plugin in plugins for each in plugin.fields if each.name == name)
        rows = [row for value in values if isinstance(value, list) for row in value if isinstance(row, dict)]
        keys = {known for row in rows for known in row}
        for heading, wanted in (field.columns or {}).items():
            if keys and wanted not in keys:
                message = f"the column {heading!r} of the field {name!r} of {key} shows {wanted!r}, which no row has"
                near = nearest(wanted, keys)
                remedy = "correct it" if near else f"use one of {', '.join(sorted(keys))}"
                yield Mistake(message, near, (f"{PREFIX}namespaces", key, "fields", name, "columns", wanted), remedy)

    def _others(self, others: str | None, path: tuple[str, ...]) -> Iterator[Mistake]:
        """Find a namespace, of which a field names plugins, that there is not."""
        if others and not self.assembler.named(others):
            near = nearest(others, self.assembler.names)
            if self._counts(near, others):
                message = (
                    f"the field {path[-1]!r} of {path[1]} names plugins of {others!r}, and there is no such namespace"
                )
                yield Mistake(message, near, (*path, "namespace", others))

    def _describer(self, describer: str, names: Sequence[str], path: tuple[str, ...]) -> Iterator[Mistake]:
        """Say that a describer of a field gives nothing for any plugin of some namespaces."""
        scheme, _, argument = describer.partition(":")
        known: Iterable[str] | None = None
        wrong, remedy = argument, "correct it"
        match scheme:
            case "dist":
                plugins = [plugin for name in names for plugin in self.assembler.registered(name)]
                headers = dict.fromkeys([*(header for plugin in plugins for header in _headers(plugin)), *HEADERS])
                known = None if argument.lower() in map(str.lower, headers) else headers
            case "overlay" if self.options.overlay is None:
                known, remedy = None if self.partial else (), f"set {PREFIX}overlay"
            case "overlay" if self.assembler.facts.overlay:  # or else it cannot be read, which is a problem of its own
                written = [each for name in names for each in self.assembler.facts.of(name).values()]
                keys = {key for each in written for key in each}
                known = None if argument in keys else keys
            case "requires":
                required = {name for each in names for name in self._required(each)}
                known = None if canonicalize_name(argument) in required else required
            case "doc" if argument.startswith(("field ", "section ")):
                known = self._in_docstrings(argument, names)
            case "members":
                known = None if self._members(describer, names) is None else ()
            case "attr" | "call" | "expr":
                members = self._members(describer, names)
                asked = names_of_target(describer, limits) if members is not None else []
                wrong = next(filter(None, (_unknown(path_, members or ()) for path_ in asked)), "")
                known = members if wrong else None
        found = re.search(rf"(?<!\w){re.escape(wrong)}(?!\w)", argument)
        start, end = found.span() if found else (0, len(argument))
        near = [f"{scheme}:{argument[:start]}{each}{argument[end:]}" for each in nearest(wrong, known or ())]
        if known is not None and (near or scheme not in (*ASKED, MEMBERS) or self._are_several(names)):
            key, what = path[1], f"the field {path[-1]!r}" if len(path) > 3 else "the summary"  # noqa: PLR2004
            message = f"{describer} gives nothing for any plugin of {key}, where {what} is to come from it"
            yield Mistake(message, near, (*path, describer), remedy)

    def _required(self, namespace: str) -> Iterator[str]:
        """Return the names of the projects that the distributions of plugins require."""
        for plugin in self.assembler.registered(namespace):
            for header, value in plugin.distribution.metadata if plugin.distribution else ():
                if header.lower() == "requires-dist" and (name := re.match(r"[\w.-]+", value)):
                    yield canonicalize_name(name[0])

    def _in_docstrings(self, argument: str, names: Sequence[str]) -> list[str] | None:
        """Return the fields, or the sections, of all docstrings, where none of them has the one that is asked for."""
        if not self._shown.keys() >= set(names):
            return None
        part, _, name = argument.partition(" ")
        plugins = [plugin for each in names for plugin in self._shown[each].plugins]
        texts = [plugin.docstring.text for plugin in plugins if plugin.docstring]
        found = [each for text in texts for each in (facts.fields(text) if part == "field" else facts.sections(text))]
        return None if facts.named(found, name) or not texts else [f"{part} {each}" for each, _said in found]

    def _are_several(self, names: Sequence[str]) -> bool:
        """Whether there are plugins enough for what none of them has not to be something that only some have."""
        return sum(len(self.assembler.registered(name)) for name in names) > 1

    def _members(self, describer: str, names: Sequence[str]) -> set[str] | None:
        """Return what plugins have, where all of them were asked for what none has."""
        if not self._shown.keys() >= set(names):
            return None
        plugins = [plugin for name in names for plugin in self._shown[name].plugins]
        if any(problem.kind is ProblemKind.CONFIG for plugin in plugins for problem in plugin.problems):
            return None  # the interpreter is of no use, which is said by itself
        plugins = [plugin for plugin in plugins if plugin.introspection is not Introspection.METADATA]
        answers = [answer for plugin in plugins for answer in plugin.answers if answer.describer == describer]
        if not plugins or len(answers) < len(plugins) or any(each.error or each.value is not None for each in answers):
            return None
        return {member for plugin in plugins for member in self.assembler.members(plugin)}

    def _trusted(self) -> Iterator[Mistake]:
        """Find what is almost the name of a distribution; others may be there elsewhere."""
        for glob, near in self._nowhere(self.options.trusted):
            if near:
                message = f"{PREFIX}trusted has {glob!r}, and no distribution of that name registers plugins"
                yield Mistake(message, near, (f"{PREFIX}trusted", glob))

    def _tiers(self) -> Iterator[Mistake]:
        """Find what of the tiers is no distribution."""
        for name, tier in self.options.tiers.items():
            for glob, near in self._nowhere(tier.distributions):
                if self._counts(near, glob):
                    message = f"the tier {name!r} has {glob!r}, and no distribution of that name registers plugins"
                    yield Mistake(message, near, (f"{PREFIX}tiers", name, "distributions", glob))

    def _nowhere(self, globs: Iterable[str]) -> Iterator[tuple[str, Sequence[str]]]:
        """Return the names and globs that fit no distribution, each with what there is that is almost the same."""
        for glob in globs:
            normal = canonicalize_name(glob)
            if not fnmatch.filter(self._registering, normal):
                yield glob, nearest(normal, self._registering, cutoff=0.8)

    @cached_property
    def _registering(self) -> set[str]:
        """The names of the distributions that register plugins."""
        plugins = (plugin for name in self.assembler.names for plugin in self.assembler.registered(name))
        return {canonicalize_name(plugin.distribution.name) for plugin in plugins if plugin.distribution}

    def _hosts(self) -> Iterator[Mistake]:
        """Find hosts that no plugin requires, and that are not there themselves."""
        known: set[str] = set()
        if self.options.host:
            known = {
                *self.assembler.sources.versions,
                *(each for name in self.assembler.names for each in self._required(name)),
            }
        for host in self.options.host:
            near = nearest(host, known)
            if canonicalize_name(host) not in known and self._counts(near, host):
                message = f"{PREFIX}host has {host!r}, which no plugin requires, and there is no such distribution"
                yield Mistake(message, near, (f"{PREFIX}host", host))

    def _overlay(self) -> Iterator[Mistake]:
        """Find the tables of the overlay that are for nothing."""
        names = {*self.assembler.names, *self.assembler.history.names}
        for namespace, tables in self.assembler.facts.overlay.items():
            if exact := self.assembler.named(namespace) or (namespace if namespace in names else None):
                known = {plugin.name for plugin in self.assembler.registered(exact)}
                known |= self.assembler.history.recorded(exact)
                fields = [each for _path, each in self.options.of_namespace(exact).described]
                for name in tables:
                    if clean_name(name) in known:
                        yield from self._facts(namespace, name, tables[name], fields)
                        yield from standing(self.check, (namespace, name), tables[name], self._counts)
                        yield from self._implemented(exact, (namespace, name, FACTS), tables[name].get(FACTS))
                    elif self._counts(near := nearest(name, known), name):
                        message = f"{_TABLE} for {name!r} of {namespace}, and there is no such plugin"
                        yield Mistake(message, near, (namespace, name))
            elif quoted := list(_unquoted(tables, (namespace,), names)):
                for path in quoted:
                    message = f"{_TABLE} [{'.'.join(path)}], without quotation marks, so that its dots separate tables"
                    yield Mistake(message, [f'["{".".join(path)}".NAME]'], path)
            elif self._counts(near := nearest(namespace, names), namespace):
                yield Mistake(f"{_TABLE} for {namespace!r}, and there is no such namespace", near, (namespace,))

    def _implemented(self, exact: str, path: tuple[str, ...], facts: Json) -> Iterator[Mistake]:
        """Find what is said of no member and no capability, and words that do not say what a plugin does of one.

        :param exact: the namespace as the catalog writes it
        """
        interface = self._shown[exact].interface if exact in self._shown else None
        of = f"in what {path[0]}:{path[1]} implements"
        known: list[str] = []
        if interface is not None and interface.problem is None and interface.members:
            known = [each.name for each in interface.members] + [*self.options.of_namespace(exact).capabilities]
        for name, fact in facts.items() if isinstance(facts, dict) else ():
            word = fact.get("support") if isinstance(fact, dict) else fact
            has_note = isinstance(fact, dict) and word is None and "note" in fact
            if known and name not in known:
                message = f"{PREFIX}overlay has {name!r} {of}, and there is no such member or capability"
                yield Mistake(message, nearest(name, known), (*path, name))
            elif not has_note and not isinstance(word, bool) and word not in list(Support):
                message = f"{PREFIX}overlay has {word!r} for {name} {of}, which is none of {', '.join(Support)}"
                yield Mistake(message, nearest(str(word), Support), (*path, name))

    @staticmethod
    def _facts(
        namespace: str, name: str, said: Mapping[str, Json], fields: Iterable[Sequence[str]]
    ) -> Iterator[Mistake]:
        """Find the facts that no field asks for, where it asks for almost the same; others may be for other readers."""
        describers = (each.partition(":") for describers in fields for each in describers)
        asked = {key for scheme, _, key in describers if scheme == "overlay"} | set(STANDING)
        for key in said.keys() - asked:
            if near := nearest(key, asked - said.keys(), cutoff=0.75):
                message = f"{PREFIX}overlay has a fact {key!r} of {namespace}:{name}, which no field asks for"
                yield Mistake(message, near, (namespace, name, key))


_TABLE = f"{PREFIX}overlay has a table"


def _unquoted(tables: Mapping[str, Json], path: tuple[str, ...], names: set[str]) -> Iterator[tuple[str, ...]]:
    """Find the namespaces whose names were written without quotation marks, so that each part of them is a table."""
    for key, inner in tables.items():
        deeper = (*path, key)
        if ".".join(deeper) in names:
            yield deeper
        elif isinstance(inner, dict):
            yield from _unquoted(inner, deeper, names)


def _headers(plugin: Plugin) -> Iterable[str]:
    return (header for header, _value in plugin.distribution.metadata) if plugin.distribution else ()


def _unknown(path: str, members: Collection[str]) -> str:
    """Return what of a path is none of the members, or none of the keys of one that is written out; else nothing."""
    holder = path
    while holder and holder not in members:
        holder = holder.rpartition(".")[0]
    if not holder:
        return path.partition(".")[0]
    return path if holder != path and any(each.startswith(f"{holder}.") for each in members) else ""
