"""The directive ``plugin-catalog``, in real builds."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup
from docutils import nodes

from sphinxext.plugins.cli import main
from sphinxext.plugins.core import selection
from sphinxext.plugins.core.fields import filled
from sphinxext.plugins.core.model import Distribution, Field, Plugin
from sphinxext.plugins.core.namespaces import NamespaceOptions
from sphinxext.plugins.settings import Options

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import Install, Project

FILES = {
    "m.py": "class Csv:\n    '''Reads *commas*. And more.'''\n    formats = ['.csv', '.tsv']\n    level = 10\n"
    "    title = 'Comma-separated'\n"
    "def old():\n    '''Reads nothing.\n\n    .. deprecated:: 2\n    '''\n"
    "class Bare: level = 9\n"
}
READERS = {"csv": "m:Csv", "old": "m:old", "bare": "m:Bare", "gone": "nowhere"}
METADATA = (
    "Classifier: Development Status :: 4 - Beta\nLicense-Expression: MIT\n"
    "Project-URL: Homepage, https://one.example\nProject-URL: Bad, javascript:alert(1)"
)
FIELDS = {"Formats": "attr:formats", "Level": "attr:level", "Title": "attr:title"}
SETTINGS: dict[str, object] = {"plugins_namespaces": {"app.readers": {"fields": FIELDS}}}


@pytest.fixture(autouse=True)
def _installed(install: Install) -> None:
    install("one", {"app.readers": READERS, "app.writers": {"csv": "m:Csv"}}, FILES, version="1.10", metadata=METADATA)
    install("Two_more", {"app.readers": {"tab": "m:Csv [fast]"}}, version="1.9")


def build(project: Project, directive: str, builder: str = "html", **settings: object) -> SphinxTestApp:
    page = f"Top\n===\n\n.. plugin-catalog:: {directive}\n\nEnd\n---\n"
    settings = {
        "plugins_trusted": ["one", "two-more"],
        "suppress_warnings": ["plugins.load", "plugins.field"],
        **SETTINGS,
        **settings,
    }
    return project.build(page, builder=builder, freshenv=True, **settings)  # type: ignore[arg-type]


def doctree(app: SphinxTestApp) -> nodes.document:
    return app.env.get_doctree("index")


def marked(node: nodes.Element, class_: str) -> list[nodes.Element]:
    return [each for each in node.findall(nodes.Element) if class_ in each["classes"]]


def table(app: SphinxTestApp) -> list[list[str]]:
    """The cells of all tables, the head of each first."""
    return [
        [" ".join(cell.astext().split()) for cell in row.findall(nodes.entry)]
        for row in doctree(app).findall(nodes.row)
    ]


def names(app: SphinxTestApp) -> list[str]:
    items = [marked(item, "sp-name")[0].astext() for item in marked(doctree(app), "sp-item")]
    return [re.sub(r" \(.*\)", "", item) for item in items]


def options(*given: str) -> str:
    return "app.readers\n" + "".join(f"   {option}\n" for option in given)


def test_summary_and_details(project: Project) -> None:
    app = build(project, "app.readers")
    assert project.warnings == []
    head, *rows = table(app)
    assert head == ["Name", "Summary", "Formats", "Level", "Title", "Distribution"]
    assert [row[0] for row in rows] == ["bare", "csv", "gone cannot be loaded", "old deprecated", "tab"]
    assert rows[1] == ["csv", "Reads commas.", ".csv, .tsv", "10", "Comma-separated", "one"]
    assert rows[2][1].startswith("Cannot be loaded from nowhere: ModuleNotFoundError")
    sections = marked(doctree(app), "sp-details")
    assert [section["ids"] for section in sections] == [
        [f"plugin-app.readers-{name}"] for name in ("bare", "csv", "gone", "old", "tab")
    ]
    csv = [" ".join(child.astext().split()) for child in sections[1].children if child.astext()]
    assert csv[:3] == ["csv", "Beta, class", "Reads commas. And more."]
    facts = {field[0].astext(): field[1].astext() for field in sections[1].findall(nodes.field)}
    assert facts == {
        "Formats": ".csv, .tsv",
        "Level": "10",
        "Title": "Comma-separated",
        "Install": "pip install one",
        "Target": "m:Csv [source]",
        "Aliases": "tab",
        "Distribution": "one 1.10 (MIT), Homepage, Bad: javascript:alert(1)",
    }
    html = (app.outdir / "index.html").read_text()
    assert 'href="#plugin-app.readers-csv"' in html
    assert '"javascript:' not in html
    assert "pip install Two_more[fast]" in marked(doctree(app), "sp-details")[4].astext()


@pytest.mark.parametrize(
    ("view", "tables", "lists", "cards", "details"),
    [("full", 1, 0, 0, 5), ("table", 1, 0, 0, 0), ("list", 0, 1, 0, 0), ("cards", 0, 0, 5, 0), ("details", 0, 0, 0, 5)],
)
def test_views(project: Project, view: str, tables: int, lists: int, cards: int, details: int) -> None:  # noqa: PLR0917, PLR0913
    app = build(project, options(f":view: {view}"))
    shown = [len(marked(doctree(app), class_)) for class_ in ("sp-table", "sp-list", "sp-card", "sp-details")]
    assert shown == [tables, lists, cards, details]
    text = doctree(app).astext()
    for name in ("bare", "csv", "gone", "old", "tab"):
        assert name in text
        assert f'id="plugin-app.readers-{name}"' in (app.outdir / "index.html").read_text()
    assert "app.readers:csv" in {name for name, *_ in app.env.get_domain("plugin").get_objects()}


def test_columns_and_their_headings(project: Project) -> None:
    app = build(project, options(":columns: name, level=How much, STATUS, target, license", ":view: table"))
    assert project.warnings == []
    head, bare, *_ = table(app)
    assert head == ["Name", "How much", "Status", "Target", "License"]
    assert bare == ["bare", "9", "Beta", "m:Bare", "MIT"]


def test_the_script_is_told_what_columns_are_called(project: Project) -> None:
    fields = {"HTTP level": "attr:formats", "\u578b": "attr:formats"}
    columns = ":columns: name, http level=HTTP level, \u578b=\u578b"
    app = build(project, options(columns, ":view: list", ":filter:"), plugins_namespaces={"app.*": {"fields": fields}})
    [told] = re.findall(r'data-words="([^"]*)"', (app.outdir / "index.html").read_text())
    words = json.loads(unescape(told))
    expected = {"http-level": "HTTP level", "578b": "\u578b"}
    assert {key: word for key, word in words.items() if key.startswith("column-")} == {
        f"column-{key}": word for key, word in expected.items()
    }
    for key in expected:
        assert f'class="sp-column-{key} sp-facet"' in (app.outdir / "index.html").read_text()


def test_columns_of_the_configuration(project: Project) -> None:
    settings = {"app.*": {"columns": ["name", "nonsense", "Level"]}, "app.readers": {"fields": FIELDS}}
    app = build(project, options(":view: table"), plugins_namespaces=settings)
    assert table(app)[0] == ["Name", "Level"]
    [warning] = project.warnings
    assert warning.startswith("conf.py:")
    assert "plugins_namespaces gives app.readers a column 'nonsense', which is none of its fields" in warning


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([":include: c* t?b"], ["csv", "tab"]),
        ([":exclude: *a* old"], ["csv", "gone"]),
        ([":distribution: two-MORE"], ["tab"]),
        ([":sort: level"], ["bare", "csv", "tab", "gone", "old"]),
        ([":sort: -Level"], ["csv", "tab", "bare", "gone", "old"]),
        ([":sort: version"], ["tab", "bare", "csv", "gone", "old"]),
        ([":sort: -name"], ["tab", "old", "gone", "csv", "bare"]),
    ],
)
def test_selection_and_order(project: Project, given: list[str], expected: list[str]) -> None:
    app = build(project, options(":view: list", *given))
    assert names(app) == expected
    assert project.warnings == []


def test_groups(project: Project) -> None:
    app = build(project, options(":view: cards", ":group-by: kind"))
    groups = [group.astext() for group in marked(doctree(app), "sp-group")]
    assert groups == ["class", "function", "Others"]
    assert names(app) == ["bare", "csv", "tab", "old", "gone"]


def test_several_namespaces_are_grouped_and_titled(project: Project) -> None:
    settings = {"app.writers": {"title": "Writers"}}
    for namespaces in ("app.*", "app.readers app.writers"):
        app = build(project, f"{namespaces}\n   :view: table", plugins_namespaces=settings)
        assert [group.astext() for group in marked(doctree(app), "sp-group")] == ["app.readers", "Writers"]
        assert names(app) == ["bare", "csv", "gone", "old", "tab", "csv"]
        assert project.warnings == []


def test_title_heads_an_entry_and_the_name_stays(project: Project) -> None:
    app = build(project, options(":title: Title"))
    assert table(app)[2][0] == "Comma-separated (csv)"
    assert [section[0].astext() for section in marked(doctree(app), "sp-details")] == [
        *["bare", "Comma-separated (csv)", "gone", "old", "Comma-separated (tab)"]
    ]
    assert "Title" not in table(app)[0]


def test_caption_name_and_class(project: Project) -> None:
    app = build(project, options(":caption: All of them", ":name: every-reader", ":class: one Two", ":view: table"))
    [catalog] = marked(doctree(app), "sp-catalog")
    assert {"one", "two"} <= set(catalog["classes"])
    [table_] = catalog.findall(nodes.table)
    assert "every-reader" in table_["ids"]
    assert table_[0].astext() == "All of them"
    app = build(project, options(":caption: All of them", ":view: cards"))
    assert marked(doctree(app), "sp-caption")[0].astext() == "All of them"


@pytest.mark.slow
def test_filter(project: Project) -> None:
    def classes(*given: str) -> list[str]:
        [catalog] = marked(doctree(build(project, options(*given))), "sp-catalog")
        return [class_ for class_ in catalog["classes"] if class_.startswith(("sp-no", "sp-facets"))]

    assert classes() == ["sp-no-filter"]  # there are few
    assert classes(":filter:") == ["sp-facets-2"]  # formats, distribution
    assert classes(":columns: name, distribution, status", ":filter:") == ["sp-facets-1"]
    assert classes(":filter:", ":no-filter:") == ["sp-no-filter"]


def test_no_index(project: Project) -> None:
    app = build(project, options(":no-index:"))
    assert list(app.env.get_domain("plugin").get_objects()) == []
    assert "csv (plugin in app.readers)" not in (app.outdir / "genindex.html").read_text()


@pytest.mark.slow
def test_introspection(project: Project) -> None:
    app = build(project, options(":introspection: static"), suppress_warnings=[])
    assert "Cannot be told from the source of nowhere" in doctree(app).astext()
    app = build(project, options(":introspection: import"), suppress_warnings=[])
    assert "Cannot be loaded from nowhere" in doctree(app).astext()


def test_heading_level_and_places_without_sections(project: Project) -> None:
    app = build(project, options(":heading-level: 4"))
    rubrics = [rubric for rubric in doctree(app).findall(nodes.rubric) if "heading-level" in rubric]
    assert [rubric["heading-level"] for rubric in rubrics] == [4] * 5
    # The script finds what to hide by the link.
    assert [entry["ids"] for entry in marked(doctree(app), "sp-details")] == [
        [f"plugin-app.readers-{name}"] for name in ("bare", "csv", "gone", "old", "tab")
    ]
    page = "Top\n===\n\n- .. plugin-catalog:: app.readers\n"
    app = project.build(page, freshenv=True, suppress_warnings=["plugins.load"])
    assert [title.astext() for title in doctree(app).findall(nodes.title)] == ["Top"]
    assert "Reads commas. And more." in doctree(app).astext()


@pytest.mark.slow
def test_members(project: Project) -> None:
    extensions = ["sphinxext.plugins", "sphinx.ext.autodoc"]
    app = build(project, options(":members:", ":include: csv"), extensions=extensions)
    assert project.warnings == []
    html = (app.outdir / "index.html").read_text()
    assert 'id="m.Csv"' in html
    assert re.search(r'href="#m.Csv"[^>]*><code[^>]*><span class="pre">m:Csv<', html)
    build(project, options(":members:", ":include: csv"))
    [warning] = project.warnings
    assert warning.startswith("index.rst:4: WARNING: the option :members: of plugin-catalog needs autodoc")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        (":view: tabel", "full, table, list, cards, details"),
        (":sort: nonsense", "name, summary, namespace"),
        (":group-by: nonsense", "Formats, Level, Title"),
        (":title: nonsense", "Formats, Level, Title"),
        (":columns: name, nonsense", "Formats, Level, Title"),
        (":introspection: guess", "auto, static, import"),
        (":heading-level: 7", "1, 2, 3, 4, 5, 6"),
    ],
)
def test_an_invalid_value_is_one_warning_and_the_page_is_whole(project: Project, given: str, allowed: str) -> None:
    app = build(project, options(given))
    [warning] = project.warnings
    option, value = given.split(": ")
    assert warning.startswith(f"index.rst:4: WARNING: the option {option}: of plugin-catalog cannot be ")
    assert value.rpartition(", ")[2] in warning
    assert allowed in warning
    assert warning.endswith("[plugins.config]")
    assert len(marked(doctree(app), "sp-item")) == 5
    assert len(marked(doctree(app), "sp-details")) == 5


def test_nothing_selected_and_no_such_namespace(project: Project) -> None:
    app = build(project, options(":include: nothing"))
    [warning] = project.warnings
    assert "no plugin of app.readers fits what plugin-catalog selects" in warning
    assert "No plugin is selected." in doctree(app).astext()
    app = build(project, "app.raeders app.writers\n   :view: list")
    [warning] = project.warnings
    assert "there is no plugin namespace 'app.raeders'" in warning
    assert names(app) == ["csv"]


def test_install_and_select(project: Project) -> None:
    settings = {"app.readers": {"install": "app get {distribution}=={version}", "select": "[read]\nwith = {name}"}}
    app = build(project, options(":include: csv"), plugins_namespaces=settings)
    [section] = marked(doctree(app), "sp-details")
    facts = {field[0].astext(): field[1] for field in section.findall(nodes.field)}
    assert facts["Install"].astext() == "app get one==1.10"
    assert [block.astext() for block in facts["Select"].findall(nodes.literal_block)] == ["[read]\nwith = csv"]


@pytest.mark.slow
def test_a_page_of_its_own_has_the_details(project: Project) -> None:
    pages = {
        "index.rst": "Top\n===\n\n.. toctree::\n\n   own\n\n.. plugin-catalog:: app.readers\n   :include: csv bare\n",
        "own.rst": "Csv\n===\n\n.. plugin:: app.readers:csv\n\n   By hand.\n",
    }
    app = project.build(pages)
    assert project.warnings == []
    html = (app.outdir / "index.html").read_text()
    assert 'href="own.html#plugin-app.readers-csv"' in html
    assert [section["ids"] for section in marked(doctree(app), "sp-details")] == [["plugin-app.readers-bare"]]
    project.build({"own.rst": "Csv\n===\n\n.. plugin:: app.readers:csv\n   :no-index:\n"})
    assert project.read == ["index", "own"]
    app = project.build()
    assert len(marked(doctree(app), "sp-details")) == 2
    assert project.read == []
    project.build({"own.rst": pages["own.rst"]})
    assert project.read == ["index", "own"]
    (project.folder / "own.rst").unlink()
    app = project.build({"index.rst": pages["index.rst"].replace(".. toctree::\n\n   own\n\n", "")})
    assert project.warnings == []
    assert len(marked(doctree(app), "sp-details")) == 2


def test_without_a_summary_what_another_page_is_for_is_still_named(project: Project) -> None:
    pages = {
        "index.rst": "Top\n===\n\n.. toctree::\n\n   own\n\n.. plugin-catalog:: app.writers\n   :view: details\n",
        "own.rst": "Csv\n===\n\n.. plugin:: app.writers:csv\n",
    }
    app = project.build(pages)
    assert project.warnings == []
    assert names(app) == ["csv"]
    assert 'href="own.html#plugin-app.writers-csv"' in (app.outdir / "index.html").read_text()


def test_two_catalogs_on_a_page(project: Project) -> None:
    page = ".. plugin-catalog:: app.readers\n\n.. plugin-catalog:: app.readers\n   :view: cards\n"
    app = project.build(f"Top\n===\n\n{page}", suppress_warnings=["plugins.load"])
    assert project.warnings == []
    html = (app.outdir / "index.html").read_text()
    ids = re.findall(r'\bid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert html.count('href="#plugin-app.readers-csv"') >= 2


def test_a_name_that_two_distributions_have(install: Install, project: Project) -> None:
    install("three", {"app.readers": {"csv": "m:Bare"}})
    app = build(project, options(":include: csv"), suppress_warnings=["plugins.conflict"])
    html = (app.outdir / "index.html").read_text()
    assert [row[0] for row in table(app)[1:]] == ["csv (one)", "csv (three)"]
    assert 'href="#plugin-app.readers-csv"' in html
    assert 'href="#plugin-app.readers-csv-U40-three"' in html


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["text", "latex", "man", "epub", "singlehtml", "dirhtml", "pseudoxml"])
def test_builders(project: Project, builder: str) -> None:
    for view in ("full", "list", "cards"):
        build(project, options(f":view: {view}"), builder=builder, copyright="nobody", version="1")
        assert project.warnings == []


def test_markdown_page(project: Project) -> None:
    page = "# Top\n\n```{plugin-catalog} app.readers\n:view: cards\n```\n\n```{plugin} app.readers:csv\nBy hand.\n```\n"
    pages = {"index.md": page}
    app = project.build(
        pages, extensions=["sphinxext.plugins", "myst_parser"], suppress_warnings=["plugins.load"], nitpicky=True
    )
    assert project.warnings == []
    assert len(marked(doctree(app), "sp-card")) == 5
    assert "By hand." in doctree(app).astext()


def test_only_pages_that_need_them_load_the_script_and_the_style_sheet(project: Project) -> None:
    pages = {
        "index.rst": "Top\n===\n\n.. toctree::\n\n   plain\n   one\n\n.. plugin-catalog:: app.writers\n",
        "plain.rst": "Plain\n=====\n",
        "one.rst": "One\n===\n\n.. plugin:: app.readers:csv\n",
    }
    app = project.build(pages, language="de")
    html = {name: (app.outdir / f"{name}.html").read_text() for name in ("index", "plain", "one")}
    assert [("sphinxext-plugins.js" in text, "sphinxext-plugins.css" in text) for text in html.values()] == [
        *[(True, True), (False, False), (False, True)]
    ]
    assert "Zurücksetzen" in html["index"]
    assert {"sphinxext-plugins.js", "sphinxext-plugins.css"} <= {path.name for path in app.outdir.glob("_static/*")}
    assert project.build(language="de").config.html_static_path == []
    assert project.read == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plugins.json", "data/all.json", ""])
def test_data(project: Project, name: str) -> None:
    pages = {
        "index.rst": "Top\n===\n\n.. toctree::\n\n   sub/page\n",
        "sub/page.rst": "Page\n====\n\n.. plugin-catalog:: app.*\n   :view: list\n",
    }
    (project.folder / "sub").mkdir()
    app = project.build(pages, plugins_json=name, suppress_warnings=["plugins.load"], **SETTINGS)  # type: ignore[arg-type]
    assert project.warnings == []
    html = (app.outdir / "sub" / "page.html").read_text()
    if not name:
        assert ".json" not in html
        assert not list(app.outdir.rglob("*.json"))
        return
    assert f'href="../{name}"' in html
    file = app.outdir / name
    data = json.loads(file.read_text())
    assert data["schema_version"] == "1.0"
    assert set(data["namespaces"]) == {"app.readers", "app.writers"}
    [csv] = [plugin for plugin in data["namespaces"]["app.readers"]["plugins"] if plugin["name"] == "csv"]
    assert csv["distribution"] == "one"
    assert {field["name"]: field["value"] for field in csv["fields"]}["Formats"] == [".csv", ".tsv"]
    assert data["distributions"]["one"]["license"] == "MIT"
    assert str(project.folder.parent) not in file.read_text()
    before = file.stat().st_mtime_ns
    project.build(plugins_json=name, suppress_warnings=["plugins.load"], **SETTINGS)  # type: ignore[arg-type]
    assert file.stat().st_mtime_ns == before
    text = app.outdir.parent / "text"
    project.build(builder="text", plugins_json=name, **SETTINGS)  # type: ignore[arg-type]
    assert not list(text.rglob("*.json"))


def test_natural_order() -> None:
    def plugin(value: object) -> Plugin:
        return Plugin(namespace="ns", name="a", target="m", fields=(Field(name="F", value=value, describer="doc"),))

    values = ["1.10", "1.9", 2, 10, "a", "B", "b2", "b10", None, "", []]
    found = selection.select(map(plugin, values), selection.Selection(sort="f"), Options())
    ordered = [each.fields[0].value for each in found[0][1]]
    assert ordered == ["1.9", "1.10", 2, 10, "a", "B", "b2", "b10", None, "", []]


def test_details_are_grouped_like_the_summary(project: Project) -> None:
    settings = {"app.writers": {"title": "Writers"}}
    app = build(project, "app.*", plugins_namespaces=settings)
    assert project.warnings == []
    titles = [title.astext() for title in doctree(app).findall(nodes.title)]
    assert titles == ["Top", "app.readers", "bare", "csv", "gone", "old", "tab", "Writers", "csv", "End"]


def test_details_without_a_summary_have_the_caption_and_the_name(project: Project) -> None:
    app = build(project, options(":view: details", ":caption: All", ":name: every-reader"))
    assert marked(doctree(app), "sp-caption")[0].astext() == "All"
    page = "Top\n===\n\n.. plugin-catalog:: app.writers\n   :view: details\n   :name: all\n\n:ref:`those <all>`\n"
    app = project.build(page, freshenv=True)
    assert project.warnings == []
    assert 'href="#all"' in (app.outdir / "index.html").read_text()


def test_a_table_without_names_still_has_a_place_for_each_plugin(project: Project) -> None:
    app = build(project, options(":view: table", ":columns: level, version"), suppress_warnings=["plugins"])
    html = (app.outdir / "index.html").read_text()
    for name in ("bare", "csv", "gone", "old", "tab"):
        assert f'id="plugin-app.readers-{name}"' in html


def test_members_of_functions_and_of_what_has_two_names(project: Project) -> None:
    extensions = ["sphinxext.plugins", "sphinx.ext.autodoc"]
    app = build(project, options(":members:", ":include: csv tab old"), extensions=extensions)
    assert project.warnings == []
    sections = marked(doctree(app), "sp-details")
    assert [section.astext().count("Reads commas. And more.") for section in sections] == [1, 0, 1]
    assert "Reads nothing." in sections[1].astext()


def test_two_of_one_name_on_pages_of_their_own(install: Install, project: Project) -> None:
    install("three", {"app.readers": {"csv": "m:Bare"}})
    pages = {
        "index.rst": "Top\n===\n\n.. toctree::\n\n   own\n\n.. plugin-catalog:: app.readers\n   :include: csv\n",
        "own.rst": "Own\n===\n\n.. plugin:: app.readers:csv\n\n   .. _mine:\n\n   By hand.\n",
    }
    app = project.build(pages, suppress_warnings=["plugins.conflict"])
    assert project.warnings == []
    html = (app.outdir / "index.html").read_text()
    assert 'href="own.html#plugin-app.readers-csv"' in html
    assert 'href="own.html#plugin-app.readers-csv-U40-three"' in html
    own = (app.outdir / "own.html").read_text()
    assert own.count("By hand.") == 1
    assert 'id="plugin-app.readers-csv-U40-three"' in own


@pytest.mark.slow
@pytest.mark.parametrize(
    "setting", [{"title": "Readers"}, {"install": "app get {name}"}, {"select": "{name}"}, {"columns": ["name"]}]
)
def test_settings_of_a_namespace_have_its_pages_read_again(project: Project, setting: dict[str, object]) -> None:
    page = "Top\n===\n\n.. plugin-catalog:: app.writers\n"
    project.build(page)
    project.build(plugins_namespaces={"app.readers": setting})
    assert project.read == []
    project.build(plugins_namespaces={"app.writers": setting})
    assert project.read == ["index"]


def test_data_that_is_no_longer_wanted_is_no_longer_linked(project: Project) -> None:
    app = project.build("Top\n===\n\n.. plugin-catalog:: app.writers\n")
    assert 'href="plugins.json"' in (app.outdir / "index.html").read_text()
    app = project.build(plugins_json="")
    assert 'href="plugins.json"' not in (app.outdir / "index.html").read_text()


def test_what_is_not_known_is_said_where_readers_look_for_it(project: Project) -> None:
    fields = {"app.writers": {"fields": {"Size": "call:missing.size", "Kind of": "call:level"}}}
    page = "Top\n===\n\n.. plugin-catalog:: app.writers\n"
    app = project.build(page, builder="text", plugins_namespaces=fields, plugins_introspection="static")
    assert len(project.warnings) == 1
    text = " ".join((app.outdir / "index.txt").read_text().split())
    assert "Kind of: *not known:" in text
    assert "Size" not in text  # it has no such attribute, which is an answer


def test_examples_in_markdown_are_no_pages_of_their_own(project: Project) -> None:
    example = "# Example\n\n````markdown\n```{plugin} app.writers:csv\n```\n````\n\n"
    example += "```rst\n.. plugin:: app.writers:csv\n```\n"
    pages = {"index.rst": "Top\n===\n\n.. toctree::\n\n   a\n\n.. plugin-catalog:: app.writers\n", "a.md": example}
    app = project.build(pages, extensions=["sphinxext.plugins", "myst_parser"])
    assert project.warnings == []
    assert len(marked(doctree(app), "sp-details")) == 1
    pages = {"a.md": "# Own\n\n```{plugin} app.writers:csv\nBy hand.\n```\n"}
    app = project.build(pages, extensions=["sphinxext.plugins", "myst_parser"])
    assert project.warnings == []
    assert project.read == ["a", "index"]
    assert len(marked(doctree(app), "sp-details")) == 0


def test_a_page_that_was_taken_for_a_plugin_s_own_is_reported(project: Project) -> None:
    pages = {
        "index.rst": "Top\n===\n\n.. toctree::\n\n   a\n\n.. plugin-catalog:: app.writers\n",
        "a.rst": "Own\n===\n\n.. only:: never\n\n::\n\n > quoted\n\n.. |x| replace:: y\n\nMore ::\n\n> .. p\n",
    }
    pages["a.rst"] += "\n.. comment\n\n.. _label:\n.. plugin:: app.writers:csv\n"
    project.build(pages)
    assert project.warnings == []
    hidden = "Own\n===\n\n..\n\n.. code-block:: rst\n\n.. plugin:: app.writers:csv\n   :bad: option\n"
    project.build({"a.rst": hidden})
    assert any("is left to the page 'a'" in warning for warning in project.warnings)


NAMED = {
    "table": (":view: table", True),
    "table and details": (":view: full", True),
    "list": (":view: list", False),
    "cards": (":view: cards", False),
    "details": (":view: details", False),
    "groups": (":view: table\n   :group-by: distribution", False),
}


@pytest.mark.slow
@pytest.mark.parametrize(("directive", "numbered"), NAMED.values(), ids=NAMED)
@pytest.mark.parametrize("builder", ["html", "latex"])
def test_a_name_is_that_of_what_has_the_caption(
    project: Project, directive: str, builder: str, *, numbered: bool
) -> None:
    reference = ":numref:`the-readers`" if numbered else ""
    app = build(
        project,
        options(directive, ":caption: Our *readers*", ":name: the-readers") + f"\n:ref:`the-readers` {reference}\n",
        builder=builder,
        numfig=True,
        nitpicky=True,
    )
    assert project.warnings == []
    if builder == "latex":
        tex = "".join(path.read_text() for path in app.outdir.glob("*.tex"))
        assert tex.count(r"\label{\detokenize{index:the-readers}}") == 1
        assert r"\hyperref[\detokenize{index:the-readers}]" in tex
        return
    shown = (app.outdir / "index.html").read_text()
    assert shown.count('id="the-readers"') == 1
    assert re.search('<a [^>]*href="#the-readers"><span class="std std-ref">Our [*]readers[*]</span></a>', shown)
    assert ('href="#the-readers"><span class="std std-numref">Table 1</span></a>' in shown) is numbered


@pytest.mark.slow
def test_members_leave_objects_to_the_pages_that_describe_them(install: Install, project: Project) -> None:
    install("api", {"ns": {"a": "n:A", "b": "n:B"}}, {"n.py": NUMBERED})
    extensions = ["sphinxext.plugins", "sphinx.ext.autodoc"]
    pages = {
        "index.rst": "Top\n===\n\n.. toctree::\n\n   api\n   z\n\n.. plugin-catalog:: ns\n   :members:\n",
        "api.rst": "API\n===\n\n:py:meth:`n.B.stop`\n",
        "z.rst": "Z\n=\n\n.. autoclass:: n.A\n   :members:\n",
    }
    settings: dict[str, object] = {"extensions": extensions, "plugins_trusted": ["api"], "nitpicky": True}

    def described(changed: dict[str, str], **more: object) -> dict[str, str]:
        app = project.build(changed, **{**settings, **more})  # type: ignore[arg-type]  # settings
        assert project.warnings == []
        return {name: entry.docname for name, entry in app.env.domains.python_domain.objects.items()}

    own = {"n.A": "z", "n.A.go": "z", "n.B": "index", "n.B.stop": "index"}
    assert described(pages) == own
    assert 'href="index.html#n.B.stop"' in (project.folder / "_build" / "html" / "api.html").read_text()
    assert described({}) == own
    assert project.read == []
    assert described({}, parallel=2, freshenv=True) == own
    assert described({"z.rst": "Z\n=\n\n.. automodule:: n\n   :members:\n"}) == dict.fromkeys(own, "z") | {"n": "z"}
    assert project.read == ["z"]
    assert described({"z.rst": "Z\n=\n"}) == dict.fromkeys(own, "index")
    assert described({"index.rst": f"{pages['index.rst']}   :no-index:\n", "api.rst": "API\n===\n"}) == {}


NUMBERED = '''
class A:
    """Reads a.

    .. math:: x
       :label: same
    """

    def go(self):
        """Go."""

class B:
    """Reads b.

    .. math:: x
       :label: other
    """

    def stop(self):
        """Stop."""
'''
BUILT_IN = {"Name": "attr:label", "Summary": "attr:about", "Distribution": "attr:maker", "Version": "attr:release"}


@pytest.fixture
def branded(install: Install) -> None:
    source = """
        class Full:
            '''Own.'''
            label = "Label"
            about = "About"
            maker = "Maker"
            release = "2"
            Status = "own"
            Kind = "own"
            Target = "own"
        class Bare:
            '''Own of bare.'''
        class Broken:
            '''Own of broken.'''
            label = "b"
            about = "b"
            maker = "b"
            @property
            def release(self): raise ValueError("no release")
        """
    plugins = {"full": "brand:Full", "bare": "brand:Bare", "broken": "brand:Broken"}
    beta = "Classifier: Development Status :: 4 - Beta"
    install("brand", {"brand": plugins}, {"brand.py": source}, version="7.3.0", metadata=beta)


@pytest.mark.usefixtures("branded")
@pytest.mark.parametrize("columns", ["", "   :columns: name, summary, distribution, version\n"])
def test_a_field_hides_what_is_built_in_of_its_name(project: Project, columns: str) -> None:
    app = build(project, f"brand\n{columns}", plugins_namespaces={"brand": {"fields": BUILT_IN}})
    head, bare, broken, full = table(app)
    assert [*map(str.casefold, head)] == ["name", "summary", "distribution", "version"]
    assert head[1:] == ["Summary", "Distribution", "Version"]
    assert bare == ["bare", "", "", ""]
    assert broken == ["b (broken)", "b", "b", "not known"]
    assert full == ["Label (full)", "About", "Maker", "2"]
    assert [section[0].astext() for section in marked(doctree(app), "sp-details")] == [
        "bare",
        "b (broken)",
        "Label (full)",
    ]
    facts = [
        [(field[0].astext(), field[1].astext()) for field in section.findall(nodes.field)]
        for section in marked(doctree(app), "sp-details")
    ]
    assert [name for name, _ in facts[0]] == ["Install", "Target"]
    assert facts[1][:4] == [
        *[("Name", "b"), ("Summary", "b"), ("Distribution", "b")],
        ("Version", "not known: ValueError: no release"),
    ]
    assert [name for name, _ in facts[2]] == [*BUILT_IN, "Install", "Target"]
    assert "7.3.0" not in doctree(app).astext()


@pytest.mark.slow
@pytest.mark.usefixtures("branded")
def test_a_field_hides_what_is_built_in_from_groups_orders_and_badges(project: Project) -> None:
    fields = {"version": "attr:release", "Status": "attr:Status", "Kind": "attr:Kind", "Target": "attr:Target"}
    settings = {"brand": {"fields": fields}}
    app = build(
        project, "brand\n   :view: list\n   :group-by: Version\n   :sort: -version", plugins_namespaces=settings
    )
    assert [group.astext() for group in marked(doctree(app), "sp-group")] == ["2", "Others"]
    assert names(app) == ["full", "bare", "broken"]
    assert "Target: own" in doctree(app).astext()
    app = build(project, "brand", plugins_namespaces=settings)
    text = doctree(app).astext()
    assert "Beta" not in text
    assert "class" not in text
    assert "brand:Bare" not in text
    # What is built in comes back when the field goes.
    project.build(plugins_namespaces={}, plugins_trusted=["*"])
    assert project.read == ["index"]


def test_a_field_that_no_plugin_has_has_the_pages_read_again(project: Project) -> None:
    def fields(*names: str) -> dict[str, object]:
        return {
            "app.writers": {"fields": {name: "attr:level" if name == "Level" else "entry:extras" for name in names}}
        }

    page = "Top\n===\n\n.. plugin-catalog:: app.writers\n   :columns: name, version\n"
    project.build(page, plugins_namespaces=fields("Level"))
    app = project.build(plugins_namespaces=fields("Level", "Version"))
    assert project.read == ["index"]
    assert table(app) == [["Name"], ["csv"]]
    project.build(plugins_namespaces=fields("Level", "Version"))
    assert project.read == []


@pytest.mark.slow
@pytest.mark.parametrize("view", ["table", "list", "cards", "details", "full"])
def test_fields_of_one_namespace_hide_nothing_of_another(project: Project, view: str) -> None:
    fields = {"Version": "attr:release", "Summary": "attr:level"}
    given = {"app.writers": {"fields": fields}}
    app = build(project, f"app.*\n   :view: {view}\n   :columns: name, version, summary", plugins_namespaces=given)
    text = " ".join(doctree(app).astext().split())
    assert "1.9" in text
    assert "Reads commas." in text


def test_unknown_fields_keep_their_place(project: Project) -> None:
    fields = {"A": "attr:title", "B": "call:level", "C": "attr:level", "D": "call:title", "E": "attr:formats"}
    app = build(project, options(":include: csv", ":view: details"), plugins_namespaces={"app.*": {"fields": fields}})
    facts = [field[0].astext() for field in doctree(app).findall(nodes.field)]
    assert facts[:5] == ["A", "B", "C", "D", "E"]
    app = build(project, options(":include: csv", ":view: table"), plugins_namespaces={"app.*": {"fields": fields}})
    assert table(app)[0] == ["Name", "Summary", "A", "B", "C", "D", "E"]
    assert table(app)[1][2:5] == ["Comma-separated", "not known", "10"]


@pytest.fixture
def tagged(install: Install) -> None:
    said = {
        "a": ("tags = ['text', 'table']", "stable = True", "size = 10"),
        "b": ("tags = ['table', 'table', '']", "stable = False", "size = 9"),
        "c": ("tags = 'text'", "", ""),
        "d": ("tags = [['x'], {'y': 1}, 1, True]", "stable = True", "size = 'none'"),
        "e": ("tags = ['  ', 'a\\n b', None]", "stable = None", ""),
    }
    body = "".join(
        f"class {name}:\n    'Own.'\n" + "".join(f"    {line}\n" for line in lines) for name, lines in said.items()
    )
    install("tagged", {"tagged": {name: f"tagged:{name}" for name in said}}, {"tagged.py": body})


def grouped(app: SphinxTestApp) -> list[tuple[str, list[str]]]:
    """The groups of a list, with the names in them."""
    titles = [group.astext() for group in marked(doctree(app), "sp-group")]
    lists = [
        [marked(item, "sp-name")[0].astext() for item in marked(each, "sp-item")]
        for each in doctree(app).findall(nodes.bullet_list)
        if "sp-list" in each["classes"]
    ]
    return list(zip(titles, lists, strict=True))


TAGGED: dict[str, object] = {
    "plugins_namespaces": {"tagged": {"fields": {"Tags": "attr:tags", "Stable": "attr:stable", "Size": "attr:size"}}}
}
ORDERS: dict[str, tuple[list[str], list[tuple[str, list[str]]]]] = {
    "lists": (
        [":group-by: tags"],
        [
            ("1", ["d"]),
            ("x", ["d"]),
            ("a b", ["e"]),
            ("table", ["a", "b"]),
            ("Tags: yes", ["d"]),
            ("text", ["a", "c"]),
            ("y: 1", ["d"]),
        ],
    ),
    "truth": ([":group-by: stable"], [("Stable: no", ["b"]), ("Stable: yes", ["a", "d"]), ("Others", ["c", "e"])]),
    "other way round": (
        [":group-by: -stable"],
        [("Stable: yes", ["a", "d"]), ("Stable: no", ["b"]), ("Others", ["c", "e"])],
    ),
    "numbers": ([":group-by: size"], [("9", ["b"]), ("10", ["a"]), ("none", ["d"]), ("Others", ["c", "e"])]),
    "order": (
        [":group-by: size", ":group-order: None, 10"],
        [("none", ["d"]), ("10", ["a"]), ("9", ["b"]), ("Others", ["c", "e"])],
    ),
    "order of truth": (
        [":group-by: stable", ":group-order: yes"],
        [("Stable: yes", ["a", "d"]), ("Stable: no", ["b"]), ("Others", ["c", "e"])],
    ),
    "order in lines": (
        [":group-by: stable", ":group-order: Stable: yes\n      later"],
        [("Stable: yes", ["a", "d"]), ("Stable: no", ["b"]), ("Others", ["c", "e"])],
    ),
}


@pytest.mark.slow
@pytest.mark.usefixtures("tagged")
@pytest.mark.parametrize(("given", "expected"), ORDERS.values(), ids=ORDERS)
def test_groups_and_their_order(project: Project, given: list[str], expected: list[tuple[str, list[str]]]) -> None:
    directive = "tagged\n" + "".join(f"   {option}\n" for option in [*given, ":view: list"])
    app = build(project, directive, **TAGGED)  # type: ignore[arg-type]
    assert project.warnings == []
    assert sorted(grouped(app), key=lambda group: group[0]) == sorted(expected, key=lambda group: group[0])
    if given != [":group-by: tags"]:
        assert grouped(app) == expected


def test_a_list_within_a_list_is_the_same_everywhere(install: Install, project: Project) -> None:
    install("tagged", {"tagged": {"a": "tagged:A"}}, {"tagged.py": "class A:\n    tags = [['x', 'y'], 'z']\n"})
    html = (build(project, "tagged", **TAGGED).outdir / "index.html").read_text()  # type: ignore[arg-type]
    table, _, details = re.sub("<[^>]*>", "", html).partition("Data (JSON)")
    assert "(x, y), z" in table
    assert re.search(r"x, y\s+z\s", details)  # an item each


@pytest.mark.slow
@pytest.mark.usefixtures("tagged")
@pytest.mark.parametrize("view", ["full", "table", "list", "cards", "details"])
def test_a_plugin_in_several_groups_is_described_once(project: Project, view: str) -> None:
    app = build(project, f"tagged\n   :group-by: tags\n   :view: {view}\n   :filter:", **TAGGED)  # type: ignore[arg-type]
    assert project.warnings == []
    html = (app.outdir / "index.html").read_text()
    ids = re.findall(r'\bid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert ids.count("plugin-tagged-a") == 1
    details = marked(doctree(app), "sp-details")
    assert len(details) == (5 if view in {"full", "details"} else 0)
    again = marked(doctree(app), "sp-again")
    if view != "details":
        assert len(marked(doctree(app), "sp-item")) - len(again) == 5
        assert len(again) == 4
        leading = [each["refid"] for each in doctree(app).findall(nodes.reference) if "refid" in each]
        assert leading.count("plugin-tagged-a") == 2 * (view == "full")
    assert (app.outdir / "genindex.html").read_text().count("a (plugin in tagged)") == 1


def test_groups_in_the_language_of_the_build(install: Install, project: Project) -> None:
    install("tagged", {"tagged": {"a": "tagged:A"}}, {"tagged.py": "class A:\n    'Own.'\n    stable = True\n"})
    app = build(project, "tagged\n   :group-by: stable\n   :view: list", language="de", **TAGGED)  # type: ignore[arg-type]
    assert [group.astext() for group in marked(doctree(app), "sp-group")] == ["Stable: ja"]


@pytest.mark.slow
def test_the_order_of_namespaces(project: Project) -> None:
    settings = {"app.writers": {"title": "Writers"}, "app.readers": {"title": "Readers"}}
    for order in ("Writers, Readers", "app.writers", "writers"):
        app = build(project, f"app.*\n   :view: list\n   :group-order: {order}", plugins_namespaces=settings)
        assert [group.astext() for group in marked(doctree(app), "sp-group")] == ["Writers", "Readers"]
        assert project.warnings == []


VALUES: dict[str, object] = {
    "digits": "1" * 5000,
    "digits of others": "\u0661" * 5000,
    "superscripts": "x\u00b2" * 3,
    "number": 2**63 - 1,
    "float": 1e308,
    "nested": [[[[[[{"a": [1, {"b": []}]}]]]]]],
    "surrogate": "a\ud800b",
    "controls": "\x00\x1b[31m\n\u202e",
    "markup": "`x`_ |y| <b> & {name} %s %(a)s",
    "bytes": 10**30,
    "mixed": [1, "1", True, None, 1.5, ["a"], {}],
    "empty": " ",
}


@pytest.fixture
def odd(install: Install) -> None:
    classes = "".join(
        f"class V{number}:\n    'Own.'\n    odd = {value!a}\n" for number, value in enumerate(VALUES.values())
    )
    plugins = {f"v{number}": f"odd:V{number}" for number in range(len(VALUES))}
    install("odd", {"odd": plugins}, {"odd.py": classes})


@pytest.mark.slow
@pytest.mark.usefixtures("odd")
@pytest.mark.parametrize("builder", ["html", "text", "latex", "man", "epub"])
def test_no_value_ends_a_build(project: Project, builder: str) -> None:
    given = {"plugins_namespaces": {"odd": {"fields": {"Odd": "attr:odd"}}}, "copyright": "nobody", "version": "1"}
    for view in ("full", "list", "cards"):
        directive = f"odd\n   :view: {view}\n   :sort: -odd\n   :group-by: odd\n   :title: odd\n   :filter:"
        app = build(project, directive, builder=builder, **given)
        text = doctree(app).astext()
        for number in range(len(VALUES)):
            assert f"v{number}" in text


@pytest.mark.usefixtures("odd")
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_no_value_ends_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    conf = tmp_path / "conf.py"
    conf.write_text("plugins_namespaces = {'odd': {'fields': {'Odd': 'attr:odd'}}}\n")
    arguments = ["list", "odd", "--conf", str(conf), "--columns", "name,odd", "--sort=-odd", "--format", form]
    assert main(arguments) == 0
    out = capsys.readouterr().out
    for number in range(len(VALUES)):
        assert f"v{number}" in out


def test_templates_are_filled_in_once() -> None:
    def of(template: str, name: str, version: str) -> str:
        origin = Distribution(name="{name}", version=version)
        plugin = Plugin(namespace="ns", name=name, target="m", extras=("{version}",), distribution=origin)
        return filled(template, plugin, NamespaceOptions())

    assert of("use {name} {{name}} {nam} {}", "{version}", "1") == "use {version} {{version}} {nam} {}"
    assert of("{version}/{name}/{requirement}", "{distribution}", "{name}") == "{name}/{distribution}/{name}[{version}]"


@pytest.mark.parametrize("view", ["table", "details"])
def test_nothing_in_a_list_leaves_no_hole(install: Install, project: Project, view: str) -> None:
    install("two", {"ns": {"a": "two_m:A"}}, {"two_m.py": "class A:\n    x = ['v', None, 'u']\n"})
    settings = {"ns": {"fields": {"X": "attr:x"}}}
    app = project.build(f"Top\n===\n\n.. plugin-catalog:: ns\n   :view: {view}\n", plugins_namespaces=settings)
    assert project.warnings == []
    assert "v, u" in BeautifulSoup((app.outdir / "index.html").read_text(), "html.parser").get_text()


def test_an_order_of_no_groups_is_a_mistake(install: Install, project: Project) -> None:
    install("two", {"ns": {"a": "two_m:A"}}, {"two_m.py": "class A: 5\n"})
    project.build("Top\n===\n\n.. plugin-catalog:: ns\n   :group-order: a\n")
    [warning] = project.warnings
    assert "the option :group-order: of plugin-catalog cannot be 'a'; drop it, for there is nothing to" in warning


@pytest.mark.slow
def test_a_page_is_read_again_when_what_it_names_is_known_or_trusted(install: Install, project: Project) -> None:
    """Also where no plugin of it is another one then."""
    install("own", {"ns": {"a": "n:A"}}, {"n.py": "class A:\n    def f(self): pass\n"})
    page = "Top\n===\n\n.. plugin-catalog:: ns\n   :columns: name, home\n   :sort: -home\n   :members:\n"

    def build(pages: str = "", **settings: object) -> list[str]:
        settings["extensions"] = ["sphinx.ext.autodoc", "sphinxext.plugins"]
        project.build({"index.rst": pages} if pages else {}, builder="html", parallel=0, freshenv=False, **settings)
        return sorted(word.split(":")[0] for each in project.warnings for word in each.split("the option :")[1:])

    fields = {"ns": {"fields": {"Home": "dist:Home-page"}}}
    assert build(page) == ["columns", "members", "sort"]
    assert build(plugins_namespaces=fields) == ["members"]
    assert build(plugins_namespaces=fields, plugins_trusted=["own"]) == []
    assert build(plugins_namespaces=fields, plugins_trusted=["own"]) == []
    assert project.read == []
    fields["ns"]["fields"]["Other"] = "dist:Other"
    assert build(plugins_namespaces=fields, plugins_trusted=["own"]) == []
    assert project.read == []
    assert build() == ["columns", "members", "sort"]


def test_a_page_is_read_again_when_another_namespace_is_meant_perhaps(install: Install, project: Project) -> None:
    pages = {
        "index.rst": "Top\n===\n\n.. toctree::\n\n   b\n   c\n\n.. plugin-catalog:: ns.tow\n",
        "b.rst": "B\n=\n\n.. list-plugins:: ns.tow\n",
        "c.rst": "C\n=\n\n.. plugin:: ns.tow:a\n",
    }
    project.build(pages)
    assert ["(the nearest: ns.two)" in each for each in project.warnings] == [False] * 3
    install("own", {"ns.two": {"a": "n:A"}}, {"n.py": "class A: pass\n"})
    project.build()
    assert sorted(project.read) == ["b", "c", "index"]
    assert ["(the nearest: ns.two)" in each for each in project.warnings] == [True] * 3
    install("more", {"elsewhere": {"a": "n:A"}})
    project.build()
    assert project.read == []


@pytest.mark.parametrize("option", ["", "   :no-index:\n"])
def test_details_on_two_pages_that_become_one(install: Install, project: Project, option: str) -> None:
    install("own", {"ns": {"a": "n:A"}}, {"n.py": "class A:\n    'Of A.'\n"})
    pages = {
        "index.rst": "Top\n===\n\n.. toctree::\n\n   b\n   c\n\n.. plugin-catalog:: ns\n",
        "b.rst": f"B\n=\n\n.. plugin-catalog:: ns\n{option}",
        "c.rst": f"C\n=\n\n.. plugin-catalog:: ns\n{option}",
    }
    app = project.build(pages, builder="singlehtml", suppress_warnings=["plugins.reference"])
    assert project.warnings == []
    html = (app.outdir / "index.html").read_text()
    ids = re.findall(r' id="([^"]+)"', html)
    assert html.count("Of A.") >= 3
    assert sorted(ids) == sorted(set(ids))
