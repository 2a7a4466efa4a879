"""Problems of pages, as warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sphinx.util import logging

from sphinxext.plugins.model import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

logger = logging.getLogger(__name__)

_IN_EACH_PLACE = {ProblemKind.NAMESPACE, ProblemKind.DOCSTRING, ProblemKind.STRANGER, ProblemKind.REFERENCE}
"""What is to be mended wherever it stands, and is reported there; any other problem is reported once."""


class Noted(NamedTuple):
    """A problem, and where it is reported: ``file:line``."""

    problem: Problem
    place: str | None

    here: bool = False
    """Whether it is to be mended in this place, and is reported though it is reported elsewhere as well."""


def report(noted: Sequence[Noted], quiet: Container[ProblemKind]) -> None:
    """Warn of each problem once in each place that is to be mended, or else once.

    :param quiet: the kinds that are no warnings; of these the number is told
    """
    seen: set[tuple[str, str | None]] = set()
    for problem, place, here in noted:
        key = (problem.text, place if here or problem.kind in _IN_EACH_PLACE else None)
        if problem.remedy and key not in seen:
            seen.add(key)
            warn(problem, place, "VERBOSE" if problem.kind in quiet else "WARNING")
    if untold := {problem.plugin for problem, *_ in noted if problem.kind in quiet}:
        logger.info("[plugins] %d docstrings that are not trusted have markup that is not right", len(untold))


def warn(problem: Problem, place: object, level: str = "WARNING") -> None:
    """Warn of a problem.

    :param place: where it is: a node, or ``file:line``
    """
    logger.log(level, "%s", problem.text, type="plugins", subtype=problem.kind.value, location=place)
