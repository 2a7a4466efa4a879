"""Pages that the extension writes, one for each plugin."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.sphinx import pages

if TYPE_CHECKING:
    from tests.conftest import Install, Project

TOP = "Top\n===\n\n.. toctree::\n\n   reference/index\n\n:plugin:ref:`ns:a`\n"
FILES = {"m.py": "def f():\n    '''Of f.'''\ndef g():\n    '''Of g.'''\n"}
SETTINGS: dict[str, object] = {"plugins_pages": {"reference": "ns"}, "nitpicky": True}


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*")) if folder.is_dir() else []


@pytest.mark.slow
def test_pages_come_and_go_with_their_plugins(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:f", "b": "m:g"}}, FILES)
    folder = project.folder / "reference"
    app = project.build(TOP, **SETTINGS)  # type: ignore[arg-type]  # they are configuration, all of them
    assert project.warnings == []
    assert files(folder) == ["a.rst", "b.rst", "index.rst"]
    assert 'href="reference/a.html#plugin-ns-a"' in (app.outdir / "index.html").read_text()
    listed = (app.outdir / "reference" / "index.html").read_text()
    assert 'href="a.html#plugin-ns-a"' in listed
    assert "Of g." in (app.outdir / "reference" / "b.html").read_text()
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}

    project.build(**SETTINGS)  # type: ignore[arg-type]
    assert project.read == []
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before

    install("one", {"ns": {"a": "m:f", "b": "m:g"}}, {"m.py": FILES["m.py"].replace("Of g", "Changed g")})
    project.build(**SETTINGS)  # type: ignore[arg-type]
    assert project.read == ["reference/b", "reference/index"]

    install("one", {"ns": {"a": "m:f", "c": "m:g"}})
    project.build(**SETTINGS)  # type: ignore[arg-type]
    assert project.warnings == []
    assert files(folder) == ["a.rst", "c.rst", "index.rst"]
    assert project.read == ["reference/c", "reference/index"]

    project.build({"index.rst": "Top\n===\n"})
    assert project.warnings == []
    assert not folder.exists()


def test_a_file_of_somebody_else_is_never_written_over(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:f", "b": "m:g"}}, FILES)
    folder = project.folder / "reference"
    folder.mkdir()
    (folder / "a.rst").write_text(":orphan:\n\nMine\n====\n")
    (folder / "index.rst").write_text("My own\n======\n\n.. toctree::\n   :glob:\n\n   *\n")
    app = project.build(TOP, plugins_pages={"reference": "ns"})
    assert (folder / "a.rst").read_text().startswith(":orphan:")
    assert (folder / "index.rst").read_text().startswith("My own")
    assert 'href="b.html"' in (app.outdir / "reference" / "index.html").read_text()
    assert project.warnings == [
        "WARNING: ns:a gets no page of its own: reference/a.rst, which plugins_pages would write, is there; move that "
        "file, or put the directive plugin into it and let plugins_pages write elsewhere [plugins.config]"
    ]
    project.build({"index.rst": "Top\n===\n"})
    assert files(folder) == ["a.rst", "index.rst"]


NAMES = ["index", "CSV", "csv", "Csv", ".hidden", "-x", "a b", "a/b", "漢字", "*", "x" * 60, "ערך", "`a`_", "|x|"]
NAMES += [
    "self",
    "genindex",
    "writer.rst",
    "writer.md",
    "a_",
    "_a_",
    "__init__",
    "a_b_",
    "x--y",
    '"q"',
    "'s'",
    "a...",
    "1.",
]
NAMES += [
    "{a}`b`",
    "<!-- -->",
    "$a$",
    "x # y",
    "~~~",
    "```",
    "a\\b",
    "&amp;",
    "[a](b)",
    "http://a.example/",
    "a:b",
    "a::",
    "..",
    "%",
]


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".rst", ".md"])
def test_any_name_has_a_page_and_each_its_own(install: Install, project: Project, suffix: str) -> None:
    install("one", {"ns": dict.fromkeys(NAMES, "m:f")}, FILES)
    pages_ = {"index.rst": "Top\n===\n\n.. toctree::\n\n   reference/index\n"}
    settings: dict[str, object] = {"plugins_pages": {"reference": "ns"}}
    if suffix == ".md":
        pages_ = {"index.md": "# Top\n\n```{toctree}\nreference/index\n```\n"}
        settings |= {"extensions": ["sphinxext.plugins", "myst_parser"], "source_suffix": {".md": "markdown"}}
        settings |= {"myst_enable_extensions": ["dollarmath", "linkify", "substitution", "attrs_inline"][::2]}
    app = project.build(pages_, **settings)  # type: ignore[arg-type]  # they are configuration, all of them
    assert project.warnings == []
    written = files(project.folder / "reference")
    assert len(written) == len(NAMES) + 1 == len({name.lower() for name in written})
    titles = {app.env.titles[f"reference/{name.removesuffix(suffix)}"].astext() for name in written}
    shown = {name.replace("<", "\\x3c") if name.startswith("<!") else name for name in NAMES}
    assert titles == {*shown, "ns"}
    documented = app.env.domaindata["plugin"]["objects"]
    assert {name for page in documented for _, name in documented[page]} == {"ns", *(f"ns:{name}" for name in shown)}


@pytest.mark.parametrize("count", [1500])
def test_many(tmp_path: Path, count: int) -> None:
    namespace = pages.Namespace("ns", "ns", [f"plugin{number}" for number in range(count)], {})
    assert pages.write(tmp_path, "many", namespace, pages.Form(".rst", markdown=False, suffixes=[".rst"])) == []
    assert len(files(tmp_path / "many")) == count + 1
    pages.remove(tmp_path / "many")
    assert not (tmp_path / "many").exists()


GLOB: dict[str, object] = {"plugins_pages": {"pp": "app.*"}, "plugins_namespaces": {"app.*": {"title": "All"}}}


def test_each_namespace_of_a_glob_has_a_folder(install: Install, project: Project) -> None:
    install("one", {"app.r": {"a": "m:f"}, "app.w": {"a": "m:g", "index": "m:g"}, "other": {"a": "m:f"}}, FILES)
    page = "Top\n===\n\n.. toctree::\n\n   pp/index\n\n:plugin:ref:`app.w:a`\n"
    app = project.build(page, **GLOB)  # type: ignore[arg-type]
    assert project.warnings == []
    assert files(project.folder / "pp") == ["app.r", "app.w", "index.rst"]
    assert files(project.folder / "pp" / "app.w") == ["a.rst", "index--U69--U6E--U64--U65--U78-.rst", "index.rst"]
    assert 'href="pp/app.w/a.html#plugin-app.w-a"' in (app.outdir / "index.html").read_text()
    assert app.env.titles["pp/index"].astext() == "All"
    install("one", {"app.w": {"a": "m:g"}})
    project.build(**GLOB, freshenv=True)  # type: ignore[arg-type]
    assert files(project.folder / "pp") == ["app.w", "index.rst"]
    project.build("Top\n===\n")
    assert not (project.folder / "pp").exists()


def test_what_is_outside_of_the_project_is_not_written_to(install: Install, project: Project, tmp_path: Path) -> None:
    install("one", {"ns": {"a": "m:f"}}, FILES)
    outside = tmp_path / "outside"
    outside.mkdir()
    (project.folder / "link").symlink_to(outside)
    (project.folder / "in").mkdir()
    (project.folder / "in" / "a.rst").symlink_to(outside / "a.rst")
    (project.folder / "in" / "index.rst").symlink_to(outside / "index.rst")
    (project.folder / "all").mkdir()
    (project.folder / "all" / "ns").symlink_to(outside)
    folders = ["../outside", str(outside), "link", "link/deep", "x/../../outside", "\0"]
    for _ in range(2):
        project.build("Top\n===\n", plugins_pages={**dict.fromkeys(folders, "ns"), "all": "n[s]", "in": "ns"})
        assert list(outside.iterdir()) == []
        assert [line for line in project.warnings if "plugins.config" in line] == [
            *(
                f"WARNING: plugins_pages gives ns the folder {folder!r}, which is not below that of the pages; "
                "name one [plugins.config]"
                for folder in [*folders, "all/ns"]
            ),
            "WARNING: ns:a gets no page of its own: in/a.rst, which plugins_pages would write, is there; move that "
            "file, or put the directive plugin into it and let plugins_pages write elsewhere [plugins.config]",
        ]


def test_a_file_in_the_place_of_the_folder_is_said_once(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:f", "b": "m:g"}}, FILES)
    (project.folder / "reference").write_text("")
    for _ in range(2):
        project.build("Top\n===\n", plugins_pages={"reference": "ns"})
        assert project.warnings == [
            "WARNING: plugins_pages cannot write the pages of ns to 'reference': File exists; let it write to a folder "
            "where that can be done; until then its pages are as they were [plugins.config]"
        ]


def test_what_cannot_be_written_ends_no_build(
    install: Install, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("one", {"ns": {"a": "m:f", "b": "m:g"}}, FILES)

    mkdir = Path.mkdir

    def refuse(path: Path, mode: int = 0o777, **options: bool) -> None:
        if path.name == "reference":
            raise OSError(errno.EROFS, "Read-only file system")
        mkdir(path, mode, **options)

    monkeypatch.setattr(Path, "mkdir", refuse)
    project.build(TOP, plugins_pages={"reference": "ns"})
    assert [line for line in project.warnings if "plugins.config" in line] == [
        "WARNING: plugins_pages cannot write the pages of ns to 'reference': Read-only file system; let it write to a "
        "folder where that can be done; until then its pages are as they were [plugins.config]"
    ]


def test_pages_are_written_in_a_form_that_is_read(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:f"}}, FILES)
    project.build({"index.txt": TOP}, source_suffix={".txt": "restructuredtext"}, plugins_pages={"reference": "ns"})
    assert project.warnings == []
    assert files(project.folder / "reference") == ["a.txt", "index.txt"]
    project.build({"index.rst": TOP}, plugins_pages={"reference": "ns"})
    assert project.warnings == []
    assert files(project.folder / "reference") == ["a.rst", "index.rst"]
    project.build(plugins_pages={"reference": "ns"}, exclude_patterns=["reference/a*"])
    assert [line for line in project.warnings if "plugins.config" in line] == [
        "WARNING: plugins_pages writes the pages of ns to 'reference', where not all are read; name another folder, "
        "or correct exclude_patterns and include_patterns [plugins.config]"
    ]


def test_a_page_of_the_project_takes_the_place_of_one_that_would_be_written(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:f", "b": "m:g", "c": "m:f"}}, FILES)
    settings: dict[str, object] = {
        "plugins_pages": {"reference": "ns"},
        "extensions": ["sphinxext.plugins", "myst_parser"],
    }
    project.build(TOP, **settings)  # type: ignore[arg-type]
    assert files(project.folder / "reference") == ["a.rst", "b.rst", "c.rst", "index.rst"]
    own = {
        "mine.rst": ":orphan:\n\nMine\n====\n\n.. plugin:: ns:a\n",
        "reference/b.md": "# Mine too\n\n```{plugin} ns:b\n```\n",
        "reference/of-c.rst": "Of c\n====\n\n.. plugin:: ns:c",
    }
    (project.folder / "reference" / "b.rst").unlink()
    for changed in (own, {}):
        app = project.build(changed, **settings)  # type: ignore[arg-type]
        assert project.warnings == []
        assert files(project.folder / "reference") == ["b.md", "index.rst", "of-c.rst"]
        assert 'href="mine.html#plugin-ns-a"' in (app.outdir / "index.html").read_text()
        assert app.env.toctree_includes["reference/index"] == ["reference/b", "reference/of-c"]
    (project.folder / "mine.rst").unlink()
    project.build(**settings)  # type: ignore[arg-type]
    assert files(project.folder / "reference") == ["a.rst", "b.md", "index.rst", "of-c.rst"]


def test_no_two_namespaces_share_a_folder(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:f"}, "ms": {"b": "m:f"}}, FILES)
    project.build(TOP.replace("ns:a", "a"), plugins_pages={"reference": "ns", "./reference/": "ms"})
    assert project.warnings == [
        "WARNING: plugins_pages gives ms and ns the same folder, 'reference'; give each its own [plugins.config]"
    ]
    assert files(project.folder / "reference") == ["a.rst", "index.rst"]
