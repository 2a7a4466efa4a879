"""What a file declares of a distribution, and the texts that an installed one would have of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.sources.metadata import entry_points
from sphinxext.plugins.sources.tree import INSTALL, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sphinxext.plugins.sources.tree import Tree


class EntryPoint(NamedTuple):
    """An entry point as it is registered."""

    namespace: str
    name: str
    value: str


class Attribute(NamedTuple):
    """A value that stands in a module, as ``package.module.NAME``."""

    path: str


class Text(NamedTuple):
    """A value that is the text of files."""

    files: tuple[str, ...]


class Match(NamedTuple):
    """A version that is assigned in a file of any kind."""

    file: str

    own: bool = False
    """Whether it is for an expression of the project's own to find, which is not tried: it might take for ever."""


class Summary(NamedTuple):
    """A value that is the first line of a module's docstring."""

    module: str


Reference = Attribute | Text | Match | Summary
"""Where a value is, if not in the file that declares it."""

CONSOLE = "console_scripts"
GUI = "gui_scripts"


@dataclass
class Declared:
    """What one file, or a part of one, declares."""

    headers: dict[str, list[str] | Reference] = field(default_factory=dict)
    """Core metadata: the values of a header by its name."""

    entry_points: list[EntryPoint] | None = None
    """Those that it registers; None where it says nothing of any."""

    modules: dict[str, str] = field(default_factory=dict)
    """Where single modules are, by name."""

    folders: list[str] = field(default_factory=list)
    """Where all others are, if it says so."""

    def say(self, header: str, *values: str | None) -> None:
        """Set the values of a header, unless it has some; nothing says nothing."""
        said = [value for value in values if value and value.strip()]
        if said:
            self.headers.setdefault(header, said)

    def refer(self, header: str, reference: Reference) -> None:
        """Say where the value of a header is, unless it has one."""
        self.headers.setdefault(header, reference)

    def place(self, tree: Tree, folders: Mapping[str, object], where: str) -> None:
        """Take where packages are, by their names; the empty name stands for all others."""
        for name, folder in folders.items():
            inside = tree.inside(folder, where) if isinstance(folder, str) else None
            if inside is not None and isinstance(name, str):
                if name:
                    self.modules[name] = inside
                else:
                    self.folders.append(inside)

    def people(self, role: str, people: Iterable[tuple[str | None, str | None]]) -> None:
        """Write authors or maintainers by their names and addresses, as the core metadata specification asks."""
        names: list[str] = []
        addresses: list[str] = []
        for name, email in people:
            if email:
                addresses.append(f"{name} <{email}>" if name else email)
            elif name:
                names.append(name)
        self.say(role, ", ".join(names))
        self.say(f"{role}-email", ", ".join(addresses))


HEADERS = {
    "name": "Name",
    "version": "Version",
    "description": "Summary",
    "url": "Home-page",
    "download_url": "Download-URL",
    "author": "Author",
    "author_email": "Author-email",
    "maintainer": "Maintainer",
    "maintainer_email": "Maintainer-email",
    "license": "License",
    "license_expression": "License-Expression",
    "keywords": "Keywords",
    "classifiers": "Classifier",
    "python_requires": "Requires-Python",
    "install_requires": "Requires-Dist",
}
"""The header of each keyword."""

_LISTED = {"classifiers", "install_requires"}
"""Those that have several values, which stand in lines."""


def of_keywords(tree: Tree, file: str, keywords: Mapping[str, object]) -> Declared:
    """Read the keywords of ``setup``, which ``setup.cfg`` has as well, but for the entry points.

    What is of another type than it may have says nothing.

    :param file: where they are, for messages
    """
    declared = Declared()
    for keyword, header in HEADERS.items():
        match keywords.get(keyword):
            case str() as value:
                declared.say(header, *(value.splitlines() if keyword in _LISTED else [value]))
            case Attribute() | Text() as reference:
                declared.refer(header, reference)
            case list() | tuple() as values:
                texts = [value for value in values if isinstance(value, str)]
                declared.say(header, *(texts if keyword in _LISTED else [", ".join(texts)]))
    match keywords.get("project_urls"):
        case dict() as urls:
            pairs = [pair for pair in urls.items() if all(isinstance(part, str) for part in pair)]
            declared.say("Project-URL", *(f"{label}, {url}" for label, url in pairs))
    match keywords.get("package_dir"):
        case dict() as folders:
            declared.place(tree, folders, f"package_dir in {tree.place(file)}")
    return declared


class Registrar:
    """Takes entry points as they are declared; one that no distribution can have is a problem.

    :param file: where they are declared
    """

    def __init__(self, tree: Tree, file: str) -> None:
        self._tree = tree
        self._place = tree.place(file)
        self.taken: list[EntryPoint] = []

    def take(self, namespace: str, name: str, value: str) -> None:
        """Take one."""
        plain = EntryPoint(namespace.strip(), name.strip(), value.strip())
        wrong = _unfit(plain)
        if wrong is None:
            self.taken.append(plain)
        else:
            what = f"{shortened(f'{plain.name} = {plain.value}')!r} in the namespace {shortened(plain.namespace)!r}"
            self.refuse(what, f"cannot be an entry point: {wrong}")

    def refuse(self, what: str, reason: str) -> None:
        """Note that something is no entry point."""
        remedy = f"correct it there, or {INSTALL}; its other entry points are shown"
        self._tree.problem(f"{what} in {self._place} {reason}", remedy)

    def take_groups(self, groups: Mapping[str, object]) -> None:
        """Take those that ``setup`` takes as a dict: by namespace, lines with names and targets."""
        for namespace, lines in groups.items():
            for line in lines if isinstance(lines, list | tuple) else [lines]:
                if isinstance(line, str):
                    self.take_lines(line, namespace)
                else:
                    self.refuse(f"what is registered for {shortened(namespace)!r}", "is no text")

    def take_lines(self, text: str, namespace: str | None = None) -> None:
        """Take those that stand in the form of an ``entry_points.txt``."""
        for line in entry_points(text, namespace):
            if line.wrong:
                self.refuse(repr(shortened(line.text)), f"is no entry point: it {line.wrong}")
            else:
                self.take(line.namespace, line.name, line.value)


def _unfit(entry_point: EntryPoint) -> str | None:
    """Say why an entry point would not come out of an ``entry_points.txt`` as it went in."""
    for what, text in zip(("its namespace", "its name", "its target"), entry_point, strict=True):
        if not text:
            return f"{what} is empty"
        if _ODD.search(text):
            return f"{what} has a line break or a character that is none"
    if re.search(r"[\[\]]", entry_point.namespace):
        return "its namespace has a bracket"
    if entry_point.name.startswith(("[", "#")) or "=" in entry_point.name:
        return 'its name begins with "[" or "#", or has a "="'
    return None


_ODD = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What ends a line for some reader or other, and what cannot be written: a tab is neither."""


def compose_entry_points(entry_points: Iterable[EntryPoint]) -> str:
    """Compose what an installed distribution has as ``entry_points.txt``."""
    namespaces: dict[str, dict[EntryPoint, None]] = {}
    for entry_point in entry_points:
        namespaces.setdefault(entry_point.namespace, {})[entry_point] = None
    return "\n".join(
        f"[{namespace}]\n" + "".join(f"{name} = {value}\n" for _, name, value in plugins)
        for namespace, plugins in namespaces.items()
    )


def compose_metadata(headers: Mapping[str, Iterable[str]]) -> str:
    """Compose what an installed distribution has as ``METADATA``."""
    lines = ["Metadata-Version: 2.4"]
    for header, values in headers.items():
        lines += [f"{header}: {_value(header, value)}" for value in values]
    return "\n".join(lines) + "\n"


def _value(header: str, value: str) -> str:
    """Return a value that stays within its header: in one line, or the text of a licence in lines that continue it."""
    lines = (_ODD.sub(" ", line).strip() for line in value.splitlines())
    return ("\n        " if header == "License" else " ").join(filter(None, lines))
