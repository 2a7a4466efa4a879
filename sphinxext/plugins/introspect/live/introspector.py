"""Introspection by loading, in processes of their own with a deadline.

One process serves many plugins; one that fails beside others is tried once more alone before it is
called broken, for real ones fail only because another was loaded before them. So is one that is too
late, beside others or on a busy machine, when all others are done. A distribution whose plugins are too
late again and again is given up.
"""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.model import (
    Answer,
    Description,
    Introspection,
    Problem,
    ProblemKind,
    deprecation,
)
from sphinxext.plugins.introspect.introspected import Introspected, is_unwatched
from sphinxext.plugins.introspect.live import guarded
from sphinxext.plugins.introspect.live.budget import Budget, owner
from sphinxext.plugins.introspect.live.interpreter import (
    FailedError,
    NoInterpreterError,
    TooLateError,
    check,
    is_busy,
)
from sphinxext.plugins.introspect.live.process import Said, Worker
from sphinxext.plugins.introspect.live.words import Places, Words
from sphinxext.plugins.introspect.progress import no_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.introspect.introspected import Questions
    from sphinxext.plugins.introspect.live.process import Described, Environment
    from sphinxext.plugins.introspect.modules import ModuleFinder
    from sphinxext.plugins.introspect.progress import Progress


class _Run:
    """What comes of plugins, by their numbers.

    :param introspect: completes a plugin with a process
    :param done: is called with each plugin that is not tried again
    """

    def __init__(
        self,
        plugins: Sequence[Plugin],
        introspect: Callable[[Plugin, Worker], Introspected],
        budget: Budget,
        done: Callable[[Plugin], None],
    ) -> None:
        self._plugins = plugins
        self._introspect = introspect
        self._budget = budget
        self._done = done
        self.introspected: dict[int, Introspected] = {}
        self.judged: set[int] = set()
        """Those that loaded, or did not for another reason than the time."""

        self.late: list[int] = []
        """Those that are tried once more, alone."""

        self.is_last = False
        """Whether none is tried again."""

    def load(self, number: int, company: Worker, *, accompanied: bool) -> None:
        """Load a plugin, if there is time for it."""
        plugin, company.late, company.spent = self._plugins[number], 0, 0
        tried = self._budget.allows(plugin, alone=self.is_last)
        excused = accompanied or company.served > 0
        if tried:
            found = self.introspected[number] = _unguarded(self._introspect(plugin, company), company)
            self._budget.spend(plugin, company.spent, alone=self.is_last)
            if found.plugin.loaded or not company.late:
                self.judged.add(number)
        if not self.is_last and (not tried or (company.late and (excused or is_busy()))):
            self.late.append(number)
        else:
            self._done(plugin)

    def leave(self, numbers: Sequence[int], company: Worker) -> None:
        """Look at how a process ended that was for some plugins."""
        for number in [number for number in numbers if number in self.introspected][-1:]:
            self.introspected[number] = _unguarded(self.introspected[number], company)


class Live:
    """Tells of plugins what loading them shows.

    :param finder: what finds the modules that they turn out to depend on
    """

    def __init__(self, environment: Environment, finder: ModuleFinder, progress: Progress = no_progress) -> None:
        self._environment = environment
        self._finder = finder
        self._words = Words(finder)
        self._progress = progress
        self._unusable: NoInterpreterError | None = None
        self._checked = False
        self._workers: list[Worker] = []
        self._stopped = False
        self._budget = Budget()

    def introspect(self, plugins: Sequence[Plugin], questions: Questions) -> list[Introspected]:
        """Complete each plugin; one that does not load gets a problem that says why.

        As many processes run at once as there are cores. Each is for plugins of one distribution, so
        that none can speak for those of another. One that is known already is only asked what it has
        yet to answer.
        """
        guarded.end_with_parent()
        self._check()
        self._budget.count(plugins)
        run = _Run(plugins, partial(self._introspect, questions), self._budget, self._progress("loading", len(plugins)))
        cores = os.cpu_count() or 1
        self._serve(list(_shares(plugins, cores)), run, cores)
        run.is_last = True
        self._budget.hasten(plugins[number] for number in run.late)
        self._serve([[number] for number in run.late], run, 1)
        for number, plugin in enumerate(plugins):
            if self._budget.has_given_up(plugin) and number not in run.judged:
                run.introspected[number] = _given_up(plugin, run.introspected.get(number), questions)
        return [run.introspected[number] for number in range(len(plugins))]

    def _check(self) -> None:
        """Find out whether another interpreter is of use, before each plugin has to."""
        if self._environment.python != sys.executable and not self._checked:
            self._checked = True
            try:
                check(self._environment.python, self._environment.variables)
            except NoInterpreterError as error:
                self._unusable = error

    def _serve(self, shares: Sequence[Sequence[int]], run: _Run, most: int) -> None:
        """Load plugins by their numbers, each share of them in one process, and so many of these at once."""
        waiting: queue.SimpleQueue[Sequence[int]] = queue.SimpleQueue()
        for numbers in shares:
            waiting.put(numbers)

        def serve() -> None:
            with contextlib.suppress(queue.Empty):
                while not self._stopped:
                    numbers = waiting.get_nowait()
                    with self._worker() as company:
                        for number in numbers:
                            run.load(number, company, accompanied=len(self._workers) > 1)
                    run.leave(numbers, company)

        workers = max(1, min(most, len(shares)))
        with ThreadPoolExecutor(max_workers=workers) as pool:
            serving = [pool.submit(serve) for _ in range(workers)]
            try:
                for served in serving:
                    served.result()
            except BaseException:  # the build is interrupted: what waits is not begun, and nothing is waited for
                self._stopped = True
                while not all(served.done() for served in serving):
                    for worker in tuple(self._workers):
                        worker.stop()
                    time.sleep(0.02)
                raise

    @contextlib.contextmanager
    def _worker(self) -> Iterator[Worker]:
        with Worker(self._environment, self._finder) as worker:
            self._workers.append(worker)
            try:
                yield worker
            finally:
                self._workers.remove(worker)

    def _introspect(self, questions: Questions, plugin: Plugin, company: Worker) -> Introspected:
        alone = company.served == 0
        try:
            found = self._ask(plugin, questions, company)
        except FailedError as error:
            return self._again(plugin, questions, error, company if not alone else None)
        # One of the answers may have ended the process; the others are yet to come.
        while missing := _pending(found.plugin, questions):
            if company.late >= limits.MOST_LATE:
                given_up = _unanswered(found.plugin, missing, "it is not asked, for others took too long")
                return found.before(_introspected(given_up, None))
            try:
                found = found.before(self._ask(found.plugin, questions, company))
            except FailedError as error:
                return found.before(_introspected(_unanswered(found.plugin, missing, str(error)), error.read))
        return found

    def _again(
        self, plugin: Plugin, questions: Questions, failure: FailedError, company: Worker | None
    ) -> Introspected:
        """Try a plugin that failed in company in a process of its own, or say why it failed."""
        if company is not None and not isinstance(failure, (NoInterpreterError, TooLateError)):
            with self._worker() as own:
                found = self._introspect(questions, plugin, own)
            company.late, company.spent = own.late, company.spent + own.spent
            return _unguarded(found, own)
        return _introspected(_failed(plugin, questions, failure), failure.read)

    def _ask(self, plugin: Plugin, questions: Questions, worker: Worker) -> Introspected:
        """Have a plugin loaded and, one after the other, asked what is missing; an answer may be an error.

        :raises FailedError: where it does not load
        """
        if self._unusable is not None:  # it is not waited for twice
            raise self._unusable
        if self._stopped:
            msg = "the build was interrupted"
            raise FailedError(msg)
        describers = _pending(plugin, questions)
        try:
            described = worker.ask(plugin, describers)
        except NoInterpreterError as error:
            self._unusable = error
            raise
        found = described.description
        owner = found.inherited.owner if found.inherited else None
        places = Places(self._words, [plugin.module, found.definition, found.type, owner])
        loaded = plugin
        if not plugin.loaded:
            loaded = plugin.described(_merged(plugin, described, places), Introspection.IMPORT, loaded=True)
        for describer in describers:
            failed = False
            try:
                said = worker.answer(Said)
            except FailedError as error:
                said, failed = Said("", error=str(error)), True
            answer = Answer(
                describer=describer,
                introspection=Introspection.IMPORT,
                value=said.value,
                shown=said.shown,
                error=said.error,
            )
            kept = [other for other in loaded.answers if other.describer != describer]
            loaded = msgspec.structs.replace(loaded, answers=(*kept, answer))
            if failed:
                return _introspected(loaded, None)
        read = worker.read()
        return _introspected(loaded, None if read is None else read | places.files)


def _shares(plugins: Sequence[Plugin], cores: int) -> Iterator[list[int]]:
    """Return the numbers of the plugins that are loaded in one process."""
    distributions: defaultdict[str, list[int]] = defaultdict(list)
    for number, plugin in enumerate(plugins):
        distributions[owner(plugin)].append(number)
    for numbers in sorted(distributions.values(), key=len, reverse=True):
        # Half a large one costs its imports once more, but half the waiting for those that hang.
        share = max(limits.FEWEST_FOR_PROCESS, -(-len(numbers) // cores))
        for start in range(0, len(numbers), share):
            yield numbers[start : start + share]


def _introspected(plugin: Plugin, read: frozenset[str] | None) -> Introspected:
    unwatched = frozenset(filter(is_unwatched, read or ()))
    lasting = read is not None and not unwatched
    return Introspected(plugin, (read or frozenset()) - unwatched, loaded=True, lasting=lasting, unwatched=unwatched)


def _merged(told: Description, said: Described, places: Places) -> Description:
    """Return what the loaded object is and says, with what it does not say as the source has it.

    :param told: what the source tells
    :param places: where its docstrings may stand
    """
    loaded = said.description
    if told.kind is not loaded.kind:
        told = Description()  # the source told of something else
    docstring = places.docstring(loaded.docstring, said.written, read=told.docstring) or told.docstring
    inherited, base = None if docstring else told.inherited, loaded.inherited
    if docstring is None and base is not None:
        words = places.docstring(base.docstring, read=inherited.docstring if inherited else None)
        inherited = msgspec.structs.replace(base, docstring=words) if words else inherited
    said_so = (loaded.deprecated, docstring and deprecation(docstring.text), told.deprecated)
    return msgspec.structs.replace(
        loaded.completed(told),
        docstring=docstring,
        constructor=places.docstring(loaded.constructor, read=told.constructor),
        inherited=inherited,
        # The source knows better where something stands.
        definition=told.definition or loaded.definition,
        location=told.location or loaded.location,
        deprecated=next((text for text in said_so if text is not None), None),
    )


def _failed(plugin: Plugin, questions: Questions, failure: FailedError) -> Plugin:
    """Say why a plugin was not loaded; where it is for want of an interpreter, all say the same."""
    reason, problems = str(failure), plugin.problems
    if isinstance(failure, NoInterpreterError):
        problem = Problem(
            kind=ProblemKind.CONFIG,
            message=reason,
            remedy="set plugins_python to an interpreter that loads plugins, Python 3.8 or newer; until then none is",
        )
        problems = (*problems, problem)
    elif plugin.introspection is Introspection.METADATA:
        problem = Problem.explained(
            "cannot be loaded from %(target)s: %(reason)s",
            {"target": plugin.target, "reason": reason},
            kind=ProblemKind.LOAD,
            remedy="install what it needs, mend or remove the entry point, or suppress this warning",
            plugin=plugin.identity,
        )
        problems = (*problems, problem)
    if plugin.introspection is not Introspection.METADATA:
        plugin = _unanswered(plugin, questions.missing(plugin), reason)
    tried = None if isinstance(failure, NoInterpreterError) else False
    return msgspec.structs.replace(plugin, problems=problems, loaded=tried)


def _given_up(plugin: Plugin, tried: Introspected | None, questions: Questions) -> Introspected:
    """Say that a plugin was not loaded, for its distribution was given up; the one warning is for all of them.

    :param tried: what came of it, where it was too late itself
    """
    problem = Problem(
        kind=ProblemKind.LOAD,
        message=f"plugins of {owner(plugin)} take too long to load, so that no more of them are loaded",
        remedy="fix what they wait for, replace it with a mock (plugins_mock_imports), raise plugins_import_timeout, "
        'or set plugins_introspection = "static"',
    )
    if tried is not None:
        plugin = tried.plugin
    elif plugin.introspection is not Introspection.METADATA:
        plugin = _unanswered(plugin, _pending(plugin, questions), problem.message)
    quiet = (msgspec.structs.replace(each, remedy="") for each in plugin.problems)
    return _introspected(msgspec.structs.replace(plugin, problems=(*quiet, problem)), None)


def _unguarded(found: Introspected, company: Worker) -> Introspected:
    """Say of a plugin that looks well that the guardian was ended while it was loaded, or behind it."""
    how, company.unguarded = company.unguarded, None
    if how is None or found.plugin.loaded is not True:
        return found
    problem = Problem(
        kind=ProblemKind.LOAD,
        message=f"or a plugin loaded before it ended the process that guards them ({how})",
        remedy='uninstall the distribution, or set plugins_introspection = "static"',
        plugin=found.plugin.identity,
    )
    plugin = msgspec.structs.replace(found.plugin, problems=(*found.plugin.problems, problem))
    return found._replace(plugin=plugin)


def _pending(plugin: Plugin, questions: Questions) -> list[str]:
    """Return the describers that loading has not answered yet, not with an error either."""
    asked = {answer.describer for answer in plugin.answers if answer.introspection is Introspection.IMPORT}
    return [describer for describer in questions.missing(plugin) if describer not in asked]


def _unanswered(plugin: Plugin, describers: Sequence[str], reason: str) -> Plugin:
    kept = [answer for answer in plugin.answers if answer.describer not in describers]
    failed = [Answer(describer=d, introspection=Introspection.IMPORT, error=reason) for d in describers]
    return msgspec.structs.replace(plugin, answers=(*kept, *failed))
