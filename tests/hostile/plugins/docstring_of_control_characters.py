# SHOWN Own
def plugin(): pass
plugin.__doc__ = 'Own\x07 words.\x1b[31m'
