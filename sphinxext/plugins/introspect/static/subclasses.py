"""The subclasses of a class within packages, as their source tells."""

from __future__ import annotations

import ast
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext.plugins.core.evaluation import LackingError
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.answers import answer, exact
from sphinxext.plugins.introspect.static.lineages import Lineages
from sphinxext.plugins.introspect.static.names import Search
from sphinxext.plugins.introspect.static.results import base_nodes, origin
from sphinxext.plugins.introspect.static.scopes import AbsentError, Class, UnknownError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sphinxext.plugins.core.entries import Entries
    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.introspect.static.results import Found
    from sphinxext.plugins.introspect.static.scopes import Modules, Scope

_CLASS = re.compile(r"^[ \t]*class\s+\w+\s*[(\[]", re.MULTILINE)
"""A class that may inherit from another one."""


_STANDARD = sys.stdlib_module_names | {"typing_extensions"}
"""The modules whose classes inherit from nothing that is not in them."""

_MADE = re.compile(r"^\w+\s*=\s*(types\.)?(type|new_class)\(", re.MULTILINE)
"""A class that is made by a call."""


def subclasses(modules: Modules, plugin: Plugin, found: Found, spec: Mapping[str, Any], entries: Entries) -> None:
    """Read the subclasses of a class that are not abstract themselves."""
    del found
    base = Search(modules).target(plugin.module, spec["object"].split("."))
    if base.class_ is None or base.kind is not Kind.CLASS:
        msg = f"{spec['object']} of {plugin.module} is no class"
        raise UnknownError(msg)
    of = _Subclasses(modules, base.class_)
    for each in _classes(modules, spec["in"], entries):
        class_ = each.class_
        if class_ is None or class_ is base.class_:
            continue
        try:
            if of.has(class_) and not Lineages(exact(modules, {})).is_abstract(class_):
                module, by = class_.module.path, spec["name"]
                target = f"{module}:{class_.path.removeprefix(f'{module}.')}"
                entries.doubts += [each.assumed] if each.assumed else []
                stand_in = msgspec.structs.replace(plugin, target=target)
                entries.add([class_.name] if by is None else _names(modules, stand_in, each, by, entries), target)
        except UnknownError as error:
            entries.doubts.append(f"whether {class_.path} is a subclass only shows when it runs: {error}")
    for package in spec["in"]:
        for module in modules.finder.within(package):
            if _MADE.search(modules.finder.text(module) or ""):
                entries.doubts += _made(modules, module, of)


class _Subclasses:
    """The subclasses of a class, each found out once."""

    def __init__(self, modules: Modules, base: Class) -> None:
        self._modules = modules
        self._is_standard = _is_standard(base.path)
        self._known: dict[str, bool | UnknownError] = {base.path: True}

    def has(self, of: Class) -> bool:
        """Whether a class is one of them.

        :raises UnknownError: where the source does not tell
        """
        if of.path not in self._known:
            self._known[of.path] = False  # or else one that inherits from itself would be followed for ever
            try:
                self._known[of.path] = self._inherits(of)
            except UnknownError as error:
                self._known[of.path] = error
        known = self._known[of.path]
        if isinstance(known, UnknownError):
            raise UnknownError(*known.args)
        return known

    def _inherits(self, of: Class) -> bool:
        failure: UnknownError | None = None
        for node in base_nodes(of):
            try:
                base = self._base(node, of)
                if base is not None and self.has(base):
                    return True
            except UnknownError as error:
                failure = failure or error
        if failure is not None:
            raise failure
        return False

    def _base(self, node: ast.expr, of: Class) -> Class | None:
        """Find a base class; None where nothing of the standard library inherits from what is not of it."""
        search = Search(self._modules)
        node = node.value if isinstance(node, ast.Subscript) else node
        path = syntax.dotted(node.func if isinstance(node, ast.Call) else node)
        called = isinstance(node, ast.Call)  # which makes a class of its own: namedtuple()
        where = origin(path, of.scope, search, node.lineno) if path and (called or not self._is_standard) else ""
        if _is_standard(where):
            return None
        found = search.path(path, of.scope, node.lineno) if path and not called else None
        if found is None or not isinstance(found.object, Class):
            msg = f"{syntax.shown(node)}, a base of {of.path}, is no class that its source tells of"
            raise UnknownError(msg)
        return found.object


def _made(modules: Modules, module: str, of: _Subclasses) -> Iterator[str]:
    """Say which names in a module stand for subclasses that calls make, of which the source does not tell more."""
    with suppress(UnknownError):
        scope = modules.read(module)
        for name, bound in scope.bindings.items():
            bases = [*getattr(bound[0].value, "args", ()), None, None][1]
            for node in bases.elts if isinstance(bases, ast.Tuple) else ():
                with suppress(UnknownError):
                    found = Search(modules).path(syntax.dotted(node) or [""], scope, node.lineno)
                    if found.class_ is not None and found.kind is Kind.CLASS and of.has(found.class_):
                        yield f"what {name} of {module} is only shows when it runs"


def _is_standard(path: str) -> bool:
    """Whether something is of Python itself."""
    return path.partition(".")[0] in _STANDARD


def _classes(modules: Modules, packages: list[str], entries: Entries) -> Iterator[Found]:
    """Return the classes in packages that inherit from another one."""
    for package in packages:
        for module in modules.finder.within(package):
            text = modules.finder.text(module)
            try:
                if text is None or _CLASS.search(text):
                    yield from _of_module(modules, module, entries)
            except UnknownError as error:
                entries.doubts.append(str(error))


def _of_module(modules: Modules, module: str, entries: Entries) -> Iterator[Found]:
    """Return the classes that stand in a module, or in a class of it."""
    waiting: list[tuple[tuple[str, ...], Scope]] = [((), modules.read(module))]
    for path, scope in waiting:
        for name, bound in scope.bindings.items():
            classes = [each for each in bound if isinstance(each, Class)]
            if not classes:
                continue
            try:
                of = Search(modules).target(module, (*path, name))
            except UnknownError as error:
                # What is not there is no class: one of a module that is run as a script, say.
                entries.doubts += [] if isinstance(error, AbsentError) else [str(error)]
                continue
            if of.kind is Kind.CLASS and of.class_ in classes:
                waiting.append(((*path, name), of.class_))
                yield of


def _names(modules: Modules, plugin: Plugin, found: Found, by: str, entries: Entries) -> list[str]:
    """Return the names that a class says that it has; none where it has none, or its source does not tell.

    :param plugin: what stands for the class
    :param by: the describer of what names it
    """
    path = found.object.path
    try:
        names = entries.texts(answer(plugin, found, by, modules, {}))
    except LackingError:
        names = []
    except UnknownError as error:
        entries.doubts.append(f"what names {path} is not told: {error}")
        return []
    if not names:
        entries.leave(found.object.name, f"its {by} is no name")
    return names
