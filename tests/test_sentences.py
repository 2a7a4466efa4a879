from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from docutils import nodes

from sphinxext.plugins.core.text import summary

if TYPE_CHECKING:
    from tests.conftest import Install, Project

CASES = {
    "plain": ("Reads a. It is good.", "Reads a."),
    "lines": ("Reads\nfiles. It is good.", "Reads files."),
    "literal block": ("Run it like this::\n\n    b --now", "Run it like this:"),
    "literal block after a space": ("Run it ::\n\n    b --now", "Run it"),
    "nothing but a literal block": ("::\n\n    b --now\n\nThen.", "Then."),
    "strong": ("**Careful! Experimental.** It may change.", "Careful! Experimental."),
    "emphasis": ("*Quick. Simple.* Nice.", "Quick. Simple."),
    "emphasis within": ("The *first. One* is. So.", "The first. One is."),
    "literal": ("See ``a. B`` there. More.", "See a. B there."),
    "role": ("See :emphasis:`a. B` there. More.", "See a. B there."),
    "link": ("See `a. B <https://good.example/>`_ there. More.", "See a. B there."),
    "multiplication": ("It costs 5 * 3. And 4 * 2.", "It costs 5 * 3."),
    "target first": (".. _label-of-f:\n\nReads f.", "Reads f."),
    "comment first": (".. No. Not this.\n   Nor this.\n\nReads f.", "Reads f."),
    "note first": (".. note:: Slow.\n\nReads g.", "Reads g."),
    "quotation first": ("    Quoted.\n\nReads g.", "Reads g."),
    "heading": ("Reader\n======\n\nReads.", "Reader"),
    "fields": (":param x: The first thing\n    that continues here.", ""),
    "fields in a paragraph": ("Fields follow\n:param x: y", "Fields follow"),
    "text behind fields": (":param x: The first\n    thing.\n\nReads.", "Reads."),
    "google": ("Args:\n    x: The first.", ""),
    "numpy": ("Parameters\n----------\nx : int\n    The first.", ""),
    "et al.": ("Sampler by Mackey et al. (2013) for chains. Yes.", "Sampler by Mackey et al. (2013) for chains."),
    "i.e.": ("Reads tables, i.e. CSV. More.", "Reads tables, i.e. CSV."),
    "U.S.": ("The U.S. Census. More.", "The U.S. Census."),
    "figure": ("As in Fig. 3. More.", "As in Fig. 3."),
    "initials": ("By J. R. Smith. More.", "By J. R. Smith."),
    "year": ("1986. A great year\nfor all.", "1986. A great year for all."),
    "capital letter of another language": ("Liest. Ändert nichts.", "Liest."),
    "small letter of another language": ("Liest z. ändert.", "Liest z. ändert."),
    "japanese": ("読み込む。書き込む。", "読み込む。"),
    "numbered list": ("1. First step\n2. Second step", ""),
    "lettered list": ("(a) First step\n(b) Second step", ""),
    "bullets": ("- one\n- two", ""),
    "bullets and text": ("- one\n- two\n\nText.", "Text."),
    "options": ("-x  An option.\n\nText.", "Text."),
    "doctest": (">>> 1. + 1.\n2.\n\nText.", "Text."),
    "doctest with output": (">>> a\n(1, 2). So\n\nText.", "Text."),
    "markup behind a sentence": ("Does this. ``that`` is not.", "Does this."),
    "emphasis behind a sentence": ("Does this. *that* is not.", "Does this."),
    "lines of a poem": ("| One.\n| Two.", ""),
    "table": ("=====  =====\nA. B   C\n=====  =====\n\nText.", "Text."),
    "grid": ("+---+\n| a |\n+---+\n\nText.", "Text."),
    "transition": ("Text\n\n----\n\nMore.", "Text"),
    "nothing": ("", ""),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_summary_of_text(text: str, expected: str) -> None:
    found = summary(text).replace("``", "").replace("*" if "*" not in expected else "\0", "")
    assert found.replace(":emphasis:`", "").replace("`", "").replace(" <https://good.example/>_", "") == expected


def test_summary_of_what_is_parsed_has_the_same_words(install: Install, project: Project) -> None:
    names = {name: f"m:P{number}" for number, name in enumerate(CASES)}
    source = "".join(f"class P{number}:\n    {chr(10) + text!r}\n" for number, (text, _) in enumerate(CASES.values()))
    install("one", {"ns": names}, {"m.py": source})
    page = "Top\n===\n\n.. plugin-catalog:: ns\n   :view: table\n   :columns: name, summary\n"
    extensions = ["sphinxext.plugins", "sphinx.ext.napoleon"]
    app = project.build(page, extensions=extensions, plugins_trusted=["one"], smartquotes=False)
    assert project.warnings == []
    rows = [row.astext().split("\n\n") for row in app.env.get_doctree("index").findall(nodes.row)]
    shown = {name: " ".join((*rest, "")[0].split()) for name, *rest in rows[1:]}
    assert shown == {name: expected for name, (_, expected) in CASES.items()}
