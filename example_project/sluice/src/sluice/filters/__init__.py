"""The filters that come with sluice."""


def sort(rows, *columns: str):
    """Sort the rows by some columns, or by all of them, from left to right.

    The order of rows that are equal in these columns is kept:

    ========  =====
    before    after
    ========  =====
    b 1       a 2
    a 2       b 1
    b 0       b 0
    ========  =====
    """
    return sorted(rows, key=lambda row: [row[column] for column in columns or row])


def unique(rows):
    seen = set()
    for row in rows:
        key = tuple(row.items())
        if key not in seen:
            seen.add(key)
            yield row
