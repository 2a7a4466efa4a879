"""Distributions with plugins and documentation projects that show them, for the browser tests and the benchmark."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import sphinxext.plugins

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

STATIC = Path(sphinxext.plugins.__file__).parent / "sphinx" / "static"
SCRIPT = STATIC / "sphinxext-plugins.js"
STYLE = STATIC / "sphinxext-plugins.css"

COLUMNS = "name, tags, since, status, summary"


class Row(NamedTuple):
    """A plugin, by what a table shows of it."""

    name: str
    tags: list[str]
    since: str
    status: str | list[str]
    """The development status of its distribution; or several things, which its target says."""

    summary: str
    distribution: str
    deprecated: str = ""


def install(site: Path, namespace: str, rows: Iterable[Row]) -> None:
    """Install the distributions of the rows, as a package manager would."""
    site.mkdir(parents=True, exist_ok=True)
    rows = list(rows)
    for distribution in dict.fromkeys(row.distribution for row in rows):
        own = [(number, row) for number, row in enumerate(rows) if row.distribution == distribution]
        module = f"{distribution.replace('-', '_')}_plugins"
        info = site / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        status = own[0][1].status
        classifier = f"Classifier: Development Status :: {status}\n" if isinstance(status, str) else ""
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n{classifier}")
        lines = [f"{row.name} = {module}:P{number}\n" for number, row in own]
        (info / "entry_points.txt").write_text(f"[{namespace}]\n{''.join(lines)}", encoding="utf-8")
        classes = [_class(number, row) for number, row in own]
        (site / f"{module}.py").write_text("\n".join(classes), encoding="utf-8")


def _class(number: int, row: Row) -> str:
    deprecated = f"\n\n    .. deprecated:: 2.0\n       {row.deprecated}\n    " if row.deprecated else ""
    said = {"tags": row.tags, "since": row.since, "level": number}
    said |= {} if isinstance(row.status, str) else {"states": row.status}
    attributes = "".join(f"    {name} = {value!r}\n" for name, value in said.items())
    return f"class P{number}:\n    '''{row.summary}{deprecated}'''\n{attributes}"


def install_many(site: Path, namespace: str, facets: int) -> dict[str, object]:
    """Install plugins that differ in many ways, and give the settings of their namespace."""
    info = site / f"{namespace}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {namespace}\nVersion: 1.0\n")
    numbers = range(8)
    lines = [f"p{number} = {namespace}_plugins:P{number}\n" for number in numbers]
    (info / "entry_points.txt").write_text(f"[{namespace}]\n{''.join(lines)}", encoding="utf-8")
    said = [[f"    f{facet} = 'value {number % 2}'\n" for facet in range(facets)] for number in numbers]
    classes = [f"class P{number}:\n    'Own.'\n{''.join(lines)}" for number, lines in zip(numbers, said, strict=True)]
    (site / f"{namespace}_plugins.py").write_text("\n".join(classes), encoding="utf-8")
    return {"fields": {f"Facet {facet}": f"attr:f{facet}" for facet in range(facets)}}


def install_numbers(site: Path, namespace: str, numbers: Sequence[float]) -> dict[str, object]:
    """Install plugins with a number each, and give the settings of their namespace."""
    info = site / f"{namespace}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {namespace}\nVersion: 1.0\n")
    lines = [f"p{place} = {namespace}_plugins:P{place}\n" for place in range(len(numbers))]
    (info / "entry_points.txt").write_text(f"[{namespace}]\n{''.join(lines)}", encoding="utf-8")
    classes = [f"class P{place}:\n    'Own.'\n    size = {number}\n" for place, number in enumerate(numbers)]
    (site / f"{namespace}_plugins.py").write_text("\n".join(classes), encoding="utf-8")
    return {"fields": {"Size": {"from": "attr:size", "type": "number", "facet": True}}}


def install_implementing(site: Path, namespace: str, plugins: int, members: int) -> dict[str, object]:
    """Install plugins that implement an interface, each in another way, and give the settings of their namespace."""
    info = site / f"{namespace}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {namespace}\nVersion: 1.0\n")
    lines = [f"plugin-{place} = {namespace}_plugins:P{place}\n" for place in range(plugins)]
    (info / "entry_points.txt").write_text(f"[{namespace}]\n{''.join(lines)}", encoding="utf-8")
    code = ["class Base:\n"]
    code += [f"    def member_{n}(self):\n        'Do {n}.'\n        return {n}\n" for n in range(members)]
    code += [f"    def needed_{n}(self):\n        'Do {n}.'\n        raise NotImplementedError\n" for n in range(2)]
    code.append("class Between(Base):\n    def member_0(self):\n        return 9\n")
    for place in range(plugins):
        own = [f"member_{n}" for n in range(members) if (place + n) % 3] + [f"needed_{n}" for n in range(place % 3)]
        methods = [f"    def {name}(self):\n        return {place}\n" for name in own]
        code += [f"class P{place}({'Between' if place % 2 else 'Base'}):\n", *methods]
    (site / f"{namespace}_plugins.py").write_text("".join(code), encoding="utf-8")
    return {"interface": f"{namespace}_plugins:Base"}


def matrix(namespace: str, **options: str) -> str:
    """Write the directive of a matrix."""
    return catalog(namespace, **options).replace("plugin-catalog", "plugin-matrix", 1)


def catalog(namespace: str, **options: str) -> str:
    """Write the directive."""
    given = "".join(f"   :{name.replace('_', '-')}: {value}".rstrip() + "\n" for name, value in options.items())
    return f".. plugin-catalog:: {namespace}\n{given}\n"


def write(folder: Path, pages: Mapping[str, str], namespaces: Mapping[str, object] = {}) -> Path:
    """Write a project that shows plugins, and give its folder.

    :param namespaces: settings of these besides those of all
    """
    source = folder / "source"
    source.mkdir(parents=True)
    fields = {"Tags": "attr:tags", "Since": "attr:since", "Level": "attr:level"}
    conf = {
        "project": "Sluice",
        "extensions": ["sphinxext.plugins"],
        "html_show_sourcelink": False,
        "plugins_introspection": "static",
        # Several pages show the same plugins.
        "suppress_warnings": ["plugins.reference"],
        # Those that say their own status do not go by their distribution's.
        "plugins_namespaces": {"*": {"fields": fields}, "\\*": {"fields": {"Status": "attr:states"}}, **namespaces},
    }
    (source / "conf.py").write_text("".join(f"{name} = {value!r}\n" for name, value in conf.items()), encoding="utf-8")
    for name, text in pages.items():
        orphan = "" if name == "index" else ":orphan:\n\n"
        (source / f"{name}.rst").write_text(f"{orphan}{text}", encoding="utf-8")
    return source


def build(source: Path, target: Path, *options: str, site: Path | None = None) -> Path:
    """Build a project; what is read is kept beside it, and serves every build with the same options.

    :param site: where distributions are installed, besides the environment
    """
    doctrees = source.with_name("doctrees" + "".join(option for option in options if "theme" not in option))
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d", str(doctrees), *options]
    environment = {**os.environ, **({"PYTHONPATH": str(site)} if site else {})}
    built = subprocess.run(
        [*command, str(source), str(target)], cwd=source, env=environment, check=False, capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
    return target
