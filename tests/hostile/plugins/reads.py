# SHOWN Own words.
import sys
assert sys.stdin.read() == ''
assert open(0, closefd=False).read() == ''


class plugin:
    'Own words.'
