"""The process that loads plugins: run as a script, it answers one entry point at a time.

It imports only the standard library and runs on Python 3.8 and newer, for the plugins may need
another interpreter than the documentation. It is the one place where anything may be raised, and
the one place that catches everything.

Requests come on standard input, answers go to standard output, each a line of JSON; an answer
begins with a token that the first line of the input gave, so that nothing else which a plugin
manages to write there is taken for one. Plugins find both streams, and standard error, empty.
"""

from __future__ import annotations

import json
import os
import re
import sys
import types
from enum import Enum
from functools import lru_cache, partial
from importlib import import_module
from inspect import cleandoc, getattr_static, getsourcelines, unwrap
from inspect import signature as signature_of
from itertools import islice
from math import isfinite
from runpy import run_path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable, Mapping

LONGEST_TEXT = 200000
"""How many characters of a docstring are handed on."""

LONGEST_VALUE = 20000
"""How many characters of an answer to a describer are, each item of a list counted as one more."""

LONGEST_ERROR = 500
"""How many characters of an error are handed on."""

BITS = 10000
"""How long an integer is written in digits; Python itself refuses to at about 14,000."""

LONGEST_NAME = 10000
"""How many characters of anything else are handed on; what is longer is left out."""

LONGEST_DEFAULT = 1000
"""How many characters of a parameter's default are shown."""

FOLDERS = (sys.prefix, sys.base_prefix, os.getcwd())
"""Folders that no error is to tell of."""

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
"""What differs from one process to the next in what Python shows for an object."""


def main() -> None:
    """Answer until the input ends."""
    requests = os.fdopen(os.dup(0), "r", encoding="ascii")
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    first = json.loads(requests.readline())
    token = first["token"].encode("ascii")
    # Or else its own, without the folder of this script.
    sys.path[:] = sys.path[1:] if first["path"] is None else first["path"]
    sys.argv[:] = [""]
    if first["mock"]:
        # Not imported: no module is to stand in the way of one of the same name that a plugin needs.
        sys.meta_path.insert(0, script("mocks.py")["Mocks"](first["mock"]))
    tracer = script("tracer.py")["Tracer"](__file__)
    state_of = script("state.py")["State"]
    tracer.install()
    state = state_of()
    process = os.getpid()
    # Bound here, out of the reach of a plugin that replaces them in their modules.
    dumps, loads, write, pid, leave = json.dumps, json.loads, os.write, os.getpid, os._exit  # noqa: SLF001

    def say(number: str, said: dict[str, Any]) -> None:
        if pid() != process:  # a plugin forked, and this is its child
            leave(0)
        text = dumps(dict(said, number=number), ensure_ascii=False)
        line = b"\n" + token + b" " + text.encode("utf-8", "replace") + b"\n"  # no encoding has a lone surrogate
        while line:
            line = line[write(answers, line) :]

    say("", {"executable": sys.executable or "", "path": [folder for folder in sys.path if isinstance(folder, str)]})
    for line in requests:
        request = loads(line)
        answer(request, state, partial(say, request["number"]))
        state.restore()
        say(request["number"], tracer.told(request["module"]))
    leave(0)


def script(name: str) -> dict[str, Any]:
    """Run a script that is beside this one."""
    return run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), name))


def answer(request: dict[str, Any], state: Any, say: Callable[[dict[str, Any]], None]) -> None:
    """Load one target, say what it is, and then what it answers to each describer."""
    try:
        target, owner, name = import_module(request["module"]), None, ""
        for name in request["attributes"]:
            owner, target = target, getattr(target, name)
        for stop in (sys.setprofile, sys.settrace):  # here, for a hook is called for each new frame, and may raise
            try:
                stop(None)
            except BaseException:  # noqa: BLE001
                pass  # a hook that raises is gone
    except BaseException as error:  # noqa: BLE001  # SystemExit, KeyboardInterrupt and whatever else a plugin raises
        state.restore()
        say({"error": explain(error)})
        return
    state.restore()
    say(attempt(describe, target, owner, name) or {"error": "it cannot be described"})
    for describer in request["describers"]:
        said = ask(target, describer)
        state.restore()
        say(said)


def ask(target: Any, describer: str) -> dict[str, Any]:
    """Answer ``attr:NAME`` or ``call:NAME``; nothing where there is no such attribute."""
    scheme, _, path = describer.partition(":")
    try:
        value = target
        for name in path.split("."):
            owner, value = value, member(value, name)
            if value is MISSING:
                return {"value": None, "shown": False}
            if isinstance(value, property) and isinstance(owner, type):
                value = getattr(owner(), name)
        if scheme == "call":
            value = getattr(owner(), name)() if needs_instance(owner, name) else value()
        values = Values()
        return {"value": values.plain(value), "shown": values.shown}
    except BaseException as error:  # noqa: BLE001
        return {"error": explain(error)}


MISSING = object()


def member(owner: Any, name: str) -> Any:
    """Give an attribute, or what a dictionary has at a key."""
    if issubclass(type(owner), dict) and dict.__contains__(owner, name):
        return dict.__getitem__(owner, name)
    return getattr(owner, name, MISSING)


def needs_instance(owner: Any, name: str) -> bool:
    """Whether a method of a class takes an instance of it."""
    if not isinstance(owner, type):
        return False
    method = getattr_static(owner, name)
    return hasattr(type(method), "__get__") and not isinstance(method, (staticmethod, classmethod, type))


class Values:
    """Makes values into what JSON can hold, up to a size that all of them share."""

    def __init__(self) -> None:
        self.left = LONGEST_VALUE
        self.shown = False
        """Whether a text stands in for something that JSON cannot hold."""

    def plain(self, value: Any, depth: int = 10) -> Any:
        """Make a value into what JSON can hold; what else it is becomes the text that Python shows for it."""
        of = type(value)
        self.left -= 1
        if self.left < 0 or depth < 0:
            self.shown = True
            return "…"
        if value is None or of is bool or (of is int and -(2**63) <= value < 2**63):
            return value
        if of is float and isfinite(value):
            return value
        if of is int:
            value = "an integer of {} bits".format(value.bit_length()) if value.bit_length() > BITS else str(value)
            self.shown = True
        if isinstance(value, str):
            return self.cut(str.__str__(value))
        if issubclass(of, (list, tuple)):
            items = list.__iter__(value) if issubclass(of, list) else tuple.__iter__(value)
            return [self.plain(item, depth - 1) for item in islice(items, self.left + 1)]
        if issubclass(of, (set, frozenset)):
            return sorted((self.plain(item, depth - 1) for item in islice(list(value), self.left + 1)), key=str)
        if issubclass(of, dict):
            items = islice(dict.items(value), self.left + 1)
            return {str(self.plain(key, depth - 1)): self.plain(item, depth - 1) for key, item in items}
        self.shown = True
        return self.cut(ADDRESS.sub("", str.__str__(repr(value))))

    def cut(self, text: str) -> str:
        """Shorten a text to what is left; no encoding has a lone surrogate."""
        text = text[: max(self.left, 0)].encode("utf-8", "replace").decode("utf-8")
        self.left -= len(text)
        return text


def explain(error: BaseException) -> str:
    """Put an error in one line, without the folders of this machine."""
    name = type.__dict__["__name__"].__get__(type(error))[:LONGEST_ERROR]
    try:
        text = " ".join(str(error).split())
    except BaseException:  # noqa: BLE001
        text = ""
    for folder in sorted({*sys.path, *FOLDERS}, key=len, reverse=True):
        if len(folder) > 1:
            text = text.replace(folder + os.sep, "")
    text = ADDRESS.sub("", text)
    text = text if len(text) <= LONGEST_ERROR else text[:LONGEST_ERROR] + "…"
    return f"{name}: {text}" if text else name


def describe(target: Any, owner: Any, name: str) -> dict[str, Any]:
    """Tell what an object is and says; it is the attribute of an owner, if it is no module.

    Its type is asked for, not the object, which may answer what it likes.
    """
    kind = attempt(kind_of, target) or "instance"
    if kind in ("function", "method") and "__wrapped__" in (attempt(attributes, target) or ()):
        target = attempt(unwrap, target) or target
    inherited, source = attempt(inherits, target, kind, owner, name) or (None, None)
    deprecated = attempt(lambda: attributes(target).get("__deprecated__"))
    return {
        "kind": kind,
        "type": short(attempt(path_of, type(target))) if kind == "instance" else None,
        "signature": short(attempt(signature, target, kind)),
        "docstring": attempt(docstring, target, kind),
        "inherited": inherited,
        "owner": source,
        "definition": short(attempt(definition, target, kind)),
        "location": attempt(location, target, kind),
        "deprecated": str.__str__(deprecated)[:LONGEST_NAME] if isinstance(deprecated, str) else None,
    }


def short(text: str | None) -> str | None:
    """Leave out a text that is too long to tell a reader anything."""
    return None if text is None or len(text) > LONGEST_NAME else text


def attempt(tell: Callable[..., Any], *arguments: Any) -> Any:
    """Tell one thing of a target; None where asking for it raises, for that is no reason to lose the others."""
    try:
        return tell(*arguments)
    except BaseException:  # noqa: BLE001
        return None


def path_of(of: type) -> str:
    """Give the path of a class."""
    return "{}.{}".format(of.__module__, of.__qualname__)


def signature(target: Any, kind: str) -> str | None:
    """Write the parameters of a class or a function, without annotations; a default that is no literal is ``…``."""
    if kind not in ("class", "function", "method"):
        return None
    if kind == "class" and issubclass(target, Enum):
        return None  # how members are looked up is no way to make one
    found = signature_of(target)
    parameters = []
    for parameter in found.parameters.values():
        default = parameter.default
        if default is not parameter.empty and not (is_literal(default) and len(repr(default)) <= LONGEST_DEFAULT):
            default = ELLIPSIS
        parameters.append(parameter.replace(annotation=parameter.empty, default=default))
    return str(found.replace(parameters=parameters, return_annotation=found.empty))


def is_literal(value: Any) -> bool:
    """Whether what Python shows for a value is what was written."""
    if type(value) is tuple:
        return all(is_literal(item) for item in value)
    if type(value) is int:
        return value.bit_length() <= BITS
    return type(value) in (type(None), bool, float, str, bytes)


class Ellipsis_:  # noqa: N801  # only its text matters
    """What stands for a default that is no literal."""

    def __repr__(self) -> str:
        return "…"


ELLIPSIS = Ellipsis_()


NOBODYS_WORDS = ("builtins.", "typing.", "abc.", "enum.")
"""Modules whose docstrings say nothing of what inherits from them."""


def inherits(target: Any, kind: str, owner: Any, name: str) -> tuple[str | None, str | None]:
    """Give the docstring that an object has from elsewhere, and the path of that.

    It is a base class, the same method of one, or of an instance its class.
    """
    if docstring(target, kind) is not None:
        return None, None
    if kind == "method" and isinstance(owner, type):
        methods = [(base, attributes(base).get(name)) for base in owner.__mro__]
        owners = [("{}.{}".format(path_of(base), name), method, "method") for base, method in methods if method]
    elif kind in ("class", "instance"):
        bases = type.__dict__["__mro__"].__get__(target)[1:] if kind == "class" else type(target).__mro__
        owners = [(path_of(base), base, "class") for base in bases]
    else:
        return None, None
    for path, thing, what in owners:
        text = docstring(thing, what)
        if text is not None and not path.startswith(NOBODYS_WORDS):
            return text, path
    return None, None


def kind_of(target: object) -> str:
    """Sort an object by its type."""
    of = type(target)
    if issubclass(of, types.ModuleType):
        return "module"
    if issubclass(of, type):
        return "class"
    if issubclass(of, types.MethodType):
        return "method"
    if issubclass(of, ROUTINES):
        return "method" if "." in getattr(target, "__qualname__", "").rpartition("<locals>.")[2] else "function"
    return "instance"


ROUTINES = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    type(lru_cache()(len)),
)


def attributes(target: Any) -> Mapping[str, Any]:
    """Give the attributes that an object has itself, and not from its class."""
    try:
        found = type.__dict__["__dict__"].__get__(target) if issubclass(type(target), type) else target.__dict__
    except (AttributeError, TypeError):
        return {}
    return found if isinstance(found, (dict, types.MappingProxyType)) else {}


def docstring(target: Any, kind: str) -> str | None:
    """Give the docstring that is an object's own: not its base class's, and of an instance not its class's."""
    whole = kind in ("function", "method") or issubclass(type(target), property)
    text = target.__doc__ if whole else attributes(target).get("__doc__")
    if not isinstance(text, str):
        return None
    text = cleandoc(str.__str__(text)[:LONGEST_TEXT])
    return None if not text or (kind == "class" and text == generated(target)) else text


def generated(target: Any) -> str | None:
    """Give the docstring that Python makes for a class that has none."""
    if "__dataclass_fields__" in attributes(target):
        return f"{target.__name__}{signature_of(target)}".replace(" -> None", "")
    if "_fields" in attributes(target):
        fields = ", ".join(target._fields) + ("," if len(target._fields) == 1 else "")  # noqa: SLF001
        return f"{target.__name__}({fields})"
    return "An enumeration." if issubclass(target, Enum) else None


def definition(target: Any, kind: str) -> str | None:
    """Write the object reference of where an object is defined; an instance does not know."""
    if kind in ("instance", "module"):
        return str.__str__(target.__name__) if kind == "module" else None
    name = str.__str__(target.__qualname__)
    return None if "<" in name else "{}:{}".format(str.__str__(target.__module__), name)


def location(target: Any, kind: str) -> dict[str, Any] | None:
    """Tell where an object is defined: the file below the folder it is imported from, and the line."""
    if kind == "instance":
        return None
    module = target if kind == "module" else sys.modules.get(getattr(target, "__module__", None) or "")
    file = getattr(module, "__file__", None)
    if module is None or not isinstance(file, str):
        return None
    name = os.path.basename(file)
    if not name.endswith(".py"):
        return None
    line = 1 if kind == "module" else getsourcelines(target)[1]
    folders = module.__name__.split(".")
    return {"file": "/".join([*(folders if name == "__init__.py" else folders[:-1]), name]), "line": line}


if __name__ == "__main__":
    main()
