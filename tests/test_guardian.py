"""What guards the loading of plugins: namespaces and what stands in for them, the environment, and all deadlines."""

from __future__ import annotations

import errno
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sphinxext.plugins.core.model import Plugin
from sphinxext.plugins.introspect.live import guarded, guardian, interpreter
from sphinxext.plugins.introspect.live.interpreter import FailedError
from sphinxext.plugins.introspect.live.introspector import Live
from sphinxext.plugins.introspect.live.process import Environment, Worker
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.sources import Installed
from tests.test_hostile_plugins import has_namespaces, wait_until
from tests.test_live import live, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import Install, Project

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system does not list processes")


@pytest.fixture(params=[guardian.APART, guardian.BESIDE])
def where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where plugins are loaded."""
    if request.param == guardian.APART and not has_namespaces():
        pytest.skip("this system allows no namespaces")
    monkeypatch.setattr(guarded, "where", request.param)
    return str(request.param)


def running() -> set[int]:
    """Return the processes that this one started, and what those left behind."""
    known = guardian.processes()
    return {process for process in guardian.below(os.getpid(), known) if known[process][0] != b"Z"}


@pytest.fixture
def mark() -> Iterator[str]:
    """A text for commands; no process is left that the test started, whose orphans this one adopts."""
    guardian.adopt(guardian.system())
    before = running()

    def left() -> set[int]:
        """Return what runs now, but for what those that ran before have started: a browser does at any time."""
        known = guardian.processes()
        return running() - before.union(*(guardian.below(process, known) for process in before))

    yield f"mark-{secrets.token_hex(8)}"
    try:
        wait_until(lambda: not left())
    except pytest.fail.Exception:
        commands = {process: Path(f"/proc/{process}/cmdline").read_bytes() for process in left()}
        pytest.fail(f"these are left: {commands}")


# A daemon, which goes on and on. What it is to do first is done before the plugin is loaded.
DAEMON = """
import os, signal, stat, subprocess, sys, time
GUARDIAN, MARK = os.getppid(), {mark!r}
def ignore():
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
def forget_parent():
    try:
        import ctypes
        ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
    except AttributeError:
        pass
def start(first):
    ready, done = os.pipe()
    if not os.fork():
        os.setsid()
        if not os.fork():
            forget_parent()
            try:
                first()
            finally:
                os.write(done, b'x')
                os.closerange(0, 4000)
                while True:
                    time.sleep(100)
        os._exit(0)
    os.read(ready, 1)
"""

HIDING = {
    "a session of its own": "start(lambda: None)",
    "deaf": "start(ignore)",
    "a group of its own": "if not os.fork():\n    os.setpgid(0, 0)\n    while True: time.sleep(100)",
    "three forks": "start(lambda: start(ignore))",
    "another program": "start(lambda: os.execve('/bin/sh', [MARK, '-c', 'sleep 1000; :'], {{}}) if os.fork() else 0)",
    "no environment": "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)', MARK], env={{}},"
    " start_new_session=True)",
    "no streams": "os.fork() or (os.setsid(), os.closerange(0, 4000), [time.sleep(100) for _ in iter(int, 1)])",
    "it forks for ever": "if not os.fork():\n    os.setsid()\n    while True:\n"
    "        if os.fork(): os._exit(0)\n        time.sleep(0.01)",
    "a thread that forks": "import threading\nthreading.Thread(target=lambda: start(ignore)).start()",
    "a stopped one": "start(lambda: os.kill(os.getpid(), signal.SIGSTOP) if not os.fork() else 0)",
}


def test_no_daemon_stays(install: Install, where: str, mark: str) -> None:
    del where
    code = DAEMON.format(mark=mark)
    files = {f"p/m{n}.py": f"'Own.'\n{code}\n{hiding.format()}" for n, hiding in enumerate(HIDING.values())}
    install("one", files=files)
    plugins = run([f"p.m{n}" for n in range(len(HIDING))], way=live(5))
    assert [plugin.problems for plugin in plugins] == [()] * len(HIDING)


GUARDIANS = {
    "it is killed": (signal.SIGKILL, ""),
    "it is killed for another reason": (signal.SIGSEGV, ""),
    "it is told to end": (signal.SIGTERM, ""),
    "it is told to go": (signal.SIGHUP, ""),
    "it is interrupted": (signal.SIGINT, ""),
    "it is stopped": (signal.SIGSTOP, ""),
    "it is stopped again": (signal.SIGSTOP, "while True:\n        os.kill(GUARDIAN, signal.SIGSTOP)\n"),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "behind"),
    [
        pytest.param(*attack, id=name, marks=[pytest.mark.slow] if name == "it is stopped again" else [])
        for name, attack in GUARDIANS.items()
    ],
)
def test_nothing_stays_of_what_attacks_the_guardian(
    number: int, behind: str, install: Install, where: str, mark: str
) -> None:
    attack = f"def attack():\n    ignore()\n    os.kill(GUARDIAN, {int(number)})\n"
    if behind:
        attack += f"    if os.fork(): return\n    {behind}"
    code = f"'Own.'\n{DAEMON.format(mark=mark)}\n{attack}\nforget_parent()\nstart(attack)\ntime.sleep(0.2)"
    install("one", files={"p/m.py": code})
    [plugin] = run(["p.m"], way=live(2))
    said = "; ".join(problem.message for problem in plugin.problems)
    if where == guardian.APART or number in {signal.SIGHUP, signal.SIGINT, signal.SIGSTOP}:
        assert said == ""
    else:
        how = "exit code 0" if number == signal.SIGTERM else signal.Signals(number).name
        assert how in said


def test_all_ends_with_the_guardian(install: Install, where: str, mark: str) -> None:
    del where
    install(
        "one",
        files={"m.py": f"'Own.'\n{DAEMON.format(mark=mark)}\nstart(ignore)", "n.py": "import time\ntime.sleep(9)"},
    )
    first, second = (Plugin(namespace="ns", name=name, target=name) for name in "mn")
    before = running()  # of tests that were run before
    with Worker(Environment(30, path=tuple(sys.path)), ModuleFinder(*Installed().roots())) as worker:
        worker.ask(first, [])
        known = guardian.processes()
        [process] = [child for child in running() - before if int(known[child][guardian.PARENT]) == os.getpid()]
        os.kill(process, signal.SIGKILL)
        with pytest.raises(FailedError, match=r"it ended the process that guards it \(SIGKILL\)"):
            worker.ask(second, [])


def test_a_guardian_that_is_killed_later_is_said_too(
    install: Install, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    monkeypatch.setattr(guarded, "where", guardian.BESIDE)
    attack = "def attack():\n    if os.fork(): return\n    time.sleep(0.2)\n    os.kill(GUARDIAN, signal.SIGKILL)\n"
    code = f"'Own.'\n{DAEMON.format(mark=mark)}\n{attack}\nstart(attack)"
    install("one", files={"p/a.py": code, "p/b.py": "'Calm.'\nimport time\ntime.sleep(1)"})
    evil, calm = run(["p.a", "p.b"], way=live(5))
    assert evil.docstring is not None
    assert calm.docstring is not None
    [problem] = [*evil.problems, *calm.problems]
    assert problem.message == "or a plugin loaded before it ended the process that guards them (SIGKILL)"
    assert "static" in problem.remedy


ENDINGS = {
    "os._exit(0)": "exit code 0",
    "os._exit(3)": "exit code 3",
    "os._exit(139)": "exit code 139",
    "os.kill(os.getpid(), 9)": "SIGKILL",
    "os.kill(os.getpid(), 11)": "SIGSEGV",
    "os.kill(os.getpid(), 15)": "SIGTERM",
    "os.abort()": "SIGABRT",
    "os.killpg(0, 9)": "SIGKILL",
}


LIES = [
    "b'\\xff\\xfe'",
    "b'x'",
    "b' 999999999999999999999'",
    "b' -1'",
    "b' 127'",
    "b'\\0' * 100",
    "b'9' * 99",
    "b'9 ' * 30",
]


@pytest.mark.slow
def test_lies_about_how_a_process_ended(install: Install, where: str, mark: str) -> None:
    del where
    code = DAEMON.format(mark=mark) + (
        "def lie():\n"
        "    for name in os.listdir('/proc/%d/fd' % GUARDIAN):\n"
        "        try:\n"
        # libffi keeps its own file open, which is not to be written to.
        "            if not stat.S_ISFIFO(os.stat('/proc/%d/fd/%s' % (GUARDIAN, name)).st_mode): continue\n"
        "            end = os.open('/proc/%d/fd/%s' % (GUARDIAN, name), os.O_WRONLY | os.O_NONBLOCK)\n"
        "            os.write(end, LIE)\n"
        "            if not os.fork():\n"
        "                while True: os.write(end, LIE); time.sleep(0)\n"
        "        except OSError:\n"
        "            pass\n"
        "try:\n"
        "    lie()\n"
        "except OSError:\n"
        "    pass\n"
        "os._exit(3)\n"
    )
    install("one", files={f"p/m{number}.py": f"LIE = {lie}\n{code}" for number, lie in enumerate(LIES)})
    for plugin in run([f"p.m{number}" for number in range(len(LIES))], way=live(10)):
        [problem] = plugin.problems
        assert "it ended the process that" in problem.details["reason"]


def test_how_a_process_ended_is_told(install: Install, where: str, mark: str) -> None:
    del where, mark
    install("one", files={f"p/m{n}.py": f"import os\n{code}" for n, code in enumerate(ENDINGS)})
    for plugin, how in zip(run([f"p.m{n}" for n in range(len(ENDINGS))], way=live(10)), ENDINGS.values(), strict=True):
        [problem] = plugin.problems
        assert problem.details["reason"] == f"it ended the process that loaded it ({how})"


SEEING = """
import os
def tries(what):
    try:
        return str(what())
    except OSError as error:
        return type(error).__name__
def x():
    others = [name for name in os.listdir('/proc') if name.isdigit() and int(name) not in (1, os.getpid())]
    build = {build}
    return [others, tries(lambda: os.kill(build, 0)), tries(lambda: open('/proc/%d/environ' % build).read(9))]
"""


def test_namespaces_show_nothing_else(install: Install, mark: str) -> None:
    del mark
    if not has_namespaces():
        pytest.skip("this system allows no namespaces")
    install("one", files={"m.py": SEEING.format(build=os.getpid())})
    [plugin] = run(["m"], "call:x", way=live())
    assert [field.value for field in plugin.fields] == [[[], "ProcessLookupError", "FileNotFoundError"]]


def test_a_system_without_memory_ends_what_loads_plugins(install: Install, where: str) -> None:
    del where
    code = "import os\ndef x():\n    return [os.popen('cat /proc/self/oom_score_adj').read().strip()]"
    install("one", files={"m.py": code})
    [plugin] = run(["m"], "call:x", way=live())
    assert [field.value for field in plugin.fields] == [["1000"]]
    assert Path("/proc/self/oom_score_adj").read_text() != "1000\n"


def test_a_system_without_files_left_ends_no_build(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    def pipe() -> tuple[int, int]:
        raise OSError(errno.EMFILE, "Too many open files")

    install("one", files={"m.py": "def f(): 'Own.'"})
    monkeypatch.setattr(os, "pipe", pipe)
    [plugin] = run(["m:f"])
    assert [problem.message for problem in plugin.problems] == [
        "the interpreter 'bin/python' does not start: Too many open files"
    ]


def test_files_belong_to_whom_they_belong(install: Install, tmp_path: Path, where: str) -> None:
    del where
    owner = "import os\ndef x(): return [os.getuid(), os.getgid(), os.stat({!r}).st_uid, open({!r}, 'w').write('x')]"
    install("one", files={"m.py": owner.format(str(tmp_path), str(tmp_path / "new"))})
    [plugin] = run(["m"], "call:x", way=live())
    assert [field.value for field in plugin.fields] == [[os.getuid(), os.getgid(), tmp_path.stat().st_uid, 1]]
    assert (tmp_path / "new").stat().st_uid == os.getuid()


@pytest.mark.parametrize("isolated", [True, False])
def test_a_build_says_that_there_are_no_namespaces(
    install: Install,
    tmp_path: Path,
    make_app: Callable[..., SphinxTestApp],
    monkeypatch: pytest.MonkeyPatch,
    isolated: bool,  # noqa: FBT001
) -> None:
    if isolated and not has_namespaces():
        pytest.skip("this system allows no namespaces")
    monkeypatch.setattr(guarded, "where", guardian.APART if isolated else guardian.BESIDE)
    guarded.beside.clear()
    install("one", {"ns": {"a": "m:f"}}, {"m.py": "globals()['f'] = lambda: 0"})
    (tmp_path / "conf.py").write_text("extensions = ['sphinxext.plugins']\n")
    (tmp_path / "index.rst").write_text("Top\n===\n\n.. list-plugins:: ns\n")
    app = make_app("html", srcdir=tmp_path, verbosity=1)
    app.build()
    app.cleanup()
    assert ("no namespaces are allowed here" in app.status.getvalue()) is not isolated


PASSED = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LC_X", "TMPDIR", "PYTHONPATH", "PYTHONX", "VIRTUAL_ENV")
KEPT = (
    *("GITHUB_TOKEN", "TOKEN", "AWS_SECRET_ACCESS_KEY", "SSH_AUTH_SOCK", "XPATH", "PATHX", "PATH_", "HOMES", "LANGX"),
    *("LC", "TMPDIRS", "path", "PYTHO", "VIRTUAL_ENVS", "DJANGO_SETTINGS_MODULE", "DJANGO_X", "A.B", "APPDATA"),
)
ENVIRON = """
import os
def x(): return sorted(os.environ)
def y():
    with open('/proc/self/environ') as stream:
        return sorted(line.partition('=')[0] for line in stream.read().split('\\0') if line)
def z():
    return os.popen('env').read()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("named", "more"),
    [
        ((), set()),
        (("DJANGO_SETTINGS_MODULE",), {"DJANGO_SETTINGS_MODULE"}),
        (("DJANGO_*", "A.B"), {"DJANGO_SETTINGS_MODULE", "DJANGO_X", "A.B"}),
        (("SSH_AUTH_*", "TOK?N", "TMPDIR[S]", "NOWHERE"), {"SSH_AUTH_SOCK", "TOKEN", "TMPDIRS"}),
        (("*",), set(KEPT)),
    ],
)
def test_the_environment_is_what_is_named(
    named: tuple[str, ...], more: set[str], install: Install, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    del where
    for name in (*PASSED, *KEPT):
        if name not in {"PATH", "HOME", "PYTHONPATH", "TMPDIR", "VIRTUAL_ENV"}:
            monkeypatch.setenv(name, f"secret-{name}")
    install("one", files={"m.py": ENVIRON})
    [plugin] = run(["m"], "call:x", "call:y", "call:z", way=live(variables=named))
    inside, process, child = (field.value for field in plugin.fields)
    assert isinstance(inside, list)
    assert process == inside
    seen = set(map(str, inside)) - {"PYTHONHASHSEED"}
    assert {name for name in seen if name in KEPT} == more
    if named != ("*",):
        assert seen - more == interpreter.named_variables(interpreter.USUAL).keys() - {"PYTHONHASHSEED"}
    assert set(re.findall("secret-(.*)", str(child))) >= more - {"A.B"}  # no shell passes that on
    assert not set(re.findall("secret-(.*)", str(child))) & (set(KEPT) - more)


@pytest.mark.parametrize("variables", [{"PYTHONSAFEPATH": "1"}, {"PYTHONNOUSERSITE": "1"}, {"PYTHONDEVMODE": "1"}])
def test_python_itself_is_as_the_environment_says(
    variables: dict[str, str], install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**variables, "PYTHONPATH": str(tmp_path / "site")}.items():
        monkeypatch.setenv(name, value)
    code = "import sys, json, os\ndef x(): return [os.environ.get(name) for name in {!r}] + ['state' in sys.modules]\n"
    install("one", files={"m.py": code.format(list(variables)), "state.py": "raise OSError"})
    [plugin] = run(["m"], "call:x", way=Live(Environment(30), ModuleFinder(*Installed().roots())))
    assert [field.value for field in plugin.fields] == [[*variables.values(), False]]


@pytest.mark.slow
def test_a_setting_names_variables(install: Install, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "hidden")
    code = (
        "import os\nclass A:\n    'Own.'\n    x = os.environ.get('TOKEN_OF_X', 'none') + os.getenv('GITHUB_TOKEN', '')"
    )
    install("one", {"ns": {"a": "m:A"}}, {"m.py": code})
    page = "Top\n===\n\n.. plugin-catalog:: ns\n"
    settings: dict[str, Any] = {
        "plugins_namespaces": {"ns": {"fields": {"X": "attr:x"}}},
        "plugins_introspection": "import",
    }
    for value, named, shown in (("1", [], "none"), ("1", ["TOKEN_*"], "1"), ("2", ["TOKEN_*"], "2"), ("2", [], "none")):
        monkeypatch.setenv("TOKEN_OF_X", f"it is {value}")
        app = project.build(page, plugins_environment=named, **settings)
        assert project.warnings == []
        text = (app.outdir / "index.html").read_text()
        assert (f"it is {shown}" in text) == (shown != "none")
        assert "hidden" not in text


@pytest.mark.slow
@pytest.mark.parametrize("given", ["TOKEN", ["A=B"], [""], [" A"], ["A, B"], [7], {"A": "B"}, ["$HOME"], None])
def test_a_setting_that_is_no_list_of_names_is_said(given: object, install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "json:dumps"}})
    project.build("Top\n===\n\n.. list-plugins:: ns\n", plugins_environment=given)
    [warning] = project.warnings
    assert f"plugins_environment = {given!r} is not valid; give it a list of names and globs of variables" in warning
    assert warning.endswith("until then it is [] [plugins.config]")


FORGING = r"""
import json, os, sys, threading, time
frame = sys._getframe()
while 'requests' not in frame.f_locals:
    frame = frame.f_back
token, answers, number = frame.f_locals['token'], frame.f_locals['answers'], frame.f_locals['request']['number']
def line(number, **told):
    return b'\n' + token + b' ' + json.dumps(dict(told, number=number)).encode() + b'\n'
def flood(text, pause=None):
    while True:
        os.write(answers, text)
        if pause is not None:
            time.sleep(pause)
def aside(*arguments):
    threading.Thread(target=flood, args=arguments, daemon=True).start()
"""

FLOODS = {
    "wrong numbers": "flood(line('x') * 100)",
    "slow wrong numbers": "flood(line('x'), 0.01)",
    "long wrong numbers": "flood(line('x', docstring='a' * 1000000))",
    "wrong numbers beside it": "aside(line('x') * 100)\ntime.sleep(1000)",
    "numbers of nothing": "flood(line('') * 100)",
    "its own number": "flood(line(number) * 100)",
    "its own number beside it": "aside(line(number) * 100)\ntime.sleep(1000)",
    "part of a line": "flood(token + b' {')",
    "part of a line, once": "os.write(answers, token + b' {\"number')\ntime.sleep(1000)",
    "no newline": "flood(b'x' * 60000)",
    "only newlines": "flood(b'\\n' * 60000)",
    "other lines": "flood(b'x\\n' * 30000)",
    "no bytes of a text": "flood(b'\\n' + token + b' \\xff\\xfe\\n')",
}


LONG_FLOODS = {"no newline", "only newlines", "other lines"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "flood",
    [
        pytest.param(flood, id=name, marks=[pytest.mark.slow] if name in LONG_FLOODS else [])
        for name, flood in FLOODS.items()
    ],
)
def test_a_flood_of_answers_holds_nothing_up(flood: str, install: Install, mark: str) -> None:
    del mark
    install("one", files={"m.py": f"{FORGING}{flood}", "n.py": "'Calm.'"})
    began = time.monotonic()
    forger, calm = run(["m", "n"], "call:x", "call:y", way=live(0.3))
    assert time.monotonic() - began < 20  # of 2 deadlines of 1.2 s, on a busy machine
    assert flood.startswith(("flood(line(number", "aside(line(number")) or forger.problems
    assert calm.docstring is not None
    assert calm.docstring.text == "Calm."


SLEEPING = {
    "in Python": "while True: pass",
    "in C": "import time\ntime.sleep(1000)",
    "for a thread": "import threading, time\nt = threading.Thread(target=time.sleep, args=(99,))\nt.start()\nt.join()",
    "for a child": "import subprocess\nsubprocess.run(['sleep', '1000'])",
    "for a lock": "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
    "for a signal": "import signal\nsignal.pause()",
}


@pytest.mark.slow
def test_a_distribution_is_given_up(install: Install, project: Project, mark: str) -> None:
    del mark
    sleeping = list(SLEEPING.values())
    names = [f"m{number}" for number in range(40)]
    files = {f"p/{name}.py": sleeping[number % len(sleeping)] for number, name in enumerate(names)}
    files |= {"q/slow.py": "import time\ntime.sleep(1000)", "q/calm.py": "'Calm.'"}
    half = {name: f"p.{name}" for name in names[:30]}, {name: f"p.{name}" for name in names[30:]}
    install("sleepers", {"ns": half[0], "other": half[1]}, files)
    install("calm", {"ns": {"slow": "q.slow", "calm": "q.calm"}})
    page = "Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n\n.. list-plugins:: other\n"
    for _ in range(2):
        began = time.monotonic()
        app = project.build(page, plugins_import_timeout=0.2, plugins_introspection="import")
        assert time.monotonic() - began < 20  # not 40 deadlines of 0.8 s and more
        given_up, slow = sorted(project.warnings, key=lambda warning: "ns:slow" in warning)
        assert "WARNING: plugins of sleepers take too long to load, so that no more of them are loaded; " in given_up
        assert given_up.endswith("[plugins.load]")
        assert "ns:slow cannot be loaded from q.slow: it did not answer within" in slow
    text = (app.outdir / "index.html").read_text()
    assert text.count("lugins of sleepers take too long to load") == 40
    assert "Calm." in text


@pytest.mark.slow
def test_what_the_source_tells_of_a_distribution_that_is_given_up_stays(install: Install, project: Project) -> None:
    names = [f"A{number}" for number in range(9)]
    classes = "".join(f"class {name}:\n    'Words of {name}.'\n    x = str(1)\n" for name in names)
    code = f"import time\ntime.sleep(1000)\n{classes}"
    install("sleepers", {"ns": {name: f"m:{name}" for name in names}}, {"m.py": code})
    settings: dict[str, Any] = {"plugins_namespaces": {"ns": {"fields": {"X": "attr:x"}}}}
    page = "Top\n===\n\n.. plugin-catalog:: ns\n"
    app = project.build(page, plugins_import_timeout=0.2, **settings)
    [given_up] = [warning for warning in project.warnings if "plugins.load" in warning]
    assert "plugins of sleepers take too long to load" in given_up
    text = (app.outdir / "index.html").read_text()
    assert all(f"Words of {name}." in text for name in names)


@pytest.mark.slow
def test_slow_plugins_that_answer_in_time_are_not_given_up(install: Install) -> None:
    names = [f"m{number}" for number in range(6)]
    install("one", files={f"p/{name}.py": "'Own.'\nimport time\ntime.sleep(0.3)" for name in names})
    assert all(plugin.loaded for plugin in run([f"p.{name}" for name in names], way=live(2)))


def test_a_pth_file_does_not_run_in_the_guardian(install: Install, tmp_path: Path, where: str) -> None:
    del where
    install("one", {"ns": {"a": "m"}}, {"m.py": "'Own.'"})
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    [site] = (tmp_path / "env").glob("lib/python*/site-packages")
    noted = tmp_path / "noted"
    write = f"open({str(noted)!r}, 'a').write(open('/proc/self/cmdline').read() + ' %r\\n' % sorted(os.environ))"
    (site / "evil.pth").write_text(f"import os; {write}\n")
    (site / "one.pth").write_text(f"{tmp_path / 'site'}\n")
    finder = ModuleFinder(*Installed().roots())
    [plugin] = run(["m"], way=Live(Environment(30, str(tmp_path / "env/bin/python")), finder))
    assert plugin.docstring is not None
    lines = noted.read_text().splitlines()
    assert lines
    assert all("worker.py" in line for line in lines)
    assert "PYTEST_CURRENT_TEST" in os.environ
    assert "PYTEST_CURRENT_TEST" not in noted.read_text()


NOWHERE_ELSE = ["unshare", "-Ur", "sh", "-c", 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"', "sh"]
"""A command before a command that has it run where no namespaces are allowed."""


FILLING = """
plugins_introspection = "import"
extensions = ["sphinxext.plugins"]
def setup(app):
    app.connect("source-read", fill)
def fill(app, name, text):
    text[0] = text[0].replace("FILLED", ".. list-plugins::")
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "before"),
    [(signal.SIGTERM, []), (signal.SIGKILL, []), (signal.SIGINT, []), (signal.SIGKILL, NOWHERE_ELSE)],
    ids=["term", "kill", "int", "kill without namespaces"],
)
def test_nothing_is_left_of_processes_that_read_pages(
    number: int, before: list[str], install: Install, tmp_path: Path, mark: str
) -> None:
    """The directives stand in no file, so that the processes that read the pages load plugins themselves."""
    if before and subprocess.run([*before, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system has no way to forbid namespaces")
    entered = tmp_path / "entered"
    code = f"open({str(entered)!r}, 'a').write('x')\nimport time\ntime.sleep(1000)"
    install("one", {"ns": {"a": "m:f", "b": "n:f"}, "nt": {"a": "o:f"}}, dict.fromkeys(["m.py", "n.py", "o.py"], code))
    docs = tmp_path / mark
    docs.mkdir()
    (docs / "conf.py").write_text(FILLING)
    (docs / "index.rst").write_text("Top\n===\n")
    for page in range(6):
        name = "ns" if page % 2 else "nt"
        (docs / f"p{page}.rst").write_text(f":orphan:\n\nT\n=\n\nFILLED {name}\n")
    build = subprocess.Popen(
        [*before, sys.executable, "-m", "sphinx", "-j2", str(docs), str(tmp_path / "out")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path / 'site'}"},
        start_new_session=True,
    )
    wait_until(lambda: entered.exists() and len(entered.read_text()) >= 2)
    build.send_signal(number)
    build.wait(60)


STARTING = """
import multiprocessing, sys, time
def load():
    from tests.test_live import live, run
    for target in ("json:dumps", "json:loads"):
        [plugin] = run([target], way=live())
        time.sleep(0.8)  # longer than between two times that it is looked for the parent
    sys.exit(0 if plugin.problems == () else 3)
if __name__ == "__main__":
    for method in ("fork", "spawn", "forkserver"):
        child = multiprocessing.get_context(method).Process(target=load)
        child.start()
        child.join()
        print(method, child.exitcode)
"""


@pytest.mark.slow
def test_a_process_that_was_started_in_another_way_goes_on(tmp_path: Path, mark: str) -> None:
    del mark
    (tmp_path / "starting.py").write_text(STARTING)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(tmp_path / "starting.py")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    assert done.stdout.split("\n") == ["fork 0", "spawn 0", "forkserver 0", ""]
