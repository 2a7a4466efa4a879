# SHOWN Own words.
def plugin(): 'Own words.'
class Odd:
    def __get__(self, *_): raise SystemExit
plugin.__signature__ = 3
