"""The options of a plugin: a table or a list, in which each is a place that can be referred to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import get_translation

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.lifetimes import release_text
from sphinxext.plugins.core.options import value_text
from sphinxext.plugins.core.text import clean, clean_line, cut, is_of_plugin, option_anchor
from sphinxext.plugins.sphinx.references import Object, word
from sphinxext.plugins.sphinx.render import parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sphinxext.plugins.core.options import Option
    from sphinxext.plugins.core.structs import Json
    from sphinxext.plugins.sphinx.render.parts import Item, Page

_ = get_translation("sphinxext.plugins")

Placed = tuple["Option", list[nodes.Node]]
"""An option, with what makes its place."""

Fact = tuple[str, list[nodes.Node]]
"""What is said of an option besides its help, with a heading."""


def configuration(entry: Item, page: Page) -> list[nodes.Node]:
    """Render how a plugin is configured: of a command its usage, its options, and the commands below it."""
    told = entry.plugin.configuration
    view = VIEWS[entry.options]
    if told is None or view is None:
        return []
    rendered: list[nodes.Node] = []
    if told.usage:
        usage = clean(told.usage)
        rendered.append(nodes.literal_block(usage, usage, language="none", classes=["sp-usage"]))
    if told.options:
        rendered.append(_heading(_("Options")))
        for group, placed in _grouped(_placed(entry, page)):
            rendered += [_paragraph([nodes.strong("", clean_line(group))])] if group else []
            rendered.append(view(placed))
    if told.subcommands:
        rendered.append(_heading(_("Commands")))
        commands = [_term([_code(each.name)], _prose(each.help)) for each in told.subcommands]
        rendered.append(nodes.definition_list("", *commands, classes=["sp-commands"]))
    return rendered


def objects(entry: Item) -> Iterator[tuple[Object, str]]:
    """Return each option as what is documented, by all that it is known by, with its id on the page."""
    if entry.plugin.configuration is None or VIEWS[entry.options] is None:
        return
    for option, name in entry.plugin.configuration.named:
        node_id = option_anchor(entry.node_id, name)
        for identity in entry.identities:
            for each in dict.fromkeys((name, *option.flags)):
                yield Object("option", f"{identity} {word(each)}"), node_id
            for variable in option.environment:
                yield Object("variable", f"{identity} {word(variable)}"), node_id


def _placed(entry: Item, page: Page) -> Iterator[Placed]:
    """Return the options with what makes their places; of two of a name in one group the first has it."""
    assert entry.plugin.configuration is not None
    for option, name in entry.plugin.configuration.named:
        ids = [option_anchor(each, name) for each in (entry.node_id, *entry.old_ids) if is_of_plugin(each)]
        node_id, target = ids[0], nodes.target("", "", ids=ids)
        yield option, [target] if page.document.ids.setdefault(node_id, target) is target else []


def _grouped(placed: Iterable[Placed]) -> Iterable[tuple[str | None, list[Placed]]]:
    """Put the options of a group together, in the order in which groups begin."""
    groups: defaultdict[str | None, list[Placed]] = defaultdict(list)
    for option, place in placed:
        groups[option.group].append((option, place))
    return groups.items()


def _table(options: Sequence[Placed]) -> nodes.Node:
    """Render a row for each option; a column that would be empty takes no space.

    .. code-block:: xml

       <container classes="sp-table-wrapper"><table classes="sp-options">…<row><entry><target ids="plugin.option-…"/>…
    """
    headings = [_("Option"), _("Default"), _("Description")]
    rows: list[list[list[nodes.paragraph]]] = [
        [
            [_paragraph([*place, *_names(option), *_marks(option)]), *_type(option)],
            [_paragraph([_value(option.default)])] if option.default is not None else [],
            [*_prose(option.help), *_in_lines(_facts(option))],
        ]
        for option, place in options
    ]
    kept = [number for number in range(len(headings)) if any(row[number] for row in rows)]
    head = nodes.row("", *(nodes.entry("", _paragraph([nodes.Text(headings[number])])) for number in kept))
    body = [nodes.row("", *(nodes.entry("", *row[number]) for number in kept)) for row in rows]
    shares = [_WIDTHS[number] for number in kept]
    _by_content, table = parts.table(head, body, shares, "sp-options")
    spec = "".join(rf"\X{{{share}}}{{{sum(shares)}}}" for share in shares)
    return nodes.container("", addnodes.tabular_col_spec(spec=spec), table, classes=["sp-table-wrapper"])


_WIDTHS = (35, 20, 45)
"""The shares of the columns, on paper."""


def _list(options: Sequence[Placed]) -> nodes.Node:
    """Render an item for each option: its names with its type, and below these all that is known."""
    items: list[nodes.Node] = []
    for option, place in options:
        facts = [(_("Default"), [_value(option.default)])] if option.default is not None else []
        listed = nodes.field_list(classes=["sp-fields"])
        for name, shown in [*facts, *_facts(option)]:
            listed += nodes.field("", nodes.field_name("", name), nodes.field_body("", _paragraph(shown)))
        item = _term(
            [*place, *_names(option), *_marks(option)], [*_prose(option.help), *([listed] if len(listed) else [])]
        )
        if option.type:
            type_ = clean_line(option.type)
            item.insert(1, nodes.classifier(type_, type_, translatable=False))  # Sphinx expects it to have a source
        items.append(item)
    return nodes.definition_list("", *items, classes=["sp-options"])


VIEWS: dict[str, Callable[[Sequence[Placed]], nodes.Node] | None] = {"table": _table, "list": _list, "none": None}
"""All forms that there are, by the value of the directive's option, the usual one first."""


def _names(option: Option) -> list[nodes.Node]:
    return parts.joined(_code(name) for name in option.flags or (option.name,))


def _marks(option: Option) -> list[nodes.Node]:
    """Render what is to be seen at a glance, with the separators that style sheets hide."""
    marks = [
        *([("sp-required", _("required"))] if option.required else []),
        *([("sp-secret", _("secret"))] if option.secret else []),
        *([("sp-deprecated", _("deprecated"))] if option.deprecated else []),
    ]
    return [
        node
        for class_, text in marks
        for node in (
            nodes.inline("", ",", classes=["sp-separator"]),
            nodes.Text(" "),
            nodes.inline("", text, classes=["sp-badge", class_]),
        )
    ]


def _type(option: Option) -> list[nodes.paragraph]:
    shown = clean_line(option.type or "")
    return [_paragraph([nodes.inline("", shown, classes=["sp-type"])])] if shown else []


def _facts(option: Option) -> list[Fact]:
    """Render what else is known of an option."""
    facts: list[Fact] = []
    if option.choices:
        shown = [
            [_value(c.value), *([nodes.Text(f" ({clean_line(c.help)})")] if c.help else [])] for c in option.choices
        ]
        facts.append((_("Choices"), [node for each in shown for node in (nodes.Text(", "), *each)][1:]))
    facts += [
        (heading, [_value(bound)])
        for heading, bound in ((_("Minimum"), option.minimum), (_("Maximum"), option.maximum))
        if bound is not None
    ]
    if option.environment:
        facts.append((_("Environment"), parts.joined(map(_code, option.environment))))
    if (deprecated := option.deprecated) is not None:
        said = [_("since %s") % deprecated.since if deprecated.since else "", deprecated.reason or ""]
        said += [_("use %s") % deprecated.replacement if deprecated.replacement else ""]
        text = clean_line("; ".join(filter(None, said)))
        facts += [(_("Deprecated"), [nodes.Text(text)])] if text else []
    if option.since:
        facts.append((_("Since"), [nodes.Text(clean_line(release_text(option.since, _)))]))
    if option.owner:
        facts.append((_("Inherited from"), [_code(option.owner)]))
    return facts


def _in_lines(facts: Iterable[Fact]) -> list[nodes.paragraph]:
    """Render facts where there is little room, each in a line."""
    return [_paragraph([nodes.Text(f"{name}: "), *shown]) for name, shown in facts]


def _prose(text: str | None) -> list[nodes.paragraph]:
    """Render words of others, which have no markup here, in their paragraphs."""
    whole = cut(clean(text or ""), limits.LONGEST_SHOWN_VALUE, " …")
    paragraphs = (" ".join(paragraph.split()) for paragraph in whole.replace("\r\n", "\n").split("\n\n"))
    return [_paragraph([nodes.Text(paragraph)]) for paragraph in paragraphs if paragraph]


def _value(value: Json) -> nodes.Node:
    return nodes.literal("", clean(cut(value_text(value), limits.LONGEST_SHOWN_VALUE, " …")))


def _code(text: str) -> nodes.literal:
    return nodes.literal("", clean_line(text))


def _paragraph(shown: Sequence[nodes.Node]) -> nodes.paragraph:
    return nodes.paragraph("", "", *shown, support_smartquotes=False, translatable=False)


def _term(shown: Sequence[nodes.Node], definition: Sequence[nodes.Node]) -> nodes.definition_list_item:
    term = nodes.term("", "", *shown, support_smartquotes=False, translatable=False)
    return nodes.definition_list_item("", term, nodes.definition("", *definition))


def _heading(text: str) -> nodes.rubric:
    return nodes.rubric("", text, classes=["sp-heading"], translatable=False)
