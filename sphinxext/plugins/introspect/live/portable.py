"""Texts without what is only this machine's, or this process's, for the process that loads plugins.

Reasons and values tell paths: of a file that is missing, of the environment, of somebody's home. They tell
addresses in memory, too. Pages and data are to be the same wherever and whenever they are made, and are no
place to tell how their maker's machine is laid out. Run as a script, on Python 3.8 and newer.
"""

from __future__ import annotations

import ast
import inspect
import os
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable, Iterable

EVERYWHERE = {"", "/", "/usr", "/usr/local", "/tmp"}  # noqa: S108  # nothing is put there
"""Folders that tell nothing of a machine, and that what plugins say may well be about."""

TEMPORARY = "/tmp"  # noqa: S108
"""What the folder for temporary files is called, wherever it is."""

EVERYONE = {"", "root", "localhost", "nobody"}
"""Names of users and hosts that tell nothing of a machine."""

RANDOM = re.compile(r"(?<=/tmp/tmp)[a-z0-9_]{8}(?![\w-])")
"""What :mod:`tempfile` makes up of a name."""

ADDRESS = re.compile(r"(?<=object) at 0x[0-9a-fA-F]+| at 0x[0-9a-fA-F]{9,}| at 0x[0-9a-fA-F]+(?=[^<>]{0,200}>)")
"""An address that Python shows for an object; one of few digits is the author's own, but for an object's."""

IDENTITY = re.compile(
    r"\b0x[0-9a-fA-F]{9,}(?=[^<>]{0,200}>)|(?<=\bid=)'?[0-9]{9,}'?(?=[^<>]{0,200}>)|(?<=started )[0-9]{9,}(?=\)>)"
)
"""Others that objects show for themselves, as mocks and threads do."""


class Portable:
    """Takes folders out of texts: what is in one is named below it, and the home folder is ``~``.

    :param folders: those of the build, besides what this interpreter has
    """

    def __init__(self, folders: Iterable[str]) -> None:
        self.compile, self.separator = re.compile, os.sep
        home, temporary = os.path.expanduser("~"), os.path.abspath(os.environ.get("TMPDIR") or TEMPORARY)
        self.names = {place: name for folder, name in ((temporary, TEMPORARY), (home, "~")) for place in both(folder)}
        own = [sys.prefix, sys.exec_prefix, sys.base_prefix, os.path.dirname(os.__file__), os.getcwd(), *sys.path]
        self.folders: set[str] = set()
        for folder in [*own, *folders, home, temporary]:
            if type(folder) is str and os.path.isabs(folder):
                self.folders |= both(folder)
        self.folders -= EVERYWHERE
        self.module = ""
        self.pattern = self.compiled()
        host = attempt_name(lambda: os.uname().nodename)
        names = {host, host.partition(".")[0], attempt_name(user), *map(os.environ.get, ("USER", "LOGNAME"))}
        self.machine, self.host = self.naming(names), self.naming({host, host.partition(".")[0]})

    def is_of_machine(self, text: str) -> bool:
        """Whether a text tells of this machine or this process: a folder, the host, the user, an address."""
        named = self.machine.search(text)
        return self.text(text) != text or (named is not None and not self.is_written(text, named.group()))

    def is_written(self, text: str, part: str) -> bool:
        """Whether a text stands as it is in the source of the plugin's package, so that it is of no machine.

        :param part: what of it does not stand in most sources
        """
        top = self.module.partition(".")[0]
        for name, module in list(sys.modules.items()):
            if name == top or name.startswith(top + "."):
                try:
                    source = inspect.getsource(module)
                    if part in source and any(text in (each, inspect.cleandoc(each)) for each in literals(source)):
                        return True
                except Exception:
                    pass  # it has none, or none that can be read
        return False

    def compiled(self) -> Any:
        """Return an expression that finds the folders, the deepest first."""
        known = "|".join(re.escape(folder) for folder in sorted(self.folders, key=lambda f: (-len(f), f)))
        return self.compile(r"(?<![\w.-])({})(?:([/\\]+)|(?![\w.-]))".format(known or "(?!)"))

    def nameless(self, text: str) -> str:
        """Return a text without the name of the host, if it tells of this machine."""
        return self.host.sub("…", text) if self.host.search(text) and self.is_of_machine(text) else text

    def naming(self, names: Iterable[str | None]) -> Any:
        """Return an expression that finds whole names."""
        known = "|".join(re.escape(name) for name in sorted(filter(None, names)) if name not in EVERYONE)
        return self.compile(r"(?<![\w.-])(?:{})(?![\w-])".format(known or "(?!)"))

    def also(self, path: Iterable[str], module: str) -> None:
        """Take out the path as a plugin left it as well, and the folder that its module is from.

        :param module: that of the plugin which is loaded next, or now
        """
        self.module = module
        new = {folder for folder in [*path, *home_of(module)] if folder[:1] == self.separator}
        if new - self.folders - EVERYWHERE:
            self.folders |= new - EVERYWHERE
            self.pattern = self.compiled()

    def text(self, text: str) -> str:
        """Return a text as it is on each machine; folders that stand in a source are there on all of them."""
        made = RANDOM.sub("…", self.pattern.sub(self.below, text)) if self.separator in text else text
        if made != text:
            found = next(filter(None, (each.search(text) for each in (self.pattern, RANDOM))))
            made = text if self.is_written(text, found.group()) else made
        return without_addresses(made)

    def below(self, found: Any) -> str:
        """Name a folder, where nothing is below it, or nothing where there is."""
        folder, separator = found.group(1), found.group(2) or ""
        if folder in self.names:
            return self.names[folder] + separator
        return "" if separator else folder.rpartition(self.separator)[2]


def without_addresses(text: str) -> str:
    """Return a text without addresses in memory."""
    return IDENTITY.sub("…", ADDRESS.sub("", text)) if "0x" in text or ">" in text else text


def literals(source: str) -> list[str]:
    """Return the texts that stand in a source."""
    found = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return [each for each in found if isinstance(each, str)]


def user() -> str:
    """Return the name of the user that runs this."""
    import pwd  # noqa: PLC0415  # Windows has none

    return pwd.getpwuid(os.getuid()).pw_name


def attempt_name(tell: Callable[[], str]) -> str:
    """Return a name; nothing where the system does not tell it."""
    try:
        return tell()
    except Exception:
        return ""


def home_of(module: str) -> list[str]:
    """Return the folder that a module, or what it is in, was imported from, where that says so."""
    try:
        while module:
            file = sys.modules[module].__dict__.get("__file__") if module in sys.modules else None
            if type(file) is str:
                folder = os.path.dirname(file)
                for _ in range(module.count(".") + os.path.basename(file).startswith("__init__.")):
                    folder = os.path.dirname(folder)
                return [folder]
            module = module.rpartition(".")[0]
    except BaseException:
        pass  # of what a plugin made of it
    return []


def both(folder: str) -> set[str]:
    """Return a folder as it is named, and without symbolic links."""
    return {os.path.normpath(folder), os.path.realpath(folder)}
