"""Exported catalogs that stand in for the plugins."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.core import limits
from sphinxext.plugins.core.exported import from_json
from sphinxext.plugins.core.model import Catalog, Introspection, Namespace
from sphinxext.plugins.core.namespaces import NamespaceOptions
from sphinxext.plugins.core.types import FieldSettings
from sphinxext.plugins.formats.json import to_json
from sphinxext.plugins.settings import Options
from tests.schema import validate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Install, Project

FIELDS = {
    "ns": NamespaceOptions(
        fields={"Title": FieldSettings(describers=("call:title",)), "From": FieldSettings(describers=("dist:Summary",))}
    )
}
MODULE = """\
class A:
    '''Of A, *truly*.'''
    def title(self):
        return "Title of A"
class B(A):
    def title(self):
        return compute()
"""


@pytest.fixture
def catalog(install: Install) -> Namespace:
    """What is installed, and the catalog of it."""
    entry_points = {"ns": {"a": "m:A", "alias": "m:A", "b": "m:B", "gone": "nowhere:C"}}
    install("one", entry_points, {"m.py": MODULE}, version="2.5", metadata="Summary: Of one")
    namespace = Assembler(Options(namespaces=FIELDS), Path()).namespace("ns")
    assert namespace is not None
    return namespace


def read(folder: Path, *more: str, **settings: Any) -> tuple[Namespace | None, list[str]]:  # noqa: ANN401  # any setting
    options = Options(sources=["snapshot:kept.json", *more], **settings)
    assembler = Assembler(options, folder)
    return assembler.namespace("ns"), [problem.text for problem in assembler.problems]


def write(folder: Path, *namespaces: Namespace) -> Path:
    (folder / "kept.json").write_bytes(to_json(Catalog(namespaces=namespaces)))
    return folder / "kept.json"


def without_source(namespace: Namespace) -> Any:  # noqa: ANN401  # JSON
    told = json.loads(to_json(Catalog(namespaces=(namespace,))))
    sources = {distribution.pop("source") for distribution in told["distributions"].values()}
    return told, sources


def test_a_snapshot_gives_what_the_plugins_gave(catalog: Namespace, tmp_path: Path) -> None:
    write(tmp_path, catalog)
    again, problems = read(tmp_path, namespaces=FIELDS)
    assert problems == []
    assert again is not None
    told, sources = without_source(again)
    assert told == without_source(catalog)[0]
    assert sources == {"snapshot:kept.json"}


def test_pages_are_the_same_without_the_plugins(
    catalog: Namespace, project: Project, tmp_path: Path, site: Path
) -> None:
    write(tmp_path, catalog)
    settings = {"Title": "call:title", "From": "dist:Summary"}
    page = {"index.rst": "Top\n===\n\n.. plugin-catalog:: ns\n   :columns: name, title, from\n"}
    texts: list[str] = []
    warnings: list[list[str]] = []
    for source in ("installed", "snapshot:../kept.json"):
        app = project.build(
            page, builder="text", plugins_sources=[source], plugins_namespaces={"ns": {"fields": settings}}
        )
        texts.append((app.outdir / "index.txt").read_text())
        warnings.append([warning.partition("WARNING: ")[2] for warning in project.warnings])
        for file in site.rglob("m.py"):
            file.unlink()
    assert "Title of A" in texts[0]
    assert texts[0] == texts[1]
    assert warnings[0] == warnings[1]
    assert len(warnings[0]) == 2  # one does not load, one does not answer
    project.build(
        builder="text",
        plugins_sources=["snapshot:../kept.json"],
        plugins_namespaces={"ns": {"fields": settings}},
    )
    assert project.read == []
    text = (tmp_path / "kept.json").read_text()
    (tmp_path / "kept.json").write_text(text.replace("truly", "newly"))
    project.build(
        builder="text",
        plugins_sources=["snapshot:../kept.json"],
        plugins_namespaces={"ns": {"fields": settings}},
    )
    assert project.read == ["index"]


def test_what_was_not_asked_is_not_known(catalog: Namespace, tmp_path: Path) -> None:
    write(tmp_path, catalog)
    again, _ = read(
        tmp_path,
        namespaces={"ns": NamespaceOptions(fields={"Size": FieldSettings(describers=("attr:size", "entry:name"))})},
    )
    assert again is not None
    assert [[field.value for field in plugin.fields] for plugin in again.plugins] == [["a"], ["alias"], ["b"], ["gone"]]
    again, _ = read(
        tmp_path, namespaces={"ns": NamespaceOptions(fields={"Size": FieldSettings(describers=("attr:size",))})}
    )
    assert again is not None
    problem = again.plugins[0].problems[0]
    assert problem.message == "does not answer attr:size for its field 'Size': the snapshot does not tell"


def bare(*names: str) -> dict[str, Any]:
    """What the schema allows, and no export has: plugins without a distribution, and one without a target."""
    plugins = [{"name": name, "target": "m:A", "introspection": "static"} for name in names]
    return {"schema_version": "1.0", "distributions": {}, "namespaces": {"ns": {"plugins": [*plugins]}}}


@pytest.mark.parametrize("builder", ["html", "latex"])
def test_plugins_without_a_distribution(project: Project, tmp_path: Path, builder: str) -> None:
    odd = {"name": "", "target": ""}
    for number, kept in enumerate([bare("a", "b"), bare("c")]):
        kept["namespaces"]["ns"]["plugins"] += [] if number else [odd]
        validate(json.dumps(kept).encode())
        (tmp_path / f"{number}.json").write_text(json.dumps(kept))
    sources = ["snapshot:../0.json", "snapshot:../1.json"]
    page = "Top\n===\n\n.. plugin-catalog:: ns\n\n.. plugin:: ns:c\n\n.. list-plugins:: ns\n   :no-index:\n"
    settings: dict[str, Any] = {"plugins_namespaces": {"ns": {"fields": {"Size": "attr:size"}}}}
    app = project.build(page, builder=builder, plugins_sources=sources, **settings)
    told = [warning.partition("WARNING: ")[2] for warning in project.warnings]
    [empty] = [each for each in told if each.startswith('ns:""')]
    told.remove(empty)
    assert "its entry point has no object reference" in empty
    assert {each.partition(" ")[0] for each in told} == {"ns:a", "ns:b", "ns:c"}
    assert all("its field 'Size': the snapshot does not tell" in each for each in told)
    if builder == "html":
        [namespace] = from_json((app.outdir / "plugins.json").read_bytes()).namespaces
        assert {plugin.name: plugin.source for plugin in namespace.plugins} == {
            '""': sources[0],
            "a": sources[0],
            "b": sources[0],
            "c": sources[1],
        }


def test_an_installed_distribution_may_go_before(catalog: Namespace, tmp_path: Path) -> None:
    write(tmp_path, catalog)
    for order, expected in ((["snapshot:kept.json", "installed"], "snapshot:kept.json"),):
        namespace, _ = read(tmp_path, *order[1:])
        assert namespace is not None
        assert {plugin.distribution and plugin.distribution.source for plugin in namespace.plugins} == {expected}
    assembler = Assembler(Options(sources=["installed", "snapshot:kept.json"]), tmp_path)
    namespace = assembler.namespace("ns")
    assert namespace is not None
    assert {plugin.distribution and plugin.distribution.source for plugin in namespace.plugins} == {"installed"}
    assert {plugin.introspection for plugin in namespace.plugins} == {Introspection.STATIC, Introspection.METADATA}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "cannot be read: No such file or directory; write it, with sphinx-plugins snapshot"),
        ("", "cannot be read: it is no JSON"),
        ("{}", "cannot be read: it says no schema_version"),
        ('{"schema_version": "2.0"}', "reads 1.x; use a newer version of sphinxext-plugins"),
        ('{"schema_version": "1.0", "namespaces": {"ns": {"plugins": [{"name": 1}]}}}', "at `$.namespaces"),
        ('{"schema_version": "1.99", "namespaces": {"ns": {}}, "new": 1}', "is of the form 1.99"),
    ],
    ids=["missing", "empty", "no-version", "major", "shape", "minor"],
)
def test_a_snapshot_that_is_not_right(tmp_path: Path, text: str | None, reason: str) -> None:
    if text is not None:
        (tmp_path / "kept.json").write_text(text)
    _, [problem] = read(tmp_path)
    assert problem.startswith(f"the source snapshot:kept.json ({tmp_path / 'kept.json'}) ")
    assert reason in problem


HOSTS = [
    *("http://", "http://[", "http://[::1", "http://a..b/", "http://.a/", f"http://{'a' * 70}.example/", "http://a b/"),
    *("http://127.0.0.1:99999/", "http://127.0.0.1:x/", "http://@:/", "//", "http:///", "http://\xad/", "http://%00/"),
    *("ftp://127.0.0.1/", "file:///etc/hostname", "data:,{}", "javascript:1", "http://127.0.0.1:1/", "\\"),
]
"""What is no host, or none that answers."""

RAW = {
    "/broken.json": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n{}",
    "/short.json": b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}",
    "/nonsense.json": b"\xff\0" * 100,
}


class Odd(BaseHTTPRequestHandler):
    """Answers as no server should."""

    def answer_oddly(self) -> None:
        if self.path in {"/slow.json", "/headless.json"}:
            self._send_slowly(head=self.path == "/slow.json")
        elif self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", HOSTS[int(self.path.removeprefix("/to/"))])
            self.end_headers()
        elif self.path in RAW:
            self.wfile.write(RAW[self.path])
        else:
            self.send_error(404)

    def _send_slowly(self, *, head: bool) -> None:
        """Send a byte, and another one, each long before anybody gives up to wait for the next."""
        if head:
            self.send_response(200)
            self.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(300):
                self.wfile.write(b"[" if head else b"H")
                time.sleep(0.05)


@pytest.fixture
def server(catalog: Namespace) -> Iterator[str]:
    """Serve a snapshot, and other things, on this machine."""
    text = to_json(Catalog(namespaces=(catalog,)))

    class Handler(Odd):
        def do_GET(self) -> None:
            match self.path:
                case "/kept.json?token=secret":
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(text)
                case "/file.json":
                    self.send_response(302)
                    self.send_header("Location", "file:///etc/hostname")
                    self.end_headers()
                case "/large.json":
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(b" " * 1000)
                case _:
                    self.answer_oddly()

        def log_message(self, *_: object) -> None:
            pass

    serving = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://user:word@127.0.0.1:{serving.server_port}"
    serving.shutdown()
    serving.server_close()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # of a connection that is left to itself
def test_whatever_a_server_does_is_a_problem(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(limits, "FETCH_TIMEOUT", 1)
    pages = [f"to/{number}" for number in range(len(HOSTS))]
    said: list[str] = []
    for page in [*pages, "slow.json", "headless.json", "broken.json", "short.json", "nonsense.json"]:
        began = time.monotonic()
        assembler = Assembler(Options(sources=[f"snapshot:{server}/{page}"], network=True), tmp_path)
        [problem] = assembler.problems
        assert "cannot be read: " in problem.text, page
        said.append(problem.text)
        assert time.monotonic() - began < 5
    assert sum("does not come within 1 seconds" in text for text in said) == 2


def test_a_snapshot_from_the_network(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")

    def fetch(page: str, *, network: bool = True) -> tuple[Namespace | None, list[str]]:
        assembler = Assembler(Options(sources=[f"snapshot:{server}/{page}"], network=network), tmp_path)
        return assembler.namespace("ns"), [problem.text for problem in assembler.problems]

    bare = server.replace("user:word@", "")
    namespace, problems = fetch("kept.json?token=secret")
    assert problems == []
    assert namespace is not None
    assert {p.distribution and p.distribution.source for p in namespace.plugins} == {f"snapshot:{bare}/kept.json"}
    for page, reason in {"missing.json": "404", "file.json": "InvalidSchema"}.items():
        namespace, [problem] = fetch(page)
        assert namespace is None
        assert f"the source snapshot:{bare}/{page} cannot be read: " in problem
        assert reason in problem
    assert "secret" not in fetch("missing.json?token=secret")[1][0]
    monkeypatch.setattr(limits, "LARGEST_FILE", 999)
    assert "it is larger than" in fetch("large.json")[1][0]
    monkeypatch.setattr("requests.get", None)
    assert "which no source is read from; set plugins_network to True" in fetch("kept.json", network=False)[1][0]


def test_problems_that_somebody_wrote_end_no_build(project: Project) -> None:
    problems: list[dict[str, object]] = [
        {"kind": kind, "message": "Said.", "remedy": "wait", "template": template, "details": {}}
        for kind in ("load", "field")
        for template in ("%(gone)s", "%d", "100 %", "{nope}", "{0.a}", "%(a)999999999999s", "%(a).9d", "%(", "%*d")
    ]
    facts = {"name": "a", "target": "m:A", "problems": problems, "docstring": {"text": "Of a."}}
    told = {"schema_version": "1.0", "distributions": {"one": {"name": "one"}}, "namespaces": {}}
    told["namespaces"] = {
        "ns": {
            "plugins": [
                {**facts, "distribution": "one", "introspection": "static"},
                facts | {"name": "b", "distribution": "one"},
            ]
        }
    }
    (project.folder / "kept.json").write_text(json.dumps(told))
    page = "Top\n===\n\n.. plugin-catalog:: ns\n   :columns: name, summary, Title\n"
    settings = {
        "plugins_namespaces": {"ns": {"fields": {"Title": "call:title"}}},
        "plugins_sources": ["snapshot:kept.json"],
    }
    app = project.build(page, builder="text", suppress_warnings=["plugins"], **settings)  # type: ignore[arg-type]
    assert project.warnings == []
    assert "Said." in (app.outdir / "index.txt").read_text()
