"""Docstrings stay apart from the page and from each other, trusted or not."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from docutils import nodes
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sphinx import addnodes

if TYPE_CHECKING:
    from tests.conftest import Install, Project

TRUST = pytest.mark.parametrize("trusted", [["*"], []], ids=["trusted", "not trusted"])

SAME = """
Says so [1]_ and [#]_ and [CIT]_, see shared_, Heading_, |sub| and a__.

.. _shared:

A paragraph.

Heading
-------

Below it.

----

.. [1] One.
.. [#] Another.
.. [CIT] A book.
.. |sub| replace:: something
__ https://good.example/
"""

PAGE = """
Top
===

.. _shared:

Shared
------

Of the page [1]_ [#]_ [CIT]_ |sub| __ Heading_.

.. plugin-catalog:: ns

Heading
-------

:ref:`shared` [2]_ [CIT]_.

.. [1] One of the page.
.. [2] Two of the page.
.. [#] Three of the page.
.. [CIT] The page's book.
.. |sub| replace:: the page's own
.. _Heading: https://good.example/heading
"""


@TRUST
def test_what_has_the_same_names_does_not_clash(install: Install, project: Project, trusted: list[str]) -> None:
    install("one", {"ns": {"a": "m:A", "b": "m:B"}}, {"m.py": f"class A:\n    {SAME!r}\nclass B:\n    {SAME!r}\n"})
    page = PAGE.replace("|sub| __ Heading_", "|sub|").replace(".. _Heading: https://good.example/heading\n", "")
    app = project.build(page, plugins_trusted=trusted, nitpicky=True, plugins_report_untrusted=True)
    assert project.warnings == []
    html = (app.outdir / "index.html").read_text()
    ids = Counter(re.findall(r' id="([^"]+)"', html))
    assert [name for name, count in ids.items() if count > 1] == []
    assert set(re.findall(r'href="#([^"]+)"', html)) <= ids.keys()
    for name in ("a", "b"):
        for own in ("shared", "heading", "cit"):
            assert f'href="#docstring-ns-{name}-{own}"' in html
    assert app.env.domains.standard_domain.labels["shared"][:2] == ("index", "shared")
    assert {"shared", "heading"} <= ids.keys()
    assert set(app.env.get_domain("citation").data["citations"]) == {"CIT"}


STATE = """
Says so.

.. default-role:: math
.. default-domain:: std
.. highlight:: json
.. program:: stolen
.. py:currentmodule:: stolen
.. title:: Stolen title
.. meta::
   :description: Stolen
.. role:: mine(code)
.. sectnum::
.. header:: Stolen
.. tabularcolumns:: l
"""


@TRUST
def test_the_state_of_the_page_is_its_own(install: Install, project: Project, trusted: list[str]) -> None:
    install("one", {"ns": {"a": "m"}}, {"m.py": repr(STATE)})
    page = (
        "Top\n===\n\n.. program:: ours\n.. py:currentmodule:: ours\n\n.. list-plugins:: ns\n   :detailed:\n\n"
        "After\n-----\n\n`default`\n\n.. option:: -x\n\n.. py:function:: f()\n\n::\n\n"
        "   {not json\n\n.. function:: g()\n"
    )
    app = project.build(page, plugins_trusted=trusted, suppress_warnings=["plugins.docstring"])
    assert project.warnings == []
    html = (app.outdir / "index.html").read_text()
    assert "<cite>default</cite>" in html
    assert set(app.env.domains.python_domain.objects) == {"ours.f", "ours.g"}
    assert [key for key, *_ in app.env.domains.standard_domain.get_objects() if "-x" in key] == ["ours.-x"]
    assert "Stolen" not in html.partition("<body")[0]
    assert app.env.titles["index"].astext() == "Top"


REFERENCES = """
See :doc:`intro`, :ref:`the chapter <chapter>`, :ref:`bare`, :term:`word`, :option:`-x`, :any:`thing`, :numref:`fig`,
:token:`tok`, :keyword:`kw`, :envvar:`VAR`, :eq:`equation`, :py:func:`func`, :class:`~a.B`, :meth:`.twice`,
:any:`twice`, :external:py:func:`outer`, [2]_ and [CIT]_.

:param x: The first.
:type x: NoSuchType
:raises NoSuchError: never
"""


@TRUST
def test_what_leads_nowhere_is_text(install: Install, project: Project, trusted: list[str]) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": f"class A:\n    {REFERENCES!r}\n"})
    twice = ".. py:method:: One.twice\n\n.. py:method:: Two.twice\n"
    extensions = ["sphinxext.plugins", "sphinx.ext.intersphinx"]
    page = f"Top\n===\n\n{twice}\n.. plugin-catalog:: ns\n"
    app = project.build(page, plugins_trusted=trusted, nitpicky=True, extensions=extensions, numfig=True)
    assert project.warnings == []
    text = " ".join(app.env.get_doctree("index").astext().split())
    for word in ("intro", "the chapter", "bare", "word", "-x", "thing", "fig", "tok", "kw", "VAR", "equation", "func"):
        assert word in text
    assert "outer(), [2] and [CIT]." in text


def test_errors_do_not_swallow_what_comes_next(install: Install, project: Project) -> None:
    broken = {
        "a": ".. note::\n\n   ``x\n\n.. list-table::\n\n   * - x\n     -",
        "b": "Well.",
        "c": "|x\n\n====\n",
        "d": "Fine.",
    }
    source = "".join(f"class {name.upper()}:\n    {text!r}\n" for name, text in broken.items())
    install("one", {"ns": {name: f"m:{name.upper()}" for name in broken}}, {"m.py": source})
    app = project.build("Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n")
    sections = list(app.env.get_doctree("index").findall(nodes.section))[1:]
    assert [section["ids"][0] for section in sections] == [f"plugin-ns-{name}" for name in broken]
    assert [sections[1].astext().split(), sections[3].astext().split()] == [["b", "Well."], ["d", "Fine."]]


@TRUST
def test_what_directives_log_is_said_of_the_docstring(install: Install, project: Project, trusted: list[str]) -> None:
    install("one", {"ns": {"a": "m"}}, {"m.py": repr("One.\n\n.. code-block:: python\n   :dedent: 2\n\n   x = 1\n")})
    page = "Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n"
    project.build(page, plugins_trusted=trusted, plugins_report_untrusted=True)
    [warning] = project.warnings
    assert "m.py:1: WARNING: ns:a has markup in its docstring that is not right" in warning
    assert "stripped by dedent" in warning


SHOWN = """
Says so [1]_ and [#]_ and [1000]_.

.. glossary::

   Word
      Its meaning.

.. py:function:: described

   Does.

.. py:module:: somewhere

.. code-block:: nothing-like-this

   x

.. code-block:: nothing-like-this

   y

Load :download:`this <nowhere.txt>`.

.. [1] One.
.. [#] Another.
.. [1000] Too many.
"""


def test_what_docstrings_show_as_pages_do(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m"}}, {"m.py": repr(SHOWN)})
    page = "Top\n===\n\n.. glossary::\n\n   Word\n      The page's.\n\n.. list-plugins:: ns\n   :detailed:\n"
    app = project.build(page, plugins_trusted=["*"])
    tree = app.env.get_doctree("index")
    footnotes = {footnote[0].astext(): footnote["ids"] for footnote in tree.findall(nodes.footnote)}
    assert list(footnotes) == ["1", "2"]
    leading = [(mark.astext(), mark["refid"]) for mark in tree.findall(nodes.footnote_reference)]
    assert leading == [(label, ids[0]) for label, ids in footnotes.items()]
    assert [name.astext() for name in tree.findall(nodes.field_name)].count("[1000]") == 1
    of_page, own = [term["ids"] for term in tree.findall(nodes.term) if term.astext() == "Word"]
    assert of_page == ["term-Word"]
    assert [each.startswith("docstring-ns-a-term-") for each in own] == [True]
    [described] = [each for each in tree.findall(addnodes.desc_signature) if "described" in each.astext()]
    assert described["ids"] == []
    assert not any("somewhere" in str(node["ids"]) for node in tree.findall(nodes.Element))
    assert [code["language"] for code in tree.findall(nodes.literal_block)] == ["none", "none"]
    assert not list(tree.findall(addnodes.download_reference))
    assert "Load this." in tree.astext()
    unknown = [line for line in project.warnings if "nothing-like-this" in line]
    assert len(unknown) == len(project.warnings) == 1


def test_footnotes_in_a_summary_are_its_text(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m"}}, {"m.py": repr("Says [1]_ so.\n\n.. [1] One.\n")})
    tree = project.build("Top\n===\n\n.. plugin-catalog:: ns\n").env.get_doctree("index")
    assert [node.astext() for node in tree.findall(nodes.paragraph)].count("Says [1] so.") == 1
    assert len(list(tree.findall(nodes.footnote))) == 1


UNTRUSTED = """
See |pixel| and |dash|.

.. image:: https://good.example/pixel.png
   :alt: A pixel

.. figure:: relative.png

   A caption.

.. csv-table::
   :header: one, two

   1, 2

.. csv-table::
   :file: /etc/passwd

.. |pixel| image:: https://good.example/other.png
.. |dash| unicode:: 0x2014 0x202E
"""


def test_images_tables_and_characters_of_untrusted_docstrings(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m"}}, {"m.py": repr(UNTRUSTED)})
    tree = project.build("Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n").env.get_doctree("index")
    [warning] = project.warnings
    assert "may: directive csv-table of a file; " in warning
    assert "See pixel and \u2014." in tree.astext()
    links = [(link.astext(), link["refuri"]) for link in tree.findall(nodes.reference) if "refuri" in link]
    assert ("A pixel", "https://good.example/pixel.png") in links
    assert not list(tree.findall(nodes.image))
    shown = [node.astext() for node in tree.findall(nodes.paragraph)]
    assert {"relative.png", "A caption."} <= set(shown)
    assert [entry.astext() for entry in tree.findall(nodes.entry)] == ["one", "two", "1", "2"]


PIECES = st.sampled_from(
    [
        *["word ", "*", "**", "`", "``", "|", "_", "__", "[1]_ ", "[#]_ ", "[A]_ ", "|s| ", "\\", "<b>", "&", "表"],
        *[":ref:`x` ", ":math:`x` ", ":raw:`x` ", ":download:`x`", "`a <b:c>`_ ", "x@y.z ", "http://x "],
        *["\n", "\n\n", "\n\n   ", "  ", "\n- ", "\n1. ", "\n:x: ", "\n>>> x\n", "::\n\n   ", "\n| ", "\n\n====\n"],
        *[
            "\n--\n",
            "\n+--+\n|a |\n+--+\n",
            "\n== ==\na  b\n== ==\n",
            "\x00",
            "\u202e",
            "\ud800",
            "{}%$#~^",
            "\\end{x}",
        ],
        *[
            "\n\n.. ",
            "note::",
            "raw:: html",
            "code-block:: x",
            "image:: y",
            "_t: ",
            "_t:",
            "__ z",
            "[1] ",
            "[#] ",
            "[A] ",
        ],
        *[
            "|s| replace:: ",
            "list-table::\n\n   * - ",
            "math::",
            "class:: x",
            "include:: x",
            "contents::",
            "glossary::",
        ],
        *["py:function:: f", "toctree::", "only:: html", "header::", "math::\n   :label: x", "role:: r", "sectnum::"],
        *[
            "default-role:: r",
            "highlight:: x",
            "index:: x",
            "csv-table::\n\n   a,b",
            "option:: -x",
            "title:: x",
            "meta::",
        ],
    ]
)


@pytest.mark.slow
@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
@given(texts=st.lists(st.lists(PIECES, max_size=25).map("".join), min_size=12, max_size=12))
def test_any_text_leaves_every_plugin_on_the_page(install: Install, project: Project, texts: list[str]) -> None:
    source = "".join(
        f"class T{n}:\n    {text!r}\nclass U{n}:\n    {text!r}\nclass V{n}:\n    'Well said.'\n"
        for n, text in enumerate(texts)
    )
    for kind in "TU":
        hostile = {f"{n:02}-hostile": f"m:{kind}{n}" for n in range(len(texts))}
        innocent = {f"{n:02}-innocent": f"m:V{n}" for n in range(len(texts))}
        install(f"dist-{kind}", {f"ns.{kind}": hostile | innocent}, {"m.py": source})
    page = "Top\n===\n\n.. list-plugins:: ns.T\n   :detailed:\n\n.. list-plugins:: ns.U\n   :detailed:\n\nEnd\n---\n"
    app = project.build(page, builder="text", plugins_trusted=["dist-T"], freshenv=True, plugins_introspection="static")
    assert app.statuscode == 0
    sections = list(app.env.get_doctree("index").findall(nodes.section))[1:]
    headings = [section[0].astext() for section in sections]
    assert headings == [f"{n:02}-{who}" for _ in "TU" for n in range(12) for who in ("hostile", "innocent")] + ["End"]
    assert all(section.astext().endswith("\n\nWell said.") for section in sections[1:-1:2])
    assert all("plugins." in warning for warning in project.warnings if "WARNING" in warning)


DESCRIBED = """
.. py:function:: go()
.. c:function:: int f(int x)
.. cpp:class:: Klass
.. js:function:: jay()
.. envvar:: HOME_X
.. option:: --foo
.. confval:: my_conf
.. rst:directive:: fooo
.. py:module:: mod
.. glossary::

   word
      A word.

.. productionlist::
   try: "try"

.. math:: x = 1
   :label: lab
"""
ROLES = (
    ":py:func:`go` :c:func:`f` :cpp:class:`Klass` :js:func:`jay` :envvar:`HOME_X` :option:`--foo` :confval:`my_conf` "
    ":rst:dir:`fooo` :py:mod:`mod` :term:`word` :token:`try` :eq:`lab`"
)


@pytest.mark.slow
@pytest.mark.parametrize("first", ["a", "z"])
def test_nothing_is_registered_over_what_pages_describe(install: Install, project: Project, first: str) -> None:
    attributes = "\nAttributes:\n    speed: How fast.\n"
    files = {"m.py": f"class A:\n    {DESCRIBED + attributes!r}\nclass B:\n    {DESCRIBED + attributes!r}\n"}
    install("one", {"ns": {"a": "m:A", "b": "m:B"}}, files)
    own = f"Own\n===\n\n.. py:attribute:: m.A.speed\n{DESCRIBED}"
    pages = {
        "index.rst": f"Top\n===\n\n.. toctree::\n   :glob:\n\n   *\n\n{ROLES} :py:attr:`m.A.speed`\n",
        f"{first}.rst": own,
        "m.rst": "M\n=\n\n.. plugin-catalog:: ns\n\n.. plugin-catalog:: ns\n   :no-index:\n",
    }
    extensions = ["sphinxext.plugins", "sphinx.ext.napoleon"]
    app = project.build(pages, extensions=extensions, plugins_trusted=["one"], nitpicky=True)
    assert project.warnings == []
    html = {page: (app.outdir / f"{page}.html").read_text() for page in ("index", "m", "genindex")}
    assert len(set(re.findall(rf'<a class="reference internal" href="{first}\.html#([^"]+)"', html["index"]))) == 13
    ids = Counter(re.findall(r' id="([^"]+)"', html["m"]))
    assert [name for name, count in ids.items() if count > 1] == []
    assert [name for name in ids if name.startswith(("term-", "equation-", "grammar-", "go", "c.f", "module-"))] == []
    assert "m.html#docstring-" not in html["genindex"]
    assert "How fast." in html["m"]
    assert {key: entry[0] for key, entry in app.env.domains.math_domain.equations.items()} == {"lab": first}


def test_pages_may_describe_what_a_docstring_described_before_them(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": f"class A:\n    {DESCRIBED!r}\n"})
    page = f"Top\n===\n\n.. plugin-catalog:: ns\n\nC\n-\n{DESCRIBED}\n{ROLES}\n"
    app = project.build(page, plugins_trusted=["one"], nitpicky=True)
    assert project.warnings == []
    html = (app.outdir / "index.html").read_text()
    assert {"go", "c.f", "jay", "envvar-HOME_X", "term-word", "equation-lab"} <= set(re.findall(r' id="([^"]+)"', html))
