"""What plugins of a namespace are expected to implement, and what each does of that: pure functions of data.

An interface is declared in the settings, or inferred as the nearest common base class. What a plugin does of it follows
from its lineage, which introspection finds.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.interfaces import (
    Capability,
    Implementation,
    Interface,
    Lack,
    Lineage,
    Member,
    MemberKind,
    Need,
    Support,
)
from sphinxext.plugins.core.text import clean_line, cut, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sphinxext.plugins.core.structs import Json

FACTS = "implements"
"""The key of the overlay with what people say of members and capabilities."""

HAVING = (Support.OWN, Support.INHERITED, Support.DEFAULT, Support.YES)
"""What it means that a plugin has something."""


def common_base(lineages: Iterable[Lineage]) -> str | None:
    """Return the dotted path of the nearest class that all plugins inherit from, or are; None where there is none.

    It takes two of them that are different classes. One whose classes are not all known counts as far as they are.
    """
    every = list({each.classes[:1]: each for each in lineages if each.classes}.values())
    if len(every) < 2:  # noqa: PLR2004  # or else any base class would be common
        return None
    first, *others = every
    shared = (path for path in first.classes if all(path in other.classes for other in others))
    return next(shared, None)


def sorted_members(members: Iterable[Member]) -> tuple[Member, ...]:
    """Return the members of an interface, by what it expects of them."""
    order = list(Need)
    return tuple(sorted(members, key=lambda member: order.index(member.need) if member.need else len(order)))


def implementations(
    interface: Interface,
    lineage: Lineage,
    capabilities: Mapping[str, Capability] = {},
    facts: Mapping[str, Json] = {},
) -> tuple[Implementation, ...]:
    """Return what a plugin does of each member of its interface, and whether it has the capabilities.

    :param facts: what the overlay says of it, by the names of members and capabilities
    """
    found = {each.name: each for each in lineage.members}
    made = {each.name: _implemented(interface, each, found.get(each.name), lineage) for each in interface.members}
    made = {name: _overruled(each, facts.get(name)) for name, each in made.items()}
    able = [capability(name, wanted.members, made) for name, wanted in capabilities.items()]
    return (*made.values(), *(_overruled(each, facts.get(each.member)) for each in able))


def _implemented(interface: Interface, asked: Member, found: Member | None, lineage: Lineage) -> Implementation:
    """Return what a plugin does of a member."""
    if asked.unknown is not None or found is None or found.unknown is not None:
        reason = asked.unknown or (found.unknown if found else lineage.unknown) or "nothing tells"
        return Implementation(member=asked.name, support=Support.UNKNOWN, reason=reason)
    support = Support.NO if _does_nothing(asked, found) else _owned(interface, found.owner, lineage)
    return Implementation(
        member=asked.name,
        support=support,
        owner=found.owner,
        kind=found.kind,
        signature=found.signature,
        decorated=found.decorated,
        lack=found.lack,
        location=found.location,
    )


def _does_nothing(asked: Member, found: Member) -> bool:
    """Whether what a plugin has of a member is nothing."""
    if found.owner is None or found.lack in (Lack.ABSTRACT, Lack.RAISES, Lack.REFUSES, Lack.RETURNS):
        return True
    if found.lack is Lack.NONE:
        return asked.kind not in (MemberKind.ATTRIBUTE, MemberKind.PROPERTY, None)
    return found.lack is Lack.EMPTY and asked.need is Need.REQUIRED and found.owner == asked.owner


def _owned(interface: Interface, owner: str | None, lineage: Lineage) -> Support:
    """Tell whose a member is that a plugin has."""
    if lineage.classes[:1] == (owner,) or interface.hooks is not None:
        return Support.OWN
    return Support.DEFAULT if owner in interface.classes else Support.INHERITED


def _overruled(made: Implementation, fact: Json) -> Implementation:
    """Return what is known of a member with what the overlay says: a word, or that and a note."""
    given = fact if isinstance(fact, dict) else {"support": fact}
    word, note = given.get("support"), given.get("note")
    if isinstance(word, bool):
        word = "yes" if word else "no"
    support = Support(word) if word in list(Support) else None
    text = clean_line(cut(text_of(note), limits.LONGEST_SUMMARY)) if note is not None else None
    if support is None:
        return msgspec.structs.replace(made, note=text) if text else made
    return msgspec.structs.replace(made, support=support, found=made.support, note=text, reason=None)


class CapabilityError(ValueError):
    """An expression of members cannot be understood; the text says why."""


def names_in(expression: str) -> list[str]:
    """Return the names of members in an expression, ``create_snapshot & (delete_snapshot | ~revert)``.

    :raises CapabilityError: where it is none
    """
    return [node.id for node in ast.walk(_tree(expression)) if isinstance(node, ast.Name)]


def capability(name: str, expression: str, made: Mapping[str, Implementation]) -> Implementation:
    """Tell whether a plugin has a capability, by what it does of members; one that it does not know is not known.

    :param made: that, by the names of the members
    :raises CapabilityError: where the expression is none
    """
    unknown = [each for each in names_in(expression) if each not in made]
    if unknown:
        reason = f"the interface has no member {unknown[0]}"
        return Implementation(member=name, support=Support.UNKNOWN, capability=True, reason=reason)
    names = names_in(expression)
    support = _worked_out(_tree(expression), lambda each: _able(made[each]))
    reasons = [made[each].reason for each in names if made[each].support is Support.UNKNOWN]
    places = [made[each] for each in names if made[each].support in (Support.OWN, Support.INHERITED)]
    return Implementation(
        member=name,
        support=support,
        capability=True,
        reason=next(filter(None, reasons), None) if support is Support.UNKNOWN else None,
        owner=places[0].owner if places and support is Support.YES else None,
        location=places[0].location if places and support is Support.YES else None,
    )


def _able(made: Implementation) -> Support:
    """Return what a plugin does of a member, for it to be able to do something: a default that is empty is nothing."""
    return Support.NO if made.support is Support.DEFAULT and made.lack is Lack.EMPTY else made.support


def _tree(expression: str) -> ast.expr:
    try:
        body = decoding.python(expression.strip()).body
        tree = body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None
    except ValueError:
        tree = None
    allowed = (ast.BinOp, ast.BitAnd, ast.BitOr, ast.UnaryOp, ast.Invert, ast.Name, ast.Load)
    if tree is None or len(expression) > limits.LONGEST_EXPRESSION or not _consists_of(tree, allowed):
        msg = f"{cut(expression, limits.SHORTENED)!r} is not made of names of members with &, |, ~ and parentheses"
        raise CapabilityError(msg)
    return tree


def _consists_of(tree: ast.expr, allowed: tuple[type[ast.AST], ...]) -> bool:
    return all(isinstance(node, allowed) for node in ast.walk(tree))


def _worked_out(tree: ast.expr, of: Callable[[str], Support]) -> Support:
    """Return yes, no, partial or unknown."""
    match tree:
        case ast.Name(id=name):
            return Support.YES if of(name) in HAVING else of(name)
        case ast.UnaryOp(operand=operand):
            inner = _worked_out(operand, of)
            return {Support.YES: Support.NO, Support.NO: Support.YES}.get(inner, inner)
        case ast.BinOp(left=left, op=operator, right=right):
            worst = [Support.NO, Support.UNKNOWN, Support.PARTIAL, Support.YES]
            both = sorted((_worked_out(left, of), _worked_out(right, of)), key=worst.index)
            return both[0] if isinstance(operator, ast.BitAnd) else both[1]
    raise CapabilityError(ast.dump(tree))
