"""What can be said of catalogs: pure functions of them, and of the settings that they are made with.

A rule looks for something that is wrong. Its name is the type of the warnings that it gives, without ``plugins.``.
Other distributions bring rules of their own in the entry-point group ``sphinxext.plugins.rules``: a function of a
:class:`Check` that gives problems.
"""

from __future__ import annotations

import inspect
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from sphinxext.plugins.checks.checkout import Checkout
from sphinxext.plugins.core import facts
from sphinxext.plugins.core.extensions import FAILURES, ExtensionError, Registry, checked
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import clean_line, without_marks
from sphinxext.plugins.core.typos import PythonFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sphinxext.plugins.catalog import Assembler
    from sphinxext.plugins.core.model import Namespace
    from sphinxext.plugins.core.pages import Pages
    from sphinxext.plugins.core.shown import Shown
    from sphinxext.plugins.settings import Options


RULES = Registry(
    "sphinxext.plugins.rules",
    {
        "config": "sphinxext.plugins.checks.mistakes:config",
        "source": "sphinxext.plugins.checks.rules:source",
        "registry": "sphinxext.plugins.checks.rules:registry",
        "conflict": "sphinxext.plugins.checks.rules:conflict",
        "load": "sphinxext.plugins.checks.rules:load",
        "field": "sphinxext.plugins.checks.rules:field",
        "option": "sphinxext.plugins.checks.rules:option",
        "coverage": "sphinxext.plugins.checks.coverage:coverage",
        "metadata": "sphinxext.plugins.checks.metadata:metadata",
        "docstring": "sphinxext.plugins.sphinx.docstrings.rule:docstring",
        "untrusted": "sphinxext.plugins.sphinx.docstrings.rule:untrusted",
        "guide": "sphinxext.plugins.checks.guides:guide",
        "namespace": "sphinxext.plugins.checks.shown:namespace",
        "interface": "sphinxext.plugins.checks.interface:interface",
        "interface-names": "sphinxext.plugins.checks.interface:names",
    },
)

ON_REQUEST = frozenset({"interface-names", "untrusted"})
"""The rules that are built in, and looked at only where somebody names them."""


class Check:
    """What rules look at.

    :ivar options: the settings
    :ivar assembler: what knows of all that is registered; for rules that are built in
    :ivar conf: the file of the settings, if there is one
    :ivar is_known: whether any extension of Sphinx has a setting of a name
    :ivar partial: whether what the file does not set may be set elsewhere, at another call of the command
    :ivar pages: the pages whose directives nobody else looks at
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
        collected: Sequence[Problem] = (),
        documented: Callable[[], Iterable[Shown]] | None = None,
        pages: Pages | None = None,
    ) -> None:
        self.options = options
        self.assembler = assembler
        self.conf = conf
        self.is_known = is_known
        self.partial = partial
        self.pages = pages
        self._shown = shown
        self._collected = collected
        self._documented = documented

    @cached_property
    def namespaces(self) -> Sequence[Namespace]:
        """The namespaces that are shown, each once, with their plugins."""
        return list({namespace.name: namespace for namespace in self._shown()}.values())

    @property
    def is_of_build(self) -> bool:
        """Whether pages are built, which themselves warn of what they show."""
        return not self.partial

    @cached_property
    def documented(self) -> set[str] | None:
        """The names of the namespaces that any page shows or describes; None where no page could."""
        if self._documented is None:
            return None
        return {name for shown in self._documented() for name in self.assembler.selected(shown)}

    @cached_property
    def checkout(self) -> Checkout:
        """What the documentation is built from."""
        return Checkout(self.conf.parent if self.conf else Path.cwd())

    def collected(self, kind: ProblemKind) -> list[Problem]:
        """Return what was wrong when the catalog was made, of a kind; nothing where pages tell that."""
        return [problem for problem in self._collected if problem.kind is kind]


def run(check: Check) -> list[Problem]:
    """Return what rules find beside a catalog that is shown: ``config``, ``interface`` on request, and those named."""
    return find(check, ["config", *(["interface"] if check.options.report_interface else []), *check.options.rules])


def find(check: Check, rules: Iterable[str]) -> list[Problem]:
    """Return what rules find; of one that is not there or fails, that."""
    problems: list[Problem] = []
    for name in dict.fromkeys(rules):
        try:
            problems += _found(name, check)
        except ExtensionError as error:
            location = PythonFile(check.conf).place("plugins_rules", name) if check.conf else None
            problems.append(error.problem(f"plugins_rules has {name!r}, which", location, "it finds nothing"))
    return problems


def usual(options: Options) -> list[str]:
    """Return the rules that ``check`` looks at where it is not told: the built-in ones, and what settings name."""
    asked = ["untrusted"] if options.report_untrusted else []
    return list(dict.fromkeys([*(name for name in RULES.built_in if name not in ON_REQUEST), *asked, *options.rules]))


class Documentation(NamedTuple):
    """What a rule says of itself, each in a line."""

    summary: str
    reason: str
    remedy: str


def documentation(name: str) -> Documentation:
    """Return what the docstring of a rule says: its first sentence, why, and its field ``Mend``."""
    try:
        docstring = inspect.getdoc(RULES.get(name)) or ""
    except ExtensionError:
        docstring = ""
    summary, _, rest = re.split(r"^:", docstring, maxsplit=1, flags=re.MULTILINE)[0].partition("\n\n")
    remedy = " ".join(facts.named(facts.fields(docstring), "Mend"))
    plain = [clean_line(without_marks(" ".join(text.split()))) for text in (summary, rest, remedy)]
    return Documentation(*(text or clean_line(name) for text in plain))


def _found(name: str, check: Check) -> Sequence[Problem]:
    """Return what a rule finds.

    :raises ExtensionError: where there is no such rule, or it is another distribution's and fails
    """
    rule: Callable[[Check], Iterable[Problem]] = RULES.get(name)
    if name in RULES.built_in:
        return list(rule(check))
    try:
        return [msgspec.structs.replace(checked(problem, Problem), rule=name) for problem in rule(check)]
    except FAILURES as error:
        raise RULES.failure(name, error) from error
