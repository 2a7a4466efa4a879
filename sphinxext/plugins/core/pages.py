"""The files of a project's pages, as Sphinx finds them by what conf.py says; nothing of it is run here."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Protocol

from sphinxext.plugins.core import limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_MARKDOWN = {"myst_parser": [".md"], "myst_nb": [".md", ".ipynb"], "nbsphinx": [".ipynb"], "recommonmark": [".md"]}
"""The suffixes that extensions bring."""

_EXCLUDED = ("**/_sources", ".#*", "**/.#*", "*.lproj/**")
"""What Sphinx itself leaves out."""


class Texts(Protocol):
    """What the texts of pages are read by; the configuration of Sphinx is one."""

    @property
    def source_suffix(self) -> Mapping[str, str]:
        """Return the forms of files, by their suffixes."""

    @property
    def source_encoding(self) -> str:
        """Return the encoding of files."""


class Pages:
    """The pages of a project.

    :param folder: that of all pages
    :param conf: what conf.py says
    :ivar extensions: the names of the extensions that they use
    :ivar source_suffix: the forms of files, by their suffixes
    :ivar source_encoding: their encoding
    """

    def __init__(self, folder: Path, conf: Mapping[str, object] = {}) -> None:
        self.folder = folder
        self.extensions = frozenset(_texts(conf.get("extensions")))
        self.source_suffix = _suffixes(conf)
        self.source_encoding = str(conf.get("source_encoding", "utf-8-sig"))
        self._included = _matching(_texts(conf.get("include_patterns", ["**"])))
        left_out = (*_texts(conf.get("exclude_patterns")), *_texts(conf.get("templates_path")), *_EXCLUDED)
        self._excluded = _matching(left_out)

    def find(self) -> dict[str, Path]:
        """Return the file of each page, by the name of the page; of two with one name, that which comes first."""
        found: dict[str, Path] = {}
        for place in sorted(self._places()):
            suffix = next((each for each in self.source_suffix if place.endswith(each)), None)
            if suffix is not None and self._included.fullmatch(place) and not self._excluded.fullmatch(place):
                found.setdefault(place.removesuffix(suffix), self.folder / place)
        return found

    def _places(self) -> Iterator[str]:
        """Yield the paths of all files below the folder that may be pages, relative to it."""
        folders = 0
        for name, below, files in os.walk(self.folder, followlinks=True):
            folder = "" if (relative := os.path.relpath(name, self.folder)) == "." else f"{relative}/"
            folder, folders = folder.replace(os.sep, "/"), folders + 1
            if folders > limits.MOST_REPOSITORY_FOLDERS or folder.count("/") > limits.DEEPEST_FILE:
                return  # links may lead in a circle
            below[:] = sorted(each for each in below if not self._excluded.fullmatch(f"{folder}{each}"))
            yield from (f"{folder}{each}" for each in files)


def _suffixes(conf: Mapping[str, object]) -> dict[str, str]:
    given = conf.get("source_suffix")
    forms = given if isinstance(given, dict) else dict.fromkeys(_texts(given) or [".rst"])
    suffixes = {str(suffix): str(form or "restructuredtext") for suffix, form in forms.items()}
    extensions = _texts(conf.get("extensions"))
    brought = (suffix for extension in extensions for suffix in _MARKDOWN.get(extension, ()))
    return {**dict.fromkeys(brought, "markdown"), **suffixes}


def _texts(given: object) -> Sequence[str]:
    """Return a text, or several; of what is no list of texts, none."""
    several = [given] if isinstance(given, str) else given if isinstance(given, list | tuple) else []
    return [each for each in several if isinstance(each, str)]


def _matching(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return what fits paths that one of some patterns of Sphinx fits."""
    regular: list[str] = []
    for pattern in patterns:
        try:
            regular.append(re.compile(_regular(pattern.rstrip("/"))).pattern)
        except re.error:
            continue  # with which Sphinx ends
    return re.compile("|".join(f"(?:{each})" for each in regular) or "(?!)")


def _regular(pattern: str) -> str:
    """Make a regular expression of a pattern in which one star stands for no slash, and two for anything."""
    pieces = re.split(r"(\*\*|\*|\?|\[!?[^]]+\])", pattern)
    return "".join(_of_piece(piece) if number % 2 else re.escape(piece) for number, piece in enumerate(pieces))


def _of_piece(piece: str) -> str:
    if piece.startswith("["):
        inner = piece[1:-1].replace("\\", r"\\")
        return f"[^/{inner[1:]}]" if inner.startswith("!") else f"[{inner.replace('^', '') or '^'}]"
    return {"**": ".*", "*": "[^/]*", "?": "[^/]"}[piece]
