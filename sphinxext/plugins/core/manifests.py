"""Manifests: files of a package that entry points name in place of an object, ``napari_svg:napari.yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext.plugins.core import decoding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.core.structs import Json

FORMS: Mapping[str, Callable[[str], Json]] = {
    ".json": decoding.json,
    ".toml": decoding.toml,
    ".yaml": decoding.yaml,
    ".yml": decoding.yaml,
}
"""What reads a manifest, by what its name ends with."""


def file_of(plugin: Plugin) -> str | None:
    """Return the path of the file in its package that the target of a plugin names; None where it names an object."""
    path = plugin.target.partition(":")[2].strip()
    return path if path.casefold().endswith(tuple(FORMS)) else None


def read(file: str, content: bytes) -> Json:
    """Read a manifest.

    :raises ValueError: where it is not what its name says, or nothing here reads that
    """
    form = next(form for ending, form in FORMS.items() if file.casefold().endswith(ending))
    return form(decoding.text(content))


def value(manifest: Json, key: str) -> Json:
    """Return what a manifest has at a key, which may be dotted; of a list what its items have, in one list."""
    if isinstance(manifest, list):
        found = [value(item, key) for item in manifest]
        return [each for of in found for each in (of if isinstance(of, list) else [of]) if each is not None]
    if not isinstance(manifest, dict):
        return None
    if key in manifest:
        return manifest[key]
    first, dot, rest = key.partition(".")
    return value(manifest[first], rest) if dot and first in manifest else None
