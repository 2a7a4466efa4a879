"""What a check found, in the forms that services and editors read.

All of it is data there: what plugins say of themselves is cleaned, and escaped as each form asks.
"""

from __future__ import annotations

import importlib.metadata
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote
from xml.etree import ElementTree as ET

from sphinxext.plugins import checks
from sphinxext.plugins.core import limits
from sphinxext.plugins.core.model import Location
from sphinxext.plugins.core.text import anchor, clean_line, cut
from sphinxext.plugins.formats.json import encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sphinxext.plugins.checks.findings import Finding, Report
    from sphinxext.plugins.core.structs import Json

_TOOL = "sphinx-plugins"
_DISTRIBUTION = "sphinxext-plugins"
_PAGE = "reference/rules.html"
"""Where the rules are documented, below the address of the documentation."""


class Writer(NamedTuple):
    """A form of a report."""

    write: Callable[[Report], str]
    is_json: bool = False
    """Whether any character of it can be written in ASCII."""


def to_json(report: Report) -> str:
    """Write all that is known of each finding, for programs.

    .. code-block:: json

       {"findings": [{"rule": "load", "message": "sluice.reader:arrow cannot be loaded",
                      "remedy": "install what it needs", "plugin": "sluice.reader:arrow",
                      "file": "sluice/pyproject.toml", "line": 12, "fingerprint": "5f2c"}],
        "rules": ["load"], "namespaces": 1, "plugins": 7,
        "baseline": {"known": 0, "gone": []}}
    """
    whole = {
        "findings": [_finding(each) for each in report.findings],
        "rules": list(report.rules),
        "namespaces": report.namespaces,
        "plugins": report.plugins,
        "baseline": {"known": report.known, "gone": [each.message for each in report.gone]},
    }
    return encoded(whole).decode()


def _finding(finding: Finding) -> dict[str, Json]:
    return {
        "rule": finding.rule,
        "message": finding.message,
        "remedy": finding.remedy,
        "plugin": finding.problem.plugin,
        "file": finding.place.file if finding.place else None,
        "line": finding.place.line if finding.place else None,
        "fingerprint": finding.fingerprint,
    }


def to_github(report: Report) -> str:
    """Write a workflow command for each finding, which GitHub shows as an annotation of its line."""
    return "".join(f"{_command(each, _level(each, report))}\n" for each in report.findings)


def _level(finding: Finding, report: Report) -> str:
    """Return what GitHub and SARIF call a finding that fails the check, and another one."""
    return "error" if report.fails(finding) else "warning"


def _command(finding: Finding, level: str) -> str:
    """Write a command as `GitHub`_ reads it: in its properties, colons and commas have a meaning.

    .. _GitHub: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
    """
    place = finding.place
    properties = {"title": clean_line(f"{_TOOL} ({finding.rule})")}
    if place is not None:
        properties |= {"file": clean_line(place.file), "line": str(place.line or 1)}
    said = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    where = f"{place.file}:{place.line or 1}: " if place else ""
    text = f"{clean_line(where + finding.rule)} {finding.message}\n  = help: {finding.remedy}"
    return f"::{level} {said}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    return "".join(f"%{ord(each):02X}" if each in f"%\r\n{more}" else each for each in text)


def to_gitlab(report: Report) -> str:
    """Write a `report of code quality`_ for GitLab, in which each finding must have a file.

    .. _report of code quality: https://docs.gitlab.com/ci/testing/code_quality/
    """
    return encoded([_issue(each, report) for each in report.findings]).decode()


def _issue(finding: Finding, report: Report) -> dict[str, Json]:
    place = finding.place or report.otherwise or Location(file=".", line=1)
    return {
        "description": f"{finding.message}; {finding.remedy}",
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": "major" if report.fails(finding) else "minor",
        "location": {"path": place.file, "lines": {"begin": place.line or 1}},
    }


def to_sarif(report: Report) -> str:
    """Write the `Static Analysis Results Interchange Format`_ 2.1.0, which code scanning reads.

    .. _Static Analysis Results Interchange Format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    rules = list(dict.fromkeys([*report.rules, *(each.rule for each in report.findings)]))
    driver = {
        "name": _TOOL,
        "semanticVersion": importlib.metadata.version(_DISTRIBUTION),
        "rules": [_rule(each) for each in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the checkout."}}},
        "results": [_result(each, report, rules.index(each.rule)) for each in report.findings],
    }
    return encoded({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}).decode()


_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def _rule(name: str) -> dict[str, Json]:
    said, address = checks.documentation(name), _address(name)
    return {
        "id": name,
        "shortDescription": _text(said.summary),
        "fullDescription": _text(said.reason),
        "help": _text(said.remedy),
        **({"helpUri": address} if address else {}),
    }


def _text(text: str) -> Json:
    """Write a text without placeholders, which have braces, and links, ``[text](address)``."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "\\](")}


def _address(rule: str) -> str | None:
    """Return where a rule is documented; None where our own metadata does not say, or it is another distribution's."""
    written = importlib.metadata.metadata(_DISTRIBUTION).get_all("Project-URL") or ()
    labelled = {label.strip().lower(): url.strip() for label, _, url in (each.partition(",") for each in written)}
    base = labelled.get("documentation")
    is_own = rule in checks.RULES.built_in
    return f"{base.rstrip('/')}/{_PAGE}#{anchor(checks.RULES.group, rule)}" if base and is_own else None


def _result(finding: Finding, report: Report, index: int) -> dict[str, Json]:
    place = finding.place or report.otherwise
    artifact = {"uri": quote(place.file), "uriBaseId": "%SRCROOT%"} if place else {}
    region = {"startLine": place.line or 1} if place else {}
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _level(finding, report),
        "message": _text(f"{finding.message}; {finding.remedy}"),
        "partialFingerprints": {"sphinxPlugins/v1": finding.fingerprint},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}] if place else [],
    }


def to_junit(report: Report) -> str:
    """Write a test for each finding, which fails as the check does, and one for each rule that found nothing.

    Readers of JUnit's XML take two tests of one class and one name for the same.
    """
    wrong = {each.rule for each in report.findings}
    fine = [rule for rule in report.rules if rule not in wrong]
    failures = sum(map(report.fails, report.findings))
    counts = {"tests": str(len(report.findings) + len(fine)), "failures": str(failures), "errors": "0"}
    root = ET.Element("testsuites", counts, name=_TOOL)
    suite = ET.SubElement(root, "testsuite", counts, name=f"{_TOOL} check", skipped="0", time="0")
    for finding, name in _named(report.findings):
        place = {"file": clean_line(finding.place.file), "line": str(finding.place.line or 1)} if finding.place else {}
        case = ET.SubElement(suite, "testcase", _class(finding.rule), name=name, time="0", **place)
        said = {"type": finding.rule, "message": finding.message}
        text = ET.SubElement(case, "failure", said) if report.fails(finding) else ET.SubElement(case, "system-out")
        text.text = "\n".join([*([":".join(place.values())] if place else []), finding.message, finding.remedy])
    for rule in fine:
        ET.SubElement(suite, "testcase", _class(rule), name="finds nothing", time="0")
    ET.indent(root)
    return f"{ET.tostring(root, encoding='us-ascii', xml_declaration=True).decode()}\n"


def _class(rule: str) -> dict[str, str]:
    return {"classname": f"{_TOOL}.{clean_line(rule)}"}


def _named(findings: tuple[Finding, ...]) -> Iterator[tuple[Finding, str]]:
    """Name tests after what is wrong, those of one rule each differently."""
    names: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        name = cut(finding.message, limits.LONGEST_MESSAGE)
        names[finding.rule, name] += 1
        count = names[finding.rule, name]
        yield finding, name if count == 1 else f"{name} ({count})"


WRITERS: Mapping[str, Writer] = {
    "github": Writer(to_github),
    "json": Writer(to_json, is_json=True),
    "sarif": Writer(to_sarif, is_json=True),
    "junit": Writer(to_junit),
    "gitlab": Writer(to_gitlab, is_json=True),
}
"""All forms but the text for people, which is the command's business."""
