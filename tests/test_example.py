"""The example project, whose two distributions are installed beside the tests."""

from __future__ import annotations

import html
import importlib.util
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.schema import validate

DOCS = Path(__file__).parents[1] / "example_project" / "docs"

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("sluice") is None, reason="needs the example project: run `make test`"
)


PLUGINS = {
    "sluice.reader": ["arrow", "csv", "json", "jsonl", "ndjson", "stdin", "tsv"],
    "sluice.filter": ["head", "sort", "unique", "unique"],
    "sluice.writer": ["csv", "table"],
    "sluice.codec": ["ebb", "tide"],
}
"""Those that are entry points."""

REGISTRIES = {
    "mapping": ("sluice.packing", {"bz2", "bzip2", "gzip", "xz"}, "sluice"),
    "subclasses": ("sluice.guard", {"even", "filled", "numeric"}, "sluice sluice-extras"),
    "decorated": ("sluice.step", {"fold", "reverse", "trim"}, "sluice"),
    "package": ("sluice.dialect", {"excel", "tidal", "unix"}, "sluice-extras sluice-labs"),
    "modules": ("sluice.addon", {"sluice_extras", "sluice_labs"}, "sluice-extras sluice-labs"),
    "hooks": ("sluice.hook", {"Progress", "journal"}, "sluice"),
    "setup": (
        "sluice.sphinx",
        {"configuration sluice_filters", "directive sluice-table", "domain sluice", "role sluice-column"},
        "sluice",
    ),
}
"""By the kind of the registry: the namespace, its plugins, and the distributions that these are of."""


VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}


class Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    def handle_starttag(self, _tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.ids += [value for key, value in attributes if key == "id" and value]


class Names(HTMLParser):
    """The names of plugins within the elements of a class, and what they lead to."""

    def __init__(self, within: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.links: dict[str, str] = {}
        self._within = within
        self._open: list[set[str]] = []
        self._link = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "a":
            self._link = given.get("href") or ""
        if tag not in VOID:
            self._open.append(set((given.get("class") or "").split()))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            del self._open[-1:]  # a text may end what was begun before it

    def handle_data(self, data: str) -> None:
        if self._open and "sp-name" in self._open[-1] and any(self._within in classes for classes in self._open):
            self.names.append(data)
            self.links.setdefault(data, self._link)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation of the example, built without a warning."""
    folder = tmp_path_factory.mktemp("example")
    command = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q", str(DOCS), str(folder)]
    built = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (built.returncode, built.stderr) == (0, "")
    return folder


def sections(page: str) -> dict[str, str]:
    """The text of the sections of the second level, by their ids."""
    parts = re.split(r'<section id="([^"]+)">', page)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def names(text: str, within: str) -> Names:
    parser = Names(within)
    parser.feed(text)
    return parser


@pytest.mark.slow
def test_lists_and_descriptions(pages: Path) -> None:
    readers = (pages / "readers.html").read_text()
    filters = (pages / "filters.html").read_text()
    assert "No module named 'tidal_arrow'" in html.unescape(readers)
    assert "Deprecated since version 2.0" in readers
    assert "<strong>delimiter</strong>" in readers
    assert filters.index("unique</span> (") < filters.index("sluice-extras")
    for page in (readers, filters):
        parser = Ids()
        parser.feed(page)
        plugins = [identifier for identifier in parser.ids if identifier.startswith("plugin-")]
        assert len(plugins) == len(set(plugins)) >= 3


READERS, FILTERS, WRITERS, CODECS = PLUGINS.values()


@pytest.mark.parametrize(
    ("section", "view", "expected"),
    [
        ("a-table-and-details", "sp-table", READERS),
        ("a-table-and-details", "sp-details", [name for name in READERS if name != "csv"]),
        ("a-table", "sp-table", [*CODECS, *FILTERS, *READERS, *WRITERS]),
        ("tiers", "sp-table", [*FILTERS, *CODECS]),
        ("a-list", "sp-list", ["csv", "json", "stdin", "tsv", *WRITERS]),
        ("cards", "sp-cards", ["json", "jsonl", "ndjson", "csv", "tsv", "arrow", "stdin"]),
        ("details", "sp-details", WRITERS),
    ],
)
def test_catalog_shows_every_plugin_in_each_view(pages: Path, section: str, view: str, expected: list[str]) -> None:
    page = sections((pages / "catalog.html").read_text())[section]
    assert names(page, view).names == expected


def test_catalog_has_titles_columns_and_templates(pages: Path) -> None:
    page = sections((pages / "catalog.html").read_text())
    assert re.findall(r'<p class="[^"]*sp-group[^"]*"[^>]*>([^<]+)', page["a-table"]) == [
        "Codecs",
        "Filters",
        "Readers",
        "Writers",
    ]
    columns = re.findall(r'<th class="([^"]*)"', page["a-table-and-details"])
    assert [next(c for c in each.split() if c.startswith("sp-column-")) for each in columns] == [
        "sp-column-name",
        "sp-column-summary",
        "sp-column-extensions",
        "sp-column-from",
    ]
    text = html.unescape(re.sub("<[^>]+>", "", page["a-table-and-details"]))
    assert "python -m pip install sluice-extras[arrow]" in text
    assert "sluice tsv table < FILE" in text
    assert "Readers by the kind of file" in page["cards"]


def test_catalog_leads_to_the_page_of_a_plugin(pages: Path) -> None:
    page = sections((pages / "catalog.html").read_text())
    for section, view in (("a-table-and-details", "sp-table"), ("a-table", "sp-table"), ("cards", "sp-cards")):
        assert names(page[section], view).links["csv"] == "csv.html#plugin-sluice.reader-csv"
    assert 'id="plugin-sluice.reader-csv"' in (pages / "csv.html").read_text()
    assert names(page["a-table-and-details"], "sp-table").links["json"] == "#plugin-sluice.reader-json"
    assert names(page["a-table"], "sp-table").links["json"] == "readers.html#plugin-sluice.reader-json"


def test_data_has_every_plugin(pages: Path) -> None:
    data = validate((pages / "plugins.json").read_bytes())
    told = {name: [plugin["name"] for plugin in namespace["plugins"]] for name, namespace in data["namespaces"].items()}
    of_registries = {namespace for namespace, _, _ in REGISTRIES.values()}
    assert {name: each for name, each in told.items() if name not in of_registries} == PLUGINS


@pytest.mark.parametrize("kind", REGISTRIES)
def test_registry_of_each_kind_has_its_plugins(pages: Path, kind: str) -> None:
    namespace, expected, distributions = REGISTRIES[kind]
    plugins = validate((pages / "plugins.json").read_bytes())["namespaces"][namespace]["plugins"]
    assert {(plugin["name"], plugin["origin"]) for plugin in plugins} == {(name, kind) for name in expected}
    assert {plugin["distribution"] for plugin in plugins} == set(distributions.split())
    parser = Ids()
    parser.feed((pages / "registries.html").read_text())
    assert sum(each.startswith(f"plugin-{namespace}-") for each in parser.ids) == len(expected)


def test_codecs_are_read_out_of_a_tree_that_is_not_installed(pages: Path) -> None:
    assert importlib.util.find_spec("sluice_labs") is None
    page = html.unescape(re.sub("<[^>]+>", " ", (pages / "codecs.html").read_text()))
    assert "Packs what rises and falls regularly." in page
    assert "not known" not in page
    data = validate((pages / "plugins.json").read_bytes())
    assert data["distributions"]["sluice-labs"]["source"] == "project:../sluice-labs"


def test_options_of_writers_are_places_that_links_lead_to(pages: Path) -> None:
    page = (pages / "writers.html").read_text()
    links = re.findall(r'href="#([^"]+)"[^>]*><code[^>]*><span class="pre">sluice.writer:csv', page)
    assert len(links) == 1
    assert f'id="{links[0]}"' in page
    assert "What stands between two values." in page
