"""Describers: the expressions that say where the fields of a plugin come from, ``SCHEME:ARGUMENT``.

A describer is a function of a plugin, of what stands behind the colon, and of the facts that people wrote of the
plugin in the overlay. It gives what JSON can hold, or None where it says nothing. It is called with data, never with
the object that a plugin leads to, and before introspection as well as after it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec

from sphinxext.plugins.core import facts as within
from sphinxext.plugins.core import limits
from sphinxext.plugins.core.expressions import PATH, ExpressionError, check
from sphinxext.plugins.core.extensions import FAILURES, ExtensionError, Registry
from sphinxext.plugins.core.interfaces import INTERFACE
from sphinxext.plugins.core.text import summary
from sphinxext.plugins.core.typos import nearest
from sphinxext.plugins.core.values import CUT, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.core.structs import Json

Describe: TypeAlias = "Callable[[Plugin, str, Mapping[str, Json]], Json]"
"""What a describer is."""


class Form(NamedTuple):
    """How a built-in describer is written."""

    function: str
    """The reference of the function."""

    argument: str
    """A regular expression of what may stand behind the scheme, the colon too."""

    words: tuple[str, ...]
    """The same in words."""


_HERE = "sphinxext.plugins.core.schemes"
_PARTS = ("name", "target", "module", "extras", "origin")

REGISTERED = ("directives", "roles", "builders", "domains", "events", "configuration")
"""What extensions of Sphinx register."""

FORMS = {
    "doc": Form(
        f"{_HERE}:doc",
        r"(:(summary|module|(field|section) +\S.*))?",
        ("doc", "doc:summary", "doc:module", "doc:field NAME", "doc:section NAME"),
    ),
    "attr": Form(f"{_HERE}:attr", rf":\s*{PATH}", ("attr:NAME",)),
    "call": Form(f"{_HERE}:call", rf":\s*(?:{PATH})?", ("call:NAME",)),
    "expr": Form(f"{_HERE}:expr", r":(?s:.)*", ("expr:EXPRESSION",)),
    "members": Form(f"{_HERE}:members", r":[^\W\d]\w*([.:][^\W\d]\w*)*", ("members:DECORATOR",)),
    "setup": Form(f"{_HERE}:setup", f":({'|'.join(REGISTERED)})", tuple(f"setup:{kind}" for kind in REGISTERED)),
    "dist": Form(f"{_HERE}:dist", ":.+", ("dist:HEADER",)),
    "requires": Form(f"{_HERE}:requires", r":[^\W_]([\w.-]*[^\W_])?", ("requires:PROJECT",)),
    "manifest": Form(f"{_HERE}:manifest", r":\S.*", ("manifest:KEY",)),
    "implements": Form(f"{_HERE}:implements", r":\S+", ("implements:MEMBER",)),
    "capability": Form(f"{_HERE}:capability", r":\S.*", ("capability:NAME",)),
    "overlay": Form(f"{_HERE}:overlay", ":.+", ("overlay:KEY",)),
    "entry": Form(f"{_HERE}:entry", f":({'|'.join(_PARTS)})", tuple(f"entry:{part}" for part in _PARTS)),
}
"""What is built in, by scheme."""

WORDS = tuple(word for form in FORMS.values() for word in form.words)
"""How these are written."""

DESCRIBERS = Registry("sphinxext.plugins.describers", {scheme: form.function for scheme, form in FORMS.items()})

ASKED = ("attr", "call", "expr")
"""The schemes of which only introspection knows the answer."""

MEMBERS, SETUP, MODULE, MANIFEST = "members", "setup", "doc:module", "manifest"
"""Schemes and a describer of another one of which that is so as well, and the scheme of what stands in a file."""

IMPLEMENTS, CAPABILITY = "implements", "capability"
"""The schemes of what a plugin does of its interface."""

CONTRACT = "contract"
"""What an interface is asked as if it were a scheme: what it expects, with the markers of needs behind the colon."""

REGISTRY = "registry"
"""What a module is asked as if it were a scheme: what a registry holds, which stands behind the colon."""

OF_INTERFACES = (INTERFACE, CONTRACT)
"""These; behind the former stands the object reference of the interface, if that is declared."""

OWN = ("doc", "doc:summary")
"""The describers of the plugin's own docstring, which is shown with its markup where they make the summary."""


def is_asked(describer: str, *, of_file: bool = False) -> bool:
    """Whether only introspection knows what a describer gives.

    :param of_file: whether the plugin is a file, which is asked for nothing but what stands in it
    """
    scheme = scheme_of(describer)
    return scheme == MANIFEST if of_file else scheme in (*ASKED, MEMBERS, SETUP) or describer == MODULE


def is_describer(describer: str) -> bool:
    """Whether a describer is built in and written as it has to be, or registered by another distribution."""
    scheme = scheme_of(describer)
    form = FORMS.get(scheme)
    if form is None:
        return scheme in DESCRIBERS.names
    return re.fullmatch(form.argument, describer.removeprefix(scheme)) is not None and not _refusal(describer)


def _refusal(describer: str) -> str:
    """Say what an expression has that it may not have."""
    scheme, colon, argument = describer.partition(":")
    try:
        if scheme == "expr" and colon:
            check(argument, limits)
    except ExpressionError as error:
        return str(error)
    return ""


def expected_describer(describer: str) -> str:
    """Say in words which describers there are, and which one may have been meant; or what is wrong with this one."""
    if refusal := _refusal(describer):
        return f"another expression, for {refusal}"
    scheme, colon, argument = "".join(describer.split()).partition(":")
    candidates = [f"{near}{colon}{argument}" for near in nearest(scheme, DESCRIBERS.names)]
    candidates += nearest(describer, (word for word in WORDS if word.islower()))
    near = next((f" (the nearest: {each})" for each in candidates if is_describer(each)), "")
    return f"one of {', '.join(WORDS)}, or what is registered in {DESCRIBERS.group}{near}"


def scheme_of(describer: str) -> str:
    """Return what stands before the colon."""
    return describer.partition(":")[0]


def function_of(scheme: str) -> Describe:
    """Return the function of a scheme.

    One of another distribution gives what JSON can hold, and raises an :exc:`ExtensionError` where it fails.

    :raises ExtensionError: where there is no such scheme, or it cannot be loaded
    """
    function: Describe
    try:
        function = DESCRIBERS.get(scheme)
    except ExtensionError as error:  # it is not loaded again for each plugin
        reason, remedy = str(error), error.remedy

        def function(*_arguments: object) -> Json:
            raise ExtensionError(reason, remedy)

    if scheme in FORMS:
        return function
    failures: list[ExtensionError] = []

    def guarded(plugin: Plugin, argument: str, facts: Mapping[str, Json]) -> Json:
        try:
            # In the same order in each process; and what is no data fails, for Python may show an address for it.
            return Values(limits).plain(msgspec.to_builtins(function(plugin, argument, facts), order="deterministic"))
        except ExtensionError:
            raise
        except FAILURES as error:
            if not failures:  # who brought it is looked up once, not for each plugin
                failures.append(DESCRIBERS.failure(scheme, error))
            raise failures[0].with_traceback(None) from error

    return guarded


def doc(plugin: Plugin, argument: str, facts: Mapping[str, Json]) -> Json:
    """Return the plugin's own docstring, or a part of that; for ``doc:module`` that of its module."""
    del facts
    if argument == "module":
        return _answer(plugin, MODULE)
    if plugin.docstring is None:
        return None
    part, _, name = argument.partition(" ")
    match part:
        case "summary":
            return plugin.docstring.summary
        case "field":
            found = within.named(within.fields(plugin.docstring.text), name)
            return found[0] if len(found) == 1 else found
        case "section":
            return next(iter(within.named(within.sections(plugin.docstring.text), name)), None)
        case _:
            return plugin.docstring.text


def attr(plugin: Plugin, argument: str, facts: Mapping[str, Json]) -> Json:
    """Return an attribute of the target, dotted where need be, as introspection found it."""
    del facts
    return _answer(plugin, f"attr:{argument}")


def call(plugin: Plugin, argument: str, facts: Mapping[str, Json]) -> Json:
    """Return what a method or a function of the target, or itself, gives without arguments."""
    del facts
    return _answer(plugin, f"call:{argument}")


def expr(plugin: Plugin, argument: str, facts: Mapping[str, Json]) -> Json:
    """Return what an expression of Python on ``target``, what the plugin leads to, and its ``name`` comes to."""
    del facts
    return _answer(plugin, f"expr:{argument}")


def members(plugin: Plugin, argument: str, facts: Mapping[str, Json]) -> Json:
    """Return a row for each member that a decorator marks: its name, its summary, and what that is called with.

    Of two facts with one name, that of the decorator has ``_`` behind it.
    """
    del facts
    rows: list[dict[str, Json]] = []
    for told in _answer(plugin, f"{MEMBERS}:{argument}") or ():
        if not isinstance(told, dict) or "keywords" not in told:  # it was too long
            return [*rows, {"name": CUT}]
        own = {"name": told["name"], "summary": summary(told["doc"]) if told["doc"] else None}
        given = {f"{key}_" if key in own else key: value for key, value in told["keywords"].items()}
        rows.append({**own, **given, **({"arguments": told["arguments"]} if told["arguments"] else {})})
    return rows


def setup(plugin: Plugin, argument: str, facts: Mapping[str, Json]) -> Json:
    """Return the names of what an extension of Sphinx registers, of one kind: ``directives`` and so on."""
    del facts
    return _answer(plugin, f"{SETUP}:{argument}")


def _answer(plugin: Plugin, describer: str) -> Json:
    return next((answer.value for answer in plugin.answers if answer.describer == describer), None)


def dist(plugin: Plugin, argument: str, facts: Mapping[str, Json]) -> Json:
    """Return a header of the core metadata of the distribution; a list where it is there several times."""
    del facts
    values = _headers(plugin, argument)
    return values[0] if len(values) == 1 else values


def _headers(plugin: Plugin, name: str) -> list[str]:
    headers = plugin.distribution.metadata if plugin.distribution else ()
    return [value for header, value in headers if header.lower() == name.lower()]


def requires(plugin: Plugin, argument: str, facts: Mapping[str, Json]) -> Json:
    """Return which versions of a project the distribution requires."""
    del facts
    return within.requirement(_headers(plugin, "Requires-Dist"), argument, plugin.extras)


def manifest(plugin: Plugin, argument: str, facts: Mapping[str, Json]) -> Json:
    """Return what the file that the target names has at a key, as introspection found it."""
    del facts
    return _answer(plugin, f"{MANIFEST}:{argument}")


def implements(plugin: Plugin, argument: str, facts: Mapping[str, Json]) -> Json:
    """Return what a plugin does of a member of its interface: ``own``, ``inherited``, ``default`` and so on."""
    del facts
    return _supported(plugin, argument, capability=False)


def capability(plugin: Plugin, argument: str, facts: Mapping[str, Json]) -> Json:
    """Return whether a plugin has a capability of the settings: ``yes``, ``no``, ``partial`` or ``unknown``."""
    del facts
    return _supported(plugin, argument, capability=True)


def _supported(plugin: Plugin, name: str, *, capability: bool) -> Json:
    found = (each for each in plugin.implements if (each.member, each.capability) == (name, capability))
    return next((each.support.value for each in found), None)


def overlay(plugin: Plugin, argument: str, facts: Mapping[str, Json]) -> Json:
    """Return a fact that people wrote in the overlay."""
    del plugin
    return facts.get(argument)


def entry(plugin: Plugin, argument: str, facts: Mapping[str, Json]) -> Json:
    """Return a part of how it is registered: ``name``, ``target``, ``module``, ``extras`` or ``origin``."""
    del facts
    value = getattr(plugin, argument)
    return list(value) if isinstance(value, tuple) else str(value)
