"""The roles and the index of the domain."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, cast

from sphinx.domains import Index, IndexEntry
from sphinx.locale import get_translation
from sphinx.roles import XRefRole

from sphinxext.plugins.sphinx.domain import PluginDomain, reference
from sphinxext.plugins.sphinx.references import NAMESPACE, SPACE

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from docutils import nodes
    from sphinx.environment import BuildEnvironment

    from sphinxext.plugins.sphinx.references import Entry

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
        content: defaultdict[str, dict[tuple[str, str], IndexEntry]] = defaultdict(dict)
        for documented, entry in cast("PluginDomain", self.domain).notes.targets.all():
            if not documented.is_option and not entry.is_gone and (wanted is None or entry.docname in wanted):
                # A namespace comes before its plugins, for its type does.
                extra = _("namespace") if documented.type == "namespace" else ""
                # Of the names of one place the longest is left, which tells it from others.
                content[documented.namespace][entry[:2]] = IndexEntry(
                    documented.bare_name, 0, entry.docname, entry.anchor, extra, "", ""
                )
        return [(namespace, list(content[namespace].values())) for namespace in sorted(content)], False


class StandingIndex(Index):
    """The plugins that are deprecated, and those that are there no more by their names, by their namespaces."""

    name = "removed"
    localname = "Deprecated and Removed Plugins"
    shortname = "removed"

    def generate(self, docnames: Iterable[str] | None = None) -> tuple[list[tuple[str, list[IndexEntry]]], bool]:
        """Return an entry for each below its namespace, with what is to be known of it."""
        wanted = None if docnames is None else set(docnames)
        content: defaultdict[str, dict[tuple[str, str], IndexEntry]] = defaultdict(dict)
        for documented, entry in cast("PluginDomain", self.domain).notes.targets.all():
            if entry.standing and (wanted is None or entry.docname in wanted):
                shown = IndexEntry(documented.bare_name, 0, entry.docname, entry.anchor, entry.standing, "", "")
                content[documented.namespace][entry[:2]] = shown
        return [(namespace, list(content[namespace].values())) for namespace in sorted(content)], False


class OptionIndex(Index):
    """The options of plugins, and the environment variables that set them, each with the plugins that have it."""

    name = "options"
    localname = "Plugin Options"
    shortname = "options"

    def generate(self, docnames: Iterable[str] | None = None) -> tuple[list[tuple[str, list[IndexEntry]]], bool]:
        """Return an entry for each word, below the letter that it begins with."""
        wanted = None if docnames is None else set(docnames)
        places: defaultdict[tuple[str, bool], dict[tuple[str, str], tuple[str, Entry]]] = defaultdict(dict)
        for documented, entry in cast("PluginDomain", self.domain).notes.targets.all():
            if documented.is_option and (wanted is None or entry.docname in wanted):
                plugin, _space, word = documented.name.rpartition(" ")
                places[word.replace(SPACE, " "), documented.type == "variable"][entry[:2]] = plugin, entry
        content: defaultdict[str, list[IndexEntry]] = defaultdict(list)
        for (word, is_variable), found in sorted(places.items(), key=lambda item: item[0][0].lstrip("-").casefold()):
            listed = content[(word.lstrip("-") or word)[0].upper()]
            extra = _("environment variable") if is_variable else ""
            match [*found.values()]:
                case [(plugin, entry)]:
                    said = f"{extra}, {plugin}" if extra else plugin
                    listed.append(IndexEntry(word, 0, entry.docname, entry.anchor, said, "", ""))
                case several:
                    listed.append(IndexEntry(word, 1, "", "", extra, "", ""))
                    listed += [IndexEntry(plugin, 2, at.docname, at.anchor, "", "", "") for plugin, at in several]
        return sorted(content.items()), False


def indices_beside(pages: Iterable[str], *, options: bool, standing: bool) -> dict[str, type[Index]]:
    """Return the indices by their usual names, in the language of the build, named as pages of a project are not.

    Their words are no lazy ones, which not every builder can write.

    :param options: whether there are any
    :param standing: whether any plugin is deprecated, or there no more
    """
    taken = {page.casefold() for page in pages}
    made: list[tuple[type[Index], str, str]] = [(PluginIndex, _("Plugin Index"), _("plugins"))]
    made += [(OptionIndex, _("Plugin Options"), _("options"))] if options else []
    made += [(StandingIndex, _("Deprecated and Removed Plugins"), _("removed"))] if standing else []
    return {index.name: _named(index, str(title), str(short), taken) for index, title, short in made}


def _named(index: type[Index], title: str, short: str, taken: Container[str]) -> type[Index]:
    free = index.name
    while f"{PluginDomain.name}-{free}" in taken:
        free += "-of-all"
    return type("Named", (index,), {"name": free, "localname": title, "shortname": short})
