"""Plugins that a decorator marks in the modules of a package, and those that implement hooks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.core.shown import Shown
from sphinxext.plugins.settings import from_config
from tests.test_facts import DEFAULTS, MODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Install, Project

Entries = list[tuple[str, str]]


def registered(mode: str, specs: Mapping[str, object]) -> tuple[dict[str, Entries], list[str]]:
    """Return the names and the targets of registries by namespace, and what problems there are."""
    options, problems = from_config({**DEFAULTS, "introspection": mode, "registries": specs})
    assert problems == []
    assembler = Assembler(options, Path())
    assembler.introspect(map(Shown, specs))  # together
    found = {name: assembler.namespace(name) for name in specs}
    entries = {
        name: sorted((each.name, each.target) for each in (namespace.plugins if namespace is not None else ()))
        for name, namespace in found.items()
    }
    return entries, [each.message for each in assembler.problems]


MARKS = """
KEPT = []

def register(*names, **given):
    def decorate(what):
        KEPT.append(what)
        return what
    return decorate

def bare(what):
    KEPT.append(what)
    return what

def naming(what):
    what.named = "given"
    return what

other = register
"""


def kit(install: Install, cases: Mapping[str, str]) -> dict[str, str]:
    """Install a package with a module for each case, and decorators beside it; return what names the modules."""
    names = {case: f"kit.drivers.{case.replace(' ', '_')}" for case in cases}
    start = "from kit import marks\nfrom kit.marks import register\n"
    files = {f"{names[case].replace('.', '/')}.py": f"{start}{code}\n" for case, code in cases.items()}
    install("kit", {}, {"kit/__init__.py": "", "kit/marks.py": MARKS, "kit/drivers/__init__.py": "", **files})
    return names


DECORATED: dict[str, tuple[str, Entries]] = {
    "by an argument": ("@register('disk')\nclass Disk: pass", [("disk", "Disk")]),
    "by a keyword": ("@register(name='disk')\nclass Disk: pass", [("disk", "Disk")]),
    "by both": ("@register('disk', name='no')\nclass Disk: pass", [("disk", "Disk")]),
    "by a constant": ("NAME = 'disk'\n@register(NAME)\nclass Disk: pass", [("disk", "Disk")]),
    "by itself": (
        "@register()\nclass Disk: pass\n@register(int, 1)\ndef tape(): pass",
        [("Disk", "Disk"), ("tape",) * 2],
    ),
    "not called": ("@marks.bare\nclass Disk: pass\n@marks.register\nclass Tape: pass", [("Tape", "Tape")]),
    "and more": ("@register('disk', object(), made=object())\nclass Disk: pass", [("disk", "Disk")]),
    "by another name": ("from kit.names import made\n@made('disk')\nclass Disk: pass", [("disk", "Disk")]),
    "under another name": ("@marks.other('disk')\nclass Disk: pass", [("disk", "Disk")]),
    "of a package": ("import kit.marks\n@kit.marks.register('disk')\nasync def disk(): pass", [("disk", "disk")]),
    "by a star": ("from kit.names import *\n@made('disk')\nclass Disk: pass", [("disk", "Disk")]),
    "under a condition": (
        "try:\n    import json\n\n    @register('disk')\n    class Disk: pass\nfinally:\n    pass",
        [("disk", "Disk")],
    ),
    "in a wide block": (
        "with open(\n    __file__\n):\n# Open.\n\n    @register('disk')\n    class Disk: pass",
        [("disk", "Disk")],
    ),
    "only imported": ("from kit.elsewhere import Other", []),
    "in a class": ("class Disk:\n    @register('disk')\n    def read(self): pass", []),
    "in a function": ("def disk():\n    @register('disk')\n    def read(): pass", []),
    "in a text": ("'''\n@register('disk')\nclass Disk: pass\n'''", []),
    "by another decorator": ("def mine(given): return lambda what: what\n@mine('disk')\nclass Disk: pass", []),
}
"""What stands in a module, and the entries of that."""


@pytest.mark.parametrize("mode", MODES)
def test_what_a_decorator_marks(install: Install, mode: str) -> None:
    names = kit(install, {case: code for case, (code, _) in DECORATED.items()})
    marked = "from kit.marks import register\n@register('{0}')\nclass Other: pass\n"
    deep = {
        "kit/drivers/deep/folder/last.py": marked.format("last"),
        "kit/drivers/__main__.py": marked.format("no") + "1 / 0",
    }
    beside = {"kit/elsewhere.py": marked.format("no"), "kit/names.py": "from kit.marks import register as made\n"}
    install("more", {}, {**deep, **beside})
    found, problems = registered(mode, {"ns": "decorated:kit.drivers:kit.marks.register"})
    expected = [(name, f"{names[case]}:{path}") for case, (_, entries) in DECORATED.items() for name, path in entries]
    assert found["ns"] == sorted([*expected, ("last", "kit.drivers.deep.folder.last:Other")])
    assert problems == []


NAMED: dict[str, tuple[int | str, str, Entries]] = {
    "second argument": (1, "@register(object(), 'disk', object())\nclass Disk: pass", [("disk", "Disk")]),
    "last argument": (-1, "@register('no', 'disk')\nclass Disk: pass", [("disk", "Disk")]),
    "of several": (1, "GIVEN = ['no', 'disk']\n@register(*GIVEN)\nclass Disk: pass", [("disk", "Disk")]),
    "keyword": ("key", "@register(object(), key='disk')\nclass Disk: pass", [("disk", "Disk")]),
    "of a dictionary": ("key", "@register(**{'key': 'disk'})\nclass Disk: pass", [("disk", "Disk")]),
    "several names": (0, "@register(['disk', 'tape'])\nclass Disk: pass", [("disk", "Disk"), ("tape", "Disk")]),
    "no argument": (1, "@register('no')\nclass Disk: pass", [("Disk", "Disk")]),
    "no keyword": ("key", "@register('no')\nclass Disk: pass", [("Disk", "Disk")]),
    "attribute": ("attr:kind", "@register(object())\nclass Disk:\n    kind = 'disk'", [("disk", "Disk")]),
    "of a base": ("attr:kind", "class A:\n    kind = 'disk'\n@register()\nclass Disk(A): pass", [("disk", "Disk")]),
    "of another": ("attr:A.kind", "@register()\nclass Disk:\n    class A:\n        kind = 'disk'", [("disk", "Disk")]),
    "attributes": (
        "attr:kinds",
        "@register('no')\nclass Disk:\n    kinds = ('disk', 'tape')",
        [("disk", "Disk"), ("tape", "Disk")],
    ),
}
"""What names entries, what stands in a module, and the entries of that."""

DECORATOR = "kit.marks.register"


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["static", "import"])
def test_what_names_an_entry(install: Install, mode: str) -> None:
    modules = kit(install, {case: code for case, (_, code, _) in NAMED.items()})
    specs = {case: {"from": f"decorated:{modules[case]}:{DECORATOR}", "name": by} for case, (by, *_) in NAMED.items()}
    found, problems = registered(mode, specs)
    assert found == {case: [(n, f"{modules[case]}:{path}") for n, path in of] for case, (*_, of) in NAMED.items()}
    assert problems == []


LEFT: dict[str, tuple[str, str]] = {
    "keyword": ("key", "@register(key=7)\nclass Disk: pass"),
    "attribute": ("attr:kind", "@register()\nclass Disk:\n    kind = 7"),
    "absent": ("attr:kind", "@register()\nclass Disk: pass"),
}


@pytest.mark.parametrize("mode", MODES)
def test_what_has_no_name_is_left_out(install: Install, mode: str) -> None:
    tape = "@register(key='tape')\nclass Tape:\n    kind = 'tape'\n"
    modules = kit(install, {case: tape + code for case, (_, code) in LEFT.items()})
    specs = {case: {"from": f"decorated:{modules[case]}:{DECORATOR}", "name": by} for case, (by, _) in LEFT.items()}
    found, problems = registered(mode, specs)
    assert found == {case: [("tape", f"{modules[case]}:Tape")] for case in LEFT}
    known = [f"of which is left out: {modules[case]}.Disk: " for case in LEFT]
    if mode == "static":  # the decorator may set it
        known[2] = f"which cannot be read in whole: the decorator may set kind of {modules['absent']}.Disk"
    assert [why in problem for why, problem in zip(known, problems, strict=True)] == [True] * len(known)


UNSURE: dict[str, tuple[str | None, str, str]] = {
    "condition": (None, "import os\nif os.sep:\n    @register('disk')\n    class Disk: pass", "disk"),
    "twice": (
        None,
        "import os\nif os.sep: made = marks\nelse: made = 1\n@made.register('disk')\ndef disk(): 1",
        "disk",
    ),
    "called": (None, "import os\n@register(os.getcwd())\nclass Disk: pass", ""),
    "set": ("attr:named", "@register()\n@marks.naming\nclass Disk: pass", "given"),
    "set again": ("attr:named", "@register()\n@marks.naming\nclass Disk:\n    named = 'no'", "given"),
    "broken": (None, "def\n@register('disk')\nclass Disk: pass", ""),
}
"""What names entries, what stands in a module, and the name of the entry that loading tells of."""


@pytest.mark.parametrize("mode", MODES)
def test_what_the_source_does_not_tell_is_loaded(install: Install, mode: str) -> None:
    tape = "@register('tape')\nclass Tape:\n    named = 'tape'\n"
    modules = kit(install, {"sure": tape, **{case: tape + code for case, (_, code, _) in UNSURE.items()}})
    specs = {case: {"from": f"decorated:{modules[case]}:{DECORATOR}", "name": by} for case, (by, *_) in UNSURE.items()}
    found, problems = registered(mode, specs)
    tapes = {case: ["tape"] if case != "broken" else [] for case in UNSURE}
    told = {case: [name] if name and mode != "static" else [] for case, (*_, name) in UNSURE.items()}
    assert {case: [n for n, _ in of] for case, of in found.items()} == {c: sorted(told[c] + tapes[c]) for c in UNSURE}
    untold = [case for case in UNSURE if not told[case]]
    assert [f"has 'decorated:{modules[case]}:" in problem for case, problem in zip(untold, problems, strict=True)]
    assert all("which cannot be read in whole: " in problem for problem in problems)


@pytest.mark.parametrize("mode", MODES)
def test_the_other_modules_of_a_package_are_shown(install: Install, mode: str) -> None:
    fine, ends = "@register('{0}')\nclass Disk: pass\n", "import sys\nsys.exit(3)\n"
    kit(
        install,
        {"a": fine.format("a"), "broken": "def\n@step", "ends": ends + fine.format("ends"), "z": fine.format("z")},
    )
    install("more", {}, {"kit/drivers/made.so": "", "kit/drivers/odd.py": "# coding: odd\n@step\n"})
    found, [problem] = registered(mode, {"ns": f"decorated:kit.drivers:{DECORATOR}"})
    assert [name for name, _ in found["ns"]] == (["a", "z"] if mode == "import" else ["a", "ends", "z"])
    assert "which cannot be read in whole: " in problem
    if mode == "static":
        assert "kit.drivers.broken cannot be read: SyntaxError" in problem
    else:
        assert "kit.drivers.broken cannot be imported: SyntaxError" in problem
        assert "kit.drivers.ends cannot be imported: SystemExit: 3" in problem


MARKERS = """
from typing import cast
import pluggy
impl = pluggy.HookimplMarker("kit")
spec = pluggy.HookspecMarker("kit")
odd_impl = cast(object, pluggy.HookimplMarker("kit"))
made: object = pluggy.HookimplMarker(project_name="kit")

class Both:
    impl = impl
"""

HOOKS: dict[str, tuple[str, list[str]]] = {
    "marked": ("@impl\ndef run(): pass", [""]),
    "with options": ("import kit.marks as m\n@m.impl(tryfirst=True)\ndef run(): pass", [""]),
    "of another name": ("from kit.marks import made as hook\n@hook\ndef run(): pass", [""]),
    "in an attribute": ("from kit.marks import Both\n@Both.impl\nasync def run(): pass", [""]),
    "with a docstring": ("@impl\ndef run(): pass\nfor each in [run]: each.__doc__ = 'Runs.'", [""]),
    "of a class": ("class One:\n    @impl\n    def run(self): pass\nclass Two:\n    def run(self): pass", ["One"]),
    "static": ("class One:\n    @staticmethod\n    @impl\n    def run(): pass", ["One"]),
    "both": ("@impl\ndef run(): pass\nclass One:\n    @impl\n    def run(self): pass", ["", "One"]),
    "of pytest": ("def pytest_run(): pass", [""]),
    "of pytest in a class": ("class One:\n    def pytest_run(self): pass", []),
    "specifying": ("@spec\ndef run(): pass\ndef pytest_run(): pass", []),
    "specifying in a class": ("class Specs:\n    @spec\n    def run(): pass\ndef pytest_run(): pass", []),
    "specifying too": ("@spec\ndef run(): pass\n@impl\ndef run_all(): pass", [""]),
    "imported": ("from kit.others import run, One, pytest_other", []),
    "no function": ("pytest_plugins = ['a']\n@property\ndef run(): pass", []),
    "other": ("import functools\n@functools.lru_cache\ndef run(): pass", []),
    "deleted": ("@impl\ndef run(): pass\ndel run", []),
    "inherited": ("from kit.others import One\nclass Two(One): pass", []),
    "tried": ("try: import json\nexcept ImportError: json = None\nelse:\n    @impl\n    def run(): pass", [""]),
}
"""What stands in a module, and what of it implements hooks: classes, or itself."""

UNSURE_HOOKS = {
    "condition": ("import os\nif os.sep:\n    @impl\n    def run(): pass", [""]),
    "class on a condition": ("import os\nif os.sep:\n    class One:\n        @impl\n        def run(): pass", ["One"]),
    "made otherwise": ("from kit.marks import odd_impl\n@odd_impl\ndef run(): pass", [""]),
    "wrapped": ("import kit.others\n@kit.others.by\n@impl\ndef run(): pass", []),
    "wrapped by name": ("import kit.others\n@kit.others.by\ndef pytest_run(): pass", []),
    "another marker": ("from kit.others import my_impl\n@my_impl\ndef run(): pass", [""]),
}

OTHERS = """
from kit.marks import impl
@impl
def run(): pass
def pytest_other(): pass
class One:
    @impl
    def run(self): pass
def by(function):
    return [function]
def my_impl(function):
    return impl(function)
"""


def hooks(install: Install, cases: Mapping[str, tuple[str, list[str]]]) -> dict[str, str]:
    """Install a package with a module for each case; return what names the modules."""
    names = {case: f"kit.plugins.{case.replace(' ', '_')}" for case in cases}
    start = "from kit.marks import impl, spec\n"
    files = {f"{names[case].replace('.', '/')}.py": f"{start}{code}\n" for case, (code, _) in cases.items()}
    install("kit", {}, {"kit/marks.py": MARKERS, "kit/others.py": OTHERS, "kit/plugins/__init__.py": "", **files})
    return names


def implementing(module: str, classes: list[str]) -> Entries:
    """Return the entries of a module."""
    return [(each or module.rpartition(".")[2], f"{module}:{each}".rstrip(":")) for each in classes]


@pytest.mark.parametrize("mode", MODES)
def test_what_implements_hooks(install: Install, mode: str) -> None:
    modules = hooks(install, HOOKS)
    found, problems = registered(mode, {"ns": "hooks:kit.plugins"})
    expected = [each for case, (_, classes) in HOOKS.items() for each in implementing(modules[case], classes)]
    assert found["ns"] == sorted(expected)
    assert problems == []


@pytest.mark.parametrize("mode", MODES)
def test_hooks_that_the_source_does_not_tell_are_loaded(install: Install, mode: str) -> None:
    modules = hooks(install, UNSURE_HOOKS)
    found, problems = registered(mode, {case: f"hooks:{module}" for case, module in modules.items()})
    told = {case: implementing(modules[case], classes) for case, (_, classes) in UNSURE_HOOKS.items()}
    assert found == (told if mode != "static" else {case: [] for case in told})
    doubted = {case for case in modules if any(f"'hooks:{modules[case]}', which cannot" in each for each in problems)}
    assert doubted == (set(modules) if mode == "static" else set())


@pytest.mark.parametrize("spec", ["hooks:kit.plugins", "decorated:kit.plugins:kit.marks.impl"])
def test_what_changes_shows_in_the_next_build(project: Project, install: Install, site: Path, spec: str) -> None:
    plugins = site / "kit" / "plugins"
    start, page = "from kit.marks import impl\n", "Top\n===\n\n.. list-plugins:: ns\n"
    install(
        "kit", {}, {"kit/marks.py": MARKERS, "kit/plugins/__init__.py": "", "kit/plugins/first.py": "def first(): 1"}
    )

    def mark(path: str, marker: str = "@impl") -> None:
        file = plugins / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{start}{marker}\ndef {file.stem}(): pass\n")

    def shown() -> set[str]:
        registries = {"ns": spec}
        app = project.build(page, builder="text", plugins_registries=registries, plugins_introspection="static")
        text = (app.outdir / "index.txt").read_text()
        return {name for name in ("first", "old", "added", "renamed", "deep") if name in text}

    mark("old.py")
    assert shown() == {"old"}
    mark("added.py")
    mark("first.py")
    (plugins / "old.py").rename(plugins / "renamed.py")
    mark("renamed.py")
    assert shown() == {"added", "first", "renamed"}
    mark("added.py", marker="")
    mark("folder/deep.py")
    (plugins / "first.py").unlink()
    assert shown() == {"renamed", "deep"}
