from tidal_wavelets import transform


class Codec:
    """What packs and unpacks the cells of a table."""

    levels = range(1, 10)

    def suffix(self):
        raise NotImplementedError


class TideCodec(Codec):
    """Packs what rises and falls regularly.

    The period is found by a transformation of ``tidal_wavelets``.
    """

    def suffix(self):
        return ".tide"

    def pack(self, cells):
        return transform(cells)


class EbbCodec(TideCodec):
    """Packs like :class:`TideCodec`, but only what falls.

    .. deprecated:: 0.1
       Use ``tide``.
    """

    def suffix(self):
        return ".ebb"
