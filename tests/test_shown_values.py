"""Values without a type on pages: lists where there is room, short cells, and links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from docutils import nodes

from sphinxext.plugins.cli import main
from sphinxext.plugins.core import limits

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from tests.conftest import Install, Project

SOURCE = """
import json
class Base: pass
class A:
    '''Reads.'''
    record = {"name": "csv", "sizes": [1, 2], "of": {"deep": {"deeper": [1, {"x": 2}]}}, "none": None}
    rows = [{"a": 1, "b": None}, {"a": 2}, ["x", "y"]]
    flat = ["a", None, "b"]
    classes = [Base, json.JSONEncoder]
    home = "see https://example.org/--a_(b), or http://[::1/ and javascript:alert(1)."
    rst = "*a* `b`_ |c|"
    opaque = [object()]
    long = "word " * 4000
    many = list(range(1000))
class B:
    '''Writes.'''
    record = {"base": Base, "A": A}
    home = "https://example.org/?q=" + "x" * 600
"""

NAMES = ("record", "rows", "flat", "classes", "home", "rst", "opaque", "long", "many")

PAGE = """
Top
===

.. plugin-catalog:: ns
   :columns: name, {}

.. py:class:: json.encoder.JSONEncoder

.. py:class:: m.Base
""".format(", ".join(NAMES))


def build(
    install: Install, project: Project, page: str = PAGE, *, builder: str = "html", source: str = SOURCE
) -> Sphinx:
    install("one", {"ns": {"a": "m:A", "b": "m:B"}}, {"m.py": source})
    fields = {name: f"attr:{name}" for name in NAMES}
    return project.build(page, buildername=builder, plugins_namespaces={"ns": {"fields": fields}})


def resolved(app: Sphinx) -> nodes.document:
    document = app.env.get_doctree("index")
    app.env.apply_post_transforms(document, "index")
    for raw in list(document.findall(nodes.raw)):  # which say where values are from
        raw.parent.remove(raw)
    return document


def facts(app: Sphinx, plugin: str) -> dict[str, Any]:
    document = resolved(app)
    section = next(each for each in document.findall(nodes.section) if f"plugin-ns-{plugin}" in each["ids"])
    return {field[0].astext(): field[1] for field in section.findall(nodes.field) if field.parent.parent is section}


def test_details_have_lists_and_links(install: Install, project: Project) -> None:
    app = build(install, project)
    assert project.warnings == []
    shown = facts(app, "a")
    [record] = shown["record"].children
    assert isinstance(record, nodes.definition_list)
    items: Any = record.children
    assert [item[0].astext() for item in items] == ["name", "sizes", "of", "none"]
    name, sizes, of, none = (item[1] for item in items)
    assert (name.astext(), sizes.astext(), none.children) == ("csv", "1, 2", [])
    assert [each.astext() for each in of.findall(nodes.term)] == ["deep"]
    assert [each.astext() for each in of.findall(nodes.paragraph)] == ["deeper: 1, (x: 2)"]
    [rows] = shown["rows"].children
    assert isinstance(rows, nodes.bullet_list)
    first, second, third = rows.children
    assert [each.astext() for each in first.findall(nodes.term)] == ["a", "b"]
    assert [each.astext() for each in second.findall(nodes.paragraph)] == ["2"]
    assert third.astext() == "x, y"
    texts = {name: body.astext() for name, body in shown.items()}
    assert (texts["flat"], texts["rst"]) == ("a, b", "*a* `b`_ |c|")
    assert [each.astext() for each in shown["opaque"].findall(nodes.literal)] == ["<object object>"]
    assert len(texts["long"]) > 10_000
    assert texts["many"].endswith("48, 49, … (+950)")
    links = {
        name: [each["refuri"] for each in body.findall(nodes.reference) if "refuri" in each]
        for name, body in shown.items()
    }
    assert links["home"] == ["https://example.org/--a_(b)"]
    assert texts["home"] == "see https://example.org/--a_(b), or http://[::1/ and javascript:alert(1)."
    assert [each.get("refid") for each in shown["classes"].findall(nodes.reference)] == [
        "m.Base",
        "json.encoder.JSONEncoder",
    ]


def test_what_a_plugin_names_leads_to_the_plugin(install: Install, project: Project) -> None:
    app = build(install, project)
    record = facts(app, "b")["record"]
    assert [each.get("refid") for each in record.findall(nodes.reference)] == ["m.Base", "plugin-ns-a"]


def test_a_page_is_written_again_when_what_it_names_moves(install: Install, project: Project) -> None:
    page = "Top\n===\n\n.. plugin:: ns:b\n\n.. toctree::\n\n   one\n   two\n"
    described = "One\n===\n\n.. plugin:: ns:a\n"
    (project.folder / "one.rst").write_text(described)
    (project.folder / "two.rst").write_text("Two\n===\n")
    app = build(install, project, page)
    assert 'href="one.html#plugin-ns-a"' in (app.outdir / "index.html").read_text()
    (project.folder / "one.rst").write_text("One\n===\n")
    (project.folder / "two.rst").write_text(described)
    app = build(install, project, page)
    assert 'href="two.html#plugin-ns-a"' in (app.outdir / "index.html").read_text()


def test_cells_stay_short(install: Install, project: Project) -> None:
    app = build(install, project)
    [table] = resolved(app).findall(nodes.table)
    [head, first, second] = table.findall(nodes.row)
    cells = dict(zip([each.astext() for each in head.children], first.children, strict=True))
    texts = {name: cell.astext() for name, cell in cells.items()}
    assert texts["record"] == "name: csv; sizes: 1, 2; of: (deep: (deeper: 1, (x: 2))); none"
    assert texts["rows"] == "(a: 1; b), (a: 2), (x, y)"
    assert texts["long"].endswith("word … (+19,500)")
    assert texts["many"].endswith("48, 49, … (+950)")
    assert max(map(len, texts.values())) < limits.LONGEST_CELL + 50
    assert [each.get("refid") for each in cells["classes"].findall(nodes.reference)] == [
        "m.Base",
        "json.encoder.JSONEncoder",
    ]
    others = dict(zip(texts, (each.astext() for each in second.children), strict=True))
    assert others["home"].endswith("x … (+123)")
    assert others["record"] == "base: m.Base; A: m.A"


@pytest.mark.slow
def test_markdown_and_the_command_stay_short(
    install: Install, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    build(install, project)
    arguments = ["--conf", str(project.folder)]
    assert main(["export", "ns", "--format", "markdown", *arguments]) == 0
    assert max(map(len, capsys.readouterr().out.split(" | "))) < 2 * limits.LONGEST_CELL
    assert main(["show", "ns:a", *arguments]) == 0
    assert "(a: 1; b), (a: 2), (x, y)" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["text", "latex", "man", "texinfo", "xml"])
def test_all_builders_write_them(install: Install, project: Project, builder: str) -> None:
    source = SOURCE + "    rows = [[[[[1]]]], {'a': {'b': {'c': {}}}}]\n"
    build(install, project, builder=builder, source=source)
    assert project.warnings == []
