"""The configuration of the example's documentation."""

project = "Sluice"
author = "The sluice developers"
extensions = ["sphinxext.plugins", "sphinx.ext.napoleon", "myst_parser"]
html_theme = "furo"
html_title = "Sluice"
exclude_patterns = ["_build"]

# The reader "arrow" needs a distribution that is not installed here, and two distributions have a
# filter "unique". Both are shown on their pages; they are no reason to fail a build with -W.
suppress_warnings = ["plugins.load", "plugins.conflict"]

# Sluice and its extras are installed; the source tree of its laboratory is not.
plugins_sources = ["installed", "project:../sluice-labs"]

# Their docstrings are the project's own, wherever they are installed from.
plugins_trusted = ["sluice*"]

# What plugins are for, and who is behind them. The first tier that a distribution fits counts.
plugins_host = "sluice"
plugins_tiers = {
    "official": {"title": "Official", "text": "Released with sluice itself.", "distributions": ["sluice"]},
    "community": {"title": "Community", "text": "Made by others.", "distributions": ["*"]},
}

# Plugins of sluice that are no entry points, by the namespaces that they are shown in: entries of a dictionary,
# subclasses, functions with a decorator, modules of a package, modules by their names, what implements hooks, and what
# an extension of Sphinx registers.
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

# What releases had, written by "sphinx-plugins snapshot --release", and what people say of plugins.
plugins_history = "history/*.json"
plugins_overlay = "overlay.toml"
# Somebody wrote a page for each codec, which its row and its details lead to.
plugins_guides = {"sluice.codec": "guides/{name}-codec"}

# What readers are asked. Most answers stand in their source. The media type of LineReader is put
# together there, so it is loaded for that. "arrow" does not load, and has the last field alone.
# The columns are those of a catalog; "install" is the same for all namespaces, and "select" is not.
plugins_namespaces = {
    "sluice.*": {"install": "python -m pip install {requirement}"},
    "sluice.reader": {
        "title": "Readers",
        "fields": {
            "Extensions": "attr:extensions",
            "Media type": "call:media_type",
            "From": "dist:Name",
        },
        "columns": ["name", "summary", "extensions", "from"],
        "select": "sluice {name} table < FILE",
        "description": "A reader takes a table in, from a file or a stream. It goes through the rows.",
        "interface": "sluice.readers:Reader",
        "capabilities": {
            "By ending": {"members": "extensions", "description": "It is chosen by the ending of a file."},
        },
        "example": "csv",
    },
    "sluice.filter": {
        "title": "Filters",
        "columns": ["name", "summary", "distribution"],
        "select": "sluice csv {name} csv < towns.csv",
    },
    "sluice.codec": {"title": "Codecs", "fields": {"Suffix": "call:suffix"}},
    "sluice.packing": {"title": "Packings", "columns": ["name", "summary", "origin"]},
    "sluice.guard": {"title": "Guards", "columns": ["name", "summary", "distribution"]},
    "sluice.step": {"title": "Steps", "columns": ["name", "summary"]},
    "sluice.dialect": {
        "title": "Dialects",
        "fields": {"Between values": "attr:delimiter"},
        "columns": ["name", "summary", "between values", "distribution"],
    },
    "sluice.addon": {"title": "Add-ons", "columns": ["name", "summary", "distribution"]},
    "sluice.hook": {"title": "Hooks", "interface": "sluice.hookspecs", "columns": ["name", "summary"]},
    "sluice.sphinx": {"title": "For Sphinx", "columns": ["name", "summary"]},
    "sluice.writer": {
        "title": "Writers",
        "options": "auto",
        "columns": ["name", "summary"],
        "select": "sluice csv {name} < towns.csv",
    },
}
