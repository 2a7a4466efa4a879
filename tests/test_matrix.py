"""The directive ``plugin-matrix``, and the view of ``plugin-catalog``, in real builds."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup, Tag
from docutils import nodes

from sphinxext.plugins.core import limits, matrices
from sphinxext.plugins.core.interfaces import Implementation, Interface, Member, Need, Support
from sphinxext.plugins.core.matrices import Column, Group, Matrix
from sphinxext.plugins.core.model import Plugin
from sphinxext.plugins.sphinx.domain import PluginDomain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import Install, Project

FILES = {
    "m.py": """
        from abc import ABC, abstractmethod

        def optional(method):
            return method

        class Base(ABC):
            '''What every driver is.'''

            @abstractmethod
            def read(self, path):
                '''Read a file. And more.'''

            @optional
            def lock(self, path):
                '''Lock a file.'''
                raise NotImplementedError

            @optional
            def unlock(self, path):
                '''Unlock a file.'''
                raise NotImplementedError

            def close(self):
                '''Close it, **now**.'''
                return None

            def name(self):
                '''Return its name.'''
                return "driver"

        class Locking(Base):
            def lock(self, path):
                return path

        class Disk(Locking):
            def read(self, path):
                return path

            def unlock(self, path):
                return path

            def close(self):
                return self

        class Tape(Locking):
            boots = ["usb"]

            def read(self, path):
                return path

        class Cloud(Base):
            boots = ["m:Net", "usb"]

            def read(self, path):
                return path

        class Net:
            pass

        class Usb:
            pass
    """
}
DRIVERS = {"disk": "m:Disk", "tape": "m:Tape", "cloud": "m:Cloud"}
CAPABILITIES = {
    "Locks": {"members": "lock & unlock", "description": "Keeps others away."},
    "Reads": {"members": "read"},
}
OF_NAMESPACE: dict[str, Any] = {"interface": "m:Base", "markers": {"optional": "m:optional"}}
ALONE = ["installed:../site"]
"""Where the distributions of the tests are; to read all others as well takes a quarter of the time of a build."""


@pytest.fixture(autouse=True)
def _installed(install: Install) -> None:
    install("drivers", {"app.drivers": DRIVERS, "app.boots": {"net": "m:Net", "usb": "m:Usb", "cd": "m:Usb"}}, FILES)


def build(
    project: Project, *options: str, others: Mapping[str, Sequence[str]] = {}, facts: str = "", **of_namespace: object
) -> SphinxTestApp:
    """Build a page with the directive.

    :param others: the options of more pages, by their names
    """
    settings: dict[str, Any] = {"plugins_namespaces": {"app.drivers": {**OF_NAMESPACE, **of_namespace}}}
    if facts:
        (project.folder / "facts.toml").write_text(facts)
        settings["plugins_overlay"] = "facts.toml"
    pages = {"index.rst": _page(options)}
    pages |= {f"{name}.rst": f":orphan:\n\n{_page([*given, ':no-index:'])}" for name, given in others.items()}
    return project.build(pages, freshenv=True, plugins_sources=ALONE, **settings)


def _page(options: Iterable[str]) -> str:
    given = "".join(f"   {option}\n" for option in options)
    return f"Top\n===\n\n.. plugin-matrix:: app.drivers\n{given}\n"


def warnings_of(project: Project, page: str) -> list[str]:
    """The warnings of a page."""
    return [warning for warning in project.warnings if warning.startswith(f"{page}.rst:")]


def doctree(app: SphinxTestApp, page: str = "index") -> nodes.document:
    return app.env.get_doctree(page)


def marked(node: nodes.Element, class_: str) -> list[nodes.Element]:
    return [each for each in node.findall(nodes.Element) if class_ in each["classes"]]


def table(app: SphinxTestApp, page: str = "index") -> list[list[str]]:
    """The cells of all tables, the head of each first."""
    return [
        [" ".join(cell.astext().split()) for cell in row.findall(nodes.entry)]
        for row in doctree(app, page).findall(nodes.row)
    ]


def soup(app: SphinxTestApp, page: str = "index") -> BeautifulSoup:
    return BeautifulSoup((app.outdir / f"{page}.html").read_text(), "html.parser")


def tag(app: SphinxTestApp, selector: str) -> Tag:
    found = soup(app).select_one(selector)
    assert found is not None
    return found


def test_matrix_of_what_differs(project: Project) -> None:
    app = build(project)
    assert project.warnings == []
    assert table(app) == [
        ["Plugin", "Optional", "With a default"],
        ["lock", "unlock", "close"],
        ["cloud", "no", "no", "default"],
        ["disk", "inherited from Locking", "own", "own"],
        ["tape", "inherited from Locking", "no", "default"],
    ]
    [left_out] = marked(doctree(app), "sp-left-out")
    said = "Left out, for all plugins implement them alike: 2 of 5 members. own: read. default: name."
    assert left_out.astext() == said
    legend = [item.astext().partition(":")[0] for item in marked(doctree(app), "sp-legend")[0]]
    assert legend == ["own", "inherited", "default", "no"]


def test_cells_tell_what_proves_them(project: Project) -> None:
    app = build(project, ":only: all")
    titles = {str(each["title"]) for each in soup(app).select("table.sp-matrix td span[title]")}
    lines = (project.folder.parent / "site" / "m.py").read_text().splitlines()
    inherited, raising = (
        next(n for n, line in enumerate(lines, 1) if "def lock" in line and n > after)
        for after in (lines.index("class Locking(Base):"), lines.index("class Base(ABC):"))
    )
    assert f"lock: inherited from m.Locking, m.py:{inherited}" in titles
    [raised] = [title for title in titles if title.startswith("lock: no")]
    assert raised.startswith("lock: no, it only raises NotImplementedError, m.py:")
    assert int(raised.rpartition(":")[2]) in {raising, raising - 1}  # with its decorator
    heads = {each.text.strip(): each["title"] for each in soup(app).select("th span[title]")}
    assert heads == {
        "read": "Read a file.",
        "lock": "Lock a file.",
        "unlock": "Unlock a file.",
        "close": "Close it, now.",
        "name": "Return its name.",
    }


def test_only_all(project: Project) -> None:
    app = build(project, ":only: all", others={"some": [":only: some"]})
    assert table(app)[:2] == [
        ["Plugin", "Required", "Optional", "With a default"],
        ["read", "lock", "unlock", "close", "name"],
    ]
    assert marked(doctree(app), "sp-left-out") == []
    [warning] = project.warnings
    assert "some.rst" in warning
    assert "the option :only: of plugin-matrix cannot be 'some'; give it one of differing, all" in warning


def test_nothing_differs(project: Project) -> None:
    app = build(project, ":members: read, name")
    assert project.warnings == []
    assert table(app) == []
    [said, left_out] = [*marked(doctree(app), "sp-alike"), *marked(doctree(app), "sp-left-out")]
    assert said.astext() == "The plugins do not differ here."
    text = "Left out, for all plugins implement them alike: 2 of 2 members. own: read. default: name."
    assert left_out.astext() == text
    # What is not there is no place that links lead to.
    assert list(app.env.get_domain("plugin").get_objects()) == []


def test_one_plugin_alone_is_shown_whole(project: Project) -> None:
    app = build(project, ":include: tape")
    assert table(app)[-1] == ["tape", "own", "inherited from Locking", "no", "default", "default"]


def test_members(project: Project) -> None:
    shown = {
        "required": ["read"],
        "optional": ["lock", "unlock"],
        "default, read": ["read", "close", "name"],
        "*lock, name": ["lock", "unlock", "name"],
    }
    others = {f"page{number}": [f":members: {asked}", ":only: all"] for number, asked in enumerate(shown)}
    app = build(project, others=others, capabilities=CAPABILITIES)
    assert project.warnings == []
    assert {asked: table(app, page)[1] for page, asked in zip(others, shown, strict=True)} == shown


def test_members_that_there_are_not(project: Project) -> None:
    others = {"lock": [":members: raed, lock"]}
    app = build(project, ":members: raed", others=others, capabilities=CAPABILITIES)
    assert "'raed' in the option :members: of plugin-matrix fits no member of m.Base" in project.warnings[0]
    assert "(the nearest: read)" in project.warnings[0]
    assert table(app)[1] == ["lock", "unlock", "close", "Locks"]  # as if the option were not there
    assert table(app, "lock")[1] == ["lock"]


def test_capabilities(project: Project) -> None:
    app = build(project, capabilities=CAPABILITIES)
    assert project.warnings == []
    assert table(app)[0] == ["Plugin", "Optional", "With a default", "Capabilities"]
    assert table(app)[1] == ["lock", "unlock", "close", "Locks"]
    assert [row[-1] for row in table(app)[2:]] == ["no", "yes", "no"]
    assert [each.astext() for each in marked(doctree(app), "sp-left-out")] == [
        "Left out, for all plugins implement them alike: 2 of 5 members. own: read. default: name.",
        "Left out, for all plugins have them or none does: 1 of 2 capabilities. yes: Reads.",
    ]
    assert tag(app, "span[title='Keeps others away.']").text.strip() == "Locks"


def test_capabilities_alone(project: Project) -> None:
    others = {"one": [":capabilities: Reads", ":members: close", ":only: all"]}
    app = build(project, ":capabilities:", ":only: all", others=others, capabilities=CAPABILITIES)
    assert table(app)[:2] == [["Plugin", "Locks", "Reads"], ["cloud", "no", "yes"]]
    assert table(app, "one")[1] == ["close", "Reads"]


def test_capabilities_of_the_page(project: Project) -> None:
    app = build(project, ":capabilities: Locks, Any=lock | unlock", ":only: all", capabilities=CAPABILITIES)
    assert project.warnings == []
    assert table(app) == [
        ["Plugin", "Locks", "Any"],
        ["cloud", "no", "no"],
        ["disk", "yes", "yes"],
        ["tape", "no", "yes"],
    ]


def test_capabilities_that_are_none(project: Project) -> None:
    wrong = {
        "Loks": "'Loks' in the option :capabilities: of plugin-matrix is not valid; correct it (the nearest: Locks)",
        "Any=lokc": "m.Base has no member 'lokc' (the nearest: lock, unlock)",
        "Any=lock +": "is not made of names of members",
    }
    others = {f"page{number}": [f":capabilities: {given}"] for number, given in enumerate(wrong)}
    build(project, others=others, capabilities=CAPABILITIES)
    for page, (given, message) in zip(others, wrong.items(), strict=True):
        own = warnings_of(project, page)
        assert len(own) == 1, given
        assert message in own[0], given
    assert len(project.warnings) == len(wrong)


def test_capabilities_have_the_order_of_the_option(project: Project) -> None:
    given = "Any=lock | unlock, Locks, Any=lock, =lock, Loks"
    app = build(project, f":capabilities: {given}", ":only: all", capabilities=CAPABILITIES)
    assert table(app)[0] == ["Plugin", "Any", "Locks"]
    assert [warning.partition(";")[2].partition(";")[0] for warning in project.warnings] == [
        " give it another name, for there is 'Any' already",
        " correct it, or write NAME=MEMBER&MEMBER",
        " correct it (the nearest: Locks), or write NAME=MEMBER&MEMBER",
    ]


def test_capability_whose_name_is_written_in_another_way(project: Project) -> None:
    app = build(project, ":capabilities:", capabilities={"Locks  <b>": CAPABILITIES["Locks"]})
    assert [row[1] for row in table(app)[1:]] == ["no", "yes", "no"]


def test_capabilities_that_nobody_names(project: Project) -> None:
    build(project, ":capabilities:")
    assert "the option :capabilities: of plugin-matrix cannot be ''" in project.warnings[0]


def test_transpose(project: Project) -> None:
    app = build(project, ":transpose:", capabilities=CAPABILITIES)
    assert table(app) == [
        ["Member", "cloud", "disk", "tape"],
        ["Optional"],
        ["lock", "no", "inherited from Locking", "inherited from Locking"],
        ["unlock", "no", "own", "no"],
        ["With a default"],
        ["close", "default", "own", "default"],
        ["Capabilities"],
        ["Locks", "no", "yes", "no"],
    ]


def test_plugins_are_selected(project: Project, install: Install) -> None:
    install("more", {"app.drivers": {"ram": "m:Disk"}})
    shown = {
        ":exclude: t*": ["cloud", "disk", "ram"],
        ":include: t* d*": ["disk", "tape"],
        ":distribution: more": ["ram"],
    }
    others = {f"page{number}": [option, ":only: all"] for number, option in enumerate(shown)}
    app = build(project, ":include: nothing", others=others)
    assert {
        option: [row[0] for row in table(app, page)[2:]] for page, option in zip(others, shown, strict=True)
    } == shown
    [warning] = project.warnings
    assert "no plugin of app.drivers fits what plugin-matrix selects" in warning
    assert "No plugin is selected." in doctree(app).astext()


def test_caption_name_and_class(project: Project) -> None:
    app = build(project, ":caption: What they do", ":name: does", ":class: mine")
    [found] = doctree(app).findall(nodes.table)
    assert found[0].astext() == "What they do"
    assert "does" in found["ids"]
    [grid] = marked(doctree(app), "sp-grid")
    assert "mine" in grid["classes"]
    assert tag(app, ".sp-scroll")["aria-label"] == "What they do"


def test_places(project: Project) -> None:
    app = build(project)
    found = {name: anchor for name, _name, _type, _page, anchor, _rank in app.env.get_domain("plugin").get_objects()}
    assert found["app.drivers:tape"] == "plugin-app.drivers-tape"
    assert tag(app, "th #plugin-app\\.drivers-tape + a, th :has(> #plugin-app\\.drivers-tape)").text.strip() == "tape"
    app = build(project, ":no-index:")
    assert list(app.env.get_domain("plugin").get_objects()) == []


def test_a_matrix_gives_way_to_lists(project: Project) -> None:
    pages = {
        "index.rst": "Top\n===\n\n.. plugin-matrix:: app.drivers\n\n.. toctree::\n\n   list\n",
        "list.rst": "List\n====\n\n.. plugin-catalog:: app.drivers\n",
    }
    app = project.build(pages, plugins_sources=ALONE, plugins_namespaces={"app.drivers": OF_NAMESPACE})
    assert project.warnings == []
    assert tag(app, "a[href='list.html#plugin-app.drivers-disk']").text == "disk"


FACTS = """
["app.drivers".tape.implements]
unlock = {support = "partial", note = "Only *new* ones."}
close = true

["app.drivers".cloud.implements]
unlock = {support = "partial", note = "Only *new* ones."}
"""


def test_overlay(project: Project) -> None:
    app = build(project, facts=FACTS)
    assert project.warnings == []
    rows = {row[0]: row[1:] for row in table(app)[2:]}
    assert rows["tape"] == ["inherited from Locking", "partial [1]", "yes [2]"]
    assert rows["cloud"] == ["no", "partial [1]", "default"]
    [notes] = marked(doctree(app), "sp-notes")
    assert [note.astext() for note in notes] == ["Only *new* ones. (The code shows: no.)", "(The code shows: default.)"]
    for mark in soup(app).select(".sp-mark a"):
        assert tag(app, f"ol {mark['href']}")


def test_notes_of_two_matrices(project: Project) -> None:
    (project.folder / "facts.toml").write_text(FACTS)
    page = (
        "Top\n===\n\n.. plugin-matrix:: app.drivers\n\n.. plugin-matrix:: app.drivers\n   :no-index:\n   :transpose:\n"
    )
    app = project.build(
        page, plugins_sources=ALONE, plugins_namespaces={"app.drivers": OF_NAMESPACE}, plugins_overlay="facts.toml"
    )
    assert project.warnings == []
    ids = [each["id"] for each in soup(app).find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {"sp-note-index-1", "sp-note-index-2", "sp-note-index-3", "sp-note-index-4"} <= set(ids)


def test_notes_of_two_pages_that_are_made_one(project: Project) -> None:
    (project.folder / "facts.toml").write_text(FACTS)
    matrix = "===\n\n.. plugin-matrix:: app.drivers\n   :no-index:\n"
    pages = {"index.rst": f"Top\n{matrix}\n.. toctree::\n\n   a\n", "a.rst": f"A\n{matrix}"}
    settings: dict[str, Any] = {
        "plugins_sources": ALONE,
        "plugins_namespaces": {"app.drivers": OF_NAMESPACE},
        "plugins_overlay": "facts.toml",
    }
    app = project.build(pages, builder="singlehtml", **settings)
    ids = [each["id"] for each in soup(app).find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {mark["href"] for mark in soup(app).select(".sp-mark a")} == {
        f"#sp-note-{page}-{number}" for page in ("index", "a") for number in (1, 2)
    }


def test_facts_that_fit_nothing(project: Project) -> None:
    facts = FACTS.replace("close = true", 'clsoe = true\nread = "parital"\nname = {note = "It is."}')
    build(project, facts=facts)
    assert [warning.partition("; correct")[0] for warning in project.warnings] == [
        "facts.toml:4: WARNING: plugins_overlay has 'clsoe' in what app.drivers:tape implements, and there is no such "
        "member or capability",
        "facts.toml:5: WARNING: plugins_overlay has 'parital' for read in what app.drivers:tape implements, which is "
        "none of own, inherited, default, no, unknown, yes, partial",
    ]
    assert "(the nearest: close)" in project.warnings[0]
    assert "(the nearest: partial)" in project.warnings[1]


def test_members_are_linked_where_they_are_described(project: Project) -> None:
    page = "Top\n===\n\n.. plugin-matrix:: app.drivers\n\n.. py:class:: m.Disk\n\n   .. py:method:: close()\n\n"
    page += ".. py:class:: m.Base\n\n   .. py:method:: close()\n"
    app = project.build(page, plugins_sources=ALONE, plugins_namespaces={"app.drivers": OF_NAMESPACE})
    assert project.warnings == []
    links = {a["href"] for a in soup(app).select("table.sp-matrix td a")}
    # The method, or else the class.
    assert links == {"#m.Disk.close", "#m.Base.close", "#m.Disk", "#m.Base"}
    heads = soup(app).select("table.sp-matrix th a.reference")
    assert [a["href"] for a in heads] == ["#m.Base.close"]


@pytest.mark.parametrize("view", ["plugin-matrix:: app.drivers", "plugin-catalog:: app.drivers\n   :view: matrix"])
def test_members_lead_to_the_page_of_the_namespace(project: Project, view: str) -> None:
    given: dict[str, Any] = {"plugins_sources": ALONE, "plugins_namespaces": {"app.drivers": OF_NAMESPACE}}
    pages = {"index.rst": f"Top\n===\n\n.. {view}\n", "point.rst": ":orphan:\n\nPoint\n=====\n\n"}
    app = project.build(pages, **given)
    assert soup(app).select("table.sp-matrix th a.reference") == []
    # A page that describes them later has the matrix written again; one that does not, as well.
    described = f"{pages['point.rst']}.. plugin-namespace:: app.drivers\n"
    app = project.build({**pages, "point.rst": described}, **given)
    assert project.warnings == []
    heads = [a["href"] for a in soup(app).select("table.sp-matrix th a.reference")]
    assert heads == [f"point.html#plugin.member-app.drivers.{name}" for name in ("lock", "unlock", "close")]
    [left_out] = soup(app).select("p.sp-left-out")
    assert [a.text for a in left_out.select("a.reference")] == ["read", "name"]
    assert soup(app, "point").find(id="plugin.member-app.drivers.lock")
    app = project.build({**pages, "point.rst": f"{described}   :parts: plugins\n"}, **given)
    assert soup(app).select("table.sp-matrix th a.reference") == []


RELATED: dict[str, Any] = {"fields": {"Boots": {"from": "attr:boots", "type": "plugin", "namespace": "app.boots"}}}


def test_by(project: Project) -> None:
    app = build(project, ":by: boots", others={"attribute": [":by: attr:boots"]}, **RELATED)
    assert project.warnings == []
    for page in ("index", "attribute"):
        assert table(app, page) == [
            ["Plugin", "net", "usb"],
            ["cloud", "yes", "yes"],
            ["disk", "no", "no"],
            ["tape", "no", "yes"],
        ], page
        assert marked(doctree(app, page), "sp-left-out")[0].astext().endswith("none does: 1 of 3. no: cd."), page


def test_by_links_both_ways(project: Project) -> None:
    pages = {
        "index.rst": "Top\n===\n\n.. plugin-matrix:: app.drivers\n   :by: Boots\n\n.. toctree::\n\n   a\n   b\n",
        "a.rst": "A\n=\n\n.. plugin-catalog:: app.drivers\n",
        "b.rst": "B\n=\n\n.. plugin-catalog:: app.boots\n",
    }
    app = project.build(pages, plugins_sources=ALONE, plugins_namespaces={"app.drivers": {**OF_NAMESPACE, **RELATED}})
    assert project.warnings == []
    links = {a["href"] for a in soup(app).select("table.sp-matrix a")}
    assert {"a.html#plugin-app.drivers-tape", "b.html#plugin-app.boots-usb"} <= links


def test_by_a_field_of_texts(project: Project) -> None:
    others = {"bots": [":by: Boots", ":of: app.bots"], "none": [":by: Boots"]}
    app = build(project, ":by: Boots", ":of: app.boots", others=others, fields={"Boots": "attr:boots"})
    assert warnings_of(project, "index") == []
    assert table(app)[0] == ["Plugin", "net", "usb"]
    assert "there is no plugin namespace 'app.bots'" in warnings_of(project, "bots")[0]
    assert (
        "does not say of which namespace its plugins are; name that in the option :of:"
        in warnings_of(project, "none")[0]
    )


def test_by_what_is_no_field(project: Project) -> None:
    build(project, ":by: attr:boots", ":of: app.boots")
    assert (
        "the option :by: of plugin-matrix names no field of app.drivers: 'attr:boots'; add one to"
        in project.warnings[0]
    )
    assert "{'from': 'attr:boots', 'type': 'plugin', 'namespace': 'app.boots'}" in project.warnings[0]


def test_without_what_by_names_members_are_compared(project: Project) -> None:
    app = build(project, ":by: bots")
    assert len(project.warnings) == 1
    assert table(app)[1] == ["lock", "unlock", "close"]
    app = build(project, ":by: Boots", ":of: app.bots", fields={"Boots": "attr:boots"})
    assert "There is no plugin namespace app.bots." in doctree(app).astext()
    assert "No matrix can be made" not in doctree(app).astext()


def test_options_that_do_not_go_together(project: Project) -> None:
    given = [":by: Boots", ":members: lock", ":capabilities:"]
    build(project, *given, others={"of": [":of: app.boots"]}, **RELATED)
    assert [warning.partition("WARNING: ")[2].partition(";")[0] for warning in warnings_of(project, "index")] == [
        "the option :members: of plugin-matrix does not go with :by:",
        "the option :capabilities: of plugin-matrix does not go with :by:",
    ]
    assert "the option :of: of plugin-matrix goes with :by: alone" in warnings_of(project, "of")[0]


def test_by_names_that_there_are_not(project: Project) -> None:
    build(project, ":by: Boots", ":of: app.drivers", fields={"Boots": "attr:boots"})
    assert "'m:Net' in the field Boots of app.drivers is no plugin of app.drivers" in "".join(project.warnings)


def test_no_interface(project: Project) -> None:
    for interface in ("", "m:Gone"):
        app = build(project, interface=interface)
        [warning] = [each for each in project.warnings if "has nothing to compare" in each]
        assert "index.rst:4: WARNING: plugin-matrix has nothing to compare the plugins of app.drivers in" in warning
        does = "correct" if interface else "name"
        assert f"{does} it in plugins_namespaces['app.drivers']['interface']" in warning
        assert table(app) == []
        assert "No matrix can be made of the plugins of app.drivers" in doctree(app).astext()


def test_no_namespace(project: Project) -> None:
    project.build("Top\n===\n\n.. plugin-matrix:: app.driver\n", plugins_sources=ALONE)
    assert "there is no plugin namespace 'app.driver'" in project.warnings[0]


def test_view_of_a_catalog(project: Project) -> None:
    page = "Top\n===\n\n.. plugin-catalog:: app.drivers\n   :view: matrix\n   :exclude: disk\n"
    app = project.build(page, plugins_sources=ALONE, plugins_namespaces={"app.drivers": OF_NAMESPACE})
    assert project.warnings == []
    assert table(app) == [
        ["Plugin", "Optional"],
        ["lock"],
        ["cloud", "no"],
        ["tape", "inherited from Locking"],
    ]
    assert len(soup(app).select("tr.sp-item")) == 2
    assert tag(app, "th #plugin-app\\.drivers-tape")


def test_view_of_a_catalog_where_nothing_differs(project: Project) -> None:
    page = "Top\n===\n\n.. plugin-catalog:: app.*\n   :view: matrix\n   :include: cloud net usb\n   :columns: name\n"
    app = project.build(
        page, plugins_sources=ALONE, plugins_namespaces={"app.drivers": OF_NAMESPACE, "app.boots": {"interface": ""}}
    )
    said = " ".join(project.warnings)
    assert "plugin-catalog has nothing to compare the plugins of app.boots in" in said
    assert "the option :columns: of plugin-catalog goes with no matrix" in said
    # One plugin alone is shown whole, and those that cannot be compared are listed.
    assert table(app)[-1] == ["cloud", "own", "no", "no", "default", "default"]
    assert [each.astext() for each in marked(doctree(app), "sp-list")[0]] == ["net", "usb"]


def test_pages_are_read_again_when_what_is_implemented_changes(project: Project, install: Install) -> None:
    build(project)
    [source] = FILES.values()
    changed = source.replace("class Cloud(Base):", "class Cloud(Locking):")
    install("drivers", {"app.drivers": DRIVERS}, {"m.py": changed})
    settings: dict[str, Any] = {"plugins_sources": ALONE, "plugins_namespaces": {"app.drivers": OF_NAMESPACE}}
    app = project.build(**settings)
    assert project.read == ["index"]
    assert table(app)[1] == ["unlock", "close"]
    project.build(**settings)
    assert project.read == []


HOSTILE = {
    "h.py": """
        class Base:
            def <MEMBER>(self):
                '''<b>$x$</b> `a <javascript:alert(1)>`_.'''
                raise NotImplementedError
            def also(self):
                pass
        class One(Base):
            def <MEMBER>(self):
                return 1
        class Two(Base):
            def also(self):
                return 2
    """.replace("<MEMBER>", "\u0435val")
}


@pytest.mark.slow
def test_texts_of_others_stay_texts(project: Project, install: Install) -> None:
    install("hostile", {"h": {"<b>one": "h:One", "`two`_ | $x$": "h:Two"}}, HOSTILE)
    (project.folder / "facts.toml").write_text(
        '[h."<b>one".implements]\nalso = {support = "partial", note = "<i>`x`_"}\n'
    )
    settings: dict[str, Any] = {
        "plugins_sources": ALONE,
        "plugins_namespaces": {"h": {"interface": "h:Base"}},
        "plugins_overlay": "facts.toml",
    }
    for builder in ("html", "latex", "text", "man", "texinfo", "xml"):
        app = project.build("Top\n===\n\n.. plugin-matrix:: h\n", builder=builder, freshenv=True, **settings)
        assert [each for each in project.warnings if "plugins" in each] == []
    assert "<i>`x`_" in doctree(app).astext()
    app = project.build(freshenv=True, **settings)
    assert soup(app).select("b, i") == []


def many(install: Install, plugins: int, members: int) -> dict[str, Any]:
    """Install plugins of which each implements another member of one interface, and give their settings."""
    base = "class Base:\n" + "".join(
        f"    def member_{n}(self):\n        raise NotImplementedError\n" for n in range(members)
    )
    classes = [f"class P{n}(Base):\n    def member_{n % members}(self):\n        return {n}\n" for n in range(plugins)]
    names = {f"p{n:02}": f"wide:P{n}" for n in range(plugins)}
    install("wide", {"wide": names}, {"wide.py": "\n".join([base, *classes])})
    return {"plugins_sources": ALONE, "plugins_namespaces": {"wide": {"interface": "wide:Base"}}}


def tables(text: str) -> list[list[str]]:
    """The heads of the tables that the text builder wrote."""
    lines = text.splitlines()
    heads = [lines[number - 1] for number, line in enumerate(lines) if line.startswith("|==")]
    return [[cell.strip(' "') for cell in head.strip("|").split("|")] for head in heads]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plugins", "members", "heads"),
    [
        (3, 14, [["Member", "p00", "p01", "p02"]]),  # turned
        (14, 3, [["member_0", "member_1", "member_2"]]),
        (7, 13, [["Member", "p00", "p01", "p02"], ["Member", "p03", "p04", "p05", "p06"]]),
    ],
)
def test_fits_paper(project: Project, install: Install, plugins: int, members: int, heads: list[list[str]]) -> None:
    settings = many(install, plugins, members)
    page = "Top\n===\n\n.. plugin-matrix:: wide\n   :only: all\n   :caption: Wide\n   :name: wide\n\n:ref:`wide`\n"
    app = project.build(page, builder="text", **settings)
    assert project.warnings == []
    text = (app.outdir / "index.txt").read_text()
    found = tables(text)
    assert [head[-len(expected) :] for head, expected in zip(found, heads, strict=True)] == heads
    assert len(re.findall(r"\| own +(?=\|)", text)) == plugins
    app = project.build(freshenv=True, **settings)
    assert len(soup(app).select("table.sp-matrix")) == 1
    assert len(soup(app).select("td .sp-is-own")) == plugins


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
@pytest.mark.slow
def test_on_paper(project: Project, install: Install) -> None:
    settings = many(install, 40, 30)
    page = "Top\n===\n\n.. plugin-matrix:: wide\n   :caption: Wide\n   :name: wide\n\nSee :ref:`wide`.\n"
    app = project.build(page, builder="latex", **settings)
    assert project.warnings == []
    [file] = app.outdir.glob("*.tex")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", file.name]
    for _run in range(2):
        done = subprocess.run(command, cwd=app.outdir, check=False, capture_output=True, text=True, errors="replace")
        assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull \\hbox" not in done.stdout
    assert "undefined references" not in done.stdout


def test_unknown_is_never_guessed() -> None:
    member = Member(name="read", need=Need.REQUIRED)
    interface = Interface(target="m:Base", members=(member,))
    plugin = Plugin(namespace="n", name="p", target="m:P")
    made = matrices.of_members(interface, interface.members, [plugin])
    assert made.columns == [Column("read", Group.REQUIRED, "", ("m.Base.read",))]
    assert [each.support for each in made.rows[0]] == [Support.UNKNOWN]


def test_differing() -> None:
    def cell(support: Support) -> Implementation:
        return Implementation(member="x", support=support)

    columns = [Column(name, Group.DEFAULT) for name in "abc"]
    rows = [
        [cell(Support.OWN), cell(Support.OWN), cell(Support.NO)],
        [cell(Support.OWN), cell(Support.NO), cell(Support.NO)],
    ]
    made = Matrix(columns, rows).differing()
    assert [column.name for column in made.columns] == ["b"]
    assert [[each.support for each in row] for row in made.rows] == [[Support.OWN], [Support.NO]]
    assert [(column.name, found.support) for column, found in made.alike] == [("a", Support.OWN), ("c", Support.NO)]


def test_pages_show_interfaces(project: Project) -> None:
    app = build(project)
    shown = PluginDomain.of(app.env).notes.shown["index"]
    assert {(each.namespaces, each.interface) for each in shown} == {("app.drivers", True)}


def test_many_columns_are_marked(project: Project, install: Install) -> None:
    for members, turned in ((limits.WIDEST_WORDED, False), (limits.WIDEST_WORDED + 1, True)):
        settings = many(install, members, members)
        app = project.build("Top\n===\n\n.. plugin-matrix:: wide\n", freshenv=True, **settings)
        assert bool(soup(app).select(".sp-many")) is turned
        # Whoever cannot see the signs hears the words.
        assert {each.text for each in soup(app).select("td .sp-word")} == {"own", "no"}
        assert re.search(r"\.sp-many td \.sp-word", (app.outdir / "_static" / "sphinxext-plugins.css").read_text())
