# SHOWN Own words.
def plugin(): pass
plugin.__doc__ = 'Own words.' + '\n' * 100_000_000
