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
from sphinxext.plugins.checks import asked
from sphinxext.plugins.checks.checkout import Places
from sphinxext.plugins.checks.coverage import cover
from sphinxext.plugins.checks.findings import Report, placed
from sphinxext.plugins.checks.mentions import mentions
from sphinxext.plugins.cli.arguments import UsageError, refuse_unknown, settings
from sphinxext.plugins.core.assembly import failures
from sphinxext.plugins.core.files import resolved
from sphinxext.plugins.core.guides import Guides
from sphinxext.plugins.core.shown import Shown
from sphinxext.plugins.core.text import escape_cell

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from sphinxext.plugins.cli.arguments import Settings
    from sphinxext.plugins.cli.terminal import Terminal
    from sphinxext.plugins.core.model import Namespace, Plugin, Problem
    from sphinxext.plugins.core.pages import Pages
    from sphinxext.plugins.settings import Options


_SHOWING = frozenset({"sphinxext.plugins", "stevedore.sphinxext"})
"""The extensions whose directives show namespaces."""


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
        made = Assembler(self.options, self._settings.folder, progress=self._progress)
        made.guides = Guides(self.options.guides, self._settings.pages.find)
        return made

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
        every = (plugin for namespace in namespaces for plugin in namespace.plugins)
        shown = list(every if plugins is None else plugins)
        found = checks.run(self._check(namespaces))
        for problem in [*self._of_all(namespaces), *found, *_of_shown(namespaces, shown)]:
            path, place = self.assembler.place(problem), problem.location
            self.warn(problem, f"{escape_cell(str(path))}:{place.line}" if path and place else None)

    def report(self, namespaces: Sequence[Namespace], rules: Sequence[str], mentioning: Sequence[Path] = ()) -> Report:
        """Look at namespaces by rules.

        :param mentioning: the files of pages that are to name all their plugins
        """
        every = [plugin for namespace in namespaces for plugin in namespace.plugins]
        check = self._check(
            namespaces, [*self._of_all(namespaces), *_of_shown(namespaces, every)], pages=self._settings.pages
        )
        places = Places(check.checkout, self.assembler, self.options, check.conf)
        problems = [*checks.find(check, rules), *mentions(check, mentioning, self._settings.pages)]
        found = [each for each in problems if not self._is_suppressed(each)]
        return Report(
            root=str(check.checkout.root),
            findings=tuple(placed(found, places)),
            rules=tuple(rules),
            namespaces=len(namespaces),
            plugins=len(every),
            coverage=cover(namespaces, self.options),
            otherwise=places.otherwise,
        )

    def _check(
        self, namespaces: Sequence[Namespace], collected: Sequence[Problem] = (), pages: Pages | None = None
    ) -> checks.Check:
        conf, every, options = self._settings.conf, self._settings.pages, self.options
        is_showing = not every.extensions.isdisjoint(_SHOWING)

        def documented() -> set[Shown]:
            return asked.documented(every) | {Shown(name) for name in options.pages.values()}

        return checks.Check(
            options,
            self.assembler,
            lambda: namespaces,
            conf,
            partial=True,
            collected=collected,
            documented=documented if is_showing else None,
            pages=pages if is_showing else None,
        )

    def _of_all(self, namespaces: Sequence[Namespace]) -> list[Problem]:
        """Return what is wrong with the settings, the sources, and the code that namespaces are put together with."""
        failed = failures(self.assembler.failed, {namespace.name for namespace in namespaces})
        return [*self._settings.problems, *self.assembler.problems, *failed]

    def _is_suppressed(self, problem: Problem) -> bool:
        """Whether conf.py suppresses the warning of a problem."""
        return not self._settings.suppressed.isdisjoint({"plugins", "plugins.*", f"plugins.{problem.type}"})

    def warn(self, problem: Problem, place: str | None = None) -> None:
        """Warn of a problem once, if conf.py does not suppress it."""
        if problem.remedy and not self._is_suppressed(problem) and (problem.text, place) not in self.warned:
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


def _of_shown(namespaces: Iterable[Namespace], shown: Sequence[Plugin]) -> list[Problem]:
    """Return what is wrong with namespaces and plugins, as far as it is about those that are shown."""
    identities = {plugin.identity for plugin in shown}
    of_namespaces = [each for namespace in namespaces for each in namespace.problems if each.plugin in identities]
    return [*of_namespaces, *(problem for plugin in shown for problem in plugin.problems)]
