# SHOWN Own words.
import inspect
def plugin(a='x' * 10_000_000): 'Own words.'
plugin.__signature__ = inspect.Signature([inspect.Parameter('a' * 10_000_000, inspect.Parameter.KEYWORD_ONLY)])
