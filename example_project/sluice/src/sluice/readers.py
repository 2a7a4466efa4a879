"""The readers that come with sluice."""

import csv
import json
from typing import TextIO


class Reader:
    """What every reader has in common."""

    extensions: tuple[str, ...] = ()
    """The endings of the files that it reads."""

    @classmethod
    def media_type(cls) -> str:
        """Return the media type of what it reads."""
        return "text/plain"

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream


class CSVReader(Reader):
    """Reads comma-separated values.

    The first line names the columns.

    Args:
        stream: Where the text comes from.
        delimiter: What stands between two values.

    Raises:
        ValueError: The first line is empty.
    """

    extensions = (".csv",)

    @classmethod
    def media_type(cls) -> str:
        return "text/csv"

    def __init__(self, stream: TextIO, delimiter: str = ",") -> None:
        super().__init__(stream)
        self.delimiter = delimiter

    def __iter__(self):
        return csv.DictReader(self.stream, delimiter=self.delimiter)


class TSVReader(CSVReader):
    """Reads tab-separated values.

    .. deprecated:: 2.0
       Use ``csv`` with ``delimiter="\\t"``.
    """

    extensions = (".tsv", ".tab")

    @classmethod
    def media_type(cls) -> str:
        return "text/tab-separated-values"

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream, "\t")


class JSONReader(Reader):
    """Reads a list of objects, or one object a line.

    Parameters
    ----------
    stream : file-like
        Where the text comes from.

    Notes
    -----
    Objects need not have the same keys: a key that an object lacks is an empty cell.
    """

    extensions = (".json",)

    @classmethod
    def media_type(cls) -> str:
        return "application/json"

    def __iter__(self):
        return iter(json.load(self.stream))


def read_stdin(stream: TextIO):
    """Read whatever comes in, a row a line.

    :param stream: standard input, or what is to stand for it
    :returns: rows with the one column ``line``
    """
    for line in stream:
        yield {"line": line.rstrip("\n")}
