"""Guides: which page that somebody wrote is for which plugin, by the patterns of the settings.

Pages are only ever looked up among those that there are, so that no name of a plugin leads anywhere else.
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.core.fields import PLACEHOLDERS
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.namespaces import PREFIX, shown
from sphinxext.plugins.core.text import clean_namespace
from sphinxext.plugins.core.typos import the_nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from sphinxext.plugins.core.model import Namespace, Plugin
    from sphinxext.plugins.core.namespaces import Wrong

_FILLED = ("name", "namespace", "distribution")
"""What patterns are filled in with."""

_BRACED = re.compile(r"\{([^{}\n]*)\}")

SUFFIXES = (".rst", ".md", ".txt", ".ipynb")
"""Those that the files of pages have in most projects."""


def read(given: Mapping[object, object]) -> tuple[dict[str, str], list[Wrong]]:
    """Read the patterns of guides by namespaces or globs, as far as they are valid."""
    valid: dict[str, str] = {}
    wrong: list[Wrong] = []
    for namespace, pattern in given.items():
        unknown = [each for each in _BRACED.findall(str(pattern)) if each not in _FILLED]
        if isinstance(namespace, str) and isinstance(pattern, str) and pattern.strip() and not unknown:
            valid[namespace] = pattern.strip().strip("/")
            continue
        allowed = "the name of a page, as in {'sluice.reader': 'user/{name}-reader'}, by a namespace or a glob"
        if unknown:
            near = the_nearest(unknown[0], _FILLED)
            allowed = f"no {{{unknown[0]}}}, but {', '.join(f'{{{each}}}' for each in _FILLED)}{near}"
        message = f"{PREFIX}guides[{namespace!r}] = {shown(pattern)} is not valid"
        problem = Problem(
            kind=ProblemKind.CONFIG, message=message, remedy=f"give it {allowed}; until then it is left out"
        )
        wrong.append((problem, (f"{PREFIX}guides", str(namespace))))
    return valid, wrong


class Guides:
    """The guides of all plugins.

    :param patterns: of the names of pages, by namespaces and globs
    :param files: gives the file of each page, by its name
    """

    def __init__(self, patterns: Mapping[str, str], files: Callable[[], Mapping[str, Path]]) -> None:
        self._patterns = patterns
        self._files = files

    @cached_property
    def files(self) -> Mapping[str, Path]:
        """The file of each page, by its name; it is asked for once."""
        return self._files() if self._patterns else {}

    @cached_property
    def _alike(self) -> dict[str, list[str]]:
        """The names of pages, by that which all that are alike have."""
        alike: dict[str, list[str]] = {}
        for page in sorted(self.files):
            alike.setdefault(folded(page), []).append(page)
        return alike

    def key_of(self, namespace: str) -> str | None:
        """Return the key of the pattern of a namespace: its own name, or the last glob that fits."""
        exact = [key for key in self._patterns if namespace in {key, clean_namespace(key)}]
        fitting = exact or [key for key in self._patterns if fnmatch.fnmatchcase(namespace, key)]
        return fitting[-1] if fitting else None

    def complete(self, namespace: Namespace) -> Namespace:
        """Return a namespace whose plugins have their guides, and none that a source says."""
        guides = self.of(namespace.plugins)
        if not any(guides) and not any(plugin.guide for plugin in namespace.plugins):
            return namespace
        with_guides = zip(namespace.plugins, guides, strict=True)
        plugins = tuple(msgspec.structs.replace(plugin, guide=guide) for plugin, guide in with_guides)
        return msgspec.structs.replace(namespace, plugins=plugins)

    def of(self, plugins: Sequence[Plugin]) -> list[str | None]:
        """Return the guide of each plugin of a namespace; None where there is none, or not one."""
        found = self.candidates(plugins)
        claims = Counter(page for pages in found.values() for page in pages)
        return [
            pages[0] if len(pages) == 1 and claims[pages[0]] == 1 else None
            for pages in (found.get(self.wanted(plugin) or "", []) for plugin in plugins)
        ]

    def wanted(self, plugin: Plugin) -> str | None:
        """Return what the guide of a plugin is to be called; None where the settings do not say."""
        key = self.key_of(plugin.namespace)
        return None if key is None else _filled(self._patterns[key], plugin)

    def candidates(self, plugins: Iterable[Plugin]) -> dict[str, list[str]]:
        """Return the pages that may be the guides of plugins of a namespace, by what they are to be called.

        Exactly that goes before names that are alike, in capitals or not, with a hyphen for a dot or a slash; and what
        is exactly the guide of one plugin is of no other.
        """
        forms = {
            wanted: {folded(wanted), folded(_filled(self._patterns[key], plugin, slash="-"))}
            for plugin in plugins
            if (key := self.key_of(plugin.namespace)) is not None and (wanted := self.wanted(plugin))
        }
        exact = self.files.keys() & forms
        alike = {
            wanted: [page for like in sorted(of) for page in self._alike.get(like, ())] for wanted, of in forms.items()
        }
        return {
            wanted: [wanted] if wanted in exact else [page for page in pages if page not in exact]
            for wanted, pages in alike.items()
        }

    def unfit(self, key: str, plugins: Sequence[Plugin]) -> tuple[str, str] | None:
        """Return why a pattern fits no page of any plugin, and what helps; None where it does, or may one day.

        :param plugins: those of all namespaces that it is for
        """
        pattern = self._patterns[key]
        if not plugins or any(self.candidates(plugins).values()):
            return None
        said = f"{PREFIX}guides[{key!r}] = {shown(pattern)}"
        if {".", ".."} & set(pattern.split("/")):
            return f"{said} fits no page, for it leads out of the folder of all pages", "write it from that folder on"
        if pattern.endswith(SUFFIXES):
            bare = pattern.rpartition(".")[0]
            return f"{said} fits no page, for names of pages have no suffix", f"write {bare!r}"
        if "{name}" not in pattern and len({plugin.name for plugin in plugins}) > len(self.candidates(plugins)):
            message = f"{said} is one page for several plugins, for it has no {{name}}, and there is no such page"
            return message, f"add {{name}} to it, or write {next(iter(self.candidates(plugins)))!r}"
        return None

    def fitting(self, namespace: str) -> dict[str, str]:
        """Return the pages that are guides by their names, each with the name that its plugin would have.

        It is none of a pattern that fits any page in the folder of all, and no index.
        """
        key = self.key_of(namespace)
        pattern = "" if key is None else self._patterns[key]
        if "{name}" not in pattern or not _BRACED.sub("", pattern).strip("/"):
            return {}
        regular = re.compile(_regular(pattern, namespace))
        found = ((page, regular.fullmatch(alike)) for alike, pages in self._alike.items() for page in pages)
        return {page: match["name"] for page, match in found if match and match["name"] != "index"}


def folded(page: str) -> str:
    """Return what names of pages have in common that are alike."""
    return re.sub(r"[-_.\s]+", "-", unicodedata.normalize("NFC", page)).casefold()


def _filled(pattern: str, plugin: Plugin, slash: str = "/") -> str:
    """Fill in a pattern; what is filled in is none.

    :param slash: what stands for a slash in a name
    """
    return _BRACED.sub(lambda match: PLACEHOLDERS[match[1]](plugin).replace("/", slash), pattern)


def _regular(pattern: str, namespace: str) -> str:
    """Return the regular expression that fits, folded, what a pattern makes of any name in a namespace."""
    groups = {"name": "(?P<name>[^/]+)", "namespace": re.escape(folded(namespace)), "distribution": "[^/]*"}
    made = ""
    for number, piece in enumerate(_BRACED.split(pattern)):
        made += groups[piece] if number % 2 else re.escape(folded(piece))
        if number % 2 and piece == "name":
            groups[piece] = "(?P=name)"
    return made
