"""A process that loads plugins, with a deadline for each: the parent's side of it.

The child's side is :mod:`~sphinxext.plugins.introspect.live.worker`, and what starts and ends it is in
:mod:`~sphinxext.plugins.introspect.live.guarded`.
"""

from __future__ import annotations

import contextlib
import os
import queue
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.files import Disk, is_file
from sphinxext.plugins.core.model import Answer, Description
from sphinxext.plugins.core.text import escape_cell
from sphinxext.plugins.introspect.introspected import UNKNOWN, is_unwatched
from sphinxext.plugins.introspect.live.guarded import Ending, GuardedProcess
from sphinxext.plugins.introspect.live.interpreter import (
    Deadline,
    FailedError,
    NoInterpreterError,
    TooLateError,
    ending,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.core.readers import Reader
    from sphinxext.plugins.core.structs import Json
    from sphinxext.plugins.introspect.modules import ModuleFinder


class Environment(NamedTuple):
    """What a process that loads plugins is started with."""

    timeout: float
    """Seconds of processor time that one plugin may take."""

    python: str = sys.executable
    """The interpreter."""

    path: tuple[str, ...] | None = None
    """Its :data:`sys.path`; None for the interpreter's own."""

    mock: tuple[str, ...] = ()
    """The modules that are replaced by mocks, with their submodules."""

    folders: tuple[str, ...] = ()
    """Folders of the build that nothing is to tell of."""

    variables: tuple[str, ...] = ()
    """Names and globs of variables of the environment that plugins may see besides the usual ones."""

    readers: tuple[Reader, ...] = ()
    """The readers of options."""


class Described(msgspec.Struct):
    """What the worker says of a target."""

    number: str
    description: Description = Description()
    written: str | None = None
    """Its docstring with what is only this machine's, which is taken out of the description."""

    error: str | None = None


class Answered(msgspec.Struct):
    """What a target says to a describer."""

    number: str
    answer: Answer

    def __post_init__(self) -> None:
        """Refuse what nests deeper than a value may, for a plugin may have written it itself."""
        if self.answer.error is not None:
            self.answer = msgspec.structs.replace(self.answer, error=_printable(self.answer.error))
        waiting = [self.answer.value]
        for _ in range(limits.DEEPEST_ANSWER):
            waiting = [inner for value in waiting for inner in _inner(value)]
        if waiting:
            msg = "nests too deeply"
            raise ValueError(msg)


def _inner(value: Json) -> Iterable[Json]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


_CUSTOMIZED = ("sitecustomize", "usercustomize")
"""Modules that Python imports when it starts, where they are there."""


class _Started(msgspec.Struct):
    """What the worker says first."""

    executable: str
    path: list[str]
    files: list[str]
    """What it imported to start."""


class _Dependencies(msgspec.Struct):
    """What a target depends on, in the worker's words: names of modules, and absolute paths."""

    number: str
    new: list[tuple[str, list[str]]]
    """What is said for the first time, each with the paths that it was found at; it is numbered in this order."""

    read: list[int] | None = None


_Message = TypeVar("_Message", Described, Answered, _Dependencies)


class Worker:
    """A process that loads plugins; it is started when the first one is asked for, and again after one ended it."""

    def __init__(self, environment: Environment, finder: ModuleFinder) -> None:
        self._environment = environment
        self._finder = finder
        self._process: GuardedProcess | None = None
        self._number = ""
        self._depended: list[tuple[str, ...]] = []
        self._always: frozenset[str] = frozenset()
        self.served = 0
        """How many plugins the running process was asked for."""

        self.late = 0
        """How many answers did not come in time, of the plugin at hand."""

        self.spent = 0.0
        """How many deadlines it took for its answers, as far as these were slow."""

        self.unguarded: str | None = None
        """How a guardian was ended by a signal, if one was."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def stop(self) -> None:
        """Have the process end, from whatever thread; who waits for its answer learns that it did."""
        process = self._process
        if process is not None:
            process.stop()

    def ask(self, plugin: Plugin, describers: Sequence[str]) -> Described:
        """Have a plugin loaded and described.

        :raises FailedError: where it does not load, or does not in time
        """
        if len(plugin.target) + len(plugin.name) > limits.LONGEST_REQUEST:
            msg = "its target or its name is too long"
            raise FailedError(msg)
        process = self._process or self._start(asks=bool(describers))
        self.served += 1
        self._number = secrets.token_hex(8)
        request = {"module": plugin.module, "attributes": plugin.attributes, "describers": describers}
        process.send({"number": self._number, "name": plugin.name, **request})
        described = self.answer(Described)
        if described.error is not None:
            failure = FailedError(_printable(described.error))
            failure.read = self.dependencies()
            raise failure
        return described

    def dependencies(self) -> frozenset[str]:
        """Return what the last plugin depends on, once it has answered all."""
        try:
            answer = self.answer(_Dependencies)
        except FailedError:
            return UNKNOWN
        if any("\0" in text for name, places in answer.new for text in (name, *places)):
            return UNKNOWN
        self._depended += [self._dependence(name, places) for name, places in answer.new]
        if answer.read is None or not all(0 <= number < len(self._depended) for number in answer.read):
            return UNKNOWN
        return self._always.union(*(self._depended[number] for number in answer.read))

    def _dependence(self, name: str, places: list[str]) -> tuple[str, ...]:
        """Return what is to be looked at to see whether a module is what it was.

        That is what is found by its name, and where the process found something else, as plugins and
        editable installs have their ways to add to the path, also that. Of another interpreter, by whose
        path no name is found here, it is the file with the folder that it is in.
        """
        if Path(name).is_absolute() or is_unwatched(name):
            return (name,)
        if self._environment.path is None:
            return (*places, *(str(Path(place).parent) for place in places))
        found = self._finder.find(name)
        known = set() if found is None else {*found.folders, *([found.path.parent] if found.path else [])}
        return (name, *(place for place in places if not known & {Path(place), Path(place).parent}))

    def answer(self, of: type[_Message]) -> _Message:
        """Wait for the next answer to the last plugin.

        :raises FailedError: where there is none in time, or none that can be understood
        """
        deadline = self._deadline(self._environment.timeout)
        for _ in range(limits.MOST_UNASKED):
            line = self._line(deadline)  # the same, whatever else it says meanwhile
            try:
                said = msgspec.json.decode(line, type=of)
            except (msgspec.MsgspecError, RecursionError, ValueError) as error:
                self._end()
                msg = "its answer cannot be understood, or is too long"
                raise FailedError(msg) from error
            if said.number == self._number:  # or else an earlier plugin says it, in whatever way
                self.spent += deadline.slow
                return said
        self._end()
        msg = "it answers what it was not asked"
        raise FailedError(msg)

    def _start(self, *, asks: bool) -> GuardedProcess:
        token, environment = secrets.token_hex(), self._environment
        self._process = process = GuardedProcess(environment.python, token.encode(), environment.variables)
        given = {"path": environment.path, "mock": environment.mock, "folders": environment.folders}
        process.send({"token": token, "readers": environment.readers, "asks": asks, **given})
        try:
            started = msgspec.json.decode(self._line(self._deadline(limits.START_TIMEOUT)), type=_Started)
        except (FailedError, msgspec.MsgspecError) as error:
            raise NoInterpreterError(environment.python, f"is of no use: {error}") from error
        process.prepare()
        self._depended = []
        if environment.path is None:
            files = (folder / name for folder in map(Path, started.path) for name in Disk().names(folder))
            added = (str(file) for file in files if file.suffix == ".pth")
            configured = Path(started.executable).parent.parent / "pyvenv.cfg"
            always = [started.executable, str(configured), *started.path, *added]
        else:  # in these, no module is found by its name here
            always = [*filter(is_file, environment.path)]
        customized = () if environment.path is None else _CUSTOMIZED
        self._always = frozenset([*filter(os.path.isabs, [*always, *started.files]), *customized])
        return process

    def _deadline(self, seconds: float) -> Deadline:
        return Deadline(self._process.pid if self._process else 0, seconds)

    def _line(self, deadline: Deadline) -> bytes:
        process = self._process
        while process is not None and (left := deadline.left()):
            with contextlib.suppress(queue.Empty):
                line = process.line(left)
                if line is None:
                    raise FailedError(str(self._end()))
                return line
        self._end()
        self.late += 1
        self.spent += 1
        msg = f"it did not answer within {deadline}"
        raise TooLateError(msg)

    def _end(self) -> Ending:
        """End the process with all that it started, and tell how it ended."""
        process, self._process, self.served = self._process, None, 0
        ended = Ending(0) if process is None else process.end()
        if ended.guardian:
            self.unguarded = ending(ended.code)
        return ended


def _printable(text: str) -> str:
    """Write out what a terminal or a browser would obey, and cut what is too long."""
    return escape_cell(text[: 2 * limits.LONGEST_ERROR + len(": …")])
