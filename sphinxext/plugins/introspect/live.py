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
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from sphinxext.plugins.introspect import worker
from sphinxext.plugins.model import (
    Answer,
    Docstring,
    Inherited,
    Introspection,
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
    from sphinxext.plugins.model import Json, Plugin

_START_TIMEOUT = 60.0
"""Seconds that an interpreter may take to start."""

_LONGEST_LINE = 8 * worker.LONGEST_TEXT
"""Bytes of an answer; in JSON a character takes up to six."""


class _FailedError(Exception):
    """A plugin did not load; the text says why."""


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


class _NoInterpreterError(_FailedError):
    """The interpreter does not start, for any plugin."""


class _Request(NamedTuple):
    number: int
    plugin: Plugin
    describers: tuple[str, ...]


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
        packages: defaultdict[str, list[int]] = defaultdict(list)
        for number, plugin in enumerate(plugins):
            packages[plugin.module.partition(".")[0]].append(number)
        waiting: queue.SimpleQueue[list[_Request]] = queue.SimpleQueue()
        for numbers in sorted(packages.values(), key=len, reverse=True):
            waiting.put([_Request(n, plugins[n], questions.missing(plugins[n])) for n in numbers])
        introspected: dict[int, Plugin] = {}
        with ThreadPoolExecutor(max_workers=max(1, min(os.cpu_count() or 1, len(packages)))) as pool:
            for found in pool.map(self._serve, [waiting] * len(packages)):
                introspected |= found
        return [introspected[number] for number in range(len(plugins))]

    def _serve(self, waiting: queue.SimpleQueue[list[_Request]]) -> dict[int, Plugin]:
        """Introspect the plugins of waiting packages with one worker, until none waits."""
        introspected: dict[int, Plugin] = {}
        with _Worker(self._environment) as company, contextlib.suppress(queue.Empty):
            while True:
                for request in waiting.get_nowait():
                    introspected[request.number] = self._introspect(request, company)
        return introspected

    def _introspect(self, request: _Request, company: _Worker) -> Plugin:
        alone = company.served == 0
        failure: _FailedError
        try:
            if self._unusable:
                raise self._unusable  # an interpreter that does not start is not waited for twice
            return _loaded(request, company.ask(request))
        except _NoInterpreterError as error:
            self._unusable = failure = error
        except _FailedError as error:
            failure = error
        if not alone and not self._unusable:
            with _Worker(self._environment) as own:
                try:
                    return _loaded(request, own.ask(request))
                except _FailedError as error:
                    failure = error
        return _failed(request, str(failure))


class _Worker:
    """A process that loads plugins; it is started when the first one is asked for, and anew after one ended it."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.served = 0
        """How many plugins the running process was asked for."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def ask(self, request: _Request) -> dict[str, Any]:
        """Have a plugin loaded and described.

        :raises _FailedError: where it does not load, or does not in time
        """
        process = self._process or self._start()
        self.served += 1
        plugin = request.plugin
        self._send(
            process,
            {"module": plugin.module, "attributes": plugin.attributes, "describers": request.describers},
        )
        timeout = self._environment.timeout
        answer = self._answer(timeout, f"it did not load within {timeout:g} s")
        if "error" in answer:
            raise _FailedError(answer["error"])
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        token, python = secrets.token_hex(), self._environment.python
        self._answers = queue.SimpleQueue()
        try:
            process = subprocess.Popen(
                [python, worker.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # to be killed with its children
            )
        except OSError as error:
            msg = f"the interpreter {python} does not start: {error.strerror}"
            raise _NoInterpreterError(msg) from error
        self._process = process
        assert process.stdout is not None
        reader = threading.Thread(
            target=_read, args=(process.stdout, token.encode() + b" ", self._answers), daemon=True
        )
        reader.start()
        threading.Thread(target=_watch, args=(process, reader, self._answers), daemon=True).start()
        self._send(process, {"token": token, "path": self._environment.path, "mock": self._environment.mock})
        try:
            self._answer(_START_TIMEOUT, "it does not answer")
        except _FailedError as error:
            msg = f"the interpreter {python} is of no use: {error}"
            raise _NoInterpreterError(msg) from error
        return process

    def _send(self, process: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
        assert process.stdin is not None
        # Where the process is gone, so is the reader of its input; waiting for its answer tells.
        with contextlib.suppress(OSError):
            process.stdin.write(json.dumps(message).encode("ascii") + b"\n")
            process.stdin.flush()

    def _answer(self, timeout: float, too_late: str) -> dict[str, Any]:
        try:
            line = self._answers.get(timeout=timeout)
        except queue.Empty:
            self._end()
            raise _FailedError(too_late) from None
        if line is None:
            msg = f"it ended the process that loaded it ({_ending(self._end())})"
            raise _FailedError(msg)
        answer: dict[str, Any] = json.loads(line)
        return answer

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
        for stream in (process.stdin, process.stdout):
            assert stream is not None
            with contextlib.suppress(OSError):
                stream.close()
        return process.returncode if code is None else code


def _read(stream: IO[bytes], token: bytes, answers: queue.SimpleQueue[bytes | None]) -> None:
    """Hand on the lines that begin with the token; what else stands in the stream is not an answer."""
    with contextlib.suppress(OSError, ValueError):  # it is closed under way
        while line := stream.readline(_LONGEST_LINE):
            if line.startswith(token) and line.endswith(b"\n"):
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


def _loaded(request: _Request, answer: dict[str, Any]) -> Plugin:
    plugin = request.plugin
    answers = [
        Answer(describer=describer, introspection=Introspection.IMPORT, **_clean(said))
        for describer, said in zip(request.describers, answer["answers"], strict=True)
    ]
    kept = [said for said in plugin.answers if said.describer not in request.describers]
    if plugin.introspection is not Introspection.METADATA:
        return msgspec.structs.replace(plugin, answers=(*kept, *answers))
    docstring = _docstring(answer["docstring"], answer["location"])
    inherited = _docstring(answer["inherited"], None)
    return msgspec.structs.replace(
        plugin,
        introspection=Introspection.IMPORT,
        kind=Kind(answer["kind"]),
        type=answer["type"],
        signature=_clean(answer["signature"]),
        docstring=docstring,
        inherited=Inherited(docstring=inherited, owner=answer["owner"]) if inherited and not docstring else None,
        location=msgspec.convert(answer["location"], Location | None),
        deprecated=_clean(answer["deprecated"]) or (deprecation(docstring.text) if docstring else None),
        answers=tuple(answers),
    )


def _docstring(text: str | None, location: dict[str, Any] | None) -> Docstring | None:
    return (
        None if text is None else Docstring(text=_encodable(text), location=msgspec.convert(location, Location | None))
    )


def _failed(request: _Request, reason: str) -> Plugin:
    plugin = request.plugin
    if plugin.introspection is not Introspection.METADATA:
        kept = [said for said in plugin.answers if said.describer not in request.describers]
        answers = [
            Answer(describer=describer, introspection=Introspection.IMPORT, error=_encodable(reason))
            for describer in request.describers
        ]
        return msgspec.structs.replace(plugin, answers=(*kept, *answers))
    problem = Problem(
        kind=ProblemKind.LOAD,
        message=f"cannot be loaded from {plugin.target}: {_encodable(reason)}",
        remedy="install what it needs, mend or remove the entry point, or suppress this warning",
        plugin=plugin.identity,
    )
    return msgspec.structs.replace(plugin, problems=(*plugin.problems, problem))


def _clean(value: Json) -> Json:
    """Make every text in a value encodable."""
    match value:
        case str():
            return _encodable(value)
        case list():
            return [_clean(item) for item in value]
        case dict():
            return {_encodable(key): _clean(item) for key, item in value.items()}
        case _:
            return value


def _encodable(text: str) -> str:
    """Write out the surrogates that no encoding has."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
