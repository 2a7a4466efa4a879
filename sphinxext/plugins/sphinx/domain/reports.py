"""Problems of pages, as warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sphinx.util import logging

from sphinxext.plugins.checks.mistakes import Mistakes, unknown_settings
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.sphinx.references import Object, Rank

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from sphinxext.plugins.sphinx.domain import PluginDomain

logger = logging.getLogger(__name__)

_IN_EACH_PLACE = {ProblemKind.NAMESPACE, ProblemKind.DOCSTRING, ProblemKind.UNTRUSTED, ProblemKind.REFERENCE}
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


def mistakes(domain: PluginDomain) -> list[Problem]:
    """Say which settings fit nothing."""
    conf = domain.folder / "conf.py"
    keys = {key for page in domain.shown.values() for key in page}
    shown = (namespace for key in keys for namespace in domain.catalogs.found(key))
    domain.assembler.attributes = domain.data["attributes"]
    mistakes = Mistakes(domain.options, domain.assembler, shown, conf)
    return [*unknown_settings(conf, domain.env.config.__contains__), *mistakes.found()]


def documented_twice(domain: PluginDomain) -> Iterator[Noted]:
    """Say what two directives document."""
    for problem, entry in domain.targets.documented_twice():
        yield Noted(problem, f"{entry.file or domain.env.doc2path(entry.docname)}:{entry.line}")


def ambiguous(domain: PluginDomain) -> Iterator[Noted]:
    """Say which references may mean several things."""
    for docname in sorted(domain.references):
        for reference, place in domain.references[docname].items():
            problem = domain.targets.ambiguous(reference)
            if problem is not None:
                yield Noted(problem, place)


def taken_for_their_own(domain: PluginDomain) -> Iterator[Noted]:
    """Say which plugins catalogs leave to a page that turned out not to describe them."""
    left = {identity for _, identities in domain.elsewhere.values() for identity in identities}
    for docname, identities in sorted(domain.own.items()):
        for identity in sorted(left.intersection(identities)):
            entry = domain.objects.get(docname, {}).get(Object("plugin", identity))
            namespace = domain.assembler.namespace(identity.partition(":")[0])
            there = namespace and any(plugin.identity == identity for plugin in namespace.plugins)
            if there and (entry is None or entry.rank is not Rank.OWN):
                problem = Problem(
                    kind=ProblemKind.REFERENCE,
                    message=f"is left to the page {docname!r}, which has the directive plugin for it at the "
                    "beginning of a line, but does not describe it",
                    remedy="indent that line, if it is an example",
                    plugin=identity,
                )
                yield Noted(problem, f"{domain.env.doc2path(docname)}:{identities[identity]}")
