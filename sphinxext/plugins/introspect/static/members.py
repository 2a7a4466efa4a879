"""Which attributes a target has by its source, to compare with one that it was asked for and does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext.plugins.introspect.static.names import Search
from sphinxext.plugins.introspect.static.trees import Modules

if TYPE_CHECKING:
    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.introspect.modules import ModuleFinder


def members(finder: ModuleFinder, plugin: Plugin) -> set[str]:
    """Return the names of the members of a target, those that a class inherits too, as far as the source is found."""
    names: set[str] = set()
    search = Search(Modules(finder))
    try:
        found = search.target(plugin.module, plugin.attributes)
        for scope in [found.object] if found.class_ is None else search.bases(found.class_):
            names.update(scope.members)
    except Exception:  # noqa: BLE001, S110  # whatever griffe raises for odd code: what was found by then counts
        pass
    return names
