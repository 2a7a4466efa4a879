"""How many plugins are documented, and which of them lack what is required of all in their namespace.

What is not known is not missing: a plugin that could not be looked at, and a field that it was asked for in vain.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sphinxext.plugins.core import selection
from sphinxext.plugins.core.fields import cannot_be_loaded, is_configured, is_known, is_unknown, setting
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.namespaces import DOCUMENTED
from sphinxext.plugins.core.structs import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sphinxext.plugins.checks import Check
    from sphinxext.plugins.core.fields import Settings
    from sphinxext.plugins.core.model import Namespace, Plugin
    from sphinxext.plugins.core.structs import Json


class Words(StrEnum):
    """Whose words document a plugin."""

    OWN = "own"
    """A docstring of its own."""

    SUMMARY = "summary"
    """What the settings make its summary of: the overlay, its module, its distribution."""

    INHERITED = "inherited"
    """The docstring of a base class, or of an instance's class."""

    NONE = "none"

    UNKNOWN = "unknown"
    """It could not be looked at."""


class Fact(Struct, frozen=True):
    """How many plugins of a namespace have a field that is required."""

    name: str
    present: int
    missing: int


class Covered(Struct, frozen=True):
    """How many plugins of a namespace are documented, by whose words."""

    namespace: str
    own: int = 0
    summary: int = 0
    inherited: int = 0
    none: int = 0
    unknown: int = 0

    inherits: bool = False
    """Whether the docstring of a base class counts as the plugin's."""

    facts: tuple[Fact, ...] = ()
    """Of the fields that are required, in the order of the settings."""

    @property
    def plugins(self) -> int:
        """How many there are."""
        return self.known + self.unknown

    @property
    def known(self) -> int:
        """How many could be looked at."""
        return self.own + self.summary + self.inherited + self.none

    @property
    def documented(self) -> int:
        """How many are documented."""
        return self.own + self.summary + (self.inherited if self.inherits else 0)

    @property
    def percent(self) -> float | None:
        """How many of a hundred that could be looked at are documented, rounded down; None where there is none."""
        return 1000 * self.documented // self.known / 10 if self.known else None

    def is_below(self, percent: float) -> bool:
        """Whether fewer are documented; where none of several could be looked at, that is not known to be enough."""
        return 100 * self.documented < percent * (self.known or self.plugins)

    @property
    def figures(self) -> dict[str, Json]:
        """All of it as data, with the percentage."""
        counts = {words.value: getattr(self, words) for words in Words}
        facts = {each.name: {"present": each.present, "missing": each.missing} for each in self.facts}
        whole = {"plugins": self.plugins, "documented": self.documented, "percent": self.percent}
        return {"namespace": self.namespace, **whole, **counts, "facts": facts}


def cover(namespaces: Iterable[Namespace], options: Settings) -> tuple[Covered, ...]:
    """Count the plugins of namespaces that are documented, and that have what is required."""
    return tuple(_covered(namespace, options) for namespace in sorted(namespaces, key=lambda each: each.name))


def _covered(namespace: Namespace, options: Settings) -> Covered:
    words = [words_of(plugin) for plugin in namespace.plugins]
    facts: list[Fact] = []
    for name in options.of_namespace(namespace.name).required:
        if not _is_documentation(name, namespace.name, options):
            has = [_has(plugin, name, options) for plugin in namespace.plugins]
            facts.append(Fact(name=name, present=has.count(True), missing=has.count(False)))
    counts = {each.value: words.count(each) for each in Words}
    return Covered(namespace=namespace.name, inherits=options.inherit_docstrings, facts=tuple(facts), **counts)


def total(covered: Sequence[Covered]) -> Covered:
    """Sum up the plugins of several namespaces."""
    counts = {words.value: sum(getattr(each, words) for each in covered) for words in Words}
    return Covered(namespace="", inherits=any(each.inherits for each in covered), **counts)


def words_of(plugin: Plugin) -> Words:
    """Tell whose words document a plugin; those of a base class are not its own."""
    if plugin.docstring is not None:
        return Words.OWN
    if plugin.summary is not None:
        return Words.SUMMARY
    if not _is_looked_at(plugin):
        return Words.UNKNOWN
    return Words.NONE if plugin.inherited is None else Words.INHERITED


def _is_looked_at(plugin: Plugin) -> bool:
    return is_known(plugin) and not cannot_be_loaded(plugin)


def _is_documentation(name: str, namespace: str, options: Settings) -> bool:
    """Whether a fact that is required is that a plugin is documented, and no field that is called like that."""
    return name.casefold() == DOCUMENTED and not is_configured(name, options.of_namespace(namespace))


def _has(plugin: Plugin, name: str, options: Settings) -> bool | None:
    """Whether a plugin has a fact; None where that is not known. An answer that is 0, false or no item is one."""
    settings = options.of_namespace(plugin.namespace)
    if _is_documentation(name, plugin.namespace, options):
        words = words_of(plugin)
        documented = {Words.OWN, Words.SUMMARY, *([Words.INHERITED] if options.inherit_docstrings else [])}
        return None if words is Words.UNKNOWN else words in documented
    said = selection.cell(plugin, name.casefold(), options)
    describers = setting(name, settings).describers
    empty = (each.value in ([], {}) for each in plugin.answers if each.describer in describers)
    if said not in (None, "") or any(empty):
        return True
    return False if _is_looked_at(plugin) and not is_unknown(plugin, name, settings) else None


def coverage(check: Check) -> list[Problem]:
    """Find plugins that are not documented, or lack another fact that is required of them.

    A page shows such a plugin with its name and nothing else. The docstring of a base class says what all of its
    subclasses have in common, and counts only with ``plugins_inherit_docstrings``. A plugin that cannot be loaded is
    not looked at.

    :Mend: Write a docstring, or give the plugin what the message names. ``require`` of ``plugins_namespaces`` says what
        each plugin of a namespace has to have: ``["doc", "Title"]``, where ``doc`` is that it is documented. Without it
        that is ``["doc"]``, and ``[]`` requires nothing.
    """
    return [
        problem
        for namespace in check.namespaces
        for plugin in namespace.plugins
        for problem in _problems(plugin, check.options, check.assembler.guides.key_of(plugin.namespace))
    ]


def _problems(plugin: Plugin, options: Settings, guides: str | None) -> Iterator[Problem]:
    """Say what a plugin lacks of what is required.

    :param guides: the key of what says how guides are called, if anything does
    """
    required = options.of_namespace(plugin.namespace).required
    lacking = [name for name in dict.fromkeys(required) if _has(plugin, name, options) is False]
    fields = [name for name in lacking if not _is_documentation(name, plugin.namespace, options)]
    said: list[str] = []
    is_undocumented = len(fields) < len(lacking)
    if is_undocumented:
        inherited = plugin.inherited
        said.append(f"has no docstring of its own, only that of {inherited.owner}" if inherited else "has no docstring")
    said += [f"lacks {', '.join(map(repr, fields))}"] if fields else []
    if said:
        what = "add them" if len(lacking) > 1 else "write one" if is_undocumented else "add it"
        is_configurable = not is_configured("guide", options.of_namespace(plugin.namespace))
        if guides is None and is_configurable and "guide" in map(str.casefold, fields):
            what += f", having said in plugins_guides how pages for plugins of {plugin.namespace} are called"
        yield Problem(
            kind=ProblemKind.COVERAGE,
            message=", and ".join(said),
            remedy=f"{what}, or require less (require in plugins_namespaces)",
            plugin=plugin.identity,
            location=plugin.location,
            details={} if fields else {_LACKING: DOCUMENTED},
        )


_LACKING = "lacking"
"""The key of the details of a problem that says that a plugin is not documented, and nothing else."""


def is_of_share(problem: Problem) -> bool:
    """Whether a problem is only that a plugin is not documented, which a share of all can decide about."""
    return problem.kind is ProblemKind.COVERAGE and _LACKING in problem.details


def below(covered: Sequence[Covered], percent: float | None) -> Problem | None:
    """Say that fewer plugins of several namespaces are documented than have to be, if so.

    :param percent: how many of a hundred have to be; None where nothing is asked
    """
    whole = total(covered)
    if percent is None or not whole.is_below(percent):
        return None
    share = [] if whole.percent is None else [f"{whole.percent:g} %"]
    share += [f"{whole.unknown} could not be looked at"] if whole.unknown else []
    of = f"{whole.documented} of {whole.known} plugins are documented ({', '.join(share)})"
    message = f"{of}, which is less than {percent:g} %"
    return Problem(kind=ProblemKind.COVERAGE, message=message, remedy="document more, or ask for less (--fail-under)")
