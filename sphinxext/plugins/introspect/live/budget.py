"""How long the plugins of one distribution may hold up a build, all together.

Only slow answers count: those that took a notable part of their deadline, and those that did not come
within it. A distribution of hundreds of plugins that load well takes as long as it takes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from sphinxext.plugins.core import limits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinxext.plugins.core.model import Plugin


class Budget:
    """The time that each distribution has taken, in deadlines: with others beside it, and alone."""

    def __init__(self) -> None:
        self._plugins: Counter[str] = Counter()
        self._spent: dict[bool, defaultdict[str, float]] = {alone: defaultdict(float) for alone in (False, True)}
        self._given_up: set[str] = set()

    def count(self, plugins: Iterable[Plugin]) -> None:
        """Count plugins that are going to be loaded."""
        self._plugins.update(map(owner, plugins))

    def allows(self, plugin: Plugin, *, alone: bool) -> bool:
        """Whether there is time left for a plugin."""
        name = owner(plugin)
        return name not in self._given_up and self._spent[alone][name] < self._limit(name)

    def spend(self, plugin: Plugin, deadlines: float, *, alone: bool) -> None:
        """Count what a plugin took; where no time is left to try any more alone, its distribution is given up."""
        self._spent[alone][owner(plugin)] += deadlines
        if alone and not self.allows(plugin, alone=True):
            self._given_up.add(owner(plugin))

    def hasten(self, plugins: Iterable[Plugin]) -> None:
        """Leave distributions whose time with others is over no more than one deadline alone."""
        for name in set(map(owner, plugins)):
            if self._spent[False][name] >= self._limit(name):
                self._spent[True][name] = max(self._spent[True][name], self._limit(name) - 1)

    def has_given_up(self, plugin: Plugin) -> bool:
        """Whether the distribution of a plugin was given up."""
        return owner(plugin) in self._given_up

    def _limit(self, name: str) -> float:
        return min(max(limits.FEWEST_DEADLINES, self._plugins[name] / 10), limits.MOST_DEADLINES)


def owner(plugin: Plugin) -> str:
    """Name the distribution of a plugin, or else the package that its module is in."""
    return plugin.distribution.name if plugin.distribution else plugin.module.partition(".")[0]
