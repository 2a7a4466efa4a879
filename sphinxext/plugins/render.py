"""The catalog as nodes of docutils: what every builder and theme knows, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from docutils import nodes
from sphinx.locale import _

from sphinxext.plugins.model import Introspection, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinxext.plugins.model import Json, Plugin


class Entry(NamedTuple):
    """A plugin with its docstring, or the summary of it, made into nodes."""

    plugin: Plugin
    nodes: Sequence[nodes.Node]

    inherited_from: str | None = None
    """The path of what the docstring belongs to, where it is not the plugin's own."""

    ambiguous: bool = False
    """Whether another plugin in the namespace has the same name, so that the distribution must tell them apart."""


def bullets(entries: Iterable[Entry], document: nodes.document, classes: Sequence[str]) -> nodes.bullet_list:
    """Render a bullet list, an item a plugin: its name, two dashes, its summary.

    .. code-block:: xml

       <bullet_list><list_item ids="plugin-…"><paragraph>name -- summary</paragraph></list_item></bullet_list>
    """
    bullet_list = nodes.bullet_list("", bullet="*", classes=["sp-list", *classes])
    for entry in entries:
        paragraph = nodes.paragraph("", "", *_name(entry))
        if not _is_known(entry.plugin):
            paragraph += [nodes.Text(" -- "), nodes.emphasis("", _reason(entry.plugin), support_smartquotes=False)]
        elif entry.nodes:
            paragraph += [nodes.Text(" -- "), *entry.nodes]
            if entry.inherited_from:
                paragraph += [nodes.Text(" "), _owner(entry.inherited_from)]
        item = nodes.list_item("", paragraph)
        _anchor(item, entry, document)
        bullet_list += item
    return bullet_list


def sections(
    entries: Iterable[Entry], document: nodes.document, classes: Sequence[str], *, titlecase: bool, headings: bool
) -> list[nodes.Node]:
    """Render a section a plugin: its name, and its docstring or a note in place of it.

    Where the page has no room for headings (in a list, a table, an admonition) the names stand in
    rubrics, and each plugin in a container.
    """
    rendered: list[nodes.Node] = []
    for entry in entries:
        title = _name(entry, titlecase=titlecase)
        heading = nodes.title("", "", *title) if headings else nodes.rubric("", "", *title)
        whole: nodes.Element = nodes.section() if headings else nodes.container()
        whole["classes"] += ["sp-plugin", *classes]
        whole += [heading, *_body(entry)]
        if entry.plugin.fields:
            whole += _fields(entry.plugin)
        _anchor(whole, entry, document)
        rendered.append(whole)
    return rendered


def unknown_namespace(name: str, nearest: Sequence[str]) -> nodes.Node:
    """Render the note that stands where the plugins of a namespace that does not exist would."""
    paragraph = nodes.paragraph("", _("There is no plugin namespace "), nodes.literal("", name))
    paragraph += nodes.Text(".")
    if nearest:
        paragraph += nodes.Text(" " + _("There is") + " ")
        for number, known in enumerate(nearest):
            paragraph += [nodes.Text(", " if number else ""), nodes.literal("", known)]
        paragraph += nodes.Text(".")
    return nodes.warning("", paragraph, classes=["sp-problem"])


def _body(entry: Entry) -> Sequence[nodes.Node]:
    if not _is_known(entry.plugin):
        return [_note(_reason(entry.plugin), "sp-problem")]
    if not entry.nodes and any(problem.kind is ProblemKind.LOAD for problem in entry.plugin.problems):
        return [_note(_reason(entry.plugin), "sp-problem")]
    if not entry.nodes:
        text = _("No documentation found for %(name)s in %(target)s") % {
            "name": entry.plugin.name,
            "target": entry.plugin.target,
        }
        return [_note(text, "sp-undocumented")]
    if entry.inherited_from:
        return [*entry.nodes, nodes.paragraph("", "", _owner(entry.inherited_from))]
    return entry.nodes


def _owner(path: str) -> nodes.Node:
    """Say whose words a docstring is, for they are not the plugin's."""
    return nodes.inline("", f"({_('inherited from %s') % path})", classes=["sp-inherited"], support_smartquotes=False)


def _fields(plugin: Plugin) -> nodes.field_list:
    """Render the fields of a plugin as a field list."""
    fields = nodes.field_list(classes=["sp-fields"])
    for field in plugin.fields:
        text = _text(field.value)
        shown = nodes.literal("", text) if field.shown else nodes.Text(text)
        value = nodes.paragraph("", "", shown, support_smartquotes=False)
        fields += nodes.field("", nodes.field_name("", field.name), nodes.field_body("", value))
    return fields


def _text(value: Json) -> str:
    """Write a value as text: a list of plain ones with commas, anything nested as JSON."""
    match value:
        case str():
            return value
        case bool():
            return _("yes") if value else _("no")
        case list() if not any(isinstance(item, list | dict) for item in value):
            return ", ".join(map(_text, value))
        case _:
            return json.dumps(value, ensure_ascii=False)


def _note(text: str, class_: str) -> nodes.Node:
    return nodes.warning("", nodes.paragraph("", text, support_smartquotes=False), classes=[class_])


def _name(entry: Entry, *, titlecase: bool = False) -> list[nodes.Node]:
    name = entry.plugin.name.title() if titlecase else entry.plugin.name
    # A name is shown letter by letter: no curly quotes, and no dash for two hyphens.
    shown = nodes.inline("", name, classes=["sp-name"], support_smartquotes=False)
    distribution = entry.plugin.distribution
    if not entry.ambiguous or distribution is None:
        return [shown]
    origin = nodes.inline("", distribution.name, classes=["sp-distribution"], support_smartquotes=False)
    return [shown, nodes.Text(" ("), origin, nodes.Text(")")]


def _is_known(plugin: Plugin) -> bool:
    return plugin.introspection is not Introspection.METADATA


def _reason(plugin: Plugin) -> str:
    """Say why nothing but its metadata is known of a plugin, as a sentence."""
    message = "; ".join(problem.message for problem in plugin.problems if problem.kind is ProblemKind.LOAD)
    return f"{message[:1].upper()}{message[1:]}"


def _anchor(node: nodes.Element, entry: Entry, document: nodes.document) -> None:
    """Give a node the plugin's id, so that links lead to its details if the page has them, else to its bullet.

    Where the page has given it away already it gets another: with the distribution, or one of docutils' own.
    """
    anchors = [entry.plugin.anchor]
    if entry.ambiguous and entry.plugin.distribution:
        name = f"{entry.plugin.name}@{entry.plugin.distribution.name}"
        anchors.append(msgspec.structs.replace(entry.plugin, name=name).anchor)
    for anchor in anchors:
        holder = document.ids.get(anchor)
        if isinstance(holder, nodes.list_item) and not isinstance(node, nodes.list_item):
            holder["ids"].remove(anchor)
            del document.ids[anchor]
        if anchor not in document.ids:
            node["ids"].append(anchor)
            break
    document.set_id(node)
