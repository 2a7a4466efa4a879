"""Makes values into what JSON can hold, and a reader can read.

Both ways of introspection do this with what they find. The process that loads plugins runs it as a script, so it
imports only the standard library and runs on Python 3.8 and newer.

What a value is shows by its type, and not by what it says of itself; what it has is asked for, and may raise anything.
"""

from __future__ import annotations

import types
from codecs import getincrementaldecoder
from collections import UserString
from collections.abc import Iterable, Iterator, Mapping, MappingView, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields
from datetime import date, time
from enum import Enum, Flag
from functools import lru_cache
from io import IOBase
from math import isfinite
from numbers import Number
from re import Pattern
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable


CUT = "…"
"""What stands for the rest of what is too long, or too deep."""


class Named:
    """Stands for a class, a function or a module of which only the path is known."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Named) and other.path == self.path

    def __hash__(self) -> int:
        return hash(self.path)


class Values:
    """Makes values into what JSON can hold, up to a size that all of them share.

    :param limits: the module of that name, which a script cannot import
    :ivar left: how much may still come
    :ivar shown: whether the text stands for something in them that Python shows for it
    :ivar objects: the texts in them that are dotted paths
    """

    def __init__(self, limits: Any, clean: Callable[[str], str] = str) -> None:
        self.limits = limits
        self.clean = clean
        self.left: int = limits.LONGEST_VALUE
        self.shown = False
        self.objects: set[str] = set()

    def plain(self, value: Any, depth: int | None = None) -> Any:
        """Make a value into what JSON can hold; the text that Python shows is for what nothing else fits."""
        of: Any = type(value)
        depth = self.limits.DEEPEST_VALUE if depth is None else depth
        self.left -= 1
        if self.left < 0 or depth < 0:
            return CUT
        for classes, write in _BY_CLASS:
            if issubclass(of, classes):
                return write(self, value, depth)
        names = _record(of)
        if names is not None:
            return self.entries(_held(value, names), depth)
        for classes, write in () if issubclass(of, IOBase) else _BY_INTERFACE:
            if issubclass(of, classes):
                return write(self, value, depth)
        if of.__str__ is not object.__str__ and not issubclass(of, BaseException):
            return self.cut(str(value))
        if issubclass(of, Iterable) and not issubclass(of, IOBase) and of.__module__ not in ("types", "typing"):
            return self.listed(value, depth)
        self.shown = True
        # Without its address, also where nothing cleans texts.
        default = of.__repr__ is object.__repr__
        return self.cut("<{} object>".format(_path(of)) if default else repr(value))

    def cut(self, text: str) -> str:
        """Shorten a text to what is left; no encoding has a lone surrogate."""
        text = (
            self.clean(str.__str__(text)[: 2 * self.limits.LONGEST_VALUE])[: max(self.left, 0)]
            .encode("utf-8", "replace")
            .decode("utf-8")
        )
        self.left -= len(text)
        return text

    def same(self, value: Any, _depth: int) -> Any:
        return value

    def member(self, value: Any, depth: int) -> Any:
        """Write a member of an enumeration: its value where that is a text, or else its name; of flags all names."""
        if issubclass(type(value), Flag):
            return [self.plain(each, depth - 1) for each in _flags(value)]
        text = value._value_ if issubclass(type(value._value_), str) else ""  # noqa: SLF001
        return self.cut(text or value._name_)  # noqa: SLF001

    def text(self, value: Any, _depth: int = 0) -> str:
        return self.cut(str.__str__(value))

    def integer(self, value: Any, _depth: int) -> Any:
        self.left -= 7  # with its separator as many characters as most have
        number = int.__int__(value)
        if -(2**63) <= number < 2**63:
            return number
        if number.bit_length() > self.limits.LONGEST_INTEGER:
            return "an integer of {} bits".format(number.bit_length())
        return self.cut(str(number))

    def number(self, value: Any, _depth: int) -> Any:
        self.left -= 7
        number = float.__float__(value)
        return number if isfinite(number) else str(number)

    def data(self, value: Any, _depth: int) -> str:
        """Write bytes as the text that they are; what is none as Python shows it."""
        most = 2 * self.limits.LONGEST_VALUE
        kept = bytes((bytes if issubclass(type(value), bytes) else bytearray).__getitem__(value, slice(most)))
        try:
            text = getincrementaldecoder("utf-8")().decode(kept, final=len(kept) < most)
        except UnicodeDecodeError:
            text = "\0"
        if "".join(text.split()).isprintable():
            return self.cut(text)
        self.shown = True
        return self.cut(repr(kept))

    def moment(self, value: Any, _depth: int) -> str:
        return self.cut(value.isoformat())

    def pattern(self, value: Any, depth: int) -> Any:
        return self.plain(value.pattern, depth)

    def path(self, value: Any, _depth: int) -> str:
        """Write the dotted path of a class, a function or a module; what is within a function is no object."""
        while issubclass(type(value), (types.MethodType, staticmethod, classmethod)):
            value = value.__func__
        path = _path(value)
        text = self.cut(path)
        if text == path and all(part.isidentifier() for part in text.split(".")):
            self.objects.add(text)
        return text

    def listed(self, value: Any, depth: int) -> list[Any]:
        """Write what can be gone through, which may have no end."""
        made: list[Any] = []
        for each in _iterator(value):
            if self.left <= 0:
                return [*made, CUT]
            made.append(self.plain(each, depth - 1))
        return made

    def ordered(self, value: Any, depth: int) -> list[Any]:
        """Write a set: numbers, and then what else is in it."""
        return sorted(self.listed(value, depth), key=_place)

    def mapping(self, value: Any, depth: int) -> dict[str, Any]:
        own = issubclass(type(value), dict)
        return self.entries(dict.items(value) if own else ((key, value[key]) for key in value), depth)

    def entries(self, items: Iterable[tuple[Any, Any]], depth: int) -> dict[str, Any]:
        """Write pairs of keys and values."""
        made: dict[str, Any] = {}
        for key, each in items:
            name = _name(self.plain(key, depth - 1))
            if self.left <= 0:  # the key may be cut as well
                return dict(made, **{CUT: CUT})
            while name in made:  # 1 and "1"
                name += "_"
            made[name] = self.plain(each, depth - 1)
        return made


_MISSING = object()


def _path(of: Any) -> str:
    if issubclass(type(of), Named):
        return str(of.path)
    if issubclass(type(of), types.ModuleType):
        return str(of.__name__)
    module, name = getattr(of, "__module__", None), getattr(of, "__qualname__", type(of).__qualname__)
    # Nobody writes that of builtin ones, nor documents them so.
    return "{}.{}".format(module, name) if issubclass(type(module), str) and module != "builtins" else str(name)


def _flags(value: Any) -> list[Any]:
    """Return the names of the flags that are set, and as a number what has none; or the name of all of it."""
    bits = value._value_  # noqa: SLF001
    members = [(name, each._value_) for name, each in type(value).__members__.items() if each._name_ == name]  # noqa: SLF001
    single = [(name, bit) for name, bit in members if bit > 0 and not bit & (bit - 1) and bit & bits]
    names: list[Any] = [name for name, _ in single]
    rest = bits & ~sum(bit for _, bit in single)
    if not names and value._name_:  # noqa: SLF001
        return [value._name_]  # noqa: SLF001
    return [*names, rest] if rest > 0 else names


def _record(of: Any) -> list[tuple[str, Any]] | None:
    """Return the names of what the instances of a class hold, and how each is shown; None where they are no records.

    How is a truth value, or a function that gives a text, as attrs takes it. None of these libraries is imported.
    """
    if issubclass(of, tuple):
        named = getattr(of, "_fields", ())
        return [(name, True) for name in named] if named and type(named) is tuple else None
    if hasattr(of, "__dataclass_fields__"):
        return [(field.name, field.repr) for field in fields(of)]
    if hasattr(of, "__attrs_attrs__"):
        return [(attribute.name, attribute.repr) for attribute in of.__attrs_attrs__]
    if type(getattr(of, "__struct_fields__", None)) is tuple:  # msgspec
        return [(name, True) for name in of.__struct_fields__]
    model = {}
    if hasattr(of, "__pydantic_core_schema__"):
        model = of.model_fields
    elif hasattr(of, "__fields_set__"):  # its version 1
        model = of.__fields__
    found = ((name, getattr(field, "field_info", field)) for name, field in model.items())
    return [(name, getattr(field, "repr", True)) for name, field in found] or None


def _all(value: Any) -> list[tuple[str, Any]]:
    return [(name, True) for name in vars(value)]


def _held(value: Any, names: list[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Return what a record holds that is public, and meant to be shown."""
    for name, how in names:
        each = getattr(value, name, _MISSING) if how and name[:1] != "_" else _MISSING
        if each is not _MISSING:
            yield name, how(each) if callable(how) else each


def _iterator(value: Any) -> Any:
    """Go through a value, a builtin one in the builtin way, whatever its class says."""
    for builtin in (list, tuple, set, frozenset):
        if issubclass(type(value), builtin):
            return builtin.__iter__(value)
    return iter(value)


def _name(key: Any) -> str:
    """Write the key of a mapping."""
    parts = list(key.values()) if type(key) is dict else key
    return ", ".join(map(_name, parts)) if type(parts) is list else str(key)


def _place(item: Any) -> tuple[bool, Any, str]:
    is_number = type(item) in (bool, int, float)
    return not is_number, item if is_number else 0, str(item)


_BY_CLASS: tuple[tuple[Any, Callable[[Values, Any, int], Any]], ...] = (
    ((type(None), bool), Values.same),
    (Enum, Values.member),
    (str, Values.text),
    (UserString, lambda self, value, _depth: self.cut(str(value))),
    (int, Values.integer),
    (float, Values.number),
    ((bytes, bytearray), Values.data),
    ((date, time), Values.moment),
    (Pattern, Values.pattern),
    (types.SimpleNamespace, lambda self, value, depth: self.entries(_held(value, _all(value)), depth)),
    ((Named, type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType), Values.path),
    ((types.MethodDescriptorType, types.WrapperDescriptorType, types.MethodWrapperType), Values.path),
    ((types.ClassMethodDescriptorType, staticmethod, classmethod, type(lru_cache()(len))), Values.path),
)
"""What writes the instances of classes, the first that fits."""

_BY_INTERFACE: tuple[tuple[Any, Callable[[Values, Any, int], Any]], ...] = (
    (Number, lambda self, value, _depth: self.cut(str(value))),
    (Mapping, Values.mapping),
    ((Sequence, MappingView), Values.listed),
    (AbstractSet, Values.ordered),
    (Iterator, Values.listed),
)
"""The same of what has an interface and is no record."""
