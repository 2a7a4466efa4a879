"""The lines of code that look a namespace up, and the source of a definition."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.files import Disk
from sphinxext.plugins.core.model import Distribution, Plugin
from sphinxext.plugins.introspect.excerpts import Excerpt, excerpt
from sphinxext.plugins.introspect.loading import Mentions
from sphinxext.plugins.introspect.modules import ModuleFinder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def plugin(target: str, namespace: str = "sluice.reader", distribution: str = "sluice-csv") -> Plugin:
    return Plugin(
        namespace=namespace, name="csv", target=target, distribution=Distribution(name=distribution, version="1")
    )


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")


def found(
    folder: Path, files: Mapping[str, str], *plugins: Plugin, name: str = "sluice.reader", interface: str | None = None
) -> list[tuple[str, int, str]]:
    write(folder, files)
    namespaces: dict[str, list[Plugin]] = {name: []}
    for each in plugins:
        namespaces.setdefault(each.namespace, []).append(each)
    mentions = Mentions(ModuleFinder({}, [folder]), namespaces)
    return [(each.location.file, each.location.line, each.code) for each in mentions.of(name, interface)]


def test_texts_in_code_count_and_docstrings_and_comments_do_not(tmp_path: Path) -> None:
    files = {
        "sluice/__init__.py": '"""sluice.reader"""\n',
        "sluice/loading.py": """\
            '''The namespace is 'sluice.reader'.'''
            # "sluice.reader"
            LOG = logging.getLogger("sluice.reader")
            def load(name):
                "sluice.reader"
                return manager(
                    namespace='sluice.reader',
                    name=name)
            OTHER = ["sluice.readers", f"sluice.{x}"]
            """,
        "sluice/deep/er.py": 'N = """sluice.reader"""\n',
        "sluice/tests/test_load.py": "N = 'sluice.reader'\n",
        "sluice/setup.py": "setup(entry_points={'sluice.reader': []})\n",
        "sluice/broken.py": "N = 'sluice.reader'\ndef\n",
        "other/loading.py": "N = 'sluice.reader'\n",
    }
    assert found(tmp_path, files) == [
        ("sluice/deep/er.py", 1, 'N = """sluice.reader"""'),
        ("sluice/loading.py", 7, "namespace='sluice.reader',"),
    ]


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("oslo.messaging.drivers", "oslo_messaging"),
        ("sluice.ext.reader", "sluice/ext"),  # sluice alone is spread over distributions
        ("sluice-ext.reader", "sluice_ext"),
    ],
)
def test_what_is_called_like_the_namespace_is_searched(tmp_path: Path, name: str, package: str) -> None:
    files = {f"{package}/__init__.py": "", f"{package}/m.py": f"N = {name!r}\n"}
    assert found(tmp_path, files, name=name) == [(f"{package}/m.py", 1, f"N = {name!r}")]


def test_what_declares_the_interface_or_registers_plugins_is_searched(tmp_path: Path) -> None:
    line = "N = 'sluice.reader'\n"
    files = {f"{module}.py": line for module in ("base", "sluice_csv", "of_name", "stranger")}
    own = plugin("of_name:main", namespace="console_scripts", distribution="Sluice_Reader")
    searched = found(tmp_path, files, plugin("sluice_csv:CSV"), own, interface="base:Reader")
    assert [file for file, _line, _code in searched] == ["base.py", "of_name.py", "sluice_csv.py"]


def test_a_namespace_package_is_searched_as_far_as_the_name_tells(tmp_path: Path) -> None:
    files = {"paste/deploy/loadwsgi.py": "N = 'paste.app'\n", "paste/script/m.py": ""}
    assert found(tmp_path, files, name="paste.app") == [("paste/deploy/loadwsgi.py", 1, "N = 'paste.app'")]


def test_what_is_shown_of_a_line_is_cut_and_clean(tmp_path: Path) -> None:
    files = {"sluice.py": f"N = 'sluice.reader'; x = '\u202e{'long ' * 100}'\n"}
    [(_file, _line, code)] = found(tmp_path, files)
    assert code.startswith("N = 'sluice.reader'; x = '\\u202elong long")
    assert len(code) == limits.LONGEST_MENTION + 1


def test_so_many_packages_are_searched(tmp_path: Path) -> None:
    files = {f"m{n:03}.py": "N = 'console'\n" for n in range(limits.MOST_SEARCHED + 10)}
    plugins = [plugin(f"{name.removesuffix('.py')}:f", namespace="console") for name in files]
    assert len(found(tmp_path, files, *plugins, name="console")) == limits.MOST_SEARCHED


SOURCE = """\
    import x

    NAME = dict(
        a=1,
    )

    @decorated
    @x.y
    class A(B):

        def f(self):
            '''Do it.'''
            return 1

    def g(): pass
    """


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (3, Excerpt(code="NAME = dict(\n    a=1,\n)", first=3, last=5)),
        (15, Excerpt(code="def g(): pass", first=15, last=15)),
        (11, Excerpt(code="def f(self):\n    '''Do it.'''\n    return 1", first=11, last=13)),
        (14, Excerpt(code="\ndef g(): pass", first=14, last=15)),  # as of a module: from there on
        (99, None),
    ],
)
def test_excerpt(tmp_path: Path, line: int, shown: Excerpt | None) -> None:
    write(tmp_path, {"m.py": SOURCE})
    assert excerpt(tmp_path / "m.py", line, Disk()) == shown


@pytest.mark.parametrize("line", [7, 9])
def test_excerpt_of_a_decorated_class(tmp_path: Path, line: int) -> None:
    write(tmp_path, {"m.py": SOURCE})
    shown = excerpt(tmp_path / "m.py", line, Disk())
    assert shown is not None
    assert (shown.first, shown.last, shown.code.splitlines()[0]) == (7, 13, "@decorated")


def test_excerpt_is_bounded(tmp_path: Path) -> None:
    write(tmp_path, {"m.py": "class A:\n" + "    a = 1\n\n" * 100})
    shown = excerpt(tmp_path / "m.py", 1, Disk())
    assert shown is not None
    assert len(shown.code.splitlines()) <= limits.MOST_EXCERPT_LINES
    assert shown.left == 100 - shown.code.count("a = 1")


def test_no_excerpt_of_what_is_no_source(tmp_path: Path) -> None:
    write(tmp_path, {"m.py": "def\n"})
    assert excerpt(tmp_path / "m.py", 1, Disk()) is None
    assert excerpt(tmp_path / "none.py", 1, Disk()) is None
