# SHOWN Own words.
taken = []
try:
    while len(taken) < 5000: taken.append(open(__file__))
except OSError: pass
for one in taken[-50:]: one.close()


class plugin:
    'Own words.'
