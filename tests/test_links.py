"""Links to plugins, from the same project and from others, in real builds."""

from __future__ import annotations

import html
import json
import pickle
import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sphinx import addnodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import Install, Project

FILES = {
    "m.py": "class A:\n    '''Like :plugin:ref:`b`, see :py:class:`B`, :plugin:ref:`other:b` and :py:func:`gone`.'''\n"
    "class B:\n    '''Of B.'''\n"
}
ENTRY_POINTS = {"ns": {"a": "m:A", "b": "m:B"}, "other": {"b": "m:B", "c-d": "m:B"}}
PAGE = "Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n\n.. list-plugins:: other\n\n"


def links(app: SphinxTestApp, page: str = "index") -> dict[str, str]:
    """The texts of all links in the body of a page, with where they lead."""
    body = (app.outdir / f"{page}.html").read_text().partition('role="main"')[2].partition('role="navigation"')[0]
    found = re.findall(r'<a class="reference (?:internal|external)" href="([^"]*)"[^>]*>(.*?)</a>', body, re.DOTALL)
    return {html.unescape(re.sub("<[^>]*>", "", shown)): href for href, shown in found}


def inventory(app: SphinxTestApp) -> dict[str, dict[str, str]]:
    """The addresses in a project's ``objects.inv``, by type and name."""
    data = (app.outdir / "objects.inv").read_bytes().split(b"\n", 4)[4]
    found: dict[str, dict[str, str]] = {}
    for line in zlib.decompress(data).decode().splitlines():
        name, of, _priority, uri, _shown = re.fullmatch(r"(.+?) (\S+:\S+) (\S+) (\S+) (.*)", line).groups()  # type: ignore[union-attr]
        found.setdefault(of, {})[name] = uri.removesuffix("$") + name if uri.endswith("$") else uri
    return found


@pytest.fixture
def installed(install: Install) -> None:
    install("one", ENTRY_POINTS, FILES)


@pytest.mark.slow
@pytest.mark.usefixtures("installed")
def test_roles(project: Project) -> None:
    roles = {
        ":plugin:plugin:`ns:a`": ("ns:a", "#plugin-ns-a"),
        ":plugin:ref:`~ns:b`": ("b", "#plugin-ns-b"),
        ":plugin:ref:`a`": ("a", "#plugin-ns-a"),
        ":plugin:ref:`c-d`": ("c-d", "#plugin-other-c-d"),
        ":plugin:ref:`this one <other:b>`": ("this one", "#plugin-other-b"),
        ":plugin:namespace:`ns`": ("ns", "#plugin-ns"),
        ":plugin:ns:`the others <other>`": ("the others", "#plugin-other"),
        ":any:`ns:b`": ("ns:b", "#plugin-ns-b"),
        ":any:`other`": ("other", "#plugin-other"),
        ":ref:`plugin-other-b`": ("b", "#plugin-other-b"),
    }
    for role, (shown, led) in roles.items():
        app = project.build(f"{PAGE}End\n---\n\n{role}\n", nitpicky=True, freshenv=True)
        assert project.warnings == []
        assert links(app)[shown] == led, role
        assert f'id="{led[1:]}"' in (app.outdir / "index.html").read_text()


@pytest.mark.usefixtures("installed")
def test_what_is_unknown_gives_sphinx_own_warning(project: Project) -> None:
    page = f"{PAGE}End\n---\n\n:plugin:ref:`no` :plugin:ns:`none` :plugin:ref:`ns:no`\n"
    project.build(page)
    assert project.warnings == []
    project.build(page, nitpicky=True, freshenv=True)
    assert [warning.partition("WARNING: ")[2] for warning in project.warnings] == [
        f"plugin:{role} reference target not found: {name} [ref.{role}]"
        for role, name in (("ref", "no"), ("ns", "none"), ("ref", "ns:no"))
    ]


@pytest.mark.usefixtures("installed")
def test_an_ambiguous_reference_links_to_none_and_is_reported_by_each_build(project: Project) -> None:
    page = "Top\n===\n\n.. list-plugins:: ns\n\n.. list-plugins:: other\n\n:plugin:ref:`which <b>`\n"
    app = project.build(page, nitpicky=True)
    warnings = project.warnings
    assert warnings == [
        "index.rst:8: WARNING: 'b' is the name of more than one plugin; "
        "write the one that is meant in full: ns:b, other:b [plugins.reference]"
    ]
    assert "which" not in links(app)
    project.build(nitpicky=True)
    assert project.read == []
    assert project.warnings == warnings


@pytest.mark.usefixtures("installed")
def test_references_in_docstrings_are_read_as_in_the_module(project: Project) -> None:
    app = project.build(f"{PAGE}.. py:class:: m.B\n", nitpicky=True)
    assert project.warnings == []
    found = links(app)
    assert found["b"] == "#plugin-ns-b"  # not other:b
    assert found["B"] == "#m.B"
    assert found["other:b"] == "#plugin-other-b"
    assert "gone()" not in found


@pytest.mark.usefixtures("installed")
def test_inventory_and_search(project: Project) -> None:
    app = project.build({"index.rst": f"{PAGE}", "second.rst": ":orphan:\n\n.. list-plugins:: ns\n   :no-index:\n"})
    known = inventory(app)
    assert known["plugin:plugin"] == {
        f"{namespace}:{name}": f"index.html#plugin-{namespace}-{name}"
        for namespace, names in ENTRY_POINTS.items()
        for name in names
    }
    assert set(known["plugin:namespace"]) == {"ns", "other"}
    assert {"plugin-ns", "plugin-ns-a", "plugin-other-c-d"} <= set(known["std:label"])
    index = (app.outdir / "searchindex.js").read_text()
    search = json.loads(index[index.index("{") : index.rindex("}") + 1])
    assert {entry[4] for entries in search["objects"].values() for entry in entries} >= {"ns:a", "other:c-d", "ns"}
    assert list(search["objnames"].values()) == [
        ["plugin", "namespace", "plugin namespace"],
        ["plugin", "plugin", "plugin"],
    ]


@pytest.mark.usefixtures("installed")
def test_general_index_and_index_by_namespace(project: Project) -> None:
    app = project.build(f"{PAGE}:ref:`plugin-index`\n", nitpicky=True)
    assert project.warnings == []
    general = (app.outdir / "genindex.html").read_text()
    for text in ("a (plugin in ns)", "(plugin in other)", "c-d (plugin in other)", "ns (plugin namespace)"):
        assert general.count(f">{text}</a>") == 1
    own = (app.outdir / "plugin-index.html").read_text()
    hrefs = re.findall(r'<a href="index.html#(plugin-[^"]*)"', own)
    assert hrefs == [
        *["plugin-ns", "plugin-ns-a", "plugin-ns-b"],
        *["plugin-other", "plugin-other-b", "plugin-other-c-d"],
    ]


BUILDERS = [
    "applehelp",
    "changes",
    "devhelp",
    "dirhtml",
    "doctest",
    "dummy",
    "epub",
    "gettext",
    "html",
    "htmlhelp",
    "json",
    "latex",
    "linkcheck",
    "man",
    "pickle",
    "pseudoxml",
    "qthelp",
    "singlehtml",
    "texinfo",
    "text",
    "xml",
]


OF_SPHINX = ("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")


@pytest.mark.slow
@pytest.mark.usefixtures("installed")
@pytest.mark.filterwarnings(*OF_SPHINX)  # not every builder that is packed apart knows Sphinx 9
@pytest.mark.parametrize("builder", BUILDERS)
def test_every_builder_writes_the_pages(project: Project, builder: str) -> None:
    project.build(
        f"{PAGE}.. plugin-catalog:: ns other\n   :no-index:\n\n.. plugin:: ns:b\n\n:plugin:ref:`ns:a`\n",
        builder=builder,
        extensions=["sphinxext.plugins", "sphinx.ext.doctest"],
        suppress_warnings=["plugins", "epub.duplicated_toc_entry"],
        version="1",
        copyright="Nobody",
        applehelp_bundle_id="a",
        applehelp_disable_external_tools=True,
    )
    assert [warning for warning in project.warnings if "plugin" in warning] == []


@pytest.mark.usefixtures("installed")
@pytest.mark.filterwarnings(*OF_SPHINX)
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_templates_get_of_the_index_is_text(project: Project, language: str) -> None:
    name = {"en": "Plugin Index", "de": "Plugin-Verzeichnis"}[language]
    app = project.build(f"{PAGE}:ref:`plugin-index`\n", builder="json", language=language)
    page = json.loads((app.outdir / "index.fjson").read_text())
    assert ["plugin-index", name, "", page["rellinks"][-1][3]] in page["rellinks"]
    assert f"{name}</span>" in page["body"]
    app = project.build(builder="pickle", language=language)
    told = pickle.loads((app.outdir / "index.fpickle").read_bytes())
    assert {type(text) for link in told["rellinks"] for text in link} == {str}


@pytest.mark.usefixtures("installed")
def test_a_page_of_the_index_s_name_keeps_it(project: Project) -> None:
    pages = {"index.rst": f"{PAGE}:ref:`plugin-index`\n", "plugin-index.rst": ":orphan:\n\nMine\n====\n\nWords.\n"}
    for changed in (pages, {}):
        app = project.build(changed, nitpicky=True)
        assert project.warnings == []
        assert "Words." in (app.outdir / "plugin-index.html").read_text()
        assert "#plugin-ns-a" in (app.outdir / "plugin-index-of-all.html").read_text()
        assert links(app)["Plugin Index"] == "plugin-index-of-all.html"


@pytest.mark.slow
@pytest.mark.usefixtures("installed")
def test_labels_of_the_project_keep_their_place(project: Project) -> None:
    labels = "A\n=\n\n.. _plugin-ns:\n\nHow\n---\n\n.. _plugin-ns-a:\n\nText.\n\n.. _plugin-index:\n\nWhich\n-----\n"
    pages = {
        "index.rst": "Top\n===\n\n.. toctree::\n\n   b\n   a\n\n:ref:`plugin-ns` :ref:`to text <plugin-ns-a>` "
        ":ref:`plugin-ns-b` :plugin:ns:`ns` :ref:`plugin-index`\n",
        "a.rst": labels,
        "b.rst": "B\n=\n\n.. list-plugins:: ns\n",
    }
    expected = {
        "How": "a.html#plugin-ns",
        "to text": "a.html#plugin-ns-a",
        "b": "b.html#plugin-ns-b",
        "ns": "b.html#plugin-ns",
        "Which": "a.html#plugin-index",
    }
    other_b, other_a = {"b.rst": pages["b.rst"] + "\n"}, {"a.rst": labels + "\n"}
    for changed in (pages, {}, other_b, {**other_a, "index.rst": pages["index.rst"]}):
        found = links(project.build(changed, nitpicky=True))
        assert project.warnings == []
        assert {text: found[text] for text in expected} == expected
    free = {"a.rst": "A\n=\n", "index.rst": pages["index.rst"] + "\n"}
    found = links(project.build(free, nitpicky=True))
    assert project.warnings == []
    assert found["to text"] == "b.html#plugin-ns-a"
    # A label that comes later is no second one.
    found = links(project.build({"a.rst": labels, "index.rst": pages["index.rst"]}, nitpicky=True))
    assert project.warnings == []
    assert found["to text"] == "a.html#plugin-ns-a"


def test_a_bare_name_means_what_else_is_called_that(install: Install, project: Project, tmp_path: Path) -> None:
    of_g = dict.fromkeys(("csv", "json", "only", "gzip"), "m:A")
    install("one", {"g": of_g, "h": {"json": "m:A", "zip": "m:A"}})
    install("two", {"h": {"only.two": "m:A"}, "pkg.mod": {"zip": "m:A"}}, FILES)
    remote = b"# Sphinx inventory version 2\n# Project: p\n# Version: 1\n# zlib\n"
    (tmp_path / "objects.inv").write_bytes(remote + zlib.compress(b"gzip py:module 0 gzip.html -\n"))
    pages = {
        "csv.rst": ":orphan:\n\nCSV\n===\n\n.. py:function:: json()\n\n.. py:module:: pkg.mod\n",
        "cat.rst": ":orphan:\n\nCat\n===\n\n.. plugin-catalog:: g h pkg.mod\n   :view: list\n",
        "index.rst": "Top\n===\n\n`csv` `json` `gzip` `pkg.mod` `only` `only.two` `g:json` `g` `zip`\n",
    }
    app = project.build(
        pages,
        default_role="any",
        nitpicky=True,
        extensions=["sphinxext.plugins", "sphinx.ext.intersphinx"],
        intersphinx_mapping={"p": ("https://p.example", str(tmp_path / "objects.inv"))},
    )
    assert project.warnings == [
        "index.rst:4: WARNING: 'zip' is the name of more than one plugin; write the one that is meant in full: "
        "h:zip, pkg.mod:zip [plugins.reference]"
    ]
    assert links(app) == {
        "CSV": "csv.html",
        "json": "csv.html#json",
        "gzip": "https://p.example/gzip.html",
        "pkg.mod": "csv.html#module-pkg.mod",
        "only": "cat.html#plugin-g-only",
        "only.two": "cat.html#plugin-h-only.two",
        "g:json": "cat.html#plugin-g-json",
        "g": "cat.html#plugin-g",
    }


@pytest.mark.usefixtures("installed")
def test_of_two_pages_the_one_without_no_index_wins(project: Project) -> None:
    pages = {
        "index.rst": "Top\n===\n\n.. toctree::\n\n   a\n   b\n   c\n\n:plugin:ref:`ns:a`\n",
        "a.rst": "A\n=\n\n.. list-plugins:: ns\n   :detailed:\n   :no-index:\n",
        "b.rst": "B\n=\n\n.. list-plugins:: ns\n   :detailed:\n",
        "c.rst": "C\n=\n\n.. list-plugins:: ns\n",
    }
    app = project.build(pages)
    assert project.warnings == []
    assert links(app)["ns:a"] == "b.html#plugin-ns-a"
    assert "a.html#plugin" not in (app.outdir / "genindex.html").read_text()
    second = {"a.rst": pages["a.rst"].replace("   :no-index:\n", "")}
    app = project.build(second)
    assert project.warnings == [
        "b.rst:4: WARNING: ns, ns:a, ns:b: documented here, and on the page 'a' in line 4; "
        "add :no-index: to one of the two directives; until then links lead to the latter [plugins.reference]"
    ]
    # The page that links there was not read again, and yet leads there.
    assert 'href="a.html#plugin-ns-a"' in (app.outdir / "index.html").read_text()
    assert project.read == ["a"]
    (project.folder / "b.rst").write_text("B\n=\n")
    app = project.build({"a.rst": "A\n=\n"})
    assert project.warnings == []
    assert 'href="c.html#plugin-ns-a"' in (app.outdir / "index.html").read_text()


def test_descriptions_by_hand(project: Project) -> None:
    page = """
        Top
        ===

        .. plugin:namespace:: acme.codecs

           What the product brings.

           .. plugin:plugin:: lzma extra

              Not :plugin:ref:`zip`.

        .. plugin:plugin:: acme.codecs:zip
           :no-index-entry:

           Retired.

        .. plugin:plugin:: other.ns:zip
           :no-index:

        :plugin:ref:`acme.codecs:lzma extra` :plugin:ns:`acme.codecs` :plugin:ref:`zip`
    """
    app = project.build(page, nitpicky=True)
    assert project.warnings == []
    found = links(app)
    assert found["acme.codecs:lzma extra"] == "#plugin-acme.codecs-lzma-U20-extra"
    assert found["acme.codecs"] == "#plugin-acme.codecs"
    assert found["zip"] == "#plugin-acme.codecs-zip"
    descriptions = list(app.env.get_doctree("index").findall(addnodes.desc))
    assert [(node["domain"], node["objtype"]) for node in descriptions] == [
        ("plugin", kind) for kind in ("namespace", "plugin", "plugin", "plugin")
    ]
    general = (app.outdir / "genindex.html").read_text()
    assert "lzma extra (plugin in acme.codecs)" in general
    assert "zip (plugin in acme.codecs)" not in general
    page_html = (app.outdir / "index.html").read_text()
    assert '<span class="sig-prename descclassname"><span class="pre">acme.codecs:</span></span>' in page_html
    assert ">extra</span></code></a>" in page_html  # in the page's own table of contents


def test_a_description_that_does_not_say_its_namespace(project: Project) -> None:
    app = project.build("Top\n===\n\n.. plugin:plugin:: alone\n\n   Text.\n\nEnd\n---\n", builder="text")
    assert project.warnings == [
        "index.rst:4: WARNING: plugin:plugin:: alone does not say which namespace the plugin is in; "
        "write NAMESPACE:NAME, or put it into the content of plugin:namespace [plugins.config]"
    ]
    assert "alone\n\n   Text." in (app.outdir / "index.txt").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("way", [":plugin:ref:`ns:a`", ":ref:`plugin-ns-a`", ":any:`plugin-ns-a`", ":plugin:ns:`ns`"])
@pytest.mark.usefixtures("installed")
def test_other_projects_link_by_intersphinx(
    project: Project, tmp_path: Path, make_app: Callable[..., SphinxTestApp], way: str
) -> None:
    documented = project.build(PAGE)
    with_it = way.startswith(":plugin:")
    other = tmp_path / "other"
    other.mkdir()
    extensions = ["sphinx.ext.intersphinx", *(["sphinxext.plugins"] if with_it else [])]
    (other / "conf.py").write_text(
        f"extensions = {extensions}\nnitpicky = True\n"
        f"intersphinx_mapping = {{'one': ('https://one.example', {str(documented.outdir / 'objects.inv')!r})}}\n"
    )
    (other / "index.rst").write_text(f"Top\n===\n\n{way}\n")
    app = make_app("html", srcdir=other)
    app.build()
    app.cleanup()
    assert app.warning.getvalue() == ""
    anchor = "#plugin-ns" if ":ns:" in way else "#plugin-ns-a"
    assert list(links(app).values()) == [f"https://one.example/index.html{anchor}"]


def test_target_and_source(install: Install, project: Project) -> None:
    install(
        "one",
        {"ns": {"a": "pkg:A", "b": "pkg:B", "c": "pkg:C"}},
        {
            "pkg/__init__.py": "from pkg.impl import A, B, C",
            "pkg/impl.py": "class A: '''Of A.'''\nclass B: pass\nC = 1",
        },
        metadata="Project-URL: Source Code, https://code.example/one",
    )
    page = """
        Top
        ===

        .. plugin:: ns:a

           More.

        .. plugin:: ns:b

        .. plugin:: ns:c

        .. py:class:: pkg.impl.A

        .. py:class:: pkg.B
    """
    app = project.build(page, nitpicky=True, extensions=["sphinxext.plugins", "sphinx.ext.viewcode"])
    assert project.warnings == []
    page_html = (app.outdir / "index.html").read_text()
    assert re.search(r'href="#pkg.impl.A"[^>]*><code[^>]*><span class="pre">pkg:A<', page_html)
    assert re.search(r'href="#pkg.B"[^>]*><code[^>]*><span class="pre">pkg:B<', page_html)
    assert len(re.findall(r'href="https://code.example/one"><span class="sp-source"', page_html)) == 3
    assert links(app).get("pkg:C") is None
    # The content of the directive is added to the docstring.
    [first, *_] = app.env.get_doctree("index").findall(addnodes.desc_content)
    assert [node.astext() for node in first.children][:2] == ["Of A.", "More."]


def test_source_by_viewcode_and_linkcode(install: Install, project: Project) -> None:
    files = {"pkg.py": "class A:\n    '''Of A.'''\n"}
    install("one", {"ns": {"a": "pkg:A"}}, files, metadata="Project-URL: Source, https://code.example/one")
    page = "Top\n===\n\n.. plugin:: ns:a\n\n.. py:module:: pkg\n\n.. py:class:: A\n"
    app = project.build(page, extensions=["sphinxext.plugins", "sphinx.ext.viewcode"])
    assert project.warnings == []
    page_html = (app.outdir / "index.html").read_text()
    assert '<a class="reference internal" href="_modules/pkg.html#A"><span class="sp-source">[source]' in page_html
    assert (app.outdir / "_modules" / "pkg.html").exists()
    app = project.build(builder="singlehtml", extensions=["sphinxext.plugins", "sphinx.ext.viewcode"], freshenv=True)
    assert 'href="https://code.example/one"' in (app.outdir / "index.html").read_text()


def test_source_by_linkcode_is_asked_only_for_what_is_documented(install: Install, project: Project) -> None:
    linked = """
        def resolve(domain, info):
            assert info["module"] == "pkg", info
            return "https://link.example/%(module)s#%(fullname)s" % info

        def setup(app):
            app.connect("config-inited", lambda app, config: setattr(config, "linkcode_resolve", resolve))
    """
    install("one", {"ns": {"a": "pkg:A", "b": "b:B"}}, {"pkg.py": "class A: pass", "b.py": "class B: pass"})
    install("two", files={"linked.py": linked})
    page = "Top\n===\n\n.. plugin:: ns:a\n\n.. plugin:: ns:b\n\n.. py:module:: pkg\n\n.. py:class:: A\n"
    app = project.build(page, extensions=["linked", "sphinxext.plugins", "sphinx.ext.linkcode"])
    assert project.warnings == []
    page_html = (app.outdir / "index.html").read_text()
    assert 'href="https://link.example/pkg#A"><span class="sp-source">[source]' in page_html
    assert page_html.count("[source]") == 2  # that of the plugin, and linkcode's own


def test_a_plugin_that_does_not_exist(install: Install, project: Project) -> None:
    install("one", ENTRY_POINTS, FILES)
    app = project.build("Top\n===\n\n.. plugin:: ns:aa\n\n.. plugin:: nss:a\n", builder="text")
    assert project.warnings == [
        "index.rst:4: WARNING: there is no plugin 'aa' in the namespace ns; use the name of one that exists "
        "(the nearest: a), or install what registers it [plugins.reference]",
        "index.rst:6: WARNING: there is no plugin namespace 'nss' in this environment; use the name of one that "
        "exists (the nearest: ns), or install what registers plugins in it [plugins.namespace]",
    ]
    assert 'There is no plugin "aa" in the namespace "ns". There is: "a".' in (app.outdir / "index.txt").read_text()


ONLY = {
    "cards and details": ("   :view: cards\n", ""),
    "details and cards": ("", "   :view: cards\n"),
    "two details": ("   :view: details\n", ""),
    "in a list": ("   :view: list\n", "   :heading-level: 3\n"),
}


@pytest.mark.slow
@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("options", ONLY.values(), ids=ONLY)
def test_each_builder_has_the_place_that_is_left(project: Project, options: tuple[str, str]) -> None:
    first, second = (option and f"   {option}" for option in options)
    page = (
        "Top\n===\n\n:plugin:ref:`ns:a` :plugin:ns:`ns` :ref:`plugin-ns-b`\n\n"
        f".. only:: html\n\n   .. plugin-catalog:: ns\n{first}\n"
        f".. only:: not html\n\n   .. plugin-catalog:: ns\n{second}\n"
    )
    app = project.build(page, nitpicky=True)
    assert project.warnings == []
    shown = (app.outdir / "index.html").read_text()
    for name in ("", "-a", "-b"):
        assert shown.count(f'id="plugin-ns{name}"') == 1
    assert set(re.findall('href="#(plugin[^"]*)"', shown)) >= {"plugin-ns", "plugin-ns-a", "plugin-ns-b"}
    general = (app.outdir / "genindex.html").read_text()
    assert general.count("#plugin-ns-a") == 1
    app = project.build(builder="latex", nitpicky=True)
    assert project.read == []
    tex = "".join(path.read_text() for path in app.outdir.glob("*.tex"))
    for name in ("", "-a", "-b"):
        assert tex.count(rf"\label{{\detokenize{{index:plugin-ns{name}}}}}") == 1
    assert r"\index{a (plugin in ns)@\spxentry{a}\spxextra{plugin in ns}" in tex


@pytest.mark.usefixtures("installed")
def test_one_page_of_all_has_each_id_once(project: Project) -> None:
    pages = {
        "index.rst": "Top\n===\n\n.. list-plugins:: ns\n\n.. toctree::\n\n   a\n\n:plugin:ref:`ns:a`\n",
        "a.rst": "A\n=\n\n.. list-plugins:: ns\n   :detailed:\n",
    }
    app = project.build(pages, builder="singlehtml")
    assert (app.outdir / "index.html").read_text().count('id="plugin-ns-a"') == 1
    assert re.search('<section class="sp-plugin [^>]*id="plugin-ns-a">', (app.outdir / "index.html").read_text())


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("detailed", ["", "   :detailed:\n"])
def test_latex_labels_what_it_links_to(project: Project, detailed: str) -> None:
    page = f"Top\n===\n\n- .. list-plugins:: ns\n  {detailed}\n\n:plugin:ref:`ns:a` :plugin:ns:`ns`\n"
    app = project.build(page, builder="latex")
    tex = "".join(path.read_text() for path in app.outdir.glob("*.tex"))
    linked = set(re.findall(r"\\hyperref\[\\detokenize\{([^}]*)\}\]", tex))
    assert {"index:plugin-ns-a", "index:plugin-ns"} <= linked
    assert linked <= set(re.findall(r"\\label\{\\detokenize\{([^}]*)\}\}", tex))


def test_a_target_that_another_project_documents(
    install: Install, project: Project, tmp_path: Path, make_app: Callable[..., SphinxTestApp]
) -> None:
    files = {"pkg/__init__.py": "from pkg.impl import A", "pkg/impl.py": "class A: pass"}
    install("one", {"ns": {"a": "pkg:A"}}, files)
    other = tmp_path / "other"
    other.mkdir()
    (other / "conf.py").write_text("")
    (other / "index.rst").write_text("Top\n===\n\n.. py:class:: pkg.impl.A\n")
    app = make_app("html", srcdir=other)
    app.build()
    app.cleanup()
    mapping = {"other": ("https://other.example", str(app.outdir / "objects.inv"))}
    page = "Top\n===\n\n.. plugin:: ns:a\n"
    app = project.build(
        page, nitpicky=True, extensions=["sphinxext.plugins", "sphinx.ext.intersphinx"], intersphinx_mapping=mapping
    )
    assert project.warnings == []
    # It is registered by another path than it is documented by.
    assert links(app)["pkg:A"] == "https://other.example/index.html#pkg.impl.A"


ODD = ["my'ns", 'my"ns', "my ns", "a[b", "a\\b", "<b>", "übung.漢字", "a*", "n&m;", "Ns", "a-b"]


@pytest.mark.slow
@pytest.mark.parametrize("namespace", ODD)
def test_a_namespace_of_any_name_works_everywhere(install: Install, project: Project, namespace: str) -> None:
    install("one", {namespace: {"it's": "m:A", "<i>": "m:B"}, "a": {"x": "m:A"}, "aab": {"y": "m:A"}}, FILES)
    role = namespace.replace("\\", "\\\\").replace("<", "\\<")
    pages = {
        "index.rst": f"Top\n===\n\n:plugin:ns:`to it <{role}>` :plugin:ref:`to one <{role}:it's>`\n\n"
        f".. list-plugins:: {namespace}\n",
        "catalog.rst": f":orphan:\n\nAll\n===\n\n.. plugin-catalog:: {namespace}\n   :view: details\n",
        "one.rst": f":orphan:\n\nOne\n===\n\n.. plugin:: {namespace}:it's\n\n   :plugin:ref:`it's`\n\n"
        f".. plugin:: {namespace}:<i>\n",
    }
    if namespace == "<b>":  # a role's target ends at the first of these
        pages["index.rst"] = f"Top\n===\n\n:plugin:ns:`{role}` :plugin:ref:`{role}:it's`\n\n"
        pages["index.rst"] += f".. list-plugins:: {namespace}\n"
    app = project.build(pages, nitpicky=True, plugins_namespaces={namespace: {"title": "Theirs"}})
    assert project.warnings == []
    found = links(app)
    assert len(found) >= 2
    assert any(led.startswith("catalog.html#plugin-") for led in found.values())
    assert any(led.startswith("one.html#plugin-") for led in found.values())
    shown = {name for page in app.env.domaindata["plugin"]["objects"].values() for _, name in page}
    assert len(shown) == 3  # of this namespace alone, whatever signs a glob would have in it


def test_a_plugin_without_its_name(install: Install, project: Project) -> None:
    install("one", ENTRY_POINTS, FILES)
    project.build(
        "Top\n===\n\n.. plugin:: ns\n\n.. plugin:: ns:\n\n.. plugin:: c-d\n\n.. plugin:: :a\n\n.. plugin:: nowhere\n",
        builder="text",
    )
    says = "does not say which plugin of which namespace is shown; write NAMESPACE:NAME"
    assert project.warnings == [
        f"index.rst:4: WARNING: plugin:: ns {says} (there is: ns:a, ns:b) [plugins.reference]",
        f"index.rst:6: WARNING: plugin:: ns: {says} (there is: ns:a, ns:b) [plugins.reference]",
        f"index.rst:8: WARNING: plugin:: c-d {says} (there is: other:c-d) [plugins.reference]",
        f"index.rst:10: WARNING: plugin:: :a {says} (there is: ns:a) [plugins.reference]",
        f"index.rst:12: WARNING: plugin:: nowhere {says} [plugins.reference]",
    ]


WRONG_IN_RST = """
    Index
    =====

    .. toctree::

       a
       left

    .. include:: included.txt

    :plugin:ref:`b`

    +------------------------+
    | .. plugin:: ns:none    |
    +------------------------+

    .. note::

       - .. plugin-catalog:: ns
            :view: wrong

    .. plugin:plugin:: alone

    .. plugin-catalog:: other
"""
WRONG_IN_MARKDOWN = """
    # A

    {plugin:ref}`b`

    ```{plugin-catalog} ns
    ---
    view: wrong
    ---
    ```

    :::{plugin-catalog} other
    :view: wrong too
    :::

    ```{eval-rst}
    text

    .. plugin-catalog:: ns
       :view: wrong three
       :no-index:
    ```

    - item

      ```{plugin} ns:nope
      ```

    ```{include} included.inc
    ```

    ```{plugin} ns
    ```
"""


@pytest.mark.slow
@pytest.mark.usefixtures("installed")
@pytest.mark.filterwarnings(*OF_SPHINX)  # of MyST's include
def test_each_warning_names_a_file_that_is_there_and_the_line(project: Project) -> None:
    pages = {
        "index.rst": WRONG_IN_RST,
        "a.md": WRONG_IN_MARKDOWN,
        "left.rst": "Left\n====\n\n.. plugin:: ns:a\n   :bogus: y\n",
        "included.txt": "Included.\n\n.. plugin-catalog:: nowhere\n",
        "included.inc": "Included.\n\n```{plugin-catalog} nowhere.else\n```\n",
    }
    extensions = ["sphinxext.plugins", "myst_parser"]
    before: list[str] = []
    for changed in (pages, {}):
        project.build(changed, extensions=extensions, myst_enable_extensions=["colon_fence"], plugins_trusted=["*"])
        own = [line for line in project.warnings if "[plugins." in line]
        assert not before or own == before
        before = own
    for warning in before:
        place = re.match(r"([^:]+):(\d+): WARNING: ", warning)
        assert place is not None, warning
        # docutils' include names a file as it is seen from the working directory.
        file = next(path for path in (project.folder / place[1], Path(place[1])) if path.is_file())
        line = file.read_text().splitlines()[int(place[2]) - 1]
        assert "plugin" in line, warning
    told = "\n".join(before)
    for what in ("'none'", "'wrong'", "'wrong too'", "'wrong three'", "'nope'", "'nowhere'", "'nowhere.else'", "alone"):
        assert told.count(what) >= 1, what
    assert "left.rst:4: WARNING: ns:a is left to the page 'left'" in told
    assert "index.rst:25: WARNING: other" in told  # documented twice; the page includes another file above it
