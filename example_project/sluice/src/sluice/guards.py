"""Guards: what stops a table that is not as it should be."""

from abc import ABC, abstractmethod


class Guard(ABC):
    """What looks at each row before it is written.

    Each subclass is a guard; nothing has to be registered.
    """

    name = ""

    @abstractmethod
    def passes(self, row) -> bool:
        """Return whether a row may pass."""


class ColumnGuard(Guard):
    """What looks at one column."""

    def __init__(self, column: str) -> None:
        self.column = column

    def passes(self, row) -> bool:
        return self.holds(row[self.column])

    @abstractmethod
    def holds(self, cell: str) -> bool:
        """Return whether a cell is as it should be."""


class Filled(ColumnGuard):
    """Stops rows in which a cell is empty."""

    name = "filled"

    def holds(self, cell: str) -> bool:
        return bool(cell.strip())


class Numeric(ColumnGuard):
    """Stops rows in which a cell is no number."""

    name = "numeric"

    def holds(self, cell: str) -> bool:
        return cell.replace(".", "", 1).isdecimal()
