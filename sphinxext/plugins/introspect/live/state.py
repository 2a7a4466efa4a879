"""Puts back what plugins change, for the process that loads them: run by it as a script, on Python 3.8 and newer."""

from __future__ import annotations

import builtins
import inspect
import json
import json.encoder
import os
import sys

OF_SYS = (
    *("stdin", "stdout", "stderr", "excepthook", "displayhook", "argv", "path"),
    *("modules", "meta_path", "path_hooks", "path_importer_cache"),
)
"""What plugins replace in :mod:`sys`."""


class State:
    """What plugins are known to change in the process that loads them, to put it back."""

    def __init__(self) -> None:
        self.folder = os.getcwd()
        self.environ = os.environ
        self.environment, self.of_environ = dict(os.environ), dict(vars(os.environ))
        self.path = list(sys.path)
        self.limit = sys.getrecursionlimit()
        # What describes a plugin is not to be what an earlier one made of it.
        self.modules = [(vars(module), dict(vars(module))) for module in (builtins, inspect, json, json.encoder)]
        self.of_sys = [(name, getattr(sys, name)) for name in OF_SYS]
        # Bound here, out of the reach of a plugin that replaces them in their modules.
        self.trace, self.profile, self.set_limit = sys.settrace, sys.setprofile, sys.setrecursionlimit
        self.chdir, self.set = os.chdir, setattr
        self.steps = (self.restore_sys, self.restore_folder, self.restore_environment)

    def restore(self) -> list[str]:
        """Put it back, for the next plugin to find a process like the first did; give the path that it had."""
        for names, values in self.modules:
            names.update(values)
        path = getattr(sys, "path", ())
        folders = [folder for folder in path if type(folder) is str] if type(path) in (list, tuple) else []
        self.trace(None)
        self.profile(None)
        for step in self.steps:
            try:
                step()
            except BaseException:  # noqa: BLE001  # of what a plugin made of it
                pass
        return folders

    def restore_sys(self) -> None:
        """Put back what was replaced in :mod:`sys`, and the path and the arguments as they were."""
        self.set_limit(self.limit)
        for name, value in self.of_sys:
            self.set(sys, name, value)
        sys.path[:] = self.path
        sys.argv[:] = [""]

    def restore_folder(self) -> None:
        """Go back to the folder."""
        self.chdir(self.folder)

    def restore_environment(self) -> None:
        """Put back the variables of the environment."""
        os.environ = self.environ  # noqa: B003  # an object that stands in for it has no effect on the environment
        vars(os.environ).update(self.of_environ)
        os.environ.clear()
        os.environ.update(self.environment)
