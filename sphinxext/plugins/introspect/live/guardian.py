"""The process that is started to load plugins: it starts the one that does, and ends it with all that it started.

It runs nothing of a plugin, and with ``-I -S`` nothing that is installed, so that it is there to act
whatever the other process is stuck in: when its input is closed, which happens also where the build is
killed, when it is told to (``SIGTERM``), and when the other process has ended. Run as a script on Python
3.8 and newer, it imports only the standard library.

On Linux, where the system allows it, the other process has namespaces of its own: it sees only what it
started, can send a signal to nothing else, and the kernel ends all of it at once.

A pipe tells the build where plugins are loaded, ``apart`` or ``beside``, with the number of a process, and
then the status of the process that loaded them, if it ended by itself.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time

TYPE_CHECKING = False  # as in typing, which takes as long to import as all else
if TYPE_CHECKING:
    from typing import Any, Callable

APART, BESIDE = "apart", "beside"
"""Where plugins are loaded: in namespaces of their own, or among all other processes."""

PARENT, SESSION, BEGAN = 1, 3, 19
"""Where these stand in what Linux tells of a process in ``/proc/PID/stat``, behind its name."""

TIMES = slice(11, 15)
"""Where the ticks of the processor stand there: its own, and those of its children that ended."""

PDEATHSIG, DUMPABLE, CAPBSET_DROP, SUBREAPER = 1, 4, 24, 36
"""What ``prctl`` of Linux sets: ``PR_SET_PDEATHSIG`` and so on."""

SYS_PTRACE, SYS_ADMIN = 19, 21
"""The capabilities to look into other processes, and to change what is mounted."""

NAMESPACES = 0x10000000 | 0x00020000 | 0x20000000
"""``CLONE_NEWUSER``, ``CLONE_NEWNS`` and ``CLONE_NEWPID``."""

MS_SLAVE, MS_RESTRICTED = 0x4000 | 0x80000, 2 | 4 | 8
"""``MS_REC | MS_SLAVE``, and ``MS_NOSUID | MS_NODEV | MS_NOEXEC``."""


def main() -> None:
    """Guard the process that loads.

    The arguments are the end of the pipe, where to load, the interpreter, the bytes of data that a process may have,
    and the seconds that are spent on ending processes that go on starting others.
    """
    report, python = int(sys.argv[1]), sys.argv[3]
    os.set_inheritable(report, False)  # noqa: FBT003  # it has no keyword
    limit(int(sys.argv[4]))
    parent, libc = os.getppid(), system()
    started = apart(libc, python, report) if libc is not None and sys.argv[2] == APART else None
    where = BESIDE if started is None else APART
    worker, go = beside(libc, python) if started is None else started
    os.write(report, "{} {}\n".format(where, worker).encode())
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):  # the answers are the other's alone, and end with it
        os.dup2(nowhere, stream)
    adopt(libc)
    os.write(go, b"g")
    status = watch(worker, parent)
    if status is not None and (where == BESIDE or status):
        os.write(report, str(status).encode())
    if where == BESIDE:
        end_group(worker)
        end_all(descendants, float(sys.argv[5]))
    elif status is None:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)  # all others end before it does
    os._exit(0)


def system() -> Any:
    """Return the functions of Linux that Python does not have, or not before 3.12; None elsewhere."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        import ctypes  # noqa: PLC0415  # not every interpreter has it

        return ctypes.CDLL(None)
    except Exception:
        return None


def adopt(libc: Any) -> None:
    """Become the parent of each descendant that loses its own, to find it also in a session of its own."""
    if libc is not None:
        libc.prctl(SUBREAPER, 1, 0, 0, 0)


def beside(libc: Any, python: str) -> tuple[int, int]:
    """Start the process that loads; give it, and the pipe that it waits for."""
    ready, go = os.pipe()
    worker = os.fork()
    if not worker:
        try:
            os.close(go)
            if os.read(ready, 1):
                load(libc, python)
        finally:
            os._exit(127)
    os.close(ready)
    return worker, go


def load(libc: Any, python: str) -> None:
    """Become the process that loads, which ends with its parent."""
    os.setpgid(0, 0)  # a signal to its group is none to the guardian
    if libc is not None:
        libc.prctl(PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker.py")
    os.execvp(python, [python, script])  # noqa: S606


def apart(libc: Any, python: str, report: int) -> tuple[int, int] | None:
    """Start the first process of new namespaces, which then starts the one that loads.

    A process in between makes them, for this one is to stay outside. When that ends, this one adopts the first.

    :return: the first process, and the pipe that it waits for; None where the system does not allow all of it
    """
    adopt(libc)
    hear, tell = os.pipe()
    listen, say = os.pipe()
    between = os.fork()
    if not between:
        try:
            os.close(tell)
            os.close(listen)
            enter(libc, python, report, hear, say)
        finally:
            os._exit(127)
    os.close(hear)
    os.close(say)
    try:
        if os.read(listen, 1):
            map_users(between)
            os.write(tell, b"m")
            first = int(os.read(listen, 20) or 0)
            os.waitpid(between, 0)
            os.write(tell, b"p")
            if os.read(listen, 1):
                return first, tell
    except OSError:
        pass
    finally:
        os.close(listen)
    os.close(tell)
    return None


def enter(libc: Any, python: str, report: int, hear: int, say: int) -> None:
    """Make the namespaces, and start their first process; return where something is not allowed."""
    if libc.unshare(NAMESPACES):
        return
    os.write(say, b"u")
    if not os.read(hear, 1):  # until users are mapped
        return
    first = os.fork()
    if first:
        os.write(say, str(first).encode())
        os._exit(0)
    if os.read(hear, 1):  # when the guardian is the parent
        be_first(libc, python, report, hear, say)


def be_first(libc: Any, python: str, report: int, hear: int, say: int) -> None:
    """Be the first process of the namespaces, with which all others end; return where something is not allowed.

    Of what those send to it, only a signal that it has a handler for would have an effect.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    libc.prctl(PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if libc.mount(None, b"/", None, MS_SLAVE, None) or libc.mount(b"proc", b"/proc", b"proc", MS_RESTRICTED, None):
        return
    libc.prctl(DUMPABLE, 0, 0, 0, 0)
    for capability in (SYS_PTRACE, SYS_ADMIN):
        libc.prctl(CAPBSET_DROP, capability, 0, 0, 0)
    os.write(say, b"p")
    if not os.read(hear, 1):  # until the guardian is ready
        return
    worker = os.fork()
    if not worker:
        load(libc, python)
    while True:  # it is the parent of all that lose theirs
        child, status = os.waitpid(-1, 0)
        if child == worker:
            os.write(report, str(status).encode())
            os._exit(0)


def map_users(process: int) -> None:
    """Have users and groups be the same in the namespace of a process: all, where this one may say so, or its own."""
    for kind, own in (("uid", os.geteuid()), ("gid", os.getegid())):
        with open("/proc/self/{}_map".format(kind), "rb") as stream:
            lines = [line.split() for line in stream]
        try:
            write(process, kind + "_map", b"".join(b"%s %s %s\n" % (line[0], line[0], line[2]) for line in lines))
        except OSError:
            if kind == "gid":
                write(process, "setgroups", b"deny")
            write(process, kind + "_map", b"%d %d 1\n" % (own, own))


def write(process: int, name: str, text: bytes) -> None:
    """Write a file of a process, at once."""
    file = os.open("/proc/{}/{}".format(process, name), os.O_WRONLY)
    try:
        os.write(file, text)
    finally:
        os.close(file)


def limit(memory: int) -> None:
    """Limit the memory of each process, and have none leave an image of it behind when it crashes.

    Where a system of Linux has none left, it is to end these and not the build.
    """
    import resource  # noqa: PLC0415  # not every system has it

    for what, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_DATA, memory)):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (least, least))
        except (OSError, ValueError):
            pass  # not on this system
    try:
        write(os.getpid(), "oom_score_adj", b"1000")
    except OSError:
        pass


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
    poll.register(0, 0)  # poll reports that it is closed without being asked to; what is written is for the other
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


def end_group(process: int) -> None:
    """End the group of a process, which is all that can be found where the system does not list processes."""
    try:
        os.killpg(process, signal.SIGKILL)
    except OSError:
        pass  # nothing is left of it


def end_all(find: Callable[[], set[int]], seconds: float) -> None:
    """End processes, and those that they go on to start, until none is found any more."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = find()
        if not found:
            return
        for process in found:
            try:
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, os.WNOHANG)
            except OSError:
                pass  # it is gone, or not the child of this one yet
        time.sleep(0.002)


def descendants() -> set[int]:
    """Return the processes that were started by this one, by those, and so on, where the system lists processes.

    They are among these until they are reaped.
    """
    return below(os.getpid(), processes())


def below(process: int, known: dict[int, list[bytes]]) -> set[int]:
    """Return those of the known processes that were started by one, by those, and so on."""
    found: set[int] = set()
    more = {process}
    while more:
        more = {other for other, stat in known.items() if int(stat[PARENT]) in more} - found
        found |= more
    return found


def processes() -> dict[int, list[bytes]]:
    """Return all processes, each with what the system tells of it; none where it does not list them."""
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
    """Return the seconds of processor time of a process and all that it started, ended or not; None where not known."""
    known = processes()
    if process not in known:
        return None
    ticks = sum(int(ticks) for one in {process, *below(process, known)} for ticks in known[one][TIMES])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
