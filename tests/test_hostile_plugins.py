"""Plugins that attack the process which loads them, in one namespace: none of it reaches the build or the others."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from bs4 import BeautifulSoup

from sphinxext.plugins.introspect.live import guarded
from tests.test_live import live, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Install

ROOT = Path(__file__).parents[1]
PLUGINS = sorted((ROOT / "tests/hostile/plugins").glob("*.py"))
FORGER = "forges_answers"
NAMES = [path.stem for path in PLUGINS]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system does not list processes"),
]


class Built(NamedTuple):
    """What came of a build."""

    code: int
    seconds: float
    printed: str
    left: list[str]
    memory: int
    plugins: dict[str, dict[str, Any]]
    page: str


def calm(name: str) -> str:
    return (
        f"class plugin:\n    'Calm, {name}.'\n    names = ['{name}']\n    get_names = staticmethod(lambda: '{name}')\n"
    )


def write_site(folder: Path) -> None:
    """Install the hostile plugins, a harmless one behind each of them and in the same package, and others."""
    points: dict[str, list[str]] = {"hostile": [], FORGER: [], "calm": []}
    for path in PLUGINS:
        home = FORGER if path.stem == FORGER else "hostile"
        files = {f"{home}/{path.stem}.py": path.read_text(), f"calm/{path.stem}.py": calm(path.stem)}
        points[home].append(f"{path.stem} = {home}.{path.stem}{':plugin' if 'plugin' in path.read_text() else ''}")
        points["calm"].append(f"{path.stem}-other = calm.{path.stem}:plugin")
        if home == "hostile":
            files[f"hostile/{path.stem}_calm.py"] = calm(path.stem)
            points[home].append(f"{path.stem}-calm = hostile.{path.stem}_calm:plugin")
        for name, text in files.items():
            file = folder / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
    for name, lines in points.items():
        info = folder / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("\n".join(["[ns]", *lines]))


def build(folder: Path, mode: str) -> Built:
    site, docs, out = folder / "site", folder / "docs", folder / f"html-{mode}"
    if not site.exists():
        site.mkdir()
        docs.mkdir()
        write_site(site)
    settings = {
        "extensions": ["sphinxext.plugins"],
        "plugins_sources": [f"installed:{site}"],
        "plugins_introspection": mode,
        "plugins_import_timeout": 2,
        "plugins_namespaces": {"ns": {"fields": {"Names": "attr:names", "Got": "call:get_names"}}},
    }
    (docs / "conf.py").write_text("".join(f"{name} = {value!r}\n" for name, value in settings.items()))
    (docs / "index.rst").write_text("Plugins\n=======\n\n.. plugin-catalog:: ns\n\nThe end.\n")
    command = [sys.executable, "-m", "sphinx", "-E", "-q", "-d", str(folder / mode), str(docs), str(out)]
    run = subprocess.run(
        [sys.executable, "-m", "tests.hostile.supervised", *command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        timeout=300,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "80"},
    )
    said = json.loads(run.stdout)
    data = json.loads((out / "plugins.json").read_text())
    plugins = {plugin["name"]: plugin for plugin in data["namespaces"]["ns"]["plugins"]}
    return Built(**said, plugins=plugins, page=(out / "index.html").read_text())


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("loaded"), "import")


@pytest.fixture(scope="module")
def page(loaded: Built) -> BeautifulSoup:
    return BeautifulSoup(loaded.page, "html.parser")


def test_the_build_ends_well(loaded: Built) -> None:
    assert loaded.code == 0
    assert loaded.memory < 1500


def test_no_process_is_left(loaded: Built) -> None:
    assert loaded.left == []


def test_nothing_is_printed_but_one_warning_each(loaded: Built) -> None:
    lines = [line for line in loaded.printed.splitlines() if line.strip()]
    assert all("WARNING: ns:" in line and line.endswith("]") for line in lines), loaded.printed
    warned = [line.partition("ns:")[2].partition(" ")[0] for line in lines if "[plugins.load]" in line]
    problems = [problem for plugin in loaded.plugins.values() for problem in plugin.get("problems", [])]
    assert len(lines) == len([problem for problem in problems if problem["remedy"]])
    assert sorted(warned) == sorted(name for name, plugin in loaded.plugins.items() if "kind" not in plugin)
    assert not set(warned) & {f"{name}{end}" for name in NAMES for end in ("-calm", "-other")}


@pytest.mark.parametrize("path", PLUGINS, ids=NAMES)
def test_a_hostile_plugin_is_shown_once(loaded: Built, page: BeautifulSoup, path: Path) -> None:
    expected = path.read_text().partition("\n")[0].removeprefix("# ")
    if expected.startswith("APART "):  # one thing in namespaces of its own, another beside other processes
        apart, _, beside = expected.removeprefix("APART ").partition(" BESIDE ")
        expected = apart if has_namespaces() else beside
    kind, _, what = expected.partition(" ")
    plugin = loaded.plugins[path.stem]
    [section] = page.select(f"[id='plugin-ns-{path.stem}']")
    text = section.get_text()
    assert kind == ("SHOWN" if "kind" in plugin else "REASON")
    if kind == "REASON":
        [problem] = plugin["problems"]
        assert re.search(what, problem["message"])
        assert problem["message"][1:] in text  # it begins with a capital there
        assert problem["message"].isprintable()
    else:
        assert re.match(what, plugin.get("docstring", {"text": ""})["text"])


@pytest.mark.parametrize("end", ["-calm", "-other"])
@pytest.mark.parametrize("name", NAMES)
def test_a_harmless_plugin_beside_it_is_shown_as_it_is(loaded: Built, page: BeautifulSoup, name: str, end: str) -> None:
    if f"{name}{end}" == f"{FORGER}-calm":
        pytest.skip("of the same distribution it may say what it likes")
    plugin = loaded.plugins[f"{name}{end}"]
    assert (plugin["kind"], plugin["docstring"]["text"]) == ("class", f"Calm, {name}.")
    assert "problems" not in plugin
    assert [(field["name"], field["value"]) for field in plugin["fields"]] == [("Names", [name]), ("Got", name)]
    assert len(page.select(f"[id='plugin-ns-{name}{end}']")) == 1


HANGS = {
    "sleeps": "import time\ntime.sleep(1000)",
    "holds the interpreter": "import re\nre.match('(a*)*b', 'a' * 100)",
    "has children": "import os, time\nif not os.fork():\n    os.setsid()\ntime.sleep(1000)",
}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=["int", "term", "kill"])
@pytest.mark.parametrize("hang", HANGS)
def test_nothing_is_left_of_a_build_that_is_ended(tmp_path: Path, install: Install, number: int, hang: str) -> None:
    entered = tmp_path / "entered"
    install("one", {"ns": {"a": "m:f"}}, {"m.py": f"open({str(entered)!r}, 'w').close()\n{HANGS[hang]}"})
    docs = tmp_path / "docs"
    docs.mkdir()
    settings = {"extensions": ["sphinxext.plugins"], "plugins_introspection": "import"}
    settings["plugins_environment"] = ["TEST_MARK"]
    (docs / "conf.py").write_text("".join(f"{name} = {value!r}\n" for name, value in settings.items()))
    (docs / "index.rst").write_text("Top\n===\n\n.. list-plugins:: ns\n")
    mark = secrets.token_hex()  # all that it starts has it
    variables = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path / 'site'}", "TEST_MARK": mark}
    build = subprocess.Popen(
        [sys.executable, "-m", "sphinx", str(docs), str(tmp_path / "out")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=variables,
        start_new_session=True,
    )
    wait_until(entered.exists)
    assert len(marked(mark)) >= 3  # the build, the guardian, and what loads
    build.send_signal(number)
    build.wait(60)
    wait_until(lambda: not marked(mark))


@lru_cache
def has_namespaces() -> bool:
    """Whether what loads plugins is in namespaces of its own on this system."""
    guarded.beside.clear()
    run(["json:dumps"], way=live())
    return not guarded.beside


def wait_until(holds: Callable[[], object]) -> None:
    """Wait, for as long as a noisy machine may take."""
    for _ in range(1200):
        if holds():
            return
        time.sleep(0.05)
    pytest.fail("it does not come to that")


def marked(mark: str) -> list[str]:
    """List the processes that have a mark in their environment."""
    found: list[str] = []
    for variables in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark.encode() in variables.read_bytes():
                found.append(variables.parent.name)
    return found
