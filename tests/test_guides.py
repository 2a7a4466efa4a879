"""Guides: pages that somebody wrote for plugins, linked from catalogs and compared with what is registered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.core.guides import Guides
from sphinxext.plugins.core.model import Distribution, Plugin

if TYPE_CHECKING:
    from collections.abc import Sequence


# Which page is for which plugin.


def guides(pattern: str, pages: Sequence[str], names: Sequence[str], key: str = "ns") -> list[str | None]:
    """The guides of plugins of the namespace ``ns``."""
    found = Guides({key: pattern}, lambda: dict.fromkeys(pages, Path("conf.py")))
    distribution = Distribution(name="My_Dist")
    return found.of([Plugin(namespace="ns", name=each, target="m", distribution=distribution) for each in names])


ALIKE = {
    "exactly": ("user/{name}-plugin", ["user/csv-plugin"], ["csv"], ["user/csv-plugin"]),
    "in capitals": ("user/{name}-plugin", ["user/vanilla-plugin"], ["Vanilla"], ["user/vanilla-plugin"]),
    "another separator": ("{name}", ["a-b-c"], ["a_b.c"], ["a-b-c"]),
    "with a space": ("{name}", ["a-b"], ["a b"], ["a-b"]),
    "with a slash, a folder": ("g/{name}", ["g/org/project"], ["org/project"], ["g/org/project"]),
    "with a slash": ("g/{name}", ["g/org-project"], ["org/project"], ["g/org-project"]),
    "not ASCII": (
        "g/{name}",
        ["g/stra\u00dfe", "g/e\u0301te"],
        ["STRASSE", "\u00e9t\u00e9", "\u00c9te"],
        ["g/stra\u00dfe", None, "g/e\u0301te"],
    ),
    "exact goes first": ("{name}", ["CSV", "csv"], ["csv", "CSV"], ["csv", "CSV"]),
    "what is another's is nobody else's": ("{name}", ["a-b"], ["a-b", "a_b"], ["a-b", None]),
    "several pages": ("{name}", ["a-b", "a_b"], ["a.b"], [None]),
    "several plugins": ("{name}", ["a-b"], ["a_b", "A.B"], [None, None]),
    "registered twice": ("{name}", ["a-b"], ["a_b", "a_b"], ["a-b", "a-b"]),
    "of a distribution": ("{distribution}/all", ["my-dist/all"], ["a", "b"], ["my-dist/all", "my-dist/all"]),
    "of a namespace": ("{namespace}/{name}", ["ns/a"], ["a"], ["ns/a"]),
    "braces of a name": ("{name}", ["{namespace}", "ns"], ["{namespace}"], ["{namespace}"]),
    "outside": (
        "user/{name}-plugin",
        ["etc/passwd-plugin", "user/x"],
        ["../../etc/passwd", "../etc/passwd"],
        [None, None],
    ),
    "a glob": ("user/{name}", ["user/a", "user/b"], ["*", "?", "[ab]"], [None, None, None]),
    "none": ("user/{name}", [], ["a"], [None]),
}


@pytest.mark.parametrize(("pattern", "pages", "names", "expected"), ALIKE.values(), ids=ALIKE)
def test_pages_are_found_that_are_alike(
    pattern: str, pages: list[str], names: list[str], expected: list[str | None]
) -> None:
    assert guides(pattern, pages, names) == expected
