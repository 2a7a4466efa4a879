"""Fields and describers: what both ways of introspection answer, and what becomes of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.plugins import settings as options
from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.cli import main
from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.core.fields import BUILT_IN, BuiltIn, Where
from sphinxext.plugins.core.model import Answer, Distribution, Docstring, Introspection, Plugin, ProblemKind
from sphinxext.plugins.core.namespaces import NamespaceOptions
from sphinxext.plugins.core.overlay import read_overlay
from sphinxext.plugins.core.types import FieldSettings, Type, natural_order

if TYPE_CHECKING:
    from sphinxext.plugins.core.model import Field
    from sphinxext.plugins.core.structs import Json
    from tests.conftest import Install, Project

DEFAULTS = {field.name: options.default(field) for field in msgspec.structs.fields(options.Options)}

TARGET = """
import functools
from base import NAME, Base
from base import _ as translate
from base import _

SIZE = 3
TITLE = _("Titled")


class A(Base):
    '''Own. More.'''

    constant = "text"
    number = -1.5
    nothing = None
    empty = ""
    formats = ["a", ("b", 1)]
    pairs = {"a": [1, True]}
    both = "one " "two " + "three"
    formatted = f"{NAME} {SIZE}"
    elsewhere = NAME
    titled = TITLE
    versions = {"2", "1"}

    def __init__(self):
        self.made = "made"

    def literal(self): return "text"
    def translated(self):
        "A docstring is no statement that counts."
        return _("text {}").format(1) if False else _("text")
    def translation(self): return _("text")
    def through_class(self): return A.constant
    def through_self(self): return self.constant
    def through_base(self): return self.inherited
    def through_local(self):
        title = "local"
        return title
    def set_in_init(self): return self.made
    def conditional(self):
        if SIZE > 5:
            return "large"
        return "small"
    def grown(self):
        found = ["1"]
        found.append("2")
        return found
    def generator(self): yield 1
    def raises(self): raise ValueError("not today")
    def exits(self): raise SystemExit("not today")
    def gives_object(self): return object()
    def gives_nothing(self): return None
    def needs(self, argument): return argument
    @property
    def prop(self): return "property"
    @staticmethod
    def static(): return "static"
    @classmethod
    def by_class(cls): return cls.constant
    @functools.lru_cache
    def cached(self): return "cached"


def function(): return "function"
"""
BASE = """
NAME = "name"
def _(text): return text
class Base:
    inherited = "from base"
    def of_base(self): return "of base"
"""

STATIC, IMPORT = Introspection.STATIC, Introspection.IMPORT

# What is answered, and how in ``auto``.
ANSWERS: dict[str, tuple[Json, Introspection | None]] = {
    "attr:constant": ("text", STATIC),
    "attr:number": (-1.5, STATIC),
    "attr:formats": (["a", ["b", 1]], STATIC),
    "attr:pairs": ({"a": [1, True]}, STATIC),
    "attr:both": ("one two three", STATIC),
    "attr:formatted": ("name 3", STATIC),
    "attr:elsewhere": ("name", STATIC),
    "attr:titled": ("Titled", STATIC),
    "attr:versions": (["1", "2"], STATIC),
    "attr:inherited": ("from base", STATIC),
    "attr:prop": ("property", STATIC),
    "call:literal": ("text", STATIC),
    "call:translation": ("text", STATIC),
    "call:translated": ("text", IMPORT),
    "call:through_class": ("text", STATIC),
    "call:through_self": ("text", STATIC),
    "call:through_base": ("from base", STATIC),
    "call:through_local": ("local", STATIC),
    "call:of_base": ("of base", STATIC),
    "call:static": ("static", STATIC),
    "call:by_class": ("text", STATIC),
    "call:cached": ("cached", IMPORT),
    "call:set_in_init": ("made", IMPORT),
    "call:conditional": ("small", IMPORT),
    "call:grown": (["1", "2"], IMPORT),
    "call:gives_object": ("<object object>", IMPORT),
    "doc": ("Own. More.", None),
    "doc:summary": ("Own.", None),
    "dist:Summary": ("The first", None),
    "dist:classifier": (["A :: B", "C :: D"], None),
    "entry:name": ("a", None),
    "entry:target": ("m:A", None),
    "entry:module": ("m", None),
    "entry:extras": (["x"], None),
}


def fields(mode: str, *describers: str | list[str], **settings: object) -> Plugin:
    wanted = {str(number): describer for number, describer in enumerate(describers)}
    values = {**DEFAULTS, "introspection": mode, "namespaces": {"ns": {"fields": wanted}}, **settings}
    made, problems = options.from_config(values)
    assert problems == []
    namespace = Assembler(made, Path()).namespace("ns")
    assert namespace is not None
    [plugin] = namespace.plugins
    return plugin


@pytest.fixture
def installed(install: Install) -> None:
    metadata = "Summary: The first\nClassifier: A :: B\nClassifier: C :: D"
    install("one", {"ns": {"a": "m:A [x]"}}, {"m.py": TARGET, "base.py": BASE}, metadata=metadata)


NOTHING = ["attr:missing", "call:missing", "attr:empty", "attr:nothing", "overlay:missing"]


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("mode", ["auto", "static", "import"])
def test_answers(mode: str) -> None:
    plugin = fields(mode, *ANSWERS, *NOTHING)
    untold = [describer for describer, (_, how) in ANSWERS.items() if mode == "static" and how is IMPORT]
    for describer, problem in zip(untold, plugin.problems, strict=True):
        assert problem.kind is ProblemKind.FIELD
        assert describer in problem.message
    told = {field.describer: (field.name, field.value, field.introspection) for field in plugin.fields}
    assert len(told) == len(plugin.fields)
    # That is told as all that is loaded was.
    docstrings = {
        name: (value, STATIC if mode == "static" else IMPORT)
        for name, (value, _) in ANSWERS.items()
        if name.startswith("doc")
    }
    assert told == {
        describer: (str(number), value, IMPORT if how and mode == "import" else how)
        for number, (describer, (value, how)) in enumerate((ANSWERS | docstrings).items())
        if describer not in untold
    }


@pytest.mark.slow
@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("describer", ANSWERS)
def test_a_field_alone_has_the_answer_that_it_has_beside_others(describer: str) -> None:
    value, how = ANSWERS[describer]
    plugin = fields("auto", describer)
    [field] = plugin.fields
    assert (field.value, field.introspection) == (value, STATIC if describer.startswith("doc") else how)
    assert plugin.problems == ()


@pytest.mark.slow
@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("mode", ["auto", "import"])
@pytest.mark.parametrize(
    ("describer", "error"),
    [
        ("call:raises", "ValueError: not today"),
        ("call:exits", "SystemExit: not today"),
        ("call:needs", "TypeError"),
        ("call:constant", "TypeError"),
    ],
)
def test_what_raises_is_a_problem(mode: str, describer: str, error: str) -> None:
    plugin = fields(mode, describer, "attr:constant")
    [problem] = plugin.problems
    assert problem.kind is ProblemKind.FIELD
    assert plugin.identity in problem.text
    assert describer in problem.message
    assert error in problem.message
    assert [field.value for field in plugin.fields] == ["text"]


@pytest.mark.usefixtures("installed")
def test_the_first_that_says_something_wins() -> None:
    plugin = fields("auto", ["overlay:none", "attr:missing", "call:raises", "attr:constant", "call:set_in_init"])
    [field] = plugin.fields
    assert (field.value, field.describer) == ("text", "attr:constant")
    assert plugin.problems == ()


def test_nothing_is_loaded_for_what_the_source_tells(install: Install) -> None:
    source = "raise SystemExit('it ran')\nclass A:\n    title = 'A'\n    def late(self): return len('abc')"
    install("one", {"ns": {"a": "m:A"}}, {"m.py": source})
    [field] = fields("auto", ["attr:title", "call:late"]).fields
    assert (field.value, field.introspection) == ("A", STATIC)
    late = fields("auto", "call:late")
    assert (late.introspection, late.fields) == (STATIC, ())
    assert "it ran" in late.problems[0].message


def test_modules_and_functions_are_asked_too(install: Install) -> None:
    source = "title = 'A'\ndef get(): return 'B'\n"
    install("one", {"ns": {"a": "m"}}, {"m.py": source})
    for mode in ("static", "import"):
        assert [field.value for field in fields(mode, "attr:title", "call:get").fields] == ["A", "B"]


@pytest.mark.usefixtures("installed")
def test_overlay(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.toml"
    overlay.write_text('[ns.a]\nguide = "here"\nsince = 2024-01-02\n["other.ns".a]\nguide = "there"\n')
    plugin = fields("static", "overlay:guide", ["overlay:since"], overlay=str(overlay))
    assert [(field.value, field.introspection) for field in plugin.fields] == [("here", None), ("2024-01-02", None)]


@pytest.mark.parametrize("text", ["no TOML", "ns = 1", "[ns]\na = 1"])
def test_overlay_that_is_not_right(tmp_path: Path, text: str) -> None:
    overlay = tmp_path / "overlay.toml"
    overlay.write_text(text)
    read, [problem], _ = read_overlay(overlay)
    assert read == {}
    assert problem.kind is ProblemKind.CONFIG
    assert str(tmp_path) not in problem.message


def test_a_part_of_an_overlay_that_is_not_right_loses_only_itself(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.toml"
    overlay.write_text("top = 1\n[ns.a]\nx = 1\n[ns]\nb = 2\n")
    read, problems, _ = read_overlay(overlay)
    assert read == {"ns": {"a": {"x": 1}}}
    assert [(problem.kind, problem.location and problem.location.line) for problem in problems] == [
        *[(ProblemKind.CONFIG, 1), (ProblemKind.CONFIG, 5)]
    ]


HUGE = {
    "nested deeply": f"x = {'[' * 300}{']' * 300}",
    "nested more deeply": f"x = {'[' * 5000}{']' * 5000}",
    "many digits": f"x = {'1' * 5000}",
    "a large number": "x = 99999999999999999999999999",
    "hexadecimal": f"x = 0x{'f' * 5000}",
    "infinite": "x = [inf, -inf, nan]",
    "a time": "x = 10:00:00",
}


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_no_value_of_an_overlay_is_too_much(tmp_path: Path, text: str) -> None:
    overlay = tmp_path / "overlay.toml"
    overlay.write_text(f"[ns.a]\n{text}\n")
    read, problems, _ = read_overlay(overlay)
    assert bool(read) is not bool(problems)
    plugin = fields("static", "overlay:x", overlay=str(overlay))
    assert b"null" not in msgspec.json.encode([field.value for field in plugin.fields])
    assert all(isinstance(natural_order(field.value), list) for field in plugin.fields)


@pytest.mark.usefixtures("installed")
def test_globs_come_before_the_name_itself() -> None:
    settings = {
        "n*": {"fields": {"Title": "entry:name", "Summary": "doc:summary"}},
        "ns": {"fields": {"Title": "attr:constant"}},
        "other": {"fields": {"None": "entry:name"}},
    }
    plugin = fields("static", namespaces=settings)
    assert [(field.name, field.value) for field in plugin.fields] == [("Title", "text"), ("Summary", "Own.")]


@pytest.mark.parametrize(
    "describer",
    [
        "doc:all",
        "doc:field",
        "doc:section ",
        "requires:",
        "requires:a b",
        "manifest:",
        "attr:",
        "attr:a-b",
        "call:f()",
        "attr:[",
        "attr:a[b",
        "call:a.",
        "what:x",
        "entry:group",
        "",
        "dist:",
    ],
)
def test_describer_that_is_none(describer: str) -> None:
    made, [problem] = options.from_config({**DEFAULTS, "namespaces": {"ns": {"fields": {"x": ["doc", describer]}}}})
    assert made.namespaces["ns"].fields == {"x": FieldSettings()}
    assert problem.kind is ProblemKind.CONFIG
    assert f"plugins_namespaces['ns']['fields']['x'] = {describer!r} is not valid" in problem.message
    assert "doc, doc:summary, doc:module" in problem.remedy


texts = st.text(max_size=5)


@given(
    st.lists(st.tuples(st.sampled_from(["attr:a", "call:b", "doc", "dist:Summary", "overlay:k"]), texts), max_size=5)
)
def test_a_field_is_the_first_value_that_says_something(said: list[tuple[str, str]]) -> None:
    values = dict(said)
    answers = tuple(
        Answer(describer=describer, introspection=STATIC, value=value)
        for describer, value in values.items()
        if describer.startswith(("attr", "call"))
    )
    plugin = Plugin(
        namespace="ns",
        name="a",
        target="m:A",
        docstring=Docstring(text=values["doc"]) if values.get("doc") else None,
        distribution=Distribution(name="d", metadata=(("Summary", values.get("dist:Summary", "")),)),
        answers=answers,
    )
    made = Fields({"x": list(values)}, {"a": {"k": values.get("overlay:k", "")}}).complete(plugin).fields
    expected = next(((value, describer) for describer, value in values.items() if value), None)
    found: Field | None = made[0] if made else None
    assert (found and (found.value, found.describer)) == expected


ELSEWHERE = {
    "set behind the class": "class A: pass\nA.title = 'late'",
    "set by a function": "class A: pass\nsetattr(A, 'ti' + 'tle', 'late')",
    "set by a decorator": "def d(c):\n    c.title = 'late'\n    return c\n@d\nclass A: pass",
    "set by a metaclass": "class M(type):\n    title = 'late'\nclass A(metaclass=M): pass",
    "one that only shows when it runs": "class A:\n    title, size = ['late', 1][:]",
}


@pytest.mark.slow
@pytest.mark.parametrize("source", ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_the_source_hides_is_asked_for(install: Install, source: str) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": source})
    assert [field.value for field in fields("auto", "attr:title").fields] == ["late"]
    assert ProblemKind.FIELD in [problem.kind for problem in fields("static", "attr:title").problems]


def test_builtin_attributes(install: Install) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": "class A(dict): pass"})
    assert [field.value for field in fields("auto", "attr:__name__").fields] == ["A"]


@pytest.mark.usefixtures("installed")
def test_text_of_an_object_says_that_it_is_one() -> None:
    assert [field.shown for field in fields("auto", "call:gives_object", "attr:constant").fields] == [True, False]


def test_namespace_of_any_name() -> None:
    made, problems = options.from_config({**DEFAULTS, "namespaces": {"fields": {"fields": {"x": "doc"}}}})
    assert problems == []
    assert made.namespaces["fields"].fields == {"x": FieldSettings(describers=("doc",))}


ENDING = """
import os
class A:
    '''Own.'''
    title = "".join(["T"])
    def hangs(self):
        while True: pass
    def exits(self): os._exit(3)
    def huge(self): return list(range(3_000_000))
    def endless(self):
        found = []
        found.extend([found] * 10)
        return found
    def number(self): return 10 ** 5000
    def surrogate(self): return "a\\ud800"
    def infinite(self): return float("inf")
"""


@pytest.mark.slow
def test_an_answer_that_ends_the_process_costs_only_itself(install: Install) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": ENDING})
    for mode in ("auto", "import"):
        plugin = fields(mode, "attr:title", "call:hangs", "call:exits", "attr:title", import_timeout=1)
        assert plugin.docstring is not None
        assert [(field.name, field.value) for field in plugin.fields] == [("0", "T"), ("3", "T")]
        hangs, exits = plugin.problems
        assert "did not answer within 1 s" in hangs.message
        assert "exit code 3" in exits.message


@pytest.mark.slow
def test_answers_of_any_size_and_kind(install: Install) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": ENDING})
    plugin = fields("import", "call:huge", "call:endless", "call:number", "call:surrogate", "call:infinite")
    huge, endless, number, surrogate, infinite = plugin.fields
    assert plugin.problems == ()
    assert [field.shown for field in plugin.fields] == [False] * 5
    assert (huge.value[-1], endless.value[0][0][-1]) == ("…", "…")
    assert number.value == "an integer of 16610 bits"
    assert (surrogate.value, infinite.value) == ("a?", "inf")
    msgspec.json.encode(plugin)


TRICKY = {
    "changed behind the class": "class A:\n    x = '1'\nA.x = '2'",
    "grown in the class": "class A:\n    x = ['1']\n    x.append('2')",
    "added to": "class A:\n    x = ['1']\n    x += ['2']",
    "bound twice": "N = '1'\nclass A:\n    x = N\nN = '2'",
    "constant that is added to": "N = '1'\nN += '2'\nclass A:\n    x = N",
    "dictionary that is added to": "D = {}\nD['a'] = 1\nclass A:\n    x = D",
    "changed by a function": "N = '1'\ndef f():\n    global N\n    N = '2'\nf()\nclass A:\n    x = N",
    "class decorator": "def d(c):\n    c.x = '2'\n    return c\n@d\nclass A:\n    x = '1'",
    "hook of a base class": "class B:\n    def __init_subclass__(cls): cls.x = '2'\nclass A(B):\n    x = '1'",
    "metaclass": "class M(type):\n    def __init__(c, *a): c.x = '2'\nclass A(metaclass=M):\n    x = '1'",
    "deleted": "class A:\n    x = '1'\n    del x",
    "member of an enumeration": "import enum\nclass E(enum.Enum):\n    M = 1\nclass A:\n    x = E.M",
    "gettext with a domain": "def gettext(domain, text): return text\nclass A:\n    x = gettext('a', 'b')",
    "parameter": "X = 'x'\nclass A:\n    def x(self, X='p'): return X",
    "inner import": "X = 'x'\nclass A:\n    def x(self):\n        import os as X\n        return X.name",
    "inner loop": "X = 'x'\nclass A:\n    def x(self):\n        for X in 'ab': pass\n        return X",
    "tuple": "class A:\n    def x(self):\n        v = 'a'\n        v, w = 'b', 'c'\n        return v",
    "raises before": "class A:\n    def x(self):\n        raise ValueError\n        return 'x'",
    "asserts before": "class A:\n    def x(self):\n        assert 0\n        return 'x'",
    "generator": "class A:\n    def x(self):\n        yield 1\n        return 'x'",
    "coroutine": "class A:\n    async def x(self): return 'x'",
    "argument that is needed": "class A:\n    def x(self, a): return 'x'",
    "keyword that is needed": "class A:\n    def x(self, *, a): return 'x'",
    "no parameter": "class A:\n    def x(): return 'x'",
    "property that is set": "class A:\n    def __init__(self): self.v = '2'\n    v = '1'\n    @property\n"
    "    def x(self): return self.v",
}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:coroutine")
@pytest.mark.parametrize("source", TRICKY.values(), ids=TRICKY)
def test_the_source_tells_the_truth_or_nothing(install: Install, source: str) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": source})
    describer = "call:x" if "def x" in source and "@property" not in source else "attr:x"
    static, loaded, auto = (fields(mode, describer) for mode in ("static", "import", "auto"))
    assert [field.value for field in auto.fields] == [field.value for field in loaded.fields]
    if not static.problems:
        assert [field.value for field in static.fields] == [field.value for field in loaded.fields]


def test_a_field_that_is_built_in_is_one_row(
    install: Install, project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": "class A:\n    '''Own.'''\n"})
    everywhere = Where.COLUMN | Where.DETAILS | Where.COMMAND
    row = BuiltIn("maker", "Made by", lambda plugin, _: f"Ann, {plugin.name}", Type.CODE, everywhere, width=7)
    monkeypatch.setitem(BUILT_IN, "maker", row)
    page = "Top\n===\n\n.. plugin-catalog:: ns\n   :columns: name, maker\n   :group-by: maker\n"
    app = project.build(page, plugins_namespaces={"ns": {"columns": ["maker"]}})
    assert project.warnings == []
    document = app.env.get_doctree("index")
    assert [each.astext() for head in document.findall(nodes.thead) for each in head.findall(nodes.entry)] == [
        "Name",
        "Made by",
    ]
    assert [each["colwidth"] for each in document.findall(nodes.colspec)] == [20, 7]
    assert "Ann, a" in [each.astext() for each in document.findall(nodes.rubric)]
    facts = {name.astext(): value for name, value in (field.children for field in document.findall(nodes.field))}
    assert [each.astext() for each in facts["Made by"].findall(nodes.literal)] == ["Ann, a"]
    for arguments, shown in {
        "list ns --columns maker": "Made by\nAnn, a\n",
        "show ns:a": "Made by        Ann, a\n",
        "export ns --format markdown": "| Made by |\n| --- |\n| Ann, a |\n",
    }.items():
        assert main([*arguments.split(), "--conf", str(project.folder)]) == 0
        assert shown in capsys.readouterr().out


def test_nothing_is_kept_apart_where_nothing_is_asked() -> None:
    """As without settings: then what was introspected is good for all, and no plugin has to be looked at for it."""
    plugin = Plugin(namespace="ns", name="a", target="m:A")
    assert Fields().cache_key(plugin) is None
    assert Fields(settings=NamespaceOptions(summary=("doc",))).cache_key(plugin) is None
    assert Fields(settings=NamespaceOptions(summary=("doc:module",))).cache_key(plugin) is not None
