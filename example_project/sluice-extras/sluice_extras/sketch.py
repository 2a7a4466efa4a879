"""Filters that trade exactness for memory."""


def unique(rows, error: float = 0.01):
    """Drop rows that were there before, now and then one too many.

    Args:
        rows: The rows.
        error: The share of rows that may be dropped though they are new.
    """
    seen = 0
    for row in rows:
        bit = 1 << hash(tuple(row.items())) % int(1 / error)
        if not seen & bit:
            seen |= bit
            yield row
