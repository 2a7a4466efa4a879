"""Which names a scope binds, and to what, as its statements show it."""

from __future__ import annotations

import ast
import sys

import pytest

from sphinxext.plugins.introspect.static.bindings import Runs, bindings

BINDINGS = {
    "a = b = 1": ["a=1", "b=1"],
    "a, b = 1, 2": ["a=1", "b=2"],
    "a, (b, c) = 1, (2, 3)": ["a=1", "b=2", "c=3"],
    "a = [b] = [1]": ["a=[1]", "b=1"],
    "a, *b = 1, 2, 3": ["a=1", "b=[2, 3]"],
    "*a, b = 1,": ["a=[]", "b=1"],
    "a, *b, c = 1, 2": ["a=1", "b=[]", "c=2"],
    "a, *b, c = 1,": ["a", "b", "c"],
    "a, b = pair": ["a", "b"],
    "a, b = 1, *rest": ["a", "b"],
    "a, b = 1, 2, 3": ["a", "b"],
    "a.x = a[0] = 1": [],
    "a: int = 1": ["a=1"],
    "a: int": ["a"],
    "a += 1": ["a=a + 1"],
    "for a, b in x: c = 1": ["a", "b", "c=1"],
    "while x: a = 1": ["a=1"],
    "with x as a, y as (b, c): pass": ["a", "b", "c"],
    "del a, (b, c), d.x, e[0]": ["a", "b", "c"],
    "if (a := x): pass\nelif (b := y): pass": ["a", "b"],
    "a = [b := 1, lambda: (c := 1)]": ["a=[(b := 1), lambda: (c := 1)]", "b"],
    "match x:\n    case {'k': a, **b}: pass\n    case [c, *d]: pass": ["b", "a", "c", "d"],
    "try: a = 1\nexcept E as e: b = 1": ["e", "a=1", "b=1"],
    "try: a = 1\nexcept E: b = 1\nelse: c = 1\nfinally: d = 1": ["a=1", "b=1", "c=1", "d=1"],
    "try: a = 1\nexcept* E: b = 1\nelse: c = 1\nfinally: d = 1": ["a=1", "b=1", "c=1", "d=1"],
    "import a.b, c.d as e\nfrom f import g, h as i, j": ["a", "e", "g", "i", "j"],
    "from a import *": ["*"],
    "def f(a): b = 1": ["f"],
    "class A:\n    b = 1": ["A"],
    "@property\ndef a(self): pass\n@a.setter\ndef a(self, to): pass": ["a"],
    "print([a for a in x])": [],
}
if sys.version_info >= (3, 12):
    BINDINGS["type a[b] = c"] = ["a"]


@pytest.mark.parametrize("source", BINDINGS)
def test_bindings(source: str) -> None:
    found = bindings(ast.parse(source))
    assert [b.name + (f"={ast.unparse(b.value)}" if b.value else "") for b in found] == BINDINGS[source]


def test_when_a_binding_runs() -> None:
    source = """
a = 1
if x:
    b = 1
    if False:
        c = 1
else:
    d = 1
try:
    import numpy
    e = 1
except ImportError:
    f = 1
for _ in y:
    g = 1
with z:
    h = 1
"""
    when = {binding.name: binding.circumstances for binding in bindings(ast.parse(source))}
    assert {name: runs.name for name, (runs, _) in when.items()} == {
        **dict.fromkeys("ah_", Runs.SURELY.name),
        **dict.fromkeys("bdg", Runs.PERHAPS.name),
        **dict.fromkeys(["numpy", "e"], Runs.TRIED.name),
        "c": Runs.NEVER.name,
        "f": Runs.OTHERWISE.name,
    }
    assert (when["e"].imports, when["f"].imports) == (("numpy",), ())


def test_what_is_behind_something_that_may_fail_is_risked() -> None:
    source = """
try:
    import a
    from . import b
    def c(): d()
    d = 1
    e = c()
    f = 1
except E:
    g = 1
else:
    h = 1
"""
    when = {binding.name: binding.circumstances.runs for binding in bindings(ast.parse(source))}
    assert when == {**dict.fromkeys("abcde", Runs.TRIED), **dict.fromkeys("fh", Runs.RISKED), "g": Runs.OTHERWISE}


def test_a_long_chain_of_conditions_is_followed() -> None:
    source = "if x: pass\n" + "elif x: a = 1\n" * 150
    assert len(list(bindings(ast.parse(source)))) == 150
