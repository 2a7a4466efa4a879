"""The summary of a docstring as nodes: the first sentence of its first paragraph, with its markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.text import SECTIONS, cut, first_sentence, sentence_end, without_stops

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def first_paragraph(root: nodes.Element) -> nodes.TextElement | None:
    """Find the first paragraph of what was parsed, or the heading before it; None where there is none."""
    for child in root.children:
        match child:
            case nodes.section(children=[nodes.title() as title, *_]):
                if title.astext().strip().casefold() not in SECTIONS:
                    return title
                if found := first_paragraph(child):
                    return found
            case nodes.paragraph() if child.astext().strip():
                return child
    return None


class Summary:
    """The summary in the document that it is parsed in, before and after references in that are resolved."""

    def __init__(self, document: nodes.document) -> None:
        self._paragraph = paragraph = first_paragraph(document)
        self._whole = "" if paragraph is None else paragraph.rawsource
        self._refers = any(isinstance(node, _RESOLVED) for node in _sentence(paragraph or nodes.paragraph()))

    @property
    def lines(self) -> range:
        """The lines that its paragraph stands in."""
        first = (self._paragraph.line if self._paragraph is not None else None) or 0
        return range(first, first + self._whole.count("\n") + 1)

    def nodes(self, *, extracted: bool) -> list[nodes.Node]:
        """Render it, to stand within a line, once all is resolved; it can be translated by itself.

        What refers to something else in the docstring can only be translated in that, with its paragraph.

        :param extracted: whether what can be translated is extracted, and nothing is translated
        """
        if self._paragraph is None:
            return []
        kept = [inert for node in _sentence(self._paragraph) for inert in _inert(node)]
        shown = "".join(node.astext() for node in kept)
        if len(shown) > limits.LONGEST_SUMMARY:
            return [nodes.Text(cut(shown, limits.LONGEST_SUMMARY))]
        words = nodes.inline(self._whole if self._refers else first_sentence(self._whole), "", *kept)
        words.source, words.line = self._paragraph.source, self._paragraph.line
        words["translatable"] = extracted or not self._refers
        # Sphinx puts what was translated at the end of what it stands in, so that is one more.
        return [nodes.inline("", "", words)]


_RESOLVED = (
    nodes.citation_reference,
    nodes.footnote_reference,
    nodes.reference,
    nodes.substitution_reference,
    nodes.target,
)
"""What leads to another place of a docstring, or may."""


def _sentence(paragraph: nodes.Element) -> Iterator[nodes.Node]:
    """Return the nodes of the first sentence; the last may be a part of a text."""
    left = sentence_end("".join(map(_heard, paragraph.children)))
    for child in paragraph.children:
        text = child.astext()
        if left <= 0:
            break
        if isinstance(child, nodes.Text):
            text = text[:left]
            yield nodes.Text(text.rstrip() if len(text) == left else text)
        else:
            yield child
        left -= len(text)


def _heard(node: nodes.Node) -> str:
    """Write a node so that a sentence ends in no markup, but with an emphasis, and may begin with any."""
    text = node.astext()
    match node:
        case nodes.Text():
            return text
        case nodes.emphasis() | nodes.strong():
            return f"({without_stops(text[1:], but_last=True)}"[: len(text)]
        case _:
            return "#" * len(text)


def _inert(node: nodes.Node) -> Sequence[nodes.Node]:
    """Copy a node without ids, and without links to the docstring, which need not be on the page."""
    match node:
        case nodes.Text():
            return [nodes.Text(node.astext())]
        case addnodes.index() | nodes.target(children=[]):
            return []
        case nodes.footnote_reference():
            return [nodes.Text(f"[{node.astext()}]")]
        case nodes.target() | nodes.reference(attributes={"refid": _}):
            return [inert for child in node.children for inert in _inert(child)]
    copy = node.copy()
    assert isinstance(copy, nodes.Element)
    copy["ids"] = []
    copy += [inert for child in node.children for inert in _inert(child)]
    return [copy]
