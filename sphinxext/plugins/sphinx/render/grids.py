"""Tables of which rows and columns can change places, so that they fit on paper, or else are scrolled."""

from __future__ import annotations

from html import escape
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinxext.plugins.core import limits
from sphinxext.plugins.sphinx.render import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LABEL = "sp-label"
"""The attribute of a container that is scrolled: what it is called by those who hear it."""

ROW = "sp-row"
"""The attribute of a cell that names a row: the classes of that."""

_GRID = "sp-grid"
"""The attribute of a table: its corners, and the titles of its columns."""


class Grid(NamedTuple):
    """The cells of a table."""

    corners: tuple[str, str]
    """What stands above the names of rows, and what would stand there if these were columns."""

    heads: Sequence[tuple[str | None, nodes.entry]]
    """The names of the columns, each with the title of its group, if that has one."""

    rows: Sequence[tuple[nodes.entry, Sequence[nodes.entry]]]
    """The names of the rows, each with its cells."""

    def columns(self, begin: int, end: int) -> Grid:
        """Return some of the columns; all but the first have the names of rows once more, to which nothing leads."""
        rows = [(_copied(name) if begin else name, cells[begin:end]) for name, cells in self.rows]
        return Grid(self.corners, self.heads[begin:end], rows)

    def some_rows(self, begin: int, end: int) -> Grid:
        """Return some of the rows; the same is said of the names of columns."""
        heads = [(title, _copied(head) if begin else head) for title, head in self.heads]
        return Grid(self.corners, heads, self.rows[begin:end])


def table(grid: Grid, *, transposed: bool = False) -> tuple[nodes.Node, nodes.table]:
    """Render a grid: what says how wide its columns are on paper, and the table.

    :param transposed: whether its rows become columns
    """
    titles = [title for title, _head in grid.heads]
    for name in (name for name, _cells in grid.rows) if transposed else (name for _title, name in grid.heads):
        name["classes"] = ["sp-head"]
    if transposed:
        head = nodes.row("", _corner(grid.corners[1]), *(name for name, _cells in grid.rows))
        columns = zip(*(cells for _name, cells in grid.rows), strict=True)
        rows = [nodes.row("", name, *cells) for (_title, name), cells in zip(grid.heads, columns, strict=True)]
        rows = _below_titles(titles, rows) if any(titles) else rows
    else:
        head = nodes.row("", _corner(grid.corners[0]), *(name for _title, name in grid.heads))
        rows = [nodes.row("", name, *cells, classes=name.get(ROW, [])) for name, cells in grid.rows]
    longest = max(len(row.children[0].astext()) for row in [head, *rows])
    others = (min(max(len(cell.astext()) + 2, 16), 24) for cell in head.children[1:])
    widths = [min(longest + 2, limits.GREATEST_SHARE), *others]
    spec, made = parts.table(head, rows, widths, "sp-matrix")
    made[_GRID] = (grid.corners, titles, transposed)
    next(iter(made.findall(nodes.colspec))).attributes["stub"] = 1
    if any(titles) and not transposed:
        corner, *names = head.children
        head.children = names
        next(iter(made.findall(nodes.thead))).insert(0, _titles(titles, corner))
    return spec, made


def _corner(text: str) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", text, translatable=False))


def _titles(titles: Sequence[str | None], corner: nodes.Node) -> nodes.row:
    """Render the row with the titles of groups above their columns, and what stands above the names of rows."""
    spanning = nodes.entry("", *corner.children, morerows=1)
    shown = (_title(title, len(list(members))) for title, members in groupby(titles))
    return nodes.row("", spanning, *shown, classes=["sp-groups"])


def _below_titles(titles: Sequence[str | None], rows: Sequence[nodes.row]) -> list[nodes.row]:
    """Put the title of each group before its first row."""
    shown: list[nodes.row] = []
    for title, members in groupby(zip(titles, rows, strict=True), lambda each: each[0]):
        of_group = [row for _title, row in members]
        shown += [nodes.row("", _title(title, len(of_group[0])), classes=["sp-groups"]), *of_group]
    return shown


def _title(title: str | None, width: int) -> nodes.entry:
    spanned = {"morecols": width - 1} if width > 1 else {}
    return nodes.entry("", nodes.paragraph("", title or "", translatable=False), classes=["sp-group-title"], **spanned)


def _read(made: nodes.table) -> tuple[Grid, bool]:
    """Return the grid that a table was made of, as it is now, and whether it is transposed."""
    corners, titles, transposed = made[_GRID]
    [head, *_others] = reversed(next(iter(made.findall(nodes.thead))).children)
    names = _entries(head)[0 if any(titles) and not transposed else 1 :]  # the corner is above it then
    body = next(iter(made.findall(nodes.tbody)))
    rows = [_entries(row) for row in body.findall(nodes.row) if "sp-groups" not in row["classes"]]
    if not transposed:
        heads = list(zip(titles, names, strict=True))
        return Grid(corners, heads, [(row[0], row[1:]) for row in rows]), transposed
    heads = [(title, row[0]) for title, row in zip(titles, rows, strict=True)]
    return Grid(corners, heads, [(name, [row[n] for row in rows]) for n, name in enumerate(names, 1)]), transposed


def _entries(row: nodes.Node) -> list[nodes.entry]:
    return [each for each in row.children if isinstance(each, nodes.entry)]


class FitPaper(SphinxPostTransform):
    """Has rows and columns of what is too wide for paper, or for a terminal, change places, or splits it."""

    formats = ("latex", "text", "man", "texinfo")
    default_priority = 890  # before long words get their breaks

    def run(self, **_kwargs: object) -> None:
        """Put what fits in the place of what does not."""
        for made in [each for each in self.document.findall(nodes.table) if _GRID in each]:
            grid, transposed = _read(made)
            fitting = _fitting(grid, transposed=transposed)
            if len(fitting) == 1 and fitting[0][1] == transposed:
                continue
            caption = [child for child in made if isinstance(child, nodes.title)]
            shown = [table(part, transposed=turned) for part, turned in fitting]
            first = shown[0][1]
            first[0:0] = caption
            first.attributes.update({"ids": made["ids"], "names": made["names"]})
            spec = made.previous_sibling()
            if isinstance(spec, addnodes.tabular_col_spec):
                made.parent.remove(spec)
            made.parent.replace(made, [node for each in shown for node in each])


def _fitting(grid: Grid, *, transposed: bool) -> list[tuple[Grid, bool]]:
    """Return what fits: the grid, the same transposed, or parts of that of the two of which there are less."""
    widths = {True: len(grid.rows), False: len(grid.heads)}
    number = {turned: -(-width // limits.WIDEST_PRINTED) for turned, width in widths.items()}
    turned = transposed if number[transposed] <= number[not transposed] else not transposed
    cut = grid.some_rows if turned else grid.columns
    return [(cut(begin, end), turned) for begin, end in _ranges(widths[turned], number[turned])]


def _ranges(length: int, number: int) -> Iterable[tuple[int, int]]:
    """Divide a length into parts of which none is longer than another one by more than one."""
    ends = [length * part // number for part in range(number + 1)]
    return pairwise(ends)


def _copied(name: nodes.entry) -> nodes.entry:
    """Return a copy to which nothing leads, and which leads to the same."""
    copied = name.deepcopy()
    for node in list(copied.findall(nodes.Element)):
        node.attributes["ids"] = []
        if isinstance(node, nodes.target | addnodes.index):
            node.parent.remove(node)
    return copied


class Regions(SphinxPostTransform):
    """Has browsers scroll what is wide in a place of its own, which keys reach."""

    formats = ("html",)
    default_priority = 900

    def run(self, **_kwargs: object) -> None:
        """Put it into elements with attributes that no node has."""
        for node in [each for each in self.document.findall(nodes.container) if LABEL in each]:
            label = escape(node.attributes.pop(LABEL))
            tag = f'<div class="sp-scroll" role="group" tabindex="0" aria-label="{label}">'
            node.insert(0, nodes.raw("", tag, format="html"))
            node.append(nodes.raw("", "</div>", format="html"))
