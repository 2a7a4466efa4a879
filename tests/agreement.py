"""Compare the two ways of introspection over every entry point of an environment.

``python -m tests.agreement PYTHON`` prints how many plugins each way tells of, how many both agree
on, and each difference. PYTHON is the interpreter of the environment. With ``--values``, each plugin
is asked for the attributes and methods that its module mentions besides, and each answer of the
source that loading contradicts is printed, also to expressions of these.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import time
from collections import Counter
from typing import TYPE_CHECKING

from sphinxext.plugins import sources
from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.core.model import Introspection
from sphinxext.plugins.introspect.live.introspector import Live
from sphinxext.plugins.introspect.live.process import Environment
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.introspect.static.introspector import Static

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinxext.plugins.core.model import Plugin


def registered(python: str) -> tuple[sources.Installed, list[Plugin]]:
    """Find the plugins of the environment of an interpreter."""
    code = "import json, sys; print(json.dumps(sys.path[1:]))"
    path = json.loads(subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout)
    source = sources.Installed(path)
    namespaces, _ = sources.Sources([source]).read()
    return source, [plugin for name in sorted(namespaces) for plugin in namespaces[name]]


USUAL = ("name", "title", "label", "description", "version", "summary", "formats", "priority", "aliases")
"""What many plugins have."""

MOST = 40
"""How many names a plugin is asked for that its module mentions."""

MOST_EXPRESSIONS = 5
"""Of how many of these it is asked in expressions."""

OF_METHODS = ("target().{}()", "[str(part) for part in target().{}()]", 'f"{{name}} {{target.{}()}}"')
OF_ATTRIBUTES = (
    "target().{}",
    "target.{0}[0] if target.{0} else name",
    "target.{} or 'nothing'",
    "{{name: target.{}}}",
)
"""What is asked of a method, and of an attribute."""

BOUND = re.compile(r"^(?: {4}|\t)(\w+)(?:\s*:[^=\n]+)?\s*=(?!=)|self\.(\w+)\s*=(?!=)", re.MULTILINE)
CALLED = re.compile(
    r"^(?: {4}|\t)def ((?:get|is|has|supports)_\w+|name|title|label|description)\((?:self|cls)?\)", re.MULTILINE
)


class Everything:
    """Asks each plugin for what is usual, and for what its module seems to give its classes."""

    def __init__(self, finder: ModuleFinder) -> None:
        self._finder = finder
        self._of_module: dict[str, tuple[str, ...]] = {}

    def missing(self, plugin: Plugin) -> tuple[str, ...]:
        answered = {answer.describer for answer in plugin.answers if answer.error is None}
        return tuple(describer for describer in self._describers(plugin.module) if describer not in answered)

    def is_file(self, plugin: Plugin) -> bool:
        del plugin
        return False

    def cache_key(self, plugin: Plugin) -> object:
        return self._describers(plugin.module)

    def _describers(self, module: str) -> tuple[str, ...]:
        if module not in self._of_module:
            found = self._finder.find(module)
            text = "" if found is None or found.path is None else found.path.read_text("utf-8", "replace")
            bound = [name for names in BOUND.findall(text) for name in names if name and not name.startswith("__")]
            asked = [f"attr:{name}" for name in dict.fromkeys([*USUAL, *bound])][:MOST]
            called = list(dict.fromkeys(CALLED.findall(text)))[:MOST]
            asked += [f"call:{name}" for name in ("", *called)]
            asked += [f"expr: {form.format(name)}" for name in called[:MOST_EXPRESSIONS] for form in OF_METHODS]
            named = list(dict.fromkeys([*bound, *USUAL]))[:MOST_EXPRESSIONS]
            asked += [f"expr: {form.format(name)}" for name in named for form in OF_ATTRIBUTES]
            self._of_module[module] = tuple(asked)
        return self._of_module[module]


def compare(read: Plugin, loaded: Plugin, counted: Counter[str]) -> None:
    """Count the answers of a plugin, and print those of the source that are not what loading gives."""
    answers = {answer.describer: answer for answer in loaded.answers}
    for answer in read.answers:
        other = answers.get(answer.describer)
        counted["asked"] += 1
        counted["told"] += answer.error is None
        counted["absent"] += answer.error is None and answer.value is None
        if answer.error is not None:
            counted[re.sub(r"\b[\w.]*[._]\w*\b", "X", f"because {answer.error}")] += 1
        elif other is not None and other.error is None:
            counted["compared"] += 1
            if (answer.value, answer.objects) != (other.value, other.objects):
                counted["contradicted"] += 1
                shown = [repr(value)[:90] for value in (answer.value, other.value)]
                print(f"CONTRADICTS {read.identity} ({read.target}) {answer.describer}: {' / '.join(shown)}")
        elif other is not None:
            counted["errors"] += answer.value is not None


def report_values(static: Iterable[Plugin], live: Iterable[Plugin]) -> None:
    counted: Counter[str] = Counter()
    for read, loaded in zip(static, live, strict=True):
        compare(read, loaded, counted)
    print(f"answers  {share(counted['told'], counted['asked'])}, of these absent {counted['absent']}")
    print(f"contradicted {share(counted['contradicted'], counted['compared'])}, raises when loaded {counted['errors']}")
    for reason, times in counted.most_common(40):
        if reason.startswith("because"):
            print(f"{times:6} {reason[:150]}")


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
    parser.add_argument("--values", action="store_true", help="ask for attributes and methods, too")
    arguments = parser.parse_args()
    source, plugins = registered(arguments.python)
    start = time.perf_counter()
    finder = ModuleFinder(*source.roots())
    questions = Everything(finder) if arguments.values else Fields()
    static = Static(finder).introspect(plugins, questions)
    middle = time.perf_counter()
    live = Live(Environment(timeout=arguments.timeout, python=arguments.python), finder).introspect(plugins, questions)
    end = time.perf_counter()
    report([found.plugin for found in static], [found.plugin for found in live], differences=not arguments.values)
    if arguments.values:
        report_values([found.plugin for found in static], [found.plugin for found in live])
    print(f"seconds  static {middle - start:.1f}, import {end - middle:.1f}")


if __name__ == "__main__":
    main()
