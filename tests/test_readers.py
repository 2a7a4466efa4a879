"""Options of plugins: what the readers tell of each library, by loading it and from the source."""

from __future__ import annotations

import json
import sys
import textwrap
from typing import TYPE_CHECKING, Any, TypeAlias

import jsonschema
import msgspec
import pytest

from sphinxext.plugins import make_catalog, read_catalog
from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.cli import main
from sphinxext.plugins.core import limits
from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.core.model import Introspection, Plugin, ProblemKind
from sphinxext.plugins.core.namespaces import NamespaceOptions
from sphinxext.plugins.core.options import Configuration, Option, Replaced
from sphinxext.plugins.core.readers import readers
from sphinxext.plugins.formats.json import to_json
from sphinxext.plugins.introspect import Auto
from sphinxext.plugins.introspect.live.introspector import Live
from sphinxext.plugins.introspect.live.process import Environment
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.introspect.static.introspector import Static
from sphinxext.plugins.settings import from_conf, from_config
from sphinxext.plugins.sources import Installed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sphinxext.plugins.introspect.introspected import Introspector
    from sphinxext.plugins.introspect.modules import ModuleFinder as Finder
    from tests.conftest import Install, Project

pytestmark = pytest.mark.slow  # nearly all of them build pages, or load plugins

Told = dict[str, Any]
Way: TypeAlias = "Callable[[], Introspector]"


def static() -> Static:
    return Static(finder())


def live() -> Live:
    return Live(Environment(timeout=30, path=tuple(sys.path), readers=tuple(readers())), finder())


def auto() -> Auto:
    return Auto(static(), live())


def finder() -> Finder:
    return ModuleFinder(*Installed().roots())


BOTH = pytest.mark.parametrize("way", [static, live], ids=["static", "import"])


def completed(way: Introspector, target: str, options: str = "auto", name: str = "do") -> Plugin:
    fields = Fields(settings=NamespaceOptions(options=options))
    [found] = way.introspect([Plugin(namespace="ns", name=name, target=target)], fields)
    return fields.complete(found.plugin)


def told(way: Introspector, target: str, options: str = "auto") -> Told:
    """Return the options by name, as data; and under other keys what else is told."""
    plugin = completed(way, target, options)
    assert plugin.problems == ()
    assert plugin.configuration is not None
    made = json.loads(msgspec.json.encode(plugin.configuration))
    declared = made.pop("options", ())
    return {**made, **{each.pop("name"): each for each in declared}}


def module(install: Install, text: str) -> None:
    install("m", {}, {"m.py": text})


# What both ways tell alike.

ALIKE: dict[str, tuple[str, str, Told]] = {
    "dataclass": (
        """
        import dataclasses
        from dataclasses import KW_ONLY, dataclass, field
        from typing import ClassVar, Literal, Optional

        @dataclass
        class Base:
            path: str
            '''Where it is.'''

        @dataclass
        class A(Base):
            size: int = 1
            names: list[str] = field(default_factory=list)
            mode: Literal["r", "w"] = "r"
            limit: Optional[float] = field(default=None, metadata={"help": "How much."})
            made: int = field(default=0, init=False)
            kind: ClassVar[str] = "a"
            _: KW_ONLY
            password: str = field(default="x", metadata={"secret": True})
        """,
        "auto",
        {
            "reader": "fields",
            "path": {"type": "str", "required": True, "help": "Where it is.", "owner": "m.Base"},
            "size": {"type": "int", "default": 1},
            "names": {"type": "list[str]", "default": []},
            "mode": {"type": "str", "default": "r", "choices": [{"value": "r"}, {"value": "w"}]},
            "limit": {"type": "float | None", "help": "How much."},
            "password": {"type": "str", "secret": True},
        },
    ),
    "parameters of a class": (
        """
        from __future__ import annotations
        from pathlib import Path

        class A:
            '''Reads.

            :param path: what is read,
                line by line
            :param int size: how much
            '''

            def __init__(self, path: Path | str, /, size=1, *rest, strict: bool = True, **others): pass
        """,
        "auto",
        {
            "reader": "parameters",
            "path": {"type": "pathlib.Path | str", "required": True, "help": "what is read, line by line"},
            "size": {"default": 1, "help": "how much"},
            "strict": {"type": "bool", "default": True},
        },
    ),
    "parameters of a function": (
        """
        from collections.abc import Callable, Sequence

        def A(first: Sequence[int], second: "Callable[[int], str]" = None, token: str = "abc"):
            '''Does.

            Args:
                first (list): the first
                    of all
                second: the second

            Returns:
                nothing: at all
            '''
        """,
        "auto",
        {
            "reader": "parameters",
            "first": {"type": "Sequence[int]", "required": True, "help": "the first of all"},
            "second": {"type": "Callable", "help": "the second"},
            "token": {"type": "str"},
        },
    ),
    "parameters in NumPy's form": (
        """
        class A:
            '''Does.

            Parameters
            ----------
            size : int
                How much.

            Notes
            -----
            other : no parameter
            '''

            def __init__(self, size=2, other=None): pass
        """,
        "auto",
        {"reader": "parameters", "size": {"default": 2, "help": "How much."}, "other": {}},
    ),
    "nothing to set": ("class A: pass", "auto", {"reader": "parameters"}),
    "user_options": (
        """
        class A:
            user_options = [
                ("build-lib=", "b", "where to"),
                ("force", None, "whatever is there"),
                ("define=", "D", "what else", True),
            ]
        """,
        "auto",
        {
            "reader": "distutils",
            "build-lib": {"flags": ["-b", "--build-lib"], "type": "str", "help": "where to"},
            "force": {"flags": ["--force"], "type": "bool", "help": "whatever is there"},
            "define": {"flags": ["-D", "--define"], "type": "str", "help": "what else", "multiple": True},
        },
    ),
    "JSON Schema": (
        """
        class A:
            OPTIONS = {
                "type": "object",
                "required": ["path"],
                "properties": {
                    "path": {"type": "string", "format": "uri", "description": "Where."},
                    "size": {"type": ["integer", "null"], "minimum": 1, "exclusiveMaximum": 10, "default": 2},
                    "mode": {"enum": ["r", "w"], "deprecated": True},
                    "key": {"type": "string", "writeOnly": True, "default": "x"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "proxy": {"$ref": "#/$defs/proxy"},
                },
                "$defs": {"proxy": {"type": "object", "properties": {"host": {"type": "string"}}}},
            }
        """,
        "attr:OPTIONS",
        {
            "reader": "schema",
            "path": {"type": "uri", "required": True, "help": "Where."},
            "size": {"type": "int | None", "minimum": 1, "default": 2},
            "mode": {"type": "str", "choices": [{"value": "r"}, {"value": "w"}], "deprecated": {}},
            "key": {"type": "str", "secret": True},
            "tags": {"type": "list[str]", "multiple": True},
            "proxy.host": {"type": "str", "group": "proxy"},
        },
    ),
    "mapping of settings": (
        """
        class A:
            DEFAULTS = {"PAGE_SIZE": 20, "PARSER": None, "TOKEN": {"default": "x", "secret": True, "help": "For all."}}
        """,
        "attr:DEFAULTS",
        {
            "reader": "settings",
            "PAGE_SIZE": {"type": "int", "default": 20},
            "PARSER": {},
            "TOKEN": {"type": "str", "secret": True, "help": "For all."},
        },
    ),
    "what a method gives": (
        """
        class A:
            def get_options(self):
                return {"size": 1}
        """,
        "call:get_options",
        {"reader": "settings", "size": {"type": "int", "default": 1}},
    ),
    "another class": (
        """
        from dataclasses import dataclass

        @dataclass
        class Options:
            size: int = 1

        class A:
            Options = Options
        """,
        "attr:Options",
        {"reader": "fields", "size": {"type": "int", "default": 1}},
    ),
    "a parser": (
        """
        import argparse

        class Base:
            def get_parser(self, name):
                parser = argparse.ArgumentParser(prog=name, add_help=False)
                parser.add_argument("path", nargs="+", help="what is read")
                return parser

        class A(Base):
            def get_parser(self, name):
                '''Make it.'''
                parser = super().get_parser(name)
                group = parser.add_argument_group("Form")
                group.add_argument("-f", "--form", choices=["a", "b"], default="a", help="how (%(default)s, %(prog)s)")
                group.add_argument("--size", type=int, required=True, metavar="N")
                either = parser.add_mutually_exclusive_group()
                either.add_argument("--all", action="store_true")
                either.add_argument("--only", action="append", help=argparse.SUPPRESS)
                return parser
        """,
        "auto",
        {
            "reader": "argparse",
            "usage": "do [-f {a,b}] --size N [--all] path [path ...]",
            "path": {"type": "str", "required": True, "multiple": True, "help": "what is read"},
            "form": {
                "flags": ["-f", "--form"],
                "type": "str",
                "default": "a",
                "choices": [{"value": "a"}, {"value": "b"}],
                "group": "Form",
                "help": "how (…, do)",
            },
            "size": {"flags": ["--size"], "type": "int", "required": True, "group": "Form"},
            "all": {"flags": ["--all"], "type": "bool", "default": False},
        },
    ),
}


@BOTH
@pytest.mark.parametrize(("text", "options", "expected"), ALIKE.values(), ids=ALIKE.keys())
def test_both_ways_tell_the_same(way: Way, text: str, options: str, expected: Told, install: Install) -> None:
    module(install, text)
    assert told(way(), "m:A", options) == expected


@BOTH
def test_what_is_not_there_has_no_options(way: Way, install: Install) -> None:
    module(install, "class A: OPTIONS = None")
    for options in ("attr:OPTIONS", "attr:OTHERS"):
        plugin = completed(way(), "m:A", options)
        assert (plugin.configuration, plugin.problems) == (None, ())
    assert completed(way(), "m").configuration is None


@BOTH
def test_what_no_reader_knows_is_said(way: Way, install: Install) -> None:
    module(install, "class A: OPTIONS = 3")
    plugin = completed(way(), "m:A", "attr:OPTIONS")
    [problem] = plugin.problems
    assert plugin.configuration is None
    assert problem.kind is ProblemKind.OPTION
    assert "does not tell its options (attr:OPTIONS)" in problem.message
    assert "no reader of options knows what it is: of the class int" in problem.message
    assert problem.remedy


# What only one of them tells.

COMPUTED = """
import os
from dataclasses import dataclass

@dataclass
class A:
    jobs: int = len("abc")
    size: int = 1
"""


def test_a_default_that_is_computed_is_left_out_and_that_is_said(install: Install) -> None:
    module(install, COMPUTED)
    plugin = completed(static(), "m:A")
    assert plugin.configuration is not None
    assert [option.default for option in plugin.configuration.options] == [None, 1]
    assert [problem.message for problem in plugin.problems] == [
        "does not tell all of its options (auto): len('abc') is computed"
    ]
    assert told(live(), "m:A")["jobs"]["default"] == 3
    loaded = completed(auto(), "m:A")
    assert (loaded.problems, loaded.introspection) == ((), Introspection.IMPORT)


def test_what_the_source_tells_stands_where_loading_fails(install: Install) -> None:
    module(install, COMPUTED + "\nraise OSError")
    plugin = completed(auto(), "m:A")
    assert plugin.configuration is not None
    assert [option.name for option in plugin.configuration.options] == ["jobs", "size"]
    assert any("does not tell all of its options" in problem.message for problem in plugin.problems)


DOUBTFUL = {
    "a decorator": "from n import click\n@click\ndef A(x): pass",
    "a base class": "from n import B\nclass A(B): pass",
    "a method that gives options": "class A:\n    def get_options(self): return [object()]",
    "a metaclass": "class M(type): pass\nclass A(metaclass=M): pass",
    "an enum": "from enum import Enum\nclass E(Enum): a = 1\ndef A(e: E): pass",
    "a parser with a loop": "class A:\n    def get_parser(self, name):\n        for x in y: pass",
}


@pytest.mark.parametrize("text", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_what_the_source_does_not_tell_is_said(text: str, install: Install) -> None:
    module(install, text)
    plugin = completed(static(), "m:A")
    assert plugin.configuration is None
    assert {problem.kind for problem in plugin.problems} <= {ProblemKind.OPTION, ProblemKind.LOAD}
    assert plugin.problems


def test_a_class_of_a_private_module_has_the_path_that_it_is_given_out_by(install: Install) -> None:
    files = {"p/__init__.py": "from p._inner import C", "p/_inner.py": "class C: pass"}
    install("p", {}, {**files, "m.py": "from p import C\ndef A(c: C): pass"})
    assert told(live(), "m:A")["c"]["type"] == "p.C"


def test_a_command_that_fails_is_told_with_its_own_reason(install: Install) -> None:
    text = "class A:\n    def __init__(self): raise TypeError('no wheel')\n    def get_parser(self, name): pass"
    module(install, text)
    assert "TypeError: no wheel" in completed(live(), "m:A").problems[0].message


def test_choices_of_an_enum(install: Install) -> None:
    module(install, "from enum import Enum\nclass E(Enum):\n    a = 1\ndef A(e: E): pass")
    assert told(live(), "m:A")["e"] == {"type": "m.E", "required": True, "choices": [{"value": 1}]}


def test_defaults_that_tell_of_this_machine_are_left_out(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "somebody")
    module(
        install,
        """
        import os, sys
        from pathlib import Path

        def A(
            home=Path.home() / "x", prefix=sys.prefix, cwd=[os.getcwd()], host=os.uname().nodename + ":1",
            odd=object(), etc=Path("/etc/x"), size=float("inf"),
        ): pass
        """,
    )
    found = told(live(), "m:A")
    del found["reader"]
    assert {name: each.get("default") for name, each in found.items() if each.get("default") is not None} == {
        "etc": "/etc/x",
        "size": "inf",
    }


def test_options_are_bounded(install: Install) -> None:
    module(install, f"A = {{f'o{{n}}': 'x' * 50_000 for n in range({limits.MOST_OPTIONS} + 7)}}")
    plugin = completed(live(), "m:A")
    assert plugin.configuration is not None
    assert len(plugin.configuration.options) == limits.MOST_OPTIONS
    assert plugin.configuration.options[0].default is None
    assert [problem.message for problem in plugin.problems] == [
        "does not tell all of its options (auto): it has 7 more than are kept"
    ]


def test_texts_are_cleaned(install: Install) -> None:
    module(
        install, "A = {'type': 'object', 'properties': {'a\\x1b[1m': {'description': 'b\\x00\\u202e\\ud800' * 9999}}}"
    )
    found = completed(live(), "m:A")
    namespace = make_catalog_of(found)
    [option] = namespace.configuration.options  # type: ignore[union-attr]
    assert "\x1b" not in option.name
    assert option.help is not None
    assert not {"\x00", "\u202e", "\ud800"} & set(option.help)


def make_catalog_of(plugin: Plugin) -> Plugin:
    from sphinxext.plugins.core.assembly import assemble  # noqa: PLC0415

    [made] = assemble("ns", [plugin], Fields(settings=NamespaceOptions(options="auto"))).plugins
    return made


HOSTILE = {
    "options that are none": "class A:\n    def get_parser(self, name): return 3\n    def get_options(self): return 3",
    "what raises": "class A:\n    def get_options(self): raise SystemExit",
    "what leads back": "A = {'type': 'object', 'properties': {}}\nA['properties']['a'] = A",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_a_plugin_has_it_ends_nothing(text: str, install: Install) -> None:
    module(install, text)
    plugin = completed(live(), "m:A")
    assert plugin.introspection is Introspection.IMPORT
    assert len(plugin.problems) <= 1


# Real libraries, by loading them.


def load(install: Install, library: str, text: str) -> Told:
    pytest.importorskip(library)
    module(install, text)
    return told(live(), "m:A")


def test_argparse(install: Install) -> None:
    module(
        install,
        """
        import argparse
        A = argparse.ArgumentParser(prog="tool", add_help=False)
        A.add_argument("-v", "--verbose", action="count", default=0)
        A.add_argument("--port", type=int, choices=range(1, 100))
        A.add_argument("--tag", action="append", type=lambda text: text)
        A.add_argument("--colour", action=argparse.BooleanOptionalAction)
        commands = A.add_subparsers(title="commands")
        commands.add_parser("run", help="start it", aliases=["r"])
        commands.add_parser("old", help=argparse.SUPPRESS)
        """,
    )
    found = told(live(), "m:A")
    assert found["usage"].startswith("tool [-v]")
    assert found["subcommands"] == [{"name": "run", "help": "start it"}]
    assert found["verbose"] == {"flags": ["-v", "--verbose"], "type": "int", "default": 0, "multiple": True}
    assert found["port"] == {"flags": ["--port"], "type": "int", "minimum": 1, "maximum": 99}
    assert found["tag"]["multiple"] is True
    assert found["colour"] == {"flags": ["--colour", "--no-colour"], "type": "bool"}


def test_cliff(install: Install) -> None:
    found = load(
        install,
        "cliff",
        """
        from cliff.command import Command
        from cliff.lister import Lister

        class B(Command):
            def take_action(self, arguments): pass

        class A(Lister):
            def get_parser(self, name):
                parser = super().get_parser(name)
                parser.add_argument("--long", action="store_true", help="all of it")
                return parser
            def take_action(self, arguments): pass
        """,
    )
    assert found["reader"] == "argparse"
    assert found["long"] == {"flags": ["--long"], "type": "bool", "default": False, "help": "all of it"}
    assert found["format"]["group"] == "output formatters"
    assert told(static(), "m:B") == told(live(), "m:B")
    assert "“" in completed(static(), "m:A").problems[0].message


def test_oslo_config(install: Install) -> None:
    found = load(
        install,
        "oslo_config",
        """
        from oslo_config import cfg

        class A:
            @staticmethod
            def list_opts():
                return [
                    (None, [
                        cfg.StrOpt("host", default="me", sample_default="<host>", help="Who."),
                        cfg.IntOpt("workers", min=1, max=9, default=2, deprecated_for_removal=True,
                                   deprecated_since="13.0", deprecated_reason="It scales."),
                    ]),
                    (cfg.OptGroup("db"), [
                        cfg.StrOpt("password", secret=True, default="x", required=True),
                        cfg.StrOpt("mode", choices=[("fast", "It is fast."), ("safe", None)]),
                        cfg.ListOpt("tags", default=["a"]),
                        cfg.MultiStrOpt("urls"),
                        cfg.PortOpt("port"),
                    ]),
                ]
        """,
    )
    assert found == {
        "reader": "oslo",
        "host": {"type": "str", "default": "<host>", "help": "Who."},
        "workers": {
            "type": "int",
            "default": 2,
            "minimum": 1,
            "maximum": 9,
            "deprecated": {"since": "13.0", "reason": "It scales."},
        },
        "password": {"type": "str", "secret": True, "required": True, "group": "db"},
        "mode": {
            "type": "str",
            "choices": [{"value": "fast", "help": "It is fast."}, {"value": "safe"}],
            "group": "db",
        },
        "tags": {"type": "list", "default": ["a"], "multiple": True, "group": "db"},
        "urls": {"type": "str", "multiple": True, "group": "db"},
        "port": {"type": "port", "minimum": 0, "maximum": 65535, "group": "db"},
    }


def test_keystoneauth(install: Install) -> None:
    pytest.importorskip("keystoneauth1")
    del install
    found = told(live(), "keystoneauth1.loading._plugins.identity.v3:Password")
    assert found["password"] == {
        "flags": ["--os-password"],
        "environment": ["OS_PASSWORD"],
        "type": "str",
        "secret": True,
        "help": "User's password",
    }
    assert found["username"]["flags"] == ["--os-username", "--os-user-name"]


def test_click(install: Install) -> None:
    found = load(
        install,
        "click",
        """
        import click

        @click.group(context_settings={"auto_envvar_prefix": "TOOL"})
        @click.option("--size", type=click.IntRange(1, 9, max_open=True), default=2, help="How much.")
        @click.option("--mode", type=click.Choice(["r", "w"]), envvar=["M", "MODE"], required=True)
        @click.option("--password", prompt=True, hide_input=True, default="x")
        @click.option("-x/-X", "--yes/--no", default=True)
        @click.option("-v", "verbose", count=True)
        @click.option("--tag", multiple=True)
        @click.option("--old", hidden=True)
        @click.argument("path", nargs=-1, type=click.Path())
        def A(**given):
            pass

        @A.command(help="Start it.")
        def run(): pass

        @A.command(hidden=True)
        def secretly(): pass
        """,
    )
    tag = found.pop("tag")
    assert (tag["multiple"], tag["environment"]) == (True, ["TOOL_TAG"])
    assert found == {
        "reader": "click",
        "usage": "do [OPTIONS] [PATH]... COMMAND [ARGS]...",
        "subcommands": [{"name": "run", "help": "Start it."}],
        "size": {
            "flags": ["--size"],
            "environment": ["TOOL_SIZE"],
            "type": "int",
            "default": 2,
            "minimum": 1,
            "maximum": 8,
            "help": "How much.",
        },
        "mode": {
            "flags": ["--mode"],
            "environment": ["M", "MODE"],
            "type": "str",
            "required": True,
            "choices": [{"value": "r"}, {"value": "w"}],
        },
        "password": {"flags": ["--password"], "environment": ["TOOL_PASSWORD"], "type": "str", "secret": True},
        "yes": {"flags": ["-x", "--yes", "-X", "--no"], "environment": ["TOOL_YES"], "type": "bool", "default": True},
        "verbose": {"flags": ["-v"], "environment": ["TOOL_VERBOSE"], "type": "int", "default": 0, "multiple": True},
        "path": {"type": "path", "multiple": True},
    }


MKDOCS = """
from mkdocs.config import base, config_options as c
from mkdocs.plugins import BasePlugin

SIZE = c.Type(int, default=1)

class Options(base.Config):
    enabled = c.Type(bool, default=True)
    '''Whether it does.'''
    mode = c.Choice(["a", "b"], default="a")
    lang = c.Optional(c.Type((str, list)))
    tags = c.ListOfItems(c.Type(str), default=[])
    class_ = c.Type(str)
    old = c.Deprecated(moved_to="lang", message="{} is gone")
    _hidden = c.Private()

class A(BasePlugin[Options]): pass

class B(BasePlugin):
    config_class = Options

class Legacy(BasePlugin):
    config_scheme = (
        ("path", c.File(exists=True)),
        ("name", c.Type(str, required=True)),
        ("size", SIZE),
    )

class Own(c.OptionallyRequired): pass

class D(BasePlugin):
    config_scheme = (("own", Own(3)),)
"""

OF_MKDOCS: dict[str, Told] = {
    "A": {
        "reader": "mkdocs",
        "enabled": {"type": "bool", "default": True, "help": "Whether it does.", "owner": "m.Options"},
        "mode": {"type": "str", "default": "a", "choices": [{"value": "a"}, {"value": "b"}], "owner": "m.Options"},
        "lang": {"type": "str | list", "owner": "m.Options"},
        "tags": {"type": "list[str]", "default": [], "multiple": True, "owner": "m.Options"},
        "class": {"type": "str", "required": True, "owner": "m.Options"},
        "old": {"deprecated": {"reason": "old is gone", "replacement": "lang"}, "owner": "m.Options"},
    },
    "Legacy": {
        "reader": "mkdocs",
        "path": {"type": "file"},
        "name": {"type": "str", "required": True},
        "size": {"type": "int", "default": 1},
    },
}
OF_MKDOCS["B"] = OF_MKDOCS["A"]


@BOTH
@pytest.mark.parametrize("name", OF_MKDOCS)
def test_mkdocs(way: Way, name: str, install: Install) -> None:
    pytest.importorskip("mkdocs")
    module(install, MKDOCS)
    assert told(way(), f"m:{name}") == OF_MKDOCS[name]


def test_mkdocs_is_not_needed_to_read_the_source(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(MKDOCS)
    alone = Static(ModuleFinder({}, [tmp_path]))
    for name, expected in OF_MKDOCS.items():
        assert told(alone, f"m:{name}") == expected
    own = completed(alone, "m:D")
    assert own.configuration is not None
    assert [option.type for option in own.configuration.options] == ["own"]
    assert "whether Own has a default, or is required, only shows" in own.problems[0].message


def test_traitlets(install: Install) -> None:
    found = load(
        install,
        "traitlets",
        """
        from traitlets import Bool, Enum, Instance, Int, List, Unicode, default
        from traitlets.config import Configurable

        class B(Configurable):
            size = Int(3, min=1, max=9, help="How much.").tag(config=True)
            other = Int(3)

        class A(B):
            mode = Enum(["r", "w"], default_value="r").tag(config=True)
            tags = List(Unicode(), ["a"]).tag(config=True)
            made = Unicode().tag(config=True)
            thing = Instance("pathlib.Path", ("x",)).tag(config=True)
            @default("made")
            def _made(self): return "made"
        """,
    )
    assert found == {
        "reader": "traitlets",
        "size": {
            "flags": ["--A.size"],
            "type": "int",
            "default": 3,
            "minimum": 1,
            "maximum": 9,
            "help": "How much.",
            "owner": "m.B",
        },
        "mode": {"flags": ["--A.mode"], "type": "str", "default": "r", "choices": [{"value": "r"}, {"value": "w"}]},
        "tags": {"flags": ["--A.tags"], "type": "list", "default": ["a"], "multiple": True},
        "made": {"flags": ["--A.made"], "type": "str"},
        "thing": {"flags": ["--A.thing"], "type": "pathlib.Path"},
    }


def test_setuptools(install: Install) -> None:
    module(install, "from setuptools.command.build_py import build_py as A")
    found = told(live(), "m:A")
    assert found["reader"] == "distutils"
    assert found["build-lib"]["flags"] == ["-d", "--build-lib"]


def test_pydantic(install: Install) -> None:
    found = load(
        install,
        "pydantic",
        """
        from typing import Literal, Optional
        from pydantic import BaseModel, Field, SecretStr

        class Base(BaseModel):
            size: int = Field(1, ge=1, lt=10, description="How much.")

        class Inner(BaseModel):
            host: str

        class A(Base):
            mode: Literal["r", "w"]
            password: SecretStr = SecretStr("x")
            proxy: Optional[str] = None
            inner: Inner
            old: int = Field(0, deprecated="Use size.")
        """,
    )
    assert found == {
        "reader": "schema",
        "size": {
            "type": "int",
            "default": 1,
            "minimum": 1,
            "maximum": 9,
            "help": "How much.",
            "owner": "m.Base",
        },
        "mode": {"type": "str", "required": True, "choices": [{"value": "r"}, {"value": "w"}]},
        "password": {"type": "str", "secret": True},
        "proxy": {"type": "str | None"},
        "inner.host": {"type": "str", "required": True, "group": "inner"},
        "old": {"type": "int", "default": 0, "deprecated": {}},
    }


def test_msgspec(install: Install) -> None:
    found = load(
        install,
        "msgspec",
        """
        import msgspec.json
        from typing import Annotated

        class A(msgspec.Struct):
            size: Annotated[int, msgspec.Meta(ge=1, description="How much.")] = 2
            path: str
        """.replace("size:", "path: str\n            size:").replace("= 2\n            path: str", "= 2"),
    )
    assert found["size"] == {"type": "int", "default": 2, "minimum": 1, "help": "How much."}
    assert found["path"] == {"type": "str", "required": True}


def test_attrs(install: Install) -> None:
    found = load(
        install,
        "attrs",
        """
        from typing import Optional
        import attrs

        @attrs.define
        class B:
            path: str = attrs.field(metadata={"help": "Where."})

        @attrs.define
        class A(B):
            size: int = 1
            '''How much.'''
            names: list = attrs.field(factory=list)
            proxy: Optional[str] = None
            made: int = attrs.field(default=1, init=False)
        """,
    )
    assert found == {
        "reader": "fields",
        "path": {"type": "str", "required": True, "help": "Where.", "owner": "m.B"},
        "size": {"type": "int", "default": 1, "help": "How much."},
        "names": {"type": "list", "default": []},
        "proxy": {"type": "str | None"},
    }


# Readers of other distributions.

OWN = """
def read(target, tell):
    if not tell.is_a(target, "m.Options"):
        return None
    return {"options": [{"name": name, "default": value} for name, value in vars(target).items()]}
"""

OPTIONS = """
class Options:
    def __init__(self):
        self.size = 1
A = Options()
"""


def test_a_reader_of_another_distribution(install: Install) -> None:
    install("house", {"sphinxext.plugins.option_readers": {"house": "house_reader:read"}}, {"house_reader.py": OWN})
    module(install, OPTIONS + "\nclass B:\n    def __init__(self, x): pass")
    assert told(live(), "m:A") == {"reader": "house", "size": {"default": 1}}
    assert told(live(), "m:B")["reader"] == "parameters"
    assert "(house)" in completed(static(), "m:B").problems[0].message


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("house_reader:read", "NameError: name 'x' is not defined"),
        ("house_missing:read", "there is no module house_missing in one"),
        ("house_reader:other", "KeyError: 'other'"),
    ],
)
def test_a_reader_that_is_of_no_use_is_said(reference: str, reason: str, install: Install) -> None:
    broken = "def read(target, tell): x" if reference != "house_reader:other" else ""
    install("house", {"sphinxext.plugins.option_readers": {"house": reference}}, {"house_reader.py": broken})
    module(install, OPTIONS)
    [problem] = completed(live(), "m:A").problems
    assert problem.kind is ProblemKind.OPTION
    assert reason in problem.message


# The setting, and what becomes of options.


@pytest.mark.parametrize("value", ["auto", "attr:OPTIONS", "call:get_options", "attr:meta.options"])
def test_what_the_setting_takes(value: str, tmp_path: Path) -> None:
    given = from_conf({"plugins_namespaces": {"ns": {"options": value}}}, tmp_path)
    options, problems = from_config(given)
    assert problems == []
    assert options.of_namespace("ns").options == value


@pytest.mark.parametrize("value", ["Auto", "dist:Summary", "attr:", 3, ["auto"]])
def test_what_the_setting_does_not_take(value: object, tmp_path: Path) -> None:
    given = from_conf({"plugins_namespaces": {"ns": {"options": value}}}, tmp_path)
    options, [problem] = from_config(given)
    assert options.of_namespace("ns").options is None
    assert f"plugins_namespaces['ns']['options'] = {value!r} is not valid" in problem.message
    assert "'auto'" in problem.remedy


def make(tmp_path: Path, **settings: object) -> Assembler:
    given = from_conf({f"plugins_{key}": value for key, value in settings.items()}, tmp_path)
    return Assembler(from_config(given)[0], tmp_path, tmp_path / "cache")


def test_options_are_kept_and_go_with_a_snapshot(tmp_path: Path, install: Install) -> None:
    install("m", {"ns": {"a": "m:A"}}, {"m.py": textwrap.dedent(ALIKE["parameters of a class"][0])})
    asked = {"namespaces": {"ns": {"options": "auto"}}}
    first = make(tmp_path, introspection="static", **asked)
    namespace = first.namespace("ns")
    assert namespace is not None
    first.save()
    again = make(tmp_path, introspection="static", **asked)
    assert again.namespace("ns") == namespace
    [plugin] = namespace.plugins
    assert plugin.configuration is not None
    assert plugin.answers[0].value is None  # it stands in one place

    catalog = make_catalog(
        {"plugins_namespaces": asked["namespaces"], "plugins_introspection": "static"}, tmp_path, "ns"
    )
    (tmp_path / "snapshot.json").write_bytes(to_json(catalog))
    [kept] = read_catalog(tmp_path / "snapshot.json").namespaces[0].plugins
    assert kept.configuration == plugin.configuration
    taken = make(tmp_path, sources=["snapshot:snapshot.json"], **asked).namespace("ns")
    assert taken is not None
    assert taken.plugins[0].configuration == plugin.configuration
    others = make(tmp_path, sources=["snapshot:snapshot.json"], namespaces={"ns": {"options": "attr:OPTIONS"}})
    found = others.namespace("ns")
    assert found is not None
    assert [problem.kind for problem in found.plugins[0].problems] == [ProblemKind.OPTION]
    nobody = make(tmp_path, sources=["snapshot:snapshot.json"]).namespace("ns")
    assert nobody is not None
    assert nobody.plugins[0].configuration is None


def test_a_page_warns_once(project: Project, install: Install) -> None:
    install("m", {"ns": {"a": "m:A"}}, {"m.py": "class A: OPTIONS = 3"})
    page = ".. plugin-catalog:: ns\n"
    settings: Any = {"plugins_namespaces": {"ns": {"options": "attr:OPTIONS"}}}
    project.build(page, **settings)
    [warning] = project.warnings
    assert warning.endswith("[plugins.option]")


def test_the_command_shows_options(
    tmp_path: Path, install: Install, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install("m", {"ns": {"a": "m:A"}}, {"m.py": textwrap.dedent(ALIKE["a parser"][0])})
    (tmp_path / "conf.py").write_text('plugins_namespaces = {"ns": {"options": "auto"}}\n')
    monkeypatch.chdir(tmp_path)
    assert main(["show", "--conf", str(tmp_path), "ns:a"]) == 0
    shown = capsys.readouterr().out
    assert "Usage: a [-f {a,b}] --size N [--all] path [path ...]" in shown
    assert "-f, --form (str, a or b, default a): how (…, a)" in shown
    assert "path (str, required, several): what is read" in shown


def test_options_as_json_schemas(
    tmp_path: Path, install: Install, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = textwrap.dedent(ALIKE["dataclass"][0])
    install("m", {"ns": {"a": "m:A", "b": "m:missing"}}, {"m.py": text})
    (tmp_path / "conf.py").write_text(
        'plugins_namespaces = {"ns": {"options": "auto"}}\nplugins_introspection = "static"\n'
    )
    monkeypatch.chdir(tmp_path)
    assert main(["export", "--conf", str(tmp_path), "--format", "options-schema", "ns"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert list(made) == ["ns:a"]
    jsonschema.Draft202012Validator.check_schema(made["ns:a"])
    assert made["ns:a"]["required"] == ["path"]
    assert made["ns:a"]["properties"] == {
        "path": {"type": "string", "description": "Where it is."},
        "size": {"type": "integer", "default": 1},
        "names": {"type": "array", "default": []},
        "mode": {"enum": ["r", "w"], "default": "r"},
        "limit": {"type": ["number", "null"], "description": "How much."},
        "password": {"type": "string", "writeOnly": True},
    }
    jsonschema.validate({"path": "x", "limit": None}, made["ns:a"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"path": "x", "mode": "a"}, made["ns:a"])


def test_a_schema_allows_what_is_not_known() -> None:
    options = [
        Option(name="tags", type="str", multiple=True, deprecated=Replaced()),
        Option(name="path", type="pathlib.Path", minimum=1, maximum="z"),
    ]
    assert Configuration(reader="r", options=tuple(options)).schema()["properties"] == {
        "tags": {"type": "array", "items": {"type": "string"}, "deprecated": True},
        "path": {"minimum": 1},
    }
