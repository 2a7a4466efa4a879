"""What is installed and older than its tree in the checkout."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

import pytest

from sphinxext.plugins.cli import main
from tests.conftest import lines_of_findings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Install, Project

TREE = """\
[project]
name = "sieve"
version = "1.0"

[project.entry-points."sieve.mesh"]
fine = "sieve:Fine"
wide = "sieve:Wide"
"""
MODULE = "class Fine: '''Fine.'''\nclass Wide: '''Wide.'''\n"
INSTALLED = {"sieve.mesh": {"fine": "sieve:Fine", "wide": "sieve:Wide"}}


class Check(Protocol):
    """Runs the command, and gives what it finds."""

    def __call__(self, *arguments: str) -> list[str]: ...


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    (folder / ".git").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(TREE)
    (folder / "sieve.py").write_text(MODULE)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def check(site: Path, tree: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    del tree

    def check(*arguments: str) -> list[str]:
        source = [] if "--source" in arguments else ["--source", f"installed:{site}"]
        main(["check", "--select", "source", "--introspection", "static", *source, *arguments])
        return lines_of_findings(capsys.readouterr().out)[:-1]

    return check


def test_what_is_as_the_tree_says_is_no_problem(install: Install, check: Check) -> None:
    install("sieve", INSTALLED, {"sieve.py": MODULE})
    assert check() == []


def test_entry_points_that_only_one_of_both_has(install: Install, tree: Path, check: Check) -> None:
    install("Sieve", {"sieve.mesh": {"fine": "sieve:Fine", "wide": "sieve:Old", "gone": "sieve:Gone"}})
    told = (
        "pyproject.toml:5: source sieve.mesh:gone (sieve:Gone) is registered by what is installed of Sieve, and no "
        "more declared here; install it again",
        "pyproject.toml:7: source sieve.mesh:wide (sieve:Wide) is declared here, and not registered by what is "
        "installed of sieve; install it again",
    )
    assert tuple(check()) == told
    assert check("--source", f"project:{tree}") == []  # where it is itself what is shown


def test_what_is_installed_without_any_entry_point(install: Install, check: Check) -> None:
    install("sieve")
    assert [line.partition(" (")[0] for line in check()] == [
        "pyproject.toml:6: source sieve.mesh:fine",
        "pyproject.toml:7: source sieve.mesh:wide",
    ]


@pytest.mark.parametrize(
    "text",
    [
        TREE.replace('version = "1.0"', 'version = "1.0"\ndynamic = ["scripts"]'),
        TREE.replace('"sieve:Fine"', "1"),
    ],
)
def test_a_tree_that_does_not_tell_all_is_compared_with_nothing(
    install: Install, tree: Path, check: Check, text: str
) -> None:
    (tree / "pyproject.toml").write_text(text)
    install("sieve", {"sieve.mesh": {"fine": "sieve:Fine"}})
    assert check() == []


def test_what_an_earlier_build_left_in_the_tree_is_as_old(install: Install, tree: Path, check: Check) -> None:
    (tree / "pyproject.toml").unlink()
    (tree / "setup.py").write_text("from setuptools import setup\nsetup(name='sieve', entry_points=told())\n")
    egg = tree / "sieve.egg-info"
    egg.mkdir()
    (egg / "PKG-INFO").write_text("Name: sieve\nVersion: 1.0\n")
    (egg / "entry_points.txt").write_text("[sieve.mesh]\nold = sieve:Old\n")
    install("sieve", INSTALLED, {"sieve.py": MODULE})
    assert check() == []


def test_a_copy_of_the_tree_that_is_older(install: Install, tree: Path, check: Check) -> None:
    info = install("sieve", INSTALLED, {"sieve.py": MODULE.replace("Fine.", "Finest.")})
    assert check() == []  # it may be of another version on purpose
    url = {"url": tree.as_uri(), "dir_info": {}}
    (info / "direct_url.json").write_text(json.dumps(url))
    [told] = check()
    assert told == (
        "sieve.py:1: source what is installed of sieve is a copy of this folder, and differs from it in sieve.py; "
        "install it again"
    )
    (tree / "sieve.py").write_text(MODULE.replace("Fine.", "Finest."))
    assert check() == []


def test_a_build_says_it_on_request(install: Install, project: Project, tmp_path: Path) -> None:
    install("sieve", {"sieve.mesh": {"fine": "sieve:Fine"}}, {"sieve.py": MODULE})
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text(TREE)
    page = "Top\n===\n\n.. plugin-catalog:: sieve.mesh\n"
    project.build(page, builder="text")
    assert project.warnings == []
    project.build(page, builder="text", plugins_rules=["source"])
    [warning] = project.warnings
    assert warning.startswith(f"{tmp_path}/pyproject.toml:7: WARNING: sieve.mesh:wide (sieve:Wide) is declared here")
