"""Matrices: plugins against the members of their interface, against capabilities, or against other plugins, as data."""

from __future__ import annotations

import fnmatch
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.core import fields
from sphinxext.plugins.core.conforming import capability
from sphinxext.plugins.core.interfaces import Implementation, Need, Support
from sphinxext.plugins.core.text import clean_name, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sphinxext.plugins.core.interfaces import Interface, Member
    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.core.namespaces import NamespaceOptions
    from sphinxext.plugins.core.relations import Named


class Group(StrEnum):
    """What columns that stand beside each other have in common."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    DEFAULT = "default"
    CAPABILITY = "capability"
    PLUGIN = "plugin"
    """Of another namespace."""


_GROUPS = {Need.REQUIRED: Group.REQUIRED, Need.OPTIONAL: Group.OPTIONAL, Need.DEFAULT: Group.DEFAULT}


class Column(NamedTuple):
    """What plugins are compared in."""

    name: str
    group: Group

    about: str = ""
    """What it is, in a few words."""

    paths: tuple[str, ...] = ()
    """The dotted paths that a member may be documented by."""


class Matrix(NamedTuple):
    """What each plugin does of each column."""

    columns: Sequence[Column]

    rows: Sequence[Sequence[Implementation]]
    """For each plugin what stands in the columns."""

    alike: Sequence[tuple[Column, Implementation]] = ()
    """What is left out, as it is the same for all plugins, with what it is for the first."""

    def beside(self, other: Matrix) -> Matrix:
        """Return this with the columns of another one, of the same plugins, behind its own."""
        rows = [[*own, *others] for own, others in zip(self.rows, other.rows, strict=True)]
        return Matrix([*self.columns, *other.columns], rows, [*self.alike, *other.alike])

    def differing(self) -> Matrix:
        """Return this without the columns in which all plugins have the same support."""
        supports = [{row[number].support for row in self.rows} for number in range(len(self.columns))]
        kept = [number for number, each in enumerate(supports) if len(each) > 1]
        alike = [(self.columns[n], self.rows[0][n]) for n, each in enumerate(supports) if len(each) == 1]
        rows = [[row[number] for number in kept] for row in self.rows]
        return Matrix([self.columns[number] for number in kept], rows, [*self.alike, *alike])


def of_members(interface: Interface, members: Iterable[Member], plugins: Sequence[Plugin]) -> Matrix:
    """Compare plugins in members of their interface."""
    columns = [_column(interface, member) for member in members]
    return Matrix(columns, [_found(plugin, columns, capabilities=False) for plugin in plugins])


def _column(interface: Interface, member: Member) -> Column:
    about = member.docstring.summary if member.docstring else ""
    group = _GROUPS[member.need] if member.need else Group.DEFAULT
    owners = dict.fromkeys(filter(None, (interface.path, member.owner)))
    return Column(member.name, group, about, tuple(f"{owner}.{member.name}" for owner in owners))


def of_capabilities(capabilities: Mapping[str, str | None], plugins: Sequence[Plugin]) -> Matrix:
    """Compare plugins in capabilities of the settings, each with its description."""
    columns = [Column(name, Group.CAPABILITY, about or "") for name, about in capabilities.items()]
    return Matrix(columns, [_found(plugin, columns, capabilities=True) for plugin in plugins])


def of_expressions(expressions: Mapping[str, str], plugins: Sequence[Plugin]) -> Matrix:
    """Compare plugins in capabilities that somebody makes of members, by their names.

    :raises CapabilityError: where one is no expression of members
    """
    columns = [Column(name, Group.CAPABILITY, expression) for name, expression in expressions.items()]
    rows: list[list[Implementation]] = []
    for plugin in plugins:
        made = {each.member: each for each in plugin.implements if not each.capability}
        rows.append([capability(name, expression, made) for name, expression in expressions.items()])
    return Matrix(columns, rows)


def _found(plugin: Plugin, columns: Iterable[Column], *, capabilities: bool) -> list[Implementation]:
    known = {each.member: each for each in plugin.implements if each.capability is capabilities}
    names = {each.name: clean_name(each.name) for each in columns}  # settings may write them in another way
    return [
        known.get(name) or Implementation(member=written, support=Support.UNKNOWN, capability=capabilities)
        for written, name in names.items()
    ]


def of_related(
    plugins: Sequence[Plugin], field: str, settings: NamespaceOptions, others: Named
) -> tuple[Matrix, list[str]]:
    """Compare plugins in which ones of others they name in a field; and tell what they name that is none of these.

    :param settings: those of the namespace of the plugins
    """
    columns = [Column(name, Group.PLUGIN) for name in sorted(others.names)]
    rows: list[list[Implementation]] = []
    unknown: dict[str, None] = {}
    for plugin in plugins:
        texts = [text_of(each) for each in fields.values(plugin, field, settings)]
        named = {others.find(text) for text in texts}
        unknown |= {text: None for text in texts if others.find(text) is None}
        lacking = Support.UNKNOWN if fields.is_unknown(plugin, field, settings) else Support.NO
        place = next((each.location for each in plugin.fields if each.name.casefold() == field.casefold()), None)
        supports = {column.name: Support.YES if column.name in named else lacking for column in columns}
        rows.append([Implementation(member=name, support=each, location=place) for name, each in supports.items()])
    return Matrix(columns, rows), list(unknown)


def chosen(members: Sequence[Member], asked: Sequence[str]) -> tuple[list[Member], list[str]]:
    """Return the members that are asked for by needs, names or globs, and which of these fit none.

    :param asked: nothing for all members
    """
    if not asked:
        return list(members), []
    fitting = {each: [member for member in members if _fits(member, each)] for each in asked}
    # A need that no member has is no mistake: it may be the interface's.
    wrong = [each for each, found in fitting.items() if not found and each not in set(Need)]
    wanted = {member.name for found in fitting.values() for member in found}
    return [member for member in members if member.name in wanted], wrong


def _fits(member: Member, asked: str) -> bool:
    return member.need == asked if asked in set(Need) else fnmatch.fnmatchcase(member.name, asked)
