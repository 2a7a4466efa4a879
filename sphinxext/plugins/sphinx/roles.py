"""The roles and the index of the domain."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, cast

from sphinx.domains import Index, IndexEntry
from sphinx.locale import get_translation
from sphinx.roles import XRefRole

from sphinxext.plugins.sphinx.domain import PluginDomain, reference
from sphinxext.plugins.sphinx.references import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docutils import nodes
    from sphinx.environment import BuildEnvironment

_ = get_translation("sphinxext.plugins")


class PluginRole(XRefRole):
    """The roles of the domain: the full name or the bare one of a plugin; ``~`` shows the bare one."""

    def process_link(  # noqa: D102  # Sphinx's own
        self,
        env: BuildEnvironment,
        refnode: nodes.Element,
        has_explicit_title: bool,  # noqa: FBT001
        title: str,
        target: str,
    ) -> tuple[str, str]:
        shown, name = super().process_link(env, refnode, has_explicit_title, title, target)
        refnode[NAMESPACE] = env.ref_context.get(NAMESPACE)
        if not has_explicit_title and name.startswith("~"):
            name = name.removeprefix("~")
            shown = name.partition(":")[2] or name.rpartition(".")[2]
        place = self.get_location() or env.docname
        PluginDomain.of(env).notes.note_reference(env.docname, reference(self.reftype, name, refnode), place)
        return shown, name


class PluginIndex(Index):
    """The plugins that a project documents, by their namespaces."""

    name = "index"
    localname = "Plugin Index"
    shortname = "plugins"

    def generate(self, docnames: Iterable[str] | None = None) -> tuple[list[tuple[str, list[IndexEntry]]], bool]:
        """Return an entry for each plugin below its namespace."""
        wanted = None if docnames is None else set(docnames)
        content: defaultdict[str, list[IndexEntry]] = defaultdict(list)
        for documented, entry in cast("PluginDomain", self.domain).notes.targets.all():
            if wanted is None or entry.docname in wanted:
                # A namespace comes before its plugins, for its type does.
                extra = _("namespace") if documented.type == "namespace" else ""
                content[documented.namespace].append(
                    IndexEntry(documented.bare_name, 0, entry.docname, entry.anchor, extra, "", "")
                )
        return sorted(content.items()), False


def index_beside(pages: Iterable[str]) -> type[PluginIndex]:
    """Return the index in the language of the build, with a name that is free beside the pages of a project.

    Its words are no lazy ones, which not every builder can write.
    """
    taken = {page.casefold() for page in pages}
    free = PluginIndex.name
    while f"{PluginDomain.name}-{free}" in taken:
        free += "-of-all"

    class Named(PluginIndex):
        name = free
        localname = str(_("Plugin Index"))
        shortname = str(_("plugins"))

    return Named
