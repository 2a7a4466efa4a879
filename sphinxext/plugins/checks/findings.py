"""What a check found, and where."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.checks.coverage import Covered, below, is_of_share
from sphinxext.plugins.core.model import Location, Problem
from sphinxext.plugins.core.structs import Struct
from sphinxext.plugins.core.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinxext.plugins.checks.checkout import Places

_VOLATILE = re.compile(r"(?<=[ (])\d\S*?((?:, | and )\d\S*?)*(?=[,;:)]*(?:\s|$))")
"""Numbers of lines, counts and versions in a message, which change though what is wrong does not."""


class Finding(Struct, frozen=True):
    """A problem that a rule found."""

    problem: Problem

    place: Location | None = None
    """Where it is to be mended: a file, relative to the root of the checkout, and a line; None where none is known."""

    number: int = 0
    """How many before it are the same but for numbers."""

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return self.problem.type

    @property
    def message(self) -> str:
        """What is wrong, with the plugin, in a line."""
        return clean_line(" ".join(filter(None, (self.problem.plugin, self.problem.message))))

    @property
    def remedy(self) -> str:
        """What its reader can do about it, in a line."""
        return clean_line(self.problem.remedy)

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes it the same as another one: its rule, its file, and its message, without numbers and versions."""
        return self.rule, self.place.file if self.place else "", _VOLATILE.sub("", self.message)

    @property
    def fingerprint(self) -> str:
        """A text that is another for each finding, and stays where lines are added above it."""
        return hashlib.sha256(json.dumps([*self.identity, self.number]).encode()).hexdigest()


class Known(Struct, frozen=True):
    """A finding that a baseline has, so that it fails no check."""

    fingerprint: str
    """What it is known by; all else is for people."""

    rule: str
    message: str
    plugin: str | None = None
    file: str | None = None


class Report(Struct, frozen=True):
    """All that a check found."""

    root: str
    """The folder that the files of places are relative to."""

    findings: tuple[Finding, ...]
    """By place; those without one first."""

    rules: tuple[str, ...]
    """The ids of the rules that were looked at."""

    namespaces: int
    plugins: int
    """How many there are of what was looked at."""

    coverage: tuple[Covered, ...] = ()
    """How many plugins of each namespace are documented."""

    fail_under: float | None = None
    """How many plugins of a hundred have to be documented, where that decides and not each plugin."""

    otherwise: Location | None = None
    """The place of a finding that has none, for formats in which each must have one; None where nothing is there."""

    known: int = 0
    """How many findings are left out of these, for the baseline has them."""

    gone: tuple[Known, ...] = ()
    """What the baseline has, and was looked for and not found."""

    def fails(self, finding: Finding) -> bool:
        """Whether a finding fails the check: not that a plugin is not documented, where enough are."""
        decides = self.fail_under is None or not is_of_share(finding.problem)
        return decides or below(self.coverage, self.fail_under) is not None


def placed(problems: Iterable[Problem], places: Places) -> list[Finding]:
    """Return problems at their places, each once."""
    once: dict[tuple[str, str | None, Location | None], Finding] = {}
    for problem in problems:
        if problem.remedy:  # or else another one says it
            place = places.place(problem)
            once.setdefault((problem.text, problem.rule, place), Finding(problem=problem, place=place))
    numbers: Counter[tuple[str, str, str]] = Counter()
    found: list[Finding] = []
    for finding in sorted(once.values(), key=_order):
        found.append(msgspec.structs.replace(finding, number=numbers[finding.identity]))
        numbers[finding.identity] += 1
    return found


def _order(finding: Finding) -> tuple[str, int, str, str]:
    place = finding.place
    return (place.file if place else "", (place.line or 0) if place else 0, finding.rule, finding.problem.text)
