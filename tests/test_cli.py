"""The real command, in processes of its own."""

from __future__ import annotations

import contextlib
import csv
import fcntl
import importlib.util
import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.cli.terminal import Terminal
from sphinxext.plugins.core import limits
from tests import schema, sessions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Install

COMMAND = [sys.executable, "-m", "sphinxext.plugins"]

READERS = {
    "app.readers": {"csv": "app:CSV", "tsv": "app:TSV", "bare": "app:Bare", "gone": "app:Gone"},
    "app.writers": {"csv": "app:Writer"},
}
APP = """
    class Base:
        '''Words of a base class.'''

    class CSV:
        '''Reads comma-separated values. All of them.'''
        formats = [".csv", ".txt"]

        def __init__(self, path, encoding="utf-8"): pass

    class TSV:
        '''Reads tab-separated values.

        .. deprecated:: 2.0
           Use csv.
        '''
        formats = [".tsv"]

    class Bare(Base):
        pass

    class Writer:
        '''Writes.'''
    """


class Command:
    """The command in a folder, with the plugins that are installed in one beside it."""

    def __init__(self, site: Path, folder: Path) -> None:
        self.site = site
        self.folder = folder
        self.environment = {
            k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "FORCE_COLOR", "PYTHONUNBUFFERED"}
        }

    def whole(self, *arguments: str) -> list[str]:
        """The whole command line; the source goes behind the command's name."""
        if "--source" in arguments or arguments[0].startswith("-") or arguments[0] == "diff":
            return [*COMMAND, *arguments]
        return [*COMMAND, arguments[0], "--source", f"installed:{self.site}", *arguments[1:]]

    def run(
        self, *arguments: str, code: int = 0, environment: Mapping[str, str] = {}
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.whole(*arguments),
            check=False,
            capture_output=True,
            cwd=self.folder,
            env={**self.environment, **environment},
            encoding="utf-8",
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done

    def out(self, *arguments: str, code: int = 0, environment: Mapping[str, str] = {}) -> str:
        """The output, where nothing is wrong."""
        done = self.run(*arguments, code=code, environment=environment)
        assert done.stderr == ""
        return done.stdout

    def error(self, *arguments: str) -> str:
        """What stands in the way."""
        done = self.run(*arguments, code=2)
        assert done.stdout == ""
        return done.stderr.splitlines()[-1]

    def terminal(self, *arguments: str, columns: int = 80, environment: Mapping[str, str] = {}) -> str:
        """What a terminal gets of both streams."""
        leader, follower = pty.openpty()
        size = {"COLUMNS": str(columns), "TERM": "xterm"}
        process = subprocess.Popen(
            self.whole(*arguments),
            cwd=self.folder,
            env={**self.environment, **size, **environment},
            stdin=follower,
            stdout=follower,
            stderr=follower,
        )
        os.close(follower)
        got = b""
        while select.select([leader], [], [], 60)[0]:
            try:
                got += os.read(leader, 65536)
            except OSError:  # Linux says so where all who could write are gone
                break
        os.close(leader)
        process.wait(timeout=60)
        return got.decode().replace("\r\n", "\n")


@pytest.fixture
def command(install: Install, site: Path, tmp_path: Path) -> Command:
    install("one", READERS, {"app.py": APP}, version="1.2", metadata="License-Expression: MIT\nSummary: One of many\n")
    folder = tmp_path / "work"
    folder.mkdir()
    return Command(site, folder)


def conf(command: Command, **values: object) -> None:
    (command.folder / "conf.py").write_text("".join(f"{key} = {value!r}\n" for key, value in values.items()))


FIELDS = {"app.readers": {"title": "Readers", "fields": {"Formats": "attr:formats"}}}
GONE = {"suppress_warnings": ["plugins.load"]}


# What it is not to do.


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--help"], ["list", "--help"], ["list", "app.writers"]])
def test_neither_sphinx_nor_more_than_needed_is_imported(command: Command, arguments: list[str]) -> None:
    code = (
        "import sys\nfrom sphinxext.plugins.cli import main\n"
        f"try:\n    main({command.whole(*arguments)[3:]!r})\nexcept SystemExit:\n    pass\n"
        "names = ('sphinx', 'docutils', 'stevedore', 'sphinxext.plugins.introspect.static.names')\n"
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    introspecting = ["sphinxext.plugins.introspect.static.names"] if "app.writers" in arguments else []
    assert done.stdout.splitlines()[-1] == repr(introspecting)


def test_script_is_installed() -> None:
    script = Path(sys.executable).with_name("sphinx-plugins")
    done = subprocess.run([script, "--version"], check=True, capture_output=True, text=True)
    assert re.fullmatch(r"\d+\.\d+.*\n", done.stdout)


# What each command tells.


@pytest.mark.slow
def test_namespaces(command: Command) -> None:
    assert command.out("namespaces") == "Namespace    Plugins\napp.readers  4\napp.writers  1\n"
    assert command.out("namespaces", "*.writers", "--format", "csv") == "namespace,plugins\napp.writers,1\n"
    assert json.loads(command.out("namespaces", "app.readers", "--format", "json")) == [
        {"namespace": "app.readers", "plugins": 4}
    ]


@pytest.mark.slow
def test_list(command: Command) -> None:
    conf(command, plugins_namespaces=FIELDS, **GONE)
    assert command.out("list", "--conf", ".", "app.readers").splitlines() == [
        "Name                     Summary                        Formats",
        "bare",
        "csv                      Reads comma-separated values.  .csv, .txt",
        "gone (cannot be loaded)",
        "tsv (deprecated)         Reads tab-separated values.    .tsv",
    ]


@pytest.mark.slow
def test_list_of_several_namespaces(command: Command) -> None:
    done = command.run("list", "app.*", "--columns", "name")
    assert {line.split()[0] for line in done.stdout.splitlines()} == {"Name", "bare", "csv", "gone", "tsv"}
    rows = list(csv.DictReader(io.StringIO(command.run("list", "app.*", "--format", "csv").stdout)))
    assert [(row["namespace"], row["name"]) for row in rows] == [
        (namespace, name) for namespace, plugins in READERS.items() for name in sorted(plugins)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--include", "*sv"], ["csv", "tsv"]),
        (["--include", "csv", "--include", "bare"], ["bare", "csv"]),
        (["--exclude", "*sv"], ["bare", "gone"]),
        (["--distribution", "two"], []),
        (["--distribution", "ONE"], ["bare", "csv", "gone", "tsv"]),
        (["--sort=-name"], ["tsv", "gone", "csv", "bare"]),
        (["--sort", "summary"], ["csv", "tsv", "bare", "gone"]),
        (["--sort", "Formats"], ["csv", "tsv", "bare", "gone"]),
    ],
)
def test_list_selects_and_sorts(command: Command, arguments: list[str], names: list[str]) -> None:
    conf(command, plugins_namespaces=FIELDS, suppress_warnings=["plugins"])
    told = command.out("list", "--conf", ".", "app.readers", "--columns", "name", "--format", "json", *arguments)
    assert [row["name"] for row in json.loads(told)] == names


@pytest.mark.slow
def test_list_has_all_columns(command: Command) -> None:
    conf(command, plugins_namespaces=FIELDS, **GONE)
    asked = "Name, formats,target,distribution,version,license,kind,signature"
    told = command.out("list", "--conf", ".", "app.readers", "--include", "csv", "--columns", asked, "--format", "json")
    assert json.loads(told) == [
        {
            "name": "csv",
            "Formats": [".csv", ".txt"],
            "target": "app:CSV",
            "distribution": "one",
            "version": "1.2",
            "license": "MIT",
            "kind": "class",
            "signature": "(path, encoding='utf-8')",
        }
    ]


@pytest.mark.slow
def test_show(command: Command) -> None:
    conf(command, plugins_namespaces={"app.readers": {**FIELDS["app.readers"], "select": "app {name}"}})
    assert command.out("show", "--conf", ".", "app.readers:csv") == (
        "app.readers:csv\n"
        "Formats        .csv, .txt\n"
        "Install        pip install one\n"
        "Select         app csv\n"
        "Target         app:CSV\n"
        "Definition     app:CSV (app.py:5)\n"
        "Kind           class\n"
        "Signature      (path, encoding='utf-8')\n"
        "Distribution   one 1.2\n"
        "Summary        One of many\n"
        "License        MIT\n"
        "Introspection  static\n"
        "\n"
        "Reads comma-separated values. All of them.\n"
    )
    data = schema.validate(command.out("show", "app.readers:csv", "--format", "json").encode())
    assert [plugin["name"] for plugin in data["namespaces"]["app.readers"]["plugins"]] == ["csv"]


@pytest.mark.slow
def test_show_says_what_is_wrong_once(command: Command) -> None:
    said = command.run("show", "app.readers:gone").stdout
    assert said.count("\nProblem ") == 1


def test_show_takes_no_field_for_wrong_that_another_plugin_has(command: Command) -> None:
    conf(command, plugins_namespaces=FIELDS, **GONE)
    command.out("show", "--conf", ".", "app.readers:bare")


@pytest.mark.slow
def test_show_has_all_that_share_a_name(command: Command, install: Install) -> None:
    install("two", {"app.writers": {"csv": "app:CSV"}})
    done = command.run("show", "app.writers:csv")
    assert done.stdout.count("app.writers:csv\n") == 2
    assert "registered 2 times, by one 1.2 (app:Writer), two 1.0 (app:CSV)" in done.stderr


@pytest.mark.slow
def test_export(command: Command) -> None:
    data = schema.validate(command.run("export", "--format", "json").stdout.encode())
    assert list(data["namespaces"]) == ["app.readers", "app.writers"]
    conf(command, plugins_namespaces=FIELDS, **GONE)
    assert command.out("export", "--conf", ".", "--format", "markdown") == (
        "## Readers (app.readers)\n\n"
        "| Name | Summary | Formats |\n"
        "| --- | --- | --- |\n"
        "| bare |  |  |\n"
        "| csv | Reads comma-separated values. | .csv, .txt |\n"
        "| gone (cannot be loaded) |  |  |\n"
        "| tsv (deprecated) | Reads tab-separated values. | .tsv |\n"
        "\n"
        "## app.writers\n\n"
        "| Name | Summary |\n"
        "| --- | --- |\n"
        "| csv | Writes. |\n"
    )


def test_what_is_known_though_it_cannot_be_loaded_is_not_marked(command: Command, install: Install) -> None:
    install("two", {"two": {"a": "two:A"}}, {"two.py": "class A:\n    __doc__ = str(1 / 0)\n"})
    done = command.run("list", "two", "--columns", "name,kind")
    assert done.stdout == "Name  Kind\na     class\n"
    assert "[plugins.load]" in done.stderr


# Snapshots.


@pytest.mark.slow
def test_snapshot_is_checked_and_written_anew(command: Command, install: Install) -> None:
    file = command.folder / "plugins.json"
    assert command.out("snapshot", "plugins.json", "app.w*") == ""
    data = schema.validate(file.read_bytes())
    assert list(data["namespaces"]) == ["app.writers"]
    assert command.out("snapshot", "--check", "plugins.json") == ""
    before = file.stat().st_mtime_ns
    command.out("snapshot", "plugins.json")
    assert file.stat().st_mtime_ns == before
    install("two", {"app.writers": {"new": "app:CSV"}, "unasked": {"a": "app:CSV"}})
    told = command.out("snapshot", "--check", "plugins.json", code=1)
    assert told == (
        "Added\n+ app.writers:new (two): Reads comma-separated values. All of them.\n\n"
        "plugins.json is out of date; write it again, without --check\n"
    ).replace(" All of them.", "")
    assert file.stat().st_mtime_ns == before
    command.out("snapshot", "plugins.json")
    assert list(schema.validate(file.read_bytes())["namespaces"]) == ["app.writers"]
    assert command.out("snapshot", "--check", "plugins.json") == ""


@pytest.mark.slow
def test_snapshot_stays_when_lines_move(command: Command, install: Install) -> None:
    command.out("snapshot", "plugins.json", "app.writers")
    install("one", READERS, {"app.py": "# A line.\n\n" + re.sub("^    ", "", APP, flags=re.MULTILINE)}, version="1.2")
    done = command.run("snapshot", "--check", "plugins.json", code=1)  # but for its metadata
    assert "Changed" not in done.stdout
    assert "License: MIT → none" in done.stdout


@pytest.mark.slow
def test_snapshot_stays_when_the_lines_of_a_constructor_move(command: Command, install: Install) -> None:
    source = "class A:\n    '''Own.'''\n    def __init__(self):\n        '''Made.'''\n"
    install("two", {"two": {"a": "two:A"}}, {"two.py": source})
    command.out("snapshot", "plugins.json", "two")
    assert "Made." in (command.folder / "plugins.json").read_text()
    install("two", {"two": {"a": "two:A"}}, {"two.py": f"# A line.\n{source}"})
    assert command.out("snapshot", "--check", "plugins.json") == ""


@pytest.mark.slow
def test_snapshot_stays_wherever_it_is_made_from(command: Command) -> None:
    command.out("snapshot", "plugins.json", "app.writers")
    (command.folder / "there").symlink_to(command.site)
    assert command.out("snapshot", "--source", "installed:there", "--check", "plugins.json") == ""


@pytest.mark.slow
def test_a_namespace_that_is_gone_is_a_difference(command: Command) -> None:
    command.out("snapshot", "plugins.json", "app.writers")
    file = command.folder / "plugins.json"
    file.write_text(file.read_text().replace("app.writers", "app.others"))
    assert "- app.others:csv (one): Writes.\n" in command.out("snapshot", "--check", "plugins.json", code=1)


@pytest.mark.slow
def test_snapshot_is_not_made_from_itself(command: Command) -> None:
    command.out("snapshot", "plugins.json", "app.writers")
    conf(command, plugins_sources=["snapshot:plugins.json"])
    arguments = ["snapshot", "--conf", ".", "--check", "plugins.json"]
    done = subprocess.run([*COMMAND, *arguments], check=False, capture_output=True, text=True, cwd=command.folder)
    assert done.returncode == 2
    assert "plugins.json is itself a source; name another one to make it from" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "reason"), [("{}", "it says no schema_version"), ("<", "it is no JSON"), (None, "No such file")]
)
def test_a_file_that_is_no_snapshot(command: Command, text: str | None, reason: str) -> None:
    if text is not None:
        (command.folder / "plugins.json").write_text(text)
    assert reason in command.error("snapshot", "--check", "plugins.json")
    assert reason in command.error("diff", "plugins.json", "plugins.json")
    command.out("snapshot", "plugins.json", "app.writers")
    command.out("snapshot", "--check", "plugins.json")


def test_a_file_that_cannot_be_written(command: Command) -> None:
    assert "no/plugins.json cannot be written: No such file" in command.error("snapshot", "no/plugins.json", "app.w*")


@pytest.mark.slow
def test_diff(command: Command, install: Install) -> None:
    command.run("snapshot", "old.json", "app.*")
    app = APP.replace('encoding="utf-8"', 'encoding="ascii"')
    readers = {name: target for name, target in READERS["app.readers"].items() if name not in {"bare", "gone"}}
    install("one", {"app.readers": readers, "app.writers": {"new": "app:Writer"}}, {"app.py": app}, version="1.2")
    command.run("snapshot", "new.json", "app.*")
    assert command.out("diff", "new.json", "new.json") == "No plugin was added, removed or changed.\n"
    assert command.out("diff", "new.json", "new.json", "--format", "markdown").startswith("No plugin")
    assert command.out("diff", "old.json", "new.json", code=1) == (
        "Renamed\n~ app.writers:csv → app.writers:new\n    breaking: its old name is gone\n\n"
        "Removed\n- app.readers:bare (one)\n    breaking: it is gone\n"
        "- app.readers:gone (one)\n    breaking: it is gone\n\n"
        "Changed\n~ app.readers:csv\n"
        "    Signature: (path, encoding='utf-8') → (path, encoding='ascii')\n\n"
        "Distributions\n~ one\n    Summary: One of many → none\n    License: MIT → none\n"
    )
    assert command.out("diff", "old.json", "new.json", "--format", "markdown", code=1) == (
        "## Renamed\n\n- **app.writers:csv** → app.writers:new\n  - **breaking**: its old name is gone\n\n"
        "## Removed\n\n- **app.readers:bare** (one)\n  - **breaking**: it is gone\n"
        "- **app.readers:gone** (one)\n  - **breaking**: it is gone\n\n"
        "## Changed\n\n- **app.readers:csv**\n"
        "  - Signature: (path, encoding='utf-8') → (path, encoding='ascii')\n\n"
        "## Distributions\n\n- **one**\n  - Summary: One of many → *none*\n  - License: MIT → *none*\n"
    )
    data = json.loads(command.out("diff", "old.json", "new.json", "--format", "json", code=1))
    breaks = [
        {"breaking": True, "reasons": [{"kind": kind, "reason": reason}]}
        for kind, reason in {"renamed": "its old name is gone", "removed": "it is gone"}.items()
    ]
    assert data["renamed"] == [{"old": "app.writers:csv", "new": "app.writers:new", **breaks[0]}]
    gone = [{"plugin": f"app.readers:{name}", "distribution": "one", **breaks[1]} for name in ("bare", "gone")]
    assert data["removed"] == gone
    assert [changed["name"] for changed in data["changed"]] == ["app.readers:csv"]
    assert data["distributions"] == [
        {"name": "one", "facts": [{"name": "summary", "old": "One of many"}, {"name": "license", "old": "MIT"}]}
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("writers", "fail_on", "code"),
    [
        ({"csv": "app:Writer", "new": "app:Writer"}, [], 1),
        ({"csv": "app:Writer", "new": "app:Writer"}, ["--fail-on", "any"], 1),
        ({"csv": "app:Writer", "new": "app:Writer"}, ["--fail-on", "breaking"], 0),
        ({"new": "app:Writer"}, ["--fail-on", "breaking"], 1),
        ({"new": "app:Writer"}, ["--fail-on=none"], 0),
    ],
)
def test_what_diff_fails_on(
    command: Command, install: Install, writers: dict[str, str], fail_on: list[str], code: int
) -> None:
    command.run("snapshot", "old.json", "app.writers")
    files = {"app.py": APP}
    install("one", {"app.readers": READERS["app.readers"], "app.writers": writers}, files, version="1.2")
    command.run("snapshot", "new.json", "app.writers")
    command.run("diff", "old.json", "new.json", *fail_on, code=code)


@pytest.mark.slow
def test_diff_warns_of_a_newer_form(command: Command) -> None:
    command.out("snapshot", "old.json", "app.writers")
    text = (command.folder / "old.json").read_text().replace('"1.0"', '"1.9"', 1)
    (command.folder / "new.json").write_text(text)
    done = command.run("diff", "old.json", "new.json")
    assert done.stderr.startswith("WARNING: a catalog is of the form 1.9")
    assert "[plugins.source]" in done.stderr


# Mistakes, and what is wrong.


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list", "app.reader"], "there is no plugin namespace 'app.reader' (the nearest: app.readers, app.writers)"),
        (["list", "z*"], "there is no plugin namespace 'z*'"),
        (["export", "app.w", "app.readers"], "there is no plugin namespace 'app.w' (the nearest: app.writers"),
        (["show", "app.reader:csv"], "there is no plugin namespace 'app.reader' (the nearest: app.readers"),
        (["show", "app.readers:cvs"], "there is no plugin 'cvs' in app.readers (the nearest: csv)"),
        (["show", "csv"], "'csv' is not of the form NAMESPACE:NAME"),
        (["list", "app.writers", "--columns", "nam"], "there is no field 'nam' (the nearest: name"),
        (["list", "app.writers", "--sort", "zzz"], "there is no field 'zzz' (there are name, summary"),
        (["list", "app.writers", "--import-timeout", "0"], "--import-timeout cannot be 0.0: give it a number above 0"),
        (["list", "app.writers", "--source", "here"], "--source cannot be 'here': its scheme is neither built in"),
        (["list", "app.writers", "--introspection", "guess"], "invalid choice: 'guess'"),
        (
            ["list", "app.writers", "--conf", "nowhere"],
            "nowhere cannot be run: FileNotFoundError: [Errno 2] No such file or directory",
        ),
        (["list"], "the following arguments are required: NAMESPACE"),
        (["lst"], "invalid choice: 'lst'"),
    ],
)
def test_mistakes(command: Command, arguments: list[str], message: str) -> None:
    assert message in command.error(*arguments)


LACKING = """
    import abc

    class Reader(abc.ABC):
        @abc.abstractmethod
        def read(self, path): pass

    class Good(Reader):
        '''Good.'''
        def read(self, path): return path

    class Bad(Reader):
        '''Bad.'''
        def tell(self): return 0

    class Odd(Reader):
        '''Odd.'''
        def read(self): return 0
    """
LACKS = "WARNING: ns:bad lacks read, which lacking.Reader requires; write it"


METADATA = "License-Expression: MIT\nSummary: One of many\nRequires-Python: >=3.8\nProject-URL: Source, https://sluice.example\n"
"""All that the rule of it asks."""


@pytest.fixture
def lacking(install: Install) -> None:
    code = {"lacking.py": LACKING}
    install("lacking", {"ns": {"bad": "lacking:Bad", "good": "lacking:Good"}}, code, metadata=METADATA)


@pytest.mark.slow
def test_check(command: Command, install: Install) -> None:
    install("one", READERS, {"app.py": APP}, version="1.2", metadata=METADATA)
    assert command.out("check", "app.writers") == "No problem was found in 1 plugin of 1 namespace.\n"
    code = {"lacking.py": LACKING}
    install("lacking", {"ns": {"bad": "lacking:Bad", "odd": "lacking:Odd"}}, code, metadata=METADATA)
    done = command.run("check", "ns", "app.writers", code=1)
    assert done.stderr == ""
    missing, write, called, _, count = done.stdout.splitlines()
    assert missing == "lacking.py:12: interface ns:bad lacks read, which lacking.Reader requires"
    assert write.startswith("  = help: write it")
    assert called.startswith("lacking.py:18: interface ns:odd has read(), which cannot be called as ")
    assert count == "2 problems were found in 3 plugins of 2 namespaces."
    assert command.out("check", "ns", "app.writers", "--exit-zero") == done.stdout
    assert command.out("check", "ns", "--ignore", "plugins.interface,load").startswith("No problem")
    assert command.out("check", "ns", "--select", "load").startswith("No problem")
    said = command.error("check", "--select", "interfaces")
    assert "there is no rule 'interfaces' (the nearest: interface" in said


@pytest.mark.slow
@pytest.mark.usefixtures("lacking")
def test_check_finds_what_every_command_says(command: Command) -> None:
    done = command.run("check", code=1)
    assert "the metadata of one lacks an address and the versions of Python" in done.stdout
    assert "app.readers:gone cannot be loaded" in done.stdout
    assert "ns:bad lacks read, which lacking.Reader requires" in done.stdout
    assert "app.readers:bare has no docstring of its own, only that of app.Base" in done.stdout
    conf(command, suppress_warnings=["plugins.interface", "plugins.load", "plugins.coverage", "plugins.metadata"])
    said = command.out("check", "--conf", ".")
    assert said == "No problem was found in 7 plugins of 3 namespaces.\n"
    assert "there is no plugin namespace 'app.raeders'" in command.error("check", "app.raeders")


@pytest.mark.slow
@pytest.mark.usefixtures("lacking")
def test_interfaces_are_checked_on_request(command: Command) -> None:
    command.out("list", "ns")
    for setting in ({"plugins_report_interface": True}, {"plugins_rules": ["interface"]}):
        conf(command, **setting)
        assert LACKS in command.run("list", "ns", "--conf", ".").stderr
        assert LACKS in command.run("export", "ns", "--conf", ".", "-W", code=1).stderr
    conf(command, plugins_report_interface=True, plugins_namespaces={"ns": {"interface": ""}})
    command.out("check", "ns", "--conf", ".")


@pytest.mark.slow
def test_names_of_parameters_are_checked_on_request(command: Command, install: Install) -> None:
    code = "class B:\n  def r(self, path): 1\nclass C(B):\n  'C.'\n  def r(self, file): 1\nclass D(B): 'D.'\n"
    install("named", {"ns": {"c": "named:C", "d": "named:D"}}, {"named.py": code}, metadata=METADATA)
    command.out("check", "ns")
    conf(command, plugins_rules=["interface-names"])
    said = command.run("check", "ns", "--conf", ".", code=1).stdout
    assert "named.py:5: interface-names ns:c calls in r(file) file what named.B calls path\n" in said


@pytest.mark.slow
def test_warnings_go_to_standard_error(command: Command) -> None:
    done = command.run("list", "app.readers", "--format", "json")
    json.loads(done.stdout)
    assert done.stderr == (
        "WARNING: app.readers:gone cannot be loaded from app:Gone: AttributeError: module 'app' has no attribute "
        "'Gone'; install what it needs, mend or remove the entry point, or suppress this warning [plugins.load]\n"
    )
    assert command.run("list", "app.readers", "-W", code=1).stdout == command.run("list", "app.readers").stdout
    assert command.out("list", "app.writers", "-W") != ""


@pytest.mark.slow
def test_a_warning_has_its_place(command: Command) -> None:
    conf(
        command,
        plugins_namespaces={"app.readers": {"fields": {"X": "call:formats"}}},
        suppress_warnings=["plugins.load"],
    )
    done = command.run("list", "--conf", ".", "app.readers", "--include", "csv")
    assert done.stderr.startswith(f"{command.site / 'app.py'}:5: WARNING: app.readers:csv does not answer call:formats")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plugins", "plugins.*", "plugins.load"])
def test_what_conf_suppresses_is_no_warning(command: Command, name: str) -> None:
    conf(command, suppress_warnings=[name])
    command.out("list", "--conf", "conf.py", "app.readers", "-W")


def test_a_source_that_is_not_there(command: Command) -> None:
    done = command.run("namespaces", "--source", "installed:nowhere")
    assert "nowhere) is not there, or is no environment: it has no distribution in it; give" in done.stderr


# Settings.


@pytest.mark.slow
def test_conf_is_run_as_sphinx_does(command: Command) -> None:
    (command.folder / "docs").mkdir()
    (command.folder / "docs" / "conf.py").write_text(
        "import os\n"
        "print('configured')\n"
        "assert os.path.exists('conf.py') and __file__.endswith('conf.py') and not tags.has('draft')\n"
        "tags.add('draft')\n"
        "plugins_sources = ['installed:../there']\n"
        "plugins_overlay = 'overlay.toml'\n"
        "plugins_namespaces = {'app.*': {'fields': {'Note': 'overlay:note'}}}\n"
    )
    (command.folder / "docs" / "overlay.toml").write_text('["app.writers".csv]\nnote = "Noted"\n')
    (command.folder / "there").symlink_to(command.site)
    arguments = [*COMMAND, "list", "--conf", "docs", "app.writers", "--columns", "name,note"]
    done = subprocess.run(arguments, check=True, capture_output=True, text=True, cwd=command.folder)
    assert done.stdout == "Name  Note\ncsv   Noted\n"
    assert done.stderr == "configured\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("raise SystemExit(0)", "SystemExit: 0; correct it in line 1, or leave out --conf"),
        (
            "import json\ndef read():\n    json.loads('')\nread()\n",
            "JSONDecodeError: Expecting value: line 1 column 1 (char 0); correct it in line 3, or leave out --conf",
        ),
        ("x = 1\ndef", "SyntaxError: invalid syntax (conf.py, line 2); correct it in line 2, or leave out --conf"),
    ],
)
def test_conf_that_fails(command: Command, text: str, reason: str) -> None:
    (command.folder / "conf.py").write_text(text)
    assert f"conf.py cannot be run: {reason}" in command.error("list", "--conf", ".", "app.writers")


@pytest.mark.slow
def test_conf_that_is_not_valid(command: Command) -> None:
    conf(command, plugins_import_timeout=0)
    done = command.run("list", "--conf", ".", "app.writers")
    assert "WARNING: plugins_import_timeout = 0 is not valid" in done.stderr
    assert "[plugins.config]" in done.stderr
    assert command.out("list", "--conf", ".", "--import-timeout", "5", "app.writers") != ""


@pytest.mark.slow
def test_introspection(command: Command) -> None:
    told = [command.run("show", "app.writers:csv", "--introspection", kind).stdout for kind in ("static", "import")]
    assert ["Introspection  static" in told[0], "Introspection  import" in told[1]] == [True, True]
    conf(command, plugins_introspection="import")
    assert "Introspection  import" in command.out("show", "--conf", ".", "app.writers:csv")
    assert "Introspection  static" in command.out("show", "--conf", ".", "--introspection", "static", "app.writers:csv")


@pytest.mark.slow
def test_inherited_docstrings(command: Command) -> None:
    assert "Words" not in command.out("show", "app.readers:bare")
    told = command.out("show", "app.readers:bare", "--inherit-docstrings")
    assert told.endswith("Words of a base class.\n\n(inherited from app.Base)\n")
    arguments = ["app.readers", "--include", "bare", "--inherit-docstrings", "--columns", "summary"]
    assert "Words of a base class. (inherited from app.Base)\n" in command.out("list", *arguments)
    conf(command, plugins_inherit_docstrings=True)
    assert "Words" in command.out("show", "--conf", ".", "app.readers:bare")
    assert "Words" not in command.out("show", "--conf", ".", "--no-inherit-docstrings", "app.readers:bare")


@pytest.mark.slow
def test_variables(command: Command, install: Install) -> None:
    given = {"OF_TWO": "of two"}
    install("two", {"two": {"a": "two:a"}}, {"two.py": "import os\nglobals()['a'] = lambda: os.environ['OF_TWO']"})
    conf(command, plugins_namespaces={"two": {"fields": {"It": "call:__call__"}}})
    arguments = ["show", "--conf", ".", "two:a"]
    assert "KeyError: 'OF_TWO'" in command.run(*arguments, environment=given).stdout
    assert "of two" in command.out(*arguments, "--environment", "OF_*", environment=given)
    assert "--environment cannot be ['A=B']" in command.run(*arguments, "--environment", "A=B", code=2).stderr


@pytest.mark.slow
def test_mocks(command: Command, install: Install) -> None:
    install("two", {"two": {"a": "two:a"}}, {"two.py": "import nowhere_at_all\na = nowhere_at_all.make()"})
    assert "No module named 'nowhere_at_all'" in command.run("show", "two:a").stdout
    assert "Problem" not in command.out("show", "two:a", "--mock-import", "nowhere_at_all")
    conf(command, autodoc_mock_imports=["nowhere_at_all"])
    assert "Problem" not in command.out("show", "--conf", ".", "two:a")


def test_another_interpreter(command: Command) -> None:
    told = command.run("show", "app.writers:csv", "--introspection", "import", "--python", "./no-python")
    assert "the interpreter" in told.stderr
    assert "no-python' does not start" in told.stderr


@pytest.mark.slow
def test_timeout(command: Command, install: Install) -> None:
    install("two", {"two": {"a": "two:a"}}, {"two.py": "import time\ntime.sleep(60)"})
    assert "within 0.5 s" in command.run("show", "two:a", "--introspection", "import", "--import-timeout", "0.5").stdout


@pytest.mark.slow
def test_overlay(command: Command) -> None:
    conf(command, plugins_namespaces={"app.*": {"fields": {"Note": "overlay:note"}}})
    (command.folder / "o.toml").write_text('["app.writers".csv]\nnote = "Noted"\n')
    assert "Noted" not in command.out("list", "--conf", ".", "app.writers")
    assert "Noted" in command.out("list", "--conf", ".", "--overlay", "o.toml", "app.writers")


@pytest.mark.slow
def test_network(command: Command) -> None:
    address = "snapshot:http://127.0.0.1:9/plugins.json"
    refused = command.run("namespaces", "--source", address).stderr
    tried = command.run("namespaces", "--source", address, "--network").stderr
    assert "set plugins_network to True" in refused
    assert "set plugins_network to True" not in tried
    assert "cannot be read" in tried


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("sluice") is None, reason="needs the example project: run `make test`")
@pytest.mark.parametrize("page", sessions.PAGES, ids=lambda page: page.stem)
def test_documented_sessions_are_true(page: Path) -> None:
    assert page.read_text("utf-8") == sessions.rewritten(page), "run `python -m tests.sessions`"


# Terminals, and what is none.


RED, RESET = "\x1b[33m", "\x1b[0m"


@pytest.mark.slow
def test_colours_are_for_terminals(command: Command) -> None:
    assert "\x1b" not in command.run("list", "app.readers").stdout
    told = command.terminal("list", "app.readers")
    assert "\x1b[1mName" in told
    assert "\x1b[33mWARNING:\x1b[0m app.readers:gone" in told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
    ],
)
def test_colours_can_be_had_and_not(command: Command, variables: dict[str, str], coloured: bool) -> None:  # noqa: FBT001
    assert ("\x1b[1m" in command.terminal("namespaces", environment=variables)) == coloured
    assert "\x1b[1m" in command.out("namespaces", environment={"FORCE_COLOR": "1"})


@pytest.mark.slow
def test_a_table_fits_the_terminal(command: Command) -> None:
    told = command.terminal("list", "app.readers", "--include", "csv", columns=40, environment={"NO_COLOR": "1"})
    table = told[told.index("Name") :].splitlines()
    assert table == ["Name  Summary", "csv   Reads comma-separated values."]
    narrow = command.terminal("list", "app.readers", "--include", "csv", columns=24, environment={"NO_COLOR": "1"})
    assert narrow.endswith("Name  Summary\ncsv   Reads comma-separ…\n")


@pytest.mark.slow
def test_wide_names_keep_columns_straight(command: Command, install: Install) -> None:
    names = {"日本語": "app:CSV", "e\u0301": "app:CSV", "a": "app:CSV"}
    install("two", {"two": names})
    table = command.out("list", "two", "--columns", "name,kind").splitlines()
    assert table == ["Name    Kind", "a       class", "e\u0301       class", "日本語  class"]
    narrow = {"NO_COLOR": "1"}
    cut = command.terminal("list", "two", "--columns", "name,summary", columns=26, environment=narrow)
    assert cut.endswith("\n日本語  Reads comma-separ…\n")


SLOW = {"slow.py": "import time\ntime.sleep(2.5)\nclass A: 'Slow.'"}


@pytest.mark.slow
def test_progress_is_shown_on_a_terminal_and_disappears(command: Command, install: Install) -> None:
    install("two", {"slow": {"a": "slow:A"}}, SLOW)
    told = command.terminal("list", "slow", "--introspection", "import", environment={"NO_COLOR": "1"})
    assert "\r\x1b[Kslow: loading plugins, none of 1 done" in told
    assert told.endswith("\r\x1b[KName  Summary\na     Slow.\n")
    done = command.run("list", "slow", "--introspection", "import")
    assert (done.stdout, done.stderr) == ("Name  Summary\na     Slow.\n", "")


class Screen(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("after", "shown"), [(60, False), (0.01, True)])
def test_no_progress_where_nothing_takes_long(monkeypatch: pytest.MonkeyPatch, *, after: float, shown: bool) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(limits, "PROGRESS_AFTER", after)
    monkeypatch.setattr(sys, "stderr", screen := Screen(io.BytesIO(), newline=""))
    with Terminal().progress() as say:
        say("loading")
        time.sleep(0.1 if shown else 0)
    screen.seek(0)
    assert ("\r\x1b[Kloading" in (told := screen.read()), told.endswith("\r\x1b[K")) == (shown, shown)


@pytest.mark.slow
def test_output_that_is_closed_early(command: Command, install: Install) -> None:
    install("two", {"many": {f"plugin-{number}": "app:CSV" for number in range(400)}})
    process = subprocess.Popen(
        command.whole("export", "many"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=command.folder,
        env=command.environment,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"{\n"
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 141


@pytest.mark.slow
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_stream_that_is_closed_from_the_start(command: Command, stream: str) -> None:
    line = " ".join(map(str, command.whole("list", "app.writers"))) + (" >&-" if stream == "stdout" else " 2>&-")
    done = subprocess.run(["bash", "-c", line], check=False, capture_output=True, text=True, cwd=command.folder)
    assert "Traceback" not in done.stderr
    assert done.stdout == ("" if stream == "stdout" else "Name  Summary\ncsv   Writes.\n")


def test_interrupting_leaves_nothing_behind(command: Command, install: Install) -> None:
    mark = command.folder / "started"
    install(
        "two",
        {"slow": {"a": "slow:A"}},
        {
            "slow.py": f"""
                import fcntl, time
                held = open({str(mark)!r}, "w")
                fcntl.flock(held, fcntl.LOCK_EX)  # until its process ends, whatever number that has here
                held.write("started")
                held.flush()
                time.sleep(60)
            """
        },
    )
    process = subprocess.Popen(
        command.whole("list", "slow", "--introspection", "import"), stderr=subprocess.PIPE, cwd=command.folder
    )
    deadline = time.monotonic() + 60
    while not (mark.exists() and mark.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (130, b"")
    deadline = time.monotonic() + 20
    with mark.open() as held:
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            assert time.monotonic() < deadline
            time.sleep(0.05)


ASCII = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}


@pytest.mark.slow
def test_an_encoding_that_lacks_characters(command: Command, install: Install) -> None:
    install("two", {"two": {"日本é": "two:A"}}, {"two.py": "class A:\n    'Reads 😀.'\n"})
    assert "\\u65e5\\u672c\\xe9" in command.out("list", "two", environment=ASCII)
    for arguments in (["export", "two"], ["list", "two", "--format", "json"]):
        told = command.out(*arguments, environment=ASCII)
        assert told.isascii()
        assert json.loads(told) == json.loads(command.out(*arguments, environment={"PYTHONIOENCODING": "utf-8"}))


HOSTILE = "\x1b]0;owned\x07\x1b[2J \u202e <script>alert(1)</script> [x](javascript:y) \x9b31m"


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["namespaces"],
        ["list", "two*"],
        ["list", "two*", "--columns", "name,summary,Value", "--format", "csv"],
        ["list", "two*", "--columns", "name,summary,Value", "--format", "json"],
        ["show", f"two:{HOSTILE}"],
        ["show", f"two:{HOSTILE}", "--format", "json"],
        ["export", "two*"],
        ["export", "two*", "--format", "markdown"],
        ["diff", "old.json", "new.json"],
        ["diff", "old.json", "new.json", "--format", "markdown"],
        ["diff", "old.json", "new.json", "--format", "json"],
        ["snapshot", "--check", "old.json"],
        ["list", HOSTILE],
    ],
)
def test_untrusted_words_do_nothing(command: Command, arguments: list[str]) -> None:
    plugin = {
        "name": HOSTILE,
        "target": "m:A",
        "distribution": "d",
        "introspection": "static",
        "docstring": {"text": f"{HOSTILE}.\n\n{HOSTILE}"},
        "signature": HOSTILE,
        "deprecated": HOSTILE,
        "answers": [{"describer": "attr:x", "introspection": "static", "value": [HOSTILE, {HOSTILE: HOSTILE}]}],
        "problems": [{"kind": "load", "message": HOSTILE, "remedy": HOSTILE}],
    }
    distribution = {"name": "d", "version": HOSTILE, "summary": HOSTILE, "urls": [[HOSTILE, HOSTILE]]}
    for name, namespace in {"old": "two", "new": f"two{HOSTILE}"}.items():
        whole = {
            "schema_version": "1.0",
            "distributions": {"d": distribution},
            "namespaces": {namespace: {"plugins": [plugin]}},
        }
        (command.folder / f"{name}.json").write_text(json.dumps(whole))
    conf(command, plugins_namespaces={"*": {"fields": {"Value": "attr:x"}}})
    if arguments[0] != "diff":
        source = "new.json" if arguments[0] == "snapshot" else "old.json"
        arguments = [arguments[0], "--conf", ".", "--source", f"snapshot:{source}", *arguments[1:]]
    done = subprocess.run([*COMMAND, *arguments], check=False, capture_output=True, text=True, cwd=command.folder)
    assert done.returncode == {"diff": 1, "snapshot": 1}.get(arguments[0], 2 if arguments[-1] == HOSTILE else 0)
    for text in (done.stdout, done.stderr):
        assert not set("\x1b\x07\x9b\u202e") & set(text)
        assert "Traceback" not in text
    if "markdown" in arguments:
        assert "<script" not in done.stdout
        assert "[x](" not in done.stdout


@pytest.mark.slow
def test_names_are_taken_as_they_are_registered(command: Command, install: Install) -> None:
    install("two", {"my'ns": {"it's": "app:CSV", "<b>": "app:CSV"}})
    listed = command.out("list", "my'ns")
    assert listed == command.out("list", r"my\x27ns")
    assert "it's" in listed
    assert command.out("show", "my'ns:<b>") == command.out("show", r"my\x27ns:\x3cb>")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize("arguments", [["list", "app.readers"], ["export"], ["--version"], ["-h"], ["namespaces"]])
def test_output_that_cannot_be_written(command: Command, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        for stderr in (subprocess.PIPE, full):
            done = subprocess.run(
                command.whole(*arguments), check=False, stdout=full, stderr=stderr, env=command.environment, timeout=60
            )
            assert done.returncode == 2
            if done.stderr is not None:
                said = done.stderr.decode()
                assert "Traceback" not in said
                assert said.endswith("error: the output cannot be written: No space left on device\n")


@pytest.mark.slow
@pytest.mark.parametrize("timeout", ["inf", "nan", "-1", "1e300"])
def test_no_time_lasts_for_ever(command: Command, timeout: str) -> None:
    assert "a number above 0, up to 86400" in command.error("list", "app.readers", f"--import-timeout={timeout}")


@pytest.mark.slow
def test_files_that_are_none_are_refused_but_for_what_a_shell_opened(command: Command, tmp_path: Path) -> None:
    text = command.out("export", "app.writers")
    os.mkfifo(tmp_path / "pipe.json")
    assert "it is no regular file" in command.error("diff", str(tmp_path / "pipe.json"), str(tmp_path / "pipe.json"))
    assert "it is no regular file" in command.error("snapshot", "--check", str(tmp_path / "pipe.json"))
    (tmp_path / "kept.json").write_text(text)
    done = subprocess.run(
        command.whole("diff", "/dev/stdin", str(tmp_path / "kept.json")),
        check=False,
        input=text.encode(),
        capture_output=True,
        env=command.environment,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
