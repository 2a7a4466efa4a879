"""What pages document, registered in domains of Sphinx's own: labels in ``std``, and objects in ``py``.

What a page of the project has itself comes first, so all of it is registered when all pages are read, and taken
back before the next are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils.nodes import fully_normalize_name

from sphinxext.plugins.core.text import without_formulas
from sphinxext.plugins.sphinx.render.places import titles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.domains import Index
    from sphinx.domains.python import PythonDomain
    from sphinx.domains.std import StandardDomain

    from sphinxext.plugins.sphinx.domain.notes import Notes


def remove_labels(standard: StandardDomain, notes: Notes) -> None:
    """Take back the labels that were given, so that pages which are read next can have them."""
    for label, place in notes.labels.items():
        if standard.anonlabels.get(label) == place:
            del standard.anonlabels[label]
            standard.labels.pop(label, None)
    notes.labels.clear()


def add_labels(standard: StandardDomain, indices: Mapping[str, type[Index]], notes: Notes) -> None:
    """Have ``:ref:`` find what is documented, and the indices, by labels that are not taken.

    :param indices: these, by what their labels end with
    """
    labels = [(f"plugin-{name}", (f"plugin-{index.name}", ""), str(index.localname)) for name, index in indices.items()]
    labels += [
        (label, (entry.docname, entry.anchor), without_formulas(documented.bare_name))
        for label, documented, entry in notes.targets.labels()
    ]
    for label, place, text in labels:
        if label not in standard.anonlabels and label not in standard.labels:
            standard.anonlabels[label] = notes.labels[label] = place
            standard.labels[label] = *place, text


def hide_titles(_app: Sphinx, doctree: nodes.document) -> None:
    """Handle ``doctree-read``, before autosectionlabel: a plugin, or a group, takes no label of the project's.

    It gets one that nobody else may have.
    """
    for number, title in enumerate(titles(doctree)):
        title[_WRITTEN], title.rawsource = title.rawsource, f"{_HIDDEN}{number}"


def show_titles(_app: Sphinx, doctree: nodes.document) -> None:
    """Handle ``doctree-read``, behind autosectionlabel: take these labels back."""
    env = doctree.settings.env
    standard = env.domains.standard_domain
    for title in titles(doctree):
        for label in (title.rawsource, f"{env.docname}:{title.rawsource}"):
            for labels in (standard.labels, standard.anonlabels):
                labels.pop(fully_normalize_name(label), None)
        title.rawsource = title.attributes.pop(_WRITTEN)


_HIDDEN = "sp-hidden-"
_WRITTEN = "sp-written"
"""The attribute of a title that keeps how it is written."""


def remove_members(python: PythonDomain, notes: Notes) -> None:
    """Take back what autodoc describes in catalogs, for a page may describe it now."""
    for registered, name, entry in _members(python, notes):
        if registered.get(name) == entry:
            del registered[name]


def add_members(python: PythonDomain, notes: Notes) -> None:
    """Register what autodoc describes in catalogs, and no page."""
    for registered, name, entry in _members(python, notes):
        registered.setdefault(name, entry)


def _members(python: PythonDomain, notes: Notes) -> Iterator[tuple[dict[str, Any], str, Any]]:
    for _docname, members in sorted(notes.members.items()):
        for key, entries in members.items():
            for name, entry in entries.items():
                yield python.data[key], name, entry
