# REASON did not answer within
class Odd(Exception):
    def __str__(self):
        while True: pass
raise Odd


class plugin:
    'Own words.'
