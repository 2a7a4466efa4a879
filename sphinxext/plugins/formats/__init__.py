"""The formats that a catalog is exported in; a new one is a row, and the function that writes it.

Other distributions bring formats of their own in the entry-point group ``sphinxext.plugins.formats``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.core.extensions import FAILURES, Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinxext.plugins.core.fields import Settings
    from sphinxext.plugins.core.model import Catalog


class Format(NamedTuple):
    """A format that a catalog is exported in."""

    write: Callable[[Catalog, Settings], bytes]
    """What makes a text of a catalog, in UTF-8; nothing in it acts where it is shown."""

    media_type: str
    """What kind of text that is, ``text/markdown``."""

    @property
    def is_json(self) -> bool:
        """Whether any character of it can be written in ASCII, as in all forms of JSON (:rfc:`6839`)."""
        return self.media_type == "application/json" or self.media_type.endswith("+json")


BUILT_IN = {
    "json": "sphinxext.plugins.formats.json:FORMAT",
    "markdown": "sphinxext.plugins.formats.markdown:FORMAT",
    "options-schema": "sphinxext.plugins.formats.schemas:FORMAT",
}
"""Where each format is, by its name; it is imported when it is asked for."""


FORMATS = Registry("sphinxext.plugins.formats", BUILT_IN)


def names() -> list[str]:
    """Return the names of the formats that are built in, the usual one first."""
    return list(BUILT_IN)


def get(name: str) -> Format:
    """Return the format of a name.

    :raises ExtensionError: where there is none, or it is another distribution's and cannot be loaded
    """
    found = FORMATS.get(name)
    if not isinstance(found, Format):
        raise FORMATS.failure(name, TypeError(f"it is no Format, but {type(found).__name__}"))
    return found


def write(name: str, catalog: Catalog, settings: Settings) -> str:
    """Write a catalog in a format.

    :raises ExtensionError: where there is none of that name, or it is another distribution's and fails
    """
    form = get(name)
    if name in BUILT_IN:
        return form.write(catalog, settings).decode()
    try:
        return form.write(catalog, settings).decode()
    except FAILURES as error:
        raise FORMATS.failure(name, error) from error
