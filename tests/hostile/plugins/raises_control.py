# REASON ValueError: .x00.x1b.31m.x07.u202e on purpose
raise ValueError('\x00\x1b[31m\x07\u202e on purpose')


class plugin:
    'Own words.'
