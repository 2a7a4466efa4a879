# REASON ValueError: on purpose
raise ValueError('on purpose')


class plugin:
    'Own words.'
