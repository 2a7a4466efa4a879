"""The fields of plugins: those that are built in, in one table, and those that the configuration gives besides.

What is built in is one row of :data:`BUILT_IN`. Columns, details, the command and Markdown go by it, and so do
translators, who find the headings here. Describers, of which the configuration's fields are made, are elsewhere.
"""

from __future__ import annotations

import re
from enum import Flag, auto
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from sphinxext.plugins.core import compatibility, types
from sphinxext.plugins.core.lifetimes import changes
from sphinxext.plugins.core.manifests import file_of
from sphinxext.plugins.core.model import Introspection, Problem, ProblemKind
from sphinxext.plugins.core.schemes import MODULE, OWN
from sphinxext.plugins.core.text import clean_line, summary, text_of
from sphinxext.plugins.core.types import TYPES, FieldSettings, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sphinxext.plugins.core.lifetimes import Lifetime
    from sphinxext.plugins.core.model import Field, Namespace, Plugin, Tier
    from sphinxext.plugins.core.namespaces import NamespaceOptions
    from sphinxext.plugins.core.structs import Json


class Settings(Protocol):
    """What of the settings decides which fields plugins have."""

    @property
    def inherit_docstrings(self) -> bool:
        """Whether the docstring of a base class stands in for one that is missing."""

    def of_namespace(self, name: str) -> NamespaceOptions:
        """Return the settings of a namespace."""


def _requirement(plugin: Plugin) -> str:
    name = plugin.distribution.name if plugin.distribution else ""
    return f"{name}[{','.join(plugin.extras)}]" if plugin.extras else name


PLACEHOLDERS: dict[str, Callable[[Plugin], str]] = {
    "name": lambda plugin: plugin.name,
    "namespace": lambda plugin: plugin.namespace,
    "distribution": lambda plugin: plugin.distribution.name if plugin.distribution else "",
    "requirement": _requirement,
    "version": lambda plugin: (plugin.distribution and plugin.distribution.version) or "",
    "target": lambda plugin: plugin.target,
    "module": lambda plugin: plugin.module,
    "class": lambda plugin: "" if file_of(plugin) else ".".join(plugin.attributes),
    "extra": lambda plugin: ",".join(plugin.extras),
}
"""What templates of the settings are filled in with, beside the fields of the configuration."""

NEEDED = ("class", "extra")
"""Those of these without which a template says something else than it means, as it does without a field."""

_PLACEHOLDER = re.compile(r"\{([^{}\n]+)\}")


def filled(template: str, plugin: Plugin, settings: NamespaceOptions) -> str:
    """Fill in a template of the settings, such as ``pip install {requirement}``; what is filled in is no template.

    It is empty where the plugin has no value for a field in it.
    """
    lacking: list[str] = []

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        if name in PLACEHOLDERS:
            text = PLACEHOLDERS[name](plugin)
            lacking.extend([] if text or name not in NEEDED else [name])
        elif is_configured(name, settings):
            # In one line, whatever a plugin says: what people copy is one command for each line of the template.
            text = clean_line(text_of(value(plugin, name, settings)))
            lacking.extend([] if text else [name])
        else:
            text = match[0]
        return text

    made = _PLACEHOLDER.sub(fill, template).strip("\n")
    return "" if lacking else made


class Where(Flag):
    """Where a field that is built in is shown."""

    COLUMN = auto()  # in tables, lists and cards, and wherever else people name a field
    DETAILS = auto()  # in all that a page tells of a plugin
    COMMAND = auto()  # in all that the command tells of one


class BuiltIn(NamedTuple):
    """A field that every plugin has."""

    name: str

    heading: str
    """What stands above a column of it, or before its value; in English."""

    value: Callable[[Plugin, NamespaceOptions], Json]
    """What makes it, with the settings of the plugin's namespace; None where there is nothing to say."""

    type: Type = Type.TEXT

    where: Where = Where.COLUMN

    facet: bool = True
    """Whether readers may choose plugins by it, if there are few different values."""

    width: int = 20
    """The share of a column, where the reader's program goes by it."""

    kinds: Callable[[Plugin], list[Json]] | None = None
    """What people choose and group plugins by, where that is not its value."""

    order: Callable[[Plugin], int] | None = None
    """What they are sorted by, where that is not what the type says."""


def _(heading: str) -> str:
    """Mark a text for translators; it is translated where it is shown."""
    return heading


def _of_distribution(attribute: str) -> Callable[[Plugin, NamespaceOptions], Json]:
    return lambda plugin, _settings: getattr(plugin.distribution, attribute, None)


def _summary(plugin: Plugin, settings: NamespaceOptions) -> Json:
    if plugin.summary is not None:
        return summary(plugin.summary.value) if plugin.summary.describer == MODULE else plugin.summary.value
    return plugin.docstring.summary if plugin.docstring and of_docstring(settings) else None


def of_module(plugin: Plugin) -> str | None:
    """Return the summary of the docstring of a plugin's module, behind a title of it; None where nobody asks for it."""
    told = next((each.value for each in plugin.answers if each.describer == MODULE), None)
    return summary(_TITLE.sub("", told)) if isinstance(told, str) else None


_TITLE = re.compile(r"\A\s*\S.*\n[ \t]*([^\w\s])\1+[ \t]*(\n|\Z)")
"""The title that a docstring begins with, and the line below it."""


def of_docstring(settings: NamespaceOptions) -> bool:
    """Whether the docstring of a plugin makes its summary, where nothing stands in its place."""
    return any(describer in OWN for describer in settings.summary)


def _install(plugin: Plugin, settings: NamespaceOptions) -> Json:
    return filled(settings.install, plugin, settings) if plugin.distribution else None


def _select(plugin: Plugin, settings: NamespaceOptions) -> Json:
    return filled(settings.select or "", plugin, settings)


def _referrers(plugin: Plugin, _settings: NamespaceOptions) -> Json:
    return list(dict.fromkeys(identity for identity, _field in plugin.named_by))


def _of_lifetime(made: Callable[[Lifetime], Json]) -> Callable[[Plugin, NamespaceOptions], Json]:
    return lambda plugin, _settings: None if plugin.lifetime is None else made(plugin.lifetime)


def _renamed(lifetime: Lifetime) -> Json:
    return [f"{each.name} ({each.release})" if each.release else each.name for each in lifetime.renamed]


def status(plugin: Plugin) -> str | None:
    """Return what people say of the state of a plugin, or else its distribution of its own."""
    said = plugin.lifetime.status if plugin.lifetime else None
    return said or (plugin.distribution.status if plugin.distribution else None)


def _definition(plugin: Plugin, _settings: NamespaceOptions) -> Json:
    place = f"({plugin.location.file}:{plugin.location.line})" if plugin.location else None
    return " ".join(filter(None, (plugin.definition, place)))


def _compatible(plugin: Plugin, _settings: NamespaceOptions) -> Json:
    """Write what a plugin requires of hosts, behind whether that is there."""
    told, required = compatibility_of(plugin)
    return required if told is None else f"{'yes' if told else 'no'} ({required})"


def compatibility_of(plugin: Plugin) -> tuple[bool | None, str]:
    """Return whether a plugin fits the hosts that are documented, if that is known, and what it requires of any."""
    python = plugin.distribution.requires_python if plugin.distribution else None
    required = compatibility.text(plugin.compatible, python) if plugin.compatible else ""
    return compatibility.fits(plugin.compatible), required


def _fitting(plugin: Plugin) -> list[Json]:
    told = compatibility.fits(plugin.compatible)
    each = compatibility.text(plugin.compatible) if told is None else told
    return [] if each == "" else [each]


def _tier(plugin: Plugin) -> Tier | None:
    return plugin.distribution.tier if plugin.distribution else None


def title_of_tier(plugin: Plugin) -> str | None:
    """Return what the settings call the tier of a plugin, which is that of its distribution."""
    tier = _tier(plugin)
    return tier.title if tier else None


def _rank(plugin: Plugin) -> int:
    tier = _tier(plugin)
    return tier.rank if tier else 0


def of_group(title: str | None, plugins: Sequence[Plugin]) -> str | None:
    """Return what the module or the tier is for that a group of plugins is called by, if all of them are of it."""
    if {plugin.module for plugin in plugins} == {title}:
        return of_module(plugins[0])
    tiers = {(tier.title, tier.text) if (tier := _tier(plugin)) else None for plugin in plugins}
    return next((tier[1] for tier in tiers if tier and tiers == {(title, tier[1])}), None)


_COMMAND = Where.COMMAND
_IN_WHOLE = Where.DETAILS | Where.COMMAND
_ALL = Where.COLUMN | _IN_WHOLE
_NO_DETAILS = Where.COLUMN | Where.COMMAND

_TABLE = (
    BuiltIn("name", _("Name"), lambda plugin, _: plugin.name, facet=False),
    BuiltIn("summary", _("Summary"), _summary, Type.SUMMARY, facet=False, width=40),
    BuiltIn("namespace", _("Namespace"), lambda plugin, _: plugin.namespace),
    BuiltIn("deprecated", _("Deprecated"), lambda plugin, _: plugin.deprecated, Type.DEPRECATION, _ALL),
    BuiltIn("guide", _("Guide"), lambda plugin, _: plugin.guide, Type.PAGE, _ALL, facet=False),
    BuiltIn("replaced_by", _("Replaced by"), _of_lifetime(lambda of: list(of.replaced_by)), Type.PLUGINS, _ALL),
    BuiltIn("reason", _("Reason"), _of_lifetime(lambda of: of.reason), Type.TEXT, _ALL, facet=False),
    BuiltIn("since", _("Since"), _of_lifetime(lambda of: of.since), Type.RELEASE, _ALL),
    BuiltIn("renamed", _("Renamed from"), _of_lifetime(_renamed), Type.TEXT, _ALL, facet=False),
    BuiltIn("changed", _("Changed"), _of_lifetime(changes), Type.CHANGES, _ALL, facet=False),
    BuiltIn("removed", _("Removed"), _of_lifetime(lambda of: list(of.removed)), Type.RELEASE, _ALL),
    BuiltIn("install", _("Install"), _install, Type.CODE, _IN_WHOLE),
    BuiltIn("select", _("Select"), _select, Type.CODE, _IN_WHOLE),
    BuiltIn("target", _("Target"), lambda plugin, _: plugin.target, Type.TARGET, _ALL, facet=False),
    BuiltIn("definition", "Definition", _definition, Type.TEXT, _COMMAND),
    BuiltIn("module", _("Module"), lambda plugin, _: plugin.module),
    BuiltIn("kind", _("Kind"), lambda plugin, _: plugin.kind and plugin.kind.value, Type.KIND, _NO_DETAILS),
    BuiltIn("origin", _("Origin"), lambda plugin, _: str(plugin.origin)),
    BuiltIn("signature", _("Signature"), lambda plugin, _: plugin.signature, Type.TEXT, _NO_DETAILS, facet=False),
    BuiltIn("aliases", _("Aliases"), lambda plugin, _: list(plugin.aliases), Type.CODE, _ALL, facet=False),
    BuiltIn("referrers", _("Named by"), _referrers, Type.NAMED, _ALL, facet=False),
    BuiltIn("extras", _("Extras"), lambda plugin, _: list(plugin.extras)),
    BuiltIn("distribution", _("Distribution"), _of_distribution("name"), Type.DISTRIBUTION, _ALL),
    BuiltIn("tier", _("Tier"), lambda plugin, _: title_of_tier(plugin), Type.TEXT, _NO_DETAILS, order=_rank),
    BuiltIn("compatible", _("Compatible"), _compatible, Type.COMPATIBLE, _ALL, kinds=_fitting),
    BuiltIn("version", _("Version"), _of_distribution("version")),
    BuiltIn("license", _("License"), _of_distribution("license")),
    BuiltIn("python", _("Python"), _of_distribution("requires_python")),
    BuiltIn("status", _("Status"), lambda plugin, _: status(plugin)),
    BuiltIn("introspection", "Introspection", lambda plugin, _: plugin.introspection.value, Type.TEXT, _COMMAND),
)

BUILT_IN = {row.name: row for row in _TABLE}
"""The fields that every plugin has, by name and in order; a field of the configuration of that name hides one."""


def has_value(value: Json) -> bool:
    """Whether a value is more than nothing."""
    return value not in (None, "", [], {})


def is_configured(name: str, settings: NamespaceOptions) -> bool:
    """Whether the configuration gives a namespace a field of a name, which hides what is built in of that name."""
    return any(field.casefold() == name.casefold() for field in settings.fields)


def built_in(place: Where, settings: NamespaceOptions) -> list[BuiltIn]:
    """Return the fields that are shown in a place, but for those that the configuration hides."""
    return [row for row in BUILT_IN.values() if place in row.where and not is_configured(row.name, settings)]


def value(plugin: Plugin, name: str, settings: NamespaceOptions) -> Json:
    """Return the value of a field, of the configuration or built in; None where there is none, or none of that name.

    :param settings: those of the plugin's namespace
    """
    for field in plugin.fields:
        if field.name.casefold() == name.casefold():
            return field.value
    row = None if is_configured(name, settings) else BUILT_IN.get(name.casefold())
    return None if row is None else row.value(plugin, settings)


def values(plugin: Plugin, name: str, settings: NamespaceOptions) -> list[Json]:
    """Return the values of a field that may hold several."""
    row = None if is_configured(name, settings) else BUILT_IN.get(name.casefold())
    whole = row.kinds(plugin) if row is not None and row.kinds else value(plugin, name, settings)
    if not has_value(whole):
        return []
    return [each for each in whole if each is not None] if isinstance(whole, list) else [whole]


def setting(name: str, settings: NamespaceOptions) -> FieldSettings:
    """Return what the settings say of a field of the configuration."""
    return next((each for field, each in settings.fields.items() if field.casefold() == name.casefold()), _PLAIN)


_PLAIN = FieldSettings()


def type_of(plugin: Plugin, name: str, settings: NamespaceOptions) -> Type:
    """Return what the value of a field is."""
    for field in plugin.fields:
        if field.name.casefold() == name.casefold():
            return Type(field.type) if field.type in TYPES else Type.TEXT
    row = None if is_configured(name, settings) else BUILT_IN.get(name.casefold())
    return Type.TEXT if row is None else row.type


def order(plugin: Plugin, name: str, value_: Json, settings: NamespaceOptions) -> tuple[int, object]:
    """Return what plugins are ordered by for one value of a field."""
    row = None if is_configured(name, settings) else BUILT_IN.get(name.casefold())
    return (-1, row.order(plugin)) if row and row.order else types.order(value_, type_of(plugin, name, settings))


def configured(plugin: Plugin, settings: NamespaceOptions) -> list[Field | Problem]:
    """Return the fields of the configuration, in its order: each, or the problem that says why it is not known."""
    known: dict[str, Field | Problem] = {name.casefold(): problem for name, problem in _unknown(plugin)}
    known |= {field.name.casefold(): field for field in plugin.fields}
    return [known[name.casefold()] for name in settings.fields if name.casefold() in known]


def is_unknown(plugin: Plugin, name: str, settings: NamespaceOptions) -> bool:
    """Whether a plugin was asked for a field in vain."""
    problems = (each for each in configured(plugin, settings) if isinstance(each, Problem))
    return any(problem.details["field"].casefold() == name.casefold() for problem in problems)


def _unknown(plugin: Plugin) -> list[tuple[str, Problem]]:
    """Return the names of the fields that a plugin was asked for in vain, with the problems that say so."""
    problems = (each for each in plugin.problems if each.kind is ProblemKind.FIELD)
    return [(problem.details["field"], problem) for problem in problems if "field" in problem.details]


def shown_fields(namespace: Namespace, settings: NamespaceOptions) -> list[tuple[str, FieldSettings]]:
    """Return the fields of the configuration that a plugin has, or was asked for in vain, or that hide something.

    Each is there with what the settings say of how it is shown.
    """
    shown = set(BUILT_IN)
    for plugin in namespace.plugins:
        shown.update(field.name.casefold() for field in plugin.fields)
        shown.update(name.casefold() for name, _problem in _unknown(plugin))
    forms = {name: msgspec.structs.replace(field, describers=()) for name, field in settings.fields.items()}
    return [(name, form) for name, form in forms.items() if name.casefold() in shown]


def known_fields(namespaces: Iterable[str], options: Settings) -> dict[str, str]:
    """Return the names of all fields that people may name, as they are written, by how they are looked for."""
    given = [name for namespace in namespaces for name in options.of_namespace(namespace).fields]
    columns = [row.name for row in BUILT_IN.values() if Where.COLUMN in row.where]
    return {name.casefold(): name for name in [*columns, *given]}


def heading(field: str, all_settings: Iterable[NamespaceOptions] = ()) -> str:
    """Return what stands above a column, in English or in the words of the project.

    :param all_settings: those of the namespaces that it is of, of which the first that has a heading counts
    """
    given = (setting(field, settings).heading for settings in all_settings)
    usual = BUILT_IN[field].heading if field in BUILT_IN else f"{field[:1].upper()}{field[1:]}"
    return next(filter(None, given), usual)


def full_identity(plugin: Plugin) -> str:
    """Return ``namespace:name@distribution``, which tells a plugin from another one of its identity."""
    return f"{plugin.identity}@{plugin.distribution.name if plugin.distribution else ''}"


def is_known(plugin: Plugin) -> bool:
    """Whether more than its metadata is known of a plugin."""
    return plugin.introspection is not Introspection.METADATA


def cannot_be_loaded(plugin: Plugin) -> bool:
    """Whether loading a plugin, or reading its source, failed."""
    kinds = {problem.kind for problem in plugin.problems}
    return ProblemKind.LOAD in kinds or (not is_known(plugin) and ProblemKind.CONFIG in kinds)


def is_lost(plugin: Plugin) -> bool:
    """Whether a plugin cannot be loaded, and nothing but its metadata is known."""
    return cannot_be_loaded(plugin) and not is_known(plugin)
