"""What fits nothing: settings and placeholders, by what they are called alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.core.fields import PLACEHOLDERS
from sphinxext.plugins.core.model import Location, Problem, ProblemKind
from sphinxext.plugins.core.namespaces import PREFIX
from sphinxext.plugins.core.typos import PythonFile, nearest
from sphinxext.plugins.settings import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sphinxext.plugins.core.namespaces import NamespaceOptions

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
