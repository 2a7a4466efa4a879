"""Tiers: who is behind distributions, as the settings say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from docutils import nodes

from sphinxext.plugins.cli import main
from sphinxext.plugins.core.compare import compare
from sphinxext.plugins.core.model import Catalog, Distribution, Namespace, Plugin, Tier
from sphinxext.plugins.core.tiers import Judge, TierOptions, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Install, Project

FILES = {"m.py": "class A:\n    '''Of A.'''\n"}
TIERS = {
    "official": {"title": "By *us*", "text": "With `each`\nrelease.", "distributions": ["Sahara", "sahara_plugin.*"]},
    "partner": {"distributions": ["river-*", "sahara*"]},
    "community": {"title": "Anybody", "distributions": ["river-lab", "lab?"]},
}
SETTINGS: dict[str, Any] = {"plugins_introspection": "static", "plugins_tiers": TIERS}


@pytest.fixture(autouse=True)
def _installed(install: Install) -> None:
    install("sahara", {"ns": {"own": "m:A"}}, FILES)
    install("sahara-plugin-a", {"ns": {"a": "m:A"}})
    install("river.lab", {"ns": {"b": "m:A"}})
    install("labs", {"ns": {"c": "m:A"}})
    install("other", {"ns": {"d": "m:A"}})


def texts(node: nodes.Element, kind: type[nodes.Element] = nodes.Element, class_: str = "") -> list[str]:
    return [each.astext() for each in node.findall(kind) if not class_ or class_ in each["classes"]]


@pytest.mark.slow
def test_the_first_that_fits_counts_in_each_form(project: Project) -> None:
    page = "Top\n===\n\n.. plugin-catalog:: ns\n   :columns: name{}\n   :view: {}\n"
    titles = {"a": "By *us*", "b": "Partner", "c": "Anybody", "own": "By *us*"}
    for view in ("table", "list", "cards"):
        app = project.build(page.format("", view), **SETTINGS)
        badges = {each["ids"][0]: texts(each, nodes.inline, "sp-tier") for each in _items(app.env.get_doctree("index"))}
        assert badges == {f"plugin-ns-{n}": [titles[n]] if n in titles else [] for n in ("a", "b", "c", "d", "own")}
    details = project.build(page.format(", tier", "full"), **SETTINGS).env.get_doctree("index")
    [table] = details.findall(nodes.table)
    cells = [[cell.astext() for cell in row] for row in table.findall(nodes.row)]
    assert cells == [["Name", "Tier"], *([name, titles.get(name, "")] for name in ("a", "b", "c", "d", "own"))]
    assert texts(table, nodes.inline, "sp-badge") == []  # the column tells it
    assert texts(details, nodes.paragraph, "sp-badges")[:2] == ["By *us*, class", "Partner, class"]
    plain = project.build(page.format("", "list"), plugins_introspection="static").env.get_doctree("index")
    assert texts(plain, nodes.inline, "sp-tier") == []
    matrix = project.build(page.format("", "matrix").replace("   :columns: name\n", ""), **SETTINGS)
    assert texts(matrix.env.get_doctree("index"), nodes.inline, "sp-tier") == []


def _items(document: nodes.document) -> list[nodes.Element]:
    """The elements of plugins, which have the places that links lead to."""
    items = [each for each in document.findall(nodes.Element) if "sp-item" in each["classes"]]
    for item in items:
        item["ids"] = [each for node in item.findall(nodes.Element) for each in node["ids"]]
    return items


def test_groups_are_in_the_order_of_the_settings_with_their_texts(project: Project) -> None:
    page = (
        "Top\n===\n\n.. plugin-catalog:: ns\n   :group-by: {}tier\n   :sort: -tier\n   :view: list\n   :columns: name\n"
    )
    document = project.build(page.format(""), **SETTINGS).env.get_doctree("index")
    assert texts(document, nodes.rubric) == ["By *us*", "Partner", "Anybody", "Others"]
    assert texts(document, nodes.paragraph, "sp-about") == ["With `each`\nrelease."]
    assert _names(document) == ["a", "own", "b", "c", "d"]
    assert project.warnings == []
    project.build(**SETTINGS)
    assert project.read == []
    document = project.build(page.format("-"), **SETTINGS).env.get_doctree("index")
    assert texts(document, nodes.rubric) == ["Anybody", "Partner", "By *us*", "Others"]
    flat = "Top\n===\n\n.. plugin-catalog:: ns\n   :sort: tier\n   :view: list\n"
    document = project.build(flat, **SETTINGS).env.get_doctree("index")
    assert [name.partition(" ")[0] for name in _names(document)] == ["a", "own", "b", "c", "d"]


def _names(document: nodes.document) -> list[str]:
    return texts(document, nodes.inline, "sp-name")


def test_data_and_the_command_have_it(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    app = project.build("Top\n===\n\n.. list-plugins:: ns\n", **SETTINGS)
    distributions = json.loads((app.outdir / "plugins.json").read_text())["distributions"]
    official = {"name": "official", "title": "By *us*", "text": "With `each`\nrelease.", "rank": 1}
    assert {name: each.get("tier") for name, each in distributions.items()} == {
        "sahara": official,
        "sahara-plugin-a": official,
        "river.lab": {"name": "partner", "title": "Partner", "rank": 2},
        "labs": {"name": "community", "title": "Anybody", "rank": 3},
        "other": None,
    }
    assert main(["list", "ns", "--conf", str(project.folder), "--columns", "name,tier", "--sort=-tier"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(maxsplit=1) for line in lines] == [
        *(["Name", "Tier"], ["c", "Anybody"], ["b", "Partner"], ["a", "By *us*"], ["own", "By *us*"], ["d"])
    ]
    assert main(["show", "ns:b", "--conf", str(project.folder)]) == 0
    assert "\nTier           Partner\n" in capsys.readouterr().out
    # What a snapshot says of it is the word of others.
    conf = project.folder / "conf.py"
    conf.write_text(f"plugins_sources = ['snapshot:{app.outdir / 'plugins.json'}']\n")
    assert main(["list", "ns", "--conf", str(project.folder), "--columns", "name,tier", "--include", "b"]) == 0
    assert capsys.readouterr().out.split() == ["Name", "Tier", "b"]


def test_another_tier_is_a_difference_that_is_told() -> None:
    tiers = [Tier(name=name, title=name.title(), rank=1) for name in ("official", "partner")]
    catalogs = [_catalog(Distribution(name="one", tier=tier)) for tier in tiers]
    lines = list(compare(*catalogs).lines(str, "none"))
    assert lines == [("#", "Distributions", ""), ("~", "one", ""), ("", "Tier", ": Official → Partner")]


def _catalog(distribution: Distribution) -> Catalog:
    plugin = Plugin(namespace="ns", name="a", target="m:A", distribution=distribution)
    return Catalog(namespaces=(Namespace(name="ns", plugins=(plugin,)),))


INVALID: dict[str, tuple[dict[object, object], dict[str, TierOptions], str, str]] = {
    "no dictionary": ({"a": ["x"], "b": {"distributions": ["x"]}}, {"b": TierOptions(("x",))}, "['a'] = ['x']", ""),
    "no name": ({1: {"distributions": []}}, {}, "[1] = {'distributions': []}", ""),
    "key": (
        {"a": {"titel": "A", "distributions": ["x"]}},
        {"a": TierOptions(("x",))},
        "['a']['titel'] = 'A'",
        "one of the keys distributions, title, text (the nearest: title)",
    ),
    "no text": (
        {"a": {"title": 1, "text": "All", "distributions": ["x"]}},
        {"a": TierOptions(("x",), text="All")},
        "['a']['title'] = 1",
        "a text",
    ),
    "no list": (
        {"a": {"title": "A", "distributions": "x"}},
        {"a": TierOptions(title="A")},
        "['a']['distributions'] = 'x'",
        "a list of names and globs of distributions",
    ),
    "no distributions": ({"a": {}}, {"a": TierOptions()}, "['a'] = {}", "'distributions', a list"),
}


@pytest.mark.parametrize(("given", "valid", "message", "allowed"), INVALID.values(), ids=INVALID)
def test_what_is_not_valid_is_left_out_and_the_rest_holds(
    given: Mapping[object, object], valid: Mapping[str, TierOptions], message: str, allowed: str
) -> None:
    kept, [(problem, _path)] = read(given)
    assert kept == valid
    assert problem.message == f"plugins_tiers{message} is not valid"
    assert allowed in problem.remedy


def test_each_wrong_part_is_a_warning_at_its_line(project: Project) -> None:
    tiers = {"official": {"titel": "A", "distributions": ["sahara"]}, "partner": 3}
    app = project.build("Top\n===\n\n.. plugin-catalog:: ns\n   :columns: name, tier\n", plugins_tiers=tiers)
    assert [warning.partition(";")[0] for warning in project.warnings] == [
        "conf.py:1: WARNING: plugins_tiers['official']['titel'] = 'A' is not valid",
        "conf.py:1: WARNING: plugins_tiers['partner'] = 3 is not valid",
    ]
    assert "Official" in app.env.get_doctree("index").astext()


def test_a_tier_is_one_line_whatever_is_written() -> None:
    judge = Judge([], {"a": TierOptions(("one",), title="A\n\tb", text="c\x07")}, {})
    plugin = Plugin(namespace="ns", name="a", target="m:A", distribution=Distribution(name="One"))
    judged = judge(plugin).distribution
    assert judged is not None
    assert judged.tier is not None
    assert (judged.tier.title, judged.tier.text) == ("A b", "c\\x07")
