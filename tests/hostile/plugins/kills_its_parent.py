# SHOWN|REASON SIGKILL
# In namespaces of its own, it cannot.
import os, signal, time
os.kill(os.getppid(), signal.SIGKILL)
time.sleep(0.5)


class plugin:
    'Own words.'
