"""What is done at Sphinx's events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.builders.latex import LaTeXBuilder
from sphinx.locale import get_translation

from sphinxext.plugins.core.files import holds, replace
from sphinxext.plugins.core.model import Catalog
from sphinxext.plugins.formats.json import to_json
from sphinxext.plugins.introspect.garbage import freeze, thaw
from sphinxext.plugins.sphinx import asked
from sphinxext.plugins.sphinx.build import Build
from sphinxext.plugins.sphinx.domain import PluginDomain, reference, registrations
from sphinxext.plugins.sphinx.domain.reports import report, warn
from sphinxext.plugins.sphinx.outputs import data_file, not_written, taken
from sphinxext.plugins.sphinx.references import DESCRIBED, MEMBER, NAMED, RELATED, Reference
from sphinxext.plugins.sphinx.render.places import UNDECIDED, settle_left
from sphinxext.plugins.sphinx.roles import indices_beside
from sphinxext.plugins.sphinx.written import Writer, unread, withdraw

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

_ = get_translation("sphinxext.plugins")

_STATIC = Path(__file__).with_name("static")


_WITHOUT_GLYPHS = r"""
% sphinxext.plugins: names and texts of plugins have any characters; those that pdfLaTeX has not are written by number.
\makeatletter
\protected\def\UTFviii@undefined@err#1{\expandafter\sphinxextplugins@number\string#1\relax}
\def\sphinxextplugins@number#1:#2\relax{%
  \PackageWarning{sphinxext-plugins}{No glyph for \UTFviii@hexcodepoint{\the\numexpr\decode@UTFviii#2\relax}}%
  \texttt{[\UTFviii@hexcodepoint{\the\numexpr\decode@UTFviii#2\relax}]}}
\makeatother
"""


def spare_latex(app: Sphinx, builder: Builder) -> None:
    """Handle ``write-started``: have pdfLaTeX not end at a character of a plugin's name, where there are any."""
    notes = PluginDomain.of(app.env).notes
    is_shown = notes.shown or notes.objects
    if is_shown and isinstance(builder, LaTeXBuilder) and app.config.latex_engine == "pdflatex":
        builder.context["preamble"] = f"{builder.context.get('preamble', '')}{_WITHOUT_GLYPHS}"


def begin_build(app: Sphinx) -> None:
    """Handle ``builder-inited``: afterwards, Sphinx looks for sources."""
    thaw()  # what an earlier build of this process left
    domain = PluginDomain.of(app.env)
    build = domain.build = Build(app)
    pages = domain.notes.pages
    if build.options.pages or pages:
        writer = Writer(app, build)
        writer.write(pages)
        pages.clear()
        pages.update(writer.places)
        build.problems += writer.problems


def find_outdated(
    _app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Handle ``env-get-outdated``: a page is read again when what it shows has changed, and only then."""
    domain = PluginDomain.of(env)
    build, notes = domain.build, domain.notes
    withdrawn = withdraw(env, notes.pages, removed=removed)
    added -= withdrawn
    changed -= withdrawn
    registrations.remove_members(env.domains.python_domain, notes)
    registrations.remove_labels(env.domains.standard_domain, notes)
    build.directives.cache_clear()  # an application may build more than once
    # Catalogs do not repeat what other pages are for, so that is found before any page is read.
    found = {docname: asked.dedicated(build.directives(docname)) for docname in added | changed}
    notes.note_dedicated(found, env.found_docs)
    build.problems += unread(env, notes.pages)
    build.assembler.introspect(notes.all_shown())
    outdated = sorted(notes.outdated(build.fingerprint))
    freeze()
    return outdated


def prepare_reading(_app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Handle ``env-before-read-docs``: introspect all that the pages are going to show.

    That is done here for it is done once, by one process with all cores, before those are started that read pages.
    """
    domain = PluginDomain.of(env)
    shown = {each for docname in docnames for each in asked.shown(domain.build.directives(docname))}
    domain.build.assembler.introspect(shown)
    domain.hand_over()
    freeze()


def tidy_index(_app: Sphinx, doctree: nodes.document) -> None:
    """Handle ``doctree-read``: places of which each builder leaves another one stand in the general index once."""
    env = doctree.settings.env
    if UNDECIDED in doctree:
        entries = env.domains.index_domain.entries[env.docname]
        entries[:] = dict.fromkeys(map(tuple, entries))


def note_rows(_app: Sphinx, doctree: nodes.document) -> None:
    """Handle ``doctree-read``: what catalogs link to elsewhere is a reference, as a role is."""
    env = doctree.settings.env
    notes = PluginDomain.of(env).notes
    for node in doctree.findall(addnodes.pending_xref) if env.docname in notes.shown else ():
        if DESCRIBED in node or RELATED in node:
            found = reference(node["reftype"], node["reftarget"], node)
            notes.note_reference(env.docname, found, env.docname)
        elif NAMED in node:
            notes.note_reference(env.docname, Reference("object", node["reftarget"]), env.docname)
        elif MEMBER in node:
            notes.note_reference(env.docname, Reference("interface", node[MEMBER][0]), env.docname)


def choose_places(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Handle ``doctree-resolved``, when a builder has left out what is not for it, and is to write the page."""
    PluginDomain.of(app.env).build.output.note(page)
    settle_left(doctree, as_one_page=app.builder.format == "html")


def finish_reading(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Handle ``env-updated``, which every build emits once all pages are read, also where none was."""
    domain = PluginDomain.of(env)
    build, notes = domain.build, domain.notes
    domain.stop_handing_over()
    build.data_file, problems = data_file(app, build.options.json)
    build.problems += problems
    if build.data_file is not None:
        build.catalog(notes.all_shown())  # what only the data has is kept as well
    report(env, build, notes)
    build.save()
    targets = notes.targets
    indices = indices_beside(env.found_docs, options=targets.has_options, standing=targets.has_standing)
    domain.indices[:] = indices.values()
    registrations.add_members(env.domains.python_domain, notes)
    registrations.remove_labels(env.domains.standard_domain, notes)
    registrations.add_labels(env.domains.standard_domain, indices, notes)
    return [*notes.note_links(), *build.output.outdated(notes.made(env.all_docs))]


def copy_static_files(app: Sphinx, builder: Builder) -> None:
    """Handle ``write-started``: put the script and the style sheet where the pages find them.

    They are not added to ``html_static_path``: that is the project's, and Sphinx compares it with
    what it was in the last build, so that each one would be said to have another configuration.
    """
    if builder.format == "html":
        folder = Path(app.outdir) / "_static"
        for file in _STATIC.iterdir():
            copy, text = folder / file.name, file.read_bytes()
            if not holds(copy, text):
                folder.mkdir(parents=True, exist_ok=True)
                replace(copy, text)  # it does not wait for a pipe, or follow a link


def add_to_page(app: Sphinx, _page: str, _template: str, _context: object, doctree: nodes.document | None) -> None:
    """Handle ``html-page-context``: only a page that has something to filter, or badges, loads what that needs."""
    classes = {name for node in doctree.findall(nodes.Element) for name in node["classes"]} if doctree else set()
    if "sp-catalog" in classes:
        words = {"filter": _("Filter"), "all": _("All"), "none": _("No plugin matches"), "reset": _("Reset")}
        words["count"] = _("%(shown)d of %(total)d plugins")
        for catalog in doctree.findall(nodes.container) if doctree else ():
            headings: dict[str, str] = catalog.get("headings", {})
            words |= {f"column-{key}": heading for key, heading in headings.items()}
        told = json.dumps({key: str(word) for key, word in words.items()}, ensure_ascii=False)
        attributes: dict[str, Any] = {"data-words": told}
        app.add_js_file("sphinxext-plugins.js", loading_method="defer", **attributes)
    if any(name.startswith("sp-") for name in classes):
        app.add_css_file("sphinxext-plugins.css")


def write_data(app: Sphinx, error: Exception | None) -> None:
    """Handle ``build-finished``: builders of HTML write the catalog as JSON, where it is not what it was."""
    domain = PluginDomain.of(app.env)
    build = domain.build
    file = build.data_file
    if error is not None or file is None:
        return
    shown = tuple(build.catalog(domain.notes.all_shown()))
    text = to_json(Catalog(namespaces=shown))
    try:
        if (problem := taken(app, file)) is not None:  # by what was written since
            warn(problem, None)
        elif not shown:
            file.unlink(missing_ok=True)
        elif not holds(file, text):
            file.parent.mkdir(parents=True, exist_ok=True)
            replace(file, text)
    except OSError as reason:
        warn(not_written(build.options.json, str(reason.strerror or reason)), None)


def keep_written(app: Sphinx, error: Exception | None) -> None:
    """Handle ``build-finished``, after others that may change what was written."""
    if error is None:
        domain = PluginDomain.of(app.env)
        domain.build.output.keep(domain.notes.made(app.env.all_docs))
