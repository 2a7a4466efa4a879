"""What the extension registers with Sphinx."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sphinxext.plugins import settings
from sphinxext.plugins.sphinx import events
from sphinxext.plugins.sphinx.coverage import CoverageBuilder
from sphinxext.plugins.sphinx.directives.catalog import PluginCatalog
from sphinxext.plugins.sphinx.directives.changes import PluginChanges
from sphinxext.plugins.sphinx.directives.listing import ListPlugins, ShowPlugin
from sphinxext.plugins.sphinx.directives.manual import DescribeNamespace, DescribePlugin
from sphinxext.plugins.sphinx.directives.matrix import PluginMatrix
from sphinxext.plugins.sphinx.directives.namespace import PluginNamespace, PluginNamespaces
from sphinxext.plugins.sphinx.domain import ROLES, PluginDomain, registrations
from sphinxext.plugins.sphinx.handlers import DETAILS, PLUGIN
from sphinxext.plugins.sphinx.links import OptionalReferences, TitleTargets, resolve_link
from sphinxext.plugins.sphinx.render.grids import FitPaper, Regions
from sphinxext.plugins.sphinx.render.places import Places
from sphinxext.plugins.sphinx.render.values import Breaks, Titles
from sphinxext.plugins.sphinx.roles import PluginRole

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

_STEVEDORE = "stevedore.sphinxext"

_BEFORE_OTHERS, _BEHIND_OTHERS = 100, 900
"""Priorities of event handlers; intersphinx and autosectionlabel have Sphinx's default, 500."""


def register(app: Sphinx, version: str) -> ExtensionMetadata:
    """Register the extension.

    :param version: its own
    """
    # No "env": the pages that a setting makes a difference to are found by what they show.
    for field in settings.FIELDS:
        again: Literal["", "html"] = "html" if settings.about(field)["affects"] is settings.Affects.OUTPUT else ""
        app.add_config_value(settings.PREFIX + field.name, settings.default(field), again, types=Any)
    for event in (PLUGIN, DETAILS):
        app.add_event(event)
    app.add_domain(PluginDomain)
    for role in ROLES:
        app.add_role_to_domain(PluginDomain.name, role, PluginRole())
    app.add_directive_to_domain(PluginDomain.name, "plugin", DescribePlugin)
    app.add_directive_to_domain(PluginDomain.name, "namespace", DescribeNamespace)
    app.add_directive("plugin", ShowPlugin)
    app.add_directive("plugin-catalog", PluginCatalog)
    app.add_directive("plugin-changes", PluginChanges)
    app.add_directive("plugin-matrix", PluginMatrix)
    app.add_directive("plugin-namespace", PluginNamespace)
    app.add_directive("plugin-namespaces", PluginNamespaces)
    app.add_builder(CoverageBuilder)
    app.add_message_catalog("sphinxext.plugins", str(Path(__file__).with_name("locale")))
    # Stevedore's extension may be listed as well, before this one or behind it; this directive is to serve.
    if _STEVEDORE in app.config.extensions:
        app.setup_extension(_STEVEDORE)
    app.add_directive("list-plugins", ListPlugins, override=True)
    app.add_transform(Places)
    app.add_transform(TitleTargets)
    app.add_post_transform(OptionalReferences)
    app.add_post_transform(Titles)
    app.add_post_transform(FitPaper)
    app.add_post_transform(Regions)
    app.add_post_transform(Breaks)
    app.connect("builder-inited", events.begin_build)
    app.connect("env-get-outdated", events.find_outdated)
    app.connect("env-before-read-docs", events.prepare_reading)
    app.connect("doctree-read", registrations.hide_titles, priority=_BEFORE_OTHERS)
    app.connect("doctree-read", events.tidy_index)
    app.connect("doctree-read", events.note_rows)
    app.connect("doctree-read", registrations.show_titles, priority=_BEHIND_OTHERS)
    app.connect("doctree-resolved", events.choose_places)
    app.connect("env-updated", events.finish_reading)
    app.connect("write-started", events.copy_static_files)
    app.connect("write-started", events.spare_latex)
    app.connect("html-page-context", events.add_to_page)
    app.connect("build-finished", events.write_data)
    app.connect("build-finished", events.keep_written, priority=_BEHIND_OTHERS)
    app.connect("missing-reference", resolve_link, priority=_BEHIND_OTHERS)
    return {
        "version": version,
        # Another version may show the same plugins in another way, so all pages are read again.
        "env_version": zlib.crc32(version.encode()),
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
