"""The example project, whose two distributions are installed beside the tests."""

from __future__ import annotations

import html
import importlib.util
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "example_project" / "docs"

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("sluice") is None, reason="needs the example project: run `make test`"
)


class Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    def handle_starttag(self, _tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.ids += [value for key, value in attributes if key == "id" and value]


def test_example_builds_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q", str(DOCS), str(tmp_path)]
    built = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (built.returncode, built.stderr) == (0, "")
    readers = (tmp_path / "readers.html").read_text()
    filters = (tmp_path / "filters.html").read_text()
    assert "No module named 'tidal_arrow'" in html.unescape(readers)
    assert "Deprecated since version 2.0" in readers
    assert "<strong>delimiter</strong>" in readers
    assert filters.index("unique</span> (") < filters.index("sluice-extras")
    for page in (readers, filters):
        parser = Ids()
        parser.feed(page)
        plugins = [identifier for identifier in parser.ids if identifier.startswith("plugin-")]
        assert len(plugins) == len(set(plugins)) >= 3
