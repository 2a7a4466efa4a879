from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.plugins.core import cleaning
from sphinxext.plugins.core.model import Description, Docstring, Introspection, Kind, Plugin, Problem, ProblemKind
from sphinxext.plugins.introspect.live import worker


def plugin(namespace: str = "ns", name: str = "name", target: str = "m:a") -> Plugin:
    return Plugin(namespace=namespace, name=name, target=target)


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("One line", "One line"),
        ("A sentence. Another.", "A sentence."),
        ("A sentence\nover two lines. Another.", "A sentence over two lines."),
        ("A paragraph\nthat is no sentence\n\nAnother.", "A paragraph that is no sentence"),
        ("Is it so? Yes.", "Is it so?"),
        ("Reads (e.g. CSV) files, i.e. tables. More.", "Reads (e.g. CSV) files, i.e. tables."),
        ("Version 2.0 of it. More.", "Version 2.0 of it."),
        ("See ``a. B`` there. More.", "See ``a. B`` there."),
        ('Says "no." Then stops.', 'Says "no."'),
        ("Written by J. Smith. More.", "Written by J. Smith."),
        ("==========\nA heading\n==========\n\nText.", "A heading"),
        ("A heading\n---------\nText.", "A heading"),
        ("Fields follow\n:param x: y", "Fields follow"),
        (":class:`x` is not a field. More.", ":class:`x` is not a field."),
        (":param x: only a field", ""),
        ("読み込む。書き込む。", "読み込む。"),
        ("", ""),
    ],
)
def test_summary_is_the_first_sentence_or_paragraph(text: str, summary: str) -> None:
    assert Docstring(text=text).summary == summary


@pytest.mark.parametrize(
    ("namespace", "name", "anchor"),
    [
        ("sahara.cluster.plugins", "vanilla", "plugin-sahara.cluster.plugins-vanilla"),
        ("console_scripts", "pytest-cov", "plugin-console_scripts-pytest-cov"),
        ("a-b", "c", "plugin-a-U2D-b-c"),
        ("a", "b-c", "plugin-a-b-c"),
        ("ns", "two words", "plugin-ns-two-U20-words"),
        ("ns", "日", "plugin-ns--U65E5-"),
        ("a", "U2D-b-c", "plugin-a--U55-2D-b-c"),
    ],
)
def test_anchor_is_readable(namespace: str, name: str, anchor: str) -> None:
    assert plugin(namespace, name).anchor == anchor


# Few characters, and those that an anchor is put together from: strangers to each other never clash.
names = st.text("ab-_.:/ U2D Fé日", max_size=8)


@given(names, names, names, names)
def test_anchors_of_different_plugins_differ(a: str, b: str, c: str, d: str) -> None:
    assert (plugin(a, b).anchor == plugin(c, d).anchor) == ((a, b) == (c, d))


@given(st.text(), st.text())
def test_anchor_is_an_id_everywhere(namespace: str, name: str) -> None:
    anchor = plugin(namespace, name).anchor
    assert anchor.isascii()
    assert anchor.replace("-", "").replace(".", "").replace("_", "").isalnum()


def test_target_is_taken_apart() -> None:
    assert (plugin(target="a.b:c.d").module, plugin(target="a.b:c.d").attributes) == ("a.b", ("c", "d"))
    assert (plugin(target="a.b").module, plugin(target="a.b").attributes) == ("a.b", ())


def test_problem_says_what_and_the_remedy() -> None:
    problem = Problem(kind=ProblemKind.LOAD, message="cannot be loaded", remedy="mend it", plugin="ns:a")
    assert problem.text == "ns:a cannot be loaded; mend it"
    assert Problem(kind=ProblemKind.SOURCE, message="it is broken", remedy="mend it").text == "it is broken; mend it"


def test_the_worker_describes_all_that_a_description_has() -> None:
    answer = worker.describe(worker.describe, None, "", str)
    assert tuple(answer["description"]) == Description.__struct_fields__
    description = msgspec.convert(answer["description"], Description)
    assert description.kind is Kind.FUNCTION
    assert description.docstring is not None
    assert description.docstring.text == answer["written"]


def test_a_plugin_has_the_description_of_its_target() -> None:
    before = msgspec.structs.replace(plugin(), signature="(old)", loaded=True)
    description = Description(kind=Kind.CLASS, deprecated="")
    described = before.described(description, Introspection.STATIC, extras=("x",))
    assert (described.kind, described.deprecated, described.signature) == (Kind.CLASS, "", None)
    assert (described.introspection, described.extras, described.loaded) == (Introspection.STATIC, ("x",), True)
    assert Description(signature="(own)").completed(described) == Description(
        kind=Kind.CLASS, deprecated="", signature="(own)"
    )


def test_every_text_of_a_description_is_cleaned() -> None:
    texts = [field.name for field in msgspec.structs.fields(Description) if field.type == str | None]
    assert "signature" in texts
    odd = msgspec.structs.replace(plugin(), **dict.fromkeys(texts, "a\x1bb"))
    assert {getattr(cleaning.introspected(odd), name) for name in texts} == {"a\\x1bb"}


def test_what_introspection_finds_stands_between_the_entry_point_and_what_is_asked() -> None:
    keys = Plugin.keys()
    assert sorted(keys) == sorted(Plugin.__struct_fields__)
    assert (keys[0], keys[-1]) == ("namespace", "problems")
    start = keys.index("loaded") + 1
    assert keys[start : keys.index("answers")] == Description.__struct_fields__
