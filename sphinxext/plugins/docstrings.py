"""A docstring as nodes: parsed by itself, so that nothing in it reaches the page around it.

Each docstring becomes a document of its own, in which its targets, footnotes, substitutions and
errors stay; only finished nodes leave it. That also keeps the time linear: docutils needs time in
the square of a text's length.
"""

from __future__ import annotations

import contextlib
import copy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from docutils import ApplicationError, nodes
from docutils.parsers.rst import roles, states
from docutils.statemachine import StringList, string2lines
from docutils.transforms import references
from docutils.utils import Reporter
from sphinx import addnodes
from sphinx.domains.python import PyObject  # type: ignore[attr-defined]  # the public name is not in __all__
from sphinx.errors import SphinxError
from sphinx.util.docfields import DocFieldTransformer, TypedField

from sphinxext.plugins.model import Kind, Location, Problem, ProblemKind
from sphinxext.plugins.references import NAMESPACE, OPTIONAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from docutils.frontend import Values
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.util.docfields import Field

    from sphinxext.plugins.model import Docstring, Plugin

_RESOLVING = (
    references.PropagateTargets,
    references.AnonymousHyperlinks,
    references.IndirectHyperlinks,
    references.Footnotes,
    references.ExternalTargets,
    references.InternalTargets,
    references.Substitutions,
)
"""The transforms that resolve what refers to another place of the same document."""


class Parsed(NamedTuple):
    """What became of a docstring."""

    nodes: list[nodes.Node]
    problems: list[Problem]


class DocstringParser:
    """Parses the docstrings of one page.

    :param host: the document that the nodes are for; its ids are respected, and it gets no others
    :param napoleon: whether Google and NumPy style are understood
    """

    def __init__(self, env: BuildEnvironment, host: nodes.document, *, napoleon: bool) -> None:
        self._env = env
        self._host = host
        self._napoleon = napoleon
        self._settings = copy.copy(host.settings)
        self._settings.file_insertion_enabled = False
        self._settings.raw_enabled = False
        self._settings.report_level = Reporter.WARNING_LEVEL
        self._settings.halt_level = Reporter.SEVERE_LEVEL + 1

    def parse(self, plugin: Plugin, docstring: Docstring, path: Path | None) -> Parsed:
        """Parse a whole docstring.

        :param path: its file, for the places of its errors
        """
        text = self._styled(docstring.text, plugin)
        return self._parse(text, plugin, docstring, path)

    def summarise(self, plugin: Plugin, docstring: Docstring, path: Path | None) -> Parsed:
        """Parse a docstring's summary, to nodes that stand within a line."""
        parsed = self._parse(docstring.summary, plugin, docstring, path)
        match parsed.nodes:
            case [nodes.paragraph() as paragraph]:
                words = nodes.inline(paragraph.rawsource, "", *paragraph.children, translatable=True)
                words.source, words.line = paragraph.source, paragraph.line
                # Sphinx puts what was translated at the end of what it stands in, so that is one more.
                return Parsed([nodes.inline("", "", words)], parsed.problems)
            case _:  # its first sentence is markup of another kind
                return Parsed([nodes.Text(docstring.summary)], [])

    def _styled(self, text: str, plugin: Plugin) -> str:
        """Turn the sections of Google and NumPy style into fields, where napoleon is loaded."""
        if not self._napoleon:
            return text
        # Not needed where nothing changed.
        from sphinx.ext.napoleon import GoogleDocstring, NumpyDocstring  # type: ignore[attr-defined]  # noqa: PLC0415

        config: Config = self._env.config
        what = _WHAT[plugin.kind]
        if config.napoleon_numpy_docstring:
            text = str(NumpyDocstring(text, config, None, what, plugin.name))
        if config.napoleon_google_docstring:
            text = str(GoogleDocstring(text, config, None, what, plugin.name))
        return text

    def _parse(self, text: str, plugin: Plugin, docstring: Docstring, path: Path | None) -> Parsed:
        line = docstring.location.line if docstring.location else 1
        # Where the style was changed lines were added, and no line of the text tells its place any more.
        moving = text.count("\n") <= docstring.text.count("\n")
        source = str(path) if path else f"docstring of {plugin.target}"
        problems: list[Problem] = []

        def note(message: nodes.system_message) -> None:
            if message["level"] < Reporter.WARNING_LEVEL:
                return
            where = docstring.location and Location(file=docstring.location.file, line=message.get("line", line))
            problems.append(_problem(plugin, message, where))

        document = _empty_document(source, self._settings)
        document.reporter.attach_observer(note)
        lines = string2lines(text, self._settings.tab_width, convert_whitespace=True)
        places = [(source, line - 1 + (number if moving else 0)) for number in range(len(lines))]
        try:
            with self._contained(plugin):
                self._read(StringList(lines, items=places), document)
        except _WHAT_MARKUP_RAISES as error:
            # Directives and roles are other people's code too, and docutils itself fails on some texts.
            problem = Problem(
                kind=ProblemKind.DOCSTRING,
                message=f"has a docstring that cannot be rendered: {type(error).__name__}: {str(error)[:200]}",
                remedy="mend it there; until then it is shown as it stands",
                plugin=plugin.identity,
                location=docstring.location,
            )
            return Parsed([nodes.literal_block(text, text)], [problem])
        return Parsed(document.children, problems)

    def _read(self, lines: StringList, document: nodes.document) -> None:
        """Parse lines into a document of their own, and make it fit for the page."""
        inliner = states.Inliner()  # one for each: it gathers more to look for whenever it is used
        machine = states.RSTStateMachine(state_classes=states.state_classes, initial_state="Body")
        machine.run(lines, document, inliner=inliner)
        document.transformer.add_transforms(_RESOLVING)
        document.transformer.apply_transforms()
        _plain(document)
        transformer = DocFieldTransformer(cast("PyObject", _Fields(self._env, document, inliner)))
        transformer.transform_all(cast("addnodes.desc_content", document))  # it asks for no more than its children
        if _depth(document) > _DEEPEST:
            msg = f"it nests deeper than {_DEEPEST} levels, more than writers stand"
            raise ValueError(msg)
        for node in document.findall():
            node.document = self._host  # or else the page is stored with Sphinx's whole environment
        self._finish(document)

    @contextlib.contextmanager
    def _contained(self, plugin: Plugin) -> Iterator[None]:
        """Have references looked up where the plugin is defined; take back what a docstring changes outside of it."""
        registered: dict[str, object] = roles._roles  # type: ignore[attr-defined]  # noqa: SLF001  # no other way
        known, context = dict(registered), dict(self._env.ref_context)
        module, _, name = (plugin.definition or plugin.target).partition(":")
        self._env.ref_context.update({NAMESPACE: plugin.namespace, "py:module": module})
        if plugin.kind is Kind.CLASS:
            self._env.ref_context["py:class"] = name
        try:
            yield
        finally:
            registered.clear()
            registered.update(known)
            self._env.ref_context.clear()
            self._env.ref_context.update(context)

    def _finish(self, document: nodes.document) -> None:
        """Mark references, register ids with the page, and give new ones where it has them already."""
        renamed: dict[str, str] = {}
        elements = list(document.findall(nodes.Element))
        for node in elements:
            if isinstance(node, addnodes.pending_xref):
                node[OPTIONAL] = True
            if node.get("names"):
                node["names"] = []
            if isinstance(node, nodes.field_name) and node.line is None:
                node["translatable"] = False  # Sphinx made it, in its own words
            for old in list[str](node.get("ids", [])):
                if old in self._host.ids:
                    node["ids"].remove(old)
                    renamed[old] = self._host.set_id(node)
                else:
                    self._host.ids[old] = node
        for node in elements if renamed else ():
            if "refid" in node:
                node["refid"] = renamed.get(node["refid"], node["refid"])
            if "backrefs" in node:
                node["backrefs"] = [renamed.get(ref, ref) for ref in node["backrefs"]]


_WHAT: dict[Kind | None, Literal["class", "function", "method", "module", "object"]] = {
    Kind.CLASS: "class",
    Kind.FUNCTION: "function",
    Kind.METHOD: "method",
    Kind.MODULE: "module",
    Kind.INSTANCE: "object",
    None: "object",
}
"""What napoleon calls the kinds."""


_WHAT_MARKUP_RAISES = (
    ApplicationError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    SphinxError,
    TypeError,
    ValueError,
)
"""What is known to come out of docutils, Sphinx and directives for a text that they cannot cope with."""

_DEEPEST = 50


def _depth(node: nodes.Node) -> int:
    """Count the levels of a tree."""
    depth, level = 0, list(node.children)
    while level:
        depth, level = depth + 1, [child for parent in level for child in parent.children]
    return depth


class _Fields:
    """What Sphinx asks of a directive when it makes "Parameters", "Returns" and "Raises" of a field list."""

    domain = "py"

    def __init__(self, env: BuildEnvironment, document: nodes.document, inliner: states.Inliner) -> None:
        self.env = env
        self.state = SimpleNamespace(document=document, inliner=inliner)

    def get_field_type_map(self) -> dict[str, tuple[Field, bool]]:
        types = [(name, (field, False)) for field in PyObject.doc_field_types for name in field.names]
        typed = [field for field in PyObject.doc_field_types if isinstance(field, TypedField)]
        return dict(types + [(name, (field, True)) for field in typed for name in field.typenames])


def _empty_document(source: str, settings: Values) -> nodes.document:
    """Make an empty document that reports to nobody but its observers."""
    reporter = Reporter(source, Reporter.WARNING_LEVEL, Reporter.SEVERE_LEVEL + 1, stream=False)
    document = nodes.document(settings, reporter, source=source)
    document.note_source(source, -1)
    return document


def _problem(plugin: Plugin, message: nodes.system_message, where: Location | None) -> Problem:
    words = next(iter(message.findall(nodes.paragraph)), message).astext()
    return Problem(
        kind=ProblemKind.DOCSTRING,
        message=f"has markup in its docstring that is not right: {words.rstrip('.')}",
        remedy="mend it there; until then it is shown as it stands",
        plugin=plugin.identity,
        location=where,
    )


def _plain(document: nodes.document) -> None:
    """Show what is not right as the text that it is, and headings as rubrics, which the page has no place for."""
    for node in list(document.findall(nodes.Element)):
        match node:
            case nodes.system_message():
                _replace(node, [child for child in node.children if not isinstance(child, nodes.paragraph)])
            case nodes.problematic():
                _replace(node, [nodes.Text(node.astext())])
            case nodes.reference() if "refname" in node:  # it leads to nothing in this docstring
                _replace(node, node.children)
    without_headings(document)


def without_headings(root: nodes.Element) -> None:
    """Show headings as rubrics, where the page has no place for sections."""
    for section in list(root.findall(nodes.section)):
        title, *rest = section.children
        assert isinstance(title, nodes.title)
        rubric = nodes.rubric(title.rawsource, "", *title.children)
        rubric.source, rubric.line = title.source or section.source, title.line or section.line
        _replace(section, [rubric, *rest])


def _replace(node: nodes.Element, by: Sequence[nodes.Node]) -> None:
    """Put other nodes in the place of one whose ids nothing is to refer to any more; ``replace_self`` keeps them."""
    assert node.parent is not None
    node.parent[node.parent.index(node) : node.parent.index(node) + 1] = list(by)
