"""Guides that are missing, and guides that are left: what the settings link plugins to, both ways round."""

from __future__ import annotations

from collections import Counter
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.files import Disk, within
from sphinxext.plugins.core.guides import SUFFIXES
from sphinxext.plugins.core.model import Location, Problem, ProblemKind
from sphinxext.plugins.core.namespaces import PREFIX
from sphinxext.plugins.core.typos import PythonFile, nearest, the_nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sphinxext.plugins.checks import Check
    from sphinxext.plugins.core.model import Namespace


def guide(check: Check) -> list[Problem]:
    """Find plugins without a guide, and guides without a plugin.

    ``plugins_guides`` names the pages that people write for plugins. A new plugin is on its catalog at once, but its
    page is not written; and the page of one that is gone stays, and tells users of what they cannot have.

    :Mend: Write the page, or rename the one that is named as near. Remove or rename a page that is left. Where some
        plugins of a namespace are to have no guide, ignore the rule, for the setting is for all of them.
    """
    return [*_missing(check), *_left(check)]


def unfit(check: Check, key: str) -> tuple[str, str] | None:
    """Return why a pattern fits no page of any plugin, and what helps."""
    guides, assembler = check.assembler.guides, check.assembler
    names = [name for name in assembler.names if guides.key_of(name) == key]
    return guides.unfit(key, [plugin for name in names for plugin in assembler.registered(name)])


def _missing(check: Check) -> Iterator[Problem]:
    """Say which plugins have no guide, or none that is certain, in the line of the setting."""
    guides = check.assembler.guides
    file = PythonFile(check.conf) if check.conf and check.options.guides else None
    is_unfit = cache(partial(unfit, check))  # many namespaces may have one pattern
    for namespace in check.namespaces:
        key = guides.key_of(namespace.name)
        if key is None or is_unfit(key):  # which the rule "config" says once
            continue
        location = file.place(f"{PREFIX}guides", key) if file else None
        candidates = guides.candidates(namespace.plugins)
        claims = Counter(page for pages in candidates.values() for page in pages)
        left = {name: page for page, name in guides.fitting(namespace.name).items() if page not in claims}
        for plugin in {each.identity: each for each in namespace.plugins if each.guide is None}.values():
            identity, wanted = plugin.identity, guides.wanted(plugin) or ""
            pages = candidates[wanted]
            near = ", ".join(left[each] for each in nearest(plugin.name, left))
            there = f" (the nearest: {near})" if near else ""
            message = f"{identity} has no guide, for there is no page {wanted!r}"
            remedy = f"write it{there}, or leave {namespace.name} out of {PREFIX}guides"
            if unread := _unread(guides.files, wanted):
                message = f"{identity} has no guide, for {unread!r} is there, and Sphinx does not read it"
                how = 'add "myst_parser" to the extensions' if unread.endswith(".md") else "correct exclude_patterns"
                remedy = f"{how} in conf.py, or leave {namespace.name} out of {PREFIX}guides"
            if pages:
                other = "by its name it may be that of another plugin" if len(pages) == 1 else "each may be it"
                message = f"{identity} has no guide, for {' and '.join(map(repr, pages))} are not certain: {other}"
                remedy = f"call it {wanted!r}"
            yield Problem(kind=ProblemKind.GUIDE, message=message, remedy=remedy, location=location)


def _unread(files: Mapping[str, Path], page: str) -> str | None:
    """Return the file that a page would be, below the folder of all pages, where there is one that is not read."""
    for name, file in islice(files.items(), 1):
        place = within(file.parents[name.count("/")], f"{page}.md")
        names = Disk().names(place.parent) if place else []
        found = (f"{page}{suffix}" for suffix in SUFFIXES if place and f"{place.stem}{suffix}" in names)
        return next(found, None)
    return None


def _left(check: Check) -> Iterator[Problem]:
    """Say which pages are guides by their names, and of no plugin; each in its first line."""
    guides, assembler = check.assembler.guides, check.assembler
    fitting: dict[str, dict[str, Namespace]] = {}
    for namespace in check.namespaces:
        for page in guides.fitting(namespace.name):
            fitting.setdefault(page, {})[namespace.name] = namespace
    # Namespaces that nobody looks at here may share a pattern with others.
    all_candidates = [guides.candidates(assembler.registered(name)) for name in assembler.names if fitting]
    taken = {page for each in all_candidates for pages in each.values() for page in pages}
    for page in sorted(fitting.keys() - taken):
        names = [plugin.name for namespace in fitting[page].values() for plugin in namespace.plugins]
        name = guides.fitting(next(iter(fitting[page])))[page]
        of = ", ".join(list(fitting[page])[: limits.MOST_NAMES])
        message = f"the page {page!r} is by its name the guide of {name!r}, which is no plugin of {of}"
        remedy = f"rename it{the_nearest(name, names)}, remove it, or register the plugin"
        place = Location(file=str(guides.files[page]), line=1)
        yield Problem(kind=ProblemKind.GUIDE, message=message, remedy=remedy, location=place)
