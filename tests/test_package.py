"""The package as a whole: its layers, its public names, its wheel, and what importing it does."""

from __future__ import annotations

import ast
import graphlib
import itertools
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

import sphinxext.plugins
from sphinxext.plugins.core.fields import BUILT_IN, Where
from sphinxext.plugins.core.model import ProblemKind
from sphinxext.plugins.settings import PREFIX, Options, default

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(sphinxext.plugins.__file__).parent
ROOT = Path(__file__).parents[1]

FLOORS = [
    {"core"},
    {"settings"},
    {"sources"},
    {"introspect"},
    {"catalog"},
    {"checks"},
    {"formats"},
    {"cli", "sphinx"},
    {"", "__main__"},
]
"""The rooms of the house, from the bottom: what is in one imports nothing of another on its floor, or above."""

OUTSIDE = {
    "core": {"msgspec", "packaging", "stevedore"},
    "sources": {"importlib_metadata", "msgspec", "packaging", "requests"},
    "introspect": {"msgspec"},
    "sphinx": {"docutils", "msgspec", "sphinx"},
    "": {"sphinx"},
}
"""What a room imports of other distributions, where that is not msgspec and packaging."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@cache
def imports(path: Path) -> set[str]:
    """Every import of a module, also the lazy ones and those for type checkers."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by a relative name"
            assert node.module is not None
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(path: Path) -> str:
    """The room that a module is in."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def names(path: Path) -> tuple[str, ...]:
    """The names that lead from the package to a module."""
    return tuple(part for part in path.relative_to(PACKAGE).with_suffix("").parts if part != "__init__")


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_down(path: Path) -> None:
    below = set().union(*itertools.takewhile(lambda floor: room(path) not in floor, FLOORS))
    for name in imports(path):
        top, *rest = name.split(".")
        if [top, *rest[:1]] == ["sphinxext", "plugins"]:
            assert rest[1] in below | {room(path)}, f"{path} imports {name}"
        elif top not in sys.stdlib_module_names:
            assert top in OUTSIDE.get(room(path), {"msgspec", "packaging"}), f"{path} imports {name}"


def test_only_the_table_of_rules_names_what_needs_sphinx() -> None:
    others = (path for path in modules() if room(path) not in {"sphinx", "", "__main__"})
    naming = {path.relative_to(PACKAGE).as_posix() for path in others if "plugins.sphinx" in path.read_text()}
    assert naming == {"checks/__init__.py"}


def test_no_imports_go_round() -> None:
    graph: dict[tuple[str, ...], set[tuple[str, ...]]] = {names(path): set() for path in modules()}
    for path in modules():
        for name in imports(path):
            parts = tuple(name.split(".")[2:]) if name.startswith("sphinxext.plugins") else None
            while parts and parts not in graph:  # a name in a module
                parts = parts[:-1]
            if parts and parts != names(path):
                graph[names(path)].add(parts)
    graphlib.TopologicalSorter(graph).prepare()


SCRIPTS = [
    "core/limits.py",
    "core/values.py",
    *(
        f"introspect/live/{name}.py"
        for name in ["guardian", "worker", "single", "state", "tracer", "hooks", "mocks", "portable"]
    ),
    *(path.relative_to(PACKAGE).as_posix() for path in (PACKAGE / "introspect/live/options").glob("*.py")),
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_worker_imports_the_standard_library_only(script: str) -> None:
    for name in imports(PACKAGE / script):
        assert name.partition(".")[0] in sys.stdlib_module_names


NO_LIMITS = {
    "cli/__init__.py",  # exit codes
    "cli/commands.py",  # exit codes
    "introspect/garbage.py",  # what Python itself keeps
    "introspect/live/guardian.py",  # flags of the kernel, and where it tells what
    "introspect/live/interpreter.py",  # the oldest version of Python
    "sphinx/extension.py",  # the order of handlers
    "sphinx/render/options.py",  # the widths of columns
}
"""Modules with numbers that limit nothing."""


def test_limits_stand_in_one_module() -> None:
    with_numbers = {path.relative_to(PACKAGE).as_posix() for path in modules() if any(numbers(path))}
    assert with_numbers == NO_LIMITS | {"core/limits.py"}


def test_every_limit_limits_something() -> None:
    own = (PACKAGE / "core" / "limits.py").read_text()
    used = set(re.findall(r"\blimits\.([A-Z_]+)", "".join(path.read_text() for path in modules())))
    used |= {name for name, count in Counter(re.findall("[A-Z_]{3,}", own)).items() if count > 1}
    assert {name for names in numbers(PACKAGE / "core" / "limits.py") for name in re.findall("[A-Z_]+", names)} <= used


def numbers(path: Path) -> Iterator[str]:
    """The constants of a module that are numbers."""
    for node in ast.parse(path.read_text()).body:
        match node:
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=value):
                if (name := ast.unparse(target)).isupper() and value and is_number(value):
                    yield name


def is_number(value: ast.expr) -> bool:
    """Whether something is a number, calculated from numbers and names, or several."""
    match value:
        case ast.Constant():
            return type(value.value) in {int, float}
        case ast.BinOp():
            return is_number(value.left) or is_number(value.right)
        case ast.UnaryOp():
            return is_number(value.operand)
        case ast.Tuple():
            return any(map(is_number, value.elts))
    return False


def test_no_module_is_too_long() -> None:
    for path in modules():
        most = 421 if room(path) == "introspect" else 400  # that room still has one that is longer
        assert len(path.read_text().splitlines()) <= most, path


def test_public_names() -> None:
    documented = next((ROOT / "docs").rglob("python.rst")).read_text()
    assert sphinxext.plugins.__all__ == sorted(sphinxext.plugins.__all__)
    for name in sphinxext.plugins.__all__:
        assert name in dir(sphinxext.plugins)
        assert getattr(sphinxext.plugins, name)
        assert name in documented
    assert set(sphinxext.plugins.__all__) >= {"__version__", "setup", "read_catalog", "make_catalog", "compare"}
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        sphinxext.plugins.nothing  # noqa: B018


def test_public_names_are_those_that_type_checkers_see() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    [checked] = [node for node in tree.body if isinstance(node, ast.If)]
    imported = {alias.name for node in checked.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    lazy = {name for name in sphinxext.plugins.__all__ if name not in vars(sphinxext.plugins)}
    assert lazy <= imported


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_core_is_free_of_sphinx() -> None:
    without = (names(path) for path in modules() if room(path) not in {"sphinx", "", "__main__"})
    core = ", ".join(".".join(["sphinxext.plugins", *each]) for each in without if "hooks" not in each)
    code = f"import sys, {core}\nprint([name for name in sys.modules if name.split('.')[0] in ('sphinx', 'docutils')])"
    assert python(code).strip() == "[]"


def test_nothing_happens_at_import() -> None:
    code = (
        "import threading, logging, sphinx.application, sphinx.ext.napoleon\n"
        "import sys\n"
        "before = set(threading.enumerate())\n"
        "import sphinxext.plugins\n"
        "assert set(threading.enumerate()) == before\n"
        "assert 'stevedore' not in sys.modules\n"
        "assert not [name for name in sys.modules if name.startswith('sphinxext.plugins.')]\n"
    )
    assert python(code) == ""


def test_the_public_interface_needs_no_sphinx() -> None:
    code = (
        "import sys\n"
        "import sphinxext.plugins\n"
        "assert 'msgspec' not in sys.modules\n"
        "made = sphinxext.plugins.make_catalog({'plugins_introspection': 'static'}, namespaces=['console_scripts'])\n"
        "assert not sphinxext.plugins.compare(made, made)\n"
        "print(sorted({'sphinx', 'docutils', 'stevedore'} & {name.split('.')[0] for name in sys.modules}))\n"
    )
    assert python(code).strip() == "[]"


def test_every_problem_and_every_setting_is_documented() -> None:
    warnings = (ROOT / "docs" / "reference" / "warnings.rst").read_text()
    for kind in ProblemKind:
        assert f"plugins.{kind.value}" in warnings
    configuration = (ROOT / "docs" / "reference" / "configuration.rst").read_text()
    for field in msgspec.structs.fields(Options):
        assert PREFIX + field.name in configuration
        assert f"``{default(field)!r}``".replace("'", '"') in configuration


def test_every_field_that_is_built_in_is_documented() -> None:
    catalog = (ROOT / "docs" / "reference" / "catalog.rst").read_text()
    for row in BUILT_IN.values():
        assert (f"   * - ``{row.name}``\n" in catalog) is (Where.COLUMN in row.where)


def test_readme_and_design_are_short() -> None:
    assert len((ROOT / "README.rst").read_text().splitlines()) <= 100
    assert len((ROOT / "docs" / "explanation" / "design.rst").read_text().splitlines()) <= 250


def test_files_that_contributors_are_told_of_are_there() -> None:
    text = (ROOT / "CONTRIBUTING.rst").read_text()
    named = re.findall(r"``([\w./-]+\.(?:py|rst|toml|css)|[\w./]+/[\w./]+)``", text)
    assert len(named) > 20
    missing = {
        name for name in named if not any((root / name).exists() for root in (ROOT, PACKAGE, PACKAGE.parents[1]))
    }
    assert missing == {"conf.py"}  # of others


BESIDE = (ROOT / "sphinxext").exists()
"""Whether the package stands beside its tests; .ci/run copies these elsewhere, to test the wheel."""


@pytest.mark.skipif(BESIDE, reason="the package beside the tests is tested, not a wheel")
def test_what_is_tested_is_what_is_installed() -> None:
    where = "import sphinxext.plugins; print(sphinxext.plugins.__file__)"
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = subprocess.run([sys.executable, "-c", where], check=True, capture_output=True, cwd=ROOT, env=variables)
    for file in (sphinxext.plugins.__file__, started.stdout.decode().strip()):
        assert Path(file).is_relative_to(sysconfig.get_path("purelib"))


def built(kind: str, folder: Path) -> Path:
    """Build a wheel or an sdist."""
    code = f"import flit_core.buildapi as b, sys; print(b.build_{kind}(sys.argv[1]))"
    # Reproducible, and with the backend alone: what pip would add takes most of the time.
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, env=environment)
    return folder / done.stdout.strip()


@pytest.mark.skipif(not BESIDE, reason="the package is not beside the tests")
def test_wheel_holds_the_package_and_nothing_else(tmp_path: Path) -> None:
    with zipfile.ZipFile(built("wheel", tmp_path)) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        metadata = next(archive.read(name).decode() for name in archive.namelist() if name.endswith("METADATA"))
        registered = next(archive.read(n).decode() for n in archive.namelist() if n.endswith("entry_points.txt"))
    files = {path for path in (ROOT / "sphinxext").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert names == {path.relative_to(ROOT).as_posix() for path in files}
    assert "sphinxext/__init__.py" not in names
    assert {"sphinxext/plugins/py.typed", "sphinxext/plugins/core/schema.json"} <= names
    assert "Name: sphinxext-plugins\n" in metadata
    assert "License-Expression: Apache-2.0\n" in metadata
    assert "[sphinxext.plugins.sources]" in registered


@pytest.mark.skipif(not BESIDE, reason="the package is not beside the tests")
def test_sdist_holds_what_a_contributor_needs(tmp_path: Path) -> None:
    with tarfile.open(built("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = {"CHANGELOG.rst", "CONTRIBUTING.rst", "LICENSE", "Makefile", "README.rst", "pyproject.toml"}
    assert needed | {"docs/conf.py", "tests/conftest.py", "sphinxext/plugins/__init__.py"} <= names
    assert not [name for name in names if "/_build/" in name or name.endswith(".pyc")]


def test_modules_whose_coverage_has_a_floor_are_there() -> None:
    report = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["coverage"]["report"]
    assert {name: len(list(PACKAGE.rglob(name.removeprefix("*/")))) for name in report["include"]} == dict.fromkeys(
        report["include"], 1
    )
    assert len(report["include"]) >= 4
    assert report["fail_under"] >= 95
