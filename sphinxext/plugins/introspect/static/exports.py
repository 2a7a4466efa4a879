"""Which names ``from module import *`` brings, as far as that stands in the module."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sphinxext.plugins.core import limits
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.bindings import STAR, Runs
from sphinxext.plugins.introspect.static.scopes import UnknownError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinxext.plugins.introspect.static.results import Found
    from sphinxext.plugins.introspect.static.scopes import Module, Modules, Object


class Lookup(Protocol):
    """What looks names up."""

    def path(self, names: Sequence[str], scope: Object, before: int | None = None) -> Found:
        """Find what a dotted name stands for, in a scope."""


class Listed(NamedTuple):
    """What an ``__all__`` lists."""

    names: frozenset[str] = frozenset()
    """The names that it has for certain."""

    complete: bool = False
    """Whether it has no others."""


class Stars:
    """What one search, and those that it starts, found out about ``from … import *``."""

    def __init__(self) -> None:
        self.answers: dict[str, dict[Module, int]] = {}
        """Whether modules export a name, by the name."""

        self.sources: dict[Module, list[Module] | None] = {}
        """The modules that one imports ``*`` from; None where one of them cannot be read."""

        self.listed: dict[Module, Listed | None] = {}
        """What the ``__all__`` of modules lists; None where they have none."""

        self.left = limits.MOST_STARS
        """How many more are followed."""


class Exports:
    """The names that modules export."""

    def __init__(self, modules: Modules, search: Lookup, stars: Stars) -> None:
        self._modules = modules
        self._search = search
        self._stars = stars

    def of_star(self, star: Object, name: str) -> bool | None:
        """Whether ``from … import *`` brings a name; None where only running it tells."""
        module = self._source(star)
        if module is None:
            return None
        answers = self._stars.answers.setdefault(name, {})
        if module not in answers:
            answers.update(self._answers(module, name, answers))
        return {_NO: False, _YES: True}.get(answers[module])

    def _answers(self, module: Module, name: str, before: dict[Module, int]) -> dict[Module, int]:
        """Answer for a module, and for all that it imports ``*`` from, which may import ``*`` from each other."""
        answers: dict[Module, int] = {}
        most: dict[Module, int] = {}
        importers: dict[Module, list[Module]] = {}
        reached = [module]
        while reached:
            each = reached.pop()
            if each in answers:
                continue
            if each in before:
                answers[each] = before[each]
                continue
            answers[each], most[each] = self._own(each, name)
            if answers[each] < most[each]:
                sources = self._sources(each)
                answers[each] = _UNKNOWN if sources is None else _NO
                for source in reversed(sources or ()):
                    importers.setdefault(source, []).append(each)
                    reached.append(source)
        changed = [each for each, answer in answers.items() if answer != _NO]
        while changed:
            each = changed.pop()
            for importer in importers.get(each, ()):
                answer = answers[each] if answers[each] == _UNKNOWN else min(answers[each], most[importer])
                if answer > answers[importer]:
                    answers[importer] = answer
                    changed.append(importer)
        return answers

    def _own(self, module: Module, name: str) -> tuple[int, int]:
        """Answer for what stands in a module itself, and say the most that its stars may make of that."""
        listed = self._listed(module)
        if listed is not None and (name in listed.names or listed.complete):
            answer = _YES if name in listed.names else _NO
            return answer, answer
        if listed is None and name.startswith("_"):
            return _NO, _NO
        most = _YES if listed is None else _PERHAPS
        binds = self._modules.bindings(module, name) or f"{module.path}.{name}" in module.imported
        return (most if binds else _NO), most

    def _sources(self, module: Module) -> list[Module] | None:
        """Return the modules that one imports ``*`` from; None where that is not known."""
        stars = self._stars
        if module not in stars.sources:
            found = [self._source(star) for star in self._modules.every(module, STAR)]
            known = list(dict.fromkeys(source for source in found if source is not None))
            stars.sources[module] = None if None in found else known
        sources = stars.sources[module]
        stars.left -= len(sources or ())
        return sources if stars.left >= 0 else None

    def _source(self, star: Object) -> Module | None:
        """Read the module that ``*`` is imported from."""
        try:
            return self._modules.read(star.target or "")
        except UnknownError:
            return None

    def _listed(self, module: Module) -> Listed | None:
        """Return what a module's ``__all__`` lists; None where it has none."""
        if module not in self._stars.listed:
            self._stars.listed[module] = self._read(module)
        return self._stars.listed[module]

    def _read(self, module: Module) -> Listed | None:
        bound = self._modules.every(module, "__all__")
        changed = module.list_changes
        if not bound and not changed - _READS:
            return None
        listed = Listed()
        for binding in bound:
            value = self._of(binding, module, listed)
            if isinstance(binding.node, ast.Assign) and len(binding.node.targets) > 1:
                value = value._replace(complete=False)  # it may grow by its other name
            surely = binding.runs in (Runs.SURELY, Runs.TRIED)
            listed = value if surely else Listed(value.names & listed.names)
        if changed - _READS:
            return Listed(frozenset() if changed - _READS - _ADDS else listed.names)
        return listed

    def _of(self, binding: Object, module: Module, before: Listed) -> Listed:
        if binding.target is None:
            return self._evaluate(binding.value, module, before)
        owner, _, name = binding.target.rpartition(".")
        return self._of_module(owner, module) if name == "__all__" else Listed()

    def _evaluate(self, node: ast.expr | None, module: Module, before: Listed) -> Listed:
        match node:
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                names = {e.value for e in elements if isinstance(e, ast.Constant) and isinstance(e.value, str)}
                parts = [self._evaluate(e.value, module, before) for e in elements if isinstance(e, ast.Starred)]
                parts.append(Listed(frozenset(names), complete=True))
                complete = all(isinstance(element, ast.Constant | ast.Starred) for element in elements)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                parts, complete = [self._evaluate(left, module, before), self._evaluate(right, module, before)], True
            case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted" | "set"), args=[value], keywords=[]):
                return self._evaluate(value, module, before)
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(names)), attr="split"), args=[], keywords=[]):
                return Listed(frozenset(names.split()), complete=True)
            case ast.Name(id="__all__"):
                return before
            case ast.Attribute(attr="__all__", value=owner) if (path := syntax.dotted(owner)) is not None:
                try:
                    return self._of_module(self._search.path(path, module).object.path, module)
                except UnknownError:
                    return Listed()
            case _:
                return Listed()
        union: frozenset[str] = frozenset().union(*(part.names for part in parts))
        return Listed(union, complete=complete and all(part.complete for part in parts))

    def _of_module(self, path: str, by: Module) -> Listed:
        """Return what the ``__all__`` of another module lists."""
        try:
            return (None if path == by.path else self._listed(self._modules.read(path))) or Listed()
        except UnknownError:
            return Listed()


_NO, _PERHAPS, _YES, _UNKNOWN = range(4)
"""Whether a module exports a name. Of the modules that it imports ``*`` from, the last of these answers counts."""


_READS = frozenset({"copy", "count", "enumerate", "index", "len", "list", "reverse", "set", "sort", "sorted", "tuple"})

_ADDS = frozenset({"append", "extend", "insert"})
