"""What is known of any object, a plugin's target or an interface, as data.

Of plugins, and what they are registered with, tells :mod:`~sphinxext.plugins.core.model`.
"""

from __future__ import annotations

from enum import StrEnum

from sphinxext.plugins.core.structs import Struct
from sphinxext.plugins.core.text import summary


class Introspection(StrEnum):
    """How a plugin came to be known."""

    STATIC = "static"
    """Its source was read; nothing that is known of it was found by running it."""

    IMPORT = "import"
    """It was loaded, in a process of its own."""

    METADATA = "metadata"
    """Neither worked: only the entry point and its distribution tell of it."""


class Kind(StrEnum):
    """What sort of object a target is."""

    CLASS = "class"
    FUNCTION = "function"
    METHOD = "method"
    MODULE = "module"
    INSTANCE = "instance"


class Location(Struct, frozen=True):
    """A place in a source file."""

    file: str
    """The path below the folder that it is imported from, with ``/``: ``sluice/readers.py``."""

    line: int
    """Counted from 1."""


class Docstring(Struct, frozen=True):
    """A docstring, its indentation removed as :pep:`257` says."""

    text: str

    location: Location | None = None
    """Where its first line with text stands; None where only the loaded object tells."""

    @property
    def summary(self) -> str:
        """Its first sentence, or its first paragraph where that is no sentence, in one line."""
        return summary(self.text)


class Inherited(Struct, frozen=True):
    """A docstring that is somebody else's."""

    docstring: Docstring
    owner: str
    """The path of what it belongs to, ``package.module.Base``."""


class Description(Struct, frozen=True):
    """What introspection finds of a target, whichever way; nothing of it stands in a second place.

    The process that loads plugins answers in this form, and reading their source fills it too. So a new fact is
    an attribute here, what finds it in the worker, and what finds it in the source.
    """

    kind: Kind | None = None

    type: str | None = None
    """Of an instance: the path of its class."""

    signature: str | None = None
    """Its parameters without annotations, ``(path, encoding='utf-8')``; of a class, those to make one."""

    docstring: Docstring | None = None
    """Its own; what it inherits is somebody else's."""

    constructor: Docstring | None = None
    """Of a class: the docstring of its own ``__init__``, which is shown where ``autoclass_content`` asks for it."""

    inherited: Inherited | None = None
    """The docstring that it would have if it were its base class, or of an instance its class; where it has none."""

    definition: str | None = None
    """The object reference of where it is defined, which its target may import it from."""

    location: Location | None = None
    """The place of that."""

    deprecated: str | None = None
    """The message of its deprecation, empty where there is none; None where it is not deprecated."""

    def completed(self, other: Description) -> Description:
        """Return this with what another one tells where this one does not."""
        known = {name: getattr(self, name) for name in Description.__struct_fields__}
        rest = {name: getattr(other, name) for name, value in known.items() if value is None}
        return Description(**{**known, **rest})
