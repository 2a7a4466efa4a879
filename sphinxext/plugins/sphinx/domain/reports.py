"""Problems, as warnings: once all pages are read, by the process that all others report to.

So a build that reads no page warns as the one before it did.
"""

from __future__ import annotations

from glob import escape
from typing import TYPE_CHECKING

from sphinx.util import logging

from sphinxext.plugins import checks
from sphinxext.plugins.core.assembly import failures
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.shown import Shown
from sphinxext.plugins.sphinx.domain.notes import Noted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.environment import BuildEnvironment

    from sphinxext.plugins.core.model import Namespace
    from sphinxext.plugins.sphinx.build import Build
    from sphinxext.plugins.sphinx.domain.notes import Notes

logger = logging.getLogger(__name__)


def report(env: BuildEnvironment, build: Build, notes: Notes) -> None:
    """Warn of all problems: those of the settings, of the sources and of pages, and those between pages."""
    assembler = build.assembler
    failed = failures(assembler.failed, {name for shown in notes.all_shown() for name in assembler.selected(shown)})
    of_all = [*build.problems, *assembler.problems, *failed, *_checked(env, build, notes)]
    noted = [
        *(Noted(problem, build.place(problem)) for problem in of_all),
        *(each for docname in sorted(notes.problems) for each in notes.problems[docname].values()),
        *_documented_twice(env, notes),
        *notes.ambiguous(),
        *_not_described(env, build, notes),
    ]
    _warn_once(noted, set() if build.options.report_untrusted else {ProblemKind.UNTRUSTED})


def _warn_once(noted: Iterable[Noted], quiet: set[ProblemKind]) -> None:
    """Warn of each problem once in each place that has to be corrected, or else once.

    :param quiet: the kinds that are no warnings; of these the number is shown
    """
    once: dict[object, Noted] = {}
    untold: set[str | None] = set()
    for each in noted:
        untold |= {each.problem.plugin} if each.problem.kind in quiet else set()
        if each.problem.remedy:
            once.setdefault(each.key, each)
    for problem, place, _here in once.values():
        warn(problem, place, "VERBOSE" if problem.kind in quiet else "WARNING")
    if untold:
        logger.info("[plugins] %d docstrings that are not trusted have markup that is not right", len(untold))


def warn(problem: Problem, place: object, level: str = "WARNING") -> None:
    """Warn of a problem.

    :param place: where it is: a node, or ``file:line``
    """
    logger.log(level, "%s", problem.text, type="plugins", subtype=problem.type, location=place)


def _checked(env: BuildEnvironment, build: Build, notes: Notes) -> list[Problem]:
    """Return what rules find."""
    assembler = build.assembler
    assembler.attributes = notes.attributes

    def shown() -> Iterator[Namespace]:
        return (namespace for each in notes.all_shown() for namespace in assembler.select(each))

    def documented() -> set[Shown]:
        by_hand = {Shown(escape(each.namespace)) for of_page in notes.objects.values() for each in of_page}
        return notes.all_shown() | by_hand

    known = env.config.__contains__
    return checks.run(checks.Check(build.options, assembler, shown, build.conf, is_known=known, documented=documented))


def _documented_twice(env: BuildEnvironment, notes: Notes) -> Iterator[Noted]:
    """Say what two directives document."""
    for problem, entry in notes.targets.documented_twice():
        yield Noted(problem, f"{entry.file or env.doc2path(entry.docname)}:{entry.line}")


def _not_described(env: BuildEnvironment, build: Build, notes: Notes) -> Iterator[Noted]:
    """Say which plugins catalogs leave to a page that turned out not to describe them."""
    for docname, identity, line in notes.not_described():
        registered = build.assembler.registered(identity.partition(":")[0])
        if any(plugin.identity == identity for plugin in registered):
            problem = Problem(
                kind=ProblemKind.REFERENCE,
                message=f"is left to the page {docname!r}, which has the directive plugin for it at the "
                "beginning of a line, but does not describe it",
                remedy="indent that line, if it is an example",
                plugin=identity,
            )
            yield Noted(problem, f"{env.doc2path(docname)}:{line}")
