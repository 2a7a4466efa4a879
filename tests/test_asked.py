"""What the texts of pages ask for, before they are read."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.plugins.checks.asked import dedicated, directives, of_page, shown
from sphinxext.plugins.core.shown import Shown

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.config import Config

    from tests.conftest import Install, Project

RST = "restructuredtext"
MARKDOWN = "markdown"

OWN = {
    "at the end": (RST, "Text.\n\n.. plugin:: a:b", {"a:b": 3}),
    "with a line end": (RST, ".. plugin:: a:b\n", {"a:b": 1}),
    "of Windows": (RST, "x\r\n\r\n.. plugin:: a:b\r\n   :class: c\r\n", {"a:b": 3}),
    "in capitals, with spaces": (RST, "..  Plugin ::  a:b  c\n", {"a:b c": 1}),
    "argument in the next line": (RST, ".. plugin::\n   a:b\n", {"a:b": 1}),
    "no index": (RST, ".. plugin:: a:b\n   :class: x\n   :no-index:\n", {}),
    "no index, at the end": (RST, ".. plugin:: a:b\n   :no-index:", {}),
    "twice": (RST, ".. plugin:: a:b\n\n.. plugin:: a:b\n.. plugin:: a:c\n", {"a:b": 1, "a:c": 4}),
    "as registered": (RST, ".. plugin:: my'ns:<b>", {r"my\x27ns:\x3cb>": 1}),
    "indented": (RST, "::\n\n   .. plugin:: a:b\n", {}),
    "another directive": (RST, ".. plugin:plugin:: a:b\n.. plugin-catalog:: a:b\n.. plugins:: a:b\n", {}),
    "fence": (MARKDOWN, "# T\n\n```{plugin} a:b\n```\n", {"a:b": 3}),
    "fence at the end": (MARKDOWN, "~~~{plugin} a:b", {"a:b": 1}),
    "colons": (MARKDOWN, "::: {plugin} a:b\n:class: x\n:::\n", {"a:b": 1}),
    "fence without index": (MARKDOWN, "```{plugin} a:b\n:no-index:\n```\n", {}),
    "YAML": (MARKDOWN, "```{plugin} a:b\n---\nclass: x\nno-index: true\n---\n```\n", {}),
    "prose that looks like an option": (MARKDOWN, "```{plugin} a:b\n\ntext\n```\n", {"a:b": 1}),
    "eval-rst": (MARKDOWN, "# T\n\n```{eval-rst}\n\n.. plugin:: a:b\n   :class: x\n```\n", {"a:b": 5}),
    "example": (MARKDOWN, "````md\n```{plugin} a:b\n```\n````\n\n```rst\n.. plugin:: a:b\n```\n", {}),
    "behind a role": (MARKDOWN, "{doc}`x`\n\n```{plugin} a:b\n```\n", {"a:b": 3}),
    "behind JSON": (MARKDOWN, "{}\n\n```{plugin} a:b\n```\n", {"a:b": 3}),
    "behind an example": (MARKDOWN, "```\nx\n```\n```{plugin} a:b\n```\n", {"a:b": 4}),
    "Markdown of MyST-NB": ("myst-nb", "```{plugin} a:b\n```\n", {"a:b": 1}),
    "reStructuredText of another parser": ("mine", "T\n=\n\n.. plugin:: a:b\n", {"a:b": 4}),
}


@pytest.mark.parametrize(("form", "text", "expected"), OWN.values(), ids=OWN)
def test_own(form: str, text: str, expected: dict[str, int]) -> None:
    assert dedicated(directives(text, form)) == expected


def notebook(*cells: dict[str, object]) -> str:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def test_own_in_notebooks() -> None:
    text = notebook(
        {"cell_type": "code", "source": ["```{plugin} a:no\n", "```"]},
        {"cell_type": "markdown", "source": ["# Title\n", "\n", "```{plugin} a:b\n", "```\n", "```{plugin} a:c"]},
        {"cell_type": "markdown", "source": "~~~{plugin} a:d\n~~~"},
        {"cell_type": "raw", "source": [".. plugin:: a:e"]},
        {"cell_type": "raw"},
    )
    assert list(dedicated(directives(text.replace('{\n   "cell_type": "raw"\n  }', "{}"), "myst-nb"))) == [
        "a:e",
        "a:d",
        "a:c",
        "a:b",
    ]
    lines = text.splitlines()
    for identity, line in dedicated(directives(text, "myst-nb")).items():
        assert identity in lines[line - 1]


@given(st.text(alphabet='{}[]":,`~: .\n-plugin', max_size=60), st.sampled_from([RST, MARKDOWN, "myst-nb"]))
def test_no_text_is_too_odd(text: str, form: str) -> None:
    assert isinstance(shown(directives(text, form)), set)


def test_namespaces() -> None:
    text = (
        ".. list-plugins:: a.b\n   :detailed:\n\n.. list-plugins::\n\n   c\n\n"
        ".. plugin-catalog:: d e.*\n   :introspection: static\n\n.. plugin:: f:x\n\n.. list-plugins:: g*\n"
    )
    static = {Shown("d", "static"), Shown("e.*", "static"), Shown("d e.*", "static")}
    assert shown(directives(text, RST)) == {Shown("a.b"), Shown("c"), *static, Shown("f"), Shown("g[*]")}


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (RST, ".. plugin-namespace:: a.[b]\n   :parts: about\n\n   Prose.\n\n.. plugin-namespaces:: c d.*\n"),
        (MARKDOWN, "```{plugin-namespace} a.[b]\n```\n\n```{plugin-namespaces} c d.*\n:exclude: x\n```\n"),
    ],
)
def test_pages_of_namespaces_show_interfaces(form: str, text: str) -> None:
    found = {(each.namespaces, each.interface) for each in shown(directives(text, form))}
    assert found == {("a.[[]b]", True), ("c d.*", True), ("c", True), ("d.*", True)}


NESTED = {
    "in a directive": (RST, "Text.\n\n.. only:: html\n\n   .. list-plugins:: a\n"),
    "two deep": (RST, ".. note::\n\n   * x\n\n     .. list-plugins:: a\n        :detailed:\n"),
    "in a quote": (RST, "Text:\n\n   .. list-plugins:: a\n"),
    "in a directive of Markdown": (MARKDOWN, "::::{note}\n:class: x\n\n```{list-plugins} a\n```\n::::\n"),
    "in eval-rst": (MARKDOWN, "```{eval-rst}\n.. note::\n\n   .. list-plugins:: a\n```\n"),
}
EXAMPLES = {
    "literal block": (RST, "Text::\n\n   .. list-plugins:: a\n"),
    "code": (RST, ".. note::\n\n   .. code-block:: rst\n      :linenos:\n\n      .. list-plugins:: a\n"),
    "comment": (RST, "..\n   .. list-plugins:: a\n"),
    "another comment": (RST, ".. not now\n\n   .. list-plugins:: a\n"),
    "code in Markdown": (MARKDOWN, "````{code-block} md\n```{list-plugins} a\n```\n````\n"),
    "fence": (MARKDOWN, "````md\n```{list-plugins} a\n```\n````\n"),
}


@pytest.mark.parametrize(("form", "text"), NESTED.values(), ids=NESTED)
def test_what_is_nested_is_going_to_be_shown(form: str, text: str) -> None:
    assert shown(directives(text, form)) == {Shown("a")}
    assert dedicated(directives(text.replace("list-plugins", "plugin").replace(" a\n", " a:b\n"), form)) == {}


@pytest.mark.parametrize(("form", "text"), EXAMPLES.values(), ids=EXAMPLES)
def test_what_is_an_example_is_not(form: str, text: str) -> None:
    assert shown(directives(text, form)) == set()


def test_what_is_included_is_going_to_be_shown(tmp_path: Path) -> None:
    config = cast("Config", SimpleNamespace(source_suffix={".rst": RST}, source_encoding="utf-8"))
    (tmp_path / "a").mkdir()
    page = tmp_path / "a" / "page.rst"
    page.write_text(".. include:: part.txt\n.. include:: /part.txt\n.. include:: part.txt\n   :code: rst\n")
    (tmp_path / "a" / "part.txt").write_text(".. plugin:: a:b\n\n.. include:: page.rst\n\n.. include:: nowhere.txt\n")
    (tmp_path / "part.txt").write_text(".. list-plugins:: c\n")
    found = of_page(page, config, tmp_path)
    assert (shown(found), dedicated(found)) == ({Shown("a"), Shown("c")}, {})


def test_a_page_without_a_last_line_end_is_for_its_plugin(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:A", "b": "m:A"}}, {"m.py": "class A:\n    '''Of A.'''\n"})
    pages = {
        "index.rst": "Top\n===\n\n.. toctree::\n\n   a\n   b\n\n.. plugin-catalog:: ns\n",
        "a.rst": "A\n=\n\n.. plugin:: ns:a",
        "b.md": "# B\n\n```{eval-rst}\n.. plugin:: ns:b\n```",
    }
    app = project.build(pages, extensions=["sphinxext.plugins", "myst_parser"], builder="text")
    assert project.warnings == []
    assert app.env.domaindata["plugin"]["dedicated"] == {"a": {"ns:a": 4}, "b": {"ns:b": 4}}
    assert (app.outdir / "index.txt").read_text().count("Of A.") == 2  # in the summary alone
