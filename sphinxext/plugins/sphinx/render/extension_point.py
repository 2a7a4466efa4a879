"""Parts of the page of a namespace: how plugins are loaded, registered, written and checked; and a table of many."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import get_translation

from sphinxext.plugins.core import limits, template
from sphinxext.plugins.core.text import clean, clean_line, part_anchor
from sphinxext.plugins.sphinx.references import OPTIONAL, RELATED
from sphinxext.plugins.sphinx.render import parts, places
from sphinxext.plugins.sphinx.render.details import Room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sphinxext.plugins.core.interfaces import Interface
    from sphinxext.plugins.introspect.excerpts import Excerpt
    from sphinxext.plugins.introspect.loading import Mention
    from sphinxext.plugins.sphinx.render.parts import Item, Page

_ = get_translation("sphinxext.plugins")

PARTS = {
    "about": "",
    "interface": _("Interface"),
    "loading": _("How plugins are loaded"),
    "register": _("How to register a plugin"),
    "template": _("A template"),
    "example": _("An example"),
    "plugins": _("Plugins"),
    "check": _("How to check a plugin"),
}
"""All that a page may have, in its order, with their headings."""

_NAME, _MODULE = "example", "my_package.my_module"
"""What plugins are called that readers are to write."""


def section(  # noqa: PLR0913, PLR0917  # all of it is for one section
    namespace: str, part: str, body: Sequence[nodes.Node], page: Page, room: Room, classes: Sequence[str]
) -> list[nodes.Node]:
    """Put a part below its heading: into a section, or into a container where there can be none."""
    heading = str(PARTS[part])
    if not heading or not body:
        return list(body)
    node_id = part_anchor(namespace, part)
    if room is Room.SECTIONS:
        made: nodes.Element = nodes.section("", nodes.title("", heading, translatable=False), *body)
    else:
        made = nodes.container("", nodes.rubric("", heading, translatable=False), *body)
    made["classes"] += ["sp-part", f"sp-part-{part}", *classes]
    if page.document.ids.setdefault(node_id, made) is made:
        made["ids"].append(node_id)
    else:
        page.document.set_id(made)
    if room is not Room.SECTIONS:
        made.insert(0, places.label_for_latex(made))
    return [made]


def loading(mentions: Sequence[Mention]) -> list[nodes.Node]:
    """Render the lines of code in which a namespace stands."""
    if not mentions:
        return []
    listed = nodes.bullet_list("", bullet="*", classes=["sp-mentions"])
    for each in mentions[: limits.MOST_MENTIONS]:
        place = nodes.literal("", clean_line(f"{each.location.file}:{each.location.line}"))
        code = nodes.literal("", clean_line(each.code), language="python", classes=["code", "highlight"])
        listed += nodes.list_item("", _paragraph([place, nodes.Text(": "), code]))
    if len(mentions) > limits.MOST_MENTIONS:
        listed += nodes.list_item("", _paragraph([nodes.Text(parts.besides(mentions, limits.MOST_MENTIONS)[2:])]))
    return [_paragraph([nodes.Text(_("The namespace stands in these lines of installed code:"))]), listed]


def registering(namespace: str, interface: Interface | None) -> list[nodes.Node]:
    """Render how a plugin is registered, in each file that can say so."""
    name = template.attribute(interface, _NAME)
    files = template.registration(namespace, _NAME, f"{_MODULE}:{name}" if name else _MODULE)
    shown: list[nodes.Node] = []
    for file, text in files.items():
        said = _("In %(file)s:") if not shown else _("Or in %(file)s:")
        shown += [_paragraph(parts.phrase(said, file=[nodes.literal("", file)]))]
        shown.append(_code(text, "toml" if file.endswith(".toml") else "ini"))
    return shown


def kept_in(registries: Iterable[str]) -> list[nodes.Node]:
    """Render where plugins are kept that are no entry points."""
    listed = nodes.bullet_list("", bullet="*")
    listed += [nodes.list_item("", _paragraph([nodes.literal("", clean_line(each))])) for each in registries]
    return [_paragraph([nodes.Text(_("Plugins are no entry points here. They are kept in:"))]), listed]


def a_template(namespace: str, interface: Interface | None) -> list[nodes.Node]:
    """Render a plugin that does what is required, and nothing else."""
    command = nodes.literal("", f"sphinx-plugins new {shlex.quote(clean_line(namespace))} {_NAME}")
    said = _("This is a plugin that has what is required. %(command)s makes a distribution of it.")
    if interface is None:
        said = _("What a plugin has to be is not known: this one has nothing. %(command)s makes a distribution of it.")
    return [
        _paragraph(parts.phrase(said, command=[command])),
        _code(template.module_text(namespace, interface, _NAME), "python"),
    ]


def example(entries: Iterable[tuple[Item, Excerpt | None]], page: Page) -> list[nodes.Node]:
    """Render plugins that serve as an example: a link to each, how it is registered, and its source."""
    shown: list[nodes.Node] = []
    for entry, excerpt in entries:
        plugin, distribution = entry.plugin, entry.plugin.distribution
        linked = parts.to_details(entry, page, parts.name_of(entry._replace(ambiguous=False)))
        said = linked
        if distribution is not None:
            of = parts.span(" ".join(filter(None, (distribution.name, distribution.version))), "sp-distribution")
            said = parts.phrase(
                _("%(name)s of %(distribution)s is registered like this:"), name=linked, distribution=[of]
            )
        shown.append(_paragraph(said))
        files = template.registration(plugin.namespace, plugin.name, plugin.target)
        shown.append(_code(files["pyproject.toml"], "toml"))
        if excerpt is not None and plugin.location is not None:
            place = nodes.literal("", clean_line(plugin.location.file))
            lines = nodes.Text(f"{excerpt.first}-{excerpt.last}")
            said = parts.phrase(_("Its source, lines %(lines)s of %(file)s:"), lines=[lines], file=[place])
            shown += [
                _paragraph([*said, nodes.Text(" "), parts.to_source(plugin, page)]),
                _code(excerpt.code, "python"),
            ]
            if excerpt.left:
                shown.append(_paragraph([nodes.Text(_("… and %s more lines") % f"{excerpt.left:,}")]))
    return shown


def no_plugins() -> list[nodes.Node]:
    """Render what stands in the place of plugins where there is none."""
    return [_paragraph([nodes.Text(_("No plugin is registered."))])]


def checking(namespace: str) -> list[nodes.Node]:
    """Render the command that tells what is wrong with plugins."""
    said = _("Where a plugin is installed, this command tells whether it loads and has what its interface asks for:")
    command = f"$ sphinx-plugins check {shlex.quote(clean_line(namespace))}"
    return [_paragraph([nodes.Text(said)]), _code(command, "console")]


class Row(NamedTuple):
    """A namespace among many."""

    name: str

    title: str | None
    """What its plugins are called."""

    summary: Sequence[nodes.Node]

    plugins: int
    distributions: int


def table(rows: Sequence[Row], page: Page, classes: Sequence[str]) -> nodes.Node:
    """Render a table of namespaces; each leads to where it is documented, if it is anywhere.

    .. code-block:: xml

       <container classes="sp-catalog sp-no-filter sp-namespaces">
       <container classes="sp-table-wrapper"><table classes="sp-table">…<row classes="sp-item">…
    """
    columns = [column for column in _COLUMNS if column is not _SUMMARY or any(row.summary for row in rows)]
    head = nodes.row(
        "", *(nodes.entry("", _paragraph([nodes.Text(str(c.heading))]), classes=c.classes) for c in columns)
    )
    body = [
        nodes.row("", *(nodes.entry("", *column.shown(row, page)) for column in columns), classes=["sp-item"])
        for row in rows
    ]
    shares = [column.width for column in columns]
    # On paper as well, for few namespaces may have a summary, which takes room all the same.
    spec = addnodes.tabular_col_spec(spec="".join(rf"\X{{{share}}}{{{sum(shares)}}}" for share in shares))
    _by_content, made = parts.table(head, body, shares, "sp-table")
    wrapper = nodes.container("", spec, made, classes=["sp-table-wrapper"])
    return nodes.container("", wrapper, classes=["sp-catalog", "sp-no-filter", "sp-namespaces", *classes])


class _Column(NamedTuple):
    """What a table of namespaces tells of each."""

    heading: str
    width: int
    classes: list[str]
    shown: Callable[[Row, Page], list[nodes.paragraph]]


def _named(row: Row, page: Page) -> list[nodes.paragraph]:
    """Render the title of a namespace, if it has one, and its name."""
    code = nodes.literal("", row.name)
    content = nodes.inline("", row.title, classes=["sp-title"]) if row.title else code
    linked = parts.refer(("plugin", "ns", row.name), page, content, **{OPTIONAL: True, RELATED: True})
    return [_paragraph([linked]), *([_paragraph([code])] if row.title else [])]


def _summarised(row: Row, _page: Page) -> list[nodes.paragraph]:
    return [_paragraph(row.summary)] if row.summary else []


def _number(number: int) -> list[nodes.paragraph]:
    return [_paragraph([nodes.Text(f"{number:,}")])]


_SUMMARY = _Column(_("Summary"), 38, ["sp-column-summary"], _summarised)

_COLUMNS = (
    _Column(_("Namespace"), 36, ["sp-column-namespace"], _named),
    _SUMMARY,
    _Column(_("Plugins"), 10, ["sp-column-plugins", "sp-number"], lambda row, _page: _number(row.plugins)),
    _Column(
        _("Distributions"), 14, ["sp-column-distributions", "sp-number"], lambda row, _page: _number(row.distributions)
    ),
)


def _code(text: str, language: str) -> nodes.literal_block:
    shown = clean(text.rstrip("\n"))
    # What does not fit the language is no fault of the page.
    return nodes.literal_block(shown, shown, language=language, force=True)


def _paragraph(shown: Sequence[nodes.Node]) -> nodes.paragraph:
    return nodes.paragraph("", "", *shown, translatable=False)
