"""Compare what both ways of introspection tell of interfaces, over every namespace of an environment.

``python -m tests.interfaces SOURCE`` prints how many interfaces, members and cells of the matrix are the same, what the
source does not tell and why, and each difference. SOURCE is one as ``plugins_sources`` has it, with a
path: ``installed:PATH``. ``--interface NAMESPACE=MODULE:NAME`` declares the interface of a namespace.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.core.shown import Shown
from sphinxext.plugins.settings import FIELDS, default, from_config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinxext.plugins.core.interfaces import Implementation, Member
    from sphinxext.plugins.core.model import Namespace, Plugin

FACTS = ("kind", "owner", "signature", "lack", "location")
"""What is compared; what one of the two does not know is no difference."""


def namespaces(source: str, mode: str, declared: Mapping[str, str]) -> dict[str, Namespace]:
    values = {field.name: default(field) for field in FIELDS} | {"sources": [source], "introspection": mode}
    values["namespaces"] = {name: {"interface": path} for name, path in declared.items()}
    options, problems = from_config(values)
    assert not problems, problems
    everything = Shown("*", interface=True)
    assembler = Assembler(options, Path())
    return {each.name: each for each in assembler.select(everything)}


def differing(read: Implementation | Member, loaded: Implementation | Member) -> dict[str, tuple[object, object]]:
    both = {fact: (getattr(read, fact), getattr(loaded, fact)) for fact in FACTS}
    return {fact: pair for fact, pair in both.items() if pair[0] != pair[1] and None not in pair}


def compare_members(read: Namespace, loaded: Namespace, counted: Counter[str]) -> None:
    assert read.interface is not None
    assert loaded.interface is not None
    mine, theirs = ({each.name: each for each in of.members} for of in (read.interface, loaded.interface))
    if not read.interface.problem and mine.keys() != theirs.keys():
        print(f"MEMBERS  {read.name}: {', '.join(sorted(mine.keys() ^ theirs.keys()))}")
    for name in mine.keys() & theirs.keys():
        if mine[name].unknown:
            counted[f"member because {mine[name].unknown}"] += 1
            continue
        counted["members"] += 1
        found: dict[str, object] = {**differing(mine[name], theirs[name])}
        for fact in ("need", "asynchronous"):
            pair = getattr(mine[name], fact), getattr(theirs[name], fact)
            found |= {fact: pair} if pair[0] != pair[1] else {}
        if found:
            print(f"MEMBER   {read.name} {name}: {found}")


def compare_cells(read: Plugin, loaded: Plugin, counted: Counter[str]) -> None:
    theirs = {each.member: each for each in loaded.implements}
    for each in read.implements:
        other = theirs.get(each.member)
        if other is None or other.support.value == "unknown":
            counted["cells that loading does not tell"] += 1
        elif each.support.value == "unknown":
            counted[f"cell because {each.reason}"] += 1
        else:
            counted["cells"] += 1
            found: dict[str, object] = {**differing(each, other)}
            found |= {"support": (each.support, other.support)} if each.support is not other.support else {}
            if found:
                counted["contradicted"] += 1
                print(f"CELL     {read.identity} {each.member}: {found}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", metavar="SOURCE")
    parser.add_argument("--interface", metavar="NAMESPACE=MODULE:NAME", action="append", default=[])
    arguments = parser.parse_args()
    declared = dict(each.split("=", 1) for each in arguments.interface)
    static = namespaces(arguments.source, "static", declared)
    live = namespaces(arguments.source, "import", declared)
    counted: Counter[str] = Counter()
    for name, loaded in live.items():
        read = static[name]
        paths = [of.interface.path if of.interface else None for of in (read, loaded)]
        counted["namespaces"] += 1
        counted["with an interface by the source"] += paths[0] is not None
        counted["with an interface by loading"] += paths[1] is not None
        if paths[0] != paths[1]:
            print(f"INTERFACE {name}: {paths[0]} / {paths[1]}")
            continue
        counted["the same interface"] += 1
        if read.interface is not None and loaded.interface is not None:
            compare_members(read, loaded, counted)
            for pair in zip(read.plugins, loaded.plugins, strict=True):
                compare_cells(*pair, counted)
    for what, times in counted.most_common():
        print(f"{times:6} {what[:150]}")


if __name__ == "__main__":
    main()
