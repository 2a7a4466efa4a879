# REASON MemoryError|SIGKILL
taken = []
while True: taken.append(bytes(2 ** 28))


class plugin:
    'Own words.'
