"""Matrices as nodes: a table of signs with their words, and below it notes, and what signs mean and is left out."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from sphinx.locale import get_translation

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.interfaces import Lack, Support
from sphinxext.plugins.core.matrices import Group, of_capabilities, of_members
from sphinxext.plugins.core.text import anchor, clean_line, cut, without_marks
from sphinxext.plugins.sphinx.references import MEMBER, OPTIONAL, PATHS, RELATED, TOLD
from sphinxext.plugins.sphinx.render import grids, parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinxext.plugins.core.interfaces import Implementation, Interface
    from sphinxext.plugins.core.matrices import Column, Matrix
    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.sphinx.render.parts import Item, Page

_ = get_translation("sphinxext.plugins")

_WORDS = {
    Support.OWN: _("own"),
    Support.INHERITED: _("inherited"),
    Support.DEFAULT: _("default"),
    Support.YES: _("yes"),
    Support.PARTIAL: _("partial"),
    Support.NO: _("no"),
    Support.UNKNOWN: _("unknown"),
}
"""What stands in cells, in the order of the legend; the style sheet puts a sign before each."""

_MEANINGS = {
    Support.OWN: _("the plugin has its own"),
    Support.INHERITED: _("a class between the plugin and the interface has it"),
    Support.DEFAULT: _("the interface has it"),
    Support.YES: _("the plugin can do it"),
    Support.PARTIAL: _("the plugin can do a part of it"),
    Support.NO: _("there is none, or it does nothing but say so"),
    Support.UNKNOWN: _("the code does not tell, or the plugin cannot be loaded"),
}

_MEANINGS_OF_PLUGINS = {
    Support.YES: _("the plugin names it"),
    Support.NO: _("the plugin does not name it"),
    Support.UNKNOWN: _("the plugin does not answer"),
}

_LACKS = {
    Lack.ABSTRACT: _("it is abstract"),
    Lack.RAISES: _("it only raises NotImplementedError"),
    Lack.REFUSES: _("it only raises NotImplemented"),
    Lack.RETURNS: _("it only returns NotImplemented"),
    Lack.EMPTY: _("it has no body"),
    Lack.NONE: _("it is set to None"),
}

_TITLES = {
    Group.REQUIRED: _("Required"),
    Group.OPTIONAL: _("Optional"),
    Group.DEFAULT: _("With a default"),
    Group.CAPABILITY: _("Capabilities"),
}
"""What stands above groups of columns."""

_LEFT_OUT = {
    Group.CAPABILITY: _("Left out, for all plugins have them or none does: %(count)d of %(total)d capabilities."),
    Group.PLUGIN: _("Left out, for all plugins name them or none does: %(count)d of %(total)d."),
}
_LEFT_OUT_MEMBERS = _("Left out, for all plugins implement them alike: %(count)d of %(total)d members.")


def lacking(interface: Interface | None) -> str | None:
    """Say why nothing is known that plugins could be compared in; None where something is."""
    if interface is None:
        return "they have no interface"
    if interface.problem is not None:
        return interface.problem
    return None if interface.members else f"{interface.path} has no members"


def missing(namespace: str, interface: Interface | None) -> nodes.Node:
    """Render the note that stands where a matrix would."""
    text = _("No matrix can be made of the plugins of %(namespace)s: nothing is known of an interface.")
    said = parts.phrase(text, namespace=[nodes.literal("", namespace)])
    if interface is not None:
        text = _("No matrix can be made of the plugins of %(namespace)s: nothing is known of members of %(interface)s.")
        shown = [nodes.literal("", clean_line(interface.target))]
        said = parts.phrase(text, namespace=[nodes.literal("", namespace)], interface=shown)
    return parts.problem(said)


def of_namespace(entries: Sequence[Item]) -> Matrix | None:
    """Compare plugins of a namespace in all of its members and capabilities in which they differ.

    None where that cannot be done. One plugin alone differs from none, so all is shown of it.
    """
    interface = entries[0].interface
    if interface is None or lacking(interface) is not None:
        return None
    plugins = [entry.plugin for entry in entries]
    abilities = {name: each.description for name, each in entries[0].settings.capabilities.items()}
    made = of_members(interface, interface.members, plugins).beside(of_capabilities(abilities, plugins))
    return made if len(plugins) == 1 else made.differing()


class Row(NamedTuple):
    """A plugin in a matrix."""

    plugin: Plugin
    name: Sequence[nodes.Node]
    """What names it, as nodes within a line."""

    classes: Sequence[str] = ()


class Look(NamedTuple):
    """How a matrix is shown."""

    page: Page
    namespace: str

    label: str = ""
    """What it is called by those who hear it, where not as the namespace."""

    related: str = ""
    """The namespace of the plugins in its columns, if these are plugins."""

    transposed: bool = False
    """Whether plugins are columns."""


def whole(matrix: Matrix, rows: Sequence[Row], look: Look) -> nodes.container:
    """Render a matrix with all that belongs to it.

    .. code-block:: xml

       <container classes="sp-grid"><container classes="sp-matrix-wrapper"><table classes="sp-matrix">…</container>
       <paragraph classes="sp-left-out"/><bullet_list classes="sp-legend"/><enumerated_list classes="sp-notes"/>
    """
    notes = _Notes(look.page)
    shown: list[nodes.Node] = []
    if matrix.columns:
        shown.append(_table(matrix, rows, look, notes))
    else:
        shown.append(_paragraph([nodes.Text(_("The plugins do not differ here."))], "sp-alike"))
    groups = (None, Group.CAPABILITY, Group.PLUGIN)
    shown += [_left_out(matrix, group, look) for group in groups if _lacks(matrix, group)]
    if matrix.columns:
        shown += [_legend(matrix), *notes.listed()]
    return nodes.container("", *shown, classes=["sp-grid"])


def _table(matrix: Matrix, rows: Sequence[Row], look: Look, notes: _Notes) -> nodes.container:
    groups = {column.group for column in matrix.columns}
    titles = {} if groups == {Group.CAPABILITY} else _TITLES
    heads = [(titles.get(column.group), nodes.entry("", _in_cell(_named(column, look)))) for column in matrix.columns]
    cells = [
        [_cell(row.plugin, column, each, look, notes) for column, each in zip(matrix.columns, found, strict=True)]
        for row, found in zip(rows, matrix.rows, strict=True)
    ]
    names = [nodes.entry("", _in_cell(*row.name), **{grids.ROW: list(row.classes)}) for row in rows]
    what = look.related or (_("Capability") if groups == {Group.CAPABILITY} else _("Member"))
    grid = grids.Grid((_("Plugin"), what), heads, list(zip(names, cells, strict=True)))
    width = len(rows if look.transposed else heads)
    many = ["sp-many"] if width > limits.WIDEST_WORDED else []
    made = grids.table(grid, transposed=look.transposed)
    wrapper = nodes.container("", *made, classes=["sp-matrix-wrapper", *many])
    wrapper[grids.LABEL] = look.label or look.namespace
    return wrapper


def _in_cell(*shown: nodes.Node) -> nodes.paragraph:
    return nodes.paragraph("", "", *shown, support_smartquotes=False, translatable=False)


def _paragraph(shown: Sequence[nodes.Node], class_: str) -> nodes.paragraph:
    return nodes.paragraph("", "", *shown, classes=[class_], translatable=False, support_smartquotes=False)


def _named(column: Column, look: Look) -> nodes.inline:
    """Render the name of a column, linked to what describes it, with what it is for whoever points at it."""
    match column.group:
        case Group.PLUGIN:
            target = ("plugin", "plugin", f"{look.related}:{column.name}")
            named = parts.span(column.name, "sp-name")
            shown: nodes.Element = parts.refer(target, look.page, named, **{OPTIONAL: True, RELATED: True})
        case Group.CAPABILITY:
            shown = parts.span(clean_line(column.name), "sp-title")
        case _:
            path, *others = column.paths
            literal = nodes.literal("", column.name)
            place = {OPTIONAL: True, PATHS: others, MEMBER: (look.namespace, column.name)}
            shown = parts.refer(("py", "obj", path), look.page, literal, **place)
    about = without_marks(cut(clean_line(column.about), limits.LONGEST_CELL))
    return nodes.inline("", "", shown, **({TOLD: about} if about else {}))


def _cell(plugin: Plugin, column: Column, found: Implementation, look: Look, notes: _Notes) -> nodes.entry:
    """Render what a plugin does in a column: a sign with its word, and a mark where there is a note on it."""
    sign = _sign(found.support, _("inherited from %s") % _short(found.owner) if _is_from(found) else None)
    shown: nodes.Element = sign
    if found.owner is not None and column.paths:
        target = ("py", "obj", f"{found.owner}.{found.member}")
        paths = dict.fromkeys((found.owner, *plugin.paths)) if found.support is Support.OWN else [found.owner]
        shown = parts.refer(target, look.page, sign, **{OPTIONAL: True, PATHS: list(paths)})
    told = nodes.inline("", "", shown, **{TOLD: _told(column, found)})
    mark = notes.mark(found)
    return nodes.entry("", _in_cell(told, *([nodes.Text(" "), mark] if mark else [])))


def _sign(support: Support, word: str | None = None) -> nodes.inline:
    shown = nodes.inline("", word or _WORDS[support], classes=["sp-word"], support_smartquotes=False)
    return nodes.inline("", "", shown, classes=["sp-sign", f"sp-is-{support}"])


def _is_from(found: Implementation) -> bool:
    return found.support is Support.INHERITED and found.owner is not None


def _short(path: str | None) -> str:
    return clean_line((path or "").rpartition(".")[2])


def _told(column: Column, found: Implementation) -> str:
    """Say what a cell is, why, and which line of which file proves it."""
    said = [_("inherited from %s") % found.owner if _is_from(found) else str(_WORDS[found.support])]
    if found.found is not None:
        said += [str(_("the overlay says so"))]
    elif found.lack is not None:
        said += [str(_LACKS[found.lack])]
    elif found.support is Support.UNKNOWN:
        said += [found.reason or str(_("nothing is known of it"))]
    elif found.support is Support.NO and found.owner is None and column.paths:
        said += [str(_("there is none"))]
    if found.location is not None:
        said += [f"{found.location.file}:{found.location.line}"]
    return cut(clean_line(f"{column.name}: {', '.join(said)}"), limits.LONGEST_CELL)


class _Notes:
    """What the overlay says of cells, a number each, below the table."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._ids: dict[str, str] = {}

    def mark(self, found: Implementation) -> nodes.Node | None:
        """Render the number of the note on a cell; None where there is none."""
        if found.found is None and found.note is None:
            return None
        said = [found.note] if found.note else []
        said += [_("(The code shows: %s.)") % _WORDS[found.found]] if found.found is not None else []
        text = clean_line(" ".join(said))
        if text not in self._ids:
            ids = self._page.document.ids
            page = anchor(self._page.docname).removeprefix("plugin-")  # of all pages may be made one
            node_id = next(name for number in count(1) if (name := f"sp-note-{page}-{number}") not in ids)
            ids[node_id] = nodes.target("", "", ids=[node_id])
            self._ids[text] = node_id
        number = list(self._ids).index(text) + 1
        link = nodes.reference("", f"[{number}]", internal=True, refid=self._ids[text])
        return nodes.inline("", "", link, classes=["sp-mark"])

    def listed(self) -> list[nodes.Node]:
        """Render the notes."""
        ids = self._page.document.ids
        items = [nodes.list_item("", _in_cell(ids[node_id], nodes.Text(text))) for text, node_id in self._ids.items()]
        return [nodes.enumerated_list("", *items, classes=["sp-notes"], enumtype="arabic")] if items else []


def _legend(matrix: Matrix) -> nodes.bullet_list:
    """Say what the signs mean that there are."""
    there = {each.support for row in matrix.rows for each in row}
    meanings = _MEANINGS_OF_PLUGINS if matrix.columns[0].group is Group.PLUGIN else _MEANINGS
    items = [
        nodes.list_item("", _in_cell(_sign(support, f"{_WORDS[support]}:"), nodes.Text(f" {meanings[support]}")))
        for support in _WORDS
        if support in there
    ]
    return nodes.bullet_list("", *items, bullet="*", classes=["sp-legend"])


def _lacks(matrix: Matrix, group: Group | None) -> bool:
    return any(_is_in(column, group) for column, _found in matrix.alike)


def _is_in(column: Column, group: Group | None) -> bool:
    return column.group == group if group else column.group not in _LEFT_OUT


def _left_out(matrix: Matrix, group: Group | None, look: Look) -> nodes.paragraph:
    """Say how many columns are left out, and which ones, by what all plugins do of them."""
    out = [(column, found.support) for column, found in matrix.alike if _is_in(column, group)]
    total = len(out) + sum(_is_in(column, group) for column in matrix.columns)
    text = _LEFT_OUT[group] if group else _LEFT_OUT_MEMBERS
    said: list[nodes.Node] = [nodes.Text(text % {"count": len(out), "total": total})]
    for support, word in _WORDS.items():
        named = [_named(column, look) for column, of_column in out if of_column is support]
        if named:
            said += [nodes.Text(" "), _sign(support, f"{word}:"), nodes.Text(" ")]
            said += parts.joined(named[: limits.MOST_SHOWN_VALUES])
            said.append(nodes.Text(f"{parts.besides(named) if len(named) > limits.MOST_SHOWN_VALUES else ''}."))
    return _paragraph(said, "sp-left-out")
