"""Which plugins a page written by hand does not name, and which names on it are of no plugin any more."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.checks import asked
from sphinxext.plugins.checks.listed import series
from sphinxext.plugins.core.fields import is_configured, value
from sphinxext.plugins.core.guides import folded
from sphinxext.plugins.core.model import Location, Problem, ProblemKind
from sphinxext.plugins.core.text import clean_name, text_of
from sphinxext.plugins.core.typos import the_nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sphinxext.plugins.checks import Check
    from sphinxext.plugins.checks.listed import Entry
    from sphinxext.plugins.core.model import Namespace, Plugin
    from sphinxext.plugins.core.pages import Pages

_TITLES = ("title", "name", "label")
"""The fields by which people call a plugin, where the configuration has one."""


class Names:
    """What the plugins of a namespace are called."""

    def __init__(self, namespace: Namespace, check: Check) -> None:
        self.namespace = namespace
        settings = check.options.of_namespace(namespace.name)
        titles = [each for each in _TITLES if is_configured(each, settings)]
        self.plugins: dict[str, list[Plugin]] = {}
        for plugin in namespace.plugins:
            self.plugins.setdefault(folded(plugin.name), []).append(plugin)
        own = frozenset(self.plugins)  # which are no titles
        for plugin in namespace.plugins:
            for name in {folded(text_of(value(plugin, title, settings))) for title in titles} - own:
                self.plugins.setdefault(name, []).append(plugin)
        # Of two names of which one begins like the other, the longer one.
        ordered = sorted(filter(None, self.plugins), key=len, reverse=True)
        words = "|".join(r"[-_.\s]+".join(map(re.escape, each.split("-"))) for each in ordered)
        self._pattern = re.compile(rf"(?<!\w)(?:{words or '(?!)'})(?!\w)", re.IGNORECASE)

    def on(self, text: str) -> set[str]:
        """Return the identities of the plugins that a text names."""
        named: set[str] = set()
        for found in set(self._pattern.findall(text)):
            alike = self.plugins.get(folded(found), [])
            named.update(each.identity for each in [each for each in alike if each.name == found] or alike)
        return named

    def form(self, entry: Entry) -> tuple[str, str] | None:
        """Return what stands around the name of a plugin in an entry; None where that names none."""
        found = self._pattern.search(entry.label)
        return (entry.label[: found.start()], entry.label[found.end() :]) if found else None

    def stale(self, listed: Sequence[Entry]) -> list[tuple[Entry, str]]:
        """Return the entries that are of the form of those that name plugins, and name none; each with that name.

        That is certain only where most do.
        """
        forms = Counter((form, entry.markup) for entry in listed if (form := self.form(entry)) is not None)
        if not forms:
            return []
        ((before, behind), markup), count = forms.most_common(1)[0]
        if count < 2 or 2 * count <= len(listed):  # noqa: PLR2004  # one is no list, and half of it not most
            return []
        alike = re.compile(rf"{re.escape(before)}([\w.+-]+){re.escape(behind)}", re.IGNORECASE)
        others = [entry for entry in listed if entry.markup == markup and self.form(entry) is None]
        found = [(entry, match[1]) for entry in others if (match := alike.fullmatch(entry.label))]
        # Where nothing tells a name from any other word, it has at least to be written as the others are.
        names = {plugin.name for plugin in self.namespace.plugins}
        is_exact = all(entry.label in names for entry in listed if self.form(entry) is not None)
        if markup in {None, "strong", "emphasis"} and not (before + behind).strip():
            lower = all(name == name.lower() for name in names)
            return [each for each in found if is_exact and lower and each[1] == each[1].lower()]
        return found


class _Text(NamedTuple):
    """The text of a page, or of a file that it includes."""

    file: Path
    text: str
    series: Sequence[Sequence[Entry]]


def mentions(check: Check, files: Sequence[Path], pages: Pages) -> list[Problem]:
    """Say what is not named on pages that are to name all plugins, and what is named on them though it is none."""
    all_names = [Names(namespace, check) for namespace in check.namespaces if namespace.plugins]
    problems: list[Problem] = []
    for file in files:
        found = list(asked.texts(file, pages, pages.folder))
        if not found:
            message = f"the page cannot be read as a text in {pages.source_encoding}"
            place = Location(file=str(file), line=1)
            problems.append(
                Problem(kind=ProblemKind.GUIDE, message=message, remedy="mend it, or name another page", location=place)
            )
            continue
        shown = {name for _, _, of in found for each in asked.shown(of) for name in check.assembler.selected(each)}
        texts = [_Text(path, text, series(text)) for path, text, _ in found]
        for names in all_names:
            if names.namespace.name not in shown:
                problems += _unnamed(names, texts)
            problems += _written_in_full(names, texts)
        problems += [problem for text in texts for problem in _stale(all_names, text)]
    return problems


def _unnamed(names: Names, texts: Sequence[_Text]) -> Iterator[Problem]:
    """Say which plugins a page does not name, where most others are listed."""
    named = {identity for text in texts for identity in names.on(text.text)}
    listed = [(len([e for e in of if names.form(e)]), -n, of[0].line) for n, of in enumerate(texts[0].series)]
    count, _order, line = max(listed, default=(0, 0, 1))
    place = Location(file=str(texts[0].file), line=line if count else 1)
    namespace = names.namespace
    if not named:
        message = f"the page names no plugin of {namespace.name}"
        yield Problem(kind=ProblemKind.GUIDE, message=message, remedy="name them, or another page", location=place)
        return
    for identity in dict.fromkeys(plugin.identity for plugin in namespace.plugins):
        if identity not in named:
            message = f"{identity} is not named on this page, which names {len(named)} plugins of {namespace.name}"
            yield Problem(kind=ProblemKind.GUIDE, message=message, remedy="name it", location=place)


def _stale(all_names: Sequence[Names], text: _Text) -> Iterator[Problem]:
    """Say what is listed among plugins and is none; a list is of the plugins of which it names most."""
    for listed in text.series:
        names = max(all_names, key=lambda names: len([each for each in listed if names.form(each)]), default=None)
        for entry, name in names.stale(listed) if names else ():
            if names and not any(each.form(entry) for each in all_names):
                message = f"{name!r} is listed among the plugins of {names.namespace.name}, and is none"
                yield _no_plugin(message, name, names, text.file, entry.line)


def _written_in_full(names: Names, texts: Sequence[_Text]) -> Iterator[Problem]:
    """Say which names of plugins that are written with their namespace are of none."""
    known = {plugin.name for plugin in names.namespace.plugins}
    written = re.compile(rf"(?<=[`<]){re.escape(names.namespace.name)}:([^`<>\s]*\w)(?=[`>])")
    for text in texts:
        for number, line in enumerate(text.text.splitlines(), start=1):
            for name in dict.fromkeys(written.findall(line)):
                if clean_name(name) not in known and name != name.upper():  # which stands for any
                    message = f"{names.namespace.name}:{name} is no plugin"
                    yield _no_plugin(message, name, names, text.file, number)


def _no_plugin(message: str, name: str, names: Names, file: Path, line: int) -> Problem:
    near = the_nearest(name, [plugin.name for plugin in names.namespace.plugins])
    remedy = f"correct it{near}, remove it, or install what registers it"
    return Problem(kind=ProblemKind.GUIDE, message=message, remedy=remedy, location=Location(file=str(file), line=line))
