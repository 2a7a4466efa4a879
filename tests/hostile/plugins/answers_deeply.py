# SHOWN Own words.
deep = []
for _ in range(100_000): deep = [deep]
class plugin:
    'Own words.'
    names = deep
    get_names = staticmethod(lambda: 'x' * 10 ** 8)
