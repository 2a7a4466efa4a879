"""A plugin, and what differs between two catalogs, as text for people."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from sphinxext.plugins.cli.terminal import BOLD, GREEN, RED, YELLOW, wide
from sphinxext.plugins.core import types
from sphinxext.plugins.core.fields import Where, built_in, configured, is_configured, setting
from sphinxext.plugins.core.model import Field
from sphinxext.plugins.core.options import value_text
from sphinxext.plugins.core.text import clean_line, escape_cell, text_of
from sphinxext.plugins.core.types import Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinxext.plugins.checks.findings import Finding, Report
    from sphinxext.plugins.cli.terminal import Terminal
    from sphinxext.plugins.core.differences import Comparison
    from sphinxext.plugins.core.fields import BuiltIn, Settings
    from sphinxext.plugins.core.lifetimes import Removed
    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.core.namespaces import NamespaceOptions
    from sphinxext.plugins.core.options import Configuration, Option
    from sphinxext.plugins.core.structs import Json


def plugin(shown: Plugin, options: Settings, terminal: Terminal) -> str:
    """Return all that is known of a plugin: its facts, and its docstring."""
    facts = [
        (clean_line(name), clean_line(text)) for name, text in _facts(shown, options.of_namespace(shown.namespace))
    ]
    facts = [(name, text) for name, text in facts if text]
    width = max(wide(name) for name, _ in facts)
    lines = [terminal.styled(clean_line(shown.identity), BOLD)]
    lines += [f"{name}{' ' * (width - wide(name))}  {text}" for name, text in facts]
    lines += _configuration(shown.configuration) if shown.configuration is not None else []
    inherited = shown.inherited if options.inherit_docstrings and shown.docstring is None else None
    docstring = shown.docstring or (inherited.docstring if inherited else None)
    if docstring is not None:
        lines += ["", *(escape_cell(line.expandtabs()) for line in docstring.text.splitlines())]
    if inherited is not None:
        lines += ["", f"(inherited from {clean_line(inherited.owner)})"]
    return "\n".join(lines) + "\n"


def removed(shown: Removed, identity: str, terminal: Terminal) -> str:
    """Return what is known of a plugin that is there no more."""
    facts = {"Removed": shown.release, "Last in": shown.last, "Replaced by": ", ".join(shown.replaced_by)}
    facts |= {"Reason": shown.reason, "Status": shown.status, "Distribution": shown.distribution}
    lines = [f"{name:<12}  {clean_line(text)}" for name, text in facts.items() if text]
    lines += ["", clean_line(shown.summary)] if shown.summary else []
    return "\n".join([terminal.styled(clean_line(identity), BOLD), *lines]) + "\n"


def _configuration(shown: Configuration) -> list[str]:
    """Return the options of a plugin, one a line, and how it is called where it is a command."""
    lines = ["", f"Usage: {clean_line(shown.usage)}"] if shown.usage else []
    lines += ["", "Options:", *(f"  {clean_line(option(each))}" for each in shown.options)] if shown.options else []
    commands = (": ".join(filter(None, (each.name, each.help))) for each in shown.subcommands)
    return [*lines, "", "Commands:", *(f"  {clean_line(each)}" for each in commands)] if shown.subcommands else lines


def option(shown: Option) -> str:
    """Return all that is known of an option."""
    marks = {"required": shown.required, "several": shown.multiple, "secret": shown.secret}
    facts = [
        shown.type,
        " or ".join(value_text(each.value) for each in shown.choices),
        *(f"${variable}" for variable in shown.environment),
        *(name for name, is_so in marks.items() if is_so),
        *(f"{name} {value_text(value)}" for name, value in _bounds(shown) if value is not None),
        "deprecated" if shown.deprecated else None,
        f"since {shown.since}" if shown.since else None,
    ]
    known = ", ".join(filter(None, facts))
    named = ", ".join(shown.flags) or shown.name
    return ": ".join(filter(None, (f"{named} ({known})" if known else named, shown.help)))


def _bounds(shown: Option) -> Iterator[tuple[str, Json]]:
    yield from (("default", shown.default), ("from", shown.minimum), ("to", shown.maximum))


def _facts(shown: Plugin, settings: NamespaceOptions) -> Iterator[tuple[str, str]]:
    for field in configured(shown, settings):
        name = field.name if isinstance(field, Field) else field.details["field"]
        text = types.text(field.value, field.type) if isinstance(field, Field) else "not known"
        yield setting(name, settings).heading or name, text
    for row in built_in(Where.COMMAND, settings):
        yield from _built_in(row, shown, settings)
    yield from (("Problem", "; ".join(filter(None, (each.message, each.remedy)))) for each in shown.problems)


def _built_in(row: BuiltIn, shown: Plugin, settings: NamespaceOptions) -> Iterator[tuple[str, str]]:
    value = row.value(shown, settings)
    match row.type, shown.distribution:
        case Type.DEPRECATION, _:
            yield row.heading, "" if value is None else value or "yes"
        case Type.KIND, _:
            yield row.heading, " ".join(filter(None, (value, shown.type and f"of {shown.type}")))
        case Type.DISTRIBUTION, distribution if distribution is not None:
            yield row.heading, " ".join(filter(None, (distribution.name, distribution.version)))
            others = [("Summary", distribution.summary), ("License", distribution.license), *distribution.urls]
            yield from ((name, text or "") for name, text in others if not is_configured(name, settings))
        case _:
            yield row.heading, text_of(value)


def differences(comparison: Comparison, terminal: Terminal) -> str:
    """Return what differs between two catalogs, in groups."""
    lines: list[str] = []
    for sign, name, rest in comparison.lines(clean_line, "none"):
        if sign == "#":
            lines += [*([""] if lines else []), terminal.styled(name, BOLD)]
        else:
            line = f"{sign} {name}{rest}" if sign in _SIGNS else f"    {name}{rest}"
            lines.append(terminal.styled(line, _COLOURS[sign]) if sign else line)
    return "\n".join(lines or ["No plugin was added, removed or changed."]) + "\n"


_COLOURS = {"+": GREEN, "-": RED, "~": YELLOW, "!": RED}
_SIGNS = {"+", "-", "~"}
"""Of what stands at the margin."""


def findings(report: Report, terminal: Terminal) -> str:
    """Return what a check found, each with its place relative to the current folder, and how many there are."""
    lines = [line for each in report.findings for line in _finding(each, Path(report.root), terminal)]
    rules = Counter(each.rule for each in report.findings)
    by_rule = f" ({', '.join(f'{count:,} {rule}' for rule, count in rules.most_common())})" if len(rules) > 1 else ""
    looked_at = f"{counted(report.plugins, 'plugin')} of {counted(report.namespaces, 'namespace')}"
    new = "new " if report.known else ""
    count = counted(len(report.findings), f"{new}problem") if lines else f"No {new}problem"
    found = "were" if len(report.findings) > 1 else "was"
    known = f" {counted(report.known, 'problem')} of the baseline not listed." if report.known else ""
    return "\n".join([*lines, f"{count}{by_rule} {found} found in {looked_at}.{known}"]) + "\n"


def _finding(finding: Finding, root: Path, terminal: Terminal) -> list[str]:
    where, place = "", finding.problem.location
    if finding.place is not None:
        where = f"{clean_line(os.path.relpath(root / finding.place.file))}:{finding.place.line or 1}: "
    elif place is not None:  # as an import finds it, for it is not of the checkout: "sluice/readers.py"
        where = f"{clean_line(place.file)}:{place.line or 1}: "
    rule = terminal.styled(clean_line(finding.rule), RED)
    return [f"{where}{rule} {finding.message}", f"  = {terminal.styled('help', BOLD)}: {finding.remedy}"]


def counted(number: int, noun: str) -> str:
    """Write a number of things."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
