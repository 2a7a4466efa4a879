"""Introspection by loading, in processes of their own with a deadline.

One process serves many plugins; one that fails beside others is tried once more alone before it is
called broken, for real ones fail only because another was loaded before them. So is one that is too
late, beside others or on a busy machine, when all others are done.
"""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.introspect.interpreter import FailedError, NoInterpreterError, TooLateError, check, is_busy
from sphinxext.plugins.introspect.introspected import Introspected, is_unwatched
from sphinxext.plugins.introspect.process import Said, Worker
from sphinxext.plugins.introspect.progress import unseen
from sphinxext.plugins.model import (
    Answer,
    Docstring,
    Inherited,
    Introspection,
    Plugin,
    Problem,
    ProblemKind,
    deprecation,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sphinxext.plugins.introspect import Questions
    from sphinxext.plugins.introspect.modules import ModuleFinder
    from sphinxext.plugins.introspect.process import Described, Environment
    from sphinxext.plugins.introspect.progress import Progress

_LARGE = 25
"""How many plugins of one distribution are not worth another process."""


_MOST_LATE = 3
"""How many answers of one plugin may come too late before it is asked no more."""


class Live:
    """Tells of plugins what loading them shows.

    :param finder: what finds the modules that they turn out to depend on
    """

    def __init__(self, environment: Environment, finder: ModuleFinder, progress: Progress = unseen) -> None:
        self._environment = environment
        self._finder = finder
        self._progress = progress
        self._unusable: NoInterpreterError | None = None
        self._checked = False
        self._workers: list[Worker] = []
        self._stopped = False

    def introspect(self, plugins: Sequence[Plugin], questions: Questions) -> list[Introspected]:
        """Complete each plugin; one that does not load gets a problem that says why.

        As many processes run at once as there are cores. Each is for plugins of one distribution, so
        that none can speak for those of another. One that is known already is only asked what it has
        yet to answer.
        """
        self._check()
        introspected: dict[int, Introspected] = {}
        late: list[int] = []
        done = self._progress("loading", len(plugins))

        def load(number: int, company: Worker) -> None:
            accompanied = company.served > 0 or len(self._workers) > 1
            company.late = 0
            introspected[number] = self._introspect(plugins[number], questions, company)
            if company.late and (accompanied or is_busy()):
                late.append(number)
            else:
                done(plugins[number])

        def load_again(number: int, own: Worker) -> None:
            introspected[number] = self._introspect(plugins[number], questions, own)
            done(plugins[number])

        cores = os.cpu_count() or 1
        self._serve(list(_shares(plugins, cores)), load, cores)
        self._serve([[number] for number in late], load_again, 1)
        return [introspected[number] for number in range(len(plugins))]

    def _check(self) -> None:
        """Find out whether another interpreter is of use, before each plugin has to."""
        if self._environment.python != sys.executable and not self._checked:
            self._checked = True
            try:
                check(self._environment.python)
            except NoInterpreterError as error:
                self._unusable = error

    def _serve(self, shares: Sequence[Sequence[int]], load: Callable[[int, Worker], None], most: int) -> None:
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
                            load(number, company)

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

    def _introspect(self, plugin: Plugin, questions: Questions, company: Worker) -> Introspected:
        alone = company.served == 0
        try:
            found = self._ask(plugin, questions, company)
        except FailedError as error:
            return self._again(plugin, questions, error, company if not alone else None)
        # One of the answers may have ended the process; the others are yet to come.
        while missing := _pending(found.plugin, questions):
            if company.late >= _MOST_LATE:
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
                found = self._introspect(plugin, questions, own)
                company.late = own.late
                return found
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
        loaded = plugin if plugin.loaded else _loaded(plugin, described)
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
        return _introspected(loaded, worker.read())


def _shares(plugins: Sequence[Plugin], cores: int) -> Iterator[list[int]]:
    """Give the numbers of the plugins that are loaded in one process."""
    distributions: defaultdict[str, list[int]] = defaultdict(list)
    for number, plugin in enumerate(plugins):
        distribution = plugin.distribution
        distributions[distribution.name if distribution else plugin.module.partition(".")[0]].append(number)
    for numbers in sorted(distributions.values(), key=len, reverse=True):
        # Half a large one costs its imports once more, but half the waiting for those that hang.
        share = max(_LARGE, -(-len(numbers) // cores))
        for start in range(0, len(numbers), share):
            yield numbers[start : start + share]


def _introspected(plugin: Plugin, read: frozenset[str] | None) -> Introspected:
    unwatched = frozenset(filter(is_unwatched, read or ()))
    lasting = read is not None and not unwatched
    return Introspected(plugin, (read or frozenset()) - unwatched, loaded=True, lasting=lasting, unwatched=unwatched)


def _loaded(plugin: Plugin, said: Described) -> Plugin:
    """Tell what the loaded object is and says, and what it does not say as the source has it."""
    # Where the object is another sort of thing, the source told of something else.
    told = plugin if plugin.kind is said.kind else Plugin(namespace=plugin.namespace, name=plugin.name, target="")
    docstring, constructor = (
        None if text is None else Docstring(text=text, location=said.location)
        for text in (said.docstring, said.constructor)
    )
    if told.docstring is not None and (docstring is None or told.docstring.text in {said.docstring, said.written}):
        docstring = told.docstring  # it knows its place, and the text is the author's
    inherited = None if docstring else told.inherited
    if docstring is None and said.inherited is not None and said.owner is not None:
        inherited = Inherited(docstring=Docstring(text=said.inherited), owner=said.owner)
    said_so = (said.deprecated, docstring and deprecation(docstring.text), told.deprecated)
    return msgspec.structs.replace(
        plugin,
        introspection=Introspection.IMPORT,
        loaded=True,
        kind=said.kind,
        type=said.type,
        signature=said.signature or told.signature,
        docstring=docstring,
        constructor=constructor,
        inherited=inherited,
        definition=told.definition or said.definition,
        location=told.location or said.location,
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


def _pending(plugin: Plugin, questions: Questions) -> list[str]:
    """Give the describers that loading has not answered yet, not with an error either."""
    asked = {answer.describer for answer in plugin.answers if answer.introspection is Introspection.IMPORT}
    return [describer for describer in questions.missing(plugin) if describer not in asked]


def _unanswered(plugin: Plugin, describers: Sequence[str], reason: str) -> Plugin:
    kept = [answer for answer in plugin.answers if answer.describer not in describers]
    failed = [Answer(describer=d, introspection=Introspection.IMPORT, error=reason) for d in describers]
    return msgspec.structs.replace(plugin, answers=(*kept, *failed))
