"""The source of a definition, as far as a page has room for it. Nothing runs, and nothing of it is followed."""

from __future__ import annotations

import ast
import textwrap
from importlib.util import decode_source
from typing import TYPE_CHECKING

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.structs import Struct
from sphinxext.plugins.introspect.modules import UNREADABLE, is_too_much

if TYPE_CHECKING:
    from pathlib import Path

    from sphinxext.plugins.core.files import Files


class Excerpt(Struct, frozen=True):
    """Lines of a source file."""

    code: str
    """These, without what all of them are indented by."""

    first: int
    """The number of the first, counted from 1."""

    last: int

    left: int = 0
    """How many follow that belong to the same definition."""


def excerpt(path: Path, line: int, files: Files) -> Excerpt | None:
    """Return the definition that stands in a line, decorators and all; of a long one the beginning.

    Where none begins there, that is the rest of the file.
    """
    try:
        text = decode_source(files.read(path, limits.LARGEST_SOURCE))
        tree = decoding.python("" if is_too_much(text) else text)
    except (*UNREADABLE, ValueError):
        return None
    lines = text.splitlines()
    first, end = next(filter(None, (_extent(node, line) for node in ast.walk(tree))), (line, len(lines)))
    shown = lines[first - 1 : min(end, first - 1 + limits.MOST_EXCERPT_LINES)]
    while shown and not shown[-1].strip():
        shown.pop()
    if not shown:
        return None
    last = first - 1 + len(shown)
    left = sum(1 for each in lines[last:end] if each.strip())
    return Excerpt(code=textwrap.dedent("\n".join(shown)), first=first, last=last, left=left)


def _extent(node: ast.AST, line: int) -> tuple[int, int] | None:
    """Return the first line and the last of a definition or an assignment that begins in a line; None of any other."""
    if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Assign | ast.AnnAssign):
        return None
    decorators = [each.lineno for each in getattr(node, "decorator_list", ())]
    if line not in {node.lineno, *decorators}:
        return None
    return min([node.lineno, *decorators]), node.end_lineno or node.lineno
