"""Summaries: a row, an item or a card for each plugin, which leads to its details."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import get_translation

from sphinxext.plugins import selection
from sphinxext.plugins.core import limits
from sphinxext.plugins.core.text import clean_heading
from sphinxext.plugins.sphinx.render import parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.settings import Options
    from sphinxext.plugins.sphinx.render.parts import Entry, Page

_ = get_translation("sphinxext.plugins")

HEADINGS = {
    "name": _("Name"),
    "summary": _("Summary"),
    "namespace": _("Namespace"),
    "distribution": _("Distribution"),
    "version": _("Version"),
    "license": _("License"),
    "python": _("Python"),
    "status": _("Status"),
    "kind": _("Kind"),
    "module": _("Module"),
    "target": _("Target"),
    "signature": _("Signature"),
    "aliases": _("Aliases"),
    "extras": _("Extras"),
    "deprecated": _("Deprecated"),
}
"""What stands above the columns of the fields that are built in."""


class Column(NamedTuple):
    """A field that a summary shows."""

    field: str

    heading: str

    facet: bool = False
    """Whether readers can choose by it."""

    configured: bool = False
    """Whether the configuration gives it, and not what is built in of its name."""

    @property
    def built_in(self) -> str | None:
        """What it is called where it is built in."""
        return None if self.configured else self.field.casefold()

    @property
    def key(self) -> str:
        """What the script and style sheets know it by."""
        return nodes.make_id(self.field) or "-".join(f"{ord(letter):x}" for letter in self.field)

    @property
    def classes(self) -> list[str]:
        """What says so."""
        return [f"sp-column-{self.key}", *(["sp-facet"] if self.facet else [])]


Group = tuple[str | None, list["Entry"]]


def table(groups: Iterable[Group], columns: Sequence[Column], page: Page, caption: str | None) -> list[nodes.Node]:
    """Render a table a group: a row a plugin, a column a field.

    .. code-block:: xml

       <container classes="sp-table-wrapper"><table classes="sp-table">…<row classes="sp-item">…</table></container>
    """

    def render(entries: Sequence[Entry]) -> nodes.Node:
        # In a group, too, a column that would be empty takes no space.
        told = [column for column in columns if any(tells(entry, column.field) for entry in entries)]
        body = nodes.tbody("", *(_row(entry, told, page) for entry in entries))
        head = nodes.row()
        for column in told:
            title = nodes.paragraph("", column.heading, translatable=column.configured)
            head += nodes.entry("", title, classes=column.classes)
        widths = [nodes.colspec(colwidth=_WIDTHS.get(column.field.casefold(), 20)) for column in told]
        whole = nodes.tgroup("", *widths, nodes.thead("", head), body, cols=len(told))
        made = nodes.table("", whole, classes=["sp-table", "colwidths-auto"])
        if len(entries) > limits.LONGEST_UNBROKEN_TABLE:
            made["classes"].append("longtable")
        if caption:
            made.insert(0, nodes.title("", caption))
        # On paper, where nobody scrolls, columns are as wide as what is in them.
        shares = [_share(cells) for cells in zip(head, *body, strict=True)]
        spec = "".join(rf"\X{{{share}}}{{{sum(shares)}}}" for share in shares)
        return nodes.container("", addnodes.tabular_col_spec(spec=spec), made, classes=["sp-table-wrapper"])

    return _grouped(groups, render)


def _share(cells: Iterable[nodes.Node]) -> int:
    """Weigh a column: by the longest word in it, which does not break, and less by the rest."""
    texts = [cell.astext() for cell in cells]
    longest = max((len(word) for text in texts for word in text.split()), default=0)
    return min(max(longest, sum(map(len, texts)) // (2 * len(texts)), limits.LEAST_SHARE), limits.GREATEST_SHARE)


_WIDTHS = {"summary": limits.GREATEST_SHARE}


def items(groups: Iterable[Group], columns: Sequence[Column], page: Page) -> list[nodes.Node]:
    """Render a list a group: an item a plugin, with its name, summary, and in parentheses the other fields."""

    def render(entries: Sequence[Entry]) -> nodes.Node:
        bullet_list = nodes.bullet_list("", bullet="*", classes=["sp-list"])
        for entry in entries:
            paragraph = nodes.paragraph("", "", *_targets(entry, page), *_name(entry, page), translatable=False)
            summary = parts.value_of(entry, "summary", page)
            if summary:
                paragraph += [nodes.Text(" -- "), *summary]
            others = [(column, parts.value_of(entry, column.field, page)) for column in _others(columns)]
            told = [(column, shown) for column, shown in others if shown]
            for number, (column, shown) in enumerate(told):
                paragraph += nodes.Text(f"{'; ' if number else ' ('}{column.heading}: ")
                paragraph += nodes.inline("", "", *shown, classes=column.classes)
            if told:
                paragraph += nodes.Text(")")
            bullet_list += nodes.list_item("", paragraph, classes=entry.classes)
        return bullet_list

    return _grouped(groups, render)


def cards(groups: Iterable[Group], columns: Sequence[Column], page: Page) -> list[nodes.Node]:
    """Render a card a plugin: its name, its summary, and a list of the other fields."""

    def render(entries: Sequence[Entry]) -> nodes.Node:
        return nodes.container("", *(_card(entry, columns, page) for entry in entries), classes=["sp-cards"])

    return _grouped(groups, render)


def _card(entry: Entry, columns: Sequence[Column], page: Page) -> nodes.Node:
    shown = [*_targets(entry, page), *_name(entry, page)]
    title = nodes.paragraph("", "", *shown, classes=["sp-card-title"], translatable=False)
    card = nodes.container("", title, classes=["sp-card", *entry.classes])
    summary = parts.value_of(entry, "summary", page)
    if summary:
        card += nodes.paragraph("", "", *summary, translatable=False)
    fields = nodes.field_list(classes=["sp-fields"])
    for column in _others(columns):
        shown = parts.value_of(entry, column.field, page)
        if shown:
            body = nodes.field_body("", nodes.paragraph("", "", *shown, translatable=False), classes=column.classes)
            fields += nodes.field("", nodes.field_name("", column.heading, translatable=False), body)
    if fields.children:
        card += fields
    return card


def _others(columns: Sequence[Column]) -> list[Column]:
    """Return the columns that have no place of their own in a list or a card."""
    return [column for column in columns if column.field.casefold() not in {"name", "summary"}]


def _grouped(groups: Iterable[Group], render: Callable[[Sequence[Entry]], nodes.Node]) -> list[nodes.Node]:
    """Render groups, each below its title."""
    listed = list(groups)
    rendered: list[nodes.Node] = []
    for title, entries in listed:
        if title is not None or len(listed) > 1:
            heading = nodes.rubric(
                "",
                clean_heading(title or _("Others")),
                classes=["sp-group"],
                translatable=False,
                support_smartquotes=False,
            )
            rendered.append(heading)
        rendered.append(render(entries))
    return rendered


def _row(entry: Entry, columns: Sequence[Column], page: Page) -> nodes.row:
    row = nodes.row(classes=entry.classes)
    targets = _targets(entry, page)
    for column in columns:
        is_name = column.field.casefold() == "name"
        shown = _name(entry, page) if is_name else parts.value_of(entry, column.field, page)
        shown = [*targets, *shown]  # in the first, whichever it is
        targets = []
        paragraph = nodes.paragraph("", "", *shown, support_smartquotes=False, translatable=False)
        row += nodes.entry("", *([paragraph] if shown else []))
    return row


def _name(entry: Entry, page: Page) -> list[nodes.Node]:
    """Render the name of a plugin as a link to its details, with the badges that readers must not miss."""
    linked = parts.to_details(entry, page, parts.heading(entry))
    badges = parts.badges(entry, urgent=True)
    return [*linked, *([nodes.Text(" "), *badges] if badges else [])]


def _targets(entry: Entry, page: Page) -> list[nodes.Node]:
    """Render what makes this the place of a plugin, where no details are."""
    return [] if entry.details or entry.elsewhere or entry.again else parts.targets(entry, page)


def tells(entry: Entry, field: str) -> bool:
    """Whether there is something to show of a plugin in a column."""
    plugin, settings = entry.plugin, entry.settings
    if field.casefold() == "summary" and not selection.is_configured(field, settings):
        return bool(parts.summary_of(entry))
    return selection.says_something(selection.value(plugin, field, settings)) or selection.is_unknown(
        plugin, field, settings
    )


def columns_of(given: Mapping[str, str | None], plugins: Sequence[Plugin], options: Options) -> list[Column]:
    """Make columns of fields with the headings that are given for them."""
    settings = [options.of_namespace(name) for name in {plugin.namespace for plugin in plugins}]
    columns: list[Column] = []
    for field, heading in given.items():
        configured = any(selection.is_configured(field, each) for each in settings)
        column = Column(
            field,
            heading or (field if configured else str(HEADINGS.get(field.casefold(), field))),
            configured=configured,
        )
        facet = column.built_in not in _NO_FACET and selection.is_few_valued(plugins, field, options)
        columns.append(column._replace(facet=facet))
    return columns


_NO_FACET = {"name", "summary", "target", "signature", "aliases"}
