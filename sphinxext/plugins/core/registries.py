"""Registries: places where plugins are kept other than entry points, as the settings name them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext.plugins.core import decoding
from sphinxext.plugins.core.model import ENTRY_POINT, Problem, ProblemKind
from sphinxext.plugins.core.namespaces import invalid
from sphinxext.plugins.core.schemes import REGISTERED, REGISTRY
from sphinxext.plugins.core.text import clean_namespace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sphinxext.plugins.core.model import Namespace
    from sphinxext.plugins.core.namespaces import Wrong

_NAME = r"[^\W\d]\w*"
_DOTTED = rf"{_NAME}(\.{_NAME})*"
_GLOB = r"[\w*?\[\]]+(\.[\w*?\[\]]+)*"

MAPPING, SUBCLASSES, DECORATED, PACKAGE, MODULES, HOOKS, SETUP = (
    "mapping",
    "subclasses",
    "decorated",
    "package",
    "modules",
    "hooks",
    "setup",
)
"""The built-in kinds: a dictionary, subclasses of a class, what a decorator marks, and so on."""

FORMS = {
    MAPPING: (rf"{_GLOB}:{_DOTTED}", "mapping:MODULE:NAME"),
    SUBCLASSES: (rf"{_DOTTED}:{_DOTTED}", "subclasses:MODULE:CLASS"),
    DECORATED: (rf"{_DOTTED}:{_DOTTED}([:]{_DOTTED})?", "decorated:PACKAGE:MODULE.DECORATOR"),
    PACKAGE: (_DOTTED, "package:PACKAGE"),
    MODULES: (_GLOB, "modules:PACKAGE.*"),
    HOOKS: (_DOTTED, "hooks:PACKAGE"),
    SETUP: (_GLOB, "setup:MODULE"),
}
"""What stands behind the colon of each, as a regular expression, and all of it in words."""

KEYS = {
    MAPPING: ("path", "name"),
    SUBCLASSES: ("name", "in"),
    DECORATED: ("name",),
    SETUP: ("in",),
}
"""What else each may be given; the others nothing."""

WORDS = ", ".join(words for _, words in FORMS.values())


class Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"written": "from", "within": "in"}):
    """A registry, as the settings name it."""

    written: str
    """Its kind and where it is, ``mapping:module:NAME``."""

    path: int | str | None = None
    """Where in a record the target is, or a template of it."""

    name: int | str | None = None
    """What names an entry: a part of a record, ``attr:NAME`` of the object, or an argument of the decorator."""

    within: tuple[str, ...] | str = ()
    """The packages whose modules may have subclasses, or the kinds of what is registered in ``setup``.

    Those are ``directives``, ``roles``, ``builders``, ``domains``, ``events`` and ``configuration``; all where it says
    nothing.
    """

    @property
    def kind(self) -> str:
        """What stands before the first colon."""
        return self.written.partition(":")[0]

    @property
    def argument(self) -> str:
        """What stands behind it."""
        return self.written.partition(":")[2]

    @property
    def module(self) -> str:
        """The module that is asked, or a glob of such."""
        return self.argument.partition(":")[0]

    @property
    def object(self) -> str:
        """What it is asked for, behind the module."""
        return self.argument.partition(":")[2]

    @property
    def packages(self) -> tuple[str, ...]:
        """What the settings say by ``in``; for subclasses the package of the class, where they say nothing."""
        within = (self.within,) if isinstance(self.within, str) else self.within
        return within or ((self.module.partition(".")[0],) if self.kind == SUBCLASSES else ())

    @property
    def describer(self) -> str:
        """What the module is asked, as if it were a describer."""
        asked = {"kind": self.kind, "object": self.object, "in": self.packages, "path": self.path, "name": self.name}
        return f"{REGISTRY}:{str(msgspec.json.encode(asked), 'utf-8')}"


def walked(module: str, describers: Iterable[str]) -> Iterator[str]:
    """Return the packages of which all modules are looked through, for what a module is asked."""
    for describer in describers:
        scheme, _, asked = describer.partition(":")
        spec = decoding.json(asked.encode()) if scheme == REGISTRY else {}
        if spec.get("kind") in (DECORATED, HOOKS, SUBCLASSES):
            yield from spec["in"] or [module]


def read(given: Mapping[object, object]) -> tuple[dict[str, tuple[Spec, ...]], list[Wrong]]:
    """Read the registries of each namespace, as far as they are valid."""
    valid: dict[str, tuple[Spec, ...]] = {}
    wrong: list[Wrong] = []
    for namespace, value in given.items():
        if not isinstance(namespace, str) or not namespace.strip():
            wrong.append(invalid("registries", [namespace], value, "a namespace as its key"))
            continue
        kept: list[Spec] = []
        for each in value if isinstance(value, list | tuple) else [value]:
            spec, why = _spec(each)
            kept += [spec] if spec is not None else []
            wrong += [] if spec is not None else [invalid("registries", [namespace], each, why)]
        valid[clean_namespace(namespace)] = tuple(dict.fromkeys(kept))
    return valid, wrong


def _spec(given: object) -> tuple[Spec | None, str]:
    """Read one; or say what it has to be."""
    what = f"one of {WORDS}, or what is registered in sphinxext.plugins.sources"
    try:
        spec = msgspec.convert({"from": given} if isinstance(given, str) else given, Spec)
    except msgspec.ValidationError as error:
        return None, f'{what}; or a dictionary with that as "from", and "path", "name" and "in" ({error})'
    if spec.kind in FORMS:
        form, words = FORMS[spec.kind]
        why = _odd(spec) if re.fullmatch(form, spec.argument) else f"the form {words}"
        return (None, why) if why else (spec, "")
    return (spec, "") if spec.kind else (None, what)


def _odd(spec: Spec) -> str:
    """Say what the other keys of a registry have to be; nothing where they are that."""
    allowed = KEYS.get(spec.kind, ())
    given = {"path": spec.path, "name": spec.name, "in": spec.within or None}
    of_attribute = spec.kind in (SUBCLASSES, DECORATED) and isinstance(spec.name, str)
    others = any(value is not None and key not in allowed for key, value in given.items())
    if spec.kind == SETUP and (others or not set(spec.packages) <= set(REGISTERED)):
        return f'no more than "in", with any of {", ".join(REGISTERED)}'
    if others:
        words = " and ".join(f'"{key}"' for key in allowed)
        return f'no more than "from"{" and " if words else ""}{words}'
    if spec.kind == SUBCLASSES and not all(re.fullmatch(_DOTTED, each) for each in spec.packages):
        return 'as "in" the names of packages'
    if spec.kind == SUBCLASSES and spec.name is not None and not of_attribute:
        return 'as "name" the form attr:NAME'
    if of_attribute and not re.fullmatch(_NAMED[spec.kind], str(spec.name)):
        return 'as "name" the form attr:NAME' + (", or an argument of the decorator" if spec.kind == DECORATED else "")
    return ""


_NAMED = {SUBCLASSES: rf"attr:{_DOTTED}", DECORATED: rf"attr:{_DOTTED}|{_NAME}"}
"""What names a plugin, as a regular expression."""


def alone(namespace: Namespace, given: Mapping[str, Sequence[Spec]]) -> list[str]:
    """Return where the plugins of a namespace are kept, if none is an entry point.

    :param given: the registries of the settings
    """
    if any(plugin.origin == ENTRY_POINT for plugin in namespace.plugins):
        return []
    return [spec.written for spec in given.get(namespace.name, ())]


def problem(namespace: str, spec: Spec, why: str, remedy: str, **rest: Any) -> Problem:  # noqa: ANN401
    """Say what is wrong with a registry.

    :param rest: what else there is to the problem
    """
    message = f"plugins_registries[{namespace!r}] has {spec.written!r}, {why}"
    return Problem(kind=ProblemKind.REGISTRY, message=message, remedy=remedy, **rest)
