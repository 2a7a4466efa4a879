import enum

from tidal_wavelets import transform


class Direction(enum.Enum):
    """Where a value goes."""

    RISING = "rises"
    FALLING = "falls"


class Codec:
    """What packs and unpacks the cells of a table."""

    levels = range(1, 10)

    def suffix(self):
        raise NotImplementedError


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

    def pack(self, cells):
        return transform(cells)


class EbbCodec(TideCodec):
    """Packs like :class:`TideCodec`, but only what falls.

    .. deprecated:: 0.1
       Use ``tide``.
    """

    traits = {"Packs": [Direction.FALLING], "Replaced by": TideCodec}

    def suffix(self):
        return ".ebb"
