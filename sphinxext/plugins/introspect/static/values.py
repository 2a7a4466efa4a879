"""What an expression in the source is worth, where it is made of literals."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.literals import Literals
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.static import effects, operations, syntax
from sphinxext.plugins.introspect.static.results import origin
from sphinxext.plugins.introspect.static.scopes import (
    AbsentError,
    Class,
    Object,
    UnknownError,
)
from sphinxext.plugins.introspect.static.translations import gives_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinxext.plugins.introspect.static.names import Search
    from sphinxext.plugins.introspect.static.results import Found

_PLAIN_DECORATORS = frozenset(
    {"abc.abstractmethod", "builtins.classmethod", "builtins.property", "builtins.staticmethod"}
    | {"typing.final", "typing.override", "typing_extensions.final", "typing_extensions.override"}
)
"""Decorators that do not change what a method returns."""


class Context(NamedTuple):
    """Where an expression stands."""

    search: Search
    scope: Object

    local: Mapping[str, ast.expr | None] = {}
    """The local names, with their values where they are known."""

    own: str | None = None
    """The name of the first parameter of a method, ``self`` or ``cls``."""

    class_: Class | None = None
    """The class that the method is called on."""

    of_instance: bool = False
    """Whether it is called on an instance of that."""

    in_function: bool = False
    """Whether names are looked up when all of the module has run."""


def evaluate(node: ast.expr | None, context: Context) -> Any:  # noqa: ANN401
    """Return the value of an expression.

    :raises UnknownError: where it is not made of literals and of names for such
    """
    if node is None:
        raise _computed(None)
    return _Values(context).worth(node)


class _Values(Literals):
    """Tells what the source of a package does: names, calls of its own, and what operators make of values."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def afford(self, size: int) -> bool:
        self._context.search.take(size)
        return True

    def unknown(self, node: ast.expr) -> object:
        raise _computed(node)

    def worth(self, node: ast.expr) -> object:
        if isinstance(node, ast.Constant):
            self._context.search.constants.setdefault(self._context.scope.module.path, node)
        try:
            value = super().worth(node)
        except (ArithmeticError, LookupError, TypeError, ValueError):
            raise _computed(node) from None
        self.afford(len(value) if isinstance(value, str | bytes) else 0)
        return value

    def combined(self, left: object, op: ast.operator, right: object, node: ast.BinOp) -> object:  # noqa: ARG002
        return operations.combined(left, op, right)

    def formatted(self, value: object, node: ast.FormattedValue) -> object:
        if node.conversion == ord("a"):
            return self.unknown(node)
        return operations.text(value, quoted=node.conversion == ord("r"))

    def other(self, node: ast.expr) -> object:
        match node:
            case ast.UnaryOp(op=op, operand=operand) if type(op) in operations.UNARY:
                return operations.UNARY[type(op)](self.worth(operand))
            case ast.BoolOp(op=op, values=values):
                worth = [self.worth(value) for value in values]
                return next((value for value in worth[:-1] if bool(value) is isinstance(op, ast.Or)), worth[-1])
            case ast.Subscript(value=value, slice=ast.Constant(value=str() | int() as key)):
                return evaluate(value, self._context)[key]
            case ast.Call():
                return _called(node, self._context)
            case ast.Name() | ast.Attribute() if (path := syntax.dotted(node)) is not None:
                if path[-1] == "__doc__":
                    return _text_of_docstring(path[:-1], self._context)
                return _named(path, self._context, node.lineno)
        return self.unknown(node)


def _called(call: ast.Call, context: Context) -> Any:  # noqa: ANN401
    """Return what a call gives: of a translated text, of a method of a text, or of another method of its own."""
    path = syntax.dotted(call.func)
    plain = not call.keywords
    if path is not None and path[0] in context.local and path[0] != context.own:
        raise _computed(call)
    if path is not None and plain and len(call.args) == 1 and gives_text(path, context.scope, context.search):
        return evaluate(call.args[0], context)
    if path is not None and len(path) == 2 and path[0] == context.own and plain and not call.args:  # noqa: PLR2004
        return _own(path[1], context, call=True)
    by = "" if path is None else origin(path, context.scope, context.search)
    if by in operations.MAKERS:
        keywords = {keyword.arg or "": evaluate(keyword.value, context) for keyword in call.keywords}
        return operations.made(by, _Values(context).items(call.args), keywords)
    if isinstance(call.func, ast.Attribute) and plain:
        return operations.method(evaluate(call.func.value, context), call.func.attr, _Values(context).items(call.args))
    raise _computed(call)


def answer(found: Found, path: list[str], search: Search, *, call: bool) -> Any:  # noqa: ANN401
    """Return the value of an attribute of a plugin, or what calling it without arguments returns.

    :raises AbsentError: where there is no such attribute
    :raises UnknownError: where the source does not tell its value
    """
    search.take(limits.LONGEST_DOCSTRING - limits.LONGEST_VALUE)
    owner = found
    for number, name in enumerate(path):
        if found.kind is Kind.INSTANCE and found.type in ("builtins.dict", None):
            return _within(_certain(found, search), path[number:], call=call)
        owner, found = found, _member(found, name, search)
    try:
        node = found.object.function
        if call and (node is None or _is_property(found, search) or owner.kind in _FUNCTIONS):
            msg = f"{'.'.join(path)} is no function that its source tells of"
            raise UnknownError(msg)  # one reason like the others
        if node is not None and (call or (owner.kind is Kind.CLASS and _is_property(found, search))):
            context = Context(search, found.object, class_=owner.class_)
            return _returned(found, node, context)
        return _bound(found, search)
    except AbsentError as error:  # it is there, but something that it needs is not seen
        raise UnknownError(*error.args) from error


_FUNCTIONS = (Kind.FUNCTION, Kind.METHOD)


def _member(owner: Found, name: str, search: Search) -> Found:
    """Find an attribute of a plugin, or of what it has.

    :raises AbsentError: where there is no such attribute
    """
    if owner.assumed or _is_private(name):
        raise UnknownError(owner.assumed or f"{name} is private to its class")
    builtin: type | None = None
    if owner.kind in _FUNCTIONS:
        builtin, doubt = type(_member), effects.on_function(owner, name, search)
        if doubt:
            raise UnknownError(doubt)
    elif owner.kind is Kind.INSTANCE and owner.class_ is None:
        builtin = _BUILTIN.get(owner.type or "")
    if builtin is None:
        return search.member(owner, name)
    if hasattr(builtin, name):
        msg = f"{owner.object.path}.{name} is of a builtin class"
        raise UnknownError(msg)
    msg = f"{owner.object.path} has no {name}"
    raise AbsentError(msg)


_BUILTIN = {f"builtins.{of.__name__}": of for of in (bool, bytes, float, frozenset, int, list, set, str, tuple)}


def _is_private(name: str) -> bool:
    """Whether a class has a name by another one, which begins with its own."""
    return name.startswith("__") and not name.endswith("__")


def _certain(found: Found, search: Search) -> Any:  # noqa: ANN401
    try:
        return _bound(found, search)
    except AbsentError as error:
        raise UnknownError(*error.args) from error


def _within(value: Any, path: list[str], *, call: bool) -> Any:  # noqa: ANN401
    """Return what a dictionary has at a path of keys."""
    for name in path:
        if not (isinstance(value, dict) and name in value):
            if hasattr(value, name):
                msg = f"{name} is of a builtin class"
                raise UnknownError(msg)
            msg = f"there is no {name}"
            raise AbsentError(msg)
        value = value[name]
    if call:
        msg = f"{path[-1]} is no function that its source tells of"
        raise UnknownError(msg)
    return value


def _returned(found: Found, node: syntax.Function, context: Context) -> Any:  # noqa: ANN401
    """Return what a function returns, where it does so in one place, at its end, and does nothing else before."""
    msg = f"what {found.object.path} returns only shows when it runs"
    scope = found.object.parent
    assert isinstance(scope, Object)
    decorators = {origin(syntax.dotted(by) or [""], scope, context.search) for by in node.decorator_list}
    is_method = context.class_ is not None and "builtins.staticmethod" not in decorators
    if decorators - _PLAIN_DECORATORS or not syntax.is_plain(node, given=1 if is_method else 0):
        raise UnknownError(msg)
    # A list that is assigned may have grown before it is returned; a text or a number is what it was.
    local: dict[str, ast.expr | None] = dict.fromkeys(syntax.local_names(node))
    local |= {name: value for name, value in syntax.assigned(node).items() if _lasts(value)}
    first = [*node.args.posonlyargs, *node.args.args][:1]
    inner = context._replace(
        scope=found.object.module,
        local=local,
        own=first[0].arg if first and is_method else None,
        of_instance=is_method and "builtins.classmethod" not in decorators,
        in_function=True,
    )
    if inner.of_instance and context.class_ and _set_on_instance(context.class_, found.object.name, context.search):
        raise UnknownError(msg)
    return evaluate(syntax.returned(node)[-1], inner)


def _lasts(value: ast.expr) -> bool:
    is_text = isinstance(value, ast.Call) and syntax.is_gettext(value.func)
    return is_text or syntax.literal(value) in _LASTING


_LASTING = {"bool", "float", "int", "str"}
"""The builtin classes whose instances do not change."""


def _set_on_instance(class_: Class, name: str, search: Search) -> bool:
    """Whether a method may be something else on an instance, as far as its classes are known."""
    try:
        return effects.on_instance(class_, name, search, data=False) is not None
    except UnknownError:
        return False


def _own(name: str, context: Context, *, call: bool) -> Any:  # noqa: ANN401
    """Return the value of an attribute of ``self`` or ``cls``, or what a method of it returns."""
    assert context.class_ is not None
    if _is_private(name):
        raise _computed(None)
    found = context.search.of_class(context.class_, name)
    node = found.object.function
    is_property = node is not None and _is_property(found, context.search)
    if node is not None and call is not is_property and (call or context.of_instance):
        return _returned(found, node, context)
    if call:
        raise _computed(None)
    if context.of_instance and (doubt := effects.on_instance(context.class_, name, context.search)):
        raise UnknownError(doubt)
    return _bound(found, context.search)


def _named(path: list[str], context: Context, line: int) -> Any:  # noqa: ANN401
    """Return the value of a name, of an attribute of ``self``, or of a constant elsewhere."""
    first, *rest = path
    if first == context.own and context.class_ is not None and len(rest) == 1:
        return _own(rest[0], context, call=False)
    if first in context.local:
        if rest or context.local[first] is None:
            raise _computed(None)
        return evaluate(context.local[first], context)
    return _bound(context.search.path(path, context.scope, None if context.in_function else line), context.search)


def _bound(found: Found, search: Search) -> Any:  # noqa: ANN401
    """Return the value that is bound to a name."""
    if found.assumed:
        raise UnknownError(found.assumed)
    value, parent = found.object.value, found.object.parent
    if found.kind is Kind.INSTANCE and found.class_ is None and value is not None and isinstance(parent, Object):
        worth = evaluate(value, Context(search, parent))
        doubt = None
        if isinstance(worth, list | dict | set):
            doubt = effects.on_object(found, found.object.name, search, alone=True)
            targets = found.object.node.targets if isinstance(found.object.node, ast.Assign) else []
            if len([target for target in targets if not isinstance(target, ast.List | ast.Tuple)]) > 1:
                doubt = f"{found.object.path} has other names, too"
        if doubt:
            raise UnknownError(doubt)
        return worth
    msg = f"{found.object.path} is a {found.kind.value}"
    raise UnknownError(msg)


def _text_of_docstring(path: list[str], context: Context) -> str | None:
    """Return the docstring of something, as ``__doc__`` in its raw form; of the module where nothing is named."""
    of = context.search.path(path, context.scope).object if path else context.scope.module
    node = of.definition
    if node is None or (of.parent is not None and of.name in of.parent.docstrings):
        msg = f"the docstring of {of.path} is assigned"
        raise UnknownError(msg)
    text = ast.get_docstring(node, clean=False)
    if text is not None and isinstance(node.body[0], ast.Expr):
        context.search.constants.setdefault(of.module.path, node.body[0].value)
    return text


def _is_property(found: Found, search: Search) -> bool:
    node, scope = found.object.function, found.object.parent
    if node is None or not isinstance(scope, Object):
        return False
    decorators = [syntax.dotted(by) or [""] for by in node.decorator_list]
    return any(origin(by, scope, search) == "builtins.property" for by in decorators)


def _computed(node: ast.AST | None) -> UnknownError:
    return UnknownError(f"{'it' if node is None else syntax.shown(node)} is computed")
