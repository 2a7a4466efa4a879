"""Descriptions by hand, of what is in no catalog."""

from __future__ import annotations

from sphinx import addnodes
from sphinx.directives import ObjectDescription

from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import anchor, written
from sphinxext.plugins.sphinx.directives.base import Noting, share_ids
from sphinxext.plugins.sphinx.references import NAMESPACE, Object, Rank
from sphinxext.plugins.sphinx.render import details, places


class _Describe(Noting, ObjectDescription[Object]):
    """What both descriptions by hand have in common."""

    def add_target_and_index(self, name: Object, sig: str, signode: addnodes.desc_signature) -> None:
        """Set the id that it would have in the catalog, and note it."""
        del sig
        document = self.state.document
        share_ids(self.env, document)
        node_id = anchor(name.namespace, name.bare_name if name.type == "plugin" else None)
        if node_id in document.ids:
            document.set_id(signode)  # see ``render.places``
        signode["ids"].append(node_id)
        document.ids.setdefault(node_id, signode)
        self.document([name], Rank.OWN)
        if "no-index-entry" not in self.options:
            self.indexnode["entries"].append(("single", places.in_index(name), node_id, "", None))

    def before_content(self) -> None:
        """Have plugins in the content looked up in this namespace first."""
        self._outer = self.env.ref_context.get(NAMESPACE)
        if self.names:
            self.env.ref_context[NAMESPACE] = self.names[0].namespace

    def after_content(self) -> None:
        """Go back to the namespace around it."""
        self.env.ref_context[NAMESPACE] = self._outer

    def _object_hierarchy_parts(self, sig_node: addnodes.desc_signature) -> tuple[str, ...]:
        return tuple(filter(None, sig_node.astext().partition(":")[::2]))

    def _toc_entry_name(self, sig_node: addnodes.desc_signature) -> str:
        parts = sig_node.get("_toc_parts", ())
        return parts[-1] if parts else ""


class DescribePlugin(_Describe):
    """``plugin:plugin``: a plugin that is in no catalog, described by hand."""

    def handle_signature(self, sig: str, signode: addnodes.desc_signature) -> Object:
        """Take the namespace from the context where it is not written."""
        namespace, colon, name = sig.partition(":")
        if not colon:
            namespace, name = self.env.ref_context.get(NAMESPACE) or "", sig
        if not namespace.strip() or not name.strip():
            problem = Problem(
                kind=ProblemKind.CONFIG,
                message=f"{self.name}:: {sig} does not say which namespace the plugin is in",
                remedy="write NAMESPACE:NAME, or put it into the content of plugin:namespace",
            )
            self.note(problem, here=True)
            raise ValueError(sig)
        signode += details.signature_of(namespace.strip(), name.strip())
        return Object("plugin", written("plugin", f"{namespace.strip()}:{name.strip()}"))


class DescribeNamespace(_Describe):
    """``plugin:namespace``: a namespace that is in no catalog, or more than the catalog tells of one."""

    def handle_signature(self, sig: str, signode: addnodes.desc_signature) -> Object:
        """Take the name as it is."""
        signode += addnodes.desc_name(sig, sig, support_smartquotes=False)
        return Object("namespace", written("namespace", sig))
