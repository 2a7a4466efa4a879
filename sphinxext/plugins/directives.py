"""The directives: options in, nodes out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar, cast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from sphinxext.plugins import render
from sphinxext.plugins.docstrings import DocstringParser
from sphinxext.plugins.domain import PluginDomain
from sphinxext.plugins.model import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sphinxext.plugins.docstrings import Parsed
    from sphinxext.plugins.model import Docstring, Namespace, Plugin


_ROOM_FOR_HEADINGS = (nodes.document, nodes.section, addnodes.only)
"""The parents that a section can stand in."""


class ListPlugins(SphinxDirective):
    """``list-plugins``, the directive of stevedore, with the same content and the same options.

    Without ``detailed`` it gives a bullet list, with it a section a plugin.
    """

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Callable[[str], object]]] = {
        "class": directives.class_option,
        "detailed": directives.flag,
        "titlecase": directives.flag,
        # These two are for stevedore's pages to go on working. There is no underline here: the
        # place of the directive says how deep its sections are.
        "overline-style": directives.single_char_or_unicode,
        "underline-style": directives.single_char_or_unicode,
    }

    def run(self) -> list[nodes.Node]:
        """Render the namespace."""
        name = " ".join([*self.arguments, *self.content]).strip()
        domain = cast("PluginDomain", self.env.get_domain(PluginDomain.name))
        namespace = domain.namespace(name)
        if namespace is None:
            return [self._unknown(domain, name)]
        entries = self._entries(domain, namespace)
        classes = self.options.get("class", [])
        if "detailed" not in self.options:
            return [render.bullets(entries, self.state.document, classes)]
        return render.sections(
            entries,
            self.state.document,
            classes,
            titlecase="titlecase" in self.options,
            # Not ``match_titles``: it is off within a run of explicit markup, and never in Markdown.
            headings=isinstance(self.state_machine.node, _ROOM_FOR_HEADINGS),
        )

    def _entries(self, domain: PluginDomain, namespace: Namespace) -> list[render.Entry]:
        parser = DocstringParser(
            self.env, self.state.document, napoleon="sphinx.ext.napoleon" in self.env.config.extensions
        )
        parse: Callable[[Plugin, Docstring, Path | None], Parsed]
        parse = parser.parse if "detailed" in self.options else parser.summarise
        names = Counter(plugin.name for plugin in namespace.plugins)
        place = self.get_location()
        for problem in [*domain.assembler.problems, *namespace.problems]:
            domain.note_problem(problem, place)
        entries: list[render.Entry] = []
        for plugin in namespace.plugins:
            parsed: list[nodes.Node] = []
            problems = list(plugin.problems)
            inherited = plugin.inherited if domain.options.inherit_docstrings else None
            docstring = plugin.docstring or (inherited.docstring if inherited else None)
            if docstring is not None:
                path = domain.assembler.locate(docstring.location) if docstring.location else None
                found = parse(plugin, docstring, path)
                parsed, problems = found.nodes, [*problems, *found.problems]
            for problem in problems:
                domain.note_problem(problem, place)
            owner = inherited.owner if inherited else None
            entries.append(render.Entry(plugin, parsed, inherited_from=owner, ambiguous=names[plugin.name] > 1))
        return entries

    def _unknown(self, domain: PluginDomain, name: str) -> nodes.Node:
        nearest = domain.assembler.nearest(name)
        message = f"there is no plugin namespace {name!r} in this environment"
        remedy = "install what registers plugins in it"
        if nearest:
            remedy = f"use the name of one that exists (the nearest: {', '.join(nearest)}), or {remedy}"
        if not name:
            message, remedy = "no plugin namespace is named", "name one, as the directive's argument or content"
        problem = Problem(kind=ProblemKind.NAMESPACE, message=message, remedy=remedy)
        domain.note_problem(problem, self.get_location())
        return render.unknown_namespace(name, nearest)
