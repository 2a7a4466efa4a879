# SHOWN Own words.
import sys
for limit in (50, 60, 80, 100):
    try:
        sys.setrecursionlimit(limit)
        break
    except RecursionError: pass


class plugin:
    'Own words.'
