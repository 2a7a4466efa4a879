"""Runs a command in a terminal of its own, and writes what it printed there, and which processes it left behind."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import pty
import resource
import signal
import sys
import time

from sphinxext.plugins.introspect.live.guardian import SUBREAPER, descendants


def main(command: list[str]) -> None:
    """Run it, as the parent of all that lose theirs."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    printed: list[bytes] = []

    def read(end: int) -> bytes:
        printed.append(os.read(end, 4096))
        return printed[-1]

    answers = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    began = time.monotonic()
    code = os.waitstatus_to_exitcode(pty.spawn(command, read))
    seconds = time.monotonic() - began
    time.sleep(0.5)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    left = sorted(descendants())
    commands = []
    for process in left:
        with contextlib.suppress(OSError), open(f"/proc/{process}/cmdline", "rb") as stream:  # noqa: PTH123
            commands.append(stream.read().decode())
        os.kill(process, signal.SIGKILL)
    said = {
        "code": code,
        "seconds": seconds,
        "printed": b"".join(printed).decode(errors="replace"),
        "left": commands,
        "memory": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }
    os.write(answers, json.dumps(said).encode())


if __name__ == "__main__":
    main(sys.argv[1:])
