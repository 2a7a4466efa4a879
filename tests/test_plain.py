"""What values become: data that JSON can hold and that a reader can read."""

from __future__ import annotations

import collections
import enum
import functools
import importlib
import inspect
import ipaddress
import itertools
import json
import os
import re
import types
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import msgspec
import pytest

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.model import Plugin
from sphinxext.plugins.core.values import Named, Values
from sphinxext.plugins.introspect.live.introspector import Live
from sphinxext.plugins.introspect.live.process import Environment
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.sources import Installed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Install

HERE = __name__


class Colour(enum.Enum):
    RED = "red"
    GREEN = 2
    ALSO_GREEN = GREEN


class Level(enum.IntEnum):
    LOW = 1


class Word(enum.StrEnum):
    YES = enum.auto()


class Access(enum.Flag):
    READ = 1
    WRITE = 2
    BOTH = 3
    NONE = 0


class Loose(enum.IntFlag):
    A = 1


class Point(NamedTuple):
    x: int
    y: int = 0


@dataclass
class Login:
    user: str
    password: str = field(default="secret", repr=False)
    kind: ClassVar[str] = "login"
    _cached: int = 1


class Struct(msgspec.Struct):
    title: str
    of: list[Point] = []


class Lazy:
    def __str__(self) -> str:
        return "translated"


class Opaque:
    pass


class Listing:
    def __iter__(self) -> Iterator[int]:
        return iter([1, 2])


def function() -> None: ...


def local() -> object:
    return local_class()


def local_class() -> object:
    class Local: ...

    return Local


class Method:
    def run(self) -> None: ...


TYPED: dict[str, tuple[Any, object]] = {
    "member with a text": (Colour.RED, "red"),
    "member with another value": (Colour.ALSO_GREEN, "GREEN"),
    "member that is a number": (Level.LOW, "LOW"),
    "member that is a text": (Word.YES, "yes"),
    "flags": (Access.READ | Access.WRITE, ["READ", "WRITE"]),
    "flag": (Access.READ, ["READ"]),
    "no flag": (Access.NONE, ["NONE"]),
    "no flag without a name": (Loose(0), []),
    "flag without a name": (Loose(9), ["A", 8]),
    "members as keys": ({Colour.RED: Colour.GREEN}, {"red": "GREEN"}),
    "date": (date(2026, 1, 2), "2026-01-02"),
    "datetime": (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02T03:04:00+00:00"),
    "time": (time(3, 4), "03:04:00"),
    "timedelta": (timedelta(days=1), "1 day, 0:00:00"),
    "path": (PurePosixPath("etc/x"), "etc/x"),
    "pattern": (re.compile("a+"), "a+"),
    "pattern of bytes": (re.compile(b"a+"), "a+"),
    "decimal": (Decimal("1.50"), "1.50"),
    "fraction": (Fraction(1, 3), "1/3"),
    "complex": (1 + 2j, "(1+2j)"),
    "infinite": (float("-inf"), "-inf"),
    "large integer": (2**64, "18446744073709551616"),
    "integer of a class": (type("Port", (int,), {})(80), 80),
    "number of a class": (type("Share", (float,), {})(0.5), 0.5),
    "text of a class": (type("Title", (str,), {"__str__": lambda _: "other"})("A"), "A"),
    "uuid": (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    "address": (ipaddress.ip_address("::1"), "::1"),
    "network": (ipaddress.ip_network("10.0.0.0/8"), "10.0.0.0/8"),
    "bytes that are text": ("é\n".encode(), "é\n"),
    "bytearray": (bytearray(b"a"), "a"),
    "set": ({10, 9, "b", "a"}, [9, 10, "a", "b"]),
    "frozen sets": (frozenset({frozenset({2, 1})}), [[1, 2]]),
    "generator": ((n for n in (1, 2)), [1, 2]),
    "iterator": (map(str, (1, 2)), ["1", "2"]),
    "range": (range(3), [0, 1, 2]),
    "keys": ({"b": 1, "a": 2}.keys(), ["b", "a"]),
    "values": ({"b": 1}.values(), [1]),
    "items": ({"b": 1}.items(), [["b", 1]]),
    "deque": (collections.deque([1]), [1]),
    "list of a class": (collections.UserList([1]), [1]),
    "what can be gone through": (Listing(), [1, 2]),
    "named tuple": (Point(1), {"x": 1, "y": 0}),
    "dataclass": (Login("me"), {"user": "me"}),
    "msgspec": (Struct("a", [Point(1)]), {"title": "a", "of": [{"x": 1, "y": 0}]}),
    "namespace": (types.SimpleNamespace(a=1, _b=2), {"a": 1}),
    "mapping": (types.MappingProxyType({"a": {1}}), {"a": [1]}),
    "dictionary of a class": (collections.UserDict({"a": 1}), {"a": 1}),
    "chain": (collections.ChainMap({"a": 1}, {"b": 2}), {"b": 2, "a": 1}),
    "key with parts": ({("a", 1): None, Point(1): True}, {"a, 1": None, "1, 0": True}),
    "lazy text": (Lazy(), "translated"),
    "text that holds one": (collections.UserString("text"), "text"),
    "member without a text": (enum.Enum("Of", {"NOTHING": ""}).NOTHING, "NOTHING"),  # type: ignore[attr-defined]
    "keys that look the same": ({1: "a", "1": "b"}, {"1": "a", "1_": "b"}),
    "signature": (inspect.Signature(), "()"),
    "class": (Point, f"{HERE}.Point"),
    "record as a class": (Login, f"{HERE}.Login"),
    "enumeration": (Colour, f"{HERE}.Colour"),
    "builtin class": (int, "int"),
    "function": (function, f"{HERE}.function"),
    "cached function": (functools.lru_cache(function), f"{HERE}.function"),
    "builtin function": (len, "len"),
    "C function": (os.getpid, "posix.getpid"),
    "method": (Method.run, f"{HERE}.Method.run"),
    "bound method": (Method().run, f"{HERE}.Method.run"),
    "static method": (staticmethod(function), f"{HERE}.function"),
    "method of a builtin": (str.join, "str.join"),
    "module": (os.path, "posixpath"),
    "local class": (local_class(), f"{HERE}.local_class.<locals>.Local"),
    "only its path": (Named("a.B"), "a.B"),
    "opaque": (Opaque(), f"<{HERE}.Opaque object>"),
    "bytes that are none": (b"\xff", r"b'\xff'"),
    "bytes of control": (b"\0", r"b'\x00'"),
    "error": (ValueError("a"), "ValueError('a')"),
    "annotation": (list[int], "list[int]"),
}

OBJECTS = {"class", "record as a class", "enumeration", "builtin class", "function", "cached function", "only its path"}
OBJECTS |= {
    "builtin function",
    "C function",
    "method",
    "bound method",
    "static method",
    "method of a builtin",
    "module",
}

SHOWN = {"opaque", "bytes that are none", "bytes of control", "error", "annotation"}


@pytest.mark.parametrize("name", TYPED)
def test_what_a_value_becomes(name: str) -> None:
    value, expected = TYPED[name]
    made = Values(limits)
    plain = made.plain(value)
    assert plain == expected
    assert type(plain) is type(expected)
    assert made.objects == ({expected} if name in OBJECTS else set())
    assert made.shown is (name in SHOWN)
    json.dumps(plain)


def test_objects_of_all_depths() -> None:
    made = Values(limits)
    made.plain({"a": [function, {int: Point}], "b": lambda: 1})
    assert made.objects == {f"{HERE}.function", "int", f"{HERE}.Point"}


class Lying:
    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return dict


class Refusal(BaseException): ...


class Meta(type):
    def __getattribute__(cls, name: str) -> object:
        raise Refusal


def test_what_raises_is_for_whoever_asks() -> None:
    def raising() -> Iterator[int]:
        yield 1
        raise Refusal

    class Hiding(metaclass=Meta): ...

    for value in (raising(), Hiding()):
        with pytest.raises(Refusal):
            Values(limits).plain(value)


def test_a_lie_is_not_believed() -> None:
    assert Values(limits).plain(Lying()) == f"<{HERE}.Lying object>"


@pytest.mark.slow
@pytest.mark.parametrize("endless", [itertools.count(), itertools.cycle([""]), iter(dict, 1), range(2**62)])
def test_what_has_no_end_is_cut(endless: object) -> None:
    plain = Values(limits).plain([endless, "behind"])
    assert len(plain[0]) <= limits.LONGEST_VALUE + 1
    assert (plain[0][-1], plain[1:]) == ("…", ["…"])


def test_what_holds_itself_is_cut() -> None:
    mapping: dict[str, Any] = {}
    mapping.update(a=mapping, b=collections.UserDict(mapping), c=Login(mapping))  # type: ignore[arg-type]
    text = json.dumps(Values(limits).plain(mapping), ensure_ascii=False)
    assert "…" in text
    assert len(text) < 20 * limits.LONGEST_VALUE


LIBRARIES = {
    "attr": """
import attr
@attr.s(repr=False)
class Made:
    user = attr.ib()
    secret = attr.ib(repr=False)
    masked = attr.ib(repr=lambda value: "**********")
    _own = attr.ib(default=1)
VALUE = Made("me", "s", "m")
""",
    "attrs": """
import attrs
@attrs.frozen
class Made:
    user: str
    masked: str = attrs.field(repr=lambda value: "**********")
    secret: str = attrs.field(repr=False, default="s")
VALUE = Made("me", "m")
""",
    "pydantic": """
import pydantic
class Made(pydantic.BaseModel):
    user: str
    masked: pydantic.SecretStr
    secret: str = pydantic.Field("s", repr=False)
    _own: int = 1
    def __iter__(self): raise ValueError
    def __str__(self): raise ValueError
VALUE = Made(user="me", masked="m").model_copy()
""",
    "pydantic.v1": """
import pydantic.v1 as pydantic
class Made(pydantic.BaseModel):
    user: str
    masked: pydantic.SecretStr
    secret: str = pydantic.Field("s", repr=False)
VALUE = Made(user="me", masked="m")
""",
    "msgspec": """
import msgspec
class Made(msgspec.Struct, frozen=True):
    user: str
    masked: str
    _own: int = 1
VALUE = Made("me", "**********")
""",
}


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.filterwarnings("ignore:Core Pydantic V1:UserWarning")
def test_records_of_real_libraries(library: str) -> None:
    pytest.importorskip(library)
    names: dict[str, Any] = {"__name__": HERE}
    exec(compile(LIBRARIES[library], library, "exec", dont_inherit=True), names)
    made = Values(limits)
    assert made.plain(names["VALUE"]) == {"user": "me", "masked": "**********"}
    assert made.plain(names["Made"]) == f"{HERE}.Made"
    assert not made.shown


def test_lazy_texts_of_django() -> None:
    pytest.importorskip("django")
    lazy = importlib.import_module("django.utils.functional").lazystr
    assert Values(limits).plain([lazy("a")]) == ["a"]


LOADED = """
import collections, enum, pathlib
from dataclasses import dataclass

class Colour(enum.Enum):
    RED = "red"

@dataclass
class Row:
    colour: Colour = Colour.RED
    of: object = None

class A:
    rows = [Row(), Row(of=collections.OrderedDict)]
    place = pathlib.Path(__file__).parent / "x"
    opaque = [object(), lambda: 1]
    def endless(self):
        while True: yield 1
    def raises(self):
        yield 1
        raise SystemExit
    def then(self): return Row
"""


class Asked:
    def __init__(self, *describers: str) -> None:
        self.describers = describers

    def missing(self, plugin: Plugin) -> tuple[str, ...]:
        answered = {answer.describer for answer in plugin.answers}
        return tuple(each for each in self.describers if each not in answered)

    def is_file(self, plugin: Plugin) -> bool:
        del plugin
        return False

    def cache_key(self, plugin: Plugin) -> object:
        return plugin.name


def test_values_of_a_plugin_that_is_loaded(install: Install) -> None:
    install("one", files={"m.py": LOADED})
    way = Live(Environment(timeout=30, path=tuple(__import__("sys").path)), ModuleFinder(*Installed().roots()))
    asked = Asked("attr:rows", "attr:place", "attr:opaque", "call:endless", "call:raises", "call:then")
    [found] = way.introspect([Plugin(namespace="ns", name="a", target="m:A")], asked)
    rows, place, opaque, endless, raises, then = found.plugin.answers
    assert rows.value == [{"colour": "red", "of": None}, {"colour": "red", "of": "collections.OrderedDict"}]
    assert (rows.objects, rows.shown) == (("collections.OrderedDict",), False)
    assert place.value == "x"
    assert (opaque.value, opaque.objects, opaque.shown) == (["<object object>", "m.A.<lambda>"], (), True)
    assert limits.LONGEST_VALUE / 10 < len(endless.value) < limits.LONGEST_VALUE
    assert raises.error == "SystemExit"
    assert (then.value, then.objects) == ("m.Row", ("m.Row",))


def test_the_folder_of_the_machine_is_in_no_value() -> None:
    assert Values(limits, lambda text: text.replace("/home/me/", "")).plain(Path("/home/me/x")) == "x"
