"""Finds values that a declaration says stand elsewhere in the tree, in a module or in another file."""

from __future__ import annotations

import ast
import math
import re
import warnings
from typing import TYPE_CHECKING, assert_never

from packaging.version import Version

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.sources.declared import Attribute, Match, Reference, Summary, Text

if TYPE_CHECKING:
    from sphinxext.plugins.sources.layout import Layout
    from sphinxext.plugins.sources.tree import Tree


def find(tree: Tree, layout: Layout, header: str, reference: Reference, by: str) -> list[str]:
    """Find the values of a header; none where they are not written down.

    :param by: the file that refers to them
    """
    match reference:
        case Attribute(path):
            module, _, name = path.strip().rpartition(".")
            value = _attribute(tree, layout, module or "__init__", name, 5)
        case Text(files):
            value = "\n".join(filter(None, (tree.named(file, by) for file in files)))
        case Match(file, pattern):
            value = _match(tree.named(file, by) or "", pattern)
        case Summary(module):
            value = _summary(tree, layout, module)
        case _:
            assert_never(reference)
    if not value or (header == "Version" and not _is_version(value)):
        return []
    return value.split("\n") if header == "Classifier" else [value]


def _is_version(value: str) -> bool:
    try:
        Version(value)
    except ValueError:  # also of numbers of thousands of digits
        return False
    return True


def _body(tree: Tree, layout: Layout, module: str) -> ast.Module | None:
    file = layout.file(module)
    source = None if file is None else tree.named(file, file)
    try:
        return None if source is None else decoding.python(source.encode())
    except ValueError:
        return None  # a module that cannot be read is a problem where it is looked at


def _attribute(tree: Tree, layout: Layout, module: str, name: str, further: int) -> str | None:
    """Find what a literal assigns to a name, also where it is imported from another module of the tree.

    :param further: through how many of them
    """
    body = _body(tree, layout, module)
    for statement in body.body if body is not None else ():
        match statement:
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value) if name in _bound(statement):
                return _literal(value)
            case ast.ImportFrom(module=source, names=aliases, level=level) if further:
                for alias in aliases:
                    if (alias.asname or alias.name) == name:
                        return _attribute(
                            tree, layout, _absolute(layout, module, source, level), alias.name, further - 1
                        )
    return None


def _bound(statement: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _literal(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(value=str() as value):
            return value
        case ast.Tuple(elts=parts) | ast.List(elts=parts) if all(isinstance(part, ast.Constant) for part in parts):
            return ".".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
    return None


def _absolute(layout: Layout, module: str, source: str | None, level: int) -> str:
    """Return the name of a module that a module imports from, perhaps by a relative name."""
    if not level:
        return source or ""
    is_package = (layout.file(module) or "").endswith("/__init__.py")
    package = module.split(".")[: None if is_package and level == 1 else -(level - is_package)]
    return ".".join([*package, *filter(None, [source])])


def _summary(tree: Tree, layout: Layout, module: str) -> str | None:
    body = _body(tree, layout, module)
    docstring = ast.get_docstring(body) if body is not None else None
    return docstring.lstrip().partition("\n")[0] if docstring else None


_ASSIGNED = re.compile(
    r"^(?:__version__|version)\s*(?::\s*\w+\s*)?=\s*([\"'])v?(?P<version>[^\"'\n]+)\1", re.IGNORECASE | re.MULTILINE
)

_CLASSES = re.compile(r"\\.|\[\^?\]?[^\]]*\]|\(\?[:P<\w>]*")
"""What has no bearing on how often an expression has to try: escapes, classes, and how groups begin."""


def _match(text: str, pattern: str | None) -> str | None:
    """Find what a stranger's expression matches, unless that could take long."""
    if pattern is None:
        found = _ASSIGNED.search(text)
        return found["version"] if found else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            lines = _lines(pattern)
            expression = re.compile(pattern if lines else "(?!)", re.MULTILINE)
    except (re.error, OverflowError, RecursionError):
        return None
    word = _word(pattern)
    for line in [line for line in text.splitlines()[: limits.MOST_TRIED] if word in line][:lines]:
        found = expression.search(line) if len(line) <= limits.LONGEST_TRIED else None
        if found and expression.groups:
            return found["version"] if "version" in expression.groupindex else found[1]
    return None


def _word(pattern: str) -> str:
    """Return a word that stands in whatever an expression matches; empty where that takes more to find out."""
    if re.search(r"\||\)\?|\(\?(?!P<|:)|\\[^\W_bdsSwWDBAZ]", pattern):
        return ""
    return max(re.findall(r"\w+(?![\w?*{])", _CLASSES.sub(" ", pattern)), key=len, default="")


def _lines(pattern: str) -> int:
    """Tell how many lines an expression may be tried on; none if it repeats what repeats, or does anything unusual.

    Each repetition multiplies how often an expression may try by the length of a line, as does each place that it
    may begin at, and each optional part and alternative by two.
    """
    plain = _CLASSES.sub("x", pattern)
    if len(pattern) > limits.LONGEST_TRIED or re.search(r"\(\?(#|\w*x)", pattern) or re.search(r"\)[*+{]", plain):
        return 0  # comments may hide anything
    anchored = "|" not in plain and re.match(r"(\(\?[ims]+\))?\^", pattern) is not None
    several = len(re.findall(r"[*+{]", plain)) + (not anchored)
    optional = plain.count("|") + plain.count("?")
    steps: int = limits.LONGEST_TRIED**several * 2**optional // math.factorial(several)
    return limits.MOST_TRIES // max(steps, 1)
