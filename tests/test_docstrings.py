"""Docstrings that are hostile, broken or somebody else's, in real builds."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sphinx

from sphinxext.plugins.sphinx.docstrings.findings import lines_in_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Install, Project

TEXT = Path(__file__).with_name("hostile").joinpath("docstrings.txt").read_text("utf-8")
_, *PARTS = re.split(r"^######## ([\w-]+): (.*)\n", TEXT, flags=re.MULTILINE)
CORPUS = {
    name: "\n" + re.sub(r"\[U\+([0-9A-F]{4})\]", lambda code: chr(int(code[1], 16)), text)
    for name, text in zip(PARTS[::3], PARTS[2::3], strict=True)
}
"""Hostile docstrings, by what they try."""

EXPECTED = dict(zip(PARTS[::3], PARTS[1::3], strict=True))
"""What is said of each: that something is refused, that it is wrong, or nothing."""

PAGE = """
Top
===

.. |name| replace:: the page's

A |name| word, :ref:`shared`, `default`, [1]_, [#]_ and [CIT2002]_.

.. py:method:: One.twice

.. py:method:: Two.twice

.. _shared:

Shared
------

Text.

.. _page-target:

Target of the page
------------------

.. plugin-catalog:: hostile

End
---

:ref:`shared`, `default`, [2]_, |name| and :ref:`page-target`.

.. [1] One of the page.
.. [2] Two of the page.
.. [#] Three of the page.
.. [CIT2002] The page's book.
"""

EXTENSIONS = ["autodoc", "doctest", "graphviz", "ifconfig", "intersphinx", "mathjax", "napoleon", "todo"]
EXTENSIONS = ["sphinxext.plugins", *(f"sphinx.ext.{name}" for name in EXTENSIONS)]


class Tree(HTMLParser):
    """The elements of a page with their attributes, each with the plugin that it is in."""

    _EMPTY = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str | None, str, dict[str, str]]] = []
        self._open: list[str | None] = []
        self.texts: Counter[str | None] = Counter()
        self.feed(text)
        assert self._open == []

    @property
    def plugin(self) -> str | None:
        return next((name for name in reversed(self._open) if name), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        found = re.fullmatch(r"plugin-hostile-(.+)", given.get("id", ""))
        name = found[1] if found and tag == "section" else None
        self.elements.append((name or self.plugin, tag, given))
        if tag not in self._EMPTY and tag not in {"path", "polyline", "circle", "rect", "line"}:
            self._open.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._EMPTY and tag not in {"path", "polyline", "circle", "rect", "line"}:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.texts[self.plugin] += len(data.strip())


class Built:
    """The corpus in several formats, built from the command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        site, docs = folder / "site", folder / "docs"
        info = site / "hostile-1.0.dist-info"
        info.mkdir(parents=True)
        docs.mkdir()
        urls = 'Home-page: javascript:alert(1)\nProject-URL: Source, HTTPS://good.example/"onclick="x\n'
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: hostile\nVersion: 1.0\n{urls}")
        points = "".join(f"{name} = hostile:P{number}\n" for number, name in enumerate(CORPUS))
        (info / "entry_points.txt").write_text(f"[hostile]\n{points}")
        (site / "hostile.py").write_text(source(CORPUS), encoding="utf-8")
        config = f"import sys; sys.path.insert(0, {str(site)!r})\nextensions = {EXTENSIONS!r}\nproject = 'Host'\n"
        (docs / "conf.py").write_text(
            f"{config}plugins_introspection = 'static'\nplugins_report_untrusted = True\ndefault_role = 'samp'\n"
        )
        (docs / "index.rst").write_text(PAGE)
        self.warnings: dict[str, list[str]] = {}

    def build(self, builder: str) -> Path:
        out = self.folder / builder
        if builder not in self.warnings:
            command = [sys.executable, "-m", "sphinx", "-n", "-N", "-b", builder, str(self.folder / "docs"), str(out)]
            done = subprocess.run(command, check=False, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            self.warnings[builder] = [line.replace(f"{self.folder}/", "") for line in done.stderr.splitlines() if line]
        return out


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return Built(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def page(built: Built) -> str:
    return (built.build("html") / "index.html").read_text("utf-8")


def test_there_are_enough_of_them() -> None:
    assert len(CORPUS) >= 100


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["html", "latex", "text", "man"])
def test_what_is_said_of_each(built: Built, builder: str) -> None:
    built.build(builder)
    said: dict[str, list[str]] = {name: [] for name in CORPUS}
    for warning in built.warnings[builder]:
        found = re.fullmatch(r"site/hostile\.py:\d+: WARNING: hostile:([\w-]+) .*\[plugins\.(\w+)\]", warning)
        assert found, f"a warning of the page: {warning}"
        said[found[1]].append({"docstring": "refused", "untrusted": "wrong"}[found[2]])
    assert {name: " ".join(sorted(set(kinds))) or "fine" for name, kinds in said.items()} == EXPECTED
    assert all(kinds.count("refused") <= 1 for kinds in said.values())


def source(docstrings: dict[str, str]) -> str:
    """A module with a class for each docstring."""
    return "".join(f"class P{number}:\n    {text!r}\n" for number, text in enumerate(docstrings.values()))


OUR_CLASSES = {"sp-plugin", "sp-details", "sp-badges", "sp-badge", "sp-kind", "sp-fields", "sp-name", "sp-source"}


LINK = re.compile(
    r"(?:\w+\.html)?#|https?://(good|evil)\.example/[^\"<>]*$|mailto:|https://(peps|datatracker)\.", re.IGNORECASE
)
"""What untrusted docstrings may link to: the page, and other places; their images are of the second host."""


@pytest.mark.slow
def test_html_is_only_what_the_lists_allow(page: str) -> None:
    tree = Tree(page)
    assert {plugin for plugin, _, _ in tree.elements} == {None, *CORPUS}
    for plugin, tag, attributes in tree.elements:
        if plugin is None:
            continue
        where = f"{plugin}: {tag} {attributes}"
        assert tag not in {"script", "iframe", "object", "embed", "form", "meta", "link", "base", "img", "svg"}, where
        assert not [name for name in attributes if name.startswith("on") or name in {"src", "srcset", "action"}], where
        style = attributes.get("style", "")
        assert not style or (tag == "col" and re.fullmatch(r"width: [\d.]+%", style)), where
        href = attributes.get("href", "#")
        assert re.match(
            r"#|(?:\w+\.html)?#|https?://(good|evil)\.example/[^\"<>]*$|mailto:|https://peps|https://da",
            href,
            re.IGNORECASE,
        ), where
        own = (f"plugin-hostile-{plugin}", f"docstring-hostile-{plugin}-")
        assert not attributes.get("id") or attributes["id"].startswith(own), where
        classes = attributes.get("class", "").split()
        assert {name for name in classes if name.startswith("sp-")} <= OUR_CLASSES, where
    ids = Counter(attributes["id"] for _, _, attributes in tree.elements if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []


def test_links_within_a_page_lead_somewhere(page: str) -> None:
    tree = Tree(page)
    ids = {attributes.get("id") for _, _, attributes in tree.elements}
    links = {
        attributes.get("href", "#")[1:] for _, _, attributes in tree.elements if attributes.get("href", "")[:1] == "#"
    }
    assert links - {""} <= ids


def test_the_page_is_its_own(page: str) -> None:
    head, _, body = page.partition("<body")
    assert "<title>Top" in head
    assert "http-equiv" not in head
    assert "Stolen" not in head
    assert body.count("<p>A the page\u2019s word, ") == body.count(", the page\u2019s and ") == 1
    assert len(re.findall(r'href="#page-target"><span class="std std-ref">', body)) == 1
    assert len(re.findall(r'href="#shared"><span class="std std-ref">Shared</span>', body)) == 2 + 2 + 2
    assert body.count('<code class="samp docutils literal notranslate"><span class="pre">default</span></code>') == 2
    for text in ("One of the page.", "Two of the page.", "Three of the page.", "The page\u2019s book."):
        assert body.count(text) == 1
    assert body.count('<section id="shared">') == 1


def test_every_name_once(built: Built) -> None:
    text = (built.build("text") / "index.txt").read_text("utf-8")
    lines = Counter(text.splitlines())
    # A heading, and nothing else that would be taken for one.
    assert [name for name in CORPUS if lines[name] != 1] == []
    data = json.loads((built.build("html") / "plugins.json").read_text("utf-8"))
    assert [plugin["name"] for plugin in data["namespaces"]["hostile"]["plugins"]] == sorted(CORPUS)


def test_what_is_refused_is_shown_as_it_is_written(page: str) -> None:
    for text in (
        '<script>alert("raw-html")</script>',
        ".. include:: /etc/passwd",
        ".. literalinclude:: /etc/passwd",
        ":file: /etc/passwd",
        "the passwords",
        r"\input{/etc/passwd}",
        ".. plugin-catalog:: *",
    ):
        assert text in unescape(re.sub(r"</?span[^>]*>", "", page))
    assert "root:" not in page


@pytest.mark.slow
@pytest.mark.skipif(sphinx.version_info < (8, 1, 3), reason="its boxes are no LaTeX that compiles")
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_latex_makes_a_document_of_it(built: Built) -> None:
    [file] = built.build("latex").glob("*.tex")
    for _ in range(2):
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", file.name]
        made = subprocess.run(command, cwd=file.parent, check=False, capture_output=True)
        assert made.returncode == 0, made.stdout.decode("utf-8", "replace")[-2000:]
    assert "undefined references" not in file.with_suffix(".log").read_text("utf-8", "replace")


@pytest.mark.slow
def test_untrusted_doctests_are_not_run(built: Built) -> None:
    out = built.build("doctest")
    assert "0 tests" in (out / "output.txt").read_text()


BEYOND_MEASURE = {
    "1 MB": "x y\n" * 250_000,
    "a word": "w" * 200_000,
    "a line": "a " * 900,
    "starts": "*a " * 300 + "\n" + "`b " * 300 + "\n" + "|c " * 300,
    "cells": f"{'= ' * 400}\n{('a ' * 400 + chr(10)) * 30}{'= ' * 400}\n",
    "wide": f"{'=' * 900}  =\na{' ' * 901}b\n{'=' * 900}  =\n",
    "grown": f".. |a| replace:: {'x' * 900}\n\n{('|a| ' * 200 + chr(10)) * 20}",
    "anonymous": "a__ " * 200 + "\n\n" + "__ b\n" * 4_000,
    "footnotes": ".. [#] a\n" * 3_000,
    "bullets": "- a\n" * 7_000,
    "braces": f".. math:: {'{' * 900}",
    "abbreviations": "e.g. A i.e. B\n" * 2_000,
    "napoleon": "Args:\n    a (" + "(" * 900 + "): x",
    "deep": "\n".join(" " * level + "- x" for level in range(200)),
}
"""Docstrings that docutils, a builder or a reader would need far too long for."""


MADE = {"index.html", "index.txt", "projectnamenotset.tex"}


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["html", "latex", "text"])
def test_there_is_a_measure(install: Install, project: Project, builder: str) -> None:
    plugins = {name: f"m:P{number}" for number, name in enumerate(BEYOND_MEASURE)}
    install("one", {"ns": plugins}, {"m.py": source(BEYOND_MEASURE)})
    extensions = ["sphinxext.plugins", "sphinx.ext.napoleon"]
    start = time.process_time()
    app = project.build("Top\n===\n\n.. plugin-catalog:: ns\n", builder=builder, extensions=extensions)
    assert time.process_time() - start < 12  # it takes 4 s
    warned = [re.search(r"WARNING: ns:(\w+) (.*)\[plugins\.docstring\]$", line) for line in project.warnings]
    # Which take longer than they may, the machine decides.
    names = [found and found[1] for found in warned if not (found and "take" in found[2])]
    assert names == ["braces"]
    [file] = [path for path in app.outdir.iterdir() if path.name in MADE]
    assert file.stat().st_size < 2_000_000
    assert max(map(len, file.read_text("utf-8").splitlines())) < 50_000


SOURCE = '''
class A:
    """Says so.

    .. raw:: html

       <b>raw</b>

    Get :download:`it <x>`.

    .. include:: x
    """


class B:
    """Broken **markup, and ``more."""
'''
REFUSED = (
    "m.py:5: WARNING: ns:a uses in its docstring what only trusted ones may: directive raw, role download, "
    "directive include; name the distribution that the text stands in (one, if it is its own) in plugins_trusted if "
    "you trust it, or suppress this warning; "
    "until then it is shown as it stands [plugins.docstring]"
)


@pytest.fixture
def said(install: Install, project: Project) -> Callable[..., list[str]]:
    install("one", {"ns": {"a": "m:A", "b": "m:B"}}, {"m.py": SOURCE})

    def build(**config: object) -> list[str]:
        project.build("Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n", **config)  # type: ignore[arg-type]  # settings
        return [warning.rpartition("/site/")[2] for warning in project.warnings]

    return build


def test_what_is_refused_is_said_once_where_it_stands(said: Callable[..., list[str]]) -> None:
    assert said() == [REFUSED]
    assert said(suppress_warnings=["plugins.docstring"]) == []


def test_broken_untrusted_markup_is_a_warning_on_request(said: Callable[..., list[str]]) -> None:
    refused, *broken = said(plugins_report_untrusted=True)
    assert refused == REFUSED
    assert len(broken) == 2
    assert all("m.py:16: WARNING: ns:b has markup in its docstring that is not right" in line for line in broken)
    assert all(line.endswith("[plugins.untrusted]") for line in broken)
    assert said(plugins_report_untrusted=True, suppress_warnings=["plugins.untrusted"]) == [REFUSED]


def test_what_reads_files_cannot_be_allowed(said: Callable[..., list[str]], project: Project) -> None:
    (project.folder / "x").write_text("What is in a file.")
    names = ["include", "raw"]
    [warning] = said(plugins_docstring_directives=names, plugins_docstring_roles=["download"])
    assert "may: directive raw, directive include;" in warning
    page = (project.folder / "_build" / "html" / "index.html").read_text()
    assert "What is in a file." not in page
    assert "<b>raw</b>" not in page


def test_directives_and_roles_can_be_allowed(install: Install, project: Project) -> None:
    text = "One.\n\n.. centered:: In the middle\n\nAn :index:`entry`.\n"
    install("one", {"ns": {"a": "m"}}, {"m.py": repr(text)})
    project.build("Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n")
    assert "may: directive centered, role index;" in project.warnings[0]
    app = project.build(plugins_docstring_directives=["centered"], plugins_docstring_roles=["index"])
    assert project.warnings == []
    assert project.read == ["index"]
    assert "<strong>In the middle</strong>" in (app.outdir / "index.html").read_text()


def test_a_literal_block_that_is_no_code_has_no_errors(install: Install, project: Project) -> None:
    block = "    $ run 'it &\n"
    text = f"One.\n\nUse::\n\n{block}\n.. code-block:: json\n\n{block}"
    install("one", {"ns": {"a": "m:f"}}, {"m.py": f"def f(): ...\nf.__doc__ = {text!r}\n"})
    app = project.build("Top\n===\n\n.. plugin-catalog:: ns\n")
    assert project.warnings == []
    first, second = re.findall("(?s)<pre>.*?</pre>", (app.outdir / "index.html").read_text())[:2]
    assert 'class="err"' not in first
    assert 'class="err"' in second  # shown in the language that it says it is in


FILE = [
    "class A(",
    "    B",
    "):",
    '    """Reads *a*.',
    "",
    "    Args:",
    "        x (int): The first.",
    '    """',
    "x = 1",
]


WRITTEN = "Reads *a*.\n\nArgs:\n    x (int): The first.\n"


@pytest.mark.parametrize(
    ("lines", "numbers"),
    [
        (["Reads *a*.", "", "Args:", "    x (int): The first."], [4, 5, 6, 7]),
        (["Reads *a*.", "", ":param x: The first.", ":type x: int", ""], [4, 5, 7, 7, 7]),
        (["Not there.", "Reads *a*.", "Made of it.", "x (int): The first."], [4, 4, 5, 7]),
    ],
    ids=["as it stands", "with fields", "changed"],
)
def test_each_line_has_its_number_in_the_file(lines: list[str], numbers: list[int]) -> None:
    assert lines_in_file(lines, WRITTEN, 4, FILE) == numbers
    assert lines_in_file(lines, WRITTEN, 14, [""] * 10 + FILE) == [10 + number for number in numbers]
    assert lines_in_file(lines, WRITTEN, 4, []) == numbers


def test_no_line_is_found_outside_of_the_docstring() -> None:
    source = ['"""', "Reads.", "", "a: The a.", '"""', "b = 1", "Says b."]
    lines = ["Reads.", "", ":param a: The a.", ":type a: b", "b"]
    assert lines_in_file(lines, "\nReads.\n\na: The a.", 1, source) == [2, 3, 4, 4, 4]


def test_a_docstring_of_very_many_lines_stands_where_it_begins() -> None:
    assert lines_in_file(["a"] * 2_001, "a\n" * 2_001, 3, ["a"] * 2_003) == [3] * 2_001
