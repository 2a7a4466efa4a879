"""Rows of the members that a decorator marks, or an attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.core.model import Introspection, ProblemKind
from tests.test_facts import MODES, assembled, shown

if TYPE_CHECKING:
    from sphinxext.plugins.core.structs import Json
    from tests.conftest import Install, Project

BASE = """
import functools

def step(**given):
    def decorate(function):
        function._is_step = True
        function._step_priority = given.get("priority", 0)
        return function
    return decorate

def wrapping(*given, **named):
    def decorate(function):
        def inner(*arguments):
            return function(*arguments)
        return inner
    return decorate

def plain(function):
    return function
"""

DRIVER = '''
from marks import base
from marks.base import step as made, wrapping, plain

LEVELS = {"level": {"description": "How much."}}

class Base:
    @base.step(priority=1)
    def inherited(self):
        """Is of the base. More."""

    @base.step(priority=2)
    def overridden(self):
        """Is not."""

class Driver(Base):
    """Drives."""

    limit = 7

    @base.step(priority=10, abortable=True, argsinfo=LEVELS)
    def erase(self, task):
        """Erase the disks.

        All of them.
        """

    @made(priority=limit, **{"name": "of decorator", "summary": "Too."})
    @staticmethod
    def second():
        pass

    @wrapping(1, "b", interface="deploy")
    def third(self): "Third."

    @plain
    def bare(self): pass

    @property
    def value(self): pass

    def overridden(self): pass

class Nothing:
    def a(self): pass

driver = Driver()
'''

PLUGINS = {"driver": "marks.driver:Driver", "nothing": "marks.driver:Nothing", "instance": "marks.driver:driver"}
STEPS = [
    {"name": "erase", "summary": "Erase the disks.", "priority": 10, "abortable": True}
    | {"argsinfo": {"level": {"description": "How much."}}},
    {"name": "second", "summary": None, "priority": 7, "name_": "of decorator", "summary_": "Too."},
    {"name": "inherited", "summary": "Is of the base.", "priority": 1},
]


@pytest.fixture
def drivers(install: Install) -> None:
    files = {"marks/__init__.py": "", "marks/base.py": BASE, "marks/driver.py": DRIVER}
    install("one", {"ns": PLUGINS}, files)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("marks.base.step", STEPS),
        ("marks.base:step", STEPS),
        ("base.step", STEPS),
        ("step", STEPS),
        ("wrapping", [{"name": "third", "summary": "Third.", "interface": "deploy", "arguments": [1, "b"]}]),
        ("plain", [{"name": "bare", "summary": None}]),
    ],
)
@pytest.mark.usefixtures("drivers")
def test_members_that_a_decorator_marks(mode: str, marked: str, expected: Json) -> None:
    namespace = assembled(mode, fields={"Steps": f"members:{marked}"})
    told = {plugin.name: shown(plugin).get("Steps") for plugin in namespace.plugins}
    assert told == {"driver": expected, "nothing": None, "instance": expected}
    assert [problem for plugin in namespace.plugins for problem in plugin.problems] == []
    how = Introspection.IMPORT if mode == "import" else Introspection.STATIC
    assert {field.introspection for plugin in namespace.plugins for field in plugin.fields} == {how}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.usefixtures("drivers")
def test_members_that_an_attribute_marks_only_show_when_they_are_loaded(mode: str) -> None:
    namespace = assembled(mode, fields={"Steps": "members:_is_step"})
    told = {plugin.name: shown(plugin).get("Steps") for plugin in namespace.plugins}
    problems = {p.name: [each.kind for each in p.problems] for p in namespace.plugins if p.problems}
    if mode == "static":
        assert told == dict.fromkeys(PLUGINS)
        assert problems == {"driver": [ProblemKind.FIELD], "instance": [ProblemKind.FIELD]}
        return
    assert [(row["name"], row["_step_priority"]) for row in told["driver"] or ()] == [
        ("erase", 10),
        ("second", 7),
        ("inherited", 1),
    ]
    assert (told["nothing"], problems) == (None, {})


@pytest.mark.parametrize("mode", MODES)
def test_functions_of_a_module(install: Install, mode: str) -> None:
    files = {
        "hooks.py": "from marks import hookimpl as impl\nfrom other import b\n@impl(tryfirst=True)\ndef a(): 'First.'\n"
        "def c(): pass\n",
        "other.py": "import marks\n@marks.hookimpl\ndef b(): pass\n",
        "marks.py": "from _marks import hookimpl\n",
        "_marks.py": "def hookimpl(function=None, **given):\n"
        "    if function is None: return lambda function: function\n    return function\n",
    }
    install("one", {"ns": {"hooks": "hooks", "other": "other"}}, files)
    for wanted in ("hookimpl", "marks.hookimpl", "_marks.hookimpl"):
        namespace = assembled(mode, fields={"Hooks": f"members:{wanted}"})
        assert [shown(plugin) for plugin in namespace.plugins] == [
            {"Hooks": [{"name": "a", "summary": "First.", "tryfirst": True}]},
            {"Hooks": [{"name": "b", "summary": None}]},
        ]


ODD = {
    "which one it is": "import sys\nclass A:\n  if len(sys.argv) < 1000:\n    @step(n=1)\n    def a(self): pass\n"
    "  else:\n    @step(n=2)\n    def a(self): pass\n",
    "a computed argument": "class A:\n  @step(n=len('a'))\n  def a(self): pass\n",
    "of a property": "class A:\n  @property\n  @step(n=1)\n  def a(self): pass\n  @a.setter\n  def a(self, x): pass\n",
    "bound twice": "class A:\n  @step(n=2)\n  def a(self): pass\n  @step(n=1)\n  def a(self): pass\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD)
def test_what_is_loaded_counts(install: Install, odd: str) -> None:
    mark = "def step(**given): return lambda function: function\n"
    install("one", {"ns": {"a": "m:A"}}, {"m.py": mark + ODD[odd]})
    expected = {"Steps": [{"name": "a", "summary": None, "n": 1}]}
    for mode in ("import", "auto"):
        [plugin] = assembled(mode, fields={"Steps": "members:step"}).plugins
        assert (shown(plugin), plugin.problems) == (expected, ())
    [plugin] = assembled("static", fields={"Steps": "members:step"}).plugins
    assert shown(plugin) == expected or [problem.kind for problem in plugin.problems] == [ProblemKind.FIELD]


REBOUND = {
    "taken away": ("class A:\n  @step\n  def a(self): pass\n  a = None\n", ""),
    "deleted": ("class A:\n  @step\n  def a(self): pass\n  del a\n", ""),
    "overridden": ("class B:\n  @step\n  def a(self): pass\nclass A(B):\n  def a(self): pass\n", ""),
    "another function": ("def b(): pass\nclass A:\n  @step\n  def a(self): pass\n  a = b\n", "static"),
    "another decorator": (
        "class B:\n  @staticmethod\n  def other(f): return f\nclass A:\n  @B.other\n  def a(self): pass\n",
        "static",
    ),
    "set from outside": ("class A:\n  @step\n  def a(self): pass\nA.a = None\n", "static import"),
    "by a decorator": (
        "def drop(of):\n  of.a = None\n  return of\n@drop\nclass A:\n  @step\n  def a(self): pass\n",
        "static import",
    ),
    "objects on a condition": (
        "class Made:\n  def __init__(self, f): pass\nstep = Made\nimport sys\nclass A:\n  if sys.argv:\n"
        "    @step\n    def a(self): pass\n  else:\n    @step\n    def a(self): pass\n",
        "static import",
    ),
    "imported otherwise": (
        "try:\n  from gone import step\nexcept ImportError:\n  pass\nclass A:\n  @step\n  def a(self): pass\n",
        "static import",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("rebound", REBOUND)
def test_a_member_that_may_be_another_one_is_not_told(install: Install, mode: str, rebound: str) -> None:
    code, unknown = REBOUND[rebound]
    install("one", {"ns": {"a": "m:A"}}, {"m.py": f"def step(function): return function\n{code}"})
    wanted = "gone.step" if "gone" in code else "step"
    [plugin] = assembled(mode, fields={"Steps": f"members:{wanted}"}).plugins
    assert shown(plugin) == {}
    untold = mode in unknown if mode != "auto" else "static" in unknown and "import" in unknown
    assert [each.kind for each in plugin.problems] == ([ProblemKind.FIELD] if untold else [])


CALLED = {
    "computed": "N = 1\nclass A:\n  @step(N)\n  def a(self): pass\ndel N\n",
    "bound again": "N = 1\nclass A:\n  @step(n=N)\n  def a(self): pass\nN = 2\n",
    "counted": "import itertools\nC = itertools.count()\nclass A:\n  @step(n=next(C))\n  def a(self): pass\n",
}


@pytest.mark.parametrize("called", CALLED)
def test_what_a_decorator_is_called_with_is_not_worked_out_anew(install: Install, called: str) -> None:
    install(
        "one", {"ns": {"a": "m:A"}}, {"m.py": f"def step(*a, **k): return lambda function: function\n{CALLED[called]}"}
    )
    for mode in ("auto", "import"):
        [plugin] = assembled(mode, fields={"Steps": "members:step"}).plugins
        assert shown(plugin) in ({}, {"Steps": [{"name": "a", "summary": None, "n": 1}]})
        assert bool(plugin.problems) is not bool(plugin.fields)
        assert called == "bound again" or plugin.problems


FOUND = {
    "made by a function": "def make():\n  class A:\n    @step\n    def a(self): pass\n  return A\nA = make()\n",
    "on a condition": "import os\nif os.sep:\n  class A:\n    @step\n    def a(self): pass\nelse:\n  class A: pass\n",
    "of another name": "class A:\n  @step\n  def a(self): pass\nA.__module__, A.__qualname__ = 'n', 'B'\n",
    "in a match": "match 1:\n  case _:\n    class A:\n      @step\n      def a(self): pass\n",
    "an enumeration": "import enum\nclass A(enum.Enum):\n  X = 1\n  @step\n  def a(self): pass\n",
    "private": "class A:\n  @step\n  def __a(self): pass\n",
    "a star": "from m_star import *\nclass A:\n  @other\n  def a(self): pass\n  WANTED = 'm_star.other'\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("found", FOUND)
def test_the_source_of_odd_classes_is_found(install: Install, found: str) -> None:
    code = f"def step(function): return function\n{FOUND[found]}"
    install("one", {"ns": {"a": "m:A"}}, {"m.py": code, "m_star.py": "def other(function): return function\n"})
    wanted = "m_star.other" if found == "a star" else "step"
    expected = {"Steps": [{"name": "__a" if found == "private" else "a", "summary": None}]}
    for mode in ("import", "auto", "static"):
        [plugin] = assembled(mode, fields={"Steps": f"members:{wanted}"}).plugins
        assert (shown(plugin) == expected) is not bool(plugin.problems)
        assert mode == "static" or not plugin.problems


MARKS = {
    "imported": ("from marks import f, Thing\nimport marks\ndef g(): pass\n", []),
    "false": ("def f(): pass\nf.mark = 0\n", ["f"]),
    "denied": ("def f(): pass\nf.mark = False\n", []),
    "on its class": (
        "class Made:\n  mark = 1\n  def __init__(self, f): pass\n@Made\ndef f(): pass\n",
        ["Made", "f"],
    ),
}


@pytest.mark.parametrize("mark", MARKS)
def test_only_members_count_that_are_marked(install: Install, mark: str) -> None:
    code, expected = MARKS[mark]
    marks = "def f(): pass\nf.mark = 1\nmark = 1\nclass Thing:\n  mark = 1\n"
    install("one", {"ns": {"a": "m"}}, {"m.py": code, "marks.py": marks})
    for mode in ("import", "auto"):
        [plugin] = assembled(mode, fields={"Marked": "members:mark"}).plugins
        assert [row["name"] for row in shown(plugin).get("Marked") or ()] == expected
        assert plugin.problems == ()


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("given", ["n=(x for x in iter(int, 1))", "n='x' * 5_000_000", "n=1"])
def test_rows_that_are_cut_end_no_build(project: Project, install: Install, mode: str, given: str) -> None:
    long = "word " * 900
    methods = "".join(f"  @step(n={n})\n  def a{n}(self): {long!r}\n" for n in range(500))
    step = "def step(*a, **k): return lambda function: function"
    code = f"{step}\nclass A:\n  @step({given})\n  def a(self): 'A.'\n{methods}"
    install("one", {"ns": {"a": "m:A", "empty": "empty", "math": "math"}}, {"m.py": code, "empty.py": ""})
    settings = {"ns": {"fields": {"Steps": "members:step"}}}
    project.build("Top\n===\n\n.. plugin-catalog:: ns\n", plugins_namespaces=settings, plugins_introspection=mode)
    assert all("ns:a " in warning for warning in project.warnings if "ns:math cannot be told" not in warning)


def test_without_the_source_decorators_are_not_known(install: Install) -> None:
    code = "exec('class A:\\n  def a(self): pass')\n"
    install("one", {"ns": {"a": "m:A"}}, {"m.py": code})
    [plugin] = assembled("import", fields={"Steps": "members:step"}).plugins
    assert (shown(plugin), plugin.problems) == ({}, ())
    code = "import types\nA = type('A', (), {'a': lambda self: None, '__module__': 'gone'})\n"
    install("two", {"ns": {"b": "n:A"}}, {"n.py": code})
    plugin = assembled("import", fields={"Steps": "members:step"}).plugins[1]
    [problem] = plugin.problems
    assert "LookupError: the source of gone.A is not there" in problem.message


@pytest.mark.usefixtures("drivers")
def test_a_table_of_steps(project: Project) -> None:
    field = {
        "from": "members:base.step",
        "type": "table",
        "columns": {"Step": "name", "What it does": "summary", "Priority": "priority"},
    }
    settings = {"plugins_namespaces": {"ns": {"fields": {"Steps": field}}}}
    app = project.build("Top\n===\n\n.. plugin-catalog:: ns\n", **settings)  # type: ignore[arg-type]
    text = (app.outdir / "index.html").read_text()
    assert "What it does" in text
    assert "Erase the disks." in text
    assert project.warnings == []


@pytest.mark.usefixtures("drivers")
def test_a_decorator_that_marks_no_member_of_any_plugin(project: Project) -> None:
    settings = {"plugins_namespaces": {"ns": {"fields": {"Steps": "members:clean_stp"}}}}
    project.build("Top\n===\n\n.. plugin-catalog:: ns\n", **settings)  # type: ignore[arg-type]
    [warning] = project.warnings
    assert "members:clean_stp gives nothing for any plugin of ns, where the field 'Steps' is to come from it" in warning
    assert warning.endswith("[plugins.config]")
