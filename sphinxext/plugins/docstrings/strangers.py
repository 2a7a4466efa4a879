"""What docstrings of distributions that are not trusted may do: what can do no harm.

Directives and roles are looked up in lists of those that are allowed. Of these, some are made into
something else, and the options are left out that could name, style or measure. Afterwards the finished
nodes are looked through for what markup makes without directives and roles.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from docutils import nodes
from docutils.parsers.rst import Directive, directives, states
from docutils.parsers.rst.languages import en
from docutils.utils import unescape
from sphinx import addnodes
from sphinx.util.docutils import CustomReSTDispatcher

from sphinxext.plugins.docstrings.findings import UnfitError
from sphinxext.plugins.docstrings.formulas import is_harmless
from sphinxext.plugins.trust import is_address

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from docutils.parsers.rst.states import Inliner

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

_OPTIONS = {
    *{"caption", "dedent", "delim", "escape", "header", "header-rows", "keepspace", "lineno-start", "linenos"},
    *{"quote", "stub-columns", "width", "widths"},
}

_READ = {"file", "url"}

_LONGEST = 30_000
_LONGEST_LINE = 1_000
_MOST_NODES = 5_000
_WIDEST_COLUMN = 100
_DEEPEST = 5


class Allowed(NamedTuple):
    """What the configuration allows in addition."""

    directives: Sequence[str] = ()
    roles: Sequence[str] = ()


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
            return found, messages
        if name in {"image", "figure"}:
            return _LinkToImage, []
        if name in _OF_NAPOLEON:
            return _Item, []
        if name == "math":
            return _with(_Formulas, self._findings), []
        if name in DIRECTIVES and found:
            return _without_options(found, self._findings), []
        if found:
            return _with(_Refused, self._findings), []
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
            return functools.partial(_formula, self._findings), []
        found, messages = super().role(name, en, lineno, reporter)
        if name in ROLES or (name in self._added.roles and name not in _NEVER):
            # Not every version of Sphinx has them all.
            return found or functools.partial(_literal, None), messages
        return functools.partial(_literal, self._findings if found else None), []


class _Told(Directive):
    """A directive that tells what it finds; the class is made for each docstring."""

    findings: ClassVar[Findings]
    has_content = True


def _refused(directive: Directive, what: str, findings: Findings) -> list[nodes.Node]:
    """Show a directive as it is written."""
    findings.refuse(what, directive.state_machine.get_source_and_line(directive.lineno)[1])
    return [nodes.literal_block("", directive.block_text, language="none")]


class _Refused(_Told):
    """Stands in for a directive that is not allowed: its text as it is written."""

    def run(self) -> list[nodes.Node]:
        return _refused(self, f"directive {self.name.lower()}", self.findings)


class _Formulas(_Told):
    """Stands in for ``math``."""

    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = dict.fromkeys(
        ("class", "label", "name", "no-wrap", "nowrap", "number"), directives.unchanged
    )

    def run(self) -> list[nodes.Node]:
        text = "\n\n".join(filter(None, [*self.arguments, "\n".join(self.content)]))
        formulas = [formula.strip() for formula in re.split(r"\n\s*\n", text)]
        if not all(map(is_harmless, formulas)):
            return _refused(self, _ODD_FORMULA, self.findings)
        attributes = {"number": None, "label": None, "nowrap": False, "no-wrap": False, "docname": ""}
        return [nodes.math_block(each, each, **attributes) for each in formulas if each]


_ODD_FORMULA = "formula with other than plain symbols"


class _LinkToImage(Directive):
    """Stands in for ``image`` and ``figure``: nothing is loaded into the page from elsewhere."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = dict.fromkeys(
        (
            *("align", "alt", "class", "figclass", "figname", "figwidth", "height", "loading", "name", "scale"),
            *("target", "width"),
        ),
        directives.unchanged,
    )

    def run(self) -> list[nodes.Node]:
        uri = "".join(self.arguments[0].split())
        text = self.options.get("alt") or uri[:_WIDEST_COLUMN]
        link = nodes.reference(text, text, refuri=uri) if is_address(uri) else nodes.inline(text, text)
        if isinstance(self.state, states.SubstitutionDef):
            return [link]
        caption = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, caption)
        return [nodes.paragraph("", "", link), *caption.children]


class _Item(Directive):
    """Stands in for the descriptions of objects that napoleon writes of sections: the same words, and no object."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = dict.fromkeys(
        ("no-index", "noindex", "type", "value"), directives.unchanged
    )

    def run(self) -> list[nodes.Node]:
        term = nodes.term("", "", nodes.literal("", self.arguments[0]))
        described = nodes.definition()
        self.state.nested_parse(self.content, self.content_offset, described)
        return [nodes.definition_list("", nodes.definition_list_item("", term, described))]


def _with(directive: type[_Told], findings: Findings) -> type[_Told]:
    return type(directive.__name__, (directive,), {"findings": findings})


def _without_options(directive: type[Directive], findings: Findings) -> type[Directive]:
    """Make a directive take all its options, and leave out most of them; without what it reads from it is refused."""

    class Plain(directive):  # type: ignore[misc, valid-type]  # mypy wants to know it
        def __init__(self, name: str, arguments: list[str], options: dict[str, Any], *rest: Any) -> None:  # noqa: ANN401
            self.reads = not _READ.isdisjoint(options)
            super().__init__(name, arguments, {key: options[key] for key in options if key in _OPTIONS}, *rest)

        def run(self) -> list[nodes.Node]:
            if not self.reads:
                return list(super().run())
            return _refused(self, f"directive {self.name} of a file", findings)

    return Plain


_EXPLICIT = re.compile(r"(?P<title>.+?)\s*(?<!\x00)<[^<>]*>", re.DOTALL)


def _literal(  # noqa: PLR0913, PLR0917  # docutils' own
    findings: Findings | None,
    name: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: Inliner,
    options: object = None,
    content: object = None,
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Stand in for a role that is not allowed, or not known: its text."""
    del options, content
    if findings:
        findings.refuse_inline(f"role {name}", lineno, inliner)
    explicit = _EXPLICIT.fullmatch(text)
    return [nodes.literal(rawtext, unescape(explicit["title"] if explicit else text))], []


def _formula(  # noqa: PLR0913, PLR0917  # docutils' own
    findings: Findings,
    name: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: Inliner,
    options: object = None,
    content: object = None,
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Stand in for the role ``math``."""
    del name, options, content
    formula = unescape(text, restore_backslashes=True)
    if is_harmless(formula):
        return [nodes.math(rawtext, formula)], []
    findings.refuse_inline(_ODD_FORMULA, lineno, inliner)
    return [nodes.literal(rawtext, formula)], []


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
            case nodes.literal_block():
                node["force"] = True  # or else the builder warns of what is no Python
            case nodes.colspec():  # a builder of text makes lines of it
                node["colwidth"] = min(node.get("colwidth", 1), _WIDEST_COLUMN)
            case nodes.table() | nodes.container() if _caption(node):
                _put_before(node)
    _check_nesting(document)


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


_LEVELS = (nodes.bullet_list, nodes.enumerated_list, nodes.definition_list, nodes.field_list, nodes.block_quote)
_BOXES = (nodes.Admonition, nodes.topic, nodes.table, nodes.option_list, nodes.line_block)


def _check_nesting(node: nodes.Node, levels: int = 0, *, in_table: bool = False) -> None:
    """Refuse what LaTeX has no room for: lists in lists in lists, and tables in tables."""
    for child in node.children:
        deeper = levels + isinstance(child, (*_LEVELS, *_BOXES))
        if deeper > _DEEPEST:
            msg = f"it nests lists and boxes deeper than {_DEEPEST} levels"
            raise UnfitError(msg)
        if in_table and isinstance(child, nodes.table):
            msg = "it has a table in a table"
            raise UnfitError(msg)
        _check_nesting(child, deeper, in_table=in_table or isinstance(child, nodes.table))
