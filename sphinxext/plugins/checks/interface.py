"""Plugins that are not what the interface of their namespace asks.

Only what is certain is said: what is not known is no mistake, nor is what a decorator may have changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.core import limits, signatures
from sphinxext.plugins.core.interfaces import Lack, MemberKind, Need, Support
from sphinxext.plugins.core.model import Kind, Problem, ProblemKind
from sphinxext.plugins.core.text import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sphinxext.plugins.checks import Check
    from sphinxext.plugins.core.interfaces import Implementation, Interface, Member
    from sphinxext.plugins.core.model import Location, Namespace, Plugin

_CALLED = {MemberKind.METHOD, MemberKind.CLASS_METHOD, MemberKind.STATIC_METHOD, MemberKind.FUNCTION}

_MAKING = {"__init__", "__new__", "__post_init__", "__init_subclass__", "__class_getitem__"}
"""What is called with what the class itself takes, which each may choose."""

_FUNCTIONS = {Kind.FUNCTION, Kind.METHOD}

_LACKS = {
    Lack.ABSTRACT: " (which is abstract)",
    Lack.RAISES: " (which only raises NotImplementedError)",
    Lack.REFUSES: " (which only raises NotImplemented)",
    Lack.RETURNS: " (which only returns NotImplemented)",
    Lack.NONE: " (which is None)",
}


def interface(check: Check) -> list[Problem]:
    """Find plugins that do not do what the interface of their namespace asks.

    What loads it calls what is missing, or calls it with what it does not take. Only what is certain is said.

    :Mend: Implement the member, or take the parameters that it has in the interface. Where the interface was inferred
        and is not what is meant, name another in ``interface`` of ``plugins_namespaces``.
    """
    return [problem for namespace in check.namespaces for problem in problems(namespace)]


def names(check: Check) -> list[Problem]:
    """Find parameters that have another name than in the interface.

    Whoever gives it by its name, as the interface has it, gets an error. It is looked at only where it is named.

    :Mend: Name the parameter as the interface does.
    """
    return [problem for namespace in check.namespaces for problem in renamed(namespace)]


def problems(namespace: Namespace) -> list[Problem]:
    """Return what plugins of a namespace do not do as their interface asks."""
    return _of_each(namespace, _problems)


def renamed(namespace: Namespace) -> list[Problem]:
    """Return which parameters plugins of a namespace call otherwise than their interface does."""
    return _of_each(namespace, _renamed)


def _of_each(namespace: Namespace, find: Callable[[Plugin, Interface], Iterator[Problem]]) -> list[Problem]:
    asked = namespace.interface
    if asked is None or asked.problem is not None:
        return []
    return [problem for plugin in namespace.plugins if not _is(plugin, asked) for problem in find(plugin, asked)]


def _is(plugin: Plugin, asked: Interface) -> bool:
    """Whether a plugin is the interface itself."""
    return asked.path in plugin.paths or asked.target.replace(":", ".") in plugin.paths


def _problems(plugin: Plugin, asked: Interface) -> Iterator[Problem]:
    if asked.hooks is not None:
        yield from _hooks(plugin, asked)
    elif asked.kind in _FUNCTIONS:
        yield from _function(plugin, asked)
    elif plugin.kind in _FUNCTIONS:
        yield from _function_for_class(plugin, asked)
    else:
        yield from _missing(plugin, asked)
        for member, own in _compared(plugin, asked):
            yield from _member(plugin, asked, member, own)


def _compared(plugin: Plugin, asked: Interface) -> Iterator[tuple[Member, Implementation]]:
    """Yield what a plugin has of its own, or from a class between, with the members that it stands for."""
    for own in plugin.implements:
        member = None if own.capability else asked.member(own.member)
        if member is not None and own.owner not in asked.classes and own.support is not Support.UNKNOWN:
            yield member, own


def _missing(plugin: Plugin, asked: Interface) -> Iterator[Problem]:
    """Say which of the required members a plugin lacks; not where the overlay says that it does."""
    required = {each.name for each in asked.members if each.need is Need.REQUIRED}
    missing = [
        each
        for each in plugin.implements
        if each.member in required and each.support is Support.NO and each.found is None and not each.capability
    ]
    if not missing:
        return
    own = [each for each in missing if each.owner is not None and each.owner not in asked.classes]
    words = [f"{each.member}{_LACKS.get(each.lack, '') if each in own and each.lack else ''}" for each in missing]
    first = next((each.location for each in own if each.location), None)
    remedy = "write it" if len(missing) == 1 else "write them"
    listed = cut(", ".join(words), limits.LONGEST_MESSAGE, f"… ({len(words)} in all)")
    yield _problem(plugin, f"lacks {listed}, which {asked.path} requires", _or(remedy, asked), first)


def _member(plugin: Plugin, asked: Interface, member: Member, own: Implementation) -> Iterator[Problem]:
    """Say how a member is not what the interface has."""
    if member.kind not in _CALLED:
        return
    what = _no_function(member, own)
    if what is not None:
        message = f"has {member.name}, which is {what}, where {asked.path} has a {member.kind}"
        yield _problem(plugin, message, _or("make it one", asked), own.location)
        return
    both = _signatures(member, own)
    refused = both and signatures.obstacle(*both)
    if refused:
        asks = f"{asked.path} has it, {member.name}{_short(member.signature)}"
        message = f"has {own.member}{_short(own.signature)}, which cannot be called as {asks}: {refused}"
        yield _problem(plugin, message, _or("let it take what that takes", asked), own.location)


def _no_function(member: Member, own: Implementation) -> str | None:
    """Say what stands in the place of a function and is certainly none; what is missing is said elsewhere."""
    if own.lack is Lack.NONE:
        is_said_so = member.name.startswith("__")  # __hash__ = None
        return "None" if member.need is Need.DEFAULT and not is_said_so else None
    if own.kind is MemberKind.ATTRIBUTE and not own.decorated:
        return "no function"
    return "a class" if own.kind is MemberKind.CLASS else None


def _signatures(member: Member, own: Implementation) -> tuple[signatures.Signature, signatures.Signature] | None:
    """Return what is taken and what is given, where both are certain."""
    if member.decorated or own.decorated or member.name in _MAKING or not {member.kind, own.kind} <= _CALLED:
        return None
    taken, given = (signatures.parsed(each.signature) if each.signature else None for each in (own, member))
    return None if taken is None or given is None else (taken, given)


def _function(plugin: Plugin, asked: Interface) -> Iterator[Problem]:
    """Say why a plugin cannot be called as a function that is the interface."""
    if plugin.kind is Kind.MODULE:
        yield _problem(plugin, f"is a module, where {asked.path} is a function", _or("register one", asked))
        return
    refused = _refused(plugin, asked.signature)
    if refused:
        what = "is a class, and " if plugin.kind is Kind.CLASS else ""
        asks = f"{asked.path}{_short(asked.signature)}"
        message = f"{what}takes {_short(plugin.signature)}, so that it cannot be called as {asks}: {refused}"
        yield _problem(plugin, message, _or("let it take what that takes", asked))


def _function_for_class(plugin: Plugin, asked: Interface) -> Iterator[Problem]:
    """Say that a function is no class: where somebody says that a class is asked, and that has to have something.

    A function that makes one does as well where nothing is required.
    """
    required = [each for each in asked.members if each.need is Need.REQUIRED]
    if asked.inferred or asked.kind is not Kind.CLASS or not required:
        return
    if asked.protocol and [each.name for each in required] == ["__call__"]:
        [member] = required
        refused = None if member.decorated else _refused(plugin, member.signature)
        if refused:
            asks = f"{asked.path} is, {_short(member.signature)}"
            message = f"takes {_short(plugin.signature)}, so that it cannot be called as {asks}: {refused}"
            yield _problem(plugin, message, _or("let it take what that takes", asked))
        return
    yield _problem(plugin, f"is a function, where {asked.path} is a class", _or("register a class", asked))


def _refused(plugin: Plugin, given: str | None) -> str | None:
    """Say why a plugin itself cannot be called as a signature has it; None where it can, or that is not certain."""
    if plugin.kind is Kind.INSTANCE or plugin.signature is None or given is None:
        return None
    both = signatures.parsed(plugin.signature), signatures.parsed(given)
    return None if both[0] is None or both[1] is None else signatures.obstacle(both[0], both[1])


def _hooks(plugin: Plugin, asked: Interface) -> Iterator[Problem]:
    """Say which hooks ask for what the specification does not have; of what it has, they may leave out any."""
    for member, own in _compared(plugin, asked):
        both = _signatures(member, own)
        if both is None or both[1].arguments or both[1].keywords:
            continue
        wrong = signatures.unknown(both[0], {each.name for each in (*both[1].positional, *both[1].named)})
        if wrong:
            asks = cut(", ".join(wrong), limits.SHORTENED)
            message = f"has a hook {own.member} that asks for {asks}, which {asked.path} does not give"
            remedy = f"take what there is, {_short(member.signature)}"
            yield _problem(plugin, message, _or(remedy, asked), own.location)


def _renamed(plugin: Plugin, asked: Interface) -> Iterator[Problem]:
    if asked.hooks is not None or asked.kind in _FUNCTIONS:
        return
    for member, own in _compared(plugin, asked):
        both = _signatures(member, own)
        if both is None or signatures.obstacle(*both) is not None:
            continue
        pairs = [f"{other} what {asked.path} calls {name}" for name, other in signatures.renamed(*both)]
        if pairs:
            message = f"calls in {own.member}{_short(own.signature)} {', '.join(pairs)}"
            remedy = "name it so, for it may be given by that name"
            found = _problem(plugin, message, remedy, own.location)
            yield msgspec.structs.replace(found, kind=ProblemKind.INTERFACE_NAMES)


def _or(remedy: str, asked: Interface) -> str:
    """Add what else can be done where nobody said which the interface is."""
    other = ", or say which the interface is (interface of plugins_namespaces)" if asked.inferred else ""
    return f"{remedy}{other}"


def _short(signature: str | None) -> str:
    return cut(signature or "()", limits.SHORTENED, "…)")


def _problem(plugin: Plugin, message: str, remedy: str, location: Location | None = None) -> Problem:
    return Problem(
        kind=ProblemKind.INTERFACE,
        message=message,
        remedy=remedy,
        plugin=plugin.identity,
        location=location or plugin.location,
    )
