"""Reads ``setup.py`` as a syntax tree. It is never run, so that only what stands there in the open is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.sources import keywords
from sphinxext.plugins.sources.declared import Declared, Registrar
from sphinxext.plugins.sources.literals import Computed, Follower
from sphinxext.plugins.sources.tree import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinxext.plugins.sources.tree import Tree

FILE = "setup.py"


@dataclass
class Script:
    """What a ``setup.py`` tells."""

    declared: Declared = field(default_factory=Declared)

    computed: str | None = None
    """Why its entry points are not all known, if so."""

    given: bool = False
    """Whether it does register some, known or not."""

    pbr: bool = False
    """Whether it leaves all else to pbr."""


def read(tree: Tree) -> Script:
    """Read what there is; without the file, it declares nothing."""
    source = tree.read(FILE, limits.LARGEST_DECLARED // 4)  # its syntax tree takes more time than any other file
    if source is None:
        return Script()
    try:
        calls = Follower(decoding.python(source)).calls
        return _script(tree, calls) if calls else Script(computed="no call of setup() is seen")
    except ValueError as error:
        return Script(computed=shortened(str(error)))
    except (RecursionError, MemoryError):
        return Script(computed="it is nested too deeply")


def _script(tree: Tree, calls: list[dict[str, object]]) -> Script:
    call = calls[0]
    requires = call.get("setup_requires")
    required = requires if isinstance(requires, list) else [requires]
    pbr = call.get("pbr") is True or any(isinstance(name, str) and name.startswith("pbr") for name in required)
    script = Script(keywords.declare(tree, FILE, call), given=bool(call.get("entry_points")), pbr=pbr)
    computed = next(_computed(call), None)
    if computed is not None:
        script.computed = f"entry_points in line {computed.line}: {shortened(computed.source)}"
    elif any(other.get("entry_points") != call.get("entry_points") for other in calls):
        script.computed = "setup() is called more than once, with others"
    registrar = Registrar(tree, FILE)
    match call.get("entry_points"):
        case str() as text:
            registrar.take_lines(text)
        case dict() as groups:
            keywords.register(
                registrar, {name: _known(lines) for name, lines in groups.items() if isinstance(name, str)}
            )
        case None | Computed():
            pass
        case _:
            registrar.refuse("entry_points", "is neither a text nor a dict")
    script.declared.entry_points = registrar.taken or None
    return script


def _known(lines: object) -> list[object]:
    return [line for line in (lines if isinstance(lines, list) else [lines]) if not isinstance(line, Computed)]


def _computed(call: dict[str, object]) -> Iterator[Computed]:
    """Return what is computed of the entry points."""
    given = call.get("entry_points")
    if given is None:
        yield from (key for key in call if isinstance(key, Computed))
    elif isinstance(given, Computed):
        yield given
    elif isinstance(given, dict):
        for name, lines in given.items():
            for part in (name, *(lines if isinstance(lines, list) else [lines])):
                if isinstance(part, Computed):
                    yield part
