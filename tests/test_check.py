"""``sphinx-plugins check`` on a repository with one fault of each rule, and on one without a fault."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest

from sphinxext.plugins.checks import RULES, baseline
from sphinxext.plugins.cli.arguments import parser
from sphinxext.plugins.cli.session import Session
from sphinxext.plugins.cli.terminal import Terminal
from sphinxext.plugins.core import decoding
from sphinxext.plugins.core.text import anchor
from sphinxext.plugins.formats.reports import WRITERS
from tests.test_cli import COMMAND
from tests.test_package import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sphinxext.plugins.checks.findings import Report
    from tests.conftest import Project

Place = tuple[str, str, int]
"""A rule, and a file with a line."""

WHOLE = """
description = "Seeds"
license = "MIT"
requires-python = ">=3.8"
urls = { Source = "https://seed.example" }
"""
"""The metadata that is asked for."""

CLEAN = {
    "pyproject.toml": f"""
[project]
name = "seed"
version = "1.0"
{WHOLE}
[project.entry-points."seed.fine"]
fine = "seed:Fine"
""",
    "extra/pyproject.toml": f'[project]\nname = "seed-extra"\nversion = "1.0"\n{WHOLE}',
    "seed.py": """
class Fine:
    \"\"\"Is fine.\"\"\"

class Other:
    \"\"\"Is another one.\"\"\"
""",
    "docs/conf.py": """
plugins_sources = ["project:..", "project:../extra"]
plugins_namespaces = {"seed.fine": {"title": "Fine"}}
plugins_registries = {}
plugins_guides = {}
extensions = ["sphinxext.plugins"]
""",
    "docs/index.rst": "Seeds\n=====\n\n.. list-plugins:: seed.fine\n",
}
"""A repository without a fault."""


class Fault(NamedTuple):
    """What a rule finds in the repository: the line with a comment ``fault: RULE``."""

    rule: str
    added: Mapping[str, str]
    """What is added to files."""


FAULTS = [
    Fault(
        "source",
        {
            "pyproject.toml": '[project.entry-points."seed.source"]\n"a=b" = "seed:Fine"\n',
            "docs/conf.py": 'plugins_sources = ["project:..", "project:../extra"]  # fault: source\n',
        },
    ),
    Fault("config", {"docs/conf.py": 'plugins_namespaces["seed.fin"] = {"title": "Typo"}  # fault: config\n'}),
    Fault("registry", {"docs/conf.py": 'plugins_registries["seed.r"] = "mapping:seed:NONE"  # fault: registry\n'}),
    Fault("load", {"pyproject.toml": '[project.entry-points."seed.load"]\ngone = "seed:Gone"  # fault: load\n'}),
    Fault(
        "conflict",
        {
            "pyproject.toml": '[project.entry-points."seed.conflict"]\ntwice = "seed:Fine"  # fault: conflict\n',
            "extra/pyproject.toml": '[project.entry-points."seed.conflict"]\ntwice = "seed:Other"\n',
        },
    ),
    Fault(
        "field",
        {
            "pyproject.toml": '[project.entry-points."seed.field"]\nsilent = "seed:Silent"\n',
            "seed.py": (
                "class Silent:  # fault: field\n    '''Does not say.'''\n"
                "    def title(self):\n        raise RuntimeError\n"
            ),
            "docs/conf.py": 'plugins_namespaces["seed.field"] = {"fields": {"Title": "call:title"}}\n',
        },
    ),
    Fault(
        "option",
        {
            "pyproject.toml": '[project.entry-points."seed.option"]\nodd = "seed:Odd"\n',
            "seed.py": "class Odd:  # fault: option\n    '''Has odd options.'''\n    options = 42\n",
            "docs/conf.py": 'plugins_namespaces["seed.option"] = {"options": "attr:options"}\n',
        },
    ),
    Fault(
        "interface",
        {
            "pyproject.toml": (
                '[project.entry-points."seed.interface"]\nlacking = "seed:Lacking"\nwhole = "seed:Whole"\n'
            ),
            "seed.py": (
                "class Base:\n    '''Reads.'''\n    def read(self, path):\n        raise NotImplementedError\n"
                "class Lacking(Base):  # fault: interface\n    '''Lacks it.'''\n"
                "class Whole(Base):\n    '''Has all.'''\n    def read(self, path):\n        '''Read.'''\n"
            ),
        },
    ),
    Fault(
        "interface-names",
        {
            "pyproject.toml": '[project.entry-points."seed.names"]\nnaming = "seed:Naming"\nother = "seed:Named"\n',
            "seed.py": (
                "class Asked:\n    '''Writes.'''\n    def write(self, path):\n        raise NotImplementedError\n"
                "class Named(Asked):\n    '''Has it.'''\n    def write(self, path):\n        '''Write.'''\n"
                "class Naming(Asked):\n    '''Has it otherwise.'''\n"
                "    def write(self, file):  # fault: interface-names\n        '''Write.'''\n"
            ),
        },
    ),
    Fault(
        "coverage",
        {
            "pyproject.toml": '[project.entry-points."seed.coverage"]\nmute = "seed:Mute"\n',
            "seed.py": "class Mute:  # fault: coverage\n    pass\n",
        },
    ),
    Fault(
        "metadata",
        {
            "bare/pyproject.toml": (
                '[project]\nname = "seed-bare"\nversion = "1.0"\n'
                '[project.entry-points."seed.metadata"]\nbare = "seed:Fine"  # fault: metadata\n'
            ),
            "docs/conf.py": 'plugins_sources += ["project:../bare"]\n',
        },
    ),
    Fault(
        "guide",
        {
            "pyproject.toml": '[project.entry-points."seed.guide"]\nlost = "seed:Fine"\n',
            "docs/conf.py": 'plugins_guides["seed.guide"] = "guides/{name}-guide"  # fault: guide\n',
        },
    ),
    Fault(
        "namespace",
        {"pyproject.toml": '[project.entry-points."seed.namespace"]\nhidden = "seed:Fine"  # fault: namespace\n'},
    ),
    Fault(
        "docstring",
        {
            "pyproject.toml": '[project.entry-points."seed.docstring"]\nmarked = "seed:Marked"\n',
            "seed.py": "class Marked:\n    '''Has *markup that does not end.'''  # fault: docstring\n",
        },
    ),
    Fault(
        "untrusted",
        {
            "../others/strange-1.0.dist-info/METADATA": (
                "Metadata-Version: 2.1\nName: strange\nVersion: 1.0\nSummary: Strange\nLicense: MIT\n"
                "Requires-Python: >=3.8\nHome-page: https://strange.example\n"
            ),
            "../others/strange-1.0.dist-info/entry_points.txt": "[seed.untrusted]\nstrange = strange:Strange\n",
            "../others/strange.py": "class Strange:\n    '''Has *markup that does not end.'''\n",
            "docs/conf.py": (
                'plugins_sources += ["installed:../../others"]\n'
                'plugins_namespaces["seed.untrusted"] = {"title": "Strange"}  # fault: untrusted\n'
            ),
        },
    ),
]
"""One of each rule that is built in."""


def repository(folder: Path, faults: Iterable[Fault] = ()) -> Path:
    """Make a repository; blank lines in it show that places are relative to its root, and lines are counted."""
    folder.mkdir()
    files = dict(CLEAN)
    for fault in faults:
        for name, text in fault.added.items():
            files[name] = f"{files.get(name, '')}\n{text}".lstrip("\n")
        if fault.rule != "namespace":
            shown = dict.fromkeys(re.findall(r'(?<=[\["])seed\.\w+(?=["\]])', "".join(fault.added.values())))
            files["docs/index.rst"] += "".join(f"\n.. list-plugins:: {name}\n" for name in shown)
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text, "utf-8")
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    return folder


def marked(folder: Path) -> list[Place]:
    """Return where there is a fault."""
    return sorted(
        (found[1], file.relative_to(folder).as_posix(), number)
        for file in folder.rglob("*.*")
        if file.is_file() and ".git" not in file.parts
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1)
        if (found := re.search(r"# fault: (\S+)", line))
    )


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("faulty") / "checkout", FAULTS)


@pytest.fixture(scope="module")
def report(faulty: Path) -> Report:
    """What all rules find in the faulty repository."""
    return looked_at(faulty)


def looked_at(folder: Path, *names: str) -> Report:
    session = Session(parser().parse_args(["check", "--conf", str(folder / "docs")]), Terminal())
    session.report_interfaces()
    return session.report(session.namespaces(session.names(names)), list(RULES.built_in))


def test_there_is_a_fault_of_each_rule(faulty: Path) -> None:
    assert sorted(rule for rule, _, _ in marked(faulty)) == sorted(RULES.built_in)
    assert [fault.rule for fault in FAULTS if f"# fault: {fault.rule}\n" not in "".join(fault.added.values())] == []


def test_each_fault_is_found_at_its_line(faulty: Path, report: Report) -> None:
    found = [(each.rule, each.place.file, each.place.line) for each in report.findings if each.place]
    assert sorted(found) == marked(faulty)
    assert len(found) == len(report.findings)


def test_a_repository_without_a_fault(tmp_path: Path) -> None:
    assert looked_at(repository(tmp_path / "checkout")).findings == ()


def _github(text: str) -> list[Place]:
    found = re.findall(r"^::error title=sphinx-plugins \((.+)\),file=(.+),line=(\d+)::", text, re.MULTILINE)
    return [(rule, file, int(line)) for rule, file, line in found]


def _json(text: str) -> list[Place]:
    return [(each["rule"], each["file"], each["line"]) for each in json.loads(text)["findings"]]


def _gitlab(text: str) -> list[Place]:
    return [(e["check_name"], e["location"]["path"], e["location"]["lines"]["begin"]) for e in json.loads(text)]


def _junit(text: str) -> list[Place]:
    cases = [each for each in ET.fromstring(text).iter("testcase") if each.find("failure") is not None]
    return [(c.attrib["classname"].partition(".")[2], c.attrib["file"], int(c.attrib["line"])) for c in cases]


def _sarif(text: str) -> Iterable[Place]:
    [run] = json.loads(text)["runs"]
    for result in run["results"]:
        [location] = result["locations"]
        place = location["physicalLocation"]
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert place["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
        yield result["ruleId"], unquote(place["artifactLocation"]["uri"]), place["region"]["startLine"]


def _text(text: str) -> list[Place]:
    return [(rule, file, int(line)) for file, line, rule in re.findall(r"^(\S+):(\d+): (\S+) ", text, re.MULTILINE)]


READERS: dict[str, Callable[[str], Iterable[Place]]] = {
    "github": _github,
    "json": _json,
    "gitlab": _gitlab,
    "junit": _junit,
    "sarif": _sarif,
}


@pytest.mark.parametrize("form", WRITERS)
def test_each_fault_is_found_in_each_format(faulty: Path, report: Report, form: str) -> None:
    found = READERS[form](WRITERS[form].write(report))
    assert sorted(found) == marked(faulty)


def run(folder: Path, *arguments: str, code: int = 0, stderr: str = "") -> str:
    """Return what the command prints, run in the documentation's folder."""
    command = [*COMMAND, "check", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder / "docs")
    assert (done.returncode, done.stderr) == (code, stderr) or (stderr and stderr in done.stderr), done.stderr
    assert done.returncode == code
    return done.stdout


def test_text(faulty: Path) -> None:
    said = run(faulty, "--conf", ".", "--select", ",".join(RULES.built_in), code=1)
    places = [(rule, os.path.relpath(faulty / "docs" / file, faulty), line) for rule, file, line in _text(said)]
    assert sorted(places) == marked(faulty)
    first, second, *_, last = said.splitlines()
    assert re.match(r"\S+\.(py|toml):\d+: \w+ \S", first)
    assert second.startswith("  = help: ")
    assert re.fullmatch(
        rf"{len(FAULTS)} problems \(1 (\w|-)+(, 1 (\w|-)+)+\) were found in \d+ plugins of \d+ namespaces\.", last
    )
    fine = run(faulty, "--conf", ".", "seed.fine", "--select", "load,field")
    assert fine == "No problem was found in 1 plugin of 1 namespace.\n"


@pytest.mark.slow
def test_the_command_writes_formats(faulty: Path) -> None:
    for form, reader in READERS.items():
        said = run(faulty, "--conf", ".", "seed.load", "--select", "load", "--format", form, code=1)
        assert [(rule, file) for rule, file, _ in reader(said)] == [("load", "pyproject.toml")]
    assert "invalid choice: 'xml'" in _error(faulty, "--format", "xml")


def _error(folder: Path, *arguments: str) -> str:
    command = [*COMMAND, "check", "--conf", ".", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, cwd=folder / "docs")
    assert (done.returncode, done.stdout) == (2, b"")
    return done.stderr.decode()


def test_each_rule_is_documented_at_the_anchor_that_reports_link_to(project: Project) -> None:
    app = project.build(f".. plugin-catalog:: {RULES.group}\n   :view: details\n")
    page = (app.outdir / "index.html").read_text("utf-8")
    assert [rule for rule in RULES.built_in if f'id="{anchor(RULES.group, rule)}"' not in page] == []


# Baselines, and exit codes.


def test_a_release_and_one_more_plugin_are_nothing_new(tmp_path: Path) -> None:
    """What a finding is known by has no version, no number and no plugin that happens to be the first."""
    faults = [fault for fault in FAULTS if fault.rule in {"conflict", "metadata", "namespace"}]
    folder = repository(tmp_path / "checkout", faults)
    host = '\nplugins_host = "seed"\n'
    bare, extra = (folder / name / "pyproject.toml" for name in ("bare", "extra"))
    conf = folder / "docs" / "conf.py"
    conf.write_text(conf.read_text() + host)
    bare.write_text(bare.read_text().replace("[project]", '[project]\ndependencies = ["seed>=3"]'))
    report = looked_at(folder)
    known = baseline.written(report, (), None)
    assert sorted(each.rule for each in known) == ["conflict", "metadata", "metadata", "namespace"]

    for file in (bare, extra, folder / "pyproject.toml"):
        released = file.read_text().replace('version = "1.0"', 'version = "1.1.dev3"')
        file.write_text(re.sub(r"(\[project.entry-points.*\n)", r'\1aa = "seed:Fine"\n', released))
    extra.write_text(extra.read_text().replace("aa =", "ab ="))
    bare.write_text(bare.read_text() + '[project.entry-points."seed.fine"]\nanother = "seed:Fine"\n')
    # Nor is a plugin of a registry, which no line of a project registers.
    (folder / "bare" / "bare.py").write_text('class Bare:\n    """Is bare."""\nALL = {"bare": Bare}\n')
    conf.write_text(conf.read_text() + 'plugins_registries["seed.bare"] = "mapping:bare:ALL"\n')
    again = baseline.compared(looked_at(folder), known, None)
    assert (again.findings, again.gone, again.known) == ((), (), 4)
    for names, count in ((["seed.fine"], 2), (["seed.metadata", "seed.conflict"], 3), (["seed.bare"], 2)):
        part = baseline.compared(looked_at(folder, *names), known, names)
        assert (part.findings, part.gone, part.known) == ((), (), count)


def test_what_metadata_lacks_is_placed_in_the_file_of_its_own_distribution(tmp_path: Path) -> None:
    """Though another distribution has a plugin of the same name, which comes first."""
    folder = repository(tmp_path / "checkout")
    files = {
        "tree/setup.cfg": "[metadata]\nname = seed-tree\n[options]\ninstall_requires = seed<1\n"
        "[options.entry_points]\nseed.fine =\n    fine = seed:Fine\n",
        "tree/setup.py": "from setuptools import setup\nsetup()\n",
        "script/setup.py": "from setuptools import setup\n"
        "setup(name='seed-script', url='x', license='x',\n      entry_points={'seed.fine': ['fine = seed:Fine']})\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    conf = folder / "docs" / "conf.py"
    more = 'plugins_sources += ["project:../tree", "project:../script"]\nplugins_host = "seed"\n'
    conf.write_text(conf.read_text() + more)
    found = [each for each in looked_at(folder).findings if each.rule == "metadata"]
    assert [(each.place and (each.place.file, each.place.line), each.remedy) for each in found] == [
        (("script/setup.py", 3), "set description and python_requires in its setup.py"),
        (("tree/setup.cfg", 7), "correct install_requires in its setup.cfg, or take another release of it"),
        (("tree/setup.cfg", 7), "set license, description, url and python_requires in its setup.cfg"),
    ]


@pytest.mark.slow
def test_a_baseline(tmp_path: Path) -> None:
    named = {fault.rule: fault for fault in FAULTS}
    folder = repository(tmp_path / "checkout", [named["load"], named["config"]])
    check = ["--conf", ".", "--baseline", "known.json"]
    file = folder / "docs" / "known.json"
    error = "known.json is no baseline that can be read: No such file or directory; write it with --write-baseline\n"
    assert error in _error(folder, "--baseline", "known.json")
    for name in (".", ""):
        assert _error(folder, "--baseline", name, "--write-baseline").endswith("no regular file; name another file\n")
    assert "--write-baseline needs --baseline FILE" in _error(folder, "--write-baseline")
    said = run(folder, *check, "--write-baseline", stderr=(written := "known.json is written, with 2 problems\n"))
    fine = "No new problem was found in 2 plugins of 2 namespaces. 2 problems of the baseline not listed.\n"
    assert said == fine
    first = file.read_bytes()
    assert b'"line"' not in first

    config = folder / "pyproject.toml"
    config.write_text("# One line more.\n" + config.read_text())
    assert run(folder, *check) == fine
    run(folder, *check, "--write-baseline", stderr=written)
    assert file.read_bytes() == first

    conf = folder / "docs" / "conf.py"
    conf.write_text(conf.read_text().replace("# fault: config", "") + 'plugins_namespaces["seed.fie"] = {}\n')
    said = run(folder, *check, code=1)
    assert [rule for rule, _, _ in _text(said)] == ["config"]
    assert said.endswith(
        "1 new problem was found in 2 plugins of 2 namespaces. 2 problems of the baseline not listed.\n"
    )

    conf.write_text(re.sub(r'plugins_namespaces\["seed.fi.*\n', "", conf.read_text()))
    gone = "WARNING: the baseline known.json has what is found no more (config: plugins_namespaces has settings for"
    assert run(folder, *check, stderr=gone).startswith("No new problem was found")
    run(folder, *check, "-W", code=1, stderr=gone)
    run(folder, *check, "-W", "--exit-zero", stderr=gone)
    run(folder, *check, "--select", "load")  # it does not look for what is gone
    run(folder, *check, "seed.load", "--write-baseline", stderr=written)
    assert b"config" in file.read_bytes()  # nor does this
    run(folder, *check, "--write-baseline", stderr="known.json is written, with 1 problem\n")
    assert [each["rule"] for each in json.loads(file.read_bytes())["findings"]] == ["load"]

    file.write_text("{}")
    assert "remove it and write it with --write-baseline" in _error(folder, "--baseline", "known.json")
    assert "cannot be written" in _error(folder, "--baseline", "none/known.json", "--write-baseline")


@pytest.mark.slow
def test_exit_codes(faulty: Path) -> None:
    assert run(faulty, "--conf", ".", "seed.load", code=1) == run(faulty, "--conf", ".", "seed.load", "--exit-zero")
    run(faulty, "--conf", ".", "seed.load", "-W", "--exit-zero")
    run(faulty, "--conf", ".", "seed.load", "-W", code=1)
    run(faulty, "--conf", ".", "seed.fine", "--select", "load", "-W")
    _error(faulty, "seed.nothing", "--exit-zero")
    assert "--ignore leaves no rule to look at" in _error(faulty, "--select", "load", "--ignore", "field,load")


# The hooks and the action.

HOOKS = decoding.yaml((ROOT / ".pre-commit-hooks.yaml").read_text())


@pytest.mark.slow
@pytest.mark.parametrize(
    "hook", decoding.yaml((ROOT / ".pre-commit-hooks.yaml").read_text()), ids=lambda hook: hook["id"]
)
def test_the_hooks(faulty: Path, tmp_path: Path, hook: Mapping[str, str]) -> None:
    assert hook["language"] in {"python", "system"}
    assert re.search(hook["files"], "docs/conf.py")
    assert re.search(hook["files"], "pyproject.toml")
    assert not re.search(hook["files"], "docs/image.png")
    name, *arguments = shlex.split(hook["entry"])
    command = [str(Path(sys.executable).with_name(name)), *arguments, *hook["args"]]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=faulty)
    assert done.returncode == 1
    assert "\nseed.py:" in done.stdout
    clean = repository(tmp_path / "clean")
    subprocess.run(command, check=True, capture_output=True, cwd=clean)


ACTION = decoding.yaml((ROOT / "action.yml").read_text())


def act(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Do what a runner does with the steps of the action."""
    given = {name: said["default"] for name, said in ACTION["inputs"].items()} | inputs
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "GITHUB_ACTION_PATH": str(ROOT)}
    for step in ACTION["runs"]["steps"]:
        assert step["shell"] == "bash"
        variables = {name: _filled(value, given) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            check=False,
            capture_output=True,
            text=True,
            cwd=folder / _filled(step.get("working-directory", "."), given),
            env={**environment, **variables},
        )
    return done


def _filled(text: str, inputs: Mapping[str, str]) -> str:
    return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], text)


def test_no_input_of_the_action_is_part_of_a_script() -> None:
    assert ACTION["runs"]["using"] == "composite"
    assert not [step for step in ACTION["runs"]["steps"] if "${{" in step["run"]]
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text()))
    assert used == ACTION["inputs"].keys()
    assert all(said["description"] and "default" in said for said in ACTION["inputs"].values())


@pytest.mark.slow
def test_the_action(faulty: Path) -> None:
    done = act(faulty, namespaces="seed.l* seed.field", select="load,field")
    assert done.returncode == 1
    assert [(rule, file) for rule, file, _ in _github(done.stdout)] == [
        ("load", "pyproject.toml"),
        ("field", "seed.py"),
    ]
    done = act(faulty, namespaces="seed.load", ignore="load,config,source,registry")
    assert (done.returncode, done.stdout) == (0, "")
    written = {
        "format": "sarif",
        "output": "found; it.sarif",
        "exit-zero": "true",
        "working-directory": "docs",
        "conf": ".",
    }
    done = act(faulty, namespaces="seed.load", **written)
    assert (done.returncode, done.stdout) == (0, "")
    file = faulty / "docs" / "found; it.sarif"
    assert ("load", "pyproject.toml") in [(rule, place) for rule, place, _ in _sarif(file.read_text())]
    file.unlink()
    (faulty / "a.rst").write_text("Nothing.\n")
    (faulty / "b.rst").write_text("Nothing.\n")
    given = {"namespaces": "seed.load", "select": "guide", "mentions": "a.rst [b].rst"}
    done = act(faulty, **given, **{"fail-under": "100"})
    assert done.returncode == 1
    assert [(rule, file) for rule, file, _ in _github(done.stdout)] == [("guide", "a.rst"), ("guide", "b.rst")]
    assert "100" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["conf", "namespaces", "select", "ignore", "baseline", "fail-under", "format"])
def test_inputs_of_the_action_are_data(faulty: Path, name: str) -> None:
    done = act(faulty, **{name: '$(touch owned) `touch owned`; touch owned # "; touch owned'})
    assert done.returncode == 2
    assert not list(faulty.rglob("owned"))
    assert act(faulty, **{name: "--version"}).returncode != 0
