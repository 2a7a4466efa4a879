"""Rules that say what was wrong when a catalog was made: the catalog has it, and a build of pages warns of it.

The docstring of a rule is its documentation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext.plugins.checks.moved import moved
from sphinxext.plugins.checks.stale import stale
from sphinxext.plugins.core.model import ProblemKind

if TYPE_CHECKING:
    from sphinxext.plugins.checks import Check
    from sphinxext.plugins.core.model import Problem


def source(check: Check) -> list[Problem]:
    """Find metadata and sources that cannot be read, and what is installed and older than its tree in the checkout.

    A plugin that is registered in what cannot be read is on no page, nor is one that was added to ``pyproject.toml``
    after the project was installed, editable or not. One that was removed there stays on the page.

    :Mend: Install the distribution again, correct the file that is named, or give the right folder in
        ``plugins_sources``. Where a part can be read, that is shown.
    """
    return [*check.collected(ProblemKind.SOURCE), *stale(check)]


def registry(check: Check) -> list[Problem]:
    """Find registries that lead nowhere, are empty, or cannot be read in whole.

    Plugins that are no entry points are found in what ``plugins_registries`` names. What is moved or renamed there
    takes its plugins off the pages.

    :Mend: Correct the setting, or what it names.
    """
    return check.collected(ProblemKind.REGISTRY)


def conflict(check: Check) -> list[Problem]:
    """Find names that are registered more than once in a namespace.

    Which of the plugins is used depends on what is installed, and in which order.

    :Mend: Rename one, or uninstall its distribution. Where each distribution may register the name, list it in
        ``shared`` of ``plugins_namespaces``.
    """
    return check.collected(ProblemKind.CONFLICT)


def load(check: Check) -> list[Problem]:
    """Find plugins that cannot be found or loaded, and those that are registered by a deprecated path.

    Users who choose such a plugin get an error, now or when the old path is removed. The tests of a project seldom go
    through its entry points.

    :Mend: Correct the target where the plugin is registered, or install what its module needs. With
        ``plugins_introspection = "import"`` each plugin is loaded, and not only where its source leaves doubts.
    """
    return [*check.collected(ProblemKind.LOAD), *moved(check)]


def field(check: Check) -> list[Problem]:
    """Find plugins that give no answer for a field.

    What its method raises, or what is no data, leaves a gap on the page.

    :Mend: Correct the method or the attribute, or the describer in ``plugins_namespaces``.
    """
    return check.collected(ProblemKind.FIELD)


def option(check: Check) -> list[Problem]:
    """Find plugins whose options are not all known.

    The page would look as if there were no others.

    :Mend: Correct what the message names, or choose another reader in ``options`` of ``plugins_namespaces``.
    """
    return check.collected(ProblemKind.OPTION)
