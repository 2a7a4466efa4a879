"""What all commands share in one call: the settings, the catalog, and the warnings that were given."""

from __future__ import annotations

import fnmatch
import glob
import itertools
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins import checks
from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.cli.arguments import UsageError, refuse_unknown, settings
from sphinxext.plugins.core.assembly import failures
from sphinxext.plugins.core.files import resolved
from sphinxext.plugins.core.shown import Shown
from sphinxext.plugins.core.text import escape_cell

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from sphinxext.plugins.cli.arguments import Settings
    from sphinxext.plugins.cli.terminal import Terminal
    from sphinxext.plugins.core.model import Namespace, Plugin, Problem
    from sphinxext.plugins.settings import Options


class Session:
    """One call of the command."""

    def __init__(self, arguments: argparse.Namespace, terminal: Terminal) -> None:
        self._arguments = arguments
        self.terminal = terminal
        self.warned: set[tuple[str, str | None]] = set()
        """The warnings that were given, with their places."""
        self._name = ""
        self._say: Callable[[str], None] = lambda _text: None

    @property
    def options(self) -> Options:
        """The settings."""
        return self._settings.options

    @cached_property
    def _settings(self) -> Settings:
        return settings(self._arguments)

    def report_interfaces(self) -> None:
        """Have interfaces found, and what does not do as they ask reported, whatever the settings say."""
        options = msgspec.structs.replace(self.options, report_interface=True)
        self._settings = self._settings._replace(options=options)

    @cached_property
    def assembler(self) -> Assembler:
        """What assembles the catalog."""
        return Assembler(self.options, self._settings.folder, progress=self._progress)

    def _progress(self, what: str, plugins: int) -> Callable[[Plugin], None]:
        """Say how many plugins of the namespace are done, if it takes long."""
        done = itertools.count(1)
        say, name = self._say, self._name

        def tell(_: Plugin) -> None:
            say(f"{name}: {what} plugins, {next(done)} of {plugins} done")

        say(f"{name}: {what} plugins, none of {plugins} done")
        return tell

    def names(self, patterns: Iterable[str]) -> list[str]:
        """Return the namespaces that names and globs fit, all where there are none of these.

        :raises UsageError: where one fits none
        """
        with self.terminal.progress() as say:
            say("reading distributions")
            names = self.assembler.names
        all_fitting: set[str] = set()
        for pattern in patterns or ["*"]:
            exact = self.assembler.named(pattern)
            fitting = [exact] if exact else fnmatch.filter(names, pattern)
            if not fitting and pattern != "*":
                self.warn_of()
                refuse_unknown("plugin namespace", pattern, names)
            all_fitting.update(fitting)
        return sorted(all_fitting)

    def namespaces(self, names: Sequence[str], *, interface: bool = False) -> list[Namespace]:
        """Introspect namespaces.

        :param interface: whether their interfaces are shown, also of those that nothing is registered in
        """
        introspected: list[Namespace] = []
        with self.terminal.progress() as self._say:
            for self._name in names:
                introspected += self.assembler.select(Shown(glob.escape(self._name), interface=interface))
        return introspected

    def warn_of(self, namespaces: Sequence[Namespace] = (), plugins: Iterable[Plugin] | None = None) -> None:
        """Warn of what is wrong with the settings, the sources, and what is shown.

        :param plugins: those of the namespaces that are shown, where that is not all
        """
        conf, every = self._settings.conf, (plugin for namespace in namespaces for plugin in namespace.plugins)
        shown = list(every if plugins is None else plugins)
        identities = {plugin.identity for plugin in shown}
        failed = failures(self.assembler.failed, {namespace.name for namespace in namespaces})
        problems = [*self._settings.problems, *self.assembler.problems, *failed]
        problems += checks.run(checks.Check(self.options, self.assembler, lambda: namespaces, conf, partial=True))
        problems += [each for namespace in namespaces for each in namespace.problems if each.plugin in identities]
        problems += [problem for plugin in shown for problem in plugin.problems]
        for problem in problems:
            path, place = self.assembler.place(problem), problem.location
            self.warn(problem, f"{escape_cell(str(path))}:{place.line}" if path and place else None)

    def warn(self, problem: Problem, place: str | None = None) -> None:
        """Warn of a problem once, if conf.py does not suppress it."""
        type_ = f"plugins.{problem.kind.value}"
        suppressed = not self._settings.suppressed.isdisjoint({"plugins", "plugins.*", type_})
        if problem.remedy and not suppressed and (problem.text, place) not in self.warned:
            self.warned.add((problem.text, place))
            self.terminal.warn(problem, place)

    def refuse_source(self, file: Path) -> None:
        """Make sure that a snapshot is not made from itself.

        :raises UsageError: where its file is a source
        """
        for source in self.options.sources:
            kind, _, place = source.partition(":")
            if kind == "snapshot" and resolved(self._settings.folder / place) == resolved(file):
                msg = f"{file} is itself a source; name another one to make it from, with --source installed"
                raise UsageError(msg)
