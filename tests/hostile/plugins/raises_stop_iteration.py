# REASON StopIteration
raise StopIteration('on purpose')


class plugin:
    'Own words.'
