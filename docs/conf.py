"""The configuration of the extension's own documentation."""

from sphinxext.plugins import __version__

project = "sphinxext-plugins"
author = "The sphinxext-plugins developers"
copyright = author
release = version = __version__

extensions = ["sphinxext.plugins", "sphinx.ext.napoleon", "myst_parser"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = project

# warnings.rst shows what becomes of a plugin that cannot be loaded, by one that stevedore registers
# for its own tests. It is there on purpose, and is no reason to fail a build with -W.
suppress_warnings = ["plugins.load"]

# fields.rst and catalog.rst show these.
plugins_overlay = "overlay.toml"
plugins_namespaces = {
    "sphinx.html_themes": {
        "fields": {
            "About": ["doc:summary", "dist:Summary"],
            "Version": "attr:__version__",
            "Python": "dist:Requires-Python",
            "Module": "entry:module",
            "Note": "overlay:note",
        }
    },
    "babel.extractors": {
        "title": "Message extractors",
        "columns": ["name", "summary", "distribution", "license"],
        "select": "[extractors]\n{name} = {name}\n\n[{name}: **.*]",
    },
    "babel.checkers": {"title": "Checkers of translations"},
}
