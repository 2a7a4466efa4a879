"""What may give a class, its instances or a function another attribute than its own text does."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.changes import fits
from sphinxext.plugins.introspect.static.results import builtin_bases, has_slot, metaclasses, origin
from sphinxext.plugins.introspect.static.scopes import Class, Object, UnknownError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinxext.plugins.introspect.static.results import Found, Lookup
    from sphinxext.plugins.introspect.static.scopes import Module, Scope

_TYPING = {f"{module}.{name}" for module in ("typing", "typing_extensions") for name in ("final", "runtime_checkable")}

_HARMLESS = _TYPING | {
    "abc.ABCMeta",
    "abc.abstractmethod",
    "builtins.classmethod",
    "builtins.staticmethod",
    "dataclasses.dataclass",
    "enum.unique",
    "functools.total_ordering",
    "six.python_2_unicode_compatible",
    "typing._ProtocolMeta",
    "typing_extensions._ProtocolMeta",
    "typing_extensions.deprecated",
    "warnings.deprecated",
    "zope.interface.implementer",
}
"""Metaclasses and decorators that leave all attributes but those with two underscores."""

_MEMBERS = frozenset({"enum.EnumMeta", "enum.EnumType"})
"""Metaclasses that make members of what they get, and attributes of their own, which begin with an underscore."""

_CALLERS = {"builtins.filter", "builtins.map"}
"""Builtin functions that call others."""

_HOOKS = ("__new__", "__init__", "__prepare__")
"""Methods of a metaclass that take part in making a class."""


def on_class(
    class_: Class, name: str, search: Lookup, binds: Class | None = None, *, presence: bool = False
) -> str | None:
    """Say what may change an attribute of a class; None where nothing does.

    :param binds: the class that binds it, of those that it inherits from; None where none does
    :param presence: whether it only matters which class has it: code that has not got that by its name, or by a
        call, does not give it one
    """
    known: list[Class] = []
    try:
        for base in search.bases(class_):
            known.append(base)
            if base is binds:
                break
    except UnknownError:
        pass  # what is below that is asked for
    for base in known:
        above = [each for each in search.modules.above(base.module) if base.name in each.text]
        for by, scope in _given_to(base, above):
            if _may(by, name, scope, search):
                return f"{syntax.shown(by)} may change attributes of {base.path}"
        by_name = binds is None or presence
        if _sets(base.module, name, known, search, presence) if by_name else base.module.changes.may(name):
            return f"{base.module.path} may set {name} of {base.path}"
        for module in above:
            if name in module.attributes_set:
                return f"{module.path} may set {name} of {base.path}"
    return _made(class_, name, search, absent=binds is None)


def on_absence(scope: Scope, name: str, search: Lookup, builtin: Sequence[type]) -> str | None:
    """Say what but a definition may give a class or a module an attribute; None where nothing does.

    :param builtin: the builtin classes that it is of or inherits from
    """
    if name.startswith("__") or any(hasattr(base, name) for base in builtin):
        return f"{scope.path} has {name} from a builtin class"
    if isinstance(scope, Class):
        if any(has_slot(base, name) for base in search.bases(scope)):
            return f"{scope.path} has a slot for {name}"
        return on_class(scope, name, search)
    return f"{scope.path} may set {name}" if scope.module.changes.may(name) else None


def _sets(module: Module, name: str, classes: Sequence[Class], search: Lookup, presence: bool) -> bool:  # noqa: FBT001
    """Whether a module may give one of some classes an attribute that none of them binds.

    What it sets of another class, or of an instance or a module, does not count.
    """
    owners = {owner for stored, owner in module.changes.stored if fits(name, stored) and (owner or not presence)}
    return module.changes.others or not all(_is_other(owner, module, classes, search) for owner in owners)


def _is_other(owner: str, module: Module, classes: Sequence[Class], search: Lookup) -> bool:
    try:
        found = search.restart().path([owner], module) if len(module.bindings.get(owner, ())) == 1 else None
    except UnknownError:
        return False
    if found is None or found.assumed is not None or found.class_ is None:
        return found is not None and found.assumed is None and found.kind is Kind.MODULE
    return found.kind is Kind.INSTANCE or found.class_ not in classes


def on_instance(class_: Class, name: str, search: Lookup, *, data: bool = True) -> str | None:
    """Say what may give the instances of a class another attribute than the class has.

    :param data: whether it is one that may be given when an instance is made, and no method
    :raises UnknownError: where the source does not tell all classes that it inherits from
    """
    for base in search.bases(class_):
        if base.changed.may(name):
            return f"{name} is set on instances of {base.path}"
        if data and search.binds(base, "__getattr__"):
            return f"{base.path} has a __getattr__"
        for decorator in base.decorators if data else ():
            by = decorator.func if isinstance(decorator, ast.Call) else decorator
            fills = origin(syntax.dotted(by) or [""], base.scope, search) == "dataclasses.dataclass"
            # A metaclass counts where the class is made.
            if syntax.last(by) != "add_metaclass" and (fills or not _is_harmless(by, base.scope, search)):
                return f"@{syntax.shown(decorator)} may make instances of {base.path} in another way"
    return None


def on_items(class_: Class, search: Lookup) -> str | None:
    """Say whether an instance may have items, which count like attributes."""
    return f"{class_.path} is a dictionary" if any(dict in builtin_bases(b) for b in search.bases(class_)) else None


def on_object(of: Found, name: str, search: Lookup, *, alone: bool = False) -> str | None:
    """Say what may give an object that a module has another attribute than it was made with.

    :param alone: whether it is nothing that a loop goes through
    """
    module = of.object.module.changes
    if module.may(name):
        return f"{of.object.module.path} may set {name} of {of.object.path}"
    for given, function in module.calls:
        if given in (of.object.name, "" if alone else "*") and _may(function, name, of.object.module, search):
            return f"{syntax.shown(function)} may change attributes of {of.object.path}"
    return None


def on_function(found: Found, name: str, search: Lookup) -> str | None:
    """Say what may give a function an attribute; None where nothing does."""
    node, parent = found.object.function, found.object.parent
    if node is None or not isinstance(parent, Object):
        return f"{found.object.path} is made when it runs"
    for decorator in node.decorator_list:
        by = decorator.func if isinstance(decorator, ast.Call) else decorator
        if _may(by, name, parent, search):
            return f"@{syntax.shown(decorator)} may change attributes of {found.object.path}"
    return on_object(found, name, search)


def _given_to(class_: Class, above: Sequence[Module]) -> Iterator[tuple[ast.expr, Object]]:
    """Return what a class is handed to, and where that stands: its decorators, and what its module calls with it.

    :param above: other modules that know it by its name
    """
    parent = class_.scope
    for decorator in class_.decorators:
        match decorator:
            case ast.Call(func=function) if (syntax.dotted(function) or [""])[-1] == "add_metaclass":
                continue
            case ast.Call(func=function, keywords=keywords) if all(keyword.arg != "slots" for keyword in keywords):
                yield function, parent
            case _:
                yield decorator, parent
    for module in (class_.module, *above):
        for name, function in module.changes.calls:
            if name == class_.name or (name == "*" and module is class_.module):
                yield function, module


def _made(class_: Class, name: str, search: Lookup, *, absent: bool) -> str | None:
    """Say what may change an attribute of a class while it is made: a metaclass, or a hook of a base class."""
    try:
        for base in search.bases(class_):
            for expression in metaclasses(base):
                if not _is_harmless(expression, base.scope, search) and _makes(expression, name, base, search, absent):
                    return f"{syntax.shown(expression)} may change the attributes of classes that it makes"
            hooks = base is not class_ and search.binds(base, "__init_subclass__")
            if hooks and _found_may(search.of_class(base, "__init_subclass__"), name, search):
                return f"{base.path} may change the attributes of classes that inherit from it"
    except UnknownError:
        pass  # what the rest does is not known; it is taken to leave what the body says
    return None


def on_making(class_: Class, search: Lookup) -> str | None:
    """Say which metaclass may make instances of a class in another way; None where none does."""
    try:
        for base in search.bases(class_):
            for expression in metaclasses(base):
                if not _is_harmless(expression, base.scope, search):
                    made = search.restart().path(syntax.dotted(expression) or [""], base.scope).class_
                    if made is None or any(search.binds(metaclass, "__call__") for metaclass in search.bases(made)):
                        return f"{syntax.shown(expression)} makes instances of {base.path} in its own way"
    except UnknownError:
        pass  # as above
    return None


def _makes(expression: ast.expr, name: str, class_: Class, search: Lookup, absent: bool) -> bool:  # noqa: FBT001
    """Whether a metaclass may give the classes that it makes an attribute."""
    try:
        made = search.restart().path(syntax.dotted(expression) or [""], class_.scope).class_
        special = [name, "__getattribute__", "mro", *(["__getattr__"] if absent else [])]
        for metaclass in search.bases(made) if made else ():
            if metaclass.path not in _HARMLESS | (frozenset() if name.startswith("_") else _MEMBERS):
                if any(search.binds(metaclass, attribute) for attribute in special):
                    return True
                hooks = [search.of_class(metaclass, hook) for hook in _HOOKS if search.binds(metaclass, hook)]
                if any(_found_may(hook, name, search) for hook in hooks):
                    return True
    except UnknownError:
        return True
    return made is None


def _is_harmless(by: ast.expr, scope: Object, search: Lookup) -> bool:
    """Whether what an expression stands for is known to leave the attributes of what it gets."""
    path = syntax.dotted(by) or [""]
    path_of = origin(path, scope, search)
    if path_of in _HARMLESS or (path_of.startswith("builtins.") and path_of not in _CALLERS):
        return True
    try:
        if path[-1] != "register" or len(path) == 1:
            return search.restart().path(path, scope).object.path in _HARMLESS
        found = search.restart().path(path[:-1], scope)  # abc.ABCMeta gives this to classes
        return found.class_ is not None and not any(
            search.binds(base, "register") for base in search.bases(found.class_)
        )
    except UnknownError:
        return False


def _may(by: ast.expr, name: str, scope: Object, search: Lookup) -> bool:
    """Whether what an expression stands for may change an attribute of what it is called with."""
    if _is_harmless(by, scope, search):
        return False
    try:
        found = search.restart().path(syntax.dotted(by) or [""], scope)
        if found.kind is Kind.CLASS and found.class_ is not None:
            found = search.of_class(found.class_, "__init__")
        return _found_may(found, name, search)
    except UnknownError:
        return True


def _found_may(found: Found, name: str, search: Lookup) -> bool:
    """Whether a function may change an attribute of what it gets, itself or by what it hands that on to."""
    made, scope = found.object.changed, found.object.module
    is_function = found.kind in (Kind.FUNCTION, Kind.METHOD)
    return not is_function or made.may(name) or not all(_is_harmless(by, scope, search) for _, by in made.calls)
