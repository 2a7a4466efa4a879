"""What one build has, and does not leave to the next: its settings, its catalog, and what it writes."""

from __future__ import annotations

import glob
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from sphinx.util import logging

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.checks import asked
from sphinxext.plugins.core.changes import Side, changes
from sphinxext.plugins.core.guides import Guides
from sphinxext.plugins.core.lifetimes import UNRELEASED
from sphinxext.plugins.core.model import Catalog
from sphinxext.plugins.core.pairs import origins
from sphinxext.plugins.core.shown import Shown
from sphinxext.plugins.core.text import escape_cell
from sphinxext.plugins.core.typos import nearest
from sphinxext.plugins.introspect.live.guarded import beside
from sphinxext.plugins.settings import from_conf, from_config
from sphinxext.plugins.sphinx.handlers import Handlers
from sphinxext.plugins.sphinx.outputs import Output
from sphinxext.plugins.sphinx.progress import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx

    from sphinxext.plugins.core.changes import Changes
    from sphinxext.plugins.core.history import Release
    from sphinxext.plugins.core.model import Namespace, Problem
    from sphinxext.plugins.core.shown import Period

logger = logging.getLogger(__name__)

_CACHE = "sphinxext-plugins.json"
"""The file in the doctree directory that keeps what was introspected."""


class Build:
    """A build, from when its builder is there.

    :ivar options: its settings
    :ivar conf: the file of these
    :ivar assembler: its catalog
    :ivar problems: those that no page has
    :ivar handlers: what the project changes of plugins
    :ivar spent: the processor time that docstrings took; see the guard of docstrings
    :ivar output: what it writes, and what others wrote before it
    :ivar data_file: the file that it writes the catalog to
    :ivar directives: gives those of this extension in the text of a page
    """

    def __init__(self, app: Sphinx) -> None:
        folder = Path(app.confdir)
        self.conf = folder / "conf.py"
        settings = {setting.name: setting.value for setting in app.config}
        self.options, problems = from_config(from_conf(settings, folder), self.conf)
        self.problems: list[Problem] = problems
        self.handlers = Handlers(app)
        self.assembler = Assembler(
            self.options,
            folder,
            Path(app.doctreedir) / _CACHE,
            Status(app.verbosity),
            self.handlers.change_plugin,
        )
        self.handlers.failed = self.assembler.failed
        self.spent: dict[tuple[str, ...], float] = {}
        self.output = Output(app.builder)
        self.data_file: Path | None = None
        place = app.env.doc2path
        self.assembler.guides = Guides(
            self.options.guides, lambda: {docname: Path(place(docname)) for docname in app.env.found_docs}
        )
        self.directives = cache(lambda docname: asked.of_page(Path(place(docname)), app.config, Path(app.srcdir)))

    def fingerprint(self, shown: Shown) -> str:
        """Return a text that changes with anything that is shown, and with the code that changes it."""
        if shown.changes is not None:
            made = self.changes(shown.changes)
            near = [nearest(each, self.assembler.names) for each in made.unknown]
            whole = msgspec.json.encode((made, near), order="deterministic")
            return hashlib.sha256(whole).hexdigest() + self.handlers.fingerprint
        return self.assembler.fingerprint(shown) + self.handlers.fingerprint

    def changes(self, period: Period) -> Changes:
        """Return what changed in a period."""

        def now(before: Release) -> Side:
            with_interface = {each.name for each in before.catalog.namespaces if each.interface}
            found = (self.assembler.selected(Shown(pattern)) for pattern in period.namespaces)
            names = sorted({name for each in found for name in each})
            asked = (Shown(glob.escape(name), interface=name in with_interface) for name in names)
            there = tuple(namespace for shown in asked for namespace in self.assembler.select(shown))
            registered = (plugin for name in self.assembler.names for plugin in self.assembler.registered(name))
            return Side(UNRELEASED, Catalog(namespaces=there, selected=("*",)), origins(registered))

        return changes(period, self.assembler.history.releases, now)

    def catalog(self, shown: Iterable[Shown]) -> list[Namespace]:
        """Return all namespaces that pages show, once each, introspected as the configuration says."""
        patterns = sorted({each.namespaces for each in shown})
        found = {each.name: each for pattern in patterns for each in self.assembler.select(Shown(pattern))}
        return [found[name] for name in sorted(found)]

    def place(self, problem: Problem) -> str | None:
        """Return where a problem is, ``file:line``; None where it has no place of its own."""
        path = self.assembler.place(problem)
        return f"{escape_cell(str(path))}:{problem.location.line}" if path and problem.location else None

    def save(self) -> None:
        """Keep what was introspected, in files of its own and not in the environment."""
        for message in self.assembler.save():
            logger.verbose("[plugins] %s", message)
        if beside:
            logger.verbose("[plugins] plugins were loaded among all other processes: no namespaces are allowed here")
            beside.clear()
