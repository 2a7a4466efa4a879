"""The configuration of the extension's own documentation."""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import sphinxext.plugins
from sphinxext.plugins import Plugin, __version__

project = "sphinxext-plugins"
author = "The sphinxext-plugins developers"
copyright = author
release = version = __version__

extensions = ["sphinxext.plugins", "sphinx.ext.napoleon", "myst_parser"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = project

# reference/warnings.rst shows what becomes of a plugin that cannot be loaded, by one that stevedore registers
# for its own tests. It is there on purpose, and is no reason to fail a build with -W.
suppress_warnings = ["plugins.load"]

# The types in the Python interface are of modules that this documentation does not describe.
nitpick_ignore_regex = [("py:class", ".*")]

# reference/sources.rst and reference/registries.rst show the plugins of trees that need not be installed.
plugins_sources = [
    "project:../example_project/sluice",
    "project:../example_project/sluice-extras",
    "project:../example_project/sluice-labs",
    "installed",
]

# howto/compatibility.rst shows what comes of these.
plugins_host = "sluice"
plugins_tiers = {
    "official": {
        "title": "Official",
        "text": "Made by those who make sluice, and released with it.",
        "distributions": ["sluice"],
    },
    "community": {
        "title": "Community",
        "text": "Made by others, who answer questions about them.",
        "distributions": ["sluice-*"],
    },
}

# reference/registries.rst shows these.
plugins_registries = {
    "sluice.packing": {"from": "mapping:sluice.packings:PACKINGS", "path": "class"},
    "sluice.guard": {
        "from": "subclasses:sluice.guards:Guard",
        "in": ["sluice", "sluice_extras"],
        "name": "attr:name",
    },
    "sluice.step": "decorated:sluice:sluice.steps.step",
    "sluice.dialect": "package:sluicedialects",
    "sluice.addon": "modules:sluice_*",
    "sluice.hook": "hooks:sluice",
    "sluice.sphinx": "setup:sluice.sphinxext",
}

# howto/guides.rst shows this.
plugins_guides = {"sluice.dialect": "howto/guides/{name}-dialect"}

# Some pages of reference/ show these.
plugins_overlay = "overlay.toml"
plugins_history = "../example_project/docs/history/*.json"
plugins_namespaces = {
    "sphinx.html_themes": {
        "title": "Themes for HTML",
        "description": "A theme says how pages look. Its entry point names a module that has a ``theme.toml``.",
        "fields": {
            "About": ["doc:summary", "dist:Summary"],
            "Version": "attr:__version__",
            "Python": "dist:Requires-Python",
            "Sphinx": "requires:sphinx",
            "Module": "entry:module",
            "Since": {"from": "overlay:since", "type": "date"},
            "Tags": {"from": "overlay:tags", "type": "tags"},
            "Like": {"from": "overlay:like", "type": "plugin"},
            "Note": {"from": "overlay:note", "type": "rst"},
        },
    },
    "babel.extractors": {
        "title": "Message extractors",
        "summary": ["doc:summary", "doc:module", "dist:Summary"],
        "columns": ["name", "summary", "distribution", "license"],
        "select": "[extractors]\n{name} = {name}\n\n[{name}: **.*]",
    },
    "sluice.codec": {
        "fields": {
            "Suffix": "call:suffix",
            "Traits": "attr:traits",
            "Writes": 'expr: [f"{level}{target().suffix()}" for level in (1, 5, 9)]',
            "Stages": {
                "from": "members:stage",
                "type": "table",
                "columns": {"Stage": "name", "What it does": "summary", "Order": "order"},
            },
        }
    },
    "sluice.c*": {
        "interface": "sluice_labs.tide:Codec",
        "capabilities": {"Any order": {"members": "seek", "description": "Cells can be unpacked in any order."}},
    },
    "sluice.dialect": {"fields": {"Between values": "attr:delimiter"}},
    "sluice.hook": {"interface": "sluice.hookspecs"},
    "distutils.commands": {"options": "auto"},
    "keystoneauth1.plugin": {
        "title": "Authentication plugins of keystoneauth",
        "description": "A loader makes of options what gets a token of OpenStack's Identity service.",
        "interface": "keystoneauth1.loading:BaseLoader",
        "example": "none",
    },
    "tooz.backends": {
        "title": "Backends of Tooz",
        "description": "A driver coordinates processes by a service that they share.",
        "interface": "tooz.coordination:CoordinationDriver",
        "capabilities": {
            "Groups": {"members": "create_group & join_group", "description": "Processes join groups."},
            "Watching": {"members": "watch_join_group", "description": "Processes learn who joins a group."},
            "Leaders": {"members": "watch_elected_as_leader & get_leader", "description": "A group elects a leader."},
            "Locks": {"members": "get_lock", "description": "Processes lock a name."},
        },
    },
    "stevedore.example.formatter": {"example": "simple"},
    "sphinxext.plugins.*": {"columns": ["name", "summary"]},
    "sphinxext.plugins.sources": {
        "title": "Sources",
        "description": "A source finds distributions. See :doc:`/reference/sources`.",
        "select": 'plugins_sources = ["{name}:PATH"]',
    },
    "sphinxext.plugins.describers": {
        "title": "Describers",
        "description": "A describer says where a field of a plugin comes from. See :doc:`/reference/fields`.",
    },
    "sphinxext.plugins.option_readers": {
        "title": "Readers of options",
        "description": "A reader of options knows one library for options. See :doc:`/reference/options`.",
    },
    "sphinxext.plugins.formats": {
        "description": "A format is what the command writes catalogs in.",
        "fields": {"Media type": "attr:media_type"},
    },
    "sphinxext.plugins.rules": {
        "title": "Rules",
        "description": "A rule looks for something that is wrong. See :doc:`/reference/rules`.",
        "install": "",
        "fields": {
            "How to mend": {"from": "doc:field Mend", "type": "rst"},
            "How to turn off": {
                "from": "expr: f\"``--ignore {name}``, or ``suppress_warnings = ['plugins.{name}']`` in ``conf.py``\"",
                "type": "rst",
            },
        },
    },
    "babel.checkers": {"title": "Checkers of translations"},
}


class SchemaKeys(SphinxDirective):
    """The keys of a part of the catalog as JSON, as its schema has them; without an argument, of the whole."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Describe each key in a list of definitions."""
        file = Path(sphinxext.plugins.__file__).with_name("core") / "schema.json"
        self.env.note_dependency(str(file))
        schema = json.loads(file.read_text("utf-8"))
        part = schema["$defs"][self.arguments[0]] if self.arguments else schema
        lines: list[str] = []
        for key, value in part["properties"].items():
            description = value.get("description") or schema["$defs"].get(_refers(value), {}).get("description", "")
            always = ["there always"] if key in part["required"] else []
            described = description.replace("`", "``") or f"Its {key.replace('_', ' ')}."
            lines += [f"``{key}`` : {', '.join([_type(value, schema), *always])}", f"   {described}", ""]
        return self.parse_text_to_nodes("\n".join(lines))


def _refers(value: dict[str, Any]) -> str:
    """Return the name of the part that the value of a key is."""
    return str(value.get("anyOf", [value])[0].get("$ref", "")).rpartition("/")[2]


def _type(value: dict[str, Any], schema: dict[str, Any]) -> str:
    """Return in words which values a key has."""
    match value:
        case {"$ref": str()}:
            values = schema["$defs"][_refers(value)].get("enum")
            return " or ".join(f"``{each}``" for each in values) if values else f":ref:`json-{_refers(value).lower()}`"
        case {"anyOf": [one, {"type": "null"}]}:
            return _type(one, schema)
        case {"items": False, "prefixItems": parts}:
            return f"array of {len(parts)} texts"
        case {"items": dict() as items}:
            return f"array, of each: {_type(items, schema)}"
        case {"additionalProperties": dict() as items}:
            return f"object, of each: {_type(items, schema)}"
        case _:
            return {"string": "text"}.get(value.get("type", ""), value.get("type", "any JSON"))


def _keep_colons(_app: Sphinx, what: str, _name: str, _object: object, _options: object, lines: list[str]) -> None:
    """Keep napoleon from taking the words before a colon in an attribute's first line for its type.

    It looks at the first line that is not blank: that of an empty comment.
    """
    if what in {"attribute", "property"}:
        lines[:0] = ["..", ""]


def _without_mend(_app: Sphinx, plugin: Plugin, shown: list[nodes.Node]) -> None:
    """Leave out the field ``Mend`` of the docstrings of rules, which stands below under a heading of its own."""
    if plugin.namespace == "sphinxext.plugins.rules":
        for fields in [each for node in shown for each in node.findall(nodes.field_list)]:
            if fields[0][0].astext() == "Mend":
                (shown if fields in shown else fields.parent).remove(fields)


def setup(app: Sphinx) -> None:
    """Register what only this documentation needs."""
    app.connect("plugins-details", _without_mend)
    app.connect("autodoc-process-docstring", _keep_colons, priority=100)
    app.add_directive("schema-keys", SchemaKeys)
    app.add_object_type("event", "event", "pair: %s; event")
