"""The command ``sphinx-plugins``: the catalog on a terminal, as data, and as a check, without a documentation.

It takes the same settings as the extension, and nothing here or below imports Sphinx. What plugins and
distributions say is shown, and never acts: on a terminal, in Markdown or in JSON.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from sphinxext.plugins.cli.arguments import UsageError, parser
from sphinxext.plugins.cli.commands import COMMANDS
from sphinxext.plugins.cli.session import Session
from sphinxext.plugins.cli.terminal import Terminal
from sphinxext.plugins.core.files import reason
from sphinxext.plugins.core.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

_WARNINGS, _UNUSABLE = 1, 2

_BY_SIGNAL = 128
"""What shells add the number of a signal to, for the exit code of what it ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and give its exit code."""
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()  # also what argparse wrote, which then ends the process
    except KeyboardInterrupt:
        return _BY_SIGNAL + signal.SIGINT
    except BrokenPipeError:
        _silence(sys.stdout, sys.stderr)
        return _BY_SIGNAL + signal.SIGPIPE
    except OSError as error:  # a full disk; all other files are looked after where they are read and written
        _silence(sys.stdout)
        try:
            sys.stderr.write(f"sphinx-plugins: error: the output cannot be written: {reason(error)}\n")
            sys.stderr.flush()
        except OSError:
            _silence(sys.stderr)
        return _UNUSABLE


def _silence(*streams: TextIO) -> None:
    """Have nothing more written: Python would try to write the rest when it ends, and complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(nowhere, stream.fileno())


def _run(arguments: Sequence[str] | None) -> int:
    terminal = Terminal()
    given = parser().parse_args(arguments)
    session = Session(given, terminal)
    try:
        code = COMMANDS[given.command](given, session)
    except UsageError as error:
        sys.stderr.write(f"sphinx-plugins: error: {clean_line(str(error))}\n")
        return _UNUSABLE
    fails = given.fail_on_warning and not getattr(given, "exit_zero", False)
    return _WARNINGS if session.warned and fails else code
