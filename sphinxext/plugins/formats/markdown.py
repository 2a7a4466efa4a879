"""The catalog, and what differs between two of them, as Markdown: for a README, or for release notes.

All that comes from plugins and distributions is text in it, whatever it looks like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext.plugins.core import selection
from sphinxext.plugins.core.fields import heading
from sphinxext.plugins.core.text import escape_markdown
from sphinxext.plugins.formats import Format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinxext.plugins.core.differences import Comparison
    from sphinxext.plugins.core.fields import Settings
    from sphinxext.plugins.core.model import Catalog, Namespace


def to_markdown(catalog: Catalog, options: Settings) -> bytes:
    """Write a heading and a table for each namespace."""
    return "\n".join(_namespace(namespace, options) for namespace in catalog.namespaces).encode()


def _namespace(namespace: Namespace, options: Settings) -> str:
    settings = options.of_namespace(namespace.name)
    title = settings.title
    name = f"{title} ({namespace.name})" if title else namespace.name
    fields = selection.columns([namespace], namespace.plugins, options)
    rows = [selection.row(plugin, fields, options) for plugin in namespace.plugins]
    lines = [
        _row([heading(field, [settings]) for field in fields]),
        f"| {' | '.join(['---'] * len(fields))} |",
        *map(_row, rows),
    ]
    return "\n".join([f"## {escape_markdown(name)}", "", *lines]) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(escape_markdown, cells))} |"


def differences(comparison: Comparison) -> str:
    """Write what differs between two catalogs, as lists."""
    forms = {"#": "## {}\n{}", "": "  - {}{}", "!": "  - **{}**{}"}
    lines: list[str] = []
    for sign, name, rest in comparison.lines(escape_markdown, "*none*"):
        lines += [""] if lines and sign == "#" else []
        lines.append(forms.get(sign, "- **{}**{}").format(name, rest))
    return "\n".join(lines or ["No plugin was added, removed or changed."]) + "\n"


FORMAT = Format(to_markdown, "text/markdown")
