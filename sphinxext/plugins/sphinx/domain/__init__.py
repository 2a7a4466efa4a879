"""The domain ``plugin``: what Sphinx asks of a domain, by what is noted of the pages.

What it has besides is in two others: :class:`~sphinxext.plugins.sphinx.domain.notes.Notes`, which lasts from one
build to the next, and :class:`~sphinxext.plugins.sphinx.build.Build`, which does not.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

from sphinx.domains import Domain, ObjType
from sphinx.locale import get_translation
from sphinx.util.nodes import make_refnode

from sphinxext.plugins.sphinx.domain.notes import LASTING, OF_PAGES, Notes
from sphinxext.plugins.sphinx.references import ANCHOR, DESCRIBED, NAMESPACE, OPTIONAL, Entry, Object, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

    from sphinxext.plugins.sphinx.build import Build

_ = get_translation("sphinxext.plugins")

_HANDED = "introspected"
"""The key of what processes that read pages hand over: what they introspected, with what failed at that, and the time
that docstrings took."""

ROLES = {"namespace": "namespace", "ns": "namespace", "plugin": "plugin", "ref": "plugin", "option": "option"}
"""What each role refers to."""


def reference(role: str, target: str, node: nodes.Element) -> Reference:
    """Make a reference of what Sphinx knows of one."""
    return Reference(ROLES[role], target, node.get(NAMESPACE), DESCRIBED in node)


class PluginDomain(Domain):
    """Plugins and their namespaces."""

    name = "plugin"
    label = "Plugins"
    object_types: ClassVar[dict[str, ObjType]] = {
        "namespace": ObjType(_("plugin namespace"), "namespace", "ns"),
        "plugin": ObjType(_("plugin"), "plugin", "ref"),
        "option": ObjType(_("option of a plugin"), "option"),
        "variable": ObjType(_("environment variable"), "option"),
    }
    initial_data: ClassVar[dict[str, Any]] = {key: {} for key in (*OF_PAGES, *LASTING)}
    data_version = 14

    build: Build
    """That which goes on; set when its builder is there."""

    @classmethod
    def of(cls, env: BuildEnvironment) -> PluginDomain:
        """Return that of an environment."""
        return cast("PluginDomain", env.get_domain(cls.name))

    @cached_property
    def notes(self) -> Notes:
        """What is noted of pages."""
        return Notes(self.data)

    def clear_doc(self, docname: str) -> None:
        """Forget what was noted of a page."""
        self.notes.clear(docname)

    def hand_over(self) -> None:
        """Before processes are started that read pages, have them hand over what they find besides notes."""
        build = self.build
        self.data[_HANDED] = (build.assembler.handed, build.assembler.failed, build.spent)

    def stop_handing_over(self) -> None:
        """Once all pages are read: it is no part of what is kept of them."""
        self.data.pop(_HANDED, None)

    def merge_domaindata(self, docnames: AbstractSet[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process noted of the pages that it read, and what it introspected."""
        self.notes.merge(docnames, otherdata)
        found, failed, spent = otherdata.get(_HANDED, ({}, {}, {}))
        self.build.assembler.merge(found, failed)
        for key, seconds in spent.items():
            self.build.spent[key] = max(seconds, self.build.spent.get(key, 0.0))

    def resolve_xref(  # noqa: D102, PLR0913, PLR0917  # Sphinx's own
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        del env
        match self.notes.targets.candidates(reference(typ, target, node)) if typ in ROLES else []:
            case [(documented, entry)]:
                node_id = node.get(ANCHOR) or entry.anchor
                return make_refnode(builder, fromdocname, entry.docname, node_id, contnode, documented.name)
            case [_, *_]:
                node[OPTIONAL] = True  # it is reported by this domain, and not also as unknown
        return None

    def resolve_any_xref(  # noqa: D102, PLR0913, PLR0917  # Sphinx's own
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.reference]]:
        del env
        # A full name. What is shorter means whatever else has it; see ``links``.
        return [
            (f"plugin:{role}", self.linked(found, builder, fromdocname, contnode.deepcopy()))
            for role in ("plugin", "option")
            for found in self.notes.targets.candidates(reference(role, target, node))
            if target in {found[0].name, found[0].listed_name}
        ]

    def linked(
        self, found: tuple[Object, Entry], builder: Builder, fromdocname: str, content: nodes.Element
    ) -> nodes.reference:
        """Link to what is documented."""
        documented, entry = found
        return make_refnode(builder, fromdocname, entry.docname, entry.anchor, content, documented.name)

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:  # noqa: D102  # Sphinx's own
        for documented, entry in self.notes.targets.all():
            name = documented.listed_name
            # The search finds no plugin that is there no more; other projects go on leading to it.
            yield name, name, documented.type, entry.docname, entry.anchor, -1 if entry.is_gone else 1

    def get_type_name(self, type: ObjType, primary: bool = False) -> str:  # noqa: A002, D102, FBT001, FBT002
        del primary
        return str(type.lname)

    def setup(self) -> None:
        """Return the index no label yet, as Sphinx would: the project may have one of that name."""
