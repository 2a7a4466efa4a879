"""What two catalogs do not have in common, as data and as lines; how it is found is in ``compare``."""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from sphinxext.plugins.core.breaking import Break
from sphinxext.plugins.core.fields import heading
from sphinxext.plugins.core.interfaces import Member
from sphinxext.plugins.core.model import Docstring
from sphinxext.plugins.core.options import Configuration, Option, Replaced, Subcommand, value_text
from sphinxext.plugins.core.structs import Json, Struct
from sphinxext.plugins.core.text import summary, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def _(text: str) -> str:
    """Mark a text for translators; it is translated where it is shown."""
    return text


class Told(NamedTuple):
    """What a line says of a fact."""

    words: str
    """What it is, in English; with ``%(name)s``, which may be others' words."""

    values: tuple[str, ...] = ()
    """What it was and is, or only what it is."""

    name: str = ""
    key: str = ""

    def text(self, translated: Callable[[str], str] = str) -> str:
        """Return what it is."""
        words = translated(self.words)
        return words % {"name": self.name, "key": self.key} if self.name else words


_HEADINGS = {"requires_python": "python"}
"""The fields whose heading is that of a fact, where the fact has another name."""


class Difference(Struct, frozen=True):
    """Something that differs."""

    breaking: bool = False
    """Whether it breaks users."""

    reasons: tuple[Break, ...] = ()
    """Why it does."""


class Fact(Struct, frozen=True):
    """One thing that is not what it was."""

    name: str
    old: Json = None
    new: Json = None

    @property
    def told(self) -> Iterator[Told]:
        """What is said of it; of options and members each thing that is not what it was."""
        match self.name:
            case "configuration":
                both = (msgspec.convert(each or {"reader": ""}, Configuration) for each in (self.old, self.new))
                yield from _options(*both)
            case "implements":
                were = {each["member"]: each["support"] for each in self.old}
                yield from (  # members that are new are said of the interface
                    Told(_("Member %(name)s"), (were[each["member"]], each["support"]), each["member"])
                    for each in self.new
                    if were.get(each["member"], each["support"]) != each["support"]
                )
            case "members":
                yield from _named_alike(_MEMBERS, *(msgspec.convert(each or [], list[Member]) for each in self.both))
            case _:
                yield Told(heading(_HEADINGS.get(self.name, self.name)), self.texts)

    @property
    def both(self) -> tuple[Json, Json]:
        """What it was and is."""
        return self.old, self.new

    @property
    def texts(self) -> tuple[str, str]:
        """What it was and is; of a docstring its summary, which may be the same."""
        if self.name in {"docstring", "inherited"}:
            return Docstring(text=self.old or "").summary, Docstring(text=self.new or "").summary
        return text_of(self.old), text_of(self.new)


class Named(Difference, frozen=True, kw_only=True):
    """A plugin that came or went."""

    plugin: str
    """Its identity."""

    distribution: str | None = None
    summary: str | None = None

    same_target: tuple[str, ...] = ()
    """The names that its target has besides: of one that went those that stay, of one that came those that were."""

    @property
    def told(self) -> Iterator[Told]:
        """What is said of it besides."""
        if self.same_target:
            yield Told(_("Same target"), (", ".join(self.same_target),))


class Changed(Difference, frozen=True, kw_only=True):
    """A plugin, a distribution or an interface that is not what it was."""

    name: str
    """Of a plugin, its identity; of an interface, its namespace."""

    facts: tuple[Fact, ...]

    @property
    def told(self) -> Iterator[Told]:
        """What is said of it."""
        return (told for fact in self.facts for told in fact.told)


class Renamed(Difference, frozen=True, kw_only=True):
    """A plugin that has another name."""

    old: str
    """The identity that it had."""

    new: str
    facts: tuple[Fact, ...] = ()
    """What else of it is not what it was."""

    @property
    def told(self) -> Iterator[Told]:
        """What is said of it besides."""
        return (told for fact in self.facts for told in fact.told)


class Deprecated(Struct, frozen=True):
    """Something that is deprecated, and was not."""

    name: str
    """The identity of the plugin; of a distribution, its name."""

    option: str | None = None
    """The name of the option, where that is deprecated and not the plugin."""

    message: str | None = None
    """What is said of it."""


Entry = Named | Renamed | Deprecated | Changed


class Comparison(Struct, frozen=True):
    """What differs; each in the order of namespaces and names."""

    added: tuple[Named, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    deprecated: tuple[Deprecated, ...] = ()
    """What is said here is in no other group."""

    removed: tuple[Named, ...] = ()
    changed: tuple[Changed, ...] = ()

    distributions: tuple[Changed, ...] = ()
    """Those that are in both: what is new of them is said once, and not for each of their plugins."""

    interfaces: tuple[Changed, ...] = ()
    """Those that are known in both."""

    def __bool__(self) -> bool:
        return self != Comparison()

    @property
    def groups(self) -> list[tuple[str, str, Sequence[Entry]]]:
        """What there is: in groups with a title in English and a sign."""
        every: list[tuple[str, str, Sequence[Entry]]] = [
            (_("Added"), "+", self.added),
            (_("Renamed"), "~", self.renamed),
            (_("Deprecated"), "~", self.deprecated),
            (_("Removed"), "-", self.removed),
            (_("Changed"), "~", self.changed),
            (_("Distributions"), "~", self.distributions),
            (_("Interfaces"), "~", self.interfaces),
        ]
        return [group for group in every if group[2]]

    @property
    def breaking(self) -> bool:
        """Whether anything in it breaks users."""
        every = (each for _, _, entries in self.groups for each in entries)
        return any(isinstance(each, Difference) and each.breaking for each in every)

    def lines(self, text: Callable[[str], str], none: str) -> Iterator[tuple[str, str, str]]:
        """Yield it in lines: a sign, a name, and what stands behind that.

        ``#`` signs a title, ``!`` what breaks users, and nothing a fact.

        :param text: what writes a text of others so that nothing in it acts
        :param none: what stands for a value that is not there
        """
        for title, sign, entries in self.groups:
            yield "#", title, ""
            for each in entries:
                yield sign, *_first_line(each, text)
                if isinstance(each, Deprecated):
                    continue
                yield from (("!", "breaking", f": {text(why.reason)}") for why in each.reasons)
                for told in each.told:
                    *old, new = (text(one) or none for one in told.values or [""])
                    values = "" if old == [new] or not told.values else f": {' → '.join((*old, new))}"
                    yield "", text(told.text()), values


def _first_line(entry: Entry, text: Callable[[str], str]) -> tuple[str, str]:
    """Return the name of what differs, and what stands behind it."""
    match entry:
        case Named():
            origin = f" ({text(entry.distribution)})" if entry.distribution else ""
            return text(entry.plugin), origin + (f": {text(entry.summary)}" if entry.summary else "")
        case Renamed():
            return text(entry.old), f" → {text(entry.new)}"
        case Deprecated():
            option = f", option {text(entry.option)}" if entry.option else ""
            return text(entry.name), option + (f": {text(entry.message)}" if entry.message else "")
        case Changed():
            return text(entry.name), ""


_OPTIONS = _("Added options"), _("Removed options"), _("Option %(name)s, %(key)s"), _("Order of options")
_COMMANDS = _("Added commands"), _("Removed commands"), _("Command %(name)s, %(key)s"), _("Order of commands")
_MEMBERS = _("Added members"), _("Removed members"), _("Member %(name)s, %(key)s"), _("Order of members")


def _options(old: Configuration, new: Configuration) -> Iterator[Told]:
    """Say which options and commands came and went, and what of each is not what it was."""
    for key, name in ("reader", _("Reader of options")), ("usage", _("Usage")):
        if getattr(old, key) != getattr(new, key):
            yield Told(name, (getattr(old, key) or "", getattr(new, key) or ""))
    yield from _named_alike(_OPTIONS, old.options, new.options)
    yield from _named_alike(_COMMANDS, old.subcommands, new.subcommands)


def _named_alike(words: tuple[str, ...], *sides: Sequence[Option | Subcommand | Member]) -> Iterator[Told]:
    added_words, removed_words, changed_words, order = words
    named: tuple[defaultdict[str, list[Option | Subcommand | Member]], ...] = defaultdict(list), defaultdict(list)
    for found, side in zip(named, sides, strict=True):
        for each in side:
            found[each.name].append(each)
    before, after = named
    pairs = [pair for name in {**before, **after} for pair in zip_longest(before[name], after[name])]
    added = ", ".join(new.name for old, new in pairs if old is None)
    removed = ", ".join(old.name for old, new in pairs if new is None)
    yield from (Told(said, (names,)) for said, names in ((added_words, added), (removed_words, removed)) if names)
    for old, new in (pair for pair in pairs if None not in pair):
        for key in old.__struct_fields__:
            was, now = getattr(old, key), getattr(new, key)
            if was != now and not (key == "deprecated" and was is None):  # that is said elsewhere
                yield Told(changed_words, (_text(key, was), _text(key, now)), new.name, key)
    if not added and not removed and [each.name for each in sides[0]] != [each.name for each in sides[1]]:
        yield Told(order)


def _text(key: str, value: Json) -> str:
    """Write what is known of an option, a command or a member; of a help or a docstring its summary."""
    match key, value:
        case _, None:
            return ""
        case "help", _:
            return summary(value)
        case _, Docstring():
            return value.summary
        case "choices", _:
            return ", ".join(value_text(each.value) for each in value)
        case "default" | "minimum" | "maximum", _:
            return value_text(value)
        case _, Replaced():
            return replaced(value) or "yes"
        case _:
            return text_of(list(value) if isinstance(value, tuple) else value)


def replaced(said: Replaced) -> str:
    """Write what is said of an option that is deprecated."""
    since, use = said.since and f"since {said.since}", said.replacement and f"use {said.replacement}"
    return "; ".join(filter(None, (since, said.reason, use)))
