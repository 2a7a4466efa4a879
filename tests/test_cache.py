"""What a second build introspects again, and what it does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import msgspec
import pytest

from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.core.model import Introspection, Plugin
from sphinxext.plugins.introspect.cache import Cache, Cached
from sphinxext.plugins.introspect.introspected import Introspected
from sphinxext.plugins.introspect.static.scopes import Module, Modules
from sphinxext.plugins.settings import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sphinxext.plugins.introspect.introspected import States
    from tests.conftest import Install, Project

PAGE = "Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n"
ENTRY_POINTS = {"ns": {"a": "a:A", "b": "b:B"}}
LOGGED = "with open({log!r}, 'a') as log:\n    log.write(__name__ + '\\n')\n"


class Introspections:
    """Builds, and tells for each build which modules plugins were looked for in."""

    def __init__(self, project: Project, site: Path, install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
        self.project = project
        self.site = site
        self.install = install
        self.log = project.folder / "log"
        self.visited: list[str] = []
        self.settings: dict[str, object] = {}
        self.text = ""
        parse = Modules._parse  # noqa: SLF001  # packages are read elsewhere, too, for where their modules are

        def spy(modules: Modules, name: str) -> Module:
            self.visited.append(name.rpartition(".")[2])
            return parse(modules, name)

        monkeypatch.setattr(Modules, "_parse", spy)

    @property
    def file(self) -> Path:
        """The cache."""
        return self.project.folder / "_build" / "doctrees" / "sphinxext-plugins.json"

    def write(self, **modules: str) -> None:
        """Write modules that tell when they are imported."""
        for name, text in modules.items():
            (self.site / f"{name}.py").write_text(LOGGED.format(log=str(self.log)) + text)

    def of_build(self, pages: str | dict[str, str] = PAGE, **settings: Any) -> list[str]:  # noqa: ANN401
        """Build, and give the modules that were read or loaded for it."""
        self.visited.clear()
        self.log.write_text("")
        settings = {"plugins_introspection": "import", **self.settings, **settings}
        self.app = self.project.build(pages, builder="text", **settings)
        self.text = (self.app.outdir / "index.txt").read_text()
        return sorted({*self.visited, *self.log.read_text().split()})


@pytest.fixture
def introspected(site: Path, install: Install, monkeypatch: pytest.MonkeyPatch, project: Project) -> Introspections:
    """Two plugins in a module each."""
    # The site comes before the project: what ends that puts back a path with the site in it.
    made = Introspections(project, site, install, monkeypatch)
    install("one", ENTRY_POINTS)
    made.write(a="class A:\n    '''Of A.'''", b="class B:\n    '''Of B.'''")
    return made


MODES = pytest.mark.parametrize("mode", ["static", "import", "auto"])


@pytest.mark.slow
@MODES
def test_only_the_plugin_whose_source_changed_is_introspected_again(introspected: Introspections, mode: str) -> None:
    introspected.settings["plugins_introspection"] = mode
    assert introspected.of_build() == ["a", "b"]
    assert introspected.of_build() == []
    introspected.write(a="class A:\n    '''Of another.'''")
    assert introspected.of_build() == ["a"]
    assert "Of another." in introspected.text
    assert "Of B." in introspected.text
    assert introspected.of_build() == []
    assert introspected.of_build(freshenv=True) == []
    assert "Of B." in introspected.text


USES = {
    "value in an imported module": ("import c\nclass A:\n    __doc__ = c.TEXT", "c.py", "TEXT = 'New.'"),
    "submodule imported in a function": (
        "class A:\n    def x(self):\n        from p import m\n        return m.TEXT",
        "p/m.py",
        "TEXT = 'New.'",
    ),
    "optional import that appears": (
        "try:\n    from late import A\nexcept ImportError:\n    class A: pass",
        "late.py",
        "class A:\n    '''New.'''",
    ),
    "data file": (
        "import os\nclass A:\n    __doc__ = open(os.path.dirname(__file__) + '/data.txt').read()",
        "data.txt",
        "New.",
    ),
    "data file that appears": (
        "import os\nclass A: 5\ntry: A.__doc__ = open(os.path.dirname(__file__) + '/l.txt').read()\nexcept OSError: 5",
        "l.txt",
        "New.",
    ),
    "data file that a module reads": ("import reader\nclass A:\n    __doc__ = reader.TEXT", "data.txt", "New."),
    "folder that is listed": (
        "import pkgutil, p\nclass A:\n    __doc__ = ' '.join(sorted(m.name for m in pkgutil.iter_modules(p.__path__)))",
        "p/new.py",
        "",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("code", "file", "text"), USES.values(), ids=USES)
def test_what_loading_used_has_changed(introspected: Introspections, code: str, file: str, text: str) -> None:
    files = {"c.py": "TEXT = 'Old.'", "p/__init__.py": "", "p/m.py": "TEXT = 'Old.'", "data.txt": "Old."}
    files["reader.py"] = "import os\nTEXT = open(os.path.dirname(__file__) + '/data.txt').read()"
    introspected.install("two", {"ns": {"c": "a2:A"}}, files)
    # The second one of the same process finds its modules imported; the last has what all are asked.
    introspected.write(a=code, a2=code, b="class B:\n    '''Of B.'''\n    x = lambda self: 'x'")
    introspected.settings["plugins_namespaces"] = {"ns": {"fields": {"X": "call:x"}}}
    assert introspected.of_build() == ["a", "a2", "b"]
    assert introspected.of_build() == []
    assert "new" not in introspected.text.lower()
    (introspected.site / file).write_text(text)
    assert introspected.of_build() == ["a", "a2"]
    assert introspected.text.lower().count("new") == 2
    assert introspected.of_build() == []


def test_a_data_file_read_for_an_earlier_plugin_of_the_same_process(introspected: Introspections) -> None:
    reader = (
        "import os, functools\n@functools.lru_cache\ndef text():\n    with open({!r}) as f:\n        return f.read()"
    )
    data = introspected.site / "data.txt"
    data.write_text("Old.")
    entry_points = {"ns": {"a": "p.a:A", "b": "p.b:A", "c": "p.c:A"}}
    plugin = "import p.reader\nclass A:\n    __doc__ = p.reader.text()"
    log = LOGGED.format(log=str(introspected.log))
    files = {"p/__init__.py": "", "p/reader.py": reader.format(str(data)), "p/c.py": f"{log}class A: pass"}
    introspected.install("one", entry_points, {**files, "p/a.py": log + plugin, "p/b.py": log + plugin})
    assert introspected.of_build() == ["p.a", "p.b", "p.c"]
    data.write_text("New.")
    assert introspected.of_build() == ["p.a", "p.b"]
    assert introspected.text.count("New.") == 2


@pytest.mark.slow
@MODES
def test_a_plugin_that_is_missing_something_comes_back(introspected: Introspections, mode: str) -> None:
    introspected.settings["plugins_introspection"] = mode
    introspected.write(a="from missing import A")
    assert set(introspected.of_build()) == {"a", "b"}
    [warning] = introspected.project.warnings
    assert introspected.of_build() == []
    assert introspected.project.warnings == [warning]
    introspected.install("two", files={"missing.py": "class A:\n    '''Here.'''"})
    assert "a" in introspected.of_build()
    assert introspected.project.warnings == []
    assert "Here." in introspected.text


@pytest.mark.slow
def test_a_plugin_that_hung_is_tried_again(introspected: Introspections) -> None:
    introspected.settings["plugins_import_timeout"] = 1
    introspected.write(
        a=f"import os, time\nif os.path.exists({str(introspected.site)!r} + '/x'): time.sleep(60)\nA = 5"
    )
    (introspected.site / "x").write_text("")
    assert introspected.of_build() == ["a", "b"]
    assert introspected.of_build() == ["a"]
    (introspected.site / "x").unlink()
    assert introspected.of_build() == ["a"]
    assert introspected.project.warnings == []
    assert introspected.of_build() == []


def spoil_header(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "cache_key": "other"}))


def spoil_sets(path: Path) -> None:
    stored = json.loads(path.read_text())
    for record in stored["records"].values():
        record[1] = 99999
    path.write_text(json.dumps(stored))


def spoil_numbers(path: Path) -> None:
    stored = json.loads(path.read_text())
    path.write_text(json.dumps({**stored, "read": [[-1, 99999] for _ in stored["read"]]}))


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


SPOILT: dict[str, Callable[[Path], object]] = {
    "corrupt": lambda path: path.write_bytes(b"\xff{]"),
    "empty": lambda path: path.write_bytes(b""),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "foreign": lambda path: path.write_text('{"some": ["thing"]}'),
    "nested": lambda path: path.write_text("[" * 100000),
    "other version": spoil_header,
    "numbers out of range": spoil_numbers,
    "other numbers out of range": spoil_sets,
    "folder": make_folder,
    "gone": lambda path: path.unlink(),
}


@pytest.mark.slow
@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_cache_makes_the_same_build_slower(
    introspected: Introspections, spoil: Callable[[Path], object]
) -> None:
    introspected.of_build()
    before = introspected.text
    spoil(introspected.file)
    assert introspected.of_build(freshenv=True) == ["a", "b"]
    assert introspected.text == before
    assert introspected.project.warnings == []
    if introspected.file.is_file():
        assert introspected.of_build() == []
    assert not [
        path.name
        for path in introspected.file.parent.iterdir()
        if path.name.startswith("sphinxext") and path != introspected.file
    ]


def test_a_cache_that_cannot_be_written(introspected: Introspections, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    for _ in range(2):
        assert introspected.of_build() == ["a", "b"]
        assert introspected.project.warnings == []
    assert not introspected.file.exists()
    assert not list(introspected.file.parent.glob("sphinxext*"))


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Sphinx reads in one process only")
def test_processes_that_read_pages_leave_all_they_found(introspected: Introspections) -> None:
    count = 12
    introspected.install("many", {f"ns{n}": {"x": f"m{n}:X"} for n in range(count)})
    introspected.write(**{f"m{n}": f"class X:\n    '''Of {n}.'''" for n in range(count)})
    pages = {f"p{n}.rst": f":orphan:\n\nP\n=\n\n.. list-plugins:: ns{n}\n" for n in range(count)}
    everything = [f"m{n}" for n in range(count)]
    assert introspected.of_build({"index.rst": "Top\n===\n", **pages}, parallel=2) == sorted(everything)
    assert introspected.of_build({"index.rst": "Top\n===\n", **pages}, parallel=2) == []
    introspected.write(m3="class X:\n    '''New.'''")
    assert introspected.of_build({}, parallel=2) == ["m3"]
    assert introspected.of_build({}, freshenv=True, parallel=2) == []
    introspected.write(m4="class X:\n    '''New.'''")
    assert introspected.of_build({}, freshenv=True, parallel=2) == ["m4"]
    assert introspected.of_build({}) == []
    assert "introspected" not in introspected.app.env.domaindata["plugin"]


def test_the_environment_that_is_stored_holds_no_copy(introspected: Introspections) -> None:
    introspected.of_build()
    stored = (introspected.file.parent / "environment.pickle").read_bytes()
    assert b"introspected" not in stored


@MODES
def test_a_change_of_metadata(introspected: Introspections, mode: str) -> None:
    introspected.settings |= {
        "plugins_introspection": mode,
        "plugins_namespaces": {"ns": {"fields": {"Version": "dist:Summary"}}},
    }
    introspected.install("one", ENTRY_POINTS, metadata="Summary: Old words.")
    assert introspected.of_build() == ["a", "b"]
    introspected.install("one", ENTRY_POINTS, metadata="Summary: New words.")
    introspected.of_build()
    assert introspected.text.count("New words.") == 2
    assert introspected.of_build() == []


def test_any_other_distribution_may_matter_to_what_is_loaded(introspected: Introspections) -> None:
    code = "from importlib.metadata import entry_points\nclass A:\n    __doc__ = str(len(entry_points(group='other')))"
    introspected.write(a=code)
    introspected.of_build()
    introspected.install("two", {"other": {f"x{n}": "x" for n in range(77)}})
    introspected.of_build()
    assert "77" in introspected.text


@pytest.mark.slow
@pytest.mark.parametrize("name", ["LANG", "LC_MESSAGES", "PATH", "VIRTUAL_ENV", "PYTHONX"])
def test_the_variables_that_plugins_are_loaded_with(
    introspected: Introspections, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    introspected.write(a=f"import os\nclass A:\n    __doc__ = 'It is ' + os.environ[{name!r}]")
    introspected.settings["plugins_introspection"] = "auto"
    monkeypatch.setenv(name, "/bin")
    introspected.of_build()
    monkeypatch.setenv("NOT_SEEN", "x")
    assert introspected.of_build() == []
    monkeypatch.setenv(name, "/sbin")
    assert {"a", "b"}.intersection(introspected.of_build()) == {"a"}
    assert "It is /sbin" in introspected.text
    assert introspected.of_build() == []


def test_another_interpreter_of_the_same_name(
    introspected: Introspections, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("first", "last")]
    for folder in folders:
        folder.mkdir()
    introspected.write(a="import os\nclass A:\n    __doc__ = 'It is ' + os.environ['PYTHONX']")
    introspected.settings["plugins_python"] = "other-python"
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, folders)))
    monkeypatch.setenv("PYTHONPATH", str(introspected.site))
    for folder in reversed(folders):  # what comes is found first
        python = folder / "other-python"
        python.write_text(f'#!/bin/sh\nexport PYTHONX={folder.name}\nexec {sys.executable} "$@"\n')
        python.chmod(0o755)
        assert introspected.of_build() == ["a", "b"]
        assert f"It is {folder.name}" in introspected.text
        assert introspected.of_build() == []


@pytest.mark.slow
@pytest.mark.parametrize("python", [None, sys.executable], ids=["this", "another"])
def test_what_python_imports_when_it_starts(
    introspected: Introspections, monkeypatch: pytest.MonkeyPatch, python: str | None
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(introspected.site))
    introspected.settings["plugins_python"] = python
    introspected.write(a="import sys\nclass A:\n    __doc__ = 'It is ' + getattr(sys, 'said', 'nothing')")
    introspected.of_build()
    for text in ("first", "second"):
        (introspected.site / "usercustomize.py").write_text(f"import sys\nsys.said = {text!r}\n")
        (introspected.site / "sitecustomize.py").write_text("import usercustomize\n")
        assert introspected.of_build() == ["a", "b"]
        assert f"It is {text}" in introspected.text
        assert introspected.of_build() == []


@MODES
def test_an_edit_of_the_overlay(introspected: Introspections, mode: str) -> None:
    overlay = introspected.project.folder / "overlay.toml"
    overlay.write_text("")
    introspected.settings |= {
        "plugins_introspection": mode,
        "plugins_overlay": str(overlay),
        "plugins_namespaces": {"ns": {"fields": {"Size": ["overlay:size", "attr:size"]}}},
    }
    introspected.write(a="class A:\n    size = 'own size'", b="class B: pass")
    assert introspected.of_build() == ["a", "b"]
    assert "own size" in introspected.text
    overlay.write_text('[ns.a]\nsize = "said size"')
    assert introspected.of_build() == ["a"]
    assert "said size" in introspected.text
    assert introspected.of_build() == []


CHANGES: dict[str, dict[str, Any]] = {
    "introspection": {"plugins_introspection": "static"},
    "mock_imports": {"plugins_mock_imports": ["nowhere"]},
    "autodoc's": {"autodoc_mock_imports": ["nowhere"], "extensions": ["sphinxext.plugins", "sphinx.ext.autodoc"]},
    "timeout": {"plugins_import_timeout": 9},
    "environment": {"plugins_environment": ["PATH"]},
    "fields": {"plugins_namespaces": {"ns": {"fields": {"X": "attr:x"}}}},
}


@pytest.mark.slow
@pytest.mark.parametrize("settings", CHANGES.values(), ids=CHANGES)
def test_other_settings(introspected: Introspections, settings: dict[str, Any]) -> None:
    introspected.of_build()
    assert introspected.of_build(**settings) == ["a", "b"]
    assert introspected.of_build(**settings) == []


def test_settings_that_do_not_matter(introspected: Introspections) -> None:
    introspected.of_build()
    assert introspected.of_build(plugins_inherit_docstrings=True) == []
    assert introspected.of_build(plugins_environment=["NOT_SET_ANYWHERE_*"]) == []


def test_plugins_that_are_gone_are_forgotten(introspected: Introspections) -> None:
    introspected.of_build()
    assert len(json.loads(introspected.file.read_text())["records"]) == 2
    introspected.install("one", {"ns": {"b": "b:B"}})
    assert introspected.of_build() == ["b"]  # what else is registered may matter to it
    stored = json.loads(introspected.file.read_text())
    [record] = stored["records"].values()
    assert record[0]["name"] == "b"
    assert "a" not in stored["states"]


def test_nothing_is_written_where_nothing_changed(introspected: Introspections) -> None:
    introspected.of_build()
    before = introspected.file.stat()
    introspected.of_build(freshenv=True)
    assert introspected.file.stat().st_ino == before.st_ino


def test_a_project_without_plugins_has_no_cache(introspected: Introspections) -> None:
    introspected.of_build("Top\n===\n")
    assert not introspected.file.exists()


def test_warnings_and_odd_values_are_the_same_from_the_cache(introspected: Introspections) -> None:
    introspected.settings["plugins_namespaces"] = {"ns": {"fields": {"X": "attr:x", "Y": "call:y"}}}
    introspected.write(
        a="class A:\n    x = (1, 2.5, {'a': {3}}, 2**80, '\\udc80', float('nan'))\n    y = lambda self: 'y'",
        b="raise SystemExit(3)",
    )
    introspected.of_build()
    before, warnings = introspected.text, introspected.project.warnings
    assert introspected.of_build(freshenv=True) == []
    assert (introspected.text, introspected.project.warnings) == (before, warnings)
    assert len(warnings) == 1


@pytest.mark.slow
def test_a_build_in_which_nothing_changed_imports_nothing_that_introspects(introspected: Introspections) -> None:
    introspected.settings["plugins_introspection"] = "auto"
    introspected.of_build()
    folder = introspected.project.folder
    code = (
        "import sys\nfrom sphinx.cmd.build import main\n"
        f"main(['-qb', 'text', '-d', {str(introspected.file.parent)!r}, {str(folder)!r}, {str(folder / 'out')!r}])\n"
        "print({f'sphinxext.plugins.introspect.{n}' for n in ('static.names', 'live.process')} & set(sys.modules))"
    )
    environment = {**os.environ, "PYTHONPATH": str(introspected.site)}
    for expected in ("introspect.static.names", "set()"):  # the path of the first is another one
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
        assert expected in done.stdout


class Again(NamedTuple):
    """What is done again when a setting has another value."""

    value: Any
    read: list[str]
    introspected: list[str]


ALL = ["a", "b", "c"]
YES = True

AGAIN: dict[str, Again] = {
    "sources": Again(["installed:../site"], ["index", "others"], ALL),
    "network": Again(YES, [], []),
    "registries": Again({"ns.x": "modules:c"}, ["index"], ["c"]),
    "introspection": Again("import", ["index", "others"], ALL),
    "python": Again(sys.executable, [], ALL),
    "environment": Again(["PATH"], [], ALL),
    "mock_imports": Again(["nowhere"], [], ALL),
    "inherit_docstrings": Again(YES, ["index"], []),
    "trusted": Again(["two"], ["others"], []),
    "docstring_directives": Again(["only"], ["index", "others"], []),
    "docstring_roles": Again(["term"], ["index", "others"], []),
    "report_untrusted": Again(YES, [], []),
    "report_interface": Again(YES, [], ALL),
    "namespaces": Again({"n*": {"fields": {"Size": "overlay:size"}, "title": "Readers"}}, ["index"], []),
    "overlay": Again("overlay.toml", ["index"], ["a"]),
    "history": Again("1.0.json", ["index"], []),
    "pages": Again({"made": "ns.x"}, ["made/a", "made/b", "made/index"], []),
    "json": Again("other.json", [], []),
    "rules": Again(["config"], [], []),
    "import_timeout": Again(9, [], ALL),
}
"""Of each setting another value, with the pages that are read for it, and the modules that are introspected."""


@pytest.mark.slow
@pytest.mark.parametrize("name", [field.name for field in FIELDS])
def test_what_another_value_of_a_setting_affects(introspected: Introspections, name: str) -> None:
    introspected.install("one", {"ns.x": {"a": "a:A", "b": "b:B"}})
    introspected.install("two", {"other": {"c": "c:C"}}, {"c.py": "class C:\n    '''Of C, :abbr:`x`.'''"})
    introspected.write(a="class A:\n    '''Of A, :abbr:`x`.'''", b="class Base:\n    '''Base.'''\nclass B(Base): pass")
    introspected.write(c="class C:\n    '''Of C, :abbr:`x`.'''")
    (introspected.project.folder / "overlay.toml").write_text('["ns.x".a]\nsize = "large"\n')
    kept = {"schema_version": "1.0", "namespaces": {"ns.x": {"plugins": [{"name": "gone", "target": "a:Gone"}]}}}
    (introspected.project.folder / "1.0.json").write_text(json.dumps(kept))
    pages = {
        "index.rst": "Top\n===\n\n.. toctree::\n\n   others\n   plain\n\n.. list-plugins:: ns.x\n",
        "others.rst": "Others\n======\n\n.. list-plugins:: other\n",
        "plain.rst": "Plain\n=====\n",
    }
    introspected.settings |= {
        "plugins_introspection": "static",
        "plugins_namespaces": {"n*": {"fields": {"Size": "overlay:size"}}},
    }
    assert introspected.of_build(pages) == ALL
    assert (introspected.of_build({}), introspected.project.read) == ([], [])
    value, read, modules = AGAIN[name]
    settings = {f"plugins_{name}": value}
    assert introspected.of_build({}, **settings) == modules
    assert introspected.project.read == read
    assert (introspected.of_build({}, **settings), introspected.project.read) == ([], [])


# By itself, without builds.


class Introspecting:
    """Says of each plugin that it depends on the file that is called like it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def introspect(self, plugins: Sequence[Plugin], _questions: object) -> list[Introspected]:
        self.asked += [plugin.name for plugin in plugins]
        return [
            Introspected(
                msgspec.structs.replace(plugin, introspection=Introspection.STATIC),
                frozenset({f"/{plugin.name}", *({"!os.fork"} if plugin.name == "fleeting" else ())}),
                loaded=plugin.name == "loaded",
            )
            for plugin in plugins
        ]


class Kept:
    """A cache in a file, and what is introspected for it by one build after another."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.states = {f"/{name}": "1" for name in ("a", "b", "loaded", "fleeting")}
        self.terms, self.environment = "terms", "environment"
        self.messages: list[str] = []

    def build(self, *names: str, registered: bool = False) -> list[str]:
        """Introspect plugins, and give the names of those that had to be, not only to be looked up."""
        cache = Cache(self.file, self.terms, cast("States", self.states), lambda: self.environment)
        introspecting = Introspecting()
        plugins = [Plugin(namespace="ns", name=name, target="m:a") for name in names]

        def make() -> Introspecting:
            assert not introspecting.asked
            introspecting.asked.append("made")
            return introspecting

        found = Cached(cache, make, "installed").introspect(plugins, Fields())
        assert [each.plugin.name for each in found] == list(names)
        assert {each.plugin.introspection for each in found} <= {Introspection.STATIC}
        cache.save(lambda _: registered)
        self.messages = cache.messages
        return introspecting.asked[1:]

    def written(self) -> list[str]:
        """The names of the plugins in the file."""
        return sorted(record[0]["name"] for record in json.loads(self.file.read_bytes())["records"].values())


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    made = Kept(tmp_path / "cache.json")
    assert made.build("a", "b", "loaded", "fleeting") == ["a", "b", "loaded", "fleeting"]
    return made


def test_what_is_kept_is_not_introspected_and_nothing_is_made_for_it(kept: Kept) -> None:
    assert kept.written() == ["a", "b", "loaded"]
    assert kept.build("b", "a") == []
    assert kept.messages == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"states": {"/a": "2"}}, ["a"]),
        ({"states": {"/b": "2", "/loaded": "2"}}, ["b", "loaded"]),
        ({"environment": "other"}, ["loaded"]),
        ({"terms": "other"}, ["a", "b", "loaded"]),
    ],
)
def test_what_depends_on_a_change_is_introspected(kept: Kept, change: dict[str, Any], expected: list[str]) -> None:
    kept.states.update(change.pop("states", {}))
    for name, value in change.items():
        setattr(kept, name, value)
    assert kept.build("a", "b", "loaded") == expected
    assert bool(kept.messages) is ("terms" in change)
    assert kept.build("a", "b", "loaded") == []
    assert kept.messages == []


def test_a_plugin_that_is_gone_leaves_the_file(kept: Kept) -> None:
    kept.build("a", registered=True)  # the others are not asked for, but there
    assert kept.written() == ["a", "b", "loaded"]
    kept.build("a")
    assert kept.written() == ["a"]


def test_a_file_that_is_as_it_would_be_is_not_written(kept: Kept) -> None:
    before = kept.file.stat().st_ino
    kept.build("a", "b", "loaded")
    assert kept.file.stat().st_ino == before
    kept.build("a", "b")
    assert kept.file.stat().st_ino != before


def test_a_file_that_refers_to_nothing_is_of_no_use(kept: Kept) -> None:
    data = json.loads(kept.file.read_bytes())
    for record in data["records"].values():
        record[1] += 7
    kept.file.write_text(json.dumps(data))
    assert kept.build("a", "b") == ["a", "b"]


def test_a_file_that_cannot_be_read_is_said(kept: Kept) -> None:
    kept.file.write_text("[")
    assert kept.build("a") == ["a"]
    assert ["cannot be read" in message for message in kept.messages] == [True]
    kept.file.unlink()
    kept.file.mkdir()
    assert kept.build("a") == ["a"]
    assert ["cannot be read" in kept.messages[0], "cannot be written" in kept.messages[1]] == [True, True]
