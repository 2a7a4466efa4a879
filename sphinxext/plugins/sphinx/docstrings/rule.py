"""The rules that look for markup which is not right, without a build: docstrings are parsed as for a page of conf.py.

What a page has that is read is made for no page: an application of Sphinx with the extensions of conf.py. It reads no
pages, and writes nothing but into a folder that is deleted.
"""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from docutils.frontend import get_default_settings
from docutils.parsers.rst import Parser
from docutils.utils import new_document
from sphinx.application import Sphinx
from sphinx.ext.intersphinx import InventoryAdapter
from sphinx.util.docutils import docutils_namespace, patch_docutils, sphinx_domains
from sphinx.util.rst import default_role

from sphinxext.plugins.core.extensions import FAILURES
from sphinxext.plugins.core.model import Location, Problem, ProblemKind
from sphinxext.plugins.core.text import clean_line
from sphinxext.plugins.sphinx.docstrings.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

    from sphinxext.plugins.checks import Check


def docstring(check: Check) -> list[Problem]:
    """Find docstrings whose markup is not right, and what only those that are trusted may use.

    The page shows such markup as it stands. Where ``conf.py`` is given, its extensions are loaded, so that their roles
    and directives are known; a reference to what nothing documents is found by a build alone.

    :Mend: Correct the docstring. What is not trusted is allowed by ``plugins_trusted``,
        ``plugins_docstring_directives`` and ``plugins_docstring_roles``.
    """
    return [problem for problem in _problems(check) if problem.kind is not ProblemKind.UNTRUSTED]


def untrusted(check: Check) -> list[Problem]:
    """Find docstrings that are not trusted whose markup is not right.

    They are somebody else's. It is looked at where it is named, and with ``plugins_report_untrusted``.

    :Mend: Tell the authors of the distribution.
    """
    return [problem for problem in _problems(check) if problem.kind in {ProblemKind.UNTRUSTED, ProblemKind.CONFIG}]


@lru_cache(maxsize=1)  # both rules look at the same
def _problems(check: Check) -> list[Problem]:
    """Return what is wrong with the words of all plugins that are shown."""
    if check.is_of_build:
        return []  # pages warn of it
    try:
        with _read(check.conf) as env:
            return list(_found(check, env))
    except FAILURES as error:  # of conf.py and its extensions
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        problem = Problem(
            kind=ProblemKind.CONFIG,
            message=f"Sphinx cannot be started with conf.py to parse docstrings: {clean_line(reason)}",
            remedy="install what it needs, or correct it; until then the markup of docstrings is not checked",
            location=Location(file=str(check.conf), line=1) if check.conf else None,
        )
        return [problem]


def _found(check: Check, env: BuildEnvironment) -> Iterator[Problem]:
    document = new_document("<docstrings>", get_default_settings(Parser()))
    vars(document.settings).update(env.settings)
    with sphinx_domains(env), default_role(env.docname, env.config.default_role or ""):
        env.events.emit("source-read", env.docname, [""])  # which makes intersphinx look for its roles
        words = Words(env, document, check.assembler, check.options, {})
        for namespace in check.namespaces:
            for plugin in namespace.plugins:
                yield from words.of(plugin, whole=True, summary=True).problems


class _Application(Sphinx):
    """One that fetches nothing from other projects, for no references are resolved."""

    def create_builder(self, name: str) -> Builder:
        """Make the builder, when all settings are known, and nothing is done with them yet."""
        self.others = dict[str, object](getattr(self.config, "intersphinx_mapping", {}))
        self.config["intersphinx_mapping"] = {}
        return super().create_builder(name)


@contextlib.contextmanager
def _read(conf: Path | None) -> Iterator[BuildEnvironment]:
    """Start Sphinx as a build does, up to when pages are read; without conf.py, with napoleon and this extension."""
    with tempfile.TemporaryDirectory() as name, docutils_namespace(), patch_docutils(conf and conf.parent):
        sources, built = Path(name, "sources"), Path(name, "built")
        sources.mkdir()
        # Extensions write pages next to those that there are, which is why here are none.
        usual: dict[str, object] = {"extensions": ["sphinx.ext.napoleon", "sphinxext.plugins"]} if conf is None else {}
        with contextlib.redirect_stdout(sys.stderr):
            app = _Application(
                sources,
                conf and conf.parent,
                built,
                built,
                "dummy",
                {**usual, "plugins_pages": {}},
                status=None,
                warning=io.StringIO(),
                freshenv=True,
            )
        app.srcdir = app.env.srcdir = conf.parent if conf else Path.cwd()  # to which directives are relative
        InventoryAdapter(app.env).named_inventory.update({key: {} for key in app.others})
        app.env.prepare_settings(app.config.root_doc)
        yield app.env
