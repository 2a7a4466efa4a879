"""What loading plugins shows, without what is only this machine's."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.export import to_json
from sphinxext.plugins.model import Catalog, Plugin
from sphinxext.plugins.options import from_config
from tests import schema
from tests.test_options import DEFAULTS

if TYPE_CHECKING:
    from tests.conftest import Install

FILES = {
    "app/__init__.py": "",
    "app/good.py": """
        import pathlib, sys
        here = pathlib.Path(__file__)
        data = [{"file": str(here.with_name("data.csv")), "url": here.as_uri()}]
        home = pathlib.Path.home() / "cache"
        env = sys.prefix
        other = "/etc/app.conf"
        def f(): pass
        f.__dict__.update(globals())
        """,
    "app/missing.py": "open(__import__('pathlib').Path.home() / 'no' / 'such.csv')",
    "app/beside.py": "open(__file__ + '.csv')",
    "app/asked.py": "class A:\n    def x(self):\n        raise OSError(f'no {__file__}')\n",
}


def plugins(introspection: str, fields: dict[str, str]) -> tuple[dict[str, Plugin], str]:
    namespaces = {"ns": {"fields": fields}}
    options, problems = from_config({**DEFAULTS, "introspection": introspection, "namespaces": namespaces})
    assert problems == []
    found = Assembler(options, Path()).namespace("ns")
    assert found is not None
    written = to_json(Catalog(namespaces=(found,)))
    schema.validate(written)
    return {plugin.name: plugin for plugin in found.plugins}, written.decode()


@pytest.mark.parametrize("introspection", ["import", "auto"])
def test_nothing_tells_of_the_machine(introspection: str, install: Install, site: Path) -> None:
    targets = {name: f"app.{name}" for name in ("good", "missing", "beside")}
    install("one", {"ns": {**targets, "good": "app.good:f", "asked": "app.asked:A"}}, FILES)
    fields = {name.title(): f"attr:{name}" for name in ("here", "data", "home", "env", "other")}
    found, written = plugins(introspection, {**fields, "X": "call:x"})
    told = {field.name: field.value for field in found["good"].fields}
    assert told == {
        "Here": "PosixPath('app/good.py')",
        "Data": [{"file": "app/data.csv", "url": "file://app/good.py"}],
        "Home": "PosixPath('~/cache')",
        "Env": Path(sys.prefix).name,
        "Other": "/etc/app.conf",
    }
    reasons = {name: plugin.problems[0].details["reason"] for name, plugin in found.items() if plugin.problems}
    assert reasons["asked"] == "OSError: no app/asked.py"
    if introspection == "import":
        assert reasons["missing"] == "FileNotFoundError: [Errno 2] No such file or directory: '~/no/such.csv'"
        assert reasons["beside"] == "FileNotFoundError: [Errno 2] No such file or directory: 'app/beside.py.csv'"
    for folder in (site, Path.home(), Path(sys.prefix), Path.cwd()):
        assert f"{folder}/" not in written


def test_what_is_read_from_source_stays(install: Install) -> None:
    home = str(Path.home() / "x")
    install("one", {"ns": {"a": "app:A"}}, {"app.py": f'class A:\n    """See {home}."""\n    place = {home!r}\n'})
    found, _ = plugins("static", {"Place": "attr:place"})
    assert found["a"].fields[0].value == home
    assert found["a"].docstring is not None
    assert home in found["a"].docstring.text
    again, _ = plugins("auto", {"Place": "attr:place"})
    assert again["a"].fields == found["a"].fields
