"""Which plugins a catalog shows, in which order and groups, and which of their fields."""

from __future__ import annotations

import fnmatch
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from packaging.utils import canonicalize_name

from sphinxext.plugins.core import limits, types
from sphinxext.plugins.core.fields import (
    BUILT_IN,
    cannot_be_loaded,
    has_value,
    is_configured,
    is_known,
    is_unknown,
    known_fields,
    of_docstring,
    order,
    setting,
    type_of,
    value,
    values,
)
from sphinxext.plugins.core.text import clean_line, short, text_of
from sphinxext.plugins.core.types import Type
from sphinxext.plugins.core.typos import the_nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sphinxext.plugins.core.fields import Settings
    from sphinxext.plugins.core.model import Namespace, Plugin
    from sphinxext.plugins.core.structs import Json


def columns(
    namespaces: Sequence[Namespace], plugins: Sequence[Plugin], options: Settings, *, without: str | None = None
) -> list[str]:
    """Return the columns that the configuration asks for, or else those that there is something to show in.

    :param without: a field that is shown elsewhere
    """
    names = [namespace.name for namespace in namespaces]
    known = known_fields(names, options)
    asked = [field for name in names for field in options.of_namespace(name).columns or ()]
    if not any(name.casefold() in known for name in asked):
        distributions = {plugin.distribution and plugin.distribution.name for plugin in plugins}
        given = [field for name in names for field in options.of_namespace(name).fields if field != without]
        asked = ["name", "summary", *given, "guide", *(["distribution"] if len(distributions) > 1 else [])]
        asked = [name for name in asked if any(_says(plugin, name, options) for plugin in plugins)]
    # A field of the configuration and what is built in of its name are one column.
    return list(dict.fromkeys(known[name.casefold()] for name in asked if name.casefold() in known))


def _says(plugin: Plugin, name: str, options: Settings) -> bool:
    """Whether there is something to show of a plugin in a column."""
    settings = options.of_namespace(plugin.namespace)
    reason = name.casefold() == "summary" and cannot_be_loaded(plugin) and not is_configured(name, settings)
    return reason or has_value(cell(plugin, name, options)) or is_unknown(plugin, name, settings)


def cell(plugin: Plugin, field: str, options: Settings) -> Json:
    """Return what stands in a column; a summary may be somebody else's, and then says whose."""
    settings = options.of_namespace(plugin.namespace)
    inherited = plugin.inherited if options.inherit_docstrings and plugin.docstring is None else None
    inherits = inherited is not None and plugin.summary is None and of_docstring(settings)
    if field == "summary" and inherited is not None and inherits and not is_configured(field, settings):
        return f"{inherited.docstring.summary} (inherited from {inherited.owner})"
    return value(plugin, field, settings)


def row(plugin: Plugin, fields: Iterable[str], options: Settings) -> list[str]:
    """Return what stands in columns, as texts; a name is marked where people must know before they use the plugin."""
    settings = options.of_namespace(plugin.namespace)
    marks = ["deprecated"] if plugin.deprecated is not None else []
    marks += ["cannot be loaded"] if cannot_be_loaded(plugin) and not is_known(plugin) else []
    texts: list[str] = []
    for field in fields:
        text = types.text(cell(plugin, field, options), type_of(plugin, field, settings))
        if field.casefold() == "name":
            # A name of the configuration's stands before the real one, as a title does.
            text = f"{text} ({plugin.name})" if text and is_configured(field, settings) else plugin.name
            text += f" ({', '.join(marks)})" if marks else ""
        elif is_configured(field, settings) and text:
            text = short(text)
        elif not text and is_unknown(plugin, field, settings):
            text = "not known"
        texts.append(text)
    return texts


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


def select(plugins: Iterable[Plugin], selection: Selection, options: Settings) -> list[tuple[str | None, list[Plugin]]]:
    """Return the plugins that are selected, in groups with their titles; None for the group that has none.

    A plugin is in the group of each of its values. What has no value to be sorted or grouped by comes last.
    """
    selected = [plugin for plugin in plugins if is_selected(plugin, selection)]
    if selection.sort is not None:
        selected = _sorted(selected, selection.sort, options)
    if selection.group_by is None:
        return [(None, selected)]
    groups: dict[str, list[Plugin]] = {}
    places: dict[str, tuple[int, object]] = {}
    others: list[Plugin] = []
    for plugin in selected:
        titles = _titles(plugin, selection, options)
        for title, place in titles.items():
            groups.setdefault(title, []).append(plugin)
            places.setdefault(title, place)
        others += [] if titles else [plugin]
    ordered: list[tuple[str | None, list[Plugin]]] = []
    ordered += sorted(groups.items(), key=lambda group: places[group[0] or ""], reverse=selection.group_by[0] == "-")
    ordered.sort(key=lambda group: _place(group[0] or "", selection))
    return [*ordered, *([(None, others)] if others else [])]


def _sorted(plugins: Sequence[Plugin], by: str, options: Settings) -> list[Plugin]:
    field = by.removeprefix("-")
    known: list[tuple[tuple[int, object], Plugin]] = []
    others: list[Plugin] = []
    for plugin in plugins:
        settings = options.of_namespace(plugin.namespace)
        each = value(plugin, field, settings)
        if has_value(each):
            known.append((order(plugin, field, each, settings), plugin))
        else:
            others.append(plugin)
    known.sort(key=itemgetter(0), reverse=by.startswith("-"))
    return [plugin for _, plugin in known] + others


def _titles(plugin: Plugin, selection: Selection, options: Settings) -> dict[str, tuple[int, object]]:
    """Return the titles of the groups that a plugin is in, with what these are ordered by.

    They are its values; a truth value has the field's name before it.
    """
    field = (selection.group_by or "").removeprefix("-")
    settings = options.of_namespace(plugin.namespace)
    type_ = type_of(plugin, field, settings)
    titles: dict[str, tuple[int, object]] = {}
    for each in values(plugin, field, settings)[: limits.MOST_GROUPS]:
        text = types.text(each, Type.RECORD if isinstance(each, dict) else type_, *selection.words)
        title = f"{field}: {text}" if isinstance(each, bool) else clean_line(text)
        if title:
            titles.setdefault(title, order(plugin, field, title if type_ is Type.TEXT else each, settings))
    return titles


def _place(title: str, selection: Selection) -> int:
    """Return the place of a group among those whose order is given; behind these are all others."""
    bare = title.removeprefix(f"{(selection.group_by or '').removeprefix('-')}: ")
    places = {text.casefold(): number for number, text in enumerate(selection.group_order)}
    return places.get(title.casefold(), places.get(bare.casefold(), len(places)))


def is_ordered(titles: Iterable[str | None], selection: Selection) -> bool:
    """Whether the order of groups that is given says something of those that there are."""
    return any(title is not None and _place(title, selection) < len(selection.group_order) for title in titles)


def is_facet(plugins: Sequence[Plugin], name: str, options: Settings) -> bool:
    """Whether the values of a field sort plugins into a few kinds, which readers choose from."""
    all_settings = {plugin.namespace: options.of_namespace(plugin.namespace) for plugin in plugins}
    built_in = BUILT_IN.get(name.casefold())
    given = [setting(name, each) for each in all_settings.values() if is_configured(name, each)]
    if built_in and not built_in.facet and not given:
        return False
    asked = next((each.facet for each in given if each.facet is not None), None)
    all_values = [tuple(map(text_of, values(plugin, name, all_settings[plugin.namespace]))) for plugin in plugins]
    distinct = {each for listed in all_values for each in listed}
    if asked is not None:
        return asked and len(distinct) > 1
    if not all(types.TYPES[each.type].facet for each in given):
        return False
    often = any(each.type is Type.TAGS for each in given) or 2 * len(distinct) <= sum(map(len, all_values))
    return 1 < len(distinct) <= limits.MOST_CHOICES and often


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
    missing = [each for each in globs if not any(_fits(name, [each[1]]) for name in names)]
    normal = [canonicalize_name(name) for name in distributions]
    wanted = [glob for glob in selection.distribution if not fnmatch.filter(normal, canonicalize_name(glob))]
    return missing + [("distribution", glob, distributions) for glob in wanted]


def of_options(options: Mapping[str, str]) -> Selection:
    """Return which plugins the options of a directive select."""
    globs = {option: options.get(option, "").split() for option in SELECTING}
    return Selection(include=globs["include"], exclude=globs["exclude"], distribution=globs["distribution"])


SELECTING = ("include", "exclude", "distribution")
"""The options of directives that select plugins."""


def mistakes(
    directive: str, argument: str, chosen: Selection, plugins: Sequence[Plugin], gone: Sequence[Plugin] = ()
) -> list[tuple[str, str]]:
    """Return what of the options that select plugins fits nothing, as messages with their remedies.

    :param gone: those that are there no more
    """
    wrong = unfitting([*plugins, *gone], chosen)
    if not any(is_selected(plugin, chosen) for plugin in plugins):
        near = "".join(dict.fromkeys(the_nearest(each.strip(",;"), names) for _kind, each, names in wrong))
        message = f"no plugin of {argument} fits what {directive} selects"
        return [(message, f"correct the options include, exclude and distribution{near}")]
    found: list[tuple[str, str]] = []
    for option, glob, names in wrong:
        near = the_nearest(glob.strip(",;"), names)
        message = f"{glob!r} in the option :{option}: of {directive} fits no plugin of {argument}"
        found.append((message, f"correct it{near}, or drop it; globs are separated by spaces"))
    return found


def _fits(name: str, globs: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, glob) for glob in globs)
