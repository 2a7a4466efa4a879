# SHOWN Own words.
import os, time
if os.fork() == 0: time.sleep(1000)


class plugin:
    'Own words.'
