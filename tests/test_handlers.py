"""The events of the extension: what handlers change, what becomes of those that fail, and when pages are read again."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.conftest import Install, Project

PLUGINS = {"one.py": "class A:\n    'Read A.'\nclass B:\n    'Read B.'\n"}
PAGE = "Top\n===\n\n.. plugin-catalog:: ns\n"

RENAMED = """
import msgspec
from sphinxext.plugins import Docstring

def change(app, plugin):
    if plugin.name == "a":
        text = f"{plugin.docstring.text} Said by WHO."
        return msgspec.structs.replace(plugin, docstring=msgspec.structs.replace(plugin.docstring, text=text))

def setup(app):
    app.connect("plugins-plugin", change)
    return {"parallel_read_safe": True}
"""

ADDED = """
from docutils import nodes

def add(app, plugin, shown):
    shown.insert(0, nodes.paragraph("", f"Ask WHO for {plugin.name}."))

def setup(app):
    app.connect("plugins-details", add)
    return {"parallel_read_safe": True}
"""


class Extended:
    """A project with an extension that connects handlers."""

    def __init__(self, project: Project, site: Path) -> None:
        self.project = project
        self.site = site

    def build(self, code: str, pages: Mapping[str, str] | str = "", parallel: int = 0) -> str:
        """Build with the code of the extension, and give the text of the first page."""
        sys.modules.pop("house_events", None)
        (self.site / "house_events.py").write_text(textwrap.dedent(code))
        extensions = ["sphinxext.plugins", "house_events"]
        app = self.project.build(pages or {}, builder="text", parallel=parallel, extensions=extensions)
        return (app.outdir / "index.txt").read_text()


@pytest.fixture
def extended(project: Project, install: Install, site: Path, monkeypatch: pytest.MonkeyPatch) -> Extended:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # what is written twice within a second has the same time
    install("one", {"ns": {"a": "one:A", "b": "one:B"}}, PLUGINS)
    return Extended(project, site)


def test_a_plugin_is_shown_as_a_handler_changes_it(extended: Extended) -> None:
    text = extended.build(RENAMED, PAGE)
    assert extended.project.warnings == []
    assert "Read A. Said by WHO." in text
    assert "Read B. Said" not in text


def test_what_a_handler_takes_from_elsewhere_is_cleaned(extended: Extended) -> None:
    said = """
    distribution = msgspec.structs.replace(plugin.distribution, license="\\x1b[2J", version="\\u202e\\ud800")
    return msgspec.structs.replace(plugin, distribution=distribution)
    """
    text = extended.build(RENAMED.replace("def change(app, plugin):", f"def change(app, plugin):{said}"), PAGE)
    assert extended.project.warnings == []
    assert r"\u202e\ud800 (\x1b[2J)" in text


@pytest.mark.parametrize(
    "page",
    [PAGE, "Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n", "Top\n===\n\n.. plugin:: ns:a\n\n.. plugin:: ns:b\n"],
    ids=["catalog", "list", "plugin"],
)
def test_details_are_shown_as_a_handler_changes_them(extended: Extended, page: str) -> None:
    text = extended.build(ADDED, page)
    assert extended.project.warnings == []
    assert text.index("Ask WHO for a.") < text.rindex("Read A.")
    assert text.count("Ask WHO for b.") == 1


@pytest.mark.parametrize("code", [RENAMED, ADDED], ids=["plugin", "details"])
def test_pages_are_read_again_when_a_handler_is_another(extended: Extended, code: str) -> None:
    pages = {"index.rst": PAGE, "other.rst": ":orphan:\n\nOther\n=====\n"}
    extended.build(code, pages)
    extended.build(code)
    assert extended.project.read == []
    assert "NOBODY" in extended.build(code.replace("WHO", "NOBODY"))
    assert extended.project.read == ["index"]
    text = extended.build("def setup(app): return {'parallel_read_safe': True}\n")
    assert extended.project.read == ["index"]
    assert "NOBODY" not in text
    extended.build(code)
    assert extended.project.read == ["index"]


def test_pages_are_read_again_when_a_module_beside_a_handler_is_another(extended: Extended) -> None:
    code = "from house_kit.handlers import add\ndef setup(app): app.connect('plugins-details', add)\n"
    kit = extended.site / "house_kit"
    kit.mkdir()
    (kit / "__init__.py").write_text("")
    (kit / "words.py").write_text("WORDS = 'Ask me.'\n")
    (kit / "handlers.py").write_text(
        "from docutils import nodes\nfrom house_kit.words import WORDS\n"
        "def add(app, plugin, shown): shown.append(nodes.paragraph('', WORDS))\n"
    )
    assert "Ask me." in extended.build(code, PAGE)
    (kit / "words.py").write_text("WORDS = 'Ask them.'\n")
    for name in [name for name in sys.modules if name.startswith("house_kit")]:
        del sys.modules[name]
    assert "Ask them." in extended.build(code)


def test_a_handler_in_conf_py(extended: Extended) -> None:
    """Such code is in no module."""
    build = extended.project.build
    build(PAGE, builder="text")
    conf = extended.project.folder / "conf.py"
    for words in ("one", "another"):
        (conf).write_text(f"extensions = ['sphinxext.plugins']\n{ADDED.replace('WHO', words)}", encoding="utf-8")
        app = extended.project._make_app("text", srcdir=extended.project.folder)  # noqa: SLF001  # it writes no conf.py
        app.build()
        app.cleanup()
        assert f"Ask {words} for a." in (app.outdir / "index.txt").read_text()


def test_handlers_go_on_from_each_other_by_their_priority(extended: Extended) -> None:
    code = """
    import functools, msgspec

    def add(words, app, plugin):
        text = plugin.docstring.text + " " + words
        return msgspec.structs.replace(plugin, docstring=msgspec.structs.replace(plugin.docstring, text=text))

    class Adder:
        def add(self, app, plugin): return add("Third.", app, plugin)
        def __call__(self, app, plugin): return add("First.", app, plugin)

    def setup(app):
        app.connect("plugins-plugin", Adder().add, priority=900)
        app.connect("plugins-plugin", functools.partial(add, "Second."))
        app.connect("plugins-plugin", Adder(), priority=100)
    """
    assert "Read A. First. Second. Third." in " ".join(extended.build(code, PAGE).split())
    assert extended.project.warnings == []
    extended.build(code)
    assert extended.project.read == []
    extended.build(code.replace("Second.", "2nd"))
    assert extended.project.read == ["index"]


FAILING = {
    "plugins-plugin": {
        "raises": ("raise KeyError(args[1].name)", "KeyError"),
        "exits": ("raise SystemExit", "SystemExit"),
        "no plugin": ("return 3", "ValidationError"),
        "another": ("return msgspec.structs.replace(args[1], name='z')", "ValueError"),
        "another type": ("return msgspec.structs.replace(args[1], kind=3)", "ValidationError"),
    },
    "plugins-details": {
        "raises": ("raise KeyError(args[1].name)", "KeyError"),
        "no node": ("args[2].append('text')", "TypeError"),
        "half": ("args[2].clear(); raise OSError", "OSError"),
        "half of a node": ("[node.clear() for node in args[2]]; raise OSError", "OSError"),
        "twice": ("args[2][:] *= 2", "ValueError"),
        "within itself": ("args[2][0].append(args[2][0])  # docutils raises that", "RecursionError"),
        "document": ("args[2].append(docutils.utils.new_document('x'))", "TypeError"),
    },
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("event", "body", "reason"),
    [(event, *each) for event, of in FAILING.items() for each in of.values()],
    ids=[f"{event}-{name}" for event, of in FAILING.items() for name in of],
)
def test_a_handler_that_fails_is_one_warning(extended: Extended, event: str, body: str, reason: str) -> None:
    code = f"""
    import docutils.utils, msgspec

    def change(*args):
        {body}

    def setup(app):
        app.connect("{event}", change)
    """
    pages = {"index.rst": PAGE, "other.rst": f":orphan:\n\n{PAGE}   :no-index:\n"}
    for number in range(2):
        text = extended.build(code, pages if number == 0 else {})
        assert extended.project.warnings == [
            f"{extended.site / 'house_events.py'}:{5 if 'raise' in body else 4}: WARNING: the handler change of "
            f"{event} fails with {reason}; correct it (-v tells more), or disconnect it; until then it changes "
            "nothing where it fails [plugins.config]"
        ]
        assert "Read A." in text
        assert (not extended.project.read) == bool(number)


@pytest.mark.slow
@pytest.mark.parametrize("code", [RENAMED, ADDED], ids=["plugin", "details"])
def test_a_parallel_build_is_as_a_serial_one(extended: Extended, code: str) -> None:
    pages = {f"p{number}.rst": f":orphan:\n\n{PAGE}   :no-index:\n" for number in range(6)} | {"index.rst": PAGE}
    failing = f"{code}\ndef fail(*args): raise OSError\n".replace(
        "def setup(app):", "def setup(app):\n    app.connect('plugins-details', fail)"
    )
    serial = extended.build(failing, pages), extended.project.warnings
    for file in extended.project.folder.rglob("*.pickle"):
        file.unlink()
    assert (extended.build(failing, parallel=2), extended.project.warnings) == serial
    assert len(serial[1]) == 1


SHOWN_BY_AN_EXAMPLE = """
Top
===

.. plugin-catalog:: ns

.. code-block:: rst

   .. plugin-catalog:: aa

.. include:: part.txt
   :start-after: here
"""


@pytest.mark.slow
@pytest.mark.parametrize("parallel", [0, 2])
def test_what_fails_for_an_example_alone_is_no_warning(extended: Extended, install: Install, parallel: int) -> None:
    """What an example names may be introspected, as a page that shows it would have it, but nobody sees it."""
    install("two", {"aa": {"c": "one:A"}, "bb": {"d": "one:A"}})
    install(
        "house",
        {"sphinxext.plugins.describers": {"house": "house_bad:say"}},
        {"house_bad.py": "def say(plugin, argument, facts): raise LookupError(plugin.namespace)\n"},
    )
    code = """
    def change(app, plugin):
        if plugin.namespace == "aa":
            raise KeyError
        if plugin.namespace == "bb":
            raise OSError
        raise ValueError

    def setup(app):
        app.connect("plugins-plugin", change)
        app.config.plugins_namespaces = {name: {"fields": {"X": "house:x"}} for name in ("aa", "bb", "ns")}
        return {"parallel_read_safe": True}
    """
    (extended.project.folder / "part.txt").write_text(".. plugin-catalog:: bb\n\nhere\n")
    for number in range(3):
        pages = {"index.rst": SHOWN_BY_AN_EXAMPLE, "a.rst": ":orphan:\n", "b.rst": ":orphan:\n"}
        extended.build(code, {0: pages, 2: {"index.rst": f"{SHOWN_BY_AN_EXAMPLE}\nMore.\n"}}.get(number, {}), parallel)
        plugin, describer = sorted(extended.project.warnings, key=lambda each: "describers" in each)
        assert ":7: WARNING: the handler change of plugins-plugin fails with ValueError;" in plugin
        assert ": LookupError: ns;" in describer
