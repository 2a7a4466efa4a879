"""The writers that come with sluice."""

import csv


class CSVWriter:
    """Writes comma-separated values, the names of the columns first."""

    def write(self, rows, stream) -> None:
        rows = list(rows)
        writer = csv.DictWriter(stream, list(rows[0]) if rows else [])
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
