# SHOWN Own words.
import faulthandler, signal, os
signal.alarm(1)
faulthandler.enable(open(os.devnull, 'w'))
faulthandler.dump_traceback_later(1, exit=True, file=open(os.devnull, 'w'))


class plugin:
    'Own words.'
