"""The catalog of OpenStack Sahara, whose seven distributions are read out of their wheels."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections import Counter
from configparser import ConfigParser
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.core.shown import Shown
from sphinxext.plugins.settings import FIELDS, default, from_config
from tests.schema import validate

if TYPE_CHECKING:
    from sphinxext.plugins.core.model import Namespace

SAHARA = Path(__file__).parents[1] / "example_project" / "sahara"
WHEELS = SAHARA / "wheels"

pytestmark = pytest.mark.skipif(not WHEELS.is_dir(), reason="needs Sahara: run `make sahara`")

PROVISIONING = {
    "ambari": ("HDP Plugin", "sahara-plugin-ambari", "10.0.0", ["2.3", "2.4", "2.5", "2.6"]),
    "cdh": ("Cloudera Plugin", "sahara-plugin-cdh", "10.0.0", None),
    "fake": ("Fake Plugin", "sahara", "19.0.0", ["0.1"]),
    "mapr": ("MapR Hadoop Distribution", "sahara-plugin-mapr", "10.0.0", None),
    "spark": ("Apache Spark", "sahara-plugin-spark", "10.0.0", ["2.3", "2.2", "2.1.0", "1.6.0"]),
    "storm": ("Apache Storm", "sahara-plugin-storm", "10.0.0", ["1.0.1", "1.1.0", "1.2"]),
    "vanilla": ("Vanilla Apache Hadoop", "sahara-plugin-vanilla", "10.0.0", None),
}
"""Title, distribution, its version, and the versions that the source tells, of each provisioning plugin."""

DESCRIPTIONS = {
    "ambari": "The Ambari Sahara plugin provides the ability to launch clusters with Hortonworks Data Platform (HDP) "
    "on OpenStack using Apache Ambari",
    "cdh": "The Cloudera Sahara plugin provides the ability to launch the Cloudera distribution of Apache Hadoop "
    "(CDH) with Cloudera Manager management console.",
    "fake": "It's a fake plugin that aimed to work on the CirrOS images. It doesn't install Hadoop. It's needed to be "
    "able to test provisioning part of Sahara codebase itself.",
    "mapr": "The MapR Distribution provides a full Hadoop stack that includes the MapR File System (MapR-FS), "
    "MapReduce, a complete Hadoop ecosystem, and the MapR Control System user interface",
    "spark": "This plugin provides an ability to launch Spark on Hadoop CDH cluster without any management consoles.",
    "storm": "This plugin provides an ability to launch Storm cluster without any management consoles.",
    "vanilla": "The Apache Vanilla plugin provides the ability to launch upstream Vanilla Apache Hadoop cluster "
    "without any management consoles. It can also deploy the Oozie component.",
}

OTHERS = {
    "sahara.data_source.types": ["hdfs", "manila", "maprfs", "s3", "swift"],
    "sahara.infrastructure.engine": ["heat"],
    "sahara.job_binary.types": ["internal-db", "manila", "s3", "swift"],
    "sahara.remote": ["ssh"],
    "sahara.run.mode": ["all-in-one", "distributed"],
}

MEMBERS = [
    "get_versions",
    "get_configs",
    "get_node_processes",
    "configure_cluster",
    "start_cluster",
    "get_title",
    "scale_cluster",
    "get_edp_engine",
    "get_edp_job_types",
    "get_edp_config_hints",
    "get_image_arguments",
    "pack_image",
    "validate_images",
    "recommend_configs",
    "get_labels",
    "get_required_image_tags",
    "validate",
    "validate_scaling",
    "update_infra",
    "get_open_ports",
    "decommission_nodes",
    "on_terminate_cluster",
    "get_health_checks",
    "get_all_configs",
    "get_version_details",
    "to_dict",
    "name",
    "get_description",
    "dict",
    "wrapped_dict",
    "as_resource",
]
"""What a provisioning plugin is expected to implement: six are required, eight optional, the rest have defaults."""

MATRIX = {
    "ambari": "ooooooooooooodddoodoododdddoddd",
    "cdh": "ooooooooooooooodoodoododdddoddd",
    "fake": "oooooooooondddodddddoddddddoddd",
    "mapr": "ooooooooooooododoodoododdddoddd",
    "spark": "ooooooooooooooodoooooddddddoddd",
    "storm": "oooooooooondddodoooodddddddoddd",
    "vanilla": "oooooooooonddoodoodooodddddoddd",
}
"""What each plugin does of these, as all of them showed when they were loaded with all that they need: its own, the
default, or nothing."""

MOCKED = [
    "botocore",
    "castellan",
    "cinderclient",
    "eventlet",
    "glanceclient",
    "keystoneauth1",
    "keystoneclient",
    "manilaclient",
    "neutronclient",
    "novaclient",
    "oslo_concurrency",
    "oslo_config",
    "oslo_context",
    "oslo_db",
    "oslo_i18n",
    "oslo_log",
    "oslo_messaging",
    "oslo_serialization",
    "oslo_utils",
    "paramiko",
    "pkg_resources",
    "stevedore",
    "yaml",
]
"""What stands in for what is not installed; two of the plugins do not load with that."""

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """The rows of tables, the text of sections and the ids of plugins."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.rows: list[list[str]] = []
        self.sections: dict[str, str] = {}
        self._open: list[tuple[str, str | None]] = []
        self.feed(path.read_text())
        assert self._open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        node_id = dict(attributes).get("id")
        if node_id and node_id.startswith("plugin-"):
            self.ids.append(node_id)
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
        if tag not in VOID:
            self._open.append((tag, node_id if tag == "section" else None))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if {tag for tag, _ in self._open} & {"td", "th"}:
            self.rows[-1][-1] += data
        for _, node_id in self._open:
            if node_id:
                self.sections[node_id] = self.sections.get(node_id, "") + data

    def table(self) -> list[list[str]]:
        return [[re.sub(r"\s+", " ", cell).strip() for cell in row] for row in self.rows]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sahara")
    command = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q", str(SAHARA / "docs"), str(folder)]
    built = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (built.returncode, built.stderr) == (0, "")
    return folder


@pytest.fixture(scope="module")
def data(built: Path) -> dict[str, Any]:
    catalog: dict[str, Any] = validate((built / "plugins.json").read_bytes())
    return catalog


def plugins_of(data: dict[str, Any], namespace: str) -> dict[str, dict[str, Any]]:
    return {plugin["name"]: plugin for plugin in data["namespaces"][namespace]["plugins"]}


def fields_of(plugin: dict[str, Any]) -> dict[str, Any]:
    return {field["name"]: field["value"] for field in plugin["fields"]}


def test_data_of_provisioning_plugins(data: dict[str, Any]) -> None:
    plugins = plugins_of(data, "sahara.cluster.plugins")
    assert plugins.keys() == PROVISIONING.keys()
    for name, (title, distribution, version, versions) in PROVISIONING.items():
        fields = fields_of(plugins[name])
        assert (fields["Title"], fields["Description"]) == (title, DESCRIPTIONS[name])
        assert fields.get("Versions") == versions
        assert plugins[name]["distribution"] == distribution
        assert data["distributions"][distribution]["version"] == version


def test_versions_that_are_computed_are_the_only_problems(data: dict[str, Any]) -> None:
    problems = {
        (namespace, name): [(problem["kind"], "call:get_versions" in problem["message"]) for problem in told]
        for namespace in data["namespaces"]
        for name, plugin in plugins_of(data, namespace).items()
        if (told := plugin.get("problems"))
    }
    assert problems == {("sahara.cluster.plugins", name): [("field", True)] for name in ("cdh", "mapr", "vanilla")}


def test_page_of_provisioning_plugins(built: Path) -> None:
    page = Page(built / "index.html")
    heading, *rows = page.table()
    assert heading == ["Plugin", "Description", "Versions", "Distribution", "Release"]
    order = ["spark", "storm", "cdh", "fake", "ambari", "mapr", "vanilla"]
    assert len(rows) == len(order)
    for name, row in zip(order, rows, strict=True):
        title, distribution, version, versions = PROVISIONING[name]
        assert row == [
            f"{title} ({name})",
            DESCRIPTIONS[name],
            ", ".join(versions or ["not known"]),
            distribution,
            version,
        ]
        details = page.sections[f"plugin-sahara.cluster.plugins-{name}"]
        assert details.strip().startswith(f"{title} ({name})")
        assert DESCRIPTIONS[name] in details
        assert f"{distribution} {version}" in details
        assert f"plugins = {name}" in details
        assert ("not known" in details) == (versions is None)


def test_other_namespaces(data: dict[str, Any]) -> None:
    assert {name: list(plugins_of(data, name)) for name in data["namespaces"] if name in OTHERS} == OTHERS
    assert data["namespaces"].keys() == {"sahara.cluster.plugins", *OTHERS}
    for namespace in OTHERS:
        for plugin in plugins_of(data, namespace).values():
            assert plugin["distribution"] == "sahara"
            assert fields_of(plugin)["Description"]
    assert fields_of(plugins_of(data, "sahara.infrastructure.engine")["heat"])["Reported as"] == "heat.3.0"
    assert fields_of(plugins_of(data, "sahara.remote")["ssh"])["Reported as"] == "ssh.1.0"


def test_pages_of_other_namespaces(built: Path) -> None:
    sources = Page(built / "jobs.html").table()[1:]
    assert [row[0] for row in sources] == [
        "HDFS (hdfs)",
        "Manila (manila)",
        "MapR-FS (maprfs)",
        "S3 (s3)",
        "Swift (swift)",
    ]
    assert {tuple(row[-2:]) for row in sources} == {("sahara", "19.0.0")}
    heading = ["Plugin", "Description", "Chosen by", "Reported as", "Distribution", "Release"]
    services = Page(built / "services.html").table()
    # What nobody in a group says anything about has no column there.
    headings = [heading, heading, [name for name in heading if name != "Reported as"]]
    assert [row for row in services if row[0] == "Plugin"] == headings
    assert [[row[0], *row[2:]] for row in services if row[0] != "Plugin"] == [
        ["heat", "always", "heat.3.0", "sahara", "19.0.0"],
        ["ssh", "remote = ssh, the default", "ssh.1.0", "sahara", "19.0.0"],
        ["all-in-one", "sahara-all", "sahara", "19.0.0"],
        ["distributed", "sahara-api, sahara-engine", "sahara", "19.0.0"],
    ]


def test_every_plugin_is_there_once(built: Path, data: dict[str, Any]) -> None:
    registered: list[tuple[str, str]] = []
    wheels = list(WHEELS.glob("*.whl"))
    assert len(wheels) == 7
    for wheel in wheels:
        entry_points = ConfigParser(delimiters=("=",))
        entry_points.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their capitals
        with zipfile.ZipFile(wheel) as archive:
            [file] = [name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt")]
            entry_points.read_string(archive.read(file).decode())
        # The others are commands, and what libraries of OpenStack ask of any service.
        namespaces = [name for name in entry_points.sections() if name.startswith("sahara.")]
        registered += [(namespace, name) for namespace in namespaces for name in entry_points[namespace]]
    assert len(registered) == 20
    shown = [(name, plugin) for name in data["namespaces"] for plugin in plugins_of(data, name)]
    assert sorted(shown) == sorted(registered)
    catalogs = (path for path in built.glob("*.html") if path.stem != "writing")  # which tells of one namespace again
    ids = Counter(node_id for path in catalogs for node_id in Page(path).ids)
    namespace_ids = {f"plugin-{namespace}" for namespace, _ in registered}
    plugin_ids = {f"plugin-{namespace}-{name}" for namespace, name in registered}
    assert ids == Counter(namespace_ids | plugin_ids)


def provisioning(source: str, mode: str, **others: object) -> Namespace:
    settings = {
        "interface": "sahara.plugins.provisioning:ProvisioningPluginBase",
        "markers": {"optional": "sahara.plugins.base:optional"},
    }
    given = {"sources": [source, "installed"], "introspection": mode, "namespaces": {PROVIDERS: settings}, **others}
    options, problems = from_config({**{field.name: default(field) for field in FIELDS}, **given})
    assert problems == []
    [namespace] = Assembler(options, SAHARA).select(Shown(PROVIDERS))
    return namespace


PROVIDERS = "sahara.cluster.plugins"


def test_what_provisioning_plugins_implement() -> None:
    namespace = provisioning("wheels:wheels", "static")
    assert namespace.interface is not None
    assert [(each.name, each.unknown) for each in namespace.interface.members] == [(name, None) for name in MEMBERS]
    needs = Counter(each.need for each in namespace.interface.members)
    assert needs == {"required": 6, "optional": 8, "default": 17}
    shown = {plugin.name: "".join(each.support.value[0] for each in plugin.implements) for plugin in namespace.plugins}
    assert shown == MATRIX
    assert all(each.location for plugin in namespace.plugins for each in plugin.implements)


@pytest.mark.slow
def test_loading_shows_the_same_of_them(tmp_path: Path) -> None:
    for wheel in WHEELS.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tmp_path)
    static = provisioning("wheels:wheels", "static")
    loaded = provisioning(f"installed:{tmp_path}", "import", mock_imports=MOCKED)
    assert static.interface is not None
    assert loaded.interface is not None
    compared = 0
    for read, tried in zip(static.plugins, loaded.plugins, strict=True):
        facts = ([(e.member, e.support, e.owner, e.location, e.lack) for e in of.implements] for of in (read, tried))
        one, other = facts
        if tried.loaded:
            compared += len(one)
            assert one == other
    assert compared == 5 * len(MEMBERS)
    assert [(each.name, each.need, each.location) for each in static.interface.members] == [
        (each.name, each.need, each.location) for each in loaded.interface.members
    ]
