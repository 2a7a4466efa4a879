"""When garbage is not collected, for that would take longer than what is done meanwhile."""

from __future__ import annotations

import contextlib
import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector from going through much that is new and will last, again and again, for little garbage.

    Among growing syntax trees that takes half of the time, and among all that Sphinx has in memory
    it takes longer than to read what was introspected before. What is new then counts as old: the collector goes
    through it once it is through with all that is old, and not at once.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if gc.get_freeze_count() < _OF_PYTHON:  # or else what somebody froze would not stay so
                gc.freeze()
                gc.unfreeze()
            gc.enable()


_OF_PYTHON = 1_000
"""More objects than Python 3.12 freezes when it starts."""

_frozen = False


def freeze() -> None:
    """Keep the collector for good from what is in memory by now, which is there until the build ends.

    To go through that again and again, and a last time when Python ends, takes longer than all else
    that is done in a build in which nothing changed.
    """
    global _frozen  # noqa: PLW0603  # so is the collector
    gc.freeze()
    _frozen = True


def thaw() -> None:
    """Undo that, where it was done here."""
    global _frozen  # noqa: PLW0603
    if _frozen:
        gc.unfreeze()
        _frozen = False
