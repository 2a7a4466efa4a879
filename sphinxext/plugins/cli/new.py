"""The command ``new``: a distribution with one plugin that has what the interface of its namespace requires.

It is written in texts of others, of which every one is quoted: a name that Python, TOML or a file system would take
for something else makes no other file, and no other code.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from sphinxext.plugins.cli.arguments import UsageError, refuse_unknown
from sphinxext.plugins.core import limits, template
from sphinxext.plugins.core.files import Disk, exists, is_folder, reason, replace
from sphinxext.plugins.core.interfaces import Need
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.core.registries import alone
from sphinxext.plugins.core.signatures import is_name
from sphinxext.plugins.core.text import clean_line, clean_name, escape_cell

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping, Sequence

    from sphinxext.plugins.cli.session import Session
    from sphinxext.plugins.core.model import Interface, Namespace, Plugin

_GROUP = re.compile(r"\w+(\.\w+)*")
"""What a namespace may be called (`entry points`_); builders refuse other names.

.. _entry points: https://packaging.python.org/en/latest/specifications/entry-points/
"""

_NAME = re.compile(r"(?![\[#;])[^=\s]([^=\n\r]*[^=\s])?")


def write(arguments: argparse.Namespace, session: Session) -> None:
    """Write a distribution with a new plugin into a folder."""
    exact = session.assembler.named(arguments.namespace, declared=True)
    if exact is None:
        refuse_unknown("plugin namespace", arguments.namespace, session.assembler.names)
    [namespace] = session.namespaces([exact], interface=True)
    session.warn_of([namespace], ())
    if alone(namespace, session.options.registries):
        msg = f"plugins of {namespace.name} are no entry points, so that no distribution can register one"
        raise UsageError(msg)
    _check(namespace, arguments.name)
    registered = [each for name in session.assembler.names for each in session.assembler.registered(name)]
    called = distribution(namespace.name, arguments.name, registered)
    folder = arguments.into or Path(called)
    _write(folder, _files(namespace, arguments.name, called, _host(namespace.interface, registered)))
    shown = escape_cell(str(folder))
    session.terminal.write(f"{shown} has a plugin {clean_name(arguments.name)} of {namespace.name}.\n")
    if namespace.interface is None or namespace.interface.problem is not None:
        session.terminal.write("Its interface is not known, so that it has no members.\n")
    session.terminal.write(f"Install it with: pip install --editable {shown}\n")


def _check(namespace: Namespace, name: str) -> None:
    """Make sure that a distribution can register a plugin of that name, and none does yet.

    :raises UsageError: where it is not so
    """
    if not _GROUP.fullmatch(namespace.name):
        msg = f"no distribution can register plugins in {namespace.name}: that is no name of letters, digits and dots"
        raise UsageError(msg)
    if not _NAME.fullmatch(name) or not name.isprintable():
        msg = f"no plugin can be called {name!r}: give it a name in one line without '=', that begins with no '['"
        raise UsageError(msg)
    rival = next((each for each in namespace.plugins if each.name in {name, clean_name(name)}), None)
    if rival is not None:
        of = f" of {rival.distribution.name}" if rival.distribution else ""
        msg = f"there is a plugin {name!r}{of} in {namespace.name} already; give it another name"
        raise UsageError(msg)


def distribution(namespace: str, name: str, registered: Iterable[Plugin]) -> str:
    """Make the name of a distribution that there is not, whatever the plugin is called."""
    plain = "".join(filter(str.isascii, unicodedata.normalize("NFKD", f"{namespace}-{name}".casefold())))
    words = [word for word in re.split(r"[^a-z0-9]+", plain[: limits.LONGEST_ID]) if word]
    made = "-".join(words) if len(words) > 1 else "-".join([*words, "plugin"])
    there = {canonicalize_name(each.distribution.name) for each in registered if each.distribution}
    there |= {canonicalize_name(each.module.partition(".")[0]) for each in registered}
    return f"{made}-plugin" if made in there else made


def _host(interface: Interface | None, registered: Iterable[Plugin]) -> list[str]:
    """Return the distributions that the plugin needs: the one that the interface is from, where that is known.

    It is the one that registers something of the same package.
    """
    if interface is None:
        return []
    if interface.hooks is not None:
        return ["pluggy"]
    parts = interface.target.partition(":")[0].split(".")
    shared: dict[str, int] = {}
    for plugin in registered:
        pairs = zip(parts, plugin.module.split("."), strict=False)
        common = len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)))
        if common and plugin.distribution:
            name = plugin.distribution.name
            shared[name] = max(common, shared.get(name, 0))
    nearest = [name for name, common in shared.items() if common == max(shared.values())]
    own = [name for name in nearest if canonicalize_name(name) == canonicalize_name(parts[0])]
    return own or (nearest if len(nearest) == 1 else [])


def _files(namespace: Namespace, name: str, called: str, needed: Sequence[str]) -> Mapping[str, str]:
    """Return the files of the distribution, by their paths in its folder."""
    interface = namespace.interface
    module = called.replace("-", "_")
    module = module if is_name(module) else f"plugin_{module}"
    attribute = template.attribute(interface, name)
    target = f"{module}:{attribute}" if attribute else module
    table = template.registration(namespace.name, name, target)["pyproject.toml"]
    return {
        "pyproject.toml": _pyproject(called, f"The plugin {name} of {namespace.name}", needed, module, table),
        f"{module}.py": template.module_text(namespace.name, interface, name),
        f"tests/test_{module}.py": _test(namespace, name),
    }


def _pyproject(called: str, summary: str, needed: Sequence[str], module: str, table: str) -> str:
    dependencies = ", ".join(template.toml(each) for each in needed)
    return f"""\
[build-system]
requires = ["setuptools >=61"]
build-backend = "setuptools.build_meta"

[project]
name = "{called}"
version = "0.1.0"
description = {template.toml(clean_line(summary))}
dependencies = [{dependencies}]

{table}
[tool.setuptools]
py-modules = ["{module}"]
"""


def _test(namespace: Namespace, name: str) -> str:
    interface = namespace.interface
    members = interface.members if interface and interface.kind is not Kind.FUNCTION else ()
    required = [each.name for each in members if each.need is Need.REQUIRED and not (interface and interface.hooks)]
    header = '"""The plugin is registered, loads, and has what its interface requires."""'
    lines = [header, "", "from importlib.metadata import entry_points", "", ""]
    lines += ["REQUIRED = [", *(f"    {each!r}," for each in required), "]", "", ""] if required else []
    lines += [
        "def test_plugin():",
        f"    [entry_point] = entry_points(group={namespace.name!r}, name={name!r})",
        "    plugin = entry_point.load()",
        '    assert not getattr(plugin, "__abstractmethods__", None)',
        *(["    assert [name for name in REQUIRED if not hasattr(plugin, name)] == []"] if required else []),
    ]
    return "\n".join(lines) + "\n"


def _write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder that is not there, or has nothing in it.

    :raises UsageError: where that cannot be done
    """
    try:
        if exists(folder) and (not is_folder(folder) or Disk().names(folder)):
            msg = f"{folder} is there and not empty; name another folder, with --into"
            raise UsageError(msg)
        for path, text in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            replace(file, text.encode())
    except OSError as error:
        msg = f"{folder} cannot be written: {reason(error)}"
        raise UsageError(msg) from error
