"""The pages that ``plugins_pages`` asks for: where they are written, for which namespaces, and beside which others."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.project import Project
from sphinx.util.logging import suppress_logging

from sphinxext.plugins.core.files import Disk, exists, is_file, is_folder, is_link, within
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.namespaces import GLOB
from sphinxext.plugins.core.shown import Shown
from sphinxext.plugins.sphinx import asked, pages

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

    from sphinxext.plugins.sphinx.build import Build

_MYST = {"myst_parser": "markdown", "myst_nb": "myst-nb"}
"""The extensions whose Markdown has directives, each with what it calls that."""


class Writer:
    """Writes the pages of a build.

    :ivar problems: what is in the way
    :ivar places: the folders that were written to, with what is in each
    """

    def __init__(self, app: Sphinx, build: Build) -> None:
        self._app = app
        self._options = build.options
        self._assembler = build.assembler
        self._root = Path(app.srcdir)
        self._form = _form(app.config, app.extensions)
        self.problems: list[Problem] = []
        self.places: dict[str, str] = {}

    def write(self, before: Iterable[str]) -> None:
        """Write what the configuration asks for, and remove what it does no longer.

        :param before: the folders of the last build
        """
        for folder, namespace in self._options.pages.items():
            place = self._place(folder)
            if place is None:
                self._outside(namespace, folder)
            elif self._form is None:
                self._note(
                    f"writes no page of {namespace}: source_suffix has no form that it can write",
                    "add reStructuredText, or the Markdown of MyST, to source_suffix",
                )
            else:
                self._attempt(place, namespace, self._form)
        for place in sorted(set(before) - self.places.keys(), reverse=True):  # what is in a folder before it
            if within(self._root, place) is not None:
                self._remove(place)

    def _place(self, folder: str) -> str | None:
        """Return a folder as the names of its pages have it; None where it is outside of that of all pages."""
        path = Path(os.path.normpath(self._root / folder))
        if not path.is_relative_to(self._root) or within(self._root, folder) is None:
            return None
        return "" if path == self._root else path.relative_to(self._root).as_posix()

    def _attempt(self, place: str, namespace: str, form: pages.Form) -> None:
        try:
            self._write(place, namespace, form)
        except OSError as error:
            self._note(
                f"cannot write the pages of {namespace} to {place!r}: {error.strerror or error}",
                "let it write to a folder where that can be done; until then its pages are as they were",
            )
            self.places[place] = namespace

    def _write(self, place: str, pattern: str, form: pages.Form) -> None:
        """Write the pages of one namespace, or below those of each that a glob fits."""
        names = self._assembler.selected(Shown(pattern))
        if within(self._root, place) is None:  # the folder of one namespace may be a link
            self._outside(pattern, place)
            return
        if self._is_taken(place, pattern):
            return
        if not GLOB.search(pattern) or not names or self._assembler.named(pattern):
            name = names[0] if names else pattern
            plugins = [plugin.name for plugin in self._assembler.registered(name)]
            title = self._options.of_namespace(name).title or name
            gone = self._assembler.history.recorded(name) - set(plugins)
            namespace = pages.Namespace(name, title, plugins, self._dedicated, gone)
            self.problems += pages.write(self._root, place, namespace, form)
            return
        folders = pages.file_names(names, form)
        for folder, name in folders.items():
            self._write(pages.docname(place, folder), name, form)
        title = self._options.of_namespace(pattern).title or pattern
        listed = [pages.docname(place, f"{folder}/{pages.INDEX}") for folder in folders]
        self.problems += pages.write_list(self._root, place, title, listed, form)
        for path in (self._root / place).iterdir():
            if is_folder(path) and not is_link(path) and path.name not in folders:
                pages.remove(path)

    def _is_taken(self, place: str, namespace: str) -> bool:
        """Whether another namespace has its pages in a folder, by whatever name."""
        folder = self._root / place
        for other, theirs in self.places.items():
            path = self._root / other
            if other == place or (exists(folder) and exists(path) and folder.samefile(path)):
                self._note(f"gives {namespace} and {theirs} the same folder, {place!r}", "give each its own")
                return True
        self.places[place] = namespace
        return False

    def _remove(self, place: str) -> None:
        try:
            pages.remove(self._root / place)
        except OSError as error:
            self._note(f"cannot remove its pages from {place!r}: {error.strerror or error}", "remove them by hand")

    @cached_property
    def _dedicated(self) -> dict[str, str]:
        """The pages that the project has for plugins, by the identities of these."""
        config = self._app.config
        project = Project(self._root, config.source_suffix)
        excluded = [*config.exclude_patterns, *config.templates_path, *self._app.builder.get_asset_paths()]
        with suppress_logging():
            found = sorted(project.discover(excluded, config.include_patterns))
        dedicated: dict[str, str] = {}
        for docname in found:
            path = Path(project.doc2path(docname, absolute=True))
            if not pages.is_ours(path):
                dedicated |= dict.fromkeys(
                    asked.dedicated(asked.of_page(path, config, self._root)).keys() - dedicated.keys(), docname
                )
        return dedicated

    def _outside(self, namespace: str, folder: str) -> None:
        self._note(f"gives {namespace} the folder {folder!r}, which is not below that of the pages", "name one")

    def _note(self, message: str, remedy: str) -> None:
        self.problems.append(Problem(kind=ProblemKind.CONFIG, message=f"plugins_pages {message}", remedy=remedy))


def withdraw(env: BuildEnvironment, places: Iterable[str], *, removed: set[str]) -> set[str]:
    """Have Sphinx not read what is no regular file in the folders of pages, a pipe, say, which it would wait for.

    :param removed: takes those in that it knows from an earlier build
    """
    folders = tuple(f"{place}/" if place else "" for place in places)
    found = {docname for docname in env.found_docs if folders and docname.startswith(folders)}
    withdrawn = {docname for docname in found if not is_file(env.doc2path(docname))}
    env.project.docnames -= withdrawn
    removed |= withdrawn & env.all_docs.keys()
    return withdrawn


def unread(env: BuildEnvironment, places: dict[str, str]) -> Iterator[Problem]:
    """Say in which folders pages are written that Sphinx does not find."""
    for place, namespace in places.items():
        folder = Path(env.srcdir) / place
        written = [path for name in Disk().names(folder) if pages.is_ours(path := folder / name)]
        if any(env.path2doc(path) not in env.found_docs for path in written):
            yield Problem(
                kind=ProblemKind.CONFIG,
                message=f"plugins_pages writes the pages of {namespace} to {place!r}, where not all are read",
                remedy="name another folder, or correct exclude_patterns and include_patterns",
            )


def _form(config: Config, extensions: Container[str]) -> pages.Form | None:
    """Choose how pages are written: in reStructuredText where the project reads that, or else in Markdown."""
    suffixes = tuple(config.source_suffix)
    markdown = {form for name, form in _MYST.items() if name in extensions}
    for forms in ({"restructuredtext"}, markdown):
        fitting = [suffix for suffix in suffixes if config.source_suffix[suffix] in forms and suffix != ".ipynb"]
        if fitting:
            suffix = ".rst" if ".rst" in fitting else fitting[0]
            return pages.Form(suffix, markdown=forms is markdown, suffixes=suffixes)
    return None
