"""What a loaded class or module has of its interface, and what an interface asks of what implements it.

The process that loads plugins runs this as a script, so it imports only the standard library and runs on Python 3.8
and newer.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import json
import types
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    Facts: TypeAlias = dict[str, Any]
    """A part of the model: a ``Member``, a ``Lineage`` or an ``Interface``."""

DATA = (type(None), bool, int, float, complex, str, bytes, tuple, list, set, frozenset, dict)

KINDS = (
    (staticmethod, "static method"),
    (classmethod, "class method"),
    (property, "property"),
    (functools.cached_property, "property"),
    (types.FunctionType, "method"),
    (functools.singledispatchmethod, "method"),
    (functools.partialmethod, "method"),
    (type(functools.lru_cache()(len)), "method"),
    (types.MethodDescriptorType, "method"),
    (types.BuiltinFunctionType, "method"),
    (type, "class"),
    (DATA, "attribute"),
)  # type: tuple[tuple[Any, str], ...]


class Lineages:
    """What loaded objects have.

    :param marked: what finds definitions in the source, the script ``marked.py``
    :param bodies: what the source shows of them, the script ``bodies.py``
    :param signature: writes the parameters of something that is called
    :param place: gives the place of a line of a module
    :param most: how many members are told
    """

    def __init__(
        self,
        marked: Any,
        bodies: Any,
        signature: Callable[[Any], str | None],
        place: Callable[[str, int], Facts | None],
        most: int,
    ) -> None:
        self._marked = marked
        self._bodies = bodies
        self._signature = signature
        self._place = place
        self._most = most
        self._scope = functools.lru_cache(maxsize=None)(marked.Scope)

    def answer(self, target: Any, scheme: str, asked: str, clean: Callable[[str], str]) -> Facts:
        """Answer what a target has of its interface, or what it asks for as one.

        :param asked: the object reference of its interface, if that is declared; or the markers of an interface
        """
        told = self.contract(target, json.loads(asked)) if scheme == "contract" else self.lineage(target, found(asked))
        for member in told.get("members", ()):
            if member.get("docstring") is not None:
                member["docstring"]["text"] = clean(member["docstring"]["text"])
        return told

    def lineage(self, target: Any, of: Any) -> Facts:
        """Return the classes of a target, and what it has by them.

        :param of: its interface, where that is declared; None where any of its base classes may be that
        """
        project = None if of is None else self._project(of)
        is_module = isinstance(target, types.ModuleType)
        if isinstance(target, (types.FunctionType, types.BuiltinFunctionType)):
            return {}
        own = target if is_module or issubclass(type(target), type) else type(target)
        if project is not None:
            asked, found = self._hooks(of, project, "_spec"), self._hooks(target, project, "_impl")
            members = [self._hook(name, *found[name]) if name in found else {"name": name} for name in asked]
        elif is_module:
            members = []
        else:
            names = dict.fromkeys([*(() if of is None else self._names(of)), *self._names(own)])
            members = [self._member(own, name) for name in names]
        return {"classes": [own.__name__] if is_module else self._paths(own), "members": members[: self._most]}

    def contract(self, target: Any, markers: Mapping[str, str]) -> Facts:
        """Return what an interface asks for.

        :param markers: the object references of decorators, by the need of the members that they mark
        """
        project = self._project(target)
        if project is not None:
            hooks = self._hooks(target, project, "_spec")
            members = [dict(self._hook(name, *hooks[name], whole=True), need="optional") for name in hooks]
            return {"hooks": project, "members": members[: self._most]}
        if isinstance(target, types.FunctionType):
            return {"asynchronous": self._is_asynchronous(target)}
        if not issubclass(type(target), type):
            return {}
        members = [self._asked(target, name, markers) for name in dict.fromkeys(self._names(target))]
        return {
            "classes": self._paths(target),
            "protocol": self._is_protocol(target),
            "members": members[: self._most],
        }

    def _asked(self, of: type, name: str, markers: Mapping[str, str]) -> Facts:
        """Return a member of an interface, with what that expects of it."""
        member = self._member(of, name)
        owner = next((each for each in self._classes(of) if self._path(each) == member.get("owner")), None)
        protocol = owner is not None and self._is_protocol(owner)
        need = self._bodies.need_of(member.get("lack"), protocol=protocol)
        scope = None if owner is None else self._scope(owner)
        node = None if scope is None else self._node(scope, name)
        text = None if scope is None or node is None else self._bodies.text_of(scope.body, node)
        for each, decorator in markers.items() if isinstance(node, self._bodies.FUNCTIONS) else ():
            if self._is_marked(scope, node, decorator):
                need = each
        return dict(member, need=need, docstring=None if text is None else {"text": text})

    def _is_marked(self, scope: Any, node: Any, decorator: str) -> bool:
        wanted, namespace = decorator.replace(":", "."), dict(scope.source.namespace, **scope.values)
        origin = functools.partial(self._marked.origin_of, namespace=namespace, wanted=wanted)
        return scope.source.names.marking(node, wanted, origin) is not None

    def _is_protocol(self, of: type) -> bool:
        return self._marked.attributes(of).get("_is_protocol") is True

    def _names(self, of: Any) -> Iterator[str]:
        """Return the names of what a class has, with that which it inherits, in the order of the source."""
        for base in self._classes(of) if issubclass(type(of), type) else ():
            scope = self._scope(base)
            body = scope.body or ()
            written = self._bound(body)  # and not made by a metaclass
            declared = [*(self._bodies.declared(body) if self._is_protocol(base) else ()), *self._bodies.assigned(body)]
            names = dict.fromkeys([*(name for name in written if name in scope.values), *scope.values, *declared])
            for name in names:
                value = scope.values.get(name)
                is_slot = isinstance(value, (types.MemberDescriptorType, types.GetSetDescriptorType))
                is_made = scope.body is not None and name not in written and name not in declared
                asked = self._bodies.is_public(name) or (is_abstract(value) and not self._bodies.is_mangled(name))
                if asked and not is_slot and not is_made:
                    yield name

    def _bound(self, body: Sequence[ast.stmt]) -> dict[str, None]:
        """Return the names that the statements of a class bind, but not those that it only declares."""
        binding = (s for s in self._marked.statements(body) if not isinstance(s, ast.AnnAssign) or s.value is not None)
        return {name: None for each in binding for name, _ in self._marked.bound(each)}

    def _classes(self, of: type) -> Sequence[type]:
        """Return a class and those that it inherits from, without those that nobody implements."""
        nobodys = self._bodies.NOBODYS
        every = type.__dict__["__mro__"].__get__(of)
        return [each for each in every if each.__module__ != "builtins" and self._path(each) not in nobodys]

    def _paths(self, of: type) -> list[str]:
        return [self._path(each) for each in self._classes(of)]

    @staticmethod
    def _path(of: type) -> str:
        return "{}.{}".format(of.__module__, type.__dict__["__qualname__"].__get__(of))

    def _member(self, of: type, name: str) -> Facts:
        """Return what a class has by a name, itself or from one that it inherits from."""
        bases = []  # type: list[type]
        for base in type.__dict__["__mro__"].__get__(of):
            bases.append(base)
            if base is not object and name in self._marked.attributes(base):
                member = self._described(base, name, self._marked.attributes(base)[name])
                return self._when_made(bases, member) or member
        for base in self._classes(of):
            body = self._scope(base).body or ()
            declared, lines = self._bodies.declared(body), self._bodies.set_by_methods(body)
            taken = self._bodies.assigned(body)
            if name in taken and name not in lines and name not in fields(self._marked.attributes(base)):
                return {"name": name, "unknown": "{} took {} out when it was made".format(self._path(base), name)}
            if name in declared or name in lines or name in taken:
                lack = "empty" if self._is_protocol(base) and name in declared and name not in lines else None
                line = lines.get(name) or declared.get(name) or taken[name]
                return dict(self._attribute(base, name, line), lack=lack)
        return {"name": name, "unknown": self._hidden(of, name)}

    def _attribute(self, base: type, name: str, line: int) -> Facts:
        """Return what instances have and their class has not, which may be a function."""
        place = self._place(base.__module__, line)
        owner = self._path(base)
        return {"name": name, "owner": owner, "kind": "attribute", "location": place, "decorated": True}

    def _when_made(self, bases: Sequence[type], member: Facts) -> Facts | None:
        """Return what new instances have in place of a member of their class.

        :param bases: the classes of the instance up to the one that has the member
        """
        if member["kind"] == "property" or member["decorated"]:
            return None
        for base in bases:
            body = self._scope(base).body or ()
            lines, name = self._bodies.set_when_made(body), member["name"]
            if name in lines and base is not bases[-1]:
                return self._attribute(base, name, lines[name])
            if self._bodies.is_idle(member["lack"]) and name in self._bodies.set_by_methods(body):
                return {"name": name, "unknown": "{} may set {} on its instances".format(self._path(base), name)}
        return None

    def _hidden(self, of: type, name: str) -> str | None:
        """Say why a class may have a name that none of its classes shows; None where it has none."""
        for base in self._classes(of):
            for hook in ("__getattr__", "__getattribute__"):
                if hook in self._marked.attributes(base):
                    return "{} has a {}".format(self._path(of), hook)
            if self._bodies.sets_others(self._scope(base).body or ()):
                return "{} may set {} on its instances".format(self._path(base), name)
        return None

    def _described(self, base: type, name: str, value: Any) -> Facts:
        """Return what a class has by a name itself."""
        scope = self._scope(base)
        node = self._node(scope, name)
        is_function = isinstance(node, self._bodies.FUNCTIONS)
        called = node if is_function else self._function(value)
        does = called is None or isinstance(value, functools.singledispatchmethod)
        lack = "none" if value is None else None if does else self._bodies.lack_of(called)
        kind = next((kind for of, kind in KINDS if issubclass(type(value), of)), None)
        forgets = kind == "method" and is_function and self._bodies.forgets_self(node)
        return {
            "name": name,
            "kind": kind,
            "owner": self._path(base),
            "signature": None if forgets else self._called(value, kind),
            "asynchronous": self._is_asynchronous(value),
            "decorated": self._is_decorated(value),
            "lack": "abstract" if is_abstract(value) else lack,
            "location": self._line(scope, node),
        }

    def _function(self, value: Any) -> Any:
        """Find the definition of a function that is assigned to a name, or that a property is made of."""
        value = value.__func__ if type(value) is types.MethodType else value
        functions = [each for each in self._marked.layers(value) if isinstance(each, types.FunctionType)]
        return self._definition(functions[-1]) if functions else None

    def _definition(self, function: Any) -> Any:
        """Find the statement that defines a function; None where its source is not there."""
        source = self._marked.read(str(function.__globals__.get("__name__")))
        defined = () if source is None else ast.walk(source.tree)
        lines = (each for each in defined if isinstance(each, self._bodies.FUNCTIONS))
        return next((n for n in lines if self._marked.first_line(n) == function.__code__.co_firstlineno), None)

    def _called(self, value: Any, kind: str | None) -> str | None:
        """Write the parameters of a method, without that for the instance or the class."""
        inner = next((each for each in self._marked.layers(value) if isinstance(each, types.FunctionType)), None)
        if inner is None or kind in ("property", "attribute", "class", None):
            return None
        try:
            return self._signature(inner if kind in ("static method", "function") else inner.__get__(0))
        except Exception:
            return None

    @staticmethod
    def _is_decorated(value: Any) -> bool:
        """Whether something else is called than the function that stands in the source."""
        inner = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
        if isinstance(inner, types.FunctionType):
            return hasattr(inner, "__wrapped__") or "<locals>" in inner.__qualname__
        return not isinstance(inner, (property, type, *DATA))

    def _is_asynchronous(self, value: Any) -> bool:
        """Whether it is defined with ``async def``, and called as it is defined."""
        inner = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
        defined = isinstance(inner, types.FunctionType) and not self._is_decorated(value)
        return defined and bool(inner.__code__.co_flags & (inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR))

    def _node(self, scope: Any, name: str) -> Any:
        """Find the statement that gives a name its value; None where the source does not show which."""
        body = scope.body or ()
        binding = [each for each in self._marked.statements(body) if name in dict(self._marked.bound(each))]
        if len(binding) <= 1:
            return binding[0] if binding else None
        layers = self._marked.layers(scope.values.get(name))
        lines = {each.__code__.co_firstlineno for each in layers if isinstance(each, types.FunctionType)}
        functions = [each for each in binding if isinstance(each, self._bodies.FUNCTIONS)]
        return next((each for each in functions if self._marked.first_line(each) in lines), None)

    def _line(self, scope: Any, node: ast.stmt | None) -> Facts | None:
        if node is None:
            return None
        line = self._marked.first_line(node) if isinstance(node, self._marked.DEFINITIONS) else node.lineno
        return self._place(str(scope.source.namespace.get("__name__")), line)

    def _project(self, of: Any) -> str | None:
        """Return the name of the project whose hooks a module or a class specifies; None where it specifies none."""
        values = list(self._marked.attributes(of).values())
        for value in values:
            if type(value).__name__ == "HookspecMarker" and isinstance(value, types.ModuleType) is False:
                project = getattr(value, "project_name", None)
                return project if isinstance(project, str) else None
        hooks = (self._hook_of(each, "_spec") for each in values if isinstance(each, types.FunctionType))
        return next((hook.project for hook in hooks if hook is not None), None)

    def _hook_of(self, function: Any, suffix: str) -> Any:
        """Return what marks a function as a hook, as pluggy keeps it in an attribute; None where nothing does."""
        for key, value in list(self._marked.attributes(function).items()):
            if key.endswith(suffix) and isinstance(value, dict):
                name = value.get("specname")
                return self._bodies.Hook(key[: -len(suffix)], name if isinstance(name, str) else None)
        return None

    def _hooks(self, of: Any, project: str, suffix: str) -> dict[str, tuple[Any, Any]]:
        """Return the hooks that a module or a class specifies or implements: the function of each, and what has it."""
        found = {}  # type: dict[str, tuple[Any, Any]]
        is_module = isinstance(of, types.ModuleType)
        own = of if is_module or issubclass(type(of), type) else type(of)
        scopes = [of, *(self._inner(of) if suffix == "_spec" else ())] if is_module else self._classes(own)
        scopes = scopes if own is of else [of, *scopes]
        for scope in scopes:
            for name, value in list(self._marked.attributes(scope).items()):
                inner = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
                if isinstance(inner, types.FunctionType):
                    hook = self._bodies.implemented(self._hook_of(inner, suffix), name, project)
                    found.setdefault(hook, (scope, inner)) if hook else None
        return found

    def _inner(self, module: Any) -> list[Any]:
        """Return the classes that a module defines, in which hooks may be specified."""
        values = list(self._marked.attributes(module).values())
        return [each for each in values if isinstance(each, type) and each.__module__ == module.__name__]

    def _hook(self, name: str, owner: Any, function: Any, *, whole: bool = False) -> Facts:
        """Return a hook as a member.

        :param whole: whether its docstring is told
        """
        inner = [each for each in self._marked.layers(function) if isinstance(each, types.FunctionType)][-1]
        module, node = function.__module__, self._definition(inner)
        in_class = issubclass(type(owner), type)
        of = owner if in_class else type(owner)
        text = self._bodies.text_of((), node) if whole and node is not None else None
        return {
            "name": name,
            "kind": "function",
            "owner": module if isinstance(owner, types.ModuleType) else self._path(of),
            "signature": self._called(function, "method" if in_class else "function"),
            "asynchronous": self._is_asynchronous(function),
            "decorated": self._is_decorated(function),
            "docstring": None if text is None else {"text": text},
            "location": None if node is None else self._place(module, self._marked.first_line(node)),
        }


def fields(attributes: Mapping[str, Any]) -> set[str]:
    """Return the names that a class took out of its body to give them to its instances, by its attributes."""
    names = set()  # type: set[str]
    for kind in ("__dataclass_fields__", "__attrs_attrs__", "__pydantic_fields__", "__fields__", "_member_map_"):
        kept = attributes.get(kind)
        if isinstance(kept, (dict, tuple)):
            names.update(str(getattr(each, "name", "") if not isinstance(each, str) else each) for each in kept)
    return names


def found(reference: str) -> Any:
    """Return what an object reference leads to; None where that is empty."""
    module, _, path = reference.partition(":")
    of = importlib.import_module(module) if module else None
    for name in path.split(".") if path else ():
        of = getattr(of, name)
    return of


def is_abstract(value: Any) -> bool:
    """Whether something is declared abstract."""
    return getattr(value, "__isabstractmethod__", False) is True
