"""The extension's own words in other languages, and the translation of docstrings."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from tests.test_package import PACKAGE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Install, Project

LOCALE = PACKAGE / "locale"
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


def test_languages() -> None:
    assert len(LANGUAGES) >= 2
    assert {"de", "ja"} <= set(LANGUAGES)


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
