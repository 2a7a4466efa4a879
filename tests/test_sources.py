from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from sphinxext.plugins import settings as options
from sphinxext.plugins import sources
from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.core.model import ProblemKind
from sphinxext.plugins.introspect.modules import ModuleFinder
from tests.test_options import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sphinxext.plugins.core.model import Plugin, Problem
    from tests.conftest import Install, Project


def read(*folders: Path) -> tuple[dict[str, list[Plugin]], list[Problem]]:
    return sources.Sources([sources.Installed([str(folder) for folder in folders])]).read()


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


@pytest.mark.parametrize(
    ("value", "target", "extras"),
    [
        ("", '""', ()),
        ("[extra]", '""', ("extra",)),
        ("[]", '""', ()),
        (":", ":", ()),
        ("m A", "m A", ()),  # and not a module "mA"
        ("m:A, n:B", "m:A, n:B", ()),
        ("m:A[a][b]", "m:A[a]", ("b",)),
        ("m:A[x", "m:A[x", ()),
        ("[x]]", "[x]]", ()),
        ("m . n : A . b [ x ,, y ]", "m.n:A.b", ("x", "y")),
        ("m:A" + " " * 60_000 + "x", "m:A x", ()),
        ("m:A" + "[" * 60_000, "m:A" + "[" * 997 + "…", ()),
    ],
    ids=lambda value: str(value)[:20],
)
def test_odd_targets(install: Install, site: Path, value: str, target: str, extras: tuple[str, ...]) -> None:
    install("one", f"[ns]\nodd = {value}\n")
    namespaces, problems = read(site)
    [plugin] = namespaces["ns"]
    assert (plugin.target, plugin.extras, problems) == (target, extras, [])


ODD = "a =\nb = [extra]\nc = :A\nd = m:A.\ne = m..n\nf = m A\ng = m:A(\n= m:A\nnone\n[a:b]\nx = m\n[]\ny = m\n"


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["html", "latex", "man"])
@pytest.mark.parametrize("introspection", ["static", "auto"])
def test_odd_lines_end_no_build(
    install: Install, site: Path, project: Project, builder: str, introspection: str
) -> None:
    install("one", f"[odd]\n{ODD}", {"m.py": "class A:\n    '''Reads.'''\n"})
    site.rename(site.with_name("other"))  # Sphinx itself would end, for it looks for themes among the entry points
    directives = ["list-plugins:: odd\n   :detailed:", "plugin:: odd:a", "plugin:: odd:b", "plugin-catalog:: odd"]
    page = "Top\n===\n\n" + "".join(f".. {each}\n   :no-index:\n\n" for each in directives)
    settings: dict[str, Any] = {
        "plugins_introspection": introspection,
        "plugins_sources": ["installed:../other"],
        "builder": builder,
    }
    project.build(page, **settings)
    [source, *others] = sorted(project.warnings, key=lambda warning: "[plugins.source]" not in warning)
    assert "line 9 has no name, for which two quotation marks stand; line 10 has no sign of equality;" in source
    assert [other.partition("WARNING: ")[2].partition(" ")[0] for other in others] == [
        f"odd:{each}" for each in "abcdefg"
    ]
    assert all(other.endswith("[plugins.load]") for other in others)
    for name, warning in zip("ab", others, strict=False):
        assert f'no object reference; have its distribution write "{name} = package.module:object"' in warning
    loading = 'set plugins_introspection to "auto" to have it loaded, or mend the entry point'
    absent = "correct the entry point, or add what is missing"
    remedies = ["install what it needs, mend or remove the entry point, or suppress this warning"] * 5
    remedies = [loading, absent, loading, loading, absent] if introspection == "static" else remedies
    said = [other.rpartition("; ")[2].removesuffix(" [plugins.load]") for other in others[2:]]
    assert said == remedies
    first = project.warnings
    project.build(**settings)
    assert (project.read, project.warnings) == ([], first)


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
    assert sorted(plugin.name for plugin in namespaces["ns"]) == ["a", "b"]
    assert problem.kind is ProblemKind.SOURCE


def test_metadata_may_be_missing(install: Install, site: Path) -> None:
    info = install("half-removed", {"ns": {"a": "m:a"}})
    (info / "METADATA").unlink()
    [plugin] = read(site)[0]["ns"]
    assert plugin.distribution is not None
    assert (plugin.distribution.name, plugin.distribution.version) == ("half_removed", None)


def test_this_environment_is_the_default(install: Install) -> None:
    install("one", {"ns": {"a": "m:a"}})
    assert "ns" in sources.Sources([sources.Installed()]).read()[0]


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


def test_modules_of_an_editable_install_by_the_package_editables(site: Path) -> None:
    (site / "_editable_impl_one.py").write_text(
        "from editables.redirector import RedirectingFinder as F\nF.install()\nraise SystemExit\n"
        "F.map_module('one', '/src/one/__init__.py')\nF.map_module('two', '/src/two.py')\nF.map_module(name, path)\n"
    )
    modules, _ = sources.Installed([str(site)]).roots()
    assert {name: path.as_posix() for name, path in modules.items()} == {"one": "/src/one", "two": "/src/two.py"}


def planned(folder: Path, plan: object) -> None:
    (folder / "meson-info").mkdir(parents=True, exist_ok=True)
    (folder / "meson-info" / "intro-install_plan.json").write_text(json.dumps(plan))


LOADER = (
    "raise SystemExit\ndef init():\n    finder = MesonpyMetaFinder('one', {{'one'}}, {build!r}, ['ninja'], False)\n"
)


@pytest.mark.parametrize("loader", [LOADER, "install('one', {{'one'}}, {build!r}, ['ninja'], False)\n"])
def test_modules_of_an_editable_install_by_meson(site: Path, tmp_path: Path, loader: str) -> None:
    source, build = tmp_path / "src", tmp_path / "build" / "cp312"
    for file, text in {
        "lib/__init__.py": "'''Of one.'''",
        "lib/part/__init__.py": "'''Of part.'''",
        "lib/part/mod.py": "class A:\n    '''Of mod.'''\n",
        "alone.py": "'''Of alone.'''",
        "all/below.py": "'''Of below.'''",
    }.items():
        (source / file).parent.mkdir(parents=True, exist_ok=True)
        (source / file).write_text(text)
    build.mkdir(parents=True)
    (build / "_made.py").write_text("'''Of made.'''")
    to = {"destination": "{py_purelib}/one/__init__.py", "tag": "python-runtime", "subproject": None}
    plan = {
        "python": {f"{source}/lib/__init__.py": to, f"{source}/alone.py": {"destination": "{py_platlib}/alone.py"}},
        "configure": {f"{build}/_made.py": {"destination": "{py_purelib}/one/_made.py"}},
        "targets": {f"{build}/tool": {"destination": "{bindir}/tool"}},
        "install_subdirs": {
            f"{source}/lib/part": {"destination": "{py_purelib}/one/renamed", "exclude_dirs": []},
            f"{source}/all": {"destination": "{py_purelib}"},
        },
    }
    planned(build, plan)
    (site / "_one_editable_loader.py").write_text(loader.format(build=str(build)))
    (site / "one-1.dist-info").mkdir()
    (site / "one-1.dist-info" / "METADATA").write_text("Name: one\nVersion: 1\n")
    targets = {"a": "one", "b": "one._made", "c": "one.renamed", "d": "one.renamed.mod:A", "e": "alone", "f": "below"}
    entries = "".join(f"{name} = {target}\n" for name, target in targets.items())
    (site / "one-1.dist-info" / "entry_points.txt").write_text(f"[ns]\n{entries}")
    found = options.Options(sources=[f"installed:{site}"], introspection="static")
    namespace = Assembler(found, tmp_path).namespace("ns")
    assert namespace is not None
    assert [plugin.docstring and plugin.docstring.text for plugin in namespace.plugins] == [
        f"Of {name}." for name in ("one", "made", "part", "mod", "alone", "below")
    ]


HOSTILE = {
    "__editable___x_finder.py": [
        *(
            "MAPPING = {f(): 'a'}",
            "MAPPING = {1: 'a', 'b': 2, **c}",
            "MAPPING = []",
            "MAPPING = {'a': 'x\\0y'}",
            "\0",
            "(",
        ),
        "MAPPING = {'a': '" + "x" * 5000 + "'}",
        "MAPPING = {'a': '\\ud800'}",
        "a" + "[" * 10_000,
    ],
    "_editable_impl_x.py": ["F.map_module()", "F.map_module('a', 1)", "F.map_module(*a)", "F.map_module('', '')"],
    "_x_editable_loader.py": ["install(1)", "install('x\\0y')", "install(*a)", "MesonpyMetaFinder()"],
}
PLANS: list[object] = [
    *(
        [],
        1,
        {"a": 1},
        {"a": {"b": 1}},
        {"a": {"b": {"destination": 1}}},
        {"a": {"": {"destination": "{py_purelib}/x"}}},
    ),
    {"a": {"/": {"destination": "{py_purelib}/x.py"}, "x\0y": {"destination": "{py_purelib}"}}},
    {
        "a": {
            "x": {"destination": ""},
            "y": {"destination": "{py_purelib}/.py"},
            "z": {"destination": "{py_purelib}/../x"},
        }
    },
]


@pytest.mark.parametrize(("file", "text"), [(file, text) for file, texts in HOSTILE.items() for text in texts])
def test_finders_that_are_none_end_nothing(site: Path, file: str, text: str) -> None:
    (site / file).write_text(text)
    modules, folders = sources.Installed([str(site)]).roots()
    finder = ModuleFinder(modules, folders)
    assert [finder.find(name) for name in ("", "a", "b", "x")] == [None] * 4


@pytest.mark.parametrize("plan", [*PLANS, "[" * 100_000], ids=lambda plan: str(plan)[:30])
def test_plans_that_are_none_end_nothing(site: Path, tmp_path: Path, plan: object) -> None:
    planned(tmp_path, plan)
    if isinstance(plan, str):
        (tmp_path / "meson-info" / "intro-install_plan.json").write_text(plan)
    (site / "_x_editable_loader.py").write_text(f"install({str(tmp_path)!r})")
    modules, folders = sources.Installed([str(site)]).roots()
    assert ModuleFinder(modules, folders).find("x") is None


def environment(folder: Path) -> Path:
    """Make what there is of an environment of another Python, and give its site-packages."""
    site = folder / "lib" / "python3.8" / "site-packages"
    (site / "one-2.dist-info").mkdir(parents=True)
    (site / "one-2.dist-info" / "METADATA").write_text("Name: one\nVersion: 2\n")
    (site / "one-2.dist-info" / "entry_points.txt").write_text("[ns]\na = there:A\nb = edited:f\n")
    (site / "there.py").write_text("import abc\nclass A(abc.ABC):\n    '''Of there.'''\n")
    (folder / "src").mkdir()
    (folder / "src" / "edited.py").write_text("def f():\n    '''Of edited.'''\n    return 1\n")
    (site / "edited.pth").write_text(f"# a comment\nimport os\n{folder / 'src'}\nnowhere\n")
    return site


@pytest.mark.parametrize("introspection", ["static", "import"])
@pytest.mark.parametrize("place", ["env", "env/lib/python3.8/site-packages"])
def test_another_environment(install: Install, tmp_path: Path, introspection: str, place: str) -> None:
    install("one", {"ns": {"a": "here:A"}}, {"here.py": "class A: '''Of here.'''"})
    environment(tmp_path / "env")
    settings = {"sources": [f"installed:{tmp_path / place}"], "introspection": introspection}
    found, problems = options.from_config({**DEFAULTS, **settings})
    assert problems == []
    assembler = Assembler(found, tmp_path)
    namespace = assembler.namespace("ns")
    assert namespace is not None
    assert assembler.problems == []
    assert [plugin.docstring and plugin.docstring.text for plugin in namespace.plugins] == ["Of there.", "Of edited."]
    assert {plugin.distribution and plugin.distribution.version for plugin in namespace.plugins} == {"2"}
    assert assembler.names == ["ns"]  # and nothing of this environment


@pytest.mark.parametrize(("order", "expected"), [(["installed", "other"], "1.0"), (["other", "installed"], "2")])
def test_the_first_source_that_has_a_distribution_wins(
    install: Install, tmp_path: Path, order: list[str], expected: str
) -> None:
    install("One", {"ns": {"a": "here:A"}}, {"here.py": "class A: '''Of here.'''"})
    environment(tmp_path / "env")
    names = [f"installed:{tmp_path / 'env'}" if name == "other" else name for name in order]
    namespace = Assembler(options.Options(sources=names), tmp_path).namespace("ns")
    assert namespace is not None
    assert {plugin.distribution and plugin.distribution.version for plugin in namespace.plugins} == {expected}


def test_pages_follow_another_environment(install: Install, project: Project, tmp_path: Path) -> None:
    install("one")
    site = environment(tmp_path / "env")
    pages = {"index.rst": "Top\n===\n\n.. list-plugins:: ns\n"}

    def build() -> str:
        app = project.build(pages, builder="text", plugins_sources=["installed:../env"])
        pages.clear()
        return (app.outdir / "index.txt").read_text()

    assert "Of there." in build()
    build()
    assert project.read == []
    changes: list[tuple[Callable[[], object], str]] = [
        (lambda: (site / "there.py").write_text("class A:\n    '''Changed.'''\n"), "Changed."),
        (lambda: (tmp_path / "env/src/edited.py").write_text("def f():\n    '''Edited too.'''\n"), "Edited too."),
        (lambda: (site / "one-2.dist-info/METADATA").write_text("Name: one\nVersion: 3\n"), "Edited too."),
        (lambda: (site / "one-2.dist-info").rename(site / "none"), "There is no plugin namespace"),
        (lambda: (site / "none").rename(site / "one-2.dist-info"), "Changed."),
    ]
    for change, shown in changes:
        change()
        assert shown in build()
        assert project.read == ["index"]
        build()
        assert project.read == []


def test_a_source_that_is_not_there(install: Install, project: Project, tmp_path: Path) -> None:
    install("one", {"ns": {"a": "m"}}, {"m.py": "'''Of m.'''"})
    page = "Top\n===\n\n.. list-plugins:: ns\n"
    app = project.build(page, builder="text", plugins_sources=["installed:../nowhere", "installed"])
    assert "a -- Of m." in (app.outdir / "index.txt").read_text()
    assert project.warnings == [
        f"WARNING: the source installed:../nowhere ({tmp_path / 'nowhere'}) is not there, or is no environment: "
        "it has no distribution in it; give the folder of a virtual environment, or of its site-packages, in "
        "plugins_sources [plugins.source]"
    ]


SHOWN = {
    "nothing": "Top\n===\n\n.. toctree::\n\n   two\n",
    "a namespace": "Top\n===\n\n.. list-plugins:: none\n\n.. toctree::\n\n   two\n",
    "a glob": "Top\n===\n\n.. plugin-catalog:: no*\n\n.. toctree::\n\n   two\n",
}


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize("parallel", [0, 2])
def test_sources_that_are_wrong_are_said_once_in_each_build(
    project: Project, tmp_path: Path, shown: str, parallel: int
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "no.json").write_text("[]")
    kinds = ["installed", "project", "wheels", "snapshot"]
    places = ["../nope", "../empty", "../no.json"]
    sources = [f"{kind}:{place}" for kind in kinds for place in places]
    pages = {"index.rst": SHOWN[shown], "two.rst": "Two\n===\n\n.. list-plugins:: none\n" if parallel else "Two\n===\n"}
    for number in (1, 2):
        project.build(pages if number == 1 else {}, builder="text", parallel=parallel, plugins_sources=sources)
        told = [warning for warning in project.warnings if warning.endswith("[plugins.source]")]
        expected = [f"the source {s} ({tmp_path / s.rpartition('/')[2]}) " for s in sources]
        assert [any(each in warning for warning in told) for each in expected] == [True] * len(sources)
        assert len(told) == len(sources)
        assert all("; " in warning for warning in told)  # a remedy
        assert bool(project.read) is (number == 1)


def test_no_sources_are_no_setting(project: Project) -> None:
    for _ in range(2):
        project.build("Top\n===\n", builder="text", plugins_sources=[])
        [warning] = project.warnings
        assert warning.startswith("conf.py:1: WARNING: plugins_sources = [] is not valid; give it a list of ")
        assert warning.endswith("until then it is ['installed'] [plugins.config]")


def left_over(folder: Path, *files: str) -> None:
    folder.mkdir()
    for file in files:
        (folder / file).write_text("[ns]\nold = m:a\n" if file == "entry_points.txt" else "pip\n")


@pytest.mark.parametrize("version", ["0.9", "2.0"])
@pytest.mark.parametrize("files", [(), ("INSTALLER",), ("RECORD", "entry_points.txt")])
def test_what_an_uninstallation_left_hides_nothing(
    install: Install, site: Path, files: tuple[str, ...], version: str
) -> None:
    """Several names, for the order in which a folder is listed is an accident."""
    names = [f"pkg{number}" for number in range(12)]
    for name in names:
        left_over(site / f"{name}-{version}.dist-info", *files)
        install(name, {"ns": {name: "m:a"}}, version="1.0")
    namespaces, problems = read(site)
    assert sorted(plugin.name for plugin in namespaces["ns"]) == sorted(names)
    assert problems == []


def test_what_was_left_hides_nothing_further_down_the_path(install: Install, site: Path, tmp_path: Path) -> None:
    install("one", {"ns": {"new": "m:a"}})
    (tmp_path / "first").mkdir()
    left_over(tmp_path / "first" / "one-1.0.dist-info")
    assert [plugin.name for plugin in read(tmp_path / "first", site)[0]["ns"]] == ["new"]


def test_the_newest_of_several_versions_counts(install: Install, site: Path) -> None:
    versions = ["1.9", "1.10", "1.10rc1", "1.2"]
    for number in range(6):
        for version in versions:
            install(f"my-pkg{number}", {"ns": {f"{number}-{version}": "m:a"}}, version=version)
            install(f"none{number}", version=version)  # registers nothing, so that it makes no difference here
    namespaces, problems = read(site)
    assert sorted(plugin.name for plugin in namespaces["ns"]) == [f"{number}-1.10" for number in range(6)]
    assert len(problems) == 6
    [problem] = [problem.text for problem in problems if "my_pkg3-" in problem.text]
    assert problem == (
        "the source installed has 4 distributions of one name in a folder: my_pkg3-1.10.dist-info, "
        "my_pkg3-1.10rc1.dist-info, my_pkg3-1.2.dist-info, my_pkg3-1.9.dist-info; remove all but one, or install it "
        "again; my_pkg3-1.10.dist-info counts"
    )


def test_two_kinds_of_metadata_of_one_distribution(install: Install, site: Path) -> None:
    install("my.pkg", {"ns": {"new": "m:a"}}, version="2")
    old = site / "My_Pkg-1.5-py3.8.egg-info"
    old.mkdir()
    (old / "PKG-INFO").write_text("Name: My-Pkg\nVersion: 1.5\n")
    (old / "entry_points.txt").write_text("[ns]\nold = m:a\n")
    namespaces, [problem] = read(site)
    assert [plugin.name for plugin in namespaces["ns"]] == ["new"]
    assert "my.pkg-2.dist-info counts" in problem.text
