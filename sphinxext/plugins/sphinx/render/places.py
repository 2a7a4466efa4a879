"""The places of namespaces and plugins on a page, and which of those that are for one thing has its id.

Directives give it to each of them. When all of the page is there, the best one keeps it. But of places in
``only`` another one may be left in each builder, so that is decided when the page is written.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.transforms.references import PropagateTargets
from sphinx import addnodes
from sphinx.locale import get_translation
from sphinx.transforms import SphinxTransform

from sphinxext.plugins.core.text import anchor, option_anchor, without_formulas
from sphinxext.plugins.sphinx import pages
from sphinxext.plugins.sphinx.references import Object
from sphinxext.plugins.sphinx.render import parts

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Hashable, Iterator, Sequence

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.sphinx.render.parts import Item, Page

_ = get_translation("sphinxext.plugins")

_PREFIXES = ("plugin-", "plugin.")

UNDECIDED = "sp-undecided"
"""The attribute of a page that has places for one thing in ``only``."""


class Places(SphinxTransform):
    """Decides it for what is in every builder the same."""

    default_priority = PropagateTargets.default_priority - 10

    def apply(self, **kwargs: object) -> None:
        """Leave each id to the best place within the same ``only``, or outside of them."""
        del kwargs
        if is_ours(self.document):
            for title in titles(self.document):
                title["support_smartquotes"] = False  # it is a name
                shown = parts.in_title(title.children)
                title.clear()
                title.extend(shown)
        for node_id, places in _shared(self.document):
            kept = _keep_best(node_id, places, lambda place: tuple(map(id, _only(place))))
            for place in places:
                if not place["ids"] and not isinstance(place, nodes.target):
                    self.document.set_id(place)  # in a document of its own to docutils, it had no other
            self.document.ids[node_id] = max(kept, key=_rank)
            if len(kept) > 1:
                self.document[UNDECIDED] = True


def of_namespace(name: str, page: Page) -> list[nodes.Node]:
    """Render what makes the place that follows that of a namespace: nothing to be seen."""
    return _target([anchor(name)], _index(in_index(Object("namespace", name)), anchor(name), page), page)


def of_plugin(entry: Item, page: Page) -> list[nodes.Node]:
    """Render what makes the place that follows that of a plugin."""
    return _target([entry.node_id, *entry.old_ids], _index_of(entry, page), page)


def _target(ids: list[str], index: list[nodes.Node], page: Page) -> list[nodes.Node]:
    target = nodes.target("", "", ids=ids)
    for node_id in ids:
        page.document.ids.setdefault(node_id, target)
    return [*index, target]


def old_ids(plugin: Plugin, taken: Container[str]) -> list[str]:
    """Return the ids that a plugin had by names that are nobody's now, and those of options that it has no more.

    :param taken: the names of all plugins of its namespace
    """
    former = [anchor(plugin.namespace, name) for name in plugin.former_names if name not in taken]
    lost = plugin.lifetime.lost if plugin.lifetime else ()
    return [*former, *(option_anchor(node_id, name) for node_id in (plugin.anchor, *former) for name in lost)]


def give_id(node: nodes.Element, entry: Item, page: Page) -> list[nodes.Node]:
    """Make a node the place of a plugin, and render what puts that into the general index.

    Where the page has another place of it the node has an id of docutils' own first, by which it can be found
    also if the other one is better.
    """
    other = page.document.ids.setdefault(entry.node_id, node)
    if other is not node and not isinstance(other, nodes.target):
        page.document.set_id(node)
    node["ids"] += [entry.node_id, *entry.old_ids]
    for node_id in entry.old_ids:
        page.document.ids.setdefault(node_id, node)
    return _index_of(entry, page)


def _index_of(entry: Item, page: Page) -> list[nodes.Node]:
    """Render what puts a plugin into the general index; of one that is gone, that says so."""
    documented = Object("plugin", entry.plugin.identity)
    text = _("%(name)s (removed plugin of %(namespace)s)") if entry.is_gone else None
    return _index(in_index(documented, text), entry.plugin.anchor, page)


def _index(text: str, node_id: str, page: Page) -> list[nodes.Node]:
    return [addnodes.index(entries=[("single", text, node_id, "", None)])] if page.indexed else []


def in_index(documented: Object, form: str | None = None) -> str:
    """Write what stands in the general index, where a semicolon would part it in two.

    :param form: what is said of a plugin, where that is not what it is
    """
    text = _("%s (plugin namespace)") % documented.name
    if documented.type == "plugin":
        names = {"name": documented.bare_name, "namespace": documented.namespace}
        text = (form or _("%(name)s (plugin in %(namespace)s)")) % names
    return without_formulas(text.replace(";", r"\x3b"))


def label_for_latex(node: nodes.Element) -> nodes.Node:
    """Render what stands before a container or a rubric, to which LaTeX gives no label."""
    return addnodes.only("", *(nodes.target(refid=each) for each in node["ids"]), expr="latex")


def settle_left(document: nodes.document, *, as_one_page: bool) -> None:
    """Decide it for one builder, when it has left out what is not for it.

    :param as_one_page: whether pages that are put together become one, and do not keep ids of their own
    """
    together = any(True for _ in document.findall(addnodes.start_of_file))
    if not together and UNDECIDED not in document:
        return
    for node_id, places in _shared(document):
        _keep_best(node_id, places, lambda place: "" if as_one_page else _page(place))


def is_ours(document: nodes.document) -> bool:
    """Whether a page was written for ``plugins_pages``."""
    first = document.children[0] if document.children else None
    return isinstance(first, nodes.comment) and first.astext() == pages.MARK


def titles(document: nodes.document) -> list[nodes.title]:
    """Return the titles of sections that are names of others: those of plugins and groups."""
    ours = is_ours(document)
    return [
        section.children[0]
        for section in document.findall(nodes.section)
        if (ours or {"sp-plugin", "sp-group-details", "sp-part"} & set(section["classes"]))
        and isinstance(section.children[0], nodes.title)
    ]


def _shared(document: nodes.document) -> list[tuple[str, list[nodes.Element]]]:
    """Return the ids of this extension that several places have."""
    places: defaultdict[str, list[nodes.Element]] = defaultdict(list)
    for node in document.findall(nodes.Element):
        for node_id in node["ids"]:
            if node_id.startswith(_PREFIXES):
                places[node_id].append(node)
    return [(node_id, found) for node_id, found in places.items() if len(found) > 1]


def _keep_best(
    node_id: str, places: Sequence[nodes.Element], within: Callable[[nodes.Node], Hashable]
) -> list[nodes.Element]:
    """Take an id from all places but the best within the same, and return those that keep it."""
    alike: defaultdict[Hashable, list[nodes.Element]] = defaultdict(list)
    for place in places:
        alike[within(place)].append(place)
    kept = [max(each, key=_rank) for each in alike.values()]  # of equal ones the first
    for number, place in enumerate(places):
        if all(place is not each for each in kept):
            _drop(node_id, place)
            if isinstance(place, nodes.section) and not place["ids"]:  # without one, Sphinx cannot write it
                place["ids"].append(f"also-{number}-{node_id}")
    return kept


def _rank(place: nodes.Element) -> int:
    """Say how much a place tells; what the project itself labelled stays a label's."""
    if place["names"]:
        return 3
    return 2 if isinstance(place, addnodes.desc_signature) else int(not isinstance(place, nodes.target))


def _drop(node_id: str, place: nodes.Element) -> None:
    """Take an id from a place, and with it the entry in the general index and what else is there for it."""
    place["ids"].remove(node_id)
    for node in list(_beside(place)):
        is_index = isinstance(node, addnodes.index) and [each[2] for each in node["entries"]] == [node_id]
        if is_index or (isinstance(node, nodes.target) and node.get("refid") == node_id):
            node.parent.remove(node)
    if isinstance(place, nodes.target) and not place["ids"]:
        place.parent.remove(place)


def _beside(place: nodes.Element) -> Iterator[nodes.Node]:
    """Go through where they would stand: before a place, before the description that it is of, and in it."""
    for node in (place, place.parent):
        before = node.previous_sibling() if node is not None and node.parent is not None else None
        if before is not None:
            yield before
    for child in place.children[:3]:
        yield child
        if isinstance(child, addnodes.only):
            yield from child.children


def _only(place: nodes.Node) -> Iterator[nodes.Node]:
    parent = place.parent
    while parent is not None:
        if isinstance(parent, addnodes.only):
            yield parent
        parent = parent.parent


def _page(place: nodes.Node) -> str:
    """Return the name of the page that a place is on, of those that are put together."""
    parent = place.parent
    while parent is not None:
        if isinstance(parent, addnodes.start_of_file):
            return str(parent["docname"])
        parent = parent.parent
    return ""
