"""The catalog, and what differs between two of them, as Markdown: for a README, or for release notes.

All that comes from plugins and distributions is text in it, whatever it looks like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext.plugins import selection
from sphinxext.plugins.core.text import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinxext.plugins.checks.compare import Changed, Comparison, Fact, Named
    from sphinxext.plugins.core.model import Namespace
    from sphinxext.plugins.settings import Options


def to_markdown(namespaces: Iterable[Namespace], options: Options) -> str:
    """Write a heading and a table for each namespace."""
    return "\n".join(_namespace(namespace, options) for namespace in namespaces)


def _namespace(namespace: Namespace, options: Options) -> str:
    title = options.of_namespace(namespace.name).title
    heading = (
        f"{escape_markdown(title)} ({escape_markdown(namespace.name)})" if title else escape_markdown(namespace.name)
    )
    fields = selection.columns([namespace], namespace.plugins, options)
    lines = [
        f"## {heading}",
        "",
        _row([selection.heading(field) for field in fields]),
        _row(["---"] * len(fields), escaped=True),
        *(_row(selection.row(plugin, fields, options)) for plugin in namespace.plugins),
    ]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str], *, escaped: bool = False) -> str:
    return f"| {' | '.join(cells if escaped else map(escape_markdown, cells))} |"


def differences(comparison: Comparison) -> str:
    """Write what differs as lists."""
    parts = [
        _listed("Added", map(_named, comparison.added)),
        _listed("Removed", map(_named, comparison.removed)),
        _listed("Changed", map(_changed, comparison.changed)),
        _listed("Distributions", map(_changed, comparison.distributions)),
    ]
    return "\n".join(filter(None, parts)) or "No plugin was added, removed or changed.\n"


def _listed(title: str, items: Iterable[str]) -> str:
    items = list(items)
    return "\n".join([f"## {title}", "", *items, ""]) if items else ""


def _named(named: Named) -> str:
    origin = f" ({escape_markdown(named.distribution)})" if named.distribution else ""
    summary = f": {escape_markdown(named.summary)}" if named.summary else ""
    return f"- **{escape_markdown(named.plugin)}**{origin}{summary}"


def _changed(changed: Changed) -> str:
    facts = [f"  - {_fact(fact)}" for fact in changed.facts]
    return "\n".join([f"- **{escape_markdown(changed.name)}**", *facts])


def _fact(fact: Fact) -> str:
    old, new = (escape_markdown(text) for text in fact.told)
    name = escape_markdown(selection.heading(fact.name))
    if old == new:
        return name
    return f"{name}: {old or '*none*'} → {new or '*none*'}"
