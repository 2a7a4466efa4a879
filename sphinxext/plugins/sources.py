"""Where distributions are found, and what their metadata says: names, versions, entry points.

Nothing is imported here, and nothing of a plugin is read; that is :mod:`~sphinxext.plugins.introspect`.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import importlib_metadata
from packaging.utils import canonicalize_name

from sphinxext.plugins.model import Distribution, Plugin, Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Installed:
    """The distributions that an environment can import, this one's by default.

    :param path: the folders that modules are imported from, in order, as in :data:`sys.path`.
    """

    def __init__(self, path: Sequence[str] | None = None) -> None:
        folders = sys.path if path is None else path
        self.path = tuple(dict.fromkeys(str(Path(folder).absolute()) for folder in folders))

    def distributions(self) -> Iterator[importlib_metadata.Distribution]:
        """Give every distribution; the first on the path where one is there twice, as an import would."""
        seen: set[str] = set()
        # Newer versions call what they give by the name of its protocol.
        found = cast(
            "Iterable[importlib_metadata.Distribution]", importlib_metadata.distributions(path=list(self.path))
        )
        for distribution in found:
            name = canonicalize_name(_name(distribution))
            if name not in seen:
                seen.add(name)
                yield distribution

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
    """Read each distribution once: all plugins by namespace, unsorted, and what could not be read."""
    namespaces: dict[str, list[Plugin]] = {}
    problems: list[Problem] = []
    for found in distributions:
        distribution = _distribution(found)
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


def _distribution(found: importlib_metadata.Distribution) -> Distribution:
    """Read the core metadata; what is missing or says nothing is left out."""
    urls = dict(_labelled(value) for value in _headers(found, "Project-URL"))
    for label, header in (("Homepage", "Home-page"), ("Download", "Download-URL")):
        value = _header(found, header)
        if value is not None and value not in urls.values():
            urls.setdefault(label, value)
    classifiers = _headers(found, "Classifier")
    license_ = _header(found, "License-Expression") or _header(found, "License")
    if license_ is None or "\n" in license_:  # the whole text, where a name was asked for
        licences = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License ::")]
        license_ = ", ".join(licences) or None
    authors = [_header(found, header) for header in ("Author", "Author-email", "Maintainer", "Maintainer-email")]
    return Distribution(
        name=_name(found),
        version=_header(found, "Version"),
        summary=_header(found, "Summary"),
        license=license_,
        authors=tuple(dict.fromkeys(author for author in authors if author)),
        urls=tuple(urls.items()),
        requires_python=_header(found, "Requires-Python"),
        classifiers=classifiers,
        metadata=_all_headers(found),
    )


def _labelled(value: str) -> tuple[str, str]:
    label, _, url = value.partition(",")
    return label.strip(), url.strip()


def _name(distribution: importlib_metadata.Distribution) -> str:
    """Read the name; of a folder that a package manager left half removed, take the folder's."""
    folder = Path(getattr(distribution, "_path", "unnamed"))
    return _header(distribution, "Name") or folder.name.partition("-")[0]


def _header(distribution: importlib_metadata.Distribution, name: str) -> str | None:
    """Read one header of the core metadata; None where it is missing, whatever the reason."""
    return next(iter(_headers(distribution, name)), None)


def _all_headers(distribution: importlib_metadata.Distribution) -> tuple[tuple[str, str], ...]:
    try:
        names = list(dict.fromkeys(distribution.metadata))
    except (OSError, ValueError, AttributeError, TypeError):
        return ()
    names = [name for name in names if name.lower() != "description"]
    return tuple((name, value) for name in names for value in _headers(distribution, name))


def _headers(distribution: importlib_metadata.Distribution, name: str) -> tuple[str, ...]:
    """Read all headers of a name that say something."""
    try:
        values = distribution.metadata.get_all(name) or []
    except (OSError, ValueError, AttributeError, TypeError):  # as importlib_metadata's versions put it
        return ()
    return tuple(str(value).strip() for value in values if str(value).strip() not in {"", "UNKNOWN"})


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
