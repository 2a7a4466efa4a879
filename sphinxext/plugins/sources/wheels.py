"""Wheels and source archives (sdists), read in place."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from packaging.utils import canonicalize_name

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.files import is_file, reason
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import clean_line
from sphinxext.plugins.sources.archives import open_archive
from sphinxext.plugins.sources.metadata import Headers, Held, read, version_of
from sphinxext.plugins.sources.project import Project
from sphinxext.plugins.sources.registered import Unloaded, described, registered, source_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    import importlib_metadata
    from packaging.version import Version

    from sphinxext.plugins.core.files import Archived
    from sphinxext.plugins.core.model import Distribution
    from sphinxext.plugins.sources.registered import Registered

_WHEEL = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+).*\.whl", re.DOTALL)
_SDIST = re.compile(r"(?P<name>.+?)(?:-(?P<version>v?\d[^-]*))?\.(?:zip|tgz|tar(?:\.gz|\.bz2|\.xz)?)", re.DOTALL)


_MODULE = re.compile(r"(?P<module>[^.]+)\.(?:[^/]+\.)?(?:pyi?|so|pyd)")

_UNUSED = {"conftest", "doc", "docs", "examples", "noxfile", "setup", "tasks", "test", "tests"}
"""Names of modules that stand in many archives, and that no plugin is made of."""

_NAMESPACE = (b"extend_path", b"declare_namespace")
"""What stands in the ``__init__.py`` of older namespace packages."""


class _Found(NamedTuple):
    """A distribution in an archive."""

    archive: Path
    distribution: importlib_metadata.Distribution
    modules: dict[str, Path]
    folders: tuple[Path, ...]


class Wheels(Unloaded):
    """The distributions in a folder of wheels and source archives, or in one such file.

    Of each distribution the newest version counts, and of that a wheel. Nothing is loaded from them.
    """

    def __init__(self, place: Path, name: str, files: Archived) -> None:
        self.name = name
        self._place = place
        self._files = files
        self._problems: list[Problem] = []

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the archives."""
        return [*self._problems, *self._conflicts()] if self._found is not None else ()

    def registered(self) -> Iterator[Registered]:
        """Return every distribution.

        A wheel is called as its file is. An archive of a repository may be called otherwise, unless another one
        has the name that it says.
        """
        names = [_name_of(found.archive) for found in self._found]
        said = [_said(found) for found in self._found]
        for found, name, claim in zip(self._found, names, said, strict=True):
            free = claim and claim not in names and said.count(claim) == 1 and found.archive.suffix != ".whl"
            yield registered(found.distribution, self.name, claim if free else name)._replace(name=name)

    def roots(self) -> tuple[dict[str, Path], tuple[Path, ...]]:
        """Return where modules are: single ones by name, and the folders of all others."""
        modules: dict[str, Path] = {}
        for found in reversed(self._found):
            modules |= found.modules
        return modules, tuple(folder for found in self._found for folder in found.folders)

    @cached_property
    def apart(self) -> dict[str, set[str]]:
        """The distributions that have top-level modules of the same name as others, with these names.

        What they register is looked up in their own archives first.
        """
        names = {_name_of(found.archive): self._top_level(found) for found in self._found}
        counts = Counter(name for each in names.values() for name in each)
        shared = {name: {top for top in each if counts[top] > 1} for name, each in names.items()}
        return {name: tops for name, tops in shared.items() if tops}

    def own(self, name: str) -> tuple[dict[str, Path], tuple[Path, ...]]:
        """Return where the modules of one distribution are."""
        found = next(found for found in self._found if _name_of(found.archive) == name)
        return found.modules, found.folders

    def places(self, wanted: Callable[[str], bool]) -> Iterator[Path]:
        """Return the archives whose file names tell a name that is wanted, for what is in them may tell any."""
        return (found.archive for found in self._found if wanted(_name_of(found.archive)))

    def owners(self, files: Collection[Path]) -> dict[Path, Distribution]:
        """Return the distributions of the archives that certain files are in."""
        owners: dict[Path, Distribution] = {}
        for found in self._found:
            if inside := [file for file in files if file.is_relative_to(found.archive)]:
                name = _name_of(found.archive)
                owners |= dict.fromkeys(inside, described(found.distribution, self.name, name))
        return owners

    @cached_property
    def _found(self) -> list[_Found]:
        archives = [path for path in self._paths() if _named(path)]
        if not archives:
            self._note(
                "is not there, or holds no wheel", "give a folder of wheels and sdists, or one, in plugins_sources"
            )
        found: dict[str, _Found] = {}
        for path in sorted(archives, key=_preference, reverse=True):
            if _name_of(path) not in found and (opened := self._open(path)) is not None:
                found[_name_of(path)] = opened
        return [found[name] for name in sorted(found)]

    def _paths(self) -> list[Path]:
        if is_file(self._place):
            return [self._place]
        return [self._place / name for name in self._files.names(self._place)]

    def _open(self, path: Path) -> _Found | None:
        try:
            archive = open_archive(path)
        except OSError as error:
            self._note(f"cannot be read: {reason(error)}", _AGAIN, path)
            return None
        for complaint in archive.complaints:
            self._note(complaint, f"{_AGAIN}; these are left out", path)
        self._files.add(path, archive)
        return self._in_wheel(path) if path.suffix == ".whl" else self._in_sdist(path)

    def _in_wheel(self, path: Path) -> _Found | None:
        folders = [name for name in self._files.names(path) if name.endswith(".dist-info")]
        own = [folder for folder in folders if canonicalize_name(folder.partition("-")[0]) == _name_of(path)] or folders
        if not own:
            self._note("is no wheel: it has no folder .dist-info", _AGAIN, path)
            return None
        distribution = Held(path / own[0], lambda name: self._files.read(path / own[0] / name))
        if "METADATA" not in self._files.names(path / own[0]):
            self._note("has no METADATA; what its name tells is taken", _AGAIN, path)
        data = path / f"{own[0].removesuffix('.dist-info')}.data"
        parts = [data / part for part in ("purelib", "platlib")]
        return _Found(path, distribution, {}, (path, *(part for part in parts if self._files.names(part))))

    def _in_sdist(self, path: Path) -> _Found | None:
        names = self._files.names(path)
        project = Project(path / names[0] if len(names) == 1 else path, self._files)
        distribution = project.distribution()
        self._problems += project.problems
        if distribution is None:
            self._note("is no source archive: it has no project in it", _AGAIN, path)
            return None
        return _Found(path, distribution, *project.roots())

    def _top_level(self, found: _Found) -> set[str]:
        """Return the names of the top-level modules of an archive."""
        files = {name for folder in found.folders for name in self._files.names(folder)}
        names = {file.partition(".")[0] for file in files if file.isidentifier() or _MODULE.fullmatch(file)}
        return names | {name.partition(".")[0] for name in found.modules}

    def _conflicts(self) -> Iterator[Problem]:
        """Say which archives have other files than others for a module of the same name, once for each two."""
        holders: dict[str, tuple[_Found, dict[str, Path]]] = {}
        told: set[tuple[Path, Path]] = set()
        compared = 0
        for found in self._found:
            for module, files in self._modules(found).items():
                first, others = holders.setdefault(module, (found, files))
                pair = first.archive, found.archive
                if first is found or pair in told:
                    continue
                compared += 1
                if compared > limits.MOST_COMPARED or self._agree(others, files):
                    continue
                told.add(pair)
                names = clean_line(f"{pair[0].name} and {pair[1].name} of {self.name}")
                file = clean_line(min(files))[:200]
                yield Problem(
                    kind=ProblemKind.SOURCE,
                    message=f"the archives {names} both have the module file {file}, each with content of its own",
                    remedy="remove the archive that the module does not belong to; until then, the plugins of each "
                    "are read from its own archive",
                )

    def _modules(self, found: _Found) -> dict[str, dict[str, Path]]:
        """Return the files of those modules whose top-level names other archives have too, by module and by path."""
        wanted = self.apart.get(_name_of(found.archive), set()) - _UNUSED
        modules: dict[str, dict[str, Path]] = {}
        for path, file in self._module_files(found) if wanted else ():
            if (match := _MODULE.fullmatch(path)) and re.split("[./]", path)[0] in wanted:
                modules.setdefault(match["module"].removesuffix("/__init__"), {}).setdefault(path, file)
        return modules

    def _module_files(self, found: _Found) -> Iterator[tuple[str, Path]]:
        """Return all files of an archive, each after the path that it would be installed at."""
        for name, place in found.modules.items():
            path, folder = name.replace(".", "/"), place.with_name(place.name.removesuffix(".py"))
            if f"{folder.name}.py" in self._files.names(folder.parent):
                yield f"{path}.py", folder.with_name(f"{folder.name}.py")
            yield from ((f"{path}/{below}", folder / below) for below in self._files.below(folder))
        for folder in found.folders:
            yield from ((below, folder / below) for below in self._files.below(folder))

    def _agree(self, some: dict[str, Path], others: dict[str, Path]) -> bool:
        """Whether the files of a module are the same, or make it a namespace package in both archives."""
        try:
            contents = [{path: self._files.read(file) for path, file in each.items()} for each in (some, others)]
        except OSError:
            return False
        return contents[0] == contents[1] or all(
            path.endswith("/__init__.py") and any(mark in content for mark in _NAMESPACE)
            for each in contents
            for path, content in each.items()
        )

    def _note(self, message: str, remedy: str, path: Path | None = None) -> None:
        problem = source_problem(self.name, self._place, message, remedy)
        if path is not None:
            message = f"the archive {path.name} of {self.name} {message}"
            problem = Problem(kind=ProblemKind.SOURCE, message=message, remedy=remedy)
        self._problems.append(problem)


_AGAIN = "build or download it again"


def _said(found: _Found) -> str:
    """Return the normalised name that a distribution says of itself."""
    return canonicalize_name(Headers(read(found.distribution, "METADATA").text or "").one("Name") or "")


def _named(path: Path) -> re.Match[str] | None:
    """Read the name of an archive; None where it is none."""
    return _WHEEL.fullmatch(path.name) or _SDIST.fullmatch(path.name)


def _name_of(path: Path) -> str:
    """Return the name of the distribution that the name of an archive tells, normalised."""
    match = _named(path)
    return canonicalize_name(match["name"] if match else path.name)


def _preference(path: Path) -> tuple[Version, bool, str]:
    """Sort an archive behind those that are older, and of the same version behind those that are no wheel."""
    match = _named(path)
    return version_of(match and match["version"]), path.suffix == ".whl", path.name
