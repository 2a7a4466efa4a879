from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.core import files
from sphinxext.plugins.core.assembly import assemble
from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.core.model import Distribution, Location, Plugin, ProblemKind
from sphinxext.plugins.settings import Options

if TYPE_CHECKING:
    from tests.conftest import Install, Project


def plugin(name: str, distribution: str, target: str = "m:a") -> Plugin:
    return Plugin(namespace="ns", name=name, target=target, distribution=Distribution(name=distribution, version="1"))


def test_plugins_are_sorted_by_name_and_distribution() -> None:
    plugins = [plugin("b", "x"), plugin("a", "y"), plugin("a", "x"), plugin("B", "x")]
    namespace = assemble("ns", plugins, Fields())
    found = [(p.name, p.distribution and p.distribution.name) for p in namespace.plugins]
    assert found == [("B", "x"), ("a", "x"), ("a", "y"), ("b", "x")]


def test_conflict_names_both_distributions_and_keeps_both() -> None:
    namespace = assemble("ns", [plugin("a", "one", "m:x"), plugin("a", "two", "m:y"), plugin("b", "one")], Fields())
    [problem] = namespace.problems
    assert problem.kind is ProblemKind.CONFLICT
    assert problem.plugin == "ns:a"
    assert "one 1 (m:x), two 1 (m:y)" in problem.message
    assert len(namespace.plugins) == 3


@pytest.mark.parametrize("shared", [["a"], ["?"], ["x", "*"]])
def test_names_that_each_distribution_may_register(shared: list[str]) -> None:
    plugins = [plugin("a", "one", "m:x"), plugin("a", "two", "m:y"), plugin("a", "three", "m:z"), plugin("b", "one")]
    namespace = assemble("ns", plugins, Fields(), shared)
    assert (namespace.problems, len(namespace.plugins)) == ((), 4)
    [problem] = assemble("ns", plugins, Fields(), ["b", "A"]).problems
    assert problem.plugin == "ns:a"
    [problem] = assemble("ns", [*plugins, plugin("a", "One", "m:w")], Fields(), shared).problems
    assert "is registered 4 times" in problem.message  # for one of them registers it twice


def test_aliases_are_the_other_names_of_a_target() -> None:
    plugins = [plugin("a", "x"), plugin("b", "x"), plugin("c", "x", "m:c")]
    assert [p.aliases for p in assemble("ns", plugins, Fields()).plugins] == [("b",), ("a",), ()]


def test_distributions_are_read_once(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install("one", {"ns": {"a": "nowhere:a"}, "other": {"b": "nowhere:b"}})
    opened: list[str] = []
    read = files.read

    def counting(file: str | Path, *options: int) -> bytes:
        opened.append(str(file))
        return read(file, *options)

    monkeypatch.setattr(files, "read", counting)
    assembler = Assembler(Options(introspection="static"), Path())
    assert assembler.namespace("ns") is assembler.namespace("ns") is not None
    assert assembler.namespace("other") is not None
    entry_points = [file for file in opened if file.endswith("entry_points.txt")]
    assert len(entry_points) == len(set(entry_points)) > 1


def test_locations_are_found_again(install: Install, site: Path) -> None:
    install("one", files={"p/__init__.py": "", "p/m.py": "", "s.pyi": "", "n/m.py": ""})
    assembler = Assembler(Options(), Path())
    plugin = Plugin(namespace="ns", name="a", target="p", distribution=Distribution(name="one", source="installed"))
    for file in ("p/__init__.py", "p/m.py", "s.pyi", "n/m.py"):
        assert assembler.locate(Location(file=file, line=1), plugin) == site / file
    assert assembler.locate(Location(file="nowhere.py", line=1), plugin) is None


def test_a_namespace_says_which_names_are_shared(install: Install, project: Project) -> None:
    """By a glob of namespaces; the page is read again when that changes, and all are shown either way."""
    for name in ("one", "two", "three"):
        install(
            name, {"air.flow": {"provider_info": f"{name}_m:f"}}, {f"{name}_m.py": f"def f():\n    '''Of {name}.'''\n"}
        )
    page = "Top\n===\n\n.. plugin-catalog:: air.flow\n\n.. plugin:: air.flow:provider_info\n   :no-index:\n"
    for settings, warnings in (({}, 1), ({"air.*": {"shared": ["provider_*"]}}, 0), ({}, 1)):
        app = project.build(page, builder="text", plugins_namespaces=settings)
        text = (app.outdir / "index.txt").read_text()
        assert all(f"Of {name}." in text for name in ("one", "two", "three"))
        assert [warning.endswith("[plugins.conflict]") for warning in project.warnings] == [True] * warnings
        assert project.read == ["index"]
