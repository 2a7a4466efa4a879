"""Details: all that is known of a plugin."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import get_translation

from sphinxext.plugins.core import fields
from sphinxext.plugins.core.fields import Where
from sphinxext.plugins.core.model import Problem
from sphinxext.plugins.core.text import clean, clean_line, group_anchor
from sphinxext.plugins.core.trust import is_address
from sphinxext.plugins.core.types import Type
from sphinxext.plugins.sphinx.references import TITLE, TOLD
from sphinxext.plugins.sphinx.render import options, parts, places, values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.core.structs import Json
    from sphinxext.plugins.sphinx.render.parts import Item, Page

_ = get_translation("sphinxext.plugins")


class Room(Enum):
    """What a page has room for where a directive stands."""

    SECTIONS = "sections"
    NO_SECTIONS = "no sections"


Fact = tuple[nodes.field_name, list[nodes.Node], str]
"""A named fact: its name, what is shown within a paragraph, or blocks in place of that, and where it is from."""


def sections(
    entries: Iterable[Item], page: Page, classes: Sequence[str], room: Room, *, titlecase: bool
) -> list[nodes.Node]:
    """Render a section a plugin, as stevedore does: its name, and its docstring or a note in place of it.

    Where the page has no room for headings (in a list, a table, an admonition) the names stand in
    rubrics, and each plugin in a container.
    """
    rendered: list[nodes.Node] = []
    for entry in entries:
        facts = _configured(entry, page)
        body = [*_body(entry, page), *([_field_list(facts)] if facts else []), *options.configuration(entry, page)]
        title = parts.name_of(entry, titlecase=titlecase)
        made = section(entry, page, ["sp-plugin", *classes], title, entry.change(entry.plugin, body), room)
        made[TITLE] = entry.plugin.name
        rendered.append(made)
    return rendered


def entry(entry: Item, page: Page, classes: Sequence[str], room: Room | int) -> nodes.Element:
    """Render all that is known of a plugin as a section.

    :param room: what there is room for; or the level of headings which are no sections of the page
    """
    badges = parts.badges(entry)
    shown = [
        *([nodes.paragraph("", "", *badges, classes=["sp-badges"], translatable=False)] if badges else []),
        # Autodoc shows the docstring as well.
        *(entry.members or ([] if parts.is_undocumented(entry) else _body(entry, page))),
        _field_list([*_configured(entry, page), *_built_in(entry, page)]),
        *options.configuration(entry, page),
    ]
    changed = entry.change(entry.plugin, shown)
    return section(entry, page, ["sp-plugin", "sp-details", *classes], parts.heading(entry), changed, room)


def section(  # noqa: PLR0913, PLR0917  # all of it is for one section
    entry: Item,
    page: Page,
    classes: Sequence[str],
    title: Sequence[nodes.Node],
    body: Sequence[nodes.Node],
    room: Room | int,
) -> nodes.Element:
    """Put a plugin into a section, or into a container where there can be none."""
    if room is not Room.SECTIONS:
        rubric = nodes.rubric("", "", *title, translatable=False)
        if isinstance(room, int):
            rubric["heading-level"] = room
        container = nodes.container("", rubric, *body, classes=list(classes))
        container[:0] = places.give_id(container, entry, page)
        container.insert(0, places.label_for_latex(container))
        return container
    heading = nodes.title("", "", *parts.in_title(title), translatable=False)
    match title:
        case [nodes.inline() as name] if parts.is_plain(name.astext()):
            # Sphinx keeps a copy of each title for each build to load, which takes half the time without the inline.
            heading = nodes.title("", name.astext(), **name.attributes, translatable=False)
    section = nodes.section("", heading, *body, classes=list(classes))
    section[1:1] = places.give_id(section, entry, page)
    return section


def group(head: Sequence[nodes.Node], shown: Sequence[nodes.Node], page: Page, room: Room | int) -> list[nodes.Node]:
    """Put the details of a group below its head."""
    if room is not Room.SECTIONS:
        return [*head, *shown]
    text = head[0].astext()
    shown_title = parts.in_title([nodes.Text(text)])
    heading = nodes.title("", "", *shown_title, translatable=False, support_smartquotes=False)
    node_id = group_anchor(text, page.document.ids)
    section = nodes.section("", heading, *head[1:], *shown, classes=["sp-group-details"], ids=[node_id])
    section[TITLE] = text
    page.document.ids[node_id] = section
    return [section]


def description(entry: Item, page: Page, classes: Sequence[str], prose: Sequence[nodes.Node]) -> list[nodes.Node]:
    """Render a plugin as Sphinx describes an object: a signature, and below it all that is known.

    .. code-block:: xml

       <index/><desc domain="plugin" objtype="plugin"><desc_signature ids="plugin-…">…</desc_signature>
       <desc_content>docstring, prose, field_list</desc_content></desc>
    """
    body = [] if parts.is_undocumented(entry) else _body(entry, page)
    facts = _field_list([*_configured(entry, page), *_built_in(entry, page)])
    shown = entry.change(entry.plugin, [*body, *entry.members, *prose, facts, *options.configuration(entry, page)])
    return described(entry, page, classes, parts.badges(entry), shown)


def described(
    entry: Item, page: Page, classes: Sequence[str], badges: Sequence[nodes.Node], shown: Sequence[nodes.Node]
) -> list[nodes.Node]:
    """Put the description of a plugin together, of its name with badges and of what is shown of it."""
    plugin = entry.plugin
    signature = addnodes.desc_signature("", "", *signature_of(plugin.namespace, plugin.name))
    signature += [nodes.Text(" "), *badges] if badges else []
    index = places.give_id(signature, entry, page)
    content = addnodes.desc_content("", *shown)
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


def _body(entry: Item, page: Page) -> Sequence[nodes.Node]:
    if parts.is_lost(entry.plugin) or (not entry.nodes and fields.cannot_be_loaded(entry.plugin)):
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
    for name, shown, told in facts:
        body = nodes.field_body("", *shown)
        holder: nodes.Element = body
        if all(isinstance(node, nodes.Inline | nodes.Text) for node in shown):
            holder = nodes.paragraph("", "", *shown, support_smartquotes=False, translatable=False)
            body = nodes.field_body("", holder)
        if told:
            holder[TOLD] = told
        field_list += nodes.field("", name, body)
    return field_list


def _configured(entry: Item, page: Page) -> list[Fact]:
    """Render the fields that the configuration asks for; their names are the project's words, and its translators'."""
    facts: list[Fact] = []
    for field in fields.configured(entry.plugin, entry.settings):
        name = field.details["field"] if isinstance(field, Problem) else field.name
        heading = nodes.field_name("", fields.setting(name, entry.settings).heading or name)
        if isinstance(field, Problem):
            facts.append((heading, _unknown(field), ""))
        elif name != entry.title_field and (shown := values.in_whole(entry, field, page)):
            facts.append((heading, shown, values.told(field, entry.plugin)))
    return facts


def _unknown(problem: Problem) -> list[nodes.Node]:
    """Say why a field is not known, where readers would look for it."""
    text = clean_line(_("not known: %s") % problem.details.get("reason", problem.message))
    return [nodes.emphasis("", text, classes=["sp-problem"], support_smartquotes=False)]


def _built_in(entry: Item, page: Page) -> list[Fact]:
    """Render the fields that every plugin has; what is not known takes no space."""
    facts: list[Fact] = []
    for field in fields.built_in(Where.DETAILS, entry.settings):
        value = field.value(entry.plugin, entry.settings)
        shown = _SHOWN.get(field.type, _text)(value, entry.plugin, page) if fields.has_value(value) else []
        if shown:
            facts.append((nodes.field_name("", str(_(field.heading)), translatable=False), shown, ""))
    return facts


def _text(value: Json, _plugin: Plugin, _page: Page) -> list[nodes.Node]:
    return [nodes.Text(parts.text_of(value))]


def _target(value: Json, plugin: Plugin, page: Page) -> list[nodes.Node]:
    linked = parts.to_target(plugin, page, nodes.literal("", value))
    return [linked, nodes.Text(" "), parts.to_source(plugin, page)]


def _deprecation(value: Json, plugin: Plugin, _page: Page) -> list[nodes.Node]:
    """Render the message of a deprecation that the docstring does not say."""
    said = plugin.docstring is not None and ".. deprecated::" in plugin.docstring.text
    return [] if said else [nodes.Text(clean(value))]


def _distribution(_value: Json, plugin: Plugin, _page: Page) -> list[nodes.Node]:
    """Render name, version and licence of a distribution, and its addresses."""
    distribution = plugin.distribution
    assert distribution is not None
    shown: list[nodes.Node] = [nodes.Text(" ".join(filter(None, (distribution.name, distribution.version))))]
    if distribution.license:
        shown.append(nodes.Text(f" ({distribution.license})"))
    for label, url in distribution.urls:
        linked = nodes.reference("", label or url, internal=False, refuri=url)
        shown += [nodes.Text(", "), linked if is_address(url) else nodes.Text(f"{label}: {url}" if label else url)]
    return shown


_SHOWN: dict[Type, Callable[[Json, Plugin, Page], list[nodes.Node]]] = {
    Type.CODE: lambda value, _plugin, _page: values.code(value),
    Type.NAMED: lambda _value, plugin, page: values.namers(plugin, page),
    Type.TARGET: _target,
    Type.DISTRIBUTION: _distribution,
    Type.DEPRECATION: _deprecation,
    **{each: partial(values.over_time, each) for each in (Type.PLUGINS, Type.RELEASE, Type.CHANGES)},
}
"""What renders the values of a type; those of the others are text."""
