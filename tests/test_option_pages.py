"""The options of plugins on pages: tables and lists, places, references, indices."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import jsonschema
import msgspec
import pytest
from docutils import nodes

from sphinxext.plugins.cli import plain
from sphinxext.plugins.core.cleaning import introspected
from sphinxext.plugins.core.model import Answer, Catalog, Distribution, Introspection, Kind, Namespace, Plugin
from sphinxext.plugins.core.options import Choice, Configuration, Option, Replaced, Subcommand
from sphinxext.plugins.formats.json import to_json
from sphinxext.plugins.formats.schemas import to_schemas
from tests.schema import validate

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.testing.util import SphinxTestApp

    from sphinxext.plugins.core.structs import Json
    from tests.conftest import Project

pytestmark = pytest.mark.slow  # nearly all of them build pages, or load plugins

ENCODING = Option(
    name="encoding",
    flags=("-e", "--encoding"),
    environment=("CSV_ENCODING",),
    type="str",
    default="utf-8",
    choices=(Choice(value="utf-8", help="the usual one"), Choice(value="latin-1")),
    help="How bytes are read.\n\nSee <b>there</b>.",
)
LEVEL = Option(name="level", flags=("--level",), type="int", minimum=0, maximum=9, required=True, group="Tuning")
TOKEN = Option(name="token", flags=("--token",), secret=True, deprecated=Replaced(since="2", replacement="key"))
CONFIGURATION = Configuration(
    reader="argparse",
    options=(ENCODING, LEVEL, TOKEN),
    usage="csv [-e ENCODING] --level LEVEL",
    subcommands=(Subcommand(name="check", help="Look, and do nothing."),),
)


def plugin(name: str, configuration: Configuration | None = CONFIGURATION) -> Plugin:
    return Plugin(
        namespace="ns",
        name=name,
        target=f"m:{name}",
        kind=Kind.CLASS,
        introspection=Introspection.STATIC,
        configuration=configuration,
        answers=(Answer(describer="options:auto", introspection=Introspection.STATIC),),
    )


def write(folder: Path, *plugins: Plugin) -> dict[str, Any]:
    (folder / "kept.json").write_bytes(to_json(Catalog(namespaces=(Namespace(name="ns", plugins=plugins),))))
    return {"plugins_sources": ["snapshot:kept.json"], "plugins_namespaces": {"ns": {"options": "auto"}}}


PAGE = "Top\n===\n\n.. plugin-catalog:: ns\n"


def tables(app: SphinxTestApp, page: str = "index") -> list[list[list[str]]]:
    """The rows of each table of options, as text."""
    found = [table for table in app.env.get_doctree(page).findall(nodes.table) if "sp-options" in table["classes"]]
    return [[[cell.astext() for cell in row] for row in table.findall(nodes.row)] for table in found]


def ids(app: SphinxTestApp, page: str = "index") -> list[str]:
    found = [each for node in app.env.get_doctree(page).findall(nodes.Element) for each in node["ids"]]
    return [each for each in found if each.startswith("plugin.option-")]


def text(app: SphinxTestApp, page: str = "index") -> str:
    return (app.outdir / f"{page}.txt").read_text()


def test_table(project: Project) -> None:
    app = project.build(PAGE, builder="dummy", **write(project.folder, plugin("csv")))
    assert project.warnings == []
    assert tables(app) == [
        [
            ["Option", "Default", "Description"],
            [
                "-e, --encoding\n\nstr",
                "utf-8",
                "How bytes are read.\n\nSee <b>there</b>.\n\nChoices: utf-8 (the usual one), latin-1\n\n"
                "Environment: CSV_ENCODING",
            ],
            ["--token, secret, deprecated", "", "Deprecated: since 2; use key"],
        ],
        [
            ["Option", "Description"],  # none of this group has a default
            ["--level, required\n\nint", "Minimum: 0\n\nMaximum: 9"],
        ],
    ]
    assert ids(app) == [f"plugin.option-ns-csv.{name}" for name in ("encoding", "token", "level")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", "''"),
        ([], "[]"),
        ({}, "{}"),
        (" ", "' '"),
        ("a\n", r"'a\n'"),
        ([None, 1], "[None, 1]"),
        ([""], "['']"),
        ({"a": []}, "{'a': []}"),
        (False, "False"),
        (0, "0"),
        (["a", {"b": True}], "a, (b: True)"),
    ],
)
def test_values_as_they_are(project: Project, value: Json, text: str) -> None:
    option = Option(name="a", default=value, choices=(Choice(value=value), Choice(value=None)))
    assert plain.option(option) == f"a ({text} or None, default {text})"
    shown = plugin("csv", Configuration(reader="x", options=(option,)))
    app = project.build(PAGE, builder="dummy", **write(project.folder, shown))
    assert tables(app)[0][1] == ["a", text, f"Choices: {text}, None"]


def test_list(project: Project) -> None:
    app = project.build(f"{PAGE}   :options: list\n", builder="text", **write(project.folder, plugin("csv")))
    assert tables(app) == []
    shown = " ".join(text(app).split())
    assert '"-e", "--encoding"' in shown
    assert "How bytes are read. See <b>there</b>." in shown
    assert 'Default: "utf-8"' in shown
    assert "Usage" not in shown
    assert "csv [-e ENCODING] --level LEVEL" in shown
    assert '"check" Look, and do nothing.' in shown
    assert len(ids(app)) == 3


@pytest.mark.parametrize(
    "page",
    ["Top\n===\n\n.. plugin-catalog:: ns\n   :view: table\n", f"{PAGE}   :options: none\n", f"{PAGE}   :no-index:\n"],
)
def test_what_is_not_shown_is_no_place(project: Project, page: str) -> None:
    app = project.build(page, builder="dummy", **write(project.folder, plugin("csv")))
    assert not any(each.type == "option" for each in app.env.get_domain("plugin").notes.objects.get("index", {}))  # type: ignore[attr-defined]
    assert bool(tables(app)) is ("no-index" in page)


def test_a_form_that_does_not_exist(project: Project) -> None:
    app = project.build(f"{PAGE}   :options: tabel\n", builder="dummy", **write(project.folder, plugin("csv")))
    assert project.warnings == [
        "index.rst:4: WARNING: the option :options: of plugin-catalog cannot be 'tabel'; give it one of table, list, "
        "none (the nearest: table); until then it is as if it were not there [plugins.config]"
    ]
    assert tables(app)


@pytest.mark.parametrize("directive", ["plugin:: ns:csv", "list-plugins:: ns\n   :detailed:"])
def test_other_directives(project: Project, directive: str) -> None:
    app = project.build(f"Top\n===\n\n.. {directive}\n", builder="dummy", **write(project.folder, plugin("csv")))
    assert len(tables(app)) == 2
    app = project.build(f"Top\n===\n\n.. {directive}\n   :options: none\n", builder="dummy")
    assert tables(app) == []


ROLES = """
Use
===

.. plugin:plugin:: ns:near

   :plugin:option:`csv --encoding`

:plugin:option:`ns:csv -e` :plugin:option:`ns:csv encoding` :plugin:option:`--level <ns:csv --level>`
:plugin:option:`CSV_ENCODING` :any:`ns:csv --token`
"""


@pytest.mark.parametrize("parallel", [0, 2])
def test_roles(project: Project, parallel: int) -> None:
    pages = {"index.rst": f"{PAGE}\n.. toctree::\n\n   use\n", "use.rst": ROLES, "more.rst": ":orphan:\n"}
    settings = write(project.folder, plugin("csv"))
    app = project.build(pages, parallel=parallel, **settings)
    assert project.warnings == []
    html = (app.outdir / "use.html").read_text()
    assert html.count("index.html#plugin.option-ns-csv.encoding") == 4
    assert html.count("index.html#plugin.option-ns-csv.level") == 1
    assert html.count("index.html#plugin.option-ns-csv.token") == 1
    project.build(parallel=parallel, **settings)
    assert (project.warnings, project.read) == ([], [])
    fewer = Configuration(reader="argparse", options=(TOKEN,))
    write(project.folder, plugin("csv", fewer))
    app = project.build(parallel=parallel, **settings)
    assert project.read == ["index"]
    assert "#plugin.option-ns-csv.encoding" not in (app.outdir / "use.html").read_text()


def test_an_option_of_several_plugins(project: Project) -> None:
    page = f"{PAGE}\n:plugin:option:`--level` :plugin:option:`a --level` :plugin:option:`--levl`\n"
    app = project.build(page, nitpicky=True, **write(project.folder, plugin("a"), plugin("b")))
    ambiguous, unknown = project.warnings
    assert ambiguous == (
        "index.rst:6: WARNING: '--level' is the name of more than one option; write the one that is meant in full: "
        "ns:a --level, ns:b --level [plugins.reference]"
    )
    assert "plugin:option reference target not found: --levl" in unknown
    assert 'href="#plugin.option-ns-a.level"' in (app.outdir / "index.html").read_text()


def test_index_and_inventory(project: Project) -> None:
    page = f"{PAGE}\n:ref:`plugin-options`\n"
    app = project.build(
        page, **write(project.folder, plugin("a"), plugin("b", Configuration(reader="x", options=(TOKEN,))))
    )
    assert project.warnings == []
    objects = app.env.get_domain("plugin").get_objects()
    found = {(type_, name): anchor for name, _shown, type_, _page, anchor, _priority in objects}
    assert found["option", "ns:a --encoding"] == found["variable", "ns:a CSV_ENCODING"] == "plugin.option-ns-a.encoding"
    assert ("option", "ns:b --token") in found
    index = (app.outdir / "plugin-options.html").read_text()
    assert 'href="index.html#plugin.option-ns-a.encoding"' in index
    assert "environment variable, ns:a" in index
    assert index.index("CSV_ENCODING") < index.index("--encoding") < index.index("--token")
    assert "--encoding" not in (app.outdir / "plugin-index.html").read_text()


def test_two_places_of_one_option(project: Project) -> None:
    page = f"{PAGE}\nMore\n====\n\n.. plugin-catalog:: ns\n   :no-index:\n   :view: details\n"
    app = project.build(page, **write(project.folder, plugin("csv")))
    assert project.warnings == []
    assert len(ids(app)) == len(set(ids(app))) == 3
    twice = Configuration(reader="x", options=(TOKEN, TOKEN))
    app = project.build(PAGE, freshenv=True, **write(project.folder, plugin("csv", twice)))
    assert project.warnings == []
    assert ids(app) == ["plugin.option-ns-csv.token"]


def links(app: SphinxTestApp) -> list[str]:
    return re.findall('class="reference internal" href="#([^"]+)" title', (app.outdir / "index.html").read_text())


def documented(app: SphinxTestApp) -> dict[str, str]:
    """The places of all options in the inventory."""
    objects = app.env.get_domain("plugin").get_objects()
    return {name: anchor for name, _shown, type_, _page, anchor, _priority in objects if type_ == "option"}


def test_names_with_spaces(project: Project) -> None:
    words = ["a b", "a_b", "b", "--c d 1", "<b>"]
    page = PAGE + "".join(
        f"\n:plugin:option:`X <{before}{each}>`\n" for each in words for before in ("ns:p q ", "p q ", "")
    )
    page += "\n:any:`ns:p q a b`\n"
    options = (*(Option(name=each) for each in words if each != "--c d 1"), Option(name="c d 1", flags=("--c d 1",)))
    app = project.build(
        page, nitpicky=True, **write(project.folder, plugin("p q", Configuration(reader="x", options=options)))
    )
    assert project.warnings == []
    anchors = [
        f"plugin.option-ns-p-U20-q.{each}" for each in ("a-U20-b", "a_b", "b", "c-U20-d-U20-1", "-U5C-x3cb-U3E-")
    ]
    assert links(app) == [*(each for each in anchors for _ in range(3)), anchors[0]]
    names = ("a b", "a_b", "b", r"--c d\x201", r"\x3cb>")
    assert {f"ns:p q {name}": anchor for name, anchor in zip(names, anchors, strict=True)}.items() <= documented(
        app
    ).items()
    assert ">a b<" in (app.outdir / "plugin-options.html").read_text()


def test_one_name_in_several_groups(project: Project) -> None:
    options = tuple(
        Option(name="on", group=group, type=type_) for group in (None, "db", "net") for type_ in ("int", "str")
    )
    page = f"{PAGE}\n:plugin:option:`on` :plugin:option:`csv db.on` :plugin:option:`ns:csv net.on`\n"
    app = project.build(
        page, nitpicky=True, **write(project.folder, plugin("csv", Configuration(reader="x", options=options)))
    )
    assert project.warnings == []
    assert links(app) == ids(app) == [f"plugin.option-ns-csv.{name}" for name in ("on", "db-U2E-on", "net-U2E-on")]


def test_two_distributions_of_one_plugin(project: Project) -> None:
    one, two = (msgspec.structs.replace(plugin("csv"), distribution=Distribution(name=name)) for name in ("one", "two"))
    only = Option(name="only")
    two = msgspec.structs.replace(two, configuration=Configuration(reader="x", options=(LEVEL, only)))
    names = ["csv --level", "csv@one --level", "csv@two --level", "csv only", "csv@two only", "--encoding"]
    page = PAGE + "".join(f"\n:plugin:option:`X <{name}>`\n" for name in names)
    page += "\n:plugin:ref:`ns:csv` :plugin:ref:`ns:csv@one` :plugin:ref:`csv@two`\n"
    settings = write(project.folder, one, two)
    app = project.build(page, nitpicky=True, **settings)
    assert [each for each in project.warnings if "[plugins.conflict]" not in each] == []
    first, second = "ns-csv", "ns-csv-U40-two"
    options = [
        (first, "level"),
        (first, "level"),
        (second, "level"),
        (second, "only"),
        (second, "only"),
        (first, "encoding"),
    ]
    assert links(app) == [
        *(f"plugin.option-{where}.{name}" for where, name in options),
        *(f"plugin-{where}" for where in (first, first, second)),
    ]
    assert documented(app)["ns:csv@two --level"] == f"plugin.option-{second}.level"
    index = (app.outdir / "plugin-options.html").read_text()
    assert index.count(".level") == 2 * 2  # by its name and by its flag
    assert set(json.loads(to_schemas(Catalog(namespaces=(Namespace(name="ns", plugins=(one, two)),))))) == {
        "ns:csv",
        "ns:csv@two",
    }
    project.build({"index.rst": PAGE, "other.rst": f":orphan:\n\n{PAGE}"}, **settings)
    assert any(": ns, ns:csv, ns:csv@two: documented here" in each for each in project.warnings)
    app = project.build({"index.rst": f"{PAGE}   :distribution: two\n", "other.rst": ":orphan:\n"}, **settings)
    assert documented(app)["ns:csv --level"] == f"plugin.option-{second}.level"


ODD = Option(
    name="a b\u202e<script>SCRIPT</script>",
    flags=("--`x`_", "|y|"),
    type="<b>",
    default="\x1b[31m \\(x\\)",
    help="`link <javascript:alert()>`_ \ud800 **x** $x$ \x00",
    group=".. raw:: html",
    choices=(Choice(value={"a": ["<i>"]}),),
    environment=("A B",),
    owner="a.B`",
)


@pytest.mark.parametrize("builder", ["html", "latex", "text", "man", "texinfo", "epub", "xml"])
@pytest.mark.parametrize("form", ["table", "list"])
def test_hostile_words(project: Project, builder: str, form: str) -> None:
    odd = Configuration(reader="x", options=(ODD, LEVEL), usage="</pre><script>SCRIPT</script>")
    app = project.build(f"{PAGE}   :options: {form}\n", builder=builder, **write(project.folder, plugin("csv", odd)))
    assert [each for each in project.warnings if "plugins" in each] == []
    for file in app.outdir.rglob("*"):
        if file.suffix in {".html", ".xhtml"}:
            written = file.read_text()
            assert "<script>SCRIPT" not in written
            assert "\u202e" not in written
            assert "\x1b" not in written


def test_json_schema(project: Project) -> None:
    typed = Configuration(reader="x", options=(ENCODING, LEVEL, TOKEN, Option(name="files", type="str", multiple=True)))
    app = project.build(PAGE, **write(project.folder, plugin("csv", typed)))
    data = validate((app.outdir / "plugins.json").read_bytes())
    schema = data["namespaces"]["ns"]["plugins"][0]["configuration"]["schema"]
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({"encoding": "utf-8", "level": 3, "token": "x", "files": ["a", "b"]})
    for wrong in ({}, {"level": 10}, {"level": "3"}, {"level": 3, "encoding": "ascii"}, {"level": 3, "files": "a"}):
        assert not validator.is_valid(wrong)
    assert schema["properties"]["token"] == {"writeOnly": True, "deprecated": True}
    assert schema["properties"]["encoding"]["default"] == "utf-8"


INNER = Option(name="proxy.host", group="proxy", type="str", required=True)


@pytest.mark.parametrize(
    ("option", "valid", "invalid"),
    [
        (Option(name="a", type="list", multiple=True, default=[1]), [[1], ["b"], []], ["b"]),
        (Option(name="a", type="list[str] | None", multiple=True, default=["b"]), [["b"], None], ["b"]),
        (Option(name="a", type="int | None", default=1), [1, None], ["b"]),
        (Option(name="a", type="int", multiple=True, default=0), [2, [1, 2]], ["b", ["b"]]),  # ``-vv``
        (Option(name="a", type="int", multiple=True), [2, [1, 2]], ["b", ["b"]]),
        (Option(name="a", type="int", multiple=True, default=[1]), [[1, 2]], [2, ["b"]]),
        (Option(name="a", type="str", choices=(Choice(value=1), Choice(value=2))), [1, 2], [3, "1"]),
        (Option(name="a", type="str | None", choices=(Choice(value="b"),)), ["b", None], ["c"]),
        (Option(name="a", type="list", multiple=True, choices=(Choice(value="b"),)), [["b"], []], [["c"], "b"]),
        (Option(name="a", type="int", choices=(*(Choice(value=n) for n in range(200)),)), [1000], ["b"]),
        (Option(name="a", choices=(Choice(value="on …"), Choice(value="b"))), ["on vm"], []),
        (Option(name="a", type="list[int | str] | dict[str, int]"), [[1], {}], []),
    ],
)
def test_a_schema_refuses_what_is_wrong_alone(option: Option, valid: list[Any], invalid: list[Any]) -> None:
    schema = Configuration(reader="x", options=(option,)).schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert [each for each in valid if not validator.is_valid({"a": each})] == []
    assert [each for each in invalid if validator.is_valid({"a": each})] == []
    assert option.default is None or validator.is_valid({"a": option.default})


@pytest.mark.parametrize(
    ("options", "valid", "invalid"),
    [
        ([INNER], [{"proxy": {"host": "b"}}], [{}, {"proxy": {}}, {"proxy": {"host": 1}}, {"proxy": "b"}]),
        ([msgspec.structs.replace(INNER, required=False)], [{}, {"proxy": {}}], [{"proxy": {"host": 1}}]),
        ([Option(name="a.b.c", group="a.b", type="int")], [{"a": {"b": {"c": 1}}}], [{"a": {"b": {"c": "d"}}}]),
        ([Option(name="a.b", type="int"), Option(name="c", group="d", type="int")], [{"a": "b"}], [{"a.b": "b"}]),
        ([LEVEL, Option(name="level", type="str")], [{"level": "b"}, {"level": 1}], [{}]),
        ([INNER, Option(name="proxy", type="str")], [{"proxy": "b"}, {"proxy": {}}], [{}]),
        ([Option(name="<b>", type="int"), Option(name="?", required=True)], [{}, {"?": 1}], [{"<b>": "c"}]),
    ],
)
def test_a_schema_of_options_in_objects(options: list[Option], valid: list[Any], invalid: list[Any]) -> None:
    schema = introspected(plugin("a", Configuration(reader="x", options=tuple(options)))).configuration.schema()  # type: ignore[union-attr]
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert [each for each in valid if not validator.is_valid(each)] == []
    assert [each for each in invalid if validator.is_valid(each)] == []


def test_many_options_may_be_broken_over_pages(project: Project) -> None:
    many = Configuration(reader="x", options=tuple(Option(name=f"o{n}", help="Of o.") for n in range(40)))
    app = project.build(PAGE, builder="latex", **write(project.folder, plugin("csv", many)))
    [file] = app.outdir.glob("*.tex")
    written = file.read_text()
    assert r"\begin{longtable}" in written
    assert r"plugin.option-ns-csv.o39" in written
