"""Which changes break users: what they could do with what was, and cannot do with what is.

Only what is certain is said: what is not known of either side breaks nothing.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from sphinxext.plugins.core import limits, signatures
from sphinxext.plugins.core.conforming import HAVING
from sphinxext.plugins.core.interfaces import Interface, Member, Need, Support
from sphinxext.plugins.core.model import ProblemKind
from sphinxext.plugins.core.options import value_text
from sphinxext.plugins.core.structs import Struct
from sphinxext.plugins.core.text import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinxext.plugins.core.model import Distribution, Plugin
    from sphinxext.plugins.core.options import Configuration, Option


def _(reason: str) -> str:
    """Mark a text for translators; it is translated where it is shown."""
    return reason


REASONS = {
    "removed": _("it is gone"),
    "renamed": _("its old name is gone"),
    "option-removed": _("option %(name)s is gone"),
    "option-required": _("option %(name)s is required now"),
    "choices": _("option %(name)s does not take %(detail)s any more"),
    "limited": _("option %(name)s takes nothing but %(detail)s now"),
    "type": _("option %(name)s is of type %(detail)s now"),
    "command-removed": _("command %(name)s is gone"),
    "capability": _("it does not have %(name)s any more"),
    "member-required": _("member %(name)s is required now"),
    "signature": _("%(name)s is called with %(detail)s now"),
    "python": _("it requires Python %(detail)s now"),
}
"""What is said of each kind of change that breaks something."""


class Break(Struct, frozen=True):
    """Why a change breaks users."""

    kind: str
    """One of :data:`REASONS`."""

    reason: str
    """That in words, in English."""

    name: str | None = None
    """What it is about: an option, a command, a capability or a member."""

    detail: str | None = None
    """What that is now, or has not any more."""

    @classmethod
    def of(cls, kind: str, name: str | None = None, detail: str | None = None) -> Break:
        """Make one, with its words; a long list is cut."""
        short = None if detail is None else cut(detail, limits.SHORTENED)
        return cls(kind=kind, reason=REASONS[kind] % {"name": name, "detail": short}, name=name, detail=short)


def of_plugin(old: Plugin, new: Plugin) -> Iterator[Break]:
    """Yield what of a plugin breaks its users."""
    if old.configuration is not None and new.configuration is not None:
        whole = [all(p.kind is not ProblemKind.OPTION for p in plugin.problems) for plugin in (old, new)]
        yield from _options(old.configuration, new.configuration, *whole)
    are = {(each.member, each.capability): each.support for each in new.implements}
    for was in old.implements:
        if was.support in HAVING and are.get((was.member, was.capability)) is Support.NO:
            yield Break.of("capability", was.member)


def of_distribution(old: Distribution, new: Distribution) -> Iterator[Break]:
    """Yield that a distribution does not allow all versions of Python any more that it did."""
    before, after = _pythons(old.requires_python), _pythons(new.requires_python)
    if after and not before <= after:
        yield Break.of("python", detail=new.requires_python)


def _pythons(written: str | None) -> set[str]:
    """Return the minor versions of Python that a range allows; none where there is no range, or it is none."""
    try:
        allowed = SpecifierSet(written or "<0")
    except InvalidSpecifier:
        return set()
    return {minor for minor in _MINOR if any(allowed.contains(f"{minor}.{patch}") for patch in ("0", "99"))}


_MINOR = ["2.7", *(f"3.{minor}" for minor in range(50))]
"""The versions of Python that there are, and some more."""


def _options(old: Configuration, new: Configuration, was_whole: bool, is_whole: bool) -> Iterator[Break]:  # noqa: FBT001
    """Yield what of options breaks users.

    :param was_whole: whether all options were known
    :param is_whole: whether they are now
    """
    before, after = _first(old.options), _first(new.options)
    written, given = _ways(new.options), _ways(each for each in old.options if each.required)
    for name, was in before.items():
        if name in after:
            yield from _option(was, after[name], written if old.reader == new.reader else None)
        elif is_whole and not _ways([was]) & written:
            yield Break.of("option-removed", name)
    for name in (name for name, each in after.items() if each.required and name not in before):
        if was_whole and not _ways([after[name]]) & given:
            yield Break.of("option-required", name)
    commands = {each.name for each in new.subcommands}
    for name in (each.name for each in old.subcommands if commands and each.name not in commands):
        yield Break.of("command-removed", name)


def _first(options: Iterable[Option]) -> dict[str, Option]:
    """Return options by name, where it is known; of several of one name the first."""
    named: dict[str, Option] = {}
    for each in options:
        if each.name != "?" and "…" not in each.name:
            named.setdefault(each.name, each)
    return named


def _ways(options: Iterable[Option]) -> set[str]:
    """Return how options are written on a command line and in an environment."""
    return set(chain.from_iterable((*each.flags, *each.environment) for each in options))


def _option(old: Option, new: Option, written: set[str] | None) -> Iterator[Break]:
    """Yield what of an option breaks users.

    :param written: all the ways in which options are written now; None where another reader tells of them
    """
    if new.required and not old.required:
        yield Break.of("option-required", new.name)
    if written is None:
        return
    for way in (way for way in (*old.flags, *old.environment) if way not in written):
        yield Break.of("option-removed", way)
    before, after = ([value_text(each.value) for each in option.choices] for option in (old, new))
    if after and len(after) < limits.MOST_OPTION_CHOICES and "…" not in "".join((*before, *after)):
        lost = [value for value in before if value not in after]
        if not before and new.type == old.type:
            yield Break.of("limited", new.name, ", ".join(after))
        elif lost:
            yield Break.of("choices", new.name, ", ".join(lost))
    if old.type and new.type and not _types(old.type) <= _types(new.type):
        yield Break.of("type", new.name, new.type)


def _types(written: str) -> set[str]:
    """Return the types that a value may be of; what takes numbers takes whole ones."""
    types = {each.strip() for each in written.split(" | ")}
    return types | ({"int"} if "float" in types else set())


def of_interface(old: Interface, new: Interface) -> Iterator[Break]:
    """Yield what of an interface breaks plugins that were written for it, or what calls these.

    Of two classes that plugins happen to have in common nobody said that one stands for the other.
    """
    if old.problem is not None or new.problem is not None or (new.inferred and new.path != old.path):
        return
    were = {each.name: each for each in old.members}
    for member in new.members:
        was = were.get(member.name)
        if member.need is Need.REQUIRED and (was is None or was.need in {Need.OPTIONAL, Need.DEFAULT}):
            yield Break.of("member-required", member.name)
        if was is not None and _is_called_otherwise(was, member, is_hook=new.hooks is not None):
            yield Break.of("signature", member.name, member.signature)
    if _refused(old.signature, new.signature) and not new.members and not old.members:
        yield Break.of("signature", new.path, new.signature)


def _is_called_otherwise(old: Member, new: Member, *, is_hook: bool) -> bool:
    """Whether what does one cannot be called as the other; a hook takes any part of what there is."""
    if old.decorated or new.decorated:
        return False
    taken, given = (signatures.parsed(each.signature or "") for each in (old, new))
    if not is_hook or taken is None or given is None:
        return _refused(old.signature, new.signature)
    names = {each.name for each in (*given.positional, *given.named)}
    return any(each.name not in names for each in (*taken.positional, *taken.only_keyword))


def _refused(old: str | None, new: str | None) -> bool:
    """Whether one of two signatures cannot be called as the other, if both are known."""
    one, other = (signatures.parsed(each or "") for each in (old, new))
    if one is None or other is None:
        return False
    return signatures.obstacle(one, other) is not None or signatures.obstacle(other, one) is not None
