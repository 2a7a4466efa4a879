"""Plugins that are registered by a deprecated path to what is defined elsewhere, as far as the source is certain of it.

It is the source of the module that a plugin is registered from, and of the packages that this is in.
"""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.model import Location, Problem, ProblemKind
from sphinxext.plugins.core.text import clean_line, cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinxext.plugins.catalog import Assembler
    from sphinxext.plugins.checks import Check
    from sphinxext.plugins.core.model import Plugin

_DEPRECATIONS = ("DeprecationWarning", "FutureWarning")
"""What the names of warnings end with that say so, the built-in ones and those made from them."""

_MOVED = {"debtcollector.moves.moved_class", "debtcollector.moves.moved_function"}
_REMOVED = "debtcollector.removals.removed_module"


def moved(check: Check) -> Iterator[Problem]:
    """Yield which plugins are registered by a path that a warning says is deprecated."""
    modules: dict[tuple[str, str], _Module | None] = {}
    for plugin in (each for namespace in check.namespaces for each in namespace.plugins):
        names = plugin.module.split(".")
        for end in range(len(names), 0, -1):
            key = (check.assembler.sources.home(plugin), ".".join(names[:end]))
            if key not in modules:
                modules[key] = _read(check.assembler, plugin, key[1])
        found = [modules[key[0], ".".join(names[:end])] for end in range(len(names), 0, -1)]
        if (said := _said(plugin, [each for each in found if each is not None])) is not None:
            module, words, own = said
            quoted = f", {cut(clean_line(words), limits.SHORTENED)!r}" if words else ""
            yield Problem(
                kind=ProblemKind.LOAD,
                message=f"is registered by a deprecated path, {plugin.target}: {module} warns of that{quoted}",
                remedy=f"register it by its own path, {own}",
                plugin=plugin.identity,
            )


def _said(plugin: Plugin, modules: list[_Module]) -> tuple[str, str, str] | None:
    """Return which module says that a path is deprecated, in which words, and where its target is defined."""
    definition, registered = plugin.definition or "", modules[0] if modules else None
    if registered is not None and registered.path == plugin.module and len(plugin.attributes) == 1:
        [name] = plugin.attributes
        if (alias := registered.alias(name)) is not None:
            return registered.path, "", alias
        words = None if {name, "*"} & registered.bound.keys() else registered.redirected(name)
        if words is not None and definition and definition.partition(":")[0] != registered.path:
            return registered.path, words, definition
    for module in modules:
        defined = definition.partition(":")[0]
        is_outside = not f"{defined}.".startswith(f"{module.path}.")
        if definition and is_outside and (words := module.warned) is not None:
            return module.path, words, definition
    return None


def _read(assembler: Assembler, plugin: Plugin, name: str) -> _Module | None:
    place = name.replace(".", "/")
    for file in (f"{place}.py", f"{place}/__init__.py"):
        path = assembler.locate(Location(file=file, line=1), plugin)
        if path is not None:
            try:
                tree = decoding.python(assembler.sources.files.read(path))
            except (OSError, ValueError):
                return None
            return _Module(name, tree, is_package=file.endswith("__init__.py"))
    return None


class _Module:
    """The source of a module.

    :ivar path: its name
    """

    def __init__(self, path: str, tree: ast.Module, *, is_package: bool) -> None:
        self.path = path
        self._body = tree.body
        self._package = path if is_package else path.rpartition(".")[0]

    @cached_property
    def bound(self) -> dict[str, str | None]:
        """What it binds names to that surely are: paths of what is imported and defined; None for all else."""
        bound: dict[str, str | None] = {}
        for node in self._body:
            match node:
                case ast.ImportFrom(module=module, names=names, level=level):
                    above = self._package.rsplit(".", level - 1)[0] if level else ""
                    of = ".".join(filter(None, (above, module)))
                    bound |= {each.asname or each.name: f"{of}:{each.name}" for each in names}
                case ast.Import(names=names):
                    tops = {each.name: each.name.partition(".")[0] for each in names}
                    bound |= {
                        each.asname or tops[each.name]: each.name if each.asname else tops[each.name] for each in names
                    }
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    bound[name] = f"{self.path}:{name}"
                case ast.If(test=test) if ast.unparse(test).endswith("TYPE_CHECKING"):
                    continue
                case _:
                    for each in ast.walk(node):
                        match each:
                            case (
                                ast.Name(id=name, ctx=ast.Store()) | ast.alias(asname=str(name)) | ast.alias(name=name)
                            ):
                                bound[name] = None
        return bound

    @cached_property
    def warned(self) -> str | None:
        """The words of the warning that importing it surely gives."""
        for node in self._body:
            if isinstance(node, ast.Expr) and (words := self._warning(node.value)) is not None:
                return words
        return None

    def alias(self, name: str) -> str | None:
        """Return the object reference that a name was moved to, by debtcollector."""
        for node in self._body:
            match node:
                case ast.Assign(targets=[ast.Name(id=bound)], value=ast.Call(func=by, args=[ast.expr() as to, *_])):
                    if bound == name and self._path(by) in _MOVED:
                        return self._reference(to)
        return None

    def redirected(self, name: str) -> str | None:
        """Return the words of the warning that ``__getattr__`` surely gives of a name."""
        for node in self._body:
            if isinstance(node, ast.FunctionDef) and node.name == "__getattr__" and len(node.args.args) == 1:
                return self._given(node.body, node.args.args[0].arg, name)
        return None

    def _given(self, body: list[ast.stmt], parameter: str, name: str) -> str | None:
        """Find a warning in the statements that run for a name; where one of them is not sure to, there is none."""
        for node in body:
            match node:
                case ast.Expr(value=value) if (words := self._warning(value)) is not None:
                    return words
                case ast.If(test=test):
                    fits = self._fits(test, parameter, name)
                    if fits is None:
                        return None
                    inner = node.body if fits else node.orelse
                    if (words := self._given(inner, parameter, name)) is not None:
                        return words
                    if inner and isinstance(inner[-1], ast.Return | ast.Raise):
                        return None
                case ast.Expr() | ast.Assign() | ast.AnnAssign() | ast.Import() | ast.ImportFrom():
                    continue
                case _:
                    return None
        return None

    def _fits(self, test: ast.expr, parameter: str, name: str) -> bool | None:
        """Whether a condition is true for a name; None where that is not plain."""
        match test:
            case ast.Compare(left=ast.Name(id=left), ops=[op], comparators=[right]) if left == parameter:
                known = self._constant(right)
                match op:
                    case ast.Eq() | ast.NotEq() if isinstance(known, str):
                        return (known == name) is isinstance(op, ast.Eq)
                    case ast.In() | ast.NotIn() if isinstance(known, dict | list | tuple | set):
                        return (name in known) is isinstance(op, ast.In)
        return None

    def _constant(self, node: ast.expr) -> object:
        """Return what an expression or a name that is bound once is worth, or of a dictionary its keys."""
        if isinstance(node, ast.Name):
            values = [
                each.value
                for each in self._body
                if isinstance(each, ast.Assign | ast.AnnAssign)
                and node.id in {ast.unparse(to) for to in getattr(each, "targets", [getattr(each, "target", node)])}
            ]
            if len(values) != 1 or values[0] is None:
                return None
            node = values[0]
        if isinstance(node, ast.Dict):
            keys = [key for key in node.keys if isinstance(key, ast.Constant)]
            return [key.value for key in keys] if len(keys) == len(node.keys) else None
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return None

    def _warning(self, node: ast.expr) -> str | None:
        """Return the words of a call that warns of a deprecation, as far as they stand there; None for all else."""
        if not isinstance(node, ast.Call):
            return None
        path = self._path(node.func)
        if path == _REMOVED:
            return ""
        category = next((each.value for each in node.keywords if each.arg == "category"), None)
        category = node.args[1] if category is None and len(node.args) > 1 else category
        if path != "warnings.warn" or category is None or not ast.unparse(category).endswith(_DEPRECATIONS):
            return None
        words = self._constant(node.args[0]) if node.args else None
        return words if isinstance(words, str) else ""

    def _path(self, node: ast.expr) -> str:
        """Return the dotted path of what is called, by how it is imported."""
        first, dot, rest = ast.unparse(node).partition(".")
        return f"{(self.bound.get(first) or first).replace(':', '.')}{dot}{rest}"

    def _reference(self, node: ast.expr) -> str | None:
        """Return the object reference of a name, where it is imported or defined in the open."""
        first, dot, rest = ast.unparse(node).partition(".")
        found = self.bound.get(first)
        if found is None or not dot:
            return found
        return f"{found.replace(':', '.')}:{rest}" if rest.isidentifier() else None
