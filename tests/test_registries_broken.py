"""Registries that are broken or hostile: each entry stands for itself, and nothing is made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.test_registries import held, wrong

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Install

WAYS = ["static", "import"]

PARTS = """
import enum

class A: pass

class B(A): pass

class E(enum.Enum):
    X = 1
    Y = 2

class S(str, enum.Enum):
    X = "ex"
"""


def odd(install: Install, held_by: str, **files: str) -> None:
    """Install a package with a module that has a registry."""
    made = {f"odd/{name}.py": text for name, text in files.items()}
    parts = {"odd/__init__.py": "", "odd/parts.py": PARTS, "odd/m.py": f"from odd.parts import A, B, E, S\n{held_by}"}
    install("odd", files={**parts, **made})


HOSTILE = """
class K:
    def __str__(self): raise SystemExit
    def __getattribute__(self, name): raise SystemExit
    def __hash__(self): return 1

class M(type):
    def __getattribute__(cls, name): raise SystemExit

class V(metaclass=M): pass

class C:
    @property
    def __class__(self): raise SystemExit

class L:
    def __getattr__(self, name): raise RuntimeError

R = {K(): A, "getattribute": K(), "of a metaclass": V, "class": C(), "lazy": L(), "last": B}
"""


def test_one_hostile_entry_does_not_take_the_others_along(install: Install) -> None:
    odd(install, HOSTILE)
    found, said = wrong("mapping:odd.m:R", "import")
    assert found == {"lazy": "odd.m:L", "last": "odd.parts:B"}
    assert "number 1: it raises SystemExit; getattribute: it raises SystemExit" in said
    found, said = wrong("mapping:odd.m:R", "static")
    assert found == {"last": "odd.parts:B"}
    assert "K() is computed" in said


NAMES: dict[str, tuple[str, Mapping[str, str]]] = {
    "members of an enumeration": ("{E.X: A, E.Y: B, S.X: B}", {"X": "A", "Y": "B", "ex": "B"}),
    "what they are worth": ("{'a': E.X, 'b': E.Y}", {"a": "E.X", "b": "E.Y"}),
    "plain ones": ("{1: A, None: B, 1.5: A, b'x': B}", {"1": "A", "None": "B", "1.5": "A", "b'x'": "B"}),
    "a lone surrogate": (r"{'\ud800': A, '?': B}", {r"\ud800": "A", "?": "B"}),
    "several": ("{frozenset({'z', 'y'}): A}", {"y": "A", "z": "A"}),
}


@pytest.mark.parametrize("mode", WAYS)
def test_keys_that_are_no_names(install: Install, mode: str) -> None:
    odd(install, "\n".join(f"R{n} = {text}" for n, (text, _) in enumerate(NAMES.values())) + "\nT = {'i': int}")
    for number, (what, (_, expected)) in enumerate(NAMES.items()):
        targets = {name: f"odd.parts:{target}" for name, target in expected.items()}
        assert held(f"mapping:odd.m:R{number}", mode) == targets, what
    assert held("mapping:odd.m:T", mode) == {"i": "builtins:int"}


def test_a_key_without_a_name_is_left_out(install: Install) -> None:
    odd(install, "def make():\n    class K: pass\n    return K\nR = {make()(): A, A(): B, 'b': B}")
    found, said = wrong("mapping:odd.m:R", "import")
    assert found == {"b": "odd.parts:B"}
    assert "number 1: its key is an object that no module has" in said
    assert "0x" not in said


def test_a_mapping_without_end(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    text = """
import collections.abc, itertools

class Endless(collections.abc.Mapping):
    def __iter__(self): return itertools.count()
    def __len__(self): return 3
    def __getitem__(self, key): return A if key < 3 else 4

R = Endless()

class Ends(dict):
    def __iter__(self):
        yield "a"
        raise SystemExit

F = Ends(a=A)
"""
    odd(install, text)
    monkeypatch.setattr("sphinxext.plugins.core.limits.MOST_LISTED", 10**5)
    found, said = wrong("mapping:odd.m:R", "import")
    assert found == dict.fromkeys("012", "odd.parts:A")
    assert "number 10001: there are more than 10,000" in said
    found, said = wrong("mapping:odd.m:F", "import")
    assert found == {"a": "odd.parts:A"}
    assert "SystemExit" in said


def test_one_unknown_value_does_not_take_the_others_along(install: Install) -> None:
    odd(install, "import os\nR = {'a': A, 'b': os.getcwd(), 'c': B, os.name: A}\nT = [A, os.getcwd(), *[B]]")
    for name, expected in (
        ("R", {"a": "odd.parts:A", "c": "odd.parts:B"}),
        ("T", {"A": "odd.parts:A", "B": "odd.parts:B"}),
    ):
        found, said = wrong(f"mapping:odd.m:{name}")
        assert found == expected
        assert "os.getcwd() is computed" in said


def test_a_long_mapping(install: Install) -> None:
    many = ", ".join(f"'k{number}': A" for number in range(600))
    odd(install, f"R = {{{many}}}")
    assert len(held("mapping:odd.m:R")) == 600


GONE = {
    "R = {'a': A, 'b': B}\ndel R['a']": {"b": "B"},
    "R = {'a': A, 'b': B}\nR.pop('a')": {"b": "B"},
    "R = {'a': A, 'b': B}\nR['a'] = B": {"b": "B"},
    "R = {'a': A, 'b': B}\nR.clear()": {},
    "import sys\nif sys.argv: R = {'a': A}\nelse: R = {'b': B}": {},
    "try:\n    import gone\n    R = {'a': A}\nexcept ImportError: R = {'b': B}": {},
}


@pytest.mark.parametrize("text", GONE)
def test_what_is_taken_out_is_not_shown(install: Install, text: str) -> None:
    odd(install, text)
    found, _ = wrong("mapping:odd.m:R")
    assert found == {name: f"odd.parts:{target}" for name, target in GONE[text].items()}


def test_what_another_module_takes_out(install: Install) -> None:
    odd(install, "R = {'a': A, 'b': B}\nT = {'a': A}", other="from odd import m\ndel m.R['a']\nm.T.popitem()")
    found, said = wrong("mapping:odd.m:R")
    assert found == {"b": "odd.parts:B"}
    assert "odd.other may change R of odd.m" in said
    assert wrong("mapping:odd.m:T")[0] == {}
