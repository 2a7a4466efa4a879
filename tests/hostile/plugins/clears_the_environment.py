# SHOWN Own words.
import os, sys
os.environ.clear()
sys.path.clear()
sys.argv.clear()


class plugin:
    'Own words.'
