"""Bring the sessions in ``docs/reference``, and the export, up to date: ``python -m tests.sessions``.

Each command is run in a folder with the example's documentation, and what it prints is put below it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from tests.test_package import ROOT

PAGES = [ROOT / "docs" / "reference" / name for name in ("command.rst", "coverage.rst")]

EXPORT = ROOT / "docs" / "reference" / "sluice.json"
"""What ``docs/reference/json.rst`` shows."""

_BLOCK = re.compile(r"(?<=\.\. code-block:: console\n\n)(?:   .*\n|\n+(?=   ))+")


def rewritten(page: Path) -> str:
    """Return a page as it has to be."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        example = ROOT / "example_project"
        shutil.copytree(example / "docs", folder / "docs", ignore=shutil.ignore_patterns("_build"))
        shutil.copytree(example / "sluice-labs", folder / "sluice-labs")
        prepare(folder)
        return _BLOCK.sub(lambda block: session(block[0], folder), page.read_text("utf-8"))


def prepare(folder: Path) -> None:
    """Write two snapshots, of which the older one is made up from the newer."""
    run("sphinx-plugins snapshot --conf docs sluice-2.1.json sluice.reader sluice.writer", folder)
    old = json.loads((folder / "sluice-2.1.json").read_text("utf-8"))
    old["distributions"]["sluice"]["version"] = "2.0.0"
    readers = {plugin["name"]: plugin for plugin in old["namespaces"]["sluice.reader"]["plugins"]}
    del readers["jsonl"], readers["ndjson"], readers["tsv"]["deprecated"]
    readers["csv"]["signature"] = "(stream)"
    readers["pipe"] = {**readers.pop("stdin"), "name": "pipe"}
    told = {"name": "xml", "target": "sluice.readers:XMLReader", "definition": "sluice.readers:XMLReader"}
    readers["xml"] = {**readers["json"], **told, "docstring": {"text": "Reads elements that are all alike."}}
    old["namespaces"]["sluice.reader"]["plugins"] = list(readers.values())
    (folder / "sluice-2.0.json").write_text(json.dumps(old), "utf-8")


def session(block: str, folder: Path) -> str:
    """Run the commands of a block, and give it with what they print."""
    commands = [line.removeprefix("   $ ") for line in block.splitlines() if line.startswith("   $ ")]
    lines = [line for command in commands for line in (f"$ {command}", *run(command, folder).splitlines())]
    return "".join(f"   {line}\n" if line else "\n" for line in lines)


def run(command: str, folder: Path) -> str:
    scripts = Path(sys.executable).parent
    path = f"{scripts}{os.pathsep}{os.environ['PATH']}"
    # Without colours, which Sphinx also writes where CI is set.
    environment = {**os.environ, "PATH": path, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    done = subprocess.run(
        ["bash", "-c", command],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=environment,
        encoding="utf-8",
    )
    return done.stdout.replace(f"{sysconfig.get_path('purelib')}{os.sep}", "…/")


if __name__ == "__main__":
    for each in PAGES:
        each.write_text(rewritten(each), "utf-8")
    EXPORT.write_text(run("sphinx-plugins export sluice.writer", ROOT), "utf-8")
