"""The releases of a project that are kept: snapshots in files, each named for the version that it is of."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from packaging.version import Version

from sphinxext.plugins.core import cleaning
from sphinxext.plugins.core.exported import UnreadableError, from_json, sound
from sphinxext.plugins.core.files import read, reason
from sphinxext.plugins.core.history import History, Release, is_version
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import clean_line, clean_namespace
from sphinxext.plugins.core.typos import PythonFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinxext.plugins.core.model import Catalog, Location, Namespace

_SETTING = "plugins_history"

Wrong = tuple[str, str]
"""What is wrong with a glob, or a file that it fits, and what can be done about it."""


def history(globs: Sequence[str], folder: Path) -> tuple[History, list[Problem]]:
    """Read the snapshots that globs fit, and say which of the files are none.

    :param folder: that of conf.py, which globs are relative to
    """
    releases: dict[Version, tuple[str, Release]] = {}
    problems: list[Problem] = []
    conf = PythonFile(folder / "conf.py") if globs else None
    for pattern in dict.fromkeys(globs):
        names = sorted(glob.glob(pattern, root_dir=folder, recursive=True))  # noqa: PTH207  # it takes ".." as well
        wrong = [wrong for name in names for wrong in _keep(releases, name, folder)] if names else [_NOTHING]
        place = conf.place(_SETTING, pattern) if conf else None
        problems += [_problem(pattern, *each, place) for each in wrong]
    return History(release for _, release in releases.values()), problems


_NOTHING: Wrong = ("fits no file", "correct it, or write snapshots there, with sphinx-plugins snapshot")


def _keep(releases: dict[Version, tuple[str, Release]], name: str, folder: Path) -> list[Wrong]:
    """Take in the release of a file, and say what is wrong with it.

    :param releases: those that were taken in, with the names of their files
    """
    try:
        release = _release(name, read(folder / name))
    except UnreadableError as error:
        return [(f"has {name}, which is no snapshot of a release: {error}", error.remedy)]
    except OSError as error:
        return [(f"has {name}, which cannot be read: {reason(error)}", "correct that, or move it elsewhere")]
    first, _ = releases.setdefault(Version(release.name), (name, release))
    if first != name:
        return [(f"has {name}, which is of the release {release.name}, as {first} is", "remove one of them")]
    return [
        (f"has {name}, which is not read as a whole: {each.message}", each.remedy) for each in release.catalog.problems
    ]


def _problem(pattern: str, message: str, remedy: str, place: Location | None) -> Problem:
    text = clean_line(f"{_SETTING} = {pattern!r} {message}")
    return Problem(kind=ProblemKind.CONFIG, message=text, remedy=clean_line(remedy), location=place)


def _release(name: str, text: bytes) -> Release:
    """Read a release.

    :param name: that of its file, which tells the version where the file itself does not
    :raises UnreadableError: where it is none
    """
    catalog = from_json(text)
    release = catalog.release or Path(name).stem
    if not is_version(release):
        why = f"{release!r} is no version"
        raise UnreadableError(why, "name the file for one, or write it with sphinx-plugins snapshot --release VERSION")
    return Release(clean_line(release), _cleaned(catalog))


def _cleaned(catalog: Catalog) -> Catalog:
    """Return a catalog as that of plugins that are there is, whatever its file says."""
    made = {(name := clean_namespace(each.name)): _namespace(name, each) for each in catalog.namespaces}
    return msgspec.structs.replace(catalog, namespaces=tuple(made[name] for name in sorted(made)))


def _namespace(name: str, given: Namespace) -> Namespace:
    plugins, _left_out = cleaning.registered(given.plugins)
    return msgspec.structs.replace(
        given,
        name=name,
        plugins=tuple(cleaning.introspected(sound(plugin)) for plugin in plugins),
        interface=given.interface and cleaning.interface(sound(given.interface)),
    )
