"""Mocks of modules, for the process that loads plugins: run by it as a script, on Python 3.8 and newer.

They are meant to do what those of autodoc do, which cannot be had without Sphinx.
"""

from __future__ import annotations

import types
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


class Mock(types.ModuleType):
    """A module that has whatever is asked of it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__all__: list[str] = []
        self.__path__: list[str] = []  # for it to have submodules

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        return MockObject()


class MockObject:
    """Anything in a mocked module: it can be called, inherited from, subscripted and used to decorate."""

    def __init__(self, *_args: Any, **_keywords: Any) -> None:
        self.__name__ = self.__qualname__ = "mock"

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

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


MockObject.__init__.__signature__ = 0  # type: ignore[attr-defined]  # of what inherits it none is known


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
