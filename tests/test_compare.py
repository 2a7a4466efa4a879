from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given

from sphinxext.plugins.core.breaking import Break
from sphinxext.plugins.core.compare import compare
from sphinxext.plugins.core.differences import Changed, Comparison, Deprecated, Fact, Named, Renamed
from sphinxext.plugins.core.model import (
    Answer,
    Catalog,
    Distribution,
    Docstring,
    Field,
    Inherited,
    Introspection,
    Kind,
    Location,
    Namespace,
    Plugin,
    Problem,
    ProblemKind,
)
from sphinxext.plugins.core.options import Choice, Configuration, Option, Replaced, Subcommand
from sphinxext.plugins.core.text import deprecation
from sphinxext.plugins.formats import markdown
from tests.test_export import catalogs

ONE = Distribution(name="one", version="1.0", metadata=(("Name", "one"), ("Version", "1.0"), ("Import-Name", "a")))
PLUGIN = Plugin(namespace="ns", name="a", target="m:A", distribution=ONE, docstring=Docstring(text="Does. More."))


def catalog(*plugins: Plugin) -> Catalog:
    names = sorted({plugin.namespace for plugin in plugins})
    return Catalog(
        namespaces=tuple(Namespace(name=n, plugins=tuple(p for p in plugins if p.namespace == n)) for n in names)
    )


def with_(plugin: Plugin = PLUGIN, **changes: Any) -> Plugin:  # noqa: ANN401
    return msgspec.structs.replace(plugin, **changes)


GONE: dict[str, Any] = {"breaking": True, "reasons": (Break(kind="removed", reason="it is gone"),)}
OLD_NAME_GONE: dict[str, Any] = {"breaking": True, "reasons": (Break(kind="renamed", reason="its old name is gone"),)}


def test_what_came_and_went() -> None:
    other = with_(namespace="other", name="b", distribution=None, docstring=None)
    assert compare(catalog(PLUGIN), catalog(other)) == Comparison(
        added=(Named(plugin="other:b"),), removed=(Named(plugin="ns:a", distribution="one", summary="Does.", **GONE),)
    )


MOVED = {"target": "n:A", "definition": "m:A"}
TWO = Distribution(name="two")


@pytest.mark.parametrize(
    ("old", "new", "facts"),
    [
        ({}, {"name": "b"}, ()),
        ({}, {"name": "b", "distribution": None}, (Fact(name="distribution", old="one"),)),
        ({"definition": "m:A"}, {"name": "b", **MOVED}, (Fact(name="target", old="m:A", new="n:A"),)),
        (
            {},  # what is not introspected is defined at its target, as far as is known
            {"name": "b", **MOVED},
            (Fact(name="target", old="m:A", new="n:A"), Fact(name="definition", new="m:A")),
        ),
        ({}, {"name": "b", "signature": "()"}, (Fact(name="signature", new="()"),)),
    ],
)
def test_what_was_renamed(old: dict[str, Any], new: dict[str, Any], facts: tuple[Fact, ...]) -> None:
    both = with_(**old), with_(**new)
    renamed = (Renamed(old="ns:a", new="ns:b", facts=facts, **OLD_NAME_GONE),)
    assert compare(*map(catalog, both)) == Comparison(renamed=renamed)
    assert [(each.old, each.new) for each in compare(*map(catalog, both[::-1])).renamed] == [("ns:b", "ns:a")]


def test_one_of_two_names_is_another() -> None:
    """Aliases keep what they have in common, whichever of them is renamed."""
    old, new = (catalog(with_(aliases=(name,)), with_(name=name, aliases=("a",))) for name in "bc")
    found = compare(old, new)
    assert found.renamed == (Renamed(old="ns:b", new="ns:c", **OLD_NAME_GONE),)
    assert [each.name for each in found.changed] == ["ns:a"]
    assert not found.added
    assert not found.removed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([{}], [{"name": "b", "target": "m:B"}]),
        ([{}], [{"name": "b", "distribution": TWO}]),
        ([{}], [{"name": "b", "namespace": "other"}]),
        ([{}], [{"name": "b"}, {"name": "c"}]),
        ([{}, {"name": "b"}], [{"name": "c"}]),
        ([{}, {"name": "b"}], [{"name": "c"}, {"name": "d"}]),
        ([{"definition": "n:A"}], [{"name": "b"}, {"name": "c", "target": "n:A"}]),
    ],
)
def test_what_may_be_another_plugin_is_not_renamed(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    both = [catalog(*(with_(**each) for each in side)) for side in (old, new)]
    for there, back in both, both[::-1]:
        found = compare(there, back)
        assert not found.renamed
        assert [len(found.removed), len(found.added)] == [
            len(each.namespaces[0].plugins) + sum(len(more.plugins) for more in each.namespaces[1:])
            for each in (there, back)
        ]


def test_an_alias_that_goes_is_removed() -> None:
    both = catalog(PLUGIN, with_(name="b"), with_(name="c", target="m:C")), catalog(PLUGIN)
    found = compare(*both)
    assert [(each.plugin, each.same_target) for each in found.removed] == [("ns:b", ("a",)), ("ns:c", ())]
    assert [*found.lines(str, "none")][1:4] == [
        ("-", "ns:b", " (one): Does."),
        ("!", "breaking", ": it is gone"),
        ("", "Same target", ": a"),
    ]
    came = compare(*both[::-1])
    assert [(each.plugin, each.same_target, each.breaking) for each in came.added] == [
        ("ns:b", ("a",), False),
        ("ns:c", (), False),
    ]


def test_what_moved_to_another_distribution_is_not_renamed() -> None:
    old, new = catalog(PLUGIN), catalog(with_(distribution=TWO), with_(name="b"))
    found = compare(old, new)
    assert not found.renamed
    assert [each.name for each in found.changed] == ["ns:a"]
    assert [each.plugin for each in found.added] == ["ns:b"]


PROBLEM = Problem(kind=ProblemKind.LOAD, message="cannot be loaded", remedy="mend it")


@pytest.mark.parametrize(
    ("changes", "fact", "told"),
    [
        ({"target": "m:B"}, Fact(name="target", old="m:A", new="m:B"), ("m:A", "m:B")),
        ({"extras": ("x", "y")}, Fact(name="extras", new=["x", "y"]), ("", "x, y")),
        ({"aliases": ("x",)}, Fact(name="aliases", new=["x"]), ("", "x")),
        ({"kind": Kind.CLASS}, Fact(name="kind", new=Kind.CLASS), ("", "class")),
        ({"introspection": Introspection.STATIC}, Fact(name="introspection", old="metadata", new="static"), None),
        ({"type": "m.T"}, Fact(name="type", new="m.T"), ("", "m.T")),
        ({"signature": "()"}, Fact(name="signature", new="()"), ("", "()")),
        ({"definition": "n:A"}, Fact(name="definition", new="n:A"), ("", "n:A")),
        (
            {"docstring": Docstring(text="Did. More.")},
            Fact(name="docstring", old="Does. More.", new="Did. More."),
            ("Does.", "Did."),
        ),
        (
            {"docstring": Docstring(text="Does. Less.")},
            Fact(name="docstring", old="Does. More.", new="Does. Less."),
            ("Does.", "Does."),
        ),
        (
            {"inherited": Inherited(docstring=Docstring(text="A base."), owner="m.Base")},
            Fact(name="inherited", new="A base."),
            ("", "A base."),
        ),
        ({"problems": (PROBLEM,)}, Fact(name="problems", new=["cannot be loaded"]), ("", "cannot be loaded")),
        (
            {"fields": (Field(name="Formats", value=[".csv"], describer="attr:x"),)},
            Fact(name="Formats", new=[".csv"]),
            ("", ".csv"),
        ),
        (
            {"distribution": msgspec.structs.replace(ONE, name="two")},
            Fact(name="distribution", old="one", new="two"),
            ("one", "two"),
        ),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_what_changed(changes: dict[str, Any], fact: Fact, told: tuple[str, str] | None) -> None:
    assert compare(catalog(PLUGIN), catalog(with_(**changes))) == Comparison(
        changed=(Changed(name="ns:a", facts=(fact,)),)
    )
    assert told is None or fact.texts == told


NEW = Configuration(
    reader="click",
    options=(
        Option(
            name="a", flags=("-a",), type="int", default=[], required=True, help="One. Two.", choices=(Choice(value=1),)
        ),
        Option(name="c", deprecated=Replaced()),
        Option(name="<d>", group="x"),
        Option(name="<d>"),
    ),
    usage="x -a",
    subcommands=(Subcommand(name="run", help="Runs."),),
)
OLD = Configuration(
    reader="argparse",
    options=(Option(name="a", help="One. Three.", default=""), Option(name="b"), Option(name="c"), Option(name="<d>")),
)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            OLD,
            NEW,
            [
                "Reader of options: argparse → click",
                "Usage: none → x -a",
                "Added options: <d>",
                "Removed options: b",
                "Option a, flags: none → -a",
                "Option a, type: none → int",
                "Option a, default: '' → []",
                "Option a, required: no → yes",
                "Option a, choices: none → 1",
                "Option a, help",
                "Option <d>, group: none → x",
                "Added commands: run",
            ],
        ),
        (None, OLD, ["Reader of options: none → argparse", "Added options: a, b, c, <d>"]),
        (
            msgspec.structs.replace(OLD, options=OLD.options[:2]),
            msgspec.structs.replace(OLD, options=OLD.options[1::-1]),
            ["Order of options"],
        ),
    ],
)
def test_what_of_options_changed(old: Configuration | None, new: Configuration, told: list[str]) -> None:
    both = [catalog(with_(configuration=each)) for each in (old, new)]
    assert compare(*both).changed[0].facts == (
        Fact(name="configuration", old=old and msgspec.to_builtins(old), new=msgspec.to_builtins(new)),
    )
    for there, back in both, both[::-1]:
        found = compare(there, back)
        assert msgspec.json.encode(found)
        lines = [(sign, f"{name}{rest}") for sign, name, rest in found.lines(str, "none") if sign in ("", "!")]
        said = [line for sign, line in lines if not sign and line != "Option c, deprecated: yes → none"]
        assert len(said) == len(told)
        assert there is not both[0] or said == told
        assert markdown.differences(found).count("\n  - ") == len(lines)


def test_what_is_deprecated() -> None:
    """It is said once, whatever says so."""
    old = with_(configuration=OLD, fields=(Field(name="Status", value="stable", describer="overlay:status"),))
    replaced = Replaced(since="2.0", replacement="z")
    options = (msgspec.structs.replace(OLD.options[0], deprecated=replaced), *OLD.options[1:])
    told: list[dict[str, Any]] = [
        {"deprecated": "2 are too many."},
        {"configuration": msgspec.structs.replace(OLD, options=options)},
        {"fields": (Field(name="Status", value="Deprecated", describer="overlay:status"),)},
        {"fields": (*old.fields, Field(name="Deprecated", value=True, describer="attr:x"))},
    ]
    messages = [
        ("ns:a", None, "2 are too many."),
        ("ns:a", "a", "since 2.0; use z"),
        ("ns:a", None, None),
        ("ns:a", None, None),
    ]
    for changes, (name, option, message) in zip(told, messages, strict=True):
        found = compare(catalog(old), catalog(with_(old, **changes)))
        assert found == Comparison(deprecated=(Deprecated(name=name, option=option, message=message),))
        back = compare(catalog(with_(old, **changes)), catalog(old))
        assert not back.deprecated
        assert len(back.changed) == 1
    assert [*compare(catalog(old), catalog(with_(old, **told[1]))).lines(str, "none")] == [
        ("#", "Deprecated", ""),
        ("~", "ns:a", ", option a: since 2.0; use z"),
    ]


@pytest.mark.parametrize(
    ("directive", "message"),
    [("2.0\n   Use b.", "since 2.0: Use b."), ("2.0", "since 2.0"), ("\n   Use b.", "Use b.")],
)
def test_since_when_a_docstring_says_that_it_is_deprecated(directive: str, message: str) -> None:
    docstring = Docstring(text=f"A.\n\n.. deprecated:: {directive}")
    found = compare(catalog(PLUGIN), catalog(with_(docstring=docstring, deprecated=deprecation(docstring.text))))
    assert [each.message for each in found.deprecated] == [message]


def test_a_distribution_that_is_inactive_is_deprecated() -> None:
    inactive = msgspec.structs.replace(ONE, classifiers=("Development Status :: 7 - Inactive",))
    there, back = catalog(PLUGIN), catalog(with_(distribution=inactive))
    assert compare(there, back).deprecated == (Deprecated(name="one"),)
    assert not compare(back, there).deprecated


def test_lines_answers_and_sources_are_no_facts() -> None:
    place = Location(file="m.py", line=1)
    answer = Answer(describer="attr:x", introspection=Introspection.STATIC, value=1)
    moved = with_(
        location=place,
        docstring=Docstring(text="Does. More.", location=place),
        answers=(answer,),
        distribution=msgspec.structs.replace(ONE, source="wheels:dist"),
    )
    assert not compare(catalog(PLUGIN), catalog(moved))


def test_a_distribution_is_told_once() -> None:
    two = msgspec.structs.replace(
        ONE, name="One", version="2.0", metadata=(("Name", "One"), ("Version", "2.0"), ("Import-Name", "b"))
    )
    old = catalog(PLUGIN, with_(name="b"))
    new = catalog(with_(distribution=two), with_(name="b", distribution=two))
    facts = (Fact(name="version", old="1.0", new="2.0"), Fact(name="Import-Name", old=["a"], new=["b"]))
    assert compare(old, new) == Comparison(distributions=(Changed(name="One", facts=facts),))


@pytest.mark.parametrize(
    "header",
    ["License-File", "Name-Space", "Versions", "Summary-Type", "Author-Name", "Maintainers", "Classifiers", "x-name"],
)
def test_headers_are_left_out_by_their_whole_name(header: str) -> None:
    """Only those that a distribution tells in another way are left out, whatever others begin with."""
    old, new = (
        with_(distribution=msgspec.structs.replace(ONE, metadata=(*ONE.metadata, (header, value)))) for value in "ab"
    )
    changed = Changed(name="one", facts=(Fact(name=header, old=["a"], new=["b"]),))
    assert compare(catalog(old), catalog(new)) == Comparison(distributions=(changed,))


@pytest.mark.parametrize(
    "header",
    [
        "License",
        "LICENSE-EXPRESSION",
        "Author-email",
        "maintainer-email",
        "Download-URL",
        "Classifier",
        "Metadata-Version",
    ],
)
def test_headers_that_are_told_otherwise_are_not_told_twice(header: str) -> None:
    other = msgspec.structs.replace(ONE, metadata=(*ONE.metadata, (header, "a")))
    assert not compare(catalog(PLUGIN), catalog(with_(distribution=other)))


def test_plugins_of_one_name_are_told_apart_by_their_distributions() -> None:
    two = with_(distribution=Distribution(name="two"), target="m:B")
    found = compare(catalog(PLUGIN, two), catalog(with_(two, target="m:C")))
    assert [named.distribution for named in found.removed] == ["one"]
    assert found.changed == (Changed(name="ns:a", facts=(Fact(name="target", old="m:B", new="m:C"),)),)


@pytest.mark.slow
@given(catalogs())
def test_nothing_differs_from_itself(whole: Catalog) -> None:
    assert not compare(whole, whole)


@pytest.mark.slow
@given(catalogs(), catalogs())
def test_what_came_is_what_goes_the_other_way_round(one: Catalog, other: Catalog) -> None:
    there, back = compare(one, other), compare(other, one)
    assert sorted(each.plugin for each in there.added) == sorted(each.plugin for each in back.removed)
    assert sorted((each.old, each.new) for each in there.renamed) == sorted(
        (each.new, each.old) for each in back.renamed
    )
    assert [changed.name for changed in there.changed] == [changed.name for changed in back.changed]
