"""Wheels and source archives that are read in place, hostile ones among them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.core import limits
from sphinxext.plugins.core.model import Introspection, ProblemKind
from sphinxext.plugins.core.namespaces import NamespaceOptions
from sphinxext.plugins.core.types import FieldSettings
from sphinxext.plugins.settings import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sphinxext.plugins.core.model import Plugin
    from tests.conftest import Install, Project

METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: Of {name}.\n"


def contents(name: str = "one", version: str = "1", files: Mapping[str, str] = {}) -> dict[str, str]:
    info = f"{name}-{version}.dist-info"
    return {
        f"{info}/METADATA": METADATA.format(name=name, version=version),
        f"{info}/entry_points.txt": "[ns]\na = pack.m:A\n",
        "pack/__init__.py": "",
        "pack/m.py": f'from pack.base import Base\nclass A(Base):\n    """Of {name} {version}."""\n',
        "pack/base.py": 'raise SystemExit("not to be run")\nclass Base:\n    title = "Of the base"\n',
        **files,
    }


def wheel(folder: Path, files: Mapping[str, str | bytes], name: str = "one-1-py3-none-any.whl") -> Path:
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as made:
        for file, text in files.items():
            made.writestr(file, text)
    return folder / name


def found(place: Path, *more: str, **fields: str) -> tuple[dict[str, Plugin], list[str], Assembler]:
    """Return the plugins of a namespace by name, and what is wrong, each message with its remedy."""
    settings = {
        "ns": NamespaceOptions(
            fields={name: FieldSettings(describers=(describer,)) for name, describer in fields.items()}
        )
    }
    options = Options(sources=[f"wheels:{place.name}", *more], namespaces=settings)
    assembler = Assembler(options, place.parent)
    namespace = assembler.namespace("ns")
    plugins = namespace.plugins if namespace else ()
    assert all(problem.kind is ProblemKind.SOURCE for problem in assembler.problems)
    return {plugin.name: plugin for plugin in plugins}, [problem.text for problem in assembler.problems], assembler


def test_modules_are_read_out_of_the_wheel(tmp_path: Path) -> None:
    path = wheel(tmp_path / "dist", contents())
    before = sorted(tmp_path.rglob("*"))
    plugins, problems, assembler = found(path.parent, Title="attr:title")
    assert problems == []
    plugin = plugins["a"]
    assert plugin.docstring is not None
    assert plugin.docstring.text == "Of one 1."
    assert [field.value for field in plugin.fields] == ["Of the base"]
    assert plugin.distribution is not None
    assert (plugin.distribution.version, plugin.distribution.summary) == ("1", "Of one.")
    assert plugin.distribution.source == "wheels:dist"
    assert plugin.location is not None
    assert plugin.location.file == "pack/m.py"
    assert assembler.locate(plugin.location, plugin) == path / "pack" / "m.py"
    assert sorted(tmp_path.rglob("*")) == before  # nothing was unpacked


def test_one_file_is_a_source_as_well(tmp_path: Path) -> None:
    path = wheel(tmp_path / "dist", contents())
    wheel(tmp_path / "dist", contents("two"), "two-1-py3-none-any.whl")
    options = Options(sources=["wheels:dist/one-1-py3-none-any.whl"])
    namespace = Assembler(options, tmp_path).namespace("ns")
    assert path.is_file()
    assert namespace is not None
    assert [plugin.distribution and plugin.distribution.name for plugin in namespace.plugins] == ["one"]


def test_modules_in_the_data_folder(tmp_path: Path) -> None:
    files = contents()
    moved = {name if "dist-info" in name else f"one-1.data/purelib/{name}": text for name, text in files.items()}
    wheel(tmp_path / "dist", moved)
    assert found(tmp_path / "dist")[0]["a"].introspection is Introspection.STATIC


@pytest.mark.parametrize("introspection", ["auto", "import", "static"])
def test_nothing_of_a_wheel_is_loaded(tmp_path: Path, introspection: str) -> None:
    text = "from pathlib import Path\nPath('ran').touch()\ndef __getattr__(name): return name\n"
    wheel(tmp_path / "dist", contents(files={"pack/m.py": text}))
    assembler = Assembler(Options(sources=["wheels:dist"], introspection=introspection), tmp_path)  # type: ignore[arg-type]  # one of the three
    namespace = assembler.namespace("ns")
    assert namespace is not None
    [plugin] = namespace.plugins
    assert "cannot be told from the source" in plugin.problems[0].message
    assert not Path("ran").exists()


def test_base_classes_may_be_in_another_source(install: Install, tmp_path: Path) -> None:
    install("base", files={"base_of_all.py": "class Base:\n    title = 'installed'\n"})
    text = "from base_of_all import Base\nclass A(Base): pass\n"
    path = wheel(tmp_path / "dist", contents(files={"pack/m.py": text}))
    plugins, problems, _ = found(path.parent, "installed", Title="attr:title")
    assert problems == []
    assert [field.value for field in plugins["a"].fields] == ["installed"]


def test_modules_of_two_sources_do_not_mix(install: Install, tmp_path: Path) -> None:
    install("two", {"ns": {"b": "pack.m:A"}}, {"pack/__init__.py": "", "pack/m.py": "class A: '''Of two.'''"})
    wheel(tmp_path / "dist", contents())
    plugins, _, assembler = found(tmp_path / "dist", "installed")
    words = {name: plugin.docstring and plugin.docstring.text for name, plugin in plugins.items()}
    assert words == {"a": "Of one 1.", "b": "Of two."}
    places = {name: str(assembler.locate(p.location, p)) for name, p in plugins.items() if p.location}
    assert ".whl" in places["a"]
    assert ".whl" not in places["b"]
    sources = {name: plugin.distribution and plugin.distribution.source for name, plugin in plugins.items()}
    assert sources == {"a": "wheels:dist", "b": "installed"}


def test_the_newest_version_counts_and_of_that_the_wheel(tmp_path: Path) -> None:
    for version in ("1.9", "1.10", "1.10rc1"):
        wheel(tmp_path / "dist", contents("one", version), f"one-{version}-py3-none-any.whl")
    (tmp_path / "dist" / "One-1.10.tar.gz").write_bytes(b"not opened")
    plugins, problems, _ = found(tmp_path / "dist")
    assert problems == []
    assert [p.distribution and p.distribution.version for p in plugins.values()] == ["1.10"]


def test_pages_follow_a_wheel(tmp_path: Path, project: Project) -> None:
    wheel(tmp_path / "dist", contents())
    settings: dict[str, Any] = {"plugins_sources": ["wheels:../dist"], "plugins_report_untrusted": True}
    page = {"index.rst": "Top\n===\n\n.. list-plugins:: ns\n"}
    app = project.build(page, builder="text", **settings)
    assert project.warnings == []
    assert "a -- Of one 1." in (app.outdir / "index.txt").read_text()
    project.build(builder="text", **settings)
    assert project.read == []
    wheel(tmp_path / "dist", contents(files={"pack/m.py": "class A:\n    '''Changed `x.'''\n"}))
    app = project.build(builder="text", **settings)
    assert project.read == ["index"]
    assert "Changed" in (app.outdir / "index.txt").read_text()
    [warning] = project.warnings  # at the line in the wheel
    assert f"{tmp_path}/dist/one-1-py3-none-any.whl/pack/m.py:2: WARNING" in warning


@pytest.mark.slow
def test_processes_read_one_wheel_side_by_side(tmp_path: Path, project: Project) -> None:
    names = [f"p{number}" for number in range(40)]
    files: dict[str, str] = {f"{name}.py": f"class A:\n    '''Of {name}.'''\n" * 50 for name in names}
    files["one-1.dist-info/METADATA"] = METADATA.format(name="one", version="1")
    entry_points = [f"[ns.{name}]\na = {name}:A\n" for name in names]
    files["one-1.dist-info/entry_points.txt"] = "".join(entry_points)
    wheel(tmp_path / "dist", files)
    pages = {f"{name}.rst": f"{name}\n{'=' * 9}\n\n.. list-plugins:: ns.{name}\n" for name in names}
    pages["index.rst"] = "Top\n===\n\n.. toctree::\n   :glob:\n\n   *\n"
    app = project.build(pages, builder="text", parallel=4, plugins_sources=["wheels:../dist"])
    assert project.warnings == []
    for name in names:
        assert f"Of {name}." in (app.outdir / f"{name}.txt").read_text()


def tar(folder: Path, files: Mapping[str, str], opened: Callable[..., object], name: str) -> Path:
    folder.mkdir(exist_ok=True)
    with opened(folder / name, "wb") as stream, tarfile.open(fileobj=stream, mode="w") as made:  # type: ignore[attr-defined]  # each is a stream
        for file, text in files.items():
            info = tarfile.TarInfo(file)
            info.size = len(text.encode())
            made.addfile(info, io.BytesIO(text.encode()))
    return folder / name


SDIST = {
    "one-1/PKG-INFO": METADATA.format(name="one", version="1"),
    "one-1/pyproject.toml": "[project]\nname = 'one'\nversion = '1'\n[project.entry-points.ns]\na = 'pack.m:A'\n",
    "one-1/src/pack/__init__.py": "",
    "one-1/src/pack/m.py": "class A:\n    '''Of a source archive.'''\n",
    "one-1/setup.py": "raise SystemExit('not to be run')\n",
}


@pytest.mark.parametrize(
    ("opened", "suffix"),
    [(gzip.open, ".tar.gz"), (bz2.open, ".tar.bz2"), (lzma.open, ".tar.xz"), (open, ".tar"), (gzip.open, ".tgz")],
)
def test_source_archives(tmp_path: Path, opened: Callable[..., object], suffix: str) -> None:
    path = tar(tmp_path / "dist", SDIST, opened, f"one-1{suffix}")
    plugins, problems, assembler = found(path.parent)
    assert problems == []
    plugin = plugins["a"]
    assert plugin.docstring is not None
    assert plugin.docstring.text == "Of a source archive."
    assert plugin.location is not None
    assert assembler.locate(plugin.location, plugin) == path / "one-1/src/pack/m.py"


def test_a_zip_of_source(tmp_path: Path) -> None:
    wheel(tmp_path / "dist", SDIST, "one-1.zip")
    assert found(tmp_path / "dist")[0]["a"].docstring is not None


def no_metadata() -> dict[str, str]:
    files = contents()
    del files["one-1.dist-info/METADATA"]
    return files


def test_a_folder_without_wheels(tmp_path: Path) -> None:
    for place in ("nowhere", "empty"):
        if place == "empty":
            (tmp_path / place).mkdir()
            (tmp_path / place / "a.txt").touch()
        plugins, [problem], _ = found(tmp_path / place)
        assert plugins == {}
        assert problem.startswith(
            f"the source wheels:{place} ({tmp_path / place}) is not there, or holds no wheel; give"
        )


ENTRY_POINTS = "one-1.dist-info/entry_points.txt"

BOMB = b"\0" * (limits.LARGEST_MEMBER + 2**20)


@pytest.mark.parametrize(
    ("files", "reason", "known"),
    [
        (
            {**contents(), "../../a.py": "x"},
            "has names in it that no file in it can have, such as '../../a",
            True,
        ),
        ({**contents(), "/etc/passwd.py": "x"}, "such as '/etc/passwd.py'", True),
        ({**contents(), "a/" * 1000 + "b.py": "x"}, "such as 'a/a/", True),
        (no_metadata(), "has no METADATA", True),
        ({"pack/m.py": ""}, "is no wheel: it has no folder .dist-info", False),
        (
            {**contents(), ENTRY_POINTS: "[ns]\nbroken\na = pack.m:A\n"},
            "line 2 has no sign of equality",
            True,
        ),
        ({**contents(), ENTRY_POINTS: BOMB}, "entry_points.txt is larger than", False),
    ],
    ids=["up", "absolute", "deep", "no-metadata", "no-dist-info", "entry-points", "bomb"],
)
def test_hostile_wheels(tmp_path: Path, files: dict[str, str | bytes], reason: str, known: bool) -> None:  # noqa: FBT001
    wheel(tmp_path / "dist", files)
    wheel(
        tmp_path / "dist",
        contents(
            "two",
            files={"two-1.dist-info/entry_points.txt": "[ns]\nb = pack.m:A", "pack/m.py": contents()["pack/m.py"]},
        ),
        "two-1.whl",
    )
    plugins, [problem], _ = found(tmp_path / "dist")
    assert reason in problem
    assert sorted(plugins) == (["a", "b"] if known else ["b"])


def test_a_bomb_among_the_modules(tmp_path: Path) -> None:
    wheel(tmp_path / "dist", {**contents(), "pack/m.py": BOMB})
    plugins, problems, _ = found(tmp_path / "dist")
    assert problems == []
    [problem] = plugins["a"].problems
    assert "larger than 16 MiB" in problem.message


def flipped(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("how", ["empty", "text", "cut", "folder", "unreadable"])
def test_broken_archives(tmp_path: Path, how: str) -> None:
    wheel(tmp_path / "dist", contents("two"), "two-1-py3-none-any.whl")
    path = tmp_path / "dist" / "one-1-py3-none-any.whl"
    match how:
        case "empty":
            path.touch()
        case "text":
            path.write_text("no zip")
        case "cut":
            wheel(path.parent, contents())
            path.write_bytes(path.read_bytes()[:-30])
        case "folder":
            path.mkdir()
        case _:
            path.symlink_to(tmp_path / "nowhere")
    plugins, [problem], _ = found(tmp_path / "dist")
    assert list(plugins) == ["a"]
    assert "the archive one-1-py3-none-any.whl of wheels:dist cannot be read: " in problem
    assert str(tmp_path) not in problem


@pytest.mark.slow
def test_every_flipped_byte_of_a_wheel_is_survived(tmp_path: Path) -> None:
    path = wheel(tmp_path / "dist", contents())
    sound = path.read_bytes()
    for at in range(0, len(sound), 7):
        flipped(path, at)
        plugins, problems, _ = found(path.parent)
        named = path.read_bytes().count(b"one-1.dist-info/entry_points.txt") == 2  # or there is none by its names
        assert "a" in plugins or problems or not named, at
        path.write_bytes(sound)


@pytest.mark.parametrize("opened", [gzip.open, bz2.open, lzma.open])
def test_a_tar_that_unpacks_to_too_much(
    tmp_path: Path, opened: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LARGEST_TAR", 2**20)
    tar(tmp_path / "dist", {**SDIST, "one-1/zeros.bin": "\0" * 2**21}, opened, "one-1.tar.gz")
    plugins, [problem], _ = found(tmp_path / "dist")
    assert plugins == {}
    assert "it unpacks to more than 1 MiB" in problem
    path = tmp_path / "dist" / "one-1.tar.gz"
    path.write_bytes(path.read_bytes()[:-100])
    assert len(found(tmp_path / "dist")[1]) == 1


@pytest.mark.parametrize("folder", ["one\x1b[2J-1", "one-1\nx.py:3: WARNING: x", "one\u202e-1"])
def test_a_folder_in_an_archive_has_no_say_on_terminals_or_in_catalogs_of_messages(
    project: Project, folder: str
) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "one"\nversion = "1"\n[project.entry-points.ns]\na = "m:A"\n',
        "m.py": "class A:\n    '''One.\n\n    .. raw:: html\n\n       <b>\n    '''\n",
    }
    (project.folder / "dist").mkdir()
    tar(project.folder / "dist", {f"{folder}/{name}": text for name, text in files.items()}, open, "one-1.tar")
    app = project.build(".. list-plugins:: ns\n   :detailed:\n", builder="gettext", plugins_sources=["wheels:dist"])
    [warning] = project.warnings
    escaped = folder.encode("ascii", "backslashreplace").decode().replace("\x1b", r"\x1b").replace("\n", r"\n")
    assert warning.startswith(f"dist/one-1.tar/{escaped}/m.py:4: WARNING: ")
    assert f"dist/one-1.tar/{escaped}/m.py:2" in (app.outdir / "index.pot").read_text()


def test_links_and_devices_in_a_tar_are_no_files(tmp_path: Path) -> None:
    path = tar(tmp_path / "dist", SDIST, open, "one-1.tar")
    with tarfile.open(path, "a") as made:
        for name, kind, target in (
            ("one-1/src/pack/l.py", tarfile.SYMTYPE, "/etc/passwd"),
            ("one-1/src/pack/h.py", tarfile.LNKTYPE, "one-1/setup.py"),
            ("one-1/src/pack/d.py", tarfile.CHRTYPE, ""),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            made.addfile(info)
    plugins, problems, _ = found(tmp_path / "dist")
    assert problems == []
    assert list(plugins) == ["a"]


def test_names_with_dashes_are_several_distributions(tmp_path: Path) -> None:
    for name in ("one", "one-two", "one-two-3d"):
        files = {
            f"{name}-10.0/PKG-INFO": METADATA.format(name=name, version="10.0"),
            f"{name}-10.0/pyproject.toml": f"[project]\nname = '{name}'\nversion = '10.0'\n"
            f"[project.entry-points.ns]\n{name} = 'pack.m:A'\n",
        }
        tar(tmp_path / "dist", files, gzip.open, f"{name}-10.0.tar.gz")
        tar(tmp_path / "dist", {}, gzip.open, f"{name}-9.0.tar.gz")
    plugins, problems, _ = found(tmp_path / "dist")
    assert problems == []
    assert sorted(plugins) == ["one", "one-two", "one-two-3d"]


def modules(folder: Path, name: str, target: str, files: Mapping[str, str], archive: str = "") -> Path:
    """Make a wheel that registers a plugin of its own name, whose target is told, and has these files."""
    info = f"{name}-1.dist-info"
    made = {
        f"{info}/METADATA": METADATA.format(name=name, version="1"),
        f"{info}/entry_points.txt": f"[ns]\n{name} = {target}\n",
    }
    return wheel(folder, {**made, **files}, archive or f"{name}-1-py3-none-any.whl")


GOOD = "from sluice.base import Base\nclass A(Base):\n    '''Good.'''\n    title = 'Good'\nclass B(Base): pass\n"
BASE = "class Base:\n    base = 'Good'\n"
FORGED = "class A:\n    '''Forged.'''\n    title = base = 'Forged'\nclass B(A): pass\n"


@pytest.mark.parametrize("evil", ["aevil", "zevil"])
@pytest.mark.parametrize(
    ("good", "forged", "told"),
    [
        (
            {"sluice/__init__.py": "", "sluice/readers.py": GOOD, "sluice/base.py": BASE},
            {"sluice/__init__.py": "", "sluice/readers.py": FORGED},
            "sluice/readers.py",
        ),
        (
            {"sluice/__init__.py": "", "sluice/readers.py": GOOD, "sluice/base.py": BASE},
            {"sluice/__init__.py": "", "sluice/readers/__init__.py": FORGED},
            "sluice/readers",
        ),
        (
            {"sluice/__init__.py": "'''Sluice.'''", "sluice/readers.py": GOOD, "sluice/base.py": BASE},
            {"sluice.py": FORGED, "sluice/readers.py": FORGED, "sluice/base.py": "class Base:\n    base = 'Forged'\n"},
            "sluice",
        ),
        (
            {"sluice/readers.py": GOOD, "sluice/base.py": BASE},
            {"sluice/__init__.py": "", "sluice/readers.py": FORGED},
            "sluice/readers.py",
        ),
        ({"sluice/readers.py": GOOD, "sluice/base.py": BASE}, {"sluice.py": FORGED}, None),
        (
            {"sluice/__init__.py": "", "sluice/readers.py": GOOD, "sluice/base.py": BASE},
            {"evil-1.data/purelib/sluice/readers.py": FORGED, "evil-1.data/purelib/sluice/base.py": FORGED},
            "sluice/base.py",
        ),
        (
            {"sluice-1.data/purelib/sluice/readers.py": GOOD, "sluice-1.data/purelib/sluice/base.py": BASE},
            {"sluice/__init__.py": "", "sluice/readers.py": FORGED, "sluice/base.py": FORGED},
            "sluice/base.py",
        ),
        (
            {"sluice/__init__.py": "", "sluice/readers.py": GOOD, "sluice/base.py": BASE},
            {"sluice/__init__.py": "", "sluice/readers.py": FORGED, "sluice/readers.pyi": FORGED},
            "sluice/readers.py",
        ),
    ],
    ids=["same", "package", "module", "namespace", "namespace-module", "purelib", "own-purelib", "stub"],
)
def test_no_archive_has_a_say_in_the_modules_of_another(
    tmp_path: Path, good: dict[str, str], forged: dict[str, str], told: str | None, evil: str
) -> None:
    modules(tmp_path / "dist", "sluice", "sluice.readers:A", good)
    forged = {name.replace("evil", evil): text for name, text in forged.items()}
    modules(tmp_path / "dist", evil, f"{evil}:A", {**forged, f"{evil}.py": "class A: '''Own.'''"})
    plugins, problems, assembler = found(tmp_path / "dist", Title="attr:title", Base="attr:base")
    words = {name: plugin.docstring and plugin.docstring.text for name, plugin in plugins.items()}
    assert words == {"sluice": "Good.", evil: "Own."}
    assert [field.value for field in plugins["sluice"].fields] == ["Good", "Good"]
    location = plugins["sluice"].location
    assert location is not None
    assert str(assembler.locate(location, plugins["sluice"])).startswith(str(tmp_path / "dist" / "sluice-1"))
    assert assembler.members(plugins["sluice"]) == {"title", "base"}
    archives_named = sorted([f"{evil}-1-py3-none-any.whl", "sluice-1-py3-none-any.whl"])
    assert len(problems) == (told is not None)
    for problem in problems:
        assert problem.startswith(f"the archives {archives_named[0]} and {archives_named[1]} of wheels:dist both have")
        assert f"the module file {told}" in problem


def test_who_registers_a_module_of_another_archive_gets_its_own(tmp_path: Path) -> None:
    """Each says of its plugins what it likes; there is one warning for each that differs."""
    for name in ("aevil", "sluice", "zevil"):
        files = {"sluice/__init__.py": name, "sluice/readers.py": f"class A: '''Of {name}.'''"}
        modules(tmp_path / "dist", name, "sluice.readers:A", files)
    plugins, problems, _ = found(tmp_path / "dist")
    words = {name: plugin.docstring and plugin.docstring.text for name, plugin in plugins.items()}
    assert words == {name: f"Of {name}." for name in ("aevil", "sluice", "zevil")}
    assert len(problems) == 2
    assert all("aevil-1-py3-none-any.whl" in problem for problem in problems)


@pytest.mark.parametrize("archive", ["aevil-1.zip", "zevil-1.tar.gz"])
def test_a_source_archive_maps_no_module_of_another(tmp_path: Path, archive: str) -> None:
    name = archive.partition("-")[0]
    files = {
        "x/pyproject.toml": f"[project]\nname = '{name}'\nversion = '1'\n[project.entry-points.ns]\n{name} = 'own:A'\n"
        "[build-system]\nrequires = ['setuptools']\nbuild-backend = 'setuptools.build_meta'\n"
        "[tool.setuptools]\npackages = ['sluice']\n[tool.setuptools.package-dir]\nsluice = 'lib'\n",
        "x/lib/__init__.py": "",
        "x/lib/readers.py": FORGED,
        "x/own.py": "class A: '''Own.'''",
    }
    if archive.endswith(".zip"):
        wheel(tmp_path / "dist", files, archive)
    else:
        tar(tmp_path / "dist", files, gzip.open, archive)
    good = {"sluice/__init__.py": "", "sluice/readers.py": GOOD, "sluice/base.py": BASE}
    modules(tmp_path / "dist", "sluice", "sluice.readers:A", good)
    plugins, [problem], _ = found(tmp_path / "dist")
    docstring = plugins["sluice"].docstring
    assert docstring is not None
    assert docstring.text == "Good."
    assert "both have the module file sluice/readers.py" in problem


@pytest.mark.parametrize("evil", ["aevil", "zevil"])
@pytest.mark.parametrize("good", ["sluice-1-py3-none-any.whl", "sluice-main.zip"])
@pytest.mark.parametrize("kind", ["whl", "zip", "nameless"])
def test_no_folder_of_metadata_takes_the_place_of_another_archive(
    tmp_path: Path, evil: str, good: str, kind: str
) -> None:
    files = {"sluice/__init__.py": "", "sluice/readers.py": GOOD, "sluice/base.py": BASE}
    pyproject = "[project]\nname = 'sluice'\nversion = '1'\n[project.entry-points.ns]\nsluice = 'sluice.readers:A'\n"
    if good.endswith(".zip"):
        wheel(tmp_path / "dist", {"x/pyproject.toml": pyproject, **{f"x/{n}": t for n, t in files.items()}}, good)
    else:
        modules(tmp_path / "dist", "sluice", "sluice.readers:A", files)
    start, info = ("", "sluice-1.dist-info/METADATA") if kind == "whl" else ("x/", "sluice.egg-info/PKG-INFO")
    forged = {
        info: "Version: 1\n" if kind == "nameless" else METADATA.format(name=evil, version="1"),
        f"{info.partition('/')[0]}/entry_points.txt": "[ns]\nevil = evil:A\n",
        "setup.py": "",
        "sluice/__init__.py": "",
        "sluice/readers.py": FORGED,
        "evil.py": "class A: 'Own.'",
    }
    archive = f"{evil}-1-py3-none-any.whl" if kind == "whl" else f"{evil}-1.zip"
    wheel(tmp_path / "dist", {f"{start}{name}": text for name, text in forged.items()}, archive)
    plugins, _, _ = found(tmp_path / "dist")
    assert {name: p.docstring and p.docstring.text for name, p in plugins.items()} == {
        "sluice": "Good.",
        "evil": "Own.",
    }
    assert {name: p.distribution and p.distribution.name for name, p in plugins.items()} == {
        "sluice": "sluice",
        "evil": "x" if kind == "nameless" else evil,
    }


EXTENDING = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"


@pytest.mark.parametrize(
    "inits",
    [
        ("", ""),
        (None, None),
        (EXTENDING, EXTENDING),
        (EXTENDING, f"# Of another year.\n{EXTENDING}"),
        (EXTENDING, None),
    ],
    ids=["empty", "native", "pkgutil", "pkgutil-differs", "mixed"],
)
def test_namespace_packages_of_several_archives(tmp_path: Path, inits: tuple[str | None, str | None]) -> None:
    for name, init in zip(("one", "two"), inits, strict=True):
        other = {"one": "two", "two": "one"}[name]
        inherits = f"from space.{other} import Base\nclass A(Base): '''Of {name}.'''\nclass Base: title = '{name}'\n"
        files = {f"space/{name}.py": inherits, "tests/conftest.py": name}
        modules(
            tmp_path / "dist",
            name,
            f"space.{name}:A",
            files if init is None else {**files, "space/__init__.py": init},
        )
    plugins, problems, _ = found(tmp_path / "dist", Title="attr:title")
    assert problems == []
    words = {name: plugin.docstring and plugin.docstring.text for name, plugin in plugins.items()}
    assert words == {"one": "Of one.", "two": "Of two."}
    titles = {name: [field.value for field in plugin.fields] for name, plugin in plugins.items()}
    # Where both have the package itself, as an import would find it, it is no namespace.
    assert titles == ({"one": [], "two": []} if inits[0] == "" else {"one": ["two"], "two": ["one"]})


def test_pages_follow_an_archive_that_comes_and_goes(tmp_path: Path, project: Project) -> None:
    good = {"sluice/readers.py": GOOD, "sluice/base.py": BASE}
    modules(tmp_path / "dist", "sluice", "sluice.readers:A", good)
    settings: dict[str, Any] = {"plugins_sources": ["wheels:../dist"]}
    page = {"index.rst": "Top\n===\n\n.. list-plugins:: ns\n"}
    project.build(page, builder="text", **settings)
    assert project.warnings == []
    files = {"sluice/__init__.py": "", "sluice/readers.py": FORGED, "aevil.py": "class A: '''Own.'''"}
    evil = modules(tmp_path / "dist", "aevil", "aevil:A", files)
    for read in (["index"], []):
        app = project.build(builder="text", **settings)
        assert project.read == read
        [warning] = project.warnings
        assert "both have the module file sluice/readers.py" in warning
        text = (app.outdir / "index.txt").read_text()
        assert "sluice -- Good." in text
        assert "Forged" not in text
    evil.unlink()
    project.build(builder="text", **settings)
    assert project.warnings == []


FORKED = """
import os, sys
from pathlib import Path
from sphinxext.plugins.sources.archives import open_archive

archive = open_archive(Path(sys.argv[1]))
child = os.fork()
same = all(archive.read(name) == name.encode() * 100 for _ in range(50) for name in archive.names())
if child:
    same = os.waitpid(child, 0)[1] == 0 and same
os._exit(not same)
"""


def test_processes_that_are_forked_read_an_archive_at_once(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as opened:
        for number in range(100):
            opened.writestr(f"file{number}", f"file{number}" * 100)
    subprocess.run([sys.executable, "-c", FORKED, tmp_path / "one.zip"], check=True)
