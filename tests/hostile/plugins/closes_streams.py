# SHOWN Own words.
import sys
sys.stdout.close()
sys.stderr.close()
sys.stdin.close()


class plugin:
    'Own words.'
