"""The interpreter that loads plugins: what it finds around it, whether it is of use, and how long a plugin may take.

Secrets are kept in the environment of builds. So what runs a plugin gets the variables that Python and
the programs of the system need, those that the configuration names, and no other.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sphinxext.plugins.core import limits
from sphinxext.plugins.introspect.introspected import UNKNOWN
from sphinxext.plugins.introspect.live import guardian

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

USUAL = ("PATH", "HOME", "LANG", "LC_*", "TMPDIR", "PYTHON*", "VIRTUAL_ENV", "SYSTEMROOT")
"""The variables of the environment that each process gets, as names and globs."""

OF_WINDOWS = ("APPDATA", "COMSPEC", "LOCALAPPDATA", "PATHEXT", "SYSTEMDRIVE", "TEMP", "TMP", "USERPROFILE", "WINDIR")
"""Those that Python needs there as well."""

SAME_HASHES = {"PYTHONHASHSEED": "0"}
"""What makes each build the same, for the order of a set may be part of a text."""


_OLDEST = (3, 8)
"""The version of Python that the code needs which runs beside plugins."""

_ASKS = "import sys; print('<Python %d.%d>' % sys.version_info[:2])"
"""What each version of Python understands."""

_SAYS = re.compile(rb"<Python (\d+)\.(\d+)>")


class FailedError(Exception):
    """A plugin did not load; the text says why."""

    read = UNKNOWN
    """What that depends on."""


class NoInterpreterError(FailedError):
    """The interpreter does not start, for any plugin."""

    def __init__(self, python: str, reason: str) -> None:
        name = "/".join(part for part in Path(python).parts[-2:] if part != "/")  # pages do not tell the whole path
        super().__init__(f"the interpreter {name!r} {reason}")


class TooLateError(FailedError):
    """A plugin did not answer in time."""


def variables(named: Iterable[str]) -> dict[str, str]:
    """Return the environment of a process.

    :param named: names and globs of variables that it gets besides the usual ones
    """
    usual = (*USUAL, *(OF_WINDOWS if os.name == "nt" else ()))
    return {**named_variables([*usual, *named]), **SAME_HASHES}


def named_variables(globs: Iterable[str]) -> dict[str, str]:
    """Return the variables that names and globs fit; on Windows they do in capitals or not."""
    wanted = tuple(globs)
    return {name: value for name, value in os.environ.items() if any(fnmatch.fnmatch(name, glob) for glob in wanted)}


def start(command: Sequence[str], named: Iterable[str], **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401
    """Start an interpreter in a session of its own, to be killed with its children, and without a terminal.

    :param named: names and globs of variables that it gets besides the usual ones
    :param options: others of the process
    :raises NoInterpreterError: where it does not start
    """
    try:
        return subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=variables(named),
            start_new_session=True,
            **options,
        )
    except (OSError, ValueError) as error:
        reason = f"does not start: {getattr(error, 'strerror', None) or error}"
        raise NoInterpreterError(command[0], reason) from error


class Deadline:
    """The end of the time that a process has for an answer.

    It and all that it started may use so much of the processors. Where it waits, or has to wait because the
    machine is busy, it may take longer by the clock; and only that counts where the system does not list processes.

    :param seconds: those of processor time
    """

    def __init__(self, process: int, seconds: float) -> None:
        self._process = process
        self._seconds = seconds
        self._began = time.monotonic()
        self._first: float | None = None
        self._used = 0.0
        self._looked = 0.0

    def __str__(self) -> str:
        return f"{self._seconds:g} s of processor time, or {self._seconds * limits.WAITING:g} s by the clock"

    def left(self) -> float:
        """Return the seconds until it has to be looked at again, 0 where it is over."""
        passed = time.monotonic() - self._began
        clock = max(self._seconds * limits.WAITING - passed, 0)
        if passed < limits.AT_ONCE:
            return min(clock, limits.AT_ONCE)
        if passed - self._looked >= limits.COUNTED_EVERY:  # whoever asks for each of many answers
            self._looked = passed
            used = guardian.used(self._process)
            if used is None:
                return clock
            self._first = used if self._first is None else self._first
            self._used = used - self._first
        left = self._seconds - self._used
        return min(clock, max(left / (os.cpu_count() or 1), limits.COUNTED_EVERY)) if left > 0 else 0

    @property
    def slow(self) -> float:
        """Which part of the time is over, if it is a notable one."""
        passed = time.monotonic() - self._began
        part = max(passed / limits.WAITING, self._used) / self._seconds
        return part if part >= limits.SLOW else 0


def is_busy() -> bool:
    """Whether more wants to run on this machine than it has processors for."""
    try:
        return os.getloadavg()[0] >= (os.cpu_count() or 1)
    except (AttributeError, OSError):  # not every system counts that
        return False


def check(python: str, named: Iterable[str] = ()) -> None:
    """Make sure that a command or a file is an interpreter that can load plugins.

    :param named: names and globs of variables of the environment that it gets besides the usual ones
    :raises NoInterpreterError: where it is not
    """
    # Without what is installed there; Python 2 has no -I.
    process = start([python, "-E", "-s", "-S", "-c", _ASKS], named, stdin=subprocess.DEVNULL)
    assert process.stdout is not None
    said, code = _said(process, process.stdout)
    version = _SAYS.search(said)
    if version is None:
        reason = (
            "is no Python"
            if code in {0, -signal.SIGKILL, -signal.SIGPIPE}
            else f"is of no use: it ends with {ending(code)}"
        )
        raise NoInterpreterError(python, reason)
    found = (int(version[1]), int(version[2]))
    if found < _OLDEST:
        oldest = ".".join(map(str, _OLDEST))
        raise NoInterpreterError(python, f"is Python {found[0]}.{found[1]}; {oldest} or newer is needed")


def _said(process: subprocess.Popen[bytes], output: IO[bytes]) -> tuple[bytes, int]:
    """Return what a process prints, up to a length, and how it ends, for which it has some time."""

    def end() -> None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()

    timer = threading.Timer(limits.START_TIMEOUT * limits.WAITING, end)
    timer.start()
    with output:
        said = output.read(limits.LONGEST_VERSION)
    if len(said) == limits.LONGEST_VERSION:
        end()
    code = process.wait()
    timer.cancel()
    return said, code


def ending(code: int) -> str:
    """Say how a process ended."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
