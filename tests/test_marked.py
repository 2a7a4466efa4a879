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
    "taken away": ("class A:\n  @step\n  def a(self): pass\n  a = None\n", None),
    "deleted": ("class A:\n  @step\n  def a(self): pass\n  del a\n", None),
    "another function": ("def b(): pass\nclass A:\n  @step\n  def a(self): pass\n  a = b\n", None),
    "set from outside": ("class A:\n  @step\n  def a(self): pass\nA.a = None\n", ProblemKind.FIELD),
    "by a decorator": (
        "def drop(of):\n  of.a = None\n  return of\n@drop\nclass A:\n  @step\n  def a(self): pass\n",
        ProblemKind.FIELD,
    ),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("rebound", REBOUND)
def test_a_member_that_is_another_one_has_no_decorator(install: Install, mode: str, rebound: str) -> None:
    code, problem = REBOUND[rebound]
    install("one", {"ns": {"a": "m:A"}}, {"m.py": f"def step(function): return function\n{code}"})
    [plugin] = assembled(mode, fields={"Steps": "members:step"}).plugins
    assert shown(plugin) == {}
    expected = [problem] if problem and mode == "static" else []
    assert [each.kind for each in plugin.problems] == expected


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


def test_an_argument_that_cannot_be_worked_out(install: Install) -> None:
    code = "def step(n): return lambda function: function\nN = 1\nclass A:\n  @step(N)\n  def a(self): pass\ndel N\n"
    install("one", {"ns": {"a": "m:A"}}, {"m.py": code})
    [plugin] = assembled(fields={"Steps": "members:step"}).plugins
    assert shown(plugin) == {}
    assert "NameError: name 'N' is not defined" in plugin.problems[0].message


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
