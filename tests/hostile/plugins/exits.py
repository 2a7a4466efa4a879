# REASON SystemExit: 3
import sys
sys.exit(3)


class plugin:
    'Own words.'
