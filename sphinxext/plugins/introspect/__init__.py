"""Finding what a target is and says, by reading its source or by loading it.

Both ways take plugins of which only the metadata is known and give the same plugins, in the same
order, completed. Neither raises: what cannot be found becomes a problem of the plugin.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol, assert_never

import msgspec

from sphinxext.plugins.introspect.live import Environment, Live
from sphinxext.plugins.introspect.static import Static
from sphinxext.plugins.model import Introspection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinxext.plugins.introspect.modules import ModuleFinder
    from sphinxext.plugins.model import Plugin
    from sphinxext.plugins.options import Options


class Questions(Protocol):
    """What plugins are asked for, besides what they are."""

    def missing(self, plugin: Plugin) -> tuple[str, ...]:
        """Give the describers, ``attr:`` and ``call:``, that a plugin has yet to answer."""


class Introspector(Protocol):
    """A way to introspect."""

    def introspect(self, plugins: Sequence[Plugin], questions: Questions) -> list[Plugin]:
        """Complete each plugin, with an answer to each describer."""


class Auto:
    """Reads the source, and loads only the plugins that it does not tell of, or not all that is asked."""

    def __init__(self, static: Introspector, live: Introspector) -> None:
        self._static = static
        self._live = live

    def introspect(self, plugins: Sequence[Plugin], questions: Questions) -> list[Plugin]:
        """Complete each plugin; one that neither way can tell of keeps the problem of its loading."""
        read = self._static.introspect(plugins, questions)
        # One that is read but for its docstring is loaded like one of which nothing is known.
        unsure = [number for number, found in enumerate(read) if found.problems or questions.missing(found)]
        asked = [plugins[number] if read[number].problems else read[number] for number in unsure]
        for number, loaded in zip(unsure, self._live.introspect(asked, questions), strict=True):
            if loaded.introspection is not Introspection.METADATA:
                read[number] = loaded
            else:  # what little the source told stands, with the reason why loading told no more
                read[number] = msgspec.structs.replace(read[number], problems=loaded.problems)
        return read


def from_options(options: Options, path: Sequence[str], finder: ModuleFinder) -> Introspector:
    """Make the introspector that the options ask for.

    :param path: the :data:`sys.path` to load plugins with, where no other interpreter is asked for
    :param finder: what finds the modules whose source is read
    """
    static = Static(finder)
    live = Live(
        Environment(
            timeout=options.import_timeout,
            python=options.python or sys.executable,
            path=None if options.python else tuple(path),
            mock=tuple(options.mock_imports or ()),
        )
    )
    match options.introspection:
        case "static":
            return static
        case "import":
            return live
        case "auto":
            return Auto(static, live)
        case other:
            assert_never(other)
