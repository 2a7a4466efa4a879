"""``plugin-changes``: what releases changed, from their snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from docutils import nodes

from sphinxext.plugins.checks.asked import directives, shown
from sphinxext.plugins.core.shown import Period, Shown
from tests.test_history import MODULE, plugin, write

if TYPE_CHECKING:
    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import Install, Project

SETTINGS: dict[str, Any] = {"plugins_history": "history/*.json", "plugins_introspection": "static"}
PAGE = "Top\n===\n\nBefore.\n\n.. plugin-changes:: {}\n\nBehind.\n"


def page(argument: str = "ns", **options: str) -> str:
    given = "".join(f"\n   :{option.removesuffix('_')}: {value}" for option, value in options.items())
    return PAGE.format(argument + given)


def text(app: SphinxTestApp) -> str:
    """The list on the page, each term and each bullet a line."""
    doctree = app.env.get_doctree("index")
    lines = []
    for node in doctree.findall(lambda node: isinstance(node, nodes.term | nodes.paragraph)):
        depth, parent = 0, node.parent
        while parent is not None:
            depth += isinstance(parent, nodes.bullet_list)
            parent = parent.parent
        lines.append(f"{'  ' * depth}{node.astext()}")
    return "\n".join(lines).removeprefix("Before.\n").removesuffix("\nBehind.")


def configured(*options: dict[str, Any]) -> dict[str, Any]:
    return {"configuration": {"reader": "click", "options": [*options]}}


X = {"name": "x", "type": "int"}

OLD = [
    plugin("a", signature="(x)", **configured(X, {"name": "y", "default": 1})),
    plugin("old", "m:B", docstring={"text": "Reads b."}),
    plugin("gone", docstring={"text": "Reads what was, with ``one``."}),
    plugin("left", distribution="two"),
]
NEW = [
    plugin(
        "a",
        signature="(x, y)",
        **configured({**X, "required": True}, {"name": "y", "default": 2, "deprecated": {"since": "2.0"}}),
    ),
    plugin("b", "m:B", docstring={"text": "Reads B."}),
    plugin("new", docstring={"text": "Reads more."}, deprecated=""),
    plugin("other", distribution="three"),
]
CHANGED = """\
Added
  new (one): Reads more.
Renamed
  old → b
    breaking: its old name is gone
Deprecated
  a, option y: since 2.0
Removed
  gone (one): Reads what was, with one.
    breaking: it is gone
Changed
  a
    breaking: option x is required now
    Signature: (x) → (x, y)
    Option x, required: no → yes
    Option y, default: 1 → 2"""


@pytest.mark.slow
def test_what_a_release_changed(project: Project, install: Install) -> None:
    install("one", {"ns": {"new": "m:A", "b": "m:B"}}, {"m.py": MODULE})
    write(project.folder, "1.0", *OLD)
    write(project.folder, "2.0", *NEW)
    write(project.folder, "10.0", plugin("b"))
    app = project.build(
        {"index.rst": page(to="2.0", class_="notes"), "list.rst": ":orphan:\n\n.. list-plugins:: ns\n"}, **SETTINGS
    )
    assert project.warnings == []
    assert text(app) == CHANGED
    listed = next(app.env.get_doctree("index").findall(nodes.definition_list))
    assert listed["classes"] == ["sp-changes", "notes", "mathjax_ignore", "tex2jax_ignore"]
    assert text(project.build(page(from_="1", to="2.0.0"), **SETTINGS)) == CHANGED
    app = project.build(page(from_="2.0", to="10.0"), **SETTINGS)
    assert [line for line in text(app).splitlines() if not line.startswith("   ")] == [
        "Removed",
        "  a (one)",
        "  new (one): Reads more.",
    ]


@pytest.mark.slow
def test_names_lead_to_where_plugins_are(project: Project, install: Install) -> None:
    install("one", {"ns": {"new": "m:A", "b": "m:B"}}, {"m.py": MODULE})
    write(project.folder, "1.0", *OLD)
    write(project.folder, "2.0", *NEW)
    app = project.build({"index.rst": page(to="2.0"), "list.rst": ":orphan:\n\n.. list-plugins:: ns\n"}, **SETTINGS)
    html = (app.outdir / "index.html").read_text()
    for name in ("new", "b", "old", "gone"):  # those that went lead to what became of them
        assert f'href="list.html#plugin-ns-{name}"' in html
    # When it is documented elsewhere, the page is written again and not read.
    project.build({"list.rst": ":orphan:\n\n.. plugin:: ns:b\n"}, **SETTINGS)
    assert project.read == ["list"]
    html = (app.outdir / "index.html").read_text()
    assert 'href="list.html#plugin-ns-b"' in html
    for name in ("new", "gone", "a"):
        assert f"plugin-ns-{name}" not in html


@pytest.mark.slow
def test_what_is_not_released_yet(project: Project, install: Install) -> None:
    install("one", {"ns": {"a": "m:A", "b": "m:B"}, "other": {"x": "m:A"}}, {"m.py": MODULE})
    install("two", {"ns": {"c": "m:A"}})
    write(project.folder, "1.0", plugin("a"), plugin("b"))
    write(project.folder, "2.0", plugin("a"), plugin("gone"))
    app = project.build(page(), **SETTINGS)
    assert project.warnings == []
    assert text(app) == "Added\n  b (one): Reads b.\nRemoved\n  gone (one)\n    breaking: it is gone"
    app = project.build(page(from_="1.0"), **SETTINGS)
    assert text(app) == "No plugin was added, removed or changed."


def test_releases_between_tell_what_was_renamed(project: Project, install: Install) -> None:
    """As the history does; what such a one left out with its distribution was there all the same."""
    install("one", {"ns": {"b": "m:B"}}, {"m.py": MODULE})
    old, first = plugin("old", "m:Old"), plugin("first")
    write(project.folder, "1.0", plugin("B", "m:B"), old, first, plugin("c", "n:C", distribution="two"))
    others = {"other": {"plugins": [plugin("x")]}}
    write(project.folder, "1.1", namespaces=others, distributions={"one": {"name": "one"}})
    write(project.folder, "2.0", plugin("b", "m:B"), first, plugin("second", "m:First"))
    second, d = plugin("second", "m:First"), plugin("d", "n:C", distribution="two")
    write(project.folder, "2.1", plugin("b", "m:B"), plugin("also", "m:B"), old, second, d)
    app = project.build(page(from_="1.0", to="2.1"), **SETTINGS)
    assert project.warnings == []
    assert [line for line in text(app).splitlines() if not line.startswith("    ")] == [
        "Added",
        "  also (one)",
        "  second (one)",
        "Renamed",
        "  B → b",
        "  c → d",
        "Removed",
        "  first (one)",
    ]
    write(project.folder, "2.0", plugin("b", "m:B"), old, first)
    project.build(**SETTINGS)
    assert project.read == ["index"]  # first may be called second now


def test_a_namespace_that_is_empty_now(project: Project, install: Install) -> None:
    install("one", {"other": {"x": "m:A"}}, {"m.py": MODULE})
    write(project.folder, "1.0", plugin("a"), selected=["*"])
    app = project.build(page("other ns"), **SETTINGS)
    assert project.warnings == []
    assert text(app) == "Added\n  other:x (one): Reads a.\nRemoved\n  ns:a (one)\n    breaking: it is gone"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("argument", "options", "warning"),
    [
        ("ns", {"to": "2.1"}, "plugins_history has no release '2.1'; correct the option :to: (the nearest: 2.0)"),
        (
            "ns",
            {"from_": "next"},
            "plugins_history has no release 'next'; correct the option :from: (the last: 1.0, 2.0)",
        ),
        ("ns", {"to": "1.0"}, "there is no release from before to 1.0; name an earlier one in :from:"),
        ("ns", {"from_": "2.0", "to": "1.0"}, "there is no release from 2.0 to 1.0; name an earlier one in :from:"),
        ("other", {"to": "2.0"}, "the snapshot of 1.0 is not of other, so that nothing is known of what changed"),
    ],
)
def test_mistakes(project: Project, install: Install, argument: str, options: dict[str, str], warning: str) -> None:
    """Each is said once, in each build, where the directive stands; the rest of the page goes on."""
    install("one", {"ns": {"a": "m:A"}}, {"m.py": MODULE})
    write(project.folder, "1.0", plugin("a"))
    others = {name: {"plugins": [plugin("a")]} for name in ("ns", "other")}
    write(project.folder, "2.0", namespaces=others, distributions={"one": {"name": "one"}})
    for parallel in (0, 0, 2):
        app = project.build(page(argument, **options), parallel=parallel, freshenv=parallel > 0, **SETTINGS)
        [said] = project.warnings
        assert said.startswith(f"index.rst:6: WARNING: plugin-changes: {warning}")
        assert said.endswith("[plugins.config]")
    assert "Behind." in app.env.get_doctree("index").astext()
    [note] = app.env.get_doctree("index").findall(nodes.warning)
    assert note.astext() == f"{warning[:1].upper()}{warning[1:]}".partition(";")[0] + "."


def test_without_a_history(project: Project, install: Install) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": MODULE})
    project.build(page())
    [said] = project.warnings
    assert "plugin-changes: nothing is known of earlier releases; name snapshots of them in plugins_history" in said


def test_a_namespace_that_does_not_exist(project: Project, install: Install) -> None:
    install("one", {"ns.one": {"a": "m:A"}}, {"m.py": MODULE})
    write(project.folder, "1.0", plugin("a"))
    app = project.build(page("ns.two ns.*"), **SETTINGS)
    [said] = project.warnings
    assert "index.rst:6: WARNING: there is no plugin namespace 'ns.two' in this environment" in said
    assert said.endswith("[plugins.namespace]")
    assert "There is no plugin namespace ns.two. There is: ns.one." in app.env.get_doctree("index").astext()


HOSTILE = "<script>alert(1)</script> `x`_ |s| :ref:`y` \x1b[31m $x$ ``<b>``"


def test_texts_of_others_are_shown_letter_by_letter(project: Project, install: Install) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": MODULE})
    option = {"name": "<i>%(name)s</i>", "required": True}
    write(project.folder, "1.0", plugin("a", **configured()))
    write(
        project.folder,
        "2.0",
        plugin("a", deprecated=HOSTILE, **configured(option)),
        plugin("<b>|n|</b>", docstring={"text": HOSTILE}, distribution="<u>"),
        plugin("c", distribution=""),
    )
    app = project.build(page(to="2.0"), **SETTINGS)
    assert project.warnings == []
    html = (app.outdir / "index.html").read_text()
    for tag in ("script>alert", "i>%", "b>", "u>"):
        assert f"<{tag}" not in html
    shown = app.env.get_doctree("index").astext()
    assert "option <i>%(name)s</i> is required now" in shown
    assert "a: <script>alert(1)</script> `x`_ |s| :ref:`y` \\x1b[31m $x$ <b>" in shown
    assert not list(app.env.get_doctree("index").findall(nodes.problematic))


@pytest.mark.slow
def test_a_page_is_read_again_when_what_it_shows_has_changed(project: Project, install: Install) -> None:
    module = MODULE.replace("class B:", "class B:\n    def __init__(self, x): pass\n")
    install("one", {"ns": {"a": "m:A"}}, {"m.py": module})
    write(project.folder, "1.0", plugin("a", signature="()"))
    write(project.folder, "2.0", plugin("a", signature="()"))
    now, then, last = page(), page(from_="1.0", to="2.0"), page(to="2.0")
    pages = {"index.rst": now, "then.rst": f":orphan:\n\n{then}", "last.rst": f":orphan:\n\n{last}"}
    app = project.build(pages, **SETTINGS)
    project.build(**SETTINGS)
    assert project.read == []
    # What is said nowhere in them makes no difference.
    install("one", {"ns": {"a": "m:A"}}, {"m.py": module.replace("Reads a.", "Reads A.")})
    write(project.folder, "1.0", plugin("a", signature="()", docstring={"text": "Reads a."}))
    write(project.folder, "0.1", plugin("x"))
    project.build(**SETTINGS)
    assert project.read == []
    install("one", {"ns": {"a": "m:A", "b": "m:B"}}, {"m.py": module})
    project.build(**SETTINGS)
    assert project.read == ["index"]
    write(project.folder, "1.1", plugin("a", signature="(x)"))
    project.build(**SETTINGS)
    assert project.read == ["last"]
    write(project.folder, "2.0", plugin("a"), plugin("b", signature="(x)"))
    app = project.build(**SETTINGS)
    assert sorted(project.read) == ["index", "last", "then"]
    assert text(app) == "No plugin was added, removed or changed."


@pytest.mark.slow
def test_two_processes_read_as_one(project: Project, install: Install) -> None:
    install("one", {"ns": {"a": "m:A", "b": "m:B"}}, {"m.py": MODULE})
    write(project.folder, "1.0", *OLD)
    pages = {f"p{number}.rst": f":orphan:\n\n{page()}" for number in range(10)} | {"index.rst": page()}
    one = text(project.build(pages, **SETTINGS))
    assert text(project.build(parallel=2, freshenv=True, **SETTINGS)) == one
    assert project.warnings == []


def test_interfaces_and_distributions(project: Project, install: Install) -> None:
    """What is declared is compared with what was recorded; what is only shown elsewhere makes no difference."""
    module = """
        import abc

        class Base(abc.ABC):
            @abc.abstractmethod
            def read(self, path, mode): '''Reads.'''

        class A(Base):
            def read(self, path, mode): return 1
        """
    install("one", {"ns": {"a": "m:A"}}, {"m.py": module}, metadata="Requires-Python: >=3.10")
    settings = {**SETTINGS, "plugins_namespaces": {"ns": {"interface": "m:Base"}}}
    member = {
        "name": "read",
        "kind": "method",
        "signature": "(path)",
        "need": "default",
        "docstring": {"text": "Read."},
    }
    done = {"member": "read", "support": "own"}
    of = {"plugins": [plugin("a", implements=[done])], "interface": {"target": "m:Base", "members": [member]}}
    was = {"name": "one", "version": "0.9", "requires_python": ">=3.9"}
    write(project.folder, "1.0", namespaces={"ns": of}, distributions={"one": was})
    app = project.build(page(), **settings)
    assert project.warnings == []
    assert text(app) == (
        "Distributions\n  one\n    breaking: it requires Python >=3.10 now\n    Python: >=3.9 → >=3.10\n"
        "Interfaces\n  ns\n    breaking: member read is required now\n"
        "    breaking: read is called with (path, mode) now\n"
        "    Member read, signature: (path) → (path, mode)\n    Member read, need: default → required"
    )


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("restructuredtext", ".. plugin-changes:: a b.*\n   :from: 1.0\n   {}\n"),
        ("markdown", "```{{plugin-changes}} a b.*\n:from: 1.0\n{}\n```\n"),
    ],
)
def test_what_is_compared_is_known_before_pages_are_read(form: str, written: str) -> None:
    now = Period(("a", "b.*"), "1.0")
    assert shown(directives(written.format(""), form)) == {Shown("a", changes=now), Shown("b.*", changes=now)}
    then = Period(("a", "b.*"), "1.0", "2.0")
    assert shown(directives(written.format(":to: 2.0"), form)) == {Shown("", changes=then)}


def test_nothing_is_introspected_for_releases_alone(project: Project, install: Install) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": MODULE})
    write(project.folder, "1.0", *OLD)
    write(project.folder, "2.0", *NEW)
    app = project.build(page(to="2.0"), **SETTINGS)
    assert not (app.outdir / "plugins.json").exists()
    assert not Path(app.doctreedir, "sphinxext-plugins.json").exists()
