"""The formats that a catalog is exported in; a new one is a row, and the function that writes it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinxext.plugins.core.fields import Settings
    from sphinxext.plugins.core.model import Catalog


class Format(NamedTuple):
    """A format that a catalog is exported in."""

    write: Callable[[Catalog, Settings], bytes]
    """What makes a text of a catalog, in UTF-8; nothing in it acts where it is shown."""

    media_type: str

    @property
    def is_json(self) -> bool:
        """Whether any character of it can be written in ASCII, as in all forms of JSON (:rfc:`6839`)."""
        return self.media_type == "application/json" or self.media_type.endswith("+json")


BUILT_IN = {
    "json": "sphinxext.plugins.formats.json:FORMAT",
    "markdown": "sphinxext.plugins.formats.markdown:FORMAT",
}
"""Where each format is, by its name; it is imported when it is asked for."""


def names() -> list[str]:
    """Return the names of the formats, the usual one first."""
    return list(BUILT_IN)


def get(name: str) -> Format:
    """Return the format of a name.

    :raises KeyError: where there is none
    """
    module, _, attribute = BUILT_IN[name].partition(":")
    return cast("Format", getattr(importlib.import_module(module), attribute))
