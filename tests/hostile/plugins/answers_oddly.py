# SHOWN Own words.
class Odd(dict):
    def items(self):
        while True: yield 1, 2
    __iter__ = keys = items
class plugin:
    'Own words.'
    names = Odd(a=float('nan'), b='\ud800')
    get_names = staticmethod(lambda: __import__('os')._exit(4))
