# SHOWN Own words.
def plugin(): 'Own words.'
plugin.__wrapped__ = plugin
