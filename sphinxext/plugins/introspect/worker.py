"""The process that loads plugins: run as a script, it answers one entry point at a time.

It imports only the standard library and runs on Python 3.8 and newer, for the plugins may need
another interpreter than the documentation. It is the one place where anything may be raised, and
the one place that catches everything.

Requests come on standard input, answers go to standard output, each a line of JSON; an answer
begins with a token that the first line of the input gave, so that nothing else which a plugin
manages to write there is taken for one. Plugins find both streams, and standard error, empty.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
import types
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Mapping

LONGEST_TEXT = 1000000
"""How many characters of a docstring are handed on."""

LONGEST_ERROR = 500
"""How many characters of an error are handed on."""


def main() -> None:
    """Answer until the input ends."""
    requests = os.fdopen(os.dup(0), "r", encoding="ascii")
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    first = json.loads(requests.readline())
    token = first["token"].encode("ascii")
    if first["path"] is not None:
        sys.path[:] = first["path"]
    else:
        del sys.path[0]  # the folder of this script
    sys.argv[:] = [""]
    process = os.getpid()
    # Bound here, out of the reach of a plugin that replaces them in their modules.
    dumps, write, pid, leave = json.dumps, os.write, os.getpid, os._exit  # noqa: SLF001
    state = State()
    write(answers, b"\n" + token + b" {}\n")
    for request in requests:
        answer = load(json.loads(request))
        if pid() != process:  # a plugin forked, and this is its child
            leave(0)
        state.restore()
        line = b"\n" + token + b" " + dumps(answer).encode("ascii") + b"\n"
        while line:
            line = line[write(answers, line) :]
    leave(0)


class State:
    """What plugins are known to change in the process that loads them, to put it back."""

    def __init__(self) -> None:
        self.folder = os.getcwd()
        self.environment = dict(os.environ)
        self.path = list(sys.path)
        self.limit = sys.getrecursionlimit()
        self.hooks = {name: getattr(sys, name) for name in ("stdin", "stdout", "stderr", "excepthook", "displayhook")}

    def restore(self) -> None:
        """Put it back, for the next plugin to find a process like the first did."""
        try:
            os.chdir(self.folder)
        except OSError:
            pass
        os.environ.clear()
        os.environ.update(self.environment)
        sys.path[:] = self.path
        sys.argv[:] = [""]
        sys.setrecursionlimit(self.limit)
        sys.settrace(None)
        sys.setprofile(None)
        for name, value in self.hooks.items():
            setattr(sys, name, value)


def load(request: dict[str, Any]) -> dict[str, Any]:
    """Load one target and describe it, or say why that failed."""
    limit = sys.getrecursionlimit()
    try:
        target = import_module(request["module"])
        for name in request["attributes"]:
            target = getattr(target, name)
        sys.setrecursionlimit(limit)
        return describe(target)
    except BaseException as error:  # noqa: BLE001  # SystemExit, KeyboardInterrupt and whatever else a plugin raises
        return {"error": explain(error)}


def explain(error: BaseException) -> str:
    """Put an error in one line, without the folders of this machine."""
    name = type(error).__name__
    try:
        text = " ".join(str(error).split())
    except BaseException:  # noqa: BLE001
        text = ""
    for folder in sorted({*sys.path, sys.prefix, sys.base_prefix, os.getcwd()}, key=len, reverse=True):
        if len(folder) > 1:
            text = text.replace(folder + os.sep, "")
    text = text if len(text) <= LONGEST_ERROR else text[:LONGEST_ERROR] + "…"
    return f"{name}: {text}" if text else name


def describe(target: Any) -> dict[str, Any]:
    """Tell what an object is and says.

    Its type is asked for, not the object, which may answer what it likes.
    """
    kind = kind_of(target)
    if kind in ("function", "method"):
        target = inspect.unwrap(target) if "__wrapped__" in attributes(target) else target
    return {"kind": kind, "docstring": docstring(target, kind), "location": location(target, kind)}


def kind_of(target: object) -> str:
    """Sort an object by its type."""
    of = type(target)
    if issubclass(of, types.ModuleType):
        return "module"
    if issubclass(of, type):
        return "class"
    if issubclass(of, types.MethodType):
        return "method"
    if issubclass(of, (types.FunctionType, types.BuiltinFunctionType)) or "functools" in of.__module__.split("."):
        return "method" if "." in getattr(target, "__qualname__", "").rpartition("<locals>.")[2] else "function"
    return "instance"


def attributes(target: Any) -> Mapping[str, Any]:
    """Give the attributes that an object has itself, and not from its class."""
    try:
        found = type.__dict__["__dict__"].__get__(target) if isinstance(target, type) else target.__dict__
    except (AttributeError, TypeError):
        return {}
    return found if isinstance(found, (dict, types.MappingProxyType)) else {}


def docstring(target: Any, kind: str) -> str | None:
    """Give the docstring that is an object's own: not its base class's, and of an instance not its class's."""
    text = target.__doc__ if kind in ("function", "method") else attributes(target).get("__doc__")
    if not isinstance(text, str):
        return None
    text = inspect.cleandoc(str.__str__(text)[:LONGEST_TEXT])
    return None if not text or (kind == "class" and text == generated(target)) else text


def generated(target: Any) -> str | None:
    """Give the docstring that :mod:`dataclasses` would make for a class that has none."""
    if "__dataclass_fields__" not in attributes(target):
        return None
    try:
        return f"{target.__name__}{inspect.signature(target)}".replace(" -> None", "")
    except (TypeError, ValueError):
        return None


def location(target: Any, kind: str) -> dict[str, Any] | None:
    """Tell where an object is defined: the file below the folder it is imported from, and the line."""
    if kind == "instance":
        return None
    module = target if kind == "module" else sys.modules.get(getattr(target, "__module__", None) or "")
    file = getattr(module, "__file__", None)
    if module is None or not isinstance(file, str):
        return None
    try:
        line = 1 if kind == "module" else inspect.getsourcelines(target)[1]
    except (OSError, TypeError, SyntaxError, IndexError):
        return None
    path = module.__name__.replace(".", "/")
    init = os.path.basename(file).startswith("__init__.")
    return {"file": path + ("/__init__.py" if init else ".py"), "line": line}


if __name__ == "__main__":
    main()
