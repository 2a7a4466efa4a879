from __future__ import annotations

import msgspec
import pytest

from sphinxext.plugins import options
from sphinxext.plugins.model import ProblemKind

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
    ],
)
def test_invalid_value_is_a_problem_and_the_default_stays(name: str, value: object, expected: str) -> None:
    made, [problem] = options.from_config({**DEFAULTS, name: value})
    assert getattr(made, name) == DEFAULTS[name]
    assert problem.kind is ProblemKind.CONFIG
    assert f"plugins_{name} = {value!r}" in problem.message
    assert expected in problem.remedy


def test_every_setting_says_what_it_is_for() -> None:
    for field in msgspec.structs.fields(options.Options):
        assert options.description(field).endswith(".")
        assert options.expected(field)


def test_a_misspelt_key_is_named() -> None:
    _, [problem] = options.from_config({**DEFAULTS, "namespaces": {"ns": {"titel": "x"}}})
    assert "is not valid at `$[...]` (unknown field `titel`)" in problem.message
