"""What a builder has in its folder: the pages, which may be older than what was read since, and the data file.

Sphinx writes the pages that it reads, and those whose source is newer than what was written. But builders
share what was read and have a folder each, so that one reads a page again, and the others never write it; and
a build that was ended while it wrote leaves pages as they were before, or in part.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.core import decoding
from sphinxext.plugins.core.files import exists, is_file, is_folder, read, replace, within
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.formats.json import FIRST
from sphinxext.plugins.introspect.introspected import state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx.application import Sphinx
    from sphinx.builders import Builder


class Output:
    """The pages of one builder in its folder, where each has a file.

    What they were made from is kept beside what was read, and not with the pages, as those are published.
    """

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        place = os.path.relpath(builder.outdir, builder.doctreedir)
        name = hashlib.sha256(f"{builder.name}\0{place}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self._file = Path(builder.doctreedir) / f"plugins-written-{name}.json"
        self._written: set[str] = set()

    def outdated(self, made: Mapping[str, str]) -> list[str]:
        """Return the pages that are on disk and not as they were when they were written, from what is known now.

        :param made: what each page is made from
        """
        pages = made.keys() | (self._kept.keys() & self._builder.env.found_docs)
        return sorted(
            page
            for page in pages
            if (found := self._state(page)) and self._kept.get(page) != (made.get(page, ""), found)
        )

    def note(self, page: str) -> None:
        """Note that a page is going to be written."""
        self._written.add(page)

    def keep(self, made: Mapping[str, str]) -> None:
        """Keep what is written now, at the end of a build; where that cannot be done, pages are written again."""
        kept = {page: known for page, known in self._kept.items() if page in made}
        kept |= {page: (made[page], found) for page in self._written & made.keys() if (found := self._state(page))}
        if kept != self._kept:
            with contextlib.suppress(OSError):
                replace(self._file, msgspec.json.encode(kept, order="deterministic"))

    @cached_property
    def _kept(self) -> dict[str, tuple[str, str]]:
        """What each page was made from, and the state of its file."""
        try:
            kept: dict[str, tuple[str, str]] = decoding.json(read(self._file), dict[str, tuple[str, str]])
        except (OSError, ValueError):
            return {}
        return kept

    def _state(self, page: str) -> str:
        """Return the state of the file of a page; it is empty where there is none, which Sphinx writes by itself."""
        builder = self._builder
        path_of = getattr(builder, "get_output_path", None) or getattr(builder, "get_outfilename", None)
        if path_of is not None:
            return state(str(path_of(page)))
        suffix = getattr(builder, "out_suffix", None)
        return state(f"{builder.outdir}{os.sep}{page}{suffix}") if suffix else ""


_STATIC = "_static/"


def data_file(app: Sphinx, name: str) -> tuple[Path | None, list[Problem]]:
    """Return the file that a builder writes the catalog to, if it does; and what is in the way."""
    if app.builder.format != "html" or app.builder.name == "epub" or not name:
        return None, []
    file = within(Path(app.outdir), name)
    if file is None or Path(name).is_absolute():
        return None, [not_written(name, "it is not below the folder of the pages")]
    problem = taken(app, file)
    return (None, [problem]) if problem else (file, [])


def taken(app: Sphinx, file: Path) -> Problem | None:
    """Say that a file is not this extension's, if it is not: the project brings it, or something else wrote it."""
    name = file.relative_to(os.path.realpath(app.outdir)).as_posix()
    brought = [(path, name) for path in app.config.html_extra_path]
    if name.startswith(_STATIC):
        brought += [(path, name.removeprefix(_STATIC)) for path in app.config.html_static_path]
    for path, inner in brought:
        place = Path(app.confdir) / path
        if exists(place / inner) or (is_file(place) and place.name == inner):
            return not_written(name, f"the project has that file in {str(path)!r}")
    if exists(file) and not is_folder(file) and not _is_ours(file):
        return not_written(name, "there is such a file, which is not the extension's")
    return None


def _is_ours(file: Path) -> bool:
    try:
        first = read(file, len(FIRST), whole=False)
    except OSError:
        return False
    return FIRST.startswith(first.rstrip(b"\0"))  # a system that crashed may have kept nothing of it, or no content


def not_written(name: str, reason: str) -> Problem:
    """Say that there is no file of the catalog."""
    return Problem(
        kind=ProblemKind.CONFIG,
        message=f"the catalog is not written to plugins_json = {name!r}: {reason}",
        remedy="name another file, or none",
    )
