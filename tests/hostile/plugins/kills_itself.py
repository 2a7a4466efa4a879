# REASON SIGKILL
import os, signal, time
os.kill(os.getpid(), signal.SIGKILL)
time.sleep(60)


class plugin:
    'Own words.'
