from __future__ import annotations

import re
import signal
import sys
import textwrap
from functools import cache, partial
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import HealthCheck, settings
from jinja2 import BytecodeCache
from jinja2.sandbox import SandboxedEnvironment

from tests.schema import validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from jinja2.bccache import Bucket
    from sphinx.testing.util import SphinxTestApp
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["sphinx.testing.fixtures"]

# What fails fails for what was changed, and not by chance or because the machine is busy.
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # what shells start in the background ignores it, and its children
    signal.signal(signal.SIGINT, signal.default_int_handler)


_SHARED = re.compile(r'^@pytest\.fixture\(scope="', re.MULTILINE)
_OF_SPHINX = re.compile(
    r'^(?:from|import) (?:sphinx|docutils|sphinxext\.plugins\.sphinx)\b|"-m", "sphinx"', re.MULTILINE
)


@pytest.hookimpl(optionalhook=True)  # of xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Run the tests of a file that makes a fixture once in one process, and first; others wherever there is time."""
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415

    @cache
    def shares(path: str) -> bool:
        return bool(_SHARED.search((config.rootpath / path).read_text("utf-8")))

    class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            return path if shares(path) else nodeid

    return Scheduling(config, log)


@pytest.hookimpl(tryfirst=True)  # before pytest looks at markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what depends on the version of Sphinx: tests that build with it, and modules that import it or docutils.

    What is slow comes first, so that nobody waits for one of them at the end.
    """
    modules = {item.path: bool(_OF_SPHINX.search(item.path.read_text("utf-8"))) for item in items}
    for item in items:
        if modules[item.path] or "make_app" in getattr(item, "fixturenames", ()):
            item.add_marker("with_sphinx")
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


class _Compiled(BytecodeCache):
    """The templates of themes, compiled once for all builds of a process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        made = partial(SandboxedEnvironment, bytecode_cache=_Compiled())
        patch.setattr("sphinx.jinja2glue.SandboxedEnvironment", made)
        yield


class Install(Protocol):
    """Installs a distribution as a package manager would: its modules, and a folder of metadata."""

    def __call__(
        self,
        name: str,
        entry_points: Mapping[str, Mapping[str, str]] | str = {},
        files: Mapping[str, str] = {},
        *,
        version: str = "1.0",
        metadata: str = "",
    ) -> Path: ...


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on ``sys.path`` to install into; what tests import from it is forgotten afterwards."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]


@pytest.fixture
def install(site: Path) -> Install:
    def install(
        name: str,
        entry_points: Mapping[str, Mapping[str, str]] | str = {},
        files: Mapping[str, str] = {},
        *,
        version: str = "1.0",
        metadata: str = "",
    ) -> Path:
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}\n")
        if not isinstance(entry_points, str):
            entry_points = "".join(
                f"[{namespace}]\n" + "".join(f"{key} = {value}\n" for key, value in plugins.items())
                for namespace, plugins in entry_points.items()
            )
        (info / "entry_points.txt").write_text(entry_points, encoding="utf-8")
        for path, text in files.items():
            file = site / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text), encoding="utf-8")
        recorded = "".join(f"{path},,\n" for path in files)
        (info / "RECORD").write_text(recorded, encoding="utf-8")
        return info

    return install


_COLOUR = re.compile(r"\x1b\[\d+(;\d+)*m")


class Project:
    """A documentation project of a test, built as often as it likes."""

    def __init__(self, folder: Path, make_app: Callable[..., SphinxTestApp]) -> None:
        self.folder = folder
        self._make_app = make_app
        self.read: list[str] = []
        """The pages that were read for the last build, by Sphinx's own list."""

        self.warnings: list[str] = []
        """Those of the last build, without the folder of the project."""

        self.verbosity = 0
        """How often ``-v`` is given."""

        self.only: Sequence[Path] = ()
        """The files of the pages that are written, where not all are."""

    def build(
        self,
        pages: Mapping[str, str] | str = {},
        *,
        builder: str = "html",
        parallel: int = 0,
        freshenv: bool = False,
        **config: object,
    ) -> SphinxTestApp:
        """Write the pages (one of them alone is the first), and build them."""
        for name, text in {"index.rst": pages}.items() if isinstance(pages, str) else pages.items():
            (self.folder / name).write_text(textwrap.dedent(text), encoding="utf-8")
        config.setdefault("extensions", ["sphinxext.plugins"])
        (self.folder / "conf.py").write_text("".join(f"{key} = {value!r}\n" for key, value in config.items()))
        app = self._make_app(
            builder, srcdir=self.folder, parallel=parallel, freshenv=freshenv, verbosity=self.verbosity
        )
        self.read = []
        app.connect("env-before-read-docs", lambda _app, _env, names: self.read.extend(names))
        try:
            app.build(filenames=self.only)
        finally:
            app.cleanup()  # what it registered with docutils would make the next one of the same test warn
        data = app.outdir / (getattr(app.config, "plugins_json", "") or "nothing")
        if app.builder.format == "html" and data.suffix == ".json" and data.is_file():
            validate(data.read_bytes())
        self.warnings = _COLOUR.sub("", app.warning.getvalue()).replace(f"{self.folder}/", "").splitlines()
        return app


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_app: Callable[..., SphinxTestApp]) -> Project:
    del monkeypatch  # it is asked for first, to put the path back after the application has done so
    folder = tmp_path / "docs"
    folder.mkdir()
    return Project(folder, make_app)


def lines_of_findings(said: str) -> list[str]:
    """Return what ``check`` writes, each finding in one line with its remedy."""
    return said.replace("\n  = help: ", "; ").splitlines()
