"""Labels of what pages document, by which ``:ref:`` finds it; a label that the project wrote keeps its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils.nodes import fully_normalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docutils import nodes
    from sphinx.domains.std import StandardDomain

Place = tuple[str, str]
"""The name of a page, and an id on it."""


def remove(standard: StandardDomain, given: dict[str, Place]) -> None:
    """Take back the labels that were given, so that pages which are read next can have them."""
    for label, place in given.items():
        if standard.anonlabels.get(label) == place:
            del standard.anonlabels[label]
            standard.labels.pop(label, None)
    given.clear()


def add(standard: StandardDomain, labels: Iterable[tuple[str, Place, str]], given: dict[str, Place]) -> None:
    """Return labels with their texts to places, but for those that are taken.

    :param given: where they are noted
    """
    for label, place, text in labels:
        if label not in standard.anonlabels and label not in standard.labels:
            standard.anonlabels[label] = given[label] = place
            standard.labels[label] = *place, text


def hide(titles: Iterable[nodes.title]) -> None:
    """Have :mod:`sphinx.ext.autosectionlabel` label these titles with nothing that anybody else may have."""
    for number, title in enumerate(titles):
        title[_WRITTEN], title.rawsource = title.rawsource, f"{_HIDDEN}{number}"


def show(titles: Iterable[nodes.title], docname: str, standard: StandardDomain) -> None:
    """Take these labels back."""
    for title in titles:
        for label in (title.rawsource, f"{docname}:{title.rawsource}"):
            for labels in (standard.labels, standard.anonlabels):
                labels.pop(fully_normalize_name(label), None)
        title.rawsource = title.attributes.pop(_WRITTEN)


_HIDDEN = "sp-hidden-"
_WRITTEN = "sp-written"
"""The attribute of a title that keeps how it is written."""
