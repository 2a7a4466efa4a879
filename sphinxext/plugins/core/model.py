"""The catalog as data: frozen, JSON-able, without a live object in it.

Every other module makes, changes or shows these; this one knows nothing of where they come from
or of what is done with them.
"""

from __future__ import annotations

import fnmatch
import hashlib
import re
from enum import StrEnum
from typing import Any

import msgspec

from sphinxext.plugins.core.compatibility import Compatibility
from sphinxext.plugins.core.descriptions import Description, Docstring, Inherited, Introspection, Kind, Location
from sphinxext.plugins.core.interfaces import INTERFACE, Implementation, Interface
from sphinxext.plugins.core.lifetimes import Lifetime, Removed
from sphinxext.plugins.core.options import Configuration
from sphinxext.plugins.core.problems import Problem, ProblemKind
from sphinxext.plugins.core.structs import Json, Struct
from sphinxext.plugins.core.text import anchor
from sphinxext.plugins.core.types import Type

__all__ = ["Answer", "Catalog", "Description", "Distribution", "Docstring", "Field", "Implementation", "Inherited"]
__all__ += ["Interface", "Introspection", "Kind", "Location", "Namespace", "Plugin", "Problem", "ProblemKind", "Said"]


class Said(Struct, frozen=True):
    """What a describer says of a plugin."""

    describer: str

    value: Json = None
    """None where there is no such thing, or it says nothing."""

    shown: bool = False
    """Whether there is something in it that JSON cannot hold, for which the text stands that Python shows."""

    objects: tuple[str, ...] = ()
    """The texts in it that are dotted paths: of classes, functions and modules."""

    location: Location | None = None
    """Where the words of it stand; None where that is not in one file, or not known."""


class Answer(Said, frozen=True, kw_only=True):
    """What a plugin answers to a describer, ``attr:`` or ``call:``."""

    introspection: Introspection

    error: str | None = None
    """Why there is no answer; None where there is one."""


class Field(Said, frozen=True, kw_only=True):
    """A named fact about a plugin."""

    name: str
    value: Json

    type: str = Type.TEXT
    """What the value is: ``text``, ``number``, ``table`` and so on."""

    introspection: Introspection | None = None
    """How the plugin was asked; None where the value is from elsewhere."""


class Tier(Struct, frozen=True):
    """Who is behind some distributions, in the words of the settings."""

    name: str
    title: str

    rank: int
    """Its place among all tiers, from 1."""

    text: str | None = None


class Distribution(Struct, frozen=True):
    """The installed project that registers a plugin."""

    name: str
    """As its metadata spells it, not normalised."""

    version: str | None = None

    source: str | None = None
    """What it was found in, as the settings name it: ``installed``, ``wheels:dist``; never the path of a machine."""

    summary: str | None = None
    license: str | None = None
    """Its name or expression; a whole text is left out."""

    authors: tuple[str, ...] = ()
    """Names, addresses or both, as they are written; maintainers last."""

    urls: tuple[tuple[str, str], ...] = ()
    """Labels with addresses."""

    requires_python: str | None = None
    classifiers: tuple[str, ...] = ()

    metadata: tuple[tuple[str, str], ...] = ()
    """All headers of the core metadata with their values, but for the long description."""

    tier: Tier | None = None
    """The first of the settings that it is of."""

    @property
    def status(self) -> str | None:
        """The last part of its classifier "Development Status", ``Beta``."""
        status = next((c for c in self.classifiers if c.startswith("Development Status ::")), None)
        return status and status.rpartition(" - ")[2]

    @property
    def repository(self) -> str | None:
        """The address of its source, by the labels that are well known for it (`PyPA`_).

        .. _PyPA: https://packaging.python.org/en/latest/specifications/well-known-project-urls/
        """
        labelled = {re.sub(r"[\W_]", "", label).lower(): url for label, url in self.urls}
        found = next((labelled[label] for label in _REPOSITORY if label in labelled), None)
        return found if found and found.startswith(("https://", "http://")) else None


_REPOSITORY = ("source", "sourcecode", "repository", "github", "gitlab", "code")


class Origin(StrEnum):
    """What a plugin is registered as, where it is in no registry.

    It is one object in all processes, which its default has to be to be left out of data.
    """

    ENTRY_POINT = "entry point"


ENTRY_POINT = Origin.ENTRY_POINT


class Plugin(Description, frozen=True, kw_only=True):
    """One entry point in a namespace, or one entry of a registry, with what is known of its target."""

    namespace: str
    name: str

    target: str
    """The object reference, ``package.module:attr``, as registered but without extras."""

    extras: tuple[str, ...] = ()
    """The extras of the distribution that the entry point asks for."""

    origin: str = ENTRY_POINT
    """What it is registered as: an ``entry point``, or the kind of the registry that it is from, ``mapping``."""

    distribution: Distribution | None = None

    source: str | None = None
    """What it was found in, where it has no distribution that says so."""

    aliases: tuple[str, ...] = ()
    """The other names in this namespace that have the same target."""

    guide: str | None = None
    """The name of the page that somebody wrote for it."""

    introspection: Introspection = Introspection.METADATA

    loaded: bool | None = None
    """Whether it could be loaded; None where that was not tried, as where the source tells all that is asked."""

    answers: tuple[Answer, ...] = ()
    """What it says to describers; its fields are made of these."""

    fields: tuple[Field, ...] = ()
    """In the order of the configuration."""

    named_by: tuple[tuple[str, str], ...] = ()
    """The identities of the plugins that name it in their fields, each with the name of the field."""

    summary: Field | None = None
    """What stands in the place of its docstring's summary, where the settings make that of something else."""

    configuration: Configuration | None = None
    """Its options; None where nobody asks for them, or nothing tells."""

    compatible: tuple[Compatibility, ...] = ()
    """What its distribution requires of the hosts of the settings; none where that is nothing."""

    implements: tuple[Implementation, ...] = ()
    """What it does of each member of the interface, and of each capability; none where nobody asks for that."""

    lifetime: Lifetime | None = None
    """What is known of it over time; None where that is nothing."""

    problems: tuple[Problem, ...] = ()

    def described(self, description: Description, introspection: Introspection, **rest: Any) -> Plugin:  # noqa: ANN401
        """Return it with what introspection found of its target, in place of all that was found before.

        :param rest: what else of it changes
        """
        facts = msgspec.structs.asdict(description)
        return msgspec.structs.replace(self, introspection=introspection, **facts, **rest)

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Return the names of what is known of one, in the order in which it is shown: the entry point first."""
        inherited, own = Description.__struct_fields__, cls.__struct_fields__[len(Description.__struct_fields__) :]
        first = own.index("answers")
        return (*own[:first], *inherited, *own[first:])

    @property
    def former_names(self) -> tuple[str, ...]:
        """The names that it had, the latest first."""
        return tuple(each.name for each in self.lifetime.renamed) if self.lifetime else ()

    @property
    def without_interface(self) -> Plugin:
        """The same, without what it does of its interface."""
        answers = tuple(each for each in self.answers if each.describer.partition(":")[0] != INTERFACE)
        return msgspec.structs.replace(self, implements=(), answers=answers)

    @property
    def registration(self) -> str:
        """What one mends where it is registered wrongly."""
        return ENTRY_POINT if self.origin == ENTRY_POINT else "registry"

    @property
    def identity(self) -> str:
        """``namespace:name``; a namespace holds no colon."""
        return f"{self.namespace}:{self.name}"

    @property
    def docstrings(self) -> tuple[Docstring, ...]:
        """All that may be shown of it."""
        inherited = self.inherited.docstring if self.inherited else None
        return tuple(each for each in (self.docstring, inherited, self.constructor) if each is not None)

    @property
    def found_in(self) -> str:
        """The name of the source that it was found in; empty where nothing says so."""
        return (self.distribution and self.distribution.source) or self.source or ""

    @property
    def module(self) -> str:
        """The module that its target is looked up in."""
        return self.target.partition(":")[0].strip()

    @property
    def path(self) -> str:
        """The dotted path of what its target stands for."""
        return (self.definition or self.target).replace(":", ".")

    @property
    def paths(self) -> tuple[str, ...]:
        """The dotted paths that it may be documented by: where it is registered from, and where it is defined."""
        references = filter(None, (self.target, self.definition))
        return tuple(dict.fromkeys(reference.replace(":", ".") for reference in references))

    @property
    def attributes(self) -> tuple[str, ...]:
        """The names that lead from its module to its target; none where that is the module."""
        path = self.target.partition(":")[2].strip()
        return tuple(path.split(".")) if path else ()

    @property
    def anchor(self) -> str:
        """Its id on a page, as :func:`anchor` gives it."""
        return anchor(self.namespace, self.name)


class Namespace(Struct, frozen=True):
    """An entry-point group with its plugins."""

    name: str

    plugins: tuple[Plugin, ...] = ()
    """By name; those of the same name by distribution."""

    interface: Interface | None = None
    """What its plugins are expected to implement; None where there is none, or nobody asks for it."""

    removed: tuple[Removed, ...] = ()
    """The plugins that are there no more, by name; they are none of its plugins."""

    problems: tuple[Problem, ...] = ()
    """What is wrong with the namespace as a whole, and with its plugins."""

    def fingerprint(self, *, inherit_docstrings: bool, interface: bool = True, guides: bool = True) -> str:
        """Return a text that changes with anything that is shown of it, the same in each process.

        :param inherit_docstrings: whether the docstrings of base classes are shown
        :param interface: whether the interface is shown, and what plugins do of it
        :param guides: whether the pages are that people wrote for plugins
        """
        shown = self
        if not guides and any(plugin.guide for plugin in shown.plugins):
            plugins = tuple(msgspec.structs.replace(plugin, guide=None) for plugin in shown.plugins)
            shown = msgspec.structs.replace(shown, plugins=plugins)
        if not inherit_docstrings:
            plugins = tuple(msgspec.structs.replace(plugin, inherited=None) for plugin in shown.plugins)
            shown = msgspec.structs.replace(shown, plugins=plugins)
        if not interface:
            plugins = tuple(plugin.without_interface for plugin in shown.plugins)
            shown = msgspec.structs.replace(shown, plugins=plugins, interface=None)
        return hashlib.sha256(msgspec.json.encode(shown, order="deterministic")).hexdigest()


class Catalog(Struct, frozen=True):
    """The whole: what one file holds."""

    namespaces: tuple[Namespace, ...] = ()
    """By name, each once."""

    release: str | None = None
    """The version that it is a snapshot of; None where nobody said so."""

    selected: tuple[str, ...] = ()
    """The names and globs of all namespaces that it would have; none where that is not known."""

    problems: tuple[Problem, ...] = ()
    """What is wrong with what it was read from."""

    def plugins(self, namespace: str) -> tuple[Plugin, ...]:
        """Return the plugins of a namespace."""
        return next((each.plugins for each in self.namespaces if each.name == namespace), ())

    def covers(self, namespace: str) -> bool:
        """Whether a namespace would be in it, if there were any plugin."""
        is_there = any(each.name == namespace for each in self.namespaces)
        return is_there or any(fnmatch.fnmatchcase(namespace, each) for each in self.selected)
