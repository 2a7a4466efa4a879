# REASON Odd
class Odd(Exception):
    def __str__(self): raise self
    __repr__ = __str__
raise Odd


class plugin:
    'Own words.'
