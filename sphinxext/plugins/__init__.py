"""A catalog of a project's plugins for its documentation, made from their entry points."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0.dev0"

__all__ = ["__version__", "setup"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    # Not above: the command and the core are in this package too, and need no Sphinx.
    from sphinxext.plugins.sphinx.extension import register  # noqa: PLC0415

    return register(app, __version__)
