"""Names, entry points and metadata that others chose: all of it is shown, as text, and nothing else happens."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sphinxext.plugins.core.text import clean_name
from tests.schema import validate

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import Install, Project

pytestmark = pytest.mark.slow

NAMES = [
    "<script>alert(1)</script>",
    "<img src onerror>",
    '"><svg onload>',
    "&lt;b&gt; &amp; &#x3c;",
    "javascript:alert(1)",
    "`link <javascript:alert(1)>`_",
    "|substitution|",
    ":ref:`genindex`",
    "*emphasis* **strong** ``literal``",
    ".. raw:: html",
    "_target_ target_ `target`__",
    "[1]_ [#auto]_ [*]_ [cit]_",
    "\\input{/etc/passwd}",
    "\\end{document}",
    "100% #1 $x$ ~tilde ^caret _under {brace}",
    "\\\\ \\newline \\",
    "%comment",
    ".so /etc/passwd",
    "'apostrophe and .dot",
    "-- --- ... \"quotes\" 'single'",
    "..",
    "../../etc/passwd",
    "/absolute/path",
    "C:\\windows",
    "con",
    "index",
    "genindex",
    "Case",
    "case",
    "with-dash",
    "with_dash",
    "with.dot",
    "*",
    "[ab]*?",
    "!not",
    "~tilde",
    "ns:colon:name",
    "tab\tinside",
    "nul\x00inside",
    "escape\x1b[31mred",
    "bell\x07",
    "\u202eoverride\u202c",
    "\u2067isolate",
    "\u200bzero\u200bwidth\u200b",
    "a\u0301e\u0301",
    "\u0301combining first",
    "名前は日本語",
    "اسم عربي",
    "שם עברי",
    "👩\u200d👩\u200d👧 family",
    "\U0001d518\U0001d52b fraktur",
    "\ufeffmark",
    "\ufffe no character",
    "long" * 2500,
    "word " * 300 + "end",
    "0",
    "-1",
    "None",
    "__proto__",
    "constructor",
]
"""Each is the name of a plugin; an entry point's name holds no sign of equality and no end of a line."""

METADATA = {
    "no name": "Version: 1",
    "empty": "",
    "only a body": "\n\nName: body",
    "name twice": "Name: first\nName: second\nVersion: 1",
    "empty name": "Name:\nVersion: 1",
    "markup in the name": "Name: <script>alert(1)</script>\nVersion: 1",
    "markup in the version": "Name: v\nVersion: 1<script>alert(1)</script>",
    "markup in the summary": "Name: s\nVersion: 1\nSummary: <script>alert(1)</script> `x <javascript:alert(1)>`_",
    "summary of many lines": "Name: l\nVersion: 1\nSummary: one\n  two\n  three\n" + "  more\n" * 200,
    "summary of 100 kB": f"Name: h\nVersion: 1\nSummary: {'word ' * 20_000}",
    "word of 100 kB": f"Name: w\nVersion: 1\nSummary: {'word' * 25_000}",
    "licence of many lines": "Name: t\nVersion: 1\nLicense: Copyright\n  <script>alert(1)</script>\n  all rights",
    "javascript": "Name: j\nVersion: 1\nHome-page: javascript:alert(1)",
    "JavaScript with blanks": "Name: jb\nVersion: 1\nHome-page: \x01 JaVa\tScript:alert(1)",
    "data": "Name: d\nVersion: 1\nProject-URL: Data, data:text/html,<script>alert(1)</script>",
    "vbscript": "Name: vb\nVersion: 1\nProject-URL: VB, vbscript:msgbox(1)",
    "of any host": "Name: o\nVersion: 1\nProject-URL: Docs, //evil.example/x",
    "file": "Name: f\nVersion: 1\nProject-URL: Docs, file:///etc/passwd",
    "relative": "Name: r\nVersion: 1\nProject-URL: Docs, ../index.html",
    "odd address of IPv6": "Name: i\nVersion: 1\nProject-URL: Source, http://[::1/x",
    "address that ends its quotes": 'Name: q\nVersion: 1\nHome-page: https://example.org/"onclick="alert(1)',
    "label of markup": "Name: lm\nVersion: 1\nProject-URL: <b>Docs</b>, https://example.org/",
    "no label": "Name: nl\nVersion: 1\nProject-URL: https://example.org/",
    "author of markup": "Name: a\nVersion: 1\nAuthor: <script>alert(1)</script>\nAuthor-email: <a@example.org>",
    "encoded words": "Name: e\nVersion: 1\nSummary: =?utf-8?b?PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==?=",
    "carriage returns": "Name: cr\r\nVersion: 1\r\nSummary: of lines\r\n",
    "lone carriage return": "Name: lcr\nVersion: 1\nSummary: one\rName: injected",
    "vertical tab": "Name: vt\nVersion: 1\nSummary: one\x0bName: injected",
    "line separator": "Name: ls\nVersion: 1\nSummary: one\u2028Name: injected\u2029",
    "override": "Name: ov\nVersion: 1\nSummary: \u202etxet\u202c",
    "escape": "Name: es\nVersion: 1\nSummary: \x1b[31mred\x1b[0m",
    "NUL": "Name: nul\x00x\nVersion: 1\nSummary: a\x00b",
    "thousands of headers": "Name: th\nVersion: 1\n" + "Classifier: Topic :: A\n" * 5000,
    "hostile classifiers": "Name: hc\nVersion: 1\nClassifier: Development Status :: 9 - <script>alert(1)</script>",
    "requires anything": "Name: ra\nVersion: 1\nRequires-Python: >=<script>alert(1)</script>",
    "headers without a colon": "Name: hw\nVersion 1\nSummary: still\n",
    "description of 5 MB": f"Name: big\nVersion: 1\n\n{'word ' * 1_000_000}",
    "bytes of latin-1": "Name: latin\nVersion: 1\nSummary: Gr\udcfc\udcdfe",
    "mark of bytes": "\ufeffName: bom\nVersion: 1",
    "tex": "Name: tex\nVersion: 1\nSummary: \\input{/etc/passwd} \\write18{id} $x$ #1 % ~ ^",
    "roff": "Name: roff\nVersion: 1\nSummary: .so /etc/passwd",
}
"""By what is odd, the text of METADATA; a lone surrogate stands for a byte that is no UTF-8."""

ENTRY_POINTS = {
    "two sections of one name": "[odd]\ntwice-a = m:A\n[odd]\ntwice-b = m:A\n",
    "no section": "sectionless = m:A\n[odd]\nbehind = m:A\n",
    "mark of bytes": "\ufeff[odd]\nmarked = m:A\n",
    "latin-1": "[odd]\nGr\udcfc\udcdfe = m:A\nplain = m:A\n",
    "NUL": "[odd]\na\x00b = m:A\nnul-beside = m:A\n",
    "ends of lines": "[odd]\r\nreturned = m:A\r\n",
    "no sign of equality": "[odd]\nnothing\nbehind-nothing = m:A\n",
    "comments": "# [odd]\n; [odd]\n[odd]\n#no = m:A\ncommented = m:A\n",
    "interpolation": "[odd]\n%(here)s = m:A\n${there} = m:A\n",
    "odd targets": "[odd]\nnumber = 1:2\ndots = ...:...\ncolons = a:b:c\n"
    "extras = m:A [\nkeyword = class:def\nrun = os:system\n",
    "of the process": "[odd]\nmain = __main__:x\nbuiltin = builtins:exec\nrelative = .m:A\n",
    "long target": f"[odd]\nlong = {'m' * 10_000}:A\n",
    "section of markup": "[<script>alert(1)</script>]\nmarkup = m:A\n",
    "section without a name": "[]\nnameless = m:A\n",
    "thousands": "[many]\n" + "".join(f"p{number} = m:A\n" for number in range(20_000)),
}


def write(install: Install, folder: Path) -> None:
    """Install it all, as bytes."""
    lines = "".join(f"{name} = m:A\n" for name in NAMES)
    info = install("names", "", {"m.py": "class A:\n    '''Of A.'''\n"})
    (info / "entry_points.txt").write_bytes(f"[names]\n{lines}".encode())
    for number, text in enumerate(METADATA.values()):
        info = install(f"meta{number}", {"meta": {f"meta{number}": "m:A"}})
        (info / "METADATA").write_bytes(text.encode("utf-8", "surrogateescape"))
    for number, text in enumerate(ENTRY_POINTS.values()):
        info = install(f"odd{number}")
        (info / "entry_points.txt").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert folder.is_dir()


PAGES = {
    "index.rst": "Top\n===\n\n.. toctree::\n\n   names\n   meta\n   odd\n",
    "names.rst": "Names\n=====\n\n.. plugin-catalog:: names\n\nThe end.\n",
    "meta.rst": "Meta\n====\n\n.. plugin-catalog:: meta\n"
    "   :columns: name, summary, distribution, license, status, python\n",
    "odd.rst": "Odd\n===\n\n.. plugin-catalog:: odd\n",
}


@pytest.fixture(autouse=True)
def elsewhere(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have it in another environment: Sphinx itself ends at some of it when it looks for themes."""
    monkeypatch.setattr(sys, "path", [folder for folder in sys.path if folder != str(site)])


@pytest.fixture
def hostile(install: Install, site: Path, project: Project) -> Project:
    write(install, site)
    return project


SETTINGS: dict[str, object] = {
    "html_theme": "basic",
    "plugins_sources": ["installed:../site"],
    "plugins_introspection": "static",
    "plugins_namespaces": {"*": {"select": "tool {name}"}},
}


def body(app: SphinxTestApp, page: str) -> BeautifulSoup:
    soup = BeautifulSoup((app.outdir / page).read_text(), "html.parser")
    found = soup.select_one("div.body")
    assert found is not None
    assert_harmless(found)  # type: ignore[arg-type]  # an element
    return found  # type: ignore[return-value]


def assert_harmless(root: BeautifulSoup) -> None:
    assert root.find_all(["script", "iframe", "object", "embed", "img", "svg", "style", "link", "form", "base"]) == []
    for element in root.select("*"):
        assert not [name for name in element.attrs if name.lower().startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            if name in element.attrs:
                scheme = urlsplit(str(element[name])).scheme
                assert scheme in {"", "http", "https", "mailto"}, element
                assert not str(element[name]).startswith("//")


def shown(root: BeautifulSoup) -> list[str]:
    return [element.get_text() for element in root.select(".sp-table .sp-name")]


def test_all_of_it_in_one_build(hostile: Project) -> None:
    app = hostile.build(PAGES, **SETTINGS)  # type: ignore[arg-type]  # of conf.py
    assert app.statuscode == 0
    names = shown(body(app, "names.html"))
    assert sorted(names) == sorted(clean_name(name) for name in NAMES)
    assert len(set(names)) == len(NAMES)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", "".join(names))
    metas = shown(body(app, "meta.html"))
    assert sorted(metas) == sorted(f"meta{number}" for number in range(len(METADATA)))
    odd = shown(body(app, "odd.html"))
    expected = {"twice-a", "twice-b", "behind", "marked", "plain", "nul-beside", "returned", "behind-nothing"}
    expected |= {"commented", "%(here)s", "${there}", "number", "dots", "colons", "extras", "keyword", "run", "main"}
    assert expected <= set(odd)
    assert len(odd) == len(set(odd))
    data = validate((app.outdir / "plugins.json").read_bytes())
    told = [plugin["name"] for plugin in data["namespaces"]["names"]["plugins"]]
    assert sorted(told) == sorted(map(clean_name, NAMES))
    assert "\x1b[31mred" not in "\n".join(hostile.warnings)
    for file in app.outdir.rglob("*.html"):
        assert "<script>alert(1)" not in file.read_text()
    warnings = sorted(hostile.warnings)
    assert len(warnings) == len(set(warnings))
    hostile.build(**SETTINGS)  # type: ignore[arg-type]
    assert hostile.read == []
    assert sorted(hostile.warnings) == warnings


@pytest.mark.parametrize("builder", ["text", "man", "epub", "singlehtml", "dirhtml", "gettext"])
def test_other_builders(hostile: Project, builder: str) -> None:
    app = hostile.build(PAGES, builder=builder, **SETTINGS)  # type: ignore[arg-type]
    assert app.statuscode == 0
    if builder == "text":
        text = (app.outdir / "names.txt").read_text()
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "The end." in text


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex: apt install texlive-latex-extra")
def test_latex_is_compiled(hostile: Project) -> None:
    app = hostile.build(PAGES, builder="latex", **SETTINGS)  # type: ignore[arg-type]
    [tex] = app.outdir.glob("*.tex")
    command = ["pdflatex", "-interaction=batchmode", "-halt-on-error", tex.name]
    done = subprocess.run(command, cwd=app.outdir, capture_output=True, check=False)
    assert done.returncode == 0, tex.with_suffix(".log").read_text(errors="replace")[-2000:]
    log = tex.with_suffix(".log").read_text(errors="replace")
    assert "(/etc/passwd" not in log  # as it tells of files that it reads


def test_thousands_of_entry_points_are_read(install: Install, site: Path, project: Project) -> None:
    write(install, site)
    app = project.build("Top\n===\n\n.. plugin-catalog:: many\n   :include: p999*\n", **SETTINGS)  # type: ignore[arg-type]
    assert len(shown(body(app, "index.html"))) == 11


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(TEXTS.map(lambda text: "".join(text.replace("=", "").split("\n")))), header=TEXTS)
def test_whatever_names_are_they_are_shown_once(
    install: Install, site: Path, project: Project, names: list[str], header: str
) -> None:
    text = "[any]\n" + "".join(f"{name} = m:A\n" for name in names)
    info = install("any", "", {"m.py": "class A:\n    '''Of A.'''\n"})
    (info / "entry_points.txt").write_bytes(text.encode())
    (info / "METADATA").write_bytes(f"Name: any\nVersion: 1\nSummary: {header}\nHome-page: {header}\n".encode())
    registered = importlib_names(text)
    app = project.build("Top\n===\n\n.. plugin-catalog:: any\n   :columns: name, distribution\n", **SETTINGS)  # type: ignore[arg-type]
    assert app.statuscode == 0
    if registered:
        assert sorted(shown(body(app, "index.html"))) == sorted(clean_name(name) for name in registered)
    assert site.is_dir()


def importlib_names(text: str) -> list[str]:
    """The names that the lines of a text register."""
    found: list[str] = []
    for line in text.splitlines()[1:]:
        name, separator, _ = line.strip().partition("=")
        if separator and not line.strip().startswith("#"):
            found.append(name.strip())
    return list(dict.fromkeys(found))
