# SHOWN|REASON did not answer within
import sys, threading
sys.setswitchinterval(1000)
def run():
    while True: pass
threading.Thread(target=run, daemon=True).start()


class plugin:
    'Own words.'
