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
        from typing import ClassVar as OfClass, Literal, Optional

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
            kind: OfClass[str] = "a"
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
    "fields on a condition": (
        """
        import sys
        from dataclasses import dataclass
        from typing import Optional

        @dataclass
        class A:
            if sys.version_info >= (3, 8):
                newer: Optional["A"] = None
            else:
                older: int = 1
            other: "Optional['A']" = None
        """,
        "auto",
        {"reader": "fields", "newer": {"type": "A | None"}, "other": {"type": "m.A | None"}},
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
    "names for type checkers": (
        """
        from __future__ import annotations
        from dataclasses import dataclass
        from pathlib import Path
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from collections.abc import Sequence

        @dataclass
        class A:
            first: Path
            second: "dict[str, int]"
            third: Sequence[Path] | None = None
        """,
        "auto",
        {
            "reader": "fields",
            "first": {"type": "Path", "required": True},
            "second": {"type": "'dict[str, int]'", "required": True},
            "third": {"type": "Sequence[Path] | None"},
        },
    ),
    "a result for type checkers": (
        """
        from pathlib import Path
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from collections.abc import Sequence

        def A(first: "Path", second: Path) -> "Sequence[str]": pass
        """,
        "auto",
        {
            "reader": "parameters",
            "first": {"type": "Path", "required": True},
            "second": {"type": "pathlib.Path", "required": True},
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
                    "set": {"$ref": "#/$defs/proxy", "default": {"host": "h"}},
                },
                "$defs": {
                    "proxy": {"type": "object", "required": ["host"], "properties": {"host": {"type": "string"}}}
                },
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
            "set.host": {"type": "str", "default": "h", "group": "set"},
        },
    ),
    "mapping of settings": (
        """
        from enum import Enum

        class Mode(Enum):
            fast = "f"

        class A:
            DEFAULTS = {
                "PAGE_SIZE": 20,
                "PARSER": None,
                "TOKEN": {"default": "x", "secret": True, "help": "For all."},
                "MODE": Mode.fast,
                "JOBS": {"default": 1, "type": int},
            }
        """,
        "attr:DEFAULTS",
        {
            "reader": "settings",
            "PAGE_SIZE": {"type": "int", "default": 20},
            "PARSER": {},
            "TOKEN": {"type": "str", "secret": True, "help": "For all."},
            "MODE": {"type": "m.Mode", "default": "f"},
            "JOBS": {"type": "int", "default": 1},
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
    "a parser that takes no name": (
        """
        import argparse

        class A:
            def get_parser(self):
                parser = argparse.ArgumentParser(add_help=False)
                parser.add_argument("--form", choices={"z", "b", "y"})
                return parser
        """,
        "auto",
        {
            "reader": "argparse",
            "usage": "do [--form {b,y,z}]",
            "form": {"flags": ["--form"], "type": "str", "choices": [{"value": "b"}, {"value": "y"}, {"value": "z"}]},
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
    "a parser with another name": """
        import argparse
        class B:
            def get_parser(self, name):
                parser = argparse.ArgumentParser(prog=name)
                return parser
        class A(B):
            def get_parser(self, name):
                parser = super().get_parser("other")
                return parser
        """,
    "other defaults": "def A(a=1): pass\nA.__defaults__ = (2,)",
    "other keywords of a method": "class A:\n    def __init__(self, *, a): pass\nA.__init__.__kwdefaults__ = {'a': 1}",
    "another docstring": "class A:\n    __doc__ = ':param a: x'\n    def __init__(self, a): pass",
    "__new__ beside __init__": "class A:\n    def __init__(self, a): pass\n    def __new__(cls, b): pass",
    "a field that depends on a condition": """
        from dataclasses import dataclass
        from n import X
        @dataclass
        class A:
            if X: a: int = 1
        """,
    "a field with another default": """
        from dataclasses import dataclass
        @dataclass
        class A:
            a: int = 1
            a = 2
        """,
    "a field with the default of a base class": """
        from dataclasses import dataclass
        @dataclass
        class B: a: int = 1
        @dataclass
        class A(B): a: int
        """,
    "a base class that may be a dataclass": """
        from dataclasses import dataclass
        def fields(of): return dataclass(of)
        @fields
        class B: a: int = 1
        @dataclass
        class A(B): b: int = 1
        """,
    "a command without options of its own": "from setuptools import Command\nclass A(Command): pass",
}


@pytest.mark.parametrize("text", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_what_the_source_does_not_tell_is_said(text: str, install: Install) -> None:
    module(install, text)
    plugin = completed(static(), "m:A")
    assert plugin.configuration is None
    assert {problem.kind for problem in plugin.problems} <= {ProblemKind.OPTION, ProblemKind.LOAD}
    assert plugin.problems


def test_a_usage_is_no_guess(install: Install) -> None:
    module(
        install,
        """
        import argparse

        def kinds(): return sorted("ab")

        class A:
            def get_parser(self, name):
                parser = argparse.ArgumentParser(prog=name)
                parser.add_argument("--kind", choices=kinds(), help="one of %(choices)s")
                return parser

        class B:
            def get_parser(self, name):
                parser = argparse.ArgumentParser("tool", formatter_class=argparse.MetavarTypeHelpFormatter)
                parser.add_argument("--size", type=int)
                return parser
        """,
    )
    for name, said in ("A", "kinds() is computed"), ("B", "the usage that argparse.MetavarTypeHelpFormatter writes"):
        found = completed(static(), f"m:{name}")
        assert found.configuration is not None
        assert (found.configuration.usage, found.configuration.options[-1].help) == (None, None)
        assert said in found.problems[0].message
    assert told(live(), "m:A")["usage"] == "do [-h] [--kind {a,b}]"
    assert told(live(), "m:B")["usage"] == "tool [-h] [--size int]"


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


def test_the_name_of_the_host_is_not_said(install: Install) -> None:
    module(
        install,
        """
        import argparse, os
        HOST = os.uname().nodename

        class A:
            def get_parser(self, name):
                parser = argparse.ArgumentParser(name, add_help=False)
                parser.add_argument("--host", help="Who (default: %s)." % HOST)
                parser.add_argument("--of", choices=[HOST, "other"])
                return parser
        """,
    )
    plugin = completed(live(), "m:A")
    assert plugin.configuration is not None
    assert plugin.configuration.usage == "do [--host HOST] [--of {…,other}]"
    assert [(each.help, each.choices) for each in plugin.configuration.options] == [
        ("Who (default: …).", ()),
        (None, ()),
    ]
    assert [problem.message for problem in plugin.problems] == [
        "does not tell all of its options (auto): it lacks the choices of of (one is not to be shown)"
    ]


SECRET = """
A = {
    "password": ["x"], "passwords": ("x",), "secret": 1234, "DATABASES": {"a": {"PASSWORD": "x"}}, "private_key": "x",
    "accessToken": "x", "tokens": ["x"], "passWord": "x", "API_KEYS": {"a": "x"}, "pwd": "x", "dsn": "postgresql://u:x@h/db",
    "dsns": [["Server=h;Pwd=x"]], "os-password": b"x",
}
"""

OPEN = """
A = {
    "show_password": True, "max_tokens": 4096, "password_length": 8, "token_type": "x", "primary_key": "x", "pwdx": "x",
    "DATABASES": {"a": {"PASSWORD": "", "TOKENS": 3}}, "url": "https://h:80/x@y", "mail": "ssh://git@h/x", "keys": "x",
}
"""


@BOTH
def test_defaults_that_are_secrets_or_hold_one_are_left_out(way: Way, install: Install) -> None:
    module(install, SECRET)
    found = told(way(), "m:A")
    assert found.pop("reader") == "settings"
    assert [name for name, each in found.items() if "default" in each] == []
    assert len(found) == 13


@BOTH
def test_defaults_that_are_no_secrets_are_told(way: Way, install: Install) -> None:
    module(install, OPEN)
    found = told(way(), "m:A")
    assert found.pop("reader") == "settings"
    assert [name for name, each in found.items() if "default" not in each] == []


BROKEN = """
import argparse
from dataclasses import dataclass

class Bad:
    def __iter__(self): raise RuntimeError("no " + "choices")
    def __contains__(self, value): return True

class Mute:
    def __repr__(self): raise RuntimeError("no default")

class Parser(argparse.ArgumentParser):
    def format_usage(self): raise AssertionError  # as Python's own does before 3.13 where lines are long

class A:
    def get_parser(self, name):
        parser = Parser(name, add_help=False)
        parser.add_argument("--one", metavar="X", choices=Bad(), default=Mute())
        parser.add_argument("--many", metavar="N", choices=range(0, 10**6, 2))
        for n in range(5):
            parser.add_argument("--long-option-%d" % n, metavar="A\\nB")
        return parser

@dataclass
class B:
    size: int
    def get_parser(self): return "html"
    def get_options(self, flavor): return flavor

@dataclass
class C:
    size: int = 1
    def get_options(self): raise OSError

class D:
    def __init__(self, size=1): pass
    def get_options(self): raise OSError("no network")
"""


def test_what_fails_is_said_and_all_else_is_there(install: Install) -> None:
    module(install, BROKEN)
    plugin = completed(live(), "m:A")
    assert plugin.configuration is not None
    assert [each.name for each in plugin.configuration.options[:3]] == ["one", "many", "long-option-0"]
    assert plugin.configuration.options[1].choices == ()
    assert [problem.message for problem in plugin.problems] == [
        "does not tell all of its options (auto): it lacks the usage (AssertionError); "
        "it lacks the choices of one (RuntimeError: no choices); "
        "it lacks the default of one (RuntimeError: no default); it lacks the choices of many (more than 200)"
    ]
    assert told(live(), "m:B") == {"reader": "fields", "size": {"type": "int", "required": True}}
    assert told(live(), "m:C") == {"reader": "fields", "size": {"type": "int", "default": 1}}
    [problem] = completed(live(), "m:D").problems  # its parameters are not what it would have told
    assert "OSError: no network" in problem.message


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


def test_what_is_registered_with_oslo_config(install: Install) -> None:
    found = load(
        install,
        "oslo_config",
        """
        from oslo_config import cfg

        A = cfg.ConfigOpts()
        A.register_cli_opts([cfg.StrOpt("credential", secret=True, default="x"), cfg.BoolOpt("all", short="a")])
        A.register_cli_opts([cfg.StrOpt("host", default="h")], group="db")
        A.register_opts([cfg.StrOpt("connection", secret=True, default="x")], group="db")
        """,
    )
    db = {
        "host": {"flags": ["--db-host"], "type": "str", "default": "h", "group": "db"},
        "connection": {"type": "str", "secret": True, "group": "db"},
    }
    others = {name: each for name, each in found.items() if not name.startswith(("config", "shell"))}
    assert others == {
        "reader": "oslo",
        "credential": {"flags": ["--credential"], "type": "str", "secret": True},
        "all": {"flags": ["--all", "-a", "--noall"], "type": "bool"},
        **db,
    }
    assert told(live(), "m:A", "attr:db") == {"reader": "oslo", **db}


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


def test_typer(install: Install) -> None:
    found = load(
        install,
        "typer",
        """
        import enum
        from typing import List, Optional
        import typer
        app = typer.Typer(add_completion=False)

        class Colour(enum.Enum):
            RED = "r"

        @app.command()
        def run(
            name: str,
            count: int = typer.Option(3, "--count", "-c", envvar="COUNT", help="How many.", min=1),
            colour: Optional[Colour] = Colour.RED,
            flag: bool = False,
        ): pass

        A = typer.main.get_command(app)
        """,
    )
    count = {"flags": ["--count", "-c"], "environment": ["COUNT"], "type": "int", "default": 3, "help": "How many."}
    assert found == {
        "reader": "click",
        "usage": "do [OPTIONS] {name}",
        "name": {"type": "str", "required": True},
        "count": {**count, "minimum": 1},
        "colour": {"flags": ["--colour"], "type": "str", "default": "r", "choices": [{"value": "r"}]},
        "flag": {"flags": ["--flag", "--no-flag"], "type": "bool", "default": False},
    }


def test_click_tells_what_is_written(install: Install) -> None:
    found = load(
        install,
        "click",
        """
        import enum
        import click

        class Colour(enum.Enum):
            RED = "r"
            BLUE = "b"

        class Commands(click.Group):
            def list_commands(self, context): return ["a", "gone"]
            def get_command(self, context, name):
                if name == "gone":
                    raise ImportError("no " + name)
                return click.Command("a", help="A.")

        @click.command()
        @click.option("--colour", type=click.Choice(Colour), default=Colour.RED)
        @click.option("--up", flag_value="upper", default=True)
        @click.option("--pair", type=(str, int))
        def A(**given): pass

        B = Commands("b")
        """,
    )
    assert (found["colour"]["default"], found["colour"]["choices"]) == ("RED", [{"value": "RED"}, {"value": "BLUE"}])
    assert (found["up"]["default"], found["up"]["type"]) == ("upper", "str")
    assert found["pair"]["type"] == "tuple[str, int]"
    plugin = completed(live(), "m:B")
    assert plugin.configuration is not None
    assert [(each.name, each.help) for each in plugin.configuration.subcommands] == [("a", "A."), ("gone", None)]
    assert "it lacks the command gone (ImportError: no gone)" in plugin.problems[0].message


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

class More(Options):
    size = c.Type(int)

class E(BasePlugin[More]): pass

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
OF_MKDOCS["E"] = {**OF_MKDOCS["A"], "size": {"type": "int", "required": True, "owner": "m.More"}}


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


IMPORTS = """
import sys
from mkdocs.config import base, config_options as c
from mkdocs.plugins import BasePlugin
"""

SURE = f"""
{IMPORTS}
class Old(BasePlugin):
    config_scheme = (("paths", c.ListOfPaths()),)

class Options(base.Config):
    size = c.Type(int)
    if sys.version_info < (3, 0):
        older = c.Type(str)
    limit = 3
    def validate(self): pass

class A(Old, BasePlugin[Options]): pass

class Nothing(base.Config): pass
class B(BasePlugin[Nothing]): pass
"""


@BOTH
def test_what_a_plugin_of_mkdocs_surely_declares(way: Way, install: Install) -> None:
    if way is live:
        pytest.importorskip("mkdocs")
    module(install, SURE)
    assert told(way(), "m:A") == {"reader": "mkdocs", "size": {"type": "int", "required": True, "owner": "m.Options"}}
    assert told(way(), "m:B") == {"reader": "mkdocs"}
    paths = {"type": "listofpaths[filesystemobject]", "default": [], "multiple": True}
    assert told(way(), "m:Old") == {"reader": "mkdocs", "paths": paths}


UNSURE = {
    "a condition": "class C(base.Config):\n    a = c.Type(int) if X else c.Type(str)",
    "another one": "class C(base.Config):\n    if X: a = c.Type(int)",
    "another name": "class D(base.Config):\n    a = c.Type(int)\nclass C(base.Config):\n    b = D.a",
    "two names": "class C(base.Config):\n    a = b = c.Type(int)",
    "a name in an expression": "class C(base.Config):\n    a = (b := c.Type(int))",
    "a function": "def f(): return c.Type(int)\nclass C(base.Config):\n    a = f()",
    "two classes": "class D(base.Config): pass\nclass E(base.Config): a = c.Type(int)\nclass C(D, E): pass",
    "options behind the class": "class C(base.Config): pass\nC._schema += (('a', c.Type(int)),)",
    "no class of options": "class C: pass",
}
UNSURE = {name: f"{text}\nclass A(BasePlugin[C]): pass" for name, text in UNSURE.items()}
UNSURE["a scheme behind the class"] = "class A(BasePlugin):\n    config_scheme = ()\nA.config_scheme += (('a', X),)"
UNSURE["one of two schemes"] = "class A(BasePlugin):\n    if X: config_scheme = ()\n    else: config_scheme = (X,)"


@pytest.mark.parametrize("text", UNSURE.values(), ids=UNSURE.keys())
def test_what_a_plugin_of_mkdocs_does_not_surely_declare(text: str, install: Install) -> None:
    module(install, f"{IMPORTS}from n import X\n{text}")
    plugin = completed(static(), "m:A")
    assert plugin.configuration is None
    assert [problem.kind for problem in plugin.problems] == [ProblemKind.OPTION]


def test_traitlets(install: Install) -> None:
    found = load(
        install,
        "traitlets",
        """
        import enum
        from traitlets import *
        from traitlets.config import Configurable

        class B(Configurable):
            size = Int(3, min=1, max=9, help="How much.").tag(config=True)
            other = Int(3)

        class A(B):
            mode = Enum(["r", "w"], default_value="r").tag(config=True)
            tags = List(Unicode(), ["a"]).tag(config=True)
            made = Unicode().tag(config=True)
            share = Float(0.5).tag(config=True)
            level = Enum([1, 2], default_value=1).tag(config=True)
            either = Union([Int(), Unicode()], default_value=1).tag(config=True)
            at = TCPAddress(("127.0.0.1", 80)).tag(config=True)
            form = CRegExp("a+").tag(config=True)
            any = Any(3).tag(config=True)
            colour = UseEnum(enum.Enum("Colour", {"RED": "r"})).tag(config=True)
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
        "share": {"flags": ["--A.share"], "type": "float", "default": 0.5},
        "level": {"flags": ["--A.level"], "type": "int", "default": 1, "choices": [{"value": 1}, {"value": 2}]},
        "either": {"flags": ["--A.either"], "type": "Union", "default": 1},
        "at": {"flags": ["--A.at"], "type": "TCPAddress", "default": ["127.0.0.1", 80]},
        "form": {"flags": ["--A.form"], "type": "CRegExp", "default": "a+"},
        "any": {"flags": ["--A.any"], "type": "Any", "default": 3},
        "colour": {"flags": ["--A.colour"], "type": "UseEnum", "default": "RED", "choices": [{"value": "RED"}]},
        "thing": {"flags": ["--A.thing"], "type": "pathlib.Path"},
    }


def test_setuptools(install: Install) -> None:
    module(install, "from setuptools.command.build_py import build_py as A")
    found = told(live(), "m:A")
    assert found["reader"] == "distutils"
    assert found["build-lib"]["flags"] == ["-d", "--build-lib"]


COMMANDS = ["babel.messages.setuptools_frontend:compile_catalog", "babel.messages.setuptools_frontend:extract_messages"]
COMMANDS += [f"setuptools.command.{name}:{name}" for name in ("alias", "egg_info", "rotate", "setopt")]


@pytest.mark.parametrize("target", COMMANDS)
def test_commands_of_setuptools_are_told_from_the_source(target: str) -> None:
    assert told(static(), target) == told(live(), target)


def test_which_distutils_counts_is_no_guess(tmp_path: Path) -> None:
    text = "class Command: pass\nclass A(Command):\n    user_options = [('x', None, 'first')]"
    files = {"distutils/a.py": text, "setuptools/_distutils/a.py": text, "m.py": "from distutils.a import A"}
    for name, source in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source)
    assert told(Static(ModuleFinder({}, [tmp_path])), "m:A")["x"]["help"] == "first"
    (tmp_path / "setuptools/_distutils/a.py").write_text(text.replace("first", "other"))
    plugin = completed(Static(ModuleFinder({}, [tmp_path])), "m:A")
    assert plugin.configuration is None
    assert "whether distutils.a is that of setuptools only shows" in plugin.problems[0].message


def test_pydantic(install: Install) -> None:
    found = load(
        install,
        "pydantic",
        """
        from typing import Callable, Literal, Optional
        from pydantic import BaseModel, Field, SecretStr

        class Base(BaseModel):
            size: int = Field(1, ge=1, lt=10, description="How much.")

        class Inner(BaseModel):
            host: str
            port: int = 80

        class A(Base):
            mode: Literal["r", "w"]
            password: SecretStr = SecretStr("x")
            proxy: Optional[str] = None
            inner: Inner
            usual: Inner = Inner(host="given", port=99)
            call: Optional[Callable] = None
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
        "inner.port": {"type": "int", "default": 80, "group": "inner"},
        "usual.host": {"type": "str", "default": "given", "group": "usual"},
        "usual.port": {"type": "int", "default": 99, "group": "usual"},
        "call": {"type": "Callable | None"},
        "old": {"type": "int", "default": 0, "deprecated": {"reason": "Use size."}},
    }


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("env_nested_delimiter='__'", [["APP_DEBUG"], ["ALIAS"], ["ONE", "TWO"], ["APP_NET__HOST"]]),
        ("case_sensitive=True", [["APP_debug"], ["Alias"], ["one", "two"], []]),
        ("populate_by_name=True", [["APP_DEBUG"], ["ALIAS", "APP_ALIASED"], ["ONE", "TWO", "APP_SEVERAL"], []]),
    ],
)
def test_variables_of_pydantic_settings(settings: str, expected: list[list[str]], install: Install) -> None:
    found = load(
        install,
        "pydantic_settings",
        f"""
        from pydantic import AliasChoices, BaseModel, Field
        from pydantic_settings import BaseSettings, SettingsConfigDict

        class Net(BaseModel):
            host: str = "h"

        class A(BaseSettings):
            model_config = SettingsConfigDict(env_prefix="APP_", {settings})
            debug: bool = False
            aliased: str = Field("q", validation_alias="Alias")
            several: str = Field("q", validation_alias=AliasChoices("one", "two"))
            net: Net = Net()
        """,
    )
    assert found.pop("reader") == "schema"
    assert list(found) == ["debug", "Alias", "one", "net.host"]
    assert [each.get("environment", []) for each in found.values()] == expected


def test_msgspec(install: Install) -> None:
    found = load(
        install,
        "msgspec",
        """
        import msgspec.json
        from typing import Annotated, Callable

        class A(msgspec.Struct):
            call: Callable
            size: Annotated[int, msgspec.Meta(ge=1, description="How much.")] = 2
            path: str
        """.replace("size:", "path: str\n            size:").replace("= 2\n            path: str", "= 2"),
    )
    assert found["size"] == {"type": "int", "default": 2, "minimum": 1, "help": "How much."}
    assert found["path"] == {"type": "str", "required": True}
    assert found["call"] == {"required": True}


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
    module(install, OPTIONS + "\nclass B:\n    SET = {'size': 1}\n    def __init__(self, x): pass")
    assert told(live(), "m:A") == {"reader": "house", "size": {"default": 1}}
    assert told(live(), "m:B")["reader"] == "parameters"
    for options in ("auto", "attr:SET", "expr:target.SET"):
        assert "(house)" in completed(static(), "m:B", options).problems[0].message


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
