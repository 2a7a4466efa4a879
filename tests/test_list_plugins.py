"""The directive ``list-plugins``, in real builds."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import Install, Project

EXAMPLE = "stevedore.example.formatter"


def text(app: SphinxTestApp, page: str = "index") -> str:
    return (app.outdir / f"{page}.txt").read_text()


def names(node: nodes.Element) -> list[str]:
    return [name.astext() for name in node.findall(nodes.Element) if "sp-name" in name["classes"]]


def levels(node: nodes.Node, depth: int = 0) -> Iterator[tuple[str, int]]:
    for section in node.children:
        if isinstance(section, nodes.section):
            yield section.children[0].astext(), depth
            yield from levels(section, depth + 1)


@pytest.mark.parametrize(
    "options", ["", ":detailed:", ":detailed:\n   :titlecase:", ":detailed:\n   :underline-style: +"]
)
def test_same_words_as_stevedore(project: Project, options: str) -> None:
    page = f"Top\n===\n\nSub\n---\n\n.. list-plugins::\n   {options}\n\n   {EXAMPLE}\n\nAfter\n-----\n\nMore.\n"
    theirs = text(project.build(page, builder="text", extensions=["stevedore.sphinxext"]))
    ours = text(project.build(page, builder="text"))
    assert ours == theirs
    assert project.warnings == []


def test_simple_list(install: Install, project: Project) -> None:
    files = {"m.py": "def f():\n    '''Says *this*. Not that.'''\ndef g(): pass"}
    install("one", {"ns": {"b--b": "m:f", "a": "m:g", "c": "nowhere"}}, files)
    app = project.build("Top\n===\n\n.. list-plugins:: ns\n", builder="text")
    assert text(app).split("\n\n")[1:] == [
        "* a",
        "* b--b -- Says *this*.",
        "* c -- *Cannot be loaded from nowhere: ModuleNotFoundError: No module\n  named 'nowhere'*\n",
    ]
    [bullets] = app.env.get_doctree("index").findall(nodes.bullet_list)
    assert [target["ids"] for target in bullets.findall(nodes.target)] == [
        ["plugin-ns-a"],
        ["plugin-ns-b--b"],
        ["plugin-ns-c"],
    ]


def test_detailed(install: Install, project: Project) -> None:
    files = {"m.py": "def f():\n    '''Says *this*. Not that.\n\n    - At all.\n    '''\ndef g(): pass"}
    install("one", {"ns": {"b": "m:f", "a": "m:g", "c": "nowhere"}}, files)
    app = project.build("Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n", builder="text")
    assert text(app) == (
        "Top\n***\n\n\na\n=\n\n*No documentation found for a in m:g*\n\n\n"
        "b\n=\n\nSays *this*. Not that.\n\n* At all.\n\n\n"
        "c\n=\n\nWarning:\n\n  Cannot be loaded from nowhere: ModuleNotFoundError: No module named\n  'nowhere'\n"
    )
    sections = list(app.env.get_doctree("index").findall(nodes.section))[1:]
    assert [section["ids"][0] for section in sections] == ["plugin-ns-a", "plugin-ns-b", "plugin-ns-c"]


@pytest.mark.parametrize("page", [f".. list-plugins:: {EXAMPLE}", f".. list-plugins::\n\n   {EXAMPLE}"])
def test_namespace_is_the_argument_or_the_content(project: Project, page: str) -> None:
    app = project.build(f"Top\n===\n\n{page}\n")
    assert names(app.env.get_doctree("index")) == ["field", "plain", "simple"]


def test_titlecase(project: Project) -> None:
    app = project.build(f"Top\n===\n\n.. list-plugins:: {EXAMPLE}\n   :detailed:\n   :titlecase:\n")
    assert names(app.env.get_doctree("index")) == ["Field", "Plain", "Simple"]


@pytest.mark.parametrize("detailed", ["", "   :detailed:\n"])
def test_class(project: Project, detailed: str) -> None:
    app = project.build(f"Top\n===\n\n.. list-plugins:: {EXAMPLE}\n   :class: one Two\n{detailed}")
    marked = [node for node in app.env.get_doctree("index").findall(nodes.Element) if "two" in node["classes"]]
    assert len(marked) == (3 if detailed else 1)
    assert all(isinstance(node, nodes.section if detailed else nodes.bullet_list) for node in marked)
    assert all("one" in node["classes"] for node in marked)


@pytest.mark.slow
@pytest.mark.parametrize("style", ["", ":underline-style: =", ":underline-style: ~", ":overline-style: *"])
@pytest.mark.parametrize("marks", ["=-~", "~=-", '#*"'])
def test_sections_are_below_the_one_that_the_directive_stands_in(project: Project, style: str, marks: str) -> None:
    a, b, c = (mark * 5 for mark in marks)
    directive = f".. list-plugins:: {EXAMPLE}\n   :detailed:\n   {style}\n"
    page = f"A\n{a}\n\nB\n{b}\n\nC\n{c}\n\n{directive}\n\nD\n{b}\n\n{directive}\n"
    app = project.build(page)
    plugins = ["field", "plain", "simple"]
    assert list(levels(app.env.get_doctree("index"))) == [
        *[("A", 0), ("B", 1), ("C", 2), *[(name, 3) for name in plugins]],
        *[("D", 1), *[(name, 2) for name in plugins]],
    ]
    assert project.warnings == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", ["- One:\n\n  {}", ".. note::\n\n   {}", ".. list-table::\n\n   * - {}", "Term\n   {}"], ids=str.split
)
def test_no_sections_where_there_is_no_room_for_them(project: Project, page: str) -> None:
    indent = page[: page.index("{}")].rpartition("\n")[2]
    directive = f".. list-plugins:: {EXAMPLE}\n{' ' * len(indent)}   :detailed:"
    app = project.build(f"Top\n===\n\n{page.format(directive)}\n\nEnd\n---\n")
    doctree = app.env.get_doctree("index")
    assert list(levels(doctree)) == [("Top", 0), ("End", 1)]
    assert [rubric.astext() for rubric in doctree.findall(nodes.rubric)] == ["field", "plain", "simple"]
    assert project.warnings == []


@pytest.mark.parametrize("detailed", ["", ":detailed:\n"])
def test_markdown_page_is_like_a_restructuredtext_one(project: Project, detailed: str) -> None:
    pages = {
        "index.rst": "All\n===\n\n.. toctree::\n\n   rst\n   md\n",
        "rst.rst": f"Top\n===\n\nSub\n---\n\n.. list-plugins:: {EXAMPLE}\n   {detailed}\n\nEnd\n---\n",
        "md.md": f"# Top\n\n## Sub\n\n```{{list-plugins}} {EXAMPLE}\n:no-index:\n{detailed}```\n\n## End\n",
    }
    app = project.build(pages, builder="text", extensions=["sphinxext.plugins", "myst_parser"])
    assert text(app, "md") == text(app, "rst")
    assert project.warnings == []


@pytest.mark.slow
@pytest.mark.parametrize("before", [".. note:: x", ".. _label:", ".. comment", f".. list-plugins:: {EXAMPLE}"])
def test_sections_behind_other_explicit_markup(project: Project, before: str) -> None:
    app = project.build(f"Top\n===\n\n{before}\n\n.. list-plugins:: {EXAMPLE}\n   :detailed:\n\nEnd\n---\n")
    plugins = [(name, 1) for name in ("field", "plain", "simple")]
    assert list(levels(app.env.get_doctree("index"))) == [("Top", 0), *plugins, ("End", 1)]


@pytest.mark.parametrize("opening", ["- ", "> ", "1. "])
def test_no_sections_where_markdown_has_no_room_for_them(project: Project, opening: str) -> None:
    lines = [f"```{{list-plugins}} {EXAMPLE}", ":detailed:", "```"]
    indent = opening if opening == "> " else " " * len(opening)
    page = "# Top\n\n" + opening + f"\n{indent}".join(lines) + "\n\n## End\n"
    app = project.build({"index.md": page}, extensions=["sphinxext.plugins", "myst_parser"])
    assert list(levels(app.env.get_doctree("index"))) == [("Top", 0), ("End", 1)]
    assert names(app.env.get_doctree("index")) == ["field", "plain", "simple"]


def test_ids_lead_to_the_details(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:f", "b": "m:f"}}, {"m.py": 'def f():\n    """This."""'})
    install("two", {"ns": {"a": "m:f"}})
    page = "Top\n===\n\n.. list-plugins:: ns\n\n.. list-plugins:: ns\n   :detailed:\n\n.. list-plugins:: ns\n"
    app = project.build(page, suppress_warnings=["plugins"])
    doctree = app.env.get_doctree("index")
    _, *sections = doctree.findall(nodes.section)
    assert [node["ids"] for node in sections] == [["plugin-ns-a", "a"], ["plugin-ns-a-U40-two"], ["plugin-ns-b", "b"]]
    ids = [identifier for node in doctree.findall(nodes.Element) for identifier in node["ids"]]
    assert len(ids) == len(set(ids))


def test_the_same_error_in_two_places(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m"}}, {"m.py": '"""Head.\n\n*x.\n\n*y.\n"""'})
    project.build("Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n", plugins_trusted=["one"])
    assert [warning.partition(": WARNING: ")[0].rpartition("/")[2] for warning in project.warnings] == [
        "m.py:3",
        "m.py:5",
    ]


def test_markdown_namespace_as_content(project: Project) -> None:
    page = f"# Top\n\n```{{list-plugins}}\n:underline-style: '~'\n\n{EXAMPLE}\n```\n"
    app = project.build({"index.md": page}, extensions=["sphinxext.plugins", "myst_parser"])
    assert names(app.env.get_doctree("index")) == ["field", "plain", "simple"]


@pytest.mark.parametrize("first", ["sphinxext.plugins", "stevedore.sphinxext"])
def test_both_extensions(project: Project, first: str) -> None:
    both = sorted(["sphinxext.plugins", "stevedore.sphinxext"], key=lambda name: name != first)
    app = project.build(f"Top\n===\n\n.. list-plugins:: {EXAMPLE}\n", extensions=both)
    assert names(app.env.get_doctree("index")) == ["field", "plain", "simple"]
    assert project.warnings == []


def test_unknown_namespace(install: Install, project: Project) -> None:
    install("one", {"zebra.readers": {"a": "m"}})
    page = "Top\n===\n\nOne.\n\n.. list-plugins:: zebra.reader\n\n.. list-plugins:: zebra.reader\n\nTwo.\n"
    app = project.build(page, builder="text")
    assert len(project.warnings) == 2
    for line, warning in zip((6, 8), project.warnings, strict=True):
        assert warning.startswith(f"index.rst:{line}: WARNING: there is no plugin namespace 'zebra.reader'")
        assert "zebra.readers" in warning
        assert warning.endswith("[plugins.namespace]")
    assert 'no plugin namespace "zebra.reader"' in text(app)
    assert "Two." in text(app)


def test_no_namespace_at_all(project: Project) -> None:
    project.build("Top\n===\n\n.. list-plugins::\n")
    [warning] = project.warnings
    assert "no plugin namespace is named; name one" in warning
    assert "[plugins.namespace]" in warning


def test_names_that_conflict_are_told_apart(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:f", "b": "m:f"}}, {"m.py": "def f():\n    '''This.'''\ndef g():\n    '''That.'''"})
    install("two", {"ns": {"a": "m:g"}})
    app = project.build("Top\n===\n\n.. list-plugins:: ns\n", builder="text")
    assert text(app).split("\n\n")[1:] == ["* a (one) -- This.", "* a (two) -- That.", "* b -- This.\n"]
    [warning] = project.warnings
    assert "ns:a is registered 2 times, by one 1.0 (m:f), two 1.0 (m:g)" in warning
    assert warning.endswith("[plugins.conflict]")


def test_a_plugin_that_does_not_load_stays_with_its_reason(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "nowhere:f"}})
    page = "Top\n===\n\n.. list-plugins:: ns\n\n.. list-plugins:: ns\n   :detailed:\n"
    app = project.build(page, builder="text")
    [warning] = project.warnings
    assert warning.startswith("index.rst:4: WARNING: ns:a cannot be loaded from nowhere:f: ModuleNotFoundError")
    assert warning.endswith("[plugins.load]")
    assert " ".join(text(app).split()).count("No module named 'nowhere'") == 2


def test_markup_that_is_not_right(install: Install, project: Project) -> None:
    source = "class A:\n    '''Says **this.\n\n    And ``that``.\n\n    .. nonsense:: x\n    '''"
    install("one", {"ns": {"a": "m:A", "b": "n:B"}}, {"m.py": source, "n.py": "class B:\n    '''Well.'''"})
    app = project.build("Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n", plugins_trusted=["one"])
    assert [warning.partition(": WARNING: ")[0].rpartition("/")[2] for warning in project.warnings] == [
        "m.py:2",
        "m.py:6",
    ]
    assert all(warning.endswith("[plugins.docstring]") for warning in project.warnings)
    doctree = app.env.get_doctree("index")
    assert "Says **this." in doctree.astext()
    assert ".. nonsense:: x" in doctree.astext()
    assert "Well." in doctree.astext()
    assert not list(doctree.findall(lambda node: isinstance(node, nodes.system_message | nodes.problematic)))


def test_warnings_can_be_suppressed(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "nowhere", "b": "m"}}, {"m.py": "'''**This'''"})
    page = "Top\n===\n\n.. list-plugins:: ns\n\n.. list-plugins:: ns.nowhere\n"
    project.build(page, plugins_trusted=["one"], suppress_warnings=["plugins.load", "plugins.docstring"])
    [warning] = project.warnings
    assert warning.endswith("[plugins.namespace]")
    project.build(page, suppress_warnings=["plugins"])
    assert project.warnings == []


def test_second_build_reads_nothing_and_warns_the_same(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "nowhere", "b": "m"}}, {"m.py": "'''**This'''"})
    project.build("Top\n===\n\n.. list-plugins:: ns\n\n.. list-plugins:: ns.nowhere\n", plugins_report_untrusted=True)
    first = project.warnings
    app = project.build(plugins_report_untrusted=True)
    assert app.env.get_doctree("index")
    assert "0 added, 0 changed, 0 removed" in app.status.getvalue()
    assert project.warnings == first
    assert len(first) == 3


def test_warnings_go_with_their_page(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "nowhere"}})
    project.build("Top\n===\n\n.. list-plugins:: ns\n")
    assert len(project.warnings) == 1
    project.build("Top\n===\n")
    assert project.warnings == []


@pytest.mark.slow
def test_parallel_build_is_like_a_serial_one(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "nowhere", "b": "m"}}, {"m.py": "'''**This'''"})
    pages = {f"p{n}.rst": f"P{n}\n==\n\n.. list-plugins:: {'ns' if n % 2 else 'no'}\n" for n in range(10)}
    pages["index.rst"] = "Top\n===\n\n.. toctree::\n   :glob:\n\n   p*\n"
    serial = {
        file.name: file.read_bytes()
        for file in project.build(pages, plugins_report_untrusted=True).outdir.glob("*.html")
    }
    warnings = project.warnings
    app = project.build(pages, parallel=2, freshenv=True, plugins_report_untrusted=True)
    parallel = {file.name: file.read_bytes() for file in app.outdir.glob("*.html")}
    assert parallel == serial
    assert project.warnings == warnings
    assert len(warnings) == 5 + 2 + 4  # pages without a namespace, problems of plugins, pages that list them again


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["html", "text", "latex", "man", "epub", "singlehtml", "pseudoxml"])
def test_builders(install: Install, project: Project, builder: str) -> None:
    files = {"m.py": "def f():\n    '''Well.\n\n    Head\n    ----\n\n    ===  ===\n    a    b\n    ===  ===\n    '''"}
    install("one", {"ns": {"a b/c": "m:f", "读": "m:f", "x": "nowhere"}}, files)
    page = "Top\n===\n\n.. list-plugins:: ns\n\n.. list-plugins:: ns\n   :detailed:\n"
    app = project.build(page, builder=builder, version="1", copyright="all", suppress_warnings=["plugins.load"])
    assert project.warnings == []
    output = "".join(file.read_text() for file in app.outdir.rglob("*.*") if file.suffix in _TEXTS)
    assert output.lower().count("a b/c") >= 2  # some write headings in capitals
    assert output.count("读") >= 2
    assert "nowhere" in output


_TEXTS = {".html", ".xhtml", ".txt", ".tex", ".1", ".pseudoxml"}


def test_option_that_is_not_valid(project: Project) -> None:
    page = f"Top\n===\n\n.. list-plugins:: {EXAMPLE}\n"
    app = project.build(page, plugins_introspection="guess", plugins_import_timeout=-1)
    assert [warning.endswith("[plugins.config]") for warning in project.warnings] == [True, True]
    assert names(app.env.get_doctree("index")) == ["field", "plain", "simple"]


def test_introspection_is_the_configured_one(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:f"}}, {"m.py": "globals()['f'] = type('f', (), {'__doc__': 'Made.'})"})
    page = "Top\n===\n\n.. list-plugins:: ns\n"
    assert "Made." in text(project.build(page, builder="text"))
    assert "Made." not in text(project.build(page, builder="text", plugins_introspection="static"))
    assert "cannot be told from the source" in project.warnings[0]


@pytest.mark.slow
def test_timeout_is_the_configured_one(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:f"}}, {"m.py": "import time\ntime.sleep(600)"})
    project.build("Top\n===\n\n.. list-plugins:: ns\n", plugins_import_timeout=0.5)
    assert "did not answer within 0.5 s" in project.warnings[0]


def test_unreadable_distribution(install: Install, project: Project) -> None:
    install("one", "[ns]\nnonsense\na = m:f\n", {"m.py": "def f(): pass"})
    # To text: for HTML Sphinx itself reads all entry points, and such a distribution ends its build.
    app = project.build("Top\n===\n\n.. list-plugins:: ns\n", builder="text")
    assert names(app.env.get_doctree("index")) == ["a"]
    [warning] = project.warnings
    assert warning.endswith("[plugins.source]")


def test_fields_stand_below_the_docstring(install: Install, project: Project) -> None:
    source = (
        "class A:\n    '''Own.'''\n    tags = ['a', 'b']\n    flag = True\n    deep = {'x': [1]}\n    url = 'http--x'"
    )
    install("one", {"ns": {"a": "m:A"}}, {"m.py": source})
    fields = {"Tags": "attr:tags", "Flag": "attr:flag", "Deep": "attr:deep", "None": "attr:none", "URL": "attr:url"}
    page = "Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n"
    app = project.build(page, builder="text", plugins_namespaces={"n*": {"fields": fields}})
    assert text(app).endswith("Own.\n\nTags:\n   a, b\n\nFlag:\n   yes\n\nDeep:\n   x\n      1\n\nURL:\n   http--x\n")
    assert project.warnings == []


def test_field_without_an_answer(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": "\nclass A:\n    def f(self): raise ValueError('no')"})
    page = "Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n"
    project.build(page, plugins_namespaces={"ns": {"fields": {"F": "call:f"}}})
    [warning] = project.warnings
    assert "m.py:2: WARNING: ns:a does not answer call:f for its field 'F': ValueError: no" in warning
    assert warning.endswith("[plugins.field]")


def test_overlay_is_relative_to_the_configuration(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": "class A:\n    '''Own.'''"})
    (project.folder / "facts.toml").write_text('[ns.a]\nguide = "Read this"\n')
    page = "Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n"
    settings = {"ns": {"fields": {"Guide": "overlay:guide"}}}
    app = project.build(page, builder="text", plugins_namespaces=settings, plugins_overlay="facts.toml")
    assert "Read this" in text(app)


@pytest.mark.parametrize("detailed", ["", "   :detailed:\n"])
def test_inherited_docstring_is_marked(install: Install, project: Project, detailed: str) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": "class B:\n    '''Of B.'''\nclass A(B): pass"})
    page = f"Top\n===\n\n.. list-plugins:: ns\n{detailed}"
    assert "Of B." not in text(project.build(page, builder="text"))
    app = project.build(page, builder="text", plugins_inherit_docstrings=True)
    assert "Of B. (inherited from m.B)" in " ".join(text(app).split())


def test_docstring_that_is_not_told_is_not_said_to_be_missing(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:f"}}, {"m.py": "def f(): pass\nf.__doc__ = 'Own.'.upper()"})
    page = "Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n"
    app = project.build(page, builder="text", plugins_introspection="static")
    assert "No documentation" not in text(app)
    assert "only in part told" in text(app)


def test_mocks_are_those_of_autodoc_or_our_own(install: Install, project: Project) -> None:
    source = "import nowhere\nglobals()['f'] = nowhere.decorate(lambda: None)\nf.__doc__ = 'Made.'"
    install("one", {"ns": {"a": "m:f"}}, {"m.py": source})
    page = "Top\n===\n\n.. list-plugins:: ns\n"
    both = ["sphinxext.plugins", "sphinx.ext.autodoc"]
    app = project.build(page, builder="text", extensions=both, autodoc_mock_imports=["nowhere"])
    assert "Made." in text(app)
    assert "Made." in text(project.build(page, builder="text", plugins_mock_imports=["nowhere"]))
    assert "Made." not in text(project.build(page, builder="text"))


def test_python_is_the_configured_one(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:f"}}, {"m.py": "globals()['f'] = 1"})
    project.build("Top\n===\n\n.. list-plugins:: ns\n", plugins_python="./nowhere/python")
    [warning] = project.warnings
    assert "interpreter" in warning
    assert "nowhere/python" in warning


@pytest.mark.parametrize(
    "docstring",
    ["\n".join("  " * level + "- x" for level in range(400)), "\n\n".join(" " * level + "x" for level in range(60))],
    ids=["recursion", "depth"],
)
def test_docstring_that_docutils_does_not_stand(install: Install, project: Project, docstring: str) -> None:
    install("one", {"ns": {"a": "m:f", "b": "m:g"}}, {"m.py": f"def f():\n    {docstring!r}\ndef g():\n    'Well.'"})
    app = project.build("Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n", builder="text", plugins_trusted=["*"])
    [warning] = project.warnings
    assert "m.py:2: WARNING: ns:a has a docstring that cannot be rendered" in warning
    assert warning.endswith("[plugins.docstring]")
    assert "Well." in text(app)


@pytest.mark.parametrize("detailed", ["", "   :detailed:\n"])
def test_a_stored_page_holds_nothing_of_the_environment(project: Project, detailed: str) -> None:
    app = project.build(f"Top\n===\n\n.. list-plugins:: {EXAMPLE}\n{detailed}")
    stored = (app.doctreedir / "index.doctree").read_bytes()
    assert b"A very basic formatter" in stored
    assert b"sphinx.environment" not in stored


LISTED = {
    "plain": "m:f",
    "RaBBit": "m:f",
    "two words": "m:f",
    "taken": "m:f",
    "读": "m:f",
    "label": "m:f",
    "twice": "m:f",
}
LISTING = """
Top
===

See plain_, rabbit_, `two words`_, twice_, taken_, label_ and 读_.

.. list-plugins:: ns
   :detailed:
   {}

Taken
-----

.. _label:

End
---

Again plain_.

.. list-plugins:: ns
   :detailed:
"""


@pytest.mark.slow
@pytest.mark.parametrize("option", ["", ":titlecase:"])
@pytest.mark.parametrize("builder", ["html", "latex", "text", "epub"])
def test_titles_are_targets_and_have_their_ids(install: Install, project: Project, builder: str, option: str) -> None:
    install("one", {"ns": LISTED}, {"m.py": "def f():\n    '''This.'''"})
    install("two", {"ns": {"twice": "m:f"}})
    page = LISTING.format(option)
    settings = {"suppress_warnings": ["plugins.conflict"], "version": "1", "copyright": "all"}
    app = project.build(page, builder=builder, **settings)  # type: ignore[arg-type]  # settings
    assert project.warnings == []
    document = app.env.get_doctree("index")
    first = next(node for node in document.findall(nodes.paragraph) if node.astext().startswith("See"))
    led = {node.astext(): node["refid"] for node in first.findall(nodes.reference)}
    assert led == {
        "plain": "plugin-ns-plain",
        "rabbit": "plugin-ns-RaBBit",
        "two words": "plugin-ns-two-U20-words",
        "twice": "plugin-ns-twice",
        "taken": "taken",
        "label": "label",
        "读": "plugin-ns--U8BFB-",
    }
    sections = {node[0].astext().lower(): node["ids"] for node in reversed(list(document.findall(nodes.section)))}
    assert sections["plain"] == ["plugin-ns-plain", "plain"]
    assert sections["rabbit"] == ["plugin-ns-RaBBit", "rabbit", "plugin-ns"]
    assert sections["two words"] == ["plugin-ns-two-U20-words", "two-words"]
    assert sections["twice (one)"] == ["plugin-ns-twice", "twice"]
    assert sections["twice (two)"] == ["plugin-ns-twice-U40-two"]
    assert sections["end"] == ["end", "label"]
    taken = [node["ids"] for node in document.findall(nodes.section) if node[0].astext().lower() == "taken"]
    assert taken[:2] == [["plugin-ns-taken"], ["taken"]]  # the page's own title has the id of its words
    ids = [identifier for node in document.findall(nodes.Element) for identifier in node["ids"]]
    assert len(ids) == len(set(ids))
    if builder == "html":
        html = (app.outdir / "index.html").read_text()
        assert '<span id="rabbit"></span>' in html
        assert 'href="#plugin-ns-plain"' in html
    assert set(app.env.domains.standard_domain.labels) & {"plain", "rabbit", "two words"} == set()


def test_what_is_not_documented_is_no_warning_to_readers(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:f"}}, {"m.py": "def f(): pass"})
    app = project.build("Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n")
    document = app.env.get_doctree("index")
    assert not list(document.findall(nodes.warning))
    [said] = [node for node in document.findall(nodes.paragraph) if "sp-undocumented" in node["classes"]]
    assert said.astext() == "No documentation found for a in m:f"
    assert project.warnings == []


FOOTNOTE = "Reads a [1]_.\n\n.. _here:\n\nHead\n----\n\n.. [1] Foot.\n"


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0)])
def test_ids_are_there_once_on_a_page_of_several_documents(
    install: Install, project: Project, order: tuple[int, ...]
) -> None:
    install("one", {"ns": {"a": "m", "b": "m"}}, {"m.py": repr(FOOTNOTE)})
    parts = [
        "```{eval-rst}\n.. list-plugins:: ns\n   :detailed:\n\n.. plugin:namespace:: by.hand\n```\n",
        "```{plugin-catalog} ns\n```\n",
        "```{eval-rst}\n.. plugin:: ns:a\n\n.. plugin:namespace:: by.hand\n   :no-index:\n\n"
        ".. plugin-catalog:: ns\n```\n",
    ]
    page = "# Top\n\n" + "\n\n## More\n\n".join(parts[number] for number in order)
    extensions = ["sphinxext.plugins", "myst_parser"]
    app = project.build({"index.md": page}, extensions=extensions, suppress_warnings=["plugins.reference"])
    assert project.warnings == []
    html = (app.outdir / "index.html").read_text()
    ids = Counter(re.findall(r' id="([^"]+)"', html))
    assert [name for name, count in ids.items() if count > 1] == []
    assert {"plugin-ns", "plugin-ns-a", "plugin-ns-b", "docstring-ns-a-head", "plugin-by.hand"} <= ids.keys()
    assert set(re.findall(r'href="#([^"]+)"', html)) <= ids.keys()
