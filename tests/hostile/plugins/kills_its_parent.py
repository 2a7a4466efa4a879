# APART SHOWN Own words. BESIDE REASON SIGKILL
import os, signal, time
os.kill(os.getppid(), signal.SIGKILL)
time.sleep(0.5)


class plugin:
    'Own words.'
