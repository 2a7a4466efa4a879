"""What a class or a module has of its interface, and what an interface asks for, as their source tells."""

from __future__ import annotations

import ast
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.interfaces import Lack, Lineage, Member, MemberKind, Need
from sphinxext.plugins.core.model import Docstring, Kind, Location
from sphinxext.plugins.introspect.live import bodies
from sphinxext.plugins.introspect.static import effects, hooks, members, syntax
from sphinxext.plugins.introspect.static.bindings import Runs
from sphinxext.plugins.introspect.static.decorators import Effect, effect_of
from sphinxext.plugins.introspect.static.marked import origin_of
from sphinxext.plugins.introspect.static.results import base_nodes, builtin_bases, has_slot, is_typing
from sphinxext.plugins.introspect.static.scopes import Object, UnknownError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sphinxext.plugins.core.structs import Json
    from sphinxext.plugins.introspect.static.names import Search
    from sphinxext.plugins.introspect.static.results import Found
    from sphinxext.plugins.introspect.static.scopes import Class, Scope


class Lineages:
    """What the source tells of interfaces.

    :param search: what finds names
    """

    def __init__(self, search: Search) -> None:
        self._search = search
        self._modules = search.modules
        self.renamed: str | None = None
        """Why one of the classes may say of itself that it is of another module."""

    def lineage(self, found: Found, of: Found | None) -> Lineage:
        """Return the classes of a target, and what it has by them.

        :param of: its interface, where that is declared; None where any of its base classes may be that
        :raises UnknownError: where the source does not tell what the interface is
        """
        if found.assumed:
            raise UnknownError(found.assumed)
        project = None if of is None else hooks.project(of, self._search)
        if project is not None and of is not None:
            specified = hooks.specified(of, project, self._search)
            members = hooks.implemented(found, project, list(specified), self._search, self._placed)
        elif found.class_ is not None:
            names = [*(() if of is None or of.class_ is None else self._names(of.class_)), *self._names(found.class_)]
            asked = None if of is None else of.class_
            members = [self._member(found.class_, name, asked) for name in dict.fromkeys(names)]
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
            hooked = [self._placed(name, each, need=Need.OPTIONAL) for name, each in specified.items()]
            return {"hooks": project, "members": hooked[: limits.MOST_MEMBERS]}
        if found.object.function is not None and found.kind in (Kind.FUNCTION, Kind.METHOD):
            by = members.paths(found.object, self._search)
            return {"asynchronous": members.is_asynchronous(found.object.function, by)}
        if found.kind is not Kind.CLASS or found.class_ is None:
            return {}
        classes, unknown = self._classes(found)
        if unknown is not None:
            raise UnknownError(unknown)
        asked = (self._asked(found.class_, name, markers) for name in dict.fromkeys(self._names(found.class_)))
        has = list(islice((each for each in asked if not each.is_absent), limits.MOST_MEMBERS))
        return {"classes": classes, "protocol": self._is_protocol(found.class_), "members": has}

    def _classes(self, found: Found) -> tuple[list[str], str | None]:
        """Return the paths of the classes that something is made of, and why these are not all."""
        if found.class_ is None:
            return ([found.object.path] if found.kind is Kind.MODULE else []), None
        paths: list[str] = []
        try:
            for base in self._search.bases(found.class_):
                if "__bases__" in base.module.attributes_set:
                    return paths or [base.path], f"{base.module.path} may set the base classes of {base.path}"
                if base.path not in bodies.NOBODYS:
                    paths.append(base.path)
                    self.renamed = self.renamed or self._renamed(base)
        except UnknownError as error:
            return paths, str(error)
        return paths, None

    def _renamed(self, base: Class) -> str | None:
        """Say what may give a class another path than that of its module."""
        if self._search.binds(base, "__module__") or self._search.binds(base, "__qualname__"):
            return f"{base.path} says of itself where it is defined"
        if base.module.bindings.get("__name__"):
            return f"{base.module.path} may set its __name__"
        return effects.on_class(base, "__module__", self._search, base, presence=True)

    def _names(self, class_: Class) -> Iterator[str]:
        """Return the names of what a class has, with that which it inherits, as far as its classes are known."""
        try:
            for base in self._search.bases(class_):
                declared = bodies.declared(base.node.body) if self._is_protocol(base) else ()
                for name in base.bindings if base.path not in bodies.NOBODYS else ():
                    if bodies.is_public(name) or self._is_abstract(base, name):
                        yield name
                yield from filter(bodies.is_public, declared)
        except UnknownError:
            pass  # which is told of its classes

    def _is_abstract(self, scope: Scope, name: str) -> bool:
        if bodies.is_mangled(name):
            return False
        functions = (each for each in scope.bindings[name] if each.decorators)
        return any(effect_of(by, scope, self._search) is Effect.ABSTRACT for of in functions for by in of.decorators)

    def is_abstract(self, class_: Class) -> bool:
        """Whether a class has a method, its own or inherited, that is abstract."""
        seen: set[str] = set()
        for base in self._search.bases(class_):
            if any(self._is_abstract(base, name) for name in base.bindings if name not in seen):
                return True
            seen |= base.bindings.keys()
        return False

    def _member(self, class_: Class, name: str, of: Class | None = None) -> Member:
        """Return what a class has by a name, itself or from one that it inherits from.

        :param of: its interface, where that is declared
        """
        known: list[Class] = []
        builtin: list[type] = []
        try:
            for base in self._search.bases(class_):
                if "__bases__" in base.module.attributes_set:
                    return Member(name=name, unknown=f"{base.module.path} may set the base classes of {base.path}")
                bound = [each for each in self._modules.bindings(base, name) if each.runs is not Runs.TYPING]
                if bound and not any(hasattr(each, name) for each in builtin):
                    doubt = _doubt(bound, base) or effects.on_class(class_, name, self._search, base, presence=True)
                    member = Member(name=name, unknown=doubt) if doubt else self._described(class_, base, bound, of)
                    return self._when_made([*known, base], member) or member
                if has_slot(base, name):
                    return Member(name=name, unknown=f"{base.path} has a slot for {name}")
                known.append(base)
                builtin += builtin_bases(base)
        except UnknownError as error:
            return Member(name=name, unknown=str(error))
        owners = (each for of in builtin for each in of.__mro__ if name in vars(each) and each is not object)
        owner = next(owners, None)
        if owner is not None:
            kind = MemberKind.METHOD if callable(getattr(owner, name)) else None
            return Member(name=name, kind=kind, owner=f"builtins.{owner.__name__}", decorated=True)
        return self._declared(known, name) or self._absent(class_, known, name)

    def _when_made(self, bases: Sequence[Class], member: Member) -> Member | None:
        """Return what new instances have in place of a member of their class.

        :param bases: the classes of the instance up to the one that has the member
        """
        if member.unknown is not None or member.kind is MemberKind.PROPERTY or member.decorated:
            return None
        for base in bases:
            body, name = base.node.body, member.name
            if base is not bases[-1] and name in (lines := bodies.set_when_made(body)):
                place = self._place(base, lines[name])
                made = Member(name=name, kind=MemberKind.ATTRIBUTE, owner=base.path, location=place)
                return msgspec.structs.replace(made, decorated=True)  # it may be a function
            if bodies.is_idle(member.lack) and name in bodies.set_by_methods(body):
                return Member(name=name, unknown=f"{base.path} may set {name} on its instances")
        return None

    def _declared(self, known: Sequence[Class], name: str) -> Member | None:
        """Return what the classes declare by a name, or their methods set; None where that is nothing."""
        for base in known:
            declared, lines = bodies.declared(base.node.body), bodies.set_by_methods(base.node.body)
            if name in declared or name in lines:
                lack = Lack.EMPTY if self._is_protocol(base) and name not in lines else None
                place = self._place(base, lines.get(name) or declared[name])
                made = Member(name=name, kind=MemberKind.ATTRIBUTE, owner=base.path, location=place, lack=lack)
                return msgspec.structs.replace(made, decorated=True)  # it may be a function
        return None

    def _absent(self, class_: Class, known: Sequence[Class], name: str) -> Member:
        """Return that a class has nothing by a name, or why that is not sure."""
        for hook in ("__getattr__", "__getattribute__"):
            if any(self._search.binds(base, hook) for base in known):
                return Member(name=name, unknown=f"{class_.path} has a {hook}")
        setting = next((base for base in known if bodies.sets_others(base.node.body)), None)
        if setting is not None:
            return Member(name=name, unknown=f"{setting.path} may set {name} on its instances")
        return Member(name=name, unknown=effects.on_class(class_, name, self._search, presence=True))

    def _described(self, class_: Class, base: Class, bound: Sequence[Object], of: Class | None) -> Member:
        """Return what one of the bases of a class has by a name."""
        name = bound[0].name
        if "__isabstractmethod__" in base.module.attributes_set:
            return Member(name=name, unknown=f"{base.module.path} may declare {name} abstract when it runs")
        called = bound[0].function is None and self._is_called(class_, of, name)
        try:
            made = members.made(bound, base, self._search, doubts=members.Doubts(called, named=of is class_))
        except UnknownError as error:
            return Member(name=name, unknown=str(error))
        place = self._place(base, bound[0].first_line)
        return Member(name=name, owner=base.path, location=place, **made._asdict())

    def _is_called(self, class_: Class, of: Class | None, name: str) -> bool:
        """Whether a class or its interface has a method by a name, or inherits one."""
        for each in (of, class_) if of is not None else (class_,):
            try:
                for base in self._search.bases(each):
                    if any(bound.function is not None for bound in base.bindings.get(name, ())):
                        return True
            except UnknownError:
                return True
        return False

    def _asked(self, class_: Class, name: str, markers: Mapping[str, str]) -> Member:
        """Return a member of an interface, with what that expects of it."""
        member = self._member(class_, name, class_)
        owner = next((each for each in self._search.bases(class_) if each.path == member.owner), None)
        if owner is None:
            return member
        need = Need(bodies.need_of(member.lack, protocol=self._is_protocol(owner)))
        declared = (Object(name, each, owner) for each in owner.node.body if name in bodies.declared([each]))
        docstring = next((self._docstring(owner, each) for each in declared), None)
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

    def _is_protocol(self, class_: Class) -> bool:
        nodes = (each.value if isinstance(each, ast.Subscript) else each for each in base_nodes(class_))
        names = (syntax.dotted(each) or [""] for each in nodes)
        return any(each[-1] == "Protocol" and is_typing(each, class_.scope, self._search) for each in names)

    def _placed(self, name: str, member: Object, need: Need | None = None) -> Member:
        """Return a function that specifies or implements a hook, as a member.

        :param need: what is expected of it, where it specifies one; its docstring is told then
        """
        node = member.function
        of_class = member.parent is not None and member.parent is not member.module
        effects_ = {effect_of(each, member.scope, self._search) for each in member.decorators}
        decorated = not effects_ <= {Effect.NONE, Effect.HOOK}
        by = members.paths(member, self._search)
        return Member(
            name=name,
            kind=MemberKind.FUNCTION,
            owner=member.scope.path,
            signature=syntax.signature(node, bound=of_class) if node is not None else None,
            asynchronous=node is not None and not decorated and members.is_asynchronous(node, by),
            decorated=decorated,
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
