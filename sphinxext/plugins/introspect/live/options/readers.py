"""The readers of options of a process, and what they tell of what a plugin has.

Run as a script, on Python 3.8 and newer.
"""

from __future__ import annotations

import os
from functools import partial
from runpy import run_path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable

READING = run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), "reading.py"))


class Readers:
    """The readers of a process, run by their paths before any plugin is.

    :param given: the name of each, its file, and the name of the function in that
    """

    def __init__(self, given: list[list[str]], limits: Any) -> None:
        self.limits = limits
        self.readers: dict[str, Callable[[Any, Any], Any]] = {}
        for name, file, function in given:
            try:
                if not file:
                    raise LookupError(function)  # noqa: TRY301  # which says why
                self.readers[name] = run_path(file)[function]
            except BaseException as error:
                self.readers[name] = partial(refuse, name, "{}: {}".format(type(error).__name__, error))

    def told(
        self, name: str, portable: Any, target: Any, make: Callable[[], Any], *, surely: bool
    ) -> tuple[Any, str | None]:
        """Return what options an object declares, and why not all are told.

        :param name: that of the plugin
        :param portable: takes what is only this machine's out of texts
        :param surely: whether it is said to declare some
        """
        reading = READING["Reading"](self.readers, self.limits, make, portable)
        tell = READING["Tell"](name, self.limits)
        found = reading.configuration(target, tell)
        if found is None and surely:
            raise LookupError(READING["unknown"](tell.path(type(target))))
        return found, reading.incomplete


def refuse(name: str, reason: str, *_: Any) -> None:
    """Stand for a reader that is of no use."""
    msg = "the reader {} of options fails: {}".format(name, reason)
    raise RuntimeError(msg)
