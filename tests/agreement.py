"""Compare the two ways of introspection over every entry point of an environment.

``python -m tests.agreement PYTHON`` prints how many plugins each way tells of, how many both agree
on, and each difference. PYTHON is the interpreter of the environment.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections import Counter
from typing import TYPE_CHECKING

from sphinxext.plugins import sources
from sphinxext.plugins.fields import Fields
from sphinxext.plugins.introspect.live import Live
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.introspect.process import Environment
from sphinxext.plugins.introspect.static import Static
from sphinxext.plugins.model import Introspection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinxext.plugins.model import Plugin


def registered(python: str) -> tuple[sources.Installed, list[Plugin]]:
    """Find the plugins of the environment of an interpreter."""
    code = "import json, sys; print(json.dumps(sys.path[1:]))"
    path = json.loads(subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout)
    source = sources.Installed(path)
    namespaces, _ = sources.Sources([source]).read()
    return source, [plugin for name in sorted(namespaces) for plugin in namespaces[name]]


def words(plugin: Plugin) -> tuple[str | None, str | None]:
    return plugin.kind, None if plugin.docstring is None else plugin.docstring.text


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole if whole else 1:.1%})"


def report(static: Iterable[Plugin], live: Iterable[Plugin], *, differences: bool = True) -> None:
    counted: Counter[str] = Counter()
    pairs = list(zip(static, live, strict=True))
    for read, loaded in pairs:
        told = read.introspection is not Introspection.METADATA
        loads = loaded.introspection is not Introspection.METADATA
        counted["static"] += told
        counted["import"] += loads
        counted["either"] += told or loads
        if told and loads:
            counted["both"] += 1
            counted["agree"] += words(read) == words(loaded)
            if differences and words(read) != words(loaded):
                print(f"DIFFERS  {read.identity} ({read.target})")
                print(f"         static: {read.kind} {(words(read)[1] or '')[:90]!r}")
                print(f"         import: {loaded.kind} {(words(loaded)[1] or '')[:90]!r}")
        elif differences and not told:
            print(f"UNTOLD   {read.identity} {read.problems[-1].message}")
            if loads:
                print(f"         import: {loaded.kind} {(words(loaded)[1] or '')[:90]!r}")
    for key in ("static", "import", "either"):
        print(f"{key:8} {share(counted[key], len(pairs))}")
    print(f"{'agree':8} {share(counted['agree'], counted['both'])}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python", metavar="PYTHON")
    parser.add_argument("--timeout", type=float, default=60)
    arguments = parser.parse_args()
    source, plugins = registered(arguments.python)
    start = time.perf_counter()
    finder = ModuleFinder(*source.roots())
    static = Static(finder).introspect(plugins, Fields())
    middle = time.perf_counter()
    live = Live(Environment(timeout=arguments.timeout, python=arguments.python), finder).introspect(plugins, Fields())
    end = time.perf_counter()
    report([found.plugin for found in static], [found.plugin for found in live])
    print(f"seconds  static {middle - start:.1f}, import {end - middle:.1f}")


if __name__ == "__main__":
    main()
