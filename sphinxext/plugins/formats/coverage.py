"""How many plugins are documented: as a table for people, as JSON, and as a badge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext.plugins.checks.coverage import Words, total
from sphinxext.plugins.core.text import clean_line, escape_json
from sphinxext.plugins.formats.json import encoded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinxext.plugins.checks.coverage import Covered

_HEADINGS = ("Namespace", "Plugins", *(words.capitalize() for words in Words), "Documented")


def table(covered: Sequence[Covered]) -> str:
    """Write a line for each namespace, one for all of them, and one for each field that is required."""
    whole = [("Total", total(covered))] if len(covered) > 1 else []
    rows = [_HEADINGS, *(_row(name, each) for name, each in [*((each.namespace, each) for each in covered), *whole])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows]
    lines += [
        f"{clean_line(each.namespace)}: {clean_line(fact.name)} is there for {fact.present:,} plugins, and missing for "
        f"{fact.missing:,}"
        for each in covered
        for fact in each.facts
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, covered: Covered) -> tuple[str, ...]:
    counts = (covered.plugins, *(getattr(covered, words) for words in Words))
    return (clean_line(name), *(f"{count:,}" for count in counts), share(covered))


def share(covered: Covered) -> str:
    """Write how many of a hundred plugins are documented."""
    return "unknown" if covered.percent is None else f"{covered.percent:g} %"


def to_json(covered: Sequence[Covered]) -> bytes:
    """Write all figures."""
    whole = total(covered).figures
    del whole["namespace"], whole["facts"]
    written = encoded({"total": whole, "namespaces": [each.figures for each in covered]})
    return escape_json(written.decode()).encode()


_LABEL = "plugins documented"

_COLOURS = {100: ("brightgreen", "#3a7d0a"), 90: ("green", "#4b7a00"), 75: ("yellow", "#806600"), 0: ("red", "#b3261e")}
"""The colours of badges from a share on: the name that shields.io has, and one that white letters are read on."""

_UNKNOWN = ("lightgrey", "#666")


def _colour(covered: Covered) -> tuple[str, str]:
    percent = covered.percent
    return _UNKNOWN if percent is None else next(each for least, each in _COLOURS.items() if percent >= least)


def badge(covered: Sequence[Covered]) -> bytes:
    """Write the share of all as an endpoint of `shields.io`_.

    .. _shields.io: https://shields.io/badges/endpoint-badge
    """
    whole = total(covered)
    return encoded({"schemaVersion": 1, "label": _LABEL, "message": share(whole), "color": _colour(whole)[0]})


def picture(covered: Sequence[Covered]) -> bytes:
    """Write the share of all as a picture, with a title for those who do not see it."""
    whole = total(covered)
    said = share(whole)
    left, right = (13 * len(text) // 2 + 10 for text in (_LABEL, said))
    return _PICTURE.format(
        title=f"{_LABEL}: {said}", label=_LABEL, said=said, colour=_colour(whole)[1], whole=left + right, left=left,
        right=right, label_at=left / 2, said_at=left + right / 2, label_width=left - 10, said_width=right - 10,
    ).encode()  # fmt: skip


_PICTURE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" role="img" aria-label="{title}">
<title>{title}</title>
<rect width="{left}" height="20" fill="#555"/>
<rect x="{left}" width="{right}" height="20" fill="{colour}"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{label_at}" y="14" textLength="{label_width}">{label}</text>
<text x="{said_at}" y="14" textLength="{said_width}">{said}</text>
</g>
</svg>
"""
