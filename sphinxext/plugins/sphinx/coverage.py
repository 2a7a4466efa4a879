"""The builder ``plugins-coverage``: how many plugins are documented of all that pages show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from sphinx.builders import Builder
from sphinx.util import logging

from sphinxext.plugins import checks
from sphinxext.plugins.checks.checkout import Places
from sphinxext.plugins.checks.coverage import cover
from sphinxext.plugins.checks.findings import placed
from sphinxext.plugins.core.files import holds, reason, replace
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import escape_cell
from sphinxext.plugins.formats import coverage
from sphinxext.plugins.sphinx.domain import PluginDomain
from sphinxext.plugins.sphinx.domain.reports import warn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from sphinxext.plugins.checks.findings import Finding
    from sphinxext.plugins.core.model import Namespace
    from sphinxext.plugins.sphinx.build import Build

logger = logging.getLogger(__name__)

_RULE = "coverage"


class CoverageBuilder(Builder):
    """Counts the plugins that are documented, and warns of each that is not."""

    name = "plugins-coverage"
    epilog = "The figures of plugins are in %(outdir)s."
    allow_parallel = True
    supported_image_types: ClassVar[list[str]] = []

    def get_outdated_docs(self) -> str:
        """Say that there is always something to do: what is shown of plugins may have changed, and no page."""
        return "figures of plugins"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:  # noqa: D102  # Sphinx's own
        del docname, typ
        return ""

    def write_documents(self, docnames: AbstractSet[str]) -> None:
        """Write no page."""

    def finish(self) -> None:
        """Write the figures, and warn of what is missing."""
        domain = PluginDomain.of(self.env)
        build, namespaces = domain.build, domain.build.catalog(domain.notes.all_shown())
        covered, findings = cover(namespaces, build.options), self._findings(build, namespaces)
        table = coverage.table(covered)
        logger.info("\n%s", table)
        self._write("coverage.txt", "\n".join([table, *(each.problem.text for each in findings), ""]).encode())
        self._write("coverage.json", coverage.to_json(covered))
        self._write("badge.json", coverage.badge(covered))
        self._write("badge.svg", coverage.picture(covered))

    def _findings(self, build: Build, namespaces: Sequence[Namespace]) -> list[Finding]:
        """Find what is missing, and warn of it, where no other build does."""
        check = checks.Check(build.options, build.assembler, lambda: namespaces, build.conf)
        found = placed(checks.find(check, [_RULE]), Places(check.checkout, build.assembler, build.options, build.conf))
        for each in found if _RULE not in build.options.rules else ():
            place = each.place and f"{escape_cell(str(check.checkout.root / each.place.file))}:{each.place.line}"
            warn(each.problem, build.place(each.problem) or place)
        return found

    def _write(self, name: str, content: bytes) -> None:
        file = Path(self.outdir) / name
        try:
            if not holds(file, content):
                replace(file, content)
        except OSError as error:
            message = f"{name} cannot be written: {reason(error)}"
            remedy = "build into another folder, or make room for it"
            warn(Problem(kind=ProblemKind.CONFIG, message=message, remedy=remedy), None)
