# SHOWN Own words.
class Meta(type):
    def __getattribute__(cls, name):
        if name in ('__doc__', '__qualname__', '__module__', '__mro__', '__dict__', '__class__', 'names'): raise SystemExit(name)
        return type.__getattribute__(cls, name)
    def __instancecheck__(cls, other): raise SystemExit
    __subclasscheck__ = __eq__ = __hash__ = __bool__ = __repr__ = __instancecheck__
class plugin(metaclass=Meta):
    'Own words.'
