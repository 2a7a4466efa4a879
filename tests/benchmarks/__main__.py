"""Measure what the extension costs: ``make bench``.

Machines are noisy, so each figure compares two things in one run, the best of several turns each.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import tempfile
import textwrap
import time
import tracemalloc
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from pygments.lexers import LEXERS

from sphinxext.plugins import sources
from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.core.model import Answer, Catalog, Introspection, Namespace, Plugin
from sphinxext.plugins.core.options import Configuration, Option
from sphinxext.plugins.formats.json import to_json
from sphinxext.plugins.introspect.live.introspector import Live
from sphinxext.plugins.introspect.live.process import Environment
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.introspect.static.introspector import Static
from sphinxext.plugins.settings import FIELDS, default, from_config
from tests import test_untrusted as untrusted

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


def best(
    *actions: Callable[[], object], turns: int = TURNS, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Return the seconds of the best of several turns, in which the actions take part by turns.

    :param clock: that of this process alone, for what starts no other; a busy machine matters less to it
    """
    seconds = [float("inf")] * len(actions)
    for _ in range(turns):
        for number, action in enumerate(actions):
            start = clock()
            action()
            seconds[number] = min(seconds[number], clock() - start)
    return seconds


def static(path: list[str] | None) -> None:
    """Read the source of all entry points of an environment."""
    source = sources.Installed(path)
    roots = source.roots()
    namespaces, _ = sources.Sources([source]).read()
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


def registry(folder: Path) -> None:
    """Read the lexers of Pygments, from its registry, and as entry points of the same targets."""
    targets = {name: f"{module}:{name}" for name, (module, *_) in LEXERS.items()}
    info = folder / "lexers-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: lexers\nVersion: 1\n")
    points = "".join(f"{name} = {target}\n" for name, target in targets.items())
    (info / "entry_points.txt").write_text(f"[points]\n{points}")
    given = {"held": {"from": "mapping:pygments.lexers:LEXERS", "path": 0}}
    values = {field.name: default(field) for field in FIELDS}
    values |= {"introspection": "static", "registries": given, "sources": ["installed", f"installed:{folder}"]}
    modules = {import_module(target.partition(":")[0]) for target in targets.values()}
    files = [Path(module.__file__) for module in modules if module.__file__]

    def read(namespace: str) -> None:
        found = Assembler(from_config(values)[0], folder).namespace(namespace)
        assert found is not None
        assert len(found.plugins) == len(targets)

    parsed, pointed, held = best(
        lambda: [ast.parse(file.read_bytes()) for file in files],
        lambda: read("points"),
        lambda: read("held"),
        clock=time.process_time,
    )
    print(
        f"registry: {len(targets)} lexers, {held / len(targets) * 1000:.2f} ms each, {held / pointed:.2f} times the "
        f"same as entry points, {held / parsed:.2f} times what parsing their modules takes"
    )


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


def hostile(folder: Path) -> None:
    """Build a page of docstrings that try to be more than text, and one of as many that are as long and plain."""
    from sphinx.application import Sphinx  # noqa: PLC0415  # what it registers is looked for in the docstrings

    (folder / "conf.py").touch()
    Sphinx(folder, folder, folder / "_build", folder / "_build", "dummy", status=None)
    texts = list(untrusted.fed().values())
    plain = [(DOCSTRING.format(number=number) * 500)[: len(text)] for number, text in enumerate(texts)]
    for name, docstrings in {"hostile": texts, "plain": plain}.items():
        info = folder / f"{name}-site" / "many-1.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Name: many\nVersion: 1\n")
        entries = "".join(f"p{number} = many:P{number}\n" for number in range(len(docstrings)))
        (info / "entry_points.txt").write_text(f"[many]\n{entries}")
        classes = (f"class P{number}:\n    {text!r}\n" for number, text in enumerate(docstrings))
        (info.parent / "many.py").write_text("".join(classes))
        (folder / name).mkdir()
        (folder / name / "conf.py").write_text(
            'extensions = ["sphinxext.plugins", "sphinx.ext.napoleon"]\nplugins_introspection = "static"\n'
            'suppress_warnings = ["plugins"]\n'
        )
        (folder / name / "index.rst").write_text("Top\n===\n\n.. plugin-catalog:: many\n")

    def build(name: str) -> None:
        command = ["-m", "sphinx", "-q", "-E", "-b", "html", str(folder / name), str(folder / name / "_build")]
        subprocess.run([sys.executable, *command], check=True, env={"PYTHONPATH": str(folder / f"{name}-site")})

    hostile_, plain_ = best(lambda: build("hostile"), lambda: build("plain"), turns=2)
    print(f"hostile: {len(texts)} docstrings {hostile_:.2f} s, plain {plain_:.2f} s, ratio {hostile_ / plain_:.2f}")


def options(folder: Path) -> None:
    """Build a page of plugins with options, from a snapshot, and the same page typed, without the extension."""
    plugins: list[Plugin] = []
    typed = "Formats\n=======\n"
    for number in range(100):
        given = [
            Option(name=f"option{n}", flags=(f"--option{n}",), type="str", default=f"{n}", help=f"Sets what {n} is.")
            for n in range(30)
        ]
        configuration = Configuration(reader="argparse", options=tuple(given))
        plain = Plugin(namespace="many", name=f"format{number}", target=f"many:f{number}")
        how = Introspection.STATIC
        answers = (Answer(describer="options:auto", introspection=how),)
        told = msgspec.structs.replace(plain, introspection=how, configuration=configuration, answers=answers)
        plugins.append(told)
        typed += f"\nformat{number}\n---------\n\nTarget: ``many:f{number}``\n\n.. list-table::\n   :header-rows: 1\n\n"
        typed += "   * - Option\n     - Default\n     - Description\n"
        for option in given:
            [flag] = option.flags
            place = f".. _{flag}-{number}:"
            typed += f"   * - {place}\n\n       ``{flag}``\n\n       str\n     - ``{option.default}``\n"
            typed += f"     - {option.help}\n"
    shown = "Formats\n=======\n\n.. plugin-catalog:: many\n   :view: details\n"
    for name, text in {"typed": typed, "shown": shown}.items():
        (folder / name).mkdir()
        (folder / name / "index.rst").write_text(text)
    (folder / "typed" / "conf.py").touch()
    (folder / "shown" / "conf.py").write_text(
        'extensions = ["sphinxext.plugins"]\nplugins_sources = ["snapshot:kept.json"]\n'
        'plugins_namespaces = {"many": {"options": "auto"}}\n'
    )
    catalog = Catalog(namespaces=(Namespace(name="many", plugins=tuple(plugins)),))
    (folder / "shown" / "kept.json").write_bytes(to_json(catalog))

    def build(name: str) -> None:
        command = ["-m", "sphinx", "-q", "-E", "-b", "html", str(folder / name), str(folder / name / "_build")]
        subprocess.run([sys.executable, *command], check=True)

    shown_, typed_ = best(lambda: build("shown"), lambda: build("typed"))
    print(f"options: 100 plugins of 30 {shown_:.2f} s, typed {typed_:.2f} s, ratio {shown_ / typed_:.2f}")


def again(folder: Path, modules: int) -> None:
    """Build pages of plugins again, and the same pages typed, without the extension."""
    site, pages = folder / "site", 20
    info = site / "many-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: many\nVersion: 1\n")
    entry_points, sources_of = "", [""] * modules
    for name in ("listed", "typed"):
        (folder / name).mkdir()
        (folder / name / "conf.py").write_text('extensions = ["sphinxext.plugins"]\n' if name == "listed" else "")
        tree = "".join(f"   p{number}\n" for number in range(pages))
        (folder / name / "index.rst").write_text(f"Formats\n=======\n\n.. toctree::\n\n{tree}")
    for number in range(pages):
        typed = ""
        entry_points += f"[many{number}]\n"
        for plugin in range(number * 50, number * 50 + 50):
            module, text = plugin * modules // (pages * 50), DOCSTRING.format(number=plugin)
            entry_points += f"format{plugin} = many{module}:f{plugin}\n"
            sources_of[module] += (
                f'def f{plugin}(stream):\n    """{textwrap.indent(text, "    ").strip()}\n    """\n\n\n'
            )
            typed += f"format{plugin}\n----------\n\n{text}\n\n"
        for name, body in (("listed", f".. list-plugins:: many{number}\n   :detailed:\n"), ("typed", typed)):
            (folder / name / f"p{number}.rst").write_text(f"Part {number}\n=======\n\n{body}")
    (info / "entry_points.txt").write_text(entry_points)
    for module, source in enumerate(sources_of):
        (site / f"many{module}.py").write_text(source)

    def build(name: str) -> None:
        command = ["-m", "sphinx", "-q", "-b", "html", str(folder / name), str(folder / name / "_build")]
        subprocess.run([sys.executable, *command], check=True, env={"PYTHONPATH": str(site)})

    def change() -> None:
        with (site / "many0.py").open("a") as source:
            source.write("\nf0.__doc__ = 'Changed' + f0.__doc__\n")
        build("listed")

    build("listed")
    build("typed")
    listed, typed_ = best(lambda: build("listed"), lambda: build("typed"), turns=4 * TURNS)
    [changed] = best(change)
    print(
        f"again: {pages * 50} plugins of {modules} modules on {pages} pages, nothing changed {listed:.2f} s, typed and "
        f"without the extension {typed_:.2f} s, ratio {listed / typed_:.2f}; one docstring changed {changed:.2f} s"
    )


def worker(folder: Path) -> None:
    """Load many plugins, and one."""
    for number in range(PLUGINS):
        (folder / f"m{number}.py").write_text("def f(): pass\n")
    plugins = [Plugin(namespace="ns", name=f"m{number}", target=f"m{number}:f") for number in range(PLUGINS)]
    path = (str(folder), *sys.path)
    way = Live(Environment(timeout=60, path=path), ModuleFinder(*sources.Installed(path).roots()))
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
        registry(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        page(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        options(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        hostile(Path(folder))
    for modules in (50, 1000):
        with tempfile.TemporaryDirectory() as folder:
            again(Path(folder), modules)
    with tempfile.TemporaryDirectory() as folder:
        worker(Path(folder))


if __name__ == "__main__":
    main()
