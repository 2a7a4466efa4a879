"""What the pages of a project document, and what references mean by it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import clean_name, clean_namespace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_CAPITAL = re.compile("[A-Z]")
_NUMBER = re.compile(r" (?=-?\d+( |$))")


NAMESPACE = "plugin:namespace"
"""The key of the namespace that a text is about, in Sphinx's ``ref_context`` and on references."""

OPTIONAL = "sp-optional"
"""The attribute of a reference whose text stands alone, without a warning, where it leads nowhere."""

UNTRUSTED = "sp-untrusted"
"""The attribute of a reference in a docstring that is not trusted: the identity of its plugin, and whose budget the
time counts for that it takes to resolve."""

ANCHOR = "sp-anchor"
"""The attribute of a reference that holds the id it leads to, where that is not the one of the plugin's name."""

DESCRIBED = "sp-described"
"""The attribute of a reference that leads to a description, and not to a place in a list."""

NAMED = "sp-named"
"""The attribute of a reference to an object of Python that a plugin names, which may be the target of another."""

RELATED = "sp-related"
"""The attribute of a reference from one plugin to another, wherever that is."""

TOLD = "sp-told"
"""The attribute of a node that says where the value in it is from."""

DATA = "data"
"""The type of a reference to the catalog as data."""

TITLE = "plugin-title"
"""The attribute of a section that can be referred to by its title, as other sections of a page."""

SOURCE = "source"
"""The type of a reference to the source of what its target, an object reference, stands for."""

MEMBER = "sp-member-of"
"""The attribute of a reference to a member of an interface: its namespace, and its name, for the page of the former."""

PATHS = "sp-paths"
"""The attribute of a reference to an object of Python that holds other paths of it, which are tried as well."""


SPACE = r"\x20"
"""What stands for a space in what an option is known by."""

OPTIONS = ("option", "variable")
"""The types of what an option is known by."""


class Object(NamedTuple):
    """What is documented."""

    type: str
    """``namespace``, ``plugin``, ``option``, or ``variable`` of the environment that sets an option."""

    name: str
    """The full one: of a plugin, its identity, or that with its distribution; of an option that, a space, and what the
    option is known by."""

    @property
    def namespace(self) -> str:
        """The namespace that it is, or is in."""
        return self.name.partition(":")[0]

    @property
    def bare_name(self) -> str:
        """Of a plugin its name in the namespace."""
        return self.name if self.type == "namespace" else self.name.partition(":")[2]

    @property
    def is_option(self) -> bool:
        """Whether it is what an option of a plugin is known by."""
        return self.type in OPTIONS

    @property
    def listed_name(self) -> str:
        """The full one as ``objects.inv`` has it, whose readers take a number behind a space for the end of names."""
        plugin, space, word = self.name.rpartition(" ")
        name = f"{plugin} {word.replace(SPACE, ' ')}" if space and self.is_option else self.name
        return _NUMBER.sub(r"\\x20", name)


class Rank(IntEnum):
    """How much a place tells of what it documents; links lead to where it is most."""

    RENAMED = -3
    """It is the page of a name that is another now."""

    COMPARED = -2
    """It is a row of a matrix, or a column."""

    NAMED = -1
    """It is in the list on the page of its namespace, which leads to a catalog."""

    LISTED = 0
    DETAILED = 1
    """It is described among others."""

    OWN = 2
    """Somebody wrote a directive for it."""


class Entry(NamedTuple):
    """A place that documents something."""

    docname: str
    anchor: str

    line: int
    """That of the directive."""

    rank: Rank = Rank.DETAILED

    file: str = ""
    """That of the directive, where it is known: a page may include others."""

    standing: str = ""
    """What is to be known before it is used: that it is deprecated, that or since when it was removed."""

    is_gone: bool = False
    """Whether it is there no more by its name."""


class Reference(NamedTuple):
    """What a role refers to."""

    type: str
    """``namespace``, ``plugin`` or ``option``; ``object``, which a plugin leads to; or ``interface`` of a namespace."""

    name: str
    """The full name, or that of a plugin in its namespace; of an option perhaps without its plugin; or a path."""

    near: str | None = None
    """The namespace that the text is about, in which a plugin is looked for first."""

    described: bool = False
    """Whether it leads to a description of what has exactly this name, and not to a place in a list."""


class Targets:
    """What references lead to.

    :param objects: what each page documents
    :param paths: the identities of the plugins on each page, by the paths of what they lead to
    """

    def __init__(
        self, objects: Mapping[str, Mapping[Object, Entry]], paths: Mapping[str, Mapping[str, str]] = {}
    ) -> None:
        places: defaultdict[Object, list[Entry]] = defaultdict(list)
        for docname in sorted(objects):
            for documented, entry in objects[docname].items():
                places[documented].append(entry)
        # Of two places of one rank, that on the page whose name comes first.
        self._places = {key: sorted(places[key], key=lambda entry: -entry.rank) for key in sorted(places)}
        self._named: defaultdict[str, list[Object]] = defaultdict(list)
        self._options: defaultdict[str, list[Object]] = defaultdict(list)
        for documented in self._places:
            if documented.type == "plugin":
                self._named[documented.bare_name].append(documented)
            elif documented.is_option:
                for name in {documented.bare_name, documented.bare_name.rpartition(" ")[2]}:
                    self._options[name].append(documented)

        self._leading: dict[str, Object] = {}
        for docname in sorted(paths):
            for path, identity in paths[docname].items():
                if (documented := Object("plugin", identity)) in self._places:
                    self._leading.setdefault(path, documented)

    def all(self) -> Iterator[tuple[Object, Entry]]:
        """Return everything that is documented, sorted, with the place that links lead to."""
        for documented, (entry, *_) in self._places.items():
            yield documented, entry

    @property
    def has_standing(self) -> bool:
        """Whether any is deprecated, or there no more."""
        return any(entry.standing for _, entry in self.all())

    @property
    def has_options(self) -> bool:
        """Whether options of any plugin are documented."""
        return bool(self._options)

    def candidates(self, reference: Reference) -> list[tuple[Object, Entry]]:
        """Return what a reference may mean: as a rule one, or nothing."""
        names = (reference.name, *spellings(reference.type, reference.name))
        found = next(filter(None, (self._find(reference._replace(name=name)) for name in names)), ())
        places: dict[tuple[str, str], tuple[Object, Entry]] = {}  # one place may have several names
        for documented in found:
            entry = self._places[documented][0]
            if entry.rank > Rank.LISTED or not reference.described:
                places.setdefault(entry[:2], (documented, entry))
        return list(places.values())

    def _find(self, reference: Reference) -> Sequence[Object]:
        if reference.type == "option":
            return self._find_option(reference)
        if reference.type == "object":
            return [self._leading[reference.name]] if reference.name in self._leading else []
        exact = Object(reference.type, reference.name)
        near = Object("plugin", f"{reference.near}:{reference.name}")
        if exact in self._places:
            return [exact]
        if reference.type in {"namespace", "interface"} or reference.described:
            return []
        found = self._named.get(reference.name, [])
        there = [each for each in found if not self._places[each][0].is_gone]  # what is gone is in nobody's way
        return [near] if near in self._places else there or found

    def _find_option(self, reference: Reference) -> Sequence[Object]:
        """Find an option by its full name, or by that of the plugin in its namespace, or by what it is known by."""
        for name in (reference.name, f"{reference.near}:{reference.name}"):
            found = [each for each in (Object(type_, name) for type_ in OPTIONS) if each in self._places]
            if found:
                return found[:1]
        return self._options.get(reference.name, [])

    def labels(self) -> Iterator[tuple[str, Object, Entry]]:
        """Yield a label in small letters for each namespace and plugin: its anchor.

        Capitals are written out where only they differ.
        """
        labelled = [found for found in self.all() if not found[0].is_option]
        alike = Counter(each.lower() for each in {entry.anchor for _, entry in labelled})
        for documented, entry in labelled:
            distinct = entry.anchor
            if alike[distinct.lower()] > 1:
                distinct = _CAPITAL.sub(lambda letter: f"-u{ord(letter[0]):x}-", distinct)
            yield distinct.lower(), documented, entry

    def ambiguous(self, reference: Reference) -> Problem | None:
        """Say that a reference may mean more than one thing, if it may."""
        names = [documented.name for documented, _ in self.candidates(reference)]
        return ambiguous(reference.name, names, reference.type) if len(names) > 1 else None

    def documented_twice(self) -> Iterator[tuple[Problem, Entry]]:
        """Say what more than one page documents in the same rank, and none in a higher one."""
        twice: defaultdict[tuple[Entry, Entry], dict[str, str]] = defaultdict(dict)
        for documented, (first, *others) in self._places.items():
            for other in others if not documented.is_option else ():
                if other.rank == first.rank and not other.is_gone:
                    # What one directive shows is one problem.
                    named = twice[other._replace(anchor=""), first._replace(anchor="")]
                    named.setdefault(other.anchor, documented.name)
        for (other, first), named in twice.items():
            names = list(named.values())
            more = f" and {len(names) - limits.MOST_LISTED} more" if len(names) > limits.MOST_LISTED else ""
            problem = Problem(
                kind=ProblemKind.REFERENCE,
                message=f"{', '.join(names[: limits.MOST_LISTED])}{more}: documented here, and on the page "
                f"{first.docname!r} in line {first.line}",
                remedy="add :no-index: to one of the two directives; until then links lead to the latter",
            )
            yield problem, other


def ambiguous(name: str, meant: Iterable[str], type_: str = "plugin") -> Problem:
    """Say that a name may mean each of some others."""
    return Problem(
        kind=ProblemKind.REFERENCE,
        message=f"{name!r} is the name of more than one {type_}",
        remedy=f"write the one that is meant in full: {', '.join(meant)}",
    )


def spellings(type_: str, name: str) -> Iterator[str]:
    """Yield the names that one that somebody writes may stand for, the way that the catalog writes them."""
    if type_ != "option":
        yield written(type_, name)
        return
    words = name.split(" ")
    for number in reversed(range(len(words))):  # each space may end the name of a plugin
        plugin, option = (" ".join(each) for each in (words[:number], words[number:]))
        yield f"{written('plugin', plugin)} {word(option)}" if number else word(option)


def word(name: str) -> str:
    """Write what an option is known by, in which a space would end the name of its plugin."""
    return clean_name(name).replace(" ", SPACE)


def written(type_: str, name: str) -> str:
    """Return the name of a namespace or a plugin, as it is registered, the way that the catalog writes it."""
    if type_ == "namespace":
        return clean_namespace(name)
    namespace, colon, bare_name = name.partition(":")
    return f"{clean_namespace(namespace)}:{clean_name(bare_name)}" if colon else clean_name(name)
