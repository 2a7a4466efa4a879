"""What is wrong in a docstring is said with the line that it stands in, whatever its literal makes of the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Install, Project

FORMS = {
    "plain": 'class A:\n    """Reads *a."""\n',
    "later": 'class A:\n    """Reads.\n\n    So *a.\n    """\n',
    "below": 'class A:\n    """\n    Reads *a."""\n',
    "far below": 'class A:\n    """\n\n\n    Reads *a."""\n',
    "backslash": 'class A:\n    """\\\n    Reads *a."""\n',
    "backslash and later": 'class A:\n    """\\\n    Reads.\n\n    So *a."""\n',
    "backslashes": 'class A:\n    """\\\n\\\n\n    Reads *a."""\n',
    "continued": 'class A:\n    """Reads \\\n    on.\n\n    So *a."""\n',
    "raw": 'class A:\n    r"""\n    Reads *a\\n."""\n',
    "raw backslash": 'class A:\n    r"""Reads.\n\n    \\\\ on\n\n    So *a."""\n',
    "implicit": 'class A:\n    ("Reads.\\n"\n     "\\n"\n     "So *a.\\n")\n',
    "implicit, in fewer lines": 'class A:\n    ("Reads."\n     "\\n\\nSo on.\\n\\n"\n     "So *a.\\n")\n',
    "in one line": 'class A:\n    "Reads.\\n\\nSo *a.\\n"\n',
    "escaped": 'class A:\n    """Reads.\n\n    \\x41nd *a.\n    """\n',
    "assigned": 'class A:\n    x = 1\n\n    __doc__ = "Reads *a."\n',
    "assigned below": 'class A:\n    x = 1\n\n    __doc__ = """\n    Reads.\n\n    So *a."""\n',
    "assigned behind": 'class A:\n    x = 1\n\n\nA.__doc__ = """\\\nReads.\n\nSo *a."""\n',
    "form feed": 'x = 1\n\f\nclass A:\n    """Reads.\n\f\n    So *a."""\n',
    "decorated": 'import enum\n\n\n@enum.unique\nclass A(enum.Enum):\n    """Reads.\n\n    So *a."""\n\n    x = 1\n',
    "tabs": 'class A:\n\t"""Reads.\n\n\tSo *a."""\n',
    "google": 'class A:\n    """Reads.\n\n    Args:\n        x (int): The x.\n        y: The *y.\n'
    '            And so.\n    """\n',
    "numpy": 'class A:\n    """Reads.\n\n    Parameters\n    ----------\n    x : int\n        The x.\n    y : int\n'
    '        The *y.\n    """\n',
    "google, later": 'class A:\n    """Reads.\n\n    Args:\n        x (int): The x.\n        y: The y.\n'
    '\n    So *a.\n    """\n',
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("introspection", ["static", "import"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_line_of_what_is_wrong(install: Install, project: Project, introspection: str, ends: str) -> None:
    names = [f"m{number}" for number in range(len(FORMS))]
    sources = dict(zip(names, FORMS.values(), strict=True))
    # They are written once more, for the ends of their lines.
    site = install("one", {"ns": {name: f"{name}:A" for name in names}}, {f"{name}.py": "" for name in names}).parent
    for name, source in sources.items():
        (site / f"{name}.py").write_text(source, encoding="utf-8", newline=ends)
    extensions = ["sphinxext.plugins", "sphinx.ext.napoleon"]
    settings = {"plugins_introspection": introspection, "plugins_trusted": ["one"]}
    project.build("Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n", extensions=extensions, **settings)  # type: ignore[arg-type]  # settings
    said: dict[str, set[int]] = {}
    for warning in project.warnings:
        file, line, _ = warning.split(":", 2)
        said.setdefault(file.rpartition("/")[2].removesuffix(".py"), set()).add(int(line) if line.isdigit() else 0)
    lines = {name: source.partition("*")[0].count("\n") + 1 for name, source in sources.items()}
    wrong = {form: (said.get(name), lines[name]) for form, name in zip(FORMS, names, strict=True)}
    assert {form: found for form, found in wrong.items() if found[0] != {found[1]}} == {}
