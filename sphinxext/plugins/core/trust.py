"""Which docstrings are trusted: those that stand in files of the project's own, or of distributions that it names.

It is the file that counts, as it was read here. Whatever a distribution, or an object that was loaded, says of
itself can be forged by who made it.
"""

from __future__ import annotations

import fnmatch
import os
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.files import Disk, exists, following, is_file, is_folder, resolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinxext.plugins.core.files import Files

_REPOSITORIES = (".git", ".hg", ".svn", ".bzr", ".jj")
_PROJECTS = ("pyproject.toml", "setup.cfg", "setup.py")
_ENVIRONMENTS = {"site-packages", "dist-packages"}


def repository(folder: Path) -> Path:
    """Find the repository that documentation is in.

    That is the nearest folder above it that is under version control; where there is none, as in an
    unpacked archive, the nearest of a project; or else the folder itself.
    """
    folder = resolved(folder) or folder
    around = (folder, *folder.parents)
    for marks in (_REPOSITORIES, _PROJECTS):
        for each in around:
            if any(exists(each / mark) for mark in marks):
                return each
    return folder


class Trust:
    """Tells which files are trusted.

    :param repository: that of the documentation, whose files are
    :param named: the files of distributions that the configuration names, and the folders and archives of such
    :param files: where files are read
    """

    def __init__(self, repository: Path, named: Iterable[Path], files: Files) -> None:
        self._repository = repository
        follow = following()
        self._named = {Path(follow(path)) for each in named if "\0" not in (path := str(each))}
        self._files = files
        self._known: dict[tuple[Path, str], bool] = {}

    def includes(self, file: Path, module: str) -> bool:
        """Whether a file is trusted.

        :param module: its path below the folder that it is imported from, with ``/``
        """
        if (file, module) not in self._known:
            place = resolved(file)
            self._known[file, module] = place is not None and (
                place in self._named
                # What is in an archive is no file there: archives that were fetched lie in repositories, too.
                or (is_file(place) and is_inside(place, self._repository))
                or any(is_inside(place, each) for each in place.parents if each in self._named)
                or self._is_copy(file, module)
            )
        return self._known[file, module]

    def _is_copy(self, file: Path, module: str) -> bool:
        """Whether a file is a copy of one in the repository, as ``pip install .`` makes it: equal in each byte."""
        originals = [folder / module for folder in self._folders.get(module.partition("/")[0], ())]
        try:
            return any(
                is_file(original)
                and is_inside(original, self._repository)
                and self._files.read(file) == Disk().read(original)
                for original in originals
            )
        except OSError:
            return False

    @cached_property
    def _folders(self) -> dict[str, list[Path]]:
        """The folders in the repository, not far down, by the names of the packages and modules in them."""
        found: dict[str, list[Path]] = {}
        for folder, names in _walk(self._repository):
            for name in names:
                found.setdefault(name, []).append(folder)
        return found


def _walk(root: Path) -> Iterator[tuple[Path, list[str]]]:
    """Return the folders of a repository, but for environments and hidden ones, each with the names of its modules."""
    for number, (folder, names, files) in enumerate(os.walk(root), start=1):
        depth = len(Path(folder).relative_to(root).parts)
        names[:] = [name for name in sorted(names) if not name.startswith(".") and name not in _ENVIRONMENTS]
        yield Path(folder), [*names, *(file for file in files if file.endswith((".py", ".pyi")))]
        if number == limits.MOST_REPOSITORY_FOLDERS:
            return
        if depth == limits.DEEPEST_REPOSITORY_FOLDER:
            names.clear()


def is_inside(place: Path, folder: Path) -> bool:
    """Whether a place is in a folder, and not in an environment that is in that."""
    found = resolved(place)
    if found is None or not found.is_relative_to(folder):
        return False
    inner = found.relative_to(folder)
    around = [folder / parent for parent in (inner, *inner.parents)]
    # An environment may begin at the root of a repository, with the project's own files beside its folders.
    return not (
        _ENVIRONMENTS & set(inner.parts)
        or any(_is_environment(each) for each in around)
        # Below a repository is that of others, as an installation from one leaves it; a submodule has a file.
        or any(exists(each / "pyvenv.cfg") or is_folder(each / ".git") for each in around if each != folder)
    )


def _is_environment(folder: Path) -> bool:
    """Whether distributions are installed in a folder, as ``--target`` does it, or an egg."""
    return folder.suffix == ".egg" or any(map(_INSTALLED.search, Disk().names(folder)))


_INSTALLED = re.compile(r"\.dist-info$|-\d[^-]*(-py[\d.]+)?\.egg-info$")
"""What installers call a folder of metadata; that of a project in its own tree tells no version."""


def named(name: str, globs: Iterable[str]) -> bool:
    """Whether globs fit the name of a distribution, however either is spelt (:pep:`503`)."""
    return any(fnmatch.fnmatchcase(canonicalize_name(name), canonicalize_name(glob)) for glob in globs)


_WEB_ADDRESS = re.compile(r"(?:https?://[^/?#\s]|mailto:[^\s])[^\s<>\"\\^`{|}\x00-\x20\x7f-\xa0]*", re.IGNORECASE)


def is_address(url: str) -> bool:
    """Whether a text that others wrote may be linked to: a whole address of the web or of mail, and no other.

    What no address has in it (:rfc:`3986`) is what readers of addresses disagree about.
    """
    if _WEB_ADDRESS.fullmatch(url) is None:
        return False
    try:
        urlsplit(url)
    except ValueError:  # brackets that hold no address of IPv6, which builders would not survive
        return False
    return True
