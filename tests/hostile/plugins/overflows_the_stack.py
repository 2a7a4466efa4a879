# REASON SIGSEGV|RecursionError|MemoryError
import sys
sys.setrecursionlimit(10 ** 9)
class A:
    def __repr__(self): return repr([self])
repr(A())


class plugin:
    'Own words.'
