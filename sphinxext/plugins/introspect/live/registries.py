"""What loaded modules hold that register plugins otherwise than by entry points.

The process that loads plugins runs this as a script, so it imports only the standard library and runs on Python 3.8
and newer.
"""

from __future__ import annotations

import json
import sys
import types
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable, Mapping


def answer(
    module: Any, asked: str, entries: Callable[..., Any], most: int, clean: Callable[[str], str]
) -> dict[str, Any]:
    """Return what a module registers, in the form of the model's ``Answer``.

    :param asked: the registry, as JSON
    """
    told = Registries(module, entries, most)
    return {"value": told.answer(json.loads(asked)), "error": clean("; ".join(told.doubts[:3])) or None}


class Registries:
    """Tells what registries hold.

    :param module: the loaded module that is asked
    :param entries: makes what a registry holds, as ``Entries`` does
    :ivar doubts: why that may not be all
    """

    def __init__(self, module: Any, entries: Callable[..., Any], most: int) -> None:
        self._module = module
        self._entries = entries
        self._most = most
        self.doubts = []  # type: list[str]

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return what the module holds; None where there is no such registry in it.

        :param asked: the registry, as the settings name it
        """
        entries = self._entries(asked, self._reference, self._most)
        missing = KINDS[asked["kind"]](self, asked, entries)
        return None if missing else entries.answer

    def _mapping(self, asked: Mapping[str, Any], entries: Any) -> bool:
        """Read a dictionary, a list, or what a function gives; return whether there is none."""
        value = self._module
        for name in asked["object"].split("."):
            if not hasattr(value, name):
                return True
            value = getattr(value, name)
        function = isinstance(value, (types.FunctionType, types.MethodType, types.BuiltinFunctionType))
        entries.of(value() if function else value)
        return False

    def _reference(self, value: Any) -> str | None:
        """Return the object reference of a loaded object; of one that no module has, that of its class."""
        if isinstance(value, types.ModuleType):
            return str(value.__name__)
        own = reference(value)
        if own is not None:
            return own
        for home in (self._module, sys.modules.get(getattr(type(value), "__module__", ""))):
            for name, each in vars(home).items() if home is not None else ():
                if each is value:
                    return "{}:{}".format(home.__name__, name)
        return None if isinstance(value, (type, *FUNCTIONS)) else reference(type(value))


FUNCTIONS = (types.FunctionType, types.MethodType, types.BuiltinFunctionType)

KINDS = {"mapping": Registries._mapping}


def reference(of: Any) -> str | None:
    """Return the object reference that a class or a function tells of itself, if it is what that leads to."""
    module, path = getattr(of, "__module__", None), getattr(of, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(path, str):
        return None
    value = sys.modules.get(module)
    for name in path.split("."):
        value = getattr(value, name, None)
    return "{}:{}".format(module, path) if value is of else None
