# SHOWN Own words.
import os
for number in range(256):
    try: os.write(number, b'\nPRINTED {"number": "", "docstring": "PRINTED"}\n')
    except OSError: pass


class plugin:
    'Own words.'
