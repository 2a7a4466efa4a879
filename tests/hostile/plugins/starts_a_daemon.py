# SHOWN Own words.
import subprocess, sys
subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'], env={}, start_new_session=True, close_fds=True)


class plugin:
    'Own words.'
