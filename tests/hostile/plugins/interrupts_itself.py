# REASON KeyboardInterrupt|SIGINT|SIGABRT
import os, signal, time
os.kill(os.getpid(), signal.SIGINT)
time.sleep(60)


class plugin:
    'Own words.'
