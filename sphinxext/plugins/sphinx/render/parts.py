"""What all forms of the catalog are put together from: names, ids, links, facts and notes, as nodes of docutils."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import get_translation

from sphinxext.plugins.core import fields, limits
from sphinxext.plugins.core.model import Kind, ProblemKind
from sphinxext.plugins.core.namespaces import NamespaceOptions
from sphinxext.plugins.core.text import clean, clean_heading, clean_line
from sphinxext.plugins.core.text import text_of as plain_text_of
from sphinxext.plugins.core.trust import is_address
from sphinxext.plugins.sphinx.references import ANCHOR, DATA, DESCRIBED, OPTIONAL, PATHS, SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sphinxext.plugins.core.interfaces import Interface
    from sphinxext.plugins.core.model import Plugin, Problem
    from sphinxext.plugins.core.structs import Json
    from sphinxext.plugins.sphinx.docstrings import Parsed


_ = get_translation("sphinxext.plugins")


class Page(NamedTuple):
    """What the nodes are for."""

    document: nodes.document
    docname: str

    indexed: bool = True
    """Whether they stand in the index."""


class Item(NamedTuple):
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

    interface: Interface | None = None
    """What the plugins of its namespace are expected to implement."""

    marked: Mapping[str, Sequence[Parsed]] = {}
    """What became of the texts with markup in its fields, by the names of these."""

    title_field: str | None = None
    """The field that heads it in place of its name."""

    details: str | None = None
    """The id of its details, where the same directive gives them."""

    elsewhere: bool = False
    """Whether another page is for it, so that this one gives no details."""

    again: bool = False
    """Whether it stands in a group before this one as well."""

    old_ids: Sequence[str] = ()
    """The ids that it had by other names, and those of options that are there no more."""

    is_gone: bool = False
    """Whether it is there no more by its name."""

    options: str = "table"
    """The form that its options are shown in."""

    change: Callable[[Plugin, list[nodes.Node]], list[nodes.Node]] = lambda _plugin, shown: shown
    """What a project changes of its details."""

    @property
    def node_id(self) -> str:
        """The id that it has on a page."""
        return self.anchor or self.plugin.anchor

    @property
    def identities(self) -> tuple[str, ...]:
        """What it is known by: where another one has the same identity, also by that with its distribution."""
        return (
            self.plugin.identity,
            *([fields.full_identity(self.plugin)] if self.ambiguous and self.plugin.distribution else []),
        )

    @property
    def classes(self) -> list[str]:
        """What the script knows it by."""
        return ["sp-item", *(["sp-again"] if self.again else [])]


def unknown(nearest: Sequence[str], **names: str) -> nodes.Node:
    """Render the note that stands where a namespace, or a plugin of one, would, if it existed.

    :param nearest: what there is that may have been meant
    :param names: ``namespace``, and of a plugin also ``name``
    """
    text = _("There is no plugin namespace %(namespace)s.")
    if "name" in names:
        text = _("There is no plugin %(name)s in the namespace %(namespace)s.")
    said = phrase(text, **{place: [nodes.literal("", name)] for place, name in names.items()})
    if nearest:
        listed = joined(nodes.literal("", name) for name in nearest)
        said += [nodes.Text(" "), *phrase(_("There is: %(names)s."), names=listed)]
    return problem(said)


def joined(shown: Iterable[nodes.Node]) -> list[nodes.Node]:
    """Put commas between nodes."""
    return [node for each in shown for node in (nodes.Text(", "), each)][1:]


def span(text: str, class_: str) -> nodes.inline:
    """Render a text that is shown letter by letter: no curly quotes, and no dash for two hyphens."""
    return nodes.inline("", text, classes=[class_], support_smartquotes=False)


def phrase(text: str, **parts: Sequence[nodes.Node]) -> list[nodes.Node]:
    """Put nodes in the places of a translated text, ``%(name)s``."""
    pieces = _PLACE.split(text)
    return [
        node
        for number, piece in enumerate(pieces)
        for node in (parts.get(piece, ()) if number % 2 else [nodes.Text(piece)])
    ]


def is_undocumented(entry: Item) -> bool:
    """Whether there is nothing to say of a plugin, and nothing wrong with it."""
    return not entry.nodes and not fields.cannot_be_loaded(entry.plugin)


def heading(entry: Item) -> list[nodes.Node]:
    """Render what heads a plugin: a field, with the name in parentheses behind it, or the name alone.

    A field of the configuration that is called Name heads it where no other does.
    """
    name_field = "name" if fields.is_configured("name", entry.settings) else None
    field = entry.title_field or name_field
    title = fields.value(entry.plugin, field, entry.settings) if field else None
    name = name_of(entry)
    if not fields.has_value(title):
        return name
    return [span(clean_heading(text_of(title)), "sp-title"), nodes.Text(" ("), *name, nodes.Text(")")]


def group_heading(title: str | None) -> nodes.rubric:
    """Render the title of a group; None is that of the plugins that are in no other."""
    text = clean_heading(title or _("Others"))
    return nodes.rubric("", text, classes=["sp-group"], translatable=False, support_smartquotes=False)


def group_head(title: str | None, entries: Sequence[Item]) -> list[nodes.Node]:
    """Render what stands above a group: its title, and what a module is for whose plugins are all in it."""
    modules = {entry.plugin.module for entry in entries}
    about = fields.of_module(entries[0].plugin) if modules == {title} else None
    shown: list[nodes.Node] = [group_heading(title)]
    if about:
        classes = ["sp-group", "sp-about"]
        shown += [nodes.paragraph("", clean(about), classes=classes, translatable=False, support_smartquotes=False)]
    return shown


def in_title(shown: Sequence[nodes.Node]) -> list[nodes.Node]:
    """Put what heads a section into what MathJax passes over, for tables of contents on other pages have a copy."""
    if is_plain("".join(node.astext() for node in shown)):
        return list(shown)
    return [nodes.inline("", "", *shown, classes=[*WITHOUT_FORMULAS], support_smartquotes=False)]


def heading_of_column(text: str, page: Page, *, is_own: bool) -> nodes.paragraph:
    """Render what heads a column of a table.

    :param is_own: whether these are words of the project, which its translators get
    """
    heading = nodes.paragraph("", text, translatable=is_own, support_smartquotes=is_own)
    heading.source, heading.line = page.document.get("source"), 0
    return heading


def is_plain(text: str) -> bool:
    """Whether no formula can begin in a text, however MathJax is configured."""
    return _PLAIN.fullmatch(text) is not None


_PLAIN = re.compile(r"[\w\s.,:/()+&-]*")

WITHOUT_FORMULAS = ("mathjax_ignore", "tex2jax_ignore")
"""The classes of what MathJax passes over, in all of its versions, and as MyST configures it."""


_KINDS = {
    Kind.CLASS: _("class"),
    Kind.FUNCTION: _("function"),
    Kind.METHOD: _("method"),
    Kind.MODULE: _("module"),
    Kind.INSTANCE: _("instance"),
}


class Badge(NamedTuple):
    """What is to be seen of a plugin at a glance."""

    class_: str

    text: Callable[[Plugin], str | None]
    """None where a plugin has no such badge."""

    field: str | None = None
    """The field that is built in and says the same; where the configuration hides it, there is no badge either."""

    urgent: bool = False
    """Whether it keeps people from using the plugin."""


BADGES = (
    Badge("sp-problem", lambda plugin: _("cannot be loaded") if is_lost(plugin) else None, urgent=True),
    Badge("sp-deprecated", lambda plugin: None if plugin.deprecated is None else _("deprecated"), urgent=True),
    Badge("sp-status", fields.status, "status"),
    Badge("sp-kind", lambda plugin: plugin.kind and _KINDS[plugin.kind], "kind"),
)
"""All that there are; the style sheet gives each its colours."""


def is_lost(plugin: Plugin) -> bool:
    """Whether a plugin cannot be loaded, and nothing but its metadata is known."""
    return fields.cannot_be_loaded(plugin) and not fields.is_known(plugin)


def badges(entry: Item, *, urgent: bool = False) -> list[nodes.Node]:
    """Render what is to be seen at a glance, with commas that style sheets hide.

    :param urgent: whether it is only what keeps people from using the plugin
    """
    shown: list[nodes.Node] = []
    for badge in BADGES:
        hidden = badge.field is not None and fields.is_configured(badge.field, entry.settings)
        text = None if hidden or (urgent and not badge.urgent) else badge.text(entry.plugin)
        if text:
            shown += [nodes.inline("", ", ", classes=["sp-separator"])] if shown else []
            shown.append(nodes.inline("", str(text), classes=["sp-badge", badge.class_]))
    return shown


def summary_of(entry: Item) -> list[nodes.Node]:
    """Render the summary of a plugin, or why there is none."""
    if is_lost(entry.plugin):
        return [nodes.emphasis("", reason(entry.plugin), support_smartquotes=False)]
    if entry.inherited_from and entry.summary and entry.plugin.summary is None:
        return [*entry.summary, nodes.Text(" "), owner(entry.inherited_from)]
    return list(entry.summary)


def to_details(entry: Item, page: Page, content: Sequence[nodes.Node]) -> list[nodes.Node]:
    """Refer to the details of a plugin: those beside, or where there are none those on another page, if any are."""
    if entry.details is not None:
        return [nodes.reference("", "", *content, internal=True, refid=entry.details)]
    place = {ANCHOR: entry.anchor} if entry.anchor else {}
    target = ("plugin", "plugin", entry.plugin.identity)
    return [refer(target, page, nodes.inline("", "", *content), **{OPTIONAL: True, DESCRIBED: True}, **place)]


def to_target(plugin: Plugin, page: Page, content: nodes.Element) -> addnodes.pending_xref:
    """Refer to what a plugin's target is documented as, wherever that is; else the content stands as it is."""
    path, *others = plugin.paths
    return refer(("py", "obj", path), page, content, **{OPTIONAL: True, PATHS: others})


def to_data(page: Page) -> nodes.paragraph:
    """Refer to the catalog as data."""
    linked = refer(("plugin", DATA, ""), page, nodes.inline("", _("Data (JSON)")))
    return nodes.paragraph("", "", linked, classes=["sp-data"], translatable=False)


def to_source(plugin: Plugin, page: Page) -> addnodes.pending_xref:
    """Refer to the source of a plugin's target; where that is not known, nothing is shown."""
    content = nodes.inline("", "[" + _("source") + "]", classes=["sp-source"])
    repository = plugin.distribution.repository if plugin.distribution else None
    address = repository if repository and is_address(repository) else None
    target = ("plugin", SOURCE, plugin.definition or plugin.target)
    return refer(target, page, content, **{PATHS: plugin.paths}, refuri=address)


def refer(
    target: tuple[str, str, str], page: Page, content: nodes.Element, **attributes: object
) -> addnodes.pending_xref:
    """Refer to something by the domain it belongs to, its type there, and its name."""
    domain, type_, name = target
    where = {"refdomain": domain, "reftype": type_, "reftarget": name, "refdoc": page.docname}
    return addnodes.pending_xref("", content, **where, refexplicit=True, refwarn=False, **attributes)


def owner(path: str) -> nodes.Node:
    """Say whose words a docstring is, for they are not the plugin's."""
    return span("(" + _("inherited from %s") % path + ")", "sp-inherited")


def text_of(value: Json) -> str:
    """Write a value as text, in the language of the build; of one that nobody would read to its end the beginning."""
    several = isinstance(value, list) and len(value) > limits.MOST_SHOWN_VALUES
    text = plain_text_of(value[: limits.MOST_SHOWN_VALUES] if several else value, _("yes"), _("no"))
    shown = text if len(text) <= limits.LONGEST_SHOWN_VALUE else f"{text[: limits.LONGEST_SHOWN_VALUE]} …"
    return clean(shown) + (besides(value) if several else "")


TABLES = frozenset({"sp-table", "sp-rows", "sp-options", "sp-matrix"})
"""The classes of tables."""


def table(
    head: nodes.row, rows: Sequence[nodes.row], widths: Sequence[int], class_: str
) -> tuple[nodes.Node, nodes.table]:
    """Put rows together as a table; on paper, where nobody scrolls, columns are as wide as what is in them.

    What says so for paper comes first.

    :param widths: those of the columns where they are given in characters
    """
    shares = [_share(cells) for cells in zip(head, *(row for row in rows if len(row) == len(head)), strict=True)]
    spec = "".join(rf"\X{{{share}}}{{{sum(shares)}}}" for share in shares)
    columns = [nodes.colspec(colwidth=width) for width in widths]
    group = nodes.tgroup("", *columns, nodes.thead("", head), nodes.tbody("", *rows), cols=len(columns))
    long = ["longtable"] if len(rows) > limits.LONGEST_UNBROKEN_TABLE else []
    made = nodes.table("", group, classes=[class_, "colwidths-auto", *long])
    return addnodes.tabular_col_spec(spec=spec), made


def _share(cells: Iterable[nodes.Node]) -> int:
    """Weigh a column: by the longest word in it, which does not break, and less by the rest."""
    texts = [cell.astext() for cell in cells]
    longest = max((len(word) for text in texts for word in text.split()), default=0)
    return min(max(longest, sum(map(len, texts)) // (2 * len(texts)), limits.LEAST_SHARE), limits.GREATEST_SHARE)


def besides(values: Sequence[Json], shown: int = limits.MOST_SHOWN_VALUES) -> str:
    """Say how many values there are besides those that are shown."""
    return f", … (+{len(values) - shown:,})"


def problem(said: Sequence[nodes.Node], class_: str = "sp-problem") -> nodes.Node:
    """Render a note that something is wrong, or missing."""
    return nodes.warning(
        "", nodes.paragraph("", "", *said, support_smartquotes=False, translatable=False), classes=[class_]
    )


def name_of(entry: Item, *, titlecase: bool = False) -> list[nodes.Node]:
    """Render the name of a plugin, with its distribution where there are two of that name."""
    name = entry.plugin.name.title() if titlecase else entry.plugin.name
    shown = span(name, "sp-name")
    distribution = entry.plugin.distribution
    if not entry.ambiguous or distribution is None:
        return [shown]
    return [shown, nodes.Text(" ("), span(distribution.name, "sp-distribution"), nodes.Text(")")]


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
