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

# What readers are asked. Most answers stand in their source. The media type of LineReader is put
# together there, so it is loaded for that. "arrow" does not load, and has the last field alone.
plugins_namespaces = {
    "sluice.reader": {
        "fields": {
            "Extensions": "attr:extensions",
            "Media type": "call:media_type",
            "From": "dist:Name",
        }
    }
}
