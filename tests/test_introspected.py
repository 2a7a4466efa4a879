"""What an introspection was made from."""

from __future__ import annotations

import gc
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.core.files import Disk
from sphinxext.plugins.core.model import Plugin
from sphinxext.plugins.introspect.garbage import uncollected
from sphinxext.plugins.introspect.introspected import Introspected, States
from sphinxext.plugins.introspect.live.introspector import Live
from sphinxext.plugins.introspect.live.process import Environment
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.introspect.static.introspector import Static
from sphinxext.plugins.sources import Installed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sphinxext.plugins.introspect.introspected import Introspector
    from sphinxext.plugins.introspect.modules import ModuleFile
    from tests.conftest import Install


def finder() -> ModuleFinder:
    return ModuleFinder(*Installed().roots())


def static() -> Static:
    return Static(finder())


def live(timeout: float = 30) -> Live:
    return Live(Environment(timeout=timeout, path=tuple(sys.path)), finder())


def foreign() -> Live:
    return Live(Environment(timeout=30), finder())


def run(introspector: Introspector, *targets: str, describer: str = "attr:x") -> list[Introspected]:
    plugins = [Plugin(namespace="ns", name=target, target=target) for target in targets]
    return introspector.introspect(plugins, Fields({"X": [describer]}))


BOTH = pytest.mark.parametrize("way", [static, live], ids=["static", "import"])


def test_what_is_found_once_of_a_base_class_counts_for_each_that_inherits(install: Install) -> None:
    files = {"p/__init__.py": "", "p/meta.py": "class M(type):\n    def __init__(cls, *args): g()\nfrom p.g import g"}
    files |= {"p/base.py": "from p.meta import M\nclass B(metaclass=M): pass", "p/g.py": "def g(): pass"}
    files |= {f"p/{name}.py": "from p.base import B\nclass X(B): 'Says.'" for name in "ab"}
    install("one", files=files)
    first, second = run(static(), "p.a:X", "p.b:X", describer="doc")
    assert {"p.a", "p.base", "p.meta", "p.g"} <= first.read
    assert {"p.b", "p.base", "p.meta", "p.g"} <= second.read
    assert "p.a" not in second.read


def test_what_was_introspected_is_not_gone_through_at_once() -> None:
    def is_in(made: object, generation: int | None) -> bool:
        return any(each is made for each in gc.get_objects(generation=generation))

    gc.unfreeze()  # what an earlier test left
    with uncollected():
        made: list[object] = []
    assert is_in(made, 2)
    gc.freeze()  # somebody else's
    try:
        with uncollected():
            pass
        assert not is_in(made, None)
    finally:
        gc.unfreeze()


@BOTH
def test_modules_that_lead_to_a_target(way: Callable[[], Introspector], install: Install) -> None:
    install("one", files={"p/__init__.py": "from p.a import f", "p/a.py": "def f(): pass", "other.py": ""})
    [found] = run(way(), "p:f")
    assert {"p", "p.a"} <= found.read
    assert "other" not in found.read
    assert found.lasting


@BOTH
def test_modules_that_are_not_there(way: Callable[[], Introspector], install: Install) -> None:
    install("one", files={"m.py": "try:\n    from nowhere.x import f\nexcept ImportError:\n    def f(): pass"})
    assert {"m", "nowhere.x"} <= run(way(), "m:f")[0].read
    [missing] = run(way(), "missing:f")
    assert "missing" in missing.read
    assert "m" not in missing.read
    assert missing.lasting


@BOTH
def test_the_second_of_two_depends_on_what_was_read_for_the_first(
    way: Callable[[], Introspector], install: Install
) -> None:
    files = {"a.py": "import c\nf = c.f", "b.py": "import c\nf = c.f", "c.py": "import d\nf = d.f", "d.py": "f = len"}
    install("one", files=files)
    first, second = run(way(), "a:f", "b:f")
    assert {"a", "c", "d"} <= first.read
    assert {"b", "c", "d"} <= second.read
    assert "b" not in first.read
    assert "a" not in second.read


IMPORTS = {
    "in a function": "def g():\n    import dep\ng()",
    "by name": "import importlib\nimportlib.import_module('dep')",
    "relative by name": "import importlib\nimportlib.import_module('.dep', 'q')",
    "looked for": "import importlib.util\nimportlib.util.find_spec('dep')",
    "by the function of importlib": "import importlib\nimportlib.__import__('dep')",
    "looked for on the path": "from importlib.machinery import PathFinder\nPathFinder.find_spec('dep')",
    "member": "from q import dep",
    "relative": "from .q import dep",
    "star": "from q2 import *",
    "past all functions": "import sys, types\nsys.modules['dep'] = types.ModuleType('dep')",
}


@pytest.mark.slow
@pytest.mark.parametrize("code", IMPORTS.values(), ids=IMPORTS)
def test_ways_to_import(code: str, install: Install) -> None:
    files = {"p/__init__.py": "", "p/q/__init__.py": "", "p/q/dep.py": "", "p/m.py": code + "\nf = len"}
    files |= {"q/__init__.py": "", "q/dep.py": "", "q2/__init__.py": "__all__ = ['dep']", "q2/dep.py": "", "dep.py": ""}
    files["n.py"] = "import p.m"
    install("one", files=files)
    for found in run(live(), "p.m:f", "n:p.m"):
        assert any(name.rpartition(".")[2] == "dep" for name in found.read), sorted(found.read)


def test_what_is_imported_for_an_answer(install: Install) -> None:
    install("one", files={"m.py": "class A:\n    def x(self):\n        import dep\n        return 1", "dep.py": ""})
    [found] = run(live(), "m:A", describer="call:x")
    assert "dep" in found.read


def test_nothing_of_the_standard_library_but_where_it_is(install: Install) -> None:
    install("one", files={"m.py": "import xml.etree.ElementTree as t\nf = t.parse"})
    [found] = run(live(), "m:f")
    assert found.read >= {"m", "xml"}
    assert not any(name.startswith("xml.") for name in found.read)


READING = {
    "open": "open({path!r}).read()",
    "pathlib": "import pathlib\npathlib.Path({path!r}).read_bytes()",
    "os": "import os\nos.read(os.open({path!r}, os.O_RDONLY), 9)",
    "not there": "try:\n    open({path!r} + 'x')\nexcept OSError:\n    pass",
    "listed": "import os\nos.listdir({folder!r})",
    "walked": "import pkgutil\nlist(pkgutil.iter_modules([{folder!r}]))",
    "glob": "import glob\nglob.glob({folder!r} + '/*')",
}


@pytest.mark.slow
@pytest.mark.parametrize("code", READING.values(), ids=READING)
def test_files_and_folders(code: str, install: Install, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "file.txt").write_text("text")
    code = code.format(path=str(folder / "file.txt"), folder=str(folder))
    install("one", files={"m.py": f"{code}\nf = len", "n.py": "import m\nf = m.f", "o.py": "f = len"})
    first, second, third = run(live(), "m:f", "n:f", "o:f")
    assert any(path.startswith(str(folder)) for path in first.read)
    assert any(path.startswith(str(folder)) for path in second.read)
    assert not any(path.startswith(str(folder)) for path in third.read)


def test_a_module_that_is_found_elsewhere_is_a_file_as_well(install: Install, tmp_path: Path) -> None:
    (tmp_path / "far.py").write_text("def f(): pass")
    install("one", files={"m.py": f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nfrom far import f"})
    [found] = run(live(), "m:f")
    assert {"m", "far", str(tmp_path / "far.py")} <= found.read


def test_of_another_interpreter_all_are_files(install: Install, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(site))
    install("one", files={"m.py": "import n\nf = n.f", "n.py": "def f(): pass"})
    [found] = run(foreign(), "m:f")
    assert {str(site), str(site / "m.py"), str(site / "n.py"), sys.executable} <= found.read
    assert all(path.startswith("/") for path in found.read)


@pytest.mark.slow
@pytest.mark.parametrize("code", ["import time; time.sleep(60)", "import os; os._exit(3)"])
def test_what_may_be_otherwise_the_next_time_does_not_last(code: str, install: Install) -> None:
    install("one", files={"m.py": code, "n.py": "f = len", "o.py": f"def x():\n    {code}\n"})
    broken, sound = run(live(2), "m:f", "n:f")
    assert not broken.lasting
    assert sound.lasting
    assert not run(live(2), "o", describer="call:x")[0].lasting


HOSTILE = [
    "import builtins\ndef bad(*a, **k): raise ValueError\nbuiltins.__import__ = bad",
    "import sys, importlib\nimportlib.import_module = None",
    "import sys\nsys.modules['odd'] = 5\nsys.modules[7] = sys",
    "__path__ = 5\n__all__ = [1]\n__file__ = 3\n__spec__ = None",
    "import sys\nsys.path.append(5)\nsys.meta_path.clear()",
    "__import__('n', None, None, ['f'], 0)\n__import__(name='n')",
    "import sys\nsys.addaudithook(lambda *_: None)",
]


@pytest.mark.slow
@pytest.mark.parametrize("code", HOSTILE)
def test_tracing_survives(code: str, install: Install) -> None:
    install("one", files={"m.py": code + "\nf = len", "n.py": "import dep\nf = len", "dep.py": ""})
    first, second = run(live(), "m:f", "n:f")
    assert first.plugin.kind == second.plugin.kind == "function"
    assert {"n", "dep"} <= second.read


@pytest.mark.parametrize("name", ["m", "p", "p.m", "nowhere", "n", "n.m"])
def test_the_state_of_a_module(name: str, install: Install, site: Path) -> None:
    install("one", files={"m.py": "", "p/__init__.py": "", "p/m.py": "", "n/m.py": ""})
    before = finder().state(name)
    assert before == finder().state(name)
    assert bool(before) == (name != "nowhere")
    install("one", files={"unrelated.py": "", "p/other.py": "", "n/other.py": ""})
    assert finder().state(name) == before
    install("one", files={"m.py": "1", "p/__init__.py": "1", "p/m.py": "1", "nowhere.py": "", "n/m.py": "1"})
    after = finder().state(name)
    if name == "n":  # a namespace package has no file of its own
        (site / "n" / "__init__.py").write_text("")
        after = finder().state(name)
    assert after != before


def test_the_state_of_a_module_knows_compiled_code_beside_its_source(install: Install, site: Path) -> None:
    install("one", files={"m.pyi": "", "p/m.py": ""})
    states = []
    for number in range(3):
        states.append((finder().state("m"), finder().state("p.m")))
        for file in ("m.abi3.so", "p/m.cpython-311-x86_64-linux-gnu.so"):
            (site / file).write_text(str(number))
    assert len({m for m, _ in states}) == len({m for _, m in states}) == 3


def test_the_state_of_files_and_folders(tmp_path: Path) -> None:
    def state(path: Path) -> str:
        return States({"": finder()})[str(path)]

    file = tmp_path / "file"
    states = [state(file)]
    file.write_text("a")
    states.append(state(file))
    file.write_text("b")
    states.append(state(file))
    states.append(state(tmp_path))
    (tmp_path / "__pycache__").mkdir()
    assert state(tmp_path) == states[-1]
    (tmp_path / "other").write_text("")
    states.append(state(tmp_path))
    assert len(set(states)) == 5
    assert states[0] == ""


class Waiting(Disk):
    """Files of which the second folder is listed when another thread has looked for the module."""

    def __init__(self) -> None:
        self.finder = ModuleFinder({}, [])
        self.found: list[ModuleFile | None] = []
        self.listed = 0

    def names(self, folder: Path) -> list[str]:
        self.listed += 1
        if self.listed == 2:
            thread = threading.Thread(target=lambda: self.found.append(self.finder.find("m")))
            thread.start()
            thread.join()
        return super().names(folder)


def test_another_thread_finds_what_is_just_being_looked_for(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    (folders[1] / "m.py").touch()
    files = Waiting()
    files.finder = ModuleFinder({}, folders, files)
    found = files.finder.find("m")
    assert found is not None
    assert files.found == [found]
