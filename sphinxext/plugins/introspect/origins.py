"""Where a name is from, as the import of it says, without following it further."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from sphinxext.plugins.introspect.trees import Alias, Object, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinxext.plugins.introspect.trees import Binding, Modules


def bound(name: str, scope: Object, modules: Modules) -> list[Binding]:
    """Give what a name is bound to in a scope, or else in its module."""
    scopes = [scope, *([] if scope is scope.module else [scope.module])]
    return next((found for s in scopes if isinstance(s, Scope) and (found := modules.bindings(s, name))), [])


def origin(names: Sequence[str], scope: Object, modules: Modules) -> str:
    """Give the path that a dotted name stands for; nothing where it is bound in several ways."""
    members = [binding.member for binding in bound(names[0], scope, modules)]
    if not members:
        return ".".join(["builtins", *names] if hasattr(builtins, names[0]) else names)
    paths = {member.target_path if isinstance(member, Alias) else member.path for member in members}
    return ".".join([*paths, *names[1:]]) if len(paths) == 1 else ""


def is_builtin(names: Sequence[str], scope: Object, modules: Modules) -> bool:
    """Whether a name is that of a builtin class, in the present or in an older version of Python."""
    module, _, name = origin(names, scope, modules).rpartition(".")
    return module.partition(".")[0] in {"builtins", "future", "six"} and hasattr(builtins, name)
