# REASON Odd: word word
class Odd(Exception): pass
raise Odd('word ' * 1_000_000)


class plugin:
    'Own words.'
