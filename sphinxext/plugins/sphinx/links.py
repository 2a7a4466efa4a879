"""References that may lead somewhere: to a plugin's target, to its source, and those in docstrings."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import groupby
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import ReferencesResolver
from sphinx.util.logging import suppress_logging
from sphinx.util.nodes import make_refnode
from sphinx.util.osutil import relative_uri

from sphinxext.plugins.core.text import part_anchor
from sphinxext.plugins.sphinx.docstrings.findings import unresolved
from sphinxext.plugins.sphinx.docstrings.guard import budgeted
from sphinxext.plugins.sphinx.domain import PluginDomain, reference
from sphinxext.plugins.sphinx.domain.reports import warn
from sphinxext.plugins.sphinx.references import (
    DATA,
    MEMBER,
    NAMED,
    OPTIONAL,
    PATHS,
    SOURCE,
    TITLE,
    UNTRUSTED,
    Reference,
    ambiguous,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_MODULE_PAGES = "_modules/"
"""Where :mod:`sphinx.ext.viewcode` puts its pages."""


class OptionalReferences(ReferencesResolver):
    """Resolves references that may lead nowhere without a word, as domains would warn of some themselves."""

    default_priority = ReferencesResolver.default_priority - 5

    def run(self, **kwargs: object) -> None:
        """Resolve them in a document of their own, by the means for all references."""
        page = self.document
        spent = PluginDomain.of(self.env).build.spent
        optional = [node for node in page.findall(pending_xref) if node.get(OPTIONAL)]
        for (plugin, payer), references in groupby(sorted(optional, key=_owner), _owner):
            found = list(references)
            places = [nodes.inline("", "", node.deepcopy()) for node in found]
            self.document = nodes.document(page.settings, page.reporter)
            self.document += places
            try:
                text = " ".join(f"{node['reftype']}:{node['reftarget']}" for node in found)
                # Apart from what parsing costs, so that it is the same where no page is read.
                guard = budgeted(spent, f"references {payer}", text) if plugin else nullcontext()
                with suppress_logging(), guard:
                    super().run(**kwargs)
            except Exception as error:
                if not plugin:  # the project's own
                    raise
                warn(unresolved(plugin, error), found[0])
                places = [nodes.inline("", "", *node.children) for node in found]
            for node, place in zip(found, places, strict=True):
                node.replace_self(place.children)


def _owner(reference: pending_xref) -> tuple[str, str]:
    plugin, payer = reference.get(UNTRUSTED, ("", ""))
    return plugin, payer


class TitleTargets(SphinxTransform):
    """Has the titles of ``list-plugins`` and of groups lead to their sections, with the ids that titles give.

    That is done when all of the page is there, for what it has of its own comes first.
    """

    default_priority = 250  # before references are resolved

    def apply(self, **_kwargs: object) -> None:
        """Name the sections, of two with the same title the first."""
        page = self.document
        listed = [node for node in page.findall(nodes.Element) if TITLE in node]
        taken = {node_id for node in page.findall(nodes.Element) for node_id in node["ids"]} if listed else set()
        for node in listed:
            title = node.attributes.pop(TITLE)
            # docutils would not give a number that is a name to a footnote.
            if not page.has_name(name := nodes.fully_normalize_name(title)) and not name.isdecimal():
                node["names"].append(name)
                page.nameids[name], page.nametypes[name] = node["ids"][0], False
                getattr(page, "names", {})[name] = node  # where docutils looks since version 0.23
                page.ids[node["ids"][0]] = node
            node_id = nodes.make_id(title)
            if node_id and node_id not in taken:
                taken.add(node_id)
                node["ids"].append(node_id)
                page.ids[node_id] = node


def resolve_link(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.Element | None:
    """Handle ``missing-reference``, behind all others: nobody knew what a reference leads to.

    Of a target the other paths are tried that it is known by. What leads nowhere all the same, or
    is in a docstring and may be meant for the manual of its own project, shows its text.
    """
    if node["refdomain"] == "plugin" and node["reftype"] == SOURCE:
        return _source(app, env, node, content) or nodes.inline()
    if node["refdomain"] == "plugin" and node["reftype"] == DATA:
        build = PluginDomain.of(env).build
        if build.data_file is None:
            return nodes.inline()
        uri = relative_uri(app.builder.get_target_uri(node["refdoc"]), build.options.json)
        return nodes.reference("", "", content, internal=True, refuri=uri)
    if node["reftype"] == "any" and not node["refdomain"]:
        return _any(app, env, node, content)
    if not node.get(OPTIONAL):
        return None
    paths: Sequence[str] = node.get(PATHS, ())
    for path in paths:
        other = node.copy()
        other.attributes.update({"reftarget": path, OPTIONAL: False})
        shown = content.deepcopy()
        found = env.get_domain(node["refdomain"]).resolve_xref(
            env, node["refdoc"], app.builder, node["reftype"], path, other, shown
        )
        found = found or app.emit_firstresult("missing-reference", env, other, shown)
        if found is not None:
            return found
    domain = PluginDomain.of(env)
    namespace, member = node.get(MEMBER, ("", ""))
    described = domain.notes.find(Reference("interface", namespace)) if namespace else None
    if described is not None:
        node_id = part_anchor(namespace, "member", member)
        return make_refnode(app.builder, node["refdoc"], described[0], node_id, content, member)
    for found_plugin in (
        domain.notes.targets.candidates(Reference("object", node["reftarget"])) if NAMED in node else ()
    ):
        return domain.linked(found_plugin, app.builder, node["refdoc"], content)
    return content


def _any(app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement) -> nodes.Element | None:
    """Link a namespace, or the bare name of a plugin, where nothing else is called that, here or in other projects."""
    domain = PluginDomain.of(env)
    references = [reference(kind, node["reftarget"], node) for kind in ("namespace", "plugin")]
    candidates = [found for each in references for found in domain.notes.targets.candidates(each)]
    match candidates:
        case []:
            return None
        case [found]:
            content["classes"] += ["plugin", f"plugin-{found[0].type}"]
            return domain.linked(found, app.builder, node["refdoc"], content)
    problem = ambiguous(node["reftarget"], [documented.name for documented, _ in candidates])
    warn(problem, node)
    return content


def _source(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    """Link to a plugin's source as the project does for what its pages document, or else to its repository."""
    module, _, name = node["reftarget"].partition(":")
    # Others' functions are only asked for what they are asked for anyway: to answer they may import it.
    if any(path in env.domains.python_domain.objects for path in node[PATHS]):
        if "sphinx.ext.linkcode" in app.extensions:
            uri = app.config.linkcode_resolve("py", {"module": module, "fullname": name})
            if uri:
                return nodes.reference("", "", content, internal=False, refuri=uri)
        page = _MODULE_PAGES + module.replace(".", "/")
        if app.builder.format == "html" and _has_page(app, env, module):
            return make_refnode(app.builder, node["refdoc"], page, name, content)
    uri = node.get("refuri")
    return nodes.reference("", "", content, internal=False, refuri=uri) if uri else None


def _has_page(app: Sphinx, env: BuildEnvironment, module: str) -> bool:
    """Whether :mod:`sphinx.ext.viewcode` writes a page of a module, as it decides itself."""
    epub = app.builder.name == "epub" and not getattr(app.config, "viewcode_enable_epub", False)  # without viewcode
    if epub or app.builder.name == "singlehtml":
        return False
    return bool(getattr(env, "_viewcode_modules", {}).get(module))
