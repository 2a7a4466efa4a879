# REASON SyntaxError
exec('this is no Python')


class plugin:
    'Own words.'
