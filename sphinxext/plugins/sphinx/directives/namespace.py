"""``plugin-namespace`` and ``plugin-namespaces``: the page of an extension point, and the one that leads to many."""

from __future__ import annotations

import fnmatch
import glob
import re
from typing import TYPE_CHECKING, ClassVar

import msgspec
from docutils.parsers.rst import directives

from sphinxext.plugins.core.assembly import of_interface
from sphinxext.plugins.core.model import Docstring, Plugin, Problem, ProblemKind
from sphinxext.plugins.core.registries import alone
from sphinxext.plugins.core.shown import Shown
from sphinxext.plugins.core.typos import PythonFile, the_nearest
from sphinxext.plugins.sphinx.directives.base import CatalogDirective, shielded
from sphinxext.plugins.sphinx.docstrings import DocstringParser, Parsed
from sphinxext.plugins.sphinx.domain.notes import Noted
from sphinxext.plugins.sphinx.references import Object, Rank
from sphinxext.plugins.sphinx.render import extension_point, interface, places, removed, summaries
from sphinxext.plugins.sphinx.render.extension_point import PARTS, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from docutils import nodes

    from sphinxext.plugins.core.interfaces import Interface, Member
    from sphinxext.plugins.core.model import Namespace


_TOLD = ("about", "interface", "loading", "example")
"""The parts that show more than an interface and plugins."""


class _Describing(CatalogDirective):
    """What both have in common: what a namespace is for, by words of the project or of its interface."""

    def about(self, namespace: Namespace, parser: DocstringParser, *, summary: bool = False) -> Parsed:
        """Parse what a namespace is for: as the settings say, or the overlay, or its interface.

        :param summary: whether only the summary of it is shown
        """
        described, path = self._described(namespace.name)
        if described is None:
            of = namespace.interface
            return self.of_interface(namespace.name, of, None, parser, summary=summary) if of else Parsed()
        # It is the project's own, which has no object that handlers of autodoc could be asked about.
        plugin = Plugin(namespace=namespace.name, name="", target=namespace.name)
        parsed = parser.parse(
            plugin, described, path, trusted=True, whole=not summary, summary=summary, field="description"
        )
        self._note(parsed.problems, namespace.name, path)
        return parsed

    def of_interface(
        self, namespace: str, of: Interface, member: Member | None, parser: DocstringParser, *, summary: bool = False
    ) -> Parsed:
        """Parse the docstring of an interface, or of a member of it."""
        docstring = (of if member is None else member).docstring
        if docstring is None:
            return Parsed()
        plugin, assembler = of_interface(namespace, of, member), self.build.assembler
        path = assembler.locate(docstring.location, plugin) if docstring.location else None
        trusted = assembler.trusts(plugin, docstring)
        parsed = parser.parse(plugin, docstring, path, trusted=trusted, whole=not summary, summary=summary)
        self._note(parsed.problems, plugin.target.replace(":", "."), path)
        return parsed

    def _note(self, problems: Sequence[Problem], subject: str, path: Path | None) -> None:
        """Note what is wrong with a text that is no plugin's, where it stands."""
        for problem in problems:
            line = problem.location.line if problem.location else None
            place = f"{path}:{line}" if path and line else self.get_location()
            said = msgspec.structs.replace(problem, plugin=None, message=f"{subject} {problem.message}")
            self.notes.note_problem(self.env.docname, Noted(said, place))

    def _described(self, name: str) -> tuple[Docstring | None, Path | None]:
        """Return the description of a namespace with its file."""
        text = self.build.options.of_namespace(name).description
        if text is not None:
            conf, options = self.build.conf, self.build.options
            keys = [key for key in options.keys_of(name) if options.namespaces[key].description == text]
            location = PythonFile(conf).place("plugins_namespaces", keys[-1], "description")
            return Docstring(text=text, location=location), conf
        facts = self.build.assembler.facts
        return facts.description(name), facts.file


class PluginNamespace(_Describing):
    """The page of an extension point: what it is for, what plugins have to be, and which there are.

    The content is prose that is added behind what it is for.
    """

    required_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], object]]] = {
        "class": directives.class_option,
        "no-index": directives.flag,
        "parts": directives.unchanged,
        "removed": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Render the parts that are asked for."""
        name = " ".join(self.arguments[0].split())
        asked = self._asked()
        exact = self.build.assembler.named(name, declared=True) or name
        # Whether anything describes it decides what is shown with the interface.
        parts = tuple(dict.fromkeys("about" if part == "interface" else part for part in asked if part in _TOLD))
        found = self.show(Shown(glob.escape(exact), interface=True, parts=parts))
        if not found or found[0].name != exact:
            return self.unknown_namespace(name)
        rendered = places.of_namespace(exact, self.page)
        self.document([Object("namespace", exact)], Rank.OWN)
        if "about" not in asked:
            rendered += self.parse_content_to_nodes()
        for part in asked:
            body = self._PARTS[part](self, found[0])
            rendered += extension_point.section(exact, part, body, self.page, self.room, self.options.get("class", []))
        return shielded(rendered)

    def _asked(self) -> list[str]:
        """Return the parts that the option names, or all, in their own order."""
        given = re.split(r"[,\s]+", self.options.get("parts", "").strip(" ,\n"))
        for each in given:
            if each and each not in PARTS:
                self.invalid("parts", each, PARTS)
        return [part for part in PARTS if part in given] or list(PARTS)

    def _about(self, namespace: Namespace) -> Sequence[nodes.Node]:
        return [*self.about(namespace, self.words.parser).nodes, *self.parse_content_to_nodes()]

    def _interface(self, namespace: Namespace) -> Sequence[nodes.Node]:
        of = namespace.interface
        if of is None:
            return []
        parser = self.words.parser
        texts = {each.name: self.of_interface(namespace.name, of, each, parser).nodes for each in of.members}
        described, _path = self._described(namespace.name)
        if described is not None or "about" not in self._asked():  # or else it is shown already
            texts[""] = self.of_interface(namespace.name, of, None, parser).nodes
        if "no-index" not in self.options:
            self.notes.interfaces.setdefault(self.env.docname, []).append(namespace.name)
        return interface.describe(namespace.name, of, texts, self.page)

    def _loading(self, namespace: Namespace) -> Sequence[nodes.Node]:
        return extension_point.loading(self.build.assembler.code.mentions(namespace))

    def _register(self, namespace: Namespace) -> Sequence[nodes.Node]:
        if kept := alone(namespace, self.build.options.registries):
            return extension_point.kept_in(kept)
        return extension_point.registering(namespace.name, namespace.interface)

    def _template(self, namespace: Namespace) -> Sequence[nodes.Node]:
        if alone(namespace, self.build.options.registries):
            return []
        return extension_point.a_template(namespace.name, namespace.interface)

    def _example(self, namespace: Namespace) -> Sequence[nodes.Node]:
        name = self.build.options.of_namespace(namespace.name).example
        code = self.build.assembler.code
        plugins = code.examples(namespace)
        if name and not plugins:
            self._no_example(namespace, name)
        entries, excerpts = self.entries(namespace, plugins), map(code.excerpt, plugins)
        return extension_point.example(zip(entries, excerpts, strict=True), self.page)

    def _no_example(self, namespace: Namespace, name: str) -> None:
        """Note that the settings name an example that does not exist."""
        options = self.build.options
        key = [key for key in options.keys_of(namespace.name) if options.namespaces[key].example == name][-1]
        near = the_nearest(name, [plugin.name for plugin in namespace.plugins])
        message = f"plugins_namespaces[{key!r}]['example'] = {name!r}, and {namespace.name} has no plugin of that name"
        location = PythonFile(self.build.conf).place("plugins_namespaces", key, "example", name)
        remedy = f"name one that exists{near}; until then there is no example"
        self.note(Problem(kind=ProblemKind.CONFIG, message=message, remedy=remedy, location=location))

    def _plugins(self, namespace: Namespace) -> Sequence[nodes.Node]:
        entries = self.entries(namespace, namespace.plugins, summary=True)
        self.document_plugins(entries, Rank.NAMED)
        shown = [summaries.items(entries, [], self.page)] if entries else extension_point.no_plugins()
        return [*shown, *self.show_removed(removed.removed(namespace), Rank.NAMED)]

    def _check(self, namespace: Namespace) -> Sequence[nodes.Node]:
        return extension_point.checking(namespace.name)

    _PARTS: ClassVar[dict[str, Callable[[PluginNamespace, Namespace], Sequence[nodes.Node]]]] = {
        "about": _about,
        "interface": _interface,
        "loading": _loading,
        "register": _register,
        "template": _template,
        "example": _example,
        "plugins": _plugins,
        "check": _check,
    }


class PluginNamespaces(_Describing):
    """A table of namespaces, each of which leads to where it is documented."""

    has_content = False
    required_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], object]]] = {
        "class": directives.class_option,
        "exclude": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Render the table."""
        found: dict[str, Namespace] = {}
        unknown: list[nodes.Node] = []
        whole = " ".join(self.arguments[0].split())
        for pattern in [whole] if self.build.assembler.named(whole, declared=True) else whole.split():
            of_pattern = self.show(Shown(pattern, interface=True, parts=("about",)))
            found |= {namespace.name: namespace for namespace in of_pattern}
            unknown += [] if of_pattern else self.unknown_namespace(pattern)
        left_out = self.options.get("exclude", "").split()
        for each in left_out:
            if found and not fnmatch.filter(found, each):
                near = the_nearest(each.strip(",;"), found)
                message = f"{each!r} in the option :exclude: of {self.name} fits no namespace of {whole}"
                self.wrong(message, f"correct it{near}, or drop it; globs are separated by spaces")
        shown = [found[name] for name in sorted(found) if not any(fnmatch.fnmatchcase(name, e) for e in left_out)]
        if found and not shown:
            self.wrong(f"the option :exclude: of {self.name} leaves no namespace of {whole}", "correct it, or drop it")
        parser = self.words.parser
        rows = [self._row(namespace, parser) for namespace in shown]
        table = [extension_point.table(rows, self.page, self.options.get("class", []))] if rows else []
        return shielded([*unknown, *table])

    def _row(self, namespace: Namespace, parser: DocstringParser) -> Row:
        distributions = {each.distribution.name for each in namespace.plugins if each.distribution}
        title = self.build.options.of_namespace(namespace.name).title
        summary = self.about(namespace, parser, summary=True).summary
        return Row(namespace.name, title, summary, len(namespace.plugins), len(distributions))
