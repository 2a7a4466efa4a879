"""Interfaces: what plugins are expected to implement, as Sphinx describes objects, but in no index of these."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import get_translation

from sphinxext.plugins.core.assembly import of_interface
from sphinxext.plugins.core.interfaces import MemberKind, Need
from sphinxext.plugins.core.lifetimes import release_text
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.core.signatures import written_out
from sphinxext.plugins.core.text import clean_line, part_anchor
from sphinxext.plugins.sphinx.references import OPTIONAL, PATHS
from sphinxext.plugins.sphinx.render import parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinxext.plugins.core.interfaces import Interface, Member
    from sphinxext.plugins.sphinx.render.parts import Page

_ = get_translation("sphinxext.plugins")

Texts = Mapping[str, Sequence[nodes.Node]]
"""What became of the docstrings of members, by their names; of that of the interface itself, by an empty one."""


class _Form(NamedTuple):
    """How Sphinx describes a kind of object."""

    type: str
    before: str = ""


def _awaited(form: _Form) -> _Form:
    """Return how Sphinx describes the same, defined with ``async def``."""
    return form._replace(before=f"async {form.before}")


_OBJECTS = {
    Kind.CLASS: _Form("class", "class "),
    Kind.FUNCTION: _Form("function"),
    Kind.METHOD: _Form("method"),
    Kind.MODULE: _Form("module", "module "),
}

_MEMBERS = {
    MemberKind.METHOD: _Form("method"),
    MemberKind.CLASS_METHOD: _Form("method", "classmethod "),
    MemberKind.STATIC_METHOD: _Form("method", "static "),
    MemberKind.PROPERTY: _Form("property", "property "),
    MemberKind.ATTRIBUTE: _Form("attribute"),
    MemberKind.CLASS: _Form("class", "class "),
    MemberKind.FUNCTION: _Form("function"),
}

_NEEDS = {Need.REQUIRED: _("required"), Need.OPTIONAL: _("optional"), Need.DEFAULT: _("default")}


_NEED_CLASSES = {need: [f"sp-need-{need.value}"] for need in Need} | {
    Need.REQUIRED: ["sp-required", "sp-need-required"]
}
"""A required option has the first one, too."""

_COUNTED = {
    Need.REQUIRED: _("%d required"),
    Need.OPTIONAL: _("%d optional"),
    Need.DEFAULT: _("%d with a default"),
}


def describe(namespace: str, interface: Interface, texts: Texts, page: Page) -> list[nodes.Node]:
    """Render an interface with its members, those that it inherits below the class that has them.

    .. code-block:: xml

       <desc domain="py" objtype="class"><desc_signature>…</desc_signature><desc_content>docstring, notes,
       <desc domain="py" objtype="method"><desc_signature ids="plugin.member-…">…</desc></desc_content></desc>
    """
    form = _OBJECTS.get(interface.kind, _Form("class")) if interface.kind else _Form("class")
    module, _colon, name = (interface.definition or interface.target).partition(":")
    paths = tuple(dict.fromkeys((interface.path, interface.target.replace(":", "."))))
    form = _awaited(form) if interface.asynchronous else form
    signature = _signature(form, name or module, paths, page, before=f"{module}." if name else "")
    if interface.signature and interface.kind in {Kind.FUNCTION, Kind.METHOD}:
        signature += _parameters(interface.signature)
    if interface.deprecated is not None:
        signature += [nodes.Text(" "), nodes.inline("", _("deprecated"), classes=["sp-badge", "sp-deprecated"])]
    signature += [nodes.Text(" "), parts.to_source(of_interface(namespace, interface), page)]
    content = addnodes.desc_content("", *texts.get("", ()), *_notes(interface))
    for owner, members in _by_owner(interface).items():
        if owner != interface.path:
            content += _paragraph(parts.phrase(_("Inherited from %(path)s:"), path=[_to(owner, page)]))
        for member in members:
            content += _member(namespace, interface, member, texts.get(member.name, ()), page)
    return [_desc(form, signature, content, "sp-interface")]


def _by_owner(interface: Interface) -> dict[str, list[Member]]:
    """Group members by the class that has them, the interface's own first, then as they are inherited."""
    found: defaultdict[str, list[Member]] = defaultdict(list)
    for member in interface.members:
        found[member.owner or interface.path].append(member)
    known = dict.fromkeys([interface.path, *interface.classes, *found])
    return {owner: found[owner] for owner in known if owner in found}


def _notes(interface: Interface) -> Iterator[nodes.Node]:
    """Say where the interface is from, what plugins have to do with it, and how much of it there is."""
    said: list[str] = []
    if interface.inferred:
        said.append(_("No interface is declared: this is the nearest base class that the plugins have in common."))
    if interface.protocol:
        said.append(_("It is a protocol: plugins need not inherit from it."))
    if interface.hooks is not None:
        said.append(_("These are hooks: a plugin implements those that it needs."))
    counts = Counter(member.need for member in interface.members if member.need)
    if len(interface.members) > 1 and counts and interface.hooks is None:
        listed = ", ".join(str(_COUNTED[need]) % counts[need] for need in Need if counts[need])
        said.append(_("Its members: %s.") % listed)
    if said:
        yield _paragraph([nodes.Text(" ".join(map(str, said)))])
    if interface.problem is not None:
        yield parts.problem([nodes.Text(clean_line(_("The interface is not known: %s") % interface.problem))])


def _member(
    namespace: str, interface: Interface, member: Member, text: Sequence[nodes.Node], page: Page
) -> addnodes.desc:
    form = _MEMBERS[member.kind] if member.kind else _Form("attribute")
    form = _awaited(form) if member.asynchronous else form
    owners = dict.fromkeys((member.owner or interface.path, interface.path))
    paths = tuple(f"{owner}.{member.name}" for owner in owners)
    signature = _signature(form, member.name, paths, page)
    if member.signature and member.kind not in {MemberKind.PROPERTY, MemberKind.ATTRIBUTE}:
        signature += _parameters(member.signature)
    if member.need is not None:
        badge = nodes.inline("", str(_NEEDS[member.need]), classes=["sp-badge", *_NEED_CLASSES[member.need]])
        signature += [nodes.Text(" "), badge]
    if member.since is not None:
        since = clean_line(_("since %s") % release_text(member.since, _))
        signature += [nodes.Text(" "), parts.span(since, "sp-since")]
    signature += [nodes.Text(" "), parts.to_source(of_interface(namespace, interface, member), page)]
    _give_id(signature, part_anchor(namespace, "member", member.name), page)
    content = addnodes.desc_content("", *text)
    if member.unknown is not None:
        reason = nodes.emphasis("", clean_line(_("not known: %s") % member.unknown), support_smartquotes=False)
        content += _paragraph([reason])
    return _desc(form, signature, content, "sp-member")


def _signature(
    form: _Form, name: str, paths: Sequence[str], page: Page, *, before: str = ""
) -> addnodes.desc_signature:
    """Render the name of an object, which leads to where it is documented, if it is anywhere."""
    signature = addnodes.desc_signature("", "")
    signature += [addnodes.desc_annotation("", form.before)] if form.before else []
    signature += [addnodes.desc_addname("", before, support_smartquotes=False)] if before else []
    path, *others = paths
    content = nodes.inline("", name, support_smartquotes=False)
    linked = parts.refer(("py", "obj", path), page, content, **{OPTIONAL: True, PATHS: others})
    signature += addnodes.desc_name("", "", linked, support_smartquotes=False)
    return signature


def _parameters(written: str) -> addnodes.desc_parameterlist:
    """Render the parameters of what is called."""
    found = written_out(written)
    if found is None:
        text = nodes.inline("", clean_line(written.removeprefix("(").removesuffix(")")), support_smartquotes=False)
        return addnodes.desc_parameterlist("", "", addnodes.desc_parameter("", "", text))
    shown = addnodes.desc_parameterlist("", "")
    for name, default in found:
        bare = name.lstrip("*")
        parameter = addnodes.desc_parameter("", "")
        stars = name.removesuffix(bare) if bare != "/" else "/"
        parameter += [addnodes.desc_sig_operator("", stars)] if stars else []
        parameter += [addnodes.desc_sig_name("", bare, support_smartquotes=False)] if bare not in {"", "/"} else []
        if default is not None:
            value = nodes.inline("", clean_line(default), classes=["default_value"], support_smartquotes=False)
            parameter += [addnodes.desc_sig_operator("", "="), value]
        shown += parameter
    return shown


def _desc(
    form: _Form, signature: addnodes.desc_signature, content: addnodes.desc_content, class_: str
) -> addnodes.desc:
    """Put a description together, which stands in no index and is no place for references to Python's objects."""
    made = addnodes.desc("", signature, content, domain="py", objtype=form.type, desctype=form.type)
    made["classes"] += ["py", form.type, class_]
    # Sphinx reads these without asking whether they are there.
    made.attributes.update({"no-index": True, "no-contents-entry": False, "no-typesetting": False})
    signature["_toc_name"], signature["_toc_parts"] = "", ()  # tables of contents have the sections alone
    return made


def _give_id(node: nodes.Element, node_id: str, page: Page) -> None:
    """Make a node the place of something, if there is no other one on the page."""
    if page.document.ids.setdefault(node_id, node) is node:
        node["ids"].append(node_id)


def _to(path: str, page: Page) -> addnodes.pending_xref:
    return parts.refer(("py", "obj", path), page, nodes.literal("", path), **{OPTIONAL: True})


def _paragraph(shown: Sequence[nodes.Node]) -> nodes.paragraph:
    return nodes.paragraph("", "", *shown, translatable=False)
