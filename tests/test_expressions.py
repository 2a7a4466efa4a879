"""What may stand in expressions, and what they come to of real objects."""

from __future__ import annotations

import ast
import contextlib
import time
from functools import cached_property
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.evaluation import EvaluationError, Evaluator, LackingError
from sphinxext.plugins.core.expressions import FUNCTIONS, ExpressionError, check, names_of_target, tree
from sphinxext.plugins.core.model import Plugin
from sphinxext.plugins.introspect.live.process import Environment
from tests.test_introspect import interpreter, loading


class Meta(type):
    def names(cls) -> list[str]:
        return [cls.__name__]


class Reader(metaclass=Meta):
    """Reads."""

    nothing = None
    title = "CSV"
    meta = {"name": "csv", "x y": 1, "items": 2}  # noqa: RUF012
    versions = ("1", "2")
    number = 5
    text = str

    def __init__(self) -> None:
        self.own = "own"

    def get(self, *given: object, **named: object) -> object:
        return [*given, named]

    @property
    def of_instance(self) -> str:
        return self.own

    @cached_property
    def cached(self) -> str:
        return self.own

    @classmethod
    def of_class(cls) -> str:
        return cls.title


def result(describer: str, target: object = Reader) -> object:
    return Evaluator(limits, {"target": target, "name": "csv"}).result(tree(describer, limits))


@pytest.mark.parametrize(
    ("describer", "expected"),
    {
        "attr:title": "CSV",
        "attr:meta[x y]": 1,
        "attr:meta.items": 2,
        "attr:of_instance": "own",
        "attr:cached": "own",
        "call:of_class": "CSV",
        "call:names": ["Reader"],
        "expr: target.nothing['x'] or name": "csv",
        "call:get": [{}],
        "expr:target.get(1, b=2)": [1, {"b": 2}],
        "expr: target().own": "own",
        'expr: f"{name} {target.title!r:>6} {target.number:0{target.number}d}"': "csv  'CSV' 00005",
        "expr: {v: target().get(v) for v in target.versions if v > '1'}": {"2": ["2", {}]},
        "expr: {len(v) for v in target.versions}": {1},
        "expr: [a + b for a, (b, c) in [('x', ('y', 'z'))]]": ["xy"],
        "expr: [v for v in target.versions][-1:]": ["2"],
        "expr: list(reversed(target.versions)) + list(enumerate(target.versions))": ["2", "1", (0, "1"), (1, "2")],
        "expr: dict(zip(target.versions, range(2)), x=3)": {"1": 0, "2": 1, "x": 3},
        "expr: sorted(target.versions, key=int, reverse=True)": ["2", "1"],
        "expr: sum(int(v) for v in target.versions) + max(1, 2) + min([3, 4])": 8,
        "expr: 1 < target.number <= 5 and target.title not in target.versions": True,
        "expr: -target.number ** 2 // 2 % 7 | 8": 9,
        "expr: target.no or target.title": "CSV",
        "expr: 'a' if target.no else 'b'": "b",
        "expr: [not target.no, target.no]": [True, None],
        "expr: target.title.lower().split('s')": ["c", "v"],
        "expr: '%s-%03d' % (name, 7)": "csv-007",
        "expr: any(v == '2' for v in target.versions) and bool(float('0.5'))": True,
        "expr: tuple(str(v) for v in set(target.versions) & {'1'})": ("1",),
    }.items(),
)
def test_comes_to(describer: str, expected: object) -> None:
    assert result(describer) == expected


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_are_there(function: str) -> None:
    argument = {"float": "'1'", "int": "'1'", "range": "1", "dict": "zip([1], [2])"}.get(function, "[1]")
    made = eval(f"{function}({argument})")
    made = list(made) if function in {"enumerate", "range", "reversed", "zip"} else made
    assert result(f"expr: {function}({argument})") == made


@pytest.mark.parametrize(
    "describer",
    [
        "attr:no",
        "attr:title.no",
        "attr:meta[no]",
        "attr:versions[2]",
        "attr:nothing[no]",
        "call:no",
        "expr: f'{target.no}'",
        "expr: target.no.more()",
        "expr: len(target.meta['no'])",
        "expr: target.no and 1",
        "expr: {target.no: 1}",
    ],
)
def test_lacks(describer: str) -> None:
    with pytest.raises(LackingError):
        result(describer)


@pytest.mark.parametrize(
    ("text", "says"),
    {
        "lambda: 1": "lambda: 1 is not allowed: no lambda may be in it",
        "(x := target)": ":=",
        "await target.x": "await",
        "[(yield)]": "yield",
        "[*target.x]": "no * may",
        "target(*name)": "no * may",
        "dict(**target.x)": "no **",
        "{**target.x}": "no **",
        "[x async for x in target]": "async",
        "import os": "no expression of Python: invalid syntax at character 1",
        "target.x; name": "no expression of Python",
        "x = 1": "no expression of Python",
        "": "no expression of Python",
        "  target.x..y": "invalid syntax at character 12",
        "target._x": "target._x is not allowed: _x is private",
        "target.__class__": "__class__ is private",
        "target.x._\N{FULLWIDTH LATIN SMALL LETTER X}": "_x is private",
        "target(_x=1)": "_x is private",
        "[_ for _ in target.x]": "_ is private",
        "f'{target._x}'": "_x is private",
        "f'{name:{target._x}}'": "_x is private",
        "'{0._x}'.format(target)": "format of a text",
        "f'{name}'.format_map(target)": "format_map of a text",
        "(x for x in target.x).gi_frame": "gi_frame leads out",
        "target.f_globals": "f_globals leads out",
        "[0 for target.x in [1]]": "a loop binds names only",
        "[0 for target in [1]]": "target stands for something else",
        "[len for len in [1]]": "len stands for something else",
        "len": "len may only be called",
        "[len][0]": "len may only be called",
        "str.format": "str may only be called",
        "getattr(target, 'x')": "there is no getattr, but target, name, all, any",
        "[x for x in x]": "there is no x",
        "[x for x in target] + [x]": "there is no x",
        "target @ name": "no @ may",
        "1j": "1j is not allowed",
        "...": "... is not allowed",
        "9" * 3000: "more than 2000 characters",
        "-" * 1900 + "1": "it ",
        "+".join(["1"] * 200): "nests more than 100 deep",
        "(" * 300 + "1" + ")" * 300: "no expression of Python",
        "lambda: " + "-" * 900 + "1": "no lambda may be in it",
    }.items(),
    ids=range(42),
)
def test_is_refused(text: str, says: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        check(text, limits)
    assert says in str(refused.value)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    "text",
    [
        "range(10**12)",
        "[i for i in range(10**12)]",
        "'x' * 10**10",
        "[1] * 10**10",
        "9**9**9",
        "1 << 10**12",
        "f'{1:1000000000}'",
        "f'{1:.{10**9}f}'",
        "'%1000000000d' % 1",
        "'%*d' % (10**9, 1)",
        "sum([[1] * 900] * 900, [])",
        "'a'.replace('', 'b' * 10**5).replace('', 'b' * 10**5)",
        "('a' * 10**5).join('b' * 10**5)",
        "str([[['x' * 1000] * 1000] * 1000] * 1000)",
        "[[[['x'] * 999] * 999] * 999] * 999 == 1",
        "sorted([[['x'] * 999] * 999] * 999)",
        "{((('x',) * 999,) * 999,) * 999}",
        "len(set(['x' * 10**5] * 10**5))",
        "[[c,c,c,c,c,c,c,c,c] for c in [[b,b,b,b,b,b,b,b,b] for b in [[a] * 999 for a in ['x']]]] * 999 == 1",
    ],
)
def test_is_bounded(text: str) -> None:
    began = time.process_time()
    with pytest.raises((EvaluationError, ExpressionError)):
        result(f"expr: {text}")
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "text",
    [
        "target.title.format(target)",
        "target.title.format",
        "[target.title.format][0]",
        "target.text.format",
        "target.text.format('{0.__class__}', target)",
        "target.title.encode()",
        "target.number.to_bytes(9, 'big')",
        "target.meta.clear()",
        "target.title.ljust(9)",
        "target.versions.index",
        "target.title.format_map(target.meta)",
    ],
)
def test_method_of_data_is_refused(text: str) -> None:
    with pytest.raises(EvaluationError, match="no method that may be called"):
        result(f"expr: {text}")


def test_names_of_the_target() -> None:
    assert names_of_target("expr: target.a.b + target().c(name) + [x.d for x in target.e]", limits) == ["a.b", "c", "e"]
    assert names_of_target("attr:meta[x y].z", limits) == ["meta.x y.z"]
    assert names_of_target("attr:rows[0].z", limits) == ["rows"]
    assert names_of_target("expr: target.a[name].z", limits) == ["a"]
    assert names_of_target("call:", limits) == []


class OfLibrary:
    """Asks what is in the standard library of each Python."""

    def missing(self, plugin: Plugin) -> tuple[str, ...]:
        return () if plugin.answers else ("expr: [v for v in (f'{name}{target.item_separator}', target.no)][0:1]",)

    def is_file(self, plugin: Plugin) -> bool:
        del plugin
        return False

    def cache_key(self, plugin: Plugin) -> object:
        return plugin.name


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.11", "3.14"])
def test_each_python_works_them_out(version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    plugin = Plugin(namespace="ns", name="csv", target="json:JSONEncoder")
    [found] = loading(Environment(timeout=30, python=python)).introspect([plugin], OfLibrary())
    assert [(answer.value, answer.error) for answer in found.plugin.answers] == [(["csv, "], None)]


class Anything:
    """Has each attribute and key, and can be called and gone through."""

    def __getattr__(self, name: str) -> Anything:
        return self

    def __getitem__(self, key: object) -> Anything:
        return self

    def __call__(self, *_: object, **__: object) -> Anything:
        return self

    def __iter__(self) -> Any:  # noqa: ANN401
        return iter([self])


class Recording(Evaluator):
    """Notes what is asked for."""

    def attribute(self, owner: object, name: str) -> object:
        assert not name.startswith("_")
        found = super().attribute(owner, name)
        assert not isinstance(owner, str)
        return found

    def method(self, owner: object, name: str, arguments: Any, keywords: Any) -> object:  # noqa: ANN401
        assert not name.startswith("_")
        assert not any(keyword.startswith("_") for keyword in keywords)
        return super().method(owner, name, arguments, keywords)


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    forms = (
        *("{0}.{2}", "{0}.{2}({1})", "{0}({2}={1})", "{0}[{1}]", "[{0} for {2} in {1}]", "{{{0}: {1} for {2} in {1}}}"),
        *("f'{{{0}}}'", 'f"{{{0}:{{{1}}}}}"', "{0} if {1} else {0}", "({0} or {1})", "({2} := {0})", "(lambda: {0})"),
        *("[*{0}]", "{{**{0}}}", "(await {0})", "({0} for {2} in {1})", "{0} % {1}", "[{0}, {1}]", "{0} == {1}"),
        *("{0}; {1}", "import {2}", "{2} = {0}", "len({0})", "str({0})", "({0}).{2}", "not {0}", "getattr({0}, '{2}')"),
    )
    names = st.sampled_from(["x", "_x", "__class__", "format", "format_map", "gi_frame", "f_globals", "join", "_"])
    return st.builds(lambda form, *parts: form.format(*parts), st.sampled_from(forms), inner, inner, names)


@settings(max_examples=400, deadline=None)
@given(
    st.recursive(st.sampled_from(["target", "name", "1", "'{0.__class__}'", "x", "None", "str"]), larger, max_leaves=8)
)
def test_nothing_that_is_allowed_is_private_or_a_statement(text: str) -> None:
    try:
        node = check(text, limits)
    except ExpressionError:
        return
    for part in ast.walk(node):
        assert not isinstance(part, ast.stmt | ast.Lambda | ast.NamedExpr | ast.Await | ast.Yield | ast.Starred)
        for name in (getattr(part, field, None) for field in ("attr", "id", "arg")):
            assert not (isinstance(name, str) and name.startswith("_"))
    with contextlib.suppress(LackingError, TypeError, ValueError, LookupError, AttributeError):
        Recording(limits, {"target": Anything(), "name": "csv"}).result(node)
