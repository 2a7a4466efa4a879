"""What each command does; each gives the exit code."""

from __future__ import annotations

import csv
import glob
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext.plugins import checks, formats
from sphinxext.plugins.checks import baseline
from sphinxext.plugins.checks.coverage import below
from sphinxext.plugins.cli import new, plain
from sphinxext.plugins.cli.arguments import UsageError, refuse_unknown
from sphinxext.plugins.core import limits, selection
from sphinxext.plugins.core.compare import compare
from sphinxext.plugins.core.exported import UnreadableError, from_json
from sphinxext.plugins.core.extensions import ExtensionError
from sphinxext.plugins.core.fields import heading, known_fields
from sphinxext.plugins.core.files import exists, holds, is_file, read, reason
from sphinxext.plugins.core.history import is_version
from sphinxext.plugins.core.model import Catalog, Distribution, Location, Problem, ProblemKind
from sphinxext.plugins.core.options import Replaced
from sphinxext.plugins.core.structs import Json, Struct
from sphinxext.plugins.core.text import clean_name, escape_cell, escape_json, text_of
from sphinxext.plugins.core.typos import the_nearest
from sphinxext.plugins.formats import markdown, reports
from sphinxext.plugins.formats.coverage import table
from sphinxext.plugins.formats.json import encoded, to_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sphinxext.plugins.checks.findings import Known
    from sphinxext.plugins.cli.session import Session
    from sphinxext.plugins.cli.terminal import Terminal

FINE, DIFFERENT = 0, 1


def namespaces(arguments: argparse.Namespace, session: Session) -> int:
    """List the namespaces, with the number of their plugins; none is introspected."""
    names = session.names(arguments.namespaces)
    session.warn_of()
    rows = [(name, len(session.assembler.registered(name))) for name in names]
    if arguments.format == "table":
        counted = [(name, str(count)) for name, count in rows]
        session.terminal.write(session.terminal.table(["Namespace", "Plugins"], counted))
    else:
        _data(["namespace", "plugins"], rows, arguments.format, session.terminal)
    return FINE


def list_plugins(arguments: argparse.Namespace, session: Session) -> int:
    """List plugins with the fields that are asked for."""
    shown = session.namespaces(session.names(arguments.namespaces))
    known = known_fields([namespace.name for namespace in shown], session.options)
    if arguments.sort is not None:
        _known(arguments.sort.removeprefix("-"), known)
    chosen = selection.Selection(
        include=arguments.include or (),
        exclude=arguments.exclude or (),
        distribution=arguments.distribution or (),
        sort=arguments.sort,
    )
    every = [plugin for namespace in shown for plugin in namespace.plugins]
    [(_, plugins)] = selection.select(every, chosen, session.options)
    asked = [_known(name.strip(), known) for name in (arguments.columns or "").split(",") if name.strip()]
    columns = list(dict.fromkeys(asked)) or [
        *(["namespace"] if len(shown) > 1 else []),
        *selection.columns(shown, plugins, session.options),
    ]
    session.warn_of(shown, plugins)
    for option, pattern, names in selection.unfitting(every, chosen):
        message = f"--{option} {pattern} fits no plugin"
        remedy = f"correct it{the_nearest(pattern.strip(',;'), names)}, or leave it out"
        session.warn(Problem(kind=ProblemKind.CONFIG, message=message, remedy=remedy))
    if arguments.format == "table":
        rows = [selection.row(plugin, columns, session.options) for plugin in plugins]
        settings = [session.options.of_namespace(namespace.name) for namespace in shown]
        session.terminal.write(session.terminal.table([heading(name, settings) for name in columns], rows))
    else:
        cells = [[selection.cell(plugin, name, session.options) for name in columns] for plugin in plugins]
        _data(columns, cells, arguments.format, session.terminal)
    return FINE


def show(arguments: argparse.Namespace, session: Session) -> int:
    """Print all that is known of a plugin, or of all that have its name."""
    name, colon, bare = arguments.plugin.partition(":")
    if not colon:
        msg = f"{name!r} is not of the form NAMESPACE:NAME"
        raise UsageError(msg)
    exact = session.assembler.named(name)
    if exact is None:
        refuse_unknown("plugin namespace", name, session.assembler.names)
    [namespace] = session.namespaces([exact])
    names = {bare, clean_name(bare)}
    plugins = tuple(plugin for plugin in namespace.plugins if plugin.name in names)
    plugins = plugins or tuple(plugin for plugin in namespace.plugins if not names.isdisjoint(plugin.former_names))
    removed = () if plugins else tuple(each for each in namespace.removed if each.name in names)
    if not plugins and not removed:
        refuse_unknown("plugin", bare, {plugin.name for plugin in namespace.plugins}, f" in {name}")
    identities = {plugin.identity for plugin in plugins}
    problems = tuple(problem for problem in namespace.problems if problem.plugin in identities)
    only = msgspec.structs.replace(namespace, plugins=plugins, problems=problems, removed=removed)
    session.warn_of([namespace], plugins)
    if arguments.format == "json":
        _json(to_json(Catalog(namespaces=(only,))), session.terminal)
    else:
        shown = [plain.plugin(each, session.options, session.terminal) for each in plugins]
        shown += [plain.removed(each, f"{exact}:{each.name}", session.terminal) for each in removed]
        session.terminal.write("\n".join(shown))
    return FINE


def export(arguments: argparse.Namespace, session: Session) -> int:
    """Write the catalog to standard output."""
    try:
        is_json = formats.get(arguments.format).is_json
        shown = session.namespaces(session.names(arguments.namespaces))
        session.warn_of(shown)
        text = formats.write(arguments.format, Catalog(namespaces=tuple(shown)), session.options)
    except ExtensionError as error:
        msg = f"the format {arguments.format!r} {error}; {error.remedy}"
        raise UsageError(msg) from error
    if is_json:
        _json(text.encode(), session.terminal)
    else:
        session.terminal.write(text)
    return FINE


def snapshot(arguments: argparse.Namespace, session: Session) -> int:
    """Write the catalog to a file, or tell whether that is what would be written."""
    session.refuse_source(arguments.file)
    release = _version(arguments.release)
    goes_on = exists(arguments.file) and not arguments.namespaces
    kept = _read(arguments.file) if arguments.check or goes_on else None
    if kept and release and kept.release not in {None, release}:
        msg = f"{arguments.file} is the snapshot of release {kept.release}, not of {release}; name another file"
        raise UsageError(msg)
    if kept is None or arguments.namespaces:
        selected = tuple(arguments.namespaces or ["*"])
        names = session.names(selected)
    else:  # what it has and is there no more is a difference, and no mistake
        selected = kept.selected
        names = [name for name in session.assembler.names if kept.covers(name)]
    release = release or (kept.release if kept else None)
    shown = session.namespaces(names)
    session.warn_of(shown)
    for problem in kept.problems if kept else ():
        session.warn(problem)
    text = to_json(_lasting(Catalog(namespaces=tuple(shown), release=release, selected=selected)))
    if not arguments.check:
        _write(arguments.file, text)
        return FINE
    assert kept is not None
    now = from_json(text)
    if kept == (now if kept.selected else msgspec.structs.replace(now, selected=())):
        return FINE
    changes = compare(kept, now)
    said = (
        plain.differences(changes, session.terminal) if changes else "How plugins were found differs, or the release.\n"
    )
    session.terminal.write(f"{said}\n")
    session.terminal.write(f"{escape_cell(str(arguments.file))} is out of date; write it again, without --check\n")
    return DIFFERENT


def diff(arguments: argparse.Namespace, session: Session) -> int:
    """Print what two catalogs do not have in common."""
    old, new = _read(arguments.old), _read(arguments.new)
    for problem in (*old.problems, *new.problems):
        session.terminal.warn(problem, None)
    changes = compare(old, new)
    if arguments.format == "json":
        _json(encoded(changes), session.terminal)
    else:
        is_plain = arguments.format == "text"
        text = plain.differences(changes, session.terminal) if is_plain else markdown.differences(changes)
        session.terminal.write(text)
    fails = {"any": bool(changes), "breaking": changes.breaking, "none": False}
    return DIFFERENT if fails[arguments.fail_on] else FINE


def check(arguments: argparse.Namespace, session: Session) -> int:
    """Look at the catalog by rules, and say what they find."""
    ignored = _rules(arguments.ignore, session)
    rules = [name for name in _rules(arguments.select, session) or checks.usual(session.options) if name not in ignored]
    if not rules:
        msg = "--ignore leaves no rule to look at"
        raise UsageError(msg)
    known, mentioning = _baseline(arguments), _mentioning(arguments)
    session.report_interfaces()
    shown = session.namespaces(session.names(arguments.namespaces))
    report = session.report(shown, rules, mentioning)
    names = [namespace.name for namespace in shown] if arguments.namespaces else None
    if arguments.write_baseline:
        known = baseline.written(report, known, names)
        _write(arguments.baseline, baseline.to_json(known))
        session.terminal.note(f"{arguments.baseline} is written, with {plain.counted(len(known), 'problem')}")
    report = baseline.compared(msgspec.structs.replace(report, fail_under=arguments.fail_under), known, names)
    if report.gone:
        session.warn(baseline.outdated(arguments.baseline, report.gone))
    if arguments.format == "text":
        session.terminal.write(plain.findings(report, session.terminal))
        if arguments.statistics:
            session.terminal.write(f"\n{table(report.coverage)}")
    else:
        writer = reports.WRITERS[arguments.format]
        text = writer.write(report)
        session.terminal.write(_safe(text, session.terminal) if writer.is_json else text)
    found = below(report.coverage, arguments.fail_under)
    if found is not None:
        session.terminal.warn(found, None)
    return DIFFERENT if (found or any(map(report.fails, report.findings))) and not arguments.exit_zero else FINE


def _rules(named: Sequence[str] | None, session: Session) -> list[str]:
    """Return the rules that an option names.

    :raises UsageError: where there is none of a name
    """
    known = {*checks.RULES.names, *session.options.rules}
    names = [name.strip().removeprefix("plugins.") for text in named or () for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            refuse_unknown("rule", name, known)
    return names


def _baseline(arguments: argparse.Namespace) -> Sequence[Known]:
    """Read the baseline that is asked for; one that is to be written need not be there yet.

    :raises UsageError: where that cannot be done
    """
    file = arguments.baseline
    if file is None:
        if arguments.write_baseline:
            msg = "--write-baseline needs --baseline FILE, the file that it writes"
            raise UsageError(msg)
        return ()
    if arguments.write_baseline and not exists(file):
        return ()
    try:
        return baseline.read(_given(file))
    except (OSError, ValueError) as error:
        remedy = "write it with --write-baseline" if isinstance(error, FileNotFoundError) else "name another file"
        remedy += ", or remove it and write it with --write-baseline" if isinstance(error, ValueError) else ""
        msg = f"{file} is no baseline that can be read: {reason(error)}; {remedy}"
        raise UsageError(msg) from error


def _mentioning(arguments: argparse.Namespace) -> list[Path]:
    """Return the files that are to name all plugins.

    :raises UsageError: where there is none of a name, or nothing says of which namespaces the plugins are
    """
    if arguments.mentions and not arguments.namespaces:
        msg = "--mentions needs the namespaces of which pages are to name all plugins: check NAMESPACE --mentions FILE"
        raise UsageError(msg)
    files: list[Path] = []
    for given in arguments.mentions:
        fitting = glob.iglob(str(given), recursive=True)  # noqa: PTH207  # which takes no pattern that begins at the root
        found = [given] if is_file(given) else [path for each in sorted(fitting) if is_file(path := Path(each))]
        if not found:
            msg = f"there is no file {str(given)!r}"
            raise UsageError(msg)
        files += [file.absolute() for file in found]
    return files


def write_new(arguments: argparse.Namespace, session: Session) -> int:
    """Write a distribution with a new plugin."""
    new.write(arguments, session)
    return FINE


COMMANDS: Mapping[str, Callable[[argparse.Namespace, Session], int]] = {
    "namespaces": namespaces,
    "list": list_plugins,
    "show": show,
    "export": export,
    "snapshot": snapshot,
    "diff": diff,
    "check": check,
    "new": write_new,
}


def _known(name: str, known: Mapping[str, str]) -> str:
    """Return the name of a field as it is written.

    :raises UsageError: where there is none of that name
    """
    if name.casefold() not in known:
        near = the_nearest(name, known.values()) or f" (there are {', '.join(known.values())})"
        msg = f"there is no field {name!r}{near}"
        raise UsageError(msg)
    return known[name.casefold()]


def _data(fields: Sequence[str], rows: Iterable[Sequence[Json]], form: str, terminal: Terminal) -> None:
    """Write rows as JSON or CSV."""
    if form == "json":
        _json(encoded([dict(zip(fields, row, strict=True)) for row in rows]), terminal)
        return
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows([escape_cell(text_of(value)) for value in row] for row in rows)
    terminal.write(written.getvalue())


def _json(text: bytes, terminal: Terminal) -> None:
    terminal.write(_safe(text.decode(), terminal))


def _safe(text: str, terminal: Terminal) -> str:
    return escape_json(text, only_ascii=terminal.only_ascii)


def _read(file: Path) -> Catalog:
    """Read an exported catalog.

    :raises UsageError: where that cannot be done
    """
    try:
        return from_json(_given(file))
    except UnreadableError as error:
        msg = f"{file} cannot be read: {error}; {error.remedy}"
        raise UsageError(msg) from error
    except OSError as error:
        msg = f"{file} cannot be read: {reason(error)}"
        raise UsageError(msg) from error


def _given(file: Path) -> bytes:
    """Read a file, or what a shell gives as an open one, ``<(git show HEAD:plugins.json)``."""
    if not str(file).startswith(("/dev/fd/", "/dev/stdin", "/proc/self/fd/")):
        return read(file)
    with file.open("rb") as stream:
        return stream.read(limits.LARGEST_FILE)


def _write(file: Path, text: bytes) -> None:
    """Write a file, if it is not what it would be.

    :raises UsageError: where that cannot be done
    """
    try:
        if not holds(file, text):
            file.write_bytes(text)
    except OSError as error:
        msg = f"{file} cannot be written: {reason(error)}"
        raise UsageError(msg) from error


def _version(release: str | None) -> str | None:
    """Return the name of a release.

    :raises UsageError: where it is no version
    """
    if release is not None and not is_version(release):
        msg = f"--release cannot be {release!r}: give it a version, 2.1"
        raise UsageError(msg)
    return release


def _lasting(part: Any) -> Any:  # noqa: ANN401  # whatever a catalog is made of
    """Leave out what changes though the plugins do not: where they were found, and what is made again of them."""
    match part:
        case Location():
            return None
        case tuple():
            return tuple(map(_lasting, part))
        case Distribution():
            return msgspec.structs.replace(part, source=None)
        case Replaced():
            return part
        case Struct():
            lasting = {name: _AGAIN.get(name, _lasting(getattr(part, name))) for name in part.__struct_fields__}
            return msgspec.structs.replace(part, **lasting)
        case _:
            return part


_AGAIN = {"lifetime": None, "since": None, "removed": (), "guide": None}
"""What is made of the history, and of the pages of a project, wherever plugins are shown, by its keys."""
