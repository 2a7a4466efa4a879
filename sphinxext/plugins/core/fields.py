"""Describers: the expressions that say where the fields of a plugin come from.

=========================  =====================================================================
``doc``, ``doc:summary``   its docstring, or the summary of that
``attr:NAME``              an attribute of the target, dotted where need be
``call:NAME``              what a method or a function of the target returns without arguments
``dist:HEADER``            a header of the core metadata of its distribution
``overlay:KEY``            a fact from the overlay
``entry:PART``             ``name``, ``target``, ``module`` or ``extras`` of the entry point
=========================  =====================================================================
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.files import read, reason
from sphinxext.plugins.core.model import Field, Introspection, Json, Location, Problem, ProblemKind
from sphinxext.plugins.core.typos import place_in_toml
from sphinxext.plugins.core.values import Values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sphinxext.plugins.core.model import Answer, Plugin

Overlay = dict[str, dict[str, dict[str, Json]]]
"""Facts that people wrote, by namespace, name and key."""

ASKED = ("attr", "call")
"""The schemes of which only introspection knows the answer."""


class Fields:
    """The fields of the plugins of a namespace.

    :param describers: by the field's name, those of which the first that gives something wins
    :param overlay: the facts of the overlay, by the plugin's name and their key
    """

    def __init__(
        self, describers: Mapping[str, Sequence[str]] = {}, overlay: Mapping[str, Mapping[str, Json]] = {}
    ) -> None:
        self._describers = describers
        self._overlay = overlay

    def missing(self, plugin: Plugin) -> tuple[str, ...]:
        """Return the describers that a plugin has to be asked for its fields to be known, and was not, or in vain."""
        answered = {answer.describer for answer in plugin.answers if answer.error is None}
        missing: list[str] = []
        for describers in self._describers.values():
            for describer in describers:
                if describer.partition(":")[0] in ASKED and describer not in answered:
                    missing.append(describer)
                elif _says_something(self._value(plugin, describer)):
                    break
        return tuple(dict.fromkeys(missing))

    def cache_key(self, plugin: Plugin) -> object:
        """Return what decides what a plugin is asked, besides itself."""
        return (self._describers, self._overlay.get(plugin.name)) if self._describers else None

    def complete(self, plugin: Plugin) -> Plugin:
        """Make the fields of a plugin from what it answered; what it could not answer is a problem."""
        fields: list[Field] = []
        unanswered: list[tuple[str, Answer]] = []
        answers = {answer.describer: answer for answer in plugin.answers}
        for name, describers in self._describers.items():
            failed: list[Answer] = []
            for describer in describers:
                answer = answers.get(describer)
                if answer is not None and answer.error is not None:
                    failed.append(answer)
                value = self._value(plugin, describer)
                if _says_something(value):
                    how = answer.introspection if answer else None
                    shown = answer is not None and answer.shown
                    fields.append(Field(name=name, value=value, describer=describer, shown=shown, introspection=how))
                    break
            else:
                unanswered += [(name, answer) for answer in failed]
        problems = _problems(plugin, unanswered)
        return msgspec.structs.replace(plugin, fields=tuple(fields), problems=(*plugin.problems, *problems))

    def _value(self, plugin: Plugin, describer: str) -> Json:
        scheme, _, argument = describer.partition(":")
        match scheme:
            case "doc" if plugin.docstring is not None:
                return plugin.docstring.summary if argument == "summary" else plugin.docstring.text
            case "attr" | "call":
                return next((answer.value for answer in plugin.answers if answer.describer == describer), None)
            case "dist" if plugin.distribution is not None:
                return _header(plugin, argument)
            case "overlay":
                return self._overlay.get(plugin.name, {}).get(argument)
            case "entry":
                parts: dict[str, Json] = {
                    "name": plugin.name,
                    "target": plugin.target,
                    "module": plugin.module,
                    "extras": list(plugin.extras),
                }
                return parts.get(argument)
            case _:
                return None


def read_overlay(path: Path) -> tuple[Overlay, list[Problem]]:
    """Read an overlay, a TOML file of a table for each namespace and in that for each plugin.

    .. code-block:: toml

       ["sluice.reader".csv]
       guide = "https://example.org/csv"

    What is no table where one has to be is a problem, and left out.
    """
    try:
        # Dates become their text.
        told = msgspec.to_builtins(decoding.toml(decoding.text(read(path, limits.LARGEST_MEMBER))))
    except (OSError, ValueError) as error:
        problem = Problem(
            kind=ProblemKind.CONFIG,
            message=f"plugins_overlay = {path.name!r} cannot be read: {reason(error)}",
            remedy="correct it; until then there is no overlay",
            location=Location(file=str(path), line=_line_of(error)),
        )
        return {}, [problem]
    overlay: Overlay = {}
    problems: list[Problem] = []
    for namespace, plugins in told.items():
        tables = plugins if isinstance(plugins, dict) else {}
        facts = {name: table for name, table in tables.items() if isinstance(table, dict)}
        overlay |= {namespace: {name: _plain(table) for name, table in facts.items()}} if facts else {}
        wrong = [namespace] if tables is not plugins else [key for key in tables if key not in facts]
        problems += [_no_table(path, namespace, key) for key in wrong]
    return overlay, problems


def _plain(table: dict[str, Json]) -> dict[str, Json]:
    """Make facts into what JSON can hold."""
    return {key: Values(limits).plain(value) for key, value in table.items()}


def _line_of(error: Exception) -> int:
    """Read where a file is no TOML."""
    found = re.search(r"\(at line (\d+)", str(error))
    return int(found[1]) if found else 1


def _no_table(path: Path, namespace: str, key: str) -> Problem:
    """Say that a fact in an overlay is about no plugin."""
    return Problem(
        kind=ProblemKind.CONFIG,
        message=f"plugins_overlay has {key!r}{f' of {namespace}' if key != namespace else ''}, which is no table",
        remedy='write facts in tables of namespaces and plugins, ["sluice.reader".csv]; until then it is left out',
        location=place_in_toml(path, namespace, key),
    )


def _says_something(value: Json) -> bool:
    return value not in (None, "", [], {})


def _header(plugin: Plugin, name: str) -> Json:
    assert plugin.distribution is not None
    values = [value for header, value in plugin.distribution.metadata if header.lower() == name.lower()]
    return values[0] if len(values) == 1 else values


def _problems(plugin: Plugin, unanswered: Sequence[tuple[str, Answer]]) -> list[Problem]:
    """Say why fields are not known; of those for the same reason, the first one's warning names all."""
    problems: list[Problem] = []
    warned = {problem.message for problem in plugin.problems}
    for name, answer in unanswered:
        reason = str(answer.error)
        same = [f"'{other}'" for other, its in unanswered if its.error == reason and other != name]
        problem = Problem.explained(
            "does not answer %(describer)s for its field '%(field)s': %(reason)s",
            {"describer": answer.describer, "field": name, "reason": reason},
            kind=ProblemKind.FIELD,
            remedy="" if reason in warned else (_READ if answer.introspection is Introspection.STATIC else _ASKED),
            plugin=plugin.identity,
            location=plugin.location,
        )
        if same and problem.remedy:
            message = f"does not answer {answer.describer} for its field '{name}', nor for {_listed(same)}: {reason}"
            problem = msgspec.structs.replace(problem, message=message, template=None)
        problems.append(problem)
        warned.add(reason)
    return problems


_READ = 'have it asked where it is installed (plugins_introspection = "auto"), or give the field another describer'
_ASKED = "install what it needs, mend the plugin, or give the field another describer"


def _listed(names: Sequence[str]) -> str:
    """Write names with commas, up to a number."""
    unique = list(dict.fromkeys(names))
    more = [f"{len(unique) - limits.MOST_NAMES} others"] if len(unique) > limits.MOST_NAMES else []
    return ", ".join([*unique[: limits.MOST_NAMES], *more])
