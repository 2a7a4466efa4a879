"""The script and the style sheet, in a browser, on pages that Sphinx builds."""

from __future__ import annotations

import functools
import html
import http.server
import importlib.util
import json
import re
import shutil
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, urlsplit

import pytest

from sphinxext.plugins.core.text import clean_name
from tests.browser.pages import (
    COLUMNS,
    SCRIPT,
    STYLE,
    Row,
    build,
    catalog,
    install,
    install_implementing,
    install_many,
    install_numbers,
    matrix,
    write,
)
from tests.test_names import PAGES as PAGES_OF_NAMES
from tests.test_names import SETTINGS, hostile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route

    from tests.conftest import Project

HERE = Path(__file__).parent / "browser"
TOOLS = HERE / "node_modules"
WITHOUT_BROWSER = "no browser: pip install --group browser; apt-get install chromium"
WITHOUT_TOOLS = "npm ci --prefix tests/browser"
THEMES = ("furo", "sphinx_rtd_theme", "pydata_sphinx_theme", "sphinx_book_theme", "alabaster")
LOOKS = ((1200, "light"), (320, "dark"))
DOCS = Path(__file__).parents[1] / "example_project" / "docs"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifts.push(shift);
    }).observe({ type: "layout-shift", buffered: true });
"""
PAINTED = """
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100))))
        .then(() => { window.painted = performance.now(); })
"""


STABLE = "5 - Production/Stable"
ROWS = [
    Row("csv", ["rows", "cells"], "1.10.0", STABLE, "Tables as text", "sluice"),
    Row("Café", ["cells"], "1.9.2", "3 - Alpha", "Menus, à la carte", "sluice-extras"),
    Row("arrow", ["cells"], "", STABLE, "Columns in memory", "sluice"),
    Row("xml", ["rows"], "0.3b1", "3 - Alpha", "Trees as text", "sluice-legacy", deprecated="Use ``csv``."),
]
STATES = ["__proto__", "constructor"]
HOSTILE = [
    Row("<b>b</b>", ["<img src=x onerror=alert(1)>"], "1", STATES, "constructor", "hostile-{}"),
    Row("a b/c:d%zz&e;f#g", ['"><script>alert(1)</script>'], "2", STATES, "toString", "hostile-{}"),
]
WIDE = [Row(f"{'x' * 60}{each}", ["y" * 60, "v" * 60], "z" * 60, STABLE, "w" * 99, "wide") for each in "ab"]
TITLE = "Formats\n=======\n\nWhat can be read.\n\n"
MANY = (7, 8, 11, 13)
"""Numbers of facets that are many."""

NUMBERS = [2.25, -10, 100, 2.3, 0.001]

SHOWN = {"columns": COLUMNS, "sort": "level", "filter": ""}
PAGES = {
    "index": f"{TITLE}`To XML <#plugin-formats-xml>`__\n\n" + catalog("formats", caption="The formats", **SHOWN),
    "cards": TITLE + catalog("formats", view="cards", caption="The formats", **SHOWN),
    "list": TITLE + catalog("formats", view="list", **(SHOWN | {"columns": "name, status"})),
    "groups": TITLE + catalog("formats", view="table", group_by="status", **SHOWN),
    "two": TITLE
    + catalog("formats", heading_level="2", **SHOWN)
    + catalog("formats", view="list", **SHOWN)
    + catalog("formats", view="table", no_filter="", **SHOWN),
    "hostile": TITLE + catalog("<b>", view="table", **SHOWN) + catalog("&", view="cards", **SHOWN),
    "wide": TITLE + catalog("wide", **SHOWN),
    **{f"many{facets}": TITLE + catalog(f"many{facets}", view="table") for facets in MANY},
    "many": TITLE + catalog("many11", view="cards"),
    "numbers": TITLE + catalog("numbers", view="table", filter=""),
    "numbers-in-a-list": TITLE + catalog("numbers", view="list", filter="", no_index=""),
    "tags": TITLE + catalog("formats", group_by="Tags", filter="", columns="name, summary, status"),
    "matrix": TITLE
    + catalog("implementing", view="matrix", caption="What they do", filter="")
    + matrix("implementing", members="member_1*, member_2*", transpose="", no_index="")
    + matrix("implementing", include="*-1 *-2", members="needed*", no_index=""),
    # An object each, with badges in its signature.
    "objects": TITLE + "".join(f".. plugin:: formats:{row.name}\n   :no-index:\n\n" for row in ROWS),
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason=WITHOUT_BROWSER)
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip(WITHOUT_BROWSER)
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Path:  # noqa: ARG001 - else not built
    folder = tmp_path_factory.mktemp("sites")
    installed = folder / "site"
    install(installed, "formats", ROWS)
    install(installed, "wide", WIDE)
    for namespace, which in (("<b>", "one"), ("&", "two")):
        install(installed, namespace, [row._replace(distribution=row.distribution.format(which)) for row in HOSTILE])
    settings = {f"many{facets}": install_many(installed, f"many{facets}", facets) for facets in MANY}
    settings["implementing"] = install_implementing(installed, "implementing", 20, 30)
    write(folder, PAGES, {**settings, "numbers": install_numbers(installed, "numbers", NUMBERS)})
    return folder


@pytest.fixture(scope="session")
def host(sites: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(sites)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def site(sites: Path, host: str) -> Callable[..., str]:
    """Build the pages with a theme, once, and give the address of them."""

    @functools.cache
    def site(theme: str = "furo") -> str:
        if importlib.util.find_spec(theme) is None:
            pytest.skip(f"pip install {theme}")
        build(sites / "source", sites / theme, "-D", f"html_theme={theme}", site=sites / "site")
        return f"{host}/{theme}"

    return site


@pytest.fixture(scope="session")
def example(sites: Path, host: str) -> tuple[str, list[str]]:
    """Build the documentation of the example project, with a page of all views; give the pages that show plugins."""
    if importlib.util.find_spec("sluice") is None:
        pytest.skip("needs the example project: run `make test`")
    source = sites / "example" / "source"
    shutil.copytree(DOCS, source, ignore=shutil.ignore_patterns("_build"))
    shutil.copytree(DOCS.parent / "sluice-labs", source.parent / "sluice-labs", dirs_exist_ok=True)
    options = {"caption": "What there is", "no_index": "", "filter": "", "columns": "name, summary, kind, from, target"}
    views = [catalog("sluice.reader", **options), catalog("sluice.*", view="cards", **options)]
    views.append(catalog("sluice.*", view="list", **options))
    (source / "views.rst").write_text(":orphan:\n\nViews\n=====\n\n" + "".join(views))
    built = build(source, sites / "example" / "html")
    pages = {page.name: page.read_text(encoding="utf-8") for page in built.glob("*.html")}
    shown = [name for name, text in pages.items() if "sp-catalog" in text or "sp-plugin" in text]
    assert "views.html" in shown
    return f"{host}/example/html", shown


class Reader:
    """A page in the browser, as somebody reads and works it."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base

    def open(self, address: str = "index.html") -> Reader:
        self.page.goto(f"{self.base}/{address}")
        return self

    def names(self, number: int = 0) -> list[str]:
        names = self.page.locator(".sp-catalog").nth(number).locator(".sp-item:visible .sp-name")
        texts: list[str] = names.all_inner_texts()
        return texts

    def type(self, text: str, number: int = 0) -> None:
        self.page.locator(".sp-controls input").nth(number).fill(text)

    def choose(self, facet: str, value: str, number: int = 0) -> None:
        self.page.get_by_role("combobox", name=facet, exact=True).nth(number).select_option(value)

    def sort(self, column: str) -> None:
        self.page.get_by_role("button", name=column, exact=True).first.click()

    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.page.url).query)

    def settle(self) -> None:
        """Wait for what follows typing: the address and the announcement."""
        self.page.wait_for_timeout(450)

    def evaluate(self, script: str) -> Any:  # noqa: ANN401 - whatever the page says
        return self.page.evaluate(script)


@pytest.fixture(scope="session")
def faults() -> list[str]:
    """What went wrong in the browser since the test began."""
    return []


@pytest.fixture
def _none_goes_wrong(faults: list[str]) -> Iterator[None]:
    faults.clear()
    yield
    # A theme's own, where nothing is stored yet.
    assert [fault for fault in faults if "invalid theme mode" not in fault] == []


@pytest.fixture(scope="session")
def new_context(browser: Browser, host: str, faults: list[str]) -> Callable[..., BrowserContext]:
    """Make contexts in which it is heard of errors, and of what is asked of another host."""

    def dismiss(dialog: Dialog) -> None:
        faults.append(dialog.message)
        dialog.dismiss()

    def make(**options: Any) -> BrowserContext:  # noqa: ANN401 - Playwright's own
        made = browser.new_context(**options)
        made.set_default_timeout(10_000)
        made.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        made.on("weberror", lambda error: faults.append(str(error.error)))
        made.on(
            "request", lambda request: None if request.url.startswith((host, "data:")) else faults.append(request.url)
        )
        made.on("dialog", dismiss)
        return made

    return make


@pytest.fixture
def context(
    new_context: Callable[..., BrowserContext],
    _none_goes_wrong: None,
) -> Iterator[Callable[..., BrowserContext]]:
    """Make contexts for a test alone, in which nothing goes wrong."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:  # noqa: ANN401 - Playwright's own
        contexts.append(new_context(**options))
        return contexts[-1]

    yield make
    for made in contexts:
        made.close()


@pytest.fixture(scope="session")
def only_tab(new_context: Callable[..., BrowserContext]) -> Iterator[Page]:
    """Open a page of the browser, which takes long, for all tests that need no context of their own."""
    made = new_context()
    yield made.new_page()
    made.close()


@pytest.fixture
def tab(only_tab: Page, host: str, _none_goes_wrong: None) -> Iterator[Page]:
    """Give that page as if it was new; nothing goes wrong in it."""
    only_tab.set_viewport_size({"width": 1280, "height": 720})
    only_tab.emulate_media(media="null", color_scheme="light", reduced_motion="no-preference", forced_colors="none")
    only_tab.mouse.move(0, 0)
    yield only_tab
    only_tab.unroute_all()
    if only_tab.url.startswith(host):
        only_tab.evaluate("[localStorage, sessionStorage].forEach((each) => each.clear())")
    only_tab.goto("about:blank")
    session = only_tab.context.new_cdp_session(only_tab)
    session.send("Page.resetNavigationHistory")
    session.detach()


@pytest.fixture
def reader(tab: Page, site: Callable[..., str]) -> Reader:
    return Reader(tab, site()).open()


@pytest.mark.skipif(not (HERE.parents[1] / "sphinxext").is_dir(), reason="the package is not beside the tests")
def test_types_of_the_script() -> None:
    if not (TOOLS / "typescript").is_dir() or shutil.which("npm") is None:
        pytest.skip(WITHOUT_TOOLS)
    checked = subprocess.run(["npm", "run", "-s", "types"], cwd=HERE, check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


def test_static_files_are_small_and_ask_for_nothing() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (SCRIPT, STYLE)]
    assert sum(len(text.encode()) for text in texts) <= 25_000
    for text in texts:
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "http:", "https:", "@import", "url(", "keydown"):
            assert word not in text


def test_numbers_are_sorted_as_such(reader: Reader) -> None:
    shown = ["-10", "0.001", "2.25", "2.3", "100"]
    for page in ("numbers", "numbers-in-a-list"):
        reader.open(f"{page}.html")
        options = reader.page.get_by_role("combobox", name="Size", exact=True).locator("option").all_inner_texts()
        assert [option.partition(" ")[0] for option in options] == ["All", *shown]
    reader.open("numbers.html")
    for order in (shown, shown[::-1]):
        reader.sort("Size")
        assert reader.page.locator(".sp-item .sp-value").all_inner_texts() == order


def test_filter(reader: Reader) -> None:
    cases = [
        ("", ["csv", "Café", "arrow", "xml"]),
        ("CAFE", ["Café"]),
        ("café", ["Café"]),
        ("text  tables", ["csv"]),
        ("text stable", ["csv"]),
        ("deprecated", ["xml"]),
        ("menus 1.9", ["Café"]),
        ("nowhere", []),
        ("[.*", []),
    ]
    for typed, names in cases:
        reader.type(typed)
        assert reader.names() == names, typed
        assert reader.page.locator("thead").is_visible()


def test_facets(reader: Reader) -> None:
    options = reader.page.get_by_role("combobox", name="Tags", exact=True).locator("option").all_inner_texts()
    assert options == ["All", "cells (3)", "rows (2)"]
    reader.choose("Tags", "rows")
    assert reader.names() == ["csv", "xml"]
    reader.choose("Status", "Production/Stable")
    assert reader.names() == ["csv"]
    reader.type("nothing")
    assert reader.names() == []
    reader.type("")
    reader.choose("Tags", "")
    assert reader.names() == ["csv", "arrow"]


@pytest.mark.parametrize("facets", MANY)
@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", ["furo", "alabaster"])
def test_many_facets_lie_over_nothing(  # noqa: PLR0913, PLR0917
    tab: Page, site: Callable[..., str], theme: str, scheme: Literal["light", "dark"], width: int, facets: int
) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.emulate_media(color_scheme=scheme)
    reader = Reader(tab, site(theme)).open(f"many{facets}.html")
    boxes = reader.evaluate(
        "[...document.querySelectorAll('.sp-controls :is(input, select), .sp-count, table.sp-table')].map((each) => {"
        " const { left, top, right, bottom } = each.getBoundingClientRect(); return [left, top, right, bottom]; })"
    )
    assert len(boxes) == facets + 3
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert 0 <= left < right
        assert right <= width or number == len(boxes) - 1  # the table scrolls
        for other in boxes[:number]:
            assert left >= other[2] or right <= other[0] or top >= other[3] or bottom <= other[1]
    assert overflow(reader) <= 0
    last = f"Facet {facets - 1}"
    assert reader.page.get_by_role("combobox", name=last, exact=True).evaluate(
        "(each) => { const { x, y, width, height } = each.getBoundingClientRect();"
        " return document.elementFromPoint(x + width / 2, y + height / 2) === each; }"
    )
    reader.choose(last, "value 1")
    assert reader.names() == ["p1", "p3", "p5", "p7"]


def test_a_plugin_in_several_groups_counts_once(reader: Reader) -> None:
    reader.open("tags.html")
    assert reader.names() == ["csv", "Café", "arrow", "csv", "xml"] or reader.names() == [
        *["Café", "arrow", "csv", "csv", "xml"]
    ]
    assert reader.page.locator(".sp-count").inner_text() == "4 of 4 plugins"
    options = reader.page.get_by_role("combobox", name="Status", exact=True).locator("option").all_inner_texts()
    assert options == ["All", "Alpha (2)", "Production/Stable (2)"]
    reader.type("tables")
    assert reader.names() == ["csv", "csv"]
    assert reader.page.locator(".sp-count").inner_text() == "1 of 4 plugins"
    assert reader.page.locator(".sp-details:visible").count() == 1


@pytest.mark.parametrize(("page", "facets"), [("cards", ["Tags", "Status"]), ("list", ["Status"])])
def test_facets_of_cards_and_lists(reader: Reader, page: str, facets: list[str]) -> None:
    reader.open(f"{page}.html")
    assert reader.page.locator(".sp-controls label > span").all_inner_texts() == ["Filter", *facets]
    reader.choose("Status", "Production/Stable")
    assert reader.names() == ["csv", "arrow"]
    reader.type("memory")
    assert reader.names() == ["arrow"]
    if "Tags" in facets:
        reader.choose("Tags", "cells")
        assert reader.names() == ["arrow"]


def test_sorting(reader: Reader) -> None:
    head = reader.page.locator("th", has_text="Since")
    orders = []
    for _ in range(3):
        head.get_by_role("button").press("Enter")
        orders.append((head.get_attribute("aria-sort"), reader.names()))
    assert orders == [
        ("ascending", ["xml", "Café", "csv", "arrow"]),
        ("descending", ["csv", "Café", "xml", "arrow"]),
        (None, ["csv", "Café", "arrow", "xml"]),
    ]
    reader.sort("Name")
    reader.sort("Status")
    assert reader.page.locator("[aria-sort]").all_inner_texts() == ["Status"]
    reader.type("text")
    assert reader.names() == ["xml", "csv"]


def test_count_is_shown_at_once_and_announced_when_typing_pauses(reader: Reader) -> None:
    count, status = reader.page.locator(".sp-count"), reader.page.get_by_role("status")
    assert status.inner_text() == count.inner_text() == "4 of 4 plugins"
    reader.type("text")
    heard, seen = reader.evaluate("['.sp-heard', '.sp-count'].map((each) => document.querySelector(each).textContent)")
    assert seen == "2 of 4 plugins"
    assert heard in {"4 of 4 plugins", seen}  # machines can be slow
    reader.evaluate(
        """() => {
            window.heard = [];
            const status = document.querySelector('.sp-heard');
            new MutationObserver(() => heard.push(status.textContent)).observe(status, { childList: true });
        }"""
    )
    reader.page.locator(".sp-controls input").press_sequentially(" tree", delay=10)
    reader.settle()
    assert reader.evaluate("window.heard")[-1] == "1 of 4 plugins"
    reader.type("nowhere")
    assert count.inner_text() == "No plugin matches"
    reader.settle()
    assert status.inner_text() == "No plugin matches"


def test_reset(reader: Reader) -> None:
    reset = reader.page.get_by_role("button", name="Reset")
    assert reset.count() == 0
    reader.type("text")
    reader.choose("Status", "Production/Stable")
    reader.sort("Since")
    reset.press("Space")
    assert reader.names() == ["csv", "Café", "arrow", "xml"]
    assert reader.page.locator(".sp-controls input").input_value() == ""
    assert reader.page.get_by_role("combobox", name="Status", exact=True).input_value() == ""
    assert reset.count() == 0
    assert reader.evaluate("document.activeElement.type") == "search"
    assert urlsplit(reader.page.url).query == ""


def test_address_holds_the_state(reader: Reader) -> None:
    reader.open("index.html?other=a%20b&bare#plugin-formats-csv")
    reader.type("text ")
    reader.settle()
    reader.choose("Tags", "rows")
    reader.sort("Since")
    reader.sort("Since")
    parts = urlsplit(reader.page.url)
    assert parts.query == "other=a%20b&bare&sp-1-q=text+&sp-1-f-tags=rows&sp-1-sort=-since"
    assert parts.fragment == "plugin-formats-csv"
    reader.page.reload()
    assert reader.names() == ["csv", "xml"]
    assert reader.page.locator(".sp-controls input").input_value() == "text "
    assert reader.page.locator("[aria-sort=descending]").inner_text() == "Since"


def test_back_and_forward(reader: Reader) -> None:
    page = reader.page
    before = reader.evaluate("history.length")
    page.locator(".sp-controls input").press_sequentially("text", delay=20)
    reader.settle()
    assert reader.evaluate("history.length") == before
    reader.choose("Status", "Production/Stable")
    reader.type("text tab")  # nobody waits before the next click
    reader.sort("Name")
    assert reader.evaluate("history.length") == before + 2
    page.go_back()
    assert reader.query() == {"sp-1-q": ["text tab"], "sp-1-f-status": ["Production/Stable"]}
    assert page.locator("[aria-sort]").count() == 0
    page.go_back()
    assert reader.query() == {"sp-1-q": ["text"]}
    assert reader.names() == ["csv", "xml"]
    assert page.get_by_role("combobox", name="Status", exact=True).input_value() == ""
    page.go_forward()
    page.go_forward()
    assert reader.names() == ["csv"]
    assert page.locator("[aria-sort]").inner_text() == "Name"


def test_link_shows_what_is_hidden(reader: Reader) -> None:
    page = reader.page
    link = page.get_by_role("link", name="To XML")
    details = page.locator("#plugin-formats-xml")
    reader.type("cafe")
    assert details.is_hidden()
    link.click()
    page.wait_for_function("location.hash && !document.getElementById('plugin-formats-xml').closest('[hidden]')")
    assert "xml" in reader.names()
    assert reader.query() == {}
    assert page.locator(".sp-controls input").input_value() == ""
    # Back to what was there before.
    page.go_back()
    assert reader.names() == ["Café"]
    page.go_forward()
    # What a filter hides the address no longer leads to, so that the filter holds when it is opened again.
    reader.type("cafe")
    reader.settle()
    assert urlsplit(page.url).fragment == ""
    page.reload()
    assert reader.names() == ["Café"]


def test_link_to_where_the_address_is(reader: Reader) -> None:
    reader.open("index.html#plugin-formats-xml")
    reader.page.locator(".sp-controls input").evaluate(
        # The address is not rewritten yet when the link is followed.
        """(input) => {
            input.value = 'cafe';
            input.dispatchEvent(new Event('input'));
            document.querySelector("a[href='#plugin-formats-xml']").click();
        }"""
    )
    assert "xml" in reader.names()


def test_address_that_leads_to_what_it_hides(reader: Reader) -> None:
    reader.page.goto("about:blank")
    reader.open("index.html?sp-1-q=cafe&sp-1-sort=name#plugin-formats-xml")
    assert reader.page.locator("#plugin-formats-xml").is_visible()
    assert reader.names()[-1] == "xml"
    assert reader.query() == {"sp-1-sort": ["name"]}


def test_details_are_filtered_along(reader: Reader) -> None:
    details = reader.page.locator(".sp-details:visible > h2 .sp-name, .sp-details:visible > h2.sp-name")
    reader.type("text")
    assert details.all_inner_texts() == ["csv", "xml"]
    reader.type("")
    assert details.count() == 4


def test_groups(reader: Reader) -> None:
    reader.open("groups.html")
    titles = reader.page.locator(".sp-group:visible")
    assert titles.all_inner_texts() == ["Alpha", "Production/Stable"]
    reader.type("memory")
    assert titles.all_inner_texts() == ["Production/Stable"]
    assert reader.page.locator("table:visible").count() == 1
    reader.type("")
    reader.sort("Name")
    assert reader.names() == ["Café", "xml", "arrow", "csv"]
    assert reader.page.locator("[aria-sort=ascending]").count() == 2


def test_catalogs_on_a_page_are_apart(reader: Reader) -> None:
    reader.open("two.html")
    reader.type("text", 0)
    reader.choose("Status", "Production/Stable", 1)
    reader.page.locator("table").nth(1).get_by_role("button", name="Name").click()
    assert [reader.names(number) for number in range(3)] == [
        ["csv", "xml"],
        ["csv", "arrow"],
        ["arrow", "Café", "csv", "xml"],
    ]
    assert reader.query() == {"sp-1-q": ["text"], "sp-2-f-status": ["Production/Stable"], "sp-3-sort": ["name"]}
    for attribute in ("name", "id"):
        found = reader.evaluate(
            f"[...document.querySelectorAll('.sp-controls [{attribute}]')].map((each) => each.{attribute})"
        )
        assert len(found) == len(set(found))
    reader.page.reload()
    assert [reader.names(number) for number in range(2)] == [["csv", "xml"], ["csv", "arrow"]]


def test_sorting_only(reader: Reader) -> None:
    reader.open("two.html?sp-3-q=text&sp-3-f-status=stable&sp-3-sort=-name")
    assert reader.page.locator(".sp-controls").count() == 2
    assert reader.names(2) == ["xml", "csv", "Café", "arrow"]


def test_hostile_state(reader: Reader) -> None:
    queries = [
        "sp-1-q=%3Cscript%3Ealert(1)%3C/script%3E",
        "sp-1-q=%&sp-1-f-%=%E0%A4%A#%E0%A4%A",
        "sp-1-sort=__proto__&sp-1-f-__proto__=x&sp-1-f-status=nowhere",
        "sp-1-sort=-&sp-1-f-status=__proto__&sp-2-f-status=constructor",
        "sp-1-sort=constructor&sp-1-sort=name&sp-9-q=x&sp--q&sp-1-",
        f"sp-1-q={'a' * 4000}",
    ]
    for query in queries:
        reader.open(f"hostile.html?{query}")
        assert reader.page.locator(".sp-catalog.sp-ready").count() == 2, query
        reader.page.get_by_role("button", name="Since").click()
        assert reader.page.locator("[aria-sort]").count() == 1
    assert reader.page.locator(".sp-catalog :is(img, script, b)").count() == 0
    reader.page.get_by_role("combobox", name="Status", exact=True).first.select_option("__proto__")
    reader.type("img SRC=x", 0)
    assert reader.names() == [clean_name(HOSTILE[0].name)]
    reader.type("%zz&e;f#g", 1)
    assert reader.names(1) == [clean_name(HOSTILE[1].name)]
    reader.settle()
    reader.page.reload()
    assert reader.names() == [clean_name(HOSTILE[0].name)]
    assert reader.names(1) == [clean_name(HOSTILE[1].name)]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (
            {
                "filter": "Filtern <i>",
                "all": "Alle",
                "count": "%(total)d Plugins, davon %(shown)d",
                "column-status": "Zustand",
                "reset": "Zurück",
            },
            ["Filtern <i>", "Zustand", "4 Plugins, davon 4"],
        ),
        ({}, ["Filter", "Status", "4 of 4 plugins"]),
        ([1], ["Filter", "Status", "4 of 4 plugins"]),
        (None, ["Filter", "Status", "4 of 4 plugins"]),
    ],
)
def test_words(reader: Reader, site: Callable[..., str], words: Any, shown: list[str]) -> None:  # noqa: ANN401
    def give(route: Route) -> None:
        # What Sphinx writes for the attribute, whichever the words.
        response = route.fetch()
        attribute = f'data-words="{html.escape(json.dumps(words))}"'
        route.fulfill(response=response, body=re.sub('data-words="[^"]*"', lambda _: attribute, response.text()))

    reader.page.route("**/list.html", give)
    reader.base = site()
    reader.open("list.html")
    assert reader.page.locator(".sp-controls label > span, .sp-count").all_inner_texts() == shown


def test_words_by_sphinx(tab: Page, sites: Path, host: str) -> None:
    source = write(sites / "german", {"index": PAGES["list"]})
    build(source, sites / "german" / "html", "-D", "language=de", site=sites / "site")
    reader = Reader(tab, f"{host}/german/html").open()
    assert reader.page.locator(".sp-controls label > span").all_inner_texts() == ["Filter", "Stand"]
    stand = reader.page.get_by_role("combobox", name="Stand", exact=True)
    assert stand.locator("option").first.inner_text() == "Alle"
    reader.type("memory")
    assert reader.page.locator(".sp-count").inner_text() == "1 von 4 Plugins"
    assert reader.page.get_by_role("button", name="Zurücksetzen").is_visible()


@pytest.mark.parametrize("page", ["index", "cards", "list", "groups"])
def test_without_scripts(context: Callable[..., BrowserContext], site: Callable[..., str], page: str) -> None:
    reader = Reader(context(java_script_enabled=False).new_page(), site()).open(f"{page}.html?sp-1-q=nothing")
    assert sorted(reader.names()) == sorted(each.name for each in ROWS)
    catalogs = reader.page.locator(".sp-catalog")
    assert catalogs.locator("input, select, button").count() == 0
    # No space is kept for what will not come.
    top, first = (found.bounding_box() for found in (catalogs, catalogs.locator("> *").first))
    assert top
    assert first
    assert first["y"] - top["y"] < 32


@pytest.mark.parametrize(
    ("theme", "page", "width"),
    [
        *[("furo", page, width) for page in ("cards", "two", "many") for width in (320, 1200)],
        *[(theme, *which) for theme in THEMES[1:] for which in (("cards", 320), ("two", 1200))],
    ],
)
def test_nothing_moves_while_the_page_loads(
    context: Callable[..., BrowserContext], site: Callable[..., str], theme: str, page: str, width: int
) -> None:
    made = context(viewport={"width": width, "height": 900})
    made.add_init_script(SHIFTS)
    new = made.new_page()
    # When a theme's fonts come its pages move.
    made.route("**/*.woff*", lambda route: route.fulfill(body=b""))
    places = []
    for enhanced in (False, True):

        def late(route: Route, *, enhanced: bool = enhanced) -> None:
            # A page that is painted while it is parsed moves by itself: the script comes when all of it is painted.
            new.wait_for_function("document.readyState != 'loading'")
            new.evaluate(PAINTED)
            if enhanced:
                route.continue_()
            else:
                route.fulfill(body="", content_type="text/javascript")

        new.unroute_all()
        new.route(f"**/{SCRIPT.name}*", late)
        reader = Reader(new, site(theme)).open(f"{page}.html")
        reader.page.wait_for_timeout(150)
        assert (reader.page.locator(".sp-controls").count() > 0) is enhanced
        places.append(
            reader.evaluate(
                "[...document.querySelectorAll('.sp-catalog, .sp-item, th, td, .sp-details')].flatMap((each) => {"
                " const { x, y, width, height } = each.getBoundingClientRect(); return [x, y, width, height]; })"
            )
        )
        if theme in {"furo", "alabaster"}:  # the others' own scripts move things
            assert reader.evaluate("window.painted") > 0
            moved = "window.shifts.filter((each) => each.startTime > window.painted).map((each) => each.value)"
            assert sum(reader.evaluate(moved)) < 0.001
    assert places[0] == pytest.approx(places[1], abs=0.5)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("theme", THEMES)
def test_themes(tab: Page, site: Callable[..., str], theme: str, width: int, scheme: Literal["light", "dark"]) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    tab.emulate_media(color_scheme=scheme)
    reader = Reader(tab, site(theme))
    for name in PAGES if theme == "furo" else ("cards", "wide", "matrix", "objects", "index"):
        reader.open(f"{name}.html")
        assert overflow(reader) <= 0, name
        boxes = reader.evaluate(
            "[...document.querySelectorAll('.sp-controls :is(input, select)')].map((each) => {"
            " const { width, right } = each.getBoundingClientRect(); return [width, right]; })"
        )
        assert all(control > 100 and right <= width for control, right in boxes)
        if theme == "furo" or name in {"index", "cards", "matrix"}:
            assert violations(reader, theme) == [], name
    reader.open()
    reader.choose("Status", "Alpha")
    reader.sort("Name")
    assert reader.names() == ["Café", "xml"]


def overflow(reader: Reader) -> Any:  # noqa: ANN401 - a number
    """How much wider the page is than the window, or if that is the theme, than without catalogs and plugins."""
    return reader.evaluate(
        """() => {
            const shown = document.querySelectorAll('.sp-catalog, .sp-plugin, .sp-grid');
            const width = () => document.documentElement.scrollWidth;
            const whole = width();
            for (const each of shown) each.style.display = 'none';
            const rest = Math.max(width(), innerWidth);
            for (const each of shown) each.style.display = '';
            return whole - rest;
        }"""
    )


def violations(reader: Reader, theme: str = "furo") -> list[str]:
    """What axe finds wrong in catalogs and plugins, filtered as they are."""
    axe = TOOLS / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip(WITHOUT_TOOLS)
    if reader.page.locator(".sp-controls input").count():
        reader.type("t")
    reader.page.add_script_tag(path=axe)
    shown = [each for each in (".sp-catalog", ".sp-plugin", ".sp-grid") if reader.page.locator(each).count()]
    # Themes' own: where a heading's link appears, code that scrolls, and how sphinx_rtd_theme colours links and code.
    excluded = [".headerlink", ".highlight", *(["a", "code"] if theme == "sphinx_rtd_theme" else [])]
    excluding = [f"{each} {theirs}" for each in shown for theirs in excluded]
    result = reader.evaluate(f"axe.run({json.dumps({'include': shown, 'exclude': excluding})})")
    assert result["passes"]
    return [
        f"{violation['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_example(tab: Page, example: tuple[str, list[str]], width: int, scheme: Literal["light", "dark"]) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    tab.emulate_media(color_scheme=scheme)
    address, shown = example
    reader = Reader(tab, address)
    for name in shown:
        reader.open(name)
        assert overflow(reader) <= 0, name
        assert violations(reader) == [], name
        if reader.page.locator(".sp-controls").count() == 0:  # its plugins are too few
            continue
        inputs = reader.page.locator(".sp-controls input")
        for link in reader.evaluate(
            "[...document.querySelectorAll('.sp-item a[href^=\"#\"]')].map((each) => each.getAttribute('href'))"
        ):
            for number, typed in enumerate(inputs.evaluate_all("(all) => all.map((each) => each.value)")):
                if typed != "no plugin has this":  # else it is, since the last link
                    reader.type("no plugin has this", number)
            assert reader.page.locator(".sp-item:visible").count() == 0
            place = f"document.querySelector('[id=\"{link[1:]}\"]')"
            assert reader.evaluate(f"{place}.checkVisibility()") is False
            reader.evaluate(f"location.hash = {json.dumps(link)}")
            reader.page.wait_for_function(f"{place}.checkVisibility()")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("number", "width"), [(0, 1200), (1, 320)])
def test_heads_and_names_of_a_matrix_stay_in_sight(
    tab: Page, site: Callable[..., str], theme: str, number: int, width: int
) -> None:
    tab.set_viewport_size({"width": width, "height": 500})
    reader = Reader(tab, site(theme)).open("matrix.html")
    region = reader.page.locator(".sp-scroll").nth(number)
    region.scroll_into_view_if_needed()
    seen = """(region) => {
        const { x, y, height } = region.getBoundingClientRect();
        const head = region.querySelector("thead").getBoundingClientRect().height;
        const at = (left, top) => document.elementFromPoint(x + left, y + top)?.closest("th")?.textContent.trim();
        // The corner; a name in the middle; what heads the column in the middle.
        return [at(9, head - 9), at(9, (height + head) / 2), at(region.clientWidth * 0.75, head - 30)];
    }"""
    region.evaluate("(region) => region.scrollTo(60, region.querySelector('caption')?.offsetHeight ?? 0)")
    before = region.evaluate(seen)
    assert all(before)
    region.evaluate("(region) => region.scrollTo(region.scrollWidth / 2, region.scrollHeight / 2)")
    assert region.evaluate("(region) => [region.scrollLeft, region.scrollTop].every((each) => each > 60)")
    after = region.evaluate(seen)
    assert after[0] == before[0] in {"Plugin", "Member"}
    assert all(after[1:])
    assert after[1] != before[1]
    assert after[2] != before[2]
    behind = "(each) => getComputedStyle(each).backgroundColor"
    opaque = region.locator("thead, tbody th.stub").evaluate_all(f"(all) => all.map({behind})")
    assert not [colour for colour in opaque if "rgba" in colour or colour == "transparent"]


def test_keys_scroll_a_matrix(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 320, "height": 500})
    reader.open("matrix.html")
    region = reader.page.get_by_role("group", name="implementing").first
    region.focus()
    reader.page.keyboard.press("ArrowRight")
    reader.page.wait_for_function("document.querySelector('.sp-scroll').scrollLeft > 0")


def test_a_matrix_is_filtered_by_names_and_has_no_columns_to_sort(reader: Reader) -> None:
    reader.open("matrix.html")
    reader.type("plugin-7")
    assert reader.names() == ["plugin-7"]
    assert reader.page.locator(".sp-sort").count() == 0


def test_print_shows_what_is_filtered(reader: Reader) -> None:
    reader.type("text")
    reader.page.emulate_media(media="print")
    assert reader.names() == ["csv", "xml"]
    assert reader.page.locator(".sp-controls").is_hidden()
    assert reader.evaluate("getComputedStyle(document.querySelector('.sp-sort'), '::after').display") == "none"


def test_a_matrix_fits_on_paper(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 720, "height": 1000})
    reader.open("matrix.html")
    wide = "document.querySelector('table.sp-matrix').getBoundingClientRect().width"
    assert reader.evaluate(wide) > 1600  # 30 members and more
    reader.page.emulate_media(media="print")
    assert reader.evaluate(wide) <= 720


def test_right_to_left(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 320, "height": 800})
    reader.evaluate("document.documentElement.dir = 'rtl'")
    assert reader.evaluate("document.documentElement.scrollWidth") <= 320
    reader.type("text")
    count, reset = (reader.page.locator(each).bounding_box() for each in (".sp-count", ".sp-reset"))
    head, mark = reader.evaluate(
        "[document.querySelector('th p').getBoundingClientRect().right,"
        " document.querySelector('.sp-sort').getBoundingClientRect().right]"
    )
    assert count
    assert reset
    assert count["x"] > reset["x"]
    assert head == pytest.approx(mark, abs=1)


def test_motion_and_forced_colours(reader: Reader) -> None:
    reader.page.emulate_media(reduced_motion="reduce", forced_colors="active")
    moving = reader.evaluate(
        "[...document.querySelectorAll('.sp-catalog *')].filter((each) => {"
        " const { transitionDuration, animationName } = getComputedStyle(each);"
        " return each.closest('.sp-controls, .sp-sort, .sp-badge')"
        " && (parseFloat(transitionDuration) > 0.001 || animationName !== 'none'); }).length"
    )
    assert moving == 0
    borders = reader.evaluate(
        "[...document.querySelectorAll('.sp-controls :is(input, select)')]"
        ".map((each) => parseFloat(getComputedStyle(each).borderTopWidth))"
    )
    assert all(borders)


def test_keys_of_the_page_are_left_alone(reader: Reader) -> None:
    reader.evaluate("document.querySelector('.sp-controls input').blur()")
    for key in ("/", "Control+k", "s", "Escape"):
        reader.page.keyboard.press(key)
    assert reader.evaluate("document.querySelector('.sp-catalog').contains(document.activeElement)") is False
    reader.page.locator(".sp-controls input").press_sequentially("a/b")
    assert reader.page.locator(".sp-controls input").input_value() == "a/b"


def test_keyboard_reaches_everything_in_order(reader: Reader) -> None:
    reader.page.locator(".sp-controls input").focus()
    reader.page.keyboard.type("text")
    reached = []
    for _ in range(5):
        reader.page.keyboard.press("Tab")
        reached.append(reader.evaluate("document.activeElement.name || document.activeElement.textContent"))
    assert [name for name in reached if name != "¶"][:4] == ["sp-1-f-tags", "sp-1-f-status", "Reset", "Name"]
    outline = reader.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


RUNS = "onerror=window.gone=1"
SCRIPTS = [
    f"<img src=x {RUNS}> alpha",
    "<script>window.gone=1</script> alpha",
    f'"><svg {RUNS} alpha',
    f"&lt;img src=x {RUNS}&gt; alpha",
    f"< img src=x {RUNS}> alpha",
    f"<\x00img src=x {RUNS}> alpha",
    f"\\(\\href{{javascript:window.gone=1}}{{alpha}}\\) <b {RUNS}>",
]


@pytest.mark.parametrize("own_pages", [False, True])
def test_search_shows_names_and_titles_as_text(browser: Browser, project: Project, own_pages: bool) -> None:  # noqa: FBT001
    hostile(project.folder, SCRIPTS)
    app = project.build(PAGES_OF_NAMES, **(SETTINGS | ({} if own_pages else {"plugins_pages": {}})))
    page = browser.new_page()
    for query in ("alpha", "window", "img"):
        page.goto(f"file://{app.outdir}/search.html?q={query}")
        page.wait_for_selector("#search-results li")
        page.wait_for_timeout(300)
        assert page.evaluate("window.gone") is None
        assert page.locator("#search-results").locator("img, script, svg, b").count() == 0
    shown = page.locator("#search-results").inner_text()
    assert "img src=x" in shown
    page.close()
