"""Sources that are hard to read: static introspection says what is so, or why it cannot, and runs nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.core.model import Introspection, Plugin
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.introspect.static.introspector import Static
from tests.hostile.sources import SOURCES, write

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
LONGEST = 2_250_000
"""Characters of all that is kept of one plugin."""

LASTING = {"__getattr__", "does not define f", "in no order", "is computed", "no module"}
"""What is said of a source by each Python alike."""

VARYING = {"attributes, 100,000", "f-strings, 140"}
"""How deep is too deep differs from one Python to the next. What is said is never wrong, and never nothing."""


def run(module: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        timeout=300,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("sources")
    write(folder)
    return run("tests.hostile.sources", str(folder))


def test_nothing_runs_and_memory_is_bounded(told: dict[str, Any]) -> None:
    assert told["refused"] == []
    assert told["memory"] < 2500
    assert told["found"].keys() == SOURCES.keys()


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_said_of_a_source(told: dict[str, Any], name: str) -> None:
    expected, found = SOURCES[name], told["found"][name]
    assert found["length"] < LONGEST
    if name not in VARYING:
        assert (found["docstring"] is not None) is (expected.docstring is not None)
    if found["docstring"] is not None:
        assert found["docstring"].strip().startswith(expected.docstring or "Own.")
    elif expected.problem is not None:
        [problem] = found["problems"]
        assert (expected.problem if expected.problem in LASTING else "") in problem


@pytest.mark.parametrize("kind", ["fifo", "zeros", "folder", "circle", "nowhere", "unreadable"])
def test_what_is_no_plain_file(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "m.py"
    match kind:
        case "fifo":
            os.mkfifo(file)
        case "zeros":
            file.symlink_to("/dev/zero")
        case "folder":
            file.mkdir()
        case "circle":
            file.symlink_to(file)
        case "nowhere":
            file.symlink_to(tmp_path / "gone")
        case _:
            file.write_text("def f(): pass")
            file.chmod(0)
            if os.access(file, os.R_OK):
                pytest.skip("whoever runs this may read everything")
    code = (
        "import json, sys; from pathlib import Path; from tests.hostile.sources import introspect;"
        "print(json.dumps(introspect(Path(sys.argv[1]), 'm:f')))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=60, env=environment)
    assert len(json.loads(done.stdout)["problems"]) == 1


_ALL = """
import json, sys
from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.introspect.static.introspector import Static
from sphinxext.plugins.sources import Installed, Sources
from tests.hostile.refusing import refusing
source = Installed()
found, _ = Sources([source]).read()
plugins = [plugin for name in sorted(found) for plugin in found[name]]
way = Static(ModuleFinder(*source.roots()))
asked = Fields({"Title": ["attr:title"], "Name": ["call:get_name"]})
way.introspect(plugins[:1], asked)  # what is imported late is imported now
with refusing() as refused:
    told = way.introspect(plugins, asked)
json.dump({"refused": refused, "told": len(told), "plugins": len(plugins)}, sys.stdout)
"""


def test_nothing_runs_of_all_that_is_installed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ALL],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    told = json.loads(done.stdout)
    assert told["refused"] == []
    assert told["told"] == told["plugins"] > 100


def test_the_refusal_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("def f(): 'Own.'")
    lines = ["from tests.hostile.refusing import refusing", "with refusing() as refused:", "    try: import m"]
    code = "\n".join([*lines, "    except RuntimeError: pass", "print(refused)"])
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, env=environment)
    assert b"import" in done.stdout


def test_a_plugin_of_a_circle_beside_a_sound_one(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("from n import f")
    (tmp_path / "n.py").write_text("from m import f\ndef g():\n    'Own.'\n")
    plugins = [Plugin(namespace="ns", name=name, target=target) for name, target in (("a", "m:f"), ("b", "n:g"))]
    first, second = [each.plugin for each in Static(ModuleFinder({}, [tmp_path])).introspect(plugins, Fields())]
    assert first.introspection is Introspection.METADATA
    assert second.docstring is not None
