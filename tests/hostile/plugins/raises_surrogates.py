# REASON Odd: \?|\\ud800
class Odd(Exception): pass
raise Odd('\ud800 on purpose')


class plugin:
    'Own words.'
