"""Source trees that are not installed: what is written down in them, in every form, and what is hostile."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.core import limits
from sphinxext.plugins.core.files import Disk, ensure_size
from sphinxext.plugins.core.model import ProblemKind
from sphinxext.plugins.core.text import clean_name, clean_namespace
from sphinxext.plugins.settings import Options
from sphinxext.plugins.sources.metadata import Held
from sphinxext.plugins.sources.project import Project
from sphinxext.plugins.sources.registered import registered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinxext.plugins.core.model import Distribution
    from tests.conftest import Project as Documentation

ROOT = Path("/trees/one")


class Memory:
    """Files that are nowhere on the disk."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {ROOT / path: text.encode() if isinstance(text, str) else text for path, text in files.items()}

    def names(self, folder: Path) -> list[str]:
        below = [path.relative_to(folder) for path in self._files if path.is_relative_to(folder) and path != folder]
        return sorted({path.parts[0] for path in below})

    def read(self, file: str | Path, most: int = limits.LARGEST_DECLARED) -> bytes:
        try:
            content = self._files[Path(file)]
        except KeyError:
            raise FileNotFoundError(file) from None
        ensure_size(len(content), most)
        return content


def project(**files: str | bytes) -> Project:
    """Make a project of files, a ``__`` in whose names stands for a dot, and ``___`` for a slash."""
    return tree({name.replace("___", "/").replace("__", "."): text for name, text in files.items()})


def tree(files: Mapping[str, str | bytes]) -> Project:
    return Project(ROOT, Memory({name: dedent(text) for name, text in files.items()}))


def dedent(text: str | bytes) -> str | bytes:
    return textwrap.dedent(text) if isinstance(text, str) else text


def plugins(found: Project) -> dict[str, str]:
    """Return what is registered, as a reader of the page would see it."""
    distribution = found.distribution()
    assert distribution is not None
    result = registered(distribution, "project:one")
    assert result.problems == []
    theirs = {(point.group, point.name, point.value) for point in distribution.entry_points}
    assert len(theirs) == len(result.plugins)  # importlib_metadata reads the same
    extras = {plugin.identity: "".join(f" [{extra}]" for extra in plugin.extras) for plugin in result.plugins}
    return {plugin.identity: plugin.target + extras[plugin.identity] for plugin in result.plugins}


def described(found: Project) -> Distribution:
    distribution = found.distribution()
    assert distribution is not None
    # One that registers nothing is described nowhere, so that it is given an entry point.
    texts = {"METADATA": (distribution.read_text("METADATA") or "").encode(), "entry_points.txt": b"[ns]\na = m\n"}
    assert distribution.metadata["Name"]
    [plugin] = registered(Held(ROOT, texts.get), "project:one").plugins
    assert plugin.distribution is not None
    return plugin.distribution


def wrong(found: Project) -> list[str]:
    assert {problem.kind for problem in found.problems} <= {ProblemKind.SOURCE}
    return [problem.text for problem in found.problems]


def folders(found: Project) -> tuple[dict[str, str], list[str]]:
    modules, roots = found.roots()
    return (
        {name: path.relative_to(ROOT).as_posix() for name, path in modules.items()},
        [path.relative_to(ROOT).as_posix() for path in roots],
    )


def test_the_standard_table() -> None:
    found = project(
        pyproject__toml="""
        [project]
        name = "One.Two"
        version = "1.2"
        description = "Reads\\ncurrents"
        requires-python = ">=3.9"
        license = "MIT"
        license-files = ["LICEN[CS]E*", "docs/LICENSE"]
        authors = [{name = "Ann"}, {name = "Bo", email = "bo@example.org"}]
        maintainers = [{email = "cy@example.org"}]
        keywords = ["tide", "river"]
        classifiers = ["Topic :: Documentation"]
        urls = {Homepage = "https://example.org"}
        [project.scripts]
        one = "one.cli:main"
        [project.gui-scripts]
        one-gui = "one.gui:main"
        [project.entry-points."sluice.reader"]
        csv = "one.readers:CSV"
        "Strange name/x" = "one . readers : CSV [fast, big-one]"
        [project.entry-points."ns"]
        csv = "one.readers"
        """,
        LICENSE="",
    )
    assert plugins(found) == {
        "console_scripts:one": "one.cli:main",
        "gui_scripts:one-gui": "one.gui:main",
        "sluice.reader:csv": "one.readers:CSV",
        "sluice.reader:Strange name/x": "one.readers:CSV [fast] [big-one]",
        "ns:csv": "one.readers",
    }
    about = described(found)
    assert (about.name, about.version, about.summary) == ("One.Two", "1.2", "Reads currents")
    assert (about.license, about.requires_python) == ("MIT", ">=3.9")
    assert about.authors == ("Ann", "Bo <bo@example.org>", "cy@example.org")
    assert about.urls == (("Homepage", "https://example.org"),)
    assert about.classifiers == ("Topic :: Documentation",)
    assert [value for name, value in about.metadata if name == "License-File"] == ["LICENSE", "docs/LICENSE"]
    assert ("Keywords", "tide,river") in about.metadata
    assert wrong(found) == []


POETRY = """
[tool.poetry]
name = "one"
version = "1"
description = "A river"
authors = ["Ann <ann@example.org>"]
license = "MIT"
homepage = "https://example.org"
repository = "https://example.org/code"
classifiers = ["Topic :: Documentation"]
packages = [{include = "one", from = "lib"}, {include = "two", from = "lib", to = "ns"}]
[tool.poetry.dependencies]
python = ">=3.8,<4.0"
[tool.poetry.urls]
Tides = "https://example.org/tides"
[tool.poetry.scripts]
one = "one:main"
two = {reference = "one:two", type = "console", extras = ["fast"]}
three = {callable = "one:three"}
four = {reference = "bin/four.sh", type = "file"}
[tool.poetry.plugins."sluice.reader"]
csv = "one:CSV"
"""


def test_poetry() -> None:
    found = project(pyproject__toml=POETRY)
    assert plugins(found) == {
        "console_scripts:one": "one:main",
        "console_scripts:two": "one:two [fast]",
        "console_scripts:three": "one:three",
        "sluice.reader:csv": "one:CSV",
    }
    about = described(found)
    assert (about.name, about.version, about.summary, about.license) == ("one", "1", "A river", "MIT")
    assert (about.authors, about.requires_python) == (("Ann <ann@example.org>",), ">=3.8,<4.0")
    assert dict(about.urls) == {
        "Repository": "https://example.org/code",
        "Tides": "https://example.org/tides",
        "Homepage": "https://example.org",
    }
    assert folders(found) == ({"ns.two": "lib/two"}, ["lib"])
    assert wrong(found) == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", {"console_scripts:one", "console_scripts:two", "console_scripts:three", "sluice.reader:csv"}),
        ('[project.scripts]\nnew = "one:new"', {"console_scripts:new", "sluice.reader:csv"}),
        (
            '[project.entry-points.ns]\na = "one:a"',
            {f"console_scripts:{n}" for n in ("one", "two", "three")} | {"ns:a"},
        ),
    ],
)
def test_what_poetry_has_beside_the_standard_table(more: str, expected: set[str]) -> None:
    build = '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n'
    found = project(pyproject__toml=f'{build}[project]\nname = "new"\ndynamic = ["version"]\n{more}\n{POETRY}')
    assert set(plugins(found)) == expected
    assert (described(found).name, described(found).version) == ("new", "1")


def test_tables_of_a_tool_that_does_not_build_are_not_read() -> None:
    build = '[build-system]\nbuild-backend = "setuptools.build_meta"\n'
    found = project(pyproject__toml=build + POETRY, setup__py="setup(name='two')")
    assert plugins(found) == {}
    assert described(found).name == "two"


def test_flit_in_its_old_form() -> None:
    found = tree(
        {
            "pyproject.toml": """
            [build-system]
            build-backend = "flit_core.buildapi"
            [tool.flit.metadata]
            module = "one"
            author = "Ann"
            author-email = "ann@example.org"
            home-page = "https://example.org"
            requires-python = ">=3"
            classifiers = ["Topic :: Documentation"]
            entry-points-file = "points.ini"
            urls = {Tides = "https://example.org/tides"}
            [tool.flit.scripts]
            one = "one:main"
            [tool.flit.entrypoints."sluice.reader"]
            csv = "one:CSV"
            """,
            "points.ini": "# these too\n[ns]\na = one:a\n",
            "one.py": '"""\nReads rivers.\n\nAnd lakes.\n"""\nimport one\n__version__ = "0.3"\n',
        }
    )
    assert plugins(found) == {"console_scripts:one": "one:main", "sluice.reader:csv": "one:CSV", "ns:a": "one:a"}
    about = described(found)
    assert (about.name, about.version, about.summary) == ("one", "0.3", "Reads rivers.")
    assert about.authors == ("Ann", "ann@example.org")
    assert (about.requires_python, dict(about.urls)) == (
        ">=3",
        {"Tides": "https://example.org/tides", "Homepage": "https://example.org"},
    )


VERSIONS = {
    "setuptools-attr": ('[tool.setuptools.dynamic]\nversion = {attr = "one.__version__"}', "5.1"),
    "setuptools-tuple": ('[tool.setuptools.dynamic]\nversion = {attr = "one.parts"}', "5.1"),
    "setuptools-import": ('[tool.setuptools.dynamic]\nversion = {attr = "one.other"}', "5.2"),
    "setuptools-computed": ('[tool.setuptools.dynamic]\nversion = {attr = "one.computed"}', None),
    "setuptools-cycle": ('[tool.setuptools.dynamic]\nversion = {attr = "one.cycle"}', None),
    "setuptools-file": ('[tool.setuptools.dynamic]\nversion = {file = ["VERSION"]}', "5.3"),
    "setuptools-no-version": ('[tool.setuptools.dynamic]\nversion = {file = "secret"}', None),
    "flit": ('[build-system]\nbuild-backend = "flit_core.buildapi"', "5.1"),
    "flit-module": ('[build-system]\nbuild-backend = "flit_core.buildapi"\n[tool.flit.module]\nname = "two"', "5.2"),
    "hatch": ('[tool.hatch.version]\npath = "src/one/__init__.py"', "5.1"),
    "hatch-annotated": ('[tool.hatch.version]\npath = "annotated"', "9"),
    "hatch-none": ('[tool.hatch.version]\npath = "VERSION"', None),
    "hatch-vcs": ('[tool.hatch.version]\nsource = "vcs"', None),
    "pdm": ('[tool.pdm.version]\nsource = "file"\npath = "src/one/__init__.py"', "5.1"),
    "none": ("", None),
}


@pytest.mark.parametrize(("declared", "expected"), VERSIONS.values(), ids=VERSIONS)
@pytest.mark.parametrize("built", [False, True])
def test_versions_that_stand_elsewhere(declared: str, expected: str | None, *, built: bool) -> None:
    files = {
        "pyproject.toml": f'[project]\nname = "one"\ndynamic = ["version"]\n{declared}',
        "src/one/__init__.py": "from .two import __version__ as other\n__version__: str = '5.1'\nparts = (5, 1)\n"
        "from one.two import cycle\ncomputed = open('VERSION').read()\n",
        "src/two.py": "__version__ = '5.2'\n",
        "src/one/two.py": "__version__ = '5.2'\nfrom one import cycle\n",
        "VERSION": "5.3\n",
        "secret": "root:x-9\n",
        "annotated": "# of a version\nVERSION: str = 'v9'\n",
    }
    if built:
        files["PKG-INFO"] = "Metadata-Version: 2.1\nName: one\nVersion: 7\nSummary: Built\n\nVersion: 8\n"
    about = described(tree(files))
    assert about.version == (expected or ("7" if built else None))
    assert about.summary == ("Built" if built else None)


def test_an_expression_of_a_project_is_not_tried() -> None:
    table = '[project]\nname = "one"\ndynamic = ["version"]\n[tool.{}.version]\npath = "VERSION"\npattern = "(a+)+$"'
    for tool in ("hatch", "pdm"):
        files = {"pyproject.toml": table.format(tool), "VERSION": "version = '2'"}
        found = tree(files)
        assert described(found).version is None
        [problem] = wrong(found)
        assert problem.startswith("the version of one is not known: no expression (pattern) of one/pyproject.toml is ")
        found = tree({**files, "PKG-INFO": "Name: one\nVersion: 7\n"})
        assert (described(found).version, wrong(found)) == ("7", [])


def test_setup_cfg() -> None:
    found = tree(
        {
            "setup.cfg": """
            [metadata]
            name = one
            version = attr: one.__version__
            description = 100 % of rivers
            url = https://example.org
            project_urls =
                Tides = https://example.org/tides
            author = Ann
            author_email = ann@example.org
            license = MIT
            classifiers =
                Topic :: Documentation
                Topic :: Software Development
            [options]
            python_requires = >=3.8
            package_dir =
                = lib
                extra = more/extra
            [options.packages.find]
            where = lib
            [options.entry_points]
            console_scripts = one = one:main, two = one:two
            Sluice.Reader-X =
                # a comment
                csv = one:CSV
                json=one:JSON [fast]
            """,
            "setup.py": "from setuptools import setup\nsetup()",
            "lib/one/__init__.py": "__version__ = '5.1'",
        }
    )
    assert plugins(found) == {
        "console_scripts:one": "one:main",
        "console_scripts:two": "one:two",
        "Sluice.Reader-X:csv": "one:CSV",
        "Sluice.Reader-X:json": "one:JSON [fast]",
    }
    about = described(found)
    assert (about.name, about.version, about.summary) == ("one", "5.1", "100 % of rivers")
    assert (about.license, about.authors, about.requires_python) == ("MIT", ("Ann", "ann@example.org"), ">=3.8")
    assert about.classifiers == ("Topic :: Documentation", "Topic :: Software Development")
    assert dict(about.urls)["Tides"] == "https://example.org/tides"
    assert folders(found) == ({"extra": "more/extra"}, ["lib"])
    assert wrong(found) == []


SAHARA = """
[metadata]
name = sahara-plugin-rapids
version = 9.0.0
summary = Rapids for Sahara
description = What one would
    rather read elsewhere
description-file = README.rst
home-page = https://docs.openstack.org/sahara/latest/
author = OpenStack
author-email = openstack-discuss@lists.openstack.org
python-requires = >=3.6
license = Apache License, Version 2.0
classifier =
    Programming Language :: Python
    Environment :: OpenStack
[files]
packages_root = code
packages =
    sahara_plugin_rapids
[entry_points]
sahara.cluster.plugins =
    rapids = sahara_plugin_rapids.provider:Rapids
[upload_sphinx]
upload-dir = %(here)s/html
"""


def test_setup_cfg_of_pbr() -> None:
    found = project(setup__cfg=SAHARA, setup__py="import setuptools\nsetuptools.setup(\n  pbr=True)\n")
    assert plugins(found) == {"sahara.cluster.plugins:rapids": "sahara_plugin_rapids.provider:Rapids"}
    about = described(found)
    assert (about.name, about.version) == ("sahara-plugin-rapids", None)  # pbr has it from the tags of the VCS
    assert about.summary == "Rapids for Sahara"
    assert about.classifiers == ("Programming Language :: Python", "Environment :: OpenStack")
    assert about.urls == (("Homepage", "https://docs.openstack.org/sahara/latest/"),)
    assert about.requires_python == ">=3.6"
    assert folders(found) == ({}, ["code"])
    assert wrong(found) == []


LITERAL = {
    "dict": "setup(entry_points={'ns': ['a = one:A', 'b=one:B [x]']})",
    "text": "setup(entry_points='''\n[ns]\na = one:A\nb = one:B [x]\n''')",
    "lines": "setup(entry_points={'ns': '''\na = one:A\nb = one:B [x]\n'''})",
    "names": "A = 'a = one:A'\nB = [A] + ['b = one:B [x]']\nPOINTS = {'ns': B}\nsetup(entry_points=POINTS)",
    "format": "PACKAGE = 'one'\nsetup(entry_points={'ns': (f'a = {PACKAGE}:A', 'b = ' + PACKAGE + ':B [x]')})",
    "spread": "some = {'ns': ['b = one:B [x]']}\nsetup(entry_points={**some, 'ns': ['a = one:A', *some['ns']]})",
    "calls": "keys = dict(entry_points=dict(ns=['a = one:A']))\nkeys['entry_points'].update(x=1)\nsetup(**keys)",
    "key": "keys = dict(name='one')\nkeys['install_requires'] = []\nkeys['install_requires'].append('two')\n"
    "keys['entry_points'] = {'ns': ['a = one:A', 'b = one:B [x]']}\nsetup(**keys)",
    "main": "def run():\n  e = {'ns': ['a = one:A', 'b = one:B [x]']}\n  setup(entry_points=e)\n"
    "if __name__ == '__main__':\n  run()",
    "with": "with open('README') as f:\n  text = f.read()\nsetup(long_description=text, version=text,"
    " entry_points={'ns': ['a = one:A', 'b = one:B [x]']})",
    "branch": "import sys\nargs = {}\nif sys.platform == 'win32':\n  args['ext_modules'] = [1]\n"
    "setup(entry_points={'ns': ['a = one:A', 'b = one:B [x]']}, **args)",
    "twice": "E = {'ns': ['a = one:A', 'b = one:B [x]']}\ntry:\n  setup(entry_points=E, ext_modules=[1])\n"
    "except ValueError:\n  setup(entry_points=E)",
}


@pytest.mark.parametrize("script", [text for name, text in LITERAL.items() if name != "calls"])
def test_what_is_literal_in_setup_py(script: str) -> None:
    found = project(setup__py=f"import setuptools\nraise SystemExit\n{script}")
    assert plugins(found) == {"ns:a": "one:A", "ns:b": "one:B [x]"}
    assert wrong(found) == []


COMPUTED = {
    "call": ("setup(entry_points=points())", set(), "points()"),
    "part": ("setup(entry_points={'ns': ['a = one:A'],\n  'other': points()})", {"ns:a"}, "points()"),
    "line": ("setup(entry_points={'ns': ['a = one:A', 'b = %s' % here]})", {"ns:a"}, "'b = %s' % here"),
    "sum": ("setup(entry_points={'ns': ['a = one:A'] + points()})", {"ns:a"}, "points()"),
    "loop": ("e = []\nfor n in range(3):\n  e.append(n)\nsetup(entry_points={'ns': e})", set(), "e.append"),
    "branch": ("e = {'ns': []}\nif here:\n  e['ns'] = ['a = b']\nsetup(entry_points=e)", set(), "e['ns']"),
    "changed": ("e = {'ns': ['a = one:A']}\ncomplete(e)\nsetup(entry_points=e)", set(), "e"),
    "inside": ("e = {}\ndef fill():\n  e['x'] = []\nfill()\nsetup(entry_points=e)", set(), "e['x']"),
    "keywords": ("setup(name='one', **settings())", set(), "settings()"),
    "updated": ("e = dict(a=1)\ne.update(read(), b=2)\nsetup(**e)", set(), "e.update"),
    "other": ("if here:\n  setup(entry_points={'ns': ['a = one:A']})\nelse:\n  setup()", {"ns:a"}, "more than once"),
    "none": ("exec(open('real.py').read())", set(), "no call of setup()"),
    "broken": ("print 'Python 2'", set(), "Missing parentheses"),
    "bomb": (
        "a0 = 'ab'\n"
        + "".join(f"a{n + 1} = a{n} + a{n}\n" for n in range(60))
        + "setup(entry_points={'ns': ['a = one:A', a60]})",
        {"ns:a"},
        "a59 + a59",
    ),
    "of itself": ("a = [a]\nsetup(entry_points={'ns': a})", set(), "line 2: a"),
    "updated list": (
        "e = []\ne.append('a = one:A')\nsetup(entry_points={'ns': e, 'other': ['a = one:A']})",
        {"other:a"},
        "e.append",
    ),
    "added": ("e = ['a = one:A']\ne += ['b = one:B [x]']\nsetup(entry_points={'ns': e})", set(), "line 3: e"),
    "set twice": ("e = {}\ne['ns'] = ['a = m']\ne['ns'] = ['b = m']\nsetup(entry_points=e)", set(), "e['ns']"),
    "other name": (
        "e = {'ns': []}\na = e['ns']\na.append('a = m')\nsetup(entry_points=e)",
        set(),
        "e['ns']",
    ),
    "added to": ("e = {'ns': []}\na = e['ns']\na += ['a = m']\nsetup(entry_points=e)", set(), "e['ns']"),
    "two names": ("e = {}\na = e['ns'] = []\na += ['a = m']\nsetup(entry_points=e)", set(), "e['ns']"),
    "other scope": (
        "exec(read())\nclass Command:\n  e = {'ns': ['a = one:A']}\ndef f():\n  n = {}\nsetup(entry_points=e, name=n)",
        set(),
        "line 6: e",
    ),
    "keyword": ("e = {'ns': []}\ne['x'] = add(e)\nsetup(entry_points=e)", set(), "e"),
}


@pytest.mark.parametrize(("script", "known", "reason"), COMPUTED.values(), ids=COMPUTED)
def test_what_is_computed_in_setup_py(script: str, known: set[str], reason: str) -> None:
    found = project(setup__py=script)
    assert set(plugins(found)) == known
    [problem] = wrong(found)
    assert problem.startswith("the entry points of one cannot all be told from setup.py without running it (")
    assert reason in problem
    assert problem.endswith("; write them in pyproject.toml, or install it and use the source installed")
    built = {"one.egg-info/PKG-INFO": "Name: one\nVersion: 4\n", "one.egg-info/entry_points.txt": "[ns]\nc = one:C\n"}
    found = tree({"setup.py": script, **built})
    assert plugins(found) == {"ns:c": "one:C"}  # setuptools itself told when it was last built
    assert (wrong(found), described(found).version) == ([], "4")


def test_metadata_in_setup_py() -> None:
    found = project(
        setup__py="""
        from setuptools import setup, find_packages
        import one
        NAME = "one"
        setup(
            name=NAME, version=one.__version__, description="Reads " + "rivers", url="https://example.org",
            python_requires=">=3", classifiers=["Topic :: Documentation", read()], author="Ann", license="MIT",
            project_urls={"Tides": "https://example.org/tides"}, keywords=["a", "b"],
            packages=find_packages("lib"), package_dir={"": "lib", "two": "other/two"},
        )
        """
    )
    about = described(found)
    assert (about.name, about.version, about.summary) == ("one", None, "Reads rivers")
    assert (about.classifiers, about.authors, about.license) == (("Topic :: Documentation",), ("Ann",), "MIT")
    assert dict(about.urls) == {"Tides": "https://example.org/tides", "Homepage": "https://example.org"}
    assert ("Keywords", "a, b") in about.metadata
    assert folders(found) == ({"two": "other/two"}, ["lib"])
    assert wrong(found) == []


def test_which_file_goes_before_which() -> None:
    script = "setup(name='script', description='Of the script', entry_points={'ns': ['a = script:A']})"
    config = "[metadata]\nname = config\nurl = https://example.org\n[options.entry_points]\nns = a = config:A\n"
    table = '[project]\nname = "table"\n'
    found = project(setup__py=script, setup__cfg=config)
    assert plugins(found) == {"ns:a": "script:A"}
    assert (described(found).name, dict(described(found).urls)) == ("script", {"Homepage": "https://example.org"})
    found = project(setup__py="setup(pbr=True, name='script')", setup__cfg=config)
    assert (plugins(found), described(found).name) == ({"ns:a": "config:A"}, "config")
    found = project(setup__py=script, setup__cfg=config, pyproject__toml=table)
    assert (plugins(found), described(found).name, described(found).summary) == ({"ns:a": "script:A"}, "table", None)
    [problem] = wrong(found)
    assert problem.startswith("one/pyproject.toml does not leave to setup.py or setup.cfg what these register, so ")
    table += 'dynamic = ["description", "entry-points"]\n[project.scripts]\nb = "table:b"\n'
    found = project(setup__py=script, setup__cfg=config, pyproject__toml=table)
    assert plugins(found) == {"console_scripts:b": "table:b", "ns:a": "script:A"}
    assert (described(found).summary, described(found).urls) == ("Of the script", ())
    assert wrong(found) == []


def test_scripts_that_the_table_leaves_to_others_are_all_that_is_taken() -> None:
    table = '[project]\nname = "one"\ndynamic = ["scripts"]\n'
    script = "setup(entry_points={'console_scripts': ['s = one:s'], 'gui_scripts': ['g = one:g'], 'ns': ['a = one:a']})"
    assert plugins(project(setup__py=script, pyproject__toml=table)) == {"console_scripts:s": "one:s"}


TABLE = '[build-system]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "one"\n'
CONFIG = "[options.entry_points]\nns =\n  a = one:A\n"
NS = "'ns': ['a = one:A']"


@pytest.mark.parametrize(
    ("files", "shown", "keys"),
    [
        ({"setup.py": f"setup(entry_points={{{NS}}})"}, {"ns:a"}, '"entry-points"'),
        ({"setup.cfg": CONFIG}, {"ns:a"}, '"entry-points"'),
        ({"setup.cfg": CONFIG, "setup.py": "import setuptools\nsetuptools.setup()"}, {"ns:a"}, '"entry-points"'),
        # As setuptools 84.2 has it, scripts take all others with them.
        (
            {"setup.py": f"setup(entry_points={{{NS}, 'console_scripts': ['s = one:s']}})"},
            set(),
            '"entry-points", "scripts"',
        ),
        ({"setup.cfg": CONFIG, "pyproject.toml": f'{TABLE}dynamic = ["version"]\n'}, {"ns:a"}, '"entry-points"'),
        (
            {"setup.cfg": CONFIG, "pyproject.toml": f'{TABLE}dynamic = ["scripts"]\n'},
            set(),
            '"entry-points"',
        ),
    ],
)
def test_what_the_table_does_not_leave_to_setuptools_files(files: dict[str, str], shown: set[str], keys: str) -> None:
    found = tree({"pyproject.toml": TABLE, **files})
    assert set(plugins(found)) == shown
    [problem] = wrong(found)
    assert f"; add {keys} to dynamic in [project], or move it there, or " in problem


def test_what_the_table_has_itself_needs_no_warning() -> None:
    table = f'{TABLE}[project.entry-points.ns]\nb = "one:B"\n'
    for files in ({"setup.cfg": CONFIG}, {"setup.py": "setup(entry_points=read())"}, {"setup.py": "setup(**read())"}):
        found = tree({"pyproject.toml": table, **files})
        assert (plugins(found), wrong(found)) == ({"ns:b": "one:B"}, [])
    shim = tree({"pyproject.toml": TABLE, "setup.py": "import setuptools\nsetuptools.setup()"})
    assert (plugins(shim), wrong(shim)) == ({}, [])


def test_what_is_computed_beside_the_table() -> None:
    found = tree({"pyproject.toml": TABLE, "setup.py": "setup(entry_points=read())"})
    assert plugins(found) == {}
    [problem] = wrong(found)
    assert "cannot all be told from setup.py without running it (entry_points in line 1: read())" in problem


@pytest.mark.parametrize("keys", [["entry-points"], ["scripts", "entry-points"], ["gui-scripts"]])
@pytest.mark.parametrize(
    "backend",
    ["setuptools.build_meta", "hatchling.build", "flit_core.buildapi", "pdm.backend", "mesonpy", "own_backend"],
)
def test_what_only_a_plugin_of_the_build_tool_gives(backend: str, keys: list[str]) -> None:
    build = f'[build-system]\nbuild-backend = "{backend}"\n'
    table = f'{build}[project]\nname = "one"\ndynamic = {keys}\n[tool.hatch.metadata.hooks.own]\n'
    found = project(pyproject__toml=table)
    assert plugins(found) == {}
    [problem] = wrong(found)
    told = ", ".join(sorted(f'"{key}"' for key in keys))
    assert problem.startswith(
        f"one/pyproject.toml leaves {told} to others (dynamic), and nothing that can be read gives "
    )


MISPLACED = {
    "project.entry_points": '[project.entry_points.ns]\na = "one:A"',
    "project.entrypoints": '[project.entrypoints.ns]\na = "one:A"',
    "project.entry-point": '[project.entry-point.ns]\na = "one:A"',
    "project.Entry-Points": '[project.Entry-Points.ns]\na = "one:A"',
    "project.entry-pionts": '[project.entry-pionts.ns]\na = "one:A"',
    "project.plugins": '[project.plugins.ns]\na = "one:A"',
    "project.script": '[project.script]\na = "one:a"',
    "project.gui_scripts": '[project.gui_scripts]\na = "one:a"',
    "entry-points": '[entry-points.ns]\na = "one:A"',
    "project.entry-points": '["project.entry-points".ns]\na = "one:A"',
    "plugins": '[plugins.ns]\na = "one:A"',
    "scripts": '[scripts]\na = "one:a"',
    "tool.poetry.entry-points": '[tool.poetry.entry-points.ns]\na = "one:A"',
    "tool.poetry.plugin": '[tool.poetry.plugin.ns]\na = "one:A"',
    "tool.flit.entry-points": '[tool.flit.entry-points.ns]\na = "one:A"',
    "tool.flit.plugins": '[tool.flit.plugins.ns]\na = "one:A"',
    "tool.flit.entrypoints": '[tool.flit.entrypoints.ns]\na = "one:A"',  # for there is a table [project]
    "tool.pdm.entry-points": '[tool.pdm.entry-points.ns]\na = "one:A"',
    "tool.pdm.entrypoints": '[tool.pdm.entrypoints.ns]\na = "one:A"',
    "tool.hatch.entry-points": '[tool.hatch.entry-points.ns]\na = "one:A"',
    "tool.setuptools.entry-points": '[tool.setuptools.entry-points.ns]\na = "one:A"',
    "tool.setuptools.dynamic.entry-points": "[tool.setuptools.dynamic.entry-points]\nfile = 'e.txt'",
    "tool.setuptools.dynamic.entry_points": "[tool.setuptools.dynamic.entry_points]\nfile = 'e.txt'",
}


@pytest.mark.parametrize(("name", "text"), MISPLACED.items(), ids=MISPLACED)
def test_tables_that_nobody_reads_entry_points_from(name: str, text: str) -> None:
    found = project(pyproject__toml=f'[project]\nname = "one"\n{text}\n', e__txt="[ns]\na = one:A\n")
    assert plugins(found) == {}
    [problem] = wrong(found)
    assert problem == (
        f"[{name}] in one/pyproject.toml is no table that entry points are read from; register them in "
        '[project.entry-points."NAMESPACE"], scripts in [project.scripts], or install it and use the source installed'
    )


@pytest.mark.parametrize(
    "text",
    [
        '[tool.poetry]\nname = "one"\n[tool.poetry.plugins.ns]\na = "one:A"\n[tool.poetry.scripts]\ns = "one:s"',
        '[tool.flit.metadata]\nmodule = "one"\n[tool.flit.entrypoints.ns]\na = "one:A"',
        '[project]\nname = "one"\n[project.entry-points.ns]\na = "one:A"\n[project.urls]\nplugins = "https://x.example"\n'
        '[tool.pylint.plugins.x]\n[tool.hatch.envs.x.scripts]\nt = "x"\n[tool.pdm.scripts]\nt = "x"\n'
        "[dependency-groups]\n",
    ],
)
def test_tables_that_entry_points_are_read_from(text: str) -> None:
    found = project(pyproject__toml=text)
    assert {name: target for name, target in plugins(found).items() if name != "console_scripts:s"} == {"ns:a": "one:A"}
    assert wrong(found) == []


def test_entry_points_in_a_file_that_setuptools_is_told_of() -> None:
    table = (
        '[project]\nname = "one"\ndynamic = ["entry-points"]\n[tool.setuptools.dynamic]\nentry-points = {file = "e"}'
    )
    found = project(pyproject__toml=table, e="[ns]\na = one:A\n[console_scripts]\nb = one:b\n")
    assert plugins(found) == {"ns:a": "one:A"}
    assert plugins(project(setup__cfg="[options]\nentry_points = file: e", e="[ns]\na = one:A\n")) == {"ns:a": "one:A"}


def test_what_a_build_left_behind() -> None:
    built = {
        "src/one.egg-info/PKG-INFO": "Name: one\nVersion: 4\n",
        "src/one.egg-info/entry_points.txt": "[ns]\nc = o\n",
    }
    assert plugins(tree(built)) == {"ns:c": "o"}
    found = tree({"setup.cfg": "[metadata]\nname = two\n", **built})
    built["src/one.egg-info/entry_points.txt"] = "no entry point\n"
    assert wrong(tree({"setup.py": "setup(entry_points={'ns': ['a = m']})", **built})) == []  # it is not asked
    assert (plugins(found), described(found).version) == ({}, None)  # of a project that had another name


@pytest.mark.parametrize(
    "tool", ['poetry.dependencies]\npython = ""', "pdm.scripts]\ntest = 'pytest'", "flit.sdist]", "hatch.envs.x]"]
)
def test_a_tool_that_only_helps_to_develop_hides_nothing(tool: str) -> None:
    script = "setup(name='one', entry_points={'ns': ['a = m']})"
    assert plugins(project(setup__py=script, pyproject__toml=f"[tool.{tool}\n")) == {"ns:a": "m"}


def test_what_another_tool_left_behind_is_not_asked() -> None:
    build = '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n[tool.poetry]\nname = "one"\n'
    assert plugins(tree({"pyproject.toml": build, "one.egg-info/entry_points.txt": "[ns]\na = m\n"})) == {}


LAYOUTS: dict[str, tuple[dict[str, str], dict[str, str], list[str]]] = {
    "flat": ({"one/__init__.py": ""}, {}, ["."]),
    "src": ({"src/one/__init__.py": "", "tests/__init__.py": ""}, {}, ["src"]),
    "src-namespace": ({"src/ns/one/__init__.py": ""}, {}, ["src"]),
    "src-of-another-language": ({"src/main.rs": "", "one/__init__.py": ""}, {}, ["."]),
    "both": ({"src/two/__init__.py": "", "one/__init__.py": ""}, {}, ["src", "."]),
    "setuptools": (
        {"pyproject.toml": '[tool.setuptools]\npackage-dir = {"" = "lib", one = "x"}'},
        {"one": "x"},
        ["lib"],
    ),
    "find": ({"pyproject.toml": '[tool.setuptools.packages.find]\nwhere = ["a", "./b/"]'}, {}, ["a", "b"]),
    "pdm": ({"pyproject.toml": '[tool.pdm.build]\npackage-dir = "lib"'}, {}, ["lib"]),
    "hatch": ({"pyproject.toml": '[tool.hatch.build.targets.wheel]\npackages = ["lib/one"]'}, {}, ["lib"]),
    "hatch-list": ({"pyproject.toml": '[tool.hatch.build]\nsources = ["lib"]'}, {}, ["lib"]),
    "hatch-moved": ({"pyproject.toml": '[tool.hatch.build.sources]\n"lib/x" = "ns/one"'}, {"ns.one": "lib/x"}, ["."]),
    "maturin": (
        {"pyproject.toml": '[build-system]\nbuild-backend = "maturin"\n[tool.maturin]\npython-source = "python"'},
        {},
        ["python"],
    ),
}


@pytest.mark.parametrize(("files", "modules", "roots"), LAYOUTS.values(), ids=LAYOUTS)
def test_layouts(files: dict[str, str], modules: dict[str, str], roots: list[str]) -> None:
    found = tree({"setup.py": "setup()", **files})
    assert folders(found) == (modules, roots)
    assert wrong(found) == []


def test_without_a_name_it_has_that_of_the_folder() -> None:
    assert described(project(setup__py="setup()")).name == "one"


def test_a_folder_without_any_of_it_is_no_project() -> None:
    assert project(README="").distribution() is None
    found = Project(ROOT, Memory({}), "project:one")
    assert list(found.registered()) == []
    assert wrong(found) == [
        f"the source project:one ({ROOT}) is not there, or is no source tree: it has none of PKG-INFO, pyproject.toml, "
        "setup.cfg, setup.py; give the folder of a project in plugins_sources"
    ]


WRONG_TYPES = """
[project]
name = 3
classifiers = "Topic"
authors = [1, {name = ["x"]}, {name = "Ann"}]
urls = 2020-01-01
scripts = [1]
[project.entry-points]
list = ["a = m:a"]
[project.entry-points.ns]
number = 5
table = {a = "m:a"}
good = "m:good"
"odd\\nname" = "m:a"
"a=b" = "m:a"
"[x]" = "m:a"
"" = "m:a"
empty = ""
inject = "m:a\\n[other]\\nevil = m:evil"
[project.entry-points."n]\\n[x"]
a = "m:a"
"""


def test_wrong_types_are_a_problem_each() -> None:
    found = project(pyproject__toml=WRONG_TYPES)
    assert plugins(found) == {"ns:good": "m:good"}
    problems = wrong(found)
    assert all("one/pyproject.toml" in problem for problem in problems)
    for key, what in {
        "[project] name": "is a number, not a text",
        "[project] classifiers": "is a text, not a list",
        "[project] authors": "is a list, not a list of tables",
        "[project.authors] name": "is a list, not a text",
        "[project] urls": "is a date or time, not a table",
        "[project] scripts": "is a list, not a table",
        "[project.entry-points] list": "is a list, not a table",
        "[project.entry-points.ns] number": "is a number, not a text",
        "[project.entry-points.ns] table": "is a table, not a text",
    }.items():
        assert [problem for problem in problems if problem.startswith(f"{key} in one/pyproject.toml {what}; ")], key
    assert len(problems) == 9 + 7
    assert described(found).authors == ("Ann",)


def test_nothing_is_injected_into_headers() -> None:
    evil = "one\\nHome-page: javascript:alert(1)\\r\\n\\nbody\\u2028Author: x"
    found = project(
        pyproject__toml=f'[project]\nname = "{evil}"\nversion = "{evil}"\ndescription = "{evil}"\n'
        f'keywords = ["{evil}"]\nlicense = {{text = "{evil}"}}\nurls = {{"{evil}" = "{evil}"}}\n'
        '[project.entry-points.ns]\na = "m:a"\n'
    )
    distribution = found.distribution()
    assert distribution is not None
    assert set(distribution.metadata) == {
        "Metadata-Version",
        "Name",
        "Version",
        "Summary",
        "License",
        "Keywords",
        "Project-URL",
    }
    assert plugins(found) == {"ns:a": "m:a"}


UNREADABLE: dict[str, tuple[dict[str, str | bytes], str]] = {
    "toml": ({"pyproject.toml": "[project"}, "Expected ']'"),
    "utf-8": ({"pyproject.toml": b"[project]\nname = '\xff'"}, "can't decode byte 0xff"),
    "nested": ({"pyproject.toml": "a = " + "[" * 20_000}, "it is nested too deeply"),
    "inline": ({"pyproject.toml": "a = " + "{a=" * 20_000}, "it is nested too deeply"),
    "dots": ({"pyproject.toml": "a." * 200_000 + "a = 1"}, "a line of more than 300 dots"),
    "large": ({"pyproject.toml": "#" * (limits.LARGEST_DECLARED + 1)}, "larger than 1 MiB"),
    "number": ({"pyproject.toml": "a = " + "1" * 10_000}, "Exceeds the limit"),
    "cfg": ({"setup.cfg": "name = one"}, "File contains no section headers"),
    "cfg-utf-8": ({"setup.cfg": b"[metadata]\nname = \xff"}, "can't decode byte 0xff"),
    "cfg-line": ({"setup.cfg": "[metadata]\nname"}, "Source contains parsing errors"),
    "py-large": ({"setup.py": b"#" * 10_000_000}, "larger than 262,144 bytes"),
    "py-nested": ({"setup.py": "setup(name=" + "(" * 5_000}, ""),
    "py-sum": ({"setup.py": "setup(entry_points=" + "1+" * 20_000 + "1)"}, "it is nested too deeply"),
    "py-deep": (
        {"setup.py": "".join(" " * n + "if a:\n" for n in range(60)) + (" " * 60 + "a = 1\n") * 3_000},
        "no call of setup() is seen",
    ),
    "py-null": ({"setup.py": "\0"}, "null bytes"),
    "py-coding": ({"setup.py": b"# coding: nonsense\n"}, "nonsense"),
    "py-branches": ({"setup.py": "if a:\n  b\n" + "elif a:\n  b\n" * 20_000}, ""),
    "outside": ({"setup.py": "setup(package_dir={'': '../..'}, entry_points={})"}, "'../..', which is not in the tree"),
    "absolute": (
        {"setup.cfg": "[metadata]\ndescription = file: /etc/passwd"},
        "'/etc/passwd', which is not in the tree",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("files", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_a_problem(files: dict[str, str | bytes], reason: str) -> None:
    found = tree({**files, "one.egg-info/PKG-INFO": "Name: one\nVersion: 4\nSummary: Built\n"})
    assert (described(found).name, described(found).summary) == ("one", "Built")
    assert all(len(problem) < 400 for problem in wrong(tree(files)))
    assert [problem for problem in wrong(tree(files)) if reason in problem]


def test_links_do_not_lead_out_of_the_tree(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("7.7")
    root = tmp_path / "one"
    root.mkdir()
    (root / "VERSION").symlink_to(tmp_path / "secret")
    (root / "loop").symlink_to("loop")
    (root / "setup.cfg").write_text("[metadata]\nversion = file: VERSION\ndescription = file: loop")
    found = Project(root, Disk())
    assert described(found).version is None
    assert len(wrong(found)) == 2


def test_a_file_that_nobody_wrote_does_not_flood_the_log() -> None:
    table = "[project.scripts]\n" + "".join(f"a{n} = {n}\n" for n in range(1_000))
    assert len(wrong(project(pyproject__toml=table))) == limits.MOST_PROBLEMS


READ = """
project tool poetry flit pdm hatch setuptools build-system build-backend requires name version dynamic scripts plugins
entry-points authors maintainers urls keywords packages metadata module path pattern build targets wheel sources file
attr package-dir find where license license-files classifiers description include from to cli entry_points dependencies
python entrypoints entry-points-file reference callable type extras email project_urls requires-python
"""
KEYS = st.text(max_size=4) | st.sampled_from(READ.split())
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("attr: one.__version__"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def toml(value: object) -> str:
    """Write a value as TOML; inline tables serve for all."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {toml(each)}" for key, each in value.items() if each is not None) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(each) for each in value if each is not None) + "]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(char):08x}" for char in text) + '"'


def survives(files: Mapping[str, str | bytes]) -> None:
    """Read a project, and all that is composed of it."""
    found = Project(ROOT, Memory({"one.py": "__version__ = 1", "VERSION": "1", **files}))
    distribution = found.distribution()
    assert distribution is not None
    read = registered(distribution, "project:one")
    assert not read.problems
    assert {(p.group, p.name) for p in distribution.entry_points} == {(p.namespace, p.name) for p in read.plugins}
    assert distribution.metadata["Name"]
    described(found)
    folders(found)
    wrong(found)


TABLES = st.dictionaries(st.sampled_from(["project", "tool", "build-system"]), st.dictionaries(KEYS, ANY, max_size=5))


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(TABLES)
def test_any_table_is_read(tables: dict[str, object]) -> None:
    survives({"pyproject.toml": "\n".join(f"{key} = {toml(value)}" for key, value in tables.items())})


LINES = st.lists(
    st.sampled_from(
        [
            "[metadata]",
            "[options]",
            "[options.entry_points]",
            "[entry_points]",
            "[files]",
            "[DEFAULT]",
            "name = x",
            "version = attr: one.x",
            "version = file: VERSION, ../x",
            "description = file:",
            "package_dir = =a",
            "  a = m:a",
            "  [x]",
            "ns =",
            "ns",
            "packages_root = ..",
            "classifiers =",
            "  Topic",
            "project_urls = a",
            "project_urls =",
            "entry_points = file: VERSION",
            "%(x)s = %",
            "a-b: c",
        ]
    )
    | st.text(max_size=10),
    max_size=15,
).map("\n".join)


@settings(max_examples=200, deadline=None)
@given(LINES)
@example("[options.entry_points]\nns =\n  a = m\x85[other]\n  b = c")
def test_any_setup_cfg_is_read(text: str) -> None:
    survives({"setup.cfg": text.encode("utf-8", "surrogatepass")})


STATEMENTS = st.lists(
    st.sampled_from(
        [
            "a = {}",
            "a = []",
            "a += a",
            "a = a + a",
            "a['x'] = a",
            "a.update(a)",
            "a.append(a)",
            "a = {'ns': a}",
            "a = {**a}",
            "a = [*a]",
            "b = f'{a}'",
            "a = dict(x=a)",
            "setup(**a)",
            "setup(entry_points=a)",
            "setup(name=a, entry_points={'ns': a})",
            "setup(entry_points=b)",
            "if a: a = 1",
            "for a in a: setup(**a)",
            "def f(a): a = a",
            " setup(entry_points=a)",
            "f(a)",
            "a = 'x = y'",
            "b = a",
            "del a",
            "setup(package_dir=a, classifiers=a, project_urls=a, name=b)",
            "a = b['x']",
            "a = '\\ud800 = m\\n[x'",
            "setup()",
            "a = 1e999",
        ]
    ),
    max_size=12,
).map("\n".join)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(STATEMENTS | st.text(max_size=30) | st.binary(max_size=30))
def test_any_setup_py_is_read(text: str | bytes) -> None:
    survives({"setup.py": text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text})


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_pkg_info_is_read(text: str) -> None:
    survives(
        {
            "PKG-INFO": text.encode("utf-8", "surrogatepass"),
            "x.egg-info/entry_points.txt": text.encode("utf-8", "replace"),
        }
    )


NAMES = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="="), min_size=1, max_size=12
).filter(lambda name: name == name.strip() and name[0] not in "[#")


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"[a-zé_0-9]+(\.[a-zé_0-9]+){0,2}", fullmatch=True),
        st.dictionaries(NAMES, st.just("one.two:Three"), min_size=1, max_size=4),
    )
)
def test_every_valid_name_comes_out_as_it_is_written(groups: dict[str, dict[str, str]]) -> None:
    found = project(pyproject__toml=f"project = {toml({'name': 'one', 'entry-points': groups})}")
    assert wrong(found) == []
    assert plugins(found) == {
        f"{clean_namespace(group)}:{clean_name(name)}": value
        for group, names in groups.items()
        for name, value in names.items()
    }


def test_plugins_of_a_tree_are_read_from_its_source(tmp_path: Path) -> None:
    files = {
        "setup.cfg": SAHARA,
        "setup.py": "raise SystemExit('this is not to be run')\nsetup(pbr=True)",
        "code/sahara_plugin_rapids/__init__.py": "",
        "code/sahara_plugin_rapids/provider.py": "import numpy\nclass Rapids:\n    '''Runs rapids.'''\n",
    }
    for name, text in files.items():
        (tmp_path / "rapids" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "rapids" / name).write_text(text)
    assembler = Assembler(Options(sources=["project:rapids"]), tmp_path)
    namespace = assembler.namespace("sahara.cluster.plugins")
    assert namespace is not None
    [plugin] = namespace.plugins
    assert plugin.docstring is not None
    assert plugin.docstring.text == "Runs rapids."
    assert plugin.distribution is not None
    assert plugin.distribution.source == "project:rapids"
    assert assembler.problems == []


def test_a_page_of_a_tree_and_what_is_wrong_with_it(project: Documentation) -> None:
    root = project.folder.parent / "rapids"
    root.mkdir()
    (root / "setup.py").write_text("setup(name='rapids', entry_points={'ns': ['a = rapids:A', read()]})")
    (root / "rapids.py").write_text("class A:\n    '''Runs rapids.'''\n")
    page = "Top\n===\n\n.. list-plugins:: ns\n"
    app = project.build(page, builder="text", plugins_sources=["project:../rapids"])
    assert "a -- Runs rapids." in (app.outdir / "index.txt").read_text()
    assert project.warnings == [
        "WARNING: the entry points of rapids cannot all be told from setup.py without running it "
        "(entry_points in line 1: read()); write them in pyproject.toml, or install it and use the source installed "
        "[plugins.source]"
    ]
    (root / "rapids.py").write_text("class A:\n    '''Runs more rapids.'''\n")
    app = project.build({}, builder="text", plugins_sources=["project:../rapids"])
    assert "a -- Runs more rapids." in (app.outdir / "index.txt").read_text()
