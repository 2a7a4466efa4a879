"""A docstring as nodes: parsed by itself, so that nothing in it reaches the page around it.

Each docstring becomes a document of its own, in which its targets, footnotes, substitutions and
errors stay; only finished nodes leave it. That also keeps the time linear: docutils needs time in
the square of a text's length.
"""

from __future__ import annotations

import copy
from collections import ChainMap
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from docutils import nodes
from docutils.parsers.rst import states
from docutils.statemachine import StringList, string2lines
from docutils.transforms import references
from docutils.utils import Reporter, new_document
from sphinx import addnodes
from sphinx.domains.python import PyObject  # type: ignore[attr-defined]  # the public name is not in __all__
from sphinx.transforms import DefaultSubstitutions
from sphinx.transforms.i18n import Locale
from sphinx.util.docfields import DocFieldTransformer, TypedField

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.text import anchor, cut, escape_cell, without_invisible
from sphinxext.plugins.sphinx.docstrings.findings import Findings, lines_in_file, read_lines
from sphinxext.plugins.sphinx.docstrings.guard import budgeted, check_document, check_text, payer_of
from sphinxext.plugins.sphinx.docstrings.isolation import Unregistered, contained, isolate
from sphinxext.plugins.sphinx.docstrings.summaries import Summary
from sphinxext.plugins.sphinx.docstrings.surroundings import (
    WHAT,
    HandlerError,
    define,
    handled,
    texts,
    where_it_stands,
)
from sphinxext.plugins.sphinx.docstrings.untrusted import LEXERS, Allowed, Refusing, clean, rehearse, tame
from sphinxext.plugins.sphinx.references import OPTIONAL, UNTRUSTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from docutils.frontend import Values
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.util.docfields import Field

    from sphinxext.plugins.core.model import Docstring, Plugin, Problem
    from sphinxext.plugins.sphinx.docstrings.guard import Spent

_RESOLVING = (
    references.PropagateTargets,
    references.AnonymousHyperlinks,
    references.IndirectHyperlinks,
    references.Footnotes,
    references.ExternalTargets,
    references.InternalTargets,
    references.Substitutions,
)
"""The transforms that resolve what refers to another place of the same document."""


class Parsed(NamedTuple):
    """What became of a docstring."""

    nodes: Sequence[nodes.Node] = ()
    """All of it."""

    summary: Sequence[nodes.Node] = ()
    """Its summary, to stand within a line."""

    problems: Sequence[Problem] = ()
    """What is wrong with what is shown."""


class DocstringParser:
    """Parses the docstrings of one page.

    :param host: the document that the nodes are for; its ids are respected, and it gets no others
    :param allowed: what docstrings that are not trusted may use besides what all may
    :param spent: the time that such docstrings took in this build
    """

    def __init__(self, env: BuildEnvironment, host: nodes.document, *, allowed: Allowed, spent: Spent) -> None:
        self._env = env
        self._host = host
        self._allowed = allowed
        self._spent = spent
        self._extracted = _builder(env) == "gettext"
        self._sources: dict[Path | None, list[str]] = {}

    def parse(  # noqa: PLR0913  # all of it is for one docstring
        self, plugin: Plugin, docstring: Docstring, path: Path | None, *, trusted: bool, whole: bool, summary: bool
    ) -> Parsed:
        """Parse a docstring.

        :param path: its file, for the places of its errors
        :param trusted: whether it may use what the project's own pages may
        :param whole: whether all of it is shown
        :param summary: whether its summary is
        """
        findings = Findings(plugin, docstring, trusted=trusted)
        given = texts(plugin, docstring, self._env.config) if trusted else [docstring.text]
        each = [without_invisible(text) for text in given]
        source = escape_cell(str(path)) if path else f"docstring of {plugin.target}"
        document = new_document(source, self._settings(plugin, trusted=trusted))
        document.ids = ChainMap({}, self._host.ids)  # type: ignore[assignment]  # it does all that is asked of it
        document.reporter.attach_observer(findings.hear)
        try:
            if path not in self._sources:
                self._sources[path] = read_lines(path)
            of = where_it_stands(plugin, docstring) if trusted else plugin
            with self._guarded(of, "\n\n".join(each), findings):
                summarised = self._read(self._content(each, of, findings, path, source), document, trusted=trusted)
                if not trusted:
                    tame(document, findings)
                    clean(document)
                    rehearse(document)
                check_document(document, trusted=trusted)
            self._finish(document, plugin, trusted=trusted, shown=whole)
        except Exception as error:  # noqa: BLE001  # directives are others' code, and docutils fails on some texts
            findings.fail(error)
            as_it_stands = _as_it_stands("\n\n".join(each))
            return Parsed([as_it_stands], [nodes.Text(without_invisible(docstring.summary))], findings.problems())
        shown = summarised.nodes(extracted=self._extracted) if summary else []
        return Parsed(document.children if whole else (), shown, findings.problems(None if whole else summarised.lines))

    @contextmanager
    def _guarded(self, plugin: Plugin, text: str, findings: Findings) -> Iterator[None]:
        """Keep what is done with a docstring apart from the page, and all that is untrusted within its limits.

        What is put back stands around the limit, which may end what is in it anywhere.
        """
        with contained(self._env, plugin, findings):
            if findings.trusted:
                with Unregistered():
                    yield
                return
            check_text(text)
            default_role = self._env.temp_data.get("default_role") or self._env.config.default_role or ""
            with Refusing(self._allowed, findings, default_role), budgeted(self._spent, payer_of(plugin), text):
                yield

    def _content(
        self, each: Sequence[str], plugin: Plugin, findings: Findings, path: Path | None, source: str
    ) -> StringList:
        """Return the lines that are parsed, each with its place."""
        text = "\n\n".join(self._styled(text, plugin, findings) for text in each)
        lines = string2lines(text, self._host.settings.tab_width, convert_whitespace=True)
        numbers = lines_in_file(lines, "\n\n".join(each), findings.first_line, self._sources[path])
        return StringList(lines, items=[(source, number - 1) for number in numbers])

    def _styled(self, text: str, plugin: Plugin, findings: Findings) -> str:
        """Turn the sections of Google and NumPy style into fields, where the project does so with its own."""
        if findings.trusted:
            try:
                return handled(text, plugin, self._env)
            except HandlerError as error:
                findings.unhandled(error)
                return text
        config: Config = self._env.config
        if "sphinx.ext.napoleon" not in config.extensions:
            return text
        # Not needed where nothing changed.
        from sphinx.ext.napoleon import GoogleDocstring, NumpyDocstring  # type: ignore[attr-defined]  # noqa: PLC0415

        what: Any = WHAT.get(plugin.kind, "object")  # one of its literals, which not every version names
        if config.napoleon_numpy_docstring:
            text = str(NumpyDocstring(text, config, None, what, plugin.name))
        if config.napoleon_google_docstring:
            text = str(GoogleDocstring(text, config, None, what, plugin.name))
        return text

    def _settings(self, plugin: Plugin, *, trusted: bool) -> Values:
        """Return the settings that a docstring is parsed with."""
        settings: Values = copy.copy(self._host.settings)
        settings.report_level = Reporter.WARNING_LEVEL
        settings.halt_level = Reporter.SEVERE_LEVEL + 1
        settings.warning_stream = False  # its observers hear of errors, and nobody else
        settings.id_prefix = f"docstring-{anchor(plugin.namespace, plugin.name).removeprefix('plugin-')}-"
        if not trusted:
            settings.file_insertion_enabled = False
            settings.raw_enabled = False
        return settings

    def _read(self, lines: StringList, document: nodes.document, *, trusted: bool) -> Summary:
        """Parse lines into a document of their own, and make it fit for the page."""
        inliner = states.Inliner()  # one for each: it gathers more to look for whenever it is used

        def read(lines: StringList, into: nodes.document) -> None:
            machine = states.RSTStateMachine(state_classes=states.state_classes, initial_state="Body")
            machine.run(lines, into, inliner=inliner)

        if trusted:
            config = self._env.config
            around = new_document("<rst>", document.settings)
            before, after = (
                StringList(string2lines(text or "", convert_whitespace=True), "<rst>")
                for text in (config.rst_prolog, config.rst_epilog)
            )
            read(before, around)
            read(lines, document)
            read(after, around)
            define(document, around)
        else:
            read(lines, document)
        summary = Summary(document)
        transformer = DocFieldTransformer(cast("PyObject", _Fields(self._env, document, inliner)))
        transformer.transform_all(cast("addnodes.desc_content", document))  # it asks for no more than its children
        if not self._extracted:
            # Docstrings are in reStructuredText, and so are their translations, on pages in Markdown too.
            suffixes = (key for key, kind in self._env.config.source_suffix.items() if kind == "restructuredtext")
            document["source"] = f"{self._host['source']}{next(suffixes, '')}"
            document.transformer.add_transform(Locale)
        document.transformer.add_transforms([*([DefaultSubstitutions] if trusted else []), *_RESOLVING])
        document.transformer.apply_transforms()
        isolate(document, self._env, None if trusted else LEXERS)
        return summary

    def _finish(self, document: nodes.document, plugin: Plugin, *, trusted: bool, shown: bool) -> None:
        """Hand the nodes over to the page, with their ids but without their names."""
        for node in document.findall():
            node.document = self._host  # or else the page is stored with Sphinx's whole environment
            if not isinstance(node, nodes.Element):
                continue
            node["names"] = []
            if node.get("translated"):
                node["translatable"] = False  # the page does it no second time
            if isinstance(node, addnodes.pending_xref):
                node[OPTIONAL] = True
                if not trusted:
                    node[UNTRUSTED] = (plugin.identity, payer_of(plugin))
                # It is looked up in other projects all the same, and without a warning where it is not there.
                node.attributes.pop("intersphinx", None)
            if isinstance(node, nodes.field_name) and node.line is None:
                node["translatable"] = False  # Sphinx made it, in its own words
            if shown:
                self._host.ids.update(dict.fromkeys(node["ids"], node))


def _builder(env: BuildEnvironment) -> str:
    """Return the name of the builder, which no version of Sphinx has an interface for that all others have."""
    app: Sphinx = getattr(env, "_app", None) or env.app
    return app.builder.name


def _as_it_stands(text: str) -> nodes.literal_block:
    """Show a text that cannot be rendered; not all, where there is no end to it."""
    lines, width = cut(text, limits.LONGEST_AS_IT_STANDS).splitlines(), limits.FOLDED_AT
    folded = [line[at : at + width] for line in lines for at in range(0, max(len(line), 1), width)]
    return nodes.literal_block("", "\n".join(folded), language="none")


class _Fields:
    """What Sphinx asks of a directive when it makes "Parameters", "Returns" and "Raises" of a field list."""

    domain = "py"

    def __init__(self, env: BuildEnvironment, document: nodes.document, inliner: states.Inliner) -> None:
        self.env = env
        self.state = SimpleNamespace(document=document, inliner=inliner)

    def get_field_type_map(self) -> dict[str, tuple[Field, bool]]:
        types = [(name, (field, False)) for field in PyObject.doc_field_types for name in field.names]
        typed = [field for field in PyObject.doc_field_types if isinstance(field, TypedField)]
        return dict(types + [(name, (field, True)) for field in typed for name in field.typenames])
