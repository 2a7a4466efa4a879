"""The overlay, a file of facts that people wrote of plugins, which describers and other readers take from it."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.files import read, reason
from sphinxext.plugins.core.model import Docstring, Location, Problem, ProblemKind
from sphinxext.plugins.core.structs import Json
from sphinxext.plugins.core.text import clean_name, clean_namespace
from sphinxext.plugins.core.typos import lines_of_toml, place_in_toml
from sphinxext.plugins.core.values import Values

Overlay = dict[str, dict[str, dict[str, Json]]]
"""Facts that people wrote, by namespace, name and key."""


DESCRIPTION = "description"
"""The key of what people wrote of a namespace itself."""


class Written(NamedTuple):
    """What is in an overlay."""

    facts: Overlay
    problems: list[Problem]
    descriptions: dict[str, str]
    """What namespaces are for, by their names."""


def read_overlay(path: Path) -> Written:
    """Read an overlay, a TOML file of a table for each namespace and in that for each plugin.

    .. code-block:: toml

       ["sluice.reader"]
       description = "What reads files."

       ["sluice.reader".csv]
       guide = "https://example.org/csv"

    What is no table where one has to be is a problem, and left out.
    """
    try:
        # Dates become their text.
        whole = msgspec.to_builtins(decoding.toml(decoding.text(read(path, limits.LARGEST_MEMBER))))
    except (OSError, ValueError) as error:
        problem = Problem(
            kind=ProblemKind.CONFIG,
            message=f"plugins_overlay = {path.name!r} cannot be read: {reason(error)}",
            remedy="correct it; until then there is no overlay",
            location=Location(file=str(path), line=_line_of(error)),
        )
        return Written({}, [problem], {})
    overlay: Overlay = {}
    problems: list[Problem] = []
    descriptions: dict[str, str] = {}
    for namespace, plugins in whole.items():
        tables = plugins if isinstance(plugins, dict) else {}
        facts = {name: table for name, table in tables.items() if isinstance(table, dict)}
        overlay |= {namespace: {name: _plain(table) for name, table in facts.items()}} if facts else {}
        wrong = [namespace] if tables is not plugins else [key for key in tables if key not in facts]
        if isinstance(tables.get(DESCRIPTION), str):
            descriptions[namespace] = tables[DESCRIPTION]
            wrong.remove(DESCRIPTION)
        problems += [_no_table(path, namespace, key) for key in wrong]
    return Written(overlay, problems, descriptions)


class OverlayFile:
    """The overlay, which is read when it is asked for, and where what is in it stands.

    :param path: that of the file; None where there is none
    :param folder: that of conf.py, from which the file is named where it is in it
    """

    def __init__(self, path: str | None, folder: Path) -> None:
        self.file = file = Path(path) if path else None
        self.name = file.name if file else None
        if file is not None and file.is_relative_to(folder):
            self.name = file.relative_to(folder).as_posix()

    @cached_property
    def _read(self) -> Written:
        return read_overlay(self.file) if self.file else Written({}, [], {})

    @property
    def overlay(self) -> Overlay:
        """The facts that people wrote."""
        return self._read.facts

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with them."""
        return self._read.problems

    def of(self, namespace: str) -> dict[str, dict[str, Json]]:
        """Return what people wrote of the plugins of a namespace, by the names that the catalog has for these."""
        tables = [table for key, table in self.overlay.items() if clean_namespace(key) == namespace]
        return {clean_name(plugin): facts for table in tables for plugin, facts in table.items()}

    def description(self, namespace: str) -> Docstring | None:
        """Return what people wrote of a namespace itself, with its place; None where there is nothing."""
        found = ((key, text) for key, text in self._read.descriptions.items() if clean_namespace(key) == namespace)
        return next((Docstring(text=text, location=self.place(key, DESCRIPTION)) for key, text in found), None)

    def key_of(self, namespace: str) -> str:
        """Return the key of the table of a namespace, which may be written another way."""
        return next((key for key in self.overlay if namespace in {key, clean_namespace(key)}), namespace)

    @cached_property
    def _lines(self) -> dict[tuple[str, ...], int]:
        return lines_of_toml(self.file) if self.file else {}

    def place(self, *path: str) -> Location | None:
        """Find the line of a fact, or of the table that it is in, by the keys that lead to it."""
        found = (self._lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self._lines)
        line = next(found, None)
        return Location(file=self.name, line=line) if self.name and line else None


def _plain(table: dict[str, Json]) -> dict[str, Json]:
    """Make facts into what JSON can hold."""
    return {key: Values(limits).plain(value) for key, value in table.items()}


def _line_of(error: Exception) -> int:
    """Read where a file is no TOML."""
    match = re.search(r"\(at line (\d+)", str(error))
    return int(match[1]) if match else 1


def _no_table(path: Path, namespace: str, key: str) -> Problem:
    """Say that a fact in an overlay is about no plugin."""
    return Problem(
        kind=ProblemKind.CONFIG,
        message=f"plugins_overlay has {key!r}{f' of {namespace}' if key != namespace else ''}, which is no table",
        remedy='write facts in tables of namespaces and plugins, ["sluice.reader".csv]; until then it is left out',
        location=place_in_toml(path, namespace, key),
    )
