"""Where a name is from, as the import of it says, without following it further."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from sphinxext.plugins.introspect.static.trees import Alias, Object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinxext.plugins.introspect.static.results import Lookup
    from sphinxext.plugins.introspect.static.trees import Binding


def origin(names: Sequence[str], scope: Object, search: Lookup, before: int | None = None) -> str:
    """Return the path that a dotted name stands for; nothing where it is bound in several ways."""
    bound = search.bound(names[0], scope, before)
    if not bound:
        return ".".join(["builtins", *names] if hasattr(builtins, names[0]) else names)
    paths = {path_of(binding, names[0]) for binding in bound}
    return ".".join([*paths, *names[1:]]) if len(paths) == 1 else ""


def path_of(binding: Binding, name: str) -> str:
    """Return the path that a name has by one of its bindings."""
    member = binding.member
    if not isinstance(member, Alias):
        return member.path
    return f"{member.target_path}.{name}" if "/" in member.name else member.target_path


def is_builtin(names: Sequence[str], scope: Object, search: Lookup) -> bool:
    """Whether a name is that of a builtin class, in the present or in an older version of Python."""
    module, _, name = origin(names, scope, search).rpartition(".")
    return module.partition(".")[0] in {"builtins", "future", "six"} and hasattr(builtins, name)
