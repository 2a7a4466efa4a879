"""Names and metadata of others: text wherever Sphinx takes them, and never the project's own labels and targets."""

from __future__ import annotations

import importlib.util
import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sphinxext.plugins.core import cleaning, limits
from sphinxext.plugins.core.model import Catalog, Distribution, Namespace, Plugin
from sphinxext.plugins.core.text import clean_heading, clean_line, clean_name, clean_namespace, without_formulas
from sphinxext.plugins.formats.json import to_json
from tests.test_links import OF_SPHINX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import Install, Project

LINK = r"\href{javascript:alert(1)}{x}"
FORMULAS = [
    rf"\({LINK}\)",
    rf"\[{LINK}\]",
    rf"${LINK}$",
    rf"$${LINK}$$",
    f"`{LINK}`",
    rf"\begin{{align}}{LINK}\end{{align}}",
    r"\ref{x}",
    rf"a \({LINK}\) b",
    rf"\\({LINK}\\)",
    rf"\[ {LINK}",
]
MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "<!--",
    "]]>",
    ":",
    "()",
    "&lt;img src=x&gt;",
    '"onclick="x',
    "|sub|",
    "*a* **b** ``c`` `d`_ e_",
    ":ref:`x` [1]_",
    "{0.foo} {",
    "%s%s %(x)s %!",
    "@b{x}, y: z.",
    r"\textbf{x} #1 & _ ^ ~ {",
    ".so /etc/passwd",
    "'quote",
    "one; two; three!four@five|six",
    "\x1b[31mred\x9b0m",
    "\u202etxet\u2066",
    "a\x00b\x07c\u2028d",
    "\U000e0041\ufdd0",
]
HOSTILE = [*FORMULAS, *MARKUP]

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
DELIMITED = re.compile(r"\\\(|\\\[|\\begin|\\ref|\$.*\$|`.*`|@@.*@@|\[math\]", re.DOTALL)


def kept(folder: Path, namespaces: Mapping[str, Sequence[Mapping[str, Any]]], distributions: Mapping[str, Any]) -> None:
    """Write a snapshot, as somebody may by hand."""
    listed = {name: {"plugins": plugins} for name, plugins in namespaces.items()}
    whole = {"schema_version": "1.0", "distributions": distributions, "namespaces": listed}
    (folder / "kept.json").write_text(json.dumps(whole))


def whole(name: str, word: str, **facts: object) -> dict[str, object]:
    """Return a plugin of a snapshot, with a hostile word in all that is said of it."""
    return {
        "name": name,
        "target": f"m:{word}",
        "introspection": "static",
        "kind": "instance",
        "type": word,
        "signature": f"({word})",
        "definition": f"m:{word}",
        "inherited": {"docstring": {"text": "Inherited."}, "owner": word},
        "deprecated": word,
        "extras": [word],
        "answers": [{"describer": "attr:word", "introspection": "static", "value": word}],
        "problems": [
            {"kind": "load", "message": word, "remedy": word, "template": word, "details": {"target": word}},
            {"kind": "load", "message": word, "remedy": word, "template": "%(a)9999999999s", "details": {"a": word}},
        ],
        **facts,
    }


def distribution(name: str, word: str) -> dict[str, object]:
    return {
        "name": name,
        "version": word,
        "license": word,
        "summary": word,
        "authors": [word],
        "urls": [[word, word], [word, f"javascript:{word}"], ["Source", f"https://example.org/{word}"]],
        "requires_python": word,
        "classifiers": [word, f"Development Status :: 9 - {word}"],
        "metadata": [["Keywords", word], [word, word]],
    }


def hostile(folder: Path, words: Sequence[str] = HOSTILE) -> None:
    """Write plugins with each of the words as their name, and in all that is said of them."""
    plugins = [{**whole(word, word), "distribution": f"d{number}"} for number, word in enumerate(words)]
    kept(folder, {"ns": plugins}, {f"d{number}": distribution(word, word) for number, word in enumerate(words)})


COLUMNS = "name, summary, distribution, version, license, status, python, target, signature, extras, deprecated, Word"
CATALOG = ".. plugin-catalog:: ns\n"
AGAIN = f"{CATALOG}   :no-index:\n"
PAGES = {
    "index.rst": "Top\n===\n\n.. toctree::\n   :maxdepth: 4\n\n   grouped\n   titled\n   listed\n   cards\n"
    "   pages/index\n\nOwn :math:`x`, "
    ":ref:`plugin-ns--u24--u5c-href-u7b-javascript-u3a-alert-u28-1-u29--u7d--u7b-x-u7d--u24-`.\n",
    "grouped.rst": f"Grouped\n=======\n\n{CATALOG}   :group-by: license\n   :filter:\n   :columns: {COLUMNS}\n",
    "titled.rst": f"Titled\n======\n\n{AGAIN}   :group-by: Word\n   :title: Word\n   :view: details\n",
    "listed.rst": "Listed\n======\n\n.. list-plugins:: ns\n   :detailed:\n   :no-index:\n",
    "cards.rst": f"Cards\n=====\n\n{AGAIN}   :view: cards\n   :group-by: distribution\n",
}
SETTINGS: dict[str, Any] = {
    "extensions": ["sphinx.ext.mathjax", "sphinx.ext.autosectionlabel", "sphinxext.plugins"],
    "html_assets_policy": "always",
    "html_theme": "alabaster",
    "copyright": "all",
    "version": "1",
    "plugins_sources": ["snapshot:kept.json"],
    "plugins_namespaces": {"ns": {"fields": {"Word": "attr:word"}, "install": "pip install {requirement}"}},
    "plugins_pages": {"pages": "ns"},
    "suppress_warnings": ["plugins"],
}


def formulas(page: Path) -> list[str]:
    """Return the texts in which MathJax would find a formula that is not the project's own."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    assert soup.body is not None
    return [text for text in soup.body.find_all(string=DELIMITED) if not any(map(is_ignored, text.parents))]


def is_ignored(tag: Any) -> bool:  # noqa: ANN401  # of Beautiful Soup
    """Whether MathJax passes over it, or it is a formula of the project's own."""
    return tag.name in {"code", "pre", "script"} or bool({"mathjax_ignore", "math"} & set(tag.get("class") or []))


def harmless(page: Path) -> None:
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    assert "alert(1)" not in "".join(script.get_text() for script in soup.find_all("script"))
    for tag in soup.select("*"):
        assert not [name for name in tag.attrs if name.startswith("on")], tag
        assert not str(tag.get("href", "")).lower().startswith(("javascript:", "data:")), tag
        assert tag.name != "img" or tag.get("src") != "x", tag
    assert not CONTROL.search(page.read_text(encoding="utf-8"))


SLOW = ["texinfo", "epub", "json", "xml", "gettext", "singlehtml"]
BUILDERS = ["html", "text", "man", "latex", *(pytest.param(builder, marks=pytest.mark.slow) for builder in SLOW)]
READABLE = {".html", ".xhtml", ".txt", ".1", ".texi", ".tex", ".opf", ".ncx", ".fjson", ".xml", ".pot", ".json"}


def written(app: SphinxTestApp) -> Iterator[Path]:
    """Return the files that a builder wrote for readers and programs."""
    assert app.statuscode == 0
    for file in app.outdir.rglob("*"):
        if file.suffix in READABLE and ".doctrees" not in file.parts and "_static" not in file.parts:
            yield file


def check(app: SphinxTestApp) -> None:
    """See that nothing acts in what a builder wrote."""
    files = list(written(app))
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert not CONTROL.search(text), file
        if file.suffix in {".xhtml", ".opf", ".ncx", ".xml"}:
            ET.fromstring(text)  # it was just written
        if file.suffix in {".html", ".xhtml"}:
            harmless(file)
            # The contents of an EPUB are texts without scripts; what MathJax takes by itself is not in there either.
            found = [text for text in formulas(file) if file.name != "nav.xhtml" or re.search(r"\\[(\[]|\\begin", text)]
            assert found == [], file


@pytest.mark.slow
@pytest.mark.filterwarnings(*OF_SPHINX)  # of the builder of JSON
@pytest.mark.parametrize("builder", BUILDERS)
def test_nothing_acts_and_no_builder_ends(project: Project, builder: str) -> None:
    hostile(project.folder)
    check(project.build(PAGES, builder=builder, **SETTINGS))
    assert project.warnings == []


@pytest.mark.parametrize("theme", ["alabaster", "furo"])
def test_tables_of_contents_have_no_formulas_of_any_configuration(project: Project, theme: str) -> None:
    if importlib.util.find_spec(theme) is None:
        pytest.skip(f"pip install {theme}")
    hostile(project.folder, [*FORMULAS, rf"@@{LINK}@@", f"[math]{LINK}[/math]"])
    with_pages = theme == "furo"  # which has links to the page before and the next one
    app = project.build(PAGES, **(SETTINGS | {"html_theme": theme} | ({} if with_pages else {"plugins_pages": {}})))
    texts = {page.name: formulas(page) for page in app.outdir.glob("*.html")}
    assert {name for name, found in texts.items() if found} <= {"genindex.html"}  # of texts, for which it has no class
    assert not re.search(r"\\[(\[]|\$.*\$|`.*`", "\n".join(texts["genindex.html"]))
    index = BeautifulSoup((app.outdir / "index.html").read_text(), "html.parser")
    assert index.get_text().count("javascript:") > len(FORMULAS)


PIECES = [
    *"\\()[]{}$`<>&;:|_*@#%~^'\"!/=,. -",
    r"\(",
    r"\)",
    r"\begin",
    "\x1b",
    "\u202e",
    "\u200b",
    "<a ",
    "a",
    "é",
    "读",
]
WORDS = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).map(
    "".join
)


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["html", "latex", "epub"])
@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],  # a build takes too long to look for the smallest
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(words=st.lists(WORDS, min_size=30, max_size=40, unique=True))
def test_nothing_acts_whatever_the_words(project: Project, builder: str, words: list[str]) -> None:
    hostile(project.folder, [*FORMULAS, *words])  # the first page refers to one of them
    check(project.build(PAGES, builder=builder, freshenv=True, **SETTINGS))
    assert project.warnings == []


@pytest.mark.slow
@given(WORDS | st.sampled_from(HOSTILE))
def test_what_is_legible_stays_as_it_is(word: str) -> None:
    for write in (clean_name, clean_namespace, clean_line, clean_heading, without_formulas):
        assert write(write(word)) == write(word)
    assert not DELIMITED.search(without_formulas(word).replace("@", "").replace("[", ""))


@pytest.mark.slow
@pytest.mark.parametrize("word", MARKUP)
def test_every_source_tells_the_same(install: Install, project: Project, word: str) -> None:
    header = "".join(word.split()).replace(",", "")  # which stands before an address
    info = install("one", {"ns": {"a": "m:A"}}, {"m.py": "class A: 'Of A.'"})
    (info / "METADATA").write_text(
        f"Name: one\nVersion: {header}\nLicense: {header}\nSummary: {header}\nAuthor: {header}\n"
        f"Requires-Python: {header}\nClassifier: {header}\nProject-URL: {header}, javascript:{header}\n",
        encoding="utf-8",
    )
    told = {
        "name": "one",
        **dict.fromkeys(["version", "license", "summary", "requires_python"], header),
        "authors": [header],
        "classifiers": [header],
        "urls": [[header, f"javascript:{header}"]],
    }
    kept(project.folder, {"ns": [{"name": "a", "target": "m:A", "distribution": "one"}]}, {"one": told})
    shown: list[Any] = []
    for source in ("installed:../site", "snapshot:kept.json"):
        app = project.build(
            "Top\n===\n\n.. plugin-catalog:: ns\n", plugins_sources=[source], plugins_introspection="static"
        )
        data = json.loads((app.outdir / "plugins.json").read_bytes())["distributions"]["one"]
        page = BeautifulSoup((app.outdir / "index.html").read_text(), "html.parser")
        shown.append(({**data, "source": "", "metadata": ""}, page.select_one("dl.sp-fields").get_text()))  # type: ignore[union-attr]
        harmless(app.outdir / "index.html")
    assert shown[0] == shown[1]


TITLES = ["Usage", "usage", "Label", "1", "Note", "Term", "index", "Search"]
OWN = """\
{0}
{1}

See Usage_, `Label`_, [#]_, [Note]_, |Note|, :ref:`{2}usage`, :ref:`label`, :term:`term` and `Usage <https://own.example>`__.

.. |Note| replace:: own words

.. [#] Own footnote.
.. [Note] Own citation.

.. glossary::

   term
      Own.

{3}

Usage
-----

Own usage.

.. _label:

Label of mine
-------------

Own label.
"""
SHOWING = {
    "grouped": ".. plugin-catalog:: ns\n   :group-by: license\n   :sort: name",
    "listed": ".. list-plugins:: ns\n   :detailed:",
    "titled": ".. plugin-catalog:: ns\n   :title: License\n   :view: details",
    "nested": ".. note::\n\n   .. plugin-catalog:: ns\n      :group-by: license",
}


def owned(directive: str, prefix: str) -> str:
    return OWN.format("Own page", "========", prefix, directive)


@pytest.mark.slow
@pytest.mark.parametrize("showing", SHOWING)
@pytest.mark.parametrize("prefixed", [False, True])
def test_targets_and_labels_of_the_project_stay_its_own(project: Project, showing: str, prefixed: bool) -> None:  # noqa: FBT001
    distributions = {f"d{number}": {"name": f"d{number}", "license": title} for number, title in enumerate(TITLES)}
    plugins = [{"name": title, "target": "m:A", "distribution": f"d{number}"} for number, title in enumerate(TITLES)]
    kept(project.folder, {"ns": plugins}, distributions)
    config = SETTINGS | {
        "autosectionlabel_prefix_document": prefixed,
        "suppress_warnings": ["plugins", "toc.not_included"],
    }
    config |= {"plugins_pages": {"ns": "ns"}} if showing == "nested" else {"plugins_pages": {}}
    led: list[Any] = []
    for directive in ("", SHOWING[showing]):
        app = project.build(
            {"index.rst": owned(directive, "index:" if prefixed else "")}, freshenv=not directive, **config
        )
        assert told(project) == []
        document = app.env.get_doctree("index")
        places = [
            node.get("refid") or node.get("refuri")
            for node in document.findall(nodes.reference)
            if node.get("name") in {"Usage", "Label"}
        ]
        html = BeautifulSoup((app.outdir / "index.html").read_text(), "html.parser").select_one("div.body")
        assert html is not None
        links = [link.get("href") for link in html.select("p")[0].select("a")]
        ids = {html.find(id=str(link)[1:]).get_text()[:20] for link in links if str(link).startswith("#")}  # type: ignore[union-attr]
        labels = app.env.domains.standard_domain.labels
        mine = {name: label for name, label in labels.items() if not name.startswith("plugin-")}
        led.append((places, links, sorted(ids), mine))
    assert led[0] == led[1]
    project.build(**config)
    assert (told(project), project.read) == ([], [])


def told(project: Project) -> list[str]:
    """Return the warnings, but for the one that Sphinx 8.1 gives no type to suppress."""
    return [warning for warning in project.warnings if "any toctree" not in warning]


MANY = 2_900


@pytest.mark.slow
@pytest.mark.parametrize("source", [pytest.param("installed:../site", marks=pytest.mark.slow), "snapshot:kept.json"])
def test_thousands_of_addresses_are_bounded(install: Install, project: Project, source: str) -> None:
    addresses = [(f"L{number}", f"https://e/{number}") for number in range(MANY)]
    headers = [("Project-URL", ", ".join(each)) for each in addresses] + [
        ("Classifier", f"A :: {n}") for n in range(500)
    ]
    headers += [("Keywords", "k" * 1_500), ("Author", "a " * 1_500)]
    lines = "".join(f"{key}: {value}\n" for key, value in headers)
    install(
        "one",
        {"ns": dict.fromkeys([f"p{number}" for number in range(15)], "m:A")},
        {"m.py": "class A: 'Of A.'"},
        metadata=lines,
    )
    told = {
        "name": "one",
        "urls": addresses,
        "classifiers": [f"A :: {n}" for n in range(500)],
        "authors": ["a " * 1_500],
        "metadata": headers,
    }
    kept(
        project.folder,
        {"ns": [{"name": f"p{n}", "target": "m:A", "distribution": "one"} for n in range(15)]},
        {"one": told},
    )
    fields = {"Addresses": "dist:Project-URL", "Classifiers": "dist:Classifier", "Keywords": "dist:Keywords"}
    config: dict[str, Any] = {"plugins_sources": [source], "plugins_introspection": "static"}
    config["plugins_namespaces"] = {"ns": {"fields": fields}}
    app = project.build(
        "Top\n===\n\n.. plugin-catalog:: ns\n   :group-by: Classifiers\n   :columns: name, Addresses\n", **config
    )
    problems = [warning for warning in project.warnings if "[plugins.source]" in warning]
    assert [re.sub(r".*?the metadata", "the metadata", problem) for problem in problems] == [
        "the metadata of one has 2,900 addresses, of which 20 are kept, 500 classifiers, of which 200 are kept; "
        "report it to its authors; what is kept is shown [plugins.source]"
    ]
    page = (app.outdir / "index.html").read_text()
    assert len(page) < 8_000_000
    fields_shown = BeautifulSoup(page, "html.parser").select_one("section.sp-details dl.sp-fields")
    assert fields_shown is not None
    assert "https://e/19" in str(fields_shown)
    assert "https://e/20" not in str(fields_shown)
    assert "… and 2,880 more" in fields_shown.get_text()
    data = json.loads((app.outdir / "plugins.json").read_bytes())["distributions"]["one"]
    assert (len(data["urls"]), len(data["classifiers"])) == (21, 201)
    assert len(data["authors"][0]) <= limits.LONGEST_LINE + 2
    assert "k" * 1_000 + "…" in json.dumps(data["metadata"], ensure_ascii=False)
    warnings = project.warnings
    project.build(**config)
    assert (project.warnings, project.read) == (warnings, [])


def test_what_is_kept_of_a_snapshot_is_bounded_in_all() -> None:
    headers = tuple((f"X-{number % 3}", "x y " * 250) for number in range(3_000))
    much = Distribution(name="one", metadata=headers, authors=tuple(f"author {n}" for n in range(50)))
    plugins = [Plugin(namespace="ns", name=f"p{number}", target="m:A", distribution=much) for number in range(3)]
    known, [problem] = cleaning.registered(plugins)
    assert len({id(plugin.distribution) for plugin in known}) == 1
    assert len(to_json(Catalog(namespaces=(Namespace(name="ns", plugins=tuple(known)),)))) < 2 * limits.LONGEST_METADATA
    assert "50 authors, of which 20 are kept, headers of more than 262,144 characters" in problem.text
    _, again = cleaning.registered(known)  # as a snapshot of it is read
    assert len(again) == 1


def test_long_values_of_fields_are_shown_in_part(project: Project) -> None:
    answers = [{"describer": "attr:v", "introspection": "static", "value": [f"v{number}" for number in range(5_000)]}]
    answers += [{"describer": "attr:t", "introspection": "static", "value": "word " * 100_000}]
    kept(project.folder, {"ns": [{"name": f"p{n}", "target": "m:A", "answers": answers} for n in range(4)]}, {})
    fields = {"Values": "attr:v", "Text": "attr:t"}
    config: dict[str, Any] = {
        "plugins_sources": ["snapshot:kept.json"],
        "plugins_namespaces": {"ns": {"fields": fields}},
    }
    grouped = f"{AGAIN}   :group-by: Values\n   :view: list\n   :columns: name\n"
    page = f"Top\n===\n\n{CATALOG}   :columns: name, Values\n\n{grouped}"
    app = project.build(page, suppress_warnings=["plugins"], **config)
    text = (app.outdir / "index.html").read_text()
    assert "v49, … (+4,950)" in BeautifulSoup(text, "html.parser").get_text()
    assert len(text) < 3_000_000


@pytest.mark.slow
@pytest.mark.parametrize("parallel", [0, 2])
def test_what_a_loaded_plugin_says_of_itself_is_legible(install: Install, project: Project, parallel: int) -> None:
    source = """
        class Base:
            "Of base."
        Base.__module__ = "a\\x1b[31m\\u202e<script>alert(1)</script>"
        Base.__qualname__ = "\\\\\\\\(x\\\\\\\\)\\u2066"
        class A(Base):
            __qualname__ = "\\x9b\\u202e"
        def broken():
            raise ValueError
        class Odd(Base):
            def __repr__(self): return "\\x1b"
        odd = Odd()
        """
    install("one", {"ns": {"a": "m:A", "odd": "m:odd", "gone": "m:\x1bgone"}}, {"m.py": source})
    config: dict[str, Any] = {"plugins_introspection": "import", "plugins_inherit_docstrings": True}
    pages = {"index.rst": f"Top\n===\n\n.. toctree::\n\n   other\n\n{CATALOG}", "other.rst": f"Other\n=====\n\n{AGAIN}"}
    app = project.build(pages, parallel=parallel, **config)
    check(app)
    data = json.loads((app.outdir / "plugins.json").read_bytes())["namespaces"]["ns"]["plugins"]
    inherited = {plugin["name"]: plugin["inherited"]["owner"] for plugin in data if "inherited" in plugin}
    assert r"a\x1b[31m\u202e\x3cscript>" in inherited["a"]
    assert r"inherited from a\x1b[31m\u202e\x3cscript>" in (app.outdir / "index.html").read_text().replace("&gt;", ">")
    assert not CONTROL.search("".join(project.warnings))
    assert not CONTROL.search(json.dumps(data, ensure_ascii=False))
    warnings = project.warnings
    project.build(parallel=parallel, **config)
    assert (sorted(project.warnings), project.read) == (sorted(warnings), [])
