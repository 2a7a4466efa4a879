"""Measure what the extension costs: ``make bench``.

Machines are noisy, so each figure compares two things in one run, the best of several turns each.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import textwrap
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

from sphinxext.plugins import sources
from sphinxext.plugins.fields import Fields
from sphinxext.plugins.introspect.live import Environment, Live
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.introspect.static import Static
from sphinxext.plugins.model import Plugin

if TYPE_CHECKING:
    from collections.abc import Callable

TURNS = 5
PLUGINS = 300

DOCSTRING = """Reads tables of the format number {number}.

The first line names the columns, see :pep:`305`:

- a name that is there twice is an *error*;
- an empty one is ``column``.

:param stream: where the text comes from
:param delimiter: what stands between two values
:raises ValueError: the first line is empty
"""


def best(*actions: Callable[[], object]) -> list[float]:
    """Give the seconds of the best of several turns, in which the actions take part by turns."""
    seconds = [float("inf")] * len(actions)
    for _ in range(TURNS):
        for number, action in enumerate(actions):
            start = time.perf_counter()
            action()
            seconds[number] = min(seconds[number], time.perf_counter() - start)
    return seconds


def static(path: list[str] | None) -> None:
    """Read the source of all entry points of an environment."""
    source = sources.Installed(path)
    roots = source.roots()
    namespaces, _ = sources.read(source.distributions())
    plugins = [plugin for found in namespaces.values() for plugin in found]
    [seconds] = best(lambda: Static(ModuleFinder(*roots)).introspect(plugins, Fields()))
    print(f"static: {len(plugins)} entry points, {seconds / len(plugins) * 1000:.2f} ms each")
    few = max(namespaces.values(), key=len)[:10]
    peaks = []
    for chosen in (few, plugins):
        tracemalloc.start()
        kept = Static(ModuleFinder(*roots))
        kept.introspect(chosen, Fields())
        peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
        tracemalloc.stop()
    print(f"memory: {peaks[0]:.1f} MiB for {len(few)} of them, {peaks[1]:.1f} MiB for all")


def page(folder: Path) -> None:
    """Build a page of plugins, and the same page typed."""
    site = folder / "site"
    info = site / "many-1.dist-info"
    info.mkdir(parents=True)
    names = [f"format{number:03}" for number in range(PLUGINS)]
    (info / "METADATA").write_text("Name: many\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[many]\n" + "".join(f"{name} = many:{name}\n" for name in names))
    texts = {name: DOCSTRING.format(number=number) for number, name in enumerate(names)}
    functions = (
        f'def {name}(stream, delimiter=","):\n    """{textwrap.indent(text, "    ").strip()}\n    """\n\n\n'
        for name, text in texts.items()
    )
    (site / "many.py").write_text("".join(functions))
    typed = "".join(
        # As autodoc would have it: field lists become lists of parameters in an object's description only.
        f"{name}\n{'-' * len(name)}\n\n.. py:function:: {name}\n   :no-index:\n\n{textwrap.indent(text, '   ')}\n"
        for name, text in texts.items()
    )
    pages = {"typed": typed, "listed": ".. list-plugins:: many\n   :detailed:\n"}
    for name, text in pages.items():
        (folder / name).mkdir()
        (folder / name / "conf.py").write_text('extensions = ["sphinxext.plugins"]\n')
        (folder / name / "index.rst").write_text(f"Formats\n=======\n\n{text}")

    def build(name: str) -> None:
        command = ["-m", "sphinx", "-q", "-E", "-b", "html", str(folder / name), str(folder / name / "_build")]
        subprocess.run([sys.executable, *command], check=True, env={"PYTHONPATH": str(site)})

    listed, typed_ = best(lambda: build("listed"), lambda: build("typed"))
    print(f"page: {PLUGINS} plugins listed {listed:.2f} s, typed {typed_:.2f} s, ratio {listed / typed_:.2f}")


def worker(folder: Path) -> None:
    """Load many plugins, and one."""
    for number in range(PLUGINS):
        (folder / f"m{number}.py").write_text("def f(): pass\n")
    plugins = [Plugin(namespace="ns", name=f"m{number}", target=f"m{number}:f") for number in range(PLUGINS)]
    way = Live(Environment(timeout=60, path=(str(folder), *sys.path)))
    start, one, many = best(
        lambda: subprocess.run([sys.executable, "-c", "pass"], check=True),
        lambda: way.introspect(plugins[:1], Fields()),
        lambda: way.introspect(plugins, Fields()),
    )
    print(
        f"worker: an interpreter starts in {start * 1000:.0f} ms; one plugin {one * 1000:.0f} ms, {PLUGINS} plugins "
        f"{many * 1000:.0f} ms, which is {many / start:.1f} starts"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--path", action="append", help="folders of another environment, for the first figures")
    arguments = parser.parse_args()
    static(arguments.path)
    with tempfile.TemporaryDirectory() as folder:
        page(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        worker(Path(folder))


if __name__ == "__main__":
    main()
