"""``list-plugins``, and ``plugin``: the plugins of a namespace, and one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from docutils.parsers.rst import directives

from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import clean_name
from sphinxext.plugins.core.typos import nearest
from sphinxext.plugins.sphinx.directives.base import CatalogDirective, shielded
from sphinxext.plugins.sphinx.references import NAMESPACE, Object, Rank
from sphinxext.plugins.sphinx.render import details, parts, places, removed, summaries

if TYPE_CHECKING:
    from collections.abc import Callable

    from docutils import nodes

    from sphinxext.plugins.core.model import Namespace


class ListPlugins(CatalogDirective):
    """``list-plugins``, the directive of stevedore, with the same content and the same options.

    Without ``detailed`` it gives a bullet list, with it a section a plugin.
    """

    optional_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], object]]] = {
        "class": directives.class_option,
        "detailed": directives.flag,
        "no-index": directives.flag,
        "options": directives.unchanged,
        "removed": directives.unchanged,
        "titlecase": directives.flag,
        # These two are for stevedore's pages to go on working. There is no underline here: the
        # place of the directive says how deep its sections are.
        "overline-style": directives.single_char_or_unicode,
        "underline-style": directives.single_char_or_unicode,
    }

    def run(self) -> list[nodes.Node]:
        """Render the namespace."""
        name = " ".join([*self.arguments, *self.content]).strip()
        namespace = self.namespace(name)
        if namespace is None:
            return self.unknown_namespace(name)
        detailed = "detailed" in self.options
        entries = self.entries(namespace, namespace.plugins, whole=detailed, summary=not detailed)
        classes = self.options.get("class", [])
        target = places.of_namespace(namespace.name, self.page)
        rank = Rank.DETAILED if detailed else Rank.LISTED
        self.document([Object("namespace", namespace.name)], rank)
        self.document_plugins(entries, rank)
        gone = self.show_removed(removed.removed(namespace), rank)
        if not detailed:
            return shielded([*target, summaries.bullets(entries, self.page, classes), *gone])
        self.document_options(entries, Rank.DETAILED)
        titlecase = "titlecase" in self.options
        rendered = details.sections(entries, self.page, classes, self.room, titlecase=titlecase)
        return shielded([*target, *rendered, *gone])


class ShowPlugin(CatalogDirective):
    """``plugin``: one plugin as an object's description; the content is prose that is added to it."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], object]]] = {
        "class": directives.class_option,
        "no-index": directives.flag,
        "options": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Render the plugin."""
        given = " ".join(self.arguments[0].split())
        name, _colon, bare_name = given.partition(":")
        if not name.strip() or not bare_name.strip():
            return self._no_plugin(given)
        namespace = self.namespace(name, bare_name)
        if namespace is None:
            return self.unknown_namespace(name)
        names = {bare_name, clean_name(bare_name)}
        plugins = [plugin for plugin in namespace.plugins if plugin.name in names]
        gone = None if plugins else _gone(namespace, names)
        if not plugins and gone is None:
            return self._unknown_plugin(namespace, bare_name)
        before = self.env.ref_context.get(NAMESPACE)
        self.env.ref_context[NAMESPACE] = namespace.name
        prose = self.parse_content_to_nodes(allow_section_headings=False)
        self.env.ref_context[NAMESPACE] = before
        if gone is not None:
            return self._tombstone(gone, prose)
        rendered: list[nodes.Node] = []
        entries = self.entries(namespace, plugins, whole=True)
        self.document_plugins(entries, Rank.OWN)
        self.document_options(entries, Rank.OWN)
        for entry in entries:
            rendered += details.description(entry, self.page, self.options.get("class", []), prose)
            prose = []  # it is said once, also of two of one name
        return shielded(rendered)

    def _tombstone(self, gone: removed.Gone, prose: list[nodes.Node]) -> list[nodes.Node]:
        """Render what became of a plugin that is there no more, or has another name."""
        if places.is_ours(self.state.document):
            self.env.metadata[self.env.docname].setdefault("orphan", "")  # it is in no table of contents
        self.document_gone(gone, Rank.RENAMED if gone.is_renamed else Rank.OWN)
        return shielded(removed.description(gone, self.page, self.options.get("class", []), prose))

    def _no_plugin(self, given: str) -> list[nodes.Node]:
        """Note that the argument does not name a plugin, and say so on the page."""
        assembler = self.build.assembler
        name = given.strip(":")
        of_namespace = [f"{name}:{plugin.name}" for plugin in assembler.registered(assembler.named(name) or "")]
        alike = [f"{each}:{name}" for each in assembler.names for p in assembler.registered(each) if p.name == name]
        near = sorted(of_namespace)[:3] or alike[:3]
        hint = f" (there is: {', '.join(near)})" if near else ""
        message = f"{self.name}:: {given} does not say which plugin of which namespace is shown"
        self.note(Problem(kind=ProblemKind.REFERENCE, message=message, remedy=f"write NAMESPACE:NAME{hint}"))
        return [parts.unknown(near, namespace=name, **({"name": ""} if of_namespace else {}))]

    def _unknown_plugin(self, namespace: Namespace, name: str) -> list[nodes.Node]:
        near = nearest(name, [plugin.name for plugin in namespace.plugins])
        hint = f"use the name of one that exists (the nearest: {', '.join(near)}), or " if near else ""
        self.note(
            Problem(
                kind=ProblemKind.REFERENCE,
                message=f"there is no plugin {name!r} in the namespace {namespace.name}",
                remedy=f"{hint}install what registers it",
            )
        )
        return [parts.unknown(near, namespace=namespace.name, name=name)]


def _gone(namespace: Namespace, names: set[str]) -> removed.Gone | None:
    """Return what had a name, if anything had."""
    found = [each for each in removed.removed(namespace) if each.item.plugin.name in names]
    return next(filter(None, [*found, *(removed.renamed(namespace, name) for name in sorted(names))]), None)
