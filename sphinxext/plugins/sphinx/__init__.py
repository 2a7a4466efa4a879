"""All that imports Sphinx or docutils."""
