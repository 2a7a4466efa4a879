"""How files are packed that sluice reads and writes."""

import bz2
import gzip
import lzma


class Gzip:
    """Packs quickly; every machine can unpack it."""

    open = staticmethod(gzip.open)


class Bzip2:
    """Packs smaller than gzip, and takes longer."""

    open = staticmethod(bz2.open)


class Xz:
    """Packs smallest, and needs the most memory."""

    open = staticmethod(lzma.open)


PACKINGS = {
    "gzip": {"class": Gzip, "endings": (".gz",)},
    ("bzip2", "bz2"): {"class": Bzip2, "endings": (".bz2",)},
    "xz": {"class": "sluice.packings.Xz", "endings": (".xz", ".lzma")},
}
"""The packings by their names."""
