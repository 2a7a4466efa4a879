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
