"""The file that ``plugins_json`` names: where it is, and whether it can be there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sphinxext.plugins.core.files import exists, is_file, is_folder, read, within
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.formats.json import FIRST

if TYPE_CHECKING:
    from sphinx.application import Sphinx

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
