"""Shows tables that went through sluice on the pages of Sphinx."""

from docutils import nodes
from sphinx.domains import Domain
from sphinx.util.docutils import SphinxDirective, SphinxRole


class TableDirective(SphinxDirective):
    """Shows a file as a table, through filters."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        return [nodes.literal_block(self.arguments[0], self.arguments[0])]


class ColumnRole(SphinxRole):
    """Names a column of a table."""

    def run(self):
        return [nodes.literal(self.rawtext, self.text)], []


class SluiceDomain(Domain):
    """Keeps which page shows which table."""

    name = "sluice"
    label = "Sluice"


def setup(app):
    app.add_directive("sluice-table", TableDirective)
    app.add_role("sluice-column", ColumnRole())
    app.add_domain(SluiceDomain)
    app.add_config_value("sluice_filters", [], "env", list, "The filters that each table goes through.")
    return {"parallel_read_safe": True}
