"""The source that was read, as griffe sees it, with what griffe drops.

Only the files that matter are read, each once: the module that a name is looked up in, and those
that its imports, re-exports, base classes and aliases lead to. ``griffe.load`` would read whole
packages.
"""

from __future__ import annotations

import ast
import logging
import re
import sys
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import griffe

from sphinxext.plugins.core import limits
from sphinxext.plugins.introspect.modules import Form, is_too_much
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.bindings import STAR, bindings
from sphinxext.plugins.introspect.static.branches import Circumstances, Runs
from sphinxext.plugins.introspect.static.changes import Changes, imported, of_module
from sphinxext.plugins.introspect.static.rebinding import Rebinding, rebinding

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinxext.plugins.introspect.modules import ModuleFinder
    from sphinxext.plugins.introspect.static.bindings import Bound

# Without a handler of its own, griffe's complaints about odd code would reach standard error.
logging.getLogger("griffe").addHandler(logging.NullHandler())

Object = griffe.Object
Alias = griffe.Alias
Class = griffe.Class
Scope = griffe.Module | griffe.Class

_EXTRA = "sphinxext.plugins"
"""The key of what is kept with griffe's objects."""

_Node = TypeVar("_Node", bound=ast.AST)


class UnknownError(Exception):
    """The source does not tell; the text says why."""


class AbsentError(UnknownError):
    """The source tells that there is no such attribute."""


class Binding(NamedTuple):
    """One of the places where a scope binds a name."""

    member: griffe.Object | griffe.Alias
    line: int
    circumstances: Circumstances

    @property
    def runs(self) -> Runs:
        """Whether it runs."""
        return self.circumstances.runs

    def perhaps(self) -> Binding:
        """Return the same binding as one that may not be made."""
        runs = max(self.runs, Runs.PERHAPS)
        return self._replace(circumstances=self.circumstances._replace(runs=runs))


class _Keeper(griffe.Extension):
    """Keeps what griffe drops: syntax trees, each binding of a name, and docstrings that are assigned."""

    def __init__(self) -> None:
        self.siblings = 0
        """How many statements were looked at to find those behind assignments, in the module at hand."""

    def on_instance(self, *, node: ast.AST | griffe.ObjectNode, obj: griffe.Object, **_: Any) -> None:  # noqa: ANN401
        obj.extra[_EXTRA]["node"] = node
        if isinstance(obj.parent, Scope) and isinstance(node, ast.AST) and obj.labels != {"instance-attribute"}:
            self._keep(obj.parent, obj, node)

    def on_alias_instance(self, *, node: ast.AST | griffe.ObjectNode, alias: griffe.Alias, **_: Any) -> None:  # noqa: ANN401
        if isinstance(alias.parent, Scope) and isinstance(node, ast.AST):
            self._keep(alias.parent, alias, node)

    def on_attribute_node(
        self,
        *,
        node: ast.AST | griffe.ObjectNode,
        agent: griffe.Visitor | griffe.Inspector,
        **_: Any,  # noqa: ANN401
    ) -> None:
        # griffe looks for each, from the first statement of its block on, at what stands behind it.
        self.siblings += _statements(node.parent)  # type: ignore[union-attr]  # griffe sets it
        if self.siblings > limits.MOST_SIBLINGS:
            msg = "it has too many assignments in a row"
            raise ValueError(msg)
        match node:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name), attr="__doc__")], value=value):
                agent.current.extra[_EXTRA].setdefault("docstrings", {})[name] = value

    def _keep(self, scope: Scope, member: griffe.Object | griffe.Alias, node: ast.AST) -> None:
        name = STAR if "/" in member.name else member.name
        scope.extra[_EXTRA].setdefault("members", {})[id(node), name] = member


@lru_cache(maxsize=8)
def _statements(block: ast.AST) -> int:
    return sum(1 for _ in ast.iter_child_nodes(block))


class Modules:
    """The modules that were read."""

    def __init__(self, finder: ModuleFinder) -> None:
        self.finder = finder
        self._read: dict[str, griffe.Module | str] = {}
        self._texts: dict[str, str] = {}
        self._lines: dict[str, list[str]] = {}
        self._changes: dict[tuple[object, ast.AST], Changes] = {}
        self._written: dict[str, list[str]] = {}
        self._rebinding: dict[str, Rebinding] = {}
        self._keeper = _Keeper()
        self._extensions = griffe.Extensions(self._keeper)

    def exists(self, name: str) -> bool:
        """Whether there is a module of that name."""
        return self.finder.find(name) is not None

    def changes(self, of: griffe.Object) -> Changes:
        """Tell what the module of an object may change after it was first bound."""
        node = tree(of.module, ast.Module)
        return self.kept(of_module, node) if node else Changes()

    def kept(self, tell: Callable[[_Node], Changes], node: _Node) -> Changes:
        """Have it told what a part of the source may change, once."""
        if (tell, node) not in self._changes:
            self._changes[tell, node] = tell(node)
        return self._changes[tell, node]

    def imports(self, module: griffe.Module, name: str) -> bool:
        """Whether a module, while it is imported, imports another one or what that has."""
        node = tree(module, ast.Module)
        package = module.path if module.is_init_module else module.path.rpartition(".")[0]
        return node is not None and name in imported(node, package)

    def rebinding(self, module: griffe.Module) -> Rebinding:
        """Return what else happens to the names of a module."""
        if module.path not in self._rebinding:
            node = tree(module, ast.Module) or ast.Module([], [])
            self._rebinding[module.path] = rebinding(node, module.path, self.text(module.path))
        return self._rebinding[module.path]

    def writes_docstring(self, module: griffe.Module, name: str, *, known: int = 0) -> bool:
        """Whether a module writes the docstring of what a name stands for in more ways than are known."""
        if module.path not in self._written:
            node = tree(module, ast.Module)
            # Few modules mention it, and going through the tree takes long.
            mentioned = _WRITES_DOCSTRING.search(self.text(module.path))
            self._written[module.path] = syntax.docstring_writes(node) if node and mentioned else []
        written = self._written[module.path]
        return "*" in written or written.count(name) > known

    def bindings(self, scope: Scope, name: str, before: int | None = None) -> list[Binding]:
        """Return what a scope binds a name to, as :func:`counting` does."""
        return counting(self.every(scope, name), before)

    def every(self, scope: Scope, name: str) -> list[Binding]:
        """Return every binding of a name that may run."""
        bound = _all_bindings(scope).get(name, [])
        there: dict[int, bool] = {}  # those in one statement have the same imports
        for binding in bound:
            imports = binding.circumstances.imports
            if id(imports) not in there:
                there[id(imports)] = all(map(self._is_there, imports))
        return [b for b in bound if b.runs is not Runs.NEVER and there[id(b.circumstances.imports)]]

    def _is_there(self, name: str) -> bool:
        return name.partition(".")[0] in sys.builtin_module_names or self.exists(name)

    def text(self, name: str) -> str:
        """Return the text of a module that was read."""
        return self._texts.get(name, "")

    def read(self, name: str) -> griffe.Module:
        """Read a module once.

        :raises UnknownError: where there is none, or none that can be read
        :raises RecursionError: where it nests too deeply; that is not kept, for it may be the search that does
        """
        self.finder.find(name)  # also where it was read for another plugin: the finder keeps what this one asks for
        if name not in self._read:
            try:
                self._read[name] = self._visit(name)
            except UnknownError as error:
                self._read[name] = str(error)
        module = self._read[name]
        if isinstance(module, str):
            raise UnknownError(module)
        return module

    def lines(self, of: griffe.Object) -> list[str]:
        """Return the lines of the module that something is in, as Python counts them."""
        name = of.module.path
        if name not in self._lines:
            self._lines[name] = re.split(r"\r\n?|\n", self._texts[name])
        return self._lines[name]

    def _visit(self, name: str) -> griffe.Module:
        found = self.finder.find(name)
        if found is None:
            builtin = name in sys.builtin_module_names
            msg = f"{name} is built into the interpreter" if builtin else f"there is no module {name}"
            raise UnknownError(msg)
        if found.form is Form.COMPILED:
            msg = f"{name} is compiled and has no stub (.pyi)"
            raise UnknownError(msg)
        if found.path is None:
            return self._package(name)
        parent, _, tail = name.rpartition(".")
        self._keeper.siblings = 0
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a stranger's invalid escapes are no concern of the host's
                self._texts[name] = found.read()
                if is_too_much(self._texts[name]):
                    msg = "it is too much code"
                    raise ValueError(msg)  # noqa: TRY301  # one reason like the others
                return griffe.visit(
                    tail,
                    found.path,
                    self._texts[name],
                    parent=self._package(parent) if parent else None,
                    extensions=self._extensions,
                )
        except RecursionError:
            raise
        except Exception as error:  # griffe has no list of what it raises for code that is odd
            said = getattr(error, "strerror", None) or str(error) or "it is too complex"
            msg = f"{found.path.name} of {name} cannot be read: {type(error).__name__}: {said}"
            raise UnknownError(msg) from error

    def _package(self, name: str) -> griffe.Module:
        """Make a module that only knows its place, for griffe to resolve relative imports by."""
        parent, _, tail = name.rpartition(".")
        found = self.finder.find(name)
        path = found.path or list(found.folders) if found else None
        return griffe.Module(tail, filepath=path, parent=self._package(parent) if parent else None)


_WRITES_DOCSTRING = re.compile(r"__doc__\s*(?:[+*%]?=(?!=)|,)|[\"']__doc__[\"']|\bdel\b.*__doc__")


def counting(alive: list[Binding], before: int | None = None) -> list[Binding]:
    """Return what counts of the bindings of a name: first what does most, then what does where that leads to nothing.

    :param before: the line of the scope that asks, before which others do not count if there are any
    """
    usual = [b for b in alive if b.runs <= Runs.PERHAPS]
    if before is not None:
        usual = [b for b in usual if b.line < before] or usual
    found: list[Binding] = []
    for binding in reversed(usual):
        found.append(binding)
        if binding.runs is Runs.SURELY:
            break
    return found + sorted((b for b in alive if b.runs > Runs.PERHAPS), key=lambda binding: binding.runs)


def _all_bindings(scope: Scope) -> dict[str, list[Binding]]:
    """Return all bindings of a scope, by name: those that griffe sees, and those that it does not."""
    kept = scope.extra[_EXTRA]
    if "bindings" not in kept:
        kept["bindings"] = {}
        node, members = kept.get("node"), kept.get("members", {})
        for bound in bindings(node) if isinstance(node, ast.Module | ast.ClassDef) else ():
            member = members.get((id(bound.node), bound.name)) or _unseen(bound, scope)
            if member is not None:
                binding = Binding(member, bound.node.lineno, bound.circumstances)
                kept["bindings"].setdefault(bound.name, []).append(binding)
    found: dict[str, list[Binding]] = kept["bindings"]
    return found


def _unseen(bound: Bound, scope: Scope) -> griffe.Attribute | None:
    """Make the attribute that a statement binds which griffe does not see."""
    match bound.node:
        case ast.Import() | ast.ImportFrom() | ast.AnnAssign(value=None):
            return None  # of a name from the same place, which is no other than before; declared, but not bound
    member = griffe.Attribute(bound.name, lineno=bound.node.lineno, parent=scope, analysis="static")
    node: ast.stmt = bound.node
    if bound.value is not None:
        target = ast.copy_location(ast.Name(bound.name, ast.Store()), node)
        node = ast.copy_location(ast.Assign([target], bound.value), node)
    member.extra[_EXTRA]["node"] = node
    return member


def assigned_docstring(scope: griffe.Object | griffe.Alias | None, name: str) -> ast.expr | None:
    """Return what a scope assigns to the ``__doc__`` of one of its names."""
    if not isinstance(scope, griffe.Object):
        return None
    value: ast.expr | None = scope.extra[_EXTRA].get("docstrings", {}).get(name)
    return value


def function_tree(of: griffe.Object) -> syntax.Function | None:
    """Return the syntax tree of a function, a coroutine function or a property."""
    node = of.extra[_EXTRA].get("node")
    return node if isinstance(node, syntax.Function) else None


def definition_tree(of: griffe.Object) -> syntax.Definition | None:
    """Return the syntax tree of what can have a docstring."""
    node = of.extra[_EXTRA].get("node")
    return node if isinstance(node, syntax.Definition) else None


def value_tree(of: griffe.Object | griffe.Alias) -> ast.expr | None:
    """Return the expression that is assigned to an attribute."""
    node = None if isinstance(of, griffe.Alias) else of.extra[_EXTRA].get("node")
    return node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None


def tree(of: griffe.Object, kind: type[_Node]) -> _Node | None:
    """Return the syntax tree of a definition, where it is of a kind."""
    node = of.extra[_EXTRA].get("node")
    return node if isinstance(node, kind) else None
