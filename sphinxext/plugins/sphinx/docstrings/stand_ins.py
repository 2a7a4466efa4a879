"""What stands in for the directives and roles that docstrings of strangers may not use, or not wholly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives, states
from docutils.utils import unescape

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.trust import is_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from docutils.parsers.rst.states import Inliner

    from sphinxext.plugins.sphinx.docstrings.findings import Findings

_READ = {"file", "url"}

_OPTIONS = {
    *{"caption", "dedent", "delim", "escape", "header", "header-rows", "keepspace", "linenos", "quote"},
    *{"stub-columns", "widths"},
}


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
        text = self.options.get("alt") or uri[: limits.SHORTENED]
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


def refused(findings: Findings, of: str = "") -> type[Directive]:
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


def without_options(directive: type[Directive], findings: Findings) -> type[Directive]:
    """Make a directive take all its options, and leave out most of them; without what it reads from it is refused."""

    class Plain(directive):  # type: ignore[misc, valid-type]  # mypy wants to know it
        def __init__(self, name: str, arguments: list[str], options: dict[str, Any], *rest: Any) -> None:  # noqa: ANN401
            self.reads = not _READ.isdisjoint(options)
            super().__init__(name, arguments, {key: options[key] for key in options if key in _OPTIONS}, *rest)

        def run(self) -> list[nodes.Node]:
            return list(refused(findings, of=" of a file").run(self) if self.reads else super().run())

    return Plain


_EXPLICIT = re.compile(r"(?P<title>.+?)\s*(?<!\x00)<[^<>]*>", re.DOTALL)


def as_text(findings: Findings | None = None) -> Callable[..., Any]:
    """Make a role that shows another as its text.

    :param findings: where it is noted that it is not allowed; without, it is only not known
    """

    def role(name: str, rawtext: str, text: str, lineno: int, inliner: Inliner, *_: Any, **__: Any) -> Any:  # noqa: ANN401  # docutils' own
        del rawtext
        explicit = _EXPLICIT.fullmatch(text)
        if findings is not None:
            findings.refuse_inline(f"role {name}", lineno, inliner)
        shown = unescape(explicit["title"] if explicit else text, restore_backslashes=findings is not None)
        return [nodes.literal("", shown)], []

    return role
