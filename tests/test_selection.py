"""Which plugins are shown, in which order and groups, and in which columns: by themselves, without pages."""

from __future__ import annotations

from typing import Any

import pytest

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.fields import filled
from sphinxext.plugins.core.model import (
    Distribution,
    Docstring,
    Field,
    Inherited,
    Introspection,
    Namespace,
    Plugin,
    Problem,
    ProblemKind,
)
from sphinxext.plugins.core.selection import (
    Selection,
    columns,
    is_facet,
    is_ordered,
    is_selected,
    mistakes,
    of_options,
    row,
    select,
    unfitting,
)
from sphinxext.plugins.core.types import FieldSettings, natural_order
from sphinxext.plugins.settings import NamespaceOptions, Options

CONFIGURED = Options(
    namespaces={
        "ns": NamespaceOptions(
            fields={
                "Tags": FieldSettings(describers=("attr:tags",)),
                "Since": FieldSettings(describers=("attr:since",)),
            }
        )
    }
)


def plugin(name: str, distribution: str = "", **given: Any) -> Plugin:  # noqa: ANN401  # any value of a field
    """Make a plugin; what no attribute is called is a field of the configuration."""
    attributes = {key: given.pop(key) for key in list(given) if key in Plugin.__struct_fields__}
    fields = tuple(Field(name=key, describer="attr:x", value=value) for key, value in given.items())
    owner = Distribution(name=distribution) if distribution else None
    return Plugin(namespace="ns", name=name, target="m:a", distribution=owner, fields=fields, **attributes)


def names(groups: list[tuple[str | None, list[Plugin]]]) -> list[tuple[str | None, list[str]]]:
    return [(title, [each.name for each in plugins]) for title, plugins in groups]


PLUGINS = [plugin("csv", "One-Dist"), plugin("CSV", "two"), plugin("tsv", "one.dist"), plugin("json")]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), ["csv", "CSV", "tsv", "json"]),
        (Selection(include=["csv"]), ["csv"]),
        (Selection(include=["?sv", "json"]), ["csv", "tsv", "json"]),
        (Selection(exclude=["c*", "nothing"]), ["CSV", "tsv", "json"]),
        (Selection(include=["*sv"], exclude=["t*"]), ["csv"]),
        (Selection(distribution=["one_dist"]), ["csv", "tsv"]),
        (Selection(distribution=["ONE*", "two"]), ["csv", "CSV", "tsv"]),
        (Selection(include=["json", "csv"], distribution=["one-dist"]), ["csv"]),
        (Selection(distribution=["*"]), ["csv", "CSV", "tsv", "json"]),
    ],
)
def test_what_is_selected(selection: Selection, expected: list[str]) -> None:
    assert names(select(PLUGINS, selection, CONFIGURED)) == [(None, expected)]
    assert [each.name for each in PLUGINS if is_selected(each, selection)] == expected


def test_globs_that_fit_nothing() -> None:
    selection = Selection(include=["csv", "cvs"], exclude=["x*", "j*"], distribution=["One.Dist", "three"])
    known = ["CSV", "csv", "json", "tsv"]
    assert unfitting(PLUGINS, selection) == [
        ("include", "cvs", known),
        ("exclude", "x*", known),
        ("distribution", "three", ["One-Dist", "one.dist", "two"]),
    ]


SINCE = [plugin("a", Since="2.10"), plugin("b", Since="2.9"), plugin("c"), plugin("d", Since=""), plugin("e", Since=0)]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("Since", "ebacd"), ("since", "ebacd"), ("-Since", "abecd"), ("name", "abcde"), ("-name", "edcba")],
)
def test_order(sort: str, expected: str) -> None:
    assert names(select(SINCE, Selection(sort=sort), CONFIGURED)) == [(None, list(expected))]


def test_the_order_of_what_is_equal_stays() -> None:
    same = [plugin(name, Since="1") for name in "cab"]
    for sort in ("Since", "-Since"):
        assert names(select(same, Selection(sort=sort), CONFIGURED)) == [(None, ["c", "a", "b"])]


@pytest.mark.parametrize(
    "ascending",
    [
        ["1", "1.2", "1.9", "1.10", "2", "10", "a", "a1", "a2", "a10", "B"],
        ["", "0", "007", "8", "x"],
        ["٣", "4", "1" * 5_000],  # a digit of another script
    ],
)
def test_natural_order(ascending: list[str]) -> None:
    given = ascending[::-1]
    given.sort(key=natural_order)
    assert given == ascending


def test_natural_order_takes_no_account_of_capitals() -> None:
    assert natural_order("Beta 2") == natural_order("beta 02") != natural_order("beta 20")


TAGGED = [
    plugin("a", Tags=["x", "y", None, "x"]),
    plugin("b", Tags=[]),
    plugin("c", Tags="y"),
    plugin("d", Tags=["v10", "v9"]),
    plugin("e", Tags=True),
    plugin("f"),
]


@pytest.mark.parametrize(
    ("selection", "titles"),
    [
        (Selection(group_by="Tags"), ["Tags: yes", "v9", "v10", "x", "y"]),
        (Selection(group_by="-Tags"), ["y", "x", "v10", "v9", "Tags: yes"]),
        (Selection(group_by="Tags", group_order=["Y", "yes"]), ["y", "Tags: yes", "v9", "v10", "x"]),
        (Selection(group_by="-Tags", group_order=["v9", "no"]), ["v9", "y", "x", "v10", "Tags: yes"]),
        (Selection(group_by="Tags", words=("ja", "nein")), ["Tags: ja", "v9", "v10", "x", "y"]),
    ],
)
def test_groups(selection: Selection, titles: list[str]) -> None:
    groups = names(select(TAGGED, selection, CONFIGURED))
    assert [title for title, _ in groups] == [*titles, None]
    assert dict(groups)["x"] == ["a"]
    assert dict(groups)["y"] == ["a", "c"]
    assert dict(groups)[None] == ["b", "f"]


def test_there_is_no_group_of_others_where_there_are_none() -> None:
    assert names(select(TAGGED[:1], Selection(group_by="Tags"), CONFIGURED)) == [("x", ["a"]), ("y", ["a"])]


def test_a_plugin_is_in_a_bounded_number_of_groups() -> None:
    many = plugin("a", Tags=[f"t{number}" for number in range(limits.MOST_GROUPS + 5)])
    assert len(select([many], Selection(group_by="Tags"), CONFIGURED)) == limits.MOST_GROUPS


@pytest.mark.parametrize(
    ("order", "expected"), [(["x"], True), (["X", "other"], True), (["other"], False), (["yes"], True), ([], False)]
)
def test_whether_an_order_says_something(*, order: list[str], expected: bool) -> None:
    titles = ["x", "Tags: yes", None]
    assert is_ordered(titles, Selection(group_by="Tags", group_order=order)) is expected


def of(*plugins: Plugin) -> tuple[list[Namespace], list[Plugin]]:
    return [Namespace(name="ns", plugins=plugins)], list(plugins)


DOCUMENTED = Docstring(text="Reads.")


@pytest.mark.parametrize(
    ("plugins", "expected"),
    [
        ([plugin("a")], ["name"]),
        ([plugin("a"), plugin("b", docstring=DOCUMENTED)], ["name", "summary"]),
        ([plugin("a", "one"), plugin("b", "one")], ["name"]),
        ([plugin("a", "one"), plugin("b", "two")], ["name", "distribution"]),
        ([plugin("a", Since="1")], ["name", "Since"]),
        ([plugin("a", Since="")], ["name"]),
        ([plugin("a", Since="1", Tags=["x"])], ["name", "Tags", "Since"]),
    ],
)
def test_columns_that_have_something_in_them(plugins: list[Plugin], expected: list[str]) -> None:
    assert columns(*of(*plugins), CONFIGURED) == expected
    without = [name for name in expected if name != "Since"]
    assert columns(*of(*plugins), CONFIGURED, without="Since") == without


def test_columns_that_are_asked_for() -> None:
    asked = NamespaceOptions(
        fields={"Since": FieldSettings(describers=("attr:since",))}, columns=("since", "NAME", "nothing", "Since")
    )
    assert columns(*of(plugin("a")), Options(namespaces={"ns": asked})) == ["Since", "name"]
    wrong = NamespaceOptions(columns=("nothing",))
    assert columns(*of(plugin("a")), Options(namespaces={"ns": wrong})) == ["name"]


FAILED: dict[str, Any] = {
    "introspection": Introspection.METADATA,
    "problems": (Problem(kind=ProblemKind.LOAD, message="it fails", remedy="mend it"),),
}
UNKNOWN = Problem(kind=ProblemKind.FIELD, message="it is not told", remedy="x", details={"field": "Since"})


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (plugin("a", docstring=DOCUMENTED, Since="1"), ["a", "Reads.", "1"]),
        (plugin("a", deprecated=""), ["a (deprecated)", "", ""]),
        (plugin("a", **FAILED), ["a (cannot be loaded)", "", ""]),
        (plugin("a", deprecated="", **FAILED), ["a (deprecated, cannot be loaded)", "", ""]),
        (plugin("a", introspection=Introspection.STATIC, problems=FAILED["problems"]), ["a", "", ""]),
        (plugin("a", problems=(UNKNOWN,)), ["a", "", "not known"]),
        (plugin("a", problems=(UNKNOWN,), Since="1"), ["a", "", "1"]),
    ],
)
def test_a_row(shown: Plugin, expected: list[str]) -> None:
    assert row(shown, ["name", "summary", "Since"], CONFIGURED) == expected


def test_a_name_of_the_configuration_stands_before_the_real_one() -> None:
    options = Options(namespaces={"ns": NamespaceOptions(fields={"Name": FieldSettings(describers=("attr:title",))})})
    assert row(plugin("a", Name="Title"), ["name"], options) == ["Title (a)"]
    assert row(plugin("a", Name=""), ["name"], options) == ["a"]


def test_a_summary_of_a_base_class_says_whose_it_is() -> None:
    child = plugin("a", inherited=Inherited(owner="m.Base", docstring=DOCUMENTED))
    for inherits, expected in ((True, "Reads. (inherited from m.Base)"), (False, "")):
        options = Options(
            inherit_docstrings=inherits,
            namespaces={"ns": NamespaceOptions(fields={"X": FieldSettings(describers=("attr:x",))})},
        )
        assert row(child, ["summary"], options) == [expected]
        assert row(plugin("a", docstring=DOCUMENTED, inherited=child.inherited), ["summary"], options) == ["Reads."]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], False),
        (["a", "a"], False),
        (["a", "b"], False),
        (["a", "a", "b", "b"], True),
        (["a", "a", "b"], False),
        ([["a", "b"], ["a", "b"]], True),
        ([f"v{number // 2}" for number in range(2 * limits.MOST_CHOICES)], True),
        ([f"v{number // 2}" for number in range(2 * limits.MOST_CHOICES + 2)], False),
    ],
)
def test_what_readers_may_choose_by(*, values: list[Any], expected: bool) -> None:
    plugins = [plugin(f"p{number}", Tags=value) for number, value in enumerate(values)]
    assert is_facet(plugins, "Tags", CONFIGURED) is expected


def test_a_template_is_filled_in() -> None:
    template = "{name}|{namespace}|{distribution}|{version}|{requirement}|{other}"
    assert filled(template, plugin("a"), NamespaceOptions()) == "a|ns||||{other}"
    whole = Distribution(name="one", version="1.0")
    full = Plugin(namespace="ns", name="{version}", target="m:a", extras=("x", "y"), distribution=whole)
    assert filled(template, full, NamespaceOptions()) == "{version}|ns|one|1.0|one[x,y]|{other}"


def test_what_options_of_a_directive_select_and_is_not_there() -> None:
    plugins, gone = [plugin("csv", "one"), plugin("json", "two")], [plugin("xml", "one")]

    def found(**options: str) -> list[tuple[str, str]]:
        return mistakes("plugin-catalog", "ns", of_options(options), plugins, gone)

    assert found() == found(include="c* json", exclude="xml", distribution="one  two") == []
    assert found(exclude="cvs", include="*", class_="x") == [
        (
            "'cvs' in the option :exclude: of plugin-catalog fits no plugin of ns",
            "correct it (the nearest: csv), or drop it; globs are separated by spaces",
        )
    ]
    nothing = "no plugin of ns fits what plugin-catalog selects"
    remedy = "correct the options include, exclude and distribution"
    assert found(include="cvs") == [(nothing, f"{remedy} (the nearest: csv)")]
    assert found(include="xml") == [(nothing, remedy)]
