# REASON did not answer within
import os, signal
os.kill(os.getpid(), signal.SIGSTOP)


class plugin:
    'Own words.'
