"""What the directives that show the catalog have in common."""

from __future__ import annotations

import glob
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import get_translation
from sphinx.util.docutils import SphinxDirective

from sphinxext.plugins.core import selection
from sphinxext.plugins.core.fields import full_identity
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.shown import Shown
from sphinxext.plugins.core.text import anchor, clean_name
from sphinxext.plugins.core.typos import nearest, the_nearest
from sphinxext.plugins.sphinx.docstrings.words import Words
from sphinxext.plugins.sphinx.domain import PluginDomain
from sphinxext.plugins.sphinx.domain.notes import Noted
from sphinxext.plugins.sphinx.references import Entry, Object, Rank
from sphinxext.plugins.sphinx.render import details, matrix, options, parts, places, removed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinx.environment import BuildEnvironment

    from sphinxext.plugins.core.model import Namespace, Plugin
    from sphinxext.plugins.sphinx.build import Build
    from sphinxext.plugins.sphinx.domain.notes import Notes

_ = get_translation("sphinxext.plugins")

_ROOM_FOR_HEADINGS = (nodes.document, nodes.section, addnodes.only)
"""The parents that a section can stand in."""


class Noting(SphinxDirective):
    """A directive that notes something of the page that is being read."""

    @property
    def build(self) -> Build:
        """The build, with its settings and its catalog."""
        return PluginDomain.of(self.env).build

    @property
    def notes(self) -> Notes:
        """What is noted of pages."""
        return PluginDomain.of(self.env).notes

    def note(self, problem: Problem, *, here: bool = False) -> None:
        """Note a problem; where it has no other place, that is the directive's.

        :param here: whether this directive is what is wrong
        """
        noted = Noted(problem, self.build.place(problem) or self.get_location(), here)
        self.notes.note_problem(self.env.docname, noted)

    def document(self, documented: Sequence[Object], rank: Rank) -> None:
        """Note what is documented here."""
        ids = (anchor(each.namespace, each.bare_name if each.type == "plugin" else None) for each in documented)
        self._document(zip(documented, ids, strict=True), rank)

    def _document(
        self, documented: Iterable[tuple[Object, str]], rank: Rank, standing: str = "", *, is_gone: bool = False
    ) -> None:
        file, line = self.get_source_info()
        for each, node_id in documented if "no-index" not in self.options else ():
            self.notes.note_object(each, Entry(self.env.docname, node_id, line, rank, file, standing, is_gone))


class CatalogDirective(Noting):
    """What all directives have in common that show something of the catalog."""

    has_content = True
    final_argument_whitespace = True

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401  # docutils' own
        super().__init__(*arguments, **named)
        share_ids(self.env, self.state.document)

    @property
    def page(self) -> parts.Page:
        """What the nodes are for."""
        return parts.Page(self.state.document, self.env.docname, indexed="no-index" not in self.options)

    def show(self, shown: Shown) -> list[Namespace]:
        """Return namespaces, and note that this page shows them.

        As a rule they were introspected before the page was read, and else are now.
        """
        found = self.build.assembler.select(shown)
        self.notes.shown.setdefault(self.env.docname, {})[shown] = self.build.fingerprint(shown)
        return found

    def namespace(self, name: str, plugin: str | None = None, *, interface: bool = False) -> Namespace | None:
        """Return one namespace; None where there is none of that name.

        :param plugin: the name of the one plugin of it that is shown, with all that is known of it
        :param interface: whether its interface is shown, or what plugins do of it
        """
        exact = self.build.assembler.named(name) or name
        parts = ("guide",) if plugin else ()
        shown = Shown(glob.escape(exact), plugin=plugin and clean_name(plugin), interface=interface, parts=parts)
        found = self.show(shown)
        is_there = bool(found) and found[0].name == exact and bool(found[0].plugins or found[0].removed)
        return found[0] if is_there else None

    @property
    def selected(self) -> selection.Selection:
        """Which plugins the options select."""
        return selection.of_options(self.options)

    def check_selection(
        self, chosen: selection.Selection, plugins: Sequence[Plugin], gone: Sequence[Plugin] = ()
    ) -> bool:
        """Note what of the options that select plugins fits nothing, and tell whether any is selected.

        :param gone: those that are there no more
        """
        if not plugins:  # the registry that is to give them is warned of
            return False
        for message, remedy in selection.mistakes(self.name, self.arguments[0], chosen, plugins, gone):
            self.wrong(message, remedy)
        return any(selection.is_selected(plugin, chosen) for plugin in plugins)

    def choice(self, option: str, allowed: Sequence[str]) -> str | None:
        """Return the value of an option; None where it is not given, or not valid, which is noted."""
        given = self.options.get(option)
        if given is None or given.strip() in allowed:
            return given and str(given).strip()
        self.invalid(option, given, allowed)
        return None

    def invalid(self, option: str, given: str, allowed: Iterable[str]) -> None:
        """Note that an option has a value that it does not take."""
        known = list(allowed)
        near = the_nearest(given.strip().lstrip("-"), known)
        remedy = f"give it one of {', '.join(known)}{near}" if known else "drop it, for there is nothing to choose from"
        self.wrong(
            f"the option :{option}: of {self.name} cannot be {given!r}",
            f"{remedy}; until then it is as if it were not there",
        )

    def check_interface(self, namespace: Namespace) -> None:
        """Note that plugins cannot be compared in the members of an interface, for none is known."""
        why = matrix.lacking(namespace.interface)
        if why is not None:
            keys = f"plugins_namespaces[{namespace.name!r}]['interface']"
            is_named = namespace.interface is not None and not namespace.interface.inferred
            remedy = f"{'correct' if is_named else 'name'} it in {keys}, 'package.module:Base', or drop the directive"
            self.wrong(f"{self.name} has nothing to compare the plugins of {namespace.name} in: {why}", remedy)

    def wrong(self, message: str, remedy: str) -> None:
        """Note that this directive itself asks for what cannot be."""
        self.note(Problem(kind=ProblemKind.CONFIG, message=message, remedy=remedy), here=True)

    @property
    def words(self) -> Words:
        """Make what parses the words of plugins for this page."""
        build = self.build
        return Words(self.env, self.state.document, build.assembler, build.options, build.spent)

    @property
    def room(self) -> details.Room:
        """What this place has room for."""
        # Not ``match_titles``: it is off within a run of explicit markup, and never in Markdown.
        has_room = isinstance(self.state_machine.node, _ROOM_FOR_HEADINGS)
        return details.Room.SECTIONS if has_room else details.Room.NO_SECTIONS

    def entries(
        self, namespace: Namespace, plugins: Iterable[Plugin], *, whole: bool = False, summary: bool = False
    ) -> list[parts.Item]:
        """Parse the docstrings of plugins, and note their problems and those of their namespace.

        :param whole: whether the whole docstring is shown
        :param summary: whether its summary is
        """
        for problem in namespace.problems:
            self.note(problem)
        settings = self.build.options
        of_namespace = settings.of_namespace(namespace.name)
        form = self.choice("options", tuple(options.VIEWS)) or next(iter(options.VIEWS))
        words = self.words
        names = Counter(plugin.name for plugin in namespace.plugins)
        first = {plugin.name: plugin for plugin in reversed(namespace.plugins)}
        entries: list[parts.Item] = []
        for plugin in plugins:
            said = words.of(plugin, whole=whole, summary=summary)
            item = parts.Item(
                plugin,
                said.parsed.nodes,
                said.parsed.summary,
                inherited_from=said.inherited_from,
                ambiguous=names[plugin.name] > 1,
                anchor=None if plugin is first[plugin.name] else anchor(*full_identity(plugin).split(":", 1)),
                settings=of_namespace,
                interface=namespace.interface,
                old_ids=places.old_ids(plugin, names),
                options=form,
                marked=said.marked,
                change=partial(self.build.handlers.change_details, self.note),
            )
            entries.append(item)
            self.notes.note_paths(self.env.docname, plugin.identity, plugin.paths)
            for problem in [*plugin.problems, *said.problems]:
                self.note(problem)
        return entries

    def add_caption(self, container: nodes.container, *, single: bool) -> None:
        """Set on a summary the caption and the name that the options say.

        :param single: whether it is one table, if it is any
        """
        # :ref: shows the caption of what has the name, and :numref: the number of a table.
        caption: str | None = self.options.get("caption")
        named: nodes.Element = container
        tables = list(container.findall(nodes.table))
        if caption and single and len(tables) == 1:
            [named] = tables
            named.insert(0, nodes.title("", caption))
        elif caption:
            named = nodes.rubric("", caption, classes=["sp-caption"])
            container.insert(0, named)
        self.add_name(named)
        if not isinstance(named, nodes.table):
            container.insert(0, places.label_for_latex(named))

    def document_plugins(self, entries: Iterable[parts.Item], rank: Rank) -> None:
        """Note the plugins that are shown here."""
        for each in _first_of_name(entries):
            standing = "" if each.plugin.deprecated is None else str(_("deprecated"))
            self._document(((Object("plugin", name), each.node_id) for name in each.identities), rank, standing)
            former = [Object("plugin", f"{each.plugin.namespace}:{name}") for name in each.plugin.former_names]
            ids = ((old, anchor(old.namespace, old.bare_name)) for old in former)
            led = [(old, node_id) for old, node_id in ids if node_id in each.old_ids]
            self._document(led, rank, _("renamed to %s") % each.plugin.name, is_gone=True)

    def show_removed(self, gone: Sequence[removed.Gone], rank: Rank, *, full: bool = False) -> list[nodes.Node]:
        """Render the plugins that are there no more, as the option says, and note them.

        :param full: whether the namespace stands before each name
        """
        form = self.choice("removed", ("list", "details", "none")) or "list"
        if not gone or form == "none":
            return []
        for each in gone:
            self.document_gone(each, min(rank, Rank.LISTED) if form == "list" else rank)
        head = nodes.rubric("", _("Removed"), classes=["sp-heading"], translatable=False)
        if form == "details":
            return details.group([head], removed.as_sections(gone, self.page, self.room), self.page, self.room)
        shown = removed.as_list(gone, self.page, full=full)
        return details.group([head], [shown], self.page, self.room) if rank is Rank.DETAILED else [head, shown]

    def document_gone(self, gone: removed.Gone, rank: Rank) -> None:
        """Note a plugin that is there no more, which is shown here."""
        place = Object("plugin", gone.item.plugin.identity), gone.item.node_id
        self._document([place], rank, gone.badge, is_gone=True)

    def document_options(self, entries: Iterable[parts.Item], rank: Rank) -> None:
        """Note the options that are shown here."""
        self._document((found for entry in _first_of_name(entries) for found in options.objects(entry)), rank)

    def unknown_namespace(self, name: str) -> list[nodes.Node]:
        """Note that there is no such namespace, and say so on the page."""
        near = nearest(name, self.build.assembler.names)
        message = f"there is no plugin namespace {name!r} in this environment"
        remedy = "install what registers plugins in it"
        if near:
            remedy = f"use the name of one that exists (the nearest: {', '.join(near)}), or {remedy}"
        if not name:
            message, remedy = "no plugin namespace is named", "name one, as the directive's argument or content"
        self.note(Problem(kind=ProblemKind.NAMESPACE, message=message, remedy=remedy))
        return [parts.unknown(near, namespace=name)]


def share_ids(env: BuildEnvironment, document: nodes.document) -> None:
    """Have all documents of a page know the same ids; to docutils, each ``eval-rst`` of MyST is one of its own."""
    page: Any = env.temp_data
    ids: dict[str, nodes.Element] = page.get(_IDS, document.ids)
    page[_IDS] = ids
    for node_id, node in document.ids.items() if ids is not document.ids else ():
        ids.setdefault(node_id, node)
    document.ids = ids


_IDS = "sphinxext.plugins:ids"


def shielded(rendered: list[nodes.Node]) -> list[nodes.Node]:
    """Keep MathJax from texts of others, in which it would see formulas that make links; not from real ones."""
    for root in rendered:
        if isinstance(root, nodes.Element) and not isinstance(root, nodes.Invisible):
            root["classes"] += parts.WITHOUT_FORMULAS
            for formula in [*root.findall(nodes.math), *root.findall(nodes.math_block)]:
                formula["classes"] += ["mathjax_process", "tex2jax_process"]
    return rendered


def _first_of_name(entries: Iterable[parts.Item]) -> list[parts.Item]:
    """Sort plugins so that of several of one name that is first which the name alone leads to."""
    return sorted(entries, key=lambda entry: entry.anchor is not None)
