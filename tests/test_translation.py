"""The extension's own words in other languages, and the translation of docstrings."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from docutils import nodes

from sphinxext.plugins.core.fields import BUILT_IN, Where
from tests.test_package import PACKAGE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Install, Project

LOCALE = PACKAGE / "sphinx" / "locale"
LANGUAGES = sorted(path.name for path in LOCALE.iterdir() if path.is_dir())
KEYWORDS = {"_": None, "explained": (1,)}

FILES = {
    "m.py": "class A:\n    '''Reads *tables*. And more.\n\n    Heading\n    -------\n\n"
    "    See :plugin:ref:`f`.\n\n    :param x: The first.\n    '''\n    def __init__(self, x): pass\n"
    "def f():\n    '''Says nothing.'''\ndef g(): pass\n"
}
ENTRY_POINTS = {"ns": {"a": "m:A", "f": "m:f", "g": "m:g", "no": "m:no"}}
PAGES = {
    "index.rst": "Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n\n.. plugin:: ns:f\n",
    "second.rst": ":orphan:\n\nList\n====\n\n.. list-plugins:: ns\n   :no-index:\n\n.. list-plugins:: nsx\n",
}


def words() -> set[str]:
    """What stands in the source to be translated."""
    found = extract_from_dir(PACKAGE, [("**.py", "python")], keywords=KEYWORDS)
    return {str(message) for _file, _line, message, _comments, _context in found}


@pytest.mark.slow
def test_headings_of_fields_are_translated() -> None:
    on_pages = [row.heading for row in BUILT_IN.values() if row.where & (Where.COLUMN | Where.DETAILS)]
    assert set(on_pages) <= words()


def test_languages() -> None:
    assert len(LANGUAGES) >= 2
    assert {"de", "ja"} <= set(LANGUAGES)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_are_complete_and_compiled(language: str) -> None:
    folder = LOCALE / language / "LC_MESSAGES"
    with (folder / "sphinxext.plugins.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    messages = {str(message.id): message for message in catalogue if message.id}
    assert set(messages) == words()
    assert all(message.string and not message.fuzzy for message in messages.values())
    assert [list(message.check()) for message in messages.values() if list(message.check())] == []
    with (folder / "sphinxext.plugins.mo").open("rb") as file:
        compiled = read_mo(file)
    assert {str(m.id): m.string for m in compiled if m.id} == {key: m.string for key, m in messages.items()}


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_own_words(install: Install, project: Project, language: str) -> None:
    install("one", ENTRY_POINTS, FILES)
    english = project.build(PAGES, builder="text", freshenv=True)
    text = {page: (english.outdir / f"{page}.txt").read_text() for page in ("index", "second")}
    other = project.build(builder="text", language=language, freshenv=True)
    assert "No documentation found for g in m:g" in text["index"]
    assert "Cannot be loaded from m:no" in text["second"]
    for page in text:
        translated = (other.outdir / f"{page}.txt").read_text()
        for said in ("No documentation", "Cannot be loaded", "There is", "Target", "Distribution"):
            assert said not in translated
        assert "m:no" in "".join(translated.split())


def catalogue(folder: Path, translations: dict[str, str]) -> None:
    """Write what a project's own translators made."""
    made = Catalog(locale="de")
    for message, translation in translations.items():
        made.add(message, translation)
    file = io.BytesIO()
    write_mo(file, made)
    folder.mkdir(parents=True)
    for page in ("index", "second"):
        (folder / f"{page}.mo").write_bytes(file.getvalue())


def test_docstrings_are_extracted_with_their_places(install: Install, project: Project) -> None:
    install("one", ENTRY_POINTS, FILES)
    fields = {"ns": {"fields": {"Kind of": "entry:module"}}}
    app = project.build(PAGES, builder="gettext", plugins_namespaces=fields)
    extracted = {}
    for page in ("index", "second"):
        with (app.outdir / f"{page}.pot").open("rb") as file:
            found = {message.id: message.locations for message in read_po(file) if message.id}
        extracted[page] = {key: (name.rpartition("/")[2], line) for key, [(name, line), *_] in found.items()}
    assert extracted["index"] == {
        "Top": ("index.rst", 2),
        "Reads *tables*. And more.": ("m.py", 2),
        "Heading": ("m.py", 5),
        "See :plugin:ref:`f`.": ("m.py", 7),
        "The first.": ("m.py", 9),
        "Says nothing.": ("m.py", 13),
        "Kind of": ("index.rst", 0),
    }
    assert extracted["second"] == {
        "List": ("second.rst", 4),
        "Reads *tables*.": ("m.py", 2),
        "Says nothing.": ("m.py", 13),
    }


def test_a_translated_build_shows_translated_docstrings(install: Install, project: Project) -> None:
    install("one", ENTRY_POINTS, FILES)
    translations = {
        "Reads *tables*. And more.": "Liest *Tabellen*. Und mehr.",
        "Reads *tables*.": "Liest *Tabellen*.",
        "Heading": "Überschrift",
        "See :plugin:ref:`f`.": "Siehe :plugin:ref:`f`.",
        "The first.": "Der erste.",
        "a": "A name is no text",
        "ns": "A name is no text",
        "m:A": "A name is no text",
    }
    catalogue(project.folder / "locale" / "de" / "LC_MESSAGES", translations)
    app = project.build(PAGES, language="de", locale_dirs=["locale"], nitpicky=True)
    index, second = ((app.outdir / f"{page}.html").read_text() for page in ("index", "second"))
    for text in ("Liest <em>Tabellen</em>. Und mehr.", "Überschrift", "Der erste."):
        assert text in index
    assert 'Siehe <a class="reference internal" href="#plugin-ns-f"' in index
    assert "Liest <em>Tabellen</em>.</" in second
    assert "A name is no text" not in index + second
    assert [warning for warning in project.warnings if "plugins." not in warning] == []


REFERRING = """
Reads [1]_ of *tables*. And [#]_ so [BOOK]_ on.

See manual_, `a name`_, `this one`__, |word| and `inline <https://good.example/inline>`_.

Heading
-------

Above is Heading_.

.. [1] Foot.
.. [#] Automatic.
.. [BOOK] Book.
.. _manual: https://good.example/manual
.. _a name: manual_
__ https://good.example/anonymous
.. |word| replace:: *replaced*
"""
TRANSLATED = {
    "Reads [1]_ of *tables*. And [#]_ so [BOOK]_ on.": "Liest [1]_ aus *Tabellen*. Und [#]_ weiter [BOOK]_ so.",
    "See manual_, `a name`_, `this one`__, |word| and `inline <https://good.example/inline>`_.": (
        "Siehe manual_, `a name`_, `dies`__, |word| und `dort <https://good.example/inline>`_."
    ),
    "Foot.": "Fuß.",
    "Heading": "Überschrift",
    "Above is Heading_.": "Oben ist Heading_.",
}


@pytest.mark.slow
@pytest.mark.parametrize("trusted", [["one"], []], ids=["trusted", "untrusted"])
@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_translated_references(install: Install, project: Project, suffix: str, trusted: list[str]) -> None:
    install("one", {"ns": {"a": "m", "b": "n"}}, {"m.py": f"'''{REFERRING}'''", "n.py": f"'''{REFERRING}'''"})
    catalogue(project.folder / "locale" / "de" / "LC_MESSAGES", TRANSLATED)
    page = "# Top\n\n```{plugin-catalog} ns\n```\n" if suffix == "md" else "Top\n===\n\n.. plugin-catalog:: ns\n"
    extensions = ["sphinxext.plugins", *(["myst_parser"] if suffix == "md" else [])]
    settings: Any = {"language": "de", "locale_dirs": ["locale"], "nitpicky": True, "plugins_report_untrusted": True}
    app = project.build({f"index.{suffix}": page}, extensions=extensions, plugins_trusted=trusted, **settings)
    assert project.warnings == []
    document = app.env.get_doctree("index")
    paragraphs = list(document.findall(nodes.paragraph))
    said = [node.astext() for node in paragraphs]
    assert said.count("Liest 1 aus Tabellen. Und 2 weiter [BOOK] so.") == 2
    assert said.count("Oben ist Heading.") == said.count("Fuß.") == 2
    assert said.count("Liest [1] aus Tabellen.") == 2  # the summaries
    [first, _second] = [node for node in paragraphs if node.astext().startswith("Siehe manual, a name, dies, replaced")]
    links = [node["refuri"] for node in first.findall(nodes.reference)]
    assert links == [f"https://good.example/{name}" for name in ("manual", "manual", "anonymous", "inline")]
    html = (app.outdir / "index.html").read_text()
    assert html.count("Überschrift") == 2
    assert 'href="#docstring-ns-a-heading"' in html
    assert 'href="#docstring-ns-a-book"' in html


def test_what_a_translation_lacks_is_said_as_of_a_page(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m"}}, {"m.py": f"'''{REFERRING}'''"})
    catalogue(project.folder / "locale" / "de" / "LC_MESSAGES", {"Above is Heading_.": "Oben ist sie."})
    page = "Top\n===\n\n.. plugin-catalog:: ns\n"
    project.build(page, language="de", locale_dirs=["locale"], plugins_trusted=["one"])
    [warning] = project.warnings
    assert "m.py:9: WARNING: inconsistent references in translated message" in warning
    assert warning.endswith("[i18n.inconsistent_references]")
    project.build(page, language="de", locale_dirs=["locale"], suppress_warnings=["i18n"], plugins_trusted=["one"])
    assert project.warnings == []


def test_summaries_that_refer_are_extracted_with_their_paragraph(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m"}}, {"m.py": f"'''{REFERRING}'''"})
    page = "Top\n===\n\n.. plugin-catalog:: ns\n   :view: table\n"
    app = project.build(page, builder="gettext")
    with (app.outdir / "index.pot").open("rb") as file:
        messages = [message.id for message in read_po(file) if message.id]
    assert messages == ["Top", "Reads [1]_ of *tables*. And [#]_ so [BOOK]_ on."]
