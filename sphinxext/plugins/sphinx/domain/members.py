"""What autodoc describes in catalogs: objects of Python that can be referred to, where no page describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinxext.plugins.sphinx.domain import PluginDomain

_KEYS = ("objects", "modules")
"""The keys of Python's domain that autodoc registers in."""


def note(domain: PluginDomain, described: dict[str, Any]) -> None:
    """Note what is described on the page that is being read.

    :param described: the data of a domain of Python that has nothing else
    """
    kept = domain.data["members"].setdefault(domain.env.docname, {key: {} for key in _KEYS})
    for key in _KEYS:
        kept[key] |= described[key]


def withdraw(domain: PluginDomain) -> None:
    """Before pages are read, take back what catalogs describe, for a page may describe it now."""
    for registered, name, entry in _noted(domain):
        if registered.get(name) == entry:
            del registered[name]


def register(domain: PluginDomain) -> None:
    """Once all pages are read, register what none of them describes."""
    for registered, name, entry in _noted(domain):
        registered.setdefault(name, entry)


def _noted(domain: PluginDomain) -> Iterator[tuple[dict[str, Any], str, Any]]:
    python = domain.env.domains.python_domain.data
    for _docname, members in sorted(domain.data["members"].items()):
        for key in _KEYS:
            for name, entry in members[key].items():
                yield python[key], name, entry
