"""What a distribution registers, and what its metadata says of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from packaging.utils import canonicalize_name

from sphinxext.plugins.core import cleaning, limits
from sphinxext.plugins.core.model import Distribution, Plugin, Problem, ProblemKind
from sphinxext.plugins.core.text import clean_line, clean_name
from sphinxext.plugins.sources.metadata import TOO_MANY, Headers, Line, core_metadata, entry_points, folder_of, read

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    import importlib_metadata


class Registered(NamedTuple):
    """A distribution, by its name, with what it registers."""

    name: str
    """Normalised."""

    plugins: Sequence[Plugin] = ()
    """What it registers."""

    problems: Sequence[Problem] = ()
    """What is wrong with it."""

    version: str | None = None
    """Its own, where no plugin tells it."""


class Unloaded:
    """What is the same for all sources of which nothing is loaded."""

    path: tuple[str, ...] = ()
    introspected = False

    def roots(self) -> tuple[dict[str, Path], tuple[Path, ...]]:
        """Return where modules are: single ones by name, and the folders of all others."""
        return {}, ()

    def state(self) -> str:
        """Return nothing: it is for what is loaded."""
        return ""

    def owners(self, files: Collection[Path]) -> dict[Path, Distribution]:
        """Return nothing: files are told by what has them."""
        del files
        return {}


def legibly(name: str, plugins: Iterable[Plugin], problems: Iterable[Problem] = ()) -> Registered:
    """Return a distribution with what it registers, as every source gives it."""
    known, left_out = cleaning.registered(plugins)
    return Registered(name, known, [*problems, *left_out])


def registered(found: importlib_metadata.Distribution, source: str, called: str | None = None) -> Registered:
    """Read what a distribution registers.

    :param source: what it was found in, as the settings name it
    :param called: its normalised name, where more than its metadata tells that
    """
    registering = read(found, "entry_points.txt")
    lines = list(entry_points(registering.text or ""))
    entries = dict.fromkeys((line.namespace, line.name, line.value) for line in lines if not line.wrong)
    wrong = [*filter(None, [registering.error]), *_wrong(lines, registering.text or "")]
    named = None if entries or wrong else _DIST_INFO.fullmatch(folder_of(found).name)
    if named is not None:  # most distributions have none, and to parse the metadata of all takes long
        return Registered(called or canonicalize_name(named["name"]), version=named["version"])
    distribution, errors = _described(found, source, called)
    plugins = [_plugin(*entry, distribution) for entry in entries]
    problems = [_unreadable(registering.file, distribution.name, "; ".join(wrong), _SHOWN)] if wrong else []
    problems += [_unreadable(file, distribution.name, error, _TOLD) for file, error in errors]
    return legibly(canonicalize_name(distribution.name), plugins, problems)._replace(version=distribution.version)


def _wrong(lines: Iterable[Line], text: str) -> list[str]:
    """Say what is wrong with the lines of an ``entry_points.txt``, of many with the first."""
    odd = sorted((line for line in lines if line.wrong or not line.name), key=lambda line: line.wrong != TOO_MANY)
    wrong = [f"line {line.number} {line.wrong or 'has no name, for which two quotation marks stand'}" for line in odd]
    if text.startswith("\ufeff"):
        wrong.insert(0, "a byte order mark stands before line 1, which no other program accepts")
    more = len(wrong) - limits.MOST_LISTED
    return wrong[: limits.MOST_LISTED] + ([f"and {more} more"] if more > 0 else [])


_SHOWN = "its other entry points are shown"
_TOLD = "what can be read of it is shown"


def _plugin(namespace: str, name: str, value: str, distribution: Distribution) -> Plugin:
    # importlib_metadata's own property splits an extra at each "-", and fails on a target that is no name.
    target, _, extras = value.removesuffix("]").rpartition("[") if value.endswith("]") else (value, "", "")
    if "]" in extras or not _:
        target, extras = value, ""
    for sign in ".:":
        target = sign.join(map(str.strip, target.split(sign)))
    return Plugin(
        namespace=namespace,
        name=name,
        target=target.strip(),
        extras=tuple(filter(None, map(str.strip, extras.split(",")))),
        distribution=distribution,
    )


def _unreadable(file: str, distribution: str, why: str, rest: str) -> Problem:
    return Problem(
        kind=ProblemKind.SOURCE,
        message=f"{file} of {distribution} cannot be read as a whole: {why}",
        remedy=f"install the distribution again, or report it to its authors; {rest}",
    )


def source_problem(name: str, place: Path | str, message: str, remedy: str) -> Problem:
    """Make the problem of a source as a whole.

    :param place: where it is; an address stays untold, for it may hold a secret
    """
    where = "" if isinstance(place, str) else f" ({clean_line(str(place))})"
    return Problem(kind=ProblemKind.SOURCE, message=f"the source {name}{where} {message}", remedy=remedy)


def described(found: importlib_metadata.Distribution, source: str, called: str | None = None) -> Distribution:
    """Return what the metadata of a distribution says of it, cleaned as that of one that registers something."""
    distribution, _ = _described(found, source, called)
    [plugin], _ = cleaning.registered([Plugin(namespace="", name="", target="", distribution=distribution)])
    assert plugin.distribution is not None
    return plugin.distribution


def _described(
    found: importlib_metadata.Distribution, source: str, called: str | None
) -> tuple[Distribution, list[tuple[str, str]]]:
    """Read the core metadata, and give each file of it that is not as it should be, with the reason."""
    tried = core_metadata(found)
    headers = Headers(tried[-1].text or "")
    errors = [(each.file, each.error) for each in tried if each.error]
    if headers.error:
        errors.append((tried[-1].file, headers.error))
    said, folder = headers.one("Name"), _INFO.fullmatch(folder_of(found).name)
    name = said or (folder and folder["name"]) or folder_of(found).name
    # One that took the name of another would hide that.
    if called and canonicalize_name(name) != called:
        errors.append((tried[-1].file, f"it says that it is of {clean_line(name)[:100]}"))
        name = called
    elif said and folder and not _is_of(said, folder["whole"]):
        if not called:
            name = folder["name"] or folder["whole"]
        wrong = f"its folder is named {folder_of(found).name}" if called else f"it says that it is of {said}"
        errors.append((tried[-1].file, clean_line(wrong)[:120]))
    return _distribution(headers, clean_name(name), source), errors


_DIST_INFO = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+)\.dist-info")
_INFO = re.compile(r"(?P<whole>(?P<name>[^-]*).*)\.(dist|egg)-info", re.DOTALL)


def _is_of(name: str, folder: str) -> bool:
    """Whether the folder of the metadata is one of a distribution of that name: hyphens in it may be unescaped."""
    named = {folder.partition("-")[0], re.split(r"-(?=\d)", folder)[0]}
    return canonicalize_name(name) in map(canonicalize_name, named)


def _distribution(headers: Headers, name: str, source: str) -> Distribution:
    """Make one of its headers; what is missing or says nothing is left out."""
    urls = dict(_labelled(value) for value in headers.every("Project-URL"))
    for label, header in (("Homepage", "Home-page"), ("Download", "Download-URL")):
        value = headers.one(header)
        if value is not None and value not in urls.values():
            urls.setdefault(label, value)
    classifiers = headers.every("Classifier")
    license_ = headers.one("License-Expression") or headers.one("License")
    # Where a name is asked for, some give the whole text.
    if license_ is None or "\n" in license_ or len(license_) > limits.LONGEST_LICENSE:
        licences = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License ::")]
        license_ = ", ".join(licences) or None
    authors = [headers.one(header) for header in ("Author", "Author-email", "Maintainer", "Maintainer-email")]
    return Distribution(
        name=name,
        version=headers.one("Version"),
        source=source,
        summary=headers.one("Summary"),
        license=license_,
        authors=tuple(filter(None, authors)),
        urls=tuple(urls.items()),
        requires_python=headers.one("Requires-Python"),
        classifiers=classifiers,
        metadata=tuple((key, value) for key, value in headers.all if key.lower() != "description"),
    )


def _labelled(value: str) -> tuple[str, str]:
    label, _, url = value.partition(",")
    return " ".join(label.split()), url.strip()
