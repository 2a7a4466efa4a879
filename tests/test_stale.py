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


@pytest.fixture
def copied(install: Install, tree: Path) -> Path:
    """A package that is installed as a copy of the tree; its own folder."""
    (tree / "sieve.py").unlink()
    files = {"sieve/__init__.py": "", "sieve/fine.py": MODULE, "sieve/wide.py": MODULE, "sieve/_native.so": ""}
    for file, text in files.items():
        (tree / file).parent.mkdir(exist_ok=True)
        (tree / file).write_text(text)
    (tree / "sieve" / "_native.so").unlink()
    (tree / "pyproject.toml").write_text(TREE.replace("sieve:", "sieve.fine:").replace("fine:Wide", "wide:Wide"))
    info = install("sieve", {"sieve.mesh": {"fine": "sieve.fine:Fine", "wide": "sieve.wide:Wide"}}, files)
    (info / "direct_url.json").write_text(json.dumps({"url": tree.as_uri(), "dir_info": {}}))
    return tree / "sieve"


OF_FOLDER = "source what is installed of sieve is a copy of this folder, and"


def test_a_copy_of_the_tree_as_it_is(copied: Path, check: Check) -> None:
    (copied / "test_fine.py").write_text("")
    (copied / "data.txt").write_text("")
    (copied / "tests").mkdir()
    (copied / "tests" / "more.py").write_text("")
    assert check() == []


def test_modules_that_only_one_of_both_has(copied: Path, check: Check) -> None:
    (copied / "wide.py").unlink()
    (copied / "coarse.py").write_text("")
    assert check() == [
        f"pyproject.toml:7: {OF_FOLDER} has, other than it, sieve/wide.py; install it again",
        f"sieve/coarse.py:1: {OF_FOLDER} lacks its sieve/coarse.py; install it again",
    ]
    (copied.parent / ".gitignore").write_text("# Built.\n/sieve/wide.py\ncoa*.py\n")
    assert check() == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", '[build-system]\nrequires = ["setuptools", "grpcio-tools"]\n'),
        ("pyproject.toml", '[tool.hatch.build.targets.wheel]\nexclude = ["coarse.py"]\n'),
        ("setup.py", "from setuptools import setup\nsetup(cmdclass={'build_py': Own})\n"),
    ],
)
def test_modules_that_a_build_may_make_or_leave_out(copied: Path, check: Check, file: str, text: str) -> None:
    (copied / "wide.py").unlink()
    (copied / "coarse.py").write_text("")
    with (copied.parent / file).open("a") as stream:
        stream.write(text)
    assert check() == []


def test_a_version_that_rose(copied: Path, tree: Path, check: Check, install: Install) -> None:
    text = (tree / "pyproject.toml").read_text()
    (tree / "pyproject.toml").write_text(text.replace('"1.0"', '"1.1"'))
    told = (
        "pyproject.toml:3: source what is installed of sieve was made from this folder as 1.0, and here it is 1.1; "
        "install it again"
    )
    assert check() == [told]
    (tree / "setup.cfg").write_text("[egg_info]\ntag_build = .dev\n")
    assert check() == []
    (tree / "setup.cfg").unlink()
    info = install("sieve", {"sieve.mesh": {"fine": "sieve.fine:Fine", "wide": "sieve.wide:Wide"}})
    (info / "direct_url.json").write_text(json.dumps({"url": tree.as_uri(), "dir_info": {"editable": True}}))
    assert check() == [told]
    (tree / "pyproject.toml").write_text(text.replace('"1.0"', '"1.0.0"'))
    assert check() == []
    (copied / "__init__.py").write_text("__version__ = '1.1'\n")
    attribute = '\n[tool.setuptools.dynamic]\nversion = {attr = "sieve.__version__"}\n'
    (tree / "pyproject.toml").write_text(text.replace('version = "1.0"', 'dynamic = ["version"]') + attribute)
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
