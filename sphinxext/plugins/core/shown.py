"""What a page asks of the catalog."""

from __future__ import annotations

from typing import NamedTuple


class Period(NamedTuple):
    """What a page asks of the releases that are kept."""

    namespaces: tuple[str, ...]
    """Names and globs."""

    since: str = ""
    """The release that is compared with a later one; the one before that, if empty."""

    until: str = ""
    """The later one; what there is now, if empty."""


class Shown(NamedTuple):
    """What a page shows."""

    namespaces: str
    """A name or a glob."""

    introspection: str | None = None
    """How it is done, where not as the configuration says."""

    plugin: str | None = None
    """The name of the one plugin that is shown."""

    members: bool = False
    """Whether what targets have is shown, where their code is trusted."""

    fields: tuple[str, ...] = ()
    """The fields that are named, in small letters."""

    interface: bool = False
    """Whether the interface is shown, or what plugins do of it."""

    parts: tuple[str, ...] = ()
    """What is shown of a namespace besides: ``about``, what it is for; ``loading``, the lines that do; ``example``; and
    ``guide``, the pages that people wrote for its plugins."""

    changes: Period | None = None
    """The releases of which only that is shown which changed."""
