# SHOWN Own words.
class Endless:
    def __iter__(self):
        while True: yield 'x'
__path__ = Endless()


class plugin:
    'Own words.'
