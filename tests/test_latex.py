"""Catalogs on paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Install, Project

NEEDED = "needs pdflatex: apt-get install latexmk texlive-latex-extra texlive-fonts-recommended tex-gyre"

PLUGINS = 36
"""More than the rows of a table on one page of paper: 30 for Sphinx, and fewer here."""

WIDE = {
    "m.py": "".join(
        f"class P{number}:\n    '''Reads what nobody else would want to read, number {number}.'''\n"
        f"    formats = ['application/vnd.{number}.a-very-long-name-of-a-media-type', 'text/x']\n"
        f"    rows = [dict.fromkeys('abcdef', 'hadoop.security.instrumentation_requires_admin')] * 30\n"
        for number in range(PLUGINS)
    )
}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason=NEEDED)
@pytest.mark.parametrize("view", ["full", "cards"])
def test_nothing_runs_off_the_paper(install: Install, project: Project, view: str) -> None:
    plugins = {f"a-rather-long-name-{number}": f"m:P{number}" for number in range(PLUGINS)}
    install("a-distribution-with-a-name", {"app.readers": plugins}, WIDE)
    install("one", {"app.readers": {"a_b%#&~^\\{}$ <>": "m:P1"}})
    columns = "name, summary, formats, distribution, version, target"
    page = f"Top\n===\n\n.. plugin-catalog:: app.*\n   :view: {view}\n   :columns: {columns}\n   :sort: -name\n"
    app = project.build(
        f"{page}\n:plugin:ref:`app.readers:a-rather-long-name-1`\n",
        builder="latex",
        plugins_namespaces={
            "app.*": {"fields": {"Formats": "attr:formats", "Rows": {"from": "attr:rows", "type": "table"}}}
        },
        latex_elements={"papersize": "a4paper"},
    )
    assert project.warnings == []
    [file] = app.outdir.glob("*.tex")
    for _ in range(2):
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", file.name]
        made = subprocess.run(command, cwd=app.outdir, check=False, capture_output=True)
        assert made.returncode == 0, made.stdout.decode("utf-8", "replace")[-2000:]
    log = file.with_suffix(".log").read_text("utf-8", "replace")
    assert "undefined references" not in log
    # Points that a line is too wide by; margins are a hundred of them.
    assert [wide for wide in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log) if float(wide) > 10] == []


def test_what_has_no_plugins_is_written_as_without_the_extension(install: Install, project: Project) -> None:
    install("one", {"app.readers": {"a": "m:P1"}}, WIDE)

    def tex(page: str, *extensions: str) -> str:
        app = project.build(page, builder="latex", extensions=list(extensions), latex_elements={"preamble": "% mine"})
        assert app.config.latex_elements == {"preamble": "% mine"}
        [file] = app.outdir.glob("*.tex")
        return file.read_text()

    plain = tex("Top\n===\n")
    assert tex("Top\n===\n", "sphinxext.plugins") == plain
    assert "sphinxextplugins@number" in tex("Top\n===\n\n.. list-plugins:: app.readers\n", "sphinxext.plugins")
    assert tex("Top\n===\n", "sphinxext.plugins") == plain
