# SHOWN Own words.
import os, time
for number in range(60):
    if os.fork() == 0:
        if number % 2: os.setsid()
        time.sleep(1000)


class plugin:
    'Own words.'
