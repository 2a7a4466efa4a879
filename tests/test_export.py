from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING, Any

import jsonschema
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sphinxext.plugins import formats
from sphinxext.plugins.cli import main
from sphinxext.plugins.core.exported import SCHEMA_VERSION, UnreadableError, from_json, sound
from sphinxext.plugins.core.model import (
    Answer,
    Catalog,
    Distribution,
    Docstring,
    Field,
    Inherited,
    Location,
    Namespace,
    Plugin,
    Problem,
    ProblemKind,
)
from sphinxext.plugins.core.options import Choice, Configuration, Option, Replaced, Subcommand
from sphinxext.plugins.formats.json import to_json
from tests import schema, sessions
from tests.test_package import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.testing.util import SphinxTestApp

    from sphinxext.plugins.core.structs import Json
    from tests.conftest import Install, Project

PLUGIN = Plugin(namespace="ns", name="a", target="m:A", distribution=Distribution(name="one", version="1.0"))


def catalog(*plugins: Plugin) -> Catalog:
    return Catalog(namespaces=(Namespace(name="ns", plugins=plugins),))


def text(**changes: Json) -> bytes:
    """An export with some of its keys changed."""
    return json.dumps({**json.loads(to_json(catalog(PLUGIN))), **changes}).encode()


JSON: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def struct(form: type[msgspec.Struct], **given_: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Anything of a part of the model."""
    fields = [field for field in msgspec.structs.fields(form) if field.name not in given_]
    ways = {field.name: JSON if field.type is Any else st.from_type(field.type) for field in fields}
    needed = {field.name: ways.pop(field.name) for field in fields if field.required}
    return st.fixed_dictionaries({**needed, **given_}, optional=ways).map(lambda facts: form(**facts))


for part in (
    Choice,
    Subcommand,
    Replaced,
    Option,
    Configuration,
    Answer,
    Distribution,
    Docstring,
    Field,
    Inherited,
    Location,
    Problem,
):
    st.register_type_strategy(part, struct(part))


@st.composite
def catalogs(draw: st.DrawFn) -> Catalog:
    origins = draw(st.lists(struct(Distribution), max_size=2, unique_by=lambda each: each.name))
    names = draw(st.lists(st.text(), max_size=2, unique=True))
    namespaces: list[Namespace] = []
    for name in sorted(names):
        known = {"namespace": st.just(name), "distribution": st.sampled_from([None, *origins]), "summary": st.none()}
        plugin = struct(Plugin, **known)  # a summary is made again
        namespaces.append(draw(struct(Namespace, name=st.just(name), plugins=st.lists(plugin, max_size=2).map(tuple))))
    return Catalog(namespaces=tuple(namespaces))


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(catalogs())
def test_what_is_written_is_read_again(whole: Catalog) -> None:
    written = to_json(whole)
    schema.validate(written)
    assert from_json(written) == whole
    assert to_json(from_json(written)) == written


ODD = formats.Format(lambda catalog, _settings: f"{len(catalog.namespaces)} é".encode(), "text/x-odd")


def test_a_format_is_one_row(
    install: Install, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": "class A: pass\n"})
    monkeypatch.setitem(formats.BUILT_IN, "odd", f"{__name__}:ODD")
    assert main(["export", "ns", "--format", "odd"]) == 0
    assert capsys.readouterr().out == "1 é"
    assert formats.names() == ["json", "markdown", "options-schema", "odd"]
    assert [formats.get(name).is_json for name in formats.names()] == [True, False, True, False]


def test_each_distribution_stands_there_once_and_each_key_on_a_line_of_its_own() -> None:
    written = to_json(catalog(PLUGIN, msgspec.structs.replace(PLUGIN, name="b"))).decode()
    assert written.count('"1.0"') == 2  # one is the version of the schema
    assert all(line.count('": ') <= 1 for line in written.splitlines())
    assert written.endswith("}\n")


def test_namespaces_are_sorted() -> None:
    a, b = Namespace(name="a"), Namespace(name="b")
    assert to_json(Catalog(namespaces=(b, a))) == to_json(Catalog(namespaces=(a, b)))


@pytest.mark.parametrize("name", ["a \ud800 b", "\udcff"])
def test_surrogates_are_written_out(name: str) -> None:
    found = sound(msgspec.structs.replace(PLUGIN, name=name))
    assert found.name == name.encode("utf-8", "backslashreplace").decode()
    assert sound(found) is found


def test_any_catalog_can_be_written() -> None:
    odd = Namespace(name="n\udcff", plugins=(msgspec.structs.replace(PLUGIN, namespace="n\udcff", name="\ud800"),))
    [read] = from_json(to_json(Catalog(namespaces=(odd,)))).namespaces
    assert (read.name, read.plugins[0].identity) == ("n\\udcff", "n\\udcff:\\ud800")


def test_a_newer_minor_version_is_read_with_a_problem() -> None:
    plugin = {"name": "a", "target": "m:A", "unheard_of": 1}
    newer = text(schema_version="1.7", namespaces={"ns": {"plugins": [plugin], "more": {}}}, more=[])
    schema.validate(newer)
    read = from_json(newer)
    assert [found.name for found in read.namespaces[0].plugins] == ["a"]
    [problem] = read.problems
    assert problem.kind is ProblemKind.SOURCE
    assert "is of the form 1.7" in problem.text
    assert "use a newer version" in problem.text


def test_an_older_minor_version_is_read_without_one() -> None:
    assert from_json(text(schema_version="1.0")) == catalog(PLUGIN)
    assert SCHEMA_VERSION == "1.0"  # or else the line above is to read an older one


@pytest.mark.parametrize(
    ("given_", "reason", "remedy"),
    [
        (b"", "it is no JSON", "write it again"),
        (b"<html>", "it is no JSON", "write it again"),
        (b'{"schema_version": "1.0\xff"}', "it is no JSON", "write it again"),
        (b"[" * 100_000, "it is no JSON", "write it again"),
        (b"[]", "it says no schema_version", "write it again"),
        (b'{"info": {}}', "it says no schema_version", "write it again"),
        (text(schema_version=1), "it says no schema_version", "write it again"),
        (text(schema_version="1"), "'1' is not of the form '1.0'", "write it again"),
        (text(schema_version="one.0"), "'one.0' is not of the form", "write it again"),
        (text(schema_version="2.0"), "it is of the form 2.0", "use a newer version"),
        (text(schema_version="0.9"), "it is of the form 0.9", "write it again"),
        (text(namespaces=[]), "Expected `object`, got `array` - at `$.namespaces`", "write it again"),
        (text(namespaces={"ns": 1}), "got `int` - at `$.namespaces['ns']`", "write it again"),
        (
            text(namespaces={"ns": {"plugins": {}}}),
            "Expected `array`, got `object` - at `$.namespaces['ns'].plugins`",
            "write it again",
        ),
        (
            text(
                namespaces={"ns": {"plugins": [{"name": "a", "target": "m", "location": {"file": "f", "line": "1"}}]}}
            ),
            "Expected `int`, got `str` - at `$.namespaces['ns'].plugins[0].location.line`",
            "write it again",
        ),
        (
            text(namespaces={"ns": {"plugins": [{"name": "a"}]}}),
            "missing required field `target` - at `$.namespaces['ns'].plugins[0]`",
            "write it again",
        ),
        (
            text(namespaces={"ns": {"plugins": [{"name": "a", "target": "m", "distribution": "two"}]}}),
            "there is no 'two' among the distributions - at `$.namespaces['ns'].plugins[0].distribution`",
            "write it again",
        ),
        (text(distributions={"one": {}}), "field `name` - at `$.distributions['one']`", "write it again"),
        (
            text(namespaces={"ns": {"problems": [{"kind": "odd", "message": "", "remedy": ""}]}}),
            "Invalid enum value 'odd' - at `$.namespaces['ns'].problems[0].kind`",
            "write it again",
        ),
    ],
)
def test_what_cannot_be_read_says_where_and_what_to_do(given_: bytes, reason: str, remedy: str) -> None:
    with pytest.raises(UnreadableError) as error:
        from_json(given_)
    assert reason in str(error.value)
    assert error.value.remedy.startswith(remedy)


def test_schema_is_up_to_date() -> None:
    assert json.loads(schema.FILE.read_bytes()) == json.loads(schema.schema()), "run `python -m tests.schema`"


def test_every_key_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "json.rst").read_text()
    parts = json.loads(schema.FILE.read_bytes())["$defs"]
    shown = [name for name, part in parts.items() if f".. schema-keys:: {name}\n" in page]
    assert shown == [name for name, part in parts.items() if "properties" in part]


@pytest.mark.skipif(importlib.util.find_spec("sluice") is None, reason="needs the example project: run `make test`")
def test_documented_example_is_true() -> None:
    documented = schema.validate(sessions.EXPORT.read_bytes())
    now = schema.validate(sessions.run("sphinx-plugins export sluice.writer", ROOT).encode())
    for data in (documented, now):
        del data["distributions"]["sluice"]["metadata"]  # some headers are the build tool's
    assert documented == now, "run `python -m tests.sessions`"


@pytest.mark.parametrize(
    "changes",
    [
        {"schema_version": "2.0"},
        {"namespaces": {"ns": {"plugins": [{"name": "a"}]}}},
        {"namespaces": {"ns": {"plugins": [{"name": "a", "target": "m", "kind": "odd"}]}}},
        {"distributions": {"one": {"version": "1.0"}}},
    ],
)
def test_schema_refuses_what_is_of_another_form(changes: dict[str, Json]) -> None:
    schema.validate(text())
    with pytest.raises(jsonschema.ValidationError):
        schema.validate(text(**changes))


LIST = "Top\n===\n\n.. toctree::\n   :glob:\n\n   *\n\n.. list-plugins:: ns\n"


def names(app: SphinxTestApp, file: str = "plugins.json") -> list[str] | None:
    path = app.outdir / file
    return sorted(json.loads(path.read_bytes())["namespaces"]) if path.exists() else None


@pytest.mark.slow
def test_data_has_what_the_pages_show_and_no_more(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:A"}, "ms": {"a": "m:A"}}, {"m.py": "class A: '''Of A.'''\n"})
    more = {"more.rst": "More\n====\n\n.. list-plugins:: ms\n"}
    assert names(project.build({"index.rst": LIST, **more})) == ["ms", "ns"]
    (project.folder / "more.rst").unlink()
    assert names(project.build({})) == ["ns"]  # a page is gone, and the one that lists it is read
    assert names(project.build({"orphan.rst": f":orphan:\n\n{more['more.rst']}", "index.rst": "Top\n===\n"})) == ["ms"]
    (project.folder / "orphan.rst").unlink()
    app = project.build()
    assert project.read == []
    assert names(app) is None
    # What was read for another builder is written as well.
    assert names(project.build(LIST)) == ["ns"]
    project.build({"index.rst": LIST.replace(":: ns", ":: ms")}, builder="text")
    app = project.build()
    assert project.read == []
    assert names(app) == ["ms"]
    assert names(project.build("Top\n===\n")) is None


def not_written(name: str, reason: str) -> str:
    return (
        f"WARNING: the catalog is not written to plugins_json = {name!r}: {reason}; "
        "name another file, or none [plugins.config]"
    )


@pytest.mark.slow
@pytest.mark.parametrize("setting", ["html_extra_path", "html_static_path"])
def test_a_file_that_the_project_brings_is_left(install: Install, project: Project, setting: str) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": "class A: '''Of A.'''\n"})
    theirs = to_json(Catalog())
    name = "plugins.json" if setting == "html_extra_path" else "_static/plugins.json"
    (project.folder / "brought").mkdir()
    (project.folder / "brought" / "plugins.json").write_bytes(theirs)
    page = "Top\n===\n\n.. plugin-catalog:: ns\n"
    for _ in range(2):
        app = project.build(page, **{setting: ["brought"]}, plugins_json=name)  # type: ignore[arg-type]  # conf.py's
        assert project.warnings == [not_written(name, "the project has that file in 'brought'")]
        assert (app.outdir / name).read_bytes() == theirs
        assert "Data (JSON)" not in (app.outdir / "index.html").read_text()
    app = project.build(html_extra_path=["brought/plugins.json"], plugins_json="data/catalog.json")
    assert project.warnings == []
    assert names(app, "data/catalog.json") == ["ns"]
    assert 'href="data/catalog.json"' in (app.outdir / "index.html").read_text()


@pytest.mark.slow
def test_data_is_not_written_outside_nor_over_other_files(install: Install, project: Project, tmp_path: Path) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": "class A: '''Of A.'''\n"})
    app = project.build(LIST, plugins_json="")
    outside = tmp_path / "outside"
    outside.mkdir()
    (app.outdir / "link").symlink_to(outside)
    (app.outdir / "file.json").symlink_to(outside / "file.json")
    for name in ("../x.json", str(outside / "x.json"), "link/x.json", "file.json", "\0"):
        project.build(plugins_json=name)
        assert project.warnings == [not_written(name, "it is not below the folder of the pages")]
    assert list(outside.iterdir()) == []
    assert not (app.outdir.parent / "x.json").exists()
    reasons = {
        "index.html": "there is such a file, which is not the extension's",
        "_static": "Is a directory",
        "index.html/x.json": "File exists",
    }
    for name, reason in reasons.items():
        project.build(plugins_json=name)
        assert project.warnings == [not_written(name, reason)]
    assert "<html" in (app.outdir / "index.html").read_text()


def test_what_nests_too_deeply_is_no_catalog() -> None:
    deep = json.loads("[" * 200 + "]" * 200)
    answer = {"describer": "attr:x", "introspection": "static", "value": deep}
    plugin = {"name": "a", "target": "m:A", "answers": [answer]}
    with pytest.raises(UnreadableError, match="nested too deeply"):
        from_json(text(namespaces={"ns": {"plugins": [plugin]}}))
