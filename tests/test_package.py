"""The package as a whole: its layers, its public names, its wheel, and what importing it does."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest

import sphinxext.plugins
from sphinxext.plugins.model import ProblemKind
from sphinxext.plugins.options import PREFIX, Options, default

PACKAGE = Path(sphinxext.plugins.__file__).parent
ROOT = Path(__file__).parents[1]

LAYERS = {
    "": 6,
    "__main__": 5,
    "extension": 5,
    "cli": 4,
    "directives": 4,
    "events": 4,
    "roles": 4,
    "docstrings": 3,
    "domain": 3,
    "links": 3,
    "progress": 3,
    "render": 3,
    "asked": 2,
    "cache": 2,
    "catalog": 2,
    "compare": 2,
    "mistakes": 2,
    "pages": 2,
    "references": 2,
    "selection": 2,
    "export": 1,
    "fields": 1,
    "introspect": 1,
    "sources": 1,
    "texts": 1,
    "trust": 1,
    "anchors": 0,
    "border": 0,
    "decoding": 0,
    "files": 0,
    "legible": 0,
    "model": 0,
    "options": 0,
    "sentences": 0,
    "typos": 0,
}
"""The layer of each module by its name below the package; those of a folder share one."""

BESIDE = {
    ("border", "legible"),
    ("border", "model"),
    ("model", "legible"),
    ("model", "anchors"),
    ("model", "sentences"),
    ("options", "legible"),
    ("options", "model"),
    ("asked", "references"),
    ("catalog", "cache"),
    ("catalog", "selection"),
    ("events", "roles"),
    ("links", "docstrings"),
    ("links", "domain"),
    ("mistakes", "catalog"),
    ("mistakes", "selection"),
    ("options", "typos"),
    ("typos", "decoding"),
    ("typos", "files"),
    ("typos", "model"),
    ("sources", "export"),
    ("export", "texts"),
    ("fields", "introspect"),
}
"""What imports a module of its own layer, which is below it all the same."""

OUTSIDE = {
    6: {"sphinx"},
    5: {"sphinx", "msgspec"},
    4: {"sphinx", "docutils", "msgspec"},
    3: {"sphinx", "docutils", "msgspec"},
    2: {"packaging", "msgspec"},
    1: {"importlib_metadata", "packaging", "msgspec", "requests"},
    0: {"msgspec"},
}
"""What a layer may import from other distributions."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


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


def layer(path: Path) -> int:
    first = path.relative_to(PACKAGE).with_suffix("").parts[0]
    return LAYERS["" if first == "__init__" else first]


def within(name: str) -> str | None:
    """The module or folder of ours that an import is of."""
    parts = name.split(".")
    if parts[:2] != ["sphinxext", "plugins"]:
        return None
    return parts[2] if len(parts) > 2 and parts[2] in LAYERS else ""


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_down(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for name in imports(path):
        imported = within(name)
        top = name.partition(".")[0]
        if imported is None:
            allowed = (OUTSIDE[layer(path)] if own != "cli" else {"msgspec"}) | (
                {"griffe"}
                if path.stem in {"callables", "calls", "exports", "names", "results", "trees", "values"}
                else set()
            )
            assert top in sys.stdlib_module_names or top in allowed, f"{path.name} imports {name}"
        elif imported != own:  # the modules of one folder may know each other
            below = LAYERS[imported] < layer(path) or (own, imported) in BESIDE
            assert below, f"{path.name} imports {name}, which is not below it"


SCRIPTS = ["guardian", "worker", "single", "plain", "state", "tracer", "hooks", "mocks", "portable"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_worker_imports_the_standard_library_only(script: str) -> None:
    for name in imports(PACKAGE / "introspect" / f"{script}.py"):
        assert name.partition(".")[0] in sys.stdlib_module_names


def test_no_module_is_too_long() -> None:
    for path in modules():
        assert len(path.read_text().splitlines()) <= 400, path


def test_public_names() -> None:
    assert sphinxext.plugins.__all__ == ["__version__", "setup"]
    for name in sphinxext.plugins.__all__:
        assert hasattr(sphinxext.plugins, name)


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_core_is_free_of_sphinx() -> None:
    without = {name for name, number in LAYERS.items() if number <= 2} | {"cli"}
    core = ", ".join(f"sphinxext.plugins.{name}" for name in sorted(without))
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
    )
    assert python(code) == ""


def test_every_problem_and_every_setting_is_documented() -> None:
    warnings = (ROOT / "docs" / "warnings.rst").read_text()
    for kind in ProblemKind:
        assert f"plugins.{kind.value}" in warnings
    configuration = (ROOT / "docs" / "configuration.rst").read_text()
    for field in msgspec.structs.fields(Options):
        assert PREFIX + field.name in configuration
        assert f"``{default(field)!r}``".replace("'", '"') in configuration


def test_readme_is_short() -> None:
    assert len((ROOT / "README.rst").read_text().splitlines()) <= 100


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [
        sys.executable,
        "-c",
        "import flit_core.buildapi as b, sys; print(b.build_wheel(sys.argv[1]))",
        str(folder),
    ]
    # Reproducible, and with the backend alone: what pip would add takes most of the time.
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    built = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, env=environment)
    return folder / built.stdout.strip()


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        metadata = next(archive.read(name).decode() for name in archive.namelist() if name.endswith("METADATA"))
    files = {path for path in (ROOT / "sphinxext").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert names == {path.relative_to(ROOT).as_posix() for path in files}
    assert "sphinxext/__init__.py" not in names
    assert {"sphinxext/plugins/py.typed", "sphinxext/plugins/schema.json"} <= names
    assert "Name: sphinxext-plugins\n" in metadata
    assert "License-Expression: Apache-2.0\n" in metadata
