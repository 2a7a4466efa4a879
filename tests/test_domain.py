"""Which pages are read again, and which are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Install, Project

PAGES = {
    "index.rst": "Top\n===\n\n.. toctree::\n\n   a\n   b\n   c\n",
    "a.rst": "A\n=\n\n.. list-plugins:: ns.a\n   :detailed:\n",
    "b.rst": "B\n=\n\n.. list-plugins:: ns.b\n\n.. list-plugins:: ns.later\n",
    "c.rst": "C\n=\n",
}
SOURCES = {
    "a.py": "import helper\nclass A:\n    '''Of A.'''\n    title = helper.TITLE\n"
    "    def size(self): return len(helper.TITLE)",
    "b.py": "class B:\n    '''Of B.'''",
    "helper.py": "TITLE = 'title'",
}
ENTRY_POINTS = {"ns.a": {"a": "a:A"}, "ns.b": {"b": "b:B"}}
SETTINGS = {
    "plugins_namespaces": {
        "ns.a": {"fields": {"Title": "attr:title", "Size": "call:size", "Version": "dist:Version", "G": "overlay:g"}}
    },
    "plugins_overlay": "overlay.toml",
}


@pytest.fixture
def read(install: Install, project: Project) -> Callable[[], list[str]]:
    """Build, and give the pages that were read for it; the first build is done."""
    install("one", ENTRY_POINTS, SOURCES)
    install("two")
    (project.folder / "overlay.toml").write_text("")

    def build() -> list[str]:
        namespaces, overlay = SETTINGS["plugins_namespaces"], SETTINGS["plugins_overlay"]
        project.build(builder="text", plugins_namespaces=namespaces, plugins_overlay=overlay)
        return project.read

    for name, page in PAGES.items():
        (project.folder / name).write_text(page)
    build()
    assert build() == []
    return build


def write(site: Path, file: str, text: str) -> None:
    (site / file).write_text(text)


CHANGES: dict[str, tuple[Callable[[Install, Project, Path], object], list[str]]] = {
    "docstring": (lambda _i, _p, s: write(s, "a.py", SOURCES["a.py"].replace("Of A", "Of a")), ["a"]),
    "value in an imported module": (lambda _i, _p, s: write(s, "helper.py", "TITLE = 'other'"), ["a"]),
    "value that is loaded": (lambda _i, _p, s: write(s, "helper.py", "TITLE = 'title' + 's'"), ["a"]),
    "entry point added": (lambda i, _p, _s: i("one", {**ENTRY_POINTS, "ns.b": {"b": "b:B", "c": "b:B"}}), ["b"]),
    "entry point removed": (lambda i, _p, _s: i("one", {**ENTRY_POINTS, "ns.b": {}}), ["b"]),
    "entry point renamed": (lambda i, _p, _s: i("one", {**ENTRY_POINTS, "ns.b": {"c": "b:B"}}), ["b"]),
    "namespace that comes into being": (lambda i, _p, _s: i("two", {"ns.later": {"l": "b:B"}}), ["b"]),
    "distribution installed": (lambda i, _p, _s: i("three", {"ns.a": {"z": "b:B"}}), ["a"]),
    "metadata only": (lambda i, _p, _s: i("one", ENTRY_POINTS, metadata="Summary: New"), ["a", "b"]),
    "overlay": (lambda _i, p, _s: (p.folder / "overlay.toml").write_text('["ns.a".a]\ng = "x"'), ["a"]),
    "source broken": (lambda _i, _p, s: write(s, "b.py", "class B("), ["b"]),
    "nothing": (lambda _i, _p, s: write(s, "a.py", SOURCES["a.py"]), []),
    "comment": (lambda _i, _p, s: write(s, "a.py", SOURCES["a.py"] + "\n# Only a comment."), []),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_pages_concerned_are_read_again(
    install: Install,
    project: Project,
    site: Path,
    read: Callable[[], list[str]],
    change: tuple[Callable[[Install, Project, Path], object], list[str]],
) -> None:
    action, concerned = change
    action(install, project, site)
    assert read() == concerned
    assert read() == []


def test_a_plugin_that_was_mended_comes_back(project: Project, site: Path, read: Callable[[], list[str]]) -> None:
    write(site, "b.py", "class B(")
    assert read() == ["b"]
    assert any("ns.b:b cannot be loaded" in warning for warning in project.warnings)
    write(site, "b.py", SOURCES["b.py"])
    assert read() == ["b"]
    assert not any("ns.b:b" in warning for warning in project.warnings)
