"""What all forms of the catalog are put together from: names, ids, links, facts and notes, as nodes of docutils."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import get_translation

from sphinxext.plugins import selection
from sphinxext.plugins.core import limits
from sphinxext.plugins.core.model import Introspection, Kind, ProblemKind
from sphinxext.plugins.core.text import anchor, clean, clean_heading, clean_line, without_formulas
from sphinxext.plugins.core.text import text_of as plain_text_of
from sphinxext.plugins.core.trust import is_address
from sphinxext.plugins.settings import NamespaceOptions
from sphinxext.plugins.sphinx.references import ANCHOR, DATA, DESCRIBED, OPTIONAL, PATHS, SOURCE, Object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinxext.plugins.core.model import Field, Json, Plugin, Problem


_ = get_translation("sphinxext.plugins")


class Page(NamedTuple):
    """What the nodes are for."""

    document: nodes.document
    docname: str

    indexed: bool = True
    """Whether they stand in the index."""


class Entry(NamedTuple):
    """A plugin with what people wrote about it made into nodes."""

    plugin: Plugin

    nodes: Sequence[nodes.Node] = ()
    """Its docstring."""

    summary: Sequence[nodes.Node] = ()
    """The summary of that, to stand within a line."""

    members: Sequence[nodes.Node] = ()
    """What autodoc tells of its target."""

    inherited_from: str | None = None
    """The path of what the docstring belongs to, where it is not the plugin's own."""

    ambiguous: bool = False
    """Whether another plugin in the namespace has the same name, so that the distribution must tell them apart."""

    anchor: str | None = None
    """The id that it has in place of the one of its name, which another plugin of that name has."""

    settings: NamespaceOptions = NamespaceOptions()
    """Those of its namespace."""

    title_field: str | None = None
    """The field that heads it in place of its name."""

    details: str | None = None
    """The id of its details, where the same directive gives them."""

    elsewhere: bool = False
    """Whether another page is for it, so that this one gives no details."""

    again: bool = False
    """Whether it stands in a group before this one as well."""

    @property
    def classes(self) -> list[str]:
        """What the script knows it by."""
        return ["sp-item", *(["sp-again"] if self.again else [])]


def namespace_target(name: str, page: Page) -> list[nodes.Node]:
    """Render what makes the place that follows that of a namespace: nothing to be seen."""
    node_id = anchor(name)
    target = nodes.target("", "", ids=[node_id])
    page.document.ids.setdefault(node_id, target)
    return [*index(Object("namespace", name), node_id, page), target]


def index(documented: Object, node_id: str, page: Page) -> list[nodes.Node]:
    """Render what puts a place into the general index."""
    entries = [("single", in_index(documented), node_id, "", None)]
    return [addnodes.index(entries=entries)] if page.indexed else []


def in_index(documented: Object) -> str:
    """Write what stands in the general index, where a semicolon would part it in two."""
    if documented.type == "namespace":
        text = _("%s (plugin namespace)") % documented.name
    else:
        text = _("%(name)s (plugin in %(namespace)s)") % {
            "name": documented.bare_name,
            "namespace": documented.namespace,
        }
    return without_formulas(text.replace(";", r"\x3b"))


def unknown_namespace(name: str, nearest: Sequence[str]) -> nodes.Node:
    """Render the note that stands where the plugins of a namespace that does not exist would."""
    said = phrase(_("There is no plugin namespace %(namespace)s."), namespace=[nodes.literal("", name)])
    return problem([*said, *nearest_names(nearest)])


def unknown_plugin(namespace: str, name: str, nearest: Sequence[str]) -> nodes.Node:
    """Render the note that stands where a plugin that does not exist would."""
    text = _("There is no plugin %(name)s in the namespace %(namespace)s.")
    said = phrase(text, name=[nodes.literal("", name)], namespace=[nodes.literal("", namespace)])
    return problem([*said, *nearest_names(nearest)])


def nearest_names(names: Sequence[str]) -> list[nodes.Node]:
    """Say which names there are."""
    listed = [node for name in names for node in (nodes.Text(", "), nodes.literal("", name))][1:]
    return [nodes.Text(" "), *phrase(_("There is: %(names)s."), names=listed)] if names else []


def phrase(text: str, **parts: Sequence[nodes.Node]) -> list[nodes.Node]:
    """Put nodes in the places of a translated text, ``%(name)s``."""
    pieces = _PLACE.split(text)
    return [
        node
        for number, piece in enumerate(pieces)
        for node in (parts.get(piece, ()) if number % 2 else [nodes.Text(piece)])
    ]


def is_undocumented(entry: Entry) -> bool:
    """Whether there is nothing to say of a plugin, and nothing wrong with it."""
    return is_known(entry.plugin) and not entry.nodes and not selection.cannot_be_loaded(entry.plugin)


def heading(entry: Entry) -> list[nodes.Node]:
    """Render what heads a plugin: a field, with the name in parentheses behind it, or the name alone.

    A field of the configuration that is called Name heads it where no other does.
    """
    name_field = "name" if selection.is_configured("name", entry.settings) else None
    field = entry.title_field or name_field
    title = selection.value(entry.plugin, field, entry.settings) if field else None
    name = name_of(entry)
    if not selection.says_something(title):
        return name
    shown = nodes.inline("", clean_heading(text_of(title)), classes=["sp-title"], support_smartquotes=False)
    return [shown, nodes.Text(" ("), *name, nodes.Text(")")]


def in_title(shown: Sequence[nodes.Node]) -> list[nodes.Node]:
    """Put what heads a section into what MathJax passes over, for tables of contents on other pages have a copy."""
    if is_plain("".join(node.astext() for node in shown)):
        return list(shown)
    return [nodes.inline("", "", *shown, classes=[*WITHOUT_FORMULAS], support_smartquotes=False)]


def is_plain(text: str) -> bool:
    """Whether no formula can begin in a text, however MathJax is configured."""
    return _PLAIN.fullmatch(text) is not None


_PLAIN = re.compile(r"[\w\s.,:/()+&-]*")

WITHOUT_FORMULAS = ("mathjax_ignore", "tex2jax_ignore")
"""The classes of what MathJax passes over, in all of its versions, and as MyST configures it."""


def badges(entry: Entry, *, urgent: bool = False) -> list[nodes.Node]:
    """Render what is to be seen at a glance, with commas that style sheets hide.

    :param urgent: whether it is only what keeps people from using the plugin
    """
    plugin, settings = entry.plugin, entry.settings
    told: list[tuple[str, str]] = []
    if selection.cannot_be_loaded(plugin) and not is_known(plugin):
        told.append((_("cannot be loaded"), "sp-problem"))
    if plugin.deprecated is not None:
        told.append((_("deprecated"), "sp-deprecated"))
    if not urgent:
        status = plugin.distribution.status if plugin.distribution else None
        told += [(status, "sp-status")] if status and not selection.is_configured("status", settings) else []
        has_kind = plugin.kind and not selection.is_configured("kind", settings)
        told += [(_KINDS[plugin.kind], "sp-kind")] if plugin.kind and has_kind else []
    shown: list[nodes.Node] = []
    for number, (text, class_) in enumerate(told):
        shown += [nodes.inline("", ", ", classes=["sp-separator"])] if number else []
        shown.append(nodes.inline("", str(text), classes=["sp-badge", class_]))
    return shown


_KINDS = {
    Kind.CLASS: _("class"),
    Kind.FUNCTION: _("function"),
    Kind.METHOD: _("method"),
    Kind.MODULE: _("module"),
    Kind.INSTANCE: _("instance"),
}


def summary_of(entry: Entry) -> list[nodes.Node]:
    """Render the summary of a plugin, or why there is none."""
    if not is_known(entry.plugin):
        return [nodes.emphasis("", reason(entry.plugin), support_smartquotes=False)]
    if entry.inherited_from and entry.summary:
        return [*entry.summary, nodes.Text(" "), owner(entry.inherited_from)]
    return list(entry.summary)


def field_value(field: Field) -> list[nodes.Node]:
    """Render the value of a field that the configuration gives."""
    text = text_of(field.value)
    return [nodes.literal("", text) if field.shown else nodes.Text(text)]


def value_of(entry: Entry, name: str, page: Page) -> list[nodes.Node]:
    """Render the value of any field; nothing where there is none."""
    match "" if selection.is_configured(name, entry.settings) else name.casefold():
        case "target":
            return [to_target(entry.plugin, page, nodes.literal("", entry.plugin.target))]
        case "summary":
            return summary_of(entry)
    found = selection.values(entry.plugin, name, entry.settings)
    if not found and selection.is_unknown(entry.plugin, name, entry.settings):
        return [nodes.emphasis("", _("not known"))]
    shown: list[nodes.Node] = []
    for each in found[: limits.MOST_SHOWN_VALUES]:
        shown += [nodes.Text(", ")] if shown else []
        shown.append(nodes.inline("", text_of([each]), classes=["sp-value"], support_smartquotes=False))
    return [*shown, nodes.Text(_besides(found))] if len(found) > limits.MOST_SHOWN_VALUES else shown


def to_details(entry: Entry, page: Page, content: Sequence[nodes.Node]) -> list[nodes.Node]:
    """Refer to the details of a plugin: those beside, or where there are none those on another page, if any are."""
    if entry.details is not None:
        return [nodes.reference("", "", *content, internal=True, refid=entry.details)]
    attributes: dict[str, Any] = {"refdoc": page.docname, "refexplicit": True, "refwarn": False}
    attributes |= {OPTIONAL: True, DESCRIBED: True}
    shown = nodes.inline("", "", *content)
    if entry.anchor:
        attributes[ANCHOR] = entry.anchor
    target = entry.plugin.identity
    return [addnodes.pending_xref("", shown, refdomain="plugin", reftype="plugin", reftarget=target, **attributes)]


def to_target(plugin: Plugin, page: Page, content: nodes.Element) -> addnodes.pending_xref:
    """Refer to what a plugin's target is documented as, wherever that is; else the content stands as it is."""
    path, *others = plugin.paths
    attributes = {"refdoc": page.docname, "refexplicit": True, "refwarn": False, OPTIONAL: True, PATHS: others}
    return addnodes.pending_xref("", content, refdomain="py", reftype="obj", reftarget=path, **attributes)


def to_data(page: Page) -> nodes.paragraph:
    """Refer to the catalog as data."""
    attributes = {"refdoc": page.docname, "refexplicit": True, "refwarn": False}
    shown = nodes.inline("", _("Data (JSON)"))
    linked = addnodes.pending_xref("", shown, refdomain="plugin", reftype=DATA, reftarget="", **attributes)
    return nodes.paragraph("", "", linked, classes=["sp-data"], translatable=False)


def to_source(plugin: Plugin, page: Page) -> addnodes.pending_xref:
    """Refer to the source of a plugin's target; where that is not known, nothing is shown."""
    content = nodes.inline("", "[" + _("source") + "]", classes=["sp-source"])
    attributes = {"refdoc": page.docname, "refexplicit": True, "refwarn": False, PATHS: plugin.paths}
    repository = plugin.distribution.repository if plugin.distribution else None
    if repository and not is_address(repository):
        repository = None
    reference = plugin.definition or plugin.target
    return addnodes.pending_xref(
        "", content, refdomain="plugin", reftype=SOURCE, reftarget=reference, refuri=repository, **attributes
    )


def owner(path: str) -> nodes.Node:
    """Say whose words a docstring is, for they are not the plugin's."""
    text = "(" + _("inherited from %s") % path + ")"
    return nodes.inline("", text, classes=["sp-inherited"], support_smartquotes=False)


def text_of(value: Json) -> str:
    """Write a value as text, in the language of the build; of one that nobody would read to its end the beginning."""
    several = isinstance(value, list) and len(value) > limits.MOST_SHOWN_VALUES
    text = plain_text_of(value[: limits.MOST_SHOWN_VALUES] if several else value, _("yes"), _("no"))
    shown = text if len(text) <= limits.LONGEST_SHOWN_VALUE else f"{text[: limits.LONGEST_SHOWN_VALUE]} …"
    return clean(shown) + (_besides(value) if several else "")


def _besides(values: Sequence[Json]) -> str:
    """Say how many values there are besides those that are shown."""
    return f", … (+{len(values) - limits.MOST_SHOWN_VALUES:,})"


def problem(said: Sequence[nodes.Node], class_: str = "sp-problem") -> nodes.Node:
    """Render a note that something is wrong, or missing."""
    return nodes.warning(
        "", nodes.paragraph("", "", *said, support_smartquotes=False, translatable=False), classes=[class_]
    )


def name_of(entry: Entry, *, titlecase: bool = False) -> list[nodes.Node]:
    """Render the name of a plugin, with its distribution where there are two of that name."""
    name = entry.plugin.name.title() if titlecase else entry.plugin.name
    # A name is shown letter by letter: no curly quotes, and no dash for two hyphens.
    shown = nodes.inline("", name, classes=["sp-name"], support_smartquotes=False)
    distribution = entry.plugin.distribution
    if not entry.ambiguous or distribution is None:
        return [shown]
    origin = nodes.inline("", distribution.name, classes=["sp-distribution"], support_smartquotes=False)
    return [shown, nodes.Text(" ("), origin, nodes.Text(")")]


def is_known(plugin: Plugin) -> bool:
    """Whether more than its metadata is known of a plugin."""
    return plugin.introspection is not Introspection.METADATA


def reason(plugin: Plugin) -> str:
    """Say why nothing but its metadata is known of a plugin, as a sentence."""
    problems = [problem for problem in plugin.problems if problem.kind in {ProblemKind.LOAD, ProblemKind.CONFIG}]
    return "; ".join(_sentence(problem) for problem in problems)


def _sentence(problem: Problem) -> str:
    """Write the message of a problem with a capital, in the language of the build.

    A snapshot may bring a template of anybody's, so it is no format but has places for texts, and nothing else.
    """
    text = _(problem.template) if problem.template else problem.message
    if not problem.details.keys() >= set(_PLACE.findall(text)) or "%" in _PLACE.sub("", text):
        text = problem.message
    text = f"{text[:1].upper()}{text[1:]}"  # a detail at the beginning is a name, and keeps its small letter
    return clean_line(_PLACE.sub(lambda place: problem.details.get(place[1], place[0]), text))


_PLACE = re.compile(r"%\((\w+)\)s")


def entry_index(entry: Entry, page: Page) -> list[nodes.Node]:
    """Render what puts a plugin into the general index."""
    return index(Object("plugin", entry.plugin.identity), entry.plugin.anchor, page)


def targets(entry: Entry, page: Page) -> list[nodes.Node]:
    """Render what makes the place that follows that of a plugin."""
    target = nodes.target("", "", ids=[anchor_of(entry)])
    page.document.ids.setdefault(anchor_of(entry), target)
    return [*entry_index(entry, page), target]


def anchor_of(entry: Entry) -> str:
    """Return the id that a plugin has on a page."""
    return entry.anchor or entry.plugin.anchor


def anchored(node: nodes.Element, entry: Entry, page: Page) -> list[nodes.Node]:
    """Make a node a place of a plugin, and render what puts that into the general index.

    Where the page has another place of it the node has an id of docutils' own first, by which it can be found
    also if the other one is better; see ``places``.
    """
    node_id = anchor_of(entry)
    if (
        not isinstance(page.document.ids.setdefault(node_id, node), nodes.target)
        and page.document.ids[node_id] is not node
    ):
        page.document.set_id(node)
    node["ids"].append(node_id)
    return entry_index(entry, page)


def label_for_latex(node: nodes.Element) -> nodes.Node:
    """Render what stands before a container or a rubric, to which LaTeX gives no label."""
    return addnodes.only("", *(nodes.target(refid=each) for each in node["ids"]), expr="latex")
