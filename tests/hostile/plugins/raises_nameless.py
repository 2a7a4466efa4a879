# REASON Odd
class Meta(type):
    __name__ = property(lambda self: 1 / 0)
class Odd(Exception, metaclass=Meta): pass
raise Odd


class plugin:
    'Own words.'
