"""Guards that look at more than one cell."""

from sluice.guards import Guard


class Even(Guard):
    """Stops rows that have more or fewer cells than the first one."""

    name = "even"

    def __init__(self) -> None:
        self.length = None

    def passes(self, row) -> bool:
        self.length = self.length or len(row)
        return len(row) == self.length
