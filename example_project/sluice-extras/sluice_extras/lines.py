"""Formats of one object a line."""

import json

from sluice.readers import Reader


class LineReader(Reader):
    """Reads JSON, one object a line, without waiting for the last.

    It is there under two names, for both are in use: `NDJSON <https://github.com/ndjson/ndjson-spec>`_
    and JSON Lines.
    """

    extensions = (".ndjson", ".jsonl")

    @classmethod
    def media_type(cls) -> str:
        return "application/x-" + cls.extensions[0].lstrip(".")

    def __iter__(self):
        return map(json.loads, self.stream)
