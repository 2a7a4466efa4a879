"""Where distributions are found, and what their metadata says: names, versions, entry points.

Nothing is imported here, and nothing of a plugin is read; that is :mod:`~sphinxext.plugins.introspect`.
"""

from __future__ import annotations

import ast
import contextlib
import re
import sys
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
        distribution = _distribution(found)
        if canonicalize_name(distribution.name) in seen:
            continue
        seen.add(canonicalize_name(distribution.name))
        try:
            entry_points = tuple(found.entry_points)
        except (ValueError, TypeError, OSError) as error:  # the parser trips over a line without "="
            entry_points = tuple(_Readable(found).entry_points)
            problems.append(_unreadable(distribution, error))
        for entry_point in dict.fromkeys((point.group, point.name, point.value) for point in entry_points):
            plugin = _plugin(*entry_point, distribution)
            namespaces.setdefault(plugin.namespace, []).append(plugin)
    return namespaces, problems


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
        message = HeaderParser().parsestr(re.split(r"\r?\n\r?\n", text, maxsplit=1)[0])
        values = ((name, str(value).strip()) for name, value in message.items())
        self.all = tuple((name, value) for name, value in values if value not in {"", "UNKNOWN"})

    def every(self, wanted: str) -> tuple[str, ...]:
        """Give the values of a header that say something."""
        return tuple(value for name, value in self.all if name.lower() == wanted.lower())

    def one(self, wanted: str) -> str | None:
        """Give the first of them."""
        return next(iter(self.every(wanted)), None)


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
    return Path(getattr(found, "_path", "unnamed")).name.partition("-")[0]


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
