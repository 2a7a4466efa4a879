"""Settings that fit nothing, and options of directives that do not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.cli import main
from tests.conftest import lines_of_findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Install, Project

FILES = {
    "base.py": "class Base:\n    url = None\n    meta = {'title': '', 'of': {'beans': None}}\n"
    "    def about(self): return None\n",
    "m.py": "from base import Base\n"
    "class Moka(Base):\n    '''Moka.'''\n    title = 'Moka'\n    strength = 3\n"
    "    beans = [{'name': 'arabica'}, {'taste': 'sour'}]\n"
    "class Press(Base):\n    '''Press.'''\n    title = 'Press'\n",
}
PAGE = "Top\n===\n\n.. plugin-catalog:: brew.coffee\n"
WORD = re.compile(r"\(the nearest: ([^)]*)\)")


@pytest.fixture(autouse=True)
def _installed(install: Install) -> None:
    plugins = {"moka": "m:Moka", "press": "m:Press", "filter": "m:Press"}
    install(
        "brewery",
        {"brew.coffee": plugins, "brew.tea": {"pot": "m:Moka"}},
        FILES,
        metadata="Summary: All\nX-Own: 1\nRequires-Dist: stove",
    )


def warned(project: Project, config: Mapping[str, object] = {}, page: str = PAGE) -> list[str]:
    """Build twice, and give the warnings, which have to be the same."""
    project.build(page, freshenv=True, **config)  # type: ignore[arg-type]
    first = project.warnings
    project.build(**config)  # type: ignore[arg-type]
    assert project.read == []
    assert project.warnings == first
    return first


def coffee(**settings: object) -> dict[str, object]:
    return {"plugins_namespaces": {"brew.coffee": settings}}


MISTAKES: dict[str, tuple[dict[str, object], str, str | None]] = {
    "namespace": ({"plugins_namespaces": {"brew.cofee": {}}}, "'brew.cofee'", "brew.coffee"),
    "namespace that is like none": ({"plugins_namespaces": {"zzz": {}}}, "'zzz'", None),
    "glob": ({"plugins_namespaces": {"brew.cofee*": {}}}, "'brew.cofee*'", "brew.coffee"),
    "attribute": (coffee(fields={"Title": "attr:titel"}), "attr:titel", "attr:title"),
    "key of a dictionary": (coffee(fields={"Title": "attr:meta.titel"}), "attr:meta.titel", "attr:meta.title"),
    "key in brackets": (coffee(fields={"Title": "attr:meta[titel]"}), "attr:meta[titel]", "attr:meta.title"),
    "column of a table": (
        coffee(fields={"Beans": {"from": "attr:beans", "columns": {"Bean": "nam", "Taste": "taste"}}}),
        "the column 'Bean' of the field 'Beans' of brew.coffee shows 'nam', which no row has",
        "name",
    ),
    "inner key": (coffee(fields={"Title": "attr:meta.of.bens"}), "attr:meta.of.bens", "attr:meta.of.beans"),
    "key": (coffee(fields={"Title": "attr:titel[0]"}), "attr:titel[0]", "attr:title[0]"),
    "expression": (
        coffee(fields={"Title": "expr: f'{name} {target.titel[0]}'"}),
        "expr: f'{name} {target.titel[0]}'",
        "expr: f'{name} {target.title[0]}'",
    ),
    "inherited method": (coffee(fields={"Title": "call:abuot"}), "call:abuot", "call:about"),
    "attribute like none": (coffee(fields={"Title": "attr:nothing_of_it"}), "attr:nothing_of_it", None),
    "header": (coffee(fields={"Sum": ["dist:Sumary", "doc"]}), "dist:Sumary", "dist:Summary"),
    "own header": (coffee(fields={"Sum": "dist:X-Ownn"}), "dist:X-Ownn", "dist:X-Own"),
    "no overlay": (coffee(fields={"Guide": ["doc", "overlay:guide"]}), "set plugins_overlay", None),
    "template": (coffee(install="get {nam}"), "{nam}", "{name}"),
    "capitals in a template": (coffee(select="use {Version}"), "{Version}", "{version}"),
    "shared": (coffee(shared=["moka", "filtr"]), "shares 'filtr' in brew.coffee", "filter"),
    "column": (coffee(columns=["name", "sumary"]), "'sumary'", "summary"),
    "trusted": ({"plugins_trusted": ["brewry"]}, "'brewry'", "brewery"),
    "host": ({"plugins_host": "stoev"}, "'stoev'", "stove"),
    "host like none": ({"plugins_host": ["Stove", "zzzzzz"]}, "'zzzzzz'", None),
    "distribution of a tier": ({"plugins_tiers": {"own": {"distributions": ["brewry"]}}}, "'brewry'", "brewery"),
    "distribution like none": ({"plugins_tiers": {"own": {"distributions": ["Brewery", "zzz"]}}}, "'zzz'", None),
    "glob of a tier": ({"plugins_tiers": {"own": {"distributions": ["brewry*"]}}}, "'brewry*'", "brewery"),
    "setting": ({"plugins_namespace": {}}, "plugins_namespace,", "plugins_namespaces"),
    "capitals of a setting": ({"Plugins_Pages": {}}, "Plugins_Pages,", "plugins_pages"),
    "setting without its prefix": ({"plugin_overlay": "x"}, "plugin_overlay,", "plugins_overlay"),
    "setting like none": ({"plugins_zzzzzz": 1}, "plugins_zzzzzz,", None),
}


@pytest.mark.slow
@pytest.mark.parametrize(("config", "word", "near"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_warning_at_its_line(
    project: Project, config: dict[str, object], word: str, near: str | None
) -> None:
    [warning] = warned(project, config)
    assert warning.startswith("conf.py:")
    assert warning.endswith("[plugins.config]")
    assert word in warning
    nearest = WORD.search(warning)
    assert (nearest and nearest[1].split(", ")[0]) == near


FINE: dict[str, dict[str, object]] = {
    "what only some have": coffee(fields={"Strength": "attr:strength"}),
    "what nothing says": coffee(fields={"Url": "attr:url", "About": "call:about"}),
    "a key that has nothing": coffee(fields={"Beans": "attr:meta.of.beans"}),
    "a header that no distribution has": coffee(fields={"Python": "dist:Requires-Python", "Own": "dist:x-own"}),
    "a glob that is like nothing": {"plugins_namespaces": {"zz*": {}}},
    "a glob of many": {"plugins_namespaces": {"*": {"fields": {"Zzz": "attr:zzz"}, "columns": ["name"]}}},
    "other braces": coffee(select="{ 'a': {filename} } {} {{x}} {plugin}", install="{name} {requirement}"),
    "trusted elsewhere": {"plugins_trusted": ["zzz", "z*", "brew*"]},
    "hosts": {"plugins_host": ["STOVE", "Sphinx"]},
    "tiers": {
        "plugins_tiers": {"own": {"distributions": ["BREWERY"]}, "all": {"distributions": ["zz*", "brew*", "*"]}}
    },
    "names that are shared elsewhere": coffee(shared=["zzz", "zz*", "*lter", "press"]),
    "a setting of another namespace": {"plugins_namespaces": {"brew.tea": {"fields": {"Title": "attr:titel"}}}},
}


@pytest.mark.slow
@pytest.mark.parametrize("config", FINE.values(), ids=FINE)
def test_what_may_be_right_is_no_mistake(project: Project, config: dict[str, object]) -> None:
    assert warned(project, config) == []


def test_names_that_conf_py_uses_are_its_own(project: Project) -> None:
    project.build(PAGE)
    conf = project.folder / "conf.py"
    conf.write_text(
        "extensions = ['sphinxext.plugins']\nplugins_folder = 'x'\nplugins_page = plugins_folder\n"
        "def setup(app):\n    plugins_inner = plugins_page\n    app.add_config_value('plugins_other', 1, '')\n"
        "plugins_other = 2\nplugin_manager = my_plugins = None\n"
    )
    app = project._make_app("html", srcdir=project.folder, freshenv=True)  # noqa: SLF001
    app.build()
    app.cleanup()
    assert app.warning.getvalue() == ""


OVERLAYS = {
    "namespace": ('["brew.cofee".moka]\nx = 1\n', 1, "'brew.cofee'", "brew.coffee"),
    "plugin": ('["brew.coffee".moka]\nx = 1\n["brew.coffee".pres]\nx = 1\n', 3, "'pres' of brew.coffee", "press"),
    "without quotes": ("\n[brew.coffee.moka]\nx = 1\n", 2, "[brew.coffee]", '["brew.coffee".NAME]'),
    "plugin in quotes": ('["brew.coffee.moka"]\nx = 1\n', 2, "'x' of brew.coffee.moka, which is no table", None),
    "key of a plugin": ('["brew.coffee"]\nmokka = { x = 1 }\n', 2, "'mokka' of brew.coffee", "moka"),
    "fact of no plugin": ('x = 1\n["brew.coffee".moka]\nx = 1\n', 1, "'x', which is no table", None),
}


@pytest.mark.slow
@pytest.mark.parametrize(("text", "line", "word", "near"), OVERLAYS.values(), ids=OVERLAYS)
def test_a_table_of_the_overlay_that_is_for_nothing(
    project: Project, text: str, line: int, word: str, near: str | None
) -> None:
    (project.folder / "overlay.toml").write_text(text)
    [warning] = warned(project, {"plugins_overlay": "overlay.toml"})
    assert warning.startswith(f"overlay.toml:{line}: WARNING: ")
    assert word in warning
    nearest = WORD.search(warning)
    assert (nearest and nearest[1].split(", ")[0]) == near


@pytest.mark.slow
def test_builds_in_parallel_say_the_same(project: Project) -> None:
    (project.folder / "overlay.toml").write_text(OVERLAYS["plugin"][0])
    config = {**coffee(fields={"T": "attr:titel", "G": "overlay:y"}), "plugins_overlay": "overlay.toml"}
    pages = {"index.rst": PAGE, "other.rst": ":orphan:\n\nOther\n=====\n"}
    project.build(pages, parallel=2, **config)  # type: ignore[arg-type]
    serial = warned(project, config)
    project.build(pages, freshenv=True, parallel=2, **config)  # type: ignore[arg-type]
    assert project.warnings == serial
    assert len(serial) == 3


def test_a_table_of_the_overlay_may_have_names_as_they_are_registered(install: Install, project: Project) -> None:
    install("own", {"brew's": {"it's": "m:Moka", "b\N{NO-BREAK SPACE}c": "m:Moka"}})
    text = '["brew\'s"."it\'s"]\nguide = \'G1\'\n["brew\'s"."b\N{NO-BREAK SPACE}c"]\nguide = \'G2\'\nguid = 3\n'
    (project.folder / "overlay.toml").write_text(text, encoding="utf-8")
    config = {"plugins_namespaces": {"brew's": {"fields": {"Guide": "overlay:guide", "About": "overlay:guid"}}}}
    assert (
        warned(project, {**config, "plugins_overlay": "overlay.toml"}, "Top\n===\n\n.. plugin-catalog:: brew's\n") == []
    )
    html = (project.folder / "_build" / "html" / "index.html").read_text()
    assert html.count("G1") == html.count("G2") == 2


def test_a_key_that_no_table_of_the_overlay_has(project: Project) -> None:
    (project.folder / "overlay.toml").write_text('["brew.coffee".moka]\nguide = "x"\n["brew.tea".pot]\nsince = 1\n')
    config = {**coffee(fields={"A": "overlay:giude", "B": "overlay:guide"}), "plugins_overlay": "overlay.toml"}
    [warning] = warned(project, config)
    assert "overlay:giude gives nothing for any plugin of brew.coffee" in warning
    assert "(the nearest: overlay:guide)" in warning


def test_a_fact_of_the_overlay_that_is_almost_one_that_is_asked_for(project: Project) -> None:
    text = '["brew.coffee".moka]\nguide = "x"\nother = 1\n["brew.coffee".press]\ngiude = "x"\nown = 1\n'
    (project.folder / "overlay.toml").write_text(text)
    [warning] = warned(project, {**coffee(fields={"B": "overlay:guide"}), "plugins_overlay": "overlay.toml"})
    assert warning.startswith("overlay.toml:5: WARNING: ")
    assert "a fact 'giude' of brew.coffee:press" in warning
    assert "(the nearest: guide)" in warning


STANDING = """\
["brew.coffee".moka]
replaced_by = ["press", "filtre", "brew.tea:pot", "far.away:one"]
status = 3
["brew.coffee".press]
replacd_by = "moka"
status = "Frozen"
["brew.coffee".filter]
replaced_by = "brew.tea:pt"
own = 3
["brew.coffee".old]
replaced_by = "older"
["brew.tea".pot]
replaced_by = 7
"""


def test_what_the_overlay_says_of_whether_a_plugin_is_to_be_used(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (project.folder / "overlay.toml").write_text(STANDING)
    kept = [{"name": name, "target": "m:Moka", "introspection": "static"} for name in ("old", "older")]
    snapshot = {"schema_version": "1.0", "distributions": {}, "namespaces": {"brew.coffee": {"plugins": kept}}}
    (project.folder / "0.9.json").write_text(json.dumps(snapshot))
    config = {"plugins_overlay": "overlay.toml", "plugins_history": "0.9.json"}
    told = [
        "3: 3 as the status of brew.coffee:moka, which is no text; put it in quotation marks",
        "2: 'filtre' as replaced_by of brew.coffee:moka, and there is no such plugin; correct it (the nearest: filter)",
        "5: a fact 'replacd_by' of brew.coffee:press, which no field asks for; correct it (the nearest: replaced_by)",
        "8: 'brew.tea:pt' as replaced_by of brew.coffee:filter, and there is no such plugin; correct it (the nearest: "
        "brew.tea:pot)",
        "13: '7' as replaced_by of brew.tea:pot, and there is no such plugin; correct it",
    ]
    found = [line.replace("WARNING: plugins_overlay has ", "") for line in warned(project, config)]
    assert found == [f"overlay.toml:{line}, or remove it [plugins.config]" for line in told]
    (project.folder / "conf.py").write_text("".join(f"{name} = {value!r}\n" for name, value in config.items()))
    main(["check", "brew.*", "--conf", str(project.folder), "--select", "config"])
    assert len(lines_of_findings(capsys.readouterr().out)) == len(told) + 1


def test_while_a_source_is_missing_only_what_is_near_counts(project: Project) -> None:
    config: dict[str, object] = {
        "plugins_sources": ["installed", "installed:nowhere"],
        "plugins_namespaces": {"zzz": {}, "brew.cofee": {}},
    }
    warnings = [each for each in warned(project, config) if "plugins.config" in each]
    assert len(warnings) == 1
    assert "'brew.cofee'" in warnings[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "told"),
    [
        (":include: moka, filter", ["'moka,' in the option :include:", "(the nearest: moka)", "separated by spaces"]),
        (":include: moka pres*s mokka", ["'mokka' in the option :include:", "(the nearest: moka)"]),
        (":exclude: Press", ["'Press' in the option :exclude:", "(the nearest: press)"]),
        (":distribution: brewry brewery", ["'brewry' in the option :distribution:", "(the nearest: brewery)"]),
        (":include: mokka", ["no plugin of brew.coffee fits", "(the nearest: moka)"]),
        (":sort: -nam", ["the option :sort: of plugin-catalog cannot be '-nam'", "(the nearest: name, renamed)"]),
        (":columns: name, sumary", ["cannot be 'sumary'", "(the nearest: summary)"]),
        (":group-by: knd", ["cannot be 'knd'", "(the nearest: kind)"]),
        (":view: tabel", ["cannot be 'tabel'", "(the nearest: table)"]),
        (":group-by: kind\n   :group-order: clas, functoin", [":group-order:", "clas, functoin", "class"]),
    ],
)
def test_an_option_that_fits_nothing_is_one_warning(project: Project, option: str, told: list[str]) -> None:
    [warning] = warned(project, page=f"{PAGE}   {option}\n")
    assert warning.startswith("index.rst:4: WARNING: ")
    assert warning.endswith("[plugins.config]")
    for text in told:
        assert text in warning


def test_a_column_that_is_no_field_is_one_mistake_wherever_it_is_asked_for(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = {"About": "doc:summary"}
    conf = coffee(columns=["name", "zzzzz"], fields=fields)
    [of_settings] = warned(project, conf)
    assert main(["export", "brew.coffee", "-W", "--conf", str(project.folder)]) == 1
    of_command = capsys.readouterr().err.replace(f"{project.folder}/", "")
    assert of_command == f"{of_settings}\n"
    [of_directive] = warned(project, coffee(fields=fields), f"{PAGE}   :columns: name, zzzzz\n")
    assert main(["list", "brew.coffee", "--columns", "name,zzzzz", "--conf", str(project.folder)]) == 2
    of_option = capsys.readouterr().err
    known = (
        "name, summary, namespace, deprecated, guide, replaced_by, reason, since, renamed, changed, removed, "
        "target, module, kind, origin, signature, aliases, referrers, extras, "
    )
    known += "distribution, tier, compatible, version, license, python, status, About"
    for said in (of_settings, of_command, of_directive, of_option):
        assert known in said
        assert "nearest" not in said


def test_the_command_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    conf = tmp_path / "conf.py"
    conf.write_text(
        "plugins_namespace = {}\nplugins_namespaces = {\n    'brew.coffee': {'fields': {'T': 'attr:titel'}},\n}\n"
    )
    assert main(["list", "brew.coffee", "--conf", str(conf), "--include", "moka,", "--include", "moka"]) == 0
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(" WARNING")[0] for line in told] == [
        f"{conf}:1:",
        f"{conf}:3:",
        "WARNING: --include moka, fits no plugin; correct it (the nearest: moka), or leave it out [plugins.config]",
    ]
    assert "attr:titel" in told[1]


SELECTING = """\
Top
===

.. plugin-catalog:: brew.coffee
   :include: moka cvs*
   :exclude: pres

.. plugin-catalog::
   brew.coffee brew.tea
   :no-index:
   :distribution: brewry
   :include: pot
      press

.. plugin-catalog:: brew.coffee
   :no-index:
   :include: filter
     press

.. include:: part.txt

.. code-block:: rst

   .. plugin-catalog:: brew.coffee
      :include: cvs*
"""


def test_the_command_finds_what_directives_would_warn_of(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (project.folder / "part.txt").write_text(".. plugin-catalog:: brew.tea\n   :include: pt\n   :no-index:\n")
    told = [re.sub(r"^\S*/", "", line) for line in warned(project, page=SELECTING)]
    assert [line.partition(" WARNING: ")[0] for line in told] == [
        "index.rst:4:",
        "index.rst:4:",
        "index.rst:8:",
        "part.txt:1:",
    ]
    (project.folder / "conf.py").write_text("extensions = ['sphinxext.plugins']\n")
    main(["check", "brew.*", "--conf", str(project.folder), "--select", "config", "--format", "json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    said = [
        f"{Path(each['file']).name}:{each['line']}: WARNING: {each['message']}; {each['remedy']} [plugins.config]"
        for each in found
    ]
    assert sorted(said) == sorted(told)


@pytest.mark.parametrize(
    ("setting", "line", "word"),
    [
        ("plugins_pages = {\n'a': 'brew.tea',\n'b': 'brew.cofee'}", 3, "pages of 'brew.cofee' in 'b', and there is no"),
        ("plugins_pages = {\n'a': 'brew.*',\n'b': 'brew.cofee*'}", 3, "pages of 'brew.cofee*' in 'b'"),
        ("plugins_namespaces = {'brew.coffee': {\n'example': 'mokka'}}", 2, "'mokka' as the example of brew.coffee"),
    ],
)
def test_the_command_finds_what_pages_would_warn_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], setting: str, line: int, word: str
) -> None:
    conf = tmp_path / "conf.py"
    conf.write_text(f"{setting}\n")
    assert main(["check", "brew.*", "--conf", str(conf), "--select", "config"]) == 1
    [told, _] = lines_of_findings(capsys.readouterr().out)
    assert f"conf.py:{line}: config " in told
    assert word in told
    assert "(the nearest: " in told
    conf.write_text(setting.replace("cofee", "coffee").replace("mokka", "moka"))
    assert main(["check", "brew.*", "--conf", str(conf), "--select", "config"]) == 0
