# REASON SIGTERM|SIGKILL
import os, signal, time
os.killpg(0, signal.SIGTERM)
time.sleep(60)


class plugin:
    'Own words.'
