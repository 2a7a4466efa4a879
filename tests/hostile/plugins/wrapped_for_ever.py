# SHOWN 
class Wrapped:
    @property
    def __wrapped__(self): return Wrapped()
def plugin(): 'Own words.'
plugin.__wrapped__ = Wrapped()
