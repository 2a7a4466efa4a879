"""What a check found, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext.plugins.checks.coverage import Covered
from sphinxext.plugins.core.model import Location, Problem
from sphinxext.plugins.core.structs import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinxext.plugins.checks.checkout import Places


class Finding(Struct, frozen=True):
    """A problem that a rule found."""

    problem: Problem

    place: Location | None = None
    """Where it is to be mended: a file, relative to the root of the checkout, and a line; None where none is known."""

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return self.problem.type


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


def placed(problems: Iterable[Problem], places: Places) -> list[Finding]:
    """Return problems at their places, each once."""
    once: dict[tuple[str, str | None, Location | None], Finding] = {}
    for problem in problems:
        if problem.remedy:  # or else another one says it
            place = places.place(problem)
            once.setdefault((problem.text, problem.rule, place), Finding(problem=problem, place=place))
    return sorted(once.values(), key=_order)


def _order(finding: Finding) -> tuple[str, int, str, str]:
    place = finding.place
    return (place.file if place else "", (place.line or 0) if place else 0, finding.rule, finding.problem.text)
