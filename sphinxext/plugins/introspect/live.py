"""Introspection by loading, in processes of their own with a deadline: the parent's side.

The child's side is :mod:`~sphinxext.plugins.introspect.worker`. One process serves many plugins;
one that fails beside others is tried once more alone before it is called broken, for real ones
fail only because another was loaded before them.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from sphinxext.plugins.introspect import worker
from sphinxext.plugins.model import (
    Answer,
    Docstring,
    Inherited,
    Introspection,
    Json,
    Kind,
    Location,
    Problem,
    ProblemKind,
    deprecation,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO, Self

    from sphinxext.plugins.introspect import Questions
    from sphinxext.plugins.model import Plugin

_START_TIMEOUT = 60.0
"""Seconds that an interpreter may take to start."""

_LONGEST_LINE = 20 * worker.LONGEST_TEXT
"""Bytes of an answer: a character takes up to six in JSON, and there are two docstrings in one."""

_LARGE = 25
"""How many plugins of one package are not worth another process."""

_MARK = "SPHINXEXT_PLUGINS_WORKER"
"""The variable in the environment of a worker, and of what it starts."""


class Environment(NamedTuple):
    """What a process that loads plugins is started with."""

    timeout: float
    """Seconds that one plugin may take."""

    python: str = sys.executable
    """The interpreter."""

    path: tuple[str, ...] | None = None
    """Its :data:`sys.path`; None for the interpreter's own."""

    mock: tuple[str, ...] = ()
    """The modules that are replaced by mocks, with their submodules."""


class _FailedError(Exception):
    """A plugin did not load; the text says why."""


class _NoInterpreterError(_FailedError):
    """The interpreter does not start, for any plugin."""


class _Described(msgspec.Struct):
    """What the worker says of a target."""

    number: str
    kind: Kind = Kind.INSTANCE
    type: str | None = None
    signature: str | None = None
    docstring: str | None = None
    inherited: str | None = None
    owner: str | None = None
    location: Location | None = None
    deprecated: str | None = None
    error: str | None = None


class _Said(msgspec.Struct):
    """What a target says to a describer."""

    number: str
    value: Json = None
    shown: bool = False
    error: str | None = None


_Message = TypeVar("_Message", _Described, _Said)


class Live:
    """Tells of plugins what loading them shows."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._unusable: _NoInterpreterError | None = None

    def introspect(self, plugins: Sequence[Plugin], questions: Questions) -> list[Plugin]:
        """Complete each plugin; one that does not load gets a problem that says why.

        As many processes run at once as there are cores, those of one package in one process. One
        that is known already is only asked what it has yet to answer.
        """
        cores = os.cpu_count() or 1
        packages: defaultdict[str, list[int]] = defaultdict(list)
        for number, plugin in enumerate(plugins):
            packages[plugin.module.partition(".")[0]].append(number)
        waiting: queue.SimpleQueue[list[int]] = queue.SimpleQueue()
        for numbers in sorted(packages.values(), key=len, reverse=True):
            # Half a large package costs its imports once more, but half the waiting for those that hang.
            share = max(_LARGE, -(-len(numbers) // cores))
            for start in range(0, len(numbers), share):
                waiting.put(numbers[start : start + share])
        introspected: dict[int, Plugin] = {}

        def serve(_: int) -> None:
            with _Worker(self._environment) as company, contextlib.suppress(queue.Empty):
                while True:
                    for number in waiting.get_nowait():
                        introspected[number] = self._introspect(plugins[number], questions, company)

        workers = max(1, min(cores, waiting.qsize()))
        with ThreadPoolExecutor(max_workers=workers) as pool:
            try:
                list(pool.map(serve, range(workers)))
            finally:  # where the build is interrupted, what waits is not begun
                with contextlib.suppress(queue.Empty):
                    while True:
                        waiting.get_nowait()
        return [introspected[number] for number in range(len(plugins))]

    def _introspect(self, plugin: Plugin, questions: Questions, company: _Worker) -> Plugin:
        alone = company.served == 0
        try:
            loaded = self._ask(plugin, questions, company)
        except _FailedError as error:
            return self._again(plugin, questions, error, alone=alone)
        # One of the answers may have ended the process; the others are yet to come.
        while missing := _pending(loaded, questions):
            try:
                loaded = self._ask(loaded, questions, company)
            except _FailedError as error:
                return _unanswered(loaded, missing, str(error))
        return loaded

    def _again(self, plugin: Plugin, questions: Questions, failure: _FailedError, *, alone: bool) -> Plugin:
        """Try a plugin that failed beside others in a process of its own."""
        if not alone and not isinstance(failure, _NoInterpreterError):
            with _Worker(self._environment) as own:
                return self._introspect(plugin, questions, own)
        if plugin.introspection is not Introspection.METADATA:
            return _unanswered(plugin, questions.missing(plugin), str(failure))
        problem = Problem(
            kind=ProblemKind.LOAD,
            message=f"cannot be loaded from {plugin.target}: {failure}",
            remedy="install what it needs, mend or remove the entry point, or suppress this warning",
            plugin=plugin.identity,
        )
        return msgspec.structs.replace(plugin, problems=(*plugin.problems, problem))

    def _ask(self, plugin: Plugin, questions: Questions, worker: _Worker) -> Plugin:
        """Have a plugin loaded and, one after the other, asked what is missing; an answer may be an error.

        :raises _FailedError: where it does not load
        """
        if self._unusable is not None:  # it is not waited for twice
            raise self._unusable
        describers = _pending(plugin, questions)
        try:
            described = worker.ask(plugin, describers)
        except _NoInterpreterError as error:
            self._unusable = error
            raise
        loaded = plugin if plugin.introspection is not Introspection.METADATA else _loaded(plugin, described)
        for describer in describers:
            failed = False
            try:
                said = worker.answer(_Said)
            except _FailedError as error:
                said, failed = _Said("", error=str(error)), True
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
                break
        return loaded


class _Worker:
    """A process that loads plugins; it is started when the first one is asked for, and anew after one ended it."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._number = ""
        self.served = 0
        """How many plugins the running process was asked for."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def ask(self, plugin: Plugin, describers: Sequence[str]) -> _Described:
        """Have a plugin loaded and described.

        :raises _FailedError: where it does not load, or does not in time
        """
        process = self._process or self._start()
        self.served += 1
        self._number = secrets.token_hex(8)
        request = {"module": plugin.module, "attributes": plugin.attributes, "describers": describers}
        self._send(process, {"number": self._number, **request})
        described = self.answer(_Described)
        if described.error is not None:
            raise _FailedError(described.error)
        return described

    def answer(self, of: type[_Message]) -> _Message:
        """Wait for the next answer to the last plugin.

        :raises _FailedError: where there is none in time, or none that can be understood
        """
        while True:
            line = self._line(self._environment.timeout, f"it did not answer within {self._environment.timeout:g} s")
            try:
                said = msgspec.json.decode(line, type=of)
            except msgspec.MsgspecError as error:
                self._end()
                msg = "its answer cannot be understood, or is too long"
                raise _FailedError(msg) from error
            if said.number == self._number:  # or else an earlier plugin says it, in whatever way
                return said

    def _start(self) -> subprocess.Popen[bytes]:
        token, python = secrets.token_hex(), self._environment.python
        self._answers = queue.SimpleQueue()
        # The same in each build: the order of a set may be part of a text. The mark finds what is left behind.
        environment = {**os.environ, "PYTHONHASHSEED": "0", _MARK: secrets.token_hex(8)}
        try:
            process = subprocess.Popen(
                [python, worker.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,  # to be killed with its children
            )
        except (OSError, ValueError) as error:
            msg = f"the interpreter {python!r} does not start: {getattr(error, 'strerror', None) or error}"
            raise _NoInterpreterError(msg) from error
        self._process = process
        self._mark = environment[_MARK]
        assert process.stdout is not None
        reader = threading.Thread(
            target=_read, args=(process.stdout, token.encode() + b" ", self._answers), daemon=True
        )
        reader.start()
        threading.Thread(target=_watch, args=(process, reader, self._answers), daemon=True).start()
        self._send(process, {"token": token, "path": self._environment.path, "mock": self._environment.mock})
        try:
            self._line(_START_TIMEOUT, "it does not answer")
        except _FailedError as error:
            msg = f"the interpreter {python!r} is of no use: {error}"
            raise _NoInterpreterError(msg) from error
        return process

    def _send(self, process: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
        assert process.stdin is not None
        # Where the process is gone, so is the reader of its input; waiting for its answer tells.
        with contextlib.suppress(OSError):
            process.stdin.write(json.dumps(message).encode("ascii") + b"\n")
            process.stdin.flush()

    def _line(self, timeout: float, too_late: str) -> bytes:
        try:
            line = self._answers.get(timeout=timeout)
        except queue.Empty:
            self._end()
            raise _FailedError(too_late) from None
        if line is None:
            msg = f"it ended the process that loaded it ({_ending(self._end())})"
            raise _FailedError(msg)
        return line

    def _end(self) -> int:
        """End the process with all that it started, and give its exit code."""
        process, self._process, self.served = self._process, None, 0
        if process is None:
            return 0
        code = process.poll()
        if hasattr(os, "killpg"):
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
        _kill_marked(self._mark)
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
        return process.returncode if code is None else code


def _kill_marked(mark: str) -> None:
    """Kill what a plugin started in a session of its own, where the system lists the environments of processes."""
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError, ValueError):
            if f"{_MARK}={mark}".encode() in environment.read_bytes().split(b"\0"):
                os.kill(int(environment.parent.name), signal.SIGKILL)


def _read(stream: IO[bytes], token: bytes, answers: queue.SimpleQueue[bytes | None]) -> None:
    """Hand on the lines that begin with the token; what else stands in the stream is not an answer.

    Only this closes the stream: a child that is left behind may hold it open, and then for as long.
    """
    with stream, contextlib.suppress(OSError, ValueError):
        while line := stream.readline(_LONGEST_LINE):
            if line.startswith(token):
                answers.put(line[len(token) :])


def _watch(
    process: subprocess.Popen[bytes], reader: threading.Thread, answers: queue.SimpleQueue[bytes | None]
) -> None:
    """Tell when the process has ended: a child that it left behind may hold its output open for ever."""
    process.wait()
    reader.join(timeout=1)
    answers.put(None)


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _loaded(plugin: Plugin, said: _Described) -> Plugin:
    docstring = None if said.docstring is None else Docstring(text=said.docstring, location=said.location)
    inherited = None
    if said.inherited is not None and said.owner is not None:
        inherited = Inherited(docstring=Docstring(text=said.inherited), owner=said.owner)
    deprecated = said.deprecated
    return msgspec.structs.replace(
        plugin,
        introspection=Introspection.IMPORT,
        kind=said.kind,
        type=said.type,
        signature=said.signature,
        docstring=docstring,
        inherited=inherited,
        location=said.location,
        deprecated=deprecation(said.docstring or "") if deprecated is None else deprecated,
    )


def _pending(plugin: Plugin, questions: Questions) -> list[str]:
    """Give the describers that loading has not answered yet, not with an error either."""
    asked = {answer.describer for answer in plugin.answers if answer.introspection is Introspection.IMPORT}
    return [describer for describer in questions.missing(plugin) if describer not in asked]


def _unanswered(plugin: Plugin, describers: Sequence[str], reason: str) -> Plugin:
    kept = [answer for answer in plugin.answers if answer.describer not in describers]
    failed = [Answer(describer=d, introspection=Introspection.IMPORT, error=reason) for d in describers]
    return msgspec.structs.replace(plugin, answers=(*kept, *failed))
