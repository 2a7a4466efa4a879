"""Plugins over time, by the snapshots of releases that a project keeps."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.cli import main
from sphinxext.plugins.core.lifetimes import Change, Happened, Renamed, changes
from sphinxext.plugins.core.namespaces import NamespaceOptions
from sphinxext.plugins.settings import Options
from tests.schema import validate

if TYPE_CHECKING:
    from pathlib import Path

    from sphinxext.plugins.core.model import Namespace, Plugin
    from tests.conftest import Install, Project

MODULE = """\
class Old:
    '''Reads what was, *truly*.'''

class A:
    '''Reads a.'''

class B:
    '''Reads b.'''
"""


def plugin(name: str, target: str = "", distribution: str = "one", **facts: Any) -> dict[str, Any]:  # noqa: ANN401
    """Describe a plugin as a snapshot does."""
    told = {"name": name, "target": target or f"m:{name.title()}", "introspection": "static", **facts}
    return told | ({"distribution": distribution} if distribution else {})


def write(folder: Path, release: str, *plugins: dict[str, Any], **more: Any) -> Path:  # noqa: ANN401
    """Write the snapshot of a release, of the namespace ``ns``."""
    names = {each["distribution"] for each in plugins if "distribution" in each}
    kept = {
        "schema_version": "1.0",
        "distributions": {name: {"name": name} for name in names},
        "namespaces": {"ns": {"plugins": [*plugins]}},
        **more,
    }
    validate(json.dumps(kept).encode())
    (folder / "history").mkdir(exist_ok=True)
    file = folder / "history" / f"{release}.json"
    file.write_text(json.dumps(kept))
    return file


def catalog(folder: Path, **settings: Any) -> Namespace:  # noqa: ANN401
    """Return the namespace with its history."""
    assembler = Assembler(Options(history=["history/*.json"], introspection="static", **settings), folder)
    namespace = assembler.namespace("ns")
    assert namespace is not None
    assert not assembler.problems
    return namespace


def since(namespace: Namespace) -> dict[str, str | None]:
    return {each.name: each.lifetime.since if each.lifetime else None for each in namespace.plugins}


def of(namespace: Namespace, name: str) -> Plugin:
    return next(each for each in namespace.plugins if each.name == name)


def test_since_is_the_first_release_that_has_a_plugin(install: Install, tmp_path: Path) -> None:
    install("one", {"ns": {"a": "m:A", "b": "m:B", "new": "m:Old"}}, {"m.py": MODULE})
    write(tmp_path, "2.9", plugin("a"))
    write(tmp_path, "2.10", plugin("a"), plugin("b"))
    write(tmp_path, "3.0rc1", plugin("a"), plugin("b"))
    namespace = catalog(tmp_path)
    assert since(namespace) == {"a": None, "b": "2.10", "new": "unreleased"}
    assert namespace.removed == ()


def test_what_a_release_did_not_record_is_not_known(install: Install, tmp_path: Path) -> None:
    install("one", {"ns": {"a": "m:A", "b": "m:B"}}, {"m.py": MODULE})
    install("two", {"ns": {"c": "m:A"}})
    write(tmp_path, "1.0", plugin("a"))
    write(tmp_path, "2.0", namespaces={"other": {"plugins": []}})  # of other namespaces, perhaps
    write(tmp_path, "3.0", plugin("a"), plugin("b"))
    assert since(catalog(tmp_path)) == {"a": None, "b": None, "c": None}
    write(tmp_path, "2.0", namespaces={}, selected=["other"])
    assert since(catalog(tmp_path)) == {"a": None, "b": None, "c": None}
    write(tmp_path, "2.0", plugin("a"), selected=["n*"])
    assert since(catalog(tmp_path)) == {"a": None, "b": "3.0", "c": None}  # nothing tells of the distribution two


def test_a_namespace_that_a_release_would_have_had_was_empty(install: Install, tmp_path: Path) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": MODULE})
    others = {"other": {"plugins": [plugin("x")]}}
    write(tmp_path, "1.0", namespaces=others, distributions={"one": {"name": "one"}}, selected=["*"])
    write(tmp_path, "2.0", plugin("a"), selected=["*"])
    assert since(catalog(tmp_path)) == {"a": "2.0"}


def test_a_plugin_that_was_removed(install: Install, tmp_path: Path) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": MODULE})
    gone = plugin("gone", docstring={"text": "Reads what was.\n\nAll."})
    write(tmp_path, "1.0", plugin("a"), gone, plugin("left", distribution="two"))
    write(tmp_path, "2.0", plugin("a"), plugin("short"))
    write(tmp_path, "3.0", plugin("a"))
    found = {each.name: each for each in catalog(tmp_path).removed}
    assert list(found) == ["gone", "left", "short"]
    assert (found["gone"].last, found["gone"].release, found["gone"].summary) == ("1.0", "2.0", "Reads what was.")
    assert (found["left"].last, found["left"].release) == ("1.0", None)  # perhaps it was only not installed
    assert (found["short"].last, found["short"].release) == ("2.0", "3.0")
    write(tmp_path, "3.0", plugin("a"), plugin("short"))
    assert [each.release for each in catalog(tmp_path).removed] == ["2.0", None, "unreleased"]


def test_a_plugin_that_came_back_is_none_that_was_removed(install: Install, tmp_path: Path) -> None:
    install("one", {"ns": {"a": "m:A", "b": "m:B"}}, {"m.py": MODULE})
    write(tmp_path, "1.0", plugin("a"), plugin("b"))
    write(tmp_path, "2.0", plugin("a"))
    write(tmp_path, "3.0", plugin("a"), plugin("b"))
    namespace = catalog(tmp_path)
    assert namespace.removed == ()
    back = of(namespace, "b").lifetime
    assert back is not None
    assert (back.since, back.removed) == ("3.0", ("2.0",))


def test_a_plugin_that_moved_goes_on(install: Install, tmp_path: Path) -> None:
    """Also to a distribution of which no release tells anything."""
    install("one", {"ns": {"a": "m:A"}}, {"m.py": MODULE})
    install("two", {"ns": {"b": "m:B", "c": "m:Old"}})
    write(tmp_path, "1.0", plugin("a"), plugin("c", "m:Old"))
    write(tmp_path, "2.0", plugin("a"), plugin("b"))
    write(tmp_path, "3.0", plugin("a"), plugin("b"), plugin("c", "m:Old"))
    namespace = catalog(tmp_path)
    assert since(namespace) == {"a": None, "b": "2.0", "c": "3.0"}
    assert namespace.removed == ()
    back = of(namespace, "c").lifetime
    assert back is not None
    assert (back.removed, changes(back)) == (("2.0",), ["moved to two (unreleased)"])


def test_details_tell_what_columns_do(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:A", "b": "m:B"}}, {"m.py": MODULE})
    write(project.folder, "1.0", plugin("a"), plugin("b"))
    write(project.folder, "2.0", plugin("a"))
    page = "Top\n===\n\n.. plugin-catalog:: ns\n   :view: {}\n   :columns: name, since, removed\n"
    text: list[str] = []
    for view in ("table", "details"):
        app = project.build(page.format(view), builder="text", plugins_history="history/*.json")
        text.append((app.outdir / "index.txt").read_text())
    assert [re.findall("Since|Removed|unreleased|2.0", each) for each in text] == [
        ["Since", "Removed", "unreleased", "2.0"],
        ["Since", "unreleased", "Removed", "2.0"],
    ]


def test_a_plugin_that_was_renamed(install: Install, tmp_path: Path) -> None:
    """By its target first, and then by what is defined in the same place."""
    source = {"m.py": MODULE, "n.py": "from m import A"}
    install("one", {"ns": {"c": "n:A", "b": "m:B"}}, source)
    write(tmp_path, "1.0", plugin("a", "m:A"), plugin("b"))
    write(tmp_path, "2.0", plugin("a2", "m:A"), plugin("b"))
    namespace = catalog(tmp_path)
    renamed = of(namespace, "c").lifetime
    assert renamed is not None
    assert renamed.renamed == (Renamed(name="a2", release="unreleased"), Renamed(name="a", release="2.0"))
    assert (renamed.since, renamed.changed) == (None, ())  # it is said once
    assert namespace.removed == ()


def option(name: str, **facts: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"name": name, "type": "str", "help": f"{name}.", **facts}


SETTABLE = """\
class A:
    def __init__(self, old="x", new=None, newest="y"):
        '''Make it.

        :param old: The old.
        :param new: The new.
        :param newest: The newest.
        '''
"""


def test_what_changed_of_a_plugin(install: Install, tmp_path: Path) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": SETTABLE})
    kept = {"reader": "parameters", "options": [option("old", default="w"), option("gone")]}
    write(tmp_path, "1.0", plugin("a", signature="(old='w')", configuration=kept, deprecated="No."))
    kept = {"reader": "parameters", "options": [option("old", default="x"), option("new")]}
    write(tmp_path, "2.0", plugin("a", signature="(old='x', new=None)", configuration=kept))
    namespace = catalog(tmp_path, namespaces={"ns": NamespaceOptions(options="auto")})
    told = of(namespace, "a")
    assert told.lifetime is not None
    assert told.configuration is not None
    assert changes(told.lifetime) == [
        "other parameters (unreleased)",
        "new option newest (unreleased)",
        "no longer deprecated (2.0)",
        "other parameters (2.0)",
        "another default of old (2.0)",
        "new option new (2.0)",
        "option gone removed (2.0)",
    ]
    assert told.lifetime.changed[3] == Change(release="2.0", what=Happened.SIGNATURE)
    assert {each.name: each.since for each in told.configuration.options} == {
        "old": None,
        "new": "2.0",
        "newest": "unreleased",
    }


def test_options_that_a_release_did_not_record_are_not_new(install: Install, tmp_path: Path) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": SETTABLE})
    write(tmp_path, "1.0", plugin("a"))
    problem = {"kind": "option", "message": "tells not all", "remedy": "wait"}
    kept = {"reader": "parameters", "options": [option("old")]}
    write(tmp_path, "2.0", plugin("a", configuration=kept, problems=[problem]))
    told = of(catalog(tmp_path, namespaces={"ns": NamespaceOptions(options="auto")}), "a")
    assert told.configuration is not None
    assert {each.since for each in told.configuration.options} == {None}
    assert told.lifetime is None


BASE = """\
class Base:
    def old(self): ...
    def new(self): ...
class A(Base): pass
"""


def test_members_of_an_interface_that_are_new(install: Install, tmp_path: Path) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": BASE})
    interface = {"target": "m:Base", "definition": "m:Base", "members": [{"name": "old"}]}
    namespaces = {"ns": {"plugins": [plugin("a")], "interface": interface}}
    write(tmp_path, "1.0", namespaces=namespaces, distributions={"one": {"name": "one"}})
    settings = {"ns": NamespaceOptions(interface="m:Base")}
    found = catalog(tmp_path, namespaces=settings, report_interface=True).interface
    assert found is not None
    assert {each.name: each.since for each in found.members} == {"old": None, "new": "unreleased"}
    interface["target"] = interface["definition"] = "m:Other"
    write(tmp_path, "1.0", namespaces=namespaces, distributions={"one": {"name": "one"}})
    found = catalog(tmp_path, namespaces=settings, report_interface=True).interface
    assert found is not None
    assert {each.since for each in found.members} == {None}


def test_what_people_say_of_a_plugin(install: Install, tmp_path: Path) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": MODULE})
    write(tmp_path, "1.0", plugin("a"), plugin("gone"))
    overlay = '["ns".a]\nreplaced_by = ["b", "other:c"]\nreason = "Old."\nstatus = "Frozen"\n'
    (tmp_path / "overlay.toml").write_text(f'{overlay}["ns".gone]\nreplaced_by = "a"\nreason = "\\u202eslow"\n')
    namespace = catalog(tmp_path, overlay=str(tmp_path / "overlay.toml"))
    said = of(namespace, "a").lifetime
    assert said is not None
    assert (said.replaced_by, said.reason, said.status) == (("b", "other:c"), "Old.", "Frozen")
    [gone] = namespace.removed
    assert (gone.replaced_by, gone.reason) == (("a",), r"\u202eslow")


@pytest.mark.parametrize(
    ("files", "setting", "expected"),
    [
        ({}, "history/*.json", "'history/*.json' fits no file; correct it, or write snapshots there"),
        ({"1.0": "{"}, ["history/*.json"], "has history/1.0.json, which is no snapshot of a release: it is no JSON"),
        ({"new": ""}, "history/*.json", "of a release: 'new' is no version; name the file for one"),
        ({"1": "", "1.0": ""}, "history/*.json", "1.json, which is of the release 1, as history/1.0.json is"),
        ({"1.0": ""}, ["history/*.json", "2/*"], "'2/*' fits no file"),
        ({"1.0": '"1.99"'}, "history/*.json", "which is not read as a whole: a catalog is of the"),
    ],
    ids=["none", "broken", "version", "twice", "glob", "newer"],
)
def test_files_that_are_no_releases(
    install: Install, project: Project, files: dict[str, str], setting: str | list[str], expected: str
) -> None:
    """Each is one warning at the line of the setting, in each build, and the others count."""
    install("one", {"ns": {"a": "m:A", "b": "m:B"}}, {"m.py": MODULE})
    write(project.folder, "0.9", plugin("a"))
    if not files:
        (project.folder / "history" / "0.9.json").unlink()
    for name, content in files.items():
        file = write(project.folder, name, plugin("a"))
        file.write_text(
            file.read_text().replace('"1.0"', content) if content[:1] == '"' else content or file.read_text()
        )
    written: dict[str, str] = {"index.rst": "Top\n===\n\n.. plugin-catalog:: ns\n   :columns: name, since\n"}
    for pages in (written, dict[str, str]()):
        app = project.build(pages, builder="text", plugins_history=setting)
        [warning] = project.warnings
        assert warning.startswith("conf.py:1: WARNING: plugins_history = ")
        assert expected in warning
        assert warning.endswith("[plugins.config]")
    assert project.read == []
    assert ("unreleased" in (app.outdir / "index.txt").read_text()) is bool(files)


def test_pages_follow_the_files_of_the_history(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:A"}, "other": {"b": "m:B"}}, {"m.py": MODULE})
    pages = {
        "index.rst": "Top\n===\n\n.. toctree::\n\n   others\n\n.. plugin-catalog:: ns\n   :columns: name, since\n",
        "others.rst": "Others\n======\n\n.. plugin-catalog:: other\n",
    }
    settings = {"builder": "text", "plugins_history": "history/*.json"}
    write(project.folder, "1.0", plugin("a"))
    project.build(pages, **settings)  # type: ignore[arg-type]
    text = write(project.folder, "1.0", plugin("a", docstring={"text": "Other words."})).read_text()
    project.build(**settings)  # type: ignore[arg-type]
    assert project.read == []
    write(project.folder, "2.0", plugin("a"))  # nothing is new of it
    project.build(**settings)  # type: ignore[arg-type]
    assert project.read == []
    write(project.folder, "0.9", plugin("x"))
    project.build(**settings)  # type: ignore[arg-type]
    assert project.read == ["index"]
    (project.folder / "history" / "0.9.json").unlink()
    project.build(**settings)  # type: ignore[arg-type]
    assert project.read == ["index"]
    (project.folder / "history" / "1.0.json").write_text(text.replace('"m:A"', '"m:B"'))
    project.build(**settings)  # type: ignore[arg-type]
    assert project.read == []  # by its name it is the same


def test_facts_of_history_are_columns_and_facets(install: Install, project: Project) -> None:
    names = {f"p{number}": "m:A" for number in range(8)}
    install("one", {"ns": names}, {"m.py": MODULE})
    write(project.folder, "1.0", *(plugin(f"p{number}", "m:A") for number in range(3)))
    write(project.folder, "2.0", *(plugin(f"p{number}", "m:A") for number in range(6)))
    page = (
        "Top\n===\n\n.. plugin-catalog:: ns\n   :columns: name, since\n   :sort: since\n   :group-by: since\n"
        "   :view: table\n   :filter:\n"
    )
    app = project.build(page, plugins_history="history/*.json")
    html = (app.outdir / "index.html").read_text()
    assert project.warnings == []
    assert "sp-column-since sp-facet" in html
    assert html.index(">2.0<") < html.index(">unreleased<") < html.index(">Others<")
    kept = validate((app.outdir / "plugins.json").read_bytes())["namespaces"]["ns"]["plugins"]
    assert [each.get("lifetime") for each in kept[2:4]] == [None, {"since": "2.0"}]


def test_a_removed_plugin_is_told_of_by_the_command(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install("one", {"ns": {"a": "m:A", "new": "m:B"}}, {"m.py": MODULE})
    write(tmp_path, "1.0", plugin("a"), plugin("old", "m:B"), plugin("gone", docstring={"text": "Reads.\n\nAll."}))
    write(tmp_path, "2.0", plugin("a"), plugin("new", "m:B"))
    (tmp_path / "overlay.toml").write_text('["ns".gone]\nreplaced_by = ["a", "new"]\n')
    (tmp_path / "conf.py").write_text("plugins_history = 'history/*.json'\nplugins_overlay = 'overlay.toml'\n")
    monkeypatch.chdir(tmp_path)
    assert main(["show", "--conf", ".", "ns:gone"]) == 0
    told = "Removed       2.0\nLast in       1.0\nReplaced by   a, new\nDistribution  one\n"
    assert capsys.readouterr() == (f"ns:gone\n{told}\nReads.\n", "")
    assert main(["show", "--conf", ".", "ns:old"]) == 0
    assert capsys.readouterr().out.startswith("ns:new\nRenamed from")
    assert main(["list", "--conf", ".", "ns", "--columns", "name,since,renamed", "--format", "csv"]) == 0
    assert capsys.readouterr().out == "name,since,renamed\na,,\nnew,,old (2.0)\n"


def test_a_snapshot_is_named_for_a_release(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has nothing of the history itself, and keeps its release and what it was made of."""
    install("one", {"ns": {"a": "m:A"}}, {"m.py": MODULE})
    write(tmp_path, "1.0", plugin("gone"))
    (tmp_path / "conf.py").write_text("plugins_history = 'history/*.json'\n")
    monkeypatch.chdir(tmp_path)
    assert main(["snapshot", "--conf", ".", "--release", "x", "kept.json"]) == 2
    assert "--release cannot be 'x': give it a version" in capsys.readouterr().err
    assert main(["snapshot", "--conf", ".", "--release", "2.0", "kept.json", "n*"]) == 0
    kept = validate((tmp_path / "kept.json").read_bytes())
    assert (kept["release"], kept["selected"], "removed" in kept["namespaces"]["ns"]) == ("2.0", ["n*"], False)
    assert "lifetime" not in kept["namespaces"]["ns"]["plugins"][0]
    assert main(["snapshot", "--conf", ".", "--check", "kept.json"]) == 0
    install("two", {"nn": {"b": "m:B"}})
    assert main(["snapshot", "--conf", ".", "--check", "kept.json"]) == 1
    assert main(["snapshot", "--conf", ".", "kept.json"]) == 0
    for check in (["--check"], []):
        assert main(["snapshot", "--conf", ".", *check, "--release", "2.1", "kept.json"]) == 2
        said = "kept.json is the snapshot of release 2.0, not of 2.1; name another file"
        assert said in capsys.readouterr().err
    again = validate((tmp_path / "kept.json").read_bytes())
    assert (again["release"], again["selected"], [*again["namespaces"]]) == ("2.0", ["n*"], ["nn", "ns"])
