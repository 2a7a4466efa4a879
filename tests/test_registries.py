"""Plugins that are no entry points: what registries hold, by the source and by loading."""

from __future__ import annotations

import json
import pickle
import re
import shutil
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from pygments.lexers import LEXERS

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.cli import main
from sphinxext.plugins.core import limits
from sphinxext.plugins.core.entries import Entries, joined
from sphinxext.plugins.core.model import Catalog, Plugin, Problem, ProblemKind
from sphinxext.plugins.formats.json import to_json
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.introspect.registries import read_answer
from sphinxext.plugins.settings import from_config
from tests.schema import validate
from tests.test_facts import DEFAULTS, MODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Install, Project

FILES = {
    "kit/__init__.py": "",
    "kit/held.py": '''
        """What there is."""
        from kit import codecs
        from kit.codecs import Csv, Json, convert

        OBJECTS = {"csv": Csv, "json": Json, "convert": convert, "module": codecs}
        PATHS = {"csv": "kit.codecs.Csv", "json": "kit.codecs:Json", "module": "kit.codecs"}
        RECORDS = {"Csv": ("kit.codecs", "Comma", ("a", "b")), "Other": ("kit.codecs", "none", ())}
        NAMED = {"csv": {"class": "kit.codecs.Csv", "err": "Install it."}, "json": {"class": Json}}
        NAMES = ("kit.codecs.Csv", "kit.codecs.Json")
        CLASSES = [Csv, Json]
        PARTS = ("codecs", "base")
        ALIASES = {("csv", "tsv"): Csv}
        ODD = {"good": Csv, "none": None, "number": 7, "text": "no path!", "list": [Csv], "gone": "other.gone.Csv"}
        EMPTY = {}

        def mapping():
            """Return them."""
            return {"csv": Csv}

        class Holder:
            held = {"csv": Csv}
    ''',
    "kit/codecs.py": '''
        """Codecs of tables. And more."""

        class Csv:
            """Comma-separated values."""

            title = "CSV"

        class Json(Csv):
            """JSON lines."""

        def convert(): pass
    ''',
    "kit/base.py": '''
        import abc

        class Step(abc.ABC):
            """A step."""

            label = None

            @abc.abstractmethod
            def run(self): ...

        class Between(Step):
            def run(self): return 1

        class Inner(Step):
            class Deeper(Between):
                label = "deeper"
    ''',
    "kit/steps/__init__.py": "from kit.base import Between",
    "kit/steps/one.py": '''
        from kit import base
        from kit.base import Between as B

        class First(B):
            """The first one."""

            label = "first"

        class Half(base.Step):
            pass

        class Other(dict): pass

        def make():
            class Local(B): pass
            return Local
    ''',
    "kit/steps/two.py": """
        from kit.steps.one import First

        class Second(First):
            label = ("second", "zweiter")

        if __name__ == "__main__":
            class Script(First): pass
    """,
    "kit/steps/_private.py": "",
}


def assembler(given: object, mode: str = "static", **others: object) -> Assembler:
    """Return a catalog with a registry in the namespace ``ns``."""
    values = {**DEFAULTS, "introspection": mode, "registries": {"ns": given}, **others}
    options, problems = from_config(values)
    assert problems == []
    return Assembler(options, Path())


def held(given: object, mode: str = "static", **others: object) -> dict[str, str]:
    """Return the targets in the namespace ``ns`` by their names; nothing may be wrong."""
    made = assembler(given, mode, **others)
    found = {plugin.name: plugin.target for plugin in made.registered("ns")}
    assert [problem.text for problem in made.problems] == []
    return found


def wrong(given: object, mode: str = "static", **others: object) -> tuple[dict[str, str], str]:
    """Return the same, and what is wrong with it."""
    made = assembler(given, mode, **others)
    found = {plugin.name: plugin.target for plugin in made.registered("ns")}
    [problem] = made.problems
    assert problem.kind is ProblemKind.REGISTRY
    return found, problem.text


def targets(registries: Mapping[str, object], mode: str = "static") -> tuple[dict[str, dict[str, str]], list[Problem]]:
    """Return the targets by their names in each of several namespaces, and what is wrong, all from one catalog."""
    options, problems = from_config({**DEFAULTS, "introspection": mode, "registries": registries})
    assert problems == []
    made = Assembler(options, Path())
    found = {
        namespace: {plugin.name: plugin.target for plugin in made.registered(namespace)} for namespace in registries
    }
    return found, made.problems


CODECS = {"csv": "kit.codecs:Csv", "json": "kit.codecs:Json"}

MAPPINGS: dict[str, tuple[object, dict[str, str]]] = {
    "objects": ("mapping:kit.held:OBJECTS", {**CODECS, "convert": "kit.codecs:convert", "module": "kit.codecs"}),
    "dotted paths": ("mapping:kit.held:PATHS", {**CODECS, "module": "kit.codecs"}),
    "records": (
        {"from": "mapping:kit.held:RECORDS", "path": 0},
        {"Csv": "kit.codecs:Csv", "Other": "kit.codecs"},
    ),
    "named by a record": (
        {"from": "mapping:kit.held:RECORDS", "path": "{0}:Json", "name": 1},
        {"Comma": "kit.codecs:Json", "none": "kit.codecs:Json"},
    ),
    "named by a record, and the object by its key": (
        {"from": "mapping:kit.held:RECORDS", "path": 0, "name": 1},
        {"Comma": "kit.codecs:Csv", "none": "kit.codecs"},
    ),
    "keys of records": ({"from": "mapping:kit.held:NAMED", "path": "class"}, CODECS),
    "a tuple of names": ("mapping:kit.held:NAMES", {"Csv": "kit.codecs:Csv", "Json": "kit.codecs:Json"}),
    "a list of classes": ("mapping:kit.held:CLASSES", {"Csv": "kit.codecs:Csv", "Json": "kit.codecs:Json"}),
    "a template": (
        {"from": "mapping:kit.held:PARTS", "path": "kit.{}"},
        {"codecs": "kit.codecs", "base": "kit.base"},
    ),
    "several names": ("mapping:kit.held:ALIASES", {"csv": "kit.codecs:Csv", "tsv": "kit.codecs:Csv"}),
    "a function": ("mapping:kit.held:mapping", {"csv": "kit.codecs:Csv"}),
    "an attribute": ("mapping:kit.held:Holder.held", {"csv": "kit.codecs:Csv"}),
    "a glob": ("mapping:kit.*:mapping", {"csv": "kit.codecs:Csv"}),
}


@pytest.mark.parametrize("mode", MODES)
def test_mappings(install: Install, mode: str) -> None:
    install("kit", files=FILES)
    found, problems = targets({what: given for what, (given, _) in MAPPINGS.items()}, mode)
    assert found == {what: expected for what, (_, expected) in MAPPINGS.items()}
    assert problems == []


@pytest.mark.parametrize("mode", MODES)
def test_what_is_left_out_is_said_and_an_empty_registry(install: Install, mode: str) -> None:
    install("kit", files=FILES)
    found, [odd, empty] = targets({"odd": "mapping:kit.held:ODD", "empty": "mapping:kit.held:EMPTY"}, mode)
    assert found == {"odd": {"good": "kit.codecs:Csv", "gone": "other.gone:Csv"}, "empty": {}}
    assert {odd.kind, empty.kind} == {ProblemKind.REGISTRY}
    assert odd.text.startswith(
        "plugins_registries['odd'] has 'mapping:kit.held:ODD', of which is left out: none: it is of type "
    )
    assert "and 1 more" in odd.text
    assert 'where the target ("path")' in odd.text
    assert ("may be filled when that runs" if mode == "static" else "which is empty") in empty.text


NOWHERE: list[tuple[object, str]] = [
    ("mapping:kit.gone:X", "there is no module kit.gone"),
    ("mapping:kit.held:GONE", "there is no GONE in kit.held"),
    ("subclasses:kit.gone:X", "there is no module kit.gone"),
    ({"from": "subclasses:kit.base:Step", "in": "gone"}, "there is no module gone"),
    ("decorated:kit.gone:x.y", "there is no module kit.gone"),
    ("hooks:kit.gone", "there is no module kit.gone"),
    ("setup:kit.gone", "there is no module kit.gone"),
    ("package:gone", "there is no module gone"),
    ("package:kit.base", "there are no modules in kit.base"),
    ("decorated:kit:kit.base.nothing", "which is empty; correct it; until then"),
    ("modules:gone_*", "there is no module gone_*"),
    ("mapping:kit.codecs:Csv", "which cannot be read in whole: "),
    ("subclasses:kit.codecs:convert", "convert"),
]


@pytest.mark.parametrize("mode", MODES)
def test_what_leads_nowhere(install: Install, mode: str) -> None:
    install("kit", files=FILES)
    values = {**DEFAULTS, "introspection": mode, "registries": {f"n{n}": each for n, (each, _) in enumerate(NOWHERE)}}
    options, _ = from_config(values)
    made = Assembler(options, Path())
    said = sorted((problem.text for problem in made.problems), key=lambda text: int(text.split("'")[1][1:]))
    assert len(said) == len(NOWHERE)
    for text, (_given, reason) in zip(said, NOWHERE, strict=True):
        assert reason in text
    assert not any(made.registered(f"n{n}") for n in range(len(NOWHERE)))


@pytest.mark.slow
def test_a_dictionary_that_is_filled_at_run_time(install: Install) -> None:
    files = {
        "run/__init__.py": "from run import more",
        "run/base.py": "REGISTRY = {}\nPART = {'a': 'run.more.A'}\n"
        "def register(c): REGISTRY[c.__name__] = c; return c\n",
        "run/more.py": "from run.base import PART, register\n\n@register\nclass A: pass\n\nPART['b'] = A\n",
    }
    install("run", files=files)
    for name, known in (("REGISTRY", {}), ("PART", {"a": "run.more:A"})):
        found, said = wrong(f"mapping:run.base:{name}")
        assert found == known
        assert 'plugins_introspection = "auto"' in said
    for mode in ("auto", "import"):
        assert held("mapping:run.base:REGISTRY", mode) == {"A": "run.more:A"}
        assert held("mapping:run.base:PART", mode) == {"a": "run.more:A", "b": "run.more:A"}


def test_a_registry_that_fails_when_it_is_loaded(install: Install) -> None:
    files = {
        "bad.py": "import os\nA = dict(x=open('nothing'))",
        "ends.py": "import os\nA = os.environ and {}\nos._exit(3)",
        "odd.py": "class Odd(dict):\n def __iter__(self): raise SystemExit\n\nA = Odd()",
    }
    install("bad", files=files)
    modules = ("bad", "ends", "odd")
    found, problems = targets({module: f"mapping:{module}:A" for module in modules}, "auto")
    assert found == {module: {} for module in modules}
    for module, problem in zip(modules, problems, strict=True):
        assert f"'mapping:{module}:A', which cannot be read in whole" in problem.text


def test_instances_are_what_has_them(install: Install) -> None:
    files = {"own.py": "class A: pass\nfirst = A()\nHELD = {'a': first, 'b': A(), 'c': lambda: 1}\n"}
    install("own", files=files)
    found, said = wrong("mapping:own:HELD", "import")
    assert found == {"a": "own:first", "b": "own:A"}
    assert "c: it is an object that no module has" in said


@pytest.mark.parametrize("mode", MODES)
def test_subclasses(install: Install, mode: str) -> None:
    install("kit", files=FILES)
    spec = "subclasses:kit.base:Step"
    named = {"from": spec, "name": "attr:label", "in": ["kit.steps", "kit.base"]}
    found, [problem] = targets({"steps": {"from": spec, "in": "kit.steps"}, "whole": spec, "named": named}, mode)
    steps = {"First": "kit.steps.one:First", "Second": "kit.steps.two:Second"}
    assert found["steps"] == steps
    assert found["whole"] == {**steps, "Between": "kit.base:Between", "Deeper": "kit.base:Inner.Deeper"}
    assert found["named"] == {
        "first": "kit.steps.one:First",
        "second": "kit.steps.two:Second",
        "zweiter": "kit.steps.two:Second",
        "deeper": "kit.base:Inner.Deeper",
    }
    assert problem.text.startswith("plugins_registries['named']")
    assert "Between: its attr:label is no name" in problem.text


@pytest.mark.parametrize("mode", MODES)
def test_subclasses_of_what_is_elsewhere(install: Install, mode: str) -> None:
    files = {
        "far/__init__.py": "import json\nfrom collections import namedtuple\n\nclass A(json.JSONEncoder): pass\n"
        "class B(namedtuple('B', 'x')): pass\n",
        "far/lost.py": "from nowhere import Base\n\nclass C(Base): pass\n",
    }
    install("far", files=files)
    found, said = wrong({"from": "subclasses:json:JSONEncoder", "in": "far"}, mode)
    assert found == {"A": "far:A"}
    assert "nowhere" in said


@pytest.mark.parametrize("mode", MODES)
def test_packages_and_modules(install: Install, mode: str) -> None:
    install("one", files={"space/a.py": "'''A.'''", "space/_b.py": "", "flat_x.py": "", "flat_y/__init__.py": ""})
    install("two", files={"space/c/__init__.py": "", "space/c/inner.py": "", "space/data/x.txt": ""})
    expected = {
        "package:space": {"a": "space.a", "c": "space.c"},
        "modules:space.*": {"a": "space.a", "c": "space.c"},
        "modules:space.*.*": {"c.inner": "space.c.inner"},
        "modules:flat_*": {"flat_x": "flat_x", "flat_y": "flat_y"},
    }
    found, problems = targets({f"n{number}": spec for number, spec in enumerate(expected)}, mode)
    assert dict(zip(expected, found.values(), strict=True)) == expected
    assert problems == []
    made = assembler("package:space", mode)
    owners = {plugin.name: plugin.distribution and plugin.distribution.name for plugin in made.registered("ns")}
    assert owners == {"a": "one", "c": "two"}


def test_beside_entry_points(install: Install) -> None:
    points = {"ns": {"csv": "kit.codecs:Csv", "xml": "kit.codecs:Xml"}}
    install("kit", points, FILES, metadata="Summary: The kit.\nLicense-Expression: MIT")
    made = assembler(["mapping:kit.held:PATHS", "mapping:kit.held:ALIASES"])
    plugins = sorted(made.registered("ns"), key=lambda plugin: plugin.name)
    assert [(plugin.name, plugin.origin) for plugin in plugins] == [
        ("csv", "entry point"),
        ("json", "mapping"),
        ("module", "mapping"),
        ("tsv", "mapping"),
        ("xml", "entry point"),
    ]
    assert len({plugin.distribution for plugin in plugins}) == 1
    namespace = made.namespace("ns")
    assert namespace is not None
    assert namespace.plugins[0].aliases == ("tsv",)
    assert namespace.plugins[1].docstring
    [data] = [json.loads(to_json(Catalog(namespaces=(namespace,))))["namespaces"]["ns"]["plugins"]]
    assert [each.get("origin") for each in data] == [None, "mapping", "mapping", "mapping", None]
    validate(to_json(Catalog(namespaces=(namespace,))))


@pytest.mark.parametrize("mode", MODES)
def test_another_path_to_the_same_object(install: Install, mode: str) -> None:
    """What an entry point registers from where it is imported is not shown twice; two entry points are."""
    points = {"ns": {"csv": "kit.held:Csv", "json": "kit.codecs:Json"}}
    install("kit", points, FILES)
    install("again", {"ns": {"json": "kit.held:Json"}})
    namespace = assembler(["mapping:kit.held:PATHS", "mapping:kit.held:OBJECTS"], mode).namespace("ns")
    assert namespace is not None
    assert [(plugin.name, plugin.target) for plugin in namespace.plugins] == [
        ("convert", "kit.codecs:convert"),
        ("csv", "kit.held:Csv"),
        ("json", "kit.held:Json"),
        ("json", "kit.codecs:Json"),
        ("module", "kit.codecs"),
    ]


def test_the_origin_is_a_field(install: Install, project: Project) -> None:
    install("kit", {"ns": {"xml": "kit.codecs:Csv"}}, FILES)
    fields = {"By": "entry:origin"}
    app = project.build(
        ".. plugin-catalog:: ns\n   :view: table\n   :columns: name, origin, By\n",
        plugins_registries={"ns": "mapping:kit.held:CLASSES"},
        plugins_namespaces={"ns": {"fields": fields}},
    )
    page = (app.outdir / "index.html").read_text()
    assert project.warnings == []
    assert (page.count(">entry point<"), page.count(">mapping<")) == (2, 4)


def test_archives_and_trees(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for name, text in FILES.items():
        file = tree / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(line.removeprefix("        ") for line in text.splitlines()))
    (tree / "pyproject.toml").write_text("[project]\nname = 'kit'\nversion = '3'\n")
    wheel = tmp_path / "wheels" / "kit-2.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as archive:
        for file in sorted(tree.rglob("*.py")):
            archive.write(file, file.relative_to(tree))
        archive.writestr("kit-2.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: kit\nVersion: 2.0\n")
    for source, version in ((f"wheels:{wheel.parent}", "2.0"), (f"project:{tree}", "3")):
        made = assembler(
            [{"from": "subclasses:kit.base:Step", "in": "kit.steps"}, "package:kit.steps"], sources=[source]
        )
        plugins = made.registered("ns")
        assert {plugin.name for plugin in plugins} == {"First", "Second", "one", "two"}
        assert {plugin.distribution and plugin.distribution.version for plugin in plugins} == {version}
        assert made.problems == []


def test_an_environment_in_the_folder_of_a_project(install: Install, site: Path, tmp_path: Path) -> None:
    """What is installed there is not of the project, which is installed in it as well, by a path to its folder."""
    install("above", files={"above.pth": f"{tmp_path}\n"})
    install("kit", files=FILES)
    inner = site.rename(tmp_path / "site-packages")
    shutil.copytree(inner / "kit", tmp_path / "mine")
    registries = ["package:kit.steps", "package:mine.steps"]
    made = assembler(registries, sources=[f"installed:{inner}"])
    owners = {plugin.module: plugin.distribution and plugin.distribution.name for plugin in made.registered("ns")}
    assert owners == {
        "kit.steps.one": "kit",
        "kit.steps.two": "kit",
        "mine.steps.one": "above",
        "mine.steps.two": "above",
    }


CATALOG = """
    .. plugin-catalog:: ns
       :view: full
"""


@pytest.mark.slow
def test_pages_follow(install: Install, site: Path, project: Project) -> None:
    install("kit", files=FILES)
    registries = {"ns": {"from": "subclasses:kit.base:Step", "in": "kit.steps"}, "other": "package:kit.steps"}
    other = ":orphan:\n\n.. plugin-catalog:: other\n   :view: list\n"
    pages = {"index.rst": CATALOG, "other.rst": other, "else.rst": ":orphan:\n\nNone.\n"}

    def read(pages: Mapping[str, str] = {}) -> list[str]:
        project.build(pages, plugins_registries=registries, plugins_introspection="static")
        assert project.warnings == []
        return sorted(project.read)

    assert read(pages) == ["else", "index", "other"]
    assert read() == []
    one = site / "kit" / "steps" / "one.py"
    one.write_text(one.read_text() + "\nclass Third(B): pass\n")
    assert read() == ["index"]
    three = site / "kit" / "steps" / "three.py"
    three.write_text("from kit.base import Between\n\nclass Fourth(Between): pass\n")
    assert read() == ["index", "other"]
    three.rename(three.with_name("four.py"))
    assert read() == ["index", "other"]
    three.with_name("four.py").unlink()
    assert read() == ["index", "other"]
    (site / "kit" / "else.py").write_text("")
    assert read() == []
    assert "kit" not in sys.modules


@pytest.mark.slow
def test_processes_read_the_same(install: Install, project: Project) -> None:
    install("kit", files=FILES)
    pages = {f"page{number}.rst": f":orphan:\n\n{CATALOG.strip()}\n" for number in range(6)}
    pages["index.rst"] = "One.\n"
    pages = {name: text.replace("\n       ", "\n   ") for name, text in pages.items()}
    given: dict[str, Any] = {"plugins_registries": {"ns": "mapping:kit.held:ODD"}}
    app = project.build(pages, parallel=2, **given)
    assert len(project.warnings) == 1 + len(
        [line for line in project.warnings if "documented" in line or "cannot be loaded" in line]
    )
    first = (app.outdir / "plugins.json").read_bytes()
    app = project.build(pages, freshenv=True, **given)
    assert (app.outdir / "plugins.json").read_bytes() == first


def test_the_warning_is_at_the_setting(install: Install, project: Project) -> None:
    install("kit", files=FILES)
    given: dict[str, Any] = {"ns": "mapping:kit.gone:X", "two": [{"from": "mapping:kit.held:GONE"}]}
    every: list[str | dict[str, str]] = ["None.", {}]
    for pages in every:
        project.build(pages, plugins_registries=given, plugins_introspection="static")
        warned = [line for line in project.warnings if "plugins.registry" in line]
        assert len(warned) == len(given)
        assert all(line.startswith("conf.py:1: WARNING: plugins_registries[") for line in warned)


def test_settings_that_are_not_valid() -> None:
    given = {
        "ns": [
            "nothing",
            "mapping:kit",
            {"from": "package:kit", "into": 1},
            {"from": "package:kit", "path": 1},
            {"from": "subclasses:kit:A", "name": 1},
            "package:kit",
        ],
        "": "package:kit",
        "two": 7,
    }
    options, problems = from_config({**DEFAULTS, "registries": given})
    assert [spec.written for spec in options.registries["ns"]] == ["nothing", "package:kit"]
    assert [problem.kind for problem in problems] == [ProblemKind.CONFIG] * 6
    assert "mapping:MODULE:NAME" in problems[0].remedy
    made = Assembler(options, Path())
    assert any("'nothing'" in problem.message for problem in made.problems)


def test_a_failed_load_leaves_what_the_source_tells(install: Install) -> None:
    lost = "import nowhere\nfrom kit.base import Between\n\nclass Lost(Between): pass\n"
    install(
        "kit",
        files={**FILES, "kit/steps/lost.py": lost, "kit/steps/odd.py": "from nowhere import N\n\nclass Odd(N): pass"},
    )
    found, said = wrong({"from": "subclasses:kit.base:Step", "in": "kit.steps"}, "auto")
    assert set(found) == {"First", "Second", "Lost"}
    assert "kit.steps.lost cannot be imported" in said


def test_a_module_is_loaded_from_the_source_that_has_it(install: Install, tmp_path: Path) -> None:
    run = "HELD = {}\nHELD.update(json='json.JSONDecoder')"
    install("run", files={"run.py": run})
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "pyproject.toml").write_text("[project]\nname = 'tree'\nversion = '1'\n")
    for sources in ([f"project:{tmp_path / 'tree'}", "installed"], ["installed", f"project:{tmp_path / 'tree'}"]):
        assert held("mapping:run:HELD", "auto", sources=sources) == {"json": "json:JSONDecoder"}


def test_a_snapshot_has_them_already(install: Install, project: Project, tmp_path: Path) -> None:
    install("kit", files=FILES)
    given = {"ns": ["mapping:kit.held:CLASSES", "package:kit.steps"]}
    made = assembler(given["ns"])
    namespace = made.namespace("ns")
    assert namespace is not None
    file = tmp_path / "kept.json"
    file.write_bytes(to_json(Catalog(namespaces=(namespace,))))
    shutil.rmtree(tmp_path / "site" / "kit")
    project.build(CATALOG.strip(), plugins_registries=given, plugins_sources=[f"snapshot:{file}"])
    assert project.warnings == []
    data = json.loads((project.folder / "_build" / "html" / "plugins.json").read_text())
    plugins = data["namespaces"]["ns"]["plugins"]
    assert {each["name"]: each["origin"] for each in plugins} == {
        **dict.fromkeys(("Csv", "Json"), "mapping"),
        **dict.fromkeys(("one", "two"), "package"),
    }


BROUGHT = """
    from sphinxext.plugins.core.model import Distribution, Plugin

    class Tools:
        def __init__(self, place):
            self.place = place

        def registered(self):
            names = (self.place.folder / self.place.written).read_text().split()
            kit = Distribution(name="kit")
            yield "kit", [Plugin(namespace=self.place.namespace, name=n, target=f"kit.codecs:{n}", distribution=kit)
                          for n in names], []
"""


def test_a_registry_that_another_distribution_brings(install: Install, project: Project) -> None:
    install("house", {"sphinxext.plugins.sources": {"house": "house:Tools"}}, {"house.py": BROUGHT})
    install("kit", {"ns": {"xml": "kit.codecs:Csv"}}, FILES)
    (project.folder / "tools.txt").write_text("Csv")
    (project.folder / "more.txt").write_text("Json")
    given = {"ns": ["house:tools.txt", "house:more.txt"], "two": "maping:kit.held:CLASSES", "three": "wheels:dist"}
    project.build(CATALOG.strip(), plugins_registries=given)
    data = json.loads((project.folder / "_build" / "html" / "plugins.json").read_text())
    plugins = data["namespaces"]["ns"]["plugins"]
    assert [(each["name"], each.get("origin")) for each in plugins] == [
        ("Csv", "house"),
        ("Json", "house"),
        ("xml", None),
    ]
    [two, three] = project.warnings
    assert "(the nearest: mapping)" in two
    assert "modules, hooks, setup" in two
    assert "name it in plugins_sources" in three


def test_a_page_of_what_is_no_entry_point(
    install: Install, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install("kit", {"both": {"xml": "kit.codecs:Csv"}}, FILES)
    given = {"ns": "mapping:kit.held:CLASSES", "both": "mapping:kit.held:CLASSES", "none": "mapping:kit.held:GONE"}
    pages = ".. plugin-namespace:: ns\n\n.. plugin-namespace:: both\n\n.. plugin-catalog:: none\n"
    app = project.build(pages, plugins_registries=given, plugins_namespaces={"none": {"title": "None"}})
    page = (app.outdir / "index.html").read_text()
    assert page.count("Plugins are no entry points here") == 1
    text = re.sub("<[^>]*>", "", page)
    assert re.search(r"entry-points\.\W*both", text)
    assert not re.search(r"entry-points\.\W*ns", text)
    assert [line for line in project.warnings if "plugins.registry" not in line] == []
    assert main(["new", "ns", "foo", "--conf", str(project.folder), "--into", str(tmp_path / "new")]) == 2
    assert "are no entry points" in capsys.readouterr().err


def test_the_command(install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install("kit", files=FILES)
    (tmp_path / "conf.py").write_text("plugins_registries = {'ns': 'mapping:kit.held:NAMES'}\n")
    assert main(["show", "ns:Csv", "--conf", str(tmp_path)]) == 0
    assert "kit.codecs:Csv" in capsys.readouterr().out
    assert main(["list", "ns", "--format", "json", "--conf", str(tmp_path)]) == 0
    assert {each["name"] for each in json.loads(capsys.readouterr().out)} == {"Csv", "Json"}


def test_what_there_may_be_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = Entries({}, lambda _: None, 2)
    entries.of({str(number): "os.path" for number in range(5)})
    assert [each["name"] for each in entries.found] == ["0", "1"]
    assert all("there are more than 2" in why for why in entries.left)
    monkeypatch.setattr(limits, "MOST_MODULES", 1)
    finder = ModuleFinder({}, [Path(json.__file__).parents[1]])
    assert len(list(finder.within("json"))) < 6


def test_groups_by_module_say_what_it_is_for(install: Install, project: Project) -> None:
    held_ = textwrap.dedent(FILES["kit/held.py"]).replace("What there is.", "Held\n----\n\nAll *of* it.")
    install(
        "kit",
        files={**FILES, "kit/held.py": held_},
    )
    given = {"ns": ["mapping:kit.held:CLASSES", "modules:kit.held"]}
    app = project.build(
        ".. plugin-catalog:: ns\n   :view: list\n   :group-by: module\n",
        plugins_registries=given,
        plugins_namespaces={"ns": {"fields": {"About": "doc:module"}}},
    )
    page = (app.outdir / "index.html").read_text()
    print(project.warnings, page[page.find("sp-group") - 200 :][:3000])
    assert '<p class="sp-group sp-about">Codecs of tables.</p>' in page
    assert '<p class="sp-group sp-about">All *of* it.</p>' in page


@pytest.mark.slow
def test_the_lexers_of_pygments() -> None:
    """All of them, with what Pygments itself tells of them."""
    fields = {"Title": "attr:name", "Aliases": "attr:aliases", "Files": "attr:filenames", "Types": "attr:mimetypes"}
    given = {"from": "mapping:pygments.lexers:LEXERS", "path": 0}
    made = assembler(given, "auto", namespaces={"ns": {"fields": fields}})
    namespace = made.namespace("ns")
    assert namespace is not None
    assert [*made.problems, *namespace.problems] == []
    found = {}
    for plugin in namespace.plugins:
        values = {field.name: field.value for field in plugin.fields}
        found[plugin.name] = (
            plugin.module,
            values.pop("Title"),
            *(tuple(values.get(name, ())) for name in [*fields][1:]),
        )
    assert found == {name: tuple(lexer) for name, lexer in LEXERS.items()}
    assert {plugin.distribution and plugin.distribution.name for plugin in namespace.plugins} == {"Pygments"}


def test_an_answer_that_is_none() -> None:
    """Whatever a plugin has the process say that loads it."""
    read = {"entries": [{"name": "a", "target": "b"}], "left": []}
    every: list[Any] = [7, "x", [], {}, {"entries": 3}, {"entries": [{"name": "a"}]}, {"entries": [[]]}]
    for odd in every:
        assert joined(read, odd) in (read, odd)
        assert read_answer(odd) in (None, read_answer({}))
    assert [
        each.name for each in getattr(read_answer(joined(read, {"entries": [], "left": ["c"]})), "entries", ())
    ] == ["a"]


def test_a_plugin_is_the_same_in_each_process() -> None:
    """What is left out of data because it is a default is left out after another process handed it over, too."""
    plugin = Plugin(namespace="ns", name="a", target="b:C")
    handed = pickle.loads(pickle.dumps(plugin))
    assert msgspec.json.encode(handed) == msgspec.json.encode(plugin)
    assert "origin" not in msgspec.to_builtins(handed)
