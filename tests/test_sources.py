from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sphinxext.plugins import sources
from sphinxext.plugins.model import ProblemKind

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from sphinxext.plugins.model import Plugin, Problem
    from tests.conftest import Install


def read(*folders: Path) -> tuple[dict[str, list[Plugin]], list[Problem]]:
    return sources.read(sources.Installed([str(folder) for folder in folders]).distributions())


def test_entry_points_with_their_distributions(install: Install, site: Path) -> None:
    install("one", {"ns": {"a": "m:a", "b": "m"}, "other": {"a": "m:x.y"}}, version="2.1")
    namespaces, problems = read(site)
    assert not problems
    assert sorted(namespaces) == ["ns", "other"]
    a, b = namespaces["ns"]
    assert (a.identity, a.target, b.target) == ("ns:a", "m:a", "m")
    assert a.distribution is not None
    assert (a.distribution.name, a.distribution.version) == ("one", "2.1")


def test_extras_are_no_part_of_the_target(install: Install, site: Path) -> None:
    install("one", {"ns": {"a": "m : x . y [big-one, two]"}})
    [plugin] = read(site)[0]["ns"]
    assert (plugin.target, plugin.extras) == ("m:x.y", ("big-one", "two"))


def test_first_on_the_path_wins(install: Install, site: Path, tmp_path: Path) -> None:
    install("some-name", {"ns": {"new": "m:a"}}, version="2")
    later = tmp_path / "later"
    info = later / "Some_Name-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: Some.Name\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[ns]\nold = m:a\n")
    assert [plugin.name for plugin in read(site, later)[0]["ns"]] == ["new"]
    assert [plugin.name for plugin in read(later, site)[0]["ns"]] == ["old"]


def test_what_can_be_read_of_broken_entry_points_is_read(install: Install, site: Path) -> None:
    install("one", "[ns]\na = m:a\nthis is no entry point\nb = m:b\n")
    namespaces, [problem] = read(site)
    assert [plugin.name for plugin in namespaces["ns"]] == ["a", "b"]
    assert problem.kind is ProblemKind.SOURCE
    assert "one" in problem.message


def test_bytes_that_are_no_utf8_are_a_problem(install: Install, site: Path) -> None:
    (install("one") / "entry_points.txt").write_bytes(b"[ns]\na = m:\xff\n")
    install("two", {"ns": {"b": "m:b"}})
    namespaces, [problem] = read(site)
    assert [plugin.name for plugin in namespaces["ns"]] == ["b"]
    assert problem.kind is ProblemKind.SOURCE


def test_metadata_may_be_missing(install: Install, site: Path) -> None:
    info = install("half-removed", {"ns": {"a": "m:a"}})
    (info / "METADATA").unlink()
    [plugin] = read(site)[0]["ns"]
    assert plugin.distribution is not None
    assert (plugin.distribution.name, plugin.distribution.version) == ("half_removed", None)


def test_this_environment_is_the_default(install: Install) -> None:
    install("one", {"ns": {"a": "m:a"}})
    assert "ns" in sources.read(sources.Installed().distributions())[0]


def test_relative_folders_of_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    assert sources.Installed().path[0] == str(tmp_path)


def test_modules_of_an_editable_install(site: Path) -> None:
    (site / "__editable___one_1_0_finder.py").write_text(
        "raise SystemExit('this is not to be run')\nMAPPING: dict[str, str] = {'one': '/somewhere/one'}\n"
    )
    (site / "__editable___two_1_0_finder.py").write_text("MAPPING = {'two': '/somewhere/two.py'}\n")
    (site / "__editable___bad_1_0_finder.py").write_text("MAPPING = {")
    modules, folders = sources.Installed([str(site), str(site / "missing")]).roots()
    assert {name: path.as_posix() for name, path in modules.items()} == {
        "one": "/somewhere/one",
        "two": "/somewhere/two.py",
    }
    assert folders == (site,)
