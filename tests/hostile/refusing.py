"""Refuses, and notes, whatever would run code that is not running yet."""

from __future__ import annotations

import ast
import contextlib
import encodings
import importlib
import pkgutil
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNNING = (
    *("exec", "import", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile"),
    *("os.system", "pty.", "ctypes.", "socket.", "code.__new__", "function.__new__", "marshal.", "pickle."),
)
"""The beginnings of audit events."""


@contextlib.contextmanager
def refusing() -> Iterator[list[str]]:
    """Refuse it meanwhile; what it was is noted, for the refusal may be taken for any other error."""
    refused: list[str] = []
    watching = True

    for module in pkgutil.iter_modules(encodings.__path__):  # whose names a source may say
        if module.name not in {"mbcs", "oem"}:  # of another system
            importlib.import_module(f"encodings.{module.name}")
    ast.unparse(ast.Constant(1))  # from Python 3.14 it is imported when it is called first

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "import" and str(arguments[0]).startswith("encodings."):  # there is none of that name
            return
        if watching and (event.startswith(RUNNING) or (event == "open" and writes(arguments))):
            refused.append(f"{event} {arguments!r:.200}")
            raise RuntimeError(refused[-1])

    sys.addaudithook(hook)
    try:
        yield refused
    finally:
        watching = False


def writes(arguments: tuple[Any, ...]) -> bool:
    """Whether a file is opened to be written."""
    return isinstance(arguments[1], str) and not set(arguments[1]) <= set("rbt")
