"""What docstrings of distributions that are not trusted may do: what can do no harm.

Directives and roles are looked up in lists of those that are allowed. Of these, some are made into
something else, and the options are left out that could name, style or measure. Afterwards the finished
nodes are looked through for what markup makes without directives and roles.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from docutils import nodes
from docutils.parsers.rst import Directive, directives, states
from docutils.parsers.rst.languages import en
from docutils.utils import unescape
from sphinx import addnodes
from sphinx.highlighting import PygmentsBridge
from sphinx.util.docutils import CustomReSTDispatcher

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.text import without_invisible
from sphinxext.plugins.core.trust import is_address
from sphinxext.plugins.sphinx.docstrings.findings import UnfitError
from sphinxext.plugins.sphinx.docstrings.isolation import replace, without_index

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from docutils.parsers.rst.states import Inliner

    from sphinxext.plugins.sphinx.docstrings.findings import Findings

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
"""The directives that make nothing but text of some form; besides, there are images.

Each was read to its end, and so were the roles: none takes what it is given for a format, a number to count
to, a path or a name to import. ``tests/test_untrusted.py`` gives each of them what could be taken for that.
"""

_MARKUP = {
    *{"emphasis", "literal", "strong", "sub", "subscript", "sup", "superscript", "t", "title", "title-reference"},
    *{"abbr", "code", "command", "dfn", "file", "guilabel", "kbd", "mailheader", "makevar", "manpage", "menuselection"},
    *{"mimetype", "newsgroup", "pep", "pep-reference", "program", "regexp", "rfc", "rfc-reference", "samp"},
}
_OF_PYTHON = {"attr", "class", "const", "data", "deco", "exc", "func", "meth", "mod", "obj", "type"}
_OF_SPHINX = {"confval", "doc", "envvar", "keyword", "option", "ref", "term", "token"}
_OF_OURS = {"plugin:namespace", "plugin:ns", "plugin:plugin", "plugin:ref"}

ROLES = frozenset(
    {
        *{*_MARKUP, *_OF_PYTHON, *_OF_SPHINX, *_OF_OURS, "any", "eq"},
        *{f"py:{name}" for name in _OF_PYTHON},
        *{f"std:{name}" for name in _OF_SPHINX},
    }
)
"""The roles that mark text up, and those that refer to something."""

_AS_TEXT = {"numref", "std:numref"}
"""The roles whose text is a format to Sphinx; what they refer to is seldom there, and so it is no warning."""

LEXERS = frozenset(
    {
        *{"bash", "console", "default", "ini", "json", "none", "pycon", "pycon3", "py", "py3", "python"},
        *{"python3", "sh", "shell", "shell-session", "text", "toml", "yaml"},
    }
)
"""The languages of code that is highlighted; all other code is plain text.

With no text their lexers need time that grows like powers of two, as others do; and they run no lexers but each
other, as that of reStructuredText would. With some, they need time in the square of a line or of blank lines.
"""

_EXTERNAL = re.compile(r"external(\+[^:]+)?:(?P<role>.+)")
"""How intersphinx spells the roles that refer to other projects."""

_NEVER = {"include", "literalinclude", "raw"}
"""What is not allowed whatever the configuration says: it reads files, or writes what the page is made of."""

_READ = {"file", "url"}
"""The options that name what a directive reads."""

_OPTIONS = {
    *{"caption", "dedent", "delim", "escape", "header", "header-rows", "keepspace", "linenos", "quote"},
    *{"stub-columns", "widths"},
}
"""The options that are not left out."""


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
        if name in _STAND_INS:
            return _STAND_INS[name], []
        if found is None:
            return None, messages  # docutils reports it
        return _without_options(found, self._findings) if name in DIRECTIVES else _refused(self._findings), []

    def role(  # noqa: D102  # Sphinx's own
        self,
        role_name: str,
        language_module: ModuleType,
        lineno: int,
        reporter: Any,  # noqa: ANN401  # docutils' types have two of that name
    ) -> tuple[Any, list[nodes.system_message]]:
        del language_module
        name = role_name.lower()
        if not name:  # in a role that the page has, the author did not write
            name = self._default_role if self._is_allowed(self._default_role) else "title-reference"
        if external := _EXTERNAL.fullmatch(name):  # which is looked up there, too, where there is none here
            name = external["role"]
        found, messages = super().role(name, en, lineno, reporter)
        if found and self._is_allowed(name):
            return found, messages
        # Not every version of Sphinx has all that are allowed.
        is_refused = found and name not in _AS_TEXT and name not in ROLES
        return _as_text(self._findings if is_refused else None), []

    def _is_allowed(self, role: str) -> bool:
        return role in ROLES or (role in self._added.roles and role not in _NEVER)


class LinkToImage(Directive):
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
        """Show a link, or its text, and the caption."""
        uri = "".join(self.arguments[0].split())
        text = self.options.get("alt") or uri[: limits.LONGEST_IMAGE]
        link = nodes.reference(text, text, refuri=uri) if is_address(uri) else nodes.inline(text, text)
        if isinstance(self.state, states.SubstitutionDef):
            return [link]
        caption = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, caption)
        return [nodes.paragraph("", "", link), *caption.children]


class Item(Directive):
    """Stands in for the descriptions of objects that napoleon writes of sections: the same words, and no object."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = dict.fromkeys(
        ("no-index", "noindex", "type", "value"), directives.unchanged
    )

    def run(self) -> list[nodes.Node]:
        """Show a term with its definition."""
        term = nodes.term("", "", nodes.literal("", self.arguments[0]))
        described = nodes.definition()
        self.state.nested_parse(self.content, self.content_offset, described)
        return [nodes.definition_list("", nodes.definition_list_item("", term, described))]


_STAND_INS = {"attribute": Item, "method": Item, "figure": LinkToImage, "image": LinkToImage}


def _refused(findings: Findings, of: str = "") -> type[Directive]:
    """Make a directive that shows as it is written what is not allowed.

    :param of: what is not allowed about it, where not all is
    """

    class Refused(Directive):
        has_content = True

        def run(self) -> list[nodes.Node]:
            line = self.state_machine.get_source_and_line(self.lineno)[1]
            findings.refuse(f"directive {self.name.lower()}{of}", line)
            return [nodes.literal_block("", self.block_text, language="none")]

    return Refused


def _without_options(directive: type[Directive], findings: Findings) -> type[Directive]:
    """Make a directive take all its options, and leave out most of them; without what it reads from it is refused."""

    class Plain(directive):  # type: ignore[misc, valid-type]  # mypy wants to know it
        def __init__(self, name: str, arguments: list[str], options: dict[str, Any], *rest: Any) -> None:  # noqa: ANN401
            self.reads = not _READ.isdisjoint(options)
            super().__init__(name, arguments, {key: options[key] for key in options if key in _OPTIONS}, *rest)

        def run(self) -> list[nodes.Node]:
            return list(_refused(findings, of=" of a file").run(self) if self.reads else super().run())

    return Plain


_EXPLICIT = re.compile(r"(?P<title>.+?)\s*(?<!\x00)<[^<>]*>", re.DOTALL)


def _as_text(findings: Findings | None = None) -> Callable[..., Any]:
    """Make a role that shows another as its text.

    :param findings: where it is noted that it is not allowed; without, it is only not known
    """

    def role(name: str, rawtext: str, text: str, lineno: int, inliner: Inliner, *_: Any, **__: Any) -> Any:  # noqa: ANN401  # docutils' own
        del rawtext
        explicit = _EXPLICIT.fullmatch(text)
        if findings is not None:
            findings.refuse(f"role {name}", inliner.reporter.get_source_and_line(lineno)[1])
        shown = unescape(explicit["title"] if explicit else text, restore_backslashes=findings is not None)
        return [nodes.literal("", shown)], []

    return role


def tame(document: nodes.document, findings: Findings) -> None:
    """Take out of finished nodes what may not be, also without a directive or a role."""
    for node in list(document.findall(nodes.Element)):
        match node:
            case addnodes.index() | nodes.comment():
                node.parent.remove(node)
            case nodes.target() if node["ids"] and all(each.startswith("index-") for each in node["ids"]):
                node.parent.remove(node)
            case nodes.reference() if "refuri" in node and not is_address(node["refuri"]):
                _unlink(node, findings)
            case addnodes.pending_xref(attributes={"reftype": "any"}) if not _NAME.fullmatch(node["reftarget"]):
                replace(node, node.children)
            case nodes.doctest_block():  # sphinx.ext.doctest would run it
                code = node.astext()
                node.replace_self(nodes.literal_block(code, code, language="pycon", force=True))
            case nodes.literal_block() if node.setdefault("language", "default") != "default":
                node["force"] = True  # or else the builder warns of what is not of that language
            case nodes.table() | nodes.container() if _caption(node):
                _put_before(node)
            case nodes.colspec() | nodes.enumerated_list() | nodes.title():
                _fit(node)


def clean(document: nodes.document) -> None:
    """Drop what is no character to be read from all that writers write, for directives make characters of numbers."""
    for node in list(document.findall()):
        if isinstance(node, nodes.Text):
            # What docutils writes for a backslash, and nobody sees, is a character with the number 0.
            text = "\0".join(map(without_invisible, node.split("\0")))
            if text != node:
                node.parent.replace(node, nodes.Text(text))
        elif isinstance(node, nodes.Element):
            node.rawsource = without_invisible(node.rawsource)
            for key, value in node.attributes.items():
                node[key] = _cleaned(value)


def _cleaned(value: Any) -> Any:  # noqa: ANN401  # attributes have any
    match value:
        case str():
            return without_invisible(value)
        case list():
            return [_cleaned(each) for each in value]
        case tuple():
            return tuple(_cleaned(each) for each in value)
        case dict():
            return {key: _cleaned(each) for key, each in value.items()}
        case _:
            return value


_TAG = re.compile(r"<(?![\s\d=])")
"""What may begin a tag of HTML, also with what stands in the next node."""


def rehearse(document: nodes.document) -> None:
    """Highlight code as a builder will, for to see while time is limited how long that takes."""
    for block in document.findall(nodes.literal_block):
        if block.rawsource == block.astext():
            lexer = PygmentsBridge().get_lexer(block.rawsource, block["language"], force=True)
            for _ in lexer.get_tokens(block.rawsource):
                pass


def _fit(node: nodes.Element) -> None:
    """Make a node what all writers can cope with, and what they write can be read with."""
    match node:
        case nodes.colspec():  # a builder of text makes lines of it
            node["colwidth"] = min(node.get("colwidth", 1), limits.WIDEST_COLUMN)
        case nodes.title():  # the search of Sphinx before 9 takes it for HTML
            for text in list(node.findall(nodes.Text)):
                text.parent.replace(text, nodes.Text(_TAG.sub(r"\\x3c", text)))
        case nodes.enumerated_list():
            last = node.get("start", 1) + len(node.children) - 1
            if last > limits.LAST_NUMBER:
                msg = f"it has a list that is numbered to more than {limits.LAST_NUMBER}"
                raise UnfitError(msg)
            if "alpha" in node["enumtype"] and last > limits.LAST_LETTER:
                node["enumtype"] = "arabic"


def _caption(node: nodes.Element) -> nodes.Element | None:
    first = next(iter(node.children), None)
    return first if isinstance(first, nodes.title | nodes.caption) else None


def _put_before(node: nodes.Element) -> None:
    """Put a caption before what it is for, which would be numbered among the tables and listings of the page."""
    caption = node.pop(0)
    node.parent.insert(node.parent.index(node), nodes.paragraph("", "", nodes.strong("", "", *caption.children)))


_NAME = re.compile(r"[\w.:@/~ -]*")
"""What may be looked up in all domains; that of C++ takes more for an expression, which it may need ages to read."""

_ELSEWHERE = re.compile(r"\s*(?!https?:|mailto:)[a-z][a-z0-9+.\s-]*:|//", re.IGNORECASE)


def _unlink(node: nodes.reference, findings: Findings) -> None:
    """Show what is linked to another place than one of the web as text; of a place of its own manual say nothing."""
    uri: str = node["refuri"]
    if _ELSEWHERE.match(uri) and uri != node.astext():
        findings.refuse(f"link to {uri[:40]}", node.line)
    replace(node, node.children)
