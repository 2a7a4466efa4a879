"""Files that are not what they should be: each is one problem that says so, and what reads them goes on."""

from __future__ import annotations

import ast
import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import time
import tracemalloc
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sphinxext.plugins
from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.core import decoding, files, limits
from sphinxext.plugins.core.model import ProblemKind
from sphinxext.plugins.settings import Options
from sphinxext.plugins.sources.archives import open_archive
from sphinxext.plugins.sources.installed import Installed
from sphinxext.plugins.sources.metadata import entry_points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sphinxext.plugins.core.model import Namespace, Problem
    from tests.conftest import Install, Project

PACKAGE = Path(sphinxext.plugins.__file__).parent

READING = {
    *("open", "read_text", "read_bytes", "fdopen", "loads", "load", "decode", "parse", "read_string", "parsestr"),
    *("ZipFile", "RawConfigParser", "HeaderParser", "visit"),
}
"""What opens a file or reads its form, by the last name of what is called."""

WHERE = {
    "core/files.py": {"open"},
    "core/decoding.py": {"decode", "loads", "parse", "read_string", "RawConfigParser"},
    "sources/archives.py": {"open", "fdopen", "ZipFile"},  # what they open is a descriptor of files, or in that
    "sources/metadata.py": {"open", "decode", "HeaderParser", "parsestr"},
    "introspect/static/scopes.py": {"parse"},  # modules
    "introspect/static/syntax.py": {"parse"},  # an annotation
    "introspect/live/introspector.py": {"load"},  # plugins
    "introspect/live/process.py": {"decode", "read_bytes"},  # lines of the worker; /proc
    "introspect/live/guardian.py": {"open", "load"},  # /proc and the null device; the worker
    "introspect/live/worker.py": {"open", "fdopen", "loads"},  # the null device; lines of the build
    "introspect/live/lineages.py": {"loads"},  # what the build asks
    "introspect/live/registries.py": {"loads"},  # the same
    "introspect/live/single.py": {"parse"},  # of a module that is loaded
    "introspect/live/marked.py": {"parse"},  # the same
    "introspect/live/portable.py": {"parse"},  # the same
    "core/values.py": {"decode"},
    "core/entries.py": {"decode"},  # what was encoded before
    "introspect/live/options/reading.py": {"parse", "decode"},  # in the process that loads
    "core/expressions.py": {"parse", "visit"},  # what stands in conf.py
    "core/evaluation.py": {"decode"},  # bytes that somebody answers
    "cli/__init__.py": {"open"},  # the null device
    "cli/terminal.py": {"open"},  # the null device
    "cli/commands.py": {"open", "decode"},  # a descriptor that a shell gives
    "introspect/cache.py": {"decode"},  # what was encoded before
    "catalog.py": {"decode"},
    "checks/stale.py": {"decode"},  # what git leaves out
    "core/exported.py": {"decode"},
    "formats/coverage.py": {"decode"},  # what was encoded before
    "formats/reports.py": {"decode"},  # as well
    "formats/__init__.py": {"decode"},  # what a format wrote
    "formats/schemas.py": {"decode"},
    "formats/json.py": {"decode"},  # what was encoded before
    "core/typos.py": {"decode"},  # bytes that were read
    "checks/asked.py": {"decode"},
    "checks/checkout.py": {"decode"},
    "sphinx/docstrings/findings.py": {"decode"},
    "sphinx/events.py": {"read_bytes"},  # of this package
}
"""Where these may be called; whatever is decoded there was read by ``files``."""


def test_files_are_read_where_the_system_lacks_flags(tmp_path: Path) -> None:
    """As Windows does, which has one of its own instead."""
    (tmp_path / "file").write_bytes(b"read\r\n")
    code = "import os, sys\ndel os.O_NONBLOCK, os.O_CLOEXEC\n"
    code += "from sphinxext.plugins.core.files import read\nsys.stdout.buffer.write(read(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "file"], check=True, capture_output=True)
    assert done.stdout == b"read\r\n"


def called(words: Iterable[str]) -> Iterator[tuple[str, list[ast.expr]]]:
    """Give what is called in each module of the package that has one of the words in it; the others call none."""
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text()
        if not set(words).isdisjoint(re.findall(r"\w+", text)):
            calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
            yield path.relative_to(PACKAGE).as_posix(), calls


def test_only_one_module_opens_files_and_one_reads_their_form() -> None:
    for name, calls in called(READING):
        names = {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in calls}
        parsers = {"parse"} if name.startswith(("sphinx/docstrings/", "sphinx/directives/")) else set()  # of docutils
        assert names & READING - parsers <= WHERE.get(name, set()), name


ASKING = {
    *("is_file", "is_dir", "is_symlink", "is_mount", "exists", "resolve", "stat", "lstat", "samefile", "readlink"),
    *("glob", "rglob", "iterdir"),
}
"""Methods that ask what is at a path, and raise an error where its name is too long or they may not ask."""

ASKED_AT = {
    "core/files.py": {"stat", "resolve"},  # what they raise is caught there
    "sources/archives.py": {"is_dir"},  # of an entry of an archive
    "introspect/introspected.py": ASKING,  # of os, as many times as fast; caught
    "introspect/live/tracer.py": ASKING,  # as well
    "core/describers.py": {"is_file"},  # of what the fields of plugins ask for
    "introspect/__init__.py": {"is_file"},  # as well
    "introspect/static/frames.py": {"exists"},  # of a module
    "introspect/static/names.py": {"exists"},  # of a module
    "introspect/static/options.py": {"exists"},  # of a module
    "introspect/static/registries.py": {"exists"},  # of a module
    "introspect/static/scopes.py": {"exists"},  # of a module
    "sources/releases.py": {"glob"},  # of the module of that name, which catches them
    "sphinx/written.py": {"iterdir", "samefile"},  # what they raise is a problem of plugins_pages
    "sphinx/pages.py": {"iterdir"},  # as well
    "introspect/cache.py": {"rglob"},  # of this package
    "sphinx/events.py": {"iterdir"},  # of this package
}
"""Where these may be called; all else asks with the functions of ``files``."""


def test_nothing_asks_what_is_at_a_path_in_a_way_that_raises_errors() -> None:
    for name, calls in called(ASKING):
        methods = {f.attr for f in calls if isinstance(f, ast.Attribute) and ast.unparse(f.value) != "files"}
        assert methods & ASKING <= ASKED_AT.get(name, set()), name


class Place(NamedTuple):
    """A file that a source reads."""

    file: str
    source: str

    told: bool = True
    """Whether there is a problem where it cannot be opened."""


PLACES = [
    Place("env/one-1.0.dist-info/METADATA", "installed:env"),
    Place("env/one-1.0.dist-info/entry_points.txt", "installed:env"),
    Place("env/one-1.0.dist-info/direct_url.json", "installed:env", told=False),  # only asked who is trusted
    Place("env/one-1.0.dist-info/RECORD", "installed:env", told=False),
    Place("env/two.egg-info", "installed:env"),
    Place("env/two.pth", "installed:env"),
    Place("env/__editable___two_finder.py", "installed:env"),
    Place("env/_editable_impl_two.py", "installed:env"),
    Place("env/m.py", "installed:env"),
    Place("tree/pyproject.toml", "project:tree"),
    Place("tree/setup.cfg", "project:tree"),
    Place("tree/setup.py", "project:tree"),
    Place("tree/PKG-INFO", "project:tree"),
    Place("tree/m.py", "project:tree"),
    Place("wheels/one-1.0-py3-none-any.whl", "wheels:wheels"),
    Place("wheels/one-1.0.tar.gz", "wheels:wheels"),
    Place("wheels/one-1.0.zip", "wheels:wheels"),
    Place("kept.json", "snapshot:kept.json"),
    Place("facts.toml", "project:tree"),
    Place("cache.json", "project:tree", told=False),  # with -v
]


def fifo(file: Path) -> None:
    os.mkfifo(file)


def device(file: Path) -> None:
    file.symlink_to("/dev/zero")


def circle(file: Path) -> None:
    file.symlink_to(file)


def huge(file: Path) -> None:
    with file.open("wb") as stream:
        stream.truncate(2**30)


NO_FILES: list[Callable[[Path], None]] = [Path.mkdir, fifo, device, circle, huge]

CONTENTS = {
    "nothing": b"",
    "brackets": b"[" * 100_000,
    "named brackets": b"a = " + b"[" * 100_000,
    "tables": b"[a]\nb = " + b"{a = " * 100_000,
    "digits": b"9" * 100_000,
    "named digits": b"[a]\nb = " + b"9" * 100_000,
    "version": b"Name: one\nVersion: " + b"9" * 100_000,
    "JSON digits": b'{"schema_version": "1.0", "a": ' + b"9" * 100_000 + b"}",
    "schema_version": b'{"schema_version": "1.' + b"9" * 5_000 + b'"}',
    "JSON brackets": b'{"schema_version": "1.0", "a": ' + b"[" * 100_000,
    "no text": b"\xff\xfe\0\x80" * 1000,
    "no text behind": b"[a]\nb = 1\n\xff",
    "zeros": bytes(100_000),
    "dots": b"a" + b".a" * 100_000,
    "minuses": b"MAPPING = " + b"-" * 100_000 + b"1",
    "lines": b"x\n" * 20_000,
    "spaces": b"[a]\nx" + b" " * 100_000 + b"y",
}


@contextmanager
def in_time(seconds: int = 20) -> Iterator[None]:
    """Fail where something hangs."""

    def fail(*_: object) -> None:
        msg = "it hangs"
        raise TimeoutError(msg)

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """All sources, each with a sound distribution that registers ``ns:a``."""
    declared = '[project]\nname = "one"\nversion = "1.0"\n[project.entry-points.ns]\na = "m:A"\n'
    texts = {
        "env/one-1.0.dist-info/METADATA": "Name: one\nVersion: 1.0\n",
        "env/one-1.0.dist-info/entry_points.txt": "[ns]\na = m:A\n",
        "env/m.py": "class A:\n    '''Of A.'''\n",
        "tree/pyproject.toml": declared + '[build-system]\nbuild-backend = "setuptools.build_meta"\n',
        "tree/m.py": "class A:\n    '''Of A.'''\n",
        "facts.toml": '[ns.a]\nb = "c"\n',
    }
    told = {"name": "a", "target": "m:A", "distribution": "one", "introspection": "static"}
    kept = {
        "schema_version": "1.0",
        "distributions": {"one": {"name": "one"}},
        "namespaces": {"ns": {"plugins": [told]}},
    }
    for name, text in (texts | {"kept.json": json.dumps(kept)}).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "wheels").mkdir()
    return tmp_path


def look(folder: Path, source: str) -> tuple[Namespace | None, list[Problem]]:
    """Read a source as a build does: what is registered, introspected, trusted and kept."""
    overlay = str(folder / "facts.toml")
    options = Options(sources=[source], introspection="static", overlay=overlay, trusted=["one"])
    assembler = Assembler(options, folder, folder / "cache.json")
    namespace = assembler.namespace("ns")
    plugins = namespace.plugins if namespace else ()
    for plugin in plugins:
        assembler.trusts(plugin, plugin.docstring)
        assembler.members(plugin)
    assembler.save()
    return namespace, [*assembler.problems, *(problem for plugin in plugins for problem in plugin.problems)]


@pytest.mark.parametrize("place", PLACES, ids=[place.file for place in PLACES])
@pytest.mark.parametrize("make", NO_FILES, ids=lambda make: make.__name__)
def test_what_is_no_file_is_one_problem(folder: Path, place: Place, make: Callable[[Path], None]) -> None:
    file = folder / place.file
    file.unlink(missing_ok=True)
    make(file)
    if file.name.startswith("setup"):
        (folder / "tree/pyproject.toml").unlink()  # beside which it does not count
    if file.name == "two.egg-info" and make is Path.mkdir:
        pytest.skip("that is one, which says nothing")
    with in_time():
        namespace, problems = look(folder, place.source)
    assert len(problems) == place.told
    assert {problem.kind for problem in problems} <= {ProblemKind.SOURCE, ProblemKind.CONFIG, ProblemKind.LOAD}
    assert all(problem.remedy for problem in problems)
    if "one" not in place.file and file.name not in {"kept.json", "pyproject.toml", "setup.cfg", "setup.py"}:
        assert namespace is not None  # what is beside it is shown


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES, ids=[place.file for place in PLACES])
def test_whatever_is_in_a_file_it_is_read_in_time(folder: Path, place: Place) -> None:
    file = folder / place.file
    if file.name.startswith("setup"):
        (folder / "tree/pyproject.toml").unlink()
    for content in CONTENTS.values():
        file.write_bytes(content)
        with in_time():
            _, problems = look(folder, place.source)
        assert len(problems) <= 3
        assert all(len(problem.text) < 2_000 for problem in problems)


TOKENS = st.sampled_from(
    [
        *("[", "]", "{", "}", "(", ")", ":", "=", ",", ".", "-", "'", '"', "\n", "\n  ", " ", "#", "\\", "**", "\0"),
        *("ns", "a", "m:A", "m", "MAPPING", "install", "map_module", "x.map_module", "MesonpyMetaFinder", "1", "f()"),
        *("[project]", "[metadata]", "[entry_points]", "[options.entry_points]", "[build-system]", "name", "version"),
        *("Name: one", "Version: ", "Project-URL: ", "setup", "entry_points", "lambda", "class A", "@overload", "def "),
        *("schema_version", "'1.0'", '"namespaces"', '"distributions"', "null", "file:", "attr:", "9" * 5000, "é", "/"),
    ]
)
WRITTEN = st.one_of(st.binary(max_size=50), st.lists(TOKENS, max_size=25).map(lambda parts: "".join(parts).encode()))


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(PLACES), content=WRITTEN)
def test_any_content_is_read(folder: Path, place: Place, content: bytes) -> None:
    file = folder / place.file
    before = file.read_bytes() if file.exists() else None
    file.write_bytes(content)
    try:
        with in_time():
            look(folder, place.source)
    finally:
        file.unlink() if before is None else file.write_bytes(before)


LONG = ["a" * 300, "/" + "a" * 300, "/" + "a/" * 3_000, "a." * 3_000 + "b", "../" * 3_000 + "x", "a" * 300 + ".py"]
"""Names and paths that no file has, each in other words."""

WRONG = [*LONG, "\0", "/\0", "\ud800", "/\ud800", "/", "..", "/__init__.py", "/.py"]
"""And what is no path, or that of no module."""

NAMES = st.sampled_from(
    [
        *("'m'", "'m.n'", "''", "1", "[1]", "['m']", "f()", "b'm'", "f'{x}'", "None", "x.y", "{1: 2}"),
        *map(ascii, WRONG),
    ]
)
FINDERS = st.one_of(
    st.builds("MAPPING = {}".format, NAMES),
    st.builds("MAPPING: dict[str, str] = {{{}: {}}}".format, NAMES, NAMES),
    st.builds("MAPPING = {{{}: {}, **{}}}".format, NAMES, NAMES, NAMES),
    st.builds("{}.map_module({}, {})".format, NAMES, NAMES, NAMES),
    st.builds("install({}, {}, {})".format, NAMES, NAMES, NAMES),
    st.builds("{}({})".format, NAMES, NAMES),
)


@pytest.mark.slow
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(FINDERS, min_size=1, max_size=4))
def test_finders_name_modules_in_any_form(folder: Path, lines: list[str]) -> None:
    (folder / "env/__editable___two_finder.py").write_text("\n".join(lines))
    (folder / "env/one-1.0.dist-info/RECORD").write_text("m.py,,\n__editable___two_finder.py,,\n")
    namespace, _ = look(folder, "installed:env")
    assert namespace is not None
    assert namespace.plugins[0].docstring is not None


def test_of_editable_installs_only_what_is_no_path_is_lost(folder: Path) -> None:
    """Whatever a finder, a plan of Meson or a ``.pth`` file names, the rest of what it names is found."""
    for name, class_ in {"of_finder": "B", "of_plan": "C", "of_pth/of_pth": "D"}.items():
        file = (folder / "src" / name).with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"class {class_}:\n    'Of {class_}.'\n")
    mapped = dict.fromkeys(WRONG, "/x") | {f"x{number}": path for number, path in enumerate(WRONG)}
    mapped["of_finder"] = str(folder / "src/of_finder")
    lines = [path for path in WRONG if path.isascii()]  # of other characters, none of these can be read
    plan = {path: {"destination": f"{{py_purelib}}/{path}"} for path in lines}
    plan |= {f"{path}/y.py": {"destination": "{py_purelib}"} for path in lines}
    plan |= {f"/y/{path}": {"destination": f"{{py_purelib}}/{path}/__init__.py"} for path in lines}
    plan[str(folder / "src/of_plan.py")] = {"destination": "{py_platlib}/of_plan.py"}
    (folder / "build/meson-info").mkdir(parents=True)
    (folder / "build/meson-info/intro-install_plan.json").write_text(json.dumps({"python": plan}))
    texts = {
        "one-1.0.dist-info/entry_points.txt": "[ns]\na = m:A\nb = of_finder:B\nc = of_plan:C\nd = of_pth:D\n",
        "__editable___one_finder.py": f"MAPPING = {mapped!a}\n",
        "_one_editable_loader.py": "\n".join(f"install({path!a})" for path in [*WRONG, str(folder / "build")]),
        "one.pth": "\n".join([*lines, str(folder / "src/of_pth")]),
    }
    texts["one-1.0.dist-info/RECORD"] = "\n".join(f"{path},," for path in [*lines, *texts, "m.py"])
    for name, text in texts.items():
        (folder / "env" / name).write_text(text)
    assembler = Assembler(
        Options(sources=["installed:env"], introspection="static", trusted=["one"]), folder, folder / "cache.json"
    )
    namespace = assembler.namespace("ns")
    assert namespace is not None
    docstrings = [plugin.docstring for plugin in namespace.plugins]
    assert [docstring and docstring.text for docstring in docstrings] == ["Of A.", "Of B.", "Of C.", "Of D."]
    assert all(map(assembler.trusts, namespace.plugins, docstrings))
    assert assembler.problems == []


@pytest.mark.parametrize("name", [*LONG, "\0", "\ud800"], ids=range(len(LONG) + 2))
def test_a_source_that_no_path_leads_to_is_one_problem(folder: Path, name: str) -> None:
    for kind in ("installed", "wheels", "project", "snapshot"):
        with in_time():
            namespace, problems = look(folder, f"{kind}:{name}")
        assert namespace is None
        assert [problem.kind for problem in problems] == [ProblemKind.SOURCE], kind


def test_a_build_with_settings_that_no_file_can_be_called(install: Install, project: Project) -> None:
    install("sound", {"sound": {"s": "s:S"}}, {"s.py": "class S:\n    '''Of S.'''\n"})
    told: list[list[str]] = []
    for _ in range(2):
        app = project.build(
            "Top\n===\n\n.. plugin-catalog:: sound\n",
            plugins_introspection="static",
            plugins_sources=["installed", *(f"{kind}:{kind * 60}" for kind in ("installed", "wheels", "project"))],
            plugins_overlay="overlay" * 60,
            plugins_pages={"pages" * 60: "sound"},
            plugins_json="catalog" * 60,
        )
        told.append(project.warnings)
        assert "Of S." in (app.outdir / "index.html").read_text()
    assert told[0] == told[1]
    for name in ("installed", "wheels", "project", "overlay", "pages", "catalog"):
        assert len([line for line in told[0] if name * 30 in line]) == 1, name
    assert len(told[0]) == 6


ANY = st.recursive(
    st.sampled_from([None, True, 0, -1, 10**30, 0.5, "", "one", "ns", "9" * 5000, "%(a)9s", "{nope}", "\x1b"]),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(["one", "name", ""]), inner)),
    max_leaves=4,
)


def whole(namespace: str = "ns") -> dict[str, Any]:
    """Return a snapshot with something of everything."""
    told = {
        "name": "a",
        "target": "m:A",
        "extras": ["x"],
        "distribution": "one",
        "introspection": "static",
        "kind": "class",
        "location": {"file": "m.py", "line": 1},
        "docstring": {"text": "Of A.", "location": {"file": "m.py", "line": 1}},
        "inherited": {"docstring": {"text": "Of A."}, "owner": "m:B"},
        "answers": [{"describer": "attr:a", "introspection": "static", "value": 1}],
        "problems": [{"kind": "load", "message": "m", "remedy": "r", "template": "%(a)s", "details": {"a": "b"}}],
    }
    one = {"name": "one", "version": "1", "urls": [["a", "b"]], "classifiers": ["a"], "metadata": [["a", "b"]]}
    return {"schema_version": "1.0", "distributions": {"one": one}, "namespaces": {namespace: {"plugins": [told]}}}


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.integers(0, 60), value=ANY, gone=st.booleans())
def test_a_snapshot_with_anything_in_place_of_a_part(folder: Path, key: int, value: object, gone: bool) -> None:  # noqa: FBT001
    kept = whole()
    places = list(_places(kept))
    holder, name = places[key % len(places)]
    if gone:
        del holder[name]
    else:
        holder[name] = value
    (folder / "kept.json").write_text(json.dumps(kept))
    _, problems = look(folder, "snapshot:kept.json")
    assert len(problems) <= 2


def _places(value: object) -> Iterator[tuple[Any, Any]]:
    """Return all that something holds, each with the key that it stands at."""
    if isinstance(value, dict | list):
        for key in range(len(value)) if isinstance(value, list) else value:
            yield value, key
            yield from _places(value[key])


def test_a_pipe_that_takes_the_place_of_a_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    regular = os.stat(tmp_path / "file")  # noqa: PTH116
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(os, "stat", lambda _: regular)  # it was one, a moment ago
    with in_time(5), pytest.raises(OSError, match="no regular file"):
        files.read(tmp_path / "pipe")
    monkeypatch.undo()
    if Path("/proc/self/fd").exists():
        opened = {each.readlink() for each in Path("/proc/self/fd").iterdir() if each.is_symlink()}
        assert tmp_path / "pipe" not in opened


def test_of_a_tree_in_an_archive_no_folder_is_kept(folder: Path) -> None:
    with tarfile.open(folder / "wheels/one-1.0.tar.gz", "w:gz") as tar:

        def add(name: str, text: str = "") -> None:
            info = tarfile.TarInfo(name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))

        add("one-1.0/PKG-INFO", "Name: one\nVersion: 1.0\n")
        add("one-1.0/pyproject.toml", (folder / "tree/pyproject.toml").read_text())
        for number in range(1_000):
            add(f"one-1.0/{number}/{'d/' * 40}m.py")
        add("one-1.0/m/n/__init__.py", "class A:\n    '''Of A.'''\n")
    archived = files.Archived()
    path = folder / "wheels/one-1.0.tar.gz"
    archived.add(path, open_archive(path))
    assert sum(len(names) for names in archived._names.values()) == 1_003  # noqa: SLF001  # those of files
    assert len(archived.names(path / "one-1.0")) == 1_003
    assert archived.names(path / "one-1.0/m") == ["n"]
    assert archived.names(path / "one-1.0/7/d") == ["d"]
    assert archived.names(path / "one-1.0/nowhere") == []
    assert archived.names(path) == ["one-1.0"]


def test_an_sdist_takes_little_memory_whatever_it_unpacks_to(folder: Path) -> None:
    with tarfile.open(folder / "wheels/one-1.0.tar.gz", "w:gz", compresslevel=1, format=tarfile.GNU_FORMAT) as tar:
        for number in range(20):
            info = tarfile.TarInfo(f"one-1.0/{number}.txt")
            info.size = 4 * 2**20
            tar.addfile(info, io.BytesIO(bytes(info.size)))
    tracemalloc.start()
    with in_time():
        archive = open_archive(folder / "wheels/one-1.0.tar.gz")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert archive.read("one-1.0/7.txt") == bytes(4 * 2**20)
    assert kept < 2 * 2**20


def test_the_list_of_files_of_a_wheel_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = folder / "wheels/one-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        for number in range(500):
            packed.writestr(f"m{number}.py", b"x" * 1_000)
    assert open_archive(wheel).read("m7.py") == b"x" * 1_000
    monkeypatch.setattr(limits, "LARGEST_DIRECTORY", 20_000)
    with pytest.raises(OSError, match="its list of files is larger"):
        open_archive(wheel)


def test_of_a_sparse_file_in_an_archive_nothing_is_made_up(folder: Path) -> None:
    head = tarfile.TarInfo("one-1.0/m.py").tobuf(tarfile.GNU_FORMAT)
    size = b"%011o\0" % (16 * 2**20)
    sparse = bytearray(head)
    sparse[156:157] = tarfile.GNUTYPE_SPARSE
    sparse[386:398] = size  # where the first part of it is: behind its end
    sparse[398:410] = b"%011o\0" % 0
    sparse[483:495] = size
    sparse[148:156] = b"        "
    sparse[148:156] = b"%06o\0 " % sum(sparse)
    with gzip.open(folder / "wheels/one-1.0.tar.gz", "wb") as packed:
        packed.write(bytes(sparse) + bytes(1024))
    with tarfile.open(folder / "wheels/one-1.0.tar.gz") as tar:
        assert tar.getmembers()[0].issparse()
        assert tar.getmembers()[0].size == 16 * 2**20
    assert open_archive(folder / "wheels/one-1.0.tar.gz").names() == []


NAMED = st.text("ab.-", min_size=1, max_size=3).filter(lambda name: name.strip("."))


@given(st.sets(st.lists(NAMED, min_size=1, max_size=3).map("/".join)))
def test_folders_in_an_archive_are_those_of_its_names(names: set[str]) -> None:
    class Kept:
        complaints = ()

        def names(self) -> list[str]:
            return list(names)

        def read(self, name: str) -> bytes:
            return name.encode()

    archived = files.Archived()
    archived.add(Path("/a.zip"), Kept())
    for folder in {"", *(name.rpartition("/")[0] for name in names)}:
        below = {
            name.removeprefix(f"{folder}/" if folder else "")
            for name in names
            if name.startswith(f"{folder}/") or not folder
        }
        assert archived.names(Path("/a.zip") / folder) == sorted({name.partition("/")[0] for name in below})


SETUPTOOLS = '[project]\nname = "one"\nversion = "1.0"\n'
REGISTERED = '[project.entry-points.ns]\na = "m:A"\n'


def _texts(folder: Path) -> str:
    files = "[tool.setuptools.dynamic]\ndescription = {file = [" + '"long",' * 100_000 + "]}\n"
    (folder / "tree/long").write_text("x" * 2**18)
    (folder / "tree/pyproject.toml").write_text(f'{SETUPTOOLS}dynamic = ["description"]\n{REGISTERED}{files}')
    return "project:tree"


def _entry_points(folder: Path) -> str:
    files = "[tool.setuptools.dynamic]\nentry-points = {file = [" + '"many",' * 100_000 + "]}\n"
    (folder / "tree/many").write_text("[ns]\na = m:A\n" + "".join(f"b{n} = m:A\n" for n in range(500)))
    (folder / "tree/pyproject.toml").write_text(f'{SETUPTOOLS}dynamic = ["entry-points"]\n{files}')
    return "project:tree"


def _licences(folder: Path) -> str:
    patterns = ",".join(f'"*{n:x}?"' for n in range(50_000)) + ',"' + "*a" * 200_000 + '"'
    (folder / "tree/pyproject.toml").write_text(f"{SETUPTOOLS}license-files = [{patterns}]\n{REGISTERED}")
    for number in range(1_000):
        (folder / f"tree/f{number}").touch()
    return "project:tree"


def _folders(folder: Path) -> str:
    packages = ",".join(f'{{include = "a", from = "x{n}"}}' for n in range(10_000))
    plugins = "[tool.poetry.plugins.ns]\n" + "".join(f'a{n or ""} = "m{n or ""}:A"\n' for n in range(5_000))
    built = '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n'
    poetry = f'[tool.poetry]\nname = "one"\nversion = "1"\npackages = [{{include = "m.py"}},{packages}]\n'
    (folder / "tree/pyproject.toml").write_text(poetry + plugins + built)
    return "project:tree"


def _paths(folder: Path) -> str:
    for number in range(3_000):
        (folder / f"env/d{number}").mkdir()
    (folder / "env/one.pth").write_text("".join(f"d{n}\n" for n in range(3_000)))
    mapping = "{" + ",".join(f"'m{n}': '/nowhere/m{n}'" for n in range(20_000)) + "}"
    (folder / "env/__editable___one_finder.py").write_text(f"MAPPING = {mapping}\n")
    entries = "".join(f"a{n or ''} = m{n or ''}:A\n" for n in range(5_000))
    (folder / "env/one-1.0.dist-info/entry_points.txt").write_text(f"[ns]\n{entries}")
    return "installed:env"


@pytest.mark.slow
@pytest.mark.parametrize("make", [_texts, _entry_points, _licences, _folders, _paths])
def test_many_of_each_of_two_things_are_not_tried_with_each_other(folder: Path, make: Callable[[Path], str]) -> None:
    source = make(folder)
    with in_time(60):
        start = time.process_time()
        namespace, problems = look(folder, source)
        assert time.process_time() - start < 15
    assert namespace is not None
    assert namespace.plugins[0].docstring is not None
    assert len([problem for problem in problems if problem.kind is ProblemKind.SOURCE]) <= 2


def test_only_some_of_the_modules_that_archives_share_are_compared(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two", "three"):
        with zipfile.ZipFile(folder / f"wheels/{name}-1.0-py3-none-any.whl", "w") as packed:
            packed.writestr(f"{name}-1.0.dist-info/METADATA", f"Name: {name}\nVersion: 1.0\n")
            packed.writestr("shared.py", name)
    assert len(look(folder, "wheels:wheels")[1]) == 2
    monkeypatch.setattr(limits, "MOST_COMPARED", 1)
    assert len(look(folder, "wheels:wheels")[1]) == 1


@pytest.mark.parametrize(("at", "value"), [(8, 1), (10, 99), (24, 7)], ids=["encrypted", "compressed", "size"])
def test_a_broken_zip_that_modules_are_imported_from_is_a_problem(folder: Path, at: int, value: int) -> None:
    with zipfile.ZipFile(folder / "env/one.zip", "w") as packed:
        packed.writestr("two-1.0.dist-info/METADATA", "Name: two\nVersion: 1.0\n")
        packed.writestr("two-1.0.dist-info/entry_points.txt", "[ns]\nb = m:A\n")
    content = bytearray((folder / "env/one.zip").read_bytes())
    for part in range(2):
        content[[at_ for at_ in range(len(content)) if content.startswith(b"PK\1\2", at_)][part] + at] = value
    (folder / "env/one.zip").write_bytes(content)
    source = Installed([str(folder / "env/one.zip")])
    [found] = source.registered()
    assert found.problems
    assert source.state()


@pytest.mark.parametrize("sign", ["[", "[ ", " [", "[a,", "][", ".", ": ", ".a", "a,", "]", "=", "\\"])
def test_entry_points_are_read_in_linear_time(folder: Path, sign: str) -> None:
    line = "b = m:A" + sign * (65_000 // len(sign))
    with in_time(10):
        found = list(entry_points("[ns]\n" + f"{line}\n" * 100))
        (folder / "env/one-1.0.dist-info/entry_points.txt").write_text(f"[ns]\n{line}\n")
        look(folder, "installed:env")
    assert len(found) == 100


@pytest.mark.parametrize("form", [decoding.json, decoding.toml])
def test_what_is_decoded_nests_so_far_and_no_further(form: Callable[[str], object]) -> None:
    before = "" if form is decoding.json else "a = "
    form(before + "[" * 90 + "]" * 90)
    for text in ("[" * 150 + "]" * 150, "[" * 100_000, "9" * 5_000):
        with pytest.raises(ValueError, match=r"deep|digits|range"):
            form(before + text)


def test_what_the_parser_raises_is_a_problem_of_its_plugin(install: Install, project: Project) -> None:
    entries = {"ns": {"a": "m:A", "b": "n:B"}}
    install("one", entries, {"m.py": "class A:\n    match = = 1\n", "n.py": "class B:\n    '''Of B.'''\n"})
    namespaces = {"ns": {"fields": {"Title": "attr:title"}}}
    for parallel in (0, 2):
        app = project.build(
            {"index.rst": "Top\n===\n\n.. plugin-catalog:: ns\n"},
            plugins_introspection="static",
            plugins_namespaces=namespaces,
            parallel=parallel,
            freshenv=True,
        )
        [warning] = [line for line in project.warnings if "plugins.load" in line]
        assert "ns:a cannot be told from the source of m:A: m.py of m cannot be read: SyntaxError" in warning
        assert "Of B." in (app.outdir / "index.html").read_text()


def test_a_build_beside_what_is_no_file(folder: Path, install: Install, project: Project) -> None:
    """All at once: whatever is no file is one warning, in the second build as well, and the rest is shown."""
    install("sound", {"sound": {"s": "s:S"}}, {"s.py": "class S:\n    '''Of S.'''\n"})
    kept = ["two.egg-info", "__editable___two_finder.py", "three.pth"]
    for name in kept:
        os.mkfifo(folder / "env" / name)
    os.mkfifo(folder / "wheels/one-1.0-py3-none-any.whl")
    os.mkfifo(folder / "wheels/two-1.0.tar.gz")
    for name in ("kept.json", "facts.toml", "tree/pyproject.toml"):
        (folder / name).unlink()
        os.mkfifo(folder / name)
    (project.folder / "pages").mkdir()
    os.mkfifo(project.folder / "pages/s.rst")
    sources = ["installed", "installed:../env", "project:../tree", "wheels:../wheels", "snapshot:../kept.json"]
    told: list[list[str]] = []
    for _ in range(2):
        with in_time():
            app = project.build(
                "Top\n===\n\n.. plugin-catalog:: sound\n",
                plugins_introspection="static",
                plugins_sources=sources,
                plugins_overlay="../facts.toml",
                plugins_pages={"pages": "sound"},
                exclude_patterns=["pages"],
            )
        told.append(project.warnings)
        assert "Of S." in (app.outdir / "index.html").read_text()
        for kept_by_us in list(app.doctreedir.glob("*plugins*.json")):
            kept_by_us.unlink()
            os.mkfifo(kept_by_us)
    assert told[0] == told[1]
    for name in (*kept, "one-1.0-py3-none-any.whl", "two-1.0.tar.gz", "kept.json", "facts.toml", "pyproject.toml"):
        assert len([line for line in told[0] if name in line and "no regular file" in line]) == 1, name
    assert len([line for line in told[0] if "s.rst" in line]) == 1


def test_data_is_not_written_into_a_pipe(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": "class A: '''Of A.'''\n"})
    (project.folder / "_build/html").mkdir(parents=True)
    os.mkfifo(project.folder / "_build/html/plugins.json")
    with in_time():
        project.build("Top\n===\n\n.. plugin-catalog:: ns\n", plugins_introspection="static")
    assert len([line for line in project.warnings if "plugins_json" in line]) == 1


def test_files_for_pages_are_not_written_into_a_pipe_or_through_a_link(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": "class A: '''Of A.'''\n"})
    static = project.folder / "_build/html/_static"
    static.mkdir(parents=True)
    (project.folder / "theirs").write_text("theirs")
    for pipe, link in (("js", "css"), ("css", "js")):
        for suffix in (pipe, link):
            (static / f"sphinxext-plugins.{suffix}").unlink(missing_ok=True)
        os.mkfifo(static / f"sphinxext-plugins.{pipe}")
        (static / f"sphinxext-plugins.{link}").symlink_to(project.folder / "theirs")
        with in_time():
            project.build("Top\n===\n\n.. plugin-catalog:: ns\n", plugins_introspection="static")
        assert project.warnings == []
        for file in (PACKAGE / "sphinx" / "static").iterdir():
            assert not (static / file.name).is_symlink()
            assert (static / file.name).read_bytes() == file.read_bytes()
    assert (project.folder / "theirs").read_text() == "theirs"


@pytest.mark.slow
def test_data_that_was_lost_in_a_crash_is_written_again(install: Install, project: Project) -> None:
    install("one", {"ns": {"a": "m:A"}}, {"m.py": "class A: '''Of A.'''\n"})
    data = project.build("Top\n===\n\n.. plugin-catalog:: ns\n", plugins_json="catalog").outdir / "catalog"
    whole = data.read_bytes()
    for lost in (b"", bytes(len(whole)), b"\0", whole[:5] + bytes(len(whole) - 5)):
        data.write_bytes(lost)
        project.build(plugins_json="catalog")
        assert project.warnings == []
        assert data.read_bytes() == whole
    for theirs in (b"{}", b"theirs" + bytes(100)):
        data.write_bytes(theirs)
        project.build(plugins_json="catalog")
        assert len(project.warnings) == 1
        assert data.read_bytes() == theirs


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["html", "latex"])
def test_pages_show_snapshots_with_anything_in_place_of_a_part(folder: Path, project: Project, builder: str) -> None:
    values: list[object] = [None, 10**30, "%(a)9s {nope} %", [], {}, ["a", "b"], True]
    sources: list[str] = []
    for number in range(len(list(_places(whole())))):
        for value in (..., *values):
            name = f"ns{len(sources)}"
            kept = whole(name)
            holder, key = list(_places(kept))[number]
            if value is ...:
                del holder[key]
            else:
                holder[key] = value
            (folder / f"{name}.json").write_text(json.dumps(kept))
            sources.append(f"snapshot:../{name}.json")
    catalogs = "\n".join(f".. plugin-catalog:: ns{number}\n" for number in range(len(sources)))
    app = project.build(
        f"Top\n===\n\n{catalogs}",
        builder=builder,
        plugins_sources=sources,
        plugins_namespaces={"ns*": {"fields": {"Answer": ["attr:a"], "Summary": ["dist:Summary"]}}},
        plugins_inherit_docstrings=True,
    )
    assert app.statuscode == 0
    # A snapshot that is refused is a warning, and the note that there is no such namespace another one.
    assert len(project.warnings) < 4 * len(sources)


@pytest.mark.slow
@pytest.mark.parametrize("make", [fifo, device], ids=lambda make: make.__name__)
def test_sphinx_does_not_wait_for_a_page_that_is_none(
    install: Install, project: Project, make: Callable[[Path], None]
) -> None:
    install("one", {"ns": {"a": "m:A", "b": "m:A"}}, {"m.py": "class A:\n    '''Of A.'''\n"})
    page = "Top\n===\n\n.. toctree::\n   :glob:\n\n   pages/*\n"
    config: dict[str, Any] = {"plugins_introspection": "static", "plugins_pages": {"pages": "ns"}}
    for name in ("a.rst", "index.rst"):
        with in_time():
            project.build(page, **config)
        assert project.warnings == []
        (project.folder / "pages" / name).unlink()
        make(project.folder / "pages" / name)
        for parallel in (0, 2):
            with in_time():
                app = project.build(parallel=parallel, **config)
            [warning] = project.warnings
            assert f"pages/{name}" in warning
            assert "[plugins.config]" in warning
            assert f"pages/{name.removesuffix('.rst')}" not in app.env.all_docs
            assert "pages/b" in app.env.all_docs
        (project.folder / "pages" / name).unlink()
