"""Summaries: a row, an item or a card for each plugin, which leads to its details; and the views made of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from sphinx.locale import get_translation

from sphinxext.plugins.core.fields import BUILT_IN, is_configured, setting
from sphinxext.plugins.core.selection import is_facet
from sphinxext.plugins.core.types import Type
from sphinxext.plugins.sphinx.render import matrix, parts, places, values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sphinxext.plugins.core.fields import Settings
    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.sphinx.render.parts import Item, Page

_ = get_translation("sphinxext.plugins")


class Column(NamedTuple):
    """A field that a summary shows."""

    field: str

    heading: str

    facet: bool = False
    """Whether readers can choose by it."""

    configured: bool = False
    """Whether the configuration gives it, and not what is built in of its name."""

    width: int = 20

    number: bool = False
    """Whether it holds numbers, which are sorted as such."""

    @property
    def key(self) -> str:
        """What the script and style sheets know it by."""
        return nodes.make_id(self.field) or "-".join(f"{ord(letter):x}" for letter in self.field)

    @property
    def classes(self) -> list[str]:
        """What says so."""
        return [
            f"sp-column-{self.key}",
            *(["sp-facet"] if self.facet else []),
            *(["sp-number"] if self.number else []),
        ]


def columns_of(given: Mapping[str, str | None], plugins: Sequence[Plugin], options: Settings) -> list[Column]:
    """Make columns of fields with the headings that are given for them."""
    settings = [options.of_namespace(name) for name in {plugin.namespace for plugin in plugins}]
    columns: list[Column] = []
    for field, heading in given.items():
        configured = any(is_configured(field, each) for each in settings)
        built_in = BUILT_IN.get(field.casefold())
        own = next(filter(None, (setting(field, each).heading for each in settings)), None)
        usual = own or field if configured or built_in is None else str(_(built_in.heading))
        width = built_in.width if built_in else Column._field_defaults["width"]
        number = any(setting(field, each).type is Type.NUMBER for each in settings)
        columns.append(Column(field, heading or usual, is_facet(plugins, field, options), configured, width, number))
    return columns


Group = tuple[str | None, list["Item"]]


def groups(listed: Sequence[Group], view: View, columns: Sequence[Column], page: Page) -> list[nodes.Node]:
    """Render groups as a view does, each below its title."""
    rendered: list[nodes.Node] = []
    for title, entries in listed:
        if title is not None or len(listed) > 1:
            rendered += parts.group_head(title, entries)
        if view.summary is not None:
            rendered.append(view.summary(entries, columns, page))
    return rendered


def table(entries: Sequence[Item], columns: Sequence[Column], page: Page) -> nodes.Node:
    """Render a table: a row a plugin, a column a field.

    .. code-block:: xml

       <container classes="sp-table-wrapper"><table classes="sp-table">…<row classes="sp-item">…</table></container>
    """
    rows = [[_cell(entry, column, page) for column in columns] for entry in entries]
    # In a group, too, a column that would be empty takes no space.
    kept = [number for number in range(len(columns)) if any(row[number] for row in rows)]
    head, body = nodes.row(), list[nodes.row]()
    for column in (columns[number] for number in kept):
        title = parts.heading_of_column(column.heading, page, is_own=column.configured)
        head += nodes.entry("", title, classes=column.classes)
    for entry, row in zip(entries, rows, strict=True):
        shown = [row[number] for number in kept]
        shown[:1] = [[*_targets(entry, page), *first] for first in shown[:1]]  # in the first, whichever it is
        body.append(nodes.row("", *(_entry(cell) for cell in shown), classes=entry.classes))
    made = parts.table(head, body, [columns[number].width for number in kept], "sp-table")
    return nodes.container("", *made, classes=["sp-table-wrapper"])


def _cell(entry: Item, column: Column, page: Page) -> list[nodes.Node]:
    is_name = column.field.casefold() == "name"
    return _name(entry, page) if is_name else values.value_of(entry, column.field, page)


def _entry(shown: Sequence[nodes.Node]) -> nodes.entry:
    paragraph = nodes.paragraph("", "", *shown, support_smartquotes=False, translatable=False)
    return nodes.entry("", *([paragraph] if shown else []))


def items(entries: Sequence[Item], columns: Sequence[Column], page: Page) -> nodes.Node:
    """Render a list: an item a plugin, with its name, summary, and in parentheses the other fields."""
    bullet_list = nodes.bullet_list("", bullet="*", classes=["sp-list"])
    for entry in entries:
        paragraph = _line([*_targets(entry, page), *_name(entry, page)], values.value_of(entry, "summary", page))
        others = _others(entry, columns, page)
        for number, (column, shown) in enumerate(others):
            paragraph += nodes.Text(f"{'; ' if number else ' ('}{column.heading}: ")
            paragraph += nodes.inline("", "", *shown, classes=column.classes)
        paragraph += [nodes.Text(")")] if others else []
        bullet_list += nodes.list_item("", paragraph, classes=entry.classes)
    return bullet_list


def bullets(entries: Iterable[Item], page: Page, classes: Sequence[str]) -> nodes.bullet_list:
    """Render a bullet list as stevedore does, an item a plugin: its name, two dashes, its summary.

    .. code-block:: xml

       <bullet_list><list_item><paragraph><target ids="plugin-…"/>name -- summary</paragraph></list_item></bullet_list>
    """
    lines = [_line([*places.of_plugin(e, page), *parts.name_of(e)], parts.summary_of(e)) for e in entries]
    shown = [nodes.list_item("", line) for line in lines]
    return nodes.bullet_list("", *shown, bullet="*", classes=["sp-list", *classes])


def _line(name: Sequence[nodes.Node], summary: Sequence[nodes.Node]) -> nodes.paragraph:
    behind = [nodes.Text(" -- "), *summary] if summary else []
    return nodes.paragraph("", "", *name, *behind, translatable=False)


def cards(entries: Sequence[Item], columns: Sequence[Column], page: Page) -> nodes.Node:
    """Render a card a plugin: its name, its summary, and a list of the other fields."""
    return nodes.container("", *(_card(entry, columns, page) for entry in entries), classes=["sp-cards"])


def _card(entry: Item, columns: Sequence[Column], page: Page) -> nodes.Node:
    shown = [*_targets(entry, page), *_name(entry, page)]
    title = nodes.paragraph("", "", *shown, classes=["sp-card-title"], translatable=False)
    card = nodes.container("", title, classes=["sp-card", *entry.classes])
    summary = values.value_of(entry, "summary", page)
    if summary:
        card += nodes.paragraph("", "", *summary, translatable=False)
    fields = nodes.field_list(classes=["sp-fields"])
    for column, value in _others(entry, columns, page):
        body = nodes.field_body("", nodes.paragraph("", "", *value, translatable=False), classes=column.classes)
        fields += nodes.field("", nodes.field_name("", column.heading, translatable=column.configured), body)
    if fields.children:
        card += fields
    return card


def _others(entry: Item, columns: Sequence[Column], page: Page) -> list[tuple[Column, list[nodes.Node]]]:
    """Render the fields that have no place of their own in a list or a card, as far as there are any."""
    others = [column for column in columns if column.field.casefold() not in {"name", "summary"}]
    rendered = ((column, values.value_of(entry, column.field, page)) for column in others)
    return [(column, shown) for column, shown in rendered if shown]


def _name(entry: Item, page: Page) -> list[nodes.Node]:
    """Render the name of a plugin as a link to its details, with the badges that readers must not miss."""
    linked = parts.to_details(entry, page, parts.heading(entry))
    badges = parts.badges(entry, urgent=True, told=page.told)
    return [*linked, *([nodes.Text(" "), *badges] if badges else [])]


def _targets(entry: Item, page: Page) -> list[nodes.Node]:
    """Render what makes this the place of a plugin, where no details are."""
    return [] if entry.details or entry.elsewhere or entry.again else places.of_plugin(entry, page)


def matrices(entries: Sequence[Item], _columns: Sequence[Column], page: Page) -> nodes.Node:
    """Render a matrix a namespace: its plugins against the members of their interface, and against capabilities."""
    shown: list[nodes.Node] = []
    for namespace in dict.fromkeys(entry.plugin.namespace for entry in entries):
        own = [entry for entry in entries if entry.plugin.namespace == namespace]
        compared = matrix.of_namespace(own)
        rows = [matrix.Row(e.plugin, [*_targets(e, page), *_name(e, page)], e.classes) for e in own]
        if compared is None:
            shown.append(matrix.missing(namespace, own[0].interface))
        else:
            shown.append(matrix.whole(compared, rows, matrix.Look(page, namespace)))
        if compared is None or not compared.columns:
            shown.append(items(own, [], page))  # nothing that is registered is missing
    return nodes.container("", *shown) if len(shown) > 1 else shown[0]


class View(NamedTuple):
    """A form of a catalog."""

    summary: Callable[[Sequence[Item], Sequence[Column], Page], nodes.Node] | None
    """What renders the summary of a group."""

    details: bool = False
    """Whether the details of each plugin follow."""

    interface: bool = False
    """Whether it shows what plugins implement, in place of their fields."""


VIEWS = {
    "full": View(table, details=True),
    "table": View(table),
    "list": View(items),
    "cards": View(cards),
    "details": View(None, details=True),
    "matrix": View(matrices, interface=True),
}
"""All that there are, by the value of the directive's option, the usual one first."""
