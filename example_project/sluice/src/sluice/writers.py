"""The writers that come with sluice."""

import csv
from dataclasses import dataclass, field
from typing import Literal


@dataclass
class CSVWriter:
    """Writes comma-separated values, the names of the columns first."""

    delimiter: str = field(default=",", metadata={"help": "What stands between two values."})
    newline: Literal["\n", "\r\n"] = field(default="\r\n", metadata={"help": "What ends a line."})
    header: bool = field(default=True, metadata={"help": "Whether the first line names the columns."})

    def write(self, rows, stream) -> None:
        rows = list(rows)
        columns = list(rows[0]) if rows else []
        writer = csv.DictWriter(stream, columns, delimiter=self.delimiter, lineterminator=self.newline)
        if self.header:
            writer.writeheader()
        writer.writerows(rows)


class TableWriter:
    """Writes a table for people to read.

    .. code-block:: console

       $ printf 'name,size\\nmill,3\\n' | sluice csv table
       name  size
       mill  3
    """

    def write(self, rows, stream) -> None:
        for row in rows:
            print(*row.values(), sep="  ", file=stream)
