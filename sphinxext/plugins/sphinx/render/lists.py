"""Lists: a line for each plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from sphinxext.plugins.sphinx.render import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinxext.plugins.sphinx.render.parts import Entry, Page


def bullets(entries: Iterable[Entry], page: Page, classes: Sequence[str]) -> nodes.bullet_list:
    """Render a bullet list, an item a plugin: its name, two dashes, its summary.

    .. code-block:: xml

       <bullet_list><list_item><paragraph><target ids="plugin-…"/>name -- summary</paragraph></list_item></bullet_list>
    """
    bullet_list = nodes.bullet_list("", bullet="*", classes=["sp-list", *classes])
    for entry in entries:
        paragraph = nodes.paragraph("", "", *parts.targets(entry, page), *parts.name_of(entry), translatable=False)
        summary = parts.summary_of(entry)
        if summary:
            paragraph += [nodes.Text(" -- "), *summary]
        bullet_list += nodes.list_item("", paragraph)
    return bullet_list
