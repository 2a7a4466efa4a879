from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinxext.plugins import settings as options
from sphinxext.plugins.core.model import ProblemKind
from sphinxext.plugins.core.namespaces import NamespaceOptions
from sphinxext.plugins.core.types import FieldSettings

if TYPE_CHECKING:
    from pathlib import Path

DOC = FieldSettings(describers=("doc",))
DEFAULTS = {field.name: options.default(field) for field in msgspec.structs.fields(options.Options)}


def test_defaults_are_valid() -> None:
    assert options.from_config(DEFAULTS) == (options.Options(), [])


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("introspection", "guess", "'auto', 'static' or 'import'"),
        ("introspection", None, "'auto', 'static' or 'import'"),
        ("import_timeout", 0, "a number above 0"),
        ("import_timeout", "30", "a number above 0"),
        ("environment", "PATH", "a list of names and globs of variables"),
        ("environment", ["A", "B=C"], "a list of names and globs of variables"),
    ],
)
def test_invalid_value_is_a_problem_and_the_default_stays(name: str, value: object, expected: str) -> None:
    made, [problem] = options.from_config({**DEFAULTS, name: value})
    assert getattr(made, name) == DEFAULTS[name]
    assert problem.kind is ProblemKind.CONFIG
    assert f"plugins_{name} = {value!r}" in problem.message
    assert expected in problem.remedy


@settings(max_examples=60)
@given(
    st.one_of(
        st.sampled_from(
            [math.inf, -math.inf, math.nan, -1, 0, -0.0, 86_401, 1e300, 10**400, 10**5000, True, None, "inf"]
        ),
        st.floats(max_value=0),
        st.floats(min_value=86_400, exclude_min=True),
        st.integers(min_value=86_401),
    )
)
def test_no_time_lasts_for_ever(value: object) -> None:
    made, [problem] = options.from_config({**DEFAULTS, "import_timeout": value})
    assert made.import_timeout == 30
    assert problem.kind is ProblemKind.CONFIG
    assert "a number above 0, up to 86400" in problem.remedy
    assert "plugins_import_timeout = " in problem.message


@given(st.floats(min_value=0, exclude_min=True, max_value=86_400))
def test_any_time_up_to_a_day_is_one(value: float) -> None:
    made, problems = options.from_config({**DEFAULTS, "import_timeout": value})
    assert (made.import_timeout, problems) == (value, [])


def test_every_setting_says_what_it_is_for() -> None:
    for field in msgspec.structs.fields(options.Options):
        assert options.description(field).endswith(".")
        assert options.expected(field)


WRONG: dict[str, tuple[dict[object, object], list[str]]] = {
    "key": (
        {"ns": {"titel": "x"}},
        ["plugins_namespaces['ns']['titel'] = 'x'", "title, fields", "(the nearest: title)"],
    ),
    "title": ({"ns": {"title": 3}}, ["plugins_namespaces['ns']['title'] = 3", "give it a text"]),
    "columns": ({"ns": {"columns": "name"}}, ["['columns'] = 'name'", "a list of names of fields"]),
    "fields": ({"ns": {"fields": ["doc"]}}, ["['ns']['fields'] = ['doc']", "a dictionary with a describer"]),
    "settings": ({"ns": "Readers"}, ["plugins_namespaces['ns'] = 'Readers'", "a dictionary"]),
    "namespace": ({1: {}}, ["plugins_namespaces[1] = {}", "the name of a namespace or a glob"]),
    "no text": ({"ns": {"fields": {"x": 1}}}, ["['fields']['x'] = 1", "doc, doc:summary, doc:module"]),
    "scheme": ({"ns": {"fields": {"x": "atr:a"}}}, ["['ns']['fields']['x'] = 'atr:a'", "(the nearest: attr:a)"]),
    "one of several": ({"ns": {"fields": {"x": ["doc", "call f"]}}}, ["['x'] = 'call f'", "call:NAME"]),
    "capital": ({"ns": {"fields": {"x": "Dist: Name"}}}, ["= 'Dist: Name'", "(the nearest: dist:Name)"]),
    "expression": (
        {"ns": {"fields": {"x": ["doc", "expr: target.__class__"]}}},
        ["['x'] = 'expr: target.__class__' is not valid; give it another expression, for target.__class__ is not "],
    ),
    "no expression": (
        {"ns": {"fields": {"x": "expr: target.x if"}}},
        ["give it another expression, for it is no expression of Python: "],
    ),
    "scheme of an expression": ({"ns": {"fields": {"x": "exp: target.x"}}}, ["(the nearest: expr:target.x)"]),
    "key in brackets": ({"ns": {"fields": {"x": "attr:meta[]"}}}, ["'attr:meta[]' is not valid; give it one of doc"]),
    "part": ({"ns": {"fields": {"x": "entry:modul"}}}, ["(the nearest: entry:module)"]),
    "twice": ({"ns": {"fields": {"y": "doc", "Y": "doc:summary"}}}, ["['Y'] = 'doc:summary'", "no other field has"]),
}
GOOD: dict[object, object] = {"good": {"title": "Good", "fields": {"Name": ["attr:name", "doc"]}, "columns": ["name"]}}


@pytest.mark.parametrize(("given", "told"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_of_a_namespace_loses_only_itself(given: dict[object, object], told: list[str]) -> None:
    made, [problem] = options.from_config({**DEFAULTS, "namespaces": {**given, **GOOD}})
    assert problem.kind is ProblemKind.CONFIG
    for text in told:
        assert text in problem.text
    assert made.of_namespace("good") == NamespaceOptions(
        title="Good", fields={"Name": FieldSettings(describers=("attr:name", "doc"))}, columns=("name",)
    )


def test_of_a_namespace_the_rest_stays() -> None:
    fields: dict[object, object] = {"First": "doc", "x": "atr:x", 4: "doc", "y": 3, "Last": ["doc:summary"]}
    given = {"ns": {"title": "Kept", "titel": "x", "columns": 1, "fields": fields, "select": "{name}"}}
    made, problems = options.from_config({**DEFAULTS, "namespaces": given})
    assert len(problems) == 5
    assert made.namespaces["ns"] == NamespaceOptions(
        title="Kept",
        select="{name}",
        fields={
            "First": FieldSettings(describers=("doc",)),
            "x": FieldSettings(),
            "y": FieldSettings(),
            "Last": FieldSettings(describers=("doc:summary",)),
        },
    )


def test_a_wrong_field_keeps_its_name_and_place_and_has_no_value() -> None:
    fields = {"a": "doc", "b": "atr:x", "c": "doc"}
    made, _ = options.from_config({**DEFAULTS, "namespaces": {"ns": {"fields": fields}}})
    assert made.of_namespace("ns").fields == {"a": DOC, "b": FieldSettings(), "c": DOC}


def test_fields_of_globs_are_one_however_they_are_written() -> None:
    given = {"n*": {"fields": {"level": "doc", "Last": "doc"}}, "ns": {"fields": {"Level": "attr:level"}}}
    made, problems = options.from_config({**DEFAULTS, "namespaces": given})
    assert problems == []
    assert list(made.of_namespace("ns").fields.items()) == [
        ("Level", FieldSettings(describers=("attr:level",))),
        ("Last", DOC),
    ]


def test_the_line_in_conf_py(tmp_path: Path) -> None:
    conf = tmp_path / "conf.py"
    conf.write_text(
        "plugins_introspection = 'x'\n"
        "plugins_namespaces = {}\n"
        "def setup(app):\n    plugins_namespaces = {'ns': 1}\n"
        "if True:\n    plugins_namespaces = {\n        'ns': dict(\n            title=3,\n"
        "            fields={\n                'x': [\n                    'doc',\n                    'atr:x',\n"
        "                ],\n            },\n        ),\n    }\n"
        "plugins_namespaces['other'] = {\n    'titel': 'x'}\n"
    )
    given = {"ns": {"title": 3, "fields": {"x": ["doc", "atr:x"]}}, "other": {"titel": "x"}}
    _, problems = options.from_config({**DEFAULTS, "introspection": "x", "namespaces": given}, conf)
    lines = [(problem.location.file, problem.location.line) for problem in problems if problem.location]
    assert lines == [(str(conf), line) for line in (1, 8, 12, 18)]
    _, problems = options.from_config({**DEFAULTS, "introspection": "x"}, tmp_path / "nowhere.py")
    assert [problem.location for problem in problems] == [None]
