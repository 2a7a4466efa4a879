"""What is wrong, as data."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from sphinxext.plugins.core.descriptions import Location
from sphinxext.plugins.core.structs import Struct
from sphinxext.plugins.core.text import clean_line


class ProblemKind(StrEnum):
    """What a problem is about; the subtype of the warning that it becomes."""

    SOURCE = "source"
    """A distribution or its metadata cannot be read."""

    NAMESPACE = "namespace"
    """A namespace that a page asks for does not exist."""

    CONFLICT = "conflict"
    """Two distributions register the same name in one namespace."""

    LOAD = "load"
    """A plugin's target cannot be found or loaded."""

    DOCSTRING = "docstring"
    """A docstring's markup is wrong, or one that is not trusted uses what it may not."""

    UNTRUSTED = "untrusted"
    """The markup of a docstring that is not trusted is wrong."""

    REGISTRY = "registry"
    """A place where plugins are kept other than entry points cannot be read, or not in whole."""

    REFERENCE = "reference"
    """A name leads to several plugins, or one is documented in several places."""

    FIELD = "field"
    """What is asked of a plugin for one of its fields gets no answer."""

    OPTION = "option"
    """What is asked of a plugin for its options gets no answer, or not all of it."""

    INTERFACE = "interface"
    """A plugin does not implement its interface, or not as that asks."""

    INTERFACE_NAMES = "interface-names"
    """A parameter of a plugin has another name than in its interface."""

    COVERAGE = "coverage"
    """A plugin is not documented, or a fact that is required of it is missing."""

    METADATA = "metadata"
    """The metadata of a distribution lacks something, or leaves out what its plugins are for."""

    GUIDE = "guide"
    """A plugin has no page written by hand, or such a page is of no plugin."""

    CONFIG = "config"
    """A value in conf.py, or an option of a directive, is not valid."""

    @property
    def is_named_in_full(self) -> bool:
        """Whether the file of a problem that is of no plugin is named in full: that of settings, or of the project."""
        return self in {
            *(ProblemKind.CONFIG, ProblemKind.REGISTRY, ProblemKind.SOURCE, ProblemKind.METADATA),
            *(ProblemKind.GUIDE, ProblemKind.NAMESPACE),
        }


class Problem(Struct, frozen=True):
    """Something wrong that was found, as data; it never ends a build."""

    kind: ProblemKind
    message: str
    """What is wrong, without a full stop; where it is about a plugin, said of that plugin: "cannot be loaded"."""

    remedy: str
    """What its reader can do about it, in the imperative, without a full stop; empty where another warning says it."""

    plugin: str | None = None
    """The identity of the plugin that it is about."""

    location: Location | None = None

    template: str | None = None
    """The message with ``%(name)s`` for each of the details, by which its translation is found."""

    details: dict[str, str] = msgspec.field(default_factory=dict)

    rule: str | None = None
    """The name of the rule that found it, where that is another distribution's."""

    @property
    def type(self) -> str:
        """The subtype of its warning, which is the id of the rule that looks for such."""
        return self.rule or self.kind.value

    @classmethod
    def explained(cls, template: str, details: dict[str, str], **rest: Any) -> Problem:  # noqa: ANN401
        """Make one whose message can be translated.

        :param rest: the kind, the remedy and what else there is
        """
        return cls(message=template % details, template=template, details=details, **rest)

    @property
    def text(self) -> str:
        """The words of the warning: what, and the remedy."""
        subject = f"{self.plugin} " if self.plugin is not None else ""
        return clean_line(f"{subject}{self.message}; {self.remedy}")
