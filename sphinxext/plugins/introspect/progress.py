"""How far introspection is, for who waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinxext.plugins.core.model import Plugin


class Progress(Protocol):
    """Shows how far something is."""

    def __call__(self, what: str, plugins: int) -> Callable[[Plugin], None]:
        """Begin to show it.

        :param what: ``"reading"`` or ``"loading"``
        :param plugins: how many there are
        :return: what is called with each that is done, by any thread
        """


def no_progress(what: str, plugins: int) -> Callable[[Plugin], None]:
    """Show nothing."""
    del what, plugins
    return lambda _: None
