"""A baseline: what a check found once, so that only what is new fails the next.

It is a file of JSON under version control. Lines of source and versions make no difference, so that it stays true when
something is added above a plugin, or released; of several findings that are the same but for that, it has as many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from sphinxext.plugins.checks.findings import Known
from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.structs import Struct
from sphinxext.plugins.core.text import escape_json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from sphinxext.plugins.checks.findings import Report


class Baseline(Struct, frozen=True):
    """What stands in the file."""

    version: Literal[1]
    findings: tuple[Known, ...] = ()


def read(content: bytes) -> tuple[Known, ...]:
    """Read a baseline.

    :raises ValueError: where it is none, or one of a newer version
    """
    found: Baseline = decoding.json(content, Baseline)
    return found.findings


def to_json(known: Iterable[Known]) -> bytes:
    """Write a baseline, the same text for the same findings."""
    whole = Baseline(version=1, findings=tuple(known))
    return escape_json(str(msgspec.json.format(msgspec.json.encode(whole), indent=1), "utf-8")).encode() + b"\n"


def compared(report: Report, known: Iterable[Known], names: Collection[str] | None) -> Report:
    """Leave out of a report what a baseline has, and say which of that was not found.

    :param names: the namespaces that were looked at; None where that is all
    """
    every = {each.fingerprint: each for each in known}
    found = {each.fingerprint for each in report.findings}
    new = tuple(each for each in report.findings if each.fingerprint not in every)
    gone = tuple(each for each in every.values() if each.fingerprint not in found and _asked(each, report, names))
    return msgspec.structs.replace(report, findings=new, known=len(report.findings) - len(new), gone=gone)


def written(report: Report, known: Iterable[Known], names: Collection[str] | None) -> tuple[Known, ...]:
    """Return what a baseline has to have: all that was found, and what it has of all else."""
    found = [
        Known(
            fingerprint=each.fingerprint,
            rule=each.rule,
            message=each.message,
            plugin=each.problem.plugin,
            file=each.place.file if each.place else None,
        )
        for each in report.findings
    ]
    fingerprints = {each.fingerprint for each in found}
    others = [each for each in known if each.fingerprint not in fingerprints and not _asked(each, report, names)]
    return tuple(sorted((*found, *others), key=_order))


def _asked(known: Known, report: Report, names: Collection[str] | None) -> bool:
    """Whether a check looked for something."""
    if names is not None and (known.plugin is None or known.plugin.partition(":")[0] not in names):
        return False
    return known.rule in report.rules


def _order(known: Known) -> tuple[str, str, str, str]:
    return (known.file or "", known.rule, known.message, known.fingerprint)


def outdated(file: Path, gone: Sequence[Known]) -> Problem:
    """Say that a baseline has what is found no more."""
    first = [f"{each.rule}: {each.message}" for each in gone[: limits.MOST_LISTED]]
    more = f"; … ({len(gone)} in all)" if len(gone) > len(first) else ""
    message = f"the baseline {file} has what is found no more ({'; '.join(first)}{more})"
    return Problem(kind=ProblemKind.CONFIG, message=message, remedy="renew it with --write-baseline")
