"""What is known of plugins over time, as data: since when they are there, what changed, and which are there no more.

What is made of it is in :mod:`~sphinxext.plugins.core.history`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sphinxext.plugins.core.structs import Struct

if TYPE_CHECKING:
    from collections.abc import Callable


def _(text: str) -> str:
    """Mark a text for translators; it is translated where it is shown."""
    return text


UNRELEASED = _("unreleased")
"""What stands for a release where something is so now, and was not in the last release that is kept."""


class Happened(StrEnum):
    """What a release did to a plugin, but for its name."""

    MOVED = "moved"
    """Another distribution registers it."""

    DEPRECATED = "deprecated"
    NOT_DEPRECATED = "not deprecated"
    SIGNATURE = "signature"
    FIELD = "field"
    """A field of the settings has another value."""

    OPTION_ADDED = "option added"
    OPTION_REMOVED = "option removed"
    OPTION_REQUIRED = "option required"
    OPTION_DEFAULT = "option default"
    OPTION_DEPRECATED = "option deprecated"


class Change(Struct, frozen=True, kw_only=True):
    """One thing that a release changed of a plugin."""

    release: str
    """Its name, or ``unreleased``."""

    what: Happened

    name: str | None = None
    """That of what changed: of the option, the field, or the distribution now."""


class Renamed(Struct, frozen=True):
    """A name that a plugin had."""

    name: str

    release: str | None = None
    """The first release that has it by another name; None where that is not known."""


class Standing(Struct, frozen=True):
    """What people wrote of whether a plugin is to be used."""

    replaced_by: tuple[str, ...] = ()
    """The plugins to use in its place: names in its namespace, or ``namespace:name``."""

    reason: str | None = None
    status: str | None = None


class Lifetime(Standing, frozen=True, kw_only=True):
    """What is known of a plugin over time."""

    since: str | None = None
    """The first of the releases that have it without a break up to now; None where that is not known."""

    removed: tuple[str, ...] = ()
    """The releases that removed it, after each of which it came back."""

    renamed: tuple[Renamed, ...] = ()
    """The names that it had, the latest first."""

    changed: tuple[Change, ...] = ()
    """What releases changed of it, but for its name, the latest first."""

    lost: tuple[str, ...] = ()
    """The names of the options that it had, and has no more."""


class Removed(Standing, frozen=True, kw_only=True):
    """A plugin that is there no more."""

    name: str

    last: str
    """The last release that is known to have it."""

    release: str | None = None
    """The first release without it, or ``unreleased``; None where that is not known."""

    summary: str | None = None
    """That of its docstring, in that release."""

    distribution: str | None = None
    """The name of the distribution that registered it."""

    lost: tuple[str, ...] = ()
    """The names of the options that it had."""


_WORDS = {
    Happened.MOVED: _("moved to %s"),
    Happened.DEPRECATED: _("deprecated"),
    Happened.NOT_DEPRECATED: _("no longer deprecated"),
    Happened.SIGNATURE: _("other parameters"),
    Happened.FIELD: _("another value of %s"),
    Happened.OPTION_ADDED: _("new option %s"),
    Happened.OPTION_REMOVED: _("option %s removed"),
    Happened.OPTION_REQUIRED: _("option %s required"),
    Happened.OPTION_DEFAULT: _("another default of %s"),
    Happened.OPTION_DEPRECATED: _("option %s deprecated"),
}
"""What is said of a change; in English."""


def changes(lifetime: Lifetime, translated: Callable[[str], str] = str) -> list[str]:
    """Say what releases changed of a plugin, the latest first: ``new option encoding (2.1)``.

    :param translated: what translates words
    """
    return [
        f"{translated(_WORDS[each.what]).replace('%s', each.name or '')} ({release_text(each.release, translated)})"
        for each in lifetime.changed
    ]


def release_text(release: str, translated: Callable[[str], str] = str) -> str:
    """Write the name of a release, or that it is none yet."""
    return translated(UNRELEASED) if release == UNRELEASED else release
