"""Which plugins a catalog shows, in which order and groups, and what it can tell of each."""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from packaging.utils import canonicalize_name

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.model import Introspection, Json, Problem, ProblemKind
from sphinxext.plugins.core.text import clean_line, text_of
from sphinxext.plugins.settings import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sphinxext.plugins.core.model import Distribution, Field, Namespace, Plugin
    from sphinxext.plugins.settings import NamespaceOptions


def _of_distribution(tell: Callable[[Distribution], Json]) -> Callable[[Plugin], Json]:
    return lambda plugin: tell(plugin.distribution) if plugin.distribution else None


BUILT_IN: dict[str, Callable[[Plugin], Json]] = {
    "name": lambda plugin: plugin.name,
    "summary": lambda plugin: plugin.docstring.summary if plugin.docstring else None,
    "namespace": lambda plugin: plugin.namespace,
    "distribution": _of_distribution(lambda distribution: distribution.name),
    "version": _of_distribution(lambda distribution: distribution.version),
    "license": _of_distribution(lambda distribution: distribution.license),
    "python": _of_distribution(lambda distribution: distribution.requires_python),
    "status": _of_distribution(lambda distribution: distribution.status),
    "kind": lambda plugin: plugin.kind and plugin.kind.value,
    "module": lambda plugin: plugin.module,
    "target": lambda plugin: plugin.target,
    "signature": lambda plugin: plugin.signature,
    "aliases": lambda plugin: list(plugin.aliases),
    "extras": lambda plugin: list(plugin.extras),
    "deprecated": lambda plugin: plugin.deprecated,
}
"""What is known of any plugin, by the name of its field; a field that the configuration gives goes before it."""


def is_configured(name: str, settings: NamespaceOptions) -> bool:
    """Whether the configuration gives a namespace a field of a name, which hides what is built in of that name."""
    return any(field.casefold() == name.casefold() for field in settings.fields)


def value(plugin: Plugin, name: str, settings: NamespaceOptions) -> Json:
    """Return the value of a field, of the configuration or built in; None where there is none, or none of that name.

    :param settings: those of the plugin's namespace
    """
    for field in plugin.fields:
        if field.name.casefold() == name.casefold():
            return field.value
    tell = None if is_configured(name, settings) else BUILT_IN.get(name.casefold())
    return None if tell is None else tell(plugin)


def says_something(found: Json) -> bool:
    """Whether a value is more than nothing."""
    return found not in (None, "", [], {})


def values(plugin: Plugin, name: str, settings: NamespaceOptions) -> list[Json]:
    """Return the values of a field that may hold several."""
    found = value(plugin, name, settings)
    if not says_something(found):
        return []
    return [each for each in found if each is not None] if isinstance(found, list) else [found]


def fields(plugin: Plugin, settings: NamespaceOptions) -> list[Field | Problem]:
    """Return the fields of the configuration, in its order: each, or the problem that says why it is not known."""
    found: dict[str, Field | Problem] = {
        problem.details["field"].casefold(): problem
        for problem in plugin.problems
        if problem.kind is ProblemKind.FIELD and "field" in problem.details
    }
    found |= {field.name.casefold(): field for field in plugin.fields}
    return [found[name.casefold()] for name in settings.fields if name.casefold() in found]


def shown_fields(namespace: Namespace, settings: NamespaceOptions) -> list[str]:
    """Return the fields of the configuration that a plugin has, or was asked for in vain, or that hide something."""
    shown = {*BUILT_IN, "install", "select"}
    for plugin in namespace.plugins:
        shown.update(field.name.casefold() for field in plugin.fields)
        problems = (each.details.get("field") for each in plugin.problems if each.kind is ProblemKind.FIELD)
        shown.update(name.casefold() for name in problems if name)
    return [name for name in settings.fields if name.casefold() in shown]


def known_fields(namespaces: Iterable[Namespace], options: Options) -> dict[str, str]:
    """Return the names of all fields as they are written, by how they are looked for."""
    configured = [name for namespace in namespaces for name in options.of_namespace(namespace.name).fields]
    return {name.casefold(): name for name in [*BUILT_IN, *configured]}


def columns(
    namespaces: Sequence[Namespace], plugins: Sequence[Plugin], options: Options, *, without: str | None = None
) -> list[str]:
    """Return the columns that the configuration asks for, or else those that there is something to show in.

    :param without: a field that is shown elsewhere
    """
    settings = [options.of_namespace(namespace.name) for namespace in namespaces]
    known = known_fields(namespaces, options)
    asked = [name for each in settings for name in each.columns or ()]
    if not any(name.casefold() in known for name in asked):
        distributions = {plugin.distribution and plugin.distribution.name for plugin in plugins}
        configured = [name for each in settings for name in each.fields if name != without]
        asked = ["name", "summary", *configured, *(["distribution"] if len(distributions) > 1 else [])]
        asked = [name for name in asked if any(tells(plugin, name, options) for plugin in plugins)]
    # A field of the configuration and what is built in of its name are one column.
    return list(dict.fromkeys(known[name.casefold()] for name in asked if name.casefold() in known))


def tells(plugin: Plugin, name: str, options: Options) -> bool:
    """Whether there is something to show of a plugin in a column."""
    settings = options.of_namespace(plugin.namespace)
    instead = name.casefold() == "summary" and cannot_be_loaded(plugin) and not is_configured(name, settings)
    return instead or says_something(cell(plugin, name, options)) or is_unknown(plugin, name, settings)


def heading(field: str) -> str:
    """Return what stands above a column."""
    return f"{field[:1].upper()}{field[1:]}"


def cell(plugin: Plugin, field: str, options: Options) -> Json:
    """Return what stands in a column; a summary may be somebody else's, and then says whose."""
    settings = options.of_namespace(plugin.namespace)
    inherited = plugin.inherited if options.inherit_docstrings and plugin.docstring is None else None
    if field == "summary" and inherited is not None and not is_configured(field, settings):
        return f"{inherited.docstring.summary} (inherited from {inherited.owner})"
    return value(plugin, field, settings)


def row(plugin: Plugin, fields: Iterable[str], options: Options) -> list[str]:
    """Return what stands in columns, as texts; a name is marked where people must know before they use the plugin."""
    settings = options.of_namespace(plugin.namespace)
    marks = ["deprecated"] if plugin.deprecated is not None else []
    unknown = plugin.introspection is Introspection.METADATA
    marks += ["cannot be loaded"] if unknown and cannot_be_loaded(plugin) else []
    texts: list[str] = []
    for field in fields:
        text = text_of(cell(plugin, field, options))
        if field.casefold() == "name":
            # A name of the configuration's stands before the real one, as a title does.
            text = f"{text} ({plugin.name})" if text and is_configured(field, settings) else plugin.name
            text += f" ({', '.join(marks)})" if marks else ""
        elif not text and is_unknown(plugin, field, settings):
            text = "not known"
        texts.append(text)
    return texts


def _requirement(plugin: Plugin) -> str:
    name = plugin.distribution.name if plugin.distribution else ""
    return f"{name}[{','.join(plugin.extras)}]" if plugin.extras else name


PLACEHOLDERS: dict[str, Callable[[Plugin], str]] = {
    "name": lambda plugin: plugin.name,
    "namespace": lambda plugin: plugin.namespace,
    "distribution": lambda plugin: plugin.distribution.name if plugin.distribution else "",
    "requirement": _requirement,
    "version": lambda plugin: (plugin.distribution and plugin.distribution.version) or "",
}
"""What templates of the settings are filled in with."""

_PLACEHOLDER = re.compile(rf"\{{({'|'.join(PLACEHOLDERS)})\}}")


def filled(template: str, plugin: Plugin) -> str:
    """Fill in a template of the settings, such as ``pip install {requirement}``; what is filled in is no template."""
    return _PLACEHOLDER.sub(lambda found: PLACEHOLDERS[found[1]](plugin), template).strip("\n")


class Selection(NamedTuple):
    """What is selected."""

    include: Sequence[str] = ()
    """Globs, of which a name has to fit one; all names where there are none."""

    exclude: Sequence[str] = ()
    """Globs, of which a name must fit none."""

    distribution: Sequence[str] = ()
    """Globs like those, on names of distributions, however they are spelt."""

    sort: str | None = None
    """The field to sort by, with ``-`` before it the other way round."""

    group_by: str | None = None
    """The field by whose values plugins are grouped, with ``-`` before it with the last group first."""

    group_order: Sequence[str] = ()
    """The values that come first, in this order."""

    words: tuple[str, str] = ("yes", "no")
    """What truth values are called in the titles of groups."""


_DEFAULTS = Options()


def select(
    plugins: Iterable[Plugin], selection: Selection, options: Options = _DEFAULTS
) -> list[tuple[str | None, list[Plugin]]]:
    """Return the plugins that are selected, in groups with their titles; None for the group that has none.

    A plugin is in the group of each of its values. What has no value to be sorted or grouped by comes last.
    """
    selected = [plugin for plugin in plugins if is_selected(plugin, selection)]
    if selection.sort is not None:
        field = selection.sort.removeprefix("-")
        found = [(value(plugin, field, options.of_namespace(plugin.namespace)), plugin) for plugin in selected]
        known = [(natural_order(each), plugin) for each, plugin in found if says_something(each)]
        known.sort(key=itemgetter(0), reverse=selection.sort.startswith("-"))
        selected = [plugin for _, plugin in known] + [plugin for each, plugin in found if not says_something(each)]
    if selection.group_by is None:
        return [(None, selected)]
    groups: dict[str, list[Plugin]] = {}
    others: list[Plugin] = []
    for plugin in selected:
        titles = _titles(plugin, selection, options.of_namespace(plugin.namespace))
        for title in titles:
            groups.setdefault(title, []).append(plugin)
        others += [] if titles else [plugin]
    ordered: list[tuple[str | None, list[Plugin]]] = []
    ordered += sorted(groups.items(), key=lambda group: natural_order(group[0]), reverse=selection.group_by[0] == "-")
    ordered.sort(key=lambda group: _place(group[0] or "", selection))
    return [*ordered, *([(None, others)] if others else [])]


def _titles(plugin: Plugin, selection: Selection, settings: NamespaceOptions) -> list[str]:
    """Return the titles of the groups that a plugin is in: its values, of a truth value with the field's name."""
    field = (selection.group_by or "").removeprefix("-")
    told = [
        f"{field}: {text_of(each, *selection.words)}" if isinstance(each, bool) else clean_line(text_of(each))
        for each in values(plugin, field, settings)[: limits.MOST_GROUPS]
    ]
    return list(dict.fromkeys(filter(None, told)))


def _place(title: str, selection: Selection) -> int:
    """Return the place of a group among those whose order is given; behind these are all others."""
    bare = title.removeprefix(f"{(selection.group_by or '').removeprefix('-')}: ")
    places = {text.casefold(): number for number, text in enumerate(selection.group_order)}
    return places.get(title.casefold(), places.get(bare.casefold(), len(places)))


def is_ordered(titles: Iterable[str | None], selection: Selection) -> bool:
    """Whether the order of groups that is given says something of those that there are."""
    return any(title is not None and _place(title, selection) < len(selection.group_order) for title in titles)


def natural_order(found: Json) -> list[tuple[bool, int, str]]:
    """Return the key of a value by which numbers and versions within texts are in their own order."""
    pieces = re.split(r"(\d+)", text_of(found).casefold())
    return [_number(piece) if piece.isdecimal() else (True, 0, piece) for piece in pieces if piece]


def _number(digits: str) -> tuple[bool, int, str]:
    """Return the key of a number, of which Python converts only short ones: how many digits it has, and these."""
    plain = "".join(str(unicodedata.decimal(digit)) for digit in digits).lstrip("0")
    return False, len(plain), plain


def is_few_valued(plugins: Sequence[Plugin], name: str, options: Options) -> bool:
    """Whether the values of a field sort plugins into a few kinds, which readers choose from."""
    settings = {plugin.namespace: options.of_namespace(plugin.namespace) for plugin in plugins}
    found = [tuple(map(text_of, values(plugin, name, settings[plugin.namespace]))) for plugin in plugins]
    distinct = {each for listed in found for each in listed}
    return 1 < len(distinct) <= limits.MOST_CHOICES and 2 * len(distinct) <= sum(map(len, found))


def is_unknown(plugin: Plugin, name: str, settings: NamespaceOptions) -> bool:
    """Whether a plugin was asked for a field in vain."""
    wanted = name.casefold()
    unknown = (each for each in fields(plugin, settings) if isinstance(each, Problem))
    return any(problem.details["field"].casefold() == wanted for problem in unknown)


def cannot_be_loaded(plugin: Plugin) -> bool:
    """Whether loading a plugin, or reading its source, failed."""
    kinds = {problem.kind for problem in plugin.problems}
    return ProblemKind.LOAD in kinds or (plugin.introspection is Introspection.METADATA and ProblemKind.CONFIG in kinds)


def is_selected(plugin: Plugin, selection: Selection) -> bool:
    """Whether a plugin is one of those that are selected."""
    distribution = canonicalize_name(plugin.distribution.name) if plugin.distribution else ""
    wanted = [canonicalize_name(glob) for glob in selection.distribution]
    return (
        (not selection.include or _fits(plugin.name, selection.include))
        and not _fits(plugin.name, selection.exclude)
        and (not wanted or _fits(distribution, wanted))
    )


def unfitting(plugins: Sequence[Plugin], selection: Selection) -> list[tuple[str, str, list[str]]]:
    """Return the globs that fit no plugin, each with its kind before it and behind it the names that there are."""
    names = sorted({plugin.name for plugin in plugins})
    distributions = sorted({plugin.distribution.name for plugin in plugins if plugin.distribution})
    globs = [("include", glob, names) for glob in selection.include]
    globs += [("exclude", glob, names) for glob in selection.exclude]
    found = [(kind, glob, known) for kind, glob, known in globs if not any(_fits(name, [glob]) for name in known)]
    normal = [canonicalize_name(name) for name in distributions]
    missing = [glob for glob in selection.distribution if not fnmatch.filter(normal, canonicalize_name(glob))]
    return found + [("distribution", glob, distributions) for glob in missing]


def _fits(name: str, globs: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, glob) for glob in globs)
