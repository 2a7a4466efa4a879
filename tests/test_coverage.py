"""How many plugins are documented, and what they lack: the rule, the figures, the command and the builder."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from sphinxext.plugins.checks.coverage import Covered, Words, below, cover, total, words_of
from sphinxext.plugins.cli import main
from sphinxext.plugins.core.model import (
    Answer,
    Docstring,
    Field,
    Inherited,
    Introspection,
    Namespace,
    Plugin,
    Problem,
    ProblemKind,
)
from sphinxext.plugins.formats import coverage
from sphinxext.plugins.settings import from_conf, from_config
from tests.conftest import lines_of_findings

if TYPE_CHECKING:
    from tests.conftest import Install, Project

FILES = {
    "jam.py": """
        class Jar:
            '''What all jars have in common.'''
            title = None

        class Plum(Jar):
            '''Of plums.'''
            title = "Plum"

        class Fig(Jar):
            title = 0

        class Bare:
            title = []

        def quince(): pass
        """
}
PLUGINS = {"plum": "jam:Plum", "fig": "jam:Fig", "bare": "jam:Bare", "quince": "jam:quince", "gone": "jam:Gone"}
PAGE = "Top\n===\n\n.. list-plugins:: ns.jam\n"
FIG = "ns.jam:fig has no docstring of its own, only that of jam.Jar; write one"
QUIET = ["plugins.load"]


@pytest.fixture(autouse=True)
def _installed(install: Install) -> None:
    install("jam", {"ns.jam": PLUGINS, "ns.pot": {"clay": "jam:Plum"}}, FILES)


class Checked:
    """What ``sphinx-plugins check`` says of the namespace, with settings."""

    def __init__(self, folder: Path, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.site = site
        self.capsys = capsys
        self.errors = ""

    def __call__(self, *arguments: str, code: int = 0, **settings: object) -> list[str]:
        settings.setdefault("suppress_warnings", QUIET)
        (self.folder / "conf.py").write_text("".join(f"{key} = {value!r}\n" for key, value in settings.items()))
        given = [
            "check",
            "--ignore",
            "metadata",
            "--conf",
            str(self.folder),
            "--source",
            f"installed:{self.site}",
            *arguments,
        ]
        assert main([*given, *(() if "ns.pot" in arguments else ("ns.jam",))]) == code
        said, self.errors = self.capsys.readouterr()
        return lines_of_findings(said)


@pytest.fixture
def check(tmp_path: Path, site: Path, capsys: pytest.CaptureFixture[str]) -> Checked:
    return Checked(tmp_path, site, capsys)


def jam(**settings: object) -> dict[str, Any]:
    return {"plugins_namespaces": {"ns.jam": settings}}


def of_rule(lines: list[str]) -> list[str]:
    """What the rule finds, without places and what can be done."""
    return sorted(re.sub(r"^.*?coverage ns.jam:|; .*", "", line) for line in lines if "coverage ns.jam:" in line)


def test_what_is_not_documented(check: Checked) -> None:
    found = check(code=1)
    fig = "fig has no docstring of its own, only that of jam.Jar"
    assert of_rule(found) == ["bare has no docstring", fig, "quince has no docstring"]
    remedy = "write one, or require less (require in plugins_namespaces)"
    assert f"jam.py:13: coverage ns.jam:bare has no docstring; {remedy}" in found[1]
    assert of_rule(check(code=1, plugins_inherit_docstrings=True)) == [
        "bare has no docstring",
        "quince has no docstring",
    ]
    assert check(**jam(require=[])) == ["No problem was found in 5 plugins of 1 namespace."]
    assert of_rule(check("--ignore", "coverage")) == []


def test_a_namespace_goes_before_globs(check: Checked) -> None:
    globs = {"ns.*": {"require": []}, "ns.jam": {"require": ["doc"]}}
    assert len(of_rule(check(code=1, plugins_namespaces=globs))) == 3
    assert of_rule(check(plugins_namespaces={"ns.*": {"require": ["doc"]}, "ns.jam": {"require": []}})) == []


def test_fields_that_are_required(check: Checked) -> None:
    fields = {"Title": "attr:title", "Nobody": "attr:nobody"}
    required = jam(require=["Doc", "title", "version", "license"], fields=fields)
    lacks = "has no docstring, and lacks "
    assert of_rule(check("--select", "coverage", code=1, **required)) == [
        "bare has no docstring, and lacks 'license'",  # no title is a list of none
        "fig has no docstring of its own, only that of jam.Jar, and lacks 'license'",  # and 0 is one
        "plum lacks 'license'",
        f"quince {lacks}'title', 'license'",
    ]
    found = check("--statistics", "--select", "coverage", code=1, **required)
    assert found[-3:] == [
        "ns.jam: title is there for 3 plugins, and missing for 1",
        "ns.jam: version is there for 5 plugins, and missing for 0",
        "ns.jam: license is there for 0 plugins, and missing for 4",  # what is not known of the fifth is not missing
    ]
    assert "write one, or require less" in check(code=1)[0]
    title = jam(require=["Title"], fields=fields)
    assert "ns.jam:quince lacks 'Title'; add it, or require less" in "".join(check(code=1, **title))
    both = jam(require=["Title", "License"], fields=fields)
    assert "ns.jam:quince lacks 'Title', 'License'; add them, or require less" in "".join(check(code=1, **both))


def test_a_field_that_is_called_doc_is_that_field(check: Checked) -> None:
    found = check(code=1, **jam(require=["doc"], fields={"Doc": "attr:title"}))
    assert of_rule(found) == ["quince lacks 'doc'"]


def test_a_field_that_is_asked_for_in_vain_is_not_missing(check: Checked) -> None:
    fields = {"Title": "call:title"}
    found = check("--statistics", "--select", "coverage,field", code=1, **jam(require=["Title"], fields=fields))
    assert of_rule(found) == ["quince lacks 'Title'"]  # it has no method of that name; others have what is none
    assert "ns.jam:plum does not answer call:title" in "".join(found)


def test_a_summary_that_somebody_wrote(check: Checked) -> None:
    (check.folder / "overlay.toml").write_text('["ns.jam".fig]\nabout = "Of figs."\n["ns.jam".gone]\nabout = "Gone."\n')
    settings = {"plugins_overlay": "overlay.toml", **jam(summary=["doc:summary", "overlay:about"])}
    found = check("--statistics", code=1, **settings)
    assert of_rule(found) == ["bare has no docstring", "quince has no docstring"]
    assert found[-1].split() == ["ns.jam", "5", "1", "2", "0", "2", "0", "60", "%"]
    # Its module, and its distribution, say something where the settings make a summary of that.
    assert of_rule(check(**jam(summary=["doc:summary", "dist:Name"]))) == []


@pytest.mark.parametrize(
    ("require", "message", "remedy"),
    [
        (["Titel"], "requires of ns.jam a fact 'Titel', which is none of its fields", "(the nearest: Title"),
        (["dok"], "requires of ns.jam a fact 'dok', which is none of its fields", "(the nearest: doc)"),
        (["zzzz"], "'zzzz'", "use one of name, summary, "),
        ("doc", "plugins_namespaces['ns.jam']['require'] = 'doc' is not valid", "a list of names of fields, and 'doc'"),
        ([1], "plugins_namespaces['ns.jam']['require'] = [1] is not valid", "a list of names of fields, and 'doc'"),
    ],
)
def test_mistakes(check: Checked, require: object, message: str, remedy: str) -> None:
    [found] = [
        line
        for line in check("--select", "config", code=1, **jam(require=require, fields={"Title": "attr:title"}))
        if "conf.py:" in line
    ]
    assert message in found
    assert remedy in found


def test_a_fact_that_is_unknown_is_a_warning_of_builds(project: Project) -> None:
    for _ in range(2):
        project.build(PAGE, builder="text", suppress_warnings=QUIET, **jam(require=["Targett"]))
        [warning] = project.warnings
        assert warning.startswith("conf.py:2: WARNING: plugins_namespaces requires of ns.jam a fact 'Targett'")


def test_a_share_decides_in_the_place_of_each_plugin(check: Checked) -> None:
    shown = check("--fail-under", "25")
    assert check.errors == ""
    assert of_rule(shown) == ["bare has no docstring", FIG[7:-11], "quince has no docstring"]
    check("--fail-under", "25.1", code=1)
    assert check.errors == (
        "WARNING: 1 of 4 plugins are documented (25 %, 1 could not be looked at), which is less than 25.1 %; "
        "document more, or ask for less (--fail-under) [plugins.coverage]\n"
    )
    check("--fail-under", "25.1", "--exit-zero")
    # What does not fail the check is no failure in reports.
    for percent, level, count in ((25, "warning", 0), (26, "error", 3)):
        of = [*("--fail-under", str(percent), "--format")]
        [suite] = ET.fromstring("\n".join(check(*of, "junit", code=bool(count))))
        assert (suite.get("failures"), len(suite.findall("*/failure"))) == (str(count), count)
        assert len(suite.findall("*/system-out")) == 3 - count
        assert {each.partition(" ")[0] for each in check(*of, "github", code=bool(count))} == {f"::{level}"}
        [run] = json.loads("\n".join(check(*of, "sarif", code=bool(count))))["runs"]
        assert {each["level"] for each in run["results"]} == {level}
    # It decides about documentation, and nothing else.
    check("--fail-under", "0", code=1, **jam(require=["doc", "license"]))
    check("--fail-under", "0", code=1, suppress_warnings=[])
    check("--fail-under", "100", "--ignore", "coverage", code=1)
    check("--fail-under", "100", "ns.pot")


@pytest.mark.parametrize("text", ["-1", "100.1", "nan", "inf", "many", ""])
def test_what_is_no_share(check: Checked, text: str) -> None:
    with pytest.raises(SystemExit) as ended:
        check(f"--fail-under={text}")
    assert ended.value.code == 2
    assert f"{text!r} is no number from 0 to 100" in check.capsys.readouterr().err


def test_shares_at_their_edges() -> None:
    third = Covered(namespace="ns", own=2, none=1)
    assert third.percent == 66.6  # what is shown is reached
    assert not third.is_below(66.6)
    assert third.is_below(66.67)
    assert Covered(namespace="ns", own=9999, none=1).percent == 99.9
    nothing, unknown = Covered(namespace="ns"), Covered(namespace="ns", unknown=2)
    for share in (0, 50, 100):
        assert below([nothing], share) is None
        assert below([Covered(namespace="ns", own=1)], share) is None
        assert (below([unknown], share) is None) is (share == 0)
    assert nothing.percent is unknown.percent is None
    assert below([], 100) is None
    inherited = Covered(namespace="ns", inherited=1, inherits=True)
    assert inherited.documented == total([inherited, nothing]).documented == 1


STATIC = Introspection.STATIC
BASE = Inherited(docstring=Docstring(text="Base."), owner="m.Base")
LOAD = Problem(kind=ProblemKind.LOAD, message="m", remedy="r")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"docstring": Docstring(text="Own.")}, Words.OWN),
        ({"docstring": Docstring(text="Own."), "problems": (LOAD,)}, Words.OWN),
        ({"summary": Field(name="summary", value="x", describer="overlay:about")}, Words.SUMMARY),
        ({"inherited": BASE}, Words.INHERITED),
        ({}, Words.NONE),
        ({"problems": (LOAD,)}, Words.UNKNOWN),
        ({"introspection": Introspection.METADATA}, Words.UNKNOWN),
    ],
)
def test_whose_words(facts: dict[str, object], words: Words) -> None:
    whole = {"introspection": STATIC, **facts}
    assert words_of(Plugin(namespace="ns", name="a", target="m:A", **whole)) is words  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [False, 0, [], {}])
def test_an_answer_that_is_empty_is_one(value: object) -> None:
    given = from_conf({"plugins_namespaces": {"ns": {"require": ["X"], "fields": {"X": "attr:x"}}}}, Path())
    options, problems = from_config(given)
    assert problems == []
    answers = tuple(Answer(describer="attr:x", value=each, introspection=STATIC) for each in (value,))
    fields = (Field(name="X", value=value, describer="attr:x"),) if value in (False, 0) else ()
    plugin = Plugin(namespace="ns", name="a", target="m:A", introspection=STATIC, answers=answers, fields=fields)
    bare = Plugin(namespace="ns", name="b", target="m:B", introspection=STATIC)
    [covered] = cover([Namespace(name="ns", plugins=(plugin, bare))], options)
    assert [(each.present, each.missing) for each in covered.facts] == [(1, 1)]


@pytest.mark.parametrize("parallel", [0, 2])
def test_the_builder_says_what_the_command_says(project: Project, check: Checked, parallel: int) -> None:
    fields = jam(require=["doc", "Title"], fields={"Title": "attr:title"})
    pages = {"index.rst": f"{PAGE}\n.. toctree::\n\n   pot\n", "pot.rst": "Pot\n===\n\n.. list-plugins:: ns.pot\n"}
    warned: list[list[str]] = []
    for given in (pages, {}):
        app = project.build(given, builder="plugins-coverage", parallel=parallel, suppress_warnings=QUIET, **fields)
        warned.append(project.warnings)
    assert project.read == []
    assert warned[0] == warned[1]
    assert [line.partition(";")[0].partition("WARNING: ")[2] for line in warned[0]] == [
        "ns.jam:bare has no docstring",
        "ns.jam:fig has no docstring of its own, only that of jam.Jar",
        "ns.jam:quince has no docstring, and lacks 'Title'",
    ]
    assert f"{check.site}/jam.py:10: WARNING: ns.jam:fig" in warned[0][1]
    assert warned[0][0].endswith("[plugins.coverage]")
    text = (app.outdir / "coverage.txt").read_text()
    said = check("ns.jam", "ns.pot", "--statistics", code=1, **fields)
    table = text.partition("\n\n")[0]
    assert "\n".join(said).endswith(table)
    assert table in app.status.getvalue()
    assert text.count("has no docstring") == 3
    data = json.loads((app.outdir / "coverage.json").read_text())
    assert data["total"] == {
        "plugins": 6,
        "documented": 2,
        "percent": 40.0,
        "own": 2,
        "summary": 0,
        "inherited": 1,
        "none": 2,
        "unknown": 1,
    }
    [first, second] = data["namespaces"]
    assert first["facts"] == {"Title": {"present": 3, "missing": 1}}
    assert (first["namespace"], second["namespace"], second["percent"]) == ("ns.jam", "ns.pot", 100.0)
    assert json.loads((app.outdir / "badge.json").read_text())["message"] == "40 %"


def test_a_badge_has_a_title() -> None:
    for covered, said, colour in [
        (Covered(namespace="ns", own=1), "100 %", "brightgreen"),
        (Covered(namespace="ns", own=999, none=1), "99.9 %", "green"),
        (Covered(namespace="ns", none=1), "0 %", "red"),
        (Covered(namespace="ns", unknown=1), "unknown", "lightgrey"),
    ]:
        endpoint = json.loads(coverage.badge([covered]))
        assert endpoint == {"schemaVersion": 1, "label": "plugins documented", "message": said, "color": colour}
        picture = ET.fromstring(coverage.picture([covered]))
        title = picture.find("{http://www.w3.org/2000/svg}title")
        assert title is not None
        assert title.text == picture.get("aria-label") == f"plugins documented: {said}"
        assert picture.get("role") == "img"


def test_the_builder_without_plugins(project: Project) -> None:
    app = project.build("Top\n===\n", builder="plugins-coverage")
    assert project.warnings == []
    data = json.loads((app.outdir / "coverage.json").read_text())
    assert (data["namespaces"], data["total"]["percent"]) == ([], None)
    assert "unknown" in (app.outdir / "badge.svg").read_text()


def test_a_folder_that_takes_nothing(project: Project) -> None:
    app = project.build(PAGE, builder="plugins-coverage", suppress_warnings=["plugins.load", "plugins.coverage"])
    (app.outdir / "badge.svg").unlink()
    (app.outdir / "badge.svg").mkdir()
    project.build(builder="plugins-coverage", suppress_warnings=["plugins.load", "plugins.coverage"])
    [warning] = project.warnings
    assert warning.startswith("WARNING: badge.svg cannot be written: ")


def test_a_build_of_pages_warns_on_request_and_once(project: Project) -> None:
    project.build(PAGE, builder="text", suppress_warnings=QUIET)
    assert project.warnings == []
    for builder in ("text", "text", "plugins-coverage"):
        project.build(builder=builder, suppress_warnings=QUIET, plugins_rules=["coverage"])
        assert sum(FIG in line for line in project.warnings) == 1
        assert len(project.warnings) == 3
        assert project.read == []


def test_what_is_required_changes_no_page(project: Project) -> None:
    project.build(PAGE, builder="text", suppress_warnings=QUIET, **jam(title="Jam"))
    project.build(builder="text", suppress_warnings=QUIET, **jam(title="Jam", require=["name"]))
    assert project.read == []
    project.build(builder="text", suppress_warnings=QUIET, **jam(title="Jams", require=["name"]))
    assert project.read == ["index"]
