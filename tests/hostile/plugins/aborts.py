# REASON SIGABRT
import os
os.abort()


class plugin:
    'Own words.'
