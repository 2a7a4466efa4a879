"""What other distributions bring: sources, describers, rules and formats, and what becomes of those that are broken."""

from __future__ import annotations

import importlib.metadata
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sphinxext.plugins import UnreadableError, compare, make_catalog, read_catalog
from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.checks import RULES
from sphinxext.plugins.cli import main
from sphinxext.plugins.core.extensions import ExtensionError
from sphinxext.plugins.core.readers import READERS
from sphinxext.plugins.core.schemes import DESCRIBERS
from sphinxext.plugins.formats import FORMATS
from sphinxext.plugins.settings import Options
from sphinxext.plugins.sources import SOURCES

if TYPE_CHECKING:
    from sphinx.testing.util import SphinxTestApp

    from sphinxext.plugins.core.extensions import Registry
    from sphinxext.plugins.core.model import Namespace, Problem
    from sphinxext.plugins.core.structs import Json
    from tests.conftest import Install, Project

ROOT = Path(__file__).parents[1]

REGISTRIES = [SOURCES, DESCRIBERS, READERS, RULES, FORMATS]

CONDA = '''
"""Environments of conda, by their name in a folder of these."""
from sphinxext.plugins.sources import environment

def conda(place):
    return environment(place.path.parent / "envs" / place.path.name, place.name)
'''

LISTED = """
from sphinxext.plugins import Distribution, Plugin, Problem, ProblemKind
from sphinxext.plugins.sources import Registered

class Listed:
    introspected = True
    def __init__(self, place):
        self.names = place.path.read_text().split()
        self.problems = [Problem(kind=ProblemKind.SOURCE, message="the list is short", remedy="write more")]
    def registered(self):
        distribution = Distribution(name="Listed", version="1")
        of = [Plugin(namespace="ns", name=each, target=f"m:{each}", distribution=distribution) for each in self.names]
        yield Registered("listed", of)
"""


def pyproject(group: str) -> dict[str, str]:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    registered: dict[str, str] = tomllib.loads(text)["project"]["entry-points"][group]
    return registered


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.group)
def test_the_table_and_the_entry_points_agree(registry: Registry) -> None:
    assert pyproject(registry.group) == dict(registry.built_in)
    for name in registry.built_in:
        assert registry.get(name) is not None


def test_there_is_a_registry_for_each_group() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    assert sorted(groups) == sorted(registry.group for registry in REGISTRIES)


def test_what_is_built_in_needs_no_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    def entry_points(**_of: str) -> None:
        pytest.fail("entry points were read")

    monkeypatch.setattr(importlib.metadata, "entry_points", entry_points)
    for registry in REGISTRIES:
        for name in registry.built_in:
            registry.get(name)
            assert registry.state(name) == ""


def plugin_names(namespace: Namespace | None) -> list[str]:
    return [plugin.name for plugin in namespace.plugins] if namespace else []


def assembled(folder: Path, *sources: str) -> tuple[Assembler, list[Problem]]:
    assembler = Assembler(Options(sources=list(sources), introspection="static"), folder)
    namespace = assembler.namespace("ns")
    return assembler, [*assembler.problems, *(namespace.problems if namespace else ())]


# Sources.


def conda(folder: Path, install: Install) -> None:
    """Install a distribution that brings the scheme conda, and make an environment of that kind."""
    install("house-conda", {"sphinxext.plugins.sources": {"conda": "house_conda:conda"}}, {"house_conda.py": CONDA})
    site = folder / "envs" / "science" / "lib" / "python3.11" / "site-packages"
    (site / "sluice-1.0.dist-info").mkdir(parents=True)
    (site / "sluice-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: sluice\nVersion: 1.0\n")
    (site / "sluice-1.0.dist-info" / "entry_points.txt").write_text("[ns]\ncsv = sluice:Reader\n")
    (site / "sluice.py").write_text('class Reader:\n    """Read CSV."""\n')


def test_a_scheme_of_another_distribution(project: Project, install: Install) -> None:
    conda(project.folder, install)
    sources = ["conda:science", "installed"]
    app = project.build("Top\n===\n\n.. plugin-catalog:: ns\n", builder="text", plugins_sources=sources)
    assert project.warnings == []
    text = (app.outdir / "index.txt").read_text()
    assert "Read CSV." in text
    assert "sluice 1.0" in text
    [plugin] = app.env.get_domain("plugin").build.assembler.namespace("ns").plugins  # type: ignore[attr-defined]
    assert plugin.found_in == "conda:science"
    project.build(builder="text", plugins_sources=sources)
    assert project.read == []


def test_a_source_may_give_all_that_is_known(tmp_path: Path, install: Install) -> None:
    install("house", {"sphinxext.plugins.sources": {"listed": "house_listed:Listed"}}, {"house_listed.py": LISTED})
    (tmp_path / "list.txt").write_text("b a")
    assembler, problems = assembled(tmp_path, "listed:list.txt")
    assert plugin_names(assembler.namespace("ns")) == ["a", "b"]
    assert [problem.message for problem in problems] == ["the list is short"]


KNOWN = """
from sphinxext.plugins import Distribution, Docstring, Plugin
from sphinxext.plugins.sources import Registered

class Known:
    introspected = True
    def __init__(self, place): pass
    def registered(self):
        of = Distribution(name="Known", version="1")
        yield Registered("known", [
            Plugin(namespace="ns", name="a", target="m:a", distribution=of, docstring=Docstring(text="Read A.")),
            Plugin(namespace="ns", name="b", target="m:b", distribution=of),
        ])
"""


def test_what_a_source_knows_is_shown_whatever_it_does_not_know(project: Project, install: Install) -> None:
    install("house", {"sphinxext.plugins.sources": {"known": "house_known:Known"}}, {"house_known.py": KNOWN})
    page = "Top\n===\n\n.. plugin-catalog:: ns\n\n.. list-plugins:: ns\n   :detailed:\n"
    app = project.build(page, builder="text", plugins_sources=["known:x"])
    assert project.warnings == []
    text = (app.outdir / "index.txt").read_text()
    assert text.count("Read A.") == 3
    assert text.count("No documentation found for b in m:b") == 1
    assert "Warning:" not in text


@pytest.mark.parametrize("introspected", [True, False])
def test_a_source_says_of_no_words_where_they_stand(tmp_path: Path, install: Install, introspected: bool) -> None:  # noqa: FBT001
    told = f"""
    introspected = {introspected}
    def registered(self):
        place = Location(file="own.py", line=1)
        said = Docstring(text="Of others.", location=place)
        inherited = Inherited(docstring=said, owner="own.A")
        for name, facts in {{"a": {{"docstring": said, "constructor": said}}, "b": {{"inherited": inherited}}}}.items():
            plugin = Plugin(namespace="ns", name=name, target="gone:A", introspection="static", **facts)
            yield Registered(name, [plugin])
    """
    code = "from sphinxext.plugins.core.model import Docstring, Inherited, Location\n" + LISTED + told
    install("house", {"sphinxext.plugins.sources": {"listed": "house:Listed"}}, {"house.py": code})
    (tmp_path / "own").mkdir()
    (tmp_path / "own/pyproject.toml").write_text('[project]\nname = "own"\n')
    (tmp_path / "own/own.py").write_text("")
    (tmp_path / "names").touch()
    assembler, _ = assembled(tmp_path, "listed:names", "project:own")
    namespace = assembler.namespace("ns")
    assert plugin_names(namespace) == ["a", "b"]
    assert namespace is not None
    assert not any(assembler.trusts(plugin, each) for plugin in namespace.plugins for each in plugin.docstrings)
    assert bool(namespace.plugins[0].docstring) is introspected


def test_an_unknown_scheme(project: Project, install: Install) -> None:
    conda(project.folder, install)
    project.build("Top\n===\n", builder="text", plugins_sources=["installed", "cond:science"])
    assert project.warnings == [
        "conf.py:1: WARNING: plugins_sources has 'cond:science', of which the scheme 'cond' is neither built in "
        "(installed, project, wheels, snapshot) nor registered in sphinxext.plugins.sources; correct it (the nearest: "
        "conda), or install what registers it; until then its plugins may be missing [plugins.config]"
    ]


def test_a_scheme_without_a_colon(project: Project, install: Install) -> None:
    install("house", {"sphinxext.plugins.sources": {"known": "house_known:Known"}}, {"house_known.py": KNOWN})
    app = project.build(PAGE, builder="text", plugins_sources=["known", "instaled"])
    [warning] = project.warnings
    assert "has 'instaled', of which the scheme 'instaled' is neither built in" in warning
    assert "correct it (the nearest: installed), or" in warning
    assert "Read A." in (app.outdir / "index.txt").read_text()
    project.build(builder="text", plugins_sources=["known", "project"])
    assert project.warnings[0].startswith("conf.py:1: WARNING: plugins_sources = ['known', 'project'] is not valid")


BROKEN = {
    "import": ("import nowhere_at_all\n", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
    "exit at import": ("raise SystemExit('no')\n", "SystemExit: no"),
    "assertion at import": ("assert False\n", "AssertionError"),
    "no object": ("", "AttributeError: module 'house' has no attribute 'scheme'"),
    "call": ("def scheme(place): raise ValueError('bad')\n", "ValueError: bad"),
    "nothing": ("def scheme(place): pass\n", "AttributeError: 'NoneType' object has no attribute 'registered'"),
    "registered": (
        "class scheme:\n  def __init__(self, place): pass\n  def registered(self): yield 1\n",
        "TypeError: cannot unpack non-iterable int object",
    ),
    "no plugins": (
        "class scheme:\n  def __init__(self, place): pass\n"
        "  def registered(self): yield 'x', [{'namespace': 'ns', 'name': 3, 'target': 'm:f'}], []\n",
        "ValidationError: Expected `str`, got `int` - at `$.name`",
    ),
    "everything": (
        "class scheme:\n  def __init__(self, place): pass\n  def registered(self): return []\n"
        "  def __getattr__(self, name): raise RuntimeError('at any time')\n",
        "RuntimeError: at any time",
    ),
}


@pytest.mark.parametrize(("code", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_source_is_one_problem(tmp_path: Path, install: Install, code: str, reason: str) -> None:
    install("house", {"sphinxext.plugins.sources": {"broken": "house:scheme"}}, {"house.py": code})
    install("one", {"ns": {"a": "one:A"}}, {"one.py": "class A:\n    'A.'\n"})
    (tmp_path / "conf.py").write_text("\nplugins_sources = ['installed', 'broken:x']\n")
    assembler, [problem] = assembled(tmp_path, "installed", "broken:x")
    assert plugin_names(assembler.namespace("ns")) == ["a"]
    assert problem.text == (
        "plugins_sources has 'broken:x', of which the scheme 'broken' fails in sphinxext.plugins.sources of house 1.0 "
        f"(house:scheme): {reason}; install what it needs, or report it to its authors; until then its plugins "
        "may be missing"
    )
    assert problem.location is not None
    assert problem.location.line == 2


def test_two_distributions_of_one_scheme(tmp_path: Path, install: Install) -> None:
    install("one", {"sphinxext.plugins.sources": {"conda": "one:conda"}}, {"one.py": CONDA})
    install("two", {"sphinxext.plugins.sources": {"conda": "two:conda"}}, {"two.py": CONDA})
    _, [problem] = assembled(tmp_path, "installed", "conda:x")
    assert "is registered 2 times in sphinxext.plugins.sources, by one 1.0 (one:conda), two 1.0 (two:c" in problem.text


def test_what_is_built_in_cannot_be_replaced(tmp_path: Path, install: Install) -> None:
    install("one", {"sphinxext.plugins.sources": {"project": "one:conda"}}, {"one.py": "raise SystemExit\n"})
    assert SOURCES.get("project").__module__ == "sphinxext.plugins.sources.schemes"
    assert assembled(tmp_path, "installed")[1] == []


def test_no_cache_of_entry_points_is_read_or_written(
    tmp_path: Path, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of stevedore is kept by times: what is installed in the same moment would not be there."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    with pytest.raises(ExtensionError, match="nor registered"):
        SOURCES.get("conda")
    install("house", {"sphinxext.plugins.sources": {"conda": "house_one:conda"}}, {"house_one.py": CONDA})
    assert SOURCES.get("conda").__module__ == "house_one"
    assert not cache.exists()


def test_the_code_of_an_extension_is_in_its_state(site: Path, install: Install) -> None:
    files = {"kit/__init__.py": "", "kit/made.py": CONDA, "kit/deep/help.py": "A = 1\n"}
    group = {"sphinxext.plugins.sources": {"conda": "kit.made:conda"}}
    install("kit", group, files)
    states = [SOURCES.state("conda"), SOURCES.state("conda")]
    assert states[0] == states[1]
    (site / "kit" / "deep" / "help.py").write_text("A = 2\n")
    states.append(SOURCES.state("conda"))
    (site / "kit-1.0.dist-info").rename(site / "kit-1.1.dist-info")
    install("kit", group, version="1.1")
    states.append(SOURCES.state("conda"))
    assert len(set(states)) == 3
    assert "sphinxext.plugins.catalog" in sys.modules  # it is found without importing the extension
    assert "kit.made" not in sys.modules


@pytest.mark.slow
def test_plugins_are_introspected_again_when_a_source_is_made_otherwise(
    project: Project, install: Install, site: Path
) -> None:
    conda(project.folder, install)
    page, sources = "Top\n===\n\n.. plugin-catalog:: ns\n", ["conda:science"]
    cache = project.build(page, builder="text", plugins_sources=sources).doctreedir / "sphinxext-plugins.json"
    before = cache.read_bytes()
    project.build(builder="text", plugins_sources=sources)
    assert cache.read_bytes() == before
    (site / "house_conda.py").write_text(f"{CONDA}\n# another\n")
    project.build(builder="text", plugins_sources=sources)
    assert cache.read_bytes() != before
    assert project.read == []  # the page shows the same


# Describers.

CONF = '''
def conf(plugin, argument, facts):
    """A section of the project's settings."""
    if plugin.name == "odd":
        raise LookupError(plugin.name)
    return {"argument": argument, "name": plugin.name, "kind": plugin.kind, "facts": len(facts)}
'''
MODULE = {"one.py": "class A:\n    'A.'\n    title = 'Title'\nclass B:\n    'Of B.'\n"}


def field(app: SphinxTestApp, name: str) -> dict[str, Json]:
    """The value of a field, by the name of the plugin."""
    namespace = app.env.get_domain("plugin").build.assembler.namespace("ns")  # type: ignore[attr-defined]
    return {plugin.name: each.value for plugin in namespace.plugins for each in plugin.fields if each.name == name}


def fields(**describers: str | list[str]) -> dict[str, Any]:
    return {"plugins_namespaces": {"ns": {"fields": describers}}}


PAGE = "Top\n===\n\n.. plugin-catalog:: ns\n"


def test_a_describer_of_another_distribution(project: Project, install: Install, site: Path) -> None:
    install("house", {"sphinxext.plugins.describers": {"conf": "house_conf:conf"}}, {"house_conf.py": CONF})
    install("one", {"ns": {"a": "one:A"}}, MODULE)
    app = project.build(PAGE, builder="text", **fields(From="conf:readers.csv"))
    assert project.warnings == []
    assert field(app, "From") == {"a": {"argument": "readers.csv", "name": "a", "kind": "class", "facts": 0}}
    project.build(builder="text", **fields(From="conf:readers.csv"))
    assert project.read == []
    del sys.modules["house_conf"]
    (site / "house_conf.py").write_text("def conf(plugin, argument, facts):\n    return 'something else'\n")
    app = project.build(builder="text", **fields(From="conf:readers.csv"))
    assert (project.read, field(app, "From")) == (["index"], {"a": "something else"})


def test_what_is_asked_of_a_plugin_follows_the_code_of_a_describer(
    project: Project, install: Install, site: Path
) -> None:
    """What it said was enough; once it says nothing any more, the plugin has yet to be asked for the next."""
    install("house", {"sphinxext.plugins.describers": {"conf": "house_said:conf"}}, {"house_said.py": CONF})
    install("one", {"ns": {"a": "one:A"}}, MODULE)
    settings = fields(Title=["conf:x", "attr:title"])
    project.build(PAGE, builder="text", **settings)
    del sys.modules["house_said"]
    (site / "house_said.py").write_text("def conf(plugin, argument, facts):\n    return None\n")
    app = project.build(builder="text", **settings)
    assert field(app, "Title") == {"a": "Title"}


def test_an_unknown_describer(project: Project, install: Install) -> None:
    install("house", {"sphinxext.plugins.describers": {"conf": "house_conf:conf"}}, {"house_conf.py": CONF})
    install("one", {"ns": {"a": "one:A"}}, MODULE)
    project.build(PAGE, builder="text", **fields(From="cnf:readers.csv"))
    assert project.warnings == [
        "conf.py:1: WARNING: plugins_namespaces['ns']['fields']['From'] = 'cnf:readers.csv' is not valid; give it one "
        "of doc, doc:summary, doc:module, doc:field NAME, doc:section NAME, attr:NAME, call:NAME, expr:EXPRESSION, "
        "members:DECORATOR, setup:directives, setup:roles, setup:builders, setup:domains, setup:events, "
        "setup:configuration, dist:HEADER, requires:PROJECT, manifest:KEY, implements:MEMBER, capability:NAME, "
        "overlay:KEY, entry:name, entry:target, entry:module, entry:extras, entry:origin, or what is registered in "
        "sphinxext.plugins.describers (the nearest: "
        "conf:readers.csv); until then it is left out [plugins.config]"
    ]


BROKEN_DESCRIBERS = {
    "import": ("import nowhere_at_all\n", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
    "exit": ("def conf(plugin, argument, facts): raise SystemExit\n", "SystemExit"),
    "other arguments": ("def conf(): pass\n", "TypeError: conf() takes 0 positional arguments but 3 were given"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("code", "reason"), BROKEN_DESCRIBERS.values(), ids=BROKEN_DESCRIBERS)
@pytest.mark.parametrize("parallel", [0, 2])
def test_a_broken_describer_is_one_problem(
    project: Project, install: Install, code: str, reason: str, parallel: int
) -> None:
    install("house", {"sphinxext.plugins.describers": {"conf": "house_bad:conf"}}, {"house_bad.py": code})
    install("one", {"ns": {"a": "one:A", "b": "one:B"}}, MODULE)
    pages = {"index.rst": PAGE, "other.rst": f":orphan:\n\n{PAGE}   :no-index:\n"}
    for number in range(2):
        app = project.build(
            pages if number == 0 else {}, builder="text", parallel=parallel, **fields(X="conf:y", Y=["conf:z", "doc"])
        )
        assert project.warnings == [
            "conf.py:1: WARNING: plugins_namespaces has 'conf:y', of which the scheme 'conf' fails in "
            f"sphinxext.plugins.describers of house 1.0 (house_bad:conf): {reason}; install what it needs, or "
            "report it to its authors; until then its answers are missing [plugins.config]"
        ]
    assert field(app, "Y") == {"a": "A.", "b": "Of B."}
    assert "not known: fails in sphinxext.plugins.describers" in (app.outdir / "index.txt").read_text()


def test_a_describer_that_fails_for_one_plugin(project: Project, install: Install) -> None:
    install("house", {"sphinxext.plugins.describers": {"conf": "house_conf:conf"}}, {"house_conf.py": CONF})
    install("one", {"ns": {"a": "one:A", "odd": "one:B"}}, MODULE)
    app = project.build(PAGE, builder="text", **fields(From="conf:x"))
    assert list(field(app, "From")) == ["a"]
    [warning] = project.warnings
    assert "house 1.0 (house_conf:conf): LookupError: odd; install" in warning


def test_the_environment_is_not_searched_for_each_plugin(
    tmp_path: Path, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "def conf(plugin, argument, facts): raise LookupError(plugin.name)\n"
    install("house", {"sphinxext.plugins.describers": {"conf": "house_fails:conf"}}, {"house_fails.py": code})
    install("one", {"ns": {f"p{number}": "one:A" for number in range(50)}}, MODULE)
    searched: list[object] = []
    search = importlib.metadata.entry_points

    def counted(**of: Any) -> object:  # noqa: ANN401  # as it takes them
        searched.append(of)
        return search(**of)

    monkeypatch.setattr(importlib.metadata, "entry_points", counted)
    settings = {"plugins_introspection": "static", "plugins_namespaces": {"ns": {"fields": {"Key": "conf:x"}}}}
    catalog = make_catalog(settings, tmp_path, ["ns"])
    assert len(catalog.namespaces[0].plugins) == 50
    assert 0 < len(searched) < 10


def test_what_a_describer_gives_is_data(project: Project, install: Install) -> None:
    code = (
        "import datetime\n"
        "def conf(plugin, argument, facts):\n"
        "    given = [datetime.date(2026, 1, 2), {1: {'b', 'a', 'c'}}, 'x' * 10**7]\n"
        "    return given if argument == 'x' else object()\n"
    )
    install("house", {"sphinxext.plugins.describers": {"conf": "house_data:conf"}}, {"house_data.py": code})
    install("one", {"ns": {"a": "one:A"}}, MODULE)
    app = project.build(PAGE, builder="text", **fields(X="conf:x", Y="conf:y"))
    value = field(app, "X")["a"]
    assert value[:2] == ["2026-01-02", {"1": ["a", "b", "c"]}]
    assert len(value[2]) < 10**7
    [warning] = project.warnings
    assert "(house_data:conf): TypeError: Encoding objects of type object is unsupported; install" in warning


# Rules.

LICENSED = """
from sphinxext.plugins import Problem, ProblemKind

def licensed(check):
    for namespace in check.namespaces:
        for plugin in namespace.plugins:
            if not plugin.distribution.license:
                message = f"has no licence, as {check.options.namespaces['ns'].title} have to"
                yield Problem(kind=ProblemKind.SOURCE, message=message, remedy="write one", plugin=plugin.identity)
"""


@pytest.mark.parametrize("parallel", [0, 2])
def test_a_rule_of_another_distribution(project: Project, install: Install, parallel: int) -> None:
    install("house", {"sphinxext.plugins.rules": {"licensed": "house_rules:licensed"}}, {"house_rules.py": LICENSED})
    install("one", {"ns": {"a": "one:A"}}, MODULE)
    install("two", {"ns": {"b": "one:B"}}, metadata="License: MIT")
    settings: dict[str, Any] = {"plugins_namespaces": {"ns": {"title": "Readers"}}}
    pages = {"index.rst": PAGE, "other.rst": f":orphan:\n\n{PAGE}   :no-index:\n"}
    project.build(pages, builder="text", parallel=parallel, **settings)
    assert project.warnings == []
    for _ in range(2):
        project.build(builder="text", parallel=parallel, plugins_rules=["licensed"], **settings)
        assert project.warnings == ["WARNING: ns:a has no licence, as Readers have to; write one [plugins.licensed]"]
        assert project.read == []


BROKEN_RULES = {
    "import": ("import nowhere_at_all\n", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
    "in the middle": ("def rule(check):\n  yield from ()\n  raise SystemExit\n", "SystemExit"),
    "no problems": ("def rule(check): return [1]\n", "ValidationError: Expected `object`, got `int`"),
}


@pytest.mark.parametrize(("code", "reason"), BROKEN_RULES.values(), ids=BROKEN_RULES)
def test_a_broken_rule_is_one_problem(project: Project, install: Install, code: str, reason: str) -> None:
    install("house", {"sphinxext.plugins.rules": {"rule": "house_rule:rule"}}, {"house_rule.py": code})
    install("one", {"ns": {"a": "one:A"}}, MODULE)
    settings: dict[str, Any] = {"plugins_namespaces": {"ns": {"columns": ["titel"], "fields": {"Title": "doc"}}}}
    project.build(PAGE, builder="text", plugins_rules=["rule"], **settings)
    [other, warning] = project.warnings
    assert "a column 'titel'" in other
    assert warning == (
        "conf.py:1: WARNING: plugins_rules has 'rule', which fails in sphinxext.plugins.rules of house 1.0 "
        f"(house_rule:rule): {reason}; install what it needs, or report it to its authors; until then it finds nothing "
        "[plugins.config]"
    )


# Formats.

NAMES = """
from sphinxext.plugins.formats import Format

def write(catalog, settings):
    names = [plugin.name for namespace in catalog.namespaces for plugin in namespace.plugins]
    return ", ".join(names).encode() + b"\\n"

FORMAT = Format(write, "text/plain")
NONE = "a text"
def fails(catalog, settings): raise ValueError("not today")
FAILS = Format(fails, "text/plain")
"""


def test_a_format_of_another_distribution(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    group = {"names": "house_names:FORMAT", "none": "house_names:NONE", "fails": "house_names:FAILS"}
    install("house", {"sphinxext.plugins.formats": group}, {"house_names.py": NAMES})
    install("one", {"ns.formats": {"b": "one:B", "a": "one:A"}}, MODULE)
    arguments = ["export", "ns.formats", "--introspection", "static", "--format"]
    assert (main([*arguments, "names"]), *capsys.readouterr()) == (0, "a, b\n", "")
    for name, reason in {
        "none": "fails in sphinxext.plugins.formats of house 1.0 (house_names:NONE): TypeError: it is no Format, but s",
        "fails": "fails in sphinxext.plugins.formats of house 1.0 (house_names:FAILS): ValueError: not today",
        "name": "is neither built in (json, markdown, options-schema) nor registered in sphinxext.plugins.formats; "
        "correct it (the nearest: names)",
    }.items():
        assert main([*arguments, name]) == 2
        out, error = capsys.readouterr()
        assert (out, error.startswith(f"sphinx-plugins: error: the format '{name}' {reason}")) == ("", True)


def test_an_unknown_scheme_on_the_command_line(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install("house-conda", {"sphinxext.plugins.sources": {"conda": "house_conda:conda"}}, {"house_conda.py": CONDA})
    assert main(["namespaces", "--source", "cnda:x"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("sphinx-plugins: error: --source cannot be 'cnda:x': its scheme is neither built in")
    assert "(the nearest: conda)" in error


# The Python interface.


def test_a_catalog_is_made_from_settings(tmp_path: Path, install: Install) -> None:
    install("one", {"ns": {"a": "one:A"}, "other": {"b": "one:B"}}, MODULE)
    settings = {"plugins_namespaces": {"ns": {"fields": {"Title": "attr:title"}}}, "plugins_json": 3}
    catalog = make_catalog(settings, tmp_path, ["n?"])
    assert [namespace.name for namespace in catalog.namespaces] == ["ns"]
    assert [each.value for each in catalog.namespaces[0].plugins[0].fields] == ["Title"]
    assert [problem.message for problem in catalog.problems] == ["plugins_json = 3 is not valid"]
    assert [namespace.name for namespace in make_catalog(folder=tmp_path, namespaces="n?").namespaces] == ["ns"]


def test_a_setting_that_does_not_exist_is_misuse() -> None:
    with pytest.raises(ValueError, match=r"there is no setting 'plugins_source' \(the nearest: plugins_sources"):
        make_catalog({"plugins_source": []})


def test_catalogs_are_read_and_compared(tmp_path: Path, install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install("one", {"ns": {"a": "one:A"}}, MODULE)
    main(["export", "ns", "--introspection", "static"])
    text = capsys.readouterr().out
    (tmp_path / "catalog.json").write_text(text)
    before = read_catalog(tmp_path / "catalog.json")
    assert before == read_catalog(str(tmp_path / "catalog.json")) == read_catalog(text.encode())
    install("one", {"ns": {"a": "one:A", "b": "one:B"}}, MODULE)
    comparison = compare(before, make_catalog({"plugins_introspection": "static"}, namespaces=["ns"]))
    assert [(added.plugin, added.summary) for added in comparison.added] == [("ns:b", "Of B.")]
    with pytest.raises(UnreadableError, match="it says no schema_version"):
        read_catalog(b"{}")
