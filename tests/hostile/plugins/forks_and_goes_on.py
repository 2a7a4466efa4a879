# SHOWN Own words.
import os
os.fork()


class plugin:
    'Own words.'
