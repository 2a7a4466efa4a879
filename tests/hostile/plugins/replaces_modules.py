# REASON cannot be understood
import inspect, json, os, signal, sys
json.dumps = json.loads = os.write = os._exit = os.getpid = os.getcwd = os.chdir = None
sys.settrace = sys.setprofile = sys.setrecursionlimit = sys.exit = None
inspect.signature = inspect.cleandoc = inspect._signature_from_callable = lambda *a, **k: 'SPOOFED'
json.encoder.JSONEncoder.encode = lambda self, value: 'SPOOFED'


class plugin:
    'Own words.'
