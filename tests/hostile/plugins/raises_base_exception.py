# REASON Odd: on purpose
class Odd(BaseException): pass
raise Odd('on purpose')


class plugin:
    'Own words.'
