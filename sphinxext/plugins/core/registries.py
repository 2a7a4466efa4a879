"""Registries: places where plugins are kept other than entry points, as the settings name them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext.plugins.core.model import ENTRY_POINT, Problem, ProblemKind
from sphinxext.plugins.core.namespaces import PREFIX, shown
from sphinxext.plugins.core.schemes import REGISTERED, REGISTRY
from sphinxext.plugins.core.text import clean_namespace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sphinxext.plugins.core.model import Namespace
    from sphinxext.plugins.core.namespaces import Wrong

_NAME = r"[^\W\d]\w*"
_DOTTED = rf"{_NAME}(\.{_NAME})*"
_GLOB = r"[\w*?\[\]]+(\.[\w*?\[\]]+)*"

MAPPING, SUBCLASSES, DECORATED, PACKAGE, MODULES, HOOKS, SETUP = KINDS = (
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

_KEYS = {MAPPING: {"path", "name"}, SUBCLASSES: {"in", "name"}, DECORATED: {"name"}, SETUP: {"in"}}
"""What may be said of each besides, where anything may."""

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


def read(given: Mapping[object, object]) -> tuple[dict[str, tuple[Spec, ...]], list[Wrong]]:
    """Read the registries of each namespace, as far as they are valid."""
    valid: dict[str, tuple[Spec, ...]] = {}
    wrong: list[Wrong] = []
    for namespace, value in given.items():
        if not isinstance(namespace, str) or not namespace.strip():
            wrong.append(_invalid(namespace, value, "a namespace as its key"))
            continue
        kept: list[Spec] = []
        for each in value if isinstance(value, list | tuple) else [value]:
            spec, why = _spec(each)
            kept += [spec] if spec is not None else []
            wrong += [] if spec is not None else [_invalid(namespace, each, why)]
        valid[clean_namespace(namespace)] = tuple(dict.fromkeys(kept))
    return valid, wrong


def _spec(given: object) -> tuple[Spec | None, str]:
    """Read one; or say what it has to be."""
    what = f"one of {WORDS}, or what is registered in sphinxext.plugins.sources"
    try:
        spec = msgspec.convert({"from": given} if isinstance(given, str) else given, Spec)
    except msgspec.ValidationError as error:
        return None, f'{what}; or a dictionary with that as "from", and "path", "name" and "in" ({error})'
    if spec.kind == SETUP and not set(spec.packages) <= set(REGISTERED):
        return None, f'an "in" with any of {", ".join(REGISTERED)}'
    if spec.kind in FORMS:
        given = {"path": spec.path is not None, "name": spec.name is not None, "in": bool(spec.within)}
        if odd := {key for key, there in given.items() if there} - _KEYS.get(spec.kind, set()):
            return None, f"no {' and no '.join(sorted(odd))}, which {spec.kind} does not take"
        if spec.kind == SUBCLASSES and not re.fullmatch(f"attr:{_DOTTED}", str(spec.name or "attr:x")):
            return None, 'a "name" of the form attr:NAME'
        form, words = FORMS[spec.kind]
        return (spec, "") if re.fullmatch(form, spec.argument) else (None, f"the form {words}")
    return (spec, "") if spec.kind else (None, what)


def _invalid(namespace: object, given: object, allowed: str) -> Wrong:
    message = f"{PREFIX}registries[{namespace!r}] = {shown(given)} is not valid"
    names = (f"{PREFIX}registries", str(namespace), *([given] if isinstance(given, str) else []))
    remedy = f"give it {allowed}; until then it is left out"
    return Problem(kind=ProblemKind.CONFIG, message=message, remedy=remedy), names


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
