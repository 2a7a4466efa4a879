"""The directives ``plugin-namespace`` and ``plugin-namespaces``, in real builds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from docutils import nodes
from sphinx import addnodes

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.interfaces import Interface, Member, MemberKind, Need
from sphinxext.plugins.core.model import Catalog, Docstring, Kind, Namespace, Plugin
from sphinxext.plugins.formats.json import to_json
from sphinxext.plugins.sphinx.render.extension_point import PARTS

if TYPE_CHECKING:
    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import Install, Project

pytestmark = pytest.mark.slow  # nearly all of them build pages

NS = "brook.reader"

BASE = """\
'''What all readers are.'''
import abc

class Closing:
    def close(self):
        '''Let go of it.'''
        self.file = None

class Reader(Closing, abc.ABC):
    '''Reads *files* of one form.

    More of it.
    '''
    suffix = ".txt"

    @abc.abstractmethod
    def read(self, path, *, strict=False):
        '''Read a file.

        :param path: where it is
        '''

    def name(self):
        return "reader"

    @property
    def size(self):
        return 1
"""
LOADING = "def load():\n    return entry_points(group='brook.reader')\n"
CSV = """\
from brook.base import Reader

class CSV(Reader):
    '''Reads spreadsheets. All of them.'''
    def read(self, path, *, strict=False):
        return [path]

class TSV(Reader):
    '''Reads tables.'''
    def read(self, path, *, strict=False):
        return [path]
"""

PAGE = f"Readers\n=======\n\n.. plugin-namespace:: {NS}\n"


@pytest.fixture
def brook(install: Install) -> None:
    install("brook", {}, {"brook/__init__.py": "", "brook/base.py": BASE, "brook/loading.py": LOADING})
    install("brook-csv", {NS: {"csv": "brook_csv:CSV"}}, {"brook_csv.py": CSV}, version="2.0")
    install("brook-tsv", {NS: {"tsv": "brook_csv:TSV"}})


def settings(**given: object) -> dict[str, Any]:
    return {"plugins_namespaces": {NS: given}}


def text(app: SphinxTestApp, page: str = "index") -> str:
    return (app.outdir / f"{page}.txt").read_text("utf-8")


def parts(app: SphinxTestApp, page: str = "index") -> list[str]:
    """The parts that are there, but for the one without a heading."""
    found = [node for node in app.env.get_doctree(page).findall(nodes.Element) if "sp-part" in node["classes"]]
    return [class_.removeprefix("sp-part-") for node in found for class_ in node["classes"] if "sp-part-" in class_]


def members(app: SphinxTestApp) -> list[str]:
    signatures = app.env.get_doctree("index").findall(addnodes.desc_signature)
    return [each.astext().strip() for each in signatures if "sp-member" in each.parent["classes"]]


@pytest.mark.usefixtures("brook")
def test_whole_page(project: Project) -> None:
    shown = text(project.build(PAGE, builder="text", **settings(example="csv")))
    assert project.warnings == []
    assert (
        shown
        == f"""\
Readers
*******

Reads *files* of one form.

More of it.


Interface
=========

class brook.base.Reader{" "}

   No interface is declared: this is the nearest base class that the
   plugins have in common. Its members: 1 required, 4 with a default.

   read(path, *, strict=False) required{" "}

      Read a file.

      Parameters:
         **path** -- where it is

   suffix default{" "}

   name() default{" "}

   property size default{" "}

   Inherited from "brook.base.Closing":

   close() default{" "}

      Let go of it.


How plugins are loaded
======================

The namespace stands in these lines of installed code:

* "brook/loading.py:2": "return entry_points(group='brook.reader')"


How to register a plugin
========================

In "pyproject.toml":

   [project.entry-points."brook.reader"]
   example = "my_package.my_module:Example"

Or in "setup.cfg":

   [options.entry_points]
   brook.reader =
       example = my_package.my_module:Example


A template
==========

This is a plugin that has what is required. "sphinx-plugins new
brook.reader example" makes a distribution of it.

   \"""The plugin example of brook.reader.\"""

   from brook.base import Reader


   class Example(Reader):
       \"""Say here what it is good for.\"""

       def read(self, path, *, strict=False):
           \"""Read a file.\"""
           # Write here what it does.
           return None


An example
==========

csv of brook-csv 2.0 is registered like this:

   [project.entry-points."brook.reader"]
   csv = "brook_csv:CSV"

Its source, lines 3-6 of "brook_csv.py":

   class CSV(Reader):
       '''Reads spreadsheets. All of them.'''
       def read(self, path, *, strict=False):
           return [path]


Plugins
=======

* csv -- Reads spreadsheets.

* tsv -- Reads tables.


How to check a plugin
=====================

Where a plugin is installed, this command tells whether it loads and
has what its interface asks for:

   $ sphinx-plugins check brook.reader
"""
    )


@pytest.mark.usefixtures("brook")
@pytest.mark.parametrize("part", [part for part in PARTS if part != "about"])
def test_one_part_alone(project: Project, part: str) -> None:
    app = project.build(f"{PAGE}   :parts: {part}\n", **settings(example="csv"))
    assert parts(app) == [part]
    [section] = [s for s in app.env.get_doctree("index").findall(nodes.section) if "sp-part" in s["classes"]]
    assert section["ids"] == [f"plugin.{part}-brook.reader", "plugin-brook.reader"]  # the first place on the page
    assert section.children[0].astext() == str(PARTS[part])
    # What the first part would have told is told by the interface then.
    assert ("Reads files of one form." in app.env.get_doctree("index").astext()) == (part == "interface")


@pytest.mark.usefixtures("brook")
def test_parts_have_their_own_order(project: Project) -> None:
    app = project.build(f"{PAGE}   :parts: check, about\n      register plugins\n")
    assert parts(app) == ["register", "plugins", "check"]
    assert "Reads files" in app.env.get_doctree("index").astext()


@pytest.mark.usefixtures("brook")
def test_unknown_part(project: Project) -> None:
    app = project.build(f"{PAGE}   :parts: check, interfaces\n")
    assert parts(app) == ["check"]
    [warning] = project.warnings
    assert warning.startswith("index.rst:4: WARNING: the option :parts: of plugin-namespace cannot be 'interfaces'")
    assert "(the nearest: interface)" in warning


@pytest.mark.usefixtures("brook")
def test_where_there_is_no_room_for_sections(project: Project) -> None:
    page = f"Top\n===\n\n.. hint::\n\n   .. plugin-namespace:: {NS}\n      :parts: register check\n"
    app = project.build(page)
    doctree = app.env.get_doctree("index")
    assert len(list(doctree.findall(nodes.section))) == 1
    containers = [node for node in doctree.findall(nodes.container) if "sp-part" in node["classes"]]
    assert [(each["ids"], each.children[1].astext()) for each in containers] == [
        (["plugin.register-brook.reader", "plugin-brook.reader"], "How to register a plugin"),
        (["plugin.check-brook.reader"], "How to check a plugin"),
    ]
    assert project.warnings == []


@pytest.mark.usefixtures("brook")
def test_two_on_a_page(project: Project) -> None:
    page = f"{PAGE}   :no-index:\n\nAgain\n=====\n\n.. plugin-namespace:: {NS}\n"
    app = project.build({"index.rst": page, "refs.rst": f":orphan:\n\n:plugin:ns:`{NS}`\n"}, builder="html")
    ids = re.findall(r' id="([^"]*)"', (app.outdir / "index.html").read_text())
    assert len(ids) == len(set(ids))
    assert f"plugin.member-{NS}.read" in ids
    assert project.warnings == []


@pytest.mark.usefixtures("brook")
def test_it_is_the_place_of_the_namespace(project: Project) -> None:
    pages = {
        "index.rst": f"Top\n===\n\n:plugin:ns:`{NS}` :plugin:ref:`{NS}:csv`\n\n.. plugin-catalog:: {NS}\n",
        "a.rst": f":orphan:\n\n{PAGE}",
    }
    app = project.build(pages)
    assert project.warnings == []
    html = (app.outdir / "index.html").read_text()
    assert re.search(r'href="a\.html#plugin-brook\.reader"[^>]*><code[^>]*><span class="pre">brook.reader', html)
    assert 'href="#plugin-brook.reader-csv"' in html  # the catalog tells more of a plugin
    page = (app.outdir / "a.html").read_text()
    assert 'href="index.html#plugin-brook.reader-csv"' in page


@pytest.mark.usefixtures("brook")
def test_no_index(project: Project) -> None:
    app = project.build(f"{PAGE}   :no-index:\n\n:plugin:ns:`{NS}`\n")
    assert list(app.env.get_domain("plugin").get_objects()) == []
    assert not any(node["entries"] for node in app.env.get_doctree("index").findall(addnodes.index))


@pytest.mark.usefixtures("brook")
def test_class(project: Project) -> None:
    app = project.build(f"{PAGE}   :class: own\n   :parts: register, plugins\n")
    own = [node for node in app.env.get_doctree("index").findall(nodes.section) if "own" in node["classes"]]
    assert [node["classes"][:2] for node in own] == [["sp-part", "sp-part-register"], ["sp-part", "sp-part-plugins"]]


@pytest.mark.usefixtures("brook")
def test_content_stands_behind_what_it_is_for(project: Project) -> None:
    shown = text(project.build(f"{PAGE}   :parts: about\n\n   See :plugin:ns:`{NS}`.\n", builder="text"))
    assert shown.endswith('More of it.\n\nSee "brook.reader".\n')


@pytest.mark.usefixtures("brook")
def test_content_stands_first_without_what_it_is_for(project: Project) -> None:
    shown = text(project.build(f"{PAGE}   :parts: check\n\n   *More* of it.\n", builder="text"))
    assert shown.startswith("Readers\n*******\n\n*More* of it.\n\n\nHow to check a plugin")


@pytest.mark.usefixtures("brook")
def test_pages_are_read_again_for_the_parts_that_they_show(project: Project) -> None:
    pages = {f"{part}.rst": f":orphan:\n\n{PAGE}   :parts: {part}\n   :no-index:\n" for part in PARTS}
    pages["matrix.rst"] = f":orphan:\n\nMatrix\n======\n\n.. plugin-matrix:: {NS}\n   :no-index:\n"
    pages["all.rst"] = ":orphan:\n\nAll\n===\n\n.. plugin-namespaces:: brook.*\n"
    given: dict[str, object] = {"description": "Reads.", "example": "csv"}
    project.build({"index.rst": "Top\n===\n", **pages}, **settings(**given))
    project.build(**settings(**given | {"description": "Reads all."}))
    assert set(project.read) == {"about", "all", "interface"}  # the latter is what says it where nothing else does
    project.build(**settings(**given | {"description": "Reads all.", "example": "tsv"}))
    assert project.read == ["example"]
    loading = project.folder.parent / "site" / "brook" / "loading.py"
    loading.write_text(f"\n{LOADING}")
    project.build(**settings(**given | {"description": "Reads all.", "example": "tsv"}))
    assert project.read == ["loading"]


def test_unknown_namespace(install: Install, project: Project) -> None:
    install("one", {"brook.writer": {"a": "m:f"}}, {"m.py": "def f(): pass"})
    app = project.build(PAGE)
    [warning] = project.warnings
    assert warning.startswith("index.rst:4: WARNING: there is no plugin namespace 'brook.reader'")
    assert "There is no plugin namespace brook.reader." in app.env.get_doctree("index").astext()


def test_an_extension_point_without_plugins(install: Install, project: Project) -> None:
    install("brook", {"brook.reader": {"a": "m:f"}}, {"brook/__init__.py": "", "brook/base.py": BASE, "m.py": "f = 1"})
    declared = {"brook.writer": {"interface": "brook.base:Reader"}, "brook.*": {"description": "Flows."}}
    index = "Top\n===\n\n.. plugin-namespaces:: brook.*\n"
    project.build(index, plugins_namespaces=declared)
    assert ["there is no such namespace" in each for each in project.warnings] == [True]  # it may be misspelt
    index = "Top\n===\n\n.. plugin-namespaces:: brook.* brook.writer\n\n.. plugin-namespace:: brook.writer\n"
    app = project.build({"index.rst": index}, plugins_namespaces=declared)
    assert project.warnings == []
    assert [row[0] for row in rows(app)] == ["Namespace", "brook.reader", "brook.writer"]
    assert parts(app) == ["interface", "register", "template", "plugins", "check"]
    shown = app.env.get_doctree("index").astext()
    assert "class Example(Reader):" in shown
    assert "No plugin is registered." in shown
    # Whatever shows plugins has none to show.
    catalog = project.build("Top\n===\n\n.. list-plugins:: brook.writer\n", plugins_namespaces=declared)
    assert "There is no plugin namespace brook.writer." in catalog.env.get_doctree("index").astext()
    assert [each.partition("WARNING: ")[2][:50] for each in project.warnings] == [
        "plugins_namespaces has settings for 'brook.writer'",
        "there is no plugin namespace 'brook.writer' in thi",
    ]


@pytest.mark.usefixtures("brook")
class TestAbout:
    """What a namespace is for."""

    def test_settings(self, project: Project) -> None:
        description = "Reads.\n\nSee :doc:`index` and |release|."
        page = f"{PAGE}   :parts: about, interface\n"
        app = project.build(page, release="9.7", **settings(description=description))
        doctree = app.env.get_doctree("index")
        assert "Reads.\n\nSee index and 9.7." in doctree.astext()
        assert "Reads files of one form." in doctree.astext()  # with the interface
        assert project.warnings == []

    def test_wrong_markup_is_at_its_line(self, project: Project) -> None:
        project.build(PAGE, **settings(description="Reads **files."))
        [warning] = project.warnings
        assert re.match(r"conf\.py:\d+: WARNING: brook\.reader has markup in its field 'description'", warning)

    def test_overlay(self, project: Project) -> None:
        overlay = project.folder / "overlay.toml"
        overlay.write_text(f'["{NS}"]\ndescription = "Reads, as the *overlay* says."\n')
        page = f"{PAGE}   :parts: about\n"
        shown = text(project.build(page, builder="text", plugins_overlay="overlay.toml"))
        assert shown.endswith("Reads, as the *overlay* says.\n")
        assert project.warnings == []
        overlay.write_text(f'["{NS}"]\n\ndescription = "Reads **another."\n')
        shown = text(project.build(page, builder="text", plugins_overlay="overlay.toml"))
        assert "another" in shown
        [warning] = project.warnings
        assert warning.startswith("overlay.toml:3: WARNING: brook.reader has markup")


@pytest.mark.usefixtures("brook")
class TestInterface:
    """What plugins are expected to implement."""

    PAGE = f"{PAGE}   :parts: interface\n"

    def test_it_is_no_object_of_python(self, project: Project) -> None:
        app = project.build(self.PAGE)
        assert list(app.env.get_domain("py").get_objects()) == []
        ids = [each["ids"] for each in app.env.get_doctree("index").findall(addnodes.desc_signature)]
        assert ids[:2] == [[], [f"plugin.member-{NS}.read"]]

    def test_it_leads_to_its_documentation(self, project: Project) -> None:
        described = (
            ".. py:class:: brook.base.Reader\n\n   .. py:method:: read\n\n   .. py:method:: close\n\n"
            ".. py:class:: brook.base.Closing\n"
        )
        app = project.build({"index.rst": self.PAGE, "api.rst": f":orphan:\n\nAPI\n===\n\n{described}"})
        html = (app.outdir / "index.html").read_text()
        # What is inherited may be described as what inherits it has it.
        assert [each for each in re.findall(r'href="api\.html#([^"]*)"', html) if each] == [
            "brook.base.Reader",
            "brook.base.Reader.read",
            "brook.base.Closing",
            "brook.base.Reader.close",
        ]

    def test_it_leads_to_its_source(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        api = ":orphan:\n\nAPI\n===\n\n.. py:class:: brook.base.Reader\n\n   .. py:method:: read\n"
        pages = {"index.rst": self.PAGE, "api.rst": api}
        (project.folder / "links.py").write_text(
            "def setup(app):\n    app.config.linkcode_resolve = lambda _domain, of: "
            "f\"https://example.org/{of['module']}#{of['fullname']}\"\n"
        )
        monkeypatch.syspath_prepend(project.folder)
        app = project.build(pages, extensions=["sphinxext.plugins", "links", "sphinx.ext.linkcode"])
        html = (app.outdir / "index.html").read_text()
        found = re.findall(r'href="(https://example\.org/[^"]*)"><span class="sp-source">', html)
        assert found == ["https://example.org/brook.base#Reader", "https://example.org/brook.base#Reader.read"]

    def test_declared(self, project: Project) -> None:
        shown = text(project.build(self.PAGE, builder="text", **settings(interface="brook.base:Closing")))
        assert "class brook.base.Closing" in shown
        assert "No interface is declared" not in shown
        assert "close() default" in shown

    def test_none(self, project: Project) -> None:
        app = project.build(PAGE, **settings(interface=""))
        assert parts(app) == ["loading", "register", "template", "plugins", "check"]

    def test_unknown(self, project: Project) -> None:
        app = project.build(self.PAGE, **settings(interface="brook.nowhere:Reader"))
        assert "The interface is not known: " in app.env.get_doctree("index").astext()
        assert any("['interface'], brook.nowhere:Reader, is not known" in each for each in project.warnings)


@pytest.mark.parametrize(
    ("base", "interface", "shown"),
    [
        (
            "from typing import Protocol\nclass P(Protocol):\n    def read(self, path): ...\n",
            "base:P",
            "class base.P \n\n   It is a protocol: plugins need not inherit from it.\n\n   read(path) required \n",
        ),
        (
            "def read(path, encoding='utf-8', *rest, **more):\n    '''Read.'''\n",
            "base:read",
            "base.read(path, encoding='utf-8', *rest, **more) \n\n   Read.\n",
        ),
        ("async def read(path): return 1\n", "base:read", "async base.read(path) \n"),
        (
            "class P:\n    @classmethod\n    async def make(cls): return 1\n",
            "base:P",
            "class base.P \n\n   async classmethod make() default \n",
        ),
    ],
)
def test_other_interfaces(install: Install, project: Project, base: str, interface: str, shown: str) -> None:
    files = {"base.py": base, "m.py": "class A:\n    def read(self, path): return path\n"}
    install("one", {NS: {"a": "m:A"}}, files)
    app = project.build(f"{PAGE}   :parts: interface\n", builder="text", **settings(interface=interface))
    assert text(app).partition("Interface\n=========\n\n")[2] == shown
    assert project.warnings == []


def test_docstrings_of_others_are_not_trusted(install: Install, project: Project) -> None:
    base = (
        "class Base:\n    '''Says.\n\n    .. raw:: html\n\n       <b>x</b>\n    '''\n"
        "    def read(self, path='--\"…'):\n"
        "        '''``x`` \"q\" :func:`nowhere`\n\n        .. include:: /etc/passwd\n"
        "        '''\n        return 1\n"
    )
    install(
        "one", {NS: {"a": "m:A", "b": "m:A"}}, {"base.py": base, "m.py": "from base import Base\nclass A(Base): pass"}
    )
    app = project.build(PAGE, nitpicky=True, plugins_report_untrusted=True, **settings(interface="base:Base"))
    html = (app.outdir / "index.html").read_text()
    assert "<b>x</b>" not in html
    assert "root:" not in html
    assert "'--&quot;…'" in html
    said = [re.sub(r"^.*?(base\.py:\d+): WARNING: ", r"\1 ", each) for each in project.warnings]
    assert [each.partition(" uses ")[0] for each in said] == ["base.py:4 base.Base", "base.py:11 base.Base.read"]


def test_what_a_snapshot_says_is_shown_letter_by_letter(project: Project) -> None:
    evil = "<b>x</b>`--` \u202e $$x$$ \\\\(x\\\\)"
    docstring = Docstring(text="Says <b>x</b>.")
    hostile = [
        Member(name=evil, kind=kind, owner=evil, signature=signature, need=need, docstring=docstring, unknown=unknown)
        for kind, signature, need, unknown in (
            (MemberKind.METHOD, f"({evil})", Need.REQUIRED, None),
            (None, None, None, evil),
            (MemberKind.CLASS_METHOD, f"(a={evil!r})", Need.OPTIONAL, None),
        )
    ]
    interface = Interface(target=f"m:{evil}", kind=Kind.CLASS, deprecated="", members=tuple(hostile), problem=evil)
    plugins = (Plugin(namespace=evil, name=evil, target=evil), Plugin(namespace="ns", name=evil, target="m:A"))
    catalog = Catalog(
        namespaces=(
            Namespace(name=evil, plugins=plugins[:1], interface=interface),
            Namespace(name="ns", plugins=plugins[1:], interface=interface),
        )
    )
    (project.folder / "kept.json").write_bytes(to_json(catalog))
    page = "Top\n===\n\n.. plugin-namespace:: ns\n\n.. plugin-namespaces:: *\n"
    app = project.build(page, plugins_sources=["snapshot:kept.json"], **settings())
    html = (app.outdir / "index.html").read_text()
    assert "<b>x" not in html
    assert "\u202e" not in html
    assert html.count("sp-member") == 3
    project.build(page, builder="latex", plugins_sources=["snapshot:kept.json"], **settings())


@pytest.mark.usefixtures("brook")
class TestLoading:
    """The lines that look the namespace up."""

    PAGE = f"{PAGE}   :parts: loading\n"

    def test_a_changed_line_is_read_again(self, project: Project, install: Install) -> None:
        pages = {"index.rst": self.PAGE, "other.rst": f":orphan:\n\n.. plugin-namespace:: {NS}\n   :parts: check\n"}
        project.build(pages, builder="text")
        project.build(builder="text")
        assert project.read == []
        install("brook", {}, {"brook/loading.py": f"\n{LOADING}"})
        shown = text(project.build(builder="text"))
        assert project.read == ["index"]
        assert '"brook/loading.py:3"' in shown

    def test_of_many_some_are_shown(self, project: Project, install: Install) -> None:
        lines = limits.MOST_MENTIONS + 3
        install("brook", {}, {"brook/loading.py": "load('brook.reader')\n" * lines})
        shown = text(project.build(self.PAGE, builder="text"))
        assert shown.count("load(") == limits.MOST_MENTIONS
        assert shown.endswith("* … (+3)\n")

    def test_none(self, project: Project, install: Install) -> None:
        install("brook", {}, {"brook/loading.py": ""})
        assert parts(project.build(self.PAGE)) == []


@pytest.mark.usefixtures("brook")
class TestExample:
    """A plugin that there is."""

    PAGE = f"{PAGE}   :parts: example\n"

    def test_without_the_setting_there_is_none(self, project: Project) -> None:
        assert parts(project.build(self.PAGE)) == []

    def test_it_is_bounded(self, project: Project, install: Install) -> None:
        body = "".join(f"    a{n} = {n}\n" for n in range(100))
        install("brook-csv", {NS: {"csv": "brook_csv:CSV"}}, {"brook_csv.py": f"class CSV:\n{body}"})
        app = project.build(self.PAGE, **settings(example="csv", interface=""))
        blocks = list(app.env.get_doctree("index").findall(nodes.literal_block))
        assert [len(each.astext().splitlines()) for each in blocks] == [2, limits.MOST_EXCERPT_LINES]
        assert app.env.get_doctree("index").astext().endswith("… and 41 more lines")

    def test_a_changed_source_is_read_again(self, project: Project, install: Install) -> None:
        project.build(self.PAGE, builder="text", **settings(example="csv"))
        changed = CSV.replace("[path]", "[path, 1]", 1)
        install("brook-csv", {NS: {"csv": "brook_csv:CSV"}}, {"brook_csv.py": changed}, version="2.0")
        shown = text(project.build(builder="text", **settings(example="csv")))
        assert project.read == ["index"]
        assert "[path, 1]" in shown

    def test_unknown(self, project: Project) -> None:
        app = project.build(self.PAGE, **settings(example="cvs"))
        [warning] = project.warnings
        assert re.match(
            r"conf\.py:\d+: WARNING: plugins_namespaces\['brook\.reader'\]\['example'\] = 'cvs', and", warning
        )
        assert "(the nearest: csv)" in warning
        assert parts(app) == []

    def test_name_that_is_written_in_another_way(self, project: Project, install: Install) -> None:
        install("brook-csv", {NS: {"<csv>": "brook_csv:CSV"}}, version="2.0")
        assert parts(project.build(self.PAGE, **settings(example="<csv>"))) == ["example"]
        assert project.warnings == []


def rows(app: SphinxTestApp) -> list[list[str]]:
    [table] = app.env.get_doctree("index").findall(nodes.table)
    return [[cell.astext() for cell in row] for row in table.findall(nodes.row)]


MANY = "Top\n===\n\n.. plugin-namespaces:: brook.*\n"


class TestMany:
    """The table of many namespaces."""

    @pytest.fixture(autouse=True)
    def _installed(self, brook: None, install: Install) -> None:
        del brook
        install("one", {"brook.b": {"a": "m:f"}, "brook.a": {"a": "m:f", "b": "m:f"}}, {"m.py": "def f(): pass"})

    def test_table(self, project: Project) -> None:
        pages = {"index.rst": MANY, "page.rst": f":orphan:\n\n{PAGE}"}
        given = {"brook.a": {"title": "Apples", "description": "Grow. On <trees>."}}
        app = project.build(pages, plugins_namespaces=given)
        assert project.warnings == []
        assert rows(app) == [
            ["Namespace", "Summary", "Plugins", "Distributions"],
            ["Apples\n\nbrook.a", "Grow.", "2", "1"],
            ["brook.b", "", "1", "1"],
            ["brook.reader", "Reads files of one form.", "2", "2"],
        ]
        html = (app.outdir / "index.html").read_text()
        assert re.findall(r'href="(page\.html[^"]*)"', html.partition("<table")[2]) == ["page.html#plugin-brook.reader"]

    def test_exclude(self, project: Project) -> None:
        app = project.build(f"{MANY}   :exclude: *.a *.reader\n")
        assert rows(app) == [["Namespace", "Plugins", "Distributions"], ["brook.b", "1", "1"]]
        project.build(f"{MANY}   :exclude: *.readers\n")
        [warning] = project.warnings
        assert "'*.readers' in the option :exclude: of plugin-namespaces fits no namespace" in warning
        project.build(f"{MANY}   :exclude: brook.*\n")
        [warning] = project.warnings
        assert "the option :exclude: of plugin-namespaces leaves no namespace of brook.*" in warning

    def test_class(self, project: Project) -> None:
        app = project.build(f"{MANY}   :class: own\n")
        assert any("own" in each["classes"] for each in app.env.get_doctree("index").findall(nodes.container))

    def test_several_globs_of_which_one_fits_none(self, project: Project) -> None:
        app = project.build(MANY.replace("brook.*", "brook.b broko.*\n   brook.a"))
        assert [row[0] for row in rows(app)[1:]] == ["brook.a", "brook.b"]
        [warning] = project.warnings
        assert warning.startswith("index.rst:4: WARNING: there is no plugin namespace 'broko.*' in this environment")

    def test_a_changed_docstring_is_read_again(self, project: Project, install: Install) -> None:
        project.build(MANY)
        install("brook", {}, {"brook/base.py": BASE.replace("Reads *files*", "Takes files")})
        app = project.build()
        assert project.read == ["index"]
        assert rows(app)[3][1] == "Takes files of one form."


@pytest.mark.usefixtures("brook")
@pytest.mark.parametrize("builder", ["latex", "man", "epub", "texinfo", "xml", "singlehtml", "gettext"])
def test_each_builder_can_write_it(project: Project, builder: str) -> None:
    project.build(f"{PAGE}\n.. hint::\n\n   .. plugin-namespace:: {NS}\n      :no-index:\n", builder=builder)
    assert [each for each in project.warnings if "epub" not in each and "version" not in each] == []
