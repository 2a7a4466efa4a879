"""What is introspected when: once, before pages are read, by one process."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Install, Project

FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="Sphinx reads in one process only")

LOADED = "with open({log!r}, 'a') as log:\n    log.write(__name__ + '\\n')\nclass A:\n    '''Of {name}.'''\n"

PAGES = {
    "index.rst": "Top\n===\n\n.. toctree::\n   :glob:\n\n   p*\n   made/*\n\n.. plugin-catalog:: ns.0 ns.1\n",
    "p1.rst": "P\n=\n\n.. plugin-catalog:: ns.*\n   :view: table\n   :no-index:\n",
    "p2.rst": "P\n=\n\n.. list-plugins:: ns.2\n   :detailed:\n",
    "p3.rst": "P\n=\n\n.. plugin:: ns.3:a\n",
    "p4.rst": "P\n=\n\n.. only:: text or html\n\n   .. list-plugins:: other.4\n      :no-index:\n",
    "p5.rst": "P\n=\n\n.. include:: part.txt\n",
    "p6.rst": "P\n=\n\n.. note::\n\n   .. include:: /part.txt\n",
    "p7.rst": "P\n=\n\n.. list-plugins:: ns.1\n   :no-index:\n\n.. list-plugins:: ns.nowhere\n",
    "p8.rst": "P\n=\n\n.. plugin:: ns.2:a\n   :no-index:\n\n.. plugin-catalog:: ns.2\n   :view: table\n   :no-index:\n",
    "part.txt": ".. list-plugins:: other.5\n   :no-index:\n",
}
NAMES = ["n0", "n1", "n2", "n3", "n4", "n5", "n6"]
NAMESPACES = ["ns.0", "ns.1", "ns.2", "ns.3", "other.4", "other.5", "other.6"]


class Loads:
    """A project of many pages, which tells what was loaded for a build, and how often."""

    def __init__(self, install: Install, project: Project) -> None:
        self.project = project
        self.install = install
        self.log = project.folder / "log"
        points = {namespace: {"a": f"{name}:A"} for namespace, name in zip(NAMESPACES, NAMES, strict=True)}
        modules = {f"{name}.py": LOADED.format(log=str(self.log), name=name) for name in NAMES}
        install("one", {**points, "ns.9": {"a": "missing:A"}}, modules)
        for name, text in PAGES.items():
            (project.folder / name).write_text(text)
        self.text: dict[str, str] = {}

    def of_build(self, *, parallel: int, freshenv: bool = False, **settings: object) -> Counter[str]:
        self.log.write_text("")
        settings = {"plugins_introspection": "import", "plugins_pages": {"made": "other.6"}, **settings}
        app = self.project.build({}, builder="text", parallel=parallel, freshenv=freshenv, **settings)
        self.text = {path.name: path.read_text() for path in sorted(app.outdir.rglob("*.txt"))}
        return Counter(self.log.read_text().split())


@pytest.fixture
def loads(install: Install, project: Project) -> Loads:
    return Loads(install, project)


@FORKS
@pytest.mark.slow
def test_each_plugin_is_loaded_once_by_however_many_processes(loads: Loads) -> None:
    assert loads.of_build(parallel=4) == dict.fromkeys(NAMES, 1)
    assert len(loads.project.read) > 9
    text, warnings = loads.text, loads.project.warnings
    assert {f"Of {name}." for name in NAMES} <= {f"Of n{n}." for n in range(7) if f"Of n{n}." in str(text)}
    assert sorted(warning.rpartition("[")[2] for warning in warnings) == ["plugins.load]", "plugins.namespace]"]
    # Another build reads nothing, loads nothing, and warns of the same.
    assert loads.of_build(parallel=4) == {}
    assert (loads.project.read, loads.project.warnings) == ([], warnings)
    # One process comes to the same.
    (loads.project.folder / "_build" / "doctrees" / "sphinxext-plugins.json").unlink()
    assert loads.of_build(parallel=0, freshenv=True) == dict.fromkeys(NAMES, 1)
    assert (loads.text, loads.project.warnings) == (text, warnings)


def test_introspection_is_over_before_a_page_is_read(
    loads: Loads, monkeypatch: pytest.MonkeyPatch, install: Install
) -> None:
    """Also where it is static, of a glob, or for a page that is written for a plugin."""
    files = {"mark.py": "def setup(app):\n    app.connect('source-read', mark)\ndef mark(app, name, text):\n"}
    files["mark.py"] += f"    with open({str(loads.log)!r}, 'a') as log:\n        log.write('read\\n')\n"
    install("two", files=files)
    monkeypatch.setattr("sphinxext.plugins.introspect.static.introspector.Static.introspect", logged(loads.log))
    extensions = ["sphinxext.plugins", "mark"]
    counted = loads.of_build(parallel=0, plugins_introspection="static", extensions=extensions)
    assert counted["static"] == 1
    assert loads.log.read_text().split()[0] == "static"
    assert counted["read"] == len(loads.project.read)


def logged(log: Path) -> Callable[..., object]:
    from sphinxext.plugins.introspect.static.introspector import Static  # noqa: PLC0415

    introspect = Static.introspect

    def logging(*arguments: object) -> object:
        with log.open("a") as file:
            file.write("static\n")
        return introspect(*arguments)  # type: ignore[arg-type]  # it is called as that is

    return logging


def test_the_place_of_a_problem_is_found_without_loading(loads: Loads) -> None:
    (loads.project.folder / "index.rst").write_text(
        "Top\n===\n\n.. plugin-catalog:: wrong\n   :introspection: static\n"
    )
    for name in PAGES.keys() - {"index.rst"}:
        (loads.project.folder / name).unlink()
    text = LOADED.format(log=str(loads.log), name="it *") + "    def f(self): pass\n"
    loads.install("three", {"wrong": {"a": "w:A"}}, {"w.py": text})
    assert loads.of_build(parallel=0, plugins_pages={}, plugins_trusted=["three"]) == {}
    [warning] = loads.project.warnings
    assert "w.py:4: " in warning
    assert warning.endswith("[plugins.docstring]")


MADE = """
from sphinx.util.docutils import SphinxDirective
class Made(SphinxDirective):
    def run(self):
        return self.parse_text_to_nodes(".. list-plugins:: other.4\\n   :no-index:\\n")
def setup(app):
    app.add_directive("made", Made)
    app.connect("source-read", fill)
    app.connect("plugins-plugin", fail)
    return {"parallel_read_safe": True}
def fill(app, name, text):
    text[0] = text[0].replace("FILLED", ".. list-plugins:: other.5\\n   :no-index:")
def fail(app, plugin):
    if plugin.namespace == "other.4":
        raise OSError
def describe():
    pass
"""


@FORKS
@pytest.mark.slow
@pytest.mark.parametrize("parallel", [0, 4])
def test_what_no_text_tells_is_introspected_when_it_is_asked_for(loads: Loads, parallel: int) -> None:
    """A directive that another one makes, and one that stands in no file; with what fails at that."""
    loads.install("two", {"sphinxext.plugins.describers": {"broken": "made:describe"}}, files={"made.py": MADE})
    (loads.project.folder / "p4.rst").write_text("P\n=\n\n.. made::\n")
    (loads.project.folder / "p5.rst").write_text("P\n=\n\nFILLED\n")
    (loads.project.folder / "p6.rst").write_text("P\n=\n\n|here|\n\n.. |here| replace:: x\n")
    fields = {"other.5": {"fields": {"X": "broken:x"}}}
    settings: dict[str, Any] = {"extensions": ["sphinxext.plugins", "made"], "plugins_namespaces": fields}
    assert set(loads.of_build(parallel=parallel, **settings)) == set(NAMES)
    warnings = loads.project.warnings
    assert len([each for each in warnings if "the handler fail of" in each or "scheme 'broken' fails" in each]) == 2
    assert "Of n4." in loads.text["p4.txt"]
    assert "Of n5." in loads.text["p5.txt"]
    assert loads.of_build(parallel=parallel, **settings) == {}
    assert (loads.project.read, loads.project.warnings) == ([], warnings)
    assert loads.of_build(parallel=parallel, **settings, freshenv=True) == {}
