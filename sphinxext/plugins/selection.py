"""Which plugins a catalog shows, in which order and groups, and what it can tell of each."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING, NamedTuple

from packaging.utils import canonicalize_name

from sphinxext.plugins.model import Introspection, Json, ProblemKind
from sphinxext.plugins.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sphinxext.plugins.model import Distribution, Namespace, Plugin
    from sphinxext.plugins.options import Options


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


def value(plugin: Plugin, name: str) -> Json:
    """Give the value of a field, of the configuration or built in; None where there is none, or none of that name."""
    for field in plugin.fields:
        if field.name.casefold() == name.casefold():
            return field.value
    tell = BUILT_IN.get(name.casefold())
    return None if tell is None else tell(plugin)


def says_something(found: Json) -> bool:
    """Whether a value is more than nothing."""
    return found not in (None, "", [], {})


def values(plugin: Plugin, name: str) -> list[Json]:
    """Give the values of a field that may hold several."""
    found = value(plugin, name)
    if not says_something(found):
        return []
    return found if isinstance(found, list) else [found]


def known_fields(namespaces: Iterable[Namespace], options: Options) -> dict[str, str]:
    """Give the names of all fields as they are written, by how they are looked for."""
    configured = [name for namespace in namespaces for name in options.of_namespace(namespace.name).fields]
    return {name.casefold(): name for name in [*BUILT_IN, *configured]}


def columns(namespaces: Sequence[Namespace], plugins: Sequence[Plugin], options: Options) -> list[str]:
    """Give the columns that the configuration asks for, or else those that there is something to show in."""
    settings = [options.of_namespace(namespace.name) for namespace in namespaces]
    known = known_fields(namespaces, options)
    asked = [known[name.casefold()] for each in settings for name in each.columns or () if name.casefold() in known]
    if not asked:
        distributions = {value(plugin, "distribution") for plugin in plugins}
        fields = [name for each in settings for name in each.fields]
        asked = ["name", "summary", *fields, *(["distribution"] if len(distributions) > 1 else [])]
        asked = [name for name in asked if any(says_something(cell(plugin, name, options)) for plugin in plugins)]
    several = ["namespace"] if len(namespaces) > 1 else []
    return list(dict.fromkeys([*several, *asked]))


def heading(field: str) -> str:
    """Give what stands above a column."""
    return f"{field[:1].upper()}{field[1:]}"


def cell(plugin: Plugin, field: str, options: Options) -> Json:
    """Give what stands in a column; a summary may be somebody else's, and then says whose."""
    inherited = plugin.inherited if options.inherit_docstrings and plugin.docstring is None else None
    if field == "summary" and inherited is not None:
        return f"{inherited.docstring.summary} (inherited from {inherited.owner})"
    return value(plugin, field)


def row(plugin: Plugin, fields: Iterable[str], options: Options) -> list[str]:
    """Give what stands in columns, as texts; a name is marked where people have to know before they use the plugin."""
    marks = ["deprecated"] if plugin.deprecated is not None else []
    unknown = plugin.introspection is Introspection.METADATA
    marks += ["cannot be loaded"] if unknown and cannot_be_loaded(plugin) else []
    texts = {field: text_of(cell(plugin, field, options)) for field in fields}
    if "name" in texts and marks:
        texts["name"] += f" ({', '.join(marks)})"
    return list(texts.values())


def filled(template: str, plugin: Plugin) -> str:
    """Fill in a template of the settings, such as ``pip install {requirement}``."""
    distribution = plugin.distribution
    name = distribution.name if distribution else ""
    known = {
        "name": plugin.name,
        "namespace": plugin.namespace,
        "distribution": name,
        "requirement": f"{name}[{','.join(plugin.extras)}]" if plugin.extras else name,
        "version": (distribution and distribution.version) or "",
    }
    text = template
    for key, each in known.items():
        text = text.replace(f"{{{key}}}", each)
    return text.strip("\n")


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
    """The field by whose value plugins are grouped."""


def select(plugins: Iterable[Plugin], selection: Selection) -> list[tuple[str | None, list[Plugin]]]:
    """Give the plugins that are selected, in groups with their titles; None for the group that has none.

    What has no value to be sorted or grouped by comes last.
    """
    selected = [plugin for plugin in plugins if _is_selected(plugin, selection)]
    if selection.sort is not None:
        field = selection.sort.removeprefix("-")
        known = [plugin for plugin in selected if says_something(value(plugin, field))]
        unknown = [plugin for plugin in selected if not says_something(value(plugin, field))]
        known.sort(key=lambda plugin: natural_order(value(plugin, field)), reverse=selection.sort.startswith("-"))
        selected = known + unknown
    if selection.group_by is None:
        return [(None, selected)]
    groups: dict[str | None, list[Plugin]] = {}
    for plugin in selected:
        titles = [str(each) for each in values(plugin, selection.group_by)]
        groups.setdefault(", ".join(titles) or None, []).append(plugin)
    return sorted(groups.items(), key=lambda group: (group[0] is None, natural_order(group[0])))


def natural_order(found: Json) -> list[tuple[bool, int, str]]:
    """Give the key of a value by which numbers and versions within texts are in their own order."""
    text = ", ".join(map(str, found)) if isinstance(found, list) else str(found)
    pieces = re.split(r"(\d+)", text.casefold())
    return [(not piece.isdecimal(), int(piece) if piece.isdecimal() else 0, piece) for piece in pieces if piece]


def is_few_valued(plugins: Sequence[Plugin], name: str) -> bool:
    """Whether the values of a field sort plugins into a few kinds, which readers choose from."""
    found = [tuple(map(str, values(plugin, name))) for plugin in plugins]
    distinct = {each for listed in found for each in listed}
    return 1 < len(distinct) <= _FEW and 2 * len(distinct) <= sum(map(len, found))


_FEW = 12


def is_unknown(plugin: Plugin, name: str) -> bool:
    """Whether a plugin was asked for a field in vain."""
    failed = (problem.details["field"] for problem in plugin.problems if problem.kind is ProblemKind.FIELD)
    return any(field.casefold() == name.casefold() for field in failed)


def cannot_be_loaded(plugin: Plugin) -> bool:
    """Whether loading a plugin, or reading its source, failed."""
    kinds = {problem.kind for problem in plugin.problems}
    return ProblemKind.LOAD in kinds or (plugin.introspection is Introspection.METADATA and ProblemKind.CONFIG in kinds)


def _is_selected(plugin: Plugin, selection: Selection) -> bool:
    distribution = canonicalize_name(plugin.distribution.name) if plugin.distribution else ""
    wanted = [canonicalize_name(glob) for glob in selection.distribution]
    return (
        (not selection.include or _fits(plugin.name, selection.include))
        and not _fits(plugin.name, selection.exclude)
        and (not wanted or _fits(distribution, wanted))
    )


def _fits(name: str, globs: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, glob) for glob in globs)
