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
import re
import sys
import types
from functools import lru_cache
from importlib import import_module
from importlib.machinery import ModuleSpec
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
    if first["mock"]:
        sys.meta_path.insert(0, Mocks(first["mock"]))
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


class Mock(types.ModuleType):
    """A module that has whatever is asked of it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__all__: list[str] = []
        self.__path__: list[str] = []  # for it to have submodules

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return MockObject()


class MockObject:
    """Anything in a mocked module: it can be called, inherited from, subscripted and used to decorate."""

    def __init__(self, *_args: Any, **_keywords: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return MockObject()

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        if len(arguments) == 1 and not keywords and isinstance(arguments[0], (types.FunctionType, type)):
            return arguments[0]  # a decorator leaves what it decorates
        return MockObject()

    def __getitem__(self, _item: Any) -> Any:
        return MockObject()

    def __iter__(self) -> Any:
        return iter(())

    def __or__(self, _other: Any) -> Any:
        return self

    __ror__ = __or__

    def __mro_entries__(self, _bases: Any) -> tuple[type, ...]:
        return (type("Mocked", (MockObject,), {}),)  # each its own: a class cannot inherit twice from one


class Mocks:
    """Finds the modules that are mocked, before any other finder."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    # The names and the docstrings are those of the import system.
    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        if any(name == mocked or name.startswith(mocked + ".") for mocked in self.names):
            return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]  # it is a loader as well
        return None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return Mock(spec.name)

    def exec_module(self, _module: types.ModuleType) -> None:
        pass


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
        target, owner, name = import_module(request["module"]), None, ""
        for name in request["attributes"]:
            owner, target = target, getattr(target, name)
        sys.setrecursionlimit(limit)
        return {
            **describe(target, owner, name),
            "answers": [ask(target, describer) for describer in request["describers"]],
        }
    except BaseException as error:  # noqa: BLE001  # SystemExit, KeyboardInterrupt and whatever else a plugin raises
        return {"error": explain(error)}


def ask(target: Any, describer: str) -> dict[str, Any]:
    """Answer ``attr:NAME`` or ``call:NAME``; nothing where there is no such attribute."""
    scheme, _, path = describer.partition(":")
    try:
        value = target
        for name in path.split("."):
            owner, value = value, getattr(value, name, MISSING)
            if value is MISSING:
                return {"value": None}
        if isinstance(value, property) and isinstance(owner, type):
            value = getattr(owner(), name)
        if scheme == "call":
            value = getattr(owner(), name)() if needs_instance(owner, name) else value()
        shown: list[str] = []
        return {"value": plain(value, shown), "shown": bool(shown)}
    except BaseException as error:  # noqa: BLE001
        return {"error": explain(error)}


MISSING = object()


def needs_instance(owner: Any, name: str) -> bool:
    """Whether a method of a class takes an instance of it."""
    if not isinstance(owner, type):
        return False
    method = inspect.getattr_static(owner, name)
    return hasattr(type(method), "__get__") and not isinstance(method, (staticmethod, classmethod, type))


def plain(value: Any, shown: list[str], depth: int = 10) -> Any:
    """Make a value into what JSON can hold.

    :param shown: gathers the texts that Python shows for what else there is in it, which stand in for that
    """
    if value is None or type(value) in (bool, int, float):
        return value
    if isinstance(value, str):
        return str.__str__(value)[:LONGEST_TEXT]
    if depth and isinstance(value, (list, tuple)):
        return [plain(item, shown, depth - 1) for item in value]
    if depth and isinstance(value, (set, frozenset)):
        return sorted((plain(item, shown, depth - 1) for item in value), key=str)
    if depth and isinstance(value, dict):
        return {str(plain(key, [], 0)): plain(item, shown, depth - 1) for key, item in value.items()}
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", str.__str__(repr(value)))[:LONGEST_TEXT]
    shown.append(text)
    return text


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


def describe(target: Any, owner: Any, name: str) -> dict[str, Any]:
    """Tell what an object is and says; it is the attribute of an owner, if it is no module.

    Its type is asked for, not the object, which may answer what it likes.
    """
    kind = kind_of(target)
    if kind in ("function", "method") and "__wrapped__" in attributes(target):
        target = inspect.unwrap(target)
    inherited, source = inherits(target, kind, owner, name)
    deprecated = attributes(target).get("__deprecated__")
    return {
        "kind": kind,
        "type": path_of(type(target)) if kind == "instance" else None,
        "signature": signature(target, kind),
        "docstring": docstring(target, kind),
        "inherited": inherited,
        "owner": source,
        "location": location(target, kind),
        "deprecated": deprecated if isinstance(deprecated, str) else None,
    }


def path_of(of: type) -> str:
    """Give the path of a class."""
    return "{}.{}".format(of.__module__, of.__qualname__)


def signature(target: Any, kind: str) -> str | None:
    """Write the parameters of a class or a function, without annotations; a default that is no literal is ``…``."""
    if kind not in ("class", "function", "method"):
        return None
    try:
        found = inspect.signature(target)
    except (TypeError, ValueError, AttributeError, NameError):
        return None
    parameters = []
    for parameter in found.parameters.values():
        default = parameter.default
        if default is not parameter.empty and type(default) not in (type(None), bool, int, float, str, bytes, tuple):
            default = ELLIPSIS
        parameters.append(parameter.replace(annotation=parameter.empty, default=default))
    return str(found.replace(parameters=parameters, return_annotation=found.empty))


class Ellipsis_:  # noqa: N801  # only its text matters
    """What stands for a default that is no literal."""

    def __repr__(self) -> str:
        return "…"


ELLIPSIS = Ellipsis_()


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
        if text is not None and not path.startswith("builtins."):
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
