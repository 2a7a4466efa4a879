# SHOWN Own words.
import atexit, time
atexit.register(print, 'PRINTED')
atexit.register(time.sleep, 1000)


class plugin:
    'Own words.'
