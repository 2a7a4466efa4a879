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
    "sluice.writer": {
        "title": "Writers",
        "options": "auto",
        "columns": ["name", "summary"],
        "select": "sluice csv {name} < towns.csv",
    },
}
