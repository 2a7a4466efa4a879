from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sphinxext.plugins.core.breaking import REASONS, of_distribution, of_interface, of_plugin
from sphinxext.plugins.core.compare import compare
from sphinxext.plugins.core.interfaces import Implementation, Interface, Member, MemberKind, Need, Support
from sphinxext.plugins.core.model import Catalog, Distribution, Namespace, Plugin, Problem, ProblemKind
from sphinxext.plugins.core.options import Choice, Configuration, Option, Subcommand
from sphinxext.plugins.formats import markdown

PLUGIN = Plugin(namespace="ns", name="a", target="m:A")


def chosen(*values: object) -> tuple[Choice, ...]:
    return tuple(Choice(value=value) for value in values)


def configured(*options: Option, **rest: Any) -> Plugin:  # noqa: ANN401
    configuration = Configuration(**{"reader": "click", "options": options, **rest})
    return msgspec.structs.replace(PLUGIN, configuration=configuration)


X = Option(name="x", flags=("-x", "--ex"), type="int", environment=("X",))


def x(**changes: Any) -> Option:  # noqa: ANN401
    return msgspec.structs.replace(X, **changes)


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        ((X,), (), ["option x is gone"]),
        ((X,), (x(name="y"),), []),  # it is still written so
        ((X,), (x(name="y", flags=("-x",), environment=()),), []),
        ((X,), (x(name="y", flags=("-y",), environment=()),), ["option x is gone"]),
        ((X,), (x(flags=("--ex",)),), ["option -x is gone"]),
        ((X,), (x(flags=("--ex",)), Option(name="y", flags=("-x",))), []),
        ((X,), (x(environment=()),), ["option X is gone"]),
        ((X,), (x(required=True),), ["option x is required now"]),
        ((x(required=True),), (X,), []),
        ((), (X,), []),
        ((), (x(required=True),), ["option x is required now"]),
        ((x(required=True),), (x(name="y", required=True),), []),
        ((X,), (x(name="y", required=True),), ["option y is required now"]),
        ((X,), (x(type="str"),), ["option x is of type str now"]),
        ((X,), (x(type="int | str"),), []),
        ((X,), (x(type="float"),), []),
        ((x(type="float"),), (X,), ["option x is of type int now"]),
        ((x(type=None),), (X,), []),
        ((X,), (x(type=None),), []),
        ((x(choices=chosen("a", "b", "c")),), (x(choices=chosen("d", "b")),), ["option x does not take a, c any more"]),
        ((x(choices=chosen("a")),), (x(choices=chosen("a", "b")),), []),
        ((x(choices=chosen("a")),), (X,), []),
        ((X,), (x(choices=chosen(1, 2)),), ["option x takes nothing but 1, 2 now"]),
        ((X,), (x(choices=chosen("a", "…")),), []),
        ((x(choices=chosen("a", "b…")),), (x(choices=chosen("a")),), []),
        ((Option(name="?"),), (Option(name="…", required=True),), []),
    ],
)
def test_options(old: tuple[Option, ...], new: tuple[Option, ...], reasons: list[str]) -> None:
    assert [each.reason for each in of_plugin(configured(*old), configured(*new))] == reasons


def test_what_another_reader_tells_of_options() -> None:
    """Its words for types and ways are others; which options there are, and which have to be given, is not."""
    new = configured(x(type="number", flags=(), environment=(), required=True), reader="schema")
    assert [each.reason for each in of_plugin(configured(X, Option(name="y")), new)] == [
        "option x is required now",
        "option y is gone",
    ]


def test_commands() -> None:
    run, stop = Subcommand(name="run"), Subcommand(name="stop")
    gone = of_plugin(configured(subcommands=(run, stop)), configured(subcommands=(stop,)))
    assert [each.reason for each in gone] == ["command run is gone"]


NOT_ALL = Problem(kind=ProblemKind.OPTION, message="has more options", remedy="")


def test_options_that_are_not_known_break_nothing() -> None:
    whole, other = configured(X), configured(Option(name="y", required=True))
    assert len([*of_plugin(whole, other)]) == 2
    assert not [*of_plugin(PLUGIN, other)]
    assert not [*of_plugin(whole, PLUGIN)]
    for side, kind in ((0, "option-removed"), (1, "option-required")):
        both = [whole, other]
        both[side] = msgspec.structs.replace(both[side], problems=(NOT_ALL,))
        assert [each.kind for each in of_plugin(*both)] == [kind]


def doing(support: Support, *, capability: bool = False) -> Plugin:
    done = Implementation(member="seek", support=support, capability=capability)
    return msgspec.structs.replace(PLUGIN, implements=(done,))


@pytest.mark.parametrize("capability", [True, False])
def test_capabilities(capability: bool) -> None:  # noqa: FBT001
    can, cannot, unknown = (
        doing(support, capability=capability)
        for support in (Support.YES if capability else Support.OWN, Support.NO, Support.UNKNOWN)
    )
    [lost] = of_plugin(can, cannot)
    assert lost.reason == "it does not have seek any more"
    for both in ((cannot, can), (can, unknown), (unknown, cannot), (can, PLUGIN), (PLUGIN, cannot)):
        assert not [*of_plugin(*both)]
    assert not [*of_plugin(doing(Support.YES, capability=True), doing(Support.NO))]


@pytest.mark.parametrize(
    ("old", "new", "is_less"),
    [
        (">=3.8", ">=3.10", True),
        (">=3.8", ">=3.8,<3.13", True),
        (">=3.8", ">=3.8", False),
        (">=3.9", ">=3.8", False),
        (">=2.7, !=3.0.*, !=3.1.*", ">=3.2", True),
        (">=3.8.1", ">=3.8", False),
        (">=3.8", ">=3.8.1", False),  # that is still one of them
        (None, ">=3.10", False),  # nobody said which it runs on
        (">=3.8", None, False),
        (">=3.8", "three", False),
        ("three", ">=3.8", False),
    ],
)
def test_pythons(old: str | None, new: str | None, is_less: bool) -> None:  # noqa: FBT001
    found = of_distribution(*(Distribution(name="one", requires_python=each) for each in (old, new)))
    assert [each.reason for each in found] == ([f"it requires Python {new} now"] if is_less else [])


def member(name: str = "read", signature: str | None = "(path)", **rest: Any) -> Member:  # noqa: ANN401
    return Member(**{"name": name, "kind": MemberKind.METHOD, "signature": signature, "need": Need.DEFAULT, **rest})


def interface(*members: Member, **rest: Any) -> Interface:  # noqa: ANN401
    return Interface(**{"target": "m:Base", "members": members, **rest})


CALLED = "read is called with %s now"


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        ([], [member()], []),
        ([], [member(need=Need.REQUIRED)], ["member read is required now"]),
        ([member()], [member(need=Need.REQUIRED)], ["member read is required now"]),
        ([member(need=Need.OPTIONAL)], [member(need=Need.REQUIRED)], ["member read is required now"]),
        ([member(need=Need.REQUIRED)], [member(need=Need.REQUIRED)], []),
        ([member(need=None)], [member(need=Need.REQUIRED)], []),
        ([member(need=Need.REQUIRED)], [member()], []),
        ([member()], [], []),
        ([member()], [member(signature="(path, mode)")], [CALLED % "(path, mode)"]),
        ([member()], [member(signature="(path, mode=1)")], [CALLED % "(path, mode=1)"]),
        ([member()], [member(signature="()")], [CALLED % "()"]),
        ([member(signature="(path, mode=1)")], [member()], [CALLED % "(path)"]),
        ([member()], [member(signature="(file)")], []),
        ([member(signature="(path=1)")], [member(signature="(path=2)")], []),
        ([member()], [member(signature=None)], []),
        ([member()], [member(signature="()", decorated=True)], []),
        ([member(decorated=True)], [member(signature="()")], []),
    ],
)
def test_members(old: list[Member], new: list[Member], reasons: list[str]) -> None:
    assert [each.reason for each in of_interface(interface(*old), interface(*new))] == reasons


@pytest.mark.parametrize(
    ("old", "new", "breaks"),
    [("(a, b)", "(a)", True), ("(a)", "(b)", True), ("(a)", "(b, a)", False), ("(a)", "(a, *, b)", False)],
)
def test_hooks_take_any_part_of_what_there_is(old: str, new: str, breaks: bool) -> None:  # noqa: FBT001
    both = (interface(member(signature=each), hooks="app") for each in (old, new))
    assert [each.kind for each in of_interface(*both)] == (["signature"] if breaks else [])


def test_a_function_as_interface() -> None:
    both = [interface(target="m:make", signature=each) for each in ("(a)", "(a, b)")]
    assert [each.reason for each in of_interface(*both)] == ["m.make is called with (a, b) now"]
    assert not [*of_interface(both[0], both[0])]


@pytest.mark.parametrize(
    ("old", "new", "breaks"),
    [
        ({}, {"target": "n:Base"}, True),
        ({}, {"inferred": True}, True),
        ({}, {"target": "n:Base", "inferred": True}, False),
        ({"problem": "it is not known"}, {}, False),
        ({}, {"problem": "it is not known"}, False),
    ],
)
def test_interfaces_that_are_not_known_break_nothing(old: dict[str, Any], new: dict[str, Any], breaks: bool) -> None:  # noqa: FBT001
    assert bool([*of_interface(interface(**old), interface(member(need=Need.REQUIRED), **new))]) is breaks


def test_all_reasons_are_found_and_shown() -> None:
    """Each kind is in one comparison, with the same words in text, Markdown and JSON."""
    old = configured(
        X,
        Option(name="y"),
        Option(name="z", choices=chosen(1, 2), type="int"),
        Option(name="w"),
        subcommands=(Subcommand(name="run"), Subcommand(name="stop")),
    )
    new = configured(
        x(required=True),
        Option(name="z", choices=chosen(1), type="str"),
        Option(name="w", choices=chosen("*")),
        subcommands=(Subcommand(name="stop"),),
    )
    old, new = (
        msgspec.structs.replace(
            each, implements=doing(support).implements, distribution=Distribution(name="one", requires_python=python)
        )
        for each, support, python in ((old, Support.OWN, ">=3.8"), (new, Support.NO, ">=3.9"))
    )
    gone, named = (msgspec.structs.replace(PLUGIN, name=name, target=f"m:{name}") for name in "gn")
    other = msgspec.structs.replace(named, name="*other*")
    asked = interface(member()), interface(member(need=Need.REQUIRED, signature="()"))
    before, after = (
        Catalog(namespaces=(Namespace(name="ns", plugins=plugins, interface=of),))
        for plugins, of in (((old, gone, named), asked[0]), ((new, other), asked[1]))
    )
    found = compare(before, after)
    assert found.breaking
    kinds = [why.kind for _, _, entries in found.groups for each in entries for why in each.reasons]  # type: ignore[union-attr]  # none is deprecated
    assert sorted(kinds) == sorted(REASONS)
    reasons = [why.reason for _, _, entries in found.groups for each in entries for why in each.reasons]  # type: ignore[union-attr]
    assert [rest for sign, _, rest in found.lines(str, "none") if sign == "!"] == [f": {each}" for each in reasons]
    written = markdown.differences(found)
    assert written.count("  - **breaking**: ") == len(reasons)
    assert "option w takes nothing but \\* now" in written
    data = msgspec.json.decode(msgspec.json.encode(found))
    assert data["renamed"][0]["breaking"] is True
    assert data["renamed"][0]["reasons"] == [{"kind": "renamed", "reason": "its old name is gone"}]
    assert [each["name"] for each in data["interfaces"]] == ["ns"]
    assert not compare(before, before).breaking
