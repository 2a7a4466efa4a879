"""Which pages are read again, and which are not."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest
from sphinx.util.console import strip_colors

from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.introspect.garbage import thaw
from sphinxext.plugins.sphinx.domain import PluginDomain
from sphinxext.plugins.sphinx.domain.notes import LASTING, OF_PAGES, Noted, Notes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Install, Project

PAGES = {
    "index.rst": "Top\n===\n\n.. toctree::\n\n   a\n   b\n   c\n",
    "a.rst": "A\n=\n\n.. list-plugins:: ns.a\n   :detailed:\n",
    "b.rst": "B\n=\n\n.. list-plugins:: ns.b\n\n.. list-plugins:: ns.later\n",
    "c.rst": "C\n=\n",
}
SOURCES = {
    "a.py": "import helper\nclass A:\n    '''Of A.'''\n    title = helper.TITLE\n"
    "    def size(self): return len(helper.TITLE)",
    "b.py": "class B:\n    '''Of B.'''",
    "helper.py": "TITLE = 'title'",
}
ENTRY_POINTS = {"ns.a": {"a": "a:A"}, "ns.b": {"b": "b:B"}}
SETTINGS = {
    "plugins_namespaces": {
        "ns.a": {"fields": {"Title": "attr:title", "Size": "call:size", "Version": "dist:Version", "G": "overlay:g"}}
    },
    "plugins_overlay": "overlay.toml",
}


@pytest.fixture
def read(install: Install, project: Project) -> Callable[[], list[str]]:
    """Build, and give the pages that were read for it; the first build is done."""
    install("one", ENTRY_POINTS, SOURCES)
    install("two")
    (project.folder / "overlay.toml").write_text("")

    def build() -> list[str]:
        namespaces, overlay = SETTINGS["plugins_namespaces"], SETTINGS["plugins_overlay"]
        project.build(builder="text", plugins_namespaces=namespaces, plugins_overlay=overlay)
        return project.read

    for name, page in PAGES.items():
        (project.folder / name).write_text(page)
    build()
    assert build() == []
    return build


def write(site: Path, file: str, text: str) -> None:
    (site / file).write_text(text)


CHANGES: dict[str, tuple[Callable[[Install, Project, Path], object], list[str]]] = {
    "docstring": (lambda _i, _p, s: write(s, "a.py", SOURCES["a.py"].replace("Of A", "Of a")), ["a"]),
    "value in an imported module": (lambda _i, _p, s: write(s, "helper.py", "TITLE = 'other'"), ["a"]),
    "value that is loaded": (lambda _i, _p, s: write(s, "helper.py", "TITLE = 'title' + 's'"), ["a"]),
    "entry point added": (lambda i, _p, _s: i("one", {**ENTRY_POINTS, "ns.b": {"b": "b:B", "c": "b:B"}}), ["b"]),
    "entry point removed": (lambda i, _p, _s: i("one", {**ENTRY_POINTS, "ns.b": {}}), ["b"]),
    "entry point renamed": (lambda i, _p, _s: i("one", {**ENTRY_POINTS, "ns.b": {"c": "b:B"}}), ["b"]),
    "namespace that comes into being": (lambda i, _p, _s: i("two", {"ns.later": {"l": "b:B"}}), ["b"]),
    "distribution installed": (lambda i, _p, _s: i("three", {"ns.a": {"z": "b:B"}}), ["a"]),
    "metadata only": (lambda i, _p, _s: i("one", ENTRY_POINTS, metadata="Summary: New"), ["a", "b"]),
    "overlay": (lambda _i, p, _s: (p.folder / "overlay.toml").write_text('["ns.a".a]\ng = "x"'), ["a"]),
    "source broken": (lambda _i, _p, s: write(s, "b.py", "class B("), ["b"]),
    "nothing": (lambda _i, _p, s: write(s, "a.py", SOURCES["a.py"]), []),
    "comment": (lambda _i, _p, s: write(s, "a.py", SOURCES["a.py"] + "\n# Only a comment."), []),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_pages_concerned_are_read_again(
    install: Install,
    project: Project,
    site: Path,
    read: Callable[[], list[str]],
    change: tuple[Callable[[Install, Project, Path], object], list[str]],
) -> None:
    action, concerned = change
    action(install, project, site)
    assert read() == concerned
    assert read() == []


def test_a_plugin_that_was_mended_comes_back(project: Project, site: Path, read: Callable[[], list[str]]) -> None:
    write(site, "b.py", "class B(")
    assert read() == ["b"]
    assert any("ns.b:b cannot be loaded" in warning for warning in project.warnings)
    write(site, "b.py", SOURCES["b.py"])
    assert read() == ["b"]
    assert not any("ns.b:b" in warning for warning in project.warnings)


def test_a_distribution_that_was_uninstalled(install: Install, site: Path, read: Callable[[], list[str]]) -> None:
    info = install("three", {"ns.a": {"z": "b:B"}})
    assert read() == ["a"]
    info.rename(site / "gone")
    assert read() == ["a"]
    assert read() == []


def test_an_editable_install(install: Install, site: Path, tmp_path: Path, read: Callable[[], list[str]]) -> None:
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "edited.py").write_text("class E:\n    '''Of E.'''\n")
    (site / "__editable___four_finder.py").write_text(f"MAPPING = {{'edited': {str(folder / 'edited.py')!r}}}\n")
    install("four", {"ns.b": {"e": "edited:E"}})
    assert read() == ["b"]
    (folder / "edited.py").write_text("class E:\n    '''Of another E.'''\n")
    assert read() == ["b"]
    assert read() == []


OPTIONS: dict[str, tuple[dict[str, object], list[str]]] = {
    "nothing": ({}, []),
    "inherited docstrings": ({"plugins_inherit_docstrings": True}, ["b"]),
    "another field": ({"plugins_namespaces": {"ns.c": {"fields": {"Module": "entry:module"}}}}, ["c"]),
    "fields of another namespace": ({"plugins_namespaces": {"ns.x": {"fields": {"Module": "entry:module"}}}}, []),
    "introspection that tells the same": ({"plugins_introspection": "static"}, []),
    "introspection that tells something else": ({"plugins_introspection": "import"}, ["a", "b", "c"]),
    "overlay": ({"plugins_overlay": "other.toml"}, ["c"]),
    "sources": ({"plugins_sources": ["installed", "installed:../env"]}, ["c"]),
    "time": ({"plugins_import_timeout": 60}, []),
    "mocks": ({"plugins_mock_imports": ["nowhere"]}, []),
    "variables": ({"plugins_environment": ["PA*"]}, []),
}


@pytest.mark.slow
@pytest.mark.parametrize(("changed", "concerned"), OPTIONS.values(), ids=OPTIONS)
def test_an_option_that_was_changed(
    install: Install, project: Project, tmp_path: Path, changed: dict[str, object], concerned: list[str]
) -> None:
    files = {"m.py": "class A:\n    '''Of A.'''\nclass B(A): pass\nclass C:\n    '''Of C.'''\n"}
    install("one", {"ns.a": {"a": "m:A"}, "ns.b": {"b": "m:B"}, "ns.c": {"c": "m:C"}}, files)
    info = tmp_path / "env" / "another-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: another\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[ns.c]\nd = m:C\n")
    (project.folder / "other.toml").write_text('["ns.c".c]\ng = "x"\n')
    pages = {f"{name}.rst": f"{name}\n=\n\n.. list-plugins:: ns.{name}\n" for name in "abc"}
    fields = {"ns.c": {"fields": {"G": "overlay:g"}}}
    usual: dict[str, object] = {"plugins_namespaces": fields, "builder": "text"}
    project.build({"index.rst": PAGES["index.rst"], **pages}, **usual)  # type: ignore[arg-type]
    project.build(**{**usual, **changed})  # type: ignore[arg-type]
    assert project.read == concerned
    project.build(**{**usual, **changed})  # type: ignore[arg-type]
    assert project.read == []


@pytest.mark.slow
def test_a_parallel_build_is_a_serial_one(install: Install, project: Project) -> None:
    source = "class A:\n    '''Of **A**, see :plugin:ref:`b`.'''\ndef b():\n    '''Broken **markup.'''\n"
    for number in range(5):
        plugins = {"a": f"m{number}:A", "b": f"m{number}:b", "gone": "nowhere"}
        install(f"dist{number}", {f"ns{number}": plugins}, {f"m{number}.py": source})
    pages = {"index.rst": "Top\n===\n\n.. toctree::\n   :glob:\n\n   p*\n\n:plugin:ref:`b` :plugin:ref:`ns3:a`\n"}
    for number in range(5):
        pages[f"p{number}.rst"] = f"P{number}\n==\n\n.. plugin-catalog:: ns{number}\n\n:plugin:ref:`ns{number}:a`\n"
        pages[f"pb{number}.rst"] = f"Q{number}\n==\n\n.. list-plugins:: ns{number}\n\n.. plugin:: ns{number}:b\n"
    built: list[dict[str, bytes]] = []
    warnings: list[set[str]] = []
    for parallel in (0, 4):
        app = project.build(pages, parallel=parallel, freshenv=True, nitpicky=True, plugins_trusted=["*"])
        files = [path for path in sorted(app.outdir.rglob("*")) if path.is_file()]
        built.append({path.relative_to(app.outdir).as_posix(): path.read_bytes() for path in files})
        warnings.append(set(project.warnings))
        for path in files:
            path.unlink()
    assert [name for name in built[0] if built[0][name] != built[1].get(name)] == []
    assert built[0].keys() == built[1].keys()
    assert warnings[0] == warnings[1]
    assert len(warnings[0]) == 5 + 5 + 1  # what cannot be loaded, broken markup, an ambiguous reference
    project.build(parallel=4, nitpicky=True, plugins_trusted=["*"])
    assert project.read == []
    assert set(project.warnings) == warnings[0]


@pytest.mark.slow
def test_another_version_of_the_extension_reads_all_pages_again(
    read: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read() == []
    monkeypatch.setattr("sphinxext.plugins.__version__", "99")
    assert read() == ["a", "b", "c", "index"]
    assert read() == []


@pytest.mark.slow
def test_what_is_kept_from_the_collector_is_given_back_by_the_next_build(project: Project) -> None:
    lasting: list[object] = []  # the count of what is kept is of no use: since Python 3.12 more is kept than that

    def collected() -> bool:
        return any(each is lasting for each in gc.get_objects())

    project.build("Top\n===\n")
    kept = not collected()
    thaw()
    assert kept
    assert collected()
    project.build({"index.rst": "Top\n===\n"}, extensions=["sphinxext.plugins"])
    thaw()
    gc.freeze()  # somebody else's
    try:
        thaw()
        assert not collected()
    finally:
        gc.unfreeze()


@pytest.mark.slow
@pytest.mark.parametrize("introspection", ["static", "import"])
def test_the_status_tells_how_far_introspection_is(install: Install, project: Project, introspection: str) -> None:
    install("one", {"ns": {f"p{number:02}": "m:A" for number in range(25)}}, {"m.py": "class A:\n    '''Of A.'''"})

    def status(**settings: object) -> list[str]:
        app = project.build("Top\n===\n\n.. list-plugins:: ns\n", plugins_introspection=introspection, **settings)  # type: ignore[arg-type]  # of conf.py
        lines = strip_colors(app.status.getvalue()).splitlines()
        return [line for line in lines if " plugins... " in line]

    shown = status()
    assert len(shown) == 25
    words = {"static": "reading the source of plugins... ", "import": "loading plugins... "}
    assert shown[0].startswith(f"{words[introspection]}[  4%] ns:p")
    assert "[100%] ns:p" in shown[-1]
    assert status() == []  # nothing is introspected
    install("one", {"ns": {f"q{number}": "m:A" for number in range(19)}})
    assert status() == []  # they are few


@pytest.mark.slow
def test_processes_that_read_pages_show_no_status(install: Install, project: Project) -> None:
    install("one", {"ns": {f"p{number:02}": "m:A" for number in range(25)}}, {"m.py": "class A:\n    '''Of A.'''"})
    nested = "- .. list-plugins:: ns\n"  # which is not looked for before pages are read
    pages = {f"{name}.rst": f"{name * 9}\n=========\n\n{nested}" for name in "abcdef"}
    pages["index.rst"] = "Top\n===\n\n.. toctree::\n   :glob:\n\n   *\n"
    app = project.build(pages, parallel=2)
    assert " plugins... " not in app.status.getvalue()


LOADED = """
    import pathlib
    with pathlib.Path(__file__).with_suffix(".log").open("a") as log:
        log.write("loaded\\n")
    class A:
        '''Of A.'''
"""


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_a_parallel_build_loads_plugins_once(install: Install, project: Project, site: Path, suffix: str) -> None:
    install(
        "one",
        {"ns": {"a": "m:A"}, "ms.x": {"b": "n:A"}, "my's": {"c": "o:A"}},
        dict.fromkeys(("m.py", "n.py", "o.py"), LOADED),
    )
    directives = ["list-plugins", "plugin-catalog", "plugin"], ["ns", "m?.* ns", "my's:c"]
    pages = {"index.rst": "Top\n===\n\n.. toctree::\n   :glob:\n\n   p*\n"}
    for number in range(8):
        shown = [(name, argument) for name, argument in zip(*directives, strict=True)]
        if suffix == "rst":
            body = "\n\n".join(f".. {name}:: {argument}\n   :no-index:" for name, argument in shown)
            pages[f"p{number}.rst"] = f"Page {number}\n======\n\n{body}\n"
        else:
            body = "\n\n".join(f"```{{{name}}} {argument}\n:no-index:\n```" for name, argument in shown)
            pages[f"p{number}.md"] = f"# Page {number}\n\n{body}\n"
    extensions = ["sphinxext.plugins", *(["myst_parser"] if suffix == "md" else [])]
    project.build(pages, builder="text", parallel=4, plugins_introspection="import", extensions=extensions)
    assert project.warnings == []
    assert {name: (site / f"{name}.log").read_text() for name in "mno"} == dict.fromkeys("mno", "loaded\n")


def test_notes_of_a_page_are_forgotten_and_merged() -> None:
    """All that is noted when a page is read; what lasts is left alone."""
    data: dict[str, Any] = {key: {"a": {"x": 1}, "b": {"y": 2}} for key in (*OF_PAGES, *LASTING)}
    other: dict[str, Any] = {key: {"b": {"z": 3}, "c": {"z": 4}} for key in (*OF_PAGES, *LASTING)}
    notes = Notes(data)
    notes.clear("a")
    notes.merge({"b"}, other)
    assert all(data[key] == {"b": {"z": 3}} for key in OF_PAGES)
    assert all(data[key] == {"a": {"x": 1}, "b": {"y": 2}} for key in LASTING)
    assert PluginDomain.initial_data.keys() == data.keys()


def test_a_problem_is_noted_once_on_a_page() -> None:
    notes = Notes({key: {} for key in (*OF_PAGES, *LASTING)})
    conflict = Problem(kind=ProblemKind.CONFLICT, message="is registered twice", remedy="rename one", plugin="ns:a")
    reference = Problem(kind=ProblemKind.REFERENCE, message="there is none", remedy="write another")
    for problem, places in ((conflict, "11"), (conflict, "2"), (reference, "34")):
        for place in places:
            notes.note_problem("a", Noted(problem, place))
    assert [noted.place for noted in notes.problems["a"].values()] == ["1", "3", "4"]
    notes.note_problem("a", Noted(conflict, "2", here=True))
    assert len(notes.problems["a"]) == 4
