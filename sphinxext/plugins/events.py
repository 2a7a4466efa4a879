"""What is done at Sphinx's events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx.locale import get_translation

from sphinxext.plugins.domain import PluginDomain, members
from sphinxext.plugins.export import to_json
from sphinxext.plugins.introspect.garbage import freeze, thaw
from sphinxext.plugins.model import Catalog
from sphinxext.plugins.progress import Status

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

_ = get_translation("sphinxext.plugins")

_STATIC = Path(__file__).with_name("static")


_WITHOUT_GLYPHS = r"""
% sphinxext.plugins: strangers' names and texts have any characters; those that pdfLaTeX has not are told by number.
\makeatletter
\protected\def\UTFviii@undefined@err#1{\expandafter\sphinxextplugins@number\string#1\relax}
\def\sphinxextplugins@number#1:#2\relax{%
  \PackageWarning{sphinxext-plugins}{No glyph for \UTFviii@hexcodepoint{\the\numexpr\decode@UTFviii#2\relax}}%
  \texttt{[\UTFviii@hexcodepoint{\the\numexpr\decode@UTFviii#2\relax}]}}
\makeatother
"""


def spare_latex(_app: Sphinx, config: Config) -> None:
    """Handle ``config-inited``: have pdfLaTeX not end at a character of a plugin's name."""
    elements = config.latex_elements
    if config.latex_engine == "pdflatex":
        config.latex_elements = {**elements, "preamble": f"{elements.get('preamble', '')}{_WITHOUT_GLYPHS}"}


def begin(app: Sphinx) -> None:
    """Handle ``builder-inited``: afterwards, Sphinx looks for sources."""
    thaw()  # what an earlier build of this process left
    domain = _domain(app.env)
    domain.folder = Path(app.confdir)
    domain.progress = Status(app.verbosity)
    if domain.options.pages or domain.data["pages"]:
        domain.write_pages()


def find_outdated(
    _app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], _removed: set[str]
) -> list[str]:
    """Handle ``env-get-outdated``: a page is read again when what it shows has changed, and only then."""
    domain = _domain(env)
    members.withdraw(domain)
    domain.find_own(added | changed)
    outdated = domain.outdated()
    freeze()
    return outdated


def settle(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Handle ``env-updated``, which every build emits once all pages are read, also where none was."""
    domain = _domain(env)
    domain.report()
    domain.save()
    members.register(domain)
    return domain.settle()


def copy_static_files(app: Sphinx, builder: Builder) -> None:
    """Handle ``write-started``: put the script and the style sheet where the pages find them.

    They are not added to ``html_static_path``: that is the project's, and Sphinx compares it with
    what it was in the last build, so that each one would be said to have another configuration.
    """
    if builder.format == "html":
        folder = Path(app.outdir) / "_static"
        for file in _STATIC.iterdir():
            copy, text = folder / file.name, file.read_bytes()
            if not copy.is_file() or copy.read_bytes() != text:
                folder.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(text)


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
    domain = _domain(app.env)
    name = domain.options.json
    if error is not None or app.builder.format != "html" or app.builder.name == "epub" or not name:
        return
    file = Path(app.outdir) / name
    # Whatever changes on a page makes it be read, and with it what is shown of plugins.
    namespaces = domain.catalog() if domain.has_read or not file.is_file() else []
    if namespaces:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(to_json(Catalog(namespaces=tuple(namespaces))))


def note_reading(_app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Handle ``env-before-read-docs``, which comes before the processes that read are started."""
    _domain(env).has_read = bool(docnames)


def _domain(env: BuildEnvironment) -> PluginDomain:
    return cast("PluginDomain", env.get_domain(PluginDomain.name))
