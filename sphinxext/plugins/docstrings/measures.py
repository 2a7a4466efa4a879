"""How much a docstring of strangers may be: what is beyond would take docutils, a builder or readers too long."""

from __future__ import annotations

from docutils import nodes

from sphinxext.plugins.docstrings.findings import UnfitError

_LONGEST = 30_000
_LONGEST_LINE = 1_000
_MOST_NODES = 5_000
_DEEPEST = 5


def check_size(text: str) -> None:
    """Refuse a text that docutils would need minutes for, or a builder more room than there is.

    The longest docstring of some 50,000 in well-known packages has 22,000 characters, and its lines 565.
    """
    if len(text) > _LONGEST:
        msg = f"it is longer than {_LONGEST} characters"
        raise UnfitError(msg)
    if any(len(line) > _LONGEST_LINE for line in text.splitlines()):
        msg = f"it has a line of more than {_LONGEST_LINE} characters"
        raise UnfitError(msg)


def check_growth(document: nodes.document) -> None:
    """Refuse what has grown, or would, beyond all measure."""
    if sum(1 for _ in document.findall()) > _MOST_NODES:
        msg = f"it is made of more than {_MOST_NODES} pieces"
        raise UnfitError(msg)
    definitions = document.substitution_defs
    if any(True for each in definitions.values() for _ in each.findall(nodes.substitution_reference)):
        msg = "it has substitutions within substitutions"
        raise UnfitError(msg)
    lengths = {name.lower(): len(each.astext()) for name, each in definitions.items()}
    grown = sum(lengths.get(each["refname"].lower(), 0) for each in document.findall(nodes.substitution_reference))
    if grown > _LONGEST:
        msg = f"its substitutions grow to more than {_LONGEST} characters"
        raise UnfitError(msg)


_LEVELS = (nodes.bullet_list, nodes.enumerated_list, nodes.definition_list, nodes.field_list, nodes.block_quote)
_BOXES = (nodes.Admonition, nodes.topic, nodes.table, nodes.option_list, nodes.line_block)


def check_nesting(node: nodes.Node, levels: int = 0, *, in_table: bool = False) -> None:
    """Refuse what LaTeX has no room for: lists in lists in lists, and tables in tables."""
    for child in node.children:
        deeper = levels + isinstance(child, (*_LEVELS, *_BOXES))
        if deeper > _DEEPEST:
            msg = f"it nests lists and boxes deeper than {_DEEPEST} levels"
            raise UnfitError(msg)
        if in_table and isinstance(child, nodes.table):
            msg = "it has a table in a table"
            raise UnfitError(msg)
        check_nesting(child, deeper, in_table=in_table or isinstance(child, nodes.table))
