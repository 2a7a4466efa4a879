"""Interfaces of namespaces, and what plugins do of them, by the source and by loading."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.core.conforming import CapabilityError, capability, names_in
from sphinxext.plugins.core.interfaces import Implementation, Lack, Support
from sphinxext.plugins.core.model import Catalog, ProblemKind
from sphinxext.plugins.core.shown import Shown
from sphinxext.plugins.formats.json import to_json
from sphinxext.plugins.settings import from_config
from tests.schema import validate
from tests.test_facts import DEFAULTS, MODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinxext.plugins.core.model import Interface, Namespace
    from tests.conftest import Install, Project

BASE = '''
import abc
import functools
from kit.marks import optional, required, wrapping

class Common:
    """What drivers have in common."""

    def close(self): self.closed = True

    def _private(self): pass

class Driver(Common, metaclass=abc.ABCMeta):
    """Drives a device."""

    level = 3
    """How much."""

    @abc.abstractmethod
    def read(self, path, *, size=10):
        """Read a block. And more."""

    @required
    def write(self, path: str) -> None: ...

    def seek(self, place):
        raise NotImplementedError("it cannot")

    @classmethod
    def make(cls, name="x"): return cls()

    @staticmethod
    def check(value): return True

    @property
    def size(self): return 0

    @optional
    def snapshot(self, name): pass

    @wrapping
    def wrapped(self, a): return a

    def rest(self, *arguments, **named): return 1

    def forgot(): return 1

    def ready(self): return NotImplemented

    @abc.abstractmethod
    def _hook(self): ...

class Between(Driver):
    def seek(self, place): return place
    def _hook(self): return 1
'''

MARKS = """
import abc
import functools

def required(function): return abc.abstractmethod(function)
def optional(function):
    function.is_optional = True
    return function
def wrapping(function):
    def inner(*given): return function(*given)
    return inner
"""

PLUGINS = """
from kit.base import Between, Driver

class Full(Between):
    def read(self, path, *, size=10): return 1
    def write(self, path): return 1
    def snapshot(self, name): return 1
    size = 7
    def ready(self): return True

class Lazy(Driver):
    def read(self, path, *, size=10): raise NotImplementedError
    make = None
    level = None
    def close(self): raise NotImplementedError()

class Duck:
    def __init__(self): self.level = 1
    def read(self, path): return 1
    write = read
"""

TARGETS = {"duck": "kit.plugins:Duck", "full": "kit.plugins:Full", "lazy": "kit.plugins:Lazy"}
FILES = {"kit/__init__.py": "", "kit/base.py": BASE, "kit/marks.py": MARKS, "kit/plugins.py": PLUGINS}
DECLARED: dict[str, Any] = {"interface": "kit.base:Driver", "markers": {"optional": "kit.marks:optional"}}


def read(mode: str, others: dict[str, object] | None = None, **given: object) -> Namespace:
    """Return the namespace with its interface."""
    [namespace] = read_all(mode, {"ns": given}, others)
    return namespace


def read_all(
    mode: str, settings: Mapping[str, Mapping[str, object]], others: dict[str, object] | None = None
) -> list[Namespace]:
    """Return several namespaces with their interfaces, all introspected together."""
    if others is None:
        others = {}
    values = {**DEFAULTS, "introspection": mode, "namespaces": settings, **others}
    options, problems = from_config(values)
    assert problems == []
    assembler = Assembler(options, Path())
    asked = [Shown(name, interface=True) for name in settings]
    assembler.introspect(asked)
    found = [namespace for each in asked for namespace in assembler.select(each)]
    assert assembler.failed == {}
    return found


def contract(namespace: Namespace) -> Interface:
    """Return the interface, which there is."""
    assert namespace.interface is not None
    return namespace.interface


def support(namespace: Namespace) -> dict[str, dict[str, str]]:
    """Return what each plugin does of each member."""
    return {p.name: {each.member: each.support.value for each in p.implements} for p in namespace.plugins}


@pytest.fixture
def kit(install: Install) -> None:
    install("kit", {"ns": TARGETS}, FILES)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.usefixtures("kit")
def test_an_interface_and_what_plugins_do_of_it(mode: str) -> None:
    namespace = read(mode, **DECLARED)
    check_members(contract(namespace), mode)
    check_plugins(namespace)


def check_members(interface: Interface, mode: str) -> None:
    told = [(m.name, m.need, m.kind, m.signature) for m in interface.members]
    assert told == [
        ("read", "required", "method", "(path, *, size=10)"),
        ("write", "required", "method", "(path)"),
        ("seek", "required", "method", "(place)"),
        ("_hook", "required", "method", "()"),
        ("snapshot", "optional", "method", "(name)"),
        ("level", "default", "attribute", None),
        ("make", "default", "class method", "(name='x')"),
        ("check", "default", "static method", "(value)"),
        ("size", "default", "property", None),
        ("wrapped", "default", "method", None if mode != "import" else "(*given)"),
        ("rest", "default", "method", "(*arguments, **named)"),
        ("forgot", "default", "method", None),
        ("ready", "default", "method", "()"),
        ("close", "default", "method", "()"),
    ]
    for member in interface.members:
        assert member.location is not None
        following = BASE.splitlines()[member.location.line - 1 :]
        first = next(each for each in following if not each.strip().startswith("@"))
        assert re.match(rf" +(async )?(def )?{member.name}\b", first)
    assert {m.name for m in interface.members if m.decorated} == {"wrapped"}
    words = {m.name: (m.docstring.text, m.docstring.location) for m in interface.members if m.docstring}
    assert {name: text for name, (text, _) in words.items()} == {
        "read": "Read a block. And more.",
        "level": "How much.",
    }
    [place] = {place.line for name, (_, place) in words.items() if name == "read" and place}
    assert BASE.splitlines()[place - 1].strip().startswith('"""Read')
    assert (interface.path, interface.inferred, interface.problem) == ("kit.base.Driver", False, None)
    assert interface.docstring is not None
    assert interface.docstring.text == "Drives a device."


def check_plugins(namespace: Namespace) -> None:
    found = support(namespace)
    assert found["full"] == {
        **dict.fromkeys(("read", "write", "snapshot", "size", "ready"), "own"),
        **dict.fromkeys(("seek", "_hook"), "inherited"),
        **dict.fromkeys(("level", "make", "check", "wrapped", "rest", "forgot", "close"), "default"),
    }
    assert found["lazy"] == {
        **dict.fromkeys(("read", "write", "seek", "_hook", "make", "ready", "close"), "no"),
        "level": "own",
        **dict.fromkeys(("check", "size", "wrapped", "rest", "forgot", "snapshot"), "default"),
    }
    assert {name for name, word in found["duck"].items() if word != "no"} == {"level", "read", "write"}
    [_, full, _] = namespace.plugins
    [seek] = [each for each in full.implements if each.member == "seek"]
    assert seek.owner == "kit.base.Between"
    assert seek.location is not None
    assert seek.location.file == "kit/base.py"
    assert BASE.splitlines()[seek.location.line - 1] == "    def seek(self, place): return place"


@pytest.mark.usefixtures("kit")
def test_both_ways_tell_the_same() -> None:
    static, loaded = read("static", **DECLARED), read("import", **DECLARED)
    for reading, loading in zip(static.plugins, loaded.plugins, strict=True):
        facts = [
            [(e.member, e.support, e.owner, e.location, e.lack) for e in plugin.implements]
            for plugin in (reading, loading)
        ]
        assert facts[0] == facts[1]


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_an_interface_that_nobody_declares(mode: str, install: Install) -> None:
    targets = {"full": "kit.plugins:Full", "lazy": "kit.plugins:Lazy"}
    install("kit", {"ns": {**targets, "function": "kit.marks:optional"}}, FILES)
    interface = contract(read(mode))
    assert (interface.target, interface.inferred) == ("kit.base:Driver", True)
    assert read(mode, interface="").interface is None
    install("kit", {"ns": {**targets, "duck": "kit.plugins:Duck"}}, FILES)
    assert read(mode).interface is None
    install("kit", {"ns": {"full": "kit.plugins:Full", "again": "kit.plugins:Full"}}, FILES)
    assert read(mode).interface is None, "one class alone has many base classes"


@pytest.mark.parametrize("mode", MODES)
def test_a_protocol(mode: str, install: Install) -> None:
    files = {
        "kit.py": """
            from typing import Protocol

            class Named(Protocol):
                name: str

            class Driver(Named, Protocol):
                def read(self, path): ...
                def write(self, path):
                    "Writes."
                def close(self): return 1
                async def wait(self): pass

            class One:
                name = "one"
                def read(self, path): pass
            class Two(Driver):
                def __init__(self): self.name = "two"
                def write(self, path): return 1
            class Three:
                name: str
            """
    }
    install("kit", {"ns": {"one": "kit:One", "three": "kit:Three", "two": "kit:Two"}}, files)
    namespace = read(mode, interface="kit:Driver")
    interface = contract(namespace)
    assert interface.protocol
    needs = {each.name: each.need for each in interface.members}
    assert needs == {**dict.fromkeys(("read", "write", "wait", "name"), "required"), "close": "default"}
    assert support(namespace) == {
        "one": {"read": "own", "write": "no", "wait": "no", "name": "own", "close": "no"},
        "two": {"read": "no", "write": "own", "wait": "no", "name": "own", "close": "default"},
        "three": {"read": "no", "write": "no", "wait": "no", "name": "own", "close": "no"},
    }


@pytest.mark.parametrize("mode", MODES)
def test_hooks(mode: str, install: Install) -> None:
    files = {
        "host/__init__.py": "",
        "host/markers.py": "import pluggy\nspec = pluggy.HookspecMarker('host')\nimpl = pluggy.HookimplMarker('host')\n"
        "other = pluggy.HookimplMarker('other')\n",
        "host/specs.py": """
            from host.markers import spec
            @spec
            def start(app, level): "Starts."
            @spec(firstresult=True)
            def stop(app): ...
            def helper(): ...
            class More:
                @spec
                def run(self, app): ...
            """,
        "one.py": """
            from host.markers import impl, other
            @impl
            def start(app): return 1
            @impl(specname="stop")
            def end(app): return 1
            @other
            def run(app): return 1
            """,
        "two.py": """
            from host.markers import impl
            from one import start
            def stop(app): return 1
            class Plugin:
                @impl
                def run(self, app): return 1
            plugin = Plugin()
            """,
    }
    install("host", {"ns": {"instance": "two:plugin", "one": "one", "two": "two"}}, files)
    namespace = read(mode, interface="host.specs")
    interface = contract(namespace)
    assert interface.hooks == "host"
    assert [(e.name, e.kind, e.need, e.signature) for e in interface.members] == [
        ("start", "function", "optional", "(app, level)"),
        ("stop", "function", "optional", "(app)"),
        ("run", "function", "optional", "(app)"),
    ]
    assert support(namespace) == {
        "instance": {"start": "no", "stop": "no", "run": "own"},
        "one": {"start": "own", "stop": "own", "run": "no"},
        "two": {"start": "own", "stop": "no", "run": "no"},
    }


@pytest.mark.parametrize("mode", MODES)
def test_hooks_of_pytest(mode: str, install: Install) -> None:
    files = {
        "specs.py": "import pluggy\nhookspec = pluggy.HookspecMarker('pytest')\n"
        "@hookspec(historic=True)\ndef pytest_first(config): ...\ndef pytest_second(item): ...\ndef helper(): ...\n",
        "one.py": "def pytest_second(): return 1\ndef pytest_unknown(): return 1\n",
        "two.py": "from one import *\nfrom pytest import hookimpl\n"
        "@hookimpl(specname='pytest_first')\ndef first(): return 1\n",
    }
    install("one", {"ns": {"one": "one", "two": "two"}}, files)
    found = support(read(mode, interface="specs"))
    assert found["one"] == {"pytest_first": "no", "pytest_second": "own"}
    assert found["two"] == {"pytest_first": "own", "pytest_second": "own"}


@pytest.mark.parametrize("mode", MODES)
def test_a_function_is_an_interface(mode: str, install: Install) -> None:
    files = {"kit.py": "def base(path, *, size=1):\n    'What loads.'\ndef one(path): return 1\n"}
    install("kit", {"ns": {"one": "kit:one"}}, files)
    interface = contract(read(mode, interface="kit:base"))
    assert (interface.kind, interface.signature, interface.members) == ("function", "(path, *, size=1)", ())


AWAITED = """
import abc
import contextlib
import functools

class Base(abc.ABC):
    @abc.abstractmethod
    async def fetch(self, url): ...
    async def each(self):
        yield 1
    @classmethod
    async def make(cls): return cls()
    @staticmethod
    async def check(value): return True
    @contextlib.asynccontextmanager
    async def opened(self):
        yield self
    @functools.lru_cache
    async def kept(self): return 1
    @property
    async def size(self): return 1
    def plain(self): return 1

class One(Base):
    async def fetch(self, url): return 1

async def base(path): return 1
def called(path): return 1
"""


@pytest.mark.parametrize("mode", MODES)
def test_what_is_awaited(mode: str, install: Install) -> None:
    spaces = {"ns": {"interface": "kit:Base"}, "base": {"interface": "kit:base"}, "called": {"interface": "kit:called"}}
    install("kit", {name: {"one": "kit:One"} for name in spaces}, {"kit.py": AWAITED})
    interface, base, called = map(contract, read_all(mode, spaces))
    assert {each.name for each in interface.members if each.asynchronous} == {"fetch", "each", "make", "check"}
    assert len(interface.members) == 8
    assert (base.asynchronous, called.asynchronous) == (True, False)


ODD = {
    "metaclass": (
        "class Meta(type):\n    def __new__(cls, name, bases, body):\n        body['run'] = lambda self: 1\n"
        "        return super().__new__(cls, name, bases, body)\nclass One(metaclass=Meta): pass\n",
        "own",
    ),
    "getattr": ("class One:\n    def __getattr__(self, name): return name\n", "unknown"),
    "condition": ("import sys\nclass One:\n    if len(sys.argv) > -1:\n        def run(self): return 1\n", "own"),
    "decorator": (
        "def add(cls):\n    cls.run = lambda self: 1\n    return cls\n@add\nclass One: pass\n",
        "own",
    ),
    "base": ("import os\nBase = type('Base', (), {'run': lambda self: 1})\nclass One(Base): pass\n", "inherited"),
    "deleted": ("class One:\n    def run(self): return 1\n    del run\n", "no"),
    "set": ("class One: pass\nOne.run = lambda self: 1\n", "own"),
}


@pytest.mark.slow
def test_what_the_source_does_not_show_is_not_known(install: Install) -> None:
    files = {f"m{number}.py": text for number, (text, _) in enumerate(ODD.values())}
    plugins = {odd: f"m{number}:One" for number, odd in enumerate(ODD)}
    files["base.py"] = "class Base:\n    def run(self): raise NotImplementedError\n"
    install("one", {"ns": plugins}, files)
    namespace = read("static", interface="base:Base")
    assert support(namespace) == {odd: {"run": "unknown"} for odd in ODD}
    assert [plugin.name for plugin in namespace.plugins if not plugin.implements[0].reason] == []
    for mode in ("auto", "import"):
        assert support(read(mode, interface="base:Base")) == {odd: {"run": word} for odd, (_, word) in ODD.items()}


def test_a_plugin_that_cannot_be_loaded_is_not_known(install: Install) -> None:
    files = {"base.py": "class Base:\n    def run(self): return 1\n", "one.py": "1 / 0\n"}
    install("one", {"ns": {"gone": "gone:One", "one": "one:One"}}, files)
    namespace = read("import", interface="base:Base")
    assert support(namespace) == {"gone": {"run": "unknown"}, "one": {"run": "unknown"}}
    assert all("cannot be loaded" in str(each.reason) for plugin in namespace.plugins for each in plugin.implements)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_an_interface_that_is_not_there_is_said_once(mode: str, install: Install, project: Project) -> None:
    install("kit", {"ns": TARGETS}, FILES)
    settings = {"ns": {"interface": "kit.base:Divers", "fields": {"Reads": "implements:read"}}}
    config: dict[str, Any] = {"plugins_namespaces": settings, "plugins_introspection": mode}
    for _ in range(2):
        project.build(".. plugin-catalog:: ns\n.. list-plugins:: ns\n   :no-index:\n", **config)
        [warning] = [each for each in project.warnings if "interface" in each]
        assert warning.startswith("conf.py:1: WARNING: plugins_namespaces['ns']['interface'], kit.base:Divers, is not")
        assert warning.endswith("[plugins.config]")
        config["extensions"] = ["sphinxext.plugins"]


def test_settings_that_are_not_valid() -> None:
    given = {
        "interface": "no reference!",
        "markers": {"optional": "kit.marks:optional", "needed": "kit.marks:required", "required": 1},
        "capabilities": {"One": "read & ", "Two": {"members": "read | ~write", "description": "Two."}, "Three": "f()"},
        "example": 7,
    }
    options, problems = from_config({**DEFAULTS, "namespaces": {"ns": given}})
    assert [each.kind for each in problems] == [ProblemKind.CONFIG] * 6
    settings = options.of_namespace("ns")
    assert (settings.interface, settings.markers) == (None, {"optional": "kit.marks:optional"})
    assert {name: each.members for name, each in settings.capabilities.items()} == {"Two": "read | ~write"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("own", "yes"),
        ("inherited & default", "yes"),
        ("own & no", "no"),
        ("no | own", "yes"),
        ("~no", "yes"),
        ("~own", "no"),
        ("unknown & no", "no"),
        ("unknown & own", "unknown"),
        ("unknown | own", "yes"),
        ("~unknown", "unknown"),
        ("partial & own", "partial"),
        ("(no | own) & ~(no & own)", "yes"),
        ("own & missing", "unknown"),
    ],
)
def test_capabilities(expression: str, expected: str) -> None:
    made = {each.value: Implementation(member=each.value, support=each) for each in Support}
    found = capability("Name", expression, made)
    assert (found.support.value, found.capability, found.member) == (expected, True, "Name")
    assert bool(found.reason) == (expected == "unknown" and "missing" in expression)


@pytest.mark.parametrize("mode", MODES)
def test_an_error_of_a_project_says_that_a_member_is_optional(mode: str, install: Install) -> None:
    files = {
        "kit.py": "class NotImplemented(NotImplementedError): pass\nclass Base:\n"
        "    def elect(self): raise NotImplemented\n    def lock(self): raise NotImplementedError\n"
        "class One(Base): pass\n",
    }
    install("kit", {"ns": {"one": "kit:One"}}, files)
    namespace = read(mode, interface="kit:Base")
    assert {each.name: each.need for each in contract(namespace).members} == {"elect": "optional", "lock": "required"}
    assert support(namespace) == {"one": {"elect": "no", "lock": "no"}}


def test_an_empty_default_is_no_capability() -> None:
    empty = Implementation(member="empty", support=Support.DEFAULT, lack=Lack.EMPTY)
    own = Implementation(member="own", support=Support.OWN, lack=Lack.EMPTY)
    assert capability("Name", "empty", {"empty": empty}).support is Support.NO
    assert capability("Name", "~empty & own", {"empty": empty, "own": own}).support is Support.YES


@pytest.mark.parametrize("expression", ["", "a and b", "a +", "a & 1", "a.b", "f()", "a" * 3000, "(" * 500, "\0"])
def test_expressions_of_members(expression: str) -> None:
    with pytest.raises(CapabilityError):
        names_in(expression)


@pytest.mark.usefixtures("kit")
def test_the_overlay_knows_better(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.toml"
    overlay.write_text(
        '[ns.lazy.implements]\nread = "partial"\nclose = { support = true, note = "Only\\nonce." }\n'
        'Copying = { support = "no", note = "It loses names." }\nseek = { note = "See there." }\nwrite = "odd"\n'
    )
    able = {"Copying": "check", "Reading": "read & check"}
    namespace = read("static", {"overlay": str(overlay)}, capabilities=able, **DECLARED)
    [lazy] = [plugin for plugin in namespace.plugins if plugin.name == "lazy"]
    said = {each.member: (each.support.value, each.found and each.found.value, each.note) for each in lazy.implements}
    assert said["read"] == ("partial", "no", None)
    assert said["close"] == ("yes", "no", "Only once.")
    assert said["seek"] == ("no", None, "See there.")
    assert said["write"] == ("no", None, None)
    assert said["Copying"] == ("no", "yes", "It loses names.")
    assert said["Reading"] == ("partial", None, None)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.usefixtures("kit")
def test_describers_make_fields_of_it(mode: str) -> None:
    fields = {"Seeks": "implements:seek", "Copies": "capability:Copies", "Odd": "implements:odd"}
    namespace = read(mode, fields=fields, capabilities={"Copies": "read & write"}, **DECLARED)
    told = {plugin.name: {field.name: field.value for field in plugin.fields} for plugin in namespace.plugins}
    assert told == {
        "duck": {"Seeks": "no", "Copies": "yes"},
        "full": {"Seeks": "inherited", "Copies": "yes"},
        "lazy": {"Seeks": "no", "Copies": "no"},
    }


@pytest.mark.usefixtures("kit")
def test_a_snapshot_keeps_it(tmp_path: Path) -> None:
    namespace = read("static", **DECLARED)
    text = to_json(Catalog(namespaces=(namespace,)))
    data = validate(text)
    [full] = [each for each in data["namespaces"]["ns"]["plugins"] if each["name"] == "full"]
    assert {"member": "size", "support": "own"}.items() <= full["implements"][8].items()
    file = tmp_path / "plugins.json"
    file.write_bytes(text)
    again = read("static", {"sources": [f"snapshot:{file}"]}, **DECLARED)
    assert again.interface == namespace.interface
    assert [each.implements for each in again.plugins] == [each.implements for each in namespace.plugins]


def test_pages_follow_the_interface(install: Install, project: Project, site: Path) -> None:
    install("kit", {"ns": TARGETS}, FILES)
    settings = {"ns": {**DECLARED, "fields": {"Seeks": "implements:seek"}}}
    config: dict[str, Any] = {"plugins_namespaces": settings, "plugins_introspection": "static"}
    pages = {"index.rst": ".. plugin-catalog:: ns\n", "other.rst": ":orphan:\n\n.. list-plugins:: sphinx.html_themes\n"}

    def seeks() -> dict[str, Any]:
        data = json.loads((project.folder / "_build" / "html" / "plugins.json").read_text())
        plugins = data["namespaces"]["ns"]["plugins"]
        return {each["name"]: {f["name"]: f["value"] for f in each["fields"]}["Seeks"] for each in plugins}

    project.build(pages, **config)
    assert seeks() == {"duck": "no", "full": "inherited", "lazy": "no"}
    project.build(**config)
    assert project.read == []
    (site / "kit" / "base.py").write_text(BASE.replace('raise NotImplementedError("it cannot")', "return place"))
    project.build(**config)
    assert project.read == ["index"]
    assert seeks() == {"duck": "no", "full": "inherited", "lazy": "default"}


def test_a_page_without_the_interface_does_not_depend_on_it(install: Install, project: Project, site: Path) -> None:
    install("kit", {"ns": TARGETS}, FILES)
    config: dict[str, Any] = {"plugins_namespaces": {"ns": DECLARED}, "plugins_introspection": "static"}
    project.build({"index.rst": ".. list-plugins:: ns\n"}, **config)
    project.build({"other.rst": ":orphan:\n\n.. plugin-namespace:: ns\n"}, **config)
    assert project.read == ["other"]
    (site / "kit" / "base.py").write_text(BASE.replace("def ready(self)", "def is_ready(self)"))
    project.build(**config)
    assert project.read == ["other"]
    project.build(**config)
    assert project.read == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.usefixtures("kit")
def test_what_a_function_gives_is_not_known(mode: str, install: Install) -> None:
    install("more", {"ns": {"function": "kit.marks:optional"}})
    [function] = [plugin for plugin in read(mode, **DECLARED).plugins if plugin.name == "function"]
    assert {each.support for each in function.implements} == {Support.UNKNOWN}
    assert {each.reason for each in function.implements} == {
        "it is a function, and what that gives only shows when it runs"
    }


MEMBERS: dict[str, tuple[str, str, str | None, str]] = {
    "message": ("def run(self):\n    msg = 'no'\n    raise NotImplementedError(msg)", "required", "method", "no"),
    "logged": ("def run(self):\n    log.debug('no')\n    raise NotImplementedError", "required", "method", "no"),
    "path": ("def run(self): raise builtins.NotImplementedError from None", "required", "method", "no"),
    "generator": ("def run(self):\n    raise NotImplementedError\n    yield", "required", "method", "no"),
    "yielding": ("def run(self):\n    yield\n    raise NotImplementedError", "default", "method", "own"),
    "doing": ("def run(self):\n    self.done = 1\n    raise NotImplementedError", "default", "method", "own"),
    "alias": ("run = lacking", "required", None, "no"),
    "alias of another": ("run = Other.run", "required", None, "no"),
    "alias of a class method": ("run = Other.make", "required", None, "no"),
    "alias of nothing": ("run = nothing", "default", "attribute", "no"),
    "property of a function": ("run = property(lacking)", "required", "property", "no"),
    "abstract lambda": ("run = abc.abstractmethod(lambda self: 1)", "required", "method", "no"),
    "abstract property": ("run = property(abc.abstractmethod(lambda self: 1))", "required", "property", "no"),
    "abstract setter": (
        "@property\ndef run(self): return 1\n@run.setter\n@abc.abstractmethod\ndef run(self, value): ...",
        "required",
        "property",
        "no",
    ),
    "partial": ("run = functools.partialmethod(lacking, 1)", "required", "method", "no"),
    "cached": ("@functools.lru_cache\ndef run(self): raise NotImplementedError", "required", "method", "no"),
    "dispatching": (
        "@functools.singledispatchmethod\ndef run(self, a): raise NotImplementedError\n@run.register\n"
        "def _(self, a: int): return 1",
        "default",
        "method",
        "own",
    ),
    "typing": ("def run(self): return 1\nif TYPE_CHECKING:\n    def run(self): ...", "default", "method", "own"),
}
"""What a class has by the name ``run``: what it expects as an interface, and what it does of one as a plugin."""

HEAD = """
import abc, builtins, functools, logging
from typing import TYPE_CHECKING
log, nothing = logging.getLogger(), None
def lacking(self, *given): raise NotImplementedError
class Other:
    def run(self): raise NotImplementedError
    @classmethod
    @abc.abstractmethod
    def make(cls): return 1
"""


def classes(bodies: dict[str, str]) -> str:
    """Return classes of a module, ``C0`` and on."""
    lines = {number: body.replace("\n", "\n    ") for number, body in enumerate(bodies.values())}
    return "".join(f"class C{number}:\n    {body}\n" for number, body in lines.items())


@pytest.mark.parametrize("mode", ["static", "import"])
def test_what_members_are_made_of(mode: str, install: Install) -> None:
    text = HEAD + classes({name: body for name, (body, *_) in MEMBERS.items()})
    spaces = [f"ns{number}" for number in range(len(MEMBERS))]
    base = "class Base:\n    def run(self): return 1\n"
    points = {"ns": {f"c{n:02}": f"kit:C{n}" for n in range(len(MEMBERS))}, **{ns: {"a": "kit:Other"} for ns in spaces}}
    install("kit", points, {"kit.py": text, "base.py": base})
    of = {ns: {"interface": f"kit:C{number}"} for number, ns in enumerate(spaces)}
    options, _ = from_config(
        {**DEFAULTS, "introspection": mode, "namespaces": {**of, "ns": {"interface": "base:Base"}}}
    )
    assembler = Assembler(options, Path())
    assembler.introspect(Shown(each, interface=True) for each in ("ns", *spaces))
    told: dict[str, object] = {}
    [plugins] = assembler.select(Shown("ns", interface=True))
    for (name, (*_, kind, _)), ns, plugin in zip(MEMBERS.items(), spaces, plugins.plugins, strict=True):
        [namespace] = assembler.select(Shown(ns, interface=True))
        [run] = [each for each in contract(namespace).members if each.name == "run"]
        [does] = plugin.implements
        told[name] = (run.need, run.kind if kind else None, does.support.value)
    assert told == {name: expected for name, (_, *expected_) in MEMBERS.items() if (expected := tuple(expected_))}


HAVING: dict[str, tuple[str, str, str]] = {
    "slot": ("class One(Base):\n    __slots__ = ('run',)", "unknown", "own"),
    "set": ("class One(Base):\n    def __init__(self): self.run, self.other = 1, 2", "own", "own"),
    "set later": ("class One(Base):\n    def start(self): self.run = 1", "unknown", "unknown"),
    "set by name": ("class One(Base):\n    def __init__(self): setattr(self, 'run', 1)", "unknown", "unknown"),
    "set by all": ("class One:\n    def __init__(self, **given): self.__dict__.update(given)", "unknown", "unknown"),
    "set on another": ("class One:\n    @staticmethod\n    def start(other): other.run = 1", "no", "no"),
    "getattribute": ("class One:\n    def __getattribute__(self, name): return 1", "unknown", "unknown"),
    "mangled": ("class One:\n    def __run(self): return 1", "no", "no"),
    "field": (
        "from dataclasses import dataclass, field\n@dataclass\nclass One:\n"
        "    run: object = field(default_factory=list)",
        "unknown",
        "own",
    ),
    "attrs": ("import attr\n@attr.s\nclass One:\n    run = attr.ib(default=1)", "unknown", "own"),
    "taken out": (
        "class Meta(type):\n    def __new__(cls, name, bases, body):\n        body.pop('run', None)\n"
        "        return super().__new__(cls, name, bases, body)\nclass One(metaclass=Meta):\n    run = 1",
        "unknown",
        "unknown",
    ),
    "bases": (
        "class Two: pass\nclass Three(Two): pass\nclass One(Three): pass\n"
        "One.__bases__ = (type('Four', (Two,), {'run': 1}),)",
        "unknown",
        "inherited",
    ),
    "declared abstract": (
        "class One:\n    def run(self): return 1\n    run.__isabstractmethod__ = True",
        "unknown",
        "no",
    ),
    "computed": ("def make(): return None\nclass One(Base):\n    run = make()", "unknown", "no"),
    "of a class": ("class Runs: pass\nclass One(Base):\n    run = Runs()", "own", "own"),
    "another protocol": ("from own import Protocol\nclass One(Protocol): pass", "inherited", "inherited"),
}


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_what_plugins_have(mode: str, install: Install) -> None:
    files = {f"p{n}.py": f"from base import Base\n{text}\n" for n, (text, *_) in enumerate(HAVING.values())}
    files["own.py"] = "class Protocol:\n    def run(self): return 1\n"
    files["base.py"] = "class Base:\n    def run(self): raise NotImplementedError\n"
    install("kit", {"ns": {f"p{n:02}": f"p{n}:One" for n in range(len(HAVING))}}, files)
    found = [each["run"] for each in support(read(mode, interface="base:Base")).values()]
    assert dict(zip(HAVING, found, strict=True)) == {
        name: static if mode == "static" else loaded for name, (_, static, loaded) in HAVING.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_what_is_not_there_is_no_member(mode: str, install: Install) -> None:
    text = """
        import sys
        from typing import Protocol, TYPE_CHECKING
        import own
        class Base(own.Protocol):
            if sys.version_info < (3,):
                def old(self): ...
            if TYPE_CHECKING:
                def typed(self): ...
            if sys.argv:
                def perhaps(self): raise NotImplementedError
            def __hidden(self): raise NotImplementedError
        class Own(Protocol):
            level: int
            "How much."
    """
    install(
        "kit",
        {"ns": {"base": "kit:Base"}, "other": {"base": "kit:Base"}},
        {"kit.py": text, "own.py": "class Protocol:\n    def run(self): return 1\n"},
    )
    interface = contract(read(mode, interface="kit:Base"))
    assert not interface.protocol
    expected = {"perhaps": None if mode == "static" else "required", "run": "default"}
    assert {each.name: each.need for each in interface.members} == expected
    [level] = contract(read(mode, interface="kit:Own")).members
    assert level.docstring is not None
    assert level.docstring.text == "How much."


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_what_is_no_interface_is_said(mode: str, install: Install) -> None:
    declared = {"ns0": "kit:base", "ns1": "kit", "ns2": "json"}
    points = {name: {"base": "kit:Base"} for name in declared}
    install("kit", points, {"kit.py": "class Base: pass\nbase = Base()\n"})
    settings = {name: {"interface": interface} for name, interface in declared.items()}
    options, _ = from_config({**DEFAULTS, "introspection": mode, "namespaces": settings})
    assembler = Assembler(options, Path())
    assembler.introspect(Shown(name, interface=True) for name in declared)
    assert {name for _, name in assembler.failed} == set(declared)
    assert len(assembler.failed) == len(declared)
    for (_, name), problem in assembler.failed.items():
        assert f"plugins_namespaces['{name}']['interface'], {declared[name]}, is not" in problem.message
        assert problem.message.endswith("it is no class, no function and no module that specifies hooks")


ODD_HOOKS: dict[str, tuple[str, str, str]] = {
    "in an attribute": ("@markers.Both.impl\ndef run(): return 1", "own", "own"),
    "by another name": ("from others import named as run", "own", "own"),
    "with a name of its own": ("from others import stop", "own", "own"),
    "by a star": ("from others import *", "own", "own"),
    "named by a constant": ("NAME = 'run'\n@impl(specname=NAME)\ndef start(): return 1", "own", "own"),
    "under a condition": ("import sys\nif sys.argv:\n    @impl\n    def run(): return 1", "unknown", "own"),
    "defined again": ("@impl\ndef run(): return 1\ndef run(): return 2", "no", "no"),
    "deleted": ("@impl\ndef run(): return 1\ndel run", "unknown", "no"),
    "made": ("def make():\n    @impl\n    def run(): return 1\n    return run\nrun = make()", "unknown", "own"),
    "marked lambda": ("run = impl(lambda: 1)", "unknown", "own"),
    "decorated": (
        "import functools\ndef by(function):\n    @functools.wraps(function)\n    def inner(): return function()\n"
        "    return inner\n@by\n@impl\ndef run(): return 1",
        "unknown",
        "own",
    ),
    "static": ("class One:\n    @staticmethod\n    @impl\n    def run(): return 1\nplugin = One()", "own", "own"),
    "marked outside": ("class One:\n    @impl\n    @staticmethod\n    def run(): return 1\nplugin = One()", "no", "no"),
    "inherited": (
        "class One:\n    @impl\n    def run(self): return 1\nclass Two(One): pass\nplugin = Two()",
        "own",
        "own",
    ),
    "assigned": ("class One:\n    run = impl(lambda self: 1)\nplugin = One()", "unknown", "own"),
    "set": ("class One: pass\nplugin = One()\nplugin.run = impl(lambda: 1)", "unknown", "own"),
}


@pytest.mark.parametrize("mode", MODES)
def test_odd_hooks(mode: str, install: Install) -> None:
    files = {
        "markers.py": "import pluggy\nNAME = 'host'\nimpl = pluggy.HookimplMarker(NAME)\n"
        "spec = pluggy.HookspecMarker(project_name=NAME)\nclass Both:\n    impl = impl\n",
        "specs.py": "import markers\n@markers.spec(historic=True)\ndef run(): ...\n",
        "others.py": "from markers import impl\n@impl\ndef named(): return 1\n"
        "@impl(specname='run')\ndef stop(): return 1\n",
    }
    points = {}
    for n, (text, *_) in enumerate(ODD_HOOKS.values()):
        files[f"p{n}.py"] = f"import markers\nfrom markers import impl\n{text}\n"
        points[f"p{n:02}"] = f"p{n}:plugin" if "plugin =" in text else f"p{n}"
    install("host", {"ns": points}, files)
    namespace = read(mode, interface="specs")
    assert [each.name for each in contract(namespace).members] == ["run"]
    found = [each["run"] for each in support(namespace).values()]
    assert dict(zip(ODD_HOOKS, found, strict=True)) == {
        name: static if mode == "static" else loaded for name, (_, static, loaded) in ODD_HOOKS.items()
    }
