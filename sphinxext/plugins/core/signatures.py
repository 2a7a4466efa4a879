"""Signatures as they are written down, ``(path, encoding='utf-8', *, strict=…)``: what they take, and code of them.

What is written there is others' text: it is parsed, and only names and literals are ever taken from it.
"""

from __future__ import annotations

import ast
import keyword
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.text import cut

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


class Parameter(NamedTuple):
    """One that an argument is given for."""

    name: str
    required: bool


class Signature(NamedTuple):
    """The parameters of something that is called."""

    only_positional: tuple[Parameter, ...]
    either: tuple[Parameter, ...]
    """Those that take an argument by position or by name."""

    only_keyword: tuple[Parameter, ...]
    arguments: bool
    """Whether there is ``*args``."""

    keywords: bool
    """Whether there is ``**kwargs``."""

    @property
    def positional(self) -> tuple[Parameter, ...]:
        """Those that take an argument by position."""
        return (*self.only_positional, *self.either)

    @property
    def named(self) -> tuple[Parameter, ...]:
        """Those that take an argument by name."""
        return (*self.either, *self.only_keyword)


def parsed(written: str) -> Signature | None:
    """Return what a signature says; None where it is none that Python would take."""
    found = _arguments(written)
    if found is None:
        return None
    positional = [*found.posonlyargs, *found.args]
    without_default = len(positional) - len(found.defaults)
    parameters = tuple(Parameter(each.arg, at < without_default) for at, each in enumerate(positional))
    only = len(found.posonlyargs)
    defaults = zip(found.kwonlyargs, found.kw_defaults, strict=True)
    return Signature(
        only_positional=parameters[:only],
        either=parameters[only:],
        only_keyword=tuple(Parameter(each.arg, default is None) for each, default in defaults),
        arguments=found.vararg is not None,
        keywords=found.kwarg is not None,
    )


def code(written: str | None, first: str | None = None) -> str:
    """Write a signature as code, without parentheses: a default that is no literal is ``...``.

    Where it is not known, it takes everything.

    :param first: the parameter that stands before the others, ``self``
    """
    found = None if written is None else _arguments(written)
    if found is None:
        return ", ".join(filter(None, (first, "*args", "**kwargs")))
    if first is not None:
        free = first
        while free in _names(found):
            free += "_"
        (found.posonlyargs or found.args).insert(0, ast.arg(free))
    found.defaults = [_literal(default) for default in found.defaults]
    found.kw_defaults = [default and _literal(default) for default in found.kw_defaults]
    return ast.unparse(found)


def written_out(written: str) -> list[tuple[str, str | None]] | None:
    """Return the parameters as they are written, each with its default: ``encoding`` and ``'utf-8'``, ``*args``, ``/``.

    It is None where the signature is none that Python would take.
    """
    found = _arguments(written)
    if found is None:
        return None
    positional = [*found.posonlyargs, *found.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(found.defaults))
    shown = [(each.arg, _shown(by)) for each, by in zip(positional, [*defaults, *found.defaults], strict=True)]
    shown[len(found.posonlyargs) : len(found.posonlyargs)] = [("/", None)] if found.posonlyargs else []
    if found.vararg or found.kwonlyargs:
        shown.append((f"*{found.vararg.arg if found.vararg else ''}", None))
    shown += [(each.arg, _shown(by)) for each, by in zip(found.kwonlyargs, found.kw_defaults, strict=True)]
    return [*shown, *([(f"**{found.kwarg.arg}", None)] if found.kwarg else [])]


def _shown(default: ast.expr | None) -> str | None:
    if default is None:
        return None
    literal = _literal(default)
    return "…" if isinstance(literal, ast.Constant) and literal.value is ... else ast.unparse(literal)


def is_name(text: str) -> bool:
    """Whether Python takes a text for a name, and that very one: it writes some characters as others."""
    is_plain = text.isidentifier() and unicodedata.normalize("NFKC", text) == text
    return is_plain and not keyword.iskeyword(text) and text != "__debug__"


_TEXT_OR_ELLIPSIS = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|…")
"""Texts are found first, for what stands in one is no default that is left out."""


def _arguments(written: str) -> ast.arguments | None:
    if len(written) > limits.LONGEST_FACT or not written.startswith("(") or not written.endswith(")"):
        return None
    valid = _TEXT_OR_ELLIPSIS.sub(lambda found: "..." if found[0] == "…" else found[0], written)
    try:
        body = decoding.python(f"def _{valid}: pass").body
    except ValueError:
        return None
    match body:
        case [ast.FunctionDef(args=found, body=[ast.Pass()], returns=None)]:
            names = _names(found)
            return found if len(names) == len(set(names)) and all(map(is_name, names)) else None
        case _:
            return None


def _names(of: ast.arguments) -> list[str]:
    every = (*of.posonlyargs, *of.args, of.vararg, *of.kwonlyargs, of.kwarg)
    return [each.arg for each in every if each is not None]


def _literal(default: ast.expr) -> ast.expr:
    """Return a default, if all that it is made of is written there."""
    try:
        ast.literal_eval(default)
        ast.unparse(default)  # which Python does not do with every number
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ast.Constant(...)
    return default


def obstacle(taken: Signature, given: Signature) -> str | None:
    """Say why something cannot be called as another signature has it; None where it can.

    What has to be given is given, and then all that may be: by position, or by name where that fits. What an
    interface takes by ``*args`` and ``**kwargs`` may be anything that is required.
    """
    for every in (False, True):
        positional = [each for each in given.positional if every or each.required]
        keywords = [each.name for each in given.only_keyword if every or each.required]
        ways = [
            _refusal(taken, given, count, [*(each.name for each in positional[count:]), *keywords])
            for count in range(len(positional), min(len(given.only_positional), len(positional)) - 1, -1)
        ]
        if None not in ways:
            return ways[0]
    return None


def _refusal(taken: Signature, given: Signature, count: int, keywords: Sequence[str]) -> str | None:
    """Say why it does not take so many arguments by position, and these by name."""
    if count > len(taken.positional) and not taken.arguments:
        most = len(taken.positional)
        return f"it takes {most or 'no'} {'argument' if most == 1 else 'arguments'} by position, and is given {count}"
    named = {each.name for each in taken.named}
    filled = named.intersection(each.name for each in taken.positional[:count])
    for name in keywords:
        if name in filled or (name not in named and not taken.keywords):
            return f"it is given {name} twice" if name in filled else f"it takes no {name}"
    left = [] if given.arguments else taken.only_positional[count:]
    by_name = [each for each in (*taken.positional[count:], *taken.only_keyword) if each in taken.named]
    anything = given.keywords or given.arguments
    left = [*left, *(each for each in by_name if not anything and each.name not in keywords)]
    required = [each.name for each in left if each.required]
    return f"it requires {cut(', '.join(required), limits.SHORTENED)}" if required else None


def renamed(taken: Signature, given: Signature) -> list[tuple[str, str]]:
    """Return the parameters that something calls otherwise than another signature does, with both names."""
    names = {each.name for each in taken.named}
    pairs = zip(given.positional, taken.positional, strict=False)
    found = [(theirs.name, own.name) for theirs, own in pairs if theirs in given.either and theirs.name not in names]
    return [] if taken.keywords else found


def unknown(taken: Signature, names: Collection[str]) -> list[str]:
    """Return the parameters that have to be given, and are none of the names that are."""
    positional = [each.name for each in taken.positional if each.required and each.name not in names]
    return [*positional, *(each.name for each in taken.only_keyword if each.required)]
