"""What loaded modules hold that register plugins otherwise than by entry points.

The process that loads plugins runs this as a script, so it imports only the standard library and runs on Python 3.8
and newer.
"""

from __future__ import annotations

import functools
import json
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


def setup(module: Any, spec: Mapping[str, Any], entries: Any, script: Script) -> bool:
    """Read what an extension of Sphinx registers; return whether it has no ``setup``."""
    return bool(script("setups.py")["fill"](module, spec["in"], entries, own_reference))


KINDS = {"mapping": mapping, "setup": setup}
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
