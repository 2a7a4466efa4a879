"""Plugins that are there no more, or have another name, on pages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.schema import validate
from tests.test_history import MODULE, option, plugin, write

if TYPE_CHECKING:
    from tests.conftest import Install, Project

OVERLAY = """\
["ns".gone]
replaced_by = "a"
reason = "It was *slow*."
"""

HISTORY: dict[str, Any] = {"plugins_history": "history/*.json", "plugins_overlay": "overlay.toml"}


@pytest.fixture(autouse=True)
def releases(install: Install, project: Project) -> None:
    """Of three plugins one is removed, and one renamed."""
    install("one", {"ns": {"a": "m:A", "new": "m:B"}}, {"m.py": MODULE})
    options = {"reader": "parameters", "options": [option("size")]}
    gone = plugin("gone", docstring={"text": "Reads -- *what* was.\n\nAll."}, configuration=options)
    write(project.folder, "1.0", plugin("a"), plugin("old", "m:B"), gone)
    write(project.folder, "2.0", plugin("a"), plugin("new", "m:B"))
    (project.folder / "overlay.toml").write_text(OVERLAY)


def build(project: Project, pages: Any, **settings: Any) -> str:  # noqa: ANN401  # any of the fixture's
    """Build pages, twice, and return what the first came to."""
    app = project.build(pages, **HISTORY, **settings)
    assert project.warnings == []
    project.build(**HISTORY, **settings)
    assert (project.warnings, project.read) == ([], [])
    name = "index.txt" if settings.get("builder") == "text" else "index.html"
    return (app.outdir / name).read_text()


@pytest.mark.parametrize("directive", ["plugin-catalog", "list-plugins"])
def test_a_removed_plugin_is_named_in_a_list(project: Project, directive: str) -> None:
    detailed = "   :detailed:\n" if directive == "list-plugins" else ""
    page = f"Top\n===\n\n:plugin:ref:`ns:gone`, :ref:`x <plugin-ns-gone>`\n\n.. {directive}:: ns\n{detailed}"
    text = build(project, page, builder="text")
    assert "Removed\n=======\n\n* gone (removed in 2.0) -- Reads -- *what* was. It was *slow*. Use a.\n" in text
    html = build(project, page)
    assert html.count('id="plugin-ns-gone"') == html.count('id="plugin.option-ns-gone.size"') == 1
    assert html.count('href="#plugin-ns-gone"') == 2
    assert html.count('id="plugin-ns-old"') == 1


def test_removed_plugins_as_details_or_not_at_all(project: Project) -> None:
    page = "Top\n===\n\n.. plugin-catalog:: ns\n   :removed: {}\n"
    text = build(project, page.format("details"), builder="text")
    assert "Removed\n=======\n\n\ngone\n----\n\nremoved in 2.0\n\nReads -- *what* was.\n" in text
    assert "gone" not in build(project, page.format("none"))
    app = project.build(page.format("lists"), builder="text", **HISTORY)
    [warning] = project.warnings
    assert "option :removed: of plugin-catalog cannot be 'lists'; give it one of list, details, none" in warning
    assert "Removed\n=======\n" in (app.outdir / "index.txt").read_text()


def test_what_selects_plugins_selects_removed_ones(project: Project) -> None:
    page = "Top\n===\n\n.. plugin-catalog:: ns\n   :{}\n"
    assert "gone" not in build(project, page.format("exclude: g*"), builder="text")
    assert "gone" not in build(project, page.format("include: a"), builder="text")
    assert "gone" in build(project, page.format("distribution: one"), builder="text")


def test_removed_plugins_do_not_count(project: Project) -> None:
    page = "Top\n===\n\n.. plugin-catalog:: ns\n   :filter:\n   :columns: name, since\n\n.. plugin-namespaces:: n*\n"
    html = build(project, page)
    assert len(re.findall('class="[^"]*sp-item', html)) == 3  # and a row of the namespace
    outdir = project.folder / "_build" / "html"
    kept = validate((outdir / "plugins.json").read_bytes())["namespaces"]["ns"]
    assert [each["name"] for each in kept["plugins"]] == ["a", "new"]
    assert [each["name"] for each in kept["removed"]] == ["gone"]
    search = (outdir / "searchindex.js").read_text()
    objects = json.loads(search[search.index("{") : search.rindex("}") + 1])["objects"]
    assert "gone" not in json.dumps(objects)
    index = (outdir / "plugin-index.html").read_text()
    assert ">new<" in index
    assert ">gone<" not in index
    assert ">old<" not in index


def test_the_old_name_of_a_plugin_leads_to_it(project: Project) -> None:
    pages = {
        "index.rst": "Top\n===\n\n.. toctree::\n\n   all\n\n:plugin:ref:`ns:old`, :ref:`x <plugin-ns-old>`\n",
        "all.rst": "All\n===\n\n.. plugin-catalog:: ns\n",
    }
    html = build(project, pages)
    assert html.count('href="all.html#plugin-ns-old"') == 2
    html = (project.folder / "_build" / "html" / "all.html").read_text()
    section = html[html.index('id="plugin-ns-new"') :]
    assert section.index('id="plugin-ns-old"') < section.index("<h2") < section.index("old (2.0)")


def test_pages_of_plugins_stay(project: Project) -> None:
    page = "Top\n===\n\n:plugin:ref:`ns:old` :plugin:ref:`ns:gone`\n\n.. toctree::\n\n   made/index\n"
    html = build(project, f"{page}\n.. plugin-changes:: ns\n   :to: 2.0\n", plugins_pages={"made": "ns"})
    assert 'href="made/new.html#plugin-ns-old"' in html
    assert 'href="made/gone.html#plugin-ns-gone"' in html
    made = project.folder / "_build" / "html" / "made"
    assert "removed in 2.0" in re.sub("<[^>]*>", "", (made / "gone.html").read_text())
    old = (made / "old.html").read_text()
    assert "It is called" in old
    assert 'href="new.html#plugin-ns-new"' in old
    assert 'id="plugin-ns-old"' in old
    assert "made/old" not in html  # it is in no table of contents
    listed = '<a class="reference internal" href="gone.html#plugin-ns-gone"'
    assert listed in (made / "index.html").read_text()
    assert html.count('href="made/gone.html#plugin-ns-gone"') == 2  # in the list of changes, too
    (project.folder / "history" / "1.0.json").unlink()
    project.build(**HISTORY, plugins_pages={"made": "ns"})
    assert not (project.folder / "made" / "gone.rst").exists()


def test_an_old_name_leaves_the_page_to_one_that_differs_by_capitals(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:A", "old": "m:B"}}, {"m.py": MODULE})
    write(project.folder, "1.0", plugin("a"), plugin("Old", "m:B"), plugin("gone"))
    write(project.folder, "2.0", plugin("a"), plugin("old", "m:B"))
    page = "Top\n===\n\n:plugin:ref:`ns:old` :plugin:ref:`ns:Old`\n\n.. toctree::\n\n   made/index\n"
    html = build(project, page, plugins_pages={"made": "ns"})
    assert 'href="made/old.html#plugin-ns-old"' in html
    assert 'href="made/old.html#plugin-ns-Old"' in html
    made = {file.stem for file in (project.folder / "made").iterdir()}
    assert made == {"index", "a", "gone", "old", "Old--U4F--U6C--U64-"}


def test_a_plugin_of_a_name_that_another_one_had(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:A", "new": "m:B", "old": "m:Old"}}, {"m.py": MODULE})
    pages = {"index.rst": "Top\n===\n\n:plugin:ref:`ns:old`\n\n.. plugin-catalog:: ns\n"}
    html = build(project, pages)
    section = html[html.index('id="plugin-ns-new"') : html.index('id="plugin-ns-old"')]
    assert "<h2" in section  # it has the id alone
    assert html.count('id="plugin-ns-old"') == 1


def test_a_namespace_of_which_nothing_is_left(project: Project) -> None:
    gone = {"other": {"plugins": [plugin("x")]}}
    (project.folder / "overlay.toml").write_text("")
    write(project.folder, "0.9", namespaces=gone, distributions={"one": {"name": "one"}})
    write(project.folder, "1.0", plugin("a"), selected=["*"])
    page = "Top\n===\n\n.. plugin-catalog:: [no]*\n\n.. list-plugins:: other\n\n.. plugin:: other:x\n"
    assert build(project, page, builder="text").count("x (removed in 1.0)") == 2


def test_indices_of_what_is_not_to_be_used(install: Install, project: Project) -> None:
    source = f"{MODULE}\nclass D:\n    '''D.\n\n    .. deprecated:: 2.0\n       Leave it.\n    '''\n"
    install("one", {"ns": {"a": "m:A", "new": "m:B", "d": "m:D"}}, {"m.py": source})
    page = "Top\n===\n\n:ref:`plugin-removed`\n\n.. plugin-catalog:: ns\n"
    html = build(project, page)
    assert 'href="plugin-removed.html"' in html
    outdir = project.folder / "_build" / "html"
    index = re.sub("<[^>]*>", "", (outdir / "plugin-removed.html").read_text())
    said = re.findall(r"(\w+)\s+\(((?:deprecated|removed|renamed)[^)]*)\)", index)
    assert said == [("d", "deprecated"), ("gone", "removed in 2.0"), ("old", "renamed to new")]
    assert "gone (removed plugin of ns)" in (outdir / "genindex.html").read_text()
    project.build("Top\n===\n\n.. plugin:: ns:a\n", **HISTORY)
    assert not [
        index.name for index in project.build(**HISTORY).env.domains["plugin"].indices if index.name == "removed"
    ]


@pytest.mark.slow
def test_pages_are_the_same_from_several_processes(project: Project) -> None:
    pages = {
        f"p{number}.rst": f"P\n=\n\n.. plugin-catalog:: ns\n   :no-index:\n\n:plugin:ref:`ns:old` {number}\n"
        for number in range(8)
    }
    pages["index.rst"] = (
        "Top\n===\n\n.. toctree::\n   :glob:\n\n   p*\n\n.. plugin-catalog:: ns\n\n:plugin:ref:`ns:gone`\n"
    )
    build(project, pages)
    found = {file.name: file.read_bytes() for file in (project.folder / "_build" / "html").glob("*.html")}
    app = project.build(parallel=2, freshenv=True, **HISTORY)
    assert project.warnings == []
    assert {file.name: file.read_bytes() for file in Path(app.outdir).glob("*.html")} == found


def test_texts_of_a_snapshot_are_shown_letter_by_letter(project: Project) -> None:
    text = "<b>x</b> :ref:`y` \\u202e `z <javascript:alert(1)>`_ --"
    gone = plugin("<script>", docstring={"text": text.encode().decode("unicode_escape")})
    write(project.folder, "1.0", plugin("a"), plugin("gone"), gone)
    html = build(project, "Top\n===\n\n.. plugin-catalog:: ns\n")
    assert "&lt;b&gt;x&lt;/b&gt; :ref:`y` \\u202e `z &lt;javascript:alert(1)&gt;`_ --" in html
    assert "<script>alert" not in html


EXAMPLE = Path(__file__).parents[1] / "example_project" / "docs" / "history"

PAGES = {
    "index.rst": "Top\n===\n\n.. toctree::\n\n   catalog\n   lists\n   point\n   matrix\n   made/index\n\n"
    ".. plugin-namespaces:: sluice.*\n",
    "catalog.rst": "Catalog\n=======\n\n.. plugin-catalog:: sluice.*\n   :no-index:\n",
    "lists.rst": "Lists\n=====\n\n.. list-plugins:: sluice.reader\n\n.. list-plugins:: sluice.writer\n   :detailed:\n\n"
    ".. plugin-matrix:: sluice.reader\n   :no-index:\n",
    "point.rst": "Point\n=====\n\n.. plugin-namespace:: sluice.reader\n   :parts: plugins\n",
    "matrix.rst": "Matrix\n======\n\n.. plugin-matrix:: sluice.reader\n",
}


@pytest.mark.slow
def test_all_anchors_of_a_release_resolve_in_the_next(project: Project) -> None:
    """Of the example's releases, each built from its snapshot with those before as its history."""
    before: dict[str, set[str]] = {}
    versions = ["1.0.0", "2.0.0", "2.1.0"]
    for number, version in enumerate(versions):
        app = project.build(
            PAGES,
            plugins_sources=[f"snapshot:{EXAMPLE / version}.json"],
            plugins_history=[f"{EXAMPLE / each}.json" for each in versions[:number]],
            plugins_pages={"made": "sluice.reader"},
            plugins_namespaces={
                "sluice.writer": {"options": "auto"},
                "sluice.reader": {"interface": "sluice.readers:Reader"},
            },
        )
        assert not [warning for warning in project.warnings if "plugins.config" in warning]
        pages = {str(file.relative_to(app.outdir)): file.read_text() for file in Path(app.outdir).rglob("*.html")}
        found = {name: set(re.findall(r'id="(plugin[-.][^"]+)"', text)) for name, text in pages.items()}
        lost = {name: sorted(ids - found.get(name, set())) for name, ids in before.items()}
        assert not any(lost.values()), lost
        before = found
    assert "plugin-sluice.reader-fixed" in before["catalog.html"] & before["made/fixed.html"]
