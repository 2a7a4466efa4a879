"""A plugin, and what differs between two catalogs, as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext.plugins import selection
from sphinxext.plugins.cli.terminal import BOLD, GREEN, RED, YELLOW, wide
from sphinxext.plugins.core.model import Field
from sphinxext.plugins.core.text import clean_line, escape_cell, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinxext.plugins.checks.compare import Changed, Comparison, Fact, Named
    from sphinxext.plugins.cli.terminal import Terminal
    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.settings import NamespaceOptions, Options


def plugin(found: Plugin, options: Options, terminal: Terminal) -> str:
    """Tell all that is known of a plugin: its facts, and its docstring."""
    given = _facts(found, options.of_namespace(found.namespace))
    facts = [(clean_line(name), shown) for name, text in given if (shown := clean_line(text))]
    width = max(wide(name) for name, _ in facts)
    lines = [terminal.styled(clean_line(found.identity), BOLD)]
    lines += [f"{name}{' ' * (width - wide(name))}  {text}" for name, text in facts]
    inherited = found.inherited if options.inherit_docstrings and found.docstring is None else None
    docstring = found.docstring or (inherited.docstring if inherited else None)
    if docstring is not None:
        lines += ["", *(escape_cell(line.expandtabs()) for line in docstring.text.splitlines())]
    if inherited is not None:
        lines += ["", f"(inherited from {clean_line(inherited.owner)})"]
    return "\n".join(lines) + "\n"


def _facts(found: Plugin, settings: NamespaceOptions) -> Iterator[tuple[str, str]]:
    for field in selection.fields(found, settings):
        yield (field.name, text_of(field.value)) if isinstance(field, Field) else (field.details["field"], "not known")
    for name, text in _built_in(found, settings):
        if not selection.is_configured(name, settings):
            yield name, text
    yield from (("Problem", f"{problem.message}; {problem.remedy}") for problem in found.problems)


def _built_in(found: Plugin, settings: NamespaceOptions) -> Iterator[tuple[str, str]]:
    distribution = found.distribution
    if found.deprecated is not None:
        yield "Deprecated", found.deprecated or "yes"
    if distribution is not None:
        yield "Install", selection.filled(settings.install, found)
    yield "Select", selection.filled(settings.select or "", found)
    yield "Target", found.target
    place = f"({found.location.file}:{found.location.line})" if found.location else None
    yield "Definition", " ".join(filter(None, (found.definition, place)))
    yield "Kind", " ".join(filter(None, (found.kind, found.type and f"of {found.type}")))
    yield "Signature", found.signature or ""
    yield "Aliases", ", ".join(found.aliases)
    if distribution is not None:
        yield "Distribution", " ".join(filter(None, (distribution.name, distribution.version)))
        yield "Summary", distribution.summary or ""
        yield "License", distribution.license or ""
        yield from ((label, url) for label, url in distribution.urls)
    yield "Introspection", found.introspection
    yield from (("Problem", "; ".join(filter(None, (each.message, each.remedy)))) for each in found.problems)


def differences(comparison: Comparison, terminal: Terminal) -> str:
    """Tell what differs, in groups."""
    groups = [
        ("Added", [terminal.styled(f"+ {_named(named)}", GREEN) for named in comparison.added]),
        ("Removed", [terminal.styled(f"- {_named(named)}", RED) for named in comparison.removed]),
        ("Changed", list(_changed(comparison.changed, terminal))),
        ("Distributions", list(_changed(comparison.distributions, terminal))),
    ]
    told = ["\n".join([terminal.styled(title, BOLD), *lines, ""]) for title, lines in groups if lines]
    return "\n".join(told) or "No plugin was added, removed or changed.\n"


def _named(named: Named) -> str:
    origin = f" ({named.distribution})" if named.distribution else ""
    summary = f": {named.summary}" if named.summary else ""
    return clean_line(f"{named.plugin}{origin}{summary}")


def _changed(changes: Iterable[Changed], terminal: Terminal) -> Iterator[str]:
    for changed in changes:
        yield terminal.styled(f"~ {clean_line(changed.name)}", YELLOW)
        yield from (f"    {_fact(fact)}" for fact in changed.facts)


def _fact(fact: Fact) -> str:
    old, new = fact.told
    told = "" if old == new else f": {old or 'none'} → {new or 'none'}"
    return clean_line(f"{selection.heading(fact.name)}{told}")
