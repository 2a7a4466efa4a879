"""Details: all that is known of a plugin."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import get_translation

from sphinxext.plugins import selection
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import clean, clean_heading, clean_line, group_anchor
from sphinxext.plugins.core.trust import is_address
from sphinxext.plugins.sphinx.references import TITLE
from sphinxext.plugins.sphinx.render import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinxext.plugins.core.model import Distribution, Plugin
    from sphinxext.plugins.sphinx.render.parts import Entry, Page

_ = get_translation("sphinxext.plugins")


class Room(Enum):
    """What a page has room for where a directive stands."""

    SECTIONS = "sections"
    NO_SECTIONS = "no sections"


Fact = tuple[nodes.field_name, list[nodes.Node]]
"""A named fact: its name, and what is shown within a paragraph, or a block in place of that."""


def sections(
    entries: Iterable[Entry], page: Page, classes: Sequence[str], room: Room, *, titlecase: bool
) -> list[nodes.Node]:
    """Render a section a plugin, as stevedore does: its name, and its docstring or a note in place of it.

    Where the page has no room for headings (in a list, a table, an admonition) the names stand in
    rubrics, and each plugin in a container.
    """
    rendered: list[nodes.Node] = []
    for entry in entries:
        body = [*_body(entry, page)]
        if fields := _fields(entry):
            body.append(_field_list(fields))
        title = parts.name_of(entry, titlecase=titlecase)
        made = _section(entry, page, ["sp-plugin", *classes], title, body, room)
        if isinstance(made[0], nodes.Element):
            made[0][TITLE] = entry.plugin.name
        rendered += made
    return rendered


def entry(entry: Entry, page: Page, classes: Sequence[str], room: Room | int) -> tuple[str | None, list[nodes.Node]]:
    """Render all that is known of a plugin as a section, and give the id of that.

    :param room: what there is room for; or the level of headings which are no sections of the page
    """
    badges = parts.badges(entry)
    shown = [
        *([nodes.paragraph("", "", *badges, classes=["sp-badges"], translatable=False)] if badges else []),
        # Autodoc shows the docstring as well.
        *(entry.members or ([] if parts.is_undocumented(entry) else _body(entry, page))),
        _field_list([*_fields(entry), *_facts(entry, page)]),
    ]
    section = _section(entry, page, ["sp-plugin", "sp-details", *classes], parts.heading(entry), shown, room)
    ids = [node_id for node in section if isinstance(node, nodes.Element) for node_id in node["ids"]]
    return (ids[0] if ids else None), section


def _section(  # noqa: PLR0913, PLR0917  # all of it is for one section
    entry: Entry,
    page: Page,
    classes: Sequence[str],
    title: Sequence[nodes.Node],
    body: Sequence[nodes.Node],
    room: Room | int,
) -> list[nodes.Node]:
    """Put a plugin into a section, or into a container where there can be none."""
    if room is not Room.SECTIONS:
        rubric = nodes.rubric("", "", *title, translatable=False)
        if isinstance(room, int):
            rubric["heading-level"] = room
        container = nodes.container("", rubric, *body, classes=list(classes))
        container[:0] = parts.anchored(container, entry, page)
        container.insert(0, parts.label_for_latex(container))
        return [container]
    heading = nodes.title("", "", *parts.in_title(title), translatable=False)
    match title:
        case [nodes.inline() as name] if parts.is_plain(name.astext()):
            # Sphinx keeps a copy of each title for each build to load, which takes half the time without the inline.
            heading = nodes.title("", name.astext(), **name.attributes, translatable=False)
    section = nodes.section("", heading, *body, classes=list(classes))
    section[1:1] = parts.anchored(section, entry, page)
    return [section]


def group(title: str | None, shown: Sequence[nodes.Node], page: Page, room: Room | int) -> list[nodes.Node]:
    """Put the details of a group below its title."""
    text = clean_heading(title or _("Others"))
    if room is not Room.SECTIONS:
        return [nodes.rubric("", text, classes=["sp-group"], translatable=False, support_smartquotes=False), *shown]
    shown_title = parts.in_title([nodes.Text(text)])
    heading = nodes.title("", "", *shown_title, translatable=False, support_smartquotes=False)
    node_id = group_anchor(text, page.document.ids)
    section = nodes.section("", heading, *shown, classes=["sp-group-details"], ids=[node_id])
    section[TITLE] = text
    page.document.ids[node_id] = section
    return [section]


def description(entry: Entry, page: Page, classes: Sequence[str], prose: Sequence[nodes.Node]) -> list[nodes.Node]:
    """Render a plugin as Sphinx describes an object: a signature, and below it all that is known.

    .. code-block:: xml

       <index/><desc domain="plugin" objtype="plugin"><desc_signature ids="plugin-…">…</desc_signature>
       <desc_content>docstring, prose, field_list</desc_content></desc>
    """
    plugin = entry.plugin
    signature = addnodes.desc_signature("", "", *signature_of(plugin.namespace, plugin.name))
    badges = parts.badges(entry)
    signature += [nodes.Text(" "), *badges] if badges else []
    index = parts.anchored(signature, entry, page)
    body = [] if parts.is_undocumented(entry) else _body(entry, page)
    facts = _field_list([*_fields(entry), *_facts(entry, page)])
    content = addnodes.desc_content("", *body, *entry.members, *prose, facts)
    whole = addnodes.desc("", signature, content, domain="plugin", objtype="plugin", desctype="plugin")
    whole["classes"] += ["plugin", "sp-plugin", *classes]
    # Sphinx reads these without asking whether they are there.
    whole.attributes.update({"no-index": not page.indexed, "no-contents-entry": False, "no-typesetting": False})
    signature["_toc_name"], signature["_toc_parts"] = plugin.name, (plugin.namespace, plugin.name)
    return [*index, whole]


def signature_of(namespace: str, name: str) -> list[nodes.Node]:
    """Render the name of a plugin as an object's, with its namespace before it."""
    shown = addnodes.desc_name(name, name, classes=["sp-name"], support_smartquotes=False)
    return [addnodes.desc_addname(f"{namespace}:", f"{namespace}:", support_smartquotes=False), shown]


def _body(entry: Entry, page: Page) -> Sequence[nodes.Node]:
    if not parts.is_known(entry.plugin):
        return [parts.problem([nodes.Text(parts.reason(entry.plugin))])]
    if not entry.nodes and any(problem.kind is ProblemKind.LOAD for problem in entry.plugin.problems):
        return [parts.problem([nodes.Text(parts.reason(entry.plugin))])]
    if not entry.nodes:
        # The target is a link where it leads somewhere.
        said = parts.phrase(
            _("No documentation found for %(name)s in %(target)s"),
            name=[nodes.Text(entry.plugin.name)],
            target=[parts.to_target(entry.plugin, page, nodes.inline("", entry.plugin.target))],
        )
        shown = nodes.emphasis("", "", *said, support_smartquotes=False)
        return [nodes.paragraph("", "", shown, classes=["sp-undocumented"], translatable=False)]
    if entry.inherited_from:
        return [*entry.nodes, nodes.paragraph("", "", parts.owner(entry.inherited_from), translatable=False)]
    return entry.nodes


def _field_list(facts: Iterable[Fact]) -> nodes.field_list:
    """Render named facts as a field list."""
    field_list = nodes.field_list(classes=["sp-fields"])
    for name, shown in facts:
        blocks: list[nodes.Node] = shown
        if not isinstance(shown[0], nodes.literal_block):
            blocks = [nodes.paragraph("", "", *shown, support_smartquotes=False, translatable=False)]
        field_list += nodes.field("", name, nodes.field_body("", *blocks))
    return field_list


def _fields(entry: Entry) -> list[Fact]:
    """Render the fields that the configuration asks for; their names are the project's words, and its translators'."""
    facts: list[Fact] = []
    for field in selection.fields(entry.plugin, entry.settings):
        if isinstance(field, Problem):
            facts.append((nodes.field_name("", field.details["field"]), _unknown(field)))
        elif field.name != entry.title_field:
            facts.append((nodes.field_name("", field.name), parts.field_value(field)))
    return facts


def _unknown(problem: Problem) -> list[nodes.Node]:
    """Say why a field is not known, where readers would look for it."""
    text = clean_line(_("not known: %s") % problem.details.get("reason", problem.message))
    return [nodes.emphasis("", text, classes=["sp-problem"], support_smartquotes=False)]


def _facts(entry: Entry, page: Page) -> list[Fact]:
    """Render what is known of each plugin; what is not takes no space."""
    plugin, settings = entry.plugin, entry.settings
    source = [nodes.Text(" "), parts.to_source(plugin, page)]
    facts: list[tuple[str, str, list[nodes.Node]]] = [
        ("deprecated", _("Deprecated"), _deprecation(plugin)),
        ("install", _("Install"), _snippet(settings.install, plugin) if plugin.distribution else []),
        ("select", _("Select"), _snippet(settings.select or "", plugin)),
        ("target", _("Target"), [parts.to_target(plugin, page, nodes.literal("", plugin.target)), *source]),
        ("aliases", _("Aliases"), _names(plugin.aliases)),
        ("distribution", _("Distribution"), _distribution(plugin.distribution) if plugin.distribution else []),
    ]
    return [
        (nodes.field_name("", name, translatable=False), shown)
        for field, name, shown in facts
        if shown and not selection.is_configured(field, settings)
    ]


def _deprecation(plugin: Plugin) -> list[nodes.Node]:
    """Render the message of a deprecation that the docstring does not say."""
    told = plugin.docstring is not None and ".. deprecated::" in plugin.docstring.text
    return [nodes.Text(clean(plugin.deprecated))] if plugin.deprecated and not told else []


def _snippet(template: str, plugin: Plugin) -> list[nodes.Node]:
    """Render a template, filled in; several lines become a block."""
    text = selection.filled(template, plugin)
    if not text:
        return []
    return [nodes.literal_block(text, text, language="none") if "\n" in text else nodes.literal("", text)]


def _names(names: Sequence[str]) -> list[nodes.Node]:
    shown: list[nodes.Node] = []
    for name in names:
        shown += [nodes.Text(", ")] if shown else []
        shown.append(nodes.literal("", name))
    return shown


def _distribution(distribution: Distribution) -> list[nodes.Node]:
    """Render name, version and licence of a distribution, and its addresses."""
    shown: list[nodes.Node] = [nodes.Text(" ".join(filter(None, (distribution.name, distribution.version))))]
    if distribution.license:
        shown.append(nodes.Text(f" ({distribution.license})"))
    for label, url in distribution.urls:
        linked = nodes.reference("", label or url, internal=False, refuri=url)
        shown += [nodes.Text(", "), linked if is_address(url) else nodes.Text(f"{label}: {url}" if label else url)]
    return shown
