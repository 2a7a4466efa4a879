"""What introspection is asked and gives, whichever way: a plugin, and what the answer was made from."""

from __future__ import annotations

import hashlib
import os
import stat
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sphinxext.plugins.introspect.modules import content

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.introspect.modules import ModuleFinder


UNKNOWN = frozenset({"!"})
"""What is read where the process that loads does not say it."""


class Introspected(NamedTuple):
    """A plugin that was introspected."""

    plugin: Plugin

    read: frozenset[str] = frozenset()
    """What that depends on: names of modules, of those too that are not there, and absolute paths of other things.

    Where a path ends with a separator, it matters only whether there is such a folder; with two, also what is in it.
    An event that cannot be watched begins with ``!``.
    """

    loaded: bool = False
    """Whether it was tried to load it, so that it depends on its environment too."""

    @property
    def unwatched(self) -> frozenset[str]:
        """What loading it did that may have another outcome the next time, ``!subprocess.Popen``."""
        return frozenset(filter(is_unwatched, self.read))

    @property
    def lasting(self) -> bool:
        """Whether the next time would give the same, as long as what was read is the same."""
        return not self.unwatched

    def before(self, later: Introspected) -> Introspected:
        """Return what was found later, which depends on what was found before."""
        return Introspected(later.plugin, self.read | later.read, self.loaded or later.loaded)


class Questions(Protocol):
    """What plugins are asked for, besides what they are."""

    def missing(self, plugin: Plugin) -> tuple[str, ...]:
        """Return the describers, such as ``attr:`` and ``call:``, that a plugin has yet to answer."""

    def is_file(self, plugin: Plugin) -> bool:
        """Whether the target of a plugin names a file, of which describers ask what stands in it."""

    def cache_key(self, plugin: Plugin) -> object:
        """Return what decides what a plugin is asked, besides itself; Python shows all that there is of it."""


class Introspector(Protocol):
    """A way to introspect."""

    def introspect(self, plugins: Sequence[Plugin], questions: Questions) -> list[Introspected]:
        """Complete each plugin, with an answer to each describer."""


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


def is_unwatched(read: str) -> bool:
    """Whether what a plugin depends on cannot be watched: it is then the name of an event."""
    return read.startswith("!")


def of_source(source: str, read: str) -> str:
    """Return a name with its source, for sources may have modules of the same name; a path is the same in all."""
    return read if read.startswith((os.sep, "!")) else f"{read}:{source}"


class States:
    """Texts that change with what introspection reads; each is found out once, for the time of a build.

    :param finders: by the name of the source
    """

    def __init__(self, finders: Mapping[str, ModuleFinder]) -> None:
        self._finders = finders
        self._paths: dict[str, str] = {}

    def __getitem__(self, read: str) -> str:
        if not read.startswith(os.sep):  # a name; there are thousands, and a path object for each takes long
            name, _, source = read.partition(":")
            return self._finders[source].state(name) if source in self._finders else ""
        if read not in self._paths:
            self._paths[read] = state(read)
        return self._paths[read]


def state(path: str) -> str:
    """Return the state of a file, or of a folder that was listed; it is empty where there is neither."""
    seen = _seen(path.rstrip(os.sep) or os.sep)
    if not seen:
        return ""
    if path.endswith(os.sep) and not path.endswith(os.sep * 2):
        return f"folder{seen}" if os.path.isdir(path) else ""  # noqa: PTH112  # there may be thousands
    try:
        with os.scandir(path) as entries:
            # Loading itself writes a folder for compiled code.
            names = [_entry(e, sized=path.endswith(os.sep)) for e in entries if e.name != "__pycache__"]
    except NotADirectoryError:
        return (content(path).hex() or _without_content(path)) + seen
    except (OSError, ValueError):
        return seen
    listed = "\0".join([seen, *sorted(names)])
    return hashlib.sha256(listed.encode("utf-8", "surrogateescape")).hexdigest()


def _seen(path: str) -> str:
    """Return what can be seen of a path without opening it: its mode, and where it is a link, where that leads."""
    try:
        mode = os.lstat(path).st_mode
        if not stat.S_ISLNK(mode):
            return f":{mode:o}"
        link = os.readlink(path)  # noqa: PTH115  # as above
    except (OSError, ValueError):
        return ""
    try:
        return f":{os.stat(path).st_mode:o}:{link}"  # noqa: PTH116
    except (OSError, ValueError):
        return f"::{link}"


def _entry(entry: os.DirEntry[str], *, sized: bool) -> str:
    try:
        folder = entry.is_dir()
        found = entry.stat() if sized else None
    except OSError:  # a link to itself, or one to nothing
        return f"{entry.name}{os.sep * 2}"
    name = f"{entry.name}{os.sep}" if folder else entry.name
    return f"{name}{os.sep}{entry.is_symlink()}:{found.st_mode:o}:{folder or found.st_size}" if found else name


def _without_content(path: str) -> str:
    """Return the state of what is not read: a device, or a file that is too large."""
    try:
        found = os.stat(path)  # noqa: PTH116  # as above
    except (OSError, ValueError):
        return ""
    return repr((found.st_mode, found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else found.st_mode)
