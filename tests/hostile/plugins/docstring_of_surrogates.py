# SHOWN Own words. \?
def plugin(): pass
plugin.__doc__ = 'Own words. \ud800'
