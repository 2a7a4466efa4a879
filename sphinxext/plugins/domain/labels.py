"""Labels of what pages document, by which ``:ref:`` finds it; a label that the project wrote keeps its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    """Give labels with their texts to places, but for those that are taken.

    :param given: where they are noted
    """
    for label, place, text in labels:
        if label not in standard.anonlabels and label not in standard.labels:
            standard.anonlabels[label] = given[label] = place
            standard.labels[label] = *place, text
