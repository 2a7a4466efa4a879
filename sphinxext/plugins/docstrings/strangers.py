"""What docstrings of distributions that are not trusted may do: what can do no harm.

Directives and roles are looked up in lists of those that are allowed. Of these, some are made into
something else, and the options are left out that could name, style or measure. Afterwards the finished
nodes are looked through for what markup makes without directives and roles.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes
from docutils.parsers.rst.languages import en
from sphinx import addnodes
from sphinx.util.docutils import CustomReSTDispatcher

from sphinxext.plugins.docstrings import stand_ins
from sphinxext.plugins.docstrings.isolation import without_index
from sphinxext.plugins.docstrings.measures import check_nesting
from sphinxext.plugins.trust import is_address

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from docutils.parsers.rst import Directive

    from sphinxext.plugins.docstrings.findings import Findings

DIRECTIVES = frozenset(
    {
        *{"admonition", "attention", "caution", "danger", "error", "hint", "important", "note", "seealso", "tip"},
        *{"topic", "warning"},
        *{"deprecated", "version-deprecated", "version-added", "version-changed", "version-removed"},
        *{"versionadded", "versionchanged", "versionremoved"},
        *{"code", "code-block", "highlight", "parsed-literal", "sourcecode"},
        *{"csv-table", "list-table", "table"},
        *{"epigraph", "highlights", "line-block", "pull-quote", "rubric"},
        *{"replace", "unicode"},
    }
)
"""The directives that make nothing but text of some form; besides, there are images and formulas."""

_OF_NAPOLEON = {"attribute", "method"}

_MARKUP = {
    *{"emphasis", "literal", "strong", "sub", "subscript", "sup", "superscript", "t", "title", "title-reference"},
    *{"abbr", "code", "command", "dfn", "file", "guilabel", "kbd", "mailheader", "makevar", "manpage", "menuselection"},
    *{"mimetype", "newsgroup", "pep", "pep-reference", "program", "regexp", "rfc", "rfc-reference", "samp"},
}
_OF_PYTHON = {"attr", "class", "const", "data", "deco", "exc", "func", "meth", "mod", "obj", "type"}
_OF_SPHINX = {"confval", "doc", "envvar", "keyword", "numref", "option", "ref", "term", "token"}
_OF_OURS = {"plugin:namespace", "plugin:ns", "plugin:plugin", "plugin:ref"}

ROLES = frozenset(
    {
        *{*_MARKUP, *_OF_PYTHON, *_OF_SPHINX, *_OF_OURS, "any", "eq"},
        *{f"py:{name}" for name in _OF_PYTHON},
        *{f"std:{name}" for name in _OF_SPHINX},
    }
)
"""The roles that mark text up, and those that refer to something; besides, there are formulas."""

_EXTERNAL = re.compile(r"external(\+[^:]+)?:(?P<role>.+)")
"""How intersphinx spells the roles that refer to other projects."""

_NEVER = {"include", "literalinclude", "raw"}
"""What is not allowed whatever the configuration says: it reads files, or writes what the page is made of."""

_WIDEST_COLUMN = 100


class Allowed(NamedTuple):
    """What the configuration allows in addition."""

    directives: Sequence[str] = ()
    roles: Sequence[str] = ()


class Refusing(CustomReSTDispatcher):
    """While it is entered, only those directives and roles are found that are allowed.

    :param default_role: what the page takes text in single backquotes for
    """

    def __init__(self, allowed: Allowed, findings: Findings, default_role: str) -> None:
        super().__init__()
        self._added = allowed
        self._findings = findings
        self._default_role = default_role

    # Names are those in English, for docstrings are in no language of the documentation.
    def directive(  # noqa: D102  # Sphinx's own
        self, directive_name: str, language_module: ModuleType, document: nodes.document
    ) -> tuple[type[Directive] | None, list[nodes.system_message]]:
        del language_module
        name = directive_name.lower()
        found, messages = super().directive(name, en, document)
        if name in self._added.directives and name not in _NEVER:
            return found and without_index(found), messages
        if name in {"image", "figure"}:
            return stand_ins.LinkToImage, []
        if name in _OF_NAPOLEON:
            return stand_ins.Item, []
        if name == "math":
            return stand_ins.of_docstring(stand_ins.Formulas, self._findings), []
        if name in DIRECTIVES and found:
            return stand_ins.without_options(found, self._findings), []
        if found:
            return stand_ins.of_docstring(stand_ins.Refused, self._findings), []
        return None, messages  # docutils reports it

    def role(  # noqa: D102  # Sphinx's own
        self,
        role_name: str,
        language_module: ModuleType,
        lineno: int,
        reporter: Any,  # noqa: ANN401  # docutils' types have two of that name
    ) -> tuple[Any, list[nodes.system_message]]:
        del language_module
        name = role_name.lower() or self._default_role or "title-reference"
        if external := _EXTERNAL.fullmatch(name):  # which is looked up there, too, where there is none here
            name = external["role"]
        if name == "math" and name not in self._added.roles:
            return stand_ins.StandIn(stand_ins.formula, self._findings), []
        found, messages = super().role(name, en, lineno, reporter)
        if name in ROLES or (name in self._added.roles and name not in _NEVER):
            # Not every version of Sphinx has them all.
            return found or stand_ins.StandIn(stand_ins.literal, self._findings), messages
        return stand_ins.StandIn(stand_ins.refused if found else stand_ins.literal, self._findings), []


def tame(document: nodes.document, findings: Findings) -> None:
    """Take out of finished nodes what strangers may not do without a directive or a role."""
    for node in list(document.findall(nodes.Element)):
        node.attributes.pop("width", None)
        match node:
            case addnodes.index() | nodes.comment():
                node.parent.remove(node)
            case nodes.target() if node["ids"] and all(each.startswith("index-") for each in node["ids"]):
                node.parent.remove(node)
            case nodes.reference() if "refuri" in node and not is_address(node["refuri"]):
                _unlink(node, findings)
            case nodes.doctest_block():  # sphinx.ext.doctest would run it
                code = node.astext()
                node.replace_self(nodes.literal_block(code, code, language="pycon", force=True))
            case nodes.literal_block() if node.setdefault("language", "default") != "default":
                node["force"] = True  # or else the builder warns of what is not of that language
            case nodes.colspec():  # a builder of text makes lines of it
                node["colwidth"] = min(node.get("colwidth", 1), _WIDEST_COLUMN)
            case nodes.table() | nodes.container() if _caption(node):
                _put_before(node)
    check_nesting(document)


def _caption(node: nodes.Element) -> nodes.Element | None:
    first = next(iter(node.children), None)
    return first if isinstance(first, nodes.title | nodes.caption) else None


def _put_before(node: nodes.Element) -> None:
    """Put a caption before what it is for, which would be numbered among the tables and listings of the page."""
    caption = node.pop(0)
    node.parent.insert(node.parent.index(node), nodes.paragraph("", "", nodes.strong("", "", *caption.children)))


_ELSEWHERE = re.compile(r"\s*(?!https?:|mailto:)[a-z][a-z0-9+.\s-]*:|//", re.IGNORECASE)


def _unlink(node: nodes.reference, findings: Findings) -> None:
    """Show what is linked to another place than one of the web as text; of a place of its own manual say nothing."""
    uri: str = node["refuri"]
    if _ELSEWHERE.match(uri) and uri != node.astext():
        findings.refuse(f"link to {uri[:40]}", node.line)
    node.parent[node.parent.index(node) : node.parent.index(node) + 1] = node.children
