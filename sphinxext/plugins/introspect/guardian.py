"""The process that is started to load plugins: it forks the one that does, and ends it with all that it started.

It runs nothing of a plugin, so that it is there to act whatever the other process is stuck in: when
its input is closed, which happens also where the build is killed, when it is told to (``SIGTERM``),
and when the other process has ended. Run as a script on Python 3.8 and newer, it imports only the
standard library. Where a system cannot fork, it is the process that loads.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from runpy import run_path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

MEMORY = 4 * 2**30
"""Bytes of data that a process may have, where the system counts them; real plugins need a tenth of that."""

PATIENCE = 2.0
"""Seconds that are spent on ending processes that go on starting others."""

PARENT = 1
"""Where the parent stands in what Linux tells of a process in ``/proc/PID/stat``, behind its name."""

TIMES = slice(11, 15)
"""Where the ticks of the processor stand there: its own, and those of its children that ended."""

SUBREAPER = 36
"""``PR_SET_CHILD_SUBREAPER`` of Linux."""


def main() -> None:
    """Guard the process that loads."""
    if not hasattr(os, "fork"):
        work()
        return
    limit()
    parent = os.getppid()
    ready, go = os.pipe()
    worker = os.fork()
    if not worker:
        os.close(go)
        os.read(ready, 1)  # until orphans are adopted
        os.close(ready)
        work()
        os._exit(0)
    os.close(ready)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):  # the answers are the other's alone, and end with it
        os.dup2(nowhere, stream)
    adopt()
    os.close(go)
    status = watch(worker, parent)
    if status is None:
        end_all()
        status = reap(worker)
        os.killpg(0, signal.SIGKILL)  # where the system does not list processes
    end_all()
    leave(status)


def work() -> None:
    """Be the process that loads."""
    run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker.py"), run_name="__main__")


def limit() -> None:
    """Limit the memory of each process, and have none leave an image of it behind when it crashes."""
    import resource  # noqa: PLC0415  # not every system has it

    for what, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_DATA, MEMORY)):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (least, least))
        except (OSError, ValueError):
            pass  # not on this system


def adopt() -> None:
    """Become the parent of each descendant that loses its own, to find it also in a session of its own."""
    if not sys.platform.startswith("linux"):
        return
    try:
        import ctypes  # noqa: PLC0415  # nor every interpreter

        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    except Exception:
        pass  # the build looks for what is left


def watch(worker: int, parent: int) -> int | None:
    """Wait for the process to end, and give its status; None where the build wants it to, or is gone itself."""
    told: list[int] = []
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGALRM, signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(number, signal.SIG_IGN)  # for all of the group, or by mistake
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    poll = select.poll()
    poll.register(0, 0)  # its being closed is told without being asked for; what is written is for the other
    poll.register(woken, select.POLLIN)
    while True:
        status = reap(worker)
        if status is not None:
            return status
        happened = poll.poll(1000)
        if told:
            time.sleep(0.05)  # a plugin may have told all of its group, and then it has ended itself
            return reap(worker)
        if os.getppid() != parent or any(end == 0 for end, _ in happened):
            return None
        try:
            os.read(woken, 4096)
        except BlockingIOError:
            pass


ended: dict[int, int] = {}
"""The children that have ended, with their status."""


def reap(worker: int) -> int | None:
    """Take note of children that have ended; give the status of one of them, if it has."""
    try:
        while True:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                break
            ended[child] = status
    except ChildProcessError:
        pass
    return ended.get(worker)


def end_all() -> None:
    """End each descendant, and those that it goes on to start, where the system lists processes."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = descendants()
        if not found:
            return
        for process in found:
            try:
                os.kill(process, signal.SIGKILL)
            except OSError:
                pass
        time.sleep(0.002)
        reap(0)


def descendants() -> set[int]:
    """Give the processes that were started by this one, by those, and so on, until they are reaped."""
    return below(os.getpid(), processes())


def below(process: int, known: dict[int, list[bytes]]) -> set[int]:
    """Give those of the known processes that were started by one, by those, and so on."""
    found: set[int] = set()
    more = {process}
    while more:
        more = {other for other, stat in known.items() if int(stat[PARENT]) in more} - found
        found |= more
    return found


def processes() -> dict[int, list[bytes]]:
    """Give all processes, each with what the system tells of it; none where it does not list them."""
    found: dict[int, list[bytes]] = {}
    try:
        names = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return found
    for name in names:
        try:
            with open("/proc/" + name + "/stat", "rb") as stream:
                stat = stream.read().rpartition(b")")[2].split()
        except OSError:
            continue  # it is gone meanwhile
        if len(stat) >= TIMES.stop:
            found[int(name)] = stat
    return found


def used(process: int) -> float | None:
    """Give the seconds of processor time of a process and all that it started, ended or not; None where not known."""
    known = processes()
    if process not in known:
        return None
    ticks = sum(int(ticks) for one in {process, *below(process, known)} for ticks in known[one][TIMES])
    return ticks / os.sysconf("SC_CLK_TCK")


def leave(status: Any) -> None:
    """End as the other process did."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status))


if __name__ == "__main__":
    main()
