"""The domain ``plugin``: what the pages of a project have to do with plugins.

It holds the catalog of the build, which is not kept, and the problems that each page shows, which
are: they are reported once, by the process that all others report to, and again by each build
that does not read the page again.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from sphinx.domains import Domain
from sphinx.util import logging

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.model import ProblemKind
from sphinxext.plugins.options import PREFIX, Options, from_config, resolved

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

    from sphinxext.plugins.model import Namespace, Problem

logger = logging.getLogger(__name__)


_IN_EACH_PLACE = {ProblemKind.NAMESPACE, ProblemKind.DOCSTRING}
"""What is to be mended wherever it stands, and is reported there; any other problem is reported once."""


class Noted(NamedTuple):
    """A problem, and where it is reported: ``file:line``."""

    problem: Problem
    place: str | None


class PluginDomain(Domain):
    """Plugins and their namespaces."""

    name = "plugin"
    label = "Plugins"
    initial_data: ClassVar[dict[str, Any]] = {"problems": {}, "shown": {}}
    data_version = 1

    @property
    def problems(self) -> dict[str, list[Noted]]:
        """The problems that a page shows, by the page's name, in the order they were noted."""
        problems: dict[str, list[Noted]] = self.data["problems"]
        return problems

    @property
    def shown(self) -> dict[str, dict[str, str | None]]:
        """The namespaces that a page shows with their fingerprints, by the page's name; None for one that is not."""
        shown: dict[str, dict[str, str | None]] = self.data["shown"]
        return shown

    @property
    def options(self) -> Options:
        """The settings of this build."""
        return self._options[0]

    @cached_property
    def _options(self) -> tuple[Options, list[Problem]]:
        config = self.env.config
        values = {name: config[PREFIX + name] for name in Options.__struct_fields__}
        if values["mock_imports"] is None and "autodoc_mock_imports" in config:
            values["mock_imports"] = config["autodoc_mock_imports"]
        return from_config(values)

    @cached_property
    def assembler(self) -> Assembler:
        """The catalog of this build."""
        return Assembler(self.options)

    def namespace(self, name: str) -> Namespace | None:
        """Give a namespace to the page that is being read, and note that it shows it."""
        namespace = self.assembler.namespace(name)
        fingerprint = namespace.fingerprint if namespace else None
        self.shown.setdefault(self.env.docname, {})[name] = fingerprint
        return namespace

    def outdated(self) -> list[str]:
        """Give the pages that show a namespace as it is no more."""
        names = {name for shown in self.shown.values() for name in shown}
        found = {name: self.assembler.namespace(name) for name in names}
        current = {name: namespace.fingerprint if namespace else None for name, namespace in found.items()}
        return sorted(
            docname
            for docname, shown in self.shown.items()
            if any(fingerprint != current[name] for name, fingerprint in shown.items())
        )

    def note_problem(self, problem: Problem, directive: str) -> None:
        """Note a problem of the page that is being read.

        :param directive: the place of the directive, which is the problem's where it has no other
        """
        path = self.assembler.locate(problem.location) if problem.location else None
        place = f"{path}:{problem.location.line}" if path and problem.location else directive
        self.problems.setdefault(self.env.docname, []).append(Noted(problem, place))

    def clear_doc(self, docname: str) -> None:
        """Forget what was noted of a page."""
        self.problems.pop(docname, None)
        self.shown.pop(docname, None)

    def merge_domaindata(self, docnames: AbstractSet[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process noted of the pages that it read."""
        for key in ("problems", "shown"):
            self.data[key].update({name: noted for name, noted in otherdata[key].items() if name in docnames})

    def report(self) -> None:
        """Warn of each problem once, however many pages show it."""
        noted = [Noted(problem, None) for problem in self._options[1]]
        for docname in sorted(self.problems):
            noted += self.problems[docname]
        seen: set[tuple[str, str | None]] = set()
        for problem, place in noted:
            key = (problem.text, place if problem.kind in _IN_EACH_PLACE else None)
            if key not in seen:
                seen.add(key)
                logger.warning("%s", problem.text, type="plugins", subtype=problem.kind.value, location=place)


def resolve_paths(app: Sphinx, config: Config) -> None:
    """Handle ``config-inited``: paths in conf.py are relative to it."""
    for name in Options.__struct_fields__:
        key = PREFIX + name
        config[key] = resolved(name, config[key], app.confdir)


def find_outdated(
    _app: Sphinx, env: BuildEnvironment, _added: set[str], _changed: set[str], _removed: set[str]
) -> list[str]:
    """Handle ``env-get-outdated``: a page is read again when what it shows has changed, and only then."""
    return cast("PluginDomain", env.get_domain(PluginDomain.name)).outdated()


def report_problems(_app: Sphinx, env: BuildEnvironment) -> None:
    """Handle ``env-updated``, which every build emits once all pages are read, also where none was."""
    cast("PluginDomain", env.get_domain(PluginDomain.name)).report()
