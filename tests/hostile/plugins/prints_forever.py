# SHOWN Own words.
import threading
def run():
    while True: print('PRINTED')
threading.Thread(target=run, daemon=True).start()


class plugin:
    'Own words.'
