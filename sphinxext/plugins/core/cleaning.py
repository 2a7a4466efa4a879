"""Cleans plugins and distributions as they come in: names and metadata, whatever source they are from, and how much.

What comes after, pages and data, warnings and the command, has the same. Docstrings and the values of fields are
texts and no names: they stay as they are written, and are cleaned where they are shown.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.model import Description, Problem, ProblemKind
from sphinxext.plugins.core.options import Choice, Option, Replaced, Subcommand
from sphinxext.plugins.core.text import clean, clean_line, clean_name, clean_namespace, cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sphinxext.plugins.core.interfaces import Implementation, Interface, Member
    from sphinxext.plugins.core.model import Distribution, Plugin
    from sphinxext.plugins.core.options import Configuration

_T = TypeVar("_T")
_Helped = TypeVar("_Helped", Option, Choice, Subcommand)


_MOST = {"project-url": limits.MOST_ADDRESSES, "classifier": limits.MOST_CLASSIFIERS}


def registered(plugins: Iterable[Plugin]) -> tuple[list[Plugin], list[Problem]]:
    """Return plugins with names and distributions that can be seen and shown, and say what of these is left out."""
    described: dict[int, Distribution | None] = {id(None): None}
    made: list[Plugin] = []
    problems: list[Problem] = []
    for plugin in plugins:
        distribution = plugin.distribution
        if distribution is not None and id(distribution) not in described:
            described[id(distribution)], left_out = _described(distribution)
            problems += [_left_out(distribution, left_out)] if left_out else []
        made.append(_registered(plugin, described[id(distribution)]))
    return made, problems


def _registered(plugin: Plugin, distribution: Distribution | None) -> Plugin:
    return msgspec.structs.replace(
        plugin,
        namespace=clean_namespace(plugin.namespace),
        name=clean_name(plugin.name),
        target=clean_line(plugin.target) or clean_name(""),
        extras=tuple(map(clean_name, plugin.extras)),
        distribution=distribution,
    )


def introspected(plugin: Plugin) -> Plugin:
    """Return a plugin with what introspection, or a snapshot, tells of it in the same way."""
    facts = {name: getattr(plugin, name) for name in Description.__struct_fields__}
    texts = {name: _written(value) for name, value in facts.items() if type(value) is str}
    inherited = plugin.inherited
    return msgspec.structs.replace(
        plugin,
        **{
            **texts,
            "deprecated": plugin.deprecated and clean(plugin.deprecated),
            "configuration": plugin.configuration and _configuration(plugin.configuration),
            "inherited": inherited and msgspec.structs.replace(inherited, owner=clean_name(inherited.owner)),
            "implements": tuple(map(_implementation, plugin.implements)),
            "problems": tuple(map(_problem, plugin.problems)),
        },
    )


def interface(given: Interface) -> Interface:
    """Return an interface in the same way."""
    facts = {name: getattr(given, name) for name in Description.__struct_fields__}
    texts = {name: _written(value) for name, value in facts.items() if type(value) is str}
    return msgspec.structs.replace(
        given,
        **texts,
        target=clean_line(given.target),
        hooks=given.hooks and clean_name(given.hooks),
        classes=tuple(map(clean_name, given.classes[: limits.MOST_CLASSES])),
        members=tuple(map(_member, given.members[: limits.MOST_MEMBERS])),
        problem=given.problem and clean(given.problem),
    )


def _member(given: Member) -> Member:
    lines = {key: _written(value) for key in ("owner", "signature", "unknown") if (value := getattr(given, key))}
    return msgspec.structs.replace(given, **lines, name=clean_name(given.name))


def _implementation(given: Implementation) -> Implementation:
    lines = {key: _written(value) for key in ("owner", "signature", "reason", "note") if (value := getattr(given, key))}
    return msgspec.structs.replace(given, **lines, member=clean_name(given.member))


def _configuration(given: Configuration) -> Configuration:
    """Return options of which the names and defaults are what sets them; they are cleaned again where they stand."""
    return msgspec.structs.replace(
        given,
        reader=clean_name(given.reader),
        options=tuple(map(_option, given.options)),
        usage=given.usage and clean_line(given.usage),
        subcommands=tuple(_told(each, name=clean_name(each.name)) for each in given.subcommands),
    )


def _option(given: Option) -> Option:
    replaced = given.deprecated
    lines = {key: value and clean_line(value) for key in ("type", "group", "owner") if (value := getattr(given, key))}
    return _told(
        given,
        **lines,
        name=clean(given.name),
        flags=tuple(map(clean_line, given.flags)),
        environment=tuple(map(clean_line, given.environment)),
        choices=tuple(map(_told, given.choices)),
        deprecated=replaced
        and Replaced(**{key: value and clean(value) for key, value in msgspec.structs.asdict(replaced).items()}),
    )


def _told(given: _Helped, **cleaned: Any) -> _Helped:  # noqa: ANN401  # what else is cleaned of it
    return msgspec.structs.replace(given, **cleaned, help=given.help and clean(given.help))


@lru_cache(maxsize=256)  # each build of a process reads the same ones
def _described(distribution: Distribution) -> tuple[Distribution, tuple[str, ...]]:
    """Return a distribution of which all can be seen and shown, and say what of it is left out."""
    left_out: list[str] = []
    urls, more_urls = _first(distribution.urls, limits.MOST_ADDRESSES, "addresses", left_out)
    authors, more_authors = _first(distribution.authors, limits.MOST_AUTHORS, "authors", left_out)
    classifiers, more = _first(distribution.classifiers, limits.MOST_CLASSIFIERS, "classifiers", left_out)
    kept = msgspec.structs.replace(
        distribution,
        name=clean_name(distribution.name),
        version=distribution.version and clean_name(distribution.version),
        summary=_line(distribution.summary),
        license=_line(distribution.license),
        authors=(*dict.fromkeys(map(_written, authors)), *more_authors),
        urls=(*((label and clean_name(label), _written(url)) for label, url in urls), *(("", m) for m in more_urls)),
        requires_python=_line(distribution.requires_python),
        classifiers=(*map(_written, classifiers), *more),
        metadata=tuple(_headers(distribution.metadata, left_out)),
    )
    return kept, tuple(left_out)


def _left_out(distribution: Distribution, what: Iterable[str]) -> Problem:
    return Problem(
        kind=ProblemKind.SOURCE,
        message=f"the metadata of {clean_name(distribution.name)} has {', '.join(what)}",
        remedy="report it to its authors; what is kept is shown",
    )


def _first(given: Sequence[_T], most: int, what: str, left_out: list[str]) -> tuple[Sequence[_T], list[str]]:
    """Return those that are kept, and what stands for the others where there are any, which is noted."""
    if len(given) <= most:
        return given, []
    left_out.append(f"{len(given):,} {what}, of which {most:,} are kept")
    return given[:most], [f"… and {len(given) - most:,} more"]


def _headers(given: Iterable[tuple[str, str]], left_out: list[str]) -> Iterator[tuple[str, str]]:
    """Return the headers that are kept, of many of one name the first."""
    named: dict[str, list[str]] = {}
    room = limits.LONGEST_METADATA
    for key, value in given:
        room -= len(key) + len(value)
        if room < 0:
            left_out.append(f"headers of more than {limits.LONGEST_METADATA:,} characters")
            break
        named.setdefault(key, []).append(value)
    for key, values in named.items():
        name, known = clean_name(key), _MOST.get(key.lower())  # of these it is said already
        kept, more = _first(values, known or limits.MOST_HEADERS, f"headers {name}", [] if known else left_out)
        yield from ((name, text) for text in (*map(clean, kept), *more))


def _line(written: str | None) -> str | None:
    return written and _written(written)


def _written(line: str) -> str:
    """Write a line; of a long one the beginning, and so that it is no address any more."""
    return clean_line(cut(line, limits.LONGEST_LINE, " …"))


def _problem(problem: Problem) -> Problem:
    return msgspec.structs.replace(
        problem,
        message=clean(problem.message),
        remedy=clean(problem.remedy),
        template=problem.template and clean(problem.template),
        details={key: clean(value) for key, value in problem.details.items()},
    )
