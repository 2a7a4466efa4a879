"""Finding what a target is and says, by reading its source or by loading it.

Both ways take plugins of which only the metadata is known and give the same plugins, in the same
order, completed. Neither raises: what cannot be found becomes a problem of the plugin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, assert_never

from sphinxext.plugins.introspect.live import Environment, Live
from sphinxext.plugins.introspect.static import Static
from sphinxext.plugins.model import Introspection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinxext.plugins.introspect.modules import ModuleFinder
    from sphinxext.plugins.model import Plugin
    from sphinxext.plugins.options import Options


class Introspector(Protocol):
    """A way to introspect."""

    def introspect(self, plugins: Sequence[Plugin]) -> list[Plugin]:
        """Complete each plugin."""


class Auto:
    """Reads the source, and loads only the plugins that it does not tell of."""

    def __init__(self, static: Introspector, live: Introspector) -> None:
        self._static = static
        self._live = live

    def introspect(self, plugins: Sequence[Plugin]) -> list[Plugin]:
        """Complete each plugin; one that neither way can tell of keeps the problem of its loading."""
        read = self._static.introspect(plugins)
        unknown = [
            plugin for plugin, found in zip(plugins, read, strict=True) if found.introspection is Introspection.METADATA
        ]
        loaded = iter(self._live.introspect(unknown))
        return [next(loaded) if found.introspection is Introspection.METADATA else found for found in read]


def from_options(options: Options, path: Sequence[str], finder: ModuleFinder) -> Introspector:
    """Make the introspector that the options ask for.

    :param path: the :data:`sys.path` to load plugins with, where no other interpreter is asked for
    :param finder: what finds the modules whose source is read
    """
    static = Static(finder)
    live = Live(Environment(timeout=options.import_timeout, path=tuple(path)))
    match options.introspection:
        case "static":
            return static
        case "import":
            return live
        case "auto":
            return Auto(static, live)
        case other:
            assert_never(other)
