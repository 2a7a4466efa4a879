"""Takes the place of functions that import modules and look at files, for the tracer: run by the worker as a script.

These are the functions for which there is no audit event. Each does what it did, once it is noted.
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

OF_CERTIFICATES = {"load_verify_locations": ("cafile", "capath"), "load_cert_chain": ("certfile", "keyfile")}
"""The methods of a context of :mod:`ssl` that read files by compiled code, with the names of their first parameters."""


def install(tracer: Any) -> None:
    """Take the place of all of them."""
    replace_imports(tracer)
    replace_finders(tracer)
    system = sys.modules[os.name]
    # The import system looks in that module for its own functions; it keeps them as they were.
    own = ModuleType(system.__name__)
    own.__dict__.update(system.__dict__)
    importlib._bootstrap_external._os = own  # type: ignore[attr-defined] # noqa: SLF001
    for name in LOOKING:
        replace(system, name, tracer.note_look)


def replace_imports(tracer: Any) -> None:
    """Take the place of the functions that import a module by its name, or look for one."""
    import_module, find_spec = importlib.import_module, importlib.util.find_spec

    def importing(original: Callable[..., Any]) -> Callable[..., Any]:
        # The parameters have the names that the original gives them.
        def import_(
            name: str,
            globals: Any = None,  # noqa: A002
            locals: Any = None,  # noqa: A002
            fromlist: Any = (),
            level: int = 0,
        ) -> Any:
            tracer.note_import(name, globals, fromlist, level)
            found = original(name, globals, locals, fromlist, level)
            if name == "ssl":
                replace_methods(found, tracer.note_read)
            return found

        return import_

    def import_by_name(name: str, package: str | None = None) -> Any:
        tracer.note_import(name, {"__package__": package}, (), 0)
        found = import_module(name, package)
        if name == "ssl":
            replace_methods(found, tracer.note_read)
        return found

    def find(name: str, package: str | None = None) -> Any:
        tracer.note_import(name, {"__package__": package}, (), 0)
        return find_spec(name, package)

    builtins.__import__ = importing(builtins.__import__)
    importlib.__import__ = importing(importlib.__import__)
    importlib.import_module = import_by_name
    importlib.util.find_spec = find


def replace_finders(tracer: Any) -> None:
    """Take the place of the methods that look for a module, which the import system calls as well."""
    of_path, of_folder = PathFinder.__dict__["find_spec"].__func__, FileFinder.find_spec

    @wraps(of_path)
    def find_in_path(cls: Any, fullname: str, path: Any = None, target: Any = None) -> Any:
        tracer.note_find(fullname, path)
        return of_path(cls, fullname, path, target)

    @wraps(of_folder)
    def find_in_folder(self: Any, fullname: str, target: Any = None) -> Any:
        tracer.note_find(fullname, (self.path,))
        return of_folder(self, fullname, target)

    PathFinder.find_spec = classmethod(find_in_path)  # type: ignore[method-assign,assignment]
    FileFinder.find_spec = find_in_folder  # type: ignore[method-assign]


def replace_methods(module: Any, note: Callable[[Any], None]) -> None:
    """Take the place of the methods of :mod:`ssl` that read certificates and keys."""
    try:
        for name, parameters in OF_CERTIFICATES.items():
            if name not in module.SSLContext.__dict__:
                original = getattr(module.SSLContext, name)
                setattr(module.SSLContext, name, reading(original, parameters, note))
    except BaseException:  # noqa: BLE001  # a plugin has put something else in its place
        pass


def reading(original: Callable[..., Any], parameters: tuple[str, ...], note: Callable[[Any], None]) -> Any:
    """Return a method that notes the files that it reads, whose paths are its first arguments."""

    @wraps(original)
    def method(self: Any, *arguments: Any, **options: Any) -> Any:
        for path in (*arguments[: len(parameters)], *map(options.get, parameters)):
            if path is not None:
                note(path)
        return original(self, *arguments, **options)

    return method


class Looking:
    """Stands in for a function that looks at a path, and passes itself off as that."""

    __wrapped__: Callable[..., Any]
    __class__ = property(lambda self: type(self.__wrapped__))

    def __init__(self, function: Callable[..., Any], note: Callable[[Any, Any], None]) -> None:
        update_wrapper(self, function)
        self.note = note

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Look, and note it."""
        try:
            return self.__wrapped__(*arguments, **options)
        finally:
            self.note(arguments[0] if arguments else options.get("path"), options.get("dir_fd"))


def replace(system: ModuleType, name: str, note: Callable[[Any, Any], None]) -> None:
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
