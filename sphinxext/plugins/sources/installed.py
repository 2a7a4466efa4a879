"""The distributions of an environment, this one or another."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sys
import sysconfig
import unicodedata
from collections import Counter, defaultdict
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

import importlib_metadata
from packaging.utils import canonicalize_name

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.files import Disk, following, is_file, is_folder, reason
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import clean_line
from sphinxext.plugins.sources import editable
from sphinxext.plugins.sources.metadata import (
    Headers,
    called,
    core_metadata,
    entry_points,
    folder_of,
    own_file,
    read,
    version_of,
)
from sphinxext.plugins.sources.registered import described, registered, source_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from packaging.version import Version

    from sphinxext.plugins.core.model import Distribution
    from sphinxext.plugins.sources.registered import Registered


class Installed:
    """The distributions that an environment can import, this one's by default.

    :param path: the folders that modules are imported from, in order, as in :data:`sys.path`.
    """

    introspected = False

    def __init__(
        self,
        path: Sequence[str] | None = None,
        name: str = "installed",
        place: Path | None = None,
        problems: Sequence[Problem] = (),
    ) -> None:
        folders = sys.path if path is None else path
        self.path = tuple(dict.fromkeys(str(Path(folder).absolute()) for folder in folders))
        self.name = name
        self._place = place
        self._unread = problems

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with it."""
        problems = [
            Problem(
                kind=ProblemKind.SOURCE,
                message=f"the source {self.name} has {len(rivals)} distributions of one name in a folder: "
                + ", ".join(sorted(clean_line(folder_of(rival).name) for rival in rivals)),
                remedy=f"remove all but one, or install it again; {clean_line(folder_of(rivals[0]).name)} counts",
            )
            for rivals in self._rivals
            if any(read(rival, "entry_points.txt").text for rival in rivals)
        ]
        if self._place and not self.distributions():
            wrong = "is not there, or is no environment: it has no distribution in it"
            remedy = "give the folder of a virtual environment, or of its site-packages, in plugins_sources"
            problems.append(source_problem(self.name, self._place, wrong, remedy))
        return [*self._unread, *problems, *self._editable[1]]

    def registered(self) -> Iterator[Registered]:
        """Return every distribution, in the order of the path."""
        return (registered(found, self.name) for found in self.distributions())

    def distributions(self) -> Sequence[importlib_metadata.Distribution]:
        """Return every distribution as its metadata is found, each name once, in the order of the path."""
        return [found for found, *_ in self._named]

    def places(self, wanted: Callable[[str], bool]) -> Iterator[Path]:
        """Return the files of distributions: those that :func:`recorded` gives of them, and of no other.

        Where there are two of a name, neither has any. What an editable install leads to belongs to it as well.
        """
        alone = [rivals[0] for rivals in self._named if len(rivals) == 1]
        chosen = [found for found in alone if wanted(called(found)) and _says_so(found)]
        if not chosen:
            return
        spelt, follow = _spelling(), following()
        everyones = {os.path.realpath(folder_of(found)): recorded(found) for found in self._all()}
        if None in everyones.values():  # whose files any may be
            return
        counted = Counter(each for files in everyones.values() for each in set(map(spelt, files or ())))
        for found in chosen:
            info = os.path.realpath(folder_of(found))
            files = everyones[info] or frozenset()
            own = set(map(spelt, files))

            def is_own(file: str, own: set[str] = own) -> bool:
                return counted[spelt(file)] == (spelt(file) in own)

            for file in files if is_own(f"{info}/{_RECORD}") else ():
                if is_own(file):
                    yield from editable.places(file)
                    real = follow(file)
                    if is_own(real):
                        yield Path(real)

    def owners(self, files: Collection[Path]) -> dict[Path, Distribution]:
        """Return the distributions that have certain files by their ``RECORD``, or by an editable install."""
        wanted = {os.path.realpath(file): file for file in files}
        owners: dict[Path, Distribution] = {}
        for found, there in self._records if wanted else ():
            if own := wanted.keys() & there:
                owners |= dict.fromkeys([wanted.pop(file) for file in own], described(found, self.name))
        # An environment may lie in the folder of a project that is installed in it.
        for file, path in wanted.items():
            above = next((each for each in (file, *map(str, Path(file).parents)) if each in self._led), None)
            if above is not None and not any(part.endswith("-packages") for part in Path(file[len(above) :]).parts):
                owners[path] = described(self._led[above], self.name)
        return owners

    @cached_property
    def _records(self) -> list[tuple[importlib_metadata.Distribution, frozenset[str]]]:
        """The files of each distribution, as far as they are known."""
        return [(found, recorded(found) or frozenset()) for found in self.distributions()]

    @cached_property
    def _led(self) -> dict[str, importlib_metadata.Distribution]:
        """The distribution whose editable install leads to a place, by the path of that."""
        return {
            os.path.realpath(place): found
            for found, there in self._records
            for file in there
            for place in editable.places(file)
        }

    @property
    def _rivals(self) -> list[list[importlib_metadata.Distribution]]:
        return [rivals for rivals in self._named if len(rivals) > 1]

    @cached_property
    def _named(self) -> list[list[importlib_metadata.Distribution]]:
        """The distributions of each name that an import may mean, the one that counts first."""
        named: dict[object, list[importlib_metadata.Distribution]] = {}
        for found in self._all():
            named.setdefault(called(found) or id(found), []).append(found)
        return [found if len(found) == 1 else _first(found) for found in named.values()]

    def _all(self) -> Iterable[importlib_metadata.Distribution]:
        # It would open as a zip whatever is no folder; and newer versions call what they give by another name.
        path = [folder for folder in self.path if is_folder(folder) or is_file(folder)]
        return cast("Iterable[importlib_metadata.Distribution]", importlib_metadata.distributions(path=path))

    def roots(self) -> tuple[dict[str, Path], tuple[Path, ...]]:
        """Return where modules are: single modules by name, and the folders of all others.

        The single ones are those of editable installs whose finder maps names to paths.
        """
        return self._editable[0], self._folders

    @cached_property
    def _folders(self) -> tuple[Path, ...]:
        return tuple(map(Path, filter(is_folder, self.path)))

    @cached_property
    def _editable(self) -> tuple[dict[str, Path], list[Problem]]:
        """What the finders of editable installs map, and which of these cannot be read."""
        modules: dict[str, Path] = {}
        problems: list[Problem] = []
        for folder in self._folders:
            modules = editable.modules(folder, self.name, problems) | modules
        # What is in a folder is imported from there, whatever a finder would make of the name.
        holding: defaultdict[str, list[Path]] = defaultdict(list)
        for folder in self._folders if modules else ():
            for top in {name.partition(".")[0] for name in Disk().names(folder)}:
                holding[top].append(folder)
        there = {
            name
            for name in modules
            if any(_is_module(each / name.replace(".", "/")) for each in holding.get(name.partition(".")[0], ()))
        }
        return {name: path for name, path in modules.items() if name not in there}, problems

    def state(self) -> str:
        """Return a text that changes with any distribution, and with what Python runs when it starts."""
        digest = hashlib.sha256()
        for distribution in self._all():
            digest.update(str(folder_of(distribution)).encode("utf-8", "surrogateescape"))
            for file in ("METADATA", "PKG-INFO", "", "entry_points.txt"):
                with contextlib.suppress(OSError):
                    digest.update(b"\0" + (own_file(distribution, file) or b""))
        for start in (start for folder in self.path for start in _starts(Path(folder))):
            with contextlib.suppress(OSError):
                digest.update(Disk().read(start))
        return digest.hexdigest()


def recorded(found: importlib_metadata.Distribution) -> frozenset[str] | None:
    """Return the files that are a distribution's by its ``RECORD``, those that Python runs when it imports or starts.

    Where there is none, as of what other tools than pip install, they are those that its entry points lead to. Where
    there is one that cannot be read, nothing is known of its files: None.
    """
    site = os.path.realpath(folder_of(found).parent)
    record = read(found, _RECORD)
    if record.text is None:
        return frozenset(_registered(found, Path(site)))
    lines = record.text.splitlines()
    if (record.error and not lines) or len(lines) > limits.MOST_FILES:
        return None
    # A quotation mark would only be in the name of a file if that is doubled; then it is no module.
    named = {line[1:].partition('"')[0] if line.startswith('"') else line.partition(",")[0] for line in lines}
    kept = (n for n in named if n.endswith(_KEPT) and "\0" not in n)
    return frozenset(os.path.normpath(os.path.join(site, n)) for n in kept)  # noqa: PTH118  # there may be thousands


def _spelling() -> Callable[[str], str]:
    """Return what gives the paths of one file the same spelling.

    Folders may have several by links, such as ``lib64``, and to some systems the case of letters is the same.
    """
    real = cache(os.path.realpath)

    def spelt(file: str) -> str:
        folder, name = os.path.split(file)
        return unicodedata.normalize("NFKC", f"{real(folder)}/{name}").casefold()

    return spelt


_RECORD = "RECORD"
_CODE = (".py", ".pyi", ".pth", ".so", ".pyd")
_KEPT = (*_CODE, f"/{_RECORD}")


def _registered(found: importlib_metadata.Distribution, site: Path) -> Iterator[str]:
    """Return the files of the modules that entry points lead to, with the outermost packages that these are in."""
    entries = entry_points(read(found, "entry_points.txt").text or "")
    for module in dict.fromkeys(re.split(r"[:\[]", entry.value)[0].strip() for entry in entries):
        names = module.split(".")
        if not all(map(str.isidentifier, names)):
            continue
        folders = [site.joinpath(*names[: end + 1]) for end in range(len(names))]
        package = next((folder for folder in folders if is_file(folder / "__init__.py")), None)
        if package is None:
            yield from (f"{folders[-1]}{suffix}" for suffix in (".py", ".pyi"))
        else:
            for folder, _, names_of_files in os.walk(package):
                yield from (str(Path(folder, name)) for name in names_of_files if name.endswith(_CODE))


def _says_so(found: importlib_metadata.Distribution) -> bool:
    """Whether a distribution has the name that the folder of its metadata tells."""
    return canonicalize_name(Headers(core_metadata(found)[-1].text or "").one("Name") or "") == called(found)


def _first(found: Sequence[importlib_metadata.Distribution]) -> list[importlib_metadata.Distribution]:
    """Return those of one name that are in the first folder, the newest first.

    What an uninstallation left does not count beside a whole one: it says nothing of itself.
    """
    said = [(each, Headers(core_metadata(each)[-1].text or "")) for each in found]
    whole = [pair for pair in said if pair[1].all] or said
    folder = folder_of(whole[0][0]).parent
    beside = [pair for pair in whole if folder_of(pair[0]).parent == folder]

    def age(pair: tuple[importlib_metadata.Distribution, Headers]) -> tuple[Version, str]:
        return version_of(pair[1].one("Version")), folder_of(pair[0]).name

    return [each for each, _ in sorted(beside, key=age, reverse=True)]


def _is_module(place: Path) -> bool:
    return any(is_file(f"{place}{rest}") for rest in (".py", "/__init__.py"))


def standard_library() -> tuple[str, ...]:
    """Return the folders of this Python's own modules, which plugins of all sources build on."""
    own = sysconfig.get_path("stdlib")
    sites = {"site-packages", "dist-packages"}
    folders = [folder for folder in sys.path if folder and Path(folder).is_relative_to(own)]
    return (
        *(folder for folder in folders if not sites & set(Path(folder).parts)),
        *(folder for folder in sys.path if folder.endswith(".zip")),
    )


def environment(folder: Path, name: str) -> Installed:
    """Return the source of an environment: the folders that it imports from, and those that its ``.pth`` files name.

    There are none where there is no such folder.
    """
    libraries = [inner for library in _below(folder, "lib") for inner in _below(library, "python")]
    sites = [site for each in (*libraries, folder / "Lib") if is_folder(site := each / "site-packages")]
    if not sites:
        sites = [folder] if Disk().names(folder) else []
    found: list[Path] = []
    problems: list[Problem] = []
    for site in sites:
        found.append(site)
        for start in _starts(site):
            try:
                found += editable.added(start)
            except (OSError, ValueError) as error:
                problems.append(editable.unreadable(start, name, reason(error)))
    return Installed([str(path) for path in dict.fromkeys(found)], name, folder, problems)


def _below(folder: Path, beginning: str) -> list[Path]:
    return [folder / name for name in sorted(Disk().names(folder)) if name.startswith(beginning)]


def _starts(site: Path) -> list[Path]:
    """Return the files that Python reads when it starts."""
    return [site / name for name in sorted(Disk().names(site)) if name.endswith(".pth")]
