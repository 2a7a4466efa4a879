"""How far introspection is, as Sphinx shows how far reading and writing are."""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING

from sphinx.locale import get_translation
from sphinx.util.display import status_iterator

from sphinxext.plugins.core import limits
from sphinxext.plugins.introspect.introspected import no_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sphinxext.plugins.core.model import Plugin

_ = get_translation("sphinxext.plugins")


class Status:
    """Shows in Sphinx's status line which plugin is done; not in the processes that Sphinx forks to read pages."""

    def __init__(self, verbosity: int) -> None:
        self._verbosity = verbosity
        self._process = os.getpid()

    def __call__(self, what: str, plugins: int) -> Callable[[Plugin], None]:
        """Begin to show it, if there are many plugins."""
        if plugins < limits.FEWEST_WITH_PROGRESS or os.getpid() != self._process:
            return no_progress(what, plugins)
        summaries = {"reading": _("reading the source of plugins... "), "loading": _("loading plugins... ")}
        names: list[str] = []
        shown = status_iterator(_taken(names, plugins), summaries[what], "blue", plugins, self._verbosity)
        lock = Lock()

        def done(plugin: Plugin) -> None:
            with lock:
                names.append(plugin.identity)
                next(shown)
                if len(names) == plugins:
                    next(shown, None)  # ends the line

        return done


def _taken(names: list[str], count: int) -> Iterator[str]:
    """Yield each name once it is there."""
    for number in range(count):
        yield names[number]
