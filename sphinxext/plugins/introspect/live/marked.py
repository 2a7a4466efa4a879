"""Which members of a class or a module a decorator marks, what it is called with, and which an attribute marks.

A loaded object does not show its decorators, so both ways of introspection look for them in the source. The process
that loads plugins runs this as a script, so it imports only the standard library and runs on Python 3.8 and newer.
"""

from __future__ import annotations

import ast
import builtins
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

ANYTHING = BaseException
"""Whatever a member raises when it is asked; bound here, where no plugin replaces it."""

DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

PLAIN = frozenset(
    {"bool", "dict", "float", "frozenset", "int", "len", "list", "max", "min", "range", "set", "sorted", "str", "sum"}
    | {"tuple", "_", "_LE", "_LI", "_LW", "gettext", "gettext_lazy", "lazy_gettext"}
)
"""Functions that give the same when they are called once more."""


class Names:
    """What the names of decorators in a module stand for.

    :param module: its syntax tree
    :param path: its dotted path
    :param package: what relative imports begin with
    """

    def __init__(self, module: ast.Module, path: str, package: str) -> None:
        self._path = path
        self._bound = {}  # type: dict[str, list[str]]
        waiting = list(module.body)  # type: list[Any]
        while waiting:
            for statement in statements([waiting.pop()]):
                waiting += statement.body if isinstance(statement, ast.ClassDef) else []
                for name, target in bound(statement, package):
                    found = self._bound.setdefault(name, [])
                    found.append(target or "{}.{}".format(path, name))

    def marking(self, node: Definition, wanted: str, origin: Callable[[str], str | None]) -> ast.expr | None:
        """Return the decorator of a definition that is wanted, by the end of its path or by where it is defined.

        :param origin: finds the path of the definition of what a dotted name stands for
        :raises LookupError: where the source does not tell what a decorator is
        """
        wanted = wanted.replace(":", ".")
        for decorator in node.decorator_list:
            path = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
            if not path:
                continue
            fits = [("." + each).endswith("." + wanted) for each in self._paths(path)]
            if ("." + path).endswith("." + wanted) or (fits and all(fits)):
                return decorator
            found = origin(path) if "." in wanted else ""
            if found == wanted:
                return decorator
            if any(fits) or (found is None and path.rpartition(".")[2] == wanted.rpartition(".")[2]):
                msg = "what the decorator {} is only shows when it runs".format(path)
                raise LookupError(msg)
        return None

    def is_settled(self, name: str) -> bool:
        """Whether a name is bound once, so that it stands for the same when the module has run."""
        return not self._bound.get(name, ())[1:]

    def _paths(self, path: str) -> list[str]:
        """Return the dotted paths that a name may have where it is imported from, or defined."""
        first, dot, rest = path.partition(".")
        found = self._bound.get(first)
        if found is None:
            found = [] if hasattr(builtins, first) else [star + "." + first for star in self._bound.get("*", ())]
        return [each + dot + rest for each in dict.fromkeys(found)]


def statements(body: Sequence[Any]) -> Iterator[Any]:
    """Return the statements of a scope, those in blocks too, but not those of what it defines."""
    for statement in body:
        yield statement
        if not isinstance(statement, DEFINITIONS):
            blocks = [getattr(statement, name, ()) for name in ("body", "orelse", "finalbody")]
            blocks += [each.body for name in ("handlers", "cases") for each in getattr(statement, name, ())]
            for block in blocks:
                for inner in statements(block):
                    yield inner


def bound(statement: Any, package: str = "") -> Iterator[tuple[str, str]]:
    """Return the names that a statement binds itself, each with what it imports by that; ``*`` is one as well."""
    if isinstance(statement, DEFINITIONS):
        yield statement.name, ""
    elif isinstance(statement, ast.Import):
        for alias in statement.names:
            path = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or path, path
    elif isinstance(statement, ast.ImportFrom):
        parents = package.split(".")[: package.count(".") + 2 - statement.level] if statement.level else []
        base = ".".join([*parents, *([statement.module] if statement.module else [])])
        for alias in statement.names:
            yield alias.asname or alias.name, base if alias.name == "*" else "{}.{}".format(base, alias.name)
    else:
        blocks = ("body", "orelse", "finalbody", "handlers", "cases")
        for name, part in ast.iter_fields(statement):
            for each in part if isinstance(part, list) and name not in blocks else [part]:
                for inner in ast.walk(each) if isinstance(each, ast.AST) else ():
                    if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
                        yield inner.id, ""


def dotted(node: ast.expr) -> str:
    """Write ``a.b.c``; nothing for any other expression."""
    names = []  # type: list[str]
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return ".".join([node.id, *names]) if isinstance(node, ast.Name) else ""


def called(decorator: ast.expr) -> ast.expr:
    """Return an expression of what a decorator is called with: a list, and a dictionary of the rest by name."""
    call = decorator if isinstance(decorator, ast.Call) else ast.Call(decorator, [], [])
    keys = [each.arg and ast.Constant(each.arg, lineno=each.value.lineno) for each in call.keywords]
    values = ast.Dict(keys, [each.value for each in call.keywords])  # type: ignore[arg-type]  # no name is empty
    whole = ast.Tuple([ast.List(call.args, ast.Load()), values], ast.Load())
    return ast.fix_missing_locations(ast.copy_location(whole, decorator))


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
    if isinstance(target, types.ModuleType):
        scopes = [Scope(target)]
    elif isinstance(target, types.FunctionType):
        return []
    else:
        of = target if issubclass(type(target), type) else type(target)
        scopes = [Scope(each) for each in type.__dict__["__mro__"].__get__(of)]
    decorated, marked = [], []  # type: list[Row], list[Row]
    seen = set()  # type: set[str]
    for scope in scopes:
        for name, value in scope.values.items():
            if name not in seen:
                seen.add(name)
                decorated += scope.decorated(name, value, wanted)
                marked += scope.marked(name, value, wanted)
    unread = next((each.path for each in scopes if each.is_unread), None)
    if unread is not None and (decorated or not marked):
        msg = "the source of {} is not there, in which decorators would stand".format(unread)
        raise LookupError(msg)
    return decorated or marked


class Read(NamedTuple):
    """The source of a module."""

    tree: ast.Module
    names: Names
    namespace: Mapping[str, Any]
    """What its names stand for when it has run."""


class Scope:
    """A loaded class or a module, with the statements that define its members."""

    def __init__(self, of: Any) -> None:
        self.is_module = isinstance(of, types.ModuleType)
        name = of.__name__ if self.is_module else type.__dict__["__qualname__"].__get__(of)
        self.module = name if self.is_module else of.__module__
        self.path = name if self.is_module else "{}.{}".format(of.__module__, name)
        self._private = "" if self.is_module else "_{}__".format(name.rpartition(".")[2].lstrip("_"))
        self.values = {self._written(key): value for key, value in list(attributes(of).items()) if isinstance(key, str)}
        functions = [each for value in self.values.values() for each in layers(value) if is_function(each)]
        own = [each for each in functions if not self.is_module or each.__module__ == name]
        self.source, self.body = self._find(name, own)
        self.is_unread = bool(own) and self.body is None

    def _written(self, name: str) -> str:
        """Return a name as it stands in the class, where Python puts the name of that before it."""
        return name[len(self._private) - 2 :] if self._private and name.startswith(self._private) else name

    def _find(self, name: str, functions: Sequence[Any]) -> tuple[Read | None, Sequence[ast.stmt] | None]:
        """Find the statements: those where its functions stand, or else those of the only class of that name."""
        if self.is_module:
            source = read(self.module)
            return source, source.tree.body if source is not None else None
        of = [str(each.__globals__.get("__name__")) for each in functions]
        for path in dict.fromkeys([self.module, *of]):
            source = read(path)
            lines = {each.__code__.co_firstlineno for each, module in zip(functions, of) if module == path}
            classes = [n for n in ast.walk(source.tree) if isinstance(n, ast.ClassDef)] if source is not None else []
            found = [n.body for n in classes if any(first_line(s) in lines for s in defined(n.body))]
            if len(found) == 1:
                return source, found[0]
        source = read(self.module)
        bodies = [source.tree.body] if source is not None else []  # type: list[list[ast.stmt]]
        for part in name.split("."):
            bodies = [
                s.body for body in bodies for s in defined(body) if isinstance(s, ast.ClassDef) and s.name == part
            ]
        return source, bodies[0] if len(bodies) == 1 else None

    def decorated(
        self, name: str, value: Any, wanted: str, part: Callable[[ast.expr], ast.expr] = called
    ) -> Iterator[Row]:
        """Return the row of a member that a decorator marks.

        :param part: what is worked out of the decorator: two expressions, of its arguments and of its keywords
        :raises LookupError: where the source does not show what it is called with, or which definition a member is
        """
        if self.body is None or self.source is None:
            return
        names, namespace = self.source.names, {**self.source.namespace, **self.values}
        origin = functools.partial(origin_of, namespace=namespace, wanted=wanted.replace(":", "."))
        binding = [each for each in statements(self.body) if name in (known for known, _ in bound(each))]
        lines = {each.__code__.co_firstlineno for each in layers(value) if is_a(each, types.FunctionType)}
        exact = [each for each in defined(binding) if first_line(each) in lines]
        only = len(binding) == 1 and module_of(value) == self.module
        settled = (only or all(each in self.body for each in binding)) and not mentions(binding[-1:], name)
        for node in exact or list(defined(binding[-1:] if settled else binding)):
            decorator = names.marking(node, wanted, origin)
            if decorator is not None:
                if not exact and not (settled and is_made(value)):
                    msg = "which {} {} has does not show".format(name, self.path)
                    raise LookupError(msg)
                given = part(decorator)
                check(given, names)
                arguments, keywords = evaluated(given, namespace)
                yield row(name, ast.get_docstring(node), arguments, keywords)
                return

    def marked(self, name: str, value: Any, wanted: str) -> Iterator[Row]:
        """Return the row of a member that has an attribute."""
        if name.startswith("__") or isinstance(value, types.ModuleType):
            return
        defines = self.body is not None and any(each.name == name for each in defined(self.body))
        inner = list(layers(value))
        if not defines and (self.is_module or not any(isinstance(each, types.FunctionType) for each in inner)):
            return
        for each in inner:
            mark = inspect.getattr_static(each, wanted, None)
            if mark is not None and mark is not False:
                own = {key: said for key, said in attributes(each).items() if not key.startswith("__")}
                texts = (each.__doc__ for each in inner if isinstance(each, (type, types.FunctionType)))
                text = next((text for text in texts if isinstance(text, str) and text.strip()), None)
                yield row(name, None if text is None else inspect.cleandoc(str.__str__(text)), (), own)
                return


@functools.lru_cache(maxsize=None)
def read(path: str) -> Read | None:
    """Read the source of a module; None where it is not there."""
    module = sys.modules.get(path)
    try:
        tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]  # which it checks
    except (OSError, TypeError, ValueError, SyntaxError):
        return None
    package = path if hasattr(module, "__path__") else path.rpartition(".")[0]
    return Read(tree, Names(tree, path, package), vars(module))


def attributes(of: Any) -> Mapping[str, Any]:
    """Return what an object has itself."""
    try:
        found = type.__dict__["__dict__"].__get__(of) if issubclass(type(of), type) else of.__dict__
    except ANYTHING:
        return {}
    return found if isinstance(found, (dict, types.MappingProxyType)) else {}


def module_of(value: Any) -> Any:
    """Return what a member says of its module; None where it raises."""
    try:
        return getattr(value, "__module__", None)
    except ANYTHING:
        return None


def is_a(value: Any, kinds: Any) -> bool:
    """Whether something is of a class; one that raises whatever it is asked is what its type says."""
    try:
        return isinstance(value, kinds)
    except ANYTHING:
        return issubclass(type(value), kinds)


def layers(value: Any) -> Iterator[Any]:
    """Return a member, and then what it is made of, the outer ones first."""
    for _ in range(20):  # as many functions in one another make no member
        yield value
        if is_a(value, (staticmethod, classmethod)):
            value = value.__func__
        elif is_a(value, property):
            value = value.fget
        else:
            inner = attributes(value)
            value = next((inner[name] for name in ("__wrapped__", "func") if name in inner), None)
        if value is None:
            return


def is_function(value: Any) -> bool:
    """Whether something is a function that stands in a file."""
    return is_a(value, types.FunctionType) and not value.__code__.co_filename.startswith("<")


def is_made(value: Any) -> bool:
    """Whether a decorator may have made a member of a function: one within that decorator, or an object of its own."""
    functions = [each for each in layers(value) if is_a(each, types.FunctionType)]
    data = (type(None), bool, int, float, str, bytes, tuple, list, set, frozenset, dict)
    return not is_a(value, data) and all("<locals>" in each.__qualname__ for each in functions)


def mentions(assigned: Sequence[Any], name: str) -> bool:
    """Whether a statement that binds a name makes something of what it was bound to before."""
    values = (
        each.value for each in assigned if isinstance(each, (ast.Assign, ast.AnnAssign)) and each.value is not None
    )
    return any(isinstance(part, ast.Name) and part.id == name for value in values for part in ast.walk(value))


def defined(body: Sequence[Any]) -> Iterator[Any]:
    """Return the statements of a scope that define functions and classes."""
    return (each for each in statements(body) if isinstance(each, DEFINITIONS))


def first_line(node: Any) -> int:
    """Return the line where Python says that a definition begins."""
    lines = [node.lineno, *(each.lineno for each in node.decorator_list)]  # type: list[int]
    return min(lines)


def check(given: ast.expr, names: Names) -> None:
    """Make sure that an expression comes to the same when it is worked out once more.

    :raises LookupError: where it may not
    """
    for node in ast.walk(given):
        odd = isinstance(node, ast.Name) and not names.is_settled(node.id)
        of_text = isinstance(node, ast.Call) and isinstance(getattr(node.func, "value", None), ast.Constant)
        odd = odd or (isinstance(node, ast.Call) and not of_text and dotted(node.func) not in PLAIN)
        if odd or isinstance(node, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom, ast.GeneratorExp)):
            msg = "what a decorator in line {} is called with only shows when it runs".format(given.lineno)
            raise LookupError(msg)


def evaluated(node: ast.expr, namespace: Mapping[str, Any]) -> Any:
    """Work out an expression where it stands: it is what the plugin itself ran."""
    return eval(compile(ast.Expression(node), "<decorator>", "eval"), dict(namespace))  # noqa: S307


def origin_of(path: str, namespace: Mapping[str, Any], wanted: str) -> str | None:
    """Return the path that what a dotted name stands for says of itself, or where it is what is wanted, that path."""
    try:
        found = evaluated(ast.parse(path, mode="eval").body, namespace)
    except Exception:
        return None
    module, _, name = wanted.rpartition(".")
    if module in sys.modules and attributes(sys.modules[module]).get(name) is found:
        return wanted
    return "{}.{}".format(getattr(found, "__module__", ""), getattr(found, "__qualname__", ""))
