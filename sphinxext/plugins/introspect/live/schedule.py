"""Which plugins a process loads, which are tried once more, and when a distribution takes too long.

A plugin that is late beside others, or on a busy machine, is tried once more, alone, when all others are done.
The plugins of one distribution may take so many deadlines together, and then it is given up. Only slow answers
count for that: those that took a notable part of their deadline, and those that did not come within it. A
distribution of hundreds of plugins that load well takes as long as it takes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.introspect.live.interpreter import is_busy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.introspect.introspected import Introspected
    from sphinxext.plugins.introspect.live.process import Worker


class Spent:
    """How many deadlines distributions have taken, for as long as plugins are loaded."""

    def __init__(self) -> None:
        self.plugins: Counter[str] = Counter()
        self.beside: defaultdict[str, float] = defaultdict(float)
        """By plugins that were loaded beside others."""

        self.alone: defaultdict[str, float] = defaultdict(float)
        self.given_up: set[str] = set()

    def limit(self, name: str) -> float:
        """Return how many a distribution may take, beside others and once more alone."""
        return min(max(limits.FEWEST_DEADLINES, self.plugins[name] / 10), limits.MOST_DEADLINES)


class Schedule:
    """What comes of plugins, by their numbers.

    :param introspect: completes a plugin with a process
    :param spent: what their distributions took before
    :param done: is called with each plugin that is not tried again
    """

    def __init__(
        self,
        plugins: Sequence[Plugin],
        introspect: Callable[[Plugin, Worker], Introspected],
        spent: Spent,
        done: Callable[[Plugin], None],
    ) -> None:
        self._plugins = plugins
        self._introspect = introspect
        self._spent = spent
        self._done = done
        self._judged: set[int] = set()
        """Those that loaded, or did not for another reason than the time."""

        self._late: list[int] = []
        """Those that are tried once more, alone."""

        self._is_last = False
        """Whether none is tried again."""

        self.introspected: dict[int, Introspected] = {}
        spent.plugins.update(map(owner, plugins))

    def shares(self, cores: int) -> Iterator[list[int]]:
        """Return the plugins that are loaded in one process: those of one distribution, or some of them."""
        distributions: defaultdict[str, list[int]] = defaultdict(list)
        for number, plugin in enumerate(self._plugins):
            distributions[owner(plugin)].append(number)
        for numbers in sorted(distributions.values(), key=len, reverse=True):
            # Half a large one costs its imports once more, but half the waiting for those that hang.
            share = max(limits.FEWEST_FOR_PROCESS, -(-len(numbers) // cores))
            for start in range(0, len(numbers), share):
                yield numbers[start : start + share]

    def again(self) -> list[list[int]]:
        """Return the plugins that are tried once more, each alone, when all others are done.

        Distributions whose time beside others is over have no more than one deadline for it.
        """
        self._is_last, spent = True, self._spent
        for name in {owner(self._plugins[number]) for number in self._late}:
            if spent.beside[name] >= spent.limit(name):
                spent.alone[name] = max(spent.alone[name], spent.limit(name) - 1)
        return [[number] for number in self._late]

    def load(self, number: int, worker: Worker, *, accompanied: bool) -> None:
        """Load a plugin, if there is time for it.

        :param accompanied: whether other processes load at the same time
        """
        plugin, worker.late, worker.spent = self._plugins[number], 0, 0
        name, spent = owner(plugin), self._spent
        taken = spent.alone if self._is_last else spent.beside
        tried = name not in spent.given_up and taken[name] < spent.limit(name)
        excused = accompanied or worker.served > 0
        if tried:
            found = self.introspected[number] = unguarded(self._introspect(plugin, worker), worker)
            taken[name] += worker.spent
            if self._is_last and taken[name] >= spent.limit(name):
                spent.given_up.add(name)
            if found.plugin.loaded or not worker.late:
                self._judged.add(number)
        if not self._is_last and (not tried or (worker.late and (excused or is_busy()))):
            self._late.append(number)
        else:
            self._done(plugin)

    def leave(self, numbers: Sequence[int], worker: Worker) -> None:
        """Look at how a process ended that was for some plugins."""
        for number in [number for number in numbers if number in self.introspected][-1:]:
            self.introspected[number] = unguarded(self.introspected[number], worker)

    @property
    def given_up(self) -> list[int]:
        """The plugins that were not loaded because their distribution was given up."""
        return [
            number
            for number, plugin in enumerate(self._plugins)
            if owner(plugin) in self._spent.given_up and number not in self._judged
        ]


def owner(plugin: Plugin) -> str:
    """Name the distribution of a plugin, or else the package that its module is in."""
    return plugin.distribution.name if plugin.distribution else plugin.module.partition(".")[0]


def unguarded(found: Introspected, worker: Worker) -> Introspected:
    """Say of a plugin that looks well that the guardian was ended while it was loaded, or behind it."""
    how, worker.unguarded = worker.unguarded, None
    if how is None or found.plugin.loaded is not True:
        return found
    problem = Problem(
        kind=ProblemKind.LOAD,
        message=f"or a plugin loaded before it ended the process that guards them ({how})",
        remedy='uninstall the distribution, or set plugins_introspection = "static"',
        plugin=found.plugin.identity,
    )
    plugin = msgspec.structs.replace(found.plugin, problems=(*found.plugin.problems, problem))
    return found._replace(plugin=plugin)
