"""The fields that the configuration asks for, made from what describers say.

What describers there are is in :mod:`~sphinxext.plugins.core.schemes`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext.plugins.core import decoding, limits, types
from sphinxext.plugins.core.conforming import FACTS, implementations
from sphinxext.plugins.core.extensions import ExtensionError
from sphinxext.plugins.core.fields import has_value
from sphinxext.plugins.core.interfaces import INTERFACE, Lineage
from sphinxext.plugins.core.manifests import file_of
from sphinxext.plugins.core.model import Answer, Field, Introspection, Kind, Location, Problem, ProblemKind
from sphinxext.plugins.core.namespaces import NamespaceOptions
from sphinxext.plugins.core.options import Configuration
from sphinxext.plugins.core.readers import READERS, others
from sphinxext.plugins.core.schemes import (
    DESCRIBERS,
    FORMS,
    MANIFEST,
    MODULE,
    OWN,
    function_of,
    is_asked,
    scheme_of,
)
from sphinxext.plugins.core.text import clean_line, cut, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sphinxext.plugins.core.interfaces import Interface
    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.core.schemes import Describe
    from sphinxext.plugins.core.structs import Json
    from sphinxext.plugins.core.types import FieldSettings


_DEFAULTS = NamespaceOptions()


class Fields:
    """The fields of the plugins of a namespace.

    :param describers: by the field's name, those of which the first that gives something wins
    :param overlay: the facts of the overlay, by the plugin's name and their key
    :param settings: what the settings say besides: of the fields, the summary and the options
    :param places: finds where the overlay has a fact, by the plugin's name and its key
    :param interface: whether plugins are asked what they do of their interface
    :ivar interface: what the plugins are expected to implement, once that is known
    :ivar failed: the first describer of each scheme that other distributions bring and that fails, with the reason
    """

    def __init__(
        self,
        describers: Mapping[str, Sequence[str]] = {},
        overlay: Mapping[str, Mapping[str, Json]] = {},
        settings: NamespaceOptions = _DEFAULTS,
        places: Callable[[str, str], Location | None] = lambda _name, _key: None,
        *,
        interface: bool = False,
    ) -> None:
        self._interface = f"{INTERFACE}:{settings.interface or ''}" if interface else None
        self._capabilities = settings.capabilities
        self.interface: Interface | None = None
        self._options = None if settings.options is None else f"options:{settings.options}"
        self._describers = describers
        self._overlay = overlay
        self._settings = settings.fields
        self._places = places
        # Where it is the docstring's own, that is there, and nothing has to be put together for each plugin.
        self._summary = () if set(OWN).issuperset(settings.summary) else settings.summary
        self._functions: dict[str, Describe] = {}
        self.failed: dict[str, tuple[str, ExtensionError]] = {}
        self._lacks_yaml = False

    @cached_property
    def _lists(self) -> list[Sequence[str]]:
        """The describers of each field, and those of the summary."""
        return [*self._describers.values(), self._summary]

    def is_file(self, plugin: Plugin) -> bool:
        """Whether the target of a plugin is not loaded, but is a file of which describers ask what stands in it."""
        return self._asks_files and file_of(plugin) is not None

    @cached_property
    def _asks_files(self) -> bool:
        return any(scheme_of(describer) == MANIFEST for describers in self._lists for describer in describers)

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
        interface = None if plugin.implements else self._interface
        for whole in () if of_file else filter(None, (self._options, interface)):
            missing += [whole] if whole not in answered else []
        return tuple(dict.fromkeys(missing))

    def cache_key(self, plugin: Plugin) -> object:
        """Return what decides what a plugin is asked, besides itself."""
        if not any(self._lists) and self._options is None and self._interface is None:
            return None
        said = [(self._said(plugin, describer), state) for describer, state in self._brought.items()]
        facts = self._overlay.get(plugin.name)
        return (self._describers, self._summary, facts, self._options, self._interface, self._readers, *said)

    @cached_property
    def _brought(self) -> dict[str, str]:
        """The describers that other distributions bring, each with the state of its code."""
        brought = [each for of in self._lists for each in of if scheme_of(each) not in FORMS]
        return {describer: DESCRIBERS.state(scheme_of(describer)) for describer in brought}

    @cached_property
    def _readers(self) -> list[str]:
        """The states of the readers of options that other distributions bring, where options are asked for."""
        return [READERS.state(name) for name in others()] if self._options else []

    def lineage(self, plugin: Plugin) -> Lineage | None:
        """Return the classes of a plugin and what it has by them; None where it does not tell."""
        answer = next((each for each in plugin.answers if each.describer == self._interface), None)
        if answer is None or answer.value is None:
            return None
        try:
            return msgspec.convert(answer.value, Lineage)
        except msgspec.ValidationError:
            return None

    def _conforming(self, plugin: Plugin) -> Plugin:
        """Return a plugin with what it does of its interface, in place of the answer that this is made of."""
        answer = next((each for each in plugin.answers if each.describer == self._interface), None)
        told = answer is not None and answer.value is not None
        answers = tuple(msgspec.structs.replace(a, value=None) if a is answer else a for a in plugin.answers)
        if self.interface is None or (plugin.implements and not told):  # as a snapshot tells
            return msgspec.structs.replace(plugin, answers=answers) if told else plugin
        reason = answer.error if answer is not None else None
        lineage = self.lineage(plugin)
        if lineage is None or not lineage.classes:
            lineage = Lineage(unknown=reason or _why_unknown(plugin))
        facts = self._overlay.get(plugin.name, {}).get(FACTS)
        said = facts if isinstance(facts, dict) else {}
        made = implementations(self.interface, lineage, self._capabilities, said)
        return msgspec.structs.replace(plugin, implements=made, answers=answers)

    def complete(self, asked: Plugin) -> Plugin:
        """Make the fields of a plugin from what it answered; what it could not answer is a problem."""
        plugin = self._conforming(asked)
        fields: list[Field] = []
        unanswered: list[tuple[str, Answer]] = []
        for name, describers in self._describers.items():
            field, failed = self._first(plugin, name, describers, self._settings.get(name, _TEXT))
            fields += [field] if field else []
            unanswered += [(name, answer) for answer in failed]
        summary, failed = self._first(plugin, "summary", self._summary, _TEXT)
        unanswered += [("summary", answer) for answer in failed]
        # Why a describer of another distribution fails is said once, and not of each plugin; so is what reads no YAML.
        warned = {str(error) for _, error in self.failed.values()} | {problem.message for problem in plugin.problems}
        if any(answer.error == decoding.NO_YAML for _, answer in unanswered):
            self._lacks_yaml = True
            warned.add(decoding.NO_YAML)
        problems = _problems(plugin, unanswered, warned)
        changed = {"summary": _summarised(summary), **self._configured(plugin)}
        problems += changed.pop("problems")
        whole = (*plugin.problems, *problems)
        return msgspec.structs.replace(plugin, fields=tuple(fields), named_by=(), problems=whole, **changed)

    def _first(
        self, plugin: Plugin, name: str, describers: Sequence[str], settings: FieldSettings
    ) -> tuple[Field | None, list[Answer]]:
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
                return self._field(plugin, name, value, describer, settings), []
        return None, failed

    def _field(self, plugin: Plugin, name: str, value: Json, describer: str, settings: FieldSettings) -> Field:
        """Make a field of what a describer says; what does not fit its type is a text."""
        kept, type_ = value, settings.type
        try:
            kept = types.read(value, settings)
        except types.MisfitError:
            type_ = types.Type.TEXT
        answer = next((each for each in plugin.answers if each.describer == describer), None)
        location = answer.location if answer else None
        introspection = answer.introspection if answer else None
        scheme, _, argument = describer.partition(":")
        if scheme == "overlay":
            location = self._places(plugin.name, argument)
        elif scheme == "doc" and describer != MODULE and plugin.docstring is not None:
            location, introspection = plugin.docstring.location, plugin.introspection
        return Field(
            name=name,
            value=kept,
            describer=describer,
            shown=answer is not None and answer.shown,
            objects=answer.objects if answer else (),
            type=type_,
            introspection=introspection,
            location=location,
        )

    def problems(self) -> list[Problem]:
        """Say what is wrong with all plugins of the namespace that were completed."""
        if not self._lacks_yaml:
            return []
        remedy = 'install it, as pip install "sphinxext-plugins[yaml]" does, or give the fields another describer'
        message = f"fields that come from {MANIFEST}: are not known: {decoding.NO_YAML}"
        return [Problem(kind=ProblemKind.FIELD, message=message, remedy=remedy)]

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

    def is_file(self, plugin: Plugin) -> bool:
        """Whether the target of a plugin is a file of which describers ask what stands in it."""
        return self._fields[plugin.namespace].is_file(plugin)

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


def _summarised(summary: Field | None) -> Field | None:
    """Return a summary as a text, but for a docstring in one line; the plugin's own is there already."""
    if summary is None or summary.describer in OWN:
        return None
    text = text_of(summary.value)
    line = text if summary.describer == MODULE else cut(" ".join(text.split()), limits.LONGEST_SUMMARY)
    return msgspec.structs.replace(summary, value=line)


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


def _why_unknown(plugin: Plugin) -> str:
    """Say why what a plugin does of its interface is not known."""
    if plugin.kind in (Kind.FUNCTION, Kind.METHOD):
        return "it is a function, and what that gives only shows when it runs"
    return next((each.message for each in plugin.problems), "nothing tells what it has")


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
