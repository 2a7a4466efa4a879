"""The forms in which services read what a check found."""

from __future__ import annotations

import importlib.metadata
import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jsonschema
import msgspec
import pytest

from sphinxext.plugins import checks
from sphinxext.plugins.checks import baseline
from sphinxext.plugins.checks.findings import Finding, Report
from sphinxext.plugins.cli import plain
from sphinxext.plugins.cli.terminal import Terminal
from sphinxext.plugins.core.model import Location, Problem, ProblemKind
from sphinxext.plugins.formats.reports import WRITERS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Install

HOSTILE = 'is \x1b[31mred\x1b[0m\r\n::error::x, 100% <b a="">&\u202e\ud800\ufffe\x00]]> {0} [go](https://evil.example)'


def finding(
    message: str = "cannot be loaded", file: str | None = "a/b.py", rule: ProblemKind = ProblemKind.LOAD, **rest: int
) -> Finding:
    problem = Problem(kind=rule, message=message, remedy="install it", plugin="ns:x")
    return Finding(problem=problem, place=Location(file=file, line=3) if file else None, **rest)


def report(*findings: Finding, **rest: object) -> Report:
    known = {"root": "/r", "rules": ("load", "field"), "namespaces": 1, "plugins": 2}
    return msgspec.convert({**known, "findings": findings, **rest}, Report)


BAD = report(
    finding(HOSTILE, "a,b:c%/ü \x1b.py"),
    finding("twice"),
    finding("twice", number=1),
    finding("nowhere", None),
    otherwise=Location(file="docs/conf.py", line=1),
)


def write(form: str, of: Report = BAD) -> str:
    text = WRITERS[form].write(of)
    assert text == WRITERS[form].write(of)
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", text) or WRITERS[form].is_json  # which the command escapes
    return text


@pytest.mark.parametrize("form", WRITERS)
def test_nothing_found(form: str) -> None:
    text = write(form, report())
    if WRITERS[form].is_json:
        json.loads(text)
    assert "ns:x" not in text


def test_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    lines = plain.findings(BAD, Terminal()).splitlines()
    assert lines[0].startswith("r/a,b:c%/ü \\x1b.py:3: load ns:x is \\x1b[31mred\\x1b[0m ::error::x, 100% <b")
    assert lines[1:] == [
        "  = help: install it",
        *["r/a/b.py:3: load ns:x twice", "  = help: install it"] * 2,
        *["load ns:x nowhere", "  = help: install it"],
        "4 problems were found in 2 plugins of 1 namespace.",
    ]
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = plain.findings(report(finding()), Terminal()).splitlines()
    assert coloured[0].startswith("r/a/b.py:3: \x1b[31mload\x1b[0m ns:x cannot")


def test_github() -> None:
    hostile, *_, nowhere = lines = write("github").splitlines()
    assert len(lines) == len(BAD.findings)
    properties, _, text = hostile.removeprefix("::error ").partition("::")
    assert properties.endswith("file=a%2Cb%3Ac%25/ü \\x1b.py,line=3")
    assert text.startswith("a,b:c%25/ü \\x1b.py:3: load ns:x is \\x1b[31mred\\x1b[0m ::error::x, 100%25 <b")
    assert text.endswith("%0A  = help: install it")
    assert nowhere == "::error title=sphinx-plugins (load)::load ns:x nowhere%0A  = help: install it"


def test_gitlab() -> None:
    issues = json.loads(write("gitlab"))
    assert [each["location"] for each in issues][1:] == [
        {"path": "a/b.py", "lines": {"begin": 3}},
        {"path": "a/b.py", "lines": {"begin": 3}},
        {"path": "docs/conf.py", "lines": {"begin": 1}},
    ]
    assert len({each["fingerprint"] for each in issues}) == len(issues)
    assert {each["severity"] for each in issues} == {"major"}
    assert {each["check_name"] for each in issues} == {"load"}
    assert issues[1]["description"] == "ns:x twice; install it"
    [nowhere] = json.loads(write("gitlab", report(finding(file=None))))
    assert nowhere["location"]["path"] == "."


def test_json() -> None:
    whole = json.loads(write("json"))
    assert whole["findings"][1] == {
        "rule": "load",
        "message": "ns:x twice",
        "remedy": "install it",
        "plugin": "ns:x",
        "file": "a/b.py",
        "line": 3,
        "fingerprint": BAD.findings[1].fingerprint,
    }
    assert whole["findings"][3]["file"] is None
    assert {key: whole[key] for key in whole if key != "findings"} == {
        "rules": ["load", "field"],
        "namespaces": 1,
        "plugins": 2,
        "baseline": {"known": 0, "gone": []},
    }


def test_junit() -> None:
    root = ET.fromstring(write("junit"))
    [suite] = root
    assert root.tag == "testsuites"
    assert suite.attrib == {
        "name": "sphinx-plugins check",
        "tests": "5",
        "failures": "4",
        "errors": "0",
        "skipped": "0",
        "time": "0",
    }
    cases = list(suite)
    assert len({(each.get("classname"), each.get("name")) for each in cases}) == len(cases) == 5
    assert [each.get("classname") for each in cases] == ["sphinx-plugins.load"] * 4 + ["sphinx-plugins.field"]
    failures = [each.find("failure") for each in cases]
    assert failures[4] is None
    assert failures[1] is not None
    assert failures[1].text == "a/b.py:3\nns:x twice\ninstall it"
    assert cases[2].get("name") == "ns:x twice (2)"
    assert (cases[1].get("file"), cases[1].get("line")) == ("a/b.py", "3")
    assert "file" not in cases[3].attrib
    assert failures[0] is not None
    assert '\\x1b[31mred\\x1b[0m ::error::x, 100% <b a="">&\\u202e\\ud800\\ufffe\\x00]]>' in failures[0].get(
        "message", ""
    )


TEXT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
URI = {"type": "string", "format": "uri-reference"}


def closed(**properties: object) -> dict[str, Any]:
    """A schema of an object that has these keys and no others; those that need not be there begin with ``_``."""
    return {
        "type": "object",
        "properties": {name.strip("_"): value for name, value in properties.items()},
        "required": [name for name in properties if not name.startswith("_")],
        "additionalProperties": False,
    }


LOCATION = closed(
    physicalLocation=closed(
        artifactLocation=closed(uri=URI, uriBaseId={"type": "string"}),
        region=closed(startLine={"type": "integer", "minimum": 1}),
    )
)
RULE = closed(id={"type": "string"}, shortDescription=TEXT, fullDescription=TEXT, help=TEXT, _helpUri=URI)
RESULT = closed(
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": 0},
    level={"enum": ["none", "note", "warning", "error"]},
    message=TEXT,
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    locations={"type": "array", "items": LOCATION},
)
DRIVER = closed(
    name={"type": "string"},
    semanticVersion={"type": "string"},
    rules={"type": "array", "items": RULE, "uniqueItems": True},
)
RUN = closed(
    tool=closed(driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    originalUriBaseIds={"type": "object", "additionalProperties": closed(description=TEXT)},
    results={"type": "array", "items": RESULT},
)
SARIF = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | closed(
    **{"$schema": URI, "version": {"const": "2.1.0"}, "runs": {"type": "array", "items": RUN}}
)
"""What the schema of SARIF 2.1.0 (section 3 of the standard) says of the parts that are written."""


def test_sarif() -> None:
    whole = json.loads(write("sarif"))
    jsonschema.Draft202012Validator(SARIF).validate(whole)
    [run] = whole["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == ["load", "field"]
    assert rules[0]["shortDescription"]["text"].startswith("Find plugins that cannot be found or loaded")
    assert rules[0]["fullDescription"]["text"].startswith("Users who choose such a plugin get an error")
    assert rules[0]["help"]["text"].startswith("Correct the target")
    hostile, once, twice, nowhere = run["results"]
    assert hostile["message"]["text"].endswith("{{0}} [go\\](https://evil.example); install it")
    assert hostile["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%2Cb%3Ac%25/%C3%BC%20%1B.py"
    assert once["partialFingerprints"] != twice["partialFingerprints"]
    assert once["ruleIndex"] == 0
    assert nowhere["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "docs/conf.py"
    [placeless] = json.loads(write("sarif", report(finding(file=None))))["runs"][0]["results"]
    assert placeless["locations"] == []


def test_sarif_has_rules_that_nobody_asked_for(install: Install) -> None:
    """A rule that fails gives a finding of the rule "config", and one of others may say nothing of itself."""
    install("mute", {"sphinxext.plugins.rules": {"mute": "mute:rule"}}, {"mute.py": "def rule(check): return []"})
    made = report(finding(rule=ProblemKind.CONFIG), rules=("mute", "gone"))
    rules = json.loads(write("sarif", made))["runs"][0]["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == ["mute", "gone", "config"]
    assert rules[0]["help"] == rules[1]["help"] | {"text": "mute"} == {"text": "mute"}


def test_sarif_links_to_the_documentation_where_that_is_public(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = importlib.metadata.metadata("sphinxext-plugins").get_all("Project-URL") or []
    assert ("helpUri" in write("sarif")) is any(each.lower().startswith("documentation,") for each in said)
    info = tmp_path / "sphinxext_plugins-9.0.dist-info"
    info.mkdir()
    url = "Project-URL: Documentation, https://docs.example/latest/"
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: sphinxext-plugins\nVersion: 9.0\n{url}\n")
    monkeypatch.syspath_prepend(tmp_path)
    driver = json.loads(write("sarif"))["runs"][0]["tool"]["driver"]
    assert driver["semanticVersion"] == "9.0"
    page = "https://docs.example/latest/reference/rules.html"
    assert driver["rules"][0]["helpUri"] == f"{page}#plugin-sphinxext.plugins.rules-load"


@pytest.mark.parametrize("rule", checks.RULES.built_in)
def test_each_rule_says_what_why_and_what_helps(rule: str) -> None:
    summary, reason, remedy = checks.documentation(rule)
    assert summary.startswith("Find ")
    assert rule not in {summary, reason, remedy}
    assert not re.search("[`:]{2}", summary + reason + remedy)


# Fingerprints, and baselines.


def test_fingerprints_stay_where_lines_move() -> None:
    first = finding("differs in line 3, and lines 4, 5 and 6")
    place = Location(file="a/b.py", line=30)
    moved = msgspec.structs.replace(finding("differs in line 7, and lines 8, 9 and 10"), place=place)
    assert first.fingerprint == moved.fingerprint
    others = [finding(), finding(rule=ProblemKind.FIELD), finding(file="b.py"), finding(number=1), finding("x")]
    assert len({each.fingerprint for each in others}) == len(others)
    assert (
        finding().fingerprint == "858dc7ef9c1808d0d852091d0974034a65fafbe13d107bb7ad1e02c43c773959"
    )  # in each version


def test_a_baseline_leaves_out_what_it_has() -> None:
    known = baseline.written(BAD, (), None)
    assert baseline.read(baseline.to_json(known)) == known
    assert baseline.to_json(known) == baseline.to_json(baseline.written(BAD, known, None))
    assert b'"line"' not in baseline.to_json(known)
    assert baseline.compared(BAD, known, None) == msgspec.structs.replace(BAD, findings=(), known=4)
    once = msgspec.structs.replace(BAD, findings=(*BAD.findings, finding("twice", number=2)))
    assert baseline.compared(once, known, None).findings == (finding("twice", number=2),)


def test_a_baseline_says_what_was_not_found() -> None:
    known = baseline.written(BAD, (), None)
    fixed = report(*BAD.findings[:2])
    assert [each.message for each in baseline.compared(fixed, known, None).gone] == ["ns:x nowhere", "ns:x twice"]
    assert [each.message for each in baseline.compared(fixed, known, {"ns"}).gone] == ["ns:x nowhere", "ns:x twice"]
    assert baseline.compared(fixed, known, {"other"}).gone == ()
    other = report(rules=("field",))
    assert baseline.compared(other, known, None).gone == ()
    assert baseline.written(other, known, None) == known  # it did not look for them
    assert baseline.written(report(), known, None) == ()


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"version": 2, "findings": []}', '{"version": 1, "findings": [{"rule": "load"}]}']
)
def test_a_baseline_that_is_none(content: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        baseline.read(content.encode())
