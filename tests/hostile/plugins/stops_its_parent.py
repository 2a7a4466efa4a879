# REASON did not answer within
import os, signal
os.kill(os.getppid(), signal.SIGSTOP)
while True: pass


class plugin:
    'Own words.'
