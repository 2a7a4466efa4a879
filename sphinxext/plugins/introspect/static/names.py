"""What a name in the source stands for."""

from __future__ import annotations

import ast
import builtins
import sys
from abc import ABCMeta
from contextlib import suppress
from itertools import count
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.static import effects, syntax
from sphinxext.plugins.introspect.static.bindings import STAR, Runs
from sphinxext.plugins.introspect.static.callables import leaves
from sphinxext.plugins.introspect.static.calls import called, decorated, makes_members
from sphinxext.plugins.introspect.static.exports import Exports, Stars
from sphinxext.plugins.introspect.static.outcomes import place_of
from sphinxext.plugins.introspect.static.rebinding import ANY
from sphinxext.plugins.introspect.static.results import (
    PROPERTIES,
    Found,
    base_nodes,
    builtin_bases,
    carried,
    following,
    in_class,
    instance,
    is_field,
    is_left_out,
    merged,
    origin,
)
from sphinxext.plugins.introspect.static.scopes import (
    AbsentError,
    Class,
    Module,
    Object,
    Scope,
    UnknownError,
    counting,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinxext.plugins.introspect.static.scopes import Modules


class Search:
    """One search, which gives up where the path gets too long or turns in a circle.

    All its methods raise :exc:`UnknownError`.

    :param exact: whether values are looked for, so that whatever may give a name another one is a doubt
    """

    def __init__(
        self, modules: Modules, depth: int = 0, followed: Iterator[int] | None = None, *, exact: bool = False
    ) -> None:
        self.modules = modules
        self._depth, self._steps, self._exact = depth, 0, exact
        self._followed, self._imports = followed or count(1), set[str]()
        self._left, self._stars = limits.LONGEST_DOCSTRING, Stars()
        self.constants: dict[str, ast.expr] = {}  # by module the first of those that a value was made of
        self.enumerations: dict[Class, Any] = {}
        self._orders: dict[Class, tuple[list[Class], UnknownError | None]] = {}

    def target(self, module: str, attributes: Sequence[str]) -> Found:
        """Find what an object reference stands for."""
        found = start = Found(Kind.MODULE, self.modules.read(module))
        for name in attributes:
            found = carried(found, self.member(found, name), start.object.module)
        return found._replace(assumed=found.assumed or self._changed_above(found))

    def _changed_above(self, found: Found) -> str | None:
        """Say what in a package may change what is defined in a module of it, for the package is imported with it."""
        name, of = found.object.name, found.object.module
        for module in self.modules.above(of) if found.object.parent is of else ():
            if name in module.text:
                sets = f"{module.path} may set {name} of {of.path}" if name in module.attributes_set else None
                return sets or self._changed(module, name, found)
        return None

    def member(self, owner: Found, name: str) -> Found:
        """Find an attribute of something."""
        if isinstance(owner.object, Module):
            return self._of_module(owner.object, name)
        if owner.class_ is not None:
            if owner.kind is Kind.INSTANCE:
                return self._of_instance(owner, owner.class_, name)
            found = self.of_class(owner.class_, name)
            return found._replace(assumed=owner.assumed or found.assumed)
        msg = f"what {name} of {owner.object.path} is only shows when it runs"
        raise UnknownError(msg)

    def _of_instance(self, owner: Found, class_: Class, name: str) -> Found:
        """Find an attribute of an instance, which its class or one that this inherits from defines."""
        doubt = effects.on_object(owner, name, self) or effects.on_items(class_, self)
        try:
            found = self.of_class(class_, name)
        except AbsentError:
            if doubt := doubt or effects.on_instance(class_, name, self):
                raise UnknownError(doubt) from None
            raise
        if found.type in PROPERTIES:
            msg = f"{owner.object.path}.{name} is a property, and what it gives only shows when it runs"
            raise UnknownError(msg)
        is_data = found.kind is not Kind.METHOD
        if self._exact and (doubt := doubt or effects.on_instance(class_, name, self, data=is_data)):
            raise UnknownError(doubt)
        return found._replace(assumed=owner.assumed or found.assumed, bound=True)

    def of_class(self, class_: Class, name: str) -> Found:
        """Find an attribute of a class, or of one that it inherits from."""
        builtin: list[type] = []
        for base in self.bases(class_):
            bound = self.modules.bindings(base, name)
            if bound and not (self._exact and bound[0].runs is Runs.TYPING):
                doubt = effects.on_class(class_, name, self, base) if self._exact else None
                if doubt or any(hasattr(before, name) for before in builtin):
                    raise UnknownError(doubt or f"{class_.path} has {name} from a builtin class")
                found = self._value(base, name, bound)
                if self._exact and is_field(found.object) and (failure := self._order(class_)[1]) is not None:
                    raise UnknownError(*failure.args)  # who inherits from a NamedTuple declares fields so
                if found.kind is Kind.INSTANCE and makes_members(class_, self, strict=not self._exact):
                    return Found(Kind.INSTANCE, found.object, class_.path, class_)
                if name in base.module.attributes_set:
                    found = found._replace(assumed=f"{base.module.path} sets an attribute {name}")
                of = found.class_ if found.kind is Kind.INSTANCE else None
                if of is not None and any(self.binds(each, "__get__") for each in self.bases(of)):
                    found = found._replace(assumed=f"{of.path} has a __get__")
                of_class = found.kind is Kind.FUNCTION and isinstance(found.object.parent, Class)
                return found._replace(kind=Kind.METHOD) if of_class else found
            builtin += builtin_bases(base)
        if doubt := effects.on_absence(class_, name, self, [object, ABCMeta, *builtin]):
            raise UnknownError(doubt)
        msg = f"neither {class_.path} nor its base classes define {name}"
        raise AbsentError(msg)

    def bases(self, class_: Class) -> Iterator[Class]:
        """Return a class, and then the classes that it inherits from, in method resolution order.

        The builtin ones are left out. Nothing of them is looked for before the class itself was tried, and
        where the source does not tell one of them, this is raised after those that surely come before it.
        """
        yield class_
        classes, failure = self._order(class_)
        yield from classes[1:]
        if failure is not None:
            raise UnknownError(*failure.args)

    def expression(self, node: ast.expr | None, scope: Object, binding: Object) -> Found:
        """Find what an expression gives, in the scope where it stands.

        :param binding: what an instance is bound to, which stands for it
        """
        self._step(binding.path)
        match node:
            case ast.Attribute(attr="name" | "value") if self._exact:  # a member of an enumeration may have it
                return Found(Kind.INSTANCE, binding)
            case ast.Name() | ast.Attribute() if (path := syntax.dotted(node)) is not None:
                return self.path(path, scope, node.lineno)
            case _ if (builtin := syntax.literal(node)) is not None:
                return Found(Kind.INSTANCE, binding, f"builtins.{builtin}")
            case ast.Call() if self._exact and not self._makes_instance(node, scope):
                return Found(Kind.INSTANCE, binding)
            case ast.Call():
                return called(node, scope, binding, self)
            case ast.Lambda():
                return Found(Kind.FUNCTION, binding)
            case ast.expr() if self._exact:
                return Found(Kind.INSTANCE, binding)
            case None:
                msg = f"{binding.path} is declared without a value"
            case _:
                msg = f"{binding.path} is computed: {syntax.shown(node)}"
        raise UnknownError(msg)

    def _makes_instance(self, call: ast.Call, scope: Object) -> bool:
        """Whether a class is called."""
        try:
            path = syntax.dotted(call.func)
            return path is not None and self.path(path, scope, call.lineno).kind is Kind.CLASS
        except UnknownError:
            return False

    def path(self, names: Sequence[str], scope: Object, before: int | None = None) -> Found:
        """Find what a dotted name stands for, in a scope.

        :param before: the line that it stands in, where it is looked up when the scope is made and not later
        """
        found = self._name(names[0], scope, before)
        for name in names[1:]:
            found = carried(found, self.member(found, name), scope.module)
        return found

    def bound(self, name: str, scope: Object, before: int | None = None) -> list[Object]:
        """Return what a name is bound to in a class, or else in its module; see :meth:`path`."""
        return in_class(self.modules, name, scope, before) or self._bindings(scope.module, name, before)

    def binds(self, scope: Scope, name: str) -> bool:
        """Whether a scope binds a name itself."""
        return bool(self.modules.bindings(scope, name))

    def restart(self) -> Search:
        """Start another search from here, for a long list of decorators is no long path."""
        if self._depth == limits.DEEPEST_DECORATOR:
            msg = "it leads through too many decorators"
            raise UnknownError(msg)
        search = Search(self.modules, self._depth + 1, self._followed, exact=self._exact)
        search._orders = self._orders  # its own class
        search._stars = self._stars
        return search

    def take(self, size: int) -> None:
        """Take note of how large a value becomes that is worked out."""
        self._left -= size
        if self._left < 0:
            msg = "it is too long"
            raise UnknownError(msg)

    def _step(self, where: str) -> None:
        self._steps += 1
        if self._steps > limits.LONGEST_PATH or next(self._followed) > limits.MOST_STEPS:
            msg = f"{where} leads in a circle, or over more than {limits.LONGEST_PATH} other names"
            raise UnknownError(msg)

    def _name(self, name: str, scope: Object, before: int | None = None) -> Found:
        """Find a name as code in a scope would: in a class, then in its module, for a class in it does not see them."""
        if isinstance(scope, Class) and (bound := in_class(self.modules, name, scope, before)):
            return self._value(scope, name, bound)
        if hasattr(builtins, name) and not self._bindings(scope.module, name, before):
            msg = f"{name} is builtin"
            raise UnknownError(msg)
        return self._of_module(scope.module, name, before)

    def _of_module(self, module: Module, name: str, before: int | None = None) -> Found:
        submodule = f"{module.path}.{name}"
        self._step(submodule)
        if bound := self._bindings(module, name, before):
            found = self._value(module, name, bound)
            assumed = found.assumed or self._changed(module, name, found)
            is_package = module.package == module.path
            if is_package and self.modules.exists(submodule) and not module.imports_before(submodule, bound[0].line):
                assumed = f"{submodule} may take its place, whoever imports it"
            return found._replace(assumed=assumed)
        if self.modules.exists(submodule):
            imported = submodule in module.imported
            assumed = None if imported else f"{submodule} has to be imported by something else first"
            return Found(Kind.MODULE, self.modules.read(submodule), assumed=assumed)
        if self.modules.bindings(module, "__getattr__"):
            msg = f"{module.path} has a __getattr__, and {name} may come from that"
            raise UnknownError(msg)
        if doubt := effects.on_absence(module, name, self, []):
            raise UnknownError(doubt)
        msg = f"{module.path} does not define {name}"
        raise AbsentError(msg)

    def _changed(self, module: Module, name: str, found: Found) -> str | None:
        """Say what in a module may change what a name stands for, or its docstring."""
        names, calls = module.rebinding
        if name in names or ANY in names:
            return f"{module.path} may bind {name} to something else when it runs"
        if not self._exact and found.object.module is not module and module.writes_docstring(name):
            return f"{module.path} writes the docstring of {name}"
        of_all = [] if name in [(syntax.dotted(c.func) or [""])[0] for c in calls.get(ANY, ())] else calls.get(ANY, ())
        for call in [*(() if self._exact else calls.get(name, ())), *of_all]:
            path = syntax.dotted(call.func)
            if path is None or not leaves(path, place_of(call, name), module, self):
                return f"{module.path} calls {syntax.shown(call.func)}(…) with {name}, which may change it"
        return None

    def _bindings(self, module: Module, name: str, before: int | None) -> list[Object]:
        """Return what a module binds a name to, each ``from … import *`` that brings it counted as one."""
        if STAR not in module.bindings:
            bound = self.modules.every(module, name)
            return counting(sorted(bound, key=attrgetter("line")) if len(bound) > 1 else bound, before)
        bound = own = self.modules.every(module, name)
        last = max((b.line for b in own if b.runs is Runs.SURELY and (before is None or b.line < before)), default=0)
        for star in self.modules.every(module, STAR):
            if star.line > last:
                brings = Exports(self.modules, self, self._stars).of_star(star, name)
                bound = [*bound, star if brings else star.perhaps()] if brings or brings is None else bound
        return counting(sorted(bound, key=attrgetter("line")), before)

    def _order(self, class_: Class) -> tuple[list[Class], UnknownError | None]:
        if class_ not in self._orders:
            # A search that takes other classes for bases, and notes which it meets, keeps what it finds.
            shared = self.modules.orders if type(self) is Search else {}
            known = shared.get((class_, self._exact))
            if known is None:
                with self.modules.finder.watched() as read:
                    order, failure = self._resolution_order(class_)
                known = order, frozenset(read)
                if failure is None:  # or else it may be this search that goes too far
                    shared[class_, self._exact] = known
            else:
                failure = None
            self.modules.finder.note(known[1])
            self._orders[class_] = known[0], failure
        return self._orders[class_]

    def _resolution_order(self, class_: Class) -> tuple[list[Class], UnknownError | None]:
        """Return the method resolution order of a class as far as its source tells, and why it does not go on."""
        self._step(class_.path)
        bases: list[Class | None] = []
        failure: UnknownError | None = None
        for node in base_nodes(class_):
            try:
                bases += [base] if (base := self._base(node, class_)) is not None else []
            except UnknownError as error:
                failure = failure or UnknownError(*error.args)  # what is absent there makes nothing absent here
                bases.append(None)
        known = [base for base in bases if base is not None]
        orders = []
        for base in known:
            order, unknown = self._order(base)
            orders.append(order)
            failure = failure or unknown
        if failure is not None:
            # Of several, only the first comes before all others in any case.
            first = [] if bases[0] is None else orders[0] if len(bases) == 1 else known[:1]
            return [class_, *first], failure
        try:
            return [class_, *merged([*orders, known])], None
        except ValueError:
            return [class_, *known[:1]], UnknownError(f"the base classes of {class_.path} are in no order")

    def _base(self, node: ast.expr, class_: Class) -> Class | None:
        """Find a base class; None where it is builtin, or only there for typing."""
        path = syntax.dotted(node.value if isinstance(node, ast.Subscript) else node)
        scope = class_.scope
        if path is not None and (is_left_out(path, scope, self)):
            return None
        found = self.path(path, scope, node.lineno) if path else None
        if found is None or not isinstance(found.object, Class):
            msg = f"{syntax.shown(node)}, a base of {class_.path}, is no class that its source tells of"
            raise UnknownError(msg)
        return found.object

    def _value(self, scope: Scope, name: str, bound: list[Object]) -> Found:
        """Follow the binding of a name that counts, and where that leads to nothing, another one."""
        self._step(f"{scope.path}.{name}")
        failure: UnknownError | None = None
        doubtful = False
        otherwise = any(binding.runs is Runs.OTHERWISE for binding in bound)
        unsure = {Runs.PERHAPS, Runs.RISKED} if otherwise else {Runs.PERHAPS}
        if self._exact and (bound[0].runs is Runs.TYPING or any(binding.runs in unsure for binding in bound)):
            msg = f"{scope.path}.{name} depends on a condition"
            raise UnknownError(msg)
        for binding in bound:
            try:
                found = self._bound(binding, name)
            except UnknownError as error:
                failure = failure or UnknownError(*error.args)  # what is absent there may be here
                doubtful = doubtful or not isinstance(error, AbsentError)
            else:
                of_code = found.kind in (Kind.CLASS, Kind.MODULE)
                tried = binding.runs is not Runs.SURELY and binding.target is None
                if self._exact and not of_code and (tried or scope.module.changes.may(name)):
                    msg = f"{scope.path}.{name} may be changed after it was assigned"
                    raise UnknownError(msg)
                # It shows type checkers what running gives.
                if binding.runs in unsure or (doubtful and binding.runs is not Runs.TYPING):
                    return found._replace(assumed=f"{scope.path}.{name} depends on a condition")
                return found
        assert failure is not None
        raise failure

    def _bound(self, member: Object, name: str) -> Found:
        match member:
            case Object(target=str(target)):
                brings = member.name == STAR
                return self._of_module(self.modules.read(target), name) if brings else self._imported(target)
            case Class():
                return decorated(Found(Kind.CLASS, member, class_=member), self)
            case Object(function=ast.FunctionDef() | ast.AsyncFunctionDef() as function):
                decorators = [syntax.dotted(by) or [""] for by in function.decorator_list]
                if by := PROPERTIES & {origin(by, member.scope, self) for by in decorators}:
                    return Found(Kind.INSTANCE, member, by.pop())
                return decorated(Found(Kind.FUNCTION, member), self)
            case Object(node=ast.AnnAssign(annotation=annotation, value=None)) if member.module.is_stub and not (
                isinstance(member.parent, Class) and is_field(member)
            ):
                return instance(annotation, member, self)  # there is no more in a stub
            case Object(value=ast.expr()) | Object(node=ast.AnnAssign()):
                return self.expression(member.value, member.scope, member)
        msg = f"{member.path} is bound by: {syntax.shown(member.node)}"
        raise UnknownError(msg)

    def _imported(self, path: str) -> Found:
        """Find what a path in an import stands for: the longest module in it, then attributes."""
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            module = ".".join(parts[:length])
            if self.modules.exists(module):
                parent, _, tail = module.rpartition(".")
                # What leads back to here, as a star does of a module that imports this one, is the module itself.
                if length == len(parts) and parent and path not in self._imports and self._rebinds(parent, tail):
                    with following(path, self._imports):
                        return self._of_module(self.modules.read(parent), tail)
                return self.target(module, parts[length:])
        msg = f"there is no module {parts[0] or 'that far above'}"
        raise (UnknownError if parts[0] in sys.builtin_module_names else AbsentError)(msg)

    def _rebinds(self, package: str, name: str) -> bool:
        """Whether a package binds a name to something else than its submodule of that name."""
        with suppress(UnknownError):
            bound = self._bindings(self.modules.read(package), name, None)
            return not all((binding.name, binding.target) == (name, f"{package}.{name}") for binding in bound)
        return False
