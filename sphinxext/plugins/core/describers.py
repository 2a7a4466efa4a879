"""The fields that the configuration asks for, made from what describers say, and the overlay that some of these read.

What describers there are is in :mod:`~sphinxext.plugins.core.schemes`.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.extensions import ExtensionError
from sphinxext.plugins.core.fields import has_value
from sphinxext.plugins.core.files import read, reason
from sphinxext.plugins.core.manifests import file_of
from sphinxext.plugins.core.model import Answer, Field, Introspection, Location, Problem, ProblemKind
from sphinxext.plugins.core.schemes import DESCRIBERS, FORMS, MANIFEST, MODULE, OWN, function_of, is_asked, scheme_of
from sphinxext.plugins.core.structs import Json
from sphinxext.plugins.core.text import cut, text_of
from sphinxext.plugins.core.typos import place_in_toml
from sphinxext.plugins.core.values import Values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.core.schemes import Describe

Overlay = dict[str, dict[str, dict[str, Json]]]
"""Facts that people wrote, by namespace, name and key."""


class Fields:
    """The fields of the plugins of a namespace.

    :param describers: by the field's name, those of which the first that gives something wins
    :param overlay: the facts of the overlay, by the plugin's name and their key
    :param summary: the describers of the summary
    :ivar failed: the first describer of each scheme that other distributions bring and that fails, with the reason
    """

    def __init__(
        self,
        describers: Mapping[str, Sequence[str]] = {},
        overlay: Mapping[str, Mapping[str, Json]] = {},
        summary: Sequence[str] = (),
    ) -> None:
        self._describers = describers
        self._overlay = overlay
        self._summary = summary
        self._functions: dict[str, Describe] = {}
        self.failed: dict[str, tuple[str, ExtensionError]] = {}
        self._lacks_yaml = False

    @cached_property
    def _lists(self) -> list[Sequence[str]]:
        """The describers of each field, and those of the summary."""
        return [*self._describers.values(), self._summary]

    def is_file(self, plugin: Plugin) -> bool:
        """Whether the target of a plugin is not loaded, but is a file of which describers ask what stands in it."""
        asked = any(scheme_of(describer) == MANIFEST for describers in self._lists for describer in describers)
        return asked and file_of(plugin) is not None

    def missing(self, plugin: Plugin) -> tuple[str, ...]:
        """Return the describers that a plugin has to be asked for its fields to be known, and was not, or in vain."""
        answered = {answer.describer for answer in plugin.answers if answer.error is None}
        missing: list[str] = []
        of_file = self.is_file(plugin)
        for describers in self._lists:
            for describer in describers:
                if is_asked(describer, of_file=of_file) and describer not in answered:
                    missing.append(describer)
                elif has_value(self._said(plugin, describer)[0]):
                    break
        return tuple(dict.fromkeys(missing))

    def cache_key(self, plugin: Plugin) -> object:
        """Return what decides what a plugin is asked, besides itself."""
        if not any(self._lists):
            return None
        said = [(self._said(plugin, describer), state) for describer, state in self._brought.items()]
        return (self._describers, self._summary, self._overlay.get(plugin.name), *said)

    @cached_property
    def _brought(self) -> dict[str, str]:
        """The describers that other distributions bring, each with the state of its code."""
        brought = [each for of in self._lists for each in of if scheme_of(each) not in FORMS]
        return {describer: DESCRIBERS.state(scheme_of(describer)) for describer in brought}

    def complete(self, plugin: Plugin) -> Plugin:
        """Make the fields of a plugin from what it answered; what it could not answer is a problem."""
        fields: list[Field] = []
        unanswered: list[tuple[str, Answer]] = []
        for name, describers in self._describers.items():
            field, failed = self._first(plugin, name, describers)
            fields += [field] if field else []
            unanswered += [(name, answer) for answer in failed]
        summary, failed = self._first(plugin, "summary", self._summary)
        unanswered += [("summary", answer) for answer in failed]
        # Why a describer of another distribution fails is said once, and not of each plugin; so is what reads no YAML.
        warned = {str(error) for _, error in self.failed.values()} | {problem.message for problem in plugin.problems}
        if any(answer.error == decoding.NO_YAML for _, answer in unanswered):
            self._lacks_yaml = True
            warned.add(decoding.NO_YAML)
        problems = _problems(plugin, unanswered, warned)
        return msgspec.structs.replace(
            plugin, fields=tuple(fields), summary=_summarised(summary), problems=(*plugin.problems, *problems)
        )

    def problems(self) -> list[Problem]:
        """Say what is wrong with all plugins of the namespace that were completed."""
        if not self._lacks_yaml:
            return []
        remedy = 'install it, as pip install "sphinxext-plugins[yaml]" does, or give the fields another describer'
        message = f"fields that come from {MANIFEST}: are not known: {decoding.NO_YAML}"
        return [Problem(kind=ProblemKind.FIELD, message=message, remedy=remedy)]

    def _first(self, plugin: Plugin, name: str, describers: Sequence[str]) -> tuple[Field | None, list[Answer]]:
        """Return what the first describer says that says something; where none does, those that have no answer."""
        answers = {answer.describer: answer for answer in plugin.answers}
        failed: list[Answer] = []
        for describer in describers:
            value, error = self._said(plugin, describer)
            answer = answers.get(describer)
            if error is not None:
                answer = Answer(describer=describer, introspection=plugin.introspection, error=error)
            if answer is not None and answer.error is not None:
                failed.append(answer)
            if has_value(value):
                how = answer.introspection if answer else None
                shown = answer is not None and answer.shown
                return Field(name=name, value=value, describer=describer, shown=shown, introspection=how), []
        return None, failed

    def _said(self, plugin: Plugin, describer: str) -> tuple[Json, str | None]:
        """Return what a describer says of a plugin, and why it cannot, if so."""
        scheme, _, argument = describer.partition(":")
        try:
            if scheme not in self._functions:
                self._functions[scheme] = function_of(scheme)
            return self._functions[scheme](plugin, argument, self._overlay.get(plugin.name, {})), None
        except ExtensionError as error:
            self.failed.setdefault(scheme, (describer, error))
            return None, str(self.failed[scheme][1])


class Questions:
    """What the plugins of several namespaces are asked, each what is a field of its namespace."""

    def __init__(self, fields: Mapping[str, Fields]) -> None:
        self._fields = fields

    def missing(self, plugin: Plugin) -> tuple[str, ...]:
        """Return the describers that a plugin has yet to answer."""
        return self._fields[plugin.namespace].missing(plugin)

    def is_file(self, plugin: Plugin) -> bool:
        """Whether the target of a plugin is a file of which describers ask what stands in it."""
        return self._fields[plugin.namespace].is_file(plugin)

    def cache_key(self, plugin: Plugin) -> object:
        """Return what decides what a plugin is asked, besides itself."""
        return self._fields[plugin.namespace].cache_key(plugin)


def _summarised(summary: Field | None) -> Field | None:
    """Return a summary as a text, but for a docstring in one line; the plugin's own is there already."""
    if summary is None or summary.describer in OWN:
        return None
    text = text_of(summary.value)
    line = text if summary.describer == MODULE else cut(" ".join(text.split()), limits.LONGEST_SUMMARY)
    return msgspec.structs.replace(summary, value=line)


def read_overlay(path: Path) -> tuple[Overlay, list[Problem]]:
    """Read an overlay, a TOML file of a table for each namespace and in that for each plugin.

    .. code-block:: toml

       ["sluice.reader".csv]
       guide = "https://example.org/csv"

    What is no table where one has to be is a problem, and left out.
    """
    try:
        # Dates become their text.
        whole = msgspec.to_builtins(decoding.toml(decoding.text(read(path, limits.LARGEST_MEMBER))))
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
    for namespace, plugins in whole.items():
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
    match = re.search(r"\(at line (\d+)", str(error))
    return int(match[1]) if match else 1


def _no_table(path: Path, namespace: str, key: str) -> Problem:
    """Say that a fact in an overlay is about no plugin."""
    return Problem(
        kind=ProblemKind.CONFIG,
        message=f"plugins_overlay has {key!r}{f' of {namespace}' if key != namespace else ''}, which is no table",
        remedy='write facts in tables of namespaces and plugins, ["sluice.reader".csv]; until then it is left out',
        location=place_in_toml(path, namespace, key),
    )


def _problems(plugin: Plugin, unanswered: Sequence[tuple[str, Answer]], warned: set[str]) -> list[Problem]:
    """Say why fields are not known; of those for the same reason, the first one's warning names all.

    :param warned: the reasons that other warnings tell, to which others are added here
    """
    problems: list[Problem] = []
    for name, answer in unanswered:
        reason = str(answer.error)
        same = [f"'{other}'" for other, its in unanswered if its.error == reason and other != name]
        problem = Problem.explained(
            "does not answer %(describer)s for its field '%(field)s': %(reason)s",
            {"describer": answer.describer, "field": name, "reason": reason},
            kind=ProblemKind.FIELD,
            remedy="" if reason in warned else _remedy(answer),
            plugin=plugin.identity,
            location=plugin.location,
        )
        if same and problem.remedy:
            message = f"does not answer {answer.describer} for its field '{name}', nor for {_listed(same)}: {reason}"
            problem = msgspec.structs.replace(problem, message=message, template=None)
        problems.append(problem)
        warned.add(reason)
    return problems


def _remedy(answer: Answer) -> str:
    if scheme_of(answer.describer) == MANIFEST:
        return _CORRECT
    return _READ if answer.introspection is Introspection.STATIC else _ASKED


_CORRECT = "have the file corrected, or give the field another describer"
_READ = 'have it asked where it is installed (plugins_introspection = "auto"), or give the field another describer'
_ASKED = "install what it needs, mend the plugin, or give the field another describer"


def _listed(names: Sequence[str]) -> str:
    """Write names with commas, up to a number."""
    unique = list(dict.fromkeys(names))
    more = [f"{len(unique) - limits.MOST_NAMES} others"] if len(unique) > limits.MOST_NAMES else []
    return ", ".join([*unique[: limits.MOST_NAMES], *more])
