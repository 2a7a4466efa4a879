"""Whose words are trusted: those of distributions that the configuration names, and the project's own.

Whatever a distribution says of itself can be forged by who made it. So it is asked only where it lies
and what installed it, and only of its own package: that a plugin is the project's own does not make
the docstring its own that it has from somewhere else.
"""

from __future__ import annotations

import contextlib
import fnmatch
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importlib_metadata import Distribution

    from sphinxext.plugins.model import Plugin

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
        # By the folder's name, for to parse the metadata of all takes long.
        name = re.sub(r"(-[^-]*)?\.(dist|egg)-info$", "", Path(getattr(distribution, "_path", "")).name)
        if name:
            found.setdefault(canonicalize_name(name), owned(distribution, repository))
    return {name for name, is_own in found.items() if is_own}


def owned(distribution: Distribution, repository: Path) -> bool:
    """Whether a distribution is developed in a repository: an editable install of a project that is there.

    Its metadata then stands in the project's own tree, or in an environment with a file that says where
    that is (:pep:`610`). What is installed as a copy is not, wherever it was copied from.
    """
    folder = getattr(distribution, "_path", None)
    if not isinstance(folder, Path):
        return False  # in an archive
    if folder.name.endswith(".egg-info"):
        # "develop" of older versions of setuptools: beside the modules, at the root of the project or below "src".
        projects = [place for place in (folder.parent, folder.parent.parent) if _is_project(place)]
        return any(is_inside(place, repository) for place in projects) and is_inside(folder, repository)
    place = _editable(distribution)
    return place is not None and is_inside(place, repository)


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


def _editable(distribution: Distribution) -> Path | None:
    """Give the folder that an editable install is of."""
    told: Any = None
    with contextlib.suppress(OSError, ValueError):
        told = json.loads(distribution.read_text("direct_url.json") or "null")
    match told:
        case {"url": str(url), "dir_info": {"editable": True}}:
            with contextlib.suppress(ValueError):
                parts = urlsplit(url)
                if parts.scheme == "file" and parts.netloc in {"", "localhost"}:
                    return Path(url2pathname(parts.path))
    return None


def named(name: str, globs: Iterable[str]) -> bool:
    """Whether globs fit the name of a distribution, however either is spelt (:pep:`503`)."""
    return any(fnmatch.fnmatchcase(canonicalize_name(name), canonicalize_name(glob)) for glob in globs)


def speaks_for_itself(plugin: Plugin) -> bool:
    """Whether the docstring that may be shown of a plugin is of the package that it is registered from.

    A base class, or what a module imports under a name of its own, may be somebody else's.
    """
    inherited = plugin.inherited
    docstring = plugin.docstring or (inherited and inherited.docstring)
    owner = inherited.owner if inherited and not plugin.docstring else plugin.definition or plugin.target
    place = docstring.location.file if docstring and docstring.location else owner
    return _package(place) == _package(plugin.target)


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
