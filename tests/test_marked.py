"""Rows of the members that a decorator marks, or an attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.core.model import Introspection, ProblemKind
from tests.test_facts import MODES, assembled, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

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


MARKED: dict[str, Json] = {
    "marks.base.step": STEPS,
    "marks.base:step": STEPS,
    "base.step": STEPS,
    "step": STEPS,
    "wrapping": [{"name": "third", "summary": "Third.", "interface": "deploy", "arguments": [1, "b"]}],
    "plain": [{"name": "bare", "summary": None}],
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.usefixtures("drivers")
def test_members_that_a_decorator_marks(mode: str) -> None:
    namespace = assembled(mode, fields={marked: f"members:{marked}" for marked in MARKED})
    told = {plugin.name: shown(plugin) for plugin in namespace.plugins}
    assert told == {"driver": MARKED, "nothing": {}, "instance": MARKED}
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
    names = ("hookimpl", "marks.hookimpl", "_marks.hookimpl")
    namespace = assembled(mode, fields={wanted: f"members:{wanted}" for wanted in names})
    assert [shown(plugin) for plugin in namespace.plugins] == [
        {wanted: [{"name": "a", "summary": "First.", "tryfirst": True}] for wanted in names},
        {wanted: [{"name": "b", "summary": None}] for wanted in names},
    ]


def installed(install: Install, cases: Mapping[str, str], start: str, others: Mapping[str, str] = {}) -> None:
    """Install a module for each case, which begin in the same way, and a plugin of its name: its class ``A``."""
    files = {f"m{number}.py": start + code for number, code in enumerate(cases.values())}
    plugins = {case: f"m{number}:A" for number, case in enumerate(cases)}
    install("one", {"ns": plugins}, {**files, **others})


ODD = {
    "which one it is": "import sys\nclass A:\n  if len(sys.argv) < 1000:\n    @step(n=1)\n    def a(self): pass\n"
    "  else:\n    @step(n=2)\n    def a(self): pass\n",
    "a computed argument": "class A:\n  @step(n=len('a'))\n  def a(self): pass\n",
    "of a property": "class A:\n  @property\n  @step(n=1)\n  def a(self): pass\n  @a.setter\n  def a(self, x): pass\n",
    "bound twice": "class A:\n  @step(n=2)\n  def a(self): pass\n  @step(n=1)\n  def a(self): pass\n",
}


@pytest.mark.slow
def test_what_is_loaded_counts(install: Install) -> None:
    installed(install, ODD, "def step(**given): return lambda function: function\n")
    expected = {"Steps": [{"name": "a", "summary": None, "n": 1}]}
    for mode in ("import", "auto"):
        plugins = assembled(mode, fields={"Steps": "members:step"}).plugins
        told = {plugin.name: (shown(plugin), plugin.problems) for plugin in plugins}
        assert told == dict.fromkeys(ODD, (expected, ()))
    plugins = assembled("static", fields={"Steps": "members:step"}).plugins
    assert {plugin.name for plugin in plugins} == set(ODD)
    for plugin in plugins:
        kinds = [problem.kind for problem in plugin.problems]
        assert shown(plugin) == expected or kinds == [ProblemKind.FIELD], plugin.name


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
def test_a_member_that_may_be_another_one_is_not_told(install: Install, mode: str) -> None:
    installed(install, {case: code for case, (code, _) in REBOUND.items()}, "def step(function): return function\n")
    by_step, by_gone = (
        {plugin.name: plugin for plugin in assembled(mode, fields={"Steps": f"members:{wanted}"}).plugins}
        for wanted in ("step", "gone.step")
    )
    for case, (code, unknown) in REBOUND.items():
        plugin = by_gone[case] if "gone" in code else by_step[case]
        untold = mode in unknown if mode != "auto" else "static" in unknown and "import" in unknown
        kinds = [each.kind for each in plugin.problems]
        assert (case, shown(plugin), kinds) == (case, {}, [ProblemKind.FIELD] if untold else [])


CALLED = {
    "computed": "N = 1\nclass A:\n  @step(N)\n  def a(self): pass\ndel N\n",
    "bound again": "N = 1\nclass A:\n  @step(n=N)\n  def a(self): pass\nN = 2\n",
    "counted": "import itertools\nC = itertools.count()\nclass A:\n  @step(n=next(C))\n  def a(self): pass\n",
}


@pytest.mark.parametrize("mode", ["auto", "import"])
def test_what_a_decorator_is_called_with_is_not_worked_out_anew(install: Install, mode: str) -> None:
    installed(install, CALLED, "def step(*a, **k): return lambda function: function\n")
    plugins = assembled(mode, fields={"Steps": "members:step"}).plugins
    assert {plugin.name for plugin in plugins} == set(CALLED)
    for plugin in plugins:
        assert shown(plugin) in ({}, {"Steps": [{"name": "a", "summary": None, "n": 1}]}), plugin.name
        assert bool(plugin.problems) is not bool(plugin.fields), plugin.name
        assert plugin.name == "bound again" or plugin.problems


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
@pytest.mark.parametrize("mode", MODES)
def test_the_source_of_odd_classes_is_found(install: Install, mode: str) -> None:
    others = {"m_star.py": "def other(function): return function\n"}
    installed(install, FOUND, "def step(function): return function\n", others)
    by_step, by_star = (
        {plugin.name: plugin for plugin in assembled(mode, fields={"Steps": f"members:{wanted}"}).plugins}
        for wanted in ("step", "m_star.other")
    )
    for case in FOUND:
        plugin = by_star[case] if case == "a star" else by_step[case]
        expected = {"Steps": [{"name": "__a" if case == "private" else "a", "summary": None}]}
        assert (shown(plugin) == expected) is not bool(plugin.problems), case
        assert mode == "static" or not plugin.problems, case


MARKS = {
    "imported": ("from marks import f, Thing\nimport marks\ndef g(): pass\n", []),
    "false": ("def f(): pass\nf.mark = 0\n", ["f"]),
    "denied": ("def f(): pass\nf.mark = False\n", []),
    "on its class": (
        "class Made:\n  mark = 1\n  def __init__(self, f): pass\n@Made\ndef f(): pass\n",
        ["Made", "f"],
    ),
}


@pytest.mark.parametrize("mode", ["import", "auto"])
def test_only_members_count_that_are_marked(install: Install, mode: str) -> None:
    marks = "def f(): pass\nf.mark = 1\nmark = 1\nclass Thing:\n  mark = 1\n"
    files = {f"m{number}.py": code for number, (code, _) in enumerate(MARKS.values())}
    plugins = {case: f"m{number}" for number, case in enumerate(MARKS)}
    install("one", {"ns": plugins}, {**files, "marks.py": marks})
    told = {
        plugin.name: ([row["name"] for row in shown(plugin).get("Marked") or ()], plugin.problems)
        for plugin in assembled(mode, fields={"Marked": "members:mark"}).plugins
    }
    assert told == {case: (expected, ()) for case, (_, expected) in MARKS.items()}


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
