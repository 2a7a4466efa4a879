"""The command line: its parser, and the settings that it and a conf.py give."""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import runpy
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, NoReturn

import msgspec

from sphinxext.plugins import formats
from sphinxext.plugins.core.extensions import ExtensionError
from sphinxext.plugins.core.files import is_file, is_folder
from sphinxext.plugins.core.pages import Pages
from sphinxext.plugins.core.typos import the_nearest
from sphinxext.plugins.formats import reports
from sphinxext.plugins.settings import FIELDS, about, description, expected, from_conf, from_config, resolved
from sphinxext.plugins.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sphinxext.plugins.core.model import Problem
    from sphinxext.plugins.settings import Options


class UsageError(Exception):
    """What is asked for cannot be done; the text says why."""


def refuse_unknown(kind: str, name: str, known: Iterable[str], where: str = "") -> NoReturn:
    """Say that there is nothing of a name, and which names are near.

    :raises UsageError: always
    """
    msg = f"there is no {kind} {name!r}{where}{the_nearest(name, known)}"
    raise UsageError(msg)


_FLAGS: dict[str, str] = {field.name: flag for field in FIELDS if (flag := about(field)["flag"])}
"""The settings that the command takes besides conf.py; the others are for pages, or take more than a word."""

_EXIT_CODES = """\
exit codes:
  0  all is well
  1  something is wrong, a snapshot is out of date, catalogs differ (as diff --fail-on says), or with -W there are
     warnings
  2  it cannot be done: wrong usage, an unknown name, a file that cannot be read or written
  130, 141  interrupted; the output was closed
"""


def parser() -> argparse.ArgumentParser:
    """Make the parser."""
    made = argparse.ArgumentParser(
        prog="sphinx-plugins",
        description="Show, export and compare the plugins that distributions register as entry points.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="version", version=importlib.metadata.version("sphinxext-plugins"))
    commands = made.add_subparsers(dest="command", metavar="COMMAND", required=True)
    settings = [_settings()]

    def command(name: str, help_: str, parents: list[argparse.ArgumentParser] = settings) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=help_, description=f"{help_[0].upper()}{help_[1:]}.", parents=parents)

    _showing(command)
    snapshot = command("snapshot", "write the catalog to a file that can stand in for the plugins, or check it")
    snapshot.add_argument("--check", action="store_true", help="only tell whether it is up to date, and what differs")
    help_ = "the version that it is a snapshot of, for plugins_history; if not given, the one that the file has"
    snapshot.add_argument("--release", metavar="VERSION", help=help_)
    snapshot.add_argument("file", metavar="FILE", type=Path)
    _globs(snapshot, "; without one, those that the file has, or all where there is no file yet")
    comparing = command("diff", "tell which plugins two exported catalogs do not have in common", [])
    comparing.set_defaults(fail_on_warning=False)
    comparing.add_argument("old", metavar="OLD", type=Path)
    comparing.add_argument("new", metavar="NEW", type=Path)
    _format(comparing, "text", "markdown", "json")
    help_ = "which differences make the exit code 1: any, if not given, only those that break users, or none"
    comparing.add_argument("--fail-on", choices=("breaking", "any", "none"), default="any", help=help_)
    _checking(command)
    writing = command("new", "write a distribution with a plugin that has what its interface requires")
    writing.add_argument("namespace", metavar="NAMESPACE")
    writing.add_argument("name", metavar="NAME", help="of the plugin")
    help_ = "the folder that it is written to, named after the distribution if not given"
    writing.add_argument("--into", metavar="FOLDER", type=Path, help=help_)
    return made


def _showing(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """Add the commands that show, on standard output."""
    namespaces = command("namespaces", "list the namespaces that exist, with the number of their plugins")
    _globs(namespaces)
    _format(namespaces, "table", "json", "csv")
    listing = command("list", "list the plugins of a namespace")
    listing.add_argument("namespaces", metavar="NAMESPACE", nargs="+", help="a name or a glob")
    listing.add_argument("--columns", metavar="FIELD,...", help="the fields to show, those of the configuration too")
    listing.add_argument("--include", metavar="GLOB", action="append", help="show only plugins whose name fits")
    listing.add_argument("--exclude", metavar="GLOB", action="append", help="leave out plugins whose name fits")
    listing.add_argument("--distribution", metavar="GLOB", action="append", help="show only plugins of these")
    listing.add_argument("--sort", metavar="FIELD", help="sort by this field; --sort=-FIELD for the other way round")
    _format(listing, "table", "json", "csv")
    showing = command("show", "tell all that is known of a plugin")
    showing.add_argument("plugin", metavar="NAMESPACE:NAME", help="its identity")
    _format(showing, "text", "json")
    exporting = command("export", "write the catalog to standard output")
    _globs(exporting)
    usual, *others = formats.names()
    help_ = f"{usual}, if not given; {', '.join(others)}; or what another distribution brings"
    exporting.add_argument("--format", metavar="NAME", default=usual, help=help_)


def _checking(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    checking = command("check", "look for what is wrong with plugins, also whether they do what their interface asks")
    checking.add_argument("namespaces", metavar="NAMESPACE", nargs="*", help="a name or a glob; without one, all")
    help_ = "look only at these rules; without it, at all but those that are looked at on request"
    checking.add_argument("--select", metavar="RULE,...", action="append", help=help_)
    checking.add_argument("--ignore", metavar="RULE,...", action="append", help="do not look at these")
    help_ = "exit with 1 if fewer plugins of a hundred are documented, and not for each one that is not"
    checking.add_argument("--fail-under", metavar="PERCENT", type=_percent, help=help_)
    help_ = "write how many plugins of each namespace are documented"
    checking.add_argument("--statistics", action="store_true", help=help_)
    help_ = "leave out what this file has, so that only what is new fails"
    checking.add_argument("--baseline", metavar="FILE", type=Path, help=help_)
    checking.add_argument("--write-baseline", action="store_true", help="write all that is found to that file")
    help_ = "find also which plugins of the namespaces these pages do not name, and what they list that is none"
    checking.add_argument("--mentions", metavar="FILE", nargs="+", action="extend", type=Path, default=[], help=help_)
    checking.add_argument("--exit-zero", action="store_true", help="exit with 0, whatever is found")
    _format(checking, "text", *reports.WRITERS)


def _percent(text: str) -> float:
    """Read a number from 0 to 100.

    :raises argparse.ArgumentTypeError: where it is none
    """
    try:
        percent: float = msgspec.convert(text, Annotated[float, msgspec.Meta(ge=0, le=100)], strict=False)
    except msgspec.ValidationError as error:
        msg = f"{text!r} is no number from 0 to 100"
        raise argparse.ArgumentTypeError(msg) from error
    return percent


def _globs(command: argparse.ArgumentParser, otherwise: str = "; without one, all") -> None:
    command.add_argument("namespaces", metavar="GLOB", nargs="*", help=f"a namespace, or a glob{otherwise}")


def _format(command: argparse.ArgumentParser, *choices: str) -> None:
    command.add_argument("--format", choices=choices, default=choices[0], help=f"{choices[0]}, if not given")


def _settings() -> argparse.ArgumentParser:
    """Make a parser of what all commands that look at plugins take."""
    made = argparse.ArgumentParser(add_help=False)
    made.add_argument(
        "--conf",
        metavar="PATH",
        type=Path,
        help="take the settings from this conf.py, or the one in this folder; it is run, as Sphinx does",
    )
    made.add_argument("-W", "--fail-on-warning", action="store_true", help="exit with 1 where there are warnings")
    group = made.add_argument_group("settings", "These go before those of conf.py.")
    fields = {field.name: field for field in FIELDS}
    for name, flag in _FLAGS.items():
        help_ = (
            description(fields[name]).replace("``", "").replace("relative to conf.py", "relative to the current folder")
        )
        takes = _takes(fields[name].type) | ({"metavar": "VARIABLE"} if name == "environment" else {})
        group.add_argument(flag, dest=name, help=help_.replace("%", "%%"), **takes)
    return made


def _takes(form: object) -> dict[str, Any]:
    """Say how a setting is given on the command line, by its type."""
    info = msgspec.inspect.type_info(form)
    while isinstance(info, msgspec.inspect.Metadata):
        info = info.type
    match info:
        case msgspec.inspect.LiteralType():
            return {"choices": info.values}
        case msgspec.inspect.BoolType():
            return {"action": argparse.BooleanOptionalAction}
        case msgspec.inspect.FloatType():
            return {"type": float, "metavar": "SECONDS"}
        case msgspec.inspect.ListType():
            return {"action": "append", "metavar": "SOURCE"}
        case msgspec.inspect.UnionType() if any(isinstance(one, msgspec.inspect.ListType) for one in info.types):
            return {"action": "append", "metavar": "MODULE"}
        case _:
            return {"metavar": "PATH"}


class Settings(NamedTuple):
    """What the command line and conf.py say."""

    options: Options

    folder: Path
    """What the sources are relative to."""

    problems: list[Problem]
    """What is wrong in conf.py."""

    suppressed: frozenset[str]
    """The warnings that conf.py suppresses, as it names them."""

    conf: Path | None
    """The file."""

    pages: Pages
    """The pages beside it."""


def settings(arguments: argparse.Namespace) -> Settings:
    """Put together what the command line and conf.py say.

    :raises UsageError: where that cannot be used
    """
    conf: Mapping[str, object] = {}
    folder, file = Path.cwd(), None
    if arguments.conf is not None:
        file = (arguments.conf / "conf.py" if is_folder(arguments.conf) else arguments.conf).absolute()
        conf, folder = _run(file), file.parent
    given = {name: found for name in _FLAGS if (found := getattr(arguments, name)) is not None}
    for field in FIELDS:
        if field.name in given:
            try:
                msgspec.convert(given[field.name], field.type)
            except msgspec.ValidationError as error:
                msg = f"{_FLAGS[field.name]} cannot be {given[field.name]!r}: give it {expected(field)}"
                raise UsageError(msg) from error
    for written in given.get("sources", ()):
        try:
            SOURCES.check(written.partition(":")[0])
        except ExtensionError as error:
            msg = f"--source cannot be {written!r}: its scheme {error}; {error.remedy}"
            raise UsageError(msg) from error
    values = from_conf(conf, folder) | {name: resolved(name, value, Path.cwd()) for name, value in given.items()}
    options, problems = from_config(values, file)
    suppressed = conf.get("suppress_warnings")
    named = frozenset(map(str, suppressed if isinstance(suppressed, list | tuple) else ()))
    return Settings(options, Path.cwd() if "sources" in given else folder, problems, named, file, Pages(folder, conf))


class _Tags(set[str]):
    """The tags that conf.py finds; there are none."""

    has: Callable[..., bool] = set.__contains__


def _run(file: Path) -> dict[str, object]:
    """Run a conf.py as Sphinx does: in its folder, with its path and the tags."""
    try:
        with contextlib.chdir(file.parent), contextlib.redirect_stdout(sys.stderr):
            return runpy.run_path(str(file), {"tags": _Tags()})
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # somebody's code raises anything, SystemExit too
        remedy = "give --conf a conf.py, or its folder"
        if is_file(file):
            lines = [each.lineno for each in traceback.extract_tb(error.__traceback__) if each.filename == str(file)]
            lines += [error.lineno] if isinstance(error, SyntaxError) and error.filename == str(file) else []
            remedy = f"correct it{f' in line {lines[-1]}' if lines else ''}, or leave out --conf"
        msg = f"{file} cannot be run: {type(error).__name__}: {error}; {remedy}"
        raise UsageError(msg) from error
