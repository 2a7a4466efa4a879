"""What differs between two catalogs, as lists of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.core.fields import heading

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinxext.plugins.checks.compare import Changed, Comparison, Fact, Named


class Style(NamedTuple):
    """How lists look."""

    title: Callable[[str], str]

    item: Callable[[str, str, str], str]
    """What makes a line of ``+``, ``-`` or ``~``, a name, and what stands behind it."""

    fact: str
    """What stands before a fact."""

    text: Callable[[str], str]
    """What writes a text of others so that nothing in it acts."""

    none: str
    """What stands for a value that is not there."""


def differences(comparison: Comparison, style: Style) -> str:
    """Write what differs, in groups."""
    groups = [
        ("Added", [_named("+", each, style) for each in comparison.added]),
        ("Removed", [_named("-", each, style) for each in comparison.removed]),
        ("Changed", [_changed(each, style) for each in comparison.changed]),
        ("Distributions", [_changed(each, style) for each in comparison.distributions]),
    ]
    written = ["\n".join([style.title(title), *lines, ""]) for title, lines in groups if lines]
    return "\n".join(written) or "No plugin was added, removed or changed.\n"


def _named(sign: str, named: Named, style: Style) -> str:
    origin = f" ({style.text(named.distribution)})" if named.distribution else ""
    summary = f": {style.text(named.summary)}" if named.summary else ""
    return style.item(sign, style.text(named.plugin), f"{origin}{summary}")


def _changed(changed: Changed, style: Style) -> str:
    facts = [f"{style.fact}{_fact(fact, style)}" for fact in changed.facts]
    return "\n".join([style.item("~", style.text(changed.name), ""), *facts])


def _fact(fact: Fact, style: Style) -> str:
    old, new = (style.text(text) for text in fact.texts)
    name = style.text(heading(fact.name))
    return name if old == new else f"{name}: {old or style.none} → {new or style.none}"
