"""Whether plugins do what their interface asks: what is said of each difference, and that nothing else is."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sphinxext.plugins.checks.interface import problems, renamed
from sphinxext.plugins.core import signatures
from sphinxext.plugins.core.interfaces import Implementation, Interface, Lack, Member, MemberKind, Need, Support
from sphinxext.plugins.core.model import Kind, Location, Namespace, Plugin, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conftest import Install, Project

METHOD, FUNCTION = MemberKind.METHOD, MemberKind.FUNCTION
BASE = "app.base.Reader"

# What a plugin's method takes, what the interface's does, and why the one cannot be called as the other.
CALLS: list[tuple[str, str, str | None]] = [
    ("()", "()", None),
    ("(path)", "(path)", None),
    ("(file)", "(path)", None),  # by position it can
    ("()", "(path)", "it takes no arguments by position, and is given 1"),
    ("(path)", "()", "it requires path"),
    ("(a, b)", "(a)", "it requires b"),
    ("(a)", "(a, b)", "it takes 1 argument by position, and is given 2"),
    ("(a, b=1)", "(a)", None),
    ("(a, b)", "(a, b=1)", "it requires b"),
    ("(a, b, c)", "(a, b=1, c=2)", "it requires b, c"),
    ("(a, b=…)", "(a, b)", None),
    ("(a, b=2)", "(a, b=1)", None),
    ("(a)", "(a, b=1)", "it takes 1 argument by position, and is given 2"),
    ("(*args)", "(a, b)", None),
    ("(**kwargs)", "(a, b)", None),  # by name it can
    ("(**kwargs)", "(a, /)", "it takes no arguments by position, and is given 1"),
    ("(*args, **kwargs)", "(a, /, b, *, c)", None),
    ("(a, *args)", "(a, b, c=1)", None),
    ("(a, b, c)", "(*args, **kwargs)", None),
    ("(a, *, b)", "(*args, **kwargs)", None),
    ("(a, b)", "(a, *args)", None),
    ("(a, /, b)", "(**kwargs)", "it requires a"),
    ("(a, b)", "(a, **kwargs)", None),
    ("(a)", "(a, **kwargs)", None),
    ("(a)", "(a, *args)", None),
    ("()", "(a, **kwargs)", "it takes no arguments by position, and is given 1"),
    ("(a, *, b)", "(a, b)", None),  # by name it can
    ("(a, b)", "(a, *, b)", None),
    ("(a, *, b)", "(a, *, b)", None),
    ("(a)", "(a, *, b)", "it takes no b"),
    ("(a, **rest)", "(a, *, b)", None),
    ("(a, *, b)", "(a)", "it requires b"),
    ("(a, *, b, c)", "(a)", "it requires b, c"),
    ("(a, *, b)", "(a, *, b=1)", "it requires b"),
    ("(a, *, b=1)", "(a, *, b)", None),
    ("(a, *, b=1, c=2)", "(a, *, b=1)", None),
    ("(a, *, c)", "(a, *, b)", "it takes no b"),
    ("(a, /)", "(a)", None),
    ("(a)", "(a, /)", None),
    ("(a, /)", "(*, a)", "it takes no a"),
    ("(b, a)", "(a, *, b)", None),
    ("(b)", "(a, /, *, b)", "it is given b twice"),
    ("(path='a, b', mode=('r', 'w'))", "(path, mode)", None),
    ("(größe)", "(size)", None),
]


@pytest.mark.parametrize(("own", "asked", "why"), CALLS)
def test_what_can_be_called(own: str, asked: str, why: str | None) -> None:
    taken, given_ = signatures.parsed(own), signatures.parsed(asked)
    assert taken is not None
    assert given_ is not None
    assert signatures.obstacle(taken, given_) == why


@pytest.mark.parametrize(
    "written",
    [
        "",
        "()x",
        "(a",
        "(a, a)",
        "(class)",
        "(a=1, b)",
        "(a): pass\ndef g()",
        "(self, …)",
        "(__debug__)",
        "(a=(" * 99 + ")",
    ],
)
def test_what_is_no_signature(written: str) -> None:
    assert signatures.parsed(written) is None


@st.composite
def signature_texts(draw: st.DrawFn) -> str:
    """A signature that Python takes, with few names, so that two of them often have some in common."""
    names = draw(st.permutations(["a", "b", "c", "d"]))[: draw(st.integers(0, 4))]
    kinds = sorted(draw(st.sampled_from([0, 1, 3])) for _ in names)
    defaults = [draw(st.booleans()) for _ in names]
    parameters: list[inspect.Parameter] = []
    seen = False
    for name, kind, has_default in zip(names, kinds, defaults, strict=True):
        seen = seen or (has_default and kind < inspect.Parameter.KEYWORD_ONLY)
        default = 1 if (seen if kind < inspect.Parameter.KEYWORD_ONLY else has_default) else inspect.Parameter.empty
        parameters.append(inspect.Parameter(name, inspect._ParameterKind(kind), default=default))  # noqa: SLF001
    if draw(st.booleans()):
        at = sum(kind < inspect.Parameter.KEYWORD_ONLY for kind in kinds)
        parameters.insert(at, inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL))
    if draw(st.booleans()):
        parameters.append(inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD))
    return str(inspect.Signature(parameters))


def function(signature: str) -> inspect.Signature:
    made: dict[str, Any] = {}
    exec(f"def f{signature}: pass", made)
    return inspect.signature(made["f"])


def takes(own: inspect.Signature, positional: Sequence[str], by_name: Sequence[str]) -> bool:
    try:
        own.bind(*positional, **dict.fromkeys(by_name))
    except TypeError:
        return False
    return True


@given(signature_texts(), signature_texts())
def test_python_itself_can_call_what_can_be_called(own: str, asked: str) -> None:
    """Where the interface takes no ``*args`` and ``**kwargs``, which may be anything."""
    taken, given_ = signatures.parsed(own), signatures.parsed(asked)
    assert taken is not None
    assert given_ is not None
    if given_.arguments or given_.keywords:
        return
    can_be_called = True
    for every in (False, True):
        positional = [each.name for each in given_.positional if every or each.required]
        keywords = [each.name for each in given_.only_keyword if every or each.required]
        least = min(len(given_.only_positional), len(positional))
        ways = range(least, len(positional) + 1)
        can_be_called &= any(
            takes(function(own), positional[:count], [*positional[count:], *keywords]) for count in ways
        )
    assert (signatures.obstacle(taken, given_) is None) is can_be_called


@given(signature_texts())
def test_what_has_the_same_signature_can_be_called(written: str) -> None:
    parsed = signatures.parsed(written)
    assert parsed is not None
    assert signatures.obstacle(parsed, parsed) is None
    assert signatures.renamed(parsed, parsed) == []
    assert f"({signatures.code(written)})" == written


def interface(*members: Member, **facts: object) -> Interface:
    usual = Interface(target="app.base:Reader", kind=Kind.CLASS, classes=(BASE,), members=members)
    return replace(usual, **facts)


def member(name: str = "read", signature: str | None = "(path)", **facts: object) -> Member:
    usual = Member(name=name, signature=signature, kind=METHOD, owner=BASE, need=Need.DEFAULT)
    return replace(usual, **facts)


def done(name: str = "read", signature: str | None = "(path)", **facts: object) -> Implementation:
    usual = Implementation(member=name, signature=signature, support=Support.OWN, kind=METHOD, owner="mine.Csv")
    return replace(usual, **({"location": Location(file="mine.py", line=7)} | facts))


def plugin(*implements: Implementation, **facts: object) -> Plugin:
    usual = Plugin(namespace="app.reader", name="csv", target="mine:Csv", kind=Kind.CLASS, implements=implements)
    return replace(usual, **({"location": Location(file="mine.py", line=3)} | facts))


def said(interface: Interface | None, *plugins: Plugin) -> list[str]:
    found = problems(Namespace(name="app.reader", interface=interface, plugins=plugins))
    assert all(each.kind is ProblemKind.INTERFACE and each.plugin == "app.reader:csv" for each in found)
    return [f"{each.location.line if each.location else ''}: {each.message}" for each in found]


REQUIRED = Need.REQUIRED


def test_a_required_member_is_missing() -> None:
    lacking = [
        done(name, support=Support.NO, owner=BASE, lack=Lack.ABSTRACT, location=None) for name in ("read", "tell")
    ]
    asked = interface(member("read", need=REQUIRED), member("tell", need=REQUIRED), member("seek"))
    assert said(asked, plugin(lacking[0])) == [f"3: lacks read, which {BASE} requires"]
    assert said(asked, plugin(*lacking)) == [f"3: lacks read, tell, which {BASE} requires"]
    assert said(asked, plugin(done("seek", support=Support.NO, owner=None))) == []


@pytest.mark.parametrize(
    ("lack", "words"),
    [
        (Lack.RAISES, "read (which only raises NotImplementedError)"),
        (Lack.RETURNS, "read (which only returns NotImplemented)"),
        (Lack.ABSTRACT, "read (which is abstract)"),
        (Lack.NONE, "read (which is None)"),
    ],
)
def test_a_required_member_that_does_nothing_is_missing_where_it_stands(lack: Lack, words: str) -> None:
    own = done(support=Support.NO, lack=lack)
    assert said(interface(member(need=REQUIRED)), plugin(own)) == [f"7: lacks {words}, which {BASE} requires"]


@pytest.mark.parametrize(
    "facts",
    [
        {"support": Support.UNKNOWN, "owner": None, "reason": "Base is computed"},
        {"support": Support.DEFAULT, "owner": BASE},
        {"support": Support.NO, "found": Support.OWN, "note": "the overlay says so"},
        {"support": Support.YES, "found": Support.NO, "note": "the overlay says so"},
        {"support": Support.NO, "capability": True},
    ],
)
def test_no_member_is_missing(facts: dict[str, Any]) -> None:
    assert said(interface(member(need=REQUIRED)), plugin(done(**facts))) == []


def test_one_problem_for_each_member_that_cannot_be_called() -> None:
    asked = interface(member("read"), member("tell", "()"), member("seek", "(at, whence=0)"))
    found = said(asked, plugin(done("read", "()"), done("tell", "(of)"), done("seek", "(at, whence=1, *, fast=True)")))
    assert found == [
        f"7: has read(), which cannot be called as {BASE} has it, read(path): "
        "it takes no arguments by position, and is given 1",
        f"7: has tell(of), which cannot be called as {BASE} has it, tell(): it requires of",
    ]


OTHERS = [
    MemberKind.STATIC_METHOD,
    MemberKind.CLASS_METHOD,
    MemberKind.PROPERTY,
    MemberKind.ATTRIBUTE,
    None,
]

# What is not compared, for nothing certain would come of it.
UNCOMPARED: dict[str, tuple[Member, Implementation]] = {
    **{f"{kind} in place of a method": (member(), done(kind=kind, decorated=True)) for kind in OTHERS},
    "property in place of a method": (member(), done(kind=MemberKind.PROPERTY)),
    **{f"method in place of a {kind}": (member(kind=kind), done()) for kind in [*OTHERS, MemberKind.CLASS]},
    "decorated": (member(), done(signature="()", decorated=True)),
    "interface is decorated": (member(decorated=True), done(signature="()")),
    "no signature": (member(), done(signature=None)),
    "interface forgot self": (member(signature=None), done(signature="()")),
    "no signature that Python knows": (member(signature="(a, a)"), done(signature="()")),
    "inherited from the interface": (member(), done(signature="()", owner=BASE, support=Support.DEFAULT)),
    "constructor": (member("__init__"), done("__init__", "()")),
    "unhashable": (member("__hash__", "()"), done("__hash__", None, lack=Lack.NONE, support=Support.NO)),
    "optional one that is None": (member(need=Need.OPTIONAL), done(lack=Lack.NONE, support=Support.NO, signature=None)),
    "no member of the interface": (member(), done("write", "()")),
}


@pytest.mark.parametrize(("asked", "own"), UNCOMPARED.values(), ids=UNCOMPARED)
def test_what_is_not_certain_is_not_said(asked: Member, own: Implementation) -> None:
    assert said(interface(asked), plugin(own)) == []


@pytest.mark.parametrize("kind", [METHOD, MemberKind.STATIC_METHOD, MemberKind.CLASS_METHOD])
def test_however_a_method_is_bound_it_is_compared(kind: MemberKind) -> None:
    for asked, own in ((member(kind=kind), done(signature="()")), (member(), done(signature="()", kind=kind))):
        assert len(said(interface(asked), plugin(own))) == 1
    assert (
        len(said(interface(member()), plugin(done(signature="()", support=Support.INHERITED, owner="mine.Base")))) == 1
    )


def test_no_function_stands_in_its_place() -> None:
    asked = interface(member())
    nothing = done(signature=None, kind=MemberKind.ATTRIBUTE, lack=Lack.NONE, support=Support.NO)
    assert said(asked, plugin(nothing)) == [f"7: has read, which is None, where {BASE} has a method"]
    data = done(signature=None, kind=MemberKind.ATTRIBUTE)
    assert said(asked, plugin(data)) == [f"7: has read, which is no function, where {BASE} has a method"]
    inner = done(signature="(path)", kind=MemberKind.CLASS)
    assert said(asked, plugin(inner)) == [f"7: has read, which is a class, where {BASE} has a method"]


def test_a_class_that_has_all_need_not_inherit() -> None:
    asked = interface(member(need=REQUIRED))
    assert said(asked, plugin(done())) == []
    assert said(asked, plugin(done(kind=FUNCTION), kind=Kind.MODULE, target="mine")) == []


def test_a_function_is_no_class_where_somebody_declared_one() -> None:
    made = plugin(done(support=Support.NO, owner=None), kind=Kind.FUNCTION, target="mine:make", signature="()")
    asked = member(need=REQUIRED)
    assert said(interface(asked), made) == [f"3: is a function, where {BASE} is a class"]
    assert said(interface(asked, protocol=True), made) == [f"3: is a function, where {BASE} is a class"]
    assert said(interface(asked, inferred=True), made) == []
    assert said(interface(member()), made) == []  # and it may make what there is
    assert said(interface(asked, problem="it cannot be found"), made) == []
    assert said(None, made) == []


def test_a_function_is_what_a_protocol_of_functions_asks() -> None:
    asked = interface(member("__call__", need=REQUIRED), protocol=True)
    assert said(asked, plugin(kind=Kind.FUNCTION, signature="(file)")) == []
    assert said(asked, plugin(kind=Kind.FUNCTION, signature="()")) == [
        f"3: takes (), so that it cannot be called as {BASE} is, (path): "
        "it takes no arguments by position, and is given 1"
    ]


FUNCTIONS: list[tuple[dict[str, Any], str | None]] = [
    ({"kind": Kind.FUNCTION, "signature": "(stream)"}, None),
    ({"kind": Kind.METHOD, "signature": "(stream, *, fast=True)"}, None),
    ({"kind": Kind.FUNCTION, "signature": None}, None),
    ({"kind": Kind.INSTANCE, "signature": "()"}, None),
    ({"kind": Kind.CLASS, "signature": "(stream)"}, None),
    ({"kind": None}, None),
    ({"kind": Kind.MODULE}, "is a module, where app.base.read is a function"),
    (
        {"kind": Kind.FUNCTION, "signature": "(stream, mode)"},
        "takes (stream, mode), so that it cannot be called as app.base.read(path): it requires mode",
    ),
    (
        {"kind": Kind.CLASS, "signature": "()"},
        "is a class, and takes (), so that it cannot be called as app.base.read(path): "
        "it takes no arguments by position, and is given 1",
    ),
]


@pytest.mark.parametrize(("facts", "message"), FUNCTIONS)
def test_a_function_as_the_interface(facts: dict[str, Any], message: str | None) -> None:
    asked = interface(target="app.base:read", kind=Kind.FUNCTION, signature="(path)", classes=())
    assert said(asked, plugin(**facts)) == ([f"3: {message}"] if message else [])


HOOKS: list[tuple[str, str, str | None]] = [
    ("()", "(item, call)", None),
    ("(call)", "(item, call)", None),
    ("(call, item)", "(item, call)", None),
    ("(item, other=None)", "(item, call)", None),
    ("(item, *args, **kwargs)", "(item, call)", None),
    ("(item, *, call=None)", "(item, call)", None),
    ("(self)", "(item, call)", "self"),
    ("(item, config)", "(item, call)", "config"),
    ("(item, *, call)", "(item, call)", "call"),
]


@pytest.mark.parametrize(("own", "asked", "wrong"), HOOKS)
def test_a_hook_takes_any_of_what_there_is(own: str, asked: str, wrong: str | None) -> None:
    specified = interface(
        member("pytest_it", asked, kind=FUNCTION, owner="app.hooks"),
        target="app.hooks",
        kind=Kind.MODULE,
        hooks="pytest",
        classes=("app.hooks",),
    )
    message = f"7: has a hook pytest_it that asks for {wrong}, which app.hooks does not give"
    for kind in (FUNCTION, METHOD):
        assert said(specified, plugin(done("pytest_it", own, kind=kind))) == ([message] if wrong else [])
    assert said(specified, plugin(done("pytest_it", own, decorated=True))) == []
    assert said(specified, plugin(done("pytest_it", own, support=Support.UNKNOWN))) == []


def test_the_interface_itself_is_no_plugin_that_lacks_something() -> None:
    asked = interface(member(need=REQUIRED))
    nothing = done(support=Support.NO, owner=None)
    assert said(asked, plugin(nothing, target="app.base:Reader")) == []
    assert said(asked, plugin(nothing, target="app:Reader", definition="app.base:Reader")) == []
    assert len(said(asked, plugin(nothing, target="app:Other"))) == 1


NAMES: list[tuple[str, str, list[str]]] = [
    ("(path)", "(path)", []),
    ("(file)", "(path)", ["file what app.base.Reader calls path"]),
    ("(file, mode)", "(path, mode)", ["file what app.base.Reader calls path"]),
    ("(path, /)", "(path)", ["path what app.base.Reader calls path"]),
    ("(file)", "(path, /)", []),
    ("(*args, **kwargs)", "(path)", []),
    ("(*args)", "(path)", []),
    ("(file, **kwargs)", "(path)", []),
    ("()", "(path)", []),  # which the other rule says
]


@pytest.mark.parametrize(("own", "asked", "pairs"), NAMES)
def test_names_are_a_rule_of_its_own(own: str, asked: str, pairs: list[str]) -> None:
    namespace = Namespace(
        name="app.reader", interface=interface(member("read", asked)), plugins=(plugin(done("read", own)),)
    )
    found = [each.message for each in renamed(namespace)]
    assert found == [f"calls in read{own} {pair}" for pair in pairs]


def test_long_signatures_are_cut() -> None:
    long = f"({', '.join(f'parameter_{number}' for number in range(200))})"
    [message] = said(interface(member("read", "()")), plugin(done("read", long)))
    assert "…), which cannot" in message
    assert len(message) < 500


def test_many_members_are_cut() -> None:
    names = [f"member_{number}" for number in range(200)]
    asked = interface(*(member(name, need=REQUIRED) for name in names))
    [message] = said(asked, plugin(*(done(name, support=Support.NO, owner=None) for name in names)))
    assert "… (200 in all), which" in message
    assert len(message) < 500


LACKING = """
    class Reader:
        def read(self, path): raise NotImplementedError
    class Good(Reader):
        def read(self, path): return path
    class Bad(Reader):
        def read(self): return 1
    """
PAGE = "Top\n===\n\n.. list-plugins:: ns\n"


def test_a_build_says_it_on_request_and_again(project: Project, install: Install) -> None:
    install("lacking", {"ns": {"bad": "lacking:Bad", "good": "lacking:Good"}}, {"lacking.py": LACKING})
    project.build(PAGE, builder="text")
    assert project.warnings == []
    for _ in range(2):
        project.build(builder="text", plugins_report_interface=True)
        [warning] = project.warnings
        assert "lacking.py:7: WARNING: ns:bad has read(), which cannot be called as lacking.Reader has it" in warning
        assert warning.endswith("[plugins.interface]")
        assert project.read == []
    suppressed = ["plugins.interface"]
    project.build(builder="text", plugins_report_interface=True, suppress_warnings=suppressed)
    assert project.warnings == []
