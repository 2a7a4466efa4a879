"""What a process that loads plugins finds around it: variables of the environment, and other processes.

Secrets are kept in the environment of builds. So what runs a plugin gets the variables that Python and
the programs of the system need, those that the configuration names, and no other.
"""

from __future__ import annotations

import fnmatch
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

USUAL = ("PATH", "HOME", "LANG", "LC_*", "TMPDIR", "PYTHON*", "VIRTUAL_ENV", "SYSTEMROOT")
"""Those that each process gets, as names and globs."""

OF_WINDOWS = ("APPDATA", "COMSPEC", "LOCALAPPDATA", "PATHEXT", "SYSTEMDRIVE", "TEMP", "TMP", "USERPROFILE", "WINDIR")
"""Those that Python needs there as well."""

SAME_HASHES = {"PYTHONHASHSEED": "0"}
"""What makes each build the same, for the order of a set may be part of a text."""

beside: set[int] = set()
"""The processes that loaded plugins among all others, for the system allowed them no namespaces."""


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
