"""What somebody may have meant: the names that are near, and where a setting is written."""

from __future__ import annotations

import ast
import difflib
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.files import read
from sphinxext.plugins.core.model import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path


def nearest(name: str, known: Iterable[str], cutoff: float = limits.ALIKE) -> list[str]:
    """Return the names that somebody may have meant, the likeliest first; three at the most.

    :param cutoff: how much alike they have to be, up to 1
    """
    lower = {each.lower(): each for each in sorted(known)}
    close = difflib.get_close_matches(name.lower(), lower, n=3, cutoff=cutoff)
    within = [each for each in lower if name and name.lower() in each and cutoff <= limits.ALIKE][: 3 - len(close)]
    return [lower[each] for each in dict.fromkeys([*close, *within])]


def the_nearest(name: str, known: Iterable[str]) -> str:
    """Say which names may have been meant, in parentheses behind a space; nothing where none is near."""
    near = nearest(name, known)
    return f" (the nearest: {', '.join(near)})" if near else ""


class PythonFile:
    """A file of settings in Python, ``conf.py``; one that cannot be read has nothing in it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            self._tree = decoding.python(read(file))
        except (OSError, ValueError):
            self._tree = ast.Module(body=[], type_ignores=[])

    def place(self, *path: str) -> Location | None:
        """Find where a setting is assigned, or what is in it: a key, or a text, by the keys that lead to it."""
        best: tuple[str, ...] = ()
        line = 0
        wanted = _without_from(path)
        for found, at in ((_without_from(keys), at) for keys, at in self._assigned()):
            if wanted[: len(found)] == found and len(found) >= len(best):  # the last assignment counts
                best, line = found, at
        return Location(file=str(self._file), line=line) if best else None

    def place_of(self, *path: str) -> Location | None:
        """Find a text in a setting, where that may be the ``from`` of a dictionary."""
        *keys, text = path
        places = (self.place(*keys, *more) for more in ((text,), ("from", text)))
        return max(filter(None, places), key=lambda place: place.line or 0, default=None)

    @property
    def unused(self) -> list[str]:
        """The names that are assigned and not used."""
        used = {node.id for node in ast.walk(self._tree) if isinstance(node, ast.Name) and _is_loaded(node)}
        return list(dict.fromkeys(path[0] for path, _ in self._assigned() if len(path) == 1 and path[0] not in used))

    def _assigned(self) -> Iterator[tuple[tuple[str, ...], int]]:
        for node in _statements(self._tree.body):
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        yield from _within(_path(target), node.lineno, value)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    yield from _within(_path(target), node.lineno, value)


def _without_from(path: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the key of the describers of a field, which need not be written: plugins_namespaces[…]["fields"][…]."""
    return (*path[:4], *path[5:]) if path[4:5] == ("from",) else path


def _is_loaded(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Return all statements that run with a module."""
    for statement in body:
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement
            for branch in (statement, *getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
                for block in ("body", "orelse", "finalbody"):
                    yield from _statements(getattr(branch, block, ()))


def _path(target: ast.expr) -> tuple[str, ...]:
    """Return the keys that lead to what is assigned; none where these are computed."""
    match target:
        case ast.Name(id=name):
            return (name,)
        case ast.Subscript(value=value, slice=ast.Constant(value=str() as key)) if path := _path(value):
            return (*path, key)
        case _:
            return ()


def _within(path: tuple[str, ...], line: int, value: ast.expr) -> Iterator[tuple[tuple[str, ...], int]]:
    """Return a place, and those of the keys and texts in it."""
    if not path:
        return
    yield path, line
    match value:
        case ast.Dict(keys=keys, values=values):
            for key, each in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield from _within((*path, key.value), key.lineno, each)
        case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
            for keyword in keywords:
                yield from _within((*path, keyword.arg) if keyword.arg else (), keyword.lineno, keyword.value)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            texts = (element for element in elements if isinstance(element, ast.Constant))
            yield from (((*path, each.value), each.lineno) for each in texts if isinstance(each.value, str))
            dictionaries = (
                islice(_within(path, line, each), 1, None) for each in elements if isinstance(each, ast.Dict)
            )
            yield from chain.from_iterable(dictionaries)
        case ast.Constant(value=str() as text):
            yield (*path, text), value.lineno


def place_in_toml(file: Path, *path: str) -> Location:
    """Find the line of a table or a key by the keys that lead to it, or of the table that it is in."""
    best, line = 0, 1
    for keys, number in lines_of_toml(file).items():
        common = _common(keys, path)
        if common > best:
            best, line = common, number
    return Location(file=str(file), line=line)


def lines_of_toml(file: Path) -> dict[tuple[str, ...], int]:
    """Return the first lines of tables and keys, by the keys that lead to them, in the order of the file."""
    lines: dict[tuple[str, ...], int] = {}
    table: list[str] = []
    for number, text in enumerate(read(file).decode("utf-8", "replace").splitlines(), start=1):
        keys: list[str] = []
        if text.lstrip().startswith("["):
            keys = table = _keys(text)
        elif "=" in text:
            keys = [*table, *_keys(f"[{text.partition('=')[0]}]")]
        lines.setdefault(tuple(keys), number)
    return lines


def _keys(header: str) -> list[str]:
    """Read the keys in the header of a table, ``["a.b".c]``."""
    try:
        table: Any = decoding.toml(header)
    except ValueError:
        return []
    keys: list[str] = []
    while isinstance(table, dict) and len(table) == 1:
        [(key, table)] = table.items()
        keys.append(key)
    return keys


def _common(keys: Sequence[str], path: Sequence[str]) -> int:
    """Count the keys that two paths begin with, if one goes on with the other's."""
    return len(path[: len(keys)]) if list(path[: len(keys)]) == list(keys[: len(path)]) else 0
