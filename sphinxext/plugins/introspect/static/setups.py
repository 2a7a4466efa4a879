"""What extensions of Sphinx register in ``setup``, as its source tells."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.core.evaluation import LackingError
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.live.setups import Registered
from sphinxext.plugins.introspect.static import syntax
from sphinxext.plugins.introspect.static.applications import Walk
from sphinxext.plugins.introspect.static.frames import Frame, Reader, Told, reference
from sphinxext.plugins.introspect.static.names import Search
from sphinxext.plugins.introspect.static.scopes import AbsentError, UnknownError
from sphinxext.plugins.introspect.static.values import bound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sphinxext.plugins.core.entries import Entries
    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.introspect.static.results import Found
    from sphinxext.plugins.introspect.static.scopes import Class, Modules, Object


def fill(modules: Modules, plugin: Plugin, _found: Found, spec: Mapping[str, Any], entries: Entries) -> None:
    """Add what an extension registers to the entries of a registry.

    :raises LackingError: where it has no ``setup``
    :raises UnknownError: where its source does not tell whether it has one
    """
    _read(modules, _setup(modules, plugin.module)).fill(entries, spec["in"], plugin.module)


def names(modules: Modules, found: Found, kind: str) -> list[str]:
    """Return the names of what an extension registers, of one kind.

    :param found: a module, or the function itself
    :raises LackingError: where it registers none
    :raises UnknownError: where that may not be all
    """
    if found.assumed:
        raise UnknownError(found.assumed)
    if found.kind is Kind.MODULE:
        found = _setup(modules, found.object.path)
    elif found.kind is not Kind.FUNCTION or found.object.name != "setup":
        raise LackingError(kind)
    registered = _read(modules, found)
    if registered.doubts:
        raise UnknownError(registered.doubts[0])
    if not (told := registered.names(kind)):
        raise LackingError(kind)
    return told


def _setup(modules: Modules, module: str) -> Found:
    """Find the ``setup`` of a module."""
    try:
        return Search(modules).target(module, ["setup"])
    except AbsentError as error:
        raise LackingError(module) from error


def _read(modules: Modules, found: Found) -> Registered:
    """Read what a ``setup`` registers."""
    reader = _Reader(modules)
    registered = Registered(reader)
    node = found.object.function
    if found.assumed or not isinstance(node, ast.FunctionDef) or found.kind is not Kind.FUNCTION:
        msg = found.assumed or f"what {found.object.path} is only shows when it runs"
        raise UnknownError(msg)
    positional = [*node.args.posonlyargs, *node.args.args]
    if not positional or len(positional) - len(node.args.defaults) > 1 or None in node.args.kw_defaults:
        raise LackingError(found.object.path)
    Walk(registered, reader, _frame(found.object, positional[:1])).block(node.body)
    for handler, doubt in reader.handlers:
        if (taken := handler.object.function) is not None:
            parameters = [*taken.args.posonlyargs, *taken.args.args]
            Walk(registered, reader, _frame(handler.object, parameters), doubt=doubt).block(taken.body)
    return registered


def _frame(of: Object, parameters: Sequence[ast.arg]) -> Frame:
    """Return the names of a function that takes an application, and perhaps its configuration."""
    assert of.function is not None
    apps, configs = (frozenset(each.arg for each in part) for part in (parameters[:1], parameters[1:2]))
    return Frame(of.module, frozenset(syntax.local_names(of.function)), {}, apps, configs)


class _Reader(Reader):
    """Tells what stands in the source, as :class:`~sphinxext.plugins.introspect.live.setups.Loaded` does."""

    def text(self, value: Told) -> str:
        text = self.value(value)
        if not isinstance(text, str):
            msg = f"a name is no text: {text!r:.100}"
            raise UnknownError(msg)
        return text

    def named(self, value: Told, attribute: str) -> str:
        class_ = self._class(value)
        search = self.search()
        name = bound(search.of_class(class_, attribute), search)
        if not isinstance(name, str):
            msg = f"{attribute} of {class_.path} is no text"
            raise UnknownError(msg)
        return name

    def items(self, value: Told, attribute: str) -> Sequence[tuple[Told, Told]]:
        return self.members(self._class(value), attribute)

    def target(self, value: Told) -> str | None:
        if isinstance(value.node, ast.Lambda):
            return None
        try:
            return reference(self.object(value))
        except UnknownError as error:
            raise LookupError(*error.args) from error

    def _class(self, value: Told) -> Class:
        found = self.object(value)
        if found.kind is not Kind.CLASS or found.class_ is None:
            msg = f"{found.object.path} is no class that its source tells of"
            raise UnknownError(msg)
        return found.class_
