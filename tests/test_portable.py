"""What loading plugins shows, without what is only this machine's."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.core.model import Catalog, Distribution, Plugin
from sphinxext.plugins.formats.json import to_json
from sphinxext.plugins.introspect.live.introspector import Live
from sphinxext.plugins.introspect.live.process import Environment
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.settings import from_config
from sphinxext.plugins.sources import Installed
from tests import schema
from tests.test_options import DEFAULTS

if TYPE_CHECKING:
    from tests.conftest import Install

FILES = {
    "app/__init__.py": "",
    "app/good.py": """
        import pathlib, sys
        here = pathlib.Path(__file__)
        data = [{"file": str(here.with_name("data.csv")), "url": here.as_uri()}]
        home = pathlib.Path.home() / "cache"
        env = sys.prefix
        other = "/etc/app.conf"
        def f(): pass
        f.__dict__.update(globals())
        """,
    "app/missing.py": "open(__import__('pathlib').Path.home() / 'no' / 'such.csv')",
    "app/beside.py": "open(__file__ + '.csv')",
    "app/asked.py": "class A:\n    def x(self):\n        raise OSError(f'no {__file__}')\n",
}


def plugins(introspection: str, fields: dict[str, str]) -> tuple[dict[str, Plugin], str]:
    namespaces = {"ns": {"fields": fields}}
    options, problems = from_config({**DEFAULTS, "introspection": introspection, "namespaces": namespaces})
    assert problems == []
    found = Assembler(options, Path()).namespace("ns")
    assert found is not None
    written = to_json(Catalog(namespaces=(found,)))
    schema.validate(written)
    return {plugin.name: plugin for plugin in found.plugins}, written.decode()


@pytest.mark.parametrize("introspection", ["import", "auto"])
def test_nothing_tells_of_the_machine(introspection: str, install: Install, site: Path) -> None:
    targets = {name: f"app.{name}" for name in ("good", "missing", "beside")}
    install("one", {"ns": {**targets, "good": "app.good:f", "asked": "app.asked:A"}}, FILES)
    fields = {name.title(): f"attr:{name}" for name in ("here", "data", "home", "env", "other")}
    found, written = plugins(introspection, {**fields, "X": "call:x"})
    told = {field.name: field.value for field in found["good"].fields}
    assert told == {
        "Here": "app/good.py",
        "Data": [{"file": "app/data.csv", "url": "file://app/good.py"}],
        "Home": "~/cache",
        "Env": Path(sys.prefix).name,
        "Other": "/etc/app.conf",
    }
    reasons = {name: plugin.problems[0].details["reason"] for name, plugin in found.items() if plugin.problems}
    assert reasons["asked"] == "OSError: no app/asked.py"
    if introspection == "import":
        assert reasons["missing"] == "FileNotFoundError: [Errno 2] No such file or directory: '~/no/such.csv'"
        assert reasons["beside"] == "FileNotFoundError: [Errno 2] No such file or directory: 'app/beside.py.csv'"
    for folder in (site, Path.home(), Path(sys.prefix), Path.cwd()):
        assert f"{folder}/" not in written


SOURCE = """'''Is in {0}.'''
class A:
    '''See {0}.'''
    place, places, seen = "{0}", {{"in": ["{0}"]}}, "<A at 0x7f1234567890>"
    def get(self): return "{0}"
"""


@pytest.mark.parametrize("introspection", ["static", "auto", "import"])
def test_what_stands_in_the_source_stays(introspection: str, install: Install) -> None:
    home = str(Path.home() / "x")
    install("one", {"ns": {"a": "app:A"}}, {"app.py": SOURCE.format(home)})
    describers = ("attr:place", "attr:places", "call:get", "doc:module", "attr:seen")
    found, _ = plugins(introspection, {each: each for each in describers})
    assert [field.value for field in found["a"].fields] == [home, {"in": [home]}, home, f"Is in {home}.", "<A>"]
    assert found["a"].docstring is not None
    assert home in found["a"].docstring.text


def as_loaded(install: Install, source: str, *describers: str, **environment: Any) -> Plugin:  # noqa: ANN401
    """A plugin ``m:f`` as it is loaded, with its answers."""
    install("one", files={"m.py": textwrap.dedent(source)})
    made = Environment(**{"timeout": 30, "path": tuple(sys.path), **environment})
    fields = Fields({describer: [describer] for describer in describers})
    plugin = Plugin(namespace="ns", name="f", target="m:f")
    way = Live(made, ModuleFinder(*Installed().roots()))
    return fields.complete(way.introspect([plugin], fields)[0].plugin)


TOLD = """
    import os, sys, tempfile
    PLACE = {place}
    class Odd:
        def __repr__(self): return f'<Odd in {{PLACE}}>'
    def f(a=PLACE + '/x', b=Odd()): pass
    f.__doc__ = f'Reads {{PLACE}}/x.csv.'
    f.text, f.listed, f.keyed, f.shown = PLACE, [PLACE + '/x'], {{PLACE + '/x': 1}}, Odd()
    def fails(): raise OSError(PLACE + '/x is missing')
    f.fails = fails
    """


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The interpreter of an environment of its own."""
    folder = tmp_path_factory.mktemp("other") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return str(folder / "bin" / "python")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "below", "alone"),
    [
        ("sys.prefix", "", None),
        ("sys.base_prefix", "", Path(sys.base_prefix).name),
        ("os.path.dirname(os.__file__)", "", Path(os.__file__).parent.name),
        ("next(path for path in sys.path if path.endswith('site-packages'))", "", "site-packages"),
        ("os.path.expanduser('~')", "~/", "~"),
        ("os.getcwd()", "", Path.cwd().name),
        ("os.path.dirname(os.path.abspath(__file__))", "", "site"),
        ("tempfile.mkdtemp()", "/tmp/tmp…/", "/tmp/tmp…"),
    ],
)
@pytest.mark.parametrize("elsewhere", [True, False])
def test_folders_of_the_interpreter(  # noqa: PLR0913, PLR0917
    place: str,
    below: str,
    alone: str | None,
    elsewhere: bool,  # noqa: FBT001
    another: str,
    install: Install,
    site: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(site))
    environment = {"python": another, "path": None} if elsewhere else {}
    alone = alone or ("env" if elsewhere else Path(sys.prefix).name)
    describers = ("attr:text", "attr:listed", "attr:keyed", "attr:shown", "call:fails")
    plugin = as_loaded(install, TOLD.format(place=place), *describers, **environment)
    assert plugin.docstring is not None
    assert plugin.docstring.text == f"Reads {below}x.csv."
    assert plugin.signature == f"(a='{below}x', b=…)"
    assert [field.value for field in plugin.fields] == [alone, [f"{below}x"], {f"{below}x": 1}, f"<Odd in {alone}>"]
    assert plugin.problems[0].details["reason"] == f"OSError: {below}x is missing"


def test_the_folder_for_temporary_files_is_called_the_same_everywhere(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "T"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    plugin = as_loaded(install, TOLD.format(place="tempfile.mkdtemp()"), "attr:text")
    assert plugin.fields[0].value == "/tmp/tmp…"


def test_folders_that_a_plugin_adds(install: Install, tmp_path: Path) -> None:
    far = tmp_path / "far"
    far.mkdir()
    (far / "distant.py").write_text(f"raise OSError('{far}/x and {far}')")
    plugin = as_loaded(install, f"import sys\nsys.path.append({str(far)!r})\nimport distant")
    assert plugin.problems[0].details["reason"] == "OSError: x and far"


ADDRESSES = {
    "str(f)": "<function f>",
    "str(object())": "<object object>",
    "[str(object()), 'An object at 0x7f1234567890.']": ["<object object>", "An object."],
    "{str(object()): repr(f)}": {"<object object>": "<function f>"},
    "str([object(), f])": "[<object object>, <function f>]",
    "str(sys._getframe())": "<frame, file 'm.py', line 4, code <module>>",
    "'<Thing 0x7f1234567890 of a, b>'": "<Thing … of a, b>",
    "str(__import__('unittest.mock').mock.Mock())": "<Mock id=…>",
    "str(__import__('threading').main_thread())": "<_MainThread(MainThread, started …)>",
    "'The boot sector is at 0x7c00, and the rest at 0x08000000.'": None,
    "'Magic 0xdeadbeefcafe, a < b.'": None,
}


@pytest.mark.slow
@pytest.mark.parametrize(("value", "told"), ADDRESSES.items())
def test_addresses_in_memory(value: str, told: object, install: Install) -> None:
    source = f"""
    import sys
    def f(a=5): pass
    value = f.value = {value}
    f.__doc__ = 'Has ' + str(value)
    def fails(): raise OSError(value)
    f.fails = fails
    """
    expected = eval(value) if told is None else told  # the author's own
    plugin = as_loaded(install, source, "attr:value", "call:fails")
    assert plugin.fields[0].value == expected
    assert plugin.docstring is not None
    assert plugin.docstring.text == f"Has {expected}"
    assert plugin.problems[0].details["reason"] == f"OSError: {expected}"


HOMES = {
    "module": ("far.py", "far"),
    "package": ("far/__init__.py", "far"),
    "submodule": ("far/near.py", "far.near"),
    "module of a package": ("far/nearer/near.py", "far.nearer.near"),
}


@pytest.mark.parametrize(("file", "module"), HOMES.values(), ids=HOMES)
def test_the_folder_of_a_module_that_is_not_on_the_path(
    file: str, module: str, install: Install, tmp_path: Path
) -> None:
    finder = f"""
    import sys
    class Finder:
        def find_spec(name, path=None, target=None):
            import importlib.machinery
            return importlib.machinery.PathFinder.find_spec(name, path or [{str(tmp_path / "src")!r}])
    sys.meta_path.append(Finder)
    """
    install("one", files={"m.py": finder, f"../src/{file}": "def f(): pass\nf.place = __file__"})
    first, second = [
        Plugin(namespace="ns", name=name, target=name, distribution=Distribution(name="one"))
        for name in ("m", f"{module}:f")
    ]
    way = Live(Environment(timeout=30, path=tuple(sys.path)), ModuleFinder(*Installed().roots()))
    fields = Fields({"Place": ["attr:place"]})
    found = fields.complete(way.introspect([first, second], fields)[1].plugin)
    assert [field.value for field in found.fields] == [file]


def test_what_is_cut_is_cut_in_the_same_place(install: Install, site: Path) -> None:
    plugin = as_loaded(install, f"raise OSError(' '.join(['{site}/x'] * 400))")
    assert plugin.problems[0].details["reason"] == f"OSError: {'x ' * 250}…"
