from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sphinxext.plugins.core.text import (
    clean_line,
    escape_cell,
    escape_json,
    escape_markdown,
    text_of,
    without_marks,
)

ACTING = [
    "\x1b[31m", "\x1b]0;title\x07", "\x9b2J", "\x00", "\r", "\x7f", "\u202e", "\u2066", "\u2028", "\U000e0041"
]  # fmt: skip


@pytest.mark.parametrize("text", ACTING)
def test_what_acts_is_written_out(text: str) -> None:
    for shown in (escape_cell(f"a{text}b"), clean_line(f"a{text}b"), escape_markdown(f"a{text}b")):
        assert text[0] not in shown
        assert shown.isprintable()
    assert json.loads(escape_json(json.dumps(text, ensure_ascii=False))) == text
    assert text[0] not in escape_json(json.dumps(text, ensure_ascii=False))


@given(st.text())
def test_nothing_visible_is_a_control_character(text: str) -> None:
    assert not {unicodedata.category(character) for character in escape_cell(text)} & {"Cc", "Cs", "Zl", "Zp"}


@given(st.text(), st.booleans())
def test_json_stands_for_the_same(text: str, only_ascii: bool) -> None:  # noqa: FBT001
    written = escape_json(json.dumps({text: text}, ensure_ascii=False), only_ascii=only_ascii)
    assert json.loads(written) == {text: text}
    assert written.isascii() or not only_ascii


def test_what_is_shown_stays() -> None:
    assert escape_cell("日本語 naïve 👩‍🔬 \\x1b") == "日本語 naïve 👩‍🔬 \\x1b"


MARKUP = st.text("\\`*_{}[]()#!|<>&~$@^=:-+.1 ahtps:/w\n\"'")

HOSTILE = [
    "<script>alert(1)</script>", "[a](javascript:alert(1))", "![](http://x/y.png)", "<!--", "&lt;b&gt;", "`a`", "**b**",
    "a | b", "==a==", "# a", "a\n\n# b", "http://example.org", "www.example.org", "~~a~~", "\\", "\\|", "[^1]", "<http://a>",
]  # fmt: skip


@given(MARKUP | st.sampled_from(HOSTILE))
def test_markdown_shows_a_text_and_nothing_else(text: str) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    shown = escape_markdown(text)
    [table] = [
        token
        for token in parser.parse(f"| a | b |\n| --- | --- |\n| {shown} | c |\n")
        if token.type == "inline" and token.map == [2, 3]
    ][:1]
    assert {child.type for child in table.children or ()} <= {"text", "text_special"}
    assert "".join(child.content for child in table.children or ()) == " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_has_no_untrusted_markup(text: str) -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(
        f"## {escape_markdown(text)}\n\n- **{escape_markdown(text)}**: x\n"
    )
    assert {tag.strip("/") for tag in html.split("<") for tag in [tag.partition(">")[0]] if tag.strip()} <= {
        "h2", "ul", "li", "strong",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("a", "a"),
        (True, "yes"),
        (["a", 1, False], "a, 1, no"),
        (["a", None, "b"], "a, b"),
        ([["a", "b"], "c", {"d": 1}], "(a, b), c, (d: 1)"),
        ({"a": "é", "b": [1, 2], "c": None, "d": {"e": True}}, "a: é; b: 1, 2; c; d: (e: yes)"),
        (1.5, "1.5"),
    ],
)
def test_value_as_text(value: object, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Read a :class:`~a.b.File`, **quick** ``*x*``.", "Read a File, quick *x*."),
        ("See `the docs <https://example.org/>`_, `a`_ and :meth:`!b`.", "See the docs, a and b."),
        ("*args and **kwargs, *really*", "*args and **kwargs, really"),
        ("a * b * c, 2**3**4, a `b, ``c", "a * b * c, 2**3**4, a `b, ``c"),
    ],
)
def test_text_without_marks(text: str, shown: str) -> None:
    assert without_marks(text) == shown
