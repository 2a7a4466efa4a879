"""The values of fields as nodes, each as its type asks for: within a line, or as blocks where there is room."""

from __future__ import annotations

import re
from functools import partial
from html import escape
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from docutils import nodes
from sphinx.locale import get_translation
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinxext.plugins.core import fields, limits, types
from sphinxext.plugins.core.lifetimes import changes, release_text
from sphinxext.plugins.core.model import Introspection
from sphinxext.plugins.core.relations import of_plugins
from sphinxext.plugins.core.text import clean_line
from sphinxext.plugins.core.types import FieldSettings, Type
from sphinxext.plugins.sphinx.references import NAMED, OPTIONAL, RELATED, TOLD, written
from sphinxext.plugins.sphinx.render import parts, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sphinxext.plugins.core.model import Field, Plugin
    from sphinxext.plugins.core.structs import Json
    from sphinxext.plugins.sphinx.render.parts import Item, Page

_ = get_translation("sphinxext.plugins")


class Titles(SphinxPostTransform):
    """Has browsers tell where a value is from, to whoever points at it."""

    formats = ("html",)
    default_priority = 900

    def run(self, **_kwargs: object) -> None:
        """Put what is told of values into attributes, which no node has."""
        for node in [each for each in self.document.findall(nodes.Element) if TOLD in each]:
            element = "div" if isinstance(node, nodes.field_body) else "span"
            title = escape(node.attributes.pop(TOLD))
            node.insert(0, nodes.raw("", f'<{element} title="{title}">', format="html"))
            node.append(nodes.raw("", f"</{element}>", format="html"))


class Breaks(SphinxPostTransform):
    """Lets long words in tables end a line on paper, behind what joins their parts."""

    formats = ("latex",)
    default_priority = 900

    def run(self, **_kwargs: object) -> None:
        """Put what allows that between the parts, which no node has."""
        tables = (each for each in self.document.findall(nodes.table) if parts.TABLES & set(each["classes"]))
        for text in [text for table in tables for text in table.findall(nodes.Text)]:
            pieces = _JOINED.split(text) if max(map(len, text.split()), default=0) > limits.LEAST_SHARE else [text]
            if len(pieces) > 1 and not isinstance(text.parent, nodes.literal):  # which breaks by itself
                allowed = [nodes.raw("", r"\hspace{0pt}", format="latex") for _piece in pieces]
                pairs = zip(allowed, map(nodes.Text, pieces), strict=True)
                text.parent.replace(text, [each for pair in pairs for each in pair][1:])


_JOINED = re.compile(r"(?<=\w[./_:,;=-])(?=\w)|(?<=[a-z])(?=[A-Z])")
"""Where a word has another part."""


class Shown(NamedTuple):
    """What a value is shown for."""

    page: Page

    namespace: str
    """That of the plugin that has the field."""

    settings: FieldSettings
    """Those of the field."""

    look: plain.Look
    """How what has no type is shown in it."""


def value_of(entry: Item, name: str, page: Page) -> list[nodes.Node]:
    """Render the value of any field within a line; nothing where there is none."""
    for field in entry.plugin.fields:
        if field.name.casefold() == name.casefold():
            shown = _of_field(entry, field, page, in_line=True)
            return [nodes.inline("", "", *shown, **{TOLD: told(field, entry.plugin)})] if shown else []
    row = None if fields.is_configured(name, entry.settings) else fields.BUILT_IN.get(name.casefold())
    match row and row.type:
        case Type.TARGET:
            return [parts.to_target(entry.plugin, page, nodes.literal("", entry.plugin.target))]
        case Type.SUMMARY:
            shown, summary = parts.summary_of(entry), entry.plugin.summary
            return [nodes.inline("", "", *shown, **{TOLD: told(summary, entry.plugin)})] if shown and summary else shown
        case Type.NAMED:
            return namers(entry.plugin, page)
        case Type.PLUGINS | Type.RELEASE | Type.CHANGES:
            return over_time(row.type, row.value(entry.plugin, entry.settings), entry.plugin, page) if row else []
    several = fields.values(entry.plugin, name, entry.settings)
    if not several and fields.is_unknown(entry.plugin, name, entry.settings):
        return [nodes.emphasis("", _("not known"))]
    return plain.in_line(several, plain.Look(page))


def in_whole(entry: Item, field: Field, page: Page) -> list[nodes.Node]:
    """Render the value of a field where there is room: by nodes that stand within a line, or else by blocks."""
    return _of_field(entry, field, page, in_line=False)


def told(field: Field, plugin: Plugin) -> str:
    """Say where the value of a field is from: its describer, how the plugin was asked, and the place of the words.

    Where a loaded plugin told it, that is its own place.
    """
    said = {
        Introspection.STATIC: _("%s, read from the source"),
        Introspection.IMPORT: _("%s, asked of the loaded plugin"),
    }
    how = str(said[field.introspection]) if field.introspection in said else "%s"
    location = field.location or (plugin.location if field.introspection is Introspection.IMPORT else None)
    place = f" ({location.file}:{location.line})" if location else ""
    return clean_line(how.replace("%s", field.describer) + place)


def namers(plugin: Plugin, page: Page) -> list[nodes.Node]:
    """Render the plugins that name one, those of another namespace behind the name of that."""
    found: dict[str, dict[str, None]] = {}
    for identity, _field in plugin.named_by:
        namespace, _colon, name = identity.partition(":")
        found.setdefault(namespace, {})[name] = None
    shown: list[nodes.Node] = []
    for namespace, names in found.items():
        of = Shown(page, namespace, _NAMED, plain.Look(page))
        shown += [nodes.Text("; ")] if shown else []
        shown += [] if namespace == plugin.namespace else [nodes.literal("", namespace), nodes.Text(": ")]
        shown += _several(list(names), partial(_plugin, shown=of), parts.joined)
    return shown


_NAMED = FieldSettings(type=Type.PLUGIN)


def over_time(type_: Type, value: Json, plugin: Plugin, page: Page) -> list[nodes.Node]:
    """Render what is known of a plugin over time."""
    match type_:
        case Type.PLUGINS:
            return others(plugin.namespace, value or (), page)
        case Type.CHANGES:
            said = changes(plugin.lifetime, _) if plugin.lifetime else []
        case _:
            said = [release_text(str(each), _) for each in types.listed(value)] if value else []
    return _several(said, lambda text: parts.span(clean_line(text), "sp-value"), parts.joined)


def others(namespace: str, named: Iterable[str], page: Page) -> list[nodes.Node]:
    """Render plugins that people name: by their names in a namespace, or by their identities."""
    shown: list[nodes.Node] = []
    for name in named:
        identity = name if ":" in name else f"{namespace}:{name}"
        target = ("plugin", "plugin", written("plugin", identity))
        shown.append(parts.refer(target, page, parts.span(name, "sp-value"), **{OPTIONAL: True, RELATED: True}))
    return parts.joined(shown)


def code(value: Json, language: str = "none") -> list[nodes.Node]:
    """Render texts letter by letter, so that they can be copied: as blocks if one has several lines."""
    texts = [parts.text_of(each) for each in (value if isinstance(value, list) else [value])]
    if any("\n" in text for text in texts):
        # What does not fit the language is no fault of the page.
        return [nodes.literal_block(text, text, language=language, force=True) for text in texts]
    return parts.joined(_code(text, language) for text in texts)


def _of_field(entry: Item, field: Field, page: Page, *, in_line: bool) -> list[nodes.Node]:
    if field.type == Type.RST and (marked := entry.marked.get(field.name)):
        if not in_line:
            return [node for text in marked for node in text.nodes]
        return [node for text in marked for node in (nodes.Text(" "), *text.summary)][1:]
    try:  # a project may have changed it
        settings = fields.setting(field.name, entry.settings)
        settings = msgspec.structs.replace(settings, type=Type(field.type))
        value = types.read(field.value, settings)
        if settings.type is not Type.TABLE and len(types.text(value, settings.type)) > limits.LONGEST_SHOWN_VALUE:
            raise types.MisfitError  # of a text that long only the beginning is shown
    except (LookupError, ValueError):
        settings, value = FieldSettings(), field.value
    look = plain.Look(page, field.objects, field.shown)
    shown = Shown(page, entry.plugin.namespace, settings, look)
    if not in_line and (block := _BLOCKS.get(settings.type)):
        return block(value, shown)
    if settings.type is Type.TABLE:
        first = [_cells(row, settings)[0][1] for row in value]  # a line has no room for more
        value = [each for number, each in enumerate(first) if each not in first[:number][-1:]]
    values = [each for each in value if each is not None] if isinstance(value, list) else [value]
    each = _EACH.get(settings.type)
    if each is None:
        return plain.in_line(values, look) if in_line else plain.whole(value, look)
    join = _pills if settings.type is Type.TAGS else parts.joined
    return _several(values, lambda one: _value(each(one, shown)), join)


def _several(
    values: Sequence[Json],
    render: Callable[[Json], nodes.Node],
    join: Callable[[Iterable[nodes.Node]], list[nodes.Node]],
) -> list[nodes.Node]:
    """Render values within a line; of many the first."""
    shown = join([render(each) for each in values[: limits.MOST_SHOWN_VALUES]])
    return [*shown, nodes.Text(parts.besides(values))] if len(values) > limits.MOST_SHOWN_VALUES else shown


def _pills(shown: Iterable[nodes.Node]) -> list[nodes.Node]:
    """Put commas between nodes, which style sheets hide."""
    return [node for each in shown for node in (nodes.inline("", ", ", classes=["sp-separator"]), each)][1:]


def _value(shown: nodes.Node) -> nodes.inline:
    return nodes.inline("", "", shown, classes=["sp-value"], support_smartquotes=False)


def _tag(value: Json, _shown: Shown) -> nodes.Node:
    tag = parts.span(parts.text_of(value), "sp-badge")
    tag["classes"].append("sp-tag")
    return tag


def _plain(value: Json, _shown: Shown) -> nodes.Node:
    return nodes.Text(parts.text_of(value))


def _record_in_line(value: Json, shown: Shown) -> nodes.Node:
    return nodes.inline("", "", *plain.in_line([value], shown.look))


def _code(value: Json, language: str) -> nodes.literal:
    text = clean_line(parts.text_of(value))  # an empty line would end a paragraph in LaTeX
    if language == "none":
        return nodes.literal("", text)
    return nodes.literal("", text, language=language, classes=["code", "highlight"])


def _link(value: Json, shown: Shown) -> nodes.Node:
    text = parts.text_of(value)
    address = types.address(value, shown.settings)
    label = types.labelled(text)[0] if shown.settings.link is None else text
    return nodes.reference("", label, internal=False, refuri=address) if address else nodes.Text(text)


def _object(value: Json, shown: Shown) -> nodes.Node:
    return parts.refer(("py", "obj", value), shown.page, nodes.literal("", value), **{OPTIONAL: True, NAMED: True})


def _plugin(value: Json, shown: Shown) -> nodes.Node:
    identity = f"{of_plugins(shown.settings, shown.namespace)}:{value}"
    content = parts.span(parts.text_of(value), "sp-name")
    return parts.refer(("plugin", "plugin", identity), shown.page, content, **{OPTIONAL: True, RELATED: True})


_EACH: Mapping[Type, Callable[[Json, Shown], nodes.Node]] = {
    Type.CODE: lambda value, shown: _code(value, shown.settings.language),
    Type.LINK: _link,
    Type.DATE: _plain,
    Type.BOOL: _plain,
    Type.NUMBER: _plain,
    Type.TAGS: _tag,
    Type.OBJECT: _object,
    Type.PLUGIN: _plugin,
    Type.RECORD: _record_in_line,
}
"""What renders one value of a type within a line; those of the others are text."""


def _snippets(value: Json, shown: Shown) -> list[nodes.Node]:
    if not isinstance(value, list) or len(value) <= limits.MOST_SHOWN_VALUES:
        return code(value, shown.settings.language)
    first = code(value[: limits.MOST_SHOWN_VALUES], shown.settings.language)
    rest: nodes.Node = nodes.Text(parts.besides(value))
    return [*first, nodes.paragraph("", "", rest) if isinstance(first[0], nodes.literal_block) else rest]


def _record(value: Json, shown: Shown) -> list[nodes.Node]:
    """Render what has names as a list of definitions."""
    return plain.whole(value, shown.look)


def _table(value: Json, shown: Shown) -> list[nodes.Node]:
    """Render rows as a table; its headings are the words of the project where it gives any."""
    given, first = shown.settings.columns is not None, value[: limits.MOST_ROWS]
    rows = [_cells(row, shown.settings) for row in first] if given else _in_columns(first)
    if not rows or not rows[0]:
        return []  # rows without a key
    head = nodes.row()
    for heading, _each in rows[0]:
        text = heading if given else clean_line(heading)
        head += nodes.entry("", parts.heading_of_column(text, shown.page, is_own=given))
    body = [nodes.row("", *(nodes.entry("", _paragraph(each, shown.look)) for _name, each in row)) for row in rows]
    if len(first) < len(value):
        rest = nodes.paragraph("", parts.besides(value, len(first))[2:])
        body.append(nodes.row("", nodes.entry("", rest, morecols=len(head) - 1)))
    return [*parts.table(head, body, [20] * len(head), "sp-rows")]


def _in_columns(rows: Sequence[Mapping[str, Json]]) -> list[list[tuple[str, Json]]]:
    """Return what is shown of rows where nobody says which columns they have; what has no room has the last one."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    first, rest = keys[: limits.MOST_COLUMNS], keys[limits.MOST_COLUMNS :]
    return [
        [(key, row.get(key)) for key in first]
        + ([("…", {key: row[key] for key in rest if key in row})] if rest else [])
        for row in rows
    ]


def _cells(row: Mapping[str, Json], settings: FieldSettings) -> list[tuple[str, Json]]:
    """Return what is shown of a row, each with its heading."""
    keys = settings.columns or {key: key for key in row}
    return [(heading, row.get(key)) for heading, key in keys.items()] or [("", None)]


def _paragraph(value: Json, look: plain.Look) -> nodes.paragraph:
    shown = plain.whole(value, look, 0)
    return nodes.paragraph("", "", *shown, translatable=False, support_smartquotes=False)


_BLOCKS: Mapping[Type, Callable[[Json, Shown], list[nodes.Node]]] = {
    Type.CODE: _snippets,
    Type.RECORD: _record,
    Type.TABLE: _table,
}
"""What renders a value of a type where there is room for blocks."""
