"""A catalog of a project's plugins for its documentation, made from their entry points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext.plugins import options
from sphinxext.plugins.directives import ListPlugins
from sphinxext.plugins.docstrings import show_unresolved
from sphinxext.plugins.domain import PluginDomain, find_outdated, report_problems, resolve_paths

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0.dev0"

_STEVEDORE = "stevedore.sphinxext"

_BEHIND_INTERSPHINX = 900
"""A priority of event handlers; intersphinx has Sphinx's default, 500."""

__all__ = ["__version__", "setup"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    for field in msgspec.structs.fields(options.Options):
        app.add_config_value(options.PREFIX + field.name, options.default(field), "env", types=Any)
    app.add_domain(PluginDomain)
    # Stevedore's extension may be listed as well, before this one or behind it; this directive is to serve.
    if _STEVEDORE in app.config.extensions:
        app.setup_extension(_STEVEDORE)
    app.add_directive("list-plugins", ListPlugins, override=True)
    app.connect("config-inited", resolve_paths)
    app.connect("env-get-outdated", find_outdated)
    app.connect("env-updated", report_problems)
    app.connect("missing-reference", show_unresolved, priority=_BEHIND_INTERSPHINX)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
