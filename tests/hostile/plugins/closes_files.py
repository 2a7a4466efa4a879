# REASON exit code|cannot be understood|SIG
import os
os.closerange(0, 256)


class plugin:
    'Own words.'
