# SHOWN Own words.
import itertools
class plugin:
    'Own words.'
    names = itertools.count()
    @staticmethod
    def get_names():
        while True: pass
