# SHOWN 
class Odd(dict):
    def get(self, *_): raise SystemExit
    __getitem__ = __iter__ = __contains__ = items = keys = get
class Holder: pass
plugin = Holder()
plugin.__dict__ = Odd(__doc__='Own words.')
