"""Facts that stand within others: in a docstring, in requirements, and in a file that the target names."""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.plugins import settings as options
from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.cli import main
from sphinxext.plugins.core import decoding, facts, manifests
from sphinxext.plugins.core.fields import filled, value
from sphinxext.plugins.core.model import Distribution, Docstring, Field, Introspection, Location, Plugin, ProblemKind
from sphinxext.plugins.core.namespaces import NamespaceOptions
from sphinxext.plugins.core.schemes import function_of
from sphinxext.plugins.core.types import FieldSettings

if TYPE_CHECKING:
    from sphinxext.plugins.core.model import Namespace
    from sphinxext.plugins.core.structs import Json
    from tests.conftest import Install, Project

DEFAULTS = {field.name: options.default(field) for field in msgspec.structs.fields(options.Options)}
MODES = ["auto", "static", "import"]


def assembled(mode: str = "auto", sources: tuple[str, ...] = ("installed",), **settings: object) -> Namespace:
    values = {**DEFAULTS, "introspection": mode, "namespaces": {"ns": settings}, "sources": sources}
    made, problems = options.from_config(values)
    assert problems == []
    namespace = Assembler(made, Path()).namespace("ns")
    assert namespace is not None
    return namespace


def shown(plugin: Plugin) -> dict[str, Json]:
    return {field.name: field.value for field in plugin.fields}


DOCSTRING = """Drives switches.

:Device: Arista
    EOS
:port:  22
:Empty:
:Tag: a
:Tag: b
:class:`Switch` is another thing.

.. code-block:: python
   :Device: of a directive

Version
-------
1.2 of
the interface.

Supports
~~~~~~~~
* VLANs
  and trunks
* LACP

=====
Notes
=====
Nothing.

Usage:
    Plug it in.

    And out.

.. rubric:: Seen in

The wild.
"""


@pytest.mark.parametrize(
    ("describer", "expected"),
    {
        "doc:field Device": "Arista EOS",
        "doc:field device": "Arista EOS",
        "doc:field PORT": "22",
        "doc:field Empty": [],
        "doc:field Tag": ["a", "b"],
        "doc:field class": [],
        "doc:field missing": [],
        "doc:section Version": "1.2 of the interface.",
        "doc:section  supports": ["VLANs and trunks", "LACP"],
        "doc:section Notes": "Nothing. Usage: Plug it in. And out.",
        "doc:section Usage": "Plug it in. And out.",
        "doc:section Seen in": "The wild.",
        "doc:section Drives switches.": None,
        "doc:section missing": None,
    }.items(),
)
def test_facts_of_a_docstring(describer: str, expected: Json) -> None:
    plugin = Plugin(namespace="ns", name="a", target="m:A", docstring=Docstring(text=DOCSTRING))
    scheme, _, argument = describer.partition(":")
    assert function_of(scheme)(plugin, argument, {}) == expected
    assert function_of(scheme)(msgspec.structs.replace(plugin, docstring=None), argument, {}) is None


@given(st.text(alphabet=":ab\n =-*\\.", max_size=80))
def test_any_docstring_can_be_read(text: str) -> None:
    assert all(said and "\n" not in said for _, said in facts.fields(text))
    assert all(said for _, said in facts.sections(text))


REQUIRES = [
    "Sphinx (<9,>=4,!=5.0)",
    "tool; extra == 'cli'",
    'lib>=2; python_version < "3.9"',
    'lib>=3; python_version >= "3.9" and extra == "all"',
    'both>=1; extra == "a" or extra == "b"',
    "far @ https://example.org/far.whl",
    "exact===2004d",
    "no requirement at all",
]


@pytest.mark.parametrize(
    ("project", "extras", "expected"),
    [
        ("sphinx", (), ">=4,!=5.0,<9"),
        ("SPHINX", (), ">=4,!=5.0,<9"),
        ("tool", (), None),
        ("tool", ("CLI",), "*"),
        ("lib", (), '>=2; python_version < "3.9"'),
        ("lib", ("all",), ['>=2; python_version < "3.9"', '>=3; python_version >= "3.9"']),
        ("both", ("b",), ">=1"),
        ("far", (), "@ https://example.org/far.whl"),
        ("exact", (), "===2004d"),
        ("missing", (), None),
    ],
)
def test_the_versions_of_a_requirement(project: str, extras: tuple[str, ...], expected: Json) -> None:
    distribution = Distribution(name="d", metadata=tuple(("Requires-Dist", each) for each in REQUIRES))
    plugin = Plugin(namespace="ns", name="a", target="m:A", extras=extras, distribution=distribution)
    assert function_of("requires")(plugin, project, {}) == expected
    assert function_of("requires")(msgspec.structs.replace(plugin, distribution=None), project, {}) is None


@pytest.mark.parametrize("mode", MODES)
def test_the_docstring_of_the_module(install: Install, mode: str) -> None:
    files = {
        "m.py": "'''Tells of *all*. More.'''\nfrom other import A\n",
        "other.py": "'''Not this one.'''\nclass A: pass\n",
        "bare.py": "class A: pass\n",
        "assigned.py": "class A: pass\n__doc__ = 'Later.'\n",
    }
    install("one", {"ns": {"a": "m:A", "b": "bare:A", "c": "assigned:A", "d": "m"}}, files)
    namespace = assembled(mode, fields={"Module": "doc:module"})
    told = {plugin.name: plugin.fields[0] for plugin in namespace.plugins if plugin.fields}
    assert {name: field.value for name, field in told.items()} == {
        "a": "Tells of *all*. More.",
        "c": "Later.",
        "d": "Tells of *all*. More.",
    }
    how = Introspection.IMPORT if mode == "import" else Introspection.STATIC
    assert {field.introspection for field in told.values()} == {how}
    places = {name: field.location and (field.location.file, field.location.line) for name, field in told.items()}
    assert places == {"a": ("m.py", 1), "c": ("assigned.py", 2), "d": ("m.py", 1)}
    assert namespace.problems == ()


def test_a_module_whose_docstring_only_shows_when_it_runs(install: Install) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": "__doc__ = 'x'.join('ab') + str(len('ab'))\nclass A: pass\n"})
    [plugin] = assembled(fields={"Module": "doc:module"}).plugins
    assert shown(plugin) == {"Module": "axb2"}
    assert plugin.fields[0].introspection is Introspection.IMPORT
    [plugin] = assembled("static", fields={"Module": "doc:module"}).plugins
    assert [problem.kind for problem in plugin.problems] == [ProblemKind.FIELD]


# Summaries

SUMMARIES = {
    "m.py": "'''Readers of ``csv``. More.'''\nclass A: pass\nclass B:\n    '''Own *words*. More.'''\n",
    "bare.py": "class A: pass\nclass Base:\n    '''Of a base.'''\nclass C(Base): pass\n",
}
PLUGINS = {"a": "m:A", "b": "m:B", "c": "bare:A", "d": "bare:C", "e": "nowhere:A"}
SUMMARY = ["doc:summary", "doc:module", "dist:Summary"]


@pytest.mark.parametrize("mode", MODES)
def test_the_describers_of_the_summary(install: Install, mode: str) -> None:
    install("one", {"ns": PLUGINS}, SUMMARIES, metadata="Summary: The whole. It has `all`")
    namespace = assembled(mode, summary=SUMMARY)
    settings = NamespaceOptions(summary=tuple(SUMMARY))
    assert {plugin.name: value(plugin, "summary", settings) for plugin in namespace.plugins} == {
        "a": "Readers of ``csv``.",
        "b": "Own *words*.",
        "c": "The whole. It has `all`",
        "d": "The whole. It has `all`",
        "e": "The whole. It has `all`",
    }
    # One that gives nothing leaves the summary out, also where there is a docstring that is not asked for.
    namespace = assembled(mode, summary="dist:Keywords")
    settings = NamespaceOptions(summary=("dist:Keywords",))
    assert {value(plugin, "summary", settings) for plugin in namespace.plugins} == {None}


@pytest.mark.slow
@pytest.mark.parametrize("view", ["table", "list", "cards"])
def test_a_page_shows_that_summary(install: Install, project: Project, view: str) -> None:
    install("one", {"ns": PLUGINS}, SUMMARIES, metadata="Summary: The whole. It has `all`")
    page = f"Top\n===\n\n.. plugin-catalog:: ns\n   :view: {view}\n"
    given: dict[str, object] = {"plugins_namespaces": {"ns": {"summary": SUMMARY}}, "plugins_inherit_docstrings": True}
    app = project.build(page, **given)  # type: ignore[arg-type]
    doctree = app.env.get_doctree("index")
    text = doctree.astext()
    assert "Readers of csv." in text
    assert [node.astext() for node in doctree.findall(nodes.literal)].count("csv") == 1
    assert [node.astext() for node in doctree.findall(nodes.emphasis)].count("words") == 1
    assert text.count("The whole. It has `all`") == 2
    assert "inherited from" not in text
    assert [warning for warning in project.warnings if "plugins.load" not in warning] == []
    # A change of the module is seen.
    (project.folder.parent / "site" / "m.py").write_text("'''Other.'''\nclass A: pass\n")
    app = project.build(**given)  # type: ignore[arg-type]
    assert "Other." in app.env.get_doctree("index").astext()
    # With the usual setting nothing but docstrings is shown, those of base classes too.
    app = project.build(page, freshenv=True, plugins_inherit_docstrings=True)
    text = app.env.get_doctree("index").astext()
    assert "The whole" not in text
    assert "inherited from" in text


def test_markup_of_a_module_is_trusted_as_its_package_is(install: Install, project: Project) -> None:
    files = {"m.py": "'''See :doc:`index`.'''\nclass A: pass\n"}
    install("one", {"ns": {"a": "m:A"}}, files)
    page = "Top\n===\n\n.. plugin-catalog:: ns\n   :view: table\n"
    namespaces = {"ns": {"summary": ["doc:module"]}}
    app = project.build(page, plugins_namespaces=namespaces, plugins_trusted=["one"])
    titles = [node.astext() for node in app.env.get_doctree("index").findall(nodes.inline)]
    assert project.warnings == []
    assert "index" in titles
    app = project.build(plugins_namespaces=namespaces)
    assert project.read == ["index"]
    assert [node.astext() for node in app.env.get_doctree("index").findall(nodes.reference)] == []


@pytest.mark.parametrize("trusted", ["one", "two"])
def test_markup_of_a_module_in_a_field_is_trusted_as_its_file_is(
    install: Install, project: Project, trusted: str
) -> None:
    # The class, with a docstring of its own, is in another file than the module.
    raw = "One.\n\n.. raw:: html\n\n   <b>raw</b>\n"
    install("one", {"ns": {"a": "m:A"}}, {"m.py": f"'''{raw}'''\nfrom other import A\n"})
    install("two", {}, {"other.py": "class A:\n    '''Its own.'''\n"})
    fields = {"Module": {"from": "doc:module", "type": "rst"}}
    page = "Top\n===\n\n.. plugin:: ns:a\n"
    app = project.build(page, plugins_namespaces={"ns": {"fields": fields}}, plugins_trusted=[trusted])
    assert ("<b>raw</b>" in (app.outdir / "index.html").read_text()) is (trusted == "one")


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_the_command_shows_that_summary(
    install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    install("one", {"ns": {"a": "m:A"}}, SUMMARIES)
    conf = tmp_path / "conf.py"
    conf.write_text("extensions = ['sphinxext.plugins']\nplugins_namespaces = {'ns': {'summary': 'doc:module'}}\n")
    asked = ["list", "ns"] if form == "table" else ["export", "ns", "--format", "markdown"]
    assert main([*asked, "--conf", str(conf)]) == 0
    assert "Readers of" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["doc:modul", 1, ["doc:summary", "attr:"]])
def test_a_summary_that_is_not_right(wrong: object) -> None:
    made, [problem] = options.from_config({**DEFAULTS, "namespaces": {"ns": {"summary": wrong}}})
    assert made.namespaces["ns"].summary == ("doc:summary",)
    assert problem.kind is ProblemKind.CONFIG
    assert "plugins_namespaces['ns']['summary'] = " in problem.message


# Manifests

YAML = """\
name: napari-svg
display: &shown SVG
version: 0.2
schema: !!python/object/apply:os.system ["false"]
since: 2024-05-01
contributions:
  readers:
    - {command: read, patterns: ['*.svg']}
    - {command: other}
more: {<<: {a: 1, b: 1}, b: 2}
again: *shown
a.b: dotted
"""
FILES = {
    "pkg/__init__.py": "raise SystemExit('it ran')\n",
    "pkg/m.yaml": YAML,
    "pkg/data/m.toml": "[tool]\nname = 'T'\n",
    "pkg/m.json": '{"name": "J"}',
}
FROM_FILES = {
    "Name": ["manifest:name", "manifest:tool.name", "dist:Name"],
    "Commands": "manifest:contributions.readers.command",
    "Title": "attr:title",
}


@pytest.mark.parametrize("mode", MODES)
def test_a_plugin_may_be_a_file(install: Install, mode: str) -> None:
    targets = {"y": "pkg:m.yaml", "t": "pkg:data/m.toml", "j": "pkg:m.json", "o": "obj:A"}
    install("one", {"ns": targets}, {**FILES, "obj.py": "class A:\n    title = 'An object'\n"})
    namespace = assembled(mode, fields=FROM_FILES)
    plugins = {plugin.name: plugin for plugin in namespace.plugins}
    assert {name: shown(plugin) for name, plugin in plugins.items()} == {
        "y": {"Name": "napari-svg", "Commands": ["read", "other"]},
        "t": {"Name": "T"},
        "j": {"Name": "J"},
        "o": {"Name": "one", "Title": "An object"},
    }
    assert all(plugin.problems == () for plugin in plugins.values())
    assert {plugins[name].introspection for name in "ytj"} == {Introspection.STATIC}
    assert [field.location for field in plugins["t"].fields] == [Location(file="pkg/data/m.toml", line=1)]
    # It is no object where nobody asks for what stands in it.
    assert {p.name for p in assembled(mode, fields={"Name": "dist:Name"}).plugins if p.problems} == {"y", "t", "j"}


@pytest.mark.parametrize(
    ("key", "expected"),
    {
        "version": 0.2,
        "schema": ["false"],
        "since": "2024-05-01",
        "more": {"a": 1, "b": 2},
        "again": "SVG",
        "a.b": "dotted",
        "contributions.readers.patterns": ["*.svg"],
        "contributions.none": None,
        "name.more": None,
    }.items(),
)
def test_what_a_manifest_has_at_a_key(key: str, expected: Json) -> None:
    assert manifests.value(manifests.read("m.yaml", YAML.encode()), key) == expected


BOMB = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
WRONG = {
    "no YAML": ("m.yaml", "a: [", "parsing"),
    "aliases": ("m.yaml", BOMB, "too much"),
    "merged aliases": (
        "m.yaml",
        BOMB.replace("[x, x]", "{x: 1}").replace("[", "{<<: [").replace("]", "]}"),
        "too much",
    ),
    "a circle": ("m.yaml", "&a [*a]", "nested"),
    "depth": ("m.yaml", "[" * 5000, "nested"),
    "tag of something else": ("m.yaml", "!!bool maybe", "maybe"),
    "python": ("m.toml", "a =", "Invalid value"),
    "a number": ("m.json", "1" * 400, "digits"),
    "no text": ("m.yaml", "\xff", "decode"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("file", "text", "reason"), WRONG.values(), ids=WRONG)
def test_a_manifest_that_is_not_right(install: Install, file: str, text: str, reason: str) -> None:
    info = install("one", {"ns": {"a": f"pkg:{file}"}}, {"pkg/__init__.py": ""})
    (info.parent / "pkg" / file).write_bytes(text.encode("latin-1"))
    [plugin] = assembled(fields={"Name": "manifest:name"}).plugins
    [problem] = plugin.problems
    assert problem.kind is ProblemKind.FIELD
    assert f"{file} cannot be read: " in problem.message
    assert reason in problem.message
    assert problem.remedy == "have the file corrected, or give the field another describer"


@pytest.mark.parametrize(
    "target", ["pkg:none.yaml", "pkg:../secret.yaml", "pkg:link.yaml", "nowhere:m.yaml", "single:m.yaml"]
)
def test_a_file_that_is_not_in_the_package(install: Install, target: str) -> None:
    info = install(
        "one",
        {"ns": {"a": target}},
        {"pkg/__init__.py": "", "secret.yaml": "name: x", "single.py": "", "m.yaml": "name: x"},
    )
    (info.parent / "pkg" / "link.yaml").symlink_to(info.parent / "secret.yaml")
    [plugin] = assembled(fields={"Name": "manifest:name"}).plugins
    [problem] = plugin.problems
    assert problem.kind is ProblemKind.LOAD
    assert f"cannot be read from {target}: " in problem.message
    assert str(info.parent) not in problem.message
    assert plugin.fields == ()


def test_a_file_in_a_wheel(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "one-1.0-py3-none-any.whl", "w") as wheel:
        for name, text in FILES.items():
            wheel.writestr(name, text)
        wheel.writestr("one-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: one\nVersion: 1.0\n")
        wheel.writestr("one-1.0.dist-info/entry_points.txt", "[ns]\na = pkg:m.yaml\n")
        wheel.writestr("one-1.0.dist-info/RECORD", "")
    [plugin] = assembled(sources=(f"wheels:{tmp_path}",), fields=FROM_FILES).plugins
    assert shown(plugin) == {"Name": "napari-svg", "Commands": ["read", "other"]}
    assert plugin.problems == ()


@pytest.mark.slow
def test_without_pyyaml_one_warning_says_how_to_get_it(
    install: Install, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("one", {"ns": {"a": "pkg:m.yaml", "b": "pkg:m.yaml", "c": "pkg:m.json"}}, FILES)
    page = "Top\n===\n\n.. plugin-catalog:: ns\n"
    given: dict[str, object] = {"plugins_namespaces": {"ns": {"fields": {"Name": "manifest:name"}}}}
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "yaml", None)
        app = project.build(page, **given)  # type: ignore[arg-type]
        [warning] = project.warnings
        assert "[plugins.field]" in warning
        assert decoding.NO_YAML in warning
        assert "sphinxext-plugins[yaml]" in warning
        assert app.env.get_doctree("index").astext().count("not known") >= 2
    app = project.build(**given)  # type: ignore[arg-type]
    assert project.warnings == []
    assert "napari-svg" in app.env.get_doctree("index").astext()


@pytest.mark.slow
def test_a_page_shows_what_stands_in_a_file(install: Install, project: Project) -> None:
    info = install("one", {"ns": {"a": "pkg:m.yaml"}}, FILES)
    page = "Top\n===\n\n.. plugin-catalog:: ns\n"
    given: dict[str, object] = {
        "plugins_namespaces": {
            "ns": {"fields": {"Commands": "manifest:contributions.readers.command"}, "summary": "manifest:name"}
        },
        "plugins_json": "plugins.json",
    }
    app = project.build(page, **given)  # type: ignore[arg-type]
    assert project.warnings == []
    text = app.env.get_doctree("index").astext()
    assert "napari-svg" in text
    assert "read, other" in text
    assert '"describer": "manifest:name"' in (app.outdir / "plugins.json").read_text()
    (info.parent / "pkg" / "m.yaml").write_text("name: changed\n")
    app = project.build(**given)  # type: ignore[arg-type]
    assert project.read == ["index"]
    assert "changed" in app.env.get_doctree("index").astext()
    project.build(**given)  # type: ignore[arg-type]
    assert project.read == []
    shutil.rmtree(info.parent / "pkg")


def test_a_snapshot_tells_what_stood_in_a_file(
    install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(
        "one", {"ns": {"a": "pkg:m.yaml", "b": "obj:A"}}, {**FILES, "obj.py": "'''Of a module.'''\nclass A: pass\n"}
    )
    conf = tmp_path / "conf.py"
    conf.write_text(
        "extensions = ['sphinxext.plugins']\n"
        "plugins_namespaces = {'ns': {'fields': {'Name': 'manifest:name'}, 'summary': 'doc:module'}}\n"
    )
    assert main(["snapshot", str(tmp_path / "s.json"), "ns", "--conf", str(conf)]) == 0
    capsys.readouterr()
    source = (f"snapshot:{tmp_path / 's.json'}",)
    plugins = assembled(sources=source, fields={"Name": "manifest:name"}, summary="doc:module").plugins
    assert [shown(plugin) for plugin in plugins] == [{"Name": "napari-svg"}, {}]
    assert [plugin.problems for plugin in plugins] == [(), ()]
    assert plugins[1].summary is not None
    assert plugins[1].summary.value == "Of a module."


# Placeholders


@pytest.mark.parametrize(
    ("template", "expected"),
    {
        "{module}|{target}|{class}": "pkg.m|pkg.m:Outer.A|Outer.A",
        "pip install d[{extra}]": "pip install d[x,y]",
        "driver = {Device}": "driver = EOS 4; rm",
        "driver = {device} {Tags}": "driver = EOS 4; rm a, b",
        "only {Absent}": "",
        "{other} {{name}} {Summary}": "{other} {p} {Summary}",
    }.items(),
)
def test_placeholders(template: str, expected: str) -> None:
    settings = NamespaceOptions(fields={name: FieldSettings() for name in ("Device", "Tags", "Absent")})
    values = {"Device": "EOS 4;\n rm", "Tags": ["a", "b"]}
    fields = tuple(Field(name=name, value=each, describer="attr:x") for name, each in values.items())
    plugin = Plugin(namespace="ns", name="p", target="pkg.m:Outer.A", extras=("x", "y"), fields=fields)
    assert filled(template, plugin, settings) == expected
    module = msgspec.structs.replace(plugin, target="pkg.m", extras=())
    assert filled("a {class}", module, settings) == ""
    assert filled("a {class}", msgspec.structs.replace(plugin, target="pkg:m.yaml"), settings) == ""
    assert filled("a[{extra}]", module, settings) == ""


@pytest.mark.slow
def test_what_no_plugin_has_is_a_mistake(install: Install, project: Project) -> None:
    source = "class A:\n    '''A.\n\n    :Device: EOS\n\n    Version\n    -------\n    1\n    '''\n"
    install("one", {"ns": {"a": "m:A", "b": "m:A"}}, {"m.py": source}, metadata="Requires-Dist: Tidal-Lib >=1")
    fields = {"D": "doc:field Devise", "S": "doc:section Versoin", "R": "requires:tidallib", "F": "doc:field device"}
    given = {"fields": {**fields, "Q": "requires:TIDAL_lib"}, "summary": "dist:Sumary", "select": "use {f} {ff} {Fx}"}
    project.build("Top\n===\n\n.. plugin-catalog:: ns\n", plugins_namespaces={"ns": {**given, "columns": ["f"]}})
    assert all(warning.endswith("[plugins.config]") for warning in project.warnings)
    near = [warning.partition("(the nearest: ")[2].partition(")")[0] for warning in project.warnings]
    assert sorted(near) == ["dist:Summary", "doc:field Device", "doc:section Version", "requires:tidal-lib"]
    [summary] = [warning for warning in project.warnings if "dist:Sumary" in warning]
    assert "where the summary is to come from it" in summary
