"""What fits nothing: settings and placeholders, by what they are called alone, and what directives select."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.checks import asked
from sphinxext.plugins.core import selection
from sphinxext.plugins.core.fields import PLACEHOLDERS
from sphinxext.plugins.core.history import STANDING
from sphinxext.plugins.core.model import Distribution, Location, Plugin, Problem, ProblemKind
from sphinxext.plugins.core.namespaces import PREFIX, shown
from sphinxext.plugins.core.shown import Shown
from sphinxext.plugins.core.text import clean_name
from sphinxext.plugins.core.types import listed
from sphinxext.plugins.core.typos import PythonFile, nearest
from sphinxext.plugins.settings import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sphinxext.plugins.checks import Check
    from sphinxext.plugins.checks.asked import Directive
    from sphinxext.plugins.core.model import Namespace
    from sphinxext.plugins.core.namespaces import NamespaceOptions
    from sphinxext.plugins.core.structs import Json

_BRACED = re.compile(r"\{([^{}\n]+)\}")


class Mistake(NamedTuple):
    """What fits nothing."""

    message: str
    near: Sequence[str]
    """What there is that is almost the same."""

    path: tuple[str, ...]
    """The keys that lead to it in its file."""

    remedy: str = "correct it"

    def problem(self, location: Location | None) -> Problem:
        """Make a problem of it."""
        near = f" (the nearest: {', '.join(self.near)})" if self.near else ""
        remedy = f"{self.remedy}{near}, or remove it"
        return Problem(kind=ProblemKind.CONFIG, message=self.message, remedy=remedy, location=location)


def unknown_settings(conf: Path, is_known: Callable[[str], bool]) -> list[Problem]:
    """Say which names that conf.py assigns, and does nothing with, begin like those of settings, or almost are such.

    :param is_known: whether any extension has a setting of a name
    """
    file = PythonFile(conf)
    names = Options.__struct_fields__
    problems: list[Problem] = []
    for name in file.unused:
        folded, begins = name.casefold().removeprefix(PREFIX), name.casefold().startswith(PREFIX)
        near = nearest(folded, names) if begins else nearest(folded, (PREFIX + each for each in names), cutoff=0.9)
        if (begins or near) and name.removeprefix(PREFIX) not in names and not is_known(name):
            meant = [PREFIX + each.removeprefix(PREFIX) for each in near[:1]]
            mistake = Mistake(f"there is no setting {name}, which is assigned here and not used", meant, (name,))
            problems.append(mistake.problem(file.place(name)))
    return problems


def templates(key: str, settings: NamespaceOptions, fields: Sequence[str]) -> Iterator[Mistake]:
    """Find what is almost a placeholder; all else in braces stands as it is written."""
    for name, template in (("install", settings.install), ("select", settings.select or "")):
        for word in dict.fromkeys(_BRACED.findall(template)):
            near = nearest(word, [*PLACEHOLDERS, *fields], cutoff=0.75)
            if near and word not in PLACEHOLDERS and word.casefold() not in map(str.casefold, fields):
                message = f"the template {name} of {key} in {PREFIX}namespaces has {{{word}}}, which is not filled in"
                yield Mistake(message, [f"{{{each}}}" for each in near], (f"{PREFIX}namespaces", key, name))


def standing(
    check: Check, path: tuple[str, str], said: Mapping[str, Json], counts: Callable[[Sequence[str], str], bool]
) -> Iterator[Mistake]:
    """Find what people say of whether a plugin is to be used, and which is no text, or names no plugin.

    :param path: the keys of its table in the overlay
    :param counts: whether a name, with those that are near, is a mistake
    """
    of = ":".join(path)
    for key in (key for key in STANDING if key in said and key != "replaced_by"):
        if not isinstance(said[key], str):
            message = f"{PREFIX}overlay has {shown(said[key])} as the {key} of {of}, which is no text"
            yield Mistake(message, (), (*path, key), "put it in quotation marks")
    for name in listed(said["replaced_by"]) if said.get("replaced_by") else ():
        *elsewhere, bare = name.split(":", 1)
        namespace = check.assembler.named(elsewhere[0] if elsewhere else path[0])
        history, there = check.assembler.history, namespace or path[0]
        known = {each.name for each in check.assembler.registered(there)} | history.recorded(there)
        is_there = not {name, bare, clean_name(name), clean_name(bare)}.isdisjoint(known)
        # Of what is documented elsewhere, nothing is known here.
        if not is_there and (namespace or not elsewhere) and counts(near := nearest(bare, known), name):
            message = f"{PREFIX}overlay has {name!r} as replaced_by of {of}, and there is no such plugin"
            yield Mistake(message, [":".join((*elsewhere, each)) for each in near], (*path, "replaced_by"))


def selected(check: Check) -> Iterator[Problem]:
    """Find what directives of pages select and is not there, as a build would warn of it."""
    pages = check.pages
    for page in pages.find().values() if pages else ():
        for path, _text, directives in asked.texts(page, pages, pages.folder) if pages else ():
            for each in directives:
                chosen = selection.of_options(each.options)
                namespaces = _namespaces(check, each) if any(chosen[: len(selection.SELECTING)]) else []
                plugins = [plugin for namespace in namespaces for plugin in namespace.plugins]
                gone = _gone(namespaces) if each.name == "plugin-catalog" else []
                found = selection.mistakes(each.name, each.argument, chosen, plugins, gone) if plugins else ()
                for message, remedy in found:
                    place = Location(file=str(path), line=each.line)
                    yield Problem(kind=ProblemKind.CONFIG, message=message, remedy=remedy, location=place)


def _namespaces(check: Check, directive: Directive) -> list[Namespace]:
    """Return the namespaces of a directive that selects plugins; none where not all of them are looked at."""
    named, whole = check.assembler.named, directive.argument
    if directive.name not in {"plugin-catalog", "plugin-matrix"}:
        return []
    patterns = [whole] if named(whole) or directive.name == "plugin-matrix" else whole.split()
    names = {name for pattern in patterns for name in check.assembler.selected(Shown(pattern))}
    found = [namespace for namespace in check.namespaces if namespace.name in names]
    return found if len(found) == len(names) else []


def _gone(namespaces: Sequence[Namespace]) -> list[Plugin]:
    """Return the plugins that are there no more, with nothing else than their names and distributions."""
    return [
        Plugin(
            namespace=namespace.name,
            name=each.name,
            target="",
            distribution=Distribution(name=each.distribution) if each.distribution else None,
        )
        for namespace in namespaces
        for each in namespace.removed
    ]
