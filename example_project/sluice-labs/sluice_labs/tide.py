import enum

from tidal_wavelets import transform


class Direction(enum.Enum):
    """Where a value goes."""

    RISING = "rises"
    FALLING = "falls"


def stage(*, order, parallel=False):
    """Mark a method that packing goes through."""

    def decorate(method):
        method.stage = order
        return method

    return decorate


class Codec:
    """What packs and unpacks the cells of a table."""

    levels = range(1, 10)

    def suffix(self):
        """Return the ending of files with what is packed."""
        raise NotImplementedError

    def seek(self, number):
        """Find a cell without unpacking those before it."""
        raise NotImplementedError

    def estimate(self, cells):
        """Return how long they will be when they are packed."""
        return len(cells)


class TideCodec(Codec):
    """Packs what rises and falls regularly.

    The period is found by a transformation of ``tidal_wavelets``.
    """

    traits = {
        "Packs": [Direction.RISING, Direction.FALLING],
        "Described in": "https://example.org/tides",
    }

    def suffix(self):
        return ".tide"

    @stage(order=1)
    def fit(self, cells):
        """Find the period."""

    @stage(order=2, parallel=True)
    def pack(self, cells):
        """Leave out what the period tells."""
        return transform(cells)

    def seek(self, number):
        return number % 12

    def estimate(self, cells):
        return min(12, len(cells))


class EbbCodec(TideCodec):
    """Packs like :class:`TideCodec`, but only what falls.

    .. deprecated:: 0.1
       Use ``tide``.
    """

    traits = {"Packs": [Direction.FALLING], "Replaced by": TideCodec}

    def suffix(self):
        return ".ebb"

    def seek(self, number):
        raise NotImplementedError
