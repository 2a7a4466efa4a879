"""The source that was read: modules and classes, and what their statements bind names to.

Only the files that matter are read, each once: the module that a name is looked up in, and those
that its imports, re-exports, base classes and aliases lead to.
"""

from __future__ import annotations

import ast
import copy
import re
import sys
import unicodedata
import warnings
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.introspect.live.marked import Names
from sphinxext.plugins.introspect.modules import Form, is_too_much
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.bindings import STAR, Runs, bindings, needed, statements
from sphinxext.plugins.introspect.static.changes import (
    Changes,
    attributes_set,
    imported,
    of_function,
    of_instances,
    of_module,
)
from sphinxext.plugins.introspect.static.rebinding import Rebinding, rebinding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sphinxext.plugins.introspect.modules import ModuleFile, ModuleFinder
    from sphinxext.plugins.introspect.static.bindings import Bound


class UnknownError(Exception):
    """The source does not tell; the text says why."""


class AbsentError(UnknownError):
    """The source tells that there is no such attribute."""


class Object:
    """A module, or what a statement of a module or of a class binds a name to."""

    value: ast.expr | None = None
    """The expression that is assigned to the name."""

    target: str | None = None
    """The path that an import of the name leads to."""

    runs = Runs.SURELY
    """Whether the statement runs."""

    imports: tuple[str, ...] = ()
    """The modules that have to be there for that."""

    def __init__(self, name: str, node: ast.Module | ast.stmt, parent: Scope | None) -> None:
        self.name = name
        self.node = node
        self.parent = parent
        self.path: str = f"{parent.path}.{name}" if parent else name
        self.documents: bool | None = None  # whether it writes docstrings, where that was looked for
        self.leaves: set[str] = set()  # of a function, the ways to call it in which it gives what it gets

    @property
    def module(self) -> Module:
        """The module that it is in, or that it is itself."""
        of: Object | None = self
        while of is not None and not isinstance(of, Module):
            of = of.parent
        assert of is not None
        return of

    @property
    def scope(self) -> Scope:
        """The module or the class whose statement binds it."""
        assert self.parent is not None
        return self.parent

    @property
    def line(self) -> int:
        """The line where its statement begins; that of a decorator is before it."""
        return self.node.lineno if isinstance(self.node, ast.stmt) else 1

    @property
    def first_line(self) -> int:
        """The line where its definition begins, with the decorators."""
        return min([self.line, *(decorator.lineno for decorator in self.decorators)])

    @property
    def decorators(self) -> list[ast.expr]:
        """The decorators of a class or a function."""
        return getattr(self.node, "decorator_list", [])

    @property
    def definition(self) -> syntax.Definition | None:
        """The syntax tree of what can have a docstring."""
        return self.node if isinstance(self.node, syntax.Definition) else None

    @property
    def function(self) -> syntax.Function | None:
        """The syntax tree of a function, a coroutine function or a property."""
        return self.node if isinstance(self.node, syntax.Function) else None

    @cached_property
    def changed(self) -> Changes:
        """What a function may change of what it is called with."""
        return of_function(self.function) if self.function is not None else Changes(others=True)

    def perhaps(self) -> Object:
        """Return the same as what may not be bound."""
        twin = copy.copy(self)
        twin.runs = max(self.runs, Runs.PERHAPS)
        return twin


class Scope(Object):
    """A module or a class."""

    node: ast.Module | ast.ClassDef

    @cached_property
    def bindings(self) -> dict[str, list[Object]]:
        """All that its statements bind, by name, in the order in which they run."""
        found: dict[str, list[Object]] = {}
        module = self.module
        for bound in bindings(self.node, named=module.names_within):
            member = (Class if isinstance(bound.node, ast.ClassDef) else Object)(bound.name, bound.node, self)
            member.value, (member.runs, member.imports) = bound.value, bound.circumstances
            if bound.alias is not None:
                member.target = _target(bound, bound.alias, module)
                if member.target == member.path:
                    continue  # it binds a submodule to its own name
            declares = bound.value is None and isinstance(bound.node, ast.AnnAssign)
            if not (declares and isinstance(self, Class) and not module.is_stub):
                found.setdefault(bound.name, []).append(member)
        return found

    @cached_property
    def docstrings(self) -> dict[str, ast.expr]:
        """The expressions that are assigned to ``__doc__`` of its names, the last of each."""
        found: dict[str, ast.expr] = {}
        for statement, _ in statements(self.node):
            match statement:
                case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name), attr="__doc__")], value=value):
                    found[name] = value
        return found


class Class(Scope):
    """A class."""

    node: ast.ClassDef

    @cached_property
    def changed(self) -> Changes:
        """What its methods may set on its instances."""
        return of_instances(self.node)


class Module(Scope):
    """A module that was read."""

    node: ast.Module

    def __init__(self, path: str, node: ast.Module, text: str, file: ModuleFile) -> None:
        super().__init__(path, node, None)
        self.text = text
        self.is_stub = file.path is not None and file.path.suffix == ".pyi"
        self.package = path if file.folders else path.rpartition(".")[0]

    @cached_property
    def lines(self) -> list[str]:
        """Its lines; reading it made all ends of lines the same."""
        return self.text.split("\n")

    @cached_property
    def spelled(self) -> str:
        """Its text with the letters of names as Python takes them: whatever it binds stands there."""
        return self.text if self.text.isascii() else unicodedata.normalize("NFKC", self.text)

    @cached_property
    def names_within(self) -> bool:
        """Whether there may be assignment expressions in it; before ``:=`` a name ends, or what parts it from that."""
        return _NAMED.search(self.text) is not None

    @cached_property
    def names(self) -> Names:
        """What the names of its decorators stand for."""
        return Names(self.node, self.path, self.package)

    @cached_property
    def changes(self) -> Changes:
        """What it may change after it was first bound."""
        return of_module(self.node)

    @cached_property
    def attributes_set(self) -> frozenset[str]:
        """The names of the attributes that it sets or deletes, of whatever but ``self``."""
        return attributes_set(self.node, self.text)

    @cached_property
    def rebinding(self) -> Rebinding:
        """What else happens to its names."""
        return rebinding(self.node, self.path, self.package, self.text)

    @cached_property
    def imported(self) -> frozenset[str]:
        """The modules that it imports while it is imported, and what it imports from them."""
        return imported(self.node, self.package)

    @cached_property
    def needed(self) -> list[str]:
        """The modules that it cannot be imported without."""
        surely = [statement for statement, (runs, _) in statements(self.node) if runs is Runs.SURELY]
        raises = [""] if any(isinstance(statement, ast.Raise) for statement in surely) else []
        return [*raises, *(_absolute(name, self) for name in needed(surely))]

    @cached_property
    def _written(self) -> list[str]:
        # Few modules mention it, and going through the tree takes long.
        writes = "__doc__" in self.text and _WRITES_DOCSTRING.search(self.text)
        return syntax.docstring_writes(self.node) if writes else []

    @cached_property
    def list_changes(self) -> frozenset[str]:
        """What it does with its ``__all__``, other than assigning to it: the names of methods and functions."""
        if "__all__" not in self.text:  # searching a text for the rest takes long
            return frozenset()
        return frozenset(change.group(change.lastindex or 0) for change in _CHANGES_LIST.finditer(self.text))

    def imports_before(self, path: str, line: int) -> bool:
        """Whether it imports a module, or something from it, before a line or in it."""
        every = [binding for bound in self.bindings.values() for binding in bound if binding.line <= line]
        return any(f"{binding.target}.".startswith(f"{path}.") for binding in every)

    def writes_docstring(self, name: str, *, known: int = 0) -> bool:
        """Whether it writes the docstring of what a name stands for in more ways than are known."""
        return "*" in self._written or self._written.count(name) > known


class Modules:
    """The modules that were read."""

    def __init__(self, finder: ModuleFinder) -> None:
        self.finder = finder
        self._read: dict[str, Module | str] = {}
        self._there: dict[tuple[str, int], bool] = {}
        self.orders: dict[tuple[Class, bool], tuple[list[Class], frozenset[str]]] = {}
        """The method resolution orders that are known, by whether a doubt counts, with what they were made from."""
        self.known: dict[tuple[Callable[..., object], Class], tuple[Any, frozenset[str]]] = {}
        """What was found out of classes, by what finds it, with what it was made from."""
        self.asked: Module | None = None  # what a target names, which may patch what it imports

    def exists(self, name: str) -> bool:
        """Whether there is a module of that name."""
        return self.finder.find(name) is not None

    def bindings(self, scope: Scope, name: str, before: int | None = None) -> list[Object]:
        """Return what a scope binds a name to, as :func:`counting` does."""
        return counting(self.every(scope, name), before)

    def every(self, scope: Scope, name: str) -> list[Object]:
        """Return every binding of a name that may run."""
        # Of most classes few names are asked for, and to bind all of theirs takes longer than to search a text.
        if "bindings" not in vars(scope) and name not in scope.module.spelled:
            return []
        every = scope.bindings.get(name)
        if every is None:  # as of most names
            return []
        if not any(binding.imports for binding in every):
            return [binding for binding in every if binding.runs is not Runs.NEVER]
        there: dict[int, bool] = {}  # those in one statement have the same imports
        found = []
        for binding in every:
            imports = binding.imports
            if id(imports) not in there:
                names = [_absolute(name, scope.module) for name in imports]
                there[id(imports)] = all(self._is_there(name, scope.module) for name in names)
            found += [binding] if binding.runs is not Runs.NEVER and there[id(imports)] else []
        return found

    def _is_there(self, name: str, by: Module, depth: int = 2) -> bool:
        """Whether a module is there, and what it imports in any case if it is of the package that asks."""
        top, parent = name.partition(".")[0], name.rpartition(".")[0]
        if top in sys.builtin_module_names:
            return True
        if not self.exists(name):  # what is no package may have set it up: os.path, six.moves
            above = self.finder.find(parent) if parent else None
            return above is not None and above.path is not None and not above.folders
        if not depth or top != by.path.partition(".")[0]:
            return True
        if (name, depth) not in self._there:
            self._there[name, depth] = True  # in a circle
            try:
                module = self.read(name)
                self._there[name, depth] = all(self._is_there(each, module, depth - 1) for each in module.needed)
            except UnknownError:
                pass  # compiled code is taken to load
        return self._there[name, depth]

    def above(self, module: Module) -> Iterator[Module]:
        """Return what is imported with a module: the one that is asked, and the packages that it is in."""
        path = module.path
        while path := path.rpartition(".")[0]:
            try:
                yield self.read(path)
            except UnknownError:
                break
        if self.asked is not None and self.asked is not module:
            yield self.asked

    def read(self, name: str) -> Module:
        """Read a module once.

        :raises UnknownError: where there is none, or none that can be read
        :raises RecursionError: where it nests too deeply
        """
        for end in range(name.count(".") + 1):  # also where it was read: the finder keeps what each plugin asks for
            self.finder.find(name.rsplit(".", end)[0])
        if name not in self._read:
            try:
                self._read[name] = self._parse(name)
            except UnknownError as error:
                self._read[name] = str(error)
        module = self._read[name]
        if isinstance(module, str):
            raise UnknownError(module)
        return module

    def _parse(self, name: str) -> Module:
        found = self.finder.find(name)
        if found is None:
            builtin = name in sys.builtin_module_names
            msg = f"{name} is built into the interpreter" if builtin else f"there is no module {name}"
            raise UnknownError(msg)
        if found.form is Form.COMPILED:
            msg = f"{name} is compiled and has no stub (.pyi)"
            raise UnknownError(msg)
        if found.path is None:
            return Module(name, ast.Module([], []), "", found)
        try:
            text = found.read()
            if is_too_much(text):
                msg = "it is too much code"
                raise ValueError(msg)  # noqa: TRY301  # one reason like the others
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # invalid escapes in a plugin are no concern of the build
                return Module(name, ast.parse(text, found.path.name), text, found)
        except RecursionError:  # it may be the search that nests too deeply, so this is not kept
            raise
        except Exception as error:  # whatever code that is odd makes the parser raise
            said = getattr(error, "strerror", None) or str(error) or "it is too complex"
            msg = f"{found.path.name} of {name} cannot be read: {type(error).__name__}: {said}"
            raise UnknownError(msg) from error


_NAMED = re.compile(r":=(?<=[\w\s\x80-\U0010ffff]:=)")

_WRITES_DOCSTRING = re.compile(r"__doc__\s*(?:[+*%]?=(?!=)|[,:]|in\b)|[\"']__doc__[\"']|\bdel\b.*__doc__")

_CHANGES_LIST = re.compile(
    r"\b(global)\b[^\n]*__all__|(?<![\w.])__all__\s*\.\s*(\w+)|(?<![\w.])__all__\s*(\[)|\b(\w+)\s*\(\s*__all__"
    r"|(\bsetattr\b)[^\n]*[\"']__all__[\"']|[\"']__all__[\"']\s*(\])\s*\+?="
)
"""Where a module does something with its ``__all__``, and what."""


def counting(alive: list[Object], before: int | None = None) -> list[Object]:
    """Return what counts of the bindings of a name: first what does most, then what does where that leads to nothing.

    :param before: the line of the scope that asks, before which others do not count if there are any
    """
    usual = [b for b in alive if b.runs <= Runs.PERHAPS]
    if before is not None:
        usual = [b for b in usual if b.line < before] or usual
    found: list[Object] = []
    for binding in reversed(usual):
        found.append(binding)
        if binding.runs is Runs.SURELY:
            break
    return found + sorted((b for b in alive if b.runs > Runs.PERHAPS), key=lambda binding: binding.runs)


def _target(bound: Bound, alias: ast.alias, module: Module) -> str:
    """Return the absolute path that an import leads to; of ``from … import *`` that of the module.

    It is empty where there is no package that far above.
    """
    if not isinstance(bound.node, ast.ImportFrom):
        return alias.name if alias.asname else bound.name
    source = _absolute("." * bound.node.level + (bound.node.module or ""), module)
    return ".".join([source, *([] if bound.name == STAR else [alias.name])]) if source else ""


def _absolute(name: str, module: Module) -> str:
    """Return the path of a module that a module imports; nothing where there is no package that far above."""
    below = name.lstrip(".")
    level = len(name) - len(below)
    above = module.package.split(".") if module.package else []
    if level > len(above):
        return ""  # and it fails
    return ".".join(filter(None, [*(above[: -(level - 1) or None] if level else []), below]))
