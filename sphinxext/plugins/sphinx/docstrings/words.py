"""The words of a plugin that are shown, parsed: its docstring, or what stands in its place, and fields with markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from docutils import nodes

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.fields import of_docstring
from sphinxext.plugins.core.model import Docstring
from sphinxext.plugins.core.schemes import MODULE
from sphinxext.plugins.core.text import without_invisible
from sphinxext.plugins.core.types import Type, listed
from sphinxext.plugins.sphinx.docstrings import DocstringParser, Parsed
from sphinxext.plugins.sphinx.docstrings.untrusted import Allowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sphinx.environment import BuildEnvironment

    from sphinxext.plugins.catalog import Assembler
    from sphinxext.plugins.core.model import Plugin, Problem
    from sphinxext.plugins.settings import Options
    from sphinxext.plugins.sphinx.docstrings.guard import Spent


class Shown:
    """What is shown of the words of one plugin."""

    def __init__(self, parsed: Parsed, inherited_from: str | None, marked: Mapping[str, Sequence[Parsed]]) -> None:
        self.parsed = parsed
        self.inherited_from = inherited_from
        """The class that the docstring is from, where the plugin inherits it."""

        self.marked = marked
        """The fields with markup, by name."""

    @property
    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with them."""
        yield from self.parsed.problems
        for texts in self.marked.values():
            for each in texts:
                yield from each.problems


class Words:
    """Parses what plugins say, for one page.

    :param host: the document that the nodes are for
    :param spent: the time that docstrings which are not trusted took
    """

    def __init__(
        self, env: BuildEnvironment, host: nodes.document, assembler: Assembler, options: Options, spent: Spent
    ) -> None:
        self._env = env
        self._assembler = assembler
        self._options = options
        allowed = Allowed(options.docstring_directives, options.docstring_roles)
        self.parser = DocstringParser(env, host, allowed=allowed, spent=spent)

    def of(self, plugin: Plugin, *, whole: bool, summary: bool) -> Shown:
        """Parse the words of a plugin.

        :param whole: whether the whole docstring is shown
        :param summary: whether its summary is
        """
        shown, docstring, owner = self._docstring(plugin)
        parsed = Parsed()
        if docstring is not None:
            parsed = self._parsed(shown, docstring, whole=whole, summary=summary)
        if plugin.summary is not None or not of_docstring(self._options.of_namespace(plugin.namespace)):
            parsed = self._summarised(plugin, parsed, summary=summary)
        return Shown(parsed, owner, self._marked(plugin, whole=whole, summary=summary))

    def _parsed(self, plugin: Plugin, docstring: Docstring, *, whole: bool, summary: bool) -> Parsed:
        path = self._assembler.locate(docstring.location, plugin) if docstring.location else None
        trusted = self._assembler.trusts(plugin, docstring)
        return self.parser.parse(plugin, docstring, path, trusted=trusted, whole=whole, summary=summary)

    def _marked(self, plugin: Plugin, *, whole: bool, summary: bool) -> dict[str, list[Parsed]]:
        """Parse the texts with markup in the fields of a plugin."""
        made: dict[str, list[Parsed]] = {}
        for field in (each for each in plugin.fields if each.type == Type.RST):
            path = self._assembler.locate(field.location, plugin) if field.location else None
            trusted = self._assembler.trusts_field(plugin, field)
            texts = [
                Docstring(text=each, location=field.location)
                for each in listed(field.value)[: limits.MOST_SHOWN_VALUES]
            ]
            made[field.name] = [
                self.parser.parse(plugin, text, path, trusted=trusted, whole=whole, summary=summary, field=field.name)
                for text in texts
            ]
        return made

    def _summarised(self, plugin: Plugin, parsed: Parsed, *, summary: bool) -> Parsed:
        """Return what was parsed with another summary: the one that the settings make of something else, if any."""
        given, problems = plugin.summary, parsed.problems
        shown: Sequence[nodes.Node] = [nodes.Text(without_invisible(given.value))] if given and summary else ()
        if given is not None and given.describer == MODULE and summary:
            docstring = self._assembler.in_module(plugin, Docstring(text=given.value))
            of_module = self._parsed(plugin, docstring, whole=False, summary=True)
            shown, problems = of_module.summary, [*problems, *of_module.problems]
        return parsed._replace(summary=shown, problems=problems)

    def _docstring(self, plugin: Plugin) -> tuple[Plugin, Docstring | None, str | None]:
        """Return a plugin with the docstrings that are shown, that of the plugin itself, and whom it is from.

        The last is the class that it is inherited from, where it is.
        """
        constructor = plugin.constructor
        if getattr(self._env.config, "autoclass_content", "class") == "class" or not self._assembler.trusts(
            plugin, constructor
        ):
            constructor = None
        shown = msgspec.structs.replace(plugin, constructor=constructor)
        docstring = plugin.docstring or constructor
        if docstring is None and plugin.inherited is not None and self._options.inherit_docstrings:
            return shown, plugin.inherited.docstring, plugin.inherited.owner
        return shown, docstring, None
