# REASON SIGKILL
import os, signal, time
os.kill(os.getppid(), signal.SIGKILL)
time.sleep(60)


class plugin:
    'Own words.'
