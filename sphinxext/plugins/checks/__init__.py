"""What can be said of catalogs: pure functions of them, and of the settings that they are made with.

A rule looks for something that is wrong. Other distributions bring rules of their own in the entry-point group
``sphinxext.plugins.rules``: a function of a :class:`Check` that gives problems.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sphinxext.plugins.core.extensions import FAILURES, ExtensionError, Registry, checked
from sphinxext.plugins.core.model import Problem
from sphinxext.plugins.core.typos import PythonFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from sphinxext.plugins.catalog import Assembler
    from sphinxext.plugins.core.model import Namespace
    from sphinxext.plugins.settings import Options


RULES = Registry(
    "sphinxext.plugins.rules",
    {
        "config": "sphinxext.plugins.checks.mistakes:config",
        "interface": "sphinxext.plugins.checks.interface:interface",
        "interface-names": "sphinxext.plugins.checks.interface:names",
    },
)


class Check:
    """What rules look at.

    :ivar options: the settings
    :ivar assembler: what knows of all that is registered; for rules that are built in
    :ivar conf: the file of the settings, if there is one
    :ivar is_known: whether any extension of Sphinx has a setting of a name
    :ivar partial: whether what the file does not set may be set elsewhere, at another call of the command
    """

    def __init__(  # noqa: PLR0913  # all of it is looked at
        self,
        options: Options,
        assembler: Assembler,
        shown: Callable[[], Iterable[Namespace]],
        conf: Path | None,
        *,
        is_known: Callable[[str], bool] = lambda _name: False,
        partial: bool = False,
    ) -> None:
        self.options = options
        self.assembler = assembler
        self.conf = conf
        self.is_known = is_known
        self.partial = partial
        self._shown = shown

    @cached_property
    def namespaces(self) -> Sequence[Namespace]:
        """The namespaces that are shown, each once, with their plugins."""
        return list({namespace.name: namespace for namespace in self._shown()}.values())


def run(check: Check) -> list[Problem]:
    """Return what rules find: ``config`` always, ``interface`` on request, and those that the settings name."""
    problems: list[Problem] = []
    always = ["config", *(["interface"] if check.options.report_interface else [])]
    for name in dict.fromkeys([*always, *check.options.rules]):
        try:
            problems += _found(name, check)
        except ExtensionError as error:
            location = PythonFile(check.conf).place("plugins_rules", name) if check.conf else None
            problems.append(error.problem(f"plugins_rules has {name!r}, which", location, "it finds nothing"))
    return problems


def _found(name: str, check: Check) -> Sequence[Problem]:
    """Return what a rule finds.

    :raises ExtensionError: where there is no such rule, or it is another distribution's and fails
    """
    rule: Callable[[Check], Iterable[Problem]] = RULES.get(name)
    if name in RULES.built_in:
        return list(rule(check))
    try:
        return [checked(problem, Problem) for problem in rule(check)]
    except FAILURES as error:
        raise RULES.failure(name, error) from error
