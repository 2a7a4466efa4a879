# REASON SIGALRM
import signal, time
signal.signal(signal.SIGALRM, signal.SIG_DFL)
signal.setitimer(signal.ITIMER_REAL, 0.01)
time.sleep(60)


class plugin:
    'Own words.'
