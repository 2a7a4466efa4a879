# SHOWN Own words.
import os, sys
sys.path = sys.argv = os.environ = sys.prefix = None
sys.stdout = sys.stderr = sys.excepthook = sys.displayhook = sys.unraisablehook = None


class plugin:
    'Own words.'
