# SHOWN Own words.
import os
os.system('nohup sleep 1000 >/dev/null 2>&1 &')


class plugin:
    'Own words.'
