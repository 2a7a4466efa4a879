"""Plugins that are registered by a deprecated path to what is defined elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from sphinxext.plugins.cli import main
from tests.conftest import lines_of_findings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Install

NEW = "class Reader:\n    '''Reads.'''\n"
WARN = "import warnings\nwarnings.warn('old is deprecated; use new', DeprecationWarning, stacklevel=2)\n"
OWN = "register it by its own path, new:Reader"
GETATTR = """\
import warnings
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from new import Reader
MOVED = {"Reader": "Reader"}
def __getattr__(name):
    if name in MOVED:
        warnings.warn("it has moved", FutureWarning, 2)
        import new
        return getattr(new, MOVED[name])
    raise AttributeError(name)
"""
MOVED = {
    "module": (f"{WARN}from new import Reader\n", "old:Reader: old warns of that, 'old is deprecated; use new'"),
    "all of it": (f"from new import *\n{WARN}", "old:Reader: old warns of that, 'old is"),
    "own warning": (
        "from warnings import warn\nfrom new import Reader\nclass OldDeprecationWarning(DeprecationWarning): pass\n"
        "warn(f'{__name__} is old', category=OldDeprecationWarning)\n",
        "old:Reader: old warns of that; register",
    ),
    "attribute": (GETATTR, "old:Reader: old warns of that, 'it has moved'"),
    "attribute by name": (
        GETATTR.replace("name in MOVED", "name == 'Reader'"),
        "old:Reader: old warns of that, 'it has moved'",
    ),
    "any attribute": (
        "import warnings, new\ndef __getattr__(name):\n    warnings.warn('gone', DeprecationWarning)\n"
        "    return getattr(new, name)\n",
        "old:Reader: old warns of that, 'gone'",
    ),
    "debtcollector": (
        "from debtcollector import moves\nimport new\nReader = moves.moved_class(new.Reader, 'Reader', __name__)\n",
        "old:Reader: old warns of that; register",
    ),
}
FINE = {
    "no warning": "from new import Reader\n",
    "another warning": "import warnings\nfrom new import Reader\nwarnings.warn('slow', UserWarning)\n",
    "a condition": "import sys, warnings\nfrom new import Reader\nif sys.argv == 1:\n"
    "    warnings.warn('old', DeprecationWarning)\n",
    "another attribute": GETATTR.replace("name in MOVED:", "name == 'Other':\n        pass\n    elif name == 'Gone':")
    + "from new import Reader\n",
    "an attribute that is only late": GETATTR.replace("warnings.warn(", "print("),
    "an attribute by a condition": GETATTR.replace("name in MOVED", "name[0] == 'R'"),
    "defined there": f"{WARN}class Reader:\n    '''Reads.'''\n",
}
DEBTCOLLECTOR = "def moved_class(new, *_):\n    return type(new.__name__, (new,), {})\n"


class Check(Protocol):
    """Runs the command both ways, and gives what it finds."""

    def __call__(self, old: str, target: str = "old:Reader") -> list[str]: ...


@pytest.fixture
def check(install: Install, site: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    def check(old: str, target: str = "old:Reader") -> list[str]:
        files = {"new.py": NEW, "old.py": old, "debtcollector/__init__.py": "", "debtcollector/moves.py": DEBTCOLLECTOR}
        install("sieve", {"sieve.mesh": {"reader": target}}, files)
        found: list[list[str]] = []
        for way in ("auto", "import"):
            main(["check", "--select", "load", "--source", f"installed:{site}", "--introspection", way])
            found.append(lines_of_findings(capsys.readouterr().out)[:-1])
        assert found[0] == found[1]
        return found[0]

    return check


@pytest.mark.parametrize(("old", "said"), MOVED.values(), ids=MOVED)
def test_a_deprecated_path_is_one_problem(check: Check, old: str, said: str) -> None:
    [told] = check(old)
    assert told.startswith(f"load sieve.mesh:reader is registered by a deprecated path, {said}")
    assert told.endswith(OWN)


@pytest.mark.parametrize("old", FINE.values(), ids=FINE)
def test_what_is_not_sure_to_be_one_is_none(check: Check, old: str) -> None:
    assert check(old) == []


def test_a_package_may_be_deprecated(check: Check, install: Install) -> None:
    install(
        "other",
        files={
            "far/__init__.py": WARN,
            "far/off.py": "from new import Reader\nfrom far.own import Own\n",
            "far/own.py": "class Own: pass\n",
        },
    )
    [told] = check("", "far.off:Reader")
    assert "far.off:Reader: far warns of that" in told
    assert check("", "far.off:Own") == []  # which has no other path


def test_it_is_placed_at_the_line_that_registers_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        "[project]\nname = 'sieve'\nversion = '1'\n[project.entry-points.'sieve.mesh']\nreader = 'old:Reader'\n"
    )
    (tmp_path / "new.py").write_text(NEW)
    (tmp_path / "old.py").write_text(MOVED["module"][0])
    assert main(["check", "--select", "load", "--source", "project:."]) == 1
    [told, _] = lines_of_findings(capsys.readouterr().out)
    assert told.startswith("pyproject.toml:5: load sieve.mesh:reader is registered by a deprecated path")
