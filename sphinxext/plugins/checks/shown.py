"""Extension points of a project that none of its pages shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from sphinxext.plugins.core.files import exists
from sphinxext.plugins.core.model import ENTRY_POINT, Location, Namespace, Problem, ProblemKind
from sphinxext.plugins.sources.declared import CONSOLE, GUI

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinxext.plugins.checks import Check
    from sphinxext.plugins.core.model import Plugin


def namespace(check: Check) -> list[Problem]:
    """Find namespaces of the project's own distributions that no page shows.

    What users can extend, and nobody tells them of, is not extended. A namespace counts as the project's own if it
    registers plugins in it, and its name begins like an import package of the project, or the code of that loads it,
    or ``plugins_namespaces`` says what it is for. Others are extension points of other projects, as
    ``console_scripts`` is.

    :Mend: Add the directive ``plugin-catalog`` or ``plugin-namespace`` for it to a page. Where it is for nobody else,
        ignore the rule.
    """
    assembler, checkout = check.assembler, check.checkout
    names = [each.name for each in check.namespaces] if check.partial else assembler.names
    hidden = [name for name in names if name not in {CONSOLE, GUI} and name not in check.documented]
    own = {name: [each for each in assembler.registered(name) if checkout.project(each)] for name in hidden}
    packages = set(_packages(check)) if any(own.values()) else set()
    return [
        _problem(check, name, plugins[0]) for name, plugins in own.items() if plugins and _is_own(check, name, packages)
    ]


def _packages(check: Check) -> Iterator[str]:
    """Yield the names of the project's distributions, and of the packages that they register plugins from."""
    for name in check.assembler.names:
        for plugin in check.assembler.registered(name):
            project = check.checkout.project(plugin)
            if project and plugin.distribution and plugin.origin == ENTRY_POINT:
                yield canonicalize_name(plugin.distribution.name).replace("-", ".")
                first, *rest = plugin.module.split(".")
                # That of a namespace package is others', too.
                folders = [folder / first for folder in project.roots()[1] if exists(folder / first)]
                is_shared = rest and folders and not any(exists(folder / "__init__.py") for folder in folders)
                yield f"{first}.{rest[0]}" if is_shared else first


def _is_own(check: Check, name: str, packages: set[str]) -> bool:
    """Whether a namespace is an extension point of the project, and not of another that it extends."""
    dotted = _dotted(name)
    if any(f"{dotted}.".startswith(f"{_dotted(package)}.") for package in packages):
        return True
    if check.options.of_namespace(name).is_extension_point:
        return True
    files = (each.location.file for each in check.assembler.code.mentions(Namespace(name=name)))
    modules = [f"{file.removesuffix('.py').replace('/', '.')}." for file in files]
    return any(module.startswith(f"{package}.") for module in modules for package in packages)


def _dotted(name: str) -> str:
    return re.sub(r"[-_.:/]+", ".", name).lower()


def _problem(check: Check, name: str, plugin: Plugin) -> Problem:
    """Say so where a plugin is registered in it."""
    declared = check.checkout.declared(plugin)
    owner = plugin.distribution.name if plugin.distribution else "the project"
    return Problem(
        kind=ProblemKind.NAMESPACE,
        message=f"no page shows the namespace {name}, in which {owner} registers plugins",
        remedy=f"show it on one, '.. plugin-catalog:: {name}', or say what it is for with plugin-namespace",
        location=Location(file=str(check.checkout.root / declared.file), line=declared.line) if declared else None,
    )
