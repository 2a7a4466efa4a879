# SHOWN Own words.
class plugin:
    'Own words.'
    names = ['word'] * 10_000_000
    get_names = staticmethod(lambda: 10 ** 100_000)
