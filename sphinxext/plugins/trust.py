"""Whose words are trusted: those of distributions that the configuration names, and the project's own.

Whatever a distribution says of itself can be forged by who made it. So it is asked only where it lies
and what installed it, and only of its own package: that a plugin is the project's own does not make
the docstring its own that it has from somewhere else.
"""

from __future__ import annotations

import contextlib
import csv
import fnmatch
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

from packaging.utils import canonicalize_name

from sphinxext.plugins import decoding
from sphinxext.plugins.sources.texts import own_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from importlib_metadata import Distribution

    from sphinxext.plugins.model import Location, Plugin

_REPOSITORIES = (".git", ".hg", ".svn", ".bzr", ".jj")
_PROJECTS = ("pyproject.toml", "setup.cfg", "setup.py")
_ENVIRONMENTS = {"site-packages", "dist-packages"}


def repository(folder: Path) -> Path:
    """Find the repository that documentation is in.

    That is the nearest folder above it that is under version control; where there is none, as in an
    unpacked archive, the nearest of a project; or else the folder itself.
    """
    folder = folder.resolve()
    around = (folder, *folder.parents)
    for marks in (_REPOSITORIES, _PROJECTS):
        for each in around:
            if any((each / mark).exists() for mark in marks):
                return each
    return folder


def own(distributions: Iterable[Distribution], repository: Path) -> set[str]:
    """Give the normalised names of the distributions that are developed in a repository; the first of a name counts."""
    found: dict[str, bool] = {}
    for distribution in distributions:
        name = _called(distribution)
        if name:
            found.setdefault(name, owned(distribution, repository))
    return {name for name, is_own in found.items() if is_own}


def _called(distribution: Distribution) -> str:
    """Give the normalised name that the folder of the metadata tells, for to parse that of all takes long."""
    folder = Path(getattr(distribution, "_path", "")).name
    return canonicalize_name(re.sub(r"(-[^-]*)?\.(dist|egg)-info$", "", folder))


def owned(distribution: Distribution, repository: Path) -> bool:
    """Whether a distribution is developed in a repository: an editable install of a project that is there.

    Its metadata then stands in the project's own tree, or in an environment with a file that says where
    that is (:pep:`610`). What is installed as a copy is found by :func:`copies`.
    """
    folder = getattr(distribution, "_path", None)
    if not isinstance(folder, Path):
        return False  # in an archive
    if folder.name.endswith(".egg-info"):
        # "develop" of older versions of setuptools: beside the modules, at the root of the project or below "src".
        projects = [place for place in (folder.parent, folder.parent.parent) if _is_project(place)]
        return any(is_inside(place, repository) for place in projects) and is_inside(folder, repository)
    origin = _origin(distribution)
    return origin is not None and origin.editable and origin.is_inside(repository)


def _is_project(folder: Path) -> bool:
    return any((folder / mark).is_file() for mark in _PROJECTS)


def is_inside(place: Path, repository: Path) -> bool:
    """Whether a place is in a repository, and not in an environment that is in it."""
    try:
        inner = place.resolve().relative_to(repository)
    except (ValueError, OSError):
        return False
    folders = (repository / parent for parent in (inner, *inner.parents) if parent != Path())
    return not _ENVIRONMENTS & set(inner.parts) and not any((each / "pyvenv.cfg").exists() for each in folders)


class _Origin(NamedTuple):
    """What a distribution was installed from, by its own account (:pep:`610`)."""

    place: Path | None
    """None where that is not on this machine, or not told in a form that is known."""

    editable: bool

    def is_inside(self, repository: Path) -> bool:
        return self.place is not None and is_inside(self.place, repository)


def _origin(distribution: Distribution) -> _Origin | None:
    """Give what a distribution was installed from; None where nothing was told, as of what an index has."""
    told: Any = None
    with contextlib.suppress(OSError, ValueError):
        content = own_file(distribution, "direct_url.json")
        if content is None:
            return None
        told = decoding.json(content)
    match told:
        case {"url": str(url)}:
            with contextlib.suppress(ValueError):
                parts = urlsplit(url)
                if parts.scheme == "file" and parts.netloc in {"", "localhost"}:
                    editable = isinstance(info := told.get("dir_info"), dict) and info.get("editable") is True
                    return _Origin(Path(url2pathname(parts.path)), editable)
    return _Origin(None, editable=False)


def copies(
    distributions: Iterable[Distribution], repository: Path, documentation: Path, name_of: Callable[[Path], str | None]
) -> dict[str, frozenset[Path]]:
    """Give the files of the distributions that are installed as copies of projects in a repository, by their names.

    It is the project that says so, by its name: one around the documentation, or in the folder that the copy is
    from. The copy itself can only say that it comes from elsewhere; its files are those in its ``RECORD``.

    :param name_of: reads the name of the project in a folder
    """
    around = [each for each in (documentation, *documentation.parents) if each.is_relative_to(repository)]
    claimed = {canonicalize_name(name) for each in around if (name := name_of(each))}
    found: dict[str, frozenset[Path]] = {}
    for distribution in distributions:
        name = _called(distribution)
        origin = _origin(distribution) if name else None
        if origin is None or origin.is_inside(repository):
            said = name_of(origin.place) if origin and origin.place and name not in claimed else None
            if name and (name in claimed or (said and canonicalize_name(said) == name)):
                found[name] = _recorded(distribution)
    return found


def _recorded(distribution: Distribution) -> frozenset[Path]:
    """Give the files that belong to an installed distribution."""
    site = Path(getattr(distribution, "_path", "")).parent.resolve()
    with contextlib.suppress(OSError, ValueError, csv.Error):
        rows = csv.reader((own_file(distribution, "RECORD") or b"").decode().splitlines())
        return frozenset(Path(os.path.normpath(site / row[0])) for row in rows if row)
    return frozenset()


def named(name: str, globs: Iterable[str]) -> bool:
    """Whether globs fit the name of a distribution, however either is spelt (:pep:`503`)."""
    return any(fnmatch.fnmatchcase(canonicalize_name(name), canonicalize_name(glob)) for glob in globs)


def speaks_for_itself(plugin: Plugin) -> bool:
    """Whether the docstring that may be shown of a plugin is of the package that it is registered from.

    A base class, or what a module imports under a name of its own, may be somebody else's.
    """
    inherited = plugin.inherited
    owner = inherited.owner if inherited and not plugin.docstring else plugin.definition or plugin.target
    place = location(plugin)
    return _package(place.file if place else owner) == _package(plugin.target)


def location(plugin: Plugin) -> Location | None:
    """Give the place of the docstring that may be shown of a plugin; without one, of its definition."""
    docstring = plugin.docstring or (plugin.inherited and plugin.inherited.docstring)
    return docstring.location if docstring else plugin.location


def _package(place: str) -> str:
    """Give the name of the outermost package of a path or an object reference."""
    return re.split(r"[/.:]", place.strip(), maxsplit=1)[0]


_WEB_ADDRESS = re.compile(r"(?:https?://[^/?#\s]|mailto:[^\s])[^\s<>\"\\^`{|}\x00-\x20\x7f-\xa0]*", re.IGNORECASE)


def is_address(url: str) -> bool:
    """Whether a text that strangers wrote may be linked to: a whole address of the web or of mail, and no other.

    What no address has in it (:rfc:`3986`) is what readers of addresses disagree about.
    """
    if _WEB_ADDRESS.fullmatch(url) is None:
        return False
    try:
        urlsplit(url)
    except ValueError:  # brackets that hold no address of IPv6, which builders would not survive
        return False
    return True
