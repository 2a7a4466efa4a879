"""Registries that are broken or hostile: each entry stands for itself, and nothing is made up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.core.model import ProblemKind
from sphinxext.plugins.settings import from_config
from tests.test_facts import DEFAULTS
from tests.test_registries import assembler, held, targets, wrong

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
    specs = {what: f"mapping:odd.m:R{number}" for number, what in enumerate(NAMES)}
    options, _ = from_config({**DEFAULTS, "introspection": mode, "registries": {**specs, "T": "mapping:odd.m:T"}})
    made = Assembler(options, Path())
    assert made.problems == []
    for what, (_, expected) in NAMES.items():
        targets = {name: f"odd.parts:{target}" for name, target in expected.items()}
        assert {plugin.name: plugin.target for plugin in made.registered(what)} == targets
    assert [plugin.target for plugin in made.registered("T")] == ["builtins:int"]


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
    found, [endless, ends] = targets({"R": "mapping:odd.m:R", "F": "mapping:odd.m:F"}, "import")
    assert found == {"R": dict.fromkeys("012", "odd.parts:A"), "F": {"a": "odd.parts:A"}}
    assert endless.text.startswith("plugins_registries['R']")
    assert "number 10001: there are more than 10,000" in endless.text
    assert ends.text.startswith("plugins_registries['F']")
    assert "SystemExit" in ends.text


def test_one_unknown_value_does_not_take_the_others_along(install: Install) -> None:
    odd(install, "import os\nR = {'a': A, 'b': os.getcwd(), 'c': B, os.name: A}\nT = [A, os.getcwd(), *[B]]")
    found, problems = targets({"R": "mapping:odd.m:R", "T": "mapping:odd.m:T"})
    assert found == {
        "R": {"a": "odd.parts:A", "c": "odd.parts:B"},
        "T": {"A": "odd.parts:A", "B": "odd.parts:B"},
    }
    assert ["os.getcwd() is computed" in problem.text for problem in problems] == [True, True]


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


def test_what_is_taken_out_is_not_shown(install: Install) -> None:
    modules = {f"m{number}": text for number, text in enumerate(GONE)}
    odd(install, "", **{name: f"from odd.parts import A, B\n{text}" for name, text in modules.items()})
    found, problems = targets({name: f"mapping:odd.{name}:R" for name in modules})
    assert {text: found[name] for name, text in modules.items()} == {
        text: {name: f"odd.parts:{target}" for name, target in expected.items()} for text, expected in GONE.items()
    }
    assert [problem.kind for problem in problems] == [ProblemKind.REGISTRY] * len(GONE)


def test_what_another_module_takes_out(install: Install) -> None:
    odd(install, "R = {'a': A, 'b': B}\nT = {'a': A}", other="from odd import m\ndel m.R['a']\nm.T.popitem()")
    found, [of_r, of_t] = targets({"R": "mapping:odd.m:R", "T": "mapping:odd.m:T"})
    assert found == {"R": {"b": "odd.parts:B"}, "T": {}}
    assert "odd.other may change R of odd.m" in of_r.text
    assert of_t.kind is ProblemKind.REGISTRY


TREE = """
class M(type):
    @property
    def label(cls): raise SystemExit
    def __getattribute__(cls, name):
        if name in ("__module__", "__qualname__", "__name__"):
            raise SystemExit
        return type.__getattribute__(cls, name)

class Base: label = "base"

class X(Base): label = "x"

class Y(Base, metaclass=M): label = "y"

class P(Base):
    @property
    def label(self): return "p"

class Lazy:
    def __getattr__(self, name): raise SystemExit

class S(str):
    def strip(self): raise SystemExit
    def encode(self, *given): return None
    __format__ = split = encode

class Z(Base):
    lazy = Lazy()
    label = S("z")

TEXTS = {S("s"): S("odd.tree:Z")}
"""


def test_hostile_subclasses(install: Install) -> None:
    odd(install, "", tree=TREE)
    spec = "subclasses:odd.tree:Base"
    named = {"from": spec, "name": "attr:label"}
    found, [problem] = targets({"all": spec, "texts": "mapping:odd.tree:TEXTS", "named": named}, "import")
    assert found == {
        "all": {each: f"odd.tree:{each}" for each in "XYPZ"},
        "texts": {"s": "odd.tree:Z"},
        "named": {"x": "odd.tree:X", "p": "odd.tree:P", "z": "odd.tree:Z"},
    }
    assert problem.text.startswith("plugins_registries['named']")
    assert "Y: it raises SystemExit" in problem.text
    assert wrong(named, "static")[0].items() <= found["named"].items()


def test_a_subclass_that_a_call_makes(install: Install) -> None:
    odd(install, "class Base: pass\nX = type('X', (Base,), {})\nO = type('O', (A,), {})")
    found, said = wrong("subclasses:odd.m:Base", "static")
    assert found == {}
    assert "what X of odd.m is only shows when it runs" in said
    for mode in ("auto", "import"):
        assert held("subclasses:odd.m:Base", mode) == {"X": "odd.m:X"}


HOSTILE_MARKED = """
class O:
    def __init__(self, of): pass
    def __getattribute__(self, name): raise SystemExit

def reg(name): return O

def impl(of):
    of.x_impl = {}
    return of
"""


def test_marked_objects_that_are_hostile(install: Install) -> None:
    text = "from odd.reg import reg, impl\n@reg('a')\ndef a(): pass\n@reg('b')\nclass B: pass\n@impl\ndef f(): pass\n"
    odd(install, "", reg=HOSTILE_MARKED, marked=text)
    expected = {"a": "odd.marked:a", "b": "odd.marked:B"}
    assert held("decorated:odd:odd.reg.reg", "static") == expected
    found, problems = targets({"decorated": "decorated:odd:odd.reg.reg", "hooks": "hooks:odd"}, "import")
    assert found == {"decorated": expected, "hooks": {"marked": "odd.marked"}}
    assert problems == []


def test_a_decorator_that_raises(install: Install) -> None:
    odd(install, "", reg="def reg(of): raise RuntimeError", marked="from odd.reg import reg\n@reg\ndef a(): pass\n")
    made = assembler("decorated:odd:odd.reg.reg")
    namespace = made.namespace("ns")
    assert namespace is not None
    assert "IndexError" not in str([problem.message for problem in namespace.plugins[0].problems])


def test_globs_go_through_folders_that_are_no_packages(install: Install) -> None:
    odd(install, "", **{"a/x": "", "b/x": "", "c/y": ""})
    assert held("modules:odd.*.x") == {"a": "odd.a.x", "b": "odd.b.x"}


ODD_SPECS: dict[str, object] = {
    "an attribute without a name": {"from": "subclasses:a:B", "name": "attr:"},
    "a number for an attribute": {"from": "subclasses:a:B", "name": 3},
    "a word for an attribute": {"from": "subclasses:a:B", "name": "label"},
    "a package without a name": {"from": "subclasses:a:B", "in": [""]},
    "a path of a subclass": {"from": "subclasses:a:B", "path": 1},
    "a path of what is decorated": {"from": "decorated:a:b", "path": "x"},
    "no attribute of what is decorated": {"from": "decorated:a:b", "name": "attr:"},
    "packages of a mapping": {"from": "mapping:a:B", "in": "c"},
    "the name of a module": {"from": "package:a", "name": "attr:x"},
    "the path of a hook": {"from": "hooks:a", "path": 0},
}


@pytest.mark.parametrize("what", ODD_SPECS)
def test_keys_that_a_registry_does_not_have(what: str) -> None:
    options, [problem] = from_config({**DEFAULTS, "registries": {"ns": ODD_SPECS[what]}})
    assert problem.kind is ProblemKind.CONFIG
    assert options.registries == {"ns": ()}


def test_an_unknown_kind_is_one_warning(install: Install) -> None:
    odd(install, "")
    [problem] = assembler("nothing:odd").problems
    assert "of which the scheme 'nothing'" in problem.message


@pytest.mark.parametrize("mode", WAYS)
def test_a_new_module_is_noticed(install: Install, site: Path, tmp_path: Path, mode: str) -> None:
    odd(install, "class Base: pass\ndef reg(of): return of\nclass X(Base): pass")
    specs = {"ns": "subclasses:odd.m:Base", "dec": "decorated:odd:odd.m.reg", "hook": "hooks:odd"}

    def names() -> list[str]:
        options, _ = from_config({**DEFAULTS, "introspection": mode, "registries": specs})
        made = Assembler(options, tmp_path, tmp_path / "cache")
        found = [plugin.name for name in specs for plugin in made.registered(name)]
        made.save()
        return found

    assert names() == names() == ["X"]
    text = "from odd.m import Base, reg\nclass Y(Base): pass\n@reg\ndef y(): pass\ndef pytest_y(): pass\n"
    (site / "odd" / "new.py").write_text(text)
    assert names() == ["X", "Y", "y", "new"]
    (site / "odd" / "new.py").rename(site / "odd" / "other.py")
    assert names() == ["X", "Y", "y", "other"]


def test_another_mapping_of_the_same_name(install: Install) -> None:
    odd(install, "R = {'a': A}", other="R = {}\nR['a'] = 3\ndel R['a']\nR.clear()\n")
    assert held("mapping:odd.m:R") == {"a": "odd.parts:A"}


def test_modules_that_deny_their_names(install: Install) -> None:
    text = "import sys\nR = {'b': B, 'm': sys.modules[__name__]}\n__name__ = 'evil'"
    odd(install, text, bad="__name__ = 3\ndef pytest_x(): pass", good="def pytest_y(): pass")
    found, [problem] = targets({"mapping": "mapping:odd.m:R", "hooks": "hooks:odd"}, "import")
    assert found == {"mapping": {"b": "odd.parts:B", "m": "odd.m"}, "hooks": {"good": "odd.good"}}
    assert problem.text.startswith("plugins_registries['hooks']")
    assert "odd.bad is no module any more" in problem.text


def test_the_order_of_a_set_is_no_ones(install: Install) -> None:
    odd(install, "R = {'no path!', 'and none', 7, A, 'nor this one'}")
    said = {wrong("mapping:odd.m:R", mode)[1] for mode in WAYS}
    assert len(said) == 1
    assert "an element: it is of type int" in said.pop()


def test_the_reason_is_said_in_words_of_the_source(install: Install) -> None:
    odd(install, "R = {}\nfor each in (A, B): R[each.__name__] = each\nT = {'a': A}\nT['b'] = B\n")
    found, [of_r, of_t] = targets({"R": "mapping:odd.m:R", "T": "mapping:odd.m:T"})
    assert found == {"R": {}, "T": {"a": "odd.parts:A"}}
    assert "R of odd.m is empty in the source, and may be filled when that runs" in of_r.text
    assert "odd.m.T may be changed after it was assigned" in of_t.text
