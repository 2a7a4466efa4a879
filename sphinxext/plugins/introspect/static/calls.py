"""What calls and decorators give."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, TypeVar, cast

from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.static import syntax, trees
from sphinxext.plugins.introspect.static.callables import Use, documents, effect, effect_of_result, makes_otherwise
from sphinxext.plugins.introspect.static.results import (
    MAKERS,
    Found,
    base_nodes,
    builtin_bases,
    metaclasses,
    origin,
)
from sphinxext.plugins.introspect.static.scopes import Class, Object, UnknownError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sphinxext.plugins.introspect.static.results import Lookup

T = TypeVar("T")


def called(call: ast.Call, scope: Object, binding: Object, search: Lookup) -> Found:
    """Find what a call gives: an instance of a class, or what a function says that it returns."""
    path = syntax.dotted(call.func)
    if path is None:
        msg = f"{binding.path} is made by a call, {syntax.shown(call.func)}(…)"
        raise UnknownError(msg)
    if path[0] in MAKERS and origin(path, scope, search) == f"builtins.{path[0]}":
        return Found(Kind.INSTANCE, binding, f"builtins.{path[0]}")
    made = search.path(path, scope, call.lineno)
    if made.kind is Kind.CLASS and made.class_ is not None and not _makes_classes(made.class_, search):
        assumed = None
        if makes_otherwise(made.class_, search):
            assumed = f"{made.class_.path} is taken to make instances of itself"
        elif documents(made.class_, search) is not False or "__doc__" in [keyword.arg for keyword in call.keywords]:
            assumed = f"{made.class_.path} may give its instances docstrings"
        return Found(Kind.INSTANCE, binding, made.class_.path, made.class_, assumed)
    if made.object.function is not None and made.kind is not Kind.INSTANCE:
        try:
            return _of_function(made, call, scope, binding, search)
        except UnknownError as error:
            raise UnknownError(*error.args) from error  # what is absent in there may be caught in there
    msg = f"{binding.path} is made by a call, {'.'.join(path)}(…)"
    raise UnknownError(msg)


def _of_function(function: Found, call: ast.Call, scope: Object, binding: Object, search: Lookup) -> Found:
    """Find what a call of a function gives, as an instance that is bound to a name."""
    thing: Found | None = None
    try:
        thing = search.expression(call.args[0], scope, binding) if call.args else None
        result = effect(function, Use(search, thing.kind if thing else None))
    except UnknownError:
        # Like a decorator that cannot be seen through, but who calls one may get anything.
        if thing is None or len(call.args) > 1 or thing.kind not in (Kind.CLASS, Kind.FUNCTION):
            raise
        taken = f"{binding.path} is taken for what {syntax.shown(call.func)}(…) is called with"
        return thing._replace(assumed=thing.assumed or taken)
    if result is None:
        assert thing is not None
        return thing
    assumed = result.found.assumed
    if result.documented is not False:
        assumed = assumed or f"{syntax.shown(call.func)}(…) may give {binding.path} a docstring"
    return result.found._replace(object=binding, assumed=assumed)


def makes_members(class_: Class, search: Lookup, *, strict: bool) -> bool:
    """Whether a class is an enumeration.

    :param strict: whether to raise wherever not all its base classes are known, and not only where one may be
    """
    try:
        return any(base.path == "enum.Enum" or _names_enumeration(base, search) for base in search.bases(class_))
    except UnknownError:
        if strict or any(syntax.last(node).endswith(("Enum", "Flag", "Choices")) for node in base_nodes(class_)):
            raise
        return False


def _names_enumeration(class_: Class, search: Lookup) -> bool:
    """Whether a class inherits from one of the module ``enum``, which may not be there to be read."""
    paths = [syntax.dotted(node) or [""] for node in base_nodes(class_)]
    return any(origin(path, class_.scope, search) in ENUMERATIONS for path in paths)


def _makes_classes(class_: Class, search: Lookup) -> bool:
    """Whether calling a class gives a class: it is a metaclass, or an enumeration."""
    bases = list(search.bases(class_))
    return any(type in builtin_bases(base) or base.path in {"enum.Enum", "typing.NamedTuple"} for base in bases)


def documenting(found: Found, search: Lookup) -> str | None:
    """Name the metaclass or the hook of a class that may write its docstring, or those of its methods.

    :param search: a new one, see :func:`once`
    """
    class_ = found.class_ if found.kind is Kind.CLASS else found.object.parent
    for base in _known_bases(class_, search) if isinstance(class_, Class) else ():
        by = once(_documenting_metaclass, base, search) or (
            base is not class_ and once(_documenting_hook, base, search)
        )
        if by:
            return by
    return None


def once(find: Callable[[Class, Lookup], T], of: Class, search: Lookup) -> T:
    """Find something of a class, of which many inherit, once; what it was made from is noted each time.

    :param search: a new one, for where another one is may make a difference
    """
    known, finder = search.modules.known, search.modules.finder
    if (find, of) not in known:
        read: set[str] = set()
        try:
            with finder.watched() as read:
                found = find(of, search)
        finally:
            finder.note(read)  # also where nothing is told
        known[find, of] = found, frozenset(read)
    answer, noted = known[find, of]
    finder.note(noted)
    return cast("T", answer)


def _documenting_metaclass(base: Class, search: Lookup) -> str | None:
    for path in filter(None, (syntax.dotted(meta) for meta in metaclasses(base))):
        scope = base.scope
        if origin(path, scope, search).partition(".")[0] not in {"builtins", *sys.stdlib_module_names}:
            meta = search.path(path, scope).class_
            if meta is None or any(_documents(of, of.module, search) for of in search.bases(meta)):
                return ".".join(path)
    return None


def _documenting_hook(base: Class, search: Lookup) -> str | None:
    for hook in base.node.body:
        is_hook = isinstance(hook, ast.FunctionDef) and hook.name == "__init_subclass__"
        if is_hook and _documents(search.of_class(base, "__init_subclass__").object, base.module, search):
            return f"{base.path}.__init_subclass__"
    return None


def _known_bases(class_: Class, search: Lookup) -> Iterator[Class]:
    """Return a class, and those that it inherits from where all of them are known."""
    try:
        yield from search.bases(class_)
    except UnknownError:
        return  # what is inherited is said to whoever asks for it


def _documents(of: Object, scope: Object, search: Lookup, depth: int = 2) -> bool:
    """Whether a metaclass or a function writes docstrings, itself or by what it calls, as far as that is found."""
    if of.documents is None:
        of.documents = _mentions_docstrings(of.node)
        calls = [part for part in trees.walk(of.node) if isinstance(part, ast.Call)] if depth else []
        for path in {tuple(syntax.dotted(call.func) or ()) for call in calls if not of.documents}:
            if path and origin(path, scope, search).partition(".")[0] not in sys.stdlib_module_names:
                try:
                    by = search.restart().path(path, scope).object
                    of.documents |= by.function is not None and _documents(by, by.module, search, depth - 1)
                except UnknownError:
                    pass  # a method of something, mostly
    return of.documents


def _mentions_docstrings(node: ast.AST) -> bool:
    """Whether code does more with docstrings than to read them."""
    inner = set(syntax.nested(node)) if isinstance(node, syntax.Function) else set()
    for part in trees.walk(node):
        match part:
            case ast.Attribute(value=ast.Name(id=name), attr="__doc__") if name in inner:
                pass  # of what it makes
            case ast.Attribute(attr="__doc__", ctx=ast.Store() | ast.Del()) | ast.Constant(value="__doc__"):
                return True
            case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.expr() as name, *_]):
                if not isinstance(name, ast.Constant):
                    return True
            case ast.keyword(arg="__doc__"):
                return True
    return False


def decorated(found: Found, search: Lookup) -> Found:
    """Find what the decorators of a function or a class make of it.

    One that cannot be seen through is taken to leave it, which is said to be assumed.
    """
    made = found
    for decorator in reversed(found.object.decorators):
        try:
            made = _decorated(made, decorator, search)
        except UnknownError:
            assumed = f"what @{_shown(decorator)} makes of {found.object.path} is not seen"
            made = made._replace(assumed=made.assumed or assumed)
    return made


def _decorated(made: Found, decorator: ast.expr, search: Lookup) -> Found:
    scope = made.object.scope
    call = decorator if isinstance(decorator, ast.Call) else None
    path = syntax.dotted(call.func if call else decorator)
    if path is None:
        msg = f"{syntax.shown(decorator)} is no name"
        raise UnknownError(msg)
    named = origin(path, scope, search, decorator.lineno)
    of_class = named in _OF_CLASSES and not isinstance(scope, Class)
    if (named in KEEPING and not of_class) or (named in CACHING and made.kind is not Kind.CLASS):
        return made._replace(bound=made.bound or named == "builtins.classmethod")
    if named in KEEPING:
        msg = f"it makes an object of {made.object.path}, outside of a class"
        raise UnknownError(msg)
    use = Use(search, made.kind)
    by = search.path(path, scope, decorator.lineno)
    result = effect_of_result(by, use) if call else effect(by, use)
    if result is None:
        return made
    documented = None if result.documented else f"whether it has the docstring of {made.object.path} is not seen"
    return result.found._replace(object=made.object, assumed=made.assumed or result.found.assumed or documented)


def _shown(decorator: ast.expr) -> str:
    return syntax.shown(decorator.func if isinstance(decorator, ast.Call) else decorator)


ENUMERATIONS = frozenset({"enum.Enum", "enum.Flag", "enum.IntEnum", "enum.IntFlag", "enum.StrEnum"})
"""Classes that enumerations inherit from."""

KEEPING = frozenset(
    {"abc.abstractmethod", "attr.attrs", "attr.dataclass", "attr.define", "attr.frozen", "attr.mutable", "attr.s"}
    | {"attrs.define", "attrs.frozen", "attrs.mutable", "builtins.classmethod", "builtins.staticmethod"}
    | {"dataclasses.dataclass", "enum.unique", "functools.total_ordering", "six.add_metaclass"}
    | {"six.python_2_unicode_compatible", "typing.final", "typing.no_type_check", "typing.overload", "typing.override"}
    | {"typing.runtime_checkable", "typing_extensions.deprecated", "typing_extensions.final"}
    | {"typing_extensions.overload", "typing_extensions.override", "typing_extensions.runtime_checkable"}
    | {"warnings.deprecated", "zope.interface.implementer"}
)
"""Decorators that leave the kind and the docstring of what they decorate."""

_OF_CLASSES = {"builtins.classmethod", "builtins.staticmethod"}

CACHING = frozenset({"functools.cache", "functools.lru_cache", "functools.singledispatch"})
"""Decorators that make a function of a function, with its docstring."""
