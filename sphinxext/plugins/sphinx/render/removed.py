"""Plugins that are there no more, or have another name: what became of each, where readers look for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from sphinx.locale import get_translation

from sphinxext.plugins.core.lifetimes import UNRELEASED
from sphinxext.plugins.core.model import Distribution, Plugin
from sphinxext.plugins.core.text import clean, clean_line, option_anchor
from sphinxext.plugins.sphinx.render import details, parts, places, values
from sphinxext.plugins.sphinx.render.parts import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sphinxext.plugins.core.lifetimes import Removed, Renamed
    from sphinxext.plugins.core.model import Namespace
    from sphinxext.plugins.sphinx.render.details import Room
    from sphinxext.plugins.sphinx.render.parts import Page

_ = get_translation("sphinxext.plugins")


class Gone(NamedTuple):
    """A plugin that is there no more, or a name that one had."""

    item: Item
    """It, with nothing else that is known of it than its name and its distribution."""

    badge: str
    """What is to be seen at a glance."""

    said: Callable[[Page], list[nodes.Node]]
    """What makes a paragraph of what became of it."""

    summary: str | None = None
    is_renamed: bool = False


def removed(namespace: Namespace) -> list[Gone]:
    """Return the plugins that a namespace has no more."""
    return [_removed(namespace.name, each) for each in namespace.removed]


def _removed(namespace: str, each: Removed) -> Gone:
    distribution = Distribution(name=each.distribution) if each.distribution else None
    plugin = Plugin(namespace=namespace, name=each.name, target="", distribution=distribution)
    ids = [option_anchor(plugin.anchor, name) for name in each.lost]
    item = Item(plugin, old_ids=ids, is_gone=True)
    return Gone(item, when(each), partial(_said, namespace, each), each.summary)


def when(each: Removed) -> str:
    """Say since when a plugin is there no more, or until when it is known to have been there."""
    if each.release is None:
        return clean_line(_("last in %s") % each.last)
    return clean_line(
        _("removed after %s") % each.last if each.release == UNRELEASED else _("removed in %s") % each.release
    )


def _said(namespace: str, each: Removed, page: Page) -> list[nodes.Node]:
    said: list[list[nodes.Node]] = [[nodes.Text(clean(text))] for text in (each.status, each.reason) if text]
    if each.replaced_by:
        said.append(parts.phrase(_("Use %(names)s."), names=values.others(namespace, each.replaced_by, page)))
    return [node for one in said for node in (nodes.Text(" "), *one)][1:]


def renamed(namespace: Namespace, name: str) -> Gone | None:
    """Return a name that a plugin of a namespace had."""
    for plugin in namespace.plugins:
        for each in plugin.lifetime.renamed if plugin.lifetime else ():
            if each.name == name:
                item = Item(Plugin(namespace=namespace.name, name=name, target=""), is_gone=True)
                return Gone(item, said_of(each), partial(_leading, namespace.name, plugin.name), is_renamed=True)
    return None


def said_of(each: Renamed) -> str:
    """Say since when a plugin has another name."""
    if each.release in {None, UNRELEASED}:
        return str(_("renamed"))
    return clean_line(_("renamed in %s") % each.release)


def _leading(namespace: str, name: str, page: Page) -> list[nodes.Node]:
    return parts.phrase(_("It is called %(name)s now."), name=values.others(namespace, [name], page))


def as_list(gone: Sequence[Gone], page: Page, *, full: bool) -> nodes.bullet_list:
    """Render an item each: its name, which leads to its description, if any, what it was, and what became of it.

    :param full: whether the namespace stands before each name
    """
    listed = nodes.bullet_list("", bullet="*", classes=["sp-removed"])
    for each in gone:
        plugin = each.item.plugin
        name = parts.span(plugin.identity if full else plugin.name, "sp-name")
        shown = [*places.of_plugin(each.item, page), *parts.to_details(each.item, page, [name])]
        paragraph = nodes.paragraph("", "", *shown, nodes.Text(f" ({each.badge})"), translatable=False)
        paragraph += [nodes.Text(" -- "), parts.span(clean_line(each.summary), "sp-summary")] if each.summary else []
        said = each.said(page)
        paragraph += [nodes.Text(" "), *said] if said else []
        listed += nodes.list_item("", paragraph)
    return listed


def as_sections(gone: Sequence[Gone], page: Page, room: Room | int) -> list[nodes.Node]:
    """Render a section each."""
    return [
        details.section(each.item, page, ["sp-plugin", "sp-removed"], parts.heading(each.item), _body(each, page), room)
        for each in gone
    ]


def description(gone: Gone, page: Page, classes: Sequence[str], prose: Sequence[nodes.Node]) -> list[nodes.Node]:
    """Render one as Sphinx describes an object."""
    badge = nodes.inline("", gone.badge, classes=["sp-badge", "sp-removed"])
    return details.described(gone.item, page, [*classes, "sp-removed"], [badge], [*_body(gone, page)[1:], *prose])


def _body(gone: Gone, page: Page) -> list[nodes.Node]:
    badge = nodes.inline("", gone.badge, classes=["sp-badge", "sp-removed"])
    shown: list[nodes.Node] = [nodes.paragraph("", "", badge, classes=["sp-badges"], translatable=False)]
    if gone.summary:
        shown.append(nodes.paragraph("", clean(gone.summary), translatable=False, support_smartquotes=False))
    if said := gone.said(page):
        shown.append(nodes.paragraph("", "", *said, translatable=False, support_smartquotes=False))
    return shown
