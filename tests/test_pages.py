"""Pages that the extension writes, one for each plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins import pages

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Install, Project

TOP = "Top\n===\n\n.. toctree::\n\n   reference/index\n\n:plugin:ref:`ns:a`\n"
FILES = {"m.py": "def f():\n    '''Of f.'''\ndef g():\n    '''Of g.'''\n"}
SETTINGS: dict[str, object] = {"plugins_pages": {"reference": "ns"}, "nitpicky": True}


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*")) if folder.is_dir() else []


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


def test_any_name_has_a_page_and_each_its_own(install: Install, project: Project) -> None:
    install("one", {"ns": dict.fromkeys(NAMES, "m:f")}, FILES)
    app = project.build("Top\n===\n\n.. toctree::\n\n   reference/index\n", plugins_pages={"reference": "ns"})
    assert project.warnings == []
    written = files(project.folder / "reference")
    assert len(written) == len(NAMES) + 1 == len({name.lower() for name in written})
    titles = {app.env.titles[f"reference/{name.removesuffix('.rst')}"].astext() for name in written}
    assert titles == {*NAMES, "ns"}


@pytest.mark.parametrize("count", [1500])
def test_many(tmp_path: Path, count: int) -> None:
    names = [f"plugin{number}" for number in range(count)]
    assert pages.write(tmp_path / "many", "ns", names, None) == []
    assert len(files(tmp_path / "many")) == count + 1
    pages.remove(tmp_path / "many")
    assert not (tmp_path / "many").exists()
