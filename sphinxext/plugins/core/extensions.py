"""Our own extension points: entry-point groups of which other distributions can bring more than is built in.

Who names an extension in conf.py trusts its code: it runs in the process that builds the documentation. But it
must not end that, so all that goes wrong with one is an :class:`ExtensionError`, of which a problem is made.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.files import is_folder, read
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.structs import Struct
from sphinxext.plugins.core.text import clean_line
from sphinxext.plugins.core.typos import the_nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinxext.plugins.core.model import Location

FAILURES = (Exception, SystemExit)
"""What the code of an extension may raise without ending a build; whoever interrupts that means the whole."""


class ExtensionError(Exception):
    """An extension is not there, or does not work.

    :ivar remedy: what can be done about it, in the words of a problem's remedy
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy

    def problem(self, subject: str, location: Location | None = None, otherwise: str = "it is left out") -> Problem:
        """Make a problem of it.

        :param subject: what asks for the extension
        :param otherwise: what is the case as long as nothing is done about it
        """
        return Problem(
            kind=ProblemKind.CONFIG,
            message=clean_line(f"{subject} {self}"),
            remedy=f"{self.remedy}; until then {otherwise}",
            location=location,
        )


class Registry:
    """What there is of a kind: built in, by a table of references, and registered in an entry-point group.

    What is built in is not looked for among entry points, for to read those of an environment takes long. That it
    is registered as well is for the catalogs that are made of the group.

    :param group: the name of the entry-point group
    :param built_in: references, ``package.module:attribute``, by name
    """

    def __init__(self, group: str, built_in: Mapping[str, str]) -> None:
        self.group = group
        self.built_in = built_in

    def get(self, name: str) -> Any:  # noqa: ANN401  # each registry says what it has
        """Return what has a name.

        :raises ExtensionError: where there is nothing of that name, or it cannot be loaded
        """
        if name in self.built_in:
            module, _, attribute = self.built_in[name].partition(":")
            return getattr(importlib.import_module(module), attribute)
        return self._load(self._entry_point(name))

    def reference(self, name: str) -> str:
        """Return the reference of what has a name, ``package.module:attribute``; nothing is loaded.

        :raises ExtensionError: where there is nothing of that name
        """
        return self.built_in[name] if name in self.built_in else self._entry_point(name).value

    def state(self, name: str) -> str:
        """Return a text that changes with the code of an extension, and the version of its distribution.

        That of what is built in changes with this distribution, which is looked at by itself.
        """
        if name in self.built_in:
            return ""
        try:
            found = self._entry_point(name)
        except ExtensionError:
            return ""
        version = found.dist.version if found.dist else None
        return "\0".join([self.group, name, found.value, str(version), *code_state(found.module)])

    @property
    def names(self) -> list[str]:
        """What there is, built in and registered; nothing of it is loaded."""
        registered = importlib.metadata.entry_points(group=self.group)
        return list(dict.fromkeys([*self.built_in, *(each.name for each in registered)]))

    def check(self, name: str) -> None:
        """Make sure that there is something of a name; it is not loaded.

        :raises ExtensionError: where there is not
        """
        if name not in self.built_in:
            self._entry_point(name)

    def _entry_point(self, name: str) -> importlib.metadata.EntryPoint:
        # Not stevedore's cache of them: it is kept by times, also in memory, and drops the distributions.
        registered = importlib.metadata.entry_points(group=self.group)
        found = list(dict.fromkeys(each for each in registered if each.name == name))
        if len(found) > 1:
            rivals = ", ".join(sorted(_origin(each) for each in found))
            reason = f"is registered {len(found)} times in {self.group}, by {rivals}"
            raise ExtensionError(reason, "uninstall all of these distributions but one")
        if not found:
            near = the_nearest(name, self.names)
            reason = f"is neither built in ({', '.join(self.built_in)}) nor registered in {self.group}"
            raise ExtensionError(reason, f"correct it{near}, or install what registers it")
        return found[0]

    def _load(self, found: importlib.metadata.EntryPoint) -> object:
        # Few projects need it, and it takes a while to import.
        from stevedore.driver import DriverManager  # noqa: PLC0415

        class Driver(DriverManager):  # type: ignore[type-arg]  # it has none in older versions
            """A manager that gets the entry point, for the reason above."""

            def list_entry_points(self) -> list[importlib.metadata.EntryPoint]:
                return [found]

        try:
            return Driver(self.group, found.name).driver
        except FAILURES as error:
            raise self.failure(found.name, error) from error

    def failure(self, name: str, error: BaseException) -> ExtensionError:
        """Say that an extension fails."""
        found = next(iter(importlib.metadata.entry_points(group=self.group, name=name)), None)
        what = f" of {_origin(found)}" if found else ""
        reason = f": {clean_line(str(error))[: limits.LONGEST_FAILURE]}" if str(error) else ""
        return ExtensionError(
            f"fails in {self.group}{what}: {type(error).__name__}{reason}",
            "install what it needs, or report it to its authors",
        )


def _origin(found: importlib.metadata.EntryPoint) -> str:
    """Name what registers an entry point, and for what object."""
    distribution = f"{found.dist.name} {found.dist.version}" if found.dist else "an unknown distribution"
    return f"{distribution} ({found.value})"


def code_state(module: str) -> list[str]:
    """Return digests of the files of the outermost package that a module is in, or of that of the module alone.

    A package of a PEP 420 namespace is none: others may be in it as well.
    """
    names = module.split(".")
    for end in range(1, len(names) + 1):
        try:
            found = importlib.util.find_spec(".".join(names[:end]))
        except FAILURES:  # a package above it is imported
            return []
        if found is not None and found.origin is not None and found.has_location:
            file = Path(found.origin)
            return _digests(file.parent if found.submodule_search_locations is not None else file)
    return []


def _digests(place: Path) -> list[str]:
    """Return the digest of a file, or of each module in a folder; content counts, never times."""
    if not is_folder(place):
        return file_state(place)
    paths = (Path(folder, name) for folder, _, names in os.walk(place) for name in names)
    modules = sorted(path for path in paths if path.suffix == ".py")
    return [each for path in modules for each in (path.relative_to(place).as_posix(), *file_state(path))]


def file_state(file: Path) -> list[str]:
    """Return the digest of a file; nothing where it cannot be read."""
    try:
        return [digest(read(file))]
    except OSError:
        return []


def digest(content: bytes) -> str:
    """Return a text that stands for a content, the same in each process."""
    return hashlib.sha256(content).hexdigest()


_Part = TypeVar("_Part", bound=Struct)


def checked(part: object, form: type[_Part]) -> _Part:
    """Return a part of a catalog that somebody else's code made: structs do not look at what they are made from.

    :raises ValidationError: where it is not of the form
    """
    return msgspec.convert(msgspec.to_builtins(part), form)
