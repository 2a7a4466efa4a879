"""What changed between two releases, as lists below the kinds of changes: standard nodes for release notes.

All texts are others' words, letter by letter, but for what stands between two backquotes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.locale import get_translation

from sphinxext.plugins.core import breaking
from sphinxext.plugins.core.changes import notable
from sphinxext.plugins.core.differences import Changed, Deprecated, Named, Renamed
from sphinxext.plugins.core.text import clean_line
from sphinxext.plugins.sphinx.references import OPTIONAL, RELATED
from sphinxext.plugins.sphinx.render import parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinxext.plugins.core.breaking import Break
    from sphinxext.plugins.core.differences import Comparison, Entry, Told
    from sphinxext.plugins.sphinx.render.parts import Page

_ = get_translation("sphinxext.plugins")

_LITERAL = re.compile("``(.+?)``")


def whole(differing: Comparison, page: Page, classes: Sequence[str], *, qualified: bool) -> nodes.Node:
    """Render what differs, in a definition for each kind of changes.

    :param qualified: whether the names of plugins stand with their namespaces
    """
    listed = nodes.definition_list(classes=["sp-changes", *classes])
    for title, _sign, entries in differing.groups:
        kind = "ns" if entries is differing.interfaces else "plugin"
        items = [_item(each, page, kind, qualified=qualified) for each in entries]
        term = nodes.term("", _(title), translatable=False)
        body = nodes.bullet_list("", *items, bullet="*")
        listed += nodes.definition_list_item("", term, nodes.definition("", body))
    if not listed.children:
        return _paragraph([nodes.Text(_("No plugin was added, removed or changed."))])
    return listed


def _item(entry: Entry, page: Page, kind: str, *, qualified: bool) -> nodes.list_item:
    """Render what differs with what is said of it."""
    made = nodes.list_item("", _paragraph(list(_first_line(entry, page, kind, qualified=qualified))))
    if isinstance(entry, Deprecated):
        return made
    said = [*map(_reason, entry.reasons), *map(_told, notable(entry))]
    if said:
        made += nodes.bullet_list("", *(nodes.list_item("", _paragraph(each)) for each in said), bullet="-")
    return made


def _first_line(entry: Entry, page: Page, kind: str, *, qualified: bool) -> Iterator[nodes.Node]:
    name = entry.plugin if isinstance(entry, Named) else entry.old if isinstance(entry, Renamed) else entry.name
    yield _name(name, page, kind, qualified=qualified)
    match entry:
        case Named():
            if entry.distribution:
                yield from (nodes.Text(" ("), parts.span(clean_line(entry.distribution), "sp-distribution"))
                yield nodes.Text(")")
            yield from _words(entry.summary)
        case Renamed():
            yield from (nodes.Text(" → "), _name(entry.new, page, qualified=qualified))
        case Deprecated():
            if entry.option:
                yield nodes.Text(", ")
                yield from parts.phrase(_("option %(name)s"), name=[nodes.literal("", clean_line(entry.option))])
            yield from _words(entry.message)
        case Changed():
            pass


def _name(name: str, page: Page, kind: str = "plugin", *, qualified: bool) -> nodes.Node:
    """Render the name of what differs; that of a plugin or a namespace leads to where it is documented, if it is."""
    _namespace, colon, bare = name.partition(":")
    shown = parts.span(clean_line(bare if colon and not qualified else name), "sp-name")
    if kind == "plugin" and not colon:  # a distribution
        return shown
    return parts.refer(("plugin", kind, name), page, shown, **{OPTIONAL: True, RELATED: True})


def _words(text: str | None) -> list[nodes.Node]:
    """Render what is said of something, behind a colon."""
    pieces = _LITERAL.split(clean_line(text or ""))
    said = [
        nodes.literal("", each) if at % 2 else parts.span(each, "sp-value") for at, each in enumerate(pieces) if each
    ]
    return [nodes.Text(": "), *said] if said else []


def _reason(why: Break) -> list[nodes.Node]:
    """Render why something breaks users."""
    given = {"name": why.name, "detail": why.detail}
    texts = {key: [nodes.literal("", clean_line(text))] for key, text in given.items() if text}
    return [nodes.strong("", _("breaking")), nodes.Text(": "), *parts.phrase(_(breaking.REASONS[why.kind]), **texts)]


def _told(told: Told) -> list[nodes.Node]:
    """Render what was and is."""
    values = [parts.span(clean_line(each) or _("none"), "sp-value") for each in told.values]
    shown: list[nodes.Node] = [nodes.Text(f"{clean_line(told.text(_))}")]
    if told.values and len(set(told.values)) == len(told.values):
        shown += [nodes.Text(": "), values[0], *(node for each in values[1:] for node in (nodes.Text(" → "), each))]
    return shown


def _paragraph(shown: Sequence[nodes.Node]) -> nodes.paragraph:
    return nodes.paragraph("", "", *shown, support_smartquotes=False, translatable=False)
