"""What plugins of a namespace are expected to implement, and what each of them does of it, as data.

What is made of it is in :mod:`~sphinxext.plugins.core.conforming`; both ways of introspection fill in
:class:`Lineage`.
"""

from __future__ import annotations

from enum import StrEnum

from sphinxext.plugins.core.descriptions import Description, Docstring, Introspection, Location
from sphinxext.plugins.core.structs import Struct

INTERFACE = "interface"
"""What introspection is asked as if it were a scheme of describers: what a plugin has of its interface."""


class MemberKind(StrEnum):
    """What sort of thing a member is."""

    METHOD = "method"
    CLASS_METHOD = "class method"
    STATIC_METHOD = "static method"
    PROPERTY = "property"
    ATTRIBUTE = "attribute"
    CLASS = "class"
    FUNCTION = "function"
    """A hook: a function of a module."""


class Lack(StrEnum):
    """Why a member does nothing, though it is there."""

    ABSTRACT = "abstract"
    """It is declared abstract."""

    RAISES = "raises"
    """All that it does is raise :exc:`NotImplementedError`."""

    REFUSES = "refuses"
    """All that it does is raise an error of its project that is called NotImplemented."""

    RETURNS = "returns"
    """All that it does is return :data:`NotImplemented`."""

    EMPTY = "empty"
    """It has no body: nothing, ``pass`` or ``...``; or it is declared without a value."""

    NONE = "none"
    """It is a method in other classes, and is set to None here."""


class Need(StrEnum):
    """What an interface expects of a member."""

    REQUIRED = "required"
    """Each plugin has to have one of its own."""

    OPTIONAL = "optional"
    """A plugin may have one of its own, as a decorator says."""

    DEFAULT = "default"
    """It works where a plugin has none of its own."""


class Support(StrEnum):
    """What a plugin does of a member, or of a capability."""

    OWN = "own"
    """Its class, or its module, has it."""

    INHERITED = "inherited"
    """A class between it and the interface has it."""

    DEFAULT = "default"
    """The interface has it."""

    NO = "no"
    """It is absent, abstract, or does nothing but raise NotImplementedError or return NotImplemented."""

    UNKNOWN = "unknown"
    """That only shows when it runs."""

    YES = "yes"
    """It has the capability; or the overlay says so."""

    PARTIAL = "partial"
    """In part, as the overlay says."""


class Capability(Struct, frozen=True):
    """What a plugin may be able to do."""

    members: str
    """An expression of members, ``create_snapshot & delete_snapshot``."""

    description: str | None = None


class Member(Struct, frozen=True):
    """A method or an attribute, as it stands in the class or the module that it is found in."""

    name: str
    kind: MemberKind | None = None
    """None where that only shows when it runs."""

    owner: str | None = None
    """The dotted path of the class or the module that has it; None where none does, or that is not known."""

    signature: str | None = None
    """Its parameters without annotations and without the first one of a method, ``(path, encoding='utf-8')``."""

    asynchronous: bool = False
    """Whether it is defined with ``async def``, and no decorator makes something else of it."""

    decorated: bool = False
    """Whether a decorator may have it called in another way than its signature shows."""

    lack: Lack | None = None
    """Why it does nothing; None where it does something."""

    need: Need | None = None
    """What the interface expects of it; None where it is no member of an interface."""

    docstring: Docstring | None = None
    """That of an interface's member."""

    location: Location | None = None

    unknown: str | None = None
    """Why what it is only shows when it runs; None where it is known."""

    since: str | None = None
    """The release that it is new in, of an interface that is older; None where that is not known."""

    @property
    def is_absent(self) -> bool:
        """Whether there surely is no such thing."""
        return self.owner is None and self.unknown is None


class Lineage(Struct, frozen=True):
    """The classes that a target is made of, and what it has by them."""

    classes: tuple[str, ...] = ()
    """Their dotted paths in method resolution order, its own first, without those that are built in.

    Of a module, it is that alone; of a function there is none.
    """

    unknown: str | None = None
    """Why the classes behind these are not known; None where these are all."""

    members: tuple[Member, ...] = ()
    """By name: what it has, and of the interface also what it has not."""


class Implementation(Struct, frozen=True):
    """What a plugin does of a member of its interface, or whether it has a capability."""

    member: str
    """The name of the member, or of the capability."""

    support: Support

    capability: bool = False
    """Whether it is one of the settings, made of several members."""

    owner: str | None = None
    """The dotted path of the class or the module that has it."""

    kind: MemberKind | None = None
    signature: str | None = None
    """Its parameters, as a member's are."""

    decorated: bool = False
    """Whether a decorator may have it called in another way than its signature shows."""

    lack: Lack | None = None
    location: Location | None = None
    """Where that stands which proves it."""

    reason: str | None = None
    """Why it is not known."""

    found: Support | None = None
    """What the code shows, where the overlay says otherwise."""

    note: str | None = None
    """What the overlay says of it."""


class Interface(Description, frozen=True, kw_only=True):
    """What plugins of a namespace are expected to implement."""

    target: str
    """The object reference of the class, the function or the module, ``package.module:Base``."""

    inferred: bool = False
    """Whether nobody declared it, and it is the nearest common base class of the plugins."""

    introspection: Introspection = Introspection.METADATA
    source: str | None = None
    """What it was found in, as the settings name it."""

    asynchronous: bool = False
    """Whether it is a function that is defined with ``async def``."""

    protocol: bool = False
    """Whether it is a protocol, which plugins need not inherit from."""

    hooks: str | None = None
    """Of a module of hook specifications: the name of the project that they belong to, ``pytest``."""

    classes: tuple[str, ...] = ()
    """The dotted paths of it and of the classes that it inherits from."""

    members: tuple[Member, ...] = ()
    """Those that are required first, then those that are optional; each group in the order of the source."""

    problem: str | None = None
    """Why it is not known; None where it is."""

    @property
    def path(self) -> str:
        """Its dotted path."""
        return (self.definition or self.target).replace(":", ".")

    def member(self, name: str) -> Member | None:
        """Return the member of a name."""
        return next((each for each in self.members if each.name == name), None)
