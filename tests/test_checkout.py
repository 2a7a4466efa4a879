"""Where in a checkout what is wrong is placed."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.checks.checkout import Checkout, Places
from sphinxext.plugins.core.model import Distribution, Location, Plugin, Problem, ProblemKind
from sphinxext.plugins.settings import Options

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.conftest import Install

MARK = "<- here"
NAMED = '[project]\nname = "seed"\nversion = "1.0"\n'


def write(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(textwrap.dedent(text), "utf-8")
    return root


def marked(root: Path) -> str:
    """The place that a test marks."""
    lines = [
        f"{file.relative_to(root)}:{number}"
        for file in sorted(root.rglob("*.*"))
        if file.is_file() and "/.git/" not in str(file)
        for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), start=1)
        if MARK in line
    ]
    [found] = lines
    return found


def plugin(namespace: str = "a.b", name: str = "csv", target: str = "seed.r:CSV", distribution: str = "seed") -> Plugin:
    return Plugin(namespace=namespace, name=name, target=target, distribution=Distribution(name=distribution))


def text(place: Location | None) -> str | None:
    return place if place is None else f"{place.file}:{place.line}"


SETUP = "[metadata]\nname = seed\ndescription = a.b and more\n"

DECLARED: dict[str, dict[str, str]] = {
    "a quoted table": {
        "pyproject.toml": f"""{NAMED}
[project.entry-points."a.c"]
csv = "seed.r:CSV"
[project.entry-points."a.b"]
tsv = "seed.r:CSV"
csv = "seed.r:CSV"  # {MARK}
"""
    },
    "a quoted name": {"pyproject.toml": f"{NAMED}[project.entry-points.'a.b']\n'csv' = 'seed.r:CSV'  # {MARK}\n"},
    "dotted keys": {
        "pyproject.toml": f"{NAMED}[project.entry-points]\n'a.c'.csv = 'seed.r:CSV'\n'a.b'.csv='seed.r:CSV' # {MARK}\n"
    },
    "an inline table": {
        "pyproject.toml": f"{NAMED}[project.entry-points]\n'a.b' = {{tsv='x', csv = 'seed.r:CSV'}}  # {MARK}\n"
    },
    "a table in a table": {
        "pyproject.toml": f"{NAMED}entry-points = {{'a.b' = {{csv = 'seed.r:CSV'}}}}  # {MARK}\n[tool.a.b]\n"
    },
    "poetry": {
        "pyproject.toml": f"""
[tool.poetry]
name = "seed"
version = "1.0"
description = ""
[tool.poetry.plugins."a.b"]
csv = "seed.r:CSV"  # {MARK}
[tool.other."a.b"]
csv = "else"
"""
    },
    "flit": {
        "pyproject.toml": f"""
[build-system]
requires = ["flit_core >=2,<4"]
build-backend = "flit_core.buildapi"
[tool.flit.metadata]
module = "seed"
[tool.flit.entrypoints."a.b"]
csv = "seed.r:CSV"  # {MARK}
"""
    },
    "a file of entry points": {
        "pyproject.toml": '[tool.flit.metadata]\nmodule = "seed"\n',
        "entry_points.txt": f"[a.c]\ncsv = seed.r:CSV\n[a.b]\ncsv = seed.r:CSV\n; {MARK}\n".replace(
            f"\n; {MARK}", f" ; {MARK}"
        ),
    },
    "setuptools": {
        "setup.cfg": f"{SETUP}[options.entry_points]\na.c =\n  csv = seed.r:O\na.b =\n  csv = seed.r:CSV  # {MARK}\n"
    },
    "pbr": {"setup.cfg": f"{SETUP}[entry_points]\na.b =\n    csv=seed.r:CSV  # {MARK}\n", "setup.py": ""},
    "a dictionary": {
        "setup.py": f"""
from setuptools import setup
setup(
    name="seed",
    entry_points={{
        "a.c": ["csv = seed.r:Other"],
        "a.b": [
            "csv.gz = seed.r:CSV",
            "csv = seed.r:CSV",  # {MARK}
        ],
    }},
)
"""
    },
    "a text of several lines": {
        "setup.py": f"""
from setuptools import setup
setup(name="seed", entry_points='''
    [a.b]
    tsv = seed.r:TSV
    csv = seed.r : CSV [x]
    # {MARK}
''')
""".replace(f"\n    # {MARK}", f"  # {MARK}")
    },
    "what is computed": {
        "setup.py": f"from setuptools import setup  # {MARK}\nsetup(name='seed', entry_points=read())\n"
    },
    "two files": {
        "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\n[tool.x]\n"a.b" = 1\n',
        "setup.cfg": f"{SETUP}[options.entry_points]\na.b =\n  csv = seed.r:CSV  # {MARK}\n",
    },
    "below the root": {
        "pyproject.toml": '[project]\nname = "other"\nversion = "1"\n',
        "packages/seed/pyproject.toml": f"{NAMED}[project.entry-points.'a.b']\ncsv = 'seed.r:CSV'  # {MARK}\n",
    },
    "of one name": {
        "pyproject.toml": f"{NAMED}[project.entry-points.'a.b']\ncsv = 'seed.r:CSV'  # {MARK}\n",
        "tests/root/pyproject.toml": f"{NAMED}[project.entry-points.'a.b']\ncsv = 'seed.r:CSV'\n",
    },
    "an environment at the root": {
        "pyvenv.cfg": "",
        "pyproject.toml": f"{NAMED}[project.entry-points.'a.b']\ncsv = 'seed.r:CSV'  # {MARK}\n",
        "lib/site-packages/seed/pyproject.toml": NAMED,
    },
    "two targets of a module": {
        "setup.cfg": f"{SETUP}[options.entry_points]\na.b =\n  csv = seed.r:CSVOther\n  csv = seed.r:CSV  # {MARK}\n"
    },
}


@pytest.mark.parametrize("files", DECLARED.values(), ids=DECLARED.keys())
@pytest.mark.parametrize("repository", [True, False])
def test_the_line_that_registers_a_plugin(tmp_path: Path, files: Mapping[str, str], *, repository: bool) -> None:
    write(tmp_path, {"docs/conf.py": "", **files})
    docs = tmp_path / "docs"
    if repository:
        (tmp_path / ".git").mkdir()
    assert text(Checkout(docs).declared(plugin())) == marked(tmp_path)


def test_scripts(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": f"{NAMED}[tool.x.scripts]\nrun = 1\n[project.scripts]\nrun = 'seed:main'\n"})
    assert text(Checkout(tmp_path).declared(plugin("console_scripts", "run", "seed:main"))) == "pyproject.toml:5"


def test_what_is_not_of_the_checkout_has_no_line(tmp_path: Path) -> None:
    files = {"pyproject.toml": NAMED, ".venv/pyvenv.cfg": "", ".venv/x/pyproject.toml": NAMED.replace("seed", "other")}
    write(tmp_path, files)
    checkout = Checkout(tmp_path)
    assert list(checkout.projects) == ["seed"]
    assert checkout.declared(plugin(distribution="other")) is None
    assert checkout.declared(Plugin(namespace="a.b", name="csv", target="seed.r:CSV")) is None


@pytest.mark.parametrize(
    "content",
    ["[project\n", "\0" * 100, "a" * 2**21, "x = 1\n" * 300_000, ".".join("a" * 100_000) + " = 1", "= = =\n[[[\n"],
    ids=["no TOML", "zeros", "long", "many", "dots", "signs"],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: str) -> None:
    (tmp_path / "pyproject.toml").write_text(content)
    (tmp_path / "setup.cfg").write_text(f"{SETUP}[options.entry_points]\na.b =\n  csv = seed.r:CSV\n")
    (tmp_path / "setup.py").symlink_to("setup.py")
    os.mkfifo(tmp_path / "entry_points.txt")
    checkout = Checkout(tmp_path)
    [name] = checkout.projects
    assert text(checkout.declared(plugin(distribution=name))) == "setup.cfg:6"


def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    file = tmp_path / os.fsdecode(b"b\xff.py")
    file.write_text("")
    assert text(Checkout(tmp_path).inside(file, 1)) == r"b\udcff.py:1"


CODE = "class CSV:\n    '''Reads.'''\n"


class Checked:
    """A checkout with a project, and an environment in which it is installed."""

    def __init__(self, root: Path, site: Path) -> None:
        self.root = root
        self.site = site

    def place(self, problem: Problem, conf: str = "", **options: object) -> str | None:
        file = write(self.root, {"docs/conf.py": conf}) / "docs" / "conf.py"
        settings = Options(sources=[f"installed:{self.site}"], **options)  # type: ignore[arg-type]
        assembler = Assembler(settings, file.parent)
        return text(Places(Checkout(file.parent), assembler, settings, file).place(problem))


@pytest.fixture
def checked(tmp_path: Path, site: Path) -> Checked:
    registered = f"{NAMED}[project.entry-points.'a.b']\ncsv = 'seed.r:CSV'\n"
    root = write(tmp_path / "checkout", {"pyproject.toml": registered, "src/seed/r.py": CODE})
    (root / ".git").mkdir()
    return Checked(root, site)


READ = {"a.b": {"csv": "seed.r:CSV"}}


def problem(identity: str | None = "a.b:csv", file: str | None = "seed/r.py") -> Problem:
    location = Location(file=file, line=2) if file else None
    return Problem(kind=ProblemKind.FIELD, message="m", remedy="r", plugin=identity, location=location)


def test_an_editable_install(checked: Checked, install: Install) -> None:
    install("seed", READ)
    (checked.site / "seed.pth").write_text(f"{checked.root}/src\n")
    assert checked.place(problem()) == "src/seed/r.py:2"
    assert checked.place(problem(file=None)) == "pyproject.toml:5"


def test_a_copy_that_is_installed(checked: Checked, install: Install) -> None:
    install("seed", READ, {"seed/r.py": CODE})
    assert checked.place(problem()) == "src/seed/r.py:2"
    (checked.root / "src/seed/r.py").write_text("# It is another one now.\n" + CODE)
    assert checked.place(problem()) == "pyproject.toml:5"
    assert checked.place(problem(file="../../../etc/passwd")) == "pyproject.toml:5"


@pytest.mark.parametrize(
    ("installed", "original", "options"),
    [
        ("seedling.py", "seedling.py", "py_modules = seedling"),
        ("seed/r.py", "code/r.py", "package_dir =\n  seed = code"),
        ("seed/r.py", "lib/seed/r.py", "package_dir =\n  = lib"),
    ],
)
def test_a_copy_of_a_module_elsewhere(
    checked: Checked, install: Install, installed: str, original: str, options: str
) -> None:
    install("seed", READ, {installed: CODE})
    (checked.root / "pyproject.toml").unlink()
    (checked.root / "src").rename(checked.root / "other")
    write(checked.root, {"setup.cfg": f"{SETUP}[options]\n{options}\n", original: CODE})
    assert checked.place(problem(file=installed)) == f"{original}:2"


def test_an_environment_in_the_checkout(checked: Checked, tmp_path: Path) -> None:
    inner = checked.root / "env"
    write(inner, {"pyvenv.cfg": "", "lib/seed/r.py": "changed", "lib/seed-1.dist-info/METADATA": "Name: seed\n"})
    write(inner, {"lib/seed-1.dist-info/entry_points.txt": "[a.b]\ncsv = seed.r:CSV\n"})
    assert Checked(checked.root, inner / "lib").place(problem()) == "pyproject.toml:5"
    assert Checkout(checked.root).inside(inner / "lib/seed/r.py", 1) is None
    assert Checkout(checked.root).inside(tmp_path / "elsewhere.py", 1) is None


def test_what_others_register_is_placed_at_its_setting(checked: Checked, install: Install) -> None:
    install("other", READ, {"seed/r.py": "changed"})
    conf = 'x = 1\nplugins_namespaces = {\n    "a.*": {},\n    "a.b": {},\n}\n'
    assert checked.place(problem(), conf) is None
    assert checked.place(problem(), conf, namespaces={"a.*": {}, "a.b": {}}) == "docs/conf.py:4"
    assert checked.place(problem(), conf, namespaces={"a.*": {}}) == "docs/conf.py:3"
    assert checked.place(problem(None, None), f"{conf}plugins_sources = []\n") == "docs/conf.py:6"
    assert checked.place(problem(None, None), conf) is None


def test_the_project_s_own_comes_first_of_what_has_one_identity(checked: Checked, install: Install) -> None:
    install("another", READ, {"seed/r.py": "changed"})
    install("seed", READ)
    assert checked.place(problem()) == "pyproject.toml:5"


def test_what_has_no_place_is_placed_at_a_file_that_is_there(tmp_path: Path) -> None:
    checkout, options = Checkout(tmp_path), Options()
    assembler = Assembler(options, tmp_path)
    assert Places(checkout, assembler, options, None).otherwise is None
    write(tmp_path, {"setup.cfg": SETUP})
    assert text(Places(checkout, assembler, options, None).otherwise) == "setup.cfg:1"
    conf = write(tmp_path, {"docs/conf.py": ""}) / "docs" / "conf.py"
    assert text(Places(checkout, assembler, options, conf).otherwise) == "docs/conf.py:1"
