"""What ``sphinx-plugins check`` finds of markup, and that it is what a build warns of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.cli import main
from tests.conftest import lines_of_findings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Install, Project

PROJECT = """\
[project]
name = "sieve"
version = "1.0"

[project.entry-points."sieve.mesh"]
fine = "sieve:Fine"
wide = "sieve:Wide"
child = "sieve:Child"
"""
MODULE = '''\
class Fine:
    """Sieves by :issue:`1`, :external+python:func:`open`, |rule| and :nonsense:`x`.

    Uses ``open.

    .. nodirective::
    """


class Wide:
    """Sieves.

    Args:
        mesh: Its width.
            In millimetres.

    .. literalinclude:: note.txt
    """


class Child(Fine):
    url = "*open"
'''
CONF: dict[str, object] = {
    "extensions": [
        *("sphinx.ext.napoleon", "sphinx.ext.extlinks", "sphinx.ext.intersphinx", "sphinx.ext.autosummary"),
        "sphinxext.plugins",
    ],
    "extlinks": {"issue": ("https://example.org/%s", "%s")},
    "rst_prolog": ".. |rule| replace:: a rule",
    "plugins_sources": ["project:../tree"],
    "plugins_namespaces": {"sieve.mesh": {"fields": {"Address": {"from": "attr:url", "type": "rst"}}}},
    "plugins_pages": {"sieve.mesh": "mesh"},
    "suppress_warnings": ["plugins.config"],
}
PAGE = ":orphan:\n\nTop\n===\n\n.. plugin-catalog:: sieve.mesh\n   :view: details\n"
FOUND = re.compile(r"(\S+:\d+): (?:WARNING: )?(?:docstring |untrusted )?(sieve\.mesh:.*?)(?: \[plugins\.\w+\])?")


@pytest.fixture
def docs(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    (tmp_path / ".git").mkdir()
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "pyproject.toml").write_text(PROJECT)
    (tree / "sieve.py").write_text(MODULE)
    (project.folder / "note.txt").write_text("A note.\n")
    monkeypatch.chdir(tmp_path)
    return project


def found(lines: list[str]) -> set[tuple[str, str]]:
    matched = filter(None, map(FOUND.fullmatch, lines))
    return {
        (place.removeprefix("tree/").rpartition("/tree/")[2], text) for place, text in (m.groups() for m in matched)
    }


def test_markup_is_what_a_build_warns_of(
    docs: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    conf = {**CONF, "plugins_pages": {}, "intersphinx_mapping": {}}
    docs.build(PAGE, **conf)  # type: ignore[arg-type]
    warned = found([line for line in docs.warnings if "external" not in line])  # the inventory is not there
    assert {place for place, _ in warned} == {"sieve.py:2", "sieve.py:4", "sieve.py:6", "sieve.py:22"}
    # It is to be fetched by no check, and no pages are to be written.
    with (docs.folder / "conf.py").open("a") as file:
        file.write("intersphinx_mapping = {'python': ('https://docs.python.org/3', None)}\n")
        file.write(f"plugins_pages = {CONF['plugins_pages']!r}\nprint('told')\n")
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.setattr("socket.socket.connect", None)
    assert main(["check", "--conf", "docs", "--select", "docstring,untrusted"]) == 1
    told = lines_of_findings(capsys.readouterr().out)
    assert found(told) == warned
    assert len(told) == len(warned) + 1
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before] == []


def test_markup_without_settings(docs: Project, capsys: pytest.CaptureFixture[str]) -> None:
    del docs
    assert main(["check", "--source", "project:tree", "--introspection", "static"]) == 1
    told = capsys.readouterr().out
    assert "tree/sieve.py:2: docstring sieve.mesh:fine has markup in its docstring that is not right: Unknown" in told
    assert "sieve.py:11" not in told  # napoleon knows "Args:"


def test_markup_of_others(install: Install, site: Path, docs: Project, capsys: pytest.CaptureFixture[str]) -> None:
    module = "class Tea:\n    '''Tea, with *milk.\n\n    .. include:: /etc/passwd\n    '''\n"
    install("tea", {"sieve.mesh": {"tea": "tea:Tea"}}, {"tea.py": module})
    docs.build(PAGE, **{**CONF, "plugins_pages": {}, "plugins_sources": [f"installed:{site}"]})  # type: ignore[arg-type]
    capsys.readouterr()
    command = ["check", "sieve.mesh", "--conf", "docs"]
    assert main([*command, "--select", "docstring"]) == 1
    [refused, _] = lines_of_findings(capsys.readouterr().out)
    assert "sieve.mesh:tea uses in its docstring what only trusted ones may: directive include" in refused
    assert main([*command, "--select", "untrusted"]) == 1
    [wrong, _] = lines_of_findings(capsys.readouterr().out)
    assert "untrusted sieve.mesh:tea has markup in its docstring that is not right: Inline emphasis" in wrong
    assert main(command) == 1
    assert wrong not in lines_of_findings(capsys.readouterr().out)
    with (docs.folder / "conf.py").open("a") as file:
        file.write("plugins_report_untrusted = True\n")
    assert main(command) == 1
    assert wrong in lines_of_findings(capsys.readouterr().out)


def test_an_extension_that_is_not_installed_is_one_problem(docs: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (docs.folder / "conf.py").write_text("extensions = ['no_such_extension']\nplugins_sources = ['project:../tree']\n")
    assert main(["check", "--conf", "docs", "--ignore", "metadata,coverage,namespace"]) == 1
    [told, _] = lines_of_findings(capsys.readouterr().out)
    assert told.startswith("docs/conf.py:1: config Sphinx cannot be started with conf.py to parse docstrings: ")
    assert "no_such_extension" in told


def test_rules_of_markup_find_nothing_in_a_build(docs: Project) -> None:
    settings = {**CONF, "plugins_pages": {}, "plugins_report_untrusted": True}
    docs.build(PAGE, builder="text", **settings)  # type: ignore[arg-type]
    warned = docs.warnings
    rules = ["docstring", "untrusted"]
    docs.build(PAGE, builder="text", freshenv=True, plugins_rules=rules, **settings)  # type: ignore[arg-type]
    assert docs.warnings == warned
    assert docs.warnings
