"""The project's own docstrings are parsed as autodoc parses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from docutils import nodes

if TYPE_CHECKING:
    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import Install, Project

PAGE = "Top\n===\n\n.. plugin-catalog:: ns\n"
BOTH = ["sphinxext.plugins", "sphinx.ext.autodoc"]

PROLOG = """
.. |project| replace:: Project *X*
.. |mine| replace:: the prolog's
.. role:: red
.. note:: Shown once.
"""
EPILOG = """
.. _homepage: https://good.example/home
.. _start: homepage_
.. _manual: https://good.example/prolog
.. |see| replace:: see homepage_
"""
TEXT = """
Uses |project| in |release|, |see|, or start_. Not |mine| but manual_ and :red:`this`.

.. |mine| replace:: its own
.. _manual: https://good.example/own
"""


def docstrings(app: SphinxTestApp, page: str = "index") -> nodes.document:
    return app.env.get_doctree(page)


@pytest.mark.parametrize("markdown", [False, True])
def test_prolog_and_epilog(install: Install, project: Project, *, markdown: bool) -> None:
    install("one", {"ns": {"a": "m"}}, {"m.py": f"r'''{TEXT}'''"})
    pages = {"index.md": "# Top\n\n```{plugin-catalog} ns\n```\n"} if markdown else PAGE
    extensions = ["sphinxext.plugins", *(["myst_parser"] if markdown else [])]
    settings: dict[str, Any] = {
        "rst_prolog": PROLOG,
        "rst_epilog": EPILOG,
        "release": "9.9",
        "plugins_trusted": ["one"],
    }
    app = project.build(pages, extensions=extensions, **settings)
    assert project.warnings == []
    first = "Uses Project X in 9.9, see homepage, or start."
    [whole] = [node for node in docstrings(app).findall(nodes.paragraph) if node.astext().startswith(f"{first} Not")]
    assert whole.astext() == f"{first} Not its own but manual and this."
    links = [node["refuri"] for node in whole.findall(nodes.reference)]
    assert links == [*["https://good.example/home"] * 2, "https://good.example/own"]
    [summary] = [node for node in docstrings(app).findall(nodes.paragraph) if node.astext() == first]
    assert [node["refuri"] for node in summary.findall(nodes.reference)] == ["https://good.example/home"] * 2
    assert len(list(docstrings(app).findall(nodes.note))) == (0 if markdown else 1)
    untrusted = project.build(extensions=extensions, **{**settings, "plugins_trusted": []})
    assert "|project| in |release|" in docstrings(untrusted).astext()


def test_what_prolog_has_wrong_is_not_said_of_docstrings(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m", "b": "m"}}, {"m.py": "'''Says |this|.'''"})
    project.build(PAGE, rst_epilog=".. |this| replace:: *that\n", plugins_trusted=["one"])
    said = [line.partition("WARNING: ")[2].partition(";")[0] for line in project.warnings if "[plugins." in line]
    undefined = 'has markup in its docstring that is not right: Undefined substitution referenced: "this"'
    assert said == [f"ns:a {undefined}", f"ns:b {undefined}"]
    assert "WARNING: Inline emphasis start-string without end-string. [docutils]" in project.warnings[0]


HOOK = """
def change(app, what, name, obj, options, lines):
    lines[:] = [line.replace("Reads", "Loads") for line in lines]
    lines.append(f"{what} {name} {obj} {options.no_index is not None} {lines.count('')}.")
    lines += ["", ""]

def setup(app):
    app.connect("autodoc-process-docstring", change)
"""


def test_handlers_of_autodoc(install: Install, project: Project) -> None:
    source = "class A:\n    '''Reads a.'''\ndef f():\n    '''Reads f.'''\nx = A()\nx.__doc__ = 'Reads x.'\n"
    install("one", {"ns": {"a": "m:A", "f": "m:f", "m": "n", "x": "m:x"}}, {"m.py": source, "n.py": "'''Reads n.'''"})
    install("two", {"ns": {"z": "o"}}, {"o.py": "'''Reads o.'''"})
    install("hook", {}, {"hook.py": HOOK})
    app = project.build(PAGE, extensions=[*BOTH, "hook"], plugins_trusted=["one"])
    assert project.warnings == []
    text = docstrings(app).astext()
    for said in ("class m.A None True 1.", "function m.f None True 1.", "module n None True 1."):
        assert said in text
    for said in ("Loads a.", "Loads f.", "Loads n.", "Reads o."):
        assert text.count(said) == 2
    assert "Reads a." not in text
    without = project.build(freshenv=True, extensions=["sphinxext.plugins"], plugins_trusted=["one"])
    assert "Reads a." in docstrings(without).astext()


FAILING = """
def change(app, what, name, obj, options, lines):
    lines[:] = ["Gone."]
    raise ValueError(f"no {obj.__class__} {change}")

def setup(app):
    app.connect("autodoc-process-docstring", change)
"""


def test_handler_that_fails_is_one_warning(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m", "b": "n"}}, {"m.py": "'''Reads a.'''", "n.py": "'''Reads b.'''"})
    install("hook", {}, {"hook.py": FAILING})
    app = project.build(PAGE, extensions=[*BOTH, "hook"], plugins_trusted=["one"])
    [warning] = first = project.warnings
    assert warning.startswith("index.rst:4: WARNING: a handler of autodoc-process-docstring fails: ValueError: no ")
    assert " at 0x" not in warning
    assert warning.endswith("[plugins.config]")
    assert "Reads a." in docstrings(app).astext()
    assert "Gone." not in docstrings(app).astext()
    project.build(extensions=[*BOTH, "hook"], plugins_trusted=["one"])
    assert project.read == []
    assert project.warnings == first


NUMPY = '''
class A:
    """Reads a.

    Parameters
    ----------
    x : int
        The x.

    Notes
    -----
    Also [1]_.

    References
    ----------
    .. [1] A book.
    """
'''


def test_numpydoc(install: Install, project: Project) -> None:
    pytest.importorskip("numpydoc")
    install("one", {"ns": {"a": "m:A"}}, {"m.py": NUMPY})
    pages = {"index.rst": f"{PAGE}\n.. toctree::\n\n   api\n", "api.rst": "API\n===\n\n.. autoclass:: m.A\n"}
    app = project.build(pages, builder="text", extensions=[*BOTH, "numpydoc"], plugins_trusted=["one"])
    assert project.warnings == []
    shown, api = ((app.outdir / f"{page}.txt").read_text() for page in ("index", "api"))
    parameters = "Parameters:\n      **x** : int\n         The x.\n"
    assert parameters in api
    assert parameters.replace("\n   ", "\n") in shown
    assert "Also [1]." in shown


CONSTRUCTED = '''
class A:
    """Reads a.

    Args:
        x: The first.
    """

    def __init__(self, x):
        """Makes *a.

        Args:
            y: The second.
        """


class B(A):
    """Reads b."""


class C:
    def __init__(self):
        """Makes c."""
'''


@pytest.mark.slow
@pytest.mark.parametrize("introspection", ["static", "import"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("class", "Reads a. x: The first."),
        ("init", "Makes *a. y: The second."),
        ("both", "Reads a. x: The first. Makes *a. y: The second."),
    ],
)
def test_docstrings_of_constructors(
    install: Install, project: Project, introspection: str, content: str, expected: str
) -> None:
    install("one", {"ns": {"a": "m:A", "b": "m:B", "c": "m:C"}}, {"m.py": CONSTRUCTED})
    settings: dict[str, Any] = {"plugins_introspection": introspection, "autoclass_content": content}
    page = "Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n"
    extensions = [*BOTH, "sphinx.ext.napoleon"]
    app = project.build(page, extensions=extensions, plugins_trusted=["one"], **settings)
    sections = list(docstrings(app).findall(nodes.section))[1:]
    shown = [" ".join(section.astext().split()).replace(" \u2013 ", ": ") for section in sections]
    assert shown[0].replace("Parameters ", "") == f"a {expected}"
    assert shown[1] == "b Reads b."
    assert shown[2] == ("c No documentation found for c in m:C" if content == "class" else "c Makes c.")
    assert [line.partition("m.py:")[2].partition(":")[0] for line in project.warnings] == (
        [] if content == "class" else ["10"]
    )
    untrusted = project.build(page, extensions=extensions, **settings)
    assert "Makes" not in docstrings(untrusted).astext()
