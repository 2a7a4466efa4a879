# REASON did not answer within
import sys, threading, time
sys.setswitchinterval(1000)
def run():
    while True: pass
threading.Thread(target=run, daemon=True).start()
time.sleep(0.1)


class plugin:
    'Own words.'
