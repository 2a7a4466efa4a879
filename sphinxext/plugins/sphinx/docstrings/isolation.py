"""What keeps a docstring apart from the page that it is shown on, and from other docstrings.

Before it is parsed the state of the page is put aside, and afterwards put back. What is made of it then
has nothing in it that a page would resolve, number or take for its own.
"""

from __future__ import annotations

import contextlib
import copy
import os
from logging import WARNING
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.parsers.rst import roles
from sphinx import addnodes
from sphinx.highlighting import PygmentsBridge
from sphinx.transforms.post_transforms.code import HighlightLanguageTransform
from sphinx.util import logging
from sphinx.util.docutils import CustomReSTDispatcher

from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.sphinx.references import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence
    from types import ModuleType

    from docutils.parsers.rst import Directive
    from sphinx.environment import BuildEnvironment

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.sphinx.docstrings.findings import Findings

_STATE = (
    *("default_domain", "default_role", "highlight_language", "object"),
    *("c:last_symbol", "c:namespace_stack", "c:parent_symbol"),
    *("cpp:last_symbol", "cpp:namespace_stack", "cpp:parent_symbol"),
)
"""What directives keep of a page, but for counters, which go on."""

_REGISTERING = ("c", "changeset", "cpp", "js", "math", "py", "rst", "std")
"""The domains of Sphinx that keep what is described, by names that are there once in a project."""

_TRANSLATING = "sphinx.sphinx.transforms.i18n"
"""Who logs that a translation does not refer to what the original does."""

_REPORTED_BY_DOCUTILS = "sphinx.sphinx.util.docutils"
"""Who logs that a directive or a role of a domain is not known, which docutils reports as well."""


@contextlib.contextmanager
def contained(env: BuildEnvironment, plugin: Plugin, findings: Findings) -> Iterator[None]:
    """Have references looked up where the plugin is defined; take back what a docstring changes outside of it."""
    registered: dict[str, object] = roles._roles  # type: ignore[attr-defined]  # noqa: SLF001  # no other way
    page: Any = env.temp_data  # the name that all versions of Sphinx have
    known, context = dict(registered), dict(env.ref_context)
    state = {key: page[key] for key in _STATE if key in page}
    module, _, name = (plugin.definition or plugin.target).partition(":")
    env.ref_context.clear()
    env.ref_context.update({NAMESPACE: plugin.namespace, "py:module": module})
    if plugin.kind is Kind.CLASS and name:
        env.ref_context["py:class"] = name
    for key in _STATE:
        if ":" in key:
            page.pop(key, None)
    page["default_domain"] = env.domains["py"]
    try:
        with logging.suppress_logging() as log, unregistered(env):
            yield
        for record in log.buffer:
            if record.name == _TRANSLATING:  # of the project's translations, not of the docstring
                logging.getLogger(_TRANSLATING.removeprefix("sphinx.")).logger.handle(record)
            elif record.levelno >= WARNING and record.name != _REPORTED_BY_DOCUTILS:
                findings.mistake(record.getMessage())
    finally:
        registered.clear()
        registered.update(known)
        env.ref_context.clear()
        env.ref_context.update(context)
        for key in _STATE:
            page.pop(key, None)
        for key, value in state.items():
            page[key] = value


@contextlib.contextmanager
def unregistered(env: BuildEnvironment) -> Iterator[dict[str, dict[str, Any]]]:
    """Have what is described registered in data that is given, and not in that of the project.

    A page of the project may describe the same, and be read later, or by another process.
    """
    known = {name: env.domains[name].data for name in _REGISTERING}
    fresh: dict[str, dict[str, Any]] = {}
    for name in _REGISTERING:
        domain = env.domains[name]
        fresh[name] = {**copy.deepcopy(domain.initial_data), "version": domain.data_version}
        domain.data = env.domaindata[name] = fresh[name]
    try:
        yield fresh
    finally:
        for name, data in known.items():
            env.domains[name].data = env.domaindata[name] = data


class Unregistered(CustomReSTDispatcher):
    """While it is entered, directives register nothing, as their option ``no-index`` says, where they have it."""

    def directive(  # noqa: D102  # Sphinx's own
        self, directive_name: str, language_module: ModuleType, document: nodes.document
    ) -> tuple[type[Directive] | None, list[nodes.system_message]]:
        found, messages = super().directive(directive_name, language_module, document)
        return found and without_index(found), messages


def without_index(directive: type[Directive]) -> type[Directive]:
    """Make a directive register nothing, where it has an option for that."""
    if "no-index" not in (getattr(directive, "option_spec", None) or {}):
        return directive

    class Plain(directive):  # type: ignore[misc, valid-type]  # mypy wants to know it
        def __init__(self, name: str, arguments: list[str], options: dict[str, Any], *rest: Any) -> None:  # noqa: ANN401
            super().__init__(name, arguments, {**options, "no-index": None}, *rest)

    return Plain


def isolate(document: nodes.document, env: BuildEnvironment, lexers: Container[str] | None) -> None:
    """Make what was parsed, and its own references resolved, fit to stand on any page.

    :param lexers: the languages that code may be highlighted in; None for all
    """
    if any(document.findall(addnodes.highlightlang)):
        HighlightLanguageTransform(document).apply()
    for reference in document.findall(nodes.Element):
        # To a heading or what a target stands before, or from a translation.
        if isinstance(reference, _REFERENCES) and (refid := document.nameids.get(reference.get("refname", ""))):
            reference["refid"] = refid
            del reference["refname"]
    for node in list(document.findall(nodes.Element)):
        _settle_reference(node)
        _settle(node, env, lexers)
    without_headings(document)
    _without_dead_ends(document)
    without_labels(document)
    _rename_ids(document)


_REFERENCES = (nodes.reference, nodes.footnote_reference, nodes.citation_reference)


def without_labels(root: nodes.Element) -> None:
    """Take the labels of formulas away, which are there once in a project, and with them their numbers."""
    for formula in root.findall(nodes.math_block):
        formula["label"] = formula["number"] = None


def _rename_ids(document: nodes.document) -> None:
    """Rename the ids that Sphinx makes, of terms for instance, which are the page's if it has the same."""
    prefix = document.settings.id_prefix
    elements = list(document.findall(nodes.Element))
    renamed: dict[str, str] = {}
    for node in elements:
        for old in (node_id for node_id in node["ids"] if not node_id.startswith(prefix)):
            renamed[old] = f"{prefix}{old}"
            while renamed[old] in document.ids:
                renamed[old] += "-"
            document.ids[renamed[old]] = node
    for node in elements if renamed else ():
        node["ids"] = [renamed.get(each, each) for each in node["ids"]]
        if "refid" in node:
            node["refid"] = renamed.get(node["refid"], node["refid"])
        if "backrefs" in node:
            node["backrefs"] = [renamed.get(each, each) for each in node["backrefs"]]
        if isinstance(node, addnodes.index):
            node["entries"] = [(kind, text, renamed.get(to, to), *rest) for kind, text, to, *rest in node["entries"]]


def _settle_reference(node: nodes.Element) -> None:
    """Show what is not right, and what leads to nothing in this docstring, as text; and citations as other nodes."""
    match node:
        case nodes.system_message():
            replace(node, [child for child in node.children if not isinstance(child, nodes.paragraph)])
        case nodes.problematic():
            replace(node, [nodes.Text(node.astext())])
        case nodes.Referential() if "refname" in node:
            replace(node, _unresolved(node))
        case nodes.citation() | nodes.footnote() if not _is_numbered(node):
            replace(node, _definition(node))
        case nodes.citation_reference() | nodes.footnote_reference() if not _is_numbered(node):
            replace(node, [nodes.reference("", f"[{node.astext()}]", refid=node["refid"], internal=True)])


def _settle(node: nodes.Element, env: BuildEnvironment, lexers: Container[str] | None) -> None:
    """Settle what a builder would take from the page, or warn of."""
    node.attributes.pop("anonymous", None)  # the page counts those, too
    match node:
        case nodes.meta() | nodes.decoration() | nodes.transition() | addnodes.tabular_col_spec():
            replace(node, [])
        case addnodes.index() if isinstance(node.parent, nodes.term) or _describes(node):
            replace(node, [])  # of what a page describes, the index has the page
        case nodes.substitution_definition() | nodes.target(children=[], attributes={"refuri": _}):
            replace(node, [])
        case nodes.literal_block():
            node.setdefault("language", env.config.highlight_language)
            node.setdefault("linenos", False)
            if lexers is None:
                _check_language(node)
            elif node["language"] not in lexers:
                node["language"] = "none"
        case addnodes.download_reference() if not os.access(_file(node, env), os.R_OK):
            replace(node, node.children)


def _describes(node: nodes.Element) -> bool:
    """Whether an entry of the index is that of the description behind it."""
    return isinstance(node.next_node(descend=False, siblings=True), addnodes.desc)


def _unresolved(node: nodes.Element) -> Sequence[nodes.Node]:
    """Show what leads to nothing as its text, with the marks that it would have."""
    match node:
        case nodes.footnote_reference() | nodes.citation_reference():
            return [nodes.Text(f"[{node.astext() or '#' + node.get('refname', '')}]")]
        case nodes.target() if not node.children:  # a name for something that is not here
            return []
        case _:
            return node.children


def _is_numbered(node: nodes.Element) -> bool:
    """Whether it is a footnote, or a reference to one, with a number that LaTeX can count to."""
    label = node[0].astext()
    return (
        not isinstance(node, nodes.citation | nodes.citation_reference) and label.isdigit() and len(label) <= len("999")
    )


def _definition(citation: nodes.citation | nodes.footnote) -> list[nodes.Node]:
    """Show a citation as a field, for Sphinx keeps those of all pages in one list, and LaTeX has numbers only."""
    label, *body = citation.children
    target = nodes.target("", "", ids=citation["ids"])
    field = nodes.field("", nodes.field_name("", f"[{label.astext()}]"), nodes.field_body("", *body))
    return [target, nodes.field_list("", field)]


def _check_language(block: nodes.literal_block) -> None:
    """Show code as plain text whose language is not known; it is said now, as the builder would say it of the page."""
    with logging.suppress_logging() as log:
        PygmentsBridge().get_lexer("", block["language"], force=True)
    if log.buffer:
        block["language"] = "none"
        for record in log.buffer:
            logging.getLogger(__name__).warning("%s", record.getMessage())


def _file(node: addnodes.download_reference, env: BuildEnvironment) -> str:
    return env.relfn2path(node["reftarget"], env.docname)[1]


def _without_dead_ends(document: nodes.document) -> None:
    """Show as text what refers to a place of this docstring that is there no more."""
    ids = {node_id for node in document.findall(nodes.Element) for node_id in node["ids"]}
    for node in list(document.findall(nodes.Element)):
        if node.get("backrefs"):
            node["backrefs"] = [back for back in node["backrefs"] if back in ids]
        if "refid" in node and node["refid"] not in ids:
            replace(node, _unresolved(node))


def without_headings(root: nodes.Element) -> None:
    """Show headings as rubrics, where the page has no place for sections."""
    for section in list(root.findall(nodes.section)):
        title, *rest = section.children
        assert isinstance(title, nodes.title)
        rubric = nodes.rubric(title.rawsource, "", *title.children, ids=section["ids"])
        rubric.source, rubric.line = title.source or section.source, title.line or section.line
        # LaTeX labels no rubrics.
        replace(section, [*(nodes.target(refid=node_id) for node_id in section["ids"]), rubric, *rest])


def replace(node: nodes.Element, by: Sequence[nodes.Node]) -> None:
    """Put other nodes in the place of one whose ids nothing is to refer to any more; ``replace_self`` keeps them."""
    assert node.parent is not None
    node.parent[node.parent.index(node) : node.parent.index(node) + 1] = list(by)
