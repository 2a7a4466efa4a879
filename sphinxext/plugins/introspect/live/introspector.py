"""Introspection by loading, in processes of their own with a deadline.

One process serves many plugins; one that fails beside others is tried once more alone before it is
called broken, for real ones fail only because another was loaded before them.
"""

from __future__ import annotations

import contextlib
import os
import queue
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.core import limits, registries
from sphinxext.plugins.core.entries import joined
from sphinxext.plugins.core.model import (
    Answer,
    Description,
    Docstring,
    Introspection,
    Problem,
    ProblemKind,
)
from sphinxext.plugins.core.schemes import CONTRACT, MODULE, REGISTRY, scheme_of
from sphinxext.plugins.core.text import deprecation
from sphinxext.plugins.introspect.introspected import UNKNOWN, Introspected, no_progress
from sphinxext.plugins.introspect.live import guarded
from sphinxext.plugins.introspect.live.docstrings import Places, SourceDocstrings
from sphinxext.plugins.introspect.live.interpreter import (
    FailedError,
    NoInterpreterError,
    TooLateError,
    check,
)
from sphinxext.plugins.introspect.live.process import Answered, Worker
from sphinxext.plugins.introspect.live.schedule import Schedule, Spent, owner, unguarded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.core.structs import Json
    from sphinxext.plugins.introspect.introspected import Progress, Questions
    from sphinxext.plugins.introspect.live.process import Described, Environment
    from sphinxext.plugins.introspect.modules import ModuleFinder


class Live:
    """Tells of plugins what loading them shows.

    :param finder: what finds the modules that they turn out to depend on
    """

    def __init__(self, environment: Environment, finder: ModuleFinder, progress: Progress = no_progress) -> None:
        self._environment = environment
        self._finder = finder
        self._docstrings = SourceDocstrings(finder)
        self._progress = progress
        self._unusable: NoInterpreterError | None = None
        self._checked = False
        self._workers: list[Worker] = []
        self._stopped = False
        self._spent = Spent()

    def introspect(self, plugins: Sequence[Plugin], questions: Questions) -> list[Introspected]:
        """Complete each plugin; one that does not load gets a problem that says why.

        As many processes run at once as there are cores. Each is for plugins of one distribution, so
        that none can speak for those of another. One that is known already is only asked what it has
        yet to answer.
        """
        guarded.end_with_parent()
        self._check()
        complete = partial(self._introspect, questions)
        schedule = Schedule(plugins, complete, self._spent, self._progress("loading", len(plugins)))
        cores = os.cpu_count() or 1
        self._serve(schedule, list(schedule.shares(cores)), cores)
        self._serve(schedule, schedule.again(), 1)
        for number in schedule.given_up:
            tried = schedule.introspected.get(number)
            schedule.introspected[number] = _given_up(plugins[number], tried, questions)
        return [schedule.introspected[number] for number in range(len(plugins))]

    def _check(self) -> None:
        """Find out whether another interpreter is of use, before each plugin has to."""
        if self._environment.python != sys.executable and not self._checked:
            self._checked = True
            try:
                check(self._environment.python, self._environment.variables)
            except NoInterpreterError as error:
                self._unusable = error

    @property
    def _python(self) -> str | None:
        """The version of the Python that plugins are installed for, where it is not the one that loads them."""
        versions = {match[1] for folder in self._environment.path or () if (match := _PYTHON.search(folder))}
        running = f"{sys.version_info.major}.{sys.version_info.minor}"
        return max(versions, default=None) if running not in versions else None

    def _serve(self, schedule: Schedule, shares: Sequence[Sequence[int]], most: int) -> None:
        """Load plugins by their numbers, each share of them in one process, and so many of these at once."""
        waiting: queue.SimpleQueue[Sequence[int]] = queue.SimpleQueue()
        for numbers in shares:
            waiting.put(numbers)

        def serve() -> None:
            with contextlib.suppress(queue.Empty):
                while not self._stopped:
                    numbers = waiting.get_nowait()
                    with self._worker() as worker:
                        for number in numbers:
                            schedule.load(number, worker, accompanied=len(self._workers) > 1)
                    schedule.leave(numbers, worker)

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

    def _introspect(self, questions: Questions, plugin: Plugin, worker: Worker) -> Introspected:
        alone, found = worker.served == 0, Introspected(plugin)
        while True:  # one of the answers may end the process; the others are yet to come then
            try:
                found = found.before(self._ask(found.plugin, questions, worker))
            except FailedError as error:
                if not found.loaded:
                    return self._again(plugin, questions, error, None if alone else worker)
                failed = _unanswered(found.plugin, _pending(found.plugin, questions), str(error))
                return found.before(Introspected(failed, error.read, loaded=True))
            missing = _pending(found.plugin, questions)
            if not missing:
                return found
            if worker.late >= limits.MOST_LATE:
                given_up = _unanswered(found.plugin, missing, "it is not asked, for others took too long")
                return found.before(Introspected(given_up, UNKNOWN, loaded=True))

    def _again(self, plugin: Plugin, questions: Questions, failure: FailedError, worker: Worker | None) -> Introspected:
        """Try a plugin that failed beside others in a process of its own, or say why it failed."""
        if worker is not None and not isinstance(failure, (NoInterpreterError, TooLateError)):
            with self._worker() as own:
                found = self._introspect(questions, plugin, own)
            worker.late, worker.spent = own.late, worker.spent + own.spent
            return unguarded(found, own)
        return Introspected(_failed(plugin, questions, failure, self._python), failure.read, loaded=True)

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
        places = Places(self._docstrings, [plugin.module, found.definition, found.type, owner])
        loaded = plugin
        if not plugin.loaded:
            loaded = plugin.described(_merged(plugin, described, places), Introspection.IMPORT, loaded=True)
        for describer in describers:
            failed = False
            try:
                answer = worker.answer(Answered).answer
            except FailedError as error:
                answer, failed = Answer(describer=describer, introspection=Introspection.IMPORT, error=str(error)), True
            before = {other.describer: other.value for other in loaded.answers}
            value = before.get(describer) if answer.error is not None and answer.value is None else answer.value
            if scheme_of(describer) == REGISTRY and answer.error is not None:
                value = joined(before.get(describer), value)
            if scheme_of(describer) == CONTRACT and isinstance(value, dict):
                value = _placed(value, self._docstrings)
            # Where its words stand is not for a plugin to say: that decides whether they are trusted.
            words = places.docstring(Docstring(text=value)) if describer == MODULE and value else None
            asked = {"describer": describer, "introspection": Introspection.IMPORT, "value": value}
            answer = msgspec.structs.replace(answer, **asked, location=words.location if words else None)
            kept = [other for other in loaded.answers if other.describer != describer]
            loaded = msgspec.structs.replace(loaded, answers=(*kept, answer))
            if failed:
                return Introspected(loaded, UNKNOWN, loaded=True)
        walked = (name for of in registries.walked(plugin.module, describers) for name in self._finder.within(of))
        listed = frozenset(f"{name}.*" for name in walked)  # there may be more modules the next time
        return Introspected(loaded, worker.dependencies() | places.files | listed, loaded=True)


def _placed(contract: dict[str, Json], docstrings: SourceDocstrings) -> dict[str, Json]:
    """Return what an interface expects, its docstrings with their places, as far as they stand in the source."""
    members: list[Json] = []
    for member in contract.get("members") or ():
        words = member.get("docstring") if isinstance(member, dict) else None
        if isinstance(words, dict) and isinstance(words.get("text"), str):
            places = Places(docstrings, [str(member.get("owner"))])
            found = places.docstring(Docstring(text=words["text"]))
            members.append({**member, "docstring": msgspec.to_builtins(found)})
        else:
            members.append(member)
    return {**contract, "members": members}


def _merged(read: Description, answer: Described, places: Places) -> Description:
    """Return what the loaded object is and says, with what it does not say as the source has it.

    :param read: what the source says
    :param places: where its docstrings may stand
    """
    loaded = answer.description
    if read.kind is not loaded.kind:
        read = Description()  # the source has something else
    docstring = places.docstring(loaded.docstring, answer.written, read=read.docstring) or read.docstring
    inherited, base = None if docstring else read.inherited, loaded.inherited
    if docstring is None and base is not None:
        words = places.docstring(base.docstring, read=inherited.docstring if inherited else None)
        inherited = msgspec.structs.replace(base, docstring=words) if words else inherited
    deprecations = (loaded.deprecated, docstring and deprecation(docstring.text), read.deprecated)
    return msgspec.structs.replace(
        loaded.completed(read),
        docstring=docstring,
        constructor=places.docstring(loaded.constructor, read=read.constructor),
        inherited=inherited,
        # The source knows better where something stands.
        definition=read.definition or loaded.definition,
        location=read.location or loaded.location,
        deprecated=next((text for text in deprecations if text is not None), None),
    )


_PYTHON = re.compile(r"[/\\]python(3\.\d+)[/\\](?:site|dist)-packages")
"""What leads to the packages of an interpreter in a folder of its environment."""


def _failed(plugin: Plugin, questions: Questions, failure: FailedError, other: str | None = None) -> Plugin:
    """Say why a plugin was not loaded; where it is for want of an interpreter, all say the same.

    :param other: the version of the Python that it is installed for, if that is not the one that loads it
    """
    reason, problems = str(failure), plugin.problems
    if isinstance(failure, NoInterpreterError):
        problem = Problem(
            kind=ProblemKind.CONFIG,
            message=reason,
            remedy="set plugins_python to an interpreter that loads plugins, Python 3.8 or newer; until then none is",
        )
        problems = (*problems, problem)
    elif plugin.introspection is Introspection.METADATA:
        helps = f"set plugins_python to the interpreter that it is installed for, Python {other}; or " if other else ""
        problem = Problem.explained(
            "cannot be loaded from %(target)s: %(reason)s",
            {"target": plugin.target, "reason": reason},
            kind=ProblemKind.LOAD,
            remedy=f"{helps}install what it needs, mend or remove the {plugin.registration}, or suppress this warning",
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
    return Introspected(msgspec.structs.replace(plugin, problems=(*quiet, problem)), UNKNOWN, loaded=True)


def _pending(plugin: Plugin, questions: Questions) -> list[str]:
    """Return the describers that loading has not answered yet, not with an error either."""
    asked = {answer.describer for answer in plugin.answers if answer.introspection is Introspection.IMPORT}
    return [describer for describer in questions.missing(plugin) if describer not in asked]


def _unanswered(plugin: Plugin, describers: Sequence[str], reason: str) -> Plugin:
    """Say why there is no answer; what the source tells in part stands."""
    kept = [answer for answer in plugin.answers if answer.describer not in describers]
    told = {answer.describer: answer.value for answer in plugin.answers}
    how = Introspection.IMPORT
    failed = [Answer(describer=d, introspection=how, error=reason, value=told.get(d)) for d in describers]
    return msgspec.structs.replace(plugin, answers=(*kept, *failed))
