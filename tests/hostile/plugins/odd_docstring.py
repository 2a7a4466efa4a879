# SHOWN 
class Odd(str):
    def __str__(self): raise SystemExit
    __repr__ = __format__ = __len__ = __iter__ = __getitem__ = expandtabs = splitlines = encode = __str__
def plugin(): pass
plugin.__doc__ = Odd('Own words.')
