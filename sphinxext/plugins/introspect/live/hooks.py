"""Takes the place of functions that import modules and look at files, for the tracer: run by the worker as a script.

These are the functions for which there is no audit event: none tells of a module that was imported before, nor of
what :func:`os.stat` and its like look at. Each does what it did, once it is noted.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import os
import sys
from functools import update_wrapper, wraps
from importlib.machinery import FileFinder, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable

LOOKING = ("stat", "lstat", "access", "readlink")
"""The functions of :mod:`os` that look at a path."""

OF_CERTIFICATES = ("load_verify_locations", "load_cert_chain")
"""The methods of a context of :mod:`ssl` that read files by compiled code."""


def install(tracer: Any) -> None:
    """Take the place of all of them."""

    def with_certificates() -> None:
        context = getattr(sys.modules.get("ssl"), "SSLContext", None)
        for name in OF_CERTIFICATES if context is not None else ():
            if name not in context.__dict__:
                setattr(context, name, noting(getattr(context, name), tracer.note_certificates))

    builtins.__import__ = noting(builtins.__import__, tracer.note_import, with_certificates)
    importlib.__import__ = noting(importlib.__import__, tracer.note_import, with_certificates)
    importlib.import_module = noting(importlib.import_module, tracer.note_name, with_certificates)
    importlib.util.find_spec = noting(importlib.util.find_spec, tracer.note_name)
    # The import system calls these as well.
    of_path = noting(PathFinder.__dict__["find_spec"].__func__, tracer.note_path_finder)
    PathFinder.find_spec = classmethod(of_path)  # type: ignore[method-assign,assignment]
    FileFinder.find_spec = noting(FileFinder.find_spec, tracer.note_folder_finder)  # type: ignore[method-assign]
    system = sys.modules[os.name]
    # The import system looks in that module for its own functions; it keeps them as they were.
    own = ModuleType(system.__name__)
    own.__dict__.update(system.__dict__)
    importlib._bootstrap_external._os = own  # type: ignore[attr-defined] # noqa: SLF001
    for name in LOOKING:
        replace(system, name, tracer.note_look)


def noting(original: Callable[..., Any], note: Callable[..., None], then: Callable[[], None] | None = None) -> Any:
    """Return a function that has its arguments noted, whatever comes of that, and then does what the original does.

    :param then: is called when it is done
    """

    @wraps(original)
    def function(*arguments: Any, **options: Any) -> Any:
        try:
            note(*arguments, **options)
        except BaseException:  # noqa: BLE001  # these may be anything; the original says what is wrong
            pass
        done = original(*arguments, **options)
        if then is not None:
            try:
                then()
            except BaseException:  # noqa: BLE001  # a plugin has put something else in the place of what is replaced
                pass
        return done

    return function


class Looking:
    """Stands in for a function that looks at a path, and passes itself off as that."""

    __wrapped__: Callable[..., Any]
    __class__ = property(lambda self: type(self.__wrapped__))

    def __init__(self, function: Callable[..., Any], note: Callable[..., None]) -> None:
        update_wrapper(self, function)
        self.look = noting(function, note)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Look, and note it."""
        return self.look(*arguments, **options)


def replace(system: ModuleType, name: str, note: Callable[..., None]) -> None:
    """Take the place of a function of the system that looks at a path."""
    original = getattr(os, name)
    looking = Looking(original, note)
    # Until Python 3.10, the paths of pathlib keep the functions that were there when it was imported.
    for owner in (os, system, getattr(sys.modules.get("pathlib"), "_NormalAccessor", None)):
        if getattr(owner, name, None) is original:
            setattr(owner, name, looking)
    for able in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks, os.supports_effective_ids):
        if original in able:
            able.add(looking)
