"""Values without a type as nodes: within a line, where they stay short, or as lists where there is room.

Paths of objects and addresses are links wherever they stand; all else means itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.text import clean, clean_line, short
from sphinxext.plugins.core.trust import is_address
from sphinxext.plugins.sphinx.references import NAMED, OPTIONAL
from sphinxext.plugins.sphinx.render import parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sphinxext.plugins.core.structs import Json
    from sphinxext.plugins.sphinx.render.parts import Page

_ADDRESS = re.compile(
    r"(https?://(?:[^\s<>\"()]|\([^\s<>\"()]*\))*(?:[^\s<>\".,;:!?'()\[\]]|\([^\s<>\"()]*\)))", re.IGNORECASE
)
"""Parentheses are a part of an address where both are in it."""


class Look(NamedTuple):
    """How values are shown."""

    page: Page

    objects: Collection[str] = ()
    """The texts in them that are dotted paths."""

    shown: bool = False
    """Whether there is text among them that Python shows for what JSON cannot hold."""


def in_line(values: Sequence[Json], look: Look) -> list[nodes.Node]:
    """Render values within a line, of many or of long ones the first."""
    shown: list[nodes.Node] = []
    left, inner = limits.LONGEST_CELL, len(values) > 1
    for each in values[: limits.MOST_SHOWN_VALUES]:
        text = parts.text_of([each] if inner else each)
        if shown and left < len(text):
            break
        # What is cut has no links, for they would be cut as well.
        rendered = list(_nested(each, look, inner=inner)) if len(text) <= left else [nodes.Text(short(text))]
        shown.append(nodes.inline("", "", *rendered, classes=["sp-value"], support_smartquotes=False))
        left -= len(text)
    rest = [nodes.Text(parts.besides(values, len(shown)))] if len(shown) < len(values) else []
    return [*parts.joined(shown), *rest]


def whole(value: Json, look: Look, depth: int = limits.DEEPEST_SHOWN_VALUE) -> list[nodes.Node]:
    """Render a value where there is room: by nodes that stand within a line, or else by a list."""
    if isinstance(value, dict) and depth:
        return [_definitions(value, look, depth)]
    if isinstance(value, list) and depth and any(isinstance(each, dict | list) for each in value):
        kept = [each for each in value if each is not None]
        shown = [nodes.list_item("", *_blocks(each, look, depth - 1)) for each in kept[: limits.MOST_SHOWN_VALUES]]
        rest = [nodes.list_item("", _paragraph(_left_out(kept)))] if len(kept) > limits.MOST_SHOWN_VALUES else []
        return [nodes.bullet_list("", *shown, *rest, bullet="*")]
    return list(_nested(value, look, inner=False))


def _definitions(value: dict[str, Json], look: Look, depth: int) -> nodes.definition_list:
    """Render what has keys as a list of definitions."""
    made = nodes.definition_list(classes=["sp-record"])
    for key, each in list(value.items())[: limits.MOST_SHOWN_VALUES]:
        rendered = list(_nested(key, look))
        term = nodes.term("", "", nodes.inline("", "", *rendered, classes=["sp-key"], support_smartquotes=False))
        term["translatable"] = False
        body = [] if each is None else _blocks(each, look, depth - 1)
        made += nodes.definition_list_item("", term, nodes.definition("", *body))
    if len(value) > limits.MOST_SHOWN_VALUES:
        term = nodes.term("", "", *_left_out(list(value)), translatable=False)
        made += nodes.definition_list_item("", term, nodes.definition())
    return made


def _blocks(value: Json, look: Look, depth: int) -> list[nodes.Node]:
    shown = whole(value, look, depth)
    return shown if any(isinstance(node, nodes.Sequential) for node in shown) else [_paragraph(shown)]


def _paragraph(shown: Sequence[nodes.Node]) -> nodes.paragraph:
    return nodes.paragraph("", "", *shown, support_smartquotes=False, translatable=False)


def _left_out(values: Sequence[Json]) -> list[nodes.Node]:
    return [nodes.Text(parts.besides(values).removeprefix(", "))]


def _nested(value: Json, look: Look, *, inner: bool = True) -> Iterator[nodes.Node]:
    """Render a value within a line, with the same text as :func:`~sphinxext.plugins.core.text.text_of` gives.

    :param inner: whether it stands among others
    """
    if not isinstance(value, dict | list):
        yield from _leaf(value, look)
        return
    if inner:
        yield nodes.Text("(")
    if isinstance(value, dict):
        for number, (key, each) in enumerate(value.items()):
            yield from [nodes.Text("; ")][:number]
            yield from _leaf(key, look)
            if parts.text_of(each):
                yield nodes.Text(": ")
                yield from _nested(each, look, inner=isinstance(each, dict))
    else:
        kept = [each for each in value if each is not None]
        for number, each in enumerate(kept[: limits.MOST_SHOWN_VALUES]):
            yield from [nodes.Text(", ")][:number]
            yield from _nested(each, look)
        if len(kept) > limits.MOST_SHOWN_VALUES:
            yield nodes.Text(parts.besides(kept))
    if inner:
        yield nodes.Text(")")


def _leaf(value: Json, look: Look) -> list[nodes.Node]:
    """Render what has no parts."""
    text = parts.text_of(value)
    if not isinstance(value, str):
        return [nodes.Text(text)]
    if value in look.objects:
        target = ("py", "obj", value)
        return [parts.refer(target, look.page, nodes.literal("", text), **{OPTIONAL: True, NAMED: True})]
    if look.shown:
        return [nodes.literal("", text)]
    pieces = _ADDRESS.split(value) if len(value) <= limits.LONGEST_SHOWN_VALUE else [value]
    if len(pieces) == 1:
        return [nodes.Text(text)]
    return [_piece(piece, is_link=bool(number % 2)) for number, piece in enumerate(pieces) if piece]


def _piece(text: str, *, is_link: bool) -> nodes.Node:
    if is_link and is_address(text):
        return nodes.reference("", clean_line(text), internal=False, refuri=text, support_smartquotes=False)
    return nodes.Text(clean(text))
