# REASON Odd
class Odd(Exception):
    def __str__(self): return 3
raise Odd


class plugin:
    'Own words.'
