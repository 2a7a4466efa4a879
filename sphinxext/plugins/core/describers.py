"""The fields that the configuration asks for, made from what describers say, and the overlay that some of these read.

What describers there are is in :mod:`~sphinxext.plugins.core.schemes`.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext.plugins.core import decoding, limits, types
from sphinxext.plugins.core.extensions import ExtensionError
from sphinxext.plugins.core.fields import has_value
from sphinxext.plugins.core.files import read, reason
from sphinxext.plugins.core.model import Answer, Field, Introspection, Location, Problem, ProblemKind
from sphinxext.plugins.core.options import Configuration
from sphinxext.plugins.core.readers import READERS, others
from sphinxext.plugins.core.schemes import ASKED, DESCRIBERS, FORMS, function_of, scheme_of
from sphinxext.plugins.core.structs import Json
from sphinxext.plugins.core.text import clean_line, clean_name, clean_namespace, cut, text_of
from sphinxext.plugins.core.typos import lines_of_toml, place_in_toml
from sphinxext.plugins.core.values import Values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.core.schemes import Describe
    from sphinxext.plugins.core.types import FieldSettings

Overlay = dict[str, dict[str, dict[str, Json]]]
"""Facts that people wrote, by namespace, name and key."""


class Fields:
    """The fields of the plugins of a namespace.

    :param describers: by the field's name, those of which the first that gives something wins
    :param overlay: the facts of the overlay, by the plugin's name and their key
    :param settings: what the settings say of the fields besides, by their names
    :param places: finds where the overlay has a fact, by the plugin's name and its key
    :param options: where the options of a plugin are declared
    :ivar failed: the first describer of each scheme that other distributions bring and that fails, with the reason
    """

    def __init__(
        self,
        describers: Mapping[str, Sequence[str]] = {},
        overlay: Mapping[str, Mapping[str, Json]] = {},
        settings: Mapping[str, FieldSettings] = {},
        places: Callable[[str, str], Location | None] = lambda _name, _key: None,
        options: str | None = None,
    ) -> None:
        self._options = None if options is None else f"options:{options}"
        self._describers = describers
        self._overlay = overlay
        self._settings = settings
        self._places = places
        self._functions: dict[str, Describe] = {}
        self.failed: dict[str, tuple[str, ExtensionError]] = {}

    def missing(self, plugin: Plugin) -> tuple[str, ...]:
        """Return the describers that a plugin has to be asked for its fields to be known, and was not, or in vain."""
        answered = {answer.describer for answer in plugin.answers if answer.error is None}
        missing: list[str] = []
        for describers in self._describers.values():
            for describer in describers:
                if scheme_of(describer) in ASKED and describer not in answered:
                    missing.append(describer)
                elif has_value(self._said(plugin, describer)[0]):
                    break
        missing += [self._options] if self._options and self._options not in answered else []
        return tuple(dict.fromkeys(missing))

    def cache_key(self, plugin: Plugin) -> object:
        """Return what decides what a plugin is asked, besides itself."""
        if not self._describers and self._options is None:
            return None
        said = [(self._said(plugin, describer), state) for describer, state in self._brought.items()]
        return (self._describers, self._overlay.get(plugin.name), self._options, self._readers, *said)

    @cached_property
    def _brought(self) -> dict[str, str]:
        """The describers that other distributions bring, each with the state of its code."""
        brought = [each for of in self._describers.values() for each in of if scheme_of(each) not in FORMS]
        return {describer: DESCRIBERS.state(scheme_of(describer)) for describer in brought}

    @cached_property
    def _readers(self) -> list[str]:
        """The states of the readers of options that other distributions bring, where options are asked for."""
        return [READERS.state(name) for name in others()] if self._options else []

    def complete(self, plugin: Plugin) -> Plugin:
        """Make the fields of a plugin from what it answered; what it could not answer is a problem."""
        fields: list[Field] = []
        unanswered: list[tuple[str, Answer]] = []
        answers = {answer.describer: answer for answer in plugin.answers}
        for name, describers in self._describers.items():
            failed: list[Answer] = []
            for describer in describers:
                value, error = self._said(plugin, describer)
                answer = answers.get(describer)
                if error is not None:
                    answer = Answer(describer=describer, introspection=plugin.introspection, error=error)
                if answer is not None and answer.error is not None:
                    failed.append(answer)
                if has_value(value):
                    fields.append(self._field(plugin, name, value, describer))
                    break
            else:
                unanswered += [(name, answer) for answer in failed]
        # Why a describer of another distribution fails is said once, and not of each plugin.
        warned = {str(error) for _, error in self.failed.values()} | {problem.message for problem in plugin.problems}
        problems = _problems(plugin, unanswered, warned)
        changed = self._configured(plugin)
        problems += changed.pop("problems")
        whole = (*plugin.problems, *problems)
        return msgspec.structs.replace(plugin, fields=tuple(fields), named_by=(), problems=whole, **changed)

    def _field(self, plugin: Plugin, name: str, value: Json, describer: str) -> Field:
        """Make a field of what a describer says; what does not fit its type is a text."""
        settings = self._settings.get(name, _TEXT)
        kept, type_ = value, settings.type
        try:
            kept = types.read(value, settings)
        except types.MisfitError:
            type_ = types.Type.TEXT
        answer = next((each for each in plugin.answers if each.describer == describer), None)
        location = answer.location if answer else None
        scheme, _, argument = describer.partition(":")
        if scheme == "overlay":
            location = self._places(plugin.name, argument)
        elif scheme == "doc" and plugin.docstring is not None:
            location = plugin.docstring.location
        return Field(
            name=name,
            value=kept,
            describer=describer,
            shown=answer is not None and answer.shown,
            objects=answer.objects if answer else (),
            type=type_,
            introspection=answer.introspection if answer else None,
            location=location,
        )

    def misfits(self, plugins: Iterable[Plugin]) -> list[Problem]:
        """Say which values do not fit the types of their fields, of each field once."""
        found: dict[str, list[tuple[Plugin, Field]]] = {}
        for plugin in plugins:
            for field in plugin.fields:
                if field.type != self._settings.get(field.name, _TEXT).type:
                    found.setdefault(field.name, []).append((plugin, field))
        return [misfit(each, types.TYPES[self._settings[name].type].expected) for name, each in found.items()]

    def _configured(self, plugin: Plugin) -> dict[str, Any]:
        """Make the options of a plugin from its answer, which then only says that it answered."""
        answer = next((each for each in plugin.answers if each.describer == self._options), None)
        if answer is None:
            return {"configuration": None, "problems": []}
        configuration, error = plugin.configuration, answer.error
        if answer.value is not None:
            try:
                configuration = msgspec.convert(answer.value, Configuration)
            except msgspec.ValidationError as wrong:
                error = f"its reader gives what is none: {wrong}"
        answers = tuple(msgspec.structs.replace(a, value=None) if a is answer else a for a in plugin.answers)
        problems = [_no_options(plugin, answer, error)] if error is not None else []
        return {"configuration": configuration, "answers": answers, "problems": problems}

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


_TEXT = types.FieldSettings()


class Questions:
    """What the plugins of several namespaces are asked, each what is a field of its namespace."""

    def __init__(self, fields: Mapping[str, Fields]) -> None:
        self._fields = fields

    def missing(self, plugin: Plugin) -> tuple[str, ...]:
        """Return the describers that a plugin has yet to answer."""
        return self._fields[plugin.namespace].missing(plugin)

    def cache_key(self, plugin: Plugin) -> object:
        """Return what decides what a plugin is asked, besides itself."""
        return self._fields[plugin.namespace].cache_key(plugin)


def misfit(found: Sequence[tuple[Plugin, Field]], expected: str, near: str = "") -> Problem:
    """Say that values of a field do not fit its type, at the first one's place.

    :param expected: what they would have to be, in words
    :param near: what the first one was probably meant to be, in words
    """
    (plugin, field), *others = found
    value = clean_line(cut(text_of(field.value), limits.SHORTENED))
    also = f" (and so have {_listed([other.name for other, _field in others])})" if others else ""
    return Problem(
        kind=ProblemKind.FIELD,
        message=f"has {value!r} in its field {field.name!r}, which is not {expected}{also}",
        remedy=f"correct it{near}, or give the field another type; until then it is shown as text",
        plugin=plugin.identity,
        location=field.location or plugin.location,
    )


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


class OverlayFile:
    """The overlay, which is read when it is asked for, and where what is in it stands.

    :param path: that of the file; None where there is none
    :param folder: that of conf.py, from which the file is named where it is in it
    """

    def __init__(self, path: str | None, folder: Path) -> None:
        self.file = file = Path(path) if path else None
        self.name = file.name if file else None
        if file is not None and file.is_relative_to(folder):
            self.name = file.relative_to(folder).as_posix()

    @cached_property
    def _read(self) -> tuple[Overlay, list[Problem]]:
        return read_overlay(self.file) if self.file else ({}, [])

    @property
    def overlay(self) -> Overlay:
        """The facts that people wrote."""
        return self._read[0]

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with them."""
        return self._read[1]

    def of(self, namespace: str) -> dict[str, dict[str, Json]]:
        """Return what people wrote of the plugins of a namespace, by the names that the catalog has for these."""
        tables = [table for key, table in self.overlay.items() if clean_namespace(key) == namespace]
        return {clean_name(plugin): facts for table in tables for plugin, facts in table.items()}

    def key_of(self, namespace: str) -> str:
        """Return the key of the table of a namespace, which may be written another way."""
        return next((key for key in self.overlay if namespace in {key, clean_namespace(key)}), namespace)

    @cached_property
    def _lines(self) -> dict[tuple[str, ...], int]:
        return lines_of_toml(self.file) if self.file else {}

    def place(self, *path: str) -> Location | None:
        """Find the line of a fact, or of the table that it is in, by the keys that lead to it."""
        found = (self._lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self._lines)
        line = next(found, None)
        return Location(file=self.name, line=line) if self.name and line else None


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


def _no_options(plugin: Plugin, answer: Answer, reason: str) -> Problem:
    """Say that options of a plugin are not known."""
    if answer.introspection is Introspection.STATIC:
        remedy = 'have it asked where it is installed (plugins_introspection = "auto")'
    else:
        remedy = "install what it needs, mend the plugin"
    told = "does not tell its options" if answer.value is None else "does not tell all of its options"
    return Problem.explained(
        f"{told} (%(describer)s): %(reason)s",
        {"describer": answer.describer.partition(":")[2], "reason": reason},
        kind=ProblemKind.OPTION,
        remedy=f"{remedy}, or name another describer of what declares them (options of plugins_namespaces)",
        plugin=plugin.identity,
        location=plugin.location,
    )


_READ = 'have it asked where it is installed (plugins_introspection = "auto"), or give the field another describer'
_ASKED = "install what it needs, mend the plugin, or give the field another describer"


def _listed(names: Sequence[str]) -> str:
    """Write names with commas, up to a number."""
    unique = list(dict.fromkeys(names))
    more = [f"{len(unique) - limits.MOST_NAMES} others"] if len(unique) > limits.MOST_NAMES else []
    return ", ".join([*unique[: limits.MOST_NAMES], *more])
