"""What modules hold that register plugins otherwise than by entry points, as their source tells."""

from __future__ import annotations

import ast
import builtins
import re
from enum import Enum
from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext.plugins.core import decoding, limits, registries
from sphinxext.plugins.core.entries import Entries
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.core.values import Named
from sphinxext.plugins.introspect.static import effects, gathered, setups
from sphinxext.plugins.introspect.static.answers import answer, exact
from sphinxext.plugins.introspect.static.bindings import STAR, Runs
from sphinxext.plugins.introspect.static.names import Search
from sphinxext.plugins.introspect.static.scopes import Object, Scope, UnknownError
from sphinxext.plugins.introspect.static.subclasses import subclasses
from sphinxext.plugins.introspect.static.values import Context, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

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
    doubts: list[str] = []
    try:
        value = answer(plugin, found, f"{scheme}:{of}", modules, {})
    except UnknownError as error:
        value, doubts = _written(modules, home, of, error)
    if not value and not doubts and isinstance(value, dict | list | tuple | set | frozenset):
        msg = f"{of} of {home} is empty in the source, and may be filled when that runs"
        raise UnknownError(msg)
    if scheme == "attr" and (doubt := _filled(modules.finder, home, of)):
        doubts.append(doubt)
    if doubts and isinstance(value, dict):
        taken = _taken(modules.finder, home, of)
        value = {key: each for key, each in value.items() if key not in taken}
    entries.doubts += doubts
    entries.of(value)


def _written(modules: Modules, module: str, of: str, error: UnknownError) -> tuple[Any, list[str]]:
    """Return what is assigned to a name as far as it is told, whatever becomes of it later, and what is not told.

    :raises UnknownError: the error that is given, where nothing is told
    """
    try:
        found = Search(modules).target(module, of.split("."))
        scope, node = found.object.parent, found.object.value
        bound = modules.bindings(scope, found.object.name) if isinstance(scope, Scope) else ()
        if node is None or len(bound) != 1 or bound[0].runs > Runs.TRIED:
            raise error
        assert isinstance(scope, Object)
        doubts: list[str] = []
        value = _parts(node, lambda each: evaluate(each, Context(Search(modules), scope)), doubts)
        if not doubts and found.kind is Kind.INSTANCE and found.assumed is None:  # a long one is no long path
            doubt = effects.on_object(found, found.object.name, exact(modules, {}), alone=True)
            return value, [str(error)] if doubt and value else []
    except (UnknownError, AssertionError):
        raise error from None
    return value, doubts or ([str(error)] if value else [])


def _parts(node: ast.expr, worth: Callable[[ast.expr], Any], doubts: list[str]) -> Any:  # noqa: ANN401
    """Return what stands in a dictionary or a list, and note what of it is not told."""
    pairs: list[tuple[ast.expr | None, ast.expr]]
    match node:
        case ast.Dict(keys=keys, values=values):
            pairs = list(zip(keys, values, strict=True))
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            pairs = [(None, each) for each in elements]
        case _:
            return worth(node)
    several: dict[Any, Any] = {}
    for number, (key, part) in enumerate(pairs[: limits.MOST_ENTRY_POINTS + 1]):
        try:
            if isinstance(part, ast.Starred):
                several |= {(number, n): each for n, each in enumerate(worth(part.value))}
            elif isinstance(node, ast.Dict) and key is None:
                several |= worth(part)
            else:
                several[number if key is None else worth(key)] = worth(part)
        except (UnknownError, TypeError, ValueError) as error:
            doubts.append(str(error))
    return several if isinstance(node, ast.Dict) else list(several.values())


def _taken(finder: ModuleFinder, module: str, of: str) -> set[Any]:
    """Return the keys that something in the package takes out of a dictionary, or gives other values.

    :raises UnknownError: where it does not show which
    """
    name = of.rpartition(".")[2]
    taking = re.compile(
        rf"\bdel\s+(?:\w+\.)*{name}\s*\[([^\]\n]*)\]|\b{name}\s*\.\s*(?:pop|clear|popitem)\s*\(([^),\n]*)"
        rf"|\b{name}\s*\[(?P<assigned>[^\]\n]*)\]\s*=(?!=)"
    )
    taken: set[Any] = set()
    for each, found in _mentions(finder, module, name, taking):
        try:
            taken.add(ast.literal_eval(found[found.lastindex or 0].strip()))
        except (SyntaxError, TypeError, ValueError):
            if found["assigned"] is None:  # or else it may well be a new key
                msg = f"{each} takes something out of {of} of {module}"
                raise UnknownError(msg) from None
    return taken


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
        rf"\b{name}\s*(\[[^\]\n]*\]\s*[-+|]?=(?!=)|\.\s*({_CHANGING})\s*\(|[+|]=)|\bdel\s+(\w+\.)*{name}\s*\["
    )
    for each, _ in _mentions(finder, module, name, changing):
        if each != module:
            return f"{each} may change {of} of {module}"
    return None


def _mentions(
    finder: ModuleFinder, module: str, name: str, wanted: re.Pattern[str]
) -> Iterator[tuple[str, re.Match[str]]]:
    """Return where the modules of a package have what is wanted of a name, but not of another of the same spelling."""
    own = re.compile(rf"^[ \t]*{name}\s*(:[^=\n]+)?=(?!=)", re.MULTILINE)
    for each in finder.within(module.partition(".")[0]):
        text = finder.text(each)
        if text and name in text:
            is_other = each != module and own.search(text) is not None
            for found in wanted.finditer(text):
                if not is_other or f".{name}" in text[max(found.start() - 1, 0) : found.end()]:
                    yield each, found


_CHANGING = "add|append|clear|discard|extend|insert|pop|popitem|remove|setdefault|update"
"""Methods that change a dictionary, a list or a set."""

_KINDS: dict[str, Callable[[Modules, Plugin, Found, Mapping[str, Any], Entries], None]] = {
    registries.MAPPING: _mapping,
    registries.SETUP: setups.fill,
    registries.SUBCLASSES: subclasses,
    registries.DECORATED: gathered.decorated,
    registries.HOOKS: gathered.hooks,
}
"""What reads a kind."""


def _reference(value: Any) -> str | None:  # noqa: ANN401
    """Return the path of what a source names."""
    if isinstance(value, Enum):
        return f"{type(value).__module__}:{type(value).__qualname__}.{value.name}"
    if isinstance(value, Named) and hasattr(builtins, value.path):
        return f"builtins:{value.path}"
    return value.path if isinstance(value, Named) else None
