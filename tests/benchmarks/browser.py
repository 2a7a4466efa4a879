"""Measure what the script in the browser costs: ``python -m tests.benchmarks.browser``.

Needs Playwright and Chromium: ``pip install --group browser; apt-get install chromium``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.pages import COLUMNS, SCRIPT, Row, build, catalog, install, write

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
TYPED = ("s", "sl", "slu", "sluice", "sluice 1.", "sluice 1.2", "", "nothing", "", "stable read", "")
TURNS = 5

MEASURE = """
    async ([typed, turns]) => {
        const input = document.querySelector(".sp-controls input");
        const rows = [...document.querySelectorAll("tr.sp-item")];
        const naive = (text) => {
            const words = text.toLowerCase().split(/\\s+/);
            for (const row of rows) {
                const shown = row.textContent.toLowerCase();
                row.style.display = words.every((word) => shown.includes(word)) ? "" : "none";
            }
        };
        const ours = (text) => {
            input.value = text;
            input.dispatchEvent(new Event("input"));
        };
        const names = ["script", "script and layout", "naive filter", "naive filter and layout", "sort"];
        const found = Object.fromEntries(names.map((name) => [name, []]));
        const measure = async (name, action) => {
            await new Promise((resolve) => setTimeout(resolve, 20));
            const start = performance.now();
            action();
            found[name].push(performance.now() - start);
            document.body.getBoundingClientRect();
            found[`${name} and layout`]?.push(performance.now() - start);
        };
        for (let turn = 0; turn < turns; turn++) {
            for (const text of typed) await measure("script", () => ours(text));
            for (const text of typed) await measure("naive filter", () => naive(text));
            for (const button of document.querySelectorAll(".sp-sort")) await measure("sort", () => button.click());
        }
        return found;
    }
"""


def rows(number: int) -> list[Row]:
    """Make plugins as a large project has them."""
    distributions = [
        ("sluice", "5 - Production/Stable"),
        ("sluice-extras", "4 - Beta"),
        ("sluice-columnar", "3 - Alpha"),
    ]
    return [
        Row(
            name=f"format{count}",
            tags=[["rows", "batches"], ["rows"], []][count % 3],
            since=f"{count % 7}.{count % 13}.{count % 5}",
            status=distributions[count % 3][1],
            summary=f"Reads and writes files of the format number {count}, row by row or in batches.",
            distribution=distributions[count % 3][0],
        )
        for count in range(number)
    ]


def main() -> None:
    """Print the median and the greatest of each figure, in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1500)
    arguments = parser.parse_args()
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        parser.error("no browser: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        install(Path(folder) / "site", "formats", rows(arguments.rows))
        source = write(Path(folder), {"index": f"Many\n====\n\n{catalog('formats', columns=COLUMNS)}"})
        html = build(source, Path(folder) / "html", "-D", "html_theme=furo", site=Path(folder) / "site")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page()
        # The page without the script, which is then run by hand.
        page.route(f"**/{SCRIPT.name}*", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.goto((html / "index.html").as_uri())
        start = page.evaluate(
            "(source) => { const start = performance.now(); (0, eval)(source); return performance.now() - start; }",
            SCRIPT.read_text(encoding="utf-8"),
        )
        found: dict[str, list[float]] = json.loads(
            page.evaluate(
                f"([typed, turns]) => ({MEASURE.strip()})([typed, turns]).then(JSON.stringify)", [TYPED, TURNS]
            )
        )
        browser.close()
    print(f"{arguments.rows} rows, ms")
    print(f"{'start':>25} {start:6.1f}")
    for name, values in found.items():
        print(f"{name:>25} {statistics.median(values):6.1f} median {max(values):6.1f} at most")


if __name__ == "__main__":
    main()
