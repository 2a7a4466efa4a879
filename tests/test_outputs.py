"""What is on disk, whichever builder read the pages last, and whatever became of the one before."""

from __future__ import annotations

import contextlib
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sphinx.events import EventManager

from sphinxext.plugins.formats.json import FIRST
from tests.test_links import OF_SPHINX

if TYPE_CHECKING:
    from tests.conftest import Install, Project

PAGES = {
    "index.rst": "Top\n===\n\n.. toctree::\n\n   a\n   b\n   c\n   reference/index\n",
    "a.rst": "A\n=\n\n.. plugin-catalog:: ns\n\n.. list-plugins:: ns\n",
    "b.rst": "B\n=\n\nSee :plugin:ref:`ms:late`.\n",
    "c.rst": "C\n=\n\nNothing.\n",
}
SETTINGS: dict[str, Any] = {
    "plugins_pages": {"reference": "ms"},
    "plugins_json": "plugins.json",
    "extensions": ["sphinxext.plugins"],
    "latex_documents": [("index", "top.tex", "Top", "Me", "manual")],
    "man_pages": [("index", "top", "Top", "Me", 1)],
    "texinfo_documents": [("index", "top", "Top", "Me", "top", "", "")],
    "epub_show_urls": "no",
    "version": "1",
    "suppress_warnings": ["epub"],
}


class Outputs:
    """A project whose builders share what they have read."""

    def __init__(self, project: Project, site: Path, install: Install) -> None:
        self.project, self.site, self.install = project, site, install
        self.edit("Old")
        for name, text in PAGES.items():
            (project.folder / name).write_text(text)

    def edit(self, word: str) -> None:
        """Write what the pages show: of each plugin the docstring, and one more plugin with each new word."""
        names = ["x", *(["late"] if word != "Old" else [])]
        self.install("one", {"ns": {"a": "m:A"}, "ms": dict.fromkeys(names, "m:A")})
        (self.site / "m.py").write_text(f"class A:\n    '''{word}zq here.'''\n")

    def build(self, builder: str, **settings: Any) -> set[str]:  # noqa: ANN401
        """Build, and give the names of the files that hold other content than before."""
        folder = self.project.folder / "_build" / builder
        before = self.contents(folder)
        self.times = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
        self.app = self.project.build(builder=builder, **{**SETTINGS, **settings})
        assert [warning for warning in self.project.warnings if "plugin" in warning.replace("ms:late", "")] == []
        self.outdir = folder
        return {name for name, content in self.contents(folder).items() if before.get(name) != content}

    def rewritten(self) -> set[str]:
        """Return the names of the pages that the last build wrote, whatever they hold."""
        return {
            path.relative_to(self.outdir).as_posix()
            for path, time in self.times.items()
            if path.stem in {"a", "b", "c", "x", "index"}
            and path.parent.name not in {"genindex", "plugin-index", "search"}
            and path.stat().st_mtime_ns != time
        }

    @staticmethod
    def contents(folder: Path) -> dict[str, bytes]:
        """Return the files of a folder, those in an archive each by itself."""
        found: dict[str, bytes] = {}
        for path in folder.rglob("*"):
            if path.suffix == ".epub":
                with zipfile.ZipFile(path) as archive:
                    found |= {f"{path.name}/{name}": archive.read(name) for name in archive.namelist()}
            elif path.is_file():
                found[path.relative_to(folder).as_posix()] = path.read_bytes()
        return found

    def holding(self, word: str) -> list[str]:
        """Return the names of the files that hold a word."""
        word = f"{word}zq"
        contents = self.contents(self.outdir)
        for name in contents.keys() & {"searchindex.js", "searchindex.json"}:  # Sphinx keeps words that are nowhere
            contents[name] = re.sub(rb'"%s": ?\[\]' % word.lower().encode(), b"", contents[name])
        contents.pop("searchindex.pickle", None)
        return sorted(name for name, content in contents.items() if word.lower().encode() in content.lower())


@pytest.fixture
def outputs(site: Path, install: Install, project: Project) -> Outputs:
    return Outputs(project, site, install)


BY_PAGE = ["html", "dirhtml", "json", "pickle", "text", "xml", "pseudoxml", "epub"]
AS_ONE = ["singlehtml", "latex", "man", "texinfo"]


@pytest.mark.slow
@pytest.mark.parametrize("builder", [*BY_PAGE, *(pytest.param(name, marks=pytest.mark.slow) for name in AS_ONE)])
@pytest.mark.filterwarnings(*OF_SPHINX)  # not every builder that is packed apart knows Sphinx 9
def test_pages_that_another_builder_read_are_written(outputs: Outputs, builder: str) -> None:
    outputs.build(builder)
    old = outputs.holding("Old")
    assert old
    outputs.edit("New")
    outputs.build("dummy")
    outputs.build(builder)
    assert outputs.project.read == []
    assert outputs.holding("Old") == []
    assert set(old) <= set(outputs.holding("New"))
    if builder == "html":
        assert "late" in (outputs.outdir / "genindex.html").read_text()
        assert 'href="reference/late.html#' in (outputs.outdir / "b.html").read_text()
    if builder in BY_PAGE:
        outputs.build(builder)
        assert outputs.rewritten() == set()


@pytest.mark.slow
def test_each_builder_and_folder_has_pages_of_its_own(outputs: Outputs) -> None:
    for builder in ("html", "text", "xml"):
        outputs.build(builder)
    outputs.edit("New")
    for builder in ("text", "html", "xml"):
        outputs.build(builder)
        assert outputs.holding("Old") == []
        assert {"a", "b"} <= {name.partition(".")[0] for name in outputs.rewritten()}
    outputs.edit("Newer")
    outputs.build("xml", parallel=2)
    outputs.build("text", parallel=2)
    assert outputs.holding("New") == []
    outputs.build("text")
    assert outputs.rewritten() == set()
    outputs.build("html")
    assert outputs.holding("New") == []


@pytest.mark.parametrize("alone", [False, True])
def test_what_is_included_counts_too(outputs: Outputs, alone: bool) -> None:  # noqa: FBT001
    folder = outputs.project.folder
    if alone:
        for page in ("a", "b"):
            (folder / f"{page}.rst").write_text(PAGES["c.rst"])
        (folder / "index.rst").write_text("Top\n===\n\n.. toctree::\n\n   a\n   b\n   c\n")
    (folder / "part.txt").write_text(".. list-plugins:: ns\n   :detailed:\n   :no-index:\n")
    (folder / "c.rst").write_text("C\n=\n\n.. include:: part.txt\n")
    settings: dict[str, Any] = {"plugins_pages": {}} if alone else {}
    outputs.build("html", **settings)
    assert "c.html" in outputs.holding("Old")
    (folder / "part.txt").write_text("Nothing.\n")
    outputs.build("text", **settings)
    outputs.build("html", **settings)
    assert outputs.project.read == []
    assert "c.html" not in outputs.holding("Old")
    outputs.build("html", **settings)
    assert outputs.rewritten() == set()


@pytest.mark.slow
@pytest.mark.parametrize("when", ["write-started", "doctree-resolved", "html-page-context", "html-collect-pages"])
@pytest.mark.parametrize(
    "number", [pytest.param(0, marks=pytest.mark.slow), 1, pytest.param(2, marks=pytest.mark.slow)]
)
def test_a_build_that_was_ended_while_it_wrote(
    outputs: Outputs, monkeypatch: pytest.MonkeyPatch, when: str, number: int
) -> None:
    outputs.build("html")
    before = outputs.contents(outputs.outdir)
    outputs.edit("New")
    emitted = []
    emit = EventManager.emit

    def end(self: EventManager, name: str, *arguments: Any, **options: Any) -> list[Any]:  # noqa: ANN401
        emitted.append(name)
        if emitted.count(when) > number:
            raise KeyboardInterrupt
        return emit(self, name, *arguments, **options)

    with monkeypatch.context() as patched, contextlib.suppress(KeyboardInterrupt):
        patched.setattr(EventManager, "emit", end)
        outputs.build("html")
    for name in ("a.html", "reference/x.html"):  # what was open then is there in part
        path = outputs.outdir / name
        path.write_bytes(path.read_bytes()[:1000])
    outputs.build("html")
    assert outputs.holding("Old") == []
    after = outputs.contents(outputs.outdir)
    outputs.project.build(builder="html", freshenv=True, **SETTINGS)
    fresh = outputs.contents(outputs.outdir)
    assert [name for name in before if name.endswith(".html") and after[name] != fresh[name]] == []
    outputs.build("html")
    assert outputs.rewritten() == set()


def test_a_page_that_is_not_as_it_was_written(outputs: Outputs) -> None:
    outputs.build("html")
    pages = [outputs.outdir / name for name in ("a.html", "reference/x.html", "b.html")]
    whole = [path.read_bytes() for path in pages]
    for path in pages:
        path.write_bytes(path.read_bytes()[:1000])
    (outputs.outdir / "_static" / "sphinxext-plugins.css").write_text("")
    assert {"a.html", "b.html", "_static/sphinxext-plugins.css"} <= outputs.build("html")
    assert [path.read_bytes() for path in pages] == whole
    outputs.build("html")
    assert outputs.rewritten() == set()


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"\xff{]", b"", b"[", b"{}", b'{"a": ["x", "y"]}', b"[" * 100000, None])
def test_what_is_kept_of_pages_may_be_lost(outputs: Outputs, content: bytes | None) -> None:
    outputs.build("text")
    [kept] = (outputs.project.folder / "_build" / "doctrees").glob("plugins-written-*.json")
    whole = kept.read_bytes()
    if content is None:
        kept.unlink()
        kept.mkdir()
    else:
        kept.write_bytes(content)
    outputs.build("text")
    assert "a.txt" in outputs.rewritten()
    if content is not None:
        assert kept.read_bytes() == whole
        outputs.build("text")
        assert outputs.rewritten() == set()


OF_ROWS = {
    "index.rst": "Top\n===\n\n.. toctree::\n   :glob:\n   :titlesonly:\n\n   [!o]*\n",
    "role.rst": "Role\n====\n\nSee :plugin:ref:`ns:a`.\n",
    "none.rst": "None\n====\n\nNothing.\n",
    "table.rst": "Table\n=====\n\n.. plugin-catalog:: ns\n   :view: table\n   :no-index:\n",
    "list.rst": "List\n====\n\n.. plugin-catalog:: ns\n   :view: list\n   :group-by: kind\n   :no-index:\n",
    "cards.rst": "Cards\n=====\n\n.. plugin-catalog:: n*\n   :view: cards\n   :no-index:\n",
    "details.rst": "Details\n=======\n\n.. plugin-catalog:: ns\n   :view: details\n   :no-index:\n",
    "full.rst": "Full\n====\n\n.. plugin-catalog:: ns\n",
}
MOVES: list[tuple[str, dict[str, str], str, set[str]]] = [
    ("own2", {}, "", {"own2"}),
    ("", {"ref": "ns"}, "", {"ref/a"}),
    ("", {"zzz": "ns"}, "", {"zzz/a"}),
    ("", {}, "", {"full"}),
    ("", {}, "   :no-index:\n", set()),
    ("own1", {}, "", {"own1"}),
]
"""The page that is for a plugin, ``plugins_pages``, an option of the page that describes all; where links lead."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("builder", "parallel"), [("html", 2), ("xml", 0), pytest.param("epub", 0, marks=pytest.mark.slow)]
)
@pytest.mark.filterwarnings(*OF_SPHINX)
def test_rows_lead_to_where_a_plugin_is_described_now(
    install: Install, project: Project, builder: str, parallel: int
) -> None:
    install("one", {"ns": {"a": "m:A", "b": "m:A"}}, {"m.py": "class A:\n    '''Text.'''\n"})
    settings: dict[str, Any] = {"html_theme": "basic", "epub_show_urls": "no", "version": "1"}

    def build(pages: dict[str, str]) -> dict[str, tuple[set[str], int]]:
        folder = Path(project.build(pages, builder=builder, parallel=parallel, **settings).outdir)
        files = {name: next(folder.glob(f"{name}.*")) for name in ("role", "table", "list", "cards", "details")}
        found = {name: (_LINK.findall(file.read_text()), file.stat().st_mtime_ns) for name, file in files.items()}
        return {name: (set(links), time) for name, (links, time) in found.items()}

    build({**OF_ROWS, "own1.rst": "Own\n===\n\n.. plugin:: ns:a\n"})
    for own, settings["plugins_pages"], option, place in MOVES:
        for path in project.folder.glob("own*.rst"):
            path.unlink()
        pages = {f"{own}.rst": "Own\n===\n\n.. plugin:: ns:a\n"} if own else {}
        if (full := OF_ROWS["full.rst"] + option) != (project.folder / "full.rst").read_text():
            pages["full.rst"] = full
        moved = build(pages)
        leading = {name: links for name, (links, _) in moved.items()}
        # Without another page for it, this one describes it; a role leads to a place in a list as well.
        leading.pop("role" if not place else "details" if place == {"full"} else "", None)
        assert leading == dict.fromkeys(leading, place)
        assert "none" not in project.read
    assert build({}) == moved
    assert project.read == []


_LINK = re.compile(r'(?:href|refuri)="([^"#.]+)[.\w]*#plugin-ns-a"')


def test_nothing_leads_elsewhere_where_a_place_moves_on_its_page(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": "class A: pass\n"})
    pages = {name: OF_ROWS[name] for name in ("index.rst", "role.rst", "table.rst")}
    project.build({**pages, "own.rst": "Own\n===\n\n.. plugin:: ns:a\n"}, builder="xml")
    files = [project.folder / "_build" / "xml" / name for name in ("role.xml", "table.xml")]
    before = [file.stat().st_mtime_ns for file in files]
    project.build({"own.rst": "Own\n===\n\nMore.\n\n.. plugin:: ns:a\n"}, builder="xml")
    assert project.read == ["own"]
    assert [file.stat().st_mtime_ns for file in files] == before


def test_a_build_of_some_pages_says_nothing_of_others(outputs: Outputs) -> None:
    outputs.build("text")
    outputs.edit("New")
    outputs.project.only = [outputs.project.folder / "c.rst"]
    outputs.build("text")
    outputs.project.only = ()
    assert outputs.holding("Old") == ["a.txt", "reference/index.txt", "reference/x.txt"]
    outputs.build("text")
    assert outputs.holding("Old") == []


@pytest.mark.slow
def test_the_file_of_data_that_was_cut_is_written_again(outputs: Outputs) -> None:
    outputs.build("html")
    file = outputs.outdir / "plugins.json"
    whole = file.read_bytes()
    for length in (0, 1, len(FIRST) - 1, len(FIRST), len(FIRST) + 1, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        outputs.build("html")
        assert file.read_bytes() == whole


def test_a_project_without_plugins_keeps_nothing_of_pages(project: Project) -> None:
    for _ in range(2):
        project.build("Top\n===\n", builder="text")
        assert list((project.folder / "_build" / "doctrees").glob("plugins*")) == []
