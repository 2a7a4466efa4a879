"""What a class or a module has of its interface, and what an interface asks for, as their source tells."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.interfaces import Lack, Lineage, Member, MemberKind, Need
from sphinxext.plugins.core.model import Docstring, Kind, Location
from sphinxext.plugins.introspect.live import bodies
from sphinxext.plugins.introspect.static import effects, hooks, syntax
from sphinxext.plugins.introspect.static.bindings import Runs
from sphinxext.plugins.introspect.static.decorators import Effect, effect_of
from sphinxext.plugins.introspect.static.marked import origin_of
from sphinxext.plugins.introspect.static.results import PROPERTIES, base_nodes, builtin_bases, has_slot, origin
from sphinxext.plugins.introspect.static.scopes import UnknownError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sphinxext.plugins.core.structs import Json
    from sphinxext.plugins.introspect.static.names import Search
    from sphinxext.plugins.introspect.static.results import Found
    from sphinxext.plugins.introspect.static.scopes import Class, Object, Scope

_KINDS = {
    "builtins.classmethod": MemberKind.CLASS_METHOD,
    "builtins.staticmethod": MemberKind.STATIC_METHOD,
    "abc.abstractclassmethod": MemberKind.CLASS_METHOD,
    "abc.abstractstaticmethod": MemberKind.STATIC_METHOD,
    "abc.abstractproperty": MemberKind.PROPERTY,
    **dict.fromkeys(PROPERTIES, MemberKind.PROPERTY),
}
"""What decorators make of a method."""


class Lineages:
    """What the source tells of interfaces.

    :param search: what finds names
    """

    def __init__(self, search: Search) -> None:
        self._search = search
        self._modules = search.modules

    def lineage(self, found: Found, of: Found | None) -> Lineage:
        """Return the classes of a target, and what it has by them.

        :param of: its interface, where that is declared; None where any of its base classes may be that
        :raises UnknownError: where the source does not tell what the interface is
        """
        if found.assumed:
            raise UnknownError(found.assumed)
        project = None if of is None else hooks.project(of, self._search)
        if project is not None and of is not None:
            asked = hooks.specified(of, project, self._search)
            members = hooks.implemented(found, project, list(asked), self._search, self._placed)
        elif found.class_ is not None:
            names = [*(() if of is None or of.class_ is None else self._names(of.class_)), *self._names(found.class_)]
            members = [self._member(found.class_, name) for name in dict.fromkeys(names)]
        else:
            members = []
        classes, unknown = self._classes(found)
        return Lineage(classes=tuple(classes), unknown=unknown, members=tuple(members[: limits.MOST_MEMBERS]))

    def contract(self, found: Found, markers: Mapping[str, str]) -> dict[str, Json]:
        """Return what an interface asks for, as attributes of the model's ``Interface``.

        :param markers: the object references of decorators, by the need of the members that they mark
        :raises UnknownError: where the source does not tell it
        """
        if found.assumed:
            raise UnknownError(found.assumed)
        project = hooks.project(found, self._search)
        if project is not None:
            specified = hooks.specified(found, project, self._search)
            members = [self._placed(name, each, need=Need.OPTIONAL) for name, each in specified.items()]
            return {"hooks": project, "members": members[: limits.MOST_MEMBERS]}
        if found.kind is not Kind.CLASS or found.class_ is None:
            return {}
        classes, unknown = self._classes(found)
        if unknown is not None:
            raise UnknownError(unknown)
        names = list(dict.fromkeys(self._names(found.class_)))[: limits.MOST_MEMBERS]
        asked = [self._asked(found.class_, name, markers) for name in names]
        return {"classes": classes, "protocol": _is_protocol(found.class_), "members": asked}

    def _classes(self, found: Found) -> tuple[list[str], str | None]:
        """Return the paths of the classes that something is made of, and why these are not all."""
        if found.class_ is None:
            return ([found.object.path] if found.kind is Kind.MODULE else []), None
        paths: list[str] = []
        try:
            for base in self._search.bases(found.class_):
                paths += [base.path] if base.path not in bodies.NOBODYS else []
        except UnknownError as error:
            return paths, str(error)
        return paths, None

    def _names(self, class_: Class) -> Iterator[str]:
        """Return the names of what a class has, with that which it inherits, as far as its classes are known."""
        try:
            for base in self._search.bases(class_):
                declared = bodies.declared(base.node.body) if _is_protocol(base) else ()
                for name in base.bindings if base.path not in bodies.NOBODYS else ():
                    if bodies.is_public(name) or self._is_abstract(base, name):
                        yield name
                yield from filter(bodies.is_public, declared)
        except UnknownError:
            pass  # which is told of its classes

    def _is_abstract(self, scope: Scope, name: str) -> bool:
        functions = (each for each in scope.bindings[name] if each.decorators)
        return any(self._effects(each, scope) & {Effect.ABSTRACT} for each in functions)

    def _effects(self, member: Object, scope: Scope) -> set[Effect]:
        return {effect_of(each, scope, self._search) for each in member.decorators}

    def _member(self, class_: Class, name: str) -> Member:
        """Return what a class has by a name, itself or from one that it inherits from."""
        known: list[Class] = []
        builtin: list[type] = []
        try:
            for base in self._search.bases(class_):
                bound = self._modules.bindings(base, name)
                if bound and not any(hasattr(each, name) for each in builtin):
                    doubt = _doubt(bound, base) or effects.on_class(class_, name, self._search, base, presence=True)
                    return Member(name=name, unknown=doubt) if doubt else self._described(base, name, bound)
                known.append(base)
                builtin += builtin_bases(base)
        except UnknownError as error:
            return Member(name=name, unknown=str(error))
        owner = next((each for each in builtin if hasattr(each, name)), None)
        if owner is not None:
            return Member(name=name, kind=MemberKind.METHOD, owner=f"builtins.{owner.__name__}", decorated=True)
        return self._declared(known, name) or self._absent(class_, known, name)

    def _declared(self, known: Sequence[Class], name: str) -> Member | None:
        """Return what the classes declare by a name, or their methods set; None where that is nothing."""
        for base in known:
            declared, lines = bodies.declared(base.node.body), bodies.set_by_methods(base.node.body)
            if name in declared or name in lines:
                lack = Lack.EMPTY if _is_protocol(base) and name not in lines else None
                place = self._place(base, lines.get(name) or declared[name])
                made = Member(name=name, kind=MemberKind.ATTRIBUTE, owner=base.path, location=place, lack=lack)
                return msgspec.structs.replace(made, decorated=True)  # it may be a function
        return None

    def _absent(self, class_: Class, known: Sequence[Class], name: str) -> Member:
        """Return that a class has nothing by a name, or why that is not sure."""
        if any(self._search.binds(base, "__getattr__") for base in known):
            return Member(name=name, unknown=f"{class_.path} has a __getattr__")
        if any(has_slot(base, name) for base in known):
            return Member(name=name, unknown=f"{class_.path} has a slot for {name}")
        return Member(name=name, unknown=effects.on_class(class_, name, self._search, presence=True))

    def _described(self, base: Class, name: str, bound: Sequence[Object]) -> Member:
        """Return what a class has by a name itself."""
        member = _followed(bound[0], base)
        node = member.function
        made = Member(name=name, owner=base.path, location=self._place(base, bound[0].first_line))
        if node is None:
            return msgspec.structs.replace(made, **_value(bound[0], base, self._search))
        of_decorators = self._effects(member, base)
        paths = {origin(syntax.dotted(_by(each)) or [""], base, self._search) for each in member.decorators}
        kind = next((_KINDS[path] for path in paths if path in _KINDS), MemberKind.METHOD)
        if any(syntax.last(each) in {"setter", "getter", "deleter"} for each in member.decorators):
            kind = MemberKind.PROPERTY
        lack = Lack.ABSTRACT if Effect.ABSTRACT in of_decorators else _lack(node)
        changed = Effect.UNKNOWN in of_decorators or len(bound) > 1
        called = (
            not changed
            and kind is not MemberKind.PROPERTY
            and not (kind is MemberKind.METHOD and bodies.forgets_self(node))
        )
        signature = syntax.signature(node, bound=kind is not MemberKind.STATIC_METHOD) if called else None
        return msgspec.structs.replace(made, kind=kind, signature=signature, decorated=changed, lack=lack)

    def _asked(self, class_: Class, name: str, markers: Mapping[str, str]) -> Member:
        """Return a member of an interface, with what that expects of it."""
        member = self._member(class_, name)
        owner = next((each for each in self._search.bases(class_) if each.path == member.owner), None)
        if owner is None:
            return member
        needs = bodies.requires(member.lack, protocol=_is_protocol(owner))
        need = Need.REQUIRED if needs else Need.DEFAULT
        docstring = None
        for bound in self._modules.bindings(owner, name)[:1]:
            docstring = self._docstring(owner, _followed(bound, owner))
            for each, wanted in markers.items():
                find = partial(origin_of, scope=owner, search=self._search, wanted=wanted.replace(":", "."))
                try:
                    if bound.function is not None and owner.module.names.marking(bound.function, wanted, find):
                        need = Need(each)
                except LookupError as error:
                    raise UnknownError(*error.args) from error
        return msgspec.structs.replace(member, need=need, docstring=docstring)

    def _placed(self, name: str, member: Object, need: Need | None = None) -> Member:
        """Return a function that specifies or implements a hook, as a member.

        :param need: what is expected of it, where it specifies one; its docstring is told then
        """
        node = member.function
        of_class = member.parent is not None and member.parent is not member.module
        effects_ = {effect_of(each, member.scope, self._search) for each in member.decorators}
        return Member(
            name=name,
            kind=MemberKind.FUNCTION,
            owner=member.scope.path,
            signature=syntax.signature(node, bound=of_class) if node is not None else None,
            decorated=not effects_ <= {Effect.NONE, Effect.HOOK},
            need=need,
            docstring=self._docstring(member.scope, member) if need is not None else None,
            location=self._place(member.scope, member.first_line),
        )

    def _place(self, scope: Scope, line: int) -> Location | None:
        file = self._modules.finder.relative(scope.module.path)
        return Location(file=file, line=line) if file else None

    def _docstring(self, scope: Scope, member: Object) -> Docstring | None:
        """Read the docstring of a member: its own, or of an attribute the text below it."""
        place = self._place(scope, member.first_line)
        if member.definition is not None:
            return syntax.docstring(member.definition, place.file, scope.module.lines) if place else None
        text = bodies.text_of(scope.node.body, member.node)
        if not text or place is None:
            return None
        line = (getattr(member.node, "end_lineno", None) or member.line) + 1
        return Docstring(text=text, location=Location(file=place.file, line=line))


def _doubt(bound: Sequence[Object], base: Class) -> str | None:
    """Say why it is not sure that a class has what its statements bind."""
    name = bound[0].name
    if all(each.runs is not Runs.SURELY for each in bound) or any(isinstance(each.node, ast.Delete) for each in bound):
        return f"{base.path}.{name} depends on a condition"
    return None


def _followed(member: Object, base: Class) -> Object:
    """Return the function of a class that another name of it is bound to, or else the member itself."""
    if isinstance(member.value, ast.Name):
        others = base.bindings.get(member.value.id, [])
        if len(others) == 1 and others[0].function is not None and others[0].line < member.line:
            return others[0]
    return member


def _value(member: Object, base: Class, search: Search) -> dict[str, object]:
    """Tell what is assigned to a name of a class."""
    match member:
        case _ if isinstance(member.node, ast.ClassDef):
            return {"kind": MemberKind.CLASS}
        case _ if isinstance(member.value, ast.Constant) and member.value.value is None:
            return {"kind": MemberKind.ATTRIBUTE, "lack": Lack.NONE}
        case _ if isinstance(member.value, ast.Lambda):
            return {"kind": MemberKind.METHOD, "signature": syntax.signature(member.value, bound=True)}
        case _ if isinstance(member.value, ast.Call):
            path = origin(syntax.dotted(member.value.func) or [""], base, search)
            return {"kind": _KINDS.get(path), "decorated": True}
        case _ if member.value is not None and syntax.literal(member.value) is not None:
            return {"kind": MemberKind.ATTRIBUTE}
    return {"decorated": True}


def _lack(node: syntax.Function) -> Lack | None:
    lack = bodies.lack_of(node)
    return Lack(lack) if lack is not None else None


def _by(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _is_protocol(class_: Class) -> bool:
    nodes = (each.value if isinstance(each, ast.Subscript) else each for each in base_nodes(class_))
    return any(syntax.last(each) == "Protocol" for each in nodes)
