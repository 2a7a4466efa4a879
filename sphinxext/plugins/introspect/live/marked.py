"""Which members of a class or a module a decorator marks, what it is called with, and which an attribute marks.

A loaded object does not show its decorators, so both ways of introspection look for them in the source. The process
that loads plugins runs this as a script, so it imports only the standard library and runs on Python 3.8 and newer.
"""

from __future__ import annotations

import ast
import functools
import inspect
import sys
import types
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    Definition: TypeAlias = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    Row: TypeAlias = Mapping[str, Any]

DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class Names:
    """What the names of decorators in a module stand for.

    :param module: its syntax tree
    :param path: its dotted path
    :param package: what relative imports begin with
    """

    def __init__(self, module: ast.Module, path: str, package: str) -> None:
        self._path = path
        self._imported = {}  # type: dict[str, str]
        for node in ast.walk(module):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    path = alias.name if alias.asname else alias.name.partition(".")[0]
                    self._imported[alias.asname or path] = path
            elif isinstance(node, ast.ImportFrom):
                parents = package.split(".")[: package.count(".") + 2 - node.level] if node.level else []
                base = ".".join([*parents, *([node.module] if node.module else [])])
                for alias in node.names:
                    self._imported[alias.asname or alias.name] = f"{base}.{alias.name}"

    def marking(self, node: Definition, wanted: str, origin: Callable[[str], str | None]) -> ast.expr | None:
        """Return the decorator of a definition that is wanted, by the end of its path or by where it is defined.

        :param origin: finds the path of the definition of what a dotted name stands for
        """
        wanted = wanted.replace(":", ".")
        for decorator in node.decorator_list:
            path = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
            first, dot, rest = path.partition(".")
            whole = self._imported.get(first, f"{self._path}.{first}") + dot + rest
            if path and any(("." + each).endswith("." + wanted) for each in (path, whole)):
                return decorator
            if path and "." in wanted and origin(path) == wanted:
                return decorator
        return None


def dotted(node: ast.expr) -> str:
    """Write ``a.b.c``; nothing for any other expression."""
    names = []  # type: list[str]
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return ".".join([node.id, *names]) if isinstance(node, ast.Name) else ""


def row(
    name: str, docstring: str | None, arguments: Sequence[Any] = (), keywords: Mapping[str, Any] | None = None
) -> Row:
    """Return what is told of a member.

    :param arguments: what the decorator is called with
    :param keywords: the same by name, or the attributes of a member that an attribute marks
    """
    return {"name": name, "doc": docstring, "arguments": list(arguments), "keywords": dict(keywords or {})}


def members(target: Any, wanted: str) -> list[Row]:
    """Return the members of a loaded class or module that a decorator marks, or else those with such an attribute.

    What a class inherits is among them. Of an instance, they are those of its class.

    :raises LookupError: where the source is not there to be read, or does not show which definition a member is
    """
    kind = type(target)
    scopes = [target] if isinstance(target, types.ModuleType) else _mro(target if issubclass(kind, type) else kind)
    decorated, marked, unread = [], [], None  # type: list[Row], list[Row], str | None
    seen = set()  # type: set[str]
    for scope in scopes:
        source = None if scope is object else _source(scope)
        if source is None and not _is_builtin(scope):
            unread = unread or f"{scope.__module__}.{scope.__qualname__}"
        for name, value in list(_attributes(scope).items()):
            if name in seen or not isinstance(name, str):
                continue
            seen.add(name)
            layers = list(_layers(value))
            node = _definition(source.body, name, layers) if source is not None else None
            if source is not None and node is not None:
                where = functools.partial(_origin, namespace=source.namespace, scope=scope)
                decorator = source.names.marking(node, wanted, where)
                if decorator is not None:
                    arguments, keywords = _evaluated(called(decorator), source.namespace, scope)
                    decorated.append(row(name, ast.get_docstring(node), arguments, keywords))
            with_mark = next((each for each in layers if _attributes(each).get(wanted)), None)
            if with_mark is not None and not name.startswith("__"):
                own = {key: each for key, each in _attributes(with_mark).items() if not key.startswith("__")}
                marked.append(row(name, _docstring(layers), (), own))
    if unread is not None and (decorated or not marked):
        msg = f"the source of {unread} is not there, in which decorators would stand"
        raise LookupError(msg)
    return decorated or marked


class _Source(NamedTuple):
    """Where the members of a class or a module are defined."""

    body: Sequence[ast.stmt]
    names: Names
    namespace: Mapping[str, Any]
    """The names of the module."""


def _source(scope: Any) -> _Source | None:
    path = scope.__name__ if isinstance(scope, types.ModuleType) else scope.__module__
    read = _read(path)
    if read is None:
        return None
    module, names, namespace = read
    if isinstance(scope, types.ModuleType):
        return _Source(module.body, names, namespace)
    body = module.body  # type: Sequence[ast.stmt]
    line = scope.__dict__.get("__firstlineno__")
    for name in scope.__qualname__.split("."):
        found = [node for node in _statements(body) if isinstance(node, ast.ClassDef) and node.name == name]
        if not found:
            return _Source([], names, namespace)  # it was made, and defines nothing itself
        exact = [node for node in found if min([node.lineno, *(d.lineno for d in node.decorator_list)]) == line]
        body = (exact or found)[-1].body
    return _Source(body, names, namespace)


@functools.lru_cache(maxsize=None)
def _read(path: str) -> tuple[ast.Module, Names, Mapping[str, Any]] | None:
    module = sys.modules.get(path)
    try:
        tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]  # which it checks
    except (OSError, TypeError, ValueError, SyntaxError):
        return None
    package = path if hasattr(module, "__path__") else path.rpartition(".")[0]
    return tree, Names(tree, path, package), vars(module)


def _mro(of: type) -> Sequence[type]:
    return type.__dict__["__mro__"].__get__(of)  # type: ignore[no-any-return]


def _is_builtin(scope: Any) -> bool:
    made_by_statement = 1 << 9  # Py_TPFLAGS_HEAPTYPE
    return isinstance(scope, type) and not scope.__flags__ & made_by_statement


def _attributes(of: Any) -> Mapping[str, Any]:
    """Return what an object has itself."""
    try:
        found = type.__dict__["__dict__"].__get__(of) if issubclass(type(of), type) else of.__dict__
    except Exception:
        return {}
    return found if isinstance(found, (dict, types.MappingProxyType)) else {}


def _layers(value: Any) -> Iterator[Any]:
    """Return a member, and then what it is made of, the outer ones first."""
    for _ in range(20):  # as many functions in one another make no member
        yield value
        if isinstance(value, (staticmethod, classmethod)):
            value = value.__func__
        elif isinstance(value, property):
            value = value.fget
        else:
            inner = _attributes(value)
            value = next((inner[name] for name in ("__wrapped__", "func") if name in inner), None)
        if value is None:
            return


def _docstring(layers: Sequence[Any]) -> str | None:
    texts = (each.__doc__ for each in layers if isinstance(each, (type, types.FunctionType)))
    text = next((each for each in texts if isinstance(each, str) and each.strip()), None)
    return None if text is None else inspect.cleandoc(str.__str__(text))


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Return the statements of a scope, those in blocks too, but not those of what it defines."""
    for statement in body:
        yield statement
        if not isinstance(statement, DEFINITIONS):
            for name in ("body", "handlers", "orelse", "finalbody"):
                inner = getattr(statement, name, ())
                for block in [each.body for each in inner] if name == "handlers" else [inner]:
                    yield from _statements(block)


def _definition(body: Sequence[ast.stmt], name: str, layers: Sequence[Any]) -> Definition | None:
    """Find the statement that defines a member: that of its function, or else the last one that binds its name."""
    functions = [each for each in layers if isinstance(each, types.FunctionType)]
    lines = {each.__code__.co_firstlineno for each in functions}
    # What a decorator makes of a function is one within that, or an object of its own.
    made = not isinstance(layers[0], _DATA) and all("<locals>" in each.__qualname__ for each in functions)
    last = None  # type: Definition | None
    for statement in _statements(body):
        if isinstance(statement, DEFINITIONS) and statement.name == name:
            last = statement
            if min([statement.lineno, *(each.lineno for each in statement.decorator_list)]) in lines:
                return statement
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(each, ast.Name) and each.id == name for each in targets):
                last = None
    return last if made else None


_DATA = (type(None), bool, int, float, str, bytes, tuple, list, set, frozenset, dict)


def called(decorator: ast.expr) -> ast.expr:
    """Return an expression of what a decorator is called with: a list, and a dictionary of the rest by name."""
    call = decorator if isinstance(decorator, ast.Call) else ast.Call(decorator, [], [])
    keys = [each.arg and ast.Constant(each.arg, lineno=each.value.lineno) for each in call.keywords]
    values = ast.Dict(keys, [each.value for each in call.keywords])  # type: ignore[arg-type]  # no name is empty
    whole = ast.Tuple([ast.List(call.args, ast.Load()), values], ast.Load())
    return ast.fix_missing_locations(ast.copy_location(whole, decorator))


def _evaluated(node: ast.expr, namespace: Mapping[str, Any], scope: Any) -> Any:
    """Work out an expression where it stands: it is what the plugin itself ran."""
    return eval(compile(ast.Expression(node), "<decorator>", "eval"), {**namespace, **_attributes(scope)})  # noqa: S307


def _origin(path: str, namespace: Mapping[str, Any], scope: Any) -> str | None:
    """Return the path that what a dotted name stands for says of itself."""
    try:
        found = _evaluated(ast.parse(path, mode="eval").body, namespace, scope)
    except Exception:
        return None
    return "{}.{}".format(getattr(found, "__module__", ""), getattr(found, "__qualname__", ""))
