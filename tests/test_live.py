"""What loading plugins meets: plugins that spoil the process, that take long, and interpreters that are none."""

from __future__ import annotations

import html
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sphinxext.plugins import introspect
from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.core.model import Introspection, Kind, Plugin
from sphinxext.plugins.introspect.live import guardian, schedule
from sphinxext.plugins.introspect.live.interpreter import NoInterpreterError, check
from sphinxext.plugins.introspect.live.introspector import Live
from sphinxext.plugins.introspect.live.process import Environment
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.settings import Options
from sphinxext.plugins.sources import Installed
from tests.test_introspect import interpreter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conftest import Install, Project


def live(timeout: float = 30, **environment: object) -> Live:
    return Live(
        Environment(timeout=timeout, path=tuple(sys.path), **environment),  # type: ignore[arg-type]
        ModuleFinder(*Installed().roots()),
    )


def run(targets: Sequence[str], *describers: str, way: Live | None = None, mode: str = "import") -> list[Plugin]:
    """Have plugins introspected and asked, and complete their fields."""
    source = Installed()
    options = Options(introspection=mode)  # type: ignore[arg-type]  # a test gives a valid one
    finder = ModuleFinder(*source.roots())
    chosen = way or introspect.from_options(options, source.path, finder)
    plugins = [Plugin(namespace="ns", name=target, target=target) for target in targets]
    fields = Fields({describer.partition(":")[2]: [describer] for describer in describers})
    return [fields.complete(found.plugin) for found in chosen.introspect(plugins, fields)]


SPOILING = {
    "a path object": "import pathlib\nsys.path.insert(0, pathlib.Path('/nowhere'))",
    "an integer": "sys.path.insert(0, 7)",
    "None": "sys.path.append(None)",
    "bytes": "sys.path.append(b'/nowhere')",
    "a list": "sys.path.append([])",
    "an odd object": "sys.path.insert(0, ODD)",
    "an odd text": "sys.path.insert(0, type('Odd', (str,), {name: bad for name in NAMES})('/x'))",
    "a tuple for the path": "sys.path = ('/nowhere', 7)",
    "no path": "sys.path = None",
    "a deleted path": "del sys.path",
    "an odd object for the path": "sys.path = ODD",
    "an odd finder": "sys.meta_path.insert(0, ODD)",
    "no finders": "sys.meta_path = None",
    "no hooks": "sys.path_hooks = sys.path_importer_cache = None",
    "odd modules": "sys.modules['odd'] = ODD\nsys.modules[7] = sys\nsys.modules[__name__] = None",
    "no modules": "sys.modules = None",
    "modules that are a list": "sys.modules = []",
    "no environment": "os.environ = None",
    "an odd environment": "os.environ = ODD",
    "an environment that cannot be set": "os.environ._data = None",
    "an environment of numbers": "os.environ._data[7] = 8\nos.environ.encodekey = None",
    "no separator": "os.sep = os.path.sep = os.getcwd = None",
    "no exceptions": "import builtins\nbuiltins.BaseException = builtins.Exception = builtins.OSError = None",
    # But not len, which the import system of Python 3.13 itself needs afterwards.
    "no builtins": "import builtins\nfor name in ('sorted', 'str', 'type', 'isinstance', 'getattr'):\n"
    "    builtins.__dict__[name] = None",
    "no expressions": "import re\nre.compile = re.sub = re.escape = None",
}

ODD = """
import os, sys
NAMES = ('__str__', '__repr__', '__fspath__', '__hash__', '__eq__', '__len__', '__iter__', '__bool__', '__lt__')
def bad(*_): raise ZeroDivisionError
Odd = type('Odd', (), {name: bad for name in NAMES})
ODD = Odd()
Reason = ValueError
"""


@pytest.mark.slow
@pytest.mark.parametrize("code", SPOILING.values(), ids=SPOILING)
def test_a_plugin_that_spoils_the_process_keeps_its_own_reason(code: str, install: Install) -> None:
    code = f"{ODD}\ndef spoil():\n{textwrap.indent(code, '    ')}\n"
    module = f"{code}spoil()\nraise Reason('on purpose')"
    method = (
        f"{code}class A:\n    'Own.'\n    title = 'A'\n    def x(self):\n        spoil()\n        raise Reason('why')\n"
    )
    install("one", files={"p/m.py": module, "p/n.py": method, "p/o.py": "'Calm.'"})
    loaded, asked, calm = run(["p.m", "p.n:A", "p.o"], "call:x", "attr:title")
    if "modules = " not in code:  # these the import system itself refuses, before it hands on what was raised
        assert [problem.details["reason"] for problem in loaded.problems] == ["ValueError: on purpose"]
    assert "ended the process" not in loaded.problems[0].message
    assert [problem.details["reason"] for problem in asked.problems] == ["ValueError: why"]
    assert [field.value for field in asked.fields] == ["A"]
    assert calm.docstring is not None
    assert (calm.docstring.text, calm.problems) == ("Calm.", ())


@pytest.mark.slow
@pytest.mark.parametrize("code", SPOILING.values(), ids=SPOILING)
def test_a_plugin_that_spoils_the_process_and_goes_on_is_shown(code: str, install: Install) -> None:
    install("one", files={"p/m.py": f"'Own.'\n{ODD}{code}\n", "p/o.py": "'Calm.'"})
    for plugin, text in zip(run(["p.m", "p.o"]), ["Own.", "Calm."], strict=True):
        if plugin.target == "p.m" and ("modules = " in code or "__name__] = None" in code):
            continue  # the import system itself refuses it
        assert plugin.problems == ()
        assert plugin.docstring is not None
        assert plugin.docstring.text == text


BURNING = "import time\nwhile time.process_time() < {}: pass\n"
counted = pytest.mark.skipif(guardian.used(1) is None, reason="the system does not list processes")


@pytest.mark.slow
@counted
def test_what_waits_may_take_longer_than_what_works(install: Install) -> None:
    install("one", files={"p/m.py": "'Own.'\nimport time\ntime.sleep(0.9)", "p/n.py": BURNING.format(60)})
    waits, works = run(["p.m", "p.n"], way=live(0.5))
    assert waits.problems == ()
    [problem] = works.problems
    assert problem.details["reason"] == (
        "it did not answer within 0.5 s of processor time, or 2 s by the clock"  # whichever it was
    )


@pytest.mark.slow
@counted
def test_processor_time_of_children_counts(install: Install) -> None:
    code = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', {!r}])"
    burning = "import sys\nwhile True: pass"
    install("one", files={"m.py": code.format(burning)})
    way = live(5)  # by the clock, it had 20 s
    [plugin] = run(["m"], way=way)
    assert "did not answer" in plugin.problems[0].message


@counted
def test_processor_time_is_that_of_all_that_was_started() -> None:
    before = guardian.used(os.getpid())
    subprocess.run([sys.executable, "-c", BURNING.format(0.3)], check=True)
    after = guardian.used(os.getpid())
    assert before is not None
    assert after is not None
    assert after - before > 0.25
    assert guardian.used(2**30) is None


@pytest.mark.slow
def test_the_clock_counts_where_nothing_else_is_known(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guardian, "used", lambda _: None)
    install("one", files={"m.py": "while True: pass"})
    [plugin] = run(["m"], way=live(0.2))
    assert "did not answer" in plugin.problems[0].message


LATE_ONCE = """
import os, time
if not os.path.exists({mark!r}):
    open({mark!r}, 'w').close()
    time.sleep(100)
def x(): return 'X'
"""


@pytest.mark.slow
@pytest.mark.parametrize("busy", [True, False])
@pytest.mark.parametrize("accompanied", [True, False])
def test_what_is_late_is_tried_again_alone(
    busy: bool,  # noqa: FBT001
    accompanied: bool,  # noqa: FBT001
    install: Install,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schedule, "is_busy", lambda: busy)
    install("one", files={"p/a.py": "", "p/m.py": LATE_ONCE.format(mark=str(tmp_path / "mark"))})
    *_, plugin = run(["p.a", "p.m:x"] if accompanied else ["p.m:x"], way=live(0.3))
    assert (plugin.problems == ()) == (busy or accompanied)
    assert plugin.loaded == (busy or accompanied)


def test_an_answer_that_is_late_is_asked_again_on_a_busy_machine(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "is_busy", lambda: True)
    code = textwrap.indent(LATE_ONCE.format(mark=str(tmp_path / "mark")).partition("def")[0], "    ")
    install("one", files={"m.py": f"y = 1\ndef x():\n{code}    return 'X'\n"})
    [plugin] = run(["m"], "call:x", "attr:y", way=live(0.3))
    assert plugin.problems == ()
    assert [field.value for field in plugin.fields] == ["X", 1]


@pytest.mark.slow
def test_a_plugin_whose_answers_all_take_too_long_is_given_up(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "is_busy", lambda: False)
    code = "import time\n" + "".join(f"def {name}(): time.sleep(100)\n" for name in "abcde")
    install("one", files={"m.py": f"{code}def x(): return 1\n"})
    [plugin] = run(["m"], "call:x", *(f"call:{name}" for name in "abcde"), way=live(0.2))
    assert [field.value for field in plugin.fields] == [1]
    reasons = [problem.details["reason"] for problem in plugin.problems]
    assert reasons[:3] == ["it did not answer within 0.2 s of processor time, or 0.8 s by the clock"] * 3
    assert reasons[3:] == ["it is not asked, for others took too long"] * 2


def test_one_warning_for_all_fields_of_a_plugin(install: Install, project: Project) -> None:
    names = [f"f{number}" for number in range(9)]
    body = "".join(f"    def {name}(self): return str(9)\n" for name in names)
    install("one", {"ns": {"a": "m:A"}}, {"m.py": f"raise OSError('nothing works')\nclass A:\n    'Own.'\n{body}"})
    namespaces = {"ns": {"fields": {name.title(): f"call:{name}" for name in names}}}
    page = "Top\n===\n\n.. plugin-catalog:: ns\n"
    for _ in range(2):
        app = project.build(page, plugins_namespaces=namespaces)
        [warning] = project.warnings
        assert "does not answer call:f0 for its field 'F0', nor for 'F1', 'F2', 'F3', 'F4', 'F5', 3 others" in warning
        assert "OSError: nothing works" in warning
    shown = (app.outdir / "index.html").read_text()
    assert shown.count("not known: OSError: nothing works") == 9


def test_fields_that_fail_for_different_reasons_are_different_warnings(install: Install) -> None:
    code = "class A:\n    def x(self): raise OSError('x')\n    def y(self): raise OSError('y')\n    z = x"
    install("one", files={"m.py": code})
    [plugin] = run(["m:A"], "call:x", "call:y", "call:z")
    assert [bool(problem.remedy) for problem in plugin.problems] == [True, True, False]


def script(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.write_text(text)
    file.chmod(0o755)
    return str(file)


NO_INTERPRETERS = {
    "missing": (None, "does not start: No such file or directory"),
    "not executable": ("not-executable", "does not start: Permission denied"),
    "a folder": ("", "does not start: Permission denied"),
    "no program": ("text", "does not start: Exec format error"),
    "not Python": ("#!/bin/sh\necho '<Python x>'", "is no Python"),
    "prints for ever": ("#!/bin/sh\nexec yes", "is no Python"),
    "fails": ("#!/bin/sh\nexit 3", "is of no use: it ends with exit code 3"),
    "crashes": ("#!/bin/sh\nkill -SEGV $$", "is of no use: it ends with SIGSEGV"),
    "too old": ("#!/bin/sh\necho '<Python 3.7>'", "is Python 3.7; 3.8 or newer is needed"),
    "Python that does not run scripts": (
        "#!/bin/sh\n[ \"$4\" = -c ] && echo '<Python 3.9>' && exit 0\nexit 4",
        "is of no use: it ended the process that loaded it (exit code 4)",
    ),
}


@pytest.mark.parametrize("target", ["__main__:main", "__main__:answer", "__main__:limits.MEMORY"])
def test_nothing_of_the_process_that_loads_is_a_plugin(target: str) -> None:
    [plugin] = run([target])
    assert (plugin.loaded, plugin.introspection, plugin.docstring) == (False, Introspection.METADATA, None)


def no_interpreter(folder: Path, text: str | None) -> str:
    if text == "not-executable":
        (folder / "python").write_text("")
        return str(folder / "python")
    if text == "":
        (folder / "python").mkdir()
        return str(folder / "python")
    return script(folder, "python", text) if text is not None else str(folder / "python")


@pytest.mark.slow
@pytest.mark.parametrize(("text", "reason"), NO_INTERPRETERS.values(), ids=NO_INTERPRETERS)
def test_a_broken_interpreter_is_one_problem_of_the_build(
    text: str | None, reason: str, install: Install, project: Project, tmp_path: Path
) -> None:
    source = "def f(): 'Own.'\ndef x(): return str(1)\nglobals()['g'] = f\nglobals()['h'] = f"
    install("one", {"ns": {name: f"m:{name}" for name in ("f", "g", "h", "x")}}, {"m.py": source})
    (tmp_path / "env").mkdir()
    settings: dict[str, Any] = {
        "plugins_python": no_interpreter(tmp_path / "env", text),
        "plugins_namespaces": {"ns": {"fields": {"X": "call:__call__", "Y": "call:__call__"}}},
    }
    pages = {"index.rst": "Top\n===\n\n.. plugin-catalog:: ns\n", "b.rst": ":orphan:\n\nB\n=\n\n.. list-plugins:: ns\n"}
    for mode, parallel in (("auto", 0), ("auto", 2), ("import", 0)):
        app = project.build(pages, parallel=parallel, plugins_introspection=mode, **settings)
        [warning] = project.warnings
        assert warning.endswith(
            f"WARNING: the interpreter 'env/python' {reason}; set plugins_python to an interpreter that loads plugins, "
            "Python 3.8 or newer; until then none is [plugins.config]"
        )
    shown = (app.outdir / "index.html").read_text()
    assert f"The interpreter 'env/python' {reason}" in html.unescape(shown)
    assert str(tmp_path) not in shown + (app.outdir / "plugins.json").read_text()


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.7"])
def test_interpreters_that_are_too_old(version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    with pytest.raises(NoInterpreterError, match=f"is Python {version}; 3.8 or newer is needed"):
        check(python)


def test_this_interpreter_is_of_use() -> None:
    check(sys.executable)


PROXY = '''
class Proxy:
    """What stands for a function."""
    def __init__(self, wrapped): object.__setattr__(self, '__wrapped__', wrapped)
    __class__ = property(lambda self: self.__wrapped__.__class__)
    __dict__ = property(lambda self: self.__wrapped__.__dict__)
    __doc__ = property(lambda self: self.__wrapped__.__doc__)
    def __getattr__(self, name): return getattr(self.__wrapped__, name)
    def __call__(self, *args, **kw): return self.__wrapped__(*args, **kw)
def proxied(f): return Proxy(f)
@proxied
def f(a, b=1):
    """Own."""
@proxied
@proxied
class A:
    """Own."""
class B:
    @proxied
    def m(self, a):
        """Own."""
one = Proxy(B())
'''


@pytest.mark.parametrize(
    ("target", "kind", "signature"),
    [("m:f", Kind.FUNCTION, "(a, b=1)"), ("m:A", Kind.CLASS, "()"), ("m:B.m", Kind.METHOD, "(self, a)")],
)
def test_a_proxy_is_seen_through(target: str, kind: Kind, signature: str, install: Install) -> None:
    install("one", files={"m.py": PROXY})
    [plugin] = run([target])
    assert (plugin.kind, plugin.signature) == (kind, signature)
    assert plugin.docstring is not None
    assert plugin.docstring.text == "Own."


def test_a_proxy_of_an_instance_is_an_instance(install: Install) -> None:
    install("one", files={"m.py": PROXY})
    [plugin] = run(["m:one"])
    assert plugin.kind is Kind.INSTANCE


WRAPPERS = {
    "of its own": ("f.__doc__ = 'Own.'", "Own."),
    "of what it wraps": ("", "Other."),
    "none": ("f.__doc__ = None", "Other."),
}


@pytest.mark.parametrize(("code", "text"), WRAPPERS.values(), ids=WRAPPERS)
def test_a_wrapper_speaks_for_itself(code: str, text: str, install: Install) -> None:
    wrapper = "import functools\ndef g(a):\n    'Other.'\n@functools.wraps(g)\ndef f(*args): pass\n"
    install("one", files={"m.py": wrapper + code})
    [plugin] = run(["m:f"])
    assert (plugin.kind, plugin.signature) == (Kind.FUNCTION, "(a)")
    assert plugin.docstring is not None
    assert plugin.docstring.text == text


MERGED = {
    "a signature": ("import n\nclass A(n.Base):\n    'Own.'\n    label = str(1)", "signature", "(a, b=2)"),
    "an inherited docstring": (
        "import n\nclass A(n.Base):\n    label = str(1)",
        "inherited",
        ("Of the base.", "n.Base"),
    ),
}

DYNAMIC = (
    "Base = type('Base', (), {'__doc__': 'Of the base.', '__init__': lambda self, a, b=2: None, '__module__': 'n'})"
)


@pytest.mark.parametrize(("code", "what", "expected"), MERGED.values(), ids=MERGED)
def test_what_loading_shows_is_kept_where_a_field_needs_it(
    code: str, what: str, expected: object, install: Install
) -> None:
    install("one", files={"m.py": code, "n.py": DYNAMIC})
    [read] = run(["m:A"], mode="auto")
    assert (read.introspection, read.loaded, getattr(read, what)) == (Introspection.STATIC, None, None)
    [asked] = run(["m:A"], "attr:label", mode="auto")
    found = getattr(asked, what)
    assert (found if isinstance(found, str) else (found.docstring.text, found.owner)) == expected
    assert (asked.introspection, asked.loaded) == (Introspection.IMPORT, True)
    assert asked.location == read.location
    assert asked.docstring == read.docstring  # with its place


def test_what_cannot_be_loaded_stays_as_it_was_read(install: Install) -> None:
    install("one", files={"m.py": "raise OSError\nclass A:\n    'Own.'\n    label = str(1)"})
    [plugin] = run(["m:A"], "attr:label", mode="auto")
    assert (plugin.introspection, plugin.loaded, plugin.kind) == (Introspection.STATIC, False, Kind.CLASS)
    assert plugin.docstring is not None


def test_a_docstring_that_names_a_folder_stays_as_it_was_read(install: Install) -> None:
    home = str(Path.home() / "x")
    install("one", files={"m.py": f"class A:\n    'See {home}.'\n    label = str(1)"})
    [plugin] = run(["m:A"], "attr:label", mode="auto")
    assert plugin.docstring is not None
    assert plugin.docstring.text == f"See {home}."
    assert plugin.docstring.location is not None


def test_nothing_of_a_mock_is_shown_as_somebodys(install: Install) -> None:
    install(
        "one",
        files={"m.py": "import nowhere\nclass A(nowhere.B): pass\nclass C(nowhere.B):\n    def __init__(self, a): 1"},
    )
    one, other = run(["m:A", "m:C"], way=live(mock=("nowhere",)))
    assert (one.kind, one.signature, one.inherited, one.problems) == (Kind.CLASS, None, None, ())
    assert other.signature == "(a)"


@pytest.mark.slow
@pytest.mark.parametrize("given", ["nowhere,nowhere2", "nowhere, nowhere2,"])
def test_mocks_from_the_command_line(given: str, install: Install, tmp_path: Path) -> None:
    install("one", {"ns": {"a": "m:f"}}, {"m.py": "import nowhere, nowhere2.x\nglobals()['f'] = lambda: 0"})
    (tmp_path / "conf.py").write_text("extensions = ['sphinxext.plugins']\n")
    (tmp_path / "index.rst").write_text("Top\n===\n\n.. list-plugins:: ns\n")
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-D", f"plugins_mock_imports={given}"]
    command += ["-D", "plugins_sources=installed,installed:site", "-D", "plugins_trusted=one,two"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    done = subprocess.run(
        [*command, str(tmp_path), str(tmp_path / "out")], check=False, capture_output=True, text=True, env=environment
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_an_environment_of_another_python_names_its_interpreter(tmp_path: Path) -> None:
    site = tmp_path / "lib" / "python3.99" / "site-packages"
    site.mkdir(parents=True)
    (site / "other.py").write_text("raise ImportError('no module of cpython-399')")
    plugin = Plugin(namespace="ns", name="a", target="other:A")

    def remedies(path: Sequence[str]) -> list[str | None]:
        way = Live(Environment(timeout=30, path=tuple(path)), ModuleFinder({}, [site]))
        [found] = way.introspect([plugin], Fields())
        return [problem.remedy for problem in found.plugin.problems]

    usual = "install what it needs, mend or remove the entry point, or suppress this warning"
    of_other = "set plugins_python to the interpreter that it is installed for, Python 3.99; or "
    assert remedies([str(site)]) == [f"{of_other}{usual}"]
    assert remedies([str(site), f"/x/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"]) == [usual]
    assert remedies([str(tmp_path)]) == [usual]


def test_where_nothing_is_loaded_the_remedy_says_what_helps(tmp_path: Path) -> None:
    (tmp_path / "tree.py").write_text("A = made()\nB = __import__('x').B\n")
    plugins = [Plugin(namespace="ns", name=name, target=f"tree:{name}") for name in ("A", "C")]

    def remedies(path: Sequence[str] | None, mode: str) -> list[str]:
        options = Options(introspection=mode)  # type: ignore[arg-type]  # a test gives a valid one
        way = introspect.from_options(options, path, ModuleFinder({}, [tmp_path]))
        return [problem.remedy for found in way.introspect(plugins, Fields()) for problem in found.plugin.problems]

    absent = "correct the entry point, or add what is missing"
    assert remedies(None, "auto") == ["install it and use the source installed, or mend the entry point", absent]
    to_auto = 'set plugins_introspection to "auto" to have it loaded, or mend the entry point'
    assert remedies([str(tmp_path)], "static") == [to_auto, absent]
