"""A plugin that is written for an interface: that it is Python, has what is required, and says nothing else."""

from __future__ import annotations

import ast
import configparser
import inspect
import sys
import tomllib
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sphinxext.plugins.checks.interface import problems
from sphinxext.plugins.core import signatures, template
from sphinxext.plugins.core.interfaces import Implementation, Interface, Lack, Member, MemberKind, Need, Support
from sphinxext.plugins.core.model import Docstring, Kind, Namespace, Plugin

if TYPE_CHECKING:
    from collections.abc import Iterator

HOSTILE = [
    '"""', "'''", "\\", "\\\n", "a\nimport os\n", "a\rb", "\x00", "\x0c", "\x85", "\u2028", "# coding: latin-1",
    "\ud800", "\u202e", '\\"""\nraise SystemExit', "", " ", "class", "None", "__debug__", "ﬁ", "日本語", "1a", "a-b",
    "a=b", "{}", "%s", "a.b", '"',
]  # fmt: skip

texts = st.text(max_size=30) | st.sampled_from(HOSTILE)
names = (
    texts
    | st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
    | st.sampled_from(["property", "classmethod", "staticmethod", "locals", "self", "_member", "Base", "importlib"])
    | st.sampled_from(["__call__", "__len__", "__slots__", "__qualname__", "__classcell__", "__new__", "__private"])
)
SIGNATURES = [
    "()", "(self)", "(self, self_, *, cls)", "(path, encoding='utf-8', *, x=…)", "(a, /, b=(1, 'x…'), *args, **kwargs)",
    "(a=1e999, b=inf, c=Ellipsis, d='…')", "(a, a)", "no signature", "(class)", f"(a=0x{'f' * 5000})",
]  # fmt: skip
written = st.none() | st.sampled_from(SIGNATURES)

TARGETS = ["made_up.base:Base", "made_up.base:Outer.Base", "made_up.base:class", "made_up.base"]


@st.composite
def members(draw: st.DrawFn) -> Member:
    return Member(
        name=draw(names),
        kind=draw(st.none() | st.sampled_from(MemberKind)),
        signature=draw(written),
        need=draw(st.sampled_from(Need)),
        docstring=draw(st.none() | st.builds(Docstring, text=texts)),
    )


@st.composite
def interfaces(draw: st.DrawFn) -> Interface:
    return Interface(
        target=draw(st.sampled_from(TARGETS)),
        kind=draw(st.none() | st.sampled_from(Kind)),
        protocol=draw(st.booleans()),
        hooks=draw(st.none() | texts),
        signature=draw(written),
        docstring=draw(st.none() | st.builds(Docstring, text=texts)),
        members=tuple(draw(st.lists(members(), max_size=5, unique_by=lambda each: each.name))),
    )


@pytest.fixture(scope="module", autouse=True)
def _host() -> Iterator[None]:
    """A module of the host, in which classes have any name."""
    module = ModuleType("made_up.base")
    base = type("Base", (), {})
    for name, value in {"Base": base, "Outer": type("Outer", (), {"Base": base}), "class": base}.items():
        setattr(module, name, value)
    package = ModuleType("made_up")
    sys.modules |= {"made_up": package, "made_up.base": module}
    yield
    del sys.modules["made_up"], sys.modules["made_up.base"]


def loaded(text: str) -> dict[str, Any]:
    made: dict[str, Any] = {"__name__": "mine"}
    exec(compile(text.encode(), "mine.py", "exec"), made)  # as bytes, so that a declared encoding would count
    return made


def kind_of(value: object) -> MemberKind:
    match value:
        case classmethod():
            return MemberKind.CLASS_METHOD
        case staticmethod():
            return MemberKind.STATIC_METHOD
        case property():
            return MemberKind.PROPERTY
        case type():
            return MemberKind.CLASS
        case _ if inspect.isfunction(value):
            return MemberKind.METHOD
        case _:
            return MemberKind.ATTRIBUTE


def implementations(of: type, asked: Interface) -> Iterator[Implementation]:
    """What a loaded class has of its own, found without this package."""
    for member in asked.members:
        if member.name not in vars(of):
            lacking = hasattr(of, member.name) and member.need is not Need.REQUIRED
            yield Implementation(member=member.name, support=Support.DEFAULT if lacking else Support.NO)
            continue
        value = vars(of)[member.name]
        kind = kind_of(value)
        function = getattr(value, "__func__", value)
        signature = None
        if inspect.isfunction(function):
            parameters = list(inspect.signature(function).parameters.values())
            bound = parameters if kind is MemberKind.STATIC_METHOD else parameters[1:]
            signature = str(inspect.Signature(bound))
        lack = Lack.NONE if value is None and member.kind is MemberKind.METHOD else None
        yield Implementation(
            member=member.name, support=Support.OWN, owner="mine", kind=kind, signature=signature, lack=lack
        )


@pytest.mark.slow
@given(interfaces(), names, texts)
@example(Interface(target="made_up.base:Base", kind=Kind.CLASS), "", "coding: latin-1")
def test_it_is_python_and_loads(asked: Interface, name: str, namespace: str) -> None:
    text = template.module_text(namespace, asked, name)
    tree = ast.parse(text.encode())
    assert [type(node) for node in tree.body[:1]] == [ast.Expr]
    allowed = (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.ClassDef, ast.FunctionDef)
    assert all(isinstance(node, allowed) for node in tree.body)
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert calls <= {"getattr", "importlib.import_module", "locals", "pluggy.HookimplMarker"}
    if asked.hooks is None:
        made = loaded(text)
        attribute = template.attribute(asked, name)
        assert attribute in made
    compile(text.encode(), "mine.py", "exec")


REAL = st.lists(members(), max_size=5, unique_by=lambda each: each.name)


@pytest.mark.slow
@given(REAL, names, st.booleans())
def test_it_does_what_is_required(of: list[Member], name: str, protocol: bool) -> None:  # noqa: FBT001
    odd = {"__slots__", "__qualname__", "__classcell__", "__private"}  # Python takes these for itself
    kept = tuple(each for each in of if each.name not in odd)
    asked = Interface(target="made_up.base:Base", kind=Kind.CLASS, protocol=protocol, members=kept)
    attribute = template.attribute(asked, name)
    assert attribute is not None
    made = loaded(template.module_text("ns", asked, name))[attribute]
    assert issubclass(made, sys.modules["made_up.base"].Base) is not protocol
    implements = tuple(implementations(made, asked))
    plugin = Plugin(namespace="ns", name="x", target="mine:X", kind=Kind.CLASS, implements=implements)
    assert problems(Namespace(name="ns", interface=asked, plugins=(plugin,))) == []
    required = {each.name for each in kept if each.need is Need.REQUIRED}
    own = {each.member for each in implements if each.support is Support.OWN}
    assert own - required <= {"_member", "__new__", "__doc__"}


@given(written, names)
def test_a_function_takes_what_the_interface_takes(signature: str | None, name: str) -> None:
    asked = Interface(target="m:f", kind=Kind.FUNCTION, signature=signature)
    made = loaded(template.module_text("ns", asked, name))[template.attribute(asked, name) or ""]
    found = signatures.parsed(str(inspect.signature(made)).replace("Ellipsis", "…"))
    given_ = signatures.parsed(signature or "")
    assert found is not None
    assert given_ is None or signatures.obstacle(found, given_) is None


READER = Interface(
    target="sluice.readers:Reader",
    kind=Kind.CLASS,
    members=(
        Member(
            name="read",
            kind=MemberKind.METHOD,
            signature="(path, encoding='utf-8', *, strict=…)",
            need=Need.REQUIRED,
            docstring=Docstring(text='Read all "rows".\n\nMore of it.'),
        ),
        Member(name="name", kind=MemberKind.PROPERTY, need=Need.REQUIRED),
        Member(name="suffix", kind=MemberKind.ATTRIBUTE, need=Need.REQUIRED, docstring=Docstring(text="Of files.")),
        Member(name="make", kind=MemberKind.CLASS_METHOD, signature="()", need=Need.REQUIRED),
        Member(name="check", kind=MemberKind.STATIC_METHOD, signature="(row)", need=Need.REQUIRED),
        Member(name="Meta", kind=MemberKind.CLASS, need=Need.REQUIRED),
        Member(name="seek", kind=MemberKind.METHOD, signature="()", need=Need.OPTIONAL),
        Member(name="close", kind=MemberKind.METHOD, signature="()", need=Need.DEFAULT),
    ),
)


def test_a_class() -> None:
    assert template.module_text("sluice.reader", READER, "my-csv") == (
        '''"""The plugin my-csv of sluice.reader."""

from sluice.readers import Reader


class MyCsv(Reader):
    """Say here what it is good for."""

    def read(self, path, encoding='utf-8', *, strict=...):
        """Read all "rows"."""
        # Write here what it does.
        return None

    @property
    def name(self):
        # Write here what it does.
        return None

    # Of files.
    suffix = None

    @classmethod
    def make(cls):
        # Write here what it does.
        return None

    @staticmethod
    def check(row):
        # Write here what it does.
        return None

    class Meta:
        """Say here what it is."""
'''
    )


def test_what_is_awaited() -> None:
    fetch = Member(name="fetch", kind=MemberKind.METHOD, signature="(url)", need=Need.REQUIRED, asynchronous=True)
    make = msgspec.structs.replace(fetch, name="make", kind=MemberKind.CLASS_METHOD)
    text = template.module_text("ns", Interface(target="kit:Base", members=(fetch, make)), "one")
    made = loaded(text.replace("from kit import Base", "class Base: pass"))["One"]
    assert [inspect.iscoroutinefunction(each) for each in (made.fetch, made.make)] == [True, True]
    of_function = Interface(target="kit:base", kind=Kind.FUNCTION, signature="(path)", asynchronous=True)
    assert inspect.iscoroutinefunction(loaded(template.module_text("ns", of_function, "one"))["one"])


HOOKS = Interface(
    target="hosts.hooks",
    kind=Kind.MODULE,
    hooks="host's",
    members=(
        Member(name="host_a", kind=MemberKind.FUNCTION, signature="()"),
        Member(name="host_b", kind=MemberKind.FUNCTION, signature="(x, y)", docstring=Docstring(text="Say it.")),
    ),
)


def test_a_hook() -> None:
    assert template.module_text("host", HOOKS, "mine") == (
        '''"""The plugin mine of host."""

import pluggy

hookimpl = pluggy.HookimplMarker("host's")


@hookimpl
def host_b(x, y):
    """Say it."""
    # Write here what it does.
    return None
'''
    )
    assert template.attribute(HOOKS, "mine") is None


def test_an_interface_that_is_not_known() -> None:
    text = '"""The plugin a of ns."""\n\n\nclass A:\n    """Say here what it is good for."""\n'
    assert template.module_text("ns", None, "a") == text
    assert template.module_text("ns", Interface(target="m", kind=Kind.MODULE), "a") == text


@pytest.mark.parametrize(
    ("name", "class_", "function"),
    [
        ("csv", "Csv", "csv"),
        ("my-csv", "MyCsv", "my_csv"),
        ("MyCSV", "MyCSV", "mycsv"),
        ("a.b c", "ABC", "a_b_c"),
        ("7z", "Plugin7z", "plugin_7z"),
        ("", "Plugin", "plugin"),
        ("class", "Class", "plugin_class"),
        ("None", "PluginNone", "none"),
        ("größe", "Größe", "größe"),
        ("…", "Plugin", "plugin"),
    ],
)
def test_names(name: str, class_: str, function: str) -> None:
    assert (template.class_name(name), template.function_name(name)) == (class_, function)


@given(texts)
def test_every_name_gives_names(name: str) -> None:
    assert signatures.is_name(template.class_name(name))
    assert signatures.is_name(template.function_name(name))


def test_a_class_is_not_called_as_its_base() -> None:
    assert "class ReaderPlugin(Reader):" in template.module_text("ns", READER, "reader")
    assert template.attribute(READER, "reader") == "ReaderPlugin"


@given(names, names, texts.filter(str.strip))
@example("sluice.reader", "a b", "m:C")
def test_registration_is_read_as_it_was_meant(namespace: str, name: str, target: str) -> None:
    files = template.registration(namespace, name, target)
    surrogates = dict.fromkeys(range(55296, 57344))
    meant = {namespace.translate(surrogates): {name.translate(surrogates): target.translate(surrogates)}}
    assert tomllib.loads(files["pyproject.toml"])["project"]["entry-points"] == meant
    if "setup.cfg" not in files:
        return
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # as setuptools has it
    parser.read_string(files["setup.cfg"])
    [(option, value)] = parser["options.entry_points"].items()
    [line] = value.strip().split("\n")
    assert option == namespace
    assert line.partition(" = ")[0] == name


def test_registration() -> None:
    assert template.registration("sluice.reader", "my csv", "mine:Csv") == {
        "pyproject.toml": '[project.entry-points."sluice.reader"]\n"my csv" = "mine:Csv"\n',
        "setup.cfg": "[options.entry_points]\nsluice.reader =\n    my csv = mine:Csv\n",
    }


@pytest.mark.parametrize(("namespace", "name"), [("a:b", "x"), ("a=b", "x"), ("#a", "x"), ("a", ";x"), ("a", "x\ny")])
def test_what_setup_cfg_cannot_have_is_only_in_pyproject_toml(namespace: str, name: str) -> None:
    assert list(template.registration(namespace, name, "m:C")) == ["pyproject.toml"]
