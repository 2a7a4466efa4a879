# REASON did not answer within
pow(3 ** 10_000_000, 3 ** 10_000_000, 5 ** 10_000_000)


class plugin:
    'Own words.'
