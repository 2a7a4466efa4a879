"""Whose docstrings are trusted, and what changes with that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import importlib_metadata
import pytest

from sphinxext.plugins import trust
from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.model import Docstring, Inherited, Location, Plugin
from sphinxext.plugins.options import Options

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Install, Project

RAW = "'''One.\n\n.. raw:: html\n\n   <b>raw</b>\n'''"
PAGES = {
    "index.rst": "Top\n===\n\n.. toctree::\n\n   one\n   two\n",
    "one.rst": "One\n===\n\n.. list-plugins:: one\n   :detailed:\n",
    "two.rst": "Two\n===\n\n.. list-plugins:: two\n   :detailed:\n",
}


@pytest.mark.parametrize("glob", ["my-project", "My.Project", "my_*", "*", "MY-PROJECT"])
def test_names_are_compared_as_they_are_normalised(glob: str) -> None:
    assert trust.named("My_Project", [glob])


@pytest.mark.parametrize("glob", ["my", "project", "my-project2", ""])
def test_other_names(glob: str) -> None:
    assert not trust.named("My_Project", [glob])


def test_trusted_docstrings_are_parsed_like_pages_of_the_project(install: Install, project: Project) -> None:
    install("One.Project", {"one": {"a": "m"}}, {"m.py": RAW})
    install("two", {"two": {"a": "n"}}, {"n.py": RAW})
    project.build(PAGES)
    assert len(project.warnings) == 2
    app = project.build(plugins_trusted=["one-*"])
    # Only the page that shows it is read again.
    assert project.read == ["one"]
    assert len(project.warnings) == 1
    assert "<b>raw</b>" in (app.outdir / "one.html").read_text()
    assert "<b>raw</b>" not in (app.outdir / "two.html").read_text()
    project.build(plugins_trusted=["one-*"])
    assert project.read == []


def test_an_editable_install_of_the_repository_is_trusted(install: Install, project: Project) -> None:
    (project.folder.parent / "pyproject.toml").touch()
    info = install("one", {"one": {"a": "m"}}, {"m.py": RAW})
    install("two", {"two": {"a": "n"}}, {"n.py": RAW})
    project.build(PAGES)
    assert len(project.warnings) == 2
    url = project.folder.parent.as_uri()
    (info / "direct_url.json").write_text(json.dumps({"url": url, "dir_info": {"editable": True}}))
    app = project.build()
    assert project.read == ["one"]
    assert len(project.warnings) == 1
    assert "<b>raw</b>" in (app.outdir / "one.html").read_text()


@pytest.mark.parametrize(
    ("told", "own"),
    [
        ({"url": "file://{root}", "dir_info": {"editable": True}}, True),
        ({"url": "file://{root}/packages/a%20b", "dir_info": {"editable": True}}, True),
        ({"url": "file://localhost{root}", "dir_info": {"editable": True}}, True),
        ({"url": "file://{root}", "dir_info": {}}, False),  # a copy
        ({"url": "file://{root}/..", "dir_info": {"editable": True}}, False),
        ({"url": "file://{root}-other", "dir_info": {"editable": True}}, False),
        ({"url": "file://{root}/venv/lib/python3.12/site-packages", "dir_info": {"editable": True}}, False),
        ({"url": "file://{root}/venv/src/x", "dir_info": {"editable": True}}, False),
        ({"url": "https://good.example{root}", "dir_info": {"editable": True}}, False),
        ({"url": "file://elsewhere{root}", "dir_info": {"editable": True}}, False),
        ({"url": "file://[{root}", "dir_info": {"editable": True}}, False),
        ({"url": 1, "dir_info": {"editable": True}}, False),
        ([], False),
        (None, False),
    ],
)
def test_what_is_the_project_s_own(tmp_path: Path, told: object, *, own: bool) -> None:
    root = tmp_path / "repository"
    (root / "venv").mkdir(parents=True)
    (root / "venv" / "pyvenv.cfg").touch()
    info = tmp_path / "site-packages" / "One_Name-1.0.dist-info"
    info.mkdir(parents=True)
    text = json.dumps(told).replace("{root}", root.as_posix())
    (info / "direct_url.json").write_text(text)
    found = importlib_metadata.PathDistribution(info)
    assert trust.owned(found, root) is own
    assert trust.own([found], root) == ({"one-name"} if own else set())


def test_the_first_of_a_name_counts(tmp_path: Path) -> None:
    found = []
    for place, told in (("first", {}), ("second", {"url": tmp_path.as_uri(), "dir_info": {"editable": True}})):
        info = tmp_path / place / "one-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "direct_url.json").write_text(json.dumps(told))
        found.append(importlib_metadata.PathDistribution(info))
    assert trust.own(found, tmp_path) == set()
    assert trust.own(reversed(found), tmp_path) == {"one"}


PYPROJECT = "[project]\nname = 'My.One'\n"


def copied(install: Install, root: Path, told: object = None, *, record: str = "my_one_m.py,,\n") -> None:
    """Install a distribution as a copy, and another one; only of the first the repository of the tests may speak."""
    info = install("my-one", {"one": {"a": "my_one_m"}}, {"my_one_m.py": RAW})
    (info / "RECORD").write_text(record)
    if told is not None:
        (info / "direct_url.json").write_text(json.dumps(told).replace("{root}", root.as_posix()))
    info = install("two", {"two": {"a": "n"}}, {"n.py": RAW})
    (info / "RECORD").write_text("n.py,,\nmy_one_m.py,,\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("told", "own"),
    [
        (None, True),  # from an index, or by a tool that does not tell
        ({"url": "file://{root}", "dir_info": {}}, True),
        ({"url": "file://{root}", "dir_info": []}, True),
        ({"url": "file://{root}/dist/my_one-1.0-py3-none-any.whl", "archive_info": {}}, True),
        ({"url": "file://{root}/..", "dir_info": {}}, False),
        ({"url": "file://{root}-other", "dir_info": {}}, False),
        ({"url": "file://{root}/venv/src/x", "dir_info": {}}, False),
        ({"url": "https://good.example/my_one.zip", "archive_info": {}}, False),
        ({"url": "https://good.example/one.git", "vcs_info": {"vcs": "git", "commit_id": "1"}}, False),
        ([], False),
        ("[" * 10, False),
    ],
)
@pytest.mark.parametrize("introspection", ["static", "import"])
def test_a_copy_of_what_the_repository_names(
    install: Install, project: Project, told: object, introspection: str, *, own: bool
) -> None:
    root = project.folder.parent / "root"
    (root / "venv").mkdir(parents=True)
    (root / "venv" / "pyvenv.cfg").touch()
    (root / ".git").touch()
    (root / "pyproject.toml").write_text(PYPROJECT)
    copied(install, root, told)
    project.folder = project.folder.rename(root / "docs")
    app = project.build(PAGES, plugins_introspection=introspection, builder="html")
    assert len(project.warnings) == (1 if own else 2)
    assert ("<b>raw</b>" in (app.outdir / "one.html").read_text()) is own
    assert "<b>raw</b>" not in (app.outdir / "two.html").read_text()


@pytest.mark.parametrize(
    ("files", "own"),
    [
        ({"pyproject.toml": PYPROJECT}, True),
        ({"pyproject.toml": "[tool.poetry]\nname = 'my-one'\n"}, True),
        ({"setup.cfg": "[metadata]\nname = my_one\n"}, True),
        ({"setup.py": "NAME = 'my-one'\nsetup(name=NAME)"}, True),
        ({"docs/pyproject.toml": PYPROJECT}, True),
        ({"packages/one/pyproject.toml": PYPROJECT}, True),  # which the copy is from
        ({"packages/two/pyproject.toml": PYPROJECT}, False),
        ({"../pyproject.toml": PYPROJECT}, False),
        ({"pyproject.toml": "[project]\nname = 'three'\n"}, False),
        ({"pyproject.toml": "[tool.black]\n"}, False),  # the folder is called so, which says nothing
        ({"setup.py": "setup(name=read())"}, False),
        ({"PKG-INFO": "Name: my-one\n"}, False),
        ({}, False),
    ],
)
def test_who_names_a_copy(site: Path, install: Install, tmp_path: Path, files: dict[str, str], *, own: bool) -> None:
    root = tmp_path / "my-one"
    (root / ".git").mkdir(parents=True)
    (root / "docs").mkdir()
    for file, text in files.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text)
    place = "/packages/one" if "packages/one/pyproject.toml" in files else ""
    copied(install, root, {"url": f"file://{{root}}{place}", "dir_info": {}})
    assert set(trusted(site, root / "docs")) == ({"one:a"} if own else set())


def trusted(site: Path, docs: Path) -> list[str]:
    assembler = Assembler(Options(sources=[f"installed:{site}"], introspection="static"), docs)
    namespaces = [namespace for name in assembler.names if (namespace := assembler.namespace(name))]
    return [plugin.identity for each in namespaces for plugin in each.plugins if assembler.trusts(plugin)]


@pytest.mark.parametrize("record", ["", "other.py,,\n", "../my_one_m.py,,\n", "\0", '"', None])
def test_only_what_belongs_to_a_copy_is_trusted(
    site: Path, install: Install, tmp_path: Path, record: str | None
) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    copied(install, tmp_path, record=record or "")
    if record is None:
        (site / "my_one-1.0.dist-info" / "RECORD").unlink()
    assert trusted(site, tmp_path) == []


def test_a_copy_beside_another_of_its_name_is_not_trusted(site: Path, install: Install, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    copied(install, tmp_path)
    assert trusted(site, tmp_path) == ["one:a"]
    install("My.One", {"one": {"a": "my_one_m"}}, version="2.0")
    (site / "My.One-2.0.dist-info" / "RECORD").write_text("my_one_m.py,,\n")
    assert trusted(site, tmp_path) == []


def test_another_distribution_in_the_same_package_is_not_trusted(site: Path, install: Install, tmp_path: Path) -> None:
    """The copy registers what stands in another one's file, beside its own in one namespace package."""
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    files = {"ours/own.py": "class A:\n    'A.'\nclass B(A): pass\n", "ours/theirs.py": "class C:\n    'C.'\n"}
    entry_points = {"ns": {"own": "ours.own:A", "theirs": "ours.theirs:C", "nothing": "ours.own:B"}}
    info = install("my-one", entry_points, files)
    (info / "RECORD").write_text("ours/own.py,,\n")
    (install("theirs") / "RECORD").write_text("ours/theirs.py,,\n")
    assert trusted(site, tmp_path) == ["ns:nothing", "ns:own"]


@pytest.mark.parametrize(
    ("place", "own"),
    [
        ("one.egg-info", True),
        ("src/one.egg-info", True),
        ("lib/src/one.egg-info", False),  # far from what would be its project
        ("venv/site-packages/one.egg-info", False),
        ("one-1.0.dist-info", False),
    ],
)
def test_what_setuptools_develops(tmp_path: Path, place: str, *, own: bool) -> None:
    (tmp_path / "setup.py").touch()
    (tmp_path / place).mkdir(parents=True)
    assert trust.owned(importlib_metadata.PathDistribution(tmp_path / place), tmp_path) is own


def test_repository(tmp_path: Path) -> None:
    docs = tmp_path / "a" / "b" / "docs"
    docs.mkdir(parents=True)
    assert trust.repository(docs) in {docs, *docs.parents}
    (tmp_path / "a" / "b" / "setup.cfg").touch()
    assert trust.repository(docs) == tmp_path / "a" / "b"
    (tmp_path / "a" / ".git").touch()  # a file, of a worktree
    assert trust.repository(docs) == tmp_path / "a"


def plugin(**fields: object) -> Plugin:
    return Plugin(namespace="ns", name="a", target="ours.readers:Csv", **fields)  # type: ignore[arg-type]  # of a plugin


@pytest.mark.parametrize(
    ("shown", "own"),
    [
        (plugin(docstring=Docstring(text="x", location=Location(file="ours/base.py", line=1))), True),
        (plugin(docstring=Docstring(text="x", location=Location(file="theirs.py", line=1))), False),
        (plugin(docstring=Docstring(text="x"), definition="theirs.base:Csv"), False),
        (plugin(docstring=Docstring(text="x")), True),
        (plugin(inherited=Inherited(docstring=Docstring(text="x"), owner="theirs.Base")), False),
        (plugin(inherited=Inherited(docstring=Docstring(text="x"), owner="ours.Base")), True),
    ],
)
def test_a_docstring_from_elsewhere_is_somebody_else_s(shown: Plugin, *, own: bool) -> None:
    assert trust.speaks_for_itself(shown) is own


@pytest.mark.parametrize(
    "url", ["https://good.example", "HTTP://good.example/a?b=c&d#e", "mailto:me@good.example", "http://[::1]:80/%7Ex"]
)
def test_addresses(url: str) -> None:
    assert trust.is_address(url)


@pytest.mark.parametrize(
    "url",
    [
        *["javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "java\tscript:x", "\x01javascript:x"],
        *["data:text/html,x", "vbscript:x", "file:///etc/passwd", "//evil.example", "/x", "x.html", "#x", "", "http:x"],
        *["https://", "https:// x", 'https://x/"onclick=', "https://x/<b>", "https://x/\\y", "https://x/\u2028y"],
        *["https://x/{y}", "ftp://x/y", "mailto:", "http://x\n", "https://x/\u00a0", "https:\\\\x", "blob:https://x"],
    ],
)
def test_no_addresses(url: str) -> None:
    assert not trust.is_address(url)


def test_addresses_of_metadata(install: Install, project: Project) -> None:
    urls = {
        "A": "javascript:alert(1)",
        "B": "https://good.example/",
        "C": "HTTPS://good.example/c",
        "D": "//evil.example",
    }
    lines = "".join(f"Project-URL: {label}, {url}\n" for label, url in urls.items())
    metadata = f'Home-page: data:text/html,x\n{lines}Project-URL: Source, https://evil.example/"onclick="x\n'
    install("one", {"ns": {"a": "m"}}, {"m.py": "'''One.'''"}, metadata=metadata)
    page = (project.build("Top\n===\n\n.. plugin:: ns:a\n").outdir / "index.html").read_text()
    assert 'href="https://good.example/"' in page
    assert 'href="HTTPS://good.example/c"' in page
    assert "A: javascript:alert(1), " in page  # as text
    assert page.count("evil.example") == 2
    for scheme in ("javascript:", "data:text", "//evil", "https://evil"):
        assert f'href="{scheme}' not in page


@pytest.mark.parametrize("place", ["tree", "venv/tree"])
def test_a_source_tree_in_the_repository_is_trusted(project: Project, place: str) -> None:
    root = project.folder.parent
    (root / ".git").touch()
    (root / "venv").mkdir()
    (root / "venv" / "pyvenv.cfg").touch()
    tree = root / place
    tree.mkdir(exist_ok=True)
    (tree / "pyproject.toml").write_text("[project]\nname = 'One'\nversion = '1'\n[project.entry-points.ns]\na = 'm'\n")
    (tree / "m.py").write_text(RAW)
    project.build("Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n", plugins_sources=[f"project:../{place}"])
    assert len(project.warnings) == (1 if "venv" in place else 0)
