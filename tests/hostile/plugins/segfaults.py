# REASON SIGSEGV
import ctypes
ctypes.string_at(0)


class plugin:
    'Own words.'
