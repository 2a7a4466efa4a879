"""Which versions of a host, what plugins are for, their distributions require, and whether one is among them.

What a condition leaves open stays open: a requirement that does not hold everywhere leaves no host out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from sphinxext.plugins.core.facts import ordered, required
from sphinxext.plugins.core.structs import Struct

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence


class Compatibility(Struct, frozen=True):
    """What a distribution requires of a host."""

    host: str
    """As the settings spell it."""

    versions: str = ""
    """The bounds of its versions, ``>=15,<20``; empty where any will do."""

    url: str | None = None
    """Where the host is to be had, if one place alone will do."""

    condition: str | None = None
    """When it is required, where that depends on the environment."""

    fits: bool | None = None
    """Whether the version of the host that is documented is one of these; None where that is not known."""


def compatibility(
    headers: Collection[str], extras: Collection[str], host: str, version: str | None
) -> Iterator[Compatibility]:
    """Return what is required of a host, all that has one condition together.

    :param headers: the values of ``Requires-Dist``
    :param extras: those that the entry point asks for
    :param version: that which is documented, if it is known
    """
    together: dict[tuple[str | None, str], SpecifierSet] = {}
    for requires, condition in required(headers, host, extras):
        key = requires.url, condition
        together[key] = together.get(key, SpecifierSet()) & requires.specifier
    for (url, condition), versions in together.items():
        fits = None if version is None or url else _contains(versions, version)
        yield Compatibility(
            host=host,
            versions=ordered(versions),
            url=url,
            condition=condition or None,
            fits=None if condition and not fits else fits,
        )


def _contains(versions: SpecifierSet, version: str) -> bool | None:
    """Whether a version is one of those, as ``pip check`` sees it: one before a release is, too (:pep:`440`)."""
    try:
        return versions.contains(Version(version), prereleases=True)
    except ValueError:  # it is no version
        return None


def fits(found: Iterable[Compatibility]) -> bool | None:
    """Whether all that is required of hosts is there; None where that is not known."""
    told = {each.fits for each in found}
    return False if False in told else (True if told == {True} else None)


def text(found: Sequence[Compatibility], python: str | None = None) -> str:
    """Write what is required: ``sahara ≥ 15, < 20; Python ≥ 3.8``."""
    return "; ".join([*map(_text, found), *([f"Python {_legible(python)}"] if python else [])])


def _text(each: Compatibility) -> str:
    condition = f"({each.condition})" if each.condition else None
    versions = f"@ {each.url}" if each.url else _legible(each.versions)
    return " ".join(filter(None, (each.host, versions, condition)))


def _legible(versions: str) -> str:
    """Write bounds of versions as people do."""
    try:
        bounds = ordered(SpecifierSet(versions)).split(",")
    except ValueError:  # it is none, or has numbers of thousands of digits
        return versions
    return ", ".join(_OPERATOR.sub(lambda match: f"{_SIGNS.get(match[0], match[0])} ", each) for each in bounds)


_OPERATOR = re.compile("[<>=!~]+")
_SIGNS = {">=": "≥", "<=": "≤", "!=": "≠"}
