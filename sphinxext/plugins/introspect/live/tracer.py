"""Notes what plugins import and read, for the process that loads them: run by it as a script, on Python 3.8 and newer.

A plugin depends on what its module imports, and what that imports in turn, also where all of it was
imported for an earlier plugin; so it is kept which module imported which. What a module read, it may
have kept, and any plugin that reaches it depends on that as well. Besides names of modules there are

- ``/path``: a file by its content, a folder by the names in it, or that there is neither;
- ``/path/``: that there is such a folder, which was looked for and not listed;
- ``/path//``: the names in a folder, each with its mode and its size, for :func:`os.scandir` tells these too;
- ``!event``: something was done of which nobody can tell whether it would have the same outcome again.

Of each path, its mode counts as well, and where it leads if it is a link.
"""

from __future__ import annotations

import importlib.util
import json
import os
import stat
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Iterator

STANDARD = os.path.dirname(os.path.dirname(json.__file__)) + os.sep
INSTALLED = (os.path.join(STANDARD, "site-packages", ""), os.path.join(STANDARD, "dist-packages", ""))

READING = ("open", "os.listdir", "os.scandir", "os.getxattr", "os.listxattr", "import")
"""The audit events of reading; that of an import has a path where compiled code is loaded from one."""

LOOKING = ("os.chdir", "os.chmod", "os.chown", "os.utime")
"""Those of what succeeds or fails by what there is at a path, and leaves the content as it is."""

UNWATCHED = (
    *("subprocess.Popen", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.startfile", "pty.spawn"),
    *("os.fork", "os.forkpty", "ctypes.dlopen", "sqlite3.connect", "winreg.OpenKey"),
    *("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"),
    *("socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"),
)
"""The audit events after which nobody can tell whether a plugin would be the same again."""

NAMED = ("ctypes.dlopen", "sqlite3.connect")
"""Those of them that tell what is opened."""

OF_NOTHING = (None, "", ":memory:")
"""What these tell where it is no library, and no database of the disk."""

EVENTS = frozenset((*READING, *LOOKING, *UNWATCHED))

SILENT = {
    "dbm": "dbm.open",
    "multiprocessing.popen_spawn_posix": "multiprocessing",
    "multiprocessing.popen_forkserver": "multiprocessing",
}
"""Modules of the standard library whose compiled code does what no audit event tells, with what is said of it."""

IMPORT_SYSTEM = ("<frozen importlib", "<frozen zipimport>")

HOOKS = os.path.join(os.path.dirname(__file__), "hooks.py")
"""The functions there that stand in for those of the import system are called by it."""

OF_CERTIFICATES = ("cafile", "capath", "certfile", "keyfile")
"""The parameters of a context of :mod:`ssl` that name files."""

OF_THE_SYSTEM = ("/proc/", "/dev/", "/sys/")


class Tracer:
    """Notes, from when it is installed, what modules import and read.

    What cannot be noted is not: the hooks, which call its methods for a plugin, let nothing out that these raise.

    :param most: how many paths of one plugin are watched
    """

    def __init__(self, script: str, most: int) -> None:
        self.script = script
        self.most = most
        here = os.path.dirname(__file__)
        values = os.path.join(here, "..", "..", "core", "values.py")
        self.own = (os.path.join(here, ""), values)
        """What begins the files of this package that run in this process."""
        self.path: list[Any] = []
        self.stat = os.stat
        self.imports: set[tuple[Any, ...]] = set()
        """What was imported for the plugin at hand: by which module, of which package, and as it is written."""

        self.paths: set[tuple[str, str]] = set()
        """What was read or done for it, and by which module."""

        self.edges: dict[str, set[str]] = {}
        """The modules that a module imported, and what it read and did."""

        self.standard: dict[str, bool] = {}
        self.pythons: dict[str, bool] = {}
        self.numbers: dict[str, int] = {}
        self.known: set[str] = set()

    def install(self) -> None:
        """Listen to what is read."""
        self.known.update(sys.modules)
        self.path = list(sys.path)
        sys.addaudithook(self.note_event)

    def files(self) -> list[str]:
        """Return what was imported before, by Python when it started: for its ``.pth`` files, or to customize it."""
        imported = (place for name in self.known if not self.of_python(name) for place in self.places(name))
        return sorted({place for place in imported if not place.startswith(self.own)})

    # The parameters of what is noted have the names that the original gives them.
    def note_import(  # noqa: PLR0913,PLR0917
        self,
        name: str,
        globals: Any = None,  # noqa: A002
        locals: Any = None,  # noqa: A002,ARG002
        fromlist: Any = (),
        level: int = 0,
    ) -> None:
        """Note an import before it is made, for it may fail."""
        importer, package = next(self.callers(self.outside()), ""), ""
        if level or name[:1] == ".":
            package = globals.get("__package__") or globals.get("__name__") or ""
            if globals.get("__package__") is None and "__path__" not in globals:
                package = package.rpartition(".")[0]
        self.imports.add((importer, package, name, tuple(fromlist or ()), level))
        if sys.path != self.path:  # what is not in these folders now may be there the next time
            added = (folder for folder in sys.path if type(folder) is str and folder not in self.path)
            self.paths.update((importer, os.path.abspath(folder)) for folder in added)

    def note_name(self, name: str, package: str | None = None) -> None:
        """Note that a module is imported, or looked for, by a name."""
        self.note_import(name, {"__package__": package})

    def note_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note that something was read, which need not be there, or done that nobody can watch."""
        if event not in EVENTS:  # nor do what is an event itself
            return
        try:
            frame = self.outside()
            if event in UNWATCHED:
                if not asks_nothing(event, arguments):
                    self.note("!" + event, frame)
            elif event in LOOKING:
                self.note_look(arguments[0])
            elif event != "open" or reads(*arguments[1:3]):
                path = arguments[1 if event == "import" else 0]
                if path is not None or event != "import":
                    listed = event == "os.scandir" and not self.is_standard(frame.f_code.co_filename)
                    self.note_path(os.getcwd() if path is None else path, frame, os.sep * 2 * listed)
        except BaseException:  # noqa: BLE001
            pass

    def note_certificates(self, _context: Any, *files: Any, **options: Any) -> None:
        """Note the files that a context of :mod:`ssl` reads by compiled code, for which there is no event."""
        for path in (*files[:2], *map(options.get, OF_CERTIFICATES)):
            if path is not None:
                self.note_path(path, self.outside())

    def note_path_finder(self, _finder: Any, fullname: str, path: Any = None, target: Any = None) -> None:  # noqa: ARG002
        """Note that a plugin asks for a module in some folders, or in those of the path."""
        frame = self.outside()
        if path is None and not imports(frame):
            self.imports.add((next(self.callers(frame), ""), "", fullname, (), 0))
        elif path is not None and not frame.f_code.co_filename.startswith(IMPORT_SYSTEM):
            for folder in path:
                self.note_path(folder or os.getcwd(), frame)

    def note_folder_finder(self, finder: Any, fullname: str, target: Any = None) -> None:  # noqa: ARG002
        """Note that a plugin asks a finder for a module in its folder."""
        self.note_path_finder(finder, fullname, [finder.path])

    def note_path(self, path: Any, frame: Any, end: str = "") -> None:
        """Note that a file was read or a folder listed, but for what an import by its name reads."""
        if type(path) is int:
            path = os.readlink("/proc/self/fd/{}".format(path))
        path = os.path.abspath(os.fsdecode(path))
        if not self.is_ignored(path) and not imports(frame):
            self.note(source_of(path) + end, frame)

    def note_look(self, path: Any, *_: Any, dir_fd: Any = None, **__: Any) -> None:
        """Note that it is looked what there is at a path, perhaps below a folder that is open."""
        if type(path) is int:  # it was noted when it was opened
            return
        above = "" if dir_fd is None else os.readlink("/proc/self/fd/{}".format(dir_fd))
        path = os.path.abspath(os.path.join(above, os.fsdecode(path)))
        if self.is_ignored(path):
            return
        try:
            if stat.S_ISDIR(self.stat(path).st_mode):
                path = os.path.join(path, "")
        except (OSError, ValueError):
            pass
        self.note(path, self.outside())

    def outside(self) -> Any:
        """Return the innermost frame that is not of this package, or that of the worker."""
        frame: Any = sys._getframe(1)  # noqa: SLF001
        while frame.f_code.co_filename.startswith(self.own) and frame.f_code.co_filename != self.script:
            frame = frame.f_back
        return frame

    def note(self, what: str, frame: Any) -> None:
        """Note what was read or done for all modules that are at work."""
        self.paths.update((module, what) for module in self.callers(frame))

    def callers(self, frame: Any) -> Iterator[str]:
        """Return the modules on the stack that are not of the standard library, the innermost first.

        Where a thread of the standard library is at work, for whichever, that is a module without a name.
        """
        found = False
        while frame is not None:
            file = frame.f_code.co_filename
            if file == self.script:  # what called for the plugin
                return
            if not file.startswith(self.own) and not self.is_standard(file):
                name = frame.f_globals.get("__name__")
                if type(name) is str:
                    found = True
                    yield name
            frame = frame.f_back
        if not found:
            yield ""

    def is_ignored(self, path: str) -> bool:
        """Whether a path is of Python itself, or stands for what the system tells."""
        return self.is_standard(path) or (path.startswith(OF_THE_SYSTEM) and not path.startswith("/dev/shm/"))  # noqa: S108

    def is_standard(self, file: str) -> bool:
        """Whether a file is one of the standard library."""
        if file not in self.standard:
            within = file.startswith(STANDARD) and not file.startswith(INSTALLED)
            self.standard[file] = within or file.startswith("<frozen ")
        return self.standard[file]

    def dependencies(self, module: str) -> dict[str, Any]:
        """Return what the plugin at hand depends on, whose target is in a module; the next plugin is then at hand.

        Each name is sent once, with the paths that were found for it, and from then on its number.
        """
        try:
            read = sorted(self.closure(module))
            if sum(name[:1] == os.sep for name in read) > self.most:
                read = [name for name in read if name[:1] != os.sep] + ["!reading {} files".format(self.most)]
            new = [name for name in read if name not in self.numbers]
            for name in new:
                self.numbers[name] = len(self.numbers)
            places = {name: [] if self.of_python(name) else self.places(name) for name in new}
            return {"new": list(places.items()), "read": [self.numbers[name] for name in read]}
        except BaseException:  # noqa: BLE001
            return {"new": [], "read": None}

    def closure(self, module: str) -> set[str]:
        """Return all that can be reached from a module, and from what was imported and read for it."""
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
            if name[:1] in (os.sep, "!"):
                reached.add(name)
                continue
            top = name.partition(".")[0]
            if self.of_python(name) and self.of_python(top):  # or else it is another name for that module
                reached.add(top)
                if name in SILENT or top in SILENT:
                    reached.add("!" + (SILENT.get(name) or SILENT[top]))
                continue
            reached.add(name)
            waiting += self.edges.get(name, ())
            if "." in name:
                waiting.append(name.rpartition(".")[0])
        return reached

    def imported(self, key: tuple[Any, ...]) -> set[str]:
        """Return the modules that an import leads to, whether they are there or not."""
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
        """Return the file of a module that was imported, and the folders of it that are elsewhere."""
        there = contents(name)
        file, folders = there.get("__file__"), []
        if getattr(there.get("__spec__"), "origin", None) in ("built-in", "frozen") and type(file) is not str:
            return ["<frozen {}>".format(name)]
        try:
            folders = [os.path.abspath(path) for path in there.get("__path__") or () if type(path) is str]
        except TypeError:  # it is nothing of the kind
            pass
        if type(file) is not str:
            return folders
        file = os.path.abspath(file)
        return [self.archive(file), *(folder for folder in folders if folder != os.path.dirname(file))]

    def archive(self, file: str) -> str:
        """Return the zip file that a file is in; where it is in none, itself."""
        path = file
        while True:
            try:
                return path if stat.S_ISREG(self.stat(path).st_mode) else file
            except (OSError, ValueError):
                if path == os.path.dirname(path):
                    return file
                path = os.path.dirname(path)


def asks_nothing(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether what cannot be watched is harmless here: nothing is opened, or a socket takes any free port."""
    if event in NAMED:
        return arguments[0] in OF_NOTHING
    address = arguments[1] if event == "socket.bind" else ()
    if type(address) is not tuple or address[1:2] != (0,) or type(address[0]) is not str:
        return False
    host = address[0]
    return ":" in host or host == "localhost" or not host.strip("0123456789.")  # other names are asked for


def imports(frame: Any) -> bool:
    """Whether the import system reads a module by its name, by which it is noted; but not what is in a zip file."""
    if frame.f_code.co_filename == "<frozen zipimport>":
        return False
    while frame is not None and frame.f_code.co_filename.startswith((*IMPORT_SYSTEM, HOOKS)):
        if frame.f_code.co_name == "_find_and_load":
            return True
        frame = frame.f_back
    return False


def source_of(path: str) -> str:
    """Return the source that a file of compiled code was made from, for that is what people change."""
    try:
        return importlib.util.source_from_cache(path) if path.endswith(".pyc") else path
    except (ValueError, NotImplementedError):
        return path


def contents(name: str) -> dict[str, Any]:
    """Return what is in a module; nothing where it was not imported."""
    found = getattr(sys.modules.get(name), "__dict__", None)
    return found if isinstance(found, dict) else {}


def reads(mode: Any, flags: Any) -> bool:
    """Whether of a file that is opened something can be read that was in it."""
    if type(mode) is str:
        return "r" in mode or ("a" in mode and "+" in mode)
    return type(flags) is not int or (flags & 3 != os.O_WRONLY and flags & (os.O_TRUNC | os.O_EXCL) == 0)
