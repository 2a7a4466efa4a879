# REASON SystemExit
import sys, threading
def trace(*arguments): raise SystemExit
threading.settrace(trace)
sys.settrace(trace)
sys.setprofile(trace)


class plugin:
    'Own words.'
