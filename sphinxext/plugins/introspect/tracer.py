"""Notes what plugins import and read, for the process that loads them: run by it as a script, on Python 3.8 and newer.

A plugin depends on what its module imports, and what that imports in turn, also where all of it was
imported for an earlier plugin; so it is kept which module imported which. What a module read, it may
have kept, and any plugin that reaches it depends on that as well.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import json
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Iterator

STANDARD = os.path.dirname(os.path.dirname(json.__file__)) + os.sep
INSTALLED = (os.path.join(STANDARD, "site-packages", ""), os.path.join(STANDARD, "dist-packages", ""))

READING = ("open", "os.listdir", "os.scandir")
"""The audit events of reading."""

OF_THE_SYSTEM = ("/proc/", "/dev/", "/sys/")


class Tracer:
    """Notes, from when it is installed, what modules import and read.

    Nothing that it does for a plugin raises: what cannot be noted is not.
    """

    def __init__(self, script: str) -> None:
        self.scripts = (script, __file__)
        self.imports: set[tuple[Any, ...]] = set()
        """What was imported for the plugin at hand: by which module, of which package, and as it is written."""

        self.paths: set[tuple[str, str]] = set()
        """What was read for it, and by which module."""

        self.edges: dict[str, set[str]] = {}
        """The modules that a module imported, and the absolute paths of what it read."""

        self.standard: dict[str, bool] = {}
        self.pythons: dict[str, bool] = {}
        self.numbers: dict[str, int] = {}
        self.known: set[str] = set()

    def install(self) -> None:
        """Take the place of the functions that import, and listen to what is read."""
        original, original_import, original_find = (
            builtins.__import__,
            importlib.import_module,
            importlib.util.find_spec,
        )
        note = self.note_import

        # The parameters have the names that the originals give them.
        def import_(
            name: str,
            globals: Any = None,  # noqa: A002
            locals: Any = None,  # noqa: A002
            fromlist: Any = (),
            level: int = 0,
        ) -> Any:
            note(name, globals, fromlist, level)
            return original(name, globals, locals, fromlist, level)

        def import_module(name: str, package: str | None = None) -> Any:
            note(name, {"__package__": package}, (), 0)
            return original_import(name, package)

        def find_spec(name: str, package: str | None = None) -> Any:
            note(name, {"__package__": package}, (), 0)
            return original_find(name, package)

        builtins.__import__ = import_
        importlib.import_module = import_module
        importlib.util.find_spec = find_spec
        self.known.update(sys.modules)
        sys.addaudithook(self.note_event)

    def note_import(self, name: str, namespace: Any, fromlist: Any, level: int) -> None:
        """Note an import before it is made, for it may fail."""
        try:
            importer = next(self.callers(2), "")
            package = ""
            if level or name[:1] == ".":
                package = namespace.get("__package__") or namespace.get("__name__") or ""
                if namespace.get("__package__") is None and "__path__" not in namespace:
                    package = package.rpartition(".")[0]
            self.imports.add((importer, package, name, tuple(fromlist or ()), level))
        except BaseException:  # noqa: BLE001
            pass

    def note_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note that a file was opened for reading, or a folder listed; it need not be there."""
        if event not in READING:
            return
        try:
            path = os.getcwd() if arguments[0] is None else arguments[0]
            if type(path) not in (str, bytes) or (event == "open" and writes(*arguments[1:3])):
                return
            path = os.path.abspath(os.fsdecode(path))
            importing = sys._getframe(1).f_code.co_filename.startswith("<frozen ")  # noqa: SLF001
            if importing or self.is_standard(path) or path.startswith(OF_THE_SYSTEM):
                return
            self.paths.update((module, path) for module in self.callers(2))
        except BaseException:  # noqa: BLE001
            pass

    def callers(self, depth: int) -> Iterator[str]:
        """Give the modules on the stack that are not of the standard library, the innermost first."""
        frame: Any = sys._getframe(depth)  # noqa: SLF001
        while frame is not None:
            file = frame.f_code.co_filename
            if file == self.scripts[0]:  # what called for the plugin
                return
            if file != self.scripts[1] and not self.is_standard(file):
                name = frame.f_globals.get("__name__")
                if type(name) is str:
                    yield name
            frame = frame.f_back

    def is_standard(self, file: str) -> bool:
        """Whether a file is one of the standard library."""
        if file not in self.standard:
            within = file.startswith(STANDARD) and not file.startswith(INSTALLED)
            self.standard[file] = within or file.startswith("<frozen ")
        return self.standard[file]

    def told(self, module: str) -> dict[str, Any]:
        """Tell what the plugin at hand depends on, whose target is in a module; the next plugin is then at hand.

        Each name is sent once, with the paths that were found for it, and from then on its number.
        """
        try:
            read = sorted(self.closure(module))
            new = [name for name in read if name not in self.numbers]
            for name in new:
                self.numbers[name] = len(self.numbers)
            places = {name: [] if self.of_python(name) else self.places(name) for name in new}
            return {"new": list(places.items()), "read": [self.numbers[name] for name in read]}
        except BaseException:  # noqa: BLE001
            return {"new": [], "read": None}

    def closure(self, module: str) -> set[str]:
        """Give all that can be reached from a module, and from what was imported and read for it."""
        imports, self.imports = self.imports, set()
        paths, self.paths = self.paths, set()
        todo = {module}
        for key in imports:
            names = self.imported(key)
            self.edges.setdefault(key[0], set()).update(names)
            todo |= names
        for reader, path in paths:
            self.edges.setdefault(reader, set()).add(path)
            todo.add(path)
        reached = self.reached(todo)
        # Some ways to import go past the functions, from compiled code for instance.
        new = {name for name in list(sys.modules) if type(name) is str} - self.known
        self.known |= new
        unseen = {name for name in new - reached if not self.of_python(name)}
        if unseen:
            self.edges.setdefault(module, set()).update(unseen)
            reached |= self.reached(unseen)
        return reached

    def reached(self, todo: set[str]) -> set[str]:
        """Follow the edges; of the standard library only the first part of a name is wanted."""
        reached: set[str] = set()
        waiting = list(todo)
        while waiting:
            name = waiting.pop()
            if name in reached:
                continue
            top = name.partition(".")[0]
            if self.of_python(name) and self.of_python(top):  # or else it is another name for that module
                reached.add(top)
                continue
            reached.add(name)
            waiting += self.edges.get(name, ())
            if "." in name and name[0] != os.sep:
                waiting.append(name.rpartition(".")[0])
        return reached

    def imported(self, key: tuple[Any, ...]) -> set[str]:
        """Give the modules that an import leads to, whether they are there or not."""
        _, package, name, members, level = key
        if package:
            dots = level or len(name) - len(name.lstrip("."))
            package = package.rsplit(".", dots - 1)[0] if dots > 1 else package
            name = ".".join(filter(None, (package, name.lstrip("."))))
        names = {name}
        there = contents(name)
        if members and (not there or "__path__" in there):
            every = there.get("__all__") or () if "*" in members else ()
            names.update("{}.{}".format(name, m) for m in members if m != "*" and m not in there)
            names.update(n for n in ("{}.{}".format(name, m) for m in (*members, *every)) if n in sys.modules)
        return names

    def of_python(self, name: str) -> bool:
        """Whether a module is one of the standard library, or built in."""
        if name not in self.pythons:
            places = self.places(name)
            if not places:  # it is not there yet, perhaps
                return name in sys.builtin_module_names
            self.pythons[name] = all(map(self.is_standard, places))
        return self.pythons[name]

    def places(self, name: str) -> list[str]:
        """Give the file of a module that was imported, or the folders of one that has none."""
        there = contents(name)
        file = there.get("__file__")
        if type(file) is str:
            return [os.path.abspath(file)]
        if getattr(there.get("__spec__"), "origin", None) in ("built-in", "frozen"):
            return ["<frozen {}>".format(name)]
        return [os.path.abspath(path) for path in there.get("__path__") or () if type(path) is str]


def contents(name: str) -> dict[str, Any]:
    """Give what is in a module; nothing where it was not imported."""
    found = getattr(sys.modules.get(name), "__dict__", None)
    return found if isinstance(found, dict) else {}


def writes(mode: Any, flags: Any) -> bool:
    """Whether a file is opened only to write it."""
    if type(mode) is str:
        return "r" not in mode and "+" not in mode
    return type(flags) is int and flags & 3 == os.O_WRONLY
