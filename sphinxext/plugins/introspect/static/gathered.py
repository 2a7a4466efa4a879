"""What modules of a package define that is marked as a plugin, as their source tells: by a decorator, or as a hook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.core.evaluation import LackingError
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.live import named
from sphinxext.plugins.introspect.live.marked import called
from sphinxext.plugins.introspect.modules import UNREADABLE, Form
from sphinxext.plugins.introspect.static import hooks as of_hooks
from sphinxext.plugins.introspect.static import marked
from sphinxext.plugins.introspect.static.answers import answer, exact
from sphinxext.plugins.introspect.static.bindings import Runs
from sphinxext.plugins.introspect.static.names import Search
from sphinxext.plugins.introspect.static.results import Found
from sphinxext.plugins.introspect.static.scopes import Class, UnknownError

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Mapping, Sequence

    from sphinxext.plugins.core.entries import Entries
    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.introspect.static.scopes import Module, Modules, Object

_DECORATED = re.compile(
    r"^@|^(?:async|elif|else|except|finally|for|if|match|try|while|with)\b.*\n(?:[ \t)\]}].*\n|(?:#.*)?\n)*?[ \t]+@",
    re.MULTILINE,
)
"""A decorator of what stands in a module, also in blocks, and not in a class or a function; it may have any name."""

_HOOKS = re.compile(
    r"^[ \t]*@(?![ \t]*(?:[\w.]+\.(?:deleter|getter|setter)|classmethod|property|staticmethod)\b)|pytest_",
    re.MULTILINE,
)
"""A decorator that may mark a hook, by whatever name, or what pytest takes for one by that."""


def decorated(modules: Modules, plugin: Plugin, _found: Found, spec: Mapping[str, Any], entries: Entries) -> None:
    """Find what a decorator marks in a package."""
    name = spec["name"]

    def part(decorator: ast.expr) -> ast.expr:
        return called(named.part_of(decorator, name))

    for module in _modules(modules, plugin.module, _DECORATED, entries):
        found = Found(Kind.MODULE, module)
        for _, bound in marked.bound_members(found, exact(modules, {})):
            path = bound[0].path
            try:
                for row in marked.decorated(found, bound, spec["object"], exact(modules, {}), part):
                    entries.add(_names(modules, plugin, bound[0], row, name), f"{module.path}:{row['name']}")
            except LackingError as error:
                entries.leave(path, *error.args)
            except (UnknownError, LookupError) as error:
                entries.doubts.append(str(error))


def _names(
    modules: Modules, plugin: Plugin, of: Object, row: Mapping[str, Any], name: int | str | None
) -> Sequence[str]:
    """Return the names of what a decorator marks.

    :raises UnknownError: where the source does not tell
    :raises LackingError: where there is none
    """
    attribute = named.attribute_of(name)
    value = None
    if attribute is not None:
        found = Search(modules).target(of.module.path, [of.name])
        try:
            value = answer(plugin, found, f"attr:{attribute}", modules, {})
        except LackingError:
            msg = f"the decorator may set {attribute} of {of.path}"
            raise UnknownError(msg) from None
    try:
        if attribute is not None:
            return named.texts_of(value)
        return named.names(row["name"], row["arguments"], row["keywords"], name)
    except LookupError as error:
        raise LackingError(*error.args) from None


def hooks(modules: Modules, plugin: Plugin, _found: Found, _spec: Mapping[str, Any], entries: Entries) -> None:
    """Find the modules and classes of a package that implement hooks of pluggy."""
    for module in _modules(modules, plugin.module, _HOOKS, entries):
        bound = {name: modules.bindings(module, name) for name in module.bindings}
        classes = [each for several in bound.values() for each in several if isinstance(each, Class)]
        specified = (of_hooks.specifies(scope, Search(modules)) for scope in (module, *classes))
        by_name = "pytest_" in module.text and not any(specified)
        for scope in (module, *classes):
            doubts: list[str] = []
            is_one = of_hooks.implements(scope, Search(modules), doubts, by_name=by_name and scope is module)
            if is_one and scope is not module and not _is_sure(scope, bound[scope.name]):
                doubts = [f"{scope.path} depends on a condition"]
            elif is_one:
                target = module.path if scope is module else f"{module.path}:{scope.name}"
                entries.add([scope.name.rpartition(".")[2]], target)
                continue
            entries.doubts += doubts


def _is_sure(class_: Object, bound: Sequence[Object]) -> bool:
    """Whether the name of a class surely stands for it, of what that may be bound to."""
    return bound[0] is class_ and class_.runs in (Runs.SURELY, Runs.TRIED)


def _modules(modules: Modules, package: str, wanted: re.Pattern[str], entries: Entries) -> Iterator[Module]:
    """Return the modules of a package, of which the text has what is wanted; note those that cannot be read."""
    for name in modules.finder.within(package):
        found = modules.finder.find(name)
        if found is None or found.path is None or name.rpartition(".")[2] == "__main__":
            continue
        try:
            text = "" if found.form is Form.COMPILED else found.read()
        except UNREADABLE:
            text = None
        if text is None or found.form is Form.COMPILED or wanted.search(text):
            try:
                yield modules.read(name)
            except UnknownError as error:
                entries.doubts.append(str(error))
