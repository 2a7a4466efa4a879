"""Where distributions are found, and what their metadata says: names, versions, entry points.

Nothing is imported here, and nothing of a plugin is read; that is :mod:`~sphinxext.plugins.introspect`.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import re
import sys
import sysconfig
from email.parser import HeaderParser
from pathlib import Path
from typing import TYPE_CHECKING, cast

import importlib_metadata
from packaging.utils import canonicalize_name

from sphinxext.plugins.model import Distribution, Plugin, Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Installed:
    """The distributions that an environment can import, this one's by default.

    :param path: the folders that modules are imported from, in order, as in :data:`sys.path`.
    """

    def __init__(self, path: Sequence[str] | None = None) -> None:
        folders = sys.path if path is None else path
        self.path = tuple(dict.fromkeys(str(Path(folder).absolute()) for folder in folders))

    def distributions(self) -> Iterable[importlib_metadata.Distribution]:
        """Give every distribution, in the order of the path."""
        # Newer versions call what they give by the name of its protocol.
        return cast("Iterable[importlib_metadata.Distribution]", importlib_metadata.distributions(path=list(self.path)))

    def roots(self) -> tuple[dict[str, Path], tuple[Path, ...]]:
        """Tell where modules are: single modules by name, and the folders of all others.

        The single ones are those of editable installs whose finder maps names to paths, as
        setuptools writes it for all layouts but ``src``.
        """
        modules: dict[str, Path] = {}
        folders = tuple(folder for folder in map(Path, self.path) if folder.is_dir())
        for folder in folders:
            for finder in sorted(folder.glob("__editable__*_finder.py")):
                modules.update(_editable_modules(finder))
        return modules, folders

    def versions(self, name: str) -> list[str]:
        """Give the names of the folders that tell the version of a distribution, as it is written there.

        Its metadata would tell as well, but to read that takes much longer.
        """
        return [path.name for folder in self.path for path in Path(folder).glob(f"{name}-*")]

    def state(self) -> str:
        """Give a text that changes with any distribution, and with what Python runs when it starts."""
        digest = hashlib.sha256()
        for distribution in self.distributions():
            digest.update(_folder(distribution).encode("utf-8", "surrogateescape"))
            for file in ("METADATA", "PKG-INFO", "", "entry_points.txt"):
                with contextlib.suppress(OSError, ValueError):
                    digest.update(f"\0{distribution.read_text(file) or ''}".encode())
        for start in sorted(file for folder in self.path for file in Path(folder).glob("*.pth")):
            with contextlib.suppress(OSError):
                digest.update(start.read_bytes())
        return digest.hexdigest()


INSTALLED = "installed"
"""The source that is this environment; with a path behind a colon, another one."""


def from_options(names: Sequence[str]) -> tuple[Installed, list[Problem]]:
    """Make a source of those that the options name, in their order, and say which are not there."""
    path: list[str] = []
    problems: list[Problem] = []
    for name in names:
        _kind, colon, place = name.partition(":")
        folders = _environment(Path(place)) if colon else sys.path
        if not folders:
            problem = Problem(
                kind=ProblemKind.SOURCE,
                message=f"the source {INSTALLED}:{Path(place).name} is not there, or is no environment",
                remedy="give the folder of a virtual environment, or of its site-packages, in plugins_sources",
            )
            problems.append(problem)
        path += folders
    # Where this environment is none of them, plugins still build on Python's own modules.
    return Installed([*path, *_STANDARD_LIBRARY]), problems


_STANDARD_LIBRARY = [
    folder
    for folder in sys.path
    if folder
    and Path(folder).is_relative_to(sysconfig.get_path("stdlib"))
    and not {"site-packages", "dist-packages"} & set(Path(folder).parts)
] + [folder for folder in sys.path if folder.endswith(".zip")]


def _environment(folder: Path) -> list[str]:
    """Give the folders that an environment imports from: its own, and those that its ``.pth`` files name."""
    sites = [*sorted(folder.glob("lib*/python*/site-packages")), *folder.glob("Lib/site-packages")]
    if not sites:
        sites = [folder] if folder.is_dir() else []
    found: list[Path] = []
    for site in sites:
        found.append(site)
        for start in sorted(site.glob("*.pth")):
            with contextlib.suppress(OSError, UnicodeDecodeError):
                lines = [line.strip() for line in start.read_text("utf-8-sig").splitlines()]
                named = [site / line for line in lines if line and not line.startswith(("#", "import ", "import\t"))]
                found += [path for path in named if path.is_dir()]
    return [str(path) for path in dict.fromkeys(found)]


def read(
    distributions: Iterable[importlib_metadata.Distribution],
) -> tuple[dict[str, list[Plugin]], list[Problem]]:
    """Read each distribution once: all plugins by namespace, unsorted, and what could not be read.

    The first one wins where one is there twice, as in an import.
    """
    seen: set[str] = set()
    namespaces: dict[str, list[Plugin]] = {}
    problems: list[Problem] = []
    for found in distributions:
        entry_points, error = _entry_points(found)
        name = None if entry_points or error else _DIST_INFO.fullmatch(Path(_folder(found)).name)
        if name is not None:  # most distributions have none, and to parse the metadata of all takes long
            seen.add(canonicalize_name(name["name"]))
            continue
        distribution = _distribution(found)
        if canonicalize_name(distribution.name) in seen:
            continue
        seen.add(canonicalize_name(distribution.name))
        if error is not None:
            problems.append(_unreadable(distribution, error))
        for entry_point in dict.fromkeys(entry_points):
            plugin = _plugin(*entry_point, distribution)
            namespaces.setdefault(plugin.namespace, []).append(plugin)
    return namespaces, problems


_DIST_INFO = re.compile(r"(?P<name>[^-]+)-[^-]+\.dist-info")
_SECTION = re.compile(r"\[(?P<namespace>[^\[\]\n]*)\]")


def _entry_points(found: importlib_metadata.Distribution) -> tuple[list[tuple[str, str, str]], Exception | None]:
    """Give the namespace, name and value of each entry point, and the error where they cannot all be read."""
    entry_points: list[tuple[str, str, str]] = []
    namespace: str | None = None
    try:
        text = found.read_text("entry_points.txt") or ""
        for line in filter(None, map(str.strip, text.splitlines())):
            name, separator, value = line.partition("=")
            if section := _SECTION.fullmatch(line):
                namespace = section["namespace"]
            elif separator and not line.startswith(("#", "[")):
                if namespace is not None:
                    entry_points.append((namespace, name.strip(), value.strip()))
            elif not line.startswith("#"):  # the parser is asked, which takes longer
                return [(point.group, point.name, point.value) for point in found.entry_points], None
    except (ValueError, TypeError, OSError) as error:  # it trips over a line without "="
        return [(point.group, point.name, point.value) for point in _Readable(found).entry_points], error
    return entry_points, None


_EXTRAS = re.compile(r"\s*\[(?P<extras>[^\]]*)\]\s*$")


def _plugin(namespace: str, name: str, value: str, distribution: Distribution) -> Plugin:
    # importlib_metadata's own property splits an extra at each "-", and fails on a target that is no name.
    extras = _EXTRAS.search(value)
    return Plugin(
        namespace=namespace,
        name=name,
        target=_EXTRAS.sub("", value).replace(" ", ""),
        extras=tuple(filter(None, map(str.strip, extras["extras"].split(",")))) if extras else (),
        distribution=distribution,
    )


class _Readable(importlib_metadata.Distribution):
    """A distribution whose entry points are only the lines that can be one."""

    def __init__(self, original: importlib_metadata.Distribution) -> None:
        self._original = original

    def read_text(self, filename: str) -> str | None:
        try:
            text = self._original.read_text(filename)
        except (ValueError, OSError):
            return None
        return text and "\n".join(line for line in text.splitlines() if "=" in line or line.strip().startswith("["))

    def locate_file(self, path: object) -> Path:  # pragma: no cover  # only for the abstract base
        raise FileNotFoundError(path)


def _unreadable(distribution: Distribution, error: Exception) -> Problem:
    return Problem(
        kind=ProblemKind.SOURCE,
        message=f"the entry points of {distribution.name} cannot all be read "
        f"(entry_points.txt: {type(error).__name__}: {error})",
        remedy="install the distribution anew, or report it to its authors; its other entry points are shown",
    )


class _Headers:
    """The core metadata of a distribution but for its long description, which takes most of the time to parse."""

    def __init__(self, distribution: importlib_metadata.Distribution) -> None:
        text = ""
        with contextlib.suppress(OSError, ValueError):  # what cannot be read says nothing
            text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
            # An older kind of metadata is one file, which the distribution itself is named by.
            text = text or distribution.read_text("") or ""
        values = ((name, value.strip()) for name, value in _parsed(re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]))
        self.all = tuple((name, value) for name, value in values if value not in {"", "UNKNOWN"})
        self._named: dict[str, list[str]] = {}
        for name, value in self.all:
            self._named.setdefault(name.lower(), []).append(value)

    def every(self, wanted: str) -> tuple[str, ...]:
        """Give the values of a header that say something."""
        return tuple(self._named.get(wanted.lower(), ()))

    def one(self, wanted: str) -> str | None:
        """Give the first of them."""
        return next(iter(self.every(wanted)), None)


_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*):(.*(?:\n[ \t]+\S.*)*)\n")
_PLAIN = re.compile(rf"(?:{_HEADER.pattern})*")


def _parsed(headers: str) -> list[tuple[str, str]]:
    """Parse headers; the standard library's parser takes ten times as long, and is needed for odd ones only."""
    lines = headers.strip("\n") + "\n"
    if lines.isascii() and "\r" not in lines and _PLAIN.fullmatch(lines):
        return [(name, value) for name, value in _HEADER.findall(lines)]
    return [(name, str(value)) for name, value in HeaderParser().parsestr(headers).items()]


def _distribution(found: importlib_metadata.Distribution) -> Distribution:
    """Read the core metadata; what is missing or says nothing is left out."""
    headers = _Headers(found)
    urls = dict(_labelled(value) for value in headers.every("Project-URL"))
    for label, header in (("Homepage", "Home-page"), ("Download", "Download-URL")):
        value = headers.one(header)
        if value is not None and value not in urls.values():
            urls.setdefault(label, value)
    classifiers = headers.every("Classifier")
    license_ = headers.one("License-Expression") or headers.one("License")
    if license_ is None or "\n" in license_:  # the whole text, where a name was asked for
        licences = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License ::")]
        license_ = ", ".join(licences) or None
    authors = [headers.one(header) for header in ("Author", "Author-email", "Maintainer", "Maintainer-email")]
    return Distribution(
        name=headers.one("Name") or _folder_name(found),
        version=headers.one("Version"),
        summary=headers.one("Summary"),
        license=license_,
        authors=tuple(dict.fromkeys(author for author in authors if author)),
        urls=tuple(urls.items()),
        requires_python=headers.one("Requires-Python"),
        classifiers=classifiers,
        metadata=tuple((name, value) for name, value in headers.all if name.lower() != "description"),
    )


def _labelled(value: str) -> tuple[str, str]:
    label, _, url = value.partition(",")
    return label.strip(), url.strip()


def _folder_name(found: importlib_metadata.Distribution) -> str:
    """Give the name that the folder of a distribution tells, which a package manager left half removed perhaps."""
    return Path(_folder(found)).name.partition("-")[0]


def _folder(found: importlib_metadata.Distribution) -> str:
    return str(getattr(found, "_path", "unnamed"))


def _editable_modules(finder: Path) -> dict[str, Path]:
    """Read the names that setuptools' finder of an editable install maps to paths, without running it."""
    try:
        body = ast.parse(finder.read_bytes()).body
    except (SyntaxError, ValueError, OSError):
        return {}
    for statement in body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="MAPPING")], value=ast.Dict() as mapping)
                | ast.AnnAssign(target=ast.Name(id="MAPPING"), value=ast.Dict() as mapping)
            ):
                return {str(name): Path(path) for name, path in ast.literal_eval(mapping).items()}
    return {}
