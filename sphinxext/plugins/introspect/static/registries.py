"""What modules hold that register plugins otherwise than by entry points, as their source tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext.plugins.core import decoding, limits, registries
from sphinxext.plugins.core.entries import Entries
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.core.values import Named
from sphinxext.plugins.introspect.static import gathered
from sphinxext.plugins.introspect.static.answers import answer
from sphinxext.plugins.introspect.static.bindings import STAR, Runs
from sphinxext.plugins.introspect.static.names import Search
from sphinxext.plugins.introspect.static.scopes import UnknownError
from sphinxext.plugins.introspect.static.subclasses import subclasses
from sphinxext.plugins.introspect.static.values import Context, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.introspect.modules import ModuleFinder
    from sphinxext.plugins.introspect.static.results import Found
    from sphinxext.plugins.introspect.static.scopes import Modules


def held(modules: Modules, plugin: Plugin, found: Found, asked: str) -> Entries:
    """Return what a module holds, with doubts where that may not be all.

    :param plugin: what stands for the module
    :param asked: the registry, as JSON
    :raises LackingError: where there is no such registry in it
    :raises UnknownError: where its source does not tell
    """
    spec: Mapping[str, Any] = decoding.json(asked.encode())
    entries = Entries(spec, _reference, limits.MOST_ENTRY_POINTS)
    _KINDS[spec["kind"]](modules, plugin, found, spec, entries)
    return entries


def _mapping(modules: Modules, plugin: Plugin, found: Found, spec: Mapping[str, Any], entries: Entries) -> None:
    """Read a dictionary, a list, or what a function gives."""
    home, of = _defined(modules, plugin.module, spec["object"])
    if home != plugin.module:
        plugin = msgspec.structs.replace(plugin, target=home)
        found = Search(modules).target(home, [])
    try:
        kind = Search(modules).target(home, of.split(".")).kind
    except UnknownError:
        kind = Kind.INSTANCE
    scheme = "call" if kind in (Kind.FUNCTION, Kind.METHOD) else "attr"
    try:
        value = answer(plugin, found, f"{scheme}:{of}", modules, {})
    except UnknownError as error:
        value = _written(modules, home, of, error)
        entries.doubts.append(str(error))
    if not value and isinstance(value, dict | list | tuple | set | frozenset):
        msg = f"{of} of {home} is empty in the source, and may be filled when that runs"
        raise UnknownError(msg)
    if scheme == "attr" and (doubt := _filled(modules.finder, home, of)):
        entries.doubts.append(doubt)
    entries.of(value)


def _written(modules: Modules, module: str, of: str, error: UnknownError) -> Any:  # noqa: ANN401
    """Return what is assigned to a name, whatever becomes of it later.

    :raises UnknownError: the error that is given, where that is not told either
    """
    try:
        found = Search(modules).target(module, of.split("."))
        scope = found.object.parent
        assert scope is not None
        return evaluate(found.object.value, Context(Search(modules), scope))
    except (UnknownError, AssertionError):
        raise error from None


def _defined(modules: Modules, module: str, of: str) -> tuple[str, str]:
    """Follow the import of a name to the module where it is assigned."""
    first, dot, rest = of.partition(".")
    for _ in range(limits.DEEPEST_NAME):
        bound = modules.bindings(modules.read(module), first)
        target = bound[0].target if len(bound) == 1 and bound[0].runs is Runs.SURELY else None
        above, _, name = (target or "").rpartition(".")
        if not above or bound[0].name == STAR or modules.exists(target or "") or not modules.exists(above):
            break
        module, first = above, name
    return module, f"{first}{dot}{rest}"


def _filled(finder: ModuleFinder, module: str, of: str) -> str | None:
    """Say which other module of the package changes what a name stands for; None where none does."""
    name = of.rpartition(".")[2]
    changing = re.compile(
        rf"\b{name}\s*(\[[^\]\n]*\]\s*[-+|]?=(?!=)|\.\s*(update|setdefault|append|extend|insert|add|pop)\s*\(|[+|]=)"
    )
    for each in finder.within(module.partition(".")[0]):
        if each != module and (text := finder.text(each)) and name in text and changing.search(text):
            return f"{each} may change {of} of {module}"
    return None


_KINDS: dict[str, Callable[[Modules, Plugin, Found, Mapping[str, Any], Entries], None]] = {
    registries.MAPPING: _mapping,
    registries.SUBCLASSES: subclasses,
    registries.DECORATED: gathered.decorated,
    registries.HOOKS: gathered.hooks,
}
"""What reads a kind."""


def _reference(value: Any) -> str | None:  # noqa: ANN401
    """Return the path of what a source names."""
    return value.path if isinstance(value, Named) else None
