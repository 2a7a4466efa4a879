"""What code may change of what a scope binds, as far as its syntax tree tells by itself."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.core import limits
from sphinxext.plugins.introspect.static import syntax, trees
from sphinxext.plugins.introspect.static.bindings import bindings, statements

if TYPE_CHECKING:
    from collections.abc import Iterator


class Changes(NamedTuple):
    """The attributes that may get another value than the one that is first bound to them."""

    names: frozenset[str] = frozenset()
    """Those that are named, whatever they are of; one that ends with a star stands for all that begin so."""

    others: bool = False
    """Whether others may, too, as their names only show when the code runs."""

    calls: tuple[tuple[str, ast.expr], ...] = ()
    """What is called with something of the scope, or is a method of it, each with the name of that."""

    stored: tuple[tuple[str, str], ...] = ()
    """Those of the names that are set or deleted as attributes, each with the name of what in the module has it."""

    def may(self, name: str) -> bool:
        """Whether an attribute may be changed."""
        return self.others or any(fits(name, known) for known in self.names)


def _changes(names: set[str], others: bool, calls: list[tuple[str, ast.expr]]) -> Changes:  # noqa: FBT001
    """Put together what was found, with each call once."""
    once = {(name, *(syntax.dotted(function) or [""])): (name, function) for name, function in calls}
    return Changes(frozenset(names), others or len(once) > limits.MOST_CALLS, tuple(once.values()))


class _Write(NamedTuple):
    """One change of an attribute or of what it holds."""

    name: str | None
    """None where it only shows when the code runs."""

    owner: ast.expr | None = None
    """What has the attribute; None where that is the scope itself."""

    is_content: bool = False
    """Whether it is the content of a variable that is changed, which ``name`` is the name of."""

    @property
    def is_vague(self) -> bool:
        """Whether all of the name, or its end, only shows when the code runs."""
        return self.name is None or self.name.endswith("*")

    def holder(self, local: frozenset[str]) -> str:
        """Name what in the module has the attribute; nothing where that is another expression, or local."""
        return self.owner.id if isinstance(self.owner, ast.Name) and self.owner.id not in local else ""


def of_module(module: ast.Module) -> Changes:
    """Return what a module may change: of itself, of its classes and of what these hold.

    What it sets on ``self`` is left out, for that is an instance.
    """
    names: set[str] = _assigned_again(module)
    stored: set[tuple[str, str]] = set()
    others = False
    calls: list[tuple[str, ast.expr]] = []
    looped: set[str] = set()
    holding: list[tuple[str, str]] = []
    for node, local in _nodes(module):
        for write in (each for each in _writes(node, local) if not (each.is_vague and _root(each.owner) in local)):
            if write.name is None:
                others = True
            elif write.is_content or not (isinstance(write.owner, ast.Name) and write.owner.id == "self"):
                names.add(write.name)
                stored |= {(write.name, write.holder(local))} if write.owner and not write.is_content else set()
        match node:
            case ast.Global(names=declared) | ast.Nonlocal(names=declared):
                names |= set(declared)
            case ast.For(target=target) | ast.comprehension(target=target) if not local:
                looped |= {part.id for part in trees.walk(target) if isinstance(part, ast.Name)}
            case ast.Call() if not local:
                attributes = [part.attr for part in _passed(node) if isinstance(part, ast.Attribute)]
                calls += [(name, node.func) for name in (*_given(node), *attributes)]
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if not local:
                holding += [(name, held) for held in map(syntax.last, trees.contents([value])) if held]
    for name, held in reversed(holding):  # what is done to a name is done to what it holds
        calls += [(held, function) for given, function in calls if given == name]
        names |= {held} if name in names else set()
    calls = [("*" if name in looped else name, function) for name, function in calls]
    return _changes(names, others, calls)._replace(stored=tuple(sorted(stored)))


def attributes_set(module: ast.Module, text: str) -> frozenset[str]:
    """Return the names of the attributes that a module sets or deletes, but those of ``self``.

    :param text: its source; where it mentions nothing by which an attribute is set otherwise, targets are enough
    """
    by_name = any(word in text for word in ("setattr", "delattr", "__dict__")) or _BY_VARS.search(text)
    wholes = [module] if by_name else _targets(module)
    parts = (part for whole in wholes for part in trees.walk(whole))
    kinds = {ast.Attribute, ast.AugAssign, ast.Subscript, ast.Call}
    writes = (write for part in parts if type(part) in kinds for write in _writes(part, frozenset()))
    return frozenset(
        write.name
        for write in writes
        if write.name and write.owner is not None and not write.is_content
        if not (isinstance(write.owner, ast.Name) and write.owner.id == "self")
    )


_BY_VARS = re.compile(r"vars[\s\\]*\(")


def _targets(module: ast.Module) -> Iterator[ast.expr]:
    """Return what the statements of a module assign to, or delete; to walk through all expressions takes long."""
    waiting: list[ast.AST] = [module]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Assign(targets=targets) | ast.Delete(targets=targets):
                yield from targets
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
                yield target
            case ast.For(target=target) | ast.AsyncFor(target=target):
                yield target
            case ast.With(items=items) | ast.AsyncWith(items=items):
                yield from (item.optional_vars for item in items if item.optional_vars)
        waiting += trees.blocks(node)


def of_function(node: syntax.Function) -> Changes:  # noqa: C901, PLR0912  # a case for each kind of change
    """Return what a function may change of what it is called with, for instance a decorator of its class."""
    names: set[str] = set()
    others = False
    calls: list[tuple[str, ast.expr]] = []
    spaces = _parameters(node)
    local = {"", *syntax.local_names(node), *spaces}
    for part in trees.walk(node):
        match part:
            case ast.Call(func=ast.Name(id="type") | ast.Attribute(attr="type"), args=[_, _, *_]):
                others = True
            case ast.ClassDef(bases=bases) if local & set(map(syntax.last, bases)):
                others = True
            case ast.Call(func=ast.Attribute(attr=method), args=arguments) if method in _MAKING:
                parts = [a.value if isinstance(a, ast.Starred) else a for a in arguments]
                spaces |= {argument.id for argument in parts if isinstance(argument, ast.Name)}
                others = others or not all(isinstance(argument, ast.Name) for argument in parts)
            case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Call | ast.Constant):
                others = others or _root(value) not in local
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)) if other in spaces:
                spaces.add(name)
    for part in trees.walk(node):
        for write in _writes(part, frozenset()):
            if not (isinstance(write.owner, ast.Name) and write.owner.id == write.name):  # that is below
                others = others or write.name is None
                names |= {write.name or ""}
        match part:
            case (
                ast.Assign(targets=[ast.Name(id=space)], value=value)
                | ast.AugAssign(target=ast.Name(id=space), value=value)
            ) if space in spaces:
                others = others or not (_root(value) in spaces or syntax.last(getattr(value, "func", value)) in _MAKING)
            case ast.Subscript(value=ast.Name(id=space), slice=key, ctx=ast.Store() | ast.Del()) if space in spaces:
                others = others or not isinstance(key, ast.Constant)
                names |= {str(key.value)} if isinstance(key, ast.Constant) else set()
            case ast.Call(func=ast.Attribute(value=ast.Name(id=space), attr=method), args=arguments) if (
                space in spaces and method in _CHANGES
            ):
                first = arguments[0] if arguments and method in {"pop", "setdefault"} else None
                others = others or not isinstance(first, ast.Constant)
                names |= {str(first.value)} if isinstance(first, ast.Constant) else set()
            case ast.Call() if given := [name for name in _given(part) if name in spaces]:
                calls += [(name, part.func) for name in given]
                others = others or _root(part.func) in local  # what that is only shows when it runs
    return _changes(names, others, calls)


def of_instances(class_: ast.ClassDef) -> Changes:
    """Return what the methods of a class may set on its instances."""
    names: set[str] = set()
    others = False
    for method in (statement for statement, _ in statements(class_) if isinstance(statement, syntax.Function)):
        own = next(iter([*method.args.posonlyargs, *method.args.args]), ast.arg("self")).arg
        others = others or method.name == "__getattribute__"
        for node in trees.walk(method):
            for write in _writes(node, frozenset()):
                if write.name is None:
                    others = others or _root(write.owner) == own
                elif write.owner is not None and not write.is_content:
                    names.add(write.name)
            if isinstance(node, ast.Call) and method.name in _MAKING:
                others = others or any(isinstance(arg, ast.Name) and arg.id == own for arg in _passed(node))
        if method.name in {"__new__", "__init__"}:
            others = others or not {syntax.last(by) for by in method.decorator_list} <= _LEAVING
    return Changes(frozenset(names), others)


def imported(module: ast.Module, package: str) -> frozenset[str]:
    """Return the modules that a module imports while it is imported, and what it imports from them.

    :param package: what its relative imports are relative to
    """
    names: set[str] = set()
    for node, local in _nodes(module):
        match node:
            case ast.Import(names=aliases) if not local:
                names |= {alias.name for alias in aliases}
            case ast.ImportFrom(module=name, names=aliases, level=level) if not local:
                base = package.rsplit(".", level - 1)[0] if level else ""
                source = ".".join(filter(None, [base, name]))
                names |= {source, *(f"{source}.{alias.name}" for alias in aliases)}
    return frozenset(".".join(name.split(".")[:n]) for name in names for n in range(1, name.count(".") + 2))


_MAKING = frozenset({"__new__", "__init__", "__post_init__", "__init_subclass__"})
"""Methods that take part in making a class or an instance."""

_LEAVING = frozenset({"abstractmethod", "classmethod", "overload", "override", "staticmethod"})
"""Decorators of such methods that leave what these do."""

_CHANGES = frozenset(
    {"add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault"}
    | {"sort", "update"}
)
"""Methods that change the list, set or dictionary that they are of."""

_READS = frozenset({"get", "keys", "items", "values", "copy", "__contains__"})
"""Methods of a dictionary that leave it."""

_READERS = frozenset(
    {"bool", "callable", "classmethod", "dict", "enumerate", "frozenset", "getattr", "hasattr", "id"}
    | {"isinstance", "issubclass", "iter", "len", "list", "print", "property", "repr", "reversed", "set"}
    | {"sorted", "staticmethod", "str", "super", "tuple", "type", "zip"}
)
"""Builtin functions that leave what they get."""

_KEEPERS = (
    _READS
    | _MAKING
    | {"append", "add", "insert", "setdefault", "wraps", "debug", "info", "warning", "decode"}
    | {name for name in dir(str) if not name.startswith("_")}
)
"""Methods that leave what they get, but may keep it."""

_SPACES = frozenset({"globals", "locals", "vars"})
"""Builtin functions that give the names of a scope, to read or to change."""


_CHANGING = frozenset(
    {ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Assign, ast.AugAssign}
    | {ast.Global, ast.Nonlocal, ast.For, ast.comprehension, ast.Import, ast.ImportFrom}
)
"""The parts of a syntax tree that may change something, or tell what is changed or imported."""


_NOT_CONSTANT = trees.NODES - {ast.Constant}


def _nodes(module: ast.Module) -> Iterator[tuple[ast.AST, frozenset[str]]]:
    """Return the parts that may change something, each with the names that are local to the functions it is in."""
    waiting: list[tuple[ast.AST, frozenset[str]]] = [(module, frozenset())]
    while waiting:
        node, local = waiting.pop()
        if type(node) in _CHANGING:
            yield node, local
        if isinstance(node, syntax.Function):
            local |= syntax.local_names(node) | {"self"}
        waiting += [(child, local) for child in trees.children(node, _NOT_CONSTANT)]


def _writes(node: ast.AST, local: frozenset[str]) -> Iterator[_Write]:  # noqa: C901  # a case for each kind of change
    """Return what a part of a syntax tree changes; that of local names is left out."""
    match node:
        case ast.AugAssign(target=ast.Name(id=name)) | ast.Name(id=name, ctx=ast.Del()) if name not in local:
            yield _Write(name)
        case ast.AugAssign(target=ast.Attribute(value=owner, attr=name)):
            yield _Write(name, owner)
        case ast.Attribute(value=owner, attr=name, ctx=ast.Store() | ast.Del()):
            yield _Write(None if name in {"__dict__", "__class__"} else name, owner)
        case ast.Subscript(value=value, slice=key, ctx=ast.Store() | ast.Del()):
            yield from _in(value, [key], local)
        case ast.Call(func=ast.Attribute(value=owner, attr=method), args=arguments) if method in _CHANGES:
            keys: list[ast.expr] = arguments[:1] if method in {"pop", "setdefault"} else [node]
            if method == "update":
                keys = [ast.Constant(keyword.arg) if keyword.arg else node for keyword in node.keywords]
                keys += [key or node for a in arguments for key in (a.keys if isinstance(a, ast.Dict) else [node])]
            yield from _in(owner, keys, local)
        case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[owner, name, *_]):
            yield _Write(_text(name), owner)
        case ast.Call(func=ast.Attribute(value=of, attr="__setattr__" | "__delattr__"), args=[first, *more]):
            owner, name = (first, more[0]) if len(more) > (node.func.attr == "__setattr__") else (of, first)  # type: ignore[attr-defined]
            yield _Write(_text(name), owner if not isinstance(owner, ast.Call) else ast.Name("self"))
        case ast.Call(func=ast.Name(id="exec"), args=[_]):
            yield _Write(None)
        case ast.Assign(value=value) if owners := _space(value):  # to change it later
            yield _Write(None, owners[0])
        case ast.Call():
            yield from (_Write(None, owners[0]) for given in _passed(node) if (owners := _space(given)))


def _space(node: ast.expr) -> list[ast.expr | None]:
    """Return what an expression gives the names of; none where it gives something else."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=owners) if name in _SPACES:
            return [*owners, None]
        case ast.Attribute(value=owner, attr="__dict__"):
            return [owner]
    return []


def _in(space: ast.expr, keys: list[ast.expr], local: frozenset[str]) -> Iterator[_Write]:
    """Return what is changed where something is set in a dictionary, or in what else has a content.

    :param keys: what it is set at
    """
    match space:
        case ast.Attribute(value=owner, attr="__dict__") | ast.Call(func=ast.Name(id="vars"), args=[owner]):
            yield from (_Write(_text(key), owner) for key in keys)
        case ast.Call(func=ast.Name(id=name)) if name in _SPACES:
            yield from (_Write(_text(key)) for key in keys)
        case ast.Attribute(attr="modules") if any(isinstance(key, ast.Name) and key.id == "__name__" for key in keys):
            yield _Write(None)
        case ast.Attribute(value=owner, attr=name):
            yield _Write(name, owner, is_content=True)
        case ast.Name(id=name) if name not in local:
            yield _Write(name, space, is_content=True)
        case ast.Subscript(value=value):
            yield from _in(value, keys, local)


def fits(name: str, known: str) -> bool:
    """Whether a name is one that is known, or begins like that where it ends with a star."""
    return name == known or (known.endswith("*") and name.startswith(known[:-1]))


def _text(key: ast.expr) -> str | None:
    match key:
        case ast.Constant(value=str(text)):
            return text
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Add()) if text:
            return f"{text}*"
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return f"{text}*"
    return None


def _root(node: ast.expr | None) -> str:
    """Return the name that an expression begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.args[0] if isinstance(node, ast.Call) and node.args else getattr(node, "value", None)
    return node.id if isinstance(node, ast.Name) else ""


def _given(call: ast.Call) -> Iterator[str]:
    """Return the names of what a call may change: what it gets, and what the method is of that is called."""
    path = syntax.dotted(call.func)
    if path is not None and len(path) > 1 and path[-1] not in _KEEPERS | _CHANGES:
        yield path[0]
    yield from (argument.id for argument in _passed(call) if isinstance(argument, ast.Name))


def _passed(call: ast.Call) -> list[ast.expr]:
    """Return what a call gets, also in a list, unless it is known to leave that."""
    path = syntax.dotted(call.func) or ["", getattr(call.func, "attr", "")]
    if path[-1] in (_READERS if len(path) == 1 else _KEEPERS) or isinstance(
        getattr(call.func, "value", None), ast.Constant
    ):
        return []
    return list(trees.contents([*call.args, *call.keywords]))


def _parameters(node: syntax.Function) -> set[str]:
    """Return the parameters of a function and of those in it."""
    functions = [part for part in trees.walk(node) if isinstance(part, syntax.Function)]
    stars = [a.arg for part in functions for a in (part.args.vararg, part.args.kwarg) if a]
    return {name for part in functions for name in syntax.parameters(part)} | set(stars)


def _assigned_again(module: ast.Module) -> set[str]:
    """Return the names that a module or a class in it assigns more than once."""
    every: list[ast.AST] = [module]
    for each in every:
        every += trees.blocks(each)
    scopes = [scope for scope in every if isinstance(scope, ast.Module | ast.ClassDef)]
    assigned = Counter(
        (scope, bound.name)
        for scope in scopes
        for bound in bindings(scope)
        if bound.alias is None and not isinstance(bound.node, syntax.Definition)
    )
    return {name for (_, name), times in assigned.items() if times > 1}
