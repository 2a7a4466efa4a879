"""What references lead to, without a build."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sphinxext.plugins.core.model import ProblemKind
from sphinxext.plugins.core.text import anchor
from sphinxext.plugins.core.typos import nearest
from sphinxext.plugins.sphinx.references import Entry, Object, Rank, Reference, Targets

KNOWN = ["zebra.readers", "zebra.writers", "Aardvark"]


def entry(page: str, anchor: str = "", *, rank: Rank = Rank.DETAILED, line: int = 1) -> Entry:
    return Entry(page, anchor, line, rank)


def plugin(identity: str) -> Object:
    return Object("plugin", identity)


def found(targets: Targets, name: str, near: str | None = None) -> list[str]:
    return [documented.name for documented, _ in targets.candidates(Reference("plugin", name, near))]


def test_candidates() -> None:
    objects = {plugin(identity): entry("a", identity) for identity in ("ns:a", "ns:b", "other:b", "other:ns:a")}
    targets = Targets({"a": {**objects, Object("namespace", "ns"): entry("a")}})
    assert found(targets, "ns:a") == ["ns:a"]  # a full name first, whatever the name of another
    assert found(targets, "a") == ["ns:a"]
    assert found(targets, "b") == ["ns:b", "other:b"]
    assert found(targets, "b", "other") == ["other:b"]
    assert found(targets, "a", "other") == ["ns:a"]
    assert found(targets, "c") == []
    assert [name for (_, name), _ in targets.candidates(Reference("namespace", "ns"))] == ["ns"]
    assert targets.candidates(Reference("namespace", "a")) == []


def test_ambiguous() -> None:
    targets = Targets({"a": {plugin(name): entry("a", name) for name in ("x:b", "y:b")}})
    problem = targets.ambiguous(Reference("plugin", "b"))
    assert problem is not None
    assert problem.kind is ProblemKind.REFERENCE
    assert problem.text == "'b' is the name of more than one plugin; write the one that is meant in full: x:b, y:b"
    assert targets.ambiguous(Reference("plugin", "b", "x")) is None
    assert targets.ambiguous(Reference("plugin", "c")) is None


def test_links_lead_to_a_description_and_else_to_the_first_page() -> None:
    listed = {plugin("ns:a"): entry("a", rank=Rank.LISTED)}
    assert dict(Targets({"a": listed}).all())[plugin("ns:a")].docname == "a"
    described = {page: {plugin("ns:a"): entry(page)} for page in ("c", "b")}
    assert dict(Targets({"a": listed, **described}).all())[plugin("ns:a")].docname == "b"
    assert list(Targets({"a": listed, "b": described["b"]}).documented_twice()) == []
    own = {plugin("ns:a"): entry("z", rank=Rank.OWN)}
    assert dict(Targets({"a": listed, **described, "z": own}).all())[plugin("ns:a")].docname == "z"
    assert list(Targets({"b": described["b"], "z": own}).documented_twice()) == []


def test_what_two_directives_document_is_one_problem_each() -> None:
    names = [plugin(f"ns:{name}") for name in "abcde"]
    pages = {page: {name: entry(page, name.name, line=line) for name in names} for page, line in (("p", 3), ("q", 7))}
    [(problem, place)] = Targets(pages).documented_twice()
    assert (place.docname, place.line) == ("q", 7)
    assert problem.message == "ns:a, ns:b, ns:c and 2 more: documented here, and on the page 'p' in line 3"
    listed = {
        page: {name: at._replace(rank=Rank.LISTED) for name, at in there.items()} for page, there in pages.items()
    }
    assert len(list(Targets(listed).documented_twice())) == 1


_NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


@given(st.sets(st.tuples(_NAMES.filter(lambda name: ":" not in name), _NAMES), max_size=6))
def test_labels_are_small_and_each_its_own(names: set[tuple[str, str]]) -> None:
    objects = {plugin(f"{ns}:{name}"): entry("a", anchor(ns, name)) for ns, name in names}
    objects |= {Object("namespace", ns): entry("a", anchor(ns)) for ns, _ in names}
    labels = [label for label, _, _ in Targets({"a": objects}).labels()]
    assert len(set(labels)) == len(objects)
    assert all(label == label.lower() and label.isascii() for label in labels)


def test_labels_keep_the_anchor_where_they_can() -> None:
    names = ("ns:CSV", "ns:csv", "ns:Json")
    objects = {plugin(name): entry("a", anchor(*name.split(":"))) for name in names}
    assert [label for label, _, _ in Targets({"a": objects}).labels()] == [
        "plugin-ns--u43--u53--u56-",
        "plugin-ns-json",
        "plugin-ns-csv",
    ]


def test_nearest() -> None:
    assert nearest("zebra.reader", KNOWN)[0] == "zebra.readers"
    assert nearest("aardvark", KNOWN) == ["Aardvark"]
    assert set(nearest("zebra", KNOWN)) == {"zebra.readers", "zebra.writers"}
    assert nearest("xyzzyxyzzy", KNOWN) == []
    assert nearest("", KNOWN) == []
