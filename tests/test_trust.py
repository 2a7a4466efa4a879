"""Whose docstrings are trusted, and what changes with that."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import textwrap
import zipfile
from importlib.machinery import EXTENSION_SUFFIXES
from typing import TYPE_CHECKING, NamedTuple

import pytest

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.core import limits, trust
from sphinxext.plugins.core.files import Disk
from sphinxext.plugins.core.model import Catalog
from sphinxext.plugins.core.trust import Trust
from sphinxext.plugins.formats.json import to_json
from sphinxext.plugins.settings import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
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


EVIL = """One.

.. raw:: html

   <b>SCRIPT</b>

.. literalinclude:: ../secret.txt

.. automodule:: runs
"""
GOOD = EVIL.partition(".. literalinclude")[0].replace("SCRIPT", "GOOD")
TAKEN = GOOD.replace("GOOD", "TAKEN")
EDITABLE = {"dir_info": {"editable": True}}
REPOSITORY = {
    "__init__.py": "",
    "base.py": f"class Base:\n    {GOOD!r}\nclass Sub(Base): pass\nTEXT = {TAKEN!r}\n",
    "offers.py": "from mine._hidden import A\nA.__module__ = __name__\n",
    "_hidden.py": f"class A:\n    {GOOD!r}\n    def __init__(self): {GOOD!r}\n",
    "made.py": "from mine import base\nclass A: __doc__ = base.Base.__doc__\nclass B: pass\nB.__doc__ = base.TEXT\n",
    "borrows.py": """
        import evil, sub.theirs
        class A: pass
        A.__doc__ = evil.TEXT
        class B: __doc__ = evil.Other.__doc__
        class C: __doc__ = "By me.\\n\\n" + evil.TEXT
        class D(evil.Base): pass
        E = evil.Base
        class F: __doc__ = f"{evil.TEXT}"
        class G(sub.theirs.A): pass
        class H: __doc__ = evil.TEXT.strip()
    """,
}
THEIRS = f"""
TEXT = {EVIL!r}
class Base:
    __doc__ = TEXT
class Other:
    {EVIL!r}
class Own:
    {EVIL!r}
"""
FORGED = f"""
import mine.base
class A:
    {EVIL!r}
class B(A): pass
for each in (A, B):
    each.__module__ = "mine.base"
    each.__qualname__ = "Base"
def f(): pass
f.__doc__ = {EVIL!r}
f.__module__ = "mine.base"
"""


class Shown(NamedTuple):
    """What came of a build with many distributions."""

    good: str
    evil: str
    warnings: list[str]


@pytest.fixture
def attacked(install: Install, project: Project, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Shown]:
    """A repository with a project, and an environment with distributions that would like to be trusted like it."""
    root, site = project.folder.parent / "root", install("mine").parent
    (root / ".git").mkdir(parents=True)
    (root / "pyproject.toml").write_text("[project]\nname = 'mine'\n")
    (root / "secret.txt").write_text("SECRET")
    for file, text in REPOSITORY.items():
        (root / "src" / "mine" / file).parent.mkdir(parents=True, exist_ok=True)
        (root / "src" / "mine" / file).write_text(textwrap.dedent(text))
    project.folder = project.folder.rename(root / "docs")
    monkeypatch.syspath_prepend(root / "src")

    mine = {"inherits": "base:Sub", "own": "base:Base", "copies": "made:A", "takes": "made:B", "offers": "offers:A"}
    install("mine", {"good": {name: f"mine.{target}" for name, target in mine.items()}})
    install("mine-borrows", {"evil": {letter: f"mine.borrows:{letter}" for letter in "ABCDEFGH"}})
    install("evil", {"evil": {"evil": "evil:Own"}}, {"evil.py": THEIRS})
    forged = {"forged": "forged:A", "forged-base": "forged:B", "forged-function": "forged:f"}
    install("forged", {"evil": forged}, {"forged.py": FORGED})
    for number, url in enumerate(["file:.", "file:///proc/self/cwd", root.as_uri(), (root / "src").as_uri(), "file:"]):
        info = install(f"url{number}", {"evil": {f"url{number}": f"url{number}:Own"}}, {f"url{number}.py": THEIRS})
        (info / "direct_url.json").write_text(json.dumps({"url": url, **EDITABLE}))
    install("egg", {"evil": {"egg": "egg:Own"}}, {"egg.py": THEIRS}).rename(site / "egg.egg-info")
    (site / "pyproject.toml").touch()

    # In a package with one that is trusted by name, whose RECORD has files that another has as well.
    files = {"sub/ours.py": f"class A:\n    {GOOD!r}\n", "both.py": THEIRS}
    record = install("barrage", {"good": {"named": "sub.ours:A"}}, files) / "RECORD"
    files = {"sub/theirs.py": f"class A:\n    {EVIL!r}\n", "both.py": THEIRS}
    install("theirs", {"evil": {"both": "both:Own", "package": "sub.theirs:A"}}, files)
    (site / "sub" / "linked.py").symlink_to("theirs.py")
    record.write_text(f"{record.read_text()}sub/linked.py,,\n")
    (root / "src" / "mine" / "outside.py").symlink_to(site / "evil.py")
    install("links", {"evil": {"link": "sub.linked:A", "link-outside": "mine.outside:Own"}})

    # That are called like one that is trusted.
    for version in ("1.0", "2.0"):
        install("twice", {"evil": {"twice": "twice:Own"}}, {"twice.py": THEIRS}, version=version)
    weir = install("weir-1", {"evil": {"weir": "weir:Own"}}, {"weir.py": THEIRS})
    weir.rename(site / "weir-1.0.dist-info")
    install("claims", {"evil": {"claims": "claims:Own"}}, {"claims.py": THEIRS}, metadata="Name: barrage\n")
    mapped = {name: str(site / "twice") for name in ("mine", "mine.base", "mine.made")}
    (site / "__editable___twice_finder.py").write_text(f"MAPPING = {mapped!r}")
    sneaky = "import sys, os, mine.base\nclass A(mine.base.Base): pass\n"
    sneaky += f"if 'sphinx' in sys.modules: os.mkdir({str(root / 'ran')!r})\n"
    install("sneaky", {"evil": {"sneaky": "sneaky:A"}}, {"sneaky.py": sneaky})
    (site / "runs.py").write_text(f"'Runs.'\nimport os\nos.mkdir({str(root / 'ran')!r})\n")

    def build(introspection: str) -> Shown:
        pages = {
            "index.rst": "Top\n===\n\n.. toctree::\n\n   good\n   evil\n",
            "good.rst": "Good\n====\n\n.. list-plugins:: good\n   :detailed:\n",
            "evil.rst": "Evil\n====\n\n.. plugin-catalog:: evil\n   :members:\n",
        }
        app = project.build(
            pages,
            extensions=["sphinxext.plugins", "sphinx.ext.autodoc"],
            plugins_introspection=introspection,
            plugins_inherit_docstrings=True,
            autoclass_content="both",
            plugins_trusted=["barrage", "twice", "weir"],
        )
        assert not (root / "ran").exists()
        good, evil = ((app.outdir / f"{page}.html").read_text() for page in ("good", "evil"))
        return Shown(good, evil, project.warnings)

    return build


@pytest.mark.slow
@pytest.mark.parametrize("introspection", ["static", "import", "auto"])
def test_nobody_is_trusted_by_a_claim(attacked: Callable[[str], Shown], introspection: str) -> None:
    shown = attacked(introspection)
    assert "<b>SCRIPT" not in shown.evil
    assert "SECRET" not in shown.evil
    assert shown.evil.count("&lt;b&gt;SCRIPT") == 25
    assert shown.good.count("<b>GOOD</b>") == 6
    if introspection != "import":  # a text that is no docstring where it stands is not found
        assert "<b>TAKEN</b>" in shown.good
    [twice] = [line for line in shown.warnings if "of one name" in line]
    assert "twice-1.0.dist-info, twice-2.0.dist-info" in twice


def trusted(docs: Path, *sources: str, names: Sequence[str] = ()) -> list[str]:
    """Return the plugins of sources whose docstrings are trusted."""
    assembler = Assembler(Options(sources=list(sources), trusted=list(names), introspection="static"), docs)
    namespaces = [namespace for name in assembler.names if (namespace := assembler.namespace(name))]
    return sorted(p.name for each in namespaces for p in each.plugins if assembler.trusts(p, p.docstring))


def repository(folder: Path, files: Mapping[str, str] = {}) -> Path:
    """Make a repository with documentation, which is given."""
    for file, text in {".git": "", "docs/conf.py": "", **files}.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)
    return folder / "docs"


@pytest.mark.parametrize(
    ("place", "inside"),
    [
        ("m.py", True),
        ("src/pack/m.py", True),
        ("one.egg-info/m.py", True),  # what "develop" leaves beside the project's own files
        ("venv/src/m.py", False),
        ("x/site-packages/m.py", False),
        ("usr/lib/python3/dist-packages/pack/m.py", False),
        ("target/pack/m.py", False),
        ("lib/python/pack/m.py", False),  # as "setup.py install --home" leaves it
        ("src/theirs/m.py", False),  # a clone of a repository of others
        ("submodule/m.py", True),
        (".eggs/two-1.0-py3.12.egg/m.py", False),
        ("../m.py", False),
        ("../root-other/m.py", False),
        ("out/m.py", False),
        ("in/m.py", True),
        ("circle", False),
        ("dist/one-1.0-py3-none-any.whl/m.py", False),
        ("nothing.py", False),
    ],
)
def test_files_of_the_repository(tmp_path: Path, place: str, *, inside: bool) -> None:
    root = tmp_path / "root"
    folders = ["src/pack", "venv/src", "x/site-packages", "target/pack", "target/two-1.0.dist-info", "dist"]
    folders += ["lib/python/two-1.0-py3.12.egg-info", "src/theirs/.git", "submodule"]
    for folder in (*folders, "../outside"):
        (root / folder).mkdir(parents=True)
    (root / "submodule/.git").touch()
    (root / "venv" / "pyvenv.cfg").touch()
    (root / "dist" / "one-1.0-py3-none-any.whl").touch()
    for name, target in {"out": "../outside", "in": "src/pack", "circle": "circle"}.items():
        (root / name).symlink_to(target)
    with contextlib.suppress(OSError):
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        if place != "nothing.py":
            (root / place).touch()
    assert Trust(root, [], Disk()).includes(root / place, "no/such.py") is inside


@pytest.mark.parametrize(
    ("original", "copied"),
    [
        ("my_one/m.py", True),
        ("src/my_one/m.py", True),
        ("packages/one/src/my_one/m.py", True),
        ("src/one/m.py", False),  # of another package
        ("m.py", False),
        ("venv/lib/my_one/m.py", False),
        ("target/my_one/m.py", False),
        (".tox/my_one/m.py", False),
        ("../my_one/m.py", False),
        ("a/b/c/d/my_one/m.py", False),
    ],
)
@pytest.mark.parametrize("site", ["../site", "venv/lib/python3.12/site-packages"])
def test_a_copy_of_what_is_in_the_repository(tmp_path: Path, original: str, site: str, *, copied: bool) -> None:
    docs = repository(tmp_path / "root", {"venv/pyvenv.cfg": "", "target/a-1.dist-info/RECORD": "", original: RAW})
    info = docs.parent / site / "my_one-1.0.dist-info"
    info.mkdir(parents=True)
    (info.parent / "my_one").mkdir()
    (info.parent / "my_one" / "m.py").write_text(RAW)
    (info / "entry_points.txt").write_text("[ns]\na = my_one.m\n")
    assert trusted(docs, f"installed:{info.parent}") == (["a"] if copied else [])
    (info.parent / "my_one" / "m.py").write_text(RAW + "\n")
    assert trusted(docs, f"installed:{info.parent}") == []


def test_a_copy_is_trusted_on_the_page(install: Install, project: Project) -> None:
    """As on Read the Docs: ``pip install .``, whatever the tool tells about it."""
    root = project.folder.parent / "root"
    repository(root, {"pyproject.toml": "[project]\nname = 'one'", "src/m.py": RAW})
    project.folder = project.folder.rename(root / "doc")
    install("one", {"one": {"a": "m"}}, {"m.py": RAW})
    install("two", {"two": {"a": "n"}}, {"n.py": RAW})
    app = project.build(PAGES, plugins_introspection="import")
    assert len(project.warnings) == 1
    assert "<b>raw</b>" in (app.outdir / "one.html").read_text()
    assert "<b>raw</b>" not in (app.outdir / "two.html").read_text()


BASE = """
    class Base:
        '''One.

        .. automethod:: run
        '''
        def run(self): "Own words."
"""
TAKER = """
    import mine
    open({mark!r}, "w")
    class A(mine.Base):
        __doc__ = mine.Base.__doc__
        def run(self): "Evil words."
    class B(mine.Base):
        def run(self): "Evil words."
"""


def test_names_in_a_docstring_mean_what_they_do_where_it_stands(install: Install, project: Project) -> None:
    root, mark = project.folder.parent / "root", project.folder.parent / "ran"
    repository(root, {"mine.py": textwrap.dedent(BASE)})
    project.folder = project.folder.rename(root / "doc")
    install("mine", {"ns": {"own": "mine:Base"}}, {"mine.py": BASE})
    install("evil", {"ns": {"a": "evil:A", "b": "evil:B"}}, {"evil.py": TAKER.format(mark=str(mark))})
    app = project.build(
        "Top\n===\n\n.. plugin-catalog:: ns\n",
        extensions=["sphinx.ext.autodoc", "sphinxext.plugins"],
        plugins_introspection="static",
        suppress_warnings=["plugins.docstring"],
    )
    html = (app.outdir / "index.html").read_text()
    assert "Own words." in html
    assert "Evil words." not in html
    assert not mark.exists()


def test_nothing_compiled_of_others_is_imported(install: Install, project: Project) -> None:
    root = project.folder.parent / "root"
    repository(root, {"mine.py": "class A:\n    'Own.'\n"})
    project.folder = project.folder.rename(root / "doc")
    info = install("mine", {"ns": {"own": "mine:A"}}, {"mine.py": "class A:\n    'Own.'\n"})
    (info.parent / f"mine{EXTENSION_SUFFIXES[-1]}").write_text("nothing that can be loaded")
    project.build(
        "Top\n===\n\n.. plugin-catalog:: ns\n   :members:\n",
        extensions=["sphinx.ext.autodoc", "sphinxext.plugins"],
        plugins_introspection="static",
    )
    [warning] = [line for line in project.warnings if "plugins.load" not in line]
    assert "needs distributions that are trusted" in warning


@pytest.mark.parametrize(
    ("record", "has"),
    [
        ("m.py,sha256=x,1\n", True),
        ('"m.py",,\r\n', True),
        ("./m.py,,\n", True),
        ("lib/../m.py,,\n", True),
        ("{site}/m.py,,\n", True),
        ("m.pyc,,\n", False),
        ("x/m.py,,\n", False),
        ("../m.py,,\n", False),
        ("", False),
        ("\0", False),
        ("m\0.py,,\n", False),
        ("x" * 5000 + "/m.py,,\n", False),
        ('"', False),
        ('"' + "x" * 200_000, False),
        (None, True),  # it registers the module
    ],
)
def test_the_record_of_a_distribution_that_is_named(
    site: Path, install: Install, tmp_path: Path, record: str | None, *, has: bool
) -> None:
    file = install("one", {"ns": {"a": "m"}}, {"m.py": RAW}) / "RECORD"
    file.unlink()
    if record is not None:
        file.write_text(record.replace("{site}", str(site)))
    docs = repository(tmp_path / "root")
    assert trusted(docs, f"installed:{site}", names=["one"]) == (["a"] if has else [])
    assert trusted(docs, f"installed:{site}", names=["two"]) == []
    install("two", files={"m.py": RAW})
    assert trusted(docs, f"installed:{site}", names=["one", "two"]) == ([] if has else ["a"])  # whose is it


@pytest.mark.parametrize(
    "record",
    [
        "../lib64/site/p/m.py,,\n",  # a wheel can install files anywhere below the environment
        "P/M.py,,\n",  # to some systems the same
        "\uff50/m.py,,\n",
        "x" * 200_000 + ",,\np/m.py,,\n",
        '"' + "x" * 200_000 + '",,\np/m.py,,\n',
        "one-1.0.dist-info/RECORD,,\n",
        "x,,\n" * 200_001,
        " " * (limits.LARGEST_MEMBER + 1),
    ],
    ids=["link", "case", "form", "long", "quoted", "record", "many", "large"],
)
def test_a_file_that_another_distribution_may_have_written(
    tmp_path: Path, site: Path, install: Install, record: str
) -> None:
    (tmp_path / "lib64").symlink_to(".")
    install("one", {"ns": {"a": "p.m"}}, {"p/__init__.py": "", "p/m.py": RAW})
    docs = repository(tmp_path / "root")
    assert trusted(docs, f"installed:{site}", names=["one"]) == ["a"]
    (install("two") / "RECORD").write_text(record)
    assert trusted(docs, f"installed:{site}", names=["one"]) == []


@pytest.mark.parametrize(
    ("modules", "registers", "trusts"),
    [
        (["p/__init__.py", "p/q/__init__.py", "p/q/m.py"], {"one": "p.q.m"}, ["a"]),
        (["p/__init__.py", "p/m.py", "p/base.py"], {"one": "p:A"}, ["a"]),
        (["n/one/__init__.py", "n/two/__init__.py"], {"one": "n.one", "two": "n.two"}, ["a"]),
        (["n/one.py", "n/two.py"], {"one": "n.one", "two": "n.two"}, ["a"]),
        (["p/__init__.py", "p/one.py", "p/two.py"], {"one": "p.one", "two": "p.two"}, []),
        (["p/__init__.py", "two.py"], {"one": "two", "two": "two"}, []),
        (["p/__init__.py"], {"one": "../p", "two": "p"}, []),
    ],
)
def test_a_distribution_without_a_record(
    install: Install, tmp_path: Path, modules: list[str], registers: dict[str, str], trusts: list[str]
) -> None:
    site = tmp_path / "site"
    source = RAW + "\nclass A:\n" + textwrap.indent(RAW, "    ")
    for name, target in registers.items():
        (install(name, {"ns": {"a" if name == "one" else "b": target}}) / "RECORD").unlink()
    for module in modules:
        (site / module).parent.mkdir(parents=True, exist_ok=True)
        (site / module).write_text(source)
    assert trusted(repository(tmp_path / "root"), f"installed:{site}", names=["one"]) == trusts


def test_an_editable_install_that_is_named(site: Path, install: Install, tmp_path: Path) -> None:
    """Not one of the repository: its files are where those in its RECORD lead to."""
    docs = repository(tmp_path / "root")
    for name, other in (("one", "two"), ("two", "one")):
        (tmp_path / name / "src" / name).mkdir(parents=True)
        (tmp_path / name / "src" / name / "m.py").write_text(RAW)
        (tmp_path / name / f"{name}_single.py").write_text(RAW)
        (tmp_path / name / f"{other}_single.py").write_text("'No.'")
        mapping = {name: f"{tmp_path}/{name}/src/{name}", f"{name}_single": f"{tmp_path}/{name}/{name}_single.py"}
        files = {f"__editable___{name}_finder.py": f"MAPPING = {mapping!r}"}
        install(name, {"ns": {name: f"{name}.m", f"{name}1": f"{name}_single"}}, files)
    assert trusted(docs, f"installed:{site}", names=["one"]) == ["one", "one1"]
    (site / "__editable___two_finder.py").unlink()
    (site / "two.pth").write_text(f"# {tmp_path}/one\nimport x\n{tmp_path}/two/src\n")
    (site / "two-1.0.dist-info" / "RECORD").write_text("two.pth,,\n")
    assert trusted(docs, f"installed:{site}", names=["two"]) == ["two"]


@pytest.mark.parametrize("place", ["root/tree", "root/venv/tree", "tree"])
def test_a_source_tree(tmp_path: Path, place: str) -> None:
    docs = repository(tmp_path / "root", {"venv/pyvenv.cfg": ""})
    pyproject = "[project]\nname = 'One'\nversion = '1'\n[project.entry-points.ns]\na = 'm'\nb = 'link'\n"
    tree = repository(tmp_path / place, {"pyproject.toml": pyproject, "m.py": RAW}).parent
    (tree / ".git").unlink()
    (tmp_path / "link.py").write_text(RAW)
    (tree / "link.py").symlink_to(tmp_path / "link.py")
    assert trusted(docs, f"project:{tree}", names=["two"]) == (["a"] if place == "root/tree" else [])
    assert trusted(docs, f"project:{tree}", names=["one"]) == ["a"]


FORMS = [
    *["{0}", "({0})", "f'{{{0}}}'", "f'By {{{0}}}{{{1}}}'", "{0} + {1}", "'%s' % {0}", "'%s%s' % ({0}, {1})"],
    *["{0}.strip()", "'{{}}'.format({0})", "'{{a}}'.format(a={0})", "textwrap.dedent({0})", "_({0})", "[{0}][0]"],
    *["{0} or {1}", "{0} and {1}", "{{'a': {0}}}['a']", "'a'.join(({0}, {1}))", "{0}.splitlines()[0]", "str({0})"],
    *["{0} if {1} else {0}", "(x := {0})", "max({0}, {1})", "{0}[0:]", "(lambda: {0})()", "''.join([{0}, {1}])"],
]  # fmt: skip
OTHERS = [
    "evil.TEXT",
    "evil.Base.__doc__",
    "evil.Base.label",
    "evil.__doc__",
    "theirs",
    "Theirs.__doc__",
    "evil.f.__doc__",
]
OWN = ["TEXT", "Own.__doc__", "__doc__", '"Mine."', "None"]
HEAD = """'Mine.'
import textwrap, evil
from evil import TEXT as theirs, Base as Theirs
from gettext import gettext as _
TEXT = 'Mine.'
class Own:
    'Mine.'
"""
EVIL_MODULE = "'''Evil.'''\nTEXT = 'Evil.'\nclass Base:\n    'Evil.'\n    label = TEXT\ndef f(): 'Evil.'\n"


def test_no_expression_makes_words_of_others_trusted(site: Path, install: Install, tmp_path: Path) -> None:
    """Whatever the source tells of it: the words of a file that is not trusted are not."""
    operands = itertools.product([*OTHERS, *OWN], ["evil.TEXT", "TEXT"])
    texts = list(dict.fromkeys(form.format(*pair) for pair, form in itertools.product(operands, FORMS)))
    ways = ("class A{0}: __doc__ = {1}\n", "class A{0}: pass\nA{0}.__doc__ = {1}\n")
    source = HEAD + "".join(ways[number % 2].format(number, text) for number, text in enumerate(texts))
    install("evil", files={"evil.py": EVIL_MODULE})
    targets = {str(number): f"mine:A{number}" for number in range(len(texts))}
    install("mine", {"ns": targets}, {"mine.py": source})
    docs = repository(tmp_path / "root", {"mine.py": source})
    assembler = Assembler(Options(sources=[f"installed:{site}"], introspection="static"), docs)
    namespace = assembler.namespace("ns")
    assert namespace is not None
    said = [
        (texts[int(p.name)], p.docstring.text, assembler.trusts(p, p.docstring))
        for p in namespace.plugins
        if p.docstring
    ]
    assert not [text for text, words, trusts in said if trusts and "Evil" in words]
    assert not [text for text, _, trusts in said if not trusts and not re.search("evil|theirs|Theirs", text)]
    assert len({text for text, words, _ in said if "Evil" in words}) > 100


def packed(archive: Path, name: str, key: str) -> None:
    """Make a wheel, or a source archive, that says a name of itself."""
    archive.parent.mkdir(exist_ok=True)
    files = {f"{name}-1.0.dist-info/METADATA": f"Name: {name}\nVersion: 1.0\n", f"{key}.py": RAW}
    files[f"{name}-1.0.dist-info/entry_points.txt"] = f"[ns]\n{key} = {key}\n"
    if archive.suffix == ".zip":
        entry_points = f"[project.entry-points.ns]\n{key} = '{key}'\n"
        pyproject = f"[project]\nname = '{name}'\nversion = '1.0'\n{entry_points}"
        files = {"x/pyproject.toml": pyproject, f"x/{key}.py": RAW}
    with zipfile.ZipFile(archive, "w") as made:
        for file, text in files.items():
            made.writestr(file, text)


@pytest.mark.parametrize("evil", ["aevil-1.0-py3-none-any.whl", "aevil-1.0.zip", "zevil-1.0-py3-none-any.whl"])
@pytest.mark.parametrize("place", ["root/dist", "dist"])
def test_no_archive_takes_a_name(tmp_path: Path, evil: str, place: str) -> None:
    docs = repository(tmp_path / "root")
    packed(tmp_path / place / "sluice-1.0-py3-none-any.whl", "sluice", "good")
    packed(tmp_path / place / evil, "sluice", "evil")
    source = f"wheels:{tmp_path / place}"
    assembler = Assembler(Options(sources=[source]), docs)
    found = {plugin.name: plugin for plugin in assembler.registered("ns")}
    assert {name: p.distribution and p.distribution.name for name, p in found.items()} == {
        "good": "sluice",
        "evil": evil.partition("-")[0],
    }
    [problem] = assembler.problems
    packed(tmp_path / "others" / "sluice-main.zip", "sluice", "good")  # of a repository
    packed(tmp_path / "others" / "another-1.0.zip", "weir", "evil")
    others = Assembler(Options(sources=[f"wheels:{tmp_path / 'others'}", source]), docs)
    shown = [(p.name, p.distribution.name) for p in others.registered("ns") if p.distribution]
    assert shown[:2] == [("evil", "weir"), ("good", "sluice")]
    assert ("good", "sluice") in shown[2:]
    assert "it says that it is of sluice" in problem.text
    assert trusted(docs, source) == []
    assert trusted(docs, source, names=["slu*"]) == (["good"] if place.startswith("root") else [])


def test_a_snapshot_is_not_trusted(site: Path, install: Install, tmp_path: Path) -> None:
    """It tells a file that is trusted, and the name of a distribution that is."""
    docs = repository(tmp_path / "root", {"m.py": RAW})
    install("one", {"ns": {"a": "m"}}, {"m.py": RAW})
    sources = [f"installed:{site}"]
    assert trusted(docs, *sources, names=["one"]) == ["a"]
    catalog = Assembler(Options(sources=sources, introspection="static"), docs).namespace("ns")
    assert catalog is not None
    (docs / "snapshot.json").write_bytes(to_json(Catalog(namespaces=(catalog,))))
    assert trusted(docs, f"snapshot:{docs / 'snapshot.json'}", *sources, names=["one"]) == []


def test_a_module_of_another_source_takes_no_name(site: Path, install: Install, tmp_path: Path) -> None:
    """An editable install elsewhere maps the name of a module to one of its own, called like one that is trusted."""
    docs = repository(tmp_path / "root", {"one/a.py": RAW, "a.py": RAW})
    install("one", {"ns": {"a": "one.a", "b": "evil", "c": "evil2"}}, {"one/a.py": RAW, "a.py": RAW})
    (tmp_path / "evil" / "one").mkdir(parents=True)
    (tmp_path / "evil" / "one" / "a.py").write_text("'Evil.'")
    other = tmp_path / "other" / "lib" / "python3.12" / "site-packages"
    other.mkdir(parents=True)
    (other / "evil-1.0.dist-info").mkdir()
    mapping = dict.fromkeys(["one.a", "evil", "evil2"], f"{tmp_path}/evil/one/a.py") | {"one": f"{tmp_path}/evil/one"}
    (site / "__editable___evil_finder.py").write_text(f"MAPPING = {mapping | {'one': 1}!r}")
    (other / "__editable___evil_finder.py").write_text(f"MAPPING = {mapping!r}")
    sources = [f"installed:{site}", f"installed:{tmp_path / 'other'}"]
    assert trusted(docs, *sources) == ["a"]
    namespace = Assembler(Options(sources=sources, introspection="static"), docs).namespace("ns")
    assert namespace is not None
    assert [plugin.docstring and plugin.docstring.text[:5] for plugin in namespace.plugins] == [
        "One.\n",
        "Evil.",
        "Evil.",
    ]


def test_repository(tmp_path: Path) -> None:
    docs = tmp_path / "a" / "b" / "docs"
    docs.mkdir(parents=True)
    assert trust.repository(docs) in {docs, *docs.parents}
    (tmp_path / "a" / "b" / "setup.cfg").touch()
    assert trust.repository(docs) == tmp_path / "a" / "b"
    (tmp_path / "a" / ".git").touch()  # a file, of a worktree
    assert trust.repository(docs) == tmp_path / "a"
    (tmp_path / "linked").symlink_to(docs)
    assert trust.repository(tmp_path / "linked") == tmp_path / "a"
    (tmp_path / "a" / "circle").symlink_to("circle")
    assert trust.repository(tmp_path / "a" / "circle") == tmp_path / "a"


def test_originals_are_looked_for_in_a_bounded_number_of_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "site" / "m.py"
    for file in (*(tmp_path / "repository" / f"f{number}" / "m.py" for number in range(6)), copy):
        file.parent.mkdir(parents=True)
        file.write_text("'Words.'" if "f5" in file.parts or file == copy else "")
    for most, expected in ((7, True), (6, False), (1, False)):
        monkeypatch.setattr(limits, "MOST_REPOSITORY_FOLDERS", most)
        assert Trust(tmp_path / "repository", [], Disk()).includes(copy, "m.py") is expected


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
        *["http://[::1", "https://x]/", "https://[x]/"],
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
