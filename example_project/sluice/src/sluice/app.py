"""The command line of sluice."""

import sys
from importlib.metadata import entry_points


def main() -> None:
    """Read a table from standard input, pass it through filters, and write it."""
    reader, *filters, writer = sys.argv[1:] or ["stdin", "table"]
    rows = _load("sluice.reader", reader)(sys.stdin)
    for name in filters:
        rows = _load("sluice.filter", name)(rows)
    _load("sluice.writer", writer)().write(rows, sys.stdout)


def _load(namespace: str, name: str):
    (plugin,) = entry_points(group=namespace, name=name)
    return plugin.load()
