"""What a distribution registers, and what its metadata says of it."""

from __future__ import annotations

import contextlib
import re
from email.parser import HeaderParser
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import importlib_metadata
from packaging.utils import canonicalize_name

from sphinxext.plugins.model import Distribution, Plugin, Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Registered(NamedTuple):
    """A distribution, by its name, with what it registers."""

    name: str
    """Normalised."""

    plugins: Sequence[Plugin] = ()
    problems: Sequence[Problem] = ()


def registered(found: importlib_metadata.Distribution, source: str) -> Registered:
    """Read what a distribution registers.

    :param source: what it was found in, as the settings name it
    """
    entry_points, error = _entry_points(found)
    named = None if entry_points or error else _DIST_INFO.fullmatch(folder_of(found).name)
    if named is not None:  # most distributions have none, and to parse the metadata of all takes long
        return Registered(canonicalize_name(named["name"]))
    distribution = _distribution(found, source)
    plugins = [_plugin(*entry_point, distribution) for entry_point in dict.fromkeys(entry_points)]
    problems = [] if error is None else [_unreadable(distribution, error)]
    return Registered(canonicalize_name(distribution.name), plugins, problems)


def folder_of(found: importlib_metadata.Distribution) -> Path:
    """Give the folder, or the file, that the metadata of a distribution is in."""
    return Path(str(getattr(found, "_path", "unnamed")))


class Described(importlib_metadata.Distribution):
    """A distribution of which the texts of its metadata are known.

    :param folder: what the folder of the metadata would be called
    """

    def __init__(self, folder: Path, texts: Mapping[str, str]) -> None:
        self._path = folder
        self._texts = texts

    def read_text(self, filename: str) -> str | None:  # noqa: D102  # the base's
        return self._texts.get(filename)

    def locate_file(self, path: object) -> Path:  # noqa: D102  # the base's, which asks for it
        raise FileNotFoundError(path)


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
        return [(point.group, point.name, point.value) for point in _readable(found).entry_points], error
    return entry_points, None


def _readable(found: importlib_metadata.Distribution) -> Described:
    """Give a distribution whose entry points are only the lines that can be one."""
    text = ""
    with contextlib.suppress(ValueError, OSError):
        text = found.read_text("entry_points.txt") or ""
    lines = [line for line in text.splitlines() if "=" in line or line.strip().startswith("[")]
    return Described(folder_of(found), {"entry_points.txt": "\n".join(lines)})


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


def _distribution(found: importlib_metadata.Distribution, source: str) -> Distribution:
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
        name=headers.one("Name") or folder_of(found).name.partition("-")[0],
        version=headers.one("Version"),
        source=source,
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
