"""Guides: pages that somebody wrote for plugins, linked from catalogs and compared with what is registered."""

from __future__ import annotations

import inspect
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from docutils import nodes
from sphinx.project import EXCLUDE_PATHS
from sphinx.project import Project as SphinxProject

from sphinxext.plugins.cli import main
from sphinxext.plugins.core.guides import Guides
from sphinxext.plugins.core.model import Distribution, Plugin
from sphinxext.plugins.core.pages import Pages
from tests.conftest import lines_of_findings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import Install, Project

# Which page is for which plugin.


def guides(pattern: str, pages: Sequence[str], names: Sequence[str], key: str = "ns") -> list[str | None]:
    """The guides of plugins of the namespace ``ns``."""
    found = Guides({key: pattern}, lambda: dict.fromkeys(pages, Path("conf.py")))
    distribution = Distribution(name="My_Dist")
    return found.of([Plugin(namespace="ns", name=each, target="m", distribution=distribution) for each in names])


ALIKE = {
    "exactly": ("user/{name}-plugin", ["user/csv-plugin"], ["csv"], ["user/csv-plugin"]),
    "in capitals": ("user/{name}-plugin", ["user/vanilla-plugin"], ["Vanilla"], ["user/vanilla-plugin"]),
    "another separator": ("{name}", ["a-b-c"], ["a_b.c"], ["a-b-c"]),
    "with a space": ("{name}", ["a-b"], ["a b"], ["a-b"]),
    "with a slash, a folder": ("g/{name}", ["g/org/project"], ["org/project"], ["g/org/project"]),
    "with a slash": ("g/{name}", ["g/org-project"], ["org/project"], ["g/org-project"]),
    "not ASCII": (
        "g/{name}",
        ["g/stra\u00dfe", "g/e\u0301te"],
        ["STRASSE", "\u00e9t\u00e9", "\u00c9te"],
        ["g/stra\u00dfe", None, "g/e\u0301te"],
    ),
    "exact goes first": ("{name}", ["CSV", "csv"], ["csv", "CSV"], ["csv", "CSV"]),
    "what is another's is nobody else's": ("{name}", ["a-b"], ["a-b", "a_b"], ["a-b", None]),
    "several pages": ("{name}", ["a-b", "a_b"], ["a.b"], [None]),
    "several plugins": ("{name}", ["a-b"], ["a_b", "A.B"], [None, None]),
    "registered twice": ("{name}", ["a-b"], ["a_b", "a_b"], ["a-b", "a-b"]),
    "of a distribution": ("{distribution}/all", ["my-dist/all"], ["a", "b"], ["my-dist/all", "my-dist/all"]),
    "of a namespace": ("{namespace}/{name}", ["ns/a"], ["a"], ["ns/a"]),
    "braces of a name": ("{name}", ["{namespace}", "ns"], ["{namespace}"], ["{namespace}"]),
    "outside": (
        "user/{name}-plugin",
        ["etc/passwd-plugin", "user/x"],
        ["../../etc/passwd", "../etc/passwd"],
        [None, None],
    ),
    "a glob": ("user/{name}", ["user/a", "user/b"], ["*", "?", "[ab]"], [None, None, None]),
    "none": ("user/{name}", [], ["a"], [None]),
}


@pytest.mark.parametrize(("pattern", "pages", "names", "expected"), ALIKE.values(), ids=ALIKE)
def test_pages_are_found_that_are_alike(
    pattern: str, pages: list[str], names: list[str], expected: list[str | None]
) -> None:
    assert guides(pattern, pages, names) == expected


PATTERNS: dict[str, dict[str, object]] = {
    "usual": {},
    "left out": {"exclude_patterns": ["_build", "a/*/no.rst", "**/x?.rst", "drafts", "[!a-z]*.rst", "("]},
    "only": {"include_patterns": ["a/**", "index.rst"]},
    "suffixes": {"source_suffix": {".txt": "restructuredtext", ".rst": "restructuredtext"}},
    "a suffix": {"source_suffix": ".txt"},
    "templates": {"templates_path": ["a"]},
}


@pytest.mark.parametrize("conf", PATTERNS.values(), ids=PATTERNS)
def test_pages_are_those_that_sphinx_finds(tmp_path: Path, conf: dict[str, object]) -> None:
    files = ["index.rst", "a/b/no.rst", "a/b/yes.rst", "a/x1.rst", "a/xx1.rst", "drafts/d.rst", "_build/index.rst"]
    files += ["A.rst", "1.rst", "(.rst", "t.txt", "a/t.txt", ".#lock.rst", "_sources/s.rst", "a/_sources/s.rst"]
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("")
    (tmp_path / "linked").symlink_to(tmp_path / "a", target_is_directory=True)
    suffixes = conf.get("source_suffix", ".rst")
    project = SphinxProject(tmp_path, suffixes if isinstance(suffixes, dict) else {str(suffixes): "restructuredtext"})
    excluded = [*conf.get("exclude_patterns", []), *conf.get("templates_path", [])]  # type: ignore[misc]  # lists
    expected = project.discover([*excluded, *EXCLUDE_PATHS], conf.get("include_patterns", ["**"]))  # type: ignore[arg-type]
    found = Pages(tmp_path, conf).find()
    assert found.keys() == expected
    assert found == {name: tmp_path / project.doc2path(name, absolute=False) for name in expected}


def test_pages_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "index.rst").write_text("")
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    assert "index" in Pages(tmp_path).find()


@pytest.mark.parametrize(("extension", "found"), [("myst_parser", {"a", "b"}), ("sphinx.ext.napoleon", {"b"})])
def test_extensions_bring_suffixes(tmp_path: Path, extension: str, found: set[str]) -> None:
    (tmp_path / "a.md").write_text("")
    (tmp_path / "b.rst").write_text("")
    assert Pages(tmp_path, {"extensions": [extension]}).find().keys() == found


# On pages.

GUIDES = {"ns.a": "user/{name}-guide"}


@pytest.fixture
def documented(install: Install, project: Project) -> Project:
    """Two plugins, one of which has a guide."""
    install("one", {"ns.a": {"csv": "m:A", "json": "m:B"}}, {"m.py": "class A: 'Of A.'\nclass B: 'Of B.'\n"})
    (project.folder / "user").mkdir()
    write(project, "csv", "All of CSV")
    return project


def write(project: Project, name: str, title: str = "Title") -> Path:
    file = project.folder / "user" / f"{name}-guide.rst"
    file.write_text(f":orphan:\n\n{title}\n{'=' * len(title)}\n")
    return file


PAGES = {
    "index.rst": "T\n=\n\n.. toctree::\n\n   table\n   list\n   cards\n   named\n   without\n   own\n   stevedore\n",
    "table.rst": "T\n=\n\n.. plugin-catalog:: ns.a\n",
    "list.rst": "T\n=\n\n.. plugin-catalog:: ns.*\n   :view: list\n   :no-index:\n",
    "cards.rst": "T\n=\n\n.. plugin-catalog:: ns.a\n   :view: cards\n   :no-index:\n",
    "named.rst": "T\n=\n\n.. plugin-catalog:: ns.a\n   :view: table\n   :columns: name, guide=Manual\n   :no-index:\n",
    "without.rst": "T\n=\n\n.. plugin-catalog:: ns.a\n   :view: table\n   :columns: name\n   :no-index:\n",
    "own.rst": "T\n=\n\n.. plugin:: ns.a:csv\n   :no-index:\n",
    "stevedore.rst": "T\n=\n\n.. list-plugins:: ns.a\n   :no-index:\n",
}
SHOWING = ["cards", "list", "named", "own", "table"]


def linked(app: SphinxTestApp, page: str) -> list[tuple[str, str]]:
    """The addresses of the links to guides on a page, with their texts."""
    resolve = app.env.get_and_resolve_doctree
    newer: dict[str, Any] = {"tags": app.tags} if "tags" in inspect.signature(resolve).parameters else {}
    doctree = resolve(page, app.builder, **newer)
    found = [each for each in doctree.findall(nodes.reference) if "guide" in each.get("refuri", "")]
    return [(each["refuri"], each.astext()) for each in found]


@pytest.mark.parametrize("parallel", [0, 2])
def test_guides_are_linked_from_catalogs_and_details(documented: Project, parallel: int) -> None:
    app = documented.build(PAGES, parallel=parallel, plugins_guides=GUIDES)
    assert documented.warnings == []
    expected = [("user/csv-guide.html", "All of CSV")]
    assert {page: linked(app, page) for page in SHOWING} == {
        page: expected * (2 if page == "table" else 1) for page in SHOWING
    }
    assert linked(app, "without") == linked(app, "stevedore") == []
    html = (app.outdir / "named.html").read_text()
    assert "Manual" in html
    data = json.loads((app.outdir / "plugins.json").read_text())["namespaces"]["ns.a"]["plugins"]
    assert {each["name"]: each.get("guide") for each in data} == {"csv": "user/csv-guide", "json": None}


@pytest.mark.parametrize("builder", ["text", "latex", "man", "singlehtml", "dirhtml"])
def test_every_builder_resolves_guides(documented: Project, builder: str) -> None:
    index = PAGES["index.rst"].replace("own", "own\n   user/csv-guide")
    app = documented.build({**PAGES, "index.rst": index}, builder=builder, plugins_guides=GUIDES)
    assert documented.warnings == []
    written = "".join(
        path.read_text() for path in sorted(app.outdir.rglob("*")) if path.suffix in {".txt", ".tex", ".1", ".html"}
    )
    assert "All of CSV" in written


def test_pages_that_link_to_guides_are_read_again_and_no_others(documented: Project) -> None:
    documented.build(PAGES, plugins_guides=GUIDES)
    documented.build({}, plugins_guides=GUIDES)
    assert documented.read == []
    write(documented, "json")
    app = documented.build({}, plugins_guides=GUIDES)
    # The page of the other plugin alone does not show it.
    assert documented.read == ["cards", "list", "named", "table", "user/json-guide"]
    assert len(linked(app, "table")) == 4
    (documented.folder / "user" / "csv-guide.rst").unlink()
    app = documented.build({}, plugins_guides=GUIDES)
    assert documented.read == SHOWING
    assert documented.warnings == []
    assert linked(app, "own") == []
    write(documented, "other")
    documented.build({}, plugins_guides=GUIDES)
    assert documented.read == ["user/other-guide"]


def test_the_title_of_a_guide_is_written_again(documented: Project) -> None:
    app = documented.build(PAGES, plugins_guides=GUIDES)
    write(documented, "csv", "Another title")
    app = documented.build({}, plugins_guides=GUIDES)
    assert documented.read == ["user/csv-guide"]
    assert "Another title" in (app.outdir / "table.html").read_text()
    assert (app.outdir / "plugins.json").is_file()


def test_columns_of_the_settings(documented: Project) -> None:
    settings = {"ns.a": {"columns": ["name", "Guide"]}}
    pages = {"index.rst": PAGES["list.rst"]}
    app = documented.build(pages, plugins_guides=GUIDES, plugins_namespaces=settings)
    assert len(linked(app, "index")) == 1
    app = documented.build({}, plugins_guides=GUIDES, plugins_namespaces={"ns.a": {"columns": ["name"]}})
    assert linked(app, "index") == []
    write(documented, "json")
    documented.build({}, plugins_guides=GUIDES, plugins_namespaces={"ns.a": {"columns": ["name"]}})
    assert documented.read == ["user/json-guide"]


WRONG = {
    "unknown placeholder": (
        {"ns.a": "user/{nam}-guide"},
        "conf.py:2: WARNING: plugins_guides['ns.a'] = 'user/{nam}-guide' is not valid; give it no {nam}, but {name}, "
        "{namespace}, {distribution} (the nearest: name, namespace); until then it is left out [plugins.config]",
    ),
    "no text": (
        {"ns.a": 3},
        "conf.py:2: WARNING: plugins_guides['ns.a'] = 3 is not valid; give it the name of a page, as in "
        "{'sluice.reader': 'user/{name}-reader'}, by a namespace or a glob; until then it is left out "
        "[plugins.config]",
    ),
    "unknown namespace": (
        {"ns.b": "user/{name}"},
        "conf.py:2: WARNING: plugins_guides has a pattern for 'ns.b', and there is no such namespace; correct it "
        "(the nearest: ns.a), or remove it [plugins.config]",
    ),
    "no dictionary": (
        ["user/{name}"],
        "conf.py:2: WARNING: plugins_guides = ['user/{name}'] is not valid; give it such as "
        '{"sluice.reader": "user/{name}-reader"} in conf.py; until then it is {} [plugins.config]',
    ),
}


@pytest.mark.parametrize(("guides", "warning"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_in_the_setting_is_one_warning(documented: Project, guides: object, warning: str) -> None:
    for _again in range(2):
        documented.build({"index.rst": PAGES["table.rst"]}, extensions=["sphinxext.plugins"], plugins_guides=guides)
        assert [line for line in documented.warnings if "guides" in line] == [warning]


# As a rule.


def checked(
    capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """What ``check`` finds, a line each."""
    monkeypatch.chdir(folder)
    chosen = () if "--select" in arguments else ("--ignore", "metadata,coverage,load")
    code = main(["check", *arguments, *chosen])
    lines = lines_of_findings(capsys.readouterr().out)
    assert code == (0 if len(lines) == 1 else 1)
    return lines[:-1]


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    return lambda folder, *arguments: checked(capsys, folder, *arguments, monkeypatch=monkeypatch)


MISSING = (
    "ns.a:json has no guide, for there is no page 'user/json-guide'; write it{}, or leave ns.a out of plugins_guides"
)
LEFT = (
    "the page 'user/jsn-guide' is by its name the guide of 'jsn', which is no plugin of ns.a; rename it (the nearest: "
    "json), remove it, or register the plugin"
)


def test_guides_that_are_missing_and_left_are_found(documented: Project, check: Callable[..., list[str]]) -> None:
    write(documented, "jsn")
    documented.build({"index.rst": PAGES["table.rst"]}, plugins_guides=GUIDES)
    assert documented.warnings == []  # on request alone
    missing = MISSING.format(" (the nearest: user/jsn-guide)")
    for parallel in (0, 2, 0):
        documented.build({}, plugins_guides=GUIDES, plugins_rules=["guide"], parallel=parallel)
        assert documented.warnings == [
            f"conf.py:1: WARNING: {missing} [plugins.guide]",
            f"user/jsn-guide.rst:1: WARNING: {LEFT} [plugins.guide]",
        ]
    found = check(documented.folder, "ns.a", "--conf", ".", "--select", "guide")
    assert found == [f"conf.py:1: guide {missing}", f"user/jsn-guide.rst:1: guide {LEFT}"]
    write(documented, "jsn").rename(documented.folder / "user" / "json-guide.rst")
    assert check(documented.folder, "ns.a", "--conf", ".", "--select", "guide") == []


def test_a_guide_that_is_not_certain_is_found(documented: Project, check: Callable[..., list[str]]) -> None:
    write(documented, "JSON")
    write(documented, "Json")
    documented.build({"index.rst": PAGES["table.rst"]}, plugins_guides=GUIDES)
    assert check(documented.folder, "ns.a", "--conf", ".", "--select", "guide") == [
        "conf.py:1: guide ns.a:json has no guide, for 'user/JSON-guide' and 'user/Json-guide' are not certain: each "
        "may be it; call it 'user/json-guide'"
    ]


def test_namespaces_that_share_a_pattern_share_its_pages(
    documented: Project, install: Install, check: Callable[..., list[str]]
) -> None:
    install("two", {"ns.b": {"yaml": "m:A"}})
    for name in ("json", "yaml", "gone"):
        write(documented, name)
    documented.build({"index.rst": PAGES["table.rst"]}, plugins_guides={"ns.*": "user/{name}-guide"})
    [found] = check(documented.folder, "ns.a", "--conf", ".", "--select", "guide")
    assert found.startswith(
        "user/gone-guide.rst:1: guide the page 'user/gone-guide' is by its name the guide of 'gone'"
    )


def test_what_any_page_fits_is_left_by_nobody(documented: Project, check: Callable[..., list[str]]) -> None:
    for folder, pattern in (("", "{name}"), ("user/", "user/{name}")):
        for name in ("csv", "json", "index"):
            (documented.folder / f"{folder}{name}.rst").write_text(":orphan:\n\nT\n=\n")
        (documented.folder / "user" / "csv-guide.rst").unlink(missing_ok=True)
        documented.build({"index.rst": PAGES["table.rst"]}, plugins_guides={"ns.a": pattern})
        assert check(documented.folder, "ns.a", "--conf", ".", "--select", "guide") == []


UNFIT = {
    "outside": (
        "../docs/user/{name}-guide",
        "fits no page, for it leads out of the folder of all pages; write it from",
    ),
    "with a suffix": (
        "user/{name}-guide.rst",
        "fits no page, for names of pages have no suffix; write 'user/{name}-guide', or remove it",
    ),
    "of all": (
        "user/guide",
        "is one page for several plugins, for it has no {name}, and there is no such page; add {name} to it, or write "
        "'user/guide', or remove it",
    ),
}


@pytest.mark.parametrize(("pattern", "said"), UNFIT.values(), ids=UNFIT)
def test_a_pattern_that_fits_no_page_is_said_once(
    documented: Project, check: Callable[..., list[str]], pattern: str, said: str
) -> None:
    config: dict[str, Any] = {"plugins_guides": {"ns.a": pattern}, "plugins_rules": ["guide"]}
    for _again in range(2):
        documented.build({"index.rst": PAGES["table.rst"]}, **config)
        [warning] = documented.warnings
        assert warning.startswith(f"conf.py:1: WARNING: plugins_guides['ns.a'] = {pattern!r} {said}")
        assert warning.endswith(" [plugins.config]")
    [found] = check(documented.folder, "ns.a", "--conf", ".", "--select", "config,guide")
    assert found.startswith(f"conf.py:1: config plugins_guides['ns.a'] = {pattern!r} {said}")
    (documented.folder / "user" / "guide.rst").write_text(":orphan:\n\nT\n=\n")
    assert bool(check(documented.folder, "ns.a", "--conf", ".", "--select", "config")) is (pattern != "user/guide")


def test_a_page_that_is_not_read_is_said_to_be_there(documented: Project, check: Callable[..., list[str]]) -> None:
    write(documented, "json").rename(documented.folder / "user" / "json-guide.md")
    suffixes = {".rst": "restructuredtext"}  # what Sphinx has by default keeps what an earlier build added
    documented.build({"index.rst": PAGES["table.rst"]}, plugins_guides=GUIDES, source_suffix=suffixes)
    [found] = check(documented.folder, "ns.a", "--conf", ".", "--select", "guide")
    assert found.endswith(
        "ns.a:json has no guide, for 'user/json-guide.md' is there, and Sphinx does not read it; "
        'add "myst_parser" to the extensions in conf.py, or leave ns.a out of plugins_guides'
    )
    write(documented, "json")
    (documented.folder / "user" / "json-guide.md").unlink()
    documented.build({}, plugins_guides=GUIDES, exclude_patterns=["user/json*"])
    [found] = check(documented.folder, "ns.a", "--conf", ".", "--select", "guide")
    assert "'user/json-guide.rst' is there, and Sphinx does not read it; correct exclude_patterns in conf.py" in found


def test_guides_that_are_required_and_not_set(documented: Project, check: Callable[..., list[str]]) -> None:
    documented.build(
        {"index.rst": PAGES["table.rst"]}, plugins_namespaces={"ns.a": {"require": ["guide"]}}, freshenv=True
    )
    told = check(documented.folder, "ns.a", "--conf", ".", "--select", "coverage")
    assert [line.partition("; ")[2] for line in told] == [
        "add it, having said in plugins_guides how pages for plugins of ns.a are called, or require less (require in "
        "plugins_namespaces)"
    ] * 2
    documented.build({}, plugins_namespaces={"ns.a": {"require": ["guide"]}}, plugins_guides=GUIDES)
    [found] = check(documented.folder, "ns.a", "--conf", ".", "--select", "coverage")
    assert found.endswith("; add it, or require less (require in plugins_namespaces)")


# Pages written by hand.

NAMES = ("csv", "json", "xml-lines", "yaml")


@pytest.fixture
def mentioning(install: Install, tmp_path: Path, check: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Says what ``--mentions`` finds on a page, without what is the same of all."""
    install("one", {"ns.a": dict.fromkeys(NAMES, "m:A")}, {"m.py": "class A: 'Of A.'"})

    def mentioned(text: str, suffix: str = ".rst") -> list[str]:
        (tmp_path / f"page{suffix}").write_text(text)
        found = check(tmp_path, "ns.a", "--select", "guide", "--mentions", f"page{suffix}")
        return [line.removeprefix(f"page{suffix}:").partition(";")[0].replace(" guide", "") for line in found]

    return mentioned


ALL = "csv json xml-lines yaml"
NONE_SUCH = "{}: '{}' is listed among the plugins of ns.a, and is none"

LISTED = {
    "literals": (
        "* ``csv`` -- a\n* ``json``\n* ``xml-lines``\n\n  more\n* ``toml`` (old)\n* ``yaml``\n",
        [(6, "toml")],
    ),
    "words of one form": (f"{ALL}\n\n- CSV reader\n- JSON reader\n- TOML reader\n- Others\n- Any other reader\n", []),
    "most": (f"{ALL}\n\n- CSV reader\n- JSON reader\n- TOML reader\n", [(5, "TOML")]),
    "plain words": (f"{ALL}\n\n- csv\n- json\n- yaml\n- toml\n- Others\n", [(6, "toml")]),
    "plain words in capitals": (f"{ALL}\n\n- CSV\n- JSON\n- YAML\n- Others\n", []),
    "half": (f"{ALL}\n\n- ``csv``\n- ``json``\n- ``help``\n- ``make``\n", []),
    "one": (f"{ALL}\n\n- ``csv``\n- ``help``\n", []),
    "roles": (
        "* :doc:`CSV plugin <a>` - x\n* :doc:`JSON plugin\n  <b>`\n* :doc:`XML lines plugin <c>`\n"
        "* :doc:`YAML plugin <d>`\n* :doc:`TOML plugin <e>`\n",
        [(6, "TOML")],
    ),
    "documents": (
        "* :doc:`csv-plugin`\n* :doc:`json-plugin`\n* :doc:`xml-lines-plugin`\n* :doc:`yaml-plugin`\n"
        "* :doc:`toml-plugin`\n* :doc:`writing`\n",
        [(5, "toml")],
    ),
    "definitions": (
        "``csv``\n   A.\n\n   More.\n\n``json``\n   B.\n\n``xml-lines``\n   C.\n\n``yaml``\n   D.\n\n``toml``\n   E.\n",
        [(15, "toml")],
    ),
    "headings": (
        "Plugins\n=======\n\nCSV plugin\n----------\n\nJSON plugin\n-----------\n\nInner\n~~~~~\n\n"
        "XML-Lines plugin\n----------------\n\nYAML plugin\n-----------\n\nTOML plugin\n-----------\n\n"
        "Writing one\n-----------\n",
        [(19, "TOML")],
    ),
    "list table": (
        ".. list-table::\n\n   * - Name\n     - Is\n   * - ``csv``\n     - x\n   * - ``json``\n     - ``help``\n"
        "   * - ``xml-lines``\n     - x\n   * - ``yaml``\n     - x\n   * - ``toml``\n     - x\n",
        [(13, "toml")],
    ),
    "simple table": (
        "=========  ====\nname       is\n=========  ====\ncsv        a\njson       b\nxml-lines  c\nyaml       d\n"
        "toml       e\n=========  ====\n\nText\n",
        [(8, "toml")],
    ),
    "simple table without a head": (
        "=========  ====\ncsv        a\njson       b\nxml-lines  c\nyaml       d\n"
        "toml       e\n=========  ====\n\nText\n",
        [(6, "toml")],
    ),
    "grid": (
        "+-----------+---+\n| name      | a |\n+===========+===+\n| csv       | a |\n+-----------+---+\n"
        "| json      | b |\n|           | c |\n+-----------+---+\n| xml-lines | b |\n+-----------+---+\n"
        "| yaml      | b |\n+-----------+---+\n| toml      | b |\n+-----------+---+\n",
        [(13, "toml")],
    ),
    "code": (
        f"{ALL}\n\n::\n\n   - csv\n   - json\n   - xml-lines\n   - toml\n\n"
        ".. code-block:: yaml\n\n   - csv\n   - json\n   - toml\n\n.. a comment\n   - csv\n   - json\n   - toml\n",
        [],
    ),
    "in a directive": (".. note::\n\n   - csv\n   - json\n   - xml-lines\n   - yaml\n   - toml\n", [(7, "toml")]),
    "nested": (f"{ALL}\n\n- Readers\n\n  - csv\n  - json\n  - toml\n\n- Writers\n", [(7, "toml")]),
    "in full": (
        f"{ALL}\n\n``ns.a:toml`` and :plugin:ref:`it <ns.a:tml>`, ``ns.a:csv``, ns.a:other, ``ns.a:NAME``\n",
        [],
    ),
}


@pytest.mark.parametrize(("text", "expected"), LISTED.values(), ids=LISTED)
def test_what_is_listed_and_no_plugin(
    mentioning: Callable[..., list[str]], text: str, expected: list[tuple[int, str]]
) -> None:
    found = [line for line in mentioning(text) if "is no plugin" not in line]
    assert found == [NONE_SUCH.format(line, name) for line, name in expected]


def test_names_in_full(mentioning: Callable[..., list[str]]) -> None:
    assert mentioning(LISTED["in full"][0]) == ["3: ns.a:tml is no plugin", "3: ns.a:toml is no plugin"]


def test_markdown(mentioning: Callable[..., list[str]]) -> None:
    text = "# Plugins\n\n## CSV plugin\n\n## JSON plugin\n\n## TOML plugin\n\n"
    text += "| Name | Is |\n| --- | --- |\n| `csv` | a |\n| `json` | b |\n| `ini` | c |\n\n"
    text += "* [`csv`](a) b\n* [`json`](b)\n* [`xml-lines`](b)\n* [`hcl`](c)\n\n"
    text += "```yaml\n- csv\n- json\n- cut\n```\n"
    assert mentioning(text, ".md") == [
        "7: 'TOML' is listed among the plugins of ns.a, and is none",
        "13: 'ini' is listed among the plugins of ns.a, and is none",
        "18: 'hcl' is listed among the plugins of ns.a, and is none",
    ]


UNNAMED = {
    "one": (
        "Text\n\n- csv\n- json, xml_lines\n",
        ["3: ns.a:yaml is not named on this page, which names 3 plugins of ns.a"],
    ),
    "within a word": (
        "csv json jsonyaml xml lines\n",
        ["1: ns.a:yaml is not named on this page, which names 3 plugins of ns.a"],
    ),
    "of a longer name": (
        "csv json yaml xml\n",
        ["1: ns.a:xml-lines is not named on this page, which names 3 plugins of ns.a"],
    ),
    "none": ("Text.\n", ["1: the page names no plugin of ns.a"]),
    "all": (".. plugin-catalog:: ns.*\n", []),
    "included": ("csv\n\n.. include:: other.txt\n", []),
}


@pytest.mark.parametrize(("text", "expected"), UNNAMED.values(), ids=UNNAMED)
def test_what_a_page_does_not_name(
    mentioning: Callable[..., list[str]], tmp_path: Path, text: str, expected: list[str]
) -> None:
    (tmp_path / "other.txt").write_text("json yaml\n\n- xml-lines\n")
    assert mentioning(text) == expected


def test_a_title_is_a_name(install: Install, tmp_path: Path, check: Callable[..., list[str]]) -> None:
    install("one", {"ns.a": {"a": "m:A", "b": "m:B"}}, {"m.py": "class A: t = 'Tables of X'\nclass B: t = 'Why'\n"})
    (tmp_path / "conf.py").write_text("plugins_namespaces = {'ns.a': {'fields': {'Title': 'attr:t'}}}\n")
    for name in ("1.rst", "2.rst"):
        (tmp_path / name).write_text("These are tables of X.\n")
    found = check(tmp_path, "ns.a", "--conf", ".", "--select", "guide", "--mentions", "[0-9].rst")
    text = "ns.a:b is not named on this page, which names 1 plugins of ns.a; name it"
    assert found == [f"{name}:1: guide {text}" for name in ("1.rst", "2.rst")]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("json, My.Thing, b-b", ["aaa", "csv", "my-thing"]),  # a name is the plugin's own before it is a title
        ("csv, my-thing, tables", ["My.Thing", "json"]),  # a title may be that of two
        ("my_thing, b b, csv, json, Tables", []),  # which are as near to either
    ],
)
def test_names_that_plugins_share(
    install: Install, tmp_path: Path, check: Callable[..., list[str]], text: str, left: list[str]
) -> None:
    titles = {"aaa": "JSON", "json": "JSON", "csv": "my thing", "b-b": "Tables", "My.Thing": "?", "my-thing": "??"}
    titles |= {"aaa": "Tables" if "ables" in text else "JSON"}
    source = "".join(f"class A{number}: t = {title!r}\n" for number, title in enumerate(titles.values()))
    install("one", {"ns.a": {name: f"m:A{number}" for number, name in enumerate(titles)}}, {"m.py": source})
    (tmp_path / "conf.py").write_text("plugins_namespaces = {'ns.a': {'fields': {'Title': 'attr:t'}}}\n")
    (tmp_path / "page.rst").write_text(text)
    found = check(tmp_path, "ns.a", "--conf", ".", "--select", "guide", "--mentions", "page.rst")
    assert [line.split()[2] for line in found] == [f"ns.a:{name}" for name in left]


def test_a_page_that_cannot_be_read(install: Install, tmp_path: Path, check: Callable[..., list[str]]) -> None:
    install("one", {"ns.a": {"a": "m:A"}}, {"m.py": "class A: pass\n"})
    (tmp_path / "conf.py").touch()
    (tmp_path / "1.rst").write_bytes(b"\xe9t\xe9 a\n")
    (tmp_path / "2.rst").write_text("a\n")
    (tmp_path / "3.rst").mkdir()
    found = check(tmp_path, "ns.a", "--conf", ".", "--select", "guide", "--mentions", "[0-9].rst")
    text = "the page cannot be read as a text in utf-8-sig; mend it, or name another page"
    assert found == [f"1.rst:1: guide {text}"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--mentions", "a.rst"], "--mentions needs the namespaces"),
        (["ns.a", "--mentions", "no.rst"], "there is no file 'no.rst'"),
        (["ns.a", "--mentions", "."], "there is no file '.'"),
        (["ns.a", "--mentions", "*.no"], "there is no file '*.no'"),
    ],
)
def test_pages_that_are_not_there(
    install: Install, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    install("one", {"ns.a": {"a": "m:A"}})
    assert main(["check", *arguments]) == 2
    assert message in capsys.readouterr().err


# Extension points that no page shows.


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A project that registers plugins in namespaces of its own, and in those of others."""
    folder = tmp_path / "repository"
    (folder / "docs").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "mine").mkdir()
    (folder / "mine" / "__init__.py").write_text("def load(): return entry_points(group='of.mine')\n")
    groups = ["mine.tests.x", "mine.readers", "my-project.x", "of.mine", "pytest11", "oslo.config.opts", "described"]
    tables = "".join(f'[project.entry-points."{each}"]\n{each[0]} = "mine"\n' for each in groups)
    text = f'[project]\nname = "my-project"\nversion = "1"\n[project.scripts]\nmine = "mine:load"\n{tables}'
    (folder / "pyproject.toml").write_text(text)
    return folder


CONF = (
    "extensions = ['sphinxext.plugins']\nplugins_sources = ['project:..']\nplugins_introspection = 'static'\n"
    "plugins_namespaces = {'described': {'description': 'For x.'}}\n"
)


def unshown(name: str) -> str:
    return f"no page shows the namespace {name}, in which my-project registers plugins"


def test_extension_points_that_no_page_shows_are_found(repository: Path, check: Callable[..., list[str]]) -> None:
    docs = repository / "docs"
    (docs / "conf.py").write_text(CONF)
    (docs / "index.rst").write_text("T\n=\n")

    def found(*arguments: str) -> list[str]:
        lines = check(docs, *arguments, "--conf", ".", "--select", "namespace")
        return [line.partition(";")[0] for line in lines]

    names = {"mine.readers": 9, "my-project.x": 11, "of.mine": 13, "described": 19}
    file = os.path.join("..", "pyproject.toml")  # noqa: PTH118  # relative to the current folder
    assert found() == [f"{file}:{line}: namespace {unshown(name)}" for name, line in names.items()]
    assert found("pytest11", "mine.*") == [f"{file}:9: namespace {unshown('mine.readers')}"]
    (docs / "index.rst").write_text("T\n=\n\n.. plugin-catalog:: mine.* of.mine\n\n.. include:: more.txt\n")
    (docs / "more.txt").write_text(".. plugin:namespace:: my-project.x\n")
    (docs / "left-out.rst").write_text(".. plugin-catalog:: described\n")
    with (docs / "conf.py").open("a") as conf:
        conf.write("exclude_patterns = ['left-*']\n")
    assert found() == [f"{file}:19: namespace {unshown('described')}"]
    with (docs / "conf.py").open("a") as conf:
        conf.write("plugins_pages = {'made': 'described'}\n")
    assert found() == []
    (docs / "conf.py").write_text(CONF.replace("sphinxext.plugins", "another"))
    assert found() == []


def test_builds_find_them_on_request(repository: Path, project: Project) -> None:
    settings: dict[str, Any] = {
        "plugins_sources": ["project:.."],
        "plugins_introspection": "static",
        "plugins_namespaces": {"described": {"description": "For x."}},
    }
    project.folder = repository / "docs"
    page = ".. plugin-catalog:: mine.readers of.mine\n\n.. plugin:namespace:: my-project.x\n"
    project.build(page, **settings)
    assert project.warnings == []
    for _again in range(2):
        project.build({}, **settings, plugins_rules=["namespace"])
        [warning] = project.warnings
        assert warning.startswith(f"{repository}/pyproject.toml:19: WARNING: {unshown('described')}; show it")
        assert warning.endswith("[plugins.namespace]")


@pytest.mark.slow
def test_documentation_is_of_the_project_that_it_is_in(repository: Path, check: Callable[..., list[str]]) -> None:
    other = repository / "packages" / "other"
    other.mkdir(parents=True)
    (other / "pyproject.toml").write_text(
        "[project]\nname = 'other'\nversion = '1'\n[project.entry-points.'other.x']\na = 'mine'\n"
    )
    (repository / "docs" / "index.rst").write_text(".. plugin-catalog:: m* of* described\n")
    text = CONF.replace("['project:..']", "['project:..', 'project:../packages/other']")
    (repository / "docs" / "conf.py").write_text(text)
    assert check(repository / "docs", "--conf", ".", "--select", "namespace") == []
    (other / "docs").mkdir()
    (other / "docs" / "index.rst").write_text("T\n")
    (other / "docs" / "conf.py").write_text(CONF.replace("..']", "..', 'project:../../..']"))
    [found] = check(other / "docs", "--conf", ".", "--select", "namespace")
    assert "no page shows the namespace other.x" in found
