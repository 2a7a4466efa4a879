# REASON SIGKILL
import os, signal, time
os.killpg(0, signal.SIGKILL)
time.sleep(60)


class plugin:
    'Own words.'
