# SHOWN 
class Odd:
    def __getattribute__(self, name): raise SystemExit(name)
    __getattr__ = __eq__ = __bool__ = __repr__ = __call__ = __getattribute__
plugin = Odd()
