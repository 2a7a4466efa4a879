"""Fields that have a type: what fits, how it is shown, chosen and ordered, and who names whom."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from docutils import nodes
from hypothesis import example, given
from hypothesis import strategies as st

from sphinxext.plugins import settings as options
from sphinxext.plugins.cli import main
from sphinxext.plugins.core import selection, types
from sphinxext.plugins.core.model import Field, Plugin
from sphinxext.plugins.core.namespaces import NamespaceOptions
from sphinxext.plugins.core.types import TYPES, FieldSettings, MisfitError, Type
from sphinxext.plugins.settings import Options
from tests.test_guardian import FORGING

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.testing.util import SphinxTestApp

    from sphinxext.plugins.core.structs import Json
    from tests.conftest import Install, Project

pytestmark = pytest.mark.slow  # nearly all of them build pages, or load plugins

DEFAULTS = {field.name: options.default(field) for field in options.FIELDS}

TEMPLATE = "https://bugs.example.org/{value}"

FITS: list[tuple[str, Json, Json]] = [
    ("text", {"a": [1]}, {"a": [1]}),
    ("rst", ["*a*", "b"], ["*a*", "b"]),
    ("code", ["a", 1], ["a", 1]),
    ("link", "https://example.org/a?b=1", "https://example.org/a?b=1"),
    ("link", "Home, https://example.org", "Home, https://example.org"),
    ("date", "2024-02-29", "2024-02-29"),
    ("date", "2024-03-01T10:00:00+02:00", "2024-03-01T10:00:00+02:00"),
    ("bool", False, False),
    ("number", [-1, 1.5, "123456789012345678901234567890", "-1e-3"], None),
    ("tags", "a, b,,c ", ["a", "b", "c"]),
    ("tags", ["a, b", 1, None], ["a, b", 1]),
    ("tags", "alone", "alone"),
    ("object", "m.Class:method", "m.Class.method"),
    ("object", ["int", "größe.Größe"], None),
    ("plugin", ["a", "m:A"], None),
    ("record", {"a": [1]}, {"a": [1]}),
    ("table", [{"a": 1}, {"b": None}], None),
    ("table", [["x", 1], ["y"]], [{"0": "x", "1": 1}, {"0": "y"}]),
    ("table", {"x": {"help": "X"}, "y": {"name": "Y"}}, [{"name": "x", "help": "X"}, {"name": "y", "name_": "Y"}]),
    ("table", [{"a": 1}, "…"], [{"a": 1}, {"a": "…"}]),
    ("table", {"x": {"a": 1}, "…": "…"}, [{"name": "x", "a": 1}, {"name": "…"}]),
    ("number", [1, 2, "…"], None),
    ("date", ["2024-02-29", "…"], None),
]

MISFITS: dict[str, list[Json]] = {
    "rst": [1, True, {"a": 1}, [["a"]]],
    "code": [True, {"a": 1}],
    "link": ["javascript:alert(1)", "example.org", "https://", "https://a b", 1],
    "date": ["soon", "2024-13-01", "2023-02-29", "20240301", "2024", 20240301, "2024-03-01x"],
    "bool": ["yes", 0, 1, []],
    "number": [True, "1.5.2", "nan", "inf", "1e999", "0x10", "\u0663", {}],
    "tags": [True, {"a": 1}, [["a"]], ","],
    "object": ["a b", "a.", ".a", "1a", "a:b:c", "<a>", 1],
    "plugin": [1, {"a": 1}],
    "record": ["a", [1], [{"a": 1}]],
    "table": ["a", [1], {"a": 1}, ["a", {}]],
}


@pytest.mark.parametrize(("type_", "value", "kept"), FITS)
def test_values_that_fit(type_: str, value: Json, kept: Json) -> None:
    assert types.read(value, FieldSettings(type=Type(type_))) == (value if kept is None else kept)


@pytest.mark.parametrize(("type_", "value"), [(of, each) for of, values in MISFITS.items() for each in values])
def test_values_that_do_not_fit(type_: str, value: Json) -> None:
    with pytest.raises(MisfitError):
        types.read(value, FieldSettings(type=Type(type_)))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@example([None], Type.TABLE)
@given(VALUES, st.sampled_from(list(TYPES)))
def test_what_is_kept_fits_and_can_be_written_and_ordered(value: Json, type_: Type) -> None:
    settings = FieldSettings(type=type_)
    try:
        kept = types.read(value, settings)
    except MisfitError:
        kept = value  # a project may do so
    else:
        assert types.read(kept, settings) == kept
    assert isinstance(types.text(kept, type_), str)
    assert types.order(kept, type_) <= types.order(kept, type_)


def test_a_link_by_a_template_has_the_value_quoted() -> None:
    settings = FieldSettings(type=Type.LINK, link=TEMPLATE)
    assert types.address("a b/c?d#e&f", settings) == "https://bugs.example.org/a%20b/c%3Fd%23e%26f"
    assert types.read(["x", 1], settings) == ["x", 1]


@pytest.mark.parametrize(
    ("field", "made"),
    [
        ("attr:a", FieldSettings(describers=("attr:a",))),
        (["attr:a", "doc"], FieldSettings(describers=("attr:a", "doc"))),
        ({"from": "attr:a"}, FieldSettings(describers=("attr:a",))),
        (
            {"from": ["attr:a", "doc"], "type": "tags", "heading": "H", "facet": False},
            FieldSettings(describers=("attr:a", "doc"), type=Type.TAGS, heading="H", facet=False),
        ),
        # A key that goes with a type says which one.
        ({"from": "doc", "language": "toml"}, FieldSettings(describers=("doc",), type=Type.CODE, language="toml")),
        ({"from": "doc", "link": TEMPLATE}, FieldSettings(describers=("doc",), type=Type.LINK, link=TEMPLATE)),
        ({"from": "doc", "namespace": "n"}, FieldSettings(describers=("doc",), type=Type.PLUGIN, namespace="n")),
        (
            {"from": "doc", "columns": {"Option": "name"}},
            FieldSettings(describers=("doc",), type=Type.TABLE, columns={"Option": "name"}),
        ),
    ],
)
def test_settings(field: object, made: FieldSettings) -> None:
    read, problems = options.from_config({**DEFAULTS, "namespaces": {"ns": {"fields": {"X": field}}}})
    assert problems == []
    assert read.of_namespace("ns").fields == {"X": made}


WRONG: dict[str, tuple[dict[str, object], str, FieldSettings]] = {
    "no from": ({"type": "tags"}, "['from'] = None", FieldSettings(type=Type.TAGS)),
    "from": ({"from": "atr:x"}, "(the nearest: attr:x)", FieldSettings()),
    "key": ({"from": "doc", "headding": "H"}, "(the nearest: heading)", FieldSettings(describers=("doc",))),
    "describers": ({"from": "doc", "describers": []}, "one of the keys from,", FieldSettings(describers=("doc",))),
    "type": ({"from": "doc", "type": "tag"}, "(the nearest: tags)", FieldSettings(describers=("doc",))),
    "type of a built-in field": (
        {"from": "doc", "type": "summary"},
        "one of text,",
        FieldSettings(describers=("doc",)),
    ),
    "no type": ({"from": "doc", "type": ["tags"]}, "one of text,", FieldSettings(describers=("doc",))),
    "heading": ({"from": "doc", "heading": 1}, "give it a text", FieldSettings(describers=("doc",))),
    "facet": ({"from": "doc", "facet": "yes"}, "True or False", FieldSettings(describers=("doc",))),
    "link": ({"from": "doc", "link": "https://x"}, "{value} in it", FieldSettings(describers=("doc",))),
    "script": ({"from": "doc", "link": "javascript:{value}"}, "{value} in it", FieldSettings(describers=("doc",))),
    "no describers": ({"from": []}, "a describer, or a list of them", FieldSettings()),
    "columns": (
        {"from": "doc", "columns": ["name"]},
        '{"Option": "name"}',
        FieldSettings(describers=("doc",), type=Type.TABLE),
    ),
    "key of another type": (
        {"from": "doc", "type": "tags", "language": "toml"},
        "the type code, with which language goes",
        FieldSettings(describers=("doc",), type=Type.TAGS),
    ),
}


@pytest.mark.parametrize(("field", "told", "made"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_one_problem_at_its_line(
    tmp_path: Path, field: dict[str, object], told: str, made: FieldSettings
) -> None:
    conf = tmp_path / "conf.py"
    lines = json.dumps(field, indent=1).replace("false", "False")
    conf.write_text(f"plugins_namespaces = {{'ns': {{'fields': {{\n'Good': 'doc',\n'X':\n{lines}}}}}}}\n")
    given = {"ns": {"fields": {"Good": "doc", "X": field}}}
    read, [problem] = options.from_config({**DEFAULTS, "namespaces": given}, conf)
    assert told in problem.text
    assert problem.location is not None
    place = conf.read_text().splitlines()[problem.location.line - 1]
    assert place == "'X':" if told == "['from'] = None" else any(f'"{key}": ' in place for key in field)
    assert read.of_namespace("ns").fields == {"Good": FieldSettings(describers=("doc",)), "X": made}


def test_a_namespace_that_there_is_not_is_a_mistake_at_its_line(install: Install, project: Project) -> None:
    install("one", {"drv": {"a": "m:A"}, "boots": {"pxe": "m:A"}}, {"m.py": "class A:\n    boot = 'pxe'\n"})
    fields = {"Boot": {"from": "attr:boot", "namespace": "boot"}}
    project.build(".. plugin-catalog:: drv\n", plugins_namespaces={"drv": {"fields": fields}})
    [warning] = project.warnings
    assert warning.startswith("conf.py:1: WARNING: the field 'Boot' of drv names plugins of 'boot'")
    assert "(the nearest: boots)" in warning


SOURCE = """
class Base:
    '''Reads.'''
    tags = ["text", "fast, too"]
    size = 10.5
    since = "2024-03-01"
    ok = True
    guide = "https://example.org/a?b=1&c"
    bug = 12
    code = "x = 1\\n\\ny = '<b>'"
    short = ["a.b", "--c"]
    path = ["m.Base", "m.Nothing"]
    notes = "Reads *all* of it. More.\\n\\n- one"
    meta = {"a": 1, "b <i>": ["x", "*y*"]}
    options = [{"name": "--x", "help": "The <x>.", "more": 1}, {"name": "--y"}]
"""
FIELDS: dict[str, object] = {
    "Tags": {"from": "attr:tags", "type": "tags", "heading": "Marks"},
    "Size": {"from": "attr:size", "type": "number"},
    "Since": {"from": "attr:since", "type": "date"},
    "OK": {"from": "attr:ok", "type": "bool"},
    "Guide": {"from": "attr:guide", "type": "link"},
    "Bug": {"from": "attr:bug", "link": TEMPLATE},
    "Home": {"from": "dist:Project-URL", "type": "link"},
    "Code": {"from": "attr:code", "language": "python"},
    "Short": {"from": "attr:short", "type": "code"},
    "Path": {"from": "attr:path", "type": "object"},
    "Notes": {"from": "attr:notes", "type": "rst"},
    "Meta": {"from": "attr:meta", "type": "record"},
    "Options": {"from": "attr:options", "columns": {"Option": "name", "Its help": "help"}},
}
PAGES = {
    "index.rst": "Top\n===\n\n.. plugin-catalog:: ns\n   :filter:\n\n.. py:class:: m.Base\n",
    "one.rst": ":orphan:\n\nOne\n===\n\n.. plugin:: ns:other\n",
    "listed.rst": ":orphan:\n\nListed\n======\n\n.. list-plugins:: ns\n   :detailed:\n   :no-index:\n",
}
HOME = "Project-URL: Home, https://example.org/home"


def installed(install: Install, **more: str) -> None:
    install("one", {"ns": {"base": "m:Base", "other": "m:Base"}}, {"m.py": SOURCE, **more}, metadata=HOME)


def values(page: str) -> dict[str, str]:
    """Return what stands behind each name in the first details on a page."""
    pieces = page[page.index('<dl class="sp-fields') :].partition("</section>")[0].split('<dt class="field-')[1:]
    return {piece.partition(">")[2].partition("<")[0]: piece.partition("</dt>\n")[2] for piece in pieces}


SHOWN = {
    "Marks": '<span class="sp-badge sp-tag">text</span></span><span class="sp-separator">, </span>'
    '<span class="sp-value"><span class="sp-badge sp-tag">fast, too</span>',
    "Size": "10.5",
    "Since": "2024-03-01",
    "OK": "yes",
    "Guide": '<a class="reference external" href="https://example.org/a?b=1&amp;c">https://example.org/a?b=1&amp;c</a>',
    "Bug": '<a class="reference external" href="https://bugs.example.org/12">12</a>',
    "Home": '<a class="reference external" href="https://example.org/home">Home</a>',
    "Code": '<div class="highlight-python notranslate">',
    "Short": '<span class="pre">--c</span>',
    "Path": '<a class="reference internal" href="#m.Base" title="m.Base"><code',
    "Notes": "<p>Reads <em>all</em> of it. More.</p>",
    "Options": "<p>Its help</p>",
}


def test_html(install: Install, project: Project) -> None:
    installed(install)
    app = project.build(PAGES, plugins_namespaces={"ns": {"fields": FIELDS}})
    assert project.warnings == []
    pages = {page: (app.outdir / f"{page}.html").read_text() for page in ("index", "one", "listed")}
    found = values(pages["index"])
    for name, shown in SHOWN.items():
        assert shown in found[name], name
    assert '<dt><span class="sp-key">b &lt;i&gt;</span></dt><dd><p>x, *y*</p>' in pages["index"]
    assert "<p>The &lt;x&gt;.</p>" in found["Options"]
    assert "more" not in found["Options"]
    assert "m.Nothing</span></code></span>" in found["Path"]
    # All of it, by other directives as well.
    assert values(pages["one"]).keys() >= SHOWN.keys()
    assert values(pages["listed"]).keys() >= SHOWN.keys() - {"Options"}
    # Where each is from.
    assert 'title="attr:size, read from the source (m.py:5)">' in found["Size"]
    assert '<div title="attr:notes, read from the source (m.py:13)"><p>' in found["Notes"]
    assert 'title="dist:Project-URL">' in found["Home"]
    assert pages["index"].count('<span title="attr:size, read from the source (m.py:5)">') == 3

    data = json.loads((app.outdir / "plugins.json").read_text())
    fields = {field["name"]: field for field in data["namespaces"]["ns"]["plugins"][0]["fields"]}
    assert fields["Size"] == {
        "describer": "attr:size",
        "value": 10.5,
        "location": {"file": "m.py", "line": 5},
        "name": "Size",
        "type": "number",
        "introspection": "static",
    }
    assert [fields[name].get("type", "text") for name in ("Tags", "Bug", "Code", "Options")] == [
        *("tags", "link", "code", "table"),
    ]


def test_in_a_summary_each_is_within_a_line(install: Install, project: Project) -> None:
    installed(install)
    app = project.build(PAGES["index.rst"], plugins_namespaces={"ns": {"fields": FIELDS}})
    [table] = [table for table in app.env.get_doctree("index").findall(nodes.table) if "sp-table" in table["classes"]]
    head, *rows = ([cell for cell in row if isinstance(cell, nodes.entry)] for row in table.findall(nodes.row))
    shown = {title.astext(): cell for title, cell in zip(head, rows[0], strict=True)}
    assert {title: cell.astext() for title, cell in shown.items()} == {
        "Name": "base",
        "Summary": "Reads.",
        "Marks": "text, fast, too",
        "Size": "10.5",
        "Since": "2024-03-01",
        "OK": "yes",
        "Guide": "https://example.org/a?b=1&c",
        "Bug": "12",
        "Home": "Home",
        "Code": "x = 1 y = '<b>'",
        "Short": "a.b, --c",
        "Path": "m.Base, m.Nothing",
        "Notes": "Reads all of it.",
        "Meta": "a: 1; b <i>: x, *y*",
        "Options": "--x, --y",
    }
    marked = [node.astext() for node in shown["Marks"].findall(nodes.inline) if "sp-value" in node["classes"]]
    assert marked == ["text", "fast, too"]
    assert "sp-number" in head[3]["classes"]
    assert all(isinstance(node, nodes.paragraph) for cell in shown.values() for node in cell)


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["text", "latex", "man", "texinfo", "epub", "singlehtml", "xml", "gettext"])
def test_other_builders(install: Install, project: Project, builder: str) -> None:
    installed(install)
    man: list[tuple[str, str, str, list[str], int]] = [("index", "top", "Top", [], 1)]
    app = project.build(PAGES, builder=builder, plugins_namespaces={"ns": {"fields": FIELDS}}, man_pages=man)
    assert [warning for warning in project.warnings if "epub" not in warning.lower()] == []
    files = {
        "text": "index.txt",
        "latex": "projectnamenotset.tex",
        "man": "top.1",
        "texinfo": "projectnamenotset.texi",
        "epub": "index.xhtml",
    }
    if builder == "gettext":
        text = (app.outdir / "index.pot").read_text()
        assert all(f'msgid "{word}"' in text for word in ("Marks", "Its help", "Option"))
        assert not any(f'msgid "{word}"' in text for word in ("--x", "Tags", "The <x>."))
        return
    file = app.outdir / files.get(builder, f"index.{builder.removeprefix('single')}")
    text = " ".join(re.sub(r"<[^>]+>", "", file.read_text()).split())
    for word in ("Marks", "10.5", "2024", "Its help", "Reads", "fast, too"):
        assert word in text
    assert ('title="attr:size' in file.read_text()) is (builder in {"epub", "singlehtml"})


def test_a_table_of_many_rows_breaks_on_paper(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": "class A:\n    rows = [" + "{'x': 1, 'y': 'z'}, " * 30 + "]\n"})
    fields = {"Rows": {"from": "attr:rows", "type": "table"}}
    app = project.build(".. plugin:: ns:a\n", builder="latex", plugins_namespaces={"ns": {"fields": fields}})
    assert project.warnings == []
    assert "longtable" in (app.outdir / "projectnamenotset.tex").read_text()


TABLES = """
class A:
    nothing = [{}]
    long = [{"name": "n%d" % n, "help": "word " * 150} for n in range(4000)]
    wide = [{"k%d" % n: n for n in range(20)}]
    of = [{"name": "x", "class": int, "odd": object()}]
    record = {"class": int}
"""


@pytest.mark.parametrize("builder", ["html", "text", "latex"])
def test_odd_tables(install: Install, project: Project, builder: str) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": TABLES})
    fields: dict[str, object] = {
        name: {"from": f"attr:{name}", "type": "table"} for name in ("nothing", "long", "wide", "of")
    }
    fields["record"] = {"from": "attr:record", "type": "record"}
    page = ".. plugin:: ns:a\n\n.. py:class:: int\n   :no-index-entry:\n"
    app = project.build(page, buildername=builder, plugins_namespaces={"ns": {"fields": fields}})
    assert project.warnings == []
    doctree = app.env.get_doctree("index")
    shown = {field[0].astext(): field[1] for field in doctree.findall(nodes.field)}
    assert "nothing" not in shown
    rows = [[entry.astext() for entry in row.findall(nodes.entry)] for row in shown["long"].findall(nodes.row)]
    assert rows[0] == ["name", "help"]
    assert rows[-1] == ["\u2026", ""]
    assert rows[-2][0] == f"n{len(rows) - 3}"
    assert 2000 < len(rows) < 4000
    [head, row] = ([entry.astext() for entry in row.findall(nodes.entry)] for row in shown["wide"].findall(nodes.row))
    assert head[-1] == "\u2026"
    assert row[-1] == "; ".join(f"k{n}: {n}" for n in range(12, 20))
    # What is a class leads to where it is documented, and what only Python writes is code.
    assert [each.astext() for each in shown["of"].findall(nodes.literal)] == ["x", "int", "<object object>"]
    if builder == "html":
        app.env.apply_post_transforms(doctree, "index")
        assert [each["refid"] for each in doctree.findall(nodes.reference) if "refid" in each] == ["int", "int"]


def test_a_value_that_does_not_fit_is_a_text_and_one_warning(install: Install, project: Project) -> None:
    names = [f"p{number}" for number in range(9)]
    classes = "".join(f"class {name}:\n    since = 'soon'\n    tags = {{'a': 1}}\n" for name in names)
    install("one", {"ns": {name: f"m:{name}" for name in names}}, {"m.py": classes})
    fields = {"Since": {"from": "attr:since", "type": "date"}, "Tags": {"from": "attr:tags", "type": "tags"}}
    app = project.build(".. plugin-catalog:: ns\n", plugins_namespaces={"ns": {"fields": fields}})
    since, tags = (warning.partition("site/")[2] for warning in project.warnings)
    also = "(and so have p1, p2, p3, p4, p5, 3 others)"
    assert since == (
        f"m.py:2: WARNING: ns:p0 has 'soon' in its field 'Since', which is not a date (2024-03-01) {also}; correct it, "
        "or give the field another type; until then it is shown as text [plugins.field]"
    )
    assert tags.startswith("m.py:3: WARNING: ns:p0 has 'a: 1' in its field 'Tags', which is not texts")
    page = (app.outdir / "index.html").read_text()
    assert page.count("soon") == 18
    # A second build warns again, and reads nothing.
    project.build(plugins_namespaces={"ns": {"fields": fields}})
    assert (project.read, len(project.warnings)) == ([], 2)
    # One that is shown in another way is read again; where it is from does not matter for that.
    project.build(plugins_namespaces={"ns": {"fields": {"Since": "attr:since", "Tags": "attr:tags"}}})
    assert (project.read, project.warnings) == (["index"], [])


def test_a_fact_of_the_overlay_is_told_at_its_line(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m"}}, {"m.py": ""})
    overlay = "[ns.a]\nsince = 2024-03-01\nuntil = 'soon'\nnote = '''\nAll *of* ``it.\n'''\n"
    (project.folder / "overlay.toml").write_text(overlay)
    fields = {
        "Since": {"from": "overlay:since", "type": "date"},
        "Until": {"from": "overlay:until", "type": "date"},
        "Note": {"from": "overlay:note", "type": "rst"},
    }
    settings: dict[str, Any] = {"plugins_overlay": "overlay.toml", "plugins_namespaces": {"ns": {"fields": fields}}}
    app = project.build(".. plugin:: ns:a\n", **settings)
    until, note = project.warnings
    assert until.startswith("overlay.toml:3: WARNING: ns:a has 'soon' in its field 'Until', which is not a date")
    assert note.startswith("overlay.toml:5: WARNING: ns:a has markup in its field 'Note' that is not right: ")
    page = (app.outdir / "index.html").read_text()
    assert '<span title="overlay:since (overlay.toml:2)">' in page
    assert "<em>of</em>" in page
    data = json.loads((app.outdir / "plugins.json").read_text())
    kept = data["namespaces"]["ns"]["plugins"][0]["fields"]
    assert [field["location"] for field in kept] == [{"file": "overlay.toml", "line": line} for line in (2, 3, 4)]


RAW = "One.\n\n.. raw:: html\n\n   <b>raw</b>\n"


@pytest.mark.parametrize(
    ("where", "mode", "is_trusted"),
    [
        ("overlay", "auto", True),
        ("its own file", "static", True),
        ("its own file", "import", False),  # nobody knows where the words are from
        ("another file", "static", False),
        ("two files", "static", False),
    ],
)
def test_markup_is_trusted_by_whose_words_it_is(
    install: Install, project: Project, where: str, mode: str, *, is_trusted: bool
) -> None:
    note = {"another file": "n.NOTE", "two files": "n.NOTE + ''", "overlay": "None"}.get(where, repr(RAW))
    install("two", {}, {"n.py": f"NOTE = {RAW!r}\n"})
    install("one", {"ns": {"a": "m:A"}}, {"m.py": f"import n\nclass A:\n    note = {note}\n"})
    overlay = f"[ns.a]\nnote = '''{RAW}'''\n" if where == "overlay" else ""
    (project.folder / "overlay.toml").write_text(overlay)
    fields = {"Note": {"from": ["overlay:note", "attr:note"], "type": "rst"}}
    page = ".. plugin-catalog:: ns\n"
    settings: dict[str, Any] = {"plugins_namespaces": {"ns": {"fields": fields}}, "plugins_overlay": "overlay.toml"}
    settings["plugins_introspection"] = mode
    app = project.build(page, plugins_trusted=["one"], **settings)
    assert ("<b>raw</b>" in (app.outdir / "index.html").read_text()) is is_trusted
    refused = [each for each in project.warnings if "uses in its field 'Note' what only trusted ones may" in each]
    assert len(refused) == (not is_trusted)
    app = project.build(**settings)
    assert project.read == (["index"] if is_trusted and where != "overlay" else [])
    assert ("<b>raw</b>" in (app.outdir / "index.html").read_text()) is (where == "overlay")


def test_no_plugin_says_where_its_words_stand(install: Install, project: Project) -> None:
    install("two", {}, {"trusted.py": "x = 1\n"})
    told: dict[str, Any] = {"describer": "attr:note", "introspection": "import", "value": RAW}
    told["location"] = {"file": "trusted.py", "line": 1}
    forged = f"os.write(answers, line(number, description={{}}) + line(number, answer={told!r}))\ntime.sleep(0.1)\n"
    install("one", {"ns": {"a": "m"}}, {"m.py": f"{FORGING}{forged}"})
    fields = {"Note": {"from": "attr:note", "type": "rst"}}
    settings: dict[str, Any] = {"plugins_namespaces": {"ns": {"fields": fields}}, "plugins_introspection": "import"}
    app = project.build(".. plugin:: ns:a\n", plugins_trusted=["two"], **settings)
    page = (app.outdir / "index.html").read_text()
    assert "&lt;b&gt;raw&lt;/b&gt;" in page
    assert "<b>raw</b>" not in page


def test_what_a_project_changes_need_not_fit(
    install: Install, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("one", {"ns": {"a": "m"}}, {"m.py": ""})
    (project.folder / "changes.py").write_text(
        "import msgspec\nfrom sphinxext.plugins.core.model import Field\n"
        "def change(app, plugin):\n"
        f"    types = {[*map(str, TYPES), 'summary', 'nothing']!r}\n"
        "    made = [Field(name=t, value='soon <b>', describer='doc', type=t) for t in types]\n"
        "    return msgspec.structs.replace(plugin, fields=tuple(made))\n"
        "def setup(app):\n    app.connect('plugins-plugin', change)\n"
    )
    monkeypatch.syspath_prepend(project.folder)
    fields: dict[str, object] = {type_.value: {"from": "doc", "type": type_.value} for type_ in TYPES}
    fields |= {"summary": "doc", "nothing": "doc"}
    page = "".join(f".. plugin-catalog:: ns\n   :group-by: {of}\n   :sort: {of}\n   :no-index:\n\n" for of in TYPES)
    extensions = ["sphinxext.plugins", "changes"]
    app = project.build(page, plugins_namespaces={"ns": {"fields": fields}}, extensions=extensions)
    [warning] = project.warnings
    assert "which is not the name or the target of a plugin of ns" in warning
    assert "soon &lt;b&gt;" in (app.outdir / "index.html").read_text()


DRIVERS = """
import boots
class Ipmi:
    boot = ["pxe", boots.Local.path]
class Redfish:
    boot = "pxe"
class Odd:
    boot = ["local", "pxee"]
"""
BOOTS = """
from elsewhere import Local
class Pxe: pass
"""
ELSEWHERE = """
class Local:
    path = "elsewhere.Local"
"""
RELATED = {"drv": {"fields": {"Boot": {"from": "attr:boot", "namespace": "boot"}}}}
RELATED_PAGES = {
    "index.rst": "Top\n===\n\n.. toctree::\n\n   a_boot\n   b_drivers\n   c_boot\n",
    "a_boot.rst": "Boot\n====\n\n.. plugin-catalog:: boot\n",
    "b_drivers.rst": "Drivers\n=======\n\n.. plugin-catalog:: drv\n",
    "c_boot.rst": "Nothing\n=======\n",
}


def related(install: Install, drivers: str = DRIVERS) -> None:
    entries = {"drv": {"ipmi": "drivers:Ipmi", "redfish": "drivers:Redfish", "odd": "drivers:Odd"}}
    files = {"drivers.py": drivers, "boots.py": BOOTS, "elsewhere.py": ELSEWHERE}
    install("one", {**entries, "boot": {"pxe": "boots:Pxe", "local": "boots:Local"}}, files)


def named_by(app: SphinxTestApp, page: str = "a_boot") -> dict[str, list[str]]:
    """Return by whom plugins are named, as their details say, with the links."""
    text = (app.outdir / f"{page}.html").read_text()
    found = {}
    for section in text.split('<section class="sp-plugin')[1:]:
        name = re.findall(r'id="plugin-boot-(\w+)"', section)[0]
        value = section.partition("Named by<")[2].partition("</dd>")[0]
        found[name] = re.findall(r'href="([^"]*)"', value)
    return found


@pytest.mark.parametrize("parallel", [0, 2])
def test_plugins_that_name_others(install: Install, project: Project, parallel: int) -> None:
    related(install)
    app = project.build(RELATED_PAGES, plugins_namespaces=RELATED, parallel=parallel)
    [warning] = project.warnings
    assert (
        "drivers.py:8: WARNING: drv:odd has 'pxee' in its field 'Boot', which is not the name or the target of"
        in warning
    )
    assert "(the nearest: pxe)" in warning
    # The page that is read and written first knows who names its plugins.
    ipmi, odd, redfish = (f"b_drivers.html#plugin-drv-{name}" for name in ("ipmi", "odd", "redfish"))
    assert named_by(app) == {"local": [ipmi, odd], "pxe": [ipmi, redfish]}
    drivers = (app.outdir / "b_drivers.html").read_text()
    # One that is named by its path is shown by its name.
    assert drivers.count('href="a_boot.html#plugin-boot-local"') == 4
    assert "elsewhere" not in drivers
    data = json.loads((app.outdir / "plugins.json").read_text())
    local, _pxe = data["namespaces"]["boot"]["plugins"]
    assert local["named_by"] == [["drv:ipmi", "Boot"], ["drv:odd", "Boot"]]
    assert data["namespaces"]["drv"]["plugins"][0]["fields"][0]["value"] == ["pxe", "local"]


@pytest.mark.parametrize("parallel", [0, 2])
def test_who_names_a_plugin_is_never_stale(install: Install, project: Project, parallel: int) -> None:
    related(install)
    project.build(RELATED_PAGES, plugins_namespaces=RELATED, parallel=parallel)
    project.build(plugins_namespaces=RELATED, parallel=parallel)
    assert project.read == []
    # One page changes, and not in what it says of plugins.
    app = project.build({"b_drivers.rst": RELATED_PAGES["b_drivers.rst"] + "\nMore.\n"}, plugins_namespaces=RELATED)
    assert project.read == ["b_drivers"]
    assert len(named_by(app)["pxe"]) == 2
    # A plugin says something else, and only what it names is read again beside it.
    related(install, DRIVERS.replace('boot = "pxe"', 'boot = "local"'))
    app = project.build(plugins_namespaces=RELATED, parallel=parallel)
    assert project.read == ["a_boot", "b_drivers"]
    assert {name: len(links) for name, links in named_by(app).items()} == {"local": 3, "pxe": 1}
    # Who names them moves to another page: that is written again without being read.
    moved = {"b_drivers.rst": "Drivers\n=======\n", "c_boot.rst": "Boot\n====\n\n.. plugin-catalog:: drv\n"}
    app = project.build(moved, plugins_namespaces=RELATED, parallel=parallel)
    assert sorted(project.read) == ["b_drivers", "c_boot"]
    assert all(link.startswith("c_boot.html#") for links in named_by(app).values() for link in links)
    # And the same from the beginning.
    pages = (app.outdir / "a_boot.html").read_text()
    fresh = project.build(plugins_namespaces=RELATED, freshenv=True)
    assert (fresh.outdir / "a_boot.html").read_text() == pages


def test_the_plugins_of_a_field_are_its_own_where_no_namespace_is_given(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:A", "b": "m:B"}}, {"m.py": "class A: pass\nclass B:\n    instead_of = 'a'\n"})
    fields = {"Instead of": {"from": "attr:instead_of", "type": "plugin"}}
    app = project.build(".. plugin-catalog:: ns\n", plugins_namespaces={"ns": {"fields": fields}})
    text = (app.outdir / "index.html").read_text()
    assert text.partition("Named by<")[2].partition("</dd>")[0].count('href="#plugin-ns-b"') == 1


def plugins(type_: Type, values: dict[str, Json]) -> list[Plugin]:
    made = {name: (Field(name="X", value=value, describer="attr:x", type=type_),) for name, value in values.items()}
    return [Plugin(namespace="ns", name=name, target="m:a", fields=fields) for name, fields in made.items()]


def settings(**facts: object) -> Options:
    field = FieldSettings(describers=("attr:x",), **facts)  # type: ignore[arg-type]  # of whatever key
    return Options(namespaces={"ns": NamespaceOptions(fields={"X": field})})


@pytest.mark.parametrize(
    ("type_", "ordered"),
    [
        (Type.NUMBER, [-10, -2.5, "1e-3", 0.5, 3, "20", 21, "123456789012345678901234567890"]),
        (Type.DATE, ["0999-01-01", "1970-01-01", "2024-03-01T00:00:00+02:00", "2024-03-01", "2024-03-01T01:00:00"]),
        (Type.TEXT, ["a2", "a10", "b"]),
    ],
)
def test_order(type_: Type, ordered: list[Json]) -> None:
    given_ = plugins(type_, {str(number): value for number, value in enumerate(ordered)})
    for chosen in (selection.Selection(sort="X"), selection.Selection(group_by="X")):
        found = selection.select(given_[::-1], chosen, settings(type=type_))
        names = [plugin.name for _title, of in found for plugin in of]
        assert list(dict.fromkeys(names)) == [plugin.name for plugin in given_]


def test_tags_are_a_group_and_a_facet_of_their_own() -> None:
    given_ = plugins(Type.TAGS, {"a": ["x, y", "z"], "b": "z", "c": "only"})
    groups = selection.select(given_, selection.Selection(group_by="X"), settings(type=Type.TAGS))
    assert [(title, [each.name for each in of]) for title, of in groups] == [
        ("only", ["c"]),
        ("x, y", ["a"]),
        ("z", ["a", "b"]),
    ]
    assert selection.is_facet(given_, "X", settings(type=Type.TAGS))
    assert not selection.is_facet(given_, "X", settings(type=Type.TEXT))
    assert selection.is_facet(given_, "X", settings(type=Type.TEXT, facet=True))
    assert not selection.is_facet(given_, "X", settings(type=Type.TAGS, facet=False))
    assert not selection.is_facet(given_[:0], "X", settings(type=Type.TAGS, facet=True))


@pytest.mark.parametrize("type_", [Type.RST, Type.LINK, Type.RECORD, Type.TABLE])
def test_what_is_no_facet_of_itself(type_: Type) -> None:
    given_ = plugins(type_, dict.fromkeys("ab", "x") | dict.fromkeys("cd", "y"))
    assert not selection.is_facet(given_, "X", settings(type=type_))
    assert selection.is_facet(given_, "X", settings(type=Type.TEXT))


def test_the_command_and_markdown(
    install: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installed(install)
    (tmp_path / "conf.py").write_text(f"plugins_namespaces = { ({'ns': {'fields': FIELDS}})!r}\n")
    monkeypatch.chdir(tmp_path)
    assert main(["show", "ns:base", "--conf", "."]) == 0
    shown = dict(re.split(r"  +", line, maxsplit=1) for line in capsys.readouterr().out.splitlines() if "  " in line)
    assert shown["Marks"] == "text, fast, too"
    assert shown["Meta"] == "a: 1; b <i>: x, *y*"
    assert shown["Options"] == "name: --x, help: The <x>., more: 1; name: --y"
    assert main(["list", "ns", "--conf", ".", "--columns", "name,tags,size"]) == 0
    assert capsys.readouterr().out.splitlines()[0].split() == ["Name", "Marks", "Size"]
    assert main(["export", "--format", "markdown", "ns", "--conf", "."]) == 0
    assert "| Name | Summary | Marks | Size | Since |" in capsys.readouterr().out


@pytest.mark.parametrize("type_", ["code", "rst", "tags", "link", "number", "plugin", "object", "text"])
@pytest.mark.parametrize("value", ["977", "x\n\n977"])
def test_of_many_values_the_first_are_shown(install: Install, project: Project, type_: str, value: str) -> None:
    given_ = {"link": "https://example.org/977", "number": "977", "object": "m.A977"}.get(type_, value)
    install("one", {"ns": {"a": "m:A"}}, {"m.py": f"class A:\n    many = [{given_!r}] * 120\n"})
    fields = {"Many": {"from": "attr:many", "type": type_}}
    app = project.build(".. plugin-catalog:: ns\n", plugins_namespaces={"ns": {"fields": fields}})
    details = (app.outdir / "index.html").read_text().partition('<dl class="sp-fields')[2]
    shown = details.partition("Install")[0]
    assert ("(+70)" in shown) is (type_ != "rst")
    assert shown.count("977") == (100 if type_ == "link" else 50)
