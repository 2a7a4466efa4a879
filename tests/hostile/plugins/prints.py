# SHOWN Own words.
import os, sys
print('PRINTED' * 100_000)
print('PRINTED', file=sys.stderr)
print('PRINTED', file=sys.__stdout__)
os.system('echo PRINTED; echo PRINTED >&2')


class plugin:
    'Own words.'
