"""Puts back what plugins change, for the process that loads them: run by it as a script, on Python 3.8 and newer."""

from __future__ import annotations

import builtins
import inspect
import json
import json.encoder
import os
import sys

OF_SYS = ("stdin", "stdout", "stderr", "excepthook", "displayhook", "path", "argv")
"""What plugins replace in :mod:`sys`."""


class State:
    """What plugins are known to change in the process that loads them, to put it back."""

    def __init__(self) -> None:
        self.folder = os.getcwd()
        self.environ = os.environ
        self.environment = dict(os.environ)
        self.path = list(sys.path)
        self.limit = sys.getrecursionlimit()
        # What describes a plugin is not to be what an earlier one made of it.
        self.modules = [(vars(module), dict(vars(module))) for module in (builtins, inspect, json, json.encoder)]
        self.of_sys = [(name, getattr(sys, name)) for name in OF_SYS]
        # Bound here, out of the reach of a plugin that replaces them in their modules.
        self.trace, self.profile, self.set_limit = sys.settrace, sys.setprofile, sys.setrecursionlimit
        self.chdir, self.set = os.chdir, setattr

    def restore(self) -> None:
        """Put it back, for the next plugin to find a process like the first did."""
        for names, values in self.modules:
            names.update(values)
        self.trace(None)
        self.profile(None)
        self.set_limit(self.limit)
        try:
            self.chdir(self.folder)
        except OSError:
            pass
        os.environ = self.environ  # noqa: B003  # an object that stands in for it has no effect on the environment
        os.environ.clear()
        os.environ.update(self.environment)
        for name, value in self.of_sys:
            self.set(sys, name, value)
        sys.path[:] = self.path
        sys.argv[:] = [""]
