"""``plugin-changes``: what a release, or what comes after the last one, has that is not as it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from docutils.parsers.rst import directives

from sphinxext.plugins.checks.asked import of_changes
from sphinxext.plugins.sphinx.directives.base import CatalogDirective, shielded
from sphinxext.plugins.sphinx.render import changes, parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from docutils import nodes


class PluginChanges(CatalogDirective):
    """What was added, renamed, deprecated, removed and changed, for release notes."""

    has_content = False
    required_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], object]]] = {
        "class": directives.class_option,
        **dict.fromkeys(("from", "to"), directives.unchanged),
    }

    def run(self) -> list[nodes.Node]:
        """Render what changed."""
        rendered: list[nodes.Node] = []
        asked = of_changes(self.arguments[0], self.options)
        for shown in asked:
            self.notes.shown.setdefault(self.env.docname, {})[shown] = self.build.fingerprint(shown)
        [period] = {shown.changes for shown in asked if shown.changes}
        found = self.build.changes(period)
        for name in found.unknown:
            rendered += self.unknown_namespace(name)
        for message, remedy in found.wrong:
            self.wrong(f"{self.name}: {message}", remedy)
            rendered.append(parts.problem([parts.span(f"{message[:1].upper()}{message[1:]}.", "sp-value")]))
        if found.differing or not rendered:
            classes = self.options.get("class", [])
            rendered.append(changes.whole(found.differing, self.page, classes, qualified=found.several))
        return shielded(rendered)
