# REASON did not answer within
import threading
lock = threading.Lock()
lock.acquire()
lock.acquire()


class plugin:
    'Own words.'
