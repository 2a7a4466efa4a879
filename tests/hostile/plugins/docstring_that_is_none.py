# SHOWN 
def plugin(): pass
try: plugin.__doc__ = 3
except TypeError: pass
