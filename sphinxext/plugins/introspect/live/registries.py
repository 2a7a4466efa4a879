"""What loaded modules hold that register plugins otherwise than by entry points.

The process that loads plugins runs this as a script, so it imports only the standard library and runs on Python 3.8
and newer.
"""

from __future__ import annotations

import functools
import importlib
import json
import pkgutil
import sys
import types
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable, Mapping

    Script = Callable[[str], dict[str, Any]]


def answer(module: Any, asked: str, script: Script, make: Callable[..., Any], clean: Callable[[str], str]) -> Any:
    """Return what a module holds, in the form of the model's ``Answer``.

    :param asked: the registry, as JSON
    :param script: runs another script of this package
    :param make: makes what collects entries, as ``Entries`` does
    """
    spec = json.loads(asked)
    entries = make(spec, functools.partial(reference, module))
    missing = KINDS[spec["kind"]](module, spec, entries, script)
    return {"value": None if missing else entries.answer, "error": clean("; ".join(entries.doubts[:3])) or None}


def mapping(module: Any, spec: Mapping[str, Any], entries: Any, _script: Script) -> bool:
    """Read a dictionary, a list, or what a function gives; return whether there is none."""
    value = module
    for name in spec["object"].split("."):
        if not hasattr(value, name):
            return True
        value = getattr(value, name)
    entries.of(value() if isinstance(value, FUNCTIONS) else value)
    return False


def subclasses(module: Any, spec: Mapping[str, Any], entries: Any, _script: Script) -> bool:
    """Add the subclasses of a class that are not abstract themselves; return whether there is no such class."""
    base = attribute(module, spec["object"])
    if base is None:
        return True
    if not isinstance(base, type):
        msg = "{} is no class".format(spec["object"])
        raise TypeError(msg)
    for package in spec["in"]:
        for _ in modules(package, entries):
            pass  # so that their classes are there
    for of in below(base):
        within = any("{}.".format(of.__module__).startswith("{}.".format(package)) for package in spec["in"])
        target = own_reference(of)
        if within and target is not None and not is_abstract(of):
            by = spec["name"]
            names = [of.__name__] if by is None else entries.texts(attribute(of, by.partition(":")[2]))
            if not names:
                entries.leave(of.__name__, "its {} is no name".format(by))
            entries.add(names, target)
    entries.found.sort(key=lambda entry: str(entry["target"]))
    return False


def attribute(of: Any, path: str) -> Any:
    """Return an attribute, dotted where need be; None where there is none."""
    for name in path.split("."):
        of = getattr(of, name.strip(), None)
    return of


def below(base: type) -> list[type]:
    """Return all subclasses of a class, each once."""
    waiting = [base]
    for of in waiting:
        waiting += [each for each in type.__dict__["__subclasses__"].__get__(of)() if each not in waiting]
    return waiting[1:]


def is_abstract(of: type) -> bool:
    """Whether a class has a method, its own or inherited, that is abstract; its metaclass does not matter."""
    seen = set()
    for base in type.__dict__["__mro__"].__get__(of):
        for name, value in list(vars(base).items()):
            if name not in seen and getattr(value, "__isabstractmethod__", False) is True:
                return True
            seen.add(name)
    return False


KINDS = {"mapping": mapping, "subclasses": subclasses}
"""What reads a kind; each returns whether the module has no such registry."""


FUNCTIONS = (types.FunctionType, types.MethodType, types.BuiltinFunctionType)


def reference(home: Any, value: Any) -> str | None:
    """Return the object reference of a loaded object; of one that no module has, that of its class.

    :param home: the module that is asked, which may have it
    """
    if isinstance(value, types.ModuleType):
        return str(value.__name__)
    own = own_reference(value)
    if own is not None:
        return own
    for module in (home, sys.modules.get(getattr(type(value), "__module__", ""))):
        names = [name for name, each in vars(module).items() if each is value] if module is not None else []
        if module is not None and names:
            return "{}:{}".format(module.__name__, names[0])
    return None if isinstance(value, (type, *FUNCTIONS)) else own_reference(type(value))


def own_reference(of: Any) -> str | None:
    """Return the object reference that a class or a function tells of itself, if it is what that leads to."""
    module, path = getattr(of, "__module__", None), getattr(of, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(path, str):
        return None
    value = sys.modules.get(module)
    for name in path.split("."):
        value = getattr(value, name, None)
    return "{}:{}".format(module, path) if value is of else None


def modules(package: str, entries: Any) -> Any:
    """Import a package and all modules below it; those that fail are doubts."""
    waiting = [package]
    for name in waiting:
        try:
            module = importlib.import_module(name)
        except BaseException as error:
            why = " ".join("{}: {}".format(type(error).__name__, error).split())
            entries.doubts.append("{} cannot be imported: {}".format(name, why))
            continue
        yield module
        for _, below, _ in pkgutil.iter_modules(getattr(module, "__path__", ())):
            if below != "__main__":
                waiting.append("{}.{}".format(name, below))
