"""What ``sphinx-plugins new`` writes: a distribution that installs, loads, and does what its interface asks."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.cli import main
from sphinxext.plugins.cli.new import distribution

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Install

HOST = r"""
    import abc
    from typing import Protocol

    import pluggy

    hookspec = pluggy.HookspecMarker("host")

    class Reader(abc.ABC):
        '''Reads files.'''

        @abc.abstractmethod
        def read(self, path, encoding="utf-8", *, strict=abc):
            '''Read a "file" \\ of it. More.'''

        @property
        @abc.abstractmethod
        def suffix(self): '''Of files.'''

        @classmethod
        @abc.abstractmethod
        def make(cls, of): '''Make one.'''

        def close(self): print()

    class Csv(Reader):
        suffix = ".csv"
        def read(self, path, encoding="utf-8", *, strict=None): return path
        @classmethod
        def make(cls, of): return cls()

    class Tsv(Reader):
        suffix = ".tsv"
        def read(self, path, encoding="utf-8", *, strict=None): return path
        @classmethod
        def make(cls, of): return cls()

    class Writer(Protocol):
        def write(self, row): ...

    class Plain:
        def write(self, row): return row

    def filtered(row, *, fast=False): return row

    @hookspec
    def host_started(app): '''Something began.'''
    """
GROUPS = {
    "host.reader": {"csv": "host:Csv", "tsv": "host:Tsv"},
    "host.writer": {"plain": "host:Plain"},
    "host.filter": {"none": "host:filtered"},
    "host.hooks": {"own": "host"},
}
CONF = """
plugins_namespaces = {
    "host.writer": {"interface": "host:Writer"},
    "host.filter": {"interface": "host:filtered"},
    "host.hooks": {"interface": "host"},
}
"""


@pytest.fixture
def work(install: Install, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    install("the-host", GROUPS, {"host.py": HOST})
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "conf.py").write_text(CONF)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTHONPATH", str(site))
    return folder


def run(*arguments: str, site: Path, code: int = 0) -> None:
    assert main([arguments[0], "--conf", ".", "--source", f"installed:{site}", *arguments[1:]]) == code


def process(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


NAMES = ("json", "a 'b' \"c\" \\ größe.日本", "class")


@pytest.mark.slow
@pytest.mark.parametrize("namespace", GROUPS)
def test_they_install_load_and_conform(
    work: Path, site: Path, namespace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [work / f"made here {number}" for number in range(len(NAMES))]
    for name, folder in zip(NAMES, folders, strict=True):
        run("new", namespace, name, "--into", folder.name, site=site)
    offline = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet"]
    process("-m", "pip", "install", *offline, "--target", str(site), *map(str, folders))
    capsys.readouterr()
    run("check", namespace, "--select", "config,interface,load", site=site)
    number = len(GROUPS[namespace]) + len(NAMES)
    assert capsys.readouterr() == (f"No problem was found in {number} plugins of 1 namespace.\n", "")
    for name in NAMES:
        run("show", f"{namespace}:{name}", site=site)
        assert f"{namespace}:{name}" in capsys.readouterr().out
    tests = [file for folder in folders for file in (folder / "tests").glob("*.py")]
    passed = process("-m", "pytest", "-p", "no:cacheprovider", "--rootdir=.", "-rp", *map(str, tests))
    assert f"{len(NAMES)} passed" in passed
    assert [file.name for file in tests if passed.count(f"/tests/{file.name}::") != 1] == []


def test_what_is_written(work: Path, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("new", "host.reader", "my-json", site=site)
    folder = work / "host-reader-my-json"
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert files == ["host_reader_my_json.py", "pyproject.toml", "tests/test_host_reader_my_json.py"]
    assert tomllib.loads((folder / "pyproject.toml").read_text()) == {
        "build-system": {"requires": ["setuptools >=61"], "build-backend": "setuptools.build_meta"},
        "project": {
            "name": "host-reader-my-json",
            "version": "0.1.0",
            "description": "The plugin my-json of host.reader",
            "dependencies": ["the-host"],
            "entry-points": {"host.reader": {"my-json": "host_reader_my_json:MyJson"}},
        },
        "tool": {"setuptools": {"py-modules": ["host_reader_my_json"]}},
    }
    text = (folder / "host_reader_my_json.py").read_text()
    assert "class MyJson(Reader):" in text
    assert "def read(self, path, encoding='utf-8', *, strict=...):" in text
    assert "close" not in text
    assert capsys.readouterr().out == (
        "host-reader-my-json has a plugin my-json of host.reader.\n"
        "Install it with: pip install --editable host-reader-my-json\n"
    )


def test_an_interface_that_is_not_known(work: Path, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (work / "conf.py").write_text("plugins_namespaces = {'host.writer': {'interface': ''}}\n")
    run("new", "host.writer", "json", "--into", "made", site=site)
    assert "Its interface is not known" in capsys.readouterr().out
    assert "dependencies = []" in (work / "made" / "pyproject.toml").read_text()


def test_the_first_plugin_of_all(work: Path, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (work / "conf.py").write_text("plugins_namespaces = {'host.first': {'interface': 'host:Writer'}}\n")
    run("new", "host.first", "json", "--into", "made", site=site)
    assert capsys.readouterr().err == ""
    assert "def write(self, row):" in (work / "made" / "host_first_json.py").read_text()


MISTAKES = {
    "unknown namespace": (["host.raeder", "x"], "there is no plugin namespace 'host.raeder' (the nearest: host.reader"),
    "name with =": (["host.reader", "a=b"], "no plugin can be called 'a=b'"),
    "name of two lines": (["host.reader", "a\nb"], "no plugin can be called"),
    "name of nothing": (["host.reader", " "], "no plugin can be called ' '"),
    "name that begins a section": (["host.reader", "[a]"], "no plugin can be called '[a]'"),
    "name that there is": (["host.reader", "csv"], "there is a plugin 'csv' of the-host in host.reader already"),
    "folder with something": (["host.reader", "x", "--into", "full"], "full is there and not empty"),
    "file": (["host.reader", "x", "--into", "conf.py"], "conf.py is there and not empty"),
    "folder in a file": (["host.reader", "x", "--into", "conf.py/x"], "conf.py/x cannot be written"),
}


@pytest.mark.parametrize(("arguments", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(
    work: Path, site: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    (work / "full").mkdir()
    (work / "full" / "kept.txt").write_text("kept")
    run("new", *arguments, site=site, code=2)
    out, error = capsys.readouterr()
    assert out == ""
    assert f"sphinx-plugins: error: {message}" in error
    assert sorted(each.name for each in work.iterdir()) == ["conf.py", "full"]
    assert [each.name for each in (work / "full").iterdir()] == ["kept.txt"]


def test_a_namespace_that_no_distribution_can_register(
    install: Install, work: Path, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install("odd", {"od-d": {"a": "host:Csv"}})
    run("new", "od-d", "b", site=site, code=2)
    assert "no distribution can register plugins in od-d" in capsys.readouterr().err
    assert [each.name for each in work.iterdir()] == ["conf.py"]


@pytest.mark.parametrize(
    ("namespace", "name", "made"),
    [
        ("host.reader", "csv", "host-reader-csv"),
        ("Host.reader", "Größe 7/..", "host-reader-grosse-7"),
        ("host", "日本語", "host-plugin"),
        ("日本", "日本語", "plugin"),
        ("x" * 300, "y", f"{'x' * 100}-plugin"),
    ],
)
def test_names_of_distributions(namespace: str, name: str, made: str) -> None:
    assert distribution(namespace, name, []) == made
