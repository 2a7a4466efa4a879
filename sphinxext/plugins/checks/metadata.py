"""What the metadata of distributions lacks, and which plugins it keeps from what they are for.

What a source tree leaves to the tool that builds it is not known, so it is not missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from sphinxext.plugins.core.compatibility import text
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.sources import pyproject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinxext.plugins.checks import Check
    from sphinxext.plugins.core.compatibility import Compatibility
    from sphinxext.plugins.core.model import Distribution, Plugin


def metadata(check: Check) -> Iterator[Problem]:
    """Find distributions whose metadata lacks what readers ask, or leaves out the host that is documented.

    Readers ask what a plugin may be used for, where its source is, and which versions it needs. What is registered by
    a distribution that refuses the version of the host cannot be installed beside it.

    :Mend: Set what is missing in ``[project]`` of ``pyproject.toml``, or correct the range of versions there. The hosts
        are those of ``plugins_host``.
    """
    yield from lacking(check)
    yield from compatible(check)


def lacking(check: Check) -> Iterator[Problem]:
    """Find distributions of shown plugins whose metadata does not say what readers ask; of each all that is missing."""
    plugins = [plugin for namespace in check.namespaces for plugin in namespace.plugins]
    first = {canonicalize_name(each.distribution.name): each for each in reversed(plugins) if each.distribution}
    for plugin in reversed(first.values()):
        distribution = plugin.distribution
        if distribution is not None and (missing := _missing(distribution)):
            yield Problem(
                kind=ProblemKind.METADATA,
                message=f"the metadata of {distribution.name} lacks {_listed([what for what, _key in missing])}",
                remedy=f"set {_keys(check, plugin, [key for _what, key in missing])}",
                location=check.checkout.described(plugin),
            )


_WANTED = (
    ("a licence", "license", ("license", "license-expression", "classifier")),
    ("a summary", "description", ("summary",)),
    ("an address", "urls", ("project-url", "home-page", "download-url")),
    ("the versions of Python", "requires-python", ("requires-python",)),
)
"""What is wanted, the key of ``[project]`` that gives it, and the headers that it stands in."""


def _missing(distribution: Distribution) -> list[tuple[str, str]]:
    """Return what is missing, with its keys; where nothing is known of a distribution, nothing is."""
    said = [(header.lower(), value.lower()) for header, value in distribution.metadata]
    there = {header for header, value in said if header != "classifier" or value.startswith("license ::")}
    there |= {value for header, value in said if header == "dynamic"}
    return [(what, key) for what, key, headers in _WANTED if said and there.isdisjoint(headers)]


def _keys(check: Check, plugin: Plugin, keys: list[str]) -> str:
    """Name keys of ``[project]``, as they are called in the file that has the metadata of a plugin's distribution."""
    project = check.checkout.project(plugin)
    if project is None or project.file == pyproject.FILE:
        return f"{_listed(keys)} in [project] of its {pyproject.FILE}"
    return f"{_listed([_OF_SETUPTOOLS.get(key, key) for key in keys])} in its {project.file}"


_OF_SETUPTOOLS = {"urls": "url", "requires-python": "python_requires", "dependencies": "install_requires"}
"""What ``setup.cfg`` and ``setup.py`` call keys otherwise."""


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def compatible(check: Check) -> Iterator[Problem]:
    """Find plugins whose distributions leave out the version of a host that is documented, once for each of these."""
    found: dict[tuple[str, tuple[Compatibility, ...]], Plugin] = {}
    for plugin in (plugin for namespace in check.namespaces for plugin in namespace.plugins):
        lacking = tuple(each for each in plugin.compatible if each.fits is False)
        if lacking and plugin.distribution is not None:
            found.setdefault((plugin.distribution.name, lacking), plugin)
    for (distribution, lacking), plugin in found.items():
        hosts = {each.host: check.assembler.sources.versions.get(canonicalize_name(each.host), "") for each in lacking}
        documented = _listed([f"{host} {version}".strip() for host, version in hosts.items()])
        yield Problem(
            kind=ProblemKind.METADATA,
            message=f"{distribution} requires {text(lacking)}, and {documented} is documented",
            remedy=f"correct {_keys(check, plugin, ['dependencies'])}, or take another release of it",
            location=check.checkout.described(plugin),
        )
