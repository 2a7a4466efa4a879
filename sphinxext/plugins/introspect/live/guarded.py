"""The process that loads plugins and the guardian that ends it, as the build sees them: their start and their end."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import queue
import signal
import subprocess
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinxext.plugins.core import limits
from sphinxext.plugins.introspect.live import guardian, worker
from sphinxext.plugins.introspect.live.interpreter import FailedError, NoInterpreterError, ending, start

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import IO


_GUARDS = hasattr(os, "fork")
"""Whether this system can have a guardian; on others the build starts the process that loads."""

where = guardian.APART
"""Where plugins are loaded, if the system allows it."""

beside: set[int] = set()
"""The processes that loaded plugins among all others, for the system allowed them no namespaces."""

_starting = threading.Lock()
_guardians: set[int] = set()
"""The processes that this one started; whatever else became its child was left behind by a plugin."""


class Ending(NamedTuple):
    """How a process that loads plugins ended."""

    code: int
    """Its exit code, as :mod:`subprocess` has it."""

    guardian: bool = False
    """Whether it was the guardian that a signal ended, and the other one with it."""

    def __str__(self) -> str:
        return f"it ended the process that {'guards' if self.guardian else 'loaded'} it ({ending(self.code)})"


class GuardedProcess:
    """A process that loads plugins, with a guardian.

    :param token: what its answers begin with
    :param named: names and globs of variables of the environment that it gets
    :raises NoInterpreterError: where the interpreter does not start
    """

    def __init__(self, python: str, token: bytes, named: Iterable[str]) -> None:
        self._answers: queue.Queue[bytes | None] = queue.Queue(limits.MOST_UNREAD)
        self._ended = threading.Event()
        self._began = 0
        self._groups: list[int] = []
        try:
            self._report, end = os.pipe()
        except OSError as error:
            raise NoInterpreterError(python, f"does not start: {error.strerror}") from error
        guard = [python, "-I", "-S", guardian.__file__, str(end), where, python, str(limits.MEMORY), str(limits.ENDING)]
        try:
            with _starting:
                command = guard if _GUARDS else [python, worker.__file__]
                self._process = start(command, named, stdin=subprocess.PIPE, pass_fds=(end,) if _GUARDS else ())
                _guardians.add(self._process.pid)
        except FailedError:
            os.close(self._report)
            raise
        finally:
            os.close(end)
        self.pid = self._process.pid
        assert self._process.stdout is not None
        reader = threading.Thread(target=self._read, args=(self._process.stdout, token + b" "), daemon=True)
        reader.start()
        threading.Thread(target=self._watch, args=(reader,), daemon=True).start()

    def send(self, message: dict[str, Any]) -> None:
        """Send a line of JSON."""
        assert self._process.stdin is not None
        # Where the process is gone, so is the reader of its input; waiting for its answer tells.
        with contextlib.suppress(OSError):
            self._process.stdin.write(json.dumps(message).encode("ascii") + b"\n")
            self._process.stdin.flush()

    def line(self, timeout: float) -> bytes | None:
        """Return its next answer; None where it has ended.

        :raises queue.Empty: where there is none in time
        """
        return self._answers.get(timeout=timeout)

    def prepare(self) -> None:
        """Be ready for what it is going to load, once it has said something.

        Where it has no namespaces of its own, what loses its parent and its guardian becomes a child of this process.
        """
        said = self._said()
        if said[:1] == [guardian.APART.encode()]:
            return
        beside.add(self.pid)
        if _GUARDS:
            self._groups = [int(number) for number in said[1:] if number.isdigit()]
            guardian.adopt(guardian.system())
            self._began = int(guardian.processes().get(self.pid, [b"0"] * 99)[guardian.BEGAN])

    def stop(self) -> None:
        """Have it end, from whatever thread; who waits for its answer learns that it did."""
        self._process.terminate()

    def end(self) -> Ending:
        """End it with all that it started, and tell how it ended if it did so by itself."""
        process = self._process
        code = process.poll()
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
        if hasattr(os, "killpg"):
            process.send_signal(signal.SIGCONT)  # a plugin may have stopped it
        # The guardian, where a plugin has not ended it, ends all that there is, and then itself.
        self._ended.wait(limits.END_TIMEOUT)
        said = self._said()
        said = said[2:] if said and said[0].isalpha() else said  # where it did not come to loading
        if hasattr(os, "killpg"):
            for group in (self.pid, *(self._groups if not said else ())):
                guardian.end_group(group)
        process.kill()
        process.wait()
        with _starting:
            _guardians.discard(self.pid)
        os.close(self._report)
        self._report = -1
        if self._began and process.returncode < 0:
            guardian.end_all(partial(_orphans, self._began), limits.ENDING)  # it did not come to that
        with contextlib.suppress(ValueError, OverflowError):  # a plugin may have found the pipe, if it is beside others
            return Ending(os.waitstatus_to_exitcode(int(said[0] if said else b"")))
        return Ending(process.returncode if code is None else code, guardian=_GUARDS and code is not None and code < 0)

    def _said(self) -> list[bytes]:
        """Return what the guardian has said since: where and the number of a process, or how that ended."""
        if _GUARDS:
            os.set_blocking(self._report, False)
            with contextlib.suppress(BlockingIOError):
                return os.read(self._report, 100).split()
        return []

    def _read(self, stream: IO[bytes], token: bytes) -> None:
        """Hand on the lines that begin with the token; what else stands in the stream is not an answer.

        Only this closes the stream: a child that is left behind may hold it open, and then for as long.
        """
        with stream, contextlib.suppress(OSError, ValueError, queue.Full):
            while line := stream.readline(limits.LONGEST_ANSWER):
                if line.startswith(token):
                    # Or else nobody waits for it any more.
                    self._answers.put(line[len(token) :], timeout=limits.UNREAD_TIMEOUT)

    def _watch(self, reader: threading.Thread) -> None:
        """Note when the process has ended: a child that it left behind may hold its output open for ever."""
        self._process.wait()
        self._ended.set()
        reader.join(timeout=5)  # what was said before is read first, on a busy machine too
        with contextlib.suppress(queue.Full):
            self._answers.put(None, timeout=limits.UNREAD_TIMEOUT)


def end_with_parent() -> None:
    """Have this process end when the one is gone that forked it, if it is one of those that read pages for a build.

    It would go on loading plugins for nobody. With it, its guardians end and all that they guard.
    """
    name, parent = "sphinxext.plugins: wait for parent", multiprocessing.parent_process()
    if _GUARDS and parent is not None and parent.pid and name not in {each.name for each in threading.enumerate()}:
        threading.Thread(target=_wait_for, args=(parent.pid, os.getppid()), daemon=True, name=name).start()


def _wait_for(parent: int, starter: int) -> None:
    """Wait for a process, which may not be the one that started this one but have told it to."""
    with contextlib.suppress(ProcessLookupError):
        while os.getppid() == starter:
            os.kill(parent, 0)
            time.sleep(limits.PARENT_EVERY)
    os._exit(1)


def _orphans(since: int) -> set[int]:
    """Return what lost its guardian, and so became a child of this process, and what that started.

    This process itself may have started others, but hardly one since then in a session of its own.

    :param since: when the guardian began, as the system counts
    """
    with _starting:
        known, own = guardian.processes(), os.getpid()
        orphans = {
            process
            for process, stat in known.items()
            if int(stat[guardian.PARENT]) == own
            and stat[guardian.SESSION] != known[own][guardian.SESSION]
            and int(stat[guardian.BEGAN]) >= since
            and process not in _guardians
        }
    return orphans.union(*(guardian.below(orphan, known) for orphan in orphans))
