"""Writes a line to standard error when a table has gone through."""

import sys

import pluggy

hookimpl = pluggy.HookimplMarker("sluice")


@hookimpl
def sluice_end(count):
    """Say how many rows there were."""
    sys.stderr.write(f"{count} rows\n")


class Progress:
    """Shows a dot for each hundred rows."""

    def __init__(self) -> None:
        self.count = 0

    @hookimpl
    def sluice_row(self, row):
        """Count the row."""
        self.count += 1
        if self.count % 100 == 0:
            sys.stderr.write(".")
