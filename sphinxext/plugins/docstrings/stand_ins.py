"""What stands in for the directives and roles that docstrings of strangers may not use, or not wholly."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives, states
from docutils.utils import unescape

from sphinxext.plugins.docstrings.formulas import is_harmless
from sphinxext.plugins.trust import is_address

if TYPE_CHECKING:
    from docutils.parsers.rst.states import Inliner

    from sphinxext.plugins.docstrings.findings import Findings

_READ = {"file", "url"}

_OPTIONS = {
    *{"caption", "dedent", "delim", "escape", "header", "header-rows", "keepspace", "lineno-start", "linenos"},
    *{"quote", "stub-columns", "width", "widths"},
}


class Told(Directive):
    """A directive that tells what it finds; the class is made for each docstring."""

    findings: ClassVar[Findings]
    has_content = True


def _refused(directive: Directive, what: str, findings: Findings) -> list[nodes.Node]:
    """Show a directive as it is written."""
    findings.refuse(what, directive.state_machine.get_source_and_line(directive.lineno)[1])
    return [nodes.literal_block("", directive.block_text, language="none")]


class Refused(Told):
    """Stands in for a directive that is not allowed: its text as it is written."""

    def run(self) -> list[nodes.Node]:
        """Show it."""
        return _refused(self, f"directive {self.name.lower()}", self.findings)


class Formulas(Told):
    """Stands in for ``math``."""

    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = dict.fromkeys(
        ("class", "label", "name", "no-wrap", "nowrap", "number"), directives.unchanged
    )

    def run(self) -> list[nodes.Node]:
        """Show the formulas, or all of it where one may be more than that."""
        text = "\n\n".join(filter(None, [*self.arguments, "\n".join(self.content)]))
        formulas = [formula.strip() for formula in re.split(r"\n\s*\n", text)]
        if not all(map(is_harmless, formulas)):
            return _refused(self, _ODD_FORMULA, self.findings)
        attributes = {"number": None, "label": None, "nowrap": False, "no-wrap": False, "docname": ""}
        return [nodes.math_block(each, each, **attributes) for each in formulas if each]


_LONGEST_NAME = 100

_ODD_FORMULA = "formula with other than plain symbols"


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
        text = self.options.get("alt") or uri[:_LONGEST_NAME]
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


def of_docstring(directive: type[Told], findings: Findings) -> type[Told]:
    """Make the class for a docstring."""
    return type(directive.__name__, (directive,), {"findings": findings})


def without_options(directive: type[Directive], findings: Findings) -> type[Directive]:
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


Show = Callable[[str, str], tuple[nodes.Node, str | None]]
"""What a role that stands in for another makes of a name and a text: a node, and what is refused, if anything is."""


class StandIn:
    """A role that stands in for another."""

    def __init__(self, show: Show, findings: Findings) -> None:
        self._show = show
        self._findings = findings

    def __call__(  # noqa: D102, PLR0913, PLR0917  # docutils' own
        self,
        name: str,
        rawtext: str,
        text: str,
        lineno: int,
        inliner: Inliner,
        options: object = None,
        content: object = None,
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        del rawtext, options, content
        node, refused = self._show(name, text)
        if refused:
            self._findings.refuse_inline(refused, lineno, inliner)
        return [node], []


def literal(_name: str, text: str) -> tuple[nodes.Node, None]:
    """Show a role that is not known as its text."""
    explicit = _EXPLICIT.fullmatch(text)
    return nodes.literal("", unescape(explicit["title"] if explicit else text)), None


def refused(name: str, text: str) -> tuple[nodes.Node, str]:
    """Show a role that is not allowed in the same way."""
    return literal(name, text)[0], f"role {name}"


def formula(_name: str, text: str) -> tuple[nodes.Node, str | None]:
    """Show a formula, or its text."""
    tex = unescape(text, restore_backslashes=True)
    return (nodes.math("", tex), None) if is_harmless(tex) else (nodes.literal("", tex), _ODD_FORMULA)
