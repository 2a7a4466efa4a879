# REASON RecursionError
def f(): f()
f()


class plugin:
    'Own words.'
