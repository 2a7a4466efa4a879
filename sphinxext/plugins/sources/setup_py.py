"""Reads ``setup.py`` as a syntax tree. It is never run, so that only what stands there in the open is known.

What counts are literals, names that are bound once to such, and keys that are set once in a dict of these. Whatever
else may change one of them makes it computed.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.literals import Computed, Literals
from sphinxext.plugins.sources.declared import HEADERS, Declared, Registrar, of_keywords
from sphinxext.plugins.sources.tree import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinxext.plugins.sources.tree import Tree

FILE = "setup.py"


@dataclass
class Script:
    """What a ``setup.py`` tells."""

    declared: Declared = field(default_factory=Declared)

    computed: str | None = None
    """Why its entry points are not all known, if so."""

    given: bool = False
    """Whether it does register some, known or not."""

    pbr: bool = False
    """Whether it leaves all else to pbr."""

    unknown: frozenset[str] = frozenset()
    """The headers that it gives values which are not known."""


def read(tree: Tree) -> Script:
    """Read what there is; without the file, it declares nothing."""
    source = tree.read(FILE, limits.LARGEST_DECLARED // 4)  # its syntax tree takes more time than any other file
    if source is None:
        return Script()
    try:
        calls = _Names(decoding.python(source)).calls()
        if calls:
            return _script(tree, calls)
        why = "no call of setup() is seen"
    except ValueError as error:
        why = shortened(str(error))
    except (RecursionError, MemoryError):
        why = "it is nested too deeply"
    return Script(computed=why, unknown=frozenset(_HEADERS.values()))


_HEADERS = {**HEADERS, "project_urls": "Project-URL"}
"""The headers of all keywords."""


def _script(tree: Tree, calls: list[dict[str, object]]) -> Script:
    call = calls[0]
    requires = call.get("setup_requires")
    required = requires if isinstance(requires, list) else [requires]
    pbr = call.get("pbr") is True or any(isinstance(name, str) and name.startswith("pbr") for name in required)
    given = bool(call.get("entry_points"))
    script = Script(of_keywords(tree, FILE, call), given=given, pbr=pbr, unknown=_unknown(call))
    computed = next(_computed(call), None)
    if computed is not None:
        script.computed = f"entry_points in line {computed.line}: {shortened(computed.source)}"
    elif any(other.get("entry_points") != call.get("entry_points") for other in calls):
        script.computed = "setup() is called more than once, with others"
    registrar = Registrar(tree, FILE)
    match call.get("entry_points"):
        case str() as text:
            registrar.take_lines(text)
        case dict() as groups:
            known = {name: _known(lines) for name, lines in groups.items() if isinstance(name, str)}
            registrar.take_groups(known)
        case None | Computed():
            pass
        case _:
            registrar.refuse("entry_points", "is neither a text nor a dict")
    script.declared.entry_points = registrar.taken or None
    return script


def _unknown(call: dict[str, object]) -> frozenset[str]:
    """Return the headers whose values are computed; all of them where a keyword is."""
    every = any(isinstance(keyword, Computed) for keyword in call)
    return frozenset(h for keyword, h in _HEADERS.items() if every or isinstance(call.get(keyword), Computed))


def _known(lines: object) -> list[object]:
    return [line for line in _each(lines) if not isinstance(line, Computed)]


def _each(lines: object) -> Iterable[object]:
    return lines if isinstance(lines, list | tuple | set) else [lines]


def _computed(call: dict[str, object]) -> Iterator[Computed]:
    """Return what is computed of the entry points."""
    given = call.get("entry_points")
    groups = given if isinstance(given, dict) else {"": given}
    parts = [part for name, lines in groups.items() for part in (name, *_each(lines))]
    yield from (part for part in (call if given is None else parts) if isinstance(part, Computed))


class _Names(Literals):
    """The names of a module, and what they are worth: those that are bound once, whatever else has that name."""

    def __init__(self, module: ast.Module) -> None:
        super().__init__()
        self._calls, elsewhere = _calls(module)
        self._known: dict[str, object] = {}
        self._bound: dict[str, list[ast.expr | None]] = {}
        self._changed: dict[str, list[tuple[str | None, ast.AST]]] = {}
        """What may happen to a list or a dict after that, or to what a dict has at a key."""

        assigned: dict[int, ast.expr] = {}
        for node in ast.walk(module):
            match node:
                case ast.Assign(targets=[target], value=value) if id(node) not in elsewhere:
                    assigned[id(target)] = value
                case ast.AnnAssign(target=target, value=ast.expr() as value) if id(node) not in elsewhere:
                    assigned[id(target)] = value
            for name in _bound(node):
                self._bound.setdefault(name, []).append(assigned.get(id(node)))
            for name, key in (root for part in _changed(node) for root in _root(part)):
                self._changed.setdefault(name, []).append((key, node))
        for name in list(self._changed):  # and with it what it is another name for
            for bound in filter(None, self._bound.get(name, ())):
                for root, key in _root(bound):
                    self._changed.setdefault(root, []).append((key, bound))
        certain = {id(target) for node in module.body if isinstance(node, ast.Assign) for target in node.targets}
        self._set = {target: value for target, value in assigned.items() if target in certain}
        """The values of keys that are set whatever else happens."""

    def calls(self) -> list[dict[str, object]]:
        """Return the keywords of each call of ``setup``; a Computed as a key stands for those that are not known."""
        return [cast("dict[str, object]", self._keywords(call)) for call in self._calls]

    def _keywords(self, call: ast.Call) -> dict[object, object]:
        return self.entries((keyword.arg, keyword.value) for keyword in call.keywords)

    def other(self, node: ast.expr) -> object:
        """Return what a name is worth, or an element of a dict."""
        match node:
            case ast.Name(id=name):
                return self._named(name, node)
            case ast.Call(func=ast.Name(id="dict"), args=[]):
                return self._keywords(node)
            case ast.Subscript(value=value, slice=ast.Constant(value=str() as key)):
                mapping = self.worth(value)
                return mapping.get(key, Computed(node)) if isinstance(mapping, dict) else Computed(node)
        return Computed(node)

    def _named(self, name: str, node: ast.expr) -> object:
        if name not in self._known:
            self._known[name] = Computed(node)  # what is made of itself
            match self._bound.get(name):
                case [ast.expr() as bound]:
                    self._known[name] = self._later(name, self.worth(bound))
        return self._known[name]

    def _later(self, name: str, value: object) -> object:
        """Return what is known of a value when all of the module has run."""
        changed = self._changed.get(name, ()) if isinstance(value, dict | list | set) else ()
        for key, node in changed:
            if key is None or not isinstance(value, dict):
                return Computed(node)
            once = id(node) in self._set and key not in value
            value[key] = self.worth(self._set[id(node)]) if once else Computed(node)
        return value


def _calls(module: ast.Module) -> tuple[list[ast.Call], set[int]]:
    """Return the calls of ``setup``, those in functions only without others, and what is in scopes without any."""
    found = [node for node in ast.walk(module) if isinstance(node, ast.Call) and _is_setup(node)]
    calls, inside, elsewhere = set(map(id, found)), set[int](), set[int]()
    for scope in ast.walk(module):
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            within = set(map(id, ast.walk(scope)))
            inside |= within
            elsewhere |= set() if within & calls else within
    outside = [call for call in found if id(call) not in inside]
    return sorted(outside or found, key=lambda call: call.lineno), elsewhere


def _is_setup(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id="setup"):
            return True
        case ast.Attribute(attr="setup"):
            return bool(call.keywords)
    return False


def _bound(node: ast.AST) -> Iterable[str]:
    """Return the names that a node binds."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            return [name]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return [(alias.asname or alias.name).partition(".")[0] for alias in aliases]
    return []


_HARMLESS = frozenset({"print", "len", "sorted", "list", "dict", "tuple", "set", "str", "repr", "isinstance", "open"})


def _changed(node: ast.AST) -> Iterable[ast.AST]:
    """Return the expressions whose values a node may change: what it assigns to, calls a method of, or passes on."""
    match node:
        case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del()):
            return [node]
        case ast.AugAssign(target=target):
            return [target]
        case ast.Call(func=function) if not _is_setup(node):
            harmless = isinstance(function, ast.Name) and function.id in _HARMLESS
            return [function, *(() if harmless else (*node.args, *(keyword.value for keyword in node.keywords)))]
    return []


def _root(node: ast.AST) -> list[tuple[str, str | None]]:
    """Return the name that an expression of attributes and elements begins with, and the key that it goes on with."""
    key = None
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        key = node.slice.value if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) else None
        node = node.value
    return [(node.id, key if isinstance(key, str) else None)] if isinstance(node, ast.Name) else []
