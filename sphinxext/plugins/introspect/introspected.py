"""What introspection gives: a plugin, and what the answer was made from."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.introspect.modules import content

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinxext.plugins.introspect.modules import ModuleFinder
    from sphinxext.plugins.model import Plugin


class Introspected(NamedTuple):
    """A plugin that was introspected."""

    plugin: Plugin

    read: frozenset[str] = frozenset()
    """What that depends on: names of modules, of those too that are not there, and absolute paths of other things."""

    loaded: bool = False
    """Whether it was tried to load it, so that it depends on its environment too."""

    lasting: bool = True
    """Whether the next time would give the same, as long as what was read is the same."""

    def before(self, later: Introspected) -> Introspected:
        """Give what was found later, which depends on what was found before."""
        return Introspected(
            later.plugin, self.read | later.read, self.loaded or later.loaded, self.lasting and later.lasting
        )


def of_source(source: str, read: str) -> str:
    """Tell what was read in which source, for sources may have modules of the same name; a path is one in all."""
    return read if read.startswith(os.sep) else f"{read}:{source}"


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
            self._paths[read] = _state(read)
        return self._paths[read]


def _state(path: str) -> str:
    """Give the state of a file, or of a folder that was listed; it is empty where there is neither."""
    try:
        names = os.listdir(path)  # noqa: PTH208  # the names are all that is wanted
    except NotADirectoryError:
        return content(path).hex()
    except OSError:
        return ""
    # Loading itself writes a folder for compiled code.
    listed = "\0".join(["", *sorted(name for name in names if name != "__pycache__")])
    return hashlib.sha256(listed.encode("utf-8", "surrogateescape")).hexdigest()
