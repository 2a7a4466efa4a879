"""Which versions of their host plugins are for, and what the metadata of their distributions lacks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from bs4 import BeautifulSoup

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.checks import Check
from sphinxext.plugins.checks.metadata import compatible, metadata
from sphinxext.plugins.cli import main
from sphinxext.plugins.core import compatibility as core
from sphinxext.plugins.core.compatibility import Compatibility
from sphinxext.plugins.core.files import Archived
from sphinxext.plugins.core.model import Distribution, Namespace, Plugin, Problem, ProblemKind
from sphinxext.plugins.core.selection import Selection, is_facet, select
from sphinxext.plugins.core.shown import Shown
from sphinxext.plugins.settings import Options, from_config
from sphinxext.plugins.sources.project import Project as Tree
from sphinxext.plugins.sources.registered import described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.conftest import Install, Project

CASES: dict[str, tuple[list[str], str | None, str, bool | None]] = {
    "range": (["sahara (<20,!=17.0.1,>=15)"], "17.0", "sahara ≥ 15, ≠ 17.0.1, < 20", True),
    "left out": (["sahara>=15,!=17.0.1"], "17.0.1", "sahara ≥ 15, ≠ 17.0.1", False),
    "however it is spelt": (["SAHARA >15"], "16", "sahara > 15", True),
    "compatible release": (["sahara~=15.2"], "15.9", "sahara ~= 15.2", True),
    "exactly": (["sahara==15.*"], "16", "sahara == 15.*", False),
    "to the letter": (["sahara===15.0"], "15.0", "sahara === 15.0", True),
    "before a release": (["sahara>=15"], "20.0.0.dev5", "sahara ≥ 15", True),
    "before its lower bound": (["sahara>=20"], "20.0.0.dev5", "sahara ≥ 20", False),
    "before its upper bound": (["sahara<20"], "20.0.0.dev5", "sahara < 20", False),
    "local": (["sahara<=20.0"], "20.0+g1f", "sahara ≤ 20.0", True),
    "any": (["sahara"], "20.0.0.dev5", "sahara", True),
    "nothing of it": (["sahara-image-elements>=1", "no requirement"], "20", "", None),
    "in two lines": (["sahara>=15", "sahara<20"], "21", "sahara ≥ 15, < 20", False),
    "not documented": (["sahara>=15"], None, "sahara ≥ 15", None),
    "no version": (["sahara>=15"], "unknown", "sahara ≥ 15", None),
    "digits": ([f"sahara>=15,<{'9' * 4000}"], "20", f"sahara ≥ 15, < {'9' * 4000}", True),
    "depth": ([f"sahara; {'(' * 5000}os_name == 'nt'{')' * 5000}"], "20", "", None),
    "address": (["sahara @ https://example.org/s.whl"], "20", "sahara @ https://example.org/s.whl", None),
    "another extra": (["sahara>=15; extra == 'all'"], "1", "", None),
    "its extra": (["sahara>=15; extra == 'Cli-x'"], "1", "sahara ≥ 15", False),
    "condition that fits": (["sahara>=15; os_name == 'nt'"], "20", 'sahara ≥ 15 (os_name == "nt")', True),
    "condition that does not": (["sahara>=21; os_name == 'nt'"], "20", 'sahara ≥ 21 (os_name == "nt")', None),
    "one that decides": (
        ["sahara>=21; python_version < '3.12'", "sahara>=22"],
        "20",
        'sahara ≥ 21 (python_version < "3.12"); sahara ≥ 22',
        False,
    ),
    "extra beside a condition": (
        ["sahara>=21; (os_name == 'nt' or 'linux' in sys_platform) or extra == 'cli.x'"],
        "20",
        "sahara ≥ 21",
        False,
    ),
    "extra besides a condition": (["sahara>=21; os_name == 'nt' and extra == 'no'"], "20", "", None),
    "condition with an extra": (
        ["sahara>=21; python_full_version not in '3.9' and extra == 'cli-x'"],
        "20",
        'sahara ≥ 21 (python_full_version not in "3.9")',
        None,
    ),
}


@pytest.mark.parametrize(("requires", "version", "text", "fits"), CASES.values(), ids=CASES)
def test_what_is_required_of_a_host(requires: list[str], version: str | None, text: str, *, fits: bool | None) -> None:
    found = list(core.compatibility(requires, ["cli_x"], "sahara", version))
    assert (core.text(found), core.fits(found)) == (text, fits)


def test_all_hosts_have_to_fit() -> None:
    yes, no, unknown = (Compatibility(host="h", fits=each) for each in (True, False, None))
    told = [core.fits(each) for each in ([], [yes, yes], [yes, no], [unknown, no], [yes, unknown])]
    assert told == [None, True, False, False, None]
    assert core.text([yes, no], "<4, >=3.9") == "h; h; Python ≥ 3.9, < 4"
    assert core.text([yes], "three") == "h; Python three"


FILES = {"m.py": "class A:\n    '''Of A.'''\n"}


@pytest.fixture
def _installed(install: Install) -> None:
    """A host, and plugins for it: of one version, of another, of none, and the host's own."""
    install("sahara", {"ns": {"own": "m:A"}}, FILES, version="20.0.0.dev5", metadata="Requires-Dist: sahara>=1")
    install("fits", {"ns": {"a": "m:A", "b": "m:A"}}, metadata="Requires-Dist: Sahara>=15\nRequires-Python: >=3.9")
    install("fits-not", {"ns": {"c": "m:A", "d": "m:A"}}, metadata="Requires-Dist: sahara>=21,<22")
    install("of-extra", {"ns": {"e": "m:A [x]", "f": "m:A"}}, metadata='Requires-Dist: sahara<1; extra == "x"')
    install("other", {"ns": {"g": "m:A"}}, metadata="Requires-Dist: nothing")


SETTINGS: dict[str, Any] = {"plugins_introspection": "static", "plugins_host": "sahara"}


def assembled(**settings: object) -> tuple[Options, Assembler, Namespace]:
    values: dict[str, Any] = {"introspection": "static", "host": ["sahara"], **settings}
    options = msgspec.structs.replace(Options(), **values)
    assembler = Assembler(options, Path.cwd())
    [namespace] = assembler.select(Shown("ns"))
    return options, assembler, namespace


@pytest.mark.usefixtures("_installed")
def test_what_readers_choose_and_group_by() -> None:
    options, _assembler, namespace = assembled()
    groups = select(namespace.plugins, Selection(group_by="compatible", words=("ja", "nein")), options)
    told = {title: "".join(plugin.name for plugin in plugins) for title, plugins in groups}
    assert told == {"compatible: nein": "cde", "compatible: ja": "ab", None: "fgown"}
    assert is_facet(namespace.plugins, "compatible", options)
    # Where the host is not there, by what they require, in which Python is none.
    unknown = [_without_fits(plugin) for plugin in namespace.plugins]
    titles = [title for title, _plugins in select(unknown, Selection(group_by="compatible"), options)]
    assert titles == ["sahara < 1", "sahara ≥ 15", "sahara ≥ 21, < 22", None]


def _without_fits(plugin: Plugin) -> Plugin:
    required = tuple(msgspec.structs.replace(each, fits=None) for each in plugin.compatible)
    return msgspec.structs.replace(plugin, compatible=required)


PAGE = """\
Top
===

.. plugin-catalog:: ns
   :columns: name, compatible
   :filter:
"""


@pytest.mark.slow
@pytest.mark.usefixtures("_installed")
def test_pages_show_it_and_give_what_readers_choose_by(project: Project) -> None:
    app = project.build(PAGE, **SETTINGS)
    page = BeautifulSoup((app.outdir / "index.html").read_text(), "html.parser")
    rows = {row.select_one(".sp-name").text: row.find_all("td")[1] for row in page.select("tr.sp-item")}  # type: ignore[union-attr]
    assert {name: cell.get_text().strip() for name, cell in rows.items()} == {
        **dict.fromkeys("ab", "yes (sahara ≥ 15; Python ≥ 3.9)"),
        **dict.fromkeys("cd", "no (sahara ≥ 21, < 22)"),
        "e": "no (sahara < 1)",
        **dict.fromkeys(("f", "g", "own"), ""),
    }
    assert [each.text for name in "ac" for each in rows[name].select(".sp-value")] == ["yes", "no"]
    assert page.select_one("th.sp-column-compatible.sp-facet") is not None
    details = {section.select_one("h2").text[0]: section.text for section in page.select(".sp-details")}  # type: ignore[union-attr]
    assert "Compatible:no (sahara ≥ 21, < 22)" in details["c"].replace("\n", "")
    assert "Compatible" not in details["g"]
    data = json.loads((app.outdir / "plugins.json").read_text())
    told = {plugin["name"]: plugin.get("compatible") for plugin in data["namespaces"]["ns"]["plugins"]}
    assert told["c"] == [{"host": "sahara", "versions": ">=21,<22", "fits": False}]
    assert told["own"] is told["f"] is None
    # Another build has the same, and reads nothing; another host is shown where it is asked for.
    project.build(**SETTINGS)
    assert (project.read, project.warnings) == ([], [])
    german = project.build(**SETTINGS, language="de")
    shown = BeautifulSoup((german.outdir / "index.html").read_text(), "html.parser").get_text()
    assert "nein (sahara ≥ 21, < 22)" in shown
    project.build(**SETTINGS | {"plugins_host": ["nothing", "sahara"]})
    assert (project.read, project.warnings) == (["index"], [])


@pytest.mark.usefixtures("_installed")
def test_a_new_version_of_the_host_is_shown(project: Project, install: Install, site: Path) -> None:
    project.build(PAGE, builder="text", **SETTINGS)
    (site / "sahara-20.0.0.dev5.dist-info").rename(site / "sahara-21.0.dist-info")
    install("sahara", {}, version="21.0")
    text = (project.build(builder="text", **SETTINGS).outdir / "index.txt").read_text()
    assert project.read == ["index"]
    assert "yes (sahara ≥ 21, < 22)" in " ".join(text.split())


@pytest.mark.usefixtures("_installed")
def test_the_command_has_it_as_a_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "conf.py").write_text("plugins_host = ['sahara']\nplugins_introspection = 'static'\n")
    assert main(["list", "ns", "--conf", str(tmp_path), "--include", "[ac]", "--columns", "name,compatible"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Name  Compatible",
        "a     yes (sahara ≥ 15; Python ≥ 3.9)",
        "c     no (sahara ≥ 21, < 22)",
    ]
    assert main(["show", "ns:e", "--conf", str(tmp_path)]) == 0
    assert "\nCompatible     no (sahara < 1)\n" in capsys.readouterr().out


@pytest.mark.usefixtures("_installed")
def test_plugins_that_leave_the_host_out_are_found_once_for_a_distribution() -> None:
    assert findings(compatible) == [
        "fits-not requires sahara ≥ 21, < 22, and sahara 20.0.0.dev5 is documented; "
        "correct dependencies in [project] of its pyproject.toml, or take another release of it",
        "of-extra requires sahara < 1, and sahara 20.0.0.dev5 is documented; "
        "correct dependencies in [project] of its pyproject.toml, or take another release of it",
    ]
    assert {problem.kind for problem in found(compatible)} == {ProblemKind.METADATA}
    assert findings(compatible, host=[]) == findings(compatible, host=["nothing"]) == []


def found(rule: Callable[[Check], Iterable[Problem]], **settings: object) -> list[Problem]:
    options, assembler, namespace = assembled(**settings)
    return list(rule(Check(options, assembler, lambda: [namespace, namespace], None)))


def findings(rule: Callable[[Check], Iterable[Problem]], **settings: object) -> list[str]:
    return [problem.text for problem in found(rule, **settings)]


WHOLE = "License: MIT\nSummary: All\nHome-page: https://example.org\nRequires-Python: >=3.9\n"


def test_what_metadata_lacks_is_one_finding_for_a_distribution(install: Install) -> None:
    install("bare", {"ns": {"a": "m:A", "b": "m:A"}}, FILES)
    install("whole", {"ns": {"c": "m:A"}}, metadata=WHOLE)
    install("by-classifier", {"ns": {"d": "m:A"}}, metadata=WHOLE.replace("License:", "Classifier: License ::"))
    install("by-expression", {"ns": {"e": "m:A"}}, metadata=WHOLE.replace("License:", "License-Expression:"))
    install("by-text", {"ns": {"f": "m:A"}}, metadata=WHOLE.replace("MIT", f"All\n   {'words' * 99}\n   more"))
    install("by-label", {"ns": {"g": "m:A"}}, metadata=WHOLE.replace("Home-page:", "Project-URL: Home,"))
    install("by-download", {"ns": {"h": "m:A"}}, metadata=WHOLE.replace("Home-page:", "Download-URL:"))
    install("without", {"ns": {"i": "m:A"}}, metadata=WHOLE.replace("All", "UNKNOWN").replace("License:", "X-Own:"))
    install("topics", {"ns": {"j": "m:A"}}, metadata=WHOLE.replace("License:", "Classifier: Topic ::"))
    assert findings(metadata) == [
        "the metadata of bare lacks a licence, a summary, an address and the versions of Python; set "
        "license, description, urls and requires-python in [project] of its pyproject.toml",
        "the metadata of without lacks a licence and a summary; set license and description in "
        "[project] of its pyproject.toml",
        "the metadata of topics lacks a licence; set license in [project] of its pyproject.toml",
    ]
    assert {problem.kind for problem in found(metadata)} == {ProblemKind.METADATA}


POINTS = "[project.entry-points.ns]\na = 'm'\n"
TREES: dict[str, tuple[dict[str, str], str]] = {
    "table": ({"pyproject.toml": f"[project]\nname = 'one'\n{POINTS}"}, "license, description, urls, requires-python"),
    "what it leaves to others": (
        {"pyproject.toml": f"[project]\nname = 'one'\ndynamic = ['classifiers', 'description', 'urls']\n{POINTS}"},
        "requires-python",
    ),
    "what is left and found": (
        {
            "pyproject.toml": f"[project]\nname = 'one'\ndynamic = ['description', 'license']\n{POINTS}",
            "setup.cfg": "[metadata]\ndescription = All\n",
        },
        "urls, requires-python",
    ),
    "a tool that declares it otherwise": (
        {"pyproject.toml": "[build-system]\nbuild-backend='flit_core'\n[tool.flit.entrypoints.ns]\na = 'm'\n"},
        "",
    ),
    "setup.cfg": (
        {"setup.cfg": "[metadata]\nname = one\nurl = x\n[options.entry_points]\nns = a = m\n"},
        "license, description, requires-python",
    ),
    "what a script computes": (
        {"setup.py": "setup(name='one', license=read(), project_urls=URLS, entry_points={'ns': ['a = m']})"},
        "description, requires-python",
    ),
    "a script that computes all": ({"setup.py": "setup(name='one', entry_points={'ns': ['a = m']}, **more())"}, ""),
}


@pytest.mark.parametrize(("files", "missing"), TREES.values(), ids=TREES)
def test_what_a_tree_leaves_to_its_build_is_not_missing(tmp_path: Path, files: dict[str, str], missing: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    told = [problem.remedy for problem in found(metadata, sources=[f"project:{tmp_path}"])]
    keys = [remedy.removeprefix("set ").partition(" in [project]")[0].replace(" and ", ", ") for remedy in told]
    assert keys == ([missing] if missing else [])


def test_what_nobody_tells_of_a_distribution_is_not_missing() -> None:
    distribution = Distribution(name="one", version="1")
    plugin = Plugin(namespace="ns", name="a", target="m:A", distribution=distribution)
    shown = [Namespace(name="ns", plugins=(plugin,))]
    check = Check(Options(), Assembler(Options(), Path.cwd()), lambda: shown, None)
    assert list(metadata(check)) == []


REQUIRED: dict[str, tuple[dict[str, str], list[str]]] = {
    "table": (
        {
            "pyproject.toml": "[project]\nname = 'one'\ndependencies = ['sahara>=15']\n"
            "[project.optional-dependencies]\nx = ['sahara<20', 'tool; os_name == \"nt\" or os_name == \"x\"']\n"
        },
        ["sahara>=15", 'sahara<20; extra == "x"', 'tool; (os_name == "nt" or os_name == "x") and extra == "x"'],
    ),
    "setup.cfg": ({"setup.cfg": "[options]\ninstall_requires =\n  sahara>=15\n  # more\n  tool; os_name=='nt'\n"}, []),
    "setup.cfg in a line": ({"setup.cfg": "[options]\ninstall_requires = sahara>=15; tool\n"}, ["sahara>=15", "tool"]),
    "a file": ({"setup.cfg": "[options]\ninstall_requires = file: other.txt\n"}, []),
    "setup.py": ({"setup.py": "setup(install_requires=['sahara>=15', 'tool'])"}, ["sahara>=15", "tool"]),
    "pbr": (
        {
            "setup.cfg": "[metadata]\nname = one\n",
            "setup.py": "setup(setup_requires=['pbr'], pbr=True)",
            "requirements.txt": "# All\nsahara>=15 # Apache\n\ntool\n",
        },
        ["sahara>=15", "tool"],
    ),
}
REQUIRED["setup.cfg"][1].extend(["sahara>=15", "tool; os_name=='nt'"])


@pytest.mark.parametrize(("files", "expected"), REQUIRED.values(), ids=REQUIRED)
def test_what_a_tree_requires(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    tree = Tree(tmp_path, Archived(), "project:one")
    held = tree.distribution()
    assert held is not None
    told = described(held, "project:one").metadata
    assert [value for header, value in told if header == "Requires-Dist"] == expected
    assert tree.problems == []


INVALID = [["sahara", ""], 3, ["a b"], {"sahara": 1}]


@pytest.mark.parametrize("given", INVALID)
def test_a_host_that_is_no_name_is_a_problem(given: object) -> None:
    values = {name: getattr(Options(), name) for name in Options.__struct_fields__}
    options, [problem] = from_config({**values, "host": given})
    assert (options.host, problem.kind) == ([], ProblemKind.CONFIG)
    assert problem.message.startswith("plugins_host = ")
    for fine, names in (("sahara, tooz", ["sahara", "tooz"]), (("a.b",), ["a.b"]), ("", [])):
        options, problems = from_config({**values, "host": fine})
        assert (options.host, problems) == (names, [])
