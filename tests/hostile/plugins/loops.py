# REASON did not answer within
while True: pass


class plugin:
    'Own words.'
