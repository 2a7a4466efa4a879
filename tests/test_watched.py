"""What loaded plugins look at, in whatever way: once it is changed, they are loaded again."""

from __future__ import annotations

import os
import re
import sys
import zipfile
from typing import TYPE_CHECKING, Any, cast

import pytest

from sphinxext.plugins.core import limits
from sphinxext.plugins.introspect.introspected import States
from tests.test_introspected import live, run

if TYPE_CHECKING:
    from pathlib import Path

    from sphinxext.plugins.sphinx.domain import PluginDomain
    from tests.conftest import Install, Project

PAGE = "Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n"

OF_FILES = {
    "open": "x = open(F).read()",
    "bytes": "x = open(F.encode()).read()",
    "codecs": "import codecs\nx = codecs.open(F).read()",
    "tokenize": "import tokenize\nx = tokenize.open(F).read()",
    "fileinput": "import fileinput\nx = list(fileinput.input([F]))",
    "linecache": "import linecache\nx = linecache.getlines(F)",
    "io.FileIO": "import io\nx = io.FileIO(F).read()",
    "open_code": "import io\nx = io.open_code(F).read()",
    "_pyio": "import _pyio\nx = _pyio.open(F).read()",
    "os.open": "x = os.read(os.open(F, os.O_RDONLY), 99)",
    "mmap": "import mmap\nwith open(F) as f: x = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ).read()",
    "thread": "import concurrent.futures as c\n"
    "with c.ThreadPoolExecutor() as p: x = list(p.map(pathlib.Path.read_text, [pathlib.Path(F)]))",
    "copied": "import shutil, tempfile\nx = open(shutil.copy(F, tempfile.mkdtemp())).read()",
    "exists": "x = os.path.exists(F + '.new')",
    "lexists": "x = os.path.lexists(F + '.new')",
    "isfile": "x = os.path.isfile(F + '.new')",
    "isdir": "x = os.path.isdir(F + '.folder')",
    "access": "x = os.access(F + '.new', os.R_OK)",
    "Path.exists": "x = pathlib.Path(F + '.new').exists()",
    "Path.is_file": "x = pathlib.Path(F + '.new').is_file()",
    "Path.is_dir": "x = pathlib.Path(F + '.folder').is_dir()",
    "Path.glob": "x = list(pathlib.Path(F).parent.glob(pathlib.Path(F).name + '.*'))",
    "glob of a literal": "import glob\nx = glob.glob(F + '.new')",
    "stat": "x = os.stat(F).st_size",
    "lstat": "x = os.lstat(F).st_size",
    "stat by dir_fd": "d = os.open(os.path.dirname(F), os.O_RDONLY)\n"
    "x = os.stat(os.path.basename(F), dir_fd=d).st_size",
    "posix.stat": "import posix\ntry: x = posix.stat(F + '.new').st_size\nexcept OSError: x = 'none'",
    "certificates": "import ssl\ntry: x = ssl.create_default_context(cafile=F + '.new')\n"
    "except OSError as error: x = type(error)",
    "key": "import ssl\ntry: x = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(F + '.new')\n"
    "except OSError as error: x = type(error)",
    "executable": "x = os.access(F + '.same', os.X_OK)",
    "executable by a link": "x = os.access(F + '.link', os.X_OK)",
    "mode": "x = os.stat(F + '.same').st_mode",
    "mode of a folder": "x = os.stat(os.path.dirname(F) + '/inner').st_mode",
    "islink": "x = os.path.islink(F + '.copy')",
    "readlink": "x = os.readlink(F + '.link')",
    "realpath": "x = os.path.realpath(F + '.link')",
    "readlink to nothing": "x = os.readlink(D + '/loop/nowhere')",
    "getsize": "x = os.path.getsize(F)",
    "Path.stat": "x = pathlib.Path(F).stat().st_size",
    "which": "import shutil\nx = shutil.which('tool', path=F + '.folder')",
    "chdir": "try: x = os.chdir(F + '.folder')\nexcept OSError: x = 'none'",
    "chmod": "try: x = os.chmod(F + '.new', 0o644)\nexcept OSError: x = 'none'",
    "chown": "try: x = os.chown(F + '.new', -1, -1)\nexcept OSError: x = 'none'",
    "utime": "try: x = os.utime(F + '.new')\nexcept OSError: x = 'none'",
    "read by answer": "class A:\n    def x(self): return open(F).read()",
    "stat in answer": "class A:\n    def x(self): return os.path.exists(F + '.new')",
}
"""Each with F for a file, which becomes larger; beside it come others."""

OF_FOLDERS = {
    "listdir": "x = sorted(os.listdir(D))",
    "listdir of a path": "x = sorted(os.listdir(pathlib.Path(D)))",
    "listdir here": "os.chdir(D)\nx = sorted(os.listdir())",
    "scandir": "x = sorted(e.name for e in os.scandir(D))",
    "with a link to itself": "x = sorted(os.listdir(D + '/loop'))",
    "entries with a link to itself": "x = sorted(e.name for e in os.scandir(D + '/loop'))",
    "entries": "x = sorted(e.stat().st_size for e in os.scandir(D))",
    "scandir of a path": "x = sorted(e.name for e in os.scandir(pathlib.Path(D)))",
    "iterdir": "x = sorted(p.name for p in pathlib.Path(D).iterdir())",
    "rglob": "x = sorted(map(str, pathlib.Path(D).rglob('*')))",
    "walk": "x = sorted(map(str, os.walk(D)))",
    "fwalk": "x = sorted(str(t[:3]) for t in os.fwalk(D))",
    "glob": "import glob\nx = sorted(glob.glob(D + '/**', recursive=True))",
    "iter_modules": "import pkgutil\nx = sorted(m.name for m in pkgutil.iter_modules([D + '/inner']))",
    "on the path": "sys.path.insert(0, D + '/inner')\ntry: import new_{n}\nexcept ImportError: new_{n} = 'none'\n"
    "x = str(new_{n})",
    "path finder": "import importlib.machinery\n"
    "x = importlib.machinery.PathFinder.find_spec('new_{n}', [D + '/inner']) is None",
    "pkgutil.find": "import pkgutil\nx = pkgutil.get_importer(D + '/inner').find_spec('new_{n}') is None",
    "path finder of the path": "import importlib.machinery as m\nx = m.PathFinder.find_spec('late_{n}') is None",
    "path finder by name": "import importlib.machinery as m\nx = m.PathFinder.find_spec(fullname='late_{n}') is None",
    "folder finder": "import pkgutil\n"
    "x = pkgutil.get_importer(os.path.dirname(__file__)).find_spec('late_{n}') is None",
    "importlib.__import__": "import importlib\ntry: x = str(importlib.__import__('late_{n}'))\n"
    "except ImportError: x = 'none'",
    "added to a package": "import pk_{n}\npk_{n}.__path__.append(D + '/inner')\n"
    "try: from pk_{n} import new_{n}\nexcept ImportError: new_{n} = 'none'\nx = str(new_{n})",
}
"""Each with D for a folder, in which new files come, and in a folder within."""

OF_MODULES = {
    "spec_from_file_location": "import importlib.util as u\ns = u.spec_from_file_location('far', M)\n"
    "m = u.module_from_spec(s); s.loader.exec_module(m)\nx = m.x",
    "run_path": "import runpy\nx = runpy.run_path(M)['x']",
    "run_path of a folder": "import runpy\nx = runpy.run_path(os.path.dirname(M))['x']",
    "run_module": "import runpy\nsys.path.insert(0, os.path.dirname(M))\nx = runpy.run_module('mod_{n}')['x']",
    "loader": "from importlib.machinery import SourceFileLoader as L\nx = L('far', M).load_module().x",
    "get_data": "from importlib.machinery import SourceFileLoader as L\nx = L('far', M).get_data(M).decode()",
    "get_source": "from importlib.machinery import SourceFileLoader as L\nx = L('far', M).get_source('far')",
    "imported from a path": "sys.path.insert(0, os.path.dirname(M))\nfrom mod_{n} import x",
    "reloaded": "import importlib\nsys.path.insert(0, os.path.dirname(M))\nimport mod_{n}\n"
    "x = importlib.reload(mod_{n}).x",
}
"""Each with M for a module."""

OF_PACKAGES = {
    "pkgutil.get_data": "import pkgutil\nx = pkgutil.get_data('{p}', 'data.txt').decode()",
    "loader of a package": "import {p}\n"
    "x = {p}.__loader__.get_data(os.path.dirname({p}.__file__) + '/data.txt').decode()",
    "resources": "from importlib import resources as r\nx = r.files('{p}').joinpath('data.txt').read_text()",
    "old resources": "import importlib.resources as r\nx = (r.files('{p}') / 'data.txt').read_bytes()",
    "contents": "from importlib import resources as r\nx = sorted(p.name for p in r.files('{p}').iterdir())",
    "submodule": "from {p} import m\nx = m.x",
    "submodule that comes": "try: from {p} import new as m\nexcept ImportError: m = 'none'\nx = str(m)",
}
"""Each with a package that holds ``data.txt`` and ``m.py``, once as a folder and once in a zip file."""

HEAD = "import os, pathlib, sys\nwith open({log!r}, 'a') as log: log.write({name!r} + '\\n')\n"


class Site:
    """Plugins that each look at something of their own, in a module of their own."""

    def __init__(self, project: Project, site: Path, install: Install) -> None:
        self.project, self.site, self.install = project, site, install
        self.log = project.folder / "log"
        self.folder = site.parent / "looked-at"
        self.names: list[str] = []
        self.kinds: dict[str, str] = {}
        self.settings: dict[str, Any] = {"plugins_introspection": "import"}

    def add(self, cases: dict[str, str], *, kind: str) -> None:
        for case, code in cases.items():
            name = f"c{len(self.names)}"
            self.names.append(name)
            self.kinds[name] = kind
            folder = self.folder / name
            (folder / "inner").mkdir(parents=True)
            (folder / "file").write_text("old")
            (folder / "loop").mkdir()
            (folder / "loop" / "self").symlink_to("self")
            for same in ("file.same", "file.other", "file.copy"):
                (folder / same).write_text("same")
            (folder / "file.link").symlink_to("file.same")
            (folder / "loop" / "nowhere").symlink_to("nowhere")
            (folder / f"mod_{name}.py").write_text("x = 'old'\n")
            (folder / "__main__.py").write_text("x = 'old'\n")
            where = {"F": folder / "file", "D": folder, "M": folder / f"mod_{name}.py"}
            if case == "run_path of a folder":
                where["M"] = folder / "__main__.py"
            self.write_package(name, kind, "old")
            head = HEAD.format(log=str(self.log), name=f"{name} {case}, {kind}")
            head += "".join(f"{key} = {str(path)!r}\n" for key, path in where.items())
            if kind == "zip":
                head += f"sys.path.insert(0, {str(folder / 'lib.zip')!r})\n"
            text = head + code.replace("{p}", f"p_{name}").replace("{n}", name).replace("{D}", str(folder)) + "\n"
            text += "" if "class A" in code else "class A:\n    __doc__ = repr(x) + '.'\n"
            (self.site / f"{name}.py").write_text(text)
            if kind == "file":
                (self.site / f"pk_{name}").mkdir()
                (self.site / f"pk_{name}" / "__init__.py").write_text("")
        self.install("one", {"ns": {name: f"{name}:A" for name in self.names}})

    def write_package(self, name: str, kind: str, text: str) -> None:
        files = {"__init__.py": "", "data.txt": text, "m.py": f"x = {text!r}\n"}
        if text != "old":
            files["new.py"] = files["new.txt"] = ""
        if kind == "zip":
            with zipfile.ZipFile(self.folder / name / "lib.zip", "w") as archive:
                for file, content in files.items():
                    archive.writestr(f"p_{name}/{file}", content)
        else:
            self.install(f"p{name}", files={f"p_{name}/{file}": content for file, content in files.items()})

    def change(self) -> None:
        for name, kind in self.kinds.items():
            folder = self.folder / name
            (folder / "file").write_text("new and longer")
            (folder / "file.new").write_text("new")
            (folder / "loop" / "new").write_text("")
            for link, to in {"file.copy": "file.same", "file.link": "file.other", "loop/nowhere": "elsewhere"}.items():
                (folder / link).unlink()
                (folder / link).symlink_to(to)
            for executable in ("file.same", "file.other"):
                (folder / executable).chmod(0o755)
            (folder / "inner").chmod(0o700)
            (self.site / f"late_{name}.py").write_text("")
            (folder / "file.folder").mkdir()
            tool = folder / "file.folder" / "tool"
            tool.write_text("#!/bin/sh\n")
            tool.chmod(0o755)
            (folder / f"mod_{name}.py").write_text("x = 'new and longer'\n")
            (folder / "__main__.py").write_text("x = 'new and longer'\n")
            (folder / "inner" / f"new_{name}.py").write_text("")
            self.write_package(name, kind, "new and longer")

    def build(self) -> set[str]:
        """Build, and give what was loaded for it."""
        self.log.write_text("")
        index = self.project.folder / "index.rst"
        app = self.project.build({} if index.exists() else PAGE, builder="text", **self.settings)
        domain = cast("PluginDomain", app.env.get_domain("plugin"))
        shown = [plugin for namespace in domain.build.catalog(domain.notes.all_shown()) for plugin in namespace.plugins]
        self.told = {each.name: (each.docstring and each.docstring.text, each.answers) for each in shown}
        self.status = app.status.getvalue()
        assert self.project.warnings == []
        return set(self.log.read_text().splitlines())


@pytest.fixture
def plugins(site: Path, install: Install, project: Project) -> Site:
    # The site comes before the project: what ends that puts back a path with the site in it.
    return Site(project, site, install)


CASES = {
    "file": {**OF_FILES, **OF_FOLDERS, **OF_MODULES},
    "folder": OF_PACKAGES,
    "zip": OF_PACKAGES,
}


@pytest.mark.slow
@pytest.mark.parametrize("python", [None, sys.executable], ids=["this", "another"])
def test_what_was_looked_at_is_watched(plugins: Site, python: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if python:
        monkeypatch.setenv("PYTHONPATH", str(plugins.site))
        plugins.settings["plugins_python"] = python
    plugins.settings["plugins_namespaces"] = {"ns": {"fields": {"X": "call:x"}}}
    for kind, cases in CASES.items():
        plugins.add(cases, kind=kind)
    everything = plugins.build()
    assert len(everything) == sum(map(len, CASES.values()))
    before = plugins.told
    assert plugins.build() == set()
    assert plugins.project.read == []
    plugins.change()
    assert everything - plugins.build() == set()
    assert [name for name, told in plugins.told.items() if told == before[name]] == []
    assert plugins.build() == set()
    assert plugins.project.read == []


BIND = """\
import socket
try:
    with socket.socket(socket.AF_{family}) as s: s.bind({address})
except OSError: pass
x = 'tried'"""

UNWATCHED = {
    "subprocess": ("import subprocess\nx = subprocess.run(['true']).returncode", "subprocess.Popen"),
    "system": ("x = os.system('true')", "os.system"),
    "popen": ("x = os.popen('true').read()", "subprocess.Popen"),
    "fork": ("x = os.fork()\nif not x: os._exit(0)\nx = os.waitpid(x, 0)[1]", "os.fork"),
    "spawned": (
        "import multiprocessing as m\nc = m.get_context('spawn')\np = c.Process(target=print)\n"
        "p.start(); p.join()\nx = 'done'",
        "multiprocessing",
    ),
    "spawn": ("x = os.posix_spawnp('true', ['true'], os.environ)\nx = os.waitpid(x, 0)[1]", "os.posix_spawn"),
    "socket": (
        "import socket\nwith socket.socket() as s:\n    s.settimeout(1)\n    x = s.connect_ex(('127.0.0.1', 9))",
        "socket.connect",
    ),
    "name": ("import socket\nx = bool(socket.getaddrinfo('127.0.0.1', 80))", "socket.getaddrinfo"),
    "socket of a file": (BIND.format(family="UNIX", address="D + '/socket'"), "socket.bind"),
    "port": (BIND.format(family="INET", address="('', 45671)"), "socket.bind"),
    "any port of a name": (BIND.format(family="INET", address="('0x7f.1', 0)"), "socket.bind"),
    "name of a host": ("import socket\nx = socket.gethostbyname('127.0.0.1')", "socket.gethostbyname"),
    "address": (
        "import urllib.request as u\ntry: x = u.urlopen('http://127.0.0.1:9/').read()\nexcept OSError: x = 'none'",
        "socket.connect",
    ),
    "sqlite3": ("import sqlite3\nx = sqlite3.connect(D + '/base').execute('select 1').fetchall()", "sqlite3.connect"),
    "shelve": ("import shelve\nwith shelve.open(D + '/shelf') as s: x = dict(s)", "dbm.open"),
    "dbm": ("import dbm\nx = dbm.whichdb(D + '/base')", "dbm.open"),
    "ctypes": ("import ctypes\nx = ctypes.CDLL('libc.so.6').abs(-3)", "ctypes.dlopen"),
    "in answer": (
        "class A:\n    def x(self):\n        import subprocess\n        return subprocess.call(['true'])",
        "subprocess.Popen",
    ),
    "in a thread": (
        "import threading, subprocess\nt = threading.Thread(target=subprocess.call, args=(['true'],))\n"
        "t.start(); t.join()\nx = 'done'",
        "subprocess.Popen",
    ),
}

WATCHED = {
    "database in memory": "import sqlite3\nx = sqlite3.connect(':memory:').execute('select 1').fetchall()",
    "imports": "import ctypes, sqlite3, socket, subprocess, multiprocessing, asyncio, ssl, urllib.request\nx = 1",
    "sockets of its own": "import socket\nx = len(socket.socketpair())",
    "any port": BIND.format(family="INET", address="('', 0)"),
    "any port of IPv6": BIND.format(family="INET6", address="('::1', 0)"),
    "requests": "import requests\nx = 1",
    "uuid": "import uuid\nx = str(uuid.UUID(int=5))",
    "written": "import tempfile\nwith tempfile.TemporaryFile('w+') as f: x = f.write('text')",
    "folder of its own": "import tempfile\nwith tempfile.TemporaryDirectory() as d: x = os.listdir(d)",
    "files of the system": "x = len(open('/proc/self/stat').read().split()) > 9\n"
    "x = x and bool(open('/dev/urandom', 'rb').read(1))",
    "functions": "import inspect, shutil\n"
    "x = (inspect.isbuiltin(os.stat), os.stat.__name__, str(inspect.signature(os.stat)),"
    " os.stat in os.supports_follow_symlinks, shutil.rmtree.avoids_symlink_attacks)",
}


@pytest.mark.slow
def test_what_cannot_be_watched_is_loaded_again_by_each_build(plugins: Site) -> None:
    plugins.settings["plugins_namespaces"] = {"ns": {"fields": {"X": "call:x"}}}
    plugins.project.verbosity = 1
    plugins.add({case: code for case, (code, _) in UNWATCHED.items()} | WATCHED, kind="file")
    everything = plugins.build()
    before = plugins.told
    signature = "(path, *, dir_fd=None, follow_symlinks=True)"
    assert f"(True, 'stat', '{signature}', True, True)." in [text for text, _ in before.values()]
    again = {name for name in everything if name.split(" ", 1)[1].removesuffix(", file") in UNWATCHED}
    assert len(again) == len(UNWATCHED)
    for _ in range(2):
        assert plugins.build() == again
        assert plugins.told == before
        assert plugins.project.read == []
        for name, (_, event) in zip(plugins.names, UNWATCHED.values(), strict=False):
            said = (
                rf"\[plugins\] ns:{name} is loaded again by each build, for it does what cannot be watched: .*{event}"
            )
            assert re.search(said, plugins.status)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["late", "late.m", "there"])
def test_modules_of_a_zip_file_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, name: str
) -> None:
    archive = tmp_path / "lib.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("there.py", "x = 'old'")
    monkeypatch.syspath_prepend(archive)
    plugins: Site = request.getfixturevalue("plugins")
    plugins.add({"late": f"try: from {name} import x\nexcept ImportError: x = 'none'"}, kind="file")
    assert len(plugins.build()) == 1
    assert plugins.build() == set()
    with zipfile.ZipFile(archive, "w") as file:
        for inner in ("late/__init__.py", "late/m.py", "there.py"):
            file.writestr(inner, "x = 'new and longer'")
    assert len(plugins.build()) == 1
    assert plugins.told["c0"][0] == "'new and longer'."
    assert plugins.build() == set()


def test_the_state_of_what_is_not_read(tmp_path: Path) -> None:
    def state(path: str) -> str:
        return States({})[path]

    os.mkfifo(tmp_path / "pipe")
    assert state(str(tmp_path / "pipe")) not in {"", state(str(tmp_path / "nothing"))}
    with (tmp_path / "large").open("wb") as file:
        for size in (limits.LARGEST_FILE + 1, limits.LARGEST_FILE + 2):
            file.truncate(size)
            (tmp_path / f"link{size}").symlink_to("large")
            large, link = (state(str(tmp_path / name)) for name in ("large", f"link{size}"))
            assert link == f"{large}:large"
            assert large != ""
    assert state(f"{tmp_path}/pipe/") == state(f"{tmp_path}/nothing/") == "" != state(f"{tmp_path}/")
    before, sizes = state(str(tmp_path)), state(f"{tmp_path}//")
    (tmp_path / "large").write_bytes(b"")
    assert state(str(tmp_path)) == before
    assert state(f"{tmp_path}//") not in {sizes, before}
    (tmp_path / "pipe").unlink()
    (tmp_path / "pipe").mkdir()
    assert state(str(tmp_path)) != before


def test_the_state_of_a_folder_with_links(tmp_path: Path) -> None:
    def states() -> list[str]:
        return [States({})[f"{tmp_path}{end}"] for end in ("", "//")]

    (tmp_path / "self").symlink_to("self")
    (tmp_path / "file").write_text("same")
    seen = [states()]
    (tmp_path / "new").symlink_to("nowhere")
    seen.append(states())
    (tmp_path / "new").unlink()
    (tmp_path / "new").symlink_to("file")
    seen.append(states())
    (tmp_path / "new").unlink()
    (tmp_path / "new").write_text("same")
    seen.append(states())
    assert len({sized for _, sized in seen}) == 4
    assert seen[0][0] != seen[1][0]
    assert "" not in {each for pair in seen for each in pair}


def test_who_shares_a_module_shares_what_that_did(plugins: Site) -> None:
    plugins.install("dep", files={"dep.py": "import subprocess\nx = subprocess.call(['true'])\n"})
    shares = "import dep\nx = dep.x"
    plugins.add({"first": shares, "second": shares, "apart": "x = 5"}, kind="file")
    assert len(plugins.build()) == 3
    assert {name.split()[1] for name in plugins.build()} == {"first,", "second,"}


def test_more_files_than_can_be_watched(install: Install) -> None:
    install("one", files={"m.py": "import os\nfor n in range(20001): os.path.exists(f'/nowhere/{n}')\nf = len"})
    [found] = run(live(), "m:f")
    assert found.unwatched == {"!reading 20000 files"}
    assert not found.lasting
    assert "m" in found.read


def test_a_usual_plugin_depends_on_little(install: Install) -> None:
    code = "import pathlib, json, logging.config, email.message, importlib.metadata, concurrent.futures, babel\n"
    install("one", files={"m.py": f"{code}import importlib.resources as r\nx = r.files('babel').is_dir()\nf = len"})
    [found] = run(live(), "m:f")
    paths = [read for read in found.read if read.startswith("/")]
    assert found.lasting
    assert len(paths) < 10, paths
