"""``plugin-catalog``: the reference page that readers want, a summary and the details of each plugin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.locale import get_translation

from sphinxext.plugins.core import limits, selection
from sphinxext.plugins.core.fields import known_fields
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.core.shown import Shown
from sphinxext.plugins.sphinx.directives.base import CatalogDirective, shielded
from sphinxext.plugins.sphinx.docstrings.isolation import unregistered, without_headings, without_labels
from sphinxext.plugins.sphinx.references import Object, Rank
from sphinxext.plugins.sphinx.render import details, parts, places, removed, summaries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sphinxext.plugins.core.model import Namespace, Plugin
    from sphinxext.plugins.sphinx.render.summaries import Column, Group, View


_ = get_translation("sphinxext.plugins")


_AUTODOC = {Kind.CLASS: "autoclass", Kind.FUNCTION: "autofunction", Kind.MODULE: "automodule"}
"""What autodoc describes the kinds by."""

_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


class PluginCatalog(CatalogDirective):
    """A summary of the plugins of one or more namespaces, and their details."""

    has_content = False
    required_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], object]]] = {
        "class": directives.class_option,
        **dict.fromkeys(("filter", "members", "no-filter", "no-index"), directives.flag),
        **dict.fromkeys(("include", "exclude", "distribution", "introspection"), directives.unchanged),
        **dict.fromkeys(("group-by", "group-order", "sort", "title"), directives.unchanged),
        **dict.fromkeys(
            ("caption", "columns", "heading-level", "name", "options", "removed", "view"), directives.unchanged
        ),
    }

    def run(self) -> list[nodes.Node]:
        """Render the namespaces."""
        namespaces, rendered = self._namespaces()
        known = known_fields([namespace.name for namespace in namespaces], self.build.options)
        self.heading: str | None = None  # the field that heads an entry
        view = summaries.VIEWS[self.choice("view", tuple(summaries.VIEWS)) or "full"]
        if view.interface:
            self._check_matrix(namespaces)
        self._gone = [gone for namespace in namespaces for gone in removed.removed(namespace)]
        groups = self._groups(namespaces, known, view)
        for namespace in namespaces:
            rendered += places.of_namespace(namespace.name, self.page)
        shown: list[nodes.Node] = []
        if view.details:
            groups, shown = self._details(groups, view)
        listed = [entry for _, entries in groups for entry in entries if not entry.again]
        rank = Rank.DETAILED if view.details else Rank.LISTED
        self.document([Object("namespace", namespace.name) for namespace in namespaces], rank)
        self.document_plugins((entry for entry in listed if not entry.elsewhere), rank)
        self.document_options((entry for entry in listed if entry.details), Rank.DETAILED)
        if namespaces and not listed:
            rendered.append(parts.problem([nodes.Text(_("No plugin is selected."))]))
        elif view.summary is not None and listed:
            columns = [] if view.interface else self._columns(namespaces, known, listed)
            rendered.append(self._summary(view, groups, columns))
        elif elsewhere := [entry for entry in listed if entry.elsewhere]:
            # Nothing that is registered is missing: these are at least named.
            rendered.append(summaries.items(elsewhere, [], self.page))
        if view.summary is None and listed:
            rendered = [*self._named(), *rendered]
        gone = [each for each in self._gone if selection.is_selected(each.item.plugin, self.selected)]
        return shielded([*rendered, *shown, *self.show_removed(gone, rank, full=len(namespaces) > 1)])

    def _check_matrix(self, namespaces: Sequence[Namespace]) -> None:
        """Note what keeps a matrix from being what the options ask for."""
        for namespace in namespaces:
            self.check_interface(namespace)
        if "columns" in self.options:
            remedy = "drop it, or show the matrix with plugin-matrix, which has the option :members:"
            self.wrong(f"the option :columns: of {self.name} goes with no matrix", remedy)

    def _named(self) -> list[nodes.Node]:
        """Return the caption and the name that the summary would have, for details that stand without one."""
        caption = self.options.get("caption")
        if not caption and "name" not in self.options:
            return []
        named = nodes.rubric("", caption, classes=["sp-caption"]) if caption else nodes.target()
        self.add_name(named)
        return [places.label_for_latex(named), named] if caption else [named]

    def _check(self, chosen: selection.Selection, plugins: Sequence[Plugin], groups: Sequence[str | None]) -> None:
        """Note what of the options fits nothing.

        :param groups: the titles of the groups that there are
        """
        if not self.check_selection(chosen, plugins, [gone.item.plugin for gone in self._gone]):
            return
        if chosen.group_order and not selection.is_ordered(groups, chosen):
            self.invalid("group-order", self.options["group-order"], [title for title in groups if title])

    def _namespaces(self) -> tuple[list[Namespace], list[nodes.Node]]:
        """Find the namespaces that the arguments name; what they do not find is said on the page."""
        introspection = self.choice("introspection", ("auto", "static", "import"))
        known: dict[str, Namespace] = {}
        unknown: list[nodes.Node] = []
        whole = " ".join(self.arguments[0].split())
        for pattern in [whole] if self.build.assembler.named(whole) else whole.split():
            shown = Shown(
                pattern,
                introspection,
                members="members" in self.options,
                fields=self._named_fields(),
                interface=self.options.get("view", "").strip() == "matrix",
            )
            namespaces = self.show(shown)
            known |= {namespace.name: namespace for namespace in namespaces}
            unknown += [] if namespaces else self.unknown_namespace(pattern)
        return list(known.values()), unknown

    def _field(self, option: str, known: dict[str, str], *, signs: str = "") -> str | None:
        """Return the field that an option names, perhaps with a sign before it."""
        given: str | None = self.options.get(option)
        if given is None:
            return None
        name = given.strip().lstrip(signs) if signs else given.strip()
        if name.casefold() not in known:
            self.invalid(option, given, known.values())
            return None
        return given.strip()[: len(given.strip()) - len(name)] + known[name.casefold()]

    def _columns(
        self, namespaces: Sequence[Namespace], known: dict[str, str], entries: Sequence[parts.Item]
    ) -> list[Column]:
        """Return the columns that the directive asks for, or else the configuration, or else what there is to show."""
        given: dict[str, str | None] = {}
        for name, heading in self._asked():
            if name.casefold() in known:
                given.setdefault(known[name.casefold()], heading)
            else:
                self.invalid("columns", name, known.values())
        plugins, options = [entry.plugin for entry in entries], self.build.options
        given = given or dict.fromkeys(selection.columns(namespaces, plugins, options, without=self.heading))
        made = summaries.columns_of(given, plugins, options)
        return made if self._filters(len(entries)) else [column._replace(facet=False) for column in made]

    def _named_fields(self) -> tuple[str, ...]:
        """Return the fields that the options name, known or not, in small letters."""
        single = (self.options.get(option, "").strip().lstrip("-") for option in ("group-by", "sort", "title"))
        named = {*single, *(name for name, _heading in self._asked())}
        return tuple(sorted(name.casefold() for name in named if name))

    def _asked(self) -> list[tuple[str, str | None]]:
        """Read the option ``columns``: fields, and headings behind a sign of equality."""
        asked = (part.partition("=") for part in self.options.get("columns", "").split(",") if part.strip())
        return [(name.strip(), heading.strip() or None) for name, _sign, heading in asked]

    def _groups(self, namespaces: Sequence[Namespace], known: dict[str, str], view: View) -> list[Group]:
        """Select, sort and group the plugins, and parse their docstrings."""
        options = self.build.options
        titles = {each.name: options.of_namespace(each.name).title or each.name for each in namespaces}
        names = {title.casefold(): name for name, title in titles.items()}
        chosen = self.selected._replace(
            sort=self._field("sort", known, signs="-"),
            group_by=self._field("group-by", known, signs="-") or ("namespace" if len(namespaces) > 1 else None),
            group_order=[names.get(title.casefold(), title) for title in _listed(self.options.get("group-order", ""))],
            words=(_("yes"), _("no")),
        )
        plugins = [plugin for namespace in namespaces for plugin in namespace.plugins]
        groups = selection.select(plugins, chosen, options)
        if namespaces:
            self._check(chosen, plugins, [title for title, _plugins in groups])
        if chosen.group_by in {"namespace", "-namespace"}:
            groups = [(titles.get(name or "", name), of_group) for name, of_group in groups]
        self.heading = self._field("title", known)
        entries: dict[int, parts.Item] = {}
        for namespace in namespaces:
            own = {id(plugin): plugin for _title, of in groups for plugin in of if plugin.namespace == namespace.name}
            parsed = self.entries(namespace, own.values(), whole=view.details, summary=view.summary is not None)
            entries |= {key: entry._replace(title_field=self.heading) for key, entry in zip(own, parsed, strict=True)}
        made: list[Group] = []
        seen: set[int] = set()
        for title, of_group in groups:
            made.append((title, [entries[id(each)]._replace(again=id(each) in seen) for each in of_group]))
            seen.update(map(id, of_group))
        return made

    def _details(self, groups: Sequence[Group], view: View) -> tuple[list[Group], list[nodes.Node]]:
        """Render the details of all plugins but those that another page is for, and tell where they are."""
        level = self.choice("heading-level", tuple("123456"))
        room = int(level) if level else self.room
        of = {entry.plugin.namespace for _, entries in groups for entry in entries}
        own = self.notes.dedicated_elsewhere(self.env.docname, of)
        self._described: set[str] = set()  # the paths of what autodoc describes, which may have several names
        with_members = self._has_autodoc() if "members" in self.options else False
        rendered: list[nodes.Node] = []
        referring: list[Group] = []
        places: dict[int, dict[str, Any]] = {}  # where plugins are described, which may be in several groups
        for title, entries in groups:
            of_group: list[nodes.Node] = []
            for entry in entries:
                if entry.plugin.identity in own:
                    places[id(entry.plugin)] = {"elsewhere": True}
                elif not entry.again:
                    whole = entry._replace(members=self._members(entry.plugin)) if with_members else entry
                    shown = details.entry(whole, self.page, self.options.get("class", []), room)
                    places[id(entry.plugin)] = {"details": shown["ids"][0]}
                    of_group.append(shown)
            referring.append((title, [entry._replace(**places[id(entry.plugin)]) for entry in entries]))
            head = [parts.group_heading(title)] if view.summary else parts.group_head(title, entries)
            rendered += details.group(head, of_group, self.page, room) if len(groups) > 1 and of_group else of_group
        return referring, rendered

    def _has_autodoc(self) -> bool:
        """Whether autodoc is there; that it is not is noted."""
        if "sphinx.ext.autodoc" in self.env.config.extensions:
            return True
        remedy = 'add "sphinx.ext.autodoc" to the extensions in conf.py, or drop the option'
        self.wrong(f"the option :members: of {self.name} needs autodoc", remedy)
        return False

    def _members(self, plugin: Plugin) -> list[nodes.Node]:
        """Have autodoc describe a target, which imports it into this process."""
        directive = _AUTODOC.get(plugin.kind) if plugin.kind else None
        path = plugin.path
        if directive is None or not _PATH.fullmatch(path):
            return []
        assembler = self.build.assembler
        if not assembler.trusts_code(path) or not all(assembler.trusts(plugin, each) for each in plugin.docstrings):
            # Autodoc would run code that is not trusted, and parse its docstrings like the project's own.
            name = plugin.distribution.name if plugin.distribution else plugin.name
            self.wrong(
                f"the option :members: of {self.name} needs distributions that are trusted, which {name} is not",
                "name it in plugins_trusted, or drop the option; until then its plugins are shown without",
            )
            return []
        described = path in self._described or not self.page.indexed
        self._described.add(path)
        options = [*(["members"] if plugin.kind is not Kind.FUNCTION else []), *(["no-index"] if described else [])]
        lines = [f".. {directive}:: {path}", *(f"   :{option}:" for option in options)]
        with unregistered(self.env) as fresh:
            parsed = self.parse_text_to_nodes("\n".join(lines), offset=self.content_offset)
        self.notes.note_members(self.env.docname, fresh["py"])
        flat = nodes.Element("", *parsed)
        without_headings(flat)
        without_labels(flat)
        return list(flat.children)

    def _filters(self, count: int) -> bool:
        return "no-filter" not in self.options and ("filter" in self.options or count >= limits.FEWEST_FILTERED)

    def _summary(self, view: View, groups: Sequence[Group], columns: Sequence[Column]) -> nodes.Node:
        """Render the summary, with what the script knows it by."""
        shown = summaries.groups(groups, view, columns, self.page)
        container = nodes.container("", *shown, classes=["sp-catalog", *self.options.get("class", [])])
        if self._filters(sum(not entry.again for _, entries in groups for entry in entries)):
            container["classes"].append(f"sp-facets-{sum(column.facet for column in columns)}")
        else:
            container["classes"].append("sp-no-filter")
        container += addnodes.only("", parts.to_data(self.page), expr="html and not epub")
        # A list says nowhere what its columns are called.
        container["headings"] = {column.key: column.heading for column in columns if column.facet}
        self.add_caption(container, single=len(groups) == 1)
        return container


def _listed(given: str) -> list[str]:
    """Read values that are separated by commas, or each in a line of its own."""
    return [value.strip() for value in re.split(r"\n" if "\n" in given else ",", given) if value.strip()]
