"""What sluice calls while a table goes through it."""

import pluggy

hookspec = pluggy.HookspecMarker("sluice")


@hookspec
def sluice_begin(columns):
    """Is called with the names of the columns, before the first row."""


@hookspec
def sluice_row(row):
    """Is called with each row that is written."""


@hookspec
def sluice_end(count):
    """Is called with the number of rows, behind the last one."""
