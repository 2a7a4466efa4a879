"""What both ways of introspection find, which must be the same, and what only one of them meets."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins import introspect
from sphinxext.plugins.fields import Fields
from sphinxext.plugins.introspect.live import Environment, Live
from sphinxext.plugins.introspect.modules import ModuleFile, ModuleFinder
from sphinxext.plugins.introspect.static import Static
from sphinxext.plugins.model import Introspection, Kind, Plugin, ProblemKind
from sphinxext.plugins.options import Options
from sphinxext.plugins.sources import Installed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sphinxext.plugins.introspect import Introspector
    from tests.conftest import Install


def static() -> Static:
    return Static(ModuleFinder(*Installed().roots()))


def live(timeout: float = 30) -> Live:
    return Live(Environment(timeout=timeout, path=tuple(sys.path)))


def run(introspector: Introspector, *targets: str) -> list[Plugin]:
    plugins = [Plugin(namespace="ns", name=target, target=target) for target in targets]
    return introspector.introspect(plugins, Fields())


def text(plugin: Plugin) -> str | None:
    return None if plugin.docstring is None else plugin.docstring.text


BOTH = pytest.mark.parametrize("way", [static, live], ids=["static", "import"])

CASES: dict[str, tuple[dict[str, str], str, Kind, str | None]] = {
    "class": ({"m.py": 'class A:\n    """Own."""'}, "m:A", Kind.CLASS, "Own."),
    "function": ({"m.py": 'def f():\n    """Own."""'}, "m:f", Kind.FUNCTION, "Own."),
    "coroutine function": ({"m.py": 'async def f():\n    """Own."""'}, "m:f", Kind.FUNCTION, "Own."),
    "module": ({"m.py": '"""Own."""'}, "m", Kind.MODULE, "Own."),
    "package": ({"p/__init__.py": '"""Own."""'}, "p", Kind.MODULE, "Own."),
    "submodule": ({"p/__init__.py": "", "p/m.py": '"""Own."""'}, "p.m", Kind.MODULE, "Own."),
    "namespace package": ({"p/m.py": 'def f():\n    """Own."""'}, "p.m:f", Kind.FUNCTION, "Own."),
    "method": ({"m.py": 'class A:\n    def f(self):\n        """Own."""'}, "m:A.f", Kind.METHOD, "Own."),
    "no docstring": ({"m.py": "class A: pass"}, "m:A", Kind.CLASS, None),
    "empty docstring": ({"m.py": 'class A:\n    "  "'}, "m:A", Kind.CLASS, None),
    "base class's docstring": (
        {"m.py": 'class B:\n    """Base."""\nclass A(B): pass'},
        "m:A",
        Kind.CLASS,
        None,
    ),
    "indented docstring": (
        {"m.py": 'def f():\n    """\n    One.\n\n        Two.\n    """'},
        "m:f",
        Kind.FUNCTION,
        "One.\n\n    Two.",
    ),
    "re-export": (
        {"p/__init__.py": "from p.a import f", "p/a.py": "from .b import g as f", "p/b.py": 'def g():\n    """Own."""'},
        "p:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "relative import of the package's": (
        {"p/__init__.py": 'def f():\n    """Own."""', "p/m.py": "from . import f"},
        "p.m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "star without __all__": (
        {"m.py": "from n import *", "n.py": 'def f():\n    """Own."""'},
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "star with __all__": (
        {"m.py": "from n import *", "n.py": '__all__ = ["_f"]\ndef _f():\n    """Own."""'},
        "m:_f",
        Kind.FUNCTION,
        "Own.",
    ),
    "alias": ({"m.py": 'class _A:\n    """Own."""\nA = _A'}, "m:A", Kind.CLASS, "Own."),
    "alias of an attribute": (
        {"m.py": "import n\nA = n.A", "n.py": 'class A:\n    """Own."""'},
        "m:A",
        Kind.CLASS,
        "Own.",
    ),
    "submodule as an attribute": (
        {"p/__init__.py": "from . import m", "p/m.py": '"""Own."""'},
        "p:m",
        Kind.MODULE,
        "Own.",
    ),
    "name of a submodule": (
        {"p/__init__.py": "from p.f import f", "p/f.py": 'def f():\n    """Own."""'},
        "p:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "inherited method": (
        {"m.py": 'class B:\n    def f(self):\n        """Own."""\nclass A(B): pass'},
        "m:A.f",
        Kind.METHOD,
        "Own.",
    ),
    "standard library's base class": (
        {"m.py": "import argparse\nclass A(argparse.Action): pass"},
        "m:A",
        Kind.CLASS,
        None,
    ),
    "instance": ({"m.py": 'class A:\n    """Its class\'s."""\na = A()'}, "m:a", Kind.INSTANCE, None),
    "literal": ({"m.py": "a = {}"}, "m:a", Kind.INSTANCE, None),
    "method of an instance": (
        {"m.py": 'class A:\n    def f(self):\n        """Own."""\na = A()'},
        "m:a.f",
        Kind.METHOD,
        "Own.",
    ),
    "optional import": (
        {"m.py": 'try:\n    from nowhere import f\nexcept ImportError:\n    def f():\n        """Own."""'},
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "latin-1": ({"m.py": '# coding: latin-1\ndef f():\n    """Own."""'}, "m:f", Kind.FUNCTION, "Own."),
}


@BOTH
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_kind_and_own_docstring(
    install: Install, way: Callable[[], Introspector], case: tuple[dict[str, str], str, Kind, str | None]
) -> None:
    files, target, kind, docstring = case
    install("one", files=files)
    [plugin] = run(way(), target)
    assert plugin.problems == ()
    assert (plugin.kind, text(plugin)) == (kind, docstring)
    assert plugin.introspection is (Introspection.STATIC if way is static else Introspection.IMPORT)


@BOTH
def test_location_is_below_the_folder_of_the_import(install: Install, way: Callable[[], Introspector]) -> None:
    install("one", files={"p/__init__.py": "\nclass A: pass", "p/m.py": "\n\ndef f():\n    '''Own.'''"})
    for plugin, file, line in zip(run(way(), "p:A", "p.m:f"), ["p/__init__.py", "p/m.py"], [2, 3], strict=True):
        assert plugin.location is not None
        assert (plugin.location.file, plugin.location.line) == (file, line)


def test_location_of_a_docstring_is_its_first_line_with_text(install: Install) -> None:
    install("one", files={"m.py": "def f():\n    '''\n\n    Own.\n    '''"})
    [plugin] = run(static(), "m:f")
    assert plugin.docstring is not None
    assert plugin.docstring.location is not None
    assert plugin.docstring.location.line == 4


UNKNOWN: dict[str, tuple[dict[str, str], str, str]] = {
    "no module": ({}, "nowhere", "nowhere"),
    "no submodule": ({"p/__init__.py": ""}, "p.nowhere", "p.nowhere"),
    "no attribute": ({"m.py": ""}, "m:f", "f"),
    "no attribute of a class": ({"m.py": "class A: pass"}, "m:A.f", "f"),
    "import that leads nowhere": ({"m.py": "from nowhere import f"}, "m:f", "nowhere"),
    "no Python": ({"m.py": "this is no Python"}, "m:f", "SyntaxError"),
    "NUL": ({"m.py": "\0"}, "m:f", ""),
    "import cycle": ({"m.py": "from n import f", "n.py": "from m import f"}, "m:f", "f"),
    "alias cycle": ({"m.py": "a = b\nb = a"}, "m:a", ""),
    "no name": ({}, "not a name!", "not"),
    "nothing": ({}, "", ""),
    "only an attribute": ({}, ":f", ""),
    "dots": ({}, "..", ""),
}


@BOTH
@pytest.mark.parametrize("case", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_is_a_problem_with_a_reason(
    install: Install, way: Callable[[], Introspector], case: tuple[dict[str, str], str, str]
) -> None:
    files, target, reason = case
    install("one", files={**files, "well.py": "def f(): pass"})
    plugin, well = run(way(), target, "well:f")
    [problem] = plugin.problems
    assert plugin.introspection is Introspection.METADATA
    assert problem.kind is ProblemKind.LOAD
    assert problem.plugin == plugin.identity
    assert reason in problem.message
    assert well.kind is Kind.FUNCTION


def test_a_class_that_is_its_own_base(install: Install) -> None:
    install("one", files={"m.py": "class A(A): pass", "n.py": "class B(C): pass\nclass C(B): pass"})
    for plugin in run(static(), "m:A.f", "n:B.f"):
        assert plugin.introspection is Introspection.METADATA


def test_a_source_that_nests_too_deeply(install: Install) -> None:
    install("one", files={"m.py": f"f = {'(' * 150}{')' * 150}", "n.py": "f = " + "-" * 100_000 + "1"})
    for plugin in run(static(), "m:f", "n:f"):
        assert plugin.introspection is not Introspection.IMPORT


def test_static_runs_nothing(install: Install) -> None:
    install("one", files={"m.py": "raise SystemExit('it ran')\ndef f(): pass"})
    [plugin] = run(static(), "m:f")
    assert plugin.kind is Kind.FUNCTION
    assert "m" not in sys.modules


def test_files_are_read_once(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install("one", files={"m.py": "from n import f", "n.py": "def f(): pass"})
    read: list[object] = []
    original = ModuleFile.read

    def counting(self: ModuleFile) -> str:
        read.append(self.path)
        return original(self)

    monkeypatch.setattr(ModuleFile, "read", counting)
    way = static()
    run(way, "m:f", "n:f")
    run(way, "m:f")
    assert len(read) == len(set(read)) == 2


HOSTILE = {
    "exception": "raise ValueError('broken on purpose')",
    "SystemExit": "raise SystemExit('broken on purpose')",
    "KeyboardInterrupt": "raise KeyboardInterrupt('broken on purpose')",
    "exception without words": "class E(Exception):\n    def __str__(self): raise self\nraise E('broken on purpose')",
    "exit": "import os\nos._exit(3)",
    "abort": "import os\nos.abort()",
    "segmentation fault": "import ctypes\nctypes.string_at(0)",
    "endless recursion": "def f(): return f()\nf()",
    "hang": "while True: pass",
    "closed streams": "import os\nfor fd in range(3, 100):\n    try: os.close(fd)\n    except OSError: pass",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_what_breaks_a_process_breaks_one_plugin(install: Install, source: str) -> None:
    install("one", files={"bad.py": source, "good.py": "def f():\n    '''Own.'''"})
    first, bad, last = run(live(timeout=2), "good:f", "bad", "good")
    assert (text(first), last.kind) == ("Own.", Kind.MODULE)
    [problem] = bad.problems
    assert problem.kind is ProblemKind.LOAD


HARMLESS = {
    "prints": "import sys\nprint('x' * 1_000_000)\nprint('x' * 1_000_000, file=sys.stderr)",
    "closes its streams": "import sys\nsys.stdout.close()\nsys.stderr.close()",
    "writes answers of its own": "import os\nfor fd in range(20):\n"
    '    try: os.write(fd, b\'\\n{"kind": "class"}\\n\')\n    except OSError: pass',
    "reads the requests": "import sys\nassert sys.stdin.read() == ''",
    "changes the folder": "import os, tempfile\nos.chdir(tempfile.mkdtemp())\nos.rmdir(os.getcwd())",
    "clears the environment": "import os\nos.environ.clear()",
    "clears the path": "import sys\nsys.path.clear()",
    "lowers the recursion limit": "import sys\nsys.setrecursionlimit(60)",
    "replaces what the worker needs": "import json, os\njson.dumps = os.write = os._exit = None",
    "leaves a thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()",
    "leaves a child": "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])",
    "forks": "import os\nos.fork()",
}


@pytest.mark.parametrize("source", HARMLESS.values(), ids=HARMLESS)
def test_what_changes_a_process_harms_nobody(install: Install, source: str, capfd: pytest.CaptureFixture[str]) -> None:
    install("one", files={"odd.py": f'"""Odd."""\n{source}', "good.py": "import this\ndef f():\n    '''Own.'''"})
    odd, good = run(live(), "odd", "good:f")
    assert (text(odd), odd.problems) == ("Odd.", ())
    assert (text(good), good.problems) == ("Own.", ())
    assert capfd.readouterr() == ("", "")


def test_a_plugin_that_fails_in_company_is_tried_alone(install: Install) -> None:
    once = "import builtins\nif hasattr(builtins, 'taken'): raise ValueError('taken')\nbuiltins.taken = True\n"
    install("one", files={"a.py": once, "b.py": once})
    for plugin in run(live(), "a", "b"):
        assert plugin.problems == ()


def test_one_process_serves_many(install: Install) -> None:
    files = {f"p/m{n}.py": "import os\n__doc__ = str(os.getpid())" for n in range(5)}
    install("one", files=files)
    assert len({text(plugin) for plugin in run(live(), "p.m0", "p.m1", "p.m2", "p.m3", "p.m4")}) == 1


def test_an_error_does_not_tell_of_this_machine(install: Install) -> None:
    install("one", files={"p/__init__.py": "", "p/m.py": "from p import missing"})
    [plugin] = run(live(), "p.m")
    assert "(p/__init__.py)" in plugin.problems[0].message


@pytest.mark.parametrize(
    "docstring", ["__doc__ = 3", "class A:\n    __doc__ = property(lambda self: 1 / 0)\n__doc__ = A()"]
)
def test_a_docstring_that_is_no_text_is_none(install: Install, docstring: str) -> None:
    install("one", files={"m.py": docstring})
    [plugin] = run(live(), "m")
    assert (plugin.kind, plugin.docstring) == (Kind.MODULE, None)


def test_dataclass_has_not_written_its_docstring(install: Install) -> None:
    install("one", files={"m.py": "import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: int = 0"})
    for way in (static(), live()):
        [plugin] = run(way, "m:A")
        assert (plugin.kind, plugin.docstring) == (Kind.CLASS, None)


def auto(targets: Sequence[str], **settings: str) -> list[Plugin]:
    source = Installed()
    options = Options(**settings)  # type: ignore[arg-type]  # a test gives valid ones
    return run(introspect.from_options(options, source.path, ModuleFinder(*source.roots())), *targets)


def test_auto_loads_only_what_the_source_does_not_tell(install: Install) -> None:
    files = {
        "told.py": "raise SystemExit\ndef f():\n    '''Read.'''",
        "made.py": "globals()['f'] = lambda: None\nf.__doc__ = 'Loaded.'",
    }
    install("one", files=files)
    told, made, broken = auto(["told:f", "made:f", "nowhere:f"])
    assert (told.introspection, text(told)) == (Introspection.STATIC, "Read.")
    assert (made.introspection, text(made)) == (Introspection.IMPORT, "Loaded.")
    [problem] = broken.problems
    assert "ModuleNotFoundError" in problem.message


@pytest.mark.parametrize(("mode", "known"), [("static", Introspection.STATIC), ("import", Introspection.IMPORT)])
def test_each_way_alone(install: Install, mode: str, known: Introspection) -> None:
    install("one", files={"m.py": "def f(): pass"})
    [plugin] = auto(["m:f"], introspection=mode)
    assert plugin.introspection is known
